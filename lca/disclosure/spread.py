"""What is stated of the spread of a number, in the conventions of stats_arrays that Brightway keeps, and back."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from lca.inventory import schema
from lca.inventory.distributions import (
    Lognormal,
    Normal,
    Pert,
    Spread,
    Triangular,
    Uniform,
    Widened,
    spread_of,
    stated_spread,
)

#: Ids of stats_arrays.
LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR, BETA_PERT = 2, 3, 4, 5, 13

#: What ecoinvent calls the standard deviation of the logarithm before a pedigree widens it.
WITHOUT_PEDIGREE = "scale without pedigree"


def spread(holder: schema.Parameter | schema.Exchange, scale: float = 1.0) -> dict[str, Any]:
    """The fields of the spread of a number that has been checked, times `scale` from base units to those wanted; empty
    where it is certain, or where stats_arrays has no such distribution.

    A pedigree widens a lognormal distribution; of others, what is stated is given.
    """
    found = spread_of(holder)
    fields = _fields(found.stated if isinstance(found, Widened) else found, scale)
    if isinstance(found, Lognormal) and holder.pedigree is not None:
        stated = stated_spread(holder)
        fields[WITHOUT_PEDIGREE] = stated.sigma if isinstance(stated, Lognormal) else 0.0
    return fields


def is_held_whole(holder: schema.Parameter | schema.Exchange) -> bool:
    """Whether stats_arrays can say all of the spread of a number."""
    return isinstance(spread_of(holder), Uniform | Triangular | Pert | Normal | Lognormal | None)


def _fields(found: Spread | None, scale: float) -> dict[str, Any]:
    match found:
        case Uniform():
            return {"uncertainty type": UNIFORM} | _ends(found.low, found.high, scale)
        case Triangular():
            return {"uncertainty type": TRIANGULAR, "loc": found.mode * scale} | _ends(found.low, found.high, scale)
        case Pert():
            return {"uncertainty type": BETA_PERT, "loc": found.mode * scale} | _ends(found.low, found.high, scale)
        case Normal():
            fields = {"uncertainty type": NORMAL, "loc": found.mean * scale, "scale": found.sd * abs(scale)}
            return fields | _ends(found.low, found.high, scale)
        case Lognormal():
            loc = math.log(found.median * abs(scale))
            fields = {"uncertainty type": LOGNORMAL, "loc": loc, "scale": found.sigma}
            fields |= {"negative": True} if scale < 0 else {}
            return fields | _ends(found.low or -math.inf, found.high, scale)
    return {}


def _ends(low: float, high: float, scale: float) -> dict[str, float]:
    """The ends, where there are any."""
    least, most = sorted((low * scale, high * scale))
    found = {"minimum": least, "maximum": most}
    return {key: end for key, end in found.items() if math.isfinite(end)}


def written_spread(stated: tuple[Any, ...], amount: float, written: Callable[[float], str]) -> dict[str, Any] | None:
    """A distribution as a document has it, from the fields of stats_arrays: of the amount without its sign. None where
    there is no such distribution here, or where it does not hold the amount.
    """
    kind, loc, scale, _, low, high, _ = stated
    size = abs(amount)
    if not size:
        return None
    ends = (low, high) if amount > 0 else (-high, -low)
    cut = {key: written(end) for key, end in zip(("low", "high"), ends, strict=True) if math.isfinite(end) and end > 0}
    found: dict[str, Any]
    if kind == LOGNORMAL:
        sound = scale > 0 and math.isclose(math.exp(loc), size, rel_tol=1e-6)
        found = {"lognormal": {"median": written(size), "gsd2": float(f"{math.exp(2 * scale):.12g}")} | cut}
    elif kind == NORMAL:
        sound = scale > 0 and math.isclose(loc, amount, rel_tol=1e-6)
        found = {"normal": {"mean": written(size), "sd": written(scale)} | cut}
    elif kind == UNIFORM:
        sound = True
        found = {"uniform": {"low": written(ends[0]), "high": written(ends[1])}}
    elif kind in (TRIANGULAR, BETA_PERT):
        sound = ends[0] <= abs(loc) <= ends[1]
        numbers = {"low": written(ends[0]), "mode": written(abs(loc)), "high": written(ends[1])}
        found = {"triangular" if kind == TRIANGULAR else "pert": numbers}
    else:
        return None
    if kind in (UNIFORM, TRIANGULAR, BETA_PERT):
        sound = sound and 0 <= ends[0] <= size <= ends[1] and ends[0] < ends[1]
    elif any(math.isfinite(end) for end in ends):
        sound = sound and not (ends[0] > size or ends[1] < size)
    return found if sound else None
