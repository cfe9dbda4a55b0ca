"""How good the data are: a rating weighted with contributions, the processes behind it, and the grades of evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lca.impact.data_quality import AMOUNTS, DATA_SETS, MOST_RELEVANT
from lca.impact.evidence import GRADES
from lca.report import formatting as show
from lca.report.breakdowns import case_rows
from lca.report.cases import Case, CaseGroup, Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Heading, Notice, Paragraph, Section, Table
from lca.report.headline import MANY

NOTHING = "Nothing to rate: the results hold no ratings of data."

SCHEME = (
    "In the form of the data quality rating of the Product Environmental Footprint (Recommendation (EU) 2021/2279): "
    "the mean of technological, geographical and time-related representativeness and precision, from 1 (best) to 5 "
    "(worst), weighted with the magnitude of what each data set emits towards the result. Each is read from the score "
    "of the pedigree matrix that says the same (precision from reliability), not from the tables of the "
    "recommendation. Scores are those of the workspace, and nobody else’s."
)

#: The upper ends of the levels of the recommendation.
LEVELS = ((1.5, "excellent"), (2.0, "very good"), (3.0, "good"), (4.0, "fair"))

#: Columns of the table and how they are called in a report, in the order of the formula.
CRITERIA = {"technological": "Technology", "geographical": "Geography", "temporal": "Time", "reliability": "Precision"}


def level(rating: float) -> str:
    """What the recommendation calls a rating."""
    return next((word for end, word in LEVELS if rating <= end), "poor")


def quality_section(reading: Reading) -> Section:
    rows = [row for row in reading.main_rows("data_quality") if row["electricity_basis"] == reading.basis]
    if not rows:
        return Section("quality", "Data quality", (Paragraph(NOTHING),))
    sets = {str(row["scenario"]): row for row in rows if row["of"] == DATA_SETS}
    amounts = {str(row["scenario"]): row for row in rows if row["of"] == AMOUNTS}
    blocks: list[Block] = [Paragraph(SCHEME), *_what_it_leaves_out(list(sets.values()), list(amounts.values()))]
    shown = _known(reading.shown_groups, sets)
    title = f"{reading.main['title']}, {basis_word(reading.basis)}: rating of the data sets"
    blocks.append(_ratings(title, shown, sets))
    if sum(len(group.cases) for group in shown) < len(sets):
        blocks.append(_ratings(f"{title}, all {len(sets)} scenarios", _known(reading.groups, sets), sets, folded=True))
    blocks += [Heading("Data quality matrix"), *_matrices(reading)]
    blocks += [Heading("Evidence, weighted"), *_grades(reading, sets, amounts)]
    if (others := _others(reading)) is not None:
        blocks.append(others)
    return Section("quality", "Data quality", tuple(blocks))


def rated(reading: Reading) -> tuple[str, str] | None:
    """The rating of the leading scenarios in short, and where it stands; None where there is none."""
    said = []
    for case in reading.leading:
        for row in reading.main_rows("data_quality"):
            if (row["scenario"], row["of"], row["electricity_basis"]) == (case.id, DATA_SETS, reading.basis):
                worst = show.number(row["at_worst"])
                own = "not rated" if row["rating"] is None else f"{show.number(row['rating'])} (at worst {worst})"
                said.append(own)
    return (f"Data sets {', '.join(dict.fromkeys(said))}; amounts by grade of evidence", "quality") if said else None


def _known(groups: Sequence[CaseGroup], found: dict[str, Row]) -> tuple[CaseGroup, ...]:
    kept = (CaseGroup(group.title, tuple(entry for entry in group.cases if entry[0].id in found)) for group in groups)
    return tuple(group for group in kept if group.cases)


def _what_it_leaves_out(sets: Sequence[Row], amounts: Sequence[Row]) -> Iterator[Notice]:
    """What stands in no rating: what has no scores, and the amounts that the plant takes of the data sets."""
    bare = [1 - row["rated"] for row in sets]
    if max(bare) > 1e-9:
        yield Notice(
            "Not all is rated",
            f"{_span(bare)} of the result comes from data without scores. The rating is of the rest; “at worst” counts "
            "them as 5, and the level is that of the worst.",
        )
    silent = [1 - row["rated"] for row in amounts]
    if silent and max(silent) > 1e-9:
        weak = [row["expert"] + row["placeholder"] + row["ungraded"] for row in amounts]
        yield Notice(
            "Amounts are another matter",
            "The rating is of the data sets that emit, not of how much the plant takes of them. Amounts behind "
            f"{_span(silent)} of the result have no scores; behind {_span(weak)} they are judgements, stand-ins or "
            "without a grade. A good rating of the data sets says nothing of these.",
        )


def _span(shares: Sequence[float]) -> str:
    low, high = show.percent(min(shares)), show.percent(max(shares))
    return low if low == high else f"{low} to {high}"


def _ratings(caption: str, groups: Sequence[CaseGroup], found: dict[str, Row], folded: bool = False) -> Table:
    columns = (
        Column("Scenario"),
        Column("Measured", "percent", "%"),
        Column("Rated", "percent", "%"),
        *(Column(title, "number", group="Of what is rated") for title in CRITERIA.values()),
        Column("Rating", "number", group="Of what is rated"),
        Column("At worst", "number", group="Of all"),
        Column("Level of the data sets", group="Of all"),
    )

    def cells(case: Case) -> list[Cell]:
        row = found[case.id]
        criteria = [row[name] for name in CRITERIA]
        return [row["measured"], row["rated"], *criteria, row["rating"], row["at_worst"], level(row["at_worst"])]

    rows, headings = case_rows(groups, cells)
    note = "Measured and rated are shares of the result, magnitudes added up."
    return Table(caption, columns, rows, groups=headings, folded=folded, note=note)


def _matrices(reading: Reading) -> Iterator[Block]:
    """The processes that make up most of each leading scenario, with their scores."""
    yield Paragraph(
        f"The data sets that emit the first {show.percent(MOST_RELEVANT, 2)} of {reading.main['title']}, largest first."
    )
    columns = (
        Column("Data set"),
        Column("Place"),
        Column("Share", "percent", "%"),
        *(Column(title, "number") for title in CRITERIA.values()),
        Column("Rating", "number"),
        Column("Evidence"),
        Column("Source", "code"),
    )
    for case in reading.leading:
        own = [row for row in reading.rows("data_quality_matrix") if row["scenario"] == case.id]
        rows = tuple(
            (
                row["title"],
                row["location"] or "",
                row["share"],
                *(row[name] for name in (*CRITERIA, "rating")),
                row["evidence"] or show.NOT_STATED,
                row["source"] or show.NOT_STATED,
            )
            for row in own
        )
        if rows:
            note = f"{show.ABSENT}: not rated. Scores of a data set whose parts differ are weighted means."
            yield Table(f"Data quality matrix: {case.label}", columns, rows, note=note)


def _grades(reading: Reading, sets: dict[str, Row], amounts: dict[str, Row]) -> Iterator[Block]:
    names = (*GRADES, "ungraded")
    columns = (
        Column("Scenario"),
        Column("Of"),
        *(Column(name.capitalize(), "percent", "%") for name in names),
    )
    rows: list[tuple[Cell, ...]] = []
    for case in reading.leading:
        for what, found in (("data sets", sets), ("amounts the plant takes and gives", amounts)):
            if case.id in found:
                rows.append((case.label, what, *(found[case.id][name] for name in names)))
    yield Table(
        f"{reading.main['title']} by grade of evidence",
        columns,
        tuple(rows),
        note="A data set is weighted with what it emits, an amount with all that it causes, supply chain included.",
    )


def _others(reading: Reading) -> Table | None:
    """The ratings of the other indicators in the leading scenarios."""
    cases = reading.leading
    found = {
        (row["indicator"], row["scenario"]): row
        for case in cases
        for row in reading.rows_with("data_quality", "scenario", {case.id})
        if row["of"] == DATA_SETS and row["electricity_basis"] == reading.basis
    }
    columns = [Column("Indicator")]
    for case in cases:
        columns += [
            Column("Rated", "percent", "%", case.label),
            Column("Rating", "number", group=case.label),
            Column("At worst", "number", group=case.label),
        ]
    rows: list[tuple[Cell, ...]] = []
    for info in reading.indicators[1:]:
        own = [found.get((info["id"], case.id), {}) for case in cases]
        if any(own):
            figures = [(row.get("rated"), row.get("rating"), row.get("at_worst")) for row in own]
            rows.append((info["title"], *(figure for three in figures for figure in three)))
    if not rows:
        return None
    note = "Indicators that are assessed; how far the data speak of them at all is said under “Other indicators”."
    return Table(
        "Rating of the data sets in the other indicators",
        tuple(columns),
        tuple(rows),
        folded=len(rows) > MANY,
        note=note,
    )
