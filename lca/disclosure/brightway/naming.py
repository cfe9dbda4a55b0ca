"""Identifiers made from names: the same for the same names, whatever order they come in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

#: What an identifier may not be, for in `name.parameter` it means something else.
_TAKEN = frozenset({"study", "workspace"})
_LONGEST = 60


def slug(name: str) -> str:
    """A name in lower-case letters, digits and underscores, a letter first."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:_LONGEST].rstrip("_")
    if not made or not made[0].isalpha():
        made = f"n_{made}".rstrip("_")
    return f"{made}_1" if made in _TAKEN else made


def identifiers(wanted: Mapping[K, tuple[str, str]], taken: Iterable[str] = ()) -> dict[K, str]:
    """An identifier for each key, from the one wanted. Keys that want the same are told apart by the second text, where
    that does; the rest are numbered in the order of the mapping.
    """
    used = set(taken)
    alike: dict[str, list[K]] = {}
    for key, (name, _) in wanted.items():
        alike.setdefault(name, []).append(key)
    found: dict[K, str] = {}
    waiting: list[tuple[K, str]] = []
    for name, keys in alike.items():
        apart = {key: f"{name}_{slug(more)}" if (more := wanted[key][1]) else name for key in keys}
        for key in keys:
            own = name if len(keys) == 1 else apart[key]
            if own not in used and (len(keys) == 1 or list(apart.values()).count(own) == 1):
                found[key] = own
                used.add(own)
            else:
                waiting.append((key, name))
    for key, name in waiting:
        number = 1
        while (made := name if number == 1 else f"{name}_{number}") in used:
            number += 1
        found[key] = made
        used.add(made)
    return found
