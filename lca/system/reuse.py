"""Processes in numbers that come out the same in several scenarios are worked out once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lca.inventory import schema
from lca.inventory.evaluation import Kind, Value
from lca.inventory.scope import Scope

if TYPE_CHECKING:
    from lca.system.amounts import ProcessAmounts


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A process in numbers, and everything they were made of: where all of that is the same, so are they.

    `used` are the addresses that its own formulas name, `ingredients` these and what they are made of in turn, each
    as it was defined, and `conditions` the options of the axes that its exchanges depend on.
    """

    amounts: ProcessAmounts
    used: frozenset[str]
    ingredients: Mapping[str, schema.Parameter]
    conditions: Mapping[str, str]
    kinds: Mapping[str, Kind | None]
    values: Mapping[str, Value]

    def holds_in(self, scope: Scope) -> bool:
        """Whether the process comes out the same in another scope of the same shape."""
        return all(scope.chosen[axis] == option for axis, option in self.conditions.items()) and all(
            _same(scope.definitions[address].parameter, parameter) for address, parameter in self.ingredients.items()
        )


def _same(one: schema.Parameter, other: schema.Parameter) -> bool:
    return one is other or one == other


class Evaluations:
    """What has been worked out so far in the scopes of one inventory, by process."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, Scope.Shape], list[Evaluation]] = {}

    def find(self, scope: Scope, process: str) -> Evaluation | None:
        """An evaluation that holds in this scope."""
        if scope.samples:
            return None
        return next((e for e in self._known.get((process, scope.shape), ()) if e.holds_in(scope)), None)

    def keep(self, scope: Scope, process: str, evaluation: Evaluation) -> None:
        """Keep an evaluation of a scope without samples for others."""
        if not scope.samples:
            self._known.setdefault((process, scope.shape), []).append(evaluation)
