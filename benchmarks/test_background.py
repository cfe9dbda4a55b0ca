"""A background of 20,000 processes: solved once, linked to in no time.

The database is made up: 220,000 exchanges between processes, 994,000 with nature, about as many as in ecoinvent. Real
databases fill in otherwise; read orders of magnitude.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lca.background import store
from lca.background.database import Activity, Background, ElementaryFlow, Exchanges, Origin
from lca.impact.life_cycles import life_cycles
from lca.impact.study import run_study
from tests.workspaces import BASE, edited, write

PROCESSES, FLOWS, LINKED = 20_000, 2_000, 60

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


def test_run_on_a_solved_background(benchmark, database, tmp_path) -> None:  # type: ignore[no-untyped-def]
    """A whole small study, everything kept from before."""
    link = "{flow: limestone, activity: production of good 19999}"
    root = tmp_path / "kiln"
    files = edited({LIMESTONE: link, "background: plants-2.0": "background: large"}, BASE)
    for name, text in files.items():
        files[name] = text.replace('activity: acid making, product: "acid, 30 %"', "activity: production of good 12345")
    write(root, files)
    run = lambda: run_study(root, sensitivity=False, brief=True, background="large")  # noqa: E731
    run()
    benchmark.pedantic(run, rounds=3)
