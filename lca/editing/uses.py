"""Who makes use of something: of parameters in formulas, texts and conditions; of other things by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from itertools import pairwise

import yaml

from lca.editing.addresses import Addresses, Place, Step
from lca.editing.written import child, entries
from lca.inventory.formula import FormulaError, names

#: Keys of formulas; and keys of mappings whose entries are formulas.
FORMULAS = frozenset(
    ("value", "formula", "amount", "share", "losses", "stoichiometric", "price", "composition", "rare_earths")
)
HOLDING_FORMULAS = frozenset(("composition", "rare_earths", "set"))

#: Where things are named by their ids: the keys under which they are.
NAMED_BY = {
    "flows": ("flow",),
    "sources": ("source",),
    "process": ("provider", "makeup", "surplus", "market", "process"),
    "method": ("method",),
    "prices": ("prices",),
    "allocation": ("allocations", "base"),
}

_INSERTED = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


def users(addresses: Addresses, place: Place) -> list[Place]:
    """The places that make use of what stands at one."""
    kind = place.document.kind
    if len(place.steps) > 1 and _key(place.steps[0]) == "parameters":
        name = _key(place.steps[1])
        return [found for found in addresses.places if found is not place and _names(addresses, found, place, name)]
    if kind in NAMED_BY and len(place.steps) <= 2:
        name = _key(place.steps[1]) if kind in ("flows", "sources") and len(place.steps) == 2 else place.document.id
        return [
            found
            for found in addresses.places
            if found.node.value == name
            and found.document.node is not place.document.node
            and (found.key in NAMED_BY[kind] or (kind == "process" and "links" in map(_key, found.steps)))
        ]
    return []


def _names(addresses: Addresses, found: Place, place: Place, name: str) -> bool:
    """Whether something names the parameter `name` of the document of `place`."""
    if len(found.steps) > 1 and found.document is place.document and found.steps[1].node is place.steps[1].node:
        return False
    return any(_means(addresses, found, place, said, name) for said in _said(found))


def _said(found: Place) -> Iterator[str]:
    """The names of parameters that a value says, and those it stands under."""
    text = str(found.node.value)
    above = [_key(step) for step in found.steps]
    yield from _INSERTED.findall(text)
    if found.key in FORMULAS or HOLDING_FORMULAS & set(above[:-1]):
        with suppress(FormulaError):
            yield from [one.name for one in names(text)]
    for outer, inner in pairwise(above):
        if outer in ("when", "set", "rare_earths"):
            yield inner


def _means(addresses: Addresses, found: Place, place: Place, said: str, name: str) -> bool:
    """Whether a name, said at `found`, is that of the parameter: its own process comes first, then all others."""
    own, target = found.document, place.document
    owner, _, last = said.rpartition(".")
    if last != name:
        return False
    if owner:
        named = {target.id, target.id.replace("-", "_"), target.kind}
        return owner in (named if target.kind != "process" else {target.id})
    if own.node is target.node:
        return True
    hidden = own.kind == "process" and child(child(own.node, "parameters"), name) is not None
    return target.kind != "process" and not hidden


def _key(step: Step) -> str:
    return str(step.key.value) if isinstance(step.key, yaml.ScalarNode) else ""


def things(addresses: Addresses) -> Iterator[tuple[str, str, Place]]:
    """Everything with a name of its own: what it is, its name, its place."""
    for document in addresses.written.documents:
        first, listed = document.node.value[0]
        if document.kind in NAMED_BY and document.kind in ("flows", "sources"):
            for key, value in entries(listed):
                steps = (Step(document.node, first, listed), Step(listed, key, value))
                address = f"{document.kind}.{key.value}"
                yield document.kind.removesuffix("s"), str(key.value), Place(address, document.file, document, steps)
        elif document.id:
            address = document.id if document.kind != "workspace" else "workspace"
            yield document.kind, document.id, Place(address, document.file, document, ())
        for key, held in entries(document.node):
            if key.value == "parameters":
                top = "workspace" if document.kind == "workspace" else document.id
                for name, value in entries(held):
                    steps = (Step(document.node, key, held), Step(held, name, value))
                    yield "parameter", str(name.value), Place(f"{top}.{name.value}", document.file, document, steps)
