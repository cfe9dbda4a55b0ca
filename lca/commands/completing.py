"""What a shell offers on <TAB>: ids of scenarios and studies, indicators, addresses of parameters.

Arguments and options are told by their names, which mean the same in every command.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from lca.errors import InputError, Problems

if TYPE_CHECKING:
    from lca.inventory.loading import Inventory

#: Set by the shell while it asks.
VARIABLE = "_REE_LCA_COMPLETE"

Offers = Iterable[tuple[str, str]]


def attach(command: click.Command) -> click.Command:
    """The command, with what its parameters are completed to."""
    for parameter in command.params:
        offers = _OFFERS.get(str(parameter.name))
        if offers is not None:
            setattr(parameter, "shell_complete", _completer(offers))  # noqa: B010 (click looks it up as a method)
    for below in command.commands.values() if isinstance(command, click.Group) else ():
        attach(below)
    return command


def _completer(offers: Callable[[Inventory, str], Offers]) -> Callable[[click.Context, str], list[CompletionItem]]:
    def complete(ctx: click.Context, begun: str) -> list[CompletionItem]:
        from lca.inventory.loading import load
        from lca.workspace import find

        try:
            given = ctx.params.get("root")
            found = offers(load(find(Path(given) if given else None), Problems()), begun)
            return [CompletionItem(name, help=text or None) for name, text in dict(found).items()]
        except (InputError, OSError):
            return []  # a shell is no place for messages

    return complete


# --- what there is


def _studies(inventory: Inventory, begun: str) -> Offers:
    return [(str(name), str(study.title)) for name, study in inventory.studies.items() if name.startswith(begun)]


def _indicators(inventory: Inventory, begun: str) -> Offers:
    for method in inventory.methods.values():
        for name, indicator in method.indicators.items():
            if name.startswith(begun):
                yield str(name), str(getattr(indicator, "title", None) or "")


def _scenarios(inventory: Inventory, begun: str) -> Offers:
    """Those of the studies; where none begins so, the next part of any combination of options."""
    from lca.system.scenario import scenarios_of

    listed = {
        scenario.id: scenario.title
        for study in inventory.studies.values()
        for scenario in scenarios_of(inventory, study, Problems())[0]
        if scenario.id.startswith(begun)
    }
    return listed.items() if listed else _parts(inventory, begun)


def _parts(inventory: Inventory, begun: str) -> Iterator[tuple[str, str]]:
    axes = list(inventory.workspace.axes) if inventory.workspace else []
    before, _, last = begun.rpartition("/")
    place = before.count("/") + 1 if before else 0
    if place < len(axes):
        for name, option in inventory.options.get(axes[place], {}).items():
            if name.startswith(last):
                ends = "" if place == len(axes) - 1 else "/"
                yield "/".join(filter(None, (before, str(name)))) + ends, str(option.title)


def _addresses(inventory: Inventory, begun: str) -> Offers:
    owners: list[tuple[str, Any]] = [(str(name), process) for name, process in inventory.processes.items()]
    owners += [(str(name), option) for options in inventory.options.values() for name, option in options.items()]
    owners += [("workspace", inventory.workspace)] if inventory.workspace else []
    for owner, document in owners:
        for name, parameter in document.parameters.items():
            address = f"{owner}.{name}"
            if address.startswith(begun):
                yield address, str(parameter.value or parameter.formula or parameter.choice or "")


def _settings(inventory: Inventory, begun: str) -> Offers:
    """`process.parameter=`; nothing more once the value is begun."""
    return [] if "=" in begun else [(f"{address}=", value) for address, value in _addresses(inventory, begun)]


def _ties(inventory: Inventory, begun: str) -> Offers:
    """A parameter, then two scenarios."""
    return (
        _scenarios(inventory, begun) if "/" in begun else [*_addresses(inventory, begun), *_scenarios(inventory, begun)]
    )


_OFFERS: dict[str, Callable[[Inventory, str], Offers]] = {
    "study": _studies,
    "scenario": _scenarios,
    "scenarios": _scenarios,
    "baseline": _scenarios,
    "alternative": _scenarios,
    "indicator": _indicators,
    "settings": _settings,
    "changes": _settings,
    "path": _addresses,
    "vary": _settings,
    "asked": _ties,
}
