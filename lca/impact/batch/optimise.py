"""Values of parameters, inside their ranges, that make an outcome as low as can be under conditions.

Differential evolution (Storn and Price 1997, as SciPy has it) looks everywhere in the ranges, a whole generation at
once through the batch model; conditions count by how far they are missed (Lampinen 2002). It needs no derivatives,
bears jumps and points that are impossible, and does not stop at the next hollow. From the best point, sequential
quadratic programming (SLSQP; Kraft 1988) goes on to the very end, with differences taken a batch at a time: linear
stretches, of which there are many, end at a corner that evolution comes near to and rarely meets. A better point is
never given up; that what is found is the lowest of all is likely and not proved.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError, Problems
from lca.impact import brightway
from lca.impact.batch.engine import proved
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened
from lca.impact.batch.outcomes import ROUNDING, Condition, Outcome, Outcomes
from lca.impact.batch.vary import model_of, varied
from lca.system.varied import Varied

#: Members of a generation per parameter, and generations at most.
MEMBERS, GENERATIONS = 15, 300

#: Share of a range over which differences are taken, and within which a value is at the end of it.
STEP, AT_END = 1e-6, 1e-9

#: Relative difference of the results below which a parameter has no effect.
NO_EFFECT = 1e-12


@dataclass(frozen=True)
class Optimum:
    """The best `point` found, as shares of the ranges, after how many evaluations."""

    point: np.ndarray
    evaluations: int


class Problem:
    """Outcomes of a scenario as functions of shares of the ranges of parameters, `x[parameter, point]` from 0 to 1."""

    def __init__(self, opened: Opened, model: BatchModel, parameters: Sequence[Varied], outcomes: Outcomes):
        self.opened, self.model, self.outcomes = opened, model, outcomes
        self.parameters = tuple(parameters)
        self.low = np.array([one.low for one in parameters])
        self.width = np.array([one.high - one.low for one in parameters])
        self.evaluations = 0

    def values(self, x: np.ndarray) -> dict[str, np.ndarray]:
        """The parameters at points, by address, in base units and never beyond their ends."""
        high = self.low + self.width
        return {
            one.address: np.clip(self.low[n] + self.width[n] * x[n], self.low[n], high[n])
            for n, one in enumerate(self.parameters)
        }

    def of(self, x: np.ndarray, outcomes: Sequence[Outcome]) -> np.ndarray:
        """`[outcome, point]`; nan where a point is impossible."""
        evaluated = self.model.evaluate(self.values(x))
        self.evaluations += x.shape[1]
        return np.array([self.outcomes.of(evaluated, outcome) for outcome in outcomes]).reshape(-1, x.shape[1])

    def stands(self) -> np.ndarray:
        """Where the parameters stand, in base units, though it be outside of the ranges to choose from."""
        scope = self.opened.systems[0].scope
        return np.array([scope.value_at(one.address) for one in self.parameters], dtype=float)

    def central(self) -> np.ndarray:
        """The point that is nearest to where the parameters stand."""
        return np.asarray(np.clip((self.stands() - self.low) / self.width, 0.0, 1.0))

    def proved(self, x: np.ndarray) -> tuple[int, float]:
        """How well bw2calc agrees at points; costs and closure are compared with the scenario as it is built."""
        return proved(self.model, self.values(x))


def minimum(
    problem: Problem,
    goal: Outcome,
    conditions: Sequence[Condition],
    seed: int,
    starts: np.ndarray | None = None,
    generations: int = GENERATIONS,
) -> Optimum | None:
    """The lowest value of an outcome under conditions, None where no point meets them; `starts[parameter, point]` are
    points to begin with, besides the central one.
    """
    wanted = [goal, *(condition.outcome for condition in conditions)]
    begin = problem.central()[:, None]
    begin = begin if starts is None else np.concatenate([begin, starts], axis=1)
    evolved = _evolved(problem, wanted, conditions, begin, seed, generations)
    candidates = np.concatenate([evolved[:, None], begin], axis=1)
    best = candidates[:, _best(problem.of(candidates, wanted), conditions)]
    polished = _polished(problem, wanted, conditions, best)
    candidates = np.concatenate([polished, best[:, None]], axis=1)
    candidates = np.where(candidates <= AT_END, 0.0, np.where(candidates >= 1 - AT_END, 1.0, candidates))
    found = problem.of(candidates, wanted)
    chosen = _best(found, conditions)
    if _missed(found[:, chosen : chosen + 1], conditions)[0] > 0:
        return None
    return Optimum(candidates[:, chosen], problem.evaluations)


def _missed(found: np.ndarray, conditions: Sequence[Condition]) -> np.ndarray:
    """By how much conditions are missed at points, as shares of their limits, added up; inf where impossible."""
    total = np.where(np.isnan(found).any(axis=0), np.inf, 0.0)
    for n, condition in enumerate(conditions):
        slack = condition.slack(found[n + 1]) / condition.scale
        total = total + np.where(slack < -ROUNDING, -slack, 0.0)
    return np.asarray(total)


def _best(found: np.ndarray, conditions: Sequence[Condition]) -> int:
    """The point that misses least, and of several the one with the lowest goal."""
    missed = _missed(found, conditions)
    return int(np.lexsort((np.where(np.isnan(found[0]), np.inf, found[0]), missed))[0])


def _evolved(
    problem: Problem,
    wanted: Sequence[Outcome],
    conditions: Sequence[Condition],
    begin: np.ndarray,
    seed: int,
    generations: int,
) -> np.ndarray:
    from scipy.optimize import NonlinearConstraint, differential_evolution
    from scipy.stats import qmc

    count = len(problem.parameters)
    members = max(MEMBERS * count, 2 * begin.shape[1] + MEMBERS)
    first = qmc.LatinHypercube(count, rng=np.random.default_rng(seed)).random(members)
    first[: begin.shape[1]] = begin.T
    generation: dict[bytes, np.ndarray] = {}

    def found(x: np.ndarray) -> np.ndarray:
        """`[outcome, point]`; SciPy asks for the conditions of a generation, then for the goal of some of it."""
        points = np.ascontiguousarray(x.reshape(count, -1).T)
        keys = [point.tobytes() for point in points]
        if not all(key in generation for key in keys):
            generation.clear()
            generation.update(zip(keys, problem.of(points.T, wanted).T, strict=True))
        return np.array([generation[key] for key in keys]).reshape(-1, len(wanted)).T

    def goal(x: np.ndarray) -> Any:
        values = found(x)[0]
        values = np.where(np.isnan(values), np.inf, values)
        return values if x.ndim == 2 else values[0]

    def slacks(x: np.ndarray) -> Any:
        values = found(x)
        rows = np.array([c.slack(values[n + 1]) / c.scale for n, c in enumerate(conditions)])
        rows = np.nan_to_num(rows, nan=-1e30)
        return rows if x.ndim == 2 else rows[:, 0]

    result = differential_evolution(
        goal,
        [(0.0, 1.0)] * count,
        maxiter=generations,
        tol=1e-8,
        init=first,
        constraints=NonlinearConstraint(slacks, 0.0, np.inf) if conditions else (),
        polish=False,
        vectorized=True,
        updating="deferred",
        rng=np.random.default_rng(seed),
    )
    return np.asarray(result.x)


def _polished(
    problem: Problem, wanted: Sequence[Outcome], conditions: Sequence[Condition], start: np.ndarray
) -> np.ndarray:
    """`x[parameter, point]`: where SLSQP ends, and the same with what is next to an end moved to it."""
    from scipy.optimize import minimize

    count = len(start)
    scale = float(np.abs(problem.of(start[:, None], wanted)[0, 0])) or 1.0
    known: dict[bytes, tuple[np.ndarray, np.ndarray]] = {}

    def around(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Goal and slacks at a point, `[row]`, and their slopes, `[row, parameter]`."""
        key = x.tobytes()
        if key not in known:
            low, high = np.maximum(x - STEP, 0.0), np.minimum(x + STEP, 1.0)
            points = np.repeat(x[:, None], 2 * count + 1, axis=1)
            points[range(count), range(count)] = low
            points[range(count), range(count, 2 * count)] = high
            found = problem.of(points, wanted)
            rows = [found[0] / scale, *(c.slack(found[n + 1]) / c.scale for n, c in enumerate(conditions))]
            every = np.nan_to_num(np.array(rows), nan=1e30)
            known[key] = every[:, -1], (every[:, count : 2 * count] - every[:, :count]) / (high - low)
        return known[key]

    result = minimize(
        lambda x: around(x)[0][0],
        start,
        jac=lambda x: around(x)[1][0],
        method="SLSQP",
        bounds=[(0.0, 1.0)] * count,
        constraints=[
            {"type": "ineq", "fun": lambda x: around(x)[0][1:], "jac": lambda x: around(x)[1][1:]},
        ]
        if conditions
        else (),
        options={"ftol": 1e-14, "maxiter": 200},
    )
    end = np.clip(result.x, 0.0, 1.0)
    moved = np.where(end < 1e-3, 0.0, np.where(end > 1 - 1e-3, 1.0, end))
    return np.array([end, moved]).T


