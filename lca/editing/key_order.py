"""The order in which keys are written: by `ree-lca fmt`, and where `ree-lca set` puts a key in."""

from __future__ import annotations

_PROVEN = ("source", "evidence", "pedigree", "entered_by", "approved_by", "note")
_VALUE = ("value", "formula", "choice", "text", "composition", "by_element")

PARAMETER = (*_VALUE, "of", "options", "unit", "kind", "decision", "distribution", "range", *_PROVEN)
EXCHANGE = (
    *("flow", "amount", "provider", "origin", "supply", "bin", "scope", "when", "stoichiometric"),
    *("distribution", "range", *_PROVEN),
)
SHARE = ("flow", "provider", "share", *_PROVEN)
FLOW = (
    *("title", "kind", "compartment", "unit", "formula", "composition", "rare_earths"),
    *("cas", "bulk", "group", "account", "note"),
)
SOURCE = ("title", "author", "year", "publisher", "doi", "url", "accessed", "licence", "note")
PROCESS = (
    *("process", "title", "stage", "location", "product", "source", "evidence", "year", "pedigree"),
    *("entered_by", "approved_by", "note", "covers"),
    *("parameters", "mix", "inputs", "outputs", "emissions", "resources", "balance"),
)
