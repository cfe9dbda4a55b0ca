"""What standards ask of a report, in our words, and where this one says it; what it does not say is NOT STATED.

The texts of the standards are sold, and not reproduced here: the lists are working aids, not the standards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.document import Checklist, ChecklistItem, Notice, Paragraph, Section
from lca.report.quality import rated

AID = (
    "Made by the program from what this report holds: a line is found where the report has something to it, not where "
    "that suffices. The lists are in our words; the standards themselves decide."
)

#: What a reading states to a line, with the id of the section; None where it states nothing.
_Answer = Callable[[Reading], tuple[str, str] | None]


@dataclass(frozen=True)
class _Line:
    requirement: str
    answer: _Answer


def _fact(key: str, place: str = "general") -> _Answer:
    return lambda reading: (str(reading.facts[key]), place) if reading.facts[key] else None


def _entry(key: str, place: str, said: str = "") -> _Answer:
    return lambda reading: (said or str(reading.metadata[key]), place) if reading.metadata.get(key) else None


def _table(name: str, said: str, place: str) -> _Answer:
    return lambda reading: (said, place) if reading.has(name) else None


def _always(said: str, place: str) -> _Answer:
    return lambda reading: (said, place)


def _part(*endings: str) -> _Answer:
    """A part of the main indicator that has a value in every scenario."""

    def answer(reading: Reading) -> tuple[str, str] | None:
        for info in reading.parts:
            if info["id"].rpartition(".")[2] in endings:
                known = [reading.value(case, info["id"], reading.basis) for case in reading.ordered]
                return (info["title"], "split") if known and None not in known else None
        return None

    return answer


def _electricity(reading: Reading) -> tuple[str, str] | None:
    if reading.metadata.get("electricity"):
        return "Both bases of accounting, instruments", "electricity"
    return None


def _allocation(reading: Reading) -> tuple[str, str] | None:
    if reading.metadata.get("allocations"):
        return f"{len(reading.metadata['allocations'])} rules side by side", "products"
    return None


def _panel(reading: Reading) -> tuple[str, str] | None:
    return (str(reading.facts["critical_review"]), "general") if reading.facts["critical_review"] else None


def _quality(reading: Reading) -> tuple[str, str] | None:
    """What the study states, else the rating."""
    return _fact("data_quality")(reading) or rated(reading)


_SAMPLES = _table("uncertainty", "Intervals of samples", "uncertainty")
_SWINGS = _table("sensitivity", "Each parameter over its range", "assumptions")

ISO_14067 = (
    _Line("Who commissioned the study", _fact("commissioner")),
    _Line("Who carried it out", _fact("practitioner")),
    _Line("Declared unit and reference flow", _entry("declared_unit", "general")),
    _Line("System boundary; a partial footprint named as such", _entry("boundary", "boundary")),
    _Line(
        "Unit processes and what crosses the boundary",
        _entry("flow_charts", "boundary", "Drawing and table of each plant"),
    ),
    _Line("Cut-off criteria and what was cut off", _fact("cut_off", "boundary")),
    _Line("Collection of data", _fact("data_collection")),
    _Line("Sources of data", _entry("sources", "sources", "List of sources")),
    _Line("Quality of data", _quality),
    _Line("Time covered", _fact("time", "boundary")),
    _Line("Geography", _fact("geography", "boundary")),
    _Line("Allocation", _allocation),
    _Line(
        "Greenhouse gases and characterisation factors",
        _entry("methods", "methods", "Methods, indicators, flows without a factor"),
    ),
    _Line("Total result", _table("results", "Total per declared unit", "results")),
    _Line("Fossil emissions and removals apart", _part("fossil")),
    _Line("Biogenic emissions and removals apart", _part("biogenic")),
    _Line("Direct land use change apart", _part("land_use_change", "land_use", "luluc")),
    _Line("Emissions of aircraft apart", _fact("aircraft")),
    _Line("Biogenic carbon in the product", _fact("biogenic_carbon")),
    _Line("Result by stage, absolute and relative", _table("contributions", "Contributions by stage", "stages")),
    _Line("Treatment of electricity", _electricity),
    _Line("Sensitivity", _SWINGS),
    _Line("Uncertainty", _SAMPLES),
    _Line("Limitations", _always("Register of limitations", "limitations")),
    _Line("Conclusions", _fact("conclusions")),
    _Line("Value choices", _fact("value_choices")),
    _Line("No offsets in the result", _fact("offsets")),
    _Line("Product category rules used, or none", _fact("product_rules")),
    _Line("Critical review", _panel),
)

ISO_14044_REPORT = (
    _Line("Commissioner and practitioner", _fact("commissioner")),
    _Line("Date of the report", _fact("date")),
    _Line("Reasons for the study", _fact("reasons")),
    _Line("Intended application", _fact("application")),
    _Line("Audience", _entry("audience", "general")),
    _Line("Whether a comparative assertion is to be made public", _fact("comparative_assertion")),
    _Line("Goal", _entry("goal", "general")),
    _Line("Function and declared unit", _entry("declared_unit", "general")),
    _Line("System boundary, with what is left out", _entry("boundary", "boundary")),
    _Line("Cut-off criteria", _fact("cut_off", "boundary")),
    _Line("Collection of data", _fact("data_collection")),
    _Line("Description of unit processes", _entry("flow_charts", "boundary", "Drawing and table of each plant")),
    _Line("Sources from publications", _entry("sources", "sources", "List of sources")),
    _Line("Validation of data", _always("Completeness and consistency checks", "checks")),
    _Line("Treatment of missing data", _fact("missing_data")),
    _Line("Allocation", _allocation),
    _Line("Methods, models and factors", _entry("methods", "methods", "Methods, indicators, flows without a factor")),
    _Line("Results as relative expressions", _always("Register of limitations", "limitations")),
    _Line("Value choices", _fact("value_choices")),
    _Line("Interpretation: assumptions and limitations", _always("Register of limitations", "limitations")),
    _Line("Assessment of data quality", _quality),
    _Line("Conclusions", _fact("conclusions")),
    _Line("Critical review: names, report, answers", _panel),
)

ISO_14044_COMPARISON = (
    _Line("Precision, completeness and representativeness of data", _fact("data_quality")),
    _Line("Equivalence of what is compared", _always("Consistency checks", "checks")),
    _Line("Review by a panel of interested parties", _panel),
    _Line("Completeness of the impacts assessed", _table("coverage", "Coverage of each indicator", "indicators")),
    _Line("Sensitivity", _SWINGS),
    _Line("Uncertainty and significance of differences", _table("probabilities", "Samples in pairs", "uncertainty")),
)


def _footprint_method(reading: Reading) -> tuple[str, str] | None:
    """A method of the Environmental Footprint: its sixteen categories."""
    found = [m["title"] for m in reading.metadata["methods"] if "environmental footprint" in str(m).lower()]
    return (found[0], "methods") if found else None


def _circular(reading: Reading) -> tuple[str, str] | None:
    rules = [one for one in reading.metadata.get("allocations") or [] if one["by"] == "circular_footprint"]
    return (rules[0]["title"], "products") if rules else None


PEF = (
    _Line("Impact categories of the Environmental Footprint", _footprint_method),
    _Line("Circular footprint formula", _circular),
    _Line("Electricity: instruments, residual mix", _electricity),
    _Line("Cut-off of at most three percent", _fact("cut_off", "boundary")),
    _Line("Capital goods", _fact("capital_goods", "boundary")),
    _Line("Data quality rating", rated),
    _Line("Direct elementary flows and hotspots", _table("contributions", "Contributions", "stages")),
    _Line("Limitations", _always("Register of limitations", "limitations")),
    _Line("Category rules followed", _fact("product_rules")),
)

LISTS: Mapping[str, Sequence[_Line]] = {
    "ISO 14067:2018, clause 7": ISO_14067,
    "ISO 14044, 5.2: report to third parties": ISO_14044_REPORT,
    "ISO 14044, 5.3: comparison made public": ISO_14044_COMPARISON,
    "Product Environmental Footprint, Recommendation (EU) 2021/2279": PEF,
}


def checklists_section(reading: Reading) -> Section:
    lists = [
        Checklist(title, tuple(_item(reading, line) for line in lines))
        for title, lines in LISTS.items()
        if reading.pairs or lines is not ISO_14044_COMPARISON
    ]
    missing = sum(not item.stated for one in lists for item in one.items)
    said = [Paragraph(AID)]
    if missing:
        text = f"{missing} of {sum(len(one.items) for one in lists)} lines are not stated: the report is a draft."
        return Section("checklists", "Checklists", (*said, Notice("Draft", text), *lists))
    return Section("checklists", "Checklists", (*said, *lists))


def _item(reading: Reading, line: _Line) -> ChecklistItem:
    answer = line.answer(reading)
    if answer is None:
        return ChecklistItem(line.requirement, show.NOT_STATED, "", stated=False)
    said, place = answer
    return ChecklistItem(line.requirement, said if len(said) <= 90 else f"{said[:88].rstrip()} …", place)


def is_draft(section: Section) -> bool:
    """Whether a line of the checklists is not stated."""
    lists = [block for block in section.blocks if isinstance(block, Checklist)]
    return any(not item.stated for one in lists for item in one.items)
