"""Which elementary flows of a database are ours, so that methods with factors for our flows can characterise them.

In this order, the first that holds: an entry of the links' `elementary` with its exact name and the longest beginning
of its categories; a flow of ours that is linked to the same node of the biosphere; one linked to a node of the same
name and first category (a database may tell town from country, where we say air). Nothing else: no name is guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lca.background.database import Contents, ElementaryFlow
from lca.background.links import content
from lca.background.unit_names import unit_named
from lca.errors import Problems
from lca.inventory.backgrounds import BackgroundLinks, ElementaryLink
from lca.inventory.characterisation import BiosphereLink
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.units import Unit, UnitError, parse_unit

#: How a flow came to be one of ours.
WRITTEN, NODE, NAME = "written", "same node", "same name and category"


@dataclass(frozen=True)
class Ours:
    """A flow of a database that is one of ours: `amount` is how much of ours one unit of it is."""

    flow: str
    amount: float
    by: str


@dataclass(frozen=True)
class Known:
    """The flows of a database that are ours, by their places in it, and those that would be but for their unit."""

    ours: Mapping[int, Ours]
    strange_units: tuple[int, ...]


def our_flows(inventory: Inventory, links: BackgroundLinks, contents: Contents, problems: Problems) -> Known:
    """Which flows of a database are which of ours. Reports entries whose unit does not fit, and flows that could be
    several of ours.
    """
    finder = _Finder(inventory, links, problems)
    found: dict[int, Ours] = {}
    strange: list[int] = []
    for index, flow in enumerate(contents.flows):
        candidate = finder.candidate(flow)
        if candidate is None:
            continue
        name, conversion, by = candidate
        amount = finder.amount(name, flow, conversion, by)
        if amount is None:
            strange.append(index)
        else:
            found[index] = Ours(str(name), amount, by)
    return Known(found, tuple(strange))


class _Finder:
    def __init__(self, inventory: Inventory, links: BackgroundLinks, problems: Problems):
        self.inventory, self.problems = inventory, problems
        self._written: dict[str, list[ElementaryLink]] = {}
        for entry in links.elementary:
            self._written.setdefault(str(entry.name), []).append(entry)
        self._nodes: dict[str, list[Text]] = {}
        self._names: dict[tuple[str, str], list[Text]] = {}
        for name, link in inventory.biosphere.items():
            if link.uuid is not None and link.categories and name in inventory.flows:
                self._nodes.setdefault(str(link.uuid), []).append(name)
                self._names.setdefault((str(link.name), str(link.categories[0])), []).append(name)

    def candidate(self, flow: ElementaryFlow) -> tuple[Text, ElementaryLink | BiosphereLink, str] | None:
        """The flow of ours that a flow is, with what says so; None where none is."""
        entries = [e for e in self._written.get(flow.name, ()) if _begins(flow.categories, e.categories)]
        if entries:
            entry = max(entries, key=lambda found: len(found.categories))
            return entry.flow, entry, WRITTEN
        by, names = NODE, self._nodes.get(flow.node, []) if flow.node else []
        if not names and flow.categories:
            by, names = NAME, self._names.get((flow.name, flow.categories[0]), [])
        if len(names) > 1:
            shown = f"{flow.name} ({', '.join(flow.categories)})"
            related = tuple((name.span, "linked to the same") for name in names[1:])
            message = f"`{shown}` could be {' or '.join(names)}"
            expected = "an entry of `elementary` that says which"
            self.problems.add("REE-B029", message, names[0].span, expected=expected, related=related)
        return (names[0], self.inventory.biosphere[names[0]], by) if names else None

    def amount(self, name: Text, flow: ElementaryFlow, link: ElementaryLink | BiosphereLink, by: str) -> float | None:
        """How much of our flow one unit of a flow is; None where its unit says nothing of that."""
        theirs = unit_named(flow.unit)
        try:
            own = parse_unit(str(self.inventory.flows[name].unit))
        except UnitError:
            return None  # reported with the flow
        theirs_per_own = None if theirs is None else content(own, theirs, _conversion(link, own, theirs))
        if theirs_per_own is None and isinstance(link, ElementaryLink):
            message = f"`{flow.name}` is counted in {flow.unit}, {name} in {self.inventory.flows[name].unit}"
            place = link.conversion or link.name
            self.problems.add("REE-B026", message, place.span, expected=f"conversion: {flow.unit} per {own.name}")
        return None if theirs_per_own is None else 1 / theirs_per_own


def _conversion(link: ElementaryLink | BiosphereLink, own: Unit, theirs: Unit) -> Text | None:
    """The conversion that is due: that of a link to the biosphere only where the database counts as the node does."""
    if isinstance(link, BiosphereLink) and own.dimension == theirs.dimension:
        return None
    return link.conversion


def _begins(categories: Iterable[str], beginning: Iterable[Text]) -> bool:
    wanted = tuple(map(str, beginning))
    return tuple(categories)[: len(wanted)] == wanted
