"""Where imported databases are kept: a folder of this user, outside of every workspace, because most of them are
licensed and must not travel with one.

A database is a folder with `background.json` (where it comes from, what was noticed), `names.json` (activities and
elementary flows) and `matrices.npz`. It is written aside and moved when complete; its hash is over the contents of
these two, each of which can be read and proven without the other.
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
    Contents,
    ElementaryFlow,
    Exchanges,
    ImportReport,
    Origin,
    Unlinked,
)
from lca.inventory.scalars import is_database_name

#: Says where databases are kept, instead of the folder of the user.
FOLDER_VARIABLE = "REE_LCA_BACKGROUNDS"

_FORMAT = 2

_NAMES, _MATRICES = "names.json", "matrices.npz"


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


def packed_files(background: Background) -> tuple[Background, dict[str, bytes]]:
    """What is kept of a database, by the names of the files; the database that is returned knows its hash."""
    content = {
        _NAMES: orjson.dumps(
            {"activities": list(map(list, background.activities)), "flows": list(map(list, background.flows))}
        ),
        _MATRICES: _packed(background),
    }
    files = {name: hashlib.sha256(data).hexdigest() for name, data in content.items()}
    made = replace(background, sha256=_digest(files))
    content["background.json"] = orjson.dumps(
        {
            "format": _FORMAT,
            "name": made.name,
            "sha256": made.sha256,
            "files": files,
            "origin": asdict(made.origin),
            "report": {
                "unlinked": list(map(list, made.report.unlinked)),
                "conversions": list(made.report.conversions),
                "notes": list(made.report.notes),
            },
        },
        option=orjson.OPT_INDENT_2,
    )
    return made, content


def save(background: Background) -> Background:
    """Keep a database, in the place of any other of its name; what is returned knows its hash. Raises `OSError`."""
    made, content = packed_files(background)
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
    known = contents(name)
    try:
        said = orjson.loads((folder() / name / "background.json").read_bytes())
        arrays = np.load(io.BytesIO(_proven(name, said, _MATRICES)), allow_pickle=False)
        return Background(
            known.name,
            known.origin,
            known.activities,
            known.flows,
            _unpacked(arrays, "technosphere"),
            _unpacked(arrays, "biosphere"),
            known.report,
            known.sha256,
        )
    except (OSError, ValueError, KeyError, TypeError) as cause:
        raise BrokenBackgroundError(f"background {name} cannot be read ({cause}): import it again") from cause


def contents(name: str) -> Contents:
    """What a database holds, without its matrices. Raises `UnknownBackgroundError` or `BrokenBackgroundError`."""
    place = folder() / name
    if not is_name(name) or not (place / "background.json").is_file():
        raise UnknownBackgroundError(name, names())
    try:
        said: dict[str, Any] = orjson.loads((place / "background.json").read_bytes())
        if said["format"] != _FORMAT:
            raise BrokenBackgroundError(f"background {name} was kept by another version: import it again")
        if _digest(said["files"]) != said["sha256"]:
            raise BrokenBackgroundError(f"background {name} is not what was imported: import it again")
        listed = orjson.loads(_proven(name, said, _NAMES))
        report = said["report"]
        return Contents(
            said["name"],
            Origin(**said["origin"]),
            tuple(Activity(*row) for row in listed["activities"]),
            tuple(ElementaryFlow(code, n, tuple(c), unit, node) for code, n, c, unit, node in listed["flows"]),
            ImportReport(
                tuple(Unlinked(*row) for row in report["unlinked"]),
                tuple(report["conversions"]),
                tuple(report["notes"]),
            ),
            said["sha256"],
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as cause:
        raise BrokenBackgroundError(f"background {name} cannot be read ({cause}): import it again") from cause


def _proven(name: str, said: dict[str, Any], file: str) -> bytes:
    """What a file of a database holds, if it is what was kept."""
    content = (folder() / name / file).read_bytes()
    if hashlib.sha256(content).hexdigest() != said["files"][file]:
        raise BrokenBackgroundError(f"background {name} is not what was imported: import it again")
    return content


def remove(name: str) -> None:
    """Take a database away. Raises `UnknownBackgroundError`, `OSError`."""
    place = folder() / name
    if not is_name(name) or not (place / "background.json").is_file():
        raise UnknownBackgroundError(name, names())
    shutil.rmtree(place)


def _digest(files: dict[str, str]) -> str:
    """The hash of a database, from those of its files."""
    return hashlib.sha256("".join(f"{name} {files[name]}\n" for name in sorted(files)).encode()).hexdigest()


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
