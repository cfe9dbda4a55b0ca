"""`ree-lca explain`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import background_option, basis_option, emit, say, study_options

if TYPE_CHECKING:
    from rich.tree import Tree

    from lca.disclosure.explanation.tree import Explainer
    from lca.impact.figures import FigureId


#: Levels that no chain of purchases goes beyond: parts below 0.1 % are not taken apart.
ALL = 30

#: What is a smaller share of a figure is left out where no depth is asked for.
SHOWN = 0.05


def _levels(_context: click.Context, _option: click.Parameter, given: str | None) -> int | None:
    if given is None or given == "all":
        return None if given is None else ALL
    if not given.isdecimal() or not 1 <= int(given) <= ALL:
        raise click.BadParameter(f"`{given}` is no number of levels; a number from 1 to {ALL}, or all")
    return int(given)


@click.command("explain")
@click.argument("words", nargs=-1, metavar="[FIGURE | SCENARIO [INDICATOR [PRODUCT]]]")
@click.option("--source", metavar="ID", help="From this source up to every figure that rests on it, with its share.")
@click.option("--allocation", metavar="NAME", help="How PRODUCT is allocated; the first one of the study if not named.")
@click.option(
    "--depth",
    metavar="N|all",
    callback=_levels,
    help="How many levels of parts, with all that their amounts rest on; `all` for every level and part. Without it: "
    "what fits a screen or two.",
)
@click.option("--top", type=click.IntRange(1), help="How many parts of each are shown; 5, or all with --depth all.")
@study_options
@background_option
@basis_option
def command(
    words: tuple[str, ...],
    source: str | None,
    allocation: str | None,
    depth: int | None,
    top: int | None,
    root: Path,
    settings: tuple[Any, ...],
    study: str | None,
    basis: str | None,
    form: str,
    background: str,
) -> None:
    """Take a FIGURE apart: what contributes to it, the formula of each exchange with its values, and where it is
    written, with source and evidence; with --depth, the parameters too, and what is behind purchases. A figure is named
    study:scenario:product:indicator@basis.

    \b
    Example:
      ree-lca explain electro/magnet-full/belfast/grid climate_change --depth 2 --top 3
      ree-lca explain belfast-missouri:electro/magnet-full/belfast/grid:basket:climate_change@market --format csv
      ree-lca explain --source desnz_2025
    """
    from lca.disclosure.explanation.opening import opened_figure, opened_study

    if (source is None) == (not words) or len(words) > 3:
        raise click.UsageError("name a figure, or a scenario with an indicator and a product; or a source, --source ID")
    if source is not None:
        _trace(opened_study(root, study, settings, background), source, form)
        return
    explainer, figure = opened_figure(root, study, settings, background, words, basis, allocation)
    _explain(explainer, figure, depth, top, form)


def _explain(explainer: Explainer, figure: FigureId, depth: int | None, top: int | None, form: str) -> None:
    import pandas as pd

    from lca.disclosure.explanation.branches import COLUMNS, largest, records, summary

    whole = explainer.explain(figure, depth or 2)
    unit = explainer.computed.method.indicators[explainer.index(figure)].unit
    if form == "table" and depth is None and top is None:
        short = summary(whole, SHOWN)
        _show(records(short.branch, unit))
        left = [f"{short.parts} parts below {SHOWN:.0%} of it"] if short.parts else []
        left += [f"{short.grounds} parameters and factors"] if short.grounds else []
        say(f"left out: {', '.join([*left, 'and what lies deeper'])}; --depth 2 shows more, --depth all everything")
        return
    rows = records(whole if top is None and depth == ALL else largest(whole, top or 5), unit)
    if form == "table":
        _show(rows)
    else:
        emit(pd.DataFrame(rows, columns=list(COLUMNS), dtype=object), form)


def _trace(explainer: Explainer, source: str, form: str) -> None:
    import pandas as pd

    from lca.disclosure.explanation.tracing import COLUMNS, trace

    found = trace(explainer, source)
    rows = found.rows if form != "table" else _headline(explainer, found.rows)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    emit(table, form, title=f"Figures that rest on {source}", hide=("source",))
    places = [f"{one.kind} {one.name}  {one.place}" for one in found.citations]
    for line in ["", f"{source} is stated for {len(places)} numbers in use", *places]:
        click.echo(line, err=form != "table")
    if len(rows) < len(found.rows):
        say(f"{len(found.rows)} figures in all rest on {source}; --format csv lists them")
    if not found.rows:
        say(f"no figure of the study rests on {source}")


def _headline(explainer: Explainer, rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """The figures of whole baskets for the first indicator, on the study's electricity basis."""
    from lca.disclosure.explanation.tree import is_headline

    return [row for row in rows if is_headline(explainer, row["figure"])]


def _show(rows: Sequence[Mapping[str, Any]]) -> None:
    """The tree for people; in colour on a terminal alone."""
    from rich.console import Console
    from rich.tree import Tree

    made: dict[int, Tree] = {}
    met: set[str] = set()
    for row in rows:
        label = _again(row) if row["kind"] == "parameter" and row["name"] in met else _label(row)
        met.add(row["name"])
        if row["parent"] is None:
            made[row["node"]] = Tree(label, guide_style="dim")
        else:
            made[row["node"]] = made[row["parent"]].add(label)
    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else 10_000, highlight=False, emoji=False, soft_wrap=not terminal)
    console.print(made[0])
    sources = {row["source"]: row["source_title"] for row in rows if row["source"]}
    for name, title in sorted(sources.items()):
        click.echo(f"{name}: {title}")


def _again(row: Mapping[str, Any]) -> Any:
    """A parameter that was taken apart above."""
    from rich.text import Text

    return Text(f"{row['name']} = {_number(row)}, see above")


def _label(row: Mapping[str, Any]) -> Any:
    from rich.text import Text

    label = Text()
    if row["value"] is not None:
        share = "" if row["share"] is None or row["parent"] is None else f"  {row['share']:.1%}"
        label.append(f"{row['value']:.4g} {row['unit']}{share}", style="bold")
        label.append(f"  {row['title']}")
    else:
        label.append(f"{row['name']}", style="cyan")
        label.append(f" = {_number(row)}")
        if row["low"] is not None:
            label.append(f" ({row['low']:.6g} to {row['high']:.6g})")
    for line in _lines(row):
        label.append(f"\n{line}", style="dim")
    return label


def _number(row: Mapping[str, Any]) -> str:
    value = row["amount"]
    return f"{value:.6g} {row['amount_unit']}".strip() if isinstance(value, float) else str(value)


def _lines(row: Mapping[str, Any]) -> list[str]:
    """What is said of a number below it: its formula, and where it stands."""
    lines = []
    if row["kind"] == "figure":
        lines.append(row["name"])
    if row["kind"] == "exchange":
        lines.append(f"{row['name']}: {row['written']}")
    elif row["filled"]:
        lines.append(row["written"])
    if row["filled"]:
        lines.append(f"= {row['filled']}")
    if row["said"]:
        lines.append(row["said"])
    stated = [row["file"] and f"{row['file']}:{row['line']}:{row['column']}"]
    stated += [row["evidence"], row["pedigree"] and f"pedigree {row['pedigree']}"]
    stated += [row["source"]]
    stated += [row["set_by"] and f"set by {row['set_by']}"]
    stated += [row[key] and f"{key.replace('_', ' ')} {row[key]}" for key in ("entered_by", "approved_by")]
    if row["kind"] not in ("figure", "others", "basket"):
        lines.append(", ".join(filter(None, stated)))
    if row["note"]:
        lines.append(row["note"])
    return [line for line in lines if line]
