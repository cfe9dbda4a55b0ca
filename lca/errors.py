"""One kind of message for everything that can be wrong with what people write.

A `Diagnostic` has a stable code, a place, what was expected and the nearest valid choice. It is rendered as text for
people, as JSON for programs and as SARIF for code-review tools, always from the same object. A
diagnostic with a code that is not in the catalogue cannot be made.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from lca.catalogue import CATALOGUE, Severity


class Span(NamedTuple):
    """A place in a file; line and column count from 1, `length` in characters of that line. Of a spreadsheet: row and
    column, the cell by its name, and the sheet where the file has several.
    """

    path: Path
    line: int
    column: int
    length: int = 1
    sheet: str = ""
    cell: str = ""

    def shown(self) -> str:
        """`file:line:col`, or `file: sheet S, cell C14`; the file relative to the current folder where it lies below
        it.
        """
        try:
            path = self.path.relative_to(Path.cwd())
        except ValueError:
            path = self.path
        if self.cell:
            return f"{path}: " + (f"sheet {self.sheet}, " if self.sheet else "") + f"cell {self.cell}"
        return f"{path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong (or doubtful), with its place and the way out. `line` is the line in question where the
    file does not have it, or not yet.
    """

    code: str
    message: str
    span: Span | None = None
    expected: str = ""
    suggestion: str = ""
    related: tuple[tuple[Span, str], ...] = field(default=())
    line: str = ""

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise KeyError(f"diagnostic code {self.code} is not in the catalogue")

    @property
    def severity(self) -> Severity:
        return CATALOGUE[self.code].severity

    def sort_key(self) -> tuple[str, int, int, str, str]:
        if self.span is None:
            return ("", 0, 0, self.code, self.message)
        return (f"{self.span.path}\0{self.span.sheet}", self.span.line, self.span.column, self.code, self.message)


