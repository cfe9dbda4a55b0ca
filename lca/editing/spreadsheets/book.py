"""A spreadsheet as it was read: sheets with their rows, each cell with its place."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from lca.editing.spreadsheets.cells import Cell
from lca.errors import Problems, Span

CONTENTS, FILES, LISTS = "Contents", "Files", "Lists"

#: Sheets that say nothing of the inventory.
ASIDE = (CONTENTS, FILES, LISTS)


@dataclass(frozen=True)
class BookRow:
    """A row by its number in the spreadsheet, with the cells that are not empty by their columns."""

    number: int
    cells: dict[str, Cell]


@dataclass
class BookSheet:
    """A sheet of a book, or a file of a folder of CSV files."""

    title: str
    path: Path
    columns: dict[str, int]  # from 0
    rows: list[BookRow]
    separate: bool = False  # a file of its own

    def span(self, number: int, column: str) -> Span:
        """The place of a cell; of the first of a row where it has no such column."""
        at = self.columns.get(column, 0)
        return Span(self.path, number, at + 1, 1, "" if self.separate else self.title, f"{letters(at)}{number}")


@dataclass
class Book:
    """What was read, and what is wrong or doubtful with it."""

    path: Path
    sheets: list[BookSheet] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)


def letters(column: int) -> str:
    """The name of a column, from 0: A, B, ..., Z, AA."""
    made = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        made = chr(ord("A") + rest) + made
    return made
