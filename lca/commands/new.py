"""`ree-lca new`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import say, workspace_option


@click.command("new")
@click.argument("kind")
@click.argument("name")
@click.option(
    "--like", metavar="NAME", help="Document to start from; of an option the first of its axis if none is named."
)
@workspace_option
def command(kind: str, name: str, like: str | None, root: Path) -> None:
    """Start a document in a file of its own: KIND is process, study, or an axis of the workspace (a site, say).

    What is made holds together as it is; comments say what to fill in. Options of an axis are made like another one,
    with all evidence set to placeholder.

    \b
    Example:
      ree-lca new process my_boiler -w my-plant
      ree-lca new site iceland --like belfast -w my-plant
    """
    from lca.editing.own import refuse_bundled
    from lca.editing.skeletons import new_document

    refuse_bundled(root)
    made = new_document(root, kind, name, like)
    say(f"made {made}\nnext: edit it, then ree-lca check")
