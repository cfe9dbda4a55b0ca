"""The system boundary: each plant drawn as it was computed, and what crosses its boundary as a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lca.report import formatting as show
from lca.report.cases import Reading, basis_word
from lca.report.document import (
    Block,
    Cell,
    Column,
    Figure,
    FlowChart,
    FlowLink,
    FlowNode,
    KeyValues,
    Paragraph,
    Section,
    Table,
)

#: Goods named beside a step; the table has all.
NAMED = 5

Plant = Mapping[str, Any]


def boundary_section(reading: Reading) -> Section:
    """What belongs to the system, in words, drawn, and as a table of what goes in and out."""
    data, facts = reading.metadata, reading.facts
    items = [
        ("Boundary", str(data.get("boundary") or "")),
        ("Before the gate", ", ".join(show.words(stage) for stage in data.get("upstream_stages") or [])),
        ("Cut-off criteria", facts["cut_off"]),
        ("Capital goods", facts["capital_goods"]),
        ("Time covered", facts["time"]),
        ("Geography", facts["geography"]),
    ]
    blocks: list[Block] = [
        KeyValues(tuple((name, text or show.NOT_STATED) for name, text in items if text or name != "Before the gate"))
    ]
    plants = [plant for plant in data.get("flow_charts") or [] if plant["nodes"]]
    if plants:
        blocks.append(
            Paragraph(
                "Drawn from the system that was computed: what passes between the steps of the plant per declared "
                f"unit, {basis_word(reading.basis)}. A frame without a stage is a pool: what is returned into it "
                "(dashed) is drawn from it again, and only the rest is bought. Behind each good that is bought stands "
                "its supply chain."
            )
        )
    for plant in plants:
        blocks += [_drawing(reading, plant), _crossing(reading, plant)]
    return Section("boundary", "System boundary", tuple(blocks))


def _label(reading: Reading, plant: Plant) -> str:
    case = reading.cases.get(str(plant["scenario"]))
    return case.label if case else str(plant["scenario"])


def _drawing(reading: Reading, plant: Plant) -> Figure:
    label = _label(reading, plant)
    ordered = in_order(plant)
    titles = {str(node["id"]): str(node["title"]) for node in ordered}
    nodes = tuple(
        FlowNode(
            str(node["id"]),
            str(node["title"]),
            show.words(str(node["stage"])) if node["stage"] else "",
            _named(plant["bought"], "to", node["id"]),
            (*_named(plant["leaving"], "from", node["id"]), *_releases(plant, node["id"])),
        )
        for node in ordered
    )
    links = tuple(
        FlowLink(str(link["from"]), str(link["to"]), _amount(link), bool(link["returned"])) for link in plant["links"]
    )
    loops = [link for link in plant["links"] if link["returned"]]
    described = f"Flow chart of {label}: {len(nodes)} steps, the last of which makes {_amount(plant['product'])}."
    if loops:
        named = "; ".join(f"{_amount(link)} from {titles[str(link['from'])]}" for link in loops)
        described += f" Returned for use again: {named}."
    caption = f"{label}: the plant, per declared unit."
    return Figure(described, caption, FlowChart(nodes, links, _amount(plant["product"])), _between(plant, titles))


def _amount(flow: Mapping[str, Any]) -> str:
    return f"{show.quantity(flow['amount'], str(flow['unit']))} {flow['title']}"


def _named(flows: Sequence[Mapping[str, Any]], end: str, node: str) -> tuple[str, ...]:
    own = [_amount(flow) for flow in flows if flow[end] == node]
    return tuple(own if len(own) <= NAMED + 1 else [*own[:NAMED], f"and {len(own) - NAMED} more"])


def _releases(plant: Plant, node: str) -> tuple[str, ...]:
    own = [entry for entry in plant["released"] if entry["from"] == node]
    return tuple(
        f"{'from nature' if e['compartment'] == 'resource' else 'to ' + str(e['compartment'])}: "
        f"{e['flows']} substance{'' if e['flows'] == 1 else 's'}"
        for e in own
    )


def in_order(plant: Plant) -> list[Mapping[str, Any]]:
    """Pools, then what serves other steps, then the longest way from the first step to the product."""
    users: dict[str, list[str]] = {}
    for link in plant["links"]:
        if not link["returned"]:
            users.setdefault(str(link["from"]), []).append(str(link["to"]))
    ways: dict[str, list[str]] = {}

    def way(node: str, before: frozenset[str]) -> list[str]:
        """The longest way from a node on; what leads back into it ends there."""
        if node not in ways:
            later = [way(user, before | {node}) for user in users.get(node, []) if user not in before]
            ways[node] = [node, *max(later, key=len, default=[])]
        return ways[node]

    nodes = {str(node["id"]): node for node in plant["nodes"]}
    processes = [name for name, node in nodes.items() if node["stage"]]
    last = str(plant["product"]["from"])
    for name in processes:
        way(name, frozenset())
    leading = [ways[name] for name in processes if ways[name][-1] == last]
    main = max(leading, key=lambda found: (len(found), _feeds(plant, found[0])), default=[last])
    pools = [name for name, node in nodes.items() if not node["stage"]]
    serving = sorted((name for name in processes if name not in main), key=lambda name: -len(ways[name]))
    return [nodes[name] for name in (*serving, *pools, *main) if name in nodes]


def _feeds(plant: Plant, node: str) -> float:
    """Of ways of the same length, the main one is that of the product's own unit: of what becomes it."""
    unit = plant["product"]["unit"]
    return sum(float(link["amount"]) for link in plant["links"] if link["from"] == node and link["unit"] == unit)


def _between(plant: Plant, titles: Mapping[str, str]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            titles[str(link["from"])],
            titles[str(link["to"])],
            str(link["title"]),
            float(link["amount"]),
            show.unit(str(link["unit"])),
            "returned" if link["returned"] else "",
        )
        for link in plant["links"]
    ]
    columns = (
        Column("From"),
        Column("To"),
        Column("What"),
        Column("Amount", "number"),
        Column("Unit"),
        Column("Loop"),
    )
    return Table("What passes between the steps", columns, tuple(rows), row_headers=2)


def _crossing(reading: Reading, plant: Plant) -> Table:
    """What goes into the plant and out of it, goods one by one."""
    ways = (("bought", "to", "Bought"), ("leaving", "from", "Handed over: waste, wastewater, by-products"))
    titles = {str(node["id"]): str(node["title"]) for node in plant["nodes"]}
    rows: list[tuple[Cell, ...]] = []
    groups = []
    for key, end, heading in ways:
        own = sorted(plant[key], key=lambda flow: str(flow["title"]))
        rows += [(str(f["title"]), titles[str(f[end])], float(f["amount"]), show.unit(str(f["unit"]))) for f in own]
        groups += [(heading, len(own))] if own else []
    columns = (Column("Good"), Column("Step"), Column("Amount", "number"), Column("Unit"))
    caption = f"What crosses the boundary: {_label(reading, plant)}"
    return Table(caption, columns, tuple(rows), groups=tuple(groups), folded=True)
