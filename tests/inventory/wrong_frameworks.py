"""What people get wrong in reporting frameworks and lots; as `wrong_input`."""

from __future__ import annotations

from tests.inventory.wrong_declarations import CASES, Case
from tests.inventory.wrong_input import file_case

__all__ = ["CASES", "Case"]

FILE = "inventories/reporting.yaml"

#: Every way to fill a datapoint once.
FRAMEWORK = """\
framework: authority
title: What the authority asks
framework_version: 2025
source: book
evidence: expert
conversions: {limestone: 0.4 m3/t}
datapoints:
  - {id: A-1, title: Scope 1, unit: t CO2e, fill: {ghg_scopes: [1], basis: location}}
  - {id: A-2, title: Scope 3, unit: t CO2e, fill: {ghg_scopes: [3]}, partial: To the gate.}
  - {id: A-3, title: Climate, unit: kg CO2e, fill: {indicator: climate_change, basis: [market, location]}}
  - {id: A-4, title: Energy, unit: MWh, fill: {bought: {flows: [electricity]}}}
  - {id: A-5, title: Chemicals, unit: t, fill: {bought: {accounts: [chemicals], without: [ash]}, each: flow}}
  - {id: A-6, title: Stone in the ground, unit: m3, fill: {bought: {accounts: [stone], less: [limestone]}}}
  - {id: A-7, title: Releases, unit: kg, fill: {released: {compartment: air, groups: [greenhouse_gases]}}}
  - {id: A-8, title: Intensity, unit: kWh/kg, fill: {bought: {flows: [electricity]}, per: output}}
  - {id: A-9, title: Methods, fill: {statement: methods}}
  - {id: A-10, title: Revenue, gap: No matter of an inventory.}
"""

#: Two lots and what they are made of.
LOTS = """\
lots:
  ore-7:
    title: Ore
    operator: Mine
    site: AU-WA
    date: 2025-02-01
    mass: 10 t
    rare_earth_oxide: 30 %
    split: {La: 60 %, Nd: 40 %}
    source: book
    evidence: measured
  salt-1:
    title: Salt
    operator: Works
    site: GB
    date: 2025-03-01
    mass: 2 t
    rare_earth_oxide: 70 %
    split: {La: 55 %, Nd: 45 %}
    predecessors: {ore-7: 6000 kg}
    scenario: short/grid
    study: small
    source: book
    evidence: measured
  salt-2:
    title: More salt
    operator: Works
    site: GB
    date: 2025-03-02
    mass: 1 t
    rare_earth_oxide: 90 %
    predecessors: {ore-7: 4 t}
    source: book
    evidence: measured
"""


def _case(text: str, name: str, codes: str, old: str, new: str, suggestion: str = "", says: str = "") -> None:
    assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
    file_case(name, codes, FILE, text.replace(old, new), suggestion, says)


def framework(name: str, codes: str, old: str, new: str, suggestion: str = "", says: str = "") -> None:
    _case(FRAMEWORK, f"framework: {name}", codes, old, new, suggestion, says)


def lot(name: str, codes: str, old: str, new: str, suggestion: str = "", says: str = "") -> None:
    _case(LOTS, f"lot: {name}", codes, old, new, suggestion, says)


