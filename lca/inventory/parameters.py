"""What a parameter says of itself: where it stands, its evidence, its spread, and the unit it is shown in."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from lca.errors import Span
from lca.inventory import schema
from lca.inventory.distributions import ImpossibleError, stated_spread
from lca.inventory.formula import FormulaError, literal, parse
from lca.inventory.reading import Text
from lca.units import Dimension, UnitError, parse_unit

_YIELDS = ("recovery", "yield", "efficiency")


@dataclass(frozen=True)
class Definition:
    """A parameter as it stands in this scenario, after all overrides."""

    address: str
    name: Text
    parameter: schema.Parameter
    owner: schema.Model
    set_by: str = ""
    due: Dimension | None = None  # of what was overridden
    replaced: schema.Parameter | None = None  # what the document itself says, where something else was set

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

    @cached_property
    def interval(self) -> tuple[float, float] | None:
        """Low and high end of what is stated of its spread, see `interval`."""
        return interval(self.parameter)

    @cached_property
    def unit(self) -> str:
        """The unit in which it is shown."""
        return shown_unit(self.parameter)

    @cached_property
    def is_fraction(self) -> bool:
        """Whether it is a fraction, recovery, yield or efficiency, by its kind or its name."""
        own = str(self.name).rpartition(".")[2]
        return self.parameter.kind == "fraction" or is_yield(own, self.parameter)


#: By whom what `--set` says is set.
COMMAND_LINE = "command line"

#: How that begins where a scenario sets it.
SCENARIO = "scenario "


@dataclass(frozen=True, slots=True)
class Override:
    """`set:` of an option, study or scenario, or `--set` of the command line."""

    address: Text
    setting: schema.Parameter
    owner: schema.Model
    by: str


def is_yield(name: str, parameter: schema.Parameter) -> bool:
    """Whether a parameter is a recovery, yield or efficiency, by its kind or its name."""
    return parameter.kind in _YIELDS or (parameter.kind is None and name.endswith(_YIELDS))


def process_of(address: str) -> str:
    """The owner in `owner.parameter`."""
    return address.partition(".")[0]


def written_dimension(parameter: schema.Parameter) -> Dimension | None:
    """The dimension of a quantity as written, or of the unit it is shown in; None where neither tells."""
    try:
        if parameter.unit is not None:
            return parse_unit(str(parameter.unit)).dimension
        found = literal(parse(str(parameter.value))) if parameter.value is not None else None
        return parse_unit(found.unit).dimension if found else None
    except (FormulaError, UnitError):
        return None  # reported where the parameter itself is looked at


def merged(old: schema.Parameter, setting: schema.Parameter) -> schema.Parameter:
    """The setting, keeping what it does not speak of (the kind of number, the options of a choice)."""
    update: dict[str, Any] = {
        "kind": setting.kind or old.kind,
        "unit": setting.unit or old.unit,
        "options": setting.options or old.options,
    }
    if setting.value is not None and old.choice is not None:
        update |= {"choice": setting.value, "value": None}
    if setting.value is not None and old.text is not None:
        update |= {"text": setting.value, "value": None}
    return setting.model_copy(update=update)


def interval(parameter: schema.Parameter) -> tuple[float, float] | None:
    """Low and high end in base units; for what has no ends the central 95 %. None when nothing sound is stated."""
    try:
        spread = stated_spread(parameter)
    except (FormulaError, ImpossibleError):
        return None  # reported with the references
    return spread.interval if spread is not None else None


def shown_unit(parameter: schema.Parameter) -> str:
    """The unit in which a parameter is shown: its own, or that of the quantity as written."""
    if parameter.unit is not None:
        return str(parameter.unit)
    if parameter.value is not None:
        try:
            found = literal(parse(str(parameter.value)))
        except FormulaError:
            return ""  # reported where the value itself is looked at
        return found.unit if found else ""
    return ""
