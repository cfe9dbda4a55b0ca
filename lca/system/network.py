"""The product system: processes at places, linked from the demand down.

Following the matrix notation of Heijungs and Suh (2002): `A s = f`, one column per node, one row per node's product;
`g = B s`.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from lca.errors import Diagnostic, InputError, nearest
from lca.inventory import schema
from lca.inventory.loading import Inventory
from lca.inventory.scope import Scope
from lca.system.amounts import Amounts, Line, ProcessAmounts
from lca.system.linking import Basis, Linker, Node, Replaced
from lca.system.scenario import Scenario

#: Relative rounding of amounts: what lies below it is zero, not a net product and not a process that runs backwards.
NEGLIGIBLE = 1e-12
#: Rounding of a solution, as a share of its largest part.
ROUNDING = 1e-14
#: Condition number above which a system counts as singular.
SINGULAR = 1e14
#: How far the largest entries of rows and columns may be from one for a matrix to count as scaled.
EVEN = 1.1


class Edge(NamedTuple):
    """A line of a node; `provider` is the index of the supplying node, None for elementary flows."""

    node: int
    line: Line
    provider: int | None

    @property
    def flow(self) -> str:
        return self.line.name

    @property
    def into_pool(self) -> bool:
        """True when an output returns to a pool, where it lowers what has to be made up."""
        return self.line.direction == "output" and getattr(self.line.exchange, "bin", None) is not None


@dataclass(frozen=True)
class ProductSystem:
    """One scenario, linked. Amounts are in the units of the flows, floats or arrays over samples."""

    scenario: Scenario
    amounts: Amounts
    nodes: tuple[Node, ...]
    products: tuple[Any, ...]
    edges: tuple[Edge, ...]
    demand: Any
    surplus: frozenset[str]
    depends_on_basis: bool
    replaced: tuple[Replaced, ...] = ()

    def called(self, scenario: Scenario) -> ProductSystem:
        """The same system for a scenario that differs in what it is called alone."""
        other = copy.copy(self)
        object.__setattr__(other, "scenario", scenario)
        return other

    def solved_by(self, supply: Any) -> ProductSystem:
        """The same system, of which it is known how often each process runs."""
        other = copy.copy(self)
        other.__dict__["supply"] = supply
        return other

    @property
    def scope(self) -> Scope:
        return self.amounts.scope

    @property
    def inventory(self) -> Inventory:
        return self.amounts.inventory

    def process(self, node: int) -> schema.Process:
        """The process of a node."""
        return self.inventory.processes.named(self.nodes[node].process)

    def is_foreground(self, node: int) -> bool:
        """A process with a stage is foreground."""
        return self._foreground[node]

    @cached_property
    def _foreground(self) -> tuple[bool, ...]:
        return tuple(self.process(node).stage is not None for node in range(len(self.nodes)))

    @cached_property
    def edges_of(self) -> tuple[tuple[Edge, ...], ...]:
        """The edges of each node."""
        found: list[list[Edge]] = [[] for _ in self.nodes]
        for edge in self.edges:
            found[edge.node].append(edge)
        return tuple(map(tuple, found))

    @cached_property
    def elementary(self) -> tuple[str, ...]:
        """The elementary flows, in the order of the rows of the biosphere matrix."""
        return tuple(sorted({edge.flow for edge in self.edges if edge.provider is None}))

    def sign(self, edge: Edge) -> float:
        """Sign of an edge in its provider's row: what is drawn is negative, what is returned to a pool positive."""
        return 1.0 if edge.into_pool else -1.0

    def diagonal(self, node: int) -> Any:
        """What a node adds to its own row: its product, or, for the process that takes up a surplus, the amount
        taken, negative.
        """
        return -self.products[node] if self.empties_pool(node) else self.products[node]

    def empties_pool(self, node: int) -> bool:
        """Whether a node takes up what a pool has too much of."""
        return self.nodes[node].process in self._emptying

    @cached_property
    def _emptying(self) -> frozenset[str]:
        return frozenset(str(pool.surplus) for pool in pools_of(self.inventory).values())

    @cached_property
    def samples(self) -> int | None:
        """The number of samples when any amount is an array, else None."""
        amounts = [*(edge.line.amount for edge in self.edges), *self.products]
        sizes = {amount.size for amount in amounts if isinstance(amount, np.ndarray) and amount.ndim}
        return max(sizes) if sizes else None

    @cached_property
    def technosphere(self) -> np.ndarray:
        """`A[row, column]`, or `A[sample, row, column]`."""
        n, samples = len(self.nodes), self.samples
        entries = [(node * n + node, self.diagonal(node), self.products[node]) for node in range(n)]
        entries += [
            (edge.provider * n + edge.node, self.sign(edge) * edge.line.amount, edge.line.amount)
            for edge in self.edges
            if edge.provider is not None
        ]
        places, net, all_ = zip(*entries, strict=True)
        matrix, gross = _dense(n, places, net, samples), _dense(n, places, all_, samples)
        return np.where(np.abs(matrix) > NEGLIGIBLE * gross, matrix, 0.0)

    @cached_property
    def biosphere(self) -> np.ndarray:
        """`B[flow, column]`, or `B[sample, flow, column]`; emissions and resources both positive, as in Brightway."""
        rows = {flow: index for index, flow in enumerate(self.elementary)}
        shape = (len(rows), len(self.nodes))
        matrix = np.zeros(shape if self.samples is None else (self.samples, *shape))
        for edge in self.edges:
            if edge.provider is None:
                matrix[..., rows[edge.flow], edge.node] += edge.line.amount
        return matrix

    @cached_property
    def final_demand(self) -> np.ndarray:
        """`f[row]`: the declared unit, in the first row."""
        shape = (len(self.nodes),) if self.samples is None else (self.samples, len(self.nodes))
        vector = np.zeros(shape)
        vector[..., 0] = self.demand
        return vector

    @cached_property
    def supply(self) -> np.ndarray:
        """`s[column]`: how often each process runs. Raises `InputError` when the system is singular."""
        try:
            solved = np.linalg.solve(self.technosphere, self.final_demand[..., None])[..., 0]
        except np.linalg.LinAlgError:
            solved = None
        if solved is None or not np.all(np.isfinite(solved)) or self._near_singular(solved):
            raise InputError([self._singular()])
        return np.asarray(solved)

    def _near_singular(self, supply: np.ndarray) -> bool:
        """Whether rounding alone gave the solution; of samples, the one is looked at in which most is supplied."""
        matrix = self.technosphere
        if matrix.ndim == 3:
            matrix = matrix[np.argmax(np.max(np.abs(supply), axis=1))]
        return bool(np.linalg.cond(_equilibrated(matrix)[0], 1) > SINGULAR)

    def _singular(self) -> Diagnostic:
        """Name the processes whose products the null space of the matrix holds."""
        matrix = self.technosphere if self.samples is None else self.technosphere[0]
        _, _, rows = np.linalg.svd(_equilibrated(matrix)[0])
        weights = np.abs(rows[-1])
        involved = [self.nodes[i].process for i in np.argsort(-weights) if weights[i] > 0.1 * weights.max()]
        names = ", ".join(dict.fromkeys(involved[:6]))
        place = self.inventory.processes.named(involved[0]).process.span
        return Diagnostic(
            "REE-M002",
            f"{self.scenario.id}: the amounts of {names} have no solution",
            place,
            expected="a process that makes more than it needs",
        )

    def backwards(self) -> list[int]:
        """Nodes that would run backwards in some sample, by more than rounding explains (Skeel 1979)."""
        supply, matrix = np.atleast_2d(self.supply), self.technosphere.reshape(-1, len(self.nodes), len(self.nodes))
        doubtful = np.any(supply < 0, axis=1)
        if not np.any(doubtful):
            return []
        supply, matrix = supply[doubtful], matrix[doubtful]
        of_amounts = (np.abs(np.linalg.inv(matrix)) @ (np.abs(matrix) @ np.abs(supply)[..., None]))[..., 0]
        size = _equilibrated(matrix)[1]
        of_solution = size * np.max(np.abs(supply) / size, axis=1, keepdims=True)
        negative = np.any(supply < -NEGLIGIBLE * of_amounts - ROUNDING * of_solution, axis=0)
        return [int(node) for node in np.flatnonzero(negative)]


