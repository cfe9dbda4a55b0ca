"""Checks of prices, allocations, origins, exclusions and of the groups and accounts of flows: every name leads
somewhere, every quantity has the unit that is due, shares sum to one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from lca.chemistry import RARE_EARTHS, ChemistryError, atomic_mass
from lca.errors import Problems, nearest, one_of
from lca.inventory import schema
from lca.inventory.economics import Allocation, Origin, Price, PriceList
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import known
from lca.units import Dimension, UnitError, describe, multiply, parse_unit

#: By how much shares may miss one.
SHARE_TOLERANCE = 1e-3

_YEAR = re.compile(r"\b(19|20)\d\d\b")


def check_economics(inventory: Inventory, problems: Problems) -> None:
    """Report what is wrong in the documents of `economics`, and in what refers to them."""
    _check_workspace(inventory, problems)
    for prices in inventory.price_lists.values():
        _check_prices(inventory, prices, problems)
    for allocation in inventory.allocations.values():
        _check_allocation(inventory, allocation, problems)
    for flow, origin in inventory.origins.items():
        known(inventory, flow, inventory.flows, "flow", "REE-L003", problems)
        _check_proven(inventory, origin, problems)
        _check_shares(origin, problems)
    for study in inventory.studies.values():
        for name in study.allocations:
            known(inventory, name, inventory.allocations, "allocation", "REE-N012", problems)
        accounts = inventory.workspace.accounts if inventory.workspace else {}
        for account in study.upstream_accounts:
            known(inventory, account, accounts, "account", "REE-N012", problems)
        if study.prices is not None:
            known(inventory, study.prices, inventory.price_lists, "price list", "REE-N012", problems)
        if study.allocations and study.products is None:
            place = study.allocations[0].span
            problems.add("REE-S002", "key `products` is missing", place, expected="products: {composition: ...}")


def _check_workspace(inventory: Inventory, problems: Problems) -> None:
    if inventory.workspace is None:
        return
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


def _check_proven(inventory: Inventory, proven: schema.Proven, problems: Problems) -> None:
    if proven.source is not None:
        known(inventory, proven.source, inventory.sources, "source", "REE-N007", problems)


# --- quantities


def quantity(text: Text, due: Dimension | None, problems: Problems) -> float | None:
    """A plain quantity in base units; None after reporting that it is none, or of another dimension."""
    try:
        found = literal(parse(str(text)))
        if found is None:
            problems.add("REE-F001", f"`{text}` is no quantity", text.span, expected="a quantity")
            return None
        dimension = parse_unit(found.unit).dimension
        if due is not None and dimension != due:
            code = "REE-U003" if found.unit else "REE-U002"
            problems.add(code, f"`{text}` is {describe(dimension)}", text.span, expected=describe(due))
            return None
        return in_base_units(found)
    except FormulaError as fault:
        place = text.part(fault.start, fault.end)
        problems.add(fault.code, str(fault), place, expected=fault.expected, suggestion=fault.suggestion)
    except UnitError as cause:
        problems.add("REE-U001", f"`{cause}` is not a unit", text.span)
    return None


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
    for name in (prices.currency, *prices.exchange_rates):
        if currency(str(name)) is None:
            problems.add("REE-U001", f"`{name}` is no currency", name.span, expected="USD, EUR, GBP or CNY")
            return
    rates = _check_rates(prices, problems)
    for flow, entries in prices.flows.items():
        if not known(inventory, flow, inventory.flows, "flow", "REE-L003", problems):
            continue
        try:
            unit = parse_unit(str(inventory.flows[flow].unit)).dimension
        except UnitError:
            continue  # reported where the flow is defined
        for entry in entries:
            _check_price(inventory, entry, unit, rates, problems)
            check_axes(inventory, {k: v for k, v in entry.when.items() if str(k) in inventory.options}, problems)
        _check_fallbacks(flow, entries, problems)
    for product, entry in prices.products.items():
        if str(product) not in RARE_EARTHS:
            problems.add("REE-F007", f"`{product}` is no rare earth", product.span, expected="the symbol of one, Nd")
        _check_price(inventory, entry, parse_unit("kg_REO").dimension, rates, problems)


def _check_rates(prices: PriceList, problems: Problems) -> set[str]:
    """The currencies that prices may be in. All rates are in one currency, from or to which the list's own has one."""
    first: str | None = None
    for text in prices.exchange_rates.values():
        if quantity(text, None, problems) is None:
            continue
        name = currency_of(text)
        if name is None or (first is not None and name != first):
            message, expected = f"`{text}` is no amount of {first or 'money'}", f"0.14 {first or 'USD'}"
            problems.add("REE-U003", message, text.span, expected=expected)
            continue
        first = name
    known_rates = {str(name) for name in prices.exchange_rates} | ({first} if first else set())
    if known_rates and str(prices.currency) not in known_rates:
        place, message = prices.currency.span, f"no exchange rate leads to {prices.currency}"
        problems.add("REE-N012", message, place, expected=one_of(known_rates))
    return known_rates | {str(prices.currency)}


def currency_of(text: Text) -> str | None:
    """The currency of an amount of money; None for anything else."""
    found = literal(parse(str(text)))
    dimension = parse_unit(found.unit).dimension if found else ()
    money = len(dimension) == 1 and dimension[0][0].startswith("currency_") and dimension[0][1] == 1
    return dimension[0][0].removeprefix("currency_").upper() if money else None


def _check_price(inventory: Inventory, entry: Price, unit: Dimension, rates: set[str], problems: Problems) -> None:
    _check_proven(inventory, entry, problems)
    values = [_price(text, unit, rates, problems) for text in (entry.price, *(entry.range or ()))]
    if None in values or entry.range is None:
        return
    value, low, high = values
    if not low <= value <= high:  # type: ignore[operator]
        message = f"`{entry.price}` lies outside {entry.range[0]} to {entry.range[1]}"
        problems.add("REE-M009", message, entry.range[0].span, expected="low <= price <= high")


def _price(text: Text, unit: Dimension, rates: set[str], problems: Problems) -> float | None:
    value = quantity(text, None, problems)
    if value is None:
        return None
    found = literal(parse(str(text)))
    assert found is not None
    money = multiply(parse_unit(found.unit).dimension, unit)
    if not (len(money) == 1 and money[0][0].startswith("currency_") and money[0][1] == 1):
        expected = f"a currency per {describe(unit)}"
        problems.add(
            "REE-U003", f"`{text}` is {describe(parse_unit(found.unit).dimension)}", text.span, expected=expected
        )
        return None
    name = money[0][0].removeprefix("currency_").upper()
    if name not in rates:
        problems.add("REE-N012", f"the list has no exchange rate for {name}", text.span, expected=one_of(rates))
    return value


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
        try:
            atomic_mass(str(element))
        except ChemistryError as fault:
            problems.add("REE-F007", str(fault), element.span, expected="the symbol of an element")
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
