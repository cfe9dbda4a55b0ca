"""Shares that are uncertain together: what a material consists of, whom a mix is bought from.

With `concentration: c`, shares `s` follow the Dirichlet distribution with the parameters `c s`: each is drawn as a
gamma number and divided by the sum of all. They sum to what the stated ones sum to in every sample, their means are the
stated ones, and each by itself follows a beta distribution with the variance `s (1 - s) / (c + 1)`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.chemistry import Composition
from lca.inventory import schema
from lca.inventory.distributions import Spread
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.reading import Text

#: How many points an address of a share has: `owner.parameter.part`, `process.mix.provider`.
_POINTS = 2


@dataclass(frozen=True)
class ShareOf(Spread):
    """One of several shares of a `whole`: `alpha` is its parameter of the Dirichlet distribution, `others` the sum of
    theirs. `ppf` is that of the share by itself; the shares are drawn together, see `lca.impact.batch.sampling`.
    """

    alpha: float
    others: float
    whole: float = 1.0

    def ppf(self, u: Any) -> Any:
        from scipy.special import betaincinv

        return self.whole * betaincinv(self.alpha, self.others, u)

    def gamma(self, u: Any) -> Any:
        """The gamma numbers that are divided by their sum, of uniform numbers."""
        from scipy.special import gammaincinv

        return gammaincinv(self.alpha, u)

    @property
    def mean(self) -> float:
        """The share as it is stated."""
        return self.whole * self.alpha / (self.alpha + self.others)

    @property
    def interval(self) -> tuple[float, float]:
        """Its central 95 %: the ends themselves would leave nothing to others."""
        return float(self.ppf(0.025)), float(self.ppf(0.975))

    @property
    def support(self) -> tuple[float, float]:
        return 0.0, self.whole


def parts(shares: Mapping[str, float], concentration: float) -> dict[str, ShareOf]:
    """The shares that vary, by name: those that are not nothing, where there are several."""
    some = {name: share for name, share in shares.items() if share > 0}
    whole = sum(some.values())
    if len(some) < 2:
        return {}
    alphas = {name: concentration * share / whole for name, share in some.items()}
    return {name: ShareOf(alpha, concentration - alpha, whole) for name, alpha in alphas.items()}


def concentration_of(text: Text) -> float | None:
    """A concentration as it is written; None where it is no plain number above zero."""
    try:
        found = literal(parse(str(text)))
    except FormulaError:
        return None
    value = in_base_units(found) if found is not None and not found.unit else 0.0
    return value if 0 < value < np.inf else None


def mix_addresses(process: schema.Process) -> list[str]:
    """The addresses of the shares of a mix, `process.mix.provider`; the second of one is `process.mix.provider.2`."""
    found: list[str] = []
    for entry in process.mix.shares if process.mix else ():
        address = f"{process.process}.mix.{entry.provider}"
        count = sum(known == address or known.startswith(f"{address}.") for known in found)
        found.append(f"{address}.{count + 1}" if count else address)
    return found


def mix_shares(process: schema.Process) -> dict[str, float] | None:
    """The shares of a mix by address, summing to one; None where one is a formula."""
    values: dict[str, float] = {}
    rest = None
    for address, entry in zip(mix_addresses(process), process.mix.shares if process.mix else (), strict=True):
        if str(entry.share) == "rest":
            rest, values[address] = address, 0.0
            continue
        found = literal(parse(str(entry.share)))
        if found is None:
            return None
        values[address] = in_base_units(found)
    if rest is not None:
        values[rest] = max(0.0, 1.0 - sum(values.values()))
    return {address: value / sum(values.values()) for address, value in values.items()}


def owners_of_shares(samples: Mapping[str, Any]) -> frozenset[str]:
    """The addresses of the compositions (and mixes) of which shares are drawn."""
    return frozenset(address.rpartition(".")[0] for address in samples if address.count(".") == _POINTS)


def with_drawn(composition: Composition, address: str, samples: Mapping[str, Any]) -> Composition:
    """A composition with the shares that are drawn in the place of its own. Those that are missing among them, because
    nothing depends on them, fill it up.
    """
    drawn = {name: samples[f"{address}.{name}"] for name, _ in composition.items if f"{address}.{name}" in samples}
    missing = {name: share for name, share in composition.items if name not in drawn}
    if any(missing.values()):
        left = sum(composition.shares.values()) - sum(drawn.values())
        missing = {name: max(0.0, left) * share / sum(missing.values()) for name, share in missing.items()}
    shares = {name: (drawn | missing)[name] for name, _ in composition.items}
    return Composition.from_shares(shares, composition.of)
