"""`ree-lca results`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, say_warnings, study_options, view_options


@click.command("results")
@click.argument("scenarios", nargs=-1)
@study_options
@view_options
def command(
    scenarios: tuple[str, ...],
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: str | None,
    form: str,
) -> None:
    """Show the results of a study: all scenarios, or the SCENARIOS named (any combination of options), all indicators
    and both bases.

    \b
    Example:
      ree-lca results --indicator climate_change --basis market --format csv
    """
    from lca.impact.overview import select
    from lca.impact.study import run_study

    results = run_study(root, study, settings, scenarios, sensitivity=False)
    emit(select(results, "results", indicator, basis), form, hide=("product", "allocation"))
    say_warnings(results["warnings"])
