"""JSON Schemas for editors: true of the bundled workspace, strict, and with a word on every key."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from lca.editing.descriptions import TEXTS
from lca.editing.json_schema import EDITOR, FILE, FOLDER, SETTINGS, as_text, inventory_schema, write_schema
from lca.editing.written import composed, read_written
from lca.workspace import bundled
from tests.textbook import INVENTORY, textbook
from tests.workspaces import BASE

ROOT = Path(__file__).parents[2]
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")


def as_editors_see_it(node: yaml.Node) -> Any:
    """A tree by the core schema of YAML 1.2, which editors read by."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): as_editors_see_it(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [as_editors_see_it(item) for item in node.value]
    if not node.style and node.value in ("true", "false", "null", "~", ""):
        return {"true": True, "false": False}.get(node.value)
    if not node.style and NUMBER.fullmatch(node.value):
        return int(node.value) if node.value.isdigit() else float(node.value)
    return node.value


@pytest.fixture(scope="module")
def validator() -> Any:
    made = inventory_schema(read_written(bundled()).axes)
    jsonschema.Draft7Validator.check_schema(made)
    return jsonschema.Draft7Validator(made)


def test_the_bundled_workspace_is_valid(validator: Any) -> None:
    documents = read_written(bundled()).documents
    assert len(documents) > 200
    for document in documents:
        faults = [
            f"{document.id}: {list(f.path)} {f.message[:200]}"
            for f in validator.iter_errors(as_editors_see_it(document.node))
        ]
        assert not faults


def test_so_is_a_workspace_with_every_construct() -> None:
    texts = [node for text in BASE.values() for node in composed(text)]
    (axes,) = [as_editors_see_it(node)["axes"] for node in texts if node.value[0][0].value == "workspace"]
    validator = jsonschema.Draft7Validator(inventory_schema(axes))
    for node in texts:
        assert not list(validator.iter_errors(as_editors_see_it(node)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("stage: power", "stag: power"),
        ("evidence: literature", "evidence: hearsay"),
        ("kind: product", "kind: produce"),
        ("range: [1 L, 3 L]", "range: [1 L]"),
        ("range: [1 L, 3 L]", "distribution: {triangle: {low: 1 L, mode: 2 L, high: 3 L}}"),
        ("amount: fuel_use", "amonut: fuel_use"),
        ("process: power_plant\n", "proces: power_plant\n"),
        ("declared_unit: 1000 kWh of electricity\n", ""),
        ("  - {flow: fuel, amount: fuel_use}", "  {flow: fuel, amount: fuel_use}"),
        ("method: simple\n", "method: simple\nscenarios: [{sit: near}]\n"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_marked(validator: Any, old: str, new: str) -> None:
    assert old in INVENTORY
    faults = [
        fault
        for node in composed(INVENTORY.replace(old, new))
        for fault in validator.iter_errors(as_editors_see_it(node))
    ]
    assert faults


def test_every_key_has_a_description_and_every_description_a_key() -> None:
    definitions = inventory_schema(["site"])["$defs"]
    keys = {(model, key) for model, entry in definitions.items() for key in entry["properties"]}
    plain = [(model, key) for model, key in keys if "description" not in definitions[model]["properties"][key]]
    assert plain == []
    known = {key for _, key in keys} | {f"{model}.{key}" for model, key in keys} | {"option"}
    known |= {f"AxisOption.{key}" for model, key in keys if model == "option of site"}
    assert {name for name in TEXTS if name not in known} == set()


def test_the_schema_of_this_repository_is_that_of_its_models() -> None:
    made = as_text(inventory_schema(read_written(ROOT).axes))
    assert (ROOT / FOLDER / FILE).read_text(encoding="utf-8") == made, "write it anew: python cli.py schema write"
    assert json.loads((ROOT / FOLDER / SETTINGS).read_text(encoding="utf-8")) == EDITOR


def test_settings_of_a_person_are_left_alone(tmp_path: Path) -> None:
    root = textbook(tmp_path / "w")
    assert write_schema(root).wired
    settings = root / FOLDER / SETTINGS
    settings.write_text('{"editor.rulers": [120]} // mine\n')
    assert not write_schema(root).wired
    assert settings.read_text() == '{"editor.rulers": [120]} // mine\n'
    assert write_schema(root, tmp_path / "x").path == tmp_path / "x" / FILE
