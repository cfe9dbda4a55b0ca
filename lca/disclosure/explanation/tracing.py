"""From a source up to every figure that it touches.

An exchange rests on a source where the source is stated for its amount, for a parameter in its formula, or for the
process that it belongs to, where these state none. The part of a figure that rests on a source is what passes through
at least one such exchange on its way from an emission to the demand: the figure less what it would be if these
exchanges were not there and all others as they are. Nothing is counted twice that way, so the part is never the sum
over exchanges; the parts of several sources overlap, and may come to more than the whole. What is returned to a loop
counts negative. Factors and allocations that rest on the source touch all of a figure.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.disclosure.explanation.grounds import Grounds, formulas_of, place_in
from lca.disclosure.explanation.tree import Explainer
from lca.errors import Diagnostic, InputError, nearest, one_of
from lca.impact.contributions import SystemScores
from lca.impact.figures import NOT_ALLOCATED
from lca.inventory import schema
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text

#: Columns of the figures that a source touches.
COLUMNS = ("figure", "source", "value", "unit", "part", "share", "exchanges")


@dataclass(frozen=True)
class Citation:
    """A number that states the source: what it is, and where it is written."""

    kind: str
    name: str
    evidence: str
    place: str


@dataclass(frozen=True)
class Trace:
    """The figures that a source touches, the largest share first, and the places that cite it."""

    rows: list[dict[str, Any]]
    citations: tuple[Citation, ...]


@dataclass(frozen=True)
class _Resting:
    """Of one system: `part[indicator]` of the result that rests on a source, and how many exchanges do."""

    part: np.ndarray
    count: int


def trace(explainer: Explainer, source: str) -> Trace:
    """Every figure of the study that rests on a source. Raises `InputError` where the workspace has no such source."""
    checked = explainer.computed.checked
    _known(checked.inventory, source)
    citations: dict[Citation, None] = {}
    whole = _of_methods(explainer, source, citations)
    found: dict[int, _Resting] = {}
    resting: dict[tuple[str, str], _Resting] = {}
    for (scenario, basis), scores in explainer.computed.scored.items():
        if id(scores) not in found:
            found[id(scores)] = _resting(explainer, scores, source, citations)
        resting[scenario, basis] = found[id(scores)]
    allocated = _of_allocations(checked.inventory, source, citations)
    rows: list[dict[str, Any]] = []
    for figure, factors in explainer.figures().items():
        k = explainer.index(figure)
        value = explainer.value(figure, factors)
        of = [(factor, resting[name, figure.basis]) for name, factor in factors.items()]
        part = sum(factor * float(one.part[k]) for factor, one in of)
        if whole[k] or (figure.allocation != NOT_ALLOCATED and figure.allocation in allocated):
            part = value
        count = sum(one.count for _, one in of)
        if part:
            share = part / value if value else None
            unit = explainer.computed.method.indicators[k].unit
            row = {"figure": str(figure), "source": source, "value": value, "unit": unit}
            rows.append(row | {"part": part, "share": share, "exchanges": count})
    rows.sort(key=lambda row: (-abs(row["share"] or 0.0), row["figure"]))
    return Trace(rows, tuple(citations))


def _known(inventory: Inventory, source: str) -> None:
    if inventory.sources.find(source) is None:
        choices = [str(name) for name in inventory.sources]
        message = f"the workspace has no source `{source}`"
        close = nearest(source, choices)
        raise InputError([Diagnostic("REE-A002", message, expected=one_of(choices), suggestion=close)])


def _of_methods(explainer: Explainer, source: str, citations: dict[Citation, None]) -> np.ndarray:
    """`whole[indicator]`: whether all factors of an indicator rest on the source."""
    method, inventory = explainer.computed.method, explainer.computed.checked.inventory
    whole = np.zeros(len(method.indicators), dtype=bool)
    for one in method.sets:
        document = inventory.methods.named(one.id)
        if document.source == source:
            whole[list(one.indicators)] = True
            citations[Citation("method", one.id, "", _place(inventory, document.method))] = None
    return whole


def _of_allocations(inventory: Inventory, source: str, citations: dict[Citation, None]) -> set[str]:
    """The allocations that rest on the source, by themselves or by the prices that they weigh with."""
    found = set()
    for name, allocation in inventory.allocations.items():
        prices = inventory.price_lists.find(str(allocation.prices)) if allocation.prices else None
        of_prices = [entry.source or prices.source for entry in prices.products.values()] if prices else []
        if allocation.source == source or source in of_prices:
            found.add(str(name))
            citations[Citation("allocation", str(name), str(allocation.evidence or ""), _place(inventory, name))] = None
    bases = {str(name): str(a.base) for name, a in inventory.allocations.items() if a.base is not None}
    return found | {name for name, base in bases.items() if base in found}


def _place(inventory: Inventory, text: Text) -> str:
    return "{}:{}:{}".format(*place_in(inventory, text.span))


def _resting(explainer: Explainer, scores: SystemScores, source: str, citations: dict[Citation, None]) -> _Resting:
    system, grounds = scores.system, explainer.grounds(scores)
    rests = _Rests(grounds, source)
    through_product = {
        node
        for node in range(len(system.nodes))
        if rests.on_formula(process := system.process(node), process.product.amount)
    }
    touched: set[int] = set()
    for number, edge in enumerate(system.edges):
        process, exchange = system.process(edge.node), edge.line.exchange
        texts = formulas_of(process, exchange)
        own = (exchange.source or process.source) == source
        if own or edge.node in through_product or any(rests.on_formula(process, text) for text in texts):
            touched.add(number)
            if own:
                place = _place(system.inventory, edge.line.flow)
                evidence = str(exchange.evidence or process.evidence or "")
                citations[Citation("exchange", grounds.address_of(process, exchange), evidence, place)] = None
    for address in sorted(rests.met):
        said = grounds.of_parameter(address).statement
        citations[Citation("parameter", address, said.evidence, said.place)] = None
    if not touched:
        return _Resting(np.zeros(len(scores.total)), 0)
    return _Resting(scores.total - without(scores, touched), len(touched))


class _Rests:
    """Whether formulas of a scenario rest on a source. `met` are the parameters with the source that they led to."""

    def __init__(self, grounds: Grounds, source: str):
        self.grounds, self.scope = grounds, grounds.scope
        self.own = {address for address, one in self.scope.definitions.items() if one.source == source}
        self.met: set[str] = set()
        self._known: dict[tuple[str, str], bool] = {}

    def on_formula(self, process: schema.Process, text: Text) -> bool:
        key = (str(process.process), str(text))
        if key not in self._known:
            found = self.own & self.scope.needed_by(self.grounds.named(text, key[0])) if self.own else set()
            self.met |= found
            self._known[key] = bool(found)
        return self._known[key]


def without(scores: SystemScores, touched: set[int]) -> np.ndarray:
    """`total[indicator]` without some exchanges, by their numbers, where all others stay as they are."""
    system = scores.system
    n = len(system.nodes)
    technosphere = np.diag([float(system.diagonal(node)) for node in range(n)])
    direct = np.zeros((len(scores.factors), n))
    rows: Mapping[str, int] = {flow: index for index, flow in enumerate(system.elementary)}
    for number, edge in enumerate(system.edges):
        if number in touched:
            continue
        amount = float(edge.line.amount)
        if edge.provider is None:
            direct[:, edge.node] += scores.factors[:, rows[edge.flow]] * amount
        else:
            technosphere[edge.provider, edge.node] += system.sign(edge) * amount
    try:
        units = np.linalg.solve(technosphere.T, direct.T).T
    except np.linalg.LinAlgError:
        return np.full(len(scores.factors), np.nan)
    return np.asarray(units[:, 0] * float(system.demand))
