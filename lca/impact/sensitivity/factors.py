"""What is moved independently of all else: single quantities, or groups of them.

Indices of variance and elementary effects are defined for factors that are independent of each other. Quantities that
are correlated are one factor, so the index is that of the group (Jacques et al. 2006); none of its members has one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from lca.impact.batch.sampling import Draws, Variable


@dataclass(frozen=True)
class Factor:
    """Quantities that are moved together, and the dimensions of the unit cube that they come from. `title` stands for
    the names of many.
    """

    variables: tuple[Variable, ...]
    sources: tuple[int, ...]
    title: str = ""

    @property
    def name(self) -> str:
        return self.title or " & ".join(variable.name for variable in self.variables)


def factors_of(draws: Draws) -> list[Factor]:
    """The factors of all quantities drawn: each a quantity, or those that are correlated."""
    groups: dict[tuple[str, ...], list[Variable]] = {}
    for variable in draws.variables.values():
        copula = draws.copula_of(variable)
        groups.setdefault(copula.addresses if copula else (variable.name,), []).append(variable)
    return [Factor(tuple(own), _sources(draws, own)) for own in groups.values()]


def _sources(draws: Draws, variables: Iterable[Variable]) -> tuple[int, ...]:
    names = [name for variable in variables for name in draws.sources_of(variable)]
    return tuple(draws.sources[name] for name in dict.fromkeys(names))


def together(factors: Sequence[Factor]) -> Factor:
    """Factors as one."""
    variables = tuple(variable for factor in factors for variable in factor.variables)
    sources = tuple(source for factor in factors for source in factor.sources)
    return Factor(variables, sources, f"all others ({len(variables)})")


def values_at(draws: Draws, points: np.ndarray) -> dict[str, np.ndarray]:
    """What points of the unit cube, `points[dimension, sample]`, stand for, by quantity."""
    block = draws.at(points)
    found = {}
    for name in draws.variables:
        found[name] = np.empty(points.shape[1])
        block.load(name, found[name])
    return found
