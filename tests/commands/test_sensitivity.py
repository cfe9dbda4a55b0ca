"""`ree-lca sensitivity`: tables for people and programs, what is said with them, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lca.commands import main
from lca.impact.results import ON_DEMAND
from tests.impact.batch.test_uncertainty import electricity
from tests.textbook import textbook
from tests.workspaces import as_yaml, write

PAIR = ("oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid")

Ree = Callable[..., Any]


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ree:
    """Run a command in an empty folder; returns its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["sensitivity", *words])
        seen = capsys.readouterr()
        return int(stopped.value.code or 0), seen.out, seen.err

    return run


@pytest.fixture
def plant(tmp_path: Path) -> tuple[str, ...]:
    root = tmp_path / "plant"
    write(root, {"inventories/all.yaml": as_yaml(electricity())})
    return "base", "-w", str(root)


@pytest.mark.parametrize("method", ["sobol", "morris", "delta", "pawn", "one-at-a-time"])
def test_records_of_every_method(ree: Ree, plant: tuple[str, ...], method: str) -> None:
    code, out, err = ree(*plant, "--method", method, "--format", "json")
    assert code == 0
    records = json.loads(out)
    assert tuple(records[0]) == ON_DEMAND[f"sensitivity_{method.replace('-', '_')}"]
    assert [record["rank"] for record in records] == [1, 2, 3, 4, 5]
    assert [record["parameter"] for record in records[:2]] == ["plant.made", "plant.emissions.co2"]
    assert sum(record["priority"] for record in records) == pytest.approx(1)
    first = records[0]
    assert first["central_result"] == pytest.approx(120)
    assert (first["parameter_unit"], first["central"]) == ("kWh", pytest.approx(10))
    assert (first["evidence"], first["source"], first["weakness"]) == ("literature", "book", 2)
    assert (first["file"], first["baseline"]) == ("inventories/all.yaml", "")
    assert isinstance(first["line"], int)
    assert "computed anew by bw2calc, largest relative difference" in err
    assert "5 quantities take part: 4 parameters and 1 single exchanges" in err
    assert "what has no stated spread takes no part: 0 numbers" in err
    code, again, _ = ree(*plant, "--method", method, "--format", "json")
    assert again == out


def test_a_table_for_people_fits_a_terminal(ree: Ree) -> None:
    code, out, err = ree(*PAIR, "-n", "512", "--top", "8")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].strip() == f"climate_change of {PAIR[0]} minus {PAIR[1]}"
    assert "kg CO2e, market-based" in lines[1]
    assert lines[2].split() == ["parameter", "S1", "S1", "conf", "ST", "ST", "conf", "evidence", "priority"]
    assert max(len(line.rstrip()) for line in lines) <= 100
    assert "8 of 1" in err
    assert "first-order shares add up to 9" in err
    assert "others with a spread have no part in this result" in err


def test_what_data_to_get_next(ree: Ree) -> None:
    _, out, _ = ree(*PAIR, "-n", "256", "--screen", "5", "--format", "csv", "--next")
    rows = list(csv.DictReader(io.StringIO(out)))
    shares = [float(row["priority"]) for row in rows[:5]]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(1)
    assert [row["parameter"].split(" (")[0] for row in rows if not row["priority"]] == ["all others"]
    for row in rows[:5]:
        whole = sum(max(float(own["S1"]), 0) * float(own["weakness"]) for own in rows[:5])
        assert float(row["priority"]) == pytest.approx(max(float(row["S1"]), 0) * float(row["weakness"]) / whole)
        assert row["file"].startswith("inventories/")
        assert row["line"].isdigit()
    assert (rows[0]["baseline"], rows[0]["scenario"]) == PAIR
    _, out, _ = ree(*PAIR, "--method", "one-at-a-time", "--next", "--top", "3")
    lines = out.splitlines()
    assert lines[2].split() == ["priority", "parameter", "swing", "evidence", "pedigree", "source"]
    assert re.fullmatch(r"  \w+/[\w-]+\.yaml:\d+", lines[4].rstrip()[lines[2].index("parameter") :])
    assert max(len(line.rstrip()) for line in lines) <= 100


def test_another_indicator_and_what_is_set(ree: Ree) -> None:
    words = (PAIR[1], "--method", "one-at-a-time", "--format", "json", "--indicator", "primary_energy")
    (first, *_), rest = json.loads(ree(*words)[1]), json.loads(ree(*words, "--basis", "location")[1])
    assert (first["indicator"], first["unit"], first["electricity_basis"]) == ("primary_energy", "MJ", "market")
    assert first["coverage"] < 1
    shown = ree(*words[:3], "--indicator", "primary_energy")[1].splitlines()[1]
    assert f"partial: the data cover {100 * first['coverage']:.1f} % of it" in shown
    assert rest[0]["electricity_basis"] == "location"
    voltage = "electro_extraction.cell_voltage"
    assert voltage in {record["parameter"] for record in rest}
    fixed = json.loads(ree(*words, "--set", f"{voltage}=3.2 V")[1])
    assert voltage not in {record["parameter"] for record in fixed}


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        ((), 2, "Missing argument"),
        (("base", "base"), 2, "two different ones"),
        (("a", "b", "c"), 2, "one scenario, or two"),
        (("bases",), 1, "REE-C001"),
        (("base", "--indicator", "scor"), 1, "did you mean: score"),
        (("base", "-n", "8"), 2, "sobol takes 64 to 1,048,576 points"),
        (("base", "--method", "morris", "-n", "5000"), 2, "morris takes 10 to 500 trajectories"),
        (("base", "--method", "one-at-a-time", "-n", "50"), 2, "-n has no meaning"),
        (("base", "--method", "pawn", "--screen", "3"), 2, "--screen goes with --method sobol"),
        (("base", "--method", "fast"), 2, "'sobol'"),
        (("base", "--set", "plant.us=3 L"), 1, "plant.use"),
        (("base", "--top", "0"), 2, "x>=1"),
    ],
)
def test_what_is_refused(ree: Ree, plant: tuple[str, ...], words: tuple[str, ...], code: int, hint: str) -> None:
    found, out, err = ree(*words, *plant[1:])
    assert (found, out) == (code, "")
    assert hint in err
    assert "Traceback" not in err


def test_an_indicator_that_the_data_are_silent_about(ree: Ree, tmp_path: Path) -> None:
    root = textbook(tmp_path / "silent")
    method = root / "methods/simple.yaml"
    method.write_text(
        method.read_text() + "  ozone: {title: Ozone, unit: kg, factors: {nitrogen: 1}}\n", encoding="utf-8"
    )
    inventory = root / "inventories/all.yaml"
    flow = "flows:\n  nitrogen: {title: Nitrogen, kind: elementary, compartment: air, unit: kg}\n"
    inventory.write_text(inventory.read_text().replace("flows:\n", flow, 1), encoding="utf-8")
    code, out, err = ree("base", "-w", str(root), "--indicator", "ozone")
    assert (code, out) == (1, "")
    assert "REE-D011" in err
    assert "climate_change, acidification" in err
    code, _, _ = ree("base", "-w", str(root), "--indicator", "acidification", "-n", "64")
    assert code == 0


def test_a_disagreement_with_brightway_is_no_result(
    ree: Ree, plant: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    from lca.impact import brightway

    true = brightway.scores
    monkeypatch.setattr(brightway, "scores", lambda systems, method: true(systems, method) * (1 + 1e-8))
    code, out, err = ree(*plant, "-n", "64")
    assert (code, out) == (3, "")
    assert "differ from bw2calc" in err
