"""`ree-lca contributions`."""

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


@click.command("contributions")
@click.argument("scenario")
@click.option(
    "--by",
    type=Choice(["stage", "process", "input", "elementary_flow", "scope", "account"]),
    default="stage",
    show_default=True,
    help="Breakdown to show.",
)
@study_options
@background_option
@view_options
def command(
    scenario: str,
    by: str,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: str | None,
    form: str,
    background: str,
) -> None:
    """Break the result of SCENARIO down. Every breakdown sums to the result.

    \b
    Example:
      ree-lca contributions electro/magnet-full/belfast/grid --by input
    """
    from lca.impact.overview import breakdown, coverage, methane_in
    from lca.impact.study import run_study

    results = run_study(root, study, settings, [scenario], sensitivity=False, background=background)
    table = breakdown(results, by, indicator, basis, with_total=form == "table")
    covered = coverage(results, indicator, basis)
    title = scenario + (f"; partial: the data cover {covered:.0%} of it" if 0 < covered < 1 else "")
    emit(table, form, title=title, hide=("scenario", "indicator", "electricity_basis", "dimension", "item"))
    footnote(methane_in(results, indicator), form)
    if covered == 0:
        say("the indicator is not assessed: no data set of this scenario has a flow that counts for it")
    say_background(results)
    say_warnings(results["warnings"])
