"""A background of 20,000 processes: solved once, linked to in no time.

The database is made up: 220,000 exchanges between processes, 994,000 with nature, about as many as in ecoinvent. Real
databases fill in otherwise; read orders of magnitude.
"""

from __future__ import annotations

import contextlib
import io
import time
import warnings
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.background import store
from lca.background.database import UNCERTAINTY, Activity, Background, ElementaryFlow, Exchanges, Origin
from lca.background.uncertainty import LOGNORMAL, Spread
from lca.impact.batch.background import DrawnBackground
from lca.impact.batch.cluster import engine_of
from lca.impact.batch.engine import Engine, Threads, sample
from lca.impact.batch.uncertainty import Chosen, Sampled, Wanted, prepared
from lca.impact.brightway import brightway
from lca.impact.life_cycles import life_cycles
from lca.impact.study import run_study
from tests.workspaces import BASE, edited, write

PROCESSES, FLOWS, LINKED = 20_000, 2_000, 60

#: Samples of the database: by us, by bw2calc, and by a cluster after those that start it up.
SAMPLES, BRIGHTWAY, CLUSTER, WARM = 48, 5, 256, 64

LIMESTONE = '{flow: limestone, activity: "limestone, at mine", unverified: Not looked for.}'


def made_up(name: str) -> Background:
    """Ten inputs each: half from who makes something simpler, half from two hundred that everybody buys from; every
    hundredth goes back up, so there are loops.
    """
    draw = np.random.default_rng(7)
    activities = tuple(
        Activity(f"a{k}", f"production of good {k}", "GLO", f"good {k}", "kilogram") for k in range(PROCESSES)
    )
    columns = np.repeat(np.arange(1, PROCESSES), 10)
    near = draw.random(columns.size) < 0.5  # the others from energy, transport and the like, which everybody buys
    rows = np.where(
        near, np.maximum(0, columns - draw.integers(1, 50, columns.size)), draw.integers(0, 200, columns.size)
    )
    back = draw.random(columns.size) < 0.01
    rows[back] = np.minimum(PROCESSES - 1, columns[back] + draw.integers(1, 50, int(back.sum())))
    keep = rows != columns
    rows, columns = rows[keep], columns[keep]
    amounts = -0.08 * draw.lognormal(0.0, 1.0, columns.size) / 1.65
    diagonal = np.arange(PROCESSES)
    technosphere = Exchanges(
        np.concatenate([diagonal, rows]),
        np.concatenate([diagonal, columns]),
        np.concatenate([np.ones(PROCESSES), amounts]),
    )
    size = 994_000
    biosphere = Exchanges(
        draw.integers(0, FLOWS, size), draw.integers(0, PROCESSES, size), draw.lognormal(-6.0, 2.0, size)
    )
    flows = tuple(
        ElementaryFlow(f"f{k}", "Carbon dioxide " if k == 0 else f"substance {k}", ("air",), "kilogram")
        for k in range(FLOWS)
    )
    return Background(name, Origin("made up", ""), activities, flows, technosphere, biosphere)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("backgrounds")


@pytest.fixture
def database(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Background:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(kept))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return store.save(made_up("large")) if "large" not in store.names() else store.load("large")


