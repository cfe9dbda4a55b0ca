"""What a result is made of: by stage, process, input, elementary flow and GHG Protocol scope. Each breakdown sums to
the result.

With `d = C B` (direct score of each process) and the unit scores `y` of products from the adjoint system `A' y = d`
of the supply chain, a foreground process `j` causes `s_j d_j` itself and `s_j a_ij y_i` through each input `i` that it
buys; acid and the like that it returns to a loop counts with the same `y`, negative.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeAlias

import numpy as np

from lca.impact.coverage import Gap, data_coverage, spoken_of
from lca.impact.methods import MethodFactors
from lca.inventory import schema
from lca.system.network import Edge, ProductSystem
from lca.system.purchases import Purchase, charged_part, purchases

DIMENSIONS = ("stage", "process", "input", "elementary_flow", "scope", "account")

#: In these, what does not contribute is left out: there would be many lines of zeros.
_SPARSE = ("process", "elementary_flow")

#: Item to its title and `value[indicator]`.
_Parts: TypeAlias = dict[str, tuple[str, np.ndarray]]

DIRECT = "direct emissions"
SUPPLY_CHAIN = "supply chain"
OTHER_ACCOUNT = "other"

SCOPE_TITLES = {
    "1": "Scope 1: direct",
    "2": "Scope 2: purchased electricity and heat",
    "3.1": "Scope 3.1: purchased goods and services",
    "3.2": "Scope 3.2: capital goods",
    "3.3": "Scope 3.3: fuel- and energy-related activities",
    "3.4": "Scope 3.4: upstream transport",
    "3.5": "Scope 3.5: waste generated in operations",
}


class Contribution(NamedTuple):
    """A part of a result. `item` is the id within the dimension, `title` how it is shown."""

    dimension: str
    item: str
    title: str
    value: float


@dataclass(frozen=True)
class ForegroundLine:
    """An exchange of the foreground with its surroundings, per declared unit, and what it causes for each indicator."""

    edge: Edge
    amount: float
    scores: np.ndarray
    weight: float = 1.0


class SystemScores:
    """Scores of a solved product system (single amounts) for all indicators; arrays are `[indicator, ...]`."""

    def __init__(self, system: ProductSystem, method: MethodFactors, priced: Container[str] = ()):
        self.system = system
        self.method = method
        self.priced = priced
        self.factors = method.matrix(system.elementary)
        self._contributions: dict[int, list[Contribution]] = {}

    @cached_property
    def total(self) -> np.ndarray:
        """`total[indicator]`."""
        return np.asarray(self.direct @ self.system.supply)

    @cached_property
    def direct(self) -> np.ndarray:
        """`d[indicator, node]` per run of the process."""
        return np.asarray(self.factors @ self.system.biosphere)

    @cached_property
    def assessed(self) -> np.ndarray:
        """Whether any flow that counts for the indicator occurs, and any data set speaks of what else it needs. Where
        none does, zero is not known: the data are silent about it.
        """
        occurs = np.abs(self.system.biosphere @ self.system.supply) > 0
        spoken = spoken_of(self.system)
        told = np.array([beyond <= spoken for beyond in self.method.beyond], dtype=bool)
        return np.asarray(((self.factors != 0) & occurs).any(axis=1) & told)

    @cached_property
    def coverage(self) -> np.ndarray:
        """How far each indicator rests on data that speak of it and on complete factors, see `coverage`; 0 where it is
        not assessed.
        """
        amounts = self.system.biosphere @ self.system.supply
        whole = np.abs(self.factors * amounts).sum(axis=1)
        partial = np.abs(self.method.partial_matrix(self.system.elementary) * amounts).sum(axis=1)
        of_factors = np.where(whole > 0, 1 - partial / np.where(whole > 0, whole, 1), 1.0)
        return np.asarray(np.where(self.assessed, np.minimum(of_factors, self._data[0]), 0.0))

    @property
    def gaps(self) -> list[Gap]:
        """The data sets that say nothing of an indicator."""
        return self._data[1]

    @cached_property
    def _data(self) -> tuple[np.ndarray, list[Gap]]:
        return data_coverage(self.system, self.method, self.direct, self.purchases)

    @cached_property
    def purchases(self) -> list[Purchase]:
        """What the plant buys, down to goods of the market."""
        return purchases(self.system, self.priced)

    @cached_property
    def unit_scores(self) -> np.ndarray:
        """`y[indicator, node]`: what one unit of a supply-chain product causes in the supply chain; else 0.

        The adjoint of the supply-chain part alone. Where the supply chain buys from the plant (it rarely does), what
        the plant emits for that is already in the plant's own lines, and must not be counted twice.
        """
        chain = [node for node in range(len(self.system.nodes)) if not self.system.is_foreground(node)]
        found = np.zeros_like(self.direct)
        if chain:
            part = self.system.technosphere[np.ix_(chain, chain)]
            found[:, chain] = np.linalg.solve(part.T, self.direct[:, chain].T).T
        return found

    @cached_property
    def generation_scores(self) -> np.ndarray:
        """Like `unit_scores`, but only what is marked as generation of electricity: stack emissions, carried on by
        mixes and delivery, not by losses.
        """
        n = len(self.system.nodes)
        technosphere = np.diag([float(self.system.diagonal(node)) for node in range(n)])
        direct = np.zeros((len(self.factors), n))
        rows = {flow: index for index, flow in enumerate(self.system.elementary)}
        for edge in self.system.edges:
            if self.system.is_foreground(edge.node) or not edge.line.carries_generation:
                continue
            if edge.provider is None:
                direct[:, edge.node] += self.factors[:, rows[edge.flow]] * edge.line.amount
            else:
                technosphere[edge.provider, edge.node] += self.system.sign(edge) * edge.line.amount
        return np.asarray(np.linalg.solve(technosphere.T, direct.T).T)

    # --- lines of the foreground

    @cached_property
    def lines(self) -> list[ForegroundLine]:
        """Every exchange of a foreground process that is not with another foreground process."""
        found = []
        rows = {flow: index for index, flow in enumerate(self.system.elementary)}
        for edge in self.system.edges:
            if not self.system.is_foreground(edge.node):
                continue
            amount = float(edge.line.amount * self.system.supply[edge.node])
            if edge.provider is None:
                found.append(ForegroundLine(edge, amount, self.factors[:, rows[edge.flow]] * amount))
            elif not self.system.is_foreground(edge.provider):
                weight = charged_part(self.system, edge)
                scores = -self.system.sign(edge) * amount * weight * self.unit_scores[:, edge.provider]
                found.append(ForegroundLine(edge, amount, scores, weight))
        return found

    # --- breakdowns, all indicators at once: item to title and `value[indicator]`

    def contributions(self, indicator: int) -> list[Contribution]:
        """All breakdowns of one indicator, largest magnitude first within each dimension."""
        if indicator not in self._contributions:
            self._contributions[indicator] = list(self._sorted(indicator))
        return self._contributions[indicator]

    def _sorted(self, indicator: int) -> Iterator[Contribution]:
        for dimension, items, titles, values, order in self._ordered:
            of_items = values[:, indicator].tolist()
            for i in order[:, indicator].tolist():
                if of_items[i] or dimension not in _SPARSE:
                    yield Contribution(dimension, items[i], titles[i], of_items[i])

    @cached_property
    def _ordered(self) -> list[tuple[str, list[str], list[str], np.ndarray, np.ndarray]]:
        """Of each dimension its items, their titles, `value[item, indicator]`, and the items by falling magnitude in
        each indicator, `item[rank, indicator]`; equals come in the order of their names.
        """
        found = []
        for dimension, parts in self._breakdowns.items():
            items = sorted(parts)
            values = np.array([parts[item][1] for item in items]).reshape(len(items), len(self.factors))
            order = np.argsort(-np.abs(values), axis=0, kind="stable")
            found.append((dimension, items, [parts[item][0] for item in items], values, order))
        return found

    @cached_property
    def _breakdowns(self) -> dict[str, _Parts]:
        makers = (
            self._by_stage,
            self._by_process,
            self._by_input,
            self._by_elementary_flow,
            self._by_scope,
            self._by_account,
        )
        return {dimension: make() for dimension, make in zip(DIMENSIONS, makers, strict=True)}

    def _demanded(self, item: str, title: str) -> _Parts:
        """The first part of a breakdown: what the demand itself causes where the supply chain meets it directly."""
        if self.system.is_foreground(0):
            return {}
        return {item: (title, self.unit_scores[:, 0] * float(self.system.demand))}

    def _by_stage(self) -> _Parts:
        parts = self._demanded(SUPPLY_CHAIN, "Supply chain")
        for line in self.lines:
            stage = str(self.system.process(line.edge.node).stage)
            _add(parts, stage, stage.replace("_", " ").capitalize(), line.scores)
        return parts

    def _by_process(self) -> _Parts:
        parts: _Parts = {}
        values = self.direct * self.system.supply
        for index, node in enumerate(self.system.nodes):
            if not values[:, index].any():
                continue
            place = f"@{node.location}" if node.location else ""
            title = f"{self.system.process(index).title}" + (f" ({node.location})" if node.location else "")
            _add(parts, node.process + place, title, values[:, index])
        return parts

    def _by_input(self) -> _Parts:
        parts = self._demanded(SUPPLY_CHAIN, "Supply chain")
        for line in self.lines:
            item, title = self._input_item(line.edge)
            _add(parts, item, title, line.scores)
        return parts

    def _input_item(self, edge: Edge) -> tuple[str, str]:
        if edge.provider is None:
            return DIRECT, "Direct emissions of the plant"
        title = str(self.system.inventory.flows[edge.line.flow].title)
        return (f"{edge.flow}.returned", f"{title}, returned to use") if edge.into_pool else (edge.flow, title)

    def _by_elementary_flow(self) -> _Parts:
        """By elementary flow; what activities of an imported background cause is one part."""
        values = self.factors * (self.system.biosphere @ self.system.supply)
        flows, linked = self.system.inventory.flows, self.system.inventory.linked
        aggregates = {made.aggregate for made in linked.activities.values()} if linked else ()
        parts: _Parts = {}
        for index, flow in enumerate(self.system.elementary):
            item = linked.database if linked and flow in aggregates else flow
            _add(parts, item, str(flows.named(flow).title), values[:, index])
        return parts

    def _by_scope(self) -> _Parts:
        parts = self._demanded("3.1", SCOPE_TITLES["3.1"])
        for line in self.lines:
            rest = line.scores
            own = line.edge.line.scope
            for scope, values in self._other_scopes(line):
                _add(parts, scope, SCOPE_TITLES.get(scope, f"Scope {scope}"), values)
                rest = rest - values
            own = "3.3" if own == "2" and line.edge.provider is not None else own
            _add(parts, own, SCOPE_TITLES.get(own, f"Scope {own}"), rest)
        return parts

    def _by_account(self) -> _Parts:
        """By the account of what is bought, the freight of a delivery apart; goods without one are together."""
        workspace = self.system.inventory.workspace
        titles = {str(name): str(title) for name, title in workspace.accounts.items()} if workspace else {}
        parts = self._demanded(SUPPLY_CHAIN, "Supply chain")
        for line in self.lines:
            if line.edge.provider is None:
                _add(parts, DIRECT, "Direct emissions of the plant", line.scores)
        for purchase in self.purchases:
            item, supplier = purchase.account or OTHER_ACCOUNT, purchase.supplier
            charged = purchase.amount * float(np.sign(self.system.diagonal(supplier)))  # who takes a surplus runs on it
            _add(parts, item, titles.get(item, "Other"), charged * self.unit_scores[:, supplier])
        return parts

    def _other_scopes(self, line: ForegroundLine) -> Iterator[tuple[str, np.ndarray]]:
        """Parts of a line that are booked elsewhere than the line itself.

        Of electricity (scope 2) that is what its generation emits; the line's remainder is fuel- and energy-related.
        Of anything else it is what the provider's own lines are marked with, such as the freight of a delivery.
        """
        provider = line.edge.provider
        if provider is None:
            return
        if line.edge.line.scope == "2":
            drawn = -self.system.sign(line.edge) * line.amount * line.weight
            yield "2", drawn * self.generation_scores[:, provider]
            return
        if provider not in self._marked:
            return
        runs = -self.system.sign(line.edge) * line.amount * line.weight / float(self.system.diagonal(provider))
        for edge in self._marked[provider]:
            if edge.line.scope != line.edge.line.scope and edge.provider is not None:
                values = -self.system.sign(edge) * float(edge.line.amount) * self.unit_scores[:, edge.provider]
                yield edge.line.scope, runs * values

    @cached_property
    def _marked(self) -> dict[int, list[Edge]]:
        """Lines of supply-chain processes that name a scope-3 category themselves."""
        found: dict[int, list[Edge]] = {}
        for edge in self.system.edges:
            named = getattr(edge.line.exchange, "scope", None)
            if named is not None and str(named).startswith("3.") and not self.system.is_foreground(edge.node):
                found.setdefault(edge.node, []).append(edge)
        return found


def _add(parts: _Parts, item: str, title: str, values: np.ndarray) -> None:
    parts[item] = (title, parts[item][1] + values if item in parts else values)


def evidence_of(exchange: schema.Exchange | schema.Share, process: schema.Process) -> tuple[str, str]:
    """Source and evidence grade of a line: its own, else those of its process."""
    return str(exchange.source or process.source or ""), str(exchange.evidence or process.evidence or "")
