"""`ree-lca compare`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    background_option,
    emit,
    footnote,
    say,
    say_background,
    say_warnings,
    study_options,
    view_options,
)


@click.command("compare")
@click.argument("baseline")
@click.argument("alternative")
@click.option(
    "--by",
    type=click.Choice(["stage", "process", "input", "elementary_flow", "scope", "account"]),
    default="input",
    show_default=True,
    help="Breakdown of the difference.",
)
@study_options
@background_option
@view_options
def command(
    baseline: str,
    alternative: str,
    by: str,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: str | None,
    form: str,
    background: str,
) -> None:
    """Compare two scenarios. Saving is BASELINE minus ALTERNATIVE, positive when the alternative is lower.

    \b
    Example:
      ree-lca compare oxalate/magnet-full/belfast/grid electro/magnet-full/belfast/grid
    """
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
