"""Names and what they stand for in one scenario: parameters, overrides, the order in which names are looked up.

A `Scope` answers three questions about any formula: which parameters do its names mean, does it hold together dimensionally, and what is its value.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.chemistry import ChemistryError, Composition
from lca.errors import Problems, Span, nearest, one_of
from lca.inventory import schema
from lca.inventory.evaluation import COMPOSITION, TEXT, Kind, Value, evaluate, is_finite, kind_of, number
from lca.inventory.formula import FormulaError, Name, Number, in_base_units, literal, names, parse
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.units import UNIT_NAMES, Dimension, UnitError, convert, describe, parse_unit

SHARE_TOLERANCE = 1e-3

_YIELDS = ("recovery", "yield", "efficiency")


@dataclass(frozen=True, slots=True)
class Definition:
    """A parameter as it stands in this scenario, after all overrides."""

    address: str
    name: Text
    parameter: schema.Parameter
    owner: schema.Model
    set_by: str = ""
    due: Dimension | None = None  # of what was overridden

    @property
    def source(self) -> str:
        own = self.parameter.source or getattr(self.owner, "source", None)
        return str(own) if own else ""

    @property
    def evidence(self) -> str:
        own = self.parameter.evidence or getattr(self.owner, "evidence", None)
        return str(own) if own else ""

    @property
    def span(self) -> Span:
        return self.name.span


@dataclass(frozen=True, slots=True)
class Override:
    """`set:` of an option, study or scenario, or `--set` of the command line."""

    address: Text
    setting: schema.Parameter
    owner: schema.Model
    by: str


class Scope:
    """All parameters under one choice of options, and the formulas over them.

    `samples` gives arrays (base units) for some addresses instead of their values; everything that depends on them becomes an array too.
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
        self.inventory = inventory
        self.chosen = dict(chosen)
        self.study = study
        self.problems = problems
        self.samples = dict(samples or {})
        self.definitions: dict[str, Definition] = {}
        self.used: set[str] = set()
        self._kinds: dict[str, Kind | None] = {}
        self._values: dict[str, Value] = {}
        self._chain: list[tuple[str, Mapping[Text, schema.Parameter]]] = []
        self._collect()
        for override in overrides:
            self._override(override)

    # --- names ---------------------------------------------------------------------------------------------------------------

    def _collect(self) -> None:
        for name, process in self.inventory.processes.items():
            self._define(str(name), process.parameters, process)
        for axis, option in self.chosen.items():
            document = self.inventory.options[axis].get(option)  # type: ignore[call-overload]
            if document is not None:
                self._define(axis, document.parameters, document)
                self._chain.append((axis, document.parameters))
        if self.study is not None:
            self._define("study", self.study.parameters, self.study)
            self._chain.append(("study", self.study.parameters))
        if self.inventory.workspace is not None:
            self._define("workspace", self.inventory.workspace.parameters, self.inventory.workspace)
            self._chain.append(("workspace", self.inventory.workspace.parameters))
        self._report_clashes()

    def _define(self, owner_name: str, parameters: Mapping[Text, schema.Parameter], owner: schema.Model) -> None:
        for name, parameter in parameters.items():
            address = f"{owner_name}.{name}"
            self.definitions[address] = Definition(address, name, parameter, owner)

    def _report_clashes(self) -> None:
        seen: dict[str, Text] = {}
        for axis in self.chosen:
            for owner, parameters in self._chain:
                if owner == axis:
                    for name in parameters:
                        if name in seen:
                            self.problems.add(
                                "REE-N009", f"`{name}` is defined by two chosen options", name.span, related=((seen[name].span, "also here"),)
                            )
                        seen[name] = name

    def _override(self, override: Override) -> None:
        address = self.canonical(str(override.address))
        old = self.definitions.get(address)
        if old is None and self.inventory.may_hold(address.partition(".")[0]):
            return
        if old is None:
            self.problems.add(
                "REE-N003", f"there is no parameter `{override.address}` to set", override.address.span, suggestion=nearest(str(override.address), self.definitions)
            )
            return
        self.definitions[address] = Definition(address, override.address, _merged(old.parameter, override.setting), override.owner, override.by, old.due or _dimension(old.parameter))

    def canonical(self, address: str) -> str:
        """`belfast.x` as `site.x` when belfast is the chosen site; other addresses as they are."""
        owner, _, name = address.partition(".")
        for axis, option in self.chosen.items():
            if owner == option or owner == option.replace("-", "_"):
                return f"{axis}.{name}"
        return address

    def resolve(self, name: str, process: str | None) -> str | None:
        """The address a name means inside `process` (None: outside any), or None when it is not defined."""
        if "." in name:
            address = self.canonical(name)
            return address if address in self.definitions else None
        if process is not None and f"{process}.{name}" in self.definitions:
            return f"{process}.{name}"
        for owner, _ in self._chain:
            if f"{owner}.{name}" in self.definitions:
                return f"{owner}.{name}"
        return None

    def visible(self, process: str | None) -> Iterator[str]:
        """Every name that a formula of `process` may use undotted."""
        for owner in ([process] if process else []) + [owner for owner, _ in self._chain]:
            yield from (address.partition(".")[2] for address in self.definitions if address.startswith(f"{owner}."))

    # --- formulas ------------------------------------------------------------------------------------------------------------

    def _fault(self, text: Text, fault: FormulaError) -> None:
        self.problems.add(fault.code, str(fault), text.part(fault.start, fault.end), expected=fault.expected, suggestion=fault.suggestion)

    def _bound(self, text: Text, process: str | None) -> dict[str, str] | None:
        """Address of each name in the formula; None (after reporting) when one is not defined."""
        bound: dict[str, str] = {}
        complete = True
        for name in names(str(text)):
            address = self.resolve(name.name, process)
            if address is None:
                self._undefined(text, name, process)
                complete = False
            else:
                bound[name.name] = address
                self.used.add(address)
        return bound if complete else None

    def _undefined(self, text: Text, name: Name, process: str | None) -> None:
        if self.inventory.may_hold(name.name.partition(".")[0]):
            return
        choices = self.definitions if "." in name.name else set(self.visible(process))
        close = nearest(name.name, choices)
        self.problems.add("REE-N001", f"`{name.name}` is not defined", text.part(name.start, name.end), suggestion=close)

    def kind(self, text: Text, process: str | None) -> Kind | None:
        """The kind of a formula, or None when it has been reported as faulty."""
        try:
            tree = parse(str(text))
            bound = self._bound(text, process)
            if bound is None:
                return None
            kinds = {name: self.kind_at(address) for name, address in bound.items()}
            known = {name: kind for name, kind in kinds.items() if kind is not None}
            return kind_of(tree, known) if len(known) == len(kinds) else None
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
            self.problems.add("REE-F006", f"a {kind.name} stands where a number is due", text.span, expected="a quantity")
            return False
        if due is None or kind.dimension == due:
            return True
        bare = literal(parse(str(text)))
        where = f" for {what}" if what else ""
        if bare is not None and not bare.unit:
            self.problems.add("REE-U002", f"`{text}` has no unit", text.span, expected=f"{describe(due)}{where}")
        else:
            self.problems.add("REE-U003", f"`{text}` is {describe(kind.dimension)}", text.span, expected=f"{describe(due)}{where}")
        return False

    def evaluated(self, text: Text, process: str | None) -> Any:
        """The value of a formula whose kind has been checked; None after reporting when it is not finite."""
        tree = parse(str(text))
        bound = self._bound(text, process)
        if bound is None:
            return None
        values = {name: self.value_at(address) for name, address in bound.items()}
        if any(value is None for value in values.values()):
            return None
        try:
            with np.errstate(all="ignore"):
                value = evaluate(tree, values)
        except (FormulaError, ChemistryError) as fault:
            if isinstance(fault, FormulaError):
                self._fault(text, fault)
            else:
                self.problems.add("REE-F007", str(fault), text.span)
            return None
        except (OverflowError, ZeroDivisionError):
            value = float("nan")
        if not is_finite(value):
            self.problems.add("REE-F005", f"`{text}` gives no finite number", text.span, expected="a finite number")
            return None
        return float(value) if isinstance(value, (np.generic, float, int)) and not isinstance(value, np.bool_) else value

    # --- parameters ----------------------------------------------------------------------------------------------------------

    def kind_at(self, address: str) -> Kind | None:
        """The kind of a parameter; None after reporting when it is faulty."""
        if address not in self._kinds:
            self._kinds[address] = None  # stands while its formula is looked into; a circle is reported by `check_circles`
            self._kinds[address] = self._kind_of_definition(self.definitions[address])
        return self._kinds[address]

    def _kind_of_definition(self, definition: Definition) -> Kind | None:
        parameter = definition.parameter
        if parameter.choice is not None or parameter.text is not None:
            self._check_choice(parameter)
            return TEXT
        if parameter.composition is not None:
            return COMPOSITION
        text = parameter.value if parameter.value is not None else parameter.formula
        assert text is not None
        kind = self.kind(text, _process_of(definition.address))
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
                self.problems.add("REE-U001", f"`{cause}` is not a unit", parameter.unit.span, suggestion=nearest(str(cause), UNIT_NAMES))
                return None
            if not self.fits(text, kind, due):
                return None
        if kind.name != "number":
            self.problems.add("REE-F006", f"a {kind.name} stands where a number is due", text.span, expected="a quantity")
            return None
        return kind

    def _is_literal(self, text: Text) -> bool:
        if literal(parse(str(text))) is None:
            self.problems.add("REE-F001", f"`{text}` is more than a quantity", text.span, expected="a quantity, or `formula:` instead of `value:`")
            return False
        return True

    def _check_choice(self, parameter: schema.Parameter) -> None:
        if parameter.choice is None:
            return
        options = [str(option) for option in parameter.options or ()]
        if options and str(parameter.choice) not in options:
            self.problems.add(
                "REE-N006", f"`{parameter.choice}` is not an option", parameter.choice.span, expected=one_of(options),
                suggestion=nearest(str(parameter.choice), options),
            )  # fmt: skip

    def value_at(self, address: str) -> Value:
        """The value of a parameter in base units (number, array, text, composition), or None when faulty."""
        if address not in self._values:
            self._values[address] = None
            if self.kind_at(address) is not None:
                self._values[address] = self._value_of_definition(self.definitions[address])
        return self._values[address]

    def _value_of_definition(self, definition: Definition) -> Value:
        parameter = definition.parameter
        if definition.address in self.samples:
            return self.samples[definition.address]
        if parameter.choice is not None:
            return str(parameter.choice)
        if parameter.text is not None:
            return self.filled(parameter.text, _process_of(definition.address))
        if parameter.composition is not None:
            return self._composition(parameter)
        text = parameter.value if parameter.value is not None else parameter.formula
        assert text is not None
        value = self.evaluated(text, _process_of(definition.address))
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
            self.problems.add("REE-M006", f"the shares sum to {total:.2%}", place, expected="100 %, or one entry `rest`")
            return None
        try:
            return Composition.from_shares(shares, parameter.of or "elements")
        except ChemistryError as fault:
            self.problems.add("REE-F007", str(fault), place)
            return None

    def in_use(self) -> set[str]:
        """Addresses of the parameters used so far, and of those that they are made of."""
        found: set[str] = set()
        waiting = list(self.used)
        while waiting:
            address = waiting.pop()
            if address not in found:
                found.add(address)
                waiting += self._needs(address)
        return found

    def check_circles(self) -> None:
        """Report every circle of formulas that need each other."""
        state: dict[str, int] = {}

        def visit(address: str, path: list[str]) -> None:
            state[address] = 1
            for below in self._needs(address):
                if state.get(below) == 1:
                    circle = [*path[path.index(below) :], below] if below in path else [below, below]
                    definition = self.definitions[circle[0]]
                    self.problems.add("REE-N002", "circle: " + " -> ".join(circle), definition.span, expected="one of them with a value of its own")
                elif below not in state:
                    visit(below, [*path, below])
            state[address] = 2

        for address in self.definitions:
            if address not in state:
                visit(address, [address])

    def _needs(self, address: str) -> list[str]:
        formula = self.definitions[address].parameter.formula
        if formula is None:
            return []
        try:
            found = [self.resolve(name.name, _process_of(address)) for name in names(str(formula))]
        except FormulaError:
            return []
        return [below for below in found if below is not None]

    # --- text ----------------------------------------------------------------------------------------------------------------

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
                self.problems.add("REE-F006", f"`{name.name}` is no text or choice", text.part(start, end + 1), expected="a text or choice parameter")
                return None
            value = self.value_at(address)
            if value is None:
                return None
            result += whole[place:start] + str(value)
            place = end + 1
        return result + whole[place:]


