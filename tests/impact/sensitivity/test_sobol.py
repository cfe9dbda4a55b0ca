"""Shares of the variance: functions with known indices, SALib's own estimates, groups, and what is left out."""

from __future__ import annotations

import math
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from SALib.analyze import sobol as salib
from SALib.sample import sobol as salib_design
from SALib.test_functions import Ishigami
from scipy.stats import qmc

from lca.errors import InputError
from lca.impact.sensitivity import sobol
from lca.impact.sensitivity.procedures import Wanted
from lca.impact.sensitivity.study import sensitivity
from tests.impact.batch.test_model import returned
from tests.impact.batch.test_uncertainty import KEY_ISSUES, electricity
from tests.impact.sensitivity.studies import emitting, ishigami, opened, rows_of, run
from tests.system.systems import line

#: Variances of the function of Ishigami and Homma with a = 7, b = 0.1.
A, B = 7.0, 0.1
V1, V2, V13 = 0.5 * (1 + B * math.pi**4 / 5) ** 2, A**2 / 8, B**2 * math.pi**8 * (1 / 18 - 1 / 50)
WHOLE = V1 + V2 + V13


def test_ishigami_has_its_analytic_indices(tmp_path: Path) -> None:
    what = opened(tmp_path, ishigami())
    x = np.random.default_rng(1).uniform(-math.pi, math.pi, (100, 3))
    values = {f"plant.x{k + 1}": x[:, k] for k in range(3)}
    np.testing.assert_allclose(what.sampled.model.evaluate(values).totals[0, 0], 20 + Ishigami.evaluate(x), rtol=1e-13)
    found = sensitivity(what, Wanted("sobol", 32_768))
    rows = rows_of(found)
    first, total = {"x1": V1, "x2": V2, "x3": 0.0}, {"x1": V1 + V13, "x2": V2, "x3": V13}
    for name, row in rows.items():
        assert row["S1"] == pytest.approx(first[name] / WHOLE, abs=2e-3)
        assert row["ST"] == pytest.approx(total[name] / WHOLE, abs=2e-3)
        assert abs(row["S1"] - first[name] / WHOLE) < max(row["S1_conf"], 1e-3)
        assert 0 < row["ST_conf"] < 0.03
    assert [row["parameter"] for row in found.rows] == ["plant.x1", "plant.x2", "plant.x3"]
    assert [row["rank"] for row in found.rows] == [1, 2, 3]
    (total_share,) = [float(own) for sentence in found.said for own in re.findall("add up to ([0-9.]+) %", sentence)]
    assert total_share == pytest.approx(100 * (V1 + V2) / WHOLE, abs=0.3)


def test_key_issues_of_the_textbook_case(tmp_path: Path) -> None:
    """Heijungs and Suh: 56.25, 39.06 and three times 1.56 % to first order; with 5 % the curvature adds little."""
    rows = run(opened(tmp_path, electricity()), "sobol", 16_384)
    shares = {name.removeprefix("plant."): share for name, share in KEY_ISSUES.items()}
    assert rows.keys() == shares.keys()
    for name, share in shares.items():
        assert rows[name]["S1"] == pytest.approx(share, abs=6e-3)
        assert rows[name]["S1"] - 2e-3 < rows[name]["ST"] < share + 0.01
    rows = run(opened(tmp_path / "narrow", electricity(sd=0.001)), "sobol", 16_384)
    for name, share in shares.items():
        assert rows[name]["ST"] == pytest.approx(share, abs=1e-3)


@pytest.mark.parametrize("chunk", [8192, 128])
def test_the_same_as_salib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int) -> None:
    """Design and estimators are those of SALib, however the work is cut up."""
    monkeypatch.setattr(sobol, "CHUNK", chunk)
    rows = run(opened(tmp_path, ishigami()), "sobol", 512, seed=5)
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-math.pi, math.pi]] * 3}
    sequence = qmc.Sobol
    monkeypatch.setattr(
        salib_design.qmc, "Sobol", lambda d, scramble, seed: sequence(d, rng=np.random.default_rng(seed))
    )
    points = salib_design.sample(problem, 512, calc_second_order=False, seed=5)
    theirs = salib.analyze(problem, Ishigami.evaluate(points), calc_second_order=False, seed=1)
    for k, name in enumerate(problem["names"]):  # type: ignore[call-overload]
        assert rows[name]["S1"] == pytest.approx(theirs["S1"][k], abs=1e-10)
        assert rows[name]["ST"] == pytest.approx(theirs["ST"][k], abs=1e-10)
        assert rows[name]["S1_conf"] == pytest.approx(theirs["S1_conf"][k], rel=0.35)
        assert rows[name]["ST_conf"] == pytest.approx(theirs["ST_conf"][k], rel=0.35)


