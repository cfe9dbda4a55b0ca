"""A year of a plant, or of a network: its accounts, and what its own processes release."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lca.errors import Diagnostic, InputError, Problems, nearest, one_of
from lca.impact.accounts import account_rows, plant_runs
from lca.impact.contributions import SystemScores
from lca.impact.coverage import covered_groups
from lca.impact.study import ComputedStudy
from lca.inventory.references_studies import NETWORK
from lca.inventory.schema import Plant
from lca.system.checking import CheckedStudy


@dataclass(frozen=True)
class Year:
    """What the table `accounts` says of one plant, or of all plants of a network, and what these release themselves.

    `rows` are records of that table; `released` the amount of each elementary flow per year, in the unit of the flow;
    `silent` the titles of the processes of the plants that say nothing of a group of flows.
    """

    study: str
    network: str
    plant: str
    scenarios: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    released: Mapping[str, float]
    silent: Mapping[str, tuple[str, ...]]

    @property
    def output(self) -> Mapping[str, Any]:
        """The record of what is made in the year."""
        return next(row for row in self.rows if row["kind"] == "output")


def years_of(computed: ComputedStudy, network: str | None, plant: str | None) -> Year:
    """The year of a plant, or of all plants of a network, of a study that has networks. Raises `InputError` where what
    is named is not there.
    """
    checked = computed.checked
    name = _network(checked, network, plant)
    plants = checked.study.networks[name]  # type: ignore[index]  # a Text equals the text it holds
    titles = {str(one.title or one.scenario): one for one in plants}
    if plant is not None and plant not in titles:
        message, close = f"there is no plant `{plant}` in {name}", nearest(plant, titles)
        raise InputError([Diagnostic("REE-X043", message, expected=one_of(titles), suggestion=close)])
    chosen = [titles[plant]] if plant is not None else list(plants)
    problems = Problems()
    rows = account_rows(checked, computed.method, computed.scored, problems)
    runs = {id(one): plant_runs(checked, one, problems) for one in chosen}
    problems.raise_errors()
    called = plant if plant is not None else NETWORK
    return Year(
        str(checked.study.study),
        name,
        called,
        tuple(dict.fromkeys(str(one.scenario) for one in chosen)),
        tuple(row for row in rows if row["network"] == name and row["plant"] == called),
        _released(computed, chosen, runs),
        _silent(computed, chosen),
    )


def _network(checked: CheckedStudy, network: str | None, plant: str | None) -> str:
    study = checked.study
    names = [str(name) for name in study.networks]
    if network is None and plant is not None:
        holding = [
            str(n) for n, plants in study.networks.items() if plant in [str(p.title or p.scenario) for p in plants]
        ]
        if len(holding) == 1:
            return holding[0]
    if network is None and len(names) > 1:
        message = f"{study.study} has {len(names)} networks, of which an organisation has one"
        raise InputError([Diagnostic("REE-X043", message, expected=f"--network {one_of(names)}")])
    if network is not None and network not in names:
        message, close = f"there is no network `{network}` in {study.study}", nearest(network, names)
        raise InputError([Diagnostic("REE-X043", message, expected=one_of(names), suggestion=close)])
    return network or names[0]


def _released(computed: ComputedStudy, plants: list[Plant], runs: Mapping[int, float | None]) -> dict[str, float]:
    """What the processes of the plants emit themselves (scope 1), by flow."""
    found: dict[str, float] = {}
    for plant in plants:
        for line in _scores(computed, plant).lines:
            if line.edge.provider is None and line.edge.line.direction == "emission" and line.edge.line.scope == "1":
                amount = line.amount * (runs[id(plant)] or 0.0)
                found[line.edge.flow] = found.get(line.edge.flow, 0.0) + amount
    return found


def _silent(computed: ComputedStudy, plants: list[Plant]) -> dict[str, tuple[str, ...]]:
    inventory = computed.checked.inventory
    groups = [str(group) for group in (inventory.workspace.flow_groups if inventory.workspace else ())]
    found: dict[str, dict[str, None]] = {group: {} for group in groups}
    for plant in plants:
        system = _scores(computed, plant).system
        for index in range(len(system.nodes)):
            covered = covered_groups(system.process(index), inventory) if system.is_foreground(index) else None
            for group in groups if covered is not None else ():
                if group not in covered:  # type: ignore[operator]  # not None here
                    found[group][str(system.process(index).title)] = None
    return {group: tuple(titles) for group, titles in found.items()}


def _scores(computed: ComputedStudy, plant: Plant) -> SystemScores:
    return computed.scored[str(plant.scenario), computed.checked.study.electricity_basis]
