"""What the study found: its comparisons in words and figures, and the results of every scenario."""

from __future__ import annotations

from collections.abc import Iterator

from lca.impact.overview import methane
from lca.report import formatting as show
from lca.report.cases import Pair, Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Heading, KeyValues, Paragraph, Section, Sum, Table
from lca.report.figure_names import figure_names

#: Differences below this share of the baseline are called none at all: they are beyond what three digits show.
SAME = 5e-4

PREMISE = (
    "All figures are central values of one case each. How far the ranges of the parameters reach is said under "
    "“Assumptions and weakest data”; parameters that both sides of a comparison share move both."
)


#: Rows above which a table is folded where another one tells the same more shortly.
MANY = 12


def results_section(reading: Reading) -> Section:
    blocks: list[Block] = []
    if reading.pairs:
        blocks += [Paragraph(sentence, lead=n == 0) for n, sentence in enumerate(findings(reading))]
        blocks += [
            Paragraph(PREMISE),
            Heading("Comparisons"),
            _comparisons(reading),
            KeyValues(tuple(_sentences(reading)), "Comparisons in words", folded=len(reading.pairs) > 3),
        ]
        blocks.append(Heading("All scenarios"))
    else:
        blocks.append(Paragraph("The study asks for no comparison. All figures are central values of one case each."))
    blocks += [headline_table(reading), figure_names(reading)]
    return Section("results", "Results", tuple(blocks))


def headline_table(reading: Reading) -> Table:
    """Every scenario by its options: the main indicator on each basis, its kin with their coverage."""
    axes = list(reading.axes)
    variants = any(case.variant for case in reading.cases.values())
    columns = [Column(reading.axes[axis]) for axis in axes] + ([Column("Case")] if variants else [])
    columns = columns or [Column("Scenario")]
    named = len(columns)
    main, unit = reading.main, show.unit(reading.main["unit"])
    partial = any(reading.coverage(case, main["id"], b) != show.FULL for case in reading.ordered for b in reading.bases)
    columns += [Column(basis_word(basis).capitalize(), "number", unit, main["title"]) for basis in reading.bases]
    columns += [Column("Coverage", group=main["title"])] if partial else []
    for info in reading.kin:
        columns.append(Column(basis_word(reading.basis).capitalize(), "number", show.unit(info["unit"]), info["title"]))
        columns.append(Column("Coverage", group=info["title"]))
    rows = []
    for case in reading.ordered:
        names: list[Cell] = [case.options.get(axis, show.ABSENT) for axis in axes]
        names += [case.variant or "central"] if variants else []
        row = names or [case.label]
        row += [reading.value(case, main["id"], basis) for basis in reading.bases]
        row += [reading.coverage(case, main["id"], reading.basis)] if partial else []
        for info in reading.kin:
            row += [reading.value(case, info["id"], reading.basis), reading.coverage(case, info["id"], reading.basis)]
        rows.append(tuple(row))
    note = (
        "Coverage says how much of an indicator’s result rests on data that speak of it."
        if partial or reading.kin
        else ""
    )
    counted = show.unit(methane([main, *reading.kin], "title").replace("\n", " "))
    note = " ".join(filter(None, (note, counted)))
    return Table(
        f"Results per declared unit: {reading.metadata['declared_unit']}",
        tuple(columns),
        tuple(rows),
        row_headers=named,
        groups=tuple(("", len(group.cases)) for group in reading.groups),
        note=note,
        folded=bool(reading.pairs) and len(rows) > MANY,
    )


# --- comparisons


def sides(reading: Reading) -> tuple[str, str]:
    """The names of the two sides when all comparisons have the same, else `the baseline` and `the alternative`."""
    names = {(pair.old, pair.new) for pair in reading.pairs}
    return names.pop() if len(names) == 1 else ("the baseline", "the alternative")


