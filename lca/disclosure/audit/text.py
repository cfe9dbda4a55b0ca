"""How numbers and records are written in a bundle: the same bytes for the same values, wherever it is made."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any


def decimal(value: float | None) -> str | None:
    """A number as the shortest decimal that reads back to it, without an exponent; None where it is none."""
    if value is None or not math.isfinite(value):
        return None
    text = format(Decimal(repr(float(value))), "f")
    return text.removesuffix(".0") if text != "-0.0" else "0"


def decimals(value: Any) -> Any:
    """Plain data with every broken number as a decimal string, and whole ones left as they are."""
    if isinstance(value, Mapping):
        return {str(key): decimals(held) for key, held in value.items()}
    if isinstance(value, (list, tuple)):
        return [decimals(held) for held in value]
    return decimal(value) if isinstance(value, float) else value


def canonical(value: Any) -> bytes:
    """Plain data as canonical JSON (RFC 8785), and a line end."""
    import rfc8785

    return rfc8785.dumps(decimals(value)) + b"\n"


def as_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Records as CSV; what is absent is empty."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(row.get(column)) for column in columns] for row in rows)
    return written.getvalue().encode()


def _cell(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
