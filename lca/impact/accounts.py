"""What a plant buys: its cost, where it comes from, and what a year of it adds up to."""

from __future__ import annotations

import math
from collections.abc import Container, Iterator, Mapping
from typing import Any

from lca.errors import Problems
from lca.impact.contributions import SystemScores
from lca.impact.methods import MethodFactors
from lca.impact.prices import Prices, Quote
from lca.inventory.economics import Origin
from lca.inventory.formula import in_base_units, literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.references_economics import report_out_of_bounds
from lca.inventory.references_studies import NETWORK, output_of
from lca.inventory.schema import Plant
from lca.system.checking import BASES, CheckedStudy
from lca.system.linking import Basis
from lca.system.network import ProductSystem
from lca.system.purchases import Purchase
from lca.system.scenario import report_unknown
from lca.units import parse_unit

Rows = list[dict[str, Any]]
_YEARLY = parse_unit("1/year").factor

#: What the share of one country is based on: shares of world supply, or the place of the supplier in the model.
WORLD, MODEL = "world supply", "supplier in the model"


def cost_rows(scores: SystemScores, prices: Prices) -> Rows:
    """Rows of the table `costs`: every purchase of a scenario, per declared unit; no cost where no price is known.

    `low` and `high` are the cost with the price at that end of its range, so that what a loop saves, which is negative,
    is saved at the same price as is paid for the rest.
    """
    system = scores.system
    rows: Rows = []
    for (stage, flow, supplier, account), bought in _summed(system, scores.purchases).items():
        amount = float(bought)
        node, info = system.nodes[supplier], system.inventory.flows.named(flow)
        quote = prices.of_flow(flow, node.location, system.amounts)
        rows.append(
            {
                "scenario": system.scenario.id,
                "stage": stage,
                "flow": flow,
                "title": str(info.title),
                "account": account,
                "supplier": node.process,
                "location": node.location,
                "amount": amount,
                "unit": str(info.unit),
                "currency": prices.currency,
                **_costs(quote, amount),
            }
        )
    return sorted(rows, key=lambda row: -abs(row["cost"] or 0.0))


def _costs(quote: Quote | None, amount: float) -> dict[str, Any]:
    if quote is None:
        return dict.fromkeys(
            ("price", "price_low", "price_high", "cost", "low", "high", "source", "evidence", "price_note")
        )
    return {
        "price": quote.price,
        "price_low": quote.low,
        "price_high": quote.high,
        "cost": quote.price * amount,
        "low": quote.low * amount,
        "high": quote.high * amount,
        "source": quote.source,
        "evidence": quote.evidence,
        "price_note": " ".join(quote.note.split()),
    }


def _summed(system: ProductSystem, bought: list[Purchase]) -> dict[tuple[str, str, int, str], float]:
    found: dict[tuple[str, str, int, str], float] = {}
    for purchase in bought:
        stage = str(system.process(purchase.edge.node).stage)
        key = (stage, purchase.flow, purchase.supplier, purchase.account)
        found[key] = found.get(key, 0.0) + purchase.amount
    return found


# --- dependency


def dependency_rows(costs: Rows, inventory: Inventory, upstream: Container[str]) -> Rows:
    """Rows of the table `dependency`, from those of `costs` of one scenario: of each good that is bought net, the share
    of each country, with the mass and the cost that it stands for. Wastes and surplus of a loop are not supplied, and
    bulk goods (water) are not traded. What the stages and accounts `upstream` hold, such as the feed, is marked.
    """
    origins = {str(flow): origin for flow, origin in inventory.origins.items()}
    totals: dict[str, dict[str, Any]] = {}
    places: dict[str, dict[str, float]] = {}
    for row in costs:
        flow_ = inventory.flows.named(row["flow"])
        if flow_.bulk or flow_.kind == "waste" or any(row["flow"] in loop.pools for loop in inventory.loops.values()):
            continue
        total = totals.setdefault(row["flow"], {**row, "amount": 0.0, "cost": 0.0, "upstream": True})
        total["upstream"] &= row["stage"] in upstream or row["account"] in upstream
        total["amount"] += row["amount"]
        total["cost"] = None if row["cost"] is None or total["cost"] is None else total["cost"] + row["cost"]
        shares = places.setdefault(row["flow"], {})
        country = row["location"].partition("-")[0] or "any"  # of US-SRMW, a part of a country
        shares[country] = shares.get(country, 0.0) + row["amount"]
    rows: Rows = []
    for flow, total in totals.items():
        if total["amount"] <= 0:
            continue
        origin = origins.get(flow)
        shares = _shares(origin) if origin else {k: v / total["amount"] for k, v in places[flow].items()}
        largest = max(shares, key=lambda country: (country != "other", shares[country]))
        for country, share in shares.items():
            rows.append(
                {key: total[key] for key in ("scenario", "flow", "title", "account", "upstream", "unit", "currency")}
                | {"country": country, "share": share, "largest": country == largest}
                | {"amount": total["amount"] * share, "cost": None if total["cost"] is None else total["cost"] * share}
                | {"basis": WORLD if origin else MODEL}
                | {
                    "source": str(origin.source or "") if origin else "",
                    "evidence": origin.evidence if origin else None,
                }
            )
    return rows


def _shares(origin: Origin) -> dict[str, float]:
    found = {str(country): _plain(str(text)) for country, text in origin.shares.items() if str(text) != "rest"}
    rest = [str(country) for country, text in origin.shares.items() if str(text) == "rest"]
    return found | dict.fromkeys(rest, max(0.0, 1 - sum(found.values())))


