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
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from lca.errors import Diagnostic, InputError, Problems
from lca.impact.batch.background import Spreads
from lca.impact.batch.model import BatchModel
from lca.impact.batch.proof import PROVED, Proof, agreement
from lca.impact.batch.sampling import BLOCK, BlockDraws, Draws
from lca.impact.batch.summary import BinnedSummary, KeptSummary, doubt, summary_for

#: Share of impossible samples above which what is left is no longer what the spreads say.
MOST_IMPOSSIBLE = 0.01

#: Samples after which a run that seeks a precision looks at it for the first time, and at most.
FIRST_LOOK, MOST_SAMPLES = 2 * BLOCK, 1_000_000

#: Samples of a task, and until the first look, where each takes the solution of a database; and how many are proved.
FEW, FIRST_LOOK_OF_FEW, PROVED_OF_FEW = 16, 512, 3

#: Rows that are summed up, from the possible samples of a block: `rows[series, sample]`.
Series = Callable[[np.ndarray], np.ndarray]


@dataclass
class Run:
    """A sampling run. `summary` is of the series, `agreement` the largest relative difference from bw2calc, `reached`
    the precision of median and central 95 % where one was sought, `hardest` the series that it is of, and `least_known`
    what that is called; not `complete` where somebody stopped it.
    """

    seed: int
    method: str
    summary: KeptSummary | BinnedSummary
    samples: int = 0
    impossible: int = 0
    agreement: float = 0.0
    proved: int = 0
    reached: float | None = None
    hardest: int = 0
    least_known: str = ""
    first_impossible: Mapping[str, float] | None = None
    complete: bool = True
    factorised: int = 0
    proofs: Sequence[Proof] = ()


@dataclass(frozen=True)
class Block:
    """A block worked on, or a part of one: `rows[series, sample]` of the samples that are possible, those to be proved,
    the first that is impossible, and how many solutions of a database took a factorisation of their own.
    """

    size: int
    rows: np.ndarray
    proofs: list[Proof] = field(default_factory=list)
    impossible: dict[str, float] | None = None
    factorised: int = 0


@dataclass(frozen=True)
class Task:
    """A block to be worked on, or a part of it: which block, of how many samples, those from `first` to before `last`
    of it, and which of these are proved.
    """

    number: int
    size: int
    first: int
    last: int
    proved: tuple[int, ...]


@dataclass(frozen=True)
class Job:
    """What is done with every block. A block depends on the job and its task and on nothing else. Where a database
    behind the scenarios is drawn, `behind` is that.
    """

    model: BatchModel
    draws: Draws
    series: Series
    behind: Spreads | None = None

    def done(self, task: Task, draws: BlockDraws | None = None) -> Block:
        """A block worked on; `draws` are those of the block, where they have been begun."""
        return _block(self, draws or self.draws.block(task.number, task.size), task)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """With BLAS on one thread, where it is used: on several it may sum in another order."""
        if self.behind is None:
            yield
            return
        from threadpoolctl import threadpool_limits

        with threadpool_limits(limits=1, user_api="blas"):
            yield

    @property
    def together(self) -> int:
        """How many samples a task is of."""
        return BLOCK if self.behind is None else FEW


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
    behind: Spreads | None = None,
) -> Run:
    """Draw and evaluate `count` samples, or as many as it takes for the `watched` series (all) to be known to `until`
    (see `doubt`), `count` at most; `told` is called with the number of samples done. Once it is `stopped`, what is
    complete is summed up.

    Raises `InputError` where too many samples are impossible, `KeyboardInterrupt` where it was stopped before any.
    """
    indicators = len(model.method.indicators) if behind is None else behind.indicators
    rows = len(series(np.zeros((len(model.systems), indicators, 1))))
    run = Run(draws.seed, draws.method, summary_for(rows, count))
    proofs: list[Proof] = []
    job = Job(model, draws, series, behind)
    look = FIRST_LOOK if behind is None else FIRST_LOOK_OF_FEW
    tasks = tasks_of(count, count if until is None else look, job.together, PROVED if behind is None else PROVED_OF_FEW)
    for block in (engine or Threads()).blocks(job, tasks, stopped):
        if block.rows.shape[1]:
            run.summary.add(block.rows)
        run.samples += block.size
        run.impossible += block.size - block.rows.shape[1]
        run.first_impossible = run.first_impossible or block.impossible
        run.factorised += block.factorised
        proofs += block.proofs
        told(run.samples)
        if until is not None and run.samples >= look and run.summary.count:
            known = doubt(run.summary)
            run.hardest = max(watched if watched is not None else range(len(known)), key=known.__getitem__)
            run.reached = float(known[run.hardest])
            if run.reached <= until:
                break
            look *= 2
    else:
        run.complete = run.samples == count
    if not run.samples:
        raise KeyboardInterrupt
    refuse_impossible(model, run.impossible, run.samples, run.first_impossible)
    run.proved, run.proofs = len(proofs), proofs
    run.agreement = agreement(model, proofs)
    return run


def tasks_of(count: int, sure: int, together: int = BLOCK, proofs: int = PROVED) -> list[Task]:
    """The tasks of a run of `count` samples, of some `together`; those to be proved are among the `sure` first."""
    proved = sorted({int(n) for n in np.linspace(0, min(sure, count) - 1, min(proofs, count))})
    found = []
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        for first in range(0, size, together):
            last = min(first + together, size)
            own = tuple(n - start for n in proved if start + first <= n < start + last)
            found.append(Task(start // BLOCK, size, first, last, own))
    return found


@dataclass(frozen=True)
class Threads:
    """The threads of this process, as many as there are processors unless it is said."""

    count: int = field(default_factory=workers)

    def blocks(self, job: Job, tasks: Sequence[Task], stopped: Stopped) -> Iterator[Block]:
        """The blocks in their order, a few worked on ahead of what is asked for."""
        waiting: deque[Future[Block]] = deque()
        with job.alone(), ThreadPoolExecutor(self.count) as pool:
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


def _block(job: Job, draws: BlockDraws, task: Task) -> Block:
    model = job.model
    drawn: dict[str, np.ndarray] = {}

    def values(name: str) -> np.ndarray:
        if name not in drawn:
            drawn[name] = np.empty(draws.size)
            draws.load(name, drawn[name])
        return drawn[name]

    def all_of(place: int) -> dict[str, float]:
        return {name: float(values(name)[place]) for name in model.needed}

    whole, part = model.evaluate_block(values, draws.size, draws.load), slice(task.first, task.last)
    found, possible = whole.totals[:, :, part], whole.possible[part]
    totals, factorised = found, 0
    if job.behind is not None:
        totals, factorised = job.behind.totals(found, job.draws.seed, task.number * BLOCK + task.first)
    proofs = [
        Proof(task.number * BLOCK + place, all_of(place), found[:, :, n], totals[:, :, n])
        for place in task.proved
        if possible[n := place - task.first]
    ]
    impossible = np.flatnonzero(~possible)
    first = all_of(task.first + int(impossible[0])) if len(impossible) else None
    return Block(task.last - task.first, job.series(totals[:, :, possible]), proofs, first, factorised)


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
