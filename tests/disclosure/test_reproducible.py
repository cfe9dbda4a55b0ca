"""The same inputs give the same bytes, whatever order Python's sets happen to have."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def made(folder: Path, seed: str) -> dict[str, bytes]:
    environment = os.environ | {"PYTHONHASHSEED": seed, "SOURCE_DATE_EPOCH": "1700000000"}
    command = [sys.executable, str(ROOT / "cli.py"), "run", "--bundle", "-w", str(ROOT), "--out", str(folder)]
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=folder.parent)
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_run_and_its_bundle_do_not_depend_on_the_order_of_sets(tmp_path: Path) -> None:
    first, second = (made(tmp_path / seed, seed) for seed in ("0", "1"))
    assert any(name.endswith(".zip") for name in first)
    assert first == second
