"""Addresses: how every value of a workspace is called, `process.parameter` and whatever else is written there.

    electro_extraction.cell_voltage             a parameter: its value (or formula, choice, text)
    electro_extraction.cell_voltage.range[1]    the first entry of a list below it
    electro_extraction.inputs.electricity[2]    the second line of inputs for that flow: its amount
    grid_gb.mix.wind                            the share of a provider
    flows.hydrogen.unit, sources.book.year      entries of documents that list things, by the name of the document
    prices.market.flows.acid                    other documents by what they are and their name

A document that holds parameters (process, option of an axis, study) goes by its name alone; `workspace` is the only one
of its kind.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property

import yaml

from lca.editing.written import Document, Node, Written, WrittenFile, child, entries, items, scalar
from lca.errors import Diagnostic, InputError, Span, nearest

#: Documents that list things by name, and those that are lists without names.
LISTING = ("flows", "sources", "biosphere", "origins", "published", "lots")
NAMELESS = "links"

#: Where the value of a thing is: the first of these keys that it has.
PRIMARY = ("value", "formula", "choice", "text", "amount", "share", "price", "coefficient", "output")

#: Whatever has one of these says where it comes from.
_HELD = (*PRIMARY, "composition", "by_element")

#: Keys by which the lines of a list are told apart.
LINE_NAMES = ("flow", "provider")


@dataclass(frozen=True)
class Step:
    """A key of a mapping, or the place in a list (from 1), and what it leads to."""

    holder: Node
    key: yaml.ScalarNode | int
    node: Node


@dataclass(frozen=True)
class Place:
    """Something written: the document it is in, and the way that leads to it."""

    address: str
    file: WrittenFile
    document: Document
    steps: tuple[Step, ...]
    at_value: bool = False  # the address is that of a thing, the last step leads to its value

    @property
    def node(self) -> Node:
        return self.steps[-1].node if self.steps else self.document.node

    @property
    def holder(self) -> yaml.MappingNode | None:
        """The mapping that says where it comes from: that of a parameter or of a line of inputs."""
        for step in reversed(self.steps):
            if isinstance(step.holder, yaml.MappingNode) and any(child(step.holder, key) for key in _HELD):
                return step.holder
        return None

    @property
    def span(self) -> Span:
        return self.file.span(self.node)

    @property
    def key(self) -> str:
        """The key under which it stands; that of the list where it is an item of one."""
        named = (step.key.value for step in reversed(self.steps) if isinstance(step.key, yaml.ScalarNode))
        return str(next(named, ""))


class Addresses:
    """Every address of a workspace."""

    def __init__(self, written: Written):
        self.written = written
        self._axes = frozenset(written.axes)
        self._bare = Counter(d.id for d in written.documents if self._holds_parameters(d))

    def _holds_parameters(self, document: Document) -> bool:
        return document.kind in ("process", "study") or document.kind in self._axes

    # --- from places to addresses

    @cached_property
    def places(self) -> list[Place]:
        """Every scalar of the workspace that is a value, in the order in which they are written."""
        found: list[Place] = []
        number = 0  # of link rules, which have no names
        for document in self.written.documents:
            top = self._top(document)
            for step in self._steps(document.node):
                name = str(step.key.value) if isinstance(step.key, yaml.ScalarNode) else ""
                if name == "parameters" and self._is_holder(document):
                    for below in self._steps(step.node):
                        found += self._below(document, (step, below), f"{top}.{_key(below)}")
                elif name == document.kind and document.kind == NAMELESS:
                    for below in self._steps(step.node):
                        number += 1
                        found += self._below(document, (step, below), f"{NAMELESS}[{number}]")
                elif name == document.kind and document.kind in LISTING:
                    for below in self._steps(step.node):
                        found += self._below(document, (step, below), f"{top}.{_key(below)}")
                else:
                    found += self._below(document, (step,), f"{top}.{name}")
        return found

    def _is_holder(self, document: Document) -> bool:
        return document.kind == "workspace" or self._holds_parameters(document)

    def _top(self, document: Document) -> str:
        if document.kind in (*LISTING, "workspace"):
            return document.kind
        if self._holds_parameters(document) and self._bare[document.id] == 1:
            return document.id
        return f"{document.kind}.{document.id}"

    def _below(self, document: Document, steps: tuple[Step, ...], address: str) -> Iterator[Place]:
        node = steps[-1].node
        if isinstance(node, yaml.ScalarNode):
            yield Place(address, document.file, document, steps)
            return
        primary = _primary(node)
        names = _line_names(node)
        for step in self._steps(node):
            if step.node is primary and isinstance(primary, yaml.ScalarNode):
                yield Place(address, document.file, document, (*steps, step))
            elif isinstance(step.key, int):
                own = names[step.key - 1]
                yield from self._below(document, (*steps, step), f"{address}{own}")
            else:
                yield from self._below(document, (*steps, step), f"{address}.{_key(step)}")

    def _steps(self, node: Node) -> Iterator[Step]:
        for key, value in entries(node):
            yield Step(node, key, value)
        for number, item in enumerate(items(node), start=1):
            yield Step(node, number, item)

    # --- from addresses to places

    def find(self, address: str, whole: bool = False) -> Place:
        """The place of an address; of its value where a thing has one, unless the `whole` of it is wanted. Raises
        `InputError` when there is none, or more than one.
        """
        found: dict[int, Place] = {}
        for place in self._found(address.strip()):
            own = replace(place, steps=place.steps[:-1]) if whole and place.at_value else place
            found.setdefault(id(own.node), own)
        if not found:
            raise InputError([*self.written.problems.errors, self._unknown(address)])
        if len(found) > 1:
            names = sorted(self.called(place) for place in found.values())
            message = f"`{address}` is said in {len(found)} places"
            raise InputError([Diagnostic("REE-W002", message, expected="one of " + ", ".join(names[:12]))])
        return next(iter(found.values()))

    def called(self, place: Place) -> str:
        """The address of a place as this workspace has it."""
        return self._by_node.get(id(place.node), place.address)

    @cached_property
    def _by_node(self) -> dict[int, str]:
        return {id(place.node): place.address for place in self.places}

    def _found(self, address: str) -> list[Place]:
        """The places that an address can mean: those of documents with parameters before all others."""
        first: list[Place] = []
        for document in self.written.documents:
            if self._is_holder(document):
                names = {document.id, document.id.replace("-", "_")} if document.kind != "workspace" else {"workspace"}
                for name in sorted(names):
                    if (rest := _after(address, name)) is not None:
                        first += self._in_document(document, rest, address)
        if first:
            return first
        return [place for document in self.written.documents for place in self._by_kind(document, address)] + (
            self._link(address)
        )

    def _by_kind(self, document: Document, address: str) -> Iterator[Place]:
        """By what a document is: `flows.x`, `prices.market.date`, `site.x` for whatever site has it, `study.x`."""
        rest = _after(address, document.kind)
        if rest is None or document.kind == NAMELESS:
            return
        if document.kind in LISTING:
            listed = child(document.node, document.kind)
            if listed is not None:
                step = Step(document.node, document.node.value[0][0], listed)
                yield from self._descend(document, (step,), rest, address)
            return
        own = _after(rest, document.id)
        if own is not None:
            yield from self._in_document(document, own, address)
        elif self._holds_parameters(document):
            yield from self._in_document(document, rest, address)

    def _link(self, address: str) -> list[Place]:
        rest = _after(address, NAMELESS)
        if rest is None:
            return []
        lines = [
            (document, (Step(document.node, document.node.value[0][0], listed), step))
            for document in self.written.documents
            if document.kind == NAMELESS and (listed := child(document.node, NAMELESS)) is not None
            for step in self._steps(listed)
        ]
        number, after = _index(rest)
        if number is None or not 1 <= number <= len(lines):
            return []
        document, steps = lines[number - 1]
        return list(self._descend(document, steps, after, address))

    def _in_document(self, document: Document, rest: str, address: str) -> list[Place]:
        if self._is_holder(document):
            for key, value in entries(document.node):
                if key.value == "parameters" and isinstance(value, yaml.MappingNode):
                    found = list(self._descend(document, (Step(document.node, key, value),), rest, address))
                    if found and rest:
                        return found
        return list(self._descend(document, (), rest, address))

    def _descend(self, document: Document, steps: tuple[Step, ...], rest: str, address: str) -> Iterator[Place]:
        node = steps[-1].node if steps else document.node
        if not rest:
            primary = _primary(node) if steps else None
            if primary is not None:
                key = next(key for key, value in entries(node) if value is primary)
                steps = (*steps, Step(node, key, primary))
            yield Place(address, document.file, document, steps, primary is not None)
            return
        for key, value in sorted(entries(node), key=lambda entry: -len(entry[0].value)):
            if (after := _after(rest, str(key.value))) is not None:
                found = list(self._descend(document, (*steps, Step(node, key, value)), after, address))
                if found:
                    yield from found
                    return
        lines = items(node)
        number, after = _index(rest)
        if number is not None and 1 <= number <= len(lines):
            yield from self._descend(document, (*steps, Step(node, number, lines[number - 1])), after, address)
        elif number is None:
            yield from self._named_line(document, steps, rest, address)
        for key, value in entries(node):
            if steps and key.value in ("composition", "by_element"):
                yield from self._descend(document, (*steps, Step(node, key, value)), rest, address)
        shares = child(node, "shares")
        if isinstance(shares, yaml.SequenceNode) and steps:  # of a mix, by provider
            key = next(key for key, value in entries(node) if value is shares)
            yield from self._named_line(document, (*steps, Step(node, key, shares)), rest, address)

    def _named_line(self, document: Document, steps: tuple[Step, ...], rest: str, address: str) -> Iterator[Place]:
        """Lines of a list by their flow or provider; `flow[2]` is the second of that flow."""
        node = steps[-1].node if steps else document.node
        lines = items(node)
        known = {name for line in lines for key in LINE_NAMES if (name := scalar(line, key))}
        for name in sorted(known, key=len, reverse=True):
            after = _after(rest, name)
            if after is None:
                continue
            numbers = [n for n, line in enumerate(lines, 1) if any(scalar(line, key) == name for key in LINE_NAMES)]
            which, beyond = _index(after)
            if which is not None and len(numbers) > 1:
                numbers, after = numbers[which - 1 : which], beyond
            for number in numbers:
                yield from self._descend(document, (*steps, Step(node, number, lines[number - 1])), after, address)
            return

    def _unknown(self, address: str) -> Diagnostic:
        """What to say of an address that there is not: the same name elsewhere before a like one in the same place."""
        own, _, name = address.rpartition(".")
        known = [place.address for place in self.places]
        parameters = [a for a in known if a.count(".") == 1]
        elsewhere = [a for a in parameters if a.rpartition(".")[2] == name]
        beside = {own + re.split(r"(?<=.)[.\[]", a[len(own) :])[0] for a in known if own and a.startswith(f"{own}.")}
        close = nearest(address, beside) or nearest(address, elsewhere) or nearest(address, parameters)
        close = close or (elsewhere[0] if elsewhere else nearest(address, known))
        expected = "" if close else "process.parameter, process.inputs.flow, sources.id.key; see `ree-lca find`"
        return Diagnostic("REE-W001", f"there is nothing called `{address}`", expected=expected, suggestion=close)


def _primary(node: Node) -> Node | None:
    """The value of a thing: of a parameter, a line of inputs, a price."""
    held = {str(key.value): value for key, value in entries(node)}
    if "title" in held and "output" not in held:  # a flow, whose formula is chemistry, an option, a source
        return None
    return next((held[key] for key in PRIMARY if key in held), None)


def _key(step: Step) -> str:
    return str(step.key.value) if isinstance(step.key, yaml.ScalarNode) else f"[{step.key}]"


def _line_names(node: Node) -> list[str]:
    """How the lines of a list are called: `.flow`, `.flow[2]`, or `[3]` where they have no names."""
    lines = items(node)
    keys = [next((name for key in LINE_NAMES if (name := scalar(line, key))), "") for line in lines]
    if not lines or not all(keys) or any(_primary(line) is None for line in lines):
        return [f"[{number}]" for number in range(1, len(lines) + 1)]
    count, seen = Counter(keys), Counter[str]()
    names = []
    for key in keys:
        seen[key] += 1
        names.append(f".{key}[{seen[key]}]" if count[key] > 1 else f".{key}")
    return names


def _after(address: str, name: str) -> str | None:
    """What follows a name at the beginning of an address, or None where it does not begin so."""
    if not name or not address.startswith(name):
        return None
    rest = address[len(name) :]
    return rest.removeprefix(".") if not rest or rest[0] in ".[" else None


def _index(rest: str) -> tuple[int | None, str]:
    """`[2].x` as 2 and `x`; None where no number stands there."""
    number, bracket, after = rest[1:].partition("]")
    if not rest.startswith("[") or not bracket or not number.isdigit():
        return None, rest
    return int(number), after.removeprefix(".")
