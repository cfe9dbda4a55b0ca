"""Scenarios of a study as SimaPro CSV, the text that SimaPro exports and imports processes in.

SimaPro finds what supplies an input by its name alone, so each scenario has processes of its own, whose names say which
one it is. Formulas are kept where they are made of the four operations and powers; the parameters that they need are
those of the process.
"""

from __future__ import annotations

import csv
import io
import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from hashlib import sha256
from typing import Any

from lca.background.brightway_units import ours
from lca.disclosure.brightway.nature import Nature, Target
from lca.disclosure.process_formulas import ProcessFormulas, ProcessParameter
from lca.disclosure.spread import LOGNORMAL, TRIANGULAR, UNIFORM
from lca.impact.contributions import evidence_of
from lca.impact.study import ComputedStudy
from lca.system.linking import Basis
from lca.system.network import Edge, ProductSystem
from lca.units import Dimension, Unit, describe, parse_unit

ENCODING = "cp1252"

#: What SimaPro calls units that it writes otherwise.
_UNITS = {"t": "ton", "h": "hr", "item": "p"}

#: The unit of reference of each quantity in SimaPro; other quantities refer to the first of their own.
_REFERENCES = ("kg", "MJ", "m3", "tkm", "m", "m2", "s", "kBq")
_QUANTITIES = {"freight": "Transport"}

#: Compartments of elementary flows: the section of a process, and the list at the end of the file.
_SECTIONS = {
    "resource": ("Resources", "Raw materials"),
    "air": ("Emissions to air", "Airborne emissions"),
    "water": ("Emissions to water", "Waterborne emissions"),
    "soil": ("Emissions to soil", "Emissions to soil"),
}

#: The sections of a process, in order; SimaPro writes the empty ones too.
_OF_PROCESS = (
    *("Avoided products", "Resources", "Materials/fuels", "Electricity/heat", "Emissions to air"),
    *("Emissions to water", "Emissions to soil", "Final waste flows", "Non material emissions", "Social issues"),
    *("Economic issues", "Waste to treatment", "Input parameters", "Calculated parameters"),
)

_CERTAIN = ("Undefined", "0", "0", "0")

Row = Sequence[str]


