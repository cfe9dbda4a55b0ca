"""`ree-lca balance`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import emit, say, say_warnings, study_options

if TYPE_CHECKING:
    import pandas as pd


@click.command("balance")
@click.argument("scenario")
@click.option(
    "--loop", is_flag=True, help="Print the loops instead of the element balances (csv and json; a table shows both)."
)
@click.option(
    "--recovery",
    is_flag=True,
    help="Print how much of each rare earth gets from feed to product instead of the element balances.",
)
@study_options
def command(
    scenario: str,
    loop: bool,
    recovery: bool,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    form: str,
) -> None:
    """Show the element balances of SCENARIO, process by process and for the plant, and how far its loops close.

    Amounts of a process are per product amount, those of the plant, the loops and the recoveries per declared unit.

    \b
    Example:
      ree-lca balance electro/magnet-selective/belfast/grid --recovery
    """
    if loop and recovery:
        raise click.UsageError("--loop and --recovery are two tables; ask for one of them")
    from lca.impact.study import run_study

    results = run_study(root, study, settings, [scenario], sensitivity=False)
    if recovery:
        _show_recoveries(results["recoveries"], scenario, form)
    elif form == "table":
        if not loop:
            emit(results["balances"], form, title=f"Element balances, {scenario}", hide=("scenario",))
            click.echo()
        if len(results["loops"]):
            emit(
                results["loops"],
                form,
                title=f"Loops, {scenario}, per {results.metadata['declared_unit']}",
                hide=("scenario", "loop", "bin"),
            )
    else:
        emit(results["loops" if loop else "balances"], form)
    say_warnings(results["warnings"])


def _show_recoveries(table: pd.DataFrame, scenario: str, form: str) -> None:
    """For people one line a process and one column an element, of the step and from the feed on; else as it is."""
    if form != "table":
        emit(table, form)
        return
    if table.empty:
        say("no process of this scenario hands on rare earth that flows say they hold")
        return
    from lca.system.balances import PLANT

    of_steps = table["process"] != PLANT
    for column, rows, title in (
        ("recovered", table, "Recovered of what enters"),
        ("cumulative", table[of_steps], "Recovered of what was fed"),
    ):
        shown = rows.pivot(index="process", columns="element", values=column)
        shown = shown.reindex(index=rows["process"].unique(), columns=rows["element"].unique())
        shown = shown.map(lambda share: "-" if share != share else f"{share:.2%}").reset_index()
        emit(shown, form, title=f"{title}, {scenario}")
        click.echo()
