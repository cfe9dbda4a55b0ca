"""`ree-lca costs`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, say_warnings, study_options


@click.command("costs")
@click.argument("scenarios", nargs=-1)
@study_options
def command(scenarios: tuple[str, ...], root: Path, settings: tuple[Any, ...], study: str | None, form: str) -> None:
    """Show what the purchases cost: of every scenario of the study, of one SCENARIO good by good, or of two with the
    saving of the second against the first.

    These are operating costs of what is bought, per declared unit, at the prices of the study: no investment, labour or
    maintenance, no revenue.

    \b
    Example:
      ree-lca costs oxalate/magnet-selective/belfast/grid electro/magnet-selective/belfast/grid
    """
    from lca.impact.account_views import cost_difference, cost_totals, costs_by_good
    from lca.impact.study import run_study

    if len(scenarios) > 2:
        raise click.UsageError("costs takes no scenario, one, or two")
    results = run_study(root, study, settings, scenarios, sensitivity=False)
    prices = results.metadata["prices"]
    title = f"Purchased inputs per {results.metadata['declared_unit']}"
    title += f"; {prices['title']} ({prices['date']}). Operating costs only." if prices else ""
    if len(scenarios) == 2:
        table = cost_difference(results, *scenarios, with_total=form == "table")
        emit(table, form, title=f"{scenarios[0]}  ->  {scenarios[1]}\n{title}", hide=("flow",))
    elif scenarios:
        table = costs_by_good(results, scenarios[0], with_total=form == "table")
        emit(table, form, title=f"{scenarios[0]}\n{title}", hide=("scenario", "flow"))
    else:
        emit(cost_totals(results), form, title=title)
    say_warnings(results["warnings"])
