"""Lots: masses of goods that were made somewhere on a day, from other lots, in the manner of ISO 23664."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lca.inventory.scalars import Option, Prose, Quantity
from lca.inventory.schema import Model, Proven


class Lot(Proven):
    """A lot as its operator records it.

    `site` is the country or subdivision by ISO 3166, `rare_earth_oxide` the part of the mass that is (or would give)
    rare earth oxide, `split` the shares of the oxides in that by element, `predecessors` how much of which other lot
    went into it, `scenario` the one that made it, of the study named or the default study.
    """

    title: Prose
    operator: Prose
    site: Prose
    date: Prose
    mass: Quantity
    rare_earth_oxide: Quantity
    split: Annotated[dict[Option, Quantity], Field(min_length=1)] | None = None
    predecessors: dict[Option, Quantity] = {}
    scenario: Prose | None = None
    study: Option | None = None


class Lots(Model):
    lots: dict[Option, Lot]
