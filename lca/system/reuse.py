"""What comes out the same in several scenarios is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from lca.inventory import schema
from lca.inventory.evaluation import Kind, Value
from lca.inventory.parameters import process_of
from lca.inventory.scope import Scope

T = TypeVar("T")

#: What is worked out, in what outline, and whether of samples.
_Key: TypeAlias = tuple[Hashable, Scope.Shape, bool]

#: By the first part of their addresses: the addresses at which samples are drawn, and these by their identity.
_Drawn: TypeAlias = Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, eq=False)
class Made(Generic[T]):
    """Something worked out in a scenario, and everything it was made of: where all of that is the same, so is it.

    `used` are the addresses that its own formulas name (`idle`: those of exchanges that are switched off),
    `ingredients` all these and what they are made of in turn, each as it was defined, and `options` those of the axes
    that it depends on. Of the ingredients, `varying` are those that differ from scenario to scenario even where nothing
    is set there. `drawn` says of each owner of what it looked at whether, and what, is drawn there.
    """

    value: T
    used: frozenset[str]
    idle: frozenset[str]
    ingredients: Mapping[str, schema.Parameter]
    varying: Mapping[str, schema.Parameter]
    options: Mapping[str, str]
    kinds: Mapping[str, Kind | None]
    values: Mapping[str, Value]
    drawn: Mapping[str, Mapping[str, int] | None]

    def holds_in(self, scope: Scope, drawn: _Drawn) -> bool:
        """Whether it comes out the same in another scope of the same outline, in which these samples are drawn."""
        if any(drawn.get(owner) != own for owner, own in self.drawn.items()):
            return False
        for axis, option in self.options.items():
            if scope.chosen[axis] != option:
                return False
        as_written = scope.overridden.keys().isdisjoint(self.ingredients.keys())
        for address, parameter in (self.varying if as_written else self.ingredients).items():
            there = scope.definitions.get(address)
            if there is None or (there.parameter is not parameter and vars(there.parameter) != vars(parameter)):
                return False
        return True


class Known:
    """What has been worked out so far in the scopes of one inventory."""

    def __init__(self) -> None:
        self._made: dict[_Key, list[Made[Any]]] = {}
        #: Samples, kept so that no others get their identity, and what they are by owner.
        self._drawn: dict[int, tuple[Mapping[str, Any], _Drawn]] = {}

    def find(self, scope: Scope, name: Hashable) -> Made[Any] | None:
        """What is known by this name and holds in this scope, which then counts as having used it."""
        drawn = self._drawn_in(scope)
        for made in self._made.get(_key(scope, name), ()):
            if made.holds_in(scope, drawn):
                scope.take(made.used, made.idle, made.options, made.kinds, made.values)
                return made
        return None

    def make(self, scope: Scope, name: Hashable, compute: Callable[[], T | None], owner: str = "") -> Made[T] | None:
        """What `compute` makes of formulas in a scope, made once for all in which it comes out the same. What it cannot
        make (None, after reporting) is tried anew. What is drawn of `owner` has a part in it as well.
        """
        found = self.find(scope, name)
        if found is not None:
            return found
        with scope.recording() as record:
            value = compute()
        if value is None:
            return None
        needed = scope.needed_by(record.used)
        looked_at = sorted(needed | scope.needed_by(record.idle))
        ingredients = {address: scope.definitions[address].parameter for address in looked_at}
        drawn = self._drawn_in(scope)
        made = Made(
            value,
            frozenset(record.used),
            frozenset(record.idle),
            ingredients,
            {address: parameter for address, parameter in ingredients.items() if scope.varies(address)},
            record.options,
            {address: scope.kind_at(address) for address in looked_at},
            {address: scope.value_at(address) for address in sorted(needed)},
            {own: drawn.get(own) for own in {owner, *map(process_of, looked_at)}} if drawn else {},
        )
        self._made.setdefault(_key(scope, name), []).append(made)
        return made

    def _drawn_in(self, scope: Scope) -> _Drawn:
        if not scope.samples:
            return {}
        if id(scope.samples) not in self._drawn:
            found: dict[str, dict[str, int]] = {}
            for address, values in scope.samples.items():
                found.setdefault(process_of(address), {})[address] = id(values)
            self._drawn[id(scope.samples)] = scope.samples, found
        return self._drawn[id(scope.samples)][1]


def _key(scope: Scope, name: Hashable) -> _Key:
    """What is drawn and what is not have nothing in common."""
    return name, scope.outline, bool(scope.samples)
