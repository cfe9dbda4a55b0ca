"""Every mistake is reported with its code, at its place, once, and can be rendered; see `wrong_input` for the table."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from lca.catalogue import CATALOGUE
from lca.errors import Diagnostic, as_records, render_sarif, render_text
from tests.inventory.wrong_frameworks import CASES, FILE, FRAMEWORK, LOTS, Case
from tests.workspaces import BASE, Place, check, edited, write


def places(root: Path, found: list[Diagnostic]) -> list[tuple[str, Place]]:
    return [
        (d.code, Place(d.span.path.relative_to(root).as_posix(), d.span.line, d.span.column)) for d in found if d.span
    ]


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_wrong_input(case: Case, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = dict(edited(case.changes))
    files |= {name: content for name, content in case.files.items() if content is not None}
    marks = write(tmp_path, files)
    found = check(tmp_path).all
    shown = render_text(found)
    if marks:
        expected = sorted(zip(case.codes.split(), marks, strict=True), key=str)
        assert sorted(places(tmp_path, found), key=str) == expected, shown
    else:
        assert [d.code for d in found] == case.codes.split(), shown
    first = found[0]
    assert first.suggestion == case.suggestion, shown
    assert case.says in first.message, shown
    for diagnostic in found:
        check_rendering(diagnostic)


def check_rendering(diagnostic: Diagnostic) -> None:
    """Text with the line and a caret below the character, JSON, SARIF."""
    rows = render_text([diagnostic]).splitlines()
    span = diagnostic.span
    assert span is not None
    assert diagnostic.code in rows[0]
    assert f":{span.line}:{span.column}" in rows[0]
    lines = span.path.read_bytes().decode("utf-8-sig", errors="replace").split("\n") if span.path.is_file() else []
    if span.line <= len(lines) and len(lines[span.line - 1]) <= 160 and lines[span.line - 1]:
        assert rows[1] == f"{span.line:>5} | {lines[span.line - 1].rstrip()}"
        assert rows[2].index("^") == len("    1 | ") + span.column - 1
    (record,) = json.loads(json.dumps(as_records([diagnostic])))
    assert (record["line"], record["column"], record["code"]) == (span.line, span.column, diagnostic.code)
    (run,) = json.loads(render_sarif([diagnostic], "0"))["runs"]
    (result,) = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert (region["startLine"], region["startColumn"]) == (span.line, span.column)
    assert result["level"] == CATALOGUE[diagnostic.code].severity


def test_the_workspace_of_the_cases_is_faultless(tmp_path: Path) -> None:
    write(tmp_path, BASE)
    assert render_text(check(tmp_path).all) == ""


@pytest.mark.parametrize("text", [FRAMEWORK, LOTS], ids=["framework", "lots"])
def test_the_documents_of_the_cases_are_faultless(text: str, tmp_path: Path) -> None:
    write(tmp_path, BASE | {FILE: text})
    assert render_text(check(tmp_path).all) == ""


@pytest.mark.parametrize("name", ["outside.yaml", "outside.txt", "folder"])
def test_link_out_of_the_workspace(name: str, tmp_path: Path) -> None:
    outside = tmp_path / "elsewhere" / name
    outside.parent.mkdir()
    outside.mkdir() if name == "folder" else outside.write_text("sources: {x: {title: X}}\n")
    root = tmp_path / "workspace"
    write(root, BASE)
    (root / "inventories" / name).symlink_to(outside)
    found = check(root).all
    assert places(root, found) == [("REE-Y010", Place(f"inventories/{name}", 1, 1))]
    check_rendering(found[0])


def test_link_within_the_workspace_is_read(tmp_path: Path) -> None:
    write(tmp_path, BASE | {"inventories/notes.md": "sources: {more: {title: M}}\n"})
    (tmp_path / "inventories" / "more.yaml").symlink_to(tmp_path / "inventories" / "notes.md")
    assert render_text(check(tmp_path).all) == ""


@pytest.mark.parametrize("target", ["self.yaml", "nowhere.yaml"])
def test_link_that_leads_nowhere(target: str, tmp_path: Path) -> None:
    write(tmp_path, BASE)
    (tmp_path / "inventories" / "self.yaml").symlink_to(target)
    found = check(tmp_path).all
    assert places(tmp_path, found) == [("REE-Y002", Place("inventories/self.yaml", 1, 1))]
    check_rendering(found[0])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    write(tmp_path, BASE)
    os.mkfifo(tmp_path / "inventories" / "pipe.yaml")
    assert places(tmp_path, check(tmp_path).all) == [("REE-Y002", Place("inventories/pipe.yaml", 1, 1))]


def test_no_workspace_document(tmp_path: Path) -> None:
    """Said once, with nothing about the axes that nobody declared."""
    write(tmp_path, {name: text for name, text in BASE.items() if name != "inventories/workspace.yaml"})
    assert places(tmp_path, check(tmp_path).all) == [("REE-S008", Place("inventories/flows.yaml", 1, 1))]


def test_misspelled_workspace_document(tmp_path: Path) -> None:
    write(tmp_path, edited({"workspace: lime": "workspce: lime"}))
    found = check(tmp_path).all
    assert [d.code for d in found] == ["REE-S008", "REE-Y008"]
    assert found[1].suggestion == "workspace"


@pytest.mark.parametrize(
    "entry",
    [
        "name: [a]",
        "set: {kiln.drive_time: [1 h, 2 h]}",
        "set: [a]",
        "title: {a: b}",
        "set: {kiln.drive_time: {value: [1]}}",
    ],
)
def test_wrong_kind_within_a_scenario(entry: str, tmp_path: Path) -> None:
    write(tmp_path, edited({"{route: short, power: grid}": f"{{route: short, power: grid, {entry}}}"}))
    found = check(tmp_path).all
    assert [(d.code, d.span.line if d.span else 0) for d in found] == [("REE-S003", 7)], render_text(found)


@pytest.mark.parametrize(
    "change", [lambda text: text.replace("\n", "\r\n"), lambda text: "\ufeff" + text], ids=["CRLF", "byte order mark"]
)
def test_places_do_not_depend_on_the_editor(change, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Line ends of Windows and a byte order mark move nothing."""
    files = edited(
        {
            "title: A lime kiln": "titel: A lime kiln",
            "amount: 20 kWh": "amount: 20 kwh",
            "workspace: lime": "workspace: li me",
        }
    )
    write(tmp_path, {name: change(text) for name, text in files.items()})
    found = check(tmp_path).all
    write(tmp_path / "plain", files)
    plain = check(tmp_path / "plain").all
    assert places(tmp_path, found) == places(tmp_path / "plain", plain)
    for diagnostic in found:
        check_rendering(diagnostic)


