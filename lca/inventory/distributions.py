"""How a number is spread: families of distributions with their inverse cumulative distribution, in base units.

`ppf(u)` turns uniform numbers into draws; it is monotone, so that ranks, and with them correlations between ranks, are
kept. Ends that a family does not have are infinite.

`range: [low, high]` alone is a uniform distribution between its ends: nothing within is said to be likelier. A
lognormal distribution is given by its median and the square of its geometric standard deviation, `gsd2 =
exp(2 sigma)`, or by `sigma`, the standard deviation of the logarithm. PERT is the beta distribution on `low` to `high`
with the shape parameters `1 + 4 (mode - low) / (high - low)` and `1 + 4 (high - mode) / (high - low)` (Malcolm et al.
1959).
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.inventory import schema
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.units import DIMENSIONLESS, Dimension, UnitError, parse_unit

#: Variance of the logarithm that a score of 1 to 5 adds, for reliability, completeness, temporal, geographical and
#: further technological correlation: Weidema et al. 2013, Overview and methodology: data quality guideline for the
#: ecoinvent database version 3, table 10.5.
PEDIGREE_VARIANCES = (
    (0.0, 0.0006, 0.002, 0.008, 0.04),
    (0.0, 0.0001, 0.0006, 0.002, 0.008),
    (0.0, 0.0002, 0.002, 0.008, 0.04),
    (0.0, 0.000025, 0.0001, 0.0006, 0.002),
    (0.0, 0.0006, 0.008, 0.04, 0.12),
)

#: Numbers of a distribution that have no unit, whatever it is a distribution of.
PLAIN = frozenset({"gsd2", "sigma", "weights"})

#: The lower end of what is positive and may come near to zero.
LEAST = math.ulp(0.0)

#: Quantile of the normal distribution that bounds its central 95 %.
CENTRAL_95 = 1.96


class ImpossibleError(ValueError):
    """Parameters that no distribution of the family has; `key` names the one at fault."""

    def __init__(self, message: str, expected: str, key: str):
        super().__init__(message)
        self.expected, self.key = expected, key


@dataclass(frozen=True)
class Spread(ABC):
    """A distribution of a number, in base units."""

    @abstractmethod
    def ppf(self, u: Any) -> Any:
        """The values below which the shares `u` (0 < u < 1, float or array) of all draws lie."""

    @property
    @abstractmethod
    def support(self) -> tuple[float, float]:
        """The lowest and the highest value possible."""

    @property
    def interval(self) -> tuple[float, float]:
        """The ends that are shown and moved to: of the support, or of the central 95 % where that has none."""
        return self.support

    @property
    def is_certain(self) -> bool:
        """Whether all draws are the same."""
        low, high = self.support
        return low == high


@dataclass(frozen=True)
class Uniform(Spread):
    low: float
    high: float

    def ppf(self, u: Any) -> Any:
        return self.low + (self.high - self.low) * u

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Triangular(Spread):
    low: float
    mode: float
    high: float

    def ppf(self, u: Any) -> Any:
        width, below, above = self.high - self.low, self.mode - self.low, self.high - self.mode
        left = self.low + np.sqrt(u * (width * below))
        right = self.high - np.sqrt((1.0 - u) * (width * above))
        return np.where(u * width < below, left, right)

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Pert(Spread):
    low: float
    mode: float
    high: float

    @property
    def shape(self) -> tuple[float, float]:
        """The two shape parameters of the beta distribution."""
        width = self.high - self.low
        return 1 + 4 * (self.mode - self.low) / width, 1 + 4 * (self.high - self.mode) / width

    def ppf(self, u: Any) -> Any:
        from scipy.special import betaincinv

        if self.is_certain:
            return self.low + 0.0 * u
        return self.low + (self.high - self.low) * betaincinv(*self.shape, u)

    @property
    def support(self) -> tuple[float, float]:
        return self.low, self.high


@dataclass(frozen=True)
class Normal(Spread):
    """Normal, cut off below `low` and above `high`: what lies beyond is drawn again."""

    mean: float
    sd: float
    low: float = -math.inf
    high: float = math.inf

    @property
    def is_cut(self) -> bool:
        return self.low > -math.inf or self.high < math.inf

    def ppf(self, u: Any) -> Any:
        return self.mean + self.sd * self.standard(u)

    def standard(self, u: Any) -> Any:
        """The same in standard deviations from the mean."""
        return _cut_normal(u, self.low, self.high, self.mean, self.sd)

    @property
    def support(self) -> tuple[float, float]:
        return (self.low, self.high) if self.sd else (self.mean, self.mean)

    @property
    def interval(self) -> tuple[float, float]:
        width = CENTRAL_95 * self.sd
        return max(self.low, self.mean - width), min(self.high, self.mean + width)


@dataclass(frozen=True)
class Lognormal(Spread):
    """Lognormal with the standard deviation `sigma` of the logarithm, cut off below `low` and above `high`."""

    median: float
    sigma: float
    low: float = 0.0
    high: float = math.inf

    @property
    def is_cut(self) -> bool:
        return self.low > 0 or self.high < math.inf

    def ppf(self, u: Any) -> Any:
        return self.median * np.exp(self.sigma * self.standard(u))

    def standard(self, u: Any) -> Any:
        """The logarithm in standard deviations from its mean."""
        low = math.log(self.low) if self.low > 0 else -math.inf
        high = math.log(self.high) if self.high < math.inf else math.inf
        return _cut_normal(u, low, high, math.log(self.median), self.sigma)

    @property
    def support(self) -> tuple[float, float]:
        return (self.low or LEAST, self.high) if self.sigma else (self.median, self.median)

    @property
    def interval(self) -> tuple[float, float]:
        gsd2 = math.exp(2 * self.sigma)
        return max(self.low, self.median / gsd2), min(self.high, self.median * gsd2)


def _cut_normal(u: Any, low: float, high: float, mean: float, sd: float) -> Any:
    """Standard normal draws between two ends, which are in units of `mean` and `sd`.

    Beyond the mean the upper tail is used, mirrored: there `1 - F` keeps the digits that `F` loses.
    """
    from scipy.special import ndtr, ndtri

    if not sd:
        return 0.0 * u
    a, b = (low - mean) / sd, (high - mean) / sd
    if a == -math.inf and b == math.inf:
        return ndtri(u)
    if a > 0:
        top, bottom = ndtr(-a), ndtr(-b)
        return np.clip(-ndtri(top - u * (top - bottom)), a, b)
    bottom, top = ndtr(a), ndtr(b)
    return np.clip(ndtri(bottom + u * (top - bottom)), a, b)


@dataclass(frozen=True)
class Discrete(Spread):
    """One of several values, by their weights; `upto` are the weights summed up, the last one 1."""

    values: tuple[float, ...]
    upto: tuple[float, ...]

    @classmethod
    def weighted(cls, values: tuple[float, ...], weights: tuple[float, ...]) -> Discrete:
        """The values in order, with the shares that the weights give."""
        pairs = sorted(zip(values, weights, strict=True))
        sums = np.cumsum([weight for _, weight in pairs])
        upto = (*(float(part) for part in sums[:-1] / sums[-1]), 1.0)
        return cls(tuple(value for value, _ in pairs), upto)

    def ppf(self, u: Any) -> Any:
        places = np.searchsorted(np.array(self.upto), u, side="left")
        return np.array(self.values)[np.minimum(places, len(self.values) - 1)]

    @property
    def support(self) -> tuple[float, float]:
        return self.values[0], self.values[-1]


@dataclass(frozen=True)
class Widened(Spread):
    """A distribution times an independent lognormal factor with the median 1, for the quality of the data.

    It has two sources of chance, so its `ppf` is of no closed form; draws multiply those of the two.
    """

    stated: Spread
    factor: Lognormal

    def ppf(self, u: Any) -> Any:
        raise NotImplementedError("draw the stated distribution and the factor, and multiply")

    @property
    def support(self) -> tuple[float, float]:
        low, high = self.stated.support
        return (-math.inf if low < 0 else LEAST if low > 0 else 0.0), (math.inf if high > 0 else 0.0)

    @property
    def interval(self) -> tuple[float, float]:
        return self.stated.interval


# --- from what is written


def pedigree_sigma(scores: tuple[int, ...] | list[int]) -> float:
    """The standard deviation of the logarithm that pedigree scores add (`PEDIGREE_VARIANCES`)."""
    return math.sqrt(sum(row[score - 1] for row, score in zip(PEDIGREE_VARIANCES, scores, strict=True)))


def stated_spread(holder: schema.Parameter | schema.Exchange) -> Spread | None:
    """The range or distribution of a parameter or exchange; None without one.

    Raises `FormulaError` where a number cannot be read, `ImpossibleError` where there is no such distribution.
    """
    due = _dimension(holder)
    if holder.range is not None:
        low, high = (_magnitude(text, due) for text in holder.range)
        return _ordered(Uniform(low, high), "high")
    if holder.distribution is None:
        return None
    family, written = holder.distribution.family()
    numbers: dict[str, Any] = {}
    for key in type(written).model_fields:
        value, wanted = getattr(written, key), DIMENSIONLESS if key in PLAIN else due
        if isinstance(value, list):
            numbers[key] = tuple(_magnitude(text, wanted) for text in value)
        elif value is not None:
            numbers[key] = _magnitude(value, wanted)
    return _MAKERS[family](numbers)


def spread_of(holder: schema.Parameter | schema.Exchange) -> Spread | None:
    """What is drawn for a parameter or exchange: what it states, widened by its pedigree; None where it is certain.

    A pedigree widens positive quantities: variances of logarithms add up where a lognormal distribution is stated,
    others are multiplied by a lognormal factor. Plain numbers are not widened otherwise: as shares and excesses they
    have bounds that no factor knows.
    """
    stated = stated_spread(holder)
    sigma = pedigree_sigma(holder.pedigree) if holder.pedigree is not None else 0.0
    if not sigma:
        return None if stated is None or stated.is_certain else stated
    text = holder.amount if isinstance(holder, schema.Exchange) else holder.value
    number = literal(parse(str(text))) if text is not None else None
    if number is None:
        return stated
    central = in_base_units(number)
    if isinstance(stated, Lognormal):
        return Lognormal(stated.median, math.hypot(stated.sigma, sigma), stated.low, stated.high)
    if central <= 0 or not number.unit.strip("% "):
        return None if stated is None or stated.is_certain else stated
    if stated is None or stated.is_certain:
        return Lognormal(central, sigma)
    return Widened(stated, Lognormal(1.0, sigma))


def _dimension(holder: schema.Parameter | schema.Exchange) -> Dimension | None:
    """The dimension of the value that is spread, where it is a plain quantity."""
    text = holder.amount if isinstance(holder, schema.Exchange) else holder.value
    found = literal(parse(str(text))) if text is not None else None
    try:
        return parse_unit(found.unit).dimension if found is not None else None
    except UnitError:
        return None  # reported where the value itself is read


def _magnitude(text: Any, due: Dimension | None) -> float:
    found = literal(parse(str(text)))
    if found is None:
        raise FormulaError("REE-F001", "not a quantity", 0, 1)
    magnitude = in_base_units(found)
    if due is not None and parse_unit(found.unit).dimension != due:
        raise FormulaError("REE-U003", "not of the dimension of the value", 0, 1)
    return magnitude


def _ordered(spread: Spread, key: str) -> Spread:
    low, high = spread.support
    if low > high:
        raise ImpossibleError("the low end lies above the high end", "low <= high", key)
    return spread


def _triangular(kind: type[Triangular] | type[Pert], numbers: dict[str, Any]) -> Spread:
    made = _ordered(kind(**numbers), "high")
    if not numbers["low"] <= numbers["mode"] <= numbers["high"]:
        raise ImpossibleError("the mode lies outside the ends", "low <= mode <= high", "mode")
    return made


def _normal(numbers: dict[str, Any]) -> Spread:
    if numbers["sd"] < 0:
        raise ImpossibleError("the standard deviation is negative", "sd of at least 0", "sd")
    made = Normal(**numbers)
    _check_cut(made.mean, made.sd, made.low, made.high)
    return made


def _lognormal(numbers: dict[str, Any]) -> Spread:
    median, low, high = numbers["median"], numbers.get("low", 0.0), numbers.get("high", math.inf)
    if median <= 0:
        raise ImpossibleError("the median of a lognormal distribution is not positive", "a median above 0", "median")
    if numbers.get("gsd2", 1.0) < 1:
        raise ImpossibleError("the squared geometric standard deviation is below 1", "gsd2 of at least 1", "gsd2")
    sigma = numbers["sigma"] if "sigma" in numbers else math.log(numbers["gsd2"]) / 2
    if sigma < 0:
        raise ImpossibleError("the standard deviation of the logarithm is negative", "sigma of at least 0", "sigma")
    if low < 0 or high <= 0:
        end = "low" if low < 0 else "high"
        raise ImpossibleError(f"the {end} end of a lognormal distribution is not positive", "an end above 0", end)
    _check_cut(math.log(median), sigma, math.log(low) if low else -math.inf, math.log(high))
    return Lognormal(median, sigma, low, high)


def _check_cut(mean: float, sd: float, low: float, high: float) -> None:
    if low >= high:
        raise ImpossibleError("the low end does not lie below the high end", "low < high", "high")
    if not low <= mean <= high:
        end = "low" if mean < low else "high"
        raise ImpossibleError("what is left between the ends does not hold the centre", "low <= centre <= high", end)


def _discrete(numbers: dict[str, Any]) -> Spread:
    values = numbers["values"]
    weights = numbers.get("weights", (1.0,) * len(values))
    if len(weights) != len(values):
        message = f"{len(values)} values have {len(weights)} weights"
        raise ImpossibleError(message, "a weight for every value", "weights")
    if min(weights) < 0 or not sum(weights) > 0:
        raise ImpossibleError("weights are negative, or all zero", "weights of at least 0, some above", "weights")
    kept = [(value, weight) for value, weight in zip(values, weights, strict=True) if weight]
    return Discrete.weighted(tuple(value for value, _ in kept), tuple(weight for _, weight in kept))


_MAKERS = {
    "uniform": lambda numbers: _ordered(Uniform(**numbers), "high"),
    "triangular": lambda numbers: _triangular(Triangular, numbers),
    "pert": lambda numbers: _triangular(Pert, numbers),
    "normal": _normal,
    "lognormal": _lognormal,
    "discrete": _discrete,
    "empirical": _discrete,
}
