"""What a step recovers of each rare earth, and what the recovered mixture then consists of.

Of a mixture with mass shares `w` of the oxides as sold (summing to one) a step that recovers the fraction `f` of each
gives `sum(w f)` kg per kg, in which each oxide has the share `w f / sum(w f)`. What is lost is what is left of `w`, so
element by element nothing appears or vanishes.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from lca.chemistry import (
    OXIDES,
    ChemistryError,
    Composition,
    NoRareEarthError,
    atomic_mass,
    is_some,
    oxide_shares,
    total_of,
)
from lca.chemistry_functions import ChemFunction

REST: Final = "rest"
"""Name of the fraction of all elements that have none of their own."""


class FractionError(ChemistryError):
    """Fractions by element that make no sense, or do not fit the composition they are applied to."""


@dataclass(frozen=True, slots=True)
class ByElement:
    """A fraction for each element, 0 to 1; ``rest`` is that of elements not named, None where there is none.

    Immutable and hashable. Raises FractionError, and UnknownElementError for what is no element.
    """

    items: tuple[tuple[str, float], ...]
    rest: float | None = None

    def __post_init__(self) -> None:
        for element, _ in self.items:
            atomic_mass(element)
        rest = () if self.rest is None else ((REST, self.rest),)
        for name, fraction in (*self.items, *rest):
            if not (math.isfinite(fraction) and 0.0 <= fraction <= 1.0):
                raise FractionError(f"the fraction of '{name}' is {fraction}; fractions are numbers from 0 to 1")

    @classmethod
    def from_fractions(cls, fractions: Mapping[str, float]) -> ByElement:
        """The fractions of a mapping, in which ``rest`` stands for all elements not named."""
        items = tuple((name, float(value)) for name, value in fractions.items() if name != REST)
        return cls(items, fractions.get(REST))

    def of(self, element: str) -> float:
        """The fraction of an element. Raises FractionError where neither it nor ``rest`` is given."""
        found = dict(self.items).get(element, self.rest)
        if found is None:
            named = ", ".join(name for name, _ in self.items) or "nothing"
            raise FractionError(f"no fraction of {element} is given, and no '{REST}'; there is {named}")
        return found


def _recovered_oxides(c: Composition, fractions: ByElement) -> Mapping[str, Any]:
    """Rare earth -> what is recovered of its oxide, kg_REO per kg_REO of all rare earths in the composition."""
    return _known(c, fractions) if c.is_plain else _recovered(c, fractions)


def _recovered(c: Composition, fractions: ByElement) -> Mapping[str, Any]:
    strange = [name for name, _ in fractions.items if name not in OXIDES]
    if strange:
        raise FractionError(f"'{strange[0]}' is not a rare earth; only of rare earths the recovery can be computed")
    return MappingProxyType({e: share * fractions.of(e) for e, share in oxide_shares(c).items()})


_known = lru_cache(maxsize=128)(_recovered)


def mean_recovery(c: Composition, fractions: ByElement) -> Any:
    """What is recovered of the rare earths together, by mass of the oxides as sold, kg_REO/kg_REO.

    Raises NoRareEarthError, FractionError.
    """
    return total_of(_recovered_oxides(c, fractions).values())


def recovered(c: Composition, fractions: ByElement) -> Composition:
    """The composition of what is recovered: the oxides as sold of its rare earths, and nothing else.

    Raises NoRareEarthError, also where nothing is recovered, and FractionError.
    """
    masses = {e: mass for e, mass in _recovered_oxides(c, fractions).items() if is_some(mass)}
    total = total_of(masses.values())
    if not is_some(total):
        raise NoRareEarthError("none of the rare earths is recovered, so there is no composition of what is")
    return Composition.from_shares({OXIDES[e]: mass / total for e, mass in masses.items()}, "oxides")


_ENTRIES: Final = (
    ChemFunction("recovered", ("composition", "by_element"), "", "oxides of what is recovered", recovered),
    ChemFunction("mean_recovery", ("composition", "by_element"), "kg/kg", "part that is recovered", mean_recovery),
)

FUNCTIONS: Final[Mapping[str, ChemFunction]] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
"""The functions of recovery in the formula language, by name."""
