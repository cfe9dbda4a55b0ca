"""A report as a tagged PDF, by Typst: what is said goes over as data, so that no text of a user is read as Typst."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from lca.errors import Diagnostic, InputError, Span
from lca.report import figures
from lca.report.document import Block, Figure, ReportDocument, Section, Table
from lca.report.grid import NUMERIC, in_groups, shown_column, table_head
from lca.report.pdf_characters import refused_characters, with_codes, without_controls
from lca.report.pdf_layout import LYING, UPRIGHT, Part, laid_out, parts

#: What the compiler holds the document to: accessible, and kept readable for long.
STANDARDS: tuple[Literal["a-2a", "ua-1"], ...] = ("a-2a", "ua-1")

#: Tables with more rows are named only: nobody reads them on paper, and the workbook holds them.
MOST_ROWS = 300

_FONT = "Libertinus Serif"


def render_pdf(document: ReportDocument, templates: Path) -> bytes:
    """The PDF of a report, made by `pdf/report.typ` in the folder of templates. The same document gives the same
    bytes. Raises `InputError` where the template cannot be used. Characters that its fonts lack stand as codes.
    """
    import typst

    folder = templates / "pdf"
    source = folder / "report.typ"
    if not source.is_file():
        expected = "a copy of the folder templates/pdf of the bundled workspace"
        raise InputError([Diagnostic("REE-C006", f"there is no template {source}", expected=expected)])
    lacking: frozenset[str] = frozenset()
    while True:  # each time without characters that were there before
        try:
            return _compiled(with_codes(without_controls(document), lacking), source)
        except typst.TypstError as cause:
            more = refused_characters(cause.diagnostic) - lacking
            if not more:
                message = f"the template cannot be used: {cause.message}"
                raise InputError(
                    [Diagnostic("REE-C006", message, Span(source, 1, 1), expected="; ".join(cause.hints))]
                ) from cause
            lacking |= more


def _compiled(document: ReportDocument, source: Path) -> bytes:
    import typst

    compiler = typst.Compiler(
        input=source,
        root=source.parent,  # a template reads nothing outside its folder
        font_paths=[],
        ignore_system_fonts=True,  # the same on every machine
        sys_inputs={"report": json.dumps(as_data(document), ensure_ascii=False)},
    )
    made = compiler.compile(format="pdf", pdf_standards=list(STANDARDS), timestamp=_created(document))
    assert isinstance(made, bytes)
    return made


def _created(document: ReportDocument) -> datetime:
    try:
        return datetime.fromisoformat(document.created)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)


def as_data(document: ReportDocument) -> dict[str, Any]:
    """The document as the template reads it: lists, texts and numbers."""
    writer = _Writer()
    return {
        "title": document.title,
        "author": document.author,
        "kicker": document.kicker,
        "status": document.status,
        "stamp": document.stamp,
        "language": document.language,
        "footer": document.footer,
        "cover": writer.blocks("cover", document.cover),
        "facts": asdict(document.facts),
        "sections": [writer.section(section) for section in document.sections],
        "annex": writer.annex,
    }


class _Writer:
    """Writes the sections; tables that are folded or too wide for an upright sheet are gathered in the annex."""

    def __init__(self) -> None:
        self.annex: list[dict[str, Any]] = []

    def section(self, section: Section) -> dict[str, Any]:
        return {"id": section.id, "title": section.title, "blocks": self.blocks(section.id, section.blocks)}

    def blocks(self, key: str, blocks: Sequence[Block]) -> list[dict[str, Any]]:
        return [written for n, block in enumerate(blocks, 1) for written in self._block(f"{key}-{n}", block)]

    def _block(self, key: str, block: Block) -> Iterator[dict[str, Any]]:
        if isinstance(block, Table):
            found = None if block.folded or len(block.rows) > MOST_ROWS else laid_out(block, UPRIGHT)
            yield self._apart(block, key) if found is None else _table(*found, key)
        elif isinstance(block, Figure):
            width = 0.75 if block.half else 1.0
            svg = figures.draw(block.chart, key, block.half).replace("'DejaVu Sans'", f"'{_FONT}'")
            yield {"kind": "figure", "svg": svg, "width": width} | {
                "description": block.description,
                "caption": block.caption,
                "anchor": f"{key}-figure",
                "data": self._apart(block.data, f"{key}-data"),
            }
        else:
            yield {"kind": block.kind} | asdict(block)

    def _apart(self, table: Table, key: str) -> dict[str, Any]:
        """Put a table into the annex; what stands in its place."""
        if len(table.rows) > MOST_ROWS:
            return {"kind": "elsewhere", "caption": table.caption, "rows": len(table.rows)}
        whole = laid_out(table, LYING)
        made = [_table(*whole, "")] if whole else [_table(table, part, "") for part in parts(table, LYING)]
        self.annex.append({"caption": table.caption, "anchor": key, "note": table.note, "parts": made})
        return {"kind": "pointer", "caption": table.caption, "anchor": key}


def _table(table: Table, part: Part, anchor: str) -> dict[str, Any]:
    chosen = [table.columns[n] for n in part.columns]
    own = replace(table, columns=tuple(chosen), rows=tuple(tuple(row[n] for n in part.columns) for row in table.rows))
    cells = [
        [[text, pad] if pad else text for text, pad in shown_column(column, own.columns[n])]
        for n, column in enumerate(zip(*own.rows, strict=True))
    ]
    rows = tuple(zip(*cells, strict=True))
    return {
        "kind": "table",
        "caption": table.caption,
        "note": table.note,
        "anchor": anchor,
        "size": part.size,
        "widths": [round(width, 2) for width in part.widths],
        "columns": [{"numeric": column.kind in NUMERIC, "code": column.kind == "code"} for column in chosen],
        "head": [[asdict(head) | {"numeric": head.numeric} for head in row] for row in table_head(own)],
        "groups": [{"title": title, "rows": found} for title, found in in_groups(own, rows)],
    }
