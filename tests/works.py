"""A works whose products, purchases and yearly accounts can be worked out by hand.

A kilogram of oxide (75 % Nd2O3, 25 % Dy2O3) takes 4 kg of ore, brought over a distance, 3 kg of acid, of which the
route `loop` gives one back, and 10 kWh. Carbon dioxide, kg: 2 from the plant itself, 0.5 per kg of ore, 0.1 per tkm,
1 per kg of acid, 0.4 per kWh:

    open/near   2 + 2 + 0.2 + 3 + 4 = 11.2      500 km
    loop/near   2 + 2 + 0.2 + 2 + 4 = 10.2
    open/far    2 + 2 + 0.4 + 3 + 4 = 11.4    1,000 km
"""

from __future__ import annotations

from collections.abc import Mapping

FOOTPRINT: Mapping[str, float] = {"open/near": 11.2, "loop/near": 10.2, "open/far": 11.4}

INVENTORY = """\
workspace: works
title: Oxide works
source: book
evidence: literature
axes:
  route: {title: Route}
  site: {title: Site}
exclusions:
  - {when: {route: loop, site: far}, reason: Acid cannot be stored there.}
flow_groups:
  gases: Greenhouse gases
accounts:
  goods: Goods
  energy: Energy
  freight: Freight
parameters:
  basket: {composition: {Nd: 75 %, Dy: 25 %}, of: oxides}
---
sources: {book: {title: A book}}
---
flows:
  oxide: {title: Oxide, kind: product, unit: kg_REO}
  delivered_ore: {title: Ore at the gate, kind: product, unit: kg, account: goods}
  ore: {title: Ore, kind: product, unit: kg}
  pool_acid: {title: Acid of the plant, kind: product, unit: kg, account: goods}
  acid: {title: Acid, kind: product, unit: kg}
  freight: {title: Freight, kind: product, unit: tkm, account: freight}
  electricity: {title: Electricity, kind: product, unit: kWh, account: energy}
  carbon_dioxide: {title: Carbon dioxide, kind: elementary, compartment: air, unit: kg, group: gases}
---
route: open
title: Open
---
route: loop
title: With return
---
site: near
title: Near
parameters: {distance: {value: 500 km}, place: {text: GB-NIR}}
source: book
evidence: literature
---
site: far
title: Far
parameters: {distance: {value: 1000 km}, place: {text: US}}
source: book
evidence: literature
---
process: plant
title: Plant
stage: finishing
location: "${place}"
source: book
evidence: literature
product: {flow: oxide, amount: 1 kg_REO}
inputs:
  - {flow: delivered_ore, amount: 4 kg}
  - {flow: pool_acid, amount: 3 kg, bin: leaching}
  - {flow: electricity, amount: 10 kWh, scope: 2}
outputs:
  - {flow: pool_acid, amount: 1 kg, bin: leaching, when: {route: loop}}
emissions:
  - {flow: carbon_dioxide, amount: 2 kg}
---
process: delivery
title: Delivery of ore
source: book
evidence: literature
product: {flow: delivered_ore, amount: 1 t}
inputs:
  - {flow: ore, amount: 1 t}
  - {flow: freight, amount: 1 t * distance, scope: 3.4}
---
process: mine
title: Mine
location: AU
source: book
evidence: literature
product: {flow: ore, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 0.5 kg}]
---
process: lorry
title: Lorry
source: book
evidence: literature
product: {flow: freight, amount: 1 tkm}
emissions: [{flow: carbon_dioxide, amount: 0.1 kg}]
---
process: acid_purchase
title: Bought acid
source: book
evidence: literature
product: {flow: pool_acid, amount: 1 kg}
inputs: [{flow: acid, amount: 1 kg}]
---
process: acid_disposal
title: Acid too much
source: book
evidence: literature
product: {flow: pool_acid, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 0.3 kg}]
---
process: acid_works
title: Acid works
location: DE
source: book
evidence: literature
product: {flow: acid, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 1 kg}]
---
process: power_station
title: Power station
source: book
evidence: literature
product: {flow: electricity, amount: 1 kWh}
emissions: [{flow: carbon_dioxide, amount: 0.4 kg, scope: 2}]
---
loop: acid_circuit
title: Acid
substance: HCl
pools: {pool_acid: {makeup: acid_purchase, surplus: acid_disposal}}
bins: {leaching: Leaching}
---
prices: market
title: Prices
date: 2024
currency: USD
source: book
evidence: literature
exchange_rates: {EUR: 1.25 USD, GBP: 1.5 USD}
flows:
  ore: {price: 2 EUR/kg, range: [1 EUR/kg, 4 EUR/kg]}
  acid: {price: 500 USD/t}
  electricity:
    - {price: 80 USD/MWh}
    - {price: 0.04 GBP/kWh, when: {location: US}}
products:
  Nd: {price: 80 USD/kg_REO}
  Dy: {price: 160 EUR/kg_REO}
---
allocation: mass
title: By mass
by: mass
---
allocation: value
title: By value
by: price
prices: market
---
allocation: dysprosium
title: Dysprosium alone
by: elements
elements: [Dy]
---
allocation: recycled
title: Circular footprint
by: circular_footprint
base: value
virgin: open/far
allocation_factor: 20 %
quality_ratio: 90 %
when: {route: loop}
---
origins:
  acid: {shares: {CN: 70 %, IN: 20 %, other: rest}, source: book, evidence: literature}
---
study: year
title: A year of oxide
source: book
evidence: literature
declared_unit: 1 kg oxide
demand: {flow: oxide, amount: 1 kg_REO}
method: simple
products: {composition: basket, groups: {NdDy oxide: [Nd, Dy]}}
allocations: [mass, value, dysprosium, recycled]
prices: market
networks:
  both:
    - {scenario: open/near, output: 10 t_REO/year, title: Large}
    - {scenario: loop/near, output: 5 t_REO/year, title: Small}
scenarios:
  - {route: [open, loop], site: [near, far]}
"""

METHOD = """\
method: simple
title: Carbon dioxide
indicators:
  climate_change: {title: Climate change, unit: kg CO2e, factors: {carbon_dioxide: 1}}
"""

FILES: Mapping[str, str] = {"inventories/all.yaml": INVENTORY, "methods/simple.yaml": METHOD}
