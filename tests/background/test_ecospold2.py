"""ecoSpold 2 through bw2io: the same database as a Brightway project has after importing the same files."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import numpy as np
import pytest

from lca.background import ecospold2
from lca.background.bw2io_files import NotInstalledError
from lca.background.database import Background
from lca.background.importing import Request, import_files
from lca.errors import InputError

pytest.importorskip("bw2io", reason="ecoSpold 2 is read by bw2io")

NAMESPACE = "http://www.EcoInvent.org/EcoSpold02"
CARBON = "349b29d1-3e58-4c66-98b9-9d1a076efd2e"  # Carbon dioxide, fossil; air
WATER = "831f249e-53f2-49cf-a93c-7cee105f048e"  # of Brightway's biosphere too: Water, well, in ground
OWN = str(uuid5(NAMESPACE_URL, "a flow of our own"))
OTHER = str(uuid5(NAMESPACE_URL, "another, of the same name and no compartment"))


def uuid(name: str) -> str:
    return str(uuid5(NAMESPACE_URL, name))


def line(flow: str, amount: float, unit: str = "kg", *, of: str = "", given: bool = False, **more: str) -> str:
    """An intermediate exchange: an input of what `of` makes, or the product (or, with `more`, a by-product)."""
    group = f"<outputGroup>{more.pop('group', '0')}</outputGroup>" if given else "<inputGroup>5</inputGroup>"
    link = f' activityLinkId="{uuid(of)}"' if of else ""
    inner = more.pop("uncertainty", "")
    said = "".join(f' {name}="{value}"' for name, value in more.items())
    return (
        f'<intermediateExchange intermediateExchangeId="{uuid("flow " + flow)}" amount="{amount}"{link}{said}>'
        f'<name xml:lang="en">{flow}</name><unitName xml:lang="en">{unit}</unitName>{inner}{group}'
        "</intermediateExchange>"
    )


def nature(flow: str, amount: float, unit: str = "kg", taken: bool = False, uncertainty: str = "") -> str:
    group = "<inputGroup>4</inputGroup>" if taken else "<outputGroup>4</outputGroup>"
    return (
        f'<elementaryExchange elementaryExchangeId="{flow}" amount="{amount}"><name>a flow</name>'
        f"<unitName>{unit}</unitName>{uncertainty}{group}</elementaryExchange>"
    )


def lognormal(mean: float, variance: float) -> str:
    return (
        f'<uncertainty><lognormal meanValue="{mean}" mu="{math.log(abs(mean))}" variance="{variance}" '
        f'varianceWithPedigreeUncertainty="{variance}"/></uncertainty>'
    )


def activity(name: str, *lines: str, location: str = "GLO") -> str:
    return (
        f'<?xml version="1.0" encoding="utf-8"?><ecoSpold xmlns="{NAMESPACE}"><activityDataset><activityDescription>'
        f'<activity id="{uuid(name)}" specialActivityType="0"><activityName xml:lang="en">{name}</activityName>'
        "</activity>"
        f"<geography><shortname>{location}</shortname></geography><technology/>"
        '<timePeriod startDate="2020-01-01" endDate="2020-12-31" isDataValidForEntirePeriod="true"/>'
        f"</activityDescription><flowData>{''.join(lines)}</flowData><administrativeInformation>"
        '<dataEntryBy personName="a" personEmail="b"/><dataGeneratorAndPublication personName="a" personEmail="b"/>'
        "</administrativeInformation></activityDataset></ecoSpold>"
    )


POWER = activity(
    "electricity production",
    line("electricity", 10, "kWh", given=True),
    line("fuel", 2, of="fuel extraction", uncertainty=lognormal(2, 0.04)),
    line("slag", -0.5, of="treatment of slag"),
    nature(CARBON, 1, uncertainty=lognormal(1, 0.01)),
    '<parameter variableName="efficiency" parameterId="p" amount="0.4"><name>efficiency</name></parameter>',
    location="CH",
)
FUEL = activity(
    "fuel extraction",
    line("fuel", 100, given=True),
    line("electricity", 5, "kWh", of="electricity production", mathematicalRelation="2 + 3"),
    line("steel", 0.25, of="a mill that is not there"),
    nature(CARBON, 10),
    nature(WATER, 0.002, "m3", taken=True),
    nature(OWN, 3),
    nature(OTHER, 5),
)
SLAG = activity("treatment of slag", line("slag", -1, given=True), nature(CARBON, 4))
FILES = {"a.spold": POWER, "b.spold": FUEL, "c.spold": SLAG}


def written(folder: Path, **files: str) -> Path:
    datasets = folder / "pack" / "datasets"
    datasets.mkdir(parents=True)
    for name, text in (files or FILES).items():
        (datasets / name.replace("_", ".")).write_text(text, encoding="utf-8")
    return datasets


def read(path: Path) -> Background:
    return import_files(Request(path, "test", system_model="cut-off"), lambda text: None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("spold2"))


@pytest.fixture(scope="module")
def found(folder: Path) -> Background:
    return read(folder)


def carbon(background: Background, name: str, amount: float) -> float:
    demand = np.zeros(len(background.activities))
    demand[background.by_name[name][0]] = amount
    scale = np.linalg.solve(background.technosphere_matrix().toarray(), demand)
    flows = dict(zip((flow.node for flow in background.flows), background.biosphere_matrix() @ scale, strict=True))
    return float(flows[CARBON])


def test_the_textbook_system(found: Background) -> None:
    assert [(made.name, made.product, made.location, made.unit, made.amount) for made in found.activities] == [
        ("electricity production", "electricity", "CH", "kilowatt hour", 10.0),
        ("fuel extraction", "fuel", "GLO", "kilogram", 100.0),
        ("treatment of slag", "slag", "GLO", "kilogram", -1.0),
    ]
    assert found.technosphere_matrix().toarray().tolist() == [[10, -5, 0], [-2, 100, 0], [0.5, 0, -1]]
    # 10 p - 5 f = 1000, -2 p + 100 f = 0, s = 0.5 p, by hand
    f = 2000 / 990
    assert carbon(found, "electricity production", 1000) == pytest.approx(50 * f + 10 * f + 4 * 0.5 * 50 * f)
    assert (found.origin.system_model, found.origin.format) == ("cut-off", "ecospold2")


def test_what_is_not_there_is_reported(found: Background) -> None:
    assert [line[1:] for line in found.report.unlinked] == [("steel", "", 0.25, "kilogram")]
    notes = "\n".join(found.report.notes)
    assert "Amounts of parameters are those that the files give" in notes
    assert "Amounts of formulas are those that the files give" in notes
    assert "Activities with a negative product" in notes


def test_flows_are_nodes_by_their_uuid(found: Background) -> None:
    flows = {flow.code: flow for flow in found.flows}
    assert flows[CARBON].node == CARBON
    assert flows[CARBON].categories == ("air",)
    assert flows[WATER].node == WATER
    assert flows[WATER].categories[0] == "natural resource"
    assert flows[OWN].node == ""
    assert flows[OWN][1:] == flows[OTHER][1:]
    amounts = dict(zip(flows, found.biosphere_matrix().toarray()[:, 1], strict=True))
    assert (amounts[OWN], amounts[OTHER]) == (3.0, 5.0)
    assert (found.biosphere_matrix().toarray() >= 0).all()


def test_uncertainty_is_kept(found: Background) -> None:
    entries = found.technosphere
    assert entries.uncertainty is not None
    place = list(zip(entries.rows, entries.columns, strict=True)).index((1, 0))
    row = entries.uncertainty[place]
    assert (row["uncertainty_type"], entries.amounts[place]) == (2, -2.0)
    assert (row["loc"], row["scale"]) == (pytest.approx(math.log(2)), pytest.approx(0.2))


def test_an_archive_and_its_own_list_of_flows(folder: Path, tmp_path: Path, found: Background) -> None:
    own = (
        f'<validElementaryExchanges xmlns="{NAMESPACE}"><elementaryExchange id="{OWN}"><name>our own</name>'
        "<unitName>kg</unitName><compartment><compartment>soil</compartment><subcompartment>unspecified"
        "</subcompartment></compartment></elementaryExchange></validElementaryExchanges>"
    )
    path = tmp_path / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"datasets/{file.name}")
        archive.writestr("MasterData/ElementaryExchanges.xml", own)
    packed = read(path)
    assert packed.activities == found.activities
    assert (packed.technosphere_matrix() != found.technosphere_matrix()).nnz == 0
    assert next(flow.categories for flow in packed.flows if flow.code == OWN) == ("soil",)


IMPORT = """
import contextlib, io, json, sys
with contextlib.redirect_stdout(io.StringIO()):
    import bw2data as bd, bw2io as bi, bw2calc as bc
    bd.projects.set_current("x")
    names = {%r: ("air",), %r: ("natural resource",), %r: ("soil",), %r: ("soil",)}
    node = {"type": "emission", "unit": "kilogram", "exchanges": []}
    nodes = {("biosphere3", code): node | {"name": code, "categories": c} for code, c in names.items()}
    bd.Database("biosphere3").write(nodes)
    own = {"biosphere_database_name": "biosphere3", "use_mp": False, "add_product_information": False}
    made = bi.SingleOutputEcospold2Importer(sys.argv[1], "db", **own)
    made.apply_strategies()
    made.write_database()
    bd.Method(("m",)).register(unit="kg")
    bd.Method(("m",)).write([(("biosphere3", %r), 1.0)])
    answer = {}
    for node in bd.Database("db"):
        lca = bc.LCA({node: 1000.0}, ("m",))
        lca.lci()
        lca.lcia()
        answer[node["code"]] = [node["name"], node["location"], node["unit"], lca.score]
