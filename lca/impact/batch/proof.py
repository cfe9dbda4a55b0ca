"""Samples computed anew, as single scenarios, by bw2calc."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lca.impact import brightway
from lca.impact.batch.model import BatchModel
from lca.impact.study import AGREEMENT, DisagreementError
from lca.system.reuse import Known

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
    systems, own, numbers = [], [], []
    for proof in proofs:
        known = Known()
        for k in range(len(model.systems)):
            system = model.deterministic(k, proof.values, known=known)
            if system is None:
                raise DisagreementError(f"{model.systems[k].scenario.id}: a sample that was computed is impossible")
            systems.append(system)
            own.append(proof.found[k])
            numbers.append(proof.values)
    if not systems:
        return 0.0
    reduced = [model.reduced(system) for system in systems]
    scores = brightway.scores(reduced, model.method)
    wholes = [system.solved_by(one.supply) for system, one in zip(systems, reduced, strict=True)]
    reference = [model.completed(*of) for of in zip(wholes, map(list, scores), numbers, strict=True)]
    return difference(np.array(own), np.array(reference))


def difference(own: np.ndarray, reference: np.ndarray) -> float:
    """The largest relative difference from a reference; raises `DisagreementError` where it is no rounding."""
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.abs(own - reference) / np.abs(reference)
    same = (own == reference) | (np.isnan(own) & np.isnan(reference))
    worst = float(np.max(np.where(same, 0.0, away), initial=0.0))
    if not worst < AGREEMENT:
        raise DisagreementError(f"samples differ from bw2calc by {worst:.3g}")
    return worst


def proved(model: BatchModel, values: Mapping[str, np.ndarray], most: int = PROVED) -> tuple[int, float]:
    """How many of given values of the variables (`most`, evenly spaced) bw2calc has computed anew, and the largest
    relative difference; raises `DisagreementError` where it is no rounding.
    """
    count = len(next(iter(values.values())))
    places = sorted({int(n) for n in np.linspace(0, count - 1, min(most, count))})
    chosen = {name: own[places] for name, own in values.items()}
    found = model.evaluate(chosen)
    proofs = []
    for n in np.flatnonzero(found.possible):
        own = found.totals[:, :, n]
        proofs.append(Proof(places[n], {name: float(given[n]) for name, given in chosen.items()}, own, own))
    worst = agreement(model, proofs)
    for k in range(len(model.systems) if model.quantities else 0):
        for place, n in enumerate(np.flatnonzero(found.possible)):
            _check_others(model, k, proofs[place].values, found.others[k, :, n])
    return len(proofs), worst


def _check_others(model: BatchModel, k: int, values: Mapping[str, float], others: np.ndarray) -> None:
    """Raise `DisagreementError` where quantities are others in the scenario as it is built with these values."""
    system = model.deterministic(k, values)
    if system is None:
        raise DisagreementError(f"{model.systems[k].scenario.id}: a point that was computed is impossible")
    whole = system.solved_by(model.reduced(system).supply)
    reference = np.array([quantity(whole) for quantity in model.quantities], dtype=float)
    if not np.allclose(others, reference, rtol=AGREEMENT, atol=AGREEMENT * 1e-3, equal_nan=True):
        raise DisagreementError(f"{system.scenario.id}: {others} at once, {reference} on its own")
