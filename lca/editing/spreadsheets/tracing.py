"""From a place in YAML that comes of an import to the cell that it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from lca.editing.spreadsheets.patching import REMOVED
from lca.editing.spreadsheets.rows import Path_
from lca.editing.spreadsheets.trees import Goals
from lca.editing.written import Node, composed, entries, items
from lca.errors import Diagnostic, Span


class Traces:
    """Files as they will be, with the documents in them in order, by name."""

    def __init__(self, made: Goals, texts: Mapping[Path, str], documents: Mapping[Path, Sequence[str]]):
        self.made, self.texts, self.documents = made, texts, documents
        self._trees: dict[Path, list[Node]] = {}

    def told(self, found: Iterable[Diagnostic]) -> list[Diagnostic]:
        """Findings with cells for places, without those of rows that could not be read, which has been told."""
        traced = [self._one(one) for one in found]
        return [one for one in traced if one.span is None or not self._unread(one.span)]

    def _unread(self, span: Span) -> bool:
        title = span.sheet or span.path.name
        return bool(span.cell) and any(
            number == span.line and title in (own, own.lower().replace(" ", "-") + ".csv")
            for own, number in self.made.unread
        )

    def _one(self, found: Diagnostic) -> Diagnostic:
        cell, text = self._cell(found.span)
        related = tuple((self._cell(span)[0] or span, said) for span, said in found.related)
        if cell is None:
            return replace(found, related=related)
        return replace(found, span=cell, related=related, line=text)

    def _cell(self, span: Span | None) -> tuple[Span | None, str]:
        """The cell of a place, and what it says."""
        if span is None or span.cell or span.path not in self.texts:
            return None, ""
        if span.path not in self._trees:
            trees = composed(self.texts[span.path])
            self._trees[span.path] = [node for node in trees if isinstance(node, yaml.MappingNode) and node.value]
        at = span.line - 1, span.column - 1
        for name, node in zip(self.documents[span.path], self._trees[span.path], strict=False):
            if _holds(node, at):
                path, text = _way(node, at, self.made.trees[name])
                for cut in range(len(path), -1, -1):
                    if (name, path[:cut]) in self.made.origin:
                        return self.made.origin[name, path[:cut]], text
        return None, ""


def _holds(node: Node, at: tuple[int, int]) -> bool:
    start, end = node.start_mark, node.end_mark
    return (start.line, start.column) <= at < (end.line, end.column)


def _way(node: Node, at: tuple[int, int], tree: Any) -> tuple[Path_, str]:
    """The way to what stands at a place, in the tree that was to be made, and the text there."""
    for key, held in entries(node):
        below = tree.get(key.value) if isinstance(tree, dict) else None
        if _holds(key, at):
            return (str(key.value),), str(key.value)
        if _holds(held, at):
            path, text = _way(held, at, below)
            return (str(key.value), *path), text
    kept = [n for n, item in enumerate(tree) if item is not REMOVED] if isinstance(tree, list) else []
    for number, item in enumerate(items(node)):
        if _holds(item, at):
            place = kept[number] if number < len(kept) else number
            path, text = _way(item, at, tree[place] if number < len(kept) else None)
            return (place, *path), text
    return (), str(node.value) if isinstance(node, yaml.ScalarNode) else ""
