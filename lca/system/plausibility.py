"""Warnings about figures that are possible but hardly meant: stoichiometry, yields, inputs out of proportion; and
refusal of those that nothing can be computed with.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from typing import Any

import numpy as np

from lca.errors import Problems
from lca.inventory import schema
from lca.inventory.parameters import Definition, interval, process_of, shown_unit
from lca.inventory.scope import Scope
from lca.system.amounts import Line
from lca.system.loops import loop_rows
from lca.system.network import ProductSystem
from lca.system.reuse import Made
from lca.units import UNIT_NAMES, convert, parse_unit

#: An amount may lie this much below what chemistry needs (rounding), and this many times above.
STOICHIOMETRY = (0.98, 3.0)
#: Recoveries, yields and efficiencies.
YIELD = (0.05, 1.0)
#: How far a setting may leave the stated range, as a share of its width.
SETTING_MARGIN = 0.25
#: How many times a setting may differ from a value without a stated range.
SETTING_FACTOR = 10.0
#: Above any amount that is meant, in any unit, and far below where sums overflow.
LARGEST = 1e100
#: Balances are checked to this at the widest.
WIDEST_TOLERANCE = 0.1

#: Input per kg, kg_REO or kWh of product above which a figure is doubted, by unit of the input. Flows marked `bulk`
#: (water, ore) are exempt.
LARGE_INPUT: Mapping[str, float] = {"kg": 50.0, "kWh": 100.0, "tkm": 100.0}


def check_parameters(scope: Scope, problems: Problems, processes: Container[str] | None = None) -> None:
    """Add warnings for the parameters of a scope: those of these processes (None: of all), and of everything else."""
    for address, definition in scope.definitions.items():
        if not (definition.is_fraction or definition.replaced is not None):
            continue
        owner = address.partition(".")[0]
        if processes is None or owner in processes or owner not in scope.inventory.processes:
            _check_yield(scope, definition, problems)
            _check_setting(scope, definition, problems)


def is_beyond_measure(system: ProductSystem, problems: Problems) -> bool:
    """Whether sums over its amounts could overflow, after reporting which do so. Samples are drawn around amounts that
    have been looked at.
    """
    runs = [float(times) for times in np.abs(system.supply)] if system.samples is None else []
    if max(runs, default=0.0) * max((abs(edge.line.amount) for edge in system.edges if runs), default=0.0) <= LARGEST:
        return False
    found = [edge for edge in system.edges if not abs(edge.line.amount) * runs[edge.node] <= LARGEST]
    for edge in found:
        place = edge.line.exchange.amount if isinstance(edge.line.exchange, schema.Exchange) else edge.line.flow
        message = f"{system.scenario.id}: more than {LARGEST:g} of {edge.flow} in {system.nodes[edge.node].process}"
        problems.add("REE-I012", message, place.span, expected="an amount that can be computed with")
    return bool(found)


def check_plausibility(system: ProductSystem, problems: Problems, looked_at: set[Made[Any]]) -> None:
    """Add warnings for the exchanges and parameters of a product system. Evaluations in `looked_at` have been gone
    through in another one; those of this system are added.
    """
    check_parameters(system.scope, problems, {node.process for node in system.nodes})
    for index, node in enumerate(system.nodes):
        evaluation = system.amounts.made(node.process)
        if evaluation not in looked_at:
            looked_at.add(evaluation)
            _check_process(system, index, problems)


def check_alone(system: ProductSystem, problems: Problems) -> None:
    """Add warnings for a process that stands alone, and its parameters."""
    name = system.nodes[0].process
    for address, definition in system.scope.definitions.items():
        if process_of(address) == name:
            _check_yield(system.scope, definition, problems)
    _check_process(system, 0, problems)


def _check_process(system: ProductSystem, index: int, problems: Problems) -> None:
    _check_tolerance(system, index, problems)
    for edge in system.edges_of[index]:
        if isinstance(edge.line.exchange, schema.Exchange):
            _check_stoichiometry(system, edge.line, problems)
            _check_size(system, edge.node, edge.line, problems)


def _check_tolerance(system: ProductSystem, node: int, problems: Problems) -> None:
    balance = system.process(node).balance
    if balance is None:
        return
    tolerance = system.scope.number(balance.tolerance, system.nodes[node].process, ())
    if tolerance is not None and float(np.max(tolerance)) > WIDEST_TOLERANCE:
        message, expected = f"balances close within {balance.tolerance}", f"at most {WIDEST_TOLERANCE:.0%}"
        problems.add("REE-P006", message, balance.tolerance.span, expected=expected)


def _check_yield(scope: Scope, definition: Definition, problems: Problems) -> None:
    name, parameter = str(definition.name).rpartition(".")[2], definition.parameter
    if not definition.is_fraction:
        return
    kind = scope.kind_at(definition.address)
    value = scope.value_at(definition.address)
    if kind is None or kind.name != "number" or kind.dimension or value is None:
        return
    low, high = float(np.min(value)), float(np.max(value))
    place = next((t.span for t in (parameter.value, parameter.formula) if t is not None), definition.span)
    if parameter.kind == "fraction":
        if not 0 <= low <= high <= 1:
            problems.add(
                "REE-P002", f"the fraction `{name}` is {high if high > 1 else low:.4g}", place, expected="0 % to 100 %"
            )
    elif low < YIELD[0] or high > YIELD[1]:
        problems.add(
            "REE-P002",
            f"`{name}` is {low if low < YIELD[0] else high:.1%}",
            place,
            expected=f"{YIELD[0]:.0%} to {YIELD[1]:.0%}",
        )


def _check_setting(scope: Scope, definition: Definition, problems: Problems) -> None:
    """What is set from outside may leave the range that the document states by a quarter of its width; where none is
    stated, it may differ from the value that is by a factor of ten, and not in sign.
    """
    value = definition.parameter.value
    if definition.replaced is None or value is None or scope.kind_at(definition.address) is None:
        return
    mean = scope.value_at(definition.address)
    if mean is None or isinstance(mean, str):
        return
    mean, unit = float(np.mean(mean)), shown_unit(definition.replaced)
    if (stated := interval(definition.replaced)) is not None:
        margin = SETTING_MARGIN * (stated[1] - stated[0])
        low, high = stated[0], stated[1] + margin
        low = max(low - margin, low / 2) if low > 0 else low - margin  # a slip in the unit must not hide in the margin
    else:
        text = definition.replaced.value or definition.replaced.formula
        old = scope.number(text, process_of(definition.address), None) if text is not None else None
        if not isinstance(old, float) or not old:
            return
        low, high = sorted((old / SETTING_FACTOR, old * SETTING_FACTOR))
    if not low <= mean <= high:
        low, high = stated or (low, high)
        said = "as stated for it" if stated else "within a factor of ten of what is stated for it"
        expected = f"{convert(low, unit):.4g} to {convert(high, unit):.4g} {unit}".rstrip()
        message = f"`{definition.address}` is set to {value}"
        problems.add("REE-P004", message, value.span, expected=f"{expected}, {said}")


def check_study(system: ProductSystem, study: schema.Study, problems: Problems) -> None:
    """Warn where the study says something else than it computes, and of lines that differ from their like."""
    _check_declared_unit(system, study, problems)
    _check_supply(system, problems)
    for row in loop_rows(system):
        closure = row.closure
        if closure is not None and float(np.max(closure)) > 1 + 1e-9:
            loop = system.inventory.loops.named(row.loop)
            bins = {str(name): name.span for name in loop.bins}
            place = bins.get(row.bin, loop.loop.span)
            message = f"{row.loop}, {row.bin}: {float(np.max(closure)):.0%} of what is drawn is returned"
            problems.add("REE-P002", message, place, expected="at most 100 %")


def _check_declared_unit(system: ProductSystem, study: schema.Study, problems: Problems) -> None:
    """Where the declared unit starts with a quantity, it is that of the demand (kg stands for kg_REO too)."""
    stated = re.match(r"\s*(\d[\d.]*)\s*([A-Za-z]\w*)", str(study.declared_unit))
    unit = parse_unit(str(system.inventory.flows[study.demand.flow].unit))
    if stated is None or stated.group(2) not in UNIT_NAMES:
        return
    given = float(stated.group(1)) * parse_unit(stated.group(2)).factor
    computed = float(np.mean(system.demand)) * unit.factor
    if abs(given - computed) > 1e-6 * computed:
        message = f"the declared unit says {stated.group(0).strip()}, the demand is {study.demand.amount}"
        problems.add(
            "REE-P005", message, study.declared_unit.span, expected=f"a declared unit of {study.demand.amount}"
        )


def _check_supply(system: ProductSystem, problems: Problems) -> None:
    """Foreground lines of a flow that others buy by `supply:` do so too, or name a provider."""
    foreground = [own for node, own in enumerate(system.edges_of) if system.is_foreground(node)]
    inputs = [edge.line for own in foreground for edge in own if edge.line.direction == "input"]
    supplied = {str(line.flow): line for line in inputs if getattr(line.exchange, "supply", None) is not None}
    for line in inputs:
        exchange = line.exchange
        chosen = not isinstance(exchange, schema.Exchange) or exchange.supply or exchange.provider
        if str(line.flow) in supplied and not chosen:
            other = supplied[str(line.flow)].flow
            message = f"{line.flow} is bought here without `supply:`"
            problems.add("REE-L008", message, line.flow.span, related=((other.span, "as other lines do"),))


def _check_stoichiometry(system: ProductSystem, line: Line, problems: Problems) -> None:
    if line.needed is None:
        return
    unit = str(system.inventory.flows[line.flow].unit)
    with np.errstate(all="ignore"):
        ratio = np.asarray(line.amount) / np.asarray(line.needed)
    worst = _worst(ratio, STOICHIOMETRY)
    if worst is not None:
        exchange = line.exchange
        assert isinstance(exchange, schema.Exchange)
        problems.add(
            "REE-P001",
            f"{line.flow} is {float(np.mean(line.amount)):.4g} {unit}, {worst:.3g} times what chemistry needs "
            f"({float(np.mean(line.needed)):.4g} {unit})",
            exchange.amount.span,
            expected=f"{STOICHIOMETRY[0]:g} to {STOICHIOMETRY[1]:g} times",
        )


def _worst(ratio: Any, limits: tuple[float, float]) -> float | None:
    low, high = float(np.min(ratio)), float(np.max(ratio))
    if low < limits[0]:
        return low
    return high if high > limits[1] else None


def _check_size(system: ProductSystem, node: int, line: Line, problems: Problems) -> None:
    if line.direction != "input" or system.inventory.flows[line.flow].bulk:
        return
    unit = parse_unit(str(system.inventory.flows[line.flow].unit))
    product_unit = parse_unit(str(system.inventory.flows[system.process(node).product.flow].unit))
    per = next((name for name in ("kg", "kg_REO", "kWh") if parse_unit(name).dimension == product_unit.dimension), None)
    like = next((name for name in LARGE_INPUT if parse_unit(name).dimension == unit.dimension), None)
    if per is None or like is None:
        return
    product = system.products[node] * product_unit.factor / parse_unit(per).factor
    ratio = float(np.max(line.amount * unit.factor / parse_unit(like).factor / product))
    if ratio > LARGE_INPUT[like]:
        exchange = line.exchange
        assert isinstance(exchange, schema.Exchange)
        problems.add(
            "REE-P003",
            f"{ratio:.4g} {like} of {line.flow} per {per} of product",
            exchange.amount.span,
            expected=f"at most {LARGE_INPUT[like]:g} {like}",
        )
