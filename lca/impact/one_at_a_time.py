"""Scores of one product system with single parameters moved, without solving it anew for each.

A parameter changes the columns of few processes. With the central solution `A s = f`, its adjoint `A' y = d` and the
changes `D` of those columns `J`, the solution becomes `s - W (I + W_J)^-1 s_J` with `W = A^-1 D` (Sherman, Morrison and
Woodbury; Golub and Van Loan 2013, section 2.1.4): exact, and a system as small as the number of columns changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.impact.methods import MethodFactors
from lca.inventory import schema
from lca.inventory.reading import Text
from lca.inventory.scope import Scope
from lca.system.amounts import Amounts, ProcessAmounts, exchange_addresses
from lca.system.network import NEGLIGIBLE, ProductSystem
from lca.system.reuse import Made

#: Low and high end of a parameter, in base units.
Ends = tuple[float, float]


class MovedProcesses:
    """Processes in numbers for the ends of every parameter they depend on; worked out once for all scenarios. Of their
    own exchanges, those that are moved too have central amounts in `exchanges`, in base units.
    """

    def __init__(self, exchanges: Mapping[str, float] | None = None) -> None:
        self.exchanges = exchanges or {}
        self._done: dict[Made[ProcessAmounts], tuple[list[str], ProcessAmounts | None]] = {}

    def of(self, amounts: Amounts, process: str, ends: Mapping[str, Ends]) -> tuple[list[str], ProcessAmounts | None]:
        """The moved parameters that matter to a process, and its amounts as arrays: first parameter low, high, second
        parameter low, high, and so on. None where some end is impossible.
        """
        evaluation = amounts.made(process)
        if evaluation not in self._done:
            own = [address for address in evaluation.ingredients if address in ends]
            if self.exchanges:
                own += [a for a in exchange_addresses(amounts.inventory.processes.named(process)) if a in ends]
            samples = _samples(amounts.scope, own, ends, self.exchanges)
            found = Amounts(amounts.scope.with_samples(samples)).of(process) if own else None
            self._done[evaluation] = own, found if found is not None and found.complete else None
        return self._done[evaluation]


def _samples(
    scope: Scope, addresses: Sequence[str], ends: Mapping[str, Ends], exchanges: Mapping[str, float]
) -> dict[str, np.ndarray]:
    """Each parameter or exchange at its own two ends, and central while the others are moved."""
    samples = {}
    for k, address in enumerate(addresses):
        central = exchanges[address] if address in exchanges else scope.value_at(address)
        samples[address] = np.full(2 * len(addresses), float(central))
        samples[address][2 * k : 2 * k + 2] = ends[address]
    return samples


@dataclass(frozen=True)
class _Change:
    """What the two ends of a parameter add to the column of a node: `technosphere[end, row]`, and `direct[end]` to its
    direct score.
    """

    node: int
    technosphere: np.ndarray
    direct: np.ndarray


def moved_scores(
    system: ProductSystem,
    method: MethodFactors,
    study: schema.Study,
    ends: Mapping[str, Ends],
    processes: MovedProcesses,
) -> tuple[float, dict[str, tuple[float, float] | None]]:
    """The central score of the first indicator, and for each parameter that with it low and high.

    None stands for a parameter at whose ends the system is another one (a pool overflows) or is none.
    """
    factors = method.matrix(system.elementary)[0]
    direct = factors @ system.biosphere
    central = float(direct @ system.supply)
    changes, impossible = _changes(system, factors, ends, processes)
    inverse = np.linalg.inv(system.technosphere)
    adjoint = direct @ inverse
    pools = _pool_nodes(system)
    scores: dict[str, tuple[float, float] | None] = {}
    for size, addresses in _by_size(changes).items():
        nodes = np.array([[change.node for change in changes[address]] for address in addresses])
        added = np.array([[change.technosphere for change in changes[address]] for address in addresses])
        emitted = np.array([[change.direct for change in changes[address]] for address in addresses])
        added, emitted = added.swapaxes(1, 2), emitted.swapaxes(1, 2)  # [parameter, end, changed column, ...]
        own = np.einsum("pjr,pekr->pejk", inverse[nodes], added)
        runs = np.linalg.solve(np.eye(size) + own, system.supply[nodes][:, None, :, None])[..., 0]
        values = central - np.einsum("pekr,r,pek->pe", added, adjoint, runs) + np.einsum("pek,pek->pe", emitted, runs)
        filled = system.supply[pools] - np.einsum("ir,pekr,pek->pei", inverse[pools], added, runs)
        overfull = np.any(filled < -NEGLIGIBLE * np.abs(system.supply[pools]).max(initial=0.0), axis=(1, 2))
        for address, value, full in zip(addresses, values, overfull, strict=True):
            scores[address] = None if full else (float(value[0]), float(value[1]))
    demands = _demands(system, study, ends)
    return central, {address: _of_all(scores, demands, central, address, impossible) for address in ends}


def _of_all(
    scores: Mapping[str, tuple[float, float] | None],
    demands: Mapping[str, Ends],
    central: float,
    address: str,
    impossible: set[str],
) -> tuple[float, float] | None:
    found = scores.get(address, (central, central))
    if found is None or address in impossible:
        return None
    factors = demands.get(address, (1.0, 1.0))
    return found[0] * factors[0], found[1] * factors[1]


def _by_size(changes: Mapping[str, Sequence[_Change]]) -> dict[int, list[str]]:
    """Parameters by the number of columns that they change."""
    found: dict[int, list[str]] = {}
    for address, changed in changes.items():
        found.setdefault(len(changed), []).append(address)
    return found


def _changes(
    system: ProductSystem, factors: np.ndarray, ends: Mapping[str, Ends], processes: MovedProcesses
) -> tuple[dict[str, list[_Change]], set[str]]:
    """The columns that each parameter changes, and the parameters at whose ends a process is impossible."""
    rows = {flow: index for index, flow in enumerate(system.elementary)}
    changes: dict[str, list[_Change]] = {}
    impossible: set[str] = set()
    for index, node in enumerate(system.nodes):
        addresses, moved = processes.of(system.amounts, node.process, ends)
        if moved is None:
            impossible.update(addresses)
            continue
        count = 2 * len(addresses)
        technosphere, direct = np.zeros((count, len(system.nodes))), np.zeros(count)
        technosphere[:, index] += np.sign(system.diagonal(index)) * (moved.product - system.products[index])
        for edge, line in zip(system.edges_of[index], moved.lines, strict=True):
            if np.ndim(line.amount) == 0:
                continue
            added = line.amount - edge.line.amount
            if edge.provider is None:
                direct += factors[rows[edge.flow]] * added
            else:
                technosphere[:, edge.provider] += system.sign(edge) * added
        changed = (technosphere.any(axis=1) | (direct != 0)).reshape(-1, 2).any(axis=1)
        for k in np.flatnonzero(changed).tolist():
            part = slice(2 * k, 2 * k + 2)
            changes.setdefault(addresses[k], []).append(_Change(index, technosphere[part], direct[part]))
    return changes, impossible


def _pool_nodes(system: ProductSystem) -> list[int]:
    """The processes that fill or empty the pools of loops: one that would run backwards has to be relinked."""
    pools = [pool for loop in system.inventory.loops.values() for pool in loop.pools.values()]
    names = {str(name) for pool in pools for name in (pool.makeup, pool.surplus)}
    return [index for index, node in enumerate(system.nodes) if node.process in names]


def _demands(system: ProductSystem, study: schema.Study, ends: Mapping[str, Ends]) -> dict[str, Ends]:
    """By how much the demand grows where it is a formula of a parameter that is moved."""
    found: dict[str, Ends] = {}
    text: Text = study.demand.amount
    for address in system.scope.needed_by(system.scope.named_in(text)) & ends.keys():
        scope = system.scope.with_samples(_samples(system.scope, [address], ends, {}))
        central: Any = system.scope.evaluated(text, None)
        low, high = scope.evaluated(text, None) / central
        found[address] = float(low), float(high)
    return found
