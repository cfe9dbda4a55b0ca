"""Figures as decimals written out: a dot, never an exponent."""

from __future__ import annotations

from decimal import Context, Decimal
from typing import Any

#: Significant digits of a figure.
DIGITS = 9


def figure(value: Any) -> Decimal:
    """A number rounded to significant digits, as it will be written. A number, not infinity or none."""
    rounded = Decimal(repr(float(value))).normalize(Context(prec=DIGITS))
    if not rounded.is_finite():
        raise ValueError(f"{value} is no figure")
    return rounded + 0  # no negative zero


def written(number: Decimal) -> str:
    """A decimal in full, without zeros that say nothing."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def total(parts: list[Decimal]) -> Decimal:
    """The exact sum of rounded figures: what is written adds up."""
    wide = Context(prec=200)
    found = Decimal(0)
    for part in parts:
        found = wide.add(found, part)
    return found
