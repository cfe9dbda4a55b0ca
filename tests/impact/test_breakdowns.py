"""Breakdowns and the reference calculation where the system is unusual."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings

from lca.impact import brightway
from lca.impact.contributions import DIMENSIONS
from tests.system.systems import Document, documents, flow, line, process, random_systems, solved
from tests.system.test_network import solve_in


@settings(max_examples=40, deadline=None)
@given(random_systems(feedback=True))
def test_breakdowns_sum_where_the_supply_chain_uses_products_of_the_plant(made: list[Document]) -> None:
    scores = solve_in(made).scores()
    sums = dict.fromkeys(DIMENSIONS, 0.0)
    size = 0.0
    for part in scores.contributions(0):
        sums[part.dimension] += part.value
        size = max(size, abs(part.value))
    assert sums == pytest.approx(
        dict.fromkeys(DIMENSIONS, float(scores.total[0])), rel=1e-9, abs=1e-9 * max(size, 1e-3)
    )


def test_a_system_without_elementary_flows_scores_nought(tmp_path: Path) -> None:
    flows = {"good": flow(), "raw": flow(), "co2": flow("elementary")}
    made = [process("maker", "good", "1 kg", inputs=[line("raw", "1 kg")]), process("raw_maker", "raw", "1 kg")]
    found = solved(tmp_path, documents(flows, made, ("good", "1 kg"), {"co2": 1}))
    assert found.scores().total == pytest.approx([0])
    assert brightway.scores([found.system()], found.method())[0] == pytest.approx([0])
