"""XML read as a stream, one data set at a time; document type declarations are refused, and with them entities that
unfold into more than the file holds.

The parser is expat, with its own protection against amplification; unlike ElementTree it tells the line of an element.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.parsers import expat

_CHUNK = 1 << 18
_DEEPEST = 60


class XMLError(Exception):
    """The file is no XML that is read here."""

    def __init__(self, message: str, line: int, column: int):
        super().__init__(message)
        self.line, self.column = line, column


class Element:
    """An element: its name without the namespace, attributes, children and text, and the line where it begins."""

    __slots__ = ("attributes", "children", "line", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str], line: int):
        self.tag, self.attributes, self.line = tag, attributes, line
        self.children: list[Element] = []
        self.text = ""

    def get(self, name: str) -> str:
        """An attribute, without spaces around it; an empty text where it is not given."""
        return self.attributes.get(name, "").strip()

    def first(self, *path: str) -> Element | None:
        """The first element along a path of names."""
        found: Element | None = self
        for name in path:
            found = next((child for child in found.children if child.tag == name), None) if found else None
        return found

    def all(self, name: str) -> list[Element]:
        """The children of that name."""
        return [child for child in self.children if child.tag == name]


class _Collector:
    """Keeps elements of one name whole, and forgets all others."""

    def __init__(self, wanted: str):
        self.wanted = wanted
        self.root: tuple[str, str] | None = None
        self.done: list[Element] = []
        self.open: list[Element] = []
        self.depth = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def _doctype(self, *_: object) -> None:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        raise XMLError("a document type declaration: it could define entities, and is not read", line, column)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if self.root is None:
            self.root = (tag, space)
        self.depth += 1
        if self.depth > _DEEPEST:
            line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            raise XMLError(f"elements are nested deeper than {_DEEPEST}", line, column)
        if self.open or tag == self.wanted:
            made = Element(tag, attributes, self.parser.CurrentLineNumber)
            if self.open:
                self.open[-1].children.append(made)
            self.open.append(made)

    def _end(self, name: str) -> None:
        self.depth -= 1
        if self.open:
            made = self.open.pop()
            if not self.open:
                self.done.append(made)

    def _text(self, text: str) -> None:
        if self.open:
            self.open[-1].text += text

    def feed(self, data: bytes, last: bool) -> None:
        try:
            self.parser.Parse(data, last)
        except expat.ExpatError as cause:
            raise XMLError(expat.ErrorString(cause.code) or "not XML", cause.lineno, cause.offset + 1) from cause
        except (ValueError, LookupError) as cause:  # an encoding that is not known
            raise XMLError(str(cause), 1, 1) from cause


def elements(stream: IO[bytes], name: str) -> Iterator[Element]:
    """Every outermost element of that name, one after another. Raises `XMLError`."""
    collector = _Collector(name)
    while data := stream.read(_CHUNK):
        collector.feed(data, False)
        yield from collector.done
        collector.done.clear()
    collector.feed(b"", True)
    yield from collector.done


def root_of(stream: IO[bytes]) -> tuple[str, str]:
    """Name and namespace of the outermost element. Raises `XMLError`."""
    collector = _Collector("")
    while collector.root is None and (data := stream.read(4096)):
        try:
            collector.feed(data, False)
        except XMLError:
            if collector.root is None:  # else it is wrong further on, which is not asked here
                raise
    if collector.root is None:
        raise XMLError("no element", 1, 1)
    return collector.root
