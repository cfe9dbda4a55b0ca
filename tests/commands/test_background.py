"""`ree-lca background`: import, list, show, remove, and what can go wrong on the way."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from lca.background import source_files, store
from lca.commands import background as commands
from lca.commands import main
from tests.background.spold1 import data_set, document, exchange, textbook
from tests.brightway_projects import MOBILITY, run_brightway

ROOT = Path(__file__).parents[2]


class Answer:
    def __init__(self, code: int, out: str, err: str):
        self.code, self.out, self.err = code, out, err


Ree = Callable[..., Answer]


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ree:
    """Run `ree-lca background` in an empty folder, with nothing imported yet."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))

    def run(*words: str) -> Answer:
        with pytest.raises(SystemExit) as stopped:
            main(["background", *words])
        seen = capsys.readouterr()
        return Answer(int(stopped.value.code or 0), seen.out, seen.err)

    return run


def nothing_is_kept() -> bool:
    return not store.folder().exists() or not any(store.folder().iterdir())


def refused(answer: Answer, code: str) -> bool:
    return answer.code == 1 and code in answer.err and "Traceback" not in answer.err and not answer.out


def test_import_show_list_remove(ree: Ree, tmp_path: Path) -> None:
    path = textbook(tmp_path)
    answer = ree("import", str(path), "--name", "book", "--open", "--version", "1", "--licence", "none")
    assert (answer.code, answer.err) == (0, "")
    assert "book: 2 activities, 2 exchanges between them, 2 elementary flows in 3 exchanges" in answer.out
    assert "conversion: electricity: MJ became kWh (1 MJ is 0.277777778)" in answer.out
    (row,) = json.loads(ree("list", "--format", "json").out)
    assert (row["name"], row["activities"], row["licensed"], row["version"]) == ("book", 2, False, "1")
    (summary,) = json.loads(ree("show", "book", "--format", "json").out)
    assert summary["sha256"] == store.load("book").sha256
    assert summary["place"] == str(path)
    assert ree("remove", "book").code == 0
    assert json.loads(ree("list", "--format", "json").out) == []
    assert nothing_is_kept()


def test_licensed_is_what_is_not_called_open(ree: Ree, tmp_path: Path) -> None:
    assert ree("import", str(textbook(tmp_path)), "--name", "book").code == 0
    assert store.load("book").origin.licensed


def test_the_search_has_what_links_need(ree: Ree, tmp_path: Path) -> None:
    ree("import", str(textbook(tmp_path)), "--name", "book")
    (row,) = csv.DictReader(io.StringIO(ree("show", "book", "--activities", "GLO fuel", "--format", "csv").out))
    assert row == {"name": "fuel", "product": "fuel", "location": "GLO", "unit": "kg", "amount": "100.0", "code": "2"}
    (flow,) = json.loads(ree("show", "book", "--flows", "crude", "--format", "json").out)
    assert (flow["name"], flow["categories"], flow["unit"]) == ("Oil, crude", "resource / in ground", "kg")
    assert len(json.loads(ree("show", "book", "--activities", "", "--format", "json").out)) == 2
    nothing = ree("show", "book", "--activities", "nobody makes this", "--format", "csv")
    assert nothing.out.splitlines() == ["name,product,location,unit,amount,code"]


def test_open_inputs_are_shown_the_most_frequent_first(ree: Ree, tmp_path: Path) -> None:
    users = [data_set(n, f"thing {n}", 1, "kg", [exchange("steel", n, taken=5)]) for n in (1, 2, 3)]
    users.append(data_set(4, "other", 1, "kg", [exchange("brine", 7, "l", taken=5)]))
    path = tmp_path / "open.xml"
    path.write_text(document(*users), encoding="utf-8")
    assert "4 inputs that nothing in it supplies (2 kinds)" in ree("import", str(path), "--name", "open").out
    rows = json.loads(ree("show", "open", "--unlinked", "--format", "json").out)
    assert [(row["name"], row["inputs"], row["smallest"], row["largest"]) for row in rows] == [
        ("steel", 3, 1.0, 3.0),
        ("brine", 1, 7.0, 7.0),
    ]


def test_notes_are_shown(ree: Ree, tmp_path: Path) -> None:
    ree("import", str(textbook(tmp_path)), "--name", "book")
    kinds = {row["kind"] for row in json.loads(ree("show", "book", "--notes", "--format", "json").out)}
    assert kinds == {"conversion", "note"}


def test_a_name_that_is_taken(ree: Ree, tmp_path: Path) -> None:
    path = str(textbook(tmp_path))
    ree("import", path, "--name", "book")
    answer = ree("import", path, "--name", "book")
    assert refused(answer, "REE-B007")
    assert "--replace" in answer.err
    assert ree("import", path, "--name", "book", "--replace").code == 0


