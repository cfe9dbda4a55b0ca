"""The scenarios of a study as a list."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lca.system.checking import Checker
from lca.system.scenario import every_scenario, scenarios_of


def scenario_rows(root: Path, study_name: str | None, every: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """Rows of the table `scenarios`, of a study or of `every` combination that the workspace allows, with a column for
    each axis; and these columns. Raises `InputError`.
    """
    checker = Checker(root)
    checker.problems.raise_errors()
    study = checker.study(study_name)
    checker.problems.raise_errors()
    assert study is not None
    inventory = checker.inventory
    listed, _ = scenarios_of(inventory, study, checker.problems)
    checker.problems.raise_errors()
    if every:
        named = {scenario.id: scenario for scenario in listed}
        others = [scenario for scenario in every_scenario(inventory)[0] if scenario.id not in named]
        listed = [*listed, *others]
    rows = []
    for scenario in listed:
        titles = [str(inventory.options[axis].named(option).title) for axis, option in scenario.chosen.items()]
        title = "; ".join(filter(None, [*titles, scenario.title]))
        rows.append({"scenario": scenario.id, "title": title} | dict(scenario.chosen))
    return rows, list(map(str, inventory.axes))
