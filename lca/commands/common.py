"""Options that commands share, and how tables are printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lca.commands.arranging import arranged, arranging_options
from lca.commands.printing import print_table
from lca.errors import nearest

if TYPE_CHECKING:
    import pandas as pd

    from lca.impact.results import StudyResults

F = TypeVar("F", bound=Callable[..., Any])

#: Where the context of a command keeps that no messages are wanted.
QUIET = "ree-lca.quiet"

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


def _quiet(ctx: click.Context, parameter: click.Parameter, value: bool) -> None:
    if value:
        ctx.meta[QUIET] = True


def common_options(function: F) -> F:
    """What every command takes: `--quiet` and `--debug`."""
    function = click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a failure.")(
        function
    )
    return click.option(
        "-q",
        "--quiet",
        is_flag=True,
        expose_value=False,
        is_eager=True,
        callback=_quiet,
        help="On stderr, only warnings and errors.",
    )(function)


def workspace_option(function: F) -> F:
    """`-w/--workspace` and what every command takes; the command receives the folder as `root`."""
    function = common_options(function)
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


def is_quiet() -> bool:
    """Whether the person wants no messages but warnings and errors."""
    context = click.get_current_context(silent=True)
    return context is not None and QUIET in context.meta


def say(message: str) -> None:
    """A message for the person, on stderr, if any are wanted."""
    if not is_quiet():
        click.echo(message, err=True)


def warn(message: str) -> None:
    """What must not pass in silence, on stderr."""
    click.echo(message, err=True)


def say_warnings(warnings: pd.DataFrame, limit: int = 10) -> None:
    """The warnings of a calculation, on stderr: a figure that is doubted must not pass in silence."""
    from lca.impact.results import records

    for row in records(warnings.head(limit)):
        place = "{file}:{line:.0f}:{column:.0f}: ".format(**row) if row["file"] else ""
        expected = f" (expected: {row['expected']})" if row["expected"] else ""
        warn(f"{place}warning {row['code']}: {row['message']}{expected}")
    if len(warnings) > limit:
        links = warnings["code"].iloc[limit:].isin(OF_LINKS).any()
        also = ", `ree-lca background link NAME` those of links to a database" if links else ""
        warn(f"and {len(warnings) - limit} more warnings; `ree-lca check` shows them{also}")


def emit(table: pd.DataFrame, form: str, title: str = "", hide: Sequence[str] = ()) -> None:
    """Print a table to stdout: for people (without the columns of `hide`), as CSV, or as a JSON list of records."""
    table, named = arranged(table)
    if form == "csv":
        sys.stdout.write(table.to_csv(index=False, lineterminator="\n"))
    elif form == "json":
        from lca.impact.results import records

        click.echo(json.dumps(records(table), indent=1, ensure_ascii=False, allow_nan=False))
    else:
        print_table(table if named else table[[column for column in table.columns if column not in hide]], title)


def footnote(text: str, form: str) -> None:
    """What has to be said with a table: below it for people, on stderr where stdout is data."""
    if text:
        click.echo(f"\n{text}" if form == "table" else text, err=form != "table")