def reach(problem: Problem, conditions: Sequence[Condition], seed: int) -> list[str]:
    """For each condition, how far its outcome comes to it in the ranges when nothing else is asked."""
    said = []
    for condition in conditions:
        sign = 1.0 if condition.at_most else -1.0
        # the lowest of the outcome, or of its negative
        best = _evolved(_Signed(problem, sign), [condition.outcome], (), problem.central()[:, None], seed, GENERATIONS)
        value = problem.of(best[:, None], [condition.outcome])[0, 0]
        shown = f"{condition.outcome.shown(value):.4g} {condition.outcome.unit}"
        said.append(f"`{condition.written}`: alone it comes to {shown} at best")
    return said


class _Signed(Problem):
    """A problem whose outcomes are multiplied by a sign."""

    def __init__(self, problem: Problem, sign: float):
        self.__dict__.update(problem.__dict__)
        self.sign = sign

    def of(self, x: np.ndarray, outcomes: Sequence[Outcome]) -> np.ndarray:
        return self.sign * super().of(x, outcomes)


def report_infeasible(problem: Problem, conditions: Sequence[Condition], seed: int) -> InputError:
    """That no point in the ranges meets all conditions, and what each of them alone comes to."""
    message = f"no values in these ranges of {problem.opened.ids[0]} meet the conditions"
    return InputError([Diagnostic("REE-D032", message, expected="; ".join(reach(problem, conditions, seed)))])


