"""`ree-lca get` and `ree-lca find`."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.editing.change import Wish, change, parse_wish
from lca.editing.description import described
from lca.editing.search import search
from lca.errors import InputError
from tests.textbook import textbook
from tests.works import INVENTORY, METHOD


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return textbook(tmp_path / "w").resolve()


def test_a_parameter(root: Path) -> None:
    wish = Wish(parse_wish(["power_plant.fuel_use=2.5 L"]), by="Ada", why="new burner")
    change(root, wish)
    found = described(root, "power_plant.fuel_use")
    assert found.pop("changes")[0].endswith(" by Ada, 2 L -> 2.5 L: new burner")
    assert found == {
        "address": "power_plant.fuel_use",
        "value": "2.5 L",
        "unit": "L",
        "range": "[1 L, 3 L]",
        "source": "book",
        "source_title": "The computational structure of life cycle assessment",
        "evidence": "literature",
        "note": "Fuel per 10 kWh.",
        "file": "inventories/all.yaml",
        "line": 20,
        "used_by": ["power_plant.inputs.fuel  inventories/all.yaml:22"],
    }


def test_a_formula_is_worked_out(root: Path) -> None:
    file = root / "inventories" / "all.yaml"
    file.write_text(file.read_text().replace("parameters:\n", 'parameters:\n  twice: {formula: "2 * fuel_use"}\n'))
    found = described(root, "power_plant.twice")
    assert (found["formula"], found["comes_to"], found["in_scenario"]) == ("2 * fuel_use", "0.004 m^3", "base")
    assert described(root, "power_plant.fuel_use")["used_by"] == [
        "power_plant.twice  inventories/all.yaml:20",
        "power_plant.inputs.fuel  inventories/all.yaml:23",
    ]


def test_other_things(root: Path) -> None:
    flow = described(root, "flows.fuel")
    assert (flow["title"], flow["unit"], flow["kind"]) == ("Fuel", "L", "product")
    assert [user.split()[0] for user in flow["used_by"]] == ["power_plant.inputs.fuel", "refinery.product"]
    assert described(root, "power_plant.inputs.fuel")["formula"] == "fuel_use"
    assert described(root, "sources.book")["used_by"][0].startswith("power_plant ")
    assert described(root, "power_plant.title")["value"] == "Electricity production"
    with pytest.raises(InputError) as refused:
        described(root, "flows.feul")
    assert refused.value.diagnostics[0].suggestion == "flows.fuel"


def test_users_of_what_an_option_says_in_texts_conditions_and_settings(tmp_path: Path) -> None:
    root = textbook(tmp_path / "w").resolve()
    (root / "inventories" / "all.yaml").write_text(INVENTORY)
    (root / "methods" / "simple.yaml").write_text(METHOD)
    assert [user.split()[0] for user in described(root, "near.place")["used_by"]] == ["plant.location"]
    assert described(root, "far.distance")["used_by"][0].startswith("delivery.inputs.freight ")
    assert any("flows." in user or "products" in user for user in described(root, "workspace.basket")["used_by"])


def test_names_come_before_texts(root: Path) -> None:
    rows = search(root, "fuel").rows
    assert [(row["address"], row["what"]) for row in rows[:2]] == [
        ("flows.fuel", "flow"),
        ("power_plant.fuel_use", "parameter"),
    ]
    assert {"refinery.title", "power_plant.fuel_use.note"} <= {row["address"] for row in rows}
    assert all(row["file"] == "inventories/all.yaml" and row["line"] > 0 for row in rows)
    assert [row["address"] for row in search(root, "FUEL use").rows] == [
        "power_plant.fuel_use",
        "power_plant.inputs.fuel",
    ]
    nothing = search(root, "refinry")
    assert (nothing.rows, nothing.suggestion) == ([], "refinery")
