"""When files of a workspace have been saved."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

from lca.inventory.loading import FOLDERS


def saved(root: Path, pause: float = 0.5) -> Iterator[None]:
    """At once, and then whenever a file of the workspace has been saved, made or deleted; `pause` is in seconds."""
    before = None
    while True:
        now = _state(root)
        if now != before:
            before = now
            yield
        else:
            time.sleep(pause)


def _state(root: Path) -> list[tuple[str, int, int]]:
    found = []
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*.yaml")):
            try:
                status = path.stat()
            except OSError:  # gone meanwhile
                continue
            found.append((str(path), status.st_mtime_ns, status.st_size))
    return found
