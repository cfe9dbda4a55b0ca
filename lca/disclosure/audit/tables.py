"""The tables of a bundle that a verifier works through: what every number states of itself, what each figure is made
of, the factors, the assumptions, and what was left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lca.disclosure.explanation.grounds import Ground, Grounds, Statement, shown_value, stated
from lca.disclosure.explanation.products import allocation_grounds
from lca.disclosure.explanation.tree import Explainer, factor_ground
from lca.impact.figures import FigureId
from lca.impact.results import StudyResults, records
from lca.inventory import schema
from lca.inventory.declarations import BASKET
from lca.system.network import ProductSystem
from lca.units import base_unit

Rows = list[dict[str, Any]]

_STATED = ("evidence", "pedigree", "source", "source_title", "entered_by", "approved_by", "note")
_PLACE = ("file", "line", "column", "file_sha256")

EVIDENCE = ("kind", "name", "written", "value", "smallest", "largest", "unit", "scenarios", "set_by", *_STATED, *_PLACE)
CONTRIBUTIONS = ("figure", "process", "part", "provider", "factor", "value", "share")
FACTORS = ("method", "indicator", "flow", "factor", "unit", "written", "partial", "source", "file", "line", "column")
ASSUMPTIONS = ("kind", "name", "value", "unit", "evidence", "pedigree", "priority", "note", "source", *_PLACE)
EXCLUSIONS = ("kind", "what", "reason", "scenarios", "amount", "unit", "share")

#: Grades of evidence that are no more than a judgement.
_ASSUMED = ("expert", "placeholder", "")


# --- evidence


@dataclass
class _Entry:
    """A number as it is written in one place, with the values that it has in the scenarios."""

    row: dict[str, Any]
    values: list[float | str]
    scenarios: set[str]


def evidence_rows(explainer: Explainer) -> Rows:
    """Every number that a figure of the study rests on, once for each place where it is written: exchanges, product
    amounts, parameters, the demand, prices that an allocation weighs with, and factors written in the workspace. A
    value that differs between scenarios has its ends.
    """
    entries: dict[tuple[Any, ...], _Entry] = {}
    hashes = _Hashes(explainer.computed.checked.inventory.root)
    for (scenario, _), scores in explainer.computed.scored.items():
        grounds = explainer.grounds(scores)
        _enter_exchanges(entries, scores.system, grounds, scenario)
        _enter_parameters(entries, scores.system, scenario)
    for ground in _of_the_study(explainer):
        row = {"kind": ground.kind, "name": ground.name, "written": ground.written, "unit": ground.unit}
        values = [] if ground.value is None else [ground.value]
        entries[ground.kind, ground.name] = _Entry(row | _said(ground.statement), values, set())
    rows = [_closed(entry) | {"file_sha256": hashes.of(entry.row["file"])} for entry in entries.values()]
    rows += [
        {"kind": "factor", "name": f"{row['indicator']}.{row['flow']}", "value": row["factor"]}
        | {key: row[key] for key in ("written", "unit", "source", "file", "line", "column")}
        | {"file_sha256": hashes.of(row["file"])}
        for row in factor_rows(explainer)
        if row["file"]
    ]
    return sorted(rows, key=lambda row: (row["kind"], row["name"], str(row["file"]), row["line"] or 0))


def _of_the_study(explainer: Explainer) -> Iterator[Ground]:
    """The demand, and the numbers that allocations weigh with."""
    inventory, study = explainer.computed.checked.inventory, explainer.computed.checked.study
    unit = str(inventory.flows[study.demand.flow].unit)
    demand = next((float(scores.system.demand) for scores in explainer.computed.scored.values()), None)
    said = stated(inventory, study, None, study.demand.amount.span)
    yield Ground("demand", f"{study.study}.demand", str(study.demand.amount), "", demand, unit, said)
    for name in study.allocations:
        yield from allocation_grounds(inventory, str(name))


def _enter_exchanges(
    entries: dict[tuple[Any, ...], _Entry], system: ProductSystem, grounds: Grounds, scenario: str
) -> None:
    inventory = system.inventory
    for node in range(len(system.nodes)):
        process = system.process(node)
        product = process.product
        unit = str(inventory.flows[product.flow].unit)
        key: tuple[Any, ...] = ("product", id(process))
        if key not in entries:
            said = stated(inventory, process, None, product.flow.span)
            row = {"kind": "product", "name": f"{process.process}.product", "written": str(product.amount)}
            entries[key] = _Entry(row | _said(said) | {"unit": unit}, [], set())
        entries[key].values.append(float(system.products[node]))
        entries[key].scenarios.add(scenario)
    for edge in system.edges:
        exchange, process = edge.line.exchange, system.process(edge.node)
        key = ("exchange", id(exchange), edge.line.carries_generation)
        if key not in entries:
            said = stated(inventory, exchange, process, edge.line.flow.span)
            written = exchange.share if isinstance(exchange, schema.Share) else exchange.amount
            row = {"kind": "exchange", "name": grounds.address_of(process, exchange), "written": str(written)}
            unit = str(inventory.flows[edge.line.flow].unit)
            entries[key] = _Entry(row | _said(said) | {"unit": unit}, [], set())
        entries[key].values.append(float(edge.line.amount))
        entries[key].scenarios.add(scenario)


def _enter_parameters(entries: dict[tuple[Any, ...], _Entry], system: ProductSystem, scenario: str) -> None:
    scope = system.scope
    for address in scope.in_use():
        definition = scope.definitions[address]
        parameter = definition.parameter
        key = ("parameter", address, id(parameter))
        kind = scope.kind_at(address)
        number = kind is not None and kind.name == "number"
        unit = definition.unit or (base_unit(kind.dimension) if kind is not None and number else "")
        if key not in entries:
            said = stated(system.inventory, parameter, definition.owner, definition.span)
            written = parameter.formula or parameter.value or parameter.choice or parameter.text or ""
            row = {"kind": "parameter", "name": address, "written": str(written), "set_by": definition.set_by}
            entries[key] = _Entry(row | _said(said) | {"unit": unit}, [], set())
        value = shown_value(scope.value_at(address), unit)
        if value is not None:
            entries[key].values.append(value)
        entries[key].scenarios.add(scenario)


def _closed(entry: _Entry) -> dict[str, Any]:
    distinct = sorted(set(entry.values), key=lambda value: (isinstance(value, str), value))
    row = entry.row | {"scenarios": len(entry.scenarios)}
    if len(distinct) == 1:
        return row | {"value": distinct[0]}
    numbers = [value for value in distinct if isinstance(value, float)]
    return row | (
        {"smallest": numbers[0], "largest": numbers[-1]} if numbers else {"value": "; ".join(map(str, distinct))}
    )


def _said(statement: Statement) -> dict[str, Any]:
    return asdict(statement)


class _Hashes:
    """SHA-256 of the files of a workspace."""

    def __init__(self, root: Path):
        self.root = root
        self._known: dict[str, str] = {}

    def of(self, file: str) -> str:
        if file not in self._known:
            path = self.root / file
            self._known[file] = hashlib.sha256(path.read_bytes()).hexdigest() if file and path.is_file() else ""
        return self._known[file]


# --- contributions


def contribution_rows(explainer: Explainer) -> Rows:
    """What every figure is the sum of: baskets of the exchanges of the plant, products of baskets."""
    rows: Rows = []
    names: dict[int, list[tuple[str, str, str]]] = {}
    for figure, factors in explainer.figures().items():
        if figure.of_basket:
            rows += _of_basket(explainer, figure, names)
            continue
        whole = explainer.value(figure, factors)
        for scenario, factor in factors.items():
            own = FigureId(figure.study, scenario, BASKET, figure.indicator, figure.basis)
            value = factor * explainer.value(own, {scenario: 1.0})
            row = {"figure": str(figure), "part": str(own), "factor": factor, "value": value}
            rows.append(row | {"share": value / whole if whole else None})
    return rows


def _of_basket(explainer: Explainer, figure: FigureId, names: dict[int, list[tuple[str, str, str]]]) -> Rows:
    scores, k = explainer.scores(figure.scenario, figure.basis), explainer.index(figure)
    system = scores.system
    whole = float(scores.total[k])
    name = str(figure)
    if not system.is_foreground(0):
        node = system.nodes[0]
        part = {"figure": name, "process": node.process, "part": "demand", "value": whole}
        return [part | {"share": 1.0 if whole else None}]
    if id(scores) not in names:
        grounds = explainer.grounds(scores)
        names[id(scores)] = [
            (
                str(system.process(line.edge.node).process),
                grounds.address_of(system.process(line.edge.node), line.edge.line.exchange),
                _provider(system, line.edge.provider),
            )
            for line in scores.lines
        ]
    rows = []
    for line, (process, address, provider) in zip(scores.lines, names[id(scores)], strict=True):
        value = float(line.scores[k])
        if value:
            row = {"figure": name, "process": process, "part": address, "provider": provider, "value": value}
            rows.append(row | {"share": value / whole if whole else None})
    return rows


def _provider(system: ProductSystem, node: int | None) -> str:
    if node is None:
        return ""
    found = system.nodes[node]
    return f"{found.process}@{found.location}" if found.location else found.process


# --- factors


def factor_rows(explainer: Explainer) -> Rows:
    """The factor of every elementary flow that occurs, for every indicator that has one."""
    computed = explainer.computed
    flows = sorted({flow for scores in computed.scored.values() for flow in scores.system.elementary})
    rows: Rows = []
    for one in computed.method.sets:
        for k in one.indicators:
            info = computed.method.indicators[k]
            for flow in flows:
                if flow not in computed.method.factors[k]:
                    continue
                ground = factor_ground(computed, k, flow)
                said = ground.statement
                row = {
                    "method": one.id,
                    "indicator": info.id,
                    "flow": flow,
                    "factor": ground.value,
                    "unit": ground.unit,
                }
                row |= {"written": ground.written, "partial": computed.method.partial[k].get(flow, "")}
                rows.append(row | {key: getattr(said, key) for key in ("source", "file", "line", "column")})
    return rows


# --- assumptions and exclusions


def assumption_rows(evidence: Iterable[Mapping[str, Any]], results: StudyResults) -> Rows:
    """Numbers that are a judgement, stand in for data or state no evidence; those that matter most first. `priority` is
    the largest share of the swing of a result, weighed with the weakness of evidence, in any scenario.
    """
    priorities: dict[str, float] = {}
    for row in records(results["sensitivity"]):
        priorities[row["parameter"]] = max(priorities.get(row["parameter"], 0.0), row["priority"] or 0.0)
    found: Rows = []
    for entry in evidence:
        if entry["kind"] in ("exchange", "parameter") and (entry["evidence"] or "") in _ASSUMED:
            priority = priorities.get(entry["name"]) if entry["kind"] == "parameter" else None
            found.append({key: entry.get(key) for key in ASSUMPTIONS} | {"priority": priority})
    return sorted(found, key=lambda row: (-(row["priority"] or 0.0), row["kind"], row["name"], str(row["file"])))


def exclusion_rows(results: StudyResults) -> Rows:
    """What the figures leave out: combinations that the workspace rules out, data sets that are silent about flows that
    an indicator needs, elementary flows without a factor, and indicators that are not assessed.
    """
    rows: Rows = [
        {"kind": "combination", "what": entry["id"], "reason": entry["reason"]}
        for entry in results.metadata["excluded"]
    ]
    silent: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(results["coverage"]):
        reason = f"says nothing of {row['groups']}"
        found = silent.setdefault((row["process"], reason), {"kind": "data set", "scenarios": 0, "share": 0.0})
        found |= {"what": row["process"], "reason": reason, "scenarios": found["scenarios"] + 1}
        found["share"] = max(found["share"], row["result_share"] or 0.0)
    flows: dict[tuple[str, str], dict[str, Any]] = {}
    for row in records(results["uncharacterised"]):
        found = flows.setdefault((row["method"], row["flow"]), {"kind": "flow without factor", "scenarios": 0})
        found |= {"what": f"{row['method']}: {row['flow']}", "reason": row["reason"], "unit": row["unit"]}
        found |= {"scenarios": found["scenarios"] + 1, "amount": max(found.get("amount", 0.0), row["amount"] or 0.0)}
    unknown: dict[str, int] = {}
    for row in records(results["results"]):
        if row["value"] is None:
            unknown[row["indicator"]] = unknown.get(row["indicator"], 0) + 1
    missing = "not assessed: no data set in use speaks of it"
    rows += [*silent.values(), *flows.values()]
    return rows + [{"kind": "indicator", "what": k, "reason": missing, "scenarios": n} for k, n in unknown.items()]
