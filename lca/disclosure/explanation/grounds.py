"""What a number rests on: the formula with values filled in, the parameters in it, and for each of them where it is
written, its source and evidence, and who entered and approved it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lca.chemistry import Composition
from lca.errors import Span
from lca.inventory import schema
from lca.inventory.formula import literal, names, parse
from lca.inventory.loading import Inventory
from lca.inventory.parameters import process_of
from lca.inventory.reading import Text
from lca.inventory.scope import Scope
from lca.recovery import REST, ByElement
from lca.system.amounts import exchange_addresses
from lca.system.network import Edge, ProductSystem
from lca.units import base_unit, convert, parse_unit


@dataclass(frozen=True)
class Statement:
    """What is said of a number beside its value: its own words, else those of the document it stands in. A pedigree is
    its own only. `place` is `file:line:column`, the file from the root of the workspace on.
    """

    source: str = ""
    source_title: str = ""
    evidence: str = ""
    pedigree: str = ""
    note: str = ""
    entered_by: str = ""
    approved_by: str = ""
    file: str = ""
    line: int | None = None
    column: int | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.file else ""


NOTHING_SAID = Statement()


@dataclass(frozen=True, eq=False)
class Ground:
    """A number or choice with what it is made of. `written` is its text, `filled` the same with values for names,
    `value` the result in `unit` (a text for choices and compositions); `needs` are the parameters in it.
    """

    kind: str
    name: str
    written: str
    filled: str
    value: float | str | None
    unit: str
    statement: Statement
    low: float | None = None
    high: float | None = None
    set_by: str = ""
    needs: tuple[Ground, ...] = ()


def place_in(inventory: Inventory, span: Span) -> tuple[str, int, int]:
    """File, line and column of a place, the file from the root of the workspace on."""
    file = str(span.path).removeprefix(f"{inventory.root}{os.sep}").replace(os.sep, "/")
    return file, span.line, span.column


def stated(inventory: Inventory, own: schema.Proven, owner: Any, span: Span) -> Statement:
    """What is said of something, by itself or by the document that it stands in."""

    def said(key: str) -> str:
        value = getattr(own, key, None) or getattr(owner, key, None)
        return " ".join(str(value).split()) if value else ""

    found = inventory.sources.find(source) if (source := said("source")) else None
    return Statement(
        source,
        str(found.title) if found else "",
        said("evidence"),
        " ".join(map(str, own.pedigree or ())),
        " ".join(str(own.note or "").split()),
        said("entered_by"),
        said("approved_by"),
        *place_in(inventory, span),
    )


class Grounds:
    """The grounds of a scenario's numbers, each worked out once."""

    def __init__(self, scope: Scope):
        self.scope = scope
        self._parameters: dict[str, Ground] = {}
        self._addresses: dict[str, dict[int, str]] = {}

    def of_parameter(self, address: str) -> Ground:
        """A parameter, with those that its formula names."""
        if address not in self._parameters:  # in order, so that a long chain of formulas is no deep recursion
            for each in self.scope.in_order(address, self._parameters):
                self._parameters[each] = self._parameter(each)
        return self._parameters[address]

    def _parameter(self, address: str) -> Ground:
        definition = self.scope.definitions[address]
        parameter, process = definition.parameter, process_of(address)
        unit = self._unit(address)
        value = self.scope.value_at(address)
        text = parameter.formula or parameter.value or parameter.choice or parameter.text
        written = _whole(parameter) if text is None else str(text)
        filled = self.filled(parameter.formula, process) if parameter.formula is not None else ""
        ends = definition.interval
        return Ground(
            "parameter",
            address,
            written,
            filled if filled != written else "",
            shown_value(value, unit),
            unit,
            stated(self.scope.inventory, parameter, definition.owner, definition.span),
            float(convert(ends[0], unit)) if ends else None,
            float(convert(ends[1], unit)) if ends else None,
            definition.set_by,
            tuple(map(self.of_parameter, self.named(parameter.formula, process))),
        )

    def _unit(self, address: str) -> str:
        """The unit in which a parameter is shown; of a formula without one, base units."""
        kind, unit = self.scope.kind_at(address), self.scope.definitions[address].unit
        return unit or (base_unit(kind.dimension) if kind is not None and kind.name == "number" else "")

    def named(self, text: Text | None, process: str | None) -> list[str]:
        """The addresses that a formula names, each once."""
        found = [self.scope.resolve(name.name, process) for name in names(text)] if text is not None else []
        return list(dict.fromkeys(address for address in found if address is not None))

    def needs(self, text: Text, process: str | None) -> tuple[Ground, ...]:
        """The parameters in a formula of a process."""
        return tuple(map(self.of_parameter, self.named(text, process)))

    def filled(self, text: Text, process: str | None) -> str:
        """A formula with the values of its names, in the units they are shown in; compositions by their names."""
        result = str(text)
        for name in sorted(names(text), key=lambda one: -one.start):
            address = self.scope.resolve(name.name, process)
            value = self.scope.value_at(address) if address is not None else None
            if address is None or isinstance(value, (Composition, ByElement)):
                continue
            unit = self._unit(address)
            shown = shown_value(value, unit)
            said = f"'{shown}'" if isinstance(shown, str) else f"{shown:.6g} {unit}".strip()
            result = f"{result[: name.start]}{said}{result[name.end :]}"
        return result

    def of_exchange(self, system: ProductSystem, edge: Edge) -> Ground:
        """The amount of an exchange per product amount of its process; of a mix the share and the losses."""
        process, line = system.process(edge.node), edge.line
        name = str(process.process)
        unit = str(self.scope.inventory.flows[line.flow].unit)
        if isinstance(line.exchange, schema.Share):
            losses = process.mix.losses if process.mix is not None else None
            written = f"share {line.exchange.share}" + (f", losses {losses}" if losses is not None else "")
        else:
            written = str(line.exchange.amount)
        bare = formulas_of(process, line.exchange)
        filled = ", ".join(self.filled(text, name) for text in bare if literal(parse(text)) is None)
        return Ground(
            "exchange",
            self.address_of(process, line.exchange),
            written,
            filled if filled != written else "",
            float(line.amount),
            unit,
            stated(self.scope.inventory, line.exchange, process, line.flow.span),
            needs=tuple({need.name: need for text in bare for need in self.needs(text, name)}.values()),
        )

    def address_of(self, process: schema.Process, exchange: schema.Exchange | schema.Share) -> str:
        """`process.inputs.flow` of an exchange, `process.mix.provider` of a share."""
        name = str(process.process)
        if isinstance(exchange, schema.Share):
            return f"{name}.mix.{exchange.provider}"
        if name not in self._addresses:
            self._addresses[name] = {id(one): address for address, one in exchange_addresses(process).items()}
        return self._addresses[name][id(exchange)]

    def of_product(self, system: ProductSystem, node: int) -> Ground:
        """The product amount of a process, which all of its exchanges are per."""
        process = system.process(node)
        text, name = process.product.amount, str(process.process)
        filled = self.filled(text, name)
        return Ground(
            "product",
            f"{name}.product",
            str(text),
            filled if filled != text else "",
            float(system.products[node]),
            str(self.scope.inventory.flows[process.product.flow].unit),
            stated(self.scope.inventory, process, None, process.product.flow.span),
            needs=self.needs(text, name),
        )


