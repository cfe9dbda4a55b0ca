"""What documents are to say after an import: what they say now, changed by what differs in the rows of a book.

A sheet that is not in the book changes nothing, and neither does a column. Of a sheet that is there, a row that is
missing takes its thing away, and one that is new adds one. All comparing is done on what cells mean.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lca.editing.change import CENTRES, DEFINERS
from lca.editing.spreadsheets import cells
from lca.editing.spreadsheets.book import Book, BookRow, BookSheet
from lca.editing.spreadsheets.cells import FAMILIES, GIVENS, VALUE, heading, plain_text, shown
from lca.editing.spreadsheets.layout import LINE, LISTS, NAME, OPTION, Container, Sheet, sheets
from lca.editing.spreadsheets.named import Given, Label, NamedRows, called
from lca.editing.spreadsheets.patching import REMOVED, settled
from lca.editing.spreadsheets.rows import Held, Path_, things, within
from lca.editing.spreadsheets.trees import Change, Goals, Lines, arranged, kept, ordered, set_at, unset_at
from lca.errors import nearest, one_of


def goals(
    documents: Iterable[Held], axes: Sequence[str], book: Book, lines: Mapping[str, Lines] | None = None
) -> Goals:
    """What the documents of a workspace are to say when a book is taken over; none for an empty workspace. `lines` of
    documents that this book has changed before: those that its rows say are of the export.
    """
    builder = _Builder({one.name: one for one in documents}, axes, book, lines or {})
    return builder.made


class _Builder:
    def __init__(self, documents: dict[str, Held], axes: Sequence[str], book: Book, lines: Mapping[str, Lines]):
        self.made = Goals(documents, {name: copy.deepcopy(held.tree) for name, held in documents.items()})
        self.problems, self.book = self.made.problems, book
        self.made.lines = {name: dict(held) for name, held in lines.items()}
        named = [sheet for sheet in book.sheets if sheet.title == "Axes"]
        own = [plain_text(row.cells.get("id")) for sheet in named for row in sheet.rows]
        self.axes = list(dict.fromkeys((*axes, *(axis for axis in own if axis))))
        self.rows = NamedRows(self.made, self.axes)
        known = {sheet.title: sheet for sheet in sheets(self.axes)}
        self.pairs = [(known[sheet.title], sheet) for sheet in book.sheets if sheet.title in known]
        self.labels: dict[tuple[str, Path_], dict[Label, str | int | None]] = {}
        for sheet, read in self.pairs:
            if sheet.of_documents:
                self._documents(sheet, read)
        self._things()
        for name, held in self.made.documents.items():
            if held.new:
                self.made.trees[name] = arranged(held.first, self.made.trees[name])

    # --- documents

    def _documents(self, sheet: Sheet, read: BookSheet) -> None:
        """The rows of a sheet of documents."""
        seen: dict[str, int] = {}
        for row in read.rows:
            name = self.rows.name(read, row)
            if name is None:
                continue
            kind, _, own = name.partition(" ")
            span = read.span(row.number, "document")
            kinds = self.rows.kinds(sheet)
            if kind not in kinds or not own:
                expected = f"{one_of(kinds)} and an id, such as `{kinds[0] if kinds else 'site'} {own or kind}`"
                self.rows.add(
                    "REE-X068", f"`{name}` is no document of this sheet", span, expected, nearest(kind, kinds)
                )
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
                self.rows.add("REE-X069", message, read.span(1, "document"), expected)

    def _document(self, sheet: Sheet, read: BookSheet, row: BookRow, name: str) -> None:
        kind, _, own = name.partition(" ")
        file = self.rows.file(read, row)
        held = self.made.documents.get(name)
        if held is None:
            if file is None and row.cells.get("file") is not None:
                return  # which has been told
            if file is None:
                expected = "a file of the workspace, such as inventories/more.yaml"
                self.rows.add("REE-X074", f"`{name}` is new and has no file", read.span(row.number, "file"), expected)
                return
            held = Held(name, OPTION if kind in self.axes else kind, kind, file, {kind: own}, new=True)
            self.made.documents[name] = held
            self.made.trees[name] = {kind: own}
            self.made.changes.append(Change(held, (), None, held.tree, read.span(row.number, "document")))
        elif file is not None and file != held.file:
            expected = f"{held.file}; move it there by hand"
            span = read.span(row.number, "file")
            self.rows.add("REE-X069", f"`{name}` stands in another file, and an import moves nothing", span, expected)
        self._update(sheet, read, row, held, (), held.tree)
        self.made.origin[name, ()] = read.span(row.number, "document")
        self.made.origin[name, (kind,)] = read.span(row.number, "document")

    # --- things

    def _things(self) -> None:
        """The rows of all other sheets, things before what lies in them."""
        groups: dict[tuple[int, str, int], tuple[Sheet, BookSheet, Container, list[Given]]] = {}
        for number, (sheet, read) in enumerate(self.pairs):
            if sheet.of_documents:
                continue
            for n, container in enumerate(sheet.containers):
                key = len(container.steps), f"{number:03}", n
                groups[key] = (sheet, read, container, [])
            for row in read.rows:
                given = self.rows.given(sheet, read, row)
                if given is not None:
                    n = sheet.containers.index(given.container)
                    groups[len(given.container.steps), f"{number:03}", n][3].append(given)
        for key in sorted(groups):
            self._container(*groups[key])

    def _container(self, sheet: Sheet, read: BookSheet, container: Container, rows: list[Given]) -> None:
        """All containers of one pattern: compare, take away, put in."""
        now: dict[tuple[str, Path_], dict[Label, tuple[Path_, Any]]] = {}
        for held in self.made.documents.values():
            if held.kind == container.kind and not held.new:
                for path, thing in things(held.tree, container.steps):
                    inner, rest = path[: len(container.inner)], path[len(container.inner) :]
                    name = str(rest[0]) if container.named else None
                    number = [int(step) + 1 for step in rest[container.named :]] if container.numbered else []
                    now.setdefault((held.name, inner), {})[name, number[0] if number else None] = (path, thing)
        said: dict[tuple[str, Path_], list[Given]] = {}
        for given in rows:
            where = self._resolved(given)
            if where is not None:
                said.setdefault((given.document.name, where), []).append(given)
        for name, inner in dict.fromkeys((*now, *said)):
            held = self.made.documents[name]
            if not self._exists(name, inner, (name, inner) in now):
                for given in said.get((name, inner), []):
                    message = f"`{within(inner)}` is taken away"
                    self.rows.add("REE-X068", message, given.span("in"), "no row of what lies in it")
            else:
                self._fill(sheet, held, inner, now.get((name, inner), {}), said.get((name, inner), []), container)
                self._prune(held, inner)

    def _resolved(self, given: Given) -> Path_ | None:
        """The way to a container as it is in the tree that is being made."""
        path: Path_ = ()
        tree = self.made.trees[given.document.name]
        for said, own in zip(given.inner, given.container.inner, strict=True):
            step: str | int | None = said
            if own == LINE:
                step = self.labels.get((given.document.name, path), {}).get((None, int(said)))
            step = -1 if step is None else step
            lacking = own in (NAME, LINE) and (
                not isinstance(tree, dict | list)
                or (step not in tree if isinstance(tree, dict) else not 0 <= int(step) < len(tree))
            )
            if lacking or (tree is not None and not isinstance(tree, dict | list)):
                message = f"there is no `{within((*path, step)) if step != -1 else within(given.inner)}`"
                expected = f"a row of it in the sheet that lists it, for `{given.document.name}`"
                self.rows.add("REE-X068", message, given.span("in"), expected)
                return None
            path = (*path, step)
            tree = tree.get(step) if isinstance(tree, dict) else tree[int(step)] if isinstance(tree, list) else None
            if tree is REMOVED:
                self.rows.add(
                    "REE-X068", f"`{within(path)}` is taken away", given.span("in"), "no row of what lies in it"
                )
                return None
        return path

    def _exists(self, name: str, inner: Path_, was: bool) -> bool:
        """Whether a container, or what it lies in, has not been taken away."""
        tree = self.made.trees[name]
        for step in inner:
            tree = tree.get(step) if isinstance(tree, dict) else tree[int(step)] if isinstance(tree, list) else None
            if tree is REMOVED or (was and tree is None):
                return False
        return True

    def _fill(
        self,
        sheet: Sheet,
        held: Held,
        inner: Path_,
        now: dict[Label, tuple[Path_, Any]],
        rows: list[Given],
        container: Container,
    ) -> None:
        """One container."""
        seen: dict[Label, Given] = {}
        new: list[Given] = []
        labels = self.labels.setdefault((held.name, inner), {})
        known = self.made.lines.setdefault(held.name, {})
        before = {key: known.pop(key) for key in list(known) if container.numbered and key[0] == inner}
        unnumbered: Counter[str | None] = Counter()
        for given in rows:
            label = given.label
            given.key = inner, label[0], label[1] or -unnumbered[label[0]]
            unnumbered[label[0]] += label[1] is None
            if before and given.key not in before:
                new.append(given)
                continue
            if before:
                at = before[given.key]
                label = label[0], 1 if at is None else at + 1
            if label not in now and (label[0], None) in now and label[1] == 1:
                label = (label[0], None)  # one that stands alone
            if label in seen and (label[1] is not None or not container.numbered):
                first = ((seen[label].span("document"), "first here"),)
                where = given.span("id" if container.named else "line")
                self.problems.add("REE-X068", f"`{called(label)}` stands twice", where, related=first)
                continue
            if label in now and label not in seen:
                path, thing = now[label]
                labels[given.label] = path[-1] if len(path) > len(inner) else None
                if container.numbered:
                    known[given.key] = path[-1] if isinstance(path[-1], int) else None
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

    def _put(self, sheet: Sheet, held: Held, inner: Path_, given: Given, container: Container) -> None:
        """A new thing."""
        said = self._read(sheet, given.sheet, given.row, {})
        if said is None:
            return
        thing: Any = {}
        for way, value in said.items():
            if way == ():
                thing = value
            elif value is not None:
                set_at(thing, way, value)
        if thing is None:
            self.rows.add("REE-X064", "the row has no value", given.span(VALUE), "a value, or no row")
            return
        if container.bare and not container.numbered and list(thing) == [VALUE]:
            thing = thing[VALUE]
        path = self._place(held, inner, given, container)
        thing = ordered(held.first, path, thing)
        set_at(self.made.trees[held.name], path, thing)
        self.labels.setdefault((held.name, inner), {})[given.label] = path[-1]
        if container.numbered:
            self.made.lines[held.name][given.key] = path[-1] if isinstance(path[-1], int) else None
        self.made.changes.append(Change(held, path, None, thing, given.span("document")))
        self._from(given, held, path)
        self._origins(sheet, given.sheet, given.row, held, path, said)

    def _place(self, held: Held, inner: Path_, given: Given, container: Container) -> Path_:
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
        if held.kind in LISTS and len(inner) < 2:
            return
        trees = [self.made.trees[held.name]]
        for step in inner:
            below = trees[-1].get(step) if isinstance(trees[-1], dict) else trees[-1][step]
            if below is None:
                return
            trees.append(below)
        had: Any = held.tree
        for step in inner:
            had = had.get(step) if isinstance(had, dict) else had[int(step)] if isinstance(had, list) else None
        if had and isinstance(trees[-2], dict) and not settled(trees[-1]):
            del trees[-2][inner[-1]]

    # --- cells

    def _update(self, sheet: Sheet, read: BookSheet, row: BookRow, held: Held, path: Path_, thing: Any) -> None:
        """Take over what differs in a row from what a thing says."""
        was = shown(sheet, thing)
        said = self._read(sheet, read, row, was)
        if said is None:
            return
        before = cells.read(sheet, was, lambda *fault: None)
        self._origins(sheet, read, row, held, path, said)
        for way, value in said.items():
            if value == before.get(way) or (way and way[0] in GIVENS[4:] and way[0] in thing):
                continue
            span = self.made.origin.get((held.name, (*path, *way)))
            if value is None and way == ():
                self.rows.add("REE-X064", "the row has no value", span, "a value; or no row, to take it away")
                continue
            self.made.changes.append(Change(held, (*path, *way), before.get(way), value, span))
            self._say(held, path, way, kept(value, before.get(way), _below(thing, way)))
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
            set_at(thing, way, value)
        else:
            unset_at(thing, way)

    def _read(
        self, sheet: Sheet, read: BookSheet, row: BookRow, was: dict[str, Any]
    ) -> dict[tuple[str, ...], Any] | None:
        """What a row says, with what is said now where the book has no such column; None where something in it cannot
        be read, which is told.
        """
        own = {name: row.cells.get(name) for name in read.columns if name not in (*sheet.identity, "file")}
        faults = 0

        def fault(column: str, code: str, message: str, expected: str, suggestion: str) -> None:
            nonlocal faults
            faults += 1
            self.rows.add(code, message, read.span(row.number, column), expected, suggestion)

        said = cells.read(sheet, {**was, **own}, fault)
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
                column = cells.SPREAD
            self.made.origin[held.name, (*path, *way)] = read.span(row.number, column)
        if sheet.spread:
            for n, end in enumerate((cells.LOW, cells.HIGH)):
                self.made.origin[held.name, (*path, "range", n)] = read.span(row.number, end)
            for family, keys in FAMILIES.items():
                for key in keys:
                    column = cells.CENTRAL if key in CENTRES else key
                    own = (*path, "distribution", family, key)
                    self.made.origin[held.name, own] = read.span(row.number, column)

    def _from(self, given: Given, held: Held, path: Path_) -> None:
        """The cell that names a thing."""
        column = "id" if given.container.named else "line" if given.container.numbered else "document"
        self.made.origin.setdefault((held.name, path), given.span(column))


def _below(thing: Any, way: Sequence[str]) -> Any:
    for key in way:
        thing = thing.get(key) if isinstance(thing, dict) else None
    return thing
