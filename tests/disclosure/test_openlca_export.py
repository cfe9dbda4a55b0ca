"""What is written for openLCA, read back by its own package and by our reader of such archives."""

from __future__ import annotations

import importlib.util
import json
import re
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import olca_schema as olca
import pytest
from olca_schema import zipio

from lca.background.importing import Request, import_files
from lca.disclosure.openlca.export import export_openlca
from lca.errors import InputError
from lca.impact.study import run_study
from lca.system.linking import Basis
from tests.textbook import textbook
from tests.works import FILES
from tests.workspaces import BASE, write

Json = dict[str, Any]


def entities(file: Path, folder: str) -> list[Json]:
    with zipfile.ZipFile(file) as archive:
        return [json.loads(archive.read(name)) for name in archive.namelist() if name.startswith(f"{folder}/")]


def recomputed(file: Path, scenario: str) -> dict[str, float]:
    """The results of a scenario from the archive alone: our reader makes the matrices of it, and the product system
    and the methods say what to ask for.
    """
    background = import_files(Request(file, "archive"), lambda text: None)
    (system,) = [one for one in entities(file, "product_systems") if one["name"].endswith(f": {scenario}")]
    demand = np.zeros(len(background.activities))
    demand[background.by_code[system["refProcess"]["@id"]]] = system["targetAmount"]
    supply = np.linalg.solve(background.technosphere_matrix().toarray(), demand)
    amounts = background.biosphere_matrix() @ supply
    rows = {flow.code: row for row, flow in enumerate(background.flows)}
    found = {}
    for category in entities(file, "lcia_categories"):
        factors = {factor["flow"]["@id"]: factor["value"] for factor in category.get("impactFactors", [])}
        found[category["code"]] = sum(value * amounts[rows[flow]] for flow, value in factors.items() if flow in rows)
    return found


def kiln(folder: Path) -> Path:
    write(folder, BASE)
    return folder


def works(folder: Path) -> Path:
    write(folder, FILES)
    return folder


@pytest.mark.parametrize("workspace", [textbook, works, kiln], ids=lambda made: made.__name__)
def test_the_results_of_the_archive_are_ours(workspace: Any, tmp_path: Path) -> None:
    """With pools, wastes, mixes, locations, and units that are not those of reference."""
    root, file = workspace(tmp_path / "w"), tmp_path / "out.zip"
    export_openlca(root, file)
    results = run_study(root, sensitivity=False)
    table = results.tables["results"]
    for scenario in table["scenario"].unique():
        own = table[(table["scenario"] == scenario) & (table["electricity_basis"] == "market")]
        values = dict(zip(own["indicator"], own["value"], strict=True))
        assert recomputed(file, scenario) == pytest.approx(values, rel=1e-9)


def test_a_pool_that_overflows(tmp_path: Path) -> None:
    """More acid comes back than is used: what takes it up has a negative product."""
    old, new = "pool_acid, amount: 1 kg, bin", "pool_acid, amount: 5 kg, bin"
    write(tmp_path / "w", {name: text.replace(old, new) for name, text in FILES.items()})
    file = tmp_path / "out.zip"
    export_openlca(tmp_path / "w", file, only=["loop/near"])
    assert recomputed(file, "loop/near")["climate_change"] == pytest.approx(2 + 2 + 0.2 + 2 * 0.3 + 4, rel=1e-9)


