"""The workspace as a folder of CSV files, and such a folder read: a file for each sheet.

Texts that a spreadsheet would take for a formula get an apostrophe in front, which is taken away again. The European
form has semicolons and decimal commas.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from lca.editing.spreadsheets.book import ASIDE, FILES, Book, BookRow, BookSheet
from lca.editing.spreadsheets.cells import Cell, European, Unread, as_number
from lca.editing.spreadsheets.explained import HOW, said_of
from lca.editing.spreadsheets.heads import heads, rows_of_marks, told_sheet
from lca.editing.spreadsheets.rows import Table
from lca.errors import Problems, Span

#: What a file may have at most.
LARGEST = 30_000_000

_DANGEROUS = re.compile(r"['=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?(\d+[.,]?\d*|[.,]\d+)([eE][+-]?\d+)?")
_ERROR = re.compile(r"#(DIV/0!|N/A|NAME\?|NULL!|NUM!|REF!|VALUE!|SPILL!|CALC!)")


def render(tables: Sequence[Table], marks: Mapping[str, str], title: str, name: str, semicolon: bool) -> dict[str, str]:
    """The texts of the files, by their names."""
    filled = [table for table in tables if table.rows]
    made = {"contents.txt": _contents(filled, title, name)}
    for table in filled:
        rows = [[row.cells.get(column) for column in table.columns] for row in table.rows]
        made[file_name(table.sheet.title)] = _text([table.columns, *rows], semicolon)
    made[file_name(FILES)] = _text([["file", "mark"], *map(list, marks.items())], semicolon)
    return made


def file_name(title: str) -> str:
    """What the file of a sheet is called."""
    return title.lower().replace(" ", "-") + ".csv"


def _contents(tables: Sequence[Table], title: str, name: str) -> str:
    lines = [title, "", *(line.format(form="csv", name=name) for line in HOW), ""]
    lines += [f"{file_name(table.sheet.title):28}{len(table.rows):6}  {said_of(table.sheet)}" for table in tables]
    return "\n".join(lines) + "\n"


def _text(rows: Sequence[Sequence[Cell]], semicolon: bool) -> str:
    """A mark at the beginning lets spreadsheets see that it is UTF-8."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";" if semicolon else ",", lineterminator="\r\n")
    writer.writerows([_written(cell, semicolon) for cell in row] for row in rows)
    return "\ufeff" + made.getvalue()


def _written(cell: Cell, semicolon: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, int | float):
        return as_number(cell).replace(".", ",") if semicolon else as_number(cell)
    text = str(cell)
    return f"'{text}" if _DANGEROUS.match(text) and not _NUMBER.fullmatch(text) else text


# --- reading


def read_folder(folder: Path) -> Book:
    """The sheets of a folder; what cannot be read is told in the problems of the book."""
    book = Book(folder)
    if not folder.is_dir():
        book.problems.add("REE-X060", f"{folder} is no folder of CSV files", expected="what `ree-lca export csv` wrote")
        return book
    named = {file_name(title): title for title in (*book_titles(), *ASIDE)}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() != ".csv" or path.name.startswith("."):
            continue
        title = named.get(path.name.lower())
        if title is None:
            told_sheet(book.problems, path.name, Span(path, 1, 1), named)
            continue
        read = _rows(path, book.problems)
        if read is None:
            continue
        rows, semicolon = read
        if title == FILES:
            book.marks = rows_of_marks(rows)
        elif title not in ASIDE:
            _sheet(book, title, path, rows, semicolon)
    if not book.sheets and not book.problems.errors:
        book.problems.add("REE-X060", f"{folder} has no CSV file of an inventory", expected="`ree-lca export csv`")
    return book


def book_titles() -> list[str]:
    """What sheets may be called."""
    from lca.editing.spreadsheets.layout import sheets

    return [sheet.title for sheet in sheets(())]


def _rows(path: Path, problems: Problems) -> tuple[list[list[str]], bool] | None:
    """The rows of a file, and whether it is in the European form."""
    start = Span(path, 1, 1, 1, "", "A1")
    try:
        if path.stat().st_size > LARGEST:
            problems.add("REE-X061", f"the file has {path.stat().st_size / 1e6:.0f} MB", start)
            return None
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as cause:
        problems.add("REE-X060", f"the file cannot be opened: {cause.strerror}", start)
        return None
    except UnicodeDecodeError:
        problems.add("REE-X060", "the file is not UTF-8", start, expected="saved as `CSV UTF-8`")
        return None
    told = re.match(r'"?sep=(.)"?\r?\n', text)
    first = text[told.end() if told else 0 :].split("\n", maxsplit=1)[0]
    delimiter = told[1] if told else max(",;\t", key=first.count)
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error as cause:
        problems.add("REE-X060", f"the file cannot be read as CSV: {cause}", start)
        return None
    return ([[], *rows[1:]] if told else rows), delimiter == ";"


def _sheet(book: Book, title: str, path: Path, rows: list[list[str]], semicolon: bool) -> None:
    """One file as a sheet."""
    skipped = 1 if rows and not rows[0] else 0
    columns = heads(
        rows[skipped] if len(rows) > skipped else [], BookSheet(title, path, {}, [], True), book.problems, 1 + skipped
    )
    sheet = BookSheet(title, path, columns, [], True)
    known = {at: name for name, at in columns.items()}
    for number, row in enumerate(rows[skipped + 1 :], skipped + 2):
        cells: dict[str, Cell] = {}
        for at, text in enumerate(row):
            if not text.strip():
                continue
            if at in known:
                cells[known[at]] = _cell(text, semicolon)
            elif at >= len(rows[skipped]) or not rows[skipped][at].startswith("#"):
                place = BookSheet(title, path, {"": at}, [], True).span(number, "")
                book.problems.add(
                    "REE-X063",
                    f"`{text[:40]}` stands in a column without a head",
                    place,
                    expected="a head in row 1; # before that of a column of your own",
                )
        if cells:
            sheet.rows.append(BookRow(number, cells))
    book.sheets.append(sheet)


def _cell(text: str, semicolon: bool) -> Cell:
    text = text.strip()
    if _ERROR.fullmatch(text):
        return Unread("REE-X066", f"the spreadsheet has come to {text} here", "a value")
    if text[:1] == "'" and _DANGEROUS.match(text[1:2]):
        return text[1:]
    return European(text) if semicolon else text
