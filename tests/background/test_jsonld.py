"""JSON-LD of openLCA: what is read of it, in both versions of its schema."""

from __future__ import annotations

import json
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.background.database import Background
from lca.background.importing import Request, import_files
from lca.errors import InputError

Json = dict[str, Any]

GROUPS = {
    "mass": [("kg", 1.0), ("g", 0.001)],
    "energy": [("MJ", 1.0), ("kWh", 3.6)],
    "volume": [("m3", 1.0), ("l", 0.001)],
}


def entity(kind: str, identifier: str, **more: Any) -> Json:
    return {"@type": kind, "@id": identifier, "name": more.pop("name", identifier), **more}


def units() -> dict[str, Json]:
    made = {}
    for name, members in GROUPS.items():
        listed = [entity("Unit", unit, conversionFactor=factor, isRefUnit=factor == 1.0) for unit, factor in members]
        made[f"unit_groups/{name}.json"] = entity("UnitGroup", f"group-{name}", units=listed)
        made[f"flow_properties/{name}.json"] = entity("FlowProperty", name, unitGroup={"@id": f"group-{name}"})
    return made


def flow(identifier: str, kind: str, main: str = "mass", category: str = "", **others: float) -> dict[str, Json]:
    """`others` are further properties, with how many of their reference unit one of the main is."""
    lines = [{"flowProperty": {"@id": main}, "conversionFactor": 1.0, "isRefFlowProperty": True}]
    lines += [{"flowProperty": {"@id": name}, "conversionFactor": factor} for name, factor in others.items()]
    return {
        f"flows/{identifier}.json": entity("Flow", identifier, flowType=kind, category=category, flowProperties=lines)
    }


def line(flow: str, amount: float, unit: str = "kg", main: str = "mass", taken: bool = False, **more: Any) -> Json:
    return {
        "flow": {"@id": flow},
        "amount": amount,
        "unit": {"@id": unit},
        "flowProperty": {"@id": main},
        "isInput": taken,
        **more,
    }


def process(identifier: str, *lines: Json, location: str = "", **more: Any) -> dict[str, Json]:
    for number, each in enumerate(lines, 1):
        each.setdefault("internalId", number)
    made = entity("Process", identifier, name=f"making {identifier}", exchanges=list(lines), **more)
    return {f"processes/{identifier}.json": made | ({"location": {"@id": location}} if location else {})}


REFERENCE = {"isQuantitativeReference": True}

FLOWS = (
    units()
    | flow("power", "PRODUCT_FLOW", "energy")
    | flow("fuel", "PRODUCT_FLOW", "mass", energy=40.0, volume=0.001)
    | flow("side", "PRODUCT_FLOW")
    | flow("slag", "WASTE_FLOW")
    | flow("CO2", "ELEMENTARY_FLOW", category="Elementary flows/Emission to air/unspecified")
    | flow("ore", "ELEMENTARY_FLOW", category="Elementary flows/Resource/in ground")
    | {"locations/de.json": entity("Location", "loc-de", name="Germany", code="DE")}
    | {"locations/fr.json": entity("Location", "loc-fr", name="France", code="FR")}
)


def written(folder: Path, *parts: dict[str, Json], packed: bool = False) -> Path:
    files = dict(FLOWS)
    for part in parts:
        files |= part
    if packed:
        with zipfile.ZipFile(folder / "data.zip", "w") as archive:
            for name, content in files.items():
                archive.writestr(name, json.dumps(content))
        return folder / "data.zip"
    for name, content in files.items():
        path = folder / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    return folder / "data"


def read(path: Path) -> Background:
    return import_files(Request(path, "test"), lambda text: None)


def carbon(background: Background, code: str, amount: float = 1.0) -> float:
    demand = np.zeros(len(background.activities))
    demand[background.by_code[code]] = amount
    scale = np.linalg.solve(background.technosphere_matrix().toarray(), demand)
    (row,) = [place for place, found in enumerate(background.flows) if found.name == "CO2"]
    return float((background.biosphere_matrix() @ scale)[row])


def emits(amount: float) -> Json:
    return line("CO2", amount)


