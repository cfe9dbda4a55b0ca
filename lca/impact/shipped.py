"""Methods that an installed bw2io ships, read from its archive without a Brightway project.

An archive is a zip with one JSON list; reading it takes a second. What is needed of it, the names of all methods and
their factors for the nodes of the biosphere that a workspace links to, is kept as a small file in the user's cache
folder, named by the content of both. A cache that is broken or cannot be written is as good as none.
"""

from __future__ import annotations

import hashlib
import json
import math
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca.background.bw2io_files import INSTALL, PACKAGE, NotInstalledError, package_folder
from lca.background.bw2io_files import package_version as _version
from lca.impact.cache import keep, kept

__all__ = ["INSTALL", "PACKAGE", "NotInstalledError"]

#: Changes whenever what is kept does.
_FORMAT = "1"

MethodName = tuple[str, ...]

#: Methods by name, and name and categories of nodes.
Parsed = tuple[dict[MethodName, "ShippedMethod"], dict[str, tuple[str, tuple[str, ...]]]]


class ArchiveError(Exception):
    """There is no such archive, or it cannot be read; `known` are those that there are."""

    def __init__(self, message: str, known: Iterable[str] = ()):
        super().__init__(message)
        self.known = tuple(known)


@dataclass(frozen=True)
class ShippedMethod:
    """Unit and number of factors of a shipped method, and those of the nodes asked for, per unit of the node."""

    unit: str
    size: int
    factors: Mapping[str, float]


@dataclass(frozen=True)
class Archive:
    """What was read of an archive: all methods by name; name and categories of the nodes asked for that occur."""

    name: str
    sha256: str
    version: str
    methods: Mapping[MethodName, ShippedMethod]
    nodes: Mapping[str, tuple[str, tuple[str, ...]]]


def read_archive(name: str, nodes: Iterable[str]) -> Archive:
    """The archive of that name, with the factors of these nodes (their UUIDs).

    Raises `NotInstalledError` or `ArchiveError`.
    """
    folder = package_folder() / "data" / "lcia"
    wanted = sorted(set(nodes))
    try:
        raw = (folder / f"{name}.zip").read_bytes()
    except OSError as cause:
        known = sorted(path.stem for path in folder.glob("*.zip"))
        raise ArchiveError(f"{PACKAGE} {_version()} has no archive `{name}`", known) from cause
    digest = hashlib.sha256(raw).hexdigest()
    key = hashlib.sha256("\n".join([_FORMAT, digest, *wanted]).encode()).hexdigest()
    found = _from_cache(key)
    if found is None:
        data = _extract(folder / f"{name}.zip", wanted)
        _to_cache(key, data)
        found = _parsed(data)
    return Archive(name, digest, _version(), *found)


def _extract(path: Path, wanted: Iterable[str]) -> dict[str, Any]:
    """What is kept of an archive, as plain data."""
    asked = set(wanted)
    nodes: dict[str, list[Any]] = {}
    methods: list[list[Any]] = []
    try:
        with zipfile.ZipFile(path) as archive, archive.open("data.json") as file:
            shipped = json.load(file)
        for method in shipped:
            factors: dict[str, float] = {}
            for line in method["exchanges"]:
                node = line["input"][1]
                if node in asked:
                    factors[node] = float(line["amount"])
                    nodes[node] = [line["name"], line["categories"]]
            methods.append([method["name"], method["unit"], len(method["exchanges"]), factors])
        data = {"methods": methods, "nodes": nodes}
        _parsed(data)
    except (OSError, zipfile.BadZipFile, LookupError, TypeError, ValueError, RuntimeError) as cause:
        raise ArchiveError(f"{path.name} of {PACKAGE} {_version()} cannot be read: {cause}") from cause
    return data


def _parsed(data: Mapping[str, Any]) -> Parsed:
    methods = {
        tuple(map(str, name)): ShippedMethod(str(unit), int(size), {str(k): _finite(v) for k, v in factors.items()})
        for name, unit, size, factors in data["methods"]
    }
    nodes = {str(key): (str(name), tuple(map(str, categories))) for key, (name, categories) in data["nodes"].items()}
    return methods, nodes


def _finite(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"a factor is {number}")
    return number


def _from_cache(key: str) -> Parsed | None:
    """What is kept under a key; None where there is nothing, or not what this user wrote."""
    content = kept(_cached(key))
    try:
        return None if content is None else _parsed(json.loads(content))
    except (LookupError, TypeError, ValueError, AttributeError, RuntimeError):  # RuntimeError: nested without end
        return None


def _to_cache(key: str, data: Mapping[str, Any]) -> None:
    keep(_cached(key), json.dumps(data).encode())


def _cached(key: str) -> str:
    return f"methods-{key}.json"
