"""The first two pages: the result on the cover, and what a reader takes away on one page."""

from __future__ import annotations

from collections.abc import Iterator

from lca.impact.batch.verdict import word_for
from lca.report import formatting as show
from lca.report.cases import Pair, Reading, basis_word
from lca.report.checks import RELATIVE
from lca.report.document import Block, Cell, Column, KeyValues, Notice, Paragraph, Section, Table
from lca.report.headline import findings, sides
from lca.report.uncertainty import position

#: Comparisons or scenarios on the cover.
ON_COVER = 3

PANEL = (
    "For internal comparison only. A comparative assertion for the public needs a critical review by a panel of at "
    "least three, its chair independent (ISO 14044, 6.3), and more than one impact. Nothing is weighted into a single "
    "score."
)


def cover(reading: Reading) -> tuple[Block, ...]:
    """The result: the first comparisons, or the first scenarios."""
    items = [_compared(reading, pair) for pair in reading.shown_pairs[:ON_COVER]]
    if not reading.pairs:
        for case in reading.ordered[:ON_COVER]:
            value = reading.value(case, reading.main["id"], reading.basis)
            said = show.quantity(value, reading.main["unit"]) if value is not None else show.NOT_ASSESSED
            items.append((case.label, f"{said}{_interval(reading, case.id)}"))
    if not items:
        return ()
    title = f"{reading.main['title']}, {basis_word(reading.basis)}, per {reading.metadata['declared_unit']}"
    blocks: list[Block] = [KeyValues(tuple(items), title)]
    if reading.pairs:
        blocks.append(Notice("Internal comparison", PANEL))
    return tuple(blocks)


def _compared(reading: Reading, pair: Pair) -> tuple[str, str]:
    row = reading.compared(pair).get((reading.main["id"], reading.basis))
    label = pair.common or f"{pair.new} instead of {pair.old}"
    if row is None or row["saving"] is None:
        return label, show.NOT_ASSESSED
    unit = str(row["unit"])
    text = (
        f"{pair.old} {show.number(row['baseline_value'])}, {pair.new} {show.quantity(row['alternative_value'], unit)}; "
        f"saving {show.number(row['saving'])}"
    )
    if row["saving_share"] is not None and row["baseline_value"] > 0:
        text += f" ({show.percent(row['saving_share'])})"
    found = _sampled(reading, pair)
    if found is not None:
        central, low, high, lower = found
        text += f", central 90{show.THIN}% of {_count(reading)} samples {show.number(low)} to {show.number(high)}"
        text += f", lower in {_share(lower)} of them" if lower is not None else ""
        text += _aside(central, low, high)
    return label, f"{text}."


def _aside(central: float, low: float, high: float) -> str:
    """Said where the central value is none of its own central samples."""
    if low <= central <= high:
        return ""
    return f", the central value {'below' if central < low else 'above'} them"


def _sampled(reading: Reading, pair: Pair) -> tuple[float, float, float, float | None] | None:
    """The central saving, the ends of its central 90 %, and the share of samples in which the alternative is lower."""
    ids = (pair.baseline.id, pair.alternative.id)
    own = [row for row in reading.rows("uncertain_comparison") if (row["baseline"], row["alternative"]) == ids]
    if not own:
        return None
    shares = [r for r in reading.rows("probabilities") if (r["baseline"], r["alternative"]) == ids and r["margin"] == 0]
    row = own[0]
    return row["central"], row["low_90"], row["high_90"], shares[0]["probability"] if shares else None


def _count(reading: Reading) -> str:
    """How many samples there are: shares and intervals of few of them say less."""
    return f"{reading.metadata['samples']['count']:,}"


def _share(share: float) -> str:
    """A share of samples; all and none are said only where they are."""
    if share in (0.0, 1.0):
        return "all" if share else "none"
    if not 0.001 <= share <= 0.999:
        return f"{'under 0.1' if share < 0.5 else 'over 99.9'}{show.THIN}%"
    return show.percent(share)


def _interval(reading: Reading, scenario: str) -> str:
    rows = [row for row in reading.rows("uncertainty") if row["scenario"] == scenario]
    if not rows:
        return ""
    low, high = rows[0]["low_90"], rows[0]["high_90"]
    said = f", central 90{show.THIN}% of {_count(reading)} samples {show.number(low)} to {show.number(high)}"
    return said + _aside(rows[0]["central"], low, high)


