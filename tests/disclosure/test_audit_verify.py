"""Whatever is done to a bundle is found and named; what is made to do harm is not opened."""

from __future__ import annotations

import contextlib
import io
import json
import os
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lca
from lca.background import store
from lca.background.database import Origin
from lca.change_log import LOG, keeps_log
from lca.commands import main
from lca.disclosure.audit import packing
from lca.disclosure.audit.bundle import sealed
from lca.disclosure.audit.comparing import differences
from lca.disclosure.audit.crate import ATTESTATION, NAME, SUMS
from lca.disclosure.audit.keys import make_key
from lca.disclosure.audit.packing import fault_of_name, packed, unpacked
from lca.disclosure.audit.recomputing import NotComputedError, Task, computed_again, task_of
from lca.disclosure.audit.signing import sign
from lca.disclosure.audit.statement import Envelope, EnvelopeError, read_envelope, read_statement
from lca.disclosure.audit.verifying import Verification, active_part, verify
from lca.errors import InputError
from lca.workspace import bundled
from tests.databases import plants
from tests.disclosure.bundles import resealed, small_bundle, written
from tests.textbook import textbook
from tests.workspaces import BASE, write

Files = dict[str, bytes]


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return small_bundle(textbook(tmp_path_factory.mktemp("textbook")))


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("keys")
    for name in ("own", "other"):
        make_key(folder / name)
    return {path.name: path for path in folder.iterdir()}


@pytest.fixture
def signed(files: Files, keys: dict[str, Path], tmp_path: Path) -> Files:
    path = written(tmp_path, files, "signed.zip")
    sign(path, keys["own"], compute=False)
    return unpacked(path)


def looked_at(folder: Path, files: Mapping[str, bytes], *keys: Path) -> Verification:
    return verify(written(folder, files), keys, compute=False)


def said(found: Verification) -> list[str]:
    return [f"{one.code} {one.message}" for one in found.found]


# --- hashes and signatures


def test_a_sound_bundle_is_sound(signed: Files, keys: dict[str, Path], tmp_path: Path) -> None:
    found = looked_at(tmp_path, signed, keys["own.pub"])
    assert said(found) == []
    assert len(found.signed_by) == 1


def test_a_flipped_byte_in_any_file_is_found_and_named(files: Files, keys: dict[str, Path], tmp_path: Path) -> None:
    path = written(tmp_path, files, "signed.zip")
    sign(path, keys["own"], compute=False)
    signed = unpacked(path)
    for name, content in signed.items():
        place = len(content) // 2
        altered = content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
        found = looked_at(tmp_path, {**signed, name: altered}, keys["own.pub"])
        assert not found.sound, name
        assert any(name in one for one in said(found)), (name, said(found))


def test_two_swapped_files_are_named(files: Files, tmp_path: Path) -> None:
    swapped = {**files, "evidence.csv": files["factors.csv"], "factors.csv": files["evidence.csv"]}
    found = said(looked_at(tmp_path, swapped))
    assert any("evidence.csv has been altered" in one and "what should be factors.csv" in one for one in found)
    assert any("factors.csv has been altered" in one and "what should be evidence.csv" in one for one in found)


def test_every_missing_file_is_named(files: Files, tmp_path: Path) -> None:
    for name in files:
        found = looked_at(tmp_path, {key: content for key, content in files.items() if key != name})
        assert any(one.startswith("REE-A006") and name in one for one in said(found)), name


def test_a_file_put_in_is_named(files: Files, tmp_path: Path) -> None:
    found = looked_at(tmp_path, {**files, "workspace/inventories/more.yaml": b"sources: {}\n"})
    assert [one for one in said(found) if one.startswith("REE-A007")] == [
        "REE-A007 workspace/inventories/more.yaml has been put in: SHA256SUMS does not list it"
    ]


def test_hashes_made_anew_do_not_fit_the_attestation(signed: Files, keys: dict[str, Path], tmp_path: Path) -> None:
    forged = resealed({**signed, "results.json": signed["results.json"].replace(b"120", b"110")})
    found = looked_at(tmp_path, {**forged, ATTESTATION: signed[ATTESTATION]}, keys["own.pub"])
    assert {one.code for one in found.found} == {"REE-A008"}
    assert {one.message.split()[0] for one in found.found} == {"results.json", SUMS, NAME}


