"""The shape of distributions as they are written, and the base of all models."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from lca.inventory.scalars import Malformed, Quantity


class Model(BaseModel):
    """All models: unknown keys are errors, nothing changes after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def exactly_one(model: Model, names: tuple[str, ...]) -> None:
    """Raise `Malformed` unless one, and only one, of these keys is given."""
    given = [name for name in names if getattr(model, name) is not None]
    if len(given) != 1:
        found = " and ".join(given) if given else "none"
        raise Malformed("REE-S005", f"{found} given", "exactly one of " + ", ".join(names))


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
    low: Quantity | None = None
    high: Quantity | None = None


class Lognormal(Model):
    median: Quantity
    gsd2: Quantity | None = None
    sigma: Quantity | None = None
    low: Quantity | None = None
    high: Quantity | None = None

    @model_validator(mode="after")
    def _one(self) -> Lognormal:
        exactly_one(self, ("gsd2", "sigma"))
        return self


class Discrete(Model):
    values: Annotated[list[Quantity], Field(min_length=1)]
    weights: list[Quantity]


class Empirical(Model):
    values: Annotated[list[Quantity], Field(min_length=2)]


class Distribution(Model):
    """Exactly one of the families."""

    uniform: Uniform | None = None
    triangular: Triangular | None = None
    pert: Triangular | None = None
    normal: Normal | None = None
    lognormal: Lognormal | None = None
    discrete: Discrete | None = None
    empirical: Empirical | None = None

    @model_validator(mode="after")
    def _one(self) -> Distribution:
        exactly_one(self, tuple(type(self).model_fields))
        return self

    def family(self) -> tuple[str, Model]:
        """Name and numbers of the family given."""
        return next((name, value) for name in type(self).model_fields if (value := getattr(self, name)) is not None)
