"""Characterisation factors of methods, in the order of their indicators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError, Problems, nearest
from lca.impact.pointers import Pointed, Pointers
from lca.impact.shipped import Archive
from lca.inventory.characterisation import Indicator
from lca.inventory.formula import literal, parse
from lca.inventory.loading import Inventory
from lca.system.network import ProductSystem
from lca.units import parse_unit

_METHANE = "CH4"
_CARBON_DIOXIDE = "CO2"

#: How what is said of methane begins.
METHANE_COUNTS = "methane counts "


@dataclass(frozen=True)
class IndicatorInfo:
    """One indicator: its id (`climate_change.fossil`), title and unit, what is to be said of it, and, where it counts
    methane as CO2, how much.
    """

    id: str
    title: str
    unit: str
    note: str = ""
    methane: str = ""


@dataclass(frozen=True)
class MethodSet:
    """One method of several: where its indicators stand, and the archive that they were read from, if any. `shipped`
    are the factors of the archive, by indicator and flow, per unit of the node.
    """

    id: str
    first: int
    count: int
    archive: Archive | None = None
    shipped: tuple[Mapping[str, float], ...] = ()

    @property
    def indicators(self) -> range:
        return range(self.first, self.first + self.count)


@dataclass(frozen=True)
class MethodFactors:
    """`factors[indicator][flow]`; flows in `partial[indicator]` are characterised in part only, with the reason."""

    id: str
    indicators: tuple[IndicatorInfo, ...]
    factors: tuple[dict[str, float], ...]
    partial: tuple[dict[str, str], ...]
    groups: tuple[frozenset[str] | None, ...]  # of flows that an indicator needs, where it says so itself
    beyond: tuple[frozenset[str], ...]  # of flows that it needs and we may not have at all
    sets: tuple[MethodSet, ...]
    stated: frozenset[str] = frozenset()  # flows that need no factor: their links say what they are

    def matrix(self, flows: Sequence[str]) -> np.ndarray:
        """`C[indicator, flow]` for these flows, 0 where there is no factor."""
        return np.array([[factors.get(flow, 0.0) for flow in flows] for factors in self.factors]).reshape(
            len(self.indicators), len(flows)
        )

    def partial_matrix(self, flows: Sequence[str]) -> np.ndarray:
        """`C` with only the partial factors."""
        masks = [[flow in partial for flow in flows] for partial in self.partial]
        return np.asarray(self.matrix(flows) * np.array(masks, dtype=bool).reshape(len(self.indicators), len(flows)))

    def only(self, place: int) -> MethodFactors:
        """The same with one indicator alone."""
        part = slice(place, place + 1)
        own = (self.indicators[part], self.factors[part], self.partial[part], self.groups[part], self.beyond[part])
        return MethodFactors(self.id, *own, sets=(MethodSet(self.id, 0, 1),), stated=self.stated)

    @cached_property
    def known_flows(self) -> set[str]:
        """Flows that some indicator names, with 0 included, and those of which something else is said."""
        return {flow for factors in self.factors for flow in factors} | self.stated

    def index(self, indicator: str) -> int:
        """Place of an indicator; raises `InputError` when the method has none of that name."""
        ids = [info.id for info in self.indicators]
        if indicator not in ids:
            message = f"method {self.id} has no indicator `{indicator}`"
            raise InputError(
                [Diagnostic("REE-I002", message, expected=", ".join(ids), suggestion=nearest(indicator, ids))]
            )
        return ids.index(indicator)


def method_factors(inventory: Inventory, names: Iterable[str]) -> MethodFactors:
    """The factors of methods of the workspace (whose references have been checked), one after the other.

    Methods that point at shipped ones are read from the archive of an installed package. Raises `InputError` with
    everything that is wrong with the pointers.
    """
    problems = Problems()
    pointers = Pointers(inventory, problems)
    indicators: list[IndicatorInfo] = []
    factors: list[dict[str, float]] = []
    partial: list[dict[str, str]] = []
    groups: list[frozenset[str] | None] = []
    beyond: list[frozenset[str]] = []
    sets: list[MethodSet] = []
    for method in [inventory.methods.named(name) for name in names]:
        archive = pointers.archive(method) if method.brightway else None
        pointed = pointers.resolve(method, archive) if archive else None
        if method.brightway and pointed is None:
            continue  # reported
        sets.append(
            MethodSet(
                str(method.method),
                len(indicators),
                len(method.indicators),
                archive,
                tuple(found.shipped for found in pointed or ()),
            )
        )
        for k, (name, indicator) in enumerate(method.indicators.items()):
            values = _all_factors(indicator, pointed[k] if pointed else None)
            needed = None if indicator.groups is None else frozenset(map(str, indicator.groups))
            unit = str(indicator.unit)
            called, note = method.called(name), " ".join((indicator.note or "").split())
            info = IndicatorInfo(called, str(indicator.title), unit, note, methane(inventory, values, unit))
            indicators.append(info)
            factors.append(values)
            partial.append({str(flow): str(own.partial) for flow, own in indicator.factors.items() if own.partial})
            if pointed:
                beyond.append(needed or frozenset())
                groups.append(_groups_of(inventory, values) | beyond[-1])
            else:
                beyond.append(frozenset())
                groups.append(needed)
    problems.raise_errors()
    stated = frozenset(map(str, inventory.biosphere)) if any(one.archive for one in sets) else frozenset()
    return MethodFactors(
        "-".join(one.id for one in sets),
        tuple(indicators),
        tuple(factors),
        tuple(partial),
        tuple(groups),
        tuple(beyond),
        tuple(sets),
        stated,
    )


def _all_factors(indicator: Indicator, pointed: Pointed | None) -> dict[str, float]:
    values = dict(pointed.factors) if pointed else {}
    for flow, factor in indicator.factors.items():
        found = literal(parse(str(factor.value)))
        assert found is not None  # checked with the references
        values[str(flow)] = found.value
    return values


def _groups_of(inventory: Inventory, factors: Mapping[str, float]) -> frozenset[str]:
    groups = [inventory.flows.named(flow).group for flow, factor in factors.items() if factor]
    return frozenset(str(group) for group in groups if group is not None)


def methane(inventory: Inventory, factors: Mapping[str, float], unit: str) -> str:
    """How an indicator that is counted in CO2 counts methane; empty where it does not."""
    if _CARBON_DIOXIDE not in unit:
        return ""
    found: dict[str, list[str]] = {}
    for flow, factor in factors.items():
        info = inventory.flows.named(flow)
        counted = parse_unit(str(info.unit))
        if info.formula == _METHANE and factor and counted.dimension == parse_unit("kg").dimension:
            found.setdefault(f"{factor / counted.factor:g}", []).append(str(info.title))
    shown = [f"{factor} ({'; '.join(titles)})" for factor, titles in found.items()]
    return f"{METHANE_COUNTS}{', '.join(shown)} {unit} per kg" if found else ""


def amounts_of(system: ProductSystem) -> dict[str, float]:
    """How much of each elementary flow a system of single amounts has, per declared unit."""
    totals = np.atleast_2d(np.einsum("...ij,...j->...i", system.biosphere, system.supply))[0]
    return dict(zip(system.elementary, map(float, totals), strict=True))


def report_uncharacterised(system: ProductSystem, method: MethodFactors, problems: Problems) -> None:
    """Warn of every elementary flow of the system that no indicator of the method names."""
    if method.known_flows.issuperset(system.elementary):
        return
    totals = amounts_of(system)
    for edge in system.edges:
        if edge.provider is None and edge.flow not in method.known_flows:
            unit = system.inventory.flows[edge.line.flow].unit
            message = (
                f"{method.id} has no factor for {edge.flow} ({totals[edge.flow]:.3g} {unit} in {system.scenario.id})"
            )
            problems.add("REE-I001", message, edge.line.flow.span, expected="a factor in the method, 0 if it has none")


def uncharacterised(system: ProductSystem, method: MethodFactors) -> Iterator[dict[str, Any]]:
    """Rows of the table `uncharacterised`: the elementary flows of a system that no indicator of a set has a factor
    for, with amount per declared unit and reason, and the other sets in which they count; set by set, flows by name.
    """
    counted: dict[str, list[str]] = {}
    for one in method.sets:
        for flow in {flow for k in one.indicators for flow, factor in method.factors[k].items() if factor}:
            counted.setdefault(flow, []).append(one.id)
    amounts = {flow: amount for flow, amount in amounts_of(system).items() if amount}
    for one in method.sets:
        known = {flow for k in one.indicators for flow in method.factors[k]}
        for flow, amount in amounts.items():
            if flow not in known:
                info = system.inventory.flows.named(flow)
                elsewhere = f"; counted by {', '.join(counted[flow])}" if flow in counted else ""
                yield {
                    "scenario": system.scenario.id,
                    "method": one.id,
                    "flow": flow,
                    "title": str(info.title),
                    "compartment": str(info.compartment),
                    "amount": amount,
                    "unit": str(info.unit),
                    "reason": why_not(system.inventory, flow, one) + elsewhere,
                }


def why_not(inventory: Inventory, flow: str, one: MethodSet) -> str:
    """Why a set has no factor for a flow."""
    link = inventory.biosphere.find(flow)
    if one.archive is None or (link is not None and link.unlinked is None):
        return "no factor in the method"
    return f"not linked: {' '.join(str(link.unlinked).split())}" if link is not None else "not linked to the biosphere"
