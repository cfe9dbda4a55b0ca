"""Writing into a workspace: whole or not at all, and never over what somebody else has written."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from lca.errors import Diagnostic, InputError, Span
from lca.impact.cache import keep, kept


def replace_files(contents: Mapping[Path, bytes], read: Mapping[Path, bytes]) -> bool:
    """Put new contents in the place of files, all written first beside them; False, and nothing is changed, where one
    is not as it was `read` any more. Raises `InputError` when they cannot be written.
    """
    aside: list[tuple[Path, Path]] = []
    try:
        for path, content in contents.items():
            target = path.resolve()
            if target.exists() and not os.access(target, os.W_OK):
                raise PermissionError(errno.EACCES, "the file is to be read only", str(path))
            target.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
            aside.append((Path(name), target))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            if target.exists():
                shutil.copymode(target, name)
            else:
                Path(name).chmod(0o644)
        if any(_content(path) != was for path, was in read.items()):
            return False
        for made, target in aside:
            made.replace(target)
    except OSError as cause:
        place = Span(Path(cause.filename), 1, 1) if cause.filename else None
        raise InputError([Diagnostic("REE-C003", f"it cannot be written: {cause.strerror}", place)]) from cause
    finally:
        for made, _ in aside:
            made.unlink(missing_ok=True)
    return True


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


# --- how texts were written before


def remember_source(path: Path, address: str, value: str, source: str) -> None:
    """Keep how a value was written, line breaks and quotes, for the case that it is set back."""
    keep(_name(path, address, value), source.encode())


def remembered_source(path: Path, address: str, value: str) -> str | None:
    """How that value was written there, if it is known."""
    found = kept(_name(path, address, value))
    return found.decode() if found is not None else None


def _name(path: Path, address: str, value: str) -> str:
    text = "\0".join((str(path.resolve()), address, value))
    return f"written/{hashlib.sha256(os.fsencode(text)).hexdigest()[:40]}"
