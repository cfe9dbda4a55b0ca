"""Units as databases spell them, in terms of the one registry of units.

`kilowatt hour`, `kWh` and `kwh` are the same thing to people. What is not known here has no conversion: it is the same
as itself only.
"""

from __future__ import annotations

import re
from functools import lru_cache

from lca.units import Unit, UnitError, base_unit, parse_unit

# Spelled out, as Brightway has them, and the short names of ecoSpold and openLCA where the registry has others.
_SPELLED = {
    **{"kilogram": "kg", "gram": "g", "ton": "t", "tonne": "t", "tonnes": "t", "metric ton": "t", "milligram": "mg"},
    **{"kilowatt hour": "kWh", "watt hour": "Wh", "megajoule": "MJ", "kilojoule": "kJ", "gigajoule": "GJ"},
    **{"cubic meter": "m3", "square meter": "m2", "meter": "m", "kilometer": "km", "litre": "L", "liter": "L"},
    **{"standard cubic meter": "m3", "sm3": "m3"},
    **{"hour": "h", "day": "d", "minute": "min", "second": "s", "a": "year", "yr": "year", "hr": "h"},
    **{"ton kilometer": "t*km", "metric ton*km": "t*km", "kilogram kilometer": "kg*km", "kgkm": "kg*km"},
    **{"square meter-year": "m2*year", "m2a": "m2*year", "m2y": "m2*year"},
    **{"cubic meter-year": "m3*year", "m3a": "m3*year", "m3y": "m3*year"},
    **{"meter-year": "m*year", "ma": "m*year", "kilometer-year": "km*year", "kilogram day": "kg*d"},
    **{"becquerel": "Bq", "kilo becquerel": "kBq", "unit": "item", "item(s)": "item", "items": "item", "p": "item"},
    "l": "L",
}

# In metric units, exactly: Thompson and Taylor, NIST SP 811 (2008), appendix B.8; a British thermal unit is the
# international table one. `t*mi` of American data is a metric ton times a mile.
_FACTORS = {
    "lb": (0.45359237, "kg"),
    "lb av": (0.45359237, "kg"),
    "oz": (0.028349523125, "kg"),
    "sh tn": (907.18474, "kg"),
    "mi": (1609.344, "m"),
    "ft": (0.3048, "m"),
    "in": (0.0254, "m"),
    "ft2": (0.09290304, "m2"),
    "ft3": (0.028316846592, "m3"),
    "cu ft": (0.028316846592, "m3"),
    "cuft": (0.028316846592, "m3"),
    "gal": (3.785411784, "L"),
    "gal (us liq)": (3.785411784, "L"),
    "bbl": (158.987294928, "L"),
    "ac": (4046.8564224, "m2"),
    "acre": (4046.8564224, "m2"),
    "ha": (10000.0, "m2"),
    "hectare": (10000.0, "m2"),
    "btu": (1055.05585262, "J"),
    "mmbtu": (1055.05585262e6, "J"),
    "tj": (1e12, "J"),
    "pj": (1e15, "J"),
    "ug": (1e-9, "kg"),
    "ng": (1e-12, "kg"),
    "dm3": (1.0, "L"),
    "cm3": (1e-6, "m3"),
}

# All capitals or none, where that can be nothing else (`mg` in capitals could be a megagram).
_CASELESS = {
    name.lower(): name for name in ("kg", "km", "m2", "m3", "kWh", "MWh", "MJ", "GJ", "kJ", "Wh", "GWh", "tkm")
}


@lru_cache(maxsize=1024)
def unit_named(text: str) -> Unit | None:
    """The unit that a database spells so, or None where it is not known. Products and quotients are understood."""
    whole = _one(text)
    if whole is not None:
        return whole
    parts = re.split(r"([*/])", text)
    if len(parts) < 3:
        return None
    units = [_one(part) for part in parts[::2]]
    known = [unit for unit in units if unit is not None]
    if len(known) < len(units):
        return None
    factor, written = known[0].factor, _base(known[0])
    for sign, unit in zip(parts[1::2], known[1:], strict=True):
        factor = factor * unit.factor if sign == "*" else factor / unit.factor
        written += sign + _base(unit)
    base = parse_unit(written)
    return Unit(text, factor * base.factor, base.dimension)


def _one(text: str) -> Unit | None:
    word = " ".join(text.split())
    low = word.lower()
    caseless = _CASELESS.get(low) if word in (low, word.upper()) else None
    for name in (word, _SPELLED.get(low), caseless):
        try:
            if name:
                return parse_unit(name)
        except UnitError:
            continue
    if low not in _FACTORS:
        return None
    factor, name = _FACTORS[low]
    unit = parse_unit(name)
    return Unit(text, factor * unit.factor, unit.dimension)


def _base(unit: Unit) -> str:
    return base_unit(unit.dimension)


def factor_between(given: str, wanted: str) -> float | None:
    """How many `wanted` one `given` is; None where nothing says so."""
    if given == wanted:
        return 1.0
    a, b = unit_named(given), unit_named(wanted)
    if a is None or b is None or a.dimension != b.dimension:
        return None
    return a.factor / b.factor
