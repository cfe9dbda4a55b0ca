"""`ree-lca balance`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, say_warnings, study_options


@click.command("balance")
@click.argument("scenario")
@click.option(
    "--loop", is_flag=True, help="Print the loops instead of the element balances (csv and json; a table shows both)."
)
@study_options
def command(scenario: str, loop: bool, root: Path, settings: tuple[Any, ...], study: str | None, form: str) -> None:
    """Show the element balances of SCENARIO, process by process and for the plant, and how far its loops close.

    Amounts of a process are per product amount, those of the plant and the loops per declared unit.

    \b
    Example:
      ree-lca balance electro/magnet-full/belfast/grid
    """
    from lca.impact.study import run_study

    results = run_study(root, study, settings, [scenario], sensitivity=False)
    if form == "table":
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
