"""What mkdocs does with these pages beside rendering them.

Pages of the reference are made from the program, and drawings from the computed study: `<!-- figure: NAME -->` is
a figure of the report of the default study, `<!-- figure: NAME SCENARIO -->` one of a single scenario.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
for folder in (ROOT, Path(__file__).parent):
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

import pages  # noqa: E402

import lca  # noqa: E402
from lca.report.html import chart  # noqa: E402


def _axes() -> dict[str, str]:
    from lca.errors import Problems
    from lca.inventory.loading import load

    return {str(name): str(axis.title) for name, axis in load(ROOT, Problems()).workspace.axes.items()}


MADE: dict[str, Callable[[], str]] = {
    "reference/command-line.md": pages.command_line,
    "reference/schema.md": lambda: pages.schema_page(_axes()),
    "reference/functions.md": pages.functions_page,
    "reference/tables.md": pages.tables_page,
}


def on_files(files: Any, config: Any) -> Any:
    """The pages that are made."""
    from mkdocs.structure.files import File

    for path, make in MADE.items():
        files.append(File.generated(config, path, content=make()))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Any) -> str:
    """The page with its drawings; what is for the tests of the pages goes."""
    markdown = re.sub(r"^<!-- not run: .*? -->\n", "", markdown, flags=re.M)
    return re.sub(
        r"^<!-- figure: (\S+)(?: (\S+))? -->$", lambda found: figure(found[1], found[2]), markdown, flags=re.M
    )


@cache
def figure(name: str, scenario: str | None) -> str:
    """A figure with its caption, in the colours of the page."""
    drawing = lca.open(workspace=ROOT, scenarios=[scenario] if scenario else ()).figures[name]
    svg = chart(drawing.figure, re.sub(r"\W+", "-", f"{name}-{scenario}"))
    lines = "\n".join(line for line in svg.splitlines() if line.strip())
    caption = drawing.caption.replace("; the table below has all", "")  # which is in the report
    return f'<figure class="chart">\n{lines}\n<figcaption>{escape(caption)}</figcaption>\n</figure>\n'
