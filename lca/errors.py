"""One kind of message for everything that can be wrong with what people write.

A `Diagnostic` has a stable code, a place, what was expected and the nearest valid choice. It is rendered as text for
people, as JSON for programs and as SARIF for code-review tools, always from the same object. `CATALOGUE` is the list
of all codes; a diagnostic with a code that is not in it cannot be made.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What a code means: one line of title, and advice for the reader of the error catalogue."""

    severity: Severity
    title: str
    advice: str


def _error(title: str, advice: str) -> CatalogueEntry:
    return CatalogueEntry("error", title, advice)


def _warning(title: str, advice: str) -> CatalogueEntry:
    return CatalogueEntry("warning", title, advice)


CATALOGUE: dict[str, CatalogueEntry] = {
    # Y: files and YAML
    "REE-Y001": _error("file is not UTF-8 text", "Save the file as UTF-8."),
    "REE-Y002": _error("YAML cannot be read", "Correct the syntax at the place shown; indentation is made of spaces."),
    "REE-Y003": _error("key given twice", "Keep one of the two; the other place is shown."),
    "REE-Y004": _error("anchor, alias or tag", "Write the value out; the language has no &anchors, *aliases or !tags."),
    "REE-Y005": _error("empty file or document", "Delete the file, or write a document into it."),
    "REE-Y006": _error(
        "file too large or nested too deeply", "Inventories are small; split the file, flatten the nesting."
    ),
    "REE-Y007": _error("document is not a mapping", "A document is a list of `key: value` lines."),
    "REE-Y008": _error("kind of document not known", "The first key of a document says what it is."),
    "REE-Y009": _warning("file ignored", "Only *.yaml files are read; rename it or move it elsewhere."),
    "REE-Y010": _error("file outside the workspace", "Copy the file into the workspace instead of linking to it."),
    # S: schema
    "REE-S001": _error("unknown key", "Use one of the keys of this kind of document."),
    "REE-S002": _error("missing key", "Add the key."),
    "REE-S003": _error("wrong kind of value", "Give the kind of value that is expected here."),
    "REE-S004": _error("identifier used twice", "Rename one of the two; the other place is shown."),
    "REE-S005": _error("not exactly one definition", "Give exactly one of the alternatives."),
    "REE-S006": _error("malformed identifier", "Start with a letter; use lower-case letters, digits and underscores."),
    "REE-S007": _error("value not among the choices", "Use one of the choices."),
    "REE-S008": _error("workspace document missing or given twice", "Exactly one document starts with `workspace:`."),
    # U: units
    "REE-U001": _error("unknown unit", "Use a unit of the list in the language page."),
    "REE-U002": _error("unit missing", "Write the unit after the number."),
    "REE-U003": _error("wrong dimension", "Give a quantity of the expected dimension."),
    "REE-U004": _error("operands of different dimension", "Only like can be added, compared or chosen between."),
    "REE-U005": _error("exponent not a plain number", "Raise to a dimensionless constant."),
    # F: formulas
    "REE-F001": _error("formula cannot be read", "Correct the formula at the place shown."),
    "REE-F002": _error("unknown function", "Use a function of the language."),
    "REE-F003": _error("wrong arguments", "Give the arguments that the function takes."),
    "REE-F004": _error("formula too long", "Split the formula into named parameters."),
    "REE-F005": _error(
        "result is not a finite number", "Look for a division by zero, an overflow or a logarithm of zero."
    ),
    "REE-F006": _error(
        "text or composition where a number is due", "Use the parameter in a function or comparison that takes it."
    ),
    "REE-F007": _error("chemistry cannot be computed", "Correct the chemical formula or the composition."),
    # N: names
    "REE-N001": _error("name not defined", "Define the parameter, or correct its name."),
    "REE-N002": _error("parameters depend on each other in a circle", "Give one of them a value."),
    "REE-N003": _error("override matches nothing", "Correct the address; nothing was changed by it."),
    "REE-N004": _warning("parameter not used", "Use it or delete it."),
    "REE-N005": _error("name is reserved", "Choose a name that is not a unit, function or keyword."),
    "REE-N006": _error("choice not among its options", "Use one of the options."),
    "REE-N007": _error("source not known", "Add it to a `sources:` document, or correct the id."),
    "REE-N008": _error("option or axis not known", "Use an option that the workspace has."),
    "REE-N009": _error("name defined by two chosen options", "Rename one, or use the dotted name."),
    "REE-N010": _warning("option used by no scenario", "Add a scenario with it, or know that it is not computed."),
    "REE-N011": _warning("setting without effect", "Set a parameter that the scenarios computed make use of."),
    "REE-N012": _error("group, account, price list or allocation not known", "Declare it, or correct its name."),
    "REE-N013": _error("options that do not go together", "The workspace says why under `exclusions`; choose others."),
    "REE-N014": _error("price missing", "Give a price of every product of the basket, or leave the allocation out."),
    "REE-N016": _error("one name for two things", "Rename one: in `name.parameter` it could mean either."),
    "REE-N015": _warning("scenario of the virgin product not computed", "Add it to the study, or name another one."),
    # L: links
    "REE-L001": _error("no provider for a flow", "Add a process that makes it, or a link."),
    "REE-L002": _error("several providers for a flow", "Add a link rule that chooses."),
    "REE-L003": _error("flow not known", "Define it in a `flows:` document, or correct the name."),
    "REE-L004": _error("process not known", "Correct the name, or write the process."),
    "REE-L005": _error("provider does not make the flow", "Choose a process whose product is the flow."),
    "REE-L006": _warning("foreground process used by no study", "Use it in a scenario or delete it."),
    "REE-L007": _error(
        "flow of the wrong kind",
        "Products and wastes are inputs and outputs; elementary flows are emissions and resources.",
    ),
    "REE-L008": _warning("bought without the supply that others use", "Add `supply:`, or name the provider."),
    # M: model
    "REE-M001": _error(
        "system not square", "A process has one product; allocate, send it to waste, or return it to a loop."
    ),
    "REE-M002": _error(
        "system singular", "The processes named need all of what they make; check the amounts of the cycle."
    ),
    "REE-M003": _error("negative supply", "A process would have to run backwards; check signs and outputs."),
    "REE-M004": _error(
        "loop incomplete", "Each exchange with a pool names one of the loop's bins; only pools have bins."
    ),
    "REE-M005": _error("element balance does not close", "Add the missing flow, or correct amounts and compositions."),
    "REE-M006": _error("shares do not sum to 100 %", "Correct the shares, or let one entry be `rest`."),
    "REE-M007": _error("amount not positive", "Give an amount above zero."),
    "REE-M008": _error("yield not positive", "Recoveries, yields and efficiencies are above zero."),
    "REE-M009": _error("value outside its own range", "The central value lies inside its range or distribution."),
    "REE-M010": _error("fraction out of bounds", "A fraction of an element lies between 0 % and 100 %."),
    # P: plausibility
    "REE-P001": _warning(
        "far from stoichiometry", "Check the amount; it lies below need or more than three times above it."
    ),
    "REE-P002": _warning("implausible yield", "Recoveries, yields and efficiencies lie between 5 % and 100 %."),
    "REE-P003": _warning("implausibly large input", "Check the unit and the amount."),
    "REE-P004": _warning(
        "set far outside its range", "Check the unit and the value, or state a wider range with a reason."
    ),
    "REE-P005": _warning("declared unit is not the demand", "Let both speak of the same amount."),
    "REE-P006": _warning("tolerance too wide to check anything", "Balances close within a few percent."),
    # E: evidence
    "REE-E001": _warning("number without source or evidence", "Say where it comes from and how good it is."),
    # I: impact
    "REE-I001": _warning("elementary flow not characterised", "Give it a factor in the method, 0 if it has none."),
    "REE-I002": _error("method or indicator not known", "Use a method of the workspace."),
    "REE-I003": _error("parts of an indicator do not add up", "A flow counts in the whole as in its parts together."),
    "REE-I004": _error("shipped methods not installed", 'Install them with `pip install "ree-lca[methods]"`.'),
    "REE-I005": _error("shipped method not found", "Correct the archive or the name of the method."),
    "REE-I006": _error("unit is not the shipped one", "Write the unit as the shipped method has it."),
    "REE-I007": _error("link to another node of the biosphere", "Let UUID, name and categories be of one node."),
    "REE-I008": _error("own factor beside a shipped one", "Leave it out: shipped factors are used as they are."),
    "REE-I009": _error("weighted results compared", "Ask for one scenario; ISO 14044 (4.4.5) bars the comparison."),
    "REE-I010": _error("method without weighting", "Use a method that has `weighting:`."),
    # C: command line
    "REE-C001": _error("scenario not known", "Use a scenario of the study, or one option for each axis."),
    "REE-C002": _error("malformed setting", "Write --set process.parameter=VALUE."),
    "REE-C003": _error("folder not usable", "Choose another folder."),
    "REE-C004": _error("no workspace here", "Run in a folder with inventories/, or make one with `ree-lca init DIR`."),
    "REE-C005": _error("study not known", "Use a study of the workspace."),
    "REE-C006": _error("template not usable", "Correct the template, or delete the folder to use the bundled one."),
    "REE-C007": _error("the study does not hold what is asked for", "Add it to the study, or use another study."),
}


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a file; line and column count from 1, `length` in characters of that line."""

    path: Path
    line: int
    column: int
    length: int = 1

    def shown(self) -> str:
        """`file:line:col`, the file relative to the current folder where it lies below it."""
        try:
            path = self.path.relative_to(Path.cwd())
        except ValueError:
            path = self.path
        return f"{path}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One thing that is wrong (or doubtful), with its place and the way out."""

    code: str
    message: str
    span: Span | None = None
    expected: str = ""
    suggestion: str = ""
    related: tuple[tuple[Span, str], ...] = field(default=())

    def __post_init__(self) -> None:
        if self.code not in CATALOGUE:
            raise KeyError(f"diagnostic code {self.code} is not in the catalogue")

    @property
    def severity(self) -> Severity:
        return CATALOGUE[self.code].severity

    def sort_key(self) -> tuple[str, int, int, str, str]:
        if self.span is None:
            return ("", 0, 0, self.code, self.message)
        return (str(self.span.path), self.span.line, self.span.column, self.code, self.message)


