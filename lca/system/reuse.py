"""Processes in numbers that come out the same in several scenarios are worked out once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from lca.inventory import schema
from lca.inventory.evaluation import Kind, Value
from lca.inventory.scope import Scope

if TYPE_CHECKING:
    from lca.system.amounts import ProcessAmounts

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A process in numbers, and everything they were made of: where all of that is the same, so are they.

    `used` are the addresses that its own formulas name (`idle`: those of exchanges that are switched off),
    `ingredients` these and what they are made of in turn, each as it was defined, and `conditions` the options of the
    axes that its exchanges depend on.
    """

    amounts: ProcessAmounts
    used: frozenset[str]
    idle: frozenset[str]
    ingredients: Mapping[str, schema.Parameter]
    conditions: Mapping[str, str]
    kinds: Mapping[str, Kind | None]
    values: Mapping[str, Value]

    def holds_in(self, scope: Scope) -> bool:
        """Whether the process comes out the same in another scope of the same shape."""
        chosen = scope.chosen
        return all(chosen[axis] == option for axis, option in self.conditions.items()) and _same(
            self.ingredients, scope
        )


def _same(ingredients: Mapping[str, schema.Parameter], scope: Scope) -> bool:
    """Whether parameters stand in a scope of the same shape as they stood."""
    for address, parameter in ingredients.items():
        there = scope.definitions[address].parameter
        if there is not parameter and there != parameter:
            return False
    return True


@dataclass(frozen=True)
class _Remembered:
    value: Any
    used: frozenset[str]
    ingredients: Mapping[str, schema.Parameter]


class Evaluations:
    """What has been worked out so far in the scopes of one inventory, by process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Scope.Shape], list[Evaluation]] = {}
        self._remembered: dict[tuple[str, Scope.Shape], list[_Remembered]] = {}

    def remember(self, scope: Scope, name: str, compute: Callable[[], T | None]) -> T | None:
        """What `compute` makes of formulas in a scope, made once for all in which it comes out the same; what it cannot
        make (None) is tried anew.
        """
        known = self._remembered.setdefault((name, scope.shape), [])
        for found in known if not scope.samples else ():
            if _same(found.ingredients, scope):
                scope.used.update(found.used)
                value: T = found.value
                return value
        before, scope.used = scope.used, set()
        made = compute()
        used, scope.used = scope.used, before | scope.used
        if made is not None and not scope.samples:
            ingredients = {address: scope.definitions[address].parameter for address in scope.needed_by(used)}
            known.append(_Remembered(made, frozenset(used), ingredients))
        return made

    def find(self, scope: Scope, process: str) -> Evaluation | None:
        """An evaluation that holds in this scope."""
        if scope.samples:
            return None
        return next((e for e in self._known.get((process, scope.shape), ()) if e.holds_in(scope)), None)

    def keep(self, scope: Scope, process: str, evaluation: Evaluation) -> None:
        """Keep an evaluation of a scope without samples for others."""
        if not scope.samples:
            self._known.setdefault((process, scope.shape), []).append(evaluation)
