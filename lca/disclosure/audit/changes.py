"""The log of a workspace: what was computed from which files, each line with the hash of the one before it.

A line that is changed, taken out or put in between breaks the chain from there on; lines at its end can be cut off
unnoticed, unless a bundle or someone else holds a later hash. The log is kept where somebody has begun it, in
`changes.jsonl` of the workspace, and nowhere else.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from lca.errors import Diagnostic, InputError, Problems
from lca.impact.results import StudyResults
from lca.impact.study import now
from lca.inventory.loading import FOLDERS
from lca.inventory.reading import find_files

LOG = "changes.jsonl"

#: Beside it, what `editing` keeps of values that were changed: for people, and without hashes.
TRAIL = "changes.csv"

#: Columns of the log as a table.
COLUMNS = ("number", "time", "action", "study", "changed", "settings", "figures_sha256")

#: What the first line has in the place of a hash.
BEGINNING = "0" * 64

_MAX_BYTES = 50_000_000


def workspace_files(root: Path) -> list[Path]:
    """The files of a workspace that are read."""
    return [path for name in FOLDERS if (root / name).is_dir() for path in find_files(root / name, Problems())]


def begun(root: Path) -> bool:
    """Whether the workspace keeps a log."""
    path = root / LOG
    return path.is_file() and not path.is_symlink()


def is_sound(root: Path) -> bool:
    """Whether the workspace keeps a log. Raises `InputError` where it is broken: nothing can then be added to it."""
    if begun(root):
        entries((root / LOG).read_bytes())
    return begun(root)


def begin(root: Path) -> dict[str, Any]:
    """Begin the log of a workspace with the hashes of its files. Raises `InputError` where it has one."""
    if (root / LOG).exists():
        message = f"{root / LOG} is there already"
        raise InputError([Diagnostic("REE-A019", message, expected="a workspace without a log")])
    return append(root, "begin", now(), {})


def log_run(root: Path, study: str, results: StudyResults) -> dict[str, Any]:
    """Add the line of a run; the hash of its figures is that of `results.json` in a bundle of the same. `study` is how
    the names of figures begin. Raises `InputError`.
    """
    from lca.disclosure.audit.bundle import figures_json

    said = results.metadata
    details = {key: said[key] for key in ("settings", "workspace_sha256", "versions")}
    details |= {"study": study, "figures_sha256": _hash(figures_json(study, results))}
    return append(root, "run", str(said["created"]), details)


def log_changes(root: Path, changes: Iterable[tuple[str, str, str]], by: str, why: str) -> dict[str, Any]:
    """Add the line of values that were changed: address, before and after. Raises `InputError`."""
    changed = [{"address": address, "before": before, "after": after} for address, before, after in changes]
    return append(root, "set", now(), {"changes": changed, "by": by, "why": why})


def append(root: Path, action: str, time: str, details: Mapping[str, Any]) -> dict[str, Any]:
    """Add a line: what was done, and the hashes of the files that are new or changed since the line before; null for
    those that are gone. Raises `InputError` where the log is broken or cannot be written.
    """
    import rfc8785

    path = root / LOG
    lines = entries(path.read_bytes()) if path.is_file() else []
    known: dict[str, str | None] = {}
    for line in lines:
        known |= line["files"]
    held = {file.relative_to(root).as_posix(): _hash(file.read_bytes()) for file in workspace_files(root)}
    changed: dict[str, str | None] = {name: digest for name, digest in held.items() if known.get(name) != digest}
    changed |= {name: None for name, digest in known.items() if digest is not None and name not in held}
    entry = {
        "number": len(lines) + 1,
        "time": time,
        "action": action,
        "files": changed,
        **details,
        "previous": _digest(lines[-1]) if lines else BEGINNING,
    }
    written = rfc8785.dumps(entry) + b"\n"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644), "ab") as file:
            file.write(written)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{path} cannot be written: {cause.strerror}")]) from cause
    return entry


def log_rows(root: Path) -> list[dict[str, Any]]:
    """The log of a workspace as records; `changed` are the files. Raises `InputError` where it is broken."""
    path = root / LOG
    return [
        {key: line.get(key) for key in COLUMNS}
        | {"changed": ", ".join(sorted(line["files"])), "settings": ", ".join(line.get("settings") or [])}
        for line in (entries(path.read_bytes()) if path.is_file() else [])
    ]


def entries(content: bytes) -> list[dict[str, Any]]:
    """The lines of a log, which hold together. Raises `InputError` naming the first that does not."""
    import rfc8785

    if len(content) > _MAX_BYTES:
        raise _broken(1, f"the log has {len(content) / 1e6:.0f} MB")
    found: list[dict[str, Any]] = []
    previous = BEGINNING
    for number, line in enumerate(content.splitlines(), 1):
        try:
            entry = json.loads(line)
            same = isinstance(entry, dict) and rfc8785.dumps(entry) == line
            files = entry["files"]
            own = entry["number"], entry["previous"]
        except (ValueError, LookupError, TypeError, RecursionError) as cause:
            raise _broken(number, "it is no line of a log") from cause
        if not same or not isinstance(files, dict):
            raise _broken(number, "it is not in canonical form")
        if own != (number, previous):
            raise _broken(number, "it does not follow the line before")
        found.append(entry)
        previous = _digest(entry)
    return found


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest(entry: Mapping[str, Any]) -> str:
    import rfc8785

    return _hash(rfc8785.dumps(dict(entry)))


def _broken(number: int, why: str) -> InputError:
    return InputError([Diagnostic("REE-A017", f"line {number} of {LOG} is not as it was written: {why}")])