def every(ground: Ground) -> Iterator[Ground]:
    """A ground and all that it is made of, each once."""
    seen: set[str] = set()
    waiting = [ground]
    while waiting:
        one = waiting.pop()
        if one.name not in seen:
            seen.add(one.name)
            yield one
            waiting += reversed(one.needs)


def formulas_of(process: schema.Process, exchange: schema.Exchange | schema.Share) -> list[Text]:
    """The texts that the amount of an exchange is computed from: of a mix the share, unless it is the rest of all
    shares, and the losses.
    """
    if not isinstance(exchange, schema.Share):
        return [exchange.amount]
    losses = process.mix.losses if process.mix is not None else None
    return [text for text in (exchange.share, losses) if text is not None and str(text) != REST]


def shown_value(value: Any, unit: str) -> float | str | None:
    """A value as it is shown: numbers in `unit`, compositions and fractions by element as text."""
    if isinstance(value, Composition):
        return ", ".join(f"{name} {share * 100:.6g} %" for name, share in value.items)
    if isinstance(value, ByElement):
        rest = () if value.rest is None else ((REST, value.rest),)
        return ", ".join(f"{name} {share * 100:.6g} %" for name, share in (*value.items, *rest))
    if value is None or isinstance(value, str):
        return value
    return float(value) / parse_unit(unit).factor


def _whole(parameter: schema.Parameter) -> str:
    """A composition or fractions by element as written."""
    held = parameter.composition or parameter.by_element or {}
    said = ", ".join(f"{name}: {text}" for name, text in held.items())
    return f"{{{said}}}" + (f" of {parameter.of}" if parameter.of else "")
