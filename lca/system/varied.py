"""What is varied on purpose, as a person names it: a parameter, or the score of what the plant buys, and a range.

`score of FLOW` stands for what one unit of a flow causes, as far as the plant buys it, deliveries included, from
wherever it comes. Suppliers that use some of it themselves keep what it causes there. It is a score of one indicator.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lca.errors import Problems, nearest
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.parameters import interval, shown_unit
from lca.inventory.reading import Text
from lca.inventory.scope import Scope
from lca.system.network import Edge, ProductSystem
from lca.system.purchases import passes_on
from lca.units import Dimension, UnitError, base_unit, convert, describe, parse_unit

_NUMBER = re.compile(r"([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(.*)")

#: How the name of the score of a flow begins.
SCORE_OF = "score of "


@dataclass(frozen=True)
class Varied:
    """A parameter and the range in which it is varied, in base units; `unit` is the one it is shown in. Or the score of
    `flow`, in the unit of the `indicator` per unit of the flow.
    """

    address: str
    unit: str
    low: float
    high: float
    flow: str = ""
    indicator: str = ""

    def grid(self, steps: int) -> np.ndarray:
        """Values from low to high, both included."""
        return np.linspace(self.low, self.high, steps)

    def shown(self, values: Any) -> np.ndarray:
        """Values in the unit that is shown."""
        return np.asarray(values) if self.flow else np.asarray(convert(values, self.unit))


def flow_of(name: str) -> str:
    """The flow in `score of FLOW`; empty for a parameter."""
    return name.removeprefix(SCORE_OF).strip() if name.startswith(SCORE_OF) else ""


def varied(scopes: Sequence[Scope], name: Text, ends: Sequence[Text] | None, problems: Problems) -> Varied | None:
    """The parameter of that address between two quantities, by default over the range that is stated for it; None after
    reporting.
    """
    scope = next((s for s in scopes if s.canonical(name) in s.definitions), None)
    if scope is None:
        choices = sorted({address for s in scopes for address in s.in_use()})
        message = f"there is no parameter `{name}` to vary"
        close, expected = nearest(name, choices), f"process.parameter, or {SCORE_OF}FLOW"
        problems.add("REE-N003", message, name.span, expected=expected, suggestion=close)
        return None
    address = scope.canonical(name)
    kind, parameter = scope.kind_at(address), scope.definitions[address].parameter
    if kind is None or kind.name != "number":
        called = kind.name if kind is not None else "nothing"
        problems.add("REE-D009", f"`{name}` is a {called}", name.span, expected="a parameter that is a number")
        return None
    unit = shown_unit(parameter) or base_unit(kind.dimension)
    if ends is None:
        stated = interval(parameter)
        if stated is None:
            problems.add("REE-D009", f"no range is stated for `{name}`", name.span, expected="the ends of a range")
            return None
        return _between(Varied(address, unit, *stated), f"the range of `{name}`", name, problems)
    low, high = (_end(end, kind.dimension, problems) for end in ends)
    if low is None or high is None:
        return None
    return _between(Varied(address, unit, low, high), " to ".join(ends), ends[0], problems)


def varied_score(
    systems: Sequence[ProductSystem],
    name: Text,
    ends: Sequence[Text] | None,
    indicator: str,
    indicator_unit: str,
    problems: Problems,
) -> Varied | None:
    """The score of a flow that the plant buys in any of the systems; None after reporting."""
    flow, inventory = flow_of(name), systems[0].inventory
    if flow not in inventory.flows:
        report_unknown_flow(inventory, name, problems)
        return None
    if not any(bought(system, flow) for system in systems):
        choices = sorted({edge.flow for system in systems for edge in _plant_buys(system)})
        message, close = f"the plant does not buy `{flow}`", nearest(flow, choices)
        problems.add("REE-D010", message, name.span, expected="a flow that one of the two buys", suggestion=close)
        return None
    own = str(inventory.flows.named(flow).unit)
    unit = f"{indicator_unit}/{own}"
    if ends is None:
        problems.add("REE-D009", f"no range is stated for `{name}`", name.span, expected="the ends of a range")
        return None
    low, high = (_score(end, indicator_unit, own, problems) for end in ends)
    if low is None or high is None:
        return None
    found = Varied(f"{SCORE_OF}{flow}", unit, low, high, flow, indicator)
    return _between(found, " to ".join(ends), ends[0], problems)


def report_unknown_flow(inventory: Inventory, name: Text, problems: Problems) -> None:
    """Report `score of FLOW` of a flow that there is none of."""
    flow = flow_of(name)
    if not inventory.may_hold(flow):
        problems.add("REE-L003", f"there is no flow `{flow}`", name.span, suggestion=nearest(flow, inventory.flows))


def _between(found: Varied, shown: str, place: Text, problems: Problems) -> Varied | None:
    if found.low < found.high:
        return found
    problems.add("REE-D009", f"{shown} is no range", place.span, expected="a low end, then a higher one")
    return None


def _end(written: Text, due: Dimension, problems: Problems) -> float | None:
    try:
        found = literal(parse(str(written)))
        if found is None:
            problems.add("REE-D009", f"`{written}` is no quantity", written.span, expected=describe(due))
            return None
        if parse_unit(found.unit).dimension != due:
            message = f"`{written}` is {describe(parse_unit(found.unit).dimension)}"
            problems.add("REE-U003" if found.unit else "REE-U002", message, written.span, expected=describe(due))
            return None
        return in_base_units(found)
    except FormulaError as fault:
        problems.add(fault.code, str(fault), written.span, expected=fault.expected, suggestion=fault.suggestion)
        return None


def _score(written: Text, indicator_unit: str, unit: str, problems: Problems) -> float | None:
    """`0.4 kg CO2e/kWh` per unit of the flow; None after reporting."""
    found = _NUMBER.fullmatch(str(written).strip())
    whole, _, per = found[2].rpartition("/") if found else ("", "", "")
    try:
        value, own, other = float(found[1]) if found else math.nan, parse_unit(unit), parse_unit(per)
        if math.isfinite(value) and _plain(whole) == _plain(indicator_unit) and own.dimension == other.dimension:
            return value * own.factor / other.factor
    except (ValueError, UnitError):
        pass
    message, expected = f"`{written}` is no score of it", f"a number of {indicator_unit}/{unit}"
    problems.add("REE-U003" if whole else "REE-U002", message, written.span, expected=expected)
    return None


def _plain(unit: str) -> str:
    return unit.replace("_", " ").strip()


# --- what the plant buys of a flow


def bought(system: ProductSystem, flow: str) -> list[Edge]:
    """The lines by which a flow reaches the plant: those of the plant, and of deliveries that pass it on."""
    return [edge for edge in _plant_buys(system, flow) if edge.flow == flow]


def _plant_buys(system: ProductSystem, flow: str = "") -> list[Edge]:
    """What the plant buys, and what deliveries of it are made of, but for deliveries of `flow` itself."""
    found: list[Edge] = []
    own = [node for node in range(len(system.nodes)) if system.is_foreground(node)]
    waiting, seen = own, set(own)
    for node in waiting:  # which grows on the way
        for edge in system.edges_of[node]:
            if edge.provider is None or system.is_foreground(edge.provider):
                continue
            found.append(edge)
            if edge.flow != flow and edge.provider not in seen and passes_on(system.process(edge.provider)):
                seen.add(edge.provider)
                waiting.append(edge.provider)
    return found


def without(system: ProductSystem, flow: str) -> ProductSystem:
    """The system with these lines taken out: what its plant buys of the flow comes from nowhere."""
    taken = {id(edge) for edge in bought(system, flow)}
    return replace(system, edges=tuple(edge for edge in system.edges if id(edge) not in taken))


def amount_bought(system: ProductSystem, flow: str) -> Any:
    """How much the plant buys of a flow, in its unit."""
    return sum((-system.sign(e) * (e.line.amount * system.supply[..., e.node]) for e in bought(system, flow)), 0.0)