# --- one page


def summary_section(reading: Reading) -> Section:
    blocks: list[Block] = []
    if reading.pairs:
        blocks += [Paragraph(sentence, lead=n == 0) for n, sentence in enumerate(findings(reading))]
    blocks += [_totals(reading), KeyValues(tuple(_statements(reading))), Paragraph(RELATIVE)]
    return Section("summary", "Summary", tuple(blocks))


def _totals(reading: Reading) -> Table:
    """The leading scenarios: total, the splits that ISO 14067 asks for, the largest stage."""
    unit = show.unit(reading.main["unit"])
    columns = [
        Column("Scenario"),
        *(Column(basis_word(b).capitalize(), "number", unit, "Total") for b in reading.bases),
    ]
    columns += [Column(_ending(reading, info["title"]), "number", unit, "of which") for info in reading.parts]
    columns += [Column("Largest stage"), Column("Share", "percent", "%")]
    rows: list[tuple[Cell, ...]] = []
    for case in reading.leading:
        row: list[Cell] = [case.label, *(reading.value(case, reading.main["id"], basis) for basis in reading.bases)]
        for info in reading.parts:
            value = reading.value(case, info["id"], reading.basis)
            row.append(show.NOT_ASSESSED if value is None else value)
        stages = reading.breakdown(case, "stage", reading.basis)
        total = reading.value(case, reading.main["id"], reading.basis)
        title, largest = max(stages.values(), key=lambda part: part[1], default=(show.ABSENT, None))
        rows.append((*row, title, largest / total if largest is not None and total else None))
    caption = f"{reading.main['title']} per declared unit: {reading.metadata['declared_unit']}"
    return Table(caption, tuple(columns), tuple(rows))


def _ending(reading: Reading, title: str) -> str:
    return title.removeprefix(str(reading.main["title"])).strip(" ,:").capitalize() or title


def _statements(reading: Reading) -> Iterator[tuple[str, str]]:
    turning = {(r["baseline"], r["alternative"]) for r in reading.rows("saving_sensitivity") if r["turns"]}
    if reading.rows("saving_sensitivity"):
        count = f"{len(turning)} of {len(reading.pairs)} comparisons" if turning else "No comparison"
        yield "What turns it round", f"{count} by a single parameter within its stated range."
    sampled = reading.rows("uncertainty")
    if sampled:
        likely = [r for r in reading.rows("probabilities") if r["margin"] == 0 and word_for(r["probability_from"])]
        pairs = {(r["baseline"], r["alternative"]) for r in reading.rows("probabilities")}
        below = sum(position(row).startswith("below") for row in sampled)
        text = f"{below} of {len(sampled)} central values lie below the central 90{show.THIN}% of their samples."
        if pairs:
            lower = f"at least likely to be lower in {len(likely)} of {len(pairs)} comparisons sampled"
            text = f"The alternative is {lower}. {text}"
        yield "How sure", text
    else:
        yield "How sure", "Central values only; no samples were drawn."
    leading = {case.id: case for case in reading.leading}
    weakest = sorted(reading.rows_with("sensitivity", "scenario", leading), key=lambda row: -row["priority"])
    names = list(dict.fromkeys(str(row["parameter"]) for row in weakest))[:3]
    if names:
        yield "Weakest data that matter", ", ".join(names)
    grades: dict[str, int] = {}
    for grade in {(r["parameter"], r["line"], r["evidence"] or show.NOT_STATED) for r in reading.rows("parameters")}:
        grades[grade[2]] = grades.get(grade[2], 0) + 1
    if grades:
        yield (
            "Parameters by evidence",
            ", ".join(f"{n} {grade}" for grade, n in sorted(grades.items(), key=lambda g: -g[1])),
        )
    closed = [row for row in reading.rows("loops") if row["bin"] == "total" and row["closure"] is not None]
    said = [
        f"{leading[row['scenario']].label}: {show.percent(row['closure'])} of {row['title']}"
        for row in closed
        if row["scenario"] in leading
    ]
    if said:
        yield "Returned to use", "; ".join(said)
    old, new = sides(reading) if reading.pairs else ("", "")
    if reading.pairs:
        yield (
            "Compared",
            f"{new} with {old}" if old != "the baseline" else "baselines and alternatives of several kinds",
        )