def test_read_back_by_the_package_of_openlca(tmp_path: Path) -> None:
    file = tmp_path / "out.zip"
    count = export_openlca(works(tmp_path / "w"), file)
    with zipio.ZipReader(file) as archive:
        processes = list(archive.read_each(olca.Process))
        flows = {flow.id: flow for flow in archive.read_each(olca.Flow)}
        (system, *_) = archive.read_each(olca.ProductSystem)
        (method,) = archive.read_each(olca.ImpactMethod)
        units = {unit.id for group in archive.read_each(olca.UnitGroup) for unit in group.units}
        sources = {source.id for source in archive.read_each(olca.Source)}
        properties = {one.id for one in archive.read_each(olca.FlowProperty)}
        assert [archive.read(olca.ImpactCategory, one.id).code for one in method.impact_categories] == [
            "climate_change"
        ]
    assert len(processes) == count == len({process.id for process in processes})
    known = {process.id for process in processes}
    for process in processes:
        assert [one.internal_id for one in process.exchanges if one.is_quantitative_reference] == [1]
        assert {source.id for source in process.process_documentation.sources} <= sources
        for one in process.exchanges:
            assert one.flow.id in flows
            assert one.unit.id in units
            assert one.flow_property.id in properties
            assert one.default_provider is None or one.default_provider.id in known
    assert {one.id for one in system.processes} <= known
    assert all(UUID(name).version == 5 for name in known | set(flows))
    by_id = {process.id: process for process in processes}
    for link in system.process_links:
        exchange = next(one for one in by_id[link.process.id].exchanges if one.internal_id == link.exchange.internal_id)
        assert exchange.flow.id == link.flow.id
        assert exchange.default_provider.id == link.provider.id


def value_of(formula: str, process: olca.Process) -> float:
    """What openLCA makes of a formula: the four operations, powers, brackets and names."""
    formulas = {one.name: one.formula for one in process.parameters if one.formula}
    names = {one.name: one.value for one in process.parameters if not one.formula}
    assert re.fullmatch(r"[\w.+*/^() -]+", formula)
    for _ in range(20):
        formula = re.sub(r"\b[a-z]\w*", lambda name: f"({formulas.get(name[0], names.get(name[0]))})", formula)
    return float(eval(formula.replace("^", "**"), {"__builtins__": {}}))


@pytest.mark.parametrize("basis", ["market", "location"])
def test_formulas_parameters_and_spreads(basis: Basis, tmp_path: Path) -> None:
    """Every formula gives the amount that stands beside it."""
    file = tmp_path / "out.zip"
    root = textbook(tmp_path / "w")
    inventory = root / "inventories" / "all.yaml"
    given = "{value: 2 L, range: [1 L, 3 L], note: Fuel per 10 kWh.}"
    more = '\n  rate: {formula: "min(fuel_use / 1 L, 1)"}\n  burnt: {formula: "fuel_use ^ 2 / 1 L * rate - 2 L"}'
    text = inventory.read_text().replace(given, given + more).replace("amount: fuel_use", "amount: burnt")
    inventory.write_text(text)
    export_openlca(root, file, basis=basis)
    with zipio.ZipReader(file) as archive:
        processes = list(archive.read_each(olca.Process))
    held = [(process, one) for process in processes for one in process.exchanges if one.amount_formula]
    assert held
    for process, one in held:
        assert value_of(one.amount_formula, process) == pytest.approx(one.amount, rel=1e-12)
    parameters = [(process, one) for process in processes for one in process.parameters]
    assert any(one.formula for _, one in parameters)
    for process, one in parameters:
        assert not one.formula or value_of(one.formula, process) == pytest.approx(one.value, rel=1e-12)
    fuel, rate = (next(one for _, one in parameters if one.name.endswith(name)) for name in ("fuel_use", "rate"))
    assert (rate.value, rate.formula) == (1, None)
    assert fuel.uncertainty.distribution_type == olca.UncertaintyType.UNIFORM_DISTRIBUTION
    assert (fuel.value, fuel.uncertainty.minimum, fuel.uncertainty.maximum) == (0.002, 0.001, 0.003)


def test_the_same_bytes_for_the_same_workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    root = works(tmp_path / "w")
    for name in ("a.zip", "b.zip"):
        export_openlca(root, tmp_path / name)
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_file_that_is_there(tmp_path: Path) -> None:
    root, file = textbook(tmp_path / "w"), tmp_path / "out.zip"
    file.write_text("mine")
    with pytest.raises(InputError) as caught:
        export_openlca(root, file)
    assert [d.code for d in caught.value.diagnostics] == ["REE-X006"]
    assert file.read_text() == "mine"
    export_openlca(root, file, replace=True)
    assert zipfile.is_zipfile(file)


def test_without_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError) as caught:
        export_openlca(textbook(tmp_path / "w"), tmp_path / "out.zip")
    assert [d.code for d in caught.value.diagnostics] == ["REE-X030"]
    assert "ree-lca[openlca]" in caught.value.diagnostics[0].expected
