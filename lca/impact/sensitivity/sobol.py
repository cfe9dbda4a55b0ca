"""Shares of the variance of a result that factors have: first-order and total indices of Sobol.

Two scrambled Sobol samples A and B, and for each factor the sample AB, which is A with that factor from B: `n (k + 2)`
evaluations for k factors. With f(x) centred,

    S1 = mean(f(B) (f(AB) - f(A))) / variance        Saltelli et al. 2010, Computer Physics Communications 181, 259-270
    ST = mean((f(A) - f(AB))^2) / (2 variance)        Jansen 1999, Computer Physics Communications 117, 35-43

These are the estimators of SALib on SALib's design (a test compares the two). They are added up block by block, so
that memory does not grow with the number of samples, and their confidence intervals by bootstrap come from the same
sums with random weights (Poisson bootstrap; Hanley and MacGibbon 2006), not from samples drawn again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lca.impact.batch.model import CHUNK
from lca.impact.batch.sampling import Draws
from lca.impact.sensitivity.analysed import Analysed, Tally, Told, Values, in_parallel
from lca.impact.sensitivity.factors import Factor, values_at
from lca.inventory.distributions import CENTRAL_95

#: Bootstrap samples.
RESAMPLES = 100


@dataclass(frozen=True)
class SobolIndices:
    """Indices by factor with half the width of their 95 % confidence intervals; `rows` of the design were used;
    `proof` are some of its points.
    """

    first: np.ndarray
    first_conf: np.ndarray
    total: np.ndarray
    total_conf: np.ndarray
    rows: int
    proof: Values


class _Sums:
    """What the estimators are made of, added up: sums over samples with weights; those of row 0 are all 1."""

    def __init__(self, factors: int, centre: float):
        rows = 1 + RESAMPLES
        self.centre, self.outputs, self.count = centre, 0.0, 0
        self.weight, self.sum, self.squares = np.zeros(rows), np.zeros(rows), np.zeros(rows)
        shape = (rows, factors)
        self.products, self.steps, self.squared_steps = np.zeros(shape), np.zeros(shape), np.zeros(shape)

    def add(self, a: np.ndarray, b: np.ndarray, ab: np.ndarray, weights: np.ndarray) -> None:
        """Outputs of a block, `ab[factor, sample]`; samples for which any of them is impossible are left out."""
        whole = np.isfinite(a) & np.isfinite(b) & np.isfinite(ab).all(axis=0)
        a, b, ab, weights = a[whole] - self.centre, b[whole] - self.centre, ab[:, whole].T, weights[:, whole]
        steps = ab - self.centre - a[:, None]
        self.count += len(a)
        self.outputs += float(a.sum() + b.sum() + (steps + a[:, None]).sum())
        self.weight += weights.sum(axis=1)
        self.sum += weights @ (a + b)
        self.squares += weights @ (a**2 + b**2)
        self.products += weights @ (b[:, None] * steps)
        self.steps += weights @ steps
        self.squared_steps += weights @ steps**2

    def indices(self, proof: Values) -> SobolIndices:
        factors = self.steps.shape[1]
        mean = self.outputs / (self.count * (factors + 2))
        variance = (self.squares / (2 * self.weight) - (self.sum / (2 * self.weight)) ** 2)[:, None]
        weight = self.weight[:, None]
        first = (self.products - mean * self.steps) / weight / variance
        total = self.squared_steps / (2 * weight) / variance
        widths = [CENTRAL_95 * found[1:].std(axis=0, ddof=1) for found in (first, total)]
        return SobolIndices(first[0], widths[0], total[0], widths[1], self.count, proof)


def sobol_indices(
    analysed: Analysed, draws: Draws, factors: Sequence[Factor], count: int, seed: int, tally: Tally, told: Told
) -> SobolIndices:
    """Indices from `count` rows, a power of two, of a design over all factors."""
    from scipy.stats import qmc

    dimensions = len(draws.sources)
    sequence = qmc.Sobol(2 * dimensions, scramble=True, rng=np.random.default_rng(seed))
    sums = _Sums(len(factors), float(np.mean(analysed.pilot)))
    proof: Values = {}
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        points = np.ascontiguousarray(sequence.random(size).T)
        a, b = values_at(draws, points[:dimensions]), values_at(draws, points[dimensions:])
        crossed = [{variable.name: b[variable.name] for variable in factor.variables} for factor in factors]
        pieces = [a, b, *crossed]
        proof = proof or a

        def work(
            piece: int,
            a: dict[str, np.ndarray] = a,
            pieces: Sequence[dict[str, np.ndarray]] = pieces,
            size: int = size,
        ) -> tuple[np.ndarray, Tally]:
            return analysed.evaluate({**a, **pieces[piece]}, size)

        of_a, of_b, *of_ab = in_parallel(work, len(pieces), tally, told)
        weights = np.random.default_rng([seed, start]).poisson(1.0, (1 + RESAMPLES, size)).astype(float)
        weights[0] = 1.0
        sums.add(of_a, of_b, np.array(of_ab), weights)
    return sums.indices(proof)
