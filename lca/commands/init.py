"""`ree-lca init`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import Choice, common_options, say


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--template",
    type=Choice(["reo", "minimal"]),
    default="reo",
    show_default=True,
    help="reo: all of the bundled workspace; minimal: a plant, its electricity and one method, to build upon.",
)
@common_options
def command(folder: Path, template: str) -> None:
    """Make a new workspace in FOLDER, a copy of the bundled one to edit.

    \b
    Example:
      ree-lca init my-plant
      ree-lca init my-factory --template minimal
    """
    from lca.editing.json_schema import write_schema
    from lca.editing.minimal import FILES
    from lca.workspace import create

    made = create(folder, FILES if template == "minimal" else None)
    write_schema(made)
    say(f"made {made}\nnext: cd {folder} && ree-lca check && ree-lca run")