def test_a_forged_bundle_is_not_signed(signed: Files, keys: dict[str, Path], tmp_path: Path) -> None:
    forged = resealed(signed)
    assert [one.code for one in looked_at(tmp_path, forged).found] == ["REE-A010"]
    assert [one.code for one in looked_at(tmp_path, forged, keys["own.pub"]).found] == ["REE-A009"]
    old = read_envelope(signed[ATTESTATION])
    glued = Envelope(read_envelope(resealed({**forged, "README.md": b"x"})[ATTESTATION]).payload, old.signatures)
    found = looked_at(tmp_path, {**forged, ATTESTATION: glued.written()}, keys["own.pub"])
    assert "REE-A009" in {one.code for one in found.found}
    assert "its signature is not of this statement" in " ".join(said(found))


def test_the_attestation_is_of_this_study(files: Files, tmp_path: Path) -> None:
    document = json.loads(files["study.json"])
    inner = {name: held for name, held in files.items() if name not in (SUMS, ATTESTATION, NAME)}
    other = sealed(inner, document | {"by": "me"})
    found = looked_at(tmp_path, {**files, ATTESTATION: other[ATTESTATION]})
    assert f"REE-A008 study.json says another `by` than {ATTESTATION}" in said(found)


def test_another_key_is_found_out(files: Files, keys: dict[str, Path], tmp_path: Path) -> None:
    path = written(tmp_path, files)
    sign(path, keys["other"], compute=False)
    found = verify(path, [keys["own.pub"]], compute=False)
    assert [one.code for one in found.found] == ["REE-A009"]
    assert not found.sound
    unchecked = verify(path, compute=False)
    assert [one.code for one in unchecked.found] == ["REE-A011"]
    sign(path, keys["own"], compute=False)
    assert said(verify(path, [keys["own.pub"], keys["other.pub"]], compute=False)) == []


def test_what_is_not_sound_is_not_signed(files: Files, keys: dict[str, Path], tmp_path: Path) -> None:
    path = written(tmp_path, {**files, "README.md": b"other"})
    before = path.read_bytes()
    with pytest.raises(InputError, match="REE-A005"):
        sign(path, keys["own"], compute=False)
    assert path.read_bytes() == before


def test_signing_changes_nothing_but_the_attestation(files: Files, signed: Files) -> None:
    assert {name for name in files if files[name] != signed[name]} == {ATTESTATION}


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "no DSSE envelope"),
        (b"[]", "no DSSE envelope"),
        (b"{}", "no DSSE envelope"),
        (b'{"payloadType": "text/plain", "payload": "", "signatures": []}', "its payload is not"),
        (b'{"payloadType": "application/vnd.in-toto+json", "payload": "", "signatures": {}}', "no list of signatures"),
        (b'{"payloadType": "application/vnd.in-toto+json", "payload": "*", "signatures": []}', "no DSSE envelope"),
        (b'{"payloadType": "application/vnd.in-toto+json", "payload": "e30=", "signatures": []}', "no in-toto"),
        (b'{"payloadType": "application/vnd.in-toto+json", "payload": "bnVsbA==", "signatures": []}', "no in-toto"),
    ],
)
def test_an_attestation_that_is_none(files: Files, tmp_path: Path, content: bytes, why: str) -> None:
    found = looked_at(tmp_path, {**files, ATTESTATION: content})
    assert [one for one in said(found) if one.startswith("REE-A008") and why in one]


def test_the_description_must_be_of_these_files(files: Files, tmp_path: Path) -> None:
    for content in (b"{}", b"[]", b"x", b'{"@graph": [{"@id": "./", "hasPart": 3}]}', b'{"@graph": 1}'):
        assert "REE-A016" in {one.code for one in looked_at(tmp_path, {**files, NAME: content}).found}
    graph = json.loads(files[NAME])
    graph["@graph"][1]["hasPart"].pop()
    assert any("does not list" in one for one in said(looked_at(tmp_path, {**files, NAME: json.dumps(graph).encode()})))


