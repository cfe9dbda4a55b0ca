"""`ree-lca fmt`: canonical order and layout.

Keys of documents, parameters, lines of inputs, flows and sources stand in one order; what is written in braces in one
line has one blank after commas and colons; lines do not end in blanks, and no two empty ones follow each other. Nothing
else is touched. Of every file it is proved that it says the same as before and has the same comments; where not, it is
left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import yaml

from lca.change_log import alone
from lca.editing.key_order import EXCHANGE, FLOW, PARAMETER, PROCESS, SHARE, SOURCE
from lca.editing.splice import Splice, UnfitError, spliced
from lca.editing.storage import replace_files
from lca.editing.written import (
    Node,
    UnreadableError,
    WrittenFile,
    composed,
    content_end,
    entries,
    in_flow,
    items,
    read_written,
)
from lca.errors import Diagnostic, InputError, Problems, Span

_LINES = ("inputs", "outputs", "emissions", "resources")


def formatted(file: WrittenFile) -> str:
    """The text of a file in canonical layout. Raises `UnfitError` where that would change more than layout."""
    text = _tidy(file.text.replace("\r\n", "\n"))
    text = _ordered(text)
    text = _tidy(_in_one_line(text))
    if _said(text) != _said(file.text) or comments(text) != comments(file.text):
        raise UnfitError("its layout cannot be told from what it says")
    return text.replace("\n", file.newline)


def _said(text: str) -> list[Any]:
    """What documents say when order within mappings does not count."""

    def said(node: Node) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {"pairs": sorted(([said(key), said(value)] for key, value in node.value), key=repr)}
        if isinstance(node, yaml.SequenceNode):
            return [said(item) for item in node.value]
        return str(node.value)

    try:
        return [said(document) for document in composed(text)]
    except UnreadableError as cause:
        raise UnfitError("it is no YAML") from cause


def comments(text: str) -> list[str]:
    """All comments, sorted."""
    kept = list(text)
    for document in composed(text):
        for node in _all_scalars(document):
            for at in range(node.start_mark.index, content_end(text, node)):
                kept[at] = "\n" if text[at] == "\n" else "x"
    return sorted(found.strip() for found in re.findall(r"(?:^|(?<=\s))#.*", "".join(kept), re.M))


def _all_scalars(node: Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.MappingNode):
        for pair in node.value:
            for part in pair:
                yield from _all_scalars(part)
    else:
        for item in items(node):
            yield from _all_scalars(item)


# --- lines


def _tidy(text: str) -> str:
    """No blanks at the ends of lines, no two empty lines together, one line break at the end; texts of several lines
    are left alone.
    """
    inside = set()
    for document in composed(text):
        for node in _all_scalars(document):
            block = node.style in ("|", ">")  # whose last line is one of the text itself
            inside |= set(range(node.start_mark.line + block, _last_line(text, node) + block))
    lines: list[str] = []
    for number, line in enumerate(text.split("\n")):
        tidied = line if number in inside else line.rstrip()
        if tidied or number in inside or (lines and lines[-1]):
            lines.append(tidied)
    return "\n".join(lines).rstrip("\n") + "\n"


def _last_line(text: str, node: Node) -> int:
    return int(node.start_mark.line) + text.count("\n", node.start_mark.index, content_end(text, node))


# --- braces


def _in_one_line(text: str) -> str:
    """Everything in braces or brackets that stands in one line, with its blanks and its order."""
    splices = []
    for document in composed(text):
        for node, order in _roles(document):
            if in_flow(node) and node.start_mark.line == node.end_mark.line:
                made = _rendered(text, node, order)
                if made is not None:
                    splices.append(Splice(node.start_mark.index, node.end_mark.index, made))
    return spliced(text, splices)


def _rendered(text: str, node: Node, order: Sequence[str]) -> str | None:
    """What stands in braces, in one line; None where something in it cannot be told apart."""
    if isinstance(node, yaml.ScalarNode):
        source = text[node.start_mark.index : node.end_mark.index]
        return source or None
    if isinstance(node, yaml.SequenceNode):
        parts = [_rendered(text, item, ()) for item in node.value]
        return None if None in parts else f"[{', '.join(map(str, parts))}]"
    pairs = [(key, _rendered(text, key, ()), _rendered(text, value, ())) for key, value in node.value]
    if any(None in pair for pair in pairs):
        return None
    if _known([str(key.value) for key, _, _ in pairs], order):
        pairs.sort(key=lambda pair: order.index(str(pair[0].value)))
    return "{" + ", ".join(f"{key}: {value}" for _, key, value in pairs) + "}"


# --- order


def _known(keys: Sequence[str], order: Sequence[str]) -> bool:
    return len(set(keys)) == len(keys) and set(keys) <= set(order)


def _roles(document: Node) -> Iterator[tuple[Node, Sequence[str]]]:
    """The outermost things in braces, and every mapping in a block whose keys have an order."""
    kind = str(entries(document)[0][0].value) if entries(document) else ""

    def below(node: Node, path: tuple[str, ...]) -> Iterator[tuple[Node, Sequence[str]]]:
        order = order_of(kind, path)
        if in_flow(node):
            yield node, order
            return
        if order:
            yield node, order
        for key, value in entries(node):
            yield from below(value, (*path, str(key.value)))
        for item in items(node):
            yield from below(item, (*path, "-"))

    yield from below(document, ())


def order_of(kind: str, path: tuple[str, ...]) -> Sequence[str]:
    """The order of the keys of what stands at a path of a kind of document; none where it is free."""
    match path:
        case ():
            return PROCESS if kind == "process" else ()
        case ("parameters", _) | ("set", _) | ("scenarios", "-", "set", _):
            return PARAMETER
        case (lines, "-") if lines in _LINES:
            return EXCHANGE
        case ("mix", "shares", "-"):
            return SHARE
        case ("flows", _) if kind == "flows":
            return FLOW
        case ("sources", _) if kind == "sources":
            return SOURCE
    return ()


def _ordered(text: str) -> str:
    """Entries of blocks in their order, each with the comments above and beside it."""
    while (moved := _first_moved(text)) is not None:  # one at a time: places move with each
        text = moved
    return text


def _first_moved(text: str) -> str | None:
    for document in composed(text):
        for node, order in _roles(document):
            if not in_flow(node) and (moved := _moved(text, node, order)) is not None:
                return moved
    return None


def _moved(text: str, node: Node, order: Sequence[str]) -> str | None:
    """The text with the entries of one mapping in their order; None where they are, or cannot be moved safely."""
    held = entries(node)
    keys = [str(key.value) for key, _ in held]
    wanted = sorted(range(len(held)), key=lambda k: order.index(keys[k]) if keys[k] in order else 0)
    if not _known(keys, order) or wanted == list(range(len(held))):
        return None
    column = held[0][0].start_mark.column
    first = text.rfind("\n", 0, held[0][0].start_mark.index) + 1
    dash = text[first : held[0][0].start_mark.index].strip() != ""
    starts = [held[0][0].start_mark.index - column if not dash else held[0][0].start_mark.index]
    for (_, before), (key, _) in pairwise(held):
        at = text.rfind("\n", 0, key.start_mark.index) + 1
        if at <= content_end(text, before) - 1:
            return None
        while (above := _line_above(text, at)) is not None and above[1].startswith(" " * column + "#"):
            at = above[0]
        starts.append(at)
    end = text.find("\n", content_end(text, held[-1][1])) + 1
    after = text[end:].split("\n", maxsplit=1)[0]
    if end == 0 or after.strip().startswith("#"):
        return None  # whose comment that is cannot be told
    chunks = [text[a:b] for a, b in zip(starts, [*starts[1:], end], strict=True)]
    if any(not chunk.strip() or "\n\n" in chunk for chunk in chunks):
        return None
    if dash:
        chunks[0] = " " * column + chunks[0]
        made = "".join(chunks[k] for k in wanted)
        if made[column] == "#":
            return None
        made = made[column:]
    else:
        made = "".join(chunks[k] for k in wanted)
    return text[: starts[0]] + made + text[end:]


def _line_above(text: str, at: int) -> tuple[int, str] | None:
    """Where the line above a line starts, and what it says."""
    if at == 0:
        return None
    start = text.rfind("\n", 0, at - 1) + 1
    return start, text[start : at - 1]


# --- a whole workspace


def format_workspace(root: Path, write: bool) -> tuple[list[Path], list[Diagnostic]]:
    """The files of the workspace at `root` whose layout is another one, brought into it when they are to be written;
    and what cannot be.
    """
    with alone(root):
        written = read_written(root)
        found, problems = {}, Problems()
        problems.extend(written.problems.all)
        for file in written.files:
            try:
                text = formatted(file)
            except UnfitError as cause:
                problems.add("REE-W004", f"{file.path.name} is left as it is: {cause}", Span(file.path, 1, 1))
            else:
                if text != file.text or file.marked:
                    found[file] = text.encode()
        if write and not replace_files(
            {file.path: content for file, content in found.items()},
            {file.path: file.encoded(file.text) for file in found},
        ):
            raise InputError([Diagnostic("REE-W008", "a file has been changed by another program meanwhile")])
    return [file.path for file in found], problems.all
