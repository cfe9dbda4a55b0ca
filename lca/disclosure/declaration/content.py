"""A draft form of the footprint declaration for a critical raw material: what is known of it, and what is not.

The EU's Critical Raw Materials Act (Regulation (EU) 2024/1252, article 31 and annex V) foresees such declarations once
calculation rules for a material are in force. No such rules were known when this was written, and the text of the act
was not at hand: the form is from memory. So it declares nothing; whatever is missing is named in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import lca
from lca.chemistry import OXIDES
from lca.disclosure.declaring import Declarant
from lca.disclosure.pact import decimals
from lca.errors import Problems
from lca.impact.figures import figure_of
from lca.impact.results import StudyResults, records
from lca.impact.study import ComputedStudy
from lca.inventory.declarations import BASKET, Organisation, RawMaterial, ReportedProduct, Reporting
from lca.system.economics import basket

FORM = "Draft form of a footprint declaration for a raw material"

NOTICES = (
    "Draft form. It is not a declaration under Regulation (EU) 2024/1252, and must not be published as one.",
    "No calculation rules for this material under article 31 of that regulation are known to this program, and no "
    "performance classes. The form follows article 31 and annex V from memory; compare it with the text in force.",
    "The figures are results of a study, not independently verified; they are relative expressions within that study.",
)

#: Steps whose country or region is asked for.
STEPS = ("extraction", "processing", "refining", "recycling")

NO_RULES = "no calculation rules for this material are known to this program"


@dataclass(frozen=True)
class Fact:
    """What the form asks for and nobody has said: where to say it, or why it cannot be said."""

    fact: str
    key: str
    reason: str

    def as_data(self) -> dict[str, str]:
        return {name: text for name, text in vars(self).items() if text}


@dataclass(frozen=True)
class Material:
    """Which result is declared: of a scenario and a product, as part of what is produced together or whole."""

    scenario: str
    product: str
    allocation: str | None


def declaration(
    computed: ComputedStudy,
    results: StudyResults,
    called: str,
    declarant: Declarant,
    wanted: Material,
    lots: list[dict[str, Any]],
) -> dict[str, Any]:
    """The form as plain data, figures as decimals in texts; what is not known is null, and listed under `not_stated`.
    `called` is how the names of figures begin.
    """
    study, inventory = computed.checked.study, computed.checked.inventory
    organisation = (inventory.workspace.organisation if inventory.workspace else None) or Organisation()
    reporting = study.reporting or Reporting()
    product = next((one for name, one in reporting.products.items() if name == wanted.product), ReportedProduct())
    said = reporting.raw_material or RawMaterial()
    figures = _figures(results, called, wanted)
    system = computed.scored[wanted.scenario, study.electricity_basis].system
    split = basket(system.scope, study, Problems()) if wanted.product == BASKET else {}
    unit = inventory.flows[study.demand.flow].unit
    own = system.nodes[0].location
    place = next((str(to) for name, to in reporting.geography.items() if name == own), own)
    form = {
        "form": FORM,
        "status": "DRAFT",
        "notices": list(NOTICES),
        "created": results.metadata["created"],
        "program": {"name": "ree-lca", "version": lca.__version__},
        "responsible": {
            "name": declarant.organisation,
            "identifiers": _texts(organisation.identifiers),
            "country": declarant.country or None,
            "contact": _text(organisation.contact),
        },
        "material": {
            "name": _text(product.name),
            "description": _text(product.description),
            "identifiers": _texts(product.identifiers),
            "classifications": _texts(product.classifications),
            "product": wanted.product,
            "shares_of_oxides": {OXIDES[element]: _decimal(share) for element, share in split.items()} or None,
            "declared_unit": _text(study.declared_unit)
            if wanted.allocation is None
            else f"1 {unit} of {wanted.product}",
        },
        "places": {step: _texts(getattr(said, step)) for step in STEPS},
        "place_of_the_plant": place or None,
        "period": {"from": declarant.start.isoformat(), "until": declarant.end.isoformat()},
        "footprint": figures,
        "stages": _stages(results, wanted, study.electricity_basis),
        "allocation": wanted.allocation,
        "calculation_rules": None,
        "performance_class": None,
        "verification": None,
        "public_study": _text(said.public_study),
        "study": {
            "id": str(study.study),
            "scenario": wanted.scenario,
            "title": _text(study.title),
            "goal": _text(study.goal),
            "boundary": _text(study.boundary),
            "settings": list(results.metadata["settings"]),
            "workspace_sha256": results.metadata["workspace_sha256"],
        },
        "lots": lots,
    }
    form["not_stated"] = [one.as_data() for one in _missing(form, wanted.product, bool(split) or len(lots) > 0)]
    return form


def _figures(results: StudyResults, called: str, wanted: Material) -> list[dict[str, Any]]:
    """Every indicator on both bases of electricity accounting that there are; null where it is not assessed."""
    table = "results" if wanted.allocation is None else "products"
    found = []
    for row in records(results[table]):
        own = row["scenario"] == wanted.scenario and row["product"] == wanted.product
        if own and (wanted.allocation is None or row["allocation"] == wanted.allocation):
            found.append(
                {
                    "indicator": row["indicator"],
                    "unit": row["unit"],
                    "value": None if row["value"] is None else _decimal(row["value"]),
                    "share_covered_by_data": None if row["coverage"] is None else _decimal(row["coverage"]),
                    "electricity": f"{row['electricity_basis']}-based",
                    "figure": str(figure_of(called, row)),
                }
            )
    return found


def _stages(results: StudyResults, wanted: Material, basis: str) -> list[dict[str, Any]]:
    """The stages of the first indicator, for the whole basket; an allocated product has the same shares."""
    if wanted.allocation is not None:
        return []
    first = results.metadata["indicators"][0]["id"]
    return [
        {"stage": row["title"] or row["item"], "value": _decimal(row["value"]), "unit": row["unit"]}
        for row in records(results["contributions"])
        if row["scenario"] == wanted.scenario and row["dimension"] == "stage"
        if row["indicator"] == first and row["electricity_basis"] == basis
    ]


def _missing(form: Mapping[str, Any], product: str, composed: bool) -> Iterator[Fact]:
    for key in ("identifiers", "country", "contact"):
        if form["responsible"][key] is None:
            yield Fact(f"{key} of who is responsible", f"organisation.{key} of the workspace", "not said")
    for key in ("name", "identifiers", "classifications"):
        if form["material"][key] is None:
            yield Fact(f"{key} of the material", f"reporting.products.{product}.{key} of the study", "not said")
    for step in STEPS:
        if form["places"][step] is None:
            key = f"reporting.raw_material.{step} of the study"
            yield Fact(f"country or region of {step}", key, "not said; an empty list says that there is no such step")
    if form["public_study"] is None:
        yield Fact("link to the public study", "reporting.raw_material.public_study of the study", "not said")
    if not composed:
        yield Fact("content of rare earth oxides", "", "a lot says it: --lot ID")
    yield Fact("calculation rules", "", NO_RULES)
    yield Fact("performance class", "", NO_RULES)
    yield Fact("verification", "", "nobody has verified the figures; a statement of a verifier would be added by hand")
    for indicator in dict.fromkeys(row["indicator"] for row in form["footprint"] if row["value"] is None):
        yield Fact(indicator, "", "not assessed: data or factors are missing")


def _decimal(value: float) -> str:
    return decimals.written(decimals.figure(value))


def _text(said: object) -> str | None:
    return " ".join(str(said).split()) if said is not None else None


def _texts(said: list[Any] | None) -> list[str] | None:
    return None if said is None else [str(one) for one in said]