@pytest.mark.parametrize(
    "text",
    [
        '<svg><script href="x"/></svg>',
        "<SCRIPT>alert(1)</SCRIPT>",
        '<svg onload="x()">',
        "<svg><a xlink:href='javascript:x()'>",
        "<iframe src=x>",
        '<img src="https://elsewhere.org/x.png">',
        "<svg><foreignObject>",
        "<base href=//x>",
    ],
)
def test_a_report_with_something_active_in_it(files: Files, tmp_path: Path, text: str) -> None:
    forged = resealed({**files, "report.html": files["report.html"] + text.encode()})
    assert "REE-A022" in {one.code for one in looked_at(tmp_path, forged).found}


@pytest.mark.parametrize(
    "page",
    [
        "<h1>&lt;img src=x onerror=1&gt;</h1>",
        '<svg aria-label="&lt;img src=x onerror=1&gt;" role="img"></svg>',
        "<p>javascript: is a language, on time = now, http-equiv</p>",
        '<style>a > b { color: red }</style><input disabled value="see src=//x or onclick=1"/>',
    ],
)
def test_text_that_names_something_active_is_harmless(page: str) -> None:
    assert active_part(f"<!doctype html><title>T</title>{page}".encode()) is None


@pytest.mark.parametrize(
    "page",
    [
        '<p title="a"onclick="x()">',
        '<p title="a" onclick="x()">',
        "<p title='a' onclick=x()>",
        "<p title='\" onclick=1 \"'>",
        '<p title=">" onclick="x()">',
        '<p title="a\tonclick=1>',
        "<p/onclick=1>",
        "<!-- <p title=\"--><img src='x' onerror='y'>\">",
        '<p a="<b" onclick="x" c=">">',
        "< p onclick=1",
        '<a href="javascript:x()">',
        '<a xlink:href="data:text/html,x">',
        '<meta http-equiv="refresh" content="0">',
        '<img src="//x">',
        '<script type="text/javascript">',
        "<p>text onclick=1</p><p a=b>",
        '<title><p x="</title><img onerror=1>">',
        '<p\x0bx=" onclick=alert(1) ">',
        '<p x=\x0b" onclick=alert(1) ">',
        '<p x="\x1b$B" y=" onclick=1 ">',
        '<p x="a" y = b" onclick=1 ">',
    ],
)
def test_what_may_be_active_is_refused(page: str) -> None:
    assert active_part(f"<!doctype html><title>T</title>{page}".encode()) is not None


# --- computed again


def test_figures_follow_from_the_bundle_alone(files: Files, tmp_path: Path) -> None:
    """The real thing once: a clean process, in which nothing of this one is known. A forged figure, with all hashes
    made anew, is named with the one that the inputs give; so is everything else that does not follow from them.
    """
    forged = json.loads(files["results.json"])
    forged["figures"][0]["value"] = "110"
    changed = {
        "results.json": json.dumps(forged).encode(),
        "evidence.csv": files["evidence.csv"].replace(b"literature", b"measured", 1),
        "contributions.csv": files["contributions.csv"].replace(
            b"\n", b"\nelectricity:base:basket:x@market,,,,,1,1\n", 1
        ),
    }
    found = verify(written(tmp_path, resealed({**files, **changed})))
    assert (found.computed, found.figures) == (True, 4)
    texts = said(found)
    name = "electricity:base:basket:climate_change@market"
    assert f"REE-A012 {name}: the bundle says value 110, the inputs give 120" in texts
    assert "REE-A013 evidence.csv differs from what the inputs give: row 3, evidence" in texts
    rows = files["contributions.csv"].count(b"\n") - 1
    assert f"REE-A013 contributions.csv has {rows + 1} rows, the inputs give {rows}" in texts
    assert "REE-A015 report.html was made by templates that are not here: it was not compared" in texts
    assert len([one for one in texts if one.startswith(("REE-A012", "REE-A013"))]) == 3


