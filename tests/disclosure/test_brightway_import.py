"""A foreground in Brightway becomes a workspace with its scores; the way there and back again changes nothing more."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Mapping
from pathlib import Path

import pytest

from lca.background.brightway_files import project_names
from lca.commands import main
from lca.disclosure.brightway.export import export_excel, export_project
from lca.disclosure.brightway.imports import import_excel, import_project
from lca.disclosure.brightway.naming import identifiers, slug
from lca.errors import InputError, render_text
from lca.impact.check import check_workspace
from lca.impact.study import run_study
from tests.brightway_projects import EXCEL, MOBILITY, SMALL, brightway, run_brightway
from tests.impact.test_shipped_methods import INVENTORY as FLARE
from tests.impact.test_shipped_methods import METHODS
from tests.textbook import textbook
from tests.workspaces import BASE, write


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    folder = tmp_path_factory.mktemp("small")
    return folder, run_brightway(folder, SMALL)


def scores(root: Path, column: str = "value", study: str | None = None) -> dict[str, float]:
    """Results of a study by indicator, on the market basis."""
    results = run_study(root, study, sensitivity=False, brief=True)["results"]
    results = results[(results["electricity_basis"] == "market") & (results["product"] == "basket")]
    return dict(zip(results["indicator"], results[column], strict=True))


def nonzero(found: Mapping[str, float]) -> list[float]:
    return [value for value in found.values() if value == value and value]


def files(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text("utf-8") for path in sorted(root.rglob("*.yaml"))}


def codes(fault: pytest.ExceptionInfo[InputError]) -> set[str]:
    return {found.code for found in fault.value.diagnostics}


def test_the_example_of_brightway(tmp_path: Path) -> None:
    run_brightway(tmp_path / "b", MOBILITY)
    import_project("mobility", "Mobility example", tmp_path / "w", tmp_path / "b")
    assert render_text(check_workspace(tmp_path / "w").errors) == ""
    assert scores(tmp_path / "w", study="driving_an_electric_car") == {"simple": pytest.approx(0.18248161, rel=1e-6)}
    assert scores(tmp_path / "w", study="driving_an_combustion_car") == {"simple": pytest.approx(0.1549075, rel=1e-6)}


def test_the_example_of_brightway_as_an_excel_file(tmp_path: Path) -> None:
    """It has no method: the life cycle inventory is what is computed."""
    import_excel(EXCEL, tmp_path / "w")
    assert scores(tmp_path / "w", study="driving_an_electric_car") == {"co2": pytest.approx(0.18248161, rel=1e-6)}


def test_wastes_loops_credits_and_products_of_their_own(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder, expected = small
    activities = ("house", "power", "fuel", "treatment of ash")
    with pytest.raises(InputError) as fault:
        import_project("small", "near", tmp_path / "w", folder, activities)
    assert codes(fault) == {"REE-X008"}
    import_project("small", "near", tmp_path / "w", folder, activities[:3], together=["far"])
    for study, code in (("house", "house"), ("power", "p"), ("fuel", "f")):
        assert scores(tmp_path / "w", study=study) == {"carbon": pytest.approx(expected[code], rel=1e-6)}
    assert render_text(check_workspace(tmp_path / "w").errors) == ""
    processes = files(tmp_path / "w")["inventories/processes.yaml"]
    assert "outputs:\n  - {flow: ash, amount: 0.05 kg, provider: treatment_of_ash}" in processes
    assert "outputs:\n  - {flow: fuel_oil, amount: 0.01 L, bin: used}" in processes
    assert "distribution: {lognormal: {median: 0.2 L, gsd2: 1.2214027" in processes
    assert "distribution: {triangular: {low: 0.05 kg, mode: 0.1 kg, high: 0.2 kg}}" in processes


STUDY = """\
study: small
title: One kilogram of lime
declared_unit: 1 kg lime
demand: {flow: lime, amount: 1 kg}
method: simple
scenarios: [{route: long, power: grid}]
"""
SINGLE = {**BASE, "inventories/study.yaml": STUDY}
ROUND_TRIPS: Mapping[str, Mapping[str, str]] = {
    "electricity": {},
    "small": SINGLE,
    "flare": {
        "inventories/all.yaml": FLARE.replace("method: ipcc", "method: [ipcc, own]"),
        "methods/all.yaml": METHODS,
    },
}


@pytest.mark.parametrize("study", ROUND_TRIPS)
def test_there_and_back_again(study: str, tmp_path: Path) -> None:
    """YAML to Brightway to YAML: the same scores; and once more: the same files."""
    first = tmp_path / "first"
    if study == "electricity":
        file = textbook(first) / "inventories" / "all.yaml"
        wide = "amount: 1 kg, pedigree: [5, 1, 1, 1, 1], distribution: {lognormal: {median: 1 kg, sigma: 0.1}}}"
        file.write_text(file.read_text().replace("amount: 1 kg}", wide))
    else:
        write(first, ROUND_TRIPS[study])
    export_project(first, None, "once", tmp_path / "b")
    import_project("once", study, tmp_path / "second", tmp_path / "b")
    export_project(tmp_path / "second", None, "twice", tmp_path / "b")
    import_project("twice", study, tmp_path / "third", tmp_path / "b")
    assert files(tmp_path / "second") == files(tmp_path / "third")
    assert list(scores(tmp_path / "second").values()) == pytest.approx(nonzero(scores(first)), rel=1e-9)
    if study == "electricity":
        assert "pedigree: [5, 1, 1, 1, 1], distribution: {lognormal: {median: 1 kg, gsd2: 1.22140275816}}" in str(
            files(tmp_path / "second")
        )
    covered = nonzero(scores(first, "coverage"))
    assert list(scores(tmp_path / "second", "coverage").values()) == pytest.approx(covered, rel=1e-9)


def test_a_study_with_several_scenarios_becomes_a_study_for_each(tmp_path: Path) -> None:
    write(tmp_path / "lime", BASE)
    export_excel(tmp_path / "lime", None, tmp_path / "lime.xlsx")
    import_excel(tmp_path / "lime.xlsx", tmp_path / "w")
    found = sorted(path.stem for path in (tmp_path / "w" / "inventories" / "studies").iterdir())
    assert found == ["kiln", "kiln_2", "kiln_3"]
    co2 = sorted(scores(tmp_path / "w", study=study)["carbon_dioxide"] for study in found)
    results = run_study(tmp_path / "lime", sensitivity=False, brief=True)["results"].query("product == 'basket'")
    assert co2 == pytest.approx(sorted(set(results["value"])), rel=1e-9)


# --- what cannot be said


def altered(small: Path, target: Path, script: str) -> Path:
    shutil.copytree(small, target)
    brightway(target, f"import bw2data as bd\nbd.projects.set_current('small')\n{script}")
    return target


NEGATIVE = """
near = bd.Database("near")
near.get("p").new_exchange(input=("nature", "dust"), amount=-0.3, type="biosphere").save()
bd.Method(("dirt",)).write([(("nature", "dust"), 2.0)])
"""


def test_what_is_taken_up_has_the_opposite_factor(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder = altered(small[0], tmp_path / "b", NEGATIVE)
    import_project("small", "near", tmp_path / "w", folder, ["house"], together=["far"])
    flows = files(tmp_path / "w")["inventories/flows.yaml"]
    assert "dust_reversed:" in flows
    assert "dust_reversed: -2" in files(tmp_path / "w")["methods/dirt.yaml"]


STRANGE_UNIT = """
near = bd.Database("near")
house = near.get("house")
house["unit"] = "person kilometer"
house.save()
"""


def test_an_unknown_unit_is_counted_and_said(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder = altered(small[0], tmp_path / "b", STRANGE_UNIT)
    notes = import_project("small", "near", tmp_path / "w", folder, ["house"], together=["far"])
    assert "the unit `person kilometer` is not known here: its flows are counted in item" in notes
    assert (
        "{title: 'house, in person kilometer', kind: product, unit: item}"
        in files(tmp_path / "w")["inventories/flows.yaml"]
    )


CREDIT = """
near = bd.Database("near")
near.get("house").new_exchange(input=("near", "f"), amount=500, type="substitution").save()
"""


def test_a_credit_for_more_than_is_used_is_refused(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder = altered(small[0], tmp_path / "b", CREDIT)
    with pytest.raises(InputError) as fault:
        import_project("small", "near", tmp_path / "w", folder, ["house"], together=["far"])
    assert codes(fault) == {"REE-X010"}
    assert [path.name for path in tmp_path.iterdir()] == ["b"]


@pytest.mark.parametrize(
    ("activities", "methods", "code", "suggestion"),
    [
        (["hose"], [], "REE-X011", "house"),
        (["house"], ["carbn"], "REE-X012", "carbon"),
        (["treatment of ash"], [], "REE-X010", ""),
    ],
)
def test_wrong_names(
    activities: list[str],
    methods: list[str],
    code: str,
    suggestion: str,
    small: tuple[Path, dict[str, float]],
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError) as fault:
        import_project("small", "near", tmp_path / "w", small[0], activities, methods, ["far"])
    (found,) = fault.value.diagnostics
    assert (found.code, found.suggestion) == (code, suggestion)
    assert not (tmp_path / "w").exists()


def test_exchanges_that_lead_nowhere_are_refused(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    shutil.copytree(small[0], tmp_path / "b")
    with sqlite3.connect(project_names(tmp_path / "b")["small"] / "lci" / "databases.db") as connection:
        connection.execute("DELETE FROM activitydataset WHERE code = 'boiler'")
    with pytest.raises(InputError) as fault:
        import_project("small", "near", tmp_path / "w", tmp_path / "b", ["house"], together=["far"])
    assert codes(fault) == {"REE-X009"}


def test_a_folder_that_is_not_empty_is_kept(tmp_path: Path) -> None:
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "mine.txt").write_text("mine")
    with pytest.raises(InputError) as fault:
        import_excel(EXCEL, tmp_path / "w")
    assert codes(fault) == {"REE-C003"}


def test_a_file_that_is_no_excel_file(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_text("nothing")
    with pytest.raises(InputError) as fault:
        import_excel(tmp_path / "x.xlsx", tmp_path / "w")
    assert codes(fault) == {"REE-X007"}
    assert [path.name for path in tmp_path.iterdir()] == ["x.xlsx"]


@pytest.mark.parametrize(
    "words",
    [
        ["import", "brightway", "--to", "w"],
        ["import", "brightway", "--to", "w", "--project", "p"],
        ["import", "brightway", "--to", "w", "--project", "p", "--excel", "x.xlsx"],
        ["export", "brightway"],
        ["export", "brightway", "--project", "p", "--excel", "x.xlsx"],
        ["export", "brightway", "--folder", "b", "--excel", "x.xlsx"],
    ],
)
def test_wrong_usage(words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Steel, low-alloyed", "steel_low_alloyed"),
        ("Öl", "ol"),
        ("1,2-Ether", "n_1_2_ether"),
        ("", "n"),
        ("Study", "study_1"),
    ],
)
def test_names_become_identifiers(name: str, expected: str) -> None:
    assert slug(name) == expected


def test_identifiers_are_told_apart_and_else_numbered() -> None:
    wanted = {"a": ("mix", "GB"), "b": ("mix", "CN"), "c": ("steel", "CN"), "d": ("coal", ""), "e": ("coal", "")}
    assert identifiers(wanted) == {"a": "mix_gb", "b": "mix_cn", "c": "steel", "d": "coal", "e": "coal_2"}
