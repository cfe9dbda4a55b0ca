"""How far knowing a quantity changes the whole distribution of a result: delta (Borgonovo 2007) and PAWN (Pianosi and
Wagener 2018), from plain samples, so also of quantities that are correlated.

The samples are divided into classes of the quantity, equal in number. Delta is half the mean area between the density
of the result and that within a class, so a share from 0 to 1; PAWN the median over the classes of the largest distance
between the cumulative distributions (Kolmogorov and Smirnov). Numbers of classes, densities (Gaussian kernels of
Silverman's width) and the removal of bias follow Plischke et al. 2013, European Journal of Operational Research 226,
536-550, and SALib, to which a test compares; densities are smoothed on a grid by Fourier transform, and distances read
off one sorted sample, which takes a small part of the time.

Both are above zero by chance for a quantity without any part; how far, a made-up quantity shows.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np

from lca.impact.batch.engine import workers
from lca.impact.batch.sampling import BLOCK
from lca.impact.sensitivity.analysed import Analysed, Tally, Told, in_parallel
from lca.inventory.distributions import CENTRAL_95

#: Bootstrap samples.
RESAMPLES = 20

#: Points at which densities are known.
_GRID = 1024

#: Classes for PAWN.
PAWN_CLASSES = 10


@dataclass(frozen=True)
class GivenData:
    """By quantity: the index with half the width of its 95 % confidence interval, the largest of a class, and the share
    of the variance of the result that lies between classes. `nothing` is the index of a quantity without any part.
    """

    index: np.ndarray
    conf: np.ndarray
    highest: np.ndarray
    between: np.ndarray
    nothing: float
    rows: int


def sampled_values(
    analysed: Analysed, count: int, seed: int, tally: Tally, told: Told
) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Samples of all quantities, as they are drawn for `uncertainty`, and their results; possible ones only."""
    draws = analysed.draws(seed)
    names = list(draws.variables)

    def work(piece: int) -> tuple[np.ndarray, Tally]:
        size = min(BLOCK, count - piece * BLOCK)
        block = draws.block(piece, size)
        values = {name: np.empty(size) for name in names}
        for name in names:
            block.load(name, values[name])
        output, own = analysed.evaluate(values, size)
        return np.array([*values.values(), output]), own

    table = np.concatenate(list(in_parallel(work, -(-count // BLOCK), tally, told)), axis=1)
    table = table[:, np.isfinite(table[-1])]
    return dict(zip(names, table, strict=False)), table[-1]


def given_data(values: dict[str, np.ndarray], output: np.ndarray, kind: str, seed: int) -> GivenData:
    """The indices `delta` or `pawn` of quantities from samples of them and of the result."""
    estimate = _delta(output) if kind == "delta" else _pawn(output)
    classes = _delta_classes(len(output)) if kind == "delta" else PAWN_CLASSES
    weights = np.random.default_rng([seed, 1]).poisson(1.0, (RESAMPLES, len(output))).astype(float)
    chance = np.random.default_rng([seed, 2]).random(len(output))

    def work(x: np.ndarray) -> tuple[float, float, float, float]:
        return _one(classed(x, classes), output, weights, estimate, kind)

    with ThreadPoolExecutor(workers()) as pool:
        found = list(pool.map(work, (*values.values(), chance)))
    index, conf, highest, between = np.array(found).T
    return GivenData(index[:-1], conf[:-1], highest[:-1], between[:-1], float(index[-1]), len(output))


#: The indices of classes and what each of them weighs, from the class of each sample and the weights of the samples.
_Estimate = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


def _one(
    labels: np.ndarray, output: np.ndarray, weights: np.ndarray, estimate: _Estimate, kind: str
) -> tuple[float, float, float, float]:
    """Index, half width, highest of a class, and share of variance between classes of one quantity."""
    of_classes, sizes = estimate(labels, np.ones(len(output)))
    resampled = np.array([_whole(*estimate(labels, own), kind) for own in weights])
    index = _whole(of_classes, sizes, kind)
    if kind == "delta":
        index = float(np.mean(2 * index - resampled))  # without the bias of few samples
    means = np.bincount(labels, output) / np.maximum(np.bincount(labels), 1)
    between = float(np.average((means - output.mean()) ** 2, weights=np.bincount(labels)) / output.var())
    return index, CENTRAL_95 * float(resampled.std(ddof=1)), float(of_classes.max()), between


def _whole(of_classes: np.ndarray, sizes: np.ndarray, kind: str) -> float:
    return float(np.average(of_classes, weights=sizes) if kind == "delta" else np.median(of_classes[sizes > 0]))


def classed(x: np.ndarray, count: int) -> np.ndarray:
    """The class of each sample, from 0: as many classes as asked for, equal in number, fewer where values repeat."""
    edges = np.quantile(x, np.linspace(0, 1, count + 1)[1:-1])
    return np.unique(np.searchsorted(np.unique(edges), x, side="right"), return_inverse=True)[1]


def _delta_classes(samples: int) -> int:
    exponent = 2.0 / (7.0 + np.tanh((1500.0 - samples) / 500.0))
    return int(min(np.ceil(samples**exponent), 48))


def _delta(output: np.ndarray) -> _Estimate:
    from scipy import fft

    low, high = output.min(), output.max()
    width = (high - low) / _GRID
    cells = np.minimum(((output - low) / width).astype(int), _GRID - 1)
    frequencies = np.fft.rfftfreq(2 * _GRID)  # twice the grid: what is smoothed over its ends is cut off

    def smoothed(counts: np.ndarray, sizes: np.ndarray, deviations: np.ndarray) -> np.ndarray:
        """Densities on the grid, `[class, point]`, as shares by cell."""
        kernel = deviations * (0.75 * sizes) ** -0.2 / width
        spectrum = fft.rfft(counts / sizes[:, None], 2 * _GRID)
        spectrum *= np.exp(-2.0 * (np.pi * np.outer(kernel, frequencies)) ** 2)
        return np.asarray(fft.irfft(spectrum, 2 * _GRID)[:, :_GRID])

    def estimate(labels: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        count = labels.max() + 1
        counts = np.bincount(labels * _GRID + cells, weights, count * _GRID).reshape(count, _GRID)
        sizes = np.maximum(counts.sum(axis=1), 1.0)
        means = np.bincount(labels, weights * output, count) / sizes
        squares = np.bincount(labels, weights * (output - means[labels]) ** 2, count)
        deviations = np.sqrt(squares / np.maximum(sizes - 1, 1))
        total = weights.sum()
        mean = weights @ output / total
        deviation = np.sqrt(weights @ (output - mean) ** 2 / (total - 1))
        whole = smoothed(counts.sum(axis=0)[None], np.array([total]), np.array([deviation]))
        return 0.5 * np.abs(smoothed(counts, sizes, deviations) - whole).sum(axis=1), counts.sum(axis=1)

    return estimate


def _pawn(output: np.ndarray) -> _Estimate:
    order = np.argsort(output, kind="stable")
    ordered = output[order]
    last = np.append(ordered[1:] != ordered[:-1], True)  # of equal results: distributions are known after all of them

    def estimate(labels: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        own, weighed = labels[order], weights[order]
        members = (own == np.arange(labels.max() + 1)[:, None]) * weighed
        upto = np.cumsum(members, axis=1)
        sizes = upto[:, -1]
        whole = np.cumsum(weighed) / weighed.sum()
        return np.abs(upto / np.maximum(sizes, 1.0)[:, None] - whole)[:, last].max(axis=1), sizes

    return estimate
