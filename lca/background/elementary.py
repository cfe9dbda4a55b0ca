"""Elementary flows of a database: which lines of its data sets are the same flow, and which way a flow goes.

Lines of one name, compartment and unit are one flow, unless the database gives them UUIDs: numbers are often counted
anew in every data set.

A flow goes from nature or to it. Some databases, and openLCA with them, book what is given back as an output of the
same flow (and what is taken up as an input of an emission): such a line is negative. Which way a flow goes is what
most of its lines say. Other databases have two flows of one name and compartment, told apart by their identifiers;
they are kept apart here by `resource`, which is put before the compartment of a flow from nature without it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from lca.background.data_sets import DataExchange, DataSet, Noticed
from lca.background.database import ElementaryFlow

#: First words of compartments of flows from nature.
RESOURCE_WORDS = frozenset({"resource", "resources", "natural resource", "natural resources", "raw"})

_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

_Line = tuple[str, str, tuple[str, ...], str]


def is_resource(categories: tuple[str, ...]) -> bool:
    """Whether a compartment says that its flows come from nature."""
    return bool(categories) and categories[0].lower() in RESOURCE_WORDS


class ElementaryFlows:
    """The flows in the order of their first line."""

    def __init__(self, data_sets: Iterable[DataSet], noticed: Noticed):
        self.noticed = noticed
        self.flows: list[ElementaryFlow] = []
        self._places: dict[tuple[str, str, tuple[str, ...], str], int] = {}
        self._codes: Counter[str] = Counter()
        self._inputs: Counter[_Line] = Counter()
        self._outputs: Counter[_Line] = Counter()
        for found in data_sets:
            for line in found.exchanges:
                if line.kind == "elementary":
                    (self._inputs if line.from_nature else self._outputs)[_line(line)] += 1

    def place(self, line: DataExchange) -> tuple[int, float]:
        """The place of the flow of a line, and 1, or -1 where the line goes against the way of the flow."""
        inwards = self._goes_in(line)
        where = " / ".join(line.categories)
        if inwards != line.from_nature:
            ways = ("given back to nature", "is a resource") if inwards else ("taken up", "is an emission")
            self.noticed.note(f"{line.name} ({where}) is {ways[0]} and {ways[1]}: counted as negative")
        categories = line.categories
        if inwards and not is_resource(categories):
            categories = ("resource", *categories)
            self.noticed.conversion("Compartments of flows from nature that did not say so: `resource` was put before")
        key = (line.flow if _UUID.fullmatch(line.flow) else "", line.name, categories, line.unit)
        if key not in self._places:
            code = line.flow or "/".join((line.name, *categories, line.unit))
            self._codes[code] += 1
            if self._codes[code] > 1:
                code = f"{code}-{self._codes[code]}"
            self._places[key] = len(self.flows)
            self.flows.append(ElementaryFlow(code, *key[1:]))
        return self._places[key], 1.0 if inwards == line.from_nature else -1.0

    def _goes_in(self, line: DataExchange) -> bool:
        inputs, outputs = self._inputs[_line(line)], self._outputs[_line(line)]
        return is_resource(line.categories) if inputs == outputs else inputs > outputs


def _line(line: DataExchange) -> _Line:
    return line.flow, line.name, line.categories, line.unit
