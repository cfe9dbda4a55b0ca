"""What methods there are, where their factors come from, and every factor that is used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from lca.errors import Diagnostic, InputError, nearest, one_of
from lca.impact.methods import MethodFactors, method_factors, uncharacterised, why_not
from lca.impact.results import frame
from lca.impact.shipped import PACKAGE
from lca.inventory.characterisation import Method
from lca.inventory.loading import Inventory
from lca.inventory.parameters import Override
from lca.system.checking import Checker
from lca.system.network import ProductSystem

#: Where a factor comes from.
OWN = "this workspace"

_FACTORS = (
    *("indicator", "unit", "flow", "title", "compartment", "amount", "per", "factor", "from", "partial"),
    *("shipped", "node", "categories", "node_unit", "uuid", "reason"),
)


def sound_inventory(root: Path) -> Inventory:
    """The workspace at `root`; raises `InputError` when names in it lead nowhere."""
    checker = Checker(root)
    checker.problems.raise_errors()
    return checker.inventory


def methods_table(inventory: Inventory) -> pd.DataFrame:
    """One line per indicator of every method, with where its factors come from; no archive is read for it."""
    rows = [
        {
            "method": str(method.method),
            "method_title": str(method.title),
            "indicator": str(name),
            "title": str(indicator.title),
            "unit": str(indicator.unit),
            "from": _origin(method),
            "name": " > ".join(indicator.name or ()),
            "note": " ".join(str(indicator.note or method.note or "").split()),
        }
        for method in inventory.methods.values()
        for name, indicator in method.indicators.items()
    ]
    columns = ("method", "method_title", "indicator", "title", "unit", "from", "name", "note")
    return pd.DataFrame(rows, columns=list(columns))


def _origin(method: Method) -> str:
    return f"{PACKAGE}, {method.brightway.archive}" if method.brightway else OWN


def system_of(root: Path, study_name: str | None, settings: Iterable[Override], scenario: str) -> ProductSystem:
    """The system of a scenario, on the electricity basis of the study; raises `InputError` with all that is wrong."""
    return system_in(Checker(root), study_name, settings, scenario)


def system_in(checker: Checker, study_name: str | None, settings: Iterable[Override], scenario: str) -> ProductSystem:
    """The same for a workspace that has been read."""
    checker.problems.raise_errors()
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    checked = checker.check_study(study, settings, only=[scenario])
    checker.problems.raise_errors()
    return checked.systems[checked.scenarios[0].id, study.electricity_basis]


def uncharacterised_flows(
    root: Path, study_name: str | None, settings: Iterable[Override], scenarios: Iterable[str]
) -> pd.DataFrame:
    """The table `uncharacterised` of a study, or of some of its scenarios: on the electricity basis of the study, per
    declared unit. Raises `InputError` with all that is wrong.
    """
    checker = Checker(root)
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    checked = checker.check_study(study, settings, scenarios)
    checker.problems.raise_errors()
    method = method_factors(checker.inventory, study.method)
    systems = [checked.systems[scenario.id, study.electricity_basis] for scenario in checked.scenarios]
    return frame("uncharacterised", [row for system in systems for row in uncharacterised(system, method)])


def over_scenarios(table: pd.DataFrame) -> pd.DataFrame:
    """One line per method and flow: the smallest and largest amount where it occurs, and in how many scenarios."""
    keys = ["method", "flow", "title", "compartment", "unit", "reason"]
    found = table.groupby(keys, sort=False)["amount"].agg(["min", "max", "size"]).reset_index()
    named = {"min": "lowest", "max": "highest", "size": "scenarios"}
    order = [*keys[:4], *named.values(), *keys[4:]]
    return found.rename(columns=named)[order]


def method_named(inventory: Inventory, name: str) -> MethodFactors:
    """The factors of one method; raises `InputError` when there is none of that name."""
    if inventory.methods.find(name) is None:
        known, message = list(map(str, inventory.methods)), f"there is no method `{name}`"
        raise InputError([Diagnostic("REE-I002", message, expected=one_of(known), suggestion=nearest(name, known))])
    return method_factors(inventory, [name])


def place_of(method: MethodFactors, indicator: str) -> int:
    """Place of an indicator, called as in results or without the name of its set."""
    ids = [info.id for info in method.indicators]
    qualified = f"{method.id}.{indicator}"
    return method.index(qualified if qualified in ids and indicator not in ids else indicator)


def factors_table(
    inventory: Inventory, method: MethodFactors, place: int | None, amounts: Mapping[str, float] | None
) -> pd.DataFrame:
    """Every factor of a method for flows of ours, those of one indicator where its place is given; then, of the whole
    method, the flows that it does not characterise, with the reason. `amounts` leave only flows that occur, and say how
    much of them.
    """
    places = range(len(method.indicators)) if place is None else [place]
    flows = [str(flow) for flow, info in inventory.flows.items() if info.kind == "elementary"]
    flows = [flow for flow in flows if amounts is None or flow in amounts]
    rows = [_factor_row(inventory, method, k, flow) for k in places for flow in flows if flow in method.factors[k]]
    if place is None:
        known = {flow for factors in method.factors for flow in factors}
        (one,) = method.sets
        for flow in flows:
            if flow not in known:
                rows.append(_flow_columns(inventory, flow) | {"reason": why_not(inventory, flow, one)})
    table = pd.DataFrame(rows, columns=list(_FACTORS))
    if amounts is None:
        return table.drop(columns="amount")
    table["amount"] = [amounts[str(flow)] for flow in table["flow"]]
    return table


def _flow_columns(inventory: Inventory, flow: str) -> dict[str, Any]:
    info = inventory.flows.named(flow)
    return {"flow": flow, "title": str(info.title), "compartment": info.compartment, "per": str(info.unit)}


def _factor_row(inventory: Inventory, method: MethodFactors, k: int, flow: str) -> dict[str, Any]:
    info, (one,) = method.indicators[k], method.sets
    row = _flow_columns(inventory, flow) | {
        "indicator": info.id,
        "unit": info.unit,
        "factor": method.factors[k][flow],
        "from": OWN,
        "partial": method.partial[k].get(flow),
    }
    link = inventory.biosphere.find(flow)
    if one.archive is None or flow not in one.shipped[k] or link is None:
        return row
    return row | {
        "from": f"{PACKAGE} {one.archive.version}",
        "shipped": one.shipped[k][flow],
        "node": str(link.name),
        "categories": ", ".join(link.categories or ()),
        "node_unit": str(link.unit),
        "uuid": str(link.uuid),
    }
