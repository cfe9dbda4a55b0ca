"""What the text of the PACT specification asks of a footprint and its schema does not check: decimals, signs, sums,
identifiers, periods. What is written must break none of it; of what is read, every break is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

#: A decimal as the specification has it: a dot, and never an exponent.
_DECIMAL = re.compile(r"[+-]?\d+(\.\d+)?")

#: Units of what has no mass.
MASSLESS = ("kilowatt hour", "megajoule", "ton kilometer", "hour", "megabit second")

STANDARDS = (
    *("ISO14067", "ISO14083", "ISO14040-44", "GHGP-Product", "PEF", "PACT-1.0", "PACT-2.0", "PACT-3.0", "PAS2050"),
)

#: The parts whose sum is the footprint without biogenic uptake.
PARTS = (
    *("fossilGhgEmissions", "landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions"),
    *("landManagementBiogenicCO2Removals", "technologicalCO2Removals", "ccsTechnologicalCO2Capture"),
    "biogenicNonCO2Emissions",
)
EXCLUDING, INCLUDING, UPTAKE = "pcfExcludingBiogenicUptake", "pcfIncludingBiogenicUptake", "biogenicCO2Uptake"

_NOT_NEGATIVE = (
    *("productMassPerDeclaredUnit", "fossilCarbonContent", "biogenicCarbonContent", "recycledCarbonContent"),
    *("fossilGhgEmissions", "landUseChangeGhgEmissions", "landCarbonLeakage", "landManagementFossilGhgEmissions"),
    *("landManagementBiogenicCO2Emissions", "biogenicNonCO2Emissions", "landAreaOccupation", "aircraftGhgEmissions"),
    *("packagingGhgEmissions", "packagingBiogenicCarbonContent", "outboundLogisticsGhgEmissions", "ccuCarbonContent"),
)
_NOT_POSITIVE = (
    *("landManagementBiogenicCO2Removals", "biogenicCO2Uptake", "ccsTechnologicalCO2Capture"),
    "technologicalCO2Removals",
)
_PERCENT = ("exemptedEmissionsPercent", "primaryDataShare")
_CAPTURED = ("ccsTechnologicalCO2Capture", "technologicalCO2Removals", "technologicalCO2CaptureOrigin")
_GEOGRAPHIES = ("geographyRegionOrSubregion", "geographyCountry", "geographyCountrySubdivision")
_SHALL = ("packagingEmissionsIncluded", "ccsTechnologicalCO2CaptureIncluded", "primaryDataShare")
_RATINGS = ("technologicalDQR", "geographicalDQR", "temporalDQR")


class Broken(NamedTuple):
    """A rule that a footprint breaks: the key, and what is wrong with it."""

    key: str
    message: str


def broken_rules(footprint: Mapping[str, Any]) -> list[Broken]:
    """Every rule that a footprint (whose keys and types are right) breaks."""
    pcf = footprint["pcf"]
    return [
        *_nulls(footprint, ""),
        *_identifiers(footprint),
        *_decimals(pcf),
        *_sums(pcf),
        *_scope(pcf),
        *_periods(footprint, pcf),
    ]


def decimal(text: Any) -> Decimal | None:
    """The number that a decimal says; None where it is none."""
    return Decimal(text) if isinstance(text, str) and _DECIMAL.fullmatch(text) else None


def moment(text: Any) -> datetime | None:
    """A date and time with its offset from UTC; None where it is none."""
    try:
        found = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo is not None else None


def _nulls(value: Any, path: str) -> Iterator[Broken]:
    """A key without a value is left out."""
    if isinstance(value, Mapping):
        for key, held in value.items():
            yield from _nulls(held, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list):
        for held in value:
            yield from _nulls(held, path)
    elif value is None:
        yield Broken(path, "is null; what is not defined is left out")


def _identifiers(footprint: Mapping[str, Any]) -> Iterator[Broken]:
    own, before = footprint["id"], footprint.get("precedingPfIds") or []
    for key, texts in (("id", [own]), ("precedingPfIds", before)):
        for text in texts:
            if UUID(text).version != 4:
                yield Broken(key, f"{text} is no UUID of version 4")
    if own.lower() in [text.lower() for text in before]:
        yield Broken("precedingPfIds", "names the footprint itself")
    for key in ("precedingPfIds", "companyIds", "productIds", "productClassifications"):
        texts = footprint.get(key) or []
        if len(set(texts)) != len(texts):
            yield Broken(key, "names something twice")


def _decimals(pcf: Mapping[str, Any]) -> Iterator[Broken]:
    signs: list[tuple[tuple[str, ...], Callable[[Decimal], bool], str]] = [
        (_NOT_NEGATIVE, lambda number: number >= 0, "is negative"),
        (_NOT_POSITIVE, lambda number: number <= 0, "is positive"),
        (_PERCENT, lambda number: 0 <= number <= 100, "is not from 0 to 100"),
        (("declaredUnitAmount",), lambda number: number > 0, "is not positive"),
        ((EXCLUDING, INCLUDING), lambda number: True, ""),
    ]
    for keys, holds, otherwise in signs:
        yield from _numbers(pcf, keys, holds, otherwise)
    if pcf.get("dqi"):
        yield from _numbers(pcf["dqi"], _RATINGS, lambda number: 1 <= number <= 5, "is not from 1 to 5", "dqi.")


def _numbers(
    held: Mapping[str, Any], keys: tuple[str, ...], holds: Callable[[Decimal], bool], otherwise: str, path: str = ""
) -> Iterator[Broken]:
    for key in keys:
        if (text := held.get(key)) is None:
            continue
        number = decimal(text)
        if number is None:
            yield Broken(path + key, f"`{text}` is no decimal with a dot and without an exponent")
        elif not holds(number):
            yield Broken(path + key, f"{text} {otherwise}")


def _sums(pcf: Mapping[str, Any]) -> Iterator[Broken]:
    """The parts add up, but for what the rounding of each explains."""
    for total, parts in ((EXCLUDING, PARTS), (INCLUDING, (EXCLUDING, UPTAKE))):
        numbers = [decimal(pcf[key]) for key in (total, *parts) if pcf.get(key) is not None]
        if any(number is None for number in numbers):
            continue  # told already
        whole, *others = [number for number in numbers if number is not None]
        rounding = sum((_half_a_digit(number) for number in (whole, *others)), Decimal(0))
        if abs(whole - sum(others, Decimal(0))) > rounding:
            yield Broken(total, f"{whole:f} is not the sum of its parts, {sum(others, Decimal(0)):f}")


def _half_a_digit(number: Decimal) -> Decimal:
    exponent = number.as_tuple().exponent
    return Decimal("0.5").scaleb(int(exponent)) if int(exponent) < 0 else Decimal(0)


def _scope(pcf: Mapping[str, Any]) -> Iterator[Broken]:
    if len(given := [key for key in _GEOGRAPHIES if pcf.get(key) is not None]) > 1:
        yield Broken(given[1], f"stands beside {given[0]}; one geography at most")
    mass = decimal(pcf["productMassPerDeclaredUnit"])
    if mass is not None and (mass == 0) != (pcf["declaredUnitOfMeasurement"] in MASSLESS):
        yield Broken("productMassPerDeclaredUnit", "is 0 for energy, transport and services, and for nothing else")
    if pcf.get("packagingEmissionsIncluded") is False and pcf.get("packagingGhgEmissions") is not None:
        yield Broken("packagingGhgEmissions", "is given, and packaging is not included")
    if pcf.get("ccsTechnologicalCO2CaptureIncluded") is False:
        for key in _CAPTURED:
            if pcf.get(key) is not None:
                yield Broken(key, "is given, and no capture is included")
    for key in _SHALL:
        if pcf.get(key) is None:
            yield Broken(key, "is missing; the methodology asks for it")
    for standard in pcf["crossSectoralStandards"]:
        if standard not in STANDARDS:
            yield Broken("crossSectoralStandards", f"{standard} is none of {', '.join(STANDARDS)}")
    for rule in pcf.get("productOrSectorSpecificRules") or ():
        if rule["operator"] == "Other" and rule.get("otherOperatorName") is None:
            yield Broken("productOrSectorSpecificRules", "the operator is Other, and otherOperatorName is missing")
    share = decimal(pcf.get("primaryDataShare"))
    if share is not None and share < 100 and pcf.get("secondaryEmissionFactorSources") is None:
        yield Broken("secondaryEmissionFactorSources", "is missing, and not all data are primary")


def _periods(footprint: Mapping[str, Any], pcf: Mapping[str, Any]) -> Iterator[Broken]:
    named = {
        key: held[key]
        for held, keys in (
            (footprint, ("created", "validityPeriodStart", "validityPeriodEnd")),
            (pcf, ("referencePeriodStart", "referencePeriodEnd")),
        )
        for key in keys
        if held.get(key) is not None
    }
    found = {key: moment(text) for key, text in named.items()}
    for key, when in found.items():
        if when is None:
            yield Broken(key, f"`{named[key]}` is no date and time with its offset from UTC")
        elif when.utcoffset():
            yield Broken(key, f"{named[key]} is not in UTC")
    start, end = found.get("referencePeriodStart"), found.get("referencePeriodEnd")
    if start and end and not start < end:
        yield Broken("referencePeriodEnd", "is not after referencePeriodStart")
    valid_from, valid_to = found.get("validityPeriodStart"), found.get("validityPeriodEnd")
    if end and valid_from and valid_from < end:
        yield Broken("validityPeriodStart", "is before referencePeriodEnd")
    if end and valid_to and valid_to > three_years_after(end):
        yield Broken("validityPeriodEnd", "is more than three years after referencePeriodEnd")
    if valid_from and valid_to and not valid_from < valid_to:
        yield Broken("validityPeriodEnd", "is not after validityPeriodStart")


def three_years_after(when: datetime) -> datetime:
    """The same day three years on; 1 March for a 29 February."""
    try:
        return when.astimezone(UTC).replace(year=when.astimezone(UTC).year + 3)
    except ValueError:
        return when.astimezone(UTC).replace(year=when.astimezone(UTC).year + 3, month=3, day=1)
