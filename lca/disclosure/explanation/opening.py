"""From what a person names to the study and the figure meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lca.disclosure.explanation.tree import Explainer
from lca.errors import Diagnostic, InputError
from lca.impact.figures import FORM, MINUS, NOT_ALLOCATED, FigureId, parse_figure
from lca.impact.study import computed_study
from lca.inventory.backgrounds import OWN
from lca.inventory.declarations import BASKET
from lca.inventory.parameters import Override
from lca.system.checking import Checker


def called(study: str, background: str) -> str:
    """How the names of a study's figures begin."""
    return study if background == OWN else f"{study}@{background}"


def opened_study(
    root: Path,
    study: str | None,
    settings: Iterable[Override],
    background: str = OWN,
    only: Iterable[str] = (),
    also: Iterable[str] = (),
    pairs: Iterable[tuple[str, str]] = (),
) -> Explainer:
    """A study computed to explain its figures. Raises `InputError`."""
    computed = computed_study(Checker(root, background), study, settings, only, also=also)
    return Explainer(computed, called(str(computed.checked.study.study), background), pairs)


def opened_figure(
    root: Path,
    study: str | None,
    settings: Iterable[Override],
    background: str,
    words: Sequence[str],
    basis: str | None,
    allocation: str | None,
) -> tuple[Explainer, FigureId]:
    """The figure that `words` name, by its name or as scenario, indicator and product; with the study it is of, of
    which no more is computed than the figure needs. Raises `InputError`.
    """
    if len(words) == 1 and ":" in words[0]:
        try:
            figure = parse_figure(words[0])
        except ValueError as fault:
            raise InputError([Diagnostic("REE-A001", str(fault), expected=FORM)]) from fault
        named, _, database = figure.study.partition("@")
        whole = figure.allocation != NOT_ALLOCATED
        explainer = _computed(root, named, settings, database or OWN, figure.scenario, whole)
        return explainer, replace(figure, study=explainer.study)  # `@own` is as good as nothing
    scenario, *rest = words
    product = rest[1] if len(rest) > 1 else BASKET
    explainer = _computed(root, study, settings, background, scenario, allocation is not None or product != BASKET)
    checked = explainer.computed.checked
    if product != BASKET and allocation is None:
        allocation = next(map(str, checked.study.allocations), None)
    indicator = rest[0] if rest else explainer.computed.method.indicators[0].id
    which = basis or checked.study.electricity_basis
    return explainer, FigureId(explainer.study, scenario, product, indicator, which, allocation or NOT_ALLOCATED)


def _computed(
    root: Path, study: str | None, settings: Iterable[Override], background: str, scenario: str, whole: bool
) -> Explainer:
    """One scenario, or the whole study with it, where its figure may be made of those of others too."""
    baseline, minus, alternative = scenario.partition(MINUS)
    if minus and not whole:
        pair = (baseline, alternative)
        return opened_study(root, study, settings, background, only=dict.fromkeys(pair), pairs=[pair])
    if whole:
        return opened_study(root, study, settings, background, also=[scenario])
    return opened_study(root, study, settings, background, only=[scenario])
