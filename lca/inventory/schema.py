"""The shape of every kind of document, as pydantic models.

Leaves stay `Text`: they know their place, so whatever is found wrong with them later can point at the character.
Units, formulas and names are not checked here; that needs the whole workspace.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, model_validator

from lca.inventory.declarations import Equivalents, Organisation, Reporting
from lca.inventory.distribution_schema import Distribution, exactly_one
from lca.inventory.distribution_schema import Model as Model
from lca.inventory.reading import Text
from lca.inventory.scalars import (
    Address,
    DatabaseName,
    Evidence,
    FlowKind,
    Identifier,
    Malformed,
    Option,
    Options,
    ParameterName,
    Prose,
    Quantity,
    Scope,
    Score,
)


def _as_setting(value: Any) -> Any:
    return value if isinstance(value, dict) else {"value": value}


def _as_parts(value: Any) -> Any:
    """The name of a composition alone: all of the rare earths are of it."""
    return {value: None} if isinstance(value, Text) else value


class Proven(Model):
    """Anything that carries evidence, and may say who entered it and who approved it."""

    source: Identifier | None = None
    evidence: Evidence | None = None
    pedigree: Annotated[list[Score], Field(min_length=5, max_length=5)] | None = None
    note: Prose | None = None
    entered_by: Prose | None = None
    approved_by: Prose | None = None


class Parameter(Proven):
    """A named quantity, choice, text, composition, or fraction of each element."""

    value: Quantity | None = None
    formula: Quantity | None = None
    choice: Option | None = None
    text: Prose | None = None
    composition: dict[Option, Quantity] | None = None
    by_element: Annotated[dict[Option, Quantity], Field(min_length=1)] | None = None
    of: Literal["elements", "oxides"] | None = None
    options: list[Option] | None = None
    unit: Prose | None = None
    distribution: Distribution | None = None
    range: Annotated[list[Quantity], Field(min_length=2, max_length=2)] | None = None
    kind: Literal["recovery", "yield", "efficiency", "fraction"] | None = None
    decision: bool | None = None

    @model_validator(mode="after")
    def _one(self) -> Parameter:
        exactly_one(self, ("value", "formula", "choice", "text", "composition", "by_element"))
        if self.by_element is not None and (self.distribution or self.range):
            raise Malformed(
                "REE-S005",
                "by_element and a distribution or range given",
                "the spread of a parameter that multiplies the fractions",
            )
        if self.formula is not None and (self.distribution or self.range):
            raise Malformed(
                "REE-S005", "a formula and a distribution or range given", "the spread of what the formula is made of"
            )
        if self.distribution and self.range:
            raise Malformed("REE-S005", "distribution and range given", "one of them")
        if self.decision is not None and not (self.value is not None and (self.range or self.distribution)):
            expected = "a quantity with the range to choose from"
            raise Malformed("REE-D034", "decision given for what has no range", expected, "decision")
        if self.composition is not None and self.of is None:
            raise Malformed("REE-S002", "`of` is missing", "of: elements, or of: oxides")
        return self


Setting = Annotated[Parameter, BeforeValidator(_as_setting, json_schema_input_type=Parameter | Quantity)]


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
    covers: list[Identifier] | None = None
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


RareEarths = Annotated[
    dict[Prose, Quantity | None],
    Field(min_length=1),
    BeforeValidator(_as_parts, json_schema_input_type=dict[Prose, Quantity | None] | Prose),
]


class Flow(Model):
    title: Prose
    kind: FlowKind
    unit: Prose
    compartment: Literal["air", "water", "soil", "resource"] | None = None
    formula: Prose | None = None
    composition: dict[Option, Quantity] | None = None
    rare_earths: RareEarths | None = None
    cas: Prose | None = None
    bulk: bool = False
    group: Identifier | None = None
    account: Identifier | None = None
    note: Prose | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Flow:
        if self.formula is not None and self.composition is not None:
            raise Malformed("REE-S005", "formula and composition given", "one of them")
        if self.formula is not None and self.rare_earths is not None:
            raise Malformed("REE-S005", "formula and rare_earths given", "one of them")
        if (self.kind == "elementary") != (self.compartment is not None):
            raise Malformed(
                "REE-S005", "compartment and kind do not agree", "a compartment for elementary flows, and for no others"
            )
        if self.group is not None and self.kind != "elementary":
            expected = "a group for elementary flows only"
            raise Malformed("REE-S005", "group given for what is bought or sold", expected, "group")
        if self.account is not None and self.kind == "elementary":
            expected = "an account for products and wastes"
            raise Malformed("REE-S005", "account given for an elementary flow", expected, "account")
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


class Exclusion(Model):
    """Options that do not go together, and why."""

    when: Annotated[dict[ParameterName, Options], Field(min_length=1)]
    reason: Prose


class Correlation(Model):
    """How far two or more parameters go together: the correlation of their normal scores (Gaussian copula)."""

    between: Annotated[list[Address], Field(min_length=2)]
    coefficient: Quantity
    note: Prose | None = None


class WorkspaceDocument(Proven):
    workspace: Option
    title: Prose
    axes: dict[ParameterName, Axis] = {}
    default_study: Option | None = None
    organisation: Organisation | None = None
    carbon_dioxide_equivalents: Equivalents | None = None
    exclusions: list[Exclusion] = []
    flow_groups: dict[Identifier, Prose] = {}
    accounts: dict[Identifier, Prose] = {}
    parameters: dict[ParameterName, Parameter] = {}
    correlations: list[Correlation] = []


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


class Question(Model):
    """Where would two scenarios tie? `vary` is a parameter, or the score of a flow that is bought, in an indicator (the
    first); `between` the range to look in (that of the parameter).
    """

    title: Prose
    vary: Prose
    between: Annotated[list[Quantity], Field(min_length=2, max_length=2)] | None = None
    baseline: Prose
    alternative: Prose
    indicator: Prose | None = None
    note: Prose | None = None


class Products(Model):
    """What the demanded product consists of: the parameter that says its composition, and names for some of its parts
    together (`NdPr oxide: [Nd, Pr]`).
    """

    composition: ParameterName
    groups: dict[Prose, Annotated[list[Option], Field(min_length=2)]] = {}


class Plant(Model):
    """A plant of a network: what a scenario makes in a year."""

    scenario: Prose
    output: Quantity
    title: Prose | None = None
    source: Identifier | None = None
    evidence: Evidence | None = None
    note: Prose | None = None


class Study(Proven):
    """What is asked. Keys that are axes belong to scenarios, checked against the workspace later."""

    study: Option
    title: Prose
    goal: Prose | None = None
    audience: Prose | None = None
    boundary: Prose | None = None
    upstream_stages: list[Identifier] = []
    upstream_accounts: list[Identifier] = []
    declared_unit: Prose
    demand: Product
    method: Options
    backgrounds: list[DatabaseName] = []
    electricity_basis: Literal["market", "location"] = "market"
    products: Products | None = None
    allocations: list[Option] = []
    prices: Option | None = None
    networks: dict[Option, Annotated[list[Plant], Field(min_length=1)]] = {}
    reporting: Reporting | None = None
    scenarios: list[dict[Prose, Any]] = []
    comparisons: list[Comparison] = []
    questions: list[Question] = []
    parameters: dict[ParameterName, Parameter] = {}
    correlations: list[Correlation] = []
    set: dict[Address, Setting] = {}


class ScenarioExtras(Model):
    """What a scenario entry may hold beside its axes."""

    name: Option | None = None
    title: Prose | None = None
    note: Prose | None = None
    set: dict[Address, Setting] = {}
