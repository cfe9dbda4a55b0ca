"""Who reports, on which period and which products: what a declaration to others needs beside the figures.

Everything may be left out; an export that needs what is missing names the key to fill.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema, model_validator

from lca.inventory.distribution_schema import Model
from lca.inventory.reading import Text
from lca.inventory.scalars import Identifier, Malformed, Prose, Quantity, is_identifier

#: How the whole product is called among its parts.
BASKET = "basket"

#: Namespace and what it names (RFC 8141); no blank, and nothing that ends it.
_URN = re.compile(r"urn:[a-z0-9][a-z0-9-]{0,30}[a-z0-9]:[^\s#?]+", re.IGNORECASE)
#: ISO 3166-1 alpha-2 and ISO 3166-2.
COUNTRY = re.compile(r"[A-Z]{2}")
SUBDIVISION = re.compile(r"[A-Z]{2}-[A-Z0-9]{1,3}")
_ASSESSMENT_REPORT = re.compile(r"AR[1-9][0-9]*")

#: The regions and subregions of the United Nations (M49) that a footprint may be of.
REGIONS = (
    *("Africa", "Americas", "Asia", "Europe", "Oceania", "Australia and New Zealand", "Central Asia"),
    *("Eastern Asia", "Eastern Europe", "Latin America and the Caribbean", "Melanesia", "Micronesia"),
    *("Northern Africa", "Northern America", "Northern Europe", "Polynesia", "South-eastern Asia", "Southern Asia"),
    *("Southern Europe", "Sub-Saharan Africa", "Western Asia", "Western Europe"),
)


def _form(accepts: Callable[[str], Any], called: str, expected: str) -> PlainValidator:
    """A single value of some form."""

    def check(value: Any) -> Text:
        if not isinstance(value, Text) or not accepts(value):
            raise Malformed("REE-S006", f"`{value}` is not {called}", expected)
        return value

    return PlainValidator(check)


def _is_date(text: str) -> bool:
    try:
        return len(text) == 10 and date.fromisoformat(text) is not None
    except ValueError:
        return False


def is_place(text: str) -> bool:
    """Whether it is a country, a part of a country, or a region, as codes and names of the United Nations have them."""
    return bool(COUNTRY.fullmatch(text) or SUBDIVISION.fullmatch(text)) or text in REGIONS


_STRING = WithJsonSchema({"type": "string"})
_A_DATE = _form(_is_date, "a date", "year-month-day: 2025-01-31")
_A_URN = _form(_URN.fullmatch, "a URN", "urn:NAMESPACE:NAME, for example urn:gtin:04012345123456")
_A_COUNTRY = _form(COUNTRY.fullmatch, "a country", "two capital letters (ISO 3166-1): GB")
_A_PLACE = _form(is_place, "a place", "a country (GB), a part of one (GB-NIR), or a region of the United Nations")
_A_REPORT = _form(_ASSESSMENT_REPORT.fullmatch, "an assessment report of the IPCC", "AR and its number: AR6")
_A_PLACE_NAME = _form(is_identifier, "a location of a process", "letters, digits, hyphens and underscores")

Date = Annotated[Text, _A_DATE, _STRING]
Urn = Annotated[Text, _A_URN, _STRING]
Urns = Annotated[list[Urn], Field(min_length=1)]


class Organisation(Model):
    """Who reports. Identifiers are URNs, such as `urn:pact:company:customcode:supplier-id:1234`."""

    name: Prose | None = None
    identifiers: Urns | None = None
    country: Annotated[Text, _A_COUNTRY, _STRING] | None = None
    contact: Prose | None = None


class Equivalents(Model):
    """The elementary flows, in kg_CO2e or kg, that the footprints of suppliers are written down as."""

    fossil: Identifier
    land_use_change: Identifier | None = None
    biogenic: Identifier | None = None


class ReportedProduct(Model):
    """A product as it is sold. `mass` is that of the product, without packaging, per unit of the study's demand;
    carbon contents are masses of carbon per kg of product.
    """

    name: Prose | None = None
    description: Prose | None = None
    identifiers: Urns | None = None
    classifications: Urns | None = None
    mass: Quantity | None = None
    fossil_carbon: Quantity | None = None
    biogenic_carbon: Quantity | None = None


class DataSource(Model):
    """A database that secondary data were taken from."""

    name: Prose
    version: Prose


class Exempted(Model):
    """The part of the emissions that is left out, and why."""

    share: Quantity
    reason: Prose


class ClimateIndicators(Model):
    """The indicators that a carbon footprint and its parts are. Parts that are not named are not assessed."""

    total: Prose
    fossil: Prose
    land_use_change: Prose | None = None
    biogenic_methane: Prose | None = None


class CarbonFootprint(Model):
    """What has to be said with a carbon footprint. `characterisation` are assessment reports of the IPCC."""

    indicators: ClimateIndicators | None = None
    characterisation: Annotated[list[Annotated[Text, _A_REPORT, _STRING]], Field(min_length=1)] | None = None
    standards: Annotated[list[Prose], Field(min_length=1)] | None = None
    exempted: Exempted | None = None
    packaging: Literal["included", "excluded"] | None = None
    secondary_data: Annotated[list[DataSource], Field(min_length=1)] | None = None
    boundary_processes: Prose | None = None
    comment: Prose | None = None


class RawMaterial(Model):
    """What a footprint declaration of a raw material asks for beside figures. Places are those of ISO 3166 or regions
    of the United Nations; an empty list says that there is no such step.
    """

    extraction: list[Annotated[Text, _A_PLACE, _STRING]] | None = None
    processing: list[Annotated[Text, _A_PLACE, _STRING]] | None = None
    refining: list[Annotated[Text, _A_PLACE, _STRING]] | None = None
    recycling: list[Annotated[Text, _A_PLACE, _STRING]] | None = None
    public_study: Prose | None = None


class Reporting(Model):
    """What a study is reported for. The end of the period is exclusive; `geography` gives the place that a location of
    the study's own process stands for, where it is no code of ISO 3166 itself. Products are `basket`, oxides or groups.
    """

    period: Annotated[list[Date], Field(min_length=2, max_length=2)] | None = None
    geography: dict[Annotated[Text, _A_PLACE_NAME, _STRING], Annotated[Text, _A_PLACE, _STRING]] = {}
    products: dict[Prose, ReportedProduct] = {}
    carbon_footprint: CarbonFootprint | None = None
    raw_material: RawMaterial | None = None
    source: Identifier | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Reporting:
        if self.period is not None and not str(self.period[0]) < str(self.period[1]):
            message = f"the period ends on {self.period[1]}, not after {self.period[0]}"
            raise Malformed("REE-S006", message, "the first day, and the first day after the period", "period")
        return self
