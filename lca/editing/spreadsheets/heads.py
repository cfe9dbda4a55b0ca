"""The first row of a sheet: which column is what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lca.editing.spreadsheets.book import BookSheet
from lca.errors import Problems, Span, nearest, one_of

#: Begins the head of a column that the reader keeps for himself.
OWN = "#"


def heads(row: Sequence[str | None], sheet: BookSheet, problems: Problems, number: int = 1) -> dict[str, int]:
    """The columns by their heads; those that stand twice are told."""
    found: dict[str, int] = {}
    for at, text in enumerate(row):
        name = " ".join((text or "").split())
        if not name or name.startswith(OWN):
            continue
        if name in found:
            here = BookSheet(sheet.title, sheet.path, {name: at}, [], sheet.separate).span(number, name)
            first = BookSheet(sheet.title, sheet.path, found, [], sheet.separate).span(number, name)
            problems.add("REE-X063", f"two columns are called `{name}`", here, related=((first, "the first"),))
        else:
            found[name] = at
    return found


def told_sheet(problems: Problems, name: str, span: Span | None, known: Iterable[str]) -> None:
    """A sheet that nobody knows."""
    names = list(known)
    expected = f"a name that begins with {OWN} for a sheet of your own; else {one_of(names, 8)}"
    if span is not None and span.path.suffix == ".csv":
        expected = one_of(names, 8)
    problems.add("REE-X062", f"no sheet is called `{name}`", span, expected=expected, suggestion=nearest(name, names))


def rows_of_marks(rows: Sequence[Sequence[object]]) -> dict[str, str]:
    """Files and their marks, as the export wrote them."""
    return {str(row[0]): str(row[1]) for row in rows[1:] if len(row) > 1 and row[0] and row[1]}