def test_altered_inputs_give_other_figures(files: Files, tmp_path: Path) -> None:
    name = "workspace/inventories/all.yaml"
    found = verify(written(tmp_path, resealed({**files, name: files[name].replace(b"value: 2 L", b"value: 3 L")})))
    wrong = [one.message for one in found.found if one.code == "REE-A012"]
    assert "electricity:base:basket:climate_change@market: the bundle says value 120, the inputs give 130" in wrong


def test_inputs_with_mistakes_cannot_be_computed(files: Files, tmp_path: Path) -> None:
    name = "workspace/inventories/all.yaml"
    found = verify(written(tmp_path, resealed({**files, name: files[name].replace(b"amount: 50 L", b"amount: 50 kg")})))
    (fault,) = [one for one in found.found if one.code == "REE-A014"]
    assert "REE-U003" in fault.message
    assert "workspace/inventories/all.yaml:36" in fault.message
    assert (found.computed, found.sound) == (False, False)


def test_a_file_in_the_place_of_a_folder_is_said(files: Files, tmp_path: Path) -> None:
    odd = {"workspace/inventories/a.yaml": b"{}", "workspace/inventories/a.yaml/b.yaml": b"{}"}
    found = verify(written(tmp_path, resealed({**files, **odd})))
    assert ["its files cannot be laid out" in one.message for one in found.found if one.code == "REE-A014"] == [True]


def test_computing_is_limited_in_time(files: Files) -> None:
    with pytest.raises(NotComputedError, match="longer than 1 s"):
        computed_again(files, Task("electricity", (), "own", 0, ""), 1)


def test_a_background_that_is_not_there_is_said(files: Files, tmp_path: Path) -> None:
    study = json.loads(files["study.json"]) | {"background": "ecoinvent-3.11"}
    found = verify(written(tmp_path, resealed({**files, "study.json": json.dumps(study).encode()})))
    assert "REE-A021" in {one.code for one in found.found}
    assert not found.sound


def test_differences_are_named_one_by_one(files: Files) -> None:
    """Every file that is made from the inputs, altered in turn, with nothing else wrong."""
    for name in sorted(set(files) - {SUMS, ATTESTATION, NAME}):
        if name.startswith("workspace/"):
            continue
        content = files[name]
        place = content.index(b"1") if b"1" in content else 0
        altered = content[:place] + b"7" + content[place + 1 :]
        found = list(differences({**files, name: altered}, files))
        assert found, name
        if name not in ("environment.json", "results.json"):
            assert any(name in one.message for one in found), (name, found)
        dropped = {key: held for key, held in files.items() if key != name}
        assert list(differences(dropped, files)), name
    assert list(differences(files, files)) == []


def test_rounding_is_no_difference(files: Files) -> None:
    document = json.loads(files["results.json"])
    value = float(document["figures"][0]["value"])
    for factor, expected in ((1 + 1e-11, 0), (1 + 1e-8, 1)):
        document["figures"][0]["value"] = repr(value * factor)
        altered = json.dumps(document).encode()
        assert len(list(differences({**files, "results.json": altered}, files))) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"study": "../x"},
        {"study": "--help"},
        {"settings": 3},
        {"settings": ["a\0b"]},
        {"settings": ["x"] * 1000},
        {"background": "../.."},
        {"created": "yesterday"},
        {"created": "99999-01-01"},
        {"by": "x" * 5000},
    ],
)
def test_a_task_that_makes_no_sense_is_refused(files: Files, change: dict[str, object]) -> None:
    with pytest.raises(NotComputedError):
        task_of(json.loads(files["study.json"]) | change)
    for said in (None, [], 3, "x", {}):
        with pytest.raises(NotComputedError):
            task_of(said)


CONFINED = """
import sys
sys.path.insert(0, sys.argv[2])
from lca.disclosure.audit.confinement import confine
confine(sys.argv[1], 10)
"""


