"""Options that commands share, and how tables are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lca.commands.arranging import arranged, arranging_options
from lca.errors import nearest

if TYPE_CHECKING:
    import pandas as pd

    from lca.impact.results import StudyResults

F = TypeVar("F", bound=Callable[..., Any])

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

#: Warnings of links to a database, of which a check of the workspace alone knows nothing.
OF_LINKS = ("REE-B030", "REE-B031")


class Choice(click.Choice[str]):
    """One of some words; the message for another one names the nearest."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        close = nearest(str(value), self.choices)
        said = super().get_invalid_choice_message(value, ctx)
        return f"{said} Did you mean '{close}'?" if close else said


FORMATS = Choice(["table", "csv", "json"])
BASIS = Choice(["market", "location"])


class Listing(click.Group):
    """A group whose command `list` runs where none is named; a shell that completes names it all the same."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        bare = not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names)
        return super().parse_args(ctx, ["list", *args] if bare and not ctx.resilient_parsing else args)


def _workspace(ctx: click.Context, parameter: click.Parameter, value: Path | None) -> Path | None:
    from lca.workspace import bundled, find

    if ctx.resilient_parsing:  # while a shell completes
        return value
    root = find(value)
    if value is None and root == bundled() and root != Path.cwd():
        say("the current folder is no workspace: using the bundled one")
    return root


def _settings(ctx: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> Any:
    from lca.inventory.settings import parse_settings

    return parse_settings(value)


def workspace_option(function: F) -> F:
    """`-w/--workspace` and `--debug`; the command receives the folder as `root`."""
    function = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a failure.")(
        function
    )
    return click.option(
        "-w",
        "--workspace",
        "root",
        type=click.Path(path_type=Path),
        callback=_workspace,
        metavar="DIR",
        help="Workspace to use; the current folder if it is one, else the bundled one.",
    )(function)


def settings_option(function: F) -> F:
    """`--set NAME=VALUE`, repeatable; the command receives the overrides as `settings`."""
    return click.option(
        "--set",
        "settings",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_settings,
        help="Change a parameter for this run: process.parameter=VALUE. May be given several times.",
    )(function)


def study_option(function: F) -> F:
    """`--study NAME`."""
    return click.option(
        "--study", metavar="NAME", help="Study to use; the default study of the workspace if none is named."
    )(function)


def format_option(function: F) -> F:
    """`--format table|csv|json`, received as `form`; and what is shown of a table, in which order."""
    return click.option("--format", "form", type=FORMATS, default="table", show_default=True, help="How to print.")(
        arranging_options(function)
    )


def indicator_option(function: F) -> F:
    """`--indicator`."""
    return click.option(
        "--indicator",
        metavar="NAME",
        help="Indicator to show. If none is named: all in `results`, else the first of the method.",
    )(function)


def basis_option(function: F) -> F:
    """`--basis market|location`."""
    return click.option(
        "--basis",
        type=BASIS,
        help="Electricity accounting to show. If none is named: both in `results`, else that of the study.",
    )(function)


def study_options(function: F) -> F:
    """The options of every command that computes a study and prints a table."""
    return workspace_option(settings_option(study_option(format_option(function))))


def view_options(function: F) -> F:
    """The options of every command that shows one indicator on one basis."""
    return indicator_option(basis_option(function))


def background_option(function: F) -> F:
    """`--background NAME`."""
    return click.option(
        "--background",
        metavar="NAME",
        default="own",
        show_default=True,
        help="Imported database to run on, by the links that the workspace has to it; `own`: its own data sets.",
    )(function)


def say_background(results: StudyResults) -> None:
    """What the results rest on, on stderr, where they rest on an imported database."""
    if results.metadata["background"] is not None:
        from lca.impact.background_views import said_of_background

        for line in said_of_background(results):
            say(line)


def say(message: str) -> None:
    """A message for the person, on stderr."""
    click.echo(message, err=True)


def say_warnings(warnings: pd.DataFrame, limit: int = 10) -> None:
    """The warnings of a calculation, on stderr: a figure that is doubted must not pass in silence."""
    from lca.impact.results import records

    for row in records(warnings.head(limit)):
        place = "{file}:{line:.0f}:{column:.0f}: ".format(**row) if row["file"] else ""
        expected = f" (expected: {row['expected']})" if row["expected"] else ""
        say(f"{place}warning {row['code']}: {row['message']}{expected}")
    if len(warnings) > limit:
        links = warnings["code"].iloc[limit:].isin(OF_LINKS).any()
        also = ", `ree-lca background link NAME` those of links to a database" if links else ""
        say(f"and {len(warnings) - limit} more warnings; `ree-lca check` shows them{also}")


def emit(table: pd.DataFrame, form: str, title: str = "", hide: Sequence[str] = ()) -> None:
    """Print a table to stdout: for people (without the columns of `hide`), as CSV, or as a JSON list of records."""
    table, named = arranged(table)
    if form == "csv":
        sys.stdout.write(table.to_csv(index=False, lineterminator="\n"))
    elif form == "json":
        from lca.impact.results import records

        click.echo(json.dumps(records(table), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        _print_table(table if named else table[[column for column in table.columns if column not in hide]], title)


def footnote(text: str, form: str) -> None:
    """What has to be said with a table: below it for people, on stderr where stdout is data."""
    if text:
        click.echo(f"\n{text}" if form == "table" else text, err=form != "table")


def _print_table(table: pd.DataFrame, title: str) -> None:
    from rich.console import Console
    from rich.table import Table

    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else 200, highlight=False, markup=False, emoji=False)
    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
        header_style="bold",
    )
    numeric = [table[column].map(_is_number).any() for column in table.columns]
    for column, right in zip(table.columns, numeric, strict=True):
        made.add_column(str(column).replace("_", " "), justify="right" if right else "left", overflow="fold")
    rows = [dict(zip(map(str, table.columns), row, strict=True)) for row in table.itertuples(index=False)]
    largest: dict[Any, float] = {}
    for row in rows:
        sizes = [abs(v) for name, v in row.items() if _is_number(v) and v == v and name not in SHARES]
        largest[row.get("unit")] = max(largest.get(row.get("unit"), 0.0), *sizes, 0.0)
    for row in rows:
        nothing = ROUNDING * largest[row.get("unit")]
        made.add_row(*(_cell(column, value, row, nothing) for column, value in row.items()))
    console.print(made)


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
