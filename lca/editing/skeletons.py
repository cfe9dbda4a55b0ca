"""`ree-lca new`: documents to start from, which hold together as they are."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import yaml

from lca.change_log import alone
from lca.editing.splice import Edit
from lca.editing.storage import replace_files
from lca.editing.trial import tried
from lca.editing.written import Document, Written, WrittenFile, child, entries, read_written, scalar, scalars
from lca.errors import Diagnostic, InputError, nearest, one_of
from lca.inventory.scalars import is_identifier

#: Documents that can be made of nothing; options of axes are made like another one.
KINDS = ("process", "study")

_PROCESS = """\
# A new process with a product of its own. Amounts are per the amount of the product; replace what is assumed.
sources:
  {id}_source: {{title: "To be named: where the figures of {id} come from"}}
---
flows:
  {id}_product: {{title: "{title}, product", kind: product, unit: kg}}
---
process: {id}
title: {title}
# stage: production          # with a stage it is part of the plant, without one it is supply chain
# location: GB               # without one it is made where its user is
product: {{flow: {id}_product, amount: 1 kg}}
source: {id}_source
evidence: placeholder        # measured, literature, calculated, expert or placeholder
{lines}# Where all flows say what they consist of, inputs match outputs: `balance: {{elements: [C], tolerance: 1 %}}`
"""

#: What a process may take and emit, with a flow that the workspace has.
_INPUT = """\
# parameters:
#   demand: {{value: 0.5 {unit}/kg, range: [0.3 {unit}/kg, 0.8 {unit}/kg], note: How it was found.}}
# inputs:
#   - {{flow: {flow}, amount: demand}}
"""
_EMISSION = """\
# emissions:
#   - {{flow: {flow}, amount: 0.1 {unit}}}
"""

_STUDY = """\
# A new study. It asks for the same as {like} until it is changed.
study: {id}
title: {title}
# goal: What is to be found out.
# boundary: From where to where it goes, and what is left out.
declared_unit: {unit}
demand: {{flow: {flow}, amount: {amount}}}
method: {method}
{scenarios}"""


def new_document(root: Path, kind: str, name: str, like: str | None = None) -> Path:
    """Write a new document into a file of its own, beside those of its kind; the file. Raises `InputError` when it
    cannot be made, or the workspace would not hold together with it.
    """
    with alone(root):
        written = read_written(root)
        known = [*KINDS, *written.axes]
        if kind not in known:
            message = f"`{kind}` is not made anew"
            found = Diagnostic("REE-W003", message, expected=one_of(known), suggestion=nearest(kind, known))
            raise InputError([found])
        if not is_identifier(name) or (kind == "process" and (name != name.lower() or "-" in name)):
            expected = "letters, digits and underscores" + ("" if kind == "process" else ", hyphens too")
            raise InputError([Diagnostic("REE-S006", f"`{name}` is no name of a {kind}", expected=expected)])
        alike = [document for document in written.documents if document.kind == kind]
        path = _folder(root, written, alike) / f"{name}.yaml"
        if path.exists() or any(document.id == name for document in alike):
            taken = next((document.file.span(document.node) for document in alike if document.id == name), None)
            message = f"there is a {kind} `{name}` already" if taken else f"there is a file {path} already"
            raise InputError([Diagnostic("REE-W010", message, taken, expected="another name")])
        text = _text(written, kind, name, alike, like)
        with tried(root, {path: text}, {path: text.encode()}) as trial:
            errors = trial.check().errors
            if errors:
                from lca.impact.check import check_workspace

                before = {(one.code, one.message) for one in check_workspace(root).errors}
                if new := [one for one in errors if (one.code, one.message) not in before]:
                    raise InputError(new)
        if not replace_files({path: text.encode()}, {path: b""}):
            raise InputError([Diagnostic("REE-W010", f"{path.name} is there already")])
    return path


def _folder(root: Path, written: Written, alike: list[Document]) -> Path:
    """Where documents of a kind are: where most of them are."""
    places = Counter(document.file.path.parent for document in alike if document.file.path.is_relative_to(root))
    return places.most_common(1)[0][0] if places else root / "inventories"


def _text(written: Written, kind: str, name: str, alike: list[Document], like: str | None) -> str:
    title = name.replace("_", " ").replace("-", " ")
    title = title[0].upper() + title[1:]
    if kind == "process" and like is None:
        return _PROCESS.format(id=name, title=title, lines=_lines(written))
    model = _model(kind, alike, like, written)
    if kind == "study" and like is None:
        method = child(model.node, "method")
        demand = child(model.node, "demand")
        axes = "".join(f"{axis}: {_first_option(written, axis)}, " for axis in written.axes).removesuffix(", ")
        return _STUDY.format(
            id=name,
            title=title,
            like=model.id,
            unit=_source(model.file, child(model.node, "declared_unit")),
            flow=scalar(demand, "flow"),
            amount=_source(model.file, child(demand, "amount")),
            method=_source(model.file, method),
            scenarios=f"scenarios:\n  - {{{axes}}}    # lists multiply: [one, other]\n" if axes else "",
        )
    return _copied(model, name, title)


def _lines(written: Written) -> str:
    """Lines of a process that the workspace could have: an input that is made here, energy above all, an emission to
    air, carbon dioxide above all.
    """
    made = {scalar(child(one.node, "product"), "flow") for one in written.documents if one.kind == "process"}
    flows = [entry for one in written.documents if one.kind == "flows" for entry in entries(child(one.node, "flows"))]
    inputs, emissions = [], []
    for key, flow in flows:
        found = (str(key.value), scalar(flow, "unit"))
        if scalar(flow, "kind") == "product" and found[0] in made:
            inputs.append((found[1] != "kWh", found))
        elif scalar(flow, "kind") == "elementary" and scalar(flow, "compartment") == "air":
            emissions.append((scalar(flow, "formula") != "CO2", found))
    lines = ""
    for skeleton, choices in ((_INPUT, inputs), (_EMISSION, emissions)):
        if choices:
            flow_id, unit = min(choices, key=lambda choice: choice[0])[1]
            lines += skeleton.format(flow=flow_id, unit=unit)
    return lines


def _model(kind: str, alike: list[Document], like: str | None, written: Written) -> Document:
    """The document to start from: the one named, the default study, else the first of its kind."""
    if not alike:
        message = f"there is no {kind} yet to start from"
        raise InputError([Diagnostic("REE-W001", message, expected=f"a document that starts with `{kind}:`")])
    names = [document.id for document in alike]
    if like is not None:
        if like not in names:
            message = f"there is no {kind} `{like}`"
            raise InputError([Diagnostic("REE-W001", message, suggestion=nearest(like, names), expected=one_of(names))])
        return alike[names.index(like)]
    default = next((scalar(d.node, "default_study") for d in written.documents if d.kind == "workspace"), "")
    return alike[names.index(default)] if default in names else alike[0]


def _first_option(written: Written, axis: str) -> str:
    return next((document.id for document in written.documents if document.kind == axis), "")


def _source(file: WrittenFile, node: yaml.Node | None) -> str:
    return file.source(node) if node is not None else ""


def _copied(model: Document, name: str, title: str) -> str:
    """Another document under a new name, its comments with it. What it says of evidence is not true of the new one."""
    start = model.node.start_mark.index
    text = model.file.text[start : model.node.end_mark.index]
    lines = text.replace("\r\n", "\n").rstrip().split("\n")
    while lines and (lines[-1].startswith("#") or not lines[-1].strip()):
        lines.pop()  # comments of the next document
    file = WrittenFile(model.file.path, "\n".join(lines) + "\n", False)
    (node,) = file.documents
    edit = Edit(file)
    edit.replace(node.value[0][1], name, False)
    titles = child(node, "title")
    if titles is not None:
        edit.replace(titles, title, False)
    for value in scalars(node):
        if value.value in ("measured", "literature", "calculated", "expert") and _is_evidence(file, value):
            edit.replace(value, "placeholder", "{" in file.text[file.text.rfind("\n", 0, value.start_mark.index) + 1 :])
    return f"# Made like {model.id}: go through every value, and say what it rests on.\n\n" + edit.text()


def _is_evidence(file: WrittenFile, node: yaml.ScalarNode) -> bool:
    return file.text[: node.start_mark.index].rstrip().endswith("evidence:")
