"""What can be asked of a scenario by name, as a goal or under a condition: indicators, `cost`, and `closure` of loops.

`closure` is that of the only loop, `closure.LOOP` and `closure.LOOP.BIN` say of which; see `lca.system.loops`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError, Problems, Span, nearest, one_of
from lca.impact.batch.model import Evaluated, Quantity
from lca.impact.batch.opened import Opened
from lca.impact.prices import Prices, priceless, total_cost
from lca.impact.tables import study_prices
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.reading import Text
from lca.system.loops import TOTAL, loop_rows
from lca.system.network import ProductSystem
from lca.units import UnitError, parse_unit

COST, CLOSURE = "cost", "closure"

#: Relative rounding within which a condition counts as met.
ROUNDING = 1e-9

_CONDITION = re.compile(r"\s*([\w.-]+)\s*(<=|>=)\s*(.+?)\s*")
_NUMBER = re.compile(r"([-+]?[\d.]+(?:[eE][-+]?\d+)?)\s*(.*)")


@dataclass(frozen=True)
class Outcome:
    """A quantity of a scenario, shown in `unit`, of which one is `factor`; `place` is that of its indicator, or else it
    is worked out as `quantity`.
    """

    name: str
    unit: str
    factor: float = 1.0
    place: int | None = None
    quantity: Quantity | None = None

    def shown(self, value: Any) -> float:
        return float(value) / self.factor


@dataclass(frozen=True)
class Condition:
    """A bound that an outcome has to keep: at most, or at least, `limit`."""

    outcome: Outcome
    at_most: bool
    limit: float
    written: str

    def slack(self, values: Any) -> Any:
        """By how much it is met; negative where it is not."""
        return self.limit - values if self.at_most else values - self.limit

    @property
    def scale(self) -> float:
        return abs(self.limit) or 1.0


class Outcomes:
    """The outcomes of the first scenario of several by name, and in which places of evaluated ones they stand."""

    def __init__(self, opened: Opened):
        self.opened = opened
        self.known: dict[str, Outcome] = {}
        for i in opened.indicators():
            info = opened.method.indicators[i]
            self.known[info.id] = Outcome(info.id, info.unit, place=i)
        self.prices = study_prices(opened.checked)
        if self.prices is not None:
            self.known[COST] = Outcome(COST, self.prices.currency, quantity=_cost(self.prices))
        rows = loop_rows(opened.systems[0])
        for row in rows:
            name = f"{CLOSURE}.{row.loop}" if row.bin == TOTAL else f"{CLOSURE}.{row.loop}.{row.bin}"
            self.known[name] = Outcome(name, "%", 0.01, quantity=_closure(row.loop, row.bin))
        if len({row.loop for row in rows}) == 1:
            self.known[CLOSURE] = Outcome(CLOSURE, "%", 0.01, quantity=_closure(rows[0].loop, TOTAL))

    @property
    def without_price(self) -> list[str]:
        """What is bought and has no price, and so no part in `cost`."""
        return priceless(self.opened.systems[0], self.prices) if self.prices is not None else []

    @property
    def quantities(self) -> list[Quantity]:
        """Those that are no indicators, for the model."""
        return [one.quantity for one in self.known.values() if one.quantity is not None]

    def of(self, evaluated: Evaluated, outcome: Outcome) -> np.ndarray:
        """The values of an outcome, by sample."""
        if outcome.place is not None:
            return np.asarray(evaluated.totals[0, outcome.place])
        others = [one for one in self.known.values() if one.quantity is not None]
        return np.asarray(evaluated.others[0, others.index(outcome)])

    def central(self, outcome: Outcome) -> float:
        """The outcome of the central case."""
        if outcome.place is not None:
            return float(self.opened.scores[0].total[outcome.place])
        assert outcome.quantity is not None
        return float(outcome.quantity(self.opened.systems[0]))

    def named(self, name: str) -> Outcome:
        """The outcome of that name; raises `InputError` where the scenario has none."""
        if name in self.known:
            return self.known[name]
        indicators = [info.id for info in self.opened.method.indicators]
        scenario = self.opened.ids[0]
        if name == COST:
            expected = "`prices: <id of a price list>` in the study"
            raise InputError([Diagnostic("REE-C007", "the study has no costs", expected=expected)])
        if name in indicators:
            raise InputError([Diagnostic("REE-D031", f"`{name}` is not assessed in {scenario}")])
        choices = sorted(self.known, key=lambda known: self.known[known].place is not None)
        close, expected = nearest(name, choices), one_of(choices, 8)
        message = f"{scenario} has nothing called `{name}`"
        raise InputError([Diagnostic("REE-D031", message, expected=expected, suggestion=close)])

    def conditions(self, written: Iterable[str], problems: Problems) -> list[Condition]:
        """Conditions as a person writes them, `closure >= 90 %`; what is wrong with them is reported."""
        found = [self._condition(text, problems) for text in written]
        return [condition for condition in found if condition is not None]

    def _condition(self, written: str, problems: Problems) -> Condition | None:
        parts = _CONDITION.fullmatch(written)
        place = Span(Path("command line"), 1, 1, len(written))
        if parts is None:
            expected = "a name, <= or >=, and a quantity: closure >= 90 %"
            problems.add("REE-D030", f"`{written}` is no condition", place, expected=expected)
            return None
        name, sign, limit = parts.groups()
        try:
            outcome = self.named(name)
        except InputError as fault:
            problems.extend(fault.diagnostics)
            return None
        value = self._limit(outcome, Text.at(limit, place), problems)
        return None if value is None else Condition(outcome, sign == "<=", value, " ".join(written.split()))

    def _limit(self, outcome: Outcome, text: Text, problems: Problems) -> float | None:
        """The limit in the unit of the outcome before it is shown; None after reporting."""
        try:
            if outcome.name == COST:
                value, expected = self._money(text)
            elif outcome.place is None:
                found = literal(parse(str(text)))
                plain = found is not None and not parse_unit(found.unit).dimension
                value, expected = (in_base_units(found) if found is not None and plain else None), "a share: 90 %"
            else:
                number = _NUMBER.fullmatch(str(text))
                fits = number is not None and number[2].replace("_", " ") == outcome.unit
                value, expected = (float(number[1]) if number and fits else None), f"a number of {outcome.unit}"
        except FormulaError as fault:
            problems.add(fault.code, str(fault), text.span, expected=fault.expected, suggestion=fault.suggestion)
            return None
        except (UnitError, ValueError):
            value, expected = None, f"a number of {outcome.unit}"
        if value is None or not np.isfinite(value):
            problems.add("REE-U003", f"`{text}` is no limit of {outcome.name}", text.span, expected=expected)
            return None
        return value

    def _money(self, text: Text) -> tuple[float | None, str]:
        assert self.prices is not None
        system, study = self.opened.systems[0], self.opened.checked.study
        unit = parse_unit(str(system.inventory.flows[study.demand.flow].unit))
        found = self.prices.limit(text, unit.dimension, float(system.demand) * unit.factor)
        return found, f"{self.prices.currency}/{unit.name}, or another currency of the price list"


def _cost(prices: Prices) -> Quantity:
    return lambda system: total_cost(system, prices)


def _closure(loop: str, bin_: str) -> Callable[[ProductSystem], Any]:
    def closure(system: ProductSystem) -> Any:
        row = next(row for row in loop_rows(system) if (row.loop, row.bin) == (loop, bin_))
        with np.errstate(divide="ignore", invalid="ignore"):  # a bin from which nothing is drawn has no closure
            return np.divide(row.returned, row.drawn)

    return closure
