"""Draws of uncertain quantities, the same bits however the work is cut up.

Samples come in blocks of `BLOCK`. What is drawn for a variable in a block depends on the seed, the name of the variable
and the number of the block, and on nothing else: not on how many blocks there are, on threads or on other variables.

* `mc`, Monte Carlo: Philox (Salmon et al. 2011), a generator that counts, with the key from seed and name and the
  counter from the block.
* `lhs`, Latin hypercube (McKay et al. 1979): within each block every variable falls once into each of as many slices of
  equal chance as the block has samples. The last block may be shorter: its draws depend on its length.
* `sobol`: the scrambled Sobol sequence of SciPy, a dimension for each variable in the order given. Another variable
  takes another dimension, so here what is drawn does depend on the set of variables.

Correlated variables: normal numbers, mixed by the square root of the correlation matrix (a Gaussian copula), so
correlations are those of normal scores.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from lca.inventory.distributions import Lognormal, Normal, Pert, Spread, Widened

Method = Literal["mc", "lhs", "sobol"]

#: Samples drawn together.
BLOCK = 8192

#: Added to the name of a variable for the draws of the quality of its data.
QUALITY = " data quality"

#: State of a generator that has not given anything yet.
_FRESH: Mapping[str, Any] = {"buffer": np.zeros(4, dtype=np.uint64), "buffer_pos": 4, "has_uint32": 0, "uinteger": 0}

#: Smallest uniform number that is turned into a draw: half of the smallest step between two.
_LEAST = 2.0**-54


@dataclass(frozen=True)
class Variable:
    """A quantity that is drawn. `name` tells it from all others, `address` is what correlations call it."""

    name: str
    address: str
    spread: Spread


@dataclass(frozen=True)
class Copula:
    """Addresses whose normal scores are correlated: `scores = root @ independent`."""

    addresses: tuple[str, ...]
    root: np.ndarray

    @classmethod
    def of(cls, addresses: Sequence[str], matrix: np.ndarray) -> Copula:
        """From the correlation matrix, which has no negative eigenvalue."""
        values, vectors = np.linalg.eigh(matrix)
        return cls(tuple(addresses), vectors @ np.diag(np.sqrt(np.maximum(values, 0.0))) @ vectors.T)


class Draws:
    """The samples of variables, block by block."""

    def __init__(
        self,
        variables: Sequence[Variable],
        seed: int,
        method: Method = "mc",
        copulas: Sequence[Copula] = (),
    ):
        self.seed, self.method = seed, method
        self.variables: Mapping[str, Variable] = {variable.name: variable for variable in variables}
        self._copula_of = {address: copula for copula in copulas for address in copula.addresses}
        self._sobol: Any = None
        if method == "sobol":
            self._sobol = self._sequence()

    def block(self, number: int, size: int = BLOCK) -> BlockDraws:
        """The draws of a block; with `sobol`, blocks are asked for in their order, once."""
        points = None if self._sobol is None else np.ascontiguousarray(self._sobol.random(size).T)
        return BlockDraws(self, number, size, points)

    def at(self, points: np.ndarray) -> BlockDraws:
        """What given points of the unit cube stand for: `points[source, sample]`, in the order of `sources`."""
        return BlockDraws(self, 0, points.shape[1], points)

    @cached_property
    def sources(self) -> Mapping[str, int]:
        """What chance comes from, each independent of the others, and its dimension."""
        names: list[str] = []
        for variable in self.variables.values():
            names += self.sources_of(variable)[:1]
            if isinstance(variable.spread, Widened):
                names.append(variable.name + QUALITY)
        names += [address for copula in self._copula_of.values() for address in copula.addresses]
        return {name: k for k, name in enumerate(dict.fromkeys(names))}

    def sources_of(self, variable: Variable) -> list[str]:
        """What a variable depends on, its own source first."""
        copula = self.copula_of(variable)
        others = [address for address in copula.addresses if address != variable.address] if copula else []
        quality = [variable.name + QUALITY] if isinstance(variable.spread, Widened) else []
        return [self._source(variable), *others, *quality]

    def _sequence(self) -> Any:
        from scipy.stats import qmc

        return qmc.Sobol(len(self.sources), scramble=True, rng=np.random.default_rng(self.seed))

    def _source(self, variable: Variable) -> str:
        """What chance comes from: correlated quantities of one address go together."""
        return variable.address if variable.address in self._copula_of else variable.name

    def copula_of(self, variable: Variable) -> Copula | None:
        """The group that a variable belongs to."""
        return self._copula_of.get(variable.address)

    def dimension(self, name: str) -> int:
        """The dimension of the sequence that a source of chance has."""
        return self.sources[name]


class BlockDraws:
    """The draws of one block, made when they are asked for."""

    def __init__(self, draws: Draws, number: int, size: int, points: np.ndarray | None):
        self.draws, self.number, self.size = draws, number, size
        self._points = points
        self._scores: dict[tuple[str, ...], np.ndarray] = {}
        self._bits = np.random.Philox(key=0)
        self._made = np.random.Generator(self._bits)

    def load(self, name: str, out: np.ndarray) -> None:
        """Write the samples of a variable."""
        variable = self.draws.variables[name]
        spread = variable.spread
        stated = spread.stated if isinstance(spread, Widened) else spread
        copula = self.draws.copula_of(variable)
        if copula is not None:
            _from_scores(stated, self._correlated(copula)[copula.addresses.index(variable.address)], out)
        else:
            self._draw(name, stated, out)
        if isinstance(spread, Widened):
            factor = np.empty(self.size)
            self._draw(name + QUALITY, spread.factor, factor)
            out *= factor

    def _draw(self, name: str, spread: Spread, out: np.ndarray) -> None:
        if self.draws.method != "mc" or self._points is not None:
            out[:] = spread.ppf(self._uniform(name))
            return
        generator = self._generator(name)
        if isinstance(spread, Normal | Lognormal) and not spread.is_cut:
            generator.standard_normal(out=out)
            _scaled(spread, out)
        elif isinstance(spread, Pert):
            out[:] = generator.beta(*spread.shape, self.size)
            out *= spread.high - spread.low
            out += spread.low
        else:
            generator.random(out=out)
            out[:] = spread.ppf(np.maximum(out, _LEAST, out=out))

    def _generator(self, name: str) -> np.random.Generator:
        """The generator at the start of what it gives for a name in this block."""
        words = np.frombuffer(_key(self.draws.seed, name), dtype="<u8").astype(np.uint64)
        state = {"counter": np.array([0, 0, 0, self.number], dtype=np.uint64), "key": words}
        start: Any = {"bit_generator": "Philox", "state": state, **_FRESH}
        self._bits.state = start  # quicker than making a generator
        return self._made

    def _uniform(self, name: str) -> np.ndarray:
        """Uniform numbers between 0 and 1, both left out."""
        if self._points is not None:
            return np.asarray(np.clip(self._points[self.draws.dimension(name)], _LEAST, 1.0 - _LEAST * 2))
        generator = self._generator(name)
        slices = generator.permutation(self.size) if self.draws.method == "lhs" else 0.0
        share = self.size if self.draws.method == "lhs" else 1
        found = np.asarray((slices + generator.random(self.size)) / share)
        return np.asarray(np.clip(found, _LEAST, 1.0 - _LEAST * 2))

    def _correlated(self, copula: Copula) -> np.ndarray:
        """Normal scores `[address, sample]` with the correlations of the copula."""
        if copula.addresses not in self._scores:
            from scipy.special import ndtri

            independent = np.array([ndtri(self._uniform(address)) for address in copula.addresses])
            # summed in one order, whatever the number of samples: a product of matrices need not be
            mixed = np.zeros_like(independent)
            for row in range(len(copula.addresses)):
                for column in range(len(copula.addresses)):
                    mixed[row] += copula.root[row, column] * independent[column]
            self._scores[copula.addresses] = mixed
        return self._scores[copula.addresses]


def _key(seed: int, name: str) -> bytes:
    """128 bits from seed and name."""
    return hashlib.blake2b(f"{seed} {name}".encode(), digest_size=16).digest()


def _scaled(spread: Normal | Lognormal, out: np.ndarray) -> None:
    """Turn standard normal numbers into draws, in place."""
    if isinstance(spread, Normal):
        out *= spread.sd
        out += spread.mean
    else:
        out *= spread.sigma
        np.exp(out, out=out)
        out *= spread.median


def _from_scores(spread: Spread, scores: np.ndarray, out: np.ndarray) -> None:
    """Turn standard normal numbers into draws of any family."""
    from scipy.special import ndtr

    if isinstance(spread, Normal | Lognormal) and not spread.is_cut:
        out[:] = scores
        _scaled(spread, out)
    else:
        out[:] = spread.ppf(np.clip(ndtr(scores), _LEAST, 1.0 - _LEAST * 2))
