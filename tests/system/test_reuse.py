"""A process is worked out once for several scenarios only where it comes out the same in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lca.inventory.scope import Scope
from lca.system.amounts import Amounts, ProcessAmounts
from lca.system.checking import Checker
from lca.system.reuse import Known
from lca.workspace import bundled
from tests.workspaces import check, edited, write


def electricity(tmp_path: Path, changes: dict[str, str]) -> dict[str, float]:
    """Electricity of the kiln in kWh, by route."""
    write(tmp_path, edited(changes))
    found = check(tmp_path)
    amounts = {}
    for name in ("short/grid", "long/wind-ppa"):
        system = found.system(name)
        amounts[name.partition("/")[0]] = next(
            edge.line.amount for edge in system.edges if edge.node == 0 and edge.flow == "electricity"
        )
    return amounts


def test_a_name_that_one_option_shadows(tmp_path: Path) -> None:
    changes = {
        "  kiln.drive_time: 0.08 h\n": "",
        "  place: {text: north}\n": "  place: {text: north}\n  hours: {value: 0.05 h}\n",
        "  drive_time: {value: 0.05 h}\n": "  drive_time: {formula: hours}\n",
        "set:\n": "parameters:\n  hours: {value: 0.2 h}\nset:\n",
    }
    found = electricity(tmp_path, changes)
    assert found == pytest.approx({"short": 4 * 0.05 / 0.95, "long": 4 * 0.2 / 0.95})


def test_an_exchange_that_depends_on_an_axis(tmp_path: Path) -> None:
    write(tmp_path, edited({"  kiln.drive_time: 0.08 h\n": ""}))
    found = check(tmp_path)
    returned = {
        name: sum(edge.into_pool for edge in found.system(name).edges) for name in ("short/grid", "long/wind-ppa")
    }
    assert returned == {"short/grid": 0, "long/wind-ppa": 1}


def test_scenarios_together_are_what_they_are_alone() -> None:
    together = Checker(bundled())
    study = together.study(None)
    assert study is not None
    systems = together.check_study(study).systems
    for name in sorted({scenario for scenario, _ in systems})[::4]:
        alone = Checker(bundled())
        (own,) = {
            id(system): system
            for key, system in alone.check_study(study, (), [name]).systems.items()
            if key[1] == "market"
        }.values()
        assert own.nodes == systems[name, "market"].nodes
        np.testing.assert_array_equal(own.technosphere, systems[name, "market"].technosphere)
        np.testing.assert_array_equal(own.biosphere, systems[name, "market"].biosphere)
        assert own.scope.in_use() == systems[name, "market"].scope.in_use()


def test_an_option_by_its_own_name_is_known_only_where_it_is_chosen(tmp_path: Path) -> None:
    changes = {
        "title: Short burning\n": "title: Short burning\nparameters:\n  trips: {value: 2}\n",
        "title: Long burning\n": "title: Long burning\nparameters:\n  trips: {value: 2}\n",
        "amount: 20 kWh": 'amount: "20 kWh * short.trips"',
    }
    write(tmp_path, edited(changes))
    faults = check(tmp_path).problems.errors
    assert [(fault.code, fault.message) for fault in faults] == [("REE-N001", "`short.trips` is not defined")]


@pytest.mark.parametrize("option", ["Short", "Long"])
def test_a_name_that_one_option_alone_defines(tmp_path: Path, option: str) -> None:
    changes = {
        f"title: {option} burning\n": f"title: {option} burning\nparameters:\n  trips: {{value: 2}}\n",
        "amount: 20 kWh": 'amount: "20 kWh * trips"',
    }
    write(tmp_path, edited(changes))
    assert [fault.code for fault in check(tmp_path).problems.errors] == ["REE-N001"]


def test_samples_are_worked_out_once_where_they_are_the_same(tmp_path: Path) -> None:
    """Of parameters, exchanges and shares, with what they are made of; elsewhere each is what it is alone."""
    write(tmp_path, edited({}))
    found = check(tmp_path)
    one, two, known = found.system("long/wind-ppa").scope, found.system("short/grid").scope, Known()
    low, high = np.array([1.0, 2.0]), np.array([1.0, 3.0])
    shares = {"C": np.array([0.7, 0.8]), "H": np.array([0.1, 0.1]), "other": np.array([0.2, 0.1])}
    coal = {f"kiln.coal_grade.{name}": share for name, share in shares.items()}

    def amounts(scope: Scope, values: dict[str, np.ndarray], known: Known | None = None) -> ProcessAmounts:
        found = Amounts(scope.with_samples(values), known).of("kiln")
        assert found is not None
        return found

    cases = [
        *({"kiln.drive_power": low}, {"kiln.drive_power": high}, {"kiln.burn_yield": low}, {"quarry.unknown": low}),
        *({"kiln.inputs.wash_acid": low}, {"kiln.inputs.wash_acid": high}, {"kiln.inputs.limestone": low}, coal, {}),
    ]
    for scope in (one, two):
        for values in cases:
            made, alone = amounts(scope, values, known), amounts(scope, values)
            assert made is amounts(scope, dict(values), known)
            assert [line.name for line in made.lines] == [line.name for line in alone.lines]
            for line, own in zip(made.lines, alone.lines, strict=True):
                np.testing.assert_array_equal(line.amount, own.amount)
    assert amounts(one, {"quarry.unknown": low, "kiln.burn_yield": low}, known) is amounts(
        one, {"quarry.unknown": high, "kiln.burn_yield": low}, known
    )
