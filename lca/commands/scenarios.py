"""`ree-lca scenarios`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lca.commands.common import (
    Listing,
    emit,
    footnote,
    format_option,
    say,
    say_warnings,
    study_option,
    study_options,
    view_options,
    workspace_option,
)
from lca.commands.sampled import say_proof

if TYPE_CHECKING:
    from lca.impact.batch.optimise import Problem
    from lca.impact.batch.outcomes import Condition, Outcome

F = TypeVar("F", bound=Callable[..., Any])


@click.group("scenarios", cls=Listing)
def command() -> None:
    """List the scenarios of a study; find the values of parameters that are best.

    \b
    Example:
      ree-lca scenarios list
    """


@command.command("list")
@click.option("--all", "every", is_flag=True, help="Every combination of options that the workspace allows.")
@workspace_option
@study_option
@format_option
def list_scenarios(every: bool, root: Path, study: str | None, form: str) -> None:
    """List the scenarios of a study with their titles and options.

    \b
    Example:
      ree-lca scenarios list --format csv
    """
    from lca.impact.results import frame
    from lca.impact.scenario_views import scenario_rows

    rows, axes = scenario_rows(root, study, every)
    emit(frame("scenarios", rows, axes), form, hide=axes)


def _range(given: str) -> tuple[str, tuple[str, str] | None]:
    """`NAME` or `NAME=from:to`."""
    name, equals, rest = given.partition("=")
    parts = rest.split(":")
    if not name.strip() or (equals and len(parts) != 2):
        raise click.BadParameter(f"{given!r} is not NAME or NAME=from:to")
    return name.strip(), (parts[0], parts[1]) if equals else None


def search_options(function: F) -> F:
    """What may be varied, the conditions, and the seed."""
    options = (
        click.option(
            "--vary",
            "varied",
            multiple=True,
            metavar="NAME[=FROM:TO]",
            help="Parameter to vary, in the range that is stated or this one; those marked as decisions if none.",
        ),
        click.option(
            "--subject-to",
            "conditions",
            multiple=True,
            metavar="CONDITION",
            help="What has to hold: 'closure >= 90 %', 'cost <= 30 USD/kg_REO', 'water_use <= 2 m3'.",
        ),
        click.option(
            "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same answer."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@command.command("optimise")
@click.argument("scenario")
@search_options
@study_options
@view_options
def optimise(
    scenario: str,
    varied: tuple[str, ...],
    conditions: tuple[str, ...],
    seed: int,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
) -> None:
    """Find the values of parameters, inside their ranges, at which an indicator of SCENARIO is lowest.

    Conditions may bound indicators, the cost of what is bought and the closure of loops. Parameters are those that the
    workspace marks as the choice of an operator, or those of --vary.

    \b
    Example:
      ree-lca scenarios optimise electro/magnet-full/belfast/grid --subject-to "closure >= 15 %"
    """
    from lca.errors import as_records
    from lca.impact.batch.optimise import minimum, recomputed, report_infeasible, rows
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    problem, goal, bounds = _problem(root, study, scenario, settings, basis, varied, conditions, indicator)
    found = minimum(problem, goal, bounds, seed)
    if found is None:
        raise report_infeasible(problem, bounds, seed)
    table = frame("optimum", rows(problem, found, goal, bounds))
    emit(table, form, title=scenario, hide=("scenario", "electricity_basis"))
    footnote(methane_of(problem.opened.method, goal.name), form)
    value, agreement = recomputed(problem, found, goal)
    say(
        f"{found.evaluations:,} points looked at; the optimum computed anew by bw2calc: {value:.6g} {goal.unit},"
        f" largest relative difference of all indicators {agreement:.1e}"
    )
    _say_what_was_free(problem, [goal, *(bound.outcome for bound in bounds)])
    say_warnings(frame("warnings", as_records(problem.opened.problems.warnings)))


@command.command("pareto")
@click.argument("scenario")
@click.option(
    "--against", default="cost", show_default=True, metavar="NAME", help="The other goal: cost, or an indicator."
)
@click.option("--points", type=click.IntRange(3, 200), default=15, show_default=True, help="Points at most.")
@search_options
@study_options
@view_options
def pareto(
    scenario: str,
    against: str,
    points: int,
    varied: tuple[str, ...],
    conditions: tuple[str, ...],
    seed: int,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
) -> None:
    """Show what an indicator of SCENARIO and its cost trade: points of which none is better in both.

    \b
    Example:
      ree-lca scenarios pareto oxalate/magnet-full/belfast/grid --points 5
    """
    from lca.errors import as_records
    from lca.impact.batch.optimise import report_infeasible
    from lca.impact.batch.pareto import columns, front, rows
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    problem, goal, bounds = _problem(root, study, scenario, settings, basis, varied, conditions, indicator)
    other = problem.outcomes.named(against)
    if other == goal:
        raise click.UsageError(f"the two goals are the same, {against}")
    found = front(problem, goal, other, bounds, seed, points)
    if found is None:
        raise report_infeasible(problem, bounds, seed)
    title = f"{scenario}: {goal.name} [{goal.unit}] against {other.name} [{other.unit}]"
    hidden = ("scenario", "electricity_basis", "goal", "goal_unit", "against", "against_unit")
    emit(frame("front", rows(problem, found, goal, other), columns(problem)), form, title=title, hide=hidden)
    footnote(methane_of(problem.opened.method, goal.name), form)
    if found.shape[1] == 1:
        say("both are lowest at the same values: there is nothing to trade")
    say_proof(*problem.proved(found))
    _say_what_was_free(problem, [goal, other, *(bound.outcome for bound in bounds)])
    say_warnings(frame("warnings", as_records(problem.opened.problems.warnings)))


def _problem(
    root: Path,
    study: str | None,
    scenario: str,
    settings: tuple[Any, ...],
    basis: Any,
    given: tuple[str, ...],
    written: tuple[str, ...],
    indicator: str | None,
) -> tuple[Problem, Outcome, list[Condition]]:
    from lca.impact.batch.opened import opened
    from lca.impact.batch.optimise import of_decisions, of_parameters
    from lca.impact.batch.outcomes import Outcomes
    from lca.impact.batch.vary import varied

    wanted = [_range(one) for one in given]
    if len({name for name, _ in wanted}) < len(wanted):
        raise click.UsageError("--vary names a parameter twice")
    if any(name.startswith("score of") for name, _ in wanted):
        raise click.UsageError("the score of what is bought is no choice of an operator")
    found = opened(root, study, [scenario], settings, basis)
    outcomes = Outcomes(found)
    goal = outcomes.named(indicator or found.method.indicators[0].id)
    bounds = outcomes.conditions(written, found.problems)
    parameters = [varied(found, name, ends, found.problems) for name, ends in wanted]
    found.problems.raise_errors()
    if not wanted:
        return of_decisions(found, outcomes), goal, bounds
    return of_parameters(found, outcomes, [one for one in parameters if one is not None]), goal, bounds


def _say_what_was_free(problem: Problem, used: Sequence[Outcome]) -> None:
    """What has to be known of an optimum: which facts of nature were taken for choices, and what is not in a cost."""
    from lca.impact.batch.optimise import unmarked
    from lca.impact.batch.outcomes import COST

    say("what a value costs in yield, purity or effort counts only where a formula of the workspace says so")
    if facts := unmarked(problem):
        say(f"not marked as decisions, and varied as if they could be chosen: {', '.join(facts)}")
    if any(one.name == COST for one in used) and (missing := problem.outcomes.without_price):
        say(f"bought at no known price, and not in the cost: {', '.join(missing)}")
