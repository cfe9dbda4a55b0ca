"""When two values that are written differently say the same."""

from __future__ import annotations

import math
from typing import Any

from lca.inventory.formula import Expression, FormulaError, Number, literal, parse
from lca.units import UnitError, parse_unit

#: Relative difference that comes from turning units into one another.
ROUNDING = 1e-12


def same_quantity(one: str, other: str) -> bool:
    """Whether two values or formulas say the same: `0.001 kg` is `1 g`, blanks and needless brackets do not count."""
    if one == other:
        return True
    try:
        return _alike(parse(one), parse(other))
    except (FormulaError, UnitError):
        return False


def _alike(one: Any, other: Any) -> bool:
    numbers = [literal(tree) if isinstance(tree, Expression) else None for tree in (one, other)]
    if numbers[0] is not None and numbers[1] is not None:
        return _same_number(numbers[0], numbers[1])
    if type(one) is not type(other):
        return False
    if isinstance(one, Expression):
        fields = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
        return all(_alike(getattr(one, n), getattr(other, n)) for n in fields if n not in ("start", "end"))
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return bool(one == other)


def _same_number(one: Number, other: Number) -> bool:
    a, b = parse_unit(one.unit), parse_unit(other.unit)
    if one.value == other.value and one.unit == other.unit:
        return True
    near = math.isclose(one.value * a.factor, other.value * b.factor, rel_tol=ROUNDING)
    return a.dimension == b.dimension and near


def quantity(text: str) -> tuple[float, str] | None:
    """Magnitude and unit of a plain quantity as written, or None of anything else."""
    try:
        found = literal(parse(text))
        if found is None:
            return None
        parse_unit(found.unit)
    except (FormulaError, UnitError):
        return None
    return found.value, found.unit
