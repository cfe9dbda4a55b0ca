"""Draws: of the distributions stated, the same bits however the work is cut up, correlated as said."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.special import ndtri

from lca.impact.batch.sampling import BLOCK, Copula, Draws, Method, Variable
from lca.inventory.distributions import Discrete, Lognormal, Normal, Pert, Spread, Triangular, Uniform, Widened

SPREADS: dict[str, Spread] = {
    "a.uniform": Uniform(2, 5),
    "b.triangular": Triangular(2, 3, 6),
    "c.pert": Pert(2, 3, 6),
    "d.normal": Normal(10, 2),
    "e.cut": Normal(10, 2, 9, 13),
    "f.lognormal": Lognormal(3, 0.4),
    "g.discrete": Discrete((1, 2), (0.25, 1)),
    "h.widened": Widened(Uniform(2, 5), Lognormal(1, 0.1)),
}
REFERENCE = {
    "a.uniform": stats.uniform(2, 3),
    "b.triangular": stats.triang(0.25, 2, 4),
    "c.pert": stats.beta(2, 4, 2, 4),
    "d.normal": stats.norm(10, 2),
    "e.cut": stats.truncnorm(-0.5, 1.5, 10, 2),
    "f.lognormal": stats.lognorm(0.4, scale=3),
}
METHODS: tuple[Method, ...] = ("mc", "lhs", "sobol")


def variables(*names: str) -> list[Variable]:
    return [Variable(name, name, SPREADS[name]) for name in names or SPREADS]


def drawn(draws: Draws, name: str, blocks: int = 1, size: int = BLOCK) -> np.ndarray:
    out = np.empty((blocks, size))
    for number in range(blocks):
        draws.block(number, size).load(name, out[number])
    return out.ravel()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("name", REFERENCE)
def test_draws_are_of_the_distribution(name: str, method: Method) -> None:
    values = drawn(Draws(variables(), 3, method), name)
    assert stats.kstest(values, REFERENCE[name].cdf).pvalue > 1e-3


def test_a_widened_distribution_has_both_spreads() -> None:
    values = np.log(drawn(Draws(variables(), 3), "h.widened", 8))
    plain = np.log(SPREADS["a.uniform"].ppf((np.arange(100_000) + 0.5) / 100_000))
    assert values.std() == pytest.approx(np.hypot(plain.std(), 0.1), rel=0.02)
    assert values.mean() == pytest.approx(plain.mean(), abs=0.01)


def test_the_same_seed_gives_the_same_bits_and_another_one_others() -> None:
    first, again = drawn(Draws(variables(), 3), "d.normal"), drawn(Draws(variables(), 3), "d.normal")
    np.testing.assert_array_equal(first, again)
    assert not np.any(first == drawn(Draws(variables(), 4), "d.normal"))
    assert not np.any(first == drawn(Draws(variables(), 3), "d.normal", 2)[BLOCK:])


@pytest.mark.parametrize("method", ["mc", "lhs"])
def test_another_variable_changes_no_draws(method: Method) -> None:
    alone = drawn(Draws(variables("d.normal"), 3, method), "d.normal", 2)
    np.testing.assert_array_equal(alone, drawn(Draws(variables(), 3, method), "d.normal", 2))


def test_monte_carlo_draws_do_not_depend_on_how_many_there_are() -> None:
    for name in SPREADS:
        if name != "c.pert":
            whole, part = (drawn(Draws(variables(), 3), name, 1, size) for size in (BLOCK, 100))
            np.testing.assert_array_equal(part, whole[:100])


def test_a_latin_hypercube_falls_once_into_every_slice() -> None:
    for size in (100, BLOCK):
        values = (drawn(Draws(variables(), 3, "lhs"), "a.uniform", 1, size) - 2) / 3
        np.testing.assert_array_equal(np.sort((values * size).astype(int)), np.arange(size))


def test_latin_hypercube_and_sobol_know_the_mean_better() -> None:
    away = {m: abs(drawn(Draws(variables(), 5, m), "b.triangular").mean() - 11 / 3) for m in METHODS}
    assert away["lhs"] < 1e-3
    assert away["sobol"] < 1e-3


def test_sobol_blocks_continue_one_sequence() -> None:
    draws = Draws(variables("a.uniform", "d.normal"), 5, "sobol")
    first, second = draws.block(0), draws.block(1)
    values = np.empty((2, BLOCK))
    first.load("a.uniform", values[0])
    second.load("a.uniform", values[1])
    shares = np.sort((values.ravel() - 2) / 3)
    np.testing.assert_array_equal((shares * 2 * BLOCK).astype(int), np.arange(2 * BLOCK))


@pytest.mark.parametrize("method", METHODS)
def test_correlated_draws(method: Method) -> None:
    matrix = np.array([[1, 0.8, 0], [0.8, 1, -0.5], [0, -0.5, 1]])
    names = ("a.uniform", "f.lognormal", "d.normal")
    draws = Draws(variables(), 7, method, [Copula.of(names, matrix)])
    out = np.empty((3, BLOCK))
    block = draws.block(0)
    for place, name in enumerate(names):
        block.load(name, out[place])
    scores = np.array([ndtri((out[0] - 2) / 3), np.log(out[1] / 3) / 0.4, (out[2] - 10) / 2])
    np.testing.assert_allclose(np.corrcoef(scores), matrix, atol=0.03)
    assert stats.kstest(out[1], REFERENCE["f.lognormal"].cdf).pvalue > 1e-3


def test_full_correlation_is_the_same_chance() -> None:
    draws = Draws(variables(), 7, "mc", [Copula.of(("a.uniform", "d.normal"), np.ones((2, 2)))])
    block = draws.block(0)
    out = np.empty((2, BLOCK))
    block.load("a.uniform", out[0])
    block.load("d.normal", out[1])
    np.testing.assert_allclose(ndtri((out[0] - 2) / 3), (out[1] - 10) / 2, atol=1e-6)
