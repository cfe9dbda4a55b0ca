"""What is exported to Brightway gives our scores there, by nothing but Brightway, and can be changed there."""

from __future__ import annotations

import json
import math
import re
import shutil
from collections.abc import Iterable
from pathlib import Path

import pytest

from lca.background.brightway_files import Project, project_names
from lca.disclosure.brightway import export
from lca.disclosure.brightway.export import export_excel, export_project, study_content
from lca.disclosure.brightway.nature import OURS
from lca.disclosure.formulas import translated
from lca.errors import InputError, Problems
from lca.impact.study import run_study
from lca.inventory.loading import load
from lca.inventory.reading import Text
from lca.inventory.settings import parse_settings
from lca.system.scenario import every_scenario, scope_of
from tests.brightway_projects import brightway
from tests.impact.test_shipped_methods import INVENTORY as FLARE
from tests.impact.test_shipped_methods import METHODS
from tests.textbook import textbook
from tests.workspaces import BASE, edited, write

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "brightway.md").read_text(encoding="utf-8")
SCORES, EXCEL = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[:2]

Scores = dict[tuple[str, str, str], float]


def in_brightway(folder: Path, project: str, study: str) -> Scores:
    """What the script of the docs prints: scenario, basis and method, and the score."""
    found: Scores = {}
    for line in brightway(folder, SCORES, project, study).splitlines():
        if line.count("\t") == 3:
            scenario, bases, method, score = line.split("\t")
            found |= {(scenario, basis, method): float(score) for basis in bases.split(" and ")}
    return found


def ours(root: Path, study: str | None = None, settings: Iterable[str] = ()) -> Scores:
    """Our results; what is not assessed is no number here, whatever Brightway says of it."""
    results = run_study(root, study, parse_settings(tuple(settings)), sensitivity=False, brief=True)
    inventory = load(root, Problems())
    called = {}
    for info in results.metadata["methods"]:
        document = inventory.methods.named(info["id"])
        for name, indicator in document.indicators.items():
            shipped = ", ".join(map(str, indicator.name or ()))
            called[document.called(name)] = shipped or f"{OURS}, {info['id']}, {name}"
    rows = results["results"]
    rows = rows[rows["product"] == "basket"]
    return {(row.scenario, row.electricity_basis, called[row.indicator]): row.value for row in rows.itertuples()}


def assert_same(found: Scores, expected: Scores) -> None:
    assert found.keys() == expected.keys()
    assessed = {key: value for key, value in expected.items() if not math.isnan(value)}
    assert assessed
    assert {key: found[key] for key in assessed} == pytest.approx(assessed, rel=1e-6, abs=1e-12)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default study of the bundled workspace as a project `ree`."""
    folder = tmp_path_factory.mktemp("brightway") / "projects"
    export_project(ROOT, None, "ree", folder)
    return folder


@pytest.fixture
def lime(tmp_path: Path) -> Path:
    """A workspace with a loop, a mix, a contract for electricity, choices and compositions."""
    write(tmp_path / "lime", BASE)
    return tmp_path / "lime"


def test_the_script_of_the_docs_gives_our_scores(exported: Path) -> None:
    """Every scenario, basis and indicator of the bundled study."""
    found, expected = in_brightway(exported, "ree", "belfast-missouri"), ours(ROOT)
    assert len(expected) > 1000
    assert_same(found, expected)


def test_a_parameter_changed_in_brightway_changes_what_it_changes_here(exported: Path, tmp_path: Path) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(exported, folder)
    change = """
import sys, bw2data as bd
from bw2data.parameters import DatabaseParameter, parameters
bd.projects.set_current("ree")
for name, amount in (("electro_extraction__cell_voltage", 4.0), ("workspace__re_capture", 0.8)):
    parameter = DatabaseParameter.get(name=name)
    parameter.amount = amount
    parameter.save()
