"""What a bundle says against what its inputs give: figures by name, tables cell by cell, all else byte by byte."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from lca.disclosure.audit.crate import ATTESTATION, NAME, SUMS
from lca.disclosure.audit.environment import environment
from lca.errors import Diagnostic

#: Largest relative difference between a figure and the same computed again: other processors round otherwise.
AGREEMENT = 1e-9
#: What is smaller than this share of the largest figure of its kind has come from rounding.
ROUNDING = 1e-12

#: Compared elsewhere, or made of what is compared.
_NOT_HERE = (SUMS, ATTESTATION, NAME, "results.json", "environment.json", "sbom.cdx.json", "study.json")

#: Keys of `study.json` that hold versions, and those that a database cut down changes.
_VERSIONS, _OF_DATABASE = ("versions", "templates_sha256"), ("background_data",)

_SHOWN = 20

#: What is larger than this times what the inputs give holds something else; it is not looked through.
_LARGER = 4
_SMALL = 1_000_000
_LONGEST_NUMBER = 400
_DEEPEST = 50


def differences(files: Mapping[str, bytes], again: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Everything in a bundle that does not follow from its inputs, and what could not be compared."""
    alike = files.get("environment.json") == again.get("environment.json")
    if not alike:
        yield Diagnostic("REE-A015", f"computed here with other versions: {_versions(files.get('environment.json'))}")
    elif files.get("sbom.cdx.json") != again.get("sbom.cdx.json"):
        yield Diagnostic("REE-A013", "sbom.cdx.json is not the list of the packages that environment.json names")
    yield from _figures(files.get("results.json", b""), again["results.json"])
    reduced = any(name.startswith("background/") for name in files)
    yield from _study(files.get("study.json", b""), again["study.json"], alike, reduced)
    same_templates = _templates(files) == _templates(again)
    for name in sorted({*files, *again} - set(_NOT_HERE)):
        if name.startswith(("workspace/", "background/")):
            continue
        if name not in files or name not in again:
            where = "is not made from the inputs" if name in files else "is missing; the inputs give one"
            yield Diagnostic("REE-A013", f"{name} {where}")
        elif files[name] == again[name]:
            continue
        elif name.endswith(".csv"):
            yield from _table(name, files[name], again[name])
        elif name == "report.html" and reduced:
            yield Diagnostic(
                "REE-A015", "report.html names the whole database, not the one cut down: it was not compared"
            )
        elif name == "report.html" and not same_templates:
            yield Diagnostic("REE-A015", "report.html was made by templates that are not here: it was not compared")
        elif alike:
            yield Diagnostic("REE-A013", f"{name} is not what the inputs give")
        else:
            yield Diagnostic("REE-A015", f"{name} was made with other versions: it was not compared")


def _versions(written: bytes | None) -> str:
    """Which versions differ, of those that a bundle names."""
    try:
        said = json.loads(written or b"")
        theirs = {**said["packages"], **{key: said[key] for key in ("ree-lca", "python", "system", "machine")}}
    except (ValueError, LookupError, TypeError, RecursionError):
        return "environment.json names none"
    here = environment()
    ours = {**here["packages"], **{key: here[key] for key in ("ree-lca", "python", "system", "machine")}}
    changed = [f"{k} {str(theirs.get(k))[:30]} ({ours.get(k)} here)" for k in sorted(ours) if theirs.get(k) != ours[k]]
    return ", ".join(changed[:8]) + (f" and {len(changed) - 8} more" if len(changed) > 8 else "") or "others"


def _is_larger(written: bytes, again: bytes) -> bool:
    return len(written) > _SMALL + _LARGER * len(again)


# --- figures


