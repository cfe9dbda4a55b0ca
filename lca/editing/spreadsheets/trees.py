"""Trees that documents are to say, and what changes in them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from lca.editing.key_order import PROCESS
from lca.editing.kinds import MODELS, keys_of
from lca.editing.layout import order_of
from lca.editing.spreadsheets.patching import REMOVED, settled
from lca.editing.spreadsheets.rows import Held, Path_
from lca.editing.spreadsheets.text import flow
from lca.errors import Problems, Span
from lca.inventory import schema


@dataclass(frozen=True)
class Change:
    """Something that is to be said in another way."""

    document: Held
    path: Path_
    before: Any  # None where it is new
    after: Any  # None where it is taken away
    span: Span | None

    def told(self, side: str) -> str:
        """Before or after in words."""
        said = getattr(self, side)
        return "" if said is None else said if isinstance(said, str) else flow(settled(said))


#: Where in its list the thing of a row is: by the way to the list, the name, and the line that the row says; of rows
#: without one the first is 0, the second -1. None where it stands alone.
Lines = dict[tuple[Path_, str | None, int], int | None]


@dataclass
class Goals:
    """Documents with what they are to say, and from which cell each part of that comes."""

    documents: dict[str, Held]
    trees: dict[str, Any] = field(default_factory=dict)
    changes: list[Change] = field(default_factory=list)
    origin: dict[tuple[str, Path_], Span] = field(default_factory=dict)
    problems: Problems = field(default_factory=Problems)
    #: Rows with cells that could not be read.
    unread: set[tuple[str, int]] = field(default_factory=set)
    #: By document.
    lines: dict[str, Lines] = field(default_factory=dict)

    def settled_lines(self) -> dict[str, Lines]:
        """Lines as they are when what has been taken away is gone."""
        return {
            name: {
                (settled_path(self.trees[name], inner), own, line): (
                    None if at is None else int(settled_path(self.trees[name], _list_way(inner, own, at))[-1])
                )
                for (inner, own, line), at in lines.items()
            }
            for name, lines in self.lines.items()
            if name in self.trees
        }


def _list_way(inner: Path_, name: str | None, at: int) -> Path_:
    return (*inner, at) if name is None else (*inner, name, at)


def settled_path(tree: Any, path: Path_) -> Path_:
    """A way when what has been taken away is gone."""
    made: list[str | int] = []
    for step in path:
        if isinstance(tree, list) and isinstance(step, int):
            made.append(step - sum(item is REMOVED for item in tree[:step]))
            tree = tree[step] if step < len(tree) else None
        else:
            made.append(step)
            tree = tree.get(step) if isinstance(tree, dict) else None
    return tuple(made)


def set_at(tree: Any, path: Sequence[str | int], value: Any) -> None:
    """Say something at a way from a tree, with the mappings on it that are not there yet."""
    for step in path[:-1]:
        if isinstance(tree, dict) and not isinstance(tree.get(step), dict | list):
            tree[step] = {}
        tree = tree[step]
    tree[path[-1]] = value


def unset_at(tree: Any, path: Sequence[str]) -> None:
    """Take a key away, and the mappings around it that hold nothing else."""
    if not isinstance(tree, dict) or path[0] not in tree:
        return
    if len(path) > 1:
        unset_at(tree[path[0]], path[1:])
        if tree[path[0]] != {}:
            return
    del tree[path[0]]


def arranged(first: str, tree: Any) -> Any:
    """The keys of a new document in their order."""
    model = MODELS.get(first, schema.AxisOption)
    order = PROCESS if first == "process" else [first, *keys_of(model)]
    top = {
        key: tree[key] for key in sorted(tree, key=lambda key: (key != first, order.index(key) if key in order else 99))
    }

    return {key: ordered(first, (key,), held) for key, held in top.items()}


def ordered(first: str, path: Path_, tree: Any) -> Any:
    """What stands at a place of a document of that first key, all keys in their order."""
    if isinstance(tree, list):
        return [ordered(first, (*path, n), item) for n, item in enumerate(tree)]
    if not isinstance(tree, dict):
        return tree
    keys = order_of(first, tuple("-" if isinstance(step, int) else step for step in path))
    names = sorted(tree, key=lambda key: keys.index(key) if key in keys else len(keys))
    return {name: ordered(first, (*path, name), tree[name]) for name in names}


def kept(new: Any, before: Any, written: Any) -> Any:
    """A value with all in it that is as before in the way in which that is written."""
    if new == before and written is not None:
        return written
    if isinstance(new, dict) and isinstance(before, dict) and isinstance(written, dict):
        return {key: kept(held, before.get(key), written.get(key)) for key, held in new.items()}
    if isinstance(new, list) and isinstance(before, list) and isinstance(written, list) and len(new) == len(before):
        return [kept(*three) for three in zip(new, before, written, strict=True)]
    return new
