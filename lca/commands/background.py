"""`ree-lca background`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands import background_link
from lca.commands.common import Choice, Listing, common_options, emit, format_option, is_quiet, say, warn

if TYPE_CHECKING:
    from lca.background.database import Background
    from lca.background.importing import Request

#: How many lines of each part of the report are printed after an import.
_SHOWN = 8


@click.group("background", cls=Listing)
def command() -> None:
    """Import background databases, look at them, remove them. They are kept outside of workspaces, for this user.

    \b
    Example:
      ree-lca background list
    """


command.add_command(background_link.command)


@command.command("import")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("--name", required=True, metavar="NAME", help="What the database is called from now on.")
@click.option(
    "--format-of-data",
    "kind",
    type=Choice(["ecospold1", "ecospold2", "jsonld"]),
    help="Format of the files; found out from their content if none is named.",
)
@click.option("--project", metavar="NAME", help="Brightway project to take the database from, instead of PATH.")
@click.option("--database", metavar="NAME", help="Database of the project; goes with --project.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of Brightway projects; BRIGHTWAY2_DIR or Brightway's own if none is named.",
)
@click.option("--version", default="", metavar="TEXT", help="Version of the database, for reports.")
@click.option("--system-model", default="", metavar="TEXT", help="System model, for reports: cut-off, APOS ...")
@click.option("--licence", default="", metavar="TEXT", help="Licence of the data, for reports.")
@click.option(
    "--licensed/--open", default=True, show_default=True, help="Whether the data may not be passed on by exports."
)
@click.option(
    "--links",
    default="",
    metavar="ID",
    help="The `background:` document that links to it; that of its own name if none is named.",
)
@click.option(
    "--choices",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="YAML that decides what the files leave open (docs/backgrounds.md).",
)
@click.option("--replace", is_flag=True, help="Take the place of a database of that name.")
@common_options
def import_database(
    path: Path | None, project: str | None, database: str | None, folder: Path | None, replace: bool, **said: Any
) -> None:
    """Import the database in PATH (a file, a folder or a zip archive), or in a Brightway project.

    \b
    Example:
      ree-lca background import uslci.zip --name uslci --open --licence "US public domain"
    """
    if (path is None) == (project is None):
        raise click.UsageError("name either PATH or --project")
    if (project is None) != (database is None):
        raise click.UsageError("--project and --database go together")
    if project is None and folder is not None:
        raise click.UsageError("--folder goes with --project")
    if project is not None and (said["kind"] or said["choices"]):
        raise click.UsageError("--format-of-data and --choices are about files, not about projects")
    from lca.background import naming, store
    from lca.background.checking import check_matrix
    from lca.background.importing import Request
    from lca.errors import render_text

    naming.check_free(said["name"], replace)
    before = naming.hash_of(said["name"])
    kind = said.pop("kind") or ""
    request = Request(path or Path(), format=kind, **said)
    with _progress() as progress:
        made = _read(request, project, database, folder, progress)
        progress("checking the matrix")
        warnings = check_matrix(made)
        progress("writing")
        kept = store.save(made)
    _forget(before, kept.sha256)
    _print_report(kept)
    if warnings:
        warn(render_text(warnings))


def _read(
    request: Request,
    project: str | None,
    database: str | None,
    folder: Path | None,
    progress: Callable[[str], None],
) -> Background:
    from lca.background.importing import import_files, import_project

    if project is None or database is None:
        return import_files(request, progress)
    progress(f"reading {database} of {project}")
    return import_project(request, project, database, folder)


def _forget(sha256: str, now: str = "") -> None:
    """Delete what was computed with a database that is gone, unless another of the same content is there."""
    from lca.background import naming, store
    from lca.impact.life_cycles import forget

    if sha256 and sha256 != now and all(naming.hash_of(name) != sha256 for name in store.names()):
        forget(sha256)


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Says on stderr what is being done, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda text: None
        return
    from rich.console import Console

    with Console(stderr=True, quiet=is_quiet()).status("reading") as status:
        yield lambda text: status.update(text, spinner="dots")


def _print_report(background: Background) -> None:
    import pandas as pd

    from lca.background import views

    said = views.summary(background)
    click.echo(
        f"{said['name']}: {said['activities']:,} activities, {said['exchanges']:,} exchanges between them, "
        f"{said['flows']:,} elementary flows in {said['elementary_exchanges']:,} exchanges"
    )
    rows = views.unlinked(background.contents)
    if rows:
        table = pd.DataFrame(rows, columns=list(views.UNLINKED_COLUMNS)).head(_SHOWN)
        click.echo(f"{said['unlinked_inputs']:,} inputs that nothing in it supplies ({len(rows):,} kinds):")
        emit(table, "table", hide=("smallest", "largest"))
        _say_more(background.name, len(rows), "--unlinked")
    for kind in ("conversion", "note"):
        texts = [row["text"] for row in views.noticed(background.contents) if row["kind"] == kind]
        for text in texts[:_SHOWN]:
            click.echo(f"{kind}: {text}")
        _say_more(background.name, len(texts), "--notes")
    if said["flows_without_node"]:
        click.echo(
            f"{said['flows_without_node']:,} of {said['flows']:,} elementary flows are no node of Brightway's "
            "biosphere: methods that bw2io ships have no factor for them"
        )


def _say_more(name: str, count: int, option: str) -> None:
    if count > _SHOWN:
        click.echo(f"and {count - _SHOWN:,} more: ree-lca background show {name} {option}")


@command.command("list")
@format_option
@common_options
def list_databases(form: str) -> None:
    """List the databases that were imported.

    \b
    Example:
      ree-lca background list --format csv
    """
    import pandas as pd

    from lca.background import naming, store, views
    from lca.errors import render_text

    found, broken = naming.all_kept()
    rows = [views.listed(background) for background in found]
    columns = list(rows[0]) if rows else ["name", "activities", "flows", "format", "version", "licensed", "imported"]
    title = f"{len(rows)} background database{'' if len(rows) == 1 else 's'} in {store.folder()}"
    emit(pd.DataFrame(rows, columns=columns), form, title=title, hide=("sha256",))
    if broken:
        warn(render_text(broken))


@command.command("show")
@click.argument("name")
@click.option("--activities", metavar="WORDS", help="Activities that have all these words; all with an empty text.")
@click.option("--flows", metavar="WORDS", help="Elementary flows that have all these words; all with an empty text.")
@click.option("--unlinked", is_flag=True, help="Inputs that nothing in the database supplies.")
@click.option("--notes", is_flag=True, help="Conversions and notes of the import.")
@format_option
@common_options
def show(name: str, activities: str | None, flows: str | None, unlinked: bool, notes: bool, form: str) -> None:
    """Show what database NAME is, or search it for what links need: names, places, units.

    \b
    Example:
      ree-lca background show uslci --activities "sodium hydroxide"
    """
    import pandas as pd

    from lca.background import naming, views

    if sum((activities is not None, flows is not None, unlinked, notes)) > 1:
        raise click.UsageError("--activities, --flows, --unlinked and --notes are shown one at a time")
    background = naming.contents(name)
    columns: tuple[str, ...]
    if activities is not None:
        rows, columns, what = views.activities(background, activities), views.ACTIVITY_COLUMNS, "activities"
    elif flows is not None:
        rows, columns, what = views.flows(background, flows), views.FLOW_COLUMNS, "elementary flows"
    elif unlinked:
        rows, columns, what = views.unlinked(background), views.UNLINKED_COLUMNS, "kinds of inputs without a supplier"
    elif notes:
        rows, columns, what = views.noticed(background), views.NOTICED_COLUMNS, "conversions and notes"
    else:
        summary = views.summary(naming.kept(name))
        rows, columns, what = [{"what": key, "value": value} for key, value in summary.items()], ("what", "value"), ""
        if form == "json":
            rows, columns = [summary], tuple(summary)
    title = f"{background.name}: {len(rows)} {what}" if what else ""
    emit(pd.DataFrame(rows, columns=list(columns)), form, title=title)


@command.command("remove")
@click.argument("name")
@common_options
def remove(name: str) -> None:
    """Remove database NAME.

    \b
    Example:
      ree-lca background remove uslci
    """
    from lca.background import naming

    before = naming.hash_of(name)
    naming.remove(name)
    _forget(before)
    say(f"background {name} is removed")
