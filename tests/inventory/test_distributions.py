"""Distributions against those of scipy.stats, and what a document says against what is drawn."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from lca.errors import Span
from lca.inventory.distributions import (
    Discrete,
    Lognormal,
    Normal,
    Pert,
    Spread,
    Triangular,
    Uniform,
    Widened,
    pedigree_sigma,
    spread_of,
    stated_spread,
)
from lca.inventory.parameters import interval
from lca.inventory.reading import Text
from lca.inventory.schema import Parameter

U = np.concatenate([np.linspace(1e-6, 1 - 1e-6, 201), [1e-12, 1 - 1e-12]])

CASES: dict[str, tuple[Spread, Any]] = {
    "uniform": (Uniform(2, 5), stats.uniform(2, 3)),
    "triangular": (Triangular(2, 3, 6), stats.triang(0.25, 2, 4)),
    "triangular with its mode at the end": (Triangular(2, 6, 6), stats.triang(1, 2, 4)),
    "PERT": (Pert(2, 3, 6), stats.beta(2, 4, 2, 4)),
    "normal": (Normal(10, 2), stats.norm(10, 2)),
    "normal cut on both sides": (Normal(10, 2, 9, 13), stats.truncnorm(-0.5, 1.5, 10, 2)),
    "normal cut above": (Normal(10, 2, high=10), stats.truncnorm(-np.inf, 0, 10, 2)),
    "normal cut far out": (Normal(0, 1, 5, 7), stats.truncnorm(5, 7)),
    "lognormal": (Lognormal(3, 0.4), stats.lognorm(0.4, scale=3)),
}


@pytest.mark.parametrize("case", CASES)
def test_inverse_distributions_are_those_of_scipy(case: str) -> None:
    ours, theirs = CASES[case]
    np.testing.assert_allclose(ours.ppf(U), theirs.ppf(U), rtol=1e-9)
    assert ours.ppf(0.3) == pytest.approx(theirs.ppf(0.3), rel=1e-12)


def test_a_cut_lognormal_is_a_lognormal_between_its_ends() -> None:
    ours, whole = Lognormal(3, 0.4, 2, 5), stats.lognorm(0.4, scale=3)
    low, high = whole.cdf([2, 5])
    np.testing.assert_allclose(ours.ppf(U), whole.ppf(low + U * (high - low)), rtol=1e-9)
    assert ours.ppf(U).min() >= 2
    assert ours.ppf(U).max() <= 5


def test_discrete_values_come_by_their_weights() -> None:
    made = Discrete.weighted((7.0, 3.0, 5.0), (1.0, 2.0, 1.0))
    np.testing.assert_array_equal(made.ppf(np.array([0.01, 0.49, 0.51, 0.74, 0.76, 0.999])), [3, 3, 5, 5, 7, 7])
    observed = np.array([4.0, 1.0, 9.0, 2.5])
    empirical = Discrete.weighted(tuple(observed), (1.0,) * 4)
    u = np.array([0.1, 0.3, 0.6, 0.8, 0.95])
    np.testing.assert_array_equal(empirical.ppf(u), np.quantile(observed, u, method="inverted_cdf"))


sizes = st.floats(0.1, 100)
spreads = st.one_of(
    st.builds(lambda low, width: Uniform(low, low + width), sizes, sizes),
    st.builds(lambda low, a, b: Triangular(low, low + a, low + a + b), sizes, sizes, sizes),
    st.builds(lambda low, a, b: Pert(low, low + a, low + a + b), sizes, sizes, sizes),
    st.builds(Normal, sizes, sizes),
    st.builds(lambda mean, sd, cut: Normal(mean, sd, mean - cut, mean + 2 * cut), sizes, sizes, sizes),
    st.builds(Lognormal, sizes, st.floats(0.01, 2)),
)


@given(spreads, st.lists(st.floats(1e-9, 1 - 1e-9), min_size=2, max_size=20))
def test_draws_lie_in_the_support_and_keep_the_order(spread: Spread, shares: list[float]) -> None:
    low, high = spread.support
    values = spread.ppf(np.array(sorted(shares)))
    assert np.all(np.diff(values) >= -1e-12 * np.abs(values).max())
    assert np.all((values >= low - 1e-12 * abs(low)) & (values <= high + 1e-12 * abs(high)))


def written(text: Any) -> Any:
    if isinstance(text, dict):
        return {key: written(value) for key, value in text.items()}
    if isinstance(text, list) and not (text and isinstance(text[0], int)):
        return [written(value) for value in text]
    return Text.at(text, Span(Path("x"), 1, 1)) if isinstance(text, str) else text


def parameter(value: str, **said: Any) -> Parameter:
    return Parameter.model_validate(written({"value": value, **said}))


def test_what_is_written_is_read_in_base_units() -> None:
    assert stated_spread(parameter("3 h", range=["2 h", "4 h"])) == Uniform(7200, 14400)
    assert stated_spread(parameter("3", distribution={"lognormal": {"median": "3", "gsd2": "1.44"}})) == Lognormal(
        3, pytest.approx(math.log(1.2))
    )
    cut = {"normal": {"mean": "90 %", "sd": "5 %", "high": "100 %"}}
    assert stated_spread(parameter("90 %", distribution=cut)) == Normal(0.9, 0.05, -math.inf, 1.0)
    weighted = {"discrete": {"values": ["2 kg", "1 kg"], "weights": ["1", "3"]}}
    assert stated_spread(parameter("1 kg", distribution=weighted)) == Discrete((1, 2), (0.75, 1))
    assert stated_spread(parameter("3 h")) is None


def test_the_interval_of_an_unbounded_distribution_is_its_central_95_percent() -> None:
    assert interval(parameter("10 kg", distribution={"normal": {"mean": "10 kg", "sd": "1 kg"}})) == (8.04, 11.96)
    low, high = interval(parameter("10 kg", distribution={"lognormal": {"median": "10 kg", "gsd2": "2"}})) or (0, 0)
    assert (low, high) == (pytest.approx(5), pytest.approx(20))
    cut = {"normal": {"mean": "10 kg", "sd": "1 kg", "high": "11 kg"}}
    assert interval(parameter("10 kg", distribution=cut)) == (8.04, 11)


def test_a_pedigree_adds_variances_of_logarithms() -> None:
    """The factors of Weidema et al. 2013: (4, 5, 2, 3, 3) adds 0.008 + 0.008 + 0.0002 + 0.0001 + 0.008."""
    sigma = math.sqrt(0.0243)
    scores = [4, 5, 2, 3, 3]
    assert pedigree_sigma(scores) == pytest.approx(sigma)
    assert pedigree_sigma([1, 1, 1, 1, 1]) == 0
    assert spread_of(parameter("3 V", pedigree=scores)) == Lognormal(3, pytest.approx(sigma))
    stated = {"lognormal": {"median": "3 V", "sigma": "0.2"}}
    both = spread_of(parameter("3 V", pedigree=scores, distribution=stated))
    assert both == Lognormal(3, pytest.approx(math.sqrt(0.04 + 0.0243)))
    widened = spread_of(parameter("3 V", pedigree=scores, range=["2 V", "4 V"]))
    assert widened == Widened(Uniform(2, 4), Lognormal(1, pytest.approx(sigma)))


def test_a_share_is_not_widened_beyond_its_bounds() -> None:
    share = parameter("95 %", pedigree=[5, 5, 5, 5, 5], range=["90 %", "99 %"])
    assert spread_of(share) == Uniform(0.9, pytest.approx(0.99))
    assert spread_of(parameter("95 %", pedigree=[5, 5, 5, 5, 5])) is None
    assert spread_of(parameter("1.15", pedigree=[5, 5, 5, 5, 5], range=["1.1", "1.3"])) == Uniform(1.1, 1.3)


def test_no_width_is_no_spread() -> None:
    assert spread_of(parameter("3 kg", range=["3 kg", "3 kg"])) is None
    assert spread_of(parameter("3 kg", distribution={"normal": {"mean": "3 kg", "sd": "0 kg"}})) is None
    assert spread_of(parameter("3 kg", distribution={"lognormal": {"median": "3 kg", "gsd2": "1"}})) is None
