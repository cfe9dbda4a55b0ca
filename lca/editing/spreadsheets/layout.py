"""Which sheets a workspace has in a spreadsheet: one for each kind of document, and one for each kind of thing that
documents list. Made from the models that check what people write, so that no key of the language has no place.
"""

from __future__ import annotations

import re
import types
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BeforeValidator

from lca.editing.kinds import MODELS
from lca.inventory import characterisation, schema
from lca.inventory.reading import Text
from lca.inventory.scalars import Quantity

#: Documents that list things, and have no id.
LISTS = ("flows", "sources", "links", "biosphere", "origins", "published", "lots")

#: Stands for the options of all axes among kinds.
OPTION = "option"

#: Steps of a path: the name of a thing in a mapping, the number of one in a list.
NAME, LINE = "*", "#"

#: The number of a thing with its unit in a column of its own: the first of these that a model has.
PRIMARY = ("value", "amount", "share", "price", "coefficient", "output", "mass")

#: What sheets are called, by what their rows are.
TITLES = {
    "Parameter": "Parameters",
    "Exchange": "Exchanges",
    "Share": "Shares",
    "Number": "Numbers by name",
    "Process": "Processes",
    "Flow": "Flows",
    "Source": "Sources",
    "AxisOption": "Options",
    "Study": "Studies",
    "dict": "Scenarios",
    "Comparison": "Comparisons",
    "Question": "Questions",
    "Plant": "Plants",
    "LinkRule": "Links",
    "PriceList": "Price lists",
    "Price": "Prices",
    "Allocation": "Allocations",
    "Origin": "Origins",
    "Method": "Methods",
    "Indicator": "Indicators",
    "Factor": "Factors",
    "Weight": "Weights",
    "BiosphereLink": "Biosphere",
    "BackgroundLinks": "Backgrounds",
    "Provider": "Providers",
    "Activity": "Activities",
    "ElementaryLink": "Elementary",
    "Framework": "Frameworks",
    "Datapoint": "Datapoints",
    "Lot": "Lots",
    "Published": "Published",
    "ReportedProduct": "Products",
    "DataSource": "Secondary data",
    "Supply": "Supplies",
    "Loop": "Loops",
    "Pool": "Pools",
    "WorkspaceDocument": "Workspace",
    "Axis": "Axes",
    "Exclusion": "Exclusions",
    "Correlation": "Correlations",
    "Name": "Texts by name",
}

#: What is said of a quantity in its type.
_QUANTITY = get_args(Quantity)[1:]

#: What is said of where something comes from: the last columns of a sheet.
_PROVEN = ("source", "evidence", "note", "pedigree", "entered_by", "approved_by")

#: How a value stands in a cell: a quantity, one text, or whatever may be a list or mapping in brackets.
Form = Literal["quantity", "text", "whole"]


@dataclass(frozen=True)
class Field:
    """A key of a thing, or of what lies in it: one column."""

    path: tuple[str, ...]
    form: Form
    choices: tuple[str, ...] = ()
    model: str = ""  # in which the key is described

    @property
    def heading(self) -> str:
        return ".".join(self.path)


@dataclass(frozen=True)
class Container:
    """Where things of a sheet are: the kind of document, and the way to them."""

    kind: str
    steps: tuple[str, ...]
    bare: bool = False  # a thing with nothing but its value may be that value alone; one of a list may stand alone

    @cached_property
    def inner(self) -> tuple[str, ...]:
        """The way without the name and number of the thing itself."""
        steps = self.steps
        while steps and steps[-1] in (NAME, LINE):
            steps = steps[:-1]
        return steps

    @property
    def named(self) -> bool:
        return NAME in self.steps[len(self.inner) :]

    @property
    def numbered(self) -> bool:
        return LINE in self.steps[len(self.inner) :]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        made = ""
        for step in self.inner:
            made += r"\.(.+)" if step == NAME else r"\[(\d+)\]" if step == LINE else rf"\.{step}"
        return re.compile(made.removeprefix(r"\."))


@dataclass
class Sheet:
    """A table: a row for each thing (or document, where nothing contains them)."""

    title: str
    what: str  # the name of the model
    fields: list[Field] = field(default_factory=list)
    primary: Field | None = None
    containers: list[Container] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)  # of documents that are rows
    spread: Literal["", "range", "distribution"] = ""  # whether there are columns for one, or for both
    given: bool = False  # the value is given by one of several keys
    free: bool = False  # any key may stand there
    names: tuple[str, ...] = ()  # columns that a free sheet has anyhow

    @property
    def of_documents(self) -> bool:
        return bool(self.kinds)

    @cached_property
    def identity(self) -> tuple[str, ...]:
        """The columns that say which thing a row is."""
        if self.of_documents:
            return ("document",)
        inner = {one.inner for one in self.containers}
        several = len(inner) > 1 or any(len(steps) > 1 for steps in inner)
        named = any(one.named for one in self.containers)
        numbered = any(one.numbered for one in self.containers)
        return ("document", *(["in"] * several), *(["id"] * named), *(["line"] * numbered))


