"""Everything that can be found wrong, or doubtful, in a workspace before its impacts are computed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import InputError, Problems, nearest
from lca.inventory import schema
from lca.inventory.loading import Inventory, load
from lca.inventory.references import check_references
from lca.inventory.scope import Override, Scope
from lca.system.amounts import Amounts
from lca.system.balances import Compositions, check_balances
from lca.system.linking import Basis
from lca.system.network import ProductSystem, build
from lca.system.plausibility import check_plausibility
from lca.system.scenario import Scenario, scenario_from_id, scenarios_of, scope_of

BASES: tuple[Basis, ...] = ("market", "location")


@dataclass
class CheckedStudy:
    """A study whose scenarios have been linked and solved, for both bases of electricity accounting."""

    inventory: Inventory
    study: schema.Study
    scenarios: list[Scenario]
    systems: dict[tuple[str, Basis], ProductSystem] = field(default_factory=dict)


class Checker:
    """Goes through a workspace and collects what is wrong with it."""

    def __init__(self, root: Path):
        self.problems = Problems()
        self.inventory = load(root, self.problems)
        self._used: set[str] = set()
        self._reached: set[str] = set()
        if self.inventory.workspace is not None:
            check_references(self.inventory, self.problems)

    def study(self, name: str | None) -> schema.Study | None:
        """The study of that name, the default study for None; None after reporting."""
        default = self.inventory.workspace.default_study if self.inventory.workspace else None
        wanted = name or (str(default) if default else next(iter(self.inventory.studies), None))
        if wanted is None:
            self.problems.add("REE-C005", "the workspace has no study", expected="a document that starts with `study:`")
            return None
        found = self.inventory.studies.get(wanted)  # type: ignore[call-overload]
        if found is None:
            self.problems.add("REE-C005", f"there is no study `{wanted}`", suggestion=nearest(wanted, self.inventory.studies))
        return found

    def check_study(self, study: schema.Study, settings: Iterable[Override] = (), only: Iterable[str] = ()) -> CheckedStudy:
        """Link, solve and balance the scenarios of a study (`only` these ids where given, which may be outside its list)."""
        settings = tuple(settings)
        listed = scenarios_of(self.inventory, study, self.problems)
        wanted = [scenario_from_id(self.inventory, name, listed, self.problems) for name in only] or listed
        checked = CheckedStudy(self.inventory, study, [scenario for scenario in wanted if scenario is not None])
        for scenario in checked.scenarios:
            scope = scope_of(self.inventory, study, scenario, self.problems, settings)
            self._check_parameters(scope)
            amounts = Amounts(scope)
            for basis in BASES:
                system = build(amounts, scenario, study, basis)
                if system is None:
                    continue
                checked.systems[scenario.id, basis] = system
                self._reached |= {node.process for node in system.nodes}
            if (scenario.id, "market") in checked.systems:
                self._check_system(checked.systems[scenario.id, "market"])
            self._check_rest(amounts)
            self._used |= scope.used
        self._check_comparisons(study, listed)
        return checked

    def _check_parameters(self, scope: Scope) -> None:
        scope.check_circles()
        used = set(scope.used)
        for address in scope.definitions:
            owner = address.partition(".")[0]
            if owner in self.inventory.processes and owner not in self._reached:
                continue  # looked at when it is reached, or at the end
            scope.value_at(address)
        scope.used.clear()
        scope.used |= used

    def _check_system(self, system: ProductSystem) -> None:
        try:
            check_balances(system, Compositions(system.scope), self.problems)
        except InputError as fault:
            self.problems.extend(fault.diagnostics)
        check_plausibility(system, self.problems)

    def _check_rest(self, amounts: Amounts) -> None:
        """Processes that this scenario does not need are read as well, so that no mistake hides in them."""
        for name in self.inventory.processes:
            if name not in self._reached:
                amounts.of(str(name))

    def _check_comparisons(self, study: schema.Study, scenarios: list[Scenario]) -> None:
        known = {scenario.id for scenario in scenarios}
        for comparison in study.comparisons:
            for name in (comparison.baseline, comparison.alternative):
                if name not in known:
                    self.problems.add("REE-C001", f"there is no scenario `{name}` in the study", name.span, suggestion=nearest(name, known))

    def check_all(self, settings: Iterable[Override] = ()) -> list[CheckedStudy]:
        """Check every study, then what no study used."""
        settings = tuple(settings)
        checked = [self.check_study(study, settings) for study in self.inventory.studies.values()]
        if not self.problems.errors and checked:
            self._report_unused()
        return checked

    def _report_unused(self) -> None:
        pools = {str(p) for loop in self.inventory.loops.values() for pool in loop.pools.values() for p in (pool.makeup, pool.surplus)}
        for name in self.inventory.processes:
            if name not in self._reached and str(name) not in pools:
                self.problems.add("REE-L006", f"no scenario of any study uses {name}", name.span)
        owners: list[tuple[str, Any]] = [(str(name), p) for name, p in self.inventory.processes.items() if name in self._reached]
        owners += [(axis, option) for axis, options in self.inventory.options.items() for option in options.values()]
        owners += [("study", study) for study in self.inventory.studies.values()]
        owners += [("workspace", self.inventory.workspace)] if self.inventory.workspace else []
        for owner, document in owners:
            for name in document.parameters:
                if f"{owner}.{name}" not in self._used:
                    self.problems.add("REE-N004", f"nothing uses the parameter `{name}`", name.span)


