"""The report of the bundled study, once: what it holds, and that its three forms have the numbers of its results."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from html import unescape
from math import isclose, isfinite
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from lca.disclosure.annex import Annex
from lca.impact.results import StudyResults, frame, records
from lca.impact.study import computed_study, study_results
from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.content import report_document
from lca.report.document import Block, Figure, ReportDocument, Table
from lca.report.documents import rendered
from lca.report.html import render_html
from lca.report.pdf import MOST_ROWS
from lca.report.reported import reported_study
from lca.system.checking import Checker
from tests.textbook import textbook

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def results() -> StudyResults:
    checker = Checker(ROOT)
    computed = computed_study(checker)
    found = study_results(checker, computed)
    tables, said = Annex(())(checker, computed, [case.id for case in Reading(found).leading])
    annexed = {name: frame(name, rows) for name, rows in tables.items()}
    return StudyResults({**found.metadata, **said}, {**found.tables, **annexed})


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
    assert isinstance(pdf, bytes)
    printed = squeezed("".join(part.extract_text() for part in PdfReader(io.BytesIO(pdf)).pages))
    assert isinstance(book, bytes)
    sheets = openpyxl.load_workbook(io.BytesIO(book), read_only=True).worksheets[2:]  # after contents and text
    for table, on_page, sheet in zip(tables, shown_tables(page, tables), sheets, strict=True):
        texts = [
            [show.cell(cell, column.kind) for cell, column in zip(row, table.columns, strict=True)]
            for row in table.rows
        ]
        assert on_page == texts, table.caption
        grouped = any(title for title, _ in table.groups)
        first = 6 + any(column.group for column in table.columns)
        held = sheet.iter_rows(first, first + len(table.rows) - 1, 1 + grouped, len(table.columns) + grouped, True)
        for row, line, values in zip(table.rows, texts, held if table.rows else (), strict=True):
            if len(table.rows) <= MOST_ROWS:
                assert all(squeezed(text) in printed for text in line), (table.caption, line)
            for cell, text, value in zip(row, line, values, strict=True):
                if isinstance(cell, (int, float)) and isfinite(cell):
                    assert isclose(value, cell, rel_tol=1e-14), (table.caption, line)  # sixteen digits are written
                else:
                    assert (value or "") == text, (table.caption, line)
    headline = next(table for table in tables if table.caption.startswith("Results per declared unit"))
    main, places = results.metadata["indicators"][0]["id"], [s["id"] for s in results.metadata["scenarios"]]
    numbers = {cell for row in headline.rows for cell in row if isinstance(cell, float)}
    for basis in ("market", "location"):  # the results themselves, not what the report made of them
        rows_of_basis = records(results.headline(main, basis))
        assert len(rows_of_basis) == len(places) == len(headline.rows)
        assert {row["value"] for row in rows_of_basis} <= numbers


def squeezed(text: str) -> str:
    """Without spaces and hyphens, which a line break can add or take away."""
    return re.sub(r"[\s\u00ad-]+", "", text)


def shown_tables(page: str, tables: Sequence[Table]) -> list[list[list[str]]]:
    """The cells of the tables on a page, in the order of these, without headings."""
    found: list[list[list[str]]] = []
    wanted = iter(tables)
    table = next(wanted)
    for text in re.findall(r"<table\b.*?</table>", page, flags=re.DOTALL):
        caption = re.search(r"<caption[^>]*><span>(.*?)</span>", text, flags=re.DOTALL)
        if caption is None or unescape(caption[1]) != table.caption or "<tbody" not in text:
            continue
        rows = re.findall(r"<tr>(.*?)</tr>", text[text.index("<tbody") :], flags=re.DOTALL)
        found.append([[unescape(cell) for cell in re.findall(r"<t[dh][^>]*>([^<]*)</t[dh]>", row)] for row in rows])
        following = next(wanted, None)
        if following is None:
            break
        table = following
    assert len(found) == len(tables), table.caption
    return found


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
