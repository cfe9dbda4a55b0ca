"""A result with one quantity after the other moved to the ends of its range, all others central."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lca.impact.batch.model import BatchModel
from lca.impact.sensitivity.analysed import Analysed, output
from lca.impact.sensitivity.stated import Stated


@dataclass(frozen=True)
class Swings:
    """The result with each quantity low and high; nan where that is impossible. `values` are those of the quantities,
    in pairs of low and high.
    """

    at_low: np.ndarray
    at_high: np.ndarray
    values: dict[str, np.ndarray]
    model: BatchModel


def one_by_one(analysed: Analysed, said: Sequence[Stated]) -> Swings:
    """The result at the ends of every quantity that takes part. Correlations are left aside."""
    names = [variable.name for variable in analysed.variables]
    values = {name: np.full(2 * len(names), own.central) for name, own in zip(names, said, strict=True)}
    bounds = {}
    for k, (name, own) in enumerate(zip(names, said, strict=True)):
        values[name][2 * k : 2 * k + 2] = own.low, own.high
        bounds[name] = float(values[name].min()), float(values[name].max())
    full = analysed.sampled.model
    kept = [{a: name for a, name in own.items() if name in bounds} for own in full.names]  # others stay as written
    model = BatchModel(full.study, full.systems, full.basis, full.method, kept, bounds)
    found = output(model.evaluate(values).totals)
    return Swings(found[0::2], found[1::2], values, model)
