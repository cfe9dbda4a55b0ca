"""The questions of a study answered: where the two scenarios of each of them tie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.errors import Problems
from lca.impact.batch.breakeven import STEPS, breakeven
from lca.impact.batch.opened import Opened
from lca.impact.batch.proof import PROVED, proved
from lca.impact.batch.vary import model_of, value_now
from lca.inventory.schema import Question
from lca.system.questions import asked, varied_in

#: What keeps a question from being asked of another pair: nothing in it depends on the parameter.
_NO_PART = ("REE-D010", "REE-N003")


def answers(opened: Opened, other: Sequence[str] = (), most: int = PROVED) -> tuple[list[dict[str, Any]], int, float]:
    """Rows of the table `questions`, a line for every tie, or one without a value; how many points bw2calc has computed
    anew (`most` of each question), and the largest relative difference. `opened` holds the scenarios asked for: those
    that the questions name, or an `other` pair, of which each is asked once.
    """
    rows: list[dict[str, Any]] = []
    points, agreement = 0, 0.0
    questions = {_asked(one) if other else id(one): one for one in reversed(asked(opened.checked.study))}
    for question in reversed(questions.values()):
        pair = opened.of(*(other or (str(question.baseline), str(question.alternative))))
        problems = Problems()
        one = varied_in(opened.checked.study, question, pair.systems, problems)
        if one is None:
            if other and all(found.code in _NO_PART for found in problems.all):
                wanted = str(question.indicator or opened.method.indicators[0].id)
                row = _without_a_value(pair, str(question.vary), wanted, "has no part in them")
                rows.append({"question": str(question.title), "now": np.nan} | row)
                continue
            opened.problems.extend(problems.all)
            continue
        model = model_of(pair, [one], opened.problems)
        opened.problems.raise_errors()
        wanted = str(question.indicator) if question.indicator else opened.method.indicators[0].id
        common = {"question": str(question.title), "now": value_now(pair, one)}
        found = breakeven(pair, model, one, wanted)
        rows += [common | row for row in found] or [
            common | _without_a_value(pair, one.address, wanted, "not assessed")
        ]
        proof = proved(model, {one.address: one.grid(STEPS)}, most)
        points, agreement = points + proof[0], max(agreement, proof[1])
    opened.problems.raise_errors()
    return rows, points, agreement


def _asked(question: Question) -> tuple[str, ...]:
    """What is asked, whatever scenarios it is asked of."""
    return (str(question.vary), str(question.indicator), *map(str, question.between or ()))


def _without_a_value(pair: Opened, address: str, indicator: str, why: str) -> dict[str, Any]:
    names = dict(zip(("baseline", "alternative"), pair.ids, strict=True))
    said = {"indicator": indicator, "electricity_basis": pair.basis, "parameter": address}
    return names | said | {"value": np.nan, "kind": why}
