"""`ree-lca export`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import background_option, say, settings_option, workspace_option


@click.group("export")
def command() -> None:
    """Write a study in the form of another program.

    \b
    Example:
      ree-lca export brightway --excel out/study.xlsx --replace
    """


@command.command("brightway")
@click.argument("study", required=False)
@click.option("--project", metavar="NAME", help="Brightway project to write.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of Brightway projects; BRIGHTWAY2_DIR or Brightway's own if none is named.",
)
@click.option(
    "--excel",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write an Excel file in Brightway's format instead.",
)
@click.option("--replace", is_flag=True, help="Write over what an export has written before.")
@settings_option
@workspace_option
def brightway(
    study: str | None,
    project: str | None,
    folder: Path | None,
    excel: Path | None,
    replace: bool,
    settings: tuple[Any, ...],
    root: Path,
) -> None:
    """Write STUDY (the default study if none is named) into a new Brightway project, with its methods, parameters and a
    calculation setup; or into an Excel file.

    \b
    Example:
      ree-lca export brightway --excel out/study.xlsx --replace
    """
    from lca.disclosure.brightway.export import export_excel, export_project

    if (project is None) == (excel is None):
        raise click.UsageError("name either a project, --project NAME, or a file, --excel FILE")
    if excel is not None:
        if folder is not None:
            raise click.UsageError("--folder goes with --project")
        notes = export_excel(root, study, excel, replace, settings)
        written = str(excel)
    else:
        assert project is not None
        place, notes = export_project(root, study, project, folder, replace, settings)
        written = f"Brightway project `{project}` in {place}"
    for note in notes:
        say(note)
    say(f"wrote {written}")


@command.command("esg")
@click.argument("study", required=False)
@click.option("--framework", "frameworks", multiple=True, metavar="NAME", help="Framework to fill; every one if none.")
@click.option("--network", metavar="NAME", help="Network of plants that the organisation has.")
@click.option("--plant", metavar="TITLE", help="One plant of it alone.")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), default=Path("out/esg"), show_default=True
)
@settings_option
@background_option
@workspace_option
def esg(
    study: str | None,
    frameworks: tuple[str, ...],
    network: str | None,
    plant: str | None,
    folder: Path,
    settings: tuple[Any, ...],
    background: str,
    root: Path,
) -> None:
    """Fill the datapoints of reporting frameworks with a year of the plants of STUDY, as CSV, JSON and workbook. What
    cannot be filled is named with the reason.

    \b
    Example:
      ree-lca export esg --network electro-plants --framework esrs-set-1 --out out/esg
    """
    from lca.disclosure.esg.export import disclosure
    from lca.disclosure.esg.files import write_disclosure

    found = disclosure(root, study, frameworks, network, plant, settings, background)
    written = write_disclosure(found, folder)
    states = [str(record["status"]) for record in found.records]
    counts = ", ".join(f"{states.count(state)} {state}" for state in ("filled", "partial", "statement", "gap"))
    say(f"{len(states)} lines: {counts}")
    say("wrote " + ", ".join(map(str, written)))
