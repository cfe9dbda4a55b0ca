"""Elementary flows become nodes of Brightway's biosphere by code or exact name, and nothing is guessed."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lca.background import nodes
from lca.background.bw2io_files import NotInstalledError
from lca.background.choices import ChoicesDocument, read_choices
from lca.background.database import UNCERTAINTY, Activity, Background, ElementaryFlow, Exchanges, Origin
from lca.background.nodes import Node, NodeList, with_nodes
from lca.errors import Problems

KNOWN = NodeList(
    (
        Node("u1", "Carbon dioxide, fossil", ("air",), "kg"),
        Node("u2", "Carbon dioxide, fossil", ("air", "urban air close to ground"), "kg"),
        Node("u3", "Radon-222", ("air",), "kBq"),
        Node("u4", "Copper", ("natural resource", "in ground"), "kg"),
        Node("u5", "Copper ion", ("water",), "kg"),
        Node("u6", "Twin", ("air",), "kg"),
        Node("u7", "Twin", ("air",), "kg"),
    ),
    "a list",
)


@pytest.fixture(autouse=True)
def _known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "shipped_nodes", lambda: KNOWN)


def background(*flows: ElementaryFlow) -> Background:
    count = len(flows)
    spread = np.zeros(count, UNCERTAINTY)
    spread["uncertainty_type"], spread["loc"], spread["scale"] = 2, math.log(500), 0.1
    none = np.empty(0, np.int64)
    return Background(
        "b",
        Origin("test", "here"),
        (Activity("a", "a", "GLO", "a", "kg"),),
        flows,
        Exchanges(np.zeros(1, np.int64), np.zeros(1, np.int64), np.ones(1)),
        Exchanges(np.arange(count), np.zeros(count, np.int64), np.full(count, 500.0), spread)
        if count
        else Exchanges(none, none, np.empty(0)),
    )


def found(
    name: str, *categories: str, unit: str = "kg", code: str = "1", choices: ChoicesDocument | None = None
) -> str:
    return with_nodes(background(ElementaryFlow(code, name, categories, unit)), choices).flows[0].node


def choices(folder: Path, text: str) -> ChoicesDocument:
    path = folder / "choices.yaml"
    path.write_text("database: test\n" + text, encoding="utf-8")
    document = read_choices(path, Problems())
    assert document is not None
    return document


def test_by_code() -> None:
    assert found("whatever", "somewhere", code="u1") == "u1"


@pytest.mark.parametrize(
    ("name", "categories", "unit", "node"),
    [
        ("Carbon dioxide, fossil", ("air",), "kg", "u1"),
        ("Carbon dioxide, fossil", ("air", "unspecified"), "kilogram", "u1"),
        ("Carbon dioxide, fossil", ("air", "urban air close to ground"), "kg", "u2"),
        ("Carbon dioxide, fossil", ("air", "rural"), "kg", ""),
        ("Carbon dioxide", ("air",), "kg", ""),
        ("carbon dioxide, fossil", ("air",), "kg", ""),
        ("Carbon dioxide, fossil", ("air",), "m3", ""),
        ("Twin", ("air",), "kg", ""),
    ],
)
def test_by_exact_name_compartment_and_unit(name: str, categories: tuple[str, ...], unit: str, node: str) -> None:
    assert found(name, *categories, unit=unit) == node


def test_the_flow_is_counted_in_the_unit_of_its_node() -> None:
    made = with_nodes(background(ElementaryFlow("1", "Radon-222", ("air",), "Bq"), ElementaryFlow("2", "x", (), "Bq")))
    assert [(flow.node, flow.unit) for flow in made.flows] == [("u3", "kBq"), ("", "Bq")]
    assert made.biosphere.amounts.tolist() == [0.5, 500.0]
    assert made.biosphere.uncertainty is not None
    assert made.biosphere.uncertainty["loc"].tolist() == pytest.approx([math.log(0.5), math.log(500)])
    assert made.report.conversions == ("Radon-222 (air): Bq became kBq (1 Bq is 0.001)",)
    assert made.report.notes[0].startswith("1 of 2 elementary flows are nodes")


def test_names_and_compartments_are_translated_as_chosen(tmp_path: Path) -> None:
    chosen = choices(
        tmp_path,
        "compartments: [{compartment: emission / air, node: air}, {compartment: emission / water, node: water}]\n"
        "flows: [{flow: Carbon dioxide, within: air, node: 'Carbon dioxide, fossil'},"
        " {flow: Copper, within: water, node: Copper ion}]",
    )
    assert found("Carbon dioxide", "emission", "air", choices=chosen) == "u1"
    assert found("Copper", "emission", "water", choices=chosen) == "u5"
    assert found("Carbon dioxide", "emission", "water", choices=chosen) == ""


def test_an_emission_is_never_a_resource(tmp_path: Path) -> None:
    chosen = choices(tmp_path, "compartments: [{compartment: ground / deep, node: natural resource / in ground}]")
    assert found("Copper", "ground", "deep", choices=chosen) == ""
    assert found("Copper", "natural resource", "in ground") == "u4"


def test_without_the_package_nothing_is_linked_and_the_report_says_what_that_costs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing() -> NodeList:
        raise NotInstalledError("bw2io is not installed")

    monkeypatch.setattr(nodes, "shipped_nodes", missing)
    made = with_nodes(background(ElementaryFlow("u1", "Carbon dioxide, fossil", ("air",), "kg")))
    assert made.flows[0].node == ""
    assert "no factors for this database" in made.report.notes[0]


def test_the_shipped_list_is_the_biosphere_of_the_shipped_methods() -> None:
    pytest.importorskip("bw2io")
    from lca.background.bw2io_files import package_folder
    from lca.background.nodes import _listed

    listed = {
        node.uuid: node for path in (package_folder() / "data" / "lci").glob(nodes._LISTS) for node in _listed(path)
    }
    node = listed["349b29d1-3e58-4c66-98b9-9d1a076efd2e"]
    assert (node.name, node.categories, node.unit) == ("Carbon dioxide, fossil", ("air",), "kg")
    assert len(listed) > 4000
