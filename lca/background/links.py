"""What the links of a workspace lead to in a database: activities in the place of our processes.

An activity that a rule leads to becomes a process of the inventory like any other, with nothing but one elementary
flow: everything that supplying its product causes, which the methods later characterise with its unit score. So all
that is computed, shown and checked for processes holds for it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import replace

from lca.background import naming
from lca.background.database import Activity, Contents
from lca.background.unit_names import unit_named
from lca.errors import Diagnostic, InputError, Problems, nearest, one_of
from lca.inventory import backgrounds, schema
from lca.inventory.backgrounds import BackgroundLinks, ImportedActivity, LinkedBackground, Provider, Replacement
from lca.inventory.loading import Inventory, Register
from lca.inventory.reading import Text
from lca.inventory.references_economics import quantity
from lca.units import DIMENSIONLESS, Unit, UnitError, base_unit, multiply, parse_unit

#: How many names of a database are compared letter by letter with one that it lacks.
_COMPARED = 400


def content(own: Unit, theirs: Unit, conversion: Text | None) -> float | None:
    """How much of something, in the unit of a database, one unit of a flow of ours is; None where `conversion` (or,
    without one, the two units) does not say so.
    """
    if conversion is None:
        return own.factor / theirs.factor if own.dimension == theirs.dimension else None
    due = multiply(theirs.dimension, own.dimension, -1)
    factor = quantity(conversion, due, Problems())  # a faulty one has been reported with the references
    return None if factor is None or not factor > 0 else own.factor * factor / theirs.factor


def opened(inventory: Inventory, name: str, problems: Problems) -> tuple[Inventory, Contents] | None:
    """The inventory on the database of that name; None after reporting that it, or links to it, are not there."""
    try:
        contents = naming.contents(name)
    except InputError as fault:
        problems.extend(fault.diagnostics)
        return None
    wanted = contents.origin.links or contents.name
    links = inventory.backgrounds.find(wanted)
    if links is None:
        if not inventory.may_hold(wanted):
            message = f"no document links the workspace to {name}: none starts with `background: {wanted}`"
            expected = one_of(inventory.backgrounds, 30) or "a document that starts with `background:`"
            problems.add("REE-B023", message, expected=expected, suggestion=nearest(wanted, inventory.backgrounds))
        return None
    return linked(inventory, links, contents), contents


def linked(inventory: Inventory, links: BackgroundLinks, contents: Contents) -> Inventory:
    """The inventory on this background: with a process for every activity that a rule leads to. The inventory given
    stays as it is. A rule that leads nowhere is a fault where it is used, not before.
    """
    maker = _Maker(inventory, links, contents)
    replacements: dict[str, list[Replacement]] = {}
    for rule in links.providers:
        if rule.flow in inventory.flows:
            replacements.setdefault(str(rule.flow), []).append(maker.replacement(rule))
    return replace(
        inventory,
        processes=maker.processes,
        flows=maker.flows,
        process_definitions=None,
        needed={},
        linked=LinkedBackground(
            contents.name,
            str(links.title),
            links,
            {flow: tuple(found) for flow, found in replacements.items()},
            maker.activities,
        ),
    )


class _FaultError(Exception):
    """A rule that leads to no activity that could supply its flow."""

    def __init__(self, code: str, message: str, place: Text, expected: str = "", suggestion: str = ""):
        super().__init__(message)
        self.diagnostic = Diagnostic(code, message, place.span, expected, suggestion)


class _Maker:
    """Makes processes of activities."""

    def __init__(self, inventory: Inventory, links: BackgroundLinks, contents: Contents):
        self.inventory, self.links, self.contents = inventory, links, contents
        self.processes: Register[schema.Process] = Register(inventory.processes)
        self.flows: Register[schema.Flow] = Register(inventory.flows)
        self.activities: dict[str, ImportedActivity] = {}
        self._names: dict[object, Text] = {}

    def replacement(self, rule: Provider) -> Replacement:
        """A rule with the process that stands for its activity, or with why there is none."""
        if rule.none is not None:
            return Replacement(rule)
        try:
            index, choice, missed = self._find(rule)
            return Replacement(rule, choice, missed, self._process(rule, choice, index))
        except _FaultError as fault:
            return Replacement(rule, fault=fault.diagnostic)

    # --- which activity

    def _find(self, rule: Provider) -> tuple[int, backgrounds.Activity, tuple[str, ...]]:
        """The activity of the first choice that the database has, that choice, and those that it lacks."""
        missed: list[str] = []
        for choice in rule.choices():
            fitting = list(self._fitting(choice))
            if len(fitting) == 1:
                return fitting[0], choice, tuple(missed)
            if fitting:
                raise self._several(choice, fitting)
            missed.append(_wanted(choice))
        raise self._missing(rule.choices(), missed)

    def _fitting(self, choice: backgrounds.Activity) -> Iterator[int]:
        for index in self.contents.by_name.get(str(choice.activity), ()):
            activity = self.contents.activities[index]
            if choice.product in (None, activity.product) and choice.location in (None, activity.location):
                yield index

    def _several(self, choice: backgrounds.Activity, fitting: list[int]) -> _FaultError:
        found = [self.contents.activities[index] for index in fitting]
        told_apart = [f"{activity.location or 'no location'}, {activity.product}" for activity in found]
        message = f"{len(found)} activities of {self.contents.name} are called so: {_wanted(choice)}"
        alike = len(set(told_apart)) < len(told_apart)
        expected = (
            "an activity that can be told from others" if alike else f"location and product: {one_of(told_apart)}"
        )
        assert choice.activity is not None
        return _FaultError("REE-B025", message, choice.activity, expected)

    def _missing(self, choices: list[backgrounds.Activity], missed: list[str]) -> _FaultError:
        """Say what is near the last choice: where the name is there, the locations and products it comes in."""
        name = choices[-1].activity
        assert name is not None
        message = f"{self.contents.name} has no activity {one_of(missed)}"
        same = [self.contents.activities[index] for index in self.contents.by_name.get(str(name), ())]
        if same:
            places = one_of({f"{activity.location or 'no location'}, {activity.product}" for activity in same})
            return _FaultError("REE-B024", message, name, f"location and product: {places}")
        close = self._near(str(name))
        return _FaultError("REE-B024", message, name, "the exact name of an activity", one_of(close))

    def _near(self, name: str) -> list[str]:
        """The names most like one that is not there: of those that share most words with it."""
        words = _words(name)
        shared = [(-len(words & _words(known)), known) for known in self.contents.by_name]
        likely = [known for count, known in sorted(shared)[:_COMPARED] if count]
        return difflib.get_close_matches(name, likely or [known for _, known in sorted(shared)[:_COMPARED]], 3, 0.5)

    # --- the process that stands for it

    def _process(self, rule: Provider, choice: backgrounds.Activity, index: int) -> Text:
        """The process for an activity that supplies a flow; one for all rules that mean the same by it."""
        activity = self.contents.activities[index]
        unit, amount = self._amount(rule, choice, activity)
        covers = self.links.covers if choice.covers is None else choice.covers
        generation = None if choice.generation is None else quantity(choice.generation, DIMENSIONLESS, Problems())
        groups = None if covers is None else tuple(map(str, covers))
        key = (str(rule.flow), index, amount, generation, groups)
        if key not in self._names:
            assert choice.activity is not None
            name = Text.at(self._free(_called(self.contents.name, activity)), choice.activity.span)
            written, count = _written(unit)
            self.activities[str(name)] = ImportedActivity(
                str(rule.flow),
                f"{name} (aggregated)",
                *(index, activity.code, activity.name, activity.location, activity.product, activity.unit),
                amount,
                count,
                self._takes_up(rule, choice, activity),
                generation,
            )
            self._add(name, self.activities[str(name)], written, covers)
            self._names[key] = name
        return self._names[key]

    def _amount(self, rule: Provider, choice: backgrounds.Activity, activity: Activity) -> tuple[Unit, float]:
        """The unit of the activity, and how much of its product one unit of the flow is."""
        flow = self.inventory.flows[rule.flow]
        assert choice.activity is not None
        place = choice.conversion or choice.activity
        theirs = unit_named(activity.unit)
        if theirs is None:
            message = f"`{choice.activity}` is counted in `{activity.unit}`, which is no unit here"
            raise _FaultError("REE-B026", message, place, "an activity counted in another unit")
        try:
            own = parse_unit(str(flow.unit))
        except UnitError as cause:  # reported with the flow
            raise _FaultError("REE-U001", f"`{cause}` is not a unit", flow.unit) from cause
        amount = content(own, theirs, choice.conversion)
        if amount is None:
            message = f"`{choice.activity}` is counted in {activity.unit}, {rule.flow} in {flow.unit}"
            wanted = f"{_written(theirs)[0]}/{flow.unit}"
            expected = f"conversion: how much of its product one {flow.unit} is, in {wanted}"
            raise _FaultError("REE-B026", message, place, expected)
        return theirs, amount

    def _takes_up(self, rule: Provider, choice: backgrounds.Activity, activity: Activity) -> bool:
        """Whether the activity takes its product up, as treatment does in ecoinvent: its amount is negative."""
        if activity.amount < 0 and self.inventory.flows[rule.flow].kind != "waste":
            message = f"`{choice.activity}` takes {activity.product} up and does not supply it"
            assert choice.activity is not None
            raise _FaultError("REE-B027", message, choice.activity, "an activity that makes its product")
        return activity.amount < 0

    def _free(self, name: str) -> str:
        """The name, numbered where it is taken by the same activity under other conditions."""
        number, free = 1, name
        while free in self.activities:
            number += 1
            free = f"{name} [{number}]"
        return free

    def _add(self, name: Text, made: ImportedActivity, unit: str, covers: list[Text] | None) -> None:
        """The process, with all that its product causes as one elementary flow; as much of it as is generation of
        electricity (all, where nothing else is said) is marked so.
        """

        def text(value: str) -> Text:
            return Text.at(value, name.span)

        aggregate = text(made.aggregate)
        share = 1.0 if made.generation is None else made.generation
        shares = [(share, text("2")), (1.0 - share, None)]
        self.flows[aggregate] = schema.Flow.model_construct(
            title=text(f"from {self.links.title} (aggregated)"), kind="elementary", unit=text(unit), bulk=False
        )
        self.processes[name] = schema.Process.model_construct(
            process=name,
            title=text(f"{made.name}{f', {made.location}' if made.location else ''} [{self.contents.name}]"),
            product=schema.Product.model_construct(
                flow=text(made.flow), amount=text(f"1 {self.inventory.flows.named(made.flow).unit}")
            ),
            source=self.links.source,
            evidence="literature",
            covers=covers,
            emissions=[
                schema.Exchange.model_construct(
                    flow=aggregate, amount=text(f"{made.amount * made.count * part!r} {unit}"), scope=scope
                )
                for part, scope in shares
                if part
            ],
        )


def _called(database: str, activity: Activity) -> str:
    return f"{database}:{activity.name}" + (f", {activity.location}" if activity.location else "")


def _wanted(choice: backgrounds.Activity) -> str:
    """An activity as a rule wants it, in words."""
    place = f" in {choice.location}" if choice.location is not None else ""
    return f"`{choice.activity}`{f' ({choice.product})' if choice.product is not None else ''}{place}"


def _words(name: str) -> set[str]:
    return {word for word in name.lower().replace(",", " ").split() if len(word) > 2}


def _written(unit: Unit) -> tuple[str, float]:
    """A unit of a database in units of the list: which, and how many."""
    try:
        return (
            (unit.name, 1.0)
            if parse_unit(unit.name).factor == unit.factor
            else (base_unit(unit.dimension), unit.factor)
        )
    except UnitError:
        return base_unit(unit.dimension), unit.factor
