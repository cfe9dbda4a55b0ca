"""A bundle computed again from its inputs alone, in a process of its own: with no setting, database, cache or key of
this user, no network, a limit of time, and this tool's own templates for the report.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import lca
from lca.change_log import LOG
from lca.disclosure.audit.packing import unpacked
from lca.errors import InputError
from lca.inventory.backgrounds import OWN
from lca.inventory.scalars import is_database_name, is_identifier

_MAX_SETTINGS, _MAX_TEXT = 500, 3000

#: What the process runs: it is confined before anything of the bundle is read.
_PROGRAM = """
import sys
folder, seconds, place = sys.argv[1:4]
sys.path.insert(0, place)
from lca.disclosure.audit.confinement import confine
confine(folder, int(seconds))
from lca.commands import main
main(sys.argv[4:])
"""


@dataclass(frozen=True)
class Task:
    """What a bundle says was computed."""

    study: str
    settings: tuple[str, ...]
    background: str
    epoch: int
    by: str


class NotComputedError(Exception):
    """The bundle could not be computed again, with why."""


def task_of(said: Any) -> Task:
    """What to compute, from `study.json`. Raises `NotComputedError` where it is not said, or not soundly."""
    try:
        study, background, by = str(said["study"]), str(said["background"]), str(said["by"])
        settings = tuple(map(str, said["settings"]))
        epoch = int(datetime.fromisoformat(str(said["created"])).timestamp())
    except (LookupError, TypeError, ValueError, OverflowError) as cause:
        raise NotComputedError("study.json does not say what was computed") from cause
    texts = (*settings, by)
    sound = is_identifier(study) and is_database_name(background) and 0 <= epoch < 1 << 40
    if not sound or len(settings) > _MAX_SETTINGS or any(len(text) > _MAX_TEXT or "\0" in text for text in texts):
        raise NotComputedError("study.json says something that cannot be computed")
    return Task(study, settings, background, epoch, by)


def computed_again(
    files: Mapping[str, bytes], task: Task, seconds: int, backgrounds: Path | None = None
) -> dict[str, bytes]:
    """The files of the bundle that the inputs of this one give here. Raises `NotComputedError`.

    `backgrounds` is a folder of imported databases to use where the bundle holds none.
    """
    with tempfile.TemporaryDirectory(prefix="ree-lca-verify-") as kept:
        folder = Path(kept).resolve()
        command = [sys.executable, "-I", "-B", "-c", _PROGRAM, str(folder), str(seconds)]
        command += [str(Path(lca.__file__).resolve().parents[1]), *_arguments(task, folder, files)]
        try:
            write_inputs(files, folder)
            _run(command, _environment(folder, task, files, backgrounds), folder, seconds)
            return unpacked(folder / "again.zip")
        except OSError as cause:
            raise NotComputedError(f"its files cannot be laid out: {cause.strerror}") from cause
        except InputError as fault:
            raise NotComputedError(str(fault)) from fault


def settings_of(files: Mapping[str, bytes]) -> tuple[str, ...]:
    """The parameters that were changed for the run of a bundle; none where it does not soundly say what was run."""
    try:
        return task_of(json.loads(files.get("study.json", b""))).settings
    except (ValueError, RecursionError, NotComputedError):
        return ()


def write_inputs(files: Mapping[str, bytes], folder: Path) -> None:
    """Write what the study is computed from, its workspace into `workspace/`. The names have been examined; a file is
    never written over another.
    """
    for name, content in files.items():
        if name.startswith(("workspace/", "background/")) or name == LOG:
            target = folder / ("workspace" if name == LOG else "") / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with target.open("xb") as file:
                file.write(content)
    (folder / "workspace" / "inventories").mkdir(parents=True, exist_ok=True)


def _arguments(task: Task, folder: Path, files: Mapping[str, bytes]) -> list[str]:
    words = [
        "audit",
        "bundle",
        task.study,
        "--workspace",
        str(folder / "workspace"),
        "--out",
        str(folder / "again.zip"),
    ]
    words += [f"--by={task.by}", f"--background={task.background}", *(f"--set={text}" for text in task.settings)]
    return words + (["--with-life-cycles"] if _holds_background(files) else [])


def _holds_background(files: Mapping[str, bytes]) -> bool:
    return any(name.startswith("background/") for name in files)


def _environment(folder: Path, task: Task, files: Mapping[str, bytes], backgrounds: Path | None) -> dict[str, str]:
    own = {key: str(folder / "home") for key in ("HOME", "USERPROFILE", "XDG_DATA_HOME", "XDG_CACHE_HOME")}
    own |= {key: str(folder / "home") for key in ("XDG_CONFIG_HOME", "LOCALAPPDATA", "APPDATA", "MPLCONFIGDIR")}
    own |= {key: str(folder / "temporary") for key in ("TMPDIR", "TEMP", "TMP")}
    for name in ("home", "temporary"):
        (folder / name).mkdir()
    databases = folder / "background"
    if task.background != OWN and not _holds_background(files) and backgrounds is not None:
        databases = backgrounds.resolve()
    own |= {"REE_LCA_BACKGROUNDS": str(databases), "SOURCE_DATE_EPOCH": str(task.epoch), "MPLBACKEND": "Agg"}
    passed = ("PATH", "SYSTEMROOT", "LANG", "LC_ALL", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS")
    return own | {key: os.environ[key] for key in passed if key in os.environ}


def _run(command: list[str], environment: dict[str, str], folder: Path, seconds: int) -> None:
    said = folder / "said.txt"
    try:
        with said.open("wb") as output:
            done = subprocess.run(
                command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=output,
                timeout=seconds,
                check=False,
            )
    except subprocess.TimeoutExpired as cause:
        raise NotComputedError(f"it took longer than {seconds} s") from cause
    if done.returncode != 0:
        text = said.read_bytes()[:20_000].decode(errors="replace").replace(f"{folder}{os.sep}", "")
        raise NotComputedError(_short(text) or f"the process ended with {done.returncode}")


def _short(text: str) -> str:
    """The first lines of what a process said, without control characters."""
    lines = [re.sub(r"[^\x20-\x7e\u00a0-\uffff]", "?", line).rstrip() for line in text.splitlines()]
    return "\n".join([line for line in lines if line][:8])
