"""What a study declares for its footprints, complete; whatever is missing is told with the key to fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lca.errors import Problems, Span
from lca.inventory import schema
from lca.inventory.declarations import CarbonFootprint, ClimateIndicators, Organisation, ReportedProduct, Reporting
from lca.inventory.loading import Inventory


@dataclass(frozen=True)
class Declared:
    """What every footprint of a study says."""

    organisation: Organisation
    reporting: Reporting
    footprint: CarbonFootprint
    indicators: ClimateIndicators


def declared(inventory: Inventory, study: schema.Study, problems: Problems) -> Declared | None:
    """What the workspace and the study say of who reports, and how; None after reporting all that is missing."""
    workspace = inventory.workspace
    assert workspace is not None
    organisation = workspace.organisation or Organisation()
    for key, sample in (("name", "..."), ("identifiers", "[urn:...]")):
        if getattr(organisation, key) is None:
            place = workspace.workspace.span
            missing(f"organisation.{key}", f"organisation: {{{key}: {sample}}}", "the workspace", place, problems)
    said = study.reporting or Reporting()
    footprint = said.carbon_footprint or CarbonFootprint()
    place = study.study.span
    called = f"study {study.study}"
    if said.period is None:
        missing("reporting.period", "reporting: {period: [2025-01-01, 2026-01-01]}", called, place, problems)
    samples = {
        "indicators": "{total: ..., fossil: ...}",
        "characterisation": "[AR6]",
        "standards": "[ISO14067]",
        "exempted": "{share: 1 %, reason: ...}",
        "packaging": "included",
    }
    for key, sample in samples.items():
        if getattr(footprint, key) is None:
            text = f"reporting: {{carbon_footprint: {{{key}: {sample}}}}}"
            missing(f"reporting.carbon_footprint.{key}", text, called, place, problems)
    if problems.errors or footprint.indicators is None:
        return None
    return Declared(organisation, said, footprint, footprint.indicators)


def declared_product(study: schema.Study, product: str, with_mass: bool, problems: Problems) -> ReportedProduct | None:
    """What the study says of a product; None after reporting all that is missing."""
    said = study.reporting.products if study.reporting is not None else {}
    found: ReportedProduct = next((one for name, one in said.items() if name == product), ReportedProduct())
    samples: dict[str, Any] = {"name": "...", "identifiers": "[urn:...]", "fossil_carbon": "0 %"}
    samples |= {"biogenic_carbon": "0 %"} | ({"mass": "1 kg/..."} if with_mass else {})
    absent = {key: sample for key, sample in samples.items() if getattr(found, key) is None}
    for key, sample in absent.items():
        text = f"reporting: {{products: {{{product}: {{{key}: {sample}}}}}}}"
        missing(f"reporting.products.{product}.{key}", text, f"study {study.study}", study.study.span, problems)
    return None if absent else found


def missing(key: str, sample: str, where: str, place: Span, problems: Problems) -> None:
    """Report a key that the export needs."""
    message = f"the export needs `{key}`, which {where} does not say"
    problems.add("REE-X020", message, place, expected=f"`{sample}` in {place.path.name}")