class InputError(Exception):
    """What people wrote has errors; carries every one of them."""

    def __init__(self, diagnostics: Iterable[Diagnostic]):
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("; ".join(f"{d.code} {d.message}" for d in self.diagnostics))

    def __str__(self) -> str:
        return "\n" + render_text(self.diagnostics)

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of a traceback."""
        return render_text(self.diagnostics).split("\n")


class Problems:
    """Collects diagnostics so that all are reported at once; the same fault at the same place (in another scenario,
    say) only once.
    """

    def __init__(self) -> None:
        self._found: dict[tuple[str, Span | str, str], Diagnostic] = {}

    def add(self, code: str, message: str, span: Span | None = None, **more: Any) -> None:
        self.extend([Diagnostic(code, message, span, **more)])

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        for diagnostic in diagnostics:
            scenario_free = (
                diagnostic.message if diagnostic.code.startswith(("REE-S", "REE-X")) else ""
            )  # two keys may be missing at one place
            self._found.setdefault((diagnostic.code, diagnostic.span or diagnostic.message, scenario_free), diagnostic)

    @property
    def all(self) -> list[Diagnostic]:
        return sorted(self._found.values(), key=Diagnostic.sort_key)

    @property
    def errors(self) -> list[Diagnostic]:
        return [d for d in self.all if d.severity == "error"]

    @property
    def warnings(self) -> list[Diagnostic]:
        return [d for d in self.all if d.severity == "warning"]

    def raise_errors(self) -> None:
        """Raise `InputError` with all findings if any is an error."""
        if self.errors:
            raise InputError(self.all)


def nearest(word: str, choices: Iterable[str], alike: float = 0.6) -> str:
    """The choice most like `word`, or an empty string when none is at least so much `alike`, from 0 to 1."""
    names = list(choices)
    small = {name.lower(): name for name in reversed(names)}
    if word.lower() in small:
        return small[word.lower()]
    found = difflib.get_close_matches(word, names, n=1, cutoff=alike)
    if not found:  # written in capitals, say
        found = [small[one] for one in difflib.get_close_matches(word.lower(), small, n=1, cutoff=alike)]
    return found[0] if found else ""


def one_of(choices: Iterable[str], limit: int = 12) -> str:
    """`a, b, c or d`, for messages; long lists are cut with their length given."""
    names = sorted(choices)
    if len(names) > limit:
        return ", ".join(names[:limit]) + f" ... ({len(names)} in all)"
    return " or ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


@lru_cache(maxsize=64)
def _lines(path: Path) -> Sequence[str]:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").split("\n") if path.is_file() else ()
    except OSError:
        return ()


def forget_lines() -> None:
    """Files have changed: their lines are read anew."""
    _lines.cache_clear()


def _excerpt(span: Span, mark: str = "^", line: str = "") -> list[str]:
    if span.cell:
        return [f"{span.cell:>5} | {line[:150]}"] if line else []
    lines = _lines(span.path)
    if not line and not 1 <= span.line <= len(lines):
        return []
    line = line or lines[span.line - 1].rstrip()
    start, column = 0, span.column - 1
    if len(line) > 160:  # long lines are shown around the place
        start = max(0, column - 60)
        line = ("..." if start else "") + line[start : start + 150]
        column = column - start + (3 if start else 0)
    number = f"{span.line:>5} | "
    length = max(1, min(span.length, max(1, len(line) - column)))
    return [number + line, " " * (len(number) + column) + mark * length]


def render_text(diagnostics: Iterable[Diagnostic]) -> str:
    """Plain text: place, message, the line with a caret, what was expected, the nearest choice, related places.

    The same message at many places (one missing parameter, used all over) is told once, with its other places named.
    """
    alike: dict[tuple[str, str, str], list[Diagnostic]] = {}
    for diagnostic in diagnostics:
        alike.setdefault((diagnostic.code, diagnostic.message, diagnostic.expected), []).append(diagnostic)
    blocks = []
    for d, *others in alike.values():
        place = f"{d.span.shown()}: " if d.span else ""
        rows = [f"{place}{d.severity} {d.code}: {d.message}"]
        if d.span:
            rows += _excerpt(d.span, line=d.line)
        if d.expected:
            rows.append(f"      expected: {d.expected}")
        if d.suggestion:
            rows.append(f"      did you mean: {d.suggestion}")
        for span, text in d.related:
            rows.append(f"      {span.shown()}: {text}")
            rows += ["      " + row for row in _excerpt(span, "-")]
        if others:
            places = [other.span.shown() for other in others if other.span]
            more = f" and {len(places) - 4} more" if len(places) > 4 else ""
            rows.append(f"      also at {', '.join(places[:4])}{more}")
        blocks.append("\n".join(rows))
    return "\n\n".join(blocks)


def count_line(diagnostics: Iterable[Diagnostic]) -> str:
    """`2 errors, 1 warning`."""
    found = list(diagnostics)
    errors = sum(d.severity == "error" for d in found)
    parts = []
    for number, word in ((errors, "error"), (len(found) - errors, "warning")):
        if number:
            parts.append(f"{number} {word}{'s' if number != 1 else ''}")
    return ", ".join(parts) or "no errors"


def as_records(diagnostics: Iterable[Diagnostic]) -> list[dict[str, Any]]:
    """Flat records, one per diagnostic, for JSON and CSV."""
    return [
        {
            "code": d.code,
            "severity": d.severity,
            "message": d.message,
            "file": str(d.span.path) if d.span else None,
            "line": d.span.line if d.span else None,
            "column": d.span.column if d.span else None,
            **({"sheet": d.span.sheet or None, "cell": d.span.cell} if d.span and d.span.cell else {}),
            "expected": d.expected or None,
            "suggestion": d.suggestion or None,
            "related": [{"file": str(s.path), "line": s.line, "column": s.column, "message": m} for s, m in d.related],
        }
        for d in diagnostics
    ]


def render_sarif(diagnostics: Iterable[Diagnostic], version: str) -> str:
    """SARIF 2.1.0, for code-review tools."""
    found = list(diagnostics)

    def location(span: Span, message: str = "") -> dict[str, Any]:
        place: dict[str, Any] = {
            "physicalLocation": {
                "artifactLocation": {"uri": span.path.as_uri() if span.path.is_absolute() else span.path.as_posix()},
                "region": {"startLine": span.line, "startColumn": span.column, "endColumn": span.column + span.length},
            }
        }
        if span.cell:
            name = f"{span.sheet}!{span.cell}" if span.sheet else span.cell
            place["logicalLocations"] = [{"fullyQualifiedName": name}]
        return {**place, "message": {"text": message}} if message else place

    def text(d: Diagnostic) -> str:
        more = [f"expected: {d.expected}"] if d.expected else []
        more += [f"did you mean: {d.suggestion}"] if d.suggestion else []
        return "; ".join([d.message, *more])

    run = {
        "tool": {
            "driver": {
                "name": "ree-lca",
                "version": version,
                "rules": [
                    {"id": code, "shortDescription": {"text": entry.title}, "help": {"text": entry.advice}}
                    for code, entry in CATALOGUE.items()
                ],
            }
        },
        "results": [
            {
                "ruleId": d.code,
                "level": d.severity,
                "message": {"text": text(d)},
                **({"locations": [location(d.span)]} if d.span else {}),
                **({"relatedLocations": [location(s, m) for s, m in d.related]} if d.related else {}),
            }
            for d in found
        ],
    }
    schema = "https://json.schemastore.org/sarif-2.1.0.json"
    return json.dumps({"$schema": schema, "version": "2.1.0", "runs": [run]}, indent=2)
