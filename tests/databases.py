"""Small background databases made in code, and a kiln that can be run on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lca.background.database import Activity, Background, ElementaryFlow, Exchanges, Origin

#: Activity with what one run takes in (by code) and exchanges with nature (by code).
Made = tuple[Activity, Mapping[str, float], Mapping[str, float]]

OPEN = Origin("test", "here", "2.0", "cut-off", "none", False, "2026-01-01")


def database(
    name: str, flows: Sequence[ElementaryFlow], made: Sequence[Made], origin: Origin = OPEN, **more: Any
) -> Background:
    """A database: inputs are given positive and become negative, as the matrix has them."""
    places = {activity.code: place for place, (activity, _, _) in enumerate(made)}
    nature = {flow.code: place for place, flow in enumerate(flows)}
    technosphere = [(place, place, activity.amount) for place, (activity, _, _) in enumerate(made)]
    technosphere += [
        (places[code], k, -amount) for k, (_, inputs, _) in enumerate(made) for code, amount in inputs.items()
    ]
    biosphere = [(nature[code], k, amount) for k, (_, _, own) in enumerate(made) for code, amount in own.items()]
    return Background(
        name,
        origin,
        tuple(one for one, _, _ in made),
        tuple(flows),
        _entries(technosphere),
        _entries(biosphere),
        **more,
    )


def _entries(entries: Sequence[tuple[int, int, float]]) -> Exchanges:
    rows, columns, amounts = zip(*entries, strict=True) if entries else ((), (), ())
    return Exchanges(np.array(rows, dtype=np.int64), np.array(columns, dtype=np.int64), np.array(amounts, dtype=float))


FLOWS = (
    ElementaryFlow("co2", "Carbon dioxide ", ("air", "urban"), "kilogram"),
    ElementaryFlow("rock", "Rock", ("resource",), "ton"),
    ElementaryFlow("dust", "Dust", ("air",), "gram"),
)


def plants(name: str = "plants-2.0", **more: Any) -> Background:
    """Limestone, acid, electricity at two places (which need each other), a landfill that takes ash up, and one that
    sells the service.
    """
    power = "market for electricity"
    return database(
        name,
        FLOWS,
        [
            (
                Activity("lime", "limestone, at mine", "GLO", "limestone", "ton", 2.0),
                {"north": 30.0},
                {"rock": 2.2, "co2": 4.0},
            ),
            (Activity("acid", "acid making", "GLO", "acid, 30 %", "kilogram"), {"glo": 0.5}, {"co2": 0.2, "dust": 3.0}),
            (Activity("acid70", "acid making", "GLO", "acid, 70 %", "kilogram"), {"acid": 2.5}, {}),
            (
                Activity("north", power, "north", "electricity", "kilowatt hour"),
                {"glo": 0.1, "lime": 0.0001},
                {"co2": 0.3},
            ),
            (Activity("glo", power, "GLO", "electricity", "kilowatt hour", 10.0), {"north": 0.5}, {"co2": 6.0}),
            (Activity("fill", "treatment of ash", "GLO", "ash", "kilogram", -1.0), {"glo": 0.01}, {"co2": 0.05}),
            (Activity("care", "ash, to landfill", "GLO", "ash landfilled", "ton"), {"fill": -500.0}, {"co2": 1.0}),
            (Activity("fuel", "natural gas", "GLO", "natural gas", "cubic meter"), {}, {"co2": 0.4}),
        ],
        **more,
    )
