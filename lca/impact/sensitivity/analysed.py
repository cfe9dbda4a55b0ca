"""What a sensitivity analysis looks at: a result of one scenario, or the difference of two, as a function of everything
that is uncertain in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np

from lca.errors import Diagnostic, InputError
from lca.impact.batch.engine import refuse_impossible, warn_of_impossible, workers
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import opened
from lca.impact.batch.sampling import Draws, Variable
from lca.impact.batch.uncertainty import Sampled, Wanted
from lca.impact.batch.variables import uncertain
from lca.impact.methods import IndicatorInfo
from lca.inventory.distributions import Spread, Widened
from lca.inventory.parameters import Override
from lca.system.linking import Basis

#: Samples drawn at first, to see which quantities take part and whether the result varies at all.
PILOT = 2048

#: Spread of a result that is nothing but rounding, relative to the size of it or of what it is the difference of.
_ROUNDING = 1e-12

#: Samples of quantities, by name.
Values = Mapping[str, np.ndarray]

#: Called with the number of evaluations done.
Told = Callable[[int], None]


@dataclass
class Tally:
    """How many evaluations there were, how many of them made no sense, and what the first of these was of."""

    evaluations: int = 0
    impossible: int = 0
    first: Mapping[str, float] | None = None

    def add(self, other: Tally) -> None:
        self.evaluations += other.evaluations
        self.impossible += other.impossible
        self.first = self.first or other.first


@dataclass(frozen=True)
class Analysed:
    """The indicator at `place` of the method of one scenario, or of the first minus the second. The model of `sampled`
    knows this indicator alone; `variables` have a part in it. `strays` collects those that were met later, in samples
    too rare for the pilot run: they are kept at their median.
    """

    sampled: Sampled
    place: int
    variables: tuple[Variable, ...]
    pilot: np.ndarray
    strays: set[str] = field(default_factory=set)

    @property
    def info(self) -> IndicatorInfo:
        return self.sampled.opened.method.indicators[self.place]

    @property
    def is_difference(self) -> bool:
        return len(self.sampled.ids) == 2

    @cached_property
    def central(self) -> float:
        """The result with every quantity at its central value."""
        totals = [float(scores.total[self.place]) for scores in self.sampled.opened.scores]
        return totals[0] - totals[1] if self.is_difference else totals[0]

    @cached_property
    def coverage(self) -> float:
        return min(float(scores.coverage[self.place]) for scores in self.sampled.opened.scores)

    def draws(self, seed: int) -> Draws:
        """The draws of the quantities that take part; only correlations among these."""
        addresses = {variable.address for variable in self.variables}
        copulas = [copula for copula in self.sampled.uncertain.copulas if addresses & set(copula.addresses)]
        return Draws(self.variables, seed, "mc", copulas)

    def evaluate(self, values: Values, size: int) -> tuple[np.ndarray, Tally]:
        """The result for samples of the quantities; nan where a sample is impossible. By any thread."""

        def of(name: str) -> np.ndarray:
            return values[name] if name in values else self._stray(name, size)

        def load(name: str, out: np.ndarray) -> None:
            out[:] = of(name)

        found = self.sampled.model.evaluate_block(of, size, load)
        bad = np.flatnonzero(~found.possible)
        first = {name: float(of(name)[bad[0]]) for name in self.sampled.model.needed} if len(bad) else None
        return output(found.totals), Tally(size, len(bad), first)

    def _stray(self, name: str, size: int) -> np.ndarray:
        self.strays.add(name)
        return np.full(size, median(self.sampled.uncertain.variables[name].spread))

    def report(self, tally: Tally) -> None:
        """Say which evaluations were impossible; raises `InputError` where they were too many."""
        refuse_impossible(self.sampled.model, tally.impossible, tally.evaluations, tally.first)
        problems = self.sampled.opened.problems
        warn_of_impossible(self.sampled.model, tally.impossible, tally.evaluations, tally.first, problems)


def output(totals: np.ndarray) -> np.ndarray:
    """The one result of `totals[scenario, 0, sample]`, or the difference of the two."""
    return np.asarray(totals[0, 0] - totals[1, 0] if len(totals) == 2 else totals[0, 0])


def median(spread: Spread) -> float:
    """The value that half of the draws lie below."""
    return float(spread.stated.ppf(0.5) if isinstance(spread, Widened) else spread.ppf(0.5))


def analysed(
    root: Path,
    study: str | None,
    only: Sequence[str],
    settings: Iterable[Override] = (),
    basis: Basis | None = None,
    indicator: str | None = None,
    seed: int = 1,
) -> Analysed:
    """Check one scenario or two and compile their model of one indicator, by default the first of the method.

    Raises `InputError` with all that is wrong, also where nothing makes the result vary.
    """
    found = opened(root, study, only, settings, basis)
    place = found.method.index(indicator) if indicator is not None else 0
    if place not in found.shared_indicators():
        silent = [name for name, scores in zip(found.ids, found.scores, strict=True) if not scores.assessed[place]]
        message = f"{found.method.indicators[place].id} is not assessed in {' and '.join(silent)}"
        expected = "one of " + ", ".join(found.method.indicators[k].id for k in found.shared_indicators())
        raise InputError([Diagnostic("REE-D011", message, expected=expected)])
    drawn = uncertain(found.systems, found.checked.study)
    bounds = {name: variable.spread.support for name, variable in drawn.variables.items()}
    method = found.method.only(place)
    model = BatchModel(found.checked.study, found.systems, found.basis, method, drawn.names, bounds)
    sampled = Sampled(found, drawn, model)
    if not model.variables:
        message = f"nothing that makes {found.method.indicators[place].id} of {' and '.join(found.ids)} has a spread"
        raise InputError([Diagnostic("REE-D005", message, expected="a range or distribution of some parameter")])
    pilot, size = _pilot(sampled, seed)
    if not np.std(pilot) > _ROUNDING * size:
        what = f"{found.method.indicators[place].id} of {' minus '.join(found.ids)}"
        message = f"{what} is the same in all samples, {pilot[0] if len(pilot) else np.nan:.4g}"
        raise InputError([Diagnostic("REE-D012", message, expected="a result that what is uncertain has a part in")])
    variables = tuple(drawn.variables[name] for name in model.needed)
    return Analysed(sampled, place, variables, pilot)


def _pilot(sampled: Sampled, seed: int) -> tuple[np.ndarray, float]:
    """The result in the possible ones of the first samples, and the size of what it is the difference of. They show
    which systems, and so which quantities, are met at all.
    """
    block = sampled.draws(Wanted(PILOT, seed=seed)).block(0, PILOT)
    drawn: dict[str, np.ndarray] = {}

    def values(name: str) -> np.ndarray:
        if name not in drawn:
            drawn[name] = np.empty(PILOT)
            block.load(name, drawn[name])
        return drawn[name]

    found = sampled.model.evaluate_block(values, PILOT, block.load)
    bad = np.flatnonzero(~found.possible)
    first = {name: float(values(name)[bad[0]]) for name in sampled.model.needed} if len(bad) else None
    refuse_impossible(sampled.model, len(bad), PILOT, first)
    totals = found.totals[:, :, found.possible]
    return output(totals), float(np.max(np.abs(totals), initial=0.0))


def in_parallel(
    work: Callable[[int], tuple[np.ndarray, Tally]], pieces: int, tally: Tally, told: Told
) -> Iterator[np.ndarray]:
    """What is found for pieces of work, in their order; several threads at a time."""
    pool = ThreadPoolExecutor(workers())
    waiting = [pool.submit(work, piece) for piece in range(pieces)]
    try:
        for future in waiting:
            found, own = future.result()
            tally.add(own)
            told(tally.evaluations)
            yield found
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown(wait=True)
