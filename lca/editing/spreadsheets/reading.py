"""A workbook read: what its cells hold, with what a spreadsheet makes of things that people type.

A workbook is opened like anything from a stranger: parts of it that would unfold into more than they hold, or that run,
are refused before they are read.
"""

from __future__ import annotations

import contextlib
import zipfile
from datetime import date
from pathlib import Path
from typing import IO, Any
from xml.parsers import expat

from lca.editing.spreadsheets.book import ASIDE, FILES, Book, BookRow, BookSheet
from lca.editing.spreadsheets.cells import Cell, Percent, Unread
from lca.editing.spreadsheets.heads import OWN, heads, rows_of_marks, told_sheet
from lca.editing.spreadsheets.separated import book_titles
from lca.errors import Problems, Span, nearest

#: Bytes of the file, of all its parts unpacked; cells.
LARGEST, UNPACKED, CELLS = 30_000_000, 150_000_000, 2_000_000

#: Cells of all ranges that are merged, linked or noted: openpyxl makes each of them.
SPANNED = 100_000

_OLD = b"\xd0\xcf\x11\xe0"


def read_workbook(path: Path) -> Book:
    """The sheets of a workbook; what cannot be read is told in the problems of the book."""
    book = Book(path)
    if not _is_sound(path, book.problems):
        return book
    import openpyxl

    try:
        held = openpyxl.load_workbook(path, keep_links=False)
    except Exception as cause:  # whatever openpyxl stumbles over in a file that is broken
        book.problems.add("REE-X060", f"{path.name} cannot be read: {cause}", expected="a workbook saved as .xlsx")
        return book
    titles = {title.lower(): title for title in (*book_titles(), *ASIDE)}
    formulas = any(cell.data_type == "f" for sheet in held.worksheets for cell in _cells(sheet).values())
    computed = openpyxl.load_workbook(path, keep_links=False, data_only=True) if formulas else held
    for sheet in held.worksheets:
        name = sheet.title.strip()
        title = titles.get(name.lower())
        if title == FILES:
            book.marks = rows_of_marks(list(sheet.iter_rows(max_row=10_000, max_col=2, values_only=True)))
        elif title is None and not name.startswith(OWN):
            if nearest(name, titles.values()) or "document" in [
                cell.value for at, cell in _cells(sheet).items() if at[0] == 1
            ]:
                told_sheet(book.problems, name, Span(path, 1, 1, 1, name, "A1"), book_titles())
        elif title is not None and title not in ASIDE:
            _sheet(book, title, sheet, computed[sheet.title])
    if not book.sheets and not book.problems.errors:
        book.problems.add("REE-X060", f"{path.name} has no sheet of an inventory", expected="`ree-lca export xlsx`")
    return book


def _is_sound(path: Path, problems: Problems) -> bool:
    """Whether a file can be opened without harm."""
    expected = "a workbook saved as .xlsx"
    try:
        size = path.stat().st_size
        if size > LARGEST:
            problems.add("REE-X061", f"{path.name} has {size / 1e6:.0f} MB", expected=f"at most {LARGEST / 1e6:.0f} MB")
            return False
        with path.open("rb") as file:
            old = file.read(4) == _OLD
        if old:
            problems.add("REE-X060", f"{path.name} is of an old format, or locked by a password", expected=expected)
            return False
        with zipfile.ZipFile(path) as packed:
            parts = packed.infolist()
            if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
                problems.add("REE-X060", f"{path.name} holds macros, which are not wanted here", expected=expected)
                return False
            if sum(part.file_size for part in parts) > UNPACKED or len(parts) > 5000:
                problems.add(
                    "REE-X061", f"{path.name} unfolds into more than {UNPACKED / 1e6:.0f} MB", expected=expected
                )
                return False
            for part in parts:
                if part.filename.lower().endswith((".xml", ".rels")):
                    with packed.open(part) as stream:
                        start = stream.read(4096).replace(b"\0", b"")
                    if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
                        problems.add("REE-X061", f"{path.name} defines entities in {part.filename}", expected=expected)
                        return False
            return _is_unfolded(packed, path.name, problems)
    except OSError as cause:
        problems.add("REE-X060", f"{path} cannot be opened: {cause.strerror}", expected=expected)
        return False
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, ValueError) as cause:
        problems.add("REE-X060", f"{path.name} is no workbook: {cause}", expected=expected)
        return False


def _is_unfolded(packed: zipfile.ZipFile, name: str, problems: Problems) -> bool:
    """Whether the ranges in a workbook are of no more cells than can be made one by one."""
    total = 0
    for part in packed.infolist():
        with packed.open(part) as stream:
            for ref in _ranges(stream):
                total += _extent(ref)
                if total > SPANNED:
                    message = f"{name} has cells {ref} merged, linked or noted as one in {part.filename}"
                    problems.add("REE-X061", message, expected=f"cells that are split, or at most {SPANNED:,} so")
                    return False
    return True


