"""What a plant consists of and what passes between its processes, as plain data: for a drawing of the system."""

from __future__ import annotations

from typing import Any

from lca.impact.contributions import SystemScores
from lca.system.network import ProductSystem, pools_of


def flow_chart(scores: SystemScores) -> dict[str, Any]:
    """Processes of the plant and pools of its loops, what flows between them, what is bought and what leaves; amounts
    per declared unit. Elementary flows are counted by compartment.
    """
    system = scores.system
    pools = pools_of(system.inventory)
    links: dict[tuple[str, str, str, bool], float] = {}
    bought: dict[tuple[str, str], float] = {}
    leaving: dict[tuple[str, str], float] = {}
    released: dict[tuple[str, str], set[str]] = {}
    used: set[str] = set()
    for edge in system.edges:
        if not system.is_foreground(edge.node):
            continue
        user, flow = str(system.process(edge.node).process), edge.flow
        amount = abs(float(edge.line.amount * system.supply[edge.node]))
        if edge.provider is None:
            compartment = str(system.inventory.flows.named(flow).compartment)
            if amount:
                released.setdefault((user, compartment), set()).add(flow)
        elif flow in pools:
            used.add(flow)
            key = (user, flow, flow, True) if edge.into_pool else (flow, user, flow, False)
            links[key] = links.get(key, 0.0) + amount
        elif system.is_foreground(edge.provider):
            supplier = str(system.process(edge.provider).process)
            out = edge.line.direction == "output"
            key = (user, supplier, flow, False) if out else (supplier, user, flow, False)
            links[key] = links.get(key, 0.0) + amount
        else:
            kept = leaving if edge.line.direction == "output" else bought
            kept[user, flow] = kept.get((user, flow), 0.0) + amount
    for flow in sorted(used):
        bought[flow, flow] = _made_up(system, str(pools[flow].makeup))
    return {
        "scenario": system.scenario.id,
        "nodes": [*_processes(system), *({"id": f, "title": _title(system, f), "stage": ""} for f in sorted(used))],
        "product": {"from": str(system.process(0).process)} | _said(system, _demanded(system), float(system.demand)),
        "links": [
            {"from": start, "to": end, "returned": back} | _said(system, flow, amount)
            for (start, end, flow, back), amount in links.items()
            if amount
        ],
        "bought": [{"to": user} | _said(system, flow, amount) for (user, flow), amount in bought.items() if amount],
        "leaving": [{"from": user} | _said(system, flow, amount) for (user, flow), amount in leaving.items() if amount],
        "released": [
            {"from": user, "compartment": compartment, "flows": len(flows)}
            for (user, compartment), flows in released.items()
        ],
    }


def _processes(system: ProductSystem) -> list[dict[str, str]]:
    found = {}
    for node in range(len(system.nodes)):
        if system.is_foreground(node):
            process = system.process(node)
            found[str(process.process)] = {"title": str(process.title), "stage": str(process.stage)}
    return [{"id": name} | said for name, said in found.items()]


def _made_up(system: ProductSystem, makeup: str) -> float:
    """How much of a pool is bought."""
    return sum(
        float(system.supply[n] * system.products[n])
        for n in range(len(system.nodes))
        if str(system.process(n).process) == makeup
    )


def _demanded(system: ProductSystem) -> str:
    return str(system.process(0).product.flow)


def _title(system: ProductSystem, flow: str) -> str:
    return str(system.inventory.flows.named(flow).title)


def _said(system: ProductSystem, flow: str, amount: float) -> dict[str, Any]:
    unit = str(system.inventory.flows.named(flow).unit)
    return {"title": _title(system, flow), "amount": amount, "unit": unit}
