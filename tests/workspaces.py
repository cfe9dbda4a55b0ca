"""Small workspaces as text, and the place of a mark in them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lca.errors import Diagnostic, Problems
from lca.impact.check import check_studies
from lca.impact.contributions import SystemScores
from lca.impact.methods import MethodFactors, method_factors
from lca.inventory.settings import parse_settings
from lca.system.checking import CheckedStudy
from lca.system.network import ProductSystem

#: Stands before the characters at which a fault must be reported; taken out before the file is written.
MARK = "«"

WORKSPACE = "inventories/workspace.yaml"
FLOWS = "inventories/flows.yaml"
PLANT = "inventories/plant/kiln.yaml"
SUPPLY = "inventories/supply.yaml"
OPTIONS = "inventories/options.yaml"
STUDY = "inventories/study.yaml"
ECONOMICS = "inventories/prices.yaml"
METHOD = "methods/simple.yaml"
WATER = "methods/water.yaml"
DATABASE = "inventories/links.yaml"

#: A lime kiln: every construct of the language once, without an error or a warning.
BASE: Mapping[str, str] = {
    WORKSPACE: """\
workspace: lime
title: A lime kiln
axes:
  route: {title: Burning}
  power: {title: Electricity supply}
default_study: small
organisation: {name: Lime and sons, identifiers: ["urn:example:lime"], country: GB, contact: The office}
carbon_dioxide_equivalents: {fossil: carbon_dioxide}
source: book
evidence: expert
parameters:
  acid_route:
    choice: synthesis
    options: [synthesis, by_product]
  place: {text: north}
  basket: {composition: {La: 60 %, Nd: 40 %}, of: oxides}
exclusions:
  - when: {route: short, power: wind-ppa}
    reason: Nobody sells wind for so short a time.
flow_groups:
  greenhouse_gases: Greenhouse gases
  minerals: Minerals
accounts:
  stone: Stone
  chemicals: Chemicals
---
sources:
  book: {title: A book, year: 2002}
  paper: {title: A paper}
""",
    FLOWS: """\
flows:
  lime: {title: Lime, kind: product, unit: kg, formula: CaO}
  limestone: {title: Limestone, kind: product, unit: kg, account: stone, formula: CaCO3}
  electricity: {title: Electricity, kind: product, unit: kWh}
  wash_acid: {title: Acid in the plant, kind: product, unit: kg, formula: HCl}
  acid: {title: Acid, kind: product, unit: kg, account: chemicals, composition: {Cl: "element_fraction('Cl', 'HCl')"}}
  ash: {title: Ash, kind: waste, unit: kg}
  carbon_dioxide: {title: CO2, kind: elementary, compartment: air, unit: kg, group: greenhouse_gases, formula: CO2}
  rock: {title: Rock, kind: elementary, compartment: resource, unit: kg}
""",
    PLANT: """\
process: kiln
title: Burning of lime
stage: burning
source: book
evidence: literature
product: {flow: lime, amount: 1 kg}
parameters:
  burn_yield:
    value: 95 %
    range: [90 %, 99 %]
  stone_need:
    formula: "molar_mass('CaCO3') / molar_mass('CaO')"
    unit: kg/kg
  drive_power: {value: 4 kW, distribution: {triangular: {low: 3 kW, mode: 4 kW, high: 6 kW}}, pedigree: [4, 5, 2, 3, 3]}
  drive_time: {value: 0.05 h}
  firing: {choice: coal, options: [coal, gas]}
  coal_grade: {composition: {C: 80 %, H: 5 %, other: rest}, of: elements}
inputs:
  - {flow: limestone, amount: "1 kg * stone_need", stoichiometric: "1 kg * stone_need", origin: "${place}"}
  - {flow: electricity, amount: "drive_power * drive_time / burn_yield", supply: power, scope: 2}
  - {flow: wash_acid, amount: 0.20 kg, bin: washing}
outputs:
  - {flow: wash_acid, amount: 0.05 kg, bin: washing, when: {route: long}}
  - {flow: ash, amount: "0.02 kg * mass_fraction(coal_grade, 'C')", scope: 3.5, when: {firing: [coal]}}
emissions:
  - {flow: carbon_dioxide, amount: "molar_mass('CO2') / molar_mass('CaO') * 1 kg"}
balance: {elements: [Ca, C], tolerance: 1 %}
""",
    SUPPLY: """\
