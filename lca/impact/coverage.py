"""How much of a result rests on data that speak of what it measures.

Elementary flows belong to groups (greenhouse gases, water ...). A data set covers the groups that it declares, or else
those of the flows that it lists; one without flows of its own, which only passes things on, misses nothing, and one
that is empty covers nothing. An indicator needs the groups that it names, or else those of the flows it characterises;
one read from a shipped method needs both, and is not assessed where no data set covers a group that it names. The
coverage is the lowest of three shares:

* of the first indicator's result, what arises in data sets that cover the groups,
* of the mass bought (kg, what is handed over included, bulk flows such as water not), what comes from suppliers that
  cover them,
* of the indicator's own result, what rests on complete characterisation factors.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from lca.impact.methods import MethodFactors
from lca.inventory import schema
from lca.inventory.loading import Inventory
from lca.system.network import ProductSystem
from lca.system.purchases import Purchase
from lca.units import parse_unit

#: Data sets with a smaller share than this are not listed as missing; they count all the same.
NEGLIGIBLE_GAP = 1e-3

_MASS = parse_unit("kg").dimension


@dataclass(frozen=True)
class Gap:
    """A data set that says nothing of some groups, with its share of the first indicator and of the mass bought."""

    groups: frozenset[str]
    node: int
    result_share: float
    mass_share: float


@lru_cache(maxsize=4)
def _groups_by_process(inventory: Inventory) -> dict[str, frozenset[str] | None]:
    return {str(name): covered_groups(process, inventory) for name, process in inventory.processes.items()}


def covered_groups(process: schema.Process, inventory: Inventory) -> frozenset[str] | None:
    """The groups that a data set covers; None where it has nothing of its own to say."""
    if process.covers is not None:
        return frozenset(str(group) for group in process.covers)
    flows = [inventory.flows[line.flow] for line in (*process.emissions, *process.resources)]
    if not flows and (process.inputs or process.outputs or process.mix):
        return None
    return frozenset(str(flow.group) for flow in flows if flow.group is not None)


def spoken_of(system: ProductSystem) -> frozenset[str]:
    """The groups that any data set of a system covers."""
    groups = _groups_by_process(system.inventory)
    return frozenset().union(*(groups[node.process] or () for node in system.nodes))


def needed_groups(method: MethodFactors, inventory: Inventory) -> list[frozenset[str]]:
    """For each indicator, the groups that it names, or else those of the flows that count in it."""
    found = []
    for factors, named in zip(method.factors, method.groups, strict=True):
        if named is not None:
            found.append(named)
            continue
        groups = [inventory.flows.named(flow).group for flow, factor in factors.items() if factor]
        found.append(frozenset(str(group) for group in groups if group is not None))
    return found


def data_coverage(
    system: ProductSystem, method: MethodFactors, direct: np.ndarray, bought: list[Purchase]
) -> tuple[np.ndarray, list[Gap]]:
    """Coverage of each indicator by data sets, and the data sets that are missing in it, largest share first.

    `direct[indicator, node]` are the direct scores per run of each process.
    """
    by_process = _groups_by_process(system.inventory)
    groups = [by_process[node.process] for node in system.nodes]
    results = np.abs(direct[0] * system.supply)
    masses = np.zeros(len(system.nodes))
    for purchase in bought:
        flow = system.inventory.flows.named(purchase.flow)
        unit = parse_unit(str(flow.unit))
        if unit.dimension == _MASS and not flow.bulk and purchase.amount > 0:
            masses[purchase.supplier] += purchase.amount * unit.factor
    shares = [values / total if (total := values.sum()) > 0 else values for values in (results, masses)]
    found: dict[frozenset[str], tuple[float, list[Gap]]] = {}
    needs = needed_groups(method, system.inventory)
    for needed in dict.fromkeys(needs):
        missing = np.array([own is not None and not needed <= own for own in groups], dtype=bool)
        own_gaps = [Gap(needed, int(n), float(shares[0][n]), float(shares[1][n])) for n in np.flatnonzero(missing)]
        own_gaps = [gap for gap in own_gaps if max(gap.result_share, gap.mass_share) > NEGLIGIBLE_GAP]
        covered = max(0.0, 1 - max(float(share[missing].sum()) for share in shares))
        found[needed] = covered, sorted(own_gaps, key=lambda gap: -max(gap.result_share, gap.mass_share))
    return np.array([found[needed][0] for needed in needs]), [gap for _, own in found.values() for gap in own]
