"""Methods that an installed bw2io ships, read from its archive without a Brightway project.

An archive is a zip with one JSON list; reading it takes a second. What is needed of it, the names of all methods and
their factors for the nodes of the biosphere that a workspace links to, is kept as a small file in the user's cache
folder, named by the content of both. A cache that is broken or cannot be written is as good as none.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

PACKAGE = "bw2io"
INSTALL = 'pip install "ree-lca[methods]"'

#: Changes whenever what is kept does.
_FORMAT = "1"

MethodName = tuple[str, ...]


class NotInstalledError(Exception):
    """The package that ships the methods is not there."""


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


def cache_folder() -> Path:
    """Where this user keeps what can be made anew."""
    given = os.environ.get("XDG_CACHE_HOME", "")
    if os.path.isabs(given):
        return Path(given) / "ree-lca"
    if sys.platform == "win32" and os.environ.get("LOCALAPPDATA"):
        return Path(os.environ["LOCALAPPDATA"]) / "ree-lca" / "cache"
    return Path.home() / ("Library/Caches" if sys.platform == "darwin" else ".cache") / "ree-lca"


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
    data = _from_cache(key)
    if data is None:
        data = _extract(folder / f"{name}.zip", wanted)
        _to_cache(key, data)
    return Archive(name, digest, _version(), *_parsed(data))


def package_folder() -> Path:
    """The folder of the package, which is not imported: that would take seconds, and open a Brightway project."""
    try:
        spec = importlib.util.find_spec(PACKAGE)
    except ValueError:  # half imported
        spec = None
    if spec is None or not spec.origin:
        raise NotInstalledError(f"{PACKAGE} is not installed")
    return Path(spec.origin).parent


def _version() -> str:
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""


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
    except (OSError, zipfile.BadZipFile, KeyError, IndexError, TypeError, ValueError) as cause:
        raise ArchiveError(f"{path.name} of {PACKAGE} {_version()} cannot be read: {cause}") from cause
    return data


def _parsed(
    data: Mapping[str, Any],
) -> tuple[dict[MethodName, ShippedMethod], dict[str, tuple[str, tuple[str, ...]]]]:
    methods = {
        tuple(map(str, name)): ShippedMethod(str(unit), int(size), {str(k): float(v) for k, v in factors.items()})
        for name, unit, size, factors in data["methods"]
    }
    nodes = {str(key): (str(name), tuple(map(str, categories))) for key, (name, categories) in data["nodes"].items()}
    return methods, nodes


def _cached(key: str) -> Path:
    return cache_folder() / f"methods-{key}.json"


def _from_cache(key: str) -> dict[str, Any] | None:
    """What is kept under a key; None where there is nothing, or not what was written."""
    try:
        checksum, _, content = _cached(key).read_bytes().partition(b"\n")
        if hashlib.sha256(content).hexdigest().encode() != checksum:
            return None
        data: dict[str, Any] = json.loads(content)
    except (OSError, ValueError, RuntimeError):  # RuntimeError: nobody knows where home is
        return None
    return data


def _to_cache(key: str, data: Mapping[str, Any]) -> None:
    content = json.dumps(data).encode()
    with contextlib.suppress(OSError, RuntimeError):
        target = _cached(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".writing-") as aside:
            made = Path(aside) / target.name
            made.write_bytes(hashlib.sha256(content).hexdigest().encode() + b"\n" + content)
            made.replace(target)