class SimaPro:
    """The text of all scenarios of a computed study, on one basis of electricity accounting."""

    def __init__(self, computed: ComputedStudy, basis: Basis):
        self.study, self.inventory = computed.checked.study, computed.checked.inventory
        self.basis = basis
        workspace = self.inventory.workspace
        assert workspace is not None
        self.workspace = str(workspace.workspace)
        self.nature = Nature(self.inventory, computed.method, "")
        self.systems = [computed.scored[one.id, basis].system for one in computed.checked.scenarios]
        self.formulas = 0

    @property
    def count(self) -> int:
        """How many processes there are."""
        return sum(len(system.nodes) for system in self.systems)

    def text(self, created: str) -> bytes:
        """The file; `created` is the time in ISO 8601."""
        written = io.StringIO(newline="")
        written.writelines(f"{{{line}}}\r\n" for line in self._header(created))
        rows = csv.writer(written, delimiter=";", lineterminator="\r\n")
        rows.writerow([])
        for name in self._sources():
            rows.writerows(self._source(name))
        for system in self.systems:
            for node in range(len(system.nodes)):
                rows.writerows(self._process(system, node, created))
        rows.writerows(self._lists())
        return written.getvalue().encode(ENCODING, "replace")

    def _header(self, created: str) -> list[str]:
        year, month, day = created[:10].split("-")
        return [
            *("SimaPro 9.0.0", "processes", f"Date: {day}-{month}-{year}", f"Time: {created[11:19]}"),
            *(f"Project: {self.workspace}", "CSV Format version: 8.0.5", "CSV separator: Semicolon"),
            *("Decimal separator: .", "Date separator: -", "Short date format: dd-MM-yyyy"),
            *("Export platform IDs: No", "Skip empty fields: No", "Convert expressions to constants: No"),
            "Related objects (system descriptions, substances, units, etc.): Yes",
            "Include sub product stages and processes: Yes",
        ]

    # --- processes

    def name(self, system: ProductSystem, node: int) -> str:
        """The name of a process and of its product: no two in the file are the same."""
        own = system.nodes[node]
        place = f" {{{own.location}}}" if own.location else ""
        product = self.inventory.flows.named(str(system.process(node).product.flow)).title
        return _line(f"{product}{place} | {own.process} | {system.scenario.id}, {self.basis}")

    def _process(self, system: ProductSystem, node: int, created: str) -> Iterator[Row]:
        process = system.process(node)
        flow = self.inventory.flows.named(str(process.product.flow))
        is_waste, amount = flow.kind == "waste", float(system.diagonal(node))
        turned = -1.0 if amount < 0 else 1.0  # what empties a pool makes a negative product: turned round, all of it
        name, year, month, day = self.name(system, node), *created[:10].split("-")
        said = [_line(process.title), _line(process.note), _evidence(process.evidence, process.pedigree)]
        comment = ". ".join(filter(None, said))
        source = str(process.source or "")
        yield ["Process"]
        yield []
        facts: list[tuple[str, Row]] = [
            ("Category type", ["waste treatment" if is_waste else "material"]),
            ("Process identifier", [f"ReeLcaXX{int(sha256(name.encode()).hexdigest(), 16) % 10**11:011d}"]),
            ("Type", ["Unit process"]),
            ("Process name", [name]),
            *((key, ["Unspecified"]) for key in ("Time period", "Geography", "Technology", "Representativeness")),
            ("Infrastructure", ["No"]),
            ("Date", [f"{day}-{month}-{year}"]),
            ("Literature references", [self._cited(source)] if source else []),
            ("Comment", [comment] if comment else []),
        ]
        for key, value in facts:
            yield from ([key], value, [])
        unit, category = _unit(str(flow.unit)), f"ree-lca\\{self.study.study}"
        size = _number(turned * amount)
        if is_waste:
            yield from (["Waste treatment"], [name, unit, size, "All waste types", category, ""], [])
        else:
            yield from (["Products"], [name, unit, size, "100", "not defined", category, ""], [])
        sections = self._sections(system, node, turned)
        for section in _OF_PROCESS:
            yield from ([section], *sections.get(section, []), [])
        yield from (["End"], [])

    def _sections(self, system: ProductSystem, node: int, turned: float) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        formulas = ProcessFormulas(system, node)
        for edge in system.edges_of[node]:
            if edge.provider is None:
                target, name = self.nature.targets[edge.flow], self._substances[edge.flow]
                factor = turned * target.per_unit
                section = _SECTIONS[str(self.inventory.flows.named(edge.flow).compartment)][0]
                row = [name, _within(target), _unit(_ours(target))]
            else:
                factor = -system.sign(edge) * turned
                flow = self.inventory.flows.named(edge.flow)
                row = [self.name(system, edge.provider), _unit(str(flow.unit))]
                section = "Waste to treatment" if flow.kind == "waste" else _goods(str(flow.unit))
            amount = factor * float(edge.line.amount)
            formula = formulas.amount(edge, factor)
            self.formulas += formula is not None
            spread = _spread(formulas.spread(edge, factor), amount)
            comment = self._comment(system, edge)
            found.setdefault(section, []).append([*row, formula or _number(amount), *spread, comment])
        for parameter in formulas.parameters.values():
            section = "Calculated parameters" if parameter.formula else "Input parameters"
            found.setdefault(section, []).append(_parameter(parameter))
        return found

    def _comment(self, system: ProductSystem, edge: Edge) -> str:
        exchange = edge.line.exchange
        source, evidence = evidence_of(exchange, system.process(edge.node))
        said = [_line(exchange.note), _evidence(evidence, exchange.pedigree), f"source: {source}" if source else ""]
        return ". ".join(filter(None, said))

    # --- sources

    def _sources(self) -> list[str]:
        found = {str(system.process(n).source or "") for system in self.systems for n in range(len(system.nodes))}
        return sorted(found - {""})

    def _cited(self, name: str) -> str:
        return _line(f"{name}: {self.inventory.sources.named(name).title}")

    def _source(self, name: str) -> Iterator[Row]:
        source = self.inventory.sources.named(name)
        words = [source.author, source.title, source.publisher, source.year, source.doi]
        said = ", ".join(_line(word) for word in words if word)
        yield from (["Literature reference"], [])
        for key, value in (
            ("Name", self._cited(name)),
            ("Documentation link", _line(source.url)),
            ("Category", "ree-lca"),
            ("Description", said),
        ):
            yield from ([key], [value] if value else [], [])
        yield from (["End"], [])

    # --- lists at the end

    @cached_property
    def _flows(self) -> list[str]:
        """The elementary flows that occur."""
        return sorted({edge.flow for system in self.systems for edge in system.edges if edge.provider is None})

    @cached_property
    def _substances(self) -> dict[str, str]:
        """What SimaPro calls elementary flows; no two of one compartment are called the same."""
        found: dict[str, str] = {}
        taken: set[tuple[str, str, str]] = set()
        for flow in self._flows:
            target = self.nature.targets[flow]
            name, where = _line(target.name), (str(self.inventory.flows.named(flow).compartment), _within(target))
            name = f"{name} ({flow})" if (name.lower(), *where) in taken else name
            taken.add((name.lower(), *where))
            found[flow] = name
        return found

    def _lists(self) -> Iterator[Row]:
        units = self._units()
        yield from (["Quantities"], *([name, "Yes"] for name in units), [], ["End"], [])
        yield ["Units"]
        for quantity, (reference, members) in units.items():
            for unit in members:
                yield [_unit(unit.name), quantity, _number(unit.factor / reference.factor), _unit(reference.name)]
        yield from ([], ["End"], [])
        for compartment, (_, heading) in _SECTIONS.items():
            listed: dict[str, Row] = {}
            for flow in self._flows:
                info = self.inventory.flows.named(flow)
                if info.compartment == compartment:
                    name = self._substances[flow]
                    listed.setdefault(name, [name, _unit(_ours(self.nature.targets[flow])), _cas(info.cas), ""])
            yield from ([heading], *listed.values(), [], ["End"], [])

    def _units(self) -> Mapping[str, tuple[Unit, list[Unit]]]:
        """Quantities with their units, that of reference first."""
        nodes = [(system, node) for system in self.systems for node in range(len(system.nodes))]
        names = {str(self.inventory.flows.named(str(s.process(n).product.flow)).unit) for s, n in nodes}
        names |= {_ours(self.nature.targets[flow]) for flow in self._flows}
        found: dict[Dimension, dict[str, Unit]] = {}
        for unit in map(parse_unit, sorted(names)):
            found.setdefault(unit.dimension, {})[unit.name] = unit
        for unit in map(parse_unit, _REFERENCES):
            if unit.dimension in found:
                others = {name: one for name, one in found[unit.dimension].items() if name != unit.name}
                found[unit.dimension] = {unit.name: unit, **others}
        quantities: dict[str, tuple[Unit, list[Unit]]] = {}
        for dimension, units in found.items():
            called = describe(dimension).split(" (")[0]
            members = list(units.values())
            quantities[_QUANTITIES.get(called, called.capitalize())] = (members[0], members)
        return quantities


