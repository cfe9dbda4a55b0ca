"""What is stated of the spread of a number, in the conventions of stats_arrays that Brightway keeps."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from lca.inventory import schema
from lca.inventory.formula import in_base_units, literal, parse
from lca.inventory.reading import Text

#: Ids of stats_arrays.
LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR, BETA_PERT = 2, 3, 4, 5, 13


def spread(stated: schema.Parameter | schema.Exchange, scale: float = 1.0) -> dict[str, Any]:
    """The fields of a distribution or range that has been checked, times `scale` from base units to those of the
    exchange; empty where nothing is stated. A range alone is taken as uniform.

    `gsd2` is the square of the geometric standard deviation, so the standard deviation of the logarithm is half of its
    logarithm.
    """
    if stated.range is not None:
        low, high = (_base(end) for end in stated.range)
        return {"uncertainty type": UNIFORM} | _ends(low, high, scale)
    if stated.distribution is None:
        return {}
    family, numbers = stated.distribution.family()
    values = {name: _base(text) for name, text in numbers}
    if family == "lognormal":
        loc = math.log(values["median"] * abs(scale))
        sigma = math.log(values["gsd2"]) / 2
        return {"uncertainty type": LOGNORMAL, "loc": loc, "scale": sigma} | ({"negative": True} if scale < 0 else {})
    if family == "normal":
        return {"uncertainty type": NORMAL, "loc": values["mean"] * scale, "scale": values["sd"] * abs(scale)}
    ends = _ends(values["low"], values["high"], scale)
    if family == "uniform":
        return {"uncertainty type": UNIFORM} | ends
    if family == "triangular":
        return {"uncertainty type": TRIANGULAR, "loc": values["mode"] * scale} | ends
    return {"uncertainty type": BETA_PERT, "loc": values["mode"] * scale} | ends


def _ends(low: float, high: float, scale: float) -> dict[str, float]:
    ends = sorted((low * scale, high * scale))
    return {"minimum": ends[0], "maximum": ends[1]}


def _base(text: Text) -> float:
    found = literal(parse(text))
    assert found is not None  # checked with the references
    return in_base_units(found)


def written_spread(stated: tuple[Any, ...], amount: float, written: Callable[[float], str]) -> dict[str, Any] | None:
    """A distribution as a document has it, from the fields of stats_arrays: of the amount without its sign. None where
    there is no such distribution here, or where it does not hold the amount.
    """
    kind, loc, scale, _, low, high, _ = stated
    size = abs(amount)
    if not size:
        return None
    if kind == LOGNORMAL:
        sound = scale > 0 and math.isclose(math.exp(loc), size, rel_tol=1e-6)
        return {"lognormal": {"median": written(size), "gsd2": float(f"{math.exp(2 * scale):.12g}")}} if sound else None
    if kind == NORMAL:
        sound = scale > 0 and math.isclose(loc, amount, rel_tol=1e-6)
        return {"normal": {"mean": written(size), "sd": written(scale)}} if sound else None
    ends = sorted((low, high)) if amount > 0 else sorted((-low, -high))
    if not 0 <= ends[0] <= size <= ends[1] or ends[0] == ends[1]:
        return None
    if kind == UNIFORM:
        return {"uniform": {"low": written(ends[0]), "high": written(ends[1])}}
    mode = abs(loc)
    if kind not in (TRIANGULAR, BETA_PERT) or not ends[0] <= mode <= ends[1]:
        return None
    family = "triangular" if kind == TRIANGULAR else "pert"
    return {family: {"low": written(ends[0]), "mode": written(mode), "high": written(ends[1])}}
