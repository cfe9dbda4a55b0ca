"""What documents are to say after an import: what they say now, changed by what differs in the rows of a book.

A sheet that is not in the book changes nothing, and neither does a column. Of a sheet that is there, a row that is
missing takes its thing away, and one that is new adds one. All comparing is done on what cells mean.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from lca.editing.change import CENTRES, DEFINERS
from lca.editing.key_order import PROCESS
from lca.editing.kinds import MODELS, keys_of
from lca.editing.layout import order_of
from lca.editing.spreadsheets.book import Book, BookRow, BookSheet
from lca.editing.spreadsheets.cells import CENTRAL, FAMILIES, GIVENS, HIGH, LOW, SPREAD, VALUE, heading, plain_text
from lca.editing.spreadsheets.cells import read as read_cells
from lca.editing.spreadsheets.cells import shown
from lca.editing.spreadsheets.layout import LINE, NAME, OPTION, Container, Sheet, places, sheets
from lca.editing.spreadsheets.layout import LISTS as LIST_KINDS
from lca.editing.spreadsheets.patching import REMOVED, settled
from lca.editing.spreadsheets.rows import Held, Path_, is_place_of_file, things, within
from lca.editing.spreadsheets.text import flow
from lca.errors import Problems, Span, nearest, one_of
from lca.inventory import schema

#: What tells a thing from the others of its container: its name, its number, or both.
Label = tuple[str | None, int | None]


@dataclass(frozen=True)
class Change:
    """Something that is to be said in another way."""

    document: Held
    path: Path_
    before: Any  # None where it is new
    after: Any  # None where it is taken away
    span: Span | None

    def told(self, side: str) -> str:
        """Before or after in words."""
        said = getattr(self, side)
        return "" if said is None else said if isinstance(said, str) else flow(settled(said))


@dataclass
class _Given:
    """A row of the book with the document and the container that it is of."""

    sheet: BookSheet
    row: BookRow
    document: Held
    container: Container
    inner: tuple[str | int, ...]  # as the row says it, numbers from 1
    label: Label

    def span(self, column: str) -> Span:
        return self.sheet.span(self.row.number, column)


@dataclass
class Goals:
    """Documents with what they are to say, and from which cell each part of that comes."""

    documents: dict[str, Held]
    trees: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    origin: dict[tuple[str, Path_], Span] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    #: Rows with cells that could not be read.
    unread: set[tuple[str, int]] = field(default_factory=set)


def goals(documents: Iterable[Held], axes: Sequence[str], book: Book) -> Goals:
    """What the documents of a workspace are to say when a book is taken over; none for an empty workspace."""
    builder = _Builder({one.name: one for one in documents}, axes, book)
    return builder.made


class _Builder:
    def __init__(self, documents: dict[str, Held], axes: Sequence[str], book: Book):
        self.made = Goals(documents, {name: copy.deepcopy(held.tree) for name, held in documents.items()})
        self.problems, self.book = self.made.problems, book
        named = [sheet for sheet in book.sheets if sheet.title == "Axes"]
        own = [plain_text(row.cells.get("id")) for sheet in named for row in sheet.rows]
        self.axes = list(dict.fromkeys((*axes, *(axis for axis in own if axis))))
        known = {sheet.title: sheet for sheet in sheets(self.axes)}
        self.pairs = [(known[sheet.title], sheet) for sheet in book.sheets if sheet.title in known]
        self.labels: dict[tuple[str, Path_], dict[Label, str | int | None]] = {}
        for sheet, read in self.pairs:
            if sheet.of_documents:
                self._documents(sheet, read)
        self._things()
        for name, held in self.made.documents.items():
            if held.new:
                self.made.trees[name] = _arranged(held.first, self.made.trees[name])

    # --- documents

    def _documents(self, sheet: Sheet, read: BookSheet) -> None:
        """The rows of a sheet of documents."""
        seen: dict[str, int] = {}
        for row in read.rows:
            name = self._name(read, row)
            if name is None:
                continue
            kind, _, own = name.partition(" ")
            span = read.span(row.number, "document")
            kinds = [*self.axes] if sheet.kinds == [OPTION] else sheet.kinds
            if kind not in kinds or not own:
                expected = f"{one_of(kinds)} and an id, such as `{kinds[0] if kinds else 'site'} {own or kind}`"
                self._add("REE-X068", f"`{name}` is no document of this sheet", span, expected, nearest(kind, kinds))
            elif name in seen:
                first = ((read.span(seen[name], "document"), "first here"),)
                self.problems.add("REE-X068", f"`{name}` stands twice in the sheet", span, related=first)
            else:
                seen[name] = row.number
                self._document(sheet, read, row, name)
        for name, held in self.made.documents.items():
            if held.kind in sheet.kinds and name not in seen and not held.new:
                message = f"`{name}` has no row any more, and an import takes no document away"
                expected = f"the row; or the document taken out of {held.file}"
                self._add("REE-X069", message, read.span(1, "document"), expected)

    def _document(self, sheet: Sheet, read: BookSheet, row: BookRow, name: str) -> None:
        kind, _, own = name.partition(" ")
        file = self._file(read, row)
        held = self.made.documents.get(name)
        if held is None:
            if file is None:
                expected = "a file of the workspace, such as inventories/more.yaml"
                self._add("REE-X074", f"`{name}` is new and has no file", read.span(row.number, "file"), expected)
                return
            held = Held(name, OPTION if kind in self.axes else kind, kind, file, {kind: own}, new=True)
            self.made.documents[name] = held
            self.made.trees[name] = {kind: own}
            self.made.changes.append(Change(held, (), None, held.tree, read.span(row.number, "document")))
        elif file is not None and file != held.file:
            expected = f"{held.file}; move it there by hand"
            span = read.span(row.number, "file")
            self._add("REE-X069", f"`{name}` stands in another file, and an import moves nothing", span, expected)
        self._update(sheet, read, row, held, (), held.tree)
        self.made.origin[name, ()] = read.span(row.number, "document")
        self.made.origin[name, (kind,)] = read.span(row.number, "document")

    def _file(self, read: BookSheet, row: BookRow) -> str | None:
        text = self._text(read, row, "file")
        if text is not None and not is_place_of_file(text):
            expected = "a path below inventories/ or methods/ that ends in .yaml"
            self._add("REE-X074", f"`{text}` is no file of a workspace", read.span(row.number, "file"), expected)
            return None
        return text

    # --- things

    def _things(self) -> None:
        """The rows of all other sheets, things before what lies in them."""
        groups: dict[tuple[int, str, int], tuple[Sheet, BookSheet, Container, list[_Given]]] = {}
        for number, (sheet, read) in enumerate(self.pairs):
            if sheet.of_documents:
                continue
            for n, container in enumerate(sheet.containers):
                key = len(container.steps), f"{number:03}", n
                groups[key] = (sheet, read, container, [])
            for row in read.rows:
                given = self._given(sheet, read, row)
                if given is not None:
                    n = sheet.containers.index(given.container)
                    groups[len(given.container.steps), f"{number:03}", n][3].append(given)
        for key in sorted(groups):
            self._container(*groups[key])

    def _given(self, sheet: Sheet, read: BookSheet, row: BookRow) -> _Given | None:
        """A row with what it says it is; None where that cannot be."""
        name = self._name(read, row)
        if name is None:
            return None
        kind, _, own = name.partition(" ")
        held = self.made.documents.get(name)
        span = read.span(row.number, "document")
        kinds = {one.kind for one in sheet.containers}
        if held is None and kind in LIST_KINDS and kind in kinds:
            if not is_place_of_file(own.partition("#")[0]):
                expected = f"`{kind}` and a file, such as `{kind} inventories/more.yaml`"
                self._add("REE-X068", f"`{name}` is no document", span, expected)
                return None
            held = Held(name, kind, kind, own.partition("#")[0], {}, new=True)
            self.made.documents[name] = held
            self.made.trees[name] = {kind: [] if kind == "links" else {}}
            self.made.origin[name, ()] = self.made.origin[name, (kind,)] = span
        if held is None or held.kind not in kinds:
            known = [one.name for one in self.made.documents.values() if one.kind in kinds]
            message = f"there is no document `{name}`" if held is None else f"`{name}` has nothing of this sheet"
            self._add("REE-X068", message, span, one_of(known, 6), nearest(name, known))
            return None
        found = self._within(sheet, read, row, held)
        if found is None:
            return None
        container, inner = found
        identity = self._text(read, row, "id") if container.named else None
        line = self._line(read, row) if container.numbered else None
        if container.named and identity is None:
            self._add("REE-X068", "the row says not what it is of", read.span(row.number, "id"), "an id")
            return None
        return None if line == -1 else _Given(read, row, held, container, inner, (identity, line))

    def _within(
        self, sheet: Sheet, read: BookSheet, row: BookRow, held: Held
    ) -> tuple[Container, tuple[str | int, ...]] | None:
        """The container that a row is of, and the way to it."""
        able = list(places(sheet, held.kind))
        text = self._text(read, row, "in") if "in" in sheet.identity else within(able[0].inner)
        if text is None and len(able) == 1 and not {NAME, LINE} & set(able[0].inner):
            text = within(able[0].inner)
        for container in able:
            if match := container.pattern.fullmatch(text or ""):
                parts = iter(match.groups())
                steps = (next(parts) if step in (NAME, LINE) else step for step in container.inner)
                numbers = (int(s) if own == LINE else s for s, own in zip(steps, container.inner, strict=True))
                return container, tuple(numbers)
        ways = [within(tuple("NAME" if s == NAME else 0 if s == LINE else s for s in one.inner)) for one in able]
        message = f"`{text}` is no place in `{held.name}`" if text else "the row says not where it belongs"
        self._add("REE-X068", message, read.span(row.number, "in"), one_of(ways), nearest(text or "", ways))
        return None

    def _container(self, sheet: Sheet, read: BookSheet, container: Container, rows: list[_Given]) -> None:
        """All containers of one pattern: compare, take away, put in."""
        now: dict[tuple[str, Path_], dict[Label, tuple[Path_, Any]]] = {}
        for held in self.made.documents.values():
            if held.kind == container.kind and not held.new:
                for path, thing in things(held.tree, container.steps):
                    inner, rest = path[: len(container.inner)], path[len(container.inner) :]
                    name = str(rest[0]) if container.named else None
                    number = [int(step) + 1 for step in rest[container.named :]] if container.numbered else []
                    now.setdefault((held.name, inner), {})[name, number[0] if number else None] = (path, thing)
        said: dict[tuple[str, Path_], list[_Given]] = {}
        for given in rows:
            where = self._resolved(given)
            if where is not None:
                said.setdefault((given.document.name, where), []).append(given)
        for name, inner in dict.fromkeys((*now, *said)):
            held = self.made.documents[name]
            if self._exists(name, inner):
                self._fill(sheet, held, inner, now.get((name, inner), {}), said.get((name, inner), []), container)
                self._prune(held, inner)

    def _resolved(self, given: _Given) -> Path_ | None:
        """The way to a container as it is in the tree that is being made."""
        path: Path_ = ()
        tree = self.made.trees[given.document.name]
        for step, own in zip(given.inner, given.container.inner, strict=True):
            if own == LINE:
                found = self.labels.get((given.document.name, path), {}).get((None, int(step)))
                step = -1 if found is None else found
            lacking = own in (NAME, LINE) and (
                not isinstance(tree, dict | list)
                or (step not in tree if isinstance(tree, dict) else not 0 <= int(step) < len(tree))
            )
            if lacking or (tree is not None and not isinstance(tree, dict | list)):
                message = f"there is no `{within((*path, step)) if step != -1 else within(given.inner)}`"
                expected = f"a row of it in the sheet that lists it, for `{given.document.name}`"
                self._add("REE-X068", message, given.span("in"), expected)
                return None
            path = (*path, step)
            tree = tree.get(step) if isinstance(tree, dict) else tree[int(step)] if isinstance(tree, list) else None
            if tree is REMOVED:
                self._add("REE-X068", f"`{within(path)}` is taken away", given.span("in"), "no row of what lies in it")
                return None
        return path

    def _exists(self, name: str, inner: Path_) -> bool:
        """Whether what a container lies in has not been taken away."""
        tree = self.made.trees[name]
        for step in inner:
            if isinstance(tree, dict):
                tree = tree.get(step)
            elif isinstance(tree, list):
                tree = tree[int(step)]
            if tree is REMOVED:
                return False
        return True

    def _fill(
        self,
        sheet: Sheet,
        held: Held,
        inner: Path_,
        now: dict[Label, tuple[Path_, Any]],
        rows: list[_Given],
        container: Container,
    ) -> None:
        """One container."""
        seen: dict[Label, _Given] = {}
        new: list[_Given] = []
        labels = self.labels.setdefault((held.name, inner), {})
        for given in rows:
            label = given.label
            if label not in now and (label[0], None) in now and label[1] == 1:
                label = (label[0], None)  # one that stands alone
            if label in seen and (label[1] is not None or not container.numbered):
                first = ((seen[label].span("document"), "first here"),)
                where = given.span("id" if container.named else "line")
                self.problems.add("REE-X068", f"`{_called(label)}` stands twice", where, related=first)
                continue
            if label in now and label not in seen:
                path, thing = now[label]
                labels[label] = path[-1] if len(path) > len(inner) else None
                self._update(sheet, given.sheet, given.row, held, path, thing)
                self._from(given, held, path)
            else:
                new.append(given)
            seen[label] = given
        for label, (path, thing) in now.items():
            if label not in seen:
                self._take(held, path)
                self.made.changes.append(Change(held, path, thing, None, None))
        for given in new:
            self._put(sheet, held, inner, given, container)

    def _put(self, sheet: Sheet, held: Held, inner: Path_, given: _Given, container: Container) -> None:
        """A new thing."""
        said = self._read(sheet, given.sheet, given.row, {})
        if said is None:
            return
        thing: Any = {}
        for path, value in said.items():
            if path == ():
                thing = value
            elif value is not None:
                _set(thing, path, value)
        if thing is None:
            self._add("REE-X064", "the row has no value", given.span(VALUE), "a value, or no row")
            return
        if container.bare and not container.numbered and list(thing) == [VALUE]:
            thing = thing[VALUE]
        path = self._place(held, inner, given, container)
        _set(self.made.trees[held.name], path, thing)
        self.labels.setdefault((held.name, inner), {})[given.label] = path[-1]
        self.made.changes.append(Change(held, path, None, thing, given.span("document")))
        self._from(given, held, path)
        self._origins(sheet, given.sheet, given.row, held, path, said)

    def _place(self, held: Held, inner: Path_, given: _Given, container: Container) -> Path_:
        """Where a new thing goes: under its name, at the end of its list."""
        tree: Any = self.made.trees[held.name]
        for n, step in enumerate(inner):
            if isinstance(tree, dict) and step not in tree:
                last = n == len(inner) - 1
                tree[step] = [] if last and not container.named else {}
            tree = tree[step]
        name, line = given.label
        if not container.named:
            tree.append(None)
            return (*inner, len(tree) - 1)
        if not container.numbered:
            return (*inner, str(name))
        known = tree.get(name)
        if known is None:
            if container.bare and line is None:
                return (*inner, str(name))
            tree[name] = [None]
        else:
            tree[name] = [*(known if isinstance(known, list) else [known]), None]
        return (*inner, str(name), len(tree[name]) - 1)

    def _take(self, held: Held, path: Path_) -> None:
        tree = self.made.trees[held.name]
        for step in path[:-1]:
            tree = tree[step]
        if isinstance(tree, list):
            tree[int(path[-1])] = REMOVED
        else:
            del tree[path[-1]]

    def _prune(self, held: Held, inner: Path_) -> None:
        """Take a container away of which nothing is left, but for that of a document that does nothing but list."""
        if held.kind in LIST_KINDS and len(inner) < 2:
            return
        trees = [self.made.trees[held.name]]
        for step in inner:
            below = trees[-1].get(step) if isinstance(trees[-1], dict) else trees[-1][step]
            if below is None:
                return
            trees.append(below)
        if inner and isinstance(trees[-2], dict) and not settled(trees[-1]) and held.tree is not None:
            had = list(things(held.tree, inner)) if all(isinstance(step, str) for step in inner) else []
            if had and had[0][1]:
                del trees[-2][inner[-1]]

    # --- cells

    def _update(self, sheet: Sheet, read: BookSheet, row: BookRow, held: Held, path: Path_, thing: Any) -> None:
        """Take over what differs in a row from what a thing says."""
        was = shown(sheet, thing)
        said = self._read(sheet, read, row, was)
        if said is None:
            return
        before = read_cells(sheet, was, lambda *fault: None)
        self._origins(sheet, read, row, held, path, said)
        for way, value in said.items():
            if value == before.get(way) or (way and way[0] in GIVENS[4:] and way[0] in thing):
                continue
            span = self.made.origin.get((held.name, (*path, *way)))
            if value is None and way == ():
                self._add("REE-X064", "the row has no value", span, "a value; or no row, to take it away")
                continue
            self.made.changes.append(Change(held, (*path, *way), before.get(way), value, span))
            self._say(held, path, way, value)
        for key in GIVENS[4:] if sheet.given else ():
            if isinstance(thing, dict) and key in thing and (key,) not in said:
                self.made.changes.append(Change(held, (*path, key), thing[key], None, read.span(row.number, VALUE)))
                self._say(held, path, (key,), None)

    def _say(self, held: Held, path: Path_, way: tuple[str, ...], value: Any) -> None:
        tree = self.made.trees[held.name]
        if path:
            for step in path[:-1]:
                tree = tree[step]
            thing = tree[path[-1]]
            if isinstance(thing, str):
                if way in ((), (VALUE,)) and value is not None:
                    tree[path[-1]] = value
                    return
                thing = tree[path[-1]] = {VALUE: thing}
        else:
            thing = tree
        if value is not None:
            _set(thing, way, value)
        else:
            _unset(thing, way)

    def _read(
        self, sheet: Sheet, read: BookSheet, row: BookRow, was: dict[str, Any]
    ) -> dict[tuple[str, ...], Any] | None:
        """What a row says, with what is said now where the book has no such column; None where something in it cannot
        be read, which is told.
        """
        cells = {name: row.cells.get(name) for name in read.columns if name not in (*sheet.identity, "file")}
        faults = 0

        def fault(column: str, code: str, message: str, expected: str, suggestion: str) -> None:
            nonlocal faults
            faults += 1
            self._add(code, message, read.span(row.number, column), expected, suggestion)

        said = read_cells(sheet, {**was, **cells}, fault)
        if faults:
            self.made.unread.add((read.title, row.number))
            return None
        return said

    def _origins(
        self, sheet: Sheet, read: BookSheet, row: BookRow, held: Held, path: Path_, said: Iterable[tuple[str, ...]]
    ) -> None:
        """From which cell each part of a thing comes."""
        columns = {field.path: heading(sheet, field) for field in sheet.fields}
        for way in said:
            column = columns.get(way, way[0] if sheet.free and way else VALUE)
            if sheet.given and way and way[0] in (*DEFINERS, *GIVENS):
                column = VALUE
            if way in (("range",), ("distribution",)):
                column = SPREAD
            self.made.origin[held.name, (*path, *way)] = read.span(row.number, column)
        if sheet.spread:
            for n, end in enumerate((LOW, HIGH)):
                self.made.origin[held.name, (*path, "range", n)] = read.span(row.number, end)
            for family, keys in FAMILIES.items():
                for key in keys:
                    column = CENTRAL if key in CENTRES else key
                    own = (*path, "distribution", family, key)
                    self.made.origin[held.name, own] = read.span(row.number, column)

    def _from(self, given: _Given, held: Held, path: Path_) -> None:
        """The cell that names a thing."""
        column = "id" if given.container.named else "line" if given.container.numbered else "document"
        self.made.origin.setdefault((held.name, path), given.span(column))

    def _name(self, read: BookSheet, row: BookRow) -> str | None:
        text = self._text(read, row, "document")
        if text is None:
            span = read.span(row.number, "document")
            self._add("REE-X068", "the row says not of which document it is", span, "a document, as in other rows")
            return None
        return " ".join(text.split())

    def _text(self, read: BookSheet, row: BookRow, column: str) -> str | None:
        try:
            return plain_text(row.cells.get(column))
        except ValueError as cause:
            self._add("REE-X065", str(cause), read.span(row.number, column), "a text")
            return None

    def _line(self, read: BookSheet, row: BookRow) -> int | None:
        """The number of a thing in its list; None for a new one, -1 where it is none."""
        text = self._text(read, row, "line")
        if text is None:
            return None
        if not text.isdigit() or not 0 < int(text) < 1_000_000:
            expected = "a whole number from 1 on, or an empty cell for what is new"
            self._add("REE-X068", f"`{text}` is no number of a line", read.span(row.number, "line"), expected)
            return -1
        return int(text)

    def _add(self, code: str, message: str, span: Span | None, expected: str = "", suggestion: str = "") -> None:
        self.problems.add(code, message, span, expected=expected, suggestion=suggestion)


def _called(label: Label) -> str:
    return " ".join(str(part) for part in label if part is not None)


def _set(tree: Any, path: Sequence[str | int], value: Any) -> None:
    for step in path[:-1]:
        if isinstance(tree, dict) and not isinstance(tree.get(step), dict | list):
            tree[step] = {}
        tree = tree[step]
    tree[path[-1]] = value


def _unset(tree: Any, path: Sequence[str]) -> None:
    """Take a key away, and the mappings around it that hold nothing else."""
    if not isinstance(tree, dict) or path[0] not in tree:
        return
    if len(path) > 1:
        _unset(tree[path[0]], path[1:])
        if tree[path[0]] != {}:
            return
    del tree[path[0]]


def _arranged(first: str, tree: Any) -> Any:
    """The keys of a new document in their order."""
    model = MODELS.get(first, schema.AxisOption)
    order = PROCESS if first == "process" else [first, *keys_of(model)]
    top = {key: tree[key] for key in sorted(tree, key=lambda key: (key != first, order.index(key) if key in order else 99))}

    def ordered(node: Any, path: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [ordered(item, (*path, "-")) for item in node]
        if not isinstance(node, dict):
            return node
        keys = order_of(first, path) if path else ()
        names = sorted(node, key=lambda key: keys.index(key) if key in keys else len(keys)) if keys else list(node)
        return {name: ordered(node[name], (*path, name)) for name in names}

    return ordered(top, ())
