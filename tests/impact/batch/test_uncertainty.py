"""Studies sampled: a textbook case with known answers, pairs, impossible samples, proofs and words."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.errors import InputError
from lca.impact import brightway
from lca.impact.batch.engine import Threads, sample
from lca.impact.batch.model import BatchModel
from lca.impact.batch.proof import PROVED
from lca.impact.batch.sampling import BLOCK
from lca.impact.batch.uncertainty import Sampled, Wanted, account, compared, prepared, uncertainty
from lca.impact.batch.variables import uncertain
from lca.impact.batch.verdict import verdict, word_for
from lca.impact.study import DisagreementError
from lca.workspace import bundled
from tests.impact.batch.samples import drawn, one_by_one, sampled_from
from tests.impact.batch.test_model import returned
from tests.system.systems import Document, documents, flow, line, process

PAIR = ("oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid")


# --- Heijungs and Suh (2002), chapter 6: A = [[10, 0], [-2, 100]], B = [1, 10], 5 % on each


def normal(value: str, sd: str) -> Document:
    return {"value": value, "distribution": {"normal": {"mean": value, "sd": sd}}}


def electricity(sd: float = 0.05) -> list[Document]:
    """1000 kWh of electricity, of which 10 take 2 L of fuel, of which 100 take 10 kg of CO2."""

    def spread(number: float, unit: str) -> Document:
        return normal(f"{number} {unit}", f"{number * sd!r} {unit}")

    return documents(
        {"power": flow(unit="kWh"), "fuel": flow(unit="L"), "co2": flow("elementary")},
        [
            process(
                "plant",
                "power",
                "made",
                parameters={"made": spread(10, "kWh"), "use": spread(2, "L")},
                inputs=[line("fuel", "use")],
                emissions=[line("co2", "1 kg", distribution=spread(1, "kg")["distribution"])],
            ),
            process(
                "refinery",
                "fuel",
                "made",
                parameters={"made": spread(100, "L"), "co2": spread(10, "kg")},
                emissions=[line("co2", "co2")],
            ),
        ],
        ("power", "1000 kWh"),
        {"co2": 1},
    )


#: Share of the first-order variance that each of the coefficients has: (sensitivity x 5 %)^2 of 64.
KEY_ISSUES = {
    "plant.made": 0.5625,
    "plant.emissions.co2": 0.390625,
    "plant.use": 0.015625,
    "refinery.made": 0.015625,
    "refinery.co2": 0.015625,
}


def test_the_textbook_case_to_first_order(tmp_path: Path) -> None:
    """120 kg, variance 64; the shares of the key issues are 56.25, 39.06 and three times 1.56 %."""
    sampled = sampled_from(tmp_path, electricity())
    assert set(sampled.model.variables) == set(KEY_ISSUES)
    centre = {name: v.spread.mean for name, v in sampled.uncertain.variables.items()}  # type: ignore[attr-defined]
    step = 1e-6
    moved = {n: np.array([v] + [v * (1 + step * (n == other)) for other in KEY_ISSUES]) for n, v in centre.items()}
    found = sampled.model.evaluate(moved).totals[0, 0]
    assert found[0] == pytest.approx(120, rel=1e-14)
    effects = (found[1:] - found[0]) / step * 0.05
    assert np.sum(effects**2) == pytest.approx(64, rel=1e-5)
    np.testing.assert_allclose(effects**2 / 64, list(KEY_ISSUES.values()), rtol=1e-5)


@pytest.mark.parametrize("method", ["mc", "lhs", "sobol"])
def test_the_textbook_case_sampled(tmp_path: Path, method: Any) -> None:
    """The sampled standard deviation is 8.06: 8 to first order, and a little from the curvature of 1 / made.

    With cv = 5 %, E[1/x] = (1 + cv^2 + 3 cv^4 + ...) / mean and E[1/x^2] = (1 + 3 cv^2 + 15 cv^4 + ...) / mean^2.
    """
    once, twice = 1 + 0.05**2 + 3 * 0.05**4, 1 + 3 * 0.05**2 + 15 * 0.05**4
    fuel, fuel_squared = 0.2 * once, 0.04 * 1.0025**2 * twice
    mean = 100 * once * (1 + fuel)
    sd = np.sqrt(1e4 * twice * (1.0025 + 2 * fuel + fuel_squared) - mean**2)
    assert sd == pytest.approx(8.06, abs=0.005)
    sampled = sampled_from(tmp_path, electricity())
    run, (row,) = uncertainty(sampled, Wanted(200_000, seed=3, method=method))
    assert row["sd"] == pytest.approx(sd, abs=4 * sd / np.sqrt(2 * row["samples"]))
    assert row["mean"] == pytest.approx(mean, abs=4 * sd / np.sqrt(row["samples"]))
    assert row["central"] == pytest.approx(120)
    assert run.agreement < 1e-12
    assert run.proved == PROVED
    assert row["samples"] == (262_144 if method == "sobol" else 200_000)


def test_without_width_every_sample_is_the_deterministic_result(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        sampled_from(tmp_path / "none", electricity(sd=0))
    assert [d.code for d in refused.value.diagnostics] == ["REE-D005"]
    widths = []
    for sd in (1e-3, 1e-6, 1e-9):
        sampled = sampled_from(tmp_path / str(sd), electricity(sd))
        _, (row,) = uncertainty(sampled, Wanted(1000))
        widths.append(max(abs(row[key] - 120) for key in ("low_95", "high_95", "mean", "median")))
        assert widths[-1] < 400 * sd
    assert widths[-1] < 1e-6
    narrow = electricity(sd=0)
    narrow[3]["parameters"]["use"] = {"value": "2 L", "range": ["2 L", f"{float(np.nextafter(2, 3))!r} L"]}
    sampled = sampled_from(tmp_path / "narrow", narrow)
    _, (row,) = uncertainty(sampled, Wanted(1000))
    assert row["low_95"] == row["median"] == row["high_95"] == row["central"] == 120
    assert row["sd"] < 1e-13


# --- runs


def totals(sampled: Sampled, count: int, threads: int, **options: Any) -> np.ndarray:
    def series(values: np.ndarray) -> np.ndarray:
        return values.reshape(-1, values.shape[2])

    wanted = Wanted(count, **options)
    found: np.ndarray = sample(
        sampled.model, sampled.draws(wanted), series, wanted.most, engine=Threads(threads)
    ).summary.samples  # type: ignore[union-attr]
    return found


@pytest.mark.parametrize("method", ["mc", "lhs", "sobol"])
def test_any_number_of_threads_gives_the_same_bits(method: Any) -> None:
    sampled = prepared(bundled(), None, PAIR)
    one = totals(sampled, 2 * BLOCK, 1, method=method)
    np.testing.assert_array_equal(one, totals(sampled, 2 * BLOCK, 3, method=method))
    again = prepared(bundled(), None, PAIR)
    np.testing.assert_array_equal(one, totals(again, 2 * BLOCK, 2, method=method))
    assert not np.any(one[0] == totals(sampled, 2 * BLOCK, 1, method=method, seed=2)[0])


def test_the_first_samples_of_a_longer_run_are_those_of_a_shorter_one() -> None:
    sampled = prepared(bundled(), None, PAIR)
    long, short = totals(sampled, BLOCK + 500, 2), totals(sampled, 300, 1)
    np.testing.assert_array_equal(long[:, :300], short)


def test_a_scenario_alone_has_the_samples_that_it_has_in_a_pair() -> None:
    pair, alone = prepared(bundled(), None, PAIR), prepared(bundled(), None, PAIR[1:])
    count = len(pair.opened.method.indicators)
    np.testing.assert_allclose(totals(pair, 500, 1)[count:], totals(alone, 500, 1), rtol=1e-12)


def test_what_two_scenarios_share_is_drawn_once() -> None:
    near, far = "electro/magnet-full/belfast/grid", "electro/magnet-full/missouri/grid"
    sampled = prepared(bundled(), None, (near, far))
    names = sampled.uncertain.names
    shared = {address for address in names[0] if names[0][address] == names[1].get(address)}
    assert "electro_extraction.cell_voltage" in shared
    own = {address for address in names[0] if address in names[1]} - shared
    assert all(address.startswith("site.") for address in own)
    assert all(names[0][address] == address.replace("site.", "belfast.") for address in own)
    correlation = np.corrcoef(totals(sampled, 2000, 1)[[0, len(sampled.opened.method.indicators)]])[0, 1]
    assert correlation > 0.2


def test_stopping_when_known_well_enough() -> None:
    sampled = prepared(bundled(), None, PAIR[:1])
    run, rows = uncertainty(sampled, Wanted(until=0.004), "climate_change")
    assert run.reached is not None
    assert run.reached <= 0.004
    assert BLOCK < run.samples < 500_000
    assert rows[0]["median_to"] - rows[0]["median_from"] <= 2 * 0.004 * rows[0]["median"]


def test_a_disagreement_with_brightway_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sampled = sampled_from(tmp_path, electricity())
    true = brightway.scores
    monkeypatch.setattr(brightway, "scores", lambda systems, method: true(systems, method) * (1 + 1e-8))
    with pytest.raises(DisagreementError, match="1e-08"):
        uncertainty(sampled, Wanted(200))


def test_a_few_impossible_samples_are_left_out_and_told(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, returned("-0.1 %", "50 %"))
    run, (row,) = uncertainty(sampled, Wanted(20_000))
    assert 10 < run.impossible < 100
    assert row["samples"] == run.samples - run.impossible
    assert row["high_95"] < 5 * 3 * 2
    warnings = [d for d in sampled.opened.problems.warnings if d.code == "REE-D006"]
    assert f"{run.impossible} of 20000" in warnings[0].message
    assert any("is negative" in d.message and d.span is not None for d in warnings)


def test_many_impossible_samples_are_an_error_with_its_reason(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, returned("-10 %", "50 %"))
    with pytest.raises(InputError) as refused:
        uncertainty(sampled, Wanted(1000))
    assert [d.code for d in refused.value.diagnostics] == ["REE-D007", "REE-M007"]
    assert refused.value.diagnostics[1].span is not None


def test_a_run_that_keeps_counts_only(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, electricity())
    _, (kept,) = uncertainty(sampled, Wanted(50_000))
    monkeypatch.setattr("lca.impact.batch.summary.KEPT", 1000)
    _, (counted,) = uncertainty(sampled, Wanted(50_000))
    numbers = [key for key, value in kept.items() if isinstance(value, float)]
    assert "median" in numbers
    assert [counted[key] for key in numbers] == pytest.approx([kept[key] for key in numbers], rel=1e-4)


# --- correlations in a document


def test_correlations_of_a_document(tmp_path: Path) -> None:
    """Of two emissions of equal spread, variances add; with full correlation the deviations do."""
    deviations = []
    for coefficient in (None, "1", "-1"):
        made = copy.deepcopy(electricity())
        made[3]["emissions"][0] = line("co2", "direct")
        made[3]["parameters"] = {
            "direct": normal("1 kg", "0.1 kg"),
            "made": {"value": "10 kWh"},
            "use": {"value": "2 L"},
        }
        made[4]["parameters"] = {"co2": normal("50 kg", "5 kg"), "made": {"value": "100 L"}}
        if coefficient:
            made[0]["correlations"] = [{"between": ["plant.direct", "refinery.co2"], "coefficient": coefficient}]
        sampled = sampled_from(tmp_path / str(coefficient), made)
        run, (row,) = uncertainty(sampled, Wanted(20_000))
        deviations.append(row["sd"])
        assert ("correlated" in " ".join(account(sampled, Wanted(20_000), run, [row]))) is bool(coefficient)
    assert deviations == pytest.approx([np.sqrt(200), 20, 0], rel=0.03, abs=1e-9)


# --- pairs


def test_a_pair_is_compared_sample_by_sample() -> None:
    sampled = prepared(bundled(), None, PAIR)
    run, rows, probabilities = compared(sampled, Wanted(3000), "climate_change")
    kept = totals(sampled, 3000, 1)
    i, count = sampled.opened.method.index("climate_change"), len(sampled.opened.method.indicators)
    old, new = kept[i], kept[count + i]
    by = {row["quantity"]: row for row in rows}
    assert by["difference"]["median"] == pytest.approx(np.median(old - new), rel=1e-12)
    assert by["ratio"]["low_90"] == pytest.approx(np.quantile(new / old, 0.05), rel=1e-12)
    assert by["difference"]["central"] == pytest.approx(by["baseline"]["central"] - by["alternative"]["central"])
    for row in probabilities:
        assert row["probability"] == pytest.approx(np.mean(new < (1 - row["margin"]) * old), abs=1e-12)
        assert row["probability_from"] <= row["probability"] <= row["probability_to"]
    assert run.agreement < 1e-9


def test_products_bear_their_part_in_every_sample() -> None:
    sampled = prepared(bundled(), None, PAIR[1:])
    _, rows = uncertainty(sampled, Wanted(500), "climate_change", products=True)
    basket = rows[0]
    assert (basket["product"], basket["allocation"]) == ("basket", "none")
    by_mass = [row for row in rows if row["product"] == "Nd2O3"]
    assert by_mass
    for row in rows:
        factor = row["central"] / basket["central"]
        assert row["median"] == pytest.approx(basket["median"] * factor, rel=1e-12)
        assert row["samples"] == 500


def words(share: float, low: float, high: float, coverage: float = 1.0) -> str:
    row = {"indicator": "i", "electricity_basis": "market", "coverage": coverage, "quantity": "difference"}
    row |= {"low_95": -1.0, "high_95": 1.0}
    common = {"indicator": "i"}
    chance = [{"margin": 0.0, "probability": share, "probability_from": low, "probability_to": high} | common]
    chance += [{"margin": 0.1, "probability": 0.1, "probability_from": 0.05, "probability_to": 0.15} | common]
    return verdict([row], chance, "i")


def test_words_go_by_the_weaker_end_of_the_confidence_interval() -> None:
    assert "virtually certain that the alternative is lower" in words(0.999, 0.995, 1.0)
    assert "extremely likely" in words(0.995, 0.985, 1.0)
    assert "likely that the alternative is lower" in words(0.7, 0.67, 0.73)
    assert "no telling" in words(0.68, 0.65, 0.71)
    assert "no telling" in words(0.4, 0.35, 0.45)
    assert "very likely that the alternative is not lower" in words(0.05, 0.03, 0.07)
    assert "partial: the data cover 60 %" in words(0.999, 0.995, 1.0, 0.6)
    assert word_for(0.66) == "likely"
    assert word_for(0.65) == ""
    assert "not assessed" in verdict([], [], "i")


def test_few_samples_have_weaker_words() -> None:
    sampled = prepared(bundled(), None, PAIR)
    said = []
    for count in (100, 20_000):
        _, rows, probabilities = compared(sampled, Wanted(count), "climate_change")
        said.append(verdict(rows, probabilities, "climate_change"))
    assert "extremely likely that" in said[0]
    assert "virtually certain that" in said[1]


# --- other quantities


def test_spreads_that_are_set_and_those_that_are_taken_away() -> None:
    """What is set is certain unless it is set with a spread."""
    from lca.inventory.settings import parse_settings

    setting = parse_settings(["electro_extraction.cell_voltage=3.2 V"])
    sampled = prepared(bundled(), None, PAIR[1:], setting)
    assert not [name for name in sampled.model.variables if "cell_voltage" in name]
    assert [n for n in prepared(bundled(), None, PAIR[1:]).model.variables if "cell_voltage" in n]


def test_any_parameter_can_be_varied(tmp_path: Path) -> None:
    """A model of parameters of one's own choice, with or without a spread: for sweeps and root finding."""
    sampled = sampled_from(tmp_path, electricity())
    model = BatchModel(
        sampled.opened.checked.study, sampled.model.systems, "market", sampled.opened.method, [{"plant.use": "use"}]
    )
    assert model.variables == ("use",)
    litres = np.array([0.0, 2.0, 5.0]) * 1e-3
    np.testing.assert_allclose(model.evaluate({"use": litres}).totals[0, 0], [100, 120, 150], rtol=1e-13)


def test_whole_scenarios_of_the_bundled_study_agree_one_by_one() -> None:
    sampled = prepared(bundled(), "technologies")
    samples = drawn(sampled, 2, seed=5)
    found = sampled.model.evaluate(samples)
    np.testing.assert_allclose(found.totals, one_by_one(sampled.model, samples), rtol=1e-11)
    assert len(uncertain(sampled.model.systems, sampled.opened.checked.study).variables) > 200
