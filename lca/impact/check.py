"""The whole check of a workspace, its methods included."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lca.errors import Problems
from lca.impact.methods import method_factors, report_uncharacterised
from lca.inventory.parameters import Override
from lca.system.checking import Checker


def check_workspace(root: Path, settings: Iterable[Override] = ()) -> Problems:
    """Everything that is wrong or doubtful in the workspace at `root`."""
    checker = Checker(root)
    studies = checker.check_all(settings)
    if not checker.problems.errors:
        for checked in studies:
            method = method_factors(checker.inventory, checked.study.method)
            for system in checked.systems.values():
                report_uncharacterised(system, method, checker.problems)
    return checker.problems