def _dense(n: int, places: Sequence[int], amounts: Sequence[Any], samples: int | None) -> np.ndarray:
    """`M[row, column]`, or `M[sample, row, column]`, of amounts at `row * n + column`; what meets is added."""
    if samples is None:
        return np.bincount(places, amounts, n * n).reshape(n, n)
    matrix = np.zeros((n * n, samples))
    np.add.at(matrix, np.array(places), np.array([np.broadcast_to(amount, samples) for amount in amounts]))
    return np.moveaxis(matrix.reshape(n, n, samples), -1, 0)


def _equilibrated(matrix: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows and columns scaled to a largest entry near one, and the scale of the columns: neither units nor sizes of
    processes then play a part in what is singular or small (Ruiz 2001).
    """
    columns = np.ones_like(matrix[..., :1, :])
    for _ in range(12):
        uneven = 1.0
        for axis in (-2, -1):
            root = np.sqrt(np.max(np.abs(matrix), axis=axis, keepdims=True))
            root[root == 0] = 1.0
            uneven = max(uneven, float(np.max(root)), 1 / float(np.min(root)))
            matrix = matrix / root
            if axis == -2:
                columns = columns / root
        if uneven < EVEN:
            break
    return matrix, columns[..., 0, :]


def build(amounts: Amounts, scenario: Scenario, study: schema.Study, basis: Basis) -> ProductSystem | None:
    """Link a scenario from the demand of its study; None when something is at fault (reported to the scope's problems).

    A pool from which less is drawn than is returned to it is emptied by its surplus process instead of being filled
    by its makeup process.
    """
    surplus: set[str] = set()
    while True:
        system = link(amounts, scenario, study, basis, frozenset(surplus))
        if system is None:
            return None
        try:
            full = _overfull(system)
        except InputError as fault:
            amounts.problems.extend(fault.diagnostics)
            return None
        if not full - surplus:
            _report_backwards(system, amounts)
            return system
        surplus |= full


def alone(amounts: Amounts, numbers: ProcessAmounts) -> ProductSystem:
    """A process without those that supply it, run once for what it makes."""
    name, chosen = str(numbers.process.process), amounts.scope.chosen
    edges = tuple(Edge(0, line, None) for line in numbers.lines)
    scenario = Scenario("/".join(chosen.values()), chosen)
    return ProductSystem(
        scenario, amounts, (Node(name, ""),), (numbers.product,), edges, numbers.product, frozenset(), False
    )


def pools_of(inventory: Inventory) -> Mapping[str, schema.Pool]:
    """The pools of all loops, by flow."""
    return {str(flow): pool for loop in inventory.loops.values() for flow, pool in loop.pools.items()}


def _overfull(system: ProductSystem) -> set[str]:
    """Pools whose makeup process would have to run backwards."""
    makeups = {str(pool.makeup): flow for flow, pool in pools_of(system.inventory).items()}
    return {makeups[system.nodes[node].process] for node in system.backwards() if system.nodes[node].process in makeups}


def _report_backwards(system: ProductSystem, amounts: Amounts) -> None:
    for node in system.backwards():
        process = system.process(node)
        runs = float(np.min(system.supply[..., node]))
        message = f"{system.scenario.id}: {process.process} would have to run backwards ({runs:.3g} times)"
        amounts.problems.add("REE-M003", message, process.process.span)


def link(
    amounts: Amounts, scenario: Scenario, study: schema.Study, basis: Basis, surplus: frozenset[str]
) -> ProductSystem | None:
    """Link the processes that a scenario needs, with the pools of `surplus` emptied and the others filled, whether or
    not that is how they run; None after reporting.
    """
    pools = pools_of(amounts.inventory)
    linker = Linker(amounts, basis, {f: p.surplus if f in surplus else p.makeup for f, p in pools.items()})
    demand_flow = amounts.flow(study.demand.flow)
    unit = amounts.unit(demand_flow) if demand_flow else None
    if demand_flow is None or unit is None:
        return None
    demand = amounts.scope.number(study.demand.amount, None, unit.dimension, "the demand")
    if demand is None:
        return None
    if not np.all(np.greater(demand, 0)):
        amounts.problems.add(
            "REE-M007", f"the demand `{study.demand.amount}` is not positive", study.demand.amount.span
        )
        return None
    exchange = schema.Exchange(flow=study.demand.flow, amount=study.demand.amount)
    first = linker.provider(Line("input", study.demand.flow, demand, "", exchange), Node("", ""))
    if first is None:
        return None
    nodes: dict[Node, int] = {first: 0}
    waiting = [first]
    products: list[Any] = []
    edges: list[Edge] = []
    complete = True
    for index, node in enumerate(waiting):  # which grows on the way
        numbers = amounts.of(node.process)
        if numbers is None:
            complete = False
            products.append(1.0)
            continue
        products.append(numbers.product)
        complete &= numbers.complete
        for line, provider in zip(numbers.lines, _providers(linker, numbers, node), strict=True):
            if provider is not None:
                if (at := nodes.get(provider)) is None:
                    at = nodes[provider] = len(nodes)
                    waiting.append(provider)
                edges.append(Edge(index, line, at))
            elif line.direction in ("emission", "resource"):
                edges.append(Edge(index, line, None))
            else:
                complete = False
    if not complete:
        return None
    return ProductSystem(
        scenario,
        amounts,
        tuple(nodes),
        tuple(products),
        tuple(edges),
        demand / unit.factor,
        surplus,
        linker.depends_on_basis,
        tuple(linker.replaced.values()),
    )


def _providers(linker: Linker, numbers: ProcessAmounts, node: Node) -> Sequence[Node | None]:
    """The node at the other end of each line, worked out once for all scenarios that choose the same."""
    if not numbers.complete:
        return [_provider(linker, line, node) for line in numbers.lines]
    found: list[Node | None] = []
    before = linker.depends_on_basis, linker.replaced

    def link() -> tuple[list[Node | None], bool, dict[tuple[Node, Node], Replaced]] | None:
        linker.depends_on_basis, linker.replaced = False, {}
        found.extend(_provider(linker, line, node) for line in numbers.lines)
        sound = all(
            provider is not None or line.direction in ("emission", "resource")
            for line, provider in zip(numbers.lines, found, strict=True)
        )
        return (found, linker.depends_on_basis, linker.replaced) if sound else None

    name = ("links", *node, numbers.exchanges, linker.basis, tuple(linker.pools.values()))
    made = linker.amounts.known.make(linker.scope, name, link)
    depends, replaced = (linker.depends_on_basis, linker.replaced) if made is None else made.value[1:]
    linker.depends_on_basis, linker.replaced = before[0] | depends, before[1] | replaced
    return found if made is None else made.value[0]


def _provider(linker: Linker, line: Line, node: Node) -> Node | None:
    """The node at the other end of a line; None for elementary flows and, after reporting, for faults."""
    if line.direction in ("emission", "resource"):
        return None
    inventory, problems = linker.inventory, linker.problems
    bin_ = getattr(line.exchange, "bin", None)
    loop = linker.loops.get(str(line.flow))
    if loop is not None and bin_ is None and inventory.processes.named(node.process).stage is not None:
        problems.add(
            "REE-M004",
            f"an exchange with the pool {line.flow} names no bin",
            line.flow.span,
            expected=f"bin: one of {', '.join(loop.bins)}",
        )
        return None
    if loop is None and (inventory.incomplete or inventory.unread) and (bin_ is not None or line.direction == "output"):
        return None  # it may be a pool of a loop that is left out
    if bin_ is not None and (loop is None or bin_ not in loop.bins):
        choices = list(loop.bins) if loop else []
        problems.add(
            "REE-M004",
            f"`{bin_}` is no bin of a loop that holds {line.flow}",
            bin_.span,
            expected=", ".join(choices) or "no bin: the flow is no pool",
            suggestion=nearest(bin_, choices),
        )
        return None
    if line.direction == "output" and loop is None and inventory.flows[line.flow].kind == "product":
        problems.add(
            "REE-M001",
            f"{node.process} has a second product, {line.flow}",
            line.flow.span,
            expected="one product per process; allocate, or return it to a loop",
        )
        return None
    return linker.provider(line, node)
