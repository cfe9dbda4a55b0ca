"""`ree-lca find`: where a text occurs in a workspace."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca.editing.addresses import Addresses
from lca.editing.description import flat
from lca.editing.uses import things
from lca.editing.written import child, read_written
from lca.errors import nearest

#: How much of a long text is shown.
SHOWN = 90


@dataclass(frozen=True)
class Found:
    """What was found, best first; `suggestion` is a name that is near where nothing was."""

    rows: list[dict[str, Any]]
    suggestion: str


def search(root: Path, text: str) -> Found:
    """Everything whose name holds all words of a text, then every value that does; case does not count."""
    addresses = Addresses(read_written(root))
    words = text.lower().split()
    found: list[tuple[int, dict[str, Any]]] = []
    named = list(things(addresses))
    for kind, name, place in named:
        spoken = name.lower().replace("_", " ").replace("-", " ")
        if all(word in name.lower() or word in spoken for word in words):
            title = child(place.node, "title") or (addresses.find(place.address).node if kind == "parameter" else None)
            rank = 0 if name.lower() == text.lower() else 1
            found.append((rank, _row(root, place.address, kind, flat(title) if title else "", place.span)))
    for place in addresses.places:
        value = str(place.node.value)
        if all(word in value.lower() for word in words):
            key = place.key
            rank = {"title": 2, "note": 3}.get(key, 4)
            found.append((rank, _row(root, place.address, key, _around(value, words[0]), place.span)))
    found.sort(key=lambda one: one[0])
    return Found([row for _, row in found], "" if found else nearest(text, {name for _, name, _ in named}))


def _row(root: Path, address: str, what: str, text: str, span: Any) -> dict[str, Any]:
    return {
        "address": address,
        "what": what,
        "text": text if len(text) <= SHOWN else text[: SHOWN - 4] + " ...",
        "file": span.path.relative_to(root).as_posix(),
        "line": span.line,
    }


def _around(value: str, word: str) -> str:
    """A long text around the first place of a word."""
    value = " ".join(value.split())
    at = value.lower().find(word)
    if len(value) <= SHOWN or at < SHOWN - 20:
        return value
    return "... " + value[max(0, at - SHOWN // 2) :]
