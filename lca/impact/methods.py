"""Characterisation factors of a method, in the order of its indicators."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lca.errors import Diagnostic, InputError, Problems, nearest
from lca.inventory.formula import literal, parse
from lca.inventory.loading import Inventory
from lca.system.network import ProductSystem


@dataclass(frozen=True)
class IndicatorInfo:
    """One indicator: its id (`climate_change.fossil`), title and unit."""

    id: str
    title: str
    unit: str


@dataclass(frozen=True)
class MethodFactors:
    """`factors[indicator][flow]`; flows in `partial[indicator]` are characterised in part only, with the reason."""

    id: str
    indicators: tuple[IndicatorInfo, ...]
    factors: tuple[dict[str, float], ...]
    partial: tuple[dict[str, str], ...]
    groups: tuple[frozenset[str] | None, ...]  # of flows that an indicator needs, where it says so itself

    def matrix(self, flows: Sequence[str]) -> np.ndarray:
        """`C[indicator, flow]` for these flows, 0 where there is no factor."""
        return np.array([[factors.get(flow, 0.0) for flow in flows] for factors in self.factors]).reshape(
            len(self.indicators), len(flows)
        )

    def partial_matrix(self, flows: Sequence[str]) -> np.ndarray:
        """`C` with only the partial factors."""
        masks = [[flow in partial for flow in flows] for partial in self.partial]
        return np.asarray(self.matrix(flows) * np.array(masks, dtype=bool).reshape(len(self.indicators), len(flows)))

    @cached_property
    def known_flows(self) -> set[str]:
        """Flows that some indicator names, with 0 included."""
        return {flow for factors in self.factors for flow in factors}

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
    """The factors of methods of the workspace (whose references have been checked), one after the other."""
    methods = [inventory.methods.named(name) for name in names]
    indicators, factors, partial = [], [], []
    for indicator_id, indicator in [item for method in methods for item in method.indicators.items()]:
        indicators.append(IndicatorInfo(str(indicator_id), str(indicator.title), str(indicator.unit)))
        values: dict[str, float] = {}
        for flow, factor in indicator.factors.items():
            found = literal(parse(str(factor.value)))
            assert found is not None  # checked with the references
            values[str(flow)] = found.value
        factors.append(values)
        partial.append({str(flow): str(factor.partial) for flow, factor in indicator.factors.items() if factor.partial})
    groups = [
        None if indicator.groups is None else frozenset(map(str, indicator.groups))
        for method in methods
        for indicator in method.indicators.values()
    ]
    called = "-".join(str(method.method) for method in methods)
    return MethodFactors(called, tuple(indicators), tuple(factors), tuple(partial), tuple(groups))


def report_uncharacterised(system: ProductSystem, method: MethodFactors, problems: Problems) -> None:
    """Warn of every elementary flow of the system that no indicator of the method names."""
    if method.known_flows.issuperset(system.elementary):
        return
    totals = dict(
        zip(
            system.elementary,
            np.atleast_2d(np.einsum("...ij,...j->...i", system.biosphere, system.supply))[0],
            strict=True,
        )
    )
    for edge in system.edges:
        if edge.provider is None and edge.flow not in method.known_flows:
            unit = system.inventory.flows[edge.line.flow].unit
            message = (
                f"{method.id} has no factor for {edge.flow} ({totals[edge.flow]:.3g} {unit} in {system.scenario.id})"
            )
            problems.add("REE-I001", message, edge.line.flow.span, expected="a factor in the method, 0 if it has none")
