"""A report as a workbook: every table a sheet, with numbers as numbers, and all that is said beside them.

Texts are written as texts whatever they begin with, so that none of them is ever a formula or a link. The formulas of
the workbook are its own: they add up again, beside the tables, what the tables say is a sum (`xlsx_sums`).
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lca.report import formatting as show
from lca.report.document import (
    Block,
    Cell,
    Checklist,
    Column,
    ColumnKind,
    Figure,
    Heading,
    KeyValues,
    Notice,
    Paragraph,
    ReferenceList,
    ReportDocument,
    Section,
    Table,
)
from lca.report.grid import NUMERIC, in_groups
from lca.report.xlsx_sums import AGAIN, Again, summed_across, summed_down

CONTENTS, TEXT = "Contents", "Text"

#: What Excel takes in a name of a sheet, and in a cell.
_SHEET_NAME, _CELL = 31, 32_767

_ROW_OF_HEADS = 4  # after the caption, the section, the way back, and an empty row


@dataclass(frozen=True)
class _Sheet:
    """A table with the name of its sheet, the name of its range, and the section that it is of."""

    name: str
    range_name: str
    section: str
    table: Table


def render_xlsx(document: ReportDocument) -> bytes:
    """The workbook of a report; the same document gives the same bytes."""
    import xlsxwriter

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(written, options)
    book.set_properties({"title": document.title, "comments": document.status, "created": _created(document)})
    writer = _Writer(book)
    sheets = list(_sheets(document))
    writer.contents(document, sheets)
    writer.text(document)
    for sheet in sheets:
        writer.table(sheet)
    book.close()
    return written.getvalue()


def _created(document: ReportDocument) -> datetime:
    try:
        return datetime.fromisoformat(document.created).astimezone(UTC).replace(tzinfo=None)
    except ValueError:
        return datetime(1980, 1, 1)


def _sheets(document: ReportDocument) -> Iterator[_Sheet]:
    found = [(section, table) for section in document.sections for table in _tables(section)]
    for n, (section, table) in enumerate(found, 1):
        plain = re.sub(r"[\[\]:*?/\\']", " ", table.caption)
        name = " ".join(f"{n:02} {plain}".split())[:_SHEET_NAME].strip()
        yield _Sheet(name, f"Table_{n:02}", section.title, table)


def _tables(section: Section) -> Iterator[Table]:
    for block in section.blocks:
        if isinstance(block, Figure):
            yield block.data
        elif isinstance(block, Table):
            yield block


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """A format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            self._formats[key] = self.book.add_format({"valign": "top"} | properties)
        return self._formats[key]

    def string(self, sheet: Any, row: int, column: int, text: str, style: Any = None) -> None:
        sheet.write_string(row, column, text if len(text) <= _CELL else f"{text[: _CELL - 1]}…", style)

    # --- sheets of text

    def contents(self, document: ReportDocument, sheets: Sequence[_Sheet]) -> None:
        """The first sheet: what the report is, and where its tables are."""
        sheet = self.book.add_worksheet(CONTENTS)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 70)
        sheet.set_column(2, 2, 10)
        sheet.set_column(3, 3, 12)
        head, wrap = self.style(bold=True, bottom=1), self.style(text_wrap=True)
        self.string(sheet, 0, 0, document.title, self.style(bold=True, font_size=14))
        if document.stamp:
            self.string(sheet, 1, 0, document.stamp, self.style(bold=True, font_color="#8A4B08"))
        self.string(sheet, 2, 0, document.status)
        row = 4
        for name, text in document.facts.items:
            self.string(sheet, row, 0, name, wrap)
            self.string(sheet, row, 1, text, wrap)
            row += 1
        row += 1
        for column, title in enumerate(("Sheet", "Table", "Rows", "Range")):
            self.string(sheet, row, column, title, head)
        link = self.style(font_color="#1F5A92", underline=1)
        for n, one in enumerate(sheets, row + 1):
            sheet.write_url(n, 0, f"internal:'{one.name}'!A1", link, string=one.name)
            self.string(sheet, n, 1, f"{one.section}: {one.table.caption}", wrap)
            sheet.write_number(n, 2, len(one.table.rows))
            self.string(sheet, n, 3, one.range_name)

    def text(self, document: ReportDocument) -> None:
        """All that the report says beside its tables."""
        sheet = self.book.add_worksheet(TEXT)
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 34)
        sheet.set_column(2, 2, 110)
        for column, title in enumerate(("Section", "What", "Text")):
            self.string(sheet, 0, column, title, self.style(bold=True, bottom=1))
        sheet.freeze_panes(1, 0)
        wrap, row = self.style(text_wrap=True), 1
        blocks = [("Cover", block) for block in document.cover]
        blocks += [(section.title, block) for section in document.sections for block in section.blocks]
        for title, block in blocks:
            for what, text in _said(block):
                for column, own in enumerate((title, what, text)):
                    self.string(sheet, row, column, own, wrap)
                row += 1

    # --- sheets of tables

    def table(self, one: _Sheet) -> None:
        table, sheet = one.table, self.book.add_worksheet(one.name)
        grouped = any(title for title, _ in table.groups)
        columns = [*([Column("Group")] if grouped else []), *table.columns]
        rows = [(*((title,) if grouped else ()), *row) for title, own in in_groups(table, table.rows) for row in own]
        self.string(sheet, 0, 0, table.caption, self.style(bold=True, font_size=13))
        self.string(sheet, 1, 0, f"{one.section}. {table.note}".strip())
        back = self.style(font_color="#1F5A92", underline=1)
        sheet.write_url(2, 0, f"internal:'{CONTENTS}'!A1", back, string=f"to {CONTENTS}")
        first = self._heads(sheet, columns)
        for n, row in enumerate(rows, first):
            for k, (cell, column) in enumerate(zip(row, columns, strict=True)):
                self._cell(sheet, n, k, cell, column.kind)
        for k, column in enumerate(columns):
            sheet.set_column(k, k, _width(column, [row[k] for row in rows]))
        last = first + max(len(rows), 1) - 1
        self._again(sheet, [*summed_across(table, rows, first, grouped), *summed_down(table, rows, first, grouped)])
        sheet.freeze_panes(first, table.row_headers + grouped)
        if not table.totals:  # which would not be those of the rows above them any more
            sheet.autofilter(first - 1, 0, last, len(columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(_ROW_OF_HEADS, first - 1)
        corner = _address(last, len(columns) - 1)
        self.book.define_name(one.range_name, f"='{one.name}'!{_address(first - 1, 0)}:{corner}")

    def _again(self, sheet: Any, cells: Sequence[Again]) -> None:
        """Formulas beside or below a table, with their values for readers that compute none."""
        head = self.style(bold=True, text_wrap=True, bottom=2, align="right")
        for row, column, content, value in cells:
            if value is None:
                self.string(sheet, row, column, content, head)
            else:
                form = "0.0E+00;-0.0E+00;0" if content.startswith(AGAIN) else number_format(value, "number")
                sheet.write_formula(row, column, content, self.style(num_format=form, italic=True), value)

    def _heads(self, sheet: Any, columns: Sequence[Column]) -> int:
        """The header, each column with its group and unit; the row after it."""
        row = _ROW_OF_HEADS
        if any(column.group for column in columns):
            for k, column in enumerate(columns):
                if column.group:
                    self.string(sheet, row, k, column.group, self.style(bold=True, text_wrap=True))
            row += 1
        for k, column in enumerate(columns):
            text = f"{column.title} ({column.unit})" if column.unit else column.title
            side = "right" if column.kind in NUMERIC else "left"
            self.string(sheet, row, k, text, self.style(bold=True, text_wrap=True, bottom=2, align=side))
        return row + 1

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell, kind: ColumnKind) -> None:
        number = not isinstance(cell, str) and cell is not None and math.isfinite(cell)
        if number:
            sheet.write_number(row, column, cell, self.style(num_format=number_format(float(cell or 0.0), kind)))
        else:
            side = {"align": "right"} if kind in NUMERIC else {"text_wrap": True}
            self.string(sheet, row, column, show.cell(cell, kind), self.style(**side))


def number_format(value: float, kind: ColumnKind) -> str:
    """The format in which Excel shows a number as the report does."""
    if kind == "exact":
        return "General"
    shown = 100 * value if kind == "percent" else value
    sign = "%" if kind == "percent" else ""
    if abs(shown) < 1e-15:
        return f"0{sign}"
    power = int(f"{shown:.{show.DIGITS - 1}e}".split("e")[1])
    if not -4 <= power <= 6:
        return "0.00E+00"
    decimals = max(0, show.DIGITS - 1 - power)
    return f"#,##0{'.' + '0' * decimals if decimals else ''}{sign}"


def _said(block: Block) -> Iterator[tuple[str, str]]:
    """What a block says, by the line."""
    if isinstance(block, Paragraph):
        yield "", block.text
    elif isinstance(block, Notice):
        yield block.title, block.text
    elif isinstance(block, Heading):
        yield block.title, ""
    elif isinstance(block, KeyValues):
        yield from block.items
    elif isinstance(block, Figure):
        yield "Figure", f"{block.caption} {block.description}"
    elif isinstance(block, ReferenceList):
        yield from ((item.id, f"{item.text} {item.address}".strip()) for item in block.items)
    elif isinstance(block, Checklist):
        yield block.caption, ""
        yield from ((item.requirement, item.said) for item in block.items)
    elif isinstance(block, Table):
        yield "Table", block.caption


def _width(column: Column, cells: Sequence[Cell]) -> float:
    """Width of a column in characters: of its longest text, within bounds."""
    longest = max((len(show.cell(cell, column.kind)) for cell in cells), default=0)
    return float(min(60, max(9, longest + 2, min(20, len(column.title) + len(column.unit) + 3))))


def _address(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column, row_abs=True, col_abs=True))
