"""Delta and PAWN: SALib's estimates on the same samples, chance, classes, and quantities that are correlated."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from SALib.analyze import pawn as salib_pawn
from SALib.analyze.delta import calc_delta

from lca.impact.sensitivity.given_data import _delta, _delta_classes, _whole, classed, given_data
from lca.impact.sensitivity.procedures import Wanted
from lca.impact.sensitivity.study import sensitivity
from tests.impact.sensitivity.studies import emitting, ishigami, opened, rows_of, run


def samples(count: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    draw = np.random.default_rng(3)
    values = {"a": draw.normal(size=count), "b": draw.lognormal(size=count), "c": draw.random(count)}
    return values, 3 * values["a"] + values["b"] + values["a"] * values["c"]


@pytest.mark.parametrize("count", [1000, 5000])
def test_the_same_as_salib(count: int) -> None:
    values, output = samples(count)
    edges = np.linspace(0, count, _delta_classes(count) + 1)
    grid = np.linspace(output.min(), output.max(), 1000)  # finer than the default of SALib
    of_delta, of_pawn = _delta(output), given_data(values, output, "pawn", 1)
    problem = {"num_vars": 3, "names": list(values), "bounds": [[0, 1]] * 3}
    theirs = salib_pawn.analyze(problem, np.array(list(values.values())).T, output, S=10)
    for k, (name, x) in enumerate(values.items()):
        ours = _whole(*of_delta(classed(x, _delta_classes(count)), np.ones(count)), "delta")
        # the classes of SALib have other members by one at each edge
        assert ours == pytest.approx(calc_delta(output, grid, x, edges), abs=1e-3), name
        # SALib leaves the largest value of x out
        assert of_pawn.index[k] == pytest.approx(theirs["median"][k], abs=2 / (count / 10)), name
        assert of_pawn.highest[k] == pytest.approx(theirs["maximum"][k], abs=2 / (count / 10)), name


def test_weights_are_samples_that_count_more_than_once() -> None:
    """The bootstrap of a weighted sample is that of one with repetitions."""
    values, output = samples(400)
    weights = np.random.default_rng(4).poisson(1.0, 400).astype(float)
    labels = classed(values["a"], 8)
    often = np.repeat(np.arange(400), weights.astype(int))
    estimate = _delta(output)
    weighted = _whole(*estimate(labels, weights), "delta")
    keep = (output.min() == output[often].min()) and (output.max() == output[often].max())
    repeated = _whole(*_delta(output[often])(labels[often], np.ones(len(often))), "delta")
    assert weighted == pytest.approx(repeated, rel=1e-9 if keep else 0.01)


def test_independence_of_shape_and_of_chance() -> None:
    """What determines the result has a large delta, what has no part one that chance explains."""
    draw = np.random.default_rng(5)
    values = {"all": draw.normal(size=4000), "none": draw.normal(size=4000)}
    for kind in ("delta", "pawn"):
        found = given_data(values, np.exp(values["all"]), kind, 1)
        assert found.index[0] > (0.8 if kind == "delta" else 0.45)
        assert found.index[1] == pytest.approx(found.nothing, abs=3 * found.conf[1])
        assert abs(found.index[1]) < 0.1


def test_classes_of_values_that_repeat() -> None:
    x = np.array([1.0] * 30 + [2.0] * 70)
    assert list(np.unique(classed(x, 10), return_counts=True)[1]) == [30, 70]
    assert list(np.bincount(classed(np.arange(1000.0), 10))) == [100] * 10
    assert list(np.bincount(classed(np.ones(50), 10))) == [50]


def test_a_switch_of_two_values_has_its_distance(tmp_path: Path) -> None:
    """Half of the samples lie at 0 to 1 kg and half at 10 to 11: each class of the switch is half of the whole away
    from it. In the k-th of ten classes of `little` the distance is that of its farther end in one half:
    max(k, 9 - k) / 20.
    """
    terms = {
        "switch": {"value": "10 kg", "distribution": {"discrete": {"values": ["0 kg", "10 kg"], "weights": [1, 1]}}},
        "little": {"value": "0 kg", "range": ["0 kg", "1 kg"]},
    }
    what = opened(tmp_path, emitting("switch + little", terms))
    rows = run(what, "pawn", 4000)
    assert rows["switch"]["pawn"] == pytest.approx(0.5, abs=0.02)
    assert rows["little"]["pawn"] == pytest.approx(7 / 20, abs=0.02)


def test_what_is_correlated_with_a_cause_has_its_index(tmp_path: Path) -> None:
    """`idle` weighs almost nothing, and tells of `cause` all the same."""
    spread = {"value": "50 kg", "distribution": {"normal": {"mean": "50 kg", "sd": "3 kg"}}}
    correlated = [{"between": ["plant.cause", "plant.idle"], "coefficient": "0.9"}]
    formula, terms = "cause + 0.001 * idle + 0.001 * other", {"cause": spread, "idle": spread, "other": spread}
    what = opened(tmp_path, emitting(formula, terms, correlations=correlated))
    found = sensitivity(what, Wanted("delta", 4000))
    rows = rows_of(found)
    assert rows["idle"]["delta"] > 0.4
    assert rows["idle"]["S1"] == pytest.approx(0.81, abs=0.03)
    assert rows["other"]["delta"] < 0.05
    assert any("of correlated quantities" in line for line in found.said)
    assert not what.sampled.opened.problems.warnings


def test_ishigami_by_distance(tmp_path: Path) -> None:
    """x3 changes the distribution though it has no first-order share of the variance."""
    what = opened(tmp_path, ishigami())
    delta, pawn = run(what, "delta", 10_000), run(what, "pawn", 10_000)
    assert delta["x2"]["delta"] > delta["x1"]["delta"] > 0.15  # Borgonovo 2007: 0.40, 0.21, 0.16
    assert delta["x3"]["delta"] == pytest.approx(0.16, abs=0.04)
    assert abs(delta["x3"]["S1"]) < 0.01
    assert pawn["x2"]["pawn"] > pawn["x1"]["pawn"] > pawn["x3"]["pawn"] > 0.05
    assert run(what, "delta", 1000) == run(what, "delta", 1000)
