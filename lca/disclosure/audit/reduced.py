"""An imported background cut down to what a study needs of it: of each activity that the study is linked to, what
supplying a unit of its product takes from nature and releases to it in all. No exchange between activities is in it.

Most databases are licensed, and their owners say whether even that may be passed on; so it goes into a bundle only
where it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from lca.background.database import Background, Contents, Exchanges
from lca.background.store import packed_files
from lca.impact.imported import ImportedScores

_NOTE = "Cut down to the life cycle inventories of the activities that a study is linked to."


def reduced_background(name: str, contents: Contents, imported: ImportedScores) -> Mapping[str, bytes]:
    """The files of the reduced database, by their names in a bundle. Its activities have the names, codes and units of
    the original, so the same links lead to the same figures.
    """
    rows = {made.index: imported.places[process] for process, made in imported.linked.activities.items()}
    indices = sorted(rows)
    activities = tuple(contents.activities[index] for index in indices)
    made = np.array([activity.amount for activity in activities])
    amounts = imported.life_cycles.amounts[[rows[index] for index in indices]] * made[:, None]
    columns, flows = np.nonzero(amounts)
    diagonal = np.arange(len(activities))
    database = Background(
        contents.name,
        replace(contents.origin, place=""),
        activities,
        contents.flows,
        Exchanges(diagonal, diagonal, made),
        Exchanges(flows, columns, amounts[columns, flows]),
        replace(contents.report, unlinked=(), conversions=(), notes=(_NOTE,)),
    )
    _, files = packed_files(database)
    return {f"background/{name}/{file}": content for file, content in files.items()}
