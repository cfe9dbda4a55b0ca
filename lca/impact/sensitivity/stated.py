"""What the inventory says of a quantity that is uncertain: its title, its range, and what it rests on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lca.errors import Span
from lca.impact.batch.sampling import Variable
from lca.impact.contributions import evidence_of
from lca.impact.evidence import weakness
from lca.impact.tables import relative_path
from lca.inventory.formula import in_base_units, literal, parse
from lca.system.amounts import exchange_addresses
from lca.system.network import ProductSystem
from lca.units import convert


@dataclass(frozen=True)
class Stated:
    """`low`, `central` and `high` in base units, `unit` the one they are shown in; `low` and `high` are the ends of a
    range, or of the central 95 % of what has none.
    """

    title: str
    low: float
    central: float
    high: float
    unit: str
    evidence: str
    pedigree: tuple[int, ...]
    source: str
    file: str
    line: int

    @property
    def weakness(self) -> float:
        """See `evidence.weakness`."""
        return weakness(self.evidence, self.pedigree or None)

    def shown(self, value: float) -> float:
        """A value in the unit that is shown."""
        return float(convert(value, self.unit))


def stated(variable: Variable, systems: Sequence[ProductSystem], names: Sequence[dict[str, str]]) -> Stated:
    """What is said of a quantity in the first of the scenarios that has it; `names` are those of `Uncertain`."""
    system, address = next(
        (system, address)
        for system, own in zip(systems, names, strict=True)
        for address, name in own.items()
        if name == variable.name
    )
    definition = system.scope.definitions.get(address)
    low, high = variable.spread.interval
    if definition is not None:
        title, span = str(definition.parameter.note or ""), definition.span
        central, unit = float(system.scope.value_at(address)), definition.unit
        source, evidence, pedigree = definition.source, definition.evidence, definition.parameter.pedigree
    else:
        process = system.inventory.processes.named(address.partition(".")[0])
        exchange = exchange_addresses(process)[address]
        flow = system.inventory.flows[exchange.flow]
        title, span = str(exchange.note or f"{flow.title}, {process.title}"), exchange.amount.span
        number = literal(parse(str(exchange.amount)))
        assert number is not None  # only plain quantities have a spread
        central, unit = in_base_units(number), number.unit
        (source, evidence), pedigree = evidence_of(exchange, process), exchange.pedigree
    file, line = _place(system, span)
    return Stated(
        " ".join(title.split()), low, central, high, unit, evidence, tuple(pedigree or ()), source, file, line
    )


def _place(system: ProductSystem, span: Span) -> tuple[str, int]:
    return relative_path(system, span.path), span.line
