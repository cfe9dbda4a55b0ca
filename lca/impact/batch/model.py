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
from lca.system.reuse import Known
from lca.system.varied import amount_bought, without

#: Samples of given values that are worked on together.
CHUNK = 8192

Surplus = frozenset[str]
NO_SURPLUS: Surplus = frozenset()


@dataclass(frozen=True)
class Evaluated:
    """`totals[scenario, indicator, sample]` and `others[scenario, quantity, sample]`; nan, and not `possible[sample]`,
    where a sample makes no sense: a negative amount, say.
    """

    totals: np.ndarray
    possible: np.ndarray
    others: np.ndarray


#: A quantity of a solved system beside its totals, cost say: worked out with whatever its amounts and supply are.
Quantity = Callable[[ProductSystem], Any]


@dataclass(frozen=True)
class Bought:
    """What the plant buys of a flow causes as much as the variable `name` says, in one indicator. Of others nothing is
    then known.
    """

    name: str
    flow: str
    indicator: int


@dataclass(frozen=True)
class Compiled:
    """A program and what its results are: for each scenario the totals, the other quantities, the pools that overflow,
    whether the solution is sound, and whether it makes sense; in the end whether all amounts do.
    """

    program: Program
    pools: tuple[tuple[str, ...], ...]


class BatchModel:
    """Solved scenarios of a study as functions of variables.

    `names[k]` gives the variable at each address that varies in the k-th scenario; `bounds` hold a variable.
    `quantities` are worked out beside the totals; `bought` are flows whose score is a variable. Safe to be used by
    several threads.
    """

    def __init__(
        self,
        study: schema.Study,
        systems: Sequence[ProductSystem],
        basis: Basis,
        method: MethodFactors,
        names: Sequence[Mapping[str, str]],
        bounds: Mapping[str, Bounds] | None = None,
        quantities: Sequence[Quantity] = (),
        bought: Sequence[Bought] = (),
    ):
        self.quantities, self.bought = tuple(quantities), tuple(bought)
        self.study, self.systems, self.basis, self.method = study, tuple(systems), basis, method
        self.names, self.bounds = tuple(names), dict(bounds or {})
        self._programs: dict[tuple[tuple[int, Surplus], ...], Compiled] = {}
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

    def parts_met(self) -> tuple[tuple[int, Surplus], ...]:
        """Every scenario as it is, and with the surpluses that samples have led to so far."""
        with self._lock:
            met = [parts[0] for parts in self._programs if parts != self._whole]
        return tuple(dict.fromkeys([*self._whole, *met]))

    def compiled(self, k: int, surplus: Surplus = NO_SURPLUS) -> Compiled:
        """What runs for the k-th scenario alone, with a surplus in some pools."""
        return self._compiled(((k, surplus),))

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
        found = self._empty(count)
        for start in range(0, count, CHUNK):
            part = slice(start, min(start + CHUNK, count))
            here = {name: values[part] for name, values in samples.items()}
            block = self.evaluate_block(lambda name, here=here: here[name], part.stop - part.start)  # type: ignore[misc]
            found.totals[:, :, part], found.possible[part] = block.totals, block.possible
            found.others[:, :, part] = block.others
        return found

    def evaluate_block(self, values: Callable[[str], np.ndarray], size: int, load: Load | None = None) -> Evaluated:
        """All results of a block; `values` gives the samples of a variable, `load` writes them into a buffer."""
        found = self._empty(size)
        self._run(self._whole, values, load, np.arange(size), found)
        found.totals[:, :, ~found.possible] = np.nan
        found.others[:, :, ~found.possible] = np.nan
        return found

    def _empty(self, size: int) -> Evaluated:
        totals = np.empty((len(self.systems), len(self.method.indicators), size))
        others = np.empty((len(self.systems), len(self.quantities), size))
        return Evaluated(totals, np.ones(size, dtype=bool), others)

    def _run(
        self,
        parts: tuple[tuple[int, Surplus], ...],
        values: Callable[[str], np.ndarray],
        load: Load | None,
        where: np.ndarray,
        results: Evaluated,
    ) -> None:
        """Fill in the results of the samples `where`; those that need another system are passed on to its program."""
        made = self._compiled(parts)
        machine = self._machine(made.program, len(where))

        def copied(name: str, out: np.ndarray) -> None:
            out[:] = values(name)[where]

        computed = iter(machine.run(load or copied))
        size, possible = len(where), results.possible
        found: list[tuple[dict[str, np.ndarray], np.ndarray, np.ndarray]] = []
        for (k, _), pools in zip(parts, made.pools, strict=True):
            for own in (results.totals[k], results.others[k]):
                for row in own:
                    row[where] = next(computed)
            full = {pool: _condition(next(computed), size) for pool in pools}
            found.append((full, _condition(next(computed), size), _condition(next(computed), size)))
        sane = _condition(next(computed), size)
        possible[where[~sane]] = False
        for (k, surplus), (full, sound, makes_sense) in zip(parts, found, strict=True):
            doubtful = sane & ~sound
            if np.any(doubtful):
                self._solve_directly(k, surplus, values, where, doubtful, full, makes_sense, results)
            overfull = np.array([full[pool] & possible[where] for pool in full]).reshape(len(full), size)
            possible[where] &= makes_sense | overfull.any(axis=0)  # of a pool that overflows, the system is another one
            for pattern in np.unique(overfull[:, overfull.any(axis=0)].T, axis=0):
                more = surplus | {pool for pool, is_full in zip(full, pattern, strict=True) if is_full}
                chosen = where[np.all(overfull == pattern[:, None], axis=0)]
                self._run(((k, more),), values, None, chosen, results)

    def _solve_directly(
        self,
        k: int,
        surplus: Surplus,
        values: Callable[[str], np.ndarray],
        where: np.ndarray,
        chosen: np.ndarray,
        full: dict[str, np.ndarray],
        makes_sense: np.ndarray,
        results: Evaluated,
    ) -> None:
        """Results of samples that the program cannot solve, by a solver that chooses its pivots, one by one."""
        for place in np.flatnonzero(chosen):
            sample = where[place]
            numbers = {name: float(values(name)[sample]) for name in self._variables_of(k)}
            linked = self._linked(k, surplus, {a: numbers[name] for a, name in self.names[k].items()})
            system = self.reduced(linked) if linked is not None else None
            try:
                supply = system.supply if system is not None else None
            except InputError:
                supply = None
            makes_sense[place] = supply is not None
            if linked is None or system is None or supply is None:
                continue
            whole = linked.solved_by(supply)
            totals = self.method.matrix(system.elementary) @ system.biosphere @ supply
            results.totals[k, :, sample] = self.completed(whole, list(totals), numbers)
            results.others[k, :, sample] = [quantity(whole) for quantity in self.quantities]
            makeups = {str(pool.makeup): flow for flow, pool in pools_of(system.inventory).items()}
            backwards = {system.nodes[node].process for node in system.backwards()}
            for name, pool in makeups.items():
                if pool in full:
                    full[pool][place] = name in backwards
            makes_sense[place] = not backwards - set(makeups)

    # --- what the plant buys at a score of its own

    def reduced(self, system: ProductSystem) -> ProductSystem:
        """The system without what is bought at a score that is a variable."""
        for one in self.bought:
            system = without(system, one.flow)
        return system

    def completed(self, system: ProductSystem, totals: list[Any], values: Mapping[str, Any]) -> list[Any]:
        """The totals `[indicator]` of the reduced system with what is bought on top, of which one indicator is known;
        `system` is the whole one with the supply of the reduced one.
        """
        for one in self.bought:
            added = amount_bought(system, one.flow) * values[one.name]
            totals = [total + added if k == one.indicator else np.nan for k, total in enumerate(totals)]
        return totals

    def _variables_of(self, k: int) -> set[str]:
        return {*self.names[k].values(), *(one.name for one in self.bought)}

    # --- what runs

    def _compiled(self, parts: tuple[tuple[int, Surplus], ...]) -> Compiled:
        with self._lock:
            if parts not in self._programs:
                self._programs[parts] = self._compile(parts)
            return self._programs[parts]

    def _compile(self, parts: tuple[tuple[int, Surplus], ...]) -> Compiled:
        tape = Tape()
        results: list[Any] = []
        pools: list[tuple[str, ...]] = []
        known = Known()
        for k, surplus in parts:
            inputs = {a: tape.input(name, self.bounds.get(name, ANY)) for a, name in self.names[k].items()}
            system = self._linked(k, surplus, inputs, known)
            if system is None:
                message = f"{self.systems[k].scenario.id}: no sample is possible"
                raise InputError([Diagnostic("REE-D007", message, expected="spreads that leave the scenario possible")])
            scores = {one.name: tape.input(one.name, self.bounds.get(one.name, ANY)) for one in self.bought}
            made = solved(self.reduced(system), self.method, tape)
            whole = system.solved_by(made.supply)
            pools.append(tuple(made.overfull))
            makes_sense = _all([made.forwards, *map(np.isfinite, made.totals)])
            results += [*self.completed(whole, made.totals, scores), *(quantity(whole) for quantity in self.quantities)]
            results += [*made.overfull.values(), made.sound, makes_sense]
        results.append(_all(tape.required.values()))
        return Compiled(compiled(tape, results), tuple(pools))

    def _linked(
        self, k: int, surplus: Surplus, values: Mapping[str, Any], known: Known | None = None
    ) -> ProductSystem | None:
        """The k-th scenario with values (numbers or traced) at its addresses."""
        own = self.systems[k]
        scope = own.scope.with_samples(values)
        return link(Amounts(scope, known), own.scenario, self.study, self.basis, surplus)

    def deterministic(
        self, k: int, values: Mapping[str, float], problems: Problems | None = None, known: Known | None = None
    ) -> ProductSystem | None:
        """The k-th scenario built as any other, with numbers in place of the variables; None where it is impossible,
        which is reported to `problems`. `known` is shared by scenarios that are built with the same values.
        """
        addresses = {a: values[name] for a, name in self.names[k].items() if name in values}
        own = self.systems[k]
        scope = own.scope.with_samples(addresses)  # type: ignore[arg-type]
        system = build(Amounts(scope, known), own.scenario, self.study, self.basis)
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
