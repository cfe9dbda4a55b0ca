"""How long a person waits, as whole processes: start-up, check, run, report. Not part of the test command.

Run with `pytest benchmarks/test_startup.py`. The least of some rounds, in which the cases take turns. Processor time
says less of what else the machine does than time by the clock; read its ratio to the import of Brightway.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
REE = [sys.executable, str(ROOT / "cli.py")]
ROUNDS = 5

#: What every calculation waits for, with all that it imports in turn: NumPy, SciPy, pandas.
BRIGHTWAY = "import bw2calc"

CASES = {
    "python itself": [sys.executable, "-c", "pass"],
    BRIGHTWAY: [sys.executable, "-c", BRIGHTWAY],
    "ree-lca --help": [*REE, "--help"],
    "ree-lca check": [*REE, "check"],
    "ree-lca results, one scenario": [*REE, "results", "electro/magnet-full/belfast/grid"],
    "ree-lca results, whole study": [*REE, "results"],
    "ree-lca run": [*REE, "run"],
    "ree-lca report": [*REE, "report"],
}


def _once(words: list[str], folder: Path) -> tuple[float, float]:
    """Processor and wall time of a process, in seconds. Its modules are compiled once, as installed ones are."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(words, cwd=folder, env=environment, capture_output=True, check=True)
    wall, after = time.perf_counter() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall


def test_waits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in CASES.values():
        _once(words, tmp_path)
    rounds = [{case: _once(words, tmp_path) for case, words in CASES.items()} for _ in range(ROUNDS)]
    least = {case: [min(found[case][k] for found in rounds) for k in (0, 1)] for case in CASES}
    with capsys.disabled():
        print(f"\n\n| | processor, s | wall, s | times `{BRIGHTWAY}` |\n|---|---|---|---|")
        for case, (processor, wall) in least.items():
            print(f"| `{case}` | {processor:.2f} | {wall:.2f} | {processor / least[BRIGHTWAY][0]:.2f} |")
