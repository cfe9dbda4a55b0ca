"""What single products of a basket bear in samples, as weights of the totals of scenarios.

An allocation gives a product a share of the total of its scenario; the circular footprint formula adds one of the
scenario of the virgin product, which is sampled in pairs with it. Weights are numbers as long as the basket is the same
in all samples; where its composition is drawn, only those that do not depend on it are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lca.impact.allocation import Part, applies, parts
from lca.impact.batch.opened import Opened
from lca.impact.products import circular_products, compared
from lca.inventory.economics import Allocation
from lca.inventory.shares import owners_of_shares
from lca.system.economics import basket as basket_of

#: The way to allocate whose shares do not depend on what the basket consists of.
_BY_MASS = "mass"


@dataclass(frozen=True)
class Mixed:
    """A product of a scenario that bears `weights[scenario]` of the totals in an indicator."""

    scenario: int
    indicator: int
    allocation: str
    product: str
    coverage: float
    weights: Mapping[int, float]

    def of(self, totals: np.ndarray) -> np.ndarray:
        """What it bears, by sample; `totals[scenario, indicator, sample]`."""
        return np.asarray(sum(weight * totals[k, self.indicator] for k, weight in self.weights.items()))


def constant_shares(opened: Opened, names: Sequence[Mapping[str, str]], k: int) -> list[tuple[str, str, float]]:
    """Allocation, product and what it bears relative to the total of the k-th scenario."""
    found = []
    for name in opened.checked.study.allocations:
        allocation = opened.checked.inventory.allocations[name]
        if allocation.by != "circular_footprint" and applies(allocation, opened.checked.scenarios[k].chosen):
            found += [(str(name), part.product, part.factor) for part in _parts(opened, names, k, allocation)]
    return found


def circular_shares(opened: Opened, names: Sequence[Mapping[str, str]], indicators: Sequence[int]) -> list[Mixed]:
    """The products of circular footprints, of scenarios whose virgin product is sampled too."""
    found = []
    inventory, ids = opened.checked.inventory, opened.ids
    for name in opened.checked.study.allocations:
        allocation = inventory.allocations[name]
        if allocation.by != "circular_footprint" or str(allocation.virgin) not in ids:
            continue
        virgin, base = ids.index(str(allocation.virgin)), inventory.allocations.named(str(allocation.base))
        theirs = {one.product: np.array([0.0, one.factor]) for one in _parts(opened, names, virgin, base)}
        for scenario in compared(opened.checked, allocation):
            k = ids.index(scenario.id)
            own = {one.product: np.array([one.factor, 0.0]) for one in _parts(opened, names, k, base)}
            weights = circular_products(opened.checked, allocation, _basket(opened, k), own, theirs) if own else {}
            for product, (mine, other) in weights.items():
                for i in indicators:
                    if opened.scores[k].assessed[i]:
                        coverage = float(min(opened.scores[one].coverage[i] for one in (k, virgin)))
                        both = {k: float(mine), virgin: float(other)}
                        found.append(Mixed(k, i, str(name), product, coverage, both))
    return found


def unknown_shares(opened: Opened, names: Sequence[Mapping[str, str]]) -> list[str]:
    """Sentences on products that nothing is said of, and why."""
    said = []
    inventory, study = opened.checked.inventory, opened.checked.study
    chosen = [inventory.allocations[name] for name in study.allocations]
    missing = [a for a in chosen if a.by == "circular_footprint" and str(a.virgin) not in opened.ids]
    for allocation in missing:
        if compared(opened.checked, allocation):
            said.append(f"{allocation.allocation} is left out: {allocation.virgin} is not among what is sampled")
    drawn = [scenario for k, scenario in enumerate(opened.ids) if study.products and _is_drawn(opened, names, k)]
    if drawn and any(allocation.by != _BY_MASS for allocation in chosen):
        scenarios = ", ".join(drawn[:3])
        said.append(f"the basket of {scenarios} differs between samples: products are known by mass alone")
    return said


def _parts(opened: Opened, names: Sequence[Mapping[str, str]], k: int, allocation: Allocation) -> list[Part]:
    basket = _basket(opened, k)
    if not basket or (allocation.by != _BY_MASS and _is_drawn(opened, names, k)):
        return []
    checked = opened.checked
    return parts(checked.inventory, checked.study, allocation, basket, opened.problems)


def _basket(opened: Opened, k: int) -> Mapping[str, float]:
    return basket_of(opened.systems[k].scope, opened.checked.study, opened.problems)


def _is_drawn(opened: Opened, names: Sequence[Mapping[str, str]], k: int) -> bool:
    """Whether what the basket consists of differs between samples."""
    products, scope = opened.checked.study.products, opened.systems[k].scope
    address = scope.resolve(str(products.composition), None) if products is not None else None
    return address is not None and bool(scope.needed_by([address]) & owners_of_shares(names[k]))
