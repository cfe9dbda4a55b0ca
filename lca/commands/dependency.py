"""`ree-lca dependency`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, say_warnings, study_options


@click.command("dependency")
@click.argument("scenario", required=False)
@study_options
def command(scenario: str | None, root: Path, settings: tuple[Any, ...], study: str | None, form: str) -> None:
    """Show which countries the purchases depend on: of every scenario of the study, or of one SCENARIO good by good.

    Shares are those of world supply where the workspace has them (`origins:`), else the place of the supplier in the
    model.

    \b
    Example:
      ree-lca dependency oxalate/magnet-selective/belfast/grid
    """
    from lca.impact.account_views import dependency_of, dependency_totals
    from lca.impact.study import run_study

    results = run_study(root, study, settings, [scenario] if scenario else [], sensitivity=False)
    title = f"Supply dependency per {results.metadata['declared_unit']}"
    if scenario:
        hidden = ("scenario", "flow", "largest", "upstream", "source", "evidence")
        emit(dependency_of(results, scenario), form, title=f"{title}, {scenario}", hide=hidden)
    else:
        left_out = [*results.metadata["upstream_stages"], *results.metadata["upstream_accounts"]]
        title += f", without {', '.join(left_out)}" if left_out else ""
        emit(dependency_totals(results), form, title=title)
    say_warnings(results["warnings"])
