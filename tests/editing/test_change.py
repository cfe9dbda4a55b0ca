"""`ree-lca set`: what it writes, what it refuses, and that nothing is lost."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lca.change_log import entries, read_log
from lca.editing import storage
from lca.editing.change import Wish, change, parse_wish
from lca.editing.dry_run import dry_run
from lca.editing.own import refuse_bundled
from lca.errors import InputError, render_text
from lca.workspace import bundled
from tests.textbook import INVENTORY, textbook


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return textbook(tmp_path / "w").resolve()


def text_of(root: Path) -> str:
    return (root / "inventories" / "all.yaml").read_bytes().decode()


def put(root: Path, *values: str, **more: str | bool) -> list[str]:
    """Change values; the codes of what there is to say."""
    return [found.code for found in change(root, Wish(parse_wish(values), **more))[1]]  # type: ignore[arg-type]


def refusal(root: Path, *values: str, **more: str | bool) -> str:
    before = text_of(root)
    with pytest.raises(InputError) as refused:
        put(root, *values, **more)
    assert text_of(root) == before
    assert not list((root / "inventories").glob(".*"))
    return render_text(refused.value.diagnostics)


def test_one_value_and_nothing_else(root: Path) -> None:
    assert put(root, "power_plant.fuel_use=2.5 L") == ["REE-W007"]
    assert text_of(root) == INVENTORY.replace("value: 2 L,", "value: 2.5 L,")
    put(root, "power_plant.fuel_use=2 L")
    assert text_of(root) == INVENTORY


def test_values_of_all_kinds(root: Path) -> None:
    put(
        root,
        "power_plant.fuel_use.range=[1 L, 4 L]",
        "power_plant.inputs.fuel=fuel_use * 1.1",
        "power_plant.emissions.carbon_dioxide.note=Measured: at the stack",
        "power_plant.product.amount=11 kWh",
        "sources.book.year=2003",
        "flows.fuel.title=Fuel, light",
        "refinery.emissions.sulfur_dioxide=2.5 kg",
        "study.demand.amount=900 kWh",
        "study.declared_unit=900 kWh of electricity",
        "method.simple.indicators.climate_change.factors.sulfur_dioxide=1",
    )
    changed = text_of(root)
    for old, new in (
        ("[1 L, 3 L]", "[1 L, 4 L]"),
        ("amount: fuel_use", "amount: fuel_use * 1.1"),
        ("carbon_dioxide, amount: 1 kg", 'carbon_dioxide, amount: 1 kg, note: "Measured: at the stack"'),
        ("10 kWh}", "11 kWh}"),
        ("year: 2002", "year: 2003"),
        ("title: Fuel,", 'title: "Fuel, light",'),
        ("sulfur_dioxide, amount: 2 kg", "sulfur_dioxide, amount: 2.5 kg"),
        ("1000 kWh of", "900 kWh of"),
        ("amount: 1000 kWh", "amount: 900 kWh"),
    ):
        changed = changed.replace(new, old)
    assert changed == INVENTORY
    assert "sulfur_dioxide: 1," in (root / "methods" / "simple.yaml").read_text()


def test_what_the_value_rests_on_is_said_beside_it(root: Path) -> None:
    said = {"source": "book", "evidence": "expert", "note": "Guessed."}
    assert put(root, "power_plant.fuel_use=2.5 L", **said) == []
    wanted = (
        "fuel_use: {value: 2.5 L, range: [1 L, 3 L], evidence: expert, note: Guessed.}"  # the book is the document's
    )
    assert wanted in text_of(root)


def test_a_formula_takes_the_place_of_a_value(root: Path) -> None:
    assert "REE-S005" in refusal(root, "power_plant.fuel_use.formula=1 L + 1 L")  # which has a range
    put(root, "refinery.note=None.")
    file = root / "inventories" / "all.yaml"
    file.write_text(text_of(root).replace("value: 2 L, range: [1 L, 3 L]", "value: 2 L"))
    put(root, "power_plant.fuel_use.formula=1 L + 1 L")
    assert "fuel_use: {formula: 1 L + 1 L, note: Fuel per 10 kWh.}" in text_of(root)


def test_the_centre_of_a_distribution_goes_with_the_value(root: Path) -> None:
    spread = "distribution: {triangular: {low: 1 L, mode: 2000 mL, high: 3 L}}"
    file = root / "inventories" / "all.yaml"
    file.write_text(text_of(root).replace("range: [1 L, 3 L]", spread))
    put(root, "power_plant.fuel_use=2.5 L")
    assert "value: 2.5 L, distribution: {triangular: {low: 1 L, mode: 2.5 L, high: 3 L}}" in text_of(root)
    assert "REE-M009" in refusal(root, "power_plant.fuel_use=4 L")
    put(root, "power_plant.fuel_use=4 L", "power_plant.fuel_use.distribution.triangular.high=5 L")
    assert "mode: 4 L, high: 5 L" in text_of(root)


@pytest.mark.parametrize(
    ("value", "code", "hint"),
    [
        ("power_plant.fuel_use=3 kg", "REE-U003", "volume (m3) for power_plant.fuel_use"),
        ("power_plant.fuel_use=4 L", "REE-M009", "low <= value <= high"),
        ("power_plant.fuel_us=2 L", "REE-W001", "did you mean: power_plant.fuel_use"),
        ("powr_plant.fuel_use=2 L", "REE-W001", "did you mean: power_plant.fuel_use"),
        ("power_plant.fuel_use.rnage=[1 L, 2 L]", "REE-W001", "did you mean: power_plant.fuel_use.range"),
        ("power_plant.fuel_use", "REE-W006", "PATH=VALUE"),
        ("power_plant.fuel_use=", "REE-W006", "PATH=VALUE"),
        ("power_plant.inputs=3 L", "REE-W003", "brackets"),
        ("power_plant.inputs=[3 L]", "REE-W004", "not written in one line"),
        ("power_plant.inputs.fuel=fuel_usage", "REE-N001", "did you mean: fuel_use"),
        ("power_plant.source=bok", "REE-N007", "did you mean: book"),
        ("fuel.unit.x=1", "REE-W001", ""),
    ],
)
def test_what_is_refused(root: Path, value: str, code: str, hint: str) -> None:
    said = refusal(root, value)
    assert code in said
    assert hint in said


def test_a_refusal_shows_the_line_as_it_would_be(root: Path) -> None:
    assert "amount: fuel_usage}" in refusal(root, "power_plant.inputs.fuel=fuel_usage")


def test_a_place_that_is_said_twice_is_asked_back(root: Path) -> None:
    file = root / "inventories" / "all.yaml"
    line = "  - {flow: fuel, amount: fuel_use}\n"
    file.write_text(text_of(root).replace(line, 2 * line))
    said = refusal(root, "power_plant.inputs.fuel=1 L")
    assert "REE-W002" in said
    assert "power_plant.inputs.fuel[1], power_plant.inputs.fuel[2]" in said
    put(root, "power_plant.inputs.fuel[2]=1 L")
    assert text_of(root).count("amount: 1 L}") == 1


def test_a_workspace_with_faults_can_be_mended(root: Path) -> None:
    file = root / "inventories" / "all.yaml"
    file.write_text(
        text_of(root).replace("amount: 50 L", "amount: 50 kg").replace("flow: fuel, amount: f", "flow: fule, amount: f")
    )
    put(root, "power_plant.inputs.fule.flow=fuel")
    assert "REE-U003" not in put(root, "refinery.note=Mended.")
    put(root, "refinery.resources.crude_oil=51 L")  # of another dimension than what stood there, and right
    assert "amount: 51 L" in text_of(root)
    assert "REE-U003" in refusal(root, "refinery.resources.crude_oil=51 kg")


def test_values_by_element_have_a_source_too(root: Path) -> None:
    file = root / "inventories" / "all.yaml"
    given = "  made_of: {composition: {Fe: 60 %, other: rest}, of: elements, source: book, note: Of the stack.}\n"
    file.write_text(text_of(root).replace("parameters:\n", f"parameters:\n{given}"))
    assert put(root, "power_plant.made_of.Fe=61 %") == ["REE-W007"]
    assert put(root, "power_plant.made_of.Fe=62 %", evidence="expert") == []
    assert "{composition: {Fe: 62 %, other: rest}, of: elements, source: book, evidence: expert, note:" in text_of(root)


def test_an_approval_is_of_the_value_that_was_there(root: Path) -> None:
    put(root, "power_plant.fuel_use.approved_by=B. Jones")
    assert "range: [1 L, 3 L], approved_by: B. Jones, note:" in text_of(root)
    assert put(root, "power_plant.fuel_use=2.5 L", evidence="expert") == ["REE-W011"]
    assert put(root, "power_plant.fuel_use=2500 mL") == []


def test_force_writes_what_is_wrong(root: Path) -> None:
    assert "REE-N001" in put(root, "power_plant.inputs.fuel=fuel_usage", force=True)
    assert "fuel_usage" in text_of(root)


def test_changes_are_logged(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    before = hashlib.sha256((root / "inventories" / "all.yaml").read_bytes()).hexdigest()
    put(root, "power_plant.fuel_use=2.5 L", by="Ada, B.", why="a new burner")
    put(root, "power_plant.fuel_use=2.6 L")
    begun, *lines = entries(read_log(root))
    assert begun["files"]["inventories/all.yaml"] == before
    assert [(line["by"], line["why"], *(one["after"] for one in line["changes"])) for line in lines] == [
        ("Ada, B.", "a new burner", "2.5 L"),
        ("", "", "2.6 L"),
    ]
    (change,) = lines[1]["changes"]
    assert (change["address"], change["before"]) == ("power_plant.fuel_use", "2.5 L")
    assert change["file"] == "inventories/all.yaml"
    assert lines[0]["time"] == "1970-01-01T00:00:00+00:00"
    after = hashlib.sha256((root / "inventories" / "all.yaml").read_bytes()).hexdigest()
    assert lines[1]["files"] == {"inventories/all.yaml": after}


def test_texts_of_several_lines_come_back_as_they_were(root: Path) -> None:
    note = "note: >-\n  A long text\n  in two lines,\n  or three.\n"
    file = root / "inventories" / "all.yaml"
    made = text_of(root).replace("process: refinery\n", "process: refinery\n" + note)
    file.write_bytes(b"\xef\xbb\xbf" + made.replace("\n", "\r\n").encode())
    before = file.read_bytes()
    put(root, "refinery.note=Short.")
    assert b"note: >-\r\n  Short.\r\n" in file.read_bytes()
    put(root, "refinery.note=A long text in two lines, or three.")
    assert file.read_bytes() == before


def test_concurrent_changes_of_one_file_lose_nothing(root: Path) -> None:
    """Threads of this process, and processes of their own beside them."""
    names = [f"q{k}" for k in range(8)]
    given = "".join(f"  {name}: {{value: 1 L}}\n" for name in names)
    use = " + ".join(names)
    file = root / "inventories" / "all.yaml"
    made = text_of(root).replace("parameters:\n", "parameters:\n" + given)
    file.write_text(made.replace("amount: fuel_use}", f'amount: "(fuel_use + {use}) / 9"}}'))
    before = text_of(root)
    own, others = names[:5], names[5:]
    command = [sys.executable, str(bundled() / "cli.py"), "set", "-w", str(root)]
    beside = [subprocess.Popen([*command, f"power_plant.{name}=3 L", "--by", name]) for name in others]
    with ThreadPoolExecutor(len(own)) as pool:
        list(pool.map(lambda name: put(root, f"power_plant.{name}=3 L", by=name), own))
    assert [one.wait(60) for one in beside] == [0, 0, 0]
    assert text_of(root) == before.replace("{value: 1 L}", "{value: 3 L}")
    assert sorted(entry["by"] for entry in entries(read_log(root))[1:]) == names


def test_what_an_editor_saves_meanwhile_is_kept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another program has no lock; the file is looked at again before it is replaced."""
    real, file = storage.replace_files, root / "inventories" / "all.yaml"
    calls = []

    def saved(*given: object) -> bool:
        if not calls:
            file.write_text(text_of(root) + "# saved\n")
        calls.append(given)
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("lca.editing.change.replace_files", saved)
    put(root, "power_plant.fuel_use=2.5 L")
    assert text_of(root) == INVENTORY.replace("value: 2 L,", "value: 2.5 L,") + "# saved\n"
    assert len(calls) == 2
    monkeypatch.setattr("lca.editing.change.replace_files", lambda *_: False)
    assert "REE-W008" in refusal(root, "power_plant.fuel_use=2 L")


def test_a_file_that_is_to_be_read_only_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lca.editing.storage.os.access", lambda path, mode: False)
    said = refusal(root, "power_plant.fuel_use=2.5 L")
    assert "REE-C003" in said
    assert "all.yaml" in said
    assert "read only" in said


def test_a_dry_run_shows_what_would_change_and_writes_nothing(root: Path) -> None:
    found = dry_run(root, Wish(parse_wish(["power_plant.fuel_use=3 L"])))
    assert "-  fuel_use: {value: 2 L, range" in found.textual
    assert "+  fuel_use: {value: 3 L, range" in found.textual
    (row,) = found.rows
    assert (row["before"], row["after"], row["difference"]) == (
        pytest.approx(120),
        pytest.approx(130),
        pytest.approx(10),
    )
    assert text_of(root) == INVENTORY


def test_the_bundled_workspace_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError) as refused:
        refuse_bundled(bundled())
    assert refused.value.diagnostics[0].code == "REE-W005"
    assert "ree-lca init" in refused.value.diagnostics[0].expected
    refuse_bundled(tmp_path)
