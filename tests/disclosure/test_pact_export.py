"""Footprints in the PACT data model: the figures of the results, the rules of the specification, and a life of ids."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lca.disclosure.pact import decimals
from lca.disclosure.pact.export import DEPRECATED, export_footprints
from lca.disclosure.pact.rules import EXCLUDING, INCLUDING, broken_rules
from lca.errors import InputError
from lca.impact.study import run_study
from lca.inventory.settings import parse_settings
from tests.declaring import METHOD, ORGANISATION, REPORTING, declaring
from tests.shared_data import PACT, needs_pact
from tests.textbook import textbook

DECIMAL = re.compile(r"-?\d+(\.\d+)?")


def export(root: Path, folder: Path, *only: str, **more: Any) -> list[dict[str, Any]]:
    more = {"products": ("basket",)} | more
    return [dict(one.footprint) for one in export_footprints(root, folder, only=only, **more)]


def codes(root: Path, folder: Path, *only: str, **more: Any) -> list[str]:
    with pytest.raises(InputError) as caught:
        export(root, folder, *only, **more)
    assert not folder.exists(), "nothing is written when anything is at fault"
    return [d.code for d in caught.value.diagnostics if d.severity == "error"]


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return declaring(tmp_path_factory.mktemp("works"))


def test_the_figures_are_those_of_the_results(works: Path, tmp_path: Path) -> None:
    found = export(works, tmp_path)
    table = run_study(works)["results"]
    table = table[table["electricity_basis"] == "market"]
    for one in found:
        scenario = re.search(r"scenario ([\w/]+)", one["comment"])[1]  # type: ignore[index]
        own = table[table["scenario"] == scenario].set_index("indicator")["value"]
        pcf = one["pcf"]
        assert float(pcf["fossilGhgEmissions"]) == pytest.approx(own["climate_change.fossil"], rel=1e-8)
        assert float(pcf["landUseChangeGhgEmissions"]) == pytest.approx(own["climate_change.land_use"], rel=1e-8)
        assert float(pcf[EXCLUDING]) == pytest.approx(own["climate_change"], rel=1e-8)
    assert [one["pcf"][EXCLUDING] for one in found] == ["11.2", "11.4", "10.2"]
    assert [one["pcf"].get("geographyCountry") for one in found] == [None] * 3
    assert [one["pcf"]["geographyCountrySubdivision"] for one in found] == ["GB-NIR", "US-MO", "GB-NIR"]


def test_a_product_has_its_share_and_its_own_mass(works: Path, tmp_path: Path) -> None:
    """By value Nd has 75 x 80 of 75 x 80 + 25 x 200, and 1 kg_REO of it is 1.25 kg of product."""
    (found,) = export(works, tmp_path, "open/near", products=("Nd2O3",), allocation="value")
    factor = 80 / (0.75 * 80 + 0.25 * 200)
    assert float(found["pcf"][EXCLUDING]) == pytest.approx(11.2 * factor / 1.25, rel=1e-8)
    assert found["pcf"]["fossilCarbonContent"] == "0.02"
    assert found["pcf"]["productMassPerDeclaredUnit"] == "1"
    assert found["productDescription"] == "Neodymium oxide, 99 %. Open; Near"
    assert "By value" in found["comment"]


def test_what_is_not_assessed_is_left_out(tmp_path: Path) -> None:
    """Methane occurs nowhere: neither zero nor null."""
    named = REPORTING.replace("climate_change.land_use}", "climate_change.land_use, biogenic_methane: methane}")
    root = declaring(tmp_path / "w", reporting=named)
    (found,) = export(root, tmp_path / "out", "open/near")
    assert "biogenicNonCO2Emissions" not in found["pcf"]
    assert found["pcf"][EXCLUDING] == "11.2"
    assert "verification" not in found["pcf"]


def test_biogenic_carbon_is_taken_up(tmp_path: Path) -> None:
    said = REPORTING.replace("biogenic_carbon: 0 %\n    Nd", "biogenic_carbon: 12.011 %\n    Nd")
    root = declaring(tmp_path / "w", reporting=said)
    pcf = export(root, tmp_path / "out", "open/near")[0]["pcf"]
    assert float(pcf["biogenicCO2Uptake"]) == pytest.approx(-0.44009, rel=1e-4)
    assert Decimal(pcf[INCLUDING]) == Decimal(pcf[EXCLUDING]) + Decimal(pcf["biogenicCO2Uptake"])


def test_primary_data_and_their_quality(tmp_path: Path) -> None:
    """Of 11.2 kg the plant's own 2 are measured; the rest of all that is emitted is rated as the workspace says."""
    measured = "  - {flow: carbon_dioxide, amount: 2 kg, evidence: measured, pedigree: [1, 1, 1, 1, 1]}"
    root = declaring(tmp_path / "w", {"  - {flow: carbon_dioxide, amount: 2 kg}": measured})
    pcf = export(root, tmp_path / "out", "open/near")[0]["pcf"]
    assert float(pcf["primaryDataShare"]) == pytest.approx(100 * 2 / 11.2)
    assert "dqi" not in pcf
    for process in ("mine", "lorry", "acid_works", "power_station", "plant"):
        text = (root / "inventories/all.yaml").read_text()
        text = text.replace(f"process: {process}\n", f"process: {process}\npedigree: [5, 5, 5, 3, 2]\n")
        (root / "inventories/all.yaml").write_text(text)
    dqi = export(root, tmp_path / "out", "open/near")[0]["pcf"]["dqi"]
    assert float(dqi["temporalDQR"]) == pytest.approx((2 * 1 + 9.2 * 5) / 11.2, abs=0.005)
    assert float(dqi["geographicalDQR"]) == pytest.approx((2 * 1 + 9.2 * 3) / 11.2, abs=0.005)
    assert float(dqi["technologicalDQR"]) == pytest.approx((2 * 1 + 9.2 * 2) / 11.2, abs=0.005)


