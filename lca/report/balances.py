"""What returns and what adds up: the closure of loops, and the balances of elements."""

from __future__ import annotations

from collections.abc import Sequence

from lca.report import formatting as show
from lca.report.breakdowns import case_rows
from lca.report.cases import Case, CaseGroup, Reading, Row
from lca.report.document import (
    Bar,
    BarGroup,
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Notice,
    Paragraph,
    Section,
    StackedBars,
    Sum,
    Table,
)
from lca.system.balances import PLANT
from lca.system.loops import TOTAL

WORST = 10

#: Relative residuals below this are rounding.
ROUNDING = 1e-9

PLANT_FIGURES = ("drawn", "returned", "closure", "bought", "surplus")

CLOSURES = (
    "Three closures are told apart, because each is sometimes called the closure: (a) of a bin, what is returned to "
    "use as a share of what is drawn for that bin; (b) of the plant, what is returned to use as a share of all that is "
    "drawn, excess included; (c) what is still bought per declared unit. The words “closed loop” never stand without "
    "these three figures."
)


# --- loops


def loops_section(reading: Reading) -> Section:
    loops = dict.fromkeys(str(row["loop"]) for row in reading.rows("loops"))
    if not loops:
        return Section(
            "loops", "Closure of loops", (Paragraph("No scenario of this study returns a substance to its own use."),)
        )
    blocks: list[Block] = [Paragraph(CLOSURES)]
    for loop in loops:
        blocks += _loop(reading, [row for row in reading.rows("loops") if row["loop"] == loop], several=len(loops) > 1)
    return Section("loops", "Closure of loops", tuple(blocks))


def _loop(reading: Reading, rows: Sequence[Row], several: bool) -> list[Block]:
    found: dict[str, dict[str, Row]] = {}
    bins: dict[str, str] = {}
    for row in rows:
        found.setdefault(row["scenario"], {})[row["bin"]] = row
        if row["bin"] != TOTAL:
            bins.setdefault(row["bin"], str(row["title"]))
    total = next((row for row in rows if row["bin"] == TOTAL), rows[0])
    title, unit = str(total["title"]), show.unit(str(total["unit"]))
    groups = _with(found, reading.groups)
    shown = _with(found, reading.shown_groups) or groups[:1]
    data = _closure_table(title, unit, bins, found, shown)
    count = sum(len(group.cases) for group in shown)
    plant = [row[TOTAL]["closure"] for row in found.values() if TOTAL in row and row[TOTAL]["closure"] is not None]
    reach = f"from {show.percent(min(plant))} to {show.percent(max(plant))}" if plant else "not known"
    words = f"Over all {len(found)} scenarios the plant returns {reach} of all that it draws; the rest is bought."
    caption = f"{title}: drawn and returned to use, by bin, per declared unit. {words if plant else ''}"
    if count < len(found):
        caption += f" Shows {count} of {len(found)} scenarios."
    figure = Figure(
        f"Pairs of bars by bin for {count} scenarios. {words}",
        caption.strip(),
        _closure_chart(unit, bins, found, shown),
        data,
    )
    blocks: list[Block] = [Heading(title), figure] if several else [figure]
    surplus = [row[TOTAL]["surplus"] or 0.0 for row in found.values() if TOTAL in row]
    if max(surplus, default=0.0) > 0:
        most = show.quantity(max(surplus), unit)
        blocks.append(
            Notice(
                "Surplus",
                f"Some scenarios return more than the plant can use, up to {most}. It is not credited.",
            )
        )
    blocks.append(_closures(title, unit, bins, found, shown))
    if count < len(found):
        blocks.append(_closure_table(title, unit, bins, found, groups, folded=True))
    return blocks


def _with(found: dict[str, dict[str, Row]], groups: Sequence[CaseGroup]) -> tuple[CaseGroup, ...]:
    """The groups with only the scenarios that have the loop."""
    kept = (CaseGroup(group.title, tuple(entry for entry in group.cases if entry[0].id in found)) for group in groups)
    return tuple(group for group in kept if group.cases)


def _closure_chart(
    unit: str, bins: dict[str, str], found: dict[str, dict[str, Row]], groups: Sequence[CaseGroup]
) -> StackedBars:
    def bars(case: Case, label: str) -> list[Bar]:
        rows = found[case.id]
        drawn = tuple(float(rows[b]["drawn"]) if b in rows else 0.0 for b in bins)
        returned = tuple(float(rows[b]["returned"]) if b in rows else 0.0 for b in bins)
        closure = rows[TOTAL]["closure"] if TOTAL in rows else None
        said = f"{show.quantity(sum(returned), unit)}, closure {show.percent(closure)}"
        return [
            Bar(f"{label}, drawn", drawn, text=show.quantity(sum(drawn), unit)),
            Bar("returned to use", returned, text=said),
        ]

    titled = (BarGroup(group.title, tuple(bar for entry in group.cases for bar in bars(*entry))) for group in groups)
    return StackedBars(unit, tuple(bins.values()), tuple(titled))


def _closures(
    title: str, unit: str, bins: dict[str, str], found: dict[str, dict[str, Row]], groups: Sequence[CaseGroup]
) -> Table:
    """The three closures side by side."""
    of_bin, of_plant = "(a) Closure of the bin", "(b) Closure of the plant"
    columns = [Column("Scenario"), *(Column(heading, "percent", "%", of_bin) for heading in bins.values())]
    columns += [Column("Drawn", "number", unit, of_plant), Column("Returned", "number", unit, of_plant)]
    columns += [
        Column("Closure", "percent", "%", of_plant),
        Column("(c) Bought", "number", unit),
        Column("Surplus", "number", unit),
    ]

    def cells(case: Case) -> list[Cell]:
        rows = found[case.id]
        plant = rows.get(TOTAL, {})
        return [*(rows.get(name, {}).get("closure") for name in bins), *(plant.get(key) for key in PLANT_FIGURES)]

    table, headings = case_rows(groups, cells)
    return Table(f"{title}: the three closures", tuple(columns), table, groups=headings)


