"""The values of a parameter at which two scenarios tie.

The difference is computed on a grid; between two points of which it changes sign there is a tie, which is bracketed to
the last digit (Chandrupatla 1997). All ties that lie a step of the grid apart are found; that there is none is an
answer too. Where the difference jumps across zero (a pool begins to overflow, a condition turns) the answer turns
without a tie, and the place is told as a jump. A curve that touches zero without crossing it turns nothing round.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened
from lca.impact.batch.sampling import Draws
from lca.impact.batch.summary import INTERVALS
from lca.impact.batch.variables import uncertain
from lca.impact.batch.vary import scores_among
from lca.system.varied import Varied

#: Points of the grid on which signs are looked at.
STEPS = 257

#: The same for every sample, when ties are sampled.
STEPS_OF_SAMPLES = 33

#: What is left of a difference at a tie, relative to the differences beside it; more is a jump.
JUMP = 1e-6


@dataclass(frozen=True)
class Tie:
    """A value at which a difference changes its sign; `crossing` unless it jumps."""

    at: float
    crossing: bool
    rises: bool


def ties(
    difference: Callable[[np.ndarray], np.ndarray], grid: np.ndarray, values: np.ndarray | None = None
) -> list[Tie]:
    """All changes of sign of a function over a grid, from low to high; impossible points (nan) have no sign. `values`
    are those on the grid, where they are known.
    """
    values = difference(grid) if values is None else values
    found = [Tie(float(grid[n]), True, _rises(values, int(n))) for n in np.flatnonzero(values == 0)]
    before, after = values[:-1], values[1:]
    with np.errstate(invalid="ignore"):
        brackets = np.flatnonzero(before * after < 0)
    if len(brackets):
        roots, rest = _bracketed(
            lambda x, _: difference(x), grid[brackets], grid[brackets + 1], np.zeros(len(brackets))
        )
        size = np.maximum(np.abs(before[brackets]), np.abs(after[brackets]))
        for n, root, left, whole in zip(brackets, roots, rest, size, strict=True):
            found.append(Tie(float(root), bool(abs(left) <= JUMP * whole), bool(after[n] > 0)))
    return sorted(found, key=lambda tie: tie.at)


def _rises(values: np.ndarray, n: int) -> bool:
    """Whether a curve that is zero at a point of the grid rises there."""
    return bool(np.nan_to_num(values[min(n + 1, len(values) - 1)]) > np.nan_to_num(values[max(n - 1, 0)]))


def _bracketed(
    function: Callable[[np.ndarray, np.ndarray], np.ndarray], low: np.ndarray, high: np.ndarray, which: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Roots between ends of different sign, and what is left of the function there; `which` goes with each bracket."""
    from scipy.optimize.elementwise import find_root

    def flat(x: np.ndarray, which: np.ndarray) -> np.ndarray:
        return function(np.ravel(x), np.ravel(which)).reshape(np.shape(x))

    found = find_root(flat, (low, high), args=(which,), tolerances={"xrtol": 1e-14})
    return np.asarray(found.x), np.asarray(found.f_x)


def breakeven(
    opened: Opened, model: BatchModel, parameter: Varied, indicator: str | None = None, steps: int = STEPS
) -> list[dict[str, Any]]:
    """Rows of the table `breakeven`: for each indicator the ties of the first two scenarios, or a row without a value.

    A score is one of a single indicator. `lower_below` says which of the two is lower for values below (where there is
    no tie, all over the range), `lower_above` for values above.
    """
    grid = parameter.grid(steps)
    rows: list[dict[str, Any]] = []
    whole = model.evaluate({parameter.address: grid}).totals
    for i in opened.shared_indicators(parameter.indicator or indicator):
        info = opened.method.indicators[i]
        common: dict[str, Any] = {"baseline": opened.ids[0], "alternative": opened.ids[1], "indicator": info.id}
        common |= {"unit": info.unit}
        common |= {"electricity_basis": opened.basis, "parameter": parameter.address}
        common |= {"parameter_unit": parameter.unit}
        low, high = (float(end) for end in parameter.shown(np.array([parameter.low, parameter.high])))
        common |= {"low": low, "high": high}

        def totals(x: np.ndarray, i: int = i) -> np.ndarray:
            return np.asarray(model.evaluate({parameter.address: x}).totals[:2, i])

        def difference(x: np.ndarray, totals: Callable[[np.ndarray], np.ndarray] = totals) -> np.ndarray:
            old, new = totals(x)
            return np.asarray(old - new)

        own = whole[0, i] - whole[1, i]
        found = ties(difference, grid, own)
        same = bool(np.all(own == 0))
        if not found or same:
            lower = "same" if same else _lower(float(np.nansum(own)))
            rows.append(common | {"value": np.nan, "kind": "none", "lower_below": lower, "lower_above": lower})
            continue
        for tie in found:
            below, above = (-1.0, 1.0) if tie.rises else (1.0, -1.0)
            rows.append(
                common
                | {"value": float(parameter.shown(np.array(tie.at))), "kind": "tie" if tie.crossing else "jump"}
                | {"at_tie": float(totals(np.array([tie.at]))[0, 0])}
                | {"lower_below": _lower(below), "lower_above": _lower(above)}
            )
    return rows


