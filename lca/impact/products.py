"""Results of the single products of the basket, by every allocation of the study side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from lca.chemistry import OXIDES
from lca.errors import Problems, nearest, one_of
from lca.impact.allocation import applies, circular, group_members, parts
from lca.impact.contributions import SystemScores
from lca.impact.methods import MethodFactors
from lca.inventory.declarations import BASKET
from lca.inventory.economics import Allocation
from lca.system.checking import CheckedStudy
from lca.system.economics import basket as basket_of
from lca.system.linking import Basis
from lca.system.scenario import Scenario

Scores = Mapping[tuple[str, Basis], SystemScores]


def product_tables(
    checked: CheckedStudy, method: MethodFactors, scored: Scores, problems: Problems
) -> dict[str, list[dict[str, Any]]]:
    """The tables `allocation` (factors) and `products` (results), on the study's electricity basis."""
    tables: dict[str, list[dict[str, Any]]] = {"allocation": [], "products": []}
    allocations = [checked.inventory.allocations[name] for name in checked.study.allocations]
    if checked.study.products is None or not allocations:
        return tables
    burdens: dict[tuple[str, str], dict[str, np.ndarray]] = {}
    basis = checked.study.electricity_basis
    for scenario in checked.scenarios:
        scores = scored.get((scenario.id, basis))
        basket = basket_of(scores.system.scope, checked.study, problems) if scores else {}
        if scores is None or not basket:
            continue
        for allocation in needed(checked, scenario):
            found = parts(checked.inventory, checked.study, allocation, basket, problems)
            burdens[scenario.id, str(allocation.allocation)] = {p.product: scores.total * p.factor for p in found}
            if allocation not in allocations or not applies(allocation, scenario.chosen):
                continue
            common = {"scenario": scenario.id, "allocation": str(allocation.allocation), "title": str(allocation.title)}
            tables["allocation"] += [
                common
                | {"product": p.product, "mass_share": p.mass_share, "weight": p.weight, "weight_unit": p.unit}
                | {"share": p.share, "factor": p.factor}
                for p in found
            ]
            own = {BASKET: scores.total} | burdens[scenario.id, str(allocation.allocation)]
            for product, values in own.items():
                tables["products"] += _rows(scores, method, str(allocation.allocation), product, values, basis)
    for allocation in [a for a in allocations if a.by == "circular_footprint"]:
        tables["products"] += _circular_rows(checked, method, scored, allocation, burdens, problems)
    return tables


def needed(checked: CheckedStudy, scenario: Scenario) -> list[Allocation]:
    """The allocations that share out the basket of a scenario: those of the study that apply to it, and those that a
    circular footprint builds on.
    """
    allocations = [checked.inventory.allocations[name] for name in checked.study.allocations]
    found = [a for a in allocations if a.by != "circular_footprint" and applies(a, scenario.chosen)]
    for allocation in allocations:
        base = checked.inventory.allocations.find(str(allocation.base)) if allocation.base else None
        meant = scenario.id == allocation.virgin or applies(allocation, scenario.chosen)
        if base is not None and meant and base not in found:
            found.append(base)
    return found


def _rows(
    scores: SystemScores,
    method: MethodFactors,
    allocation: str,
    product: str,
    values: np.ndarray,
    basis: Basis,
    virgin: SystemScores | None = None,
) -> Iterator[dict[str, Any]]:
    """The results of a product; the coverage is the lower one where a virgin product has a part in them."""
    coverage = scores.coverage if virgin is None else np.minimum(scores.coverage, virgin.coverage)
    for k, info in enumerate(method.indicators):
        if scores.assessed[k]:
            yield {
                "scenario": scores.system.scenario.id,
                "product": product,
                "indicator": info.id,
                "unit": info.unit,
                "value": float(values[k]),
                "coverage": float(coverage[k]),
                "allocation": allocation,
                "electricity_basis": basis,
            }


def compared(checked: CheckedStudy, allocation: Allocation) -> list[Scenario]:
    """The scenarios that a circular footprint applies to."""
    virgin = str(allocation.virgin)
    return [s for s in checked.scenarios if applies(allocation, s.chosen) and s.id != virgin]


def report_virgin(checked: CheckedStudy, allocation: Allocation, problems: Problems) -> None:
    """Warn where the scenario of the virgin product is not computed; a run of single scenarios may lack it."""
    known = [scenario.id for scenario in checked.scenarios]
    virgin = allocation.virgin
    if virgin is not None and virgin not in known and checked.complete and compared(checked, allocation):
        problems.add(
            "REE-N015",
            f"{allocation.allocation} compares with {virgin}, which is not computed",
            virgin.span,
            expected=one_of(known, 6),
            suggestion=nearest(virgin, known),
        )


def _circular_rows(
    checked: CheckedStudy,
    method: MethodFactors,
    scored: Scores,
    allocation: Allocation,
    burdens: Mapping[tuple[str, str], Mapping[str, np.ndarray]],
    problems: Problems,
) -> Iterator[dict[str, Any]]:
    """By the circular footprint formula, for every scenario that it applies to."""
    basis, base, virgin = checked.study.electricity_basis, str(allocation.base), str(allocation.virgin)
    report_virgin(checked, allocation, problems)
    if (virgin, base) not in burdens:
        return
    for scenario in compared(checked, allocation):
        scores, own = scored[scenario.id, basis], burdens.get((scenario.id, base), {})
        oxides = {product: values for product, values in own.items() if product in OXIDES.values()}
        found = dict(circular(allocation, oxides, burdens[virgin, base]))
        basket = basket_of(scores.system.scope, checked.study, problems)
        for name, members in ({BASKET: list(basket)} | group_members(checked.study, basket)).items():
            if all(OXIDES[element] in found for element in members):  # its own oxides, in its own proportions
                masses = [basket[element] for element in members]
                found[name] = np.average([found[OXIDES[element]] for element in members], axis=0, weights=masses)
        for product in sorted(found, key=lambda name: name != BASKET):
            yield from _rows(
                scores, method, str(allocation.allocation), product, found[product], basis, scored[virgin, basis]
            )
