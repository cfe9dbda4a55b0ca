"""`ree-lca set`: change values in the files of a workspace."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml

from lca.change_log import LOG, alone, extended, keeps_log, read_log
from lca.editing.addresses import Addresses, Place
from lca.editing.key_order import EXCHANGE, PARAMETER, PROCESS
from lca.editing.kinds import MODELS, keys_of
from lca.editing.quantities import quantity, same_quantity
from lca.editing.splice import Edit, UnfitError
from lca.editing.storage import remember_source, remembered_source, replace_files
from lca.editing.trial import Trial, tried
from lca.editing.written import WrittenFile, child, entries, in_flow, read_written, scalar
from lca.errors import Diagnostic, InputError, Problems, Span
from lca.impact.study import now
from lca.inventory import schema
from lca.units import describe, parse_unit

#: What a parameter is given by, one of them.
DEFINERS = ("value", "formula", "choice", "text")

#: What holds values by element.
COMPOSED = frozenset(("composition", "by_element"))

#: What a distribution says of the central value.
CENTRES = ("mode", "median", "mean")

#: Evidence that says that the source holds the value.
VOUCHED = ("measured", "literature", "calculated")

#: How often a change is made anew because a file has been changed by somebody else meanwhile.
ATTEMPTS = 5


@dataclass(frozen=True)
class Wish:
    """What is to be changed: values by their addresses, and what is said of them."""

    values: tuple[tuple[str, str], ...]
    source: str | None = None
    evidence: str | None = None
    note: str | None = None
    by: str | None = None
    why: str | None = None
    force: bool = False


@dataclass(frozen=True)
class Changed:
    """A value that is another one now; texts as people mean them, not as they are quoted."""

    address: str
    before: str
    after: str
    span: Span
    source: str
    evidence: str


@dataclass
class Draft:
    """Changes of a workspace that have not been written yet."""

    root: Path
    changed: list[Changed] = field(default_factory=list)
    files: dict[Path, WrittenFile] = field(default_factory=dict)
    texts: dict[Path, str] = field(default_factory=dict)
    warnings: list[Diagnostic] = field(default_factory=list)
    #: What may be the reason where the change turns out to be wrong.
    otherwise: list[Diagnostic] = field(default_factory=list)
    #: File, address, value and source of what is replaced.
    replaced: list[tuple[Path, str, str, str]] = field(default_factory=list)

    @property
    def contents(self) -> dict[Path, bytes]:
        return {path: self.files[path].encoded(text) for path, text in self.texts.items()}

    def textual(self) -> str:
        """The change as a unified diff."""
        rows: list[str] = []
        for path, text in self.texts.items():
            name = path.relative_to(self.root).as_posix()
            old = self.files[path].text.splitlines()
            rows += difflib.unified_diff(old, text.splitlines(), f"a/{name}", f"b/{name}", lineterm="", n=2)
        return "\n".join(rows)


def parse_wish(given: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """Addresses and values from `PATH=VALUE` texts. Raises `InputError` naming every malformed one."""
    problems = Problems()
    found: dict[str, str] = {}
    for text in given:
        address, equals, value = (part.strip() for part in text.partition("="))
        if not equals or not address or not value:
            problems.add("REE-W006", f"`{text}` is no change", expected='PATH=VALUE, such as process.parameter="3 V"')
        elif address in found:
            problems.add("REE-W006", f"`{address}` is set twice", expected="each value once")
        found[address] = value
    problems.raise_errors()
    return tuple(found.items())


# --- the draft


def drafted(root: Path, wish: Wish) -> Draft:
    """The changes that are wished for, in the files as they are now. Raises `InputError` with all that cannot be."""
    return _Drafter(root, wish).draft


class _Drafter:
    """Collects the changes of every file."""

    def __init__(self, root: Path, wish: Wish):
        self.wish = wish
        self.addresses = Addresses(read_written(root))
        self.edits: dict[Path, Edit] = {}
        self.noted: set[int] = set()  # mappings in which source, evidence and note have been seen to
        self.draft = Draft(root)
        problems = Problems()
        for address, value in wish.values:
            try:
                self._one(address, value)
            except InputError as fault:
                problems.extend(fault.diagnostics)
        for path, edit in self.edits.items():
            self.draft.files[path] = edit.file
            try:
                text = edit.text()
            except UnfitError as cause:
                problems.add("REE-W004", f"{path.name} cannot be changed so: {cause}", Span(path, 1, 1))
            else:
                if text != edit.file.text:
                    self.draft.texts[path] = text
        problems.raise_errors()

    def _one(self, address: str, value: str) -> None:
        """One value, and what is said of it."""
        place, key = self._target(address)
        name = self.addresses.called(place)
        holder = place.holder if key is None else place.node
        if not isinstance(holder, yaml.MappingNode) or holder is place.document.node:
            holder = None
        self.edits.setdefault(place.file.path, Edit(place.file))
        try:
            before = self._put(place, name, value) if key is None else self._put_key(place, key, value)
            if key is None and before != value and holder is not None:
                self._follow(place, name, holder, before, value)
            if holder is not None:
                self._say(place, name, holder)
            elif self.wish.source or self.wish.evidence or self.wish.note:
                message = f"`{address}` is no value with a source, evidence and note of its own"
                expected = "the address of a parameter, of a line of inputs, of a price"
                raise InputError([Diagnostic("REE-W003", message, place.span, expected=expected)])
        except UnfitError as cause:
            message = f"`{address}` cannot be changed here: {cause}"
            raise InputError([Diagnostic("REE-W004", message, place.span)]) from cause
        self.draft.otherwise += _other_dimension(place, name, before, value)
        self._note(place, name if key is None else f"{name}.{key}", key, holder, before, value)

    def _target(self, address: str) -> tuple[Place, str | None]:
        """The place to change; or the mapping to put a key into, and the key."""
        try:
            return self.addresses.find(address), None
        except InputError as fault:
            own, _, key = address.rpartition(".")
            if not own or fault.diagnostics[-1].code != "REE-W001":
                raise
            try:
                place = self.addresses.find(own, whole=True)
            except InputError:
                raise fault from None
            if not isinstance(place.node, yaml.MappingNode) or key not in _order(place):
                raise
            return place, key

    def _put(self, place: Place, name: str, value: str) -> str:
        """Write a value; what stood there before."""
        node = place.node
        if not isinstance(node, yaml.ScalarNode) and not value.startswith(("[", "{")):
            below = [str(key.value) for key, _ in entries(node)]
            message = f"`{place.address}` is no single value"
            expected = f"{place.address}.{below[0]}, or all of it in braces" if below else "a list in brackets"
            raise InputError([Diagnostic("REE-W003", message, place.span, expected=expected)])
        before = str(node.value) if isinstance(node, yaml.ScalarNode) else place.file.source(node)
        if before != value:
            self._replace(place, name, node, value)
        return before

    def _put_key(self, place: Place, key: str, value: str) -> str:
        """Write a key that is not there yet, or in the place of another that gives the value; what stood there."""
        mapping, edit = place.node, self.edits[place.file.path]
        assert isinstance(mapping, yaml.MappingNode)
        for name, held in entries(mapping):
            if key in DEFINERS and name.value in DEFINERS and isinstance(held, yaml.ScalarNode):
                edit.rename(name, key)  # a formula in the place of a value
                self._replace(place, f"{place.address}.{key}", held, value, mapping)
                return f"{name.value}: {held.value}"
        edit.insert(mapping, key, value, _later(_order(place), key))
        return ""

    def _replace(self, place: Place, name: str, node: yaml.Node, value: str, *holders: yaml.Node) -> None:
        """Another value in the place of a node that is in `holders`, and these at the place."""
        file = place.file
        braces = any(map(in_flow, (*(step.holder for step in place.steps), *holders)))
        self.edits[file.path].replace(node, value, braces, lambda text: remembered_source(file.path, name, text))
        if isinstance(node, yaml.ScalarNode):
            self.draft.replaced.append((file.path, name, str(node.value), file.source(node)))

    def _follow(self, place: Place, name: str, holder: yaml.MappingNode, before: str, value: str) -> None:
        """The centre of a distribution goes with the value that it was."""
        wished = {address for address, _ in self.wish.values}
        for family, numbers in entries(child(holder, "distribution")):
            for key, centre in entries(numbers):
                own = f"distribution.{family.value}.{key.value}"
                named = {f"{place.address}.{own}", f"{name}.{own}"} & wished
                if key.value in CENTRES and not named and same_quantity(str(centre.value), before):
                    self._replace(place, f"{name}.{own}", centre, value, holder, numbers)

    def _say(self, place: Place, name: str, holder: yaml.MappingNode) -> None:
        """Source, evidence and note beside the value, once for all values of a mapping."""
        if id(holder) in self.noted:
            return
        self.noted.add(id(holder))
        for key in ("source", "evidence", "note"):
            said, old = getattr(self.wish, key), child(holder, key)
            if said is None or (old is None and key != "note" and scalar(place.document.node, key) == said):
                continue  # said already by the whole document
            if old is None:
                order = EXCHANGE if child(holder, "flow") is not None else PARAMETER
                self.edits[place.file.path].insert(holder, key, said, _later(order, key))
            elif old.value != said:
                self._replace(place, f"{name}.{key}", old, said, holder)

    def _note(
        self, place: Place, name: str, key: str | None, holder: yaml.MappingNode | None, before: str, value: str
    ) -> None:
        """Take down what has been changed; doubt a source that stays: it vouches for what it was named for."""
        wish = self.wish
        own = scalar(holder, "source")
        source = wish.source or own or scalar(place.document.node, "source")
        evidence = wish.evidence or scalar(holder, "evidence") or scalar(place.document.node, "evidence")
        if before == value and not (wish.source or wish.evidence or wish.note):
            return
        self.draft.changed.append(Changed(name, before, value, place.span, source, evidence))
        above = {str(step.key.value) for step in place.steps if isinstance(step.key, yaml.ScalarNode)}
        approved = scalar(holder, "approved_by") or scalar(place.document.node, "approved_by")
        is_value = (key or place.key) in (*DEFINERS, "amount", "share", "price") or above & COMPOSED
        if not is_value or not before or same_quantity(before, value):
            return
        if approved:
            message = f"{approved} approved {before}, not {value}"
            expected = f"{name}.approved_by by who approves the new value"
            self.draft.warnings.append(Diagnostic("REE-W011", message, place.span, expected=expected))
        if wish.source or wish.evidence or not source:
            return
        if own or evidence in VOUCHED:
            grade = f" ({evidence})" if evidence else ""
            message = f"`{source}`{grade} was given for {before}, not for {value}"
            expected = "--source and --evidence of the new value; --note where the note speaks of the old one"
            self.draft.warnings.append(Diagnostic("REE-W007", message, place.span, expected=expected))


def _order(place: Place) -> Sequence[str]:
    """The keys that a mapping may have, in order."""
    if not place.steps:
        kind = place.document.kind
        return PROCESS if kind == "process" else keys_of(MODELS.get(kind, schema.AxisOption))
    return EXCHANGE if child(place.node, "flow") is not None else PARAMETER


def _later(order: Sequence[str], key: str) -> Sequence[str]:
    """The keys that stand after one."""
    return order[order.index(key) + 1 :]


def _other_dimension(place: Place, name: str, before: str, value: str) -> list[Diagnostic]:
    """Kilograms in the place of volts: what to say first, where the change turns out to be wrong."""
    was, made = quantity(before), quantity(value)
    if was is None or made is None:
        return []
    due, given = parse_unit(was[1]).dimension, parse_unit(made[1]).dimension
    if due == given:
        return []
    expected = f"{describe(due)} for {name}"
    if not made[1]:
        return [Diagnostic("REE-U002", f"`{value}` has no unit", place.span, expected, f"{value} {was[1]}")]
    return [Diagnostic("REE-U003", f"`{value}` is {describe(given)}", place.span, expected)]


# --- the trial and the change


def refused(root: Path, draft: Draft, trial: Trial) -> tuple[list[Diagnostic], list[Diagnostic]]:
    """What is wrong with the workspace because of a change, and what else there is to say of it."""
    from lca.impact.check import check_workspace

    found = trial.check()
    if not found.all:
        return [], []
    before = check_workspace(root)
    known = {(one.code, one.message) for one in before.all}
    new = [one for one in found.all if (one.code, one.message) not in known]
    faults = [one for one in new if one.severity == "error"]
    if before.errors:  # what they hid is not the fault of a change elsewhere
        places = {(one.span.path, one.span.line) for one in draft.changed}
        faults = [one for one in faults if one.span is not None and (one.span.path, one.span.line) in places]
    return faults, [one for one in new if one not in faults]


def change(root: Path, wish: Wish) -> tuple[Draft, list[Diagnostic]]:
    """Change the files of the workspace at `root`, when what comes of it is sound or `force` is given; the changes and
    what there is to say of them. Raises `InputError` with what would be wrong.
    """
    with alone(root):
        for _ in range(ATTEMPTS):
            draft = drafted(root, wish)
            with tried(root, draft.texts, draft.contents) as trial:
                faults, said = refused(root, draft, trial) if draft.texts else ([], [])
            if faults and not wish.force:
                raise InputError(_told(draft.otherwise, faults))
            if not draft.texts or written(draft, wish):
                return draft, [*draft.warnings, *faults, *said]
    message = "the file is being changed by another program again and again"
    raise InputError([Diagnostic("REE-W008", message, draft.changed[0].span)])


def _told(first: Sequence[Diagnostic], faults: Sequence[Diagnostic]) -> list[Diagnostic]:
    """What is wrong with a change. Where its unit is another one, all that does not fit any more is named with it."""
    if not first:
        return list(faults)
    follow = [one for one in faults if one.code in ("REE-U002", "REE-U003") and one.span is not None]
    places = tuple((one.span, "would not fit any more") for one in follow if one.span is not None)
    return [replace(first[0], related=places), *first[1:], *(one for one in faults if one not in follow)]


def written(draft: Draft, wish: Wish) -> bool:
    """Write a draft, and what there is to say of it into the log; False where a file has been changed meanwhile."""
    contents = draft.contents
    read = {path: draft.files[path].encoded(draft.files[path].text) for path in contents}
    if keeps_log(draft.root):
        log, was = draft.root / LOG, read_log(draft.root)
        line = extended(draft.root, was, "set", now(), _logged(draft, wish), contents)
        contents, read = {**contents, log: line}, {**read, log: was}
    if not replace_files(contents, read):
        return False
    for path, address, value, source in draft.replaced:
        if "\n" in source or source[:1] not in "'\"":  # line breaks go with the text, plain words may have got quotes
            remember_source(path, address, value, source)
    return True


def _logged(draft: Draft, wish: Wish) -> dict[str, Any]:
    """What the log says of a change."""
    changes = [
        {
            **{"address": one.address, "before": one.before, "after": one.after},
            **{"source": one.source, "evidence": one.evidence},
            "file": one.span.path.relative_to(draft.root).as_posix(),
        }
        for one in draft.changed
    ]
    return {"changes": changes, "by": wish.by or "", "why": wish.why or ""}
