"""Shares that are uncertain together: they sum to one in every sample, and each has the distribution that it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from lca.impact.batch.sampling import BLOCK, Draws, Method, Variable
from lca.impact.batch.uncertainty import Wanted, prepared, uncertainty
from lca.inventory.shares import parts
from tests.impact.batch.samples import drawn, one_by_one, sampled_from
from tests.system.systems import Document, documents, flow, line, process

SHARES = {"m.a": 0.6, "m.b": 0.3, "m.c": 0.1}
#: Shares of which two at least are above rounding.
SOME_SHARES = st.lists(st.just(0.0) | st.floats(1e-9, 1), min_size=2, max_size=8).filter(
    lambda shares: sum(share > 0 for share in shares) > 1
)
METHODS: tuple[Method, ...] = ("mc", "lhs", "sobol")


def variables(concentration: float = 20.0) -> list[Variable]:
    spreads = parts(SHARES, concentration)
    return [Variable(name, name, spread, tuple(spreads)) for name, spread in spreads.items()]


def shares(draws: Draws, number: int = 0, size: int = BLOCK) -> np.ndarray:
    block, found = draws.block(number, size), np.empty((len(SHARES), size))
    for name, row in zip(SHARES, found, strict=True):
        block.load(name, row)
    return found


@pytest.mark.parametrize("method", METHODS)
def test_draws_are_dirichlet(method: Method) -> None:
    """Sums of one, marginals of the beta distribution, and the covariance -s t / (c + 1)."""
    found = shares(Draws(variables(), 5, method))
    np.testing.assert_allclose(found.sum(axis=0), 1.0, rtol=1e-14)
    for row, share in zip(found, SHARES.values(), strict=True):
        assert stats.kstest(row, stats.beta(20 * share, 20 * (1 - share)).cdf).pvalue > 1e-3
    assert np.cov(found[0], found[1])[0, 1] == pytest.approx(-0.6 * 0.3 / 21, rel=0.06)


def test_the_distribution_of_a_share_by_itself() -> None:
    u = np.array([0.01, 0.5, 0.9])
    np.testing.assert_allclose(parts(SHARES, 20)["m.b"].ppf(u), stats.beta(6, 14).ppf(u), rtol=1e-12)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.just(0.0) | st.floats(1e-9, 1), min_size=2, max_size=8).filter(lambda s: sum(x > 0 for x in s) > 1),
    st.floats(1, 1e6),
)
def test_any_shares_sum_to_what_they_are_stated_to(given_: list[float], concentration: float) -> None:
    spreads = parts({f"m.{n}": share for n, share in enumerate(given_)}, concentration)
    made = [Variable(name, name, spread, tuple(spreads)) for name, spread in spreads.items()]
    block, found = Draws(made, 1).block(0, 50), np.empty((len(made), 50))
    for variable, row in zip(made, found, strict=True):
        block.load(variable.name, row)
    np.testing.assert_allclose(found.sum(axis=0), sum(given_), rtol=1e-12)
    assert np.all(found >= 0)


def test_the_same_bits_whatever_else_is_drawn() -> None:
    from lca.inventory.distributions import Uniform

    more = [Variable("a.x", "a.x", Uniform(0, 1)), *variables()]
    np.testing.assert_array_equal(shares(Draws(more, 5), 3), shares(Draws(variables(), 5), 3))
    assert np.all(shares(Draws(variables(), 5), 3)[0] != shares(Draws(variables(), 6), 3)[0])
    np.testing.assert_array_equal(shares(Draws(variables(), 5), 0, 100), shares(Draws(variables(), 5))[:, :100])


# --- in a workspace


def metal(concentration: str | None, of_mix: str | None) -> list[Document]:
    """A kilogram of oxide from an alloy; its acid goes by what the alloy consists of, its power by a mix."""
    alloy: Any = {"composition": {"Fe": "66 %", "Nd": "22 %", "Dy": "2 %", "other": "rest"}, "of": "elements"}
    if concentration is not None:
        alloy["concentration"] = concentration
    mix: Any = {"shares": [{"provider": "coal", "share": "60 %"}, {"provider": "wind", "share": "30 %"}]}
    mix["shares"].append({"provider": "coal", "share": "rest"})
    if of_mix is not None:
        mix["concentration"] = of_mix
    parameters: Any = {"alloy": alloy}
    parameters["basket"] = {"formula": "recovered(alloy, dissolved)"}
    parameters["dissolved"] = {"by_element": {"Dy": "90 %", "rest": "99 %"}}
    parameters["feed"] = {"formula": "1 / reo_content(alloy) / mean_recovery(alloy, dissolved)"}
    inputs = [
        line("acid", "1 kg_REO * hcl_bound(basket) + 1 kg_REO * feed * mass_fraction(alloy, 'Fe') * 2"),
        line("power", "1 kg_REO * feed * 3 kWh/kg"),
    ]
    return documents(
        {"oxide": flow(unit="kg_REO"), "acid": flow(), "power": flow(unit="kWh"), "co2": flow("elementary")},
        [
            process("plant", "oxide", "1 kg_REO", stage="plant", parameters=parameters, inputs=inputs),
            process("acid_works", "acid", "1 kg", emissions=[line("co2", "1 kg")]),
            process("coal", "power", "1 kWh", emissions=[line("co2", "1 kg")]),
            process("wind", "power", "1 kWh", emissions=[line("co2", "0.01 kg")]),
            {**process("grid", "power", "1 kWh"), "mix": mix},
        ],
        ("oxide", "1 kg_REO"),
        {"co2": 1},
        extra=[{"links": [{"flow": "power", "provider": "grid"}]}],
    )


def test_samples_are_scenarios_of_their_own(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, metal("50", "30"))
    assert {"plant.alloy.Nd", "plant.alloy.other", "grid.mix.coal", "grid.mix.coal.2"} <= set(
        sampled.uncertain.variables
    )
    samples = drawn(sampled, 20)
    np.testing.assert_allclose(sum(v for k, v in samples.items() if k.startswith("plant.alloy")), 1.0, rtol=1e-14)
    np.testing.assert_allclose(sum(v for k, v in samples.items() if k.startswith("grid.mix")), 1.0, rtol=1e-14)
    found = sampled.model.evaluate(samples).totals
    np.testing.assert_allclose(found, one_by_one(sampled.model, samples), rtol=1e-11)
    assert found.std() > 0


def test_what_a_mix_gives_is_that_of_its_shares(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, metal(None, "30"))
    samples = drawn(sampled, 50)
    wind = samples["grid.mix.wind"]
    central = sampled.opened.scores[0].total[0]
    content = 0.22 / (2 * 144.242 / 336.481) + 0.02 / (2 * 162.5 / 372.997)
    power = 3 / content / _mean_recovery()
    expected = central + power * (0.01 - 1) * (wind - 0.3)
    np.testing.assert_allclose(sampled.model.evaluate(samples).totals[0, 0], expected, rtol=1e-6)


def _mean_recovery() -> float:
    nd, dy = 0.22 * 336.481 / (2 * 144.242), 0.02 * 372.997 / (2 * 162.5)
    return (0.99 * nd + 0.9 * dy) / (nd + dy)


def test_a_large_concentration_leaves_the_central_case(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, metal("1e14", "1e14"))
    found = sampled.model.evaluate(drawn(sampled, 20)).totals[0, 0]
    np.testing.assert_allclose(found, sampled.opened.scores[0].total[0], rtol=1e-6)


def test_a_run_is_proved_and_counts_shares(tmp_path: Path) -> None:
    from lca.impact.batch.uncertainty import account

    sampled = sampled_from(tmp_path, metal("200", None))
    run, rows = uncertainty(sampled, Wanted(2000))
    assert run.agreement < 1e-12
    assert rows[0]["low_95"] < rows[0]["central"] < rows[0]["high_95"]
    said = account(sampled, Wanted(2000), run, rows)
    assert any("shares of 1 composition or mix" in sentence for sentence in said)


def test_two_scenarios_share_what_they_define_alike(tmp_path: Path) -> None:
    made = metal("50", None)
    made[0]["axes"] = {"site": {"title": "Site"}}
    made[-2]["scenarios"] = [{"site": ["here", "there"]}]
    made[3:3] = [{"site": site, "title": site} for site in ("here", "there")]
    sampled = sampled_from(tmp_path, made)
    assert sampled.uncertain.names[0] == sampled.uncertain.names[1]
    totals = sampled.model.evaluate(drawn(sampled, 10)).totals
    np.testing.assert_array_equal(totals[0], totals[1])


def test_the_table_of_samples_has_the_shares(tmp_path: Path) -> None:
    from lca.impact.batch.table import write_samples

    sampled = sampled_from(tmp_path, metal("50", None))
    write_samples(sampled, Wanted(100), 100, tmp_path / "samples.csv")
    header = (tmp_path / "samples.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "plant.alloy.Nd" in header.split(",")
    assert prepared(tmp_path, None).model.variables == sampled.model.variables
