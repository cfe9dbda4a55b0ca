"""What differs between two workspaces in what they say: order, comments, layout and units do not count.

Two inventories are gone through side by side. A difference belongs to a *thing* (a parameter, a line of inputs, a
process, a study), and knows how to put the thing as one workspace has it into the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeAlias, get_args

from lca.editing.quantities import quantity, same_quantity
from lca.errors import Span
from lca.inventory import schema
from lca.inventory.loading import Inventory, Register
from lca.inventory.reading import Text
from lca.inventory.scalars import SCALAR
from lca.units import parse_unit

#: Puts another version of a thing (None: none) into a copy of the first inventory.
Put: TypeAlias = Callable[[Any], Inventory]

#: The tables of an inventory, and what their entries are called; those that are lists in YAML have a name before them.
TABLES = {
    "processes": ("process", ""),
    "studies": ("study", ""),
    "flows": ("flow", "flows."),
    "sources": ("source", "sources."),
    "loops": ("loop", "loop."),
    "methods": ("method", "method."),
    "biosphere": ("biosphere", "biosphere."),
    "backgrounds": ("background", "background."),
    "price_lists": ("prices", "prices."),
    "allocations": ("allocation", "allocation."),
    "origins": ("origin", "origins."),
    "published": ("published footprint", "published."),
    "frameworks": ("framework", "framework."),
    "lots": ("lot", "lots."),
}

#: Keys of documents whose entries are things of their own, and what they are.
PARTS = {
    "parameters": "parameter",
    "inputs": "exchange",
    "outputs": "exchange",
    "emissions": "exchange",
    "resources": "exchange",
    "shares": "share",
    "scenarios": "scenario",
    "comparisons": "comparison",
    "questions": "question",
    "networks": "plant",
    "datapoints": "datapoint",
    "indicators": "indicator",
    "providers": "link",
    "elementary": "link",
    "correlations": "correlation",
    "exclusions": "exclusion",
}

#: Lists in which the order says nothing; those of the language that are ordered hold quantities, names, scores.
UNORDERED = frozenset(
    ("elements", "options", "covers", "groups", "allocations", "upstream_stages", "upstream_accounts")
)

#: What tells the entries of a list apart.
_LABELS = (
    *("id", "flow", "provider", "name", "scenario", "activity", "vary", "baseline", "between", "when", "value"),
    "price",
)


@dataclass(frozen=True)
class Thing:
    """What a difference belongs to; `new` is as the second workspace has it."""

    what: str
    address: str
    put: Put
    new: Any


@dataclass(frozen=True)
class Difference:
    """One thing that is said in another way; texts as written. `key` is empty where all of the thing came or went."""

    thing: Thing
    key: str
    change: str  # changed, added, removed
    before: str
    after: str
    span: Span | None
    is_quantity: bool = False

    def record(self) -> dict[str, Any]:
        """A row of the table; both figures in the unit of the second."""
        old, new = quantity(self.before), quantity(self.after)
        row: dict[str, Any] = {
            "what": self.thing.what,
            "address": self.thing.address,
            "key": self.key,
            "change": self.change,
            "before": self.before,
            "after": self.after,
            **dict.fromkeys(("before_value", "after_value", "unit", "relative")),
        }
        if self.is_quantity and old and new:
            was, now = parse_unit(old[1]), parse_unit(new[1])
            if was.dimension == now.dimension:
                row["unit"], row["after_value"] = new[1], new[0]
                row["before_value"] = old[0] if was.name == now.name else old[0] * was.factor / now.factor
                row["relative"] = new[0] / row["before_value"] - 1 if row["before_value"] else None
        return row


def differences(one: Inventory, other: Inventory) -> list[Difference]:
    """Everything that the second inventory says in another way than the first."""
    found: list[Difference] = []

    def put_workspace(made: Any) -> Inventory:
        return replace(fresh(one), workspace=made)

    found += _thing("workspace", "workspace", one.workspace, other.workspace, put_workspace)
    for table, (what, before) in TABLES.items():
        found += _table(one, other, table, what, before)
    for axis in dict.fromkeys((*one.options, *other.options)):
        old: Mapping[Any, Any] = one.options.get(axis, {})
        new: Mapping[Any, Any] = other.options.get(axis, {})
        for name in dict.fromkeys((*map(str, old), *map(str, new))):

            def put_option(made: Any, axis: str = axis, name: str = name) -> Inventory:
                held = Register(_with(one.options.get(axis, {}), name, made))
                return replace(fresh(one), options={**one.options, axis: held})

            found += _thing(axis, name, _at(old, name), _at(new, name), put_option)
    whole = Thing("links", "links", lambda new: replace(fresh(one), links=list(new)), other.links)
    found += _list(one.links, other.links, replace(whole, what="link"), "", whole.put)
    return found


def fresh(inventory: Inventory) -> Inventory:
    """The same inventory with nothing remembered of what has been worked out."""
    kept = ("root", "workspace", *TABLES, "options", "links", "files")
    return Inventory(**{name: getattr(inventory, name) for name in kept})


def _table(one: Inventory, other: Inventory, table: str, what: str, before: str) -> Iterator[Difference]:
    old, new = getattr(one, table), getattr(other, table)
    for name in dict.fromkeys((*map(str, old), *map(str, new))):

        def put(made: Any, name: str = name) -> Inventory:
            changed: dict[str, Any] = {table: Register(_with(old, name, made))}
            return replace(fresh(one), **changed)

        yield from _thing(what, f"{before}{name}", _at(old, name), _at(new, name), put)


def _at(held: Mapping[Any, Any], name: str) -> Any:
    return held.get(name)


def _with(held: Mapping[Any, Any], name: str, value: Any) -> dict[Any, Any]:
    """A mapping with another entry, none for None; the key is one that knows its place where there is one."""
    rest = {key: said for key, said in held.items() if key != name}
    key = next((key for key in held if key == name), None)
    if value is None:
        return rest
    if key is None:
        key = Text.at(name, _place(value) or Span(Path("other"), 1, 1))
    return {**rest, key: value}


# --- things


def _thing(what: str, address: str, old: Any, new: Any, put: Put) -> list[Difference]:
    """The differences of a thing, and of the things in it."""
    if old is None or new is None:
        if old is new:
            return []
        thing = Thing(what, address, put, new)
        change = "added" if old is None else "removed"
        return [Difference(thing, "", change, _brief(old), _brief(new), _place(old if new is None else new))]
    if not isinstance(old, schema.Model):
        return list(_values(old, new, Thing(what, address, put, new), "", False))
    found: list[Difference] = []
    parts = [name for name in type(old).model_fields if name in PARTS]
    others = {name: getattr(old, name) for name in parts}
    mixes = getattr(old, "mix", None), getattr(new, "mix", None)
    if mixes[0] is not None and mixes[1] is not None:
        others["mix"] = mixes[0].model_copy(update={"losses": mixes[1].losses})
    own = new.model_copy(update=others)  # what of it is no thing of its own
    thing = Thing(what, address, put, own)
    for name, info in type(old).model_fields.items():
        key = info.alias or name
        before, after = getattr(old, name), getattr(new, name)
        if name in parts:
            found += _part(name, address, old, before, after, put)
        elif name == "mix" and before is not None and after is not None:
            found += _mix(address, old, before, after, put, thing)
        else:
            default = info.get_default(call_default_factory=True)
            before, after = (None if said == default or said in ({}, []) else said for said in (before, after))
            found += _values(before, after, thing, key, _is_quantity(info), key in UNORDERED)
    return found


def _part(name: str, address: str, holder: Any, old: Any, new: Any, put: Put) -> Iterator[Difference]:
    """The things in a thing: parameters by name, lines of inputs by flow."""
    what = PARTS[name]

    def put_all(made: Any) -> Inventory:
        return put(holder.model_copy(update={name: made}))

    if isinstance(old, dict) and isinstance(new, dict):
        for key in dict.fromkeys((*map(str, old), *map(str, new))):
            below = f"{address}.{key}" if name == "parameters" else f"{address}.{name}.{key}"

            def put_one(made: Any, key: str = key) -> Inventory:
                return put_all(_with(old, key, made))

            before, after = _at(old, key), _at(new, key)
            if isinstance(before or after, list):
                whole = Thing(what, below, put_one, after)
                yield from _list(before or [], after or [], whole, below, put_one)
            else:
                yield from _thing(what, below, before, after, put_one)
        return
    whole = Thing(what, f"{address}.{name}", put_all, new)
    yield from _list(old or [], new or [], whole, f"{address}.{name}", put_all)


def _mix(address: str, holder: Any, old: Any, new: Any, put: Put, thing: Thing) -> Iterator[Difference]:
    def put_shares(made: Any) -> Inventory:
        return put(holder.model_copy(update={"mix": old.model_copy(update={"shares": made})}))

    whole = Thing("share", f"{address}.mix", put_shares, new.shares)
    yield from _list(old.shares, new.shares, whole, f"{address}.mix", put_shares)
    yield from _values(old.losses, new.losses, thing, "mix.losses", True)


def _list(old: Sequence[Any], new: Sequence[Any], whole: Thing, address: str, put: Put) -> Iterator[Difference]:
    """Lines of a list: alike ones first, wherever they stand, then those of the same name."""
    pairs = _pairs(old, new)
    for i, j in pairs:
        before, after = None if i is None else old[i], None if j is None else new[j]

        def put_line(made: Any, i: int | None = i) -> Inventory:
            lines = [line for k, line in enumerate(old) if k != i or made is not None]
            if made is not None and i is not None:
                lines[i] = made
            return put([*lines, made] if i is None and made is not None else lines)

        own = f"{address or whole.address}{_line_name(new if j is not None else old, j if j is not None else i)}"
        yield from _thing(whole.what, own, before, after, put_line)


def _pairs(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int | None, int | None]]:
    left, right = list(range(len(old))), list(range(len(new)))
    pairs: list[tuple[int | None, int | None]] = []
    for alike in (lambda a, b: a == b, lambda a, b: _label(a) == _label(b)):
        for i in list(left):
            j = next((j for j in right if alike(old[i], new[j])), None)
            if j is not None:
                pairs.append((i, j))
                left.remove(i)
                right.remove(j)
    return [*sorted(pairs, key=str), *((i, None) for i in left), *((None, j) for j in right)]


def _label(line: Any) -> str:
    """What a line of a list is about."""
    if isinstance(line, dict):
        return str(line.get("name") or "/".join(str(value) for value in line.values()))
    for key in _LABELS:
        if (said := getattr(line, key, None)) is not None:
            return f"{key} {said}"
    return ""


def _line_name(lines: Sequence[Any], index: int | None) -> str:
    """`.flow`, `.flow[2]` or `[3]`, as in addresses."""
    assert index is not None
    for key in ("flow", "provider"):
        name = getattr(lines[index], key, None)
        if name is not None:
            alike = [k for k, line in enumerate(lines) if getattr(line, key, None) == name]
            return f".{name}" if len(alike) == 1 else f".{name}[{alike.index(index) + 1}]"
    return f"[{index + 1}]"


# --- values

#: What differences belong to that are looked for and not told.
_UNNAMED = Thing("", "", lambda made: made, None)


def _values(old: Any, new: Any, thing: Thing, key: str, numeric: bool, unordered: bool = False) -> Iterator[Difference]:
    """The differences of what stands under a key, down to single values."""
    if old is None and new is None:
        return
    if isinstance(old, schema.Model) and isinstance(new, schema.Model) and type(old) is type(new):
        for name, info in type(old).model_fields.items():
            below = f"{key}.{info.alias or name}" if key else info.alias or name
            yield from _values(getattr(old, name), getattr(new, name), thing, below, _is_quantity(info))
    elif isinstance(old, dict) and isinstance(new, dict):
        for name in dict.fromkeys((*map(str, old), *map(str, new))):
            below = f"{key}.{name}" if key else name
            yield from _values(_at(old, name), _at(new, name), thing, below, numeric)
    elif isinstance(old, list | tuple) and isinstance(new, list | tuple):
        if not _same_items(list(old), list(new), numeric, unordered or isinstance(new, tuple)):
            place = _place(new) or _place(thing.new)
            yield Difference(thing, key, "changed", _brief(old), _brief(new), place, numeric)
    elif not _same(old, new, numeric):
        change = "added" if old is None else "removed" if new is None else "changed"
        place = _place(old if new is None else new) or _place(thing.new)
        yield Difference(thing, key, change, _brief(old), _brief(new), place, numeric)


def _same_items(old: list[Any], new: list[Any], numeric: bool, unordered: bool) -> bool:
    if unordered and not any(isinstance(item, schema.Model) for item in (*old, *new)):
        return sorted(map(str, old)) == sorted(map(str, new))
    return len(old) == len(new) and all(_same(a, b, numeric) for a, b in zip(old, new, strict=True))


def _same(old: Any, new: Any, numeric: bool) -> bool:
    if old is None or new is None:
        return old is new
    if isinstance(old, schema.Model) and type(old) is type(new):
        return next(_values(old, new, _UNNAMED, "", False), None) is None
    if numeric and isinstance(old, str) and isinstance(new, str):
        return same_quantity(old, new)
    if isinstance(old, str) and isinstance(new, str):
        return old.split() == new.split()
    return bool(old == new)


def _is_quantity(info: Any) -> bool:
    """Whether a field of a model holds quantities or formulas."""
    return SCALAR in info.metadata or _holds_quantities(info.annotation)


def _holds_quantities(annotation: Any) -> bool:
    return any(part == SCALAR or _holds_quantities(part) for part in get_args(annotation))


def _brief(value: Any) -> str:
    """A value in few words; of a thing what it comes to, else its title."""
    if value is None:
        return ""
    if isinstance(value, schema.Model):
        for key in ("value", "formula", "choice", "text", "amount", "share", "price", "title"):
            if (said := getattr(value, key, None)) is not None:
                return str(said)
        said = {k: v for k in type(value).model_fields if (v := getattr(value, k)) not in (None, {}, [])}
        return _brief(said)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_brief(said)}" for key, said in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_brief, value)) + "]"
    return str(value)


def _place(value: Any) -> Span | None:
    """The first place that something knows of."""
    if isinstance(value, Text):
        return value.span
    if isinstance(value, schema.Model):
        value = [getattr(value, name) for name in type(value).model_fields]
    elif isinstance(value, dict):
        value = [*value, *value.values()]
    if isinstance(value, list | tuple):
        places = [place for part in value if (place := _place(part)) is not None]
        return min(places, key=lambda span: (span.line, span.column), default=None)
    return None