class InputError(Exception):
    """What people wrote has errors; carries every one of them."""

    def __init__(self, diagnostics: Iterable[Diagnostic]):
        self.diagnostics: tuple[Diagnostic, ...] = tuple(diagnostics)
        super().__init__("; ".join(f"{d.code} {d.message}" for d in self.diagnostics))


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
                diagnostic.message if diagnostic.code.startswith("REE-S") else ""
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


def nearest(word: str, choices: Iterable[str]) -> str:
    """The choice most like `word`, or an empty string when none is near."""
    names = list(choices)
    same = [name for name in names if name.lower() == word.lower()]
    found = same or difflib.get_close_matches(word, names, n=1, cutoff=0.6)
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


def _excerpt(span: Span, mark: str = "^") -> list[str]:
    lines = _lines(span.path)
    if not 1 <= span.line <= len(lines):
        return []
    line = lines[span.line - 1].rstrip()
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
            rows += _excerpt(d.span)
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
            "expected": d.expected or None,
            "suggestion": d.suggestion or None,
            "related": [{"file": str(s.path), "line": s.line, "column": s.column, "message": m} for s, m in d.related],
        }
        for d in diagnostics
    ]


def render_catalogue() -> str:
    """The page of all codes, in Markdown."""
    groups = {
        "Y": "Files and YAML",
        "S": "Shape of documents",
        "U": "Units",
        "F": "Formulas",
        "N": "Names",
        "L": "Links between processes",
        "M": "The model",
        "P": "Plausibility",
        "E": "Evidence",
        "I": "Impact assessment",
        "C": "Command line",
    }
    rows = [
        "# Messages",
        "",
        "Every message has a code that stays the same. Errors stop a calculation, warnings do not.",
    ]
    for letter, title in groups.items():
        rows += ["", f"## {title}", "", "| code | | meaning | what to do |", "|---|---|---|---|"]
        for code, entry in CATALOGUE.items():
            if code[4] == letter:
                rows.append(f"| {code} | {entry.severity} | {entry.title} | {entry.advice} |")
    return "\n".join(rows) + "\n"


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