def test_solve_for_sixty_activities(benchmark, database, tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    """Read the matrices, factorise, solve, keep: what the first run on a database pays."""
    runs = iter(range(1000))

    def first() -> None:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / str(next(runs))))
        life_cycles(database.contents, list(range(0, PROCESSES, PROCESSES // LINKED))[:LINKED])

    benchmark.pedantic(first, rounds=3, warmup_rounds=1)


def test_read_names_only(benchmark, database) -> None:  # type: ignore[no-untyped-def]
    """What every run on a database pays to link to it."""
    benchmark(lambda: store.contents("large").by_name)


def kiln(folder: Path, database: str) -> Path:
    """A kiln that buys limestone and acid of two of its activities."""
    files = edited(
        {
            LIMESTONE: "{flow: limestone, activity: production of good 19999}",
            "background: plants-2.0": f"background: {database}",
        },
        BASE,
    )
    for name, text in files.items():
        files[name] = text.replace('activity: acid making, product: "acid, 30 %"', "activity: production of good 12345")
    write(folder / "kiln", files)
    return folder / "kiln"


def test_run_on_a_solved_background(benchmark, database, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A whole small study, everything kept from before."""
    root = kiln(tmp_path, "large")
    run = lambda: run_study(root, sensitivity=False, brief=True, background="large")  # noqa: E731
    run()
    benchmark.pedantic(run, rounds=3)


# --- every exchange of the database drawn


def spread_out(background: Background) -> Background:
    """Everything lognormal, with sigma from 0.05 to 0.3, but what activities make of their own products."""
    draw = np.random.default_rng(11)

    def spread(entries: Exchanges, aside: Any) -> Exchanges:
        rows = np.full(len(entries.amounts), np.array(tuple(Spread()), dtype=UNCERTAINTY))
        rows["uncertainty_type"] = np.where(aside, 0, LOGNORMAL)
        rows["loc"] = np.where(aside, np.abs(entries.amounts), np.log(np.abs(entries.amounts)))
        rows["scale"] = np.where(aside, np.nan, draw.uniform(0.05, 0.3, len(rows)))
        return replace(entries, uncertainty=rows)

    a = background.technosphere
    return replace(
        background,
        technosphere=spread(a, a.rows == a.columns),
        biosphere=spread(background.biosphere, np.zeros(len(background.biosphere.rows), dtype=bool)),
    )


@pytest.fixture
def pair(kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sampled:
    """Two scenarios on the database, all of whose flows count."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(kept))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    if "drawn" not in store.names():
        store.save(spread_out(made_up("drawn")))
    root = kiln(tmp_path, "drawn")
    sampled = prepared(root, None, ("short/grid", "long/grid"), background="drawn", spreads=True)
    assert sampled.behind is not None
    own = sampled.behind.drawn
    factors = np.random.default_rng(3).lognormal(size=(1, FLOWS))
    drawn = DrawnBackground(store.load("drawn"), [int(place) for place in own.activities], factors)
    return replace(sampled, behind=replace(sampled.behind, drawn=drawn))


def rate(sampled: Sampled, engine: Engine, count: int, warm: int) -> float:
    """Samples a second of a run of two scenarios, after the first ones."""
    times: dict[int, float] = {}
    wanted = Wanted(count + warm)
    sample(
        sampled.model,
        sampled.draws(wanted),
        Chosen(tuple(sampled.places())),
        wanted.most,
        engine=engine,
        told=lambda done: times.setdefault(done, time.perf_counter()),  # type: ignore[arg-type, return-value]
        behind=sampled.behind,
    )
    start = next(done for done in times if done >= warm)
    return (wanted.most - start) / (times[wanted.most] - times[start])


@pytest.mark.parametrize("threads", [1, 2])
def test_samples_of_the_database(benchmark, pair, threads: int) -> None:  # type: ignore[no-untyped-def]
    """Two scenarios on one draw of all exchanges, solution for both and scores."""
    assert pair.behind is not None
    pair.behind.drawn.central()
    found = benchmark.pedantic(lambda: rate(pair, Threads(threads), SAMPLES, 16 * threads), rounds=1)
    benchmark.extra_info["samples per second"] = round(found, 2)


@pytest.mark.parametrize("kind", ["LCA", "IterativeLCA"])
def test_samples_of_the_database_by_bw2calc(benchmark, pair, kind: str) -> None:  # type: ignore[no-untyped-def]
    """One demand and one method, as bw2calc does it with `use_distributions`."""
    bw2calc, bwp = brightway()
    background = store.load("drawn")
    package = bwp.create_datapackage(sum_intra_duplicates=True)
    for matrix, entries, first in (
        ("technosphere", background.technosphere, 1),
        ("biosphere", background.biosphere, 100_001),
    ):
        rows = np.zeros(len(entries.amounts), dtype=bwp.UNCERTAINTY_DTYPE)
        assert entries.uncertainty is not None
        for name in rows.dtype.names or ():
            rows[name] = entries.uncertainty[name]
        indices = np.array(list(zip(entries.rows + first, entries.columns + 1, strict=True)), dtype=bwp.INDICES_DTYPE)
        package.add_persistent_vector(
            matrix=f"{matrix}_matrix",
            name=matrix,
            indices_array=indices,
            data_array=np.abs(entries.amounts),
            distributions_array=rows,
            flip_array=entries.amounts < 0,
        )
    method = bwp.create_datapackage()
    method.add_persistent_vector(
        matrix="characterization_matrix",
        name="factors",
        indices_array=np.array([(100_001 + n, 0) for n in range(FLOWS)], dtype=bwp.INDICES_DTYPE),
        data_array=np.ones(FLOWS),
    )
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = getattr(bw2calc, kind)({PROCESSES: 1.0}, data_objs=[package, method], use_distributions=True)
        lca.lci()
        lca.lcia()

        def run() -> None:
            for _ in range(BRIGHTWAY):
                next(lca)
                assert lca.score > 0

        benchmark.pedantic(run, rounds=1)
    benchmark.extra_info["samples per second"] = round(BRIGHTWAY / benchmark.stats.stats.min, 2)


@pytest.mark.parametrize("workers", [1, 2])
def test_samples_on_a_cluster(benchmark, pair, workers: int) -> None:  # type: ignore[no-untyped-def]
    """The same on Dask, once every process has its copy and its factors."""
    with engine_of("dask", workers=workers) as engine:
        found = benchmark.pedantic(lambda: rate(pair, engine, CLUSTER, WARM), rounds=1)
    benchmark.extra_info["samples per second"] = round(found, 2)
