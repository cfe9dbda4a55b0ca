"""Closure of a loop, by bin and in total.

A loop is a substance that the plant returns to its own use. Its bins say what becomes of it; three closures are told
apart, because each is sometimes called *the* closure: of a bin (returned to use / drawn for that bin), of the plant
(returned / all that is drawn), and what is still bought.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.inventory import schema
from lca.system.network import Edge, ProductSystem

TOTAL = "total"


@dataclass(frozen=True)
class LoopRow:
    """One bin of a loop, or its total, per declared unit and in the unit of the pool.

    `drawn`: taken from the pools; `returned`: given back to them and used; `bought`: made up from outside; `surplus`:
    returned beyond need (not credited). `bought` and `surplus` are of the plant, so only the total has them.
    """

    loop: str
    bin: str
    title: str
    unit: str
    drawn: Any
    returned: Any
    bought: Any = None
    surplus: Any = None

    @property
    def closure(self) -> Any:
        """Returned to use as a share of what is drawn; None when nothing is drawn."""
        return self.returned / self.drawn if np.all(np.greater(self.drawn, 0)) else None


def loop_rows(system: ProductSystem) -> list[LoopRow]:
    """The rows of every loop that the scenario uses: its bins, then the total."""
    rows: list[LoopRow] = []
    binned = [edge for edge in system.edges if getattr(edge.line.exchange, "bin", None) is not None]
    for loop in system.inventory.loops.values():
        edges = [edge for edge in binned if edge.flow in loop.pools]
        if edges:
            rows += _rows(system, loop, edges)
    return rows


def _rows(system: ProductSystem, loop: schema.Loop, edges: list[Edge]) -> list[LoopRow]:
    unit = str(system.inventory.flows[next(iter(loop.pools))].unit)
    bought = _of(system, {str(pool.makeup) for pool in loop.pools.values()})
    surplus = _of(system, {str(pool.surplus) for pool in loop.pools.values()})
    used = {str(flow): _used(system, str(flow), pool, edges) for flow, pool in loop.pools.items()}
    rows = []
    for name, title in loop.bins.items():
        own = [edge for edge in edges if edge.line.exchange.bin == name]  # type: ignore[union-attr]
        drawn = _sum(system, [edge for edge in own if not edge.into_pool])
        returned = sum(used[e.flow] * _sum(system, [e]) for e in own if e.into_pool)
        rows.append(LoopRow(str(loop.loop), str(name), str(title), unit, drawn, _plain(returned)))
    drawn = sum(row.drawn for row in rows)
    returned = sum(row.returned for row in rows)
    rows.append(LoopRow(str(loop.loop), TOTAL, str(loop.title), unit, drawn, returned, bought, surplus))
    return rows


def _used(system: ProductSystem, flow: str, pool: schema.Pool, edges: list[Edge]) -> Any:
    """The part of what is returned to a pool that is used: all but its surplus."""
    if flow not in system.surplus:
        return 1.0
    returned = _sum(system, [edge for edge in edges if edge.into_pool and edge.flow == flow])
    whole = np.where(np.equal(returned, 0), 1.0, returned)
    return np.where(np.greater(returned, 0), 1 - _of(system, {str(pool.surplus)}) / whole, 1.0)


def _sum(system: ProductSystem, edges: list[Edge]) -> Any:
    return sum((edge.line.amount * system.supply[..., edge.node] for edge in edges), 0.0)


def _of(system: ProductSystem, processes: set[str]) -> Any:
    return sum(
        (
            system.products[n] * system.supply[..., n]
            for n, node in enumerate(system.nodes)
            if node.process in processes
        ),
        0.0,
    )


def _plain(value: Any) -> Any:
    return float(value) if np.ndim(value) == 0 else value
