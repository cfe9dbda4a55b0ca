"""Samples computed anew, as single scenarios, by bw2calc."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lca.impact import brightway
from lca.impact.batch.model import BatchModel
from lca.impact.study import AGREEMENT, DisagreementError

#: Samples of a run that bw2calc computes anew.
PROVED = 6


@dataclass(frozen=True)
class Proof:
    """A sample to be computed anew: its number, the values of the variables, what the model `found` for it and what
    its results are, `[scenario, indicator]`; the two differ where a database behind the scenarios is drawn too.
    """

    sample: int
    values: Mapping[str, float]
    found: np.ndarray
    totals: np.ndarray


def agreement(model: BatchModel, proofs: Sequence[Proof]) -> float:
    """The largest relative difference between what the model found for samples and what bw2calc gives for them; raises
    `DisagreementError` where it is no rounding.
    """
    systems, own = [], []
    for proof in proofs:
        for k in range(len(model.systems)):
            system = model.deterministic(k, proof.values)
            if system is None:
                raise DisagreementError(f"{model.systems[k].scenario.id}: a sample that was computed is impossible")
            systems.append(system)
            own.append(proof.found[k])
    return difference(np.array(own), brightway.scores(systems, model.method)) if systems else 0.0


def difference(own: np.ndarray, reference: np.ndarray) -> float:
    """The largest relative difference from a reference; raises `DisagreementError` where it is no rounding."""
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.abs(own - reference) / np.abs(reference)
    worst = float(np.max(np.where(own == reference, 0.0, away), initial=0.0))
    if not worst < AGREEMENT:
        raise DisagreementError(f"samples differ from bw2calc by {worst:.3g}")
    return worst


def proved(model: BatchModel, values: Mapping[str, np.ndarray]) -> tuple[int, float]:
    """How many of given values of the variables (a few, evenly spaced) bw2calc has computed anew, and the largest
    relative difference; raises `DisagreementError` where it is no rounding.
    """
    count = len(next(iter(values.values())))
    places = sorted({int(n) for n in np.linspace(0, count - 1, min(PROVED, count))})
    chosen = {name: own[places] for name, own in values.items()}
    found = model.evaluate(chosen)
    proofs = []
    for n in np.flatnonzero(found.possible):
        own = found.totals[:, :, n]
        proofs.append(Proof(places[n], {name: float(given[n]) for name, given in chosen.items()}, own, own))
    return len(proofs), agreement(model, proofs)
