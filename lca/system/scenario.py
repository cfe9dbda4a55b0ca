"""Scenarios: one option on each axis, plus what a study or a person sets."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lca.errors import Problems, Span, nearest, one_of
from lca.inventory import schema
from lca.inventory.loading import Inventory, validate
from lca.inventory.parameters import SCENARIO, Override
from lca.inventory.reading import Mapping as YamlMapping
from lca.inventory.reading import Sequence as YamlSequence
from lca.inventory.reading import Text
from lca.inventory.references import check_settings
from lca.inventory.scope import Scope

#: The id of the only scenario of a workspace without axes.
BASE = "base"


@dataclass(frozen=True)
class Scenario:
    """One case to compute. `id` is the options in the order of the axes, `route/feed/site/power`, then `#name` if it
    has one.
    """

    id: str
    chosen: Mapping[str, str]
    title: str = ""
    overrides: tuple[Override, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Excluded:
    """A combination of options that the workspace rules out, and why."""

    id: str
    reason: str


def exclusion_of(inventory: Inventory, chosen: Mapping[str, str]) -> schema.Exclusion | None:
    """The exclusion of the workspace that these options fall under."""
    exclusions = inventory.workspace.exclusions if inventory.workspace else []
    return next((e for e in exclusions if all(chosen.get(str(axis)) in o for axis, o in e.when.items())), None)


def every_scenario(inventory: Inventory) -> tuple[list[Scenario], list[Excluded]]:
    """Every combination of the options of all axes, and those that the workspace excludes."""
    found, excluded = [], []
    for combination in itertools.product(*(map(str, inventory.options[axis]) for axis in inventory.axes)):
        chosen = dict(zip(inventory.axes, combination, strict=True))
        name = "/".join(combination) or BASE
        rule = exclusion_of(inventory, chosen)
        if rule is None:
            found.append(Scenario(name, chosen))
        else:
            excluded.append(Excluded(name, str(rule.reason)))
    return found, excluded


def scenarios_of(
    inventory: Inventory, study: schema.Study, problems: Problems
) -> tuple[list[Scenario], list[Excluded]]:
    """All scenarios of a study, lists of options multiplied out, and combinations of these lists that the workspace
    excludes. Faults are reported and left out.
    """
    found: dict[str, Scenario] = {}
    excluded: dict[str, Excluded] = {}
    entries = study.scenarios or ([{}] if not inventory.axes else [])
    if not entries:
        problems.add(
            "REE-S002", "key `scenarios` is missing", study.study.span, expected=f"options for {one_of(inventory.axes)}"
        )
    for entry in entries:
        multiplied = list(_multiplied(inventory, study, entry, problems))
        ruled_out = {s.id: rule for s in multiplied if (rule := exclusion_of(inventory, s.chosen)) is not None}
        if ruled_out and len(ruled_out) == len(multiplied):
            _report_excluded(*next(iter(ruled_out.items())), next(iter(entry)).span, problems)
        excluded |= {name: Excluded(name, str(rule.reason)) for name, rule in ruled_out.items()}
        for scenario in multiplied:
            if scenario.id in ruled_out:
                continue
            if scenario.id in found:
                place = next(iter(entry), study.study)
                problems.add(
                    "REE-S004",
                    f"scenario {scenario.id} is given twice",
                    place.span,
                    expected="`name:` to tell them apart",
                )
            found.setdefault(scenario.id, scenario)
    return list(found.values()), list(excluded.values())


def _report_excluded(name: str, rule: schema.Exclusion, place: Span | None, problems: Problems) -> None:
    related = ((rule.reason.span, "excluded here"),)
    problems.add("REE-N013", f"{name} is excluded: {rule.reason}", place, related=related)


def _multiplied(
    inventory: Inventory, study: schema.Study, entry: Mapping[Text, object], problems: Problems
) -> Iterable[Scenario]:
    place = next(iter(entry), study.study).span
    extras = _extras(inventory, entry, place, problems)
    choices: list[list[str]] = []
    for axis in inventory.axes:
        given = next((value for key, value in entry.items() if key == axis), None)
        if given is None:
            if any(nearest(key, [*inventory.axes, *schema.ScenarioExtras.model_fields]) == axis for key in entry):
                return  # misspelled, which has been reported
            problems.add(
                "REE-S002",
                f"the scenario names no {axis}",
                place,
                expected=f"{axis}: {one_of(inventory.options[axis])}",
            )
            return
        wanted = given if isinstance(given, list) else [given]
        choices.append([str(option) for option in wanted if _known(inventory, axis, option, place, problems)])
    if extras is None:
        return
    overrides = tuple(
        Override(address, setting, study, f"{SCENARIO}{extras.name or ''}".strip())
        for address, setting in extras.set.items()
    )
    for combination in itertools.product(*choices):
        name = "/".join(combination) or BASE
        if extras.name:
            name = f"{name}#{extras.name}" if combination else str(extras.name)
        yield Scenario(name, dict(zip(inventory.axes, combination, strict=True)), str(extras.title or ""), overrides)


def _extras(
    inventory: Inventory, entry: Mapping[Text, object], place: Span, problems: Problems
) -> schema.ScenarioExtras | None:
    known = [*inventory.axes, *schema.ScenarioExtras.model_fields]
    for key in entry:
        if key not in known:
            problems.add(
                "REE-S001", f"unknown key `{key}`", key.span, expected=one_of(known), suggestion=nearest(key, known)
            )
    rest = {key: value for key, value in entry.items() if key in schema.ScenarioExtras.model_fields}
    extras = validate(
        schema.ScenarioExtras, YamlMapping(place, {k: _node(v, place) for k, v in rest.items()}), problems
    )
    if extras is not None:
        check_settings(extras.set, problems)
    return extras


def _node(value: object, place: Span) -> object:
    if isinstance(value, dict):
        return YamlMapping(place, {key: _node(item, place) for key, item in value.items()})
    if isinstance(value, list):
        return YamlSequence(place, [_node(item, place) for item in value])
    return value


def _known(inventory: Inventory, axis: str, option: object, place: Span, problems: Problems) -> bool:
    if isinstance(option, Text) and option in inventory.options[axis]:
        return True
    choices = [str(known) for known in inventory.options[axis]]
    if inventory.may_hold(str(option)):
        return False
    span = option.span if isinstance(option, Text) else place
    problems.add(
        "REE-N008",
        f"`{option}` is no option of axis {axis}",
        span,
        expected=one_of(choices),
        suggestion=nearest(str(option), choices),
    )
    return False


def scenario_from_id(
    inventory: Inventory, wanted: str, known: Iterable[Scenario], problems: Problems
) -> Scenario | None:
    """A scenario of the study by its id, or any other combination of options; None after reporting."""
    listed = {scenario.id: scenario for scenario in known}
    if wanted in listed:
        return listed[wanted]
    parts = wanted.split("/")
    if "#" not in wanted and inventory.axes and len(parts) == len(inventory.axes):
        place = Span(Path("command line"), 1, 1)
        pairs = list(zip(inventory.axes, parts, strict=True))
        known_options = [_known(inventory, axis, Text.at(part, place), place, problems) for axis, part in pairs]
        if not all(known_options):
            return None
        chosen = dict(zip(inventory.axes, parts, strict=True))
        if (rule := exclusion_of(inventory, chosen)) is not None:
            _report_excluded(wanted, rule, place, problems)
            return None
        return Scenario(wanted, chosen)
    shape = "/".join(inventory.axes) or BASE
    problems.add(
        "REE-C001",
        f"there is no scenario `{wanted}`",
        expected=f"{shape}, or one of {one_of(listed, 8)}",
        suggestion=nearest(wanted, listed),
    )
    return None


@dataclass(frozen=True)
class Pair:
    """Two scenarios to compare, by id."""

    baseline: str
    alternative: str
    title: str = ""


def pairs_of(
    study: schema.Study, scenarios: Iterable[Scenario], excluded: Iterable[Excluded], problems: Problems
) -> list[Pair]:
    """The comparisons of a study; those over an axis become every pair of scenarios that differ in it alone."""
    known = {scenario.id: scenario for scenario in scenarios}
    found: list[Pair] = []
    for comparison in study.comparisons:
        if comparison.axis is not None:
            found += _pairs_over(comparison, known, problems)
            continue
        for name in (comparison.baseline, comparison.alternative):
            if name not in known:
                report_unknown(name, known, excluded, problems)
        found.append(Pair(str(comparison.baseline), str(comparison.alternative), str(comparison.title or "")))
    return found


def report_unknown(name: Text, known: Iterable[str], excluded: Iterable[Excluded], problems: Problems) -> None:
    """Report that the study has no scenario of this name, with the reason where the workspace excludes it."""
    reason = next((left_out.reason for left_out in excluded if left_out.id == name), None)
    if reason is not None:
        problems.add("REE-N013", f"{name} is excluded: {reason}", name.span)
        return
    choices = list(known)
    problems.add(
        "REE-C001",
        f"there is no scenario `{name}` in the study",
        name.span,
        expected=one_of(choices, 6),
        suggestion=nearest(name, choices),
    )


def _pairs_over(comparison: schema.Comparison, known: Mapping[str, Scenario], problems: Problems) -> list[Pair]:
    axis, old, new = comparison.axis, comparison.baseline, comparison.alternative
    assert axis is not None
    axes = next((list(scenario.chosen) for scenario in known.values()), [])
    if axis not in axes:
        problems.add(
            "REE-N008", f"there is no axis `{axis}`", axis.span, expected=one_of(axes), suggestion=nearest(axis, axes)
        )
        return []
    place = axes.index(str(axis))
    found = []
    for scenario in known.values():
        options, mark, name = scenario.id.partition("#")
        parts = options.split("/")
        if parts[place] == old:
            other = "/".join([*parts[:place], str(new), *parts[place + 1 :]]) + mark + name
            if other in known:
                found.append(Pair(scenario.id, other, str(comparison.title or scenario.title)))
    if not found:
        choices = sorted({scenario.chosen[str(axis)] for scenario in known.values()})
        problems.add(
            "REE-C001", f"no two scenarios differ in {axis} {old} and {new} alone", old.span, expected=one_of(choices)
        )
    return found


def scope_of(
    inventory: Inventory,
    study: schema.Study | None,
    scenario: Scenario,
    problems: Problems,
    settings: Iterable[Override] = (),
    samples: Mapping[str, object] | None = None,
) -> Scope:
    """The scope of a scenario: overrides of options first, then of the study, the scenario, and the command line; the
    last one wins.
    """
    overrides: list[Override] = []
    set_by: dict[str, Override] = {}
    for axis, option in scenario.chosen.items():
        document = inventory.options[axis].find(option)
        for address, setting in document.set.items() if document is not None else ():
            assert document is not None
            override = Override(address, setting, document, f"{axis} {option}")
            first = set_by.setdefault(str(address), override)
            if first is not override:
                message = f"{first.by} and {override.by} both set `{address}`"
                problems.add("REE-N009", message, address.span, related=((first.address.span, "also here"),))
            overrides.append(override)
    if study is not None:
        overrides += [
            Override(address, setting, study, f"study {study.study}") for address, setting in study.set.items()
        ]
    return Scope(inventory, scenario.chosen, study, [*overrides, *scenario.overrides, *settings], problems, samples)  # type: ignore[arg-type]