process: quarry
title: Quarrying
location: hills
source: book
evidence: literature
product: {flow: limestone, amount: 1 t}
inputs: [{flow: electricity, amount: 20 kWh}]
resources: [{flow: rock, amount: 1.1 t}]
---
process: coal_power
title: Electricity from coal
source: book
evidence: literature
product: {flow: electricity, amount: 1 kWh}
emissions: [{flow: carbon_dioxide, amount: 0.9 kg, scope: 2}]
---
process: wind_power
title: Electricity from wind
location: "${place}"
source: book
evidence: literature
product: {flow: electricity, amount: 1 kWh}
emissions: [{flow: carbon_dioxide, amount: 0.01 kg}]
---
process: grid_mix
title: Electricity of the grid
source: book
evidence: literature
product: {flow: electricity, amount: 1 kWh}
mix:
  shares:
    - {provider: coal_power, share: 60 %}
    - {provider: wind_power, share: 40 %}
  losses: 5 %
---
process: acid_synthesis
title: Acid from its elements
source: book
evidence: literature
product: {flow: acid, amount: 1 kg}
inputs: [{flow: electricity, amount: 1 kWh}]
---
process: acid_by_product
title: Acid as a by-product
source: book
evidence: literature
product: {flow: acid, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 0.1 kg}]
---
process: acid_purchase
title: Bought acid
source: book
evidence: literature
product: {flow: wash_acid, amount: 1 kg}
inputs: [{flow: acid, amount: 1 kg}]
---
process: acid_neutralisation
title: Acid that nobody needs
source: book
evidence: literature
product: {flow: wash_acid, amount: 1 kg}
inputs: [{flow: limestone, amount: 1.4 kg}]
---
process: landfill
title: Landfill of ash
covers: [greenhouse_gases, minerals]
source: book
evidence: literature
product: {flow: ash, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 0.01 kg}]
---
links:
  - {flow: electricity, provider: grid_mix}
  - {flow: acid, provider: acid_synthesis}
  - {flow: acid, provider: acid_by_product, when: {acid_route: by_product}}
---
loop: acid_circuit
title: Acid of the plant
substance: HCl
pools:
  wash_acid: {makeup: acid_purchase, surplus: acid_neutralisation}
bins:
  washing: Spent on washing
  pickling: Spent on pickling
""",
    OPTIONS: """\
route: short
title: Short burning
---
route: long
title: Long burning
source: book
evidence: expert
set:
  kiln.drive_time: 0.08 h
  workspace.acid_route: by_product
---
power: grid
title: The grid
---
power: wind-ppa
title: Wind by contract
supplies:
  electricity: {market: wind_power, location: grid}
instrument: {type: PPA, vintage: 2025, matching: annual}
""",
    STUDY: """\
study: small
title: One kilogram of lime
declared_unit: 1 kg lime
demand: {flow: lime, amount: 1 kg}
method: simple
scenarios:
  - {route: short, power: grid}
  - {route: long, power: wind-ppa}
comparisons:
  - {baseline: short/grid, alternative: long/wind-ppa}
products: {composition: basket, groups: {LaNd oxide: [La, Nd]}}
allocations: [by_mass, by_value, by_neodymium, recycled]
prices: market
networks:
  works:
    - {scenario: short/grid, output: 10 t/year, title: Old kiln, source: book, evidence: literature}
    - {scenario: short/grid, output: 5 t/year, source: book, evidence: literature}
reporting:
  period: [2025-01-01, 2026-01-01]
  geography: {north: Northern Europe}
  products:
    basket: {name: Burnt lime, mass: 1 kg/kg, fossil_carbon: 0 %, identifiers: ["urn:example:burnt"]}
  carbon_footprint:
    indicators: {total: climate_change, fossil: climate_change}
    characterisation: [AR6]
    standards: [ISO14067]
    exempted: {share: 2 %, reason: Small things.}
    packaging: excluded
""",
    ECONOMICS: """\
prices: market
title: Prices of the market
date: 2024-05
currency: USD
source: book
evidence: literature
exchange_rates: {EUR: 1.25 USD, CNY: 0.14 USD}
flows:
  limestone: {price: 20 EUR/t, range: [15 EUR/t, 30 EUR/t]}
  acid:
    - {price: 0.30 USD/kg}
    - {price: 0.24 USD/kg, when: {acid_route: [by_product]}}
  electricity:
    - {price: 80 USD/MWh}
    - {price: 60 USD/MWh, when: {power: wind-ppa, location: north}}
products:
  La: {price: 2 USD/kg_REO}
  Nd: {price: 80 USD/kg_REO, range: [50 USD/kg_REO, 120 USD/kg_REO]}
