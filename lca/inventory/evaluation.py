"""What a formula means: its dimension, checked before anything is computed, and its value.

There is one evaluator. Values are magnitudes in base units: a float, or an array with one entry per sample; all
operations are NumPy's, so the same walk over the tree serves one case or a million.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.chemistry import FUNCTIONS as STOICHIOMETRY
from lca.chemistry import ChemistryError, Composition
from lca.errors import nearest, one_of
from lca.inventory.formula import (
    ARITHMETIC_FUNCTIONS,
    Binary,
    Call,
    Conditional,
    Expression,
    FormulaError,
    Name,
    Number,
    Quoted,
    Unary,
    in_base_units,
)
from lca.recovery import FUNCTIONS as RECOVERY
from lca.recovery import ByElement
from lca.units import DIMENSIONLESS, Dimension, UnitError, describe, multiply, parse_unit, raise_to

#: A number (float or array over samples, in base units), an option, a composition, or fractions by element.
Value = Any

CHEMISTRY = {**STOICHIOMETRY, **RECOVERY}
FUNCTION_NAMES = frozenset(CHEMISTRY) | ARITHMETIC_FUNCTIONS


@dataclass(frozen=True, slots=True)
class Kind:
    """What a value is: `number` (with a dimension), `condition`, `text`, `composition` or `by_element`."""

    name: str
    dimension: Dimension = DIMENSIONLESS


CONDITION, TEXT, COMPOSITION, BY_ELEMENT = Kind("condition"), Kind("text"), Kind("composition"), Kind("by_element")

#: What a chemistry function takes -> its kind, and an example.
_ARGUMENTS: dict[str, tuple[Kind, str]] = {
    "composition": (COMPOSITION, "a composition parameter such as `basket`"),
    "by_element": (BY_ELEMENT, "a parameter with `by_element:`"),
    "formula": (TEXT, "a text in quotes such as 'HCl'"),
    "element": (TEXT, "a text in quotes such as 'HCl'"),
}


def number(dimension: Dimension) -> Kind:
    """The kind of a number of that dimension."""
    return Kind("number", dimension)


def kind_of(tree: Expression, kinds: Mapping[str, Kind]) -> Kind:
    """The kind of a formula, given the kinds of its names; raise `FormulaError` where units do not fit.

    The rules are those of dimensional analysis: only like is added, compared or chosen between; functions such as
    `exp` take plain numbers.
    """
    match tree:
        case Number():
            return _number_kind(tree)
        case Name():
            return kinds[tree.name]
        case Quoted():
            return TEXT
        case Unary(operator="not"):
            _need_condition(tree.operand, kinds)
            return CONDITION
        case Unary():
            return _need_number(tree.operand, kinds)
        case Binary(operator="and" | "or"):
            _need_condition(tree.left, kinds)
            _need_condition(tree.right, kinds)
            return CONDITION
        case Binary():
            return _binary_kind(tree, kinds)
        case Conditional():
            _need_condition(tree.condition, kinds)
            return _alike(tree.then, tree.otherwise, kinds)
        case Call():
            return _call_kind(tree, kinds)
    raise TypeError(f"not a formula: {tree!r}")


def _number_kind(tree: Number) -> Kind:
    try:
        return number(parse_unit(tree.unit).dimension)
    except UnitError as cause:
        raise FormulaError("REE-U001", f"`{cause}` is not a unit", tree.start, tree.end) from cause


def _need_number(tree: Expression, kinds: Mapping[str, Kind]) -> Kind:
    kind = kind_of(tree, kinds)
    if kind.name != "number":
        raise FormulaError(
            "REE-F006", f"a {kind.name} stands where a number is due", tree.start, tree.end, expected="a quantity"
        )
    return kind


def _need_condition(tree: Expression, kinds: Mapping[str, Kind]) -> None:
    kind = kind_of(tree, kinds)
    if kind.name != "condition":
        raise FormulaError(
            "REE-F006", f"a {kind.name} stands where a condition is due", tree.start, tree.end, expected="a comparison"
        )


def _alike(left: Expression, right: Expression, kinds: Mapping[str, Kind]) -> Kind:
    a, b = _need_number(left, kinds), _need_number(right, kinds)
    _same(a, b, right)
    return a


def _same(a: Kind, b: Kind, right: Expression) -> None:
    if a.dimension != b.dimension:
        raise FormulaError(
            "REE-U004",
            f"{describe(a.dimension)} and {describe(b.dimension)} cannot be combined here",
            right.start,
            right.end,
            expected=describe(a.dimension),
        )


def _binary_kind(tree: Binary, kinds: Mapping[str, Kind]) -> Kind:
    if tree.operator in ("==", "!=") and TEXT in (kind_of(tree.left, kinds), kind_of(tree.right, kinds)):
        for side in (tree.left, tree.right):
            if kind_of(side, kinds) != TEXT:
                raise FormulaError(
                    "REE-F006",
                    "a text is compared with something else",
                    side.start,
                    side.end,
                    expected="a text or choice",
                )
        return CONDITION
    if tree.operator in ("+", "-"):
        return _alike(tree.left, tree.right, kinds)
    if tree.operator in ("*", "/"):
        a, b = _need_number(tree.left, kinds), _need_number(tree.right, kinds)
        return number(multiply(a.dimension, b.dimension, 1 if tree.operator == "*" else -1))
    if tree.operator == "^":
        return _power_kind(tree, kinds)
    _alike(tree.left, tree.right, kinds)
    return CONDITION


def _power_kind(tree: Binary, kinds: Mapping[str, Kind]) -> Kind:
    base, exponent = _need_number(tree.left, kinds), _need_number(tree.right, kinds)
    place = tree.right
    if exponent.dimension:
        raise FormulaError(
            "REE-U005",
            f"the exponent is {describe(exponent.dimension)}",
            place.start,
            place.end,
            expected="a plain number",
        )
    if not base.dimension:
        return number(DIMENSIONLESS)
    constant = tree.right.operand if isinstance(tree.right, Unary) else tree.right
    if not isinstance(constant, Number):
        raise FormulaError(
            "REE-U005",
            "a quantity with a unit is raised to something that varies",
            place.start,
            place.end,
            expected="a constant such as 2, so that the unit of the result is known",
        )
    power = in_base_units(constant)
    return number(raise_to(base.dimension, -power if isinstance(tree.right, Unary) else power))


def _call_kind(tree: Call, kinds: Mapping[str, Kind]) -> Kind:
    if tree.function in CHEMISTRY:
        return _chemistry_kind(tree, kinds)
    if tree.function not in ARITHMETIC_FUNCTIONS:
        raise FormulaError(
            "REE-F002",
            f"there is no function `{tree.function}`",
            tree.start,
            tree.start + len(tree.function),
            expected=one_of(FUNCTION_NAMES, 40),
            suggestion=nearest(tree.function, FUNCTION_NAMES),
        )
    count = len(tree.arguments)
    if tree.function in ("min", "max"):
        if count < 2:
            raise _wrong_count(tree, "two or more arguments")
        first = _need_number(tree.arguments[0], kinds)
        for other in tree.arguments[1:]:
            _same(first, _need_number(other, kinds), other)
        return first
    if count != 1:
        raise _wrong_count(tree, "one argument")
    (argument,) = tree.arguments
    kind = _need_number(argument, kinds)
    if tree.function == "abs":
        return kind
    if tree.function == "sqrt":
        return number(raise_to(kind.dimension, 0.5))
    if kind.dimension:
        message = f"`{tree.function}` of {describe(kind.dimension)} has no meaning"
        raise FormulaError("REE-U003", message, argument.start, argument.end, expected="a plain number")
    return kind


def _wrong_count(tree: Call, expected: str) -> FormulaError:
    return FormulaError(
        "REE-F003",
        f"`{tree.function}` was given {len(tree.arguments)} arguments",
        tree.start,
        tree.end,
        expected=expected,
    )


def _chemistry_kind(tree: Call, kinds: Mapping[str, Kind]) -> Kind:
    function = CHEMISTRY[tree.function]
    if len(tree.arguments) != len(function.arguments):
        raise _wrong_count(tree, ", ".join(function.arguments))
    for due, argument in zip(function.arguments, tree.arguments, strict=True):
        given = kind_of(argument, kinds)
        wanted, example = _ARGUMENTS[due]
        if given != wanted:
            raise FormulaError(
                "REE-F003",
                f"`{tree.function}` takes a {due}, not a {given.name}",
                argument.start,
                argument.end,
                expected=example,
            )
    return number(parse_unit(function.unit).dimension) if function.unit else COMPOSITION


_ARITHMETIC: dict[str, Callable[[Any, Any], Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "^": np.power,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
    "==": np.equal,
    "!=": np.not_equal,
    "and": np.logical_and,
    "or": np.logical_or,
}

_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "abs": np.abs,
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "min": np.minimum,
    "max": np.maximum,
}


def evaluate(tree: Expression, values: Mapping[str, Value]) -> Value:
    """The value of a formula whose kind has been checked, in base units.

    `values[name]` is a float, an array over samples, a text or a `Composition`. Division by zero and the like give
    inf or nan; the caller tells which formula that was (`is_finite`). Raises `FormulaError` when chemistry cannot be
    computed.
    """
    match tree:
        case Number():
            return in_base_units(tree)
        case Name():
            return values[tree.name]
        case Quoted():
            return tree.text
        case Unary():
            operand = evaluate(tree.operand, values)
            return np.logical_not(operand) if tree.operator == "not" else -operand
        case Binary():
            left, right = evaluate(tree.left, values), evaluate(tree.right, values)
            if isinstance(left, str):
                return (left == right) is (tree.operator == "==")
            return _ARITHMETIC[tree.operator](left, right)
        case Conditional():
            condition = evaluate(tree.condition, values)
            if np.ndim(condition) == 0:  # the branch not taken may be undefined (a division by zero, say)
                return evaluate(tree.then if condition else tree.otherwise, values)
            return np.where(condition, evaluate(tree.then, values), evaluate(tree.otherwise, values))
        case Call():
            arguments = [evaluate(argument, values) for argument in tree.arguments]
            if tree.function in CHEMISTRY:
                return _chemistry(tree, arguments)
            if tree.function in ("min", "max"):
                result = arguments[0]
                for other in arguments[1:]:
                    result = _FUNCTIONS[tree.function](result, other)
                return result
            return _FUNCTIONS[tree.function](*arguments)
    raise TypeError(f"not a formula: {tree!r}")


def _chemistry(tree: Call, arguments: list[Value]) -> Value:
    try:
        return CHEMISTRY[tree.function](*arguments)
    except ChemistryError as cause:
        raise FormulaError("REE-F007", str(cause), tree.start, tree.end) from cause


def is_finite(value: Value) -> bool:
    """True for numbers that are all finite, and for everything else."""
    if isinstance(value, float):
        return math.isfinite(value)
    return isinstance(value, (str, Composition, ByElement)) or bool(np.all(np.isfinite(value)))
