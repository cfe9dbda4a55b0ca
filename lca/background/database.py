"""An imported background database: activities that supply each other, and what they exchange with nature.

Whatever it was read from, it is held in one form, close to Brightway's: every activity has one reference product, and
two sparse matrices in coordinates say the rest. A database is never changed; importing it again makes another one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

#: Columns of `Exchanges.uncertainty`: the conventions of stats_arrays, as Brightway keeps them.
UNCERTAINTY = np.dtype(
    [
        ("uncertainty_type", np.uint8),
        ("loc", np.float64),
        ("scale", np.float64),
        ("shape", np.float64),
        ("minimum", np.float64),
        ("maximum", np.float64),
        ("negative", bool),
    ]
)


class Activity(NamedTuple):
    """An activity with its reference product. `amount` is how much of it one run makes, in `unit`; negative where the
    activity takes up a waste, as in ecoinvent.
    """

    code: str
    name: str
    location: str
    product: str
    unit: str
    amount: float = 1.0


class ElementaryFlow(NamedTuple):
    """A flow to or from nature, as the database calls it. `node` is the UUID of the node of Brightway's biosphere that
    it is, empty where it is none or not known.
    """

    code: str
    name: str
    categories: tuple[str, ...]
    unit: str
    node: str = ""


@dataclass(frozen=True)
class Exchanges:
    """Entries of a sparse matrix: `amounts[entry]` at `rows[entry]`, `columns[entry]`; what meets is added.

    `uncertainty[entry]` has the dtype `UNCERTAINTY`, or is None where the database says nothing of it.
    """

    rows: np.ndarray
    columns: np.ndarray
    amounts: np.ndarray
    uncertainty: np.ndarray | None = None


@dataclass(frozen=True)
class Origin:
    """Where a database comes from. `licensed`: its data may not be passed on, only what is computed with them.
    `links` is the id of the document that links our flows to it, empty for the one of its own name.
    """

    format: str
    place: str
    version: str = ""
    system_model: str = ""
    licence: str = ""
    licensed: bool = True
    imported: str = ""
    links: str = ""


class Unlinked(NamedTuple):
    """An input that no activity of the database supplies: it is left out of the matrix, and said."""

    activity: int
    name: str
    location: str
    amount: float
    unit: str


@dataclass(frozen=True)
class ImportReport:
    """What was noticed while reading. `conversions` are sentences about units and signs that were changed, `notes`
    about anything else a user should know.
    """

    unlinked: Sequence[Unlinked] = ()
    conversions: Sequence[str] = ()
    notes: Sequence[str] = ()


@dataclass(frozen=True, eq=False)
class Contents:
    """What a database holds, without the amounts: enough to link to it, and quick to read."""

    name: str
    origin: Origin
    activities: tuple[Activity, ...]
    flows: tuple[ElementaryFlow, ...]
    report: ImportReport
    sha256: str

    @cached_property
    def by_code(self) -> dict[str, int]:
        """Places of the activities by code."""
        return {activity.code: index for index, activity in enumerate(self.activities)}

    @cached_property
    def by_name(self) -> dict[str, list[int]]:
        """Places of the activities by name: one per location and product."""
        found: dict[str, list[int]] = {}
        for index, activity in enumerate(self.activities):
            found.setdefault(activity.name, []).append(index)
        return found


@dataclass(frozen=True, eq=False)
class Background:
    """A database. `technosphere[product, activity]` has the signs of the matrix A of Heijungs and Suh (2002): what an
    activity makes of its own product (on the diagonal, `Activity.amount`) is as written, what it takes in is negative.
    `biosphere[flow, activity]` has emissions and resources as they are written, both positive.
    """

    name: str
    origin: Origin
    activities: tuple[Activity, ...]
    flows: tuple[ElementaryFlow, ...]
    technosphere: Exchanges
    biosphere: Exchanges
    report: ImportReport = field(default_factory=ImportReport)
    sha256: str = ""

    @cached_property
    def contents(self) -> Contents:
        """The same without the amounts."""
        return Contents(self.name, self.origin, self.activities, self.flows, self.report, self.sha256)

    @property
    def by_code(self) -> dict[str, int]:
        """Places of the activities by code."""
        return self.contents.by_code

    @property
    def by_name(self) -> dict[str, list[int]]:
        """Places of the activities by name: one per location and product."""
        return self.contents.by_name

    def technosphere_matrix(self) -> Any:
        """`A[product, activity]` as a SciPy sparse array in columns."""
        return _matrix(self.technosphere, len(self.activities), len(self.activities))

    def biosphere_matrix(self) -> Any:
        """`B[flow, activity]` as a SciPy sparse array in columns."""
        return _matrix(self.biosphere, len(self.flows), len(self.activities))


def _matrix(entries: Exchanges, rows: int, columns: int) -> Any:
    from scipy import sparse

    return sparse.coo_array((entries.amounts, (entries.rows, entries.columns)), shape=(rows, columns)).tocsc()
