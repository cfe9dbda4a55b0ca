"""Numbers, shares and units as a reader sees them."""

from __future__ import annotations

import math
from collections.abc import Iterable

from lca.report.document import Cell, ColumnKind

#: Significant digits of results.
DIGITS = 3

ABSENT = "–"
NOT_STATED = "NOT STATED"
NOT_ASSESSED = "not assessed"
FULL = "full"
PARTIAL = "partial"
MINUS = "−"
THIN = "\u202f"  # narrow no-break space
FIXED = "\u00a0"  # no-break space

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = DIGITS) -> str:
    """`value` to so many significant digits: `1.23`, `12 300`, `−0.0450`, `1.20 × 10⁻⁷`."""
    if value is None or math.isnan(value):
        return ABSENT
    if math.isinf(value):
        return "∞" if value > 0 else f"{MINUS}∞"
    if abs(value) < 1e-15:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if -4 <= power <= 6:
        decimals = max(0, digits - 1 - power)
        text = f"{float(f'{mantissa}e{power}'):,.{decimals}f}"
        return _dressed(text)
    return f"{_dressed(mantissa)} × 10{str(power).translate(_SUPERSCRIPT)}"


def exact(value: float | str | None) -> str:
    """A number as it was written, up to ten digits and without trailing zeros; text as it is."""
    if value is None or isinstance(value, str):
        return value or ABSENT
    if math.isnan(value):
        return ABSENT
    text = f"{value:.10g}"
    if "e" in text:
        mantissa, power = text.split("e")
        return f"{_dressed(mantissa)} × 10{str(int(power)).translate(_SUPERSCRIPT)}"
    whole, point, fraction = text.partition(".")
    return _dressed(f"{int(whole):,}" if len(whole.lstrip("-")) > 3 else whole) + point + fraction


def share(value: float | None, digits: int = DIGITS) -> str:
    """A share as a percentage without its sign: 0.1234 gives `12.3`."""
    return number(None if value is None else 100 * value, digits)


def percent(value: float | None, digits: int = DIGITS) -> str:
    """A share with its sign: `12.3 %`."""
    text = share(value, digits)
    return text if text == ABSENT else f"{text}{THIN}%"


def coverage(share_covered: float | None, value: float | None) -> str:
    """`full`, `partial, NN % covered` rounded down, so that it never says more than is there, or `not assessed`."""
    if value is None or share_covered is None:
        return NOT_ASSESSED
    if share_covered >= 1 - 1e-9:
        return FULL
    whole = math.floor(100 * share_covered + 1e-9)
    return f"{PARTIAL}, {f'{whole}{THIN}%' if whole else f'under 1{THIN}%'} covered"


def coverages(texts: Iterable[str]) -> str:
    """What is said of the coverage of several values, on one line, once where it is the same: `partial, 57 % / 61 %
    covered`.
    """
    said = list(dict.fromkeys(texts))
    start, end = f"{PARTIAL}, ", " covered"
    if len(said) > 1 and all(text.startswith(start) for text in said):
        said = [start + " / ".join(text.removeprefix(start).removesuffix(end) for text in said) + end]
    return " / ".join(said).replace(" ", FIXED)


def unit(text: str) -> str:
    """A unit in print: `kg CO2e` gives `kg CO₂e`, `A/m^2` gives `A/m²`."""
    text = text.replace("CO2e", "CO₂e").replace("_", " ").replace(" * ", "·").replace("*", "·")
    head, *powers = text.split("^")
    for power in powers:
        digits = len(power) - len(power.lstrip("-0123456789"))
        head += power[:digits].translate(_SUPERSCRIPT) + power[digits:]
    return head


def quantity(value: float | None, unit_text: str) -> str:
    """`3.21 kg CO₂e`."""
    return f"{number(value)} {unit(unit_text)}".rstrip()


def words(identifier: str) -> str:
    """An identifier as words: `cell_voltage` gives `Cell voltage`."""
    return identifier.replace("_", " ").strip().capitalize()


def cell(value: Cell, kind: ColumnKind) -> str:
    """A table cell as it is shown."""
    if isinstance(value, str):
        return value
    if kind == "percent":
        return share(value)
    return exact(value) if kind == "exact" else number(value)


def _dressed(text: str) -> str:
    return text.replace(",", THIN).replace("-", MINUS)