POWER = process("power", line("power", 10, "kWh", "energy", **REFERENCE), line("fuel", 2, taken=True), emits(1))
FUEL = process(
    "fuel",
    line("fuel", 100, **REFERENCE),
    line("power", 50, "MJ", "energy", taken=True),
    emits(10),
    line("ore", 50, taken=True),
)


@pytest.mark.parametrize("packed", [False, True])
def test_the_textbook_system(tmp_path: Path, packed: bool) -> None:
    found = read(written(tmp_path, POWER, FUEL, packed=packed))
    assert found.origin.format == "jsonld"
    made = [(activity.name, activity.product, activity.unit, activity.amount) for activity in found.activities]
    assert made == [("making fuel", "fuel", "kg", 100.0), ("making power", "power", "MJ", 36.0)]
    assert found.technosphere_matrix().toarray().tolist() == [[100.0, -2.0], [-50.0, 36.0]]
    assert {(flow.name, flow.categories) for flow in found.flows} == {
        ("CO2", ("Emission to air", "unspecified")),
        ("ore", ("Resource", "in ground")),
    }
    # 100 f - 2 p = 0, -50 f + 36 p = 36 by hand, for one run of the power plant
    p = 36 / (36 - 1)
    assert carbon(found, "power", 36) == pytest.approx(p + 10 * p / 50)
    assert any("kWh became MJ (1 kWh is 3.6)" in text for text in found.report.conversions)


def test_amounts_in_another_property_and_unit(tmp_path: Path) -> None:
    """Fuel by its energy (40 MJ/kg) and by its volume (1 l/kg)."""
    by_energy = line("fuel", 10, "kWh", "energy", taken=True)
    by_volume = line("fuel", 3, "l", "volume", taken=True)
    user = process("power", line("power", 1, "MJ", "energy", **REFERENCE), by_energy, by_volume)
    found = read(written(tmp_path, user, FUEL))
    assert found.technosphere_matrix().toarray()[0, 1] == pytest.approx(-(10 * 3.6 / 40 + 3))


def test_the_default_provider_is_taken(tmp_path: Path) -> None:
    first = process("a", line("fuel", 1, **REFERENCE), emits(1), location="loc-de")
    second = process("b", line("fuel", 1, **REFERENCE), emits(2), location="loc-fr")
    for chosen, known in (("a", 1.0), ("b", 2.0)):
        line_ = line("fuel", 1, taken=True, defaultProvider={"@id": chosen})
        user = process("power", line("power", 1, "MJ", "energy", **REFERENCE), line_, location="loc-de")
        found = read(written(tmp_path, user, first, second))
        assert carbon(found, "power") == known
        assert [activity.location for activity in found.activities] == ["DE", "FR", "DE"]


def test_without_a_provider_the_place_decides_or_it_stays_open(tmp_path: Path) -> None:
    first = process("a", line("fuel", 1, **REFERENCE), emits(1), location="loc-de")
    second = process("b", line("fuel", 1, **REFERENCE), emits(2), location="loc-fr")
    user = process(
        "power", line("power", 1, "MJ", "energy", **REFERENCE), line("fuel", 1, taken=True), location="loc-fr"
    )
    assert carbon(read(written(tmp_path, user, first, second)), "power") == 2.0
    nowhere = process("power", line("power", 1, "MJ", "energy", **REFERENCE), line("fuel", 1, taken=True))
    found = read(written(tmp_path, nowhere, first, second))
    assert [left.name for left in found.report.unlinked] == ["fuel"]


def test_waste_is_taken_up_by_its_treatment(tmp_path: Path) -> None:
    user = process("power", line("power", 1, "MJ", "energy", **REFERENCE), line("slag", 0.5))
    treatment = process("treat", line("slag", 2, taken=True, **REFERENCE), emits(6))
    found = read(written(tmp_path, user, treatment))
    assert found.activities[found.by_code["treat"]].amount == -2.0
    assert carbon(found, "power") == pytest.approx(1.5)


