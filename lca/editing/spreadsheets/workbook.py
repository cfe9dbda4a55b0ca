"""The workspace as a workbook: heads that stay, notes on columns, lists to choose from, a sheet that says how to edit.

Texts are written as texts whatever they begin with, so that none of them is ever a formula or a link.
"""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lca.editing.spreadsheets.book import CONTENTS, FILES, LISTS, letters
from lca.editing.spreadsheets.cells import Cell
from lca.editing.spreadsheets.explained import HOW, REFERRING, choices, described, lists, said_of
from lca.editing.spreadsheets.rows import Table

#: What Excel takes in a cell, and in a list of choices.
LONGEST, _CHOICES = 32_767, 255

#: Rows below the last that are prepared for new entries.
_MORE = 200

_INK, _HEAD, _GREY, _LINK = "#1D252C", "#1F4E79", "#EEF1F4", "#1F5A92"
_WIDTHS = {"document": 34, "file": 38, "in": 14, "id": 26, "line": 6, "note": 60, "title": 38, "unit": 12, "value": 22}
_NARROW, _WIDE = 9, 40


def render(tables: Sequence[Table], marks: Mapping[str, str], title: str, name: str) -> bytes:
    """The workbook of all tables that have rows; the same workspace gives the same bytes."""
    import xlsxwriter

    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(written, options)
    book.set_properties({"title": title, "created": datetime(1980, 1, 1)})
    writer = _Writer(book)
    filled = [table for table in tables if table.rows]
    writer.contents(title, name, filled)
    named = lists(filled)
    for table in filled:
        writer.table(table, named)
    writer.lists(named)
    writer.files(marks)
    book.close()
    return written.getvalue()


class _Writer:
    def __init__(self, book: Any) -> None:
        self.book = book
        base = {"valign": "top", "font_color": _INK}
        self.plain = book.add_format(base)
        self.text = book.add_format(base | {"num_format": "@"})
        self.unit = book.add_format(base | {"num_format": "@", "indent": 1})
        self.key = book.add_format(base | {"num_format": "@", "bg_color": _GREY})
        self.wrap = book.add_format(base | {"text_wrap": True})
        self.code = book.add_format(base | {"font_name": "Consolas"})
        self.title = book.add_format(base | {"bold": True, "font_size": 16})
        self.link = book.add_format({"valign": "top", "font_color": _LINK, "underline": 1})
        head = {"bold": True, "font_color": "#FFFFFF", "bg_color": _HEAD, "valign": "vcenter", "text_wrap": True}
        self.head = book.add_format(head)

    def contents(self, title: str, name: str, tables: Sequence[Table]) -> None:
        """The first sheet: how to edit, and what there is."""
        sheet = self.book.add_worksheet(CONTENTS)
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 9)
        sheet.set_column(2, 2, 96)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.write_string(0, 0, title, self.title)
        row = 2
        for line in HOW:
            text = line.format(form="xlsx", name=name)
            sheet.write_string(row, 0, text, self.code if text.startswith(" ") else self.plain)
            row += 1
        row += 1
        for column, text in enumerate(("sheet", "rows", "what its rows are")):
            sheet.write_string(row, column, text, self.head)
        for table in tables:
            row += 1
            sheet.write_url(row, 0, f"internal:'{table.sheet.title}'!A1", self.link, string=table.sheet.title)
            sheet.write_number(row, 1, len(table.rows), self.plain)
            sheet.write_string(row, 2, said_of(table.sheet), self.wrap)

    def table(self, table: Table, named: Mapping[str, Sequence[str]]) -> None:
        """A sheet of things."""
        kind, sheet = table.sheet, self.book.add_worksheet(table.sheet.title)
        numbers = {name for row in table.rows for name, cell in row.cells.items() if not isinstance(cell, str | None)}
        sheet.set_row(0, 32)
        last = len(table.rows) + _MORE
        for k, column in enumerate(table.columns):
            is_key = column in kind.identity
            style = (
                self.key
                if is_key
                else self.unit
                if column == "unit"
                else self.plain
                if column in numbers or column == "value"
                else self.text
            )
            longest = max((len(str(row.cells.get(column) or "")) for row in table.rows), default=0)
            width = _WIDTHS.get(column) or min(_WIDE, max(_NARROW, longest + 1))
            sheet.set_column(k, k, max(width, min(14, len(column) + 3)), None if is_key else style)
            sheet.write_string(0, k, column, self.head)
            if note := described(kind, column):
                sheet.write_comment(0, k, note, {"x_scale": 2, "y_scale": 0.6 + len(note) / 200})
            self._choose(sheet, k, last, choices(kind, column), named, column)
            for n, row in enumerate(table.rows, 1):
                self._cell(sheet, n, k, row.cells.get(column), style)
        sheet.freeze_panes(1, len(kind.identity))
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)

    def _cell(self, sheet: Any, row: int, column: int, cell: Cell, style: Any) -> None:
        if isinstance(cell, str):
            sheet.write_string(row, column, cell, self.text if style is self.plain else style)
        elif isinstance(cell, int | float):
            sheet.write_number(row, column, cell, style)
        elif style is self.key:
            sheet.write_blank(row, column, None, style)

    def _choose(
        self, sheet: Any, k: int, last: int, able: Sequence[str], named: Mapping[str, Sequence[str]], column: str
    ) -> None:
        """A list to choose from; what is not in it can be entered all the same, and the import checks it."""
        source: Any = None
        if able and len(",".join(able)) <= _CHOICES:
            source = list(able)
        elif column in REFERRING and named[REFERRING[column]]:
            at = letters(list(named).index(REFERRING[column]))
            source = f"={LISTS}!${at}$2:${at}${len(named[REFERRING[column]]) + 1}"
        if source:
            said = {
                "error_type": "warning",
                "error_title": "Not in the list",
                "error_message": "Keep it? The import checks it.",
            }
            sheet.data_validation(1, k, last, k, {"validate": "list", "source": source, **said})

    def lists(self, named: Mapping[str, Sequence[str]]) -> None:
        """What cells can be chosen from."""
        sheet = self.book.add_worksheet(LISTS)
        for k, (name, held) in enumerate(named.items()):
            sheet.set_column(k, k, 34, self.text)
            sheet.write_string(0, k, name, self.head)
            for n, one in enumerate(held, 1):
                sheet.write_string(n, k, one, self.text)
        sheet.freeze_panes(1, 0)

    def files(self, marks: Mapping[str, str]) -> None:
        """The files that the book was made from, by which an import sees that they have changed since."""
        sheet = self.book.add_worksheet(FILES)
        sheet.set_column(0, 0, 50)
        sheet.set_column(1, 1, 22)
        for k, name in enumerate(("file", "mark")):
            sheet.write_string(0, k, name, self.head)
        for n, (file, mark) in enumerate(marks.items(), 1):
            sheet.write_string(n, 0, file, self.text)
            sheet.write_string(n, 1, mark, self.text)
        sheet.freeze_panes(1, 0)
