"""`ree-lca diff`: what two workspaces say differently, and what it does to the results."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.commands import main
from lca.editing.compare import compared
from lca.editing.effects import effects_of
from lca.editing.meaning import Difference, differences
from lca.editing.quantities import same_quantity
from lca.errors import InputError, Problems, render_text
from lca.inventory.loading import load
from tests.disclosure.bundles import small_bundle, written
from tests.textbook import INVENTORY, METHOD
from tests.works import INVENTORY as WORKS
from tests.works import METHOD as WORKS_METHOD
from tests.workspaces import BASE


def made(folder: Path, inventory: str, method: str = METHOD) -> Path:
    for name, text in (("inventories/all.yaml", inventory), ("methods/simple.yaml", method)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder.resolve()


def between(tmp_path: Path, one: str, other: str, method: str = METHOD) -> list[Difference]:
    loaded = []
    for name, text in (("one", one), ("other", other)):
        problems = Problems()
        loaded.append(load(made(tmp_path / name, text, method), problems))
        assert not problems.errors, render_text(problems.errors)
    return differences(*loaded)


def edited(changes: Mapping[str, str], text: str = INVENTORY) -> str:
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return text


def told(found: list[Difference]) -> list[tuple[str, ...]]:
    return [(one.thing.what, one.thing.address, one.key, one.change, one.before, one.after) for one in found]


def test_layout_order_comments_and_units_are_no_difference(tmp_path: Path) -> None:
    first, *rest = INVENTORY.split("---\n")
    other = "---\n".join([first, *reversed(rest)])
    changes = {
        "{value: 2 L, range: [1 L, 3 L], note: Fuel per 10 kWh.}": (
            "  # why\n    note: >-\n      Fuel per\n      10 kWh.\n    range: [0.001 m3, 3000 mL]\n    value: 2.0 L"
        ),
        "  - {flow: carbon_dioxide, amount: 1 kg}\n  - {flow: sulfur_dioxide, amount: 0.1 kg}": (
            "  - {flow: sulfur_dioxide, amount: 100 g}\n  - {flow: carbon_dioxide, amount: 0.001 t}"
        ),
        "amount: fuel_use": 'amount: "(fuel_use)"',
        "{flow: electricity, amount: 1000 kWh}": "{flow: electricity, amount: 1 MWh}",
    }
    assert between(tmp_path, INVENTORY, edited(changes, other)) == []


def test_what_differs_is_told_thing_by_thing(tmp_path: Path) -> None:
    changes = {
        "{value: 2 L, range: [1 L, 3 L]": "{value: 2500 mL, range: [1 L, 4 L]",
        "flow: fuel, amount: fuel_use": "flow: fuel, amount: fuel_use * 2",
        "  - {flow: sulfur_dioxide, amount: 0.1 kg}\n": "",
        "{flow: crude_oil, amount: 50 L}": "{flow: crude_oil, amount: 50 L}\n  - {flow: crude_oil, amount: 1 L}",
        "year: 2002": "year: 2003",
        "title: Fuel production": "title: Fuel",
        "stage: power\n": "",
    }
    found = between(tmp_path, INVENTORY, edited(changes))
    assert sorted(told(found)) == sorted(
        [
            ("parameter", "power_plant.fuel_use", "value", "changed", "2 L", "2500 mL"),
            ("parameter", "power_plant.fuel_use", "range", "changed", "[1 L, 3 L]", "[1 L, 4 L]"),
            ("exchange", "power_plant.inputs.fuel", "amount", "changed", "fuel_use", "fuel_use * 2"),
            ("exchange", "power_plant.emissions.sulfur_dioxide", "", "removed", "0.1 kg", ""),
            ("exchange", "refinery.resources.crude_oil[2]", "", "added", "", "1 L"),
            ("source", "sources.book", "year", "changed", "2002", "2003"),
            ("process", "refinery", "title", "changed", "Fuel production", "Fuel"),
            ("process", "power_plant", "stage", "removed", "power", ""),
        ]
    )
    record = next(one.record() for one in found if one.key == "value")
    assert record["unit"] == "mL"
    assert (record["before_value"], record["after_value"]) == (pytest.approx(2000), 2500)
    assert record["relative"] == pytest.approx(0.25)
    assert next(one.span.line for one in found if one.key == "value" and one.span) == 19


def test_whole_documents_come_and_go(tmp_path: Path) -> None:
    extra = "---\nprocess: boiler\ntitle: Boiler\nproduct: {flow: fuel, amount: 1 L}\n"
    assert told(between(tmp_path, INVENTORY, INVENTORY + extra)) == [("process", "boiler", "", "added", "", "Boiler")]
    assert told(between(tmp_path, INVENTORY + extra, INVENTORY)) == [("process", "boiler", "", "removed", "Boiler", "")]


@pytest.mark.parametrize("name", sorted(BASE))
def test_every_line_of_a_workspace_with_every_construct_counts(tmp_path: Path, name: str) -> None:
    """Of the same workspace nothing differs; a word more in any title is told."""
    for folder, text in (("one", BASE[name]), ("other", BASE[name].replace("title: ", "title: The ", 1))):
        for path, content in {**BASE, name: text}.items():
            (tmp_path / folder / path).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / path).write_text(content, encoding="utf-8")
    one, other = load(tmp_path / "one", Problems()), load(tmp_path / "other", Problems())
    assert differences(one, load(tmp_path / "one", Problems())) == []
    found = differences(one, other)
    assert len(found) == int("title: " in BASE[name])
    assert all(one.after.startswith("The ") for one in found)


def test_effects_one_at_a_time_and_together(tmp_path: Path) -> None:
    """1000 kWh take 100 n of fuel at a kg CO2 for every 10 L, and 100 kg at the plant: n L and a kg interact."""
    changes = {
        "{value: 2 L, range": "{value: 3 L, range",
        "carbon_dioxide, amount: 10 kg": "carbon_dioxide, amount: 20 kg",
    }
    changes["title: Fuel production"] = "title: Fuel"
    one, other = made(tmp_path / "one", INVENTORY), made(tmp_path / "other", edited(changes))
    loaded = [load(root, Problems()) for root in (one, other)]
    found = differences(*loaded)
    effects = effects_of((one, other), loaded[1], found)
    assert effects.before.values == {"base": pytest.approx(120)}
    assert effects.after.values == {"base": pytest.approx(160)}
    alone = {effect.thing.address: effect.alone for effect in effects.effects}
    assert alone == {
        "power_plant.fuel_use": {"base": pytest.approx(10)},
        "refinery.emissions.carbon_dioxide": {"base": pytest.approx(20)},
    }
    assert effects.rest("base") == pytest.approx(10)
    assert sum(row["value"] for row in effects.rows() if row["address"] != "after") == pytest.approx(160)
    _, rows, said = effects.table((), 1)
    assert rows[0]["others"] == pytest.approx(10)
    (column,) = (name for name in rows[0] if name.startswith("["))
    assert rows[0][column] == pytest.approx(20)
    assert f"{column} refinery.emissions.carbon_dioxide" in said


def test_what_cannot_stand_alone_is_part_of_the_rest(tmp_path: Path) -> None:
    changes = {
        "parameters:\n": "parameters:\n  more: {value: 1 L}\n",
        "amount: fuel_use": 'amount: "fuel_use + more"',
    }
    one, other = made(tmp_path / "one", INVENTORY), made(tmp_path / "other", edited(changes))
    loaded = [load(root, Problems()) for root in (one, other)]
    effects = effects_of((one, other), loaded[1], differences(*loaded))
    alone = {effect.thing.address: effect.alone for effect in effects.effects}
    assert alone["power_plant.inputs.fuel"] is None
    assert effects.rest("base") == pytest.approx(10)
    assert "cannot stand alone" in " ".join(effects.table((), 6)[2])


def test_every_difference_put_in_at_once_is_the_other_workspace(tmp_path: Path) -> None:
    """Each thing carries what it takes to turn the one workspace into the other, and no more."""
    one, other = (
        made(tmp_path / "one", WORKS, WORKS_METHOD),
        made(
            tmp_path / "other",
            edited({"value: 500 km": "value: 700 km", "amount: 4 kg}": "amount: 5 kg}", "2 EUR/kg": "3 EUR/kg"}, WORKS),
            WORKS_METHOD,
        ),
    )
    old, new = load(one, Problems()), load(other, Problems())
    found = differences(old, new)
    assert len({one.thing.address for one in found}) == 3
    for difference in found:
        left = differences(difference.thing.put(difference.thing.new), new)
        assert told(left) == told([other for other in found if other.thing is not difference.thing])


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = made(tmp_path / "repo" / "plant", INVENTORY)
    git = ["git", "-C", str(root.parent), "-c", "user.name=n", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q", "-b", "main", str(root.parent)], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "first"], check=True)
    subprocess.run([*git, "tag", "v1.0"], check=True)
    made(root, edited({"value: 2 L": "value: 3 L"}))
    subprocess.run([*git, "commit", "-q", "-a", "-m", "second"], check=True)
    return root


def test_revisions_of_git_are_read_without_a_checkout(repository: Path) -> None:
    for first, second in (("HEAD~1", None), ("v1.0", "main"), ("HEAD~1", str(repository))):
        with compared(repository, first, second) as found:
            assert told(found.found) == [("parameter", "power_plant.fuel_use", "value", "changed", "2 L", "3 L")]
            assert found.rows()[0]["file"] == "inventories/all.yaml"
    with compared(repository, "HEAD") as found:
        assert found.found == []
    status = subprocess.run(["git", "-C", str(repository), "status", "--short"], capture_output=True, check=True)
    assert status.stdout == b""


@pytest.mark.parametrize(
    ("name", "code", "hint"),
    [
        ("v1.1", "REE-W009", "did you mean: v1.0"),
        ("--output=x", "REE-W009", "revision"),
        ("HEAD~7", "REE-W009", "revision"),
        ("bundeld", "REE-W009", "did you mean: bundled"),
    ],
)
def test_names_that_are_no_state(repository: Path, name: str, code: str, hint: str) -> None:
    with pytest.raises(InputError) as refused, compared(repository, name):
        pass
    said = render_text(refused.value.diagnostics)
    assert code in said
    assert hint in said


def test_faults_of_a_revision_bear_its_name(repository: Path) -> None:
    git = ["git", "-C", str(repository), "-c", "user.name=n", "-c", "user.email=a@b"]
    made(repository, edited({"evidence: literature": "evidence: litrature"}))
    subprocess.run([*git, "commit", "-q", "-a", "-m", "third"], check=True)
    made(repository, INVENTORY)
    with pytest.raises(InputError) as refused, compared(repository, "HEAD"):
        pass
    assert "HEAD:inventories/all.yaml:17:11: error REE-S007" in render_text(refused.value.diagnostics)


@given(
    st.floats(1e-6, 1e6),
    st.sampled_from([("kg", "g", 1000.0), ("kWh", "MJ", 3.6), ("m3", "L", 1000.0), ("", "%", 100.0)]),
)
def test_the_same_quantity_in_another_unit(value: float, units: tuple[str, str, float]) -> None:
    one, other, factor = units
    assert same_quantity(f"{value!r} {one}", f"{value * factor!r} {other}")
    assert same_quantity(f"x * {value!r} {one}", f"(x * {value * factor!r} {other})")
    assert not same_quantity(f"{value!r} {one}", f"{value * factor * 1.001!r} {other}")
    assert not same_quantity(f"x * {value!r} {one}", f"x * {value * factor * 1.001!r} {other}")


def test_an_audit_bundle_is_a_side(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its workspace, read by the same wary reader; what is wrong in it bears its name."""
    root = made(tmp_path / "plant", INVENTORY)
    files = small_bundle(root)
    bundle = written(tmp_path, files)
    made(root, edited({"value: 2 L": "value: 3 L"}))

    def said(*words: str) -> tuple[str, str, int]:
        with pytest.raises(SystemExit) as stopped:
            main(["diff", *words])
        seen = capsys.readouterr()
        return seen.out, seen.err, int(stopped.value.code or 0)

    out, err, code = said(str(bundle), "-w", str(root), "--results", "--format", "json")
    values = {row["address"]: row["value"] for row in json.loads(out)}
    assert (values["before"], values["after"], code) == (pytest.approx(120), pytest.approx(130), 0)
    assert "0 differences" in said(str(bundle), str(bundle))[1]
    study = files["study.json"].replace(b'"settings":[]', b'"settings":["power_plant.fuel_use=4 L"]')
    assert "computed with power_plant.fuel_use=4 L" in said(str(written(tmp_path, files | {"study.json": study})))[1]
    wrong = files["workspace/inventories/all.yaml"].replace(b"evidence: literature", b"evidence: litrature")
    err = said(str(written(tmp_path, files | {"workspace/inventories/all.yaml": wrong})), "-w", str(root))[1]
    assert "bundle.zip:inventories/all.yaml:17:11: error REE-S007" in err
    err = said(str(written(tmp_path, files | {"workspace/../all.yaml": b""})), "-w", str(root))[1]
    assert "REE-A004" in err
    assert not (root / "all.yaml").exists()
