"""Databases of Brightway projects are read as Brightway reads them, in full precision, and stay as they are."""

from __future__ import annotations

import hashlib
import math
import os
import pickle
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import linalg

from lca.background.brightway_files import default_folder, project_names, unpickled
from lca.background.brightway_project import read_project
from lca.background.database import Background
from lca.errors import InputError
from tests.brightway_projects import MOBILITY, SMALL, run_brightway

CO2 = "349b29d1-3e58-4c66-98b9-9d1a076efd2e"


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, float]]:
    folder = tmp_path_factory.mktemp("small")
    return folder, run_brightway(folder, SMALL)


def scores(background: Background, factors: dict[str, float]) -> np.ndarray:
    """Of one unit of each reference product."""
    characterised = np.array([factors.get(flow.code, 0.0) for flow in background.flows]) @ background.biosphere_matrix()
    return np.asarray(linalg.spsolve(background.technosphere_matrix().T.tocsc(), characterised))


def contents(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_example_of_brightway_has_its_scores(tmp_path: Path) -> None:
    expected = run_brightway(tmp_path, MOBILITY)
    found = read_project("mobility", "Mobility example", "mobility", tmp_path)
    carbon = next(flow.code for flow in found.flows if flow.name == "CO2")
    own = dict(zip([a.code for a in found.activities], scores(found, {carbon: 1.0}), strict=True))
    assert own == pytest.approx({code: score for code, (_, score) in expected.items()}, rel=1e-6)
    by_name = {name: own[code] for code, (name, _) in expected.items()}
    assert by_name["Driving an electric car"] == pytest.approx(0.18248161, rel=1e-6)
    assert by_name["Driving an combustion car"] == pytest.approx(0.1549075, rel=1e-6)


def test_loops_wastes_products_and_other_databases_are_those_of_brightway(small: tuple[Path, dict[str, float]]) -> None:
    folder, expected = small
    found = read_project("small", "near", "small", folder)
    own = dict(zip([a.code for a in found.activities], scores(found, {CO2: 1.0}), strict=True))
    own["heat"] = own.pop("boiler")  # known by its product
    assert {code: own[code] for code in expected} == pytest.approx(expected, rel=1e-6)
    assert [a.code for a in found.activities] == ["p", "f", "w", "boiler", "house", "far::steel"]
    assert [a.amount for a in found.activities] == [1.0, 100.0, -1.0, 5.0, 1.0, 8.0]
    boiler = found.activities[found.by_code["boiler"]]
    assert (boiler.product, boiler.unit, boiler.location) == ("heat", "megajoule", "GB")
    assert found.origin.licensed
    assert found.report.notes == (
        "near takes inputs from far, read with it",
        "1 activities do not say what they make: one unit of their own product",
    )


def test_a_loop_is_solved_in_full_precision(small: tuple[Path, dict[str, float]]) -> None:
    """By hand: p = 0.1 + 0.2 f - 0.05 w; f = (10 + 30 p + 0.7 * 14 / 7) / 100; -w = 0.3 + 0.4 p - 0.01 f."""
    found = read_project("small", "near", "small", small[0])
    p, f, w = np.linalg.solve([[1, -0.2, 0.05], [-0.3, 1, 0], [0.4, -0.01, 1]], [0.1, 0.114, -0.3])
    own = dict(zip([a.code for a in found.activities], scores(found, {CO2: 1.0}), strict=True))
    assert [own[code] for code in "pfw"] == pytest.approx([p, f, w], rel=1e-9)
    assert own["far::steel"] == pytest.approx(2.0, rel=1e-9)


def test_flows_and_spreads_are_kept(small: tuple[Path, dict[str, float]]) -> None:
    found = read_project("small", "near", "small", small[0])
    carbon, dust = found.flows
    assert (carbon.code, carbon.node, carbon.categories, carbon.unit) == (CO2, CO2, ("air",), "kilogram")
    assert (dust.code, dust.node, dust.categories) == ("dust", "", ("air", "urban"))
    assert found.technosphere.uncertainty is not None
    (fuel,) = found.technosphere.uncertainty[found.technosphere.uncertainty["uncertainty_type"] == 2]
    assert fuel["loc"] == pytest.approx(math.log(0.2), rel=1e-14)
    assert fuel["scale"] == 0.1
    assert found.biosphere.uncertainty is not None
    (triangle,) = found.biosphere.uncertainty[found.biosphere.uncertainty["uncertainty_type"] == 5]
    assert (triangle["loc"], triangle["minimum"], triangle["maximum"]) == (0.1, 0.05, 0.2)


def test_the_project_stays_as_it_is(small: tuple[Path, dict[str, float]], monkeypatch: pytest.MonkeyPatch) -> None:
    before = contents(small[0])
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(small[0]))
    read_project("small", "near", "small")
    assert contents(small[0]) == before


