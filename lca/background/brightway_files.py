"""The files of Brightway projects, read as they lie on disk.

Brightway keeps one SQLite file with the names of all projects, and in the folder of each project one more with its
nodes and exchanges, whose details are pickled. Both are opened for reading only, and Brightway itself is not imported:
nothing of a project can change, no other process is disturbed, and it need not be installed.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import pickle
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from lca.errors import Diagnostic, InputError, nearest, one_of

#: Says where Brightway keeps its projects, instead of the folder of the user.
FOLDER_VARIABLE = "BRIGHTWAY2_DIR"

Key = tuple[str, str]


class Node(NamedTuple):
    """An activity, product or elementary flow; `data` is all that is said of it."""

    database: str
    code: str
    type: str
    data: Mapping[str, Any]

    @property
    def key(self) -> Key:
        return self.database, self.code


class Edge(NamedTuple):
    """An exchange of the node `output` with the node `input`."""

    input: Key
    output: Key
    type: str
    data: Mapping[str, Any]


def default_folder() -> Path:
    """Where Brightway keeps the projects of this user."""
    given = os.environ.get(FOLDER_VARIABLE, "")
    if given and os.path.isdir(given):
        return Path(given)
    from platformdirs import PlatformDirs

    return Path(PlatformDirs("Brightway3", "pylca").user_data_dir)


def project_names(folder: Path) -> dict[str, Path]:
    """The projects of a Brightway folder, with the folder of each. Raises `InputError` where there are none."""
    from bw_processing import safe_filename

    file = folder / "projects.db"
    if not file.is_file():
        message = f"{folder} is no folder of Brightway projects: it has no projects.db"
        raise InputError([Diagnostic("REE-X003", message, expected=f"the folder that {FOLDER_VARIABLE} names")])
    with _reading(file) as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(projectdataset)")}
        full = "full_hash" if "full_hash" in columns else "1"
        rows = connection.execute(f"SELECT name, {full} FROM projectdataset").fetchall()
    return {name: folder / safe_filename(name, full=bool(hashed)) for name, hashed in sorted(rows)}


def find_project(name: str, folder: Path | None = None) -> Path:
    """The folder of a project. Raises `InputError` with the nearest name."""
    folder = folder or default_folder()
    known = project_names(folder)
    if name not in known:
        raise InputError(
            [
                Diagnostic(
                    "REE-X001",
                    f"there is no Brightway project `{name}` in {folder}",
                    expected=one_of(known),
                    suggestion=nearest(name, known),
                )
            ]
        )
    if not known[name].is_dir():
        raise InputError([Diagnostic("REE-X003", f"the folder of project `{name}` is missing: {known[name]}")])
    return known[name]


class Project:
    """A project open for reading."""

    def __init__(self, name: str, folder: Path | None = None):
        self.name = name
        self.folder = find_project(name, folder)
        self.databases: dict[str, dict[str, Any]] = self._json("databases.json") or {}

    def need(self, database: str) -> dict[str, Any]:
        """What the project says of a database. Raises `InputError` where it has none of that name."""
        if database not in self.databases:
            raise InputError(
                [
                    Diagnostic(
                        "REE-X002",
                        f"project `{self.name}` has no database `{database}`",
                        expected=one_of(self.databases) or "a project with a database",
                        suggestion=nearest(database, self.databases),
                    )
                ]
            )
        return self.databases[database]

    def nodes(self, databases: Iterable[str]) -> Iterator[Node]:
        """The nodes of these databases, in the order in which they were written."""
        with self._tables() as connection:
            for database in databases:
                query = "SELECT code, type, data FROM activitydataset WHERE database = ? ORDER BY rowid"
                for code, kind, data in connection.execute(query, (database,)):
                    yield Node(database, code, kind or "", unpickled(data))

    def edges(self, databases: Iterable[str]) -> Iterator[Edge]:
        """The exchanges of the nodes of these databases, in the order in which they were written."""
        with self._tables() as connection:
            for database in databases:
                query = (
                    "SELECT input_database, input_code, output_code, type, data FROM exchangedataset "
                    "WHERE output_database = ? ORDER BY rowid"
                )
                for input_database, input_code, output_code, kind, data in connection.execute(query, (database,)):
                    yield Edge((input_database, input_code), (database, output_code), kind, unpickled(data))

    def linked(self, database: str, types: Iterable[str]) -> list[str]:
        """The databases that the nodes of a database take something from, by exchanges of these types."""
        wanted = list(types)
        query = (
            "SELECT DISTINCT input_database FROM exchangedataset WHERE output_database = ? "
            f"AND type IN ({', '.join('?' * len(wanted))}) ORDER BY input_database"
        )
        with self._tables() as connection:
            return [row[0] for row in connection.execute(query, (database, *wanted))]

    def node_of_id(self, number: int) -> Key | None:
        """The node that Brightway has given a number."""
        with self._tables() as connection:
            query = "SELECT database, code FROM activitydataset WHERE id = ?"
            row = connection.execute(query, (number,)).fetchone()
        return (row[0], row[1]) if row else None

    def methods(self) -> dict[tuple[str, ...], dict[str, Any]]:
        """The methods of impact assessment of the project, with what it says of each."""
        return {tuple(name): said for name, said in self._json("methods.json") or []}

    def factors(self, said: Mapping[str, Any]) -> list[tuple[Any, ...]]:
        """The lines of a method: a node (its key or number), the factor, and a place where it differs by place."""
        path = self.folder / "intermediate" / f"{said['abbreviation']}.pickle"
        try:
            return [tuple(line) for line in unpickled(path.read_bytes())]
        except OSError as cause:
            raise InputError([Diagnostic("REE-X003", f"{path} cannot be read: {cause.strerror}")]) from cause

    def setups(self) -> dict[str, dict[str, Any]]:
        """The calculation setups: `inv` are nodes (keys or numbers) with amounts, `ia` names of methods."""
        path = self.folder / "setups.pickle"
        return dict(unpickled(path.read_bytes())) if path.is_file() else {}

    def _json(self, name: str) -> Any:
        path = self.folder / name
        try:
            return json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as cause:
            raise InputError([Diagnostic("REE-X003", f"{path} cannot be read: {cause}")]) from cause

    @contextlib.contextmanager
    def _tables(self) -> Iterator[sqlite3.Connection]:
        with _reading(self.folder / "lci" / "databases.db") as connection:
            yield connection


@contextlib.contextmanager
def _reading(file: Path) -> Iterator[sqlite3.Connection]:
    """A SQLite file for reading only. Raises `InputError` when it is none."""
    try:
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as connection:
            yield connection
    except sqlite3.Error as cause:
        raise InputError([Diagnostic("REE-X003", f"{file} cannot be read: {cause}")]) from cause


class _Foreign:
    """Stands for an object of a class that is none of the few below, of which nothing is needed."""

    def __init__(self, *_: Any, **__: Any):
        pass

    def __setstate__(self, _: Any) -> None:
        pass

    def __setitem__(self, *_: Any) -> None:
        pass

    def append(self, _: Any) -> None:
        """What lists are filled with."""

    def extend(self, _: Any) -> None:
        """As `append`."""


_NUMPY = ("numpy", "numpy.core.multiarray", "numpy._core.multiarray")
_HARMLESS = {
    *(("builtins", name) for name in ("set", "frozenset", "complex", "bytearray")),
    *(("collections", name) for name in ("OrderedDict", "defaultdict")),
    *(("datetime", name) for name in ("date", "datetime", "time", "timedelta", "timezone")),
    *((module, name) for module in _NUMPY for name in ("dtype", "ndarray", "scalar", "_reconstruct")),
    ("_codecs", "encode"),
    ("uuid", "UUID"),
}


class _Unpickler(pickle.Unpickler):
    """Projects are passed around, and a pickle can call anything: here it can make plain data only."""

    def find_class(self, module: str, name: str) -> Any:
        return super().find_class(module, name) if (module, name) in _HARMLESS else _Foreign


def unpickled(data: bytes) -> Any:
    """Plain data that Brightway has pickled. Raises `InputError`."""
    try:
        return _Unpickler(io.BytesIO(data)).load()
    except Exception as cause:  # a broken pickle fails in any way
        raise InputError([Diagnostic("REE-X003", f"an entry of the project cannot be read: {cause}")]) from cause
