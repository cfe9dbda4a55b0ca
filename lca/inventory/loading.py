"""From the files of a workspace to validated documents, all problems collected."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from lca.errors import Problems, Span, nearest, one_of
from lca.inventory import characterisation, economics, frameworks, lots, published, scalars, schema
from lca.inventory.backgrounds import BackgroundLinks, LinkedBackground
from lca.inventory.evaluation import Kind, Value
from lca.inventory.parameters import Definition
from lca.inventory.reading import Mapping, Node, Sequence, Text, find_files, read_documents

M = TypeVar("M", bound=schema.Model)
V = TypeVar("V")

FOLDERS = ("inventories", "methods")

#: What a document can start with, beside the axes.
_KINDS = (
    "workspace",
    "process",
    "flows",
    "sources",
    "links",
    "loop",
    "study",
    "method",
    "biosphere",
    "background",
    "prices",
    "allocation",
    "origins",
    "published",
    "framework",
    "lots",
)

#: After these nobody knows what the rest of a file defines.
_UNREADABLE = frozenset({"REE-Y001", "REE-Y002", "REE-Y004", "REE-Y006", "REE-Y007", "REE-Y010"})


class Register(dict[Text, V]):
    """Documents by id. The keys are `Text` and know their place; a plain text finds them too."""

    def named(self, name: str) -> V:
        """The document of that id; raises `KeyError` when there is none."""
        return self[name]  # type: ignore[index]  # a Text equals the text it holds

    def find(self, name: str) -> V | None:
        """The document of that id, or None."""
        return self.get(name)  # type: ignore[call-overload, no-any-return]


@dataclass(slots=True, eq=False)
class Inventory:
    """Everything a workspace says. Keys are `Text`: they know where they were written."""

    root: Path
    workspace: schema.WorkspaceDocument | None = None
    processes: Register[schema.Process] = field(default_factory=Register)
    flows: Register[schema.Flow] = field(default_factory=Register)
    sources: Register[schema.Source] = field(default_factory=Register)
    options: dict[str, Register[schema.AxisOption]] = field(default_factory=dict)
    links: list[schema.LinkRule] = field(default_factory=list)
    loops: Register[schema.Loop] = field(default_factory=Register)
    studies: Register[schema.Study] = field(default_factory=Register)
    methods: Register[characterisation.Method] = field(default_factory=Register)
    biosphere: Register[characterisation.BiosphereLink] = field(default_factory=Register)
    backgrounds: Register[BackgroundLinks] = field(default_factory=Register)
    price_lists: Register[economics.PriceList] = field(default_factory=Register)
    allocations: Register[economics.Allocation] = field(default_factory=Register)
    origins: Register[economics.Origin] = field(default_factory=Register)
    published: Register[published.Published] = field(default_factory=Register)
    frameworks: Register[frameworks.Framework] = field(default_factory=Register)
    lots: Register[lots.Lot] = field(default_factory=Register)
    linked: LinkedBackground | None = None
    files: list[Path] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    incomplete: bool = False
    process_definitions: dict[str, Definition] | None = None
    definitions: dict[int, dict[str, Definition]] = field(default_factory=dict)
    outlines: dict[Any, Any] = field(default_factory=dict)
    needed: dict[Any, dict[int, list[str]]] = field(default_factory=dict)
    bound_names: dict[Any, dict[tuple[str, str | None], dict[str, str]]] = field(default_factory=dict)
    known_kinds: dict[Any, dict[tuple[str, str | None], tuple[list[Kind | None], Kind]]] = field(default_factory=dict)
    constants: dict[int, tuple[Kind, Value]] = field(default_factory=dict)
    overridden: dict[tuple[int, int], schema.Parameter] = field(default_factory=dict)
    overridden_by: list[tuple[schema.Parameter, schema.Parameter]] = field(default_factory=list)

    def may_hold(self, name: str) -> bool:
        """Whether `name` may be defined in something that is faulty and left out, so that its absence is no second
        mistake.
        """
        return self.incomplete or name in self.unread

    def leave_out(self, name: Any) -> None:
        """Note that something with this id is there but faulty."""
        if isinstance(name, Text) and scalars.is_identifier(name):
            self.unread.add(str(name))
        else:
            self.incomplete = True

    @property
    def axes(self) -> list[str]:
        """The axes in the order in which they make up a scenario id."""
        return [str(axis) for axis in self.workspace.axes] if self.workspace else []


def load(root: Path, problems: Problems) -> Inventory:
    """Read every document below `root`; whatever is wrong is added to `problems` and left out of the result."""
    inventory = Inventory(root)
    documents: list[Mapping] = []
    for folder in FOLDERS:
        if (root / folder).is_dir():
            for path in find_files(root / folder, problems):
                inventory.files.append(path)
                documents += read_documents(path, problems)
    inventory.incomplete = any(found.code in _UNREADABLE for found in problems.errors)
    _read_workspace_document(inventory, documents, problems)
    for document in documents:
        _read_document(inventory, document, problems)
    return inventory


def _first_key(document: Mapping) -> Text:
    return next(iter(document.items))


def _read_workspace_document(inventory: Inventory, documents: list[Mapping], problems: Problems) -> None:
    found = [document for document in documents if _first_key(document) == "workspace"]
    if not found:
        place = inventory.files[0] if inventory.files else inventory.root
        problems.add(
            "REE-S008",
            f"no document of {inventory.root} starts with `workspace:`",
            Span(place, 1, 1),
            expected="one, for example inventories/workspace.yaml",
        )
        return
    for other in found[1:]:
        first = ((_first_key(found[0]).span, "the first is here"),)
        problems.add("REE-S008", "a second workspace document", _first_key(other).span, related=first)
    inventory.workspace = validate(schema.WorkspaceDocument, found[0], problems)
    inventory.options = {axis: Register() for axis in inventory.axes}


def _read_document(inventory: Inventory, document: Mapping, problems: Problems) -> None:
    kind = _first_key(document)
    if kind == "workspace":
        return
    if kind in inventory.options:
        _read_option(inventory, document, problems)
        return
    match kind:
        case "process":
            _read_one(inventory, document, schema.Process, inventory.processes, problems)
        case "study":
            _read_one(inventory, document, schema.Study, inventory.studies, problems)
        case "loop":
            _read_one(inventory, document, schema.Loop, inventory.loops, problems)
        case "method":
            _read_one(inventory, document, characterisation.Method, inventory.methods, problems)
        case "background":
            _read_one(inventory, document, BackgroundLinks, inventory.backgrounds, problems)
        case "prices":
            _read_one(inventory, document, economics.PriceList, inventory.price_lists, problems)
        case "allocation":
            _read_one(inventory, document, economics.Allocation, inventory.allocations, problems)
        case "framework":
            _read_one(inventory, document, frameworks.Framework, inventory.frameworks, problems)
        case "lots":
            _read_entries(inventory, document, lots.Lots, inventory.lots, "lot", problems)
        case "origins":
            _read_entries(inventory, document, economics.Origins, inventory.origins, "origin", problems)
        case "published":
            shape = published.PublishedFootprints
            _read_entries(inventory, document, shape, inventory.published, "published footprint", problems)
        case "biosphere":
            _read_entries(
                inventory,
                document,
                characterisation.Biosphere,
                inventory.biosphere,
                "biosphere link of",
                problems,
            )
        case "flows":
            _read_entries(inventory, document, schema.Flows, inventory.flows, "flow", problems)
        case "sources":
            _read_entries(inventory, document, schema.Sources, inventory.sources, "source", problems)
        case "links":
            if links := validate(schema.Links, document, problems):
                inventory.links += links.links
            else:
                inventory.incomplete = True
        case _:
            inventory.leave_out(document.items[kind])
            kinds = [*_KINDS, *inventory.axes]
            close = nearest(kind, kinds)
            if inventory.workspace is not None or close:  # without the workspace document it may be an axis
                problems.add(
                    "REE-Y008",
                    f"a document cannot start with `{kind}:`",
                    kind.span,
                    expected=one_of(kinds),
                    suggestion=close,
                )


def _read_option(inventory: Inventory, document: Mapping, problems: Problems) -> None:
    axis = _first_key(document)
    items: dict[Text, Any] = {Text.at("option", axis.span): document.items[axis]}
    for key, value in document.items.items():
        if key == "option":
            problems.add(
                "REE-S001", "unknown key `option`", key.span, expected=f"`{axis}:` alone says which option this is"
            )
        elif key != axis:
            items[key] = value
    option = validate(schema.AxisOption, Mapping(document.span, items), problems)
    if option:
        _register(inventory.options[axis], option.option, option, f"option of axis {axis}", problems)
    else:
        inventory.leave_out(document.items[axis])


def _read_one(
    inventory: Inventory, document: Mapping, model: type[schema.Model], table: Register[Any], problems: Problems
) -> None:
    """A document that describes one thing; its first key is what the thing is called and holds its id."""
    called = _first_key(document)
    made = validate(model, document, problems)
    if made is None:
        inventory.leave_out(document.items[called])
    else:
        _register(table, getattr(made, called), made, called, problems)


def _read_entries(
    inventory: Inventory,
    document: Mapping,
    model: type[schema.Model],
    table: Register[Any],
    called: str,
    problems: Problems,
) -> None:
    """A document that lists things by id, each checked by itself: a faulty one takes no other with it."""
    kind = _first_key(document)
    held = document.items[kind]
    if not isinstance(held, Mapping) or not held.items:
        validate(model, document, problems)
        return
    rest = {key: value for key, value in document.items.items() if key != kind}
    for key, value in held.items.items():
        made = validate(model, Mapping(document.span, {kind: Mapping(held.span, {key: value}), **rest}), problems)
        if made is None:
            inventory.leave_out(key)
        else:
            for name, entry in getattr(made, kind).items():
                _register(table, name, entry, called, problems)


def _register(table: Register[Any], key: Text, value: Any, called: str, problems: Problems) -> None:
    if key in table:
        first = next(known for known in table if known == key)
        problems.add(
            "REE-S004", f"{called} `{key}` is defined twice", key.span, related=((first.span, "first defined here"),)
        )
    else:
        table[key] = value


def validate(model: type[M], node: Mapping, problems: Problems) -> M | None:
    """Check a node against a model; report every fault at its place."""
    try:
        return model.model_validate(_plain(node))
    except ValidationError as failure:
        faults = failure.errors(include_url=False)
        meant = {(*fault["loc"][:-1], _meant(model, fault)) for fault in faults if fault["type"] == "extra_forbidden"}
        for fault in faults:
            if fault["type"] != "missing" or fault["loc"] not in meant:  # a misspelled key is not missing too
                _report(model, node, fault, problems)
        return None


def _meant(model: type[schema.Model], fault: Any) -> str:
    """The key that an unknown key was meant to be."""
    return nearest(str(fault["loc"][-1]), _keys(model, fault["loc"][:-1]))


def _plain(node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: _plain(value) for key, value in node.items.items()}
    if isinstance(node, Sequence):
        return [_plain(item) for item in node.items]
    return node


def _follow(node: Node, path: Iterable[Any]) -> tuple[Node, Text | None]:
    """The node a pydantic location leads to (as far as it goes), and the key that holds it."""
    key: Text | None = None
    for step in path:
        if isinstance(node, Mapping):
            found = next((k for k in node.items if k == step), None)
            if found is None:
                continue  # pydantic adds steps such as the name of a validator
            key, node = found, node.items[found]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            key, node = None, node.items[step]
    return node, key


def _report(model: type[schema.Model], document: Mapping, fault: Any, problems: Problems) -> None:
    path = [step for step in fault["loc"] if step != "[key]"]
    node, key = _follow(document, path)
    kind, context = fault["type"], fault.get("ctx", {})
    span = (
        key.span if key is not None and (isinstance(node, Mapping | Sequence) or "[key]" in fault["loc"]) else node.span
    )
    name = str(path[-1]) if path else ""
    cause = context.get("error")
    if isinstance(cause, scalars.Malformed):
        held = node.items if isinstance(node, Mapping) else ()
        span = next((own.span for own in held if own == cause.key), span)
        problems.add(cause.code, str(cause), span, expected=cause.expected)
    elif kind == "extra_forbidden":
        choices = _keys(model, path[:-1])
        comma = "a decimal point, where this is the rest of a number with a comma; else " if name[:1].isdigit() else ""
        problems.add(
            "REE-S001",
            f"unknown key `{name}`",
            key.span if key else span,
            expected=comma + one_of(choices, 30),
            suggestion=nearest(name, choices),
        )
    elif kind == "missing":
        holder, holder_key = _follow(document, path[:-1])
        place = holder_key.span if holder_key is not None else _first_place(holder)
        problems.add("REE-S002", f"key `{name}` is missing", place, expected=f"`{name}:`")
    elif kind == "literal_error":
        choices = [word.strip("' ") for word in str(context.get("expected", "")).replace(" or ", ",").split(",")]
        problems.add(
            "REE-S007",
            f"`{node}` is not among the choices",
            node.span,
            expected=one_of(choices),
            suggestion=nearest(str(node), choices),
        )
    else:
        problems.add("REE-S003", _sentence(fault["msg"]), span)


def _first_place(node: Node) -> Span:
    return next(iter(node.items)).span if isinstance(node, Mapping) and node.items else node.span


def _sentence(message: str) -> str:
    message = message.removeprefix("Value error, ").removeprefix("Input should be ")
    message = (
        re.sub(r" or instance of \w+", "", message).replace("valid dictionary", "mapping").replace("valid list", "list")
    )
    return (
        f"the value should be {message}"
        if message.startswith(("a ", "an ", "greater", "less"))
        else message[:1].lower() + message[1:]
    )


def _keys(model: type[schema.Model], path: Iterable[Any]) -> list[str]:
    """The keys that the model takes at a location."""
    current: Any = model
    for step in path:
        fields = _fields(current)
        if step in fields:
            current = _model_in(fields[step].annotation)
    return list(_fields(current))


def _fields(model: Any) -> dict[str, Any]:
    """The fields of a model by the keys that people write."""
    return {info.alias or name: info for name, info in getattr(model, "model_fields", {}).items()}


def _model_in(annotation: Any) -> Any:
    """The model class inside an annotation such as `list[Exchange] | None`."""
    if isinstance(annotation, type) and issubclass(annotation, schema.Model):
        return annotation
    for part in getattr(annotation, "__args__", ()) or ():
        if (found := _model_in(part)) is not None:
            return found
    return None
