"""Results of a study of two kilns, made by hand: every table of a study filled with what a report has to show."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

WET, DRY = "wet/north", "dry/north"
GWP, GWP20, WATER, MERCURY = "climate_change", "climate_change_20", "water", "mercury"

#: Per basis: the value of each scenario; the dry way uses more electricity.
TOTALS = {"market": {WET: 12.3456, DRY: 9.8765}, "location": {WET: 13.0, DRY: 13.9}}
STAGES = {
    WET: {"feed": 2.0, "washing": 10.8456, "recovery": -0.5},
    DRY: {"feed": 2.0, "washing": 7.8765, "recovery": 0.0},
}

#: What every allocation says, if only that there is nothing.
RULE: Mapping[str, Any] = dict.fromkeys(
    ("prices", "base", "virgin", "allocation_factor", "quality_ratio", "note"), ""
) | {"source": "handbook", "evidence": "expert", "elements": [], "when": {}}

CH4_OF = {
    GWP: "methane counts 29.8 (Methane, fossil) kg CO2e per kg",
    GWP20: "methane counts 82.5 (Methane, fossil) kg CO2e per kg",
}

#: A plant with a loop: brine is drawn from a pool, and some of it returned to it.
PLANT: Mapping[str, Any] = {
    "scenario": WET,
    "nodes": [
        {"id": "drying", "title": "Drying", "stage": "drying"},
        {"id": "washing", "title": "Washing <of> powder", "stage": "washing"},
        {"id": "stove", "title": "Stove", "stage": "heat"},
        {"id": "brine", "title": "Brine of the plant", "stage": ""},
    ],
    "product": {"from": "drying", "title": "Powder", "amount": 1.0, "unit": "kg"},
    "links": [
        {"from": "washing", "to": "drying", "returned": False, "title": "Slurry", "amount": 1.5, "unit": "kg"},
        {"from": "stove", "to": "drying", "returned": False, "title": "Heat", "amount": 2.0, "unit": "MJ"},
        {"from": "brine", "to": "washing", "returned": False, "title": "Brine", "amount": 4.0, "unit": "kg"},
        {"from": "washing", "to": "brine", "returned": True, "title": "Brine", "amount": 0.2, "unit": "kg"},
    ],
    "bought": [
        {"to": "washing", "title": "Soda", "amount": 3.0, "unit": "kg"},
        {"to": "brine", "title": "Brine", "amount": 3.8, "unit": "kg"},
    ],
    "leaving": [{"from": "washing", "title": "Sludge", "amount": 0.5, "unit": "kg"}],
    "released": [{"from": "stove", "compartment": "air", "flows": 3}],
}

METADATA: Mapping[str, Any] = {
    "study": "kilns",
    "title": "Wet & dry <script>alert(1)</script>",
    "goal": "Which way is lower?",
    "boundary": "",
    "upstream_stages": ["feed"],
    "declared_unit": "1 kg powder",
    "demand": "1 kg Powder",
    "electricity_basis": "market",
    "methods": [
        {"id": "climate", "title": "Climate change", "note": "Of <today>."},
        {
            "id": "rest",
            "title": "The rest",
            "note": "",
            "archive": {"package": "shelf", "version": "1.2", "name": "all_of_it", "sha256": "ab" * 32},
        },
    ],
    "indicators": [
        {"id": name, "method": method, "title": title, "unit": unit, "groups": groups, "note": note, "methane": methane}
        for name, method, title, unit, groups, note, methane in (
            (GWP, "climate", "Climate change (GWP100)", "kg CO2e", "gases", "", CH4_OF[GWP]),
            (f"{GWP}.fossil", "climate", "Climate change (GWP100), fossil", "kg CO2e", "gases", "", CH4_OF[GWP]),
            (f"{GWP}.biogenic", "climate", "Climate change (GWP100), biogenic", "kg CO2e", "gases", "", ""),
            (GWP20, "climate", "Climate change (GWP20)", "kg CO2e", "gases, soot", "<Short>.", CH4_OF[GWP20]),
            (WATER, "rest", "Water consumption", "kg", "water", "", ""),
            (MERCURY, "rest", "Mercury to air", "kg", "mercury", "", ""),
        )
    ],
    "scenarios": [
        {"id": WET, "title": "", "options": {"way": "Wet way", "place": "North"}},
        {"id": DRY, "title": "", "options": {"way": "Dry way", "place": "North"}},
    ],
    "axes": {"way": "Way", "place": "Place"},
    "prices": {
        "prices": "yard",
        "title": "Prices <at> the yard",
        "date": "May 2025",
        "currency": "USD",
        "region": "the yard",
        "note": "",
    },
    "price_lists": [
        {
            "prices": "sold",
            "title": "What is sold",
            "date": "2024",
            "currency": "USD",
            "products": [
                {"product": "Nd2O3", "price": "50 USD/kg_REO", "range": "40 USD/kg_REO to 60 USD/kg_REO"}
                | {"source": "handbook", "evidence": "literature", "note": "Read <there>."},
                {"product": "Dy2O3", "price": "550 USD/kg_REO", "range": ""}
                | {"source": "", "evidence": "", "note": ""},
            ],
        }
    ],
    "allocations": [
        RULE | {"allocation": "value", "title": "By value", "by": "price", "prices": "sold", "note": "Moves."},
        RULE
        | {"allocation": "circle", "title": "Circular", "by": "circular_footprint", "base": "value", "virgin": WET}
        | {"allocation_factor": "20 %", "quality_ratio": "90 %", "when": {"way": ["Dry way"]}},
    ],
    "networks": {
        "two-kilns": [
            {"scenario": WET, "title": "Upper kiln", "output": "1 t/year", "source": "handbook"}
            | {"evidence": "placeholder", "note": "Nobody <asked>."},
            {"scenario": DRY, "title": "Lower kiln", "output": "3 t/year", "source": "", "evidence": "", "note": ""},
        ]
    },
    "electricity": [
        {"axis": "place", "option": "north", "title": "Wind by contract", "scenarios": [WET], "alike": []}
        | {"supplies": [{"flow": "Electricity", "market": "Wind <power>", "location": ""}]}
        | {
            "instrument": {"type": "PPA", "vintage": "", "market_boundary": "north", "matching": "annual", "note": "A."}
        },
        {"axis": "place", "option": "grid", "title": "Grid", "scenarios": [DRY], "alike": [DRY]}
        | {"supplies": [], "instrument": None},
    ],
    "questions": ["Power <of> the grid", "Voltage", "Water"],
    "audience": "The <board>.",
    "report": {"commissioner": "Kiln & Sons", "cut_off": "Below 1 %.", "limitations": ["No kiln was <seen>."]},
    "published": [
        {"id": "one", "title": "Somebody 2019", "product": "Powder", "low": 10.0, "high": 14.5, "boundary": "<Gate>."}
        | {"source": "handbook", "evidence": "literature", "note": ""},
        {"id": "two", "title": "Nobody 2020", "product": "Powder", "low": 30.0, "high": 30.0, "boundary": ""}
        | {"source": "", "evidence": "expert", "note": "Recalled."},
    ],
    "flow_charts": [PLANT],
    "samples": {"count": 512, "seed": 1, "method": "sobol", "said": ["512 samples, <Sobol>", "2 quantities are drawn"]},
    "excluded": [
        {"id": "wet/moon", "reason": "There is no water <there>."},
        {"id": "dry/moon", "reason": "There is no water <there>."},
        {"id": "wet/mars", "reason": "Too far."},
    ],
    "settings": ["washing.water=3 kg"],
    "sources": {"handbook": {"title": "Handbook <b>of kilns</b>", "year": "2020", "url": "https://example.org/kilns"}},
    "workspace_sha256": "0" * 64,
    "created": "2026-01-01T00:00:00+00:00",
    "versions": {"ree-lca": "0.1.0"},
}


def results_rows() -> list[dict[str, Any]]:
    rows = []
    for basis, totals in TOTALS.items():
        for scenario, total in totals.items():
            values = {
                GWP: (total, 1.0),
                f"{GWP}.fossil": (total, 1.0),
                f"{GWP}.biogenic": (None, 0.0),
                GWP20: (total + 1, 0.6789),
                WATER: (30.0, 0.5299) if scenario == WET else (20.0, 1.0),
                MERCURY: (None, 0.0),
            }
            rows += [
                {
                    "scenario": scenario,
                    "product": "basket",
                    "indicator": indicator,
                    "unit": "kg CO2e" if indicator.startswith(GWP) else "kg",
                    "value": value,
                    "coverage": coverage,
                    "allocation": "none",
                    "electricity_basis": basis,
                }
                for indicator, (value, coverage) in values.items()
            ]
    return rows


def contributions_rows() -> list[dict[str, Any]]:
    rows = []
    for basis, totals in TOTALS.items():
        for scenario, total in totals.items():
            common = {"scenario": scenario, "indicator": GWP, "unit": "kg CO2e", "electricity_basis": basis}
            shift = total - TOTALS["market"][scenario]
            for stage, value in STAGES[scenario].items():
                part = value + (shift if stage == "washing" else 0.0)
                row = {
                    "dimension": "stage",
                    "item": stage,
                    "title": stage.capitalize(),
                    "value": part,
                    "share": part / total,
                }
                rows.append(common | row)
            for scope, part in {"1": total - 4.0, "2": 3.0, "3.1": 1.0}.items():
                row = {
                    "dimension": "scope",
                    "item": scope,
                    "title": f"Scope {scope}",
                    "value": part,
                    "share": part / total,
                }
                rows.append(common | row)
    return rows


def comparisons_rows() -> list[dict[str, Any]]:
    return [
        {
            "baseline": WET,
            "alternative": DRY,
            "title": "",
            "indicator": GWP,
            "unit": "kg CO2e",
            "electricity_basis": basis,
            "baseline_value": totals[WET],
            "alternative_value": totals[DRY],
            "saving": totals[WET] - totals[DRY],
            "saving_share": (totals[WET] - totals[DRY]) / totals[WET],
        }
        for basis, totals in TOTALS.items()
    ]


def differences_rows() -> list[dict[str, Any]]:
    inputs = {"soda": ("Soda", 6.0, 0.0), "electricity": ("Electricity", 3.0, 6.5309), "gas": ("Gas", 3.3456, 3.3456)}
    return [
        {
            "baseline": WET,
            "alternative": DRY,
            "indicator": GWP,
            "unit": "kg CO2e",
            "electricity_basis": "market",
            "dimension": "input",
            "item": item,
            "title": title,
            "baseline_value": old,
            "alternative_value": new,
            "saving": old - new,
        }
        for item, (title, old, new) in inputs.items()
    ]


def loops_rows() -> list[dict[str, Any]]:
    rows = []
    for scenario, returned in {WET: 0.2, DRY: 0.8}.items():
        common = {"scenario": scenario, "loop": "brine", "unit": "kg"}
        rows += [
            common
            | {"bin": "wash", "title": "Spent in washing", "drawn": 1.0, "returned": returned, "closure": returned},
            common | {"bin": "lost", "title": "Lost with the product", "drawn": 3.0, "returned": 0.0, "closure": 0.0},
            common
            | {
                "bin": "total",
                "title": "Brine of the plant",
                "drawn": 4.0,
                "returned": returned,
                "closure": returned / 4,
            }
            | {"bought": 4.0 - returned, "surplus": 0.0},
        ]
    return rows


def balances_rows() -> list[dict[str, Any]]:
    common = {"scenario": WET, "element": "Cl", "unit": "kg", "tolerance": 0.01}
    return [
        common
        | {"process": "washing", "input": 1.0, "output": 0.96, "residual": 0.04, "relative": 0.04, "closes": False},
        common
        | {"process": "plant", "input": 2.0, "output": 1.99, "residual": 0.01, "relative": 0.005, "closes": True},
    ]


def parameters_rows() -> list[dict[str, Any]]:
    return [
        {
            "scenario": scenario,
            "parameter": "washing.voltage",
            "value": 3.0 if scenario == WET else 3.5,
            "unit": "V",
            "low": 2.5,
            "high": 4.5,
            "evidence": "expert",
            "source": "handbook",
            "set_by": "",
            "file": "inventories/kiln.yaml",
            "line": 7,
        }
        for scenario in (WET, DRY)
    ]


def sensitivity_rows() -> list[dict[str, Any]]:
    return [
        {
            "scenario": scenario,
            "indicator": GWP,
            "unit": "kg CO2e",
            "parameter": name,
            "title": note,
            "low": 2.5,
            "central": 3.0,
            "high": 4.5,
            "parameter_unit": "V",
            "at_low": at_low,
            "at_high": 14.0,
            "swing": swing,
            "evidence": "expert",
            "source": "handbook",
            "priority": priority,
        }
        for scenario in (WET, DRY)
        for name, note, at_low, swing, priority in (
            ("washing.voltage", "No <voltage> has been published.", 9.0, 5.0, 0.8),
            ("washing.current", "", None, None, 0.2),  # impossible at its low end
        )
    ]


def saving_sensitivity_rows() -> list[dict[str, Any]]:
    return [
        {
            "baseline": WET,
            "alternative": DRY,
            "title": "",
            "indicator": GWP,
            "unit": "kg CO2e",
            "electricity_basis": "market",
            "parameter": name,
            "note": "",
            "low": 2.5,
            "central": 3.0,
            "high": 4.5,
            "parameter_unit": "V",
            "saving": 2.4691,
            "at_low": at_low,
            "at_high": 3.0,
            "swing": swing,
            "turns": turns,
            "evidence": "expert",
            "source": "handbook",
        }
        for name, at_low, swing, turns in (
            ("washing.voltage", -0.5, 3.5, True),
            ("washing.current", None, None, False),
        )
    ]


def products_rows() -> list[dict[str, Any]]:
    rows = []
    for scenario, total in TOTALS["market"].items():
        common = {"scenario": scenario, "indicator": GWP, "unit": "kg CO2e", "coverage": 1.0}
        burdens = {
            "mass": {"basket": total, "Nd2O3": total, "Dy2O3": total},
            "value": {"basket": total, "Nd2O3": total * 0.5, "Dy2O3": total * 5.5},
            "recycled-rule": {"basket": 2 * total} if scenario == DRY else {},
        }
        rows += [
            common | {"product": product, "value": value, "allocation": allocation, "electricity_basis": "market"}
            for allocation, values in burdens.items()
            for product, value in values.items()
        ]
    return rows


def allocation_rows() -> list[dict[str, Any]]:
    factors = [
        ("mass", "By mass", "", {"Nd2O3": (0.9, None, 0.9), "Dy2O3": (0.1, None, 0.1)}),
        ("value", "By value", "USD/kg", {"Nd2O3": (0.9, 50.0, 0.45), "Dy2O3": (0.1, 550.0, 0.55)}),
    ]
    return [
        {"scenario": scenario, "allocation": name, "title": title, "product": product, "mass_share": mass}
        | {"weight": weight, "weight_unit": unit, "share": share, "factor": share / mass}
        for scenario in (WET, DRY)
        for name, title, unit, products in factors
        for product, (mass, weight, share) in products.items()
    ]


def coverage_rows() -> list[dict[str, Any]]:
    gaps = [
        (WET, "gases, soot", "kiln", "Kiln <old>", 0.32, 0.0),
        (WET, "water", "soda", "Soda works", 0.02, 0.47),
        (WET, "water", "pump", "Pump", 0.01, 0.0),
        (WET, "mercury", "soda", "Soda works", 0.02, 0.47),
        (DRY, "gases, soot", "kiln", "Kiln <old>", 0.3, 0.0),
    ]
    names = ("scenario", "groups", "process", "title", "result_share", "mass_share")
    return [dict(zip(names, gap, strict=True)) | {"location": "XX"} for gap in gaps]


def costs_rows() -> list[dict[str, Any]]:
    bought = [
        (WET, "soda", "Soda", "reagents", 2.0, "kg", 6.0, 4.0, 9.0),
        (WET, "soda", "Soda", "reagents", 1.0, "kg", 3.0, 2.0, 4.5),
        (WET, "electricity", "Electricity", "energy", 10.0, "kWh", 1.5, 1.0, 2.0),
        (WET, "felt", "Filter felt", "", 0.1, "kg", None, None, None),
        (DRY, "electricity", "Electricity", "energy", 40.0, "kWh", 6.0, 4.0, 8.0),
    ]
    names = ("scenario", "flow", "title", "account", "amount", "unit", "cost", "low", "high")
    rows = [dict(zip(names, line, strict=True)) for line in bought]
    return [
        row
        | {"stage": "washing", "supplier": "works", "location": "XX", "currency": "USD"}
        | {
            f"price{end}": None if row[of] is None else row[of] / row["amount"]
            for end, of in (("", "cost"), ("_low", "low"), ("_high", "high"))
        }
        | {"price_note": "Asked <once>."}
        | {"source": "handbook", "evidence": "placeholder" if row["flow"] == "soda" else "literature"}
        for row in rows
    ]


def dependency_rows() -> list[dict[str, Any]]:
    bought = [
        (WET, "soda", "Soda", "kg", "AA", 0.8, True, 2.4, 7.2, "world supply"),
        (WET, "soda", "Soda", "kg", "BB", 0.2, False, 0.6, 1.8, "world supply"),
        (WET, "electricity", "Electricity", "kWh", "XX", 1.0, True, 10.0, 1.5, "supplier in the model"),
        (WET, "felt", "Filter felt", "kg", "XX", 1.0, True, 0.1, None, "supplier in the model"),
        (DRY, "electricity", "Electricity", "kWh", "XX", 1.0, True, 40.0, 6.0, "supplier in the model"),
    ]
    feed = (DRY, "feed", "Feed", "kg", "YY", 1.0, True, 9.0, 99.0, "world supply")
    names = ("scenario", "flow", "title", "unit", "country", "share", "largest", "amount", "cost", "basis")
    common = {"account": "reagents", "currency": "USD", "source": "handbook", "evidence": "expert"}
    made = [dict(zip(names, line, strict=True)) | common | {"upstream": False} for line in bought]
    return [*made, dict(zip(names, feed, strict=True)) | common | {"upstream": True}]


def recoveries_rows() -> list[dict[str, Any]]:
    steps = (("washing", "Washing", 0.9, 0.9), ("drying", "Drying", 1.0, 0.9), ("plant", "Plant", 0.9, 0.9))
    names = ("process", "title", "recovered", "cumulative")
    common = {"scenario": WET, "element": "Fe", "stage": "washing", "unit": "kg", "input": 1.0, "output": 0.9}
    return [common | dict(zip(names, step, strict=True)) for step in steps]


def accounts_rows() -> list[dict[str, Any]]:
    """A network of a wet and a dry plant; water is known of the wet one only."""
    rows = []
    for plant, scenario, runs in (("Upper kiln", WET, 1000.0), ("Lower kiln", DRY, 3000.0)):
        common = {"network": "two-kilns", "plant": plant, "scenario": scenario}
        powder = {"item": "powder", "title": "Powder", "unit": "kg", "value": runs}
        rows.append(common | {"kind": "output", "electricity_basis": "market"} | powder)
        for basis, totals in TOTALS.items():
            total = totals[scenario]
            parts = [
                ("indicator", GWP, "Climate change (GWP100)", total),
                ("ghg_scope", "2", "Scope 2", 3.0),
                ("ghg_scope", "1", "Scope 1", total - 3.0),
                ("footprint_by_account", "energy", "Energy", 3.0),
                ("footprint_by_account", "reagents", "Reagents", total - 3.0),
            ]
            rows += [
                common
                | {"electricity_basis": basis, "kind": kind, "item": item, "title": title}
                | {"value": runs * value, "unit": "kg CO2e"}
                for kind, item, title, value in parts
            ]
        if scenario == WET:
            water = {"item": WATER, "title": "Water consumption", "unit": "kg", "value": runs * 30.0}
            rows.append(common | {"electricity_basis": "market", "kind": "indicator"} | water)
        for item, title in (("acid", "Acid"), ("soda", "Soda")):
            bought = {"kind": "bought:reagents", "item": item, "title": title, "unit": "kg", "value": runs * 2}
            rows.append(common | {"electricity_basis": "market"} | bought)
    sums: dict[tuple[str, ...], dict[str, Any]] = {}
    for row in rows:
        key = (row["electricity_basis"], row["kind"], row["item"])
        found = sums.setdefault(key, row | {"plant": "network", "scenario": "", "value": 0.0})
        found["value"] += row["value"]
    return rows + list(sums.values())


CRITERIA = ("reliability", "completeness", "temporal", "geographical", "technological", "rating")


def exchanges_rows() -> list[dict[str, Any]]:
    """What the wet kiln takes and gives; together its total."""
    lines = [
        ("input", "soda", "Soda <ash>", "soda_works", 3.0, "kg", 8.3456, "3.1"),
        ("input", "electricity", "Electricity", "grid", 10.0, "kWh", 3.0, "2"),
        ("emission", "carbon_dioxide", "Carbon dioxide", None, 1.5, "kg", 1.5, "1"),
        ("return", "brine", "Brine", "brine_pool", 0.2, "kg", -0.5, "3.1"),
    ]
    names = ("direction", "flow", "flow_title", "provider", "amount", "unit", "score", "scope")
    common = {
        "scenario": WET,
        "electricity_basis": "market",
        "process": "washing",
        "process_title": "Washing <of> powder",
    }
    place = {"stage": "washing", "location": "XX", "indicator": GWP, "source": "handbook", "evidence": "expert"}
    where = {"file": "inventories/kiln.yaml", "line": 9}
    return [common | place | where | dict(zip(names, line, strict=True)) for line in lines]


def data_quality_rows() -> list[dict[str, Any]]:
    """Three quarters of what is emitted is rated, nothing of the amounts."""
    grades = {
        "measured": 0.0,
        "calculated": 0.0,
        "literature": 0.75,
        "expert": 0.25,
        "placeholder": 0.0,
        "ungraded": 0.0,
    }
    rated = {"rated": 0.75, "at_worst": 3.5} | dict(zip(CRITERIA, (1.0, 2.0, 3.0, 4.0, 4.0, 3.0), strict=True))
    bare = {"rated": 0.0, "at_worst": 5.0} | dict.fromkeys(CRITERIA)
    return [
        {"scenario": scenario, "indicator": indicator, "electricity_basis": "market", "of": of} | grades | own
        for scenario in (WET, DRY)
        for indicator in (GWP, WATER)
        for of, own in (("data sets", rated), ("amounts", bare))
    ]


def questions_rows() -> list[dict[str, Any]]:
    about = {"baseline": WET, "alternative": DRY, "indicator": GWP, "electricity_basis": "market"}
    names = ("question", "parameter", "parameter_unit", "low", "high", "now", "value", "kind")
    rows = [
        ("Power <of> the grid", "score of electricity", "kg CO2e/kWh", 0.0, 3.0, 0.3, 1.2345, "tie"),
        ("Voltage", "washing.voltage", "V", 1.0, 9.0, 3.0, None, "none"),
        ("Water", "washing.water", "kg", 0.0, 4.0, 3.0, 2.5, "jump"),
    ]
    sides = {"lower_below": "alternative", "lower_above": "baseline"}
    return [about | sides | dict(zip(names, row, strict=True)) for row in rows]


TABLES: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "results": results_rows,
    "contributions": contributions_rows,
    "comparisons": comparisons_rows,
    "differences": differences_rows,
    "exchanges": exchanges_rows,
    "data_quality": data_quality_rows,
    "data_quality_matrix": lambda: [
        {"scenario": WET, "indicator": GWP, "unit": "kg CO2e", "electricity_basis": "market", "process": "kiln"}
        | {"title": "Kiln <old>", "location": "XX", "value": 10.5, "share": 0.85, "evidence": "literature"}
        | {"source": "handbook", "rated": 1.0}
        | dict(zip(CRITERIA, (1.0, 2.0, 3.0, 4.0, 4.0, 3.0), strict=True))
    ],
    "loops": loops_rows,
    "balances": balances_rows,
    "recoveries": recoveries_rows,
    "parameters": parameters_rows,
    "sensitivity": sensitivity_rows,
    "saving_sensitivity": saving_sensitivity_rows,
    "products": products_rows,
    "allocation": allocation_rows,
    "uncharacterised": lambda: [
        {"scenario": scenario, "method": "rest", "flow": "dust", "title": "Dust <fine>", "compartment": "air"}
        | {"amount": amount, "unit": "kg", "reason": "no factor in the method"}
        for scenario, amount in ((WET, 0.5), (DRY, 0.25))
    ],
    "coverage": coverage_rows,
    "providers": lambda: [],
    "costs": costs_rows,
    "dependency": dependency_rows,
    "accounts": accounts_rows,
    "warnings": lambda: [
        {
            "code": "REE-N004",
            "severity": "warning",
            "message": "<b>x</b> is not used",
            "file": "/home/me/w/inventories/a.yaml",
            "line": 3,
        }
    ],
}


def _statistics(central: float, low: float, high: float) -> dict[str, Any]:
    """Samples around a middle; all intervals are the same here."""
    ends = {f"{end}_{share}": value for share in (50, 90, 95) for end, value in (("low", low), ("high", high))}
    middle = (low + high) / 2
    names = ("mean", "sd", "median", "median_from", "median_to")
    return {"samples": 512, "central": central} | dict(zip(names, (middle, 1.0, middle, low, high), strict=True)) | ends


def uncertainty_rows() -> list[dict[str, Any]]:
    """The wet way's central value lies below its samples."""
    common = {"product": "basket", "indicator": GWP, "unit": "kg CO2e", "coverage": 1.0, "allocation": "none"}
    ends = {WET: (12.9, 18.0), DRY: (8.0, 12.0)}
    return [
        common | {"scenario": name, "electricity_basis": "market"} | _statistics(TOTALS["market"][name], *ends[name])
        for name in (WET, DRY)
    ]


def uncertain_comparison_rows() -> list[dict[str, Any]]:
    about = {"baseline": WET, "alternative": DRY, "indicator": GWP, "unit": "kg CO2e", "electricity_basis": "market"}
    return [about | {"coverage": 1.0, "quantity": "difference"} | _statistics(2.4691, -0.5, 7.0)]


def probabilities_rows() -> list[dict[str, Any]]:
    about = {"baseline": WET, "alternative": DRY, "indicator": GWP, "electricity_basis": "market", "samples": 512}
    shares = ((0.0, 0.93), (0.05, 0.9), (0.1, 0.8), (0.2, 0.6))
    return [
        about
        | {"margin": margin, "probability": share, "probability_from": share - 0.02, "probability_to": share + 0.02}
        for margin, share in shares
    ]


#: The tables of a report beside those of every run.
SAMPLED: Mapping[str, Callable[[], list[dict[str, Any]]]] = {
    "uncertainty": uncertainty_rows,
    "uncertain_comparison": uncertain_comparison_rows,
    "probabilities": probabilities_rows,
    "questions": questions_rows,
}