def _parameter(parameter: ProcessParameter) -> Row:
    if parameter.formula:
        return [parameter.name, parameter.formula, parameter.comment]
    amount = _number(parameter.amount)
    return [parameter.name, amount, *_spread(parameter.spread, parameter.amount), "No", parameter.comment]


def _spread(fields: Mapping[str, Any], amount: float) -> Row:
    """A distribution in SimaPro's four fields. It has uniform and triangular ones, and lognormal ones without ends, all
    of them about the amount itself; of others nothing is said.
    """
    kind, low, high = (fields.get(key) for key in ("uncertainty type", "minimum", "maximum"))
    endless = low is None and high is None
    if kind == LOGNORMAL and endless and amount and math.isclose(math.exp(fields["loc"]), abs(amount)):
        return ["Lognormal", _number(math.exp(2 * fields["scale"])), "0", "0"]
    if kind not in (UNIFORM, TRIANGULAR) or low is None or high is None or not low <= amount <= high:
        return _CERTAIN
    if kind == TRIANGULAR and not math.isclose(fields["loc"], amount):
        return _CERTAIN
    return ["Triangle" if kind == TRIANGULAR else "Uniform", "0", _number(low), _number(high)]


def _goods(unit: str) -> str:
    is_energy = parse_unit(unit).dimension == parse_unit("MJ").dimension
    return "Electricity/heat" if is_energy else "Materials/fuels"


def _within(target: Target) -> str:
    """The part of the compartment; SimaPro leaves it empty where it is not specified."""
    return target.categories[1] if len(target.categories) > 1 else ""


def _ours(target: Target) -> str:
    return ours(target.unit) or target.unit


def _unit(name: str) -> str:
    return _UNITS.get(name, name)


def _cas(number: object) -> str:
    return str(number).rjust(11, "0") if number is not None else ""


def _number(value: float) -> str:
    return repr(float(value))


def _line(text: object) -> str:
    """A text on one line, of characters that the file can hold."""
    line = " ".join(str(text or "").split())
    return "".join(_held(sign) for sign in line)


def _held(sign: str) -> str:
    for form in (sign, unicodedata.normalize("NFKC", sign), unicodedata.normalize("NFKD", sign)[:1]):
        try:
            form.encode(ENCODING)
        except UnicodeEncodeError:
            continue
        return form
    return "?"


def _evidence(grade: object, pedigree: Iterable[object] | None) -> str:
    scores = f"pedigree: {', '.join(map(str, pedigree))}" if pedigree else ""
    return "; ".join(filter(None, (f"evidence: {grade}" if grade else "", scores)))
