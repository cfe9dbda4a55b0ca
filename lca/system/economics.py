"""What products and prices mean in a scenario: the basket of oxides, and the conditions of prices and of links."""

from __future__ import annotations

from collections.abc import Mapping

from lca.chemistry import ChemistryError, Composition, oxide_shares
from lca.errors import Problems, nearest
from lca.inventory import schema
from lca.inventory.backgrounds import BackgroundLinks
from lca.inventory.economics import PriceList
from lca.inventory.scope import Scope
from lca.system.amounts import Amounts


def basket(scope: Scope, study: schema.Study, problems: Problems) -> Mapping[str, float]:
    """Mass shares of the oxides in the product of a scenario, by element; empty after reporting."""
    if study.products is None:
        return {}
    name = study.products.composition
    address = scope.resolve(str(name), None)
    if address is None:
        if not scope.inventory.may_hold(name):
            message, close = f"`{name}` is not defined", nearest(name, set(scope.visible(None)))
            problems.add("REE-N001", message, name.span, expected="a composition", suggestion=close)
        return {}
    scope.used.add(address)
    found = scope.value_at(address)
    if found is not None and not isinstance(found, Composition):
        problems.add("REE-F006", f"`{name}` is no composition", name.span, expected="a composition")
    if not isinstance(found, Composition):
        return {}
    try:
        return oxide_shares(found)
    except ChemistryError as fault:
        problems.add("REE-F007", str(fault), name.span, expected="a composition with a rare earth")
        return {}


def check_conditions(amounts: Amounts, conditional: PriceList | BackgroundLinks) -> None:
    """Report conditions of prices, or of links to a database, that no scenario could meet: names that are no axis and
    no choice, unknown options.

    `location`, a place, is anything.
    """
    if isinstance(conditional, BackgroundLinks):
        conditions = [rule.when for rule in conditional.providers]
    else:
        conditions = [entry.when for entries in conditional.flows.values() for entry in entries]
    for when in conditions:
        for name, options in when.items():
            if name != "location":
                amounts.condition(name, options, None)
