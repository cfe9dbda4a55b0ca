"""Checks of published footprints: sources are known, numbers have evidence, ranges their lower end first."""

from __future__ import annotations

from lca.errors import Problems
from lca.inventory.loading import Inventory
from lca.inventory.published import Published
from lca.inventory.references import evident, known
from lca.inventory.references_economics import quantity


def check_published(inventory: Inventory, problems: Problems) -> None:
    """Report what is wrong in the documents of `published`."""
    for published in inventory.published.values():
        if published.source is not None:
            known(inventory, published.source, inventory.sources, "source", "REE-N007", problems)
        if not evident(published, published):
            message, expected = (
                f"`{published.ends[0]}` has no source or no evidence grade",
                "source: and evidence:, here",
            )
            problems.add("REE-E001", message, published.ends[0].span, expected=expected)
        _check_numbers(inventory, published, problems)


def _check_numbers(inventory: Inventory, published: Published, problems: Problems) -> None:
    indicators = {name: None for method in inventory.methods.values() for name in method.indicators}
    if not inventory.unread:  # else it may be of a method that was left out
        known(inventory, published.indicator, indicators, "indicator", "REE-I002", problems)
    first, last = published.ends[0], published.ends[-1]
    low = quantity(first, None, problems)
    high = quantity(last, None, problems) if last is not first else low
    if low is not None and high is not None and low > high:
        problems.add("REE-M009", f"`{first}` is above `{last}`", first.span, expected="the lower end first")
