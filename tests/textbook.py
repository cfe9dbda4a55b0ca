"""The example of Heijungs and Suh (2002) as a workspace: 1000 kWh cause 120 kg CO2, 14 kg SO2, 100 L crude oil."""

from __future__ import annotations

from pathlib import Path

INVENTORY = """\
workspace: textbook
title: Electricity and fuel
---
sources: {book: {title: The computational structure of life cycle assessment, author: Heijungs and Suh, year: 2002}}
---
flows:
  electricity: {title: Electricity, kind: product, unit: kWh}
  fuel: {title: Fuel, kind: product, unit: L}
  carbon_dioxide: {title: Carbon dioxide, kind: elementary, compartment: air, unit: kg}
  sulfur_dioxide: {title: Sulfur dioxide, kind: elementary, compartment: air, unit: kg}
  crude_oil: {title: Crude oil, kind: elementary, compartment: resource, unit: L}
---
process: power_plant
title: Electricity production
stage: power
source: book
evidence: literature
product: {flow: electricity, amount: 10 kWh}
parameters:
  fuel_use: {value: 2 L, range: [1 L, 3 L], note: Fuel per 10 kWh.}
inputs:
  - {flow: fuel, amount: fuel_use}
emissions:
  - {flow: carbon_dioxide, amount: 1 kg}
  - {flow: sulfur_dioxide, amount: 0.1 kg}
---
process: refinery
title: Fuel production
source: book
evidence: literature
product: {flow: fuel, amount: 100 L}
emissions:
  - {flow: carbon_dioxide, amount: 10 kg}
  - {flow: sulfur_dioxide, amount: 2 kg}
resources:
  - {flow: crude_oil, amount: 50 L}
---
study: electricity
title: Electricity
declared_unit: 1000 kWh of electricity
demand: {flow: electricity, amount: 1000 kWh}
method: simple
"""

METHOD = """\
method: simple
title: Two indicators
indicators:
  climate_change: {title: Climate change, unit: kg CO2e, factors: {carbon_dioxide: 1, sulfur_dioxide: 0, crude_oil: 0}}
  acidification: {title: Acidification, unit: kg SO2e, factors: {sulfur_dioxide: 1}}
"""


def textbook(folder: Path) -> Path:
    """Write the workspace into `folder`."""
    for name, text in (("inventories/all.yaml", INVENTORY), ("methods/simple.yaml", METHOD)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
