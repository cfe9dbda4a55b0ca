"""How what a thing says stands in the cells of its row, and how cells are read again.

A quantity is a number with its unit in the column beside it. What is more than that, a formula, stands as it is
written. Low and high ends are in the unit of the value; what is spread around the value itself leaves it out. Lists
and mappings without a sheet of their own stand in brackets, as in YAML.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from lca.editing.change import CENTRES, DEFINERS
from lca.editing.quantities import quantity
from lca.editing.spreadsheets.layout import Field, Sheet
from lca.editing.spreadsheets.text import NotPlainError, flow, parsed


@dataclass(frozen=True)
class Percent:
    """A number that the spreadsheet shows in percent: 0.95 for 95 %."""

    fraction: float


@dataclass(frozen=True)
class Unread:
    """A cell in which nothing can be read: what it holds, and why."""

    code: str
    message: str
    expected: str = ""


class European(str):
    """A text of a file with semicolons, in which numbers have decimal commas."""


Cell: TypeAlias = str | int | float | bool | date | Percent | Unread | None

#: A tree as YAML has it: mappings, lists, texts.
Tree: TypeAlias = Any

#: Told of a cell that cannot be read: its column, the code, what is wrong, what is expected, the likely meaning.
Fault: TypeAlias = Callable[[str, str, str, str, str], None]

GIVEN, VALUE, UNIT, SHOWN_IN = "given as", "value", "unit", "shown in"

#: What gives a parameter.
GIVENS = (*DEFINERS, "composition", "by_element")

SPREAD, LOW, CENTRAL, HIGH = "spread", "low", "central", "high"
_NUMBERS = (LOW, CENTRAL, HIGH, "sd", "gsd2", "sigma")
_LISTED = ("values", "weights")
_WITHOUT_UNIT = ("gsd2", "sigma", *_LISTED)
SPREADS = (SPREAD, *_NUMBERS, *_LISTED)

#: Families with the keys of their numbers.
FAMILIES = {
    "range": (LOW, HIGH),
    "uniform": (LOW, HIGH),
    "triangular": (LOW, "mode", HIGH),
    "pert": (LOW, "mode", HIGH),
    "normal": ("mean", "sd", LOW, HIGH),
    "lognormal": ("median", "gsd2", "sigma", LOW, HIGH),
    "discrete": ("values", "weights"),
    "empirical": ("values",),
}

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_DECIMAL_COMMA = re.compile(r"([+-]?\d*),(\d+([eE][+-]?\d+)?)(?!,)(\s*[^\s,()\[\]]+)?")


# --- columns


def columns(sheet: Sheet) -> list[str]:
    """The columns of a sheet behind those that say which thing a row is."""
    made: list[str] = []
    if sheet.given:
        made += [GIVEN, VALUE, UNIT]
    for field in sheet.fields:
        if sheet.given and field.heading in DEFINERS:
            continue
        made.append(heading(sheet, field))
        if field is sheet.primary:
            made.append(UNIT)
    if sheet.spread:
        at = made.index(UNIT) + 1
        made[at:at] = SPREADS if sheet.spread == "distribution" else (SPREAD, LOW, HIGH)
    return made


def heading(sheet: Sheet, field: Field) -> str:
    """What the column of a key is called."""
    if field.path == ():
        return VALUE
    return SHOWN_IN if field.path == (UNIT,) and sheet.primary is not None else field.heading


#: Stands before a key that is called like a column of its own.
_FREE = "axis "


def free_heading(key: str) -> str:
    """The column of a key in a sheet whose keys are free."""
    return f"{_FREE}{key}" if key in ("document", "in", "id", "line", "file") else key


# --- from things to cells


def shown(sheet: Sheet, tree: Tree) -> dict[str, Cell]:
    """The cells of a thing."""
    if sheet.free:
        return {free_heading(key): _whole(value) for key, value in tree.items()}
    if isinstance(tree, str) and sheet.fields[0].path:  # nothing but its value
        tree = {sheet.primary.path[-1] if sheet.primary else VALUE: tree}
    cells: dict[str, Cell] = {}
    unit = ""
    for field in sheet.fields:
        held = _at(tree, field.path)
        if sheet.given and field.heading in DEFINERS:
            continue
        if field is sheet.primary and isinstance(held, str):
            cells[heading(sheet, field)], unit = _number(held)
            cells[UNIT] = unit or None
        elif held is not None:
            cells[heading(sheet, field)] = _cell(field, held)
    if sheet.given:
        given = next((key for key in GIVENS if key in tree), None)
        cells[GIVEN] = given
        if given in ("value", "formula") and isinstance(tree[given], str):
            cells[VALUE], unit = _number(tree[given])
            cells[UNIT] = unit or None
        elif given in DEFINERS:
            cells[VALUE] = str(tree[given])
    if sheet.spread:
        cells |= _spread(tree, unit, sheet.primary.path[-1] if sheet.primary else VALUE)
    return cells


def _at(tree: Tree, path: tuple[str, ...]) -> Tree:
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def _cell(field: Field, held: Tree) -> Cell:
    if field.form == "quantity" and isinstance(held, str):
        number, unit = _number(held)
        return held if unit else number
    return held.strip() if field.form == "text" and isinstance(held, str) else _whole(held)


def _whole(held: Tree) -> str:
    """A text as it is, a list or mapping in brackets; in quotes what would be taken for such."""
    if not isinstance(held, str):
        return flow(held)
    text = held.strip()
    return json.dumps(text, ensure_ascii=False) if text[:1] in ("[", "{", '"') else text


def _number(text: str) -> tuple[Cell, str]:
    """A plain quantity as number and unit; what is more, or has more digits than a spreadsheet, as written."""
    found = quantity(text)
    if found is None or float(f"{found[0]:.15g}") != found[0]:
        return text.strip(), ""
    value, unit = found
    return (int(value) if value.is_integer() and abs(value) < 1e15 else value), unit


def _spread(tree: Tree, unit: str, primary: str) -> dict[str, Cell]:
    """How a value is spread, in columns; in brackets where it does not fit into these."""
    ends, made = tree.get("range"), tree.get("distribution")
    if made is None and ends is None:
        return {}
    if made is None and isinstance(ends, list) and len(ends) == 2 and all(_fits(end, unit) for end in ends):
        return {SPREAD: "range", LOW: _in_unit(ends[0], unit), HIGH: _in_unit(ends[1], unit)}
    if ends is None and isinstance(made, dict) and len(made) == 1:
        ((family, numbers),) = made.items()
        if family in FAMILIES and isinstance(numbers, dict) and set(numbers) <= set(FAMILIES[family]):
            cells = {key: _number_of_spread(key, held, unit, str(tree.get(primary))) for key, held in numbers.items()}
            if all(key in _WITHOUT_UNIT or _fits(held, unit) for key, held in numbers.items()):
                return {SPREAD: family, **{CENTRAL if key in CENTRES else key: cell for key, cell in cells.items()}}
    return {SPREAD: flow({"range": ends} if made is None else {"distribution": made})}


def _number_of_spread(key: str, held: Tree, unit: str, value: str) -> Cell:
    if key in _LISTED:
        return _whole(held)
    if key in CENTRES and quantity(str(held)) is not None and quantity(str(held)) == quantity(value):
        return None
    return _in_unit(held, "" if key in _WITHOUT_UNIT else unit)


def _fits(text: Tree, unit: str) -> bool:
    """Whether a number is told from one in the unit beside it: one without a unit is not."""
    found = quantity(text) if isinstance(text, str) else None
    return found is None or not unit or found[1] != ""


def _in_unit(text: Tree, unit: str) -> Cell:
    """A number where it is in that unit, else the quantity as it is written."""
    if not isinstance(text, str):
        return flow(text)
    number, own = _number(text)
    return number if own == unit else text


# --- from cells to what they say


def read(sheet: Sheet, cells: Mapping[str, Cell], fault: Fault) -> dict[tuple[str, ...], Tree]:
    """What the cells of a row say, by the way from the thing to it; None for what is not said."""
    if sheet.free:
        return {(name.removeprefix(_FREE),): _read_whole(cell, name, fault) for name, cell in cells.items()}
    said: dict[tuple[str, ...], Tree] = {}
    unit = _text(cells.get(UNIT), UNIT, fault) or ""
    value: str | None = None
    for field in sheet.fields:
        name = heading(sheet, field)
        if sheet.given and field.heading in DEFINERS:
            continue
        if field is sheet.primary:
            value = said[field.path] = read_quantity(cells.get(name), unit, name, fault)
        else:
            said[field.path] = _read(field, cells.get(name), name, fault)
    if sheet.given:
        given, value = _read_given(cells, unit, fault)
        said |= {(key,): value if key == given else None for key in DEFINERS}
        if given in GIVENS and given not in DEFINERS:
            said[(given,)] = {}
    if sheet.spread:
        said[("range",)], said[("distribution",)] = _read_spread(cells, unit, value, fault)
    return said


def _read(field: Field, cell: Cell, name: str, fault: Fault) -> Tree:
    if field.form == "quantity":
        return read_quantity(cell, "", name, fault)
    return _read_whole(cell, name, fault) if field.form == "whole" else _text(cell, name, fault)


def plain_text(cell: Cell) -> str | None:
    """A cell as text; None where it is empty. Raises `ValueError` where it is none."""
    if cell is None:
        return None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, datetime):
        if cell.time() != datetime.min.time():
            raise ValueError(f"{cell:%Y-%m-%d %H:%M} is a time")
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, Percent):
        return f"{as_number(100 * cell.fraction)} %"
    if isinstance(cell, Unread):
        return None
    if isinstance(cell, int | float):
        return as_number(cell)
    return cell.replace("\r\n", "\n").replace("\r", "\n").strip() or None


def as_number(value: float) -> str:
    """A number as text, with the fifteen digits that spreadsheets keep."""
    value = float(f"{value:.15g}")
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _text(cell: Cell, name: str, fault: Fault) -> str | None:
    if isinstance(cell, Unread):
        fault(name, cell.code, cell.message, cell.expected, "")
        return None
    try:
        return plain_text(cell)
    except ValueError as cause:
        fault(name, "REE-X065", str(cause), "a text; a day without a time of day", "")
        return None


def _read_whole(cell: Cell, name: str, fault: Fault) -> Tree:
    text = _text(cell, name, fault)
    if text is None or text[:1] not in ("[", "{", '"'):
        return text
    try:
        return parsed(text)
    except NotPlainError as cause:
        expected = "a list [a, b] or a mapping {a: b} as in YAML; quotes around a text that begins with a bracket"
        fault(name, "REE-X073", f"`{text[:60]}` cannot be read: {cause}", expected, "")
        return None


def read_quantity(cell: Cell, unit: str, name: str, fault: Fault) -> str | None:
    """A number with its unit, or a quantity or formula as it is written; None where the cell is empty."""
    if isinstance(cell, Unread):
        fault(name, cell.code, cell.message, cell.expected, "")
        return None
    if isinstance(cell, date):
        expected = (
            "a number; a spreadsheet makes a date of what looks like one: enter it anew in a cell of format Number"
        )
        fault(name, "REE-X065", f"the date {cell:%Y-%m-%d} stands where a number is due", expected, "")
        return None
    if isinstance(cell, bool):
        fault(name, "REE-X064", f"{str(cell).upper()} stands where a number is due", "a number or a formula", "")
        return None
    if isinstance(cell, Percent):
        if unit not in ("", "%"):
            expected = f"a number in {unit}, in a cell whose format is not percent"
            fault(name, "REE-X064", f"{as_number(100 * cell.fraction)} % has the unit {unit} beside it", expected, "")
        return f"{as_number(100 * cell.fraction)} %"
    if isinstance(cell, int | float):
        return f"{as_number(cell)} {unit}".strip()
    text = plain_text(cell)
    if text is None:
        return None
    if _PLAIN_NUMBER.fullmatch(text):
        return f"{as_number(float(text))} {unit}".strip()
    if comma := _DECIMAL_COMMA.fullmatch(text):
        meant = f"{comma[1] or '0'}.{comma[2]}{comma[4] or ''}"
        if isinstance(cell, European):
            return read_quantity(meant, unit, name, fault)
        fault(name, "REE-X064", f"`{text}` is no number", "a decimal point", meant)
        return None
    found = quantity(text)
    if found is not None and unit and found[1] not in ("", unit):
        fault(name, "REE-X064", f"`{text}` has the unit {unit} beside it", "the unit in one of the two cells", "")
    elif found is None and unit:
        expected = f"an empty cell in column {UNIT}, for a formula has its own units; or a number"
        fault(name, "REE-X064", f"`{text}` is no number and has the unit {unit} beside it", expected, "")
    return f"{as_number(found[0])} {found[1]}".strip() if found is not None and _number(text)[0] != text else text


def _read_given(cells: Mapping[str, Cell], unit: str, fault: Fault) -> tuple[str | None, str | None]:
    """By what a parameter is given, and that."""
    given, cell = _text(cells.get(GIVEN), GIVEN, fault), cells.get(VALUE)
    if given is None:
        if cell is None:
            return None, None
        value = read_quantity(cell, unit, VALUE, fault)
        if value is not None and quantity(value) is None:
            fault(GIVEN, "REE-X064", "what gives the parameter is not said", " or ".join(GIVENS), "formula")
        return VALUE, value
    if given not in GIVENS:
        from lca.errors import nearest

        fault(GIVEN, "REE-S007", f"`{given}` is not among the choices", ", ".join(GIVENS), nearest(given, GIVENS))
        return None, None
    if given in ("value", "formula"):
        return given, read_quantity(cell, unit, VALUE, fault)
    return given, _text(cell, VALUE, fault)


def _read_spread(cells: Mapping[str, Cell], unit: str, value: str | None, fault: Fault) -> tuple[Tree, Tree]:
    """Range and distribution."""
    family = _text(cells.get(SPREAD), SPREAD, fault)
    numbers = {name: cells[name] for name in SPREADS[1:] if cells.get(name) is not None}
    if family is None:
        if not numbers:
            return None, None
        family = "range"
    if family.startswith("{"):
        made = _read_whole(family, SPREAD, fault)
        return (made.get("range"), made.get("distribution")) if isinstance(made, dict) else (None, None)
    if family not in FAMILIES:
        from lca.errors import nearest

        close = nearest(family, FAMILIES)
        fault(SPREAD, "REE-S007", f"`{family}` is not among the choices", ", ".join(FAMILIES), close)
        return None, None
    keys = FAMILIES[family]
    said: dict[str, Tree] = {}
    for key in keys:
        name = CENTRAL if key in CENTRES else key
        cell = numbers.pop(name, None)
        if key in _LISTED:
            said[key] = _read_whole(cell, name, fault)
        elif cell is None:
            said[key] = value if name == CENTRAL else None
        else:
            said[key] = read_quantity(cell, "" if key in _WITHOUT_UNIT else _own(cell, unit), name, fault)
    for name in numbers:
        needed = ", ".join(CENTRAL if key in CENTRES else key for key in keys)
        fault(name, "REE-X064", f"`{family}` has no number called {name}", f"an empty cell; it has {needed}", "")
    if family == "range":
        return ([said[LOW], said[HIGH]] if said[LOW] and said[HIGH] else _half(said, fault)), None
    return None, {family: {key: held for key, held in said.items() if held is not None}}


def _half(said: Mapping[str, Tree], fault: Fault) -> Tree:
    for name in (LOW, HIGH):
        if said[name] is None:
            fault(name, "REE-X064", "a range has two ends", "a number, or both cells and `spread` empty", "")
    return None


def _own(cell: Cell, unit: str) -> str:
    """The unit of a number beside the value; what has one of its own keeps it."""
    if not isinstance(cell, str) or _PLAIN_NUMBER.fullmatch(cell.strip()):
        return unit
    comma = _DECIMAL_COMMA.fullmatch(cell.strip())
    return unit if comma is not None and comma[4] is None else ""
