"""The log of a workspace, `changes.jsonl`: who changed what and why, and what was computed from which files, each line
with the hash of the one before it.

A line that is changed, taken out or put in between breaks the chain from there on; lines at its end can be cut off
unnoticed, unless a bundle or someone else holds a later hash. The first `set` or `run` in a workspace begins its log;
the workspace that comes with the package keeps none.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from lca.errors import Diagnostic, InputError, Problems
from lca.impact.cache import cache_folder
from lca.impact.study import now
from lca.inventory.loading import FOLDERS
from lca.inventory.reading import find_files
from lca.workspace import bundled

LOG = "changes.jsonl"

#: Columns of the log as a table.
COLUMNS = ("number", "time", "action", "by", "why", "changes", "files", "study", "settings", "figures_sha256", "sha256")

#: What the first line has in the place of a hash.
BEGINNING = "0" * 64

#: How long to wait for others who are changing the same workspace, in seconds.
PATIENCE = 60

_MAX_BYTES = 50_000_000


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Nobody else of this computer changes the workspace at `root` through this program meanwhile. Raises `InputError`
    where another one takes too long.
    """
    from filelock import FileLock, Timeout

    name = hashlib.sha256(os.fsencode(root.resolve())).hexdigest()[:32]
    try:
        folder = cache_folder() / "locks"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError):  # no home to keep it in
        folder = Path(tempfile.gettempdir())
    lock = FileLock(folder / f"ree-lca-{name}.lock", timeout=PATIENCE)
    try:
        with lock:
            yield
    except Timeout as cause:
        message = f"{root} has been in use by another change for {PATIENCE} s"
        raise InputError([Diagnostic("REE-W008", message, expected="the other one to end")]) from cause


def keeps_log(root: Path) -> bool:
    """Whether changes and runs of a workspace are logged: where there is a log, or one can be begun. Raises
    `InputError` where it is broken: nothing can then be added to it.
    """
    entries(read_log(root))
    return (root / LOG).exists() or (root.resolve() != bundled().resolve() and os.access(root, os.W_OK))


def read_log(root: Path) -> bytes:
    """The log as it is written; nothing where there is none. Raises `InputError` where it cannot be read."""
    path = root / LOG
    if path.is_symlink():  # it would be written elsewhere
        raise InputError([Diagnostic("REE-A017", f"{path} is a link", expected="a file")])
    if path.exists() and not path.is_file():  # reading it might never end
        raise InputError([Diagnostic("REE-C003", f"{path} cannot be read: it is no file")])
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{path} cannot be read: {cause.strerror}")]) from cause


def begin(root: Path) -> bool:
    """Begin the log of a workspace with the hashes of its files; False where it has one, which stays as it is."""
    with alone(root):
        if read_log(root):
            return False
        _write(root, _begun(root, {}))
        return True


def append(root: Path, action: str, time: str, details: Mapping[str, Any], by: str = "", why: str = "") -> None:
    """Add a line: what was done, by whom and why, and the hashes of the files that are new or changed since the line
    before; null for those that are gone. Raises `InputError` where the log is broken or cannot be written.
    """
    with alone(root):
        _write(root, extended(root, read_log(root), action, time, {**details, "by": by, "why": why}))


def extended(
    root: Path,
    log: bytes,
    action: str,
    time: str,
    details: Mapping[str, Any],
    contents: Mapping[Path, bytes] | None = None,
) -> bytes:
    """A log with one more line, or with its first two: how the files were before, and what was done. `contents` are
    those of files that are about to be written. Raises `InputError` where it is broken.
    """
    log = log or _begun(root, {})
    lines = entries(log)
    known: dict[str, str | None] = {}
    for line in lines:
        known |= line["files"]
    held = _hashes(root, contents or {})
    changed: dict[str, str | None] = {name: digest for name, digest in held.items() if known.get(name) != digest}
    changed |= {name: None for name, digest in known.items() if digest is not None and name not in held}
    log += b"" if log.endswith(b"\n") else b"\n"
    return log + _line(len(lines) + 1, action, time, changed, details, _digest(lines[-1]))