@pytest.mark.parametrize(
    ("attempt", "stopped"),
    [
        ("import socket; socket.create_connection(('127.0.0.1', 9))", True),
        ("import subprocess; subprocess.run(['true'])", True),
        ("import os; os.system('true')", True),
        ("import os; os.fork()", True),
        ("open(sys.argv[1] + '/../out.txt', 'w')", True),
        ("open(sys.argv[1] + '/link/out.txt', 'w')", True),
        ("import os; os.open(sys.argv[1] + '/../out.txt', os.O_CREAT | os.O_WRONLY)", True),
        ("import os; os.mkdir(sys.argv[1] + '/../made')", True),
        ("import os; os.rename(sys.argv[1] + '/own', sys.argv[1] + '/../own')", True),
        ("import os; os.remove(sys.argv[1] + '/../kept')", True),
        ("open(sys.argv[1] + '/in.txt', 'w').write('x'); open(sys.argv[1] + '/in.txt').read()", False),
    ],
)
def test_a_confined_process_writes_into_its_folder_alone(tmp_path: Path, attempt: str, stopped: bool) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "own").write_text("own")
    (tmp_path / "kept").write_text("kept")
    (folder / "link").symlink_to(tmp_path)
    place = str(Path(lca.__file__).parents[1])
    command = [sys.executable, "-I", "-c", CONFINED + attempt, str(folder), place]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ("ConfinedError" in done.stderr) is stopped, done.stderr
    assert {path.name for path in tmp_path.iterdir()} == {"folder", "kept"}


# --- archives made to do harm


def archive(folder: Path, *entries: tuple[zipfile.ZipInfo | str, bytes]) -> Path:
    path = folder / "hostile.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for entry, content in entries:
            made.writestr(entry, content)
    return path


def link(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = 3
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    return entry


def codes(path: Path) -> list[str]:
    with pytest.raises(InputError) as refused:
        verify(path)
    return [one.code for one in refused.value.diagnostics]


@pytest.mark.parametrize(
    "name",
    [
        "../evil.csv",
        "/etc/evil.csv",
        "workspace/inventories/../../../evil.yaml",
        "C:evil.csv",
        "C:\\evil.csv",
        "tables\\evil.csv",
        "tables//results.csv",
        "./results.json",
        "evil.exe",
        "evil.svg",
        "report.html.exe",
        "workspace/inventories/evil.py",
        "workspace/inventories/a\u202eb.yaml",
        "workspace/inventories/a\nb.yaml",
        "workspace/inventories/con.yaml",
        "workspace/inventories/a .",
        "workspace/templates/html/report.html.j2",
        f"workspace/inventories/{'a' * 300}.yaml",
        "background/../matrices.npz",
        "tables/",
    ],
)
def test_names_that_no_bundle_has(tmp_path: Path, name: str) -> None:
    assert fault_of_name(name)
    assert set(codes(archive(tmp_path, (name, b"x")))) == {"REE-A004"}
    assert {path.name for path in tmp_path.iterdir()} == {"hostile.zip"}


def test_links_and_second_files_are_refused(tmp_path: Path) -> None:
    assert codes(archive(tmp_path, (link("results.json"), b"/etc/passwd"))) == ["REE-A004"]
    with pytest.warns(UserWarning, match="Duplicate"):
        path = archive(tmp_path, ("results.json", b"a"), ("results.json", b"b"))
    assert codes(path) == ["REE-A004"]
    same = archive(tmp_path, ("workspace/inventories/a.yaml", b"a"), ("workspace/inventories/A.yaml", b"b"))
    assert codes(same) == ["REE-A004"]


def test_a_bundle_packed_anew_is_told_in_a_line(files: Files, tmp_path: Path) -> None:
    """In a folder of its own, as other programs do it: every file has the same fault."""
    with zipfile.ZipFile(tmp_path / "anew.zip", "w") as archive:
        for name, content in files.items():
            archive.writestr(f"bundle/{name}", content)
    with pytest.raises(InputError, match=rf"and {len(files) - 3} more: a bundle has no such file") as caught:
        unpacked(tmp_path / "anew.zip")
    assert [one.code for one in caught.value.diagnostics] == ["REE-A004"]
    assert "packed anew" in caught.value.diagnostics[0].expected


def test_a_file_without_a_name_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, ("a", b"x"))
    data = path.read_bytes()
    for mark, at in ((b"PK\x01\x02", 28), (b"PK\x03\x04", 26)):  # the length of the name, and its one letter
        start = data.rindex(mark)
        name = data.index(b"a", start + at)
        data = data[: start + at] + b"\0\0" + data[start + at + 2 : name] + data[name + 1 :]
    path.write_bytes(data)
    assert codes(path)[0] in ("REE-A003", "REE-A004")


