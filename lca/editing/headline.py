"""The headline results of a workspace, before and after a change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


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
    root: Path, study: str | None = None, indicator: str | None = None, basis: str | None = None
) -> Headline:
    """The headline of a study of the workspace at `root`. Raises `InputError`."""
    from lca.impact.overview import select
    from lca.impact.study import run_study

    results = run_study(root, study, sensitivity=False, brief=True)
    wanted = indicator or str(results.metadata["indicators"][0]["id"])
    own = basis or str(results.metadata["electricity_basis"])
    rows = select(results, "results", wanted, own)
    info = next(info for info in results.metadata["indicators"] if info["id"] == wanted)
    values = {
        str(name): None if value != value else float(value)
        for name, value in zip(rows["scenario"], rows["value"], strict=True)
    }
    return Headline(str(results.metadata["study"]), wanted, str(info["title"]), str(info["unit"]), own, values)


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
