"""Import a foreground from Brightway: a database of a project, or an Excel file, becomes a workspace."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lca.background.brightway_files import Project
from lca.background.brightway_project import linked_databases
from lca.disclosure.brightway.documents import SOURCE, Document, Documents
from lca.disclosure.brightway.export import need_brightway, run_writer
from lca.disclosure.brightway.studies import Methods, demands_of, methods_of, slug_option, study_documents
from lca.disclosure.brightway.yaml_text import as_yaml
from lca.errors import Diagnostic, InputError
from lca.impact.check import check_workspace
from lca.impact.study import run_study

#: Processes in one file.
TOGETHER = 50
#: Largest relative difference between the scores of the workspace and those of the database: twelve digits are written.
AGREEMENT = 1e-9


def import_project(
    project: str,
    database: str,
    target: Path,
    folder: Path | None = None,
    activities: Sequence[str] = (),
    methods: Sequence[str] = (),
    together: Sequence[str] = (),
) -> tuple[str, ...]:
    """Write a database of a Brightway project as a workspace into `target`, a new folder.

    `activities` are demanded, one study each; `methods` (`part > part`) give the factors; databases that it takes
    something from have to be named in `together`, and are written with it. Gives notes for the reader. The workspace is
    made aside and moved when it has been checked and gives the scores of the database. Raises `InputError`.
    """
    _refuse_taken(target)
    opened = Project(project, folder)
    opened.need(database)
    for other in together:
        opened.need(other)
    needed = linked_databases(opened, database)
    if missing := [other for other in needed[1:] if other not in together]:
        options = " ".join(f"--with {other!r}" for other in missing)
        message = f"`{database}` takes inputs from {', '.join(missing)}"
        raise InputError([Diagnostic("REE-X008", message, expected=f"{options}, to write these as processes too")])
    documents = Documents(opened, needed, demands_of(opened, database, activities))
    return _write(documents, database, Methods(documents, methods_of(opened, methods)), target)


def import_excel(file: Path, target: Path, activities: Sequence[str] = ()) -> tuple[str, ...]:
    """Write an Excel file in Brightway's format as a workspace, read by bw2io in a process of its own. Raises
    `InputError`.
    """
    need_brightway()
    _refuse_taken(target)
    if not file.is_file():
        raise InputError([Diagnostic("REE-C003", f"there is no file {file}", expected="an Excel file")])
    with tempfile.TemporaryDirectory(prefix="ree-lca-") as aside:
        read = run_writer(Path(aside), {"task": "read excel", "file": str(file.absolute()), "project": "excel"})
        opened = Project("excel", Path(aside) / "projects")
        database = str(read["database"])
        documents = Documents(opened, [database], demands_of(opened, database, activities))
        return _write(documents, database, Methods(documents, ()), target)


def _refuse_taken(target: Path) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError([Diagnostic("REE-C003", f"{target} exists and is not empty", expected="a new folder")])


def _refuse_faults(found: Sequence[Diagnostic]) -> None:
    """What the check of the workspace finds wrong is what could not be said in it: its files are not kept."""
    if found:
        raise InputError([Diagnostic("REE-X010", f"{d.message} ({d.code})", expected=d.expected) for d in found])


def _write(documents: Documents, database: str, methods: Methods, target: Path) -> tuple[str, ...]:
    files = _files(documents, database, methods)
    place = target.absolute()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent, prefix=f".{place.name}-") as aside:
            made = Path(aside) / "workspace"
            for name, text in files.items():
                (made / name).parent.mkdir(parents=True, exist_ok=True)
                (made / name).write_text(text, encoding="utf-8", newline="\n")
            _refuse_faults(check_workspace(made).errors)
            _prove(documents, methods, made)
            if place.exists():
                place.rmdir()
            made.rename(place)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{target} cannot be written: {cause.strerror}")]) from cause
    notes = [*documents.network.notes(), *documents.notes()]
    if methods.left_out:
        notes.append(f"{len(methods.left_out)} methods have no factor for any flow of the database, and are left out")
    if methods.regional:
        notes.append(f"factors of single places are left out, in {len(set(methods.regional))} methods")
    notes.append("amounts are numbers: parameters and formulas of Brightway are not carried over")
    return tuple(notes)


def _files(documents: Documents, database: str, methods: Methods) -> dict[str, str]:
    studies = study_documents(documents, database, list(methods.sets))
    title = " ".join(str(documents.project.databases[database].get("title") or database).split())
    workspace: Document = {"workspace": slug_option(database), "title": title, "default_study": studies[0]["study"]}
    groups = {group for s in methods.sets.values() for i in s["indicators"].values() for group in i.get("groups", ())}
    if groups := groups.union(documents.groups()):
        workspace["flow_groups"] = {group: group.replace("_", " ").capitalize() for group in sorted(groups)}
    sources = {"sources": {SOURCE: {"title": f"Brightway database {database}"}}}
    processes = documents.process_documents()
    parts = [processes[start : start + TOGETHER] for start in range(0, len(processes), TOGETHER)]
    made: dict[str, list[Document]] = {
        "inventories/workspace.yaml": [workspace, sources],
        "inventories/flows.yaml": [documents.flow_document],
        **{f"inventories/processes{f'_{k}' if len(parts) > 1 else ''}.yaml": part for k, part in enumerate(parts, 1)},
        "inventories/loops.yaml": documents.loop_documents(),
        "inventories/links/biosphere.yaml": [found] if (found := documents.biosphere()) else [],
        **{f"inventories/studies/{study['study']}.yaml": [study] for study in studies},
        **{f"methods/{name}.yaml": [document] for name, document in methods.sets.items()},
    }
    return {name: as_yaml(content) for name, content in made.items() if content}


def _prove(documents: Documents, methods: Methods, root: Path) -> None:
    """The workspace gives the scores of the database; a product that is given back beyond need has no credit here."""
    due = _scores(documents, methods)
    for place, study in enumerate(study_documents(documents, documents.network.databases[0], list(methods.sets))):
        results = run_study(root, study["study"], sensitivity=False, brief=True)["results"]
        values = dict(zip(results["indicator"], results["value"], strict=True))
        for (_, indicator), expected in due[place].items():
            value = values[indicator]
            if value == value and abs(value - expected) > AGREEMENT * max(abs(value), abs(expected), 1e-300):
                message = f"{study['title']}: {indicator} is {expected:g} in Brightway, and would be {value:g} here"
                expected_ = "no credit for products that are given back beyond what is used"
                raise InputError([Diagnostic("REE-X010", message, expected=expected_)])


def _scores(documents: Documents, methods: Methods) -> list[Mapping[tuple[str, str], Any]]:
    """Scores of the demands from the matrices of the database alone."""
    from scipy import sparse
    from scipy.sparse import linalg

    entries = documents.network.technosphere.exchanges()
    size = len(documents.network.columns)
    matrix = sparse.coo_array((entries.amounts, (entries.rows, entries.columns)), shape=(size, size)).tocsc()
    found: list[Mapping[tuple[str, str], Any]] = []
    for row, amount in documents.demanded:
        demand = np.zeros(size)
        demand[row] = amount
        supply = np.atleast_1d(linalg.spsolve(matrix, demand))
        totals: dict[tuple[Any, bool], float] = {}
        for column, lines in enumerate(documents.lines):
            for line in lines:
                if line.provider is None:
                    key = line.flow, line.amount < 0
                    totals[key] = totals.get(key, 0.0) + abs(line.amount) * float(supply[column])
        scores = {
            name: sum(factor * totals.get((nature.node, nature.reverse), 0.0) for nature, factor in factors.items())
            for name, factors in methods.factors.items()
        }
        found.append(scores)
    return found
