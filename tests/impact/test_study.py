"""A study from end to end: tables, sums, comparisons, what is not assessed."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from pathlib import Path

import pytest

from lca.errors import InputError
from lca.impact.comparison import compare_pair
from lca.impact.overview import breakdown, difference, headline, methane, methane_in, verdict
from lca.impact.results import COLUMNS, StudyResults, frame
from lca.impact.study import run_study
from lca.inventory.settings import parse_settings
from tests.textbook import textbook


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return textbook(tmp_path_factory.mktemp("textbook"))


@pytest.fixture(scope="module")
def results(workspace: Path) -> StudyResults:
    return run_study(workspace)


def test_the_textbook_answer(results: StudyResults) -> None:
    values = results["results"].set_index(["indicator", "electricity_basis"])["value"]
    assert values["climate_change", "market"] == pytest.approx(120, rel=1e-12)
    assert values["acidification", "location"] == pytest.approx(14, rel=1e-12)


def test_columns_are_the_contract(results: StudyResults) -> None:
    assert {name: tuple(table.columns) for name, table in results.tables.items()} == dict(COLUMNS)
    assert tuple(results["results"].columns) == (
        "scenario",
        "product",
        "indicator",
        "unit",
        "value",
        "coverage",
        "allocation",
        "electricity_basis",
    )


def test_every_breakdown_sums_to_its_result(results: StudyResults) -> None:
    keys = ["scenario", "indicator", "electricity_basis"]
    sums = results["contributions"].groupby([*keys, "dimension"])["value"].sum()
    totals = results["results"].set_index(keys)["value"]
    for (*key, _), value in sums.items():
        assert value == pytest.approx(totals[tuple(key)], rel=1e-9)


def test_json_holds_every_table_and_no_nan(results: StudyResults) -> None:
    data = json.loads(results.to_json())
    assert set(data) == {"metadata", *COLUMNS}
    assert data["results"]["columns"] == list(COLUMNS["results"])
    assert data["results"]["data"][0][0] == "base"


def test_a_setting_changes_the_result_and_only_that(workspace: Path) -> None:
    changed = run_study(workspace, settings=parse_settings(["power_plant.fuel_use=4 L"]))
    assert changed.headline()["value"].iloc[0] == pytest.approx(140)
    parameter = changed["parameters"].set_index("parameter").loc["power_plant.fuel_use"]
    assert (parameter["value"], parameter["unit"], parameter["set_by"]) == (4.0, "L", "command line")


def test_one_at_a_time_swings(results: StudyResults) -> None:
    row = results["sensitivity"].iloc[0]
    assert (row["parameter"], row["low"], row["central"], row["high"]) == ("power_plant.fuel_use", 1.0, 2.0, 3.0)
    assert (row["at_low"], row["at_high"], row["swing"]) == pytest.approx((110, 130, 20))


def test_what_no_data_set_speaks_of_is_missing_not_zero(workspace: Path, tmp_path: Path) -> None:
    root = textbook(tmp_path)
    method = root / "methods" / "simple.yaml"
    method.write_text(method.read_text() + "  land_use: {title: Land use, unit: m2, factors: {crude_oil: 0}}\n")
    table = run_study(root)["results"].set_index(["indicator", "electricity_basis"])
    row = table.loc[("land_use", "market")]
    assert row["value"] != row["value"]
    assert row["coverage"] == 0


def test_partial_factors_lower_the_coverage(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    method = root / "methods" / "simple.yaml"
    method.write_text(
        method.read_text().replace(
            "{sulfur_dioxide: 1}", "{sulfur_dioxide: 1, carbon_dioxide: {value: 0.05, partial: a guess}}"
        )
    )
    table = run_study(root)["results"].set_index(["indicator", "electricity_basis"])
    assert table.loc[("acidification", "market"), "value"] == pytest.approx(14 + 6)
    assert table.loc[("acidification", "market"), "coverage"] == pytest.approx(14 / 20)


def test_comparison_of_a_scenario_with_itself_is_nothing(results: StudyResults) -> None:
    pair = compare_pair(results, "base", "base")
    assert (pair["comparisons"]["saving"] == 0).all()
    assert verdict(pair, None, None).endswith("the alternative equals the baseline.")
    assert difference(pair, "process", None, None, with_total=True)["saving"].eq(0).all()


def test_views(results: StudyResults) -> None:
    title, table = headline(results)
    assert title.startswith("Electricity\nPer 1000 kWh of electricity, market-based")
    assert table["base"].tolist() == pytest.approx([120, 120, 14])
    assert breakdown(results, "process", "acidification", "market", True)["value"].tolist() == pytest.approx(
        [10, 4, 14]
    )
    assert breakdown(results, "process", "acidification", "market", False)["value"].sum() == pytest.approx(14)
    with pytest.raises(InputError, match="no indicator"):
        breakdown(results, "process", "acidificaton", None, True)


def test_errors_stop_a_run(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    file = root / "inventories" / "all.yaml"
    file.write_text(file.read_text().replace("amount: 50 L", "amount: 50 kg"))
    with pytest.raises(InputError, match="REE-U003"):
        run_study(root)


# --- what is printed first


HELD = "methane counts 30 (CH4)"


def made_up(scenarios: Sequence[str]) -> StudyResults:
    """Results of two indicators; the second one is nothing, and a third is not assessed."""
    infos = [
        {"id": name, "title": name.upper(), "unit": "kg CO2e", "methane": said}
        for name, said in (("warming", HELD), ("warming.part", HELD), ("other", ""))
    ]
    rows = [
        {"scenario": scenario, "indicator": name, "unit": "kg CO2e", "electricity_basis": basis}
        | {"value": value * (2 if basis == "location" else 1), "coverage": covered}
        for scenario in scenarios
        for basis in ("market", "location")
        for name, value, covered in (("warming", 5.0, 0.5), ("warming.part", 0.0, 1.0), ("other", math.nan, 0.0))
    ]
    metadata = {"title": "T", "declared_unit": "1 kg", "electricity_basis": "market", "indicators": infos}
    return StudyResults(metadata, {"results": frame("results", rows), "comparisons": frame("comparisons", [])})


def test_few_scenarios_stand_side_by_side() -> None:
    title, table = headline(made_up(["a/here/x", "b/here/x"]))
    assert title.splitlines() == ["T", "Per 1 kg, market-based electricity, central values", "here/x"]
    assert table.to_dict("list") == {
        "indicator": ["WARMING, market-based", "WARMING, location-based"],
        "unit": ["kg CO2e"] * 2,
        "a": [5.0, 10.0],
        "b": [5.0, 10.0],
        "coverage": [0.5, 0.5],
    }


@pytest.mark.parametrize(
    "names",
    [
        [f"{letter}/here" for letter in "abcde"],
        [f"{letter * 40}/here" for letter in "ab"],
        ["unit/here", "other/here"],
    ],
    ids=["many", "long", "called like another column"],
)
def test_other_scenarios_have_a_line_each(names: list[str]) -> None:
    title, table = headline(made_up(names))
    assert title.splitlines() == ["T", "WARMING, kg CO2e per 1 kg, central values"]
    assert table["scenario"].tolist() == names
    assert list(table.columns) == ["scenario", "market-based", "location-based", "coverage"]
    assert table.iloc[0].tolist() == [names[0], 5.0, 10.0, 0.5]


def test_methane_is_told_once() -> None:
    results = made_up(["a"])
    assert methane_in(results) == methane_in(results, every=True) == "Methane counts 30 (CH4)."
    assert methane_in(results, "warming.part") == "Methane counts 30 (CH4)."
    assert methane_in(results, "other") == ""
    infos = [*results.metadata["indicators"], {"id": "soon", "methane": "methane counts 80 (CH4)"}]
    assert methane(infos) == "Methane counts 30 (CH4) in warming;\n80 (CH4) in soon."
