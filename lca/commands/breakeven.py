"""`ree-lca breakeven`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, footnote, say, say_warnings, study_options, view_options
from lca.commands.sampled import leave_if_stopped, say_proof, stoppable, titled


@click.command("breakeven")
@click.argument("parameter")
@click.argument("baseline")
@click.argument("alternative")
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
    parameter: str,
    baseline: str,
    alternative: str,
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
    too.

    \b
    Example:
      ree-lca breakeven electro_extraction.cell_voltage oxalate/swarf/belfast/grid electro/swarf/belfast/grid
    """
    from lca.errors import as_records
    from lca.impact.batch.breakeven import STEPS, breakeven, sampled_breakeven
    from lca.impact.batch.opened import opened
    from lca.impact.batch.proof import proved
    from lca.impact.batch.vary import model_of, varied
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    if baseline == alternative:
        raise click.UsageError("the two scenarios are the same: they tie everywhere")
    found = opened(root, study, (baseline, alternative), settings, basis)
    one = varied(found, parameter, between, found.problems)
    found.problems.raise_errors()
    assert one is not None
    model = model_of(found, [one], found.problems)
    found.problems.raise_errors()
    hidden = ("baseline", "alternative", "electricity_basis", "parameter")
    title = f"{one.address}: {baseline}  ->  {alternative}"
    complete = True
    if uncertain:
        with stoppable() as stopped:
            rows = sampled_breakeven(found, one, count, seed, indicator, stopped)
        complete = all(row["complete"] for row in rows)
        shown = titled(complete, sum(row["samples"] for row in rows), title)
        emit(frame("uncertain_breakeven", rows), form, title=shown, hide=(*hidden, "complete"))
        say("shares are of all samples; quantiles are of those that tie")
    else:
        rows = breakeven(found, model, one, indicator)
        emit(frame("breakeven", rows), form, title=title, hide=hidden)
        say_proof(*proved(model, {one.address: one.grid(STEPS)}))
    footnote(methane_of(found.method, indicator), form)
    say_warnings(frame("warnings", as_records(found.problems.warnings)))
    leave_if_stopped(complete)
