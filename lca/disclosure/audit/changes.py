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

from lca.errors import Diagnostic, InputError

LOG = "changes.jsonl"

#: What the first line has in the place of a hash.
BEGINNING = "0" * 64

_MAX_BYTES = 50_000_000


def begun(root: Path) -> bool:
    """Whether the workspace keeps a log."""
    return (root / LOG).is_file()


def begin(root: Path, time: str, files: Iterable[Path]) -> dict[str, Any]:
    """Begin the log of a workspace with the hashes of its files. Raises `InputError` where it has one."""
    if (root / LOG).exists():
        message = f"{root / LOG} is there already"
        raise InputError([Diagnostic("REE-A019", message, expected="a workspace without a log")])
    return append(root, "begin", time, files, {})


def append(root: Path, action: str, time: str, files: Iterable[Path], details: Mapping[str, Any]) -> dict[str, Any]:
    """Add a line: what was done, and the hashes of the files that are new or changed since the line before; null for
    those that are gone. Raises `InputError` where the log is broken or cannot be written.
    """
    import rfc8785

    path = root / LOG
    lines = entries(path.read_bytes()) if path.is_file() else []
    known: dict[str, str | None] = {}
    for line in lines:
        known |= line["files"]
    now = {file.relative_to(root).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
    changed: dict[str, str | None] = {name: digest for name, digest in now.items() if known.get(name) != digest}
    changed |= {name: None for name, digest in known.items() if digest is not None and name not in now}
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


def _digest(entry: Mapping[str, Any]) -> str:
    import rfc8785

    return hashlib.sha256(rfc8785.dumps(dict(entry))).hexdigest()


def _broken(number: int, why: str) -> InputError:
    return InputError([Diagnostic("REE-A017", f"line {number} of {LOG} is not as it was written: {why}")])
