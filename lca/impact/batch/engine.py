"""Sampling of scenarios: blocks of draws through a batch model, in an order that does not matter, summed up in one that
never changes. Where blocks are worked on is another matter: on threads here, elsewhere with `lca.impact.batch.cluster`.

A run proves itself: some of its own samples are computed anew as single scenarios by bw2calc, and the largest relative
difference is stated.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from lca.errors import Diagnostic, InputError, Problems
from lca.impact import brightway
from lca.impact.batch.model import BatchModel
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
    the precision of median and central 95 % where one was sought; not `complete` where somebody stopped it.
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
    complete: bool = True


@dataclass(frozen=True)
class Block:
    """A block worked on: `rows[series, sample]` of the samples that are possible, those to be proved with all their
    results, and the first that is impossible.
    """

    size: int
    rows: np.ndarray
    proofs: list[tuple[dict[str, float], np.ndarray]] = field(default_factory=list)
    impossible: dict[str, float] | None = None


@dataclass(frozen=True)
class Task:
    """A block to be worked on: which, how many samples, and which of them are proved."""

    number: int
    size: int
    proved: tuple[int, ...]


@dataclass(frozen=True)
class Job:
    """What is done with every block. A block depends on the job and its task and on nothing else."""

    model: BatchModel
    draws: Draws
    series: Series

    def done(self, task: Task, draws: BlockDraws | None = None) -> Block:
        """A block worked on; `draws` are those of the block, where they have been begun."""
        return _block(self, draws or self.draws.block(task.number, task.size), task.proved)


class Engine(Protocol):
    """Where blocks are worked on."""

    def blocks(self, job: Job, tasks: Sequence[Task], stopped: Stopped) -> Iterator[Block]:
        """The blocks in their order; no more of them once it is `stopped`."""


#: Whether somebody wants no more samples.
Stopped = Callable[[], bool]


def never() -> bool:
    """For runs that nobody stops."""
    return False


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
    engine: Engine | None = None,
    told: Callable[[int], None] = lambda done: None,
    stopped: Stopped = never,
) -> Run:
    """Draw and evaluate `count` samples, or as many as it takes for the `watched` series (all) to be known to `until`
    (see `doubt`), `count` at most; `told` is called with the number of samples done. Once it is `stopped`, what is
    complete is summed up.

    Raises `InputError` where too many samples are impossible, `KeyboardInterrupt` where it was stopped before any.
    """
    rows = len(series(np.zeros((len(model.systems), len(model.method.indicators), 1))))
    run = Run(draws.seed, draws.method, summary_for(rows, count))
    proofs: list[tuple[dict[str, float], np.ndarray]] = []
    look = FIRST_LOOK
    tasks = tasks_of(count, count if until is None else FIRST_LOOK)
    for block in (engine or Threads()).blocks(Job(model, draws, series), tasks, stopped):
        if block.rows.shape[1]:
            run.summary.add(block.rows)
        run.samples += block.size
        run.impossible += block.size - block.rows.shape[1]
        run.first_impossible = run.first_impossible or block.impossible
        proofs += block.proofs
        told(run.samples)
        if until is not None and run.samples >= look and run.summary.count:
            known = doubt(run.summary)
            run.reached = float(np.max(known[list(watched)] if watched is not None else known))
            if run.reached <= until:
                break
            look *= 2
    else:
        run.complete = run.samples == count
    if not run.samples:
        raise KeyboardInterrupt
    check_possible(model, run)
    run.proved = len(proofs)
    run.agreement = agreement(model, proofs)
    return run


def tasks_of(count: int, sure: int) -> list[Task]:
    """The blocks of a run of `count` samples; those to be proved are among the `sure` first."""
    proved = sorted({int(n) for n in np.linspace(0, min(sure, count) - 1, min(PROVED, count))})
    return [
        Task(
            start // BLOCK,
            min(BLOCK, count - start),
            tuple(n - start for n in proved if start <= n < start + BLOCK),
        )
        for start in range(0, count, BLOCK)
    ]


@dataclass(frozen=True)
class Threads:
    """The threads of this process, as many as there are processors unless it is said."""

    count: int = field(default_factory=workers)

    def blocks(self, job: Job, tasks: Sequence[Task], stopped: Stopped) -> Iterator[Block]:
        """The blocks in their order, a few worked on ahead of what is asked for."""
        waiting: deque[Future[Block]] = deque()
        pool = ThreadPoolExecutor(self.count)
        try:
            for task in tasks:
                if stopped():
                    break
                waiting.append(pool.submit(job.done, task, job.draws.block(task.number, task.size)))
                if len(waiting) > 2 * self.count:
                    yield waiting.popleft().result()
            while waiting and not stopped():
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()
            pool.shutdown(wait=True)


def _block(job: Job, draws: BlockDraws, proved: Sequence[int]) -> Block:
    model = job.model
    drawn: dict[str, np.ndarray] = {}

    def values(name: str) -> np.ndarray:
        if name not in drawn:
            drawn[name] = np.empty(draws.size)
            draws.load(name, drawn[name])
        return drawn[name]

    def all_of(place: int) -> dict[str, float]:
        return {name: float(values(name)[place]) for name in model.needed}

    found = model.evaluate_block(values, draws.size, draws.load)
    proofs = [(all_of(place), found.totals[:, :, place]) for place in proved if found.possible[place]]
    impossible = np.flatnonzero(~found.possible)
    first = all_of(int(impossible[0])) if len(impossible) else None
    return Block(draws.size, job.series(found.totals[:, :, found.possible]), proofs, first)


def agreement(model: BatchModel, proofs: Sequence[tuple[dict[str, float], np.ndarray]]) -> float:
    """The largest relative difference between samples and what bw2calc gives for them; raises `DisagreementError` where
    it is no rounding.
    """
    systems, own = [], []
    for values, totals in proofs:
        for k in range(len(model.systems)):
            system = model.deterministic(k, values)
            if system is None:
                raise DisagreementError(f"{model.systems[k].scenario.id}: a sample that was computed is impossible")
            systems.append(system)
            own.append(totals[k])
    if not systems:
        return 0.0
    reference = brightway.scores(systems, model.method)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.abs(np.array(own) - reference) / np.abs(reference)
    worst = float(np.max(np.where(np.array(own) == reference, 0.0, away), initial=0.0))
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
    return len(proofs), agreement(model, proofs)


def check_possible(model: BatchModel, run: Run) -> None:
    """Raise `InputError` where more than a few samples are impossible, with what is wrong with the first."""
    if run.impossible <= MOST_IMPOSSIBLE * run.samples:
        return
    message = f"{run.impossible} of {run.samples} samples are impossible"
    found = [Diagnostic("REE-D007", message, expected=f"at most {MOST_IMPOSSIBLE:.0%}".replace("%", " %"))]
    raise InputError([*found, *why_impossible(model, run)])


def why_impossible(model: BatchModel, run: Run) -> list[Diagnostic]:
    """What is wrong with the first sample that was impossible, and in which scenario."""
    found: list[Diagnostic] = []
    for k, system in enumerate(model.systems if run.first_impossible is not None else ()):
        problems = Problems()
        model.deterministic(k, run.first_impossible or {}, problems)
        found += [replace(fault, message=f"{system.scenario.id}: {fault.message}") for fault in problems.errors]
    return found
