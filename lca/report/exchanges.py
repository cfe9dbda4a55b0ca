"""The inventory of the plant: what goes in and out of it, what each exchange causes, its source and its evidence."""

from __future__ import annotations

from collections.abc import Sequence

from lca.report import formatting as show
from lca.report.cases import Case, Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Figure, Heading, Paragraph, Sankey, Section, Table

SHOWN = 20

#: Sources and stages that a diagram names; the smaller ones are together.
SHOWN_SOURCES, SHOWN_STAGES = 10, 8

DIRECT = "Direct emissions"


def exchanges_section(reading: Reading) -> Section | None:
    """Nothing where the results hold no exchanges."""
    found = {case: _lines(reading, case) for case in reading.leading}
    found = {case: rows for case, rows in found.items() if rows}
    if not found:
        return None
    which = "the leading scenarios" if len(reading.cases) > len(found) else "every scenario"
    blocks: list[Block] = [
        Paragraph(
            f"What the plant exchanges with its surroundings per declared unit, in {which}: goods with all that their "
            f"supply chain causes, and what the plant emits itself ({reading.main['title']}, "
            f"{basis_word(reading.basis)}). The amounts are those of the model, not of a plant that was measured, "
            "unless the evidence says so."
        )
    ]
    for case, rows in found.items():
        if (drawn := _sankey(reading, case, rows)) is not None:
            blocks.append(drawn)
    blocks.append(Heading("Largest exchanges"))
    blocks += [_largest(reading, case, rows) for case, rows in found.items()]
    blocks += [_all(reading, case, rows) for case, rows in found.items()]
    return Section("inventory", "Inventory", tuple(blocks))


def _lines(reading: Reading, case: Case) -> list[Row]:
    rows = reading.rows_with("exchanges", "scenario", {case.id})
    return [row for row in rows if row["electricity_basis"] == reading.basis]


def _good(row: Row) -> str:
    """What is exchanged; what goes into the air or the ground is one."""
    return str(row["flow_title"]) if row["provider"] else DIRECT


def _largest(reading: Reading, case: Case, rows: Sequence[Row]) -> Table:
    unit, total = show.unit(reading.main["unit"]), reading.value(case, reading.main["id"], reading.basis)
    ranked = sorted(rows, key=lambda row: -abs(row["score"]))[:SHOWN]
    columns = (
        Column("Exchange"),
        Column("Process"),
        Column("Amount", "number"),
        Column("Unit"),
        Column("Causes", "number", unit),
        Column("Share", "percent", "%"),
        Column("Evidence"),
        Column("Source", "code"),
    )
    table: list[tuple[Cell, ...]] = []
    for row in ranked:
        share = row["score"] / total if total else None
        graded = (row["evidence"] or show.NOT_STATED, row["source"] or show.NOT_STATED)
        of = (row["amount"], show.unit(row["unit"]), row["score"], share)
        table.append((row["flow_title"], row["process_title"], *of, *graded))
    note = f"The {len(ranked)} largest of {len(rows)}." if len(rows) > len(ranked) else ""
    return Table(f"Largest exchanges: {case.label}", columns, tuple(table), row_headers=2, note=note)


def _all(reading: Reading, case: Case, rows: Sequence[Row]) -> Table:
    """Every exchange under its process, with its place in the inventory."""
    unit = show.unit(reading.main["unit"])
    columns = (
        Column("Exchange"),
        Column("Direction"),
        Column("From or to", "code"),
        Column("Amount", "number"),
        Column("Unit"),
        Column("Causes", "number", unit),
        Column("Scope"),
        Column("Evidence"),
        Column("Source", "code"),
        Column("Line", "code"),
    )
    grouped: dict[str, list[tuple[Cell, ...]]] = {}
    for row in rows:
        supplier = f"{row['provider']}{f' ({place})' if (place := row['location']) else ''}" if row["provider"] else ""
        graded = (str(row["scope"] or ""), row["evidence"] or show.NOT_STATED, row["source"] or show.NOT_STATED)
        line = f"{row['file']}:{row['line']}"
        of = (row["flow_title"], row["direction"], supplier, row["amount"], show.unit(row["unit"]), row["score"])
        grouped.setdefault(str(row["process_title"]), []).append((*of, *graded, line))
    lines = tuple(line for own in grouped.values() for line in own)
    groups = tuple((title, len(own)) for title, own in grouped.items())
    return Table(f"All exchanges of the plant: {case.label}", columns, lines, groups=groups, folded=True)


# --- diagram


def _sankey(reading: Reading, case: Case, rows: Sequence[Row]) -> Figure | None:
    """Goods through stages to the result; reductions cannot be drawn as bands, and are said. None where a diagram would
    show nothing: with less than two bands, or no more than reductions.
    """
    sums: dict[tuple[str, str], float] = {}
    for row in rows:
        key = (_good(row), show.words(str(row["stage"])))
        sums[key] = sums.get(key, 0.0) + row["score"]
    added = {key: value for key, value in sums.items() if value > 0}
    reduced = sum(value for value in sums.values() if value < 0)
    if len(added) < 2:
        return None
    goods, stages = _kept(added, 0, SHOWN_SOURCES), _kept(added, 1, SHOWN_STAGES)
    links: dict[tuple[str, str], float] = {}
    for (good, stage), value in added.items():
        key = (goods[good], stages[stage])
        links[key] = links.get(key, 0.0) + value
    order = {name: n for names in (goods, stages) for n, name in enumerate(dict.fromkeys(names.values()))}
    ranked = sorted(links.items(), key=lambda link: (order[link[0][0]], order[link[0][1]]))
    unit, whole = show.unit(reading.main["unit"]), sum(added.values())
    data = Table(
        f"From goods through stages to the result: {case.label}",
        (Column("From"), Column("Stage"), Column("Causes", "number", unit), Column("Share", "percent", "%")),
        tuple((good, stage, value, value / whole) for (good, stage), value in ranked),
        row_headers=2,
        note="Shares are of the additions." if reduced else "",
    )
    net = f" Reductions of {show.quantity(-reduced, unit)} are not drawn." if reduced else ""
    first = max(ranked, key=lambda link: link[1])
    description = (
        f"Sankey diagram of {show.quantity(whole, unit)} from {len(set(goods.values()))} goods through "
        f"{len(set(stages.values()))} stages. The widest band is {first[0][0]} to {first[0][1]}, "
        f"{show.number(first[1])}.{net}"
    )
    caption = f"{case.label}: what the plant buys and emits (left), the stage that takes it, the result.{net}"
    chart = Sankey(
        unit, tuple((good, stage, value) for (good, stage), value in ranked), "Additions" if net else "Result"
    )
    return Figure(description, caption, chart, data)


def _kept(added: dict[tuple[str, str], float], side: int, most: int) -> dict[str, str]:
    """Each name to what it is called in the diagram, largest first: its own, or that of all the smaller ones."""
    sizes: dict[str, float] = {}
    for key, value in added.items():
        sizes[key[side]] = sizes.get(key[side], 0.0) + value
    ranked = sorted(sizes, key=lambda name: (-sizes[name], name))
    shown = len(ranked) if len(ranked) <= most else most - 1
    return {name: name if n < shown else f"{len(ranked) - shown} others" for n, name in enumerate(ranked)}
