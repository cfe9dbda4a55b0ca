"""Imported databases by the names that users give, with messages where there is none of that name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from lca.background import store
from lca.background.database import Background, Contents
from lca.errors import Diagnostic, InputError, nearest, one_of

T = TypeVar("T")


def check_free(name: str, replace: bool) -> None:
    """Raise `InputError` if a database cannot be called so."""
    if not store.is_name(name):
        message = f"`{name}` cannot be the name of a background"
        expected = "letters, digits, dots, hyphens and underscores, at most 80, a letter or digit first"
        raise InputError([Diagnostic("REE-B008", message, expected=expected)])
    if name in store.names() and not replace:
        message = f"there is a background `{name}` already"
        raise InputError([Diagnostic("REE-B007", message, expected="another name, or --replace")])


def kept(name: str) -> Background:
    """The database of that name. Raises `InputError`."""
    return _found(name, store.load)


def contents(name: str) -> Contents:
    """What the database of that name holds, without its amounts. Raises `InputError`."""
    return _found(name, store.contents)


def _found(name: str, read: Callable[[str], T]) -> T:
    try:
        return read(name)
    except store.UnknownBackgroundError as unknown:
        raise _unknown(name, unknown) from unknown
    except store.BrokenBackgroundError as broken:
        raise InputError([Diagnostic("REE-B010", str(broken))]) from broken


def all_kept() -> tuple[list[Contents], list[Diagnostic]]:
    """All databases that can be read, and what is wrong with the others."""
    found, broken = [], []
    for name in store.names():
        try:
            found.append(store.contents(name))
        except store.BrokenBackgroundError as fault:
            broken.append(Diagnostic("REE-B010", str(fault)))
    return found, broken


def remove(name: str) -> None:
    """Take a database away, also one that is broken. Raises `InputError`."""
    try:
        store.remove(name)
    except store.UnknownBackgroundError as unknown:
        raise _unknown(name, unknown) from unknown


def hash_of(name: str) -> str:
    """The hash of a database; an empty text where there is none that can be read."""
    try:
        return store.contents(name).sha256
    except (store.UnknownBackgroundError, store.BrokenBackgroundError):
        return ""


def _unknown(name: str, unknown: store.UnknownBackgroundError) -> InputError:
    expected = one_of(unknown.known) or "a database that was imported; there is none yet"
    close = nearest(name, unknown.known)
    return InputError([Diagnostic("REE-B009", str(unknown), expected=expected, suggestion=close)])
