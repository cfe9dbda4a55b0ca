"""Run a study: every scenario on both bases of electricity accounting, and all the tables that say what the results
are made of.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

import lca
from lca.errors import as_records
from lca.impact import brightway
from lca.impact.contributions import Contribution, SystemScores, evidence_of
from lca.impact.local_sensitivity import saving_swings, swings
from lca.impact.methods import MethodFactors, method_factors, report_uncharacterised
from lca.impact.results import COLUMNS, StudyResults, frame, records
from lca.inventory.parameters import Override, interval, shown_unit
from lca.system.balances import ElementBalance
from lca.system.checking import BASES, CheckedStudy, Checker
from lca.system.linking import Basis
from lca.system.loops import loop_rows
from lca.system.network import ProductSystem
from lca.units import convert

#: Largest relative difference allowed between Brightway's scores and those the breakdowns are made from.
AGREEMENT = 1e-9

BASKET = "basket"


class DisagreementError(RuntimeError):
    """Two ways of computing the same figure disagree: a fault of the program, not of the input."""


def run_study(
    root: Path,
    study_name: str | None = None,
    settings: Iterable[Override] = (),
    only: Iterable[str] = (),
    sensitivity: bool = True,
    every: bool = False,
) -> StudyResults:
    """Check and compute a study of the workspace at `root`.

    `settings` are the overrides of the command line, `only` restricts it to some scenarios (which may lie outside the
    study's list), `every` adds every combination of options that the workspace allows. Raises `InputError` with everything that is wrong when anything is.
    """
    checker = Checker(root)
    checker.problems.raise_errors()
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    checked = checker.check_study(study, settings, only, every)
    checker.problems.raise_errors()
    method = method_factors(checker.inventory, study.method)
    for system in checked.systems.values():
        report_uncharacterised(system, method, checker.problems)
    scored = _scored(checked, method)
    tables = _tables(checked, method, scored)
    if sensitivity:
        tables["sensitivity"] = swings(checked, method, tuple(settings))
        totals = {name: float(s.total[0]) for (name, basis), s in scored.items() if basis == study.electricity_basis}
        tables["saving_sensitivity"] = saving_swings(checked, tables["sensitivity"], totals)
    tables["warnings"] = as_records(checker.problems.all)
    return StudyResults(_metadata(checked, method, settings), {name: frame(name, tables[name]) for name in COLUMNS})


def _scored(checked: CheckedStudy, method: MethodFactors) -> dict[tuple[str, Basis], SystemScores]:
    """Brightway's scores, and the proof that the breakdowns are of the same figures."""
    systems = list({id(system): system for system in checked.systems.values()}.values())
    reference = brightway.scores(systems, method)
    scores = {id(system): SystemScores(system, method) for system in systems}
    for system, row in zip(systems, reference, strict=True):
        own = scores[id(system)].total
        if not np.allclose(own, row, rtol=AGREEMENT, atol=AGREEMENT * np.max(np.abs(row), initial=0.0)):
            raise DisagreementError(f"{system.scenario.id}: bw2calc gives {row}, the breakdowns sum to {own}")
        scores[id(system)].total = row
    return {key: scores[id(system)] for key, system in checked.systems.items()}


def _tables(
    checked: CheckedStudy, method: MethodFactors, scored: dict[tuple[str, Basis], SystemScores]
) -> dict[str, list[dict[str, Any]]]:
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in COLUMNS}
    breakdowns: dict[tuple[str, str, int], list[Contribution]] = {}
    for (name, basis), scores in scored.items():
        for k, info in enumerate(method.indicators):
            common = {"scenario": name, "indicator": info.id, "unit": info.unit, "electricity_basis": basis}
            value = (
                float(scores.total[k]) if scores.assessed[k] else float("nan")
            )  # missing is shown as missing, not as zero
            tables["results"].append(
                common
                | {"product": BASKET, "value": value, "coverage": float(scores.coverage[k]), "allocation": "none"}
            )
            breakdowns[name, basis, k] = scores.contributions(k) if scores.assessed[k] else []
            for part in breakdowns[name, basis, k]:
                share = part.value / value if value else None
                row = {
                    "dimension": part.dimension,
                    "item": part.item,
                    "title": part.title,
                    "value": part.value,
                    "share": share,
                }
                tables["contributions"].append(common | row)
        tables["exchanges"] += _exchange_rows(scores, name, basis)
        if basis == checked.study.electricity_basis:
            tables["loops"] += _loop_rows(scores.system)
            tables["balances"] += _balance_rows(name, checked.balances[name])
            tables["parameters"] += _parameter_rows(scores.system)
    for pair in checked.pairs:
        for basis in BASES:
            names = (pair.baseline, pair.alternative)
            if all((name, basis) in scored for name in names):
                for k in range(len(method.indicators)):
                    _compare(tables, method, names, pair.title, basis, k, scored, breakdowns)
    return tables


