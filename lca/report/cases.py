"""The results of a study as the report reads them: its scenarios by name and in order, and the rows of its tables.

Names come from the metadata (titles of axes and options), so a workspace with other axes, or with none, reads as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from lca.impact.results import StudyResults, records
from lca.report import formatting as show

#: Most scenarios that one chart shows.
SHOWN_SCENARIOS = 12

SEPARATOR = "\u00a0· "  # the dot stays at the end of a line

Row = dict[str, Any]


@dataclass(frozen=True)
class Case:
    """A scenario: the title of its option on each axis; `variant` names what else was set for it."""

    id: str
    options: Mapping[str, str] = field(compare=False)
    variant: str = ""

    @property
    def label(self) -> str:
        return SEPARATOR.join([*self.options.values(), *filter(None, [self.variant])]) or self.id

    def label_of(self, axes: Iterable[str], with_variant: bool) -> str:
        parts = [self.options[axis] for axis in axes if axis in self.options]
        return SEPARATOR.join(parts + ([self.variant] if with_variant and self.variant else []))


#: What a case without a name is called beside one that differs in nothing but what its name stands for.
PLAIN_CASE = "The scenario as it stands"


@dataclass(frozen=True)
class Pair:
    """A comparison that the study asks for: `common` is what its cases share, `old` and `new` what tells them apart."""

    baseline: Case
    alternative: Case
    title: str = ""

    @cached_property
    def _same(self) -> list[str]:
        mine, other = self.baseline.options, self.alternative.options
        return [axis for axis in mine if mine[axis] == other.get(axis)]

    @cached_property
    def _same_variant(self) -> bool:
        return self.baseline.variant == self.alternative.variant

    @cached_property
    def common(self) -> str:
        own = self.baseline.label_of(self._same, self._same_variant)
        return own if not self.title or self.title in own else SEPARATOR.join(filter(None, [own, self.title]))

    @cached_property
    def old(self) -> str:
        return self._apart(self.baseline)

    @cached_property
    def new(self) -> str:
        return self._apart(self.alternative)

    def _apart(self, case: Case) -> str:
        axes = [axis for axis in case.options if axis not in self._same]
        return case.label_of(axes, not self._same_variant) or (case.label if axes else PLAIN_CASE)


@dataclass(frozen=True)
class CaseGroup:
    """Cases under one heading, each with the label that tells it apart there."""

    title: str
    cases: tuple[tuple[Case, str], ...]


@dataclass(frozen=True)
class Reading:
    """A study's results, looked up by what the report asks."""

    results: StudyResults
    _tables: dict[str, list[Row]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def metadata(self) -> Mapping[str, Any]:
        return self.results.metadata

    @property
    def facts(self) -> Mapping[str, Any]:
        """What the study states for its report; empty where it states nothing."""
        return defaultdict(str, self.metadata.get("report") or {})

    def rows(self, table: str) -> list[Row]:
        """The rows of a table; none when the results do not have it."""
        if table not in self._tables:
            self._tables[table] = records(self.results.tables[table]) if table in self.results.tables else []
        return self._tables[table]

    def has(self, table: str) -> bool:
        """Whether the results have such a table, with something in it."""
        return table in self.results.tables and len(self.results.tables[table]) > 0

    # --- scenarios

    @cached_property
    def axes(self) -> Mapping[str, str]:
        return dict(self.metadata.get("axes") or {})

    @cached_property
    def cases(self) -> Mapping[str, Case]:
        """All scenarios by id, in the order of the study."""
        found = {}
        for entry in self.metadata.get("scenarios") or []:
            name = str(entry["id"])
            variant = str(entry.get("title") or "") or (name.partition("#")[2])
            found[name] = Case(name, dict(entry.get("options") or {}), variant)
        for row in self.rows("results"):
            found.setdefault(str(row["scenario"]), Case(str(row["scenario"]), {}))
        return found

    @cached_property
    def pairs(self) -> tuple[Pair, ...]:
        found: dict[tuple[str, str, str], Pair] = {}
        for row in self.rows("comparisons"):
            key = (str(row["baseline"]), str(row["alternative"]), str(row["title"] or ""))
            if key not in found:
                found[key] = Pair(self._case(key[0]), self._case(key[1]), key[2])
        return tuple(found.values())

    @cached_property
    def _compared(self) -> Mapping[tuple[str, str, str], dict[tuple[str, str], Row]]:
        found: dict[tuple[str, str, str], dict[tuple[str, str], Row]] = {}
        for row in self.rows("comparisons"):
            key = (str(row["baseline"]), str(row["alternative"]), str(row["title"] or ""))
            found.setdefault(key, {})[row["indicator"], row["electricity_basis"]] = row
        return found

    def compared(self, pair: Pair) -> Mapping[tuple[str, str], Row]:
        """Indicator and basis to the row of a comparison."""
        return self._compared.get((pair.baseline.id, pair.alternative.id, pair.title), {})

    def _case(self, name: str) -> Case:
        return self.cases.get(name) or Case(name, {})

    @cached_property
    def shown_pairs(self) -> tuple[Pair, ...]:
        """Comparisons for the charts: those that are the first to have some option, then others while there is room."""
        seen: set[str] = set()
        first: list[Pair] = []
        rest: list[Pair] = []
        for pair in self.pairs:
            parts = {
                *pair.baseline.options.values(),
                *pair.alternative.options.values(),
                pair.baseline.variant,
                pair.alternative.variant,
            }
            (rest if parts <= seen and seen else first).append(pair)
            seen |= parts
        chosen = set((first + rest)[: SHOWN_SCENARIOS // 2])
        return tuple(pair for pair in self.pairs if pair in chosen)

    @cached_property
    def groups(self) -> tuple[CaseGroup, ...]:
        """All scenarios: those that are compared under what they share, then the others."""
        return tuple(self._grouped(self.pairs, others=True))

    @cached_property
    def shown_groups(self) -> tuple[CaseGroup, ...]:
        """The scenarios that charts show."""
        if self.pairs:
            return tuple(self._grouped(self.shown_pairs, others=False))
        return tuple(CaseGroup(group.title, group.cases[:SHOWN_SCENARIOS]) for group in self.groups[:1])

    @cached_property
    def leading(self) -> tuple[Case, ...]:
        """The cases of the first comparison, or the first case: what long tables show at once."""
        if self.pairs:
            return tuple(dict.fromkeys((self.pairs[0].baseline, self.pairs[0].alternative)))
        return self.ordered[:1]

    def _grouped(self, pairs: Iterable[Pair], others: bool) -> Iterator[CaseGroup]:
        groups: dict[str, dict[str, tuple[Case, str]]] = {}
        placed: set[str] = set()
        for pair in pairs:
            group = groups.setdefault(pair.common, {})
            for case, label in ((pair.baseline, pair.old), (pair.alternative, pair.new)):
                if case.id not in placed:
                    group[case.id] = (case, label)
                    placed.add(case.id)
        yield from (CaseGroup(title, tuple(group.values())) for title, group in groups.items() if group)
        left = [case for case in self.cases.values() if case.id not in placed]
        if others and left:
            yield CaseGroup("Not compared" if groups else "", tuple((case, case.label) for case in left))

    @cached_property
    def ordered(self) -> tuple[Case, ...]:
        return tuple(case for group in self.groups for case, _ in group.cases)

    @cached_property
    def shown(self) -> tuple[Case, ...]:
        return tuple(case for group in self.shown_groups for case, _ in group.cases)

    @property
    def all_shown(self) -> bool:
        return len(self.shown) == len(self.cases)

    @property
    def selection(self) -> str:
        """Which scenarios a chart shows, for its caption."""
        if self.all_shown:
            return ""
        how = "the first comparison with each option" if self.pairs else "the first of the study"
        return f"Shows {len(self.shown)} of {len(self.cases)} scenarios ({how}); the table below has all."

    def which(self, scenarios: Iterable[str], among: Iterable[str]) -> str:
        """Scenarios in words, told apart from others: `all`, the options that single them out, or their ids."""
        wanted, known = set(scenarios), set(among)
        if wanted == known:
            return "all" if len(known) == len(self.cases) else "all that use it"
        others = [self.cases[name] for name in known - wanted if name in self.cases]
        for axis, title in self.axes.items():
            options = dict.fromkeys(case.options.get(axis, "") for case in self.ordered if case.id in wanted)
            if not any(case.options.get(axis, "") in options for case in others):
                return f"{title}: {', '.join(options)}"
        return ", ".join(case.id for case in self.ordered if case.id in wanted)

    # --- indicators

    @cached_property
    def indicators(self) -> tuple[Mapping[str, str], ...]:
        return tuple(self.metadata["indicators"])

    @property
    def main(self) -> Mapping[str, str]:
        """The indicator that the report is about: the first of the method."""
        return self.indicators[0]

    @cached_property
    def parts(self) -> tuple[Mapping[str, str], ...]:
        """Indicators that are parts of the main one: `climate_change.fossil` of `climate_change`."""
        return tuple(info for info in self.indicators[1:] if info["id"].startswith(self.main["id"] + "."))

    @cached_property
    def others(self) -> tuple[Mapping[str, str], ...]:
        return tuple(info for info in self.indicators[1:] if info not in self.parts)

    @cached_property
    def kin(self) -> tuple[Mapping[str, str], ...]:
        """Indicators that measure in another way what the main one does: those in its unit, without their parts."""
        ids = [f"{info['id']}." for info in self.others]
        whole = [info for info in self.others if not info["id"].startswith(tuple(ids))]
        return tuple(info for info in whole if info["unit"] == self.main["unit"])

    @property
    def basis(self) -> str:
        """The basis of electricity accounting that the study reports first."""
        return str(self.metadata["electricity_basis"])

    @cached_property
    def bases(self) -> tuple[str, ...]:
        """Every basis that was computed, the study's own first."""
        found = dict.fromkeys(str(row["electricity_basis"]) for row in self.rows("results"))
        return tuple(sorted(found, key=lambda basis: basis != self.basis))

    @cached_property
    def _values(self) -> Mapping[tuple[str, str, str], Row]:
        found: dict[tuple[str, str, str], Row] = {}
        for row in self.rows("results"):  # the first product is the one that the study is about
            found.setdefault((row["scenario"], row["indicator"], row["electricity_basis"]), row)
        return found

    def row(self, case: Case, indicator: str, basis: str) -> Row | None:
        """The record of a result; None where there is none."""
        return self._values.get((case.id, indicator, basis))

    def value(self, case: Case, indicator: str, basis: str) -> float | None:
        row = self._values.get((case.id, indicator, basis))
        return None if row is None else row["value"]

    def coverage(self, case: Case, indicator: str, basis: str) -> str:
        """How far the value of an indicator rests on complete factors, in words."""
        row = self._values.get((case.id, indicator, basis), {})
        return show.coverage(row.get("coverage"), row.get("value"))

    def coverage_share(self, case: Case, indicator: str, basis: str) -> float | None:
        row = self._values.get((case.id, indicator, basis))
        return None if row is None else row["coverage"]

    def main_rows(self, table: str) -> list[Row]:
        """The rows of a table for the main indicator, on both bases; none when the results do not have it."""
        return self.rows_with(table, "indicator", {self.main["id"]})

    def rows_with(self, table: str, column: str, values: Collection[str]) -> list[Row]:
        """The rows of a table with some values in a column; none when the results do not have it."""
        found = self.results.tables.get(table)
        return [] if found is None else records(found[found[column].isin(list(values))])

    @cached_property
    def _breakdowns(self) -> Mapping[tuple[str, str, str, str], dict[str, tuple[str, float]]]:
        found: dict[tuple[str, str, str, str], dict[str, tuple[str, float]]] = {}
        for row in self.main_rows("contributions"):
            key = (row["scenario"], row["indicator"], row["electricity_basis"], row["dimension"])
            found.setdefault(key, {})[str(row["item"])] = (str(row["title"]), row["value"])
        return found

    def breakdown(self, case: Case, dimension: str, basis: str) -> Mapping[str, tuple[str, float]]:
        """Item to title and value of the main indicator."""
        return self._breakdowns.get((case.id, self.main["id"], basis, dimension), {})


def basis_word(basis: str) -> str:
    """`market-based`, as people say it."""
    return f"{basis}-based"