def _closure_table(
    title: str,
    unit: str,
    bins: dict[str, str],
    found: dict[str, dict[str, Row]],
    groups: Sequence[CaseGroup],
    folded: bool = False,
) -> Table:
    columns = [Column("Scenario")]
    for heading in (*bins.values(), "Plant in all"):
        columns += [
            Column("Drawn", "number", unit, heading),
            Column("Returned", "number", unit, heading),
            Column("Closure", "percent", "%", heading),
        ]
    columns += [Column("Bought", "number", unit, "Plant in all"), Column("Surplus", "number", unit, "Plant in all")]

    def cells(case: Case) -> list[Cell]:
        rows = found[case.id]
        figures = [rows.get(name, {}).get(key) for name in (*bins, TOTAL) for key in ("drawn", "returned", "closure")]
        return [*figures, rows.get(TOTAL, {}).get("bought"), rows.get(TOTAL, {}).get("surplus")]

    table, headings = case_rows(groups, cells)
    count = len(bins)
    drawn, returned = 3 * count + 1, 3 * count + 2
    sums = (
        Sum("Drawn in all bins", drawn, tuple(range(1, drawn, 3))),
        Sum("Returned in all bins", returned, tuple(range(2, returned, 3))),
        Sum("Drawn and not returned", len(columns) - 2, (drawn,), (returned,)),
    )
    caption = f"{title}: closure by bin and of the plant"
    return Table(caption, tuple(columns), table, groups=headings, folded=folded, sums=sums)


# --- elements


def elements_section(reading: Reading) -> Section:
    rows = reading.rows("balances")
    if not rows:
        return Section(
            "balances",
            "Element balances",
            (Paragraph("No process of this study declares a balance, so none was checked."),),
        )
    plant = [row for row in rows if row["process"] == PLANT]
    open_rows = [row for row in rows if not row["closes"]]
    said = (
        f"All {len(rows)} balances close within their tolerance."
        if not open_rows
        else f"{len(open_rows)} of {len(rows)} balances do not close within their tolerance."
    )
    exact = all(abs(row["relative"]) < ROUNDING for row in rows)
    if exact:
        said += " No residual exceeds a billionth of what goes in, so they close exactly but for rounding."
    blocks: list[Block] = [Paragraph(f"What goes in as an element has to come out. {said}")]
    if plant:
        blocks.append(
            _balance_table(
                reading,
                _worst(plant, ("element",)),
                "The plant: each element in the scenario where its residual is largest",
            )
        )
    processes = [row for row in rows if row["process"] != PLANT]
    if processes and not exact:
        worst = _worst(processes, ("process", "element"))[:WORST]
        blocks.append(_balance_table(reading, worst, f"Processes: the {len(worst)} largest residuals", named=True))
    if plant and len(reading.cases) > 1:
        blocks.append(_balance_table(reading, plant, "The plant: all elements, all scenarios", folded=True))
    return Section("balances", "Element balances", (*blocks, *_recoveries(reading)))


def _recoveries(reading: Reading) -> list[Block]:
    """How much of each element that is fed is still there after each process, for the first comparison."""
    tables: list[Block] = []
    for case in reading.leading:
        own = [row for row in reading.rows("recoveries") if row["scenario"] == case.id]
        elements = list(dict.fromkeys(str(row["element"]) for row in own))
        columns = (Column("Process"), *(Column(element, "percent", "%") for element in elements))
        found: dict[str, dict[str, Row]] = {}
        for row in own:
            found.setdefault(str(row["title"]), {})[str(row["element"])] = row
        rows = tuple((title, *(by.get(e, {}).get("cumulative") for e in elements)) for title, by in found.items())
        if rows:
            caption = f"Recovered of what was fed, process by process: {case.label}"
            tables.append(Table(caption, columns, rows, folded=True))
    return tables


def _worst(rows: Sequence[Row], keys: tuple[str, ...]) -> list[Row]:
    """The row with the largest relative residual for each key, largest first."""
    worst: dict[tuple[str, ...], Row] = {}
    for row in rows:
        key = tuple(str(row[name]) for name in keys)
        if key not in worst or abs(row["relative"]) > abs(worst[key]["relative"]):
            worst[key] = row
    return sorted(worst.values(), key=lambda row: -abs(row["relative"]))


def _balance_table(
    reading: Reading, rows: Sequence[Row], caption: str, named: bool = False, folded: bool = False
) -> Table:
    columns = [Column("Process")] if named else []
    columns += [
        Column("Element"),
        Column("In", "number", "kg"),
        Column("Out", "number", "kg"),
        Column("Residual", "number", "kg"),
        Column("Residual", "percent", "%"),
        Column("Tolerance", "percent", "%"),
        Column("Closes"),
        Column("Scenario"),
    ]
    table = []
    for row in rows:
        relative = 0.0 if abs(row["relative"]) < ROUNDING else row["relative"]
        cells: list[Cell] = [show.words(str(row["process"]))] if named else []
        cells += [row["element"], row["input"], row["output"], row["residual"] if relative else 0.0, relative]
        case = reading.cases.get(row["scenario"])
        cells += [row["tolerance"], "yes" if row["closes"] else "no", case.label if case else str(row["scenario"])]
        table.append(tuple(cells))
    note = "Processes per their product amount." if named else "Per declared unit, all processes of the plant together."
    return Table(caption, tuple(columns), tuple(table), row_headers=2 if named else 1, folded=folded, note=note)
