"""Checks of reporting frameworks: what fills a datapoint exists, and has its unit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from lca.errors import Problems, nearest, one_of
from lca.inventory.formula import FormulaError, literal, parse
from lca.inventory.frameworks import Bought, Datapoint, Fill, Framework, Released
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import evident, known
from lca.inventory.references_economics import quantity
from lca.inventory.scalars import Prose
from lca.units import (
    DIMENSIONLESS,
    Dimension,
    Unit,
    UnitError,
    describe,
    multiply,
    nearest_unit,
    parse_shown_unit,
    parse_unit,
)

_MASS_OF_GASES = parse_unit("kg_CO2e").dimension


def check_frameworks(inventory: Inventory, problems: Problems) -> None:
    """Report what is wrong in the frameworks of a workspace."""
    for framework in inventory.frameworks.values():
        if framework.source is not None:
            known(inventory, framework.source, inventory.sources, "source", "REE-N007", problems)
        if not evident(framework, framework):
            message, expected = f"`{framework.framework}` has no source or no evidence grade", "source: and evidence:"
            problems.add("REE-E001", message, framework.framework.span, expected=expected)
        _check_conversions(inventory, framework, problems)
        seen: dict[str, Text] = {}
        for datapoint in framework.datapoints:
            first = seen.setdefault(str(datapoint.id), datapoint.id)
            if first is not datapoint.id:
                related = ((first.span, "first given here"),)
                problems.add("REE-S004", f"`{datapoint.id}` is given twice", datapoint.id.span, related=related)
            if datapoint.fill is not None:
                _check_fill(inventory, framework, datapoint, datapoint.fill, problems)


def released_flows(inventory: Inventory, asked: Released) -> list[str]:
    """The elementary flows that a datapoint asks for, in the order of the workspace."""
    groups, named = {str(group) for group in asked.groups}, {str(flow) for flow in asked.flows}
    return [
        str(name)
        for name, flow in inventory.flows.items()
        if flow.compartment == asked.compartment and (str(name) in named or str(flow.group) in groups)
    ]


def _check_conversions(inventory: Inventory, framework: Framework, problems: Problems) -> None:
    for flow, text in framework.conversions.items():
        known(inventory, flow, inventory.flows, "flow", "REE-L003", problems)
        value = quantity(text, None, problems)
        if value is not None and not value > 0:
            problems.add("REE-M007", f"the conversion `{text}` is not positive", text.span)


def _check_fill(
    inventory: Inventory, framework: Framework, datapoint: Datapoint, fill: Fill, problems: Problems
) -> None:
    sound = _check_names(inventory, fill, problems)
    if datapoint.unit is None:
        return
    unit = _unit(datapoint.unit, problems)
    if unit is None or not sound:
        return
    if fill.per is not None:  # what the output is counted in is known of a study only
        above, slash, _ = str(datapoint.unit).rpartition("/")
        if not slash:
            message, expected = f"`{datapoint.unit}` is not per output", "MJ/kg"
            problems.add("REE-X040", message, datapoint.unit.span, expected=expected)
            return
        unit = parse_shown_unit(above)
    for called, dimensions in _dimensions(inventory, framework, fill):
        if unit.dimension not in dimensions:
            message = f"`{datapoint.unit}` is not what {called} is counted in"
            expected = " or ".join(map(describe, dimensions))
            problems.add("REE-X040", message, datapoint.unit.span, expected=expected)
            return


def _check_names(inventory: Inventory, fill: Fill, problems: Problems) -> bool:
    """Whether every name leads somewhere."""
    faults = len(problems.errors)
    if fill.indicator is not None and not any(str(fill.indicator) == name for name, _ in _indicators(inventory)):
        names = [name for name, _ in _indicators(inventory)]
        if not inventory.incomplete and not inventory.unread:
            message, close = f"no method has the indicator `{fill.indicator}`", nearest(fill.indicator, names)
            problems.add("REE-I002", message, fill.indicator.span, expected=one_of(names), suggestion=close)
        return False
    workspace = inventory.workspace
    if fill.bought is not None:
        for account in fill.bought.accounts:
            known(inventory, account, workspace.accounts if workspace else {}, "account", "REE-N012", problems)
        for flow in _goods(fill.bought):
            if known(inventory, flow, inventory.flows, "flow", "REE-L003", problems) and (
                inventory.flows[flow].kind == "elementary"
            ):
                problems.add("REE-L007", f"`{flow}` is an elementary flow", flow.span, expected="a product or waste")
    if fill.released is not None:
        for group in fill.released.groups:
            known(inventory, group, workspace.flow_groups if workspace else {}, "flow group", "REE-N012", problems)
        for flow in [*fill.released.flows, *fill.released.members]:
            if known(inventory, flow, inventory.flows, "flow", "REE-L003", problems) and (
                inventory.flows[flow].compartment != fill.released.compartment
            ):
                expected = f"an elementary flow to {fill.released.compartment}"
                message = f"`{flow}` is not released to {fill.released.compartment}"
                problems.add("REE-L007", message, flow.span, expected=expected)
    return len(problems.errors) == faults


def _goods(bought: Bought) -> Iterable[Text]:
    return [*bought.flows, *bought.without, *bought.less]


def _unit(text: Prose, problems: Problems) -> Unit | None:
    try:
        return parse_shown_unit(str(text))
    except UnitError as cause:
        problems.add("REE-U001", f"`{cause}` is not a unit", text.span, suggestion=nearest_unit(str(cause)))
        return None


def _indicators(inventory: Inventory) -> list[tuple[str, str]]:
    """What results call every indicator of the workspace, and its unit."""
    return [
        (method.called(str(name)), str(indicator.unit))
        for method in inventory.methods.values()
        for name, indicator in method.indicators.items()
    ]


def _dimensions(inventory: Inventory, framework: Framework, fill: Fill) -> Iterator[tuple[str, list[Dimension]]]:
    """What the parts of a value can be counted in; those of an account are known of a study only."""
    if fill.ghg_scopes is not None:
        yield "the footprint", [_MASS_OF_GASES]
    for name, unit in _indicators(inventory):
        if fill.indicator is not None and name == str(fill.indicator):
            try:
                yield name, [parse_shown_unit(unit).dimension]
            except UnitError:
                return  # a unit of a shipped method, which is none of ours
    flows = [*fill.bought.flows, *fill.bought.less] if fill.bought else []
    released = released_flows(inventory, fill.released) if fill.released else []
    conversions = {str(name): _unit_of(text) for name, text in framework.conversions.items()}
    for flow in [*map(str, flows), *released]:
        try:
            own = parse_unit(str(inventory.flows.named(flow).unit)).dimension
        except UnitError:
            continue  # reported where the flow is defined
        yield flow, [own, *([multiply(own, conversions[flow])] if flow in conversions else [])]


def _unit_of(text: Text) -> Dimension:
    """The dimension of a conversion; that of a plain number where it is at fault, which is reported there."""
    try:
        found = literal(parse(str(text)))
        return parse_unit(found.unit).dimension if found is not None else DIMENSIONLESS
    except (FormulaError, UnitError):
        return DIMENSIONLESS
