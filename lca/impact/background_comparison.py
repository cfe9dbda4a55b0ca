"""One study on several backgrounds: its results side by side, and the unit scores of each provider, ours against that
of the database.

Of a provider no more is shown than one score of all that it causes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lca.errors import Diagnostic, InputError, Problems, as_records, nearest
from lca.impact.background_views import called, metadata_of, on_one_line
from lca.impact.contributions import SystemScores
from lca.impact.methods import MethodFactors
from lca.impact.results import frame, records
from lca.impact.study import ComputedStudy, computed_study
from lca.inventory.backgrounds import OWN
from lca.inventory.parameters import Override
from lca.inventory.schema import Study
from lca.system.checking import Checker
from lca.system.linking import Basis, Replaced

#: Records of results: `change` is against the first background that is named.
RESULTS = ("scenario", "indicator", "unit", "electricity_basis", "background", "value", "coverage", "change")

#: Records of providers: scores of one unit of the flow; `ratio` is the database's by ours.
PROVIDERS = (
    *("flow", "title", "per", "process", "location", "scenario", "electricity_basis", "indicator", "unit", "own"),
    *("background", "activity", "activity_location", "score", "ratio", "fallback", "unverified"),
)


@dataclass(frozen=True)
class BackgroundComparison:
    """Tables with the columns of `RESULTS` and `PROVIDERS`; `backgrounds` says in words what each is, in the order
    asked for.
    """

    study: Study
    basis: str
    indicators: tuple[str, ...]
    results: pd.DataFrame
    providers: pd.DataFrame
    warnings: pd.DataFrame
    backgrounds: Mapping[str, str]
    method: MethodFactors


def compare_backgrounds(
    root: Path, study_name: str | None = None, names: Iterable[str] = (), settings: Iterable[Override] = ()
) -> BackgroundComparison:
    """Compute a study on each of the backgrounds named, or else on those that it lists. Raises `InputError` with
    everything that is wrong on any of them.
    """
    settings = tuple(settings)
    first = Checker(root)
    wanted = _wanted(first, study_name, names)
    problems = Problems()
    computed: dict[str, ComputedStudy] = {}
    for name in dict.fromkeys([OWN, *wanted]):
        checker = first if name == OWN else Checker(root, name)
        try:
            computed[name] = computed_study(checker, study_name, settings)
        except InputError as fault:
            problems.extend(fault.diagnostics)
        else:
            problems.extend(checker.problems.all)
    problems.raise_errors()
    own = computed[OWN]
    results = [row for name in wanted for row in _result_rows(name, computed[name])]
    providers = [row for name in wanted if name != OWN for row in _provider_rows(own, name, computed[name])]
    return BackgroundComparison(
        own.checked.study,
        str(own.checked.study.electricity_basis),
        tuple(info.id for info in own.method.indicators),
        _with_changes(pd.DataFrame(results, columns=list(RESULTS)), wanted[0]),
        pd.DataFrame(providers, columns=list(PROVIDERS)),
        frame("warnings", as_records(problems.all)),
        {name: _called(computed[name]) for name in wanted},
        own.method,
    )


def _called(computed: ComputedStudy) -> str:
    return OWN if computed.imported is None else called(metadata_of(computed.imported))


def _wanted(checker: Checker, study_name: str | None, names: Iterable[str]) -> list[str]:
    checker.problems.raise_errors()
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    found = list(dict.fromkeys(names)) or [str(name) for name in study.backgrounds]
    if not found:
        message = f"study {study.study} lists no backgrounds"
        expected = "backgrounds: [own, ...] in the study, or --backgrounds own,..."
        raise InputError([Diagnostic("REE-C007", message, study.study.span, expected=expected)])
    return found


def _result_rows(name: str, computed: ComputedStudy) -> Iterator[dict[str, Any]]:
    for (scenario, basis), scores in computed.scored.items():
        for k, info in enumerate(computed.method.indicators):
            yield {
                "scenario": scenario,
                "indicator": info.id,
                "unit": info.unit,
                "electricity_basis": basis,
                "background": name,
                "value": float(scores.total[k]) if scores.assessed[k] else None,
                "coverage": float(scores.coverage[k]),
            }


def _with_changes(table: pd.DataFrame, first: str) -> pd.DataFrame:
    keys = ["scenario", "indicator", "electricity_basis"]
    base = table[table["background"] == first].set_index(keys)["value"]
    before = base.reindex(pd.MultiIndex.from_frame(table[keys])).to_numpy(dtype=float)
    value = table["value"].to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(before != 0, value / before - 1, np.nan)
    return table.assign(change=np.where(table["background"] == first, np.nan, change))


def _provider_rows(own: ComputedStudy, name: str, on_it: ComputedStudy) -> Iterator[dict[str, Any]]:
    """One row per provider and indicator; more where our own score is not the same in all scenarios, each with the
    first scenario that has it.
    """
    assert on_it.imported is not None
    seen: set[tuple[Any, ...]] = set()
    scores = {process: on_it.imported.per_unit(process) for process in on_it.imported.places}
    for (scenario, basis), found in on_it.scored.items():
        for one in found.system.replaced:
            if one.replacement.process is None:
                continue
            ours = _own_scores(own.scored[scenario, basis], one)
            for k in range(len(on_it.method.indicators)):
                value = None if ours is None else float(ours[k])
                key = (one.own, one.imported, k, None if value is None else f"{value:.9g}")
                if key not in seen:
                    seen.add(key)
                    score = float(scores[one.imported.process][k])
                    yield _provider_row(on_it, name, (scenario, basis), one, k, value, score)


def _own_scores(scores: SystemScores, one: Replaced) -> np.ndarray | None:
    """What a unit of our own provider causes for each indicator, where it occurs."""
    if one.own not in scores.system.nodes:
        return None
    return np.asarray(scores.unit_scores[:, scores.system.nodes.index(one.own)])


def _provider_row(
    on_it: ComputedStudy, name: str, case: tuple[str, Basis], one: Replaced, k: int, own: float | None, score: float
) -> dict[str, Any]:
    assert on_it.imported is not None
    made = on_it.imported.linked.activities[one.imported.process]
    flow, choice = on_it.checked.inventory.flows.named(made.flow), one.replacement.choice
    info = on_it.method.indicators[k]
    return {
        "flow": made.flow,
        "title": str(flow.title),
        "per": str(flow.unit),
        "process": one.own.process,
        "location": one.own.location,
        "scenario": case[0],
        "electricity_basis": case[1],
        "indicator": info.id,
        "unit": info.unit,
        "own": own,
        "background": name,
        "activity": made.name,
        "activity_location": made.location,
        "score": score,
        "ratio": score / own if own else None,
        "fallback": ", ".join(one.replacement.missed) or None,
        "unverified": on_one_line(choice.unverified) if choice is not None and choice.unverified else None,
    }


def side_by_side(found: BackgroundComparison, indicator: str | None, basis: str | None) -> pd.DataFrame:
    """Results for people: a line per scenario and indicator, a column per background, the change to the last."""
    table = selected(found, found.results, indicator, basis or found.basis)
    keys = ["scenario", "indicator", "unit"]
    wide = table.pivot(index=keys, columns="background", values="value")
    order = pd.MultiIndex.from_frame(table[keys].drop_duplicates())
    wide = wide.reindex(index=order, columns=list(found.backgrounds))
    last = table[table["background"] == list(found.backgrounds)[-1]].set_index(keys)["change"]
    wide["change_share"] = last.reindex(order).to_numpy()
    return wide.reset_index()


def provider_scores(found: BackgroundComparison, indicator: str | None, basis: str | None) -> pd.DataFrame:
    """Providers for people: those of one indicator (the first), with what was doubted in one column."""
    table = selected(found, found.providers, indicator or found.indicators[0], basis or found.basis)
    marks = [doubts(row["unverified"], row["fallback"]) for row in records(table)]
    shown = ["flow", "process", "location", "per", "own", "background", "activity", "activity_location"]
    return table[[*shown, "score", "ratio", "unit"]].assign(doubts=marks)


def doubts(unverified: str | None, fallback: str | None) -> str:
    """What is to be doubted of a link, in words."""
    said = (f"not verified: {unverified}" if unverified else "", f"instead of {fallback}" if fallback else "")
    return "; ".join(filter(None, said))


def selected(
    found: BackgroundComparison, table: pd.DataFrame, indicator: str | None, basis: str | None
) -> pd.DataFrame:
    """The rows of a table for an indicator and an electricity basis (all where none is named)."""
    if indicator is not None and indicator not in found.indicators:
        message, close = f"the method has no indicator `{indicator}`", nearest(indicator, found.indicators)
        raise InputError([Diagnostic("REE-I002", message, expected=", ".join(found.indicators), suggestion=close)])
    of_indicator = table if indicator is None else table[table["indicator"] == indicator]
    return of_indicator if basis is None else of_indicator[of_indicator["electricity_basis"] == basis]