parameters.recalculate()
bd.Database("belfast-missouri").process()
"""
    brightway(folder, change)
    expected = ours(ROOT, None, ["electro_extraction.cell_voltage=4.0 V", "workspace.re_capture=80 %"])
    before = ours(ROOT)
    assert sum(expected[key] != before[key] for key in before) > 500
    # a scenario that sets the parameter itself has one of its own
    found = in_brightway(folder, "ree", "belfast-missouri")
    assert_same(*({key: scores[key] for key in expected if "#adverse" not in key[0]} for scores in (found, expected)))


def test_a_small_workspace_with_every_construct(lime: Path, tmp_path: Path) -> None:
    """Two scenarios, two bases; a pool that is filled and one that returns to it."""
    export_project(lime, None, "lime", tmp_path / "b")
    assert_same(in_brightway(tmp_path / "b", "lime", "small"), ours(lime))


def test_a_pool_in_surplus(tmp_path: Path) -> None:
    root = tmp_path / "lime"
    write(root, edited({"amount: 0.05 kg, bin": "amount: 0.30 kg, bin"}))
    export_project(root, None, "lime", tmp_path / "b")
    assert_same(in_brightway(tmp_path / "b", "lime", "small"), ours(root))


def test_a_workspace_without_axes(tmp_path: Path) -> None:
    export_project(textbook(tmp_path / "w"), None, "textbook", tmp_path / "b")
    found = in_brightway(tmp_path / "b", "textbook", "electricity")
    assert found[("base", "market", "ree-lca, simple, climate_change")] == pytest.approx(120, rel=1e-6)


@pytest.mark.parametrize("methods", ["ipcc", "[ipcc, ef, own]"])
def test_shipped_methods_are_there_whole_and_under_their_names(methods: str, tmp_path: Path) -> None:
    """Flows in other units than their nodes, flows that are no node, factors of our own."""
    root = tmp_path / "w"
    inventory = FLARE.replace("method: ipcc", f"method: {methods}")
    write(root, {"inventories/all.yaml": inventory, "methods/all.yaml": METHODS})
    export_project(root, None, "flare", tmp_path / "b")
    assert_same(in_brightway(tmp_path / "b", "flare", "flare"), ours(root))
    project = Project("flare", tmp_path / "b")
    name = ("IPCC 2021", "climate change", "global warming potential (GWP100)")
    assert len(project.factors(project.methods()[name])) == 226 + 1


def test_flows_of_one_node_with_different_factors_are_kept_apart(tmp_path: Path) -> None:
    second = FLARE.replace(
        "  smell: {unlinked: Nobody has measured it.}",
        '  smell: {uuid: 0795345f-c7ae-410c-ad25-1845784c75f5, name: "Methane, fossil", categories: [air], unit: kg}',
    ).replace("method: ipcc", "method: own")
    methods = METHODS.replace("smell: 0", "smell: 5")
    root = tmp_path / "w"
    write(root, {"inventories/all.yaml": second, "methods/all.yaml": methods})
    export_project(root, None, "flare", tmp_path / "b")
    assert_same(in_brightway(tmp_path / "b", "flare", "flare"), ours(root))


# --- what the project holds


def nodes_of(content: export.Content) -> dict[str, dict[str, object]]:
    return {node["code"]: node for database in content.data["databases"] for node in database["nodes"]}


def test_the_supply_chain_is_shared_and_the_foreground_is_not(lime: Path) -> None:
    nodes = nodes_of(study_content(lime, None))
    assert [code for code in nodes if code.startswith("kiln")] == [
        "kiln|short/grid",
        "kiln|long/wind-ppa",
        "kiln|long/wind-ppa, location-based",
    ]
    assert [code for code in nodes if code.startswith("coal_power")] == ["coal_power", "coal_power@hills"]
    # bought by another acid route, and so another supply chain below it
    assert [code for code in nodes if code.startswith("acid_purchase")] == ["acid_purchase", "acid_purchase#2"]
    names = [(node["name"], node.get("location")) for node in nodes.values() if "exchanges" in node]
    assert len(set(names)) == len(names)


def test_evidence_and_spread_are_told(lime: Path) -> None:
    content = study_content(lime, None)
    kiln = nodes_of(content)["kiln|short/grid"]
    assert "A book" in str(kiln["comment"])
    assert "literature" in str(kiln["comment"])
    power = next(row for row in content.data["parameters"] if row["name"] == "kiln__drive_power")
    assert power["amount"] == 4000
    assert power["unit"] == "m^2*kg/s^3"
    assert (power["uncertainty type"], power["loc"], power["minimum"], power["maximum"]) == (5, 4000, 3000, 6000)
    # what a scenario sets is a parameter of its own, beside that of the database
    groups = {group["name"]: [row["name"] for row in group["parameters"]] for group in content.data["groups"]}
    assert groups == {"short/grid": [], "long/wind-ppa": ["kiln__drive_time"]}
    assert "kiln__drive_time" in [row["name"] for row in content.data["parameters"]]


def test_an_amount_that_alone_hangs_on_a_parameter_has_its_spread(tmp_path: Path) -> None:
    nodes = nodes_of(study_content(textbook(tmp_path), None))
    (fuel,) = [e for e in nodes["power_plant|base"]["exchanges"] if "formula" in e]  # type: ignore[attr-defined]
    assert fuel["formula"] == "power_plant__fuel_use * 1000.0"
    assert (fuel["amount"], fuel["uncertainty type"]) == (2, 4)
    assert (fuel["minimum"], fuel["maximum"]) == (pytest.approx(1), pytest.approx(3))


SPREADS = {
    "uniform: {low: 1 L, high: 3 L}": {"uncertainty type": 4, "minimum": 1, "maximum": 3},
    "triangular: {low: 1 L, mode: 2 L, high: 3 L}": {"uncertainty type": 5, "loc": 2, "minimum": 1, "maximum": 3},
    "pert: {low: 1 L, mode: 2 L, high: 3 L}": {"uncertainty type": 13, "loc": 2, "minimum": 1, "maximum": 3},
    "normal: {mean: 2 L, sd: 0.1 L}": {"uncertainty type": 3, "loc": 2, "scale": 0.1},
    "lognormal: {median: 2 L, gsd2: 1.44}": {"uncertainty type": 2, "loc": math.log(2), "scale": math.log(1.2)},
    "lognormal: {median: 2 L, sigma: 0.2, low: 1 L}": {"uncertainty type": 2, "scale": 0.2, "minimum": 1},
    "normal: {mean: 2 L, sd: 0.1 L, low: 1 L, high: 3 L}": {"uncertainty type": 3, "minimum": 1, "maximum": 3},
}


@pytest.mark.parametrize("written", SPREADS)
def test_every_distribution_has_its_counterpart(written: str, tmp_path: Path) -> None:
    root = textbook(tmp_path)
    file = root / "inventories" / "all.yaml"
    file.write_text(file.read_text().replace("range: [1 L, 3 L]", f"distribution: {{{written}}}"))
    nodes = nodes_of(study_content(root, None))
    (fuel,) = [e for e in nodes["power_plant|base"]["exchanges"] if "formula" in e]  # type: ignore[attr-defined]
    expected = SPREADS[written]
    assert {key: fuel[key] for key in expected} == pytest.approx(expected)


def test_a_pedigree_widens_and_what_cannot_be_held_is_said(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    file = root / "inventories" / "all.yaml"
    spreads = "pedigree: [5, 1, 1, 1, 1], distribution: {lognormal: {median: 1 kg, sigma: 0.1}}"
    values = "distribution: {discrete: {values: [0.1 kg, 0.2 kg], weights: [1, 2]}}"
    text = file.read_text().replace("carbon_dioxide, amount: 1 kg}", f"carbon_dioxide, amount: 1 kg, {spreads}}}")
    file.write_text(text.replace("sulfur_dioxide, amount: 0.1 kg}", f"sulfur_dioxide, amount: 0.1 kg, {values}}}"))
    content = study_content(root, None)
    exchanges = nodes_of(content)["power_plant|base"]["exchanges"]
    carbon = next(e for e in exchanges if e["name"] == "Carbon dioxide")  # type: ignore[attr-defined]
    assert carbon["scale without pedigree"] == 0.1
    assert carbon["scale"] == pytest.approx(math.hypot(0.1, 0.2))
    assert carbon["pedigree"]["reliability"] == 5
    sulfur = next(e for e in exchanges if e["name"] == "Sulfur dioxide")  # type: ignore[attr-defined]
    assert "uncertainty type" not in sulfur
    assert any(note.startswith("1 numbers have a spread that Brightway holds in part") for note in content.notes)


FORMULAS = [
    "1 kg * stone_need",
    "drive_power * drive_time / burn_yield",
    "2 kg if firing == 'coal' else 3 kg",
    "(2 kg if firing != 'coal' and burn_yield > 50 % else 3 kg) * burn_yield ^ 2",
    "max(1 kg, 2 kg * burn_yield, 0.5 kg) - min(1 kg, burn_yield * 1 kg)",
    "-sqrt(burn_yield) * exp(-burn_yield) * log(2 + abs(-burn_yield)) * 1 kg",
    "mass_fraction(coal_grade, 'C') * 3 kg / burn_yield",
    "1 kg if not (burn_yield >= 1 or burn_yield == 2) else 4 kg",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_formulas_mean_the_same_in_brightway(formula: str, lime: Path) -> None:
    """Evaluated by asteval, as Brightway does."""
    import asteval

    problems = Problems()
    inventory = load(lime, problems)
    scenario = every_scenario(inventory)[0][0]
    scope = scope_of(inventory, None, scenario, problems)
    text = Text.at(formula, inventory.processes.named("kiln").process.span)
    made = translated(text, "kiln", scope, lambda address: address.replace(".", "__"))
    interpreter = asteval.Interpreter()
    for address in made.needs:
        interpreter.symtable[address.replace(".", "__")] = scope.value_at(address)
    assert interpreter(made.text) == pytest.approx(scope.number(text, "kiln", None), rel=1e-12)
    assert not problems.errors


# --- what is refused


def codes(fault: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [found.code for found in fault.value.diagnostics]


def test_an_existing_project_is_kept_unless_an_export_wrote_it(tmp_path: Path) -> None:
    root, folder = textbook(tmp_path / "w"), tmp_path / "b"
    export_project(root, None, "textbook", folder)
    with pytest.raises(InputError) as fault:
        export_project(root, None, "textbook", folder)
    assert codes(fault) == ["REE-X006"]
    export_project(root, None, "textbook", folder, replace=True, settings=parse_settings(["power_plant.fuel_use=3 L"]))
    found = in_brightway(folder, "textbook", "electricity")
    assert found[("base", "market", "ree-lca, simple, climate_change")] == pytest.approx(130, rel=1e-6)
    brightway(folder, "import bw2data as bd; bd.projects.set_current('textbook'); bd.Database('mine').write({})")
    with pytest.raises(InputError) as fault:
        export_project(root, None, "textbook", folder, replace=True)
    assert codes(fault) == ["REE-X006"]
    assert "mine" in fault.value.diagnostics[0].message
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("there", [False, True])
def test_a_failure_leaves_nothing_behind(there: bool, tmp_path: Path) -> None:
    """A node that the biosphere does not have is found out by Brightway only."""
    folder = tmp_path / "b"
    if there:
        export_project(textbook(tmp_path / "t"), None, "flare", folder)
    before = project_names(folder) if there else {}
    wrong = FLARE.replace("349b29d1-3e58", "349b29d1-0000").replace("method: ipcc", "method: own")
    write(tmp_path / "w", {"inventories/all.yaml": wrong, "methods/all.yaml": METHODS})
    with pytest.raises(InputError) as fault:
        export_project(tmp_path / "w", None, "flare", folder, replace=True)
    assert codes(fault) == ["REE-X007"]
    assert "349b29d1-0000" in fault.value.diagnostics[0].message
    assert not there or project_names(folder) == before
    if there:
        assert list(Project("flare", folder).databases) == ["textbook elementary flows", "electricity"]
    else:
        assert list(folder.iterdir()) == []


def test_what_is_missing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError) as fault:
        export_project(textbook(tmp_path), None, "textbook", tmp_path / "b")
    assert codes(fault) == ["REE-X005"]
    assert fault.value.diagnostics[0].expected == 'pip install "ree-lca[brightway]"'


# --- Excel

INVENTORIES = """
import json, sys, bw2data as bd, bw2calc as bc
bd.projects.set_current(sys.argv[1])
database = bd.Database(sys.argv[2])
names = {node.id: node["name"] for name in bd.databases for node in bd.Database(name)}
found = {}
for node in database:
    if node.get("scenario") and node["code"].startswith(sys.argv[3]):
        lca = bc.LCA({node.id: 1})
        lca.lci()
        flows = zip(lca.dicts.biosphere.reversed.items(), lca.inventory.sum(axis=1).flat)
        found[node["code"]] = {names[number]: amount for (_, number), amount in flows}
