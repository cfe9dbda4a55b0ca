"""Tables of samples played again: to the bit, after an edit, and with columns that do not belong."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.commands import main
from lca.impact.results import ON_DEMAND
from tests.impact.batch.test_model import returned
from tests.impact.batch.test_uncertainty import electricity
from tests.system.systems import line
from tests.workspaces import as_yaml, write

Ree = Callable[..., Any]


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ree:
    """Run a command beside a workspace `plant`, of which `samples.csv` and `samples.parquet` were written."""
    write(tmp_path / "plant", {"inventories/all.yaml": as_yaml(electricity())})
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(list(words))
        seen = capsys.readouterr()
        return int(stopped.value.code or 0), seen.out, seen.err

    for suffix in ("csv", "parquet"):
        assert run("uncertainty", "-w", "plant", "-n", "9000", "--samples", f"samples.{suffix}")[0] == 0
    return run


def change(old: str, new: str, file: str = "plant/inventories/all.yaml") -> None:
    path = Path(file)
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_same_to_the_bit(ree: Ree, suffix: str) -> None:
    """Quantities are in litres and kilowatt hours: reading them back rounds, and what was written allows for it."""
    code, out, err = ree("uncertainty", "-w", "plant", "--replay", f"samples.{suffix}", "--format", "json")
    assert code == 0, err
    assert "9,000 samples replayed; 6 of them computed anew by bw2calc" in err
    assert "all 1 figures of 9,000 samples are those of the table, to the bit" in err
    (row,) = json.loads(out)
    assert tuple(row) == ON_DEMAND["replay"]
    assert (row["samples"], row["changed"], row["largest_difference"]) == (9000, False, 0)
    assert row["recorded_median"] == row["median"]
    sampled = json.loads(ree("uncertainty", "-w", "plant", "-n", "9000", "--format", "json")[1])[0]
    for name in ON_DEMAND["uncertainty"]:
        same = sampled[name] if not isinstance(sampled[name], float) else pytest.approx(sampled[name], rel=1e-12)
        assert row[name] == same


def test_what_changed_after_an_edit(ree: Ree) -> None:
    """A fifth of direct emissions comes on top of every sample, however fuel was drawn."""
    documents = electricity()
    documents[3]["emissions"].append(line("co2", "0.2 kg"))
    write(Path("plant"), {"inventories/all.yaml": as_yaml(documents)})
    code, out, err = ree("uncertainty", "-w", "plant", "--replay", "samples.csv", "--format", "json")
    assert code == 0, err
    (row,) = json.loads(out)
    assert row["changed"] is True
    assert row["median"] - row["recorded_median"] == pytest.approx(20, rel=0.02)
    assert "CHANGED since the table was written: 1 of 1 figures of 9,000 samples" in err
    assert "YES" in ree("uncertainty", "-w", "plant", "--replay", "samples.csv")[1].upper().split("\n")[1]


def test_quantities_stand_though_their_spread_was_narrowed(ree: Ree) -> None:
    """What lies beside the spread of today is computed all the same: the table is a fixed test."""
    documents = electricity()
    documents[3]["parameters"]["use"] = {"value": "2 L", "range": ["1.999 L", "2.001 L"]}
    write(Path("plant"), {"inventories/all.yaml": as_yaml(documents)})
    code, out, err = ree("uncertainty", "-w", "plant", "--replay", "samples.parquet", "--format", "json")
    assert code == 0, err
    assert json.loads(out)[0]["largest_difference"] <= 1e-15
    assert "are those of the table" in err


def test_a_table_in_another_unit_of_the_same_kind(ree: Ree) -> None:
    """Headings say the unit: tonnes in a table are tonnes."""
    with open("samples.csv") as file:
        header, *rows = list(csv.reader(file))
    place = next(n for n, name in enumerate(header) if name == "refinery.co2 [kg]")
    header[place] = "refinery.co2 [g]"
    for row in rows:
        row[place] = repr(float(row[place]) * 1000)
    with open("grams.csv", "w", newline="") as file:
        csv.writer(file).writerows([header, *rows])
    code, _, err = ree("uncertainty", "-w", "plant", "--replay", "grams.csv")
    assert code == 0, err
    assert "all 1 figures of 9,000 samples are those of the table" in err


def test_samples_that_are_impossible_stay_so(ree: Ree) -> None:
    write(Path("returned"), {"inventories/all.yaml": as_yaml(returned("-0.1 %", "50 %"))})
    code, _, err = ree("uncertainty", "-w", "returned", "-n", "9000", "--samples", "r.csv")
    assert code == 0, err
    with open("r.csv") as file:
        assert any(row[-1] == "" for row in csv.reader(file))
    code, _, err = ree("uncertainty", "-w", "returned", "--replay", "r.csv")
    assert code == 0, err
    assert "are those of the table, to the bit" in err
    assert "warning REE-D006" in err


@pytest.mark.parametrize(
    ("old", "new", "code", "hint"),
    [
        ("plant.use [L]", "plant.us [L]", "REE-D020", "did you mean: plant.use"),
        ("plant.use [L]", "plant.made [kWh]", "REE-D020", "there twice"),
        ("base score", "base scores", "REE-D021", "`base score`"),
        ("sample,plant.emissions.co2 [kg]", "sample,sample", "REE-D020", "there twice"),
        ("plant.use [L]", "plant.use [kg]", "REE-D022", "expected: L"),
        ("plant.use [L]", "plant.use", "REE-D022", "in no unit"),
        ("[points]", "[euro]", "REE-D022", "expected: points"),
        ("\n0,", "\n0,x", "REE-D023", "is no number"),
        ("\n0,", "\n0,,", "REE-D023", "samples.csv"),
    ],
)
def test_tables_that_do_not_fit(ree: Ree, old: str, new: str, code: str, hint: str) -> None:
    change(old, new, "samples.csv")
    found, out, err = ree("uncertainty", "base", "-w", "plant", "--replay", "samples.csv")
    assert (found, out) == (1, "")
    assert f"error {code}" in err
    assert hint in err


def test_a_cell_that_is_empty_has_its_place(ree: Ree) -> None:
    with open("samples.csv") as file:
        rows = list(csv.reader(file))
    rows[8500][2] = ""
    with open("samples.csv", "w", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    code, _, err = ree("uncertainty", "-w", "plant", "--replay", "samples.csv")
    assert code == 1
    assert "samples.csv:8501:1: error REE-D023: sample 8499: no number in column" in err


@pytest.mark.parametrize("name", ["none.csv", "empty.csv", "table.txt", "headed.csv", "broken.parquet"])
def test_what_is_no_table(ree: Ree, name: str) -> None:
    Path("empty.csv").write_text("")
    Path("table.txt").write_text("sample\n")
    Path("headed.csv").write_text(Path("samples.csv").read_text().split("\n")[0] + "\n")
    Path("broken.parquet").write_bytes(Path("samples.parquet").read_bytes()[:1000])
    code, out, err = ree("uncertainty", "-w", "plant", "--replay", name)
    assert (code, out) == (1, "")
    assert "REE-D023" in err


@pytest.mark.parametrize("option", [("-n", "500"), ("--samples", "x.csv"), ("--seed", "2"), ("--products",)])
def test_options_that_a_table_has_decided(ree: Ree, option: tuple[str, ...]) -> None:
    code, _, err = ree("uncertainty", "-w", "plant", "--replay", "samples.csv", *option)
    assert code == 2
    assert f"--replay and {option[0]} exclude each other" in " ".join(err.split())


def test_quantities_that_only_some_samples_need_are_in_the_table(ree: Ree) -> None:
    """A pool that overflows in some samples is another system, with quantities of its own."""
    documents = returned("10 %", "150 %")
    write(Path("returned"), {"inventories/all.yaml": as_yaml(documents)})
    code, _, err = ree("uncertainty", "-w", "returned", "-n", "2000", "--samples", "r.parquet")
    assert code == 0, err
    code, out, err = ree("uncertainty", "-w", "returned", "--replay", "r.parquet", "--format", "json")
    assert code == 0, err
    assert "to the bit" in err
    assert np.isfinite(json.loads(out)[0]["median"])
