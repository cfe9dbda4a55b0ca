"""Entries of a matrix of an imported database with their spreads, drawn sample by sample.

What is drawn for an exchange depends on the seed, the database, its place in it and the number of the sample, and on
nothing else: exchanges come in blocks, and each block of each sample is a place of its own in what Philox gives.
Conventions are those of stats_arrays, as Brightway draws them: a row of `UNCERTAINTY` describes the amount before the
sign that it has in the matrix. Kinds that are not known here, and numbers that make
no distribution, stay at their amount.
"""

from __future__ import annotations

import hashlib
from typing import Any

import numpy as np

from lca.background.database import Exchanges
from lca.background.uncertainty import LOGNORMAL, NORMAL, TRIANGULAR, UNIFORM

#: Exchanges that are drawn together.
TOGETHER = 16_384

#: Kinds of stats_arrays that stand for one amount.
_CERTAIN = (0, 1)

_KNOWN = (LOGNORMAL, NORMAL, UNIFORM, TRIANGULAR)

#: Stands for a kind whose numbers make no distribution.
_BROKEN = 255


class DrawnMatrix:
    """`entries` that can be drawn; `name` tells them from those of other matrices and databases. Only blocks that hold
    one of the `wanted` entries (all) are drawn.
    """

    def __init__(self, name: str, entries: Exchanges, wanted: np.ndarray | None = None):
        self.name = name
        self.central = entries.amounts.astype(float)
        count = len(self.central)
        stated = entries.uncertainty
        kinds = np.zeros(count, dtype=np.uint8) if stated is None else stated["uncertainty_type"].copy()
        if stated is not None:
            kinds[np.isin(kinds, _KNOWN) & ~_is_sound(kinds, stated)] = _BROKEN
        self.unknown = int(np.sum(~np.isin(kinds, (*_CERTAIN, *_KNOWN))))
        self._middle, self._sigma = self.central.copy(), np.zeros(count)
        self._others: list[tuple[int, np.ndarray, np.ndarray, dict[str, np.ndarray]]] = []
        if stated is not None:
            self._lay_out(kinds, stated)
        self.spread = np.isin(kinds, _KNOWN) & (self.central != 0)
        self._blocks = [
            (start, min(start + TOGETHER, count))
            for start in range(0, count, TOGETHER)
            if np.any((self.spread if wanted is None else self.spread & wanted)[start : start + TOGETHER])
        ]

    def _lay_out(self, kinds: np.ndarray, stated: np.ndarray) -> None:
        before = np.where(stated["negative"], -1.0, 1.0)
        signs = np.sign(self.central) * before  # what the matrix makes of the amount before its sign
        cut = (np.isfinite(stated["minimum"]) | np.isfinite(stated["maximum"])) & np.isin(kinds, (LOGNORMAL, NORMAL))
        plain = (kinds == LOGNORMAL) & ~cut
        self._middle[plain] = np.sign(self.central[plain]) * np.exp(stated["loc"][plain])
        self._sigma[plain] = stated["scale"][plain]
        for kind in _KNOWN:
            places = np.flatnonzero((kinds == kind) & ~plain & (self.central != 0))
            if len(places):
                columns = {name: stated[name][places] for name in ("loc", "scale", "minimum", "maximum")}
                self._others.append((kind, places, self._signs(kind, places, signs[places], columns), columns))

    def _signs(self, kind: int, places: np.ndarray, signs: np.ndarray, columns: dict[str, np.ndarray]) -> np.ndarray:
        """By what draws are multiplied: a lognormal one has no sign of its own, another has that of its amount."""
        if kind == LOGNORMAL:
            return np.asarray(np.sign(self.central[places]))
        amounts = self.central[places] * signs
        strange = amounts * columns["loc"] < 0
        if kind != NORMAL:
            strange = (amounts < columns["minimum"]) | (amounts > columns["maximum"])
        return np.where(strange, -signs, signs)

    def draw(self, seed: int, sample: int) -> np.ndarray:
        """The entries of a sample; those of blocks that nobody wants are central."""
        scores = np.zeros(len(self.central))
        bits = np.random.Philox(key=0)
        generator = np.random.Generator(bits)
        key = np.frombuffer(
            hashlib.blake2b(f"{seed} {self.name}".encode(), digest_size=16).digest(), dtype="<u8"
        ).astype(np.uint64)
        for start, stop in self._blocks:
            counter = np.array([0, 0, start // TOGETHER, sample], dtype=np.uint64)
            state: Any = {"bit_generator": "Philox", "state": {"counter": counter, "key": key}}
            bits.state = state | {
                "buffer": np.zeros(4, dtype=np.uint64),
                "buffer_pos": 4,
                "has_uint32": 0,
                "uinteger": 0,
            }
            generator.standard_normal(out=scores[start:stop])
        drawn = self._middle * np.exp(self._sigma * scores)
        for kind, places, signs, columns in self._others:
            drawn[places] = signs * _transformed(kind, scores[places], columns)
        return drawn


def _is_sound(kinds: np.ndarray, stated: np.ndarray) -> np.ndarray:
    """Whether the numbers of each exchange make a distribution of its kind."""
    loc, scale, low, high = (stated[name] for name in ("loc", "scale", "minimum", "maximum"))
    bell = np.isfinite(loc) & np.isfinite(scale) & (scale > 0) & ~(low >= high)
    between = np.isfinite(low) & np.isfinite(high) & (low < high)
    peak = between & (low <= loc) & (loc <= high)
    return np.asarray(np.select([kinds == UNIFORM, kinds == TRIANGULAR], [between, peak], bell))


def _transformed(kind: int, scores: np.ndarray, columns: dict[str, np.ndarray]) -> np.ndarray:
    """Standard normal numbers as draws of amounts before their sign."""
    from scipy.special import ndtr, ndtri

    loc, scale, low, high = (columns[name] for name in ("loc", "scale", "minimum", "maximum"))
    if kind in (NORMAL, LOGNORMAL):
        bottom, top = low, high
        with np.errstate(divide="ignore", invalid="ignore"):
            if kind == LOGNORMAL:  # the size of an amount; of negative ones the ends change places
                turned = np.fmin(low, high) < 0
                bottom, top = np.log(np.abs(np.where(turned, high, low))), np.log(np.abs(np.where(turned, low, high)))
            a = ndtr((np.where(np.isnan(bottom), -np.inf, bottom) - loc) / scale)
            b = ndtr((np.where(np.isnan(top), np.inf, top) - loc) / scale)
        cut = np.isfinite(low) | np.isfinite(high)
        shares = np.where(cut, ndtri(a + ndtr(scores) * (b - a)), scores)
        values = loc + scale * shares
        return np.asarray(np.exp(values) if kind == LOGNORMAL else values)
    share = ndtr(scores)
    if kind == UNIFORM:
        return np.asarray(low + (high - low) * share)
    rising = (loc - low) / (high - low)
    width = high - low
    return np.asarray(
        np.where(
            share < rising,
            low + np.sqrt(share * rising) * width,
            high - np.sqrt((1 - share) * (1 - rising)) * width,
        )
    )
