"""How good the data of a result are, weighted with what each of them contributes.

The rating has the form of the data quality rating of the Product Environmental Footprint (Recommendation (EU)
2021/2279): the mean of four criteria, 1 best and 5 worst. Each is read from the score of the pedigree matrix that says
the same: technological, geographical and time-related representativeness from technology, geography and time, and
precision from reliability. The footprints of PACT take the first three from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from lca.impact.contributions import SystemScores, evidence_of
from lca.impact.evidence import GRADES
from lca.inventory import schema

#: Places of the pedigree that ratings are made of (1 is best, 5 worst); completeness, the remaining one, is in none.
RELIABILITY, TEMPORAL, GEOGRAPHICAL, TECHNOLOGICAL = 0, 2, 3, 4
RATED_BY = (TECHNOLOGICAL, GEOGRAPHICAL, TEMPORAL, RELIABILITY)

#: What is not rated counts as this where it has to count as something.
WORST = 5.0

#: The processes that make up so much of a result are named with their scores, as the recommendation has it.
MOST_RELEVANT = 0.8

DATA_SETS, AMOUNTS = "data sets", "amounts"

_GRADES = tuple(GRADES)


@dataclass(frozen=True)
class DataQuality:
    """Of one indicator: `grades` are the shares of the contributions by evidence grade, the last of what has none;
    `rated` is the share whose data have a pedigree; `scores` are the five scores, weighted over those; None where
    nothing is rated.
    """

    grades: tuple[float, ...]
    rated: float
    scores: tuple[float, ...] | None

    @property
    def primary(self) -> float:
        """The share whose data are measured."""
        return self.grades[_GRADES.index("measured")]

    @property
    def rating(self) -> float | None:
        """The mean of the four criteria, of what is rated."""
        return None if self.scores is None else sum(self.scores[place] for place in RATED_BY) / len(RATED_BY)

    @property
    def at_worst(self) -> float:
        """The rating if all that is not rated were of the worst."""
        return (self.rating or 0.0) * self.rated + WORST * (1 - self.rated)


class _Weighted(NamedTuple):
    """Things that contribute: `weights[indicator, thing]`, and of each thing its evidence grade and pedigree."""

    weights: np.ndarray
    graded: np.ndarray
    rated: np.ndarray
    pedigrees: np.ndarray

    def quality(self) -> list[DataQuality]:
        """By indicator; what does not contribute at all has no quality."""
        whole = self.weights.sum(axis=1)
        by_grade, by_rated = self.weights @ self.graded, self.weights @ self.rated
        sums = self.weights @ self.pedigrees
        found = []
        for total, grades, rated, scores in zip(whole, by_grade, by_rated, sums, strict=True):
            own = tuple(float(score / rated) for score in scores) if rated > 0 else None
            shares = tuple(float(share / total) if total else 0.0 for share in grades)
            found.append(DataQuality(shares, float(rated / total) if total else 0.0, own))
        return found


def data_quality(scores: SystemScores) -> list[DataQuality]:
    """Of the data sets, by indicator: weighted with the magnitude of what each elementary flow of each process
    contributes.

    A flow has the evidence and the pedigree that are its own, else those of its process: a measured amount of something
    bought, whose supply chain is known from literature, is not measured. How good the amounts are that the plant takes
    of it, is said by `amounts_quality`.
    """
    return _data_sets(scores).quality()


def amounts_quality(scores: SystemScores) -> list[DataQuality]:
    """Of the amounts that the plant draws, gives and emits, by indicator: weighted with what each of its lines causes,
    supply chain included.
    """
    edges = [(line.edge.line.exchange, scores.system.process(line.edge.node)) for line in scores.lines]
    causes = [np.abs(line.scores) for line in scores.lines]
    weights = np.array(causes).T if causes else np.zeros((len(scores.factors), 0))
    return _Weighted(weights, *_said(edges)).quality()


def _data_sets(scores: SystemScores) -> _Weighted:
    system = scores.system
    rows = {flow: index for index, flow in enumerate(system.elementary)}
    edges = [edge for edge in system.edges if edge.provider is None]
    amounts = np.array([float(edge.line.amount * system.supply[edge.node]) for edge in edges])
    factors = scores.factors[:, np.array([rows[edge.flow] for edge in edges], dtype=int)]
    return _Weighted(
        np.abs(factors * amounts), *_said([(edge.line.exchange, system.process(edge.node)) for edge in edges])
    )


def _said(
    things: list[tuple[schema.Exchange | schema.Share, schema.Process]],
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Evidence `[thing, grade]`, whether there is a pedigree `[thing]`, and its scores `[thing, 5]`."""
    graded = np.zeros((len(things), len(_GRADES) + 1))
    rated, pedigrees = np.zeros(len(things)), np.zeros((len(things), 5))
    for n, (exchange, process) in enumerate(things):
        grade = evidence_of(exchange, process)[1]
        graded[n, _GRADES.index(grade) if grade in _GRADES else -1] = 1
        pedigree = exchange.pedigree or process.pedigree
        if pedigree is not None:
            rated[n], pedigrees[n] = 1, pedigree
    return graded, rated, pedigrees


