"""Scenarios as one program over samples: all results of all of them at once, whatever varies.

A quantity that is the same in several scenarios is one variable, so samples of scenarios are paired. Where more returns
to a pool than is drawn from it, the scenario is another system; each such system has a program of its own, which runs
for the samples that need it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError, Problems
from lca.impact.batch.program import Load, Machine, Program, compiled
from lca.impact.batch.solve import solved
from lca.impact.batch.tape import ANY, Bounds, Tape
from lca.impact.methods import MethodFactors
from lca.inventory import schema
from lca.system.amounts import Amounts
from lca.system.linking import Basis
from lca.system.network import ProductSystem, build, link, pools_of

#: Samples of given values that are worked on together.
CHUNK = 8192

Surplus = frozenset[str]
NO_SURPLUS: Surplus = frozenset()


@dataclass(frozen=True)
class Evaluated:
    """`totals[scenario, indicator, sample]`; nan, and not `possible[sample]`, where a sample makes no sense: a negative
    amount, say.
    """

    totals: np.ndarray
    possible: np.ndarray


@dataclass(frozen=True)
class _Compiled:
    """A program and what its results are: for each scenario the totals, the pools that overflow, whether the solution
    is sound, and whether it makes sense; in the end whether all amounts do.
    """

    program: Program
    pools: tuple[tuple[str, ...], ...]


class BatchModel:
    """Solved scenarios of a study as functions of variables.

    `names[k]` gives the variable at each address that varies in the k-th scenario; `bounds` hold a variable. Safe to be
    used by several threads.
    """

    def __init__(
        self,
        study: schema.Study,
        systems: Sequence[ProductSystem],
        basis: Basis,
        method: MethodFactors,
        names: Sequence[Mapping[str, str]],
        bounds: Mapping[str, Bounds] | None = None,
    ):
        self.study, self.systems, self.basis, self.method = study, tuple(systems), basis, method
        self.names, self.bounds = tuple(names), dict(bounds or {})
        self._programs: dict[tuple[tuple[int, Surplus], ...], _Compiled] = {}
        self._lock = threading.Lock()
        self._own = threading.local()
        self._whole = tuple((k, NO_SURPLUS) for k in range(len(self.systems)))

    @property
    def program(self) -> Program:
        """The program that runs for every sample."""
        return self._compiled(self._whole).program

    @property
    def variables(self) -> tuple[str, ...]:
        """The variables that have a part in the results."""
        return tuple(sorted(self.program.inputs))

    @property
    def needed(self) -> tuple[str, ...]:
        """The variables that have a part in any system met so far."""
        with self._lock:
            return tuple(sorted({name for made in self._programs.values() for name in made.program.inputs}))

    def __getstate__(self) -> dict[str, Any]:
        """What another process needs: all but the buffers and locks of this one."""
        return {name: value for name, value in self.__dict__.items() if name not in ("_lock", "_own")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._lock, self._own = threading.Lock(), threading.local()

    # --- evaluation

    def evaluate(self, samples: Mapping[str, np.ndarray]) -> Evaluated:
        """All results for given values of the variables: arrays of one length, in base units and within the bounds of
        the model, on which checks that are left out rest.
        """
        count = len(next(iter(samples.values())))
        totals = np.empty((len(self.systems), len(self.method.indicators), count))
        possible = np.empty(count, dtype=bool)
        for start in range(0, count, CHUNK):
            part = slice(start, min(start + CHUNK, count))
            here = {name: values[part] for name, values in samples.items()}
            found = self.evaluate_block(lambda name, here=here: here[name], part.stop - part.start)  # type: ignore[misc]
            totals[:, :, part], possible[part] = found.totals, found.possible
        return Evaluated(totals, possible)

    def evaluate_block(self, values: Callable[[str], np.ndarray], size: int, load: Load | None = None) -> Evaluated:
        """All results of a block; `values` gives the samples of a variable, `load` writes them into a buffer."""
        totals = np.empty((len(self.systems), len(self.method.indicators), size))
        possible = np.ones(size, dtype=bool)
        self._run(self._whole, values, load, np.arange(size), totals, possible)
        totals[:, :, ~possible] = np.nan
        return Evaluated(totals, possible)

    def _run(
        self,
        parts: tuple[tuple[int, Surplus], ...],
        values: Callable[[str], np.ndarray],
        load: Load | None,
        where: np.ndarray,
        totals: np.ndarray,
        possible: np.ndarray,
    ) -> None:
        """Fill in the results of the samples `where`; those that need another system are passed on to its program."""
        made = self._compiled(parts)
        machine = self._machine(made.program, len(where))

        def copied(name: str, out: np.ndarray) -> None:
            out[:] = values(name)[where]

        results = iter(machine.run(load or copied))
        size = len(where)
        found: list[tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]] = []
        for (k, _), pools in zip(parts, made.pools, strict=True):
            for indicator in range(len(self.method.indicators)):
                totals[k, indicator, where] = next(results)
            full = {pool: _condition(next(results), size) for pool in pools}
            found.append((full, _condition(next(results), size), _condition(next(results), size)))
        sane = _condition(next(results), size)
        possible[where[~sane]] = False
        for (k, surplus), (full, sound, makes_sense) in zip(parts, found, strict=True):
            doubtful = sane & ~sound
            if np.any(doubtful):
                self._solve_directly(k, surplus, values, where, doubtful, full, makes_sense, totals)
            overfull = np.array([full[pool] & possible[where] for pool in full]).reshape(len(full), size)
            possible[where] &= makes_sense | overfull.any(axis=0)  # of a pool that overflows, the system is another one
            for pattern in np.unique(overfull[:, overfull.any(axis=0)].T, axis=0):
                more = surplus | {pool for pool, is_full in zip(full, pattern, strict=True) if is_full}
                chosen = where[np.all(overfull == pattern[:, None], axis=0)]
                self._run(((k, more),), values, None, chosen, totals, possible)

    def _solve_directly(
        self,
        k: int,
        surplus: Surplus,
        values: Callable[[str], np.ndarray],
        where: np.ndarray,
        chosen: np.ndarray,
        full: dict[str, np.ndarray],
        makes_sense: np.ndarray,
        totals: np.ndarray,
    ) -> None:
        """Results of samples that the program cannot solve, by a solver that chooses its pivots, one by one."""
        for place in np.flatnonzero(chosen):
            sample = where[place]
            system = self._linked(k, surplus, {a: float(values(name)[sample]) for a, name in self.names[k].items()})
            try:
                supply = system.supply if system is not None else None
            except InputError:
                supply = None
            makes_sense[place] = supply is not None
            if system is None or supply is None:
                continue
            totals[k, :, sample] = self.method.matrix(system.elementary) @ system.biosphere @ supply
            makeups = {str(pool.makeup): flow for flow, pool in pools_of(system.inventory).items()}
            backwards = {system.nodes[node].process for node in system.backwards()}
            for name, pool in makeups.items():
                if pool in full:
                    full[pool][place] = name in backwards
            makes_sense[place] = not backwards - set(makeups)

    # --- what runs

    def _compiled(self, parts: tuple[tuple[int, Surplus], ...]) -> _Compiled:
        with self._lock:
            if parts not in self._programs:
                self._programs[parts] = self._compile(parts)
            return self._programs[parts]

    def _compile(self, parts: tuple[tuple[int, Surplus], ...]) -> _Compiled:
        tape = Tape()
        results: list[Any] = []
        pools: list[tuple[str, ...]] = []
        for k, surplus in parts:
            inputs = {a: tape.input(name, self.bounds.get(name, ANY)) for a, name in self.names[k].items()}
            system = self._linked(k, surplus, inputs)
            if system is None:
                message = f"{self.systems[k].scenario.id}: no sample is possible"
                raise InputError([Diagnostic("REE-D007", message, expected="spreads that leave the scenario possible")])
            made = solved(system, self.method, tape)
            pools.append(tuple(made.overfull))
            makes_sense = _all([made.forwards, *map(np.isfinite, made.totals)])
            results += [*made.totals, *made.overfull.values(), made.sound, makes_sense]
        results.append(_all(tape.required.values()))
        return _Compiled(compiled(tape, results), tuple(pools))

    def _linked(self, k: int, surplus: Surplus, values: Mapping[str, Any]) -> ProductSystem | None:
        """The k-th scenario with values (numbers or traced) at its addresses."""
        own = self.systems[k]
        scope = own.scope.with_samples(values)
        return link(Amounts(scope), own.scenario, self.study, self.basis, surplus)

    def deterministic(
        self, k: int, values: Mapping[str, float], problems: Problems | None = None
    ) -> ProductSystem | None:
        """The k-th scenario built as any other, with numbers in place of the variables; None where it is impossible,
        which is reported to `problems`.
        """
        addresses = {a: values[name] for a, name in self.names[k].items() if name in values}
        own = self.systems[k]
        scope = own.scope.with_samples(addresses)  # type: ignore[arg-type]
        system = build(Amounts(scope), own.scenario, self.study, self.basis)
        if problems is not None:
            problems.extend(scope.problems.all)
        return None if scope.problems.errors else system

    def _machine(self, program: Program, size: int) -> Machine:
        """A machine of this thread; those for the size that most blocks have are kept."""
        kept: dict[int, Machine] = self._own.__dict__.setdefault("machines", {})
        machine = kept.get(id(program))
        if machine is None or machine.size != size:
            machine = Machine(program, size)
            if program is self.program or size == CHUNK:
                kept[id(program)] = machine
        return machine


def _all(conditions: Iterable[Any]) -> Any:
    """Whether all of them hold, traced or not."""
    found: Any = True
    for condition in conditions:
        found = np.logical_and(found, condition)
    return found


def _condition(result: Any, size: int) -> np.ndarray:
    """A condition of its own, sample by sample; the next run does not overwrite it."""
    return np.array(np.broadcast_to(result, size), dtype=bool)
