"""Element balances of processes and of the plant, computed from what flows consist of. Residuals are data.

Where `RE`, the sum of the rare earths, is balanced, and every flow that holds some says of which, each of them is
balanced too: what is short of one and in excess of another would otherwise cancel.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from lca.chemistry import RARE_EARTHS, ChemistryError, Composition, element_vector, rare_earth_masses
from lca.errors import Problems
from lca.inventory import schema
from lca.inventory.evaluation import COMPOSITION
from lca.inventory.reading import Text
from lca.inventory.references import RARE_EARTH
from lca.inventory.scope import Scope
from lca.system.network import ProductSystem
from lca.system.reuse import Known, Made
from lca.units import Unit, multiply, parse_unit

T = TypeVar("T")

PLANT = "plant"
_MASS, _OXIDE = parse_unit("kg").dimension, parse_unit("kg_REO").dimension

#: What is said of single rare earths has to sum to what is said of them together, but for rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class ElementBalance:
    """One element over one process (per product amount) or over the plant (per declared unit), in kg."""

    process: str
    element: str
    input: float
    output: float
    tolerance: float | None

    @property
    def residual(self) -> float:
        """What goes in and does not come out."""
        return self.input - self.output

    @property
    def relative(self) -> float:
        """The residual as a share of the larger side; 0 when the element does not occur."""
        larger = max(abs(self.input), abs(self.output))
        return self.residual / larger if larger else 0.0

    @property
    def closes(self) -> bool:
        return self.tolerance is None or abs(self.relative) <= self.tolerance


class Compositions:
    """Elements in flows: kg of element per unit of flow, in one scope."""

    def __init__(self, scope: Scope, known: Known | None = None):
        self.scope = scope
        self._known = known if known is not None else Known()
        self.faulty = False
        self._done: dict[str, Made[Mapping[str, Any]]] = {}
        self._rare_earths: dict[str, Mapping[str, Any] | None] = {}

    def of(self, name: str) -> Mapping[str, Any]:
        """Element to kg per unit of the flow; empty for flows without formula or composition."""
        made = self._done.get(name)
        if made is None:
            made = self._known.make(self.scope, ("composition", name), lambda: self._sound(lambda: self._compute(name)))
        if made is None:
            return {}
        self._done[name] = made
        if made.used or made.options:
            self.scope.note(made.used, made.options)
        return made.value

    def of_process(self, system: ProductSystem, node: int) -> list[ElementBalance]:
        """The balance that a process declares, per product amount; worked out once for all scenarios in which process
        and flows are the same.
        """
        name = ("balance", system.amounts.made(system.nodes[node].process))
        made = self._known.make(self.scope, name, lambda: self._sound(lambda: _of_node(self, system, node)))
        return made.value if made is not None else []  # reported where the composition stands

    def _sound(self, compute: Callable[[], T]) -> T | None:
        """What is computed, None where some composition in it is at fault."""
        before, self.faulty = self.faulty, False
        found = compute()
        sound, self.faulty = not self.faulty, before or self.faulty
        return found if sound else None

    def rare_earths(self, name: str) -> Mapping[str, Any] | None:
        """Each rare earth in a flow, kg per unit; None where the flow holds some and does not say which."""
        if name not in self._rare_earths:
            found = self.of(name)
            single = {element: mass for element, mass in found.items() if element in RARE_EARTHS}
            missing = np.abs(found.get(RARE_EARTH, 0.0) - sum(single.values()))
            known = bool(np.all(missing <= _ROUNDING * np.abs(found.get(RARE_EARTH, 0.0))))
            self._rare_earths[name] = single if known else None
        return self._rare_earths[name]

    def _compute(self, name: str) -> Mapping[str, Any]:
        flow = self.scope.inventory.flows.named(name)
        unit = parse_unit(str(flow.unit))
        if flow.formula is not None:
            if unit.dimension != _MASS:
                self.scope.problems.add(
                    "REE-U003",
                    f"a formula is given for a flow in {unit.name}",
                    flow.formula.span,
                    expected="a flow in kg, or `composition:`",
                )
                self.faulty = True
                return {}
            try:
                found: dict[str, Any] = {
                    element: share * unit.factor for element, share in element_vector(str(flow.formula)).items()
                }
            except ChemistryError as fault:
                self.scope.problems.add("REE-F007", str(fault), flow.formula.span)
                self.faulty = True
                return {}
        else:
            found = self._written(flow.composition or {}, unit.factor, multiply(_MASS, unit.dimension, -1))
            if flow.rare_earths is not None and not self.faulty:
                found |= self._named(name, flow, flow.rare_earths, unit, found.get(RARE_EARTH))
        rare = [mass for element, mass in found.items() if element in RARE_EARTHS]
        return {RARE_EARTH: sum(rare)} | found if rare else found

    def _named(
        self, name: str, flow: schema.Flow, parts: Mapping[Text, Text | None], unit: Unit, total: Any
    ) -> dict[str, Any]:
        """The rare earths of a flow that names their compositions: in the amounts given there, or in `total`, or of a
        flow in kg_REO its own amount.
        """
        found: dict[str, Any] = {}
        gross: dict[str, Any] = {}
        for text, written in parts.items():
            masses = self._masses(text)
            amount: Any = unit.factor
            if written is not None:
                per_unit = multiply(_OXIDE, unit.dimension, -1)
                amount = self.scope.number(written, None, per_unit, f"{text} per unit of flow")
                amount = None if amount is None else amount * unit.factor
            if masses is None or amount is None:
                self.faulty = True
                return {}
            if written is None and total is not None:
                amount = total / sum(masses.values())
            for element, mass in masses.items():
                found[element] = found.get(element, 0.0) + amount * mass
                gross[element] = gross.get(element, 0.0) + np.abs(amount) * mass
        negative = [element for element in found if np.any(found[element] < -_ROUNDING * gross[element])]
        if negative:
            self.faulty = True
            each = ", ".join(f"{float(np.min(found[element])):.3g} kg {element}" for element in negative)
            place = next(iter(parts)).span
            message = f"{name} holds {each} per {flow.unit}"
            self.scope.problems.add("REE-M007", message, place, expected="zero or more of every rare earth")
        return {element: np.maximum(mass, 0.0) if np.ndim(mass) else max(mass, 0.0) for element, mass in found.items()}

    def _masses(self, text: Text) -> Mapping[str, float] | None:
        """Each rare earth, kg/kg_REO, in a composition that a flow names; None after reporting."""
        kind = self.scope.kind(text, None)
        if kind is not None and kind != COMPOSITION:
            self.scope.problems.add(
                "REE-F006", f"a {kind.name} stands where a composition is due", text.span, expected="a composition"
            )
        found = self.scope.evaluated(text, None) if kind == COMPOSITION else None
        if not isinstance(found, Composition):
            return None
        try:
            return rare_earth_masses(found)
        except ChemistryError as fault:
            self.scope.problems.add("REE-F007", str(fault), text.span)
            return None

    def _written(self, composition: Mapping[Text, Text], factor: float, due: Any) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for element, text in composition.items():
            value = self.scope.number(text, None, due, f"{element} per unit of flow")
            if value is None:
                self.faulty = True
            else:
                found[str(element)] = value * factor
        return found


def balances(system: ProductSystem, compositions: Compositions) -> list[ElementBalance]:
    """The balance of every process that declares one, then of the plant (all foreground processes together)."""
    found: list[ElementBalance] = []
    elements: dict[str, None] = {}
    for node in range(len(system.nodes)):
        declared = system.process(node).balance
        if declared is None:
            continue
        found += compositions.of_process(system, node)
        if system.is_foreground(node):
            elements |= dict.fromkeys(str(element) for element in declared.elements)
    foreground = [node for node in range(len(system.nodes)) if system.is_foreground(node)]
    net = _net(system, foreground, system.supply)
    tolerances = [b.tolerance for b in found if b.tolerance is not None]
    return found + _of_elements(PLANT, list(elements), net, compositions, max(tolerances, default=None))


def _of_node(compositions: Compositions, system: ProductSystem, node: int) -> list[ElementBalance]:
    """The balance that a process declares, per product amount."""
    declared, process = system.process(node).balance, system.nodes[node].process
    assert declared is not None
    tolerance = system.scope.number(declared.tolerance, process, (), "the tolerance")
    net = _net(system, [node], np.ones(len(system.nodes)))
    return _of_elements(process, [str(element) for element in declared.elements], net, compositions, tolerance)


def _of_elements(
    process: str, elements: list[str], net: Mapping[str, Any], compositions: Compositions, tolerance: float | None
) -> list[ElementBalance]:
    """The balances of these elements; after the sum of the rare earths each of them, where it is known."""
    found = []
    sides = _sides(net, compositions)
    for element in elements:
        found.append(ElementBalance(process, element, *sides.get(element, (0.0, 0.0)), tolerance))
        if element == RARE_EARTH:
            holding = [flow for flow in net if RARE_EARTH in compositions.of(flow)]
            single = [e for e in rare_earths_in(holding, compositions) if e not in elements]
            found += [ElementBalance(process, e, *sides.get(e, (0.0, 0.0)), tolerance) for e in single]
    return found


def rare_earths_in(flows: Iterable[str], compositions: Compositions) -> list[str]:
    """The rare earths that occur in any of these flows; none where some flow does not say which it holds."""
    each = [compositions.rare_earths(flow) for flow in flows]
    occurring = {element for found in each if found is not None for element, mass in found.items() if np.any(mass)}
    return [] if None in each else [element for element in RARE_EARTHS if element in occurring]


def _net(system: ProductSystem, nodes: list[int], supply: np.ndarray) -> dict[str, Any]:
    """Flow to amount entering the nodes, less what leaves them."""
    net: dict[str, Any] = {}
    runs = supply.tolist() if supply.ndim == 1 else list(np.moveaxis(supply, -1, 0))
    for node in nodes:
        flow = system.process(node).product
        sign = 1.0 if system.inventory.flows[flow.flow].kind == "waste" else -1.0  # who treats waste takes it in
        net[str(flow.flow)] = net.get(str(flow.flow), 0.0) + sign * system.products[node] * runs[node]
    for node in nodes:
        for edge in system.edges_of[node]:
            enters = edge.line.direction in ("input", "resource")
            amount = edge.line.amount * runs[node]
            net[edge.flow] = net.get(edge.flow, 0.0) + (amount if enters else -amount)
    return net


def _sides(net: Mapping[str, Any], compositions: Compositions) -> dict[str, tuple[float, float]]:
    """What enters and what leaves of each element, kg."""
    sides: dict[str, tuple[float, float]] = {}
    for flow, amount in net.items():
        for element, held in compositions.of(flow).items():
            mass = amount * held
            mass = float(mass if isinstance(mass, float) else np.mean(mass))
            entering, leaving = sides.get(element, (0.0, 0.0))
            sides[element] = (entering + mass, leaving) if mass > 0 else (entering, leaving - mass)
    return sides


def check_balances(system: ProductSystem, compositions: Compositions, problems: Problems) -> list[ElementBalance]:
    """All balances, after reporting every one that does not close within its tolerance."""
    return _reported(balances(system, compositions), system, compositions, problems)


def check_balance_of(system: ProductSystem, node: int, compositions: Compositions, problems: Problems) -> None:
    """Report what does not close of the balance that a process declares, if it declares one."""
    if system.process(node).balance is not None:
        _reported(compositions.of_process(system, node), system, compositions, problems)


def _reported(
    found: list[ElementBalance], system: ProductSystem, compositions: Compositions, problems: Problems
) -> list[ElementBalance]:
    if compositions.faulty:
        return []  # reported where the composition stands
    reported: set[str] = set()
    for balance in _told_apart(found):
        if balance.process == PLANT and (balance.element in reported or _kind(balance.element) in reported):
            continue
        if balance.process == PLANT:
            place = system.process(0).process.span
        else:
            declared = system.inventory.processes.named(balance.process).balance
            assert declared is not None
            places = {str(element): element.span for element in declared.elements}
            place = places.get(balance.element) or places[RARE_EARTH]
            reported |= {balance.element, _kind(balance.element)}
        problems.add(
            "REE-M005",
            f"{balance.process}: {balance.element} in {balance.input:.4g} kg, out {balance.output:.4g} kg, "
            f"residual {balance.relative:+.1%}"
            f" ({system.scenario.id})",
            place,
            expected=f"at most {balance.tolerance:.2%}",
        )
    return found


def _kind(element: str) -> str:
    return RARE_EARTH if element in RARE_EARTHS else element


def _told_apart(found: Iterable[ElementBalance]) -> list[ElementBalance]:
    """The balances that do not close: of a process whose rare earths do not, their sum, or else the one furthest off,
    since what is wrong with one is seldom right with the others.
    """
    worst: dict[tuple[str, str], ElementBalance] = {}
    for balance in found:
        key = balance.process, _kind(balance.element)
        if not balance.closes and (
            key not in worst or (worst[key].element != RARE_EARTH and abs(balance.relative) > abs(worst[key].relative))
        ):
            worst[key] = balance
    return list(worst.values())
