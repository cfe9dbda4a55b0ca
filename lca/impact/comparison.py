"""Two results beside each other: what is saved, and what makes the difference."""

from __future__ import annotations

from typing import Any

from lca.impact.contributions import Contribution
from lca.impact.results import StudyResults, frame, records


def compare_pair(results: StudyResults, baseline: str, alternative: str) -> StudyResults:
    """The comparison of any two scenarios that the results hold, in the tables `comparisons` and `differences`."""
    rows: dict[str, list[dict[str, Any]]] = {"comparisons": [], "differences": []}
    table, parts = results["results"], results["contributions"]
    for key, group in table.groupby(["indicator", "unit", "electricity_basis"], sort=False):
        indicator, unit, basis = (str(part) for part in key)
        values = group.set_index("scenario")["value"]
        rows["comparisons"].append(
            comparison(baseline, alternative, "", indicator, unit, basis, values[baseline], values[alternative])
        )
        own = parts[(parts["indicator"] == indicator) & (parts["electricity_basis"] == basis)]
        sides = {
            name: [
                Contribution(row["dimension"], row["item"], row["title"], row["value"])
                for row in records(own[own["scenario"] == name])
            ]
            for name in (baseline, alternative)
        }
        rows["differences"] += differences(
            baseline, alternative, indicator, unit, basis, sides[baseline], sides[alternative]
        )
    tables = dict(results.tables) | {name: frame(name, found) for name, found in rows.items()}
    return StudyResults(results.metadata, tables)


def comparison(
    baseline: str, alternative: str, title: str, indicator: str, unit: str, basis: str, old: float, new: float
) -> dict[str, Any]:
    """Saving: baseline minus alternative, positive when the alternative is lower; its share is of the baseline."""
    return {
        "baseline": baseline,
        "alternative": alternative,
        "title": title,
        "indicator": indicator,
        "unit": unit,
        "electricity_basis": basis,
        "baseline_value": old,
        "alternative_value": new,
        "saving": old - new,
        "saving_share": (old - new) / old if old else None,
    }


def differences(
    baseline: str,
    alternative: str,
    indicator: str,
    unit: str,
    basis: str,
    old: list[Contribution],
    new: list[Contribution],
) -> list[dict[str, Any]]:
    sides: dict[tuple[str, str], list[Any]] = {}
    for side, parts in enumerate((old, new)):
        for part in parts:
            sides.setdefault((part.dimension, part.item), [part.title, 0.0, 0.0])[1 + side] += part.value
    rows = [
        {
            "baseline": baseline,
            "alternative": alternative,
            "indicator": indicator,
            "unit": unit,
            "electricity_basis": basis,
            "dimension": dimension,
            "item": item,
            "title": title,
            "baseline_value": a,
            "alternative_value": b,
            "saving": a - b,
        }
        for (dimension, item), (title, a, b) in sides.items()
    ]
    return sorted(rows, key=lambda row: (row["dimension"], -abs(row["saving"])))
