"""The methods of sensitivity analysis, each from what is analysed to indices by factor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lca.impact.batch.model import BatchModel
from lca.impact.batch.sampling import Draws
from lca.impact.sensitivity.analysed import Analysed, Tally, Told, Values
from lca.impact.sensitivity.factors import Factor, factors_of, together
from lca.impact.sensitivity.given_data import given_data, sampled_values
from lca.impact.sensitivity.morris import elementary_effects
from lca.impact.sensitivity.one_by_one import one_by_one
from lca.impact.sensitivity.sobol import sobol_indices
from lca.impact.sensitivity.stated import Stated

Method = Literal["sobol", "morris", "delta", "pawn", "one-at-a-time"]

#: Trajectories of a screening.
SCREENING = 20


@dataclass(frozen=True)
class Wanted:
    """How to analyse: `screen` is the number of factors that have indices of Sobol of their own."""

    method: Method
    count: int
    seed: int = 1
    screen: int | None = None


@dataclass(frozen=True)
class Found:
    """Indices by the names of their columns, `[factor]`. Factors are ranked by `main`, which is unsettled where its
    95 % confidence interval is wider than `doubt`; data to get next are ranked by `effects`, those of the index
    `worth`. `said` says how the indices were made and what they mean. Some samples, `proof`, are computed anew with
    `model`.
    """

    factors: Sequence[Factor]
    indices: Mapping[str, np.ndarray]
    main: str
    worth: str
    effects: np.ndarray
    said: Sequence[str]
    proof: Values
    model: BatchModel
    doubt: float = np.inf


def evaluations(analysed: Analysed, wanted: Wanted) -> int:
    """How many evaluations an analysis takes, without those of a screening."""
    factors = len(factors_of(analysed.draws(wanted.seed)))
    if wanted.method == "sobol":
        kept = factors if wanted.screen is None else min(factors, wanted.screen + 1)
        return _points(wanted) * (kept + 2)
    each = {"morris": factors + 1}
    return wanted.count * each.get(wanted.method, 1) or 2 * factors


def _points(wanted: Wanted) -> int:
    """The sequence of Sobol is balanced in powers of two."""
    return 1 << (wanted.count - 1).bit_length()


#: A method at work.
Procedure = Callable[[Analysed, Wanted, Sequence[Stated], Tally, Told], Found]


def sobol(analysed: Analysed, wanted: Wanted, stated: Sequence[Stated], tally: Tally, told: Told) -> Found:
    """Shares of the variance. What is worth knowing is what takes variance away, so first-order shares."""
    draws = analysed.draws(wanted.seed)
    factors, said = factors_of(draws), list[str]()
    if wanted.screen is not None and wanted.screen < len(factors) - 1:
        factors, evaluations = _screened(analysed, wanted, draws, factors, told)
        tally.evaluations += evaluations
        said.append(
            f"screened first: the {wanted.screen} factors with the largest elementary effects ({SCREENING}"
            " trajectories) have indices of their own, all others one together"
        )
    count = _points(wanted)
    found = sobol_indices(analysed, draws, factors, count, wanted.seed, tally, told)
    total = float(found.first.sum())
    said += [
        f"first-order shares add up to {100 * total:.1f} %; what is missing to 100 % arises from several together",
        *_lost(found.rows, count, "points"),
    ]
    indices = {"S1": found.first, "S1_conf": found.first_conf, "ST": found.total, "ST_conf": found.total_conf}
    made = f"Sobol indices from {count:,} points over {len(factors)} factors"
    effects = np.maximum(found.first, 0.0)
    return Found(factors, indices, "ST", "S1", effects, [made, *said], found.proof, analysed.sampled.model, 0.1)


def _screened(
    analysed: Analysed, wanted: Wanted, draws: Draws, factors: Sequence[Factor], told: Told
) -> tuple[list[Factor], int]:
    """The factors with the largest effects, and all others as one; and how many evaluations that took."""
    tally = Tally()
    effects = elementary_effects(analysed, draws, factors, SCREENING, wanted.seed, tally, told)
    order = np.argsort(-effects.size, kind="stable")
    kept = {int(k) for k in order[: wanted.screen]}
    chosen = [factor for k, factor in enumerate(factors) if k in kept]
    rest = [factor for k, factor in enumerate(factors) if k not in kept]
    return [*chosen, together(rest)], tally.evaluations


def morris(analysed: Analysed, wanted: Wanted, stated: Sequence[Stated], tally: Tally, told: Told) -> Found:
    """Elementary effects."""
    draws = analysed.draws(wanted.seed)
    factors = factors_of(draws)
    found = elementary_effects(analysed, draws, factors, wanted.count, wanted.seed, tally, told)
    said = [
        f"elementary effects from {wanted.count:,} trajectories over {len(factors)} factors",
        "an effect is the change of the result over the central 95 % of a quantity; where sigma is large beside"
        " mu_star, it acts together with others, or not in proportion",
        *_lost(found.rows, wanted.count, "trajectories"),
    ]
    indices = {"mu_star": found.size, "mu_star_conf": found.size_conf, "mu": found.mean, "sigma": found.deviation}
    doubt = 0.25 * float(found.size.max())
    return Found(factors, indices, "mu_star", "mu_star", found.size, said, found.proof, analysed.sampled.model, doubt)


def moment_independent(analysed: Analysed, wanted: Wanted, stated: Sequence[Stated], tally: Tally, told: Told) -> Found:
    """Delta, or PAWN. What a quantity without any part would get is no ground to improve data."""
    kind = wanted.method
    values, output = sampled_values(analysed, wanted.count, wanted.seed, tally, told)
    found = given_data(values, output, kind, wanted.seed)
    said = [
        f"{kind} from {wanted.count:,} Monte Carlo samples",
        f"by chance alone, a quantity without any part comes out at {found.nothing:.2g}",
    ]
    if any(len(factor.variables) > 1 for factor in factors_of(analysed.draws(wanted.seed))):
        said.append("of correlated quantities, the index of each holds what the others do through it")
    indices = {kind: found.index, f"{kind}_conf": found.conf}
    if kind == "delta":
        indices["S1"] = found.between
    else:
        indices["pawn_highest"] = found.highest
    factors = [Factor((variable,), ()) for variable in analysed.variables]
    effects = np.maximum(found.index - max(found.nothing, 0.0), 0.0)
    return Found(factors, indices, kind, kind, effects, said, values, analysed.sampled.model, 0.1)


def one_at_a_time(analysed: Analysed, wanted: Wanted, stated: Sequence[Stated], tally: Tally, told: Told) -> Found:
    """The ends of every range."""
    found = one_by_one(analysed, stated)
    swing = found.at_high - found.at_low
    tally.evaluations = 2 * len(stated)
    said = [
        "one quantity after the other at the ends of its range",
        "what quantities do together does not show, and correlations are left aside",
    ]
    impossible = int(np.isnan(found.at_low).sum() + np.isnan(found.at_high).sum())
    if impossible:
        said.append(f"{impossible} ends are impossible, an amount would be negative, and have no result")
    indices = {"at_low": found.at_low, "at_high": found.at_high, "swing": swing}
    factors = [Factor((variable,), ()) for variable in analysed.variables]
    return Found(factors, indices, "swing", "swing", swing, said, found.values, found.model)


def _lost(rows: int, count: int, what: str) -> list[str]:
    return [f"{count - rows:,} of {count:,} {what} are left out: they meet impossible samples"] if rows < count else []


PROCEDURES: Mapping[Method, Procedure] = {
    "sobol": sobol,
    "morris": morris,
    "delta": moment_independent,
    "pawn": moment_independent,
    "one-at-a-time": one_at_a_time,
}