def test_what_was_computed_goes_with_the_database(ree: Ree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone: list[str] = []
    monkeypatch.setattr("lca.impact.life_cycles.forget", gone.append)
    path = textbook(tmp_path)
    for name in ("one", "same"):
        ree("import", str(path), "--name", name)
    first = store.load("one").sha256
    assert ree("remove", "same").code == 0
    ree("import", str(path), "--name", "one", "--replace")
    assert gone == []  # the same content is still there
    path.write_text(document(data_set(1, "a", 1, "kg", [])), encoding="utf-8")
    ree("import", str(path), "--name", "one", "--replace")
    assert gone == [first]
    second = store.load("one").sha256
    ree("remove", "one")
    assert gone == [first, second]


def test_a_broken_database_can_be_removed(ree: Ree, tmp_path: Path) -> None:
    ree("import", str(textbook(tmp_path)), "--name", "book")
    (store.folder() / "book" / "names.json").write_bytes(b"")
    assert ree("remove", "book").code == 0
    assert nothing_is_kept()


def test_the_links_of_a_database(ree: Ree, tmp_path: Path) -> None:
    ree("import", str(textbook(tmp_path)), "--name", "book", "--links", "uslci")
    assert store.load("book").origin.links == "uslci"
    assert "sodium_hydroxide" in ree("link", "book", "--format", "csv").out


def test_a_database_that_is_replaced_stays_if_the_new_one_is_wrong(ree: Ree, tmp_path: Path) -> None:
    ree("import", str(textbook(tmp_path)), "--name", "book")
    before = store.load("book").sha256
    wrong = tmp_path / "wrong.xml"
    wrong.write_text(document(data_set(1, "a", 0, "kg", [])), encoding="utf-8")
    assert refused(ree("import", str(wrong), "--name", "book", "--replace"), "REE-B012")
    assert store.load("book").sha256 == before


@pytest.mark.parametrize(
    ("content", "words", "code"),
    [
        (None, (), "REE-B001"),
        ("<x/>", (), "REE-B003"),
        ("<html><br></html>", (), "REE-B003"),
        ("plain text", (), "REE-B005"),
        (document(), (), "REE-B004"),
        (document(data_set(1, "a", 1, "kg", [])), ("--format-of-data", "jsonld"), "REE-B003"),
        (document(data_set(1, "a", 1, "kg", [])), ("--name", "a/b"), "REE-B008"),
        (document(data_set(1, "a", 0, "kg", [])), (), "REE-B012"),
        (document(data_set(1, "a", 1, "kg", []), data_set(1, "b", 1, "kg", [])), (), "REE-B006"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(
    ree: Ree, tmp_path: Path, content: str | None, words: tuple[str, ...], code: str
) -> None:
    path = tmp_path / "data.xml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    assert refused(ree("import", str(path), "--name", "x", *words), code)
    assert nothing_is_kept()


def test_an_empty_folder(ree: Ree, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert refused(ree("import", "empty", "--name", "x"), "REE-B004")


def archive(path: Path, name: str, content: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return path


def test_archives_that_unfold_too_far(ree: Ree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = archive(tmp_path / "bomb.zip", "a.xml", b" " * 3_000_000)
    monkeypatch.setattr(source_files, "SMALL", 1_000_000)
    answer = ree("import", str(bomb), "--name", "x")
    assert refused(answer, "REE-B002")
    assert re.search(r"a.xml unfolds [\d,]+ times", answer.err)


@pytest.mark.parametrize(("limit", "value"), [("MAX_MEMBERS", 0), ("MAX_BYTES", 10), ("MAX_MEMBER", 10)])
def test_archives_that_are_too_large(
    ree: Ree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, value: int
) -> None:
    large = archive(tmp_path / "large.zip", "a.xml", textbook(tmp_path).read_bytes())
    assert ree("import", str(large), "--name", "x").code == 0
    monkeypatch.setattr(source_files, limit, value)
    assert refused(ree("import", str(large), "--name", "y"), "REE-B002")


def test_damaged_archives(ree: Ree, tmp_path: Path) -> None:
    path = archive(tmp_path / "a.zip", "a.xml", textbook(tmp_path).read_bytes())
    content = bytearray(path.read_bytes())
    content[60:70] = b"\xff" * 10
    path.write_bytes(content)
    assert refused(ree("import", str(path), "--name", "x"), "REE-B002")
    content = bytearray(archive(path, "a.xml", textbook(tmp_path).read_bytes()).read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1  # said to be encrypted
    path.write_bytes(content)
    answer = ree("import", str(path), "--name", "x")
    assert refused(answer, "REE-B002")
    assert "encrypted" in answer.err
    assert nothing_is_kept()


def test_a_folder_that_holds_the_archive(ree: Ree, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    archive(tmp_path / "folder" / "a.zip", "a.xml", textbook(tmp_path).read_bytes())
    answer = ree("import", "folder", "--name", "x")
    assert refused(answer, "REE-B003")
    assert "name the archive itself" in answer.err


def test_archives_of_other_kinds_are_to_be_unpacked(ree: Ree, tmp_path: Path) -> None:
    path = tmp_path / "ecoinvent.7z"
    path.write_bytes(b"7z\xbc\xaf\x27\x1c" + bytes(100))
    answer = ree("import", str(path), "--name", "x")
    assert refused(answer, "REE-B003")
    assert "unpack" in answer.err


def test_activities_that_give_nothing_are_named(ree: Ree, tmp_path: Path) -> None:
    path = tmp_path / "singular.xml"
    loop = [
        data_set(1, "hen", 1, "kg", [exchange("egg", 1, taken=5)]),
        data_set(2, "egg", 1, "kg", [exchange("hen", 1, taken=5)]),
        data_set(3, "corn", 1, "kg", []),
    ]
    path.write_text(document(*loop), encoding="utf-8")
    answer = ree("import", str(path), "--name", "x")
    assert answer.code == 0
    assert "warning REE-B013" in answer.err
    assert "hen (1); egg (2)" in answer.err
    assert "corn" not in answer.err


def test_an_unknown_or_broken_database(ree: Ree, tmp_path: Path) -> None:
    ree("import", str(textbook(tmp_path)), "--name", "book")
    for words in (("show", "bok"), ("remove", "bok")):
        answer = ree(*words)
        assert refused(answer, "REE-B009")
        assert "did you mean: book" in answer.err
    (store.folder() / "book" / "names.json").write_bytes(b"")
    assert refused(ree("show", "book"), "REE-B010")
    answer = ree("list", "--format", "json")
    assert json.loads(answer.out) == []
    assert "REE-B010" in answer.err


def test_choices_with_faults_point_at_their_place(ree: Ree, tmp_path: Path) -> None:
    choices = tmp_path / "choices.yaml"
    choices.write_text("database: book\nleave_open:\n  - {input: electrcity}\n", encoding="utf-8")
    answer = ree("import", str(textbook(tmp_path)), "--name", "book", "--choices", str(choices))
    assert refused(answer, "REE-B014")
    assert "choices.yaml:3:13" in answer.err
    assert "did you mean: electricity" in answer.err


@pytest.mark.parametrize(
    "words",
    [
        ("import", "--name", "x"),
        ("import", "a.xml"),
        ("import", "a.xml", "--name", "x", "--project", "p", "--database", "d"),
        ("import", "--name", "x", "--project", "p"),
        ("import", "a.xml", "--name", "x", "--folder", "f"),
        ("import", "--name", "x", "--project", "p", "--database", "d", "--format-of-data", "jsonld"),
        ("import", "a.xml", "--name", "x", "--choices", "nowhere.yaml"),
        ("show", "x", "--unlinked", "--notes"),
    ],
)
def test_wrong_usage(ree: Ree, words: tuple[str, ...]) -> None:
    answer = ree(*words)
    assert answer.code == 2
    assert answer.out == ""


@pytest.mark.parametrize("name", ["import", "list", "show", "link", "remove"])
def test_help_has_an_example_that_runs(ree: Ree, tmp_path: Path, name: str) -> None:
    archive(tmp_path / "uslci.zip", "book.xml", textbook(tmp_path).read_bytes())
    if name in ("show", "link", "remove"):
        ree("import", "uslci.zip", "--name", "uslci")
    example = re.search(r"Example:\s+ree-lca background (.+)", ree(name, "--help").out)
    assert example is not None
    words = re.findall(r'"[^"]*"|\S+', example.group(1))
    answer = ree(*(word.strip('"') for word in words))
    assert answer.code == 0, answer.err


def test_a_project_of_brightway(ree: Ree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("bw2io")
    run_brightway(tmp_path / "projects", MOBILITY)
    monkeypatch.setenv("BRIGHTWAY2_DIR", str(tmp_path / "projects"))
    answer = ree("import", "--project", "mobility", "--database", "Mobility example", "--name", "m", "--version", "1")
    assert answer.code == 0, answer.err
    made = store.load("m")
    assert (made.origin.format, made.origin.version, made.origin.licensed) == ("brightway", "1", True)
    assert ree("import", "--project", "mobility", "--database", "no", "--name", "n").code == 1
    monkeypatch.delenv("BRIGHTWAY2_DIR")
    place = ("--folder", str(tmp_path / "projects"))
    assert ree("import", "--project", "mobility", "--database", "Mobility example", "--name", "o", *place).code == 0
    assert ree("import", "--project", "no", "--database", "no", "--name", "n").code == 1
    assert store.names() == ("m", "o")


SLOW = """
import sys, time
from lca.background import store
from lca.commands import main
kept = store._packed
def slow(background):
    print("here", flush=True)
    time.sleep(60)
    return kept(background)
store._packed = slow
main(["background", "import", sys.argv[1], "--name", "x"])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_a_stop_leaves_nothing_half_imported(tmp_path: Path) -> None:
    environment = os.environ | {store.FOLDER_VARIABLE: str(tmp_path / "kept"), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(textbook(tmp_path))],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdout is not None
        assert running.stdout.readline() == "here\n"
        time.sleep(0.1)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert (running.returncode, out, err.split()) == (130, "", ["stopped"])
    assert not (tmp_path / "kept").exists() or not list((tmp_path / "kept").iterdir())


def test_progress_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with commands._progress() as progress:
        progress("reading")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    with commands._progress() as progress:
        progress("reading")
    assert capsys.readouterr().out == ""
