"""What the plant buys and hands over, down to goods of the market: a delivery is the good and its freight.

A supplying process that only passes things on (no emissions or resources, no mix, no stage of the plant) is looked
through, unless its product has a price of its own.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.inventory import schema
from lca.system.network import Edge, ProductSystem


@dataclass(frozen=True)
class Purchase:
    """A good of the market, per declared unit, bought for a line of the plant.

    `amount` is in the unit of the flow (a float, or traced as the amounts of the system are), negative for what a
    return to a loop saves; `supplier` is a node of the system. `account` is that of the good, or else of what the
    plant buys it in.
    """

    edge: Edge
    flow: str
    supplier: int
    amount: Any
    account: str


def purchases(system: ProductSystem, priced: Container[str] = ()) -> list[Purchase]:
    """Every purchase of the foreground; goods whose flow is in `priced` are not taken apart."""
    found: list[Purchase] = []
    for edge in system.edges:
        if edge.provider is None or not system.is_foreground(edge.node) or system.is_foreground(edge.provider):
            continue
        amount = -system.sign(edge) * (edge.line.amount * system.supply[edge.node]) * charged_part(system, edge)
        amount = amount if np.ndim(amount) else float(amount)
        if np.ndim(amount) or amount:
            found += _taken_apart(system, priced, edge, edge.flow, edge.provider, amount, frozenset())
    return found


def _taken_apart(
    system: ProductSystem,
    priced: Container[str],
    line: Edge,
    flow: str,
    supplier: int,
    amount: Any,
    passed: frozenset[int],
) -> Iterator[Purchase]:
    own = system.diagonal(supplier)
    if flow in priced or supplier in passed or not passes_on(system.process(supplier)):
        handed_over = system.empties_pool(supplier)  # what a pool has too much of is taken away, and no purchase saved
        account = account_of(system, flow) or account_of(system, line.flow)
        yield Purchase(line, flow, supplier, -amount if handed_over else amount, account)
        return
    runs = amount / own
    for edge in system.edges_of[supplier]:
        if edge.provider is not None:
            part = -system.sign(edge) * edge.line.amount * runs
            yield from _taken_apart(system, priced, line, edge.flow, edge.provider, part, passed | {supplier})


def passes_on(process: schema.Process) -> bool:
    """Whether a process of the supply chain does nothing of its own."""
    own = process.emissions or process.resources or process.mix or process.stage
    return not own and bool(process.inputs or process.outputs)


def account_of(system: ProductSystem, flow: str) -> str:
    """The account of a flow, or an empty text."""
    return str(system.inventory.flows.named(flow).account or "")


def charged_part(system: ProductSystem, edge: Edge) -> Any:
    """The part of a line that causes something: all of it, but for a pool in surplus.

    There nothing is bought, and what is returned beyond need has to be disposed of: whoever returns bears that, in
    proportion, and whoever draws gets no credit for taking some of it.
    """
    if edge.flow not in system.surplus:
        return 1.0
    supply = system.supply
    lines = [other for other in system.edges if other.flow == edge.flow and other.provider is not None]
    drawn = sum(o.line.amount * supply[o.node] for o in lines if not o.into_pool)
    returned = sum(o.line.amount * supply[o.node] for o in lines if o.into_pool)
    return 1 - drawn / returned if edge.into_pool else 0.0
