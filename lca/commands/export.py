"""`ree-lca export`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import (
    BASIS,
    Choice,
    F,
    background_option,
    say,
    say_background,
    say_warnings,
    settings_option,
    study_option,
    workspace_option,
)
from lca.commands.spreadsheets import export_csv, export_xlsx

if TYPE_CHECKING:
    from lca.system.linking import Basis


def into_one_file(form: str) -> Callable[[F], F]:
    """Scenarios of a study that go into one file: which, into what, and on which electricity accounting."""

    def decorate(function: F) -> F:
        for option in (
            workspace_option,
            settings_option,
            study_option,
            click.option("--basis", type=BASIS, help="Electricity accounting; that of the study if none is named."),
            click.option("--replace", is_flag=True, help="Write over a file that is there."),
            click.option(
                "--out",
                "file",
                type=click.Path(path_type=Path, dir_okay=False),
                metavar=f"FILE.{form}",
                required=True,
                help="A file.",
            ),
            click.argument("scenarios", nargs=-1, metavar="[SCENARIO ...]"),
        ):
            function = option(function)
        return function

    return decorate


@click.group("export")
def command() -> None:
    """Write a study in the form of another program, or the workspace as a spreadsheet.

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

    A project needs `pip install "ree-lca[brightway]"`, from a checkout `pip install ".[brightway]"`.

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


@command.command("pact")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO ...]")
@click.option(
    "--product",
    "products",
    multiple=True,
    metavar="NAME",
    help="Product: `basket`, an oxide or a group; may be given several times. If none is named: those under "
    "`reporting: products:`.",
)
@click.option("--allocation", metavar="NAME", help="Allocation that gives a product its share; the only one if it is.")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", required=True, help="A folder."
)
@study_option
@settings_option
@workspace_option
def pact(
    scenarios: tuple[str, ...],
    products: tuple[str, ...],
    allocation: str | None,
    folder: Path,
    study: str | None,
    settings: tuple[Any, ...],
    root: Path,
) -> None:
    """Write carbon footprints in the PACT data model 3.0, one file for each scenario (all of the study if none is
    named) and product.

    What a file says never changes: where DIR holds an earlier footprint of the same scenario and product, a new one
    with another id follows it, unless nothing has changed.

    \b
    Example:
      ree-lca export pact oxalate/magnet-selective/belfast/grid --product basket --out out/pact
    """
    from lca.disclosure.pact.export import export_footprints

    for one in export_footprints(root, folder, study, scenarios, products, allocation, settings):
        say(f"{one.state}: {one.file}")


@command.command("openlca")
@into_one_file("zip")
def openlca(
    scenarios: tuple[str, ...],
    file: Path,
    replace: bool,
    basis: Basis | None,
    study: str | None,
    settings: tuple[Any, ...],
    root: Path,
) -> None:
    """Write scenarios (all of the study if none is named) as an archive that openLCA imports (JSON-LD): processes with
    parameters and formulas, flows, units, sources, methods, and a product system for each scenario.

    Needs `pip install "ree-lca[openlca]"`, from a checkout `pip install ".[openlca]"`.

    \b
    Example:
      ree-lca export openlca oxalate/magnet-selective/belfast/grid --out out/oxalate.zip --replace
    """
    from lca.disclosure.openlca.export import export_openlca

    count = export_openlca(root, file, study, scenarios, settings, replace, basis)
    say(f"wrote {count} processes to {file}")


@command.command("simapro")
@into_one_file("csv")
def simapro(
    scenarios: tuple[str, ...],
    file: Path,
    replace: bool,
    basis: Basis | None,
    study: str | None,
    settings: tuple[Any, ...],
    root: Path,
) -> None:
    """Write scenarios (all of the study if none is named) as a SimaPro CSV file: processes with parameters, formulas
    and literature references, units and substances. Methods are not in it.

    \b
    Example:
      ree-lca export simapro oxalate/magnet-selective/belfast/grid --out out/oxalate.csv --replace
    """
    from lca.disclosure.simapro.export import export_simapro

    count, formulas = export_simapro(root, file, study, scenarios, settings, replace, basis)
    say(f"wrote {count} processes to {file}; {formulas} exchanges have formulas")


@command.command("declaration")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO ...]")
@click.option("--product", default="basket", show_default=True, metavar="NAME", help="`basket`, an oxide or a group.")
@click.option("--allocation", metavar="NAME", help="Allocation that gives a product its share; the only one if it is.")
@click.option("--lot", metavar="ID", help="Lot that is declared, with what went into it.")
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", required=True, help="A folder."
)
@study_option
@settings_option
@workspace_option
def declaration(
    scenarios: tuple[str, ...],
    product: str,
    allocation: str | None,
    lot: str | None,
    folder: Path,
    study: str | None,
    settings: tuple[Any, ...],
    root: Path,
) -> None:
    """Write a draft form of the footprint declaration for a critical raw material (EU Critical Raw Materials Act), for
    each scenario, as JSON and as a page. It is marked as a draft, and names all that is not known.

    \b
    Example:
      ree-lca export declaration electro/magnet-selective/belfast/grid --lot EXAMPLE-REO-1 --out out/declaration
    """
    from lca.disclosure.declaration.export import export_declarations

    written, missing = export_declarations(root, folder, study, scenarios, product, allocation, lot, settings)
    for path in written:
        say(f"wrote {path}")
    say(f"draft forms, no declarations: {missing} facts are not stated, each form lists its own")


@command.command("tables")
@click.argument("scenarios", nargs=-1, metavar="[SCENARIO ...]")
@click.option(
    "--format",
    "form",
    type=Choice(["csv", "json", "parquet"]),
    default="csv",
    show_default=True,
    help="Kind of file.",
)
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", required=True, help="A folder."
)
@study_option
@background_option
@settings_option
@workspace_option
def tables(
    scenarios: tuple[str, ...],
    form: str,
    folder: Path,
    study: str | None,
    background: str,
    settings: tuple[Any, ...],
    root: Path,
) -> None:
    """Write every table of a study, of all its scenarios or of those named, as a file of its own.

    Parquet needs `pip install "ree-lca[parquet]"`, from a checkout `pip install ".[parquet]"`.

    \b
    Example:
      ree-lca export tables oxalate/magnet-selective/belfast/grid --format json --out out/tables
    """
    from lca.disclosure.table_files import write_tables
    from lca.impact.study import run_study

    results = run_study(root, study, settings, scenarios, background=background)
    say_background(results)
    say_warnings(results["warnings"])
    say(f"wrote {len(write_tables(results, folder, form))} files to {folder}")


@command.command("esg")
@click.argument("study", required=False)
@click.option("--framework", "frameworks", multiple=True, metavar="NAME", help="Framework to fill; every one if none.")
@click.option("--network", metavar="NAME", help="Network of plants that the organisation has.")
@click.option("--plant", metavar="TITLE", help="One plant of it alone.")
@click.option(
    "--out",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    default=Path("out/esg"),
    show_default=True,
    help="A folder.",
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


command.add_command(export_xlsx)
command.add_command(export_csv)
