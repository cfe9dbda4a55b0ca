"""A Brightway database as documents of a workspace.

Every activity is a process, every product and elementary flow a flow; inputs name their provider. What Brightway holds
with signs is said in words here: a negative production is a process that treats a waste, a negative input goes into a
pool, a negative emission is a flow of its own with the opposite factor.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from lca.background.brightway_files import Key, Node, Project
from lca.background.brightway_project import (
    BIOSPHERE,
    CONSUMPTION,
    PRODUCTION,
    SUBSTITUTION,
    TECHNOSPHERE,
    UUID,
    Network,
    uncertainty_of,
)
from lca.background.brightway_units import ours
from lca.disclosure.brightway.content import NOTHING
from lca.disclosure.brightway.naming import identifiers, slug
from lca.disclosure.spread import WITHOUT_PEDIGREE, written_spread
from lca.errors import Diagnostic, InputError

#: Where activities without a location are, as in Brightway.
EVERYWHERE = "GLO"
#: Units that we do not have are counted.
COUNT = "item"
#: Source of everything that is imported.
SOURCE = "brightway"
STAGE = "foreground"
BIN = "used"

Document = dict[str, Any]

_COMPARTMENTS = {"air": "air", "water": "water", "soil": "soil", "natural resource": "resource"}
_GRADES = frozenset({"measured", "literature", "calculated", "expert", "placeholder"})
_DEFAULT_SCOPE = {"inputs": "3.1", "outputs": "3.5", "emissions": "1", "resources": "1"}


class Line(NamedTuple):
    """An exchange: `amount` of the product of the activity in column `provider`, or of an elementary flow; what is
    negative is returned, or taken instead of given off.
    """

    flow: Key
    provider: int | None
    amount: float
    data: Mapping[str, Any]


class Nature(NamedTuple):
    """An elementary flow; `reverse` stands for what is taken where others give off."""

    node: Key
    reverse: bool


class Ware(NamedTuple):
    """A product or waste: what is called the same, in the same unit, is one flow; `alone` is the column of the activity
    whose product is a flow of its own.
    """

    base: str
    title: str
    unit: str
    waste: bool
    alone: int | None


class Documents:
    """The databases of a project, the first of them with what it takes from the others, as documents. `demanded` are
    nodes with the amounts asked for. Raises `InputError` for what cannot be said.
    """

    def __init__(self, project: Project, databases: list[str], demanded: Sequence[tuple[Key, float]]):
        self.project = project
        self.network = Network(project, databases)
        self._refuse_unlinked()
        self.counts: Counter[str] = Counter()
        self.columns = {node.key: column for column, node in enumerate(self.network.columns)}
        self.lines = self._lines(databases)
        self.demanded = [(self.network.rows[key], amount) for key, amount in demanded]
        self.pools = {
            line.provider for lines in self.lines for line in lines if line.provider is not None and line.amount < 0
        }
        elementary = {line.flow for lines in self.lines for line in lines if line.provider is None}
        self.nature_nodes = {node.key: node for node in project.nodes(sorted({database for database, _ in elementary}))}
        self._has_stages = any(node.data.get("stage") for node in self.network.columns)

    # --- reading

    def _refuse_unlinked(self) -> None:
        found = [
            Diagnostic(
                "REE-X009",
                f"{self.network.columns[u.activity].data.get('name')} takes {u.name}, which is not there",
                expected="a database in which every exchange is linked",
            )
            for u in self.network.unlinked[:50]
        ]
        if found:
            raise InputError(found)

    def _lines(self, databases: list[str]) -> list[list[Line]]:
        """The exchanges of each activity but for its own product, in the signs of this language."""
        lines: list[list[Line]] = [[] for _ in self.columns]
        for edge in self.project.edges(databases):
            column = self.columns.get(edge.output)
            if column is None:
                continue
            amount = float(edge.data.get("amount", 0.0))
            if edge.type == BIOSPHERE:
                lines[column].append(Line(edge.input, None, amount, edge.data))
            elif edge.type in TECHNOSPHERE:
                row = self.network.rows[edge.input]
                made = edge.type in PRODUCTION or (edge.data.get("functional") and edge.type != SUBSTITUTION)
                if row == column and made:
                    continue
                drawn = amount if edge.type in CONSUMPTION else -amount
                provided = -drawn if self.network.amounts[row] < 0 else drawn
                lines[column].append(Line(edge.input, row, provided, edge.data))
        return lines

    # --- names

    @cached_property
    def order(self) -> list[int]:
        """The activities in the order of their names, whatever order they were written in."""
        activities = [self.network.activity(column) for column in range(len(self.network.columns))]
        return sorted(range(len(activities)), key=lambda c: (activities[c].name, activities[c].location, c))

    @cached_property
    def processes(self) -> dict[int, str]:
        """Ids of the processes by column."""
        wanted = {}
        for column in self.order:
            node, activity = self.network.columns[column], self.network.activity(column)
            wanted[column] = slug(_text(node.data.get("process")) or activity.name), activity.location
        return identifiers(wanted)

    @cached_property
    def wares(self) -> dict[int, Ware]:
        """The flow that each activity makes, or treats."""
        found = {}
        for column, node in enumerate(self.network.columns):
            activity = self.network.activity(column)
            base = slug(_text(node.data.get("flow")) or activity.product)
            waste = activity.amount < 0 and column not in self.pools
            found[column] = Ware(base, *self._title_and_unit(activity.product, activity.unit), waste, None)
        makers = Counter(found.values())
        alone = {column for column in found if column in self.pools}
        alone |= {column for column, _ in self.demanded if makers[found[column]] > 1}
        return {column: ware._replace(alone=column) if column in alone else ware for column, ware in found.items()}

    @cached_property
    def natures(self) -> list[Nature]:
        """The elementary flows, in the order of their names."""
        found = {Nature(line.flow, line.amount < 0) for lines in self.lines for line in lines if line.provider is None}
        return sorted(found, key=lambda n: (_text(self._node(n).data.get("name")), self._categories(n), n))

    @cached_property
    def flows(self) -> dict[Ware | Nature, str]:
        """Ids of all flows."""
        wanted: dict[Ware | Nature, tuple[str, str]] = {}
        for column in self.order:
            ware = self.wares[column]
            more = self.processes[column] if ware.alone is not None else "waste" if ware.waste else ware.unit
            wanted[ware] = ware.base, more
        for nature in self.natures:
            data = self._node(nature).data
            base = slug(_text(data.get("flow")) or _text(data.get("name")) or nature.node[1])
            reverse = "_reversed" if nature.reverse else ""
            wanted[nature] = base + reverse, " ".join(self._categories(nature))
        return identifiers(wanted)

    def _title_and_unit(self, title: str, unit: str) -> tuple[str, str]:
        """A title and a unit that we have; where we have none, the title says what is counted."""
        known = ours(unit) if unit else None
        if known is not None:
            return title, known
        if unit:
            self.counts[f"unit {unit}"] += 1
        return (f"{title}, in {unit}" if unit else title), COUNT

    def _node(self, nature: Nature) -> Node:
        known = self.nature_nodes.get(nature.node)
        return known if known is not None else Node(*nature.node, "", {})

    def _categories(self, nature: Nature) -> tuple[str, ...]:
        categories = self._node(nature).data.get("categories") or ()
        return (categories,) if isinstance(categories, str) else tuple(map(str, categories))

    # --- documents

    @cached_property
    def flow_document(self) -> Document:
        """All flows."""
        found: Document = {}
        for column in self.order:
            ware = self.wares[column]
            kind = "waste" if ware.waste else "product"
            bulk = {"bulk": True} if self.network.columns[column].data.get("bulk") else {}
            found[self.flows[ware]] = {"title": ware.title, "kind": kind, "unit": ware.unit} | bulk
        for nature in self.natures:
            data, categories = self._node(nature).data, self._categories(nature)
            name = _text(data.get("name")) or nature.node[1]
            title = f"{name} ({', '.join(categories)})" if len(categories) > 1 else name
            title, unit = self._title_and_unit(
                f"{title}, taken up" if nature.reverse else title, _text(data.get("unit"))
            )
            compartment = _COMPARTMENTS.get(categories[0] if categories else "")
            if compartment is None:
                self.counts["compartment"] += 1
            made = {"title": title, "kind": "elementary", "compartment": compartment or "air", "unit": unit}
            made |= {"group": group} if (group := self._group_of.get(nature.node)) else {}
            found[self.flows[nature]] = made
        return {"flows": found}

    @cached_property
    def _group_of(self) -> dict[Key, str]:
        """The group of each elementary flow, where an export has said it."""
        found: dict[Key, str] = {}
        for line in (line for lines in self.lines for line in lines if line.provider is None):
            if group := _text(line.data.get("flow group")):
                found.setdefault(line.flow, slug(group))
        return found

    def groups(self) -> list[str]:
        """The groups of flows that are spoken of."""
        covered = {group for node in self.network.columns for group in listed(node.data.get("covers"))}
        return sorted(covered.union(self._group_of.values()))

    def biosphere(self) -> Document:
        """Which node of the biosphere each elementary flow is that is one."""
        found: Document = {}
        for nature in self.natures:
            data, categories = self._node(nature).data, self._categories(nature)
            unit = ours(_text(data.get("unit"))) if data.get("unit") else None
            if UUID.fullmatch(nature.node[1]) and categories and unit and not nature.reverse:
                name = _text(data.get("name"))
                link = {"uuid": nature.node[1], "name": name, "categories": list(categories), "unit": unit}
                found[self.flows[nature]] = link
        return {"biosphere": found} if found else {}

    def process_documents(self) -> list[Document]:
        return [self._process(column) for column in self.order]

    def loop_documents(self) -> list[Document]:
        """A pool for every product that is also given back; what takes up more than is used has no burden."""
        found: list[Document] = []
        for column in (c for c in self.order if c in self.pools):
            ware, process = self.wares[column], self.processes[column]
            flow, surplus = self.flows[ware], f"{process}_surplus"
            pools = {flow: {"makeup": process, "surplus": surplus}}
            loop = {"loop": flow, "title": f"{ware.title}, given back", "substance": ware.title, "pools": pools}
            found.append(loop | {"bins": {BIN: "Used"}})
            found.append(
                {
                    "process": surplus,
                    "title": f"{ware.title} beyond need",
                    **self._evidence({}),
                    "product": {"flow": flow, "amount": f"1 {ware.unit}"},
                }
            )
        return found

    def _process(self, column: int) -> Document:
        node, activity = self.network.columns[column], self.network.activity(column)
        ware = self.wares[column]
        written_here = "process" in node.data
        stage = _text(node.data.get("stage"))
        if not self._has_stages and node.database == self.network.databases[0]:
            stage = STAGE
        made: Document = {"process": self.processes[column], "title": activity.name}
        made |= {"stage": slug(stage)} if stage else {}
        made |= {"location": activity.location or EVERYWHERE} | self._evidence(node.data)
        note = " ".join(_text(node.data.get("note" if written_here else "comment")).split())
        made |= {"note": note} if note else {}
        made |= {"covers": listed(covers)} if (covers := node.data.get("covers")) else {}
        made["product"] = {"flow": self.flows[ware], "amount": f"{_number(abs(activity.amount))} {ware.unit}"}
        for line in self.lines[column]:
            kind, exchange = self._exchange(line, made, written_here)
            made.setdefault(kind, []).append(exchange)
        return made

    def _evidence(self, data: Mapping[str, Any]) -> Document:
        grade = _text(data.get("evidence"))
        return {"source": SOURCE, "evidence": grade if grade in _GRADES else "literature"}

    def _exchange(self, line: Line, process: Document, exported: bool) -> tuple[str, Document]:
        """The list of a process in which an exchange stands, and the exchange; `exported` as an export has said it."""
        if line.provider is None:
            nature = Nature(line.flow, line.amount < 0)
            unit = self._title_and_unit("", _text(self._node(nature).data.get("unit")))[1]
            resource = self._categories(nature)[:1] == ("natural resource",)
            made: Document = {"flow": self.flows[nature]}
            kind = "resources" if resource else "emissions"
        else:
            ware = self.wares[line.provider]
            unit = ware.unit
            made = {"flow": self.flows[ware]}
            kind = "outputs" if ware.waste or line.amount < 0 else "inputs"
        made["amount"] = f"{_number(abs(line.amount))} {unit}"
        if line.provider in self.pools:
            made["bin"] = BIN
        elif line.provider is not None:
            made["provider"] = self.processes[line.provider]
        scope = _text(line.data.get("GHG scope")).removeprefix("scope ")
        default = "3.1" if "bin" in made else _DEFAULT_SCOPE[kind]
        if scope and scope != default and "stage" in process:
            made["scope"] = scope
        grade = _text(line.data.get("evidence"))
        if grade in _GRADES and grade != process["evidence"]:
            made["evidence"] = grade
        self._add_spread(made, line, unit, exported)
        if note := " ".join(_text(line.data.get("note")).split()):
            made["note"] = note
        return kind, made

    def _add_spread(self, made: Document, line: Line, unit: str, exported: bool) -> None:
        """The distribution, and the pedigree where it is not in the distribution already, for it widens that."""
        amount = float(line.data.get("amount", 0.0))
        pedigree = _pedigree(line.data.get("pedigree"))
        stated = uncertainty_of(line.data, amount)
        before = line.data.get(WITHOUT_PEDIGREE)
        if pedigree and (before is not None or exported):
            made["pedigree"] = pedigree
            if stated is not None and before is not None:
                stated = None if not before else (*stated[:2], float(before), *stated[3:])
        if stated is None:
            return
        spread = written_spread(stated, amount, lambda value: f"{_number(value)} {unit}")
        if spread is None:
            self.counts["spread"] += 1
        else:
            made["distribution"] = spread

    def notes(self) -> Iterable[str]:
        """What a reader should know of the documents, once they have been made."""
        for name, count in sorted(self.counts.items()):
            kind, _, unit = name.partition(" ")
            if kind == "unit":
                yield f"the unit `{unit}` is not known here: its flows are counted in {COUNT}"
            elif kind == "compartment":
                yield f"{count} elementary flows have no compartment that is known here: written as `air`"
            elif kind == "spread":
                yield f"{count} exchanges have a spread that cannot be said here, or does not hold their amount"
        if not any(node.data.get("covers") for node in self.network.columns):
            yield "nothing is known of what the data cover: coverage is shown as complete, which it may not be"
        if self.pools:
            yield f"{len(self.pools)} products are given back by activities: they are pools of loops"


def _pedigree(data: Any) -> list[int]:
    """The five scores of a pedigree; none where one is missing or out of bounds."""
    scores = list(data.values()) if isinstance(data, Mapping) else []
    whole = [int(score) for score in scores if isinstance(score, int | float) and 1 <= score <= 5 and score % 1 == 0]
    return whole if len(whole) == len(scores) == 5 else []


def listed(names: Any) -> list[str]:
    """Groups of flows as an export has written them in one text."""
    return [slug(name) for name in _text(names).split(", ") if name and name != NOTHING]


def _number(value: float) -> str:
    """Twelve digits, which stay the same when written and read again."""
    return f"{value:.12g}"


def _text(value: Any) -> str:
    """A text; what Excel files have as tuples was one with `::` in it."""
    return "" if value is None else "::".join(map(str, value)) if isinstance(value, tuple) else str(value)
