"""Elementary effects: which factors move a result at all, from few evaluations (Morris 1991; design and analysis by
SALib).

Trajectories through a grid of four levels, on which one factor after the other is moved by two thirds of its width. The
levels are quantiles of a quantity between the ends of its central 95 %, so that they exist for every distribution, and
an effect is the change of the result per whole width of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError
from lca.impact.batch.engine import PROVED
from lca.impact.batch.model import CHUNK
from lca.impact.batch.sampling import Draws
from lca.impact.sensitivity.analysed import Analysed, Tally, Told, Values, in_parallel
from lca.impact.sensitivity.factors import Factor, values_at

LEVELS = 4

#: Shares of the draws that lie below the lowest level and above the highest.
TAIL = 0.025

#: Bootstrap samples.
RESAMPLES = 200


@dataclass(frozen=True)
class ElementaryEffects:
    """By factor: mean size of the effect with half the width of its 95 % confidence interval, mean effect, and its
    standard deviation, which is that of curvature and interactions; the latter two not for groups. `rows` of the
    trajectories were used; `proof` are some of their points.
    """

    size: np.ndarray
    size_conf: np.ndarray
    mean: np.ndarray
    deviation: np.ndarray
    rows: int
    proof: Values


def elementary_effects(
    analysed: Analysed, draws: Draws, factors: Sequence[Factor], count: int, seed: int, tally: Tally, told: Told
) -> ElementaryEffects:
    """Effects from `count` trajectories."""
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as design

    dimensions = len(draws.sources)
    group = {source: f"f{k}" for k, factor in enumerate(factors) for source in factor.sources}
    problem: dict[str, Any] = {
        "num_vars": dimensions,
        "names": [f"x{k}" for k in range(dimensions)],
        "groups": [group[k] for k in range(dimensions)],
        "bounds": [[0.0, 1.0]] * dimensions,
    }
    points = design.sample(problem, count, num_levels=LEVELS, seed=seed)

    def work(piece: int) -> tuple[np.ndarray, Tally]:
        part = points[piece * CHUNK : (piece + 1) * CHUNK]
        return analysed.evaluate(values_at(draws, TAIL + (1 - 2 * TAIL) * part.T), len(part))

    outputs = np.concatenate(list(in_parallel(work, -(-len(points) // CHUNK), tally, told)))
    steps = len(factors) + 1
    whole = np.isfinite(outputs.reshape(-1, steps)).all(axis=1)
    if whole.sum() < 2:
        message = "every trajectory but one meets an impossible sample"
        raise InputError([Diagnostic("REE-D007", message, expected="narrower spreads, or more trajectories")])
    rows = np.repeat(whole, steps)
    found = analysis.analyze(
        problem, points[rows], outputs[rows], num_levels=LEVELS, num_resamples=RESAMPLES, seed=seed
    )
    place = {str(name): k for k, name in enumerate(found["names"])}
    order = [place[f"f{k}"] for k in range(len(factors))]

    def of(key: str) -> np.ndarray:
        return np.asarray(np.ma.filled(np.ma.asarray(found[key], dtype=float), np.nan)[order])

    mean = np.where([len(factor.sources) > 1 for factor in factors], np.nan, of("mu"))
    few = np.linspace(0, rows.sum() - 1, PROVED).astype(int)
    proof = values_at(draws, TAIL + (1 - 2 * TAIL) * points[rows][few].T)
    return ElementaryEffects(of("mu_star"), of("mu_star_conf"), mean, of("sigma"), int(whole.sum()), proof)
