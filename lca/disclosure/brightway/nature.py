"""Elementary flows and methods of impact assessment as Brightway has them.

A flow that is linked to a node of the biosphere is that node, in its unit; the others stand in a database of their
own. Methods of ours have factors for the flows of the workspace; a method that points at a shipped one is that, whole,
with factors for flows of the other database added.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from lca.background.brightway_units import brightways
from lca.errors import Problems
from lca.impact.coverage import needed_groups
from lca.impact.methods import IndicatorInfo, MethodFactors, MethodSet
from lca.inventory.characterisation import Method
from lca.inventory.loading import Inventory
from lca.inventory.references_methods import per_unit

#: The database of the nodes of Brightway's biosphere.
BIOSPHERE = "biosphere3"
#: First part of the names of our own methods.
OURS = "ree-lca"

_CATEGORIES = {"air": ("air",), "water": ("water",), "soil": ("soil",), "resource": ("natural resource",)}


class Target(NamedTuple):
    """The node that an elementary flow is in Brightway, and how much of it, in its unit, one unit of the flow is."""

    database: str
    code: str
    name: str
    categories: tuple[str, ...]
    unit: str
    per_unit: float = 1.0


class Nature:
    """The elementary flows of a workspace; `database` is that of those that are no node of the biosphere."""

    def __init__(self, inventory: Inventory, method: MethodFactors, database: str):
        self.inventory = inventory
        self.method = method
        self.database = database
        elementary = [str(name) for name, flow in inventory.flows.items() if flow.kind == "elementary"]
        linked = {flow: found for flow in elementary if (found := self._linked(flow)) is not None}
        self.targets = {flow: linked[flow] if self._alone(flow, linked) else self._own(flow) for flow in elementary}

    def own_nodes(self) -> list[dict[str, Any]]:
        """The nodes of the other database."""
        found = []
        for flow, target in self.targets.items():
            if target.database != self.database:
                continue
            info = self.inventory.flows.named(flow)
            link = self.inventory.biosphere.find(flow)
            found.append(
                {
                    "code": flow,
                    "name": target.name,
                    "categories": list(target.categories),
                    "unit": target.unit,
                    "type": "natural resource" if info.compartment == "resource" else "emission",
                    "comment": " ".join(str(info.note or (link and link.unlinked) or "").split()),
                    "flow": flow,
                }
            )
        return found

    def uses_biosphere(self) -> bool:
        """Whether any flow is a node of the biosphere, or a method is a shipped one."""
        return any(t.database == BIOSPHERE for t in self.targets.values()) or any(s.archive for s in self.method.sets)

    def methods(self) -> list[dict[str, Any]]:
        """The methods, one for each indicator, in their order."""
        found = []
        needed = needed_groups(self.method, self.inventory)
        for one in self.method.sets:
            document = self.inventory.methods.named(one.id)
            for place, (name, indicator) in enumerate(document.indicators.items()):
                k = one.first + place
                shipped = indicator.name if one.archive else None
                rows = self._rows(k, one, place)
                found.append(
                    {
                        "name": [str(part) for part in shipped] if shipped else [OURS, one.id, str(name)],
                        "unit": self.method.indicators[k].unit,
                        "description": self._description(document, self.method.indicators[k], bool(shipped)),
                        "indicator title": self.method.indicators[k].title,
                        "groups": ", ".join(sorted(needed[k])),
                        "partial": ", ".join(self.targets[flow].code for flow in self.method.partial[k]),
                        "set title": " ".join(document.title.split()),
                        "archive": one.archive.name if one.archive else "",
                        "factors": rows,
                    }
                )
        return found

    def _rows(self, k: int, one: MethodSet, place: int) -> list[tuple[str, str, float]]:
        """Factors by node; of a shipped method only those that it does not have."""
        shipped: Mapping[str, float] = one.shipped[place] if one.archive else {}
        rows: dict[tuple[str, str], float] = {}
        for flow, factor in self.method.factors[k].items():
            target = self.targets[flow]
            if factor and not (flow in shipped and target.database == BIOSPHERE):
                rows[target.database, target.code] = factor / target.per_unit
        return [(*node, value) for node, value in rows.items()]

    def _description(self, document: Method, info: IndicatorInfo, shipped: bool) -> str:
        said = [str(document.title), info.title, info.note, info.methane]
        said.append(
            "Factors of flows that are no node of the biosphere are added."
            if shipped
            else "Factors for the elementary flows of the workspace only: other databases need other methods."
        )
        return "; ".join(" ".join(text.split()) for text in said if text)

    def _linked(self, flow: str) -> Target | None:
        link = self.inventory.biosphere.find(flow)
        if link is None or link.uuid is None or link.name is None or link.categories is None or link.unit is None:
            return None
        amount = per_unit(link.name, self.inventory.flows.named(flow), link, Problems())
        if amount is None:
            return None
        categories = tuple(map(str, link.categories))
        return Target(BIOSPHERE, str(link.uuid), str(link.name), categories, brightways(str(link.unit)), amount)

    def _alone(self, flow: str, linked: Mapping[str, Target]) -> bool:
        """Whether a flow can be the node it is linked to: no other flow of that node has factors of its own."""
        if flow not in linked:
            return False
        others = [other for other, target in linked.items() if target.code == linked[flow].code]
        return all(
            factors.get(other, 0.0) / linked[other].per_unit == factors.get(flow, 0.0) / linked[flow].per_unit
            for factors in self.method.factors
            for other in others
        )

    def _own(self, flow: str) -> Target:
        info = self.inventory.flows.named(flow)
        categories = _CATEGORIES[str(info.compartment)]
        return Target(self.database, flow, str(info.title), categories, brightways(str(info.unit)))
