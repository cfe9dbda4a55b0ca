"""Disclosures: values are those of `ree-lca accounts`, in the units asked for, and what cannot be filled is said."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lca.disclosure.esg.export import COLUMNS, Disclosure, disclosure
from lca.disclosure.esg.files import as_csv, as_json, as_workbook, write_disclosure
from lca.errors import InputError, Problems
from lca.impact.account_views import accounts_of
from lca.impact.figures import parse_figure
from lca.impact.study import run_study
from lca.inventory.frameworks import Framework
from lca.inventory.loading import load
from lca.workspace import bundled
from tests.shared_data import SHARED
from tests.works import FILES, INVENTORY
from tests.workspaces import write

ORGANISATION = "organisation: {name: =Oxides and sons}\n"
PERIOD = "reporting: {period: [2025-01-01, 2026-01-01]}\n"
FRAMEWORK = """\
framework: authority
title: What the authority asks
framework_version: 2025
source: book
evidence: expert
conversions: {ore: 0.25 m3/t}
datapoints:
  - {id: direct, title: Scope 1, unit: t CO2e, fill: {ghg_scopes: [1]}}
  - {id: power, title: Scope 2, unit: t CO2e, fill: {ghg_scopes: [2], basis: [location, market]}}
  - {id: chain, title: Scope 3, unit: t CO2e, fill: {ghg_scopes: [3]}, partial: To the gate.}
  - {id: all, title: Scopes, unit: t CO2e, fill: {ghg_scopes: [1, 2, 3]}}
  - {id: use, title: Use of what is sold, unit: t CO2e, fill: {ghg_scopes: [3.11]}}
  - {id: footprint, title: Life cycle, unit: kg CO2e, fill: {indicator: climate_change}}
  - {id: energy, title: Energy, unit: MWh, fill: {bought: {accounts: [energy]}}}
  - {id: goods, title: Goods, unit: t, fill: {bought: {accounts: [goods], without: [ore]}, each: flow}}
  - {id: volume, title: Goods by volume, unit: m3, fill: {bought: {accounts: [goods]}}}
  - {id: net, title: Goods less acid, unit: t, fill: {bought: {accounts: [goods], less: [acid]}}}
  - {id: below, title: Acid less ore, unit: kg, fill: {bought: {flows: [acid], less: [ore]}}}
  - {id: freight, title: Freight by rail, unit: kg, fill: {bought: {flows: [delivered_ore]}}}
  - id: air
    title: Releases
    unit: t
    fill: {released: {compartment: air, groups: [gases], members: {carbon_dioxide: gas:CO2}}}
  - {id: water, title: Releases to water, unit: t, fill: {released: {compartment: water, groups: [gases]}}}
  - {id: intensity, title: Intensity, unit: t CO2e/t_REO, fill: {ghg_scopes: [1, 2], per: output}}
  - {id: wrong_output, title: Intensity of a tonne, unit: kg CO2e/t, fill: {ghg_scopes: [1], per: output}}
  - {id: how, title: Methods, fill: {statement: methods}}
  - {id: revenue, title: Revenue, gap: "No matter of an inventory."}
