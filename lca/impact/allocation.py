"""What each product of the basket bears.

Of a basket with mass shares `w` and a footprint `E` per kg, a product bears `E f / sum(w f)` per kg: `f` is 1 by mass,
its price by value, and 1 or 0 where only some elements are of interest (ISO 14044, 4.3.4.2). So shares `w f / sum(w f)`
sum to one, and the products together bear what the basket does.

The circular footprint formula (EU 2021/2279) for a product all of recycled material, cradle to gate:
`E = A E_recycled + (1 - A) E_virgin Q`, with both sides shared out among products in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from lca.chemistry import OXIDES
from lca.errors import Problems
from lca.impact.prices import Prices
from lca.inventory import schema
from lca.inventory.economics import Allocation
from lca.inventory.formula import in_base_units, literal, parse
from lca.inventory.loading import Inventory


@dataclass(frozen=True)
class Part:
    """A product in a basket: `mass_share` of the basket, `weight` per kg (None for mass), the `share` of the basket's
    burden that it bears, and `factor`, its burden per kg relative to the basket's.
    """

    product: str
    mass_share: float
    weight: float | None
    unit: str
    share: float
    factor: float


def parts(
    inventory: Inventory, study: schema.Study, allocation: Allocation, basket: Mapping[str, float], problems: Problems
) -> list[Part]:
    """The products of a basket under an allocation, single oxides first, then the groups of the study; none after
    reporting a product without a price.
    """
    weights, unit = _weights(inventory, allocation, basket, problems)
    if weights is None:
        return []
    total = sum(share * weights[element] for element, share in basket.items())
    if not total > 0:
        message = f"{allocation.allocation} gives weight to nothing in the basket of {', '.join(basket)}"
        problems.add("REE-M006", message, allocation.allocation.span, expected="an element that the basket has")
        return []
    groups = {OXIDES[element]: [element] for element in basket} | group_members(study, basket)
    found = []
    for name, elements in groups.items():
        mass = sum(basket[element] for element in elements)
        value = sum(basket[element] * weights[element] for element in elements)
        weight = None if allocation.by == "mass" else value / mass
        found.append(Part(name, mass, weight, unit, value / total, value / mass / total))
    return found


def group_members(study: schema.Study, basket: Mapping[str, float]) -> dict[str, list[str]]:
    """The groups of the study, by title, with those of their elements that the basket has; none with fewer than two."""
    groups = study.products.groups.items() if study.products else ()
    held = {str(title): [str(e) for e in members if str(e) in basket] for title, members in groups}
    return {title: members for title, members in held.items() if len(members) > 1}


def _weights(
    inventory: Inventory, allocation: Allocation, basket: Mapping[str, float], problems: Problems
) -> tuple[dict[str, float] | None, str]:
    """The weight of each element's oxide per kg, and its unit; None after reporting."""
    if allocation.by == "mass":
        return dict.fromkeys(basket, 1.0), ""
    if allocation.by == "elements":
        wanted = {str(element) for element in allocation.elements or ()}
        return {element: float(element in wanted) for element in basket}, ""
    assert allocation.prices is not None
    prices = Prices(inventory.price_lists[allocation.prices])
    quotes = {element: prices.of_product(element) for element in basket}
    missing = [OXIDES[element] for element, quote in quotes.items() if quote is None]
    if missing:
        message = f"{allocation.prices} has no price of {', '.join(missing)}"
        problems.add("REE-N014", message, allocation.prices.span, expected="a price of every oxide of the basket")
        return None, ""
    return {e: quote.price for e, quote in quotes.items() if quote is not None}, f"{prices.currency}/kg"


def applies(allocation: Allocation, chosen: Mapping[str, str]) -> bool:
    """Whether an allocation is meant for a scenario with these options."""
    return all(chosen.get(str(axis)) in options for axis, options in allocation.when.items())


def circular(
    allocation: Allocation, recycled: Mapping[str, np.ndarray], virgin: Mapping[str, np.ndarray]
) -> Iterator[tuple[str, np.ndarray]]:
    """Product to its burden per kg by the circular footprint formula, where both sides have the product.

    `recycled` and `virgin` are burdens per kg, `[indicator]`, by the base allocation.
    """
    assert allocation.allocation_factor is not None
    assert allocation.quality_ratio is not None
    factor, quality = _number(str(allocation.allocation_factor)), _number(str(allocation.quality_ratio))
    for product, own in recycled.items():
        if product in virgin:
            yield product, factor * own + (1 - factor) * quality * virgin[product]


def _number(text: str) -> float:
    found = literal(parse(text))
    assert found is not None  # checked with the references
    return in_base_units(found)
