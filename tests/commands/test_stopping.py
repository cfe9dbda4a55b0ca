"""Ctrl-C: what is complete is shown and marked, or nothing is; files are whole or not there."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from lca.errors import Problems
from lca.impact.batch.breakeven import sampled_breakeven
from lca.impact.batch.sampling import BLOCK
from lca.impact.batch.table import write_samples
from lca.impact.batch.uncertainty import Wanted, compared, prepared, uncertainty
from lca.impact.batch.vary import varied
from tests.impact.batch.samples import sampled_from
from tests.impact.batch.test_breakeven import pair  # noqa: F401 - a fixture
from tests.impact.batch.test_uncertainty import PAIR, electricity
from tests.workspaces import as_yaml, write

ROOT = Path(__file__).parents[2]


class After:
    """Stops after so many looks."""

    def __init__(self, looks: int):
        self.left = looks

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_ctrl_c_leaves_what_is_complete(tmp_path: Path) -> None:
    """A real process, which is sampling (its progress says so) when the signal comes."""
    write(tmp_path / "plant", {"inventories/all.yaml": as_yaml(electricity())})
    ours, theirs = pty.openpty()
    words = ["uncertainty", "-w", "plant", "-n", "100000000", "--samples", "all.csv", "--format", "json"]
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "cli.py"), *words], cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs
    )
    os.close(theirs)
    said, sent, until = b"", False, time.monotonic() + 60
    while time.monotonic() < until:
        try:
            more = os.read(ours, 4096)
        except OSError:
            break
        if not more:
            break
        said += more
        if not sent and b"/s" in said:
            process.send_signal(signal.SIGINT)
            sent = True
    out, _ = process.communicate(timeout=60)
    os.close(ours)
    assert process.returncode == 130
    (row,) = json.loads(out)
    assert row["complete"] is False
    assert row["samples"] % BLOCK == 0
    assert 0 < row["samples"] < 100_000_000
    assert row["median"] == pytest.approx(120, rel=0.01)
    text = " ".join(said.decode().split())
    assert f"stopped after {row['samples']:,} of 100,000,000 samples" in text
    assert "all.csv is not written" in text
    assert [path.name for path in tmp_path.iterdir()] == ["plant"]


def test_what_is_complete_is_that_of_a_shorter_run(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, electricity())
    run, (row,) = uncertainty(sampled, Wanted(100 * BLOCK), stopped=After(20))
    assert (run.complete, row["complete"]) == (False, False)
    assert 0 < run.samples < 100 * BLOCK
    assert run.proved > 0
    whole, (other,) = uncertainty(sampled, Wanted(run.samples))
    assert (whole.complete, other["complete"]) == (True, True)
    assert row | {"complete": True} == other


def test_nothing_complete_is_nothing(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path, electricity())
    with pytest.raises(KeyboardInterrupt):
        uncertainty(sampled, Wanted(100 * BLOCK), stopped=After(0))


def test_a_comparison_and_its_probabilities_say_that_they_are_partial() -> None:
    from lca.workspace import bundled

    _, rows, probabilities = compared(
        prepared(bundled(), None, PAIR), Wanted(20 * BLOCK), "climate_change", stopped=After(6)
    )
    assert not any(row["complete"] for row in [*rows, *probabilities])
    assert len({row["samples"] for row in [*rows, *probabilities]}) == 1


def test_ties_of_the_samples_that_are_done(pair) -> None:  # type: ignore[no-untyped-def]  # noqa: F811
    found = pair("line", "offset")
    problems = Problems()
    one = varied(found, "plant.x", None, problems)
    assert one is not None
    whole = sampled_breakeven(found, one, BLOCK, 1)
    (part,) = sampled_breakeven(found, one, 3 * BLOCK, 1, stopped=After(1))
    assert [part | {"complete": True}] == whole
    with pytest.raises(KeyboardInterrupt):
        sampled_breakeven(found, one, 3 * BLOCK, 1, stopped=After(0))


def test_a_table_is_whole_or_not_there(tmp_path: Path) -> None:
    sampled = sampled_from(tmp_path / "plant", electricity())
    target = tmp_path / "samples.csv"
    target.write_text("as it was")
    assert not write_samples(sampled, Wanted(3 * BLOCK), 3 * BLOCK, target, stopped=After(1))
    assert target.read_text() == "as it was"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["plant", "samples.csv"]
