"""What each difference between two workspaces does to the headline results, alone and with the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.editing.headline import Headline, headline_of
from lca.editing.meaning import Difference, Thing
from lca.errors import InputError
from lca.inventory.loading import Inventory

if TYPE_CHECKING:
    from lca.system.linking import Basis

#: Keys that change what is said of a figure, and not the figure.
WORDS = frozenset(("title", "note", "source", "evidence", "pedigree", "year", "goal", "audience", "boundary"))
#: Keys of the spread of a value, which is none of its central case.
SPREADS = ("distribution", "range")

#: Things that are words only.
WITHOUT = frozenset(("source",))


@dataclass(frozen=True)
class Effect:
    """A thing that differs, and what it alone does to the results: by scenario, None where it cannot stand alone."""

    number: int
    thing: Thing
    alone: dict[str, float] | None


@dataclass(frozen=True)
class Effects:
    """Results of the first workspace and of the second, and the effects that lie between."""

    before: Headline
    after: Headline
    effects: list[Effect]

    def rest(self, scenario: str) -> float | None:
        """What the differences do together beyond what each does alone; None where a result is missing on a side."""
        old, new = self.before.values.get(scenario), self.after.values.get(scenario)
        if old is None or new is None:
            return None
        return new - old - sum(effect.alone.get(scenario, 0.0) for effect in self.effects if effect.alone)

    def rows(self, scenarios: Sequence[str] = ()) -> Iterator[dict[str, Any]]:
        """For every scenario: before, each effect, the rest, after."""
        for name in scenarios or dict.fromkeys((*self.before.values, *self.after.values)):
            old, new = self.before.values.get(name), self.after.values.get(name)
            common = {"scenario": name, "indicator": self.after.indicator, "unit": self.after.unit}
            common["electricity_basis"] = self.after.basis
            yield {**common, "number": None, "address": "before", "value": old}
            for effect in self.effects:
                value = effect.alone.get(name) if effect.alone is not None else None
                yield {**common, "number": effect.number, "address": effect.thing.address, "value": value}
            yield {**common, "number": None, "address": "rest", "value": self.rest(name)}
            yield {**common, "number": None, "address": "after", "value": new}

    def table(self, scenarios: Sequence[str], columns: int) -> tuple[str, list[dict[str, Any]], list[str]]:
        """Title, rows and remarks for people: a row for every scenario that changes, a column for each of the so many
        differences that do most.
        """
        named = list(scenarios or dict.fromkeys((*self.before.values, *self.after.values)))
        moved = [n for n in named if self.before.values.get(n) != self.after.values.get(n) or self._moves(n)]
        size = {e.number: max((abs(e.alone.get(n, 0.0)) for n in named), default=0.0) for e in self.effects if e.alone}
        telling = sorted((number for number in size if size[number]), key=lambda number: -size[number])[:columns]
        shown = [effect for effect in self.effects if effect.number in telling]
        rows = []
        for name in moved:
            row: dict[str, Any] = {"scenario": name, "before": self.before.values.get(name)}
            alone = {f"[{e.number}]": (e.alone or {}).get(name) for e in shown}
            rest = self.rest(name)
            others = sum((e.alone or {}).get(name, 0.0) for e in self.effects if e.number not in telling)
            row |= alone
            if any(size[number] for number in size if number not in telling):
                row["others"] = others
            rows.append({**row, "rest": rest, "after": self.after.values.get(name)})
        head = f"{self.after.study}: {self.after.title}, {self.after.unit}, {self.after.basis}-based electricity"
        said = [f"[{e.number}] {e.thing.address}" for e in shown]
        lonely = [e.thing.address for e in self.effects if e.alone is None]
        if lonely:
            said.append(f"cannot stand alone, and so part of the rest: {', '.join(lonely)}")
        said.append("rest: what they do together beyond what each does alone")
        said.append(f"{len(named) - len(moved)} of {len(named)} results stay as they are")
        return head, rows, said

    def _moves(self, name: str) -> bool:
        return any(effect.alone and effect.alone.get(name) for effect in self.effects)


def numbered(found: Sequence[Difference]) -> list[tuple[int, Thing]]:
    """The things that differ in more than words, each with its number, from 1."""
    things = {id(one.thing): one.thing for one in found}
    telling = {id(one.thing) for one in found if _tells(one)}
    return [(number, thing) for number, thing in enumerate(things.values(), 1) if id(thing) in telling]


def numbers(found: Sequence[Difference]) -> list[int]:
    """The number of the thing of each difference."""
    order: dict[int, int] = {}
    return [order.setdefault(id(one.thing), len(order) + 1) for one in found]


def _tells(one: Difference) -> bool:
    last = one.key.rpartition(".")[2]
    return one.thing.what not in WITHOUT and last not in WORDS and one.key.split(".")[0] not in SPREADS


def effects_of(
    roots: tuple[Path, Path],
    other: Inventory,
    found: Sequence[Difference],
    study: str | None = None,
    indicator: str | None = None,
    basis: Basis | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> Effects:
    """Compute the first workspace with each difference put into it alone, and both as they are. Raises `InputError`
    where one of the two cannot be computed.
    """
    before = headline_of(roots[0], study, indicator, basis)
    after = headline_of(roots[1], before.study, before.indicator, basis, other)
    effects = []
    for done, (number, thing) in enumerate(numbered(found)):
        told(done)
        try:
            made = headline_of(roots[0], before.study, before.indicator, basis, thing.put(thing.new))
        except InputError:
            effects.append(Effect(number, thing, None))
            continue
        moved = {
            name: value - old
            for name, value in made.values.items()
            if value is not None and (old := before.values.get(name)) is not None
        }
        effects.append(Effect(number, thing, moved))
    return Effects(before, after, effects)