def _ranges(stream: IO[bytes]) -> list[str]:
    """The ranges that are merged, linked or noted in a part of a workbook; none where it is no XML."""
    found: list[str] = []

    def begun(tag: str, held: dict[str, str]) -> None:
        if tag.rpartition(":")[2] in ("mergeCell", "hyperlink", "comment") and ":" in held.get("ref", ""):
            found.append(held["ref"])

    parser = expat.ParserCreate()
    parser.StartElementHandler = begun
    with contextlib.suppress(expat.ExpatError, LookupError):
        parser.ParseFile(stream)
    return found


def _extent(ref: str) -> int:
    """How many cells a range has; one that cannot be read has none."""
    from openpyxl.utils import range_boundaries

    try:
        left, top, right, bottom = range_boundaries(ref)
    except (ValueError, TypeError):
        return 0
    return ((right or 16_384) - (left or 1) + 1) * ((bottom or 1_048_576) - (top or 1) + 1)


def _cells(sheet: Any) -> dict[tuple[int, int], Any]:
    """The cells that are there: going through rows would make all those in between."""
    found: dict[tuple[int, int], Any] = getattr(sheet, "_cells", {})  # a chart has none
    return found


def _sheet(book: Book, title: str, sheet: Any, computed: Any) -> None:
    cells = {at: cell for at, cell in sorted(_cells(sheet).items()) if cell.value not in (None, "")}
    if len(cells) > CELLS:
        book.problems.add("REE-X061", f"sheet {title} has {len(cells)} cells", Span(book.path, 1, 1, 1, title, "A1"))
        return
    width = max((column for _, column in cells), default=0)
    first = [_head(cells.get((1, k))) for k in range(1, width + 1)]
    columns = heads(first, BookSheet(title, book.path, {}, []), book.problems)
    made = BookSheet(title, book.path, columns, [])
    names = {at + 1: name for name, at in columns.items()}
    _merged(book, made, sheet, names)
    rows: dict[int, dict[str, Cell]] = {}
    formulas: list[str] = []
    for (row, column), cell in cells.items():
        if row == 1:
            continue
        if column in names:
            if cell.data_type == "f":
                formulas.append(cell.coordinate)
            held = _held(cell, _cells(computed).get((row, column)))
            if not isinstance(held, str) or held.strip():
                rows.setdefault(row, {})[names[column]] = held
        elif not (first[column - 1] or "").startswith(OWN) and str(cell.value).strip():
            place = Span(book.path, row, column, 1, title, cell.coordinate)
            expected = f"a head in row 1; {OWN} before that of a column of your own"
            book.problems.add(
                "REE-X063", f"`{str(cell.value)[:40]}` stands in a column without a head", place, expected=expected
            )
    made.rows = [BookRow(number, rows[number]) for number in sorted(rows)]
    if formulas:
        more = f" and {len(formulas) - 6} more" if len(formulas) > 6 else ""
        said = f"formulas of the spreadsheet are not kept, their last values are taken: {', '.join(formulas[:6])}{more}"
        number = int("".join(filter(str.isdigit, formulas[0])))
        book.problems.add("REE-X071", said, Span(book.path, number, 1, 1, title, formulas[0]))
    book.sheets.append(made)


def _head(cell: Any) -> str | None:
    return None if cell is None or cell.value is None else str(cell.value)


def _merged(book: Book, made: BookSheet, sheet: Any, names: dict[int, str]) -> None:
    """Of merged cells only the first holds something: what the others say is nothing, or a guess."""
    for area in sheet.merged_cells.ranges:
        if any(area.min_col <= column <= area.max_col for column in names):
            place = Span(book.path, area.min_row, area.min_col, 1, made.title, area.coord)
            book.problems.add("REE-X067", f"the cells {area.coord} are merged", place, expected="a value in each cell")


def _held(cell: Any, computed: Any) -> Cell:
    """What a cell holds; of a formula what it came to when the book was saved."""
    if cell.data_type == "f":
        if computed is None or computed.value is None:
            expected = "the book opened and saved by a spreadsheet program, or a value in the place of the formula"
            return Unread("REE-X066", "the formula has never been computed", expected)
        cell = computed
    value = cell.value
    if cell.data_type == "e":
        return Unread("REE-X066", f"the spreadsheet has come to {value} here", "a value")
    if isinstance(value, bool | str | date):
        return value
    if isinstance(value, int | float):
        return Percent(float(value)) if "%" in (cell.number_format or "") else value
    return Unread("REE-X065", f"{value} is a time", "a number or a text")
