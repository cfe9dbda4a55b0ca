"""From the results of a study to the content of footprints in the PACT data model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from lca.chemistry import molar_mass
from lca.disclosure.pact import decimals
from lca.disclosure.pact.declared import Declared
from lca.disclosure.pact.rules import MASSLESS
from lca.errors import Problems, Span
from lca.impact.contributions import SystemScores
from lca.impact.data_quality import GEOGRAPHICAL, TECHNOLOGICAL, TEMPORAL, data_quality
from lca.inventory.declarations import BASKET, COUNTRY, REGIONS, ReportedProduct, is_place
from lca.inventory.economics import Allocation
from lca.inventory.references_reporting import mass_of, share_of
from lca.system.checking import CheckedStudy
from lca.units import parse_unit

#: How far the parts may be from the total before something is missing among them.
AGREEMENT = 1e-6

#: What demand may be in, and what the specification calls it.
_UNITS = {
    "kg": "kilogram",
    "kg_REO": "kilogram",
    "m^3": "cubic meter",
    "kWh": "kilowatt hour",
    "tkm": "ton kilometer",
    "m^2": "square meter",
    "h": "hour",
}


@dataclass(frozen=True)
class DeclaredUnit:
    """The unit that a footprint is of: by the name of the specification, and how many of them the demand is.

    `mass` is in kg per declared unit.
    """

    name: str
    count: float
    mass: float


@dataclass(frozen=True)
class Wanted:
    """One footprint: of a scenario and a product of it."""

    scenario: str
    product: str
    allocation: Allocation | None

    @property
    def called(self) -> str:
        return f"{self.product} of {self.scenario}" + (
            f", allocated by {self.allocation.allocation}" if self.allocation is not None else ""
        )


def name_of_unit(checked: CheckedStudy, problems: Problems) -> str | None:
    """What the specification calls the unit of the study's demand; None after reporting that it has none."""
    flow = checked.inventory.flows[checked.study.demand.flow]
    unit = parse_unit(str(flow.unit))
    found = next((name for known, name in _UNITS.items() if parse_unit(known).dimension == unit.dimension), None)
    if found is None:
        message = f"{checked.study.demand.flow} is in {unit.name}, which PACT has no unit for"
        expected = "mass, volume, area, energy, transport or time"
        problems.add("REE-X025", message, checked.study.demand.flow.span, expected=expected)
    return found


def needs_mass(checked: CheckedStudy, unit: str) -> bool:
    """Whether the mass of a product does not follow from the unit that it is demanded in."""
    flow = checked.inventory.flows[checked.study.demand.flow]
    return unit not in MASSLESS and parse_unit(str(flow.unit)).dimension != parse_unit("kg").dimension


def declared_unit(
    checked: CheckedStudy, scores: SystemScores, unit: str, product: ReportedProduct, problems: Problems
) -> DeclaredUnit:
    """The declared unit of a product; what is sold by mass is declared per kg of it."""
    flow = checked.inventory.flows[checked.study.demand.flow]
    own = parse_unit(str(flow.unit))
    demand = float(scores.system.demand) * own.factor
    if unit in MASSLESS:
        return DeclaredUnit(unit, demand / _factor(unit), 0.0)
    mass = mass_of(product.mass, own.dimension, problems) if product.mass is not None else 1.0
    assert mass is not None  # it has been checked with the study, and asked for where it is not 1 by itself
    if unit == "kilogram":
        return DeclaredUnit(unit, demand * mass, 1.0)
    return DeclaredUnit(unit, demand / _factor(unit), mass * _factor(unit))


def _factor(unit: str) -> float:
    return parse_unit(next(known for known, name in _UNITS.items() if name == unit)).factor


