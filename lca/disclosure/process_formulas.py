"""The formulas of a process in one scenario, and the parameters that they need: for programs in which each process has
parameters of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from lca.disclosure.formulas import ARITHMETIC, Translated, UnsayableError, translated
from lca.disclosure.spread import spread
from lca.inventory import schema
from lca.inventory.formula import literal, parse
from lca.inventory.parameters import process_of
from lca.inventory.reading import Text
from lca.system.network import Edge, ProductSystem
from lca.units import base_unit, parse_unit


@dataclass(frozen=True)
class ProcessParameter:
    """A parameter with its value in base units. `formula` is empty where it is entered, or no formula can be said;
    `spread` are fields of stats_arrays.
    """

    name: str
    amount: float
    formula: str
    spread: dict[str, Any]
    comment: str


def scale_of(system: ProductSystem, edge: Edge, exchange: schema.Exchange) -> float | None:
    """Units of the flow per base unit of the formula of an exchange, times the product where the amount is per unit of
    product; None where the amount of the product is a formula itself.
    """
    process, flows = system.process(edge.node), system.inventory.flows
    unit = parse_unit(str(flows[exchange.flow].unit))
    kind = system.scope.kind(exchange.amount, str(process.process))
    if kind is None or kind.dimension == unit.dimension:
        return 1 / unit.factor
    if literal(parse(process.product.amount)) is None:
        return None
    product_unit = parse_unit(str(flows[process.product.flow].unit))
    return float(system.products[edge.node]) * product_unit.factor / unit.factor


class ProcessFormulas:
    """Formulas of the exchanges of a process, by the four operations and powers alone; `parameters` are those that the
    formulas asked for need, each after those that it needs itself.
    """

    def __init__(self, system: ProductSystem, node: int):
        self.system = system
        self.process = str(system.process(node).process)
        self.parameters: dict[str, ProcessParameter] = {}
        self._names: dict[str, str] = {}

    def amount(self, edge: Edge, factor: float) -> str | None:
        """`factor` times the amount of an exchange as a formula, in units of its flow; None where that is a plain
        number, a share of a mix, or nothing that the other program can say.
        """
        exchange = edge.line.exchange
        if not isinstance(exchange, schema.Exchange) or literal(parse(exchange.amount)) is not None:
            return None
        scale = scale_of(self.system, edge, exchange)
        if scale is None:
            return None
        try:
            found = self._translated(exchange.amount, self.process)
        except UnsayableError:
            return None
        whole = scale * factor
        return (found.text if whole == 1 else f"{found.text} * {_signed(whole)}") if found.needs else None

    def spread(self, edge: Edge, factor: float) -> dict[str, Any]:
        """The spread of an exchange that is a plain number, times `factor`; empty where it has none."""
        exchange = edge.line.exchange
        if not isinstance(exchange, schema.Exchange) or literal(parse(exchange.amount)) is None:
            return {}
        scale = scale_of(self.system, edge, exchange)
        return {} if scale is None else spread(exchange, scale * factor)

    def _translated(self, text: Text, process: str | None) -> Translated:
        found = translated(text, process, self.system.scope, self._called, ARITHMETIC)
        for address in sorted(found.needs):
            self._take_up(address)
        return found

    def _called(self, address: str) -> str:
        """A name of letters, digits and underscores; other programs do not tell capitals apart."""
        if address not in self._names:
            name, taken = address.replace(".", "__").replace("-", "_"), {n.lower() for n in self._names.values()}
            while name.lower() in taken:
                name += "_"
            self._names[address] = name
        return self._names[address]

    def _take_up(self, address: str) -> None:
        if address in self.parameters:
            return
        scope, definition = self.system.scope, self.system.scope.definitions[address]
        parameter, kind, formula = definition.parameter, scope.kind_at(address), ""
        if parameter.formula is not None:
            try:
                found = self._translated(parameter.formula, process_of(address))
                formula = found.text if found.needs else ""
            except UnsayableError:
                formula = ""
        said = [base_unit(kind.dimension) if kind else "", " ".join((parameter.note or "").split())]
        said += [definition.evidence or "", f"source: {definition.source}" if definition.source else ""]
        self.parameters[address] = ProcessParameter(
            self._called(address),
            float(scope.value_at(address)),
            formula,
            {} if parameter.formula is not None else spread(parameter),
            "; ".join(str(text) for text in said if text),
        )


def _signed(value: float) -> str:
    return f"({value!r})" if value < 0 else repr(value)
