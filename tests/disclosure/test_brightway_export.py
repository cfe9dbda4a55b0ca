"""What is exported to Brightway gives our scores there, by nothing but Brightway, and can be changed there."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest

from lca.background.brightway_files import Project, project_names
from lca.commands import cli
from lca.disclosure.brightway import export
from lca.disclosure.brightway.export import export_excel, export_project, study_content
from lca.errors import InputError
from lca.impact.study import run_study
from lca.inventory.settings import parse_settings
from tests.brightway_projects import brightway, run_brightway
from tests.textbook import textbook

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "brightway.md").read_text(encoding="utf-8")
SCORES, EXCEL = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


def as_printed(text: str) -> dict[tuple[str, str, str], float]:
    """The lines of the script in the docs: scenario, basis, indicator and score."""
    found = {}
    for scenario, bases, indicator, score in (line.split("\t") for line in text.splitlines() if line.count("\t") == 3):
        found |= {(scenario, basis, indicator): float(score) for basis in bases.split(" and ")}
    return found


def ours(root: Path, study: str, settings: Iterable[str] = ()) -> dict[tuple[str, str, str], float]:
    results = run_study(root, study, parse_settings(tuple(settings)), sensitivity=False, brief=True)
    named = {info["id"]: info["id"] for info in results.metadata["indicators"]}
    return {
        (row.scenario, row.electricity_basis, named[row.indicator]): row.value
        for row in results["results"].itertuples()
        if row.value == row.value  # what is not assessed is no number here, and zero in Brightway
    }
