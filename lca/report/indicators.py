"""Indicators beside the main one: what they come to, how much of each the data cover, and which data are missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lca.report import formatting as show
from lca.report.cases import Case, Pair, Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Heading, Paragraph, Section, Table

#: Data sets listed at once, and under each indicator.
SHOWN_SETS, SETS_EACH = 10, 8

COVERED = (
    "Data sets do not all speak of everything. “Covered” is the lowest of three shares: of the main result, what "
    "arises in data sets that speak of the indicator; of the mass bought, what comes from suppliers that do; of the "
    "indicator’s own result, what rests on complete factors. A partial figure leaves out the rest and is no estimate "
    "of the whole; a difference of partial figures may lie in what is left out."
)

NEGATIVE_IS_LOWER = "Change is the alternative minus the baseline: negative when the alternative is lower."

#: A value with what is said of its coverage.
Covered = tuple[Cell, str]


def indicators_section(reading: Reading) -> Section | None:
    """Nothing when there is but the main indicator and its parts."""
    if not reading.others or not reading.leading:
        return None
    blocks: list[Block] = [Paragraph(f"Per declared unit, {basis_word(reading.basis)}. {COVERED}")]
    if reading.pairs:
        blocks += [_of_pair(reading, reading.pairs[0]), _of_all_pairs(reading)]
    else:
        blocks += [_of_cases(reading, reading.leading)]
        blocks += [_of_cases(reading, reading.ordered, folded=True)] if len(reading.ordered) > 1 else []
    return Section("indicators", "Other indicators", (*blocks, *_missing(reading)))


def _covered(reading: Reading, case: Case, indicator: str, basis: str) -> Covered:
    value = reading.value(case, indicator, basis)
    return (show.NOT_ASSESSED if value is None else value, reading.coverage(case, indicator, basis))


def _beside(old: Covered, new: Covered) -> tuple[Cell, ...]:
    """What of two values the data cover, the values, and the change from one to the other."""
    before, after = old[0], new[0]
    covered = show.coverages([old[1], new[1]])
    if not isinstance(before, float) or not isinstance(after, float):
        return covered, before, after, show.NOT_ASSESSED, None
    return covered, before, after, after - before, (after - before) / before if before > 0 else None


# --- values

_CHANGE = (Column("Change", "number"), Column("of baseline", "percent", "%"))


def _of_pair(reading: Reading, pair: Pair) -> Table:
    """The first comparison, an indicator a row."""
    sides = (Column("Covered"), Column(f"{pair.old} (baseline)", "number"), Column(pair.new, "number"))
    rows: list[tuple[Cell, ...]] = []
    for info in reading.others:
        old, new = (_covered(reading, case, info["id"], reading.basis) for case in (pair.baseline, pair.alternative))
        rows.append((info["title"], show.unit(info["unit"]), *_beside(old, new)))
    place = f": {pair.common}" if pair.common else ""
    columns = (Column("Indicator"), Column("Unit"), *sides, *_CHANGE)
    return Table(f"Other indicators{place}", columns, tuple(rows), note=NEGATIVE_IS_LOWER)


def _of_all_pairs(reading: Reading) -> Table:
    """Every comparison and indicator; what is the same on both bases of electricity accounting stands once."""
    sides = (Column("Covered"), Column("Baseline", "number"), Column("Alternative", "number"))
    rows: list[tuple[Cell, ...]] = []
    groups = []
    assessed: set[str] = set()
    for pair in reading.pairs:
        before = len(rows)
        for info in reading.indicators[1:]:
            found: dict[tuple[Covered, ...], list[str]] = {}
            for basis in reading.bases:
                values = tuple(_covered(reading, c, info["id"], basis) for c in (pair.baseline, pair.alternative))
                if any(value != show.NOT_ASSESSED for value, _ in values):
                    found.setdefault(values, []).append(basis)
            for (old, new), bases in found.items():
                named = "both" if len(bases) > 1 else basis_word(bases[0])
                rows.append((info["title"], named, show.unit(info["unit"]), *_beside(old, new)))
            assessed |= {info["id"]} if found else set()
        groups.append((f"{pair.old} and {pair.new}: {pair.common or 'all'}", len(rows) - before))
    missing = [info["title"] for info in reading.indicators[1:] if info["id"] not in assessed]
    note = f"{NEGATIVE_IS_LOWER} What a comparison does not list is not assessed on either side of it."
    note += f" Assessed in none: {'; '.join(missing)}." if missing else ""
    columns = (Column("Indicator"), Column("Electricity"), Column("Unit"), *sides, *_CHANGE)
    caption = "Other indicators, all comparisons"
    return Table(caption, columns, tuple(rows), groups=tuple(groups), folded=True, note=note)


def _of_cases(reading: Reading, cases: Iterable[Case], folded: bool = False) -> Table:
    """Scenarios that are not compared, an indicator a row."""
    rows: list[tuple[Cell, ...]] = []
    groups = []
    for case in cases:
        for info in reading.others:
            value, covered = _covered(reading, case, info["id"], reading.basis)
            rows.append((info["title"], show.unit(info["unit"]), covered, value))
        groups.append((case.label, len(reading.others)))
    columns = (Column("Indicator"), Column("Unit"), Column("Covered"), Column("Value", "number"))
    caption = "Other indicators, all scenarios" if folded else "Other indicators"
    return Table(caption, columns, tuple(rows), groups=tuple(groups), folded=folded)


# --- missing data

#: A data set: its title and its place.
DataSet = tuple[str, str]

#: Shares of the main result and of the mass bought, in each case.
Shares = tuple[float, ...]


def _missing(reading: Reading) -> Iterator[Block]:
    """The data sets that say nothing of some indicators, in the first comparison or the first scenario."""
    cases = reading.leading
    needed: dict[str, list[str]] = {}
    for info in reading.indicators:
        needed.setdefault(str(info.get("groups") or ""), []).append(info["title"])
    found: dict[str, dict[DataSet, dict[str, Row]]] = {}
    for row in reading.rows_with("coverage", "scenario", {case.id for case in cases}):
        places = found.setdefault(row["groups"], {})
        places.setdefault((row["title"], row["location"] or ""), {})[row["scenario"]] = row
    if not found:
        return
    shares = {group: _shares(cases, sets) for group, sets in found.items()}
    yield Heading("Data that are missing")
    where = f" ({reading.pairs[0].common})" if reading.pairs and reading.pairs[0].common else ""
    yield Paragraph(
        f"Data sets that say nothing of an indicator, with their shares of the main result and of the mass bought, the "
        f"largest first{where}. Those below 0.1{show.THIN}% of both are not listed."
    )
    yield _most_important(reading, cases, shares)
    yield _by_groups(reading, cases, shares, needed)


def _shares(cases: Iterable[Case], sets: Mapping[DataSet, Mapping[str, Row]]) -> dict[DataSet, Shares]:
    """The shares of each data set, largest first."""

    def of(rows: Mapping[str, Row]) -> Shares:
        named = [(case.id, key) for key in ("result_share", "mass_share") for case in cases]
        return tuple(float(rows[name][key] or 0.0) if name in rows else 0.0 for name, key in named)

    own = {name: of(rows) for name, rows in sets.items()}
    return dict(sorted(own.items(), key=lambda entry: (-max(entry[1]), entry[0])))


def _share_columns(reading: Reading, cases: tuple[Case, ...]) -> Iterator[Column]:
    for what in ("Share of the main result", "Share of the mass bought"):
        if len(cases) == 1:
            yield Column(what, "percent", "%")
        else:
            yield from (Column(side, "percent", "%", what) for side in (reading.pairs[0].old, reading.pairs[0].new))


def _most_important(reading: Reading, cases: tuple[Case, ...], shares: Mapping[str, Mapping[DataSet, Shares]]) -> Table:
    """The data sets that leave most out, each once."""
    sizes: dict[DataSet, Shares] = {}
    silent: dict[DataSet, dict[str, None]] = {}
    alone = {group for info in reading.indicators if (group := str(info.get("groups") or "")) and ", " not in group}
    for needed, sets in sorted(shares.items(), key=lambda entry: ", " in entry[0]):
        for name, own in sets.items():
            sizes[name] = own
            # of several groups it has those that it is not missing in where they are needed alone
            missing = [g for g in needed.split(", ") if g not in alone or name in shares.get(g, {})]
            silent.setdefault(name, {}).update(dict.fromkeys(missing))
    ranked = sorted(sizes, key=lambda name: (-max(sizes[name]), name))[:SHOWN_SETS]
    columns = (Column("Data set"), Column("Place", "code"), *_share_columns(reading, cases), Column("Says nothing of"))
    rows: list[tuple[Cell, ...]] = []
    for name in ranked:
        said = ", ".join(show.words(group).lower() for group in silent[name])
        rows.append((*name, *sizes[name], said))
    note = f"The first {len(rows)} of {len(sizes)} data sets." if len(rows) < len(sizes) else ""
    return Table("Data sets that leave most out", columns, tuple(rows), note=note)


def _by_groups(
    reading: Reading,
    cases: tuple[Case, ...],
    shares: Mapping[str, Mapping[DataSet, Shares]],
    needed: Mapping[str, list[str]],
) -> Table:
    """What is missing in each indicator; those that need the same kinds of flows miss the same."""
    rows: list[tuple[Cell, ...]] = []
    groups = []
    for group in (name for name in needed if name in shares):
        own = list(shares[group].items())
        count = len(own) if len(own) <= SETS_EACH + 1 else SETS_EACH
        listed: list[tuple[Cell, ...]] = [(*name, *values) for name, values in own[:count]]
        if own[count:]:
            rest = zip(*(values for _, values in own[count:]), strict=True)
            listed.append((f"{len(own) - count} others", "", *map(sum, rest)))
        rows += listed
        groups.append(("; ".join(needed[group]), len(listed)))
    columns = (Column("Data set"), Column("Place", "code"), *_share_columns(reading, cases))
    caption = "Data sets that are missing in each indicator"
    return Table(caption, columns, tuple(rows), groups=tuple(groups), folded=True)
