"""A supplier's footprint becomes a process that can be bought from, and everything doubtful about it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lca.commands import main
from lca.disclosure.pact.export import export_footprints
from lca.disclosure.pact.imports import import_footprint
from lca.errors import InputError
from lca.impact.study import run_study
from tests.declaring import ORGANISATION, declaring

Json = dict[str, Any]

EQUIVALENTS = "carbon_dioxide_equivalents: {fossil: carbon_dioxide, land_use_change: carbon_dioxide_land}\n"


def buyer(folder: Path, equivalents: str = EQUIVALENTS) -> Path:
    """The works itself, which can buy what others make."""
    return declaring(folder, {ORGANISATION: ORGANISATION + equivalents})


@pytest.fixture
def supplied(tmp_path: Path) -> Json:
    """A footprint of 10.2 kg fossil and 1 kg land use per kg, of which a fifth is primary data."""
    measured = "  - {flow: carbon_dioxide, amount: 2 kg, evidence: measured}"
    root = declaring(tmp_path / "supplier", {"  - {flow: carbon_dioxide, amount: 2 kg}": measured})
    (one,) = export_footprints(root, tmp_path / "out", only=["open/near"], products=["basket"])
    found: Json = json.loads(one.file.read_text())
    found["pcf"]["dqi"] = {"technologicalDQR": "2.1", "geographicalDQR": "3", "temporalDQR": "1.0"}
    return found


def as_file(folder: Path, content: Any) -> Path:
    file = folder / "supplier.json"
    file.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return file


def climate(root: Path, indicator: str = "climate_change") -> float:
    table = run_study(root, only=["open/near"], sensitivity=False)["results"]
    return float(table[(table["indicator"] == indicator) & (table["electricity_basis"] == "market")]["value"].iloc[0])


def test_it_can_be_bought_at_once(supplied: Json, tmp_path: Path) -> None:
    """3 kg of acid at 1 kg CO2 each become 3 kg of the supplier's product at 11.2 kg, of which 1 is of land use."""
    root = buyer(tmp_path / "w")
    found = import_footprint(root, as_file(tmp_path, supplied), "acid", "bought_acid")
    assert not found.warnings
    assert (found.file, found.process, found.flow) == (
        root / "inventories/suppliers/bought_acid.yaml",
        "bought_acid",
        "acid",
    )
    plant = root / "inventories/all.yaml"
    text = plant.read_text()
    line = "inputs: [{flow: acid, amount: 1 kg}]"
    assert line in text
    plant.write_text(text.replace(line, "inputs: [{flow: acid, amount: 1 kg, provider: bought_acid}]"))
    assert climate(root) == pytest.approx(11.2 - 3 + 3 * 11.2, rel=1e-8)
    assert climate(root, "climate_change.land_use") == pytest.approx(1 + 3 * 1, rel=1e-8)


def test_a_flow_of_its_own(supplied: Json, tmp_path: Path) -> None:
    root = buyer(tmp_path / "w")
    found = import_footprint(root, as_file(tmp_path, {"data": [supplied]}))
    assert (found.process, found.flow, found.new_flow) == ("mixed_oxide_oxide_works", "mixed_oxide", True)
    plant = root / "inventories/all.yaml"
    more = "- {flow: mixed_oxide, amount: 0.5 kg}\n  - {flow: pool_acid, amount: 3 kg"
    plant.write_text(plant.read_text().replace("- {flow: pool_acid, amount: 3 kg", more))
    assert climate(root) == pytest.approx(11.2 + 0.5 * 11.2, rel=1e-8)
    text = found.file.read_text()
    assert "pedigree: [4, 5, 1, 3, 3]" in text
    assert supplied["id"] in text
    assert "valid until 2029-01-01" in text
    assert "location: GB-NIR" in text


def test_primary_data_stay_primary(supplied: Json, tmp_path: Path) -> None:
    """The supplier's share of primary data is a share of what the product bought from him causes."""
    root = buyer(tmp_path / "w")
    import_footprint(root, as_file(tmp_path, supplied), "acid", "bought_acid")
    plant = root / "inventories/all.yaml"
    line = "inputs: [{flow: acid, amount: 1 kg}]"
    plant.write_text(plant.read_text().replace(line, "inputs: [{flow: acid, amount: 1 kg, provider: bought_acid}]"))
    (one,) = export_footprints(root, tmp_path / "next", only=["open/near"], products=["basket"])
    share = float(one.footprint["pcf"]["primaryDataShare"])
    assert share == pytest.approx(100 * (3 * 2) / (11.2 - 3 + 3 * 11.2), rel=1e-6)


def both(total: str, **more: Any) -> Json:
    return {"pcfExcludingBiogenicUptake": total, "pcfIncludingBiogenicUptake": total} | more


def without(held: Json, key: str) -> Json:
    return {name: value for name, value in held.items() if name != key}


