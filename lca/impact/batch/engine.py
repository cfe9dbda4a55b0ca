"""Sampling of scenarios: blocks of draws through a batch model on several threads, in an order that does not matter.

A run proves itself: some of its own samples are computed anew as single scenarios by bw2calc, and the largest relative
difference is stated.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import numpy as np

from lca.errors import Diagnostic, InputError, Problems
from lca.impact import brightway
from lca.impact.batch.model import BatchModel, Evaluated
from lca.impact.batch.sampling import BLOCK, BlockDraws, Draws
from lca.impact.batch.summary import BinnedSummary, KeptSummary, doubt, summary_for
from lca.impact.study import AGREEMENT, DisagreementError

#: Samples of a run that bw2calc computes anew.
PROVED = 6

#: Share of impossible samples above which what is left is no longer what the spreads say.
MOST_IMPOSSIBLE = 0.01

#: Samples after which a run that seeks a precision looks at it for the first time, and at most.
FIRST_LOOK, MOST_SAMPLES = 2 * BLOCK, 1_000_000

#: Rows that are summed up, from the possible samples of a block: `rows[series, sample]`.
Series = Callable[[np.ndarray], np.ndarray]


@dataclass
class Run:
    """A sampling run. `summary` is of the series, `agreement` the largest relative difference from bw2calc, `reached`
    the precision of median and central 95 % where one was sought.
    """

    seed: int
    method: str
    summary: KeptSummary | BinnedSummary
    samples: int = 0
    impossible: int = 0
    agreement: float = 0.0
    proved: int = 0
    reached: float | None = None
    first_impossible: Mapping[str, float] | None = None


@dataclass(frozen=True)
class _Block:
    number: int
    size: int
    evaluated: Evaluated
    proofs: list[tuple[dict[str, float], np.ndarray]] = field(default_factory=list)
    impossible: dict[str, float] | None = None


def workers() -> int:
    """How many processors there are for us."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def sample(
    model: BatchModel,
    draws: Draws,
    series: Series,
    count: int,
    until: float | None = None,
    watched: Sequence[int] | None = None,
    threads: int | None = None,
    told: Callable[[int], None] = lambda done: None,
) -> Run:
    """Draw and evaluate `count` samples, or as many as it takes for the `watched` series (all) to be known to `until`
    (see `doubt`), `count` at most; `told` is called with the number of samples done.

    Raises `InputError` where too many samples are impossible.
    """
    rows = len(series(np.zeros((len(model.systems), len(model.method.indicators), 1))))
    run = Run(draws.seed, draws.method, summary_for(rows, count))
    proofs: list[tuple[dict[str, float], np.ndarray]] = []
    look = FIRST_LOOK
    for block in _evaluated(model, draws, count, count if until is None else FIRST_LOOK, threads or workers()):
        evaluated = block.evaluated
        if np.any(evaluated.possible):
            run.summary.add(series(evaluated.totals[:, :, evaluated.possible]))
        run.samples += block.size
        run.impossible += int(np.sum(~evaluated.possible))
        run.first_impossible = run.first_impossible or block.impossible
        proofs += block.proofs
        told(run.samples)
        if until is not None and run.samples >= look and run.summary.count:
            known = doubt(run.summary)
            run.reached = float(np.max(known[list(watched)] if watched is not None else known))
            if run.reached <= until:
                break
            look *= 2
    refuse_impossible(model, run.impossible, run.samples, run.first_impossible)
    run.proved = len(proofs)
    run.agreement = _agreement(model, proofs)
    return run


