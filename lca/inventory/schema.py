"""The shape of every kind of document, as pydantic models.

Leaves stay `Text`: they know their place, so whatever is found wrong with them later can point at the character. Units, formulas and names are
not checked here; that needs the whole workspace (`lca.inventory.checking`).
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainValidator, WithJsonSchema, model_validator

from lca.inventory.evaluation import FUNCTION_NAMES
from lca.inventory.formula import KEYWORDS
from lca.inventory.reading import Text
from lca.units import UNIT_NAMES

RESERVED = KEYWORDS | UNIT_NAMES | FUNCTION_NAMES

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_ADDRESS = re.compile(r"[A-Za-z][\w-]*\.[A-Za-z_]\w*")


class Malformed(ValueError):
    """A value of the wrong form; `code` is the diagnostic it becomes."""

    def __init__(self, code: str, message: str, expected: str = ""):
        super().__init__(message)
        self.code, self.expected = code, expected


def _text(value: Any) -> Text:
    if not isinstance(value, Text):
        raise Malformed("REE-S003", f"{_called(value)} stands where one value is due", "a single value")
    if not value.strip():
        raise Malformed("REE-S003", "the value is empty", "a value")
    return value


def _called(value: Any) -> str:
    return "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "something else"


def _identifier(value: Any) -> Text:
    text = _text(value)
    if not _IDENTIFIER.fullmatch(text):
        raise Malformed("REE-S006", f"`{text}` is not an identifier", "lower-case letters, digits and underscores, a letter first")
    return text


def _parameter_name(value: Any) -> Text:
    text = _text(value)
    if not re.fullmatch(r"[A-Za-z]\w*", text):
        raise Malformed("REE-S006", f"`{text}` is not a parameter name", "letters, digits and underscores, a letter first")
    if text in RESERVED:
        kind = "a unit" if text in UNIT_NAMES else "a function" if text in FUNCTION_NAMES else "a keyword"
        raise Malformed("REE-N005", f"`{text}` is {kind}", "another name")
    return text


def _option(value: Any) -> Text:
    text = _text(value)
    if not _OPTION.fullmatch(text):
        raise Malformed("REE-S006", f"`{text}` is not an option", "letters, digits, hyphens and underscores")
    return text


def _address(value: Any) -> Text:
    text = _text(value)
    if not is_address(text):
        raise Malformed("REE-S006", f"`{text}` is not an address", "process.parameter, axis.parameter, study.parameter or workspace.parameter")
    return text


def is_identifier(text: str) -> bool:
    """Whether a text can be the id of a document or the name of an option."""
    return _OPTION.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether a text has the form `owner.parameter`."""
    return _ADDRESS.fullmatch(text) is not None


def _options(value: Any) -> tuple[Text, ...]:
    items = value if isinstance(value, list) else [value]
    if not items:
        raise Malformed("REE-S003", "the list is empty", "at least one option")
    return tuple(_option(item) for item in items)


def _scope(value: Any) -> Text:
    text = _text(value)
    if not re.fullmatch(r"1|2|3\.(?:[1-9]|1[0-5])", text):
        raise Malformed("REE-S007", f"`{text}` is no GHG scope", "1, 2, or 3.1 to 3.15")
    return text


def _as_setting(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


def _as_factor(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


_STRING = WithJsonSchema({"type": "string"})
_SCALAR = WithJsonSchema({"type": ["string", "number"]})

Prose = Annotated[Text, PlainValidator(_text), _STRING]
Quantity = Annotated[Text, PlainValidator(_text), _SCALAR]
Identifier = Annotated[Text, PlainValidator(_identifier), _STRING]
ParameterName = Annotated[Text, PlainValidator(_parameter_name), _STRING]
Option = Annotated[Text, PlainValidator(_option), _STRING]
Address = Annotated[Text, PlainValidator(_address), _STRING]
Options = Annotated[tuple[Text, ...], PlainValidator(_options), WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}})]
Scope = Annotated[Text, PlainValidator(_scope), _SCALAR]
Score = Annotated[int, Field(ge=1, le=5)]
Evidence = Literal["measured", "literature", "calculated", "expert", "placeholder"]
FlowKind = Literal["product", "waste", "elementary"]


