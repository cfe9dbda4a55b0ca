"""Warnings about figures that are possible but hardly meant: stoichiometry, yields, inputs out of proportion."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

import numpy as np

from lca.errors import Problems
from lca.inventory import schema
from lca.inventory.parameters import Definition, interval, is_yield, shown_unit
from lca.inventory.scope import Scope
from lca.system.amounts import Amounts, Line
from lca.system.network import ProductSystem
from lca.units import convert, parse_unit

#: An amount may lie this much below what chemistry needs (rounding), and this many times above.
STOICHIOMETRY = (0.98, 3.0)
#: Recoveries, yields and efficiencies.
YIELD = (0.05, 1.0)
#: How far a setting may leave the stated range, as a share of its width.
SETTING_MARGIN = 0.25

#: Input per kg, kg_REO or kWh of product above which a figure is doubted, by unit of the input. Flows marked `bulk`
#: (water, ore) are exempt.
LARGE_INPUT: Mapping[str, float] = {"kg": 50.0, "kWh": 100.0, "tkm": 100.0}


def check_parameters(scope: Scope, problems: Problems, processes: Container[str] | None = None) -> None:
    """Add warnings for the parameters of a scope: those of these processes (None: of all), and of everything else."""
    for address, definition in scope.definitions.items():
        owner = address.partition(".")[0]
        if processes is None or owner in processes or owner not in scope.inventory.processes:
            _check_yield(scope, definition, problems)
            _check_setting(scope, definition, problems)


def check_plausibility(system: ProductSystem, problems: Problems) -> None:
    """Add warnings for the exchanges and parameters of a product system."""
    check_parameters(system.scope, problems, {node.process for node in system.nodes})
    amounts = Amounts(system.scope)
    for edge in system.edges:
        process = system.process(edge.node)
        if isinstance(edge.line.exchange, schema.Exchange):
            _check_stoichiometry(amounts, process, edge.line, problems)
            _check_size(system, edge.node, edge.line, problems)


def _check_yield(scope: Scope, definition: Definition, problems: Problems) -> None:
    name, parameter = str(definition.name).rpartition(".")[2], definition.parameter
    if not is_yield(name, parameter) and parameter.kind != "fraction":
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
    """What is set from outside may leave the range that the document states by a quarter of its width."""
    stated = interval(definition.replaced) if definition.replaced is not None else None
    value = definition.parameter.value
    if stated is None or value is None or scope.value_at(definition.address) is None:
        return
    low, high = stated
    margin = SETTING_MARGIN * (high - low)
    if not low - margin <= float(np.mean(scope.value_at(definition.address))) <= high + margin:
        assert definition.replaced is not None
        unit = shown_unit(definition.replaced)
        problems.add(
            "REE-P004",
            f"`{definition.address}` is set to {value}",
            value.span,
            expected=f"{convert(low, unit):.4g} to {convert(high, unit):.4g} {unit}".rstrip() + ", as stated for it",
        )


def _check_stoichiometry(amounts: Amounts, process: schema.Process, line: Line, problems: Problems) -> None:
    exchange = line.exchange
    assert isinstance(exchange, schema.Exchange)
    if exchange.stoichiometric is None:
        return
    unit = parse_unit(str(amounts.inventory.flows[line.flow].unit))
    product_unit = parse_unit(str(amounts.inventory.flows[process.product.flow].unit))
    product = amounts.scope.evaluated(process.product.amount, str(process.process))
    needed = amounts.per_product(exchange.stoichiometric, str(process.process), unit, product, product_unit)
    if needed is None:
        return
    needed = needed / unit.factor
    with np.errstate(all="ignore"):
        ratio = np.asarray(line.amount) / np.asarray(needed)
    worst = _worst(ratio, STOICHIOMETRY)
    if worst is not None:
        problems.add(
            "REE-P001",
            f"{line.flow} is {float(np.mean(line.amount)):.4g} {unit.name}, {worst:.3g} times what chemistry needs "
            f"({float(np.mean(needed)):.4g} {unit.name})",
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
