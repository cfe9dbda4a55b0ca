"""Which process supplies a flow, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal, NamedTuple

from lca.errors import nearest, one_of
from lca.inventory import schema
from lca.inventory.backgrounds import Provider, Replacement
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.system.amounts import Amounts, Line

#: How purchased electricity is accounted (GHG Protocol scope 2 guidance): by contract, or by the grid of the place.
Basis = Literal["market", "location"]

#: What an option writes for "as if it did not choose a supplier".
GRID = "grid"


class Node(NamedTuple):
    """A process at a place; the same process at two places is two nodes."""

    process: str
    location: str


class Replaced(NamedTuple):
    """A node of ours that an activity of a database stands for; by a rule that says none, `imported` is ours too."""

    own: Node
    imported: Node
    replacement: Replacement


@dataclass(frozen=True, slots=True)
class Supply:
    """Who could supply what in an inventory: processes by name and by product, rules, loops and the axes whose options
    name providers by flow.
    """

    names: dict[str, Text]
    makers: dict[str, list[Text]]
    rules: dict[str, list[schema.LinkRule]]
    loops: dict[str, schema.Loop]
    axes: dict[str, list[str]]
    #: Places that a rule or a process names, by which suppliers are chosen.
    places: set[str] = field(default_factory=set)


@lru_cache(maxsize=4)
def _supply_of(inventory: Inventory) -> Supply:
    emptying = {str(pool.surplus) for loop in inventory.loops.values() for pool in loop.pools.values()}
    supply = Supply({str(name): name for name in inventory.processes}, {}, {}, {}, {})
    imported = inventory.linked.activities if inventory.linked else {}
    for name, process in inventory.processes.items():
        if process.location is not None and "${" not in process.location:
            supply.places.add(str(process.location))
        if str(name) not in emptying and str(name) not in imported:
            supply.makers.setdefault(str(process.product.flow), []).append(name)
    for rule in inventory.links:
        supply.rules.setdefault(str(rule.flow), []).append(rule)
        supply.places.update(str(place) for name, places in rule.when.items() if name == "location" for place in places)
    for loop in inventory.loops.values():
        for pool in loop.pools:
            supply.loops.setdefault(str(pool), loop)
    for axis, options in inventory.options.items():
        for flow in {str(flow) for option in options.values() for flow in option.links}:
            supply.axes.setdefault(flow, []).append(axis)
    return supply


class Linker:
    """Chooses providers in one scenario. `pools` gives the process that fills (or, in surplus, empties) each pool of
    a loop.
    """

    def __init__(self, amounts: Amounts, basis: Basis, pools: dict[str, Text]):
        self.amounts = amounts
        self.scope = amounts.scope
        self.inventory = amounts.inventory
        self.problems = amounts.problems
        self.basis = basis
        self.pools = pools
        self.depends_on_basis = False
        self.replaced: dict[tuple[Node, Node], Replaced] = {}
        supply = _supply_of(self.inventory)
        self._names, self._makers, self._rules = supply.names, supply.makers, supply.rules
        self._axes, self.loops, self._places = supply.axes, supply.loops, supply.places

    def provider(self, line: Line, consumer: Node) -> Node | None:
        """The node that supplies a line of `consumer`; None after reporting.

        Our own provider is found first. On a background, an activity then stands for it where a rule says so.
        """
        wanted = self._wanted_location(line, consumer)
        if wanted is None:
            return None
        process, named = self._process(line, wanted)
        own = None if process is None else self.at(process, wanted)
        if own is None or self.inventory.linked is None:
            return own
        return self._imported(line.flow, own, named, wanted)

    def at(self, process: Text, wanted: str) -> Node | None:
        """The process at its own location, or where it is wanted."""
        own = self.inventory.processes[process].location
        if own is None:
            return Node(str(process), wanted)
        location = self.scope.filled(own, str(process))
        return None if location is None else Node(str(process), location)

    def _wanted_location(self, line: Line, consumer: Node) -> str | None:
        origin = getattr(line.exchange, "origin", None)
        return consumer.location if origin is None else self.scope.filled(origin, consumer.process)

    def _process(self, line: Line, location: str) -> tuple[Text | None, bool]:
        """The process that supplies a line, and whether it was named there, or by an option that was chosen."""
        flow = line.flow
        if line.exchange.provider is not None:
            return self._checked(line.exchange.provider, flow), True
        if str(flow) in self.pools:
            return self._checked(self.pools[str(flow)], flow), True
        if (named := self._by_supply(line) or self._by_option(flow)) is not None:
            return named, True
        return self._by_rule(flow, location), False

    def _imported(self, flow: Text, own: Node, named: bool, location: str) -> Node | None:
        """The node of the background in the place of our own, which stays where it belongs to the plant or no rule
        fits; None after reporting. Who was named on purpose (a contract, a part of a mix) is replaced only by a rule
        that names it as well.
        """
        assert self.inventory.linked is not None
        rules = self.inventory.linked.replacements.get(str(flow), ())
        if not rules or str(flow) in self.pools or self.inventory.processes.named(own.process).stage is not None:
            return own
        fitting = [
            replacement
            for replacement in rules
            if (not named if replacement.rule.process is None else replacement.rule.process == own.process)
            and self._applies(replacement.rule, location)
        ]
        if not fitting:
            return own
        most = max(map(_conditions, fitting))
        best = [replacement for replacement in fitting if _conditions(replacement) == most]
        if len({str(one.process) if one.process is not None else id(one) for one in best}) > 1:
            related = tuple((other.rule.flow.span, "also applies") for other in best[1:])
            message = f"two rules of {self.inventory.linked.links.background} choose an activity for {flow}"
            self.problems.add("REE-L002", message, best[0].rule.flow.span, related=related)
            return None
        chosen = best[0]
        if chosen.fault is not None:
            self.problems.extend([chosen.fault])
            return None
        imported = own if chosen.process is None else Node(str(chosen.process), own.location)
        self.replaced[own, imported] = Replaced(own, imported, chosen)
        return imported

    def _checked(self, provider: Text, flow: Text) -> Text | None:
        """The provider as it is known, if it makes the flow."""
        known = self._names.get(str(provider))
        if known is None and self.inventory.may_hold(provider):
            return None
        if known is None:
            self.problems.add(
                "REE-L004",
                f"there is no process `{provider}`",
                provider.span,
                suggestion=nearest(provider, self.inventory.processes),
            )
            return None
        made = self.inventory.processes[known].product.flow
        if made != flow:
            makers = self._makers.get(str(flow), [])
            self.problems.add(
                "REE-L005",
                f"`{provider}` makes {made}, not {flow}",
                provider.span,
                expected=f"one of {one_of(makers)}" if makers else "",
                related=((made.span, "its product"),),
            )
            return None
        return known

    def _by_supply(self, line: Line) -> Text | None:
        axis = getattr(line.exchange, "supply", None)
        if axis is None:
            return None
        if axis not in self.scope.chosen:
            self.problems.add(
                "REE-N008",
                f"there is no axis `{axis}`",
                axis.span,
                expected=one_of(self.scope.chosen),
                suggestion=nearest(axis, self.scope.chosen),
            )
            return None
        option = self.inventory.options[axis].find(self.scope.option_of(str(axis)))
        supply: schema.Supply | None = option.supplies.get(line.flow) if option else None
        if supply is None:
            return None
        self.depends_on_basis |= supply.market != supply.location
        provider = supply.market if self.basis == "market" else supply.location
        return None if provider == GRID else self._checked(provider, line.flow)

    def _by_option(self, flow: Text) -> Text | None:
        options = [self.inventory.options[axis].find(self.scope.option_of(axis)) for axis in self._axes.get(flow, ())]
        named = [option.links.get(flow) for option in options if option is not None]
        found = [provider for provider in named if provider is not None]
        if len({str(provider) for provider in found}) > 1:
            related = tuple((provider.span, "chosen here") for provider in found[1:])
            self.problems.add(
                "REE-L002", f"two chosen options name a provider of {flow}", found[0].span, related=related
            )
        return self._checked(found[0], flow) if found else None

    def _by_rule(self, flow: Text, location: str) -> Text | None:
        judged = [(rule, self._applies(rule, location)) for rule in self._rules.get(str(flow), ())]
        matching = [rule for rule, applies in judged if applies]
        if matching:
            most = max(len(rule.when) for rule in matching)
            best = [rule for rule in matching if len(rule.when) == most]
            if len({str(rule.provider) for rule in best}) > 1:
                related = tuple((rule.provider.span, f"also applies: {rule.provider}") for rule in best[1:])
                self.problems.add(
                    "REE-L002", f"two rules choose a provider of {flow}", best[0].provider.span, related=related
                )
                return None
            return self._checked(best[0].provider, flow)
        makers = self._makers.get(str(flow), [])
        if len(makers) == 1:
            return makers[0]
        if self._may_be_settled(flow) or any(applies is None for _, applies in judged):
            return None
        if makers and self._is_nowhere(flow, location):
            return None
        if makers:
            related = tuple((maker.span, f"{maker} makes it") for maker in makers[:6])
            where = f" at {location}" if location else ""
            self.problems.add(
                "REE-L002",
                f"{len(makers)} processes make {flow}, and no link chooses{where}",
                flow.span,
                expected=f"a rule in a `links:` document, or `provider:` with {one_of(makers)}",
                related=related,
            )
            return None
        choices = list(self._makers)
        self.problems.add(
            "REE-L001",
            f"no process makes {flow}",
            flow.span,
            expected="a process with this product",
            suggestion=nearest(flow, choices),
        )
        return None

    def _is_nowhere(self, flow: Text, location: str) -> bool:
        """Whether rules choose who supplies a flow by its place, and no rule or process knows this one. That is
        reported once, where the place is written, not at all that is bought there.
        """
        by_place = any("location" in rule.when for rule in self._rules.get(str(flow), ()))
        if not by_place or location in self._places:
            return False
        written = (one.parameter.text for one in self.scope.definitions.values())
        span = next((text.span for text in written if text == location), flow.span)
        message = f"no link chooses who supplies {flow} at `{location}`, a place that none knows"
        expected = f"a place that the links know, or links for {location} in a `links:` document"
        close = nearest(location, sorted(self._places))
        self.problems.add("REE-N020", message, span, expected=expected, suggestion=close)
        return True

    def _may_be_settled(self, flow: Text) -> bool:
        """Whether something faulty, which has been reported, may be what makes the flow or chooses its provider."""
        if self.inventory.incomplete or self.inventory.unread:
            return True
        strange = [made for made in self._makers if made not in self.inventory.flows]
        return any(nearest(made, self.inventory.flows) == flow for made in strange)

    def _applies(self, rule: schema.LinkRule | Provider, location: str) -> bool | None:
        """Whether all conditions hold; None when one is at fault."""
        found = [
            location in options if name == "location" else self.amounts.condition(name, options, None)
            for name, options in rule.when.items()
        ]
        return None if None in found else all(found)


def _conditions(replacement: Replacement) -> int:
    """How specific a rule is: naming our process counts as a condition."""
    return len(replacement.rule.when) + (replacement.rule.process is not None)
