"""The one registry of units.

All computation is done in the base units below; a `Unit` holds the factor to them and the dimension. Pint defines and
parses the units, from the short list here: a list of our own keeps `a`, `u` or `min` from meaning something nobody
intended, and loads in milliseconds.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from lca.errors import nearest

#: Base dimension and its exponent, sorted by name; empty for a plain number.
Dimension = tuple[tuple[str, float], ...]

DIMENSIONLESS: Dimension = ()

_DEFINITIONS = """
kg = [mass]
g = 0.001 * kg
mg = 1e-6 * kg
t = 1000 * kg
kg_REO = [rare_earth_oxide]
g_REO = 0.001 * kg_REO
t_REO = 1000 * kg_REO
kg_CO2e = [co2_equivalent]
g_CO2e = 0.001 * kg_CO2e
t_CO2e = 1000 * kg_CO2e
mol = [substance]
mmol = 0.001 * mol
kmol = 1000 * mol
m = [length]
cm = 0.01 * m
mm = 0.001 * m
km = 1000 * m
m2 = m ** 2
m3 = m ** 3
L = 0.001 * m ** 3
mL = 1e-6 * m ** 3
s = [time]
min = 60 * s
h = 3600 * s
d = 86400 * s
day = 86400 * s
year = 31536000 * s
A = [current]
mA = 0.001 * A
kA = 1000 * A
C = A * s
Ah = 3600 * A * s
kAh = 3.6e6 * A * s
J = kg * m ** 2 / s ** 2
kJ = 1000 * J
MJ = 1e6 * J
GJ = 1e9 * J
Wh = 3600 * J
kWh = 3.6e6 * J
MWh = 3.6e9 * J
GWh = 3.6e12 * J
W = J / s
kW = 1000 * W
MW = 1e6 * W
V = J / C
mV = 0.001 * V
K = [temperature]
Pa = J / m ** 3
kPa = 1000 * Pa
bar = 1e5 * Pa
tkm = t * km
Bq = [radioactivity]
kBq = 1000 * Bq
item = [item]
USD = [currency_usd]
EUR = [currency_eur]
GBP = [currency_gbp]
CNY = [currency_cny]
percent = 0.01
"""

_LINE = re.compile(r"^(\w+) =", re.M)

_FACTOR = r"(?:[A-Za-z_]\w*|%)(?:\s*(?:\^|\*\*)\s*-?\d+)?"
_FORM = re.compile(rf"(?:1\s*/\s*)?{_FACTOR}(?:\s*[*/]\s*{_FACTOR})*")

#: Every unit that can be written. `%` is read as `percent`.
UNIT_NAMES: frozenset[str] = frozenset(_LINE.findall(_DEFINITIONS)) - {"percent"} | {"%"}

# How people call units that are written otherwise here.
_CALLED = {
    **{"gram": "g", "kilo": "kg", "tonne": "t", "ton": "t", "mt": "t", "mole": "mol"},
    **{"metre": "m", "meter": "m", "litre": "L", "liter": "L", "ltr": "L", "cubic_metre": "m3", "cubic_meter": "m3"},
    **{"second": "s", "sec": "s", "minute": "min", "hour": "h", "hr": "h", "yr": "year", "a": "year"},
    **{
        "amp": "A",
        "ampere": "A",
        "coulomb": "C",
        "joule": "J",
        "watt": "W",
        "volt": "V",
        "kelvin": "K",
        "pascal": "Pa",
    },
    **{"percent": "%", "pct": "%", "dollar": "USD", "euro": "EUR", "yuan": "CNY"},
    **{"kelvin": "K", "pascal": "Pa", "co2e": "kg_CO2e", "reo": "kg_REO", "piece": "item", "rmb": "CNY"},
}
_PREFIXES = {"milli": "m", "centi": "c", "kilo": "k", "mega": "M", "giga": "G"}

# How a dimension is named in a message; the first unit that has the dimension stands for it.
_DESCRIBED = {
    "kg": "mass",
    "kg_REO": "mass of rare earth oxide",
    "kg_CO2e": "mass of CO2-equivalents",
    "mol": "amount of substance",
    "m": "length",
    "m2": "area",
    "m3": "volume",
    "s": "time",
    "A": "current",
    "C": "charge",
    "J": "energy",
    "W": "power",
    "V": "voltage",
    "K": "temperature",
    "Pa": "pressure",
    "tkm": "freight",
    "Bq": "radioactivity",
    "item": "number of items",
    "USD": "US dollars",
    "EUR": "euros",
    "GBP": "pounds sterling",
    "CNY": "yuan",
}

_SHORT = {
    "mass": "kg",
    "rare_earth_oxide": "kg_REO",
    "co2_equivalent": "kg_CO2e",
    "substance": "mol",
    "length": "m",
    "time": "s",
    "current": "A",
    "temperature": "K",
    "radioactivity": "Bq",
    "item": "item",
    "currency_usd": "USD",
    "currency_eur": "EUR",
    "currency_gbp": "GBP",
    "currency_cny": "CNY",
}


class UnitError(ValueError):
    """A unit that is not in the list, or cannot be read."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written: `factor` base units make one of it."""

    name: str
    factor: float
    dimension: Dimension


