"""A report as one self-contained HTML page: no request leaves it, and nothing in it needs a script."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from lca.errors import Diagnostic, InputError, Span
from lca.report import figures, sheet
from lca.report.document import Cell, Figure, ReportDocument, Table
from lca.report.grid import NUMERIC, in_groups, shown_column, table_head

#: Colours that charts are drawn in, and the variables of the page that take their place.
_COLOURS = {
    sheet.INK: "var(--ink)",
    sheet.SOFT: "var(--soft)",
    sheet.RULE: "var(--rule)",
    sheet.PAPER: "var(--paper)",
} | {colour: f"var(--series-{n})" for n, colour in enumerate(sheet.PALETTE)}


class CellView(NamedTuple):
    """A cell as text; `pad` is the room after it, in digits, that lines up the decimal points of a column.

    A tuple, because templates take it apart at once: in the sandbox every attribute costs more than showing the cell.
    """

    text: str
    css: str
    pad: float
    header: bool


@dataclass(frozen=True)
class GroupView:
    title: str
    rows: tuple[tuple[CellView, ...], ...]


def render_html(document: ReportDocument, templates: Path, script: bool = True) -> str:
    """The page of a report, made by `html/report.html.j2` in the folder of templates; it says the same without its
    script.
    """
    import jinja2
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

    # a workspace comes from anywhere, and its templates with it: they may present, and reach nothing else
    environment = ImmutableSandboxedEnvironment(
        loader=jinja2.FileSystemLoader(templates / "html"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.globals.update(
        table_head=table_head,
        table_groups=table_groups,
        chart=lambda figure, key: Markup(chart(figure, key)),
    )
    try:
        return environment.get_template("report.html.j2").render(
            report=document, script=script, live=Markup(live_data(document)) if script and document.live else ""
        )
    except jinja2.TemplateError as cause:
        line = getattr(cause, "lineno", None)
        file = Path(getattr(cause, "filename", None) or templates / "html" / "report.html.j2")
        message = f"the template cannot be used: {type(cause).__name__}: {cause.message or cause}"
        raise InputError([Diagnostic("REE-C006", message, Span(file, line or 1, 1))]) from cause


def live_data(document: ReportDocument) -> str:
    """What the script of the page reads, as JSON; no text in it can end the element that holds it."""
    import orjson

    return orjson.dumps(document.live).decode().replace("<", "\\u003c")


# --- charts


def chart(figure: Figure, key: str) -> str:
    """The SVG of a figure as part of the page: its colours and font, the description as its name."""
    import html

    svg = figures.draw(figure.chart, key, figure.half)
    opening, rest = svg[svg.index("<svg") :].split(">", 1)
    rest = re.sub(r"<defs>\s*<style.*?</defs>", "", rest, count=1, flags=re.DOTALL)  # it would hold for the whole page
    rest = re.sub("|".join(_COLOURS), lambda match: _COLOURS[match.group(0)], rest)
    rest = rest.replace("'DejaVu Sans'", "var(--sans)")
    view = re.search(r'viewBox="[^"]*"', opening)
    assert view is not None
    label = html.escape(figure.description, quote=True)
    css = "half" if figure.half else "wide"
    return f'<svg role="img" aria-label="{label}" {view.group(0)} class="{css}">{rest}'.strip()


# --- tables


def table_groups(table: Table) -> tuple[GroupView, ...]:
    """The rows of a table, shown, in their groups."""
    columns = [_cells(table, n, cells) for n, cells in enumerate(zip(*table.rows, strict=True))]
    rows = tuple(zip(*columns, strict=True))
    return tuple(GroupView(title, own) for title, own in in_groups(table, rows))


def _cells(table: Table, n: int, cells: tuple[Cell, ...]) -> list[CellView]:
    """The cells of column `n`, shown."""
    column = table.columns[n]
    css: str = "num" if column.kind in NUMERIC else column.kind
    if column.group and (n == 0 or table.columns[n - 1].group != column.group):
        css += " first"
    header = n < table.row_headers
    views = []
    for text, pad in shown_column(cells, column):
        own = " long" if column.kind == "text" and len(text) > 60 else " name" if n == 0 and len(text) > 18 else ""
        views.append(CellView(text, css + own, pad, header))
    return views
