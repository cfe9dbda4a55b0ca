"""What can be made anew is kept in the user's cache folder: checksummed, written aside and moved. What is broken, or
could have been written by someone else, is as good as not there.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import stat
import sys
import tempfile
from pathlib import Path


def cache_folder() -> Path:
    """Where this user keeps what can be made anew."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given) / "ree-lca"
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "ree-lca" / "cache"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ree-lca"


def kept(name: str) -> bytes | None:
    """What this user has kept under a name (a path below the cache folder), or None."""
    try:
        path = cache_folder() / name
        if not _is_own(path.lstat()):
            return None
        checksum, _, content = path.read_bytes().partition(b"\n")
    except (OSError, RuntimeError):  # RuntimeError: nobody knows where home is
        return None
    return content if hashlib.sha256(content).hexdigest().encode() == checksum else None


def keep(name: str, content: bytes) -> None:
    """Keep something under a name; where that cannot be, it is made anew another time."""
    with contextlib.suppress(OSError, RuntimeError):
        target: Path = cache_folder() / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".writing-") as aside:
            made = Path(aside) / target.name
            made.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            made.chmod(0o600)
            made.replace(target)


def forgotten(name: str) -> None:
    """Delete what is kept under a name, all below it included."""
    with contextlib.suppress(RuntimeError):
        shutil.rmtree(cache_folder() / name, ignore_errors=True)


def _is_own(status: os.stat_result) -> bool:
    """Whether it is a file, no pipe or link, that nobody but this user can have written: results rest on it."""
    regular = stat.S_ISREG(status.st_mode)
    if not hasattr(os, "getuid"):
        return regular
    return regular and status.st_uid == os.getuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)
