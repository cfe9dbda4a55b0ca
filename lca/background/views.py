"""What there is to say about imported databases, as rows of tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lca.background.database import Background, Contents

Row = dict[str, Any]

#: Columns of the tables, also where they have no rows.
ACTIVITY_COLUMNS = ("name", "product", "location", "unit", "amount", "code")
FLOW_COLUMNS = ("name", "categories", "unit", "node", "code")
NOTICED_COLUMNS = ("kind", "text")
UNLINKED_COLUMNS = ("name", "location", "unit", "inputs", "activities", "smallest", "largest")


def listed(background: Background | Contents) -> Row:
    """A database in one row."""
    origin = background.origin
    return {
        "name": background.name,
        "activities": len(background.activities),
        "flows": len(background.flows),
        "format": origin.format,
        "version": origin.version,
        "system_model": origin.system_model,
        "licence": origin.licence,
        "licensed": origin.licensed,
        "imported": origin.imported,
        "sha256": background.sha256,
    }


def summary(background: Background) -> Row:
    """What was imported, and what is missing, as names and values."""
    report = background.report
    spread = sum(
        0 if entries.uncertainty is None else int((entries.uncertainty["uncertainty_type"] > 1).sum())
        for entries in (background.technosphere, background.biosphere)
    )
    return {
        **listed(background),
        "links": background.origin.links,
        "place": background.origin.place,
        "exchanges": len(background.technosphere.rows) - len(background.activities),
        "elementary_exchanges": len(background.biosphere.rows),
        "exchanges_with_uncertainty": spread,
        "unlinked_inputs": len(report.unlinked),
        "unlinked_names": len({line.name for line in report.unlinked}),
        "flows_without_node": sum(not flow.node for flow in background.flows),
        "conversions": len(report.conversions),
        "notes": len(report.notes),
    }


def activities(background: Contents, words: str = "") -> list[Row]:
    """Activities whose code, name, product or location has all of these words."""
    rows = [
        {
            "name": made.name,
            "product": made.product,
            "location": made.location,
            "unit": made.unit,
            "amount": made.amount,
            "code": made.code,
        }
        for made in background.activities
    ]
    return list(_having(rows, words))


def flows(background: Contents, words: str = "") -> list[Row]:
    """Elementary flows whose name, categories or code has all of these words."""
    rows = [
        {
            "name": flow.name,
            "categories": " / ".join(flow.categories),
            "unit": flow.unit,
            "node": flow.node or None,
            "code": flow.code,
        }
        for flow in background.flows
    ]
    return list(_having(rows, words))


def unlinked(background: Contents) -> list[Row]:
    """Inputs that nothing supplies, grouped by what they are, the most frequent first."""
    groups: dict[tuple[str, str, str], list[tuple[int, float]]] = {}
    for line in background.report.unlinked:
        groups.setdefault((line.name, line.location, line.unit), []).append((line.activity, line.amount))
    rows = [
        {
            "name": name,
            "location": location or None,
            "unit": unit,
            "inputs": len(lines),
            "activities": len({activity for activity, _ in lines}),
            "smallest": min(amount for _, amount in lines),
            "largest": max(amount for _, amount in lines),
        }
        for (name, location, unit), lines in groups.items()
    ]
    return sorted(rows, key=lambda row: (-row["inputs"], row["name"]))


def noticed(background: Contents) -> list[Row]:
    """Everything else that was noticed while importing."""
    report = background.report
    return [
        *({"kind": "conversion", "text": text} for text in report.conversions),
        *({"kind": "note", "text": text} for text in report.notes),
    ]


def _having(rows: Iterable[Row], words: str) -> Iterable[Row]:
    wanted = words.lower().split()
    for row in rows:
        text = " ".join(str(value) for value in row.values()).lower()
        if all(word in text for word in wanted):
            yield row
