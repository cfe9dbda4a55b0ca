"""How far each parameter or single exchange alone, moved to the ends of its stated range, moves a result; and which
data are worth improving first.

One at a time from the central case, so interactions do not show. The ends of normal and lognormal spreads are those
of the central 95 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.errors import Problems
from lca.impact.contributions import evidence_of
from lca.impact.evidence import priorities, weakness
from lca.impact.methods import MethodFactors
from lca.impact.one_at_a_time import MovedProcesses, moved_scores
from lca.inventory import schema
from lca.inventory.distributions import stated_spread
from lca.inventory.formula import in_base_units, literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.parameters import Definition, Override
from lca.inventory.scope import Scope
from lca.system.amounts import Amounts, exchange_addresses
from lca.system.checking import CheckedStudy
from lca.system.network import ProductSystem, build
from lca.system.scenario import Scenario, scope_of
from lca.units import convert


def swings(checked: CheckedStudy, method: MethodFactors, settings: Sequence[Override]) -> list[dict[str, Any]]:
    """Rows of the table `sensitivity`: first indicator, the study's electricity basis, every scenario that takes part
    in a comparison (all if none does).

    `priority` is the swing times the weakness of its evidence, as a share of the sum over the scenario's parameters
    (`evidence.priorities`).
    """
    basis = checked.study.electricity_basis
    compared = {name for pair in checked.pairs for name in (pair.baseline, pair.alternative)}
    rows: list[dict[str, Any]] = []
    exchanges = _exchanges(checked.inventory, method)
    processes = MovedProcesses({address: own.central for address, own in exchanges.items()})
    for scenario in checked.scenarios:
        system = checked.systems.get((scenario.id, basis))
        if system is not None and (scenario.id in compared or not compared):
            rows += _scenario_rows(checked, scenario, system, method, settings, processes, exchanges)
    return rows


@dataclass(frozen=True)
class _Moved:
    """A parameter or exchange that is moved; `ends` and `central` in base units, `unit` the one they are shown in."""

    address: str
    title: str
    ends: tuple[float, float]
    central: float
    unit: str
    evidence: str
    source: str
    weakness: float


def _exchanges(inventory: Inventory, method: MethodFactors) -> dict[str, _Moved]:
    """The exchanges with a stated range that may have a part in the first indicator."""
    found = {}
    for process in inventory.processes.values():
        for address, exchange in exchange_addresses(process).items():
            flow = inventory.flows[exchange.flow]
            idle = flow.kind == "elementary" and not method.factors[0].get(str(exchange.flow))
            spread = None if idle or not (exchange.range or exchange.distribution) else stated_spread(exchange)
            number = literal(parse(str(exchange.amount)))
            if spread is None or number is None:
                continue
            source, evidence = evidence_of(exchange, process)
            weak = weakness(evidence, exchange.pedigree)
            title = str(exchange.note or f"{flow.title}, {process.title}")
            ground = (number.unit, evidence, source, weak)
            found[address] = _Moved(address, title, spread.interval, in_base_units(number), *ground)
    return found


def _parameter(scope: Scope, definition: Definition) -> _Moved | None:
    """A parameter with a stated range, None without one."""
    if definition.parameter.value is None or definition.interval is None:
        return None
    weak = weakness(definition.evidence, definition.parameter.pedigree)
    title, central = str(definition.parameter.note or ""), float(scope.value_at(definition.address))
    ground = (definition.unit, definition.evidence, definition.source, weak)
    return _Moved(definition.address, title, definition.interval, central, *ground)


def saving_swings(
    checked: CheckedStudy, rows: Iterable[dict[str, Any]], totals: Mapping[str, float]
) -> list[dict[str, Any]]:
    """Rows of the table `saving_sensitivity`, from those of `sensitivity`: the saving of each comparison when a
    parameter, in both scenarios at once where it is the same in them, is at the ends of its range. `totals` are the
    central results.

    `turns` says that the saving changes its sign between the ends: there the answer turns round.
    """
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["scenario"], {})[row["parameter"]] = row
    savings: list[dict[str, Any]] = []
    for pair in checked.pairs:
        old, new = found.get(pair.baseline, {}), found.get(pair.alternative, {})
        if pair.baseline not in totals or pair.alternative not in totals:
            continue
        central = totals[pair.baseline] - totals[pair.alternative]
        own = []
        for name, old_moved, new_moved in _moved_together(old, new):
            row = (new_moved or old_moved)[name]
            ends = [
                _at(old_moved, name, end, totals[pair.baseline]) - _at(new_moved, name, end, totals[pair.alternative])
                for end in ("at_low", "at_high")
            ]
            shared = {key: row[key] for key in ("indicator", "unit", "parameter", "low", "central", "high")}
            shared |= {key: row[key] for key in ("parameter_unit", "evidence", "source")} | {"note": row["title"]}
            own.append(
                {"baseline": pair.baseline, "alternative": pair.alternative, "title": pair.title, **shared}
                | {"electricity_basis": checked.study.electricity_basis, "saving": central}
                | {"at_low": ends[0], "at_high": ends[1], "swing": ends[1] - ends[0]}
                | {"turns": any(end * central < 0 for end in ends)}
            )
        savings += sorted(own, key=lambda row: (-abs(row["swing"]), row["parameter"]))
    return savings


def _moved_together(
    old: Mapping[str, dict[str, Any]], new: Mapping[str, dict[str, Any]]
) -> Iterator[tuple[str, Mapping[str, dict[str, Any]], Mapping[str, dict[str, Any]]]]:
    """Each parameter with the rows of the scenarios in which it is moved: both at once, or one after the other where it
    is not the same quantity in them, such as a distance of two sites.
    """
    for name in {**old, **new}:
        rows = [side[name] for side in (old, new) if name in side]
        if all(rows[0][key] == row[key] for key in ("low", "central", "high") for row in rows):
            yield name, {k: old[k] for k in (name,) if k in old}, {k: new[k] for k in (name,) if k in new}
        else:
            yield name, {name: old[name]}, {}
            yield name, {}, {name: new[name]}


def _at(rows: Mapping[str, dict[str, Any]], parameter: str, end: str, central: float) -> float:
    """The result with a parameter at an end of its range: the central one where the parameter has no part in it."""
    return float(rows[parameter][end]) if parameter in rows else central


def _scenario_rows(
    checked: CheckedStudy,
    scenario: Scenario,
    system: ProductSystem,
    method: MethodFactors,
    settings: Sequence[Override],
    processes: MovedProcesses,
    exchanges: Mapping[str, _Moved],
) -> list[dict[str, Any]]:
    scope = system.scope
    parameters = [_parameter(scope, scope.definitions[address]) for address in sorted(scope.in_use())]
    moved = {one.address: one for one in (*parameters, *exchanges.values()) if one is not None}
    ends = {address: one.ends for address, one in moved.items()}
    central, scores = moved_scores(system, method, checked.study, ends, processes)
    for address in [address for address, found in scores.items() if found is None]:
        scores[address] = (
            _rebuilt_with(system, checked.study, method, address, ends[address])
            if address in exchanges
            else _rebuilt_scores(checked, scenario, method, settings, address, ends[address])
        )
    found = [(moved[address], *own) for address, own in scores.items() if own is not None]
    shares = priorities([b - a for _, a, b in found], [one.weakness for one, _, _ in found])
    info = method.indicators[0]
    rows = []
    for (one, at_low, at_high), share in zip(found, shares, strict=True):
        if at_low == at_high == central:
            continue
        rows.append(
            {
                "scenario": scenario.id,
                "indicator": info.id,
                "unit": info.unit,
                "parameter": one.address,
                "title": one.title,
                "low": convert(one.ends[0], one.unit),
                "central": float(convert(one.central, one.unit)),
                "high": convert(one.ends[1], one.unit),
                "parameter_unit": one.unit,
                "at_low": at_low,
                "at_high": at_high,
                "swing": at_high - at_low,
                "evidence": one.evidence,
                "source": one.source,
                "priority": share,
            }
        )
    return sorted(rows, key=lambda row: (-row["priority"], row["parameter"]))


def _rebuilt_with(
    system: ProductSystem, study: schema.Study, method: MethodFactors, address: str, ends: tuple[float, float]
) -> tuple[float, float]:
    """Scores with an exchange low and high, where that changes the links."""
    found = []
    for end in ends:
        scope = system.scope.with_samples({address: np.float64(end)})  # type: ignore[dict-item]
        rebuilt = build(Amounts(scope), system.scenario, study, study.electricity_basis)
        factors = method.matrix(rebuilt.elementary)[0] if rebuilt else None
        found.append(float("nan") if rebuilt is None else float(factors @ rebuilt.biosphere @ rebuilt.supply))
    return found[0], found[1]


def _rebuilt_scores(
    checked: CheckedStudy,
    scenario: Scenario,
    method: MethodFactors,
    settings: Sequence[Override],
    address: str,
    ends: tuple[float, float],
) -> tuple[float, float]:
    """Scores with a parameter low and high, where that changes the links: each case is linked anew."""
    found = []
    for end in ends:
        problems = Problems()  # at the ends of a range a scenario may be impossible; that is no fault of the input
        scope = scope_of(checked.inventory, checked.study, scenario, problems, settings, {address: end})
        rebuilt = build(Amounts(scope), scenario, checked.study, checked.study.electricity_basis)
        factors = method.matrix(rebuilt.elementary)[0] if rebuilt else None
        found.append(float("nan") if rebuilt is None else float(factors @ rebuilt.biosphere @ rebuilt.supply))
    return found[0], found[1]
