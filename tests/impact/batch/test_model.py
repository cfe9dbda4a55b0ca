"""All samples at once are what each of them is as a scenario of its own."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.errors import InputError
from lca.impact.batch import solve
from lca.impact.batch.model import BatchModel
from lca.impact.batch.uncertainty import prepared
from lca.workspace import bundled
from tests.impact.batch.samples import drawn, one_by_one, sampled_from
from tests.impact.test_one_at_a_time import plant
from tests.system.systems import Document, documents, flow, line, process, random_systems

PAIR = ("oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid")


@st.composite
def uncertain_systems(draw: st.DrawFn) -> list[Document]:
    """Random systems in which some amounts have ranges: cycles, waste, pools that overflow in some samples."""
    made = copy.deepcopy(draw(random_systems()))
    for document in made:
        for group in ("inputs", "outputs", "emissions"):
            for exchange in document.get(group, []) if "process" in document else []:
                if draw(st.booleans()):
                    number, unit = exchange["amount"].split(" ", 1)
                    # within what the diagonal can bear
                    low, high = 0.3 * float(number), 1.05 * float(number)
                    exchange["range"] = [f"{low!r} {unit}", f"{high!r} {unit}"]
    made[3]["emissions"][0]["range"] = ["0.4 kg", "0.6 kg"]
    return made


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(uncertain_systems())
def test_random_systems(made: list[Document]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            sampled = sampled_from(Path(folder), made)
        except InputError:
            return  # nothing uncertain is used
        samples = drawn(sampled, 12)
        found = sampled.model.evaluate(samples)
        expected = one_by_one(sampled.model, samples)
        np.testing.assert_allclose(found.totals, expected, rtol=1e-9, atol=1e-9 * np.nanmax(np.abs(expected)))
        np.testing.assert_array_equal(found.possible, ~np.isnan(expected[0, 0]))


def test_the_bundled_study_in_pairs() -> None:
    sampled = prepared(bundled(), None, PAIR)
    samples = drawn(sampled, 9)
    expected = one_by_one(sampled.model, samples)
    np.testing.assert_allclose(sampled.model.evaluate(samples).totals, expected, rtol=1e-11)


def test_the_central_values_give_the_central_result() -> None:
    sampled = prepared(bundled(), None, PAIR)
    central = {}
    for system, names in zip(sampled.model.systems, sampled.model.names, strict=True):
        central |= {n: np.array([system.scope.value_at(a)]) for a, n in names.items() if a in system.scope.definitions}
    moved = [n for n in sampled.model.variables if n in central]
    model = BatchModel(
        sampled.opened.checked.study,
        sampled.model.systems,
        sampled.opened.basis,
        sampled.opened.method,
        [{a: n for a, n in names.items() if n in moved} for names in sampled.model.names],
    )
    found = model.evaluate({name: central[name] for name in model.variables})
    for k, scores in enumerate(sampled.opened.scores):
        np.testing.assert_allclose(found.totals[k, :, 0], scores.total, rtol=1e-12)


def returned(low: str, high: str) -> list[Document]:
    return plant("3 kg * returned", returned={"value": "40 %", "range": [low, high]})


def test_a_pool_that_overflows_in_some_samples(tmp_path: Path) -> None:
    """Bought acid costs 2, acid that nobody needs 7 per kg: 4 t (3 - 3 r) 2 below 100 %, 4 (3 r - 3) 7 above."""
    sampled = sampled_from(tmp_path, returned("10 %", "150 %"))
    share = np.array([0.1, 0.4, 1.0, 1.2, 1.5])
    tonnage = np.array([4.0, 5.0, 4.0, 2.0, 3.0])
    found = sampled.model.evaluate({"plant.returned": share, "workspace.tonnage": tonnage})
    expected = tonnage * np.where(share < 1, (3 - 3 * share) * 2, (3 * share - 3) * 7)
    np.testing.assert_allclose(found.totals[0, 0], expected, rtol=1e-12, atol=1e-12)


def test_negative_amounts_are_impossible_samples(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, returned("-10 %", "50 %"))
    samples = {"plant.returned": np.array([-0.05, 0.0, 0.25]), "workspace.tonnage": np.full(3, 4.0)}
    found = sampled.model.evaluate(samples)
    np.testing.assert_array_equal(found.possible, [False, True, True])
    np.testing.assert_allclose(found.totals[0, 0], [np.nan, 24, 18])


def cycle(low: str, high: str) -> list[Document]:
    """A power plant that uses part of its own fuel works' electricity: singular where they use all of it."""
    return documents(
        {"power": flow(unit="kWh"), "fuel": flow(), "co2": flow("elementary")},
        [
            process(
                "plant",
                "power",
                "1 kWh",
                inputs=[line("fuel", "1 kg")],
                emissions=[line("co2", "1 kg")],
            ),
            process(
                "works",
                "fuel",
                "1 kg",
                parameters={"own_use": {"value": "0.5 kWh", "range": [low, high]}},
                inputs=[line("power", "own_use")],
            ),
        ],
        ("power", "1 kWh"),
        {"co2": 1},
    )


