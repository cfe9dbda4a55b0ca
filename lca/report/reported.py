"""A study as its report needs it: computed, and sampled as well."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.impact.results import StudyResults, frame
from lca.impact.study import ComputedStudy, computed_study, study_results
from lca.inventory.backgrounds import OWN
from lca.inventory.parameters import Override
from lca.report.cases import Reading
from lca.system.checking import CheckedStudy, Checker
from lca.system.questions import scenarios_asked

if TYPE_CHECKING:
    from lca.impact.batch.uncertainty import Wanted


#: From a computed study and its leading scenarios to rows of more tables, and more metadata.
Further = Callable[
    [Checker, ComputedStudy, Sequence[str]], tuple[Mapping[str, list[dict[str, Any]]], Mapping[str, Any]]
]

#: Points of each question that bw2calc computes anew; `ree-lca breakeven` has more of them done.
PROVED_OF_EACH = 1


def reported_study(
    root: Path,
    study_name: str | None = None,
    settings: Iterable[Override] = (),
    background: str = OWN,
    wanted: Wanted | None = None,
    told: Callable[[int], None] = lambda done: None,
    further: Further | None = None,
) -> StudyResults:
    """As `run_study`, with the reduced model of the first comparison (or scenario) under `what_if` in the metadata, see
    `lca.impact.batch.exported`, and the questions of the study answered. With `wanted` samples the tables of
    `ON_DEMAND` that they give for the comparisons (or scenarios) that the charts show, and under `samples` in the
    metadata how they were drawn. An imported database can have neither answers nor samples. `further` gives other
    tables of `ON_DEMAND`, and metadata. Raises `InputError`.
    """
    checker = Checker(root, background)
    computed = computed_study(checker, study_name, settings)
    results = study_results(checker, computed, settings)
    from lca.impact.batch.exported import what_if
    from lca.impact.batch.opened import Opened
    from lca.impact.batch.study_samples import sampled_study

    basis = computed.checked.study.electricity_basis
    whole = Opened(computed.checked, basis, computed.method, checker.problems, computed.imported)
    reading = Reading(results)
    leading = whole.of(*(case.id for case in reading.leading))
    reduced = what_if(leading, reading.rows("sensitivity"))
    results = StudyResults({**results.metadata, "what_if": reduced}, results.tables)
    if further is not None:
        more, said_more = further(checker, computed, [case.id for case in reading.leading])
        added = {name: frame(name, rows) for name, rows in more.items()}
        results = StudyResults({**results.metadata, **said_more}, {**results.tables, **added})
    if background != OWN:
        return results
    results = _answered(results, computed, checker)
    if wanted is None:
        return results
    found = replace(whole, checked=_shown(results, computed.checked))
    tables, said = sampled_study(found, wanted, told)
    how = {"count": wanted.most, "seed": wanted.seed, "method": wanted.method, "said": said}
    sampled = {name: frame(name, rows) for name, rows in tables.items()}
    return StudyResults({**results.metadata, "samples": how}, {**results.tables, **sampled})


def _answered(results: StudyResults, computed: ComputedStudy, checker: Checker) -> StudyResults:
    """The results with the table `questions`, where the study asks any."""
    checked = computed.checked
    if not checked.study.questions:
        return results
    from lca.impact.batch.opened import Opened
    from lca.impact.batch.questions import answers

    names = scenarios_asked(checked.study)
    asked = replace(checked, scenarios=[scenario for scenario in checked.scenarios if scenario.id in names], pairs=[])
    found = Opened(asked, checked.study.electricity_basis, computed.method, checker.problems)
    rows, _, _ = answers(found, most=PROVED_OF_EACH)
    return StudyResults(results.metadata, {**results.tables, "questions": frame("questions", rows)})


def _shown(results: StudyResults, checked: CheckedStudy) -> CheckedStudy:
    """The scenarios that the charts of the report show, and the comparisons between them."""
    reading = Reading(results)
    names = {case.id for case in reading.shown}
    pairs = {(pair.baseline.id, pair.alternative.id) for pair in reading.shown_pairs}
    return replace(
        checked,
        scenarios=[scenario for scenario in checked.scenarios if scenario.id in names],
        pairs=[pair for pair in checked.pairs if (pair.baseline, pair.alternative) in pairs],
    )
