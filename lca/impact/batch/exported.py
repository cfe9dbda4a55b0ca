"""Scenarios as functions of a few parameters, written down so that anybody can compute them: operations on numbers in
their order, and points at which their results are known.

The operations are those of the batch model, so nothing is approximated: only rounding may differ. Some of the points
are computed anew by bw2calc.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.errors import InputError
from lca.impact.batch.model import BatchModel, Surplus
from lca.impact.batch.opened import Opened
from lca.impact.batch.proof import PROVED, Proof, agreement
from lca.impact.batch.tape import Constant
from lca.impact.study import AGREEMENT, DisagreementError
from lca.inventory.parameters import shown_unit
from lca.units import base_unit, parse_unit

#: Parameters that a reduced model has, at most.
MOST_PARAMETERS = 5

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Moved:
    """A parameter of a reduced model: the scenarios (by place) in which it is the same quantity, and in base units
    where it stands and between what ends it moves. One of its `unit` is `factor` base units. `swing` is what it moves
    between its ends: the difference of two scenarios, or the result of one.
    """

    address: str
    name: str
    scenarios: tuple[int, ...]
    low: float
    central: float
    high: float
    unit: str
    factor: float
    swing: float


def matter_most(opened: Opened, rows: Iterable[Row]) -> list[Moved]:
    """The parameters that matter most to the difference of two scenarios, or the result of one: those with the widest
    swing. `rows` are of the table `sensitivity`. Left out is what can only leap from value to value, and what has no
    swing: there is no result at an end of its range.
    """
    swings: list[dict[str, Row]] = [{} for _ in opened.ids]
    for row in rows:
        if row["scenario"] in opened.ids:
            swings[opened.ids.index(row["scenario"])][str(row["parameter"])] = row
    found = [one for address in {**swings[0], **swings[-1]} for one in _told_apart(opened, address, swings)]
    found = [one for one in found if np.isfinite(one.swing) and one.swing and one.low < one.high]
    return sorted(found, key=lambda one: (-abs(one.swing), one.name))[:MOST_PARAMETERS]


def _told_apart(opened: Opened, address: str, swings: Sequence[Mapping[str, Row]]) -> Iterator[Moved]:
    """A parameter once where the scenarios agree on it, else for each of them: two sites have two distances."""
    alike: dict[tuple[float, ...], list[int]] = {}
    for k, own in enumerate(swings):
        if address in own and address in opened.systems[k].scope.definitions:
            row = own[address]
            alike.setdefault((row["low"], row["central"], row["high"]), []).append(k)
    for places in alike.values():
        scope = opened.systems[places[0]].scope
        definition, kind = scope.definitions[address], scope.kind_at(address)
        spread = definition.parameter.distribution
        leaps = spread is not None and (spread.discrete is not None or spread.empirical is not None)
        moved = [swings[k][address]["swing"] for k in places]
        if definition.interval is None or kind is None or leaps or None in moved:
            continue
        unit = shown_unit(definition.parameter) or base_unit(kind.dimension)
        swing = sum((-1.0 if k else 1.0) * float(own) for k, own in zip(places, moved, strict=True))
        name = address if len(alike) == 1 else f"{address} in {opened.ids[places[0]]}"
        low, high = map(float, definition.interval)
        central = float(scope.value_at(address))
        factor = float(parse_unit(unit).factor)
        yield Moved(address, name, tuple(places), low, central, high, unit, factor, swing)


def exported_model(opened: Opened, parameters: Sequence[Moved]) -> dict[str, Any]:
    """One or two scenarios as functions of parameters, as plain data: for every indicator that all assess, and every
    system that a surplus makes of a scenario. Raises `DisagreementError` where bw2calc finds something else, and
    `InputError` where the scenarios are impossible.

    A step is `[operation, place of its result, operands...]`; operands from 0 are places, -1, -2, ... constants.
    Conditions have places of their own. Operations are those of NumPy on 64-bit numbers.
    """
    names = [{one.address: one.name for one in parameters if k in one.scenarios} for k in range(len(opened.ids))]
    bounds = {one.name: (one.low, one.high) for one in parameters}
    model = BatchModel(opened.checked.study, opened.systems, opened.basis, opened.method, names, bounds)
    points = _points(parameters)
    found = model.evaluate({one.name: points[n] for n, one in enumerate(parameters)})
    known = PROVED + 2 * len(parameters)
    values = [{one.name: float(points[n, k]) for n, one in enumerate(parameters)} for k in range(known)]
    possible = [k for k in range(PROVED) if found.possible[k]]
    proofs = [Proof(k, values[k], found.totals[:, :, k], found.totals[:, :, k]) for k in possible]
    worst = agreement(model, proofs)
    indicators = opened.shared_indicators()
    inputs = {one.name: n for n, one in enumerate(parameters)}
    return {
        "indicators": indicators,
        "programs": [_program(model, k, full, inputs, indicators) for k, full in model.parts_met()],
        "points": [
            {
                "values": [value[one.name] for one in parameters],
                "totals": found.totals[:, indicators, k].tolist() if found.possible[k] else None,
            }
            for k, value in enumerate(values)
        ],
        "proved": len(proofs),
        "agreement": float(f"{worst:.1g}"),  # its further digits differ between machines
        "bound": AGREEMENT,
    }


def _points(parameters: Sequence[Moved]) -> np.ndarray:
    """`[parameter, point]`: first the points to be proved (the centre, all low, all high, some between), then each
    parameter alone at its ends, then all corners.
    """
    low, central, high = (np.array([getattr(one, end) for one in parameters]) for end in ("low", "central", "high"))
    count = len(parameters)
    inner = low + (high - low) * np.random.default_rng(1).random((PROVED - 3, count))
    alone = np.repeat(central[None], 2 * count, axis=0)
    for n in range(count):
        alone[2 * n : 2 * n + 2, n] = low[n], high[n]
    corners = np.array([[(corner >> n) & 1 for n in range(count)] for corner in range(2**count)])
    return np.concatenate([[central, low, high], inner, alone, np.where(corners, high, low)]).T


def _program(
    model: BatchModel, k: int, full: Surplus, inputs: Mapping[str, int], indicators: Sequence[int]
) -> dict[str, Any]:
    """What computes the k-th scenario with a surplus in some pools."""
    made = model.compiled(k, full)
    program = made.program
    constants: dict[float, int] = {}

    def place(operand: Any) -> int:
        if not isinstance(operand, Constant):
            return int(operand)
        return -1 - constants.setdefault(float(operand.value), len(constants))

    steps: list[list[Any]] = []
    for name, operands, slot in program.steps:
        if name == "input":
            (number,) = operands
            assert isinstance(number, int)
            steps.append([name, slot, inputs[program.inputs[number]]])
        else:
            steps.append([name, slot, *map(place, operands)])
    results = [place(result) for result in program.results]
    totals, rest = results[: len(model.method.indicators)], results[len(model.method.indicators) :]
    return {
        "scenario": k,
        "full": sorted(full),
        "steps": steps,
        "totals": [totals[i] for i in indicators],
        "pools": dict(zip(made.pools[0], rest, strict=False)),
        "sound": rest[-3],
        "sensible": rest[-2],
        "required": rest[-1],
        "constants": [value if np.isfinite(value) else None for value in constants],
    }


def what_if(opened: Opened, rows: Iterable[Row]) -> dict[str, Any]:
    """The reduced model of one scenario, or of two that are compared, with its parameters; or the `reason` why there is
    none.
    """
    rows = [row for row in rows if row["scenario"] in opened.ids]
    parameters = matter_most(opened, rows)
    if not parameters:
        lacking = any(row["swing"] is None for row in rows)
        others = " and has a result at both ends of it" if lacking else ""
        return {"reason": f"no parameter with a stated range moves the result{others}"}
    if not opened.shared_indicators():
        return {"reason": "no indicator is assessed"}
    try:
        model = exported_model(opened, parameters)
    except DisagreementError as fault:
        return {"reason": str(fault)}
    except InputError as fault:
        return {"reason": fault.diagnostics[0].message}
    said = [vars(one) | {"scenarios": list(one.scenarios)} for one in parameters]
    return {"scenarios": opened.ids, "basis": opened.basis, "parameters": said, **model}
