"""Names: the parameters of one scenario, overrides applied, and the order in which names are looked up."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TypeAlias

from lca.errors import Problems, nearest
from lca.inventory import schema
from lca.inventory.formula import FormulaError, names
from lca.inventory.loading import Inventory
from lca.inventory.parameters import COMMAND_LINE, SCENARIO, Definition, Override, merged, process_of, written_dimension
from lca.inventory.reading import Text

#: Documents that define parameters.
Holder: TypeAlias = schema.Process | schema.AxisOption | schema.Study | schema.WorkspaceDocument

_INSERTED = re.compile(r"\$\{\s*([\w.-]+)\s*\}")


def _of_processes(inventory: Inventory) -> dict[str, Definition]:
    """The parameters of all processes, which are the same in every scope; made once for an inventory."""
    if inventory.process_definitions is None:
        inventory.process_definitions = {}
        for process, document in inventory.processes.items():
            inventory.process_definitions |= _of_document(inventory, str(process), document)
    return inventory.process_definitions


def _of_document(inventory: Inventory, owner: str, document: Holder) -> dict[str, Definition]:
    """The parameters of a document by address, likewise."""
    if id(document) not in inventory.definitions:
        inventory.definitions[id(document)] = {
            f"{owner}.{name}": Definition(f"{owner}.{name}", name, parameter, document)
            for name, parameter in document.parameters.items()
        }
    return inventory.definitions[id(document)]


@lru_cache(maxsize=4)
def _formulas(inventory: Inventory) -> tuple[str, ...]:
    """The addresses of what processes say by a formula or text."""
    every = _of_processes(inventory).items()
    return tuple(a for a, found in every if found.parameter.formula or found.parameter.text)


@lru_cache(maxsize=4)
def _defined_in_several(inventory: Inventory) -> frozenset[str]:
    """The names that are defined in more than one of: each axis, the studies, the workspace."""
    documents: list[Iterable[Holder]] = [
        *(options.values() for options in inventory.options.values()),
        inventory.studies.values(),
        filter(None, [inventory.workspace]),
    ]
    places = Counter(
        name for held in documents for name in {str(name) for document in held for name in document.parameters}
    )
    return frozenset(name for name, count in places.items() if count > 1)


@dataclass(frozen=True, slots=True)
class _Step:
    """An address whose needs have all been met, or the circle that leads back to it."""

    address: str
    circle: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Record:
    """The addresses that formulas have named, those that only exchanges which are switched off have, and the options of
    the axes that were asked for.
    """

    used: set[str]
    idle: set[str]
    options: dict[str, str]


class Names:
    """All parameters under one choice of options.

    A name is looked up in its process, then in the chosen options, then in the study, then in the workspace.
    """

    Shape: TypeAlias = tuple[tuple[str, frozenset[str]], ...]

    def __init__(
        self,
        inventory: Inventory,
        chosen: Mapping[str, str],
        study: schema.Study | None,
        overrides: Iterable[Override],
        problems: Problems,
    ):
        self.inventory = inventory
        self.chosen = dict(chosen)
        self.study = study
        self.problems = problems
        self.definitions: dict[str, Definition] = {}
        self.used: set[str] = set()
        #: What exchanges that are switched off name: looked at for its units, and no part of any result.
        self.idle: set[str] = set()
        self.options_used: dict[str, str] = {}
        self.overridden: dict[str, Override] = {}
        #: Settings of options that are not chosen here.
        self.elsewhere: list[Override] = []
        self._chain: list[tuple[str, Holder]] = []
        self._collect()
        #: What each formula needs, by its identity; the same in all scopes of this shape.
        self._needed = inventory.needed.setdefault(self.shape, {})
        #: What the names in a formula of a process mean, likewise.
        self._bound_names = inventory.bound_names.setdefault(self.shape, {})
        #: What kind such a formula is, after the kinds of what it names.
        self._known_kinds = inventory.known_kinds.setdefault(self.shape, {})
        for override in overrides:
            self._override(override)

    def _collect(self) -> None:
        self.definitions |= _of_processes(self.inventory)
        for axis, option in self.chosen.items():
            self._define(axis, self.inventory.options[axis].find(option))
        self._define("study", self.study)
        self._define("workspace", self.inventory.workspace)
        self._report_clashes()

    def _define(self, owner: str, document: Holder | None) -> None:
        if document is not None:
            self.definitions |= _of_document(self.inventory, owner, document)
            self._chain.append((owner, document))

    def _report_clashes(self) -> None:
        seen: dict[str, Text] = {}
        for axis in self.chosen:
            for owner, document in self._chain:
                if owner == axis:
                    for name in document.parameters:
                        if name in seen:
                            self.problems.add(
                                "REE-N009",
                                f"`{name}` is defined by two chosen options",
                                name.span,
                                related=((seen[name].span, "also here"),),
                            )
                        seen[name] = name

    def _override(self, override: Override) -> None:
        address = self.canonical(str(override.address))
        old = self.definitions.get(address)
        if old is None and self.inventory.may_hold(address.partition(".")[0]):
            return
        if old is None and self._has_an_option(address):
            self.elsewhere.append(override)
            return
        if old is None:
            self.problems.add(
                "REE-N003",
                f"there is no parameter `{override.address}` to set",
                override.address.span,
                suggestion=self._like(str(override.address)),
            )
            return
        known = self.overridden.get(address)
        if known is not None and override.by == COMMAND_LINE and known.by.startswith(SCENARIO):
            message = f"`{address}` is set on the command line in place of what {known.by} sets"
            self.problems.add("REE-N018", message, override.address.span)
        self.overridden[address] = override
        self.definitions[address] = Definition(
            address,
            override.address,
            self._merged(old.parameter, override.setting),
            override.owner,
            override.by,
            old.due or written_dimension(old.parameter),
            old.replaced or old.parameter,
        )

    def _has_an_option(self, address: str) -> bool:
        """Whether an option that is not chosen has this parameter, by its own name."""
        owner, _, name = address.partition(".")
        options = (one for axis in self.inventory.options.values() for one in axis.items())
        return any(owner in (key, key.replace("-", "_")) and name in option.parameters for key, option in options)

    def _merged(self, old: schema.Parameter, setting: schema.Parameter) -> schema.Parameter:
        """One and the same parameter in every scope where the same setting replaces it."""
        key = (id(old), id(setting))
        if key not in self.inventory.overridden:
            self.inventory.overridden[key] = merged(old, setting)
            self.inventory.overridden_by.append((old, setting))  # kept, so that no other object gets their identity
        return self.inventory.overridden[key]

    def _like(self, address: str) -> str:
        """The address most like a wrong one: the same name in another place before a like name in the same one. Options
        that are chosen are told by their own names.
        """
        parts = [(process_of(one), one.partition(".")[2]) for one in self.definitions]
        known = [f"{self.chosen.get(owner, owner)}.{name}" for owner, name in parts]
        elsewhere = [one for one in known if one.partition(".")[2] == address.partition(".")[2]]
        return nearest(address, elsewhere) or (elsewhere[0] if elsewhere else nearest(address, known))

    def canonical(self, address: str) -> str:
        """`belfast.x` as `site.x` when belfast is the chosen site; other addresses as they are."""
        owner, _, name = address.partition(".")
        for axis, option in self.chosen.items():
            if owner == option or owner == option.replace("-", "_"):
                return f"{axis}.{name}"
        return address

    def resolve(self, name: str, process: str | None) -> str | None:
        """The address a name means inside `process` (None: outside any), or None when it is not defined."""
        if "." in name:
            address = self.canonical(name)
            if address != name:  # an option by its own name is there only where it is chosen
                self.option_of(process_of(address))
            return address if address in self.definitions else None
        if process is not None and f"{process}.{name}" in self.definitions:
            return f"{process}.{name}"
        for owner, _ in self._chain:
            if f"{owner}.{name}" in self.definitions:
                return f"{owner}.{name}"
        return None

    def visible(self, process: str | None) -> Iterator[str]:
        """Every name that a formula of `process` may use undotted."""
        for owner in ([process] if process else []) + [owner for owner, _ in self._chain]:
            yield from (address.partition(".")[2] for address in self.definitions if address.startswith(f"{owner}."))

    @cached_property
    def shape(self) -> Shape:
        """The names that each chosen option defines: in scopes of the same shape a name means the same address."""
        return tuple((owner, frozenset(map(str, document.parameters))) for owner, document in self._chain)

    @cached_property
    def outline(self) -> Shape:
        """The shape without names that only one axis, the studies or the workspace ever define: where such a name is
        defined at all, it means the same address in all scopes of the same outline.
        """
        several = _defined_in_several(self.inventory)
        found = tuple((owner, names & several) for owner, names in self.shape)
        same: Names.Shape = self.inventory.outlines.setdefault(found, found)  # soon compared, being one object
        return same

    def varies(self, address: str) -> bool:
        """Whether another scope may have something else at an address without anything being set in it: parameters of
        options and studies, and what is set here.
        """
        owner = process_of(address)
        return owner in self.chosen or owner == "study" or address in self.overridden

    @property
    def chain(self) -> Sequence[tuple[str, Holder]]:
        """Where a name is looked up outside its process: the documents of the chosen options, of the study and of the
        workspace, each with the first part of its addresses.
        """
        return self._chain

    def option_of(self, axis: str) -> str:
        """The option chosen on an axis, on which something then depends."""
        self.options_used[axis] = self.chosen[axis]
        return self.chosen[axis]

    def note(self, used: Iterable[str], options: Mapping[str, str], idle: Iterable[str] = ()) -> None:
        """Count these addresses and options of axes as used, and those as idle."""
        self.used.update(used)
        self.idle.update(idle)
        self.options_used.update(options)

    @contextmanager
    def recording(self) -> Iterator[Record]:
        """Keeps account of what is used inside, which counts as used outside too."""
        outer = self.used, self.idle, self.options_used
        record = Record(set(), set(), {})
        self.used, self.idle, self.options_used = record.used, record.idle, record.options
        try:
            yield record
        finally:
            self.used, self.idle, self.options_used = outer
            self.note(record.used, record.options, record.idle)

    def in_use(self) -> set[str]:
        """Addresses of the parameters used so far, and of those that they are made of."""
        return self.needed_by(self.used)

    def needed_by(self, addresses: Iterable[str]) -> set[str]:
        """These addresses, and those of what their parameters are made of."""
        found: set[str] = set()
        waiting = list(addresses)
        while waiting:
            address = waiting.pop()
            if address not in found:
                found.add(address)
                waiting += self._needs(address)
        return found

    def check_circles(self, sound: set[frozenset[int]]) -> None:
        """Report every circle of formulas that need each other.

        `sound` holds the sets of formulas, by their identity, that have been looked at in another scope.
        """
        done: set[str] = set()
        # a circle goes through formulas only
        elsewhere = (f"{owner}.{name}" for owner, document in self._chain for name in document.parameters)
        written = {a: self.definitions[a].parameter for a in (*_formulas(self.inventory), *elsewhere, *self.overridden)}
        formulas = {a: parameter for a, parameter in written.items() if parameter.formula or parameter.text}
        key = frozenset(id(parameter) for parameter in formulas.values()) | {hash(self.shape)}
        if key in sound:
            return
        sound.add(key)
        if not self._in_circles(formulas):
            return
        for address in formulas:
            for step in self._steps(address, done):
                if step.circle:
                    self.problems.add(
                        "REE-N002",
                        "circle: " + " -> ".join(step.circle),
                        self.definitions[step.address].span,
                        expected="one of them with a value of its own",
                    )

    def _in_circles(self, addresses: Iterable[str]) -> bool:
        """Whether any of these formulas needs another that needs it in turn."""
        waiting = {address: self._needs(address) for address in addresses}
        while waiting:
            settled = [address for address, needs in waiting.items() if waiting.keys().isdisjoint(needs)]
            if not settled:
                return True
            for address in settled:
                del waiting[address]
        return False

    def in_order(self, address: str, known: Container[str]) -> list[str]:
        """What a parameter is made of and it itself, each after what it needs, without what is known."""
        if all(below in known for below in self._needs(address)):
            return [address]
        return [step.address for step in self._steps(address, set(), known) if not step.circle]

    def _steps(self, start: str, done: set[str], known: Container[str] = ()) -> Iterator[_Step]:
        """From `start` down through what it needs: every address after those it needs, and every circle."""
        path: dict[str, Iterator[str]] = {}  # from `start` to where we are, with what is still to be looked at
        enter: str | None = start if start not in done else None
        while enter is not None or path:
            if enter is not None:
                path[enter] = iter(self._needs(enter))
            here = next(reversed(path))
            enter = next((below for below in path[here] if below not in done and below not in known), None)
            if enter in path:
                trail = list(path)
                yield _Step(enter, (*trail[trail.index(enter) :], enter))
                enter = None
            elif enter is None:
                del path[here]
                done.add(here)
                yield _Step(here)

    def _needs(self, address: str) -> list[str]:
        key = id(self.definitions[address].parameter)
        found = self._needed.get(key)
        if found is None:
            found = self._needed[key] = self._named_in(address)
        return found

    def _named_in(self, address: str) -> list[str]:
        parameter = self.definitions[address].parameter
        formula = parameter.formula
        if parameter.text is not None:
            inserted = [self.resolve(name, process_of(address)) for name in _INSERTED.findall(parameter.text)]
            return [below for below in inserted if below is not None]
        if formula is None:
            return []
        try:
            found = [self.resolve(name.name, process_of(address)) for name in names(formula)]
        except FormulaError:
            return []
        return [below for below in found if below is not None]
