"""`ree-lca report`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    Choice,
    background_option,
    say,
    say_background,
    say_warnings,
    settings_option,
    workspace_option,
)
from lca.commands.sampled import progress

#: No database, see `inventory.backgrounds`, which is not imported for a name.
OWN = "own"


@click.command("report")
@click.argument("study", required=False)
@click.option("--html", is_flag=True, help="The web page, report.html.")
@click.option("--pdf", is_flag=True, help="The PDF, report.pdf.")
@click.option("--xlsx", is_flag=True, help="The workbook, report.xlsx.")
@click.option("--lang", type=Choice(["en"]), default="en", show_default=True, help="Language of the report.")
@click.option(
    "--samples",
    type=click.IntRange(0, 1_000_000),
    default=4096,
    show_default=True,
    help="Samples of all that has a spread, for intervals; 0 leaves them out.",
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the samples.")
@workspace_option
@settings_option
@background_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("out"),
    show_default=True,
    help="Folder for the reports; one folder per study in it.",
)
def command(
    study: str | None,
    html: bool,
    pdf: bool,
    xlsx: bool,
    lang: str,
    samples: int,
    seed: int,
    root: Path,
    settings: tuple[Any, ...],
    background: str,
    out: Path,
) -> None:
    """Write the report of STUDY (the default study if none is named) to out/STUDY/, or out/STUDY@NAME/ on the
    background NAME: as web page, PDF and workbook, or only those asked for.

    \b
    Example:
      ree-lca report --pdf
    """
    from lca.disclosure.annex import Annex
    from lca.impact.background_views import folder_of
    from lca.impact.batch.uncertainty import Wanted
    from lca.report.content import report_document
    from lca.report.documents import FORMS, rendered
    from lca.report.reported import reported_study
    from lca.workspace import write_files

    asked = [form for form, wanted in zip(FORMS, (html, pdf, xlsx), strict=True) if wanted]
    if not samples:
        say("without samples the report has no intervals")
    elif background != OWN:
        say("samples are of the data sets of the workspace only: the report has no intervals")
    wanted = Wanted(samples, None, seed, "sobol") if samples and background == OWN else None
    with progress(wanted.most if wanted else 0, "sampling") as told:
        annex = Annex(settings, background)
        results = reported_study(root, study, settings, background, wanted, told, annex)
    document = report_document(results, language=lang)
    written = write_files(out / folder_of(results), rendered(document, root, asked or FORMS))
    say_background(results)
    say_warnings(results["warnings"])
    for path in written:
        say(f"wrote {path}")
