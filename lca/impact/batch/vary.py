"""What a person varies on the command line: names and ranges, and scenarios as functions of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lca.errors import Problems, Span
from lca.impact.batch.model import BatchModel, Bought, Quantity
from lca.impact.batch.opened import Opened
from lca.inventory.reading import Text
from lca.inventory.scope import Scope
from lca.system.varied import Varied, amount_bought, flow_of, varied_score, without
from lca.system.varied import varied as varied_parameter

#: Most points of a grid.
MOST_POINTS = 1_000_000


def varied(
    opened: Opened, name: str, ends: Sequence[str] | None, problems: Problems, indicator: str | None = None
) -> Varied | None:
    """The parameter of that address, or the score of a flow in an indicator (the first), between two quantities; None
    after reporting. What is `Text` is reported where it stands.
    """
    given = _placed(name)
    texts = None if ends is None else [_placed(end.strip() if not isinstance(end, Text) else end) for end in ends]
    if not flow_of(name):
        return varied_parameter([system.scope for system in opened.systems], given, texts, problems)
    info = opened.method.indicators[opened.method.index(indicator) if indicator else 0]
    return varied_score(opened.systems, given, texts, info.id, info.unit, problems)


def _placed(text: str) -> Text:
    return text if isinstance(text, Text) else Text.at(text, Span(Path("command line"), 1, 1, len(text)))


def scores_among(opened: Opened, parameters: Sequence[Varied]) -> list[Bought]:
    """Those that are scores of what is bought."""
    return [Bought(one.address, one.flow, opened.method.index(one.indicator)) for one in parameters if one.flow]


def model_of(
    opened: Opened, parameters: Sequence[Varied], problems: Problems, quantities: Sequence[Quantity] = ()
) -> BatchModel:
    """The scenarios as functions of parameters, by their addresses; a parameter without a part in them is reported."""
    bounds = {one.address: (one.low, one.high) for one in parameters}
    names = [_known(system.scope, parameters) for system in opened.systems]
    bought, study = scores_among(opened, parameters), opened.checked.study
    model = BatchModel(study, opened.systems, opened.basis, opened.method, names, bounds, quantities, bought)
    for one in parameters:
        if one.address not in model.variables:
            place = Span(Path("command line"), 1, 1, len(one.address))
            message = f"`{one.address}` has no part in {' and '.join(opened.ids[:3])}"
            problems.add("REE-D010", message, place, expected="a parameter that the scenarios make use of")
    return model


def modelled(
    opened: Opened, ranges: Sequence[tuple[str, Sequence[str] | None]], indicator: str | None = None
) -> tuple[list[Varied], BatchModel]:
    """What is varied, each between two quantities or over the range that is stated for it, and the scenarios as
    functions of it. Raises `InputError` with all that is wrong.
    """
    found = [varied(opened, name, ends, opened.problems, indicator) for name, ends in ranges]
    opened.problems.raise_errors()
    parameters = [one for one in found if one is not None]
    model = model_of(opened, parameters, opened.problems)
    opened.problems.raise_errors()
    return parameters, model


def _known(scope: Scope, parameters: Sequence[Varied]) -> dict[str, str]:
    return {one.address: one.address for one in parameters if not one.flow and one.address in scope.definitions}


def value_now(opened: Opened, one: Varied) -> float:
    """What is varied, as it stands, in the unit that is shown: of a parameter its value where the scenarios that have
    it agree, of a score the mean over what they buy; else nan.
    """
    if one.flow:
        place = opened.method.index(one.indicator)
        caused, amount = 0.0, 0.0
        for system, scores in zip(opened.systems, opened.scores, strict=True):
            rest = without(system, one.flow)
            left = opened.method.matrix(rest.elementary)[place] @ rest.biosphere @ rest.supply
            caused += float(scores.total[place] - left)
            amount += float(amount_bought(system.solved_by(rest.supply), one.flow))
        return caused / amount if amount else float("nan")
    scopes = [system.scope for system in opened.systems]
    values = {float(value) for s in scopes if one.address in s.definitions for value in [s.value_at(one.address)]}
    return float(one.shown(np.array(values.pop()))) if len(values) == 1 else float("nan")
