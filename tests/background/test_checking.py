"""Matrices without an inverse are found, and only they."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.background.checking import check_matrix
from lca.background.database import Activity, Background, Exchanges, Origin


def background(matrix: list[list[float]]) -> Background:
    rows, columns = np.nonzero(np.ones((len(matrix), len(matrix))))
    none = np.empty(0, np.int64)
    return Background(
        "b",
        Origin("test", "here"),
        tuple(Activity(f"c{n}", f"activity {n}", "GLO", f"product {n}", "kg") for n in range(len(matrix))),
        (),
        Exchanges(rows, columns, np.array(matrix, float).ravel()),
        Exchanges(none, none, np.empty(0)),
    )


@pytest.mark.parametrize(
    ("matrix", "named"),
    [
        ([[0, 0], [-1, 1]], "activity 0 (c0)"),
        ([[1, -1, 0], [-1, 1, 0], [0, -1, 1]], "activity 0 (c0); activity 1 (c1)"),
        ([[1, -1 / 3, 0], [-3, 1, 0], [0, 0, 2]], "activity 0 (c0); activity 1 (c1)"),
        ([[0]], "activity 0 (c0)"),
    ],
)
def test_activities_that_make_nothing_are_named(matrix: list[list[float]], named: str) -> None:
    (warning,) = check_matrix(background(matrix))
    assert warning.code == "REE-B013"
    assert named in warning.message


@pytest.mark.parametrize(
    "matrix",
    [
        [[1, -1e12, 0], [0, 1e-9, -1e15], [0, 0, 1e-6]],  # a plant takes much, and is taken in small parts
        [[1, -1e9], [-1e-10, 1]],
        [[-1, 0], [0.5, 1]],
    ],
)
def test_amounts_of_very_different_size_are_no_fault(matrix: list[list[float]]) -> None:
    assert check_matrix(background(matrix)) == []


@settings(deadline=None, max_examples=50)
@given(st.integers(2, 12), st.integers(0, 2**32 - 1))
def test_productive_systems_have_an_inverse(size: int, seed: int) -> None:
    """Columns that take less than they make (Hawkins and Simon 1949), whatever the units of their products."""
    random = np.random.default_rng(seed)
    taken = random.uniform(0, 1, (size, size)) * (random.uniform(0, 1, (size, size)) < 0.5)
    np.fill_diagonal(taken, 0)
    taken *= 0.95 / np.maximum(taken.sum(axis=0), 0.95)
    units = 10.0 ** random.uniform(-6, 6, size)
    matrix = units[:, None] * (np.eye(size) - taken) / units[None, :]
    assert check_matrix(background(matrix.tolist())) == []
