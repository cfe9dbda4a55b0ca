"""Footprints that others published, for a report to set beside the results."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from lca.inventory.scalars import Identifier, Malformed, Prose, Quantity
from lca.inventory.schema import Model, Proven


class Published(Proven):
    """A footprint that others published: one value or a range, of an indicator, per amount of a product."""

    title: Prose
    product: Prose
    indicator: Prose
    value: Quantity | None = None
    range: Annotated[list[Quantity], Field(min_length=2, max_length=2)] | None = None
    boundary: Prose | None = None

    @model_validator(mode="after")
    def _one(self) -> Published:
        if (self.value is None) == (self.range is None):
            raise Malformed("REE-S005", "not exactly one of `value` and `range` given", "one of them")
        return self

    @property
    def ends(self) -> list[Quantity]:
        """The range, or the value alone."""
        return self.range or [end for end in (self.value,) if end is not None]


class PublishedFootprints(Model):
    published: dict[Identifier, Published]
