"""How far each parameter alone, moved to the ends of its stated range, moves a result; and which data are worth
improving first.

One at a time from the central case, so interactions do not show. The ends of normal and lognormal spreads are those
of the central 95 %.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from lca.errors import Problems
from lca.impact.evidence import priorities, weakness
from lca.impact.methods import MethodFactors
from lca.impact.one_at_a_time import MovedProcesses, moved_scores
from lca.inventory.parameters import Definition, Override
from lca.system.amounts import Amounts
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
    processes = MovedProcesses()
    for scenario in checked.scenarios:
        system = checked.systems.get((scenario.id, basis))
        if system is not None and (scenario.id in compared or not compared):
            rows += _scenario_rows(checked, scenario, system, method, settings, processes)
    return rows


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
) -> list[dict[str, Any]]:
    scope = system.scope
    moved = {
        address: ends for address in sorted(scope.in_use()) if (ends := _ends(scope.definitions[address])) is not None
    }
    central, scores = moved_scores(system, method, checked.study, moved, processes)
    for address in [address for address, ends in scores.items() if ends is None]:
        scores[address] = _rebuilt_scores(checked, scenario, method, settings, address, moved[address])
    found = [(scope.definitions[address], *ends) for address, ends in scores.items() if ends is not None]
    shares = priorities([b - a for _, a, b in found], [weakness(d.evidence, d.parameter.pedigree) for d, _, _ in found])
    info = method.indicators[0]
    rows = []
    for (definition, at_low, at_high), share in zip(found, shares, strict=True):
        if at_low == at_high == central:
            continue
        unit = definition.unit
        low, high = moved[definition.address]
        rows.append(
            {
                "scenario": scenario.id,
                "indicator": info.id,
                "unit": info.unit,
                "parameter": definition.address,
                "title": str(definition.parameter.note or ""),
                "low": convert(low, unit),
                "central": float(convert(scope.value_at(definition.address), unit)),
                "high": convert(high, unit),
                "parameter_unit": unit,
                "at_low": at_low,
                "at_high": at_high,
                "swing": at_high - at_low,
                "evidence": definition.evidence,
                "source": definition.source,
                "priority": share,
            }
        )
    return sorted(rows, key=lambda row: (-row["priority"], row["parameter"]))


def _ends(definition: Definition) -> tuple[float, float] | None:
    return definition.interval if definition.parameter.value is not None else None


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
