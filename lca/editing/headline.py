"""The headline results of a workspace, before and after a change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.errors import Diagnostic, InputError, nearest, one_of
from lca.inventory.loading import Inventory

if TYPE_CHECKING:
    from lca.system.linking import Basis


@dataclass(frozen=True)
class Headline:
    """The results of one indicator on one electricity basis, by scenario; None where it is not assessed."""

    study: str
    indicator: str
    title: str
    unit: str
    basis: str
    values: dict[str, float | None]


def headline_of(
    root: Path,
    study: str | None = None,
    indicator: str | None = None,
    basis: Basis | None = None,
    inventory: Inventory | None = None,
) -> Headline:
    """The headline of a study of the workspace at `root`, or of an `inventory` in its place: Brightway's scores. Raises
    `InputError`.
    """
    from lca.impact.study import computed_study
    from lca.system.checking import Checker

    computed = computed_study(Checker(root, inventory=inventory), study)
    infos = computed.method.indicators
    number = next((k for k, info in enumerate(infos) if indicator in (None, info.id)), None)
    if number is None:
        ids = [info.id for info in infos]
        message = f"the method has no indicator `{indicator}`"
        found = Diagnostic("REE-I002", message, expected=one_of(ids), suggestion=nearest(str(indicator), ids))
        raise InputError([found])
    info, asked = infos[number], computed.checked.study
    own = basis or asked.electricity_basis
    values = {
        name: float(scores.total[number]) if scores.assessed[number] else None
        for (name, of), scores in computed.scored.items()
        if of == own
    }
    return Headline(str(asked.study), info.id, info.title, info.unit, own, values)


def compared(before: Headline, after: Headline) -> list[dict[str, Any]]:
    """A row for every scenario of either: before, after, the difference and its share."""
    rows: list[dict[str, Any]] = []
    for name in dict.fromkeys((*before.values, *after.values)):
        old, new = before.values.get(name), after.values.get(name)
        both = old is not None and new is not None
        difference = new - old if old is not None and new is not None else None
        rows.append(
            {
                "scenario": name,
                "indicator": after.indicator,
                "unit": after.unit,
                "electricity_basis": after.basis,
                "before": old,
                "after": new,
                "difference": difference,
                "change": difference / abs(old) if both and old and difference is not None else None,
            }
        )
    return rows
