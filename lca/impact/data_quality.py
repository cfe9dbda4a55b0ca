"""How good the data of a result are, weighted with what each of them contributes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lca.impact.contributions import SystemScores, evidence_of

#: Places of the pedigree that PACT and others ask for: time, geography, technology (1 is best, 5 worst).
TEMPORAL, GEOGRAPHICAL, TECHNOLOGICAL = 2, 3, 4


@dataclass(frozen=True)
class DataQuality:
    """Of one indicator: `primary` is the share of the contributions whose data are measured, `rated` the share whose
    data have a pedigree; `scores` are the five scores, weighted over those; None where nothing is rated.
    """

    primary: float
    rated: float
    scores: tuple[float, ...] | None


def data_quality(scores: SystemScores, indicator: int) -> DataQuality:
    """Weighted with the magnitude of what each elementary flow of each process contributes.

    A flow is primary where its own evidence, else that of its process, is `measured`: a measured amount of something
    bought, whose supply chain is known from literature, is not.
    """
    system = scores.system
    rows = {flow: index for index, flow in enumerate(system.elementary)}
    whole = primary = rated = 0.0
    found = np.zeros(5)
    for edge in system.edges:
        if edge.provider is not None:
            continue
        weight = abs(float(scores.factors[indicator, rows[edge.flow]] * edge.line.amount * system.supply[edge.node]))
        process, exchange = system.process(edge.node), edge.line.exchange
        whole += weight
        primary += weight * (evidence_of(exchange, process)[1] == "measured")
        pedigree = exchange.pedigree or process.pedigree
        if pedigree is not None:
            rated += weight
            found += weight * np.array(pedigree)
    if not whole:
        return DataQuality(0.0, 0.0, None)
    return DataQuality(primary / whole, rated / whole, tuple(found / rated) if rated else None)
