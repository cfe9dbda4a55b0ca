"""Checks of documents against each other that need no scenario: every id that is named exists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lca.chemistry import RARE_EARTHS, ChemistryError, atomic_mass
from lca.errors import Problems, nearest, one_of
from lca.inventory import schema
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references_spreads import check_concentration, check_correlations, check_spread
from lca.units import UnitError, nearest_unit, parse_unit

#: In balances and compositions of flows: the sum of the rare earths.
RARE_EARTH = "RE"


def check_references(inventory: Inventory, problems: Problems) -> None:
    """Report ids that lead nowhere, numbers without evidence, and ranges that do not hold their value."""
    for proven in _proven(inventory):
        if proven.source is not None:
            known(inventory, proven.source, inventory.sources, "source", "REE-N007", problems)
    for flow in inventory.flows.values():
        try:
            parse_unit(str(flow.unit))
        except UnitError as cause:
            problems.add("REE-U001", f"`{cause}` is not a unit", flow.unit.span, suggestion=nearest_unit(str(cause)))
        for element in flow.composition or ():
            _check_element(element, problems)
        _check_rare_earths(flow, problems)
    _check_links(inventory, problems)
    for loop in inventory.loops.values():
        for pool, processes in loop.pools.items():
            made = known(inventory, pool, inventory.flows, "flow", "REE-L003", problems)
            for process in (processes.makeup, processes.surplus):
                if known(inventory, process, inventory.processes, "process", "REE-L004", problems) and made:
                    _makes(inventory, process, pool, problems)
    for study in inventory.studies.values():
        stages = {str(process.stage): None for process in inventory.processes.values() if process.stage is not None}
        for stage in study.upstream_stages:
            if stage not in stages and not inventory.incomplete:
                message = f"no process has the stage `{stage}`"
                problems.add(
                    "REE-S007", message, stage.span, expected=one_of(stages), suggestion=nearest(stage, stages)
                )
        for name in study.method:
            known(inventory, name, inventory.methods, "method", "REE-I002", problems)
        known(inventory, study.demand.flow, inventory.flows, "flow", "REE-L003", problems)
    default = inventory.workspace.default_study if inventory.workspace else None
    if default is not None:
        known(inventory, default, inventory.studies, "study", "REE-C005", problems)
    for unit_process in inventory.processes.values():
        for element in unit_process.balance.elements if unit_process.balance else ():
            _check_element(element, problems)
        for share in unit_process.mix.shares if unit_process.mix else ():
            check_provider(inventory, share.provider, share.flow or unit_process.product.flow, problems)
        if unit_process.mix is not None and unit_process.mix.concentration is not None:
            check_concentration(unit_process.mix.concentration, [s.share for s in unit_process.mix.shares], problems)
        for exchange in [
            *unit_process.inputs,
            *unit_process.outputs,
            *unit_process.emissions,
            *unit_process.resources,
        ]:
            if exchange.provider is not None:
                check_provider(inventory, exchange.provider, exchange.flow, problems)
            check_spread(exchange.amount, exchange, problems)
    for _, (_, parameter) in parameters(inventory):
        _check_parameter(parameter, problems)
    for study in inventory.studies.values():
        check_settings(study.set, problems)
    for options in inventory.options.values():
        for option in options.values():
            check_settings(option.set, problems)
    check_correlations(inventory, _by_address(inventory), problems)
    _check_evidence(inventory, problems)


def _by_address(inventory: Inventory) -> dict[str, list[schema.Parameter]]:
    """Everything that an address can mean: what documents define, and what options and studies set instead."""
    found: dict[str, list[schema.Parameter]] = {}
    owners: list[tuple[str, Any]] = [(str(name), process) for name, process in inventory.processes.items()]
    owners += [(axis, option) for axis, options in inventory.options.items() for option in options.values()]
    owners += [("study", study) for study in inventory.studies.values()]
    owners += [("workspace", inventory.workspace)] if inventory.workspace else []
    for owner, document in owners:
        for name, parameter in document.parameters.items():
            found.setdefault(f"{owner}.{name}", []).append(parameter)
        for address, setting in getattr(document, "set", {}).items():
            found.setdefault(str(address), []).append(setting)
    return found


def parameters(inventory: Inventory) -> Iterator[tuple[schema.Model, tuple[Text, schema.Parameter]]]:
    """Every parameter of every document with the document it stands in."""
    owners: list[Any] = [*inventory.processes.values(), *inventory.studies.values()]
    owners += [option for options in inventory.options.values() for option in options.values()]
    owners += [inventory.workspace] if inventory.workspace else []
    for owner in owners:
        for name, parameter in owner.parameters.items():
            yield owner, (name, parameter)


def _proven(inventory: Inventory) -> Iterator[schema.Proven]:
    for process in inventory.processes.values():
        yield process
        yield from [*process.inputs, *process.outputs, *process.emissions, *process.resources]
        yield from process.mix.shares if process.mix else ()
    for options in inventory.options.values():
        for option in options.values():
            yield option
            yield from option.set.values()
    yield from inventory.studies.values()
    if inventory.workspace:
        yield inventory.workspace
    for _, (_, parameter) in parameters(inventory):
        yield parameter


def known(
    inventory: Inventory, name: Text, table: Mapping[Text, Any], called: str, code: str, problems: Problems
) -> bool:
    """Whether a name is in the table; reported when it is not, unless it may be in something left out."""
    if name in table:
        return True
    if inventory.may_hold(name):
        return False
    problems.add(
        code,
        f"there is no {called} `{name}`",
        name.span,
        suggestion=nearest(name, table),
        expected="" if table else f"a {called} of the workspace",
    )
    return False


def _check_links(inventory: Inventory, problems: Problems) -> None:
    for rule in inventory.links:
        if known(inventory, rule.flow, inventory.flows, "flow", "REE-L003", problems) and known(
            inventory, rule.provider, inventory.processes, "process", "REE-L004", problems
        ):
            _makes(inventory, rule.provider, rule.flow, problems)
    for options in inventory.options.values():
        for option in options.values():
            for flow, provider in option.links.items():
                if known(inventory, flow, inventory.flows, "flow", "REE-L003", problems) and known(
                    inventory, provider, inventory.processes, "process", "REE-L004", problems
                ):
                    _makes(inventory, provider, flow, problems)
            for flow, supply in option.supplies.items():
                known(inventory, flow, inventory.flows, "flow", "REE-L003", problems)
                for provider in (supply.market, supply.location):
                    if provider != "grid" and known(
                        inventory, provider, inventory.processes, "process", "REE-L004", problems
                    ):
                        _makes(inventory, provider, flow, problems)


def check_what_nothing_buys(inventory: Inventory, problems: Problems) -> None:
    """Warn of suppliers and origins of flows that no exchange names: whoever wrote them thinks that they count."""
    bought = {str(study.demand.flow) for study in inventory.studies.values()}
    supplied: set[tuple[str, str]] = set()
    for process in inventory.processes.values():
        exchanges = [*process.inputs, *process.outputs]
        bought |= {str(exchange.flow) for exchange in exchanges}
        bought |= {str(share.flow or process.product.flow) for share in (process.mix.shares if process.mix else ())}
        supplied |= {(str(exchange.supply), str(exchange.flow)) for exchange in exchanges if exchange.supply}
    for axis, options in inventory.options.items():
        named = [flow for by, flow in supplied if by == axis]
        for option in options.values():
            for flow in option.supplies:
                if flow not in named:
                    message = f"{axis} {option.option} supplies {flow}, and no exchange of it has `supply: {axis}`"
                    expected = one_of(sorted(set(named))) or f"`supply: {axis}` in an exchange"
                    close = nearest(flow, named)
                    problems.add("REE-N017", message, flow.span, expected=expected, suggestion=close)
    links = [flow for options in inventory.options.values() for option in options.values() for flow in option.links]
    for flow in (*links, *(rule.flow for rule in inventory.links), *inventory.origins):
        if flow not in bought:
            problems.add("REE-N017", f"no exchange names {flow}", flow.span, expected="a flow that is bought")


def check_provider(inventory: Inventory, provider: Text, flow: Text, problems: Problems) -> None:
    """A provider that is named exists and makes the flow, whether or not any scenario gets there."""
    if known(inventory, provider, inventory.processes, "process", "REE-L004", problems):
        _makes(inventory, provider, flow, problems)


def _makes(inventory: Inventory, provider: Text, flow: Text, problems: Problems) -> None:
    made = inventory.processes[provider].product.flow
    if made != flow:
        makers = [str(name) for name, process in inventory.processes.items() if process.product.flow == flow]
        problems.add(
            "REE-L005",
            f"`{provider}` makes {made}, not {flow}",
            provider.span,
            expected=one_of(makers) if makers else f"a process that makes {flow}",
            related=((made.span, "its product"),),
        )


def _check_element(symbol: Text, problems: Problems) -> None:
    if symbol != RARE_EARTH:
        try:
            atomic_mass(str(symbol))
        except ChemistryError as fault:
            problems.add("REE-F007", str(fault), symbol.span, expected=f"the symbol of an element, or {RARE_EARTH}")


def _check_rare_earths(flow: schema.Flow, problems: Problems) -> None:
    """Where a flow says by name which rare earths it holds, it says how much once, and only once."""
    if flow.rare_earths is None:
        return
    composition = flow.composition or {}
    by_name = all(amount is None for amount in flow.rare_earths.values())
    for element in composition:
        if element in RARE_EARTHS or (element == RARE_EARTH and not by_name):
            amounts = "rare_earths" if element != RARE_EARTH else "amounts of rare_earths"
            problems.add("REE-S005", f"{element} and {amounts} given", element.span, expected="one of them")
    try:
        of_oxide = parse_unit(str(flow.unit)).dimension == parse_unit("kg_REO").dimension
    except UnitError:
        return  # reported with the unit
    if by_name and not of_oxide and RARE_EARTH not in composition:
        place = next(iter(flow.rare_earths)).span
        message = f"`{RARE_EARTH}` is missing in the composition of a flow in {flow.unit}"
        expected = f"composition: {{{RARE_EARTH}: ...}}, or `{next(iter(flow.rare_earths))}: amount` in kg_REO"
        problems.add("REE-S002", message, place, expected=expected)


def check_settings(settings: Mapping[Text, schema.Parameter], problems: Problems) -> None:
    """Range and distribution of what `set:` gives."""
    for setting in settings.values():
        if setting.value is not None:
            check_spread(setting.value, setting, problems)
        if setting.concentration is not None:
            check_concentration(setting.concentration, (), problems)


def _check_parameter(parameter: schema.Parameter, problems: Problems) -> None:
    if parameter.choice is not None and parameter.options is not None and parameter.choice not in parameter.options:
        problems.add(
            "REE-N006",
            f"`{parameter.choice}` is not an option",
            parameter.choice.span,
            expected=one_of(parameter.options),
            suggestion=nearest(parameter.choice, parameter.options),
        )
    if parameter.value is not None:
        check_spread(parameter.value, parameter, problems)
    if parameter.concentration is not None:
        check_concentration(parameter.concentration, (), problems)


def _check_evidence(inventory: Inventory, problems: Problems) -> None:
    for owner, (name, parameter) in parameters(inventory):
        if parameter.text is None and parameter.formula is None and not evident(parameter, owner):
            problems.add(
                "REE-E001", f"`{name}` has no source or no evidence grade", name.span, expected="source: and evidence:"
            )
    for process in inventory.processes.values():
        lines: Iterable[Any] = [*process.inputs, *process.outputs, *process.emissions, *process.resources]
        for line in [*lines, *(process.mix.shares if process.mix else ())]:
            if not evident(line, process):
                number = line.share if isinstance(line, schema.Share) else line.amount
                problems.add(
                    "REE-E001",
                    f"`{number}` has no source or no evidence grade",
                    number.span,
                    expected="source: and evidence:, here or for the process",
                )


def evident(item: Any, owner: Any) -> bool:
    """Whether a number has a source and an evidence grade, its own or those of its owner."""
    source = item.source or getattr(owner, "source", None)
    evidence = item.evidence or getattr(owner, "evidence", None)
    return source is not None and evidence is not None