def test_a_bomb_is_not_unfolded(tmp_path: Path) -> None:
    assert codes(archive(tmp_path, ("results.json", bytes(40_000_000)))) == ["REE-A004"]


def test_a_size_that_lies_is_not_believed(tmp_path: Path) -> None:
    """The directory of the archive says ten bytes; the data unfold to forty million."""
    path = archive(tmp_path, ("results.json", bytes(40_000_000)))
    data = bytearray(path.read_bytes())
    at = data.rindex(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    assert codes(path)[0] in ("REE-A003", "REE-A004")


def test_too_many_and_too_large_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = archive(tmp_path, *((f"tables/{chr(97 + n // 26)}{chr(97 + n % 26)}.csv", b"x" * 100) for n in range(50)))
    for limit, value in (("MAX_FILES", 49), ("MAX_TOTAL", 4999), ("MAX_FILE", 99), ("MAX_ARCHIVE", 1000)):
        with monkeypatch.context() as patch:
            patch.setattr(packing, limit, value)
            assert set(codes(path)) == {"REE-A004"}, limit


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"no archive at all", b"PK\x05\x06" + bytes(18)[:-2]])
def test_what_is_no_archive_is_said(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.zip"
    path.write_bytes(content)
    assert codes(path) == ["REE-A003"]


def test_an_encrypted_file_and_a_strange_packing_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path, ("results.json", b"x"))
    data = bytearray(path.read_bytes())
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    assert codes(path) == ["REE-A004"]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as made:
        made.writestr("results.json", b"x")
    assert codes(path) == ["REE-A004"]


