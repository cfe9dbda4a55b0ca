"""Formulas in one scenario: do they hold together dimensionally, and what is their value."""

from __future__ import annotations

import copy
import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

import numpy as np

from lca.chemistry import ChemistryError, Composition
from lca.errors import Problems, nearest, one_of
from lca.inventory import schema
from lca.inventory.evaluation import BY_ELEMENT, COMPOSITION, TEXT, Kind, Value, evaluate, is_finite, kind_of
from lca.inventory.formula import FormulaError, Name, in_base_units, literal, names, parse
from lca.inventory.loading import Inventory
from lca.inventory.names import Names
from lca.inventory.parameters import Definition, Override, is_yield, process_of
from lca.inventory.reading import Text
from lca.inventory.shares import owners_of_shares, with_drawn
from lca.recovery import REST, ByElement
from lca.units import Dimension, UnitError, describe, nearest_unit, parse_unit

SHARE_TOLERANCE = 1e-3


class Scope(Names):
    """The names of a scenario, and the formulas over them.

    `samples` gives arrays (base units) for some addresses instead of their values; everything that depends on them
    becomes an array too.
    """

    def __init__(
        self,
        inventory: Inventory,
        chosen: Mapping[str, str],
        study: schema.Study | None,
        overrides: Iterable[Override],
        problems: Problems,
        samples: Mapping[str, np.ndarray] | None = None,
    ):
        super().__init__(inventory, chosen, study, overrides, problems)
        self.samples = dict(samples or {})
        self._with_shares = owners_of_shares(self.samples)
        self._kinds: dict[str, Kind | None] = {}
        self._values: dict[str, Value] = {}

    def take(
        self,
        used: Iterable[str],
        idle: Iterable[str],
        options: Mapping[str, str],
        kinds: Mapping[str, Kind | None],
        values: Mapping[str, Value],
    ) -> None:
        """Take over what another scope of the same shape has worked out, and that it is used (or idle) here too."""
        self.note(used, options, idle)
        self._kinds.update(kinds)
        self._values.update(values)

    def with_samples(self, samples: Mapping[str, np.ndarray]) -> Scope:
        """The same scope with arrays for some values; what is wrong in it is not reported to this one's problems."""
        other = copy.copy(self)
        other.samples, other.problems, other._values = dict(samples), Problems(), {}
        other._with_shares = owners_of_shares(samples)
        other.used, other.idle, other.options_used = set(), set(), {}
        return other

    # --- formulas

    def _fault(self, text: Text, fault: FormulaError) -> None:
        self.problems.add(
            fault.code,
            str(fault),
            text.part(fault.start, fault.end),
            expected=fault.expected,
            suggestion=fault.suggestion,
        )

    def _bound(self, text: Text, process: str | None) -> dict[str, str] | None:
        """Address of each name in the formula; None (after reporting) when one is not defined."""
        key = str(text), process
        known = self._bound_names.get(key)
        if known is not None:
            self.used.update(known.values())
            return known
        bound: dict[str, str] = {}
        complete = True
        for name in names(text):
            address = self.resolve(name.name, process)
            if address is None:
                self._undefined(text, name, process)
                complete = False
            else:
                bound[name.name] = address
                self.used.add(address)
        if not complete:
            return None
        if all(name == address or "." not in name for name, address in bound.items()):
            self._bound_names[key] = bound
        return bound

    def named_in(self, text: Text) -> list[str]:
        """The addresses that a sound formula outside any process names."""
        return [address for name in names(text) if (address := self.resolve(name.name, None)) is not None]

    def _undefined(self, text: Text, name: Name, process: str | None) -> None:
        if self.inventory.may_hold(name.name.partition(".")[0]):
            return
        choices = self.definitions if "." in name.name else set(self.visible(process))
        close = nearest(name.name, choices) or ("" if "." in name.name else nearest_unit(name.name, 0.75))
        self.problems.add(
            "REE-N001", f"`{name.name}` is not defined", text.part(name.start, name.end), suggestion=close
        )

    def kind(self, text: Text, process: str | None) -> Kind | None:
        """The kind of a formula, or None when it has been reported as faulty."""
        try:
            tree = parse(text)
            bound = self._bound(text, process)
            if bound is None:
                return None
            of_names = [self.kind_at(address) for address in bound.values()]
            before = self._known_kinds.get((str(text), process))
            if before is not None and before[0] == of_names:
                return before[1]
            known = {name: kind for name, kind in zip(bound, of_names, strict=True) if kind is not None}
            if len(known) < len(bound):
                return None
            found = kind_of(tree, known)
            self._known_kinds[str(text), process] = of_names, found
            return found
        except FormulaError as fault:
            self._fault(text, fault)
            return None

    def number(self, text: Text, process: str | None, due: Dimension | None, what: str = "") -> Any:
        """The value of a formula in base units, or None after reporting. `due` is the dimension wanted (None: any)."""
        kind = self.kind(text, process)
        if kind is None or not self.fits(text, kind, due, what):
            return None
        return self.evaluated(text, process)

    def fits(self, text: Text, kind: Kind, due: Dimension | None, what: str = "") -> bool:
        """Report and return False unless the kind is a number of the dimension due."""
        if kind.name != "number":
            self.problems.add(
                "REE-F006", f"a {kind.name} stands where a number is due", text.span, expected="a quantity"
            )
            return False
        if due is None or kind.dimension == due:
            return True
        bare = literal(parse(text))
        where = f" for {what}" if what else ""
        if bare is not None and not bare.unit:
            self.problems.add("REE-U002", f"`{text}` has no unit", text.span, expected=f"{describe(due)}{where}")
        else:
            self.problems.add(
                "REE-U003", f"`{text}` is {describe(kind.dimension)}", text.span, expected=f"{describe(due)}{where}"
            )
        return False

    def evaluated(self, text: Text, process: str | None) -> Any:
        """The value of a formula whose kind has been checked; None after reporting when it is not finite."""
        tree = parse(text)
        bare = literal(tree)
        if bare is not None and math.isfinite(bare.value):
            return in_base_units(bare)
        bound = self._bound(text, process)
        if bound is None:
            return None
        values = {name: self.value_at(address) for name, address in bound.items()}
        if any(value is None for value in values.values()):
            return None
        try:
            # a single value stops at the first division by zero, even where the result would look sound, 1/(1/0); among
            # samples, branches that a condition does not choose may be undefined
            fault_mode: Literal["ignore", "raise"] = "ignore" if self.samples else "raise"
            with np.errstate(divide=fault_mode, over=fault_mode, invalid=fault_mode, under="ignore"):
                value = evaluate(tree, values)
        except (FormulaError, ChemistryError) as fault:
            if isinstance(fault, FormulaError):
                self._fault(text, fault)
            else:
                self.problems.add("REE-F007", str(fault), text.span)
            return None
        except (OverflowError, ZeroDivisionError, FloatingPointError):
            value = float("nan")
        if not is_finite(value):
            self.problems.add("REE-F005", f"`{text}` gives no finite number", text.span, expected="a finite number")
            return None
        return (
            float(value) if isinstance(value, (np.generic, float, int)) and not isinstance(value, np.bool_) else value
        )

    # --- parameters

    def kind_at(self, address: str) -> Kind | None:
        """The kind of a parameter; None after reporting when it is faulty."""
        if address not in self._kinds:
            definition = self.definitions[address]
            known = self.inventory.constants.get(id(definition.parameter)) if definition.due is None else None
            if known is not None:
                self._kinds[address] = known[0]
                return known[0]
            order = self.in_order(address, self._kinds)
            self._kinds |= dict.fromkeys(order)  # stands in a circle, which `check_circles` reports
            for each in order:
                self._kinds[each] = self._kind_of_definition(self.definitions[each])
        return self._kinds[address]

    def _kind_of_definition(self, definition: Definition) -> Kind | None:
        parameter = definition.parameter
        if parameter.choice is not None or parameter.text is not None:
            self._check_choice(parameter)
            return TEXT
        if parameter.composition is not None:
            return COMPOSITION
        if parameter.by_element is not None:
            return BY_ELEMENT
        text = parameter.value if parameter.value is not None else parameter.formula
        assert text is not None
        kind = self.kind(text, process_of(definition.address))
        if kind is None:
            return None
        if parameter.value is not None and not self._is_literal(text):
            return None
        if definition.due is not None and not self.fits(text, kind, definition.due, str(definition.name)):
            return None
        if parameter.unit is not None:
            try:
                due = parse_unit(str(parameter.unit)).dimension
            except UnitError as cause:
                self.problems.add(
                    "REE-U001",
                    f"`{cause}` is not a unit",
                    parameter.unit.span,
                    suggestion=nearest_unit(str(cause)),
                )
                return None
            if not self.fits(text, kind, due):
                return None
        if kind.name != "number" and kind != COMPOSITION:
            self.problems.add(
                "REE-F006", f"a {kind.name} stands where a number is due", text.span, expected="a quantity"
            )
            return None
        return kind

    def _is_literal(self, text: Text) -> bool:
        if literal(parse(text)) is None:
            self.problems.add(
                "REE-F001",
                f"`{text}` is more than a quantity",
                text.span,
                expected="a quantity, or `formula:` instead of `value:`",
            )
            return False
        return True

    def _check_choice(self, parameter: schema.Parameter) -> None:
        if parameter.choice is None:
            return
        options = [str(option) for option in parameter.options or ()]
        if options and str(parameter.choice) not in options:
            self.problems.add(
                "REE-N006",
                f"`{parameter.choice}` is not an option",
                parameter.choice.span,
                expected=one_of(options),
                suggestion=nearest(str(parameter.choice), options),
            )

    def value_at(self, address: str) -> Value:
        """The value of a parameter in base units (number, array, text, composition), or None when faulty."""
        if address not in self._values:
            definition = self.definitions[address]
            known = self.inventory.constants.get(id(definition.parameter)) if definition.due is None else None
            if known is not None and not self._is_drawn(address):
                self._values[address] = known[1]
                return known[1]
            order = self.in_order(address, self._values)
            self._values |= dict.fromkeys(order)
            for each in order:
                if self.kind_at(each) is not None:
                    self._values[each] = self._value_of_definition(self.definitions[each])
            self._keep_constant(definition)
        return self._values[address]

    def _is_drawn(self, address: str) -> bool:
        return address in self.samples or address in self._with_shares

    def _keep_constant(self, definition: Definition) -> None:
        """A sound parameter that needs no other has the same value in every scope that has it."""
        kind, value = self.kind_at(definition.address), self._values[definition.address]
        constant = definition.parameter.formula is None and not self._needs(definition.address)
        if constant and kind is not None and value is not None and not self._is_drawn(definition.address):
            self.inventory.constants[id(definition.parameter)] = (kind, value)

    def _value_of_definition(self, definition: Definition) -> Value:
        parameter = definition.parameter
        if definition.address in self.samples:
            return self.samples[definition.address]
        if parameter.choice is not None:
            return str(parameter.choice)
        if parameter.text is not None:
            return self.filled(parameter.text, process_of(definition.address))
        if parameter.composition is not None:
            made = self._composition(parameter)
            drawn = made is not None and definition.address in self._with_shares
            return with_drawn(made, definition.address, self.samples) if made and drawn else made
        if parameter.by_element is not None:
            return self._by_element(parameter.by_element)
        text = parameter.value if parameter.value is not None else parameter.formula
        assert text is not None
        value = self.evaluated(text, process_of(definition.address))
        name = str(definition.name).rpartition(".")[2]
        if is_yield(name, parameter) and isinstance(value, float) and value <= 0:
            self.problems.add("REE-M008", f"`{name}` is {value:.3g}", text.span, expected="above 0, at most 100 %")
            return None
        return value

    def _composition(self, parameter: schema.Parameter) -> Composition | None:
        shares: dict[str, float] = {}
        rest: Text | None = None
        for name, text in (parameter.composition or {}).items():
            try:
                Composition.from_shares({str(name): 0.0}, parameter.of or "elements")
            except ChemistryError as fault:
                self.problems.add("REE-F007", str(fault), name.span)
                return None
            if str(text) == "rest":
                if rest is not None:
                    self.problems.add("REE-M006", "a second entry is `rest`", text.span, expected="one entry `rest`")
                    return None
                rest = name
                continue
            if self.kind(text, None) is not None and not self._is_literal(text):
                return None
            share = self.number(text, None, (), f"the share of {name}")
            if share is None:
                return None
            if not 0 <= share <= 1:
                self.problems.add("REE-M006", f"the share `{text}` of {name} is not between 0 % and 100 %", text.span)
                return None
            shares[str(name)] = share
        total = sum(shares.values())
        place = next(iter(parameter.composition or {})).span
        if rest is not None and total <= 1 + SHARE_TOLERANCE:
            shares[str(rest)] = max(0.0, 1 - total)
        elif abs(total - 1) > SHARE_TOLERANCE:
            self.problems.add(
                "REE-M006", f"the shares sum to {total:.2%}", place, expected="100 %, or one entry `rest`"
            )
            return None
        try:
            return Composition.from_shares(shares, parameter.of or "elements")
        except ChemistryError as fault:
            self.problems.add("REE-F007", str(fault), place)
            return None

    def _by_element(self, written: Mapping[Text, Text]) -> ByElement | None:
        fractions: dict[str, float] = {}
        for name, text in written.items():
            try:
                ByElement.from_fractions({str(name): 0.0})
            except ChemistryError as fault:
                self.problems.add("REE-F007", str(fault), name.span, expected=f"the symbol of an element, or {REST}")
                return None
            fraction = self.number(text, None, (), f"the fraction of {name}")
            if fraction is None:
                return None
            if literal(parse(text)) is None:
                self.problems.add("REE-F001", f"`{text}` is more than a quantity", text.span, expected="a quantity")
                return None
            if not 0 <= fraction <= 1:
                message = f"the fraction `{text}` of {name} is not between 0 % and 100 %"
                self.problems.add("REE-M010", message, text.span, expected="0 % to 100 %")
                return None
            fractions[str(name)] = fraction
        return ByElement.from_fractions(fractions)

    # --- text

    def filled(self, text: Text, process: str | None) -> str | None:
        """A text with every `${name}` replaced by that text or choice parameter; None after reporting."""
        result, place = "", 0
        whole = str(text)
        while (start := whole.find("${", place)) >= 0:
            end = whole.find("}", start)
            if end < 0:
                self.problems.add("REE-F001", "`${` without `}`", text.part(start, start + 2), expected="`${name}`")
                return None
            name = Name(start, end + 1, whole[start + 2 : end].strip())
            address = self.resolve(name.name, process)
            if address is None:
                self._undefined(text, name, process)
                return None
            self.used.add(address)
            if self.kind_at(address) != TEXT:
                self.problems.add(
                    "REE-F006",
                    f"`{name.name}` is no text or choice",
                    text.part(start, end + 1),
                    expected="a text or choice parameter",
                )
                return None
            value = self.value_at(address)
            if value is None:
                return None
            result += whole[place:start] + str(value)
            place = end + 1
        return result + whole[place:]