@pytest.mark.parametrize("closed", [False, True])
def test_a_long_chain_of_parameters(closed: bool, tmp_path: Path) -> None:
    """A thousand parameters, each made from the next, are read; and found out when the last is made from the first."""
    chain = "".join(f'  q{k}: {{formula: "q{k + 1} * 1"}}\n' for k in range(1000))
    last = '  q1000: {formula: "q0 * 1"}\n' if closed else "  q1000: {value: 1}\n"
    changes = {
        "  drive_time: {value: 0.05 h}\n": "  drive_time: {value: 0.05 h}\n" + chain + last,
        "amount: 0.20 kg, bin": 'amount: "0.20 kg * q0", bin',
    }
    write(tmp_path, edited(changes))
    assert [d.code for d in check(tmp_path).all] == ["REE-N002"] * closed


def test_everything_is_reported_at_once(tmp_path: Path) -> None:
    """Nine independent mistakes in seven files, one run."""
    changes = {
        "method: simple\nscenarios": "method: «simpel\nscenarios",
        "{title: A paper}": "{title: A paper, «yaer: 2001}",
        "{title: Ash, kind: waste, unit: kg}": "{title: Ash, kind: waste, unit: «kgs}",
        "amount: 20 kWh": "amount: 20 «kwh",
        "drive_time / burn_yield": "drive_time / «burn_yeld",
        "share: 60 %": "share: «50 %",
        "kiln.drive_time: 0.08 h": "«kiln.drive_tme: 0.08 h",
        "{route: long, power: wind-ppa}": "{route: «lng, power: wind-ppa}",
        "carbon_dioxide: 1,": "«carbon_dixide: 1,",
    }
    codes = ["S001", "U001", "N001", "U001", "M006", "N003", "I002", "N008", "L003"]
    changes["{route: short, power: grid}"] = "{route: [short, long], power: grid}"
    marks = write(tmp_path, edited(changes))
    found = check(tmp_path).all
    assert sorted(places(tmp_path, found), key=str) == sorted(
        zip([f"REE-{code}" for code in codes], marks, strict=True), key=str
    ), render_text(found)


def test_every_code_has_a_test() -> None:
    """Most are cases of this table; the others are named where they are tested."""
    tested = {code for case in CASES for code in case.codes.split()}
    tests = Path(__file__).resolve().parents[1].rglob("test_*.py")
    named = {code for path in tests for code in re.findall(r"\b[A-Z]\d{3}\b", path.read_text(encoding="utf-8"))}
    assert {code for code in CATALOGUE if code not in tested and code.removeprefix("REE-") not in named} == set()
    assert len(CASES) >= 75
    assert len({case.name for case in CASES}) == len(CASES)
