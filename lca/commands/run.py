"""`ree-lca run`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    background_option,
    emit,
    footnote,
    format_option,
    say,
    say_background,
    say_warnings,
    settings_option,
    workspace_option,
)


@click.command("run")
@click.argument("study", required=False)
@workspace_option
@settings_option
@background_option
@format_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the results; one folder per study in it.",
)
@click.option("--pdf", is_flag=True, help="Also the PDF of the report.")
@click.option("--xlsx", is_flag=True, help="Also the workbook of the report.")
@click.option("--bundle", is_flag=True, help="Also a bundle that others can verify, see `ree-lca audit`.")
@click.option("--by", metavar="NAME", default="", help="Who runs it; kept in the bundle and in the workspace's log.")
@click.option("--why", metavar="TEXT", default="", help="Why; kept in the log.")
def command(
    study: str | None,
    root: Path,
    settings: tuple[Any, ...],
    background: str,
    form: str,
    out: Path,
    pdf: bool,
    xlsx: bool,
    bundle: bool,
    by: str,
    why: str,
) -> None:
    """Compute STUDY (the default study if none is named), print its headline table, write results and report to
    out/STUDY/, or out/STUDY@NAME/ on the background NAME. `ree-lca report` writes a fuller report.

    \b
    Example:
      ree-lca run --set workspace.oxalic_acid_route=formate
    """
    from lca.change_log import LOG, keeps_log
    from lca.commands.audit import page_of
    from lca.disclosure.audit.bundle import make_bundle
    from lca.disclosure.audit.logged_runs import log_run
    from lca.impact.background_views import called, folder_of
    from lca.impact.overview import headline, methane_in
    from lca.impact.results import as_csv
    from lca.impact.study import run_study
    from lca.report.content import report_document
    from lca.report.documents import FORMS, rendered
    from lca.workspace import write_files

    logged = keeps_log(root)
    packed = None
    if bundle:
        made = make_bundle(root, study, settings, background, lambda r: page_of(root, r), by)
        results, packed = made.results, made.content
    else:
        results = run_study(root, study, settings, background=background)
    forms = [wanted for wanted, asked in zip(FORMS, (True, pdf, xlsx), strict=True) if asked]
    folder = out / folder_of(results)
    written = write_files(
        folder,
        {
            "results.json": results.to_json(),
            "results.csv": as_csv(results["results"]),
            "contributions.csv": as_csv(results["contributions"]),
        }
        | dict(rendered(report_document(results), root, forms))
        | ({"bundle.zip": packed} if packed is not None else {}),
    )
    title, table = headline(results)
    if results.metadata["background"] is not None:
        title += f"\nbackground {called(results.metadata['background'])}"
    emit(table if form == "table" else results["results"], form, title)
    every = form != "table" or "indicator" in table.columns
    footnote(methane_in(results, every=every), form)
    say_background(results)
    say_warnings(results["warnings"])
    for path in written:
        say(f"wrote {path}")
    if logged:
        log_run(root, folder_of(results), results, by, why)
        say(f"added a line to {root / LOG}")
