"""From data sets to a database: inputs are linked to the activities that supply them, units are made the same.

An input is linked, in this order, to the activity that the file names as its provider; to the activities whose product
is the same flow by its number or identifier and by name; to those whose product has exactly its name. Of several, those
remain whose unit can be converted; of these, those of the place that the input names, else of the place of the
activity that buys, else `GLO`, else `RoW`; of these, those of exactly its unit. If more than one is left and they
are not the same in all they exchange, nothing says which is meant: the input is left open and reported, until the user
chooses one.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.background.choices import Choices, ChoicesDocument, note_choices, resolve, with_shares
from lca.background.data_sets import DataExchange, DataSet, Noticed, sentences
from lca.background.database import (
    UNCERTAINTY,
    Activity,
    Background,
    Exchanges,
    ImportReport,
    Origin,
    Unlinked,
)
from lca.background.elementary import ElementaryFlows
from lca.background.uncertainty import Spread, scaled
from lca.errors import Problems

_ANYWHERE = ("GLO", "RoW")

#: Details that tell an activity from others of its name are cut at this length.
_LONGEST_DETAIL = 120


@dataclass(frozen=True)
class _Link:
    """The activity that supplies an input, and how many of its unit one unit of the input is."""

    provider: int
    factor: float


class _Entries:
    """Entries of a matrix, collected."""

    def __init__(self) -> None:
        self.rows: list[int] = []
        self.columns: list[int] = []
        self.amounts: list[float] = []
        self.signs: list[float] = []
        self.spreads: dict[int, Spread] = {}

    def add(self, row: int, column: int, sign: float, amount: float, spread: Spread | None, factor: float = 1) -> None:
        """An exchange, `factor` times its amount in the unit of the row; its distribution is that before the sign."""
        if spread is not None:
            self.spreads[len(self.rows)] = scaled(spread, factor)
        self.rows.append(row)
        self.columns.append(column)
        self.amounts.append(amount * factor)
        self.signs.append(sign)

    def made(self) -> Exchanges:
        before = np.array(self.amounts, dtype=np.float64)
        uncertainty = None
        if self.spreads:
            uncertainty = np.full(len(before), np.array(tuple(Spread()), dtype=UNCERTAINTY))
            uncertainty["loc"], uncertainty["negative"] = before, before < 0
            for place, spread in self.spreads.items():
                uncertainty[place] = tuple(spread)
        return Exchanges(
            np.array(self.rows, dtype=np.int64),
            np.array(self.columns, dtype=np.int64),
            before * np.array(self.signs, dtype=np.float64),
            uncertainty,
        )


def assemble(
    name: str,
    origin: Origin,
    data_sets: Sequence[DataSet],
    document: ChoicesDocument | None,
    problems: Problems,
    noticed: Noticed,
) -> Background:
    """The database of these data sets. Raises `InputError` where problems stand against it, those found before too."""
    _check(data_sets, problems)
    choices = resolve(document, data_sets, problems)
    problems.raise_errors()
    note_choices(document, noticed)
    return _Assembly(with_shares(choices, data_sets, noticed), choices, noticed).made(name, origin)


def _check(data_sets: Sequence[DataSet], problems: Problems) -> None:
    """Whether every data set has an identifier of its own and makes something."""
    seen: dict[str, DataSet] = {}
    told = bool(problems.errors)  # readers tell of each amount that is none, with its place
    for found in data_sets:
        first = seen.setdefault(found.code, found)
        if first is not found:
            problems.add(
                "REE-B006",
                f"data set {found.code} ({found.name}) is there twice",
                found.place,
                related=((first.place, f"first here ({first.name})"),),
            )
        amounts = (found.amount, *(line.amount for line in found.exchanges))
        if not told and not all(map(math.isfinite, amounts)):
            message = f"data set {found.code} ({found.name}) has amounts that are no numbers"
            problems.add("REE-B011", message, found.place, expected="numbers")
        if found.amount == 0:
            problems.add(
                "REE-B012", f"data set {found.code} ({found.name}) makes 0 {found.unit} of its product", found.place
            )


class _Assembly:
    def __init__(self, data_sets: Sequence[DataSet], choices: Choices, noticed: Noticed):
        self.data_sets, self.choices, self.noticed = data_sets, choices, noticed
        self.by_code = {found.code: index for index, found in enumerate(data_sets)}
        self.by_flow: dict[tuple[str, str], list[int]] = {}
        self.by_product: dict[str, list[int]] = {}
        for index, found in enumerate(data_sets):
            if found.flow:
                self.by_flow.setdefault((found.flow, found.product), []).append(index)
            self.by_product.setdefault(found.product, []).append(index)
        self.elementary = ElementaryFlows(data_sets, noticed)
        self.technosphere, self.biosphere = _Entries(), _Entries()
        self.unlinked: list[Unlinked] = []

    def made(self, name: str, origin: Origin) -> Background:
        for index, found in enumerate(self.data_sets):
            self.technosphere.add(index, index, 1.0, found.amount, found.spread)
            if found.amount < 0:
                self.noticed.note("Activities with a negative product: they take up a waste")
            co_products = 0
            for exchange in found.exchanges:
                if exchange.kind == "elementary":
                    row, sign = self.elementary.place(exchange)
                    self.biosphere.add(row, index, sign, exchange.amount, exchange.spread)
                elif exchange.kind == "co-product":
                    co_products += 1
                else:
                    self._supply(index, found, exchange)
            if co_products:
                self._note_co_products(found)
        return Background(
            name,
            origin,
            tuple(self._activities()),
            tuple(self.elementary.flows),
            self.technosphere.made(),
            self.biosphere.made(),
            ImportReport(tuple(self.unlinked), sentences(self.noticed.conversions), sentences(self.noticed.notes)),
        )

    def _supply(self, index: int, found: DataSet, exchange: DataExchange) -> None:
        """An exchange with another activity becomes an entry of the matrix, or is left open."""
        link = self._link(found, exchange)
        if link is None:
            if exchange.kind == "waste":
                self.noticed.note("Wastes that leave without a treatment in the database: listed with the open inputs")
            self.unlinked.append(Unlinked(index, exchange.name, exchange.location, exchange.amount, exchange.unit))
            return
        sign = -1.0
        if exchange.kind == "avoided" or (exchange.kind == "waste" and self.data_sets[link.provider].amount < 0):
            sign = 1.0  # what is avoided is given; a waste is what its treatment takes up
        self.technosphere.add(link.provider, index, sign, exchange.amount, exchange.spread, link.factor)

    def _link(self, found: DataSet, exchange: DataExchange) -> _Link | None:
        if exchange.name in self.choices.open:
            return None
        best = self._best(found, exchange)
        if not best:
            return None
        link, provider = best[0], self.data_sets[best[0].provider]
        if len(best) > 1 and not self._same(best):
            codes = ", ".join(self.data_sets[link.provider].code for link in best[:3])
            more = ", ..." if len(best) > 3 else ""
            several = f"{len(best)} activities fit ({codes}{more}), left open until one is chosen"
            self.noticed.note(f"{exchange.name} ({exchange.unit}): {several}")
            return None
        if link.factor != 1:
            rule = f"1 {exchange.unit} is {link.factor:.9g}"
            self.noticed.conversion(f"{exchange.name}: {exchange.unit} became {provider.unit} ({rule})")
        if exchange.location and provider.location and exchange.location != provider.location:
            self.noticed.note(f"{exchange.name}: asked for in {exchange.location}, taken from {provider.location}")
        return link

    def _best(self, found: DataSet, exchange: DataExchange) -> list[_Link]:
        """The activities that supply an input as well as any other, the chosen one alone where several do or none."""
        if exchange.provider in self.by_code:
            places = [self.by_code[exchange.provider]]
        else:
            places = self.by_flow.get((exchange.flow, exchange.name)) or self.by_product.get(exchange.name, [])
        best = self._nearest(found, exchange, self._fitting(exchange, places))
        chosen = self.choices.providers.get(exchange.name)
        if chosen is not None and len(best) != 1:
            places = [self.by_code[chosen]]
            best = self._fitting(exchange, places)
        if places and not best:
            units = ", ".join(sorted({self.data_sets[place].unit for place in places}))
            self.noticed.note(f"{exchange.name} in {exchange.unit}, made in {units}: no conversion, left open")
        return best

    def _fitting(self, exchange: DataExchange, places: Iterable[int]) -> list[_Link]:
        """The activities whose unit the input can be converted to."""
        units = ((place, self.data_sets[place].unit) for place in places)
        factors = [(place, self.choices.factor(exchange.name, exchange.unit, unit)) for place, unit in units]
        return [_Link(place, factor) for place, factor in factors if factor is not None]

    def _nearest(self, found: DataSet, exchange: DataExchange, links: list[_Link]) -> list[_Link]:
        for location in (exchange.location, found.location, *_ANYWHERE):
            here = [link for link in links if location and self.data_sets[link.provider].location == location]
            if here:
                links = here
                break
        exact = [link for link in links if self.data_sets[link.provider].unit == exchange.unit]
        return exact or links

    def _same(self, links: list[_Link]) -> bool:
        """Whether activities are the same in all they make and exchange."""

        def content(link: _Link) -> Any:
            made = self.data_sets[link.provider]
            return made.unit, made.amount, sorted(map(repr, made.exchanges))

        first = content(links[0])
        return all(content(link) == first for link in links[1:])

    def _note_co_products(self, found: DataSet) -> None:
        names = [line.name for line in found.exchanges if line.kind == "co-product"]
        others = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
        self.noticed.note("Data sets with co-products that nothing is shared out to: the product bears all")
        self.noticed.note(f"{found.name} ({found.code}) also makes {others}, and bears all inputs and emissions")

    def _activities(self) -> Iterable[Activity]:
        """The activities; where several have one name, product and place, what tells them apart is added."""
        alike: dict[tuple[str, str, str], list[DataSet]] = {}
        for found in self.data_sets:
            alike.setdefault((found.name, found.product, found.location), []).append(found)
        named = {found.code: found.name for found in self.data_sets}
        for group in alike.values():
            if len(group) > 1:
                self.noticed.note("Activities of one name: what tells them apart was added to the name", len(group))
                for found, text in zip(group, _distinguishing(group), strict=True):
                    named[found.code] = f"{found.name} {{{text}}}"
        for found in self.data_sets:
            yield Activity(found.code, named[found.code], found.location, found.product, found.unit, found.amount)


def _distinguishing(group: Sequence[DataSet]) -> list[str]:
    """One text for each of these data sets, no two alike: the detail that differs most, with codes where need be."""
    best = [""] * len(group)
    for texts in zip(*(found.details for found in group), strict=False):
        short = [text if len(text) <= _LONGEST_DETAIL else text[: _LONGEST_DETAIL - 3] + "..." for text in texts]
        if len(set(short)) > len(set(best)):
            best = short
    times = Counter(best)
    return [
        text if text and times[text] == 1 else f"{text} {found.code}".strip()
        for found, text in zip(group, best, strict=True)
    ]
