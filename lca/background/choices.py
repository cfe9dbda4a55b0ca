"""What a user decides where the files of a database leave it open: written in YAML, with reasons, and kept with the
report of the import.

```yaml
database: example
leave_open:                             # inputs of this name stay out, to be supplied from elsewhere
  - {input: "Electricity, at grid", note: "Seventy regions have one name."}
providers:                              # which activity is meant where several fit
  - {input: "Transport, lorry", activity: "13763", note: "..."}
shares:                                 # of data sets with co-products, where the file allocates nothing
  - {activity: "Diesel, at refinery", share: 21.9 %, note: "By mass, as the comment on the product says."}
```
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lca.background.data_sets import DataExchange, DataSet, Noticed
from lca.background.uncertainty import scaled
from lca.errors import Problems, nearest
from lca.inventory.loading import validate
from lca.inventory.reading import Text, read_documents
from lca.inventory.scalars import Identifier, Prose, Quantity
from lca.inventory.schema import Model
from lca.units import DIMENSIONLESS, UnitError, parse_unit


class LeftOpen(Model):
    """An input that is not linked."""

    input: Prose
    note: Prose | None = None


class Provider(Model):
    """The activity, by code or name, that supplies an input."""

    input: Prose
    activity: Prose
    note: Prose | None = None


class Share(Model):
    """How much of the inputs and emissions of an activity, by code or name, belongs to its reference product."""

    activity: Prose
    share: Quantity
    note: Prose | None = None


class ChoicesDocument(Model):
    """A document of choices."""

    database: Identifier
    title: Prose | None = None
    leave_open: tuple[LeftOpen, ...] = ()
    providers: tuple[Provider, ...] = ()
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Choices:
    """Choices, resolved to the data sets of a database: names of inputs that stay out, codes of providers by name of
    the input, and shares by code of the activity.
    """

    open: frozenset[str] = frozenset()
    providers: dict[str, str] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)


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
    for name in named:
        if name not in inputs:
            problems.add(
                "REE-B014",
                f"no activity takes in `{name}`",
                name.span,
                expected="the name of an input, exactly",
                suggestion=nearest(name, inputs),
            )
    providers = {str(entry.input): _code(entry.activity, data_sets, problems) for entry in document.providers}
    shares = {_code(entry.activity, data_sets, problems): _share(entry.share, problems) for entry in document.shares}
    return Choices(frozenset(str(entry.input) for entry in document.leave_open), providers, shares)


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
    number, _, unit = text.partition(" ") if " " in text else (text.rstrip("%"), "", "%" if text.endswith("%") else "")
    try:
        parsed = parse_unit(unit)
        share = float(number) * parsed.factor
        if parsed.dimension == DIMENSIONLESS and 0 < share <= 1:
            return share
    except (ValueError, UnitError):
        pass
    problems.add("REE-B014", f"`{text}` is no share", text.span, expected="a number above 0 and at most 1, or in %")
    return 1.0


def with_shares(choices: Choices, data_sets: Sequence[DataSet], noticed: Noticed) -> list[DataSet]:
    """The data sets, with what the shares leave to their reference products."""
    made = []
    for found in data_sets:
        share = choices.shares.get(found.code)
        if share is None:
            made.append(found)
            continue
        noticed.note(f"{found.name} ({found.code}): {share:.6g} of what it exchanges is its product's, as was chosen")
        kept = (_times(line, share) for line in found.exchanges if line.kind != "co-product")
        made.append(replace(found, exchanges=tuple(kept)))
    return made


def _times(line: DataExchange, share: float) -> DataExchange:
    amount = line.amount * share
    spread = None if line.spread is None else scaled(line.spread, amount, share)
    return line._replace(amount=amount, spread=spread)
