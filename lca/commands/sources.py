"""`ree-lca sources`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import click

from lca.commands.common import emit, format_option, say, workspace_option


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

    from lca.errors import Problems, nearest
    from lca.inventory.loading import load
    from lca.report.data_sets import data_sets

    problems = Problems()
    inventory = load(root, problems)
    problems.raise_errors()
    known = data_sets(inventory)
    texts = [" ".join(map(str, row.values())).lower() for row in known]
    rows = [row for row, text in zip(known, texts, strict=True) if all(word.lower() in text for word in words)]
    hidden = ("title", "product", "stage", "weakest", "note", "line")
    if rows or form != "table":
        emit(pd.DataFrame(rows, columns=None if rows else list(known[0])), form, title=_counted(rows), hide=hidden)
    if not rows:
        there = {word for text in texts for word in re.findall(r"[\w-]+", text)}
        meant = [word if word.lower() in there else nearest(word, there) for word in words]
        more = f"; did you mean `{' '.join(meant)}`?" if all(meant) and meant != list(words) else ""
        say(f"no data set holds `{' '.join(words)}`{more}")


def _counted(rows: Sequence[object]) -> str:
    return f"{len(rows)} data sets" if len(rows) != 1 else "1 data set"
