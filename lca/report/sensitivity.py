"""What moves the results and the savings, one parameter at a time, and which data are worth improving first."""

from __future__ import annotations

from collections.abc import Sequence

from lca.report import formatting as show
from lca.report.breakeven import breakeven_blocks
from lca.report.cases import Case, Pair, Reading, Row
from lca.report.document import (
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    Paragraph,
    Table,
    Tornado,
    TornadoBar,
)

SHOWN_BARS = 12
SHOWN_RANKS = 20


def sensitivity_blocks(reading: Reading) -> list[Block]:
    """What moves the saving of a comparison first, then what moves the results; says so when nothing was computed."""
    rows = reading.rows("sensitivity")
    if not rows:
        nothing = "No sensitivity was computed, or no parameter has a range; the data are not ranked."
        return [Paragraph(nothing), *breakeven_blocks(reading)]
    blocks: list[Block] = [
        Paragraph(
            "Each parameter, or single exchange with a range, is moved alone to its ends, all others at their central "
            "value: what they do together does not show, and ranges are as good as their evidence."
        )
    ]
    blocks += [*_savings(reading), *breakeven_blocks(reading)]
    blocks += [
        Heading("What moves the results"),
        Paragraph(
            "The table is ranked by priority: the swing of the result times the weakness of the evidence, as a share "
            "of the whole. It says which data are worth improving first."
        ),
    ]
    blocks += [_result_tornado(reading, case, own) for case, own in _chosen(reading, rows)]
    blocks.append(_ranking(reading, rows))
    return blocks


def _savings(reading: Reading) -> list[Block]:
    """What moves the saving of the first comparison, as a tornado, and of every comparison, as a table."""
    rows = [row for row in reading.rows("saving_sensitivity") if abs(row["swing"] or 0.0) > 0]
    if not rows or not reading.pairs:
        return []
    turning = [row for row in rows if row["turns"]]
    verdict = (
        "No parameter alone turns any comparison round within its stated range."
        if not turning
        else f"{len({(r['baseline'], r['alternative']) for r in turning})} of {len(reading.pairs)} comparisons can be "
        "turned round by a single parameter within its stated range; the table marks them."
    )
    blocks: list[Block] = [Heading("What moves the saving"), Paragraph(verdict)]
    first = reading.pairs[0]
    own = [row for row in rows if (row["baseline"], row["alternative"]) == (first.baseline.id, first.alternative.id)]
    if own:
        blocks.append(_tornado(_named(first), own, own[0]["saving"], "saving"))
    blocks.append(_saving_table(reading, rows))
    return blocks


def _named(pair: Pair) -> str:
    return f"{pair.alternative.label} instead of {pair.baseline.label}"


def _saving_table(reading: Reading, rows: Sequence[Row], each: int = 6) -> Table:
    """The parameters that move each comparison most."""
    unit = show.unit(str(rows[0]["unit"]))
    table: list[tuple[Cell, ...]] = []
    groups: list[tuple[str, int]] = []
    for pair in reading.pairs:
        names = (pair.baseline.id, pair.alternative.id)
        own = [row for row in rows if (row["baseline"], row["alternative"]) == names][:each]
        own += [r for r in rows if (r["baseline"], r["alternative"]) == names and r["turns"] and r not in own]
        groups += [(_named(pair), len(own))] if own else []
        for row in own:
            ends = f"{_brief(row['low'])} to {_end(row, 'high')}"
            turns = "yes" if row["turns"] else "no"
            table.append((row["parameter"], ends, row["at_low"], row["saving"], row["at_high"], turns, row["evidence"]))
    columns = (
        Column("Parameter", "code"),
        Column("Range"),
        Column("Saving at low", "number", unit),
        Column("Central", "number", unit),
        Column("Saving at high", "number", unit),
        Column("Turns it round"),
        Column("Evidence"),
    )
    note = f"The {each} widest swings of each comparison, and every parameter that turns it round."
    title = "What moves the saving of each comparison"
    return Table(title, columns, tuple(table), groups=tuple(groups), note=note, folded=len(table) > SHOWN_RANKS)


