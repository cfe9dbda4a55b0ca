"""What is asked of an imported database: demands, methods, and the studies made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lca.background.brightway_files import Key, Project
from lca.background.brightway_project import CONSUMPTION, Network
from lca.disclosure.brightway.documents import Document, Documents, Nature, listed
from lca.disclosure.brightway.naming import slug
from lca.disclosure.brightway.nature import OURS
from lca.errors import Diagnostic, InputError, nearest, one_of

#: More final products than these are not made studies of without being asked for.
MOST_DEMANDS = 20
#: The same for methods.
MOST_METHODS = 60

#: Why a factor does not count fully, where an export has said that it does not.
PARTIAL = "Not all of it is characterised."

MethodName = tuple[str, ...]


def demands_of(project: Project, database: str, named: Sequence[str]) -> list[tuple[Key, float]]:
    """The activities named, by name or code; else those of the calculation setups; else the final products, which no
    other activity takes. One unit of each, but for the amounts of setups. Raises `InputError`.
    """
    network = Network(project, [database])
    own = {product: column for column, product in enumerate(network.products)}
    if named:
        return [(network.products[_named(name, network)], 1.0) for name in named]
    setups = [unit for setup in project.setups().values() for unit in _functional_units(project, setup)]
    if wanted := [(key, amount) for key, amount in setups if key in own]:
        return list(dict.fromkeys(wanted))
    taken = {
        edge.input
        for edge in project.edges([database])
        if edge.type in CONSUMPTION and network.columns[own[edge.input]].key != edge.output
    }
    final = [product for product, column in own.items() if product not in taken and network.amounts[column] > 0]
    if not 0 < len(final) <= MOST_DEMANDS:
        names = one_of(str(node.data.get("name")) for node in network.columns)
        message = f"{database} has {len(final) or 'no'} final products"
        raise InputError([Diagnostic("REE-X011", message, expected=f"--activity with {names}")])
    return [(product, 1.0) for product in final]


def _named(name: str, network: Network) -> int:
    """The column of an activity by its code or its name."""
    names = [str(node.data.get("name")) for node in network.columns]
    found = [c for c, node in enumerate(network.columns) if name == node.code] or [
        c for c, own in enumerate(names) if name == own
    ]
    if len(found) == 1:
        return found[0]
    if found:
        codes = one_of(network.columns[c].code for c in found)
        raise InputError([Diagnostic("REE-X011", f"{len(found)} activities are called `{name}`", expected=codes)])
    message = f"there is no activity `{name}`"
    raise InputError(
        [Diagnostic("REE-X011", message, expected=one_of(names), suggestion=nearest(name, [*names]))],
    )


def _functional_units(project: Project, setup: Mapping[str, Any]) -> Iterable[tuple[Key, float]]:
    for unit in setup.get("inv", ()):
        for node, amount in unit.items():
            key = project.node_of_id(node) if isinstance(node, int) else tuple(node)
            if key is not None:
                yield (str(key[0]), str(key[1])), float(amount)


def methods_of(project: Project, named: Sequence[str]) -> list[MethodName]:
    """The methods named, `part > part`; else those of the calculation setups; else all. Raises `InputError`."""
    known = {" > ".join(name): name for name in project.methods()}
    wrong = [
        Diagnostic("REE-X012", f"there is no method `{name}`", expected=one_of(known), suggestion=nearest(name, known))
        for name in named
        if name not in known
    ]
    if wrong:
        raise InputError(wrong)
    if named:
        return [known[name] for name in named]
    of_setups = [tuple(method) for setup in project.setups().values() for method in setup.get("ia", ())]
    found = list(dict.fromkeys(name for name in of_setups if name in known.values())) or list(known.values())
    if len(found) > MOST_METHODS:
        raise InputError([Diagnostic("REE-X012", f"the project has {len(found)} methods", expected="--method")])
    return found


class Methods:
    """The methods of a project with factors for the elementary flows of documents; `left_out` have none."""

    def __init__(self, documents: Documents, names: Sequence[MethodName]):
        self.documents = documents
        self.left_out: list[MethodName] = []
        self.regional: list[MethodName] = []
        known = documents.project.methods()
        self.sets: dict[str, Document] = {}
        self.factors: dict[tuple[str, str], dict[Nature, float]] = {}
        used: set[str] = set()
        for name in names:
            factors = self._factors(name, known[name])
            if not any(factors.values()):
                self.left_out.append(name)
                continue
            own, indicator = _ids(name)
            if indicator in used:  # sets that are used side by side have no indicator in common
                indicator = f"{slug(own)}_{slug(indicator)}"
            used.add(indicator)
            self._add(own, indicator, name, known[name], factors)
        if not self.sets:
            self._inventory()

    def _add(
        self, own: str, indicator: str, name: MethodName, said: Mapping[str, Any], factors: dict[Nature, float]
    ) -> None:
        title = str(said.get("set title") or name[0])
        partial = str(said.get("partial") or "").split(", ")
        document = self.sets.setdefault(own, {"method": own, "title": title, "indicators": {}})
        document["indicators"][indicator] = {
            "title": str(said.get("indicator title") or ", ".join(name[1:]) or name[0]),
            "unit": str(said.get("unit") or "unit not stated"),
            **({"groups": groups} if (groups := listed(said.get("groups"))) else {}),
            "factors": {
                self.documents.flows[nature]: {"value": _plain(factor), "partial": PARTIAL}
                if nature.node[1] in partial
                else _plain(factor)
                for nature, factor in factors.items()
            },
        }
        self.factors[own, indicator] = factors

    def _factors(self, name: MethodName, said: Mapping[str, Any]) -> dict[Nature, float]:
        """Factors of the flows that occur, in their order. Factors of places are left out, and said."""
        found: dict[Key, float] = {}
        for line in self.documents.project.factors(said):
            key = self.documents.project.node_of_id(line[0]) if isinstance(line[0], int) else tuple(line[0])
            if len(line) > 2:
                self.regional.append(name)
            elif key is not None:
                value = line[1]
                found[key] = found.get(key, 0.0) + float(value["amount"] if isinstance(value, Mapping) else value)
        return {
            nature: (-found[nature.node] if nature.reverse else found[nature.node])
            for nature in self.documents.natures
            if found.get(nature.node)
        }

    def _inventory(self) -> None:
        """Without any method, every elementary flow is an indicator: the life cycle inventory."""
        flows = self.documents.flow_document["flows"]
        for nature in self.documents.natures:
            flow = self.documents.flows[nature]
            said = {"set title": "Life cycle inventory", "indicator title": flows[flow]["title"]}
            self._add("inventory", flow, ("inventory",), said | {"unit": flows[flow]["unit"]}, {nature: 1.0})


def _ids(name: MethodName) -> tuple[str, str]:
    """Id of the set and of the indicator: our own methods bear them."""
    if len(name) == 3 and name[0] == OURS:
        return name[1], name[2]
    return slug(name[0]), slug(" ".join(name[1:]) or name[0])


def _plain(value: float) -> int | float:
    return int(value) if value == int(value) and abs(value) < 1e15 else float(f"{value:.12g}")


def study_documents(documents: Documents, database: str, methods: Sequence[str]) -> list[Document]:
    """A study for each demand."""
    said = documents.project.databases[database]
    wares = documents.flow_document["flows"]
    names = Counter(column for column, _ in documents.demanded)
    found = []
    for place, (column, amount) in enumerate(documents.demanded, 1):
        ware = documents.wares[column]
        if (amount > 0) == ware.waste or not amount:
            message = f"{amount:g} {ware.unit} of {ware.title} cannot be demanded"
            raise InputError([Diagnostic("REE-X010", message, expected="wastes are given with negative amounts")])
        size = f"{abs(amount):.12g} {ware.unit}"
        single = len(documents.demanded) == 1
        name = slug_option(database) if single else documents.processes[column]
        title = str(said.get("title") or database) if single else documents.network.activity(column).name
        found.append(
            {
                "study": name if names[column] == 1 else f"{name}-{place}",
                "title": " ".join(title.split()),
                "declared_unit": f"{size} {wares[documents.flows[ware]]['title']}",
                "demand": {"flow": documents.flows[ware], "amount": size},
                "method": list(methods) if len(methods) > 1 else methods[0],
            }
        )
    return found


def slug_option(name: str) -> str:
    """A name as the id of a study or a workspace, which may hold hyphens."""
    return "-".join(slug(part) for part in name.split("-")) if "-" in name else slug(name)
