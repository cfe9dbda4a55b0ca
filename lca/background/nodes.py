"""Which node of Brightway's biosphere an elementary flow is: found out once, when a database is imported, and kept
with it.

A flow is the node whose UUID is its code; else the node with exactly its name, categories and a unit that it can be
converted to, in the newest list of elementary flows that the installed bw2io ships. Names and compartments that a
database calls otherwise are translated before only as the file of choices says. A flow that is a node is counted in
the unit of the node from then on, because factors of shipped methods are per unit of the node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import IO, NamedTuple

from lca.background.bw2io_files import INSTALL, PACKAGE, NotInstalledError, package_folder, package_version
from lca.background.choices import ChoicesDocument
from lca.background.database import Background, ElementaryFlow, Exchanges
from lca.background.elementary import is_resource
from lca.background.uncertainty import Spread, scaled
from lca.background.unit_names import factor_between
from lca.background.xml_stream import XMLError, elements

_LISTS = "ecoinvent elementary flows *.xml"


class Node(NamedTuple):
    """A node of Brightway's biosphere; `categories` as Brightway has them, without `unspecified`."""

    uuid: str
    name: str
    categories: tuple[str, ...]
    unit: str


class NodeList(NamedTuple):
    """The nodes that a package ships, and what it calls itself."""

    nodes: tuple[Node, ...]
    source: str


def shipped_nodes() -> NodeList:
    """All nodes in the newest list. Raises `NotInstalledError`, also where there is no list that can be read."""
    lists = list((package_folder() / "data" / "lci").glob(_LISTS))
    if not lists:
        raise NotInstalledError(f"{PACKAGE} {package_version()} has no list of elementary flows")
    newest = max(lists, key=lambda path: [int(number) for number in re.findall(r"\d+", path.stem)])
    try:
        return NodeList(_listed(newest), f"{newest.stem}, {PACKAGE} {package_version()}")
    except (XMLError, OSError) as cause:
        raise NotInstalledError(f"{newest.name} of {PACKAGE} cannot be read: {cause}") from cause


@lru_cache(maxsize=1)
def _listed(path: Path) -> tuple[Node, ...]:
    with path.open("rb") as stream:
        return tuple(nodes_in(stream))


def nodes_in(stream: IO[bytes]) -> Iterator[Node]:
    """The elementary flows in a list of ecoSpold 2. Raises `XMLError`."""
    paths = (("name",), ("compartment", "compartment"), ("compartment", "subcompartment"), ("unitName",))
    for element in elements(stream, "elementaryExchange"):
        name, *categories, unit = (part.text.strip() if (part := element.first(*path)) else "" for path in paths)
        kept = tuple(word for word in categories if word and word != "unspecified")
        yield Node(element.get("id"), name, kept, unit)


def with_nodes(background: Background, document: ChoicesDocument | None = None) -> Background:
    """The database with the nodes of its flows, and a note that says how many are known and by what."""
    try:
        known = shipped_nodes()
    except NotInstalledError as cause:
        note = (
            f"No elementary flow was looked up in Brightway's biosphere ({cause}): methods that bw2io ships have no "
            f"factors for this database until it is imported again after {INSTALL}"
        )
        return _noted(background, [note])
    return _linked(background, known, document)


def _linked(background: Background, known: NodeList, document: ChoicesDocument | None) -> Background:
    search = _Search(known.nodes, document)
    flows, factors, conversions, found, by_code = [], [], [], 0, 0
    for flow in background.flows:
        node = search.node(flow)
        factor = None if node is None else factor_between(flow.unit, node.unit)
        if node is None or factor is None:
            flows.append(flow)
            factors.append(1.0)
            continue
        found += 1
        if factor != 1:
            where = " / ".join(flow.categories)
            conversions.append(f"{flow.name} ({where}): {flow.unit} became {node.unit} (1 {flow.unit} is {factor:.9g})")
        by_code += node.uuid in (flow.node, flow.code)
        flows.append(flow._replace(node=node.uuid, unit=flow.unit if factor == 1 else node.unit))
        factors.append(factor)
    note = (
        f"{found:,} of {len(flows):,} elementary flows are nodes of Brightway's biosphere, {by_code:,} by their UUID "
        f"({known.source})"
    )
    made = replace(background, flows=tuple(flows), biosphere=_rescaled(background.biosphere, factors))
    return _noted(made, [note], conversions)


class _Search:
    """Finds nodes by UUID, else by name and categories as the file of choices translates them."""

    def __init__(self, nodes: Sequence[Node], document: ChoicesDocument | None):
        self.by_uuid = {node.uuid: node for node in nodes}
        self.by_name: dict[tuple[str, tuple[str, ...]], Node | None] = {}
        for node in nodes:
            key = (node.name, node.categories)
            self.by_name[key] = None if key in self.by_name else node  # of two, neither is meant more than the other
        self.compartments: dict[tuple[str, ...], tuple[str, ...]] = {}
        self.names: dict[tuple[str, str], str] = {}
        if document is not None:
            self.compartments = {_path(line.compartment): _path(line.node) for line in document.compartments}
            self.names = {(str(line.flow), str(line.within)): str(line.node) for line in document.flows}

    def node(self, flow: ElementaryFlow) -> Node | None:
        found = self.by_uuid.get(flow.node or flow.code)
        if found is None:
            categories = self.compartments.get(flow.categories, flow.categories)
            categories = tuple(word for word in categories if word != "unspecified")
            first = categories[0] if categories else ""
            found = self.by_name.get((self.names.get((flow.name, first), flow.name), categories))
            if found is not None and is_resource(found.categories) != is_resource(flow.categories):
                return None  # an emission is no resource, whatever they are called
        return found


def _path(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(" / "))


def _rescaled(entries: Exchanges, factors: Sequence[float]) -> Exchanges:
    """Rows of the biosphere, each times its factor."""
    import numpy as np

    times = np.array(factors, dtype=np.float64)[entries.rows] if len(entries.rows) else np.empty(0)
    amounts = entries.amounts * times
    uncertainty = entries.uncertainty
    if uncertainty is not None:
        uncertainty = uncertainty.copy()
        for place in np.flatnonzero(times != 1):
            uncertainty[place] = tuple(scaled(Spread(*uncertainty[place].item()), float(times[place])))
    return Exchanges(entries.rows, entries.columns, amounts, uncertainty)


def _noted(background: Background, notes: Sequence[str], conversions: Sequence[str] = ()) -> Background:
    report = background.report
    return replace(
        background,
        report=replace(
            report,
            conversions=(*report.conversions, *conversions),
            notes=(*notes, *report.notes),
        ),
    )
