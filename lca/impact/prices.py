"""What things cost, from a dated list of prices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lca.inventory.economics import Price, PriceList
from lca.inventory.formula import in_base_units, literal, parse
from lca.inventory.reading import Text
from lca.inventory.references_economics import currency_of
from lca.system.amounts import Amounts
from lca.system.network import ProductSystem
from lca.system.purchases import purchases
from lca.units import Dimension, multiply, parse_unit


@dataclass(frozen=True)
class Quote:
    """A price in the currency of its list, per unit of what it is of; `low` and `high` equal it where no range is
    given.
    """

    price: float
    low: float
    high: float
    source: str
    evidence: str
    note: str


class Prices:
    """A list of prices, looked up in its own currency."""

    def __init__(self, prices: PriceList):
        self.list = prices
        self.currency = str(prices.currency)
        rates = {str(name): _base(text) for name, text in prices.exchange_rates.items()}
        rates |= dict.fromkeys(filter(None, map(currency_of, prices.exchange_rates.values())), 1.0)
        own = rates.get(self.currency, 1.0)
        #: What one of each currency is in that of the list.
        self._rates = {name: rate / own for name, rate in rates.items()} | {self.currency: 1.0}

        self._quotes: dict[tuple[int, str], Quote] = {}

    def limit(self, text: Text, of: Dimension, amount: float) -> float | None:
        """An amount of money, or money per unit of something of which there is an `amount` (base units), in the
        currency of the list; None where it is neither.
        """
        found = literal(parse(str(text)))
        dimension = parse_unit(found.unit).dimension if found else ()
        for per, factor in (((), 1.0), (of, amount)):
            money = multiply(dimension, per)
            name = money[0][0].removeprefix("currency_").upper() if len(money) == 1 and money[0][1] == 1 else ""
            if found is not None and name in self._rates:
                return in_base_units(found) * factor * self._rates[name]
        return None

    @property
    def flows(self) -> frozenset[str]:
        """The flows that have a price somewhere."""
        return frozenset(str(flow) for flow in self.list.flows)

    def of_flow(self, flow: str, location: str, amounts: Amounts) -> Quote | None:
        """The price of a flow from a place in a scenario, per unit of the flow; the one with most conditions wins.
        Where two have as many, that is reported.
        """
        entries = self.list.flows.get(flow, [])  # type: ignore[call-overload]  # a Text equals the text it holds
        unit = str(amounts.inventory.flows.named(flow).unit)
        fitting = [entry for entry in entries if _applies(entry, location, amounts)]
        if not fitting:
            return None
        most = max(len(entry.when) for entry in fitting)
        best, *others = [entry for entry in fitting if len(entry.when) == most]
        if others:
            message = f"two prices of {flow} apply in {'/'.join(amounts.scope.chosen.values()) or 'base'}"
            related = ((best.price.span, "this one too"),)
            expected = "one with more conditions than the other"
            amounts.problems.add("REE-S005", message, others[0].price.span, expected=expected, related=related)
        return self._quote(best, unit)

    def of_product(self, element: str) -> Quote | None:
        """The price of a rare earth's oxide as sold, per kg_REO."""
        entry = next((entry for name, entry in self.list.products.items() if name == element), None)
        return None if entry is None else self._quote(entry, "kg_REO")

    def _quote(self, entry: Price, unit: str) -> Quote:
        if (id(entry), unit) not in self._quotes:
            self._quotes[id(entry), unit] = self._read(entry, unit)
        return self._quotes[id(entry), unit]

    def _read(self, entry: Price, unit: str) -> Quote:
        low, high = entry.range or (entry.price, entry.price)
        price, low_price, high_price = (self._in_currency(text, unit) for text in (entry.price, low, high))
        return Quote(
            price,
            low_price,
            high_price,
            str(entry.source or self.list.source or ""),
            str(entry.evidence or self.list.evidence or ""),
            str(entry.note or ""),
        )

    def _in_currency(self, text: Text, unit: str) -> float:
        found = literal(parse(str(text)))
        assert found is not None  # checked with the references
        of = parse_unit(unit)
        (money, _), *_ = multiply(parse_unit(found.unit).dimension, of.dimension)
        return in_base_units(found) * of.factor * self._rates[money.removeprefix("currency_").upper()]


def total_cost(system: ProductSystem, prices: Prices) -> Any:
    """What all purchases that have a price cost per declared unit, in the currency of the list; a float, or traced as
    the amounts of the system are.
    """
    total: Any = 0.0
    for purchase in purchases(system, prices.flows):
        quote = prices.of_flow(purchase.flow, system.nodes[purchase.supplier].location, system.amounts)
        if quote is not None:
            total = total + quote.price * purchase.amount
    return total


def priceless(system: ProductSystem, prices: Prices) -> list[str]:
    """The titles of what is bought at no known price."""
    found = {
        str(system.inventory.flows.named(one.flow).title)
        for one in purchases(system, prices.flows)
        if prices.of_flow(one.flow, system.nodes[one.supplier].location, system.amounts) is None
    }
    return sorted(found)


def _applies(entry: Price, location: str, amounts: Amounts) -> bool:
    """Whether all conditions hold: on axes, choices, and the place of the supplier."""
    return all(
        location in options if name == "location" else bool(amounts.condition(name, options, None))
        for name, options in entry.when.items()
    )


def _base(text: Text) -> float:
    found = literal(parse(str(text)))
    assert found is not None  # checked with the references
    return in_base_units(found)