# --- what may be chosen


def of_decisions(opened: Opened, outcomes: Outcomes) -> Problem:
    """The first scenario as a function of what has a part in it and is marked as the choice of an operator; what is set
    on purpose is no choice any more. Raises `InputError` where there is nothing of that kind.
    """
    scope, problems = opened.systems[0].scope, Problems()
    marked = [address for address in sorted(scope.in_use()) if scope.definitions[address].parameter.decision]
    found = [varied(opened, address, None, problems) for address in marked]
    problems.raise_errors()
    parameters = [one for one in found if one is not None]
    model = model_of(opened, parameters, Problems(), outcomes.quantities)
    parameters = [one for one in parameters if one.address in model.variables]
    if not parameters:
        message = f"{opened.ids[0]} makes use of no parameter that is marked as a decision"
        expected = "--vary process.parameter, or `decision: true` in the workspace"
        raise InputError([Diagnostic("REE-D033", message, expected=expected)])
    return Problem(opened, model, parameters, outcomes)


def of_parameters(opened: Opened, outcomes: Outcomes, parameters: Sequence[Varied]) -> Problem:
    """The first scenario as a function of parameters; raises `InputError` where one has no part in it."""
    model = model_of(opened, parameters, opened.problems, outcomes.quantities)
    opened.problems.raise_errors()
    return Problem(opened, model, parameters, outcomes)


