"""The exchanges of a process as numbers: evaluated once per scenario, whatever they will be linked to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import numpy as np

from lca.errors import nearest
from lca.inventory import schema
from lca.inventory.reading import Text
from lca.inventory.scope import SHARE_TOLERANCE, Scope
from lca.inventory.shares import mix_addresses
from lca.system.reuse import Known, Made
from lca.units import Unit, UnitError, multiply, nearest_unit, parse_unit

Direction = Literal["input", "output", "emission", "resource"]

#: Default GHG Protocol scope of foreground exchanges, by direction (corporate value chain standard: goods 3.1, waste
#: 3.5, stack 1).
DEFAULT_SCOPE: Mapping[Direction, str] = {"input": "3.1", "output": "3.5", "emission": "1", "resource": "1"}

_ALLOWED: Mapping[Direction, tuple[str, ...]] = {
    "input": ("product",),
    "output": ("product", "waste"),
    "emission": ("elementary",),
    "resource": ("elementary",),
}


@dataclass(frozen=True)
class Line:
    """One evaluated exchange. `amount` is in the unit of the flow, per product amount of the process (float, or array
    over samples).

    `carries_generation`: what this line brings counts as generation (scope 2) of electricity bought; see
    `impact.contributions`.
    """

    direction: Direction
    flow: Text
    amount: Any
    scope: str
    exchange: schema.Exchange | schema.Share
    carries_generation: bool = False
    needed: Any = None  # what chemistry needs of it, where the exchange says so

    @cached_property
    def name(self) -> str:
        """The flow as plain text."""
        return str(self.flow)


@dataclass(frozen=True)
class ProcessAmounts:
    """A process in numbers: `product` in the unit of its flow, and its lines; not `complete` when a line is at fault
    (which has been reported).
    """

    process: schema.Process
    product: Any
    lines: tuple[Line, ...]
    complete: bool = True

    @cached_property
    def exchanges(self) -> tuple[int, ...]:
        """The exchanges of the lines, by their identity."""
        return tuple(id(line.exchange) for line in self.lines)


def exchange_addresses(process: schema.Process) -> dict[str, schema.Exchange]:
    """The exchanges of a process by address, `process.inputs.flow`; the second of a flow is `process.inputs.flow.2`."""
    found: dict[str, schema.Exchange] = {}
    for group in ("inputs", "outputs", "emissions", "resources"):
        for exchange in getattr(process, group):
            address = f"{process.process}.{group}.{exchange.flow}"
            count = sum(known == address or known.startswith(f"{address}.") for known in found)
            found[f"{address}.{count + 1}" if count else address] = exchange
    return found


class Amounts:
    """Evaluates processes in a scope, each once, and not at all where a scope that shares `known` gave the same."""

    def __init__(self, scope: Scope, known: Known | None = None):
        self.scope = scope
        self.inventory = scope.inventory
        self.problems = scope.problems
        self.known = known if known is not None else Known()
        self._done: dict[str, ProcessAmounts | None] = {}
        self._made: dict[str, Made[ProcessAmounts]] = {}
        self._drawn: dict[int, Any] = {}

    def of(self, name: str) -> ProcessAmounts | None:
        """The process in numbers, or None when its product is at fault (which has been reported)."""
        if name not in self._done:
            made = self.known.make(self.scope, ("process", name), lambda: self._sound(name), name)
            if made is not None:
                self._made[name], self._done[name] = made, made.value
        return self._done[name]

    def made(self, name: str) -> Made[ProcessAmounts]:
        """What a process that came out without fault is made of."""
        return self._made[name]

    def _sound(self, name: str) -> ProcessAmounts | None:
        """The process in numbers, None where it is at fault; what could be read of it is kept all the same."""
        self._done[name] = found = self._evaluate(self.inventory.processes.named(name))
        return found if found is not None and found.complete else None

    # --- flows

    def flow(self, name: Text) -> schema.Flow | None:
        """The flow of that name; None after reporting."""
        found = self.inventory.flows.get(name)
        if found is None and not self.inventory.may_hold(name):
            self.problems.add(
                "REE-L003", f"there is no flow `{name}`", name.span, suggestion=nearest(name, self.inventory.flows)
            )
        return found

    def unit(self, flow: schema.Flow) -> Unit | None:
        """The unit of a flow; None after reporting."""
        try:
            return parse_unit(str(flow.unit))
        except UnitError as cause:
            self.problems.add(
                "REE-U001", f"`{cause}` is not a unit", flow.unit.span, suggestion=nearest_unit(str(cause))
            )
            return None

    # --- one process

    def _evaluate(self, process: schema.Process) -> ProcessAmounts | None:
        name = str(process.process)
        flow = self.flow(process.product.flow)
        unit = self.unit(flow) if flow else None
        if flow is None or unit is None:
            return None
        if flow.kind == "elementary":
            self.problems.add(
                "REE-L007",
                f"`{process.product.flow}` is an elementary flow",
                process.product.flow.span,
                expected="a product or waste",
            )
            return None
        product = self.scope.number(process.product.amount, name, unit.dimension, "the product")
        if product is None:
            return None
        if not _positive(product):
            self.problems.add(
                "REE-M007",
                f"the product amount `{process.product.amount}` is not positive",
                process.product.amount.span,
            )
            return None
        lines: list[Line] = []
        complete = True
        if self.scope.samples:
            own = exchange_addresses(process)
            self._drawn = {id(e): self.scope.samples[a] for a, e in own.items() if a in self.scope.samples}
        for direction, exchanges in (
            ("input", process.inputs),
            ("output", process.outputs),
            ("emission", process.emissions),
            ("resource", process.resources),
        ):
            for exchange in exchanges:
                is_on = self._is_on(process, exchange)
                if not is_on:
                    sound = self._is_sound(process, direction, exchange, unit)  # type: ignore[arg-type]
                    complete &= sound and is_on is not None
                    continue
                line = self._line(process, direction, exchange, product, unit)  # type: ignore[arg-type]
                complete &= line is not None
                lines += [line] if line is not None else []
        if process.mix is not None:
            mixed = self._mix(process, process.mix, product / unit.factor)
            complete &= bool(mixed)
            lines += mixed
        return ProcessAmounts(process, product / unit.factor, tuple(lines), complete)

    def _unit_among(self, direction: Direction, exchange: schema.Exchange) -> Unit | None:
        """The unit of what is exchanged; None after reporting, also of flows that do not belong there."""
        flow = self.flow(exchange.flow)
        unit = self.unit(flow) if flow else None
        if flow is None or unit is None:
            return None
        if flow.kind not in _ALLOWED[direction]:
            allowed = " or ".join(_ALLOWED[direction])
            self.problems.add(
                "REE-L007",
                f"`{exchange.flow}` is a {flow.kind} flow and cannot be among the {direction}s",
                exchange.flow.span,
                expected=f"a {allowed} flow",
            )
            return None
        return unit

    def _is_sound(
        self, process: schema.Process, direction: Direction, exchange: schema.Exchange, product_unit: Unit
    ) -> bool:
        """Whether flow and units of an exchange that is switched off are right. Its values may be what they like."""
        unit = self._unit_among(direction, exchange)
        if unit is None:
            return False
        used, self.scope.used = self.scope.used, set()
        texts = filter(None, (exchange.amount, exchange.stoichiometric))
        found = [self._is_per_product(text, str(process.process), unit, product_unit) for text in texts]
        self.scope.idle.update(self.scope.used)
        self.scope.used = used
        return None not in found

    def _line(
        self,
        process: schema.Process,
        direction: Direction,
        exchange: schema.Exchange,
        product: Any,
        product_unit: Unit,
    ) -> Line | None:
        """The exchange in numbers, or None when it is at fault (which has been reported)."""
        unit = self._unit_among(direction, exchange)
        if unit is None:
            return None
        drawn = self._drawn.get(id(exchange))
        amount = self.per_product(exchange.amount, str(process.process), unit, product, product_unit, drawn)
        if amount is None:
            return None
        if not _positive(amount, or_zero=True):
            self.problems.add(
                "REE-M007", f"the amount `{exchange.amount}` is negative", exchange.amount.span, expected="zero or more"
            )
            return None
        needed = None
        if exchange.stoichiometric is not None:
            needed = self.per_product(exchange.stoichiometric, str(process.process), unit, product, product_unit)
            if needed is None:
                return None
            needed = needed / unit.factor
        returned = direction == "output" and exchange.bin is not None  # stands for a purchase that is not made
        scope = str(exchange.scope or DEFAULT_SCOPE["input" if returned else direction])
        generation = exchange.scope is not None and str(exchange.scope) == "2"
        return Line(direction, exchange.flow, amount / unit.factor, scope, exchange, generation, needed)

    def per_product(
        self, text: Text, process: str, unit: Unit, product: Any, product_unit: Unit, drawn: Any = None
    ) -> Any:
        """An amount in base units per product amount; `X/product-unit` is multiplied by it. None after reporting.

        `drawn` stands for what is written, in base units, where samples are given for this exchange.
        """
        per_unit = self._is_per_product(text, process, unit, product_unit)
        if per_unit is None:
            return None
        value = self.scope.evaluated(text, process) if drawn is None else drawn
        return value * product if per_unit and value is not None else value

    def _is_per_product(self, text: Text, process: str, unit: Unit, product_unit: Unit) -> bool | None:
        """Whether an amount is written per unit of the product, or else for all of it; None after reporting."""
        kind = self.scope.kind(text, process)
        if kind is None:
            return None
        per_unit = multiply(unit.dimension, product_unit.dimension, -1)
        if kind.name == "number" and kind.dimension == per_unit and per_unit and per_unit != unit.dimension:
            return True
        return False if self.scope.fits(text, kind, unit.dimension, f"a flow in {unit.name}") else None

    def _is_on(self, process: schema.Process, exchange: schema.Exchange) -> bool | None:
        """Whether all conditions hold; None when one is at fault."""
        found = [self.condition(name, options, str(process.process)) for name, options in (exchange.when or {}).items()]
        return None if None in found else all(found)

    def condition(self, name: Text, options: tuple[Text, ...], process: str | None) -> bool | None:
        """Whether an axis or choice stands at one of the options; None after reporting an unknown name or option."""
        known: Collection[str]
        if name in self.scope.chosen:
            known = self.inventory.options[name]
            strange = [option for option in options if option not in known and not self.inventory.may_hold(option)]
            for option in strange:
                self.problems.add(
                    "REE-N008",
                    f"`{option}` is no option of axis {name}",
                    option.span,
                    suggestion=nearest(option, known),
                )
            chosen = self.scope.option_of(str(name))
            return None if strange else chosen in options
        address = self.scope.resolve(str(name), process)
        if address is None and self.inventory.may_hold(name):
            return None
        if address is None:
            choices = [*self.scope.chosen, *self.scope.visible(process)]
            self.problems.add(
                "REE-N001", f"`{name}` is no axis and no choice", name.span, suggestion=nearest(name, choices)
            )
            return None
        self.scope.used.add(address)
        parameter = self.scope.definitions[address].parameter
        known = parameter.options or options
        strange = [option for option in options if option not in known]
        for option in strange:
            self.problems.add(
                "REE-N006", f"`{option}` is not an option of `{name}`", option.span, suggestion=nearest(option, known)
            )
        return None if strange else str(self.scope.value_at(address)) in options

    def _mix(self, process: schema.Process, mix: schema.Mix, product: Any) -> list[Line]:
        """The lines of a mix, with their part of the losses apart; none after reporting a fault."""
        shares = self._shares(str(process.process), mix)
        losses = self._losses(str(process.process), mix)
        if shares is None or losses is None:
            return []
        own = self.inventory.flows[process.product.flow]
        lines = []
        for entry, share in zip(mix.shares, shares, strict=True):
            name = entry.flow or process.product.flow
            flow = self.flow(name)
            if flow is None:
                return []
            if str(flow.unit) != str(own.unit):
                self.problems.add("REE-U003", f"{name} is in {flow.unit}", name.span, expected=f"a flow in {own.unit}")
                return []
            lines.append(Line("input", name, product * share, "3.1", entry, carries_generation=True))
            if mix.losses is not None:
                lines.append(Line("input", name, product * share * losses / (1 - losses), "3.1", entry))
        return lines

    def _shares(self, process: str, mix: schema.Mix) -> list[Any] | None:
        """The shares of a mix, which sum to one; None after reporting."""
        own = mix_addresses(self.inventory.processes.named(process)) if self.scope.samples else ()
        if any(address in self.scope.samples for address in own):
            return [self.scope.samples.get(address, 0.0) for address in own]
        values: list[Any] = []
        rest: int | None = None
        for index, entry in enumerate(mix.shares):
            if str(entry.share) == "rest":
                if rest is not None:
                    message = "a second entry is `rest`"
                    self.problems.add("REE-M006", message, entry.share.span, expected="one entry `rest`")
                    return None
                rest = index
                values.append(0.0)
                continue
            share = self.scope.number(entry.share, process, (), "a share")
            if share is None:
                return None
            if not _positive(share, or_zero=True):
                self.problems.add("REE-M006", f"the share `{entry.share}` is negative", entry.share.span)
                return None
            values.append(share)
        total = sum(values)
        complete = rest is not None or np.all(np.greater_equal(total, 1.0 - SHARE_TOLERANCE))
        if not (complete and np.all(np.less_equal(total, 1.0 + SHARE_TOLERANCE))):
            place = mix.shares[0].share.span
            sums = np.ravel(total)
            message = f"the shares sum to {sums[np.argmax(np.abs(1.0 - sums))]:.2%}"
            self.problems.add("REE-M006", message, place, expected="100 %, or one entry `rest`")
            return None
        if rest is None:
            return [value / total for value in values]
        values[rest] = np.maximum(0.0, 1.0 - total)
        return values

    def _losses(self, process: str, mix: schema.Mix) -> Any:
        """The share of the input that is lost before delivery; None after reporting."""
        if mix.losses is None:
            return 0.0
        losses = self.scope.number(mix.losses, process, (), "losses")
        if losses is not None and not (_positive(losses, or_zero=True) and np.all(np.less(losses, 1))):
            place, expected = mix.losses.span, "a share from 0 % to below 100 %"
            self.problems.add("REE-M006", f"losses of `{mix.losses}`", place, expected=expected)
            return None
        return losses


def _positive(value: Any, or_zero: bool = False) -> bool:
    if isinstance(value, float):
        return value >= 0 if or_zero else value > 0
    return bool(np.all(np.greater_equal(value, 0) if or_zero else np.greater(value, 0)))