def test_a_seed_gives_the_same_and_another_gives_another(tmp_path: Path) -> None:
    what = opened(tmp_path, electricity())
    assert run(what, "sobol", 256) == run(what, "sobol", 256)
    assert run(what, "sobol", 256)["made"]["S1"] != run(what, "sobol", 256, seed=2)["made"]["S1"]


def test_every_family_has_its_variance(tmp_path: Path) -> None:
    """Shares of a sum are those of the variances of its terms."""
    families = {
        "one": {"range": ["0 kg", "12 kg"]},
        "two": {"distribution": {"triangular": {"low": "0 kg", "mode": "5 kg", "high": "13 kg"}}},
        "three": {"distribution": {"normal": {"mean": "50 kg", "sd": "3 kg"}}},
        "four": {"distribution": {"lognormal": {"median": "5 kg", "sigma": 0.5}}},
        "five": {"distribution": {"discrete": {"values": ["0 kg", "10 kg"], "weights": [1, 1]}}},
        "six": {"distribution": {"lognormal": {"median": "5 kg", "sigma": 0.3}}, "pedigree": [5, 5, 5, 5, 5]},
        "seven": {"range": ["1 kg", "9 kg"], "pedigree": [5, 5, 5, 5, 5]},
    }
    made = emitting(" + ".join(families), {name: {"value": "5 kg", **own} for name, own in families.items()})
    made[3]["parameters"]["three"]["value"] = "50 kg"

    def lognormal(squared: float) -> float:
        return 25 * math.exp(squared) * (math.exp(squared) - 1)

    quality = 0.04 + 0.008 + 0.04 + 0.002 + 0.12  # variances of the worst scores
    factor = math.exp(quality / 2), math.exp(2 * quality)  # mean and mean square
    widened = (25 + 64 / 12) * factor[1] - (5 * factor[0]) ** 2
    variances = [12, (25 + 169 - 65) / 18, 9, lognormal(0.25), 25, lognormal(0.09 + quality), widened]
    found = run(opened(tmp_path, made), "sobol", 16_384)
    for name, variance in zip(families, variances, strict=True):
        assert found[name]["S1"] == pytest.approx(variance / sum(variances), abs=0.01), name
        assert found[name]["ST"] == pytest.approx(variance / sum(variances), abs=0.01), name


def pair(coefficient: str) -> list[dict[str, Any]]:
    spread = {"distribution": {"normal": {"mean": "50 kg", "sd": "3 kg"}}, "value": "50 kg"}
    own = [{"between": ["plant.a", "plant.b"], "coefficient": coefficient}]
    return emitting("a + b + c", {"a": spread, "b": spread, "c": spread}, correlations=own)


def test_correlated_quantities_are_one_factor_and_that_is_said(tmp_path: Path) -> None:
    """Variances of a + b: 9 + 9 + 2 x 9 x 0.5 = 27, beside 9 of c."""
    what = opened(tmp_path, pair("0.5"))
    rows = run(what, "sobol", 4096)
    assert set(rows) == {"a & plant.b", "c"}
    assert rows["a & plant.b"]["ST"] == pytest.approx(27 / 36, abs=0.01)
    assert rows["a & plant.b"]["evidence"] == "literature"
    assert rows["c"]["S1"] == pytest.approx(9 / 36, abs=0.01)
    assert [d.code for d in what.sampled.opened.problems.warnings] == ["REE-D013"]


