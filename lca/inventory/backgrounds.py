"""How our flows are linked to an imported background database: which activity supplies what, and which of its
elementary flows are ours. What these links lead to in a database is a matter of `background.links`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, model_validator

from lca.errors import Diagnostic
from lca.inventory.reading import Text
from lca.inventory.scalars import DatabaseName, Identifier, Malformed, Options, ParameterName, Prose, Quantity
from lca.inventory.schema import Model

#: Where a study asks for no database, but for the data sets of the workspace itself.
OWN = "own"


class Activity(Model):
    """An activity of a database by its exact name; `product` and `location` where the name recurs.

    `conversion` is how much of its product, in the unit of the database, one unit of our flow is. `generation` is the
    share of what electricity or heat causes that arises where it is generated (scope 2).
    """

    activity: Prose | None = None
    product: Prose | None = None
    location: Prose | None = None
    conversion: Quantity | None = None
    generation: Quantity | None = None
    covers: list[Identifier] | None = None
    unverified: Prose | None = None
    note: Prose | None = None


class Provider(Activity):
    """Which activity supplies a flow (or takes up a waste): one, the first of several that the database has, or
    none. What an entry of `try` does not say holds as the rule has it.
    """

    flow: Identifier
    when: dict[ParameterName, Options] = {}
    process: Identifier | None = None
    attempts: Annotated[list[Activity], Field(min_length=1)] | None = Field(default=None, alias="try")
    none: Prose | None = None

    @model_validator(mode="after")
    def _one(self) -> Provider:
        given = [("activity", self.activity), ("try", self.attempts), ("none", self.none)]
        names = [name for name, value in given if value is not None]
        if len(names) != 1:
            found = " and ".join(names) if names else "none"
            place = names[-1] if names else "flow"
            raise Malformed("REE-S005", f"{found} given", "exactly one of activity, try, none", place)
        if any(attempt.activity is None for attempt in self.attempts or ()):
            raise Malformed("REE-S002", "key `activity` is missing in an entry of `try`", "`activity:`", "try")
        return self

    def choices(self) -> list[Activity]:
        """What may supply the flow, in the order in which it is wanted, each saying everything."""
        own = {name: getattr(self, name) for name in Activity.model_fields}
        attempts = [self] if self.activity is not None else self.attempts or []
        return [
            Activity.model_construct(
                **{name: own[name] if (said := getattr(attempt, name)) is None else said for name in own}
            )
            for attempt in attempts
        ]


class ElementaryLink(Model):
    """A flow of a database that is one of ours: exact name, and the categories that it begins with. `conversion` is
    how much of it, in the unit of the database, one unit of our flow is.
    """

    flow: Identifier
    name: Prose
    categories: Annotated[list[Prose], Field(min_length=1)]
    conversion: Quantity | None = None
    note: Prose | None = None


class BackgroundLinks(Model):
    """The links to one database, or to several that use the same names. `covers` are the groups of flows that its
    data sets report.
    """

    background: DatabaseName
    title: Prose
    source: Identifier | None = None
    covers: list[Identifier] | None = None
    note: Prose | None = None
    providers: list[Provider] = []
    elementary: list[ElementaryLink] = []


@dataclass(frozen=True)
class ImportedActivity:
    """An activity of a database that supplies `flow` of ours, or takes it up.

    `aggregate` is the elementary flow that stands for all that its product causes; `index` its place in the database.
    `amount` is how much of its product, in `unit`, one unit of the flow is, and `count` how many of the unit of the
    aggregate one of that is. `generation` is the share that arises where electricity is generated, where that is said.
    """

    flow: str
    aggregate: str
    index: int
    code: str
    name: str
    location: str
    product: str
    unit: str
    amount: float
    count: float
    takes_up: bool
    generation: float | None


@dataclass(frozen=True)
class Replacement:
    """A rule and what it leads to in a database: the process that stands for an activity, none where the rule says so,
    or a fault. `missed` are the choices that the database lacks.
    """

    rule: Provider
    choice: Activity | None = None
    missed: tuple[str, ...] = ()
    process: Text | None = None
    fault: Diagnostic | None = None


@dataclass(frozen=True)
class LinkedBackground:
    """A database in the place of our own supply chains: replacements by flow, activities by the process that stands
    for them.
    """

    database: str
    title: str
    links: BackgroundLinks
    replacements: Mapping[str, tuple[Replacement, ...]]
    activities: Mapping[str, ImportedActivity]