def _figures(written: bytes, again: bytes) -> Iterator[Diagnostic]:
    if _is_larger(written, again):
        yield Diagnostic("REE-A012", "results.json is far larger than what the inputs give")
        return
    try:
        theirs = {str(row["figure"]): dict(row) for row in json.loads(written)["figures"]}
    except (ValueError, LookupError, TypeError, RecursionError):
        yield Diagnostic("REE-A012", "results.json holds no figures")
        return
    ours = {row["figure"]: row for row in json.loads(again)["figures"]}
    largest: dict[str, float] = {}
    for row in ours.values():
        kind = f"{row['indicator']} {row['unit']}"
        largest[kind] = max(largest.get(kind, 0.0), abs(float(row["value"] or 0.0)))
    for name in sorted(theirs.keys() - ours.keys()):
        yield Diagnostic("REE-A012", f"{name[:200]}: the inputs give no such figure")
    for name, row in ours.items():
        if name not in theirs:
            yield Diagnostic("REE-A012", f"{name}: missing; the inputs give {row['value']} {row['unit']}")
            continue
        size = largest[f"{row['indicator']} {row['unit']}"]
        for key in row:
            said = theirs[name].get(key)
            if not _agree(said, row[key], size if key == "value" else 1.0):
                found = f"the bundle says {key} {str(said)[:60]}, the inputs give {row[key]}"
                yield Diagnostic("REE-A012", f"{name}: {found}")


def _agree(said: Any, given: Any, size: float) -> bool:
    """Whether a text is the one given, or a decimal that differs by rounding alone."""
    if said == given:
        return True
    if len(str(said)) > _LONGEST_NUMBER:
        return False
    try:
        a, b = float(Decimal(said)), float(Decimal(given))
    except (InvalidOperation, TypeError, ValueError, OverflowError):
        return False
    return math.isclose(a, b, rel_tol=AGREEMENT, abs_tol=ROUNDING * size)


# --- what was computed


def _study(written: bytes, again: bytes, alike: bool, reduced: bool) -> Iterator[Diagnostic]:
    try:
        theirs = dict(json.loads(written))
    except (ValueError, TypeError, RecursionError):
        yield Diagnostic("REE-A013", "study.json says nothing of the study")
        return
    ours = json.loads(again)
    left_out = {*(() if alike else _VERSIONS), *(_OF_DATABASE if reduced else ()), "templates_sha256"}
    for key in sorted({*theirs, *ours} - left_out):
        if not _same(theirs.get(key), ours.get(key), 0):
            yield Diagnostic("REE-A013", f"study.json says another `{key[:80]}` than the inputs give")


def _same(a: Any, b: Any, depth: int) -> bool:
    if depth > _DEEPEST:
        return False
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same(a[key], b[key], depth + 1) for key in b)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(_same(x, y, depth + 1) for x, y in zip(a, b, strict=True))
    return _agree(a, b, 1.0) if isinstance(a, str) else a == b


def _templates(files: Mapping[str, bytes]) -> Any:
    try:
        return json.loads(files["study.json"])["templates_sha256"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None


# --- tables


def _table(name: str, written: bytes, again: bytes) -> Iterator[Diagnostic]:
    if _is_larger(written, again):
        yield Diagnostic("REE-A013", f"{name} is far larger than what the inputs give")
        return
    try:
        theirs, ours = (list(csv.reader(io.StringIO(text.decode()))) for text in (written, again))
    except (ValueError, csv.Error):
        yield Diagnostic("REE-A013", f"{name} is no table")
        return
    if len(theirs) != len(ours):
        yield Diagnostic("REE-A013", f"{name} has {len(theirs) - 1} rows, the inputs give {len(ours) - 1}")
        return
    header = ours[0]
    sizes = _sizes(ours)
    found = 0
    for number, (said, given) in enumerate(zip(theirs, ours, strict=True), 1):
        if said == given:
            continue
        columns = [
            header[k] for k in range(len(header)) if len(said) != len(given) or not _agree(said[k], given[k], sizes[k])
        ]
        if columns:
            found += 1
            if found <= _SHOWN:
                shown = f"row {number}, {', '.join(columns[:5])}"
                yield Diagnostic("REE-A013", f"{name} differs from what the inputs give: {shown}")
    if found > _SHOWN:
        yield Diagnostic("REE-A013", f"{name} differs in {found - _SHOWN} more rows")


def _sizes(rows: list[list[str]]) -> list[float]:
    """The largest number of each column."""
    found = [0.0] * len(rows[0])
    for row in rows[1:]:
        for k, cell in enumerate(row):
            try:
                value = abs(float(cell))
            except ValueError:
                continue
            found[k] = max(found[k], value if math.isfinite(value) else 0.0)
    return found
