"""Which nodes of several product systems are one activity in Brightway.

A process of the foreground stands in Brightway once for each scenario, so that it can be changed there alone. Nodes of
the supply chain that are the same in several scenarios, with the same amounts from the same suppliers, are one
activity: the partition of the nodes is refined until all of one class draw on the same classes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from lca.system.linking import Basis, Node
from lca.system.network import ProductSystem


@dataclass(frozen=True)
class Case:
    """A product system with the scenario that it is, and the bases of electricity accounting that it serves."""

    system: ProductSystem
    scenario: str
    bases: tuple[Basis, ...]

    @property
    def label(self) -> str:
        """`route/feed/site/power`, with `location-based` where that is another system."""
        return self.scenario if "market" in self.bases else f"{self.scenario}, location-based"


@dataclass(frozen=True)
class Shared:
    """An activity, by the first of the nodes that are it. `variant` counts the activities of one process at one place;
    `own` says that it stands for its case alone.
    """

    code: str
    case: Case
    node: int
    variant: int
    own: bool


def cases_of(systems: Iterable[tuple[tuple[str, Basis], ProductSystem]]) -> list[Case]:
    """The product systems that differ, in their order."""
    found: dict[int, tuple[ProductSystem, str, list[Basis]]] = {}
    for (scenario, basis), system in systems:
        found.setdefault(id(system), (system, scenario, []))[2].append(basis)
    return [Case(system, scenario, tuple(bases)) for system, scenario, bases in found.values()]


def shared_activities(cases: Sequence[Case]) -> tuple[list[Shared], list[list[int]]]:
    """The activities, and for each case the activity that each of its nodes is."""
    classes = _numbered([[_alone(case, n) for n in range(len(case.system.nodes))] for case in cases])
    while True:
        refined = _numbered(
            [
                [_with_suppliers(case, node, own) for node in range(len(own))]
                for case, own in zip(cases, classes, strict=True)
            ]
        )
        if _count(refined) == _count(classes):
            return _activities(cases, refined), refined
        classes = refined


def is_own(case: Case, node: int) -> bool:
    """Whether a node stands for its scenario alone: the foreground, and what is demanded."""
    return node == 0 or case.system.is_foreground(node)


def _alone(case: Case, node: int) -> Hashable:
    """What a node is by itself: process, place, amounts; and its scenario, where it stands for that alone."""
    system = case.system
    edges = [
        (edge.flow, None if edge.provider is None else system.nodes[edge.provider], system.sign(edge), edge.line.amount)
        for edge in system.edges_of[node]
    ]
    return system.nodes[node], float(system.diagonal(node)), tuple(edges), case.label if is_own(case, node) else ""


def _with_suppliers(case: Case, node: int, classes: Sequence[int]) -> Hashable:
    suppliers = (edge.provider for edge in case.system.edges_of[node] if edge.provider is not None)
    return classes[node], tuple(classes[supplier] for supplier in suppliers)


def _numbered(keys: list[list[Hashable]]) -> list[list[int]]:
    """The classes of equal keys, numbered as they come."""
    numbers: dict[Hashable, int] = {}
    return [[numbers.setdefault(key, len(numbers)) for key in own] for own in keys]


def _count(classes: list[list[int]]) -> int:
    return len(set().union(*classes)) if classes else 0


def _activities(cases: Sequence[Case], classes: list[list[int]]) -> list[Shared]:
    found: dict[int, Shared] = {}
    variants: Counter[Node] = Counter()
    for case, own in zip(cases, classes, strict=True):
        for node, number in enumerate(own):
            if number in found:
                continue
            place = case.system.nodes[node]
            code = f"{place.process}@{place.location}" if place.location else place.process
            if is_own(case, node):
                found[number] = Shared(f"{code}|{case.label}", case, node, 1, True)
                continue
            variants[place] += 1
            variant = variants[place]
            found[number] = Shared(code if variant == 1 else f"{code}#{variant}", case, node, variant, False)
    return [found[number] for number in range(len(found))]