def log_rows(root: Path) -> list[dict[str, Any]]:
    """The log of a workspace as records. Raises `InputError` where it is broken."""
    return [
        {key: line.get(key) for key in COLUMNS}
        | {
            "changes": "; ".join(map(_told, line.get("changes") or [])),
            "files": ", ".join(sorted(line["files"])),
            "settings": ", ".join(line.get("settings") or []),
            "sha256": _digest(line),
        }
        for line in entries(read_log(root))
    ]


def faults_of_log(root: Path) -> list[Diagnostic]:
    """Why the log of a workspace cannot be relied on; nothing where it can."""
    try:
        entries(read_log(root))
    except InputError as fault:
        return list(fault.diagnostics)
    return []


def changes_of(root: Path, address: str) -> list[dict[str, Any]]:
    """The logged changes of a value, in order: time, by, why, before, after. Raises `InputError`."""
    lines = entries(read_log(root))
    return [{**line, **one} for line in lines for one in line.get("changes") or [] if one.get("address") == address]


def entries(content: bytes) -> list[dict[str, Any]]:
    """The lines of a log, which hold together. Raises `InputError` naming the first that does not."""
    import rfc8785

    if len(content) > _MAX_BYTES:
        raise _broken(1, f"the log has {len(content) / 1e6:.0f} MB")
    found: list[dict[str, Any]] = []
    previous = BEGINNING
    lines = content.replace(b"\r\n", b"\n").split(b"\n")  # git may have made them so; no line holds one
    torn = lines.pop()
    if _whole(torn):
        lines.append(torn)
        torn = b""
    for number, line in enumerate(lines, 1):
        try:
            entry = json.loads(line)
            same = isinstance(entry, dict) and rfc8785.dumps(entry) == line
            files, changes = entry["files"], entry.get("changes", [])
            own = entry["number"], entry["previous"]
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as cause:
            raise _broken(number, "it is no line of a log") from cause
        if not same or not isinstance(files, dict):
            raise _broken(number, "it is not in canonical form")
        if not isinstance(changes, list) or not all(isinstance(one, dict) for one in changes):
            raise _broken(number, "it is no line of a log")
        if own != (number, previous):
            raise _broken(number, "it does not follow the line before")
        found.append(entry)
        previous = _digest(entry)
    if torn:
        message = f"{LOG} ends in the middle of line {len(lines) + 1}; the lines before it hold"
        raise InputError([Diagnostic("REE-A025", message)])
    return found


def _whole(line: bytes) -> bool:
    """Whether a last line without its end has all else."""
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _begun(root: Path, contents: Mapping[Path, bytes]) -> bytes:
    return _line(1, "begin", now(), dict(_hashes(root, contents)), {"by": "", "why": ""}, BEGINNING)


def _line(
    number: int,
    action: str,
    time: str,
    files: Mapping[str, str | None],
    details: Mapping[str, Any],
    previous: str,
) -> bytes:
    import rfc8785

    entry = {"number": number, "time": time, "action": action, "files": dict(files), **details, "previous": previous}
    return rfc8785.dumps(entry) + b"\n"


def _hashes(root: Path, contents: Mapping[Path, bytes]) -> dict[str, str]:
    """Hashes of the files that are read, with these contents in their places."""
    paths = [path for name in FOLDERS if (root / name).is_dir() for path in find_files(root / name, Problems())]
    found = {path: contents.get(path) for path in (*paths, *contents)}
    return {
        path.relative_to(root).as_posix(): _hash(path.read_bytes() if content is None else content)
        for path, content in found.items()
    }


def _write(root: Path, content: bytes) -> None:
    path = root / LOG
    try:
        handle, name = tempfile.mkstemp(dir=root, prefix=f".{LOG}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(0o644)
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{path} cannot be written: {cause.strerror}")]) from cause


def _told(one: Mapping[str, Any]) -> str:
    return f"{one.get('address')}: {one.get('before') or '(nothing)'} -> {one.get('after')}"


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest(entry: Mapping[str, Any]) -> str:
    import rfc8785

    return _hash(rfc8785.dumps(dict(entry)))


def _broken(number: int, why: str) -> InputError:
    return InputError([Diagnostic("REE-A017", f"line {number} of {LOG} is not as it was written: {why}")])
