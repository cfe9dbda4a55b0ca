"""`ree-lca fmt`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from lca.commands import WRONG_INPUT
from lca.commands.common import say, warn, workspace_option
from lca.errors import Span, render_text


@click.command("fmt")
@click.option("--check", is_flag=True, help="Write nothing; exit code 1 when files would be changed.")
@workspace_option
def command(check: bool, root: Path) -> None:
    """Put the files of the workspace into canonical order and layout; what they say stays, and so do all comments.

    Keys of processes, parameters, lines of inputs, flows and sources get one order; what stands in braces in one line
    gets one blank after commas and colons; blanks at the ends of lines and needless empty lines go.

    \b
    Example:
      ree-lca fmt -w my-plant
      ree-lca fmt --check
    """
    from lca.editing.layout import format_workspace
    from lca.editing.own import refuse_bundled

    if not check:
        refuse_bundled(root)
    changed, said = format_workspace(root, write=not check)
    for path in changed:
        click.echo(Span(path, 1, 1).shown().removesuffix(":1:1"))
    if said:
        warn(render_text(said) + "\n")
    say(f"{len(changed)} files {'would be' if check else 'are'} laid out anew")
    if any(one.severity == "error" for one in said) or (check and changed):
        sys.exit(WRONG_INPUT)
