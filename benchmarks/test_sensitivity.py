"""How long a sensitivity analysis of the bundled study takes: the difference of its two routes, one indicator, all that
has a spread and a part in it.

Run with `pytest benchmarks/test_sensitivity.py`. Compare within one run.
"""

from __future__ import annotations

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from lca.impact import brightway
from lca.impact.sensitivity.analysed import Analysed, Tally, analysed
from lca.impact.sensitivity.factors import factors_of
from lca.impact.sensitivity.procedures import Wanted, evaluations
from lca.impact.sensitivity.sobol import sobol_indices
from lca.impact.sensitivity.study import sensitivity
from lca.workspace import bundled

PAIR = ("oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid")

#: Points with which a study of Sobol indices takes more than a million evaluations.
POINTS = 8192


@pytest.fixture(scope="module")
def pair() -> Analysed:
    what = analysed(bundled(), None, PAIR)
    brightway.brightway()  # whose import is no part of what is measured
    return what


def test_from_the_workspace_to_the_model(benchmark: BenchmarkFixture) -> None:
    """Check two scenarios, compile their difference, and draw the first samples."""
    benchmark.pedantic(lambda: analysed(bundled(), None, PAIR), rounds=3, warmup_rounds=1)


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted("sobol", POINTS),
        Wanted("sobol", POINTS, screen=20),
        Wanted("morris", 50),
        Wanted("delta", 10_000),
        Wanted("pawn", 10_000),
        Wanted("one-at-a-time", 0),
    ],
    ids=["sobol, a million", "sobol, screened", "morris", "delta", "pawn", "one at a time"],
)
def test_analysis(benchmark: BenchmarkFixture, pair: Analysed, wanted: Wanted) -> None:
    benchmark.pedantic(lambda: sensitivity(pair, wanted), rounds=3, warmup_rounds=1)
    benchmark.extra_info["evaluations"] = evaluations(pair, wanted)


def test_estimators_of_salib(benchmark: BenchmarkFixture, pair: Analysed) -> None:
    """What SALib takes for the indices alone, from the results of a million evaluations (here made up)."""
    from SALib.analyze import sobol

    factors = len(factors_of(pair.draws(1)))
    problem = {"num_vars": factors, "names": [f"x{k}" for k in range(factors)], "bounds": [[0, 1]] * factors}
    results = np.random.default_rng(1).normal(size=POINTS * (factors + 2))
    benchmark.pedantic(lambda: sobol.analyze(problem, results, calc_second_order=False, seed=1), rounds=1)


def test_our_estimators(benchmark: BenchmarkFixture, pair: Analysed, monkeypatch: pytest.MonkeyPatch) -> None:
    """Design, draws and estimators, for results that cost nothing."""
    result = np.random.default_rng(1).normal(size=POINTS)
    monkeypatch.setattr(Analysed, "evaluate", lambda self, values, size: (result[:size], Tally(size)))
    draws = pair.draws(1)
    factors = factors_of(draws)
    benchmark.pedantic(
        lambda: sobol_indices(pair, draws, factors, POINTS, 1, Tally(), lambda done: None), rounds=3, warmup_rounds=1
    )
