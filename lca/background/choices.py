"""What a user decides where the files of a database leave it open: written in YAML, with reasons, and kept with the
report of the import.

```yaml
database: example
leave_open:                             # inputs of this name stay out, to be supplied from elsewhere
  - {input: "Electricity, at grid", note: "Seventy regions have one name."}
providers:                              # which activity is meant where several fit
  - {input: "Transport, lorry", activity: "13763", note: "..."}
conversions:                            # where input and product have units of another kind
  - {input: "Natural gas", conversion: 0.737 kg/m3, note: "Density, as in the name of another data set."}
compartments:                           # what the compartments are called in Brightway's biosphere
  - {compartment: emission / air, node: air}
flows:                                  # and elementary flows, within the first part of a compartment of Brightway
  - {flow: Carbon dioxide, within: air, node: "Carbon dioxide, fossil"}
shares:                                 # of data sets with co-products, where the file allocates nothing
  - {activity: "Diesel, at refinery", share: 21.9 %, note: "By mass, as the comment on the product says."}
```
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lca.background.data_sets import DataExchange, DataSet, Noticed
from lca.background.uncertainty import scaled
from lca.background.unit_names import factor_between, unit_named
from lca.errors import Problems, nearest
from lca.inventory.loading import validate
from lca.inventory.reading import Text, read_documents
from lca.inventory.scalars import Identifier, Prose, Quantity
from lca.inventory.schema import Model
from lca.units import DIMENSIONLESS, Unit, multiply, parse_unit

_QUANTITY = re.compile(r"([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(\D.*)?")


class LeftOpen(Model):
    """An input that is not linked."""

    input: Prose
    note: Prose | None = None


class Provider(Model):
    """The activity, by code or name, that supplies an input."""

    input: Prose
    activity: Prose
    note: Prose | None = None


class Conversion(Model):
    """How much of the unit of the product one unit of an input is."""

    input: Prose
    conversion: Quantity
    note: Prose | None = None


class Share(Model):
    """How much of the inputs and emissions of an activity, by code or name, belongs to its reference product."""

    activity: Prose
    share: Quantity
    note: Prose | None = None


class Compartment(Model):
    """Categories of elementary flows, and what Brightway calls them."""

    compartment: Prose
    node: Prose
    note: Prose | None = None


class Flow(Model):
    """The name of an elementary flow, and what Brightway calls it within a compartment."""

    flow: Prose
    within: Prose
    node: Prose
    note: Prose | None = None


class ChoicesDocument(Model):
    """A document of choices."""

    database: Identifier
    title: Prose | None = None
    leave_open: tuple[LeftOpen, ...] = ()
    providers: tuple[Provider, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    shares: tuple[Share, ...] = ()
    compartments: tuple[Compartment, ...] = ()
    flows: tuple[Flow, ...] = ()


@dataclass(frozen=True)
class Choices:
    """Choices, resolved to the data sets of a database: names of inputs that stay out, codes of providers and
    conversions by name of the input, and shares by code of the activity.
    """

    open: frozenset[str] = frozenset()
    providers: dict[str, str] = field(default_factory=dict)
    conversions: dict[str, Unit] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)

    def factor(self, name: str, given: str, wanted: str) -> float | None:
        """How many `wanted` one `given` of an input is; None where neither units nor a conversion say so."""
        by_unit, conversion = factor_between(given, wanted), self.conversions.get(name)
        if by_unit is not None or conversion is None:
            return by_unit
        a, b = unit_named(given), unit_named(wanted)
        if a is None or b is None or conversion.dimension != multiply(b.dimension, a.dimension, -1):
            return None
        return conversion.factor * a.factor / b.factor


def read_choices(path: Path, problems: Problems) -> ChoicesDocument | None:
    """The document in a file; None, and a problem, where there is none."""
    documents = read_documents(path, problems)
    for extra in documents[1:]:
        problems.add("REE-S008", "a second document", next(iter(extra.items)).span, expected="one `database:` document")
    return validate(ChoicesDocument, documents[0], problems) if documents else None


def resolve(document: ChoicesDocument | None, data_sets: Sequence[DataSet], problems: Problems) -> Choices:
    """The choices of a document for these data sets; what does not fit them is a problem."""
    if document is None:
        return Choices()
    inputs = {
        line.name for found in data_sets for line in found.exchanges if line.kind not in ("elementary", "co-product")
    }
    named = [entry.input for entry in document.leave_open] + [entry.input for entry in document.providers]
    for name in [*named, *(entry.input for entry in document.conversions)]:
        if name not in inputs:
            problems.add(
                "REE-B014",
                f"no activity takes in `{name}`",
                name.span,
                expected="the name of an input, exactly",
                suggestion=nearest(name, inputs),
            )
    providers = {str(entry.input): _code(entry.activity, data_sets, problems) for entry in document.providers}
    conversions = {str(entry.input): _conversion(entry.conversion, problems) for entry in document.conversions}
    shares = {_code(entry.activity, data_sets, problems): _share(entry.share, problems) for entry in document.shares}
    return Choices(frozenset(str(entry.input) for entry in document.leave_open), providers, conversions, shares)


def note_choices(document: ChoicesDocument | None, noticed: Noticed) -> None:
    """The choices that are made for inputs, with their reasons, as notes of the report."""
    if document is None:
        return
    made: list[tuple[str, Text | None]] = [
        *((f"{entry.input} is left open", entry.note) for entry in document.leave_open),
        *(
            (f"{entry.input} is taken from {entry.activity} where several fit", entry.note)
            for entry in document.providers
        ),
        *((f"{entry.input} is converted by {entry.conversion}", entry.note) for entry in document.conversions),
    ]
    for text, reason in made:
        noticed.note(f"Chosen: {text}" + (f" ({reason})" if reason else ""))


def _code(called: Text, data_sets: Sequence[DataSet], problems: Problems) -> str:
    """The code of the activity that is called so, by its code or its name."""
    found = [data.code for data in data_sets if called == data.code] or [
        data.code for data in data_sets if called == data.name
    ]
    if len(found) == 1:
        return found[0]
    if found:
        codes = ", ".join(found[:6]) + (", ..." if len(found) > 6 else "")
        message = f"{len(found)} activities have the name `{called}`"
        problems.add("REE-B014", message, called.span, expected=f"the code of one: {codes}")
    else:
        close = nearest(called, {data.name for data in data_sets})
        message = f"there is no activity `{called}`"
        problems.add("REE-B014", message, called.span, expected="the code or the name of one", suggestion=close)
    return ""


def _share(text: Text, problems: Problems) -> float:
    found = _quantity(text)
    if found is None or found.dimension != DIMENSIONLESS or not 0 < found.factor <= 1:
        problems.add("REE-B014", f"`{text}` is no share", text.span, expected="above 0 and at most 1, or in %")
        return 1.0
    return found.factor


def _conversion(text: Text, problems: Problems) -> Unit:
    found = _quantity(text)
    if found is None or found.dimension == DIMENSIONLESS or found.factor <= 0:
        problems.add("REE-B014", f"`{text}` is no conversion", text.span, expected="such as 0.737 kg/m3")
        return Unit("", 1.0, DIMENSIONLESS)
    return found


def _quantity(text: Text) -> Unit | None:
    """A number with a unit, as a unit of that size."""
    match = _QUANTITY.fullmatch(text.strip())
    unit = match and (unit_named(match[2]) if match[2] else parse_unit(""))
    return Unit(str(text), float(match[1]) * unit.factor, unit.dimension) if match and unit else None


def with_shares(choices: Choices, data_sets: Sequence[DataSet], noticed: Noticed) -> list[DataSet]:
    """The data sets, with what the shares leave to their reference products."""
    made = []
    for found in data_sets:
        share = choices.shares.get(found.code)
        if share is None:
            made.append(found)
            continue
        noticed.note(f"Chosen: {share:.6g} of what {found.name} ({found.code}) exchanges is its product's")
        kept = (_times(line, share) for line in found.exchanges if line.kind != "co-product")
        made.append(replace(found, exchanges=tuple(kept)))
    return made


def _times(line: DataExchange, share: float) -> DataExchange:
    spread = None if line.spread is None else scaled(line.spread, share)
    return line._replace(amount=line.amount * share, spread=spread)