# --- tables


def quality_rows(scores: SystemScores, scenario: str, basis: str) -> Iterator[dict[str, Any]]:
    """Rows of the table `data_quality`: for each indicator that is assessed, of the data sets and of the amounts."""
    for of, found in ((DATA_SETS, data_quality(scores)), (AMOUNTS, amounts_quality(scores))):
        for k, (info, quality) in enumerate(zip(scores.method.indicators, found, strict=True)):
            if scores.assessed[k]:
                row: dict[str, Any] = {
                    "scenario": scenario,
                    "indicator": info.id,
                    "electricity_basis": basis,
                    "of": of,
                    **dict(zip((*_GRADES, "ungraded"), quality.grades, strict=True)),
                    "rated": quality.rated,
                    **_criteria(quality),
                    "at_worst": quality.at_worst,
                }
                yield row


def relevant_rows(scores: SystemScores, scenario: str, basis: str) -> Iterator[dict[str, Any]]:
    """Rows of the table `data_quality_matrix`: the processes that make up most of the first indicator, largest first,
    with the scores of what they emit.
    """
    system, all_of = scores.system, _data_sets(scores)
    nodes = np.array([edge.node for edge in system.edges if edge.provider is None], dtype=int)
    sizes = np.bincount(nodes, all_of.weights[0], minlength=len(system.nodes)) if len(nodes) else np.zeros(0)
    whole, told = float(sizes.sum()), 0.0
    values = scores.direct[0] * system.supply
    for node in np.argsort(-sizes, kind="stable"):
        if not whole or told >= MOST_RELEVANT * whole:
            return
        told += float(sizes[node])
        own, process = nodes == node, system.process(int(node))
        [quality] = _Weighted(
            all_of.weights[:1, own], all_of.graded[own], all_of.rated[own], all_of.pedigrees[own]
        ).quality()
        row: dict[str, Any] = {
            "scenario": scenario,
            "indicator": scores.method.indicators[0].id,
            "unit": scores.method.indicators[0].unit,
            "electricity_basis": basis,
            "process": system.nodes[node].process,
            "title": str(process.title),
            "location": system.nodes[node].location,
            "value": float(values[node]),
            "share": float(sizes[node] / whole),
            "evidence": str(process.evidence or ""),
            "source": str(process.source or ""),
            "rated": quality.rated,
            **_criteria(quality),
        }
        yield row


def _criteria(quality: DataQuality) -> dict[str, float | None]:
    names = ("reliability", "completeness", "temporal", "geographical", "technological")
    scores = quality.scores or (None,) * len(names)
    return {**dict(zip(names, scores, strict=True)), "rating": quality.rating}
