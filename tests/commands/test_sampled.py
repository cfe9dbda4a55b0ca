"""The commands that sample: tables, the file of samples, and what is refused."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.commands import main
from lca.impact.results import ON_DEMAND
from tests.impact.batch.samples import sampled_from
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
            main(list(words))
        seen = capsys.readouterr()
        return int(stopped.value.code or 0), seen.out, seen.err

    return run


@pytest.fixture
def plant(tmp_path: Path) -> str:
    root = tmp_path / "plant"
    write(root, {"inventories/all.yaml": as_yaml(electricity())})
    return str(root)


def test_records_and_what_is_said_of_them(ree: Ree, plant: str) -> None:
    code, out, err = ree("uncertainty", "-w", plant, "-n", "2000", "--seed", "7", "--format", "json")
    assert code == 0
    (record,) = json.loads(out)
    assert tuple(record) == ON_DEMAND["uncertainty"]
    assert record["central"] == pytest.approx(120)
    assert record["low_95"] < record["low_90"] < record["low_50"] < record["median"] < record["high_50"]
    assert "2,000 samples, Monte Carlo, seed 7; 6 of them computed anew by bw2calc" in err
    assert "4 parameters and 1 single exchanges" in err
    assert "no stated spread takes no part" in err


def test_the_same_seed_prints_the_same(ree: Ree, plant: str) -> None:
    command = ("uncertainty", "-w", plant, "-n", "500", "--format", "csv", "--method", "lhs")
    assert ree(*command) == ree(*command)
    assert ree(*command)[1] != ree(*command, "--seed", "2")[1]


def test_until_it_is_known(ree: Ree, plant: str) -> None:
    _, out, err = ree("uncertainty", "-w", plant, "--until", "0.5%", "--format", "json")
    assert "95 % known to 0." in err
    assert 10_000 < json.loads(out)[0]["samples"] < 200_000
    _, _, err = ree("uncertainty", "-w", plant, "--until", "0.01%")
    assert re.search(r"NOT reached: known to 0\.\d+ % of the median, least of all \w+ of \S+", err)


def test_a_comparison_for_people(ree: Ree) -> None:
    code, out, err = ree("compare", *PAIR, "--uncertain", "-n", "1000")
    assert code == 0
    assert "probability that the alternative is lower" in out
    verdict, counted = [line for line in out.splitlines() if line][-2:]
    assert "that the alternative is lower" in verdict
    assert counted.startswith("Methane counts")
    assert "largest relative difference" in err
    assert "have a central value below the central 90 % of their samples" in err


def test_a_comparison_for_programs(ree: Ree) -> None:
    _, out, _ = ree("compare", *PAIR, "--uncertain", "-n", "500", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert {row["quantity"] for row in rows} == {"baseline", "alternative", "difference", "ratio", "lower"}
    lower = [row for row in rows if row["quantity"] == "lower" and row["indicator"] == "climate_change"]
    assert [row["margin"] for row in lower] == ["0.0", "0.05", "0.1", "0.2"]
    assert all(0 <= float(row["probability"]) <= 1 for row in lower)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_table_of_samples(ree: Ree, plant: str, tmp_path: Path, suffix: str) -> None:
    """Every sample is the product system of its draws; the table gives the results again."""
    target = tmp_path / f"samples.{suffix}"
    code, out, _ = ree("uncertainty", "-w", plant, "-n", "9000", "--samples", str(target), "--format", "json")
    assert code == 0
    if suffix == "csv":
        with target.open() as file:
            table = {k: np.array([float(v) for v in column]) for k, *column in zip(*csv.reader(file), strict=True)}
    else:
        parquet = pytest.importorskip("pyarrow.parquet")
        table = {k: np.array(v) for k, v in parquet.read_table(target).to_pydict().items()}
    made, use = table["plant.made [kWh]"], table["plant.use [L]"]
    direct, fuel = table["plant.emissions.co2 [kg]"], table["refinery.co2 [kg]"] / table["refinery.made [L]"]
    np.testing.assert_allclose(table["base score [points]"], 1000 / made * (direct + use * fuel), rtol=1e-12)
    np.testing.assert_array_equal(table["sample"], np.arange(9000))
    assert np.median(table["base score [points]"]) == pytest.approx(json.loads(out)[0]["median"], rel=1e-12)
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("samples")] == [target.name]


def test_the_table_of_a_sobol_sequence(ree: Ree, plant: str, tmp_path: Path) -> None:
    _, out, _ = ree(
        "uncertainty", "-w", plant, "-n", "9000", "--method", "sobol", "--samples", "s.csv", "--format", "json"
    )
    (record,) = json.loads(out)
    assert record["samples"] == 16384
    with (tmp_path / "s.csv").open() as file:
        scores = [float(row["base score [points]"]) for row in csv.DictReader(file)]
    assert np.median(scores) == pytest.approx(record["median"], rel=1e-12)


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("--samples", "samples.txt"), 1, "REE-D008"),
        (("--samples", "nowhere/samples.csv"), 1, "there is no folder"),
        (("--indicator", "scor"), 1, "did you mean: score"),
        (("bases",), 1, "REE-C001"),
        (("--set", "plant.us=3 L"), 1, "plant.use"),
        (("--until", "5"), 2, "between 0 and 100 %"),
        (("--until", "few"), 2, "no share such as 0.5%"),
        (("-n", "5"), 2, "100<=x"),
        (("--method", "lhc"), 2, "'lhs'"),
    ],
)
def test_what_is_refused(ree: Ree, plant: str, words: tuple[str, ...], code: int, hint: str) -> None:
    found, out, err = ree("uncertainty", "-w", plant, *words)
    assert (found, out) == (code, "")
    assert hint in err
    assert "Traceback" not in err


def test_nothing_uncertain_is_an_error(ree: Ree, tmp_path: Path) -> None:
    root = textbook(tmp_path / "certain")
    text = (root / "inventories/all.yaml").read_text().replace(", range: [1 L, 3 L]", "")
    (root / "inventories/all.yaml").write_text(text)
    code, _, err = ree("uncertainty", "-w", str(root))
    assert code == 1
    assert "REE-D005" in err


def test_a_scenario_is_not_compared_with_itself(ree: Ree) -> None:
    code, _, err = ree("compare", PAIR[0], PAIR[0], "--uncertain")
    assert code == 2
    assert "the same" in err


def test_an_interruption_leaves_nothing(ree: Ree, plant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from lca.impact.batch import table

    def stopped(*_: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(table, "_blocks", stopped)
    code, out, err = ree("uncertainty", "-w", plant, "-n", "500", "--samples", "samples.csv")
    assert (code, out) == (130, "")
    assert "stopped" in err
    assert not list(tmp_path.glob("samples*"))


def test_a_cut_table_is_not_taken_for_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A failure while the table is written leaves an older one as it was."""
    from lca.impact.batch import table
    from lca.impact.batch.uncertainty import Wanted

    target = tmp_path / "samples.csv"
    target.write_text("old\n")
    sampled = sampled_from(tmp_path / "plant", electricity())
    true = table._blocks

    def failing(*words: Any) -> Any:
        yield next(true(*words))
        raise OSError("disk full")

    monkeypatch.setattr(table, "_blocks", failing)
    with pytest.raises(OSError, match="disk full"):
        table.write_samples(sampled, Wanted(9000), 9000, target)
    assert target.read_text() == "old\n"
    assert [path.name for path in tmp_path.glob("samples*")] == ["samples.csv"]


