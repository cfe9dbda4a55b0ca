"""Ties and sweeps of curves that can be worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.errors import InputError, Problems
from lca.impact.batch.breakeven import breakeven, sampled_breakeven, ties
from lca.impact.batch.engine import proved
from lca.impact.batch.opened import Opened, opened
from lca.impact.batch.sweep import contour, sweep
from lca.impact.batch.vary import model_of, varied
from lca.system.varied import Varied
from tests.system.systems import Document, documents, flow, line, process
from tests.workspaces import as_yaml, write

#: What a kilogram of steel emits by each route, in kg.
ROUTES = {
    "line": "10 kg * x",
    "offset": "20 kg + 5 kg * x * y",
    "curve": "10 kg * x + 1 kg * (x - 1) * (x - 3)",
    "flat": "20 kg",
    "jump": "5 kg if x < 2 else 100 kg",
    "high": "1000 kg",
    "limited": "10 kg * (3 - x)",
}


def plant() -> list[Document]:
    emissions = [line("co2", amount, when={"route": route}) for route, amount in ROUTES.items()]
    parameters: Any = {
        "x": {"value": "1.5", "range": ["0.5", "8"]},
        "y": {"value": "1", "range": ["0.5", "1.5"]},
        "z": {"value": "1", "range": ["0.5", "1.5"]},
        "colour": {"choice": "red", "options": ["red", "blue"]},
        "fixed": {"value": "1 kg"},
    }
    return documents(
        {"steel": flow(), "co2": flow("elementary")},
        [process("plant", "steel", "fixed", parameters=parameters, emissions=emissions)],
        ("steel", "1 kg"),
        {"co2": 1},
        study={"scenarios": [{"route": list(ROUTES)}]},
        workspace={"axes": {"route": {"title": "Route"}}},
        extra=[{"route": route, "title": route} for route in ROUTES],
    )


@pytest.fixture
def pair(tmp_path: Path) -> Any:
    write(tmp_path, {"inventories/all.yaml": as_yaml(plant())})

    def open_(*scenarios: str) -> Opened:
        return opened(tmp_path, None, scenarios)

    return open_


def parameter(found: Opened, name: str = "plant.x", ends: tuple[str, str] | None = None) -> Varied:
    problems = Problems()
    one = varied(found, name, ends, problems)
    problems.raise_errors()
    assert one is not None
    return one


def rows_of(found: Opened, ends: tuple[str, str] | None = None) -> list[dict[str, Any]]:
    one = parameter(found, ends=ends)
    return breakeven(found, model_of(found, [one], Problems()), one)


def test_one_tie(pair: Any) -> None:
    """10 x = 20 + 5 x at 4, where both are 40; below it the line is lower."""
    (row,) = rows_of(pair("line", "offset"))
    assert row["value"] == pytest.approx(4, rel=1e-12)
    assert row["at_tie"] == pytest.approx(40, rel=1e-12)
    assert (row["kind"], row["lower_below"], row["lower_above"]) == ("tie", "baseline", "alternative")
    assert (row["low"], row["high"]) == (0.5, 8)


def test_all_ties_are_found(pair: Any) -> None:
    rows = rows_of(pair("line", "curve"))
    assert [row["value"] for row in rows] == pytest.approx([1, 3], rel=1e-12)
    assert [row["lower_below"] for row in rows] == ["baseline", "alternative"]
    assert [row["lower_above"] for row in rows] == ["alternative", "baseline"]


def test_no_tie_is_an_answer(pair: Any) -> None:
    (row,) = rows_of(pair("line", "high"))
    assert np.isnan(row["value"])
    assert (row["kind"], row["lower_below"], row["lower_above"]) == ("none", "baseline", "baseline")
    (row,) = rows_of(pair("line", "offset"), ("0.5", "3.9"))
    assert row["kind"] == "none"


def test_a_jump_is_not_called_a_tie(pair: Any) -> None:
    (row,) = rows_of(pair("flat", "jump"))
    assert (row["kind"], row["lower_below"], row["lower_above"]) == ("jump", "alternative", "baseline")
    assert row["value"] == pytest.approx(2, rel=1e-9)


def test_where_a_scenario_is_impossible_there_is_no_tie(pair: Any) -> None:
    """10 (3 - x) is negative beyond 3: of 10 x it is the double at 1 and ties at 1.5."""
    (row,) = rows_of(pair("line", "limited"))
    assert row["value"] == pytest.approx(1.5, rel=1e-12)


def test_ties_on_a_point_of_the_grid() -> None:
    found = ties(lambda x: x**3 - x, np.array([-2.0, -1.0, 0.0, 0.5, 2.0]))
    assert [(tie.at, tie.rises) for tie in found] == [(-1, True), (0, False), (pytest.approx(1), True)]
    assert all(tie.crossing for tie in found)


def test_the_tie_of_samples(pair: Any) -> None:
    """10 x = 20 + 5 x y ties at 4 / (2 - y): with y even between 0.5 and 1.5, from 2.67 to 8, in the middle at 4."""
    found = pair("line", "offset")
    (row,) = sampled_breakeven(found, parameter(found), 4000, 1)
    assert row["samples"] == 4000
    assert row["ties"] == 1
    assert row["median"] == pytest.approx(4, rel=0.03)
    assert row["low_95"] == pytest.approx(4 / (2 - 0.525), rel=0.01)
    assert row["high_95"] == pytest.approx(4 / (2 - 1.475), rel=0.03)
    (row,) = sampled_breakeven(found, parameter(found, ends=("0.5", "4")), 4000, 1)
    assert row["ties"] == pytest.approx(0.5, abs=0.03)
    assert row["baseline_lower"] == pytest.approx(0.5, abs=0.03)
    assert row["alternative_lower"] == 0


def test_a_sweep(pair: Any) -> None:
    found = pair("line", "limited")
    one = parameter(found)
    model = model_of(found, [one], Problems())
    rows = sweep(found, model, [(one, np.array([1.0, 2.0, 4.0]))])
    assert [(row["scenario"], row["at"]) for row in rows[:3]] == [("line", 1), ("line", 2), ("line", 4)]
    np.testing.assert_allclose([row["value"] for row in rows], [10, 20, np.nan, 20, 10, np.nan])
    assert proved(model, {"plant.x": np.array([1.0, 2.0, 4.0])}) == (2, pytest.approx(0, abs=1e-12))


def test_a_contour(pair: Any) -> None:
    found = pair("line", "offset")
    x, y = parameter(found), parameter(found, "plant.y")
    rows = contour(found, model_of(found, [x, y], Problems()), [(x, x.grid(50)), (y, np.array([0.5, 1.0, 1.2]))])
    assert [row["at_2"] for row in rows] == [0.5, 1.0, 1.2]
    assert [row["at"] for row in rows] == pytest.approx([4 / (2 - at) for at in (0.5, 1.0, 1.2)], rel=1e-12)


@pytest.mark.parametrize(
    ("name", "ends", "code", "hint"),
    [
        ("plant.w", None, "REE-N003", "plant"),
        ("plant.colour", None, "REE-D009", "number"),
        ("plant.fixed", None, "REE-D009", "ends"),
        ("plant.x", ("3", "1"), "REE-D009", "low end"),
        ("plant.x", ("1 kg", "2"), "REE-U003", "plain number"),
        ("plant.fixed", ("1", "2 kg"), "REE-U002", "mass"),
        ("plant.x", ("one", "2"), "REE-D009", "plain number"),
        ("plant.x", ("1 kgs", "2"), "REE-U001", "kg"),
    ],
)
def test_what_cannot_be_varied(pair: Any, name: str, ends: tuple[str, str] | None, code: str, hint: str) -> None:
    with pytest.raises(InputError) as refused:
        parameter(pair("line", "flat"), name, ends)
    (fault,) = refused.value.diagnostics
    assert fault.code == code
    assert hint in fault.expected + fault.suggestion
    assert fault.span is not None


def test_a_parameter_without_a_part(pair: Any) -> None:
    problems = Problems()
    found = pair("line", "flat")
    model_of(found, [parameter(found, "plant.z")], problems)
    assert [fault.code for fault in problems.errors] == ["REE-D010"]
