"""`ree-lca loop`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, say_warnings, study_options


@click.command("loop")
@click.argument("scenarios", nargs=-1)
@study_options
def command(scenarios: tuple[str, ...], root: Path, settings: tuple[Any, ...], study: str | None, form: str) -> None:
    """Show how far the closed loops close, bin by bin and in total: of all scenarios, or of the SCENARIOS named.

    Closure of a bin is what is returned to use per what is drawn for it; of the total, per all that is drawn.

    \b
    Example:
      ree-lca loop electro/magnet-full/belfast/grid
    """
    from lca.impact.study import run_study

    results = run_study(root, study, settings, scenarios, sensitivity=False)
    title = f"Loops per {results.metadata['declared_unit']}"
    hidden = ("loop", "bin", *(("scenario",) if len(scenarios) == 1 else ()))
    emit(results["loops"], form, title=f"{title}, {scenarios[0]}" if len(scenarios) == 1 else title, hide=hidden)
    say_warnings(results["warnings"])
