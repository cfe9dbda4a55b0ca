"""`ree-lca accounts`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    background_option,
    basis_option,
    emit,
    footnote,
    say_background,
    say_warnings,
    study_options,
)


@click.command("accounts")
@click.argument("network", required=False)
@study_options
@background_option
@basis_option
def command(
    network: str | None,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    form: str,
    basis: str | None,
    background: str,
) -> None:
    """Show a year of the plants of NETWORK (of every network of the study if none is named) and of all together:
    footprint by GHG scope, and what is bought by account.

    \b
    Example:
      ree-lca accounts --basis market --format csv
    """
    from lca.impact.account_views import accounts_of
    from lca.impact.overview import methane_in
    from lca.impact.study import run_study

    results = run_study(root, study, settings, sensitivity=False, background=background)
    table = accounts_of(results, network, basis)
    if form == "table":
        table = table[table["kind"] != "footprint_by_account"]
        names = {"network": "all plants"}
        for (name, plant, which), rows in table.groupby(["network", "plant", "electricity_basis"], sort=False):
            title = f"{name}, {names.get(str(plant), plant)}, {which}-based, per year"
            emit(rows, form, title=title, hide=("network", "plant", "scenario", "electricity_basis", "item"))
            click.echo()
    else:
        emit(table, form)
    footnote(methane_in(results, every=True), form)
    say_background(results)
    say_warnings(results["warnings"])
