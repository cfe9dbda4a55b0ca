"""`ree-lca diff`: two states of a workspace, side by side."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.editing.effects import Effects, effects_of, numbered, numbers
from lca.editing.meaning import Difference, Thing, differences
from lca.editing.revisions import State, state
from lca.errors import Diagnostic, InputError, Problems, nearest
from lca.inventory.loading import Inventory, load

if TYPE_CHECKING:
    from lca.system.linking import Basis


@dataclass(frozen=True)
class Comparison:
    """Two states and what differs between them."""

    states: tuple[State, State]
    inventories: tuple[Inventory, Inventory]
    found: list[Difference]

    columns = (
        *("number", "what", "address", "key", "change", "before", "after"),
        *("before_value", "after_value", "unit", "relative", "file", "line"),
    )

    @cached_property
    def telling(self) -> list[tuple[int, Thing]]:
        """The things that differ in more than words."""
        return numbered(self.found)

    def rows(self) -> list[dict[str, Any]]:
        """A row for every difference; those of one thing have one number."""
        rows = []
        for number, one in zip(numbers(self.found), self.found, strict=True):
            row: dict[str, Any] = {"number": number, **one.record(), "file": None, "line": None}
            if one.span is not None:
                for side in self.states:
                    if one.span.path.is_relative_to(side.root):
                        row["file"] = one.span.path.relative_to(side.root).as_posix()
                        row["line"] = one.span.line
            rows.append(row)
        return rows

    def effects(
        self, study: str | None, indicator: str | None, basis: Basis | None, told: Callable[[int], None]
    ) -> Effects:
        """What each difference does to the results, see `effects_of`."""
        try:
            roots = self.states[0].root, self.states[1].root
            return effects_of(roots, self.inventories[1], self.found, study, indicator, basis, told)
        except InputError as fault:
            raise self.states[1].told(self.states[0].told(fault)) from fault

    def unknown_scenario(self, name: str, effects: Effects) -> Diagnostic:
        """What to say of a scenario that neither has."""
        known = {*effects.before.values, *effects.after.values}
        return Diagnostic("REE-C001", f"there is no scenario `{name}` in the study", suggestion=nearest(name, known))


@contextlib.contextmanager
def compared(root: Path, first: str | State, second: str | State | None = None) -> Iterator[Comparison]:
    """What the second state (the workspace at `root` where none is named) says in another way than the first; each a
    name, or a state that the caller has opened. Raises `InputError` where one of them is none, or has documents that
    cannot be read.
    """
    with _opened(first, root) as one, _opened(second or State(str(root), root), root) as other:
        old, new = _loaded(one), _loaded(other)
        yield Comparison((one, other), (old, new), differences(old, new))


def _opened(side: str | State, root: Path) -> contextlib.AbstractContextManager[State]:
    return contextlib.nullcontext(side) if isinstance(side, State) else state(side, root)


def _loaded(side: State) -> Inventory:
    problems = Problems()
    inventory = load(side.root, problems)
    try:
        problems.raise_errors()
    except InputError as fault:
        raise side.told(fault) from fault
    return inventory
