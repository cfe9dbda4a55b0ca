"""A small parametric product system, said once for ree-lca (as YAML) and for lca_algebraic: twelve activities, fourteen
parameters, three indicators, a loop. Figures are made up. Needs nothing but Python.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Activity:
    """What one unit takes and emits; amounts are formulas of the parameters."""

    unit: str
    inputs: Mapping[str, str] = field(default_factory=dict)
    emissions: Mapping[str, str] = field(default_factory=dict)


#: Value, low and high end of a triangular distribution.
PARAMETERS: Mapping[str, tuple[float, float, float]] = {
    "wind_share": (0.3, 0.1, 0.6),
    "gas_part": (0.7, 0.5, 0.9),
    "gas_efficiency": (0.5, 0.4, 0.6),
    "coal_efficiency": (0.38, 0.3, 0.45),
    "methane": (0.002, 0.001, 0.005),
    "boiler": (0.9, 0.8, 0.95),
    "acid_power": (0.4, 0.2, 0.7),
    "caustic_power": (2.4, 2.1, 2.8),
    "acid_use": (3.0, 2.0, 5.0),
    "recycled": (0.6, 0.2, 0.9),
    "recovery": (0.92, 0.85, 0.97),
    "caustic_use": (1.6, 1.2, 2.2),
    "excess": (1.2, 1.05, 1.6),
    "kiln": (0.5, 0.3, 0.7),
}

ACTIVITIES: Mapping[str, Activity] = {
    "oxide": Activity("kg", {"precipitation": "1.02", "heat": "4 / kiln"}, {"sulfur_dioxide": "0.001 / kiln"}),
    "precipitation": Activity("kg", {"extraction": "1 / recovery", "acid": "0.8 * excess", "grid": "0.3"}),
    "extraction": Activity("kg", {"leach": "1 / recovery", "caustic": "caustic_use", "grid": "0.5"}),
    "leach": Activity("kg", {"acid": "acid_use * (1 - recycled)", "heat": "2.5", "freight": "0.6"}),
    "acid": Activity("kg", {"grid": "acid_power", "heat": "1.2"}, {"carbon_dioxide": "0.1"}),
    "caustic": Activity("kg", {"grid": "caustic_power", "heat": "2"}),
    "freight": Activity("tkm", {}, {"carbon_dioxide": "0.1", "sulfur_dioxide": "0.0004"}),
    "heat": Activity("MJ", {"grid": "0.01"}, {"carbon_dioxide": "0.056 / boiler", "methane_fossil": "methane / 20"}),
    "grid": Activity(
        "kWh",
        {"wind": "wind_share", "gas": "(1 - wind_share) * gas_part", "coal": "(1 - wind_share) * (1 - gas_part)"},
    ),
    "wind": Activity("kWh", {}, {"carbon_dioxide": "0.012"}),
    "gas": Activity(
        "kWh",
        {"grid": "0.005"},
        {"carbon_dioxide": "0.2 / gas_efficiency", "methane_fossil": "methane / gas_efficiency"},
    ),
    "coal": Activity("kWh", {}, {"carbon_dioxide": "0.34 / coal_efficiency", "sulfur_dioxide": "0.002"}),
}

FLOWS = ("carbon_dioxide", "methane_fossil", "sulfur_dioxide")

#: Factors of the flows, by indicator.
INDICATORS: Mapping[str, Mapping[str, float]] = {
    "climate_change": {"carbon_dioxide": 1.0, "methane_fossil": 29.8},
    "short_term": {"carbon_dioxide": 1.0, "methane_fossil": 82.5},
    "acidification": {"sulfur_dioxide": 1.31},
}


def as_yaml() -> Mapping[str, str]:
    """The files of a workspace."""
    lines = [
        "workspace: parametric",
        "title: A parametric model",
        "source: here",
        "evidence: placeholder",
        "parameters:",
    ]
    for name, (value, low, high) in PARAMETERS.items():
        spread = f"{{triangular: {{low: {low}, mode: {value}, high: {high}}}}}"
        lines.append(
            f"  {name}: {{value: {value}, distribution: {spread}, source: here, evidence: placeholder, note: Made up.}}"
        )
    lines += ["---", "sources: {here: {title: Figures that are made up}}", "---", "flows:"]
    lines += [f"  {name}_out: {{title: {name}, kind: product, unit: {own.unit}}}" for name, own in ACTIVITIES.items()]
    lines += [f"  {name}: {{title: {name}, kind: elementary, compartment: air, unit: kg}}" for name in FLOWS]
    for name, own in ACTIVITIES.items():
        lines += ["---", f"process: {name}", f"title: {name}", "source: here", "evidence: placeholder"]
        lines += ["stage: plant"] if name == "oxide" else []
        lines += [f"product: {{flow: {name}_out, amount: 1 {own.unit}}}"]
        if own.inputs:
            lines.append("inputs:")
        for what, amount in own.inputs.items():
            lines.append(f'  - {{flow: {what}_out, amount: "({amount}) * 1 {ACTIVITIES[what].unit}"}}')
        if own.emissions:
            lines.append("emissions:")
        lines += [f'  - {{flow: {flow}, amount: "({amount}) * 1 kg"}}' for flow, amount in own.emissions.items()]
    lines += ["---", "study: all", "title: All", "declared_unit: 1 kg of oxide", "method: simple"]
    lines += ["demand: {flow: oxide_out, amount: 1 kg}"]
    method = ["method: simple", "title: Three indicators", "indicators:"]
    for name, factors in INDICATORS.items():
        every = ", ".join(f"{flow}: {factors.get(flow, 0)}" for flow in FLOWS)
        method.append(f"  {name}: {{title: {name}, unit: kg, factors: {{{every}}}}}")
    return {"inventories/all.yaml": "\n".join(lines) + "\n", "methods/simple.yaml": "\n".join(method) + "\n"}