def _plain(text: str) -> float:
    found = literal(parse(text))
    assert found is not None  # checked with the references
    return in_base_units(found)


# --- a year


def account_rows(
    checked: CheckedStudy,
    method: MethodFactors,
    scored: Mapping[tuple[str, Basis], SystemScores],
    problems: Problems,
) -> Rows:
    """Rows of the table `accounts`: every plant of every network, then the network as their sum."""
    rows: Rows = []
    for name, plants in checked.study.networks.items():
        own: list[Rows] = []
        for plant in plants:
            runs = plant_runs(checked, plant, problems)
            if runs is not None and (str(plant.scenario), checked.study.electricity_basis) in scored:
                own.append(list(_plant_rows(checked, method, scored, str(name), plant, runs)))
                if not all(math.isfinite(row["value"]) for row in own[-1]):
                    report_out_of_bounds(plant.output, problems)
        rows += [row for part in own for row in part]
        if len(own) == len(plants):
            rows += _network_rows(own)
    return rows


def plant_runs(checked: CheckedStudy, plant: Plant, problems: Problems) -> float | None:
    """How many declared units a plant makes in a year; None after reporting, or where its scenario is not computed."""
    system = checked.systems.get((str(plant.scenario), checked.study.electricity_basis))
    if system is None:
        known = [scenario.id for scenario in checked.scenarios]
        if plant.scenario not in known and checked.complete:
            report_unknown(plant.scenario, known, checked.excluded, problems)
        return None
    unit = parse_unit(str(checked.inventory.flows[checked.study.demand.flow].unit))
    output = output_of(checked.inventory, checked.study, plant, problems)
    return None if output is None else output / _YEARLY / (float(system.demand) * unit.factor)


def _plant_rows(
    checked: CheckedStudy,
    method: MethodFactors,
    scored: Mapping[tuple[str, Basis], SystemScores],
    network: str,
    plant: Plant,
    runs: float,
) -> Iterator[dict[str, Any]]:
    common = {"network": network, "plant": str(plant.title or plant.scenario), "scenario": str(plant.scenario)}
    basis = checked.study.electricity_basis
    scores = scored[str(plant.scenario), basis]
    system = scores.system
    product = system.inventory.flows[checked.study.demand.flow]
    produced = {"item": str(checked.study.demand.flow), "title": str(product.title), "unit": str(product.unit)}
    yield common | {"kind": "output", "electricity_basis": basis} | produced | {"value": runs * float(system.demand)}
    for which in BASES:
        own = scored[str(plant.scenario), which]
        for k, info in enumerate(method.indicators):
            if not own.assessed[k]:
                continue
            row = common | {"electricity_basis": which, "unit": info.unit}
            value, covered = runs * float(own.total[k]), float(own.coverage[k])
            yield row | {"kind": "indicator", "item": info.id, "title": info.title, "value": value, "coverage": covered}
            if k == 0:
                for part in own.contributions(k):
                    if part.dimension in ("scope", "account"):
                        kind = "ghg_scope" if part.dimension == "scope" else "footprint_by_account"
                        value = runs * part.value
                        yield row | {"kind": kind, "item": part.item, "title": part.title, "value": value}
    bought: dict[tuple[str, str], float] = {}
    for purchase in scores.purchases:
        key = (purchase.account, purchase.flow)
        bought[key] = bought.get(key, 0.0) + purchase.amount
    for (account, flow), amount in sorted(bought.items()):
        info_ = system.inventory.flows.named(flow)
        row = common | {"electricity_basis": basis, "kind": f"bought:{account or 'other'}", "item": flow}
        yield row | {"title": str(info_.title), "unit": str(info_.unit), "value": runs * amount}
    yield from _totals(system, common | {"electricity_basis": basis}, bought, runs)


def _totals(
    system: ProductSystem, common: Mapping[str, Any], bought: Mapping[tuple[str, str], float], runs: float
) -> Iterator[dict[str, Any]]:
    """What is bought of each account in a year, unit by unit: electricity in kWh is not added to fuel in MJ."""
    workspace = system.inventory.workspace
    titles = {str(name): str(title) for name, title in workspace.accounts.items()} if workspace else {}
    totals: dict[tuple[str, str], float] = {}
    for (account, flow), amount in bought.items():
        if account in titles:
            key = (account, str(system.inventory.flows.named(flow).unit))
            totals[key] = totals.get(key, 0.0) + amount
    for (account, unit), amount in sorted(totals.items()):
        title = f"{titles[account]}, total in {unit}"
        yield {**common, "kind": "total", "item": account, "title": title, "unit": unit, "value": runs * amount}


def _network_rows(plants: list[Rows]) -> Rows:
    """The sums of the plants; of an indicator that one of them lacks there is none."""
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    times: dict[tuple[str, ...], int] = {}
    for row in [row for rows in plants for row in rows]:
        key = tuple(str(row[name]) for name in ("electricity_basis", "kind", "item", "unit"))
        if key not in found:
            found[key] = {**row, "plant": NETWORK, "scenario": "", "value": 0.0}
        found[key]["value"] += row["value"]
        if "coverage" in row:
            found[key]["coverage"] = min(found[key]["coverage"], row["coverage"])
        times[key] = times.get(key, 0) + 1
    return [row for key, row in found.items() if row["kind"] != "indicator" or times[key] == len(plants)]