print(json.dumps(answer))
"""


def test_a_brightway_project_has_the_same_activities_and_scores(
    folder: Path, found: Background, tmp_path: Path
) -> None:
    code = IMPORT % (CARBON, WATER, OWN, OTHER, CARBON)
    environment = os.environ | {"BRIGHTWAY2_DIR": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)], capture_output=True, text=True, env=environment, check=False
    )
    assert done.returncode == 0, done.stderr
    theirs: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert theirs.keys() == {made.code for made in found.activities}
    for made in found.activities:
        name, location, unit, score = theirs[made.code]
        assert (name, location, unit) == (made.name, made.location, made.unit)
        assert carbon(found, made.name, 1000.0) == pytest.approx(score, rel=1e-6)  # Brightway stores 32-bit numbers


def test_nothing_of_brightway_is_left_in_this_process(folder: Path) -> None:
    code = (
        "import sys, os\nfrom pathlib import Path\nfrom lca.background.importing import Request, import_files\n"
        "if __name__ == '__main__':\n"
        "    import_files(Request(Path(sys.argv[1]), 'x'), lambda text: None)\n"
        "    print('bw2data' in sys.modules, 'BRIGHTWAY2_DIR' in os.environ)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "BRIGHTWAY2_DIR"}
    environment["HOME"] = environment["XDG_DATA_HOME"] = str(folder.parent)
    done = subprocess.run(
        [sys.executable, "-c", code, str(folder)],
        capture_output=True,
        text=True,
        env=environment,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.split() == ["False", "False"]
    assert sorted(path.name for path in folder.parent.iterdir()) == ["datasets"]


# --- what is wrong


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    joint = activity("joint", line("a", 1, given=True), line("b", 1, given=True, group="2"))
    nowhere = SLAG.replace("<geography>", "<somewhere>").replace("</geography>", "</somewhere>")
    laughs = SLAG.replace("<ecoSpold", '<!DOCTYPE x [<!ENTITY a "ha">]><ecoSpold', 1)
    path = written(tmp_path, a_spold=joint, b_spold=nowhere, c_spold=laughs, d_spold=SLAG, e_spold=SLAG)
    with pytest.raises(InputError) as wrong:
        read(path)
    told = {
        (fault.span.path.name if fault.span else "", fault.code): fault.message for fault in wrong.value.diagnostics
    }
    assert told.keys() == {
        ("a.spold", "REE-B005"),
        ("b.spold", "REE-B005"),
        ("c.spold", "REE-B005"),
        ("e.spold", "REE-B006"),
    }
    assert "2 products (a, b)" in told["a.spold", "REE-B005"]
    assert "bw2io cannot read it" in told["b.spold", "REE-B005"]
    assert "document type declaration" in told["c.spold", "REE-B005"]


def test_without_bw2io(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise NotInstalledError("bw2io is not installed")

    monkeypatch.setattr(ecospold2, "package_folder", missing)
    with pytest.raises(InputError) as wrong:
        read(folder)
    assert [fault.code for fault in wrong.value.diagnostics] == ["REE-B015"]
