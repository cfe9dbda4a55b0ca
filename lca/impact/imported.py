"""Unit scores of the activities of an imported database that stand in a study, and what they leave out.

`score[activity, indicator] = C g`, with the life cycle inventory `g` of a unit of the product and the factors `C` of
the flows of the database. Shipped methods characterise a flow by its node of the biosphere, written ones as the flow
of ours that it is (`background.our_flows`). The scores become factors of the elementary flows that stand for
activities, so every path of calculation takes them the same way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from lca.background.database import Contents
from lca.background.our_flows import WRITTEN, Known, Ours, our_flows
from lca.errors import Problems
from lca.impact.life_cycles import LifeCycles, life_cycles
from lca.impact.methods import MethodFactors, MethodSet
from lca.impact.shipped import Archive, read_archive
from lca.inventory.backgrounds import LinkedBackground
from lca.inventory.loading import Inventory
from lca.system.checking import Checker
from lca.system.network import ProductSystem

#: An amount below this is rounding of a solution, whatever its unit.
NOTHING = 1e-18


@dataclass(frozen=True)
class Characterised:
    """Factors of the flows of a database: `factors[indicator, flow]` per unit of the database; `known[set, flow]` says
    whether some indicator of a set names the flow, with 0 too.
    """

    factors: np.ndarray
    known: np.ndarray


@dataclass(frozen=True)
class ImportedScores:
    """What the activities in use cause. `scores[activity, indicator]` per unit of their product; `places` are the rows
    of the processes that stand for them.
    """

    contents: Contents
    linked: LinkedBackground
    places: Mapping[str, int]
    life_cycles: LifeCycles
    characterised: Characterised
    elementary: Known

    @cached_property
    def scores(self) -> np.ndarray:
        return np.asarray(self.life_cycles.amounts @ self.characterised.factors.T)

    def per_unit(self, process: str) -> np.ndarray:
        """`score[indicator]` of one unit of the flow that a process of the background supplies or takes up."""
        made = self.linked.activities[process]
        sign = -1.0 if made.takes_up else 1.0
        return np.asarray(sign * made.amount * self.scores[self.places[process]])

    def extended(self, method: MethodFactors) -> MethodFactors:
        """The method with factors for the elementary flows that stand for activities."""
        factors = [dict(found) for found in method.factors]
        scores = self.scores
        for process, row in self.places.items():
            made = self.linked.activities[process]
            sign = -1.0 if made.takes_up else 1.0
            for k, found in enumerate(factors):
                found[made.aggregate] = sign * float(scores[row, k]) / made.count
        return replace(method, factors=tuple(factors))


def on_background(checker: Checker, method: MethodFactors) -> tuple[MethodFactors, ImportedScores | None]:
    """A method with factors for what stands for activities, and the scores of these, where a database is used."""
    if checker.contents is None:
        return method, None
    found = imported_scores(checker.inventory, checker.contents, method)
    return found.extended(method), found


def imported_scores(inventory: Inventory, contents: Contents, method: MethodFactors) -> ImportedScores:
    """The scores of every activity that the links of a linked inventory lead to, in use or not: where a parameter that
    is moved changes who supplies what, none is missing. Raises `InputError`.
    """
    linked = inventory.linked
    assert linked is not None
    problems = Problems()
    elementary = our_flows(inventory, linked.links, contents, problems)
    problems.raise_errors()
    characterised = characterise(inventory, contents, elementary, method)
    rows = {index: row for row, index in enumerate(sorted({made.index for made in linked.activities.values()}))}
    places = {process: rows[made.index] for process, made in linked.activities.items()}
    return ImportedScores(contents, linked, places, life_cycles(contents, list(rows)), characterised, elementary)


def characterise(inventory: Inventory, contents: Contents, elementary: Known, method: MethodFactors) -> Characterised:
    """The factors of the flows of a database, for every indicator of the method."""
    factors = np.zeros((len(method.indicators), len(contents.flows)))
    known = np.zeros((len(method.sets), len(contents.flows)), dtype=bool)
    archives: dict[str, Archive] = {}
    for number, one in enumerate(method.sets):
        shipped = _shipped(inventory, contents, one, archives)
        nodes = archives[one.archive.name].nodes if one.archive is not None else {}
        for place, flow in enumerate(contents.flows):
            ours = elementary.ours.get(place)
            stated = ours is not None and ours.by == WRITTEN and flow.node not in nodes
            by_node = bool(flow.node) and place not in elementary.strange_units and not stated
            for k, of_nodes in zip(one.indicators, shipped, strict=True):
                if of_nodes is not None and by_node:
                    value = of_nodes.get(flow.node)
                else:
                    value = _of_ours(method.factors[k], ours)
                if value is not None:
                    factors[k, place] = value
                    known[number, place] = True
    return Characterised(factors, known)


def _of_ours(factors: Mapping[str, float], ours: Ours | None) -> float | None:
    """The factor of a flow that is one of ours, per unit of the database."""
    value = factors.get(ours.flow) if ours is not None else None
    return value * ours.amount if value is not None and ours is not None else None


def _shipped(
    inventory: Inventory, contents: Contents, one: MethodSet, archives: dict[str, Archive]
) -> Sequence[Mapping[str, float] | None]:
    """For each indicator of a set, the shipped factors of the nodes of a database; None for a written one. `archives`
    are those read before.
    """
    if one.archive is None:
        return [None for _ in one.indicators]
    name = one.archive.name
    if name not in archives:
        archives[name] = read_archive(name, {flow.node for flow in contents.flows if flow.node})
    methods = archives[name].methods
    pointed = [indicator.name for indicator in inventory.methods.named(one.id).indicators.values()]
    return [None if found is None else methods[tuple(map(str, found))].factors for found in pointed]


def uncharacterised_imports(
    scores: ImportedScores, systems: Mapping[str, ProductSystem], number: int
) -> list[dict[str, Any]]:
    """The flows of a database that no indicator of a set has a factor for, with the largest amount in any scenario: of
    all activities together, in the unit of the database.
    """
    names = list(systems)
    amounts = np.array([_taken_together(scores, system) for system in systems.values()])
    rows: list[dict[str, Any]] = []
    for place in np.flatnonzero(~scores.characterised.known[number]) if names else ():
        flow, largest = scores.contents.flows[place], int(np.argmax(np.abs(amounts[:, place])))
        if abs(amounts[largest, place]) > NOTHING:
            rows.append(
                {
                    "flow": flow.name,
                    "categories": ", ".join(flow.categories),
                    "unit": flow.unit,
                    "amount": float(amounts[largest, place]),
                    "scenario": names[largest],
                }
            )
    return rows


def _taken_together(scores: ImportedScores, system: ProductSystem) -> np.ndarray:
    total = np.zeros(len(scores.contents.flows))
    for node, supply in zip(system.nodes, system.supply, strict=True):
        if node.process in scores.places:
            made = scores.linked.activities[node.process]
            sign = -1.0 if made.takes_up else 1.0
            total += sign * made.amount * float(supply) * scores.life_cycles.amounts[scores.places[node.process]]
    return total
