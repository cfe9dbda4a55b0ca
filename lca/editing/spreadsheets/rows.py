"""The things of a workspace as rows: which there are, and how a row says which thing it is."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lca.editing.spreadsheets.cells import Cell, columns, free_heading, shown
from lca.editing.spreadsheets.layout import LINE, LISTS, NAME, OPTION, Container, Sheet, places, sheets
from lca.editing.spreadsheets.text import as_tree
from lca.editing.written import Written
from lca.inventory.loading import FOLDERS

#: The way from a document to a thing: keys of mappings, places in lists.
Path_ = tuple[str | int, ...]


@dataclass
class Held:
    """A document: how rows call it, what it says and where."""

    name: str
    kind: str  # `option` for those of axes
    first: str  # its first key
    file: str  # below the workspace
    tree: dict[str, Any]
    new: bool = False


@dataclass
class Row:
    """A thing with its cells: first those that say which it is."""

    document: Held
    container: Container | None
    path: Path_
    cells: dict[str, Cell] = field(default_factory=dict)


@dataclass
class Table:
    """A sheet with its columns and rows."""

    sheet: Sheet
    columns: list[str]
    rows: list[Row]


def held_documents(written: Written) -> list[Held]:
    """The documents of a workspace in the order in which they are read."""
    axes, count = set(written.axes), Counter[tuple[str, str]]()
    found = []
    for document in written.documents:
        kind = document.kind
        file = document.file.path.relative_to(written.root).as_posix()
        count[kind, file] += 1
        number = count[kind, file]
        own = (file if number == 1 else f"{file}#{number}") if kind in LISTS else document.id
        held = Held(f"{kind} {own}", OPTION if kind in axes else kind, kind, file, as_tree(document.node))
        found.append(held)
    return found


def tables(documents: Sequence[Held], axes: Sequence[str]) -> list[Table]:
    """All sheets with all rows, those without rows too."""
    made = []
    for sheet in sheets(axes):
        rows = [row for document in documents for row in _rows(sheet, document)]
        names = columns(sheet)
        if sheet.free:
            names = list(dict.fromkeys((*map(free_heading, sheet.names), *(key for row in rows for key in row.cells))))
            names = [name for name in names if name not in sheet.identity]
        extra = ("file",) if sheet.of_documents else ()
        made.append(Table(sheet, [*sheet.identity, *extra, *names], rows))
    return made


def _rows(sheet: Sheet, document: Held) -> Iterator[Row]:
    if document.kind in sheet.kinds:
        named: dict[str, Cell] = {"document": document.name, "file": document.file}
        yield Row(document, None, (), named | shown(sheet, document.tree))
    for container in places(sheet, document.kind):
        for path, thing in things(document.tree, container.steps):
            own = identity(document.name, container, path)
            cells = {column: own.get(column) for column in sheet.identity} | shown(sheet, thing)
            yield Row(document, container, path, cells)


def things(tree: Any, steps: Sequence[str]) -> Iterator[tuple[Path_, Any]]:
    """What stands at a way from a tree, each with the way to it. One of a list may stand alone."""
    if not steps:
        yield (), tree
        return
    step, rest = steps[0], steps[1:]
    below: list[tuple[str | int, Any]] = []
    if step == LINE and isinstance(tree, list):
        below = list(enumerate(tree))
    elif step == LINE and isinstance(tree, dict) and not rest:
        yield (), tree
        return
    elif step == NAME and isinstance(tree, dict):
        below = list(tree.items())
    elif isinstance(tree, dict) and step in tree:
        below = [(step, tree[step])]
    for key, held in below:
        for path, thing in things(held, rest):
            yield (key, *path), thing


def identity(document: str, container: Container, path: Path_) -> dict[str, Cell]:
    """The cells that say which thing it is."""
    cells: dict[str, Cell] = {"document": document, "in": within(path[: len(container.inner)])}
    rest = list(path[len(container.inner) :])
    if container.named:
        cells["id"] = str(rest.pop(0))
    if container.numbered:
        cells["line"] = int(rest[0]) + 1 if rest else None
    return cells


def within(path: Path_) -> str:
    """A way in words: `mix.shares`, `providers[2].try`."""
    return "".join(f"[{key + 1}]" if isinstance(key, int) else f".{key}" for key in path).removeprefix(".")


def marks(root: Path, written: Written) -> dict[str, str]:
    """What tells that a file says something else than before: of its documents, whatever their layout."""
    made = {}
    for file in written.files:
        said = json.dumps([as_tree(node) for node in file.documents], ensure_ascii=False)
        made[file.path.relative_to(root).as_posix()] = hashlib.sha256(said.encode()).hexdigest()[:16]
    return made


def is_place_of_file(text: str) -> bool:
    """Whether documents can be written there: a file of the workspace."""
    parts = text.split("/")
    return (
        text.endswith(".yaml")
        and len(parts) > 1
        and parts[0] in FOLDERS
        and all(part and not part.startswith((".", "__")) and "\\" not in part and ":" not in part for part in parts)
    )
