"""Which quantities of scenarios are uncertain, and which of them are one and the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lca.impact.batch.sampling import Copula, Variable
from lca.inventory import schema
from lca.inventory.distributions import Spread, spread_of
from lca.inventory.loading import Inventory
from lca.inventory.references_spreads import coefficient_of, correlation_matrix
from lca.inventory.scope import Scope
from lca.system.amounts import exchange_addresses
from lca.system.network import ProductSystem


@dataclass(frozen=True)
class Uncertain:
    """The uncertain quantities of scenarios: `names[k]` gives the variable at each address of the k-th scenario."""

    variables: dict[str, Variable]
    names: tuple[dict[str, str], ...]
    copulas: tuple[Copula, ...]


def uncertain(systems: Sequence[ProductSystem], study: schema.Study) -> Uncertain:
    """Every parameter and exchange with a spread that the scenarios know, whether or not they make use of it.

    What two scenarios define alike is one variable: a parameter of a process, of the workspace, of the study, and of
    the same option. What an option or a scenario sets is told from what the process itself says.
    """
    variables: dict[str, Variable] = {}
    of_exchanges = _of_exchanges(systems[0].inventory) if systems else {}
    said: dict[str, schema.Parameter] = {}
    names: list[dict[str, str]] = []
    for system in systems:
        own = dict(zip(of_exchanges, of_exchanges, strict=True))
        for address, definition in system.scope.definitions.items():
            parameter = definition.parameter
            spread = spread_of(parameter) if parameter.value is not None else None
            if spread is None:
                continue
            name = _name(system.scope, address, definition.set_by)
            if said.setdefault(name, parameter) is not parameter and said[name] != parameter:
                name = f"{name} in {system.scenario.id}"
            own[address] = name
            variables[name] = Variable(name, address, spread)
        names.append(own)
    variables |= {address: Variable(address, address, spread) for address, spread in of_exchanges.items()}
    return Uncertain(variables, tuple(names), copulas(systems[0].inventory, study) if systems else ())


def _of_exchanges(inventory: Inventory) -> dict[str, Spread]:
    found = {}
    for process in inventory.processes.values():
        for address, exchange in exchange_addresses(process).items():
            if exchange.distribution or exchange.range or exchange.pedigree:
                spread = spread_of(exchange)
                if spread is not None:
                    found[address] = spread
    return found


def _name(scope: Scope, address: str, set_by: str) -> str:
    """`site.distance` of belfast is `belfast.distance`: two sites have two distances. What was set says by what."""
    owner, _, own = address.partition(".")
    found = f"{scope.chosen[owner]}.{own}" if owner in scope.chosen else address
    return f"{found} ({set_by})" if set_by else found


def copulas(inventory: Inventory, study: schema.Study) -> tuple[Copula, ...]:
    """The groups of parameters that are correlated, directly or through others."""
    correlations = [*(inventory.workspace.correlations if inventory.workspace else ()), *study.correlations]
    pairs: dict[tuple[str, str], float] = {}
    groups: list[set[str]] = []
    for correlation in correlations:
        coefficient = coefficient_of(correlation)
        addresses = [str(address) for address in correlation.between]
        if coefficient is None or not coefficient:
            continue
        pairs |= {(a, b): coefficient for n, b in enumerate(addresses) for a in addresses[:n]}
        touched = [group for group in groups if group & set(addresses)]
        groups = [group for group in groups if group not in touched] + [set(addresses).union(*touched)]
    found = []
    for group in groups:
        members = sorted(group)
        own = {pair: value for pair, value in pairs.items() if pair[0] in group}
        found.append(Copula.of(members, correlation_matrix(members, own)))
    return tuple(found)