---
allocation: by_mass
title: By mass
by: mass
---
allocation: by_value
title: By value
by: price
prices: market
---
allocation: by_neodymium
title: Neodymium alone
by: elements
elements: [Nd]
---
allocation: recycled
title: Circular footprint
by: circular_footprint
base: by_value
virgin: short/grid
allocation_factor: 20 %
quality_ratio: 90 %
when: {route: [long]}
source: book
evidence: expert
---
origins:
  acid: {shares: {CN: 70 %, IN: 20 %, other: rest}, year: 2024, source: book, evidence: expert}
""",
    METHOD: """\
method: simple
title: Carbon dioxide
source: paper
indicators:
  climate_change:
    title: Climate change
    unit: kg CO2e
    factors: {carbon_dioxide: 1, rock: 0}
""",
    WATER: """\
method: digging
title: Rock dug out
indicators: {rock_use: {title: Use of rock, unit: kg, factors: {rock: 1}}}
""",
    DATABASE: """\
background: plants-2.0
title: A database of plants
source: book
covers:
  - greenhouse_gases
providers:
  - {flow: limestone, activity: "limestone, at mine", unverified: Not looked for.}
  - {flow: acid, activity: acid making, product: "acid, 30 %", conversion: 3.33 kg/kg, when: {acid_route: synthesis}}
  - flow: electricity
    generation: 90 %
    process: grid_mix  # and no other
    when: {location: [north, hills], power: grid}
    try:
      - {activity: market for electricity, location: north, covers: [minerals]}
      - {activity: market for electricity, location: GLO, note: The world.}
  - {flow: ash, none: Not in this database.}
elementary:
  - {flow: carbon_dioxide, name: "Carbon dioxide ", categories: [air], conversion: 1 kg/kg}
""",
}


@dataclass(frozen=True)
class Place:
    """Where a mark stood: a file of the workspace, line and column from 1."""

    file: str
    line: int
    column: int


def unmarked(file: str, text: str) -> tuple[str, list[Place]]:
    """The text without its marks, and the place of each."""
    places: list[Place] = []
    while (at := text.find(MARK)) >= 0:
        before = text[:at]
        places.append(Place(file, before.count("\n") + 1, at - before.rfind("\n")))
        text = before + text[at + 1 :]
    return text, places


def write(root: Path, files: Mapping[str, str | bytes]) -> list[Place]:
    """Write a workspace without its marks; the places of the marks, in the order of the files."""
    places: list[Place] = []
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            text, found = unmarked(name, content)
            places += found
            path.write_bytes(text.encode())
        else:
            path.write_bytes(content)
    return places


def edited(changes: Mapping[str, str], base: Mapping[str, str] = BASE) -> dict[str, str]:
    """The base with texts replaced; each text to replace occurs exactly once in all files together."""
    files = dict(base)
    for old, new in changes.items():
        holders = [name for name, text in files.items() for _ in range(text.count(old))]
        assert len(holders) == 1, f"{old!r} occurs {len(holders)} times in the workspace"
        files[holders[0]] = files[holders[0]].replace(old, new)
    return files


@dataclass
class Checked:
    """What checking a workspace gives: the diagnostics and the studies, by name."""

    root: Path
    problems: Problems
    studies: dict[str, CheckedStudy] = field(default_factory=dict)

    @property
    def all(self) -> list[Diagnostic]:
        return self.problems.all

    def system(self, scenario: str = "base", basis: str = "market", study: str | None = None) -> ProductSystem:
        """The product system of a scenario, of the only study unless one is named."""
        assert not self.problems.errors, self.problems.errors
        checked = self.studies[study] if study else next(iter(self.studies.values()))
        return checked.systems[scenario, basis]  # type: ignore[index]

    def method(self) -> MethodFactors:
        """The factors of the method of the only study."""
        (study,) = self.studies.values()
        return method_factors(study.inventory, study.study.method)

    def scores(self, scenario: str = "base", basis: str = "market") -> SystemScores:
        return SystemScores(self.system(scenario, basis), self.method())


def check(root: Path, *settings: str) -> Checked:
    """Check every study of the workspace, as `ree-lca check` does."""
    studies, problems = check_studies(root, parse_settings(settings))
    return Checked(root, problems, {str(study.study.study): study for study in studies})


def supply_of(system: ProductSystem) -> dict[str, float]:
    """How often each process runs, by `process@place`, or by process where it has no place."""
    names = [f"{node.process}@{node.location}" if node.location else node.process for node in system.nodes]
    return {name: float(system.supply[n]) for n, name in enumerate(names)}


def as_yaml(documents: Sequence[Mapping[str, Any]]) -> str:
    """Documents as text that is both YAML and JSON."""
    return "\n---\n".join(json.dumps(document, indent=1) for document in documents)
