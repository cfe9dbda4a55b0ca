"""What a study declares beside its numbers comes into the metadata as it was written, with its evidence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lca.impact.study import run_study
from tests.works import FILES
from tests.workspaces import edited, write


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Any:
    root = tmp_path_factory.mktemp("works")
    write(root, FILES)
    return run_study(root, sensitivity=False).metadata


def test_allocations_with_their_terms(works: Any) -> None:
    found = {one["allocation"]: one for one in works["allocations"]}
    assert list(found) == ["mass", "value", "dysprosium", "recycled"]
    circle = found["recycled"]
    terms = ("by", "base", "virgin", "allocation_factor", "quality_ratio", "when")
    assert [circle[key] for key in terms] == [
        *("circular_footprint", "value", "open/far", "20 %", "90 %"),
        {"route": ["With return"]},
    ]
    assert found["dysprosium"]["elements"] == ["Dy"]


def test_prices_that_allocations_weigh_with(works: Any) -> None:
    (prices,) = works["price_lists"]
    assert found_keys(prices) >= {"prices", "title", "date", "currency", "source", "evidence"}
    assert [entry["product"] for entry in prices["products"]] == ["Nd2O3", "Dy2O3"]
    assert all(entry["evidence"] for entry in prices["products"])


def found_keys(entry: dict[str, Any]) -> set[str]:
    return {key for key, value in entry.items() if value}


def test_plants_with_their_evidence(works: Any) -> None:
    plants = [plant for plants in works["networks"].values() for plant in plants]
    assert plants
    assert all(found_keys(plant) >= {"scenario", "output", "evidence"} for plant in plants)


def test_supply_of_electricity_and_where_both_bases_are_one(tmp_path: Path) -> None:
    write(tmp_path, edited({}))
    (grid, wind) = run_study(tmp_path, sensitivity=False).metadata["electricity"]
    assert (grid["option"], grid["supplies"], grid["instrument"]) == ("grid", [], None)
    assert grid["alike"] == grid["scenarios"] == ["short/grid"]
    assert wind["alike"] == []
    assert wind["supplies"] == [{"flow": "Electricity", "market": "Electricity from wind", "location": ""}]
    assert wind["instrument"] == {
        **{"type": "PPA", "vintage": "2025", "market_boundary": "", "matching": "annual"},
        "note": "",
    }


def test_own_generation_is_alike_on_both_bases(tmp_path: Path) -> None:
    write(tmp_path, edited({"market: wind_power, location: grid": "market: wind_power, location: wind_power"}))
    wind = run_study(tmp_path, sensitivity=False).metadata["electricity"][1]
    assert wind["alike"] == wind["scenarios"]
    assert wind["supplies"][0]["location"] == "Electricity from wind"
