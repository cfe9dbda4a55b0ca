"""Formulas of a workbook that add up again what a table says is a sum, so that a reader can follow it into its parts.

They stand outside of the table: right of it for what holds in each row, below it for rows of totals. Each is followed
by its difference from what is printed. They hold addresses of cells and nothing else, no text of anybody.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeGuard

from lca.report.document import Cell, Table
from lca.report.grid import NUMERIC

#: How a difference begins.
AGAIN = "=-"


class Again(NamedTuple):
    """A cell: a formula with its value, or a heading without."""

    row: int
    column: int
    content: str
    value: float | None


def summed_across(table: Table, rows: Sequence[Sequence[Cell]], first: int, shift: bool) -> Iterator[Again]:
    """Right of the table, after a free column: for each of `table.sums` what its columns give, and the difference.

    `rows` are those of the sheet, the first of them in the row `first`; `shift` is whether a column for groups stands
    before those of the table.
    """
    at = len(table.columns) + shift + 1
    for one in table.sums:
        unit = table.columns[one.total].unit
        yield Again(first - 1, at, f"{one.title} ({unit})" if unit else one.title, None)
        yield Again(first - 1, at + 1, "Difference", None)
        for n, row in enumerate(rows, first):
            total = row[one.total + shift]
            if _is_number(total) and any(_is_number(row[k + shift]) for k in (*one.plus, *one.minus)):
                value = _added(row, one.plus, shift) - _added(row, one.minus, shift)
                formula = _sum(n, one.plus, shift) + "".join(f"-{_sum(n, one.minus, shift)}" for _ in one.minus[:1])
                yield Again(n, at, f"={formula}", value)
                yield _difference(n, at + 1, (n, one.total + shift), (n, at), total, value)
        at += 2


def summed_down(table: Table, rows: Sequence[Sequence[Cell]], first: int, shift: bool) -> Iterator[Again]:
    """Below the table, after a free row: for each of `table.totals` the sum of its rows, and the difference."""
    at = first + len(rows) + 1
    for n, (total_row, start, end) in enumerate(table.totals):
        name = str(rows[total_row][shift] or "")
        below = at + 2 * n
        found = list(_columns(table, rows, (total_row, start, end), first, shift, below))
        if found:
            yield Again(below, shift, f"Rows {first + start + 1} to {first + end + 1} added up: {name}", None)
            yield Again(below + 1, shift, "Difference", None)
            yield from found


def _columns(
    table: Table, rows: Sequence[Sequence[Cell]], span: tuple[int, int, int], first: int, shift: bool, below: int
) -> Iterator[Again]:
    total_row, start, end = span
    for k, column in enumerate(table.columns, shift):
        total = rows[total_row][k]
        if column.kind in NUMERIC and _is_number(total):
            values = [row[k] for row in rows[start : end + 1]]
            value = sum(cell for cell in values if _is_number(cell))
            yield Again(below, k, f"=SUM({_cell(first + start, k)}:{_cell(first + end, k)})", value)
            yield _difference(below + 1, k, (first + total_row, k), (below, k), total, value)


def _difference(
    row: int, column: int, printed: tuple[int, int], again: tuple[int, int], total: float, value: float
) -> Again:
    return Again(row, column, f"{AGAIN}{_cell(*printed)}+{_cell(*again)}", value - total)


def _sum(row: int, columns: Sequence[int], shift: bool) -> str:
    """`SUM` of cells of a row, ranges where they are neighbours; texts in them count as nothing."""
    parts: list[list[int]] = []
    for k in columns:
        if parts and k == parts[-1][-1] + 1:
            parts[-1].append(k)
        else:
            parts.append([k])
    cells = (_cell(row, own[0] + shift) + (f":{_cell(row, own[-1] + shift)}" if len(own) > 1 else "") for own in parts)
    return f"SUM({','.join(cells)})"


def _added(row: Sequence[Cell], columns: Sequence[int], shift: bool) -> float:
    return sum(cell for cell in (row[k + shift] for k in columns) if _is_number(cell))


def _is_number(cell: Cell) -> TypeGuard[float]:
    return isinstance(cell, (int, float)) and math.isfinite(cell)


def _cell(row: int, column: int) -> str:
    from xlsxwriter.utility import xl_rowcol_to_cell

    return str(xl_rowcol_to_cell(row, column))
