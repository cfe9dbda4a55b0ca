"""Checks of links to background databases that need no database: what they name of the workspace is there."""

from __future__ import annotations

from lca.errors import Problems
from lca.inventory.backgrounds import Activity, BackgroundLinks, ElementaryLink, Provider
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import check_provider, known
from lca.inventory.references_economics import quantity
from lca.units import DIMENSIONLESS


def check_backgrounds(inventory: Inventory, problems: Problems) -> None:
    """Report names that lead nowhere, flows of the wrong kind, faulty numbers, and what is said twice."""
    for links in inventory.backgrounds.values():
        if links.source is not None:
            known(inventory, links.source, inventory.sources, "source", "REE-N007", problems)
        _check_covers(inventory, links, problems)
        for provider in links.providers:
            _check_provider(inventory, provider, problems)
        _check_twice(links, problems)
        for elementary in links.elementary:
            _check_elementary(inventory, elementary, problems)


def _check_covers(inventory: Inventory, said: BackgroundLinks | Activity, problems: Problems) -> None:
    groups = inventory.workspace.flow_groups if inventory.workspace else {}
    for group in said.covers or ():
        known(inventory, group, groups, "flow group", "REE-N012", problems)


def _check_provider(inventory: Inventory, provider: Provider, problems: Problems) -> None:
    if known(inventory, provider.flow, inventory.flows, "flow", "REE-L003", problems):
        if inventory.flows[provider.flow].kind == "elementary":
            message = f"`{provider.flow}` is an elementary flow"
            problems.add("REE-L007", message, provider.flow.span, expected="a product or waste")
        elif provider.process is not None:
            _check_replaced(inventory, provider, provider.process, problems)
    for said in (provider, *(provider.attempts or ())):
        _check_covers(inventory, said, problems)
        if said.conversion is not None:
            _check_conversion(said.conversion, problems)
        if said.generation is not None:
            share = quantity(said.generation, DIMENSIONLESS, problems, "a share from 0 % to 100 %")
            if share is not None and not 0 <= share <= 1:
                message = f"the share `{said.generation}` is not between 0 % and 100 %"
                problems.add("REE-M006", message, said.generation.span, expected="0 % to 100 %")


def _check_replaced(inventory: Inventory, provider: Provider, name: Text, problems: Problems) -> None:
    check_provider(inventory, name, provider.flow, problems)
    process = inventory.processes.get(name)
    if process is not None and process.stage is not None:
        related = ((process.stage.span, "its stage"),)
        expected = "a process without a stage: what the plant does itself stays"
        problems.add("REE-B020", f"`{name}` belongs to the plant", name.span, expected=expected, related=related)


def _check_conversion(text: Text, problems: Problems) -> None:
    """Its dimension can be judged only with the unit of the database."""
    value = quantity(text, None, problems)
    if value is not None and not value > 0:
        problems.add("REE-M007", f"the conversion `{text}` is not positive", text.span, expected="a number above zero")


def _check_twice(links: BackgroundLinks, problems: Problems) -> None:
    """No two rules hold in the same case, and no two entries speak of the same elementary flow."""
    rules: dict[object, Provider] = {}
    for rule in links.providers:
        case = frozenset((str(name), frozenset(map(str, options))) for name, options in rule.when.items())
        first = rules.setdefault((str(rule.flow), str(rule.process or ""), case), rule)
        if first is not rule:
            related = ((first.flow.span, "the first is here"),)
            message = f"a second rule for {rule.flow} under the same conditions"
            problems.add("REE-B021", message, rule.flow.span, related=related)
    flows: dict[tuple[str, ...], ElementaryLink] = {}
    for entry in links.elementary:
        earlier = flows.setdefault((str(entry.name), *map(str, entry.categories)), entry)
        if earlier is not entry:
            related = ((earlier.name.span, "the first is here"),)
            message = f"a second entry for `{entry.name}` ({', '.join(entry.categories)})"
            problems.add("REE-B021", message, entry.name.span, related=related)


def _check_elementary(inventory: Inventory, entry: ElementaryLink, problems: Problems) -> None:
    is_known = known(inventory, entry.flow, inventory.flows, "flow", "REE-L003", problems)
    if is_known and inventory.flows[entry.flow].kind != "elementary":
        message = f"`{entry.flow}` is no elementary flow"
        problems.add("REE-L007", message, entry.flow.span, expected="an elementary flow")
    if entry.conversion is not None:
        _check_conversion(entry.conversion, problems)