def test_screening_keeps_what_moves_the_result_and_all_variance(tmp_path: Path) -> None:
    found = sensitivity(opened(tmp_path, electricity()), Wanted("sobol", 8192, screen=2))
    rows = rows_of(found)
    assert set(rows) == {"made", "emissions.co2", "all others (3)"}
    assert rows["all others (3)"]["ST"] == pytest.approx(3 * 0.015625, abs=6e-3)
    assert "priority" not in rows["all others (3)"]
    assert sum(row["priority"] for name, row in rows.items() if "priority" in row) == pytest.approx(1)
    assert any("screened first" in sentence for sentence in found.said)


def test_few_points_are_called_unsettled(tmp_path: Path) -> None:
    what = opened(tmp_path, ishigami())
    run(what, "sobol", 64)
    assert [d.code for d in what.sampled.opened.problems.warnings] == ["REE-D014"]


def test_impossible_samples_are_left_out_and_told(tmp_path: Path) -> None:
    what = opened(tmp_path / "few", returned("-0.1 %", "50 %"))
    found = sensitivity(what, Wanted("sobol", 4096))
    assert any("points are left out" in sentence for sentence in found.said)
    assert {d.code for d in what.sampled.opened.problems.warnings} == {"REE-D006"}
    with pytest.raises(InputError) as refused:
        opened(tmp_path / "many", returned("-10 %", "50 %"))
    assert "REE-D007" in [d.code for d in refused.value.diagnostics]


def overflowing(most: str) -> list[dict[str, Any]]:
    """A plant that may return more than it draws; what burning that costs is uncertain too."""
    made = returned("0 %", most)
    burnt = next(document for document in made if document.get("process") == "overflow")
    burnt["parameters"] = {"co2": {"value": "7 kg", "range": ["1 kg", "90 kg"]}}
    burnt["emissions"] = [line("co2", "co2")]
    return made


def test_what_matters_only_where_a_pool_overflows_takes_part(tmp_path: Path) -> None:
    what = opened(tmp_path, overflowing("125 %"))
    assert "overflow.co2" not in what.sampled.model.variables
    found = sensitivity(what, Wanted("sobol", 1024))
    row = rows_of(found)["overflow.co2"]
    assert row["ST"] - row["ST_conf"] > max(row["S1"], 0.1)
    assert not any("rare samples" in sentence for sentence in found.said)


def test_what_the_first_samples_did_not_meet_is_kept_at_its_median(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lca.impact.sensitivity.analysed.PILOT", 2)
    what = opened(tmp_path, overflowing("103 %"))
    found = sensitivity(what, Wanted("sobol", 1024))
    assert "overflow.co2" not in rows_of(found)
    (said,) = [sentence for sentence in found.said if "rare samples" in sentence]
    assert said.endswith("overflow.co2")


def test_a_difference_that_is_rounding_only_is_refused(tmp_path: Path) -> None:
    """Both routes emit the same, added up in another order."""
    spread = {"value": "5 kg", "range": ["1 kg", "9 kg"]}
    made = emitting("(a + b) + 0.1 kg", {"a": spread, "b": spread})
    other = emitting("a + (b + 0.1 kg)", {})[3]["emissions"][0]
    made[3]["emissions"][0]["when"], other["when"] = {"route": "one"}, {"route": "two"}
    made[3]["emissions"].append(other)
    made[0]["axes"] = {"route": {"title": "Route"}}
    made += [{"route": name, "title": name} for name in ("one", "two")]
    next(document for document in made if "study" in document)["scenarios"] = [{"route": ["one", "two"]}]
    assert run(opened(tmp_path / "one", made, "one"), "one-at-a-time", 0)
    with pytest.raises(InputError) as refused:
        opened(tmp_path, made, "one", "two")
    assert [d.code for d in refused.value.diagnostics] == ["REE-D012"]


def test_what_does_not_vary_is_refused(tmp_path: Path) -> None:
    spread = {"value": "5 kg", "range": ["1 kg", "9 kg"]}
    with pytest.raises(InputError) as refused:
        opened(tmp_path, emitting("3 kg * (a + 1 kg) / (1 kg + a)", {"a": spread}))
    assert [d.code for d in refused.value.diagnostics] == ["REE-D012"]
