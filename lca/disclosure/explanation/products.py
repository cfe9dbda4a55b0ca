"""How the figure of a product comes from those of whole baskets: `value = sum(factor * basket)`.

By an allocation that is one basket, times what the product bears per kilogram of it; by the circular footprint formula
two, of the recycled and of the virgin feed. The factors come from `impact.allocation`, as the results do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from lca.chemistry import OXIDES
from lca.disclosure.explanation.grounds import Ground, stated
from lca.errors import Problems
from lca.impact.allocation import applies, circular, group_members, parts
from lca.impact.products import compared, needed
from lca.inventory import schema
from lca.inventory.declarations import BASKET
from lca.inventory.economics import Allocation
from lca.inventory.formula import literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.system.checking import CheckedStudy
from lca.system.economics import basket as basket_of
from lca.system.scenario import Scenario

#: Scenario of a basket to its factor in the figure of a product.
Factors = Mapping[str, float]


def product_factors(checked: CheckedStudy) -> dict[tuple[str, str, str], Factors]:
    """For every scenario, product and allocation of a study: the baskets that the figure is made of."""
    found: dict[tuple[str, str, str], Factors] = {}
    if checked.study.products is None:
        return found
    own = {s.id: _by_base(checked, s) for s in checked.scenarios}
    for name in checked.study.allocations:
        allocation = checked.inventory.allocations[name]
        for scenario in checked.scenarios:
            if allocation.by == "circular_footprint":
                factors = _circular(checked, allocation, scenario, own)
            elif applies(allocation, scenario.chosen) and str(name) in own[scenario.id]:
                of_products = {BASKET: 1.0} | own[scenario.id][str(name)]
                factors = {product: {scenario.id: factor} for product, factor in of_products.items()}
            else:
                continue
            found |= {(scenario.id, product, str(name)): of for product, of in factors.items()}
    return found


def _by_base(checked: CheckedStudy, scenario: Scenario) -> dict[str, dict[str, float]]:
    """Allocation to product to what it bears per kilogram, relative to the basket."""
    basket = _basket(checked, scenario)
    if not basket:
        return {}
    return {
        str(allocation.allocation): {
            part.product: part.factor
            for part in parts(checked.inventory, checked.study, allocation, basket, Problems())
        }
        for allocation in needed(checked, scenario)
    }


def _basket(checked: CheckedStudy, scenario: Scenario) -> Mapping[str, float]:
    system = checked.systems.get((scenario.id, checked.study.electricity_basis))
    return basket_of(system.scope, checked.study, Problems()) if system is not None else {}


def _circular(
    checked: CheckedStudy,
    allocation: Allocation,
    scenario: Scenario,
    own: Mapping[str, Mapping[str, Mapping[str, float]]],
) -> dict[str, Factors]:
    """As `impact.products` mixes them, with a unit burden on either side in the place of the scores."""
    base, virgin = str(allocation.base), str(allocation.virgin)
    if scenario not in compared(checked, allocation) or base not in own.get(virgin, {}):
        return {}
    sides = np.eye(2)
    oxides = {p: factor * sides[0] for p, factor in own[scenario.id].get(base, {}).items() if p in OXIDES.values()}
    found = dict(circular(allocation, oxides, {p: factor * sides[1] for p, factor in own[virgin][base].items()}))
    basket = _basket(checked, scenario)
    for name, members in ({BASKET: list(basket)} | group_members(checked.study, basket)).items():
        if all(OXIDES[element] in found for element in members):
            masses = [basket[element] for element in members]
            found[name] = np.average([found[OXIDES[element]] for element in members], axis=0, weights=masses)
    return {product: {scenario.id: float(of[0]), virgin: float(of[1])} for product, of in found.items()}


# --- what an allocation rests on


def allocation_grounds(inventory: Inventory, name: str) -> tuple[Ground, ...]:
    """The numbers that an allocation weighs with: prices of products and exchange rates, the factors of a circular
    footprint, and what these rest on in turn.
    """
    allocation = inventory.allocations.named(name)
    found = [
        _ground(inventory, "allocation", f"{name}.{key}", text, allocation, None)
        for key in ("allocation_factor", "quality_ratio")
        if (text := getattr(allocation, key)) is not None
    ]
    if allocation.base is not None:
        found += allocation_grounds(inventory, str(allocation.base))
    if allocation.prices is not None:
        prices = inventory.price_lists.named(str(allocation.prices))
        found += [
            _ground(inventory, "price", f"{prices.prices}.products.{product}", entry.price, entry, prices, entry.range)
            for product, entry in prices.products.items()
        ]
        found += [
            _ground(inventory, "price", f"{prices.prices}.exchange_rates.{currency}", text, prices, None)
            for currency, text in prices.exchange_rates.items()
        ]
    return tuple(found)


def _ground(
    inventory: Inventory,
    kind: str,
    name: str,
    text: Text,
    own: schema.Proven,
    owner: schema.Proven | None,
    ends: Sequence[Text] | None = None,
) -> Ground:
    """A plain quantity as written, in its own unit."""
    numbers = [literal(parse(str(one))) for one in (text, *(ends or ()))]
    value, *interval = [None if one is None else one.value for one in numbers]
    unit = numbers[0].unit if numbers[0] is not None else ""
    low, high = interval or (None, None)
    return Ground(kind, name, str(text), "", value, unit, stated(inventory, own, owner, text.span), low, high)
