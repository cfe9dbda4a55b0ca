"""`ree-lca schema`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lca.commands.common import say, workspace_option


@click.group("schema")
def command() -> None:
    """JSON Schema of the inventory language: editors then complete keys, explain them and mark what is wrong.

    \b
    Example:
      ree-lca schema write editor
    """


@command.command("write")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@workspace_option
def write(folder: Path | None, root: Path) -> None:
    """Write the schema into FOLDER; if none is named, to where VS Code finds it (extension "YAML" of Red Hat).

    The axes of the workspace are part of it: write it anew when they change.

    \b
    Example:
      ree-lca schema write editor
    """
    from lca.editing.json_schema import EDITOR, write_schema
    from lca.editing.own import refuse_bundled

    if folder is None:
        refuse_bundled(root)
    made = write_schema(root, folder)
    say(f"wrote {made.path}")
    if folder is not None:
        say(f"for one file, its first line: # yaml-language-server: $schema={made.path.resolve().as_uri()}")
    elif not made.wired:
        say(f"add to {made.path.parent / 'settings.json'}:\n{json.dumps(EDITOR, indent=2)}")
