"""Words that a report may never use of itself: they claim a check, a label or a merit that no program can give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from lca.errors import Diagnostic, Problems
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.report.document import Block, ReferenceList, ReportDocument, Section, Table

#: Phrases that hold a word of the list and claim nothing: denials, and the name of an operator of rules.
_ALLOWED = re.compile(
    r"\b(?:not|never|no|nor|neither|nobody|none|without being)(?: \w+){0,2} (?:certified|verified|audited)\b"
    r"|\bnot(?: \w+){0,2} better than\b|\bEPD International\b",
    re.IGNORECASE,
)

_FORBIDDEN = re.compile(
    r"\b(?:certified|verified|audited|ISO[- ]?140\d\d(?::\d{4})?[- ](?:compliant|certified|conformant)|EPD"
    r"|PEF[- ]compliant|PACT[- ]conformant|tamper[- ]proof"
    r"|(?:carbon|climate|CO2)[- ]neutral(?:ity)?|net[- ]zero"
    r"|(?:climate|carbon)[- ]positive|zero[- ]carbon|carbon[- ]free|green(?:er)?|sustainable|eco[- ]?friendly"
    r"|environmentally[- ]friendly|better than)\b",
    re.IGNORECASE,
)

#: The section about an imported database.
BACKGROUND = "background"

#: What may be said instead, for the message.
INSTEAD = "what was done and what came out: a figure, a method, a source; nothing about itself that others decide"


def forbidden_words(text: str) -> list[str]:
    """Every claim in `text` that a report may not make, in the order of the text."""
    return [match.group(0) for match in _claims(text)]


def _claims(text: str) -> Iterator[re.Match[str]]:
    """The places of claims; denials keep their length, so that places stay."""
    return _FORBIDDEN.finditer(_ALLOWED.sub(lambda match: "\0" * len(match.group(0)), text))


@dataclass(frozen=True)
class Claim:
    """A claim that a document makes: the word, the text that holds it, and where in the document it stands."""

    word: str
    text: str
    where: str


def claims_of(document: ReportDocument) -> list[Claim]:
    """Every claim of a document. Titles of publications are citations: what they say is not said by the report."""
    places: list[tuple[str, Any]] = [
        ("Cover", (document.title, document.kicker, document.status, document.footer, document.facts))
    ]
    places.append(("Cover", document.cover))
    places += [(section.title, (section.title, _own_words(section))) for section in document.sections]
    found: dict[tuple[str, str], Claim] = {}
    for where, parts in places:
        for text in dict.fromkeys(_texts(parts)):
            for word in forbidden_words(text):
                found.setdefault((word.lower(), text), Claim(word, text, where))
    return list(found.values())


def _own_words(section: Section) -> tuple[Block, ...]:
    """The blocks of a section; tables of an imported database are left out, whose names are not ours."""
    if section.id != BACKGROUND:
        return section.blocks
    return tuple(block for block in section.blocks if not isinstance(block, Table))


def _texts(part: Any) -> Iterator[str]:
    if isinstance(part, str):
        yield part
    elif isinstance(part, ReferenceList):
        yield part.title
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part) and not isinstance(part, type):
        for one in fields(part):
            yield from _texts(getattr(part, one.name))


def check_wording(document: ReportDocument, inventory: Inventory) -> None:
    """Raise `InputError` with every claim of a document, each at the place of the workspace where it was written."""
    claims = claims_of(document)
    if not claims:
        return
    problems = Problems()
    written = list(_written(inventory))
    for claim in claims:
        said = f"a report may not say `{claim.word}` of its subject"
        origins = [text for text in written if _holds(text, claim)]
        for text in origins:
            for match in _claims(text):
                problems.add("REE-R001", said, text.part(*match.span()), expected=INSTEAD)
        if not origins:
            where = f"{said} (section “{claim.where}”: {_around(claim)})"
            problems.extend([Diagnostic("REE-R001", where, expected=INSTEAD)])
    problems.raise_errors()


def _holds(text: Text, claim: Claim) -> bool:
    """Whether what was written has the claim, and is part of what the report shows or the other way round."""
    plain, shown = " ".join(text.split()), " ".join(claim.text.split())
    words = [word.lower() for word in forbidden_words(text)]
    return claim.word.lower() in words and (plain.lower() in shown.lower() or shown.lower() in plain.lower())


def _around(claim: Claim, room: int = 40) -> str:
    at = claim.text.lower().find(claim.word.lower())
    return f"…{claim.text[max(0, at - room) : at + len(claim.word) + room].strip()}…"


def _written(inventory: Inventory) -> Iterator[Text]:
    """Every text of a workspace with its place, but those of publications."""
    tables: Iterable[Any] = (
        *((inventory.workspace,) if inventory.workspace else ()),
        *(document for options in inventory.options.values() for document in options.values()),
        *(
            document
            for table in (
                inventory.processes,
                inventory.flows,
                inventory.loops,
                inventory.studies,
                inventory.methods,
                inventory.backgrounds,
                inventory.price_lists,
                inventory.allocations,
                inventory.origins,
                inventory.published,
                inventory.frameworks,
                inventory.lots,
            )
            for document in table.values()
        ),
    )
    for document in tables:
        yield from _text_of(document)


def _text_of(value: Any) -> Iterator[Text]:
    if isinstance(value, Text):
        yield value
    elif isinstance(value, dict):
        for key, held in value.items():
            yield from _text_of(key)
            yield from _text_of(held)
    elif isinstance(value, (list, tuple)):
        for held in value:
            yield from _text_of(held)
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from _text_of(getattr(value, name))
