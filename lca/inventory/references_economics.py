"""Checks of prices, allocations, origins, exclusions and of the groups and accounts of flows: every name leads
somewhere, every quantity has the unit that is due, shares sum to one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from lca.chemistry import RARE_EARTHS
from lca.errors import Problems, nearest, one_of
from lca.inventory import schema
from lca.inventory.economics import Allocation, Origin, Price, PriceList
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import evident, known
from lca.units import UNIT_NAMES, Dimension, UnitError, describe, multiply, nearest_unit, parse_unit

#: By how much shares may miss one.
SHARE_TOLERANCE = 1e-3
#: Prices and rates beyond this or its inverse are no prices, and what is computed with them might be no number.
LARGEST = 1e100

_YEAR = re.compile(r"\b(19|20)\d\d\b")


def check_economics(inventory: Inventory, problems: Problems) -> None:
    """Report what is wrong in the documents of `economics`, and in what refers to them."""
    _check_workspace(inventory, problems)
    for prices in inventory.price_lists.values():
        _check_prices(inventory, prices, problems)
    for allocation in inventory.allocations.values():
        _check_allocation(inventory, allocation, problems)
    for flow, origin in inventory.origins.items():
        _check_bought(inventory, flow, problems)
        _check_proven(inventory, origin, problems)
        if not evident(origin, origin):
            _report_unproven(next(iter(origin.shares.values())), "here", problems)
        _check_shares(origin, problems)


def _check_workspace(inventory: Inventory, problems: Problems) -> None:
    if inventory.workspace is None:
        return
    _check_owners(inventory, problems)
    groups, accounts = inventory.workspace.flow_groups, inventory.workspace.accounts
    for flow in inventory.flows.values():
        if flow.group is not None:
            known(inventory, flow.group, groups, "flow group", "REE-N012", problems)
        if flow.account is not None:
            known(inventory, flow.account, accounts, "account", "REE-N012", problems)
    for process in inventory.processes.values():
        for group in process.covers or ():
            known(inventory, group, groups, "flow group", "REE-N012", problems)
    for method in inventory.methods.values():
        for indicator in method.indicators.values():
            for group in indicator.groups or ():
                known(inventory, group, groups, "flow group", "REE-N012", problems)
    for exclusion in inventory.workspace.exclusions:
        check_axes(inventory, exclusion.when, problems)


def _check_owners(inventory: Inventory, problems: Problems) -> None:
    """What stands before the dot of an address is one thing: a process, an axis, an option, study or workspace."""
    assert inventory.workspace is not None
    owners: dict[str, tuple[str, Text | None]] = {"study": ("the study", None), "workspace": ("the workspace", None)}
    found = [(str(axis), axis, "an axis") for axis in inventory.workspace.axes]
    found += [
        (str(name).replace("-", "_"), name, f"an option of axis {axis}")
        for axis, options in inventory.options.items()
        for name in options
    ]
    found += [(str(name), name, "a process") for name in inventory.processes]
    for key, name, what in found:
        if key not in owners:
            owners[key] = (what, name)
        elif owners[key][0] != what:
            first, place = owners[key]
            related = ((place.span, first),) if place is not None else ()
            problems.add("REE-N016", f"`{name}` is {what}, and {first} too", name.span, related=related)


def check_axes(inventory: Inventory, when: Mapping[Text, Iterable[Text]], problems: Problems) -> None:
    """Report keys that are no axis, and options that the axis does not have."""
    for axis, options in when.items():
        table = inventory.options.get(str(axis))
        if table is None:
            if not inventory.may_hold(axis):
                axes = inventory.options
                problems.add(
                    "REE-N008",
                    f"there is no axis `{axis}`",
                    axis.span,
                    expected=one_of(axes),
                    suggestion=nearest(axis, axes),
                )
            continue
        for option in options:
            if option not in table and not inventory.may_hold(option):
                problems.add(
                    "REE-N008",
                    f"`{option}` is no option of axis {axis}",
                    option.span,
                    expected=one_of(table),
                    suggestion=nearest(option, table),
                )


def _check_bought(inventory: Inventory, flow: Text, problems: Problems) -> bool:
    """Whether the flow is there and can be bought or handed over."""
    if not known(inventory, flow, inventory.flows, "flow", "REE-L003", problems):
        return False
    if inventory.flows[flow].kind == "elementary":
        problems.add("REE-L007", f"`{flow}` is an elementary flow", flow.span, expected="a product or waste")
        return False
    return True


def _report_unproven(number: Text, where: str, problems: Problems) -> None:
    message, expected = f"`{number}` has no source or no evidence grade", f"source: and evidence:, {where}"
    problems.add("REE-E001", message, number.span, expected=expected)


def _check_proven(inventory: Inventory, proven: schema.Proven, problems: Problems) -> None:
    if proven.source is not None:
        known(inventory, proven.source, inventory.sources, "source", "REE-N007", problems)


# --- quantities


def quantity(text: Text, due: Dimension | None, problems: Problems, expected: str = "") -> float | None:
    """A plain quantity in base units; None after reporting that it is none, or of another dimension."""
    try:
        found = literal(parse(str(text)))
        if found is None:
            problems.add("REE-F001", f"`{text}` is no quantity", text.span, expected="a quantity")
            return None
        dimension = parse_unit(found.unit).dimension
        if due is not None and dimension != due:
            report_dimension(text, expected or describe(due), problems)
            return None
        value = in_base_units(found)
        if math.isfinite(value):
            return value
        report_out_of_bounds(text, problems)
    except FormulaError as fault:
        place = text.part(fault.start, fault.end)
        problems.add(fault.code, str(fault), place, expected=fault.expected, suggestion=fault.suggestion)
    except UnitError as cause:
        problems.add("REE-U001", f"`{cause}` is not a unit", text.span, suggestion=nearest_unit(str(cause)))
    return None


def report_out_of_bounds(text: Text, problems: Problems) -> None:
    """Report a quantity that numbers cannot hold, or that makes something they cannot hold."""
    message, expected = f"`{text}` is out of bounds", "a number that can be computed with"
    problems.add("REE-F005", message, text.span, expected=expected)


def report_dimension(text: Text, expected: str, problems: Problems) -> None:
    """Report a plain quantity of another dimension than is due, or without a unit."""
    found = literal(parse(str(text)))
    assert found is not None
    code, fault = (
        ("REE-U003", f"is {describe(parse_unit(found.unit).dimension)}") if found.unit else ("REE-U002", "has no unit")
    )
    problems.add(code, f"`{text}` {fault}", text.span, expected=expected)


@lru_cache(maxsize=1)
def currencies() -> tuple[str, ...]:
    """The units that are currencies."""
    return tuple(sorted(name for name in UNIT_NAMES if currency(name) is not None))


def currency(unit: str) -> Dimension | None:
    """The dimension of a currency, None for any other unit."""
    try:
        dimension = parse_unit(unit).dimension
    except UnitError:
        return None
    return dimension if len(dimension) == 1 and dimension[0][0].startswith("currency_") else None


def _check_prices(inventory: Inventory, prices: PriceList, problems: Problems) -> None:
    _check_proven(inventory, prices, problems)
    if not _YEAR.search(prices.date):
        expected = "a year at least: 2026-02-02, 2020 to 2025"
        problems.add("REE-S007", f"`{prices.date}` is no date", prices.date.span, expected=expected)
    rates = _check_rates(prices, problems)
    for flow, entries in prices.flows.items():
        if not _check_bought(inventory, flow, problems):
            continue
        pools = [loop for loop in inventory.loops.values() if flow in loop.pools]
        if pools:
            message, expected = f"`{flow}` is a pool of {pools[0].loop}", "what the pool is made up with"
            problems.add("REE-L007", message, flow.span, expected=expected)
            continue
        try:
            unit = parse_unit(str(inventory.flows[flow].unit)).dimension
        except UnitError:
            continue  # reported where the flow is defined
        for entry in entries:
            _check_price(inventory, prices, entry, unit, rates, problems)
            check_axes(inventory, {k: v for k, v in entry.when.items() if str(k) in inventory.options}, problems)
        _check_fallbacks(flow, entries, problems)
    for product, entry in prices.products.items():
        check_rare_earth(product, problems)
        _check_price(inventory, prices, entry, parse_unit("kg_REO").dimension, rates, problems, sold=True)
        for name in entry.when:
            message = f"`{name}` stands as a condition on what is sold"
            problems.add("REE-S005", message, name.span, expected="one price of each oxide, in every scenario")
            break


def check_rare_earth(symbol: Text, problems: Problems) -> bool:
    """Whether a text is the symbol of a rare earth that can be sold."""
    if str(symbol) in RARE_EARTHS:
        return True
    expected, close = "the symbol of one, Nd", nearest(symbol, RARE_EARTHS)
    problems.add("REE-F007", f"`{symbol}` is no rare earth", symbol.span, expected=expected, suggestion=close)
    return False


def _check_rates(prices: PriceList, problems: Problems) -> set[str] | None:
    """The currencies that prices may be in; None after reporting. All rates are in one currency, from or to which the
    list's own has one.
    """
    strange = [name for name in (prices.currency, *prices.exchange_rates) if not _is_currency(name, problems)]
    sound = not strange
    first: str | None = None
    for name, text in prices.exchange_rates.items():
        value = quantity(text, None, problems)
        money = currency_of(text) if value is not None else None
        if value is None:
            sound = False
        elif money is None or (first is not None and money != first):
            sound = False
            report_dimension(text, f"an amount of {first or 'money'}: 0.14 {first or 'USD'}", problems)
        elif not value > 0:
            sound = False
            problems.add("REE-M007", f"the rate `{text}` is not positive", text.span)
        elif not 1 / LARGEST < value < LARGEST:
            sound = False
            report_out_of_bounds(text, problems)
        elif money == str(name):
            sound = False
            expected = f"the rates of other currencies, in {name}"
            problems.add("REE-S005", f"a rate of {name} in {name}", name.span, expected=expected)
        first = first or money
    known_rates = {str(name) for name in prices.exchange_rates} | ({first} if first else set())
    if sound and known_rates and str(prices.currency) not in known_rates:
        place, message = prices.currency.span, f"no exchange rate leads to {prices.currency}"
        problems.add("REE-N012", message, place, expected=one_of(known_rates))
        return None
    return known_rates | {str(prices.currency)} if sound else None


def _is_currency(name: Text, problems: Problems) -> bool:
    if currency(str(name)) is not None:
        return True
    expected, close = one_of(currencies()), nearest(name, currencies())
    problems.add("REE-U001", f"`{name}` is no currency", name.span, expected=expected, suggestion=close)
    return False


def currency_of(text: Text) -> str | None:
    """The currency of an amount of money; None for anything else."""
    found = literal(parse(str(text)))
    dimension = parse_unit(found.unit).dimension if found else ()
    money = len(dimension) == 1 and dimension[0][0].startswith("currency_") and dimension[0][1] == 1
    return dimension[0][0].removeprefix("currency_").upper() if money else None


def _check_price(
    inventory: Inventory,
    prices: PriceList,
    entry: Price,
    unit: Dimension,
    rates: set[str] | None,
    problems: Problems,
    sold: bool = False,
) -> None:
    _check_proven(inventory, entry, problems)
    if not evident(entry, prices):
        _report_unproven(entry.price, "here or for the list", problems)
    texts = (entry.price, *(entry.range or ()))
    found = [_price(text, unit, rates, problems) for text in texts]
    for text, price in zip(texts, found, strict=True):
        if sold and price is not None and price[0] < 0:
            problems.add("REE-M007", f"the price `{text}` is negative", text.span, expected="zero or more")
            return
    if None in found or entry.range is None:
        return
    (value, money), *ends = (price for price in found if price is not None)
    for text, (_, other) in zip(entry.range, ends, strict=True):
        if other != money:
            problems.add("REE-U003", f"`{text}` is in {other}", text.span, expected=f"{money}, as the price")
            return
    if not ends[0][0] <= value <= ends[1][0]:
        message = f"`{entry.price}` lies outside {entry.range[0]} to {entry.range[1]}"
        problems.add("REE-M009", message, entry.range[0].span, expected="low <= price <= high")


def _price(text: Text, unit: Dimension, rates: set[str] | None, problems: Problems) -> tuple[float, str] | None:
    """The amount of money in base units, and its currency; None after reporting."""
    value = quantity(text, None, problems)
    if value is None:
        return None
    found = literal(parse(str(text)))
    assert found is not None
    money = multiply(parse_unit(found.unit).dimension, unit)
    if not (len(money) == 1 and money[0][0].startswith("currency_") and money[0][1] == 1):
        report_dimension(text, f"a currency per {describe(unit)}", problems)
        return None
    if abs(value) > LARGEST:
        report_out_of_bounds(text, problems)
        return None
    name = money[0][0].removeprefix("currency_").upper()
    if rates is not None and name not in rates:
        problems.add("REE-N012", f"the list has no exchange rate for {name}", text.span, expected=one_of(rates))
        return None
    return value, name


def _check_fallbacks(flow: Text, entries: list[Price], problems: Problems) -> None:
    plain = [entry for entry in entries if not entry.when]
    if len(plain) > 1:
        problems.add("REE-S004", f"{flow} has two prices without `when`", plain[1].price.span, expected="one of them")


# --- shares and allocations


def _check_shares(origin: Origin, problems: Problems) -> None:
    total, rest = 0.0, False
    for text in origin.shares.values():
        if str(text) == "rest":
            if rest:
                problems.add("REE-M006", "a second entry is `rest`", text.span, expected="one entry `rest`")
            rest = True
            continue
        share = quantity(text, (), problems)
        if share is None:
            return
        if not 0 <= share <= 1:
            problems.add("REE-M006", f"the share `{text}` is not between 0 % and 100 %", text.span)
            return
        total += share
    if total > 1 + SHARE_TOLERANCE or (not rest and total < 1 - SHARE_TOLERANCE):
        place = next(iter(origin.shares)).span
        problems.add("REE-M006", f"the shares sum to {total:.2%}", place, expected="100 %, or one entry `rest`")


def _check_allocation(inventory: Inventory, allocation: Allocation, problems: Problems) -> None:
    _check_proven(inventory, allocation, problems)
    check_axes(inventory, allocation.when, problems)
    if allocation.prices is not None:
        known(inventory, allocation.prices, inventory.price_lists, "price list", "REE-N012", problems)
    for element in allocation.elements or ():
        check_rare_earth(element, problems)
    for text in (allocation.allocation_factor, allocation.quality_ratio):
        share = quantity(text, (), problems) if text is not None else None
        if text is not None and share is not None and not 0 <= share <= 1:
            problems.add("REE-M006", f"`{text}` is not between 0 % and 100 %", text.span, expected="0 % to 100 %")
    if allocation.base is not None and known(
        inventory, allocation.base, inventory.allocations, "allocation", "REE-N012", problems
    ):
        base: Any = inventory.allocations[allocation.base]
        if base.by == "circular_footprint":
            problems.add(
                "REE-S005",
                f"`{allocation.base}` is itself a circular footprint",
                allocation.base.span,
                expected="an allocation by mass, price or elements",
            )
