"""Element balances of processes and of the plant, computed from what flows consist of. Residuals are data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.chemistry import RARE_EARTHS, ChemistryError, element_vector
from lca.errors import Problems
from lca.inventory.reading import Text
from lca.inventory.references import RARE_EARTH
from lca.inventory.scope import Scope
from lca.system.network import ProductSystem
from lca.units import multiply, parse_unit

PLANT = "plant"
_MASS = parse_unit("kg").dimension


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

    def __init__(self, scope: Scope):
        self.scope = scope
        self.faulty = False
        self._done: dict[str, Mapping[str, Any]] = {}

    def of(self, name: str) -> Mapping[str, Any]:
        """Element to kg per unit of the flow; empty for flows without formula or composition."""
        if name not in self._done:
            self._done[name] = self._compute(name)
        return self._done[name]

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
            rare = [mass for element, mass in found.items() if element in RARE_EARTHS]
            return found | {RARE_EARTH: sum(rare)} if rare else found
        return self._written(flow.composition or {}, unit.factor, multiply(_MASS, unit.dimension, -1))

    def _written(self, composition: Mapping[Text, Text], factor: float, due: Any) -> Mapping[str, Any]:
        found = {}
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
        tolerance = system.scope.number(declared.tolerance, system.nodes[node].process, (), "the tolerance")
        net = _net(system, [node], np.ones(len(system.nodes)))
        for element in declared.elements:
            entering, leaving = _sides(net, compositions, str(element))
            found.append(ElementBalance(system.nodes[node].process, str(element), entering, leaving, tolerance))
            if system.is_foreground(node):
                elements[str(element)] = None
    foreground = [node for node in range(len(system.nodes)) if system.is_foreground(node)]
    net = _net(system, foreground, system.supply)
    tolerances = [b.tolerance for b in found if b.tolerance is not None]
    for name in elements:
        entering, leaving = _sides(net, compositions, name)
        found.append(ElementBalance(PLANT, name, entering, leaving, max(tolerances, default=None)))
    return found


def _net(system: ProductSystem, nodes: list[int], supply: np.ndarray) -> dict[str, Any]:
    """Flow to amount entering the nodes, less what leaves them."""
    wanted = set(nodes)
    net: dict[str, Any] = {}
    for node in nodes:
        flow = system.process(node).product
        sign = 1.0 if system.inventory.flows[flow.flow].kind == "waste" else -1.0  # who treats waste takes it in
        net[str(flow.flow)] = net.get(str(flow.flow), 0.0) + sign * system.products[node] * supply[..., node]
    for edge in system.edges:
        if edge.node in wanted:
            enters = edge.line.direction in ("input", "resource")
            amount = edge.line.amount * supply[..., edge.node]
            net[edge.flow] = net.get(edge.flow, 0.0) + (amount if enters else -amount)
    return net


def _sides(net: Mapping[str, Any], compositions: Compositions, element: str) -> tuple[float, float]:
    entering = leaving = 0.0
    for flow, amount in net.items():
        mass = amount * compositions.of(flow).get(element, 0.0)
        mass = float(mass if isinstance(mass, float) else np.mean(mass))
        entering, leaving = (entering + mass, leaving) if mass > 0 else (entering, leaving - mass)
    return entering, leaving


def check_balances(system: ProductSystem, compositions: Compositions, problems: Problems) -> list[ElementBalance]:
    """All balances, after reporting every one that does not close within its tolerance."""
    found = balances(system, compositions)
    if compositions.faulty:
        return []  # reported where the composition stands
    reported: set[str] = set()
    for balance in found:
        if balance.closes or (balance.process == PLANT and balance.element in reported):
            continue
        if balance.process == PLANT:
            place = system.process(0).process.span
        else:
            declared = system.inventory.processes.named(balance.process).balance
            assert declared is not None
            place = next(element.span for element in declared.elements if element == balance.element)
            reported.add(balance.element)
        problems.add(
            "REE-M005",
            f"{balance.process}: {balance.element} in {balance.input:.4g} kg, out {balance.output:.4g} kg, "
            f"residual {balance.relative:+.1%}"
            f" ({system.scenario.id})",
            place,
            expected=f"at most {balance.tolerance:.2%}",
        )
    return found
