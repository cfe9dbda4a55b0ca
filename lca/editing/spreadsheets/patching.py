"""Texts of files made to say something else, with as few characters changed as that takes.

Every value that is said already stays as it is written, with comments, order, quotes and line endings. What comes of it
is proved: the new text is read, and has to say what was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import yaml

from lca.editing.change import DEFINERS
from lca.editing.layout import order_of
from lca.editing.splice import Splice, UnfitError, new_source, replacement, spliced
from lca.editing.spreadsheets.text import as_tree, entry, flow, item_lines
from lca.editing.written import Node, UnreadableError, WrittenFile, composed, content_end, entries, in_flow

#: Stands in a list, or under a key, for what is no more.
REMOVED: Any = object()

#: How a text was once written in the place of a scalar, if it is known.
Memory = Callable[[Node, str], str | None]


def settled(tree: Any) -> Any:
    """A tree without what has been removed."""
    if isinstance(tree, Mapping):
        return {key: settled(held) for key, held in tree.items() if held is not REMOVED}
    if isinstance(tree, list):
        return [settled(item) for item in tree if item is not REMOVED]
    return tree


def patched(
    file: WrittenFile, goals: Sequence[Any], remembered: Memory = lambda node, text: None
) -> tuple[str, list[yaml.ScalarNode]]:
    """The text of a file whose documents say `goals`, one for each, and the scalars that say something else in it.
    Raises `UnfitError`.
    """
    patch = _Patch(file, remembered)
    for node, goal in zip(file.documents, goals, strict=True):
        patch.to(node, goal, (), False)
    text = spliced(file.text, patch.splices)
    try:
        found = [as_tree(node) for node in composed(text) if isinstance(node, yaml.MappingNode) and node.value]
    except (UnreadableError, ValueError) as cause:
        raise UnfitError("the file would be no YAML any more") from cause
    if found != [settled(goal) for goal in goals]:
        raise UnfitError("other values would change with it")
    return text, patch.replaced


class _Patch:
    """Collects the changes of one file."""

    def __init__(self, file: WrittenFile, remembered: Memory):
        self.file, self.remembered = file, remembered
        self.splices: list[Splice] = []
        self.replaced: list[yaml.ScalarNode] = []
        self.kind = ""

    def to(self, node: Node, goal: Any, path: tuple[Any, ...], braces: bool) -> None:
        """Make a node say `goal`."""
        if not path:
            self.kind = str(entries(node)[0][0].value)
        if as_tree(node) == goal:
            return
        if isinstance(node, yaml.ScalarNode) or in_flow(node):
            if self._within(node, goal, path):
                return
            end = content_end(self.file.text, node)
            self.splices.append(Splice(node.start_mark.index, end, self._source(node, goal, path, braces)))
        elif isinstance(node, yaml.MappingNode) and isinstance(goal, Mapping):
            self._mapping(node, goal, path)
        elif isinstance(node, yaml.SequenceNode) and isinstance(goal, list):
            self._list(node, goal, path)
        else:
            raise UnfitError("a list or mapping stands there in lines of its own")

    def _within(self, node: Node, goal: Any, path: tuple[Any, ...]) -> bool:
        """Change what lies in brackets where it is, as long as nothing comes or goes."""
        if isinstance(node, yaml.MappingNode) and isinstance(goal, Mapping):
            held = entries(node)
            if [key.value for key, _ in held] == list(goal) and REMOVED not in goal.values():
                for key, value in held:
                    self.to(value, goal[key.value], (*path, key.value), True)
                return True
        if (
            isinstance(node, yaml.SequenceNode)
            and isinstance(goal, list)
            and len(node.value) == len(goal) == len(settled(goal))
        ):
            for number, item in enumerate(node.value):
                self.to(item, goal[number], (*path, number), True)
            return True
        return False

    def _source(self, node: Node, goal: Any, path: tuple[Any, ...], braces: bool) -> str:
        """How the new value of a scalar, or of what is in brackets, is written."""
        if as_tree(node) == goal:
            return self.file.source(node)
        if isinstance(node, yaml.ScalarNode):
            if not isinstance(goal, str):
                return flow(settled(goal))
            self.replaced.append(node)
            return replacement(self.file, node, goal, braces, lambda text: self.remembered(node, text)).text
        if "#" in (was := self.file.source(node)) and "\n" in was:
            raise UnfitError("it is written in several lines of braces, with comments in between")
        if isinstance(node, yaml.MappingNode) and isinstance(goal, Mapping):
            called = _renamed([str(key.value) for key, _ in entries(node)], goal)
            known = {called.get(str(key.value), str(key.value)): (key, value) for key, value in entries(node)}
            parts = []
            for name in self._ordered(list(known), goal, path):
                if name in known:
                    key, value = known[name]
                    own = name if key.value in called else self.file.source(key)
                    parts.append(f"{own}: {self._source(value, goal[name], (*path, name), True)}")
                else:
                    parts.append(f"{new_source(name, True)}: {flow(settled(goal[name]))}")
            return "{" + ", ".join(parts) + "}"
        if isinstance(node, yaml.SequenceNode) and isinstance(goal, list):
            kept = [
                self._source(node.value[n], item, (*path, n), True) if n < len(node.value) else flow(settled(item))
                for n, item in enumerate(goal)
                if item is not REMOVED
            ]
            return "[" + ", ".join(kept) + "]"
        return new_source(goal, braces) if isinstance(goal, str) else flow(settled(goal))

    def _ordered(self, known: Sequence[str], goal: Mapping[str, Any], path: tuple[Any, ...]) -> list[str]:
        """The keys of a mapping: those that stay in their order, new ones where they belong."""
        order = order_of(self.kind, tuple("-" if isinstance(step, int) else step for step in path))
        names = [name for name in known if goal.get(name, REMOVED) is not REMOVED]
        for name, held in goal.items():
            if name in known or held is REMOVED:
                continue
            later = order[order.index(name) + 1 :] if name in order else ()
            names.insert(next((n for n, other in enumerate(names) if other in later), len(names)), name)
        return names

    # --- blocks

    def _mapping(self, node: yaml.MappingNode, goal: Mapping[str, Any], path: tuple[Any, ...]) -> None:
        held = entries(node)
        called = _renamed([str(key.value) for key, _ in held], goal)
        known = [called.get(str(key.value), str(key.value)) for key, _ in held]
        for key, _ in held:
            if key.value in called:
                end = content_end(self.file.text, key)
                self.splices.append(Splice(key.start_mark.index, end, called[str(key.value)]))
        names = self._ordered(known, goal, path)
        if not any(name in known for name in names):
            raise UnfitError("nothing would be left of it")
        column = held[0][0].start_mark.column
        for name, (key, value) in zip(known, held, strict=True):
            if name not in names:
                self._take(held, known, known.index(name), names)
            elif isinstance(value, yaml.CollectionNode) and not in_flow(value) and _other_kind(value, goal[name]):
                self._replace(key, value, goal[name])
            else:
                self.to(value, goal[name], (*path, name), False)
        added: dict[int, list[str]] = {}
        for n, name in enumerate(names):
            if name not in known:
                before = [known.index(other) for other in names[:n] if other in known]
                added.setdefault(before[-1] + 1 if before else 1, []).append(name)
        for number, new in added.items():
            lines = "".join(entry(name, settled(goal[name]), " " * column) for name in new)
            self._put(lines, held[number - 1][1])

    def _replace(self, key: Node, value: Node, goal: Any) -> None:
        text = self.file.text
        source = new_source(goal, False) if isinstance(goal, str) else flow(settled(goal))
        self.splices.append(Splice(content_end(text, key), content_end(text, value), f": {source}"))

    def _take(
        self, held: Sequence[tuple[yaml.ScalarNode, Node]], known: Sequence[str], number: int, names: Sequence[str]
    ) -> None:
        """Take an entry of a block away, with its lines; of those that are `known`, `names` stay."""
        text, first = self.file.text, held[0][0].start_mark.index
        behind_dash = bool(text[text.rfind("\n", 0, first) + 1 : first].strip())
        if behind_dash and not any(name in names for name in known[: number + 1]):
            if number == 0:  # what follows moves there
                following = next(key for (key, _), name in zip(held, known, strict=True) if name in names)
                self.splices.append(Splice(first, following.start_mark.index, ""))
            return
        key, value = held[number]
        self.splices.append(Splice(text.rfind("\n", 0, key.start_mark.index) + 1, self._line_end(value), ""))

    def _list(self, node: yaml.SequenceNode, goal: list[Any], path: tuple[Any, ...]) -> None:
        text = self.file.text
        goal = [*goal, *[REMOVED] * (len(node.value) - len(goal))]
        if all(item is REMOVED for item in goal[: len(node.value)]):
            raise UnfitError("nothing would be left of it")
        for number, item in enumerate(node.value):
            if goal[number] is not REMOVED:
                if isinstance(item, yaml.CollectionNode) and not in_flow(item) and _other_kind(item, goal[number]):
                    raise UnfitError("a list or mapping stands there in lines of its own")
                self.to(item, goal[number], (*path, number), False)
                continue
            dash = text.rfind("-", 0, item.start_mark.index)
            start = text.rfind("\n", 0, dash) + 1
            if text[start:dash].strip():
                raise UnfitError("it does not stand in a line of its own")
            self.splices.append(Splice(start, self._line_end(item), ""))
        indent = " " * node.start_mark.column
        if added := goal[len(node.value) :]:
            self._put("".join(item_lines(settled(item), indent) for item in added), node.value[-1])

    def _line_end(self, node: Node) -> int:
        """Where the line after the last of a node begins."""
        at = self.file.text.find("\n", content_end(self.file.text, node)) + 1
        return at or len(self.file.text)

    def _put(self, lines: str, after: Node) -> None:
        """New lines after those of a node, and after those that have been put there for what lies in it."""
        at, newline = self._line_end(after), self.file.newline
        before = next((one for one in self.splices if one.start == one.end == at), Splice(at, at, ""))
        if before.text:
            self.splices.remove(before)
        lines = lines.replace("\n", newline)
        if at == len(self.file.text) and not self.file.text.endswith("\n"):
            lines = newline + lines.removesuffix(newline)
        self.splices.append(Splice(at, at, before.text + lines))


def _renamed(known: Sequence[str], goal: Mapping[str, Any]) -> dict[str, str]:
    """A key that gives a value, with the other one in the place of it."""
    gone = [name for name in known if name in DEFINERS and goal.get(name, REMOVED) is REMOVED]
    new = [name for name in goal if name in DEFINERS and name not in known]
    return {gone[0]: new[0]} if len(gone) == len(new) == 1 else {}


def _other_kind(node: Node, goal: Any) -> bool:
    """Whether a list or mapping becomes something else."""
    return not isinstance(goal, Mapping if isinstance(node, yaml.MappingNode) else list)