@contextmanager
def _without(package: str) -> Iterator[None]:
    """As if a package that nobody has imported yet were not installed: pint would import Dask, for arrays that are
    not used here, and every command would wait for it.
    """
    absent = package not in sys.modules
    if absent:
        sys.modules[package] = None  # type: ignore[assignment]  # what Python documents for this
    try:
        yield
    finally:
        if absent:
            del sys.modules[package]


@lru_cache(maxsize=1)
def registry() -> Any:
    """The pint registry that holds exactly the units above."""
    with _without("dask"):
        import pint

    made: Any = pint.UnitRegistry(None)
    made.load_definitions([line for line in _DEFINITIONS.splitlines() if line])
    return made


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """Read `kWh/kg_REO`, `A/m^2`, `%` or an empty text (a plain number); raise `UnitError` with the unknown name."""
    words = re.findall(r"[A-Za-z_]\w*|%", text)
    for word in words:
        if word not in UNIT_NAMES:
            raise UnitError(word)
    if not text.strip():
        return Unit("", 1.0, DIMENSIONLESS)
    if not _FORM.fullmatch(text.strip()):
        raise UnitError(text)
    try:
        parsed = registry().parse_units(text.replace("%", "percent").replace("^", "**"))
        factor, base = registry().get_base_units(parsed)
    except Exception as cause:  # pint raises many kinds; all mean that the text is no unit
        raise UnitError(text) from cause
    # `percent` has no base unit of its own, so pint leaves it in place
    exponents = {str(k): float(v) for k, v in base.dimensionality.items()}
    dimension = tuple(sorted((name.strip("[]"), power) for name, power in exponents.items() if power))
    return Unit(text.strip(), float(factor), dimension)


@lru_cache(maxsize=4096)
def multiply(a: Dimension, b: Dimension, power: float = 1.0) -> Dimension:
    """Dimension of `A * B ** power`."""
    total = dict(a)
    for name, exponent in b:
        total[name] = total.get(name, 0.0) + exponent * power
    return tuple(sorted((name, exponent) for name, exponent in total.items() if abs(exponent) > 1e-12))


def raise_to(a: Dimension, power: float) -> Dimension:
    """Dimension of `A ** power`."""
    return multiply((), a, power)


@lru_cache(maxsize=256)
def base_unit(dimension: Dimension) -> str:
    """The base units of a dimension as text, `kg/kg_REO`, or an empty text for a plain number."""
    above = [_power(_SHORT[n], e) for n, e in dimension if e > 0]
    below = [_power(_SHORT[n], -e) for n, e in dimension if e < 0]
    if not above and not below:
        return ""
    return "*".join(above or ["1"]) + "".join("/" + b for b in below)


def _power(name: str, exponent: float) -> str:
    return name if exponent == 1 else f"{name}^{exponent:g}"


@lru_cache(maxsize=256)
def nearest_unit(word: str, alike: float = 0.6) -> str:
    """The unit that is meant by a word that is none, or at least so much like it; or an empty string."""
    plain = word.lower().removesuffix("s")
    prefix = next((long for long in _PREFIXES if plain.startswith(long)), "")
    called = _PREFIXES.get(prefix, "") + _CALLED.get(plain.removeprefix(prefix), "?")
    return _CALLED.get(plain) or (called if called in UNIT_NAMES else nearest(word, UNIT_NAMES, alike))


def describe(dimension: Dimension) -> str:
    """A dimension in words: `energy (kWh, MJ)`, `mass per mass of rare earth oxide (kg/kg_REO)`, `a plain number`."""
    if not dimension:
        return "a plain number"
    for unit, word in _DESCRIBED.items():
        if parse_unit(unit).dimension == dimension:
            return f"{word} ({unit if unit != 'J' else 'kWh, MJ'})"
    for top, word in _DESCRIBED.items():
        for bottom, per in _DESCRIBED.items():
            if multiply(parse_unit(top).dimension, parse_unit(bottom).dimension, -1) == dimension:
                return f"{word} per {per} ({top}/{bottom})"
    return base_unit(dimension)


def convert(value: Any, unit: str) -> Any:
    """A magnitude in base units expressed in `unit` (float or array)."""
    return value / parse_unit(unit).factor


def parse_shown_unit(text: str) -> Unit:
    """Read a unit as indicators show it, `kg CO2e` or `t CO2e/t_REO`; raise `UnitError` as `parse_unit` does."""
    return parse_unit(text.replace(" CO2e", "_CO2e"))