def test_sweep_and_breakeven_of_the_bundled_study(ree: Ree) -> None:
    voltage = "electro_extraction.cell_voltage"
    code, out, err = ree("sweep", *PAIR, "--vary", f"{voltage}=2 V:4 V:3", "--format", "json")
    assert code == 0
    assert "computed anew by bw2calc" in err
    rows = [row for row in json.loads(out) if row["indicator"] == "climate_change"]
    assert [row["at"] for row in rows] == [2, 3, 4, 2, 3, 4]
    _, results, _ = ree("results", PAIR[1], "--set", f"{voltage}=4 V", "--format", "json", "--basis", "market")
    value = next(row["value"] for row in json.loads(results) if row["indicator"] == "climate_change")
    assert rows[-1]["value"] == pytest.approx(value, rel=1e-12)
    code, out, _ = ree("breakeven", voltage, *PAIR, "--between", "2 V", "12 V", "--format", "json")
    assert code == 0
    tie = next(row for row in json.loads(out) if row["indicator"] == "primary_energy")
    both = []
    for scenario in PAIR:
        command = ("results", scenario, "--set", f"{voltage}={tie['value']!r} V", "--indicator", "primary_energy")
        both.append(json.loads(ree(*command, "--format", "json", "--basis", "market")[1])[0]["value"])
    assert both[0] == pytest.approx(both[1], rel=1e-9)
    assert tie["at_tie"] == pytest.approx(both[0], rel=1e-9)


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("sweep", PAIR[0]), 2, "--vary"),
        (("sweep", PAIR[0], "--vary", "x.y=1"), 2, "NAME=from:to:steps"),
        (("sweep", PAIR[0], "--vary", "x.y=1:2:1"), 2, "number of steps"),
        (("sweep", PAIR[0], "--vary", "x.y=1:2", "--vary", "x.y=1:3"), 2, "two different ones"),
        (("sweep", PAIR[0], "--vary", "electro_extraction.cell_voltge"), 1, "REE-N003"),
        (("sweep", PAIR[0], "--vary", "electro_extraction.cell_voltage"), 1, "REE-D010"),
        (("sweep", *PAIR, "--vary", "electro_extraction.cell_voltage", "--contour"), 2, "two parameters"),
        (("breakeven", "electro_extraction.cell_voltage", PAIR[0], PAIR[0]), 2, "tie everywhere"),
        (("breakeven", "electro_extraction.cell_voltage", *PAIR, "--between", "2", "3 V"), 1, "REE-U002"),
    ],
)
def test_what_sweep_and_breakeven_refuse(ree: Ree, words: tuple[str, ...], code: int, hint: str) -> None:
    found, out, err = ree(*words)
    assert (found, out) == (code, "")
    assert hint in err
