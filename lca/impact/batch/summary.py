"""What is said of samples: mean, standard deviation, quantiles, and how well they are known.

All samples are kept as long as they fit into `KEPT` bytes. Beyond, they are counted in bins, and a quantile is known to
the width of a bin: 1/20,000 of the range of the first samples.
"""

from __future__ import annotations

import math
from typing import Protocol

import numpy as np

#: Bytes of samples that are kept.
KEPT = 1 << 28

#: Bins of a series: these over the range of the first samples, and half as many on each side of it.
_BINS = 20_000

#: Probabilities of the ends of the intervals that are stated.
INTERVALS = {50: (0.25, 0.75), 90: (0.05, 0.95), 95: (0.025, 0.975)}

#: Quantile of the normal distribution for two-sided confidence of 95 %.
_CONFIDENCE = 1.96


class Summary(Protocol):
    """Statistics of several series of samples, one in each row."""

    count: int

    def add(self, rows: np.ndarray) -> None:
        """Take in more samples, `rows[series, sample]`; in the same order they give the same bits."""

    def mean(self) -> np.ndarray:
        """`mean[series]`."""

    def sd(self) -> np.ndarray:
        """`sd[series]`, of the population that the samples stand for (n - 1)."""

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        """`quantile[share, series]`."""


class KeptSummary:
    """Keeps every sample."""

    def __init__(self) -> None:
        self._blocks: list[np.ndarray] = []
        self._sorted: np.ndarray | None = None
        self.count = 0

    def add(self, rows: np.ndarray) -> None:
        self._blocks.append(rows)
        self._sorted = None
        self.count += rows.shape[1]

    @property
    def samples(self) -> np.ndarray:
        """`samples[series, sample]`."""
        if len(self._blocks) > 1:
            self._blocks = [np.concatenate(self._blocks, axis=1)]
        return self._blocks[0]

    def mean(self) -> np.ndarray:
        first = self.samples[:, :1]  # so that samples that are all alike have exactly that mean
        return np.asarray(first[:, 0] + (self.samples - first).mean(axis=1))

    def sd(self) -> np.ndarray:
        if self.count < 2:
            return np.full(len(self.samples), np.nan)
        return np.asarray((self.samples - self.samples[:, :1]).std(axis=1, ddof=1))

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        if self._sorted is None:
            self._sorted = np.sort(self.samples, axis=1)
        return np.asarray(np.array([[_of_sorted(row, share) for row in self._sorted] for share in shares]))


def _of_sorted(values: np.ndarray, share: float) -> float:
    """Linear between order statistics, as NumPy's default."""
    place = min(max(share, 0.0), 1.0) * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return float(values[below] + (values[above] - values[below]) * (place - below))


class BinnedSummary:
    """Counts samples in bins, which the first ones lay out."""

    def __init__(self) -> None:
        self.count = 0
        self._low = self._width = self._mean = self._squares = self._least = self._most = np.empty(0)
        self._counts = np.empty((0, 0), dtype=np.int64)

    def add(self, rows: np.ndarray) -> None:
        least, most = rows.min(axis=1), rows.max(axis=1)
        if not self.count:
            self._lay_out(least, most)
        else:
            self._least, self._most = np.minimum(self._least, least), np.maximum(self._most, most)
        self._merge(rows)
        for series, row in enumerate(rows):
            places = (row - self._low[series]) / self._width[series] if self._width[series] else np.zeros(len(row))
            inside = np.clip(places, 0, 2 * _BINS - 1).astype(np.int64)
            self._counts[series] += np.bincount(inside, minlength=2 * _BINS)

    def _lay_out(self, least: np.ndarray, most: np.ndarray) -> None:
        span = most - least
        self._least, self._most = least, most
        self._low, self._width = least - span / 2, span / _BINS
        self._mean, self._squares = least.copy(), np.zeros_like(least)
        self._counts = np.zeros((len(least), 2 * _BINS), dtype=np.int64)

    def _merge(self, rows: np.ndarray) -> None:
        """Mean and sum of squares with those of more samples (Chan, Golub and LeVeque 1983)."""
        size = rows.shape[1]
        first = rows[:, :1]
        mean = first[:, 0] + (rows - first).mean(axis=1)
        squares = ((rows - mean[:, None]) ** 2).sum(axis=1)
        total = self.count + size
        away = mean - self._mean if self.count else np.zeros_like(mean)
        self._squares = self._squares + squares + away**2 * (self.count * size / total)
        self._mean = self._mean + away * (size / total) if self.count else mean
        self.count = total

    def mean(self) -> np.ndarray:
        return self._mean

    def sd(self) -> np.ndarray:
        return np.asarray(np.sqrt(self._squares / (self.count - 1)))

    def quantiles(self, shares: np.ndarray) -> np.ndarray:
        upto = np.cumsum(self._counts, axis=1)
        found = np.empty((len(shares), len(self._counts)))
        for n, share in enumerate(shares):
            wanted = min(max(float(share), 0.0), 1.0) * self.count
            for series, counts in enumerate(self._counts):
                place = min(int(np.searchsorted(upto[series], wanted, side="left")), 2 * _BINS - 1)
                before = upto[series, place - 1] if place else 0
                part = (wanted - before) / counts[place] if counts[place] else 0.0
                value = self._low[series] + (place + part) * self._width[series]
                found[n, series] = min(max(value, self._least[series]), self._most[series])
        return found


def summary_for(series: int, samples: int) -> KeptSummary | BinnedSummary:
    """What takes in so many samples of so many series."""
    return KeptSummary() if series * samples * 8 <= KEPT else BinnedSummary()


def confidence(summary: Summary, share: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the 95 % confidence interval of a quantile, by the ranks between which it lies (Conover 1999, 3.2).

    For samples that are drawn independently; for Latin hypercube and Sobol sequences it is too wide.
    """
    away = _CONFIDENCE * math.sqrt(share * (1 - share) / summary.count)
    low, high = summary.quantiles(np.array([share - away, share + away]))
    return low, high


def doubt(summary: Summary) -> np.ndarray:
    """How well median and central 95 % are known: the largest half-width of their confidence intervals, relative to the
    size of the median, by series. Infinite where the median is zero and the samples are not.
    """
    median = np.abs(summary.quantiles(np.array([0.5]))[0])
    widths = np.zeros_like(median)
    for share in (0.025, 0.5, 0.975):
        low, high = confidence(summary, share)
        widths = np.maximum(widths, (high - low) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(widths == 0, 0.0, widths / median)
