"""Documents beside the processes: prices, ways to allocate, and where the world's supply comes from."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lca.inventory.scalars import Identifier, Malformed, Option, Options, ParameterName, Prose, Quantity
from lca.inventory.schema import Model, Proven


def _as_list(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


class Price(Proven):
    """What an amount of something costs; `when` as in link rules."""

    price: Quantity
    range: Annotated[list[Quantity], Field(min_length=2, max_length=2)] | None = None
    when: dict[ParameterName, Options] = {}


Prices = Annotated[
    list[Price], Field(min_length=1), BeforeValidator(_as_list, json_schema_input_type=list[Price] | Price)
]


class PriceList(Proven):
    """Dated prices of flows that are bought, and of what is sold (by element, of its oxide)."""

    prices: Option
    title: Prose
    date: Prose
    currency: Prose
    region: Prose | None = None
    flows: dict[Identifier, Prices] = {}
    products: dict[Option, Price] = {}
    exchange_rates: dict[Prose, Quantity] = {}


class Allocation(Proven):
    """A way to share what a process with several products causes among them.

    `mass`, `price` (with a price list), `elements` (only those named, by mass), or `circular_footprint` (with another
    allocation, and a scenario for the virgin product).
    """

    allocation: Option
    title: Prose
    by: Literal["mass", "price", "elements", "circular_footprint"]
    prices: Option | None = None
    elements: Annotated[list[Option], Field(min_length=1)] | None = None
    base: Option | None = None
    virgin: Prose | None = None
    allocation_factor: Quantity | None = None
    quality_ratio: Quantity | None = None
    when: dict[ParameterName, Options] = {}

    @model_validator(mode="after")
    def _complete(self) -> Allocation:
        needed = {
            "mass": (),
            "price": ("prices",),
            "elements": ("elements",),
            "circular_footprint": ("base", "virgin", "allocation_factor", "quality_ratio"),
        }[self.by]
        missing = [f"`{name}`" for name in needed if getattr(self, name) is None]
        if missing:
            keys = f"key {missing[0]} is" if len(missing) == 1 else f"keys {', '.join(missing)} are"
            raise Malformed("REE-S002", f"{keys} missing", f"with `by: {self.by}`: {', '.join(needed)}")
        for name in ("prices", "elements", "base", "virgin", "allocation_factor", "quality_ratio"):
            if getattr(self, name) is not None and name not in needed:
                expected = f"with `by: {self.by}`: {', '.join(needed) or 'nothing more'}"
                raise Malformed("REE-S005", f"`{name}` is given, and by: {self.by} makes no use of it", expected, name)
        return self


class Origin(Proven):
    """Shares of the countries in what is bought of a flow."""

    shares: Annotated[dict[Option, Quantity], Field(min_length=1)]
    year: Prose | None = None


class Origins(Model):
    origins: dict[Identifier, Origin]