def test_nothing_there(tmp_path: Path) -> None:
    assert codes(tmp_path / "nothing.zip") == ["REE-A003"]
    assert codes(tmp_path) == ["REE-A003"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_mangled_bundles_crash_nothing(files: Files, tmp_path: Path, data: st.DataObject) -> None:
    """Bytes of the archive overwritten, cut and put in: refused or found altered, and nothing is written."""
    whole = bytearray(packed(files))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        new = data.draw(st.binary(max_size=20))
        end = min(len(whole), at + data.draw(st.integers(0, 40)))
        whole[at:end] = new
    path = tmp_path / "bundle.zip"
    path.write_bytes(bytes(whole))
    with contextlib.suppress(InputError):
        assert isinstance(verify(path, compute=False), Verification)
    assert {one.name for one in tmp_path.iterdir()} == {"bundle.zip"}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_strange_contents_crash_nothing(files: Files, tmp_path: Path, data: st.DataObject) -> None:
    """Sound archives whose files hold something else than they should."""
    changed = dict(files)
    for name in data.draw(st.lists(st.sampled_from(sorted(files)), min_size=1, max_size=3)):
        kinds = [st.binary(max_size=60), json_values.map(lambda value: json.dumps(value).encode())]
        if name.endswith(".json"):
            kinds.append(json_values.map(lambda value, name=name: _put(files[name], value, data)))
        changed[name] = data.draw(st.one_of(kinds))
    assert isinstance(looked_at(tmp_path, changed), Verification)
    assert all(one.code.startswith("REE-A") for one in differences(changed, files))
    with contextlib.suppress(EnvelopeError):
        read_statement(read_envelope(changed[ATTESTATION]))


def _put(content: bytes, value: object, data: st.DataObject) -> bytes:
    """A document with one of its values replaced."""
    document = json.loads(content)
    holder = document
    for _ in range(data.draw(st.integers(0, 3))):
        keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
        inner = [key for key in keys if isinstance(holder[key], (dict, list)) and holder[key]]
        if not inner:
            break
        holder = holder[data.draw(st.sampled_from(inner))]
    keys = list(holder) if isinstance(holder, dict) else list(range(len(holder)))
    holder[data.draw(st.sampled_from(keys))] = value
    return json.dumps(document).encode()


def test_time_for_looking_grows_with_the_text_alone() -> None:
    for piece in (b"<", b"<meta ", b"src=", b" on", b"src=" + b" " * 50, b"<svg title='>"):
        text = piece * (2_000_000 // len(piece))
        assert active_part(text) is None or piece == b"<svg title='>"


def test_what_others_wrote_does_not_steer_the_terminal(files: Files, tmp_path: Path) -> None:
    document = json.loads(files["attestation.dsse.json"])
    document["signatures"] = [{"keyid": "\x1b[2J\u202eyek", "sig": ""}]
    found = looked_at(tmp_path, {**files, ATTESTATION: json.dumps(document).encode()})
    assert "\x1b" not in " ".join(said(found))
    assert "\u202e" not in " ".join(said(found))


# --- imported backgrounds


def test_a_licensed_database_does_not_leave_with_a_bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the owner's leave none of its amounts is in the bundle, and it takes one's own copy to verify it."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    store.save(plants(origin=Origin("test", "/home/me/db", "3.11", "cut-off", "EULA", True)))
    write(tmp_path / "kiln", BASE)
    held = small_bundle(tmp_path / "kiln", background="plants-2.0")
    assert not [name for name in held if name.startswith("background/")]
    assert not [name for name, content in held.items() if b"/home/me/db" in content]
    path = written(tmp_path, held)
    assert "REE-A021" in {one.code for one in verify(path).found}
    own = verify(path, backgrounds=tmp_path / "kept")
    assert (own.computed, own.sound, own.alone) == (True, True, False)

    cut_down = small_bundle(tmp_path / "kiln", background="plants-2.0", life_cycles=True)
    store.remove("plants-2.0")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    alone = verify(written(tmp_path, cut_down))
    assert (alone.computed, alone.sound, alone.alone) == (True, True, True), said(alone)
    assert json.loads(cut_down["results.json"]) == json.loads(held["results.json"])
    matrices = np.load(io.BytesIO(cut_down["background/plants-2.0/matrices.npz"]))
    assert (matrices["technosphere_rows"] == matrices["technosphere_columns"]).all()


# --- the commands


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(textbook(tmp_path))

    def run(*given: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(list(given))
        seen = capsys.readouterr()
        return int(stopped.value.code or 0), seen.out, seen.err

    return run


def test_from_bundle_to_verification(ree: Run, tmp_path: Path) -> None:
    """As people do it; the report is made anew by the templates of the package, and compared byte by byte."""
    assert "added a line to" in ree("set", "power_plant.fuel_use.note=Fuel for 10 kWh.", "--by", "Jane Doe")[2]
    assert "added a line to" in ree("run", "--by", "John Doe", "--bundle")[2]
    assert ree("audit", "verify", "out/electricity/bundle.zip", "--no-compute")[0] == 0
    assert ree("audit", "keygen", "key")[0] == 0
    code, _, err = ree("audit", "bundle", "--by", "Jane Doe", "--set", "power_plant.fuel_use=2.5 L")
    assert code == 0
    assert "unsigned" in err
    bundle = "out/electricity/bundle.zip"
    assert ree("audit", "sign", bundle, "--key", "key", "--no-compute")[0] == 0
    code, out, _ = ree("audit", "verify", bundle, "--key", "key.pub")
    assert code == 0, out
    assert "4 figures computed again from the bundle alone: all agree" in out
    assert "REE-" not in out
    held = unpacked(tmp_path / bundle)
    assert json.loads(held["results.json"])["figures"][0]["value"] == "125"
    assert json.loads(held["study.json"])["by"] == "Jane Doe"
    lines = [json.loads(line) for line in held["changes.jsonl"].splitlines()]
    assert [line["action"] for line in lines] == ["begin", "set", "run"]
    assert (lines[1]["by"], lines[1]["changes"][0]["after"]) == ("Jane Doe", "Fuel for 10 kWh.")
    assert lines[2]["by"] == "John Doe"
    text = held["report.html"].replace(b"125", b"115")
    written(tmp_path, resealed({**held, "report.html": text}), "forged.zip")
    code, out, _ = ree("audit", "verify", "forged.zip")
    assert code == 1
    assert "report.html is not what the inputs give" in out
    assert "REE-A010" in out


def test_verify_as_data(ree: Run, files: Files, tmp_path: Path) -> None:
    written(tmp_path, {**files, "README.md": b"x"}, "altered.zip")
    code, out, _ = ree("audit", "verify", "altered.zip", "--no-compute", "--format", "json")
    assert code == 1
    assert [row["code"] for row in json.loads(out)] == ["REE-A005", "REE-A010", "REE-A016"]


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (["audit", "verify", "nothing.zip"], "REE-A003"),
        (["audit", "verify", "b.zip", "--key", "nothing.pub"], "REE-A018"),
        (["audit", "verify", "b.zip", "--key", "key"], "REE-A018"),
        (["audit", "verify", "b.zip", "--key", "rsa.pub"], "REE-A018"),
        (["audit", "sign", "b.zip", "--key", "key.pub"], "REE-A018"),
        (["audit", "keygen", "key"], "REE-A019"),
        (["audit", "log", "-w", "broken"], "REE-A017"),
        (["run", "-w", "broken"], "REE-A017"),
        (["set", "-w", "broken", "power_plant.fuel_use=3 L"], "REE-A017"),
    ],
)
def test_what_cannot_be_done_is_said(ree: Run, files: Files, tmp_path: Path, given: list[str], code: str) -> None:
    written(tmp_path, files, "b.zip")
    ree("audit", "keygen", "key")
    (tmp_path / "rsa.pub").write_text("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")
    (textbook(tmp_path / "broken") / "changes.jsonl").write_text("{}\n")
    answer, _, err = ree(*given)
    assert answer == 1
    assert code in err
    assert not (tmp_path / "out").exists()


def test_a_key_is_for_its_owner_alone(keys: dict[str, Path]) -> None:
    if os.name == "posix":
        assert stat.S_IMODE(keys["own"].stat().st_mode) == 0o600
    assert b"PRIVATE" not in keys["own.pub"].read_bytes()


def test_the_bundled_workspace_keeps_no_log(ree: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not keeps_log(bundled())
    monkeypatch.chdir(tmp_path / "methods")
    answer, _, err = ree("audit", "log", "--begin")
    assert answer == 1
    assert "REE-W005" in err


def test_a_value_is_shown_where_the_log_is_broken(ree: Run, tmp_path: Path) -> None:
    (tmp_path / LOG).write_text("{}\n")
    answer, out, err = ree("get", "power_plant.fuel_use")
    assert answer == 0
    assert "2 L" in out
    assert "REE-A017" in err


def test_an_altered_bundle_is_not_compared_in_silence(ree: Run, files: Files, tmp_path: Path) -> None:
    written(tmp_path, files, "sound.zip")
    assert "REE-" not in ree("diff", "sound.zip")[2]
    left = {name: content for name, content in files.items() if name != "README.md"}
    written(tmp_path, {**left, "results.json": b"{}"}, "altered.zip")
    answer, _, err = ree("diff", "altered.zip", "-q")
    assert answer == 0
    assert "REE-A005" in err
    assert "REE-A006" in err


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device here")
def test_a_device_is_no_bundle() -> None:
    with pytest.raises(InputError, match="REE-A003"):
        unpacked(Path("/dev/zero"))


def test_a_report_without_samples_says_so(ree: Run) -> None:
    answer, _, err = ree("report", "--html", "--samples", "0")
    assert answer == 0
    assert "the report has no intervals" in err


def test_a_log_begins_once(ree: Run, tmp_path: Path) -> None:
    assert "began " in ree("audit", "log", "--begin")[2]
    before = (tmp_path / LOG).read_bytes()
    answer, _, err = ree("audit", "log", "--begin")
    assert answer == 0
    assert "the log has begun already" in err
    assert (tmp_path / LOG).read_bytes() == before


def test_a_bundle_is_read_without_unpacking(files: Files, tmp_path: Path) -> None:
    assert unpacked(written(tmp_path, files)) == files
    assert zipfile.ZipFile(io.BytesIO(packed(files))).testzip() is None
