"""Which quantities of scenarios are uncertain, and which of them are one and the same."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lca.chemistry import Composition
from lca.impact.batch.sampling import Copula, Variable
from lca.inventory import schema
from lca.inventory.distributions import Spread, spread_of
from lca.inventory.loading import Inventory
from lca.inventory.references_spreads import coefficient_of, correlation_matrix
from lca.inventory.scope import Scope
from lca.inventory.shares import ShareOf, concentration_of, mix_shares, parts
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
    of_mixes = _of_mixes(systems[0].inventory) if systems else {}
    said: dict[str, schema.Parameter] = {}
    names: list[dict[str, str]] = []
    for system in systems:
        own = {address: address for address in (*of_exchanges, *of_mixes)}
        for address, definition in system.scope.definitions.items():
            parameter = definition.parameter
            if parameter.concentration is not None:
                name = _told_apart(_name(system.scope, address, definition.set_by), parameter, said, system)
                made = _shares_of(system.scope, address, name)
                own |= {variable.address: variable.name for variable in made}
                variables |= {variable.name: variable for variable in made}
                continue
            spread = spread_of(parameter) if parameter.value is not None else None
            if spread is None:
                continue
            name = _told_apart(_name(system.scope, address, definition.set_by), parameter, said, system)
            own[address] = name
            variables[name] = Variable(name, address, spread)
        names.append(own)
    variables |= {address: Variable(address, address, spread) for address, spread in of_exchanges.items()}
    variables |= of_mixes
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


def _told_apart(
    name: str, parameter: schema.Parameter, said: dict[str, schema.Parameter], system: ProductSystem
) -> str:
    """The name, with the scenario where another one says something else by it."""
    first = said.setdefault(name, parameter)
    return name if first is parameter or first == parameter else f"{name} in {system.scenario.id}"


def _together(spreads: Mapping[str, ShareOf], named: str, addressed: str) -> list[Variable]:
    """Variables that are drawn together; a part is called by the name, or address, of the whole and its own."""
    names = tuple(f"{named}{part}" for part in spreads)
    return [
        Variable(name, f"{addressed}{part}", spread, names)
        for name, (part, spread) in zip(names, spreads.items(), strict=True)
    ]


def _shares_of(scope: Scope, address: str, name: str) -> list[Variable]:
    """The shares of a composition, `feed.material.Nd`."""
    composition, written = scope.value_at(address), scope.definitions[address].parameter.concentration
    concentration = concentration_of(written) if written is not None else None
    if not isinstance(composition, Composition) or concentration is None:
        return []
    return _together(parts(composition.shares, concentration), f"{name}.", f"{address}.")


def _of_mixes(inventory: Inventory) -> dict[str, Variable]:
    """The shares of mixes, `process.mix.provider`."""
    found: dict[str, Variable] = {}
    for process in inventory.processes.values():
        written = process.mix.concentration if process.mix else None
        concentration = concentration_of(written) if written is not None else None
        shares = mix_shares(process) if concentration is not None else None
        if shares is not None and concentration is not None:
            found |= {one.address: one for one in _together(parts(shares, concentration), "", "")}
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
