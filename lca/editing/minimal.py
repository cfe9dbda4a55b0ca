"""The smallest workspace that is worth building upon: a plant, its electricity, one method."""

from __future__ import annotations

from collections.abc import Mapping

_WORKSPACE = """\
# What the workspace is called. Dimensions of choice (a route, a site) would be declared here as `axes:`.
workspace: my-workspace
title: My workspace
default_study: my-study
---
# Where figures come from. Every number names one of these, or the process that it stands in does.
sources:
  assumed: {title: "Assumed, to be replaced"}
  ipcc_ar6_wg1:
    title: "Climate Change 2021: The Physical Science Basis, chapter 7, table 7.15"
    author: Intergovernmental Panel on Climate Change
    year: 2021
"""

_FLOWS = """\
# What is exchanged: products (bought, sold), wastes, and elementary flows (to and from nature).
flows:
  product: {title: My product, kind: product, unit: kg}
  electricity: {title: Electricity, kind: product, unit: kWh}
  carbon_dioxide: {title: "Carbon dioxide, fossil", kind: elementary, compartment: air, unit: kg, formula: CO2}
  methane: {title: "Methane, fossil", kind: elementary, compartment: air, unit: kg, formula: CH4}
"""

_PROCESSES = """\
# A process with a stage is part of the plant. Amounts are per the amount of its product.
process: plant
title: My plant
stage: production
product: {flow: product, amount: 1 kg}
source: assumed
evidence: placeholder
parameters:
  electricity_demand:
    value: 0.5 kWh/kg
    range: [0.3 kWh/kg, 0.8 kWh/kg]
    note: To be replaced by what was measured.
inputs:
  - {flow: electricity, amount: electricity_demand, scope: 2}
emissions:
  - {flow: carbon_dioxide, amount: 0.1 kg}
---
# A process without a stage is supply chain.
process: electricity_supply
title: Electricity
product: {flow: electricity, amount: 1 kWh}
source: assumed
evidence: placeholder
emissions:
  - {flow: carbon_dioxide, amount: 0.2 kg}
  - {flow: methane, amount: 0.4 g}
"""

_STUDY = """\
# What is asked.
study: my-study
title: My product
goal: Find out what a kilogram causes.
declared_unit: 1 kg of product
demand: {flow: product, amount: 1 kg}
method: climate
"""

_METHOD = """\
method: climate
title: Climate change, IPCC AR6
source: ipcc_ar6_wg1
indicators:
  climate_change:
    title: Climate change (GWP100)
    unit: kg CO2e
    factors: {carbon_dioxide: 1, methane: 29.8}
"""

#: Its files.
FILES: Mapping[str, str] = {
    "inventories/workspace.yaml": _WORKSPACE,
    "inventories/flows.yaml": _FLOWS,
    "inventories/processes.yaml": _PROCESSES,
    "inventories/studies.yaml": _STUDY,
    "methods/climate.yaml": _METHOD,
}
