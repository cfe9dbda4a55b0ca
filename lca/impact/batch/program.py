"""A tape made ready to run: only what the results need, in an order that keeps few values alive, in buffers that are
used again.

A machine holds the buffers for a number of samples at a time, of a size that the processor's cache can hold, and bound
operations: running it is a walk over NumPy calls that all write into place. Every operation works sample by sample, so
results do not depend on how many samples run together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.impact.batch.tape import CONDITIONS, Constant, Operand, Tape, Traced

#: Writes the samples of an input into a buffer.
Load = Callable[[str, np.ndarray], None]


@dataclass(frozen=True)
class Program:
    """`steps[k]` is an operation, its operands (slots, or constants) and the slot that it writes. Conditions
    have slots of their own. `results` are slots, or constants.
    """

    inputs: tuple[str, ...]
    steps: tuple[tuple[str, tuple[Operand, ...], int], ...]
    slots: int
    conditions: int
    results: tuple[Operand, ...]
    are_conditions: frozenset[int]  # of the results

    @property
    def operations(self) -> int:
        """How many operations a sample takes, inputs aside."""
        return sum(name != "input" for name, _, _ in self.steps)


def compiled(tape: Tape, results: Sequence[Any]) -> Program:
    """The program that computes traced values (or passes on numbers) from the inputs of their tape."""
    wanted: list[Operand] = [v.ref if isinstance(v, Traced) else Constant(float(v)) for v in results]
    order = _in_order(tape, [ref for ref in wanted if isinstance(ref, int)])
    last_use: dict[int, int] = {}
    for step, ref in enumerate(order):
        for operand in _operands(tape, ref):
            last_use[operand] = step
    kept = {ref for ref in wanted if isinstance(ref, int)}
    slots, conditions = _Slots(), _Slots()
    place: dict[int, int] = {}
    steps = []
    names = list(tape.inputs)
    for step, ref in enumerate(order):
        name, operands = tape.operations[ref]
        read = tuple(place[o] if isinstance(o, int) else o for o in operands) if name != "input" else operands
        own = conditions if name in CONDITIONS else slots
        # `where` writes before it has read everything
        spent = {o for o in _operands(tape, ref) if last_use[o] == step and o not in kept}
        if name != "where":
            _free(spent, tape, place, slots, conditions)
        place[ref] = own.take()
        if name == "where":
            _free(spent, tape, place, slots, conditions)
        steps.append((name, read, place[ref]))
    found = tuple(place[ref] if isinstance(ref, int) else ref for ref in wanted)
    are = frozenset(k for k, v in enumerate(wanted) if isinstance(v, int) and tape.operations[v][0] in CONDITIONS)
    used = tuple(names[_number(tape.operations[ref][1][0])] for ref in order if tape.operations[ref][0] == "input")
    numbers = {name: k for k, name in enumerate(used)}
    renumbered = [
        (name, (numbers[names[_number(read[0])]],), slot) if name == "input" else (name, read, slot)
        for name, read, slot in steps
    ]
    return Program(used, tuple(renumbered), slots.count, conditions.count, found, are)


def _number(operand: Operand) -> int:
    """The number of an input."""
    assert isinstance(operand, int)
    return operand


def _operands(tape: Tape, ref: int) -> list[int]:
    name, operands = tape.operations[ref]
    return [] if name == "input" else [operand for operand in operands if isinstance(operand, int)]


def _in_order(tape: Tape, wanted: Sequence[int]) -> list[int]:
    """What is needed, each after its operands and as late as depth first allows."""
    order: list[int] = []
    done: set[int] = set()
    stack = [(ref, False) for ref in reversed(wanted)]
    while stack:
        ref, ready = stack.pop()
        if ref in done:
            continue
        if ready:
            done.add(ref)
            order.append(ref)
            continue
        stack.append((ref, True))
        stack += [(operand, False) for operand in reversed(_operands(tape, ref)) if operand not in done]
    return order


class _Slots:
    """Numbers of buffers: those given back are handed out first."""

    def __init__(self) -> None:
        self.count, self.free = 0, list[int]()

    def take(self) -> int:
        if self.free:
            return self.free.pop()
        self.count += 1
        return self.count - 1


def _free(refs: set[int], tape: Tape, place: dict[int, int], slots: _Slots, conditions: _Slots) -> None:
    for ref in sorted(refs):
        (conditions if tape.operations[ref][0] in CONDITIONS else slots).free.append(place[ref])


class Machine:
    """A program with its buffers for `size` samples at a time. For one thread only."""

    def __init__(self, program: Program, size: int):
        self.program, self.size = program, size
        self._values = np.empty((program.slots, size))
        self._conditions = np.empty((program.conditions, size), dtype=bool)
        self._steps = [self._bound(*step) for step in program.steps]

    def _bound(self, name: str, operands: tuple[Operand, ...], slot: int) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        if name == "input":
            return _load, (self.program.inputs[_number(operands[0])], self._values[slot])
        own = self._conditions if name in CONDITIONS else self._values
        if name == "where":
            condition, *values = operands
            chosen = (self._operand(value, False) for value in values)
            return _choose, (self._operand(condition, True), *chosen, own[slot])
        arguments = [self._operand(operand, name.startswith("logical")) for operand in operands]
        return _IN_PLACE.get(name) or getattr(np, name), (*arguments, own[slot])

    def _operand(self, operand: Operand, is_condition: bool) -> Any:
        if isinstance(operand, int):
            return (self._conditions if is_condition else self._values)[operand]
        return np.array(
            bool(operand.value) if is_condition else operand.value
        )  # quicker for NumPy than a Python number

    def run(self, load: Load) -> list[Any]:
        """The results, arrays over samples (which the next run overwrites) or numbers; `load` gives the inputs."""
        with np.errstate(all="ignore"):
            for function, arguments in self._steps:
                if function is _load:
                    load(*arguments)
                else:
                    function(*arguments)
        return [
            (self._conditions if k in self.program.are_conditions else self._values)[result]
            if isinstance(result, int)
            else result.value
            for k, result in enumerate(self.program.results)
        ]


def _load(name: str, out: np.ndarray) -> None:
    """Stands for the loading of an input."""


def _minimum(a: Any, b: Any, out: np.ndarray) -> None:
    np.minimum(a, b, out=out)


def _maximum(a: Any, b: Any, out: np.ndarray) -> None:
    np.maximum(a, b, out=out)


#: These alone do not take the place of their result without its name.
_IN_PLACE: Mapping[str, Callable[..., Any]] = {"minimum": _minimum, "maximum": _maximum}


def _choose(condition: Any, then: Any, otherwise: Any, out: np.ndarray) -> None:
    np.copyto(out, otherwise)
    np.copyto(out, then, where=condition)
