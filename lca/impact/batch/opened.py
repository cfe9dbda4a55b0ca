"""Scenarios of a study, checked, on one basis of electricity accounting: where all that varies them starts from."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lca.errors import Problems
from lca.impact.contributions import SystemScores
from lca.impact.methods import MethodFactors, method_factors
from lca.inventory.parameters import Override
from lca.system.checking import CheckedStudy, Checker
from lca.system.linking import Basis
from lca.system.network import ProductSystem
from lca.system.questions import scenarios_asked


@dataclass(frozen=True)
class Opened:
    """The scenarios that were asked for, in that order."""

    checked: CheckedStudy
    basis: Basis
    method: MethodFactors
    problems: Problems

    @property
    def ids(self) -> list[str]:
        return [scenario.id for scenario in self.checked.scenarios]

    @cached_property
    def systems(self) -> tuple[ProductSystem, ...]:
        return tuple(self.checked.systems[name, self.basis] for name in self.ids)

    @cached_property
    def scores(self) -> tuple[SystemScores, ...]:
        """Of the central case."""
        return tuple(SystemScores(system, self.method) for system in self.systems)

    def of(self, *names: str) -> Opened:
        """Some of the scenarios, in this order."""
        scenarios = {scenario.id: scenario for scenario in self.checked.scenarios}
        return replace(self, checked=replace(self.checked, scenarios=[scenarios[name] for name in names]))

    def indicators(self, wanted: str | None = None) -> list[int]:
        """Places of the indicators that any scenario assesses; of the one that is wanted."""
        chosen = range(len(self.method.indicators)) if wanted is None else [self.method.index(wanted)]
        return [k for k in chosen if any(scores.assessed[k] for scores in self.scores)]

    def shared_indicators(self, wanted: str | None = None) -> list[int]:
        """Those that all scenarios assess."""
        return [k for k in self.indicators(wanted) if all(scores.assessed[k] for scores in self.scores)]


def opened(
    root: Path,
    study_name: str | None,
    only: Iterable[str] = (),
    settings: Iterable[Override] = (),
    basis: Basis | None = None,
    asked: bool = False,
) -> Opened:
    """Check scenarios of a study, all, `only` some, or those that its questions are `asked` of; raises `InputError`
    with all that is wrong.
    """
    checker = Checker(root)
    checker.problems.raise_errors()
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    wanted = scenarios_asked(study) if asked else dict.fromkeys(only)
    checked = checker.check_study(study, settings, wanted)
    checker.problems.raise_errors()
    method = method_factors(checker.inventory, study.method)
    return Opened(checked, basis or study.electricity_basis, method, checker.problems)
