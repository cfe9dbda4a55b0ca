"""`ree-lca products`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    background_option,
    emit,
    footnote,
    indicator_option,
    say_background,
    say_warnings,
    study_options,
)


@click.command("products")
@click.argument("scenario")
@click.option("--factors", is_flag=True, help="Show the factors instead: mass share, weight, share of the burden.")
@study_options
@background_option
@indicator_option
def command(
    scenario: str,
    factors: bool,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    form: str,
    background: str,
) -> None:
    """Show what each product of SCENARIO bears, as much of it as the study declares, by every allocation side by side.

    csv and json give one record per product and allocation.

    \b
    Example:
      ree-lca products electro/magnet-full/belfast/grid
    """
    from lca.impact.account_views import side_by_side
    from lca.impact.overview import methane_in, select
    from lca.impact.study import run_study

    # a circular footprint compares with another scenario of the study
    results = run_study(root, study, settings, sensitivity=False, also=[scenario], background=background)
    if factors:
        table = results["allocation"]
        emit(table[table["scenario"] == scenario], form, title=f"Allocation factors, {scenario}", hide=("scenario",))
    elif form == "table":
        table = side_by_side(results, scenario, indicator)
        first = next(i for i in results.metadata["indicators"] if i["id"] == (indicator or i["id"]))
        basis = results.metadata["electricity_basis"]
        title = f"{first['title']}, {first['unit']} per declared amount, {basis}-based, {scenario}"
        rows = select(results, "products", first["id"], None)
        partial = rows[(rows["scenario"] == scenario) & (rows["coverage"] < 1)].groupby("allocation")["coverage"].min()
        title += "".join(f"\npartial, {name}: the data cover {share:.0%}" for name, share in partial.items())
        emit(table, form, title=title)
    else:
        table = select(results, "products", indicator, None)
        emit(table[table["scenario"] == scenario], form)
    if not factors:
        footnote(methane_in(results, indicator, every=indicator is None and form != "table"), form)
    say_background(results)
    say_warnings(results["warnings"])
