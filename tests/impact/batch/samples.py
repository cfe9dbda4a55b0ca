"""Workspaces sampled, and each sample computed anew as a scenario of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lca.impact.batch.model import BatchModel
from lca.impact.batch.uncertainty import Sampled, Wanted, prepared
from tests.workspaces import as_yaml, write


def sampled_from(root: Path, documents: Sequence[Mapping[str, Any]], *only: str) -> Sampled:
    """The only study of a workspace, ready to be sampled."""
    write(root, {"inventories/all.yaml": as_yaml(documents)})
    return prepared(root, None, only)


def drawn(sampled: Sampled, count: int, seed: int = 1) -> dict[str, np.ndarray]:
    """The first samples of all variables."""
    block = sampled.draws(Wanted(seed=seed)).block(0, count)
    values = {}
    for name in sampled.uncertain.variables:
        values[name] = np.empty(count)
        block.load(name, values[name])
    return values


def one_by_one(model: BatchModel, samples: Mapping[str, np.ndarray]) -> np.ndarray:
    """`totals[scenario, indicator, sample]`, each sample built and solved as a scenario; nan where it is impossible."""
    count = len(next(iter(samples.values())))
    totals = np.full((len(model.systems), len(model.method.indicators), count), np.nan)
    for n in range(count):
        for k in range(len(model.systems)):
            system = model.deterministic(k, {name: float(values[n]) for name, values in samples.items()})
            if system is not None:
                totals[k, :, n] = model.method.matrix(system.elementary) @ system.biosphere @ system.supply
    return totals
