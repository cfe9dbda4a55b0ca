"""The report of the bundled study, once: what it holds, and that its three forms have the numbers of its results."""

from __future__ import annotations

import io
import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from html import unescape
from math import isclose
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from lca.impact.results import StudyResults, records
from lca.impact.study import run_study
from lca.report import formatting as show
from lca.report.content import report_document
from lca.report.document import Block, Figure, ReportDocument, Table
from lca.report.documents import rendered
from lca.report.pdf import MOST_ROWS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results() -> StudyResults:
    return run_study(ROOT)


@pytest.fixture(scope="module")
def document(results: StudyResults) -> ReportDocument:
    return report_document(results)


def outlined(document: ReportDocument) -> Iterator[str]:
    """What the document consists of: every section and block, with its text or size."""
    yield f"{document.title} [{document.stamp}]"
    for section in document.sections:
        yield f"\n## {section.id}: {section.title}"
        yield from (_line(block) for block in section.blocks)


def _line(block: Block) -> str:
    if isinstance(block, Figure):
        return f"figure {type(block.chart).__name__}: {block.data.caption}; {len(block.data.rows)} rows"
    if isinstance(block, Table):
        columns = ", ".join(f"{c.title} {c.unit}".strip() for c in block.columns)
        return f"table{' folded' if block.folded else ''}: {block.caption}; {len(block.rows)} rows of {columns}"
    text = getattr(block, "text", "") or getattr(block, "caption", "") or getattr(block, "title", "")
    count = f", {len(block.items)} lines" if hasattr(block, "items") else ""
    return f"{block.kind}: {text}{count}"


def test_report_holds_what_it_held(document: ReportDocument, golden: Callable[[str, str], None]) -> None:
    golden("bundled_report.txt", "\n".join(outlined(document)) + "\n")


def test_three_forms_have_the_numbers_of_the_results(results: StudyResults, document: ReportDocument) -> None:
    files = rendered(document, ROOT)
    page, pdf, book = files["report.html"], files["report.pdf"], files["report.xlsx"]
    assert isinstance(page, str)
    assert len(page.encode()) < 3_000_000
    tables = [
        block.data if isinstance(block, Figure) else block
        for section in document.sections
        for block in section.blocks
        if isinstance(block, (Figure, Table))
    ]
    rows = {len(table.rows) for table in tables}
    assert max(rows) > MOST_ROWS  # some are in the workbook and on the page only
    cells = re.sub(r"<script>.*?</script>|<style>.*?</style>", "", page, flags=re.DOTALL)
    on_page = {unescape(text) for text in re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", cells)}
    assert isinstance(pdf, bytes)
    printed = re.sub(r"[\s\u00ad-]+", "", "".join(part.extract_text() for part in PdfReader(io.BytesIO(pdf)).pages))
    assert isinstance(book, bytes)
    opened = openpyxl.load_workbook(io.BytesIO(book), read_only=True)
    cells_of_book = (value for sheet in opened for row in sheet.iter_rows(values_only=True) for value in row)
    numbers = sorted({float(value) for value in cells_of_book if isinstance(value, (int, float))})

    def in_book(value: float) -> bool:
        """Sixteen digits are written."""
        at = bisect_left(numbers, value)
        return any(isclose(value, near, rel_tol=1e-14) for near in numbers[max(0, at - 1) : at + 1])

    for table in tables:
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=True):
                text = show.cell(cell, column.kind)
                assert text in on_page, (table.caption, row)
                if len(table.rows) <= MOST_ROWS:
                    assert re.sub(r"[\s-]+", "", text) in printed, (table.caption, row)
                if isinstance(cell, float):
                    assert in_book(cell), (table.caption, row)
    main, basis = results.metadata["indicators"][0]["id"], results.metadata["electricity_basis"]
    for row in records(results.headline(main, basis)):  # the results themselves, not what the report made of them
        assert show.number(row["value"]) in on_page
        assert show.number(row["value"]) in printed
        assert in_book(row["value"])
