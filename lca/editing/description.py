"""`ree-lca get`: what is written of something, what it comes to, and who makes use of it."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from lca.change_log import changes_of
from lca.editing.addresses import Addresses, Place
from lca.editing.quantities import quantity
from lca.editing.uses import users
from lca.editing.written import Node, child, entries, items, read_written, scalar
from lca.errors import InputError

#: What is told of a thing, in order; other keys that it has stand between.
FIRST = ("address", "title", "value", "unit", "formula", "comes_to", "in_scenario", "range", "distribution")
LAST = ("source", "source_title", "evidence", "pedigree", "note", "file", "line", "used_by", "changes")

#: What a value may be given by.
_GIVEN = ("value", "formula", "choice", "text", "amount", "share", "price")


def described(root: Path, address: str, scenario: str | None = None) -> dict[str, Any]:
    """Everything that is said of what stands at an address, and what it comes to in a scenario (the first of the
    default study in which it is there). Raises `InputError` where there is nothing.
    """
    addresses = Addresses(read_written(root))
    value, whole = addresses.find(address), addresses.find(address, whole=True)
    name = addresses.called(value)
    record: dict[str, Any] = dict.fromkeys((*FIRST, *LAST))
    record["address"] = name
    if isinstance(whole.node, yaml.ScalarNode):
        record["value"] = str(whole.node.value)
    if isinstance(whole.node, yaml.MappingNode):
        record |= _of_mapping(whole)
    elif items(whole.node):
        record["value"] = flat(whole.node)
    magnitude = quantity(str(record["value"])) if record["value"] is not None else None
    if magnitude:
        record["unit"] = magnitude[1] or None
    if value.holder is not None and value.holder is not whole.document.node:
        record |= _origin(addresses, value)
    if scenario is not None or (record["formula"] is not None and _is_parameter(whole)):
        record |= comes_to(root, name, scenario)
    span = value.span
    record["file"], record["line"] = span.path.relative_to(root).as_posix(), span.line
    record["used_by"] = [f"{_user(addresses, u)}  {_place(root, u)}" for u in users(addresses, whole)]
    with contextlib.suppress(InputError):  # a broken log says nothing of the value
        record["changes"] = list(map(_told, changes_of(root, name)))
    order = [*FIRST, *(key for key in record if key not in FIRST + LAST), *LAST]
    return {key: record[key] for key in order if record[key] not in (None, [], "")}


def _is_parameter(place: Place) -> bool:
    return len(place.steps) == 2 and str(getattr(place.steps[0].key, "value", "")) == "parameters"


def _of_mapping(place: Place) -> dict[str, Any]:
    """The keys of a thing; one that gives its value is called so, unless it is a formula."""
    found: dict[str, Any] = {}
    for key, value in entries(place.node):
        name = str(key.value)
        if name == "parameters":
            found[name] = ", ".join(str(inner.value) for inner, _ in entries(value))
        elif any(map(entries, items(value))):
            found[name] = [flat(item) for item in items(value)]
        elif name == "formula" or (name == "amount" and quantity(str(value.value)) is None):
            found["formula"] = flat(value)
        else:
            found["value" if name in _GIVEN else name] = flat(value)
    return found


def _origin(addresses: Addresses, place: Place) -> dict[str, Any]:
    """Source, evidence and pedigree of a value, its own or those of its document."""
    found: dict[str, Any] = {}
    for key in ("source", "evidence"):
        own = scalar(place.holder, key)
        found[key] = own or scalar(place.document.node, key) or None
    if found["source"]:
        for document in addresses.written.documents:
            entry = child(child(document.node, "sources"), found["source"]) if document.kind == "sources" else None
            if entry is not None:
                found["source_title"] = scalar(entry, "title")
    return found


def flat(node: Node) -> str:
    """A node in one line, in braces and brackets where it holds more than one value."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return "[" + ", ".join(map(flat, node.value)) + "]"
    return "{" + ", ".join(f"{key.value}: {flat(value)}" for key, value in entries(node)) + "}"


def _user(addresses: Addresses, place: Place) -> str:
    """Who names a thing: the line of inputs, not its key `flow`."""
    return re.sub(r"\.(flow|source|provider)$", "", addresses.called(place))


def _place(root: Path, place: Place) -> str:
    return f"{place.file.path.relative_to(root).as_posix()}:{place.span.line}"


def _told(row: Mapping[str, Any]) -> str:
    by, why = (f" by {row['by']}" if row.get("by") else ""), (f": {row['why']}" if row.get("why") else "")
    return f"{row.get('time', '')}{by}, {row.get('before') or '(nothing)'} -> {row.get('after', '')}{why}"


def comes_to(root: Path, address: str, wanted: str | None = None) -> dict[str, Any]:
    """What a parameter that is a formula comes to, in its unit. Nothing where the workspace has errors, or no scenario
    has the parameter.
    """
    from lca.system.checking import Checker
    from lca.system.scenario import scenario_from_id, scenarios_of, scope_of
    from lca.units import base_unit, convert

    checker = Checker(root)
    study = checker.study(None) if not checker.problems.errors else None
    if study is None:
        return {}
    listed: Sequence[Any] = scenarios_of(checker.inventory, study, checker.problems)[0]
    if wanted is not None:
        listed = [scenario_from_id(checker.inventory, wanted, list(listed), checker.problems)]
        checker.problems.raise_errors()
    for scenario in listed:
        scope = scope_of(checker.inventory, study, scenario, checker.problems)
        own = scope.canonical(address)
        if own not in scope.definitions:
            continue
        kind = scope.kind_at(own)
        if kind is None or kind.name != "number":
            return {}
        unit = scope.definitions[own].unit or base_unit(kind.dimension)
        number = f"{float(convert(scope.value_at(own), unit)):.6g} {unit}".strip()
        return {"comes_to": number, "in_scenario": scenario.id}
    return {}