"""


def workspace(folder: Path, *without: str, **changes: str) -> Path:
    text = INVENTORY.replace("workspace: works\n", "workspace: works\n" + ORGANISATION)
    text = text.replace("networks:\n", PERIOD + "networks:\n") + "---\n" + FRAMEWORK
    for part in without:
        assert part in text
        text = text.replace(part, "")
    write(folder, {**FILES, "inventories/all.yaml": text})
    return folder


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return workspace(tmp_path_factory.mktemp("works"))


@pytest.fixture(scope="module")
def found(root: Path) -> Disclosure:
    return disclosure(root, None)


def lines(found: Disclosure, datapoint: str) -> list[dict[str, Any]]:
    return [dict(record) for record in found.records if record["datapoint"] == datapoint]


def line(found: Disclosure, datapoint: str) -> dict[str, Any]:
    (one,) = lines(found, datapoint)
    return one


@pytest.mark.parametrize(
    ("datapoint", "value"),
    [
        # 10 t of 11.2 and 5 t of 10.2 kg CO2 per kg; see tests/works.py
        ("direct", 30.0),
        ("chain", 10 * 5.2 + 5 * 4.2),
        ("all", 10 * 11.2 + 5 * 10.2),
        ("footprint", 10_000 * 11.2 + 5_000 * 10.2),
        ("energy", 150.0),
        ("net", 60.0 - 40.0),
        ("intensity", 6.0),
    ],
)
def test_values_worked_out_by_hand(found: Disclosure, datapoint: str, value: float) -> None:
    assert line(found, datapoint)["value"] == pytest.approx(value, rel=1e-12)


def test_both_bases_where_both_are_asked(found: Disclosure) -> None:
    assert [(one["electricity_basis"], one["value"]) for one in lines(found, "power")] == [
        ("location", pytest.approx(60)),
        ("market", pytest.approx(60)),
    ]


def test_a_line_for_each_good(found: Disclosure) -> None:
    """Ore is left out; of acid 3 kg are bought per kg, and 2 where one comes back."""
    assert [(one["item"], one["value"], one["unit"]) for one in lines(found, "goods")] == [
        ("acid", pytest.approx(40), "t")
    ]


def test_what_cannot_be_converted_is_left_out_and_said(found: Disclosure) -> None:
    """Ore has a density and acid has none."""
    volume = line(found, "volume")
    assert (volume["status"], volume["value"]) == ("partial", pytest.approx(60 * 0.25))
    assert volume["reason"] == "Acid is counted in kg, which has no conversion to m3"


def test_releases_are_those_of_the_plant_alone(found: Disclosure) -> None:
    """2 kg per kg of oxide; those of suppliers are not among them."""
    air = line(found, "air")
    assert (air["value"], air["item"], air["status"]) == (pytest.approx(30), "gas:CO2", "filled")


@pytest.mark.parametrize(
    ("datapoint", "reason"),
    [
        ("use", "nothing of the study is of scope 3.11"),
        ("freight", "nothing of: delivered_ore; confirm that there is none"),
        ("water", "releases any of these to water"),
        ("below", "what is taken off is more than what it is taken from"),
        ("wrong_output", "the output is counted in kg_REO"),
        ("revenue", "No matter of an inventory."),
    ],
)
def test_gaps_have_a_reason_and_no_value(found: Disclosure, datapoint: str, reason: str) -> None:
    gap = line(found, datapoint)
    assert (gap["status"], gap["value"], gap["unit"]) == ("gap", None, "")
    assert reason in gap["reason"]


def test_a_limit_makes_a_value_partial(found: Disclosure) -> None:
    assert (line(found, "chain")["status"], line(found, "chain")["reason"]) == ("partial", "To the gate")
    assert line(found, "direct")["status"] == "filled"


def test_methods_are_told_in_words(found: Disclosure) -> None:
    how = line(found, "how")
    assert how["status"] == "statement"
    assert "Climate change (Carbon dioxide)" in how["text"]


def test_every_value_says_where_it_comes_from(found: Disclosure, root: Path) -> None:
    """Figures are results of the study, and records of accounts add up to the value."""
    results = run_study(root, sensitivity=False)
    rows = accounts_of(results, "both", None)
    rows = rows[rows["plant"] == "network"]
    known = set(results["results"]["scenario"])
    for record in found.records:
        if record["value"] is None:
            continue
        assert record["organisation"] == "=Oxides and sons"
        assert (record["period_start"], record["period_end"]) == ("2025-01-01", "2026-01-01")
        assert record["made_from"]
        for name in filter(None, record["figures"].split("; ")):
            figure = parse_figure(name)
            assert (figure.study, figure.indicator, figure.basis) == (
                "year",
                "climate_change",
                record["electricity_basis"],
            )
            assert figure.scenario in known
        if record["datapoint"] in ("direct", "chain", "all"):
            items = [text.split(" ", 1)[1] for text in record["made_from"].split("; ")]
            own = rows[
                (rows["kind"] == "ghg_scope") & rows["item"].isin(items) & (rows["electricity_basis"] == "market")
            ]
            assert record["value"] * 1000 == pytest.approx(own["value"].sum(), rel=1e-12)
            assert record["figures"]


def test_plants_add_up_to_the_network(found: Disclosure, root: Path) -> None:
    parts = [disclosure(root, "year", ["authority"], plant=plant) for plant in ("Large", "Small")]
    for datapoint in ("direct", "all", "energy", "air"):
        values = [line(part, datapoint)["value"] for part in parts]
        assert sum(values) == pytest.approx(line(found, datapoint)["value"], rel=1e-12)
    assert parts[0].metadata["scenarios"] == ["open/near"]
    assert line(parts[0], "intensity")["value"] == pytest.approx(6.0)


def test_settings_reach_the_values(root: Path) -> None:
    from lca.inventory.settings import parse_settings

    far = disclosure(root, None, settings=parse_settings(["site.distance=1500 km"]))
    assert line(far, "all")["value"] == pytest.approx(10 * 11.6 + 5 * 10.6)


# --- files


def test_the_same_in_every_file(found: Disclosure, tmp_path: Path) -> None:
    written = write_disclosure(found, tmp_path / "out")
    assert sorted(path.name for path in written) == ["esg.csv", "esg.json", "esg.xlsx"]
    records = json.loads((tmp_path / "out" / "esg.json").read_text())["records"]
    table = pd.read_csv(tmp_path / "out" / "esg.csv")
    assert list(table.columns) == list(COLUMNS)
    assert len(table) == len(records) == len(found.records)
    for record, (_, row) in zip(records, table.iterrows(), strict=True):
        assert record["datapoint"] == row["datapoint"]
        assert record["value"] is None if pd.isna(row["value"]) else record["value"] == row["value"]


def test_the_workbook_holds_texts_and_numbers_and_no_formula(found: Disclosure) -> None:
    made = as_workbook(found)
    assert made == as_workbook(found)
    with zipfile.ZipFile(io.BytesIO(made)) as book:
        sheets = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
        texts = book.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 2
    assert "=Oxides and sons" in texts
    assert not any("<f>" in sheet for sheet in sheets)
    assert f"<v>{line(found, 'energy')['value']:.16G}</v>" in sheets[1]


def test_files_have_the_same_bytes_each_time(found: Disclosure, root: Path) -> None:
    again = disclosure(root, None)
    assert (as_csv(again), as_json(again)) == (as_csv(found), as_json(found))


# --- what is missing


def codes(root: Path, **words: Any) -> list[str]:
    with pytest.raises(InputError) as failure:
        disclosure(root, None, **words)
    return [one.code for one in failure.value.diagnostics]


@pytest.mark.parametrize(
    ("part", "code", "key"),
    [
        (ORGANISATION, "REE-X020", "organisation: {name: ...}"),
        (PERIOD, "REE-X020", "reporting: {period:"),
        (INVENTORY[INVENTORY.index("networks:") : INVENTORY.index("scenarios:")], "REE-X042", "networks: {"),
    ],
)
def test_what_is_missing_is_named_with_its_key(part: str, code: str, key: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as failure:
        disclosure(workspace(tmp_path, part), None)
    (one,) = failure.value.diagnostics
    assert one.code == code
    assert key in one.expected
    assert one.span is not None
    assert one.span.path.name == "all.yaml"


def test_everything_that_is_missing_is_named_at_once(tmp_path: Path) -> None:
    networks = INVENTORY[INVENTORY.index("networks:") : INVENTORY.index("scenarios:")]
    assert codes(workspace(tmp_path, ORGANISATION, PERIOD, networks)) == ["REE-X020", "REE-X020", "REE-X042"]


def test_a_period_that_is_no_year(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    file = root / "inventories" / "all.yaml"
    file.write_text(file.read_text().replace("[2025-01-01, 2026-01-01]", "[2025-01-01, 2025-07-01]"))
    assert codes(root) == ["REE-X044"]


def test_names_that_are_not_there(root: Path, tmp_path: Path) -> None:
    assert codes(root, frameworks=["authorty"]) == ["REE-X041"]
    assert codes(root, network="bth") == ["REE-X043"]
    assert codes(root, plant="Huge") == ["REE-X043"]
    assert codes(workspace(tmp_path, "---\n" + FRAMEWORK)) == ["REE-X041"]


def test_one_of_several_networks_has_to_be_named(tmp_path: Path) -> None:
    root = workspace(tmp_path)
    file = root / "inventories" / "all.yaml"
    other = "  other:\n    - {scenario: open/near, output: 1 t_REO/year, title: Third}\nscenarios:"
    file.write_text(file.read_text().replace("scenarios:", other, 1))
    assert codes(root) == ["REE-X043"]
    assert line(disclosure(root, None, network="other"), "direct")["value"] == pytest.approx(2)
    assert disclosure(root, None, plant="Third").metadata["network"] == "other"


# --- the mappings that come with the package


@pytest.fixture(scope="module")
def mappings() -> dict[str, Framework]:
    problems = Problems()
    return {str(name): one for name, one in load(bundled(), problems).frameworks.items()}


def test_mappings_claim_no_more_than_they_can(mappings: dict[str, Framework]) -> None:
    """They are read or recalled, never measured or taken from the texts themselves."""
    assert set(mappings) == {"esrs-set-1", "vsme", "gri", "sasb-em-mm", "ifrs-s2", "ghg-protocol"}
    for framework in mappings.values():
        grades = {framework.evidence, *(one.evidence for one in framework.datapoints)} - {None}
        assert grades <= {"expert", "placeholder"}
        assert framework.framework_version


@pytest.mark.parametrize("name", ["esrs-set-1", "vsme", "gri", "sasb-em-mm"])
def test_radioactive_waste_has_its_line(mappings: dict[str, Framework], name: str) -> None:
    assert any("adioactive" in one.title and one.fill is not None for one in mappings[name].datapoints)


def test_elements_of_vsme_are_in_its_taxonomy(mappings: dict[str, Framework]) -> None:
    file = SHARED / "data" / "vsme" / "vsme-2026-05-01.json"
    if not file.is_file():
        pytest.skip("the taxonomy is not here: ../shared/data/vsme")
    concepts = json.loads(file.read_text())["concepts"]
    used = [str(one.element) for one in mappings["vsme"].datapoints if one.element is not None]
    for one in mappings["vsme"].datapoints:
        if one.fill is not None and one.fill.released is not None:
            used += [str(member) for member in one.fill.released.members.values()]
    assert len(used) > 30
    assert [name for name in used if name not in concepts] == []


def test_the_bundled_plants_fill_their_mappings() -> None:
    """The sums are those of the table `accounts`; the radioactive line is named, filled or not."""
    found = disclosure(bundled(), "belfast-missouri", ["ghg-protocol", "esrs-set-1"], network="electro-plants")
    rows = accounts_of(run_study(bundled(), "belfast-missouri", sensitivity=False), "electro-plants", None)
    rows = rows[(rows["plant"] == "network") & (rows["electricity_basis"] == "market")]
    whole = rows[(rows["kind"] == "indicator") & (rows["item"] == "climate_change")]["value"].item()
    assert line(found, "E1-6_13")["value"] * 1000 == pytest.approx(whole, rel=1e-9)
    wastes = ["inert_residue", "neutralisation_sludge", "hazardous_waste", "radioactive_residue"]
    waste = rows[(rows["kind"] == "bought:waste") & rows["item"].isin(wastes)]["value"].sum()
    assert line(found, "E5-5_07")["value"] * 1000 == pytest.approx(waste, rel=1e-12)
    assert line(found, "E5-5_16")["status"] in ("partial", "gap")
    per_kg = {f"{v:.6g}" for v in (whole / 800_000,)}
    assert not per_kg & {f"{r['value']:.6g}" for r in found.records if r["value"] is not None}
