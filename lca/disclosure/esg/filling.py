"""What fills a datapoint: a value of the year with its unit, or the reason why there is none."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lca.disclosure.esg.year import Year
from lca.impact.figures import FigureId
from lca.inventory.declarations import BASKET
from lca.inventory.formula import in_base_units, literal, parse
from lca.inventory.frameworks import Bought, Datapoint, Fill, Framework, Released
from lca.inventory.loading import Inventory
from lca.inventory.references_frameworks import released_flows
from lca.units import Dimension, Unit, UnitError, multiply, parse_shown_unit, parse_unit

#: What a value is: all that is asked, a part of it, a text, or nothing.
FILLED, PARTIAL, STATEMENT, GAP = "filled", "partial", "statement", "gap"


@dataclass(frozen=True)
class Entry:
    """One line of a disclosure. `item` tells the lines of a datapoint apart (a flow), `basis` is that of electricity
    accounting where it matters; `figures` are the results per declared unit that the value is a year of, `made_from`
    the records of the table `accounts` (or the releases of the plant) that it sums up.
    """

    status: str
    value: float | None = None
    text: str = ""
    unit: str = ""
    item: str = ""
    title: str = ""
    basis: str = ""
    coverage: float | None = None
    figures: tuple[str, ...] = ()
    made_from: tuple[str, ...] = ()
    reason: str = ""


@dataclass(frozen=True)
class Filling:
    """Everything that fills datapoints: `footprint` is the indicator whose parts the GHG scopes are, `figure_study` how
    names of figures begin, `methods` a text on them.
    """

    inventory: Inventory
    year: Year
    study_basis: str
    footprint: str
    figure_study: str
    methods: str

    def entries(self, framework: Framework, datapoint: Datapoint) -> list[Entry]:
        """The lines of a datapoint, one at least."""
        fill = datapoint.fill
        if fill is None:
            return [Entry(GAP, reason=str(datapoint.gap))]
        if fill.statement is not None:
            return [Entry(STATEMENT, text=self.methods)]
        unit, _, per = str(datapoint.unit).rpartition("/") if fill.per else (str(datapoint.unit), "", "")
        found = [_in_unit(entry, unit) for entry in self._values(framework, fill, unit)]
        if fill.per is not None:
            found = [_per(entry, per, self.year.output) for entry in found]
        return [_with_limits(entry, datapoint) for entry in found]

    def _values(self, framework: Framework, fill: Fill, unit: str) -> Iterator[Entry]:
        if fill.bought is not None:
            yield from self._bought(_Converter(self.inventory, framework), fill.bought, fill.each is not None, unit)
        elif fill.released is not None:
            yield from self._released(_Converter(self.inventory, framework), fill.released, unit)
        else:
            bases = [str(basis) for basis in fill.basis or ()] or [self.study_basis]
            for basis in bases:
                if fill.indicator is not None:
                    yield self._indicator(str(fill.indicator), basis)
                else:
                    yield self._scopes([str(scope) for scope in fill.ghg_scopes or ()], basis)

    # --- the footprint

    def _rows(self, kind: str, basis: str | None = None) -> list[Mapping[str, Any]]:
        return [r for r in self.year.rows if r["kind"] == kind and basis in (None, r["electricity_basis"])]

    def _figures(self, indicator: str, basis: str) -> tuple[str, ...]:
        names = (FigureId(self.figure_study, one, BASKET, indicator, basis) for one in self.year.scenarios)
        return tuple(map(str, names))

    def _indicator(self, indicator: str, basis: str) -> Entry:
        row = next((row for row in self._rows("indicator", basis) if row["item"] == indicator), None)
        if row is None:
            reason = f"{indicator} is not among the indicators of the study, or not assessed for every plant"
            return Entry(GAP, basis=basis, reason=reason)
        return Entry(
            FILLED,
            float(row["value"]),
            unit=str(row["unit"]),
            basis=basis,
            coverage=float(row["coverage"]),
            figures=self._figures(indicator, basis),
            made_from=(f"indicator {indicator}",),
        )

    def _scopes(self, scopes: Sequence[str], basis: str) -> Entry:
        rows = [
            row
            for row in self._rows("ghg_scope", basis)
            if row["item"] in scopes or ("3" in scopes and str(row["item"]).startswith("3."))
        ]
        whole = self._indicator(self.footprint, basis)
        if whole.status == GAP:
            return whole
        if not rows:
            return Entry(GAP, basis=basis, reason=f"nothing of the study is of scope {', '.join(scopes)}")
        value, made_from = sum(float(row["value"]) for row in rows), (f"ghg_scope {row['item']}" for row in rows)
        return replace(whole, value=value, made_from=tuple(made_from))

    # --- goods, wastes, releases

    def _bought(self, converter: _Converter, asked: Bought, each: bool, unit: str) -> Iterator[Entry]:
        accounts = [f"bought:{account}" for account in asked.accounts]
        taken_off = {str(flow) for flow in asked.less}
        left_out = {str(flow) for flow in asked.without} | taken_off
        named = {str(flow) for flow in asked.flows}
        rows = [
            row
            for row in self.year.rows
            if str(row["kind"]).startswith("bought:")
            and (row["item"] in taken_off or row["item"] in named or row["kind"] in accounts)
            and (row["item"] in taken_off or row["item"] not in left_out)
        ]
        plus = [row for row in rows if row["item"] not in taken_off]
        if not plus:
            sought = ", ".join([*map(str, asked.flows), *(f"account {account}" for account in asked.accounts)])
            yield Entry(GAP, reason=f"the plants buy or hand over nothing of: {sought}; confirm that there is none")
            return
        parts = [
            Entry(
                FILLED,
                float(row["value"]) * (-1 if row["item"] in taken_off else 1),
                unit=str(row["unit"]),
                item=str(row["item"]),
                title=str(row["title"]),
                made_from=(f"{row['kind']} {row['item']}",),
            )
            for row in rows
        ]
        if each:
            yield from (converter.converted(part, unit) for part in parts)
        else:
            yield _sum([converter.converted(part, unit) for part in parts], unit)

    def _released(self, converter: _Converter, asked: Released, unit: str) -> Iterator[Entry]:
        members = {str(flow): str(member) for flow, member in asked.members.items()}
        found = [flow for flow in released_flows(self.inventory, asked) if flow in self.year.released]
        if not found:
            yield Entry(GAP, reason=f"no process of the plants releases any of these to {asked.compartment}")
        for name in found:
            flow = self.inventory.flows.named(name)
            silent = self.year.silent.get(str(flow.group), ())
            said = f"silent on {flow.group}: {', '.join(silent)}" if silent else ""
            entry = Entry(
                PARTIAL if silent else FILLED,
                self.year.released[name],
                unit=str(flow.unit),
                item=members.get(name, name),
                title=str(flow.title),
                made_from=(f"released {name}",),
                reason=said,
            )
            yield converter.converted(entry, unit, name)


@dataclass(frozen=True)
class _Converter:
    """Conversions of a framework, from the unit of a flow to another."""

    inventory: Inventory
    framework: Framework

    def converted(self, entry: Entry, unit: str, flow: str = "") -> Entry:
        """An entry in the unit asked for; a gap where there is no way to it."""
        assert entry.value is not None
        conversions = {str(name): str(text) for name, text in self.framework.conversions.items()}
        own = parse_unit(entry.unit)
        value, dimension = entry.value * own.factor, own.dimension
        target = parse_shown_unit(unit)
        text = conversions.get(flow or entry.item)
        if dimension != target.dimension and text is not None:
            factor, of = _number(text)
            value, dimension = value * factor, multiply(dimension, of)
        if dimension != target.dimension:
            reason = f"{entry.title} is counted in {entry.unit}, which has no conversion to {unit}"
            return replace(entry, status=GAP, value=None, unit="", reason=reason)
        return replace(entry, value=value / target.factor, unit=unit)


def _number(text: str) -> tuple[float, Dimension]:
    found = literal(parse(text))
    assert found is not None  # checked with the framework
    return in_base_units(found), parse_unit(found.unit).dimension


def _sum(parts: Sequence[Entry], unit: str) -> Entry:
    """The sum of what can be added; what cannot makes it partial, and less than nothing is no value."""
    known = [part for part in parts if part.value is not None]
    missing = [part.reason for part in parts if part.value is None]
    if not known:
        return Entry(GAP, reason="; ".join(missing))
    total = math.fsum(part.value for part in known if part.value is not None)
    if total < 0:
        return Entry(GAP, reason="what is taken off is more than what it is taken from, so not all of that is bought")
    made_from = tuple(name for part in known for name in part.made_from)
    reason = "; ".join(missing)
    return Entry(PARTIAL if missing else FILLED, total, unit=unit, made_from=made_from, reason=reason)


def _in_unit(entry: Entry, unit: str) -> Entry:
    """An entry in the unit of its datapoint; a gap where it is of another kind."""
    if entry.value is None:
        return entry
    asked = parse_shown_unit(unit)
    try:
        own = parse_shown_unit(entry.unit)
    except UnitError:  # that of a shipped method
        own = Unit(entry.unit, 1.0, ((entry.unit, 1.0),))
    if own.dimension != asked.dimension:
        reason = f"the study has it in {entry.unit}, which is not {unit}"
        return replace(entry, status=GAP, value=None, unit="", coverage=None, reason=reason)
    return replace(entry, value=entry.value * own.factor / asked.factor, unit=unit)


def _per(entry: Entry, unit: str, output: Mapping[str, Any]) -> Entry:
    """A yearly value divided by the yearly output in the unit given."""
    if entry.value is None:
        return entry
    made, asked = parse_unit(str(output["unit"])), parse_shown_unit(unit)
    if made.dimension != asked.dimension:
        reason = f"the output is counted in {output['unit']}, which is not {unit}"
        return replace(entry, status=GAP, value=None, unit="", coverage=None, reason=reason)
    value = entry.value / (float(output["value"]) * made.factor / asked.factor)
    made_from = (*entry.made_from, f"output {output['item']}")
    return replace(entry, value=value, unit=f"{entry.unit}/{unit}", made_from=made_from)


def _with_limits(entry: Entry, datapoint: Datapoint) -> Entry:
    """An entry with what its datapoint, and the coverage of its indicator, leave out."""
    if entry.status == GAP:
        return entry
    said = [entry.reason, str(datapoint.partial or "")]
    if entry.coverage is not None and entry.coverage < 1:
        said.append(f"the data cover {math.floor(entry.coverage * 1000) / 10:g} % of the indicator")
    reason = "; ".join(" ".join(text.split()).rstrip(".") for text in said if text)
    return replace(entry, status=PARTIAL if reason else entry.status, reason=reason)
