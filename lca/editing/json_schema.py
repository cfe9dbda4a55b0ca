"""JSON Schemas for editors, made from the models that check what people write."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic.json_schema import models_json_schema

from lca.editing.descriptions import TEXTS
from lca.editing.kinds import MODELS
from lca.editing.written import read_written
from lca.inventory import schema
from lca.inventory.loading import FOLDERS
from lca.workspace import write_files

#: What a schema file is called, and the settings of the editor that point to it.
FILE = "inventory.schema.json"
FOLDER = ".vscode"
SETTINGS = "settings.json"

#: Kinds whose first keys other documents may have too come after these.
_BEFORE_AXES = ("workspace", "study", "process", "allocation", "prices", "method", "background", "loop", "biosphere")


def inventory_schema(axes: Iterable[str]) -> dict[str, Any]:
    """One schema for every document of a workspace with these axes: which model holds is told by its first key."""
    models: list[type[schema.Model]] = [*MODELS.values(), schema.AxisOption, schema.ScenarioExtras]
    _, made = models_json_schema([(model, "validation") for model in models], by_alias=True)
    definitions: dict[str, Any] = {name: _described(name, entry) for name, entry in made["$defs"].items()}
    axes = list(axes)
    _name_options(definitions, axes)
    kinds = {kind: model.__name__ for kind, model in MODELS.items()}
    order = [*_BEFORE_AXES, *axes, *(kind for kind in kinds if kind not in _BEFORE_AXES)]
    chain: dict[str, Any] = {"required": ["process"], "description": f"The first key is one of {', '.join(order)}."}
    for kind in reversed(order):
        name = kinds.get(kind, f"option of {kind}")
        chain = {"if": {"required": [kind]}, "then": {"$ref": f"#/$defs/{_pointer(name)}"}, "else": chain}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Document of a ree-lca workspace",
        "type": "object",
        **chain,
        "$defs": definitions,
    }


def _pointer(name: str) -> str:
    return name.replace(" ", "%20")


def _name_options(definitions: dict[str, Any], axes: list[str]) -> None:
    """Options of axes start with the axis; scenarios have an option, or a list of them, for each."""
    option = definitions.pop("AxisOption")
    for axis in axes:
        properties = {axis if key == "option" else key: value for key, value in option["properties"].items()}
        required = [axis if key == "option" else key for key in option["required"]]
        definitions[f"option of {axis}"] = {**option, "properties": properties, "required": required}
    one = {"type": ["string", "number"]}
    choice = {"anyOf": [one, {"type": "array", "items": one, "minItems": 1}]}
    extras = definitions["ScenarioExtras"]["properties"]
    definitions["Study"]["properties"]["scenarios"]["items"] = {
        "type": "object",
        "properties": {**{axis: {**choice, "description": f"Option of {axis}."} for axis in axes}, **extras},
        "additionalProperties": False,
    }


def _described(model: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    """A model as editors want it: sentences and examples in the place of generated titles; nothing may be null."""
    made: dict[str, Any] = _plain(entry)
    for key, value in made.get("properties", {}).items():
        said = TEXTS.get(f"{model}.{key}") or TEXTS.get(key)
        if said:
            value["description"] = said[0]
            if said[1:]:
                value["examples"] = list(said[1:])
    if model == "Distribution":
        made |= {"minProperties": 1, "maxProperties": 1}
    made["title"] = model
    return made


def _plain(node: Any) -> Any:
    """Without generated titles, defaults and nulls; what is text to us may look like a number to an editor."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(choices := node.get("anyOf"), list):
        left = [choice for choice in choices if choice != {"type": "null"}]
        rest = {key: value for key, value in node.items() if key != "anyOf"}
        node = {**rest, **left[0]} if len(left) == 1 else {**rest, "anyOf": left}
    made: dict[str, Any] = {}
    for key, value in node.items():
        if key == "properties":
            made[key] = {name: _plain(inner) for name, inner in value.items()}
        elif key not in ("title", "default"):
            made[key] = _plain(value)
    if made.get("type") == "string" and "enum" not in made and "const" not in made:
        made["type"] = ["string", "number"]
    return made


def as_text(made: Mapping[str, Any]) -> str:
    """A schema as the text of its file."""
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


#: What the YAML extension of VS Code has to be told.
EDITOR = {"yaml.schemas": {f"./{FOLDER}/{FILE}": [f"{folder}/**/*.yaml" for folder in FOLDERS]}}


@dataclass(frozen=True)
class Equipped:
    """The schema as written, and whether the editor knows of it."""

    path: Path
    wired: bool


def write_schema(root: Path, folder: Path | None = None) -> Equipped:
    """Write the schema of the workspace at `root` into a folder; where none is named, to where VS Code finds it, with
    the settings that lead there unless there are some. Raises `InputError` when it cannot be written.
    """
    text = as_text(inventory_schema(read_written(root).axes))
    if folder is not None:
        return Equipped(write_files(folder, {FILE: text})[0], False)
    settings = root / FOLDER / SETTINGS
    contents = {FILE: text}
    if not settings.exists():
        contents[SETTINGS] = json.dumps(EDITOR, indent=2) + "\n"
    path = write_files(root / FOLDER, contents)[0]
    return Equipped(path, FILE in settings.read_text(encoding="utf-8", errors="replace"))
