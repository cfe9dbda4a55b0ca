"""What comes out the same in several scenarios is worked out once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeAlias, TypeVar

from lca.inventory import schema
from lca.inventory.evaluation import Kind, Value
from lca.inventory.parameters import process_of
from lca.inventory.scope import Drawn, Scope

T = TypeVar("T")

#: What is worked out, in what outline, and whether of samples.
_Key: TypeAlias = tuple[Hashable, Scope.Shape, bool]


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
    drawn: Mapping[str, Drawn | None]

    def holds_in(self, scope: Scope) -> bool:
        """Whether it comes out the same in another scope of the same outline."""
        for owner, drawn in self.drawn.items():
            if scope.drawn.get(owner) != drawn:
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
        self._kept: dict[int, Mapping[str, Any]] = {}  # samples, so that no others get their identity

    def find(self, scope: Scope, name: Hashable) -> Made[Any] | None:
        """What is known by this name and holds in this scope, which then counts as having used it."""
        for made in self._made.get(_key(scope, name), ()):
            if made.holds_in(scope):
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
        made = Made(
            value,
            frozenset(record.used),
            frozenset(record.idle),
            ingredients,
            {address: parameter for address, parameter in ingredients.items() if scope.varies(address)},
            record.options,
            {address: scope.kind_at(address) for address in looked_at},
            {address: scope.value_at(address) for address in sorted(needed)},
            {own: scope.drawn.get(own) for own in {owner, *map(process_of, looked_at)}} if scope.samples else {},
        )
        self._made.setdefault(_key(scope, name), []).append(made)
        self._kept[id(scope.samples)] = scope.samples
        return made


def _key(scope: Scope, name: Hashable) -> _Key:
    """What is drawn and what is not have nothing in common."""
    return name, scope.outline, bool(scope.samples)