def content(
    checked: CheckedStudy,
    scores: SystemScores,
    rows: Mapping[str, Mapping[str, Any]],
    wanted: Wanted,
    said: Declared,
    product: ReportedProduct,
    unit: DeclaredUnit,
    problems: Problems,
) -> dict[str, Any] | None:
    """What a footprint says, but for its id and times; None after reporting what is at fault.

    `rows` are those of the results of this scenario and product, by indicator.
    """
    figures = _figures(rows, wanted, said, unit, checked.study.study.span, problems)
    geography = _geography(checked, scores, said, problems)
    if figures is None or geography is None:
        return None
    scenario = scores.system.scenario
    options = [str(checked.inventory.options[axis].named(name).title) for axis, name in scenario.chosen.items()]
    start, end = (f"{day}T00:00:00Z" for day in said.reporting.period or ())
    footprint, quality = said.footprint, _quality(scores, rows, said)
    fossil, biogenic = (
        share_of(one, problems) or 0.0 for one in (product.fossil_carbon, product.biogenic_carbon) if one
    )
    carbon = {"fossil_carbon_content": fossil, "biogenic_carbon_content": biogenic}
    sources = [{"name": str(one.name), "version": str(one.version)} for one in footprint.secondary_data or ()]
    if quality["primary"] < 1 and not sources:
        key = "reporting.carbon_footprint.secondary_data"
        message = f"the export needs `{key}`: {1 - quality['primary']:.0%} of the footprint rests on secondary data"
        place = checked.study.study.span
        expected = f"`secondary_data: [{{name: ..., version: ...}}]` in {place.path.name}"
        problems.add("REE-X020", message, place, expected=expected)
        return None
    uptake = -decimals.figure(biogenic * unit.mass * molar_mass("CO2") / molar_mass("C"))
    excluding = decimals.total(list(figures.values()))
    numbers = {
        **figures,
        "pcf_excluding_biogenic_uptake": excluding,
        "pcf_including_biogenic_uptake": decimals.total([excluding, uptake]),
        "biogenic_co2_uptake": uptake + 0,
        "declared_unit_amount": Decimal(1),
        "product_mass_per_declared_unit": decimals.figure(unit.mass),
        **{key: decimals.figure(share * unit.mass) for key, share in carbon.items()},
        "exempted_emissions_percent": decimals.figure(100 * _share(footprint.exempted, problems)),
        "primary_data_share": decimals.figure(100 * quality["primary"]),
    }
    allocation = wanted.allocation
    return {
        "company_name": str(said.organisation.name),
        "company_ids": [str(one) for one in said.organisation.identifiers or ()],
        "product_name_company": str(product.name),
        "product_description": ". ".join(
            filter(None, (_sentence(product.description or product.name), "; ".join(options)))
        ),
        "product_ids": [str(one) for one in product.identifiers or ()],
        "product_classifications": [str(one) for one in product.classifications or ()] or None,
        "comment": _comment(checked, rows, wanted, said, quality),
        "pcf": {key: decimals.written(number) for key, number in numbers.items()}
        | {
            "declared_unit_of_measurement": unit.name,
            "reference_period_start": start,
            "reference_period_end": end,
            **geography,
            "boundary_processes_description": _line(footprint.boundary_processes or checked.study.boundary) or None,
            "packaging_emissions_included": footprint.packaging == "included",
            "ccs_technological_co2_capture_included": False,
            "ipcc_characterization_factors": [str(one) for one in footprint.characterisation or ()],
            "cross_sectoral_standards": [str(one) for one in footprint.standards or ()],
            "exempted_emissions_description": _line(footprint.exempted.reason if footprint.exempted else None) or None,
            "allocation_rules_description": _line(allocation.note or allocation.title)
            if allocation is not None
            else "Nothing is allocated among the products: they are one.",
            "secondary_emission_factor_sources": sources if quality["primary"] < 1 else None,
            "dqi": quality["dqi"],
        },
    }


def _share(exempted: Any, problems: Problems) -> float:
    return (share_of(exempted.share, problems) or 0.0) if exempted is not None else 0.0


def _line(text: Any) -> str:
    """A text on one line."""
    return " ".join(str(text or "").split())


def _sentence(text: Any) -> str:
    return _line(text).rstrip(".")


