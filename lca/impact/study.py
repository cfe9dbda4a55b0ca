"""Run a study: every scenario on both bases of electricity accounting, and all the tables that say what the results
are made of.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import numpy as np

import lca
from lca.errors import as_records
from lca.impact import brightway
from lca.impact.background_views import background_metadata, provider_rows, report_doubtful_links
from lca.impact.contributions import SystemScores
from lca.impact.coverage import needed_groups
from lca.impact.declared import declared
from lca.impact.imported import ImportedScores, on_background
from lca.impact.local_sensitivity import saving_swings, swings
from lca.impact.methods import MethodFactors, MethodSet, method_factors, report_uncharacterised
from lca.impact.results import COLUMNS, StudyResults, frame
from lca.impact.shipped import PACKAGE
from lca.impact.tables import study_prices, study_tables
from lca.inventory.backgrounds import OWN
from lca.inventory.loading import Inventory
from lca.inventory.parameters import Override
from lca.system.checking import CheckedStudy, Checker
from lca.system.linking import Basis

#: Largest relative difference allowed between Brightway's scores and those the breakdowns are made from.
AGREEMENT = 1e-9


class DisagreementError(RuntimeError):
    """Two ways of computing the same figure disagree: a fault of the program, not of the input."""


@dataclass(frozen=True)
class ComputedStudy:
    """A study whose scenarios have been scored on both bases; `imported` are the scores of the activities of an
    imported background, where one is used.
    """

    checked: CheckedStudy
    method: MethodFactors
    scored: dict[tuple[str, Basis], SystemScores]
    imported: ImportedScores | None


def run_study(
    root: Path,
    study_name: str | None = None,
    settings: Iterable[Override] = (),
    only: Iterable[str] = (),
    sensitivity: bool = True,
    every: bool = False,
    also: Iterable[str] = (),
    brief: bool = False,
    background: str = OWN,
) -> StudyResults:
    """Check and compute a study of the workspace at `root`, on its own data sets or on an imported `background`.

    `settings` are the overrides of the command line, `only` restricts it to some scenarios (which may lie outside the
    study's list), `every` adds every combination of options that the workspace allows, `also` adds scenarios to those
    of the study. `brief` fills the tables of results only. Raises `InputError` with everything that is wrong when
    anything is.
    """
    checker = Checker(root, background)
    computed = computed_study(checker, study_name, settings, only, every, also)
    return study_results(checker, computed, settings, sensitivity, brief)


def study_results(
    checker: Checker,
    computed: ComputedStudy,
    settings: Iterable[Override] = (),
    sensitivity: bool = True,
    brief: bool = False,
) -> StudyResults:
    """The tables of a computed study, see `run_study`. Raises `InputError`."""
    checked, method, scored = computed.checked, computed.method, computed.scored
    tables = study_tables(checked, method, scored, checker.problems, brief)
    tables["providers"] = provider_rows(checked, scored, computed.imported)
    checker.problems.raise_errors()
    if sensitivity:
        tables["sensitivity"] = swings(checked, method, tuple(settings))
        basis = checked.study.electricity_basis
        totals = {name: float(s.total[0]) for (name, own), s in scored.items() if own == basis}
        tables["saving_sensitivity"] = saving_swings(checked, tables["sensitivity"], totals)
    tables["warnings"] = as_records(checker.problems.all)
    return StudyResults(_metadata(computed, settings), {name: frame(name, tables[name]) for name in COLUMNS})


def computed_study(
    checker: Checker,
    study_name: str | None = None,
    settings: Iterable[Override] = (),
    only: Iterable[str] = (),
    every: bool = False,
    also: Iterable[str] = (),
) -> ComputedStudy:
    """Link and score the scenarios of a study. Raises `InputError`."""
    checker.problems.raise_errors()
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    checked = checker.check_study(study, settings, only, every, also)
    checker.problems.raise_errors()
    method, imported = on_background(checker, method_factors(checker.inventory, study.method))
    report_doubtful_links(checked, checker.problems)
    for system in checked.systems.values():
        report_uncharacterised(system, method, checker.problems)
    return ComputedStudy(checked, method, _scored(checked, method), imported)


def _scored(checked: CheckedStudy, method: MethodFactors) -> dict[tuple[str, Basis], SystemScores]:
    """Brightway's scores, and the proof that the breakdowns are of the same figures."""
    systems = list({id(system): system for system in checked.systems.values()}.values())
    reference = brightway.scores(systems, method)
    prices = study_prices(checked)
    priced = prices.flows if prices else ()
    scores = {id(system): SystemScores(system, method, priced) for system in systems}
    for system, row in zip(systems, reference, strict=True):
        own = scores[id(system)].total
        if not np.allclose(own, row, rtol=AGREEMENT, atol=AGREEMENT * np.max(np.abs(row), initial=0.0)):
            raise DisagreementError(f"{system.scenario.id}: bw2calc gives {row}, the breakdowns sum to {own}")
        scores[id(system)].total = row
    return {key: scores[id(system)] for key, system in checked.systems.items()}


def _metadata(computed: ComputedStudy, settings: Iterable[Override]) -> dict[str, Any]:
    checked, method = computed.checked, computed.method
    study, inventory = checked.study, checked.inventory
    flow = inventory.flows[study.demand.flow]
    return {
        "study": str(study.study),
        "title": str(study.title),
        "goal": str(study.goal or ""),
        "boundary": str(study.boundary or ""),
        "upstream_stages": [str(stage) for stage in study.upstream_stages],
        "upstream_accounts": [str(account) for account in study.upstream_accounts],
        "declared_unit": str(study.declared_unit),
        "demand": f"{study.demand.amount} {flow.title}",
        "electricity_basis": study.electricity_basis,
        "background": background_metadata(checked, method, computed.scored, computed.imported),
        "methods": [_method(inventory, one) for one in method.sets],
        "indicators": _indicators(inventory, method),
        "scenarios": [
            {
                "id": s.id,
                "title": s.title,
                "options": {axis: str(inventory.options[axis].named(o).title) for axis, o in s.chosen.items()},
            }
            for s in checked.scenarios
        ],
        **declared(checked),
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
        "created": now(),
        "versions": {"ree-lca": lca.__version__, "python": platform.python_version()}
        | _versions("bw2calc", "bw_processing", "numpy", "scipy", "pandas"),
    }


def _indicators(inventory: Inventory, method: MethodFactors) -> list[dict[str, str]]:
    groups = needed_groups(method, inventory)
    return [
        {
            "id": info.id,
            "method": one.id,
            "title": info.title,
            "unit": info.unit,
            "groups": ", ".join(sorted(groups[k])),
            "note": info.note,
            "methane": info.methane,
        }
        for one in method.sets
        for k in one.indicators
        for info in [method.indicators[k]]
    ]


def _method(inventory: Inventory, one: MethodSet) -> dict[str, Any]:
    """What is said of a method."""
    found = inventory.methods.named(one.id)
    said: dict[str, Any] = {"id": one.id, "title": str(found.title), "note": str(found.note or "")}
    if one.archive is not None:
        said["archive"] = {
            "package": PACKAGE,
            "version": one.archive.version,
            "name": one.archive.name,
            "sha256": one.archive.sha256,
        }
    return said


def now() -> str:
    """The time in UTC; SOURCE_DATE_EPOCH fixes it, so that the same inputs can give the same bytes."""
    time = datetime.now(UTC)
    with contextlib.suppress(KeyError, ValueError, OverflowError, OSError):
        time = datetime.fromtimestamp(int(os.environ["SOURCE_DATE_EPOCH"]), UTC)
    return time.isoformat(timespec="seconds")


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
        digest.update(os.fsencode(path.relative_to(root).as_posix()) + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()
