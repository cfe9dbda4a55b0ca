"""`ree-lca methods`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import (
    Listing,
    background_option,
    emit,
    footnote,
    format_option,
    say,
    settings_option,
    study_option,
    workspace_option,
)

if TYPE_CHECKING:
    from lca.impact.methods import MethodFactors


@click.group("methods", cls=Listing)
def command() -> None:
    """List the methods of impact assessment, their indicators and where their factors come from; `show` them.

    \b
    Example:
      ree-lca methods show climate climate_change
    """


@command.command("list")
@workspace_option
@format_option
def list_methods(root: Path, form: str) -> None:
    """List the methods with their indicators, and where their factors come from.

    \b
    Example:
      ree-lca methods list --format csv
    """
    from lca.impact.method_views import methods_table, sound_inventory

    table = methods_table(sound_inventory(root))
    emit(table, form, title=f"{table['method'].nunique()} methods", hide=("method_title", "name", "note"))


@command.command("show")
@click.argument("method")
@click.argument("indicator", required=False)
@click.option("--scenario", metavar="ID", help="Only flows that occur in this scenario, with their amounts.")
@study_option
@settings_option
@workspace_option
@format_option
def show(
    method: str,
    indicator: str | None,
    scenario: str | None,
    study: str | None,
    settings: tuple[Any, ...],
    root: Path,
    form: str,
) -> None:
    """Show every factor of METHOD that is used for flows of the workspace, of all indicators or one, and the flows that
    the method does not characterise.

    \b
    Example:
      ree-lca methods show climate climate_change --format csv
    """
    from lca.impact.method_views import factors_table, method_named, place_of, sound_inventory, system_of
    from lca.impact.methods import amounts_of

    if scenario is None and (study is not None or settings):
        raise click.UsageError("--study and --set go with --scenario")
    if scenario is None:
        inventory, amounts = sound_inventory(root), None
    else:
        system = system_of(root, study, settings, scenario)
        inventory, amounts = system.inventory, {flow: amount for flow, amount in amounts_of(system).items() if amount}
    found = method_named(inventory, method)
    place = None if indicator is None else place_of(found, indicator)
    table = factors_table(inventory, found, place, amounts)
    if form != "table":
        emit(table, form)
        return
    known = table[table["reason"].isna()]
    exact = {name: known[name].map("{:.12g}".format, na_action="ignore") for name in ("factor", "shipped")}
    known = known.assign(**exact)
    title = str(inventory.methods.named(method).title)
    hidden = ["title", "compartment", "uuid", "node_unit", "categories", "reason"]
    hidden += [name for name in ("partial", "shipped", "node") if known[name].isna().all()]
    emit(known, form, title=f"{title}: factors per unit of the flow", hide=hidden)
    missing = table[table["reason"].notna()]
    if len(missing):
        click.echo()
        kept = {"flow", "title", "amount", "per", "reason"}
        hidden = [str(name) for name in table.columns if name not in kept]
        emit(missing, form, title="Flows that it does not characterise", hide=hidden)
    if note := " ".join(str(inventory.methods.named(method).note or "").split()):
        click.echo(f"\n{note}")
    _say_notes(found, place)


@command.command("uncharacterised")
@click.argument("study", required=False)
@click.option("--scenario", "scenarios", multiple=True, metavar="ID", help="Only this scenario; may be repeated.")
@settings_option
@workspace_option
@format_option
def uncharacterised(
    study: str | None, scenarios: tuple[str, ...], settings: tuple[Any, ...], root: Path, form: str
) -> None:
    """Show the elementary flows of STUDY (the default study if none is named) that its methods have no factor for, with
    the reason and the amount per declared unit: they add nothing to any result.

    The table has the smallest and the largest amount where a flow occurs; csv and json give every scenario.

    \b
    Example:
      ree-lca methods uncharacterised --scenario electro/magnet-full/belfast/grid
    """
    from lca.impact.method_views import over_scenarios, uncharacterised_flows

    table = uncharacterised_flows(root, study, settings, scenarios)
    if form != "table":
        emit(table, form)
    elif len(table):
        shown = over_scenarios(table) if table["scenario"].nunique() > 1 else table
        emit(shown, form, title="Elementary flows without a factor, per declared unit", hide=("scenario", "title"))
    else:
        say("every elementary flow has a factor in each of the methods, if only 0")


@command.command("weighted")
@click.argument("scenarios", nargs=-1, required=True, metavar="SCENARIO")
@click.option("--method", metavar="NAME", help="Method to use; the only one with weighting if none is named.")
@study_option
@settings_option
@background_option
@workspace_option
@format_option
def weighted(
    scenarios: tuple[str, ...],
    method: str | None,
    study: str | None,
    settings: tuple[Any, ...],
    background: str,
    root: Path,
    form: str,
) -> None:
    """Show the normalised and weighted results of one SCENARIO, with what the data cover of each; comparisons with them
    are refused (ISO 14044, 4.4.5).

    \b
    Example:
      ree-lca methods weighted electro/magnet-full/belfast/grid
    """
    from lca.impact.weighting import said_of_weighting, weighted_results

    table, weighting, methane = weighted_results(root, study, settings, scenarios, method, background)
    emit(table, form, title=f"{weighting.title}, {scenarios[0]}", hide=("scenario", "indicator"))
    if form == "table":
        click.echo(f"\n{said_of_weighting(table, weighting)}")
    footnote(methane, form)


def _say_notes(method: MethodFactors, place: int | None) -> None:
    """What is to be said of indicators, with how they count methane."""
    infos = method.indicators if place is None else (method.indicators[place],)
    for info in infos:
        said = [text for text in (info.note, f"{info.methane[:1].upper()}{info.methane[1:]}.") if text not in ("", ".")]
        if said:
            click.echo(f"\n{info.id}: {' '.join(said)}")
