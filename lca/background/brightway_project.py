"""A database of an existing Brightway project as a background; this is how users of ecoinvent bring it.

Read from the files of the project, which stays as it is. Amounts are those of the exchanges, in full precision
(Brightway's own matrices hold them as 32-bit numbers). Rows and columns follow Brightway: an activity without a
production exchange makes one unit of itself, activities may take from other databases, and products may be nodes of
their own. Databases that are linked to are read as well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from math import nan
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from lca.background.brightway_files import Edge, Key, Project
from lca.background.database import (
    UNCERTAINTY,
    Activity,
    Background,
    ElementaryFlow,
    Exchanges,
    ImportReport,
    Origin,
    Unlinked,
)
from lca.errors import Diagnostic, InputError, one_of

#: Types of exchanges, as in `bw2data.configuration.MatrixLabels`.
SUBSTITUTION = "substitution"
PRODUCTION = frozenset({"production", "generic production"})
CONSUMPTION = frozenset({"technosphere", "generic consumption"})
BIOSPHERE = "biosphere"
TECHNOSPHERE = PRODUCTION | CONSUMPTION | {SUBSTITUTION}

#: Types of nodes that are columns of the matrices; those of older projects may be empty.
COLUMNS = frozenset({"process", "processwithreferenceproduct", ""})

#: A code of this form is that of a node of Brightway's biosphere.
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")

_NO_UNCERTAINTY = (0, 1)
_SPREAD = ("loc", "scale", "shape", "minimum", "maximum")


def read_project(project: str, database: str, name: str, folder: Path | None = None) -> Background:
    """A database of a project as a background called `name`. `folder` is that of Brightway's projects, the user's
    where none is given.

    Raises `InputError` when project or database are not there or cannot be read.
    """
    opened = Project(project, folder)
    said = opened.need(database)
    network = Network(opened, linked_databases(opened, database))
    return Background(
        name,
        Origin(
            "brightway",
            f"{project}/{database}",
            version=str(said.get("version") or ""),
            imported=datetime.now(UTC).isoformat(timespec="seconds"),
        ),
        tuple(map(network.activity, range(len(network.columns)))),
        network.elementary_flows(),
        network.technosphere.exchanges(),
        network.biosphere.exchanges(),
        ImportReport(tuple(network.unlinked), (), tuple(network.notes())),
    )


def linked_databases(project: Project, database: str) -> list[str]:
    """A database, and all that it takes something from, directly or not, the elementary flows apart."""
    found = [database]
    for each in found:  # which grows on the way
        if (backend := project.need(each).get("backend", "sqlite")) == "iotable":
            message = f"database `{each}` is an input-output table (Brightway's backend `{backend}`)"
            raise InputError([Diagnostic("REE-X004", message, expected="a database of unit processes")])
        linked = project.linked(each, TECHNOSPHERE)
        found += [other for other in linked if other not in found and other in project.databases]
    return found


@dataclass
class Entries:
    """Entries of a matrix as they are collected."""

    rows: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)
    spreads: dict[int, tuple[Any, ...]] = field(default_factory=dict)

    def add(self, row: int, column: int, amount: float, sign: float, spread: tuple[Any, ...] | None) -> None:
        """An exchange; its distribution is that of the amount before the sign."""
        if spread is not None:
            self.spreads[len(self.rows)] = spread
        self.rows.append(row)
        self.columns.append(column)
        self.amounts.append(sign * amount)

    def exchanges(self) -> Exchanges:
        uncertainty = None
        if self.spreads:
            uncertainty = np.zeros(len(self.rows), UNCERTAINTY)
            for name in _SPREAD:
                uncertainty[name] = nan
            uncertainty["loc"] = np.abs(self.amounts)
            uncertainty["negative"] = np.array(self.amounts) < 0
            for place, spread in self.spreads.items():
                uncertainty[place] = spread
        return Exchanges(
            np.array(self.rows, np.int64), np.array(self.columns, np.int64), np.array(self.amounts, float), uncertainty
        )


def uncertainty_of(data: Mapping[str, Any], amount: float) -> tuple[Any, ...] | None:
    """The spread of an exchange in the conventions of stats_arrays; None where there is none."""
    kind = data.get("uncertainty_type", data.get("uncertainty type"))
    if kind is None or int(kind) in _NO_UNCERTAINTY:
        return None
    spread = [nan if (value := data.get(name)) is None else float(value) for name in _SPREAD]
    return int(kind), *spread, bool(data.get("negative", amount < 0))


class _Line(NamedTuple):
    """What is kept of an exchange among activities. `sign` is that of its entry."""

    input: Key
    sign: float
    amount: float
    spread: tuple[Any, ...] | None
    made: bool
    functional: bool


class Network:
    """The activities of several databases as columns, and their reference products as rows of the same number. Codes
    of the first database stand as they are, those of the others with its name before.
    """

    def __init__(self, project: Project, databases: list[str]):
        self.databases = databases
        self.nodes = {node.key: node for node in project.nodes(databases)}
        self.columns = [node for node in self.nodes.values() if node.type in COLUMNS]
        self.technosphere, self.biosphere = Entries(), Entries()
        self.unlinked: list[Unlinked] = []
        self._flows: dict[Key, int] = {}
        self._flow_data: dict[Key, Mapping[str, Any]] = {}
        self._multifunctional = sum(node.type == "multifunctional" for node in self.nodes.values())
        lines = self._read(project)
        self.products = [self._product(column, lines[column]) for column in range(len(self.columns))]
        self.amounts = [1.0] * len(self.columns)
        self._implicit = 0
        self._link(lines)
        others = {database for database, _ in self._flows} - set(databases)
        self._flow_data |= {node.key: node.data for node in project.nodes(sorted(others)) if node.key in self._flows}

    def activity(self, column: int) -> Activity:
        node, product = self.columns[column], self.nodes[self.products[column]]
        of_its_own = product.key != node.key
        made = product.data.get("name") if of_its_own else node.data.get("reference product")
        name = _text(node.data.get("name")) or node.code
        return Activity(
            node.code if node.database == self.databases[0] else f"{node.database}::{node.code}",
            name,
            _text(node.data.get("location")),
            _text(made) or name,
            _text(product.data.get("unit") or node.data.get("unit")),
            self.amounts[column],
        )

    def elementary_flows(self) -> tuple[ElementaryFlow, ...]:
        """Flows of one code are told apart by their databases. A code that is a UUID is that of a biosphere node."""
        times = Counter(code for _, code in self._flows)
        found = []
        for database, code in self._flows:
            data = self._flow_data[database, code]
            categories = data.get("categories") or ()
            found.append(
                ElementaryFlow(
                    code if times[code] == 1 else f"{database}::{code}",
                    _text(data.get("name")) or code,
                    (categories,) if isinstance(categories, str) else tuple(map(str, categories)),
                    _text(data.get("unit")),
                    code if UUID.fullmatch(code) else "",
                )
            )
        return tuple(found)

    def notes(self) -> Iterator[str]:
        if len(self.databases) > 1:
            yield f"{self.databases[0]} takes inputs from {', '.join(self.databases[1:])}, read with it"
        if self._implicit:
            yield f"{self._implicit} activities do not say what they make: one unit of their own product"
        if self._multifunctional:
            yield f"{self._multifunctional} multifunctional nodes are left out; what is calculated with is their parts"

    # --- reading

    def _read(self, project: Project) -> list[list[_Line]]:
        """The exchanges among activities by column; those with nature are entered."""
        places = {node.key: column for column, node in enumerate(self.columns)}
        lines: list[list[_Line]] = [[] for _ in self.columns]
        for edge in project.edges(self.databases):
            column = places.get(edge.output)
            if column is None:
                continue
            amount = float(edge.data.get("amount", 0.0))
            spread = uncertainty_of(edge.data, amount)
            if edge.type == BIOSPHERE:
                row = self._flows.setdefault(edge.input, len(self._flows))
                self._flow_data.setdefault(edge.input, edge.data)
                self.biosphere.add(row, column, amount, 1.0, spread)
            elif edge.type in TECHNOSPHERE:
                if edge.input not in self.nodes:
                    self.unlinked.append(_unlinked(column, edge, amount))
                    continue
                sign = -1.0 if edge.type in CONSUMPTION else 1.0
                functional = bool(edge.data.get("functional")) and edge.type != SUBSTITUTION
                made = edge.type in PRODUCTION
                lines[column].append(_Line(edge.input, sign, amount, spread, made, functional))
        return lines

    def _product(self, column: int, lines: list[_Line]) -> Key:
        """The reference product of an activity, by the rules of `bw2data.backends.base.set_reference_flags`; of an
        activity that has none, itself.
        """
        own = self.columns[column].key
        candidates = [line.input for line in lines if line.functional] or [line.input for line in lines if line.made]
        return candidates[0] if len(set(candidates)) == 1 else own

    def _link(self, lines: list[list[_Line]]) -> None:
        makers: dict[Key, list[int]] = {}
        for column, product in enumerate(self.products):
            makers.setdefault(product, []).append(column)
        self._refuse_shared(makers)
        self.rows = {product: columns[0] for product, columns in makers.items()}
        for column, found in enumerate(lines):
            own = self.products[column]
            if not any(line.sign > 0 for line in found) and self.columns[column].key == own:
                self._implicit += 1
                self.technosphere.add(column, column, 1.0, 1.0, None)
            else:
                self.amounts[column] = sum(line.sign * line.amount for line in found if self._of_product(line, own))
            for line in found:
                if (row := self.rows.get(line.input)) is not None:
                    self.technosphere.add(row, column, line.amount, line.sign, line.spread)
                else:
                    data = self.nodes[line.input].data
                    edge = Edge(line.input, self.columns[column].key, "", data)
                    self.unlinked.append(_unlinked(column, edge, -line.sign * line.amount))

    @staticmethod
    def _of_product(line: _Line, own: Key) -> bool:
        return line.input == own and (line.made or line.functional)

    def _refuse_shared(self, makers: Mapping[Key, list[int]]) -> None:
        """Several activities that make one node have no square matrix, in Brightway neither."""
        shared = {product: columns for product, columns in makers.items() if len(columns) > 1}
        if not shared:
            return
        found = []
        for (_, code), columns in list(shared.items())[:20]:
            names = one_of(f"{self.columns[c].data.get('name')} ({self.columns[c].code})" for c in columns)
            message = f"{len(columns)} activities make the product `{code}`: {names}"
            expected = "one activity for each product"
            found.append(Diagnostic("REE-X004", message, expected=expected))
        raise InputError(found)


def _unlinked(column: int, edge: Edge, amount: float) -> Unlinked:
    data = edge.data
    name = _text(data.get("name")) or "::".join(edge.input)
    return Unlinked(column, name, _text(data.get("location")), amount, _text(data.get("unit")))


def _text(value: Any) -> str:
    return "" if value is None else str(value)
