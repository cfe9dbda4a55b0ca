"""`ree-lca init`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import say


@click.command("init")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--debug", is_flag=True, expose_value=False, help="Show the traceback of a failure.")
def command(folder: Path) -> None:
    """Make a new workspace in FOLDER, a copy of the bundled one to edit.

    \b
    Example:
      ree-lca init my-plant
    """
    from lca.workspace import create

    made = create(folder)
    say(f"made {made}\nnext: cd {folder} && ree-lca check && ree-lca run")
