"""What a bundle holds: the same bytes for the same inputs, and tables that lead from every figure to its lines."""

from __future__ import annotations

import base64
import contextlib
import csv
import hashlib
import io
import json
import math
import os
import re
import shutil
import subprocess
import tomllib
import zipfile
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.change_log import LOG, append, begin, entries, log_rows, read_log
from lca.disclosure.audit.bundle import Report, make_bundle
from lca.disclosure.audit.crate import ATTESTATION
from lca.disclosure.audit.environment import sbom
from lca.disclosure.audit.keys import make_key
from lca.disclosure.audit.packing import unpacked
from lca.disclosure.audit.signing import sign
from lca.disclosure.audit.text import decimal
from lca.errors import InputError
from lca.impact.brightway import brightway
from lca.impact.study import run_study
from tests.disclosure.bundles import PAGE, small_bundle, written
from tests.shared_data import SHARED
from tests.textbook import textbook
from tests.works import FILES
from tests.workspaces import write

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("works")
    write(root, FILES)
    return root


@pytest.fixture(scope="module")
def files(works: Path) -> dict[str, bytes]:
    return small_bundle(works)


def rows(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def figures(files: dict[str, bytes]) -> dict[str, float]:
    return {row["figure"]: float(row["value"]) for row in json.loads(files["results.json"])["figures"] if row["value"]}


def test_the_same_inputs_give_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    made = []
    for name in ("one", "another"):
        root = textbook(tmp_path / name)
        made.append(make_bundle(root, None, (), "own", lambda _: Report(PAGE, "0" * 64)).content)
    assert made[0] == made[1]
    held = zipfile.ZipFile(io.BytesIO(made[0]))
    assert b"2023-11-14T22:13:20+00:00" in held.read("study.json")
    assert not [name for name in held.namelist() if str(tmp_path).encode() in held.read(name)]


def test_figures_are_decimal_strings_that_read_back_exactly(works: Path, files: dict[str, bytes]) -> None:
    results = run_study(works, sensitivity=False)
    expected = [*results["results"]["value"], *results["products"]["value"]]
    said = [row["value"] for row in json.loads(files["results.json"])["figures"]]
    assert [float(text) for text in said] == expected
    assert all("e" not in text.lower() for text in said)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_decimals_have_no_exponent_and_lose_nothing(value: float) -> None:
    text = decimal(value)
    assert text is not None
    assert float(text) == value
    assert set(text) <= set("-0123456789.")
    assert Decimal(text) == Decimal(repr(value))


def test_no_number_is_no_decimal() -> None:
    assert decimal(math.nan) is None
    assert decimal(math.inf) is None
    assert decimal(None) is None
    assert decimal(-0.0) == "0"


def test_contributions_sum_to_every_figure(files: dict[str, bytes]) -> None:
    sums: dict[str, list[float]] = {}
    shares: dict[str, list[float]] = {}
    for row in rows(files["contributions.csv"]):
        sums.setdefault(row["figure"], []).append(float(row["value"]))
        shares.setdefault(row["figure"], []).append(float(row["share"] or "nan"))
    expected = figures(files)
    assert sums.keys() == expected.keys()
    for name, value in expected.items():
        assert math.fsum(sums[name]) == pytest.approx(value, rel=1e-9)
        assert math.fsum(shares[name]) == pytest.approx(1 if value else math.nan, rel=1e-9, nan_ok=True)


def test_evidence_leads_to_the_line(files: dict[str, bytes]) -> None:
    """Every row has the hash of a file of the bundle, and stands at the place that it names."""
    found = rows(files["evidence.csv"])
    kinds = {"exchange", "parameter", "product", "factor", "demand", "price", "allocation"}
    assert {row["kind"] for row in found} == kinds
    for row in found:
        content = files[f"workspace/{row['file']}"]
        assert row["file_sha256"] == hashlib.sha256(content).hexdigest()
        at = content.decode().splitlines()[int(row["line"]) - 1][int(row["column"]) - 1 :]
        flow = next(found for found in (row["name"].rsplit(".", 1)[-1], row["written"], "") if at.startswith(found))
        assert flow or row["kind"] == "product", row
    (distance,) = [row for row in found if row["name"] == "site.distance" and row["value"] == "1000.0"]
    assert (distance["unit"], distance["source"], distance["evidence"]) == ("km", "book", "literature")


def test_values_that_differ_between_scenarios_have_their_ends(files: dict[str, bytes]) -> None:
    (freight,) = [row for row in rows(files["evidence.csv"]) if row["name"] == "delivery.inputs.freight"]
    assert (freight["value"], freight["smallest"], freight["largest"]) == ("", "500.0", "1000.0")


def test_what_is_left_out_and_assumed_is_said(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    file = root / "inventories" / "all.yaml"
    file.write_text(file.read_text().replace("{value: 2 L, range", "{value: 2 L, evidence: expert, range"))
    method = root / "methods" / "simple.yaml"
    method.write_text(method.read_text().replace(", crude_oil: 0", ""))
    found = small_bundle(root)
    assert [row["name"] for row in rows(found["assumptions.csv"])] == ["power_plant.fuel_use"]
    assert float(rows(found["assumptions.csv"])[0]["priority"]) == pytest.approx(1)
    assert [row["what"] for row in rows(found["exclusions.csv"])] == ["simple: crude_oil"]


def test_exclusions_name_what_the_workspace_rules_out(files: dict[str, bytes]) -> None:
    (row,) = rows(files["exclusions.csv"])
    assert (row["kind"], row["what"], row["reason"]) == ("combination", "loop/far", "Acid cannot be stored there.")


def test_brightway_solves_the_datapackages_to_the_same_figures(files: dict[str, bytes], tmp_path: Path) -> None:
    bw2calc, bwp = brightway()
    nodes = rows(files["datapackages/nodes.csv"])
    (tmp_path / "systems.zip").write_bytes(files["datapackages/systems.zip"])
    (tmp_path / "factors.zip").write_bytes(files["datapackages/factors-0.zip"])
    from fsspec.implementations.zip import ZipFileSystem

    packages = [bwp.load_datapackage(ZipFileSystem(tmp_path / f"{name}.zip")) for name in ("systems", "factors")]
    for row in nodes:
        if row["kind"] == "demand":
            lca = bw2calc.LCA({int(row["id"]): float(row["amount"])}, data_objs=packages)
            lca.lci()
            lca.lcia()
            name = f"year:{row['scenario']}:basket:climate_change@{row['electricity_basis']}"
            assert lca.score == pytest.approx(figures(files)[name], rel=1e-9)


def test_a_name_that_no_system_takes_is_refused(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    (root / "inventories" / "all.yaml").rename(root / "inventories" / "con.yaml")
    with pytest.raises(InputError, match="REE-A020"):
        small_bundle(root)


# --- checks by the tools of others


TOOLS = ("bash", "unzip", "sha256sum", "jq", "base64", "openssl")


@pytest.mark.skipif(not all(map(shutil.which, TOOLS)), reason=f"needs {', '.join(TOOLS)}")
@pytest.mark.parametrize("altered", ["", "README.md", "attestation.dsse.json"])
def test_the_tools_of_others_agree(files: dict[str, bytes], tmp_path: Path, altered: str) -> None:
    """The lines of docs/audit.md, as they stand there."""
    (script,) = re.findall(r"```bash\n(.*?)```", (ROOT / "docs" / "audit.md").read_text(encoding="utf-8"), re.S)
    path = written(tmp_path, files)
    public, _ = make_key(tmp_path / "key")
    sign(path, tmp_path / "key", compute=False)
    if altered:
        held = unpacked(path)
        document = json.loads(held[ATTESTATION])
        document["payload"] = base64.b64encode(base64.b64decode(document["payload"]).replace(b"year", b"yeer")).decode()
        held |= {"README.md": b"x"} if altered == "README.md" else {ATTESTATION: json.dumps(document).encode()}
        written(tmp_path, held)
    environment = {**os.environ, "BUNDLE": str(path), "SIGNER": str(public)}
    done = subprocess.run(
        ["bash", "-e", "-o", "pipefail", "-c", script], cwd=tmp_path, env=environment, capture_output=True, check=False
    )
    assert (done.returncode == 0) is (not altered), done.stderr


def test_the_bill_of_materials_is_cyclonedx(files: dict[str, bytes]) -> None:
    cyclonedx = pytest.importorskip("cyclonedx.schema", reason="cyclonedx-python-lib is not installed")
    from jsonschema import Draft7Validator
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    folder = Path(cyclonedx.__file__).parent / "_res"
    names = ("bom-1.6", "spdx", "jsf-0.82")
    named = {name: f"{name}.SNAPSHOT.schema.json" for name in names}
    schemas = [json.loads((folder / file).read_text()) | {"$id": f"http://x/{file}"} for file in named.values()]
    resources = [(one["$id"], Resource.from_contents(one, default_specification=DRAFT7)) for one in schemas]
    found = json.loads(files["sbom.cdx.json"])
    Draft7Validator(schemas[0], registry=Registry().with_resources(resources)).validate(found)
    assert {"numpy", "bw2calc", "click"} <= {one["name"] for one in found["components"]}
    refs = {one["bom-ref"] for one in found["components"]} | {"ree-lca"}
    assert all({one["ref"], *one["dependsOn"]} <= refs for one in found["dependencies"])
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    direct = {re.split(r"[^\w-]", text)[0].lower().replace("_", "-") for text in project["dependencies"]}
    assert direct <= {one["name"] for one in found["components"]}
    assert sbom("2026-01-01T00:00:00+00:00") == sbom("2026-01-01T00:00:00+00:00")


VALIDATOR = os.environ.get("REE_LCA_ROCRATE_VALIDATOR", "") or shutil.which("rocrate-validator") or ""
SEED = SHARED / "checks" / "seed_rocrate_cache.py"


@pytest.mark.skipif(not VALIDATOR, reason="rocrate-validator is not installed (it wants another version of rich)")
@pytest.mark.skipif(not SEED.is_file(), reason="the RO-Crate context is not there (../shared, or REE_LCA_SHARED)")
def test_the_crate_is_a_process_run_crate(files: dict[str, bytes], tmp_path: Path) -> None:
    python = Path(VALIDATOR).with_name("python")
    subprocess.run([str(python), str(SEED), str(tmp_path / "cache")], check=True, capture_output=True)
    command = [VALIDATOR, "-y", "validate", "--offline", "--cache-path", str(tmp_path / "cache"), "--no-paging"]
    command += ["-p", "process-run-crate-0.5", "-l", "required", str(written(tmp_path, files))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


# --- the log


def test_the_log_says_what_changed(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    begin(root)
    (root / "inventories" / "more.yaml").write_text("sources: {more: {title: More}}\n")
    append(root, "run", "2026-01-01T00:00:00+00:00", {"study": "electricity"})
    (root / "inventories" / "more.yaml").unlink()
    append(root, "run", "2026-01-02T00:00:00+00:00", {"study": "electricity"}, "Ada", "again")
    last = entries(read_log(root))[-1]
    assert (last["by"], last["why"], last["files"]) == ("Ada", "again", {"inventories/more.yaml": None})
    assert [row["files"] for row in log_rows(root)] == [
        "inventories/all.yaml, methods/simple.yaml",
        "inventories/more.yaml",
        "inventories/more.yaml",
    ]
    before = read_log(root)
    assert not begin(root)
    assert read_log(root) == before


@pytest.mark.parametrize("line", [0, 1, 2])
@pytest.mark.parametrize("how", ["alter", "drop", "swap", "insert", "reformat"])
def test_a_log_that_was_altered_is_broken(tmp_path: Path, line: int, how: str) -> None:
    root = textbook(tmp_path)
    begin(root)
    for day in (1, 2, 3):
        append(root, "run", f"2026-01-0{day}T00:00:00+00:00", {})
    lines = (root / LOG).read_bytes().splitlines()
    if how == "alter":
        lines[line] = lines[line].replace(b'"time":"20', b'"time":"19')
    elif how == "drop":
        del lines[line]
    elif how == "swap":
        lines[line], lines[line + 1] = lines[line + 1], lines[line]
    elif how == "insert":
        lines.insert(line, lines[line])
    else:
        lines[line] = lines[line].replace(b",", b", ")
    (root / LOG).write_bytes(b"\n".join(lines) + b"\n")
    with pytest.raises(InputError, match="REE-A017"):
        entries((root / LOG).read_bytes())
    with pytest.raises(InputError, match="REE-A017"):
        append(root, "run", "2026-01-04T00:00:00+00:00", {})


def test_a_torn_log_is_told_from_a_broken_one(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    begin(root)
    append(root, "run", "2026-01-01T00:00:00+00:00", {})
    (root / LOG).write_bytes(read_log(root)[:-9])
    with pytest.raises(InputError, match="ends in the middle of line 2") as fault:
        append(root, "run", "2026-01-02T00:00:00+00:00", {})
    assert [one.code for one in fault.value.diagnostics] == ["REE-A025"]


@pytest.mark.parametrize("how", ["no end", "carriage returns"])
def test_other_ends_of_lines_do_not_break_a_log(tmp_path: Path, how: str) -> None:
    root = textbook(tmp_path)
    begin(root)
    append(root, "run", "2026-01-01T00:00:00+00:00", {})
    whole = read_log(root)
    other = whole[:-1] if how == "no end" else whole.replace(b"\n", b"\r\n")
    assert entries(other) == entries(whole)
    (root / LOG).write_bytes(other)
    append(root, "run", "2026-01-02T00:00:00+00:00", {})
    assert [line["number"] for line in entries(read_log(root))] == [1, 2, 3]
    with pytest.raises(InputError, match="REE-A017"):
        entries(other.replace(b'"time":"2026-01-01', b'"time":"2026-01-09').replace(b"begin", b"began"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_log_that_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / LOG)
    with pytest.raises(InputError, match="REE-C003"):
        read_log(tmp_path)


def test_lines_added_at_once_all_arrive(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: append(root, "run", "2026-01-01T00:00:00+00:00", {"study": str(n)}), range(24)))
    lines = entries(read_log(root))
    assert [line["action"] for line in lines] == ["begin", *["run"] * 24]
    assert {line.get("study") for line in lines[1:]} == set(map(str, range(24)))


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader_of_logs(content: bytes) -> None:
    with contextlib.suppress(InputError):
        assert isinstance(entries(content), list)