def test_a_footprint_never_changes(tmp_path: Path) -> None:
    """The same content keeps its file to the byte; other content has a new id, and names what it follows."""
    root, out = declaring(tmp_path / "w"), tmp_path / "out"
    (first,) = export_footprints(root, out, only=["open/near"], products=["basket"])
    text = first.file.read_bytes()
    (again,) = export_footprints(root, out, only=["open/near"], products=["basket"])
    assert (again.state, first.file.read_bytes()) == ("unchanged", text)
    ids = [first.footprint["id"]]
    for contact in ("one", "two"):
        declaring(root, reporting=REPORTING.replace("Small things", f"Small things {contact}"))
        (new,) = export_footprints(root, out, only=["open/near"], products=["basket"])
        assert new.state == "changed"
        assert new.footprint["precedingPfIds"] == ids[::-1]
        kept = json.loads((out / DEPRECATED / f"{ids[-1]}.json").read_text())
        assert (kept["id"], kept["status"]) == (ids[-1], "Deprecated")
        ids.append(new.footprint["id"])
    assert [UUID(one).version for one in ids] == [4, 4, 4]
    assert len(set(ids)) == 3
    assert kept | {"status": "Active"} != json.loads(text)


def test_settings_are_told(works: Path, tmp_path: Path) -> None:
    (found,) = export(works, tmp_path, "open/near", settings=parse_settings(["site.distance=1000 km"]))
    assert found["pcf"][EXCLUDING] == "11.4"
    assert found["comment"].endswith("Changed for this footprint: site.distance=1000 km.")


def test_another_file_is_not_written_over(works: Path, tmp_path: Path) -> None:
    (file,) = [one.file for one in export_footprints(works, tmp_path, only=["open/near"], products=["basket"])]
    file.write_text("{}")
    with pytest.raises(InputError) as caught:
        export(works, tmp_path, "open/near")
    assert [d.code for d in caught.value.diagnostics] == ["REE-X026"]
    assert file.read_text() == "{}"


def test_everything_missing_is_named_at_once(tmp_path: Path) -> None:
    root = declaring(tmp_path / "w", {ORGANISATION: ""}, reporting="")
    with pytest.raises(InputError) as caught:
        export(root, tmp_path / "out")
    keys = {re.search(r"`([\w.]+)`", d.message)[1] for d in caught.value.diagnostics if d.code == "REE-X020"}  # type: ignore[index]
    of_footprint = ("indicators", "characterisation", "standards", "exempted", "packaging")
    of_product = ("name", "identifiers", "fossil_carbon", "biogenic_carbon", "mass")
    assert keys == {
        *("organisation.name", "organisation.identifiers", "reporting.period"),
        *(f"reporting.carbon_footprint.{key}" for key in of_footprint),
        *(f"reporting.products.basket.{key}" for key in of_product),
    }
    assert all("all.yaml" in d.expected and d.span for d in caught.value.diagnostics if d.code == "REE-X020")


