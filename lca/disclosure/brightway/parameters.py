"""The parameters of several scenarios as those of Brightway.

A parameter that says the same in all scenarios becomes a parameter of the database, which changes all of them at once.
One that differs, or that a scenario sets, becomes a parameter of the activities of the scenario, a group of its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from lca.disclosure.formulas import Translated, translated
from lca.disclosure.spread import spread
from lca.inventory.distributions import spread_of
from lca.inventory.parameters import process_of
from lca.inventory.reading import Text
from lca.inventory.scope import Scope
from lca.units import base_unit


@dataclass(frozen=True)
class Settled:
    """Addresses of the parameters of the database, and of those that scenarios have of their own."""

    common: frozenset[str]
    own: Mapping[str, frozenset[str]]


@dataclass
class Parameters:
    """What Brightway calls each parameter, and what the scenarios need of them so far."""

    names: dict[str, str] = field(default_factory=dict)
    found: dict[str, dict[str, Translated]] = field(default_factory=dict)
    scopes: dict[str, Scope] = field(default_factory=dict)

    def called(self, address: str) -> str:
        """A name in Python of its own for each address."""
        if address not in self.names:
            name, taken = address.replace(".", "__").replace("-", "_"), set(self.names.values())
            while name in taken:
                name += "_"
            self.names[address] = name
        return self.names[address]

    def formula(self, text: Text, process: str | None, scenario: str, scope: Scope) -> Translated:
        """A formula of a scenario. What it needs is taken up, and what that needs in turn."""
        self.scopes[scenario] = scope
        made = translated(text, process, scope, self.called)
        for address in sorted(made.needs):
            self._take_up(address, scenario, scope)
        return made

    def _take_up(self, address: str, scenario: str, scope: Scope) -> None:
        own = self.found.setdefault(scenario, {})
        if address in own:
            return
        parameter = scope.definitions[address].parameter
        text = parameter.formula if parameter.formula is not None else parameter.value
        assert text is not None
        own[address] = self.formula(text, process_of(address), scenario, scope)

    def settled(self) -> Settled:
        """Which parameters are those of the database, once everything has been taken up.

        Those that say the same in all scenarios, but for scenarios that set them: these have one of their own, which
        goes before that of the database, and so have all that it is needed by.
        """
        texts: dict[str, str] = {}
        common = set().union(*self.found.values())
        for address in sorted(common):
            said = [(s, own[address].text) for s, own in self.found.items() if address in own]
            unset = {text for s, text in said if not self.scopes[s].definitions[address].set_by}
            own_texts = unset or {text for _, text in said}
            texts[address] = own_texts.pop()
            if own_texts:
                common.discard(address)
        own = {s: {a for a, made in found.items() if made.text != texts[a]} for s, found in self.found.items()}
        while True:
            before = len(common), sum(map(len, own.values()))
            for scenario, found in self.found.items():
                own[scenario] |= {a for a in found if a not in common or not own[scenario].isdisjoint(found[a].needs)}
            common = {a for a in common if any(a in found and a not in own[s] for s, found in self.found.items())}
            if before == (len(common), sum(map(len, own.values()))):
                return Settled(frozenset(common), {s: frozenset(found) for s, found in own.items()})

    def rows(self, scenario: str, addresses: Iterable[str]) -> list[dict[str, Any]]:
        """These parameters as a scenario has them: in base units, with spread and evidence."""
        scope = self.scopes[scenario]
        return [self._row(address, self.found[scenario][address], scope) for address in addresses]

    def _row(self, address: str, made: Translated, scope: Scope) -> dict[str, Any]:
        definition = scope.definitions[address]
        kind = scope.kind_at(address)
        row: dict[str, Any] = {"name": self.called(address), "amount": float(scope.value_at(address))}
        parameter = definition.parameter
        if made.needs:
            row["formula"] = made.text
        else:
            row |= spread(parameter)
        said = {
            "unit": base_unit(kind.dimension) if kind else "",
            "comment": " ".join((parameter.note or "").split()),
            "written": str(parameter.value if parameter.formula is None else parameter.formula),
            "address": address,
            "source": definition.source,
            "evidence": definition.evidence,
        }
        return row | {key: text for key, text in said.items() if text}


def only_here(scope: Scope, used: Sequence[Iterable[str]]) -> set[str]:
    """Parameters with a spread that one alone of several amounts depends on; `used` are what each of them names."""
    times: dict[str, int] = {}
    for addresses in used:
        for address in scope.needed_by(addresses):
            times[address] = times.get(address, 0) + 1
    return {a for a, count in times.items() if count == 1 and has_spread(scope, a)}


def has_spread(scope: Scope, address: str) -> bool:
    """Whether a spread is stated of a parameter."""
    parameter = scope.definitions[address].parameter
    return parameter.value is not None and spread_of(parameter) is not None


def by_name(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Rows in the order of their names."""
    return sorted(map(dict, rows), key=lambda row: str(row["name"]))
