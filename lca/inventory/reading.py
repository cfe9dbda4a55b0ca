"""YAML with the place of every key and value.

Only the plain part of YAML 1.2 is read: mappings, sequences and scalars. Anchors, aliases and tags are refused (no
file can then unfold into more than it holds). Scalars stay text: `3.0 V` and `3` alike; what they mean is for the
schema and the formula language to say.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml import AliasEvent, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from lca.errors import Problems, Span

MAX_BYTES = 2_000_000
MAX_DEPTH = 24


class Text(str):
    """A scalar as written, knowing its place. `quoted` tells `"yes"` from `yes`; `raw` is its source where that reads
    otherwise.
    """

    __slots__ = ("quoted", "raw", "span")
    span: Span
    quoted: bool
    raw: str

    @classmethod
    def at(cls, text: str, span: Span, quoted: bool = False, raw: str = "") -> Text:
        made = cls(text)
        made.span, made.quoted, made.raw = span, quoted, raw
        return made

    def part(self, start: int, end: int) -> Span:
        """The place of the characters `start` to `end`, through line breaks and escapes."""
        if not self.raw:
            return Span(
                self.span.path, self.span.line, self.span.column + int(self.quoted) + start, max(1, end - start)
            )
        places = source_places(self, self.raw)
        first, last = places[min(start, len(places) - 1)], places[min(end, len(places) - 1)]
        line, before = self.raw.count("\n", 0, first), self.raw.rfind("\n", 0, first)
        column = first - before if before >= 0 else self.span.column + first
        length = last - first if "\n" not in self.raw[first:last] else 1
        return Span(self.span.path, self.span.line + line, column, max(1, length))


_ESCAPE = re.compile(r"\\(?:x..|u.{4}|U.{8}|.)", re.S)


def source_places(value: str, raw: str) -> list[int]:
    """Where in its source each character of a scalar stands (and its end): `raw` has quotes, escapes, or line breaks
    that fold to spaces.
    """
    quote = raw[0] if raw[0] in "'\"" else ""
    at = 1 if quote else raw.find("\n") + 1 if raw[0] in "|>" else 0
    places = []
    for character in value:
        if not character.isspace():
            while at < len(raw) and (raw[at].isspace() or (quote == '"' and raw.startswith("\\\n", at))):
                at += 1 if raw[at].isspace() else 2
        places.append(min(at, len(raw) - 1))
        if quote == '"' and (escape := _ESCAPE.match(raw, at)):
            at = escape.end()
        elif not character.isspace() or raw[at : at + 1].isspace():
            at += 2 if quote == character == "'" else 1
    return [*places, min(at, len(raw) - 1)]


@dataclass(slots=True)
class Mapping:
    """A YAML mapping in its written order; `keys` are `Text`, so each knows its place."""

    span: Span
    items: dict[Text, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Sequence:
    """A YAML sequence."""

    span: Span
    items: list[Any] = field(default_factory=list)


Node = Mapping | Sequence | Text


def find_files(root: Path, problems: Problems) -> Iterator[Path]:
    """All `*.yaml` files below `root` in a fixed order; files that are not read are reported."""
    home = root.resolve()
    for path in sorted(root.rglob("*")):
        if any(part.startswith((".", "__")) for part in path.relative_to(root).parts):
            continue
        target = Path(os.path.realpath(path))  # unlike `resolve`, it bears links that lead in a circle
        if not target.is_relative_to(home):
            problems.add("REE-Y010", f"{path.name} leads to {target}, outside the workspace", Span(path, 1, 1))
        elif path.is_dir():
            continue
        elif path.suffix == ".yaml":
            yield path
        elif path.suffix not in (".md", ".txt"):
            problems.add("REE-Y009", f"{path.name} is not read: its name does not end in .yaml", Span(path, 1, 1))


def read_documents(path: Path, problems: Problems) -> list[Mapping]:
    """The documents of one file. What cannot be read is reported and left out."""
    text = _read_text(path, problems)
    if text is None:
        return []
    if not text.strip():
        problems.add("REE-Y005", "the file is empty", Span(path, 1, 1))
        return []
    return _Builder(path, problems).documents(text)


def _read_text(path: Path, problems: Problems) -> str | None:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            problems.add("REE-Y002", "it is no file with text in it", Span(path, 1, 1))
            return None
        if status.st_size > MAX_BYTES:
            size = status.st_size / 1e6
            problems.add(
                "REE-Y006",
                f"the file has {size:.1f} MB",
                Span(path, 1, 1),
                expected=f"at most {MAX_BYTES / 1e6:.0f} MB",
            )
            return None
        raw = path.read_bytes()
    except OSError as cause:
        problems.add("REE-Y002", f"the file cannot be opened: {cause.strerror}", Span(path, 1, 1))
        return None
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as cause:
        before = raw[: cause.start].decode("utf-8", errors="replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        problems.add(
            "REE-Y001",
            f"byte 0x{raw[cause.start]:02x} is not UTF-8",
            Span(path, line, column),
            expected="a file saved as UTF-8",
        )
        return None


class _Builder:
    """Turns the event stream of the YAML parser into nodes."""

    def __init__(self, path: Path, problems: Problems):
        self.path = path
        self.problems = problems
        self.text = ""

    def documents(self, text: str) -> list[Mapping]:
        self.text = text
        found: list[Mapping] = []
        documents = 0
        loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the C parser is ten times faster, where it is there
        try:
            events = yaml.parse(text, Loader=loader)
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    documents += 1
                    node = self._node(next(events), events, 0)
                    if isinstance(node, Mapping) and node.items:
                        found.append(node)
                    elif node is not None:
                        self._not_a_mapping(node)
            if not documents:
                self.problems.add("REE-Y005", "the file holds nothing but comments", Span(self.path, 1, 1))
        except yaml.MarkedYAMLError as cause:
            mark = cause.problem_mark or cause.context_mark
            span = Span(self.path, mark.line + 1, mark.column + 1) if mark else Span(self.path, 1, 1)
            lines = text.splitlines()
            line = lines[span.line - 1] if span.line <= len(lines) else ""
            if "\t" in line[: span.column]:
                column = line.index("\t") + 1
                self.problems.add(
                    "REE-Y002",
                    "a tab stands where YAML wants spaces",
                    Span(self.path, span.line, column),
                    expected="spaces",
                )
            else:
                context = f" ({cause.context})" if cause.context else ""
                colon = "mapping values are not allowed" in str(cause.problem)
                expected = "quotes around a text that holds a colon" if colon else ""
                self.problems.add("REE-Y002", f"{cause.problem}{context}", span, expected=expected)
        except (yaml.YAMLError, RecursionError) as cause:
            place = self._place_of_error(text, cause)
            self.problems.add("REE-Y002", str(cause).strip().splitlines()[0], Span(self.path, *place))
        except _Refused:
            pass
        return found

    def _place_of_error(self, text: str, cause: BaseException) -> tuple[int, int]:
        position = getattr(cause, "position", None)
        if not isinstance(position, int):
            return 1, 1
        before = text[:position]
        return before.count("\n") + 1, len(before) - before.rfind("\n")

    def _not_a_mapping(self, node: Node) -> None:
        if isinstance(node, Mapping) or (isinstance(node, Text) and not node):
            self.problems.add("REE-Y005", "the document is empty", node.span)
        else:
            kind = "a list" if isinstance(node, Sequence) else f"the text {str(node)[:40]!r}"
            self.problems.add("REE-Y007", f"the document is {kind}", node.span, expected="`key: value` lines")

    def _span(self, event: Any) -> Span:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        return Span(self.path, start.line + 1, start.column + 1, max(1, length))

    def _refuse(self, code: str, message: str, event: Any, expected: str = "") -> _Refused:
        self.problems.add(code, message, self._span(event), expected=expected)
        return _Refused()

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        if isinstance(event, AliasEvent):
            raise self._refuse("REE-Y004", f"alias *{event.anchor}", event, "the value itself")
        if getattr(event, "anchor", None):
            raise self._refuse("REE-Y004", f"anchor &{event.anchor}", event, "the value without an anchor")
        if getattr(event, "tag", None) not in (None, "!"):
            raise self._refuse("REE-Y004", f"tag {event.tag}", event, "the value without a tag")
        if depth > MAX_DEPTH:
            raise self._refuse("REE-Y006", f"nested deeper than {MAX_DEPTH} levels", event)
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, SequenceStartEvent):
            sequence = Sequence(self._span(event))
            while not isinstance(event := next(events), SequenceEndEvent):
                sequence.items.append(self._node(event, events, depth + 1))
            return sequence
        if not isinstance(event, MappingStartEvent):
            return None
        mapping = Mapping(self._span(event))
        while not isinstance(event := next(events), MappingEndEvent):
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not isinstance(key, Text):
                self.problems.add("REE-Y002", "a key must be a plain word", key.span)
            elif key in mapping.items:
                first = next(k for k in mapping.items if k == key)
                self.problems.add(
                    "REE-Y003", f"key `{key}` is given twice", key.span, related=((first.span, "first given here"),)
                )
            else:
                mapping.items[key] = value
        return mapping

    def _scalar(self, event: Any) -> Text:
        quoted = event.style in ("'", '"')
        raw = self.text[event.start_mark.index : event.end_mark.index]
        return Text.at(
            event.value,
            self._span(event),
            quoted,
            "" if raw[int(quoted) : len(raw) - int(quoted)] == event.value else raw,
        )


class _Refused(Exception):
    """The rest of the file is not read."""