def sheets(axes: Iterable[str]) -> list[Sheet]:
    """Every sheet that a workspace with these axes may have, in their order in a book."""
    found: dict[str, Sheet] = {}
    models: dict[str, type[schema.Model]] = {**MODELS, OPTION: schema.AxisOption}
    for kind, model in models.items():
        if kind in LISTS:
            _walk(found, kind, model, None, (), ())
            continue
        sheet = found.setdefault(model.__name__, Sheet("", model.__name__))
        sheet.kinds.append(kind)
        _walk(found, kind, model, sheet, (), (), skip=kind)
    if "dict" in found:
        found["dict"].names = (*axes, *(name for name in schema.ScenarioExtras.model_fields))
    for what, sheet in found.items():
        sheet.title = TITLES.get(what, what)
        sheet.given = what == schema.Parameter.__name__
        sheet.fields.sort(key=lambda one: _PROVEN.index(one.heading) if one.heading in _PROVEN else -1)
        quantities = {one.heading: one for one in sheet.fields if one.form == "quantity"}
        sheet.primary = sheet.primary or next((quantities[name] for name in PRIMARY if name in quantities), None)
    order = list(TITLES)
    return sorted(found.values(), key=lambda one: order.index(one.what) if one.what in order else len(order))


def _walk(
    found: dict[str, Sheet],
    kind: str,
    model: Any,
    sheet: Sheet | None,
    at: tuple[str, ...],
    within: tuple[str, ...],
    skip: str = "",
) -> None:
    """The keys of a model as columns of its sheet, and what it lists as sheets of their own. `at` is the way from the
    document to the thing, `within` that from the thing to the model.
    """
    for name, info in model.model_fields.items():
        key = info.alias or name
        if key == skip:
            continue
        annotation, extra = _plain(info.annotation, info.metadata)
        path = (*within, key)
        if key in ("range", "distribution") and sheet is not None and not within:
            sheet.spread = "distribution" if "distribution" in (key, sheet.spread) else "range"
        elif _is_model(annotation):
            _walk(found, kind, annotation, sheet, at, path)
        elif steps := _listed(annotation, extra):
            below, bare = steps
            _list(found, kind, annotation, (*at, *path, *below), bare)
        elif sheet is not None:
            one = Field(path, _form(annotation, extra), _choices(annotation), model.__name__)
            if one not in sheet.fields:
                sheet.fields.append(one)


def _listed(annotation: Any, extra: list[Any]) -> tuple[tuple[str, ...], bool] | None:
    """The steps below a key that holds things by name or number, and whether they may be bare."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    bare = any(isinstance(one, BeforeValidator) for one in extra)
    if origin is dict:
        held, own = _plain(arguments[1])
        bare_item = any(isinstance(one, BeforeValidator) for one in own)
        if _is_model(held):
            return (NAME,), bare_item
        if get_origin(held) is list and _is_model(_plain(get_args(held)[0])[0]):
            return (NAME, LINE), bare_item
        optional = type(None) in get_args(arguments[1])
        return None if bare or optional or _form(held, own) == "whole" else ((NAME,), False)
    if origin is list:
        held, _ = _plain(arguments[0])
        if _is_model(held) or get_origin(held) is dict:
            return (LINE,), False
    return None


def _list(found: dict[str, Sheet], kind: str, annotation: Any, steps: tuple[str, ...], bare: bool) -> None:
    """The sheet of what is listed."""
    held, extra = _plain(get_args(annotation)[-1])
    if get_origin(held) is list:
        held, extra = _plain(get_args(held)[0])
    if _is_model(held):
        sheet = found.setdefault(held.__name__, Sheet("", held.__name__))
        sheet.containers.append(Container(kind, steps, bare))
        _walk(found, kind, held, sheet, steps, ())
    elif get_origin(held) is dict:
        sheet = found.setdefault("dict", Sheet("", "dict", free=True))
        sheet.containers.append(Container(kind, steps))
    else:
        form = _form(held, extra)
        own = Field((), form)
        what = "Number" if form == "quantity" else "Name"
        sheet = found.setdefault(what, Sheet("", what, [own], own if form == "quantity" else None))
        sheet.containers.append(Container(kind, steps))


def _plain(annotation: Any, metadata: Iterable[Any] = ()) -> tuple[Any, list[Any]]:
    """A type without `| None` and without what is said of it, and that."""
    extra = list(metadata)
    while True:
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            extra += more
        elif get_origin(annotation) in (Union, types.UnionType):
            left = [one for one in get_args(annotation) if one is not type(None)]
            if len(left) != 1:
                return annotation, extra
            annotation = left[0]
        else:
            return annotation, extra


def _is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, schema.Model)


def _form(annotation: Any, extra: list[Any]) -> Form:
    if annotation is Text and all(one in extra for one in _QUANTITY):
        return "quantity"
    plain = annotation in (Text, str, int, bool) or get_origin(annotation) is Literal
    return "text" if plain else "whole"


def _choices(annotation: Any) -> tuple[str, ...]:
    if annotation is bool:
        return ("true", "false")
    return tuple(map(str, get_args(annotation))) if get_origin(annotation) is Literal else ()


def places(sheet: Sheet, kind: str) -> Iterator[Container]:
    """Where a kind of document has things of a sheet."""
    return (one for one in sheet.containers if one.kind == kind)


#: Kinds whose things may be bare values: what stands alone is their value.
BARE_VALUES = (schema.Parameter.__name__, characterisation.Factor.__name__)
