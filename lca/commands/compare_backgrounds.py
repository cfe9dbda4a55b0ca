"""`ree-lca compare-backgrounds`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    emit,
    footnote,
    format_option,
    say,
    say_warnings,
    settings_option,
    view_options,
    workspace_option,
)


@click.command("compare-backgrounds")
@click.argument("study", required=False)
@click.option(
    "--backgrounds", metavar="NAMES", help="Names with commas between them; those that the study lists if none."
)
@click.option("--providers", is_flag=True, help="As csv or json: the unit scores of providers instead of the results.")
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Also write report and tables to DIR.")
@workspace_option
@settings_option
@format_option
@view_options
def command(
    study: str | None,
    backgrounds: str | None,
    providers: bool,
    out: Path | None,
    root: Path,
    settings: tuple[Any, ...],
    form: str,
    indicator: str | None,
    basis: str | None,
) -> None:
    """Compute STUDY on several backgrounds, `own` for the data sets of the workspace itself: its results side by side,
    and for every provider our score of a unit against that of the database.

    \b
    Example:
      ree-lca compare-backgrounds --backgrounds own --indicator climate_change
    """
    from lca.impact.background_comparison import compare_backgrounds, provider_scores, selected, side_by_side
    from lca.impact.overview import methane_of
    from lca.impact.results import as_csv
    from lca.report.backgrounds import backgrounds_document
    from lca.report.html import render_html
    from lca.workspace import templates_of, write_files

    names = [name.strip() for name in backgrounds.split(",") if name.strip()] if backgrounds else []
    found = compare_backgrounds(root, study, names, settings)
    shown = indicator or (found.indicators[0] if form == "table" else None)
    if form == "table":
        assert shown is not None
        results, scores = side_by_side(found, shown, basis), provider_scores(found, shown, basis)
        title = f"{found.study.title}\n{shown}, {basis or found.basis}-based electricity, central values"
        emit(results, form, title=title, hide=("indicator",))
        if len(scores):
            click.echo()
            emit(scores, form, title=f"Providers: {shown} of one unit, ours and theirs")
    else:
        emit(selected(found, found.providers if providers else found.results, indicator, basis), form)
    footnote(methane_of(found.method, shown), form)
    if out is not None:
        files = {
            "backgrounds.html": render_html(backgrounds_document(found), templates_of(root, "html")),
            "backgrounds.csv": as_csv(found.results),
            "providers.csv": as_csv(found.providers),
        }
        for path in write_files(out, files):
            say(f"wrote {path}")
    for name, called in found.backgrounds.items():
        if called != name:
            say(f"background {called}")
    say_warnings(found.warnings)
