"""Exchanges of an imported database drawn: sample by sample what the database of that sample gives."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from lca.background import store
from lca.background.database import UNCERTAINTY, Background, Exchanges
from lca.background.uncertainty import Spread, lognormal, normal, triangular, uniform
from lca.commands import main
from lca.errors import InputError
from lca.impact.batch import background as module
from lca.impact.batch.background import DrawnBackground
from lca.impact.batch.drawn_matrix import DrawnMatrix
from lca.impact.batch.engine import Engine, Run, Threads
from lca.impact.batch.uncertainty import Chosen, Sampled, Wanted, _sampled, prepared, uncertainty
from lca.impact.study import DisagreementError, run_study
from tests.databases import plants
from tests.workspaces import edited, write

ALL = {
    "    process: grid_mix  # and no other\n    when: {location: [north, hills], power: grid}\n": "",
    "{flow: ash, none: Not in this database.}": "{flow: ash, activity: treatment of ash}",
}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def rows_of(spreads: Mapping[int, Spread | None], amounts: np.ndarray) -> np.ndarray:
    """Rows of uncertainty; amounts before their sign are taken as positive."""
    made = np.full(len(amounts), np.array(tuple(Spread()), dtype=UNCERTAINTY))
    made["loc"] = np.abs(amounts)
    for place, spread in spreads.items():
        assert spread is not None
        made[place] = tuple(spread)
    return made


def spread_out(background: Background, sigma: float = 0.2) -> Background:
    """Everything lognormal but what activities make of their own products."""

    def spread(entries: Exchanges, aside: np.ndarray) -> Exchanges:
        rows = {n: lognormal(abs(a), sigma) for n, a in enumerate(entries.amounts) if not aside[n]}
        return replace(entries, uncertainty=rows_of(rows, entries.amounts))

    a, b = background.technosphere, background.biosphere
    return replace(
        background,
        technosphere=spread(a, a.rows == a.columns),
        biosphere=spread(b, np.zeros(len(b.rows), dtype=bool)),
    )


def kiln(folder: Path) -> Path:
    write(folder / "kiln", edited(ALL))
    return folder / "kiln"


def run_of(sampled: Sampled, wanted: Wanted, engine: Engine | None = None) -> Run:
    series = Chosen(tuple(sampled.places()))
    return _sampled(sampled, wanted, series, None, engine, lambda done: None, lambda: False)


# --- one matrix


def matrix(spreads: Mapping[int, Spread | None], amounts: list[float], seed: int = 3) -> np.ndarray:
    """`[entry, sample]` of a few thousand samples."""
    values = np.array(amounts)
    places = np.arange(len(values))
    drawn = DrawnMatrix("m", Exchanges(places, places, values, rows_of(spreads, values)))
    return np.array([drawn.draw(seed, n) for n in range(4000)]).T


def test_every_kind_has_its_distribution_and_its_sign() -> None:
    """An input is negative in the matrix, and its distribution is that before the sign."""
    kinds = {
        0: lognormal(2, 0.3),
        1: normal(5, 1),
        2: uniform(1, 3),
        3: triangular(1, 2, 4),
        4: lognormal(-2, 0.3),
        5: lognormal(2, 0.3)._replace(minimum=1.5, maximum=3.0),  # type: ignore[union-attr]
        6: normal(5, 1)._replace(minimum=4.0),  # type: ignore[union-attr]
    }
    found = matrix(kinds, [-2, -5, -2, 2, 2, -2, 5, -7])
    assert stats.kstest(-found[0], stats.lognorm(0.3, scale=2).cdf).pvalue > 1e-3
    assert stats.kstest(-found[1], stats.norm(5, 1).cdf).pvalue > 1e-3
    assert stats.kstest(-found[2], stats.uniform(1, 2).cdf).pvalue > 1e-3
    assert stats.kstest(found[3], stats.triang(1 / 3, 1, 3).cdf).pvalue > 1e-3
    assert stats.kstest(found[4], stats.lognorm(0.3, scale=2).cdf).pvalue > 1e-3  # minus a negative amount
    assert (-found[5]).min() >= 1.5
    assert (-found[5]).max() <= 3
    assert stats.kstest(found[6], stats.truncnorm(-1, np.inf, 5, 1).cdf).pvalue > 1e-3
    assert set(found[7]) == {-7}
    assert np.abs(np.corrcoef(found[:7]) - np.eye(7)).max() < 0.08


def test_what_is_no_distribution_stays_as_it_is() -> None:
    values = np.array([-2.0, -2.0, 3.0, 3.0, 5.0])
    rows = rows_of({0: Spread(2, 0.7, -1), 1: Spread(9, 1, 1), 2: Spread(4, minimum=4, maximum=2)}, values)
    rows[3] = tuple(Spread(5, 9.0, minimum=1, maximum=4))
    drawn = DrawnMatrix("m", Exchanges(np.arange(5), np.arange(5), values, rows))
    assert (drawn.unknown, int(drawn.spread.sum())) == (4, 0)
    np.testing.assert_array_equal(drawn.draw(1, 0), values)


def test_a_draw_depends_on_seed_place_and_sample_only() -> None:
    values = np.full(40_000, 2.0)
    places = np.arange(len(values))
    rows = rows_of(dict.fromkeys(range(len(values)), lognormal(2, 0.1)), values)
    whole = DrawnMatrix("m", Exchanges(places, places, values, rows))
    wanted = np.zeros(len(values), dtype=bool)
    wanted[20_000] = True
    part = DrawnMatrix("m", Exchanges(places, places, values, rows), wanted)
    one, other = whole.draw(5, 17), part.draw(5, 17)
    assert one[20_000] == other[20_000]
    assert other[0] == 2.0  # of a block that nobody wants
    np.testing.assert_array_equal(one, whole.draw(5, 17))
    assert not np.any(one == whole.draw(5, 18))
    assert not np.any(one == whole.draw(6, 17))
    assert not np.any(one == DrawnMatrix("n", Exchanges(places, places, values, rows)).draw(5, 17))


# --- scenarios on a database


def test_a_sample_is_the_study_on_the_database_of_that_sample(tmp_path: Path) -> None:
    """The draw of a sample kept as a database of its own: `results` gives on it what the sample has, plant at its
    central values, loops of the database and the treatment of ash included.
    """
    background = store.save(spread_out(plants()))
    root = kiln(tmp_path)
    sampled = prepared(root, None, ("short/grid", "long/grid"), background="plants-2.0", spreads=True)
    assert sampled.behind is not None
    central = np.array([list(scores.total) for scores in sampled.opened.scores])
    demands = np.array(
        [sampled.model.method.matrix(s.elementary) @ s.biosphere @ s.supply for s in sampled.opened.systems]
    )[:, :, None]
    for sample in (0, 1, 7):
        drawn = sampled.behind.drawn.drawn(background, 1, sample)
        store.save(replace(drawn, name="plants-2.0"))
        found, _ = sampled.behind.totals(demands, 1, sample)
        results = run_study(root, None, (), ("short/grid", "long/grid"), background="plants-2.0")["results"]
        expected = results[results["electricity_basis"] == "market"]["value"].to_numpy().reshape(2, -1)
        np.testing.assert_allclose(found[:, :, 0], expected, rtol=1e-11)
        assert np.abs(found[:, 0, 0] / central[:, 0] - 1).max() > 1e-3


def test_runs_are_proved_by_bw2calc_and_pair_their_scenarios(tmp_path: Path) -> None:
    store.save(spread_out(plants()))
    root, pair = kiln(tmp_path), ("short/grid", "long/grid")
    wanted = Wanted(200)
    run = run_of(prepared(root, None, pair, background="plants-2.0", spreads=True), wanted)
    fixed = run_of(prepared(root, None, pair, background="plants-2.0"), wanted)
    assert run.proved == 3
    assert run.agreement < 1e-10
    both, plant_only = run.summary.samples, fixed.summary.samples  # type: ignore[union-attr]
    assert both[0].std() > plant_only[0].std()
    alone = run_of(prepared(root, None, pair[1:], background="plants-2.0", spreads=True), wanted)
    np.testing.assert_allclose(alone.summary.samples[0], both[len(both) // 2], rtol=1e-11)  # type: ignore[union-attr]


def test_without_width_a_drawn_database_is_the_database(tmp_path: Path) -> None:
    store.save(spread_out(plants(), 1e-12))
    root = kiln(tmp_path)
    wanted = Wanted(100)
    drawn = run_of(prepared(root, None, ("short/grid",), background="plants-2.0", spreads=True), wanted)
    fixed = run_of(prepared(root, None, ("short/grid",), background="plants-2.0"), wanted)
    np.testing.assert_allclose(drawn.summary.samples, fixed.summary.samples, rtol=1e-10)  # type: ignore[union-attr]


def test_threads_and_parts_of_blocks_change_no_bit(tmp_path: Path) -> None:
    store.save(spread_out(plants()))
    sampled = prepared(kiln(tmp_path), None, ("short/grid", "long/grid"), background="plants-2.0", spreads=True)
    one, three = run_of(sampled, Wanted(150), Threads(1)), run_of(sampled, Wanted(150), Threads(3))
    np.testing.assert_array_equal(one.summary.samples, three.summary.samples)  # type: ignore[union-attr]
    longer = run_of(sampled, Wanted(200), Threads(2)).summary.samples  # type: ignore[union-attr]
    np.testing.assert_array_equal(one.summary.samples, longer[:, :150])  # type: ignore[union-attr]


def test_processes_change_no_bit(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    from lca.impact.batch.cluster import engine_of

    store.save(spread_out(plants()))
    sampled = prepared(kiln(tmp_path), None, ("short/grid", "long/grid"), background="plants-2.0", spreads=True)
    with engine_of("dask", workers=2) as dask:
        theirs = run_of(sampled, Wanted(150), dask)
    own = run_of(sampled, Wanted(150))
    np.testing.assert_array_equal(own.summary.samples, theirs.summary.samples)  # type: ignore[union-attr]


# --- how solutions are found


def large(sigma: float) -> tuple[Background, DrawnBackground, np.ndarray]:
    """Three hundred activities that all buy of each other, and what is demanded of two of them."""
    draw = np.random.default_rng(4)
    size = 300
    inputs = np.abs(draw.normal(size=(size, size))) * (draw.random((size, size)) < 0.05)
    np.fill_diagonal(inputs, 0)
    inputs *= 0.6 / inputs.sum(axis=0, initial=0, where=inputs > 0).max()
    rows, columns = np.nonzero(inputs)
    diagonal = np.arange(size)
    amounts = np.concatenate([np.ones(size), -inputs[rows, columns]])
    a = Exchanges(np.concatenate([diagonal, rows]), np.concatenate([diagonal, columns]), amounts)
    b = Exchanges(draw.integers(0, 3, 900), draw.integers(0, size, 900), draw.lognormal(size=900))
    made = spread_out(replace(plants(), technosphere=a, biosphere=b, sha256="x"), sigma)
    made = replace(made, activities=tuple(made.activities[0] for _ in range(size)))
    return made, DrawnBackground(made, [3, 250], np.array([[1.0, 0, 2], [0, 0, 1]])), np.array([[1, 0], [0.5, 2.0]])


@pytest.mark.parametrize("way", ["diagonal", "factors", "anew"])
@pytest.mark.parametrize("sigma", [0.1, 0.6])
def test_every_way_leads_to_the_solution(way: str, sigma: float, monkeypatch: pytest.MonkeyPatch) -> None:
    background, drawn, demands = large(sigma)
    if way != "diagonal":
        monkeypatch.setattr(module, "_STEPS", 0)
    if way == "anew":
        monkeypatch.setattr(module, "_GUIDED_STEPS", 0)
    for sample in range(3):
        found, anew = drawn.scores(1, sample, demands)
        own = drawn.drawn(background, 1, sample)
        due = np.zeros((300, 2))
        due[[3, 250]] = demands.T
        supply = np.linalg.solve(own.technosphere_matrix().toarray(), due)
        expected = np.array([[1.0, 0, 2], [0, 0, 1]]) @ own.biosphere_matrix().toarray() @ supply
        np.testing.assert_allclose(found, expected.T, rtol=1e-11)
        assert anew == (2 if way == "anew" else 0)


def test_a_draw_without_a_solution(monkeypatch: pytest.MonkeyPatch) -> None:
    _, drawn, demands = large(0.1)
    values = drawn.technosphere.draw(1, 0)
    drawn.central()
    values[:] = 0
    monkeypatch.setattr(drawn.technosphere, "draw", lambda seed, sample: values)
    with pytest.raises(InputError) as refused:
        drawn.scores(1, 0, demands)
    assert [fault.code for fault in refused.value.diagnostics] == ["REE-D029"]


def test_a_disagreement_is_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(spread_out(plants()))
    sampled = prepared(kiln(tmp_path), None, ("short/grid",), background="plants-2.0", spreads=True)
    true = module.DrawnBackground.scores
    monkeypatch.setattr(module.DrawnBackground, "scores", lambda self, *words: (true(self, *words)[0] * (1 + 1e-7), 0))
    with pytest.raises(DisagreementError):
        uncertainty(sampled, Wanted(100))


# --- the command line


def command(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(words))
    seen = capsys.readouterr()
    return int(stopped.value.code or 0), seen.out, seen.err


def test_the_command_says_what_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save(spread_out(plants()))
    root = str(kiln(tmp_path))
    words = ("uncertainty", "short/grid", "-w", root, "--background", "plants-2.0", "-n", "100", "--format", "json")
    code, out, err = command(capsys, *words, "--background-spreads")
    assert code == 0, err
    assert "drawn in the database: 8 exchanges between activities and 7 with nature that count" in err
    wide, narrow = json.loads(out)[0], json.loads(command(capsys, *words)[1])[0]
    assert wide["sd"] > narrow["sd"]
    assert wide["central"] == narrow["central"]


def test_what_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store.save(plants())
    root = str(kiln(tmp_path))
    words: tuple[Any, ...] = ("uncertainty", "short/grid", "-w", root, "--background-spreads", "-n", "100")
    assert command(capsys, *words)[0] == 2
    code, _, err = command(capsys, *words, "--background", "plants-2.0")
    assert code == 1
    assert "REE-D028" in err
    assert command(capsys, *words, "--background", "plants-2.0", "--samples", str(tmp_path / "x.csv"))[0] == 2