WRONG = {
    "no secondary source": ("REE-X020", '    secondary_data: [{name: A book, version: "1"}]\n', ""),
    "no place": ("REE-X020", "geography: {US: US-MO}", "geography: {GB-NIR: Northern Europe}"),
    "part not named": ("REE-X022", ", land_use_change: climate_change.land_use}", "}"),
    "total not assessed": ("REE-X021", "{total: climate_change,", "{total: methane,"),
    "total of something else": ("REE-X021", "{total: climate_change,", "{total: acid,"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_cannot_be_said_is_refused(name: str, tmp_path: Path) -> None:
    code, old, new = WRONG[name]
    place = {"place: {text: GB-NIR}": "place: {text: works-7}"} if name == "no place" else {}
    acid = "\n  acid: {title: Acid, unit: kg SO2e, factors: {carbon_dioxide: 1}}\n"
    root = declaring(tmp_path / "w", place, REPORTING.replace(old, new), METHOD + acid.lstrip("\n"))
    assert set(codes(root, tmp_path / "out", "open/near")) == {code}


def test_a_part_below_nothing_is_refused(tmp_path: Path) -> None:
    """Land that takes up carbon is no negative emission in this data model."""
    method = METHOD.replace("carbon_dioxide_land: 1", "carbon_dioxide_land: -1")
    root = declaring(tmp_path / "w", method=method)
    assert codes(root, tmp_path / "out", "open/near") == ["REE-X024"]


def test_a_unit_that_the_data_model_has_not(tmp_path: Path) -> None:
    root = textbook(tmp_path / "w")
    file = root / "inventories/all.yaml"
    text = file.read_text().replace("unit: kWh", "unit: V").replace("kWh", "V")
    file.write_text(text)
    assert "REE-X025" in codes(root, tmp_path / "out")


@pytest.mark.parametrize(("unit", "name", "mass"), [("kWh", "kilowatt hour", "0"), ("MJ", "kilowatt hour", "0")])
def test_energy_has_no_mass(unit: str, name: str, mass: str, tmp_path: Path) -> None:
    """120 kg for 1000 kWh are 0.12 kg per kWh, whatever unit the workspace has it in."""
    root = textbook(tmp_path / "w")
    product = '{name: Power, identifiers: ["urn:example:power"], fossil_carbon: 0 %, biogenic_carbon: 0 %}'
    said = REPORTING[: REPORTING.index("  products:")] + f"  products:\n    basket: {product}\n"
    said += REPORTING[REPORTING.index("  carbon_footprint:") :]
    said = said.replace(".fossil, land_use_change: climate_change.land_use}", "}")
    file = root / "inventories/all.yaml"
    text = file.read_text().replace("title: Electricity and fuel\n", "title: Electricity and fuel\n" + ORGANISATION)
    if unit == "MJ":
        text = text.replace("10 kWh", "36 MJ").replace("1000 kWh", "3600 MJ").replace("unit: kWh", "unit: MJ")
    file.write_text(text + said)
    (found,) = export(root, tmp_path / "out")
    assert found["pcf"][EXCLUDING] == "0.12"
    assert found["pcf"]["declaredUnitOfMeasurement"] == name
    assert found["pcf"]["productMassPerDeclaredUnit"] == mass


def test_products_and_allocations_that_are_not_there(works: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert codes(works, out, products=("Nd2O3",)) == ["REE-X023"]  # which of four allocations
    assert codes(works, out, products=("Nd2O3",), allocation="weight") == ["REE-X023"]
    assert codes(works, out, products=("Nd2O3",), allocation="recycled") == ["REE-X023"]
    assert codes(works, out, products=("Nd2O4",), allocation="mass") == ["REE-X023"]


@needs_pact
def test_valid_against_the_schema(works: Path, tmp_path: Path) -> None:
    from jsonschema import Draft202012Validator, FormatChecker

    spec = yaml.safe_load(PACT.read_text())
    schema = {"$ref": "#/components/schemas/ProductFootprint", "components": spec["components"]}
    validator = Draft202012Validator(schema, format_checker=FormatChecker())
    assert not validator.is_valid({}), "the schema asks for something"
    found = export(works, tmp_path, products=("basket", "Nd2O3"), allocation="mass")
    assert len(found) == 6
    for one in found:
        assert not list(map(str, validator.iter_errors(one)))
        assert not broken_rules(one)
    wrong = found[0] | {"created": "yesterday"}
    assert not validator.is_valid(wrong), "dates are checked"


@given(st.lists(st.floats(1e-12, 1e12), min_size=1, max_size=7), st.floats(0, 1e12))
def test_decimals_have_no_exponent_and_add_up(values: list[float], uptake: float) -> None:
    figures = [decimals.figure(value) for value in values]
    taken = -decimals.figure(uptake)
    excluding = decimals.total(figures)
    texts = [decimals.written(number) for number in (*figures, excluding, taken, decimals.total([excluding, taken]))]
    assert all(DECIMAL.fullmatch(text) for text in texts)
    *parts, whole, up, including = map(Decimal, texts)
    assert decimals.total(parts) == whole
    assert decimals.total([whole, up]) == including
    for value, part in zip(values, parts, strict=True):
        assert abs(float(part) - value) <= 1e-8 * value


_RATED = {"technologicalDQR": "1", "geographicalDQR": "1", "temporalDQR": "1"}
BREAKS = {
    "id": lambda f: f | {"id": "00000000-0000-1000-8000-000000000000"},
    "precedingPfIds": lambda f: f | {"precedingPfIds": [f["id"]]},
    "created": lambda f: f | {"created": "2025-01-01T00:00:00+02:00"},
    "productIds": lambda f: f | {"productIds": ["urn:a:b", "urn:a:b"]},
    "comment": lambda f: f | {"comment": None},
    "validityPeriodStart": lambda f: f | {"validityPeriodStart": "2025-12-31T00:00:00Z"},
    "validityPeriodEnd": lambda f: f | {"validityPeriodEnd": "2029-01-02T00:00:00Z"},
    EXCLUDING: lambda f: f | {"pcf": f["pcf"] | {EXCLUDING: "11.4", INCLUDING: "11.4"}},
    INCLUDING: lambda f: f | {"pcf": f["pcf"] | {INCLUDING: "10.9"}},
    "fossilGhgEmissions": lambda f: f | {"pcf": f["pcf"] | {"fossilGhgEmissions": "1e1"}},
    "landUseChangeGhgEmissions": lambda f: f | {"pcf": f["pcf"] | {"landUseChangeGhgEmissions": "1,5"}},
    "biogenicCO2Uptake": lambda f: f | {"pcf": f["pcf"] | {"biogenicCO2Uptake": "1", INCLUDING: "12.2"}},
    "primaryDataShare": lambda f: f | {"pcf": f["pcf"] | {"primaryDataShare": "120"}},
    "packagingGhgEmissions": lambda f: f | {"pcf": f["pcf"] | {"packagingGhgEmissions": "1"}},
    "packagingEmissionsIncluded": lambda f: f | {"pcf": _without(f["pcf"], "packagingEmissionsIncluded")},
    "secondaryEmissionFactorSources": lambda f: f | {"pcf": _without(f["pcf"], "secondaryEmissionFactorSources")},
    "geographyCountrySubdivision": lambda f: f | {"pcf": f["pcf"] | {"geographyCountry": "GB"}},
    "ccsTechnologicalCO2Capture": lambda f: f | {"pcf": f["pcf"] | {"ccsTechnologicalCO2Capture": "0"}},
    "productMassPerDeclaredUnit": lambda f: f | {"pcf": f["pcf"] | {"productMassPerDeclaredUnit": "0"}},
    "declaredUnitAmount": lambda f: f | {"pcf": f["pcf"] | {"declaredUnitAmount": "-1"}},
    "crossSectoralStandards": lambda f: f | {"pcf": f["pcf"] | {"crossSectoralStandards": ["my own"]}},
    "referencePeriodEnd": lambda f: f | {"pcf": f["pcf"] | {"referencePeriodEnd": "2024-01-01T00:00:00Z"}},
    "dqi.temporalDQR": lambda f: (
        f | {"pcf": f["pcf"] | {"dqi": {"technologicalDQR": "1", "geographicalDQR": "1", "temporalDQR": "5.1"}}}
    ),
}


def _without(held: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in held.items() if name != key}


@pytest.fixture(scope="module")
def footprint(works: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return export(works, tmp_path_factory.mktemp("out"), "open/near")[0]


@pytest.mark.parametrize("key", BREAKS)
def test_every_rule_is_checked(key: str, footprint: dict[str, Any]) -> None:
    assert not broken_rules(footprint)
    assert {broken.key for broken in broken_rules(BREAKS[key](footprint))} == {key}
