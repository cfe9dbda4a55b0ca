"""What Brightway calls units, following ecoinvent, and what they are called here."""

from __future__ import annotations

from lca.units import UnitError, parse_unit

#: Brightway's name -> ours. Units that are not listed are called the same on both sides.
UNITS = {
    "kilogram": "kg",
    "gram": "g",
    "milligram": "mg",
    "ton": "t",
    "meter": "m",
    "kilometer": "km",
    "square meter": "m2",
    "cubic meter": "m3",
    "litre": "L",
    "second": "s",
    "minute": "min",
    "hour": "h",
    "day": "day",
    "year": "year",
    "joule": "J",
    "kilojoule": "kJ",
    "megajoule": "MJ",
    "gigajoule": "GJ",
    "watt hour": "Wh",
    "kilowatt hour": "kWh",
    "megawatt hour": "MWh",
    "ton kilometer": "tkm",
    "kilogram kilometer": "kg*km",
    "Becquerel": "Bq",
    "kilo Becquerel": "kBq",
    "square meter-year": "m2*year",
    "cubic meter-year": "m3*year",
    "meter-year": "m*year",
    "unit": "item",
    "euro": "EUR",
}

_BRIGHTWAY = {ours: theirs for theirs, ours in UNITS.items()}


def brightways(unit: str) -> str:
    """What Brightway calls one of our units."""
    return _BRIGHTWAY.get(unit, unit)


def ours(unit: str) -> str | None:
    """What a unit of Brightway is called here; None where we do not have it."""
    name = UNITS.get(unit, unit)
    try:
        parse_unit(name)
    except UnitError:
        return None
    return name if name else None
