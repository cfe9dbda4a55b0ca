"""An imported database whose exchanges are drawn: for every sample a matrix, solved for what the scenarios buy.

The plant of a sample says how much of each activity a scenario demands; these are a right-hand side for each scenario,
and all scenarios of a sample meet the same draw of the database. Matrices of samples differ a lot from the central one,
solutions little: each is sought by BiCGSTAB (van der Vorst 1992) from the solution of the central matrix, divided by
its diagonal, as Brightway found to be quickest for ecoinvent (`bw2calc.IterativeLCA`). Of an ill-conditioned matrix a
small residual says little, so what is left is turned into an error of the results by the factors of the central matrix,
which is factorised once. Where that is too large, the search goes on with these factors as its guide, and in the end
with a factorisation of the matrix itself.

Sums are made by loops of NumPy and SciPy and not by BLAS, which may sum in another order on other processors.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from lca.background import naming
from lca.background.database import Background, Exchanges
from lca.errors import Diagnostic, InputError
from lca.impact import brightway
from lca.impact.batch.drawn_matrix import DrawnMatrix
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened
from lca.impact.batch.proof import Proof, difference
from lca.impact.imported import ImportedScores
from lca.impact.life_cycles import solved_inventories
from lca.impact.methods import IndicatorInfo, MethodFactors
from lca.system.reuse import Known

#: Largest error of a result, relative to the sum of its parts, by the factors of the central matrix.
CLOSE = 1e-11

#: Where the search for a solution stops: the residual relative to the demand, and steps without and with the factors.
_RESIDUAL, _STEPS, _GUIDED_STEPS = 1e-13, 250, 40

#: Largest residual of a matrix that was factorised, relative to its largest term.
_SOLVED = 1e-9


@dataclass(frozen=True)
class _Pattern:
    """Where entries of a matrix stand: `slots` takes each to its place in the data of a sparse matrix in rows."""

    shape: tuple[int, int]
    slots: np.ndarray
    indices: np.ndarray
    pointers: np.ndarray
    order: np.ndarray | None  # of entries, where no two meet

    @classmethod
    def of(cls, entries: Exchanges, shape: tuple[int, int]) -> _Pattern:
        keys, slots = np.unique(entries.rows * shape[1] + entries.columns, return_inverse=True)
        pointers = np.searchsorted(keys // shape[1], np.arange(shape[0] + 1)).astype(np.int32)
        order = np.argsort(slots) if len(keys) == len(slots) else None
        return cls(shape, slots, (keys % shape[1]).astype(np.int32), pointers, order)

    def matrix(self, values: np.ndarray) -> Any:
        """The sparse matrix of entries with these values; what meets is added."""
        from scipy import sparse

        if self.order is not None:
            data = values[self.order]
        else:
            data = np.bincount(self.slots, weights=values, minlength=len(self.indices))
        return sparse.csr_array((data, self.indices, self.pointers), shape=self.shape)


class DrawnBackground:
    """A database with its spreads, and what it is asked for: `activities` are places in it, `method` has its own
    indicators and `factors[indicator, flow]` of the flows of the database.
    """

    def __init__(self, background: Background, activities: Sequence[int], factors: np.ndarray):
        from scipy import sparse

        self.name, self.activities = background.name, np.array(activities, dtype=np.int64)
        count = len(background.activities)
        kept = np.flatnonzero(np.any(factors != 0, axis=0))
        biosphere = _by_flow(background.biosphere)
        counted = np.isin(biosphere.rows, kept)
        self.technosphere = DrawnMatrix(f"{background.sha256} technosphere", background.technosphere)
        self.biosphere = DrawnMatrix(f"{background.sha256} biosphere", biosphere, counted)
        self._counted = np.flatnonzero(counted)
        own = Exchanges(
            np.searchsorted(kept, biosphere.rows[self._counted]),
            biosphere.columns[self._counted],
            biosphere.amounts[self._counted],
        )
        self._a = _Pattern.of(background.technosphere, (count, count))
        self._b = _Pattern.of(own, (len(kept), count))
        self._factors = sparse.csr_array(factors[:, kept])
        self._start()

    def _start(self) -> None:
        self._lock = threading.Lock()
        self._central: Any = None

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs; it factorises for itself."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_lock", "_central")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._start()

    @property
    def spreads(self) -> tuple[int, int]:
        """How many exchanges between activities, and with nature as far as they count, are drawn."""
        return int(self.technosphere.spread.sum()), int(self.biosphere.spread[self._counted].sum())

    def scores(self, seed: int, sample: int, demands: np.ndarray) -> tuple[np.ndarray, int]:
        """`scores[scenario, indicator]` of `demands[scenario, activity]` in a sample, and for how many scenarios the
        matrix had to be factorised. Raises `InputError` where it has no solution.
        """
        matrix = self._a.matrix(self.technosphere.draw(seed, sample))
        nature = self._b.matrix(self.biosphere.draw(seed, sample)[self._counted])
        solve = self.central()
        found = np.empty((len(demands), self._factors.shape[0]))
        anew = 0
        direct: Callable[[np.ndarray], np.ndarray] | None = None
        for k, demand in enumerate(demands):
            due = np.zeros(matrix.shape[0])
            np.add.at(due, self.activities, demand)
            supply = self._sought(matrix, nature, due, solve)
            if supply is None:
                direct = direct or self._factorised(matrix)
                supply, anew = self._checked(matrix, due, direct(due), sample), anew + 1
            found[k] = self._factors @ (nature @ supply)
        return found, anew

    def _sought(
        self, matrix: Any, nature: Any, due: np.ndarray, solve: Callable[[np.ndarray], np.ndarray]
    ) -> np.ndarray | None:
        """The solution, or None where it is not found by searching."""
        supply = solve(due)
        diagonal = matrix.diagonal()
        if np.all(diagonal != 0):
            supply = _bicgstab(matrix, due, supply, lambda v: v / diagonal, _STEPS)
            supply, close = self._refined(matrix, nature, due, supply, solve)
            if close:
                return supply
        supply = _bicgstab(matrix, due, solve(due), solve, _GUIDED_STEPS)
        supply, close = self._refined(matrix, nature, due, supply, solve)
        return supply if close else None

    def _refined(
        self, matrix: Any, nature: Any, due: np.ndarray, supply: np.ndarray, solve: Callable[[np.ndarray], np.ndarray]
    ) -> tuple[np.ndarray, bool]:
        """A solution corrected by what is left of it, and whether the correction is small in every result."""
        if not np.all(np.isfinite(supply)):
            return supply, False
        correction = solve(due - matrix @ supply)
        away = np.abs(self._factors @ (nature @ correction))
        size = abs(self._factors) @ np.abs(nature @ supply)
        return supply + correction, bool(np.all(away <= CLOSE * size))

    def _checked(self, matrix: Any, due: np.ndarray, supply: np.ndarray, sample: int) -> np.ndarray:
        residual = np.abs(due - matrix @ supply)
        size = abs(matrix) @ np.abs(supply)
        if not np.all(np.isfinite(supply)) or np.max(residual) > _SOLVED * max(1.0, float(np.max(size))):
            message = f"the draw of {self.name} for sample {sample} has no solution"
            raise InputError([Diagnostic("REE-D029", message, expected="spreads that leave activities making more")])
        return supply

    def central(self) -> Callable[[np.ndarray], np.ndarray]:
        """Solves with the central matrix, which is factorised once."""
        with self._lock:
            if self._central is None:
                self._central = self._factorised(self._a.matrix(self.technosphere.central))
            solve: Callable[[np.ndarray], np.ndarray] = self._central
            return solve

    def _factorised(self, matrix: Any) -> Callable[[np.ndarray], np.ndarray]:
        """Of the transpose, as bw2calc does: that fills in much less."""
        from scipy.sparse.linalg import splu

        try:
            factors = splu(matrix.T)
        except RuntimeError as cause:
            message = f"a draw of {self.name} has no solution: {cause}"
            raise InputError(
                [Diagnostic("REE-D029", message, expected="spreads that leave activities making more")]
            ) from cause
        return lambda due: np.asarray(factors.solve(due, trans="T"))

    def drawn(self, background: Background, seed: int, sample: int) -> Background:
        """The database as it is in a sample, flows that do not count aside."""
        biosphere = _by_flow(background.biosphere)
        technosphere = replace(background.technosphere, amounts=self.technosphere.draw(seed, sample))
        amounts = biosphere.amounts.astype(float).copy()
        amounts[self._counted] = self.biosphere.draw(seed, sample)[self._counted]
        return replace(background, technosphere=technosphere, biosphere=replace(biosphere, amounts=amounts))


def _by_flow(entries: Exchanges) -> Exchanges:
    """Entries by flow, so that those of flows that do not count are together and need not be drawn."""
    order = np.argsort(entries.rows, kind="stable")
    uncertainty = entries.uncertainty[order] if entries.uncertainty is not None else None
    return Exchanges(entries.rows[order], entries.columns[order], entries.amounts[order], uncertainty)


def _bicgstab(
    matrix: Any, due: np.ndarray, start: np.ndarray, guide: Callable[[np.ndarray], np.ndarray], steps: int
) -> np.ndarray:
    """The iterate with the smallest residual on the way to `matrix @ x = due`; `guide` is the preconditioner."""
    x = start.copy()
    r = due - matrix @ x
    enough = _RESIDUAL * np.sqrt(_dot(due, due))
    shadow, p, v = r.copy(), np.zeros_like(r), np.zeros_like(r)
    rho = alpha = omega = 1.0
    best, least = x.copy(), np.sqrt(_dot(r, r))
    for _ in range(steps):
        if not np.isfinite(least) or least <= enough:
            break
        before, rho = rho, _dot(shadow, r)
        if rho == 0 or omega == 0:
            break
        p = r + (rho / before) * (alpha / omega) * (p - omega * v)
        guided = guide(p)
        v = matrix @ guided
        divisor = _dot(shadow, v)
        if divisor == 0:
            break
        alpha = rho / divisor
        x = x + alpha * guided
        r = r - alpha * v
        guided = guide(r)
        t = matrix @ guided
        squared = _dot(t, t)
        omega = _dot(t, r) / squared if squared else 0.0
        x = x + omega * guided
        r = r - omega * t
        size = np.sqrt(_dot(r, r))
        if not np.isfinite(size):
            break
        if size < least:
            best, least = x, size
    return best


def _dot(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.einsum("i,i->", a, b))


# --- with scenarios


@dataclass(frozen=True)
class Spreads:
    """The database behind scenarios, drawn. The model of the scenarios gives results of the workspace's own flows, and
    after these how much of each activity is demanded (`demanding`); `own` is the method that is reported.
    """

    drawn: DrawnBackground
    own: MethodFactors
    places: Mapping[str, int]

    @property
    def indicators(self) -> int:
        """How many indicators are reported."""
        return len(self.own.indicators)

    def totals(self, found: np.ndarray, seed: int, first: int) -> tuple[np.ndarray, int]:
        """`totals[scenario, indicator, sample]` from what the model has `found`, of samples from the number `first`
        on; and how many solutions took a factorisation of their own.
        """
        totals, anew = found[:, : self.indicators].copy(), 0
        for n in range(totals.shape[2]):
            demands = found[:, self.indicators :, n]
            if np.all(np.isfinite(demands)):
                scores, more = self.drawn.scores(seed, first + n, demands)
                totals[:, :, n] += scores
                anew += more
        return totals, anew

    def proved_method(self, background: Background, imported: ImportedScores, seed: int, sample: int) -> MethodFactors:
        """The method of a sample, with unit scores of its draw of the database by bw2calc."""
        drawn = self.drawn.drawn(background, seed, sample)
        inventories = solved_inventories(drawn, [int(place) for place in self.drawn.activities])
        scores = inventories @ imported.characterised.factors.T
        factors = [dict(found) for found in self.own.factors]
        for process, row in self.places.items():
            made = imported.linked.activities[process]
            sign = -1.0 if made.takes_up else 1.0
            for k, found in enumerate(factors):
                found[made.aggregate] = sign * float(scores[row, k]) / made.count
        return replace(self.own, factors=tuple(factors))


def spreads_of(found: Opened) -> tuple[Spreads, MethodFactors]:
    """The database behind scenarios with its spreads, and the method that gives what they demand of it. Raises
    `InputError` where the database states none.
    """
    imported = found.imported
    assert imported is not None
    linked = imported.linked.activities
    used = [name for name in imported.places if any(linked[name].aggregate in s.elementary for s in found.systems)]
    activities = list(dict.fromkeys(linked[name].index for name in used))
    places = {name: activities.index(linked[name].index) for name in used}
    drawn = DrawnBackground(naming.kept(imported.contents.name), activities, imported.characterised.factors)
    if not sum(drawn.spreads):
        message = f"no exchange of {imported.contents.name} that counts states a spread"
        raise InputError([Diagnostic("REE-D028", message, expected="a database with uncertainties")])
    aggregates = {made.aggregate for made in linked.values()}
    own = replace(
        found.method,
        factors=tuple({f: value for f, value in one.items() if f not in aggregates} for one in found.method.factors),
    )
    demands: list[dict[str, float]] = [{} for _ in activities]
    for name, place in places.items():
        made = linked[name]
        demands[place][made.aggregate] = (-1.0 if made.takes_up else 1.0) / made.count
    more = tuple(IndicatorInfo(f"demand {n}", "", "") for n in activities)
    demanding = replace(own, indicators=own.indicators + more, factors=own.factors + tuple(demands))
    return Spreads(drawn, own, places), demanding


def agreement(spreads: Spreads, found: Opened, model: BatchModel, proofs: Sequence[Proof], seed: int) -> float:
    """The largest relative difference between samples and what bw2calc gives for the scenario and for the database of
    each; raises `DisagreementError` where it is no rounding.
    """
    assert found.imported is not None
    background = naming.kept(found.imported.contents.name)
    worst = 0.0
    for proof in proofs:
        known = Known()
        systems = [model.deterministic(k, proof.values, known=known) for k in range(len(model.systems))]
        method = spreads.proved_method(background, found.imported, seed, proof.sample)
        reference = brightway.scores([system for system in systems if system is not None], method)
        worst = max(worst, difference(proof.totals, reference))
    return worst