def test_avoided_products_are_credited(tmp_path: Path) -> None:
    avoided = line("fuel", 0.5, taken=True, isAvoidedProduct=True)
    user = process("power", line("power", 1, "MJ", "energy", **REFERENCE), avoided)
    assert (
        carbon(read(written(tmp_path, user, process("fuel", line("fuel", 1, **REFERENCE), emits(2)))), "power") == -1.0
    )


def joint(method: str, *factors: Json) -> dict[str, Json]:
    lines = (line("fuel", 2, **REFERENCE), line("side", 3), emits(10))
    return process("joint", *lines, defaultAllocationMethod=method, allocationFactors=list(factors))


def factor(product: str, value: float, method: str = "PHYSICAL_ALLOCATION", number: int | None = None) -> Json:
    made = {"allocationType": method, "product": {"@id": product}, "value": value}
    return made if number is None else made | {"exchange": {"internalId": number}}


@pytest.mark.parametrize(
    ("process_", "fuel", "side"),
    [
        (
            joint(
                "PHYSICAL_ALLOCATION",
                factor("fuel", 0.4),
                factor("side", 0.6),
                factor("fuel", 1, "ECONOMIC_ALLOCATION"),
            ),
            4,
            6,
        ),
        (
            joint(
                "CAUSAL_ALLOCATION",
                factor("fuel", 0.9, "CAUSAL_ALLOCATION", 3),
                factor("side", 0.1, "CAUSAL_ALLOCATION", 3),
            ),
            9,
            1,
        ),
    ],
    ids=["physical", "causal"],
)
def test_factors_of_the_default_method_share_out(
    tmp_path: Path, process_: dict[str, Json], fuel: float, side: float
) -> None:
    found = read(written(tmp_path, process_))
    assert [(activity.code, activity.product, activity.amount) for activity in found.activities] == [
        ("joint", "fuel", 2.0),
        ("joint-side", "side", 3.0),
    ]
    assert carbon(found, "joint", 2) == pytest.approx(fuel)
    assert carbon(found, "joint-side", 3) == pytest.approx(side)


@pytest.mark.parametrize("process_", [joint("NO_ALLOCATION"), joint("PHYSICAL_ALLOCATION", factor("fuel", 0.4))])
def test_nothing_is_shared_out_without_all_factors(tmp_path: Path, process_: dict[str, Json]) -> None:
    found = read(written(tmp_path, process_))
    assert len(found.activities) == 1
    assert carbon(found, "joint", 2) == 10
    assert any("also makes side" in text for text in found.report.notes)


@pytest.mark.parametrize(
    ("said", "kind", "loc"),
    [
        ({"distributionType": "LOG_NORMAL_DISTRIBUTION", "geomMean": 50, "geomSd": 1.2}, 2, math.log(50 * 3.6)),
        ({"distributionType": "NORMAL_DISTRIBUTION", "mean": 50, "sd": 5}, 3, 180),
        ({"distributionType": "TRIANGLE_DISTRIBUTION", "minimum": 40, "mode": 50, "maximum": 60}, 5, 180),
        ({"distributionType": "UNIFORM_DISTRIBUTION", "minimum": 40, "maximum": 60}, 4, None),
        ({"distributionType": "NO_DISTRIBUTION"}, 0, 180),
    ],
)
def test_uncertainty(tmp_path: Path, said: Json, kind: int, loc: float | None) -> None:
    user = process(
        "fuel", line("fuel", 1, **REFERENCE), line("power", 50, "kWh", "energy", taken=True, uncertainty=said)
    )
    spread = {"distributionType": "NORMAL_DISTRIBUTION", "mean": 1, "sd": 0.1}
    other = process("power", line("power", 1, "MJ", "energy", **REFERENCE), line("CO2", 1, uncertainty=spread))
    found = read(written(tmp_path, user, other))
    place = list(zip(found.technosphere.rows, found.technosphere.columns, strict=True)).index((1, 0))
    if kind == 0:
        assert found.technosphere.uncertainty is None
        return
    assert found.technosphere.uncertainty is not None
    row = found.technosphere.uncertainty[place]
    assert row["uncertainty_type"] == kind
    if loc is not None:
        assert row["loc"] == pytest.approx(loc)
    if kind in (4, 5):
        assert (row["minimum"], row["maximum"]) == (144.0, 216.0)


