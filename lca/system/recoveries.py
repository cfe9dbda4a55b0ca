"""How much of each rare earth gets from feed to product: process by process, and over all of them.

What counts is what flows consist of. The chain is every foreground process upstream of the demand whose product holds
rare earth. A process recovers of an element what its product holds of what enters with its inputs (returns to a pool
taken off). The cumulative recovery is what the product holds of what was fed to the chain for its sake: with `m` the
mass of the element, a product takes `g = sum(m_input g_input) / m_product` of feed per kg, where `g = 1` of what comes
from outside the foreground, and `1 / g` is recovered. Along a chain without branches that is the product of the steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from lca.inventory.references import RARE_EARTH
from lca.system.balances import PLANT, Compositions, rare_earths_in
from lca.system.network import ProductSystem


@dataclass(frozen=True)
class Recovery:
    """One element over one process, or from feed to product (process `PLANT`); masses in kg per declared unit."""

    element: str
    process: str
    title: str
    stage: str
    input: float
    output: float
    cumulative: float

    @property
    def recovered(self) -> float:
        """The part of what enters that leaves with the product."""
        return self.output / self.input


@dataclass(frozen=True)
class _Step:
    """A process of the chain: what goes in, as flow, amount per declared unit and position of the supplying step in the
    chain (None: from outside), and its product.
    """

    node: int
    inputs: tuple[tuple[str, float, int | None], ...]
    product: str
    amount: float


def recoveries(system: ProductSystem, compositions: Compositions) -> list[Recovery]:
    """Rows by element, each from feed to product and then over all; first the rare earths together, then each of them
    where every flow of the chain says which it holds.
    """
    chain = _chain(system, compositions)
    if not chain:
        return []
    flows = dict.fromkeys(flow for step in chain for flow in (step.product, *(f for f, _, _ in step.inputs)))
    elements = [RARE_EARTH, *rare_earths_in(flows, compositions)]
    return [row for element in elements for row in _of_element(system, chain, element, compositions)]


def _chain(system: ProductSystem, compositions: Compositions) -> list[_Step]:
    """The processes that hand on rare earth, from feed to product."""

    @cache
    def holds(flow: str) -> bool:
        return bool(np.any(compositions.of(flow).get(RARE_EARTH, 0.0)))

    def hands_on(node: int) -> bool:
        flow = system.process(node).product.flow
        return system.is_foreground(node) and system.inventory.flows[flow].kind == "product" and holds(str(flow))

    entering: dict[int, list[tuple[str, float, int | None]]] = {}
    for edge in system.edges:
        taken = edge.line.direction in ("input", "resource")
        if (taken or edge.into_pool) and holds(edge.flow):
            amount = _mean(edge.line.amount * system.supply[..., edge.node]) * (1.0 if taken else -1.0)
            entering.setdefault(edge.node, []).append((edge.flow, amount, edge.provider))
    nodes = [0] if hands_on(0) else []
    for node in nodes:  # which grows on the way
        for _, _, provider in entering.get(node, ()):
            if provider is not None and provider not in nodes and hands_on(provider):
                nodes.append(provider)
    nodes.reverse()
    places: Mapping[int | None, int] = {node: place for place, node in enumerate(nodes)}
    return [
        _Step(
            node,
            tuple((flow, amount, places.get(provider)) for flow, amount, provider in entering.get(node, ())),
            str(system.process(node).product.flow),
            _mean(system.products[node] * system.supply[..., node]),
        )
        for node in nodes
    ]


def _of_element(
    system: ProductSystem, chain: Sequence[_Step], element: str, compositions: Compositions
) -> Iterator[Recovery]:
    def mass(flow: str, amount: float) -> float:
        return amount * _mean(compositions.of(flow).get(element, 0.0))

    made = np.array([mass(step.product, step.amount) for step in chain])
    fed, inside = np.zeros(len(chain)), np.zeros((len(chain), len(chain)))
    for place, step in enumerate(chain):
        for flow, amount, provider in step.inputs:
            if provider is None:
                fed[place] += mass(flow, amount)
            else:
                inside[place, provider] += mass(flow, amount)
    entering = fed + inside.sum(axis=1)
    handed = made > 0  # a step that loses all of an element hands on nothing, whatever it was fed
    need = np.zeros(len(chain))
    need[handed] = np.linalg.solve(np.diag(made[handed]) - inside[np.ix_(handed, handed)], fed[handed])
    for place, step in enumerate(chain):
        if entering[place] > 0:
            process = system.process(step.node)
            cumulative = 1.0 / need[place] if handed[place] and need[place] > 0 else 0.0
            yield Recovery(
                element,
                str(process.process),
                str(process.title),
                str(process.stage),
                float(entering[place]),
                float(made[place]),
                float(cumulative),
            )
    if fed.sum() > 0:
        overall = float(made[-1] / fed.sum())
        yield Recovery(element, PLANT, "From feed to product", "", float(fed.sum()), float(made[-1]), overall)


def _mean(value: Any) -> float:
    return float(np.mean(value))
