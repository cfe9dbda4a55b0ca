"""`ree-lca import`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import common_options, say, warn, workspace_option
from lca.commands.spreadsheets import import_csv, import_xlsx


@click.group("import")
def command() -> None:
    """Take over what another program or a spreadsheet holds.

    \b
    Example:
      ree-lca import brightway --excel plant.xlsx --to plant
    """


@command.command("brightway")
@click.option("--project", metavar="NAME", help="Brightway project to read.")
@click.option("--database", metavar="NAME", help="Database of the project.")
@click.option(
    "--excel", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Read an Excel file instead."
)
@click.option("--to", "target", type=click.Path(path_type=Path), metavar="DIR", required=True, help="A new folder.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of Brightway projects; BRIGHTWAY2_DIR or Brightway's own if none is named.",
)
@click.option(
    "--activity",
    "activities",
    multiple=True,
    metavar="NAME",
    help="Activity to ask for, by name or code; may be given several times. If none is named: what calculation setups "
    "ask for, else what no other activity takes.",
)
@click.option(
    "--method",
    "methods",
    multiple=True,
    metavar="NAME",
    help="Method to use, `part > part`; may be given several times. If none is named: those of calculation setups, "
    "else all.",
)
@click.option("--with", "together", multiple=True, metavar="DATABASE", help="Write this database too.")
@common_options
def brightway(
    project: str | None,
    database: str | None,
    excel: Path | None,
    target: Path,
    folder: Path | None,
    activities: tuple[str, ...],
    methods: tuple[str, ...],
    together: tuple[str, ...],
) -> None:
    """Make a workspace of a foreground in Brightway: a database of a project, or an Excel file in Brightway's format.

    \b
    Example:
      ree-lca import brightway --excel plant.xlsx --to plant
    """
    from lca.disclosure.brightway.imports import import_excel, import_project

    if excel is not None:
        if project or database or folder or methods or together:
            raise click.UsageError("--excel goes with --to and --activity only")
        notes = import_excel(excel, target, activities)
    elif project is None or database is None:
        raise click.UsageError("name a project and a database, --project NAME --database NAME, or a file, --excel FILE")
    else:
        notes = import_project(project, database, target, folder, activities, methods, together)
    for note in notes:
        say(note)
    say(f"made {target}\nnext: cd {target} && ree-lca check && ree-lca run")


@command.command("pact")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--flow", metavar="NAME", help="Product of the workspace that it supplies. If none is named: a new one.")
@click.option("--process", metavar="NAME", help="Name of the process; made of the product and the supplier otherwise.")
@workspace_option
def pact(file: Path, flow: str | None, process: str | None, root: Path) -> None:
    """Write a supplier's carbon footprint (a ProductFootprint of the PACT data model 3) into the workspace, as a
    process that the plant can buy from.

    \b
    Example:
      ree-lca import pact supplier.json --flow sodium_hydroxide
    """
    from lca.disclosure.pact.imports import import_footprint
    from lca.errors import render_text
    from lca.workspace import bundled

    if root == bundled() and root != Path.cwd():
        raise click.UsageError("name a workspace, -w DIR, or run in one: the bundled one is not written to")
    found = import_footprint(root, file, flow, process)
    if found.warnings:
        warn(render_text(found.warnings) + "\n")
    say(f"wrote {found.file}")
    other = f", or `provider: {found.process}` where {found.flow} is made by others too" if not found.new_flow else ""
    say(f"next: buy it with `{{flow: {found.flow}, amount: ...}}` in the inputs of a process{other}")


command.add_command(import_xlsx)
command.add_command(import_csv)
