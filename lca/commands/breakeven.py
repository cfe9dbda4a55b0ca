"""`ree-lca breakeven`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import emit, footnote, say, say_warnings, study_options, view_options
from lca.commands.sampled import say_proof

if TYPE_CHECKING:
    from lca.impact.batch.opened import Opened


@click.command("breakeven")
@click.argument("asked", nargs=-1, metavar="[PARAMETER BASELINE ALTERNATIVE]")
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
    too. Without PARAMETER: answer the questions of the study.

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

    if not asked:
        if between or uncertain or indicator:
            raise click.UsageError("--between, --uncertain and --indicator go with PARAMETER BASELINE ALTERNATIVE")
        found = opened(root, study, (), settings, basis, asked=True)
        _questions(found, form)
    elif len(asked) != 3:
        raise click.UsageError("breakeven takes PARAMETER BASELINE ALTERNATIVE, or nothing")
    elif asked[1] == asked[2]:
        raise click.UsageError("the two scenarios are the same: they tie everywhere")
    else:
        found = opened(root, study, asked[1:], settings, basis)
        _one(found, asked[0], between, (count, seed) if uncertain else None, indicator, form)
    footnote(methane_of(found.method, indicator), form)
    say_warnings(frame("warnings", as_records(found.problems.warnings)))


def _questions(found: Opened, form: str) -> None:
    from lca.impact.batch.questions import answers
    from lca.impact.results import frame

    rows, points, agreement = answers(found)
    pairs = {(row["baseline"], row["alternative"]) for row in rows}
    title, hidden = str(found.checked.study.title), ["electricity_basis", "parameter"]
    if len(pairs) == 1:
        title, hidden = "  ->  ".join(*pairs), [*hidden, "baseline", "alternative"]
    emit(frame("questions", rows), form, title=title, hide=hidden)
    say_proof(points, agreement)


def _one(
    found: Opened,
    name: str,
    between: tuple[str, str] | None,
    sampled: tuple[int, int] | None,
    indicator: str | None,
    form: str,
) -> None:
    """The ties of one parameter; `sampled`, number and seed of samples, how they are distributed."""
    from lca.impact.batch.breakeven import STEPS, breakeven, sampled_breakeven
    from lca.impact.batch.engine import proved
    from lca.impact.batch.vary import model_of, varied
    from lca.impact.results import frame

    one = varied(found, name, between, found.problems, indicator)
    found.problems.raise_errors()
    assert one is not None
    model = model_of(found, [one], found.problems)
    found.problems.raise_errors()
    hidden = ("baseline", "alternative", "electricity_basis", "parameter")
    title = f"{one.address}: {found.ids[0]}  ->  {found.ids[1]}"
    if sampled is not None:
        table = frame("uncertain_breakeven", sampled_breakeven(found, one, *sampled, indicator))
        emit(table, form, title=title, hide=hidden)
        say("shares are of all samples; quantiles are of those that tie")
    else:
        emit(frame("breakeven", breakeven(found, model, one, indicator)), form, title=title, hide=hidden)
        say_proof(*proved(model, {one.address: one.grid(STEPS)}))