def compare_pair(results: StudyResults, baseline: str, alternative: str) -> StudyResults:
    """The comparison of any two scenarios that the results hold, in the tables `comparisons` and `differences`."""
    rows: dict[str, list[dict[str, Any]]] = {"comparisons": [], "differences": []}
    table, parts = results["results"], results["contributions"]
    for key, group in table.groupby(["indicator", "unit", "electricity_basis"], sort=False):
        indicator, unit, basis = (str(part) for part in key)
        values = group.set_index("scenario")["value"]
        rows["comparisons"].append(
            _comparison(baseline, alternative, "", indicator, unit, basis, values[baseline], values[alternative])
        )
        own = parts[(parts["indicator"] == indicator) & (parts["electricity_basis"] == basis)]
        sides = {
            name: [
                Contribution(row["dimension"], row["item"], row["title"], row["value"])
                for row in records(own[own["scenario"] == name])
            ]
            for name in (baseline, alternative)
        }
        rows["differences"] += _differences(
            baseline, alternative, indicator, unit, basis, sides[baseline], sides[alternative]
        )
    tables = dict(results.tables) | {name: frame(name, found) for name, found in rows.items()}
    return StudyResults(results.metadata, tables)


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
    tables["comparisons"].append(_comparison(*pair, title, info.id, info.unit, basis, *values))
    sides = [breakdowns[name, basis, k] for name in pair]
    tables["differences"] += _differences(*pair, info.id, info.unit, basis, *sides)


def _comparison(
    baseline: str, alternative: str, title: str, indicator: str, unit: str, basis: str, old: float, new: float
) -> dict[str, Any]:
    """Saving: baseline minus alternative, positive when the alternative is lower; its share is of the baseline."""
    return {
        "baseline": baseline,
        "alternative": alternative,
        "title": title,
        "indicator": indicator,
        "unit": unit,
        "electricity_basis": basis,
        "baseline_value": old,
        "alternative_value": new,
        "saving": old - new,
        "saving_share": (old - new) / old if old else None,
    }


def _differences(
    baseline: str,
    alternative: str,
    indicator: str,
    unit: str,
    basis: str,
    old: list[Contribution],
    new: list[Contribution],
) -> list[dict[str, Any]]:
    sides: dict[tuple[str, str], list[Any]] = {}
    for side, parts in enumerate((old, new)):
        for part in parts:
            sides.setdefault((part.dimension, part.item), [part.title, 0.0, 0.0])[1 + side] += part.value
    rows = [
        {
            "baseline": baseline,
            "alternative": alternative,
            "indicator": indicator,
            "unit": unit,
            "electricity_basis": basis,
            "dimension": dimension,
            "item": item,
            "title": title,
            "baseline_value": a,
            "alternative_value": b,
            "saving": a - b,
        }
        for (dimension, item), (title, a, b) in sides.items()
    ]
    return sorted(rows, key=lambda row: (row["dimension"], -abs(row["saving"])))


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
                "file": _relative(system, line.edge.line.flow.span.path),
                "line": line.edge.line.flow.span.line,
            }
        )
    return rows


def _relative(system: ProductSystem, path: Path) -> str:
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


def _parameter_rows(system: ProductSystem) -> list[dict[str, Any]]:
    rows = []
    for address in sorted(system.scope.in_use()):
        definition = system.scope.definitions[address]
        value = system.scope.value_at(address)
        if not isinstance(value, (str, float, int)):
            continue  # compositions are shown with the inventory
        unit = shown_unit(definition.parameter)
        ends = interval(definition.parameter)
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
            "file": _relative(system, definition.span.path),
            "line": definition.span.line,
        }
        rows.append(row)
    return rows


def _metadata(checked: CheckedStudy, method: MethodFactors, settings: Iterable[Override]) -> dict[str, Any]:
    study, inventory = checked.study, checked.inventory
    flow = inventory.flows[study.demand.flow]
    return {
        "study": str(study.study),
        "title": str(study.title),
        "goal": str(study.goal or ""),
        "boundary": str(study.boundary or ""),
        "upstream_stages": [str(stage) for stage in study.upstream_stages],
        "declared_unit": str(study.declared_unit),
        "demand": f"{study.demand.amount} {flow.title}",
        "electricity_basis": study.electricity_basis,
        "methods": [
            {
                "id": str(name),
                "title": str(inventory.methods[name].title),
                "note": str(inventory.methods[name].note or ""),
            }
            for name in study.method
        ],
        "indicators": [{"id": info.id, "title": info.title, "unit": info.unit} for info in method.indicators],
        "scenarios": [
            {
                "id": s.id,
                "title": s.title,
                "options": {axis: str(inventory.options[axis].named(o).title) for axis, o in s.chosen.items()},
            }
            for s in checked.scenarios
        ],
        "excluded": [{"id": excluded.id, "reason": excluded.reason} for excluded in checked.excluded],
        "axes": {str(name): str(axis.title) for name, axis in inventory.workspace.axes.items()}
        if inventory.workspace
        else {},
        "settings": [f"{o.address}={o.setting.value}" for o in settings],
        "sources": {
            str(key): {k: str(v) for k, v in source.model_dump(exclude_none=True).items()}
            for key, source in inventory.sources.items()
        },
        "workspace_sha256": workspace_hash(inventory.root, inventory.files),
        "created": _now(),
        "versions": {"ree-lca": lca.__version__, "python": platform.python_version()}
        | _versions("bw2calc", "bw_processing", "numpy", "scipy", "pandas"),
    }


def _now() -> str:
    """The time in UTC; SOURCE_DATE_EPOCH fixes it, so that the same inputs can give the same bytes."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.fromtimestamp(int(epoch), UTC) if epoch and epoch.isdigit() else datetime.now(UTC)
    return now.isoformat(timespec="seconds")


def _versions(*packages: str) -> dict[str, str]:
    found = {}
    for package in packages:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def workspace_hash(root: Path, files: Iterable[Path]) -> str:
    """SHA-256 over names and contents of the files of a workspace, in a fixed order."""
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


__all__ = ["BASKET", "DisagreementError", "compare_pair", "run_study", "workspace_hash"]