def test_the_first_version_of_the_schema(tmp_path: Path) -> None:
    """Other keys, and categories as references."""
    earlier = {
        "isInput": "input",
        "isQuantitativeReference": "quantitativeReference",
        "isRefFlowProperty": "referenceFlowProperty",
        "isRefUnit": "referenceUnit",
    }
    path = written(tmp_path, POWER, FUEL)
    new = read(path)
    for file in path.rglob("*.json"):
        text = file.read_text(encoding="utf-8")
        for now, then in earlier.items():
            text = text.replace(f'"{now}"', f'"{then}"')
        content = json.loads(text)
        if content.get("category"):
            *above, last = content["category"].split("/")
            content["category"] = {"@id": "c", "name": last, "categoryPath": above}
        file.write_text(json.dumps(content), encoding="utf-8")
    old = read(path)
    assert (old.activities, old.flows) == (new.activities, new.flows)
    assert (old.technosphere_matrix() != new.technosphere_matrix()).nnz == 0


def test_a_package_that_olca_schema_writes(tmp_path: Path) -> None:
    olca = pytest.importorskip("olca_schema")
    from olca_schema import zipio

    kg = olca.new_unit("kg")
    group = olca.new_unit_group("mass units", kg)
    mass = olca.new_flow_property("mass", group)
    steel, waste = olca.new_product("steel", mass), olca.new_waste("slag", mass)
    gas = olca.new_elementary_flow("CO2", mass)
    made, treated = olca.new_process("steel making"), olca.new_process("slag treatment")
    for owner, found, amount in ((made, steel, 2.0), (made, waste, 0.5), (made, gas, 3.0), (treated, gas, 4.0)):
        output = olca.new_output(owner, found, amount, kg)
        output.is_quantitative_reference = found is steel
    olca.new_input(treated, waste, 1.0, kg).is_quantitative_reference = True
    path = tmp_path / "olca.zip"
    with zipio.ZipWriter(path) as archive:
        for each in (group, mass, steel, waste, gas, made, treated):
            archive.write(each)
    found = read(path)
    assert carbon(found, made.id, 2) == pytest.approx(3 + 0.5 * 4)


# --- what is wrong


def faults(path: Path) -> list[str]:
    with pytest.raises(InputError) as wrong:
        read(path)
    return [fault.code for fault in wrong.value.diagnostics]


def test_a_process_without_a_reference(tmp_path: Path) -> None:
    assert faults(written(tmp_path, process("power", line("power", 1, "MJ", "energy")))) == ["REE-B012"]


def test_amounts_that_are_no_numbers(tmp_path: Path) -> None:
    user = process("power", line("power", 1, "MJ", "energy", **REFERENCE), line("fuel", "much", taken=True))  # type: ignore[arg-type]
    assert faults(written(tmp_path, user)) == ["REE-B011"]


@pytest.mark.parametrize("text", ["{", "[]", '{"name": "nobody"}', "\x00"])
def test_files_that_are_no_entities(tmp_path: Path, text: str) -> None:
    path = written(tmp_path, POWER)
    (path / "processes" / "wrong.json").write_text(text, encoding="utf-8")
    (path / "flows" / "wrong.json").write_text(text, encoding="utf-8")
    assert faults(path) == ["REE-B005", "REE-B005"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("processes/x.json", {"@id": "x", "exchanges": [{"flow": "steel", "amount": 1}]}),
        ("processes/x.json", {"@id": "x", "exchanges": 3}),
        ("flows/x.json", {"@id": "x", "flowProperties": ["mass"]}),
        ("unit_groups/x.json", {"@id": "x", "units": 5}),
    ],
)
def test_entities_of_another_shape(tmp_path: Path, name: str, content: Json) -> None:
    assert faults(written(tmp_path, POWER, {name: content})) == ["REE-B011"]


def test_flows_without_any_process(tmp_path: Path) -> None:
    assert faults(written(tmp_path)) == ["REE-B004"]
