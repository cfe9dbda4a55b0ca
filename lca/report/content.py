"""From the results of a study to its report: what is said, in which order. Only sums and counts are computed here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from lca.errors import Diagnostic, InputError
from lca.impact.background_views import called
from lca.impact.results import StudyResults
from lca.report import formatting as show
from lca.report.accounts import accounts_section
from lca.report.backgrounds import background_section
from lca.report.balances import elements_section, loops_section
from lca.report.boundary import boundary_section
from lca.report.breakdowns import differences_section, scopes_section, split_section, stages_section
from lca.report.cases import Reading, basis_word
from lca.report.checklists import checklists_section, is_draft
from lca.report.checks import RELATIVE, checks_section, limitations_section
from lca.report.disclosed import disclosure_section
from lca.report.document import Block, Column, KeyValues, Notice, Paragraph, ReportDocument, Section, Table
from lca.report.electricity import electricity_section
from lca.report.evidence import (
    assumptions_section,
    parameters_section,
    reproducibility_section,
    sources_section,
    warnings_section,
)
from lca.report.exchanges import exchanges_section
from lca.report.general import general_section, verification_section
from lca.report.headline import MANY, results_section
from lca.report.indicators import indicators_section
from lca.report.methods import counts, methods_section
from lca.report.products import products_section
from lca.report.published import published_section
from lca.report.purchases import costs_section, dependency_section
from lca.report.quality import quality_section
from lca.report.summary import PANEL, cover, summary_section
from lca.report.uncertainty import uncertainty_section
from lca.report.views import views
from lca.report.what_if import what_if

STATUS = "Screening study. Not independently verified."

#: The state of a report: a line of a checklist is missing, or a verifier may begin. No program says that one is done.
DRAFT, FOR_VERIFICATION = "DRAFT", "FOR VERIFICATION"


def report_document(results: StudyResults, language: str = "en") -> ReportDocument:
    """The report of a study. Parts for which the results hold nothing say so. Raises `InputError` when scenarios would
    be compared by a single score (ISO 14044, 4.4.5).
    """
    reading = Reading(results)
    _refuse_single_scores(reading)
    data = reading.metadata
    checklists = checklists_section(reading)
    sections = (
        boundary_section(reading),
        results_section(reading),
        published_section(reading),
        stages_section(reading),
        exchanges_section(reading),
        differences_section(reading),
        split_section(reading),
        scopes_section(reading),
        indicators_section(reading),
        products_section(reading),
        background_section(reading),
        accounts_section(reading),
        costs_section(reading),
        dependency_section(reading),
        loops_section(reading),
        elements_section(reading),
        assumptions_section(reading),
        quality_section(reading),
        parameters_section(reading),
        electricity_section(reading),
        methods_section(reading),
        uncertainty_section(reading),
        checks_section(reading),
        warnings_section(reading),
        limitations_section(reading),
        checklists,
        verification_section(reading),
        disclosure_section(reading),
        sources_section(reading),
        reproducibility_section(reading),
    )
    created = str(data.get("created") or "")[:10]
    return ReportDocument(
        title=str(data.get("title") or data["study"]),
        kicker="Life cycle assessment",
        status=f"{STATUS} {_electricity(reading)}",
        facts=_facts(reading),
        sections=(
            summary_section(reading),
            general_section(reading),
            _limits(reading),
            *(section for section in sections if section is not None),
        ),
        footer=f"{data['study']} · {created} · {STATUS}",
        stamp=DRAFT if is_draft(checklists) else FOR_VERIFICATION,
        cover=cover(reading),
        author=reading.facts["practitioner"],
        created=str(data.get("created") or ""),
        language=language,
        live={"views": views(reading), "what_if": what_if(reading)},
    )


_SINGLE = re.compile(r"single[ _-]?score|\bweighted\b|_weighted", re.IGNORECASE)


def _refuse_single_scores(reading: Reading) -> None:
    """Indicators that are several impacts weighted into one are not compared."""
    if not reading.pairs:
        return
    named = [
        i for i in reading.indicators if _SINGLE.search(f"{i['id']} {i['title']}") or i["unit"].lower() == "points"
    ]
    raise_for = [
        Diagnostic(
            "REE-R002",
            f"`{info['id']}` ({info['title']}) is a single score, and the study {reading.metadata['study']} compares",
            expected="indicators of one impact each, or a study without comparisons",
        )
        for info in named
    ]
    if raise_for:
        raise InputError(raise_for)


def _electricity(reading: Reading) -> str:
    if len(reading.bases) < 2:
        return f"Electricity is accounted for {' and '.join(basis_word(basis) for basis in reading.bases)} only."
    named = " and ".join(basis_word(basis) for basis in reading.bases)
    return f"Electricity is accounted for both {named}; figures are {basis_word(reading.basis)} unless said otherwise."


def _facts(reading: Reading) -> KeyValues:
    data = reading.metadata
    items = [
        ("Study", str(data["study"])),
        ("Goal", "" if not data.get("goal") else str(data["goal"])),
        ("Declared unit", str(data.get("declared_unit") or "")),
        ("Boundary", str(data.get("boundary") or "")),
        ("Method", "; ".join(method["title"] for method in data["methods"])),
        *([("Methane", f"{counted} in {reading.main['title']}")] if (counted := counts(reading.main)) else []),
        *([("Settings of this run", ", ".join(data["settings"]))] if data.get("settings") else []),
        *([("Background", called(data["background"]))] if data.get("background") else []),
        (
            "Scenarios",
            _count(len(reading.cases), "scenario")
            + (f", {_count(len(reading.pairs), 'comparison')}" if reading.pairs else ""),
        ),
    ]
    return KeyValues(tuple((name, value or show.NOT_STATED) for name, value in items))


def _count(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")


def _limits(reading: Reading) -> Section:
    axes: list[tuple[str, str]] = []
    for axis, title in reading.axes.items():
        options = dict.fromkeys(case.options[axis] for case in reading.cases.values() if axis in case.options)
        axes.append((title, "; ".join(options) or show.NOT_STATED))
    blocks: list[Block] = [Notice("Review panel", PANEL)] if reading.pairs else [Paragraph(RELATIVE)]
    if axes:
        blocks += [Paragraph("Each scenario takes one option of each axis:"), KeyValues(tuple(axes))]
    if left_out := reading.metadata.get("excluded"):
        blocks.append(_left_out(left_out))
    return Section("scope", "What was compared" if reading.pairs else "What was computed", tuple(blocks))


def _left_out(excluded: Sequence[Mapping[str, Any]]) -> Table:
    """Combinations of options that the workspace rules out, under the reason that they share."""
    reasons: dict[str, list[str]] = {}
    for entry in excluded:
        reasons.setdefault(str(entry["reason"]), []).append(str(entry["id"]))
    return Table(
        "Combinations left out, and why",
        (Column("Combination", "code"),),
        tuple((name,) for names in reasons.values() for name in names),
        groups=tuple((reason, len(names)) for reason, names in reasons.items()),
        folded=len(excluded) > MANY,
    )
