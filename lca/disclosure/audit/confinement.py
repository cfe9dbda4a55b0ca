"""A process that computes what others have written: it may read what Python needs and write into one folder, and no
more. It reaches no network and starts no other program.

Bundles hold data and formulas of a language without loops, and nothing in them is executed, so this is a second line
of defence: Python's audit events are refused, and where the system has them, limits of time, memory and file size are
set.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import Any

#: What nothing here has to do.
_NEVER = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.forkpty",
    "os.posix_spawn",
    "os.spawn",
    "os.startfile",
    "os.system",
    "pty.",
    "smtplib.",
    "urllib.Request",
    "webbrowser.",
    "winreg.",
)

#: Events of files: how many of their first arguments are places that are changed.
_WRITES = {
    "os.chmod": 1,
    "os.chown": 1,
    "os.link": 2,
    "os.mkdir": 1,
    "os.remove": 1,
    "os.rename": 2,
    "os.rmdir": 1,
    "os.symlink": 2,
    "os.truncate": 1,
    "shutil.rmtree": 1,
}

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_MEMORY = 6_000_000_000
_FILE = 2_000_000_000


class ConfinedError(PermissionError):
    """Something was tried that no calculation has to do."""


def confine(folder: str, seconds: int) -> None:
    """Confine this process to `folder`, and to so many seconds of computing. There is no way back."""
    home = Path(folder).resolve()

    def within(path: Any) -> bool:
        if isinstance(path, int):
            return True  # a file that is open already
        place = Path(os.fsdecode(path)).resolve()
        return place.is_relative_to(home) or str(place) == os.devnull

    def refuse(event: str, arguments: tuple[Any, ...]) -> None:
        if event.startswith(_NEVER) and event not in ("socket.__new__", "socket.gethostname"):
            raise ConfinedError(f"{event} is not allowed here")
        if event == "open":
            path, mode, flags = arguments
            writes = any(sign in mode for sign in "wax+") if isinstance(mode, str) else bool(flags & _WRITING)
            if writes and not within(path):
                raise ConfinedError(f"writing {path} is not allowed here")
        elif event in _WRITES and not all(map(within, arguments[: _WRITES[event]])):
            raise ConfinedError(f"{event} of {arguments[0]} is not allowed here")

    _limit(seconds)
    sys.addaudithook(refuse)


def _limit(seconds: int) -> None:
    with contextlib.suppress(ImportError):  # not on Windows
        import resource

        for kind, most in (
            (resource.RLIMIT_CPU, 2 * seconds),
            (resource.RLIMIT_AS, _MEMORY),
            (resource.RLIMIT_FSIZE, _FILE),
            (resource.RLIMIT_CORE, 0),
        ):
            with contextlib.suppress(OSError, ValueError):  # a system without this limit, or with a lower one
                resource.setrlimit(kind, (most, most))
