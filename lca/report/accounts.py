"""What a year of each network of plants adds up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lca.report import formatting as show
from lca.report.cases import Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Heading, KeyValues, Paragraph, Section, Table

NETWORK = "network"  # the plant that stands for the sum
BOUGHT = "bought:"

#: Plants that stand side by side; of more, only the sum is shown at once.
SIDE_BY_SIDE = 3

#: Kind, item, plant and basis to the row.
Found = Mapping[tuple[str, str, str, str], Row]


def accounts_section(reading: Reading) -> Section | None:
    """Nothing when the study names no network of plants."""
    networks: dict[str, list[Row]] = {}
    for row in reading.rows("accounts"):
        networks.setdefault(str(row["network"]), []).append(row)
    if not networks:
        return None
    said = (
        "What the plants of a network cause and buy in a year at the output that is assumed: the results of their "
        "scenarios, times output. A plant that runs otherwise, or differs from its scenario, is not described."
    )
    scenarios = dict.fromkeys(str(row["scenario"]) for rows in networks.values() for row in rows if row["scenario"])
    cases = [reading.cases[name] for name in scenarios if name in reading.cases]
    found = dict.fromkeys(reading.coverage(case, reading.main["id"], reading.basis) for case in cases)
    if set(found) - {show.FULL}:
        said += f" {reading.main['title']} is not complete: {show.coverages(found)}."
    blocks: list[Block] = [Paragraph(said)]
    if len(networks) > 1:
        blocks.append(_overview(reading, networks))
    for name, rows in networks.items():
        blocks += [Heading(_title(name)), *_network(reading, rows)]
    return Section("accounts", "A year of the plants", tuple(blocks))


def _title(network: str) -> str:
    return show.words(network.replace("-", "_"))


def _indexed(rows: Sequence[Row]) -> Found:
    return {(row["kind"], row["item"], row["plant"], row["electricity_basis"]): row for row in rows}


def _plants(rows: Sequence[Row]) -> list[str]:
    """The plants, then the network where it is complete."""
    names = dict.fromkeys(str(row["plant"]) for row in rows)
    return [name for name in names if name != NETWORK] + ([NETWORK] if NETWORK in names else [])


def _column_name(plant: str) -> str:
    return "All plants" if plant == NETWORK else plant


def _overview(reading: Reading, networks: Mapping[str, Sequence[Row]]) -> Table:
    unit = show.unit(reading.main["unit"])
    produced = next((row for rows in networks.values() for row in rows if row["kind"] == "output"), {})
    columns = (
        Column("Network"),
        Column("Plants", "exact"),
        Column("Output", "number", f"{show.unit(str(produced.get('unit') or ''))} a year"),
        *(Column(basis_word(basis).capitalize(), "number", unit, reading.main["title"]) for basis in reading.bases),
    )
    table: list[tuple[Cell, ...]] = []
    for name, rows in networks.items():
        found, plants = _indexed(rows), _plants(rows)
        output = next((row["value"] for row in rows if row["kind"] == "output" and row["plant"] == NETWORK), None)
        totals = [
            found.get(("indicator", reading.main["id"], NETWORK, basis), {}).get("value") for basis in reading.bases
        ]
        table.append((_title(name), float(len(plants) - (NETWORK in plants)), output, *totals))
    note = f"{show.ABSENT}: not all plants were computed." if any(None in row for row in table) else ""
    return Table("Networks in a year", columns, tuple(table), note=note)


def _network(reading: Reading, rows: Sequence[Row]) -> list[Block]:
    found, plants = _indexed(rows), _plants(rows)
    shown = plants if len(plants) <= SIDE_BY_SIDE + 1 else [plant for plant in plants if plant == NETWORK] or plants[:1]
    outputs = [row for row in rows if row["kind"] == "output"]
    made = []
    for row in sorted(outputs, key=lambda row: plants.index(row["plant"])):
        case = reading.cases.get(row["scenario"])
        text = f"{show.quantity(row['value'], str(row['unit']))} a year" + (f", as {case.label}" if case else "")
        made.append((_column_name(row["plant"]), text + _proof(reading, row)))
    blocks: list[Block] = [KeyValues(tuple(made), "Plants", folded=len(made) > SIDE_BY_SIDE + 1)] if made else []
    blocks.append(_footprint(reading, rows, found, shown))
    if shown != plants:
        blocks.append(_footprint(reading, rows, found, plants, folded=True))
    blocks += [_others(reading, rows, found, plants), _bought(reading, rows, found, plants)]
    return [block for block in blocks if not isinstance(block, Table) or block.rows]


def _proof(reading: Reading, row: Row) -> str:
    """Evidence, source and note of what a plant makes in a year; nothing for the sum of several."""
    plants = (reading.metadata.get("networks") or {}).get(row["network"], [])
    for plant in plants:
        if (plant["title"] or plant["scenario"]) == row["plant"] and plant["scenario"] == row["scenario"]:
            graded = (plant["evidence"] or show.NOT_STATED, plant["source"] or show.NOT_STATED)
            return f". Evidence: {', '.join(graded)}. {plant['note']}".strip()
    return ""


def _footprint(
    reading: Reading, rows: Sequence[Row], found: Found, plants: Sequence[str], folded: bool = False
) -> Table:
    """The main indicator by scope and by kind of purchase, both bases side by side."""
    main, unit = reading.main, show.unit(reading.main["unit"])
    columns = [Column("Part")]
    for plant in plants:
        columns += [Column(basis_word(b).capitalize(), "number", unit, _column_name(plant)) for b in reading.bases]

    def line(kind: str, item: str, title: str) -> tuple[Cell, ...]:
        sought = [(kind, item, plant, basis) for plant in plants for basis in reading.bases]
        return (title, *(found[key]["value"] if key in found else None for key in sought))

    table: list[tuple[Cell, ...]] = []
    groups, totals = [], []
    for kind, heading in (("ghg_scope", "By greenhouse gas scope"), ("footprint_by_account", "By account")):
        titles = {str(row["item"]): str(row["title"]) for row in rows if row["kind"] == kind}
        items = sorted(titles) if kind == "ghg_scope" else list(titles)
        own = [line(kind, item, titles[item]) for item in items]
        if kind != "ghg_scope":  # what is nothing anywhere is no part
            own = [part for part in own if any(part[1:])]
        if own:
            table += [*own, line("indicator", main["id"], "Total")]
            groups.append((heading, len(own) + 1))
            totals.append((len(table) - 1, len(table) - 1 - len(own), len(table) - 2))
    caption = f"{main['title']} in a year"
    caption += ", every plant" if folded else ""
    ends = tuple(totals)
    return Table(caption, tuple(columns), tuple(table), groups=tuple(groups), folded=folded, totals=ends)


def _others(reading: Reading, rows: Sequence[Row], found: Found, plants: Sequence[str]) -> Table:
    """The other indicators; a sum says how many plants it leaves out, and how much of it the data cover."""
    scenarios = {str(row["plant"]): str(row["scenario"]) for row in rows if row["plant"] != NETWORK}
    table: list[tuple[Cell, ...]] = []
    for info in reading.others:
        values: list[Cell] = []
        coverages: dict[str, float] = {}
        for plant, scenario in scenarios.items():
            case = reading.cases.get(scenario)
            if ("indicator", info["id"], plant, reading.basis) in found and case is not None:
                coverages[plant] = reading.coverage_share(case, info["id"], reading.basis) or 0.0
        for plant in plants:
            row = found.get(("indicator", info["id"], plant, reading.basis))
            left_out = len(scenarios) - len(coverages) if plant == NETWORK else 0
            if row is None:
                values.append(show.NOT_ASSESSED)
            elif left_out:
                values.append(f"{show.number(row['value'])} ({show.PARTIAL}, without {left_out} of {len(scenarios)})")
            else:
                values.append(row["value"])
        covered = show.coverage(min(coverages.values(), default=None), 1.0)
        table.append((info["title"], show.unit(info["unit"]), covered, *values))
    columns = (
        Column("Indicator"),
        Column("Unit"),
        Column("Covered"),
        *(Column(_column_name(plant), "number") for plant in plants),
    )
    several = len(scenarios) > 1
    note = f"{basis_word(reading.basis).capitalize()}.{' Covered: the lowest of the plants.' if several else ''}"
    return Table("Other indicators in a year", columns, tuple(table), folded=True, note=note)


def _bought(reading: Reading, rows: Sequence[Row], found: Found, plants: Sequence[str]) -> Table:
    """What is bought or handed over in a year, by account, with totals where all of it has one unit."""
    titles = {str(row["item"]): str(row["title"]) for row in rows if row["kind"] == "footprint_by_account"}
    kinds: dict[str, dict[str, Row]] = {}
    for row in rows:
        if str(row["kind"]).startswith(BOUGHT):
            kinds.setdefault(str(row["kind"]), {})[str(row["item"])] = row
    table: list[tuple[Cell, ...]] = []
    groups = []
    for kind, goods in kinds.items():
        lines: list[tuple[Cell, ...]] = []
        amounts: list[list[float]] = []
        for item, good in goods.items():
            keys = [(kind, item, plant, reading.basis) for plant in plants]
            amounts.append([found[key]["value"] if key in found else 0.0 for key in keys])
            lines.append((str(good["title"]), show.unit(str(good["unit"])), *amounts[-1]))
        units = {line[1] for line in lines}
        if len(lines) > 1 and len(units) == 1:
            lines.append(("Total", *units, *map(sum, zip(*amounts, strict=True))))
        table += lines
        account = kind.removeprefix(BOUGHT)
        groups.append((titles.get(account) or show.words(account), len(lines)))
    columns = (Column("Good"), Column("Unit"), *(Column(_column_name(plant), "number") for plant in plants))
    caption = "Bought and handed over in a year"
    return Table(caption, columns, tuple(table), groups=tuple(groups), folded=True)