def recomputed(problem: Problem, optimum: Optimum, goal: Outcome) -> tuple[float, float]:
    """What bw2calc gives for the goal at the optimum (other goals: what the scenario gives as it is built), and the
    largest relative difference of all indicators; raises `DisagreementError` where it is no rounding.
    """
    point = optimum.point[:, None]
    _, agreement = problem.proved(point)
    system = problem.model.deterministic(0, {name: float(own[0]) for name, own in problem.values(point).items()})
    assert system is not None  # as it has been proved
    if goal.quantity is not None:
        return goal.shown(goal.quantity(system)), agreement
    assert goal.place is not None
    return goal.shown(brightway.scores([system], problem.model.method)[0, goal.place]), agreement


# --- what is told of it


def rows(problem: Problem, optimum: Optimum, goal: Outcome, conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    """Rows of the table `optimum`: the parameters with where they stand in their range, then the goal and what else is
    known by a name, cost say, then the conditions with what is left to them.
    """
    opened = problem.opened
    shown = [goal, *(one for one in problem.outcomes.known.values() if one is not goal and "." not in one.name)]
    now = problem.stands()
    values = problem.of(optimum.point[:, None], shown)[:, 0]
    common = {"scenario": opened.ids[0], "electricity_basis": opened.basis}
    found: list[dict[str, Any]] = []
    for n, one in enumerate(problem.parameters):
        then = float(problem.values(optimum.point[:, None])[one.address][0])
        before, after, low, high = (float(one.shown(value)) for value in (now[n], then, one.low, one.high))
        row = {"kind": "parameter", "name": one.address, "unit": one.unit, "before": before, "after": after}
        row |= {"low": low, "high": high}
        found.append(common | row | {"at": _where(problem, optimum, n, goal, conditions)})
    for n, outcome in enumerate(shown):
        kind = "goal" if outcome is goal else "result"
        if kind == "result" and not _is_told(outcome, conditions):
            continue
        before, after = outcome.shown(problem.outcomes.central(outcome)), outcome.shown(values[n])
        row = {"kind": kind, "name": outcome.name, "unit": outcome.unit, "before": before, "after": after}
        found.append(common | row)
    for condition in conditions:
        outcome = condition.outcome
        before, after = problem.outcomes.central(outcome), problem.of(optimum.point[:, None], [outcome])[0, 0]
        row = {"kind": "condition", "name": condition.written, "unit": outcome.unit}
        row |= {"before": outcome.shown(before), "after": outcome.shown(after)}
        limit = {"high" if condition.at_most else "low": outcome.shown(condition.limit)}
        slack = float(condition.slack(after))
        binding = abs(slack) <= 1e-6 * condition.scale
        told = {"slack": outcome.shown(slack), "at": "at its limit" if binding else "inside"}
        found.append(common | row | limit | told)
    return found


def _is_told(outcome: Outcome, conditions: Sequence[Condition]) -> bool:
    """Beside the goal: cost and closure, where no condition tells them."""
    return outcome.place is None and all(condition.outcome is not outcome for condition in conditions)


def _where(problem: Problem, optimum: Optimum, n: int, goal: Outcome, conditions: Sequence[Condition]) -> str:
    """At which end of its range a parameter is, inside, or without effect on goal and conditions there."""
    wanted = [goal, *(condition.outcome for condition in conditions)]
    points = np.repeat(optimum.point[:, None], 3, axis=1)
    points[n, :2] = 0.0, 1.0
    values = problem.of(points, wanted)
    if np.all(np.abs(values[:, :2] - values[:, 2:]) <= NO_EFFECT * np.abs(values[:, 2:])):
        return "no effect"
    return "low end" if optimum.point[n] <= AT_END else "high end" if optimum.point[n] >= 1 - AT_END else "inside"


def unmarked(problem: Problem) -> list[str]:
    """The parameters that are varied though the workspace does not mark them as decisions."""
    definitions = problem.opened.systems[0].scope.definitions
    return [one.address for one in problem.parameters if not definitions[one.address].parameter.decision]
