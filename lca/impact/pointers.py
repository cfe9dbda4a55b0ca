"""Factors of methods that point at shipped ones: for each elementary flow that is linked to the biosphere, the shipped
factor of its node, converted to the unit of the flow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lca.errors import Problems, nearest, one_of
from lca.impact.shipped import INSTALL, PACKAGE, Archive, ArchiveError, MethodName, NotInstalledError, read_archive
from lca.inventory.characterisation import Indicator, Method
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references_methods import LARGEST_FACTOR, per_unit


@dataclass(frozen=True)
class Pointed:
    """What a pointer leads to: the factors of our flows, per unit of the flow, and per unit of the node as shipped."""

    factors: Mapping[str, float]
    shipped: Mapping[str, float]


class Pointers:
    """Resolves the pointers of the methods of a workspace; reads each archive once."""

    def __init__(self, inventory: Inventory, problems: Problems):
        self.inventory = inventory
        self.problems = problems
        self._archives: dict[str, Archive | None] = {}

    def archive(self, method: Method) -> Archive | None:
        """The archive that a method points into; None after reporting."""
        assert method.brightway is not None
        name = method.brightway.archive
        if str(name) not in self._archives:
            self._archives[str(name)] = self._read(name)
        return self._archives[str(name)]

    def resolve(self, method: Method, archive: Archive) -> list[Pointed] | None:
        """What the indicators of a method lead to, in their order; None after reporting."""
        found = [self._resolve(indicator, archive) for indicator in method.indicators.values()]
        known = [pointed for pointed in found if pointed is not None]
        return known if len(known) == len(found) else None

    def _read(self, name: Text) -> Archive | None:
        links = self.inventory.biosphere
        try:
            archive = read_archive(str(name), (str(link.uuid) for link in links.values() if link.uuid is not None))
        except NotInstalledError as cause:
            self.problems.add("REE-I004", f"the methods are read from {PACKAGE}: {cause}", name.span, expected=INSTALL)
            return None
        except ArchiveError as fault:
            expected, close = one_of(fault.known), nearest(name, fault.known)
            self.problems.add("REE-I005", str(fault), name.span, expected=expected, suggestion=close)
            return None
        return archive if self._links_agree(archive) else None

    def _links_agree(self, archive: Archive) -> bool:
        """Whether name and categories of linked nodes are those of the archive."""
        agree = True
        for flow, link in self.inventory.biosphere.items():
            node = archive.nodes.get(str(link.uuid))
            if node is None or link.uuid is None or link.categories is None:
                continue  # without a factor anywhere, an archive does not know it
            if node != (str(link.name), tuple(map(str, link.categories))):
                name, categories = node
                message = f"{flow} is linked to {link.name} ({', '.join(link.categories)}) by another node's UUID"
                expected = f"{name} ({', '.join(categories)}), or its own UUID"
                self.problems.add("REE-I007", message, link.uuid.span, expected=expected)
                agree = False
        return agree

    def _resolve(self, indicator: Indicator, archive: Archive) -> Pointed | None:
        assert indicator.name is not None  # checked with the references
        method = archive.methods.get(tuple(map(str, indicator.name)))
        if method is None:
            self._report_name(indicator.name, archive)
            return None
        if method.unit != indicator.unit:
            message = f"`{indicator.unit}` is not the unit of {_shown(indicator.name)}"
            self.problems.add("REE-I006", message, indicator.unit.span, expected=method.unit)
            return None
        factors: dict[str, float] = {}
        shipped: dict[str, float] = {}
        for flow, link in self.inventory.biosphere.items():
            value = method.factors.get(str(link.uuid))
            amount = per_unit(flow, self.inventory.flows[flow], link, Problems())  # reported with the references
            if value is not None and amount is not None:
                factors[str(flow)], shipped[str(flow)] = value * amount, value
                if not abs(value * amount) <= LARGEST_FACTOR:
                    message = f"{flow} counts {value * amount:.3g} in {_shown(indicator.name)}"
                    place = (link.conversion or flow).span
                    self.problems.add("REE-I011", message, place, expected=f"at most {LARGEST_FACTOR:g}")
                    return None
        for flow, own in indicator.factors.items():
            if str(flow) in factors:
                message = f"{_shown(indicator.name)} has a factor for {flow}, {shipped[str(flow)]:g}"
                expected = "own factors for flows that the shipped method says nothing of"
                self.problems.add("REE-I008", message, own.value.span, expected=expected)
                return None
        return Pointed(factors, shipped)

    def _report_name(self, name: list[Text], archive: Archive) -> None:
        """Point at the first part of a name that leads nowhere."""
        left: list[MethodName] = list(archive.methods)
        for place, part in enumerate(name):
            choices = list(dict.fromkeys(other[place] for other in left if len(other) > place))
            if str(part) not in choices:
                before = f" below {_shown(name[:place])}" if place else ""
                message = f"{archive.name} has no method `{part}`{before}"
                close = nearest(part, choices)
                self.problems.add("REE-I005", message, part.span, expected=one_of(choices, 20), suggestion=close)
                return
            left = [other for other in left if len(other) > place and other[place] == part]
        expected = one_of(_shown(other) for other in left)
        self.problems.add("REE-I005", f"{_shown(name)} is not the whole name", name[-1].span, expected=expected)


def _shown(name: Iterable[str]) -> str:
    return " > ".join(name)