def _evaluated(model: BatchModel, draws: Draws, count: int, sure: int, threads: int) -> Iterator[_Block]:
    """The blocks in their order, a few ahead of what is asked for; proofs are among the `sure` first samples."""
    sizes = [min(BLOCK, count - start) for start in range(0, count, BLOCK)]
    proved = {int(n) for n in np.linspace(0, min(sure, count) - 1, min(PROVED, count))}
    own = [sorted(n - k * BLOCK for n in proved if n // BLOCK == k) for k in range(len(sizes))]
    waiting: deque[Future[_Block]] = deque()
    pool = ThreadPoolExecutor(threads)
    try:
        for number, size in enumerate(sizes):
            waiting.append(pool.submit(_block, model, draws.block(number, size), own[number]))
            if len(waiting) > 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for future in waiting:
            future.cancel()
        pool.shutdown(wait=True)


def _block(model: BatchModel, draws: BlockDraws, proved: Sequence[int]) -> _Block:
    drawn: dict[str, np.ndarray] = {}

    def values(name: str) -> np.ndarray:
        if name not in drawn:
            drawn[name] = np.empty(draws.size)
            draws.load(name, drawn[name])
        return drawn[name]

    def all_of(place: int) -> dict[str, float]:
        return {name: float(values(name)[place]) for name in model.needed}

    evaluated = model.evaluate_block(values, draws.size, draws.load)
    proofs = [(all_of(place), evaluated.totals[:, :, place]) for place in proved if evaluated.possible[place]]
    impossible = np.flatnonzero(~evaluated.possible)
    first = all_of(int(impossible[0])) if len(impossible) else None
    return _Block(draws.number, draws.size, evaluated, proofs, first)


def _agreement(model: BatchModel, proofs: Sequence[tuple[dict[str, float], np.ndarray]]) -> float:
    """The largest relative difference between samples and what bw2calc gives for them; raises `DisagreementError` where
    it is no rounding.
    """
    systems, own, numbers = [], [], []
    for values, totals in proofs:
        for k in range(len(model.systems)):
            system = model.deterministic(k, values)
            if system is None:
                raise DisagreementError(f"{model.systems[k].scenario.id}: a sample that was computed is impossible")
            systems.append(system)
            own.append(totals[k])
            numbers.append(values)
    if not systems:
        return 0.0
    reduced = [model.reduced(system) for system in systems]
    scores = brightway.scores(reduced, model.method)
    wholes = [system.solved_by(one.supply) for system, one in zip(systems, reduced, strict=True)]
    reference = np.array([model.completed(*of) for of in zip(wholes, map(list, scores), numbers, strict=True)])
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.abs(np.array(own) - reference) / np.abs(reference)
    same = (np.array(own) == reference) | (np.isnan(own) & np.isnan(reference))
    worst = float(np.max(np.where(same, 0.0, away), initial=0.0))
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
    proofs = [
        ({name: float(own[n]) for name, own in chosen.items()}, found.totals[:, :, n])
        for n in np.flatnonzero(found.possible)
    ]
    agreement = _agreement(model, proofs)
    for k in range(len(model.systems) if model.quantities else 0):
        for place, n in enumerate(np.flatnonzero(found.possible)):
            _check_others(model, k, proofs[place][0], found.others[k, :, n])
    return len(proofs), agreement


def _check_others(model: BatchModel, k: int, values: Mapping[str, float], others: np.ndarray) -> None:
    """Raise `DisagreementError` where quantities are others in the scenario as it is built with these values."""
    system = model.deterministic(k, values)
    if system is None:
        raise DisagreementError(f"{model.systems[k].scenario.id}: a point that was computed is impossible")
    whole = system.solved_by(model.reduced(system).supply)
    reference = np.array([quantity(whole) for quantity in model.quantities], dtype=float)
    if not np.allclose(others, reference, rtol=AGREEMENT, atol=AGREEMENT * 1e-3, equal_nan=True):
        raise DisagreementError(f"{system.scenario.id}: {others} at once, {reference} on its own")


def refuse_impossible(model: BatchModel, impossible: int, samples: int, first: Mapping[str, float] | None) -> None:
    """Raise `InputError` where more than a few samples are impossible, with what is wrong with the first."""
    if impossible <= MOST_IMPOSSIBLE * samples:
        return
    message = f"{impossible} of {samples} samples are impossible"
    found = [Diagnostic("REE-D007", message, expected=f"at most {MOST_IMPOSSIBLE:.0%}".replace("%", " %"))]
    raise InputError([*found, *why_impossible(model, first)])


def warn_of_impossible(
    model: BatchModel, impossible: int, samples: int, first: Mapping[str, float] | None, problems: Problems
) -> None:
    """Report samples that were left out, and what is wrong with the first."""
    if impossible:
        problems.add("REE-D006", f"{impossible} of {samples} samples are impossible and left out")
        for fault in why_impossible(model, first)[:1]:
            problems.add("REE-D006", f"such a sample: {fault.message}", fault.span, expected=fault.expected)


def why_impossible(model: BatchModel, sample: Mapping[str, float] | None) -> list[Diagnostic]:
    """What is wrong with a sample that is impossible, and in which scenario."""
    found: list[Diagnostic] = []
    for k, system in enumerate(model.systems if sample is not None else ()):
        problems = Problems()
        model.deterministic(k, sample or {}, problems)
        found += [replace(fault, message=f"{system.scenario.id}: {fault.message}") for fault in problems.errors]
    return found
