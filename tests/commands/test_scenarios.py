"""`scenarios`: lists, optima and fronts as people and programs get them."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lca.commands import main
from lca.impact.results import ON_DEMAND
from tests import works
from tests.impact.batch.test_optimise import EMISSION, steel
from tests.workspaces import as_yaml, write

Ree = Callable[..., Any]


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ree:
    """Run a command in a workspace; returns its exit code, stdout and stderr."""
    write(tmp_path, {"inventories/all.yaml": as_yaml(steel(f"{EMISSION} + 1 kg * z"))})
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(["scenarios", *words])
        seen = capsys.readouterr()
        return int(stopped.value.code or 0), seen.out, seen.err

    return run


def test_an_optimum_as_records(ree: Ree) -> None:
    code, out, err = ree("optimise", "base", "--subject-to", "cost <= 6.8 USD/kg", "--format", "json")
    assert code == 0
    found = {row["name"]: row for row in json.loads(out)}
    assert tuple(found["score"]) == ON_DEMAND["optimum"]
    assert [row["kind"] for row in found.values()] == ["parameter", "parameter", "goal", "condition"]
    assert found["plant.x"]["after"] == pytest.approx(0.4, abs=1e-7)
    assert found["score"]["after"] == pytest.approx(11.8, rel=1e-7)
    assert "computed anew by bw2calc: 11.8 points" in err
    assert "not in the cost: A flow" in err
    assert "as if they could be chosen" not in err


def test_what_is_no_decision_is_said(ree: Ree) -> None:
    code, out, err = ree("optimise", "base", "--vary", "plant.z=0.2:0.4", "--vary", "plant.x", "--format", "csv")
    assert code == 0
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(out))}
    assert (rows["plant.z"]["before"], rows["plant.z"]["after"], rows["plant.z"]["at"]) == ("0.5", "0.2", "low end")
    assert "varied as if they could be chosen: plant.z" in err


def test_a_setting_is_no_choice(ree: Ree) -> None:
    code, out, _ = ree("optimise", "base", "--set", "plant.x=0.25", "--format", "json")
    assert code == 0
    assert [row["name"] for row in json.loads(out) if row["kind"] == "parameter"] == ["plant.y"]


def test_conditions_that_nothing_meets(ree: Ree) -> None:
    code, out, err = ree("optimise", "base", "--subject-to", "cost <= 1 USD")
    assert (code, out) == (1, "")
    assert "REE-D032" in err
    assert "alone it comes to 10 USD at best" in err


def test_a_front_as_records(ree: Ree) -> None:
    code, out, err = ree("pareto", "base", "--points", "4", "--format", "json")
    assert code == 0
    rows = json.loads(out)
    assert tuple(rows[0]) == (*ON_DEMAND["front"], "plant.x", "plant.y")
    assert [row["against_value"] for row in rows] == pytest.approx([16, 14, 12, 10], abs=1e-5)
    assert [row["goal_value"] for row in rows] == pytest.approx([7, 11, 15, 21], abs=1e-5)
    assert "4 points computed anew by bw2calc" in err


def test_a_front_for_people(ree: Ree) -> None:
    code, out, err = ree("pareto", "base", "--vary", "plant.z", "--points", "3")
    assert code == 0
    assert " ".join(out.split()).startswith("base: score [points] against cost [USD]")
    assert "nothing to trade" in err


@pytest.mark.parametrize(
    ("words", "code", "hint"),
    [
        (("optimise", "base", "--vary", "plant.w"), 1, "REE-N003"),
        (("optimise", "base", "--vary", "plant.x=1 kg:2"), 1, "REE-U003"),
        (("optimise", "base", "--vary", "plant.x=1"), 2, "NAME=from:to"),
        (("optimise", "base", "--vary", "plant.x", "--vary", "plant.x=0:1"), 2, "twice"),
        (("optimise", "base", "--vary", "score of a=0 points/kg:1 points/kg"), 2, "no choice"),
        (("optimise", "base", "--subject-to", "weight <= 3"), 1, "REE-D031"),
        (("optimise", "base", "--indicator", "scor"), 1, "did you mean: score"),
        (("optimise", "bse"), 1, "REE-C001"),
        (("pareto", "base", "--against", "score"), 2, "the same"),
        (("pareto", "base", "--against", "cots"), 1, "did you mean: cost"),
        (("pareto", "base", "--subject-to", "cost <= 1 USD"), 1, "REE-D032"),
        (("optimize",), 2, "No such command"),
    ],
)
def test_what_is_refused(ree: Ree, words: tuple[str, ...], code: int, hint: str) -> None:
    found, out, err = ree(*words)
    assert (found, out) == (code, "")
    assert hint in err


def test_the_list(ree: Ree, tmp_path: Path) -> None:
    write(tmp_path / "works", works.FILES)
    code, out, _ = ree("-w", str(tmp_path / "works"), "--format", "json")
    assert code == 0
    near = {"scenario": "open/near", "title": "Open; Near", "route": "open", "site": "near"}
    assert json.loads(out)[0] == near
    listed = [row["scenario"] for row in json.loads(out)]
    assert listed == ["open/near", "open/far", "loop/near"]  # what is excluded is no scenario
    assert len(json.loads(ree("list", "--all", "-w", str(tmp_path / "works"), "--format", "json")[1])) == 3
