"""`--columns`, `--sort`, `--filter` on tables of any command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from lca.commands import main
from tests.works import FILES


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("works")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def run(capsys: pytest.CaptureFixture[str], works: Path, *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main([*words, "-w", str(works)])
    seen = capsys.readouterr()
    return int(stopped.value.code or 0), seen.out, seen.err


def rows(capsys: pytest.CaptureFixture[str], works: Path, *words: str) -> list[dict[str, Any]]:
    code, out, err = run(capsys, works, "results", "--format", "json", *words)
    assert code == 0, err
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_rows_that_hold(capsys: pytest.CaptureFixture[str], works: Path) -> None:
    every = rows(capsys, works)
    for condition, holds in {
        "value>11": lambda row: row["value"] is not None and row["value"] > 11,
        "value <= 11": lambda row: row["value"] is not None and row["value"] <= 11,
        "coverage=100%": lambda row: row["coverage"] == 1,
        "scenario=open/*": lambda row: row["scenario"].startswith("open/"),
        "scenario!=open/*": lambda row: not row["scenario"].startswith("open/"),
        "scenario~NEAR": lambda row: "near" in row["scenario"],
        "electricity basis=market": lambda row: row["electricity_basis"] == "market",
    }.items():
        assert rows(capsys, works, "--filter", condition) == [row for row in every if holds(row)], condition
    both = rows(capsys, works, "--filter", "scenario~near", "--filter", "electricity_basis=market")
    assert 0 < len(both) < len(rows(capsys, works, "--filter", "scenario~near"))


def test_order_and_columns(capsys: pytest.CaptureFixture[str], works: Path) -> None:
    found = rows(capsys, works, "--sort", "-value", "--columns", "value, scenario")
    assert [list(row) for row in found] == [["value", "scenario"]] * len(found)
    values = [row["value"] for row in found]
    known = [value for value in values if value is not None]
    assert known == sorted(known, reverse=True)
    assert values[: len(known)] == known  # what is missing comes last
    upwards = [row["value"] for row in rows(capsys, works, "--sort", "value") if row["value"] is not None]
    assert upwards == known[::-1]


def test_hidden_columns_can_be_shown(capsys: pytest.CaptureFixture[str], works: Path) -> None:
    _, out, _ = run(capsys, works, "results", "--columns", "product,value")
    assert out.split()[:2] == ["product", "value"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--columns", "scenari"), "did you mean 'scenario'?"),
        (("--sort", "-valu"), "did you mean 'value'?"),
        (("--filter", "weight=3"), "there are scenario, product"),
        (("--filter", "value"), "is no condition"),
        (("--filter", "scenario>3"), "compares no numbers"),
        (("--filter", "value>much"), "compares no numbers"),
    ],
)
def test_wrong_names(capsys: pytest.CaptureFixture[str], works: Path, words: tuple[str, ...], says: str) -> None:
    code, out, err = run(capsys, works, "results", *words)
    assert (code, out) == (2, "")
    assert says in err