def is_yield(name: str, parameter: schema.Parameter) -> bool:
    """Whether a parameter is a recovery, yield or efficiency, by its kind or its name."""
    return parameter.kind in _YIELDS or (parameter.kind is None and name.endswith(_YIELDS))


def _process_of(address: str) -> str:
    return address.partition(".")[0]


def _dimension(parameter: schema.Parameter) -> Dimension | None:
    """The dimension of a quantity as written, or of the unit it is shown in; None where neither tells."""
    try:
        if parameter.unit is not None:
            return parse_unit(str(parameter.unit)).dimension
        found = literal(parse(str(parameter.value))) if parameter.value is not None else None
        return parse_unit(found.unit).dimension if found else None
    except (FormulaError, UnitError):
        return None  # reported where the parameter itself is looked at


def _merged(old: schema.Parameter, setting: schema.Parameter) -> schema.Parameter:
    """The setting, keeping what it does not speak of (the kind of number, the options of a choice)."""
    update: dict[str, Any] = {"kind": setting.kind or old.kind, "unit": setting.unit or old.unit, "options": setting.options or old.options}
    if setting.value is not None and old.choice is not None:
        update |= {"choice": setting.value, "value": None}
    if setting.value is not None and old.text is not None:
        update |= {"text": setting.value, "value": None}
    return setting.model_copy(update=update)


