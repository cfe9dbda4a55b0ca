"""The same parametric model in lca_algebraic and here: the same results, and how many samples a second.

Run with `LCA_ALGEBRAIC_PYTHON=/path/to/python pytest benchmarks/test_lca_algebraic.py`, where that Python has
lca_algebraic (it needs the Brightway of before 2.5, so an environment of its own). One operation is `SAMPLES` samples,
drawn and evaluated for three indicators; both have seen the model before.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import parametric_model
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from lca.impact import brightway
from lca.impact.batch.engine import Threads, sample
from lca.impact.batch.uncertainty import Wanted, prepared

SAMPLES, ROUNDS = 200_000, 5


@pytest.fixture(scope="module")
def theirs() -> dict[str, Any]:
    """What lca_algebraic gives: central results, means of samples, and seconds for `SAMPLES`."""
    python = os.environ.get("LCA_ALGEBRAIC_PYTHON")
    if not python:
        pytest.skip("LCA_ALGEBRAIC_PYTHON names no Python that has lca_algebraic")
    script = Path(__file__).with_name("in_lca_algebraic.py")
    command = [python, str(script), str(SAMPLES), str(ROUNDS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("threads", [1, 2])
def test_samples_of_a_small_parametric_model(
    benchmark: BenchmarkFixture, theirs: dict[str, Any], threads: int, tmp_path: Path
) -> None:
    for name, text in parametric_model.as_yaml().items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    brightway.brightway()
    sampled = prepared(tmp_path, None, ("base",))
    central = sampled.model.evaluate(
        {name: np.array([parametric_model.PARAMETERS[name.split(".")[-1]][0]]) for name in sampled.model.variables}
    )
    single_precision = 1e-6  # in which the Brightway of lca_algebraic keeps factors
    assert central.totals[0, :, 0] == pytest.approx(theirs["central"], rel=single_precision)

    def run() -> Any:
        draws = sampled.draws(Wanted(SAMPLES))
        return sample(
            sampled.model, draws, lambda totals: totals.reshape(-1, totals.shape[2]), SAMPLES, engine=Threads(threads)
        )

    found = benchmark.pedantic(run, rounds=ROUNDS, warmup_rounds=1)
    assert found.summary.mean() == pytest.approx(theirs["means"], rel=0.01)
    benchmark.extra_info["times the rate of lca_algebraic"] = round(theirs["seconds"] / benchmark.stats.stats.min, 1)
