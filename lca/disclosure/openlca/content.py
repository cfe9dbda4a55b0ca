"""Scenarios of a study as entities of openLCA's schema, version 2 (https://greendelta.github.io/olca-schema).

Each scenario has processes of its own, with the parameters that its formulas need; a formula that openLCA may read
otherwise, because it has more than the four operations and powers, is the number that it gives. What is returned to a
pool is a negative input from the process that fills it; one that empties it has a negative product.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any
from uuid import UUID, uuid5

import olca_schema as olca

from lca.disclosure import spread
from lca.disclosure.process_formulas import ProcessFormulas, ProcessParameter
from lca.impact.contributions import evidence_of
from lca.impact.study import ComputedStudy
from lca.inventory import schema
from lca.system.linking import Basis
from lca.system.network import Edge, ProductSystem
from lca.units import Dimension, Unit, describe, parse_unit

#: From which identifiers are made (UUID version 5), the same for the same names.
NAMESPACE = UUID("5b0a7f9c-6c7d-5d7e-9a52-2f0f3a5e7c11")

_COMPARTMENTS = {
    "air": "Emission to air/unspecified",
    "water": "Emission to water/unspecified",
    "soil": "Emission to soil/unspecified",
    "resource": "Resource/unspecified",
}


class OpenLca:
    """The entities of all scenarios of a computed study, on its basis of electricity accounting or another."""

    def __init__(self, computed: ComputedStudy, basis: Basis | None = None):
        self.computed = computed
        self.study, self.inventory = computed.checked.study, computed.checked.inventory
        workspace = self.inventory.workspace
        assert workspace is not None
        self.workspace = str(workspace.workspace)
        self.basis: Basis = basis or self.study.electricity_basis
        self.systems = [computed.scored[one.id, self.basis].system for one in computed.checked.scenarios]

    def entities(self) -> Iterator[Any]:
        """Everything that processes refer to comes before them."""
        yield from self._units()
        yield from map(self._flow, self.flows)
        yield from map(self._location, self._locations())
        yield from map(self._source, self._sources())
        yield from self._methods()
        for system in self.systems:
            for node in range(len(system.nodes)):
                yield self._process(system, node)
            yield self._product_system(system)

    def identifier(self, *names: str) -> str:
        """The identifier of what is called so in the workspace."""
        return str(uuid5(NAMESPACE, "\n".join((self.workspace, *names))))

    @cached_property
    def _processes(self) -> list[schema.Process]:
        return [system.process(node) for system in self.systems for node in range(len(system.nodes))]

    # --- units, flows, places, sources

    @cached_property
    def flows(self) -> list[str]:
        """The flows of all systems."""
        found = {edge.flow for system in self.systems for edge in system.edges}
        found |= {
            str(system.process(node).product.flow) for system in self.systems for node in range(len(system.nodes))
        }
        return sorted(found)

    @cached_property
    def _groups(self) -> dict[Dimension, list[Unit]]:
        """The units of each dimension that flows are in, that of reference first."""
        found: dict[Dimension, dict[str, Unit]] = {}
        for flow in self.flows:
            unit = self._unit_of(flow)
            found.setdefault(unit.dimension, {})[unit.name] = unit
        return {
            dimension: sorted(units.values(), key=lambda unit: (abs(math.log(unit.factor)), unit.name))
            for dimension, units in found.items()
        }

    def _unit_of(self, flow: str) -> Unit:
        return parse_unit(str(self.inventory.flows.named(flow).unit))

    def _units(self) -> Iterator[Any]:
        for dimension, units in self._groups.items():
            reference, called = units[0], describe(dimension).split(" (")[0]
            group = olca.UnitGroup(
                id=self.identifier("units", reference.name), name=f"Units of {called}", category="ree-lca"
            )
            group.units = [
                olca.Unit(
                    id=self.identifier("unit", unit.name),
                    name=unit.name,
                    conversion_factor=unit.factor / reference.factor,
                    is_ref_unit=unit is reference,
                )
                for unit in units
            ]
            of_group = olca.FlowProperty(
                id=self.identifier("property", reference.name),
                name=called.capitalize(),
                category="ree-lca",
                flow_property_type=olca.FlowPropertyType.PHYSICAL_QUANTITY,
                unit_group=_to(group),
            )
            group.default_flow_property = _to(of_group)
            yield from (group, of_group)

    def _unit(self, flow: str) -> Any:
        return olca.Ref(ref_type=olca.RefType.Unit, id=self.identifier("unit", self._unit_of(flow).name))

    def _property(self, flow: str) -> Any:
        reference = self._groups[self._unit_of(flow).dimension][0]
        return olca.Ref(ref_type=olca.RefType.FlowProperty, id=self.identifier("property", reference.name))

    def _flow(self, name: str) -> Any:
        flow = self.inventory.flows.named(name)
        kinds = {"product": "PRODUCT_FLOW", "waste": "WASTE_FLOW", "elementary": "ELEMENTARY_FLOW"}
        compartment = _COMPARTMENTS.get(str(flow.compartment), "unspecified")
        return olca.Flow(
            id=self.identifier("flow", name),
            name=_line(flow.title),
            category=f"Elementary flows/{compartment}" if flow.kind == "elementary" else self.workspace,
            flow_type=olca.FlowType(kinds[flow.kind]),
            cas=str(flow.cas) if flow.cas is not None else None,
            formula=str(flow.formula) if flow.formula is not None else None,
            description=_line(flow.note) or None,
            flow_properties=[
                olca.FlowPropertyFactor(
                    conversion_factor=1.0, flow_property=self._property(name), is_ref_flow_property=True
                )
            ],
        )

    def _flow_ref(self, name: str) -> Any:
        title = _line(self.inventory.flows.named(name).title)
        return olca.Ref(ref_type=olca.RefType.Flow, id=self.identifier("flow", name), name=title)

    def _locations(self) -> list[str]:
        return sorted({node.location for system in self.systems for node in system.nodes if node.location})

    def _location(self, name: str) -> Any:
        return olca.Location(id=self.identifier("location", name), name=name, code=name)

    def _sources(self) -> list[str]:
        found = {str(process.source or "") for process in self._processes}
        edges = [(system, edge) for system in self.systems for edge in system.edges]
        found |= {evidence_of(edge.line.exchange, system.process(edge.node))[0] for system, edge in edges}
        return sorted(found - {""})

    def _source(self, name: str) -> Any:
        source = self.inventory.sources.named(name)
        words = [source.author, source.title, source.publisher, source.year, source.doi]
        year = str(source.year or "")
        return olca.Source(
            id=self.identifier("source", name),
            name=_line(source.title),
            text_reference=", ".join(_line(word) for word in words if word),
            url=str(source.url) if source.url is not None else None,
            year=int(year) if year.isdecimal() and len(year) == 4 else None,
            description=_line(source.note) or None,
        )

    # --- processes

    def _key(self, system: ProductSystem, node: int) -> str:
        own = system.nodes[node]
        study, scenario = str(self.study.study), system.scenario.id
        return self.identifier("process", study, scenario, self.basis, own.process, own.location)

    def _process_ref(self, system: ProductSystem, node: int) -> Any:
        title = _line(system.process(node).title)
        return olca.Ref(ref_type=olca.RefType.Process, id=self._key(system, node), name=title)

    def _process(self, system: ProductSystem, node: int) -> Any:
        process, place = system.process(node), system.nodes[node].location
        exchanges = [self._reference(system, node)]
        formulas = ProcessFormulas(system, node)
        exchanges += [self._exchange(system, edge, n, formulas) for n, edge in enumerate(system.edges_of[node], 2)]
        texts = [_line(process.note), _evidence(str(process.evidence or ""), process.pedigree)]
        said = olca.ProcessDocumentation(time_description=str(process.year) if process.year is not None else None)
        if process.source is not None:
            name = str(process.source)
            said.sources = [olca.Ref(ref_type=olca.RefType.Source, id=self.identifier("source", name), name=name)]
        found = olca.Process(
            id=self._key(system, node),
            name=_line(process.title) + (f" ({place})" if place else ""),
            category=f"{self.workspace}/{self.study.study}/{system.scenario.id}/{self.basis}",
            process_type=olca.ProcessType.UNIT_PROCESS,
            default_allocation_method=olca.AllocationType.NO_ALLOCATION,
            description=". ".join(filter(None, texts)) or None,
            exchanges=exchanges,
            last_internal_id=len(exchanges),
            parameters=[self._parameter(system, node, one) for one in formulas.parameters.values()],
            process_documentation=said,
        )
        if place:
            found.location = olca.Ref(ref_type=olca.RefType.Location, id=self.identifier("location", place), name=place)
        return found

    def _reference(self, system: ProductSystem, node: int) -> Any:
        """The product; of a treatment, the waste that goes in."""
        flow = str(system.process(node).product.flow)
        taken = self.inventory.flows.named(flow).kind == "waste"
        found = self._amount(flow, float(system.diagonal(node)), 1, taken)
        found.is_quantitative_reference = True
        return found

    def _parameter(self, system: ProductSystem, node: int, parameter: ProcessParameter) -> Any:
        return olca.Parameter(
            id=str(uuid5(UUID(self._key(system, node)), parameter.name)),
            name=parameter.name,
            description=parameter.comment or None,
            value=parameter.amount,
            formula=parameter.formula or None,
            is_input_parameter=not parameter.formula,
            parameter_scope=olca.ParameterScope.PROCESS_SCOPE,
            uncertainty=_uncertainty(parameter.spread),
        )

    def _exchange(self, system: ProductSystem, edge: Edge, number: int, formulas: ProcessFormulas) -> Any:
        flow, amount, factor = edge.flow, float(edge.line.amount), 1.0
        if edge.provider is None:
            found = self._amount(flow, amount, number, edge.line.direction == "resource")
        else:
            is_waste = self.inventory.flows.named(flow).kind == "waste"
            factor = -system.sign(edge)
            found = self._amount(flow, factor * amount, number, not is_waste)
            found.default_provider = self._process_ref(system, edge.provider)
        found.amount_formula = formulas.amount(edge, factor)
        found.uncertainty = _uncertainty(formulas.spread(edge, factor))
        exchange = edge.line.exchange
        source, evidence = evidence_of(exchange, system.process(edge.node))
        texts = [_line(exchange.note), _evidence(evidence, exchange.pedigree), f"source: {source}" if source else ""]
        found.description = ". ".join(filter(None, texts)) or None
        return found

    def _amount(self, flow: str, amount: float, number: int, taken: bool) -> Any:
        return olca.Exchange(
            amount=amount,
            flow=self._flow_ref(flow),
            flow_property=self._property(flow),
            unit=self._unit(flow),
            internal_id=number,
            is_input=taken,
            is_quantitative_reference=False,
        )

    def _product_system(self, system: ProductSystem) -> Any:
        flow, scenario = str(self.study.demand.flow), system.scenario
        links = [
            olca.ProcessLink(
                provider=self._process_ref(system, edge.provider),
                process=self._process_ref(system, edge.node),
                flow=self._flow_ref(edge.flow),
                exchange=olca.ExchangeRef(internal_id=number),
            )
            for node in range(len(system.nodes))
            for number, edge in enumerate(system.edges_of[node], 2)
            if edge.provider is not None
        ]
        return olca.ProductSystem(
            id=self.identifier("system", str(self.study.study), scenario.id, self.basis),
            name=f"{self.study.title}: {scenario.id}" + (", location-based" if self.basis == "location" else ""),
            category=self.workspace,
            description=". ".join(filter(None, (_line(scenario.title), f"Declared unit: {self.study.declared_unit}"))),
            ref_process=self._process_ref(system, 0),
            ref_exchange=olca.ExchangeRef(internal_id=1),
            target_amount=float(system.demand),
            target_unit=self._unit(flow),
            target_flow_property=self._property(flow),
            processes=[self._process_ref(system, node) for node in range(len(system.nodes))],
            process_links=links,
        )

    # --- methods

    def _methods(self) -> Iterator[Any]:
        """Methods with the factors of the flows that are in the file."""
        method = self.computed.method
        elementary = [name for name in self.flows if self.inventory.flows.named(name).kind == "elementary"]
        for one in method.sets:
            made = olca.ImpactMethod(
                id=self.identifier("method", one.id), name=_line(self.inventory.methods.named(one.id).title)
            )
            made.impact_categories = []
            for k in one.indicators:
                info = method.indicators[k]
                category = olca.ImpactCategory(
                    id=self.identifier("indicator", info.id), name=info.title, code=info.id, ref_unit=info.unit
                )
                category.impact_factors = [
                    olca.ImpactFactor(
                        flow=self._flow_ref(flow),
                        flow_property=self._property(flow),
                        unit=self._unit(flow),
                        value=method.factors[k][flow],
                    )
                    for flow in elementary
                    if method.factors[k].get(flow)
                ]
                made.impact_categories.append(_to(category))
                yield category
            yield made


def _uncertainty(fields: Mapping[str, Any]) -> Any:
    """A distribution of stats_arrays as openLCA has it; None where it has no such one, or it is cut off."""
    ends = {key: fields.get(key) for key in ("minimum", "maximum")}
    match fields.get("uncertainty type"):
        case spread.LOGNORMAL if not fields.get("negative") and ends == {"minimum": None, "maximum": None}:
            mean, sd = math.exp(fields["loc"]), math.exp(fields["scale"])
            return olca.Uncertainty(olca.UncertaintyType.LOG_NORMAL_DISTRIBUTION, geom_mean=mean, geom_sd=sd)
        case spread.NORMAL if ends == {"minimum": None, "maximum": None}:
            kind = olca.UncertaintyType.NORMAL_DISTRIBUTION
            return olca.Uncertainty(kind, mean=fields["loc"], sd=fields["scale"])
        case spread.TRIANGULAR:
            return olca.Uncertainty(olca.UncertaintyType.TRIANGLE_DISTRIBUTION, mode=fields["loc"], **ends)
        case spread.UNIFORM:
            return olca.Uncertainty(olca.UncertaintyType.UNIFORM_DISTRIBUTION, **ends)
    return None


def _to(entity: Any) -> Any:
    return olca.Ref(ref_type=olca.RefType[type(entity).__name__], id=entity.id, name=entity.name)


def _line(text: Any) -> str:
    """A text on one line."""
    return " ".join(str(text or "").split())


def _evidence(grade: str, pedigree: list[int] | None) -> str:
    scores = f"pedigree: {', '.join(map(str, pedigree))}" if pedigree else ""
    return "; ".join(filter(None, (f"evidence: {grade}" if grade else "", scores)))
