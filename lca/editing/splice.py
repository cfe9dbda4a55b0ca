"""Changes in the text of a YAML file that leave all else as it is: a value replaced, a key put in.

The text around a change is copied, never written anew, so comments, order, quotes and line endings stay. What comes of
it is proved before it is used: the text is read again, and has to say the same as before but for what was changed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from lca.editing.written import Node, UnreadableError, WrittenFile, composed, content_end, entries, in_flow

#: Where a text of several lines is broken that has been of one line before.
WIDTH = 120

#: How a value was once written at some place, or None where nobody knows.
Memory = Callable[[str], str | None]


class UnfitError(ValueError):
    """The text cannot be changed so without touching more than what was meant."""


@dataclass(frozen=True)
class Splice:
    """The characters `start` to `end` of a text, and what stands there instead."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Sequence[Splice]) -> str:
    """A text with several changes that do not overlap."""
    for one in sorted(splices, key=lambda s: (s.start, s.end), reverse=True):
        text = text[: one.start] + one.text + text[one.end :]
    return text


def meaning(node: Node) -> Any:
    """What a tree says, whatever its layout: the texts of its scalars, in lists and lists of pairs."""
    if isinstance(node, yaml.MappingNode):
        return {"pairs": [[meaning(key), meaning(value)] for key, value in node.value]}
    if isinstance(node, yaml.SequenceNode):
        return [meaning(item) for item in node.value]
    return str(node.value)


class Edit:
    """Changes of one file, collected and then made together."""

    def __init__(self, file: WrittenFile):
        self.file = file
        self._splices: list[Splice] = []
        self._said: dict[int, Any] = {}  # by the identity of nodes: what they say after it
        self._added: dict[int, list[tuple[int, str, Any]]] = {}  # keys put into mappings, by their number

    def replace(self, node: Node, value: str, braces: bool, remembered: Memory = lambda value: None) -> None:
        """`value` in the place of a scalar, in its style; or a list or mapping in the place of one in brackets.
        `braces` tells whether it stands inside such. Raises `UnfitError`.
        """
        self._splices.append(replacement(self.file, node, value, braces, remembered))
        self._said[id(node)] = value if isinstance(node, yaml.ScalarNode) else _parsed(value)

    def rename(self, key: yaml.ScalarNode, name: str) -> None:
        """Another word in the place of a key."""
        self._splices.append(Splice(key.start_mark.index, content_end(self.file.text, key), name))
        self._said[id(key)] = name

    def insert(self, mapping: yaml.MappingNode, key: str, value: str, later: Sequence[str] = ()) -> None:
        """A new key in a mapping, ahead of the first that is among `later`, else at its end. Raises `UnfitError`."""
        held = entries(mapping)
        if len(held) != len(mapping.value) or not held:
            raise UnfitError("no key can be put in there")
        number = next((n for n, (name, _) in enumerate(held) if name.value in later), len(held))
        brackets = value[:1] + value[-1:] in ("[]", "{}")
        source = value if brackets else new_source(value, in_flow(mapping))
        self._splices.append(_at(self.file, mapping, number, f"{key}: {source}"))
        self._added.setdefault(id(mapping), []).append((number, key, _parsed(value) if brackets else value))

    def text(self) -> str:
        """The text with all changes. Raises `UnfitError` when it does not say what was meant, and only that."""
        made = spliced(self.file.text, self._splices)
        goal = [self._goal(document) for document in self.file.trees]
        try:
            found = [meaning(document) for document in composed(made)]
        except UnreadableError as cause:
            raise UnfitError("the file would be no YAML any more") from cause
        if found != goal:
            raise UnfitError("other values would change with it")
        return made

    def _goal(self, node: Node) -> Any:
        if id(node) in self._said:
            return self._said[id(node)]
        if isinstance(node, yaml.MappingNode):
            pairs = [[self._goal(key), self._goal(value)] for key, value in node.value]
            for number, key, value in sorted(self._added.get(id(node), ()), key=lambda one: -one[0]):
                pairs.insert(number, [key, value])
            return {"pairs": pairs}
        if isinstance(node, yaml.SequenceNode):
            return [self._goal(item) for item in node.value]
        return str(node.value)


def replacement(
    file: WrittenFile, node: Node, value: str, braces: bool, remembered: Memory = lambda value: None
) -> Splice:
    """The change that puts `value` in the place of a node, see `Edit.replace`."""
    start, end = node.start_mark.index, content_end(file.text, node)
    if not isinstance(node, yaml.ScalarNode):
        wanted = _parsed(value)
        if not in_flow(node) or type(wanted) is not type(meaning(node)):
            raise UnfitError("it is not written in one line")
        return Splice(start, end, value)
    indent = _indent(file.text, start)
    for source in _sources(file, node, value, remembered):
        if _reads(source, value, braces, indent):
            return Splice(start, end, " " + source if start == end else source)
    raise UnfitError("it cannot be written there")


