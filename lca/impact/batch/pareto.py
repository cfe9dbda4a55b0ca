"""The front of two outcomes: points of which none is better in both.

The method of bounded objectives (epsilon constraint; Haimes et al. 1971): the first outcome is made as low as can be
while the second stays below a limit, for limits spread evenly between the two ends, each search beginning with what the
others have found. Of all points found, those stay that no other is better than in one outcome and no worse in the
other. Hollows of a front are found too, which is not so where two outcomes are weighted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.impact.batch.optimise import Problem, minimum
from lca.impact.batch.outcomes import ROUNDING, Condition, Outcome

#: Generations of each search between the ends, which begins with good points.
GENERATIONS = 40


def front(
    problem: Problem, first: Outcome, second: Outcome, conditions: Sequence[Condition], seed: int, points: int
) -> np.ndarray | None:
    """`x[parameter, point]`, shares of the ranges, from the lowest of the first outcome to the lowest of the second; at
    most so many points. None where nothing meets the conditions.
    """
    ends = []
    for goal, other in ((first, second), (second, first)):
        lowest = minimum(problem, goal, conditions, seed)
        if lowest is None:
            return None
        # of all that is as low, what is lowest in the other
        value = float(problem.of(lowest.point[:, None], [goal])[0, 0])
        kept = Condition(goal, True, value + ROUNDING * abs(value), goal.name)
        best = minimum(problem, other, [*conditions, kept], seed, lowest.point[:, None], GENERATIONS)
        ends.append(lowest.point if best is None else best.point)
    found = np.array(ends).T
    high, low = (float(value) for value in problem.of(found, [second])[0])
    limits = np.linspace(high, low, points)[1:-1] if high > low else ()
    for limit in limits:
        bounded = Condition(second, True, float(limit), second.name)
        best = minimum(problem, first, [*conditions, bounded], seed, found, GENERATIONS)
        if best is not None:
            found = np.concatenate([found, best.point[:, None]], axis=1)
    return found[:, undominated(problem.of(found, [first, second]))]


def undominated(values: np.ndarray) -> np.ndarray:
    """The places of points of `values[outcome, point]` that no other is better than in one of two and no worse in the
    other, ordered by the first; of equal points one.
    """
    order = np.lexsort((values[1], values[0]))
    kept: list[int] = []
    lowest = np.inf
    for place in order:
        if values[1, place] < lowest:
            kept.append(int(place))
            lowest = float(values[1, place])
    return np.array(kept, dtype=int)


def rows(problem: Problem, found: np.ndarray, first: Outcome, second: Outcome) -> list[dict[str, Any]]:
    """Rows of the table `front`, a point a line, with a column more for each parameter (`columns`)."""
    values, settings = problem.of(found, [first, second]), problem.values(found)
    made: list[dict[str, Any]] = []
    for n in range(found.shape[1]):
        row: dict[str, Any] = {"scenario": problem.opened.ids[0], "electricity_basis": problem.opened.basis}
        row |= {"goal": first.name, "goal_value": first.shown(values[0, n]), "goal_unit": first.unit}
        row |= {"against": second.name, "against_value": second.shown(values[1, n]), "against_unit": second.unit}
        for name, one in zip(columns(problem), problem.parameters, strict=True):
            row[name] = float(one.shown(settings[one.address][n]))
        made.append(row)
    return made


def columns(problem: Problem) -> list[str]:
    """The columns of parameters, with the units they are shown in."""
    return [f"{one.address} [{one.unit}]" if one.unit else one.address for one in problem.parameters]
