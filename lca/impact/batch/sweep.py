"""Results over a grid of one or two parameters, and where two scenarios tie in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.impact.batch.breakeven import ties
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened
from lca.system.varied import Varied


def sweep(
    opened: Opened, model: BatchModel, grids: Sequence[tuple[Varied, np.ndarray]], indicator: str | None = None
) -> list[dict[str, Any]]:
    """Rows of the table `sweep`: every scenario and indicator at every point; no value where a point is impossible."""
    axes = np.meshgrid(*(values for _, values in grids), indexing="ij")
    points = [axis.ravel() for axis in axes]
    found = model.evaluate({one.address: axis for (one, _), axis in zip(grids, points, strict=True)})
    shown = [one.shown(axis) for (one, _), axis in zip(grids, points, strict=True)]
    rows = []
    for k, scenario in enumerate(opened.ids):
        for i in opened.indicators(indicator):
            if not opened.scores[k].assessed[i]:
                continue
            info = opened.method.indicators[i]
            common: dict[str, Any] = {"scenario": scenario, "indicator": info.id, "unit": info.unit}
            common |= {"coverage": float(opened.scores[k].coverage[i]), "electricity_basis": opened.basis}
            for n, value in enumerate(found.totals[k, i]):
                rows.append(common | _place(grids, [float(axis[n]) for axis in shown]) | {"value": float(value)})
    return rows


def _place(grids: Sequence[tuple[Varied, np.ndarray]], values: Sequence[float]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for (one, _), value, suffix in zip(grids, values, ("", "_2"), strict=False):
        found |= {f"parameter{suffix}": one.address, f"at{suffix}": value, f"parameter_unit{suffix}": one.unit}
    return found


def contour(
    opened: Opened, model: BatchModel, grids: Sequence[tuple[Varied, np.ndarray]], indicator: str | None = None
) -> list[dict[str, Any]]:
    """Rows of the table `contour`: for each value of the second parameter, those of the first at which the first two
    scenarios tie.
    """
    (first, values), (second, others) = grids
    rows = []
    for i in opened.shared_indicators(indicator):
        info = opened.method.indicators[i]
        common = {"baseline": opened.ids[0], "alternative": opened.ids[1], "indicator": info.id}
        common |= {"unit": info.unit, "electricity_basis": opened.basis}
        for other in others:

            def difference(x: np.ndarray, i: int = i, other: float = float(other)) -> np.ndarray:
                totals = model.evaluate({first.address: x, second.address: np.full(len(x), other)}).totals
                return np.asarray(totals[0, i] - totals[1, i])

            for tie in ties(difference, values):
                where = [float(first.shown(np.array(tie.at))), float(second.shown(np.array(other)))]
                rows.append(common | _place(grids, where) | {"crossing": tie.crossing})
    return rows
