"""How a table is laid out, whatever it is shown in: the rows of its header, and rows of cells in their groups."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from lca.report import formatting as show
from lca.report.document import Cell, Column, Table

#: Kinds of columns that hold numbers.
NUMERIC = ("number", "percent", "exact")

T = TypeVar("T")


@dataclass(frozen=True)
class HeadView:
    """A cell of the header."""

    title: str
    unit: str
    css: str
    columns: int = 1
    rows: int = 1
    scope: str = "col"

    @property
    def numeric(self) -> bool:
        return self.css.startswith("num")


def table_head(table: Table) -> tuple[tuple[HeadView, ...], ...]:
    """The rows of the header: one, or two when columns share headings."""
    if not any(column.group for column in table.columns):
        return (tuple(_head(column) for column in table.columns),)
    upper: list[HeadView] = []
    lower: list[HeadView] = []
    last = ""
    for column in table.columns:
        if not column.group:
            upper.append(_head(column, rows=2))
        elif column.group == last:
            upper[-1] = HeadView(column.group, "", "group", columns=upper[-1].columns + 1, scope="colgroup")
            lower.append(_head(column))
        else:
            upper.append(HeadView(column.group, "", "group", scope="colgroup"))
            lower.append(_head(column, first=True))
        last = column.group
    return tuple(upper), tuple(lower)


def _head(column: Column, rows: int = 1, first: bool = False) -> HeadView:
    kind = "num" if column.kind in NUMERIC else "text"
    return HeadView(column.title, column.unit, f"{kind} first" if first else kind, rows=rows)


class Shown(NamedTuple):
    """A cell as text; `pad` is the room after it, in digits, that lines up the decimal points of a column."""

    text: str
    pad: float


def shown_column(cells: tuple[Cell, ...], column: Column) -> list[Shown]:
    """The cells of a column, shown."""
    texts = [show.cell(cell, column.kind) for cell in cells]
    if column.kind not in NUMERIC:
        return [Shown(text, 0.0) for text in texts]
    after = [0.0 if isinstance(cell, str) else _after_point(text) for text, cell in zip(texts, cells, strict=True)]
    most = max(after, default=0.0)
    return [
        Shown(text, most - digits if isinstance(cell, float) and "×" not in text else 0.0)
        for text, cell, digits in zip(texts, cells, after, strict=True)
    ]


def _after_point(text: str) -> float:
    """Width of what follows the decimal point, in digits; the point itself takes about half of one."""
    if "×" in text:
        return 0.0
    _, point, digits = text.partition(".")
    return len(digits) + 0.5 if point else 0.0


def in_groups(table: Table, rows: tuple[T, ...]) -> list[tuple[str, tuple[T, ...]]]:
    """Rows under the headings of the groups of a table."""
    if not table.groups:
        return [("", rows)]
    groups, at = [], 0
    for title, count in table.groups:
        groups.append((title, rows[at : at + count]))
        at += count
    assert at == len(rows), f"{table.caption}: groups hold {at} of {len(rows)} rows"
    return groups
