"""Arithmetic written down once, for all samples: what the evaluator of formulas and the solver do to a `Traced` value
is recorded, operation by operation, on a `Tape`.

There is one evaluator of formulas (`lca.inventory.evaluation`). It is run over traced values instead of arrays, so a
tape holds the very operations that it would carry out; what occurs twice is recorded once, and what needs no sample is
computed at once. Every value knows bounds (interval arithmetic; Moore 1966), so that checks such as "not negative" are
recorded only where the bounds of the samples leave them open.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

Bounds = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Constant:
    """A number among the operands of an operation, never equal to the index of a recorded value."""

    value: float


#: Operand of an operation: the index of a recorded value, or a constant.
Operand = int | Constant

ANY: Bounds = (-math.inf, math.inf)

#: Exponents above overflow.
_LARGEST_EXPONENT = 700.0

_COMMUTATIVE = frozenset({"add", "multiply", "minimum", "maximum", "equal", "not_equal", "logical_and", "logical_or"})
CONDITIONS = frozenset(
    {
        *("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"),
        *("logical_and", "logical_or", "logical_not", "isfinite"),
    }
)


class Traced(NDArrayOperatorsMixin):
    """A value over all samples that stands on a tape; `bounds` hold it, `doubtful` says that it may not be finite."""

    __slots__ = ("bounds", "doubtful", "is_condition", "ref", "tape")
    __hash__ = object.__hash__
    ndim = 1

    def __init__(self, tape: Tape, ref: int, bounds: Bounds, doubtful: bool = False, is_condition: bool = False):
        self.tape, self.ref, self.bounds = tape, ref, bounds
        self.doubtful, self.is_condition = doubtful, is_condition

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.__name__ not in _BOUNDS:
            return NotImplemented
        return self.tape.apply(ufunc.__name__, *inputs)

    def __array_function__(self, function: Callable[..., Any], types: Any, arguments: Any, options: Any) -> Any:
        if function is np.where and len(arguments) == 3:
            return self.tape.apply("where", *arguments)
        if function is np.ndim:
            return 1
        if function is np.all and not options:
            return self.tape.require(arguments[0])
        return NotImplemented

    def __bool__(self) -> bool:
        raise TypeError("whether this holds differs between samples")


class Tape:
    """Operations in the order in which they were recorded.

    `operations[ref]` is the name of an operation and its operands; an input is `("input", number)`. `required` are
    conditions that a possible sample meets.
    """

    def __init__(self) -> None:
        self.operations: list[tuple[str, tuple[Operand, ...]]] = []
        self.required: dict[int, Traced] = {}
        self.inputs: dict[str, Traced] = {}
        self._known: dict[tuple[str, tuple[Operand, ...]], Traced] = {}

    def input(self, key: str, bounds: Bounds = ANY) -> Traced | float:
        """The samples of a variable, the same ones for the same key; a number where its bounds leave but one."""
        if bounds[0] == bounds[1]:
            return bounds[0]
        if key not in self.inputs:
            self.inputs[key] = self._record("input", (len(self.inputs),), bounds, False)
        return self.inputs[key]

    def require(self, condition: Any) -> bool:
        """Note that a condition has to hold in every sample; what already stands is not noted."""
        if not isinstance(condition, Traced):
            return bool(np.all(condition))
        self.required.setdefault(condition.ref, condition)
        return True

    def apply(self, name: str, *inputs: Any) -> Any:
        """The result of an operation: recorded, or known at once."""
        operands = [value if isinstance(value, Traced) else _number(value) for value in inputs]
        settled = _settled(name, operands)
        if settled is not None:
            return settled
        if name == "power":
            name, operands = _simpler_power(operands)
        bounds = tuple(_bounds_of(value) for value in operands)
        found = _BOUNDS[name](*bounds)
        if name in CONDITIONS:
            if found is not None:
                return np.bool_(found)
            found = (0.0, 1.0)
        doubtful = name not in CONDITIONS and (any(map(_is_doubtful, operands)) or _may_fail(name, bounds))
        refs: tuple[Operand, ...] = tuple(v.ref if isinstance(v, Traced) else Constant(v) for v in operands)
        if name in _COMMUTATIVE:
            refs = tuple(sorted(refs, key=lambda ref: (0, ref) if isinstance(ref, int) else (1, ref.value)))
        return self._record(name, refs, found, doubtful)

    def _record(self, name: str, refs: tuple[Operand, ...], bounds: Bounds | None, doubtful: bool) -> Traced:
        key = (name, refs)
        if key not in self._known:
            self.operations.append(key)
            place = len(self.operations) - 1
            self._known[key] = Traced(self, place, bounds or ANY, doubtful, name in CONDITIONS)
        return self._known[key]


def _number(value: Any) -> float:
    if np.ndim(value):
        raise TypeError("arrays and traced values do not mix")
    return float(value)


def _is_doubtful(value: Traced | float) -> bool:
    return value.doubtful if isinstance(value, Traced) else not math.isfinite(value)


def _bounds_of(value: Traced | float) -> Bounds:
    return value.bounds if isinstance(value, Traced) else (value, value)


def _settled(name: str, operands: list[Any]) -> Any:
    """The result where it needs no operation; None where it does."""
    if name == "isfinite" and isinstance(operands[0], Traced):
        return None if operands[0].doubtful else np.True_
    if name == "where":
        condition, then, otherwise = operands
        if not isinstance(condition, Traced):
            return then if condition else otherwise
        return then if then is otherwise else None
    traced = [isinstance(value, Traced) for value in operands]
    if not any(traced):
        if name == "where":
            return None
        with np.errstate(all="ignore"):
            made = getattr(np, name)(*operands)
        return made if name in CONDITIONS else float(made)
    if name == "absolute" and operands[0].bounds[0] >= 0.0:
        return operands[0]
    if len(operands) != 2:
        return None
    a, b = operands
    if name in ("logical_and", "logical_or"):
        known, open_ = (a, b) if not isinstance(a, Traced) else (b, a)
        if isinstance(known, Traced):
            return None
        return open_ if bool(known) == (name == "logical_and") else np.bool_(known)
    sure = not any(map(_is_doubtful, operands))
    if (name == "multiply" and (_is(a, 0.0) or _is(b, 0.0)) and sure) or (name == "divide" and _is(a, 0.0) and sure):
        return 0.0
    if (name == "add" and _is(a, 0.0)) or (name == "multiply" and _is(a, 1.0)):
        return b
    if (name in ("add", "subtract") and _is(b, 0.0)) or (name in ("multiply", "divide", "power") and _is(b, 1.0)):
        return a
    return None


def _is(value: Any, number: float) -> bool:
    return not isinstance(value, Traced) and value == number


def _simpler_power(operands: list[Any]) -> tuple[str, list[Any]]:
    base, exponent = operands
    if _is(exponent, 2.0):
        return "multiply", [base, base]
    if _is(exponent, 0.5):
        return "sqrt", [base]
    if _is(exponent, -1.0):
        return "divide", [1.0, base]
    return "power", operands


# --- bounds


def _corners(function: Callable[[float, float], float]) -> Callable[[Bounds, Bounds], Bounds]:
    """Bounds of an operation whose extremes lie at those of its operands."""

    def bounds(a: Bounds, b: Bounds) -> Bounds:
        found = [function(x, y) for x in a for y in b]
        return ANY if any(math.isnan(value) for value in found) else (min(found), max(found))

    return bounds


def _product(x: float, y: float) -> float:
    return 0.0 if x == 0.0 or y == 0.0 else x * y


def _quotient(a: Bounds, b: Bounds) -> Bounds:
    if b[0] <= 0.0 <= b[1]:
        if b[0] == 0.0 < b[1] and a[0] >= 0.0:
            return (0.0 if math.isinf(b[1]) else a[0] / b[1]), math.inf
        return ANY
    return _corners(lambda x, y: (0.0 if math.isinf(y) else x / y) if not math.isinf(x) else x * math.copysign(1, y))(
        a, b
    )


def _power(a: Bounds, b: Bounds) -> Bounds:
    if a[0] < 0.0 or (a[0] == 0.0 and b[0] < 0.0):
        return ANY

    def raised(x: float, y: float) -> float:
        try:
            return float(x**y)
        except OverflowError:
            return math.inf

    return _corners(raised)(a, b)


def _exponential(a: Bounds) -> Bounds:
    low, high = (math.exp(x) if x < _LARGEST_EXPONENT else math.inf for x in a)
    return low, high


def _logarithm(a: Bounds) -> Bounds:
    return (math.log(a[0]) if a[0] > 0 else -math.inf), (math.log(a[1]) if a[1] > 0 else math.inf)


def _wave(a: Bounds, function: Callable[[float], float], crest: float) -> Bounds:
    """Bounds of a sine or cosine, which is 1 at `crest` turns and at every whole turn from there."""
    turns = tuple(x / math.tau for x in a)
    if not turns[1] - turns[0] < 1.0:  # also where an end is infinite
        return -1.0, 1.0
    ends = [function(x) for x in a]

    def passes(place: float) -> bool:
        return math.floor(turns[1] - place) > math.floor(turns[0] - place)

    return -1.0 if passes(crest + 0.5) else min(ends), 1.0 if passes(crest) else max(ends)


def _absolute(a: Bounds) -> Bounds:
    if a[0] <= 0.0 <= a[1]:
        return 0.0, max(-a[0], a[1])
    return min(abs(a[0]), abs(a[1])), max(abs(a[0]), abs(a[1]))


def _less(a: Bounds, b: Bounds) -> bool | None:
    return True if a[1] < b[0] else False if a[0] >= b[1] else None


def _less_equal(a: Bounds, b: Bounds) -> bool | None:
    return True if a[1] <= b[0] else False if a[0] > b[1] else None


def _never_equal(a: Bounds, b: Bounds) -> bool:
    return a[1] < b[0] or b[1] < a[0]


_BOUNDS: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: (a[0] + b[0], a[1] + b[1]),
    "subtract": lambda a, b: (a[0] - b[1], a[1] - b[0]),
    "multiply": _corners(_product),
    "divide": _quotient,
    "power": _power,
    "negative": lambda a: (-a[1], -a[0]),
    "absolute": _absolute,
    "exp": _exponential,
    "log": _logarithm,
    "sin": lambda a: _wave(a, math.sin, 0.25),
    "cos": lambda a: _wave(a, math.cos, 0.0),
    "sqrt": lambda a: (math.sqrt(max(0.0, a[0])), math.sqrt(a[1]) if a[1] >= 0 else math.inf),
    "minimum": lambda a, b: (min(a[0], b[0]), min(a[1], b[1])),
    "maximum": lambda a, b: (max(a[0], b[0]), max(a[1], b[1])),
    "where": lambda c, a, b: (min(a[0], b[0]), max(a[1], b[1])),
    "less": _less,
    "less_equal": _less_equal,
    "greater": lambda a, b: _less(b, a),
    "greater_equal": lambda a, b: _less_equal(b, a),
    "equal": lambda a, b: False if _never_equal(a, b) else None,
    "not_equal": lambda a, b: True if _never_equal(a, b) else None,
    "logical_and": lambda a, b: None,
    "logical_or": lambda a, b: None,
    "logical_not": lambda a: None,
    "isfinite": lambda a: None,
}


def _may_fail(name: str, bounds: tuple[Bounds, ...]) -> bool:
    """Whether an operation on finite numbers may give inf or nan."""
    first = bounds[0]
    match name:
        case "divide":
            return bounds[1][0] <= 0.0 <= bounds[1][1]
        case "log":
            return first[0] <= 0.0
        case "sqrt":
            return first[0] < 0.0
        case "exp":
            return first[1] > _LARGEST_EXPONENT and not math.isinf(first[1])
        case "power":
            return first[0] < 0.0 or (first[0] == 0.0 and bounds[1][0] < 0.0)
    return False
