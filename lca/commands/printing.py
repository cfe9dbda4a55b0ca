"""Tables for people: columns side by side where the terminal is wide enough, else line by line."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from textwrap import TextWrapper
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    import pandas as pd
    from rich.console import Console

#: Columns shown in percent.
SHARES = frozenset(
    {
        *(
            "share",
            "saving_share",
            "change",
            "change_share",
            "mass share",
            "mass_share",
            "result_share",
            "coverage",
            "closure",
            "relative",
            "tolerance",
        ),
        *("cost of goods made mostly in one country", "mass of them"),
        *("margin", "probability", "probability_from", "probability_to"),
        *("S1", "S1_conf", "ST", "ST_conf", "priority"),
        *("ties", "several", "alternative_lower", "baseline_lower"),
    }
)

#: Columns in which a no is a fault.
FAILS = frozenset({"closes", "complete"})

#: What is smaller than this share of the largest figure in its unit has come from rounding.
ROUNDING = 1e-13

#: Width of what is written where there is no terminal.
WIDE = 200

#: Words are broken where they are longer than this.
LONGEST_WORD = 16

#: Blanks between columns.
GAP = 2


def print_table(table: pd.DataFrame, title: str) -> None:
    """Print a table to stdout, without colour where that is no terminal. Where the columns do not fit a terminal, what
    is the same in all rows is told once, above; where they still do not, each row becomes lines of name and value.
    """
    from rich.console import Console

    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else WIDE, highlight=False, markup=False, emoji=False)
    names = [str(column).replace("_", " ") for column in table.columns]
    numeric = [bool(table[column].map(_is_number).any()) for column in table.columns]
    cells = _cells(table)
    if terminal and len(cells) > 1 and _natural(names, cells) > console.width:
        same = {n for n in range(len(names)) if not numeric[n] and len({row[n] for row in cells}) == 1 and cells[0][n]}
        said = [f"{names[n]}: {cells[0][n]}" for n in sorted(same)]
        title = "\n".join(filter(None, [title, *said]))
        kept = [n for n in range(len(names)) if n not in same]
        names, numeric = [names[n] for n in kept], [numeric[n] for n in kept]
        cells = [[row[n] for n in kept] for row in cells]
    if not terminal or _least(names, cells) <= console.width:
        _print_columns(console, title, names, numeric, cells)
    else:
        _print_lines(console.width, title, names, cells)


def _natural(names: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    """How wide a table is of which nothing is wrapped."""
    columns = zip(names, *cells, strict=True)
    return sum(GAP + max(len(line) for text in column for line in text.split("\n")) for column in columns)


def _least(names: Sequence[str], cells: Sequence[Sequence[str]]) -> int:
    """How wide it is where text is wrapped between words."""
    columns = zip(names, *cells, strict=True)
    words = [[len(word) for text in column for word in text.split()] for column in columns]
    return sum(GAP + min(max(lengths, default=0), LONGEST_WORD) for lengths in words)


def _print_columns(
    console: Console, title: str, names: Sequence[str], numeric: Sequence[bool], cells: Sequence[Sequence[str]]
) -> None:
    from rich.table import Table

    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, GAP, 0, 0),
        header_style="bold",
    )
    for name, right in zip(names, numeric, strict=True):
        made.add_column(name, justify="right" if right else "left", overflow="fold")
    for row in cells:
        made.add_row(*row)
    console.print(made)


def _print_lines(width: int, title: str, names: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    """Row after row, a line for each column, with an empty line between rows."""
    fill = TextWrapper(max(width, 10), subsequent_indent="  ", break_on_hyphens=False).fill
    rows = ["\n".join(map(fill, title.split("\n")))] if title else []
    for row in cells:
        pairs = [(name.strip(), text) for name, text in zip(names, row, strict=True) if text not in ("", "-")]
        rows.append("\n".join(fill(f"{name}: {text}" if name else text) for name, text in pairs))
    click.echo("\n\n".join(rows))


def _cells(table: pd.DataFrame) -> list[list[str]]:
    """What is shown, row by row."""
    rows = [dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False)]
    largest: dict[Any, float] = {}
    for row in rows:
        sizes = [abs(v) for name, v in row.items() if _is_number(v) and v == v and name not in SHARES]
        largest[row.get("unit")] = max(largest.get(row.get("unit"), 0.0), *sizes, 0.0)
    return [
        [_cell(column, value, row, ROUNDING * largest[row.get("unit")]) for column, value in row.items()]
        for row in rows
    ]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _cell(column: str, value: Any, row: Mapping[str, Any], nothing: float) -> str:
    """How a cell is shown; numbers that are not above `nothing` are none."""
    if value is None or (isinstance(value, float) and value != value):
        return "-"
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        no = "NO" if column in FAILS else "no"
        return {True: "yes", False: no}[bool(value)] if str(value) in ("True", "False") else str(value)
    if column == "coverage" and row.get("value") != row.get("value"):
        return "not assessed"
    if column in SHARES:
        return f"{value:.1%}" if abs(value) >= 5e-4 or value == 0 else "<0.1%"
    return "0" if abs(value) <= nothing else f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
