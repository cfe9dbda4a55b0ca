"""Characters that a PDF cannot show: the fonts in it have no sign for them, and an accessible document may not show a
box in their place.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any

from lca.report.document import Notice, ReportDocument

#: Controls but tabs and ends of lines, and separators of lines, are blanks; marks of byte order are nothing.
_BLANKS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160), 0x2028, 0x2029), " ") | {0xFEFF: ""}

_REFUSED = re.compile(r'(?:the text|contains the codepoint) `"((?:[^"\\]|\\.)*)"`')
_ESCAPED = re.compile(r"\\u\{([0-9a-f]{1,6})\}")


def without_controls(document: ReportDocument) -> ReportDocument:
    """The document without what is no character to be read."""
    made: ReportDocument = _mapped(document, _BLANKS)
    return made


def refused_characters(said: str) -> frozenset[str]:
    """The characters that the compiler complains of."""
    texts = (_ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) for text in _REFUSED.findall(said))
    return frozenset(character for text in texts for character in text if not character.isascii())


def with_codes(document: ReportDocument, characters: Collection[str]) -> ReportDocument:
    """The document with code points in the place of these characters, and a notice of it on the cover."""
    if not characters:
        return document
    codes = {ord(character): f"[U+{ord(character):04X}]" for character in sorted(characters)}
    many = f"{len(codes)} characters" if len(codes) > 1 else "One character"
    text = (
        f"{many} of this report cannot be shown with the fonts of the PDF: in their place stand codes in Unicode, "
        f"such as {next(iter(codes.values()))}. The web page and the workbook hold them."
    )
    made: ReportDocument = _mapped(document, codes)
    return replace(made, cover=(*made.cover, Notice("Characters that are not shown", text)))


def _mapped(value: Any, signs: Mapping[int, str]) -> Any:
    """The same with other signs in all its texts."""
    made = value
    if isinstance(value, str):
        made = value.translate(signs)
    elif isinstance(value, tuple):
        made = tuple(_mapped(one, signs) for one in value)
    elif is_dataclass(value) and not isinstance(value, type):
        made = replace(value, **{one.name: _mapped(getattr(value, one.name), signs) for one in fields(value)})
    return made
