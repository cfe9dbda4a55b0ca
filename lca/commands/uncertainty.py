"""`ree-lca uncertainty`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, footnote, say, study_options, view_options
from lca.commands.sampled import progress, sampling_options, say_account


@click.command("uncertainty")
@click.argument("scenarios", nargs=-1)
@sampling_options
@click.option("--products", is_flag=True, help="Also the single products of the basket, by every allocation.")
@click.option(
    "--samples", "target", type=click.Path(path_type=Path), metavar="FILE", help="Write all samples: .csv or .parquet."
)
@study_options
@view_options
def command(
    scenarios: tuple[str, ...],
    count: int,
    until: float | None,
    seed: int,
    method: Any,
    products: bool,
    target: Path | None,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
) -> None:
    """Show how sure results are: all scenarios of a study, or the SCENARIOS named, with all ranges and distributions
    sampled at once.

    \b
    Example:
      ree-lca uncertainty electro/magnet-full/belfast/grid -n 2000 --indicator climate_change
    """
    from lca.impact.batch.products import unknown_shares
    from lca.impact.batch.table import check_target, write_samples
    from lca.impact.batch.uncertainty import Wanted, prepared, uncertainty
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    if target is not None:
        check_target(target)
    wanted = Wanted(count, until, seed, method)
    sampled = prepared(root, study, scenarios, settings, basis)
    with progress(wanted.most, "sampling") as told:
        run, rows = uncertainty(sampled, wanted, indicator, products, told)
    if target is not None:
        with progress(run.samples, "writing") as told:
            write_samples(sampled, wanted, run.samples, target, told)
    hidden = () if products else ("product", "allocation")
    less = ("electricity_basis", "samples", "median_from", "median_to", "low_50", "high_50")
    emit(frame("uncertainty", rows), form, hide=(*hidden, *less))
    footnote(methane_of(sampled.opened.method, indicator), form)
    say_account(sampled, wanted, run, rows)
    for sentence in unknown_shares(sampled.opened, sampled.uncertain.names) if products else ():
        say(sentence)
