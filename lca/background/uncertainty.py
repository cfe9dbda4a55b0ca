"""Distributions of exchanges, in the conventions of stats_arrays (columns of `UNCERTAINTY`).

A row describes the amount of an exchange before the sign that it has in a matrix: an input of 2 has the entry -2 and
a distribution about 2, as in Brightway. Where nothing is known, `loc` is the amount.
"""

from __future__ import annotations

import math
from typing import NamedTuple

UNDEFINED, LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR = 0, 2, 3, 4, 5
_NAN = math.nan


class Spread(NamedTuple):
    """One row of uncertainty; the fields are the columns of `UNCERTAINTY`."""

    type: int = UNDEFINED
    loc: float = _NAN
    scale: float = _NAN
    shape: float = _NAN
    minimum: float = _NAN
    maximum: float = _NAN
    negative: bool = False


def lognormal(amount: float, sigma: float) -> Spread | None:
    """Median `amount`, `sigma` the standard deviation of its logarithm; None where that is no distribution."""
    if not amount or not math.isfinite(sigma) or sigma <= 0:
        return None
    return Spread(LOGNORMAL, math.log(abs(amount)), sigma, negative=amount < 0)


def normal(amount: float, deviation: float) -> Spread | None:
    """Mean `amount` and standard deviation; None where that is no distribution."""
    if not math.isfinite(deviation) or deviation <= 0:
        return None
    return Spread(NORMAL, amount, deviation, negative=amount < 0)


def uniform(low: float, high: float) -> Spread | None:
    """Between `low` and `high`; None where that is no distribution."""
    if not (math.isfinite(low) and math.isfinite(high)) or low >= high:
        return None
    return Spread(UNIFORM, minimum=low, maximum=high, negative=high <= 0)


def triangular(low: float, mode: float, high: float) -> Spread | None:
    """Between `low` and `high`, most likely `mode`; None where that is no distribution."""
    if not all(map(math.isfinite, (low, mode, high))) or not low <= mode <= high or low >= high:
        return None
    return Spread(TRIANGULAR, mode, minimum=low, maximum=high, negative=high <= 0)


def scaled(spread: Spread, factor: float) -> Spread:
    """The distribution of `factor` times what `spread` describes."""
    if not factor:
        return Spread(loc=0.0)
    low, high = sorted((spread.minimum * factor, spread.maximum * factor))
    lognormal = spread.type == LOGNORMAL
    return spread._replace(
        loc=spread.loc + math.log(abs(factor)) if lognormal else spread.loc * factor,
        scale=spread.scale if lognormal else spread.scale * abs(factor),
        minimum=low,
        maximum=high,
        negative=spread.negative != (factor < 0),
    )
