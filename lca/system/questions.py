"""The questions of a study: what would have to change for two of its scenarios to tie?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lca.errors import Diagnostic, InputError, Problems, nearest
from lca.inventory import schema
from lca.inventory.loading import Inventory
from lca.inventory.scalars import is_address
from lca.system.network import ProductSystem
from lca.system.scenario import Excluded, report_unknown
from lca.system.varied import SCORE_OF, Varied, flow_of, varied, varied_score


def check_questions(
    inventory: Inventory,
    study: schema.Study,
    systems: Mapping[str, ProductSystem],
    excluded: Sequence[Excluded],
    problems: Problems,
) -> None:
    """Report what is wrong with the questions of a study whose scenarios are all linked."""
    for question in study.questions:
        names = (question.baseline, question.alternative)
        for name in names:
            if name not in systems:
                report_unknown(name, systems, excluded, problems)
        if question.baseline == question.alternative:
            place, expected = question.alternative.span, "two scenarios"
            problems.add("REE-S005", "the two scenarios are the same: they tie everywhere", place, expected=expected)
        elif all(name in systems for name in names):
            varied_in(study, question, [systems[name] for name in names], problems)


def varied_in(
    study: schema.Study, question: schema.Question, systems: Sequence[ProductSystem], problems: Problems
) -> Varied | None:
    """What a question varies, and the range; None after reporting."""
    units = indicator_units(systems[0].inventory, study.method)
    indicator = question.indicator
    if indicator is not None and indicator not in units:
        message, close = f"the study has no indicator `{indicator}`", nearest(indicator, units)
        problems.add("REE-I002", message, indicator.span, expected=", ".join(units), suggestion=close)
        return None
    if flow_of(question.vary):
        wanted = str(indicator) if indicator is not None else next(iter(units))
        return varied_score(systems, question.vary, question.between, wanted, units[wanted], problems)
    if not is_address(question.vary):
        expected = f"process.parameter, or {SCORE_OF}FLOW"
        problems.add("REE-S006", f"`{question.vary}` is not an address", question.vary.span, expected=expected)
        return None
    found = varied([system.scope for system in systems], question.vary, question.between, problems)
    if found is not None and not any(found.address in system.scope.in_use() for system in systems):
        message = f"`{found.address}` has no part in {question.baseline} and {question.alternative}"
        expected = "a parameter that one of the two makes use of"
        problems.add("REE-D010", message, question.vary.span, expected=expected)
        return None
    return found


def asked(study: schema.Study) -> list[schema.Question]:
    """The questions of a study; raises `InputError` where it asks none."""
    if not study.questions:
        expected = "`questions:` in the study, or PARAMETER BASELINE ALTERNATIVE"
        raise InputError([Diagnostic("REE-C007", f"the study {study.study} asks no questions", expected=expected)])
    return study.questions


def scenarios_asked(study: schema.Study) -> list[str]:
    """The scenarios that the questions of a study are about; raises `InputError` where it asks none."""
    return list(dict.fromkeys(str(name) for q in asked(study) for name in (q.baseline, q.alternative)))


def indicator_units(inventory: Inventory, methods: Iterable[str]) -> dict[str, str]:
    """The unit of every indicator of methods, by id, in their order."""
    found: dict[str, str] = {}
    for method in [inventory.methods.named(name) for name in methods]:
        found |= {method.called(name): str(indicator.unit) for name, indicator in method.indicators.items()}
    return found
