"""The workbook: every table with its numbers, texts as texts, and the same bytes for the same document."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.impact.results import StudyResults, frame
from lca.report import formatting as show
from lca.report.content import report_document
from lca.report.document import Column, Figure, KeyValues, Paragraph, ReportDocument, Section, Sum, Table
from lca.report.xlsx import number_format, render_xlsx
from tests.report_tables import METADATA, SAMPLED, TABLES

HOSTILE = ("=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0", "http://example.org", "\t=1", "{=1}", "<b>&amp;")


def opened(document: ReportDocument) -> Any:
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(document)))


@pytest.fixture(scope="module")
def document() -> ReportDocument:
    return report_document(
        StudyResults(METADATA, {name: frame(name, make()) for name, make in (TABLES | SAMPLED).items()})
    )


@pytest.fixture(scope="module")
def book(document: ReportDocument) -> Any:
    return opened(document)


def tables_of(document: ReportDocument) -> list[Table]:
    blocks = [block for section in document.sections for block in section.blocks]
    return [b.data if isinstance(b, Figure) else b for b in blocks if isinstance(b, (Figure, Table))]


def small(*blocks: Table | Paragraph) -> ReportDocument:
    return ReportDocument("T", "", "", KeyValues((("=a", "=b"),)), (Section("s", "S", blocks),), "")


def named(book: Any, n: int) -> list[tuple[Any, ...]]:
    """The values of the range of table `n`, its header first."""
    sheet, _, area = book.defined_names[f"Table_{n:02}"].attr_text.rpartition("!")
    return [tuple(cell.value for cell in row) for row in book[sheet.strip("'")][area.replace("$", "")]]


def test_every_cell_of_every_table_is_in_its_range(document: ReportDocument, book: Any) -> None:
    found = tables_of(document)
    assert len(book.sheetnames) == len(found) + 2
    for n, table in enumerate(found, 1):
        head, *rows = named(book, n)
        grouped = head[0] == "Group"
        assert len(rows) == max(1, len(table.rows))
        units = [f"{c.title} ({c.unit})" if c.unit else c.title or None for c in table.columns]
        assert list(head[grouped:]) == units
        for row, shown in zip(table.rows, rows, strict=False):
            for cell, column, value in zip(row, table.columns, shown[grouped:], strict=True):
                if isinstance(cell, float) and math.isfinite(cell):
                    assert value == pytest.approx(cell, rel=1e-15)
                else:
                    assert (value or "") == show.cell(cell, column.kind)


def test_groups_are_a_column_that_can_be_sorted(document: ReportDocument, book: Any) -> None:
    n, table = next((n, t) for n, t in enumerate(tables_of(document), 1) if any(title for title, _ in t.groups))
    head, *rows = named(book, n)
    assert head[0] == "Group"
    assert [row[0] or "" for row in rows] == [title for title, count in table.groups for _ in range(count)]


def test_texts_are_never_formulas_or_links() -> None:
    table = Table("=caption", tuple(Column(text) for text in HOSTILE), (HOSTILE,), note="=note")
    book = opened(small(table, Paragraph("=said")))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", cell.value
                assert cell.hyperlink is None or cell.hyperlink.target is None  # within the book only
    assert named(book, 1) == [HOSTILE, HOSTILE]
    assert {"=a", "=b"} <= {cell.value for row in book["Contents"].iter_rows() for cell in row}
    assert "=said" in {cell.value for row in book["Text"].iter_rows() for cell in row}


def test_contents_lead_to_every_sheet_and_back(document: ReportDocument, book: Any) -> None:
    targets = {cell.hyperlink.location for row in book["Contents"].iter_rows() for cell in row if cell.hyperlink}
    tables = book.sheetnames[2:]
    assert targets == {f"'{name}'!A1" for name in tables}
    for name in tables:
        assert book[name]["A3"].hyperlink.location == "'Contents'!A1"
        assert book[name].freeze_panes is not None
    plain = [name for name, table in zip(tables, tables_of(document), strict=True) if not table.totals]
    assert all(book[name].auto_filter.ref is not None for name in plain)


# --- formulas


def computed(sheet: Any, formula: str) -> float:
    """The value of a formula of the workbook, computed anew: sums and single cells, added and subtracted."""
    assert re.fullmatch(r"=-?(SUM\([A-Z0-9:,]+\)|[A-Z]+[0-9]+)([-+](SUM\([A-Z0-9:,]+\)|[A-Z]+[0-9]+))?", formula)

    def value(address: str) -> float:
        found = sheet[address].value
        if isinstance(found, str) and found.startswith("="):
            return computed(sheet, found)
        return found if isinstance(found, (int, float)) else 0.0

    whole = 0.0
    for sign, term in re.findall(r"([-+]?)(SUM\([^)]*\)|[A-Z]+[0-9]+)", formula.lstrip("=")):
        areas = re.findall(r"[A-Z]+[0-9]+(?::[A-Z]+[0-9]+)?", term)
        cells = [cell for area in areas for row in (sheet[area] if ":" in area else [[sheet[area]]]) for cell in row]
        whole += (-1 if sign == "-" else 1) * sum(value(cell.coordinate) for cell in cells)
    return whole


def formulas(book: Any) -> list[Any]:
    return [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_formulas_have_the_values_that_they_give(document: ReportDocument, book: Any) -> None:
    """A reader that computes nothing sees what one that does computes; the document's own sums are sums."""
    printed = openpyxl.load_workbook(io.BytesIO(render_xlsx(document)), data_only=True)
    found = formulas(book)
    titles = {book[cell.parent.title]["A1"].value for cell in found}
    assert {
        "Comparisons per declared unit",
        "Climate change (GWP100) by origin",
        "Climate change (GWP100) in a year",
    } <= titles
    for cell in found:
        known = printed[cell.parent.title][cell.coordinate].value
        assert known == pytest.approx(computed(cell.parent, cell.value), rel=1e-12, abs=1e-10)
        if cell.value.startswith("=-"):
            assert known == pytest.approx(0, abs=1e-9), (cell.parent.title, cell.coordinate)


