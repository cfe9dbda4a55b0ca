"""`ree-lca compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    Choice,
    background_option,
    emit,
    footnote,
    say,
    say_background,
    say_warnings,
    study_options,
    view_options,
)
from lca.commands.sampled import (
    check_engine,
    check_spreads,
    engine_options,
    leave_if_stopped,
    progress,
    sampling_options,
    say_account,
    spreads_option,
    stoppable,
    titled,
)


@click.command("compare")
@click.argument("baseline")
@click.argument("alternative")
@click.option(
    "--by",
    type=Choice(["stage", "process", "input", "elementary_flow", "scope", "account"]),
    default="input",
    show_default=True,
    help="Breakdown of the difference.",
)
@click.option("--uncertain", is_flag=True, help="Sample both in pairs: how surely the alternative is lower.")
@sampling_options
@engine_options
@study_options
@background_option
@spreads_option
@view_options
def command(
    baseline: str,
    alternative: str,
    by: str,
    uncertain: bool,
    count: int,
    until: float | None,
    seed: int,
    method: Any,
    engine: str,
    scheduler: str | None,
    workers: int | None,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: str | None,
    form: str,
    background: str,
    spreads: bool,
) -> None:
    """Compare two scenarios. Saving is BASELINE minus ALTERNATIVE, positive when the alternative is lower.

    With --uncertain all ranges and distributions are sampled, what both scenarios share drawn once for both.

    \b
    Example:
      ree-lca compare oxalate/magnet-full/belfast/grid electro/magnet-full/belfast/grid
      ree-lca compare oxalate/magnet-full/belfast/grid electro/magnet-full/belfast/grid --uncertain -n 2000
    """
    if uncertain:
        from lca.impact.batch.uncertainty import Wanted

        check_engine(engine, scheduler, workers)
        check_spreads(spreads, background)
        wanted, where = Wanted(count, until, seed, method), (engine, scheduler, workers)
        _compare_samples(
            (baseline, alternative), wanted, where, root, settings, study, indicator, basis, form, background, spreads
        )
        return
    from lca.impact.comparison import compare_pair
    from lca.impact.overview import difference, methane_in, verdict
    from lca.impact.study import run_study

    results = compare_pair(
        run_study(root, study, settings, [baseline, alternative], sensitivity=False, background=background),
        baseline,
        alternative,
    )
    table = difference(results, by, indicator, basis, with_total=form == "table")
    emit(
        table,
        form,
        title=f"{baseline}  ->  {alternative}",
        hide=("baseline", "alternative", "indicator", "electricity_basis", "dimension", "item"),
    )
    if form == "table":
        click.echo("\n" + verdict(results, indicator, basis))
    footnote(methane_in(results, indicator), form)
    say_background(results)
    say_warnings(results["warnings"])
    if baseline == alternative:
        say("the two scenarios are the same")


def _compare_samples(
    pair: tuple[str, str],
    wanted: Any,
    where: tuple[str, str | None, int | None],
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
    background: str,
    spreads: bool,
) -> None:
    """Differences, ratios and probabilities of samples; for people one indicator, the first unless it is named."""
    import pandas as pd

    from lca.impact.batch.cluster import engine_of
    from lca.impact.batch.uncertainty import compared, prepared
    from lca.impact.batch.verdict import premise, verdict
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    if pair[0] == pair[1]:
        raise click.UsageError("the two scenarios are the same; samples of them do not differ")
    sampled = prepared(root, study, pair, settings, basis, background, spreads)
    shown = indicator or (sampled.opened.method.indicators[0].id if form == "table" else None)
    with stoppable() as stopped, engine_of(*where) as engine, progress(wanted.most, "sampling") as told:
        run, rows, probabilities = compared(sampled, wanted, shown, told, stopped, engine)
    table, shares = frame("uncertain_comparison", rows), frame("probabilities", probabilities)
    if form == "table":
        common = ("baseline", "alternative", "indicator", "electricity_basis", "samples", "complete", "coverage")
        hidden = (*common, "median_from", "median_to", "low_50", "high_50")
        title = titled(run.complete, run.samples, f"{shown}: {pair[0]}  ->  {pair[1]}")
        emit(table, form, title=title, hide=hidden)
        click.echo()
        emit(shares, form, title="probability that the alternative is lower, by more than a margin", hide=common)
        click.echo("\n" + verdict(rows, probabilities, str(shown), premise(sampled)))
    else:
        emit(pd.concat([table, shares.assign(quantity="lower")], ignore_index=True), form)
    footnote(methane_of(sampled.opened.method, shown), form)
    say_account(sampled, wanted, run, rows)
    leave_if_stopped(run.complete)