class Model(BaseModel):
    """All models: unknown keys are errors, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Proven(Model):
    """Anything that carries evidence."""

    source: Identifier | None = None
    evidence: Evidence | None = None
    pedigree: Annotated[list[Score], Field(min_length=5, max_length=5)] | None = None
    note: Prose | None = None


class Uniform(Model):
    low: Quantity
    high: Quantity


class Triangular(Model):
    low: Quantity
    mode: Quantity
    high: Quantity


class Normal(Model):
    mean: Quantity
    sd: Quantity


class Lognormal(Model):
    median: Quantity
    gsd2: Quantity


class Distribution(Model):
    """Exactly one of the families."""

    uniform: Uniform | None = None
    triangular: Triangular | None = None
    pert: Triangular | None = None
    normal: Normal | None = None
    lognormal: Lognormal | None = None

    @model_validator(mode="after")
    def _one(self) -> Distribution:
        _exactly_one(self, ("uniform", "triangular", "pert", "normal", "lognormal"))
        return self

    def family(self) -> tuple[str, Model]:
        """Name and numbers of the family given."""
        return next((name, value) for name in type(self).model_fields if (value := getattr(self, name)) is not None)


def _exactly_one(model: Model, names: tuple[str, ...]) -> None:
    given = [name for name in names if getattr(model, name) is not None]
    if len(given) != 1:
        found = " and ".join(given) if given else "none"
        raise Malformed("REE-S005", f"{found} given", "exactly one of " + ", ".join(names))


class Parameter(Proven):
    """A named quantity, choice, text or composition."""

    value: Quantity | None = None
    formula: Quantity | None = None
    choice: Option | None = None
    text: Prose | None = None
    composition: dict[Option, Quantity] | None = None
    of: Literal["elements", "oxides"] | None = None
    options: list[Option] | None = None
    unit: Prose | None = None
    distribution: Distribution | None = None
    range: Annotated[list[Quantity], Field(min_length=2, max_length=2)] | None = None
    kind: Literal["recovery", "yield", "efficiency", "fraction"] | None = None

    @model_validator(mode="after")
    def _one(self) -> Parameter:
        _exactly_one(self, ("value", "formula", "choice", "text", "composition"))
        if self.formula is not None and (self.distribution or self.range):
            raise Malformed("REE-S005", "a formula and a distribution or range given", "the spread of what the formula is made of")
        if self.distribution and self.range:
            raise Malformed("REE-S005", "distribution and range given", "one of them")
        if self.composition is not None and self.of is None:
            raise Malformed("REE-S002", "`of` is missing", "of: elements, or of: oxides")
        return self


Setting = Annotated[Parameter, BeforeValidator(_as_setting)]


class Product(Model):
    flow: Identifier
    amount: Quantity


class Exchange(Proven):
    """One line of inputs, outputs, emissions or resources."""

    flow: Identifier
    amount: Quantity
    provider: Identifier | None = None
    origin: Prose | None = None
    supply: Option | None = None
    scope: Scope | None = None
    bin: Identifier | None = None
    when: dict[ParameterName, Options] | None = None
    stoichiometric: Quantity | None = None
    distribution: Distribution | None = None
    range: Annotated[list[Quantity], Field(min_length=2, max_length=2)] | None = None


class Share(Proven):
    provider: Identifier
    share: Quantity
    flow: Identifier | None = None


class Mix(Model):
    shares: Annotated[list[Share], Field(min_length=1)]
    losses: Quantity | None = None


class Balance(Model):
    elements: Annotated[list[Option], Field(min_length=1)]
    tolerance: Quantity


class Process(Proven):
    """A unit process: what goes in and out per reference product."""

    process: Identifier
    title: Prose
    product: Product
    stage: Identifier | None = None
    location: Prose | None = None
    year: Prose | None = None
    parameters: dict[ParameterName, Parameter] = {}
    inputs: list[Exchange] = []
    outputs: list[Exchange] = []
    emissions: list[Exchange] = []
    resources: list[Exchange] = []
    mix: Mix | None = None
    balance: Balance | None = None

    @model_validator(mode="after")
    def _mix_or_inputs(self) -> Process:
        if self.mix and self.inputs:
            raise Malformed("REE-S005", "mix and inputs given", "one of them")
        return self


class Flow(Model):
    title: Prose
    kind: FlowKind
    unit: Prose
    compartment: Literal["air", "water", "soil", "resource"] | None = None
    formula: Prose | None = None
    composition: dict[Option, Quantity] | None = None
    cas: Prose | None = None
    bulk: bool = False
    note: Prose | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Flow:
        if self.formula is not None and self.composition is not None:
            raise Malformed("REE-S005", "formula and composition given", "one of them")
        if (self.kind == "elementary") != (self.compartment is not None):
            raise Malformed("REE-S005", "compartment and kind do not agree", "a compartment for elementary flows, and for no others")
        return self


class Flows(Model):
    flows: dict[Identifier, Flow]


class Source(Model):
    title: Prose
    author: Prose | None = None
    year: Prose | None = None
    publisher: Prose | None = None
    doi: Prose | None = None
    url: Prose | None = None
    accessed: Prose | None = None
    licence: Prose | None = None
    note: Prose | None = None


class Sources(Model):
    sources: dict[Identifier, Source]


class LinkRule(Model):
    flow: Identifier
    provider: Identifier
    when: dict[ParameterName, Options] = {}
    note: Prose | None = None


class Links(Model):
    links: list[LinkRule]


class Axis(Model):
    title: Prose


class WorkspaceDocument(Proven):
    workspace: Option
    title: Prose
    axes: dict[ParameterName, Axis] = {}
    default_study: Option | None = None
    parameters: dict[ParameterName, Parameter] = {}


class Supply(Model):
    market: Identifier
    location: Identifier


class Instrument(Model):
    type: Prose
    vintage: Prose | None = None
    market_boundary: Prose | None = None
    matching: Literal["annual", "hourly"] | None = None
    note: Prose | None = None


class AxisOption(Proven):
    """One option of an axis; its first key is the axis, read into `option`."""

    option: Option
    title: Prose
    links: dict[Identifier, Identifier] = {}
    supplies: dict[Identifier, Supply] = {}
    instrument: Instrument | None = None
    set: dict[Address, Setting] = {}
    parameters: dict[ParameterName, Parameter] = {}


class Pool(Model):
    makeup: Identifier
    surplus: Identifier


class Loop(Model):
    loop: Identifier
    title: Prose
    substance: Prose
    pools: Annotated[dict[Identifier, Pool], Field(min_length=1)]
    bins: Annotated[dict[Identifier, Prose], Field(min_length=1)]
    note: Prose | None = None


class Comparison(Model):
    """Two scenarios by their ids; or, with `axis`, every pair that differs in nothing but these two options of it."""

    axis: ParameterName | None = None
    baseline: Prose
    alternative: Prose
    title: Prose | None = None
    note: Prose | None = None


class Study(Proven):
    """What is asked. Keys that are axes belong to scenarios, checked against the workspace later."""

    study: Option
    title: Prose
    goal: Prose | None = None
    audience: Prose | None = None
    boundary: Prose | None = None
    upstream_stages: list[Identifier] = []
    declared_unit: Prose
    demand: Product
    method: Identifier
    electricity_basis: Literal["market", "location"] = "market"
    scenarios: list[dict[Prose, Any]] = []
    comparisons: list[Comparison] = []
    parameters: dict[ParameterName, Parameter] = {}
    set: dict[Address, Setting] = {}


class ScenarioExtras(Model):
    """What a scenario entry may hold beside its axes."""

    name: Option | None = None
    title: Prose | None = None
    note: Prose | None = None
    set: dict[Address, Setting] = {}


class Factor(Model):
    value: Quantity
    partial: Prose | None = None


class Indicator(Model):
    title: Prose
    unit: Prose
    factors: Annotated[dict[Identifier, Annotated[Factor, BeforeValidator(_as_factor)]], Field(min_length=1)]
    note: Prose | None = None


class Method(Model):
    method: Identifier
    title: Prose
    source: Identifier | None = None
    note: Prose | None = None
    indicators: Annotated[dict[Prose, Indicator], Field(min_length=1)]
