"""The questions of a study answered: where the two scenarios of each of them tie."""

from __future__ import annotations

from typing import Any

import numpy as np

from lca.impact.batch.breakeven import STEPS, breakeven
from lca.impact.batch.opened import Opened
from lca.impact.batch.proof import PROVED, proved
from lca.impact.batch.vary import model_of, value_now
from lca.system.questions import varied_in


def answers(opened: Opened, most: int = PROVED) -> tuple[list[dict[str, Any]], int, float]:
    """Rows of the table `questions`, a line for every tie, or one without a value; how many points bw2calc has computed
    anew, and the largest relative difference. `opened` holds the scenarios asked for,
    and `most` points of each question are computed anew.
    """
    rows: list[dict[str, Any]] = []
    points, agreement = 0, 0.0
    for question in opened.checked.study.questions:
        pair = opened.of(str(question.baseline), str(question.alternative))
        one = varied_in(opened.checked.study, question, pair.systems, opened.problems)
        if one is None:
            continue
        model = model_of(pair, [one], opened.problems)
        opened.problems.raise_errors()
        wanted = str(question.indicator) if question.indicator else opened.method.indicators[0].id
        common = {"question": str(question.title), "now": value_now(pair, one)}
        found = breakeven(pair, model, one, wanted)
        rows += [common | row for row in found] or [common | _not_assessed(pair, one.address, wanted)]
        proof = proved(model, {one.address: one.grid(STEPS)}, most)
        points, agreement = points + proof[0], max(agreement, proof[1])
    opened.problems.raise_errors()
    return rows, points, agreement


def _not_assessed(pair: Opened, address: str, indicator: str) -> dict[str, Any]:
    names = dict(zip(("baseline", "alternative"), pair.ids, strict=True))
    said = {"indicator": indicator, "electricity_basis": pair.basis, "parameter": address}
    return names | said | {"value": np.nan, "kind": "not assessed"}
