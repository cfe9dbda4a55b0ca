"""What is said of an imported background: which activities stand where, what stays ours, and what they leave out.

Of a database that may not be passed on nothing is shown but names and what was computed with it: no exchange and no
inventory of an activity.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np

from lca.errors import Problems, one_of
from lca.impact.contributions import SystemScores
from lca.impact.imported import ImportedScores, uncharacterised_imports
from lca.impact.methods import MethodFactors
from lca.impact.results import StudyResults, records
from lca.inventory.backgrounds import OWN
from lca.system.checking import CheckedStudy
from lca.system.linking import Basis, Node, Replaced
from lca.system.network import ProductSystem
from lca.system.purchases import passes_on

#: How many of our own data sets are named.
SHOWN = 8

#: Why a data set of ours was used.
NO_RULE = "no rule for it"

AGGREGATED = "Results hold what its activities cause in all, and nothing of their exchanges or inventories."
ALL_GENERATION = (
    "What bought electricity and heat of the background cause is booked as scope 2 in full, what comes before "
    "generation included: the database does not tell the two apart in a score ({flows})."
)
OURS_ONLY = (
    "Method {method} has factors for flows of the workspace only: {count} elementary flows of the database that occur "
    "have none. Among these may be some that shipped methods characterise."
)


def distinct(checked: CheckedStudy) -> list[ProductSystem]:
    """The product systems of a study, each once."""
    return list({id(system): system for system in checked.systems.values()}.values())


def replaced_in(systems: Iterable[ProductSystem]) -> list[Replaced]:
    """Every place in which a rule of the background decided, once."""
    found = {(one.own, one.imported): one for system in systems for one in system.replaced}
    return list(found.values())


def report_doubtful_links(checked: CheckedStudy, problems: Problems) -> None:
    """Warn of links in use that nobody has verified, and of those that had to fall back on another activity."""
    for _, imported, replacement in replaced_in(distinct(checked)):
        choice, missed = replacement.choice, replacement.missed
        if choice is None or replacement.process is None:
            continue
        name = imported.process
        if choice.unverified is not None:
            message = f"{name} is used, a link that nobody has verified: {on_one_line(choice.unverified)}"
            problems.add("REE-B030", message, choice.unverified.span)
        if missed and choice.activity is not None:
            message = f"{name} stands in: the database has no {one_of(missed)}"
            problems.add("REE-B031", message, choice.activity.span)


def provider_rows(
    checked: CheckedStudy, scored: Mapping[tuple[str, Basis], SystemScores], imported: ImportedScores | None
) -> list[dict[str, Any]]:
    """Rows of the table `providers`: every data set of the supply chain in use, from the database or ours, with why;
    none where no database is used. `result_share` is the largest share of a result of the first indicator that arises
    in it.
    """
    if imported is None:
        return []
    shares = _result_shares(scored.values())
    rows = [*_imported_rows(checked, imported, shares), *_own_rows(checked, imported, shares)]
    return sorted(rows, key=lambda row: (row["background"] == OWN, -row["result_share"]))


def _result_shares(scored: Iterable[SystemScores]) -> dict[Node, float]:
    found: dict[Node, float] = {}
    for scores in scored:
        parts = np.abs(scores.direct[0] * scores.system.supply)
        for node, part in zip(scores.system.nodes, parts / (float(parts.sum()) or 1.0), strict=True):
            found[node] = max(found.get(node, 0.0), float(part))
    return found


def _imported_rows(
    checked: CheckedStudy, imported: ImportedScores, shares: Mapping[Node, float]
) -> Iterator[dict[str, Any]]:
    for own, node, replacement in replaced_in(distinct(checked)):
        choice = replacement.choice
        if replacement.process is None or choice is None:
            continue
        made = imported.linked.activities[node.process]
        flow = checked.inventory.flows.named(made.flow)
        yield {
            "flow": made.flow,
            "title": str(flow.title),
            "process": own.process,
            "location": own.location,
            "background": imported.contents.name,
            "activity": made.name,
            "product": made.product,
            "activity_location": made.location,
            "amount": made.amount,
            "unit": made.unit,
            "per": str(flow.unit),
            "result_share": shares.get(node, 0.0),
            "fallback": one_of(replacement.missed) or None,
            "unverified": on_one_line(choice.unverified) or None,
            "reason": None,
            "note": on_one_line(choice.note) or None,
        }


def _own_rows(
    checked: CheckedStudy, imported: ImportedScores, shares: Mapping[Node, float]
) -> Iterator[dict[str, Any]]:
    systems = distinct(checked)
    refused = {one.own: one.replacement.rule.none for one in replaced_in(systems) if one.replacement.process is None}
    seen = set()
    for system in systems:
        for index, node in enumerate(system.nodes):
            process = system.process(index)
            if node in seen or process.stage is not None or passes_on(process) or node.process in imported.places:
                continue
            seen.add(node)
            flow = checked.inventory.flows[process.product.flow]
            yield {
                "flow": str(process.product.flow),
                "title": str(flow.title),
                "process": node.process,
                "location": node.location,
                "background": OWN,
                "per": str(flow.unit),
                "result_share": shares.get(node, 0.0),
                "reason": on_one_line(refused[node]) if refused.get(node) is not None else NO_RULE,
            }


def background_metadata(
    checked: CheckedStudy,
    method: MethodFactors,
    scored: Mapping[tuple[str, Basis], SystemScores],
    imported: ImportedScores | None,
) -> dict[str, Any] | None:
    """What results say of the background: which database, by which links, what its flows are to the methods, the
    largest share of a result of the first indicator that arises in our own data sets all the same. None where no
    database is used.
    """
    if imported is None:
        return None
    basis = checked.study.electricity_basis
    systems = {name: system for (name, own), system in checked.systems.items() if own == basis}
    left_out = {one.id: uncharacterised_imports(imported, systems, number) for number, one in enumerate(method.sets)}
    written = [one.id for one in method.sets if one.archive is None and left_out[one.id]]
    return {
        **metadata_of(imported),
        "note": on_one_line(imported.linked.links.note),
        "activities": len(imported.contents.activities),
        "own_share": max((_own_share(scores, imported) for scores in scored.values()), default=0.0),
        "solver": imported.life_cycles.solver,
        "elementary_flows": {
            "in the database": len(imported.contents.flows),
            **Counter(found.by for found in imported.elementary.ours.values()),
        },
        "notes": [
            *_notes(checked, imported),
            *(OURS_ONLY.format(method=name, count=len(left_out[name])) for name in written),
        ],
        "uncharacterised": [{"method": name, "flows": flows} for name, flows in left_out.items()],
    }


def metadata_of(imported: ImportedScores) -> dict[str, Any]:
    """What identifies a database, and what may be done with it."""
    contents, origin = imported.contents, imported.contents.origin
    return {
        "name": contents.name,
        "title": imported.linked.title,
        "version": origin.version,
        "system_model": origin.system_model,
        "licence": origin.licence,
        "licensed": origin.licensed,
        "format": origin.format,
        "imported": origin.imported,
        "sha256": contents.sha256,
        "links": str(imported.linked.links.background),
    }


def _own_share(scores: SystemScores, imported: ImportedScores) -> float:
    """The share of a result of the first indicator that arises in data sets of the supply chain that are ours."""
    parts = np.abs(scores.direct[0] * scores.system.supply)
    ours = [
        not scores.system.is_foreground(index) and node.process not in imported.places
        for index, node in enumerate(scores.system.nodes)
    ]
    return float(parts[ours].sum() / (parts.sum() or 1.0))


def _notes(checked: CheckedStudy, imported: ImportedScores) -> Iterator[str]:
    yield AGGREGATED
    whole = dict.fromkeys(
        str(system.inventory.flows[edge.line.flow].title)
        for system in distinct(checked)
        for edge in system.edges
        if edge.provider is not None and edge.line.scope == "2" and system.is_foreground(edge.node)
        if (made := imported.linked.activities.get(system.nodes[edge.provider].process)) and made.generation is None
    )
    if whole:
        yield ALL_GENERATION.format(flows=", ".join(whole))


def called(background: Mapping[str, Any]) -> str:
    """A background in words: name, title, version, system model, licence."""
    parts = [background["title"]]
    parts += [f"version {background['version']}"] if background["version"] else []
    parts += [part for part in (background["system_model"], background["licence"]) if part]
    parts += ["licensed: aggregated scores only"] if background["licensed"] else []
    return f"{background['name']} ({', '.join(parts)})"


def folder_of(results: StudyResults) -> str:
    """The name of the folder for the results of a study: each background has its own."""
    background = results.metadata.get("background")
    return str(results.metadata["study"]) + (f"@{background['name']}" if background is not None else "")


def said_of_background(results: StudyResults) -> list[str]:
    """What a run on a database has to say of it: which it is, what comes from it and what from our own data sets."""
    return said_of(results.metadata["background"], records(results["providers"]))


def said_of(background: Mapping[str, Any], providers: Iterable[Mapping[str, Any]]) -> list[str]:
    """The same, from `background_metadata` and rows of the table `providers`."""
    rows = list(providers)
    own = [row for row in rows if row["background"] == OWN]
    said = (
        f"background {called(background)}: {len(rows) - len(own)} data sets of the supply chain from it, {len(own)} of"
        " our own"
    )
    if own:
        names = dict.fromkeys(str(row["process"]) for row in own)
        shown = ", ".join(list(names)[:SHOWN]) + (f" ... ({len(names)} processes)" if len(names) > SHOWN else "")
        said += f": {shown}; up to {background['own_share']:.0%} of a result arises in these"
    return [said, *map(str, background["notes"][1:])]


def on_one_line(text: str | None) -> str:
    """A text on one line."""
    return " ".join(str(text or "").split())
