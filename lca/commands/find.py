"""`ree-lca find`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import emit, format_option, say, workspace_option


@click.command("find")
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1), default=40, show_default=True, help="Lines of the table to show.")
@workspace_option
@format_option
def command(text: tuple[str, ...], limit: int, root: Path, form: str) -> None:
    """Find names, titles, notes, sources and values that hold all words of TEXT, with file and line.

    \b
    Example:
      ree-lca find voltage
    """
    import pandas as pd

    from lca.editing.search import search

    wanted = " ".join(text)
    found = search(root, wanted)
    shown = found.rows if form != "table" else found.rows[:limit]
    if shown or form != "table":
        emit(pd.DataFrame(shown, columns=["address", "what", "text", "file", "line"]), form)
    if not found.rows:
        say(f"`{wanted}` is found nowhere" + (f"; did you mean `{found.suggestion}`?" if found.suggestion else ""))
    elif len(shown) < len(found.rows):
        say(f"and {len(found.rows) - len(shown)} more; --limit shows them")
