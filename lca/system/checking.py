"""Everything that can be found wrong, or doubtful, in a workspace before its impacts are computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from lca.background.database import Contents
from lca.background.links import opened
from lca.errors import InputError, Problems, nearest, one_of
from lca.inventory import schema
from lca.inventory.backgrounds import OWN
from lca.inventory.loading import Inventory, load
from lca.inventory.parameters import Override
from lca.inventory.references import check_references, check_what_nothing_buys
from lca.inventory.references_backgrounds import check_backgrounds
from lca.inventory.references_economics import check_economics
from lca.inventory.references_frameworks import check_frameworks
from lca.inventory.references_lots import check_lots
from lca.inventory.references_methods import check_methods
from lca.inventory.references_published import check_published
from lca.inventory.references_studies import check_studies
from lca.inventory.scope import Scope
from lca.system.amounts import Amounts
from lca.system.balances import Compositions, ElementBalance, check_balance_of, check_balances
from lca.system.economics import basket, check_conditions
from lca.system.linking import Basis
from lca.system.network import ProductSystem, alone, build
from lca.system.plausibility import check_alone, check_parameters, check_plausibility, check_study, is_beyond_measure
from lca.system.questions import check_questions
from lca.system.reuse import Known, Made
from lca.system.scenario import (
    Excluded,
    Pair,
    Scenario,
    every_scenario,
    pairs_of,
    scenario_from_id,
    scenarios_of,
    scope_of,
)

BASES: tuple[Basis, ...] = ("market", "location")


@dataclass
class CheckedStudy:
    """A study whose scenarios have been linked and solved, for both bases of electricity accounting: one system stands
    for both where no contract makes them differ. Balances are those of the market basis.
    """

    inventory: Inventory
    study: schema.Study
    scenarios: list[Scenario]
    pairs: list[Pair]
    excluded: list[Excluded]
    complete: bool = True  # not only some scenarios of the study
    systems: dict[tuple[str, Basis], ProductSystem] = field(default_factory=dict)
    balances: dict[str, list[ElementBalance]] = field(default_factory=dict)


@dataclass
class _Solved:
    """A scenario in numbers: linked on both bases, and its balances."""

    amounts: Amounts
    systems: dict[Basis, ProductSystem] = field(default_factory=dict)
    balances: list[ElementBalance] = field(default_factory=list)


def _values(scope: Scope, addresses: Iterable[str]) -> list[Any]:
    """The values of parameters, all of which then count as used."""
    scope.used.update(addresses)
    return [scope.value_at(address) for address in addresses]


def _examine(amounts: Amounts, name: str) -> None:
    """Look at a process that stands alone: its amounts, its balance, what is implausible."""
    numbers = amounts.of(name)
    if numbers is None or not numbers.complete:
        return
    system = alone(amounts, numbers)
    try:
        check_balance_of(system, 0, Compositions(amounts.scope), amounts.problems)
    except InputError as fault:
        amounts.problems.extend(fault.diagnostics)
    check_alone(system, amounts.problems)


class Checker:
    """Goes through a workspace, on its own data sets or on the imported background named, and collects what is wrong
    with it. An `inventory` that is given is taken for what the files hold.
    """

    def __init__(self, root: Path, background: str = OWN, inventory: Inventory | None = None):
        self.problems = Problems()
        self.inventory = inventory or load(root, self.problems)
        self._reached: set[str] = set()
        self._scopes: list[Scope] = []
        self._known = Known()
        self._plain: dict[tuple[str, ...], _Solved] = {}
        self._sound: set[frozenset[int]] = set()
        self._looked_at_closely: set[Made[Any]] = set()
        if self.inventory.workspace is not None:
            check_references(self.inventory, self.problems)
            check_methods(self.inventory, self.problems)
            check_backgrounds(self.inventory, self.problems)
            check_economics(self.inventory, self.problems)
            check_published(self.inventory, self.problems)
            check_studies(self.inventory, self.problems)
            check_frameworks(self.inventory, self.problems)
            check_lots(self.inventory, self.problems)
        self.contents: Contents | None = None
        if (
            background != OWN
            and not self.problems.errors
            and (found := opened(self.inventory, background, self.problems))
        ):
            self.inventory, self.contents = found

    def study(self, name: str | None) -> schema.Study | None:
        """The study of that name, the default study for None; None after reporting."""
        default = self.inventory.workspace.default_study if self.inventory.workspace else None
        wanted = name or (str(default) if default else next(iter(self.inventory.studies), None))
        if wanted is None:
            self.problems.add("REE-C005", "the workspace has no study", expected="a document that starts with `study:`")
            return None
        found = self.inventory.studies.find(wanted)
        if found is None and not self.inventory.may_hold(wanted):
            self.problems.add(
                "REE-C005",
                f"there is no study `{wanted}`",
                expected=one_of(list(map(str, self.inventory.studies)), 6),
                suggestion=nearest(wanted, self.inventory.studies),
            )
        return found

    def check_study(
        self,
        study: schema.Study,
        settings: Iterable[Override] = (),
        only: Iterable[str] = (),
        every: bool = False,
        also: Iterable[str] = (),
    ) -> CheckedStudy:
        """Link, solve and balance the scenarios of a study; `only` these ids, which may be outside its list, or `every`
        combination of options that the workspace allows as well; `also` are added to those of the study.
        """
        settings = tuple(settings)
        faults = len(self.problems.errors)
        listed, excluded = scenarios_of(self.inventory, study, self.problems)
        sound = len(self.problems.errors) == faults and not (self.inventory.incomplete or self.inventory.unread)
        wanted: list[Scenario | None] = [*listed]
        if every:
            combinations, excluded = every_scenario(self.inventory)
            own = {scenario.id for scenario in combinations}
            named = {scenario.id: scenario for scenario in listed}  # as the study has them, with what it sets
            wanted = [named.get(scenario.id, scenario) for scenario in combinations]
            wanted += [scenario for scenario in listed if scenario.id not in own]
        elif only := tuple(only):
            wanted = [scenario_from_id(self.inventory, name, listed, self.problems) for name in only]
        wanted += [
            scenario_from_id(self.inventory, name, listed, self.problems)
            for name in also
            if name not in {scenario.id for scenario in wanted if scenario}
        ]
        # where a scenario is at fault, a comparison that names it is no second mistake
        found = [scenario for scenario in wanted if scenario is not None]
        pairs = pairs_of(study, listed, excluded, self.problems if sound else Problems())
        checked = CheckedStudy(self.inventory, study, found, pairs, excluded)
        checked.complete = every or not only
        for scenario in checked.scenarios:
            self._enter(checked, scenario, self._solved(study, scenario, settings))
        if not self.problems.errors:  # else a fault may be why a setting is not reached
            self._report_idle_settings(study, settings, bool(only))
            if checked.complete:
                systems = {name: system for (name, basis), system in checked.systems.items() if basis == "market"}
                check_questions(self.inventory, study, systems, excluded, self.problems)
        return checked

    def _enter(self, checked: CheckedStudy, scenario: Scenario, solved: _Solved) -> None:
        """Put a solved scenario into its study, and look at what the study says of it."""
        study, amounts = checked.study, solved.amounts
        basket(amounts.scope, study, self.problems)
        if study.prices is not None and study.prices in self.inventory.price_lists:
            check_conditions(amounts, self.inventory.price_lists[study.prices])
        own = {id(system): system.called(scenario) for system in solved.systems.values()}
        for basis, system in solved.systems.items():
            checked.systems[scenario.id, basis] = own[id(system)]
        if "market" in solved.systems:
            checked.balances[scenario.id] = solved.balances
            if not self.problems.errors:
                check_study(checked.systems[scenario.id, "market"], study, self.problems)

    def _solved(self, study: schema.Study, scenario: Scenario, settings: tuple[Override, ...]) -> _Solved:
        """A scenario linked, solved and balanced; one that another study has too is not solved again."""
        if study.parameters or study.set or scenario.overrides or settings:
            return self._solve(study, scenario, settings)
        key = (*scenario.chosen.values(), str(study.demand.flow), str(study.demand.amount))
        if key not in self._plain:
            self._plain[key] = self._solve(study, scenario, settings)
        return self._plain[key]

    def _solve(self, study: schema.Study, scenario: Scenario, settings: tuple[Override, ...]) -> _Solved:
        scope = scope_of(self.inventory, study, scenario, self.problems, settings)
        self._check_parameters(scope)
        amounts = Amounts(scope, self._known)
        solved = _Solved(amounts)
        market = build(amounts, scenario, study, "market")
        if market is not None and is_beyond_measure(market, self.problems):
            market = None
        if market is not None:
            solved.systems["market"] = market
            location = build(amounts, scenario, study, "location") if market.depends_on_basis else market
            if location is not None:
                solved.systems["location"] = location
            self._reached |= {node.process for system in solved.systems.values() for node in system.nodes}
            solved.balances += self._check_system(market)
        else:  # what was set may be why it cannot be linked
            check_parameters(scope, self.problems)
        self._scopes.append(scope)
        return solved

    def _report_idle_settings(self, study: schema.Study, settings: Iterable[Override], partial: bool) -> None:
        """Warn of settings that no scenario computed makes use of; of the study's own only when all are computed."""
        scopes = [scope for scope in self._scopes if scope.study is study]
        used = {
            id(scope.overridden[address])
            for scope in scopes
            if scope.overridden
            for address in scope.in_use() & scope.overridden.keys()
        }
        written = {} if partial else {id(o): o for scope in scopes for o in scope.overridden.values()}
        for override in [*written.values(), *settings]:
            known = (override in (*scope.overridden.values(), *scope.elsewhere) for scope in scopes)
            if id(override) not in used and any(known):
                message = f"setting `{override.address}` changes nothing in the scenarios computed"
                self.problems.add("REE-N011", message, override.address.span)

    def _check_parameters(self, scope: Scope) -> None:
        """Look at every parameter of the chosen options, the study and the workspace, used or not."""
        scope.check_circles(self._sound)
        used = set(scope.used)
        for owner, document in scope.chain:
            addresses = [f"{owner}.{name}" for name in document.parameters]
            self._known.make(scope, ("parameters", id(document)), partial(_values, scope, addresses))
        for address in scope.overridden:
            scope.value_at(address)
        scope.used = used

    def _check_system(self, system: ProductSystem) -> list[ElementBalance]:
        found: list[ElementBalance] = []
        try:
            found = check_balances(system, Compositions(system.scope, self._known), self.problems)
        except InputError as fault:
            self.problems.extend(fault.diagnostics)
        check_plausibility(system, self.problems, self._looked_at_closely)
        return found

    def _check_unreached(self) -> None:
        """Processes and prices that no scenario needs are read too, and links to databases, so that no mistake hides
        in them: in the scope that suits.
        """
        for name in self.inventory.processes:
            if name not in self._reached:
                self._look_at(partial(_examine, name=str(name)))
        used = {str(study.prices) for study in self.inventory.studies.values()}
        for name, prices in self.inventory.price_lists.items():
            if str(name) not in used:
                self._look_at(partial(check_conditions, conditional=prices))
        for links in self.inventory.backgrounds.values():
            self._look_at(partial(check_conditions, conditional=links))

    def _look_at(self, reading: Callable[[Amounts], object]) -> None:
        """Report what `reading` finds wrong or doubtful in the scope where that is least."""
        best: Problems | None = None
        for scope in self._scopes:
            found, kept = Problems(), scope.problems
            scope.problems = found
            reading(Amounts(scope))
            scope.problems = kept
            if best is None or (len(found.errors), len(found.all)) < (len(best.errors), len(best.all)):
                best = found
            if not best.all:
                break
        if best is not None:
            self.problems.extend(best.all)

    def check_all(self, settings: Iterable[Override] = ()) -> list[CheckedStudy]:
        """Check every study, then what no study used; nothing when the workspace document, which says what axes there
        are, is at fault.
        """
        if self.inventory.workspace is None:
            return []
        settings = tuple(settings)
        checked = [self.check_study(study, settings) for study in self.inventory.studies.values()]
        self._check_unreached()
        if not self.problems.errors and checked:
            self._report_unused()
        return checked

    def _named_as_providers(self) -> set[str]:
        """Processes that a link, an option or a loop names: there to be chosen, though no scenario does."""
        named = {str(rule.provider) for rule in self.inventory.links}
        named |= {
            str(p)
            for loop in self.inventory.loops.values()
            for pool in loop.pools.values()
            for p in (pool.makeup, pool.surplus)
        }
        for options in self.inventory.options.values():
            for option in options.values():
                named |= {str(provider) for provider in option.links.values()}
                named |= {str(p) for supply in option.supplies.values() for p in (supply.market, supply.location)}
        return named

    def _report_unused(self) -> None:
        check_what_nothing_buys(self.inventory, self.problems)
        named = self._named_as_providers()
        for name, process in self.inventory.processes.items():
            if process.stage is not None and name not in self._reached and name not in named:
                self.problems.add("REE-L006", f"no scenario of any study uses {name}", name.span)
        used = set().union(*(scope.in_use() | scope.needed_by(scope.idle) for scope in self._scopes))
        owners: list[tuple[str, Any]] = [
            (str(name), p) for name, p in self.inventory.processes.items() if name in self._reached
        ]
        for axis, options in self.inventory.options.items():
            for name, option in options.items():
                if any(scope.chosen.get(axis) == name for scope in self._scopes):
                    owners.append((axis, option))
                else:
                    self.problems.add("REE-N010", f"no scenario of any study has {axis} {name}", name.span)
        owners += [("study", study) for study in self.inventory.studies.values()]
        owners += [("workspace", self.inventory.workspace)] if self.inventory.workspace else []
        for owner, document in owners:
            for name in document.parameters:
                if f"{owner}.{name}" not in used:
                    self.problems.add("REE-N004", f"nothing uses the parameter `{name}`", name.span)
