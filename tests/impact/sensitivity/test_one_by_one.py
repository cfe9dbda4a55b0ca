"""One at a time: the numbers of the report, and of single exchanges."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.impact.evidence import priorities, weakness
from lca.impact.sensitivity.analysed import analysed
from lca.workspace import bundled
from tests.impact.batch.test_uncertainty import electricity
from tests.impact.sensitivity.studies import opened, run
from tests.impact.test_one_at_a_time import Workspace

SCENARIO = "electro/magnet-full/missouri/grid"


def test_a_swing_is_that_of_the_report() -> None:
    reported = Workspace(bundled(), (SCENARIO,)).rows()
    what = analysed(bundled(), None, [SCENARIO])
    rows, chosen = run(what, "one-at-a-time", 0), what.sampled.model.systems[0].scope.chosen
    assert len(reported) > 60
    assert any(name.count(".") == 2 for name in reported)
    for name, row in reported.items():
        owner, _, rest = name.partition(".")
        own = rows[f"{chosen.get(owner, owner)}.{rest}"]
        assert [own[key] for key in ("at_low", "at_high", "swing")] == pytest.approx(
            [row[key] for key in ("at_low", "at_high", "swing")], rel=1e-9, abs=1e-12
        )
        for key in ("low", "central", "high", "parameter_unit", "evidence", "source"):
            assert own[key] == pytest.approx(row[key]) if isinstance(row[key], float) else own[key] == row[key]


def test_ends_of_the_textbook_case(tmp_path: Path) -> None:
    """Its central 95 % moved: direct emissions of 1 kg to 1.098 kg per 10 kWh, say."""
    rows = run(opened(tmp_path, electricity()), "one-at-a-time", 0)
    assert rows["emissions.co2"]["at_high"] == pytest.approx(120 + 100 * 1.96 * 0.05)
    assert rows["use"]["at_low"] == pytest.approx(120 - 20 * 1.96 * 0.05)
    assert rows["made"]["at_low"] == pytest.approx(120 / (1 - 1.96 * 0.05))
    assert rows["emissions.co2"]["title"] == "A flow, plant"
    assert rows["emissions.co2"]["file"] == "inventories/all.yaml"
    assert rows["use"]["central"] == pytest.approx(2)
    assert rows["use"]["parameter_unit"] == "L"


def test_what_evidence_weighs() -> None:
    assert weakness("measured") < weakness("calculated") < weakness("literature") < weakness("expert")
    assert weakness("") == weakness("placeholder")
    assert weakness("expert", [1, 1, 1, 1, 1]) == weakness("expert")
    assert weakness("expert", [5, 5, 5, 5, 5]) == pytest.approx(4 * 2.5, rel=0.01)
    assert priorities([1.0, -2.0, float("nan")], [2.0, 3.0, 5.0]) == [0.25, 0.75, 0.0]
    assert priorities([0.0], [2.0]) == [0.0]
