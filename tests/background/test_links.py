"""Links lead to the activities that they name, and say what is wrong where they do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.background import store
from lca.background.database import Activity, Background, ElementaryFlow, Origin
from lca.background.our_flows import our_flows
from lca.errors import Diagnostic, Problems, render_text
from lca.impact.life_cycles import life_cycles
from lca.system.checking import CheckedStudy, Checker
from tests.databases import FLOWS, database, plants
from tests.workspaces import BASE, DATABASE, edited, write

LIMESTONE = '{flow: limestone, activity: "limestone, at mine", unverified: Not looked for.}'
ACID = 'activity: acid making, product: "acid, 30 %", conversion: 3.33 kg/kg'
ASH = "{flow: ash, none: Not in this database.}"


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def on_plants(folder: Path, changes: dict[str, str], background: Background | None = None) -> tuple[Checker, list[str]]:
    """The kiln checked on the database, with changes of its files; and the marks, as `line:column` of the links."""
    store.save(background or plants())
    marks = write(folder / "kiln", edited(changes))
    checker = Checker(folder / "kiln", "plants-2.0")
    study = checker.study(None)
    assert study is not None
    checker.check_study(study)
    assert all(mark.file == DATABASE for mark in marks)
    return checker, [f"{mark.line}:{mark.column}" for mark in marks]


def placed(found: list[Diagnostic]) -> list[tuple[str, str]]:
    return [(d.code, f"{d.span.line}:{d.span.column}") for d in found if d.span]


@pytest.mark.parametrize(
    ("changes", "codes", "expected", "suggestion"),
    [
        pytest.param(
            {'activity: "limestone, at mine"': 'activity: «"limestone, at mines"'},
            "B024",
            "exact",
            "limestone, at mine",
            id="unknown name",
        ),
        pytest.param(
            {LIMESTONE: '{flow: limestone, activity: «"limestone, at mine", location: GB}'},
            "B024",
            "GLO, limestone",
            "",
            id="not at this place",
        ),
        pytest.param(
            {'product: "acid, 30 %", ': "", "activity: acid making": "activity: «acid making"},
            "B025",
            "GLO, acid, 30 % or GLO, acid, 70 %",
            "",
            id="two products",
        ),
        pytest.param(
            {LIMESTONE: "{flow: limestone, activity: «natural gas}"}, "B026", "in m3/kg", "", id="volume for mass"
        ),
        pytest.param(
            {"conversion: 3.33 kg/kg": "conversion: «3.33 m3/kg"},
            "B026",
            "in kg/kg",
            "",
            id="conversion of another dimension",
        ),
        pytest.param(
            {LIMESTONE: "{flow: limestone, activity: «treatment of ash}"},
            "B027",
            "makes",
            "",
            id="treatment for a product",
        ),
        pytest.param(
            {'activity: "limestone, at mine"': "activity: «lime", "activity: acid making": "activity: «acid"},
            "B024 B024",
            "",
            "",
            id="all at once",
        ),
    ],
)
def test_wrong_links(changes: dict[str, str], codes: str, expected: str, suggestion: str, tmp_path: Path) -> None:
    checker, marks = on_plants(tmp_path, changes)
    found = checker.problems.errors
    shown = render_text(found)
    assert placed(found) == [(f"REE-{code}", mark) for code, mark in zip(codes.split(), marks, strict=True)], shown
    assert expected in found[0].expected, shown
    assert suggestion in found[0].suggestion, shown


def test_a_rule_that_is_not_needed_may_lead_nowhere(tmp_path: Path) -> None:
    """Another version of the database may lack what this study does not ask for."""
    rule = "\n  - {flow: lime, activity: Nowhere}"
    checker, _ = on_plants(tmp_path, {LIMESTONE: LIMESTONE + rule})
    assert checker.problems.errors == []


def test_an_unknown_database_and_one_without_links(tmp_path: Path) -> None:
    write(tmp_path / "kiln", BASE)
    store.save(plants())
    store.save(plants("other"))
    (unknown,) = Checker(tmp_path / "kiln", "plant").problems.errors
    assert (unknown.code, unknown.suggestion) == ("REE-B009", "plants-2.0")
    (without,) = Checker(tmp_path / "kiln", "other").problems.errors
    assert (without.code, without.expected) == ("REE-B023", "plants-2.0")


def test_a_broken_database_is_said(tmp_path: Path) -> None:
    write(tmp_path / "kiln", BASE)
    store.save(plants())
    (store.folder() / "plants-2.0" / "names.json").write_text("{}")
    (broken,) = Checker(tmp_path / "kiln", "plants-2.0").problems.errors
    assert broken.code == "REE-B010"
    assert "import it again" in broken.message


def test_links_of_another_name(tmp_path: Path) -> None:
    """Years of one database share a document: an import says which."""
    write(tmp_path / "kiln", BASE)
    store.save(plants("plants-2050", origin=Origin("test", "here", links="plants-2.0")))
    checker = Checker(tmp_path / "kiln", "plants-2050")
    assert checker.problems.errors == []
    assert checker.inventory.linked is not None
    assert checker.inventory.linked.database == "plants-2050"


# --- which rule


def systems(folder: Path, changes: dict[str, str]) -> CheckedStudy:
    """The kiln on the database, linked without an error."""
    store.save(plants())
    write(folder / "kiln", edited(changes))
    checker = Checker(folder / "kiln", "plants-2.0")
    study = checker.study(None)
    assert study is not None
    checked = checker.check_study(study)
    checker.problems.raise_errors()
    return checked


def stand_ins(checked: CheckedStudy, scenario: str, basis: str = "market") -> dict[str, str]:
    """Our process at its place, and what stands for it."""
    system = checked.systems[scenario, basis]  # type: ignore[index]
    return {"@".join(one.own): "@".join(one.imported) for one in system.replaced if one.replacement.process is not None}


#: No condition, and no process that is named.
GRID = {"    process: grid_mix  # and no other\n    when: {location: [north, hills], power: grid}\n": ""}


def test_only_the_process_named_at_the_place_named(tmp_path: Path) -> None:
    """Electricity is bought without a place: the rule for two places does not hold."""
    checked = systems(tmp_path, {})
    assert stand_ins(checked, "short/grid") == {
        "quarry@hills": "plants-2.0:limestone, at mine, GLO@hills",
        "acid_synthesis@": "plants-2.0:acid making, GLO@",
    }
    assert stand_ins(checked, "long/wind-ppa") == {"quarry@hills": "plants-2.0:limestone, at mine, GLO@hills"}


def test_a_contract_stays_unless_a_rule_names_it(tmp_path: Path) -> None:
    """Wind that was contracted is not the market, and the parts of our own mix are not the mix."""
    checked = systems(tmp_path, GRID)
    power = "plants-2.0:market for electricity, north@"
    assert stand_ins(checked, "long/wind-ppa", "location")["grid_mix@"] == power
    assert "wind_power@north" not in stand_ins(checked, "long/wind-ppa", "market")
    assert any(node.process == "wind_power" for node in checked.systems["long/wind-ppa", "market"].nodes)


def test_a_rule_that_names_the_contract_holds(tmp_path: Path) -> None:
    rule = "\n  - {flow: electricity, process: wind_power, activity: market for electricity, location: GLO}"
    checked = systems(tmp_path, GRID | {LIMESTONE: LIMESTONE + rule})
    assert stand_ins(checked, "long/wind-ppa")["wind_power@north"] == "plants-2.0:market for electricity, GLO@north"
    assert "wind_power@north" not in stand_ins(checked, "long/wind-ppa", "location")  # the whole mix is replaced


def test_the_most_specific_rule_wins_and_none_is_a_rule(tmp_path: Path) -> None:
    rule = "\n  - {flow: limestone, none: Ours is better., when: {route: long}}"
    checked = systems(tmp_path, {LIMESTONE: LIMESTONE + rule})
    assert "quarry@hills" in stand_ins(checked, "short/grid")
    assert "quarry@hills" not in stand_ins(checked, "long/wind-ppa")
    refused = [one for one in checked.systems["long/wind-ppa", "market"].replaced if one.replacement.process is None]
    reasons = {one.own.process: str(one.replacement.rule.none) for one in refused}
    assert reasons == {"quarry": "Ours is better.", "landfill": "Not in this database."}


def test_two_rules_as_specific_are_an_error(tmp_path: Path) -> None:
    rules = "".join(
        f"\n  - {{flow: limestone, activity: acid making, product: '{product}', when: {{{when}}}}}"
        for product, when in (("acid, 30 %", "route: short"), ("acid, 70 %", "power: grid"))
    )
    checker, _ = on_plants(tmp_path, {LIMESTONE: LIMESTONE + rules})
    (found,) = checker.problems.errors
    assert found.code == "REE-L002"
    assert len(found.related) == 1


def test_the_plant_and_its_pools_stay(tmp_path: Path) -> None:
    rules = "".join(
        f"\n  - {{flow: {flow}, activity: acid making, product: 'acid, 30 %'}}" for flow in ("lime", "wash_acid")
    )
    checked = systems(tmp_path, {LIMESTONE: LIMESTONE + rules})
    assert {one.own.process for one in checked.systems["short/grid", "market"].replaced} >= {"quarry", "acid_synthesis"}
    assert {"kiln", "acid_purchase"} <= {node.process for node in checked.systems["short/grid", "market"].nodes}


def test_the_second_choice_is_taken_and_said(tmp_path: Path) -> None:
    changes = {
        "- {activity: market for electricity, location: north, covers: [minerals]}": "- {activity: market for heat}"
    }
    checked = systems(tmp_path, GRID | changes)
    (found,) = [one for one in checked.systems["short/grid", "market"].replaced if one.own.process == "grid_mix"]
    assert found.imported.process == "plants-2.0:market for electricity, GLO"
    assert found.replacement.missed == ("`market for heat`",)


def test_one_activity_for_two_flows(tmp_path: Path) -> None:
    """The same activity with another conversion, or for another flow, is another process of ours."""
    rule = "\n  - {flow: limestone, activity: acid making, product: 'acid, 30 %', when: {route: short}}"
    checked = systems(tmp_path, {LIMESTONE: LIMESTONE + rule})
    assert stand_ins(checked, "short/grid") == {
        "quarry@hills": "plants-2.0:acid making, GLO@hills",
        "acid_synthesis@": "plants-2.0:acid making, GLO [2]@",
    }


# --- solving


def test_a_database_without_a_solution() -> None:
    """Each needs all of what the other makes."""
    power, fuel = (Activity(code, code, "", code, "kilogram") for code in ("power", "fuel"))
    made = store.save(database("closed", FLOWS, [(power, {"fuel": 1.0}, {}), (fuel, {"power": 1.0}, {"co2": 1.0})]))
    with pytest.raises(Exception, match="REE-B028"):
        life_cycles(made.contents, [0])


def test_a_database_without_emissions() -> None:
    made = store.save(database("clean", FLOWS, [(Activity("sun", "sun", "", "light", "kilogram"), {}, {})]))
    assert life_cycles(made.contents, [0]).amounts.tolist() == [[0.0, 0.0, 0.0]]


def test_a_database_without_elementary_flows() -> None:
    made = store.save(database("empty", (), [(Activity("sun", "sun", "", "light", "kilogram"), {}, {})]))
    assert life_cycles(made.contents, [0]).amounts.shape == (1, 0)


def test_a_flow_that_could_be_two_of_ours(tmp_path: Path) -> None:
    node = "349b29d1-3e58-4c66-98b9-9d1a076efd2e"
    link = f"{{uuid: {node}, name: CO2, categories: [air], unit: kg}}"
    soot = "flows: {soot: {title: Soot, kind: elementary, compartment: air, unit: kg}}"
    more = f"{soot}\n---\nbiosphere:\n  carbon_dioxide: {link}\n  soot: {link}\n"
    write(tmp_path / "kiln", {**BASE, "inventories/more.yaml": more})
    background = store.save(plants())
    inventory = Checker(tmp_path / "kiln", "plants-2.0").inventory
    assert inventory.linked is not None
    flows = (ElementaryFlow("x", "CO2", ("air", "town"), "kilogram", node),)
    contents = database("two", flows, [(background.activities[0], {}, {"x": 1.0})]).contents
    problems = Problems()
    our_flows(inventory, inventory.linked.links, contents, problems)
    assert [found.code for found in problems.all] == ["REE-B029"]
