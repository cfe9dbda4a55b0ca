"""Where the columns of a table fit on paper: widths in points, and tables too wide for a sheet in parts.

Typst embeds fonts that cannot be asked from here, so widths of texts are estimates, on the wide side.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from lca.report.document import Column, Table
from lca.report.grid import NUMERIC, shown_column

#: Room for text in points: upright A4 with margins of 20 mm, and lying with margins of 15 mm.
UPRIGHT, LYING = 481.0, 756.0

#: Sizes of the font that tables are tried in, the first that fits.
SIZES = (8.0, 7.0, 6.2)

#: Lines of a row, in the mean, from which another layout is tried: what names the rows over them, then a lying sheet.
MANY_LINES, MOST_LINES = 2.5, 3.5

_INSET = 6.5
_BOLD = 1.07
_WIDE = re.compile(r"[A-Z%@WMm—]")
_NARROW = re.compile(r"[ .,:;'’iljtf|()\[\]\u202f]")
_JOINTS = re.compile(r"(?<=[._/#-])")

#: A word longer than this is hyphenated anyway.
_LONGEST_WORD = 18


def text_width(text: str) -> float:
    """Width of a text in sizes of the font."""
    wide, narrow = len(_WIDE.findall(text)), len(_NARROW.findall(text))
    return 0.72 * wide + 0.31 * narrow + 0.5 * (len(text) - wide - narrow)


@dataclass(frozen=True)
class Room:
    """What a column needs, in sizes of the font: at least, so that no word is cut; at most; and for most rows."""

    least: float
    most: float
    usual: float


def room(column: Column, texts: Sequence[tuple[str, float]]) -> Room:
    """The room for a column whose cells show these texts with so much padding."""
    least = max(_longest_word(column.title), text_width(column.unit)) * _BOLD
    title = max(least, min(text_width(column.title) * _BOLD, 9.0))
    wholes = [title]
    for text, pad in texts:
        wholes.append(text_width(text) + 0.5 * pad)
        if column.kind in NUMERIC and not re.search(r"[a-z]{3}", text):
            least = max(least, wholes[-1])
        elif column.kind == "code":
            broken = _JOINTS.split(text) if len(text) > _LONGEST_WORD else [text]
            least = max(least, *(text_width(part) for part in broken))
        else:
            least = max(least, _longest_word(text))
    most = max(least, *wholes)
    return Room(least, most, max(least, math.sqrt(most * sum(wholes) / len(wholes))))


def _longest_word(text: str) -> float:
    """What cannot be broken: words, hyphenated where they are long, and what fixed spaces hold together."""
    words = [word if "\u00a0" in word or "\u202f" in word else word[:_LONGEST_WORD] for word in text.split(" ")]
    return max(map(text_width, words))


def widths(rooms: Sequence[Room], size: float, available: float) -> list[float] | None:
    """Widths of the columns in points; None where they do not fit. Where texts have to be broken, it is so that all
    columns need about the same number of lines.
    """
    least = [one.least * size + _INSET for one in rooms]
    most = [one.most * size + _INSET for one in rooms]
    usual = [one.usual * size + _INSET for one in rooms]
    if sum(most) <= available:
        return most
    if sum(least) > available:
        return None
    few, many = 1.0, max(map(operator.truediv, usual, least))  # lines
    for _ in range(40):
        lines = (few + many) / 2
        total = sum(max(low, want / lines) for low, want in zip(least, usual, strict=True))
        few, many = (lines, many) if total > available else (few, lines)
    found = [max(low, want / many) for low, want in zip(least, usual, strict=True)]
    left = available - sum(found)
    spare = [max(0.0, high - own) for high, own in zip(most, found, strict=True)]
    return [own + left * part / sum(spare) if left > 0.01 else own for own, part in zip(found, spare, strict=True)]


@dataclass(frozen=True)
class Part:
    """Some columns of a table, with their widths and the size of the font."""

    columns: tuple[int, ...]
    widths: tuple[float, ...]
    size: float


def fitted(table: Table, available: float, sizes: Sequence[float] = SIZES) -> Part | None:
    """The whole table on so much room, in the largest size that fits; None where it does not."""
    rooms = _rooms(table)
    for size in sizes:
        found = widths(rooms, size, available)
        if found is not None:
            # headings over rows do not wrap where there is room beside the table
            due = max((text_width(title) * size + _INSET for title, _ in table.groups), default=0.0)
            found[0] += max(0.0, min(due, available) - sum(found))
            return Part(tuple(range(len(rooms))), tuple(found), size)
    return None


def laid_out(table: Table, available: float) -> tuple[Table, Part] | None:
    """The table on so much room, with what names its rows as headings over them where that makes it much shorter; None
    where it does not fit, or its rows are so high that a wider sheet serves better.
    """
    plain = fitted(table, available)
    lines = math.inf if plain is None else lines_of(table, plain)
    if plain is not None and lines <= MANY_LINES:
        return table, plain
    other = headed(table)
    under = None if other is None else fitted(other, available)
    if other is not None and under is not None and (found := 1.5 + lines_of(other, under)) < lines:
        table, plain, lines = other, under, found
    if plain is None or (lines > MOST_LINES and available < LYING):
        return None
    return table, plain


def headed(table: Table) -> Table | None:
    """The table without its first column, whose texts are headings over the rows; None where it has headings already,
    or a row would have no other name.
    """
    if table.groups or len(table.columns) < 3 or table.columns[0].kind not in ("text", "code"):
        return None
    groups: list[tuple[str, int]] = []
    for row in table.rows:
        name = str(row[0] or "")
        same = bool(groups) and groups[-1][0] == name
        groups = [*groups[:-1], (name, groups[-1][1] + 1)] if same else [*groups, (name, 1)]
    rows = tuple(row[1:] for row in table.rows)
    first = replace(table.columns[1], group="")
    return replace(table, columns=(first, *table.columns[2:]), rows=rows, groups=tuple(groups))


def lines_of(table: Table, part: Part) -> float:
    """How many lines a row takes, in the mean."""
    highest = [1.0] * len(table.rows)
    for n, width in zip(part.columns, part.widths, strict=True):
        room_for = max(1.0, (width - _INSET) / part.size)
        for k, shown in enumerate(shown_column(tuple(row[n] for row in table.rows), table.columns[n])):
            highest[k] = max(highest[k], math.ceil(text_width(shown.text) / room_for - 0.05))
    return sum(highest) / max(1, len(highest))


def parts(table: Table, available: float) -> list[Part]:
    """The table in as few parts as it takes, each with the columns that name the rows."""
    whole = fitted(table, available)
    if whole is not None:
        return [whole]
    rooms, size = _rooms(table), SIZES[-1]
    names = list(range(table.row_headers))
    made: list[list[int]] = [[]]
    for n in range(table.row_headers, len(rooms)):
        tried = [rooms[k] for k in (*names, *made[-1], n)]
        if made[-1] and widths(tried, size, available) is None:
            made.append([])
        made[-1].append(n)
    found = []
    for own in made:
        columns = (*names, *own)
        fits = widths([rooms[k] for k in columns], size, available)
        squeezed = [available / len(columns)] * len(columns)  # a single word as wide as the sheet: it has to break
        found.append(Part(columns, tuple(fits or squeezed), size))
    return found


def _rooms(table: Table) -> list[Room]:
    cells = zip(*table.rows, strict=True) if table.rows else ([()] * len(table.columns))
    rooms = [room(column, shown_column(tuple(own), column)) for column, own in zip(table.columns, cells, strict=True)]
    for group in dict.fromkeys(column.group for column in table.columns if column.group):
        own = [n for n, column in enumerate(table.columns) if column.group == group]
        # a heading over few narrow columns takes three lines at most
        due = max(_longest_word(group), min(text_width(group) / 3, 12.0 * len(own))) * _BOLD
        lacking = (due - sum(rooms[n].least for n in own)) / len(own)
        if lacking > 0:
            for n in own:
                least = rooms[n].least + lacking
                rooms[n] = Room(least, max(least, rooms[n].most), max(least, rooms[n].usual))
    return rooms
