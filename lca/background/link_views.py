"""What the links of a workspace to a database lead to, rule by rule and flow by flow, for people who write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.background import naming
from lca.background.database import Contents
from lca.background.links import opened
from lca.background.our_flows import our_flows
from lca.background.suggest import as_yaml, suggestions
from lca.errors import Problems, one_of
from lca.inventory.backgrounds import LinkedBackground, Replacement
from lca.inventory.loading import Inventory, load
from lca.inventory.references_backgrounds import check_backgrounds

if TYPE_CHECKING:
    import pandas as pd

#: Columns of `rule_rows` and `elementary_rows`.
RULES = (
    *("flow", "process", "when", "status", "activity", "product", "location", "amount", "unit", "per"),
    *("fallback", "unverified", "problem", "line"),
)
ELEMENTARY = ("name", "categories", "unit", "flow", "amount", "per", "by")


def checked_links(root: Path, name: str) -> tuple[Inventory, Contents]:
    """The inventory of a workspace linked to a database. Raises `InputError` with everything that is wrong."""
    problems = Problems()
    inventory = load(root, problems)
    problems.raise_errors()
    check_backgrounds(inventory, problems)
    problems.raise_errors()
    found = opened(inventory, name, problems)
    problems.raise_errors()
    assert found is not None
    return found


def suggested(root: Path, name: str, flow: str | None) -> str:
    """Candidates in a database for what the workspace buys, as YAML; for one flow, or for all that its links do not
    decide. The workspace need not be linked to it. Raises `InputError`.
    """
    problems = Problems()
    inventory = load(root, problems)
    problems.raise_errors()
    contents = naming.contents(name)
    links = inventory.backgrounds.find(contents.origin.links or contents.name)
    return as_yaml(suggestions(inventory, contents, flow, links), name)


def rules_table(inventory: Inventory) -> pd.DataFrame:
    """`rule_rows` as a table."""
    import pandas as pd

    return pd.DataFrame(rule_rows(inventory), columns=list(RULES))


def elementary_table(inventory: Inventory, contents: Contents) -> pd.DataFrame:
    """`elementary_rows` as a table. Raises `InputError` where a flow could be several of ours."""
    import pandas as pd

    problems = Problems()
    rows = elementary_rows(inventory, contents, problems)
    problems.raise_errors()
    return pd.DataFrame(rows, columns=list(ELEMENTARY))


def rule_rows(inventory: Inventory) -> list[dict[str, Any]]:
    """A row per rule of a linked inventory: `status` is found, none or wrong, with the problem where it is wrong."""
    linked = inventory.linked
    assert linked is not None
    return [_row(inventory, linked, replacement) for found in linked.replacements.values() for replacement in found]


def _row(inventory: Inventory, linked: LinkedBackground, one: Replacement) -> dict[str, Any]:
    rule, made = one.rule, linked.activities[str(one.process)] if one.process is not None else None
    when = "; ".join(f"{name}: {one_of(options)}" for name, options in rule.when.items())
    status = "found" if made is not None else "wrong" if one.fault is not None else "none"
    problem = None if one.fault is None else f"{one.fault.message} (expected: {one.fault.expected})"
    return {
        "flow": str(rule.flow),
        "process": str(rule.process or ""),
        "when": when,
        "status": status,
        "activity": made.name if made is not None else None,
        "product": made.product if made is not None else None,
        "location": made.location if made is not None else None,
        "amount": made.amount if made is not None else None,
        "unit": made.unit if made is not None else None,
        "per": str(inventory.flows[rule.flow].unit),
        "fallback": one_of(one.missed) or None,
        "unverified": " ".join(str(one.choice.unverified).split()) if one.choice and one.choice.unverified else None,
        "problem": problem if problem is not None else (str(rule.none) if rule.none is not None else None),
        "line": rule.flow.span.shown(),
    }


def elementary_rows(inventory: Inventory, contents: Contents, problems: Problems) -> list[dict[str, Any]]:
    """A row per elementary flow of the database that is one of ours, with how that is known."""
    linked = inventory.linked
    assert linked is not None
    known = our_flows(inventory, linked.links, contents, problems)
    rows = []
    for place, found in known.ours.items():
        flow = contents.flows[place]
        rows.append(
            {
                "name": flow.name,
                "categories": ", ".join(flow.categories),
                "unit": flow.unit,
                "flow": found.flow,
                "amount": found.amount,
                "per": str(inventory.flows.named(found.flow).unit),
                "by": found.by,
            }
        )
    return rows
