"""`ree-lca export xlsx|csv` and `ree-lca import xlsx|csv`: inventories in spreadsheets."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

import lca
from lca.commands import WRONG_INPUT
from lca.commands.common import Choice, emit, say, study_option, warn, workspace_option
from lca.errors import Diagnostic, InputError, as_records, render_sarif, render_text

if TYPE_CHECKING:
    from lca.editing.dry_run import DryRun

F = TypeVar("F", bound=Callable[..., Any])

_REPLACE = click.option("--replace", is_flag=True, help="Write over what an export has written before.")


@click.command("xlsx")
@click.option(
    "--out", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE.xlsx", required=True, help="A file."
)
@_REPLACE
@workspace_option
def export_xlsx(file: Path, replace: bool, root: Path) -> None:
    """Write the workspace itself as a workbook: a sheet for parameters, exchanges, flows, sources and so on, to be
    edited there and taken over by `ree-lca import xlsx`.

    \b
    Example:
      ree-lca export xlsx --out out/inventory.xlsx --replace
    """
    from lca.editing.spreadsheets.exporting import export_workbook

    made = export_workbook(root, file, replace)
    _say_written(made, file, "xlsx")


@click.command("csv")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", required=True, help="A folder."
)
@click.option(
    "--semicolon", is_flag=True, help="Semicolons and decimal commas, for spreadsheets set to such countries."
)
@_REPLACE
@workspace_option
def export_csv(folder: Path, semicolon: bool, replace: bool, root: Path) -> None:
    """Write the workspace itself as a folder of CSV files, one for parameters, exchanges, flows, sources and so on, to
    be edited there and taken over by `ree-lca import csv`.

    \b
    Example:
      ree-lca export csv --out out/inventory --replace
    """
    from lca.editing.spreadsheets.exporting import export_folder

    made = export_folder(root, folder, replace, semicolon)
    _say_written(made, folder, "csv")


def _say_written(made: list[Any], target: Path, form: str) -> None:
    filled = [table for table in made if table.rows]
    count = sum(len(table.rows) for table in filled)
    say(f"wrote {len(filled)} sheets with {count} rows to {target}")
    say(f"next: edit it, then `ree-lca import {form} {target} --dry-run`")


def _import_options(function: F) -> F:
    for option in (
        click.option(
            "--to", "target", type=click.Path(path_type=Path), metavar="DIR", help="Make a new workspace there."
        ),
        click.option("--dry-run", is_flag=True, help="Write nothing: show what would change in files and results."),
        click.option("--by", metavar="WHO", help="Who changes it; kept in changes.jsonl of the workspace."),
        click.option("--why", metavar="TEXT", help="Why; kept there too."),
        click.option(
            "--force",
            is_flag=True,
            help="Write it even if the files have changed since the export, or have errors then.",
        ),
        click.option(
            "--format",
            "form",
            type=Choice(["text", "json", "sarif"]),
            default="text",
            show_default=True,
            help="How to print what is wrong or doubtful.",
        ),
    ):
        function = option(function)
    return function


@click.command("xlsx")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_import_options
@study_option
@workspace_option
def import_xlsx(file: Path, **options: Any) -> None:
    """Put what a workbook says into the YAML files of the workspace. Only what differs is changed there; comments and
    layout stay. Errors name sheet and cell, and nothing is written then.

    FILE is what `ree-lca export xlsx` wrote, edited. With --to it makes a workspace of its own.

    \b
    Example:
      ree-lca export xlsx --out out/inventory.xlsx --replace
      ree-lca import xlsx out/inventory.xlsx --dry-run
    """
    _import(file, "xlsx", **options)


@click.command("csv")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@_import_options
@study_option
@workspace_option
def import_csv(folder: Path, **options: Any) -> None:
    """Put what a folder of CSV files says into the YAML files of the workspace. Only what differs is changed there;
    comments and layout stay. Errors name file and cell, and nothing is written then.

    FOLDER is what `ree-lca export csv` wrote, edited. With --to it makes a workspace of its own.

    \b
    Example:
      ree-lca export csv --out out/inventory --replace
      ree-lca import csv out/inventory --dry-run
    """
    _import(folder, "csv", **options)


def _import(
    path: Path,
    kind: str,
    target: Path | None,
    dry_run: bool,
    by: str | None,
    why: str | None,
    force: bool,
    form: str,
    study: str | None,
    root: Path,
) -> None:
    from lca.editing.spreadsheets.importing import read_book

    try:
        book = read_book(path, kind)
        if target is not None:
            from lca.editing.spreadsheets.importing import import_new

            if dry_run or by or why or force:
                raise click.UsageError(
                    "--to makes a new workspace: --dry-run, --by, --why and --force do not go with it"
                )
            count, said = import_new(book, target)
            _tell(said, form)
            say(f"made {target} of {count} files\nnext: cd {target} && ree-lca check && ree-lca run")
        elif dry_run:
            from lca.editing.spreadsheets.importing import rehearse

            taken, outcome = rehearse(root, book, study, force)
            _tell(taken.said, form)
            _show(taken.changes, outcome, form)
        else:
            _write(book, root, by, why, force, form)
    except InputError as fault:
        if form == "text":
            raise
        _tell(fault.diagnostics, form)
        sys.exit(WRONG_INPUT)


def _write(book: Any, root: Path, by: str | None, why: str | None, force: bool, form: str) -> None:
    from lca.change_log import LOG, keeps_log
    from lca.editing.own import refuse_bundled
    from lca.editing.spreadsheets.importing import import_into

    refuse_bundled(root)
    logged = keeps_log(root)
    taken = import_into(root, book, by, why, force)
    changed = taken.draft.changed
    for one, change in zip(changed, taken.changes, strict=True):
        place = (change.span or one.span).shown()
        say(f"{one.address}: {one.before or '(nothing)'} -> {one.after or '(nothing)'}   {place}")
    if logged and taken.draft.texts:
        say(f"added a line to {root / LOG}")
    count = len(taken.draft.texts)
    say(f"changed {count} file{'s' if count != 1 else ''}" if count else "nothing changes: it says so already")
    _tell(taken.said, form)


def _tell(said: list[Diagnostic] | tuple[Diagnostic, ...], form: str) -> None:
    """Findings: for people on stderr, as data on stdout."""
    if form == "json":
        click.echo(json.dumps(as_records(said), indent=1, ensure_ascii=False))
    elif form == "sarif":
        click.echo(render_sarif(said, lca.__version__))
    elif said:
        warn(render_text(said) + "\n")


def _show(changes: list[Any], outcome: DryRun, form: str) -> None:
    """The change in the files, then what it does to the headline; as data the findings alone are on stdout."""
    import pandas as pd

    if form != "text":
        return
    click.echo(outcome.textual or "nothing changes: it says so already")
    if outcome.title:
        moved = [row for row in outcome.rows if row["difference"] != 0]
        click.echo()
        hide = ("indicator", "unit", "electricity_basis")
        emit(pd.DataFrame(moved, columns=list(outcome.rows[0])), "table", title=outcome.title, hide=hide)
        click.echo(f"\n{len(outcome.rows) - len(moved)} of {len(outcome.rows)} results stay as they are")
