"""Samples on a cluster of processes: the bits of the threads here, also when one of the processes is killed."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.commands import main
from lca.errors import InputError
from lca.impact.batch import cluster
from lca.impact.batch.cluster import Dask, engine_of, versions
from lca.impact.batch.engine import Engine, Run, Threads, sample
from lca.impact.batch.sampling import BLOCK
from lca.impact.batch.uncertainty import Chosen, Sampled, Wanted
from tests.impact.batch.samples import sampled_from
from tests.impact.batch.test_model import returned
from tests.impact.batch.test_uncertainty import electricity

distributed = pytest.importorskip("distributed")


@pytest.fixture(scope="module")
def dask() -> Iterator[Dask]:
    """Two processes on this machine."""
    with engine_of("dask", workers=2) as found:
        assert isinstance(found, Dask)
        yield found


def run_of(sampled: Sampled, wanted: Wanted, engine: Engine | None, **more: Any) -> Run:
    series = Chosen(tuple(sampled.places()))
    return sample(sampled.model, sampled.draws(wanted), series, wanted.most, wanted.until, engine=engine, **more)


def same(one: Run, other: Run) -> None:
    np.testing.assert_array_equal(one.summary.samples, other.summary.samples)  # type: ignore[union-attr]
    assert (one.samples, one.impossible, one.agreement) == (other.samples, other.impossible, other.agreement)


@pytest.mark.parametrize("method", ["mc", "lhs", "sobol"])
def test_the_bits_are_those_of_threads(dask: Dask, tmp_path: Path, method: Any) -> None:
    sampled = sampled_from(tmp_path, electricity())
    wanted = Wanted(5 * BLOCK + 100, method=method)
    same(run_of(sampled, wanted, dask), run_of(sampled, wanted, Threads(2)))


def test_systems_that_only_some_samples_are(dask: Dask, tmp_path: Path) -> None:
    """Pools that overflow, and samples that are impossible, are programs that each process makes for itself."""
    sampled = sampled_from(tmp_path, returned("-0.1 %", "150 %"))
    wanted = Wanted(3 * BLOCK)
    own, theirs = run_of(sampled, wanted, Threads(1)), run_of(sampled, wanted, dask)
    assert own.impossible > 0
    same(own, theirs)
    assert own.first_impossible == theirs.first_impossible


def test_until_it_is_known_and_until_it_is_stopped(dask: Dask, tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, electricity())
    same(run_of(sampled, Wanted(until=0.004), dask), run_of(sampled, Wanted(until=0.004), Threads(2)))
    done: list[int] = []
    run = run_of(sampled, Wanted(100 * BLOCK), dask, told=done.append, stopped=lambda: len(done) >= 3)
    assert (run.complete, run.samples) == (False, 3 * BLOCK)


def test_a_killed_process_changes_nothing(dask: Dask, tmp_path: Path) -> None:
    """One of the two is killed when a few blocks are done; another one takes its place and its work."""
    sampled = sampled_from(tmp_path, electricity())
    wanted = Wanted(60 * BLOCK)
    before = dask.client.run(os.getpid)
    assert len(set(before.values())) == 2
    killed: list[int] = []

    def told(done: int) -> None:
        if done == 5 * BLOCK:
            killed.append(next(iter(before.values())))
            os.kill(killed[0], signal.SIGKILL)

    run = run_of(sampled, wanted, dask, told=told)
    assert len(killed) == 1
    dask.client.wait_for_workers(2, timeout=30)
    assert killed[0] not in dask.client.run(os.getpid).values()
    same(run, run_of(sampled, wanted, Threads(2)))


def test_a_cluster_that_is_lost_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody takes the place of the only worker: an error, after some patience."""
    monkeypatch.setattr(cluster, "PATIENCE", 3.0)
    sampled = sampled_from(tmp_path, electricity())
    with (
        pytest.raises(InputError) as refused,
        distributed.LocalCluster(
            n_workers=1,
            threads_per_worker=1,
            processes=False,
            protocol="tcp",
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
        ) as made,
        engine_of("dask", made.scheduler_address) as engine,
    ):
        run_of(sampled, Wanted(2000 * BLOCK), engine, told=lambda done: made.scale(0) if done == BLOCK else None)
    assert [fault.code for fault in refused.value.diagnostics] == ["REE-D027"]


def test_a_job_goes_through_a_pipe(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, electricity())
    model = pickle.loads(pickle.dumps(sampled.model))
    values = {name: np.linspace(0.9, 1.1, 5) for name in sampled.model.variables}
    np.testing.assert_array_equal(model.evaluate(values).totals, sampled.model.evaluate(values).totals)


def test_sobol_blocks_in_any_order(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, electricity())
    name = sampled.model.variables[0]

    def drawn(*numbers: int) -> dict[int, np.ndarray]:
        draws, found = sampled.draws(Wanted(1 << 16, method="sobol")), {}
        for number in numbers:
            found[number] = np.empty(BLOCK)
            draws.block(number).load(name, found[number])
        return found

    forwards, shuffled = drawn(0, 1, 2, 3), drawn(2, 0, 3, 1)
    for number, values in forwards.items():
        np.testing.assert_array_equal(values, shuffled[number])


# --- what is refused


def test_addresses_where_nobody_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.6)
    for address in ("tcp://127.0.0.1:1", "somewhere", "carrier-pigeon://127.0.0.1:1"):
        with pytest.raises(InputError) as refused, engine_of("dask", address):
            pass
        assert [fault.code for fault in refused.value.diagnostics] == ["REE-D025"]


def test_a_scheduler_without_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 6.0)
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as made,
        pytest.raises(InputError) as refused,
        engine_of("dask", made.scheduler_address),
    ):
        pass
    assert [fault.code for fault in refused.value.diagnostics] == ["REE-D025"]
    assert "no workers" in str(refused.value)


def test_workers_of_other_versions(dask: Dask, monkeypatch: pytest.MonkeyPatch) -> None:
    other = versions() | {"numpy": "1.0"}
    assert "ree-lca" in other
    monkeypatch.setattr(dask.client, "run", lambda *words, **more: {"tcp://w": other, "tcp://x": ImportError("no lca")})
    monkeypatch.setattr(dask.client, "run_on_scheduler", lambda function: function() | {"scipy": "0.1"})
    with pytest.raises(InputError) as refused:
        cluster._check_versions(dask.client)
    assert [fault.code for fault in refused.value.diagnostics] == ["REE-D026"] * 3
    assert "numpy 1.0 (here" in str(refused.value)
    assert "the scheduler has scipy 0.1" in str(refused.value)
    assert "no ree-lca that it could run" in str(refused.value)


def test_without_dask(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(SystemExit) as stopped:
        main(["uncertainty", "electro/magnet-full/belfast/grid", "-n", "100", "--engine", "dask"])
    assert stopped.value.code == 1
    assert "REE-D024" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words", [("--scheduler", "tcp://127.0.0.1:1"), ("--engine", "dask", "--scheduler", "x", "--workers", "2")]
)
def test_options_that_do_not_go_together(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["uncertainty", *words])
    assert stopped.value.code == 2


def test_start_up_does_not_wait_for_dask() -> None:
    """pint imports Dask where it is installed, and nothing else here does before it is asked for."""
    code = "import sys; from lca.units import registry; registry(); print('dask' in sys.modules); import dask"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False"]