print(json.dumps(found))
"""


def test_the_excel_file_is_imported_without_unlinked_exchanges(lime: Path, tmp_path: Path) -> None:
    """By the script of the docs; parameters and formulas come with it, and inventories are the same."""
    file = tmp_path / "lime.xlsx"
    export_excel(lime, None, file)
    said = brightway(tmp_path / "b", EXCEL, "imported", str(file))
    assert "0 unique unlinked edges (0 total)" in said
    found = json.loads(brightway(tmp_path / "b", INVENTORIES, "imported", "small", "kiln").splitlines()[-1])
    for row in run_study(lime, sensitivity=False, brief=True)["results"].query("product == 'basket'").itertuples():
        location = row.electricity_basis == "location" and row.scenario == "long/wind-ppa"
        code = f"kiln|{row.scenario}" + (", location-based" if location else "")
        assert found[code]["CO2"] == pytest.approx(row.value, rel=1e-6)


def test_flows_of_the_biosphere_are_linked_from_the_excel_file(tmp_path: Path) -> None:
    write(tmp_path / "w", {"inventories/all.yaml": FLARE, "methods/all.yaml": METHODS})
    export_excel(tmp_path / "w", None, tmp_path / "flare.xlsx")
    said = brightway(tmp_path / "b", EXCEL, "imported", str(tmp_path / "flare.xlsx"))
    assert "0 unique unlinked edges (0 total)" in said


def test_an_excel_file_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    file.write_text("mine")
    with pytest.raises(InputError) as fault:
        export_excel(textbook(tmp_path / "w"), None, file)
    assert codes(fault) == ["REE-X006"]
    assert file.read_text() == "mine"
