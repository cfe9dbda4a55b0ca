"""Moving one parameter at a time gives what computing the study anew with that parameter gives."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from lca.impact.local_sensitivity import saving_swings, swings
from lca.impact.methods import method_factors
from lca.inventory.settings import parse_settings
from lca.system.checking import Checker
from lca.system.scenario import Pair
from lca.workspace import bundled
from tests.system.systems import Document, documents, flow, line, process
from tests.workspaces import as_yaml, write

SCENARIO = "electro/magnet-full/missouri/grid"


class Workspace:
    """A workspace that is read once and computed often."""

    def __init__(self, root: Path, only: tuple[str, ...] = ()):
        self.checker, self.only = Checker(root), only
        study = self.checker.study(None)
        assert study is not None
        self.study = study
        self.method = method_factors(self.checker.inventory, study.method)

    def rows(self) -> dict[str, dict[str, Any]]:
        found = self.checker.check_study(self.study, (), self.only)
        return {row["parameter"]: row for row in swings(found, self.method, ())}

    def score(self, setting: str) -> float:
        """The first indicator of the only scenario, built and solved with a setting."""
        found = self.checker.check_study(self.study, parse_settings([setting]), self.only)
        system = found.systems[found.scenarios[0].id, found.study.electricity_basis]
        return float(self.method.matrix(system.elementary)[0] @ system.biosphere @ system.supply)

    def assert_swings_are_those_of_settings(self, every: int = 1) -> None:
        parameters = [row for row in self.rows().values() if row["parameter"].count(".") == 1]
        for row in parameters[::every]:
            for end, at_end in (("low", "at_low"), ("high", "at_high")):
                setting = f"{row['parameter']}={row[end]!r} {row['parameter_unit']}"
                assert row[at_end] == pytest.approx(self.score(setting), rel=1e-9), setting


def test_the_bundled_plant() -> None:
    workspace = Workspace(bundled(), (SCENARIO,))
    assert len(workspace.rows()) > 60
    workspace.assert_swings_are_those_of_settings(every=4)


def plant(amount: str, **parameters: Document) -> list[Document]:
    """A plant that draws 3 kg from a pool and returns some; what is missing is made, what is too much burnt."""
    return documents(
        {
            "steel": flow(),
            "acid": flow(),
            "pool": flow(),
            "spent": flow("waste"),
            "co2": flow("elementary"),
        },
        [
            process(
                "plant",
                "steel",
                "1 kg",
                stage="making",
                parameters=parameters,
                inputs=[line("pool", "3 kg", bin="use")],
                outputs=[line("pool", amount, bin="use")],
            ),
            process("make_up", "pool", "1 kg", inputs=[line("acid", "1 kg")]),
            process("overflow", "pool", "1 kg", emissions=[line("co2", "7 kg")]),
            process("acid_works", "acid", "1 kg", emissions=[line("co2", "2 kg")]),
        ],
        ("steel", "tonnage"),
        {"co2": 1},
        workspace={"parameters": {"tonnage": {"value": "4 kg", "range": ["2 kg", "5 kg"]}}},
        extra=[
            {
                "loop": "circuit",
                "title": "Acid circuit",
                "substance": "HCl",
                "pools": {"pool": {"makeup": "make_up", "surplus": "overflow"}},
                "bins": {"use": "Used"},
            }
        ],
    )


def test_a_formula_as_demand_and_a_pool_that_overflows_at_one_end(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "inventories/all.yaml": as_yaml(
                plant("3 kg * returned", returned={"value": "40 %", "range": ["10 %", "150 %"]})
            )
        },
    )
    workspace = Workspace(tmp_path)
    assert workspace.rows().keys() == {"plant.returned", "workspace.tonnage"}
    assert workspace.rows()["plant.returned"]["at_high"] == pytest.approx(4 * 1.5 * 7)  # 1.5 kg too much, burnt
    workspace.assert_swings_are_those_of_settings()


def test_single_exchanges_are_moved_too(tmp_path: Path) -> None:
    """What is drawn from the pool, 3 kg, is 1 to 6 kg: at the low end more is returned, 2 kg, than drawn."""
    made = plant("2 kg")
    made[3]["inputs"][0]["range"] = ["1 kg", "6 kg"]
    made[3]["inputs"][0]["note"] = "Drawn."
    made[6]["emissions"][0] |= {"range": ["1 kg", "3 kg"], "evidence": "expert"}
    write(tmp_path, {"inventories/all.yaml": as_yaml(made)})
    rows = Workspace(tmp_path).rows()
    assert rows.keys() == {"plant.inputs.pool", "acid_works.emissions.co2", "workspace.tonnage"}
    drawn, emitted = rows["plant.inputs.pool"], rows["acid_works.emissions.co2"]
    assert [drawn["at_low"], drawn["at_high"]] == pytest.approx([4 * 1 * 7, 4 * 4 * 2])
    assert [emitted["at_low"], emitted["at_high"]] == pytest.approx([4 * 1 * 1, 4 * 1 * 3])
    assert [drawn[key] for key in ("title", "low", "central", "high")] == ["Drawn.", 1, 3, 6]
    assert [emitted[key] for key in ("title", "evidence", "source", "parameter_unit")] == [
        *("A flow, acid_works", "expert", "book", "kg")
    ]
    weights = {name: abs(row["swing"]) * (4 if name.startswith("acid") else 2) for name, row in rows.items()}
    for name, row in rows.items():
        assert row["priority"] == pytest.approx(weights[name] / sum(weights.values()))


def test_an_impossible_end_is_missing(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "inventories/all.yaml": as_yaml(
                plant("3 kg * returned", returned={"value": "40 %", "range": ["-10 %", "50 %"]})
            )
        },
    )
    row = Workspace(tmp_path).rows()["plant.returned"]
    assert row["at_low"] != row["at_low"]
    assert row["at_high"] == pytest.approx(4 * 1.5 * 2)


def test_a_central_case_in_surplus_whose_low_end_is_not(tmp_path: Path) -> None:
    returned = {"value": "130 %", "range": ["10 %", "150 %"]}
    write(tmp_path, {"inventories/all.yaml": as_yaml(plant("3 kg * returned", returned=returned))})
    workspace = Workspace(tmp_path)
    assert workspace.rows()["plant.returned"]["at_low"] == pytest.approx(
        4 * 2.7 * 2
    )  # bought, no credit for the burning
    workspace.assert_swings_are_those_of_settings()


def test_an_impossible_end_has_no_weight_and_takes_none_from_others(tmp_path: Path) -> None:
    more = {
        "returned": {"value": "40 %", "range": ["-10 %", "50 %"]},
        "drawn": {"value": "3 kg", "range": ["3 kg", "4 kg"]},
    }
    write(tmp_path, {"inventories/all.yaml": as_yaml(plant("drawn * returned", **more))})
    rows = Workspace(tmp_path).rows()
    assert rows["plant.returned"]["priority"] == 0
    assert rows["workspace.tonnage"]["priority"] + rows["plant.drawn"]["priority"] == pytest.approx(1)


def test_a_parameter_that_is_another_one_on_each_side_moves_one_side_at_a_time() -> None:
    def row(scenario: str, parameter: str, ends: tuple[float, float, float], at: tuple[float, float]) -> dict[str, Any]:
        low, central, high = ends
        common = {"indicator": "i", "unit": "kg", "parameter_unit": "km", "title": "", "evidence": "", "source": ""}
        named = {"scenario": scenario, "parameter": parameter, "low": low, "central": central, "high": high}
        return common | named | {"at_low": at[0], "at_high": at[1]}

    rows = [
        row("near", "site.way", (1, 2, 3), (9, 11)),
        row("far", "site.way", (10, 20, 30), (5, 7)),
        row("near", "plant.use", (1, 2, 3), (8, 12)),
        row("far", "plant.use", (1, 2, 3), (4, 8)),
    ]
    checked = SimpleNamespace(pairs=[Pair("near", "far", "Place")], study=SimpleNamespace(electricity_basis="market"))
    found = saving_swings(checked, rows, {"near": 10.0, "far": 6.0})  # type: ignore[arg-type]
    moved = {(r["parameter"], r["low"]): (r["at_low"], r["at_high"]) for r in found}
    assert moved == {("site.way", 1): (3, 5), ("site.way", 10): (5, 3), ("plant.use", 1): (4, 4)}
