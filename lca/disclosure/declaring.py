"""Who declares, and for which period: what workspace and study say of it, or an error that names the key to fill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from lca.disclosure.pact.declared import missing
from lca.errors import InputError, Problems, Span
from lca.inventory.loading import Inventory
from lca.inventory.schema import Study


@dataclass(frozen=True)
class Declarant:
    """Name of the organisation, its country if it is said, and the period; its end is exclusive."""

    organisation: str
    country: str
    start: date
    end: date


def declarant(inventory: Inventory, study: Study) -> Declarant:
    """Who declares what a study says. Raises `InputError` with everything that is missing."""
    problems = Problems()
    organisation = inventory.workspace.organisation if inventory.workspace else None
    period = study.reporting.period if study.reporting is not None else None
    if organisation is None or organisation.name is None:
        place = inventory.workspace.workspace.span if inventory.workspace else Span(inventory.root, 1, 1)
        missing("organisation.name", "organisation: {name: ...}", "the workspace", place, problems)
    if period is None:
        sample = "reporting: {period: [2025-01-01, 2026-01-01]}"
        missing("reporting.period", sample, f"study {study.study}", study.study.span, problems)
    problems.raise_errors()
    assert organisation is not None
    assert period is not None
    start, end = (date.fromisoformat(str(day)) for day in period)
    return Declarant(str(organisation.name), str(organisation.country or ""), start, end)


def report_no_year(study: Study, said: Declarant, problems: Problems) -> None:
    """Report a period that yearly production does not fill."""
    if (said.end - said.start).days not in (365, 366):
        assert study.reporting is not None
        assert study.reporting.period is not None
        message = f"the period from {said.start} to {said.end} has {(said.end - said.start).days} days"
        expected = "one year, as the output of the plants is: [2025-01-01, 2026-01-01]"
        problems.add("REE-X044", message, study.reporting.period[0].span, expected=expected)


def raise_missing(*makers: InputError) -> None:
    """Raise several failures as one."""
    found = [diagnostic for failure in makers for diagnostic in failure.diagnostics]
    if found:
        raise InputError(found)
