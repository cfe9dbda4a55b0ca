"""Checks of what studies say about methods, products, allocations, prices and networks."""

from __future__ import annotations

import math
from collections.abc import Iterable

from lca.chemistry import OXIDES
from lca.errors import Problems
from lca.inventory import schema
from lca.inventory.declarations import BASKET
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import evident, known
from lca.inventory.references_economics import check_rare_earth, quantity, report_out_of_bounds
from lca.inventory.references_reporting import check_equivalents, check_reporting
from lca.units import UnitError, describe, multiply, parse_unit

#: How all plants together are called among the plants.
NETWORK = "network"


def check_studies(inventory: Inventory, problems: Problems) -> None:
    """Report names that lead nowhere, what is named twice, and outputs that are no amounts per year."""
    check_equivalents(inventory, problems)
    for study in inventory.studies.values():
        for name in study.allocations:
            known(inventory, name, inventory.allocations, "allocation", "REE-N012", problems)
        _once(study.allocations, "allocation", problems)
        _once([question.title for question in study.questions], "question", problems)
        for account in study.upstream_accounts:
            accounts = inventory.workspace.accounts if inventory.workspace else {}
            known(inventory, account, accounts, "account", "REE-N012", problems)
        if study.prices is not None:
            known(inventory, study.prices, inventory.price_lists, "price list", "REE-N012", problems)
        if study.allocations and study.products is None:
            place = study.allocations[0].span
            problems.add("REE-S002", "key `products` is missing", place, expected="products: {composition: ...}")
        if study.products is not None:
            _check_products(inventory, study, study.products, problems)
        _check_methods(inventory, study, problems)
        _once(study.backgrounds, "background", problems)
        if study.reporting is not None:
            check_reporting(inventory, study, study.reporting, problems)
        for plants in study.networks.values():
            _check_plants(inventory, study, plants, problems)


def _once(names: Iterable[Text], called: str, problems: Problems) -> None:
    seen: dict[str, Text] = {}
    for name in names:
        first = seen.setdefault(str(name), name)
        if first is not name:
            related = ((first.span, "first given here"),)
            problems.add("REE-S004", f"{called} `{name}` is given twice", name.span, related=related)


def _check_methods(inventory: Inventory, study: schema.Study, problems: Problems) -> None:
    """No indicator is in two methods of a study, or in one method twice."""
    _once(study.method, "method", problems)
    seen: dict[str, str] = {}
    for name in dict.fromkeys(study.method):
        method = inventory.methods.get(name)
        for called in map(method.called, method.indicators) if method is not None else ():
            first = seen.setdefault(called, str(name))
            if first != name:
                message = f"{first} and {name} both have the indicator `{called}`"
                problems.add("REE-S004", message, name.span, expected="methods without an indicator in common")
                break


def _check_products(inventory: Inventory, study: schema.Study, products: schema.Products, problems: Problems) -> None:
    flow = inventory.flows.get(study.demand.flow)
    try:
        unit = parse_unit(str(flow.unit)) if flow else None
    except UnitError:
        unit = None  # reported where the flow is defined
    if unit is not None and unit.dimension not in [parse_unit(name).dimension for name in ("kg", "kg_REO")]:
        message, expected = (
            f"`{study.demand.flow}` is {describe(unit.dimension)}",
            "mass, which `products` are parts of",
        )
        problems.add("REE-U003", message, study.demand.flow.span, expected=expected)
    for title, members in products.groups.items():
        if str(title) == BASKET or str(title) in OXIDES.values():
            problems.add("REE-N005", f"`{title}` is a product already", title.span, expected="another name")
        _once([element for element in members if check_rare_earth(element, problems)], "element", problems)


def _check_plants(inventory: Inventory, study: schema.Study, plants: list[schema.Plant], problems: Problems) -> None:
    _check_titles(plants, problems)
    for plant in plants:
        if plant.source is not None:
            known(inventory, plant.source, inventory.sources, "source", "REE-N007", problems)
        if not evident(plant, study):
            message, expected = (
                f"`{plant.output}` has no source or no evidence grade",
                "source: and evidence:, here or for the study",
            )
            problems.add("REE-E001", message, plant.output.span, expected=expected)
        output_of(inventory, study, plant, problems)


def _check_titles(plants: list[schema.Plant], problems: Problems) -> None:
    """Plants can be told apart by their titles."""
    seen: dict[str, Text] = {}
    for plant in plants:
        title = plant.title or plant.scenario
        if str(title) == NETWORK:
            problems.add("REE-N005", f"`{title}` stands for all plants together", title.span, expected="another title")
        first = seen.setdefault(str(title), title)
        if first is not title:
            problems.add(
                "REE-S004",
                f"plant {title} is given twice",
                title.span,
                expected="`title:` to tell them apart",
                related=((first.span, "first given here"),),
            )


def output_of(inventory: Inventory, study: schema.Study, plant: schema.Plant, problems: Problems) -> float | None:
    """What a plant makes, in base units per second; None after reporting."""
    flow = inventory.flows.get(study.demand.flow)
    try:
        unit = parse_unit(str(flow.unit)) if flow else None
    except UnitError:
        unit = None  # reported where the flow is defined
    if unit is None:
        return None
    due = multiply(unit.dimension, parse_unit("1/year").dimension)
    output = quantity(plant.output, due, problems, f"an amount of {study.demand.flow} per year: 400 {unit.name}/year")
    if output is None:
        return None
    if not output > 0:
        problems.add("REE-M007", f"the output `{plant.output}` is not positive", plant.output.span)
        return None
    if not math.isfinite(output / parse_unit("1/year").factor):
        report_out_of_bounds(plant.output, problems)
        return None
    return output
