"""The whole check of a workspace, its methods, products, prices and networks included."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lca.errors import InputError, Problems
from lca.impact.accounts import plant_runs
from lca.impact.allocation import parts
from lca.impact.methods import method_factors, report_uncharacterised
from lca.impact.products import needed, report_virgin
from lca.impact.tables import study_prices
from lca.inventory.parameters import Override
from lca.system.checking import CheckedStudy, Checker
from lca.system.economics import basket
from lca.system.purchases import purchases
from lca.system.scenario import report_unknown


def check_workspace(root: Path, settings: Iterable[Override] = ()) -> Problems:
    """Everything that is wrong or doubtful in the workspace at `root`."""
    return check_studies(root, settings)[1]


def check_studies(root: Path, settings: Iterable[Override] = ()) -> tuple[list[CheckedStudy], Problems]:
    """The studies of the workspace at `root`, and everything that is wrong or doubtful in it."""
    checker = Checker(root)
    studies = checker.check_all(settings)
    if not checker.problems.errors:
        for checked in studies:
            try:
                method = method_factors(checker.inventory, checked.study.method)
            except InputError as fault:
                checker.problems.extend(fault.diagnostics)
            else:
                for system in checked.systems.values():
                    report_uncharacterised(system, method, checker.problems)
            _check_products(checked, checker.problems)
            _check_prices(checked)
            for plants in checked.study.networks.values():
                for plant in plants:
                    plant_runs(checked, plant, checker.problems)
            _check_lots(checked, checker)
    return studies, checker.problems


def _check_products(checked: CheckedStudy, problems: Problems) -> None:
    """Every allocation of the study can share out the basket of every scenario that it applies to."""
    for scenario in checked.scenarios:
        system = checked.systems.get((scenario.id, "market"))
        held = basket(system.scope, checked.study, problems) if system else {}
        for allocation in needed(checked, scenario) if held else ():
            parts(checked.inventory, checked.study, allocation, held, problems)
    for allocation in [checked.inventory.allocations[name] for name in checked.study.allocations]:
        if allocation.by == "circular_footprint":
            report_virgin(checked, allocation, problems)


def _check_lots(checked: CheckedStudy, checker: Checker) -> None:
    """The scenarios that made lots are scenarios of their study."""
    default = checker.study(None)
    ids = [scenario.id for scenario in checked.scenarios]
    for lot in checked.inventory.lots.values():
        own = lot.study if lot.study is not None else default.study if default is not None else None
        if lot.scenario is not None and own == checked.study.study and str(lot.scenario) not in ids:
            report_unknown(lot.scenario, ids, checked.excluded, checker.problems)


def _check_prices(checked: CheckedStudy) -> None:
    """Of the prices of each good that is bought, one fits best."""
    prices = study_prices(checked)
    if prices is not None:
        for system in {id(system): system for system in checked.systems.values()}.values():
            bought = purchases(system, prices.flows)
            for flow, location in dict.fromkeys((one.flow, system.nodes[one.supplier].location) for one in bought):
                prices.of_flow(flow, location, system.amounts)
