"""Frameworks of sustainability reporting: which datapoint of which framework is filled from what."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator

from lca.inventory.distribution_schema import exactly_one
from lca.inventory.scalars import Evidence, Identifier, Malformed, Option, Prose, Quantity, Scope
from lca.inventory.schema import Model, Proven

BasisName = Literal["market", "location"]


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


_ONE_BASIS = {"type": "string", "enum": ["market", "location"]}

#: One basis or several.
Bases = Annotated[
    list[BasisName],
    Field(min_length=1),
    BeforeValidator(_as_list),
    WithJsonSchema({"anyOf": [_ONE_BASIS, {"type": "array", "items": _ONE_BASIS, "minItems": 1}]}),
]


class Bought(Model):
    """What the plant buys or hands over in a year: goods of accounts without some, or goods by name; what is in `less`
    is taken off.
    """

    accounts: list[Identifier] = []
    without: list[Identifier] = []
    flows: list[Identifier] = []
    less: list[Identifier] = []

    @model_validator(mode="after")
    def _one(self) -> Bought:
        if bool(self.accounts) == bool(self.flows):
            raise Malformed("REE-S005", "not exactly one of accounts and flows given", "accounts: or flows:")
        if self.without and not self.accounts:
            raise Malformed("REE-S005", "`without` is given, and no account", "accounts:", "without")
        return self


class Released(Model):
    """What the processes of the plant itself release in a year, flow by flow: groups of a compartment, or by name."""

    compartment: Literal["air", "water", "soil"]
    groups: list[Identifier] = []
    flows: list[Identifier] = []
    members: dict[Identifier, Prose] = {}

    @model_validator(mode="after")
    def _some(self) -> Released:
        if not (self.groups or self.flows):
            raise Malformed("REE-S005", "neither groups nor flows given", "groups: or flows:")
        return self


class Fill(Model):
    """Where the value of a datapoint comes from: the GHG scopes of the footprint (`3` stands for all of them below it),
    an indicator over the whole life cycle, what is bought, what the plant releases, or a text on the methods.

    `basis` are the bases of electricity accounting on which it is asked; that of the study if none is given. `per`
    divides by the yearly output.
    """

    ghg_scopes: list[Scope | Literal["3"]] | None = None
    indicator: Prose | None = None
    bought: Bought | None = None
    released: Released | None = None
    statement: Literal["methods"] | None = None
    basis: Bases | None = None
    per: Literal["output"] | None = None
    each: Literal["flow"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Fill:
        exactly_one(self, ("ghg_scopes", "indicator", "bought", "released", "statement"))
        if self.basis is not None and self.ghg_scopes is None and self.indicator is None:
            raise Malformed("REE-S005", "`basis` is given, which changes nothing", "no basis", "basis")
        if self.each is not None and self.bought is None:
            raise Malformed("REE-S005", "`each` is given without `bought`", "no each", "each")
        if self.bought is not None and self.each is not None and self.bought.less:
            raise Malformed("REE-S005", "`each` and `less` given", "one of them", "each")
        return self


class Datapoint(Model):
    """One thing that a framework asks. `partial` says what a value that is filled leaves out; `gap` why none can be."""

    id: Prose
    title: Prose
    paragraph: Prose | None = None
    element: Prose | None = None
    unit: Prose | None = None
    fill: Fill | None = None
    partial: Prose | None = None
    gap: Prose | None = None
    evidence: Evidence | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _filled_or_not(self) -> Datapoint:
        exactly_one(self, ("fill", "gap"))
        if self.gap is not None and self.partial is not None:
            raise Malformed("REE-S005", "`partial` is given, and nothing fills it", "gap: alone", "partial")
        text = self.fill is not None and self.fill.statement is not None
        if self.fill is not None and text == (self.unit is not None):
            raise Malformed("REE-S005", "unit and fill do not agree", "a unit for numbers, and none for a statement")
        return self


class Framework(Proven):
    """A framework in one version. `conversions` say how much of another unit one unit of a flow is; `evidence` how sure
    the mapping itself is.
    """

    framework: Option
    title: Prose
    framework_version: Prose
    publisher: Prose | None = None
    taxonomy: Prose | None = None
    conversions: dict[Identifier, Quantity] = {}
    datapoints: Annotated[list[Datapoint], Field(min_length=1)]
