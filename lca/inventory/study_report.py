"""Facts of a study that nothing computes and a report has to say."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from lca.inventory.distribution_schema import Model
from lca.inventory.scalars import Prose


class StudyReport(Model):
    """Facts that the standards ask for and no model holds. What is left out, the report says is not stated."""

    commissioner: Prose | None = None
    practitioner: Prose | None = None
    date: Prose | None = None
    version: Prose | None = None
    reasons: Prose | None = None
    application: Prose | None = None
    comparative_assertion: Prose | None = None
    product: Prose | None = None
    purity: Prose | None = None
    product_rules: Prose | None = None
    cut_off: Prose | None = None
    capital_goods: Prose | None = None
    time: Prose | None = None
    geography: Prose | None = None
    data_collection: Prose | None = None
    data_quality: Prose | None = None
    missing_data: Prose | None = None
    biogenic_carbon: Prose | None = None
    aircraft: Prose | None = None
    offsets: Prose | None = None
    value_choices: Prose | None = None
    critical_review: Prose | None = None
    conclusions: Prose | None = None
    limitations: Annotated[list[Prose], Field(default_factory=list)]
