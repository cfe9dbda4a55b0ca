"""A product system solved once for all samples, on a tape.

`A s = f` by elimination on the diagonal in an order that makes the least new entries (Markowitz 1957): what is the same
in all samples folds to numbers, and of the rest only entries that there are cost an operation. Processes that are the
same in all samples, whoever buys of them, are first put in the place of all that they buy in turn: a process that
varies meets them as products with fixed scores.

No pivot is chosen by its size in each sample. Systems of processes that make more than they use of their own are safe
for that; the rows that were worked on are checked for every sample, and those in which they do not hold are solved by
other means.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.impact.batch.tape import Tape, Traced
from lca.impact.methods import MethodFactors
from lca.system.network import NEGLIGIBLE, ProductSystem, pools_of

#: Largest residual of a row that was worked on, relative to the sum of its parts, before a sample is solved anew.
RESIDUAL = 1e-11

#: Row or column to its entries.
_Sparse = dict[int, dict[int, Any]]


@dataclass(frozen=True)
class SolvedSystem:
    """`supply[..., node]` says how often each process runs, `totals[indicator]` what that comes to; `overfull` says of
    each pool that its makeup would run backwards; `sound` that the solution holds; `forwards` that no other process
    runs backwards. Traced values, or numbers where all samples agree.
    """

    supply: Supply
    totals: list[Any]
    overfull: dict[str, Any]
    sound: Any
    forwards: Any


class Supply:
    """How often each process runs, in the form of `ProductSystem.supply`; worked out when it is asked for."""

    def __init__(self, varying: dict[int, Any], fixed: _Fixed | None):
        self._varying, self._fixed = varying, fixed
        self._known: dict[int, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        """Of a node, `supply[node]` or `supply[..., node]`."""
        node = key[-1] if isinstance(key, tuple) else key
        if self._fixed is None or node not in self._fixed.places:
            return self._varying[node]
        if node not in self._known:
            runs = self._fixed.runs[self._fixed.places[node]]
            parts = [float(run) * self._varying[own] for own, run in zip(self._fixed.bought, runs, strict=True) if run]
            self._known[node] = sum(parts[1:], parts[0]) if parts else 0.0
        return self._known[node]


@dataclass(frozen=True)
class _Fixed:
    """Processes that are the same in all samples: how often each of them, at `places`, runs per unit of those that are
    bought, `runs[place, k]`, and what that scores, `scores[node][indicator]`.
    """

    places: dict[int, int]
    bought: list[int]
    runs: np.ndarray
    scores: dict[int, np.ndarray]


def solved(system: ProductSystem, method: MethodFactors, tape: Tape) -> SolvedSystem:
    """Solve a system with traced amounts and score it."""
    rows, flows = _entries(system)
    makeups = _makeups(system)
    fixed = _fixed(system, rows, flows) - {0} - set(makeups)
    folded = _folded(system, method, rows, flows, fixed) if fixed else None
    scores = folded.scores if folded else {}
    elimination = _Elimination(rows, {0: system.demand})
    supply = elimination.solve()
    totals = _totals(system, method, flows, fixed, scores, supply)
    overfull = {pool: _is_negative(supply[node], elimination.gross(node)) for node, pool in makeups.items()}
    forwards: Any = True
    for node, amount in supply.items():
        if node not in makeups and node not in scores:
            forwards = np.logical_and(forwards, np.greater_equal(amount, -NEGLIGIBLE * elimination.gross(node)))
    return SolvedSystem(Supply(supply, folded), totals, overfull, elimination.sound(supply), forwards)


def _entries(system: ProductSystem) -> tuple[_Sparse, _Sparse]:
    """`A[row][column]` and, of each node, `B[node][flow]`; what meets in one place is added."""
    rows: _Sparse = {node: {node: system.diagonal(node)} for node in range(len(system.nodes))}
    flows: _Sparse = {node: {} for node in rows}
    names = {flow: k for k, flow in enumerate(system.elementary)}
    gross: dict[tuple[int, int], Any] = {}
    for edge in system.edges:
        amount = edge.line.amount
        if edge.provider is None:
            own = flows[edge.node]
            own[names[edge.flow]] = own.get(names[edge.flow], 0.0) + amount
            continue
        row = rows[edge.provider]
        row[edge.node] = row.get(edge.node, 0.0) + system.sign(edge) * amount
        key = (edge.provider, edge.node)
        gross[key] = gross.get(key, system.products[edge.node] if edge.provider == edge.node else 0.0) + amount
    for (row_, column), whole in gross.items():
        value = rows[row_][column]
        if not isinstance(value, Traced) and abs(value) <= NEGLIGIBLE * _highest(whole):
            rows[row_][column] = 0.0
    return {row: {c: v for c, v in entries.items() if not _is_zero(v)} for row, entries in rows.items()}, flows


def _highest(value: Any) -> float:
    return float(value.bounds[1]) if isinstance(value, Traced) else float(value)


def _is_zero(value: Any) -> bool:
    return not isinstance(value, Traced) and value == 0.0


def _makeups(system: ProductSystem) -> dict[int, str]:
    """The nodes that fill pools, and the pools."""
    pools = {str(pool.makeup): flow for flow, pool in pools_of(system.inventory).items()}
    return {n: pools[node.process] for n, node in enumerate(system.nodes) if node.process in pools}


# --- processes that are the same in all samples


def _fixed(system: ProductSystem, rows: _Sparse, flows: _Sparse) -> set[int]:
    """Nodes whose whole column is numbers."""
    varying = {node for node, amounts in flows.items() if any(isinstance(v, Traced) for v in amounts.values())}
    varying |= {column for entries in rows.values() for column, value in entries.items() if isinstance(value, Traced)}
    return set(range(len(system.nodes))) - varying


def _folded(system: ProductSystem, method: MethodFactors, rows: _Sparse, flows: _Sparse, fixed: set[int]) -> _Fixed:
    """Take the fixed nodes out of `rows`; those that others buy of stay, as products that need fixed amounts of what
    varies.
    """
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import splu

    inner = sorted(fixed)
    place = {node: k for k, node in enumerate(inner)}
    bought = [node for node in inner if any(column not in fixed for column in rows[node])]
    block = [(place[row], place[c], float(v)) for row in inner for c, v in rows[row].items() if c in fixed]
    at, columns, values = zip(*block, strict=True)
    matrix = csc_array((values, (at, columns)), shape=(len(inner), len(inner)))
    wanted = np.zeros((len(inner), len(bought)))
    for k, node in enumerate(bought):
        wanted[place[node], k] = 1.0
    runs = splu(matrix).solve(wanted) if bought else wanted
    direct = method.matrix(system.elementary) @ _matrix_of(flows, inner, len(system.elementary))
    scores = {node: direct @ runs[:, k] for k, node in enumerate(bought)}
    for row, entries in rows.items():
        if row in fixed:
            continue
        needs = np.zeros(len(inner))
        for column in [c for c in entries if c in fixed]:
            needs[place[column]] = entries.pop(column)
        for k, amount in enumerate(needs @ runs):
            if amount:
                entries[bought[k]] = float(amount)
    for node in inner:
        rows[node] = {node: 1.0} | {c: v for c, v in rows[node].items() if c not in fixed}
        if node not in scores:
            del rows[node]
    return _Fixed(place, bought, runs, scores)


def _matrix_of(flows: _Sparse, nodes: list[int], count: int) -> np.ndarray:
    matrix = np.zeros((count, len(nodes)))
    for k, node in enumerate(nodes):
        for flow, amount in flows[node].items():
            matrix[flow, k] = amount
    return matrix


# --- elimination


class _Elimination:
    """Solves `rows s = right`, entry by entry."""

    def __init__(self, rows: _Sparse, right: dict[int, Any]):
        self.rows, self.right = rows, right
        self._worked_on: set[int] = set()
        self._gross: dict[int, Any] = {}

    def solve(self) -> dict[int, Any]:
        """The solution by node."""
        rows = {row: dict(entries) for row, entries in self.rows.items()}
        right = dict(self.right)
        columns: dict[int, set[int]] = {row: set() for row in rows}
        for row, entries in rows.items():
            for column in entries:
                columns[column].add(row)
        order, left = [], set(rows)
        while left:
            # of two that cost nothing, the one that needs no work on other rows
            pivot = min(left, key=lambda k: ((len(columns[k]) - 1) * (len(rows[k]) - 1), len(columns[k]), k))
            order.append(pivot)
            left.remove(pivot)
            self._eliminate(pivot, rows, right, columns)
        supply: dict[int, Any] = {}
        for pivot in reversed(order):
            parts = [value * supply[column] for column, value in rows[pivot].items() if column != pivot]
            start = right.get(pivot, 0.0)
            total, self._gross[pivot] = start, abs(start)
            for part in parts:
                total = total - part
                self._gross[pivot] = self._gross[pivot] + abs(part)
            supply[pivot] = total / rows[pivot].get(pivot, 0.0) if pivot in rows[pivot] else np.nan
        return supply

    def _eliminate(self, pivot: int, rows: _Sparse, right: dict[int, Any], columns: dict[int, set[int]]) -> None:
        """Take a column out of the other rows; the row of the pivot is left for the way back."""
        own = rows[pivot]
        for row in sorted(columns[pivot] - {pivot}):
            entry = rows[row].pop(pivot)
            factor = entry / own[pivot] if pivot in own else np.nan
            self._worked_on.add(row)
            for column, value in own.items():
                if column != pivot:
                    rows[row][column] = rows[row].get(column, 0.0) - factor * value
                    columns[column].add(row)
            if pivot in right:
                right[row] = right.get(row, 0.0) - factor * right[pivot]
        for column in own:
            columns[column].discard(pivot)

    def gross(self, node: int) -> Any:
        """The sum of the sizes of all that makes up the need of a product: the measure of what is rounding."""
        return self._gross[node]

    def sound(self, supply: dict[int, Any]) -> Any:
        """Whether the rows that were worked on hold."""
        holds: Any = True
        for row in sorted(self._worked_on):
            rest: Any = -self.right.get(row, 0.0)
            size: Any = abs(rest)
            for column, value in self.rows[row].items():
                part = value * supply[column]
                rest, size = rest + part, size + abs(part)
            holds = np.logical_and(holds, np.less_equal(abs(rest), RESIDUAL * size))
        return holds


def _is_negative(amount: Any, gross: Any) -> Any:
    """Whether a process would run backwards by more than rounding."""
    return np.less(amount, -NEGLIGIBLE * gross)


# --- scores


def _totals(
    system: ProductSystem,
    method: MethodFactors,
    flows: _Sparse,
    fixed: set[int],
    scores: dict[int, np.ndarray],
    supply: dict[int, Any],
) -> list[Any]:
    """`totals[indicator]`: the flows of processes that vary, characterised, and the scores of what they buy."""
    amounts: dict[int, Any] = {}
    for node, own in flows.items():
        if node not in fixed:
            for flow, amount in own.items():
                amounts[flow] = amounts.get(flow, 0.0) + amount * supply[node]
    factors = method.matrix(system.elementary)
    totals = []
    for k in range(len(method.indicators)):
        total: Any = 0.0
        for flow, amount in amounts.items():
            if factors[k, flow]:
                total = total + float(factors[k, flow]) * amount
        for node, score in scores.items():
            if score[k]:
                total = total + float(score[k]) * supply[node]
        totals.append(total)
    return totals
