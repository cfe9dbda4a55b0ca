"""`ree-lca sweep`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import emit, footnote, say, say_warnings, study_options, view_options
from lca.commands.sampled import say_proof

#: Points of a range whose number is not given.
STEPS = 11


def _parts(given: str) -> tuple[str, tuple[str, str] | None, int]:
    """`NAME`, `NAME=from:to` or `NAME=from:to:steps`."""
    name, _, rest = given.partition("=")
    parts = rest.split(":") if rest else []
    if not name.strip() or len(parts) == 1 or len(parts) > 3:
        raise click.BadParameter(f"{given!r} is not NAME=from:to:steps")
    steps = parts[2].strip() if len(parts) == 3 else str(STEPS)
    if not steps.isdigit() or not 2 <= int(steps) <= 10_000:
        raise click.BadParameter(f"{steps!r} is no number of steps from 2 to 10000")
    return name.strip(), (parts[0], parts[1]) if parts else None, int(steps)


@click.command("sweep")
@click.argument("scenarios", nargs=-1, required=True)
@click.option(
    "--vary",
    "ranges",
    multiple=True,
    required=True,
    metavar="NAME=FROM:TO:STEPS",
    help="Parameter and range, once or twice; without a range the one that is stated for it.",
)
@click.option("--contour", is_flag=True, help="Show where the first two scenarios tie, for two parameters.")
@study_options
@view_options
def command(
    scenarios: tuple[str, ...],
    ranges: tuple[str, ...],
    contour: bool,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
) -> None:
    """Compute SCENARIOS over a range of one parameter, or a grid of two; all else at its central value.

    \b
    Example:
      ree-lca sweep electro/magnet-full/belfast/grid --vary electro_extraction.cell_voltage=2V:5V:7
    """
    import numpy as np

    from lca.errors import as_records
    from lca.impact.batch import sweep
    from lca.impact.batch.opened import opened
    from lca.impact.batch.proof import proved
    from lca.impact.batch.vary import MOST_POINTS, modelled
    from lca.impact.overview import methane_of
    from lca.impact.results import frame

    wanted = [_parts(given) for given in ranges]
    if len(wanted) > 2 or len({name for name, _, _ in wanted}) < len(wanted):
        raise click.UsageError("--vary takes one parameter, or two different ones")
    if contour and (len(wanted) < 2 or len(set(scenarios)) < 2):
        raise click.UsageError("a contour needs two scenarios and two parameters")
    if len(wanted) == 2 and wanted[0][2] * wanted[1][2] > MOST_POINTS:
        raise click.UsageError(f"the grid has more than {MOST_POINTS:,} points")
    found = opened(root, study, scenarios, settings, basis)
    parameters, model = modelled(found, [(name, ends) for name, ends, _ in wanted], indicator)
    grids = [(one, one.grid(steps)) for one, (_, _, steps) in zip(parameters, wanted, strict=True)]
    of_score = next((one.indicator for one, _ in grids if one.flow), None)  # of others nothing is then known
    shown = indicator or of_score or (found.method.indicators[0].id if form == "table" else None)
    second = ("parameter_2", "at_2", "parameter_unit_2") if len(grids) == 1 else ()
    if contour:
        emit(frame("contour", sweep.contour(found, model, grids, shown)), form, hide=("electricity_basis",))
    else:
        table = frame("sweep", sweep.sweep(found, model, grids, shown))
        emit(table, form, hide=("electricity_basis", *second))
        if table["value"].isna().any():
            say(
                f"{int(table['value'].isna().sum())} points are impossible: an amount would be negative, or none at all"
            )
    footnote(methane_of(found.method, shown), form)
    points = np.meshgrid(*(values for _, values in grids))
    say_proof(*proved(model, {one.address: axis.ravel() for (one, _), axis in zip(grids, points, strict=True)}))
    say_warnings(frame("warnings", as_records(found.problems.warnings)))
