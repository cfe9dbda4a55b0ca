"""The whole check of a workspace, its methods and accounts included."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lca.errors import Problems
from lca.impact.accounts import plant_runs
from lca.impact.allocation import baskets, parts
from lca.impact.methods import method_factors, report_uncharacterised
from lca.inventory.parameters import Override
from lca.system.checking import CheckedStudy, Checker


def check_workspace(root: Path, settings: Iterable[Override] = ()) -> Problems:
    """Everything that is wrong or doubtful in the workspace at `root`."""
    checker = Checker(root)
    studies = checker.check_all(settings)
    if not checker.problems.errors:
        for checked in studies:
            method = method_factors(checker.inventory, checked.study.method)
            for system in checked.systems.values():
                report_uncharacterised(system, method, checker.problems)
            _check_products(checked, checker.problems)
            for plants in checked.study.networks.values():
                for plant in plants:
                    plant_runs(checked, plant, checker.problems)
    return checker.problems


def _check_products(checked: CheckedStudy, problems: Problems) -> None:
    """Every allocation of the study can share out the basket of every scenario."""
    for scenario in checked.scenarios:
        system = checked.systems.get((scenario.id, "market"))
        basket = baskets(system.scope, checked.study, problems) if system else {}
        for name in checked.study.allocations if basket else ():
            allocation = checked.inventory.allocations[name]
            if allocation.by != "circular_footprint":
                parts(checked.inventory, checked.study, allocation, basket, problems)
