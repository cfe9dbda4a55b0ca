"""`ree-lca uncertainty`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

from lca.commands.common import background_option, emit, footnote, say, study_options, view_options
from lca.commands.sampled import (
    check_engine,
    check_spreads,
    engine_options,
    leave_if_stopped,
    progress,
    sampling_options,
    say_account,
    say_problems,
    spreads_option,
    stoppable,
    titled,
)


@click.command("uncertainty")
@click.argument("scenarios", nargs=-1)
@sampling_options
@engine_options
@click.option("--products", is_flag=True, help="Also the single products of the basket, by every allocation.")
@click.option(
    "--samples",
    "target",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help='Write all samples: .csv, or .parquet (needs `pip install "ree-lca[parquet]"`).',
)
@click.option(
    "--replay",
    "recorded",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Evaluate the quantities of a table that --samples wrote again, and say which results changed.",
)
@study_options
@background_option
@spreads_option
@view_options
@click.pass_context
def command(
    ctx: click.Context,
    scenarios: tuple[str, ...],
    count: int,
    until: float | None,
    seed: int,
    method: Any,
    engine: str,
    scheduler: str | None,
    workers: int | None,
    products: bool,
    target: Path | None,
    recorded: Path | None,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
    background: str,
    spreads: bool,
) -> None:
    """Show how sure results are: all scenarios of a study, or the SCENARIOS named, with all ranges and distributions
    sampled at once.

    \b
    Example:
      ree-lca uncertainty electro/magnet-full/belfast/grid -n 2000 --indicator climate_change
      ree-lca uncertainty electro/magnet-full/belfast/grid -n 2000 --samples samples.csv
      ree-lca uncertainty --replay samples.csv
    """
    from lca.impact.batch.cluster import engine_of
    from lca.impact.batch.products import unknown_shares
    from lca.impact.batch.table import check_target, write_samples
    from lca.impact.batch.uncertainty import Wanted, prepared, uncertainty
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    if recorded is not None:
        _refuse_with_replay(ctx)
        _replay(recorded, root, study, scenarios, settings, basis, indicator, form, background)
        return
    if target is not None:
        check_target(target)
    check_engine(engine, scheduler, workers)
    check_spreads(spreads, background)
    if spreads and target is not None:
        raise click.UsageError("a table cannot hold draws of a database: --samples and --background-spreads")
    wanted = Wanted(count, until, seed, method)
    sampled = prepared(root, study, scenarios, settings, basis, background, spreads)
    with stoppable() as stopped:
        with engine_of(engine, scheduler, workers) as working, progress(wanted.most, "sampling") as told:
            run, rows = uncertainty(sampled, wanted, indicator, products, told, stopped, working)
        written = target is not None and run.complete
        if target is not None and written:
            with progress(run.samples, "writing") as told:
                written = write_samples(sampled, wanted, run.samples, target, told, stopped)
    hidden = () if products else ("product", "allocation")
    less = ("electricity_basis", "samples", "complete", "median_from", "median_to", "low_50", "high_50")
    emit(frame("uncertainty", rows), form, title=titled(run.complete, run.samples), hide=(*hidden, *less))
    footnote(methane_of(sampled.opened.method, indicator), form)
    say_account(sampled, wanted, run, rows)
    for sentence in unknown_shares(sampled.opened, sampled.uncertain.names) if products else ():
        say(sentence)
    if target is not None and not written:
        say(f"{target} is not written")
    leave_if_stopped(run.complete and (target is None or written))


def _refuse_with_replay(ctx: click.Context) -> None:
    """Raise where options are given that a table, which has its samples already, cannot have."""
    for name in ("count", "until", "seed", "method", "engine", "scheduler", "workers", "products", "target", "spreads"):
        if ctx.get_parameter_source(name) is not ParameterSource.DEFAULT:
            option = next(parameter.opts[0] for parameter in ctx.command.params if parameter.name == name)
            raise click.UsageError(f"a table has its samples already: --replay and {option} exclude each other")


def _replay(
    recorded: Path,
    root: Path,
    study: str | None,
    scenarios: tuple[str, ...],
    settings: tuple[Any, ...],
    basis: Any,
    indicator: str | None,
    form: str,
    background: str,
) -> None:
    from lca.impact.batch.replay import replay
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    with stoppable() as stopped:
        found = replay(
            recorded, root, study, scenarios, settings, basis, indicator, stopped=stopped, background=background
        )
    complete = found.run.complete
    hidden = ("product", "allocation", "electricity_basis", "samples", "complete", "median_from", "median_to")
    less = ("low_50", "high_50", "mean", "sd")
    emit(frame("replay", found.rows), form, title=titled(complete, found.run.samples), hide=(*hidden, *less))
    footnote(methane_of(found.sampled.opened.method, indicator), form)
    for sentence in found.account():
        say(sentence)
    say_problems(found.sampled)
    leave_if_stopped(complete)
