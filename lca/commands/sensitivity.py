"""`ree-lca sensitivity`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import Choice, emit, footnote, say, say_warnings, study_options, view_options
from lca.commands.sampled import progress

#: Method to what its samples are called, and how many there are by default, at least and at most.
SAMPLES = {
    "sobol": ("points", 4096, 64, 1 << 20),
    "morris": ("trajectories", 50, 10, 500),
    "delta": ("samples", 10_000, 500, 200_000),
    "pawn": ("samples", 10_000, 500, 200_000),
    "one-at-a-time": ("", 0, 0, 0),
}

#: Rows that are shown to people when nothing else is said.
SHOWN = 20

#: Columns shown to people after the indices, and those shown by priority.
BY_RANK = ("evidence", "priority")
BY_PRIORITY = ("evidence", "pedigree", "source")


def _count(method: str, given: int | None) -> int:
    what, default, least, most = SAMPLES[method]
    if given is None:
        return default
    if not what:
        raise click.UsageError(f"{method} draws no samples: -n has no meaning for it")
    if not least <= given <= most:
        raise click.UsageError(f"-n {given}: {method} takes {least} to {most:,} {what}")
    return given


@click.command("sensitivity")
@click.argument("scenarios", nargs=-1, required=True)
@click.option(
    "--method",
    type=Choice(list(SAMPLES)),
    default="sobol",
    show_default=True,
    help="sobol: shares of the variance. morris: elementary effects, from few evaluations. delta, pawn: changes of the"
    " whole distribution, also of correlated quantities. one-at-a-time: ends of ranges.",
)
@click.option(
    "-n",
    "count",
    type=int,
    help="Points for sobol, a power of two or the next one is taken [4096]; trajectories for morris [50]; samples for"
    " delta and pawn [10000].",
)
@click.option(
    "--screen",
    type=click.IntRange(1),
    metavar="K",
    help="For sobol: indices for the K quantities with the largest elementary effects, all others as one.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same result.")
@click.option("--top", type=click.IntRange(1), help=f"Rows to show; {SHOWN} in a table, else all.")
@click.option("--next", "by_priority", is_flag=True, help="Order by what data to get next, and show what there is.")
@study_options
@view_options
def command(
    scenarios: tuple[str, ...],
    method: Any,
    count: int | None,
    screen: int | None,
    seed: int,
    top: int | None,
    by_priority: bool,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    form: str,
) -> None:
    """Show what drives the result of a scenario, or the difference of two (the first minus the second, sampled in
    pairs), with all ranges and distributions at work.

    \b
    Example:
      ree-lca sensitivity electro/magnet-full/belfast/grid --method morris --top 10
      ree-lca sensitivity oxalate/swarf/belfast/grid electro/swarf/belfast/grid -n 256 --screen 10 --next
    """
    if len(scenarios) > 2 or len(set(scenarios)) < len(scenarios):
        raise click.UsageError("name one scenario, or two different ones for their difference")
    if screen is not None and method != "sobol":
        raise click.UsageError("--screen goes with --method sobol")
    samples = _count(method, count)

    from lca.errors import as_records
    from lca.impact.overview import methane_of
    from lca.impact.results import frame
    from lca.impact.sensitivity.analysed import analysed
    from lca.impact.sensitivity.procedures import Wanted, evaluations
    from lca.impact.sensitivity.study import sensitivity

    what = analysed(root, study, scenarios, settings, basis, indicator, seed)
    wanted = Wanted(method, samples, seed, screen)
    with progress(evaluations(what, wanted), "evaluating") as told:
        found = sensitivity(what, wanted, told)
    table = frame(f"sensitivity_{method.replace('-', '_')}", found.rows)
    table["line"] = table["line"].astype("Int64").astype(object).where(table["line"].notna(), None)
    if by_priority:
        table = table.sort_values("priority", ascending=False, kind="stable")
    shown = top or (SHOWN if form == "table" else len(table))
    total = len(table)
    table = table.head(shown)
    if form == "table":
        result = " minus ".join(what.sampled.ids)
        title = f"{what.info.id} of {result}\n{what.central:.4g} {what.info.unit}, {what.sampled.opened.basis}-based"
        if what.coverage < 1:
            title += f", partial: the data cover {100 * what.coverage:.1f} % of it"
        kept = ["parameter", *found.indices, *BY_RANK]
        if by_priority:  # with the place in the inventory below the name: on one line they would be too long
            kept = ["priority", "parameter", found.worth, *BY_PRIORITY]
            places = [_place(*pair) for pair in zip(table["file"], table["line"], strict=True)]
            table = table.assign(parameter=table["parameter"] + places)
        emit(table[kept], form, title=title)
    else:
        emit(table, form)
    footnote(methane_of(what.sampled.opened.method, what.info.id), form)
    if shown < total:
        say(f"{shown} of {total} rows are shown; --top {total} shows all")
    for sentence in found.said:
        say(sentence)
    say_warnings(frame("warnings", as_records(what.sampled.opened.problems.warnings)))


def _place(file: Any, line: Any) -> str:
    """`foreground/cell.yaml:12` on a line of its own."""
    known = isinstance(file, str) and line == line
    return f"\n  {str(file).removeprefix('inventories/')}:{line:.0f}" if known else ""
