"""Methods of impact assessment with their factors, written or pointed at, and how our elementary flows are linked to
the biosphere that shipped methods speak of.
"""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainValidator, model_validator

from lca.inventory.reading import Text
from lca.inventory.scalars import Identifier, Malformed, Option, Prose, Quantity
from lca.inventory.schema import Model

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def _as_factor(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


def _uuid(value: Any) -> Text:
    if not isinstance(value, Text) or not _UUID.fullmatch(value):
        raise Malformed("REE-S006", f"`{value}` is not a UUID", "eight, four, four, four and twelve hexadecimal digits")
    return value


class Factor(Model):
    value: Quantity
    partial: Prose | None = None


WrittenFactor = Annotated[Factor, BeforeValidator(_as_factor, json_schema_input_type=Factor | Quantity)]


class Indicator(Model):
    """Written: `factors`. Pointing: the `name` of a shipped method, with `factors` of flows that it says nothing of;
    `groups` are then those that it needs beyond the groups of the flows linked.
    """

    title: Prose
    unit: Prose
    name: Annotated[list[Prose], Field(min_length=1)] | None = None
    factors: dict[Identifier, WrittenFactor] = {}
    groups: list[Identifier] | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _some(self) -> Indicator:
        if self.name is None and not self.factors:
            raise Malformed("REE-S002", "key `factors` is missing", "`factors:`")
        return self


class Shipped(Model):
    """Where shipped methods are read from."""

    archive: Option


class Weight(Model):
    """What an indicator is divided by (the impact of a person in a year), and the weight of the quotient."""

    normalisation: Quantity
    weight: Quantity


class Weighting(Model):
    """Normalisation and weighting of indicators, by their ids within the method."""

    title: Prose
    source: Identifier
    note: Prose | None = None
    factors: Annotated[dict[Prose, Weight], Field(min_length=1)]


class Method(Model):
    method: Option
    title: Prose
    source: Identifier | None = None
    note: Prose | None = None
    brightway: Shipped | None = None
    weighting: Weighting | None = None
    indicators: Annotated[dict[Prose, Indicator], Field(min_length=1)]

    def called(self, indicator: str) -> str:
        """How results call an indicator: sets of shipped methods can be used side by side, so theirs bear the set."""
        return f"{self.method}.{indicator}" if self.brightway else indicator


class BiosphereLink(Model):
    """The node of the biosphere that an elementary flow is, or why it is none."""

    uuid: Annotated[Text, PlainValidator(_uuid)] | None = None
    name: Prose | None = None
    categories: Annotated[list[Prose], Field(min_length=1)] | None = None
    unit: Prose | None = None
    conversion: Quantity | None = None
    unlinked: Prose | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _one(self) -> BiosphereLink:
        node = {key: getattr(self, key) for key in ("uuid", "name", "categories", "unit")}
        if self.unlinked is not None:
            if given := [key for key in (*node, "conversion") if getattr(self, key) is not None]:
                raise Malformed("REE-S005", f"unlinked and {given[0]} given", "the node, or why there is none")
        elif missing := [key for key, value in node.items() if value is None]:
            raise Malformed("REE-S002", f"key `{missing[0]}` is missing", f"`{missing[0]}:`, or `unlinked:` and why")
        return self


class Biosphere(Model):
    biosphere: dict[Identifier, BiosphereLink]