def test_a_cycle_that_feeds_on_itself_too_much_is_impossible(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, cycle("0 kWh", "2 kWh"))
    found = sampled.model.evaluate({"works.own_use": np.array([0.0, 0.5, 1.0, 1.5]) * 3.6e6})
    np.testing.assert_allclose(found.totals[0, 0], [1, 2, np.nan, np.nan])
    np.testing.assert_array_equal(found.possible, [True, True, False, False])


def test_samples_that_elimination_cannot_solve_are_solved_by_other_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(solve, "RESIDUAL", -1.0)  # nothing is good enough
    sampled = sampled_from(tmp_path, [*returned("10 %", "150 %")])
    samples = drawn(sampled, 20)
    solo = sampled_from(tmp_path / "cycle", cycle("0.1 kWh", "0.8 kWh"))
    for own, values in ((sampled, samples), (solo, drawn(solo, 20))):
        found = own.model.evaluate(values)
        np.testing.assert_allclose(found.totals, one_by_one(own.model, values), rtol=1e-12)


def test_what_does_not_vary_costs_nothing(tmp_path: Path) -> None:
    """A long supply chain that is the same in all samples is folded into the scores of what is bought of it."""

    def made(length: int) -> list[Document]:
        flows = {"steel": flow(), "co2": flow("elementary")} | {f"p{k}": flow() for k in range(length)}
        chain = [
            process(f"make_{k}", f"p{k}", "1 kg", inputs=[line(f"p{k + 1}", "0.5 kg")] if k + 1 < length else [])
            | {"emissions": [line("co2", f"{k + 1} kg")]}
            for k in range(length)
        ]
        need: Any = {"value": "2 kg", "range": ["1 kg", "3 kg"]}
        works = process("works", "steel", "1 kg", parameters={"need": need}, inputs=[line("p0", "need")])
        return documents(flows, [works, *chain], ("steel", "1 kg"), {"co2": 1})

    short, long = (sampled_from(tmp_path / str(n), made(n)) for n in (2, 30))
    assert long.model.program.operations == short.model.program.operations
    found = long.model.evaluate({"works.need": np.array([1.0, 3.0])})
    unit = sum((k + 1) * 0.5**k for k in range(30))
    np.testing.assert_allclose(found.totals[0, 0], [unit, 3 * unit], rtol=1e-12)


def test_what_does_not_vary_may_buy_of_what_does(tmp_path: Path) -> None:
    """The fuel works of a cycle are the same in all samples, but the power that they buy is not."""
    made = cycle("0.5 kWh", "0.5 kWh")
    made[3]["emissions"][0]["range"] = ["0.5 kg", "2 kg"]
    sampled = sampled_from(tmp_path, made)
    assert sampled.model.variables == ("plant.emissions.co2",)
    found = sampled.model.evaluate({"plant.emissions.co2": np.array([0.5, 1.0, 2.0])})
    np.testing.assert_allclose(found.totals[0, 0], [1, 2, 4])
