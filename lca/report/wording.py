"""Words that a report may never use of itself: they claim a check, a label or a merit that no program can give."""

from __future__ import annotations

import re

#: Phrases that are allowed although they contain a word that is not.
_ALLOWED = re.compile(r"\bnot independently verified\b", re.IGNORECASE)

_FORBIDDEN = re.compile(
    r"\b(certified|verified|audited|ISO 14067 compliant|EPD|PEF[- ]compliant|PACT[- ]conformant|tamper[- ]proof"
    r"|(carbon|climate)[- ]neutral|net[- ]zero"
    r"|climate[- ]positive|zero[- ]carbon|green|sustainable|eco[- ]friendly|better than)\b",
    re.IGNORECASE,
)


def forbidden_words(text: str) -> list[str]:
    """Every claim in `text` that a report may not make, in the order of the text."""
    return [match.group(0) for match in _FORBIDDEN.finditer(_ALLOWED.sub("", text))]