DOUBTS: dict[str, tuple[str, Callable[[Json], Json]]] = {
    "sum": ("is not the sum", lambda pcf: pcf | both("12")),
    "decimal": ("no decimal", lambda pcf: pcf | {"fossilGhgEmissions": "1.02e1"}),
    "removal": ("is left out", lambda pcf: pcf | both("10.2", technologicalCO2Removals="-1")),
    "null": ("is null", lambda pcf: pcf | {"aircraftGhgEmissions": None}),
    "no packaging": ("packagingEmissionsIncluded", lambda pcf: without(pcf, "packagingEmissionsIncluded")),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_is_doubtful_is_told(name: str, supplied: Json, tmp_path: Path) -> None:
    says, change = DOUBTS[name]
    root = buyer(tmp_path / "w")
    found = import_footprint(root, as_file(tmp_path, supplied | {"pcf": change(supplied["pcf"])}))
    assert [d.code for d in found.warnings if says in f"{d.message}"] == ["REE-X028"]


def test_never_less_than_is_declared(supplied: Json, tmp_path: Path) -> None:
    """What the parts lack of the total is counted; what they hold beyond it too."""
    for total, due in (("12", 12.0), ("11", 11.2)):
        root = buyer(tmp_path / total)
        pcf = supplied["pcf"] | {"pcfExcludingBiogenicUptake": total, "pcfIncludingBiogenicUptake": total}
        import_footprint(root, as_file(tmp_path, supplied | {"pcf": pcf}))
        plant = root / "inventories/all.yaml"
        more = "- {flow: mixed_oxide, amount: 1 kg}\n  - {flow: pool_acid, amount: 3 kg"
        plant.write_text(plant.read_text().replace("- {flow: pool_acid, amount: 3 kg", more))
        assert climate(root) == pytest.approx(11.2 + due, rel=1e-8)


def test_old_and_deprecated_footprints(supplied: Json, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "2000000000")  # 2033
    root = buyer(tmp_path / "w")
    found = import_footprint(root, as_file(tmp_path, supplied | {"status": "Deprecated"}))
    messages = [d.message for d in found.warnings]
    assert messages == ["the footprint is deprecated", "the footprint was valid until 2029-01-01"]


def test_its_text_is_text(supplied: Json, tmp_path: Path) -> None:
    """What a supplier writes is quoted, on one line, and never a document, a reference or a path."""
    hostile = "Oxide: ${x}\n---\nstudy: mine # &a *b ../../../etc \x1b[31m" + "x" * 5000
    root = buyer(tmp_path / "w")
    changed = {"productNameCompany": hostile, "companyName": hostile, "productIds": ["urn:a:\n---\nstudy: x"]}
    found = import_footprint(root, as_file(tmp_path, supplied | changed))
    assert found.file.parent == root / "inventories/suppliers"
    assert run_study(root, sensitivity=False, brief=True).metadata["study"] == "year"


WRONG: dict[str, tuple[str, Any]] = {
    "no JSON": ("REE-X027", "{"),
    "no object": ("REE-X027", "[1, 2]"),
    "nothing in it": ("REE-X027", "{}"),
    "nested without end": ("REE-X027", "[" * 100_000),
    "version 2": ("REE-X027", {"specVersion": "2.3.0"}),
    "not a text": ("REE-X027", {"pcf": {"fossilGhgEmissions": 1.5}}),
    "not a number": ("REE-X027", {"pcf": {"fossilGhgEmissions": "1,5"}}),
    "beyond all measure": ("REE-X027", {"pcf": {"fossilGhgEmissions": "1e999999999"}}),
    "unknown unit": ("REE-X027", {"pcf": {"declaredUnitOfMeasurement": "barrel"}}),
    "a piece": ("REE-X029", {"pcf": {"declaredUnitOfMeasurement": "piece"}}),
    "biogenic methane": ("REE-X020", {"pcf": {"biogenicNonCO2Emissions": "0.5"}}),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_footprint(name: str, supplied: Json, tmp_path: Path) -> None:
    code, change = WRONG[name]
    content = change
    if not isinstance(change, str):
        content = supplied | change | {"pcf": supplied["pcf"] | change.get("pcf", {})}
    root = buyer(tmp_path / "w")
    with pytest.raises(InputError) as caught:
        import_footprint(root, as_file(tmp_path, content))
    assert {d.code for d in caught.value.diagnostics if d.severity == "error"} == {code}
    assert not (root / "inventories/suppliers").exists()


@pytest.mark.parametrize(
    ("flow", "process", "code"),
    [
        ("acids", None, "REE-X029"),
        ("electricity", None, "REE-X029"),
        ("oxide", None, "REE-X029"),
        ("acid", "mine", "REE-X029"),
        ("acid", "../../mine", "REE-X029"),
        ("carbon_dioxide", None, "REE-X029"),
    ],
)
def test_what_does_not_fit_the_workspace(
    flow: str, process: str | None, code: str, supplied: Json, tmp_path: Path
) -> None:
    root = buyer(tmp_path / "w")
    before = sorted(tmp_path.rglob("*"))
    file = as_file(tmp_path, supplied)
    with pytest.raises(InputError) as caught:
        import_footprint(root, file, flow, process)
    assert {d.code for d in caught.value.diagnostics} == {code}
    assert sorted(tmp_path.rglob("*")) == sorted([*before, file])


def test_a_workspace_that_does_not_say_what_it_becomes(supplied: Json, tmp_path: Path) -> None:
    root = buyer(tmp_path / "w", "")
    with pytest.raises(InputError) as caught:
        import_footprint(root, as_file(tmp_path, supplied))
    assert [d.code for d in caught.value.diagnostics] == ["REE-X020"]


def test_twice_is_refused(supplied: Json, tmp_path: Path) -> None:
    root, file = buyer(tmp_path / "w"), as_file(tmp_path, supplied)
    import_footprint(root, file)
    with pytest.raises(InputError) as caught:
        import_footprint(root, file)
    assert {d.code for d in caught.value.diagnostics} <= {"REE-X006", "REE-X029"}


def test_from_the_command_line(supplied: Json, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, file = buyer(tmp_path / "w"), as_file(tmp_path, supplied | {"status": "Deprecated"})
    with pytest.raises(SystemExit) as stopped:
        main(["import", "pact", str(file), "--flow", "acid", "-w", str(root)])
    seen = capsys.readouterr()
    assert not stopped.value.code, seen.err
    assert not seen.out
    assert "REE-X028" in seen.err
    assert "provider: mixed_oxide_oxide_works" in seen.err
