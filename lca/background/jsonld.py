"""JSON-LD of openLCA, schema versions 1 and 2 (https://greendelta.github.io/olca-schema), as a zip or a folder.

Plain JSON is read: the package olca-schema knows version 2 alone and reads entities one by one by their identifiers,
while databases of public agencies are still published in version 1, and a database is read as a whole.

Amounts are brought to the reference unit of the reference property of their flow, as openLCA does:
amount x factor of the unit / factor of the property. A process that takes up a waste as its reference has a negative
product. Where a process has several products and the allocation factors of its default method, it is shared out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import orjson

from lca.background.data_sets import DataExchange, DataSet, Kind, Noticed
from lca.background.source_files import UNREADABLE, SourceFile
from lca.background.uncertainty import Spread, lognormal, normal, scaled, triangular, uniform
from lca.errors import Problems, Span

_FOLDERS = frozenset({"processes", "flows", "flow_properties", "unit_groups", "locations"})

#: What version 1 calls the keys of version 2.
_EARLIER = {
    "isInput": "input",
    "isAvoidedProduct": "avoidedProduct",
    "isQuantitativeReference": "quantitativeReference",
    "isRefFlowProperty": "referenceFlowProperty",
    "isRefUnit": "referenceUnit",
}

#: What goes wrong where a list or text stands in the place of an object.
_NOT_AS_DUE = (AttributeError, TypeError, ValueError, KeyError)

_ROOT_CATEGORY = "elementary flows"

Json = dict[str, Any]


def is_jsonld(file: SourceFile) -> bool:
    """Whether a file is an entity of openLCA that is read here; its kind is the folder that it is in."""
    folders = file.name.split("/")
    return file.suffix == ".json" and len(folders) > 1 and folders[-2] in _FOLDERS


def read_jsonld(
    files: Sequence[SourceFile], problems: Problems, noticed: Noticed, progress: Callable[[str], None]
) -> list[DataSet]:
    """The data sets of all processes."""
    entities: dict[str, list[SourceFile]] = {folder: [] for folder in _FOLDERS}
    for file in files:
        entities[file.name.split("/")[-2]].append(file)
    try:
        known = _Known.read(entities, problems)
    except _NOT_AS_DUE as cause:
        message = f"units, properties or flows are not those of openLCA: {cause!r}"
        problems.add("REE-B011", message, Span(files[0].place, 1, 1))
        return []
    found: list[DataSet] = []
    for file in entities["processes"]:
        progress(file.name)
        place = Span(file.place, 1, 1)
        for process in _read([file], problems):
            try:
                found += _Process(process, place, known, problems, noticed).data_sets()
            except _NOT_AS_DUE as cause:
                problems.add("REE-B011", f"{file.name} is no process of openLCA: {cause!r}", place)
    return found


def _read(files: Sequence[SourceFile], problems: Problems) -> Iterator[Json]:
    """The entities in files; what is none is a problem."""
    for file in files:
        try:
            with file.open() as stream:
                entity = orjson.loads(stream.read())
        except orjson.JSONDecodeError as cause:
            problems.add("REE-B005", f"{file.name}: {cause.msg}", Span(file.place, cause.lineno, cause.colno))
            continue
        except UNREADABLE as cause:
            problems.add("REE-B002", f"{file.name} cannot be read: {cause}", Span(file.place, 1, 1))
            continue
        if isinstance(entity, dict) and _id(entity):
            yield entity
        else:
            problems.add("REE-B005", f"{file.name} is no entity with an @id", Span(file.place, 1, 1))


def _id(reference: Any) -> str:
    return str(reference.get("@id") or "") if isinstance(reference, dict) else ""


def _said(entity: Json, key: str) -> bool:
    return bool(entity.get(key, entity.get(_EARLIER[key], False)))


def _number(value: Any, otherwise: float = math.nan) -> float:
    if value is None:
        return otherwise
    return float(value) if isinstance(value, (int, float)) else math.nan


class _Unit(NamedTuple):
    """A unit, with its factor to the reference unit of its group."""

    name: str
    factor: float
    reference: str


class _Flow(NamedTuple):
    """What is known of a flow: its reference unit, and how many of each property one of the reference is."""

    name: str
    categories: tuple[str, ...]
    kind: str
    unit: str
    properties: Mapping[str, float]


@dataclass(frozen=True)
class _Known:
    """Everything that processes refer to, by identifier."""

    units: dict[str, _Unit]
    flows: dict[str, _Flow]
    locations: dict[str, str]

    @classmethod
    def read(cls, entities: dict[str, list[SourceFile]], problems: Problems) -> _Known:
        units: dict[str, _Unit] = {}
        references: dict[str, str] = {}
        for group in _read(entities["unit_groups"], problems):
            members = [unit for unit in group.get("units") or () if isinstance(unit, dict)]
            reference = next((unit for unit in members if _said(unit, "isRefUnit")), {})
            references[_id(group)] = str(reference.get("name", ""))
            for unit in members:
                factor = _number(unit.get("conversionFactor"), 1.0)
                units[_id(unit)] = _Unit(str(unit.get("name", "")), factor, references[_id(group)])
        of_property = {
            _id(entity): references.get(_id(entity.get("unitGroup")), "")
            for entity in _read(entities["flow_properties"], problems)
        }
        flows = {_id(entity): _flow(entity, of_property) for entity in _read(entities["flows"], problems)}
        places = _read(entities["locations"], problems)
        return cls(units, flows, {_id(place): str(place.get("code") or place.get("name") or "") for place in places})

    def location(self, reference: Any) -> str:
        name = str(reference.get("name") or "") if isinstance(reference, dict) else ""
        return self.locations.get(_id(reference), name)


def _flow(entity: Json, units: Mapping[str, str]) -> _Flow:
    """A flow, or what a reference to one says of it; `units` are the reference units of the properties."""
    lines = entity.get("flowProperties") or ()
    return _Flow(
        str(entity.get("name", "")),
        _categories(entity.get("category")),
        str(entity.get("flowType", "")),
        next((units.get(_id(line["flowProperty"]), "") for line in lines if _said(line, "isRefFlowProperty")), ""),
        {_id(line["flowProperty"]): _number(line.get("conversionFactor"), 1.0) for line in lines},
    )


def _categories(said: Any) -> tuple[str, ...]:
    """A path of categories: a text in version 2, a reference with its path in version 1."""
    if isinstance(said, dict):
        said = "/".join([*map(str, said.get("categoryPath") or ()), str(said.get("name") or "")])
    words = [word.strip() for word in str(said or "").split("/")]
    return tuple(word for word in words if word and word.lower() != _ROOT_CATEGORY)


class _Line(NamedTuple):
    """An exchange in the reference unit of its flow."""

    number: int
    flow: str
    exchange: DataExchange
    taken: bool
    reference: bool


class _Process:
    """One process while it is read."""

    def __init__(self, process: Json, place: Span, known: _Known, problems: Problems, noticed: Noticed):
        self.process, self.place, self.known = process, place, known
        self.problems, self.noticed = problems, noticed
        self.code, self.name = _id(process), " ".join(str(process.get("name", "")).split())

    def data_sets(self) -> list[DataSet]:
        lines = [self._line(line) for line in self.process.get("exchanges") or () if isinstance(line, dict)]
        reference = next((line for line in lines if line.reference), None)
        if reference is None:
            message = f"process {self.code} ({self.name}) has no quantitative reference"
            self.problems.add("REE-B012", message, self.place, expected="an exchange that is the reference")
            return []
        products = [line for line in lines if line.reference or line.exchange.kind == "co-product"]
        shares = self._shares([line.flow for line in products]) if len(products) > 1 else {}
        if not shares:
            return [self._data_set(self.code, reference, [line for line in lines if line is not reference], None)]
        self.noticed.note("Processes with several products, shared out by their default method of allocation")
        others = [line for line in lines if line not in products]
        return [
            self._data_set(self.code if line is reference else f"{self.code}-{line.flow}", line, others, share)
            for line in products
            if (share := shares.get(line.flow)) is not None
        ]

    def _data_set(
        self, code: str, product: _Line, others: Sequence[_Line], share: Callable[[int], float] | None
    ) -> DataSet:
        exchanges = []
        for line in others:
            part = 1.0 if share is None else share(line.number)
            spread = None if line.exchange.spread is None else scaled(line.exchange.spread, part)
            if part:
                exchanges.append(line.exchange._replace(amount=line.exchange.amount * part, spread=spread))
        made = product.exchange
        sign = -1.0 if product.taken else 1.0
        documentation = self.process.get("processDocumentation") or {}
        return DataSet(
            code,
            self.name,
            self.known.location(self.process.get("location")),
            made.name,
            product.flow,
            made.unit,
            sign * made.amount,
            tuple(exchanges),
            self.place,
            made.spread if sign > 0 or made.spread is None else scaled(made.spread, -1.0),
            tuple(" ".join(str(text or "").split()) for text in self._details(documentation)),
        )

    def _details(self, documentation: Json) -> Iterator[Any]:
        yield documentation.get("geographyDescription")
        yield documentation.get("technologyDescription")
        yield self.process.get("description")

    def _line(self, line: Json) -> _Line:
        said = line.get("flow") or {}
        flow = self.known.flows.get(_id(said)) or _flow(said, {})
        unit, factor = self._unit(line, flow)
        amount = _number(line.get("amount"))
        if not math.isfinite(amount * factor):
            message = f"process {self.code} ({self.name}): {flow.name} has the amount {line.get('amount')!r}"
            self.problems.add("REE-B011", message, self.place, expected="a number, and factors of unit and property")
        taken = _said(line, "isInput")
        exchange = DataExchange(
            _kind(flow.kind, taken, _said(line, "isAvoidedProduct")),
            _id(said),
            " ".join(flow.name.split()),
            unit,
            amount * factor,
            self.known.location(line.get("location")),
            flow.categories if flow.kind == "ELEMENTARY_FLOW" else (),
            _id(line.get("defaultProvider")),
            self._spread(line, factor),
            taken,
        )
        reference = _said(line, "isQuantitativeReference")
        return _Line(int(line.get("internalId") or 0), _id(said), exchange, taken, reference)

    def _unit(self, line: Json, flow: _Flow) -> tuple[str, float]:
        """The unit in which an amount is counted here, and the factor to it."""
        said = line.get("unit") or {}
        unit = self.known.units.get(_id(said))
        if unit is None:
            return str(said.get("name") or flow.unit), 1.0
        by_property = flow.properties.get(_id(line.get("flowProperty")), 1.0)
        factor = unit.factor / by_property if by_property else math.nan
        wanted = flow.unit or unit.reference
        if factor != 1:
            self.noticed.conversion(f"{flow.name}: {unit.name} became {wanted} (1 {unit.name} is {factor:.9g})")
        return wanted, factor

    def _spread(self, line: Json, factor: float) -> Spread | None:
        said = line.get("uncertainty")
        if not isinstance(said, dict) or said.get("distributionType") in (None, "NO_DISTRIBUTION"):
            return None
        kind = str(said.get("distributionType"))
        low, high = _number(said.get("minimum")), _number(said.get("maximum"))
        found = None
        if kind.startswith("LOG_NORMAL") and _number(said.get("geomSd")) > 1 and _number(said.get("geomMean")):
            found = lognormal(_number(said.get("geomMean")) * factor, math.log(_number(said.get("geomSd"))))
        elif kind.startswith("NORMAL"):
            found = normal(_number(said.get("mean")) * factor, _number(said.get("sd")) * abs(factor))
        elif kind.startswith("TRIANGLE"):
            found = triangular(low * factor, _number(said.get("mode")) * factor, high * factor)
        elif kind.startswith("UNIFORM"):
            found = uniform(low * factor, high * factor)
        if found is None:
            self.noticed.note("Uncertainties that are no distribution (width zero, limits out of order): left out")
        return found

    def _shares(self, products: Sequence[str]) -> dict[str, Callable[[int], float]]:
        """For each product the share of an exchange by its number; empty where the file does not give them all."""
        method = str(self.process.get("defaultAllocationMethod") or "")
        factors = [line for line in self.process.get("allocationFactors") or () if isinstance(line, dict)]
        factors = [line for line in factors if str(line.get("allocationType")) == method]
        found: dict[str, Callable[[int], float]] = {}
        for product in products:
            own = [line for line in factors if _id(line.get("product")) == product]
            whole = [_number(line.get("value")) for line in own if not line.get("exchange")]
            by_number = {
                int(line["exchange"].get("internalId") or 0): _number(line.get("value"))
                for line in own
                if isinstance(line.get("exchange"), dict)
            }
            if not own or not all(map(math.isfinite, [*whole, *by_number.values()])):
                return {}
            found[product] = _share(sum(whole), by_number)
        return found


def _share(whole: float, by_number: dict[int, float]) -> Callable[[int], float]:
    return lambda number: by_number.get(number, whole)


def _kind(flow: str, taken: bool, avoided: bool) -> Kind:
    """What an exchange is, if it is not the reference."""
    if flow == "ELEMENTARY_FLOW":
        return "elementary"
    if avoided:
        return "avoided"
    if flow == "WASTE_FLOW":
        return "co-product" if taken else "waste"
    return "input" if taken else "co-product"