def findings(reading: Reading) -> Iterator[str]:
    """In how many comparisons the alternative is lower or higher, and by how much, on each basis."""
    old, new = sides(reading)
    for n, basis in enumerate(reading.bases):
        rows = {pair: reading.compared(pair).get((reading.main["id"], basis)) for pair in reading.pairs}
        known = {pair: row["saving_share"] for pair, row in rows.items() if row and row["saving_share"] is not None}
        lower = [part for part in known.values() if part >= SAME]
        higher = {pair: -part for pair, part in known.items() if part <= -SAME}
        same = len(known) - len(lower) - len(higher)
        subject = f"{_inside(new)} is lower than {_inside(old)}" if n == 0 else "lower"
        sentence = f"{subject} in {len(lower)} of {_count(len(known))}"
        sentence += f", by {_span(lower)} of the baseline" if lower else ""
        sentence += f"; no different in {same}" if same else ""
        sentence += f"; higher in {len(higher)}, by {_span(list(higher.values()))}" if higher else "; higher in none"
        if 0 < len(higher) <= 2:
            sentence += f" ({'; '.join(pair.title or pair.common for pair in higher)})"
        of = f"{reading.main['title']}, {basis_word(basis)}" if n == 0 else basis_word(basis).capitalize()
        yield f"{of}: {sentence}."


def _count(comparisons: int) -> str:
    return "1 comparison" if comparisons == 1 else f"{comparisons} comparisons"


def _span(shares: list[float]) -> str:
    low, high = show.percent(min(shares)), show.percent(max(shares))
    return low if low == high else f"{low} to {high}"


def _inside(name: str) -> str:
    """A name within a sentence: its first letter small, unless it begins with an abbreviation."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def _comparisons(reading: Reading) -> Table:
    unit = show.unit(reading.main["unit"])
    old, new = sides(reading)
    named = len({(pair.old, pair.new) for pair in reading.pairs}) == 1
    columns = [Column("Compared for")] + ([] if named else [Column("Baseline"), Column("Alternative")])
    sums: list[Sum] = []
    for basis in reading.bases:
        first = len(columns)
        sums.append(Sum(f"Baseline minus alternative, {basis_word(basis)}", first + 2, (first,), (first + 1,)))
        group = f"{reading.main['title']}, {basis_word(basis)}"
        columns += [
            Column(f"{old} (baseline)" if named else "Baseline", "number", unit, group),
            Column(new if named else "Alternative", "number", unit, group),
            Column("Saving", "number", unit, group),
            Column("of baseline", "percent", "%", group),
        ]
    covered = {pair: _coverage_of(reading, pair) for pair in reading.pairs}
    partial = any(said != show.FULL for said in covered.values())
    columns += [Column("Coverage")] if partial else []
    rows = []
    for pair in reading.pairs:
        row: list[Cell] = [pair.common or "all", *([] if named else [pair.old, pair.new])]
        found = reading.compared(pair)
        for basis in reading.bases:
            values = found.get((reading.main["id"], basis), {})
            row += [values.get(key) for key in ("baseline_value", "alternative_value", "saving", "saving_share")]
        rows.append((*row, covered[pair]) if partial else tuple(row))
    return Table(
        "Comparisons per declared unit",
        tuple(columns),
        tuple(rows),
        row_headers=1,
        note="Saving is the baseline minus the alternative: positive when the alternative is lower.",
        sums=tuple(sums),
    )


def _coverage_of(reading: Reading, pair: Pair) -> str:
    """The coverage of the main indicator on both sides of a comparison."""
    sides = (reading.coverage(case, reading.main["id"], reading.basis) for case in (pair.baseline, pair.alternative))
    return show.coverages(sides)


def _sentences(reading: Reading) -> Iterator[tuple[str, str]]:
    for pair in reading.pairs:
        found = reading.compared(pair)
        said: dict[str, list[str]] = {}  # what is the same on both bases is said once
        for basis in reading.bases:
            if (row := found.get((reading.main["id"], basis))) is not None:
                said.setdefault(_sentence(pair, row), []).append(basis_word(basis))
        text = " ".join(f"{' and '.join(bases).capitalize()}: {sentence}." for sentence, bases in said.items())
        yield pair.common or f"{pair.old} and {_inside(pair.new)}", text


def _sentence(pair: Pair, row: Row) -> str:
    saving, part = row["saving"], row["saving_share"]
    old, new = _inside(pair.old), _inside(pair.new)
    if saving is None:
        return show.NOT_ASSESSED
    amount = show.quantity(abs(saving), row["unit"])
    way = "lower" if saving > 0 else "higher"
    if part is None or row["baseline_value"] <= 0:  # a share of nothing, or of a negative figure, says nothing
        return f"{new} is {way} than {old} by {amount}"
    if abs(part) < SAME:
        return f"{new} and {old} differ by less than 0.05{show.THIN}%"
    return f"{new} is {way} than {old} by {amount} ({show.percent(abs(part))})"
