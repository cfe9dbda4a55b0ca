"""The works of `works`, with what an export to others needs: 11.2 kg CO2e per kg of oxide, of which 1 from land use."""

from __future__ import annotations

from pathlib import Path

from tests.works import INVENTORY
from tests.workspaces import write

ORGANISATION = 'organisation: {name: Oxide works, identifiers: ["urn:example:works"]}\n'

REPORTING = """\
reporting:
  period: [2025-01-01, 2026-01-01]
  geography: {US: US-MO}
  products:
    basket:
      name: Mixed oxide
      identifiers: ["urn:example:mixed"]
      mass: 1 kg/kg_REO
      fossil_carbon: 0 %
      biogenic_carbon: 0 %
    Nd2O3:
      name: Neodymium oxide
      description: Neodymium oxide, 99 %.
      identifiers: ["urn:example:nd"]
      classifications: ["urn:example:1313-97-9"]
      mass: 1.25 kg/kg_REO
      fossil_carbon: 2 %
      biogenic_carbon: 0 %
  carbon_footprint:
    indicators: {total: climate_change, fossil: climate_change.fossil, land_use_change: climate_change.land_use}
    characterisation: [AR6]
    standards: [ISO14067]
    exempted: {share: 2.5 %, reason: Small things.}
    packaging: excluded
    secondary_data: [{name: A book, version: "1"}]
"""

METHOD = """\
method: simple
title: Carbon dioxide
indicators:
  climate_change: {title: Climate change, unit: kg CO2e, factors: {carbon_dioxide: 1, carbon_dioxide_land: 1}}
  climate_change.fossil: {title: "Climate change, fossil", unit: kg CO2e, factors: {carbon_dioxide: 1}}
  climate_change.land_use: {title: "Climate change, land use", unit: kg CO2e, factors: {carbon_dioxide_land: 1}}
  methane: {title: Methane, unit: kg CO2e, factors: {methane: 27}}
"""

LAND = "emissions: [{flow: carbon_dioxide, amount: 0.25 kg}, {flow: carbon_dioxide_land, amount: 0.25 kg}]"

CHANGES = {
    "title: Oxide works\n": "title: Oxide works\n" + ORGANISATION,
    "emissions: [{flow: carbon_dioxide, amount: 0.5 kg}]": LAND,
    "\n---\nroute: open": """
  carbon_dioxide_land: {title: Carbon dioxide of land, kind: elementary, compartment: air, unit: kg, group: gases}
  methane: {title: Methane, kind: elementary, compartment: air, unit: kg, group: gases}
---
route: open""",
}


def declaring(
    folder: Path, changes: dict[str, str] | None = None, reporting: str = REPORTING, method: str = METHOD
) -> Path:
    """Write the workspace into `folder`, with texts replaced."""
    text = INVENTORY
    said = {"declared_unit: 1 kg oxide\n": "declared_unit: 1 kg oxide\n" + reporting}
    for old, new in {**CHANGES, **said, **(changes or {})}.items():
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    write(folder, {"inventories/all.yaml": text, "methods/simple.yaml": method})
    return folder
