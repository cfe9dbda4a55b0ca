"""`ree-lca breakeven`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import emit, footnote, say, say_warnings, study_options, view_options
from lca.commands.sampled import leave_if_stopped, say_proof, stoppable, titled

if TYPE_CHECKING:
    from lca.impact.batch.opened import Opened


@click.command("breakeven")
@click.argument("asked", nargs=-1, metavar="[[PARAMETER] BASELINE ALTERNATIVE]")
@click.option(
    "--between", nargs=2, metavar="LOW HIGH", help="Range to look in; the one that is stated if none is given."
)
@click.option(
    "--uncertain", is_flag=True, help="How the tie is distributed with all else uncertain, for one indicator."
)
@click.option("-n", "count", type=click.IntRange(100, 100_000), default=1000, show_default=True, help="Samples.")
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same bits.")
@study_options
@view_options
def command(
    asked: tuple[str, ...],
    between: tuple[str, str] | None,
    uncertain: bool,
    count: int,
    seed: int,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
) -> None:
    """Find the values of PARAMETER at which two scenarios tie, indicator by indicator; that there are none is an answer
    too. Without PARAMETER: answer the questions of the study, of the scenarios that they name or of these two.

    "score of FLOW" instead of a parameter is what a unit of a flow causes that the plant buys, in one indicator.

    \b
    Example:
      ree-lca breakeven
      ree-lca breakeven electro_extraction.cell_voltage oxalate/swarf/belfast/grid electro/swarf/belfast/grid
    """
    from lca.errors import as_records
    from lca.impact.batch.opened import opened
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    complete = True
    if len(asked) not in (0, 2, 3):
        raise click.UsageError(_expected(asked))
    if asked and asked[-2] == asked[-1]:
        raise click.UsageError("the two scenarios are the same: they tie everywhere")
    if len(asked) != 3:
        if between or uncertain or indicator:
            raise click.UsageError("--between, --uncertain and --indicator go with PARAMETER BASELINE ALTERNATIVE")
        found = opened(root, study, asked, settings, basis, asked=not asked)
        shown = _questions(found, asked, form)
    else:
        found = opened(root, study, asked[1:], settings, basis)
        complete, shown = _one(found, asked[0], between, (count, seed) if uncertain else None, indicator, form)
    footnote(methane_of(found.method, shown), form)
    say_warnings(frame("warnings", as_records(found.problems.warnings)))
    leave_if_stopped(complete)


def _expected(asked: tuple[str, ...]) -> str:
    """What to write instead of so many words."""
    said = "breakeven takes PARAMETER BASELINE ALTERNATIVE, BASELINE ALTERNATIVE, or nothing"
    return f"{said}; a range is an option: --between {shlex.join(asked[3:])}" if len(asked) == 5 else said


def _questions(found: Opened, pair: tuple[str, ...], form: str) -> str | None:
    """The answers, of another pair than each question names where one is given; the indicator that all are about."""
    from lca.impact.batch.questions import answers
    from lca.impact.results import frame

    rows, points, agreement = answers(found, pair)
    pairs = {(row["baseline"], row["alternative"]) for row in rows}
    title, hidden = str(found.checked.study.title), ["electricity_basis", "parameter"]
    if len(pairs) == 1:
        title, hidden = "  ->  ".join(*pairs), [*hidden, "baseline", "alternative"]
    emit(frame("questions", rows), form, title=title, hide=hidden)
    say_proof(points, agreement)
    indicators = {str(row["indicator"]) for row in rows}
    return indicators.pop() if len(indicators) == 1 else None


def _one(
    found: Opened,
    name: str,
    between: tuple[str, str] | None,
    sampled: tuple[int, int] | None,
    indicator: str | None,
    form: str,
) -> tuple[bool, str | None]:
    """The ties of one parameter; `sampled`, number and seed of samples, how they are distributed. Whether nobody
    stopped it, and the indicator that they are of, where it is one.
    """
    from lca.impact.batch.breakeven import STEPS, breakeven, sampled_breakeven
    from lca.impact.batch.proof import proved
    from lca.impact.batch.vary import modelled
    from lca.impact.results import frame

    (one,), model = modelled(found, [(name, between)], indicator)
    hidden = ("baseline", "alternative", "electricity_basis", "parameter")
    title = f"{one.address}: {found.ids[0]}  ->  {found.ids[1]}"
    complete = True
    if sampled is not None:
        with stoppable() as stopped:
            rows = sampled_breakeven(found, one, *sampled, indicator, stopped)
        complete = all(row["complete"] for row in rows)
        shown = titled(complete, sum(row["samples"] for row in rows), title)
        emit(frame("uncertain_breakeven", rows), form, title=shown, hide=(*hidden, "complete"))
        say("shares are of all samples; quantiles are of those that tie")
    else:
        emit(frame("breakeven", breakeven(found, model, one, indicator)), form, title=title, hide=hidden)
        say_proof(*proved(model, {one.address: one.grid(STEPS)}))
    return complete, one.indicator or indicator
