"""`ree-lca import xlsx` and `csv`: what a book says, put into the YAML files of a workspace, or made a new one."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from lca.change_log import alone
from lca.editing.addresses import Addresses
from lca.editing.change import ATTEMPTS, COMPOSED, DEFINERS, VOUCHED, Changed, Draft, Wish, refused, written
from lca.editing.dry_run import DryRun, rehearsed
from lca.editing.splice import UnfitError
from lca.editing.spreadsheets.book import Book
from lca.editing.spreadsheets.cells import columns
from lca.editing.spreadsheets.goals import goals
from lca.editing.spreadsheets.layout import sheets
from lca.editing.spreadsheets.patching import patched
from lca.editing.spreadsheets.reading import read_workbook
from lca.editing.spreadsheets.rows import Held, held_documents, marks, within
from lca.editing.spreadsheets.separated import read_folder
from lca.editing.spreadsheets.text import documents as as_text
from lca.editing.spreadsheets.tracing import Traces
from lca.editing.spreadsheets.trees import Change, Goals, Lines
from lca.editing.storage import remembered_source
from lca.editing.trial import tried
from lca.editing.written import Node, Written, WrittenFile, child, read_written
from lca.errors import Diagnostic, InputError, Problems, Span, nearest, one_of
from lca.impact.cache import keep, kept

#: Keys whose value a source vouches for.
_VALUES = (*DEFINERS, "amount", "share", "price", "output")


@dataclass
class Taken:
    """What an import does: a draft of the files, what changes by cell, and what there is to say."""

    draft: Draft
    made: Goals
    traces: Traces
    said: list[Diagnostic] = field(default_factory=list)

    @property
    def changes(self) -> list[Change]:
        return self.made.changes


def read_book(path: Path, form: str) -> Book:
    """A book in one of the forms `xlsx` and `csv`, with all that is wrong with it in its problems."""
    book = read_workbook(path) if form == "xlsx" else read_folder(path)
    _check_columns(book)
    return book


def _check_columns(book: Book) -> None:
    """That every sheet has the columns that say what a row is, and no others than it may have."""
    known = {sheet.title: sheet for sheet in sheets(())}
    for read in book.sheets:
        sheet = known[read.title]
        able = [*sheet.identity, *(["file"] if sheet.of_documents else []), *columns(sheet)]
        for name in sheet.identity:
            if name not in read.columns:
                close = nearest(name, [one for one in read.columns if one not in able])
                more = f", in the place of `{close}`" if close else ""
                message = f"sheet {read.title} has no column `{name}`"
                book.problems.add("REE-X063", message, read.span(1, ""), expected=f"a column `{name}`{more}")
        for name in read.columns:
            if name not in able and not sheet.free:
                message = f"`{name}` is no column of sheet {read.title}"
                left = [one for one in able if one not in read.columns]
                close = nearest(name, left)
                book.problems.add("REE-X063", message, read.span(1, name), expected=one_of(left), suggestion=close)


# --- into a workspace


def taken_over(root: Path, book: Book) -> Taken:
    """What a book changes in the workspace at `root`, as it is now. Raises `InputError` with all that cannot be."""
    said = read_written(root)
    said.problems.raise_errors()
    if any(one.code in ("REE-X060", "REE-X061", "REE-X062", "REE-X063") for one in book.problems.errors):
        book.problems.raise_errors()
    held = held_documents(said)
    made = goals(held, said.axes, book, _lines(root, book, said, held))
    draft, problems = Draft(root), Problems()
    problems.extend([*book.problems.all, *made.problems.all])
    in_files: dict[Path, list[str]] = {}
    for one in made.documents.values():
        in_files.setdefault(root / one.file, []).append(one.name)
    memory = _Memory(said)
    for path, names in in_files.items():
        _draw(path, [made.documents[name] for name in names], made, said, memory, draft, problems)
    texts = {file.path: draft.texts.get(file.path, file.text) for file in draft.files.values()}
    taken = Taken(draft, made, Traces(made, texts, in_files))
    if problems.errors:
        raise InputError([*problems.all, *_also(root, taken)])
    taken.said = problems.warnings
    for change in made.changes:
        draft.changed.append(memory.changed(change, said))
        draft.warnings += _doubts(change, made)
    return taken


def _draw(
    path: Path, held: list[Held], made: Goals, said: Written, memory: _Memory, draft: Draft, problems: Problems
) -> None:
    """The new text of a file."""
    file = next((one for one in said.files if one.path == path), None)
    old = [one for one in held if not one.new]
    new = [made.trees[one.name] for one in held if one.new]
    replaced: list[yaml.ScalarNode] = []
    if file is None:
        file, text = WrittenFile(path, "", False), as_text(new)
    else:
        try:
            text, replaced = patched(file, [made.trees[one.name] for one in old], memory.of(path))
        except UnfitError as cause:
            span = next((one.span for one in made.changes if one.document in old and one.span), Span(path, 1, 1))
            message = f"{path.name} cannot be changed so: {cause}"
            expected = "the change made in the YAML file"
            for new_one, gone in _renamed(made, old) if "nothing would be left" in str(cause) else ():
                span = made.origin.get((new_one.document.name, new_one.path), span)
                message = f"`{gone.path[-1]}`, all that is in its block, cannot be called `{new_one.path[-1]}` so"
                expected = "the new name put into the YAML file, and a new export"
            problems.add("REE-X069", message, span, expected=expected)
            text = file.text
        if new:
            gap = "" if text.endswith("\n") or not text else file.newline
            text += gap + ("---\n" + as_text(new)).replace("\n", file.newline)
    draft.files[path] = file
    for node in replaced:
        draft.replaced.append((path, memory.address(node), str(node.value), file.source(node)))
    if text != file.text:
        draft.texts[path] = text


def _renamed(made: Goals, documents: list[Held]) -> list[tuple[Change, Change]]:
    """What is new in the place of the only thing of a mapping, and that."""
    own = [one for one in made.changes if one.document in documents and one.path and isinstance(one.path[-1], str)]
    return [
        (one, other)
        for one in own
        for other in own
        if one.before is None and other.after is None and other.span is None
        and one.document is other.document and one.path[:-1] == other.path[:-1]
        and len(_holder(other, other.document.tree)) == 1
    ][:1]  # fmt: skip


def _also(root: Path, taken: Taken) -> list[Diagnostic]:
    """What a check finds beside cells that cannot be read: everything is told at once."""
    if not taken.draft.texts:
        return []
    with tried(root, taken.draft.texts, taken.draft.contents) as trial:
        faults, _ = refused(root, taken.draft, trial)
    return taken.traces.told(faults)


class _Memory:
    """Addresses of what is written, and how values were written before."""

    def __init__(self, said: Written):
        self._said = said
        self._addresses: dict[int, str] | None = None

    def address(self, node: Node) -> str:
        if self._addresses is None:
            self._addresses = {id(place.node): place.address for place in Addresses(self._said).places}
        return self._addresses.get(id(node), "")

    def of(self, path: Path) -> Any:
        return lambda node, text: remembered_source(path, self.address(node), text)

    def changed(self, change: Change, said: Written) -> Changed:
        """A change for the trail, with its place in YAML."""
        held = change.document
        path = said.root / held.file
        node: Node | None = None
        for document, own in zip(said.documents, held_documents(said), strict=True):
            if own.name == held.name:
                node = document.node
        span = Span(path, 1, 1) if node is None else Span(path, node.start_mark.line + 1, 1)
        at = node
        for step in change.path:
            if isinstance(at, yaml.SequenceNode):
                at = at.value[int(step)] if int(step) < len(at.value) else None
            else:
                at = child(at, str(step))
            if at is not None:
                span = Span(path, at.start_mark.line + 1, at.start_mark.column + 1)
        address = (self.address(at) if at is not None else "") or _address(change)
        proof = _holder(change, held.tree)
        sources = tuple(str(proof.get(key) or held.tree.get(key) or "") for key in ("source", "evidence"))
        return Changed(address, change.told("before"), change.told("after"), span, *sources)


def _address(change: Change) -> str:
    name = change.document.name.partition(" ")[2]
    path = change.path[1:] if change.path[:1] == ("parameters",) else change.path
    return ".".join(part for part in (name, within(path)) if part).replace(".[", "[")


def _holder(change: Change, tree: Any) -> Mapping[str, Any]:
    """The mapping that a changed value stands in, as it was."""
    for step in change.path[:-1]:
        tree = tree.get(step) if isinstance(tree, dict) else tree[int(step)] if isinstance(tree, list) else None
    return tree if isinstance(tree, dict) else {}


def _doubts(change: Change, made: Goals) -> list[Diagnostic]:
    """A source that stays where another value is put, and an approval."""
    if change.before is None or not isinstance(change.after, str):
        return []
    composed = COMPOSED & set(map(str, change.path))
    if change.path[-1] not in _VALUES and not composed:
        return []
    depth = -2 if composed else -1
    thing, above = _holder(replace(change, path=(*change.path[:depth], "")), change.document.tree), change.document.tree
    touched = {
        one.path[-1]
        for one in made.changes
        if one.document is change.document and one.path[:depth] == change.path[:depth] and one.path
    }
    found = []
    if (approved := thing.get("approved_by") or above.get("approved_by")) and "approved_by" not in touched:
        message = f"{approved} approved {change.told('before')}, not {change.after}"
        expected = "approved_by: who approves the new value"
        found.append(Diagnostic("REE-W011", message, change.span, expected=expected))
    source, evidence = thing.get("source") or above.get("source"), thing.get("evidence") or above.get("evidence")
    if source and not {"source", "evidence"} & touched and (thing.get("source") or evidence in VOUCHED):
        grade = f" ({evidence})" if evidence else ""
        message = f"`{source}`{grade} was given for {change.told('before')}, not for {change.after}"
        expected = "source and evidence of the new value in its row"
        found.append(Diagnostic("REE-W007", message, change.span, expected=expected))
    return found


# --- writing


def import_into(root: Path, book: Book, by: str | None, why: str | None, force: bool) -> Taken:
    """Change the workspace at `root` as a book says, when what comes of it is sound or `force` is given. Raises
    `InputError` with all that is wrong, in cells of the book; then nothing is changed.
    """
    wish = Wish((), by=by, why=why, force=force)
    with alone(root):
        for _ in range(ATTEMPTS):
            taken = taken_over(root, book)
            draft = taken.draft
            _refuse_stale(root, book, draft, force)
            with tried(root, draft.texts, draft.contents) as trial:
                faults, said = refused(root, draft, trial) if draft.texts else ([], [])
            if faults and not force:
                raise InputError([*taken.said, *taken.traces.told(faults)])
            if not draft.texts or written(draft, wish):
                _remember(root, book, taken.made)
                taken.said += [*draft.warnings, *taken.traces.told([*faults, *said])]
                return taken
    message = "files of the workspace are being changed by another program again and again"
    raise InputError([Diagnostic("REE-W008", message)])


def rehearse(root: Path, book: Book, study: str | None, force: bool) -> tuple[Taken, DryRun]:
    """Change nothing, and tell what would change. Raises `InputError` as `import_into` does."""
    taken = taken_over(root, book)
    _refuse_stale(root, book, taken.draft, force)
    try:
        outcome = rehearsed(root, taken.draft, study, force)
    except InputError as fault:
        raise InputError([*taken.said, *taken.traces.told(fault.diagnostics)]) from fault
    taken.said += taken.traces.told(outcome.said)
    return taken, outcome


def _refuse_stale(root: Path, book: Book, draft: Draft, force: bool) -> None:
    """What has been changed in YAML since the export would be set back without a word."""
    if force or not book.marks or not draft.texts:
        return
    now = marks(root, read_written(root))
    known = _known(root, book)["marks"]
    stale = [
        path.relative_to(root).as_posix()
        for path in draft.texts
        if (name := path.relative_to(root).as_posix()) in now
        and now[name] not in (book.marks.get(name), known.get(name))
    ]
    if stale:
        message = f"{one_of(stale)} changed since the book was exported"
        expected = "a new export with the same changes; or --force, which puts all that the book says in place"
        raise InputError([Diagnostic("REE-X070", message, Span(root / stale[0], 1, 1), expected=expected)])


def _remember(root: Path, book: Book, made: Goals) -> None:
    """That the workspace is as this book made it, so that it can be edited on and imported again; and where in their
    lists its rows are now.
    """
    if book.marks:
        lines = {name: [[*key, at] for key, at in held.items()] for name, held in made.settled_lines().items() if held}
        known = {"marks": marks(root, read_written(root)), "lines": lines}
        keep(_kept_name(root, book), json.dumps(known).encode())


def _known(root: Path, book: Book) -> dict[str, Any]:
    """What the last import of this book has left."""
    known = json.loads(kept(_kept_name(root, book)) or b"{}")
    return {"marks": known.get("marks", {}), "lines": known.get("lines", {})}


def _lines(root: Path, book: Book, said: Written, documents: list[Held]) -> dict[str, Lines]:
    """Where in their lists the rows of a book are, in files that are as the last import of it has left them."""
    if not book.marks:
        return {}
    known, now = _known(root, book), marks(root, said)
    made: dict[str, Lines] = {}
    for held in documents:
        mark = now.get(held.file)
        if mark == known["marks"].get(held.file) and mark != book.marks.get(held.file):
            rows = known["lines"].get(held.name, [])
            made[held.name] = {(tuple(inner), name, line): at for inner, name, line, at in rows}
    return made


def _kept_name(root: Path, book: Book) -> str:
    said = json.dumps([str(root.resolve()), book.marks], sort_keys=True)
    return f"books/{hashlib.sha256(os.fsencode(said)).hexdigest()[:40]}"


# --- a new workspace


def import_new(book: Book, target: Path) -> tuple[int, list[Diagnostic]]:
    """Make a new workspace of a book in a folder that does not exist or is empty; how many files, and what there is to
    say. Raises `InputError` with all that is wrong, in cells of the book; then nothing is written.
    """
    from lca.impact.check import check_workspace
    from lca.workspace import create

    if any(one.code in ("REE-X060", "REE-X061", "REE-X062", "REE-X063") for one in book.problems.errors):
        book.problems.raise_errors()
    made = goals((), (), book)
    problems = Problems()
    problems.extend([*book.problems.all, *made.problems.all])
    files: dict[str, list[str]] = {}
    for held in made.documents.values():
        files.setdefault(held.file, []).append(held.name)
    texts = {file: as_text([made.trees[name] for name in names]) for file, names in files.items()}
    with tempfile.TemporaryDirectory(prefix="ree-lca-") as folder:
        root = Path(folder).resolve() / "workspace"
        create(root, {"inventories/.made": "", **texts})
        (root / "inventories" / ".made").unlink()
        found = check_workspace(root).all
        traces = Traces(
            made, {root / file: text for file, text in texts.items()}, {root / f: n for f, n in files.items()}
        )
        problems.extend(traces.told(found))
    problems.raise_errors()
    create(target, texts)
    return len(texts), problems.warnings
