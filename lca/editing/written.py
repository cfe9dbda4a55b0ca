"""A workspace as it stands in its files: the text, and where in it every key and value is.

What it means is not looked at here: a value can be found, and mended, in a workspace that is full of faults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from lca.errors import Problems, Span
from lca.inventory.loading import FOLDERS
from lca.inventory.reading import find_files, read_documents

BOM = "\ufeff"

#: A mapping, a list or a scalar with the places where it starts and ends (`start_mark.index`, `end_mark.index`).
Node: TypeAlias = yaml.Node

#: The C parser is ten times faster, where it is there; both give the same tree.
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class UnreadableError(ValueError):
    """The text is no YAML."""


@dataclass(frozen=True)
class WrittenFile:
    """A file of the workspace: its text without the mark at its beginning, and its documents."""

    path: Path
    text: str
    marked: bool  # begins with a byte order mark

    @cached_property
    def trees(self) -> list[Node]:
        """All documents. Raises `UnreadableError`."""
        return composed(self.text)

    @property
    def documents(self) -> list[yaml.MappingNode]:
        """The documents that are mappings and hold something."""
        return [node for node in self.trees if isinstance(node, yaml.MappingNode) and node.value]

    @property
    def newline(self) -> str:
        """How lines end."""
        return "\r\n" if "\r\n" in self.text else "\n"

    def encoded(self, text: str) -> bytes:
        """Another text in the way in which this file is written."""
        return ((BOM if self.marked else "") + text).encode("utf-8")

    def source(self, node: Node) -> str:
        """What is written for a node; for a block, only as far as it reaches."""
        return self.text[node.start_mark.index : content_end(self.text, node)]

    def span(self, node: Node) -> Span:
        """The place of a node, for messages."""
        start = node.start_mark
        first = self.source(node).split("\n", maxsplit=1)[0].rstrip()
        return Span(self.path, start.line + 1, start.column + 1, max(1, len(first)))


def composed(text: str) -> list[Node]:
    """The documents of a text as trees. Raises `UnreadableError`."""
    try:
        return list(yaml.compose_all(text, Loader=LOADER))
    except (yaml.YAMLError, RecursionError, ValueError) as cause:
        raise UnreadableError(str(cause)) from cause


def content_end(text: str, node: Node) -> int:
    """Where a node ends; of a block, without the lines after it that the parser counts in."""
    if isinstance(node, yaml.ScalarNode):
        end: int = node.end_mark.index
        if node.style in ("|", ">"):
            return node.start_mark.index + len(text[node.start_mark.index : end].rstrip())
        return end
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return content_end(text, last[1] if isinstance(last, tuple) else last)
    return int(node.end_mark.index)


def in_flow(node: Node) -> bool:
    """Whether it is written in braces or brackets."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def entries(node: Node | None) -> list[tuple[yaml.ScalarNode, Node]]:
    """Keys and values of a mapping, in order; none of what is no mapping. A key that is no plain word is left out."""
    if not isinstance(node, yaml.MappingNode):
        return []
    return [(key, value) for key, value in node.value if isinstance(key, yaml.ScalarNode)]


def items(node: Node | None) -> list[Node]:
    """The items of a list; none of what is no list."""
    return list(node.value) if isinstance(node, yaml.SequenceNode) else []


def child(node: Node | None, key: str) -> Node | None:
    """What a mapping holds under a key."""
    return next((value for name, value in entries(node) if name.value == key), None)


def scalar(node: Node | None, key: str) -> str:
    """The text that a mapping holds under a key, or an empty one."""
    found = child(node, key)
    return str(found.value) if isinstance(found, yaml.ScalarNode) else ""


def scalars(node: Node) -> Iterator[yaml.ScalarNode]:
    """Every value (not key) below a node."""
    if isinstance(node, yaml.ScalarNode):
        yield node
    for _, value in entries(node):
        yield from scalars(value)
    for item in items(node):
        yield from scalars(item)


@dataclass(frozen=True)
class Document:
    """A document and the file it stands in; `kind` is its first key, `id` what that holds, where it is one word."""

    file: WrittenFile
    node: yaml.MappingNode

    @property
    def kind(self) -> str:
        return str(self.node.value[0][0].value)

    @property
    def id(self) -> str:
        return scalar(self.node, self.kind)


@dataclass
class Written:
    """All files of a workspace. Those that cannot be read are left out, and `problems` says why."""

    root: Path
    files: list[WrittenFile] = field(default_factory=list)
    problems: Problems = field(default_factory=Problems)

    @cached_property
    def documents(self) -> list[Document]:
        return [Document(file, node) for file in self.files for node in file.documents]

    @cached_property
    def axes(self) -> list[str]:
        """The axes that the workspace declares."""
        found = (document.node for document in self.documents if document.kind == "workspace")
        return [str(key.value) for node in found for key, _ in entries(child(node, "axes"))]


def read_written(root: Path) -> Written:
    """The files of the workspace at `root` as they are now."""
    written = Written(root)
    for folder in FOLDERS:
        if (root / folder).is_dir():
            for path in find_files(root / folder, Problems()):
                if (file := read_file(path, written.problems)) is not None:
                    written.files.append(file)
    return written


def read_file(path: Path, problems: Problems) -> WrittenFile | None:
    """A file with its documents, or None after reporting why it cannot be read."""
    try:
        text = path.read_bytes().decode("utf-8")
        file = WrittenFile(path, text.removeprefix(BOM), text.startswith(BOM))
        if file.documents or not text:
            return file
    except (OSError, UnicodeDecodeError, UnreadableError):
        pass
    read_documents(path, problems)  # which says what is wrong
    return None