def bounds(parameter: schema.Parameter) -> tuple[Text, Text] | None:
    """The low and high end of a parameter's range or bounded distribution as written."""
    if parameter.range is not None:
        return parameter.range[0], parameter.range[1]
    if parameter.distribution is not None:
        family, numbers = parameter.distribution.family()
        if family in ("uniform", "triangular", "pert"):
            return numbers.low, numbers.high  # type: ignore[attr-defined]
    return None


def interval(parameter: schema.Parameter) -> tuple[float, float] | None:
    """Low and high end in base units; for normal and lognormal the central 95 %. None when nothing is stated."""
    try:
        if (ends := bounds(parameter)) is not None:
            low, high = (_base(end) for end in ends)
            return low, high
        if parameter.distribution is None:
            return None
        family, numbers = parameter.distribution.family()
        if family == "normal":
            mean, sd = _base(numbers.mean), _base(numbers.sd)  # type: ignore[attr-defined]
            return mean - 1.96 * sd, mean + 1.96 * sd
        median, gsd2 = _base(numbers.median), _base(numbers.gsd2)  # type: ignore[attr-defined]
        return median / gsd2, median * gsd2
    except FormulaError:
        return None


def _base(text: Text) -> float:
    found = literal(parse(str(text)))
    if not isinstance(found, Number):
        raise FormulaError("REE-F001", "not a quantity", 0, 1)
    return in_base_units(found)


def shown_unit(parameter: schema.Parameter) -> str:
    """The unit in which a parameter is shown: its own, or that of the quantity as written."""
    if parameter.unit is not None:
        return str(parameter.unit)
    if parameter.value is not None:
        found = literal(parse(str(parameter.value)))
        return found.unit if found else ""
    return ""


def in_shown_unit(value: Any, parameter: schema.Parameter) -> Any:
    """A magnitude in base units in the parameter's shown unit."""
    return convert(value, shown_unit(parameter))
