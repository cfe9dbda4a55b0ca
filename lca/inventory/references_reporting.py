"""Checks of what studies declare for reports to others, and the quantities in it."""

from __future__ import annotations

from lca.chemistry import OXIDES
from lca.errors import Problems, nearest, one_of
from lca.inventory import schema
from lca.inventory.declarations import BASKET, Reporting
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import known
from lca.inventory.references_economics import quantity
from lca.units import DIMENSIONLESS, Dimension, UnitError, multiply, parse_unit


def check_reporting(inventory: Inventory, study: schema.Study, said: Reporting, problems: Problems) -> None:
    """Report products and indicators that the study lacks, and quantities that cannot be."""
    _check_products(inventory, study, said, problems)
    if said.source is not None:
        known(inventory, said.source, inventory.sources, "source", "REE-N007", problems)
    footprint = said.carbon_footprint
    if footprint is not None and footprint.exempted is not None:
        share_of(footprint.exempted.share, problems)
    climate = footprint.indicators if footprint is not None else None
    methods = [inventory.methods.get(name) for name in study.method]
    if climate is None or any(method is None for method in methods):
        return
    choices = [method.called(name) for method in methods if method is not None for name in method.indicators]
    named = [getattr(climate, part) for part in type(climate).model_fields]
    for indicator in (one for one in named if one is not None and one not in choices):
        message, close = f"{study.study} has no indicator `{indicator}`", nearest(indicator, choices)
        problems.add("REE-I002", message, indicator.span, expected=one_of(choices), suggestion=close)


def check_equivalents(inventory: Inventory, problems: Problems) -> None:
    """Report flows of CO2-equivalents that are not there, or are no elementary flows."""
    said = inventory.workspace.carbon_dioxide_equivalents if inventory.workspace is not None else None
    for name in (getattr(said, part) for part in type(said).model_fields) if said is not None else ():
        if name is None or not known(inventory, name, inventory.flows, "flow", "REE-L003", problems):
            continue
        flow = inventory.flows[name]
        if flow.kind != "elementary" or flow.unit not in ("kg", "kg_CO2e"):
            message = f"`{name}` is {flow.kind}, in {flow.unit}"
            problems.add("REE-S005", message, name.span, expected="an elementary flow in kg_CO2e or kg")


def _check_products(inventory: Inventory, study: schema.Study, said: Reporting, problems: Problems) -> None:
    groups = [str(group) for group in study.products.groups] if study.products is not None else []
    products = [BASKET, *groups, *(OXIDES.values() if study.products is not None else ())]
    flow = inventory.flows.get(study.demand.flow)
    try:
        unit = parse_unit(str(flow.unit)).dimension if flow else None
    except UnitError:
        unit = None  # reported where the flow is defined
    for name, product in said.products.items():
        if name not in products:
            expected = one_of([BASKET, *groups, *(["an oxide of its composition"] if study.products else [])])
            message, close = f"`{name}` is no product of {study.study}", nearest(name, products)
            problems.add("REE-N012", message, name.span, expected=expected, suggestion=close)
        if product.mass is not None and unit is not None:
            mass_of(product.mass, unit, problems)
        for content in (product.fossil_carbon, product.biogenic_carbon):
            if content is not None:
                share_of(content, problems)


def mass_of(text: Text, unit: Dimension, problems: Problems) -> float | None:
    """The mass of a product per unit of what is demanded, in base units; None after reporting."""
    expected = "mass per unit of what is demanded"
    mass = quantity(text, multiply(parse_unit("kg").dimension, unit, -1), problems, expected)
    if mass is not None and not mass > 0:
        problems.add("REE-M007", f"the mass `{text}` is not positive", text.span)
        return None
    return mass


def share_of(text: Text, problems: Problems) -> float | None:
    """A share from 0 to 1; None after reporting."""
    share = quantity(text, DIMENSIONLESS, problems, "a share: 1 %")
    if share is not None and not 0 <= share <= 1:
        problems.add("REE-S006", f"`{text}` is no share", text.span, expected="0 % to 100 %")
        return None
    return share
