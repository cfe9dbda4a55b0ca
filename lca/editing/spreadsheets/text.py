"""Trees of mappings, lists and texts as YAML: in brackets, and as whole documents."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from lca.editing.splice import new_source
from lca.editing.written import LOADER

#: A mapping or list that is longer has its entries in lines of their own.
WIDEST = 150


class NotPlainError(ValueError):
    """It is no YAML, or more than mappings, lists and texts."""


def flow(tree: Any) -> str:
    """A tree in one line."""
    if isinstance(tree, Mapping):
        return "{" + ", ".join(f"{new_source(key, True)}: {flow(held)}" for key, held in tree.items()) + "}"
    if isinstance(tree, list):
        return "[" + ", ".join(map(flow, tree)) + "]"
    return "null" if tree is None else new_source(tree, True)


def parsed(text: str) -> Any:
    """The tree of a text in brackets or quotes. Raises `NotPlainError`."""
    try:
        events = list(yaml.parse(text, Loader=LOADER))
        if any(getattr(event, "anchor", None) or getattr(event, "tag", None) not in (None, "!") for event in events):
            raise NotPlainError("anchors, aliases and tags are not read")
        (document,) = yaml.compose_all(text, Loader=LOADER)
    except (yaml.YAMLError, RecursionError) as cause:
        problem = getattr(cause, "problem", None) or str(cause).split("\n", maxsplit=1)[0]
        raise NotPlainError(problem) from cause
    except ValueError as cause:
        raise NotPlainError(str(cause)) from cause
    return as_tree(document)


def as_tree(node: yaml.Node | None) -> Any:
    """What a node says. Raises `NotPlainError` where a mapping says something twice."""
    if isinstance(node, yaml.MappingNode):
        made: dict[str, Any] = {}
        for key, held in node.value:
            if not isinstance(key, yaml.ScalarNode) or key.value in made:
                raise NotPlainError(f"`{getattr(key, 'value', key)}` is said twice, or is no plain word")
            made[str(key.value)] = as_tree(held)
        return made
    if isinstance(node, yaml.SequenceNode):
        return [as_tree(item) for item in node.value]
    return str(node.value) if node is not None else ""


def documents(trees: Iterable[Mapping[str, Any]]) -> str:
    """Whole documents, as the text of a file."""
    return "---\n".join("".join(entry(key, held, "") for key, held in tree.items()) for tree in trees)


def entry(key: str, held: Any, indent: str) -> str:
    """A key with what it holds: in one line where that is short or one text, else its entries below it."""
    name = f"{indent}{new_source(key, False)}:"
    if isinstance(held, str):
        return f"{name} {new_source(held, False)}\n"
    line = f"{name} {flow(held)}\n"
    deep = any(isinstance(item, Mapping | list) for item in (held.values() if isinstance(held, Mapping) else held))
    if not held or (len(line) < WIDEST and (indent or not deep)):
        return line
    if isinstance(held, Mapping):
        return f"{name}\n" + "".join(entry(below, item, f"{indent}  ") for below, item in held.items())
    return f"{name}\n" + "".join(item_lines(item, f"{indent}  ") for item in held)


def item_lines(item: Any, indent: str) -> str:
    """An item of a list: in one line where that is short, else its entries below each other."""
    line = f"{indent}- {flow(item)}\n"
    if not isinstance(item, Mapping) or len(line) < WIDEST or not item:
        return line
    made = "".join(entry(key, held, f"{indent}  ") for key, held in item.items())
    return f"{indent}- {made.removeprefix(f'{indent}  ')}"
