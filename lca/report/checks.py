"""What the program has checked of itself and of the study, and what limits the results."""

from __future__ import annotations

from collections.abc import Iterator

from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.document import Cell, Column, KeyValues, Paragraph, Section, Table

RELATIVE = "Results are relative expressions: they predict no actual effects, thresholds, margins or risks."


def checks_section(reading: Reading) -> Section:
    """Checks of completeness and consistency, each with what it found."""
    rows: list[tuple[Cell, ...]] = [*_completeness(reading), *_consistency(reading)]
    count = sum(1 for _ in _completeness(reading))
    groups = (("Completeness", count), ("Consistency", len(rows) - count))
    columns = (Column("Check"), Column("Found"))
    return Section(
        "checks",
        "Completeness and consistency checks",
        (
            Paragraph("Made by the program on every run. They say that nothing was lost, not that the data are right."),
            Table("Checks", columns, tuple(rows), groups=groups),
        ),
    )


def _completeness(reading: Reading) -> Iterator[tuple[str, str]]:
    main = reading.main
    shares = [reading.coverage_share(case, main["id"], reading.basis) or 0.0 for case in reading.ordered]
    yield f"Data behind {main['title']}, lowest of any scenario", show.coverage(min(shares, default=None), 1.0)
    whole = sum(
        all(reading.coverage(case, info["id"], reading.basis) == show.FULL for case in reading.ordered)
        for info in reading.indicators
    )
    yield "Indicators that the data cover in full in every scenario", f"{whole} of {len(reading.indicators)}"
    flows = {(row["method"], row["flow"]) for row in reading.rows("uncharacterised")}
    yield "Elementary flows without a factor, by method", str(len(flows))
    places = {
        (row["parameter"], row["file"], row["line"], row["evidence"] or "", row["source"] or "")
        for row in _used(reading)
    }
    bare = sum(not evidence or not source for *_, evidence, source in places)
    yield "Parameters without source or evidence", f"{bare} of {len(places)}"
    if left_out := reading.metadata.get("excluded"):
        yield "Combinations of options that were ruled out, with a reason", str(len(left_out))


def _used(reading: Reading) -> list[dict[str, object]]:
    return [row for row in reading.rows("parameters") if row["file"]]


def _consistency(reading: Reading) -> Iterator[tuple[str, str]]:
    balances = reading.rows("balances")
    if balances:
        yield "Element balances that close", f"{sum(bool(r['closes']) for r in balances)} of {len(balances)}"
    largest = _largest_gap(reading)
    if largest is not None:
        yield "Largest gap between a result and the sum of its stages", show.percent(largest)
    yield "Scores", "all computed by bw2calc, and again by the breakdowns; the two agree to 1e-9"
    warnings = reading.rows("warnings")
    yield "Warnings of the check of the workspace", str(len(warnings))
    if reading.pairs:
        same = "declared unit, methods and electricity basis are those of the study on both sides"
        yield "Comparisons", f"{same}; the sides differ in what their names say"
        yield "Both sides cut the same way", _axes_that_differ(reading)


def _axes_that_differ(reading: Reading) -> str:
    found: dict[str, int] = {}
    for pair in reading.pairs:
        mine, other = pair.baseline.options, pair.alternative.options
        for axis in mine:
            if mine[axis] != other.get(axis):
                title = reading.axes.get(axis, axis)
                found[title] = found.get(title, 0) + 1
    said = "; ".join(f"{title} differs in {count}" for title, count in found.items())
    return f"{said} of {len(reading.pairs)} comparisons" if said else "only settings differ"


def _largest_gap(reading: Reading) -> float | None:
    gaps = []
    for case in reading.ordered:
        parts = reading.breakdown(case, "stage", reading.basis)
        total = reading.value(case, reading.main["id"], reading.basis)
        if parts and total:
            gaps.append(abs(sum(value for _, value in parts.values()) / total - 1))
    return max(gaps, default=None)


# --- limitations


def limitations_section(reading: Reading) -> Section:
    rows = [(f"L{n}", text, where) for n, (text, where) in enumerate(_limitations(reading), 1)]
    items = tuple((number, f"{text} ({where})" if where else text) for number, text, where in rows)
    return Section(
        "limitations",
        "Limitations",
        (Paragraph("What a reader has to know before using a figure of this report."), KeyValues(items)),
    )


def _limitations(reading: Reading) -> Iterator[tuple[str, str]]:
    """Each limitation, and where the report says more."""
    yield RELATIVE, ""
    if reading.pairs:
        yield "Comparisons are for internal use; a public comparative assertion needs a review panel.", ""
    if len(reading.indicators) == 1 + len(reading.parts):
        yield "Only one impact is assessed; others may go the other way.", ""
    partial = [i["title"] for i in reading.others if any(_part(reading, c.id, i["id"]) for c in reading.ordered)]
    if partial:
        text = f"{len(partial)} of {len(reading.indicators)} indicators are partial or not assessed in some scenario."
        yield text, "Other indicators"
    standing_in = {
        (row["parameter"], row["file"], row["line"])
        for row in reading.rows("parameters")
        if row["evidence"] == "placeholder"
    } | {
        (row["process"], row["file"], row["line"])
        for row in reading.rows("exchanges")
        if row["evidence"] == "placeholder"
    }
    if standing_in:
        yield f"{len(standing_in)} figures stand in until data arrive.", "Assumptions and weakest data"
    judged = {(r["parameter"], r["line"]) for r in reading.rows("parameters") if r["evidence"] == "expert"}
    if judged:
        every = {(r["parameter"], r["line"]) for r in reading.rows("parameters") if r["evidence"]}
        yield (
            f"{len(judged)} of {len(every)} parameters with a grade are judgements or recalled figures.",
            "Assumptions and weakest data",
        )
    if not reading.rows("uncertainty"):
        yield "No samples were drawn: the report has no intervals.", "Uncertainty"
    else:
        yield (
            "Intervals hold only for spreads that are stated; models, choices and compositions have none.",
            "Uncertainty",
        )
    alike = {name for option in reading.metadata.get("electricity") or [] for name in option["alike"]}
    if alike & set(reading.cases):
        count = len(alike & set(reading.cases))
        text = f"In {count} of {len(reading.cases)} scenarios the market-based result is the location-based one."
        yield text, "Electricity supply"
    for text in reading.facts["limitations"] or []:
        yield text, ""


def _part(reading: Reading, scenario: str, indicator: str) -> bool:
    return reading.coverage(reading.cases[scenario], indicator, reading.basis) != show.FULL
