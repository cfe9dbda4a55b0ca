"""Shipped methods over a database: factors by node, and for flows without a node those of the flow of ours they are."""

from __future__ import annotations

import importlib.util
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lca.background import store
from lca.background.database import Activity, ElementaryFlow
from lca.impact.study import run_study
from tests.databases import database
from tests.impact.test_shipped_methods import ARCHIVE, INVENTORY, METHODS
from tests.workspaces import write

#: The flare is bought by an oven.
OVEN = INVENTORY.replace("stage: flare\n", "").replace(
    "study: flare\n",
    """\
process: oven
title: Oven
stage: oven
source: book
evidence: literature
product: {flow: bread, amount: 1 kg}
inputs: [{flow: heat, amount: 2 MJ}]
---
study: flare
""",
)
OVEN = OVEN.replace("flows:\n", "flows:\n  bread: {title: Bread, kind: product, unit: kg}\n")
OVEN = OVEN.replace("demand: {flow: heat, amount: 10 MJ}", "demand: {flow: bread, amount: 5 kg}")
OVEN = OVEN.replace("declared_unit: 10 MJ of heat", "declared_unit: 5 kg bread")

LINKS = """\
background: burners
title: Burners
covers: [gases]
providers: [{flow: heat, activity: burner}]
elementary:
  - {flow: methane, name: CH4 of burners, categories: [emission, air]}
  - {flow: methane, name: Methane of tomorrow, categories: [air]}
"""


@cache
def shipped(name: tuple[str, ...]) -> dict[tuple[str, str], tuple[str, float]]:
    """UUID and factor of each flow of a shipped method, by name and compartment, read from the archive itself."""
    spec = importlib.util.find_spec("bw2io")
    assert spec is not None
    assert spec.origin is not None
    with zipfile.ZipFile(Path(spec.origin).parent / "data" / "lcia" / f"{ARCHIVE}.zip") as archive:
        methods: Any = json.load(archive.open("data.json"))
    (method,) = [one for one in methods if tuple(one["name"]) == name]
    return {
        (line["name"], "/".join(line["categories"])): (line["input"][1], float(line["amount"]))
        for line in method["exchanges"]
    }


GWP100 = ("IPCC 2021", "climate change", "global warming potential (GWP100)")


@pytest.fixture
def burners(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    urban, hexafluoride = (
        shipped(GWP100)[key]
        for key in (("Carbon dioxide, fossil", "air/urban air close to ground"), ("Sulfur hexafluoride", "air"))
    )
    flows = [
        ElementaryFlow("a", "Carbon dioxide, fossil", ("air", "urban air close to ground"), "kilogram", urban[0]),
        ElementaryFlow("b", "Sulfur hexafluoride", ("air",), "kilogram", hexafluoride[0]),
        ElementaryFlow("c", "CH4 of burners", ("emission", "air", "unspecified"), "kilogram"),
        ElementaryFlow("d", "Carbon dioxide, fossil", ("air", "indoor"), "gram"),
        ElementaryFlow("e", "Something new", ("air",), "kilogram", "00000000-0000-0000-0000-000000000000"),
        ElementaryFlow("f", "Methane of tomorrow", ("air",), "kilogram", "11111111-0000-0000-0000-000000000000"),
    ]
    burner = Activity("burner", "burner", "GLO", "heat", "megajoule", 4.0)
    amounts = {"a": 8.0, "b": 0.004, "c": 0.4, "d": 2000.0, "e": 1.0, "f": 0.2}
    store.save(database("burners", flows, [(burner, {}, amounts)]))
    write(tmp_path / "oven", {"inventories/all.yaml": OVEN, "inventories/links.yaml": LINKS, "methods/m.yaml": METHODS})
    return tmp_path / "oven"


def test_factors_by_node_and_by_flow(burners: Path) -> None:
    """Ten MJ are two and a half runs. Sulfur hexafluoride is no flow of the workspace, and counts all the same."""
    results = run_study(burners, sensitivity=False, background="burners")
    table = results["results"]
    value = table[table["indicator"] == "ipcc.gwp100"]["value"].iloc[0]
    factor = {key: shipped(GWP100)[key][1] for key in shipped(GWP100)}
    expected = 2.5 * (
        8.0 * factor["Carbon dioxide, fossil", "air/urban air close to ground"]
        + 0.004 * factor["Sulfur hexafluoride", "air"]
        + (0.4 + 0.2) * factor["Methane, fossil", "air"]
        + 2.0 * factor["Carbon dioxide, fossil", "air"]
    )
    assert value == pytest.approx(expected, rel=1e-12)
    assert expected > 2.5 * (8 + 0.4 * 29.8 + 2)


def test_what_has_no_factor_is_listed(burners: Path) -> None:
    results = run_study(burners, sensitivity=False, background="burners")
    (method,) = results.metadata["background"]["uncharacterised"]
    assert [(row["flow"], row["amount"]) for row in method["flows"]] == [("Something new", pytest.approx(2.5))]
    assert results.metadata["background"]["elementary_flows"] == {
        "in the database": 6,
        "written": 2,
        "same name and category": 2,
    }
