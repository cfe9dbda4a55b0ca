"""Elementary effects: of sums exactly, of products with their interaction, of groups."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import norm

from lca.impact.sensitivity.procedures import Wanted
from lca.impact.sensitivity.study import sensitivity
from tests.impact.batch.test_model import returned
from tests.impact.sensitivity.studies import emitting, ishigami, opened, rows_of, run


def test_effects_of_a_sum_are_its_central_widths(tmp_path: Path) -> None:
    terms = {
        "one": {"value": "5 kg", "range": ["0 kg", "12 kg"]},
        "two": {"value": "50 kg", "distribution": {"normal": {"mean": "50 kg", "sd": "3 kg"}}},
        "three": {"value": "1 kg", "range": ["0 kg", "2 kg"]},
    }
    rows = run(opened(tmp_path, emitting("one + 60 kg - two + 20 kg + three", terms)), "morris", 10)
    assert rows["one"]["mu_star"] == rows["one"]["mu"] == pytest.approx(0.95 * 12)
    assert rows["one"]["sigma"] == pytest.approx(0, abs=1e-9)
    # two thirds of the way through the levels: from 2.5 to 65.8 %, or from 34.2 to 97.5 %
    step = 3 * (norm.ppf(0.025 + 0.95 * 2 / 3) - norm.ppf(0.025)) / (2 / 3)
    assert rows["two"]["mu_star"] == -rows["two"]["mu"] == pytest.approx(step)
    assert [row["rank"] for row in rows.values()] == [1, 2, 3]
    assert rows["three"]["mu_star"] == pytest.approx(0.95 * 2)
    assert [row["mu_star_conf"] for row in rows.values()] == pytest.approx([0, 0, 0], abs=1e-9)


def test_a_product_has_a_deviation(tmp_path: Path) -> None:
    """Of x y, the effect of x is the width of x times y, which stands at any of the four levels alike."""
    terms = {"x": {"value": 2, "range": [1, 3]}, "y": {"value": 2, "range": [1, 3]}}
    rows = run(opened(tmp_path, emitting("1 kg * x * y", terms)), "morris", 500)
    levels = 1 + 2 * (0.025 + 0.95 * np.arange(4) / 3)
    for name in "xy":
        assert rows[name]["mu"] == pytest.approx(0.95 * 2 * 2, rel=0.03)
        assert rows[name]["sigma"] == pytest.approx(0.95 * 2 * np.std(levels), rel=0.05)
        assert abs(rows[name]["mu_star"] - 0.95 * 4) < 1.5 * rows[name]["mu_star_conf"]


def test_what_moves_both_ways_has_a_size_and_no_mean(tmp_path: Path) -> None:
    rows = run(opened(tmp_path, ishigami()), "morris", 300)
    assert rows["x3"]["mu_star"] > 3 * abs(rows["x3"]["mu"])
    assert rows["x3"]["sigma"] > rows["x3"]["mu_star"]


def test_groups_have_a_size_only(tmp_path: Path) -> None:
    spread = {"value": "50 kg", "distribution": {"normal": {"mean": "50 kg", "sd": "3 kg"}}}
    wide = {"value": "5 kg", "range": ["1 kg", "9 kg"], "pedigree": [5, 5, 5, 5, 5]}
    own = [{"between": ["plant.one", "plant.two"], "coefficient": 1}]
    what = opened(
        tmp_path, emitting("one + two + three", {"one": spread, "two": spread, "three": wide}, correlations=own)
    )
    rows = run(what, "morris", 50)
    assert set(rows) == {"one & plant.two", "three"}
    for row in rows.values():
        assert row["mu_star"] > 0
        assert math.isnan(row["mu"])
        assert math.isnan(row["sigma"])
    assert [d.code for d in what.sampled.opened.problems.warnings] == ["REE-D013"]


def test_trajectories_with_an_impossible_sample_are_left_out(tmp_path: Path) -> None:
    what = opened(tmp_path, returned("-0.4 %", "50 %"))  # fewer than 1 in 100
    found = sensitivity(what, Wanted("morris", 40))
    assert rows_of(found)
    assert run(what, "morris", 40) == rows_of(found)
