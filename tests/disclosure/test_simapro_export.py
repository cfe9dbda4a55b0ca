"""What is written for SimaPro, read back by the package that Brightway reads such files with, and computed again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import bw2calc
import bw_processing as bwp
import numpy as np
import pytest
from bw_simapro_csv import SimaProCSV
from bw_simapro_csv.blocks import GenericBiosphere, Process, Units

from lca.disclosure.simapro.content import _SECTIONS, SimaPro
from lca.disclosure.simapro.export import export_simapro
from lca.errors import InputError
from lca.impact.study import computed_study
from lca.system.checking import Checker
from tests.textbook import textbook
from tests.works import FILES
from tests.workspaces import BASE, write

MATERIALS = ("Materials/fuels", "Electricity/heat", "Waste to treatment")


def works(folder: Path) -> Path:
    write(folder, FILES)
    return folder


def kiln(folder: Path) -> Path:
    write(folder, BASE)
    return folder


def read(file: Path) -> SimaProCSV:
    return SimaProCSV(file, encoding="cp1252", stderr_logs=False, write_logs=False)


def processes(found: SimaProCSV) -> list[Any]:
    return [block for block in found.blocks if isinstance(block, Process)]


def product(process: Any) -> dict[str, Any]:
    (one,) = (process.blocks.get("Products") or process.blocks["Waste treatment"]).parsed
    return dict(one)


def recomputed(found: SimaProCSV, name: str, demand: float, factors: dict[tuple[str, str], float]) -> float:
    """The result of a demand by bw2calc, from what was read alone and factors of substances."""
    read_in = processes(found)
    rows = {product(one)["name"]: row for row, one in enumerate(read_in)}
    assert len(rows) == len(read_in)
    technosphere: dict[tuple[int, int], float] = {}
    biosphere: dict[tuple[int, int], float] = {}
    substances: dict[tuple[str, str], int] = {}
    for column, process in enumerate(read_in):
        technosphere[column, column] = product(process)["amount"]
        for section in MATERIALS:
            for line in process.blocks[section].parsed if section in process.blocks else ():
                place = rows[line["name"]], column
                technosphere[place] = technosphere.get(place, 0.0) - line["amount"]
        for section, _ in _SECTIONS.values():
            for line in process.blocks[section].parsed if section in process.blocks else ():
                place = substances.setdefault((section, line["name"]), len(substances)), column
                biosphere[place] = biosphere.get(place, 0.0) + line["amount"]
    package = bwp.create_datapackage()
    counted = {row: factors.get(substance, 0.0) for substance, row in substances.items()}
    for matrix, values in (
        ("technosphere_matrix", technosphere),
        ("biosphere_matrix", {(100_000 + row, column): value for (row, column), value in biosphere.items()}),
        ("characterization_matrix", {(100_000 + row, 0): value for row, value in counted.items()}),
    ):
        package.add_persistent_vector(
            matrix=matrix,
            indices_array=np.array(list(values), dtype=bwp.INDICES_DTYPE),
            data_array=np.array(list(values.values())),
            **({"global_index": 0} if matrix.startswith("char") else {}),
        )
    lca = bw2calc.LCA({rows[name]: demand}, data_objs=[package])
    lca.lci()
    lca.lcia()
    return float(lca.score)


@pytest.mark.parametrize("workspace", [textbook, works, kiln], ids=lambda made: made.__name__)
def test_the_results_of_the_file_are_ours(workspace: Any, tmp_path: Path) -> None:
    """With pools, wastes, mixes, locations, formulas, and units that are not those of reference."""
    root, file = workspace(tmp_path / "w"), tmp_path / "out.csv"
    count, _ = export_simapro(root, file)
    found = read(file)
    assert len(processes(found)) == count
    computed = computed_study(Checker(root), None)
    made = SimaPro(computed, computed.checked.study.electricity_basis)
    units = {unit["name"]: unit["conversion"] for b in found.blocks if isinstance(b, Units) for unit in b.parsed}
    for system in made.systems:
        unit = str(system.inventory.flows[system.process(0).product.flow].unit)
        demand = float(system.demand) * units[{"t": "ton", "h": "hr"}.get(unit, unit)]
        for k, info in enumerate(computed.method.indicators):
            factors = {}
            for flow, factor in computed.method.factors[k].items():
                if flow in made._flows:
                    section = _SECTIONS[str(system.inventory.flows.named(flow).compartment)][0]
                    own = str(system.inventory.flows.named(flow).unit)
                    scale = made.nature.targets[flow].per_unit * units[{"t": "ton"}.get(own, own)]
                    factors[section, made._substances[flow]] = factor / scale
            expected = computed.scored[system.scenario.id, made.basis].total[k]
            score = recomputed(found, made.name(system, 0), demand, factors)
            assert score == pytest.approx(float(expected), rel=1e-9), (system.scenario.id, info.id)


def test_formulas_and_spreads_come_along(tmp_path: Path) -> None:
    root, file = textbook(tmp_path / "w"), tmp_path / "out.csv"
    assert export_simapro(root, file)[1] == 1
    text = file.read_text(encoding="cp1252")
    row = "power_plant__fuel_use;0.002;Uniform;0;0.001;0.003;No;"
    assert row in text
    file.write_text(text.replace(row, "power_plant__fuel_use;0.0025;Uniform;0;0.001;0.003;No;"), encoding="cp1252")
    (plant,) = [one for one in processes(read(file)) if "power_plant" in product(one)["name"]]
    (fuel,) = plant.blocks["Materials/fuels"].parsed
    assert fuel["amount"] == pytest.approx(0.0025)


def test_what_the_file_says_beside_numbers(tmp_path: Path) -> None:
    file = tmp_path / "out.csv"
    export_simapro(works(tmp_path / "w"), file)
    found = read(file)
    assert found.header["project"] == "works"
    assert found.header["decimal_separator"] == "."
    identifiers = [one.parsed["metadata"]["Process identifier"] for one in processes(found)]
    assert len(set(identifiers)) == len(identifiers)
    cited = [
        r["reference"] for one in processes(found) for r in one.parsed["metadata"].get("Literature references", [])
    ]
    assert any(name.startswith("book: ") for name in cited)
    listed = {one["name"] for block in found.blocks if type(block) is GenericBiosphere for one in block.parsed}
    used = {
        line["name"]
        for one in processes(found)
        for section, _ in _SECTIONS.values()
        if section in one.blocks
        for line in one.blocks[section].parsed
    }
    assert used == listed


def test_deterministic_and_never_over_another_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    root = textbook(tmp_path / "w")
    for name in ("a.csv", "b.csv"):
        export_simapro(root, tmp_path / name, basis="location")
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()
    with pytest.raises(InputError, match="REE-X006"):
        export_simapro(root, tmp_path / "a.csv")
    export_simapro(root, tmp_path / "a.csv", replace=True)
