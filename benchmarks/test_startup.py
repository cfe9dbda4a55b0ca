"""How long a person waits, as whole processes: start-up, check, run. Not part of the test command.

Run with `pytest benchmarks`. Compare within one run: these are times of a shared machine, and only their ratios mean
something.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

ROOT = Path(__file__).parents[1]
REE = [sys.executable, str(ROOT / "cli.py")]

CASES = {
    "python itself": [sys.executable, "-c", "pass"],
    "ree-lca --help": [*REE, "--help"],
    "ree-lca check": [*REE, "check"],
    "import bw2calc": [sys.executable, "-c", "import bw2calc"],
    "ree-lca results, one scenario": [*REE, "results", "electro/magnet-full/belfast/grid"],
    "ree-lca results, whole study": [*REE, "results"],
    "ree-lca run": [*REE, "run"],
}


@pytest.mark.parametrize("case", CASES)
def test_wait(benchmark: BenchmarkFixture, case: str, tmp_path: Path) -> None:
    def wait() -> None:
        subprocess.run(CASES[case], cwd=tmp_path, capture_output=True, check=True)

    benchmark.pedantic(wait, rounds=5, warmup_rounds=1)
