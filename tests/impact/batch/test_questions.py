"""Questions of a study, and scores of what is bought, where ties can be worked out by hand.

A kilogram of steel needs 5 kg of ore by either route. `old` buys 4 kWh and emits 6 kg, `new` buys 1 kWh and 2 kg of a
reagent that is delivered (0.5 kg for the lorry, 1 kWh for pumping). A kWh causes 0.5 kg, a kg of reagent 3 kg and a kWh
at its maker, a kg of ore a kWh at the mine:

    old   4 e + 6 + 5 (0.5)            = 10.5    with e = 0.5
    new   e + 2 (r + 0.5 + e) + 5 (0.5) = 12     with r = 3.5
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.errors import InputError
from lca.impact.batch.breakeven import sampled_breakeven
from lca.impact.batch.opened import Opened, opened
from lca.impact.batch.questions import answers
from lca.impact.batch.vary import model_of, value_now, varied
from tests.system.systems import Document, documents, flow, line, process
from tests.workspaces import as_yaml, check, write

PAIR = {"baseline": "old", "alternative": "new"}


def steel(questions: Sequence[Mapping[str, Any]] = ()) -> list[Document]:
    old, new = {"route": "old"}, {"route": "new"}
    inputs = [
        line("ore", "5 kg"),
        line("power", "4 kWh", when=old),
        line("power", "1 kWh * x", when=new),
        line("reagent_here", "2 kg * y", when=new),
    ]
    emissions = [line("co2", "6 kg", when=old)]
    parameters: Any = {
        "x": {"value": "1", "range": ["0.5", "1.5"]},
        "y": {"value": "1"},
    }
    delivered = [line("reagent", "1 kg"), line("lorry", "1 tkm"), line("power", "1 kWh")]
    return documents(
        {
            **{name: flow() for name in ("steel", "ore", "reagent", "reagent_here")},
            **{"power": flow(unit="kWh"), "lorry": flow(unit="tkm"), "co2": flow("elementary")},
        },
        [
            process("plant", "steel", "1 kg", stage="steel", parameters=parameters, inputs=inputs, emissions=emissions),
            process("delivery", "reagent_here", "1 kg", inputs=delivered),
            process("maker", "reagent", "1 kg", inputs=[line("power", "1 kWh")], emissions=[line("co2", "3 kg")]),
            process("transport", "lorry", "1 tkm", emissions=[line("co2", "0.5 kg")]),
            process("mine", "ore", "1 kg", inputs=[line("power", "1 kWh")]),
            process("station", "power", "1 kWh", emissions=[line("co2", "0.5 kg")]),
        ],
        ("steel", "1 kg"),
        {"co2": 1},
        study={"scenarios": [{"route": ["old", "new"]}], "questions": [dict(q) for q in questions]},
        workspace={"axes": {"route": {"title": "Route"}}},
        extra=[{"route": route, "title": route} for route in ("old", "new")],
    )


def asked(root: Path, *questions: Mapping[str, Any]) -> Opened:
    write(root, {"inventories/all.yaml": as_yaml(steel(questions))})
    return opened(root, None, asked=True)


def test_the_score_of_what_is_bought(tmp_path: Path) -> None:
    """Only of what the plant takes, its deliveries included: mine and maker keep their power at 0.5.

    old: 4 s + 6 + 2.5; new: s + 2 (3.5 + 0.5 + s) + 2.5: 8.5 + 4 s = 10.5 + 3 s at 2.
    """
    question = {"title": "Grid", "vary": "score of power", "between": ["0 points/kWh", "5 points/kWh"], **PAIR}
    rows, points, agreement = answers(asked(tmp_path, question))
    (row,) = rows
    assert row["value"] == pytest.approx(2, rel=1e-12)
    assert row["now"] == pytest.approx(0.5, rel=1e-12)
    assert (row["kind"], row["lower_below"], row["lower_above"]) == ("tie", "baseline", "alternative")
    assert row["parameter_unit"] == "points/kWh"
    assert points == 6
    assert agreement < 1e-12


def test_the_score_in_other_units(tmp_path: Path) -> None:
    """3.6 MJ are a kWh, so 1 point/MJ is 3.6 points/kWh."""
    question = {"title": "Grid", "vary": "score of power", "between": ["0 points/MJ", "1 points/MJ"], **PAIR}
    (row,), _, _ = answers(asked(tmp_path, question))
    assert (row["low"], row["high"]) == (0, pytest.approx(3.6))
    assert row["value"] == pytest.approx(2, rel=1e-12)


def test_the_score_of_what_comes_by_a_delivery(tmp_path: Path) -> None:
    """old 10.5; new 0.5 + 2 (s + 0.5 + 0.5) + 2.5 = 5 + 2 s, a tie at 2.75; now the maker's 3.5."""
    question = {"title": "Reagent", "vary": "score of reagent", "between": ["0 points/kg", "5 points/kg"], **PAIR}
    (row,), _, _ = answers(asked(tmp_path, question))
    assert row["value"] == pytest.approx(2.75, rel=1e-12)
    assert row["now"] == pytest.approx(3.5, rel=1e-12)
    question["vary"] = "score of reagent_here"  # 0.5 + 2 s + 2.5 = 10.5
    (row,), _, _ = answers(asked(tmp_path, question))
    assert row["value"] == pytest.approx(3.75, rel=1e-12)
    assert row["now"] == pytest.approx(4.5, rel=1e-12)


