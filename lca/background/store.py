"""Where imported databases are kept: a folder of this user, outside of every workspace, because most of them are
licensed and must not travel with one.

A database is a folder with `background.json` (where it comes from, what was noticed), `names.json` (activities and
elementary flows) and `matrices.npz`. It is written aside and moved when complete; its hash is over its contents.
"""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import tempfile
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from lca.background.database import (
    UNCERTAINTY,
    Activity,
    Background,
    ElementaryFlow,
    Exchanges,
    ImportReport,
    Origin,
    Unlinked,
)
from lca.inventory.scalars import is_database_name

#: Says where databases are kept, instead of the folder of the user.
FOLDER_VARIABLE = "REE_LCA_BACKGROUNDS"

_FORMAT = 1


class UnknownBackgroundError(Exception):
    """No database of that name is there; `known` are those that are."""

    def __init__(self, name: str, known: tuple[str, ...]):
        super().__init__(f"there is no background `{name}`")
        self.known = known


class BrokenBackgroundError(Exception):
    """What is kept of a database cannot be read, or is not what was written."""


def folder() -> Path:
    """Where this user's databases are."""
    if given := os.environ.get(FOLDER_VARIABLE, ""):
        return Path(given)
    home = os.environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(home):
        return Path(home) / "ree-lca" / "backgrounds"
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "ree-lca" / "backgrounds"
    kept = "Library/Application Support" if sys.platform == "darwin" else ".local/share"
    return Path.home() / kept / "ree-lca" / "backgrounds"


def is_name(name: str) -> bool:
    """Whether a database may be called so."""
    return is_database_name(name)


def names() -> tuple[str, ...]:
    """The databases that are there."""
    try:
        return tuple(sorted(path.name for path in folder().iterdir() if (path / "background.json").is_file()))
    except OSError:
        return ()


def save(background: Background) -> Background:
    """Keep a database, in the place of any other of its name; what is returned knows its hash. Raises `OSError`."""
    content = {
        "names.json": orjson.dumps(
            {"activities": list(map(list, background.activities)), "flows": list(map(list, background.flows))}
        ),
        "matrices.npz": _packed(background),
    }
    made = replace(background, sha256=_digest(content))
    content["background.json"] = orjson.dumps(
        {
            "format": _FORMAT,
            "name": made.name,
            "sha256": made.sha256,
            "origin": asdict(made.origin),
            "report": {
                "unlinked": list(map(list, made.report.unlinked)),
                "conversions": list(made.report.conversions),
                "notes": list(made.report.notes),
            },
        },
        option=orjson.OPT_INDENT_2,
    )
    target = folder() / made.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".writing-") as aside:
        new = Path(aside) / "new"
        new.mkdir()
        for name, data in content.items():
            (new / name).write_bytes(data)
        if target.exists():
            target.replace(Path(aside) / "old")
        new.replace(target)
    return made


def load(name: str) -> Background:
    """A database by its name. Raises `UnknownBackgroundError` or `BrokenBackgroundError`."""
    place = folder() / name
    if not is_name(name) or not (place / "background.json").is_file():
        raise UnknownBackgroundError(name, names())
    try:
        said: dict[str, Any] = orjson.loads((place / "background.json").read_bytes())
        content = {file: (place / file).read_bytes() for file in ("names.json", "matrices.npz")}
        if said["format"] != _FORMAT:
            raise BrokenBackgroundError(f"background {name} was kept by another version: import it again")
        if _digest(content) != said["sha256"]:
            raise BrokenBackgroundError(f"background {name} is not what was imported: import it again")
        listed = orjson.loads(content["names.json"])
        arrays = np.load(io.BytesIO(content["matrices.npz"]), allow_pickle=False)
        report = said["report"]
        return Background(
            said["name"],
            Origin(**said["origin"]),
            tuple(Activity(*row) for row in listed["activities"]),
            tuple(ElementaryFlow(code, n, tuple(c), unit, node) for code, n, c, unit, node in listed["flows"]),
            _unpacked(arrays, "technosphere"),
            _unpacked(arrays, "biosphere"),
            ImportReport(
                tuple(Unlinked(*row) for row in report["unlinked"]),
                tuple(report["conversions"]),
                tuple(report["notes"]),
            ),
            said["sha256"],
        )
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise BrokenBackgroundError(f"background {name} cannot be read ({cause}): import it again") from cause


def remove(name: str) -> None:
    """Take a database away. Raises `UnknownBackgroundError`, `OSError`."""
    place = folder() / name
    if not is_name(name) or not (place / "background.json").is_file():
        raise UnknownBackgroundError(name, names())
    shutil.rmtree(place)


def _digest(content: dict[str, bytes]) -> str:
    digest = hashlib.sha256()
    for name in sorted(content):
        digest.update(name.encode() + b"\0" + hashlib.sha256(content[name]).digest())
    return digest.hexdigest()


def _packed(background: Background) -> bytes:
    arrays: dict[str, np.ndarray] = {}
    for name, entries in (("technosphere", background.technosphere), ("biosphere", background.biosphere)):
        arrays[f"{name}_rows"] = entries.rows.astype(np.int64)
        arrays[f"{name}_columns"] = entries.columns.astype(np.int64)
        arrays[f"{name}_amounts"] = entries.amounts.astype(np.float64)
        if entries.uncertainty is not None:
            arrays[f"{name}_uncertainty"] = entries.uncertainty.astype(UNCERTAINTY)
    made = io.BytesIO()
    np.savez(made, allow_pickle=False, **arrays)
    return made.getvalue()


def _unpacked(arrays: Any, name: str) -> Exchanges:
    key = f"{name}_uncertainty"
    return Exchanges(
        arrays[f"{name}_rows"],
        arrays[f"{name}_columns"],
        arrays[f"{name}_amounts"],
        arrays.get(key),
    )
