"""`ree-lca results`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
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

#: How many of the combinations that are left out are named.
SHOWN = 3


def _by_reason(excluded: Iterable[Mapping[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in excluded:
        found.setdefault(one["reason"], []).append(one["id"])
    return found


@click.command("results")
@click.argument("scenarios", nargs=-1)
@click.option(
    "--all-scenarios", is_flag=True, help="Every combination of options that the workspace allows, beside the study's."
)
@click.option("--products", is_flag=True, help="Also the single products of the basket, by every allocation.")
@click.option("--figures", is_flag=True, help="Also the name of each figure, for `ree-lca explain`.")
@study_options
@background_option
@view_options
def command(
    scenarios: tuple[str, ...],
    all_scenarios: bool,
    products: bool,
    figures: bool,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: str | None,
    form: str,
    background: str,
) -> None:
    """Show the results of a study: all scenarios, or the SCENARIOS named (any combination of options), all indicators
    and both bases.

    \b
    Example:
      ree-lca results --indicator climate_change --basis market --format csv
    """
    import pandas as pd

    from lca.impact.overview import methane_in, named, select
    from lca.impact.study import run_study

    if scenarios and all_scenarios:
        raise click.UsageError("name scenarios, or ask for all of them with --all-scenarios")
    results = run_study(
        root, study, settings, scenarios, sensitivity=False, every=all_scenarios, brief=True, background=background
    )
    table = select(results, "results", indicator, basis)
    if products:
        table = pd.concat([table, select(results, "products", indicator, basis)], ignore_index=True)
    if figures:
        table = named(results, table)
    emit(table, form, hide=() if products else ("product", "allocation"))
    footnote(methane_in(results, indicator, every=indicator is None), form)
    if all_scenarios:
        for reason, names in _by_reason(results.metadata["excluded"]).items():
            shown = ", ".join(names[:SHOWN]) + (f" ... ({len(names)} in all)" if len(names) > SHOWN else "")
            say(f"left out: {shown}: {reason}")
    say_background(results)
    say_warnings(results["warnings"])
