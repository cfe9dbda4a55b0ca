"""Methods read from an installed bw2io: the factors are the shipped ones, and what is wrong with pointers is told."""

from __future__ import annotations

import hashlib
import importlib.util
import json
import math
import os
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pandas as pd
import pytest
import yaml

from lca.errors import Diagnostic, InputError, Problems
from lca.impact import cache as user_cache
from lca.impact import shipped
from lca.impact.check import check_workspace
from lca.impact.method_views import over_scenarios, uncharacterised_flows
from lca.impact.methods import method_factors
from lca.impact.study import run_study
from lca.impact.weighting import said_of_weighting, weighted_results
from lca.inventory.loading import Inventory, load

ROOT = Path(__file__).parents[2]
LINKS = ROOT / "inventories" / "links" / "biosphere.yaml"
SETS = ("ced", "cml48", "ef31", "ipcc2021", "recipe2016-midpoint-h", "traci21", "water")
ARCHIVE = "lcia_39_ecoinvent"

CO2 = "349b29d1-3e58-4c66-98b9-9d1a076efd2e"
CH4 = "0795345f-c7ae-410c-ad25-1845784c75f5"
EVAPORATED = "075e433b-4be4-448e-9510-9a5029c1ce94"

INVENTORY = """\
workspace: flare
title: A flare
flow_groups: {gases: Gases, toxics: Toxics}
---
sources: {book: {title: A book}}
---
flows:
  heat: {title: Heat, kind: product, unit: MJ}
  carbon_dioxide: {title: Carbon dioxide, kind: elementary, compartment: air, unit: kg, formula: CO2, group: gases}
  methane: {title: Methane, kind: elementary, compartment: air, unit: g, formula: CH4, group: gases}
  steam: {title: Steam, kind: elementary, compartment: air, unit: kg, formula: H2O}
  smell: {title: Smell, kind: elementary, compartment: air, unit: kg}
  old_gases: {title: Gases of old reports, kind: elementary, compartment: air, unit: kg_CO2e, group: gases}
---
biosphere:
  carbon_dioxide:
    uuid: 349b29d1-3e58-4c66-98b9-9d1a076efd2e
    name: "Carbon dioxide, fossil"
    categories: [air]
    unit: kg
  methane: {uuid: 0795345f-c7ae-410c-ad25-1845784c75f5, name: "Methane, fossil", categories: [air], unit: kg}
  steam:
    uuid: 075e433b-4be4-448e-9510-9a5029c1ce94
    name: Water
    categories: [air]
    unit: m3
    conversion: 1 L/kg
  smell: {unlinked: Nobody has measured it.}
---
process: flare
title: Flare
stage: flare
source: book
evidence: literature
product: {flow: heat, amount: 1 MJ}
emissions:
  - {flow: carbon_dioxide, amount: 2 kg}
  - {flow: methane, amount: 100 g}
  - {flow: steam, amount: 3 kg}
  - {flow: smell, amount: 5 kg}
  - {flow: old_gases, amount: 4 kg_CO2e}
---
study: flare
title: Flare
declared_unit: 10 MJ of heat
demand: {flow: heat, amount: 10 MJ}
method: ipcc
"""

METHODS = """\
method: ipcc
title: IPCC
brightway: {archive: lcia_39_ecoinvent}
indicators:
  gwp100:
    title: GWP100
    unit: kg CO2-Eq
    name: [IPCC 2021, climate change, global warming potential (GWP100)]
    factors: {old_gases: {value: 1, partial: single gases are not known}}
---
method: ef
title: EF
brightway: {archive: lcia_39_ecoinvent}
indicators:
  water:
    title: Water
    unit: m3 world eq. deprived
    name: [EF v3.1, water use, user deprivation potential (deprivation-weighted water consumption)]
  toxicity:
    title: Toxicity
    unit: CTUh
    name: [EF v3.1, "human toxicity: non-carcinogenic", comparative toxic unit for human (CTUh)]
    groups: [toxics]
  land: {title: Land, unit: dimensionless, name: [EF v3.1, land use, soil quality index]}
---
method: own
title: Own
indicators:
  carbon: {title: CO2, unit: kg, factors: {carbon_dioxide: 1, methane: 0, steam: 0, smell: 0, old_gases: 0}}
"""


