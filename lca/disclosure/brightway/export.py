"""Export a study to Brightway: a project of its own, or an Excel file in Brightway's format."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson

import lca
from lca.background.brightway_files import FOLDER_VARIABLE, Project, default_folder, project_names
from lca.disclosure.brightway.content import Content, brightway_content
from lca.disclosure.brightway.nature import BIOSPHERE
from lca.errors import Diagnostic, InputError
from lca.impact.methods import method_factors
from lca.inventory.parameters import Override
from lca.system.checking import Checker
from lca.workspace import refuse_existing

INSTALL = 'pip install "ree-lca[brightway]"'


def export_project(
    root: Path,
    study: str | None,
    project: str,
    folder: Path | None = None,
    replace: bool = False,
    settings: Iterable[Override] = (),
) -> tuple[Path, tuple[str, ...]]:
    """Write a study of the workspace at `root` into a new Brightway project; `replace` takes away one that an export
    has written before. `folder` is that of Brightway's projects, the user's where none is given.

    Gives the folder of the projects, and notes on what was written. The project is made aside and moved when Brightway
    has been seen to give the same scores; raises `InputError`.
    """
    need_brightway()
    target = (folder or default_folder()).absolute()
    _refuse_taken(project, target, replace)
    content = study_content(root, study, settings)
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target, prefix=".ree-lca-") as aside:
            told = {"task": "project", "project": project, "folder": str(target), "replace": replace}
            run_writer(Path(aside), told | {"content": content.data})
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{target} cannot be written: {cause.strerror}")]) from cause
    return target, content.notes


def export_excel(
    root: Path, study: str | None, file: Path, replace: bool = False, settings: Iterable[Override] = ()
) -> tuple[str, ...]:
    """Write a study of the workspace at `root` as an Excel file that bw2io's `ExcelImporter` reads; `replace` writes
    over a file that is there. Elementary flows that are no node of the biosphere are in the file. Gives notes on what
    was written; raises `InputError`.
    """
    need_brightway()
    target = file.absolute()
    refuse_existing(file, replace)
    content = study_content(root, study, settings, own_flows_inside=True)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".ree-lca-") as aside:
            made = Path(aside) / "excel.xlsx"
            run_writer(Path(aside), {"task": "excel", "file": str(made), "content": content.data})
            made.replace(target)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{file} cannot be written: {cause.strerror}")]) from cause
    return content.notes


def study_content(
    root: Path, study_name: str | None, settings: Iterable[Override] = (), own_flows_inside: bool = False
) -> Content:
    """A study of the workspace at `root`, checked and linked, in Brightway's terms. Raises `InputError`."""
    checker = Checker(root)
    checker.problems.raise_errors()
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    checked = checker.check_study(study, settings)
    checker.problems.raise_errors()
    method = method_factors(checker.inventory, study.method)
    return brightway_content(checked, method, str(study.study) if own_flows_inside else None)


def need_brightway() -> None:
    """Raises `InputError` where Brightway is not installed."""
    missing = [name for name in ("bw2data", "bw2io") if importlib.util.find_spec(name) is None]
    if missing:
        message = f"Brightway's {' and '.join(missing)} {'are' if len(missing) > 1 else 'is'} not installed"
        raise InputError([Diagnostic("REE-X005", message, expected=INSTALL)])


def _refuse_taken(name: str, folder: Path, replace: bool) -> None:
    """An existing project is only replaced when it is asked for, and when nothing but an export is in it."""
    if not name.strip():
        raise InputError([Diagnostic("REE-X006", "the project has no name", expected="--project NAME")])
    if not (folder / "projects.db").is_file() or name not in project_names(folder):
        return
    if not replace:
        message = f"there is a Brightway project `{name}` in {folder}"
        raise InputError([Diagnostic("REE-X006", message, expected="another name, or --replace")])
    if not project_names(folder)[name].is_dir():
        return  # a name without anything behind it
    databases = Project(name, folder).databases
    others = [d for d, said in databases.items() if d != BIOSPHERE and said.get("written by") != "ree-lca"]
    if others:
        message = f"project `{name}` holds what no export has written: {', '.join(others)}"
        raise InputError([Diagnostic("REE-X006", message, expected="another name: this project is not replaced")])


def run_writer(aside: Path, told: Mapping[str, Any]) -> dict[str, Any]:
    """Run the writer, with Brightway's projects in a folder aside, and give its answer. Raises `InputError` with what
    went wrong.
    """
    instructions, answer, projects = aside / "instructions.json", aside / "answer.json", aside / "projects"
    projects.mkdir()
    instructions.write_bytes(orjson.dumps(told))
    paths = [str(Path(lca.__file__).resolve().parent.parent), os.environ.get("PYTHONPATH", "")]
    environment = os.environ | {
        FOLDER_VARIABLE: str(projects),
        "BRIGHTWAY_NO_STRUCTLOG": "1",
        "PYTHONPATH": os.pathsep.join(path for path in paths if path),
    }
    program = [sys.executable, "-W", "ignore", "-m", "lca.disclosure.brightway.writer"]
    done = subprocess.run(
        [*program, str(instructions), str(answer)], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and answer.is_file():
        found: dict[str, Any] = orjson.loads(answer.read_bytes())
    else:
        found = {"failure": (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]}
    if found["failure"]:
        raise InputError([Diagnostic("REE-X007", f"Brightway could not do it: {found['failure']}")])
    return found
