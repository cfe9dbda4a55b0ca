"""Which thing a row of a book is of: its document, the place in that, its name or number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lca.editing.spreadsheets.book import BookRow, BookSheet
from lca.editing.spreadsheets.cells import plain_text
from lca.editing.spreadsheets.layout import LINE, LISTS, NAME, OPTION, Container, Sheet, places
from lca.editing.spreadsheets.rows import Held, is_place_of_file, within
from lca.editing.spreadsheets.trees import Goals
from lca.errors import Span, nearest, one_of

#: What tells a thing from the others of its container: its name, its number, or both.
Label = tuple[str | None, int | None]


@dataclass
class Given:
    """A row of the book with the document and the container that it is of."""

    sheet: BookSheet
    row: BookRow
    document: Held
    container: Container
    inner: tuple[str | int, ...]  # as the row says it, numbers from 1
    label: Label
    key: tuple[tuple[str | int, ...], str | None, int] = ((), None, 0)  # by which its line is known

    def span(self, column: str) -> Span:
        return self.sheet.span(self.row.number, column)


class NamedRows:
    """Reads what rows say they are; what cannot be is told in the problems of the goals."""

    def __init__(self, made: Goals, axes: Sequence[str]):
        self.made, self.axes = made, axes

    def given(self, sheet: Sheet, read: BookSheet, row: BookRow) -> Given | None:
        """A row with what it says it is; None where that cannot be."""
        name = self.name(read, row)
        if name is None:
            return None
        kind, _, own = name.partition(" ")
        held = self.made.documents.get(name)
        span = read.span(row.number, "document")
        kinds = {one.kind for one in sheet.containers}
        if held is None and kind in LISTS and kind in kinds:
            if not is_place_of_file(own.partition("#")[0]):
                expected = f"`{kind}` and a file, such as `{kind} inventories/more.yaml`"
                self.add("REE-X068", f"`{name}` is no document", span, expected)
                return None
            held = Held(name, kind, kind, own.partition("#")[0], {}, new=True)
            self.made.documents[name] = held
            self.made.trees[name] = {kind: [] if kind == "links" else {}}
            self.made.origin[name, ()] = self.made.origin[name, (kind,)] = span
        if held is None or held.kind not in kinds:
            known = [one.name for one in self.made.documents.values() if one.kind in kinds]
            message = f"there is no document `{name}`" if held is None else f"`{name}` has nothing of this sheet"
            self.add("REE-X068", message, span, one_of(known, 6), nearest(name, known))
            return None
        found = self._within(sheet, read, row, held)
        if found is None:
            return None
        container, inner = found
        identity = self._text(read, row, "id") if container.named else None
        line = self._line(read, row) if container.numbered else None
        if container.named and identity is None:
            self.add("REE-X068", "the row says not what it is of", read.span(row.number, "id"), "an id")
            return None
        return None if line == -1 else Given(read, row, held, container, inner, (identity, line))

    def _within(
        self, sheet: Sheet, read: BookSheet, row: BookRow, held: Held
    ) -> tuple[Container, tuple[str | int, ...]] | None:
        """The container that a row is of, and the way to it."""
        able = list(places(sheet, held.kind))
        text = self._text(read, row, "in") if "in" in sheet.identity else within(able[0].inner)
        if text is None and len(able) == 1 and not {NAME, LINE} & set(able[0].inner):
            text = within(able[0].inner)
        for container in able:
            if match := container.pattern.fullmatch(text or ""):
                parts = iter(match.groups())
                steps = (next(parts) if step in (NAME, LINE) else step for step in container.inner)
                numbers = (int(s) if own == LINE else s for s, own in zip(steps, container.inner, strict=True))
                return container, tuple(numbers)
        ways = [within(tuple("NAME" if s == NAME else 0 if s == LINE else s for s in one.inner)) for one in able]
        message = f"`{text}` is no place in `{held.name}`" if text else "the row says not where it belongs"
        self.add("REE-X068", message, read.span(row.number, "in"), one_of(ways), nearest(text or "", ways))
        return None

    def file(self, read: BookSheet, row: BookRow) -> str | None:
        text = self._text(read, row, "file")
        if text is not None and not is_place_of_file(text):
            expected = "a path below inventories/ or methods/ that ends in .yaml"
            self.add("REE-X074", f"`{text}` is no file of a workspace", read.span(row.number, "file"), expected)
            return None
        return text

    def name(self, read: BookSheet, row: BookRow) -> str | None:
        text = self._text(read, row, "document")
        if text is None:
            span = read.span(row.number, "document")
            self.add("REE-X068", "the row says not of which document it is", span, "a document, as in other rows")
            return None
        return " ".join(text.split())

    def _text(self, read: BookSheet, row: BookRow, column: str) -> str | None:
        try:
            return plain_text(row.cells.get(column))
        except ValueError as cause:
            self.add("REE-X065", str(cause), read.span(row.number, column), "a text")
            return None

    def _line(self, read: BookSheet, row: BookRow) -> int | None:
        """The number of a thing in its list; None for a new one, -1 where it is none."""
        text = self._text(read, row, "line")
        if text is None:
            return None
        if not text.isdigit() or not 0 < int(text) < 1_000_000:
            expected = "a whole number from 1 on, or an empty cell for what is new"
            self.add("REE-X068", f"`{text}` is no number of a line", read.span(row.number, "line"), expected)
            return -1
        return int(text)

    def kinds(self, sheet: Sheet) -> Sequence[str]:
        """The words that documents of a sheet begin with."""
        return self.axes if sheet.kinds == [OPTION] else sheet.kinds

    def add(self, code: str, message: str, span: Span | None, expected: str = "", suggestion: str = "") -> None:
        self.made.problems.add(code, message, span, expected=expected, suggestion=suggestion)


def called(label: Label) -> str:
    return " ".join(str(part) for part in label if part is not None)
