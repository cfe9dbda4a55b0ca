"""The report of the bundled study, once: what it holds, and that its three forms have the numbers of its results."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
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
from lca.report.html import render_html
from lca.report.pdf import MOST_ROWS
from lca.report.reported import reported_study
from tests.textbook import textbook

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


def test_page_is_valid_html(document: ReportDocument, tmp_path: Path) -> None:
    """As the Nu checker sees it, which .ci/run installs and names; so is the page of a study of one process."""
    checker, java = os.environ.get("REE_LCA_VNU", ""), shutil.which("java")
    if not checker or not java:
        pytest.skip("no Java, or REE_LCA_VNU does not name the vnu.jar of the Nu checker")
    small = report_document(reported_study(textbook(tmp_path / "small")))
    for name, one in (("bundled", document), ("small", small)):
        (tmp_path / f"{name}.html").write_text(render_html(one, ROOT / "templates"), encoding="utf-8")
    files = [str(tmp_path / f"{name}.html") for name in ("bundled", "small")]
    words = [java, "-Xss4m", "-jar", checker, "--stdout", *files]
    done = subprocess.run(words, check=False, capture_output=True, text=True)
    assert (done.stdout, done.returncode) == ("", 0)