def _figures(
    rows: Mapping[str, Mapping[str, Any]],
    wanted: Wanted,
    said: Declared,
    unit: DeclaredUnit,
    place: Span,
    problems: Problems,
) -> dict[str, Decimal] | None:
    """The parts of the footprint, rounded. What is not assessed is left out; of the fossil part and the total it is an
    error, as are parts that are not all of the total.
    """
    named = {
        "total": said.indicators.total,
        "fossil_ghg_emissions": said.indicators.fossil,
        "land_use_change_ghg_emissions": said.indicators.land_use_change,
        "biogenic_non_co2_emissions": said.indicators.biogenic_methane,
    }
    values: dict[str, float] = {}
    for key, indicator in named.items():
        if indicator is None:
            continue
        row = rows.get(str(indicator))
        value = float("nan") if row is None else float(row["value"])
        if value == value:
            values[key] = value / unit.count
            if row is not None and row["unit"].lower() not in ("kg co2e", "kg co2-eq"):
                message = f"{indicator} is in {row['unit']}"
                problems.add("REE-X021", message, indicator.span, expected="an indicator in kg CO2e")
                return None
        elif key in ("total", "fossil_ghg_emissions"):
            message = f"{wanted.called}: {indicator} is not assessed"
            problems.add("REE-X021", message, indicator.span, expected="data that speak of it")
            return None
    whole, parts = values.pop("total"), sum(values.values())
    if abs(whole - parts) > AGREEMENT * max(abs(whole), *map(abs, values.values())):
        message = f"{wanted.called}: the parts named make {parts:.6g} kg CO2e, the total is {whole:.6g}"
        problems.add("REE-X022", message, said.indicators.total.span, expected="indicators of all parts of the total")
        return None
    return {key: decimals.figure(value) for key, value in values.items()}


def _geography(
    checked: CheckedStudy, scores: SystemScores, said: Declared, problems: Problems
) -> dict[str, str] | None:
    """Where the product is made: the location of the process that supplies it, or what the study says it stands for."""
    location = scores.system.nodes[0].location
    if not location:
        return {}
    place = next((str(to) for name, to in said.reporting.geography.items() if name == location), location)
    if not is_place(place):
        message = f"the export needs `reporting.geography`: {location} is no code of ISO 3166"
        expected = f"`reporting: {{geography: {{{location}: ...}}}}` with a country or a part of one"
        problems.add("REE-X020", message, checked.study.study.span, expected=expected)
        return None
    key = (
        "region_or_subregion" if place in REGIONS else "country" if COUNTRY.fullmatch(place) else "country_subdivision"
    )
    return {f"geography_{key}": place}


def _quality(scores: SystemScores, rows: Mapping[str, Any], said: Declared) -> dict[str, Any]:
    """Shares, and the three ratings where all data have a pedigree."""
    names = [info.id for info in scores.method.indicators]
    found = data_quality(scores)[names.index(str(said.indicators.total))]
    rated = found.scores is not None and abs(found.rated - 1) < AGREEMENT
    dqi = None
    if rated and found.scores is not None:
        places = {"technological_dqr": TECHNOLOGICAL, "geographical_dqr": GEOGRAPHICAL, "temporal_dqr": TEMPORAL}
        dqi = {key: decimals.written(round(Decimal(found.scores[place]), 2)) for key, place in places.items()}
    return {"primary": found.primary, "rated": found.rated, "dqi": dqi}


def _comment(
    checked: CheckedStudy,
    rows: Mapping[str, Mapping[str, Any]],
    wanted: Wanted,
    said: Declared,
    quality: Mapping[str, Any],
) -> str:
    """What a reader must know to make use of the figures."""
    total = rows[str(said.indicators.total)]
    sentences = [
        "Not independently verified",
        f"Partial carbon footprint; scenario {wanted.scenario}",
        f"Electricity: {total['electricity_basis']}-based",
    ]
    if wanted.product != BASKET and wanted.allocation is not None:
        sentences.append(f"{wanted.product} as part of what is produced together: {_line(wanted.allocation.title)}")
    if total["coverage"] < 1:
        sentences.append(f"{total['coverage']:.1%} of the footprint rests on data and factors that are complete for it")
    if quality["dqi"] is None:
        sentences.append(f"Data quality is not rated: {1 - quality['rated']:.1%} of the footprint has no pedigree")
    if quality["dqi"] is not None:
        sentences.append("Data quality from scores of the pedigree matrix, 1 best, 5 worst")
    if said.footprint.comment is not None:
        sentences.append(_sentence(said.footprint.comment))
    return ". ".join(sentences) + "."
