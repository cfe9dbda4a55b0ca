"""A whole study sampled at once: every scenario, and every comparison in pairs of the same draws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from lca.impact.batch.engine import sample
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened
from lca.impact.batch.uncertainty import MARGINS, Sampled, Wanted, account, statistics_of, wilson_interval
from lca.impact.batch.variables import uncertain
from lca.inventory.declarations import BASKET


def sampled_study(
    found: Opened, wanted: Wanted, told: Callable[[int], None] = lambda done: None
) -> tuple[dict[str, list[dict[str, Any]]], list[str]]:
    """Rows of the tables `uncertainty`, `uncertain_comparison` (differences alone) and `probabilities`, of the first
    indicator on the study's basis; and what was done, in sentences. No rows where nothing has a spread.
    """
    drawn = uncertain(found.systems, found.checked.study)
    bounds = {name: variable.spread.support for name, variable in drawn.variables.items()}
    model = BatchModel(found.checked.study, found.systems, found.basis, found.method, drawn.names, bounds)
    tables: dict[str, list[dict[str, Any]]] = {"uncertainty": [], "uncertain_comparison": [], "probabilities": []}
    if not model.variables:
        return tables, []
    sampled = Sampled(found, drawn, model)
    places = {name: n for n, name in enumerate(found.ids) if found.scores[n].assessed[0]}
    pairs = [pair for pair in found.checked.pairs if pair.baseline in places and pair.alternative in places]
    rows = list(places.values())
    old, new = ([places[getattr(pair, side)] for pair in pairs] for side in ("baseline", "alternative"))

    def series(totals: np.ndarray) -> np.ndarray:
        first = totals[:, 0]
        lower = [first[new] < first[old] - margin * np.abs(first[old]) for margin in MARGINS]
        return np.concatenate([first[rows], first[old] - first[new], *lower])

    run = sample(model, sampled.draws(wanted), series, wanted.most, wanted.until, told=told)
    totals = np.array([float(scores.total[0]) for scores in found.scores])
    central = np.concatenate([totals[rows], totals[old] - totals[new], np.zeros(len(MARGINS) * len(pairs))])
    statistics, means = statistics_of(run, central), run.summary.mean()
    info = found.method.indicators[0]
    common = {"indicator": info.id, "electricity_basis": found.basis}
    for n, (name, place) in enumerate(places.items()):
        about = {"scenario": name, "product": BASKET, "unit": info.unit, "allocation": "none"}
        coverage = {"coverage": float(found.scores[place].coverage[0])}
        tables["uncertainty"].append(about | common | coverage | statistics[n])
    for n, pair in enumerate(pairs):
        about = {"baseline": pair.baseline, "alternative": pair.alternative} | common
        covered = min(float(found.scores[places[name]].coverage[0]) for name in (pair.baseline, pair.alternative))
        own = {"unit": info.unit, "coverage": covered, "quantity": "difference"}
        tables["uncertain_comparison"].append(about | own | statistics[len(rows) + n])
        for m, margin in enumerate(MARGINS):
            share = float(means[len(rows) + len(pairs) * (m + 1) + n])
            low, high = wilson_interval(share, run.summary.count)
            tables["probabilities"].append(
                about
                | {"samples": run.summary.count, "margin": margin, "probability": share}
                | {"probability_from": low, "probability_to": high}
            )
    return tables, account(sampled, wanted, run, tables["uncertainty"])
