"""Rows of uncertainty are those of stats_arrays, and scaling a distribution scales its samples."""

from __future__ import annotations

import math

import numpy as np
import pytest

from lca.background.database import UNCERTAINTY
from lca.background.uncertainty import Spread, lognormal, normal, scaled, triangular, uniform

ROWS = [lognormal(2.0, 0.3), lognormal(-2.0, 0.3), normal(2.0, 0.5), uniform(-1.0, 3.0), triangular(1.0, 2.0, 5.0)]


def test_the_fields_are_the_columns() -> None:
    names = {"type": "uncertainty_type"}
    assert tuple(names.get(field, field) for field in Spread._fields) == UNCERTAINTY.names


@pytest.mark.parametrize("row", ROWS, ids=["lognormal", "negative lognormal", "normal", "uniform", "triangular"])
@pytest.mark.parametrize("factor", [3.6, 0.001, -2.0])
def test_scaling_is_that_of_the_samples(row: Spread, factor: float) -> None:
    """Drawn by stats_arrays itself, with the same random numbers."""
    stats_arrays = pytest.importorskip("stats_arrays")

    def drawn(spread: Spread) -> np.ndarray:
        parameters = stats_arrays.UncertaintyBase.from_dicts(dict(zip(UNCERTAINTY.names or (), spread, strict=True)))
        random = stats_arrays.MCRandomNumberGenerator(parameters, seed=7)
        return np.sort(np.array([next(random)[0] for _ in range(4000)]))

    ours, theirs = drawn(scaled(row, factor)), np.sort(factor * drawn(row))
    inner = slice(200, -200)
    assert ours[inner] == pytest.approx(theirs[inner], rel=0.1, abs=0.1 * abs(factor))


@pytest.mark.parametrize(
    "row",
    [
        lognormal(0.0, 0.3),
        lognormal(1.0, 0.0),
        lognormal(1.0, math.nan),
        normal(1.0, -1.0),
        uniform(2.0, 2.0),
        uniform(math.nan, 1.0),
        triangular(1.0, 6.0, 5.0),
    ],
)
def test_what_is_no_distribution_is_none(row: Spread | None) -> None:
    assert row is None


def test_nothing_of_a_distribution_is_certain() -> None:
    assert scaled(Spread(2, 0.0, 0.1), 0.0)[:2] == (0, 0.0)