def altered(small: Path, target: Path, *statements: str) -> Path:
    """A copy of the small project in which SQL has changed something."""
    shutil.copytree(small, target)
    with sqlite3.connect(project_names(target)["small"] / "lci" / "databases.db") as connection:
        for statement in statements:
            connection.execute(statement)
    return target


def test_inputs_from_nowhere_are_said(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder = altered(small[0], tmp_path / "b", "DELETE FROM activitydataset WHERE code IN ('boiler', 'steel')")
    found = read_project("small", "near", "small", folder)
    said = {(found.activities[u.activity].code, u.name, u.amount) for u in found.report.unlinked}
    assert said == {("house", "heat", 20.0), ("f", "far::steel", 0.7)}


@pytest.mark.parametrize(
    ("project", "database", "code", "suggestion"),
    [("smal", "near", "REE-X001", "small"), ("small", "naer", "REE-X002", "near")],
)
def test_wrong_names(
    project: str, database: str, code: str, suggestion: str, small: tuple[Path, dict[str, float]]
) -> None:
    with pytest.raises(InputError) as fault:
        read_project(project, database, "small", small[0])
    (found,) = fault.value.diagnostics
    assert (found.code, found.suggestion) == (code, suggestion)


def code_of(folder: Path, database: str = "near") -> str:
    with pytest.raises(InputError) as fault:
        read_project("small", database, "small", folder)
    return " ".join(found.code for found in fault.value.diagnostics)


def test_a_folder_without_projects(tmp_path: Path) -> None:
    assert code_of(tmp_path) == "REE-X003"


def test_a_project_whose_folder_is_gone(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    shutil.copy(small[0] / "projects.db", tmp_path)
    assert code_of(tmp_path) == "REE-X003"


@pytest.mark.parametrize("file", ["projects.db", "lci/databases.db", "databases.json"])
def test_broken_files(file: str, small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder = altered(small[0], tmp_path / "b")
    place = folder if file == "projects.db" else project_names(folder)["small"]
    (place / file).write_bytes(b"not what it was" * 100)
    assert code_of(folder) == "REE-X003"


def test_a_broken_entry(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder = altered(small[0], tmp_path / "b", "UPDATE exchangedataset SET data = x'80049500'")
    assert code_of(folder) == "REE-X003"


def test_a_product_of_two_activities(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    change = "UPDATE exchangedataset SET input_code = 'heat' WHERE output_code = 'house' AND type = 'production'"
    assert code_of(altered(small[0], tmp_path / "b", change)) == "REE-X004"


def test_an_input_output_table(small: tuple[Path, dict[str, float]], tmp_path: Path) -> None:
    folder = altered(small[0], tmp_path / "b")
    file = project_names(folder)["small"] / "databases.json"
    file.write_text(file.read_text().replace('"backend": "sqlite"', '"backend": "iotable"'))
    assert code_of(folder) == "REE-X004"


class Hostile:
    """What a pickle should not be able to do."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("made by a pickle",)


def test_pickles_make_plain_data_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    found = unpickled(pickle.dumps({"amount": np.float64(2.5), "spread": Hostile(), "values": np.arange(3)}))
    assert found["amount"] == 2.5
    assert found["values"].tolist() == [0, 1, 2]
    assert not any(tmp_path.iterdir())


def test_the_folder_is_that_of_the_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path))
    assert default_folder() == tmp_path
    monkeypatch.delenv("BRIGHTWAY2_DIR")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert default_folder().name == "Brightway3"


def test_calculating_does_not_change_where_projects_are(tmp_path: Path) -> None:
    """Brightway is imported with a private folder for the calculation only."""
    code = (
        "import os, pathlib; from lca.background.brightway_files import default_folder;"
        "from lca.impact import brightway; before = default_folder(); brightway.brightway(); import bw2data;"
        "assert default_folder() == before and 'BRIGHTWAY2_DIR' not in os.environ;"
        "assert pathlib.Path(bw2data.projects.dir).parent != before"
    )
    environment = {k: v for k, v in os.environ.items() if k != "BRIGHTWAY2_DIR"} | {"XDG_DATA_HOME": str(tmp_path)}
    root = Path(__file__).parents[2]
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], env=environment, cwd=root, check=True)
    assert not (tmp_path / "Brightway3" / "projects.db").exists()