def _chosen(reading: Reading, rows: Sequence[Row]) -> list[tuple[Case, list[Row]]]:
    """The two cases of the first comparison, or the first case, with their rows."""
    wanted = [reading.pairs[0].baseline, reading.pairs[0].alternative] if reading.pairs else list(reading.ordered)
    found = [(case, [row for row in rows if row["scenario"] == case.id]) for case in wanted]
    return [entry for entry in found if entry[1]][: 2 if reading.pairs else 1]


def _result_tornado(reading: Reading, case: Case, rows: Sequence[Row]) -> Figure:
    centre = reading.value(case, str(rows[0]["indicator"]), reading.basis) or 0.0
    return _tornado(case.label, rows, centre, "result")


def _tornado(label: str, rows: Sequence[Row], centre: float, what: str) -> Figure:
    unit = show.unit(str(rows[0]["unit"]))
    widest = sorted(rows, key=lambda row: (-abs(row["swing"] or 0.0), row["parameter"]))[:SHOWN_BARS]
    bars = tuple(
        TornadoBar(short_name(row["parameter"]), row["at_low"], row["at_high"], _end(row, "low"), _end(row, "high"))
        for row in widest
    )
    data = Table(
        f"The widest swings of the {what}: {label}",
        (
            Column("Parameter", "code"),
            Column("Low", "exact"),
            Column("Central", "exact"),
            Column("High", "exact"),
            Column("Unit"),
            Column(f"{what.capitalize()} at low", "number", unit),
            Column(f"{what.capitalize()} at high", "number", unit),
        ),
        tuple(
            (
                r["parameter"],
                r["low"],
                r["central"],
                r["high"],
                show.unit(r["parameter_unit"]),
                r["at_low"],
                r["at_high"],
            )
            for r in widest
        ),
        note=""
        if all(b.at_low is not None and b.at_high is not None for b in bars)
        else f"{show.ABSENT}: the case cannot be computed.",
    )
    first = bars[0]
    description = (
        f"Tornado of the {len(bars)} parameters that move the {what} of {label} most. The widest is {first.label}: "
        f"{show.number(first.at_low)} at {first.low}, {show.number(first.at_high)} at {first.high}; "
        f"central {what} {show.quantity(centre, unit)}."
    )
    caption = (
        f"{label}: {what} when one parameter is at the low or high end of its range; the line is the central case."
    )
    return Figure(description, caption, Tornado(unit, centre, bars), data)


def short_name(address: str) -> str:
    """The address of a parameter in words: its name, and where it belongs."""
    place, _, name = address.rpartition(".")
    return f"{show.words(name)} ({show.words(place).lower()})" if place else show.words(name)


def _end(row: Row, end: str) -> str:
    unit = show.unit(row["parameter_unit"] or "")
    return f"{_brief(row[end])}{show.THIN if unit == '%' else ' '}{unit}".strip()


def _brief(value: float) -> str:
    return show.exact(float(f"{value:.{show.DIGITS}g}"))


def _ranking(reading: Reading, rows: Sequence[Row]) -> Table:
    """Every parameter once, with its greatest priority in any scenario."""
    best: dict[str, Row] = {}
    for row in rows:
        known = best.get(row["parameter"])
        if known is None or row["priority"] > known["priority"]:
            best[row["parameter"]] = row
    ranked = sorted(best.values(), key=lambda row: (-row["priority"], row["parameter"]))[:SHOWN_RANKS]
    unit = show.unit(str(rows[0]["unit"]))
    columns = (
        Column("Parameter", "code"),
        Column("Priority", "percent", "%"),
        Column("Swing", "number", unit),
        Column("Evidence"),
        Column("Central"),
        Column("Range"),
        Column("Source", "code"),
        Column("Note"),
        Column("Scenario", "code"),
    )
    table: list[tuple[Cell, ...]] = []
    for row in ranked:
        swing = None if row["swing"] is None else abs(row["swing"])
        ends = f"{_brief(row['low'])} to {_end(row, 'high')}"
        origin = (row["evidence"] or show.NOT_STATED, _end(row, "central"), ends, row["source"] or show.NOT_STATED)
        table.append((row["parameter"], row["priority"], swing, *origin, row["title"] or "", row["scenario"]))
    note = "" if len(ranked) == len(best) else f"The first {len(ranked)} of {len(best)} parameters. "
    return Table(
        "Data worth improving first",
        columns,
        tuple(table),
        note=f"{note}Each in the scenario where its priority is greatest; swing between the ends of its range.",
    )