def _parsed(value: str) -> Any:
    """What a value that is given for a list or mapping says."""
    try:
        found = composed(value)
    except UnreadableError as cause:
        raise UnfitError("it is no list or mapping in brackets") from cause
    return meaning(found[0]) if len(found) == 1 else None


def _reads(source: str, value: str, braces: bool, indent: int = 0) -> bool:
    """Whether a source is read as the value, as an item in brackets or behind a key of a block."""
    try:
        found = composed(f"k: [{source}\n ]" if braces else f"{' ' * indent}k: {source}\n")
    except UnreadableError:
        return False
    if len(found) != 1 or not isinstance(found[0], yaml.MappingNode) or len(found[0].value) != 1:
        return False
    held = found[0].value[0][1]
    if braces:
        held = held.value[0] if isinstance(held, yaml.SequenceNode) and len(held.value) == 1 else None
    return isinstance(held, yaml.ScalarNode) and held.value == value


# --- how a value is written


def _sources(file: WrittenFile, node: yaml.ScalarNode, value: str, remembered: Memory) -> Iterator[str]:
    """Ways to write a value at the place of a scalar, the one that is nearest to what stands there first."""
    known = remembered(value)
    if known is not None:
        yield known
    source = file.source(node)
    header, *lines = source.replace("\r\n", "\n").split("\n")
    width = max(map(len, lines), default=WIDTH)
    quoted = json.dumps(value, ensure_ascii=False)
    if node.style in ("|", ">") and lines and value == value.strip():
        indent = " " * (len(lines[0]) - len(lines[0].lstrip()))
        paragraphs = value.split("\n")
        if node.style == "|":
            written = [indent + line if line else "" for line in paragraphs]
        else:
            written = [row for line in paragraphs for row in (*_filled(line, indent, indent, width), "")][:-1]
        yield file.newline.join([header, *written])
    if node.style == '"':
        if lines and "\n" not in value:
            deeper = " " * (_indent(file.text, node.start_mark.index) + 2)
            yield file.newline.join(_filled(quoted, " " * node.start_mark.column, deeper, width)).lstrip()
        yield quoted
    elif node.style == "'":
        yield "'" + value.replace("'", "''") + "'"
    elif not node.style and value:  # plain: None to one parser, empty to the other
        yield value
    yield quoted
    yield json.dumps(value)


def new_source(value: str, braces: bool) -> str:
    """How a value is written where none stands yet, inside brackets or behind a key of a block."""
    return next(source for source in _new_sources(value) if _reads(source, value, braces))


def _new_sources(value: str) -> list[str]:
    """Ways to write a value where none stands yet; quotes around what a person would look at twice."""
    doubtful = re.search(r"""[\n#{}\[\],&*!|>'"%@`]|: |:$|^[-?]( |$)""", value) and not re.fullmatch(r"[\d.]+ %", value)
    quoted = [json.dumps(value, ensure_ascii=False), json.dumps(value)]
    return quoted if doubtful or value != value.strip() else [value, *quoted]


def _indent(text: str, start: int) -> int:
    """How far the key before a value is indented: beyond the dash of a list."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return len(line) - len(line.lstrip(" -"))


def _filled(text: str, first: str, indent: str, width: int) -> list[str]:
    """A text in lines of at most `width` characters, broken at single spaces only."""
    words = re.split(r"(?<! ) (?! )", text)
    lines, line = [], first + words[0]
    for word in words[1:]:
        if len(line) + 1 + len(word) > width:
            lines.append(line)
            line = indent + word
        else:
            line += " " + word
    return [*lines, line]


def _at(file: WrittenFile, mapping: yaml.MappingNode, number: int, entry: str) -> Splice:
    """An entry of a mapping as the one of that number: in braces beside the others, else in a line of its own."""
    text, held = file.text, entries(mapping)
    first = held[0][0].start_mark
    if mapping.flow_style:
        at = content_end(text, held[number - 1][1]) if number else first.index
        return Splice(at, at, f", {entry}" if number else f"{entry}, ")
    indent = " " * first.column
    if number == 0:
        return Splice(first.index, first.index, f"{entry}{file.newline}{indent}")
    at = text.find("\n", content_end(text, held[number - 1][1])) + 1
    if at == 0:
        return Splice(len(text), len(text), f"{file.newline}{indent}{entry}")
    return Splice(at, at, f"{indent}{entry}{file.newline}")
