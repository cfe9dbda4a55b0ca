"""What a study declares beside its numbers, as plain data for the metadata of results: plants, prices, allocations, and
how electricity is supplied; each as it was written, with its evidence.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.chemistry import OXIDES
from lca.impact.tables import study_prices
from lca.inventory import schema
from lca.inventory.economics import Allocation, PriceList
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.system.checking import CheckedStudy
from lca.system.linking import GRID


def declared(checked: CheckedStudy) -> dict[str, Any]:
    """The entries `prices`, `price_lists`, `allocations`, `networks`, `electricity` and `questions`."""
    inventory, study = checked.inventory, checked.study
    allocations = _allocations(checked)
    lists = dict.fromkeys(str(allocation.prices) for allocation in allocations if allocation.prices)
    prices = study_prices(checked)
    return {
        "prices": None if prices is None else _price_list(prices.list),
        "price_lists": [_price_list(inventory.price_lists.named(name)) | _products(inventory, name) for name in lists],
        "allocations": [_allocation(inventory, allocation) for allocation in allocations],
        "networks": {str(name): [_plant(study, plant) for plant in plants] for name, plants in study.networks.items()},
        "electricity": _supplies(checked),
        "questions": [str(question.title) for question in study.questions],
    }


def _texts(document: Any, *keys: str) -> dict[str, str]:
    """Some entries of a document as text, on one line; empty where they are absent."""
    found = {key: getattr(document, key) for key in keys}
    return {key: "" if value is None else " ".join(str(value).split()) for key, value in found.items()}


def _price_list(prices: PriceList) -> dict[str, Any]:
    return _texts(prices, "prices", "title", "date", "currency", "region", "source", "evidence", "note")


def _products(inventory: Inventory, name: str) -> dict[str, Any]:
    """The prices of what is sold, by oxide, as written."""
    prices = inventory.price_lists.named(name)
    return {
        "products": [
            {"product": OXIDES.get(str(element), str(element)), "price": str(entry.price)}
            | {"range": " to ".join(map(str, entry.range or ()))}
            | {key: str(getattr(entry, key) or getattr(prices, key) or "") for key in ("source", "evidence")}
            | _texts(entry, "note")
            for element, entry in prices.products.items()
        ]
    }


def _allocations(checked: CheckedStudy) -> list[Allocation]:
    """The allocations of the study, and those that they build on."""
    found = [checked.inventory.allocations[name] for name in checked.study.allocations]
    bases = [checked.inventory.allocations.find(str(one.base)) for one in found if one.base]
    return found + [one for one in bases if one is not None and one not in found]


def _allocation(inventory: Inventory, allocation: Allocation) -> dict[str, Any]:
    when = {axis: [str(inventory.options[axis].named(o).title) for o in wanted] for axis, wanted in _when(allocation)}
    keys = ("allocation", "title", "by", "prices", "base", "virgin", "allocation_factor", "quality_ratio")
    return (
        _texts(allocation, *keys, "source", "evidence", "note")
        | {"elements": [str(element) for element in allocation.elements or ()]}
        | {"when": when}
    )


def _when(allocation: Allocation) -> list[tuple[str, list[str]]]:
    return [(str(axis), list(map(str, options))) for axis, options in allocation.when.items()]


def _plant(study: schema.Study, plant: schema.Plant) -> dict[str, str]:
    """A plant; where it names no source or evidence, those of the study are its own."""
    own = _texts(plant, "scenario", "title", "output", "source", "evidence", "note")
    return own | {key: own[key] or text for key, text in _texts(study, "source", "evidence").items()}


def _supplies(checked: CheckedStudy) -> list[dict[str, Any]]:
    """The options of the scenarios on every axis that some exchange takes its supplier from, with the instruments that
    they rest on; `alike` are the scenarios in which both bases of electricity accounting are the same.
    """
    inventory = checked.inventory
    lines = [line for process in inventory.processes.values() for line in (*process.inputs, *process.outputs)]
    axes = dict.fromkeys(str(line.supply) for line in lines if line.supply is not None)
    found = []
    for axis in (name for name in axes if name in inventory.options):
        for option in inventory.options[axis].values():
            own = [scenario.id for scenario in checked.scenarios if scenario.chosen.get(axis) == option.option]
            if own:
                found.append(
                    {"axis": axis, "option": str(option.option), "title": str(option.title), "scenarios": own}
                    | {"supplies": [_supply(inventory, flow, one) for flow, one in option.supplies.items()]}
                    | {"instrument": _instrument(option.instrument)}
                    | {"alike": [name for name in own if _is_alike(checked, name)]}
                )
    return found


def _is_alike(checked: CheckedStudy, scenario: str) -> bool:
    return checked.systems[scenario, "market"] is checked.systems[scenario, "location"]


def _supply(inventory: Inventory, flow: Text, supply: schema.Supply) -> Mapping[str, str]:
    return {
        "flow": str(inventory.flows[flow].title),
        "market": _supplier(inventory, supply.market),
        "location": _supplier(inventory, supply.location),
    }


def _supplier(inventory: Inventory, name: Text) -> str:
    """The title of a process; empty for the grid of the place."""
    return "" if name == GRID else str(inventory.processes[name].title)


def _instrument(instrument: schema.Instrument | None) -> dict[str, str] | None:
    if instrument is None:
        return None
    return _texts(instrument, "type", "vintage", "market_boundary", "matching", "note")