def test_at_the_score_as_it_stands_nothing_changes(tmp_path: Path) -> None:
    found = asked(tmp_path, {"title": "x", "vary": "plant.x", **PAIR})
    for flow_, unit in (("power", "kWh"), ("reagent", "kg"), ("ore", "kg")):
        one = varied(found, f"score of {flow_}", (f"0 points/{unit}", f"9 points/{unit}"), found.problems)
        assert one is not None
        totals = (
            model_of(found, [one], found.problems).evaluate({one.address: np.array([value_now(found, one)])}).totals
        )
        np.testing.assert_allclose(totals[:, 0, 0], [10.5, 12], rtol=1e-14)


def test_answers_of_parameters(tmp_path: Path) -> None:
    """x moves a kWh of `new`, no tie between 0.5 and 1.5; y what it buys of reagent, 3 + 9 y = 10.5 at 5/6."""
    wide = {"title": "Less reagent", "vary": "plant.y", "between": ["0", "2"], **PAIR}
    rows, points, _ = answers(asked(tmp_path, {"title": "Power", "vary": "plant.x", **PAIR}, wide))
    assert [(row["question"], row["kind"]) for row in rows] == [("Power", "none"), ("Less reagent", "tie")]
    assert rows[0]["now"] == 1
    assert rows[1]["value"] == pytest.approx(5 / 6, rel=1e-12)
    assert points > 6


def test_of_another_pair_each_question_is_asked_once(tmp_path: Path) -> None:
    """The other way round all answers turn; what nothing in the pair depends on has none."""
    grid = {"title": "Grid", "vary": "score of power", "between": ["0 points/kWh", "5 points/kWh"]}
    turned = {"baseline": PAIR["alternative"], "alternative": PAIR["baseline"]}
    root = tmp_path / "w"
    again = grid | turned | {"title": "Grid, turned"}
    made = asked(root, grid | PAIR, again, {"title": "Power", "vary": "plant.x", **PAIR})
    assert len(answers(made)[0]) == 3
    rows, _, _ = answers(opened(root, None, tuple(turned.values())), tuple(turned.values()))
    assert [(row["question"], row["kind"]) for row in rows] == [("Grid", "tie"), ("Power", "none")]
    assert (rows[0]["value"], rows[0]["lower_below"]) == (pytest.approx(2), "alternative")
    for name in turned.values():
        only = opened(root, None, (name,))
        same = (name, name)
        kinds = {row["question"]: row["kind"] for row in answers(only, same)[0]}
        assert (kinds["Power"] == "has no part in them") == (name == PAIR["baseline"])


def test_the_tie_of_samples_of_a_score(tmp_path: Path) -> None:
    """8.5 + 4 s = 10.5 + s x + 2 s: at 2 / (2 - x), from 4/3 to 4 with x from 0.5 to 1.5, in the middle at 2."""
    found = asked(tmp_path, {"title": "x", "vary": "plant.x", **PAIR})
    one = varied(found, "score of power", ("0 points/kWh", "5 points/kWh"), found.problems)
    assert one is not None
    (row,) = sampled_breakeven(found, one, 4000, 1)
    assert (row["ties"], row["samples"]) == (1, 4000)
    assert row["median"] == pytest.approx(2, rel=0.03)
    assert row["low_95"] == pytest.approx(2 / (2 - 0.525), rel=0.01)


def test_a_parameter_that_moves_nothing(tmp_path: Path) -> None:
    made = steel([{"title": "Idle", "vary": "plant.idle", "between": ["1", "2"], **PAIR}])
    made[3]["parameters"]["idle"] = {"value": "1"}
    write(tmp_path, {"inventories/all.yaml": as_yaml(made)})
    assert "REE-D010" in [fault.code for fault in check(tmp_path).all]


def test_a_study_without_questions(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        asked(tmp_path)
    assert [fault.code for fault in refused.value.diagnostics] == ["REE-C007"]


def test_questions_are_checked_with_the_workspace(tmp_path: Path) -> None:
    question = {"title": "Grid", "vary": "score of power", "between": ["0 points/kWh", "5 points/kg"], **PAIR}
    write(tmp_path, {"inventories/all.yaml": as_yaml(steel([question]))})
    (fault,) = check(tmp_path).all
    assert (fault.code, fault.expected) == ("REE-U003", "a number of points/kWh")
