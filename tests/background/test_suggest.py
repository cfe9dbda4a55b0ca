"""Candidates for links are those that a person would look at first, and nothing is linked by them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from lca.background import store
from lca.background.database import Activity
from lca.background.link_views import elementary_rows, rule_rows
from lca.background.suggest import as_yaml, bought_flows, suggestions
from lca.errors import InputError, Problems
from lca.inventory.loading import Inventory, load
from lca.system.checking import Checker
from tests.databases import FLOWS, database, plants
from tests.workspaces import BASE, DATABASE, write

NAMES = [
    ("limestone quarry operation", "GLO", "limestone", "kilogram"),
    ("market for limestone, crushed", "RoW", "limestone, crushed, washed", "kilogram"),
    ("electricity, high voltage, production mix", "north", "electricity, high voltage", "kilowatt hour"),
    ("electricity, high voltage, production mix", "ZZ", "electricity, high voltage", "kilowatt hour"),
    ("market for soap", "GLO", "soap", "kilogram"),
    ("treatment of ash, residual material landfill", "GLO", "wood ash", "kilogram"),
    ("acid bath", "GLO", "acid", "cubic meter"),
]
SHOP = database(
    "shop",
    FLOWS,
    [(Activity(str(k), name, place, product, unit), {}, {}) for k, (name, place, product, unit) in enumerate(NAMES)],
).contents


def inventory(folder: Path) -> Inventory:
    write(folder, {name: text for name, text in BASE.items() if name != DATABASE})
    return load(folder, Problems())


def test_what_is_bought(tmp_path: Path) -> None:
    """Not what the plant makes itself, nor pools of its loops."""
    assert bought_flows(inventory(tmp_path)) == ["acid", "ash", "electricity", "limestone"]


def test_the_likeliest_come_first(tmp_path: Path) -> None:
    found = suggestions(inventory(tmp_path), SHOP)
    first = {one.flow: one for one in reversed(found)}
    assert {flow: one.activity.product for flow, one in first.items()} == {
        "acid": "acid",
        "ash": "wood ash",
        "electricity": "electricity, high voltage",
        "limestone": "limestone",
    }
    assert first["electricity"].activity.location == "north"  # a place of the workspace
    assert first["electricity"].score > 60
    assert not first["acid"].fits
    assert all(0 <= one.score <= 100 for one in found)
    assert "soap" not in {one.activity.product for one in found}


def test_pasted_candidates_are_providers(tmp_path: Path) -> None:
    """Read as YAML they are rules, each marked as not verified; what needs a conversion has none that could pass."""
    text = as_yaml(suggestions(inventory(tmp_path), SHOP), "shop")
    rules = yaml.safe_load("providers:\n" + text)["providers"]
    assert {rule["flow"] for rule in rules} == {"acid", "ash", "electricity", "limestone"}
    assert all(rule["unverified"] for rule in rules)
    (acid,) = [rule for rule in rules if rule["flow"] == "acid"]
    assert acid["conversion"] == "1 UNIT/kg"
    with_links = {**BASE, DATABASE: "background: shop\ntitle: Shop\nproviders:\n" + text + "\n"}
    write(tmp_path / "pasted", with_links)
    codes = [found.code for found in Checker(tmp_path / "pasted").problems.all]
    assert codes == ["REE-U001"]  # UNIT has to be replaced


def test_what_links_decide_is_not_asked_again(tmp_path: Path) -> None:
    write(tmp_path, BASE)
    found = load(tmp_path, Problems())
    links = found.backgrounds.named("plants-2.0")
    assert suggestions(found, SHOP, links=links) == []
    assert {one.flow for one in suggestions(found, SHOP, "acid", links)} == {"acid"}


def test_a_flow_that_nobody_buys(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        suggestions(inventory(tmp_path), SHOP, "acd")
    assert (fault.value.diagnostics[0].code, fault.value.diagnostics[0].suggestion) == ("REE-L003", "acid")


def test_rules_are_listed_with_what_they_lead_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    store.save(plants())
    write(tmp_path / "kiln", {**BASE, DATABASE: BASE[DATABASE].replace("acid making", "acid mking")})
    checker = Checker(tmp_path / "kiln", "plants-2.0")
    assert checker.contents is not None
    rows = {row["flow"]: row for row in rule_rows(checker.inventory)}
    assert {flow: row["status"] for flow, row in rows.items()} == {
        "limestone": "found",
        "acid": "wrong",
        "electricity": "found",
        "ash": "none",
    }
    assert "acid making" in checker.inventory.linked.replacements["acid"][0].fault.suggestion  # type: ignore[union-attr]
    assert (rows["limestone"]["amount"], rows["limestone"]["unit"], rows["limestone"]["per"]) == (0.001, "ton", "kg")
    (flow,) = elementary_rows(checker.inventory, checker.contents, Problems())
    assert (flow["name"], flow["flow"], flow["amount"], flow["by"]) == (
        "Carbon dioxide ",
        "carbon_dioxide",
        1.0,
        "written",
    )
