"""What is varied on purpose: a parameter and a range, as a person names them on the command line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lca.errors import Problems, Span, nearest
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.parameters import interval, shown_unit
from lca.inventory.reading import Text
from lca.inventory.scope import Scope
from lca.units import Dimension, base_unit, convert, describe, parse_unit

#: Most points of a grid.
MOST_POINTS = 1_000_000


@dataclass(frozen=True)
class Varied:
    """A parameter and the range in which it is varied, in base units; `unit` is the one it is shown in."""

    address: str
    unit: str
    low: float
    high: float

    def grid(self, steps: int) -> np.ndarray:
        """Values from low to high, both included."""
        return np.linspace(self.low, self.high, steps)

    def shown(self, values: np.ndarray) -> np.ndarray:
        """Values in the unit that is shown."""
        return np.asarray(convert(values, self.unit))


def varied(opened: Opened, name: str, ends: tuple[str, str] | None, problems: Problems) -> Varied | None:
    """The parameter of that address between two quantities, by default over the range that is stated for it; None after
    reporting.
    """
    place = Span(Path("command line"), 1, 1, len(name))
    scopes = [system.scope for system in opened.systems]
    scope = next((s for s in scopes if s.canonical(name) in s.definitions), None)
    if scope is None:
        choices = sorted({address for s in scopes for address in s.in_use()})
        message = f"there is no parameter `{name}` to vary"
        problems.add("REE-N003", message, place, expected="process.parameter", suggestion=nearest(name, choices))
        return None
    address = scope.canonical(name)
    kind, parameter = scope.kind_at(address), scope.definitions[address].parameter
    if kind is None or kind.name != "number":
        called = kind.name if kind is not None else "nothing"
        problems.add("REE-D009", f"`{name}` is a {called}", place, expected="a parameter that is a number")
        return None
    unit = shown_unit(parameter) or base_unit(kind.dimension)
    if ends is not None:
        found = [_end(end, kind.dimension, problems) for end in ends]
        low, high = found
    else:
        low, high = interval(parameter) or (None, None)
        if low is None:
            problems.add("REE-D009", f"no range is stated for `{name}`", place, expected="the ends of a range")
    if low is None or high is None:
        return None
    if not low < high:
        shown = " to ".join(ends) if ends else f"the range of `{name}`"
        problems.add("REE-D009", f"{shown} is no range", place, expected="a low end, then a higher one")
        return None
    return Varied(address, unit, low, high)


def _end(text: str, due: Dimension, problems: Problems) -> float | None:
    written = Text.at(text.strip(), Span(Path("command line"), 1, 1, len(text)))
    try:
        found = literal(parse(str(written)))
        if found is None:
            problems.add("REE-D009", f"`{text}` is no quantity", written.span, expected=describe(due))
            return None
        if parse_unit(found.unit).dimension != due:
            code = "REE-U003" if found.unit else "REE-U002"
            problems.add(
                code, f"`{text}` is {describe(parse_unit(found.unit).dimension)}", written.span, expected=describe(due)
            )
            return None
        return in_base_units(found)
    except FormulaError as fault:
        problems.add(fault.code, str(fault), written.span, expected=fault.expected, suggestion=fault.suggestion)
        return None


def model_of(opened: Opened, parameters: Sequence[Varied], problems: Problems) -> BatchModel:
    """The scenarios as functions of parameters, by their addresses; a parameter without a part in them is reported."""
    bounds = {one.address: (one.low, one.high) for one in parameters}
    names = [_known(system.scope, parameters) for system in opened.systems]
    model = BatchModel(opened.checked.study, opened.systems, opened.basis, opened.method, names, bounds)
    for one in parameters:
        if one.address not in model.variables:
            place = Span(Path("command line"), 1, 1, len(one.address))
            message = f"`{one.address}` has no part in {' and '.join(opened.ids[:3])}"
            problems.add("REE-D010", message, place, expected="a parameter that the scenarios make use of")
    return model


def _known(scope: Scope, parameters: Sequence[Varied]) -> dict[str, str]:
    return {one.address: one.address for one in parameters if one.address in scope.definitions}
