"""The tables of a study's results, row by row."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lca.errors import Problems
from lca.impact.accounts import account_rows, cost_rows, dependency_rows
from lca.impact.comparison import comparison, differences
from lca.impact.contributions import Contribution, SystemScores, evidence_of
from lca.impact.data_quality import quality_rows, relevant_rows
from lca.impact.methods import MethodFactors, uncharacterised
from lca.impact.prices import Prices
from lca.impact.products import product_tables
from lca.impact.results import COLUMNS
from lca.inventory.declarations import BASKET
from lca.system.balances import Compositions, ElementBalance
from lca.system.checking import BASES, CheckedStudy
from lca.system.linking import Basis
from lca.system.loops import loop_rows
from lca.system.network import ProductSystem
from lca.system.recoveries import recoveries
from lca.units import convert

#: Breakdowns in which the table `differences` compares the pairs of a study; those of a single pair have all.
DIFFERENCES = ("stage", "input", "scope")


def study_tables(
    checked: CheckedStudy,
    method: MethodFactors,
    scored: dict[tuple[str, Basis], SystemScores],
    problems: Problems,
    brief: bool = False,
) -> dict[str, list[dict[str, Any]]]:
    """Every table but those of sensitivity and warnings; what is found wrong on the way is added to `problems`.

    The first indicator and its parts are broken down on both electricity bases, others on the study's alone; scenarios
    that were asked for singly have all of them on both. `brief` leaves it at the results, of the basket and of its
    products.
    """
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    breakdowns: dict[tuple[str, str, int], list[Contribution]] = {}
    upstream = {str(name) for name in (*checked.study.upstream_stages, *checked.study.upstream_accounts)}
    first = method.indicators[0].id
    on_both = [not checked.complete or f"{info.id}.".startswith(f"{first}.") for info in method.indicators]
    prices = study_prices(checked)
    for (name, basis), scores in scored.items():
        for k, info in enumerate(method.indicators):
            value = (
                float(scores.total[k]) if scores.assessed[k] else float("nan")
            )  # missing is shown as missing, not as zero
            tables["results"].append(
                {
                    "scenario": name,
                    "product": BASKET,
                    "indicator": info.id,
                    "unit": info.unit,
                    "value": value,
                    "coverage": float(scores.coverage[k]),
                    "allocation": "none",
                    "electricity_basis": basis,
                }
            )
            if brief or not scores.assessed[k] or not (on_both[k] or basis == checked.study.electricity_basis):
                continue
            breakdowns[name, basis, k] = scores.contributions(k)
            for part in breakdowns[name, basis, k]:
                if k and not part.value:
                    continue
                row = {
                    "scenario": name,
                    "indicator": info.id,
                    "unit": info.unit,
                    "electricity_basis": basis,
                    "dimension": part.dimension,
                    "item": part.item,
                    "title": part.title,
                    "value": part.value,
                    "share": part.value / value if value else None,
                }
                tables["contributions"].append(row)
        if brief:
            continue
        tables["exchanges"] += _exchange_rows(scores, name, basis)
        if basis == checked.study.electricity_basis:
            tables["loops"] += _loop_rows(scores.system)
            tables["balances"] += _balance_rows(name, checked.balances[name])
            tables["recoveries"] += _recovery_rows(scores.system)
            tables["parameters"] += _parameter_rows(scores.system)
            tables["uncharacterised"] += uncharacterised(scores.system, method)
            tables["coverage"] += _coverage_rows(scores, name)
            tables["data_quality"] += quality_rows(scores, name, basis)
            tables["data_quality_matrix"] += relevant_rows(scores, name, basis)
            costs = cost_rows(scores, prices) if prices else []
            tables["costs"] += costs
            tables["dependency"] += dependency_rows(costs, checked.inventory, upstream)
    for pair in () if brief else checked.pairs:
        for basis in BASES:
            names = (pair.baseline, pair.alternative)
            if all((name, basis) in scored for name in names):
                for k in range(len(method.indicators)):
                    _compare(tables, method, names, pair.title, basis, k, scored, breakdowns)
    tables |= product_tables(checked, method, scored, problems)
    if brief:
        return tables
    tables["accounts"] = account_rows(checked, method, scored, problems)
    return tables


def study_prices(checked: CheckedStudy) -> Prices | None:
    """The prices that a study values its purchases with."""
    name = checked.study.prices
    return None if name is None else Prices(checked.inventory.price_lists[name])


def _compare(
    tables: dict[str, list[dict[str, Any]]],
    method: MethodFactors,
    pair: tuple[str, str],
    title: str,
    basis: Basis,
    k: int,
    scored: dict[tuple[str, Basis], SystemScores],
    breakdowns: dict[tuple[str, str, int], list[Contribution]],
) -> None:
    info = method.indicators[k]
    values = [float(scored[name, basis].total[k]) if scored[name, basis].assessed[k] else float("nan") for name in pair]
    tables["comparisons"].append(comparison(*pair, title, info.id, info.unit, basis, *values))
    sides = [[part for part in breakdowns.get((name, basis, k), []) if part.dimension in DIFFERENCES] for name in pair]
    tables["differences"] += differences(*pair, info.id, info.unit, basis, *sides)


def _exchange_rows(scores: SystemScores, name: str, basis: str) -> list[dict[str, Any]]:
    system = scores.system
    rows = []
    for line in scores.lines:
        process, flow = system.process(line.edge.node), system.inventory.flows[line.edge.line.flow]
        source, evidence = evidence_of(line.edge.line.exchange, process)
        provider = system.nodes[line.edge.provider] if line.edge.provider is not None else None
        rows.append(
            {
                "scenario": name,
                "electricity_basis": basis,
                "process": str(process.process),
                "process_title": str(process.title),
                "stage": str(process.stage),
                "direction": "return" if line.edge.into_pool else line.edge.line.direction,
                "flow": line.edge.flow,
                "flow_title": str(flow.title),
                "provider": provider.process if provider else None,
                "location": provider.location if provider else None,
                "amount": line.amount,
                "unit": str(flow.unit),
                "indicator": scores.method.indicators[0].id,
                "score": float(line.scores[0]),
                "scope": line.edge.line.scope,
                "source": source,
                "evidence": evidence,
                "file": relative_path(system, line.edge.line.flow.span.path),
                "line": line.edge.line.flow.span.line,
            }
        )
    return rows


def _coverage_rows(scores: SystemScores, name: str) -> list[dict[str, Any]]:
    """The data sets that say nothing of some groups of flows, and so of the indicators that need them."""
    rows = []
    for gap in scores.gaps:
        node = scores.system.nodes[gap.node]
        row: dict[str, Any] = {
            "scenario": name,
            "groups": ", ".join(sorted(gap.groups)),
            "process": node.process,
            "title": str(scores.system.process(gap.node).title),
            "location": node.location,
            "result_share": gap.result_share,
            "mass_share": gap.mass_share,
        }
        rows.append(row)
    return rows


def relative_path(system: ProductSystem, path: Path) -> str:
    """A path below the root of the workspace, as text."""
    return str(path).removeprefix(f"{system.inventory.root}{os.sep}").replace(os.sep, "/")


def _loop_rows(system: ProductSystem) -> list[dict[str, Any]]:
    fields = ("loop", "bin", "title", "unit", "drawn", "returned", "closure", "bought", "surplus")
    return [
        {"scenario": system.scenario.id} | {field: getattr(row, field) for field in fields} for row in loop_rows(system)
    ]


def _balance_rows(scenario: str, found: Iterable[ElementBalance]) -> list[dict[str, Any]]:
    fields = ("process", "element", "input", "output", "residual", "relative", "tolerance", "closes")
    return [{"scenario": scenario, "unit": "kg"} | {field: getattr(b, field) for field in fields} for b in found]


def _recovery_rows(system: ProductSystem) -> list[dict[str, Any]]:
    fields = ("element", "process", "title", "stage", "input", "output", "recovered", "cumulative")
    found = recoveries(system, Compositions(system.scope, system.amounts.known))
    return [
        {"scenario": system.scenario.id, "unit": "kg"} | {field: getattr(row, field) for field in fields}
        for row in found
    ]


def _parameter_rows(system: ProductSystem) -> list[dict[str, Any]]:
    rows = []
    for address in sorted(system.scope.in_use()):
        definition = system.scope.definitions[address]
        value = system.scope.value_at(address)
        if not isinstance(value, (str, float, int)):
            continue  # compositions are shown with the inventory
        unit, ends = definition.unit, definition.interval
        row: dict[str, Any] = {
            "scenario": system.scenario.id,
            "parameter": address,
            "value": value if isinstance(value, str) else float(convert(value, unit)),
            "unit": unit,
            "low": convert(ends[0], unit) if ends else None,
            "high": convert(ends[1], unit) if ends else None,
            "evidence": definition.evidence,
            "source": definition.source,
            "set_by": definition.set_by,
            "file": relative_path(system, definition.span.path),
            "line": definition.span.line,
        }
        rows.append(row)
    return rows