@pytest.fixture(scope="module")
def cache_of_tests(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.fixture(autouse=True)
def _no_cache_of_the_user(cache_of_tests: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_of_tests))


def flare(folder: Path) -> Path:
    """Write the workspace into `folder`."""
    for name, text in (("inventories/all.yaml", INVENTORY), ("methods/all.yaml", METHODS)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def edit(folder: Path, old: str, new: str) -> Path:
    """The workspace with one text replaced, which occurs once in it."""
    flare(folder)
    files = [folder / "inventories" / "all.yaml", folder / "methods" / "all.yaml"]
    (file,) = [file for file in files if file.read_text().count(old) == 1]
    file.write_text(file.read_text().replace(old, new))
    return folder


def errors(folder: Path) -> list[Diagnostic]:
    return check_workspace(folder).errors


@cache
def bundled() -> Inventory:
    problems = Problems()
    inventory = load(ROOT, problems)
    problems.raise_errors()
    return inventory


@cache
def package() -> Path:
    spec = importlib.util.find_spec("bw2io")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent


@cache
def archive() -> dict[tuple[str, ...], dict[str, Any]]:
    with zipfile.ZipFile(package() / "data" / "lcia" / f"{ARCHIVE}.zip") as file:
        return {tuple(method["name"]): method for method in json.loads(file.read("data.json"))}


@cache
def links() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(LINKS.read_text())["biosphere"]
    return found


# --- the bundled sets


@pytest.mark.parametrize("name", SETS)
def test_every_factor_is_the_shipped_one(name: str) -> None:
    document = yaml.safe_load((ROOT / "methods" / f"{name}.yaml").read_text())
    found = method_factors(bundled(), [name])
    assert [info.id for info in found.indicators] == [f"{name}.{key}" for key in document["indicators"]]
    for indicator, info, factors in zip(document["indicators"].values(), found.indicators, found.factors, strict=True):
        method = archive()[tuple(indicator["name"])]
        assert info.unit == method["unit"]
        by_node = {line["input"][1]: line["amount"] for line in method["exchanges"]}
        per_unit = {"0.001 m3/kg": 0.001, None: 1.0}
        expected = {
            flow: by_node[link["uuid"]] * per_unit[link.get("conversion")]
            for flow, link in links().items()
            if link.get("uuid") in by_node
        }
        own = indicator.get("factors", {})
        assert not set(own) & set(expected)
        expected |= {flow: value["value"] if isinstance(value, dict) else value for flow, value in own.items()}
        assert factors == expected


def test_every_elementary_flow_is_linked_or_said_not_to_be() -> None:
    flows = {str(name) for name, flow in bundled().flows.items() if flow.kind == "elementary"}
    assert set(links()) == flows


def test_links_are_nodes_of_the_biosphere_that_bw2io_ships() -> None:
    root = ElementTree.parse(package() / "data" / "lci" / "ecoinvent elementary flows 3.9.xml").getroot()
    space = root.tag.partition("}")[0] + "}"
    nodes = {}
    for node in root.iter(f"{space}elementaryExchange"):
        texts = [node.find(f"{space}{path}") for path in ("name", "unitName")]
        place = [node.find(f"{space}compartment/{space}{part}") for part in ("compartment", "subcompartment")]
        name, unit, *categories = [found.text for found in (*texts, *place) if found is not None]
        nodes[node.get("id")] = (name, [part for part in categories if part != "unspecified"], unit)
    linked = {flow: link for flow, link in links().items() if "uuid" in link}
    assert len(linked) > 25
    for flow, link in linked.items():
        assert nodes[link["uuid"]] == (link["name"], link["categories"], link["unit"]), flow


@pytest.mark.parametrize("name", SETS)
def test_parts_sum_to_the_whole(name: str) -> None:
    found = method_factors(bundled(), [name])
    ids = [info.id for info in found.indicators]
    for info, factors in zip(found.indicators, found.factors, strict=True):
        parts = [k for k, other in enumerate(ids) if other.rpartition(".")[0] == info.id]
        for flow, factor in factors.items() if parts else ():
            assert sum(found.factors[k].get(flow, 0.0) for k in parts) == pytest.approx(factor, rel=1e-9), flow


def test_carbon_in_carbon_monoxide_is_not_counted_again() -> None:
    found = method_factors(bundled(), SETS)
    for info, factors in zip(found.indicators, found.factors, strict=True):
        assert "CO2" not in info.unit or "carbon_monoxide_to_air" not in factors, info.id


def test_water_that_is_not_returned_counts_as_shipped_evaporation() -> None:
    """Whether by own factors or by shipped ones, in all indicators of water."""
    found = method_factors(bundled(), SETS)
    seen = []
    for name in SETS:
        document = yaml.safe_load((ROOT / "methods" / f"{name}.yaml").read_text())
        for key, indicator in document["indicators"].items():
            factors = found.factors[found.index(f"{name}.{key}")]
            if "water_from_nature" not in factors:
                continue
            lines = archive()[tuple(indicator["name"])]["exchanges"]
            evaporated = next((line["amount"] for line in lines if line["input"][1] == EVAPORATED), 1)  # in m3
            assert factors["water_from_nature"] == pytest.approx(evaporated * 0.001, rel=1e-12)
            assert factors["water_to_water"] == -factors["water_from_nature"]
            seen.append(f"{name}.{key}")
    assert len(seen) == 7
    assert "water.consumption" in seen


def test_own_factors_of_climate_change_are_those_of_the_sixth_report() -> None:
    """But for flows that count 0 here."""
    own = method_factors(bundled(), ["climate"])
    pairs = {"climate_change": "gwp100", "climate_change_20": "gwp20", "climate_change_gtp100": "gtp100"}
    shipped_ones = method_factors(bundled(), ["ipcc2021"])
    for mine, theirs in pairs.items():
        for part in ("", ".fossil", ".biogenic", ".land_use"):
            factors = own.factors[own.index(mine + part)]
            expected = shipped_ones.factors[shipped_ones.index(f"ipcc2021.{theirs}{part}")]
            assert {flow: factor for flow, factor in factors.items() if factor} == expected, mine + part


def test_methane_is_told_wherever_it_counts_as_carbon_dioxide() -> None:
    told = {info.id: info.methane for info in method_factors(bundled(), ("climate", *SETS)).indicators}
    said = "methane counts 29.8 (Methane, fossil), 27 (Methane, biogenic) kg CO2-Eq per kg"
    assert told["ipcc2021.gwp100"] == told["ef31.climate_change"] == said
    assert told["climate_change"] == said.replace("CO2-Eq", "CO2e")
    assert told["cml48.climate_change"].startswith("methane counts 28 (Methane, fossil; Methane, biogenic)")
    assert told["ef31.photochemical_ozone"] == told["ef31.acidification"] == ""


def test_the_bundled_workspace_is_checked_without_the_archive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lca.impact.pointers.read_archive", lambda *_: pytest.fail("the archive is read"))
    assert not check_workspace(ROOT).all


# --- a study


def test_gwp100_by_hand(tmp_path: Path) -> None:
    results = run_study(flare(tmp_path))
    rows = results["results"]
    row = rows[rows["electricity_basis"] == "market"].iloc[0]
    assert (row["indicator"], row["unit"]) == ("ipcc.gwp100", "kg CO2-Eq")
    assert row["value"] == pytest.approx(10 * (2 * 1 + 0.1 * 29.8 + 4), rel=1e-12)
    assert row["coverage"] == pytest.approx(1 - 4 / (2 + 2.98 + 4))
    indicator, method = results.metadata["indicators"][0], results.metadata["methods"][0]
    assert indicator["methane"] == "methane counts 29.8 (Methane) kg CO2-Eq per kg"
    assert method["archive"]["name"] == ARCHIVE
    assert results["uncharacterised"].values.tolist() == [
        ["base", "ipcc", "smell", "Smell", "air", pytest.approx(50), "kg", "not linked: Nobody has measured it."],
        ["base", "ipcc", "steam", "Steam", "air", pytest.approx(30), "kg", "no factor in the method"],
    ]
    assert not len(results["warnings"])


def test_flows_that_a_written_method_has_no_factor_for_are_listed_too(tmp_path: Path) -> None:
    root = edit(tmp_path, "methane: 0, steam: 0, smell: 0, old_gases: 0", "methane: 0")
    study = root / "inventories" / "all.yaml"
    study.write_text(study.read_text().replace("method: ipcc\n", "method: [own, ipcc]\n"))
    table = run_study(root)["uncharacterised"]
    assert table[["method", "flow"]].values.tolist() == [
        *(["own", flow] for flow in ("old_gases", "smell", "steam")),
        *(["ipcc", flow] for flow in ("smell", "steam")),
    ]
    assert table["reason"].iloc[0] == "no factor in the method; counted by ipcc"
    alone = uncharacterised_flows(root, None, (), ())
    pd.testing.assert_frame_equal(alone, table)
    summed = over_scenarios(pd.concat([table, table.assign(scenario="other", amount=table["amount"] * 2)]))
    row = summed[(summed["method"] == "own") & (summed["flow"] == "steam")].iloc[0]
    assert (row["lowest"], row["highest"], row["scenarios"]) == (pytest.approx(30), pytest.approx(60), 2)
    with pytest.raises(InputError, match="REE-C001"):
        uncharacterised_flows(root, None, (), ["nowhere"])


def test_sets_stand_side_by_side_and_what_they_need_is_not_invented(tmp_path: Path) -> None:
    root = flare(tmp_path)
    study = root / "inventories" / "all.yaml"
    study.write_text(study.read_text().replace("method: ipcc\n", "method: [own, ipcc, ef]\n"))
    rows = run_study(root)["results"]
    rows = rows[rows["electricity_basis"] == "market"].set_index("indicator")
    assert list(rows.index) == ["carbon", "ipcc.gwp100", "ef.water", "ef.toxicity", "ef.land"]
    assert rows.loc["ef.water", "value"] == pytest.approx(10 * 3 * 0.001 * 42.95)
    # methane has a factor for toxicity, but no data set speaks of toxic flows; land has no flow of ours
    for missing in ("ef.toxicity", "ef.land"):
        assert rows["value"].isna()[missing]
        assert rows.loc[missing, "coverage"] == 0


def test_a_flow_that_nobody_speaks_of_is_doubted(tmp_path: Path) -> None:
    root = edit(tmp_path, "  smell: {unlinked: Nobody has measured it.}\n", "")
    (doubt,) = check_workspace(root).all
    assert (doubt.code, doubt.severity) == ("REE-I001", "warning")
    assert "smell" in doubt.message


# --- wrong pointers and links

WRONG = [
    ("[IPCC 2021, climate change, global w", "[IPCC 2012, climate change, global w", "REE-I005", "IPCC 2021"),
    ("[IPCC 2021, climate change, global w", "[IPCC 2021, climate chance, global w", "REE-I005", "climate change"),
    ("(GWP100)]", "(GWP10)]", "REE-I005", "global warming potential (GWP100)"),
    (", global warming potential (GWP100)]", "]", "REE-I005", ""),
    ("unit: kg CO2-Eq", "unit: kg CO2e", "REE-I006", ""),
    ("{old_gases: {value: 1, partial: single gases are not known}}", "{carbon_dioxide: 1}", "REE-I008", ""),
    ("uuid: 349b29d1-3e58-4c66-98b9-9d1a076efd2e", "uuid: 0795345f-c7ae-410c-ad25-1845784c75f5", "REE-I007", ""),
    ("uuid: 349b29d1-3e58-4c66-98b9-9d1a076efd2e", "uuid: 349b29d1", "REE-S006", ""),
    ('    name: "Carbon dioxide, fossil"\n', "", "REE-S002", ""),
    ("{unlinked: Nobody has measured it.}", "{unlinked: Nobody, unit: kg}", "REE-S005", ""),
    ("  smell: {unl", "  smel: {unl", "REE-L003", "smell"),
    ("  smell: {unl", "  heat: {unl", "REE-L007", ""),
    ("    conversion: 1 L/kg\n", "", "REE-U003", ""),
    ("conversion: 1 L/kg", "conversion: 1 MJ/kg", "REE-U003", ""),
    ("conversion: 1 L/kg", "conversion: 0 L/kg", "REE-M007", ""),
    ("    unit: m3\n", "    unit: cubic\n", "REE-U001", ""),
    ("    name: [IPCC 2021, climate change, global warming potential (GWP100)]\n", "", "REE-S002", ""),
    ("  carbon: {title", "  carbon: {name: [A, B], title", "REE-S002", ""),
    ("{carbon_dioxide: 1, methane: 0", "{carbon_dioxide: 1e300, methane: 0", "REE-I011", ""),
    ("{carbon_dioxide: 1, methane: 0", "{carbon_dioxide: -1e21, methane: 0", "REE-I011", ""),
    ("{carbon_dioxide: 1, methane: 0", "{carbon_dioxide: 1e999, methane: 0", "REE-F005", ""),
    ("{carbon_dioxide: 1, methane: 0", "{carbon_dioxide: nan, methane: 0", "REE-U003", ""),
]


@pytest.mark.parametrize(("old", "new", "code", "suggestion"), WRONG)
def test_what_is_wrong_is_told_at_its_place(tmp_path: Path, old: str, new: str, code: str, suggestion: str) -> None:
    (fault,) = errors(edit(tmp_path, old, new))
    assert (fault.code, fault.suggestion) == (code, suggestion)
    assert fault.span is not None


def test_a_conversion_that_makes_a_factor_beyond_all_measure(tmp_path: Path) -> None:
    root = edit(tmp_path, "conversion: 1 L/kg", "conversion: 1e30 L/kg")
    study = root / "inventories" / "all.yaml"
    study.write_text(study.read_text().replace("method: ipcc\n", "method: ef\n"))
    (fault,) = errors(root)
    assert fault.code == "REE-I011"
    assert fault.span is not None
    assert fault.span.length == len("1e30 L/kg")


@pytest.mark.parametrize("amount", ["1e101 kg", "1e308 kg"])
def test_an_amount_with_which_sums_would_overflow(tmp_path: Path, amount: str) -> None:
    (fault,) = errors(edit(tmp_path, "amount: 2 kg}", f"amount: {amount}}}"))
    assert fault.code == "REE-I012"
    assert "carbon_dioxide in flare" in fault.message
    assert fault.span is not None
    assert fault.span.length == len(amount)


def test_an_archive_that_is_not_there(tmp_path: Path) -> None:
    root = flare(tmp_path)
    file = root / "methods" / "all.yaml"
    file.write_text(file.read_text().replace("lcia_39_ecoinvent", "lcia_39_ecoinvant", 1))
    (fault,) = errors(root)
    assert (fault.code, fault.expected, fault.suggestion) == ("REE-I005", ARCHIVE, ARCHIVE)


def test_an_indicator_of_two_methods_of_a_study(tmp_path: Path) -> None:
    root = flare(tmp_path)
    for file, old, new in (
        ("inventories/all.yaml", "method: ipcc\n", "method: [ipcc, own]\n"),
        ("methods/all.yaml", "  carbon: {title", "  ipcc.gwp100: {title"),
    ):
        (root / file).write_text((root / file).read_text().replace(old, new))
    (fault,) = errors(root)
    assert fault.code == "REE-S004"
    assert "`ipcc.gwp100`" in fault.message


def test_without_bw2io_only_studies_that_need_it_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = flare(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    (fault,) = errors(root)
    assert fault.code == "REE-I004"
    assert fault.expected == 'pip install "ree-lca[methods]"'
    with pytest.raises(InputError, match="REE-I004"):
        run_study(root)
    study = root / "inventories" / "all.yaml"
    study.write_text(study.read_text().replace("method: ipcc\n", "method: own\n"))
    assert not errors(root)
    assert run_study(root)["results"]["value"].iloc[0] == pytest.approx(20)


# --- the archive and its cache


@pytest.fixture
def extractions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every time the archive itself is read; the cache is empty at first."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    found: list[str] = []
    extract = shipped._extract
    monkeypatch.setattr(shipped, "_extract", lambda *given: found.append("read") or extract(*given))
    return found


def the_file(tmp_path: Path) -> Path:
    (file,) = (tmp_path / "cache" / "ree-lca").iterdir()
    return file


def test_an_archive_is_read_once(tmp_path: Path, extractions: list[str]) -> None:
    first = shipped.read_archive(ARCHIVE, [CO2, CH4])
    assert the_file(tmp_path).stat().st_size < 200_000
    assert shipped.read_archive(ARCHIVE, [CH4, CO2, CO2]) == first
    assert extractions == ["read"]
    assert shipped.read_archive(ARCHIVE, [CO2]).nodes == {CO2: ("Carbon dioxide, fossil", ("air",))}
    assert extractions == ["read", "read"]
    assert len(first.methods) == len(archive())
    assert first.methods["IPCC 2021", "climate change", "global warming potential (GWP100)"].factors == {
        CO2: 1.0,
        CH4: 29.8,
    }


@pytest.mark.parametrize("damage", ["cut", "changed", "empty", "binary", "folder"])
def test_a_broken_cache_is_as_good_as_none(tmp_path: Path, extractions: list[str], damage: str) -> None:
    first = shipped.read_archive(ARCHIVE, [CO2, CH4])
    file = the_file(tmp_path)
    held = file.read_bytes()
    file.unlink()
    if damage == "folder":
        file.mkdir()
    else:
        broken = {"cut": held[:-1000], "changed": held.replace(b"29.8", b"29.9"), "empty": b"", "binary": b"\xff\x00\n"}
        file.write_bytes(broken[damage])
    assert shipped.read_archive(ARCHIVE, [CO2, CH4]) == first
    assert extractions == ["read", "read"]
    if damage != "folder":
        assert file.read_bytes() == held


@pytest.mark.parametrize(
    "content", ["[]", "null", "{}", '{"methods": [[1]], "nodes": {}}', '{"methods": 3, "nodes": []}', "[" * 100_000]
)
def test_a_cache_that_holds_something_else_is_as_good_as_none(
    tmp_path: Path, extractions: list[str], content: str
) -> None:
    """Even where its checksum is right."""
    first = shipped.read_archive(ARCHIVE, [CO2, CH4])
    file = the_file(tmp_path)
    held = file.read_bytes()
    file.write_bytes(hashlib.sha256(content.encode()).hexdigest().encode() + b"\n" + content.encode())
    assert shipped.read_archive(ARCHIVE, [CO2, CH4]) == first
    assert extractions == ["read", "read"]
    assert file.read_bytes() == held


@pytest.mark.skipif(os.name != "posix", reason="owners and kinds of files")
@pytest.mark.parametrize("hostile", ["writable", "link", "pipe", "of another"])
def test_a_cache_that_others_may_have_written_is_not_believed(
    tmp_path: Path, extractions: list[str], hostile: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = shipped.read_archive(ARCHIVE, [CO2, CH4])
    file = the_file(tmp_path)
    assert file.stat().st_mode & 0o777 == 0o600
    content = file.read_bytes().partition(b"\n")[2].replace(b"29.8", b"2.98")
    forged = hashlib.sha256(content).hexdigest().encode() + b"\n" + content
    if hostile == "pipe":  # reading it would never end
        file.unlink()
        os.mkfifo(file)
    elif hostile == "link":
        (tmp_path / "elsewhere").write_bytes(forged)
        file.unlink()
        file.symlink_to(tmp_path / "elsewhere")
    else:
        file.write_bytes(forged)
        if hostile == "writable":
            file.chmod(0o666)
        else:
            monkeypatch.setattr(os, "getuid", lambda: file.stat().st_uid + 1)
    assert shipped.read_archive(ARCHIVE, [CO2, CH4]) == first
    assert extractions == ["read", "read"]


@pytest.mark.parametrize("fault", ["in the way", "read-only", "no home"])
def test_a_cache_that_cannot_be_written_is_left(
    tmp_path: Path, extractions: list[str], fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault == "in the way":
        (tmp_path / "cache").write_text("in the way")
    elif fault == "no home":

        def nowhere() -> Path:
            raise RuntimeError("Could not determine home directory.")

        monkeypatch.setattr(user_cache, "cache_folder", nowhere)
    else:  # permissions would stop nobody who is root

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(30, "Read-only file system")

        monkeypatch.setattr(Path, "mkdir", refuse)
        monkeypatch.setattr("tempfile.TemporaryDirectory", refuse)
    first = shipped.read_archive(ARCHIVE, [CO2])
    assert shipped.read_archive(ARCHIVE, [CO2]) == first
    assert extractions == ["read", "read"]


def test_several_processes_at_once(tmp_path: Path) -> None:
    """All read the same, and one file is left."""
    code = "from lca.impact.shipped import read_archive as read; import hashlib; "
    code += f"print(hashlib.sha256(repr(read({ARCHIVE!r}, [{CO2!r}, {CH4!r}])).encode()).hexdigest())"
    given = os.environ | {"XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    started = [
        subprocess.Popen([sys.executable, "-c", code], env=given, stdout=subprocess.PIPE, text=True) for _ in range(4)
    ]
    said = [process.communicate(timeout=120)[0] for process in started]
    assert [process.returncode for process in started] == [0] * 4
    assert len(set(said)) == 1
    assert len(said[0].strip()) == 64
    the_file(tmp_path)


def test_an_archive_that_cannot_be_read_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lcia = tmp_path / "package" / "data" / "lcia"
    lcia.mkdir(parents=True)
    monkeypatch.setattr(shipped, "package_folder", lambda: tmp_path / "package")
    root = flare(tmp_path / "w")
    infinite = f'''[{{"name": ["A"], "unit": "kg", "exchanges": [
        {{"input": ["b", "{CO2}"], "name": "N", "categories": ["air"], "amount": NaN}}]}}]'''
    assert math.isnan(json.loads(infinite)[0]["exchanges"][0]["amount"])
    for content in (None, '[{"name": ["A"]}]', "[" * 100_000, infinite):
        if content is not None:
            with zipfile.ZipFile(lcia / f"{ARCHIVE}.zip", "w") as file:
                file.writestr("data.json", content)
        else:
            (lcia / f"{ARCHIVE}.zip").write_bytes(b"no zip")
        (fault,) = errors(root)
        assert fault.code == "REE-I005"
        assert "cannot be read" in fault.message


def test_the_cache_is_where_the_user_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert user_cache.cache_folder() == tmp_path / "ree-lca"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert user_cache.cache_folder().is_relative_to(tmp_path)


# --- normalised and weighted


def test_weighted_results_by_hand() -> None:
    scenario = "electro/magnet-full/belfast/grid"
    table, weighting, methane = weighted_results(ROOT, None, (), [scenario])
    assert methane == "Methane counts 29.8 (Methane, fossil), 27 (Methane, biogenic) kg CO2-Eq per kg."
    rows = table.set_index("indicator")
    assert len(rows) == 16
    assert rows["weight"].sum() == pytest.approx(1)
    climate = rows.loc["ef31.climate_change"]
    assert climate["normalisation"] == pytest.approx(7553, abs=0.5)  # that of EF 3.0 is 8100
    assert climate["weighted"] == pytest.approx(climate["value"] / climate["normalisation"] * 0.2106)
    missing = rows.loc["ef31.human_toxicity_cancer"]
    assert missing["coverage"] == 0
    assert missing[["value", "normalised", "weighted"]].isna().all()
    said = said_of_weighting(table, weighting)
    assert "Human toxicity, cancer" in said
    assert f"{rows['weighted'].sum():.3g} person-years" in said


def test_weighted_results_are_not_compared() -> None:
    pair = ["oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid"]
    with pytest.raises(InputError, match="REE-I009"):
        weighted_results(ROOT, None, (), pair)
    with pytest.raises(InputError, match="REE-I010"):
        weighted_results(ROOT, None, (), pair[:1], "climate")


WEIGHTING = """\
title: Own
weighting: {title: A person, source: book, factors: {carbon: {normalisation: 1000, weight: 100 %}}}
"""


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("source: book", "source: boook", "REE-N007"),
        ("{carbon:", "{carbn:", "REE-I002"),
        ("100 %", "90 %", "REE-M006"),
        ("normalisation: 1000", "normalisation: 0", "REE-M007"),
        ("normalisation: 1000", "normalisation: -1000", "REE-M007"),
        ("normalisation: 1000", "normalisation: 1e-300", "REE-I011"),
        ("normalisation: 1000", "normalisation: 1e999", "REE-F005"),
        ("weight: 100 %", "weight: 0", "REE-M007"),
        ("weight: 100 %", "weight: 1e300", "REE-M006"),
        ("normalisation: 1000", "normalisation: 1000 kg", "REE-U003"),
    ],
)
def test_what_is_wrong_with_a_weighting(tmp_path: Path, old: str, new: str, code: str) -> None:
    root = edit(tmp_path, "title: Own\n", WEIGHTING)
    assert not errors(root)
    file = root / "methods" / "all.yaml"
    file.write_text(file.read_text().replace(old, new))
    assert [fault.code for fault in errors(root)] == [code]