framework(
    "misspelled key", "REE-S001", "framework_version: 2025", "framework_version: 2025\n«conversion: {}", "conversions"
)
framework("unknown source", "REE-N007", "source: book", "source: «bok", "book")
_case(
    FRAMEWORK.replace("evidence: expert\n", ""),
    "framework: without evidence",
    "REE-E001",
    "framework: authority",
    "framework: «authority",
)
framework("datapoint twice", "REE-S004", "id: A-2", "id: «A-1")
framework(
    "neither fill nor gap",
    "REE-S005",
    "{id: A-10, title: Revenue, gap: No matter of an inventory.}",
    "«{id: A-10, title: Revenue}",
)
framework("partial and gap", "REE-S005", "gap: No matter", "«partial: Some, gap: No matter")
framework(
    "number without a unit", "REE-S005", "{id: A-4, title: Energy, unit: MWh,", "«{id: A-4, title: Energy,", says="unit"
)
framework("statement with a unit", "REE-S005", "{id: A-9, title: Methods,", "«{id: A-9, title: Methods, unit: kg,")
framework(
    "two ways to fill",
    "REE-S005",
    "fill: {ghg_scopes: [1], basis",
    "«fill: {ghg_scopes: [1], indicator: climate_change, basis",
)
framework(
    "basis of energy",
    "REE-S005",
    "{bought: {flows: [electricity]}}}",
    "{bought: {flows: [electricity]}, «basis: market}}",
)
framework("each of the footprint", "REE-S005", "{ghg_scopes: [3]}", "{ghg_scopes: [3], «each: flow}")
framework("each and less", "REE-S005", "less: [limestone]}}}", "less: [limestone]}, «each: flow}}")
framework("without but no account", "REE-S005", "{flows: [electricity]}}}", "{flows: [electricity], «without: [ash]}}}")
framework("unknown account", "REE-N012", "accounts: [stone]", "accounts: [«stones]", "stone")
framework("unknown flow", "REE-L003", "less: [limestone]", "less: [«limeston]", "limestone")
framework("elementary flow bought", "REE-L007", "less: [limestone]", "less: [«rock]")
framework("unknown group", "REE-N012", "groups: [greenhouse_gases]", "groups: [«greenhouse_gas]", "greenhouse_gases")
framework("good released", "REE-L007", "groups: [greenhouse_gases]", "flows: [«ash]", says="not released to air")
framework(
    "nothing released",
    "REE-S005",
    "released: {compartment: air, groups: [greenhouse_gases]}",
    "«released: {compartment: air}",
)
framework("unknown indicator", "REE-I002", "indicator: climate_change", "indicator: «climate_chnge", "climate_change")
framework("unknown unit", "REE-U001", "unit: MWh", "unit: «MWhs", "MWh")
framework("unit of another kind", "REE-X040", "unit: MWh", "unit: «t", says="electricity")
framework("footprint in plain kg", "REE-X040", "unit: kg CO2e", "unit: «kg")
framework("per output without a slash", "REE-X040", "unit: kWh/kg", "unit: «kWh", says="per output")
framework("conversion below nothing", "REE-M007", "0.4 m3/t", "«-0.4 m3/t")

lot("misspelled key", "REE-S001", "operator: Mine", "«operater: Mine", "operator")
lot("unknown source", "REE-N007", "study: small\n    source: book", "study: small\n    source: «bok", "book")
lot("place that is none", "REE-S007", "AU-WA", "«Australia")
lot("day that is none", "REE-S007", "2025-02-01", "«2025-02-30")
lot("mass in litres", "REE-U003", "mass: 10 t", "mass: «10 L")
lot("no mass", "REE-M007", "mass: 2 t", "mass: «0 t")
lot("more oxide than mass", "REE-M010", "rare_earth_oxide: 90 %", "rare_earth_oxide: «120 %")
lot("split that does not sum", "REE-M006", "{La: 60 %, Nd: 40 %}", "{«La: 60 %, Nd: 30 %}")
lot("split of iron", "REE-F007", "{La: 55 %, Nd: 45 %}", "{La: 55 %, Nd: 44 %, «Fe: 1 %}")
lot("unknown predecessor", "REE-X050", "{ore-7: 4 t}", "{«ore-8: 4 t}", "ore-7")
lot(
    "made of itself",
    "REE-X051",
    "rare_earth_oxide: 30 %\n",
    "rare_earth_oxide: 30 %\n    predecessors: {«ore-7: 1 kg}\n",
)
lot(
    "more oxide than went in",
    "REE-X052",
    "mass: 1 t\n    rare_earth_oxide: 90 %",
    "mass: «1.4 t\n    rare_earth_oxide: 90 %",
)
lot(
    "more of one oxide than went in", "REE-X052", "{La: 55 %, Nd: 45 %}", "{La: 40 %, «Nd: 60 %}", says="of Nd as oxide"
)
lot("more drawn than there is", "REE-X053", "{ore-7: 4 t}", "{ore-7: «4.1 t}", says="10100 kg")
lot("older than its predecessor", "REE-X054", "date: 2025-03-01", "date: «2025-01-31")
lot("unknown study", "REE-C005", "study: small", "study: «smal", "small")
lot("scenario that the study lacks", "REE-C001", "scenario: short/grid", "scenario: «short/gird", "short/grid")
