"""How many samples a second: the bundled study's two routes in pairs, all spreads, all indicators.

Run with `pytest benchmarks/test_sampling.py`. One operation is `SAMPLES` samples (`BRIGHTWAY` of them for bw2calc);
compare within one run.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from lca.impact import brightway
from lca.impact.batch.breakeven import breakeven
from lca.impact.batch.engine import sample
from lca.impact.batch.model import CHUNK
from lca.impact.batch.uncertainty import Sampled, Wanted, prepared
from lca.impact.batch.vary import model_of, varied
from lca.inventory.distributions import Lognormal, Triangular, Uniform, Widened
from lca.workspace import bundled

PAIR = ("oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid")
SAMPLES, BRIGHTWAY = 50 * 8192, 200


@pytest.fixture(scope="module")
def pair() -> Sampled:
    sampled = prepared(bundled(), None, PAIR)
    brightway.brightway()  # whose import is no part of what is measured
    return sampled


def all_results(totals: np.ndarray) -> np.ndarray:
    return totals.reshape(-1, totals.shape[2])


@pytest.mark.parametrize("threads", [1, 2])
def test_samples(benchmark: BenchmarkFixture, pair: Sampled, threads: int) -> None:
    """Draw, evaluate and keep all results, and prove six of them by bw2calc."""

    def run() -> None:
        wanted = Wanted(SAMPLES)
        sample(pair.model, pair.draws(wanted), all_results, SAMPLES, threads=threads)

    benchmark.pedantic(run, rounds=3, warmup_rounds=1)
    benchmark.extra_info["samples per second"] = round(SAMPLES / benchmark.stats.stats.min)


@pytest.mark.parametrize("compiling", [False, True])
def test_breakeven(benchmark: BenchmarkFixture, pair: Sampled, compiling: bool) -> None:
    """All ties of one parameter in one indicator, on a model that is ready or with its making."""
    found = pair.opened
    one = varied(found, "calcination_hydroxide.cake_moisture", ("10 %", "95 %"), found.problems)
    assert one is not None
    model = model_of(found, [one], found.problems)

    def run() -> None:
        breakeven(found, model_of(found, [one], found.problems) if compiling else model, one, "climate_change")

    benchmark.pedantic(run, rounds=10, warmup_rounds=1)


def test_evaluation_alone(benchmark: BenchmarkFixture, pair: Sampled) -> None:
    """Formulas, solution and scores without the draws, on one thread."""

    def run() -> None:
        for _ in range(SAMPLES // CHUNK):
            pair.model.evaluate_block(lambda name: np.empty(0), CHUNK, lambda name, out: None)

    pair.model.evaluate({name: np.full(CHUNK, 1.0) for name in pair.model.variables})  # fills the buffers
    benchmark.pedantic(run, rounds=3, warmup_rounds=1)


def test_drawing_the_same_numbers_with_numpy(benchmark: BenchmarkFixture, pair: Sampled) -> None:
    """The same quantities from the same distributions by NumPy's default generator, on one thread."""

    def run() -> None:
        generator = np.random.default_rng(1)
        for name in pair.model.variables:
            spread = pair.uncertain.variables[name].spread
            for part in (spread.stated, spread.factor) if isinstance(spread, Widened) else (spread,):
                for _ in range(SAMPLES // CHUNK):
                    match part:
                        case Lognormal():
                            generator.lognormal(np.log(part.median), part.sigma, CHUNK)
                        case Triangular():
                            generator.triangular(part.low, part.mode, part.high, CHUNK)
                        case Uniform():
                            generator.uniform(part.low, part.high, CHUNK)
                        case _:
                            raise TypeError(f"no such draw: {part}")

    benchmark.pedantic(run, rounds=3, warmup_rounds=1)


def test_a_plain_loop_of_bw2calc(benchmark: BenchmarkFixture, pair: Sampled) -> None:
    """Matrices that are ready for `BRIGHTWAY` samples, solved and scored one after the other; formulas not counted."""
    lca = _prepared_loop(pair, BRIGHTWAY + 1)

    def run() -> None:
        for _ in range(BRIGHTWAY):
            next(lca)
            _ = lca.scores

    benchmark.pedantic(run, rounds=1)


def _prepared_loop(pair: Sampled, count: int) -> Iterator[Any] | Any:
    bw2calc, bwp = brightway.brightway()
    block = pair.draws(Wanted(count)).block(0, count)
    values = {}
    for name in pair.model.needed:
        values[name] = np.empty(count)
        block.load(name, values[name])
    systems = []
    for n in range(count):
        numbers = {name: float(own[n]) for name, own in values.items()}
        systems.append([pair.model.deterministic(k, numbers) for k in range(len(PAIR))])
    flows = ["", *sorted({flow for made in systems[0] if made for flow in made.elementary})]
    ids = {flow: n for n, flow in enumerate(flows, 1)}
    entries: dict[str, list[tuple[int, int, bool, list[float]]]] = {"technosphere": [], "biosphere": []}
    demands = {}
    for k in range(len(PAIR)):
        start = 1_000_000 * (k + 1)
        own: list[Any] = [made[k] for made in systems]
        demands[PAIR[k]] = {start: float(own[0].demand)}
        for node in range(len(own[0].nodes)):
            entries["technosphere"].append((start + node, start + node, False, [s.diagonal(node) for s in own]))
        for place, edge in enumerate(own[0].edges):
            amounts = [s.edges[place].line.amount for s in own]
            if edge.provider is None:
                entries["biosphere"].append((ids[edge.flow], start + edge.node, False, amounts))
            else:
                flip = own[0].sign(edge) < 0
                entries["technosphere"].append((start + edge.provider, start + edge.node, flip, amounts))
    package = bwp.create_datapackage(sequential=True, sum_intra_duplicates=True)
    for matrix, own_entries in entries.items():
        indices = np.array([(row, column) for row, column, _, _ in own_entries], dtype=bwp.INDICES_DTYPE)
        package.add_persistent_array(
            matrix=f"{matrix}_matrix",
            name=matrix,
            indices_array=indices,
            data_array=np.array([amounts for *_, amounts in own_entries]),
            flip_array=np.array([flip for _, _, flip, _ in own_entries]),
        )
    names = [(pair.opened.method.id, info.id) for info in pair.opened.method.indicators]
    factors = [brightway._factors(bwp, n, row) for n, row in zip(names, pair.opened.method.matrix(flows), strict=True)]
    config = {"impact_categories": names}
    lca = bw2calc.MultiLCA(demands=demands, method_config=config, data_objs=[package, *factors], use_arrays=True)
    lca.lci()
    lca.lcia()
    return lca
