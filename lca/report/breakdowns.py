"""What the results are made of: stages, inputs that make the difference, origins of the gas, scopes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from lca.report import formatting as show
from lca.report.cases import Case, CaseGroup, Pair, Reading, Row, basis_word
from lca.report.document import (
    Bar,
    BarGroup,
    Block,
    Cell,
    Column,
    Figure,
    Paragraph,
    Section,
    StackedBars,
    Sum,
    Table,
    Waterfall,
)
from lca.report.formatting import NOT_ASSESSED

#: Parts that a chart tells apart; smaller ones are drawn together, additions and reductions each for themselves.
SHOWN_PARTS = 10
SHOWN_STEPS = 9
SHOWN_WATERFALLS = 6

#: Steps below this share of the largest are drawn together.
SMALL_STEP = 0.01

#: Below this share of the largest value of a chart a part is nothing but rounding.
NOISE = 1e-9


def case_rows(
    groups: Sequence[CaseGroup], cells: Callable[[Case], Sequence[Cell]]
) -> tuple[tuple[tuple[Cell, ...], ...], tuple[tuple[str, int], ...]]:
    """Rows of a table over cases, named within their groups, and the headings of the groups."""
    rows = tuple((label, *cells(case)) for group in groups for case, label in group.cases)
    named = any(group.title for group in groups)
    return rows, tuple((group.title, len(group.cases)) for group in groups) if named else ()


def items_by_size(breakdowns: Iterable[Mapping[str, tuple[str, float]]]) -> dict[str, str]:
    """Every item with its title, the one that is largest anywhere first; rounding noise is left out."""
    sizes: dict[str, tuple[float, str]] = {}
    for breakdown in breakdowns:
        for item, (title, value) in breakdown.items():
            sizes[item] = (max(abs(value), sizes.get(item, (0.0, ""))[0]), title)
    largest = max((size for size, _ in sizes.values()), default=0.0)
    ranked = sorted(sizes.items(), key=lambda part: (-part[1][0], part[0]))
    return {item: title for item, (size, title) in ranked if size > NOISE * largest}


# --- stages


def stages_section(reading: Reading) -> Section:
    breakdowns = {case.id: reading.breakdown(case, "stage", reading.basis) for case in reading.ordered}
    stages = items_by_size(breakdowns.values())
    if not stages:
        return Section("stages", "Where it arises", (Paragraph("The results hold no breakdown by stage."),))
    main = reading.main["title"]
    shown = _stage_table(reading, reading.shown_groups, stages, f"{main} by stage, {basis_word(reading.basis)}")
    caption = (
        f"{main} by stage, {basis_word(reading.basis)}, per declared unit. The diamond marks the net result; parts "
        "left of zero are reductions. " + reading.selection
    )
    largest = ", ".join(title.lower() for title in list(stages.values())[:3])
    description = f"Stacked bars of {len(reading.shown)} scenarios by stage. The largest stages are {largest}."
    blocks: list[Block] = [Figure(description, caption.strip(), _stage_chart(reading, stages), shown)]
    if before := _upstream(reading, stages):
        names = ", ".join(stages[stage].lower() for stage in before)
        blocks.append(
            Paragraph(
                "The total is cradle to gate. Gate to gate leaves out what lies before the gate of the plant "
                f"({names}), so that plants for different material can be compared."
            )
        )
    if not reading.all_shown:
        blocks.append(_stage_table(reading, reading.groups, stages, f"{main} by stage, all scenarios", folded=True))
    return Section("stages", "Where it arises", tuple(blocks))


def _stage_chart(reading: Reading, stages: Mapping[str, str]) -> StackedBars:
    named = list(stages)[: SHOWN_PARTS if len(stages) <= SHOWN_PARTS else SHOWN_PARTS - 2]
    rest = [item for item in stages if item not in named]
    series = [stages[item] for item in named] + (
        [f"{len(rest)} others, additions", f"{len(rest)} others, reductions"] if rest else []
    )

    def bar(case: Case, label: str) -> Bar:
        parts = reading.breakdown(case, "stage", reading.basis)
        values = [parts[item][1] if item in parts else 0.0 for item in named]
        if rest:
            small = [parts[item][1] for item in rest if item in parts]
            values += [sum(v for v in small if v > 0), sum(v for v in small if v < 0)]
        net = reading.value(case, reading.main["id"], reading.basis)
        return Bar(label, tuple(values), net, show.number(net))

    groups = tuple(
        BarGroup(group.title, tuple(bar(case, label) for case, label in group.cases)) for group in reading.shown_groups
    )
    return StackedBars(show.unit(reading.main["unit"]), tuple(series), groups)


def _upstream(reading: Reading, stages: Mapping[str, str]) -> list[str]:
    """The stages that the study places before the gate of the plant, as far as they occur."""
    return [stage for stage in reading.metadata.get("upstream_stages", ()) if stage in stages]


def _stage_table(
    reading: Reading, groups: Sequence[CaseGroup], stages: Mapping[str, str], caption: str, folded: bool = False
) -> Table:
    unit = show.unit(reading.main["unit"])
    columns = [
        Column("Scenario"),
        *(Column(title, "number", unit) for title in stages.values()),
        Column("Total", "number", unit),
    ]
    upstream = _upstream(reading, stages)
    if upstream:
        columns += [Column("of which before the gate", "number", unit), Column("Gate to gate", "number", unit)]

    def cells(case: Case) -> list[Cell]:
        parts = reading.breakdown(case, "stage", reading.basis)
        total = reading.value(case, reading.main["id"], reading.basis)
        row: list[Cell] = [parts[item][1] if item in parts else 0.0 for item in stages]
        row.append(total)
        if upstream:
            own = sum(parts[stage][1] for stage in upstream if stage in parts)
            row += [own, None if total is None else total - own]
        return row

    rows, headings = case_rows(groups, cells)
    count = len(stages)
    sums = [Sum("Sum of the stages", count + 1, tuple(range(1, count + 1)))]
    if upstream:
        before = tuple(n for n, stage in enumerate(stages, 1) if stage in upstream)
        sums.append(Sum("Sum of the stages before the gate", count + 2, before))
        sums.append(Sum("Total without them", count + 3, (count + 1,), (count + 2,)))
    return Table(caption, tuple(columns), rows, groups=headings, folded=folded, sums=tuple(sums))


# --- differences


def differences_section(reading: Reading) -> Section | None:
    """How the inputs of the plant lead from baseline to alternative; nothing when the study compares nothing."""
    if not reading.pairs:
        return None
    found = _differences(reading)
    first = reading.shown_pairs[:SHOWN_WATERFALLS]
    blocks: list[Block] = [
        Paragraph(
            "What the plant buys, emits and returns, and how much each changes the result "
            f"({reading.main['title']}, {basis_word(reading.basis)}). The background of an input is counted with it."
        )
    ]
    if len(first) < len(reading.pairs):
        blocks.append(
            Paragraph(f"Charts show {len(first)} of {len(reading.pairs)} comparisons, the first with each option.")
        )
    for pair in first:
        if found[pair]:
            blocks.append(_waterfall(reading, pair, found[pair], half=len(first) > 1))
    blocks.append(_difference_table(reading, found))
    return Section("differences", "What makes the difference", tuple(blocks))


def _differences(reading: Reading) -> dict[Pair, list[Row]]:
    """Inputs of each comparison, largest change first."""
    rows: dict[tuple[str, str], dict[str, Row]] = {}
    for row in reading.main_rows("differences"):
        if (row["dimension"], row["electricity_basis"]) == ("input", reading.basis):
            rows.setdefault((row["baseline"], row["alternative"]), {})[row["item"]] = row
    own = {pair: rows.get((pair.baseline.id, pair.alternative.id), {}) for pair in reading.pairs}
    return {pair: sorted(found.values(), key=lambda row: -abs(row["saving"])) for pair, found in own.items()}


def _waterfall(reading: Reading, pair: Pair, rows: Sequence[Row], half: bool) -> Figure:
    ends = [reading.value(case, reading.main["id"], reading.basis) or 0.0 for case in (pair.baseline, pair.alternative)]
    changes = [(str(row["title"]), -float(row["saving"])) for row in rows]
    return waterfall(pair, show.unit(reading.main["unit"]), (ends[0], ends[1]), changes, half)


def waterfall(
    pair: Pair,
    unit: str,
    ends: tuple[float, float],
    changes: Sequence[tuple[str, float]],
    half: bool,
    what: str = "",
    part: str = "Input",
) -> Figure:
    """How `changes`, the largest first, lead from one end to the other; `what` is measured where the chart needs to
    say it, and `part` is what changes.
    """
    start, end = ends
    noise = NOISE * max(abs(start), abs(end))
    changes = [(title, change) for title, change in changes if abs(change) > noise]
    largest = max((abs(change) for _, change in changes), default=0.0)
    count = min(SHOWN_STEPS, sum(abs(change) >= SMALL_STEP * largest for _, change in changes))
    steps, small = list(changes[:count]), [change for _, change in changes[count:]]
    for word, rest in (("additions", [c for c in small if c > 0]), ("reductions", [c for c in small if c < 0])):
        if rest:
            steps.append((f"{len(rest)} smaller {word}", sum(rest)))
    steps.sort(key=lambda step: step[1])
    place = pair.common or f"{pair.old} and {pair.new}"
    data = Table(
        f"Change {f'in {what} ' if what else ''}by {part.lower()}: {place}",
        (Column(part), Column("Change", "number", unit)),
        ((pair.old, start), *steps, (pair.new, end)),
        note="First and last row are the totals; the rows between lead from one to the other.",
        totals=((len(steps) + 1, 0, len(steps)),),
    )
    text = ", ".join(
        f"{label} {show.number(change)}" for label, change in sorted(steps, key=lambda step: -abs(step[1]))[:3]
    )
    description = (
        f"Waterfall {f'of the {what} ' if what else ''}from {pair.old}, {show.quantity(start, unit)}, to {pair.new}, "
        f"{show.quantity(end, unit)}. Largest changes: {text}."
    )
    caption = f"{place}: {f'{what} ' if what else ''}from {pair.old} to {pair.new}."
    return Figure(description, caption, Waterfall(unit, pair.old, start, tuple(steps), pair.new, end), data, half=half)


def _difference_table(reading: Reading, found: Mapping[Pair, Sequence[Row]]) -> Table:
    unit = show.unit(reading.main["unit"])
    columns = (
        Column("Input"),
        Column("Baseline", "number", unit),
        Column("Alternative", "number", unit),
        Column("Saving", "number", unit),
    )
    rows: list[tuple[Cell, ...]] = []
    groups = []
    for pair, parts in found.items():
        largest = max((abs(row[key]) for row in parts for key in ("baseline_value", "alternative_value")), default=0.0)
        own = [row for row in parts if max(abs(row["baseline_value"]), abs(row["alternative_value"])) > NOISE * largest]
        rows += [(row["title"], row["baseline_value"], row["alternative_value"], row["saving"]) for row in own]
        rows.append(
            ("Total", *(sum(row[key] for row in parts) for key in ("baseline_value", "alternative_value", "saving")))
        )
        groups.append(
            (f"{pair.old} and {pair.new}: {pair.common}" if pair.common else f"{pair.old} and {pair.new}", len(own) + 1)
        )
    caption = "Difference by input, all comparisons"
    sums = (Sum("Baseline minus alternative", 3, (1,), (2,)),)
    return Table(caption, columns, tuple(rows), groups=tuple(groups), folded=len(rows) > 30, sums=sums)


# --- kinds of greenhouse gas


def split_section(reading: Reading) -> Section | None:
    """The main indicator by its parts (fossil, biogenic, land use change); nothing when the method has none."""
    if not reading.parts:
        return None
    unit = show.unit(reading.main["unit"])
    titles = [
        show.words(info["title"].removeprefix(reading.main["title"]).strip(" ,:–-")) or info["id"]
        for info in reading.parts
    ]
    columns = (
        Column("Scenario"),
        *(Column(title, "number", unit) for title in titles),
        Column("Total", "number", unit),
    )
    gap = 0.0

    unknown = False

    def cells(case: Case) -> list[Cell]:
        values = [reading.value(case, info["id"], reading.basis) for info in (*reading.parts, reading.main)]
        return [NOT_ASSESSED if value is None else value for value in values]

    for case in reading.ordered:
        *values, total = cells(case)
        unknown = unknown or NOT_ASSESSED in values
        if isinstance(total, float):
            gap = max(gap, abs(sum(value for value in values if isinstance(value, float)) - total))
    said = (
        "The parts add up to the total."
        if gap < 1e-6
        else f"The parts differ from the total by up to {show.quantity(gap, unit)}."
    )
    if unknown:
        said += (
            " Not assessed means that the data hold no flow that counts for a part: it is not known, which is not zero."
        )
    blocks: list[Block] = [
        Paragraph(f"{reading.main['title']}, {basis_word(reading.basis)}, per declared unit. {said}")
    ]
    sums = (_parts_sum(columns),)
    blocks += shown_and_all(reading, columns, cells, f"{reading.main['title']} by origin", sums=sums)
    return Section("split", "Fossil, biogenic, land use" if len(titles) == 3 else "By origin", tuple(blocks))


def shown_and_all(
    reading: Reading,
    columns: tuple[Column, ...],
    cells: Callable[[Case], Sequence[Cell]],
    caption: str,
    note: str = "",
    sums: tuple[Sum, ...] = (),
) -> list[Block]:
    """The table of the scenarios that the charts show, and a folded one of all when there are more."""
    rows, headings = case_rows(reading.shown_groups, cells)
    tables: list[Block] = [Table(caption, columns, rows, groups=headings, note=note, sums=sums)]
    if not reading.all_shown:
        caption = f"{caption}, all {len(reading.cases)} scenarios"
        rows, headings = case_rows(reading.groups, cells)
        tables.append(Table(caption, columns, rows, groups=headings, folded=True, sums=sums))
    return tables


def _parts_sum(columns: Sequence[Column]) -> Sum:
    """Of a table whose first column names the row, and whose last one is the total of those between."""
    return Sum("Sum of the parts", len(columns) - 1, tuple(range(1, len(columns) - 1)))


# --- scopes


def scopes_section(reading: Reading) -> Section:
    blocks: list[Block] = [
        Paragraph(
            "The same results by the scopes of the GHG Protocol, per declared unit, for both ways of accounting for "
            "electricity. Scope 2 holds the stack emissions of generation; fuel supply and grid losses stand in 3.3."
        )
    ]
    unit = show.unit(reading.main["unit"])
    for basis in reading.bases:
        scopes = items_by_size(reading.breakdown(case, "scope", basis) for case in reading.ordered)
        if not scopes:
            continue
        ranked = dict(sorted(scopes.items()))
        columns = (
            Column("Scenario"),
            *(Column(title, "number", unit) for title in ranked.values()),
            Column("Total", "number", unit),
        )

        def cells(case: Case, basis: str = basis, ranked: Mapping[str, str] = ranked) -> list[Cell]:
            parts = reading.breakdown(case, "scope", basis)
            return [
                *(parts[item][1] if item in parts else 0.0 for item in ranked),
                reading.value(case, reading.main["id"], basis),
            ]

        caption = f"{reading.main['title']} by scope, {basis_word(basis)}"
        blocks += shown_and_all(reading, columns, cells, caption, sums=(_parts_sum(columns),))
    if len(blocks) == 1:
        return Section("scopes", "Greenhouse gas scopes", (Paragraph("The results hold no breakdown by scope."),))
    return Section("scopes", "Greenhouse gas scopes", tuple(blocks))
