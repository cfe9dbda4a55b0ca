"""How sure the results are: intervals of samples, how surely alternatives are lower, and where central values lie."""

from __future__ import annotations

from collections.abc import Sequence

from lca.impact.batch.verdict import verdict
from lca.report import formatting as show
from lca.report.cases import Pair, Reading, Row, basis_word
from lca.report.document import Band, BandChart, Block, Cell, Column, Figure, Heading, Notice, Paragraph, Section, Table

WITHOUT = (
    "This report was made without samples. `ree-lca report` draws them and gives intervals; `ree-lca uncertainty` and "
    "`ree-lca compare --uncertain` show them for any scenario."
)
NOTHING = "Nothing that the scenarios use has a stated range or distribution: there is nothing to sample."
PREMISE = (
    "Everything that has a stated range or distribution is drawn at once, what both sides of a comparison share once "
    "for both. Most spreads are judgements: an interval says what follows from them, not how likely the world is."
)
FEW = "So few samples give intervals and shares that another draw would move."


def uncertainty_section(reading: Reading) -> Section:
    rows = reading.rows("uncertainty")
    samples = reading.metadata.get("samples")
    if not rows or not samples:
        return Section("uncertainty", "Uncertainty", (Paragraph(NOTHING if samples else WITHOUT),))
    blocks: list[Block] = [Paragraph(PREMISE)]
    if (aside := _aside(rows)) is not None:
        blocks.append(aside)
    differences = {(r["baseline"], r["alternative"]): r for r in reading.rows("uncertain_comparison")}
    pairs = [pair for pair in reading.pairs if (pair.baseline.id, pair.alternative.id) in differences]
    pairs = list({(pair.baseline.id, pair.alternative.id): pair for pair in pairs}.values())
    if pairs:
        blocks += [Heading("Savings"), *_savings(reading, pairs, differences)]
    blocks += [Heading("Results"), _results(reading, rows)]
    blocks.append(Paragraph(" ".join(f"{text[:1].upper()}{text[1:]}." for text in samples["said"])))
    if samples["count"] < 1000:
        blocks.append(Paragraph(FEW))
    return Section("uncertainty", "Uncertainty", tuple(blocks))


def position(row: Row) -> str:
    """Where the central value lies among its samples."""
    if row["central"] < row["low_90"]:
        return "below the central 90 %"
    if row["central"] > row["high_90"]:
        return "above the central 90 %"
    return "within"


def _aside(rows: Sequence[Row]) -> Notice | None:
    below = sum(position(row).startswith("below") for row in rows)
    above = sum(position(row).startswith("above") for row in rows)
    if not below + above:
        return None
    where = " and ".join(
        f"{count} {side} the central 90{show.THIN}% of {'its' if count == 1 else 'their'} samples"
        for count, side in ((below, "below"), (above, "above"))
        if count
    )
    return Notice(
        "Central values are not the middle of the samples",
        f"Of {len(rows)} results sampled, {where}: most spreads reach further to one side than to the other, and they "
        "add up. The central values of this report are those of the most likely value of each parameter, not medians "
        "of the result; totals are rather "
        f"{'higher' if below >= above else 'lower'} than they say, as far as spreads are stated.",
    )


def _savings(reading: Reading, pairs: Sequence[Pair], differences: dict[tuple[str, str], Row]) -> list[Block]:
    unit = show.unit(reading.main["unit"])
    rows: list[tuple[Cell, ...]] = []
    bands = []
    verdicts: list[tuple[Cell, ...]] = []
    for pair in pairs:
        row = differences[pair.baseline.id, pair.alternative.id]
        label = (
            f"{pair.new} instead of {pair.old}: {pair.common}" if pair.common else f"{pair.new} instead of {pair.old}"
        )
        shares = [
            r
            for r in reading.rows("probabilities")
            if (r["baseline"], r["alternative"]) == (pair.baseline.id, pair.alternative.id)
        ]
        lower = next((r["probability"] for r in shares if r["margin"] == 0), None)
        ends = (row["low_90"], row["median"], row["high_90"])
        rows.append((label, row["central"], *ends, lower, position(row)))
        bands.append(Band(pair.common or label, row["low_90"], row["high_90"], True, row["central"]))
        said = verdict([row], shares, reading.main["id"])
        verdicts.append((label, said.replace("<0.1 %", "under 0.1 %").replace(">99.9 %", "over 99.9 %")))
    columns = (
        Column("Comparison"),
        Column("Central", "number", unit),
        Column("5 %", "number", unit, "Samples of the saving"),
        Column("Median", "number", unit, "Samples of the saving"),
        Column("95 %", "number", unit, "Samples of the saving"),
        Column("Alternative lower", "percent", "% of samples"),
        Column("Central value lies"),
    )
    data = Table("Savings: central value and samples", columns, tuple(rows))
    first = bands[0]
    described = (
        f"Ranges of {len(bands)} savings. {rows[0][0]}: central value {show.number(first.mark)}, central "
        f"90{show.THIN}% of the samples {show.number(first.low)} to {show.number(first.high)} {unit}."
    )
    caption = (
        f"Saving of {reading.main['title']}, {basis_word(reading.basis)}: the bar is the central 90 % of the samples, "
        "the diamond the central value; left of zero the alternative is higher."
    )
    return [
        Figure(described, caption, BandChart(unit, tuple(bands), ("central 90 % of the samples",)), data),
        Table("In words", (Column("Comparison"), Column("What the samples say")), tuple(verdicts)),
    ]


def _results(reading: Reading, rows: Sequence[Row]) -> Table:
    unit = show.unit(reading.main["unit"])
    group = "Samples of the result"
    columns = (
        Column("Scenario"),
        Column("Central", "number", unit),
        Column("5 %", "number", unit, group),
        Column("Median", "number", unit, group),
        Column("95 %", "number", unit, group),
        Column("Central value lies"),
    )
    table: list[tuple[Cell, ...]] = []
    for row in rows:
        case = reading.cases.get(str(row["scenario"]))
        ends = (row["low_90"], row["median"], row["high_90"])
        table.append((case.label if case else str(row["scenario"]), row["central"], *ends, position(row)))
    left = len(reading.cases) - len(table)
    note = f"{left} scenarios were not sampled: `ree-lca uncertainty` does so." if left else ""
    title = f"{reading.main['title']}, {basis_word(reading.basis)}: central value and samples"
    return Table(title, columns, tuple(table), note=note)
