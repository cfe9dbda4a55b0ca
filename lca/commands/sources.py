"""`ree-lca sources`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import emit, format_option, workspace_option


@click.command("sources")
@click.argument("words", nargs=-1)
@workspace_option
@format_option
def command(words: tuple[str, ...], root: Path, form: str) -> None:
    """List the data sets of the workspace with their sources, evidence, pedigree and what they cover; only those that
    hold all of the WORDS, if any are given.

    \b
    Example:
      ree-lca sources oxalic
    """
    import pandas as pd

    from lca.errors import Problems
    from lca.inventory.loading import load
    from lca.report.data_sets import data_sets

    problems = Problems()
    inventory = load(root, problems)
    problems.raise_errors()
    rows = data_sets(inventory)
    wanted = [word.lower() for word in words]
    rows = [row for row in rows if all(word in " ".join(map(str, row.values())).lower() for word in wanted)]
    hidden = ("title", "product", "stage", "weakest", "note", "line")
    columns = list(data_sets(inventory)[0]) if not rows else None
    emit(pd.DataFrame(rows, columns=columns), form, title=f"{len(rows)} data sets", hide=hidden)