def test_formula_tells_where_a_sum_is_none() -> None:
    columns = (Column("Name"), Column("A", "number"), Column("B", "number"), Column("Total", "number"))
    rows = (("=1+1", 1.0, 2.0, 4.0), ("unknown", "not assessed", 2.0, 2.0), ("nothing", None, None, None))
    table = Table("T", columns, rows, sums=(Sum("=evil", 3, (1, 2)),), totals=((0, 1, 1),))
    document = small(table)
    sheet = opened(document).worksheets[2]
    assert sheet["F5"].value == "=evil"
    assert sheet["F5"].data_type == "s"
    assert [sheet[address].value for address in ("F6", "G6", "F7", "F8")] == [
        "=SUM(B6:C6)",
        "=-D6+F6",
        "=SUM(B7:C7)",
        None,
    ]
    printed = openpyxl.load_workbook(io.BytesIO(render_xlsx(document)), data_only=True).worksheets[2]
    assert [printed[address].value for address in ("F6", "G6", "F7", "G7")] == [3, -1, 2, 0]
    assert [printed[address].value for address in ("C10", "C11", "D10", "D11")] == [2, 0, 2, -2]


def test_long_names_of_sheets_stay_apart_and_valid() -> None:
    tables = [Table("What [is]: in/this*table? " + "long " * 20, (Column("A"),), (("a",),)) for _ in range(12)]
    names = opened(small(*tables)).sheetnames
    assert len(set(names)) == 14
    assert all(len(name) <= 31 and not re.search(r"[\[\]:*?/\\]", name) for name in names)


def test_same_document_gives_the_same_bytes(document: ReportDocument) -> None:
    assert render_xlsx(document) == render_xlsx(document)


def test_endless_text_is_cut_to_what_a_cell_holds() -> None:
    book = opened(small(Table("T", (Column("A"),), (("x" * 40_000,),))))
    value = named(book, 1)[1][0]
    assert len(value) == 32_767
    assert value.endswith("…")


@given(st.floats(1e-4, 9.9e6))
def test_formats_show_three_digits_as_the_report_does(value: float) -> None:
    """Decimals of the format are those of the printed number."""
    _, _, decimals = number_format(value, "number").partition(".")
    _, _, printed = show.number(value).partition(".")
    assert len(decimals) == len(printed)


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (0.0, "number", "0"),
        (12.345, "number", "#,##0.0"),
        (0.1234, "percent", "#,##0.0%"),
        (1e-9, "number", "0.00E+00"),
        (3.14159, "exact", "General"),
    ],
)
def test_number_formats(value: float, kind: Any, expected: str) -> None:
    assert number_format(value, kind) == expected


def test_workbook_is_a_folder_of_parts_of_one_date(document: ReportDocument, tmp_path: Path) -> None:
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(render_xlsx(document))) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