def _lower(saving: float) -> str:
    return "same" if saving == 0 else "alternative" if saving > 0 else "baseline"


# --- with everything else uncertain


def sampled_breakeven(
    opened: Opened, parameter: Varied, count: int, seed: int, indicator: str | None = None
) -> list[dict[str, Any]]:
    """Rows of the table `uncertain_breakeven`: how the tie of the first indicator, or the one named, is distributed
    over `count` samples of all that is uncertain beside the parameter. Of samples with several ties the lowest counts.
    """
    indicators = opened.shared_indicators(parameter.indicator or indicator)
    if not indicators:
        return []
    signs, roots = _sampled_ties(opened, parameter, indicators[0], count, seed)
    signs = signs[~np.isnan(signs).any(axis=1)]
    changes = (signs[:, :-1] * signs[:, 1:] < 0).sum(axis=1)
    row = {
        "baseline": opened.ids[0],
        "alternative": opened.ids[1],
        "indicator": opened.method.indicators[indicators[0]].id,
        "electricity_basis": opened.basis,
        "parameter": parameter.address,
        "parameter_unit": parameter.unit,
        "samples": len(signs),
        "ties": _share(changes > 0),
        "several": _share(changes > 1),
        "alternative_lower": _share((signs > 0).all(axis=1)),
        "baseline_lower": _share((signs < 0).all(axis=1)),
        "median": float(np.median(roots)) if len(roots) else np.nan,
    }
    for percent, ends in INTERVALS.items():
        for end, share in zip(("low", "high"), ends, strict=True):
            row[f"{end}_{percent}"] = float(np.quantile(roots, share)) if len(roots) else np.nan
    return [row]


def _share(condition: np.ndarray) -> float:
    return float(np.mean(condition)) if len(condition) else float("nan")


def _sampled_ties(
    opened: Opened, parameter: Varied, indicator: int, count: int, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """The signs of the difference, `[sample, point of the grid]`, and the lowest tie of each sample that has one, in
    the unit that is shown.
    """
    drawn = uncertain(opened.systems, opened.checked.study)
    names = [{a: n for a, n in own.items() if a != parameter.address} for own in drawn.names]
    for own, system in zip(names, opened.systems, strict=True):
        if parameter.address in system.scope.definitions:
            own[parameter.address] = parameter.address
    bounds = {name: variable.spread.support for name, variable in drawn.variables.items()}
    bounds[parameter.address] = (parameter.low, parameter.high)
    study, method = opened.checked.study, opened.method
    bought = scores_among(opened, [parameter])
    model = BatchModel(study, opened.systems, opened.basis, method, names, bounds, bought=bought)
    block = Draws(list(drawn.variables.values()), seed, "mc", drawn.copulas).block(0, count)
    samples: dict[str, np.ndarray] = {}
    for name in {name for own in names for name in own.values()} - {parameter.address}:
        samples[name] = np.empty(count)
        block.load(name, samples[name])

    def difference(x: np.ndarray, which: np.ndarray) -> np.ndarray:
        own = {name: values[which.astype(int)] for name, values in samples.items()}
        totals = model.evaluate(own | {parameter.address: x}).totals
        return np.asarray(totals[0, indicator] - totals[1, indicator])

    grid = parameter.grid(STEPS_OF_SAMPLES)
    signs = np.array([np.sign(difference(np.full(count, value), np.arange(count))) for value in grid]).T
    changes = signs[:, :-1] * signs[:, 1:] < 0
    crossing = np.flatnonzero(changes.any(axis=1) & ~np.isnan(signs).any(axis=1))
    if not len(crossing):
        return signs, np.empty(0)
    first = changes[crossing].argmax(axis=1)
    roots, _ = _bracketed(difference, grid[first], grid[first + 1], crossing.astype(float))
    return signs, parameter.shown(roots)
