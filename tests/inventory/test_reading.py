"""Scalars and their places, files and documents, and that nothing but diagnostics comes out of any text."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.errors import Problems, render_text
from lca.inventory.loading import load
from lca.inventory.reading import Mapping, Sequence, Text, find_files, read_documents
from tests.workspaces import BASE, check, edited, write


def read(path: Path, text: str) -> list[Mapping]:
    path.write_text(text, encoding="utf-8", newline="")
    problems = Problems()
    documents = read_documents(path, problems)
    assert not problems.all, render_text(problems.all)
    return documents


def scalar(path: Path, text: str) -> Text:
    (document,) = read(path, text)
    (found,) = document.items.values()
    assert isinstance(found, Text)
    return found


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a: one two", "one two"),
        ("a: 'one two'", "one two"),
        ('a: "one two"', "one two"),
        ("a: 'it''s x'", "it's x"),
        ("a: ''''''", "''"),
        (r'a: "t\tx \x2a \u00b7 \U0001F600 y"', "t\tx * · \U0001f600 y"),
        (r'a: "q\"x"', 'q"x'),
        (r'a: "b\\x"', "b\\x"),
        ("a: one\n  two\n  three", "one two three"),
        ("a: 'one\n  two''s\n\n  three'", "one two's\nthree"),
        ('a: "one\n  two"', "one two"),
        ('a: "one\\\n  two"', "onetwo"),
        ("a: |\n  one\n  two\n", "one\ntwo\n"),
        ("a: >-\n  one\n  two\n", "one two"),
        ("a: |-\n  one\n    two\n", "one\n  two"),
        ("a:   spaced   # and a comment", "spaced"),
        ("a: yes", "yes"),
        ("a: 0x10", "0x10"),
        ("a: 2001-01-01", "2001-01-01"),
        ("a: 1_000", "1_000"),
        ("a: ~", "~"),
        ("a: null", "null"),
        ("a: .inf", ".inf"),
        ("a: 1:30", "1:30"),
        ("{a: b c}", "b c"),
        ("a: ümläut €", "ümläut €"),
    ],
)
def test_scalars_stay_text_and_know_where_each_character_stands(source: str, text: str, tmp_path: Path) -> None:
    found = scalar(tmp_path / "x.yaml", source)
    assert found == text
    lines = source.split("\n")
    for at, character in enumerate(text):
        if character.isspace() or "\\" in source:
            continue
        span = found.part(at, at + 1)
        assert lines[span.line - 1][span.column - 1] == character, (at, character, span)


def test_places_through_escapes(tmp_path: Path) -> None:
    source = r'a: "one\ttwo \x2a three \u00b7 four"'
    found = scalar(tmp_path / "x.yaml", source)
    for word in ("one", "two", "three", "four"):
        at = found.index(word)
        span = found.part(at, at + len(word))
        assert (span.line, span.column, span.length) == (
            1,
            source.index(word, 7 if word == "two" else 0) + 1,
            len(word),
        )


def test_places_of_keys_and_values(tmp_path: Path) -> None:
    text = "first: 1\nsecond:\n  - {inner: x, 'quoted': [y, z]}\n"
    (document,) = read(tmp_path / "x.yaml", text)
    second = document.items["second"]  # type: ignore[index]
    assert isinstance(second, Sequence)
    (entry,) = second.items
    spans = {key: (key.span.line, key.span.column) for key in [*document.items, *entry.items]}
    assert spans == {"first": (1, 1), "second": (2, 1), "inner": (3, 6), "quoted": (3, 16)}
    y, z = entry.items["quoted"].items
    assert [(v.span.line, v.span.column, v.span.length) for v in (y, z)] == [(3, 27, 1), (3, 30, 1)]


def test_documents_of_a_file(tmp_path: Path) -> None:
    text = "# heading\n---\na: 1\n---\nb: 2\n...\n---\nc: 3\n"
    assert [list(document.items) for document in read(tmp_path / "x.yaml", text)] == [["a"], ["b"], ["c"]]


def test_files_are_found_in_a_fixed_order(tmp_path: Path) -> None:
    for name in (
        "b/x.yaml",
        "a.yaml",
        "b/a.yaml",
        "B.yaml",
        ".hidden/x.yaml",
        "__pycache__/x.yaml",
        "readme.md",
        "note.txt",
    ):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    problems = Problems()
    names = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path, problems)]
    assert names == ["B.yaml", "a.yaml", "b/a.yaml", "b/x.yaml"]
    assert problems.all == []


def test_files_and_documents_may_be_split_at_will(tmp_path: Path) -> None:
    """One file, or one file per document: the same workspace."""
    write(tmp_path / "many", BASE)
    (tmp_path / "one" / "inventories").mkdir(parents=True)
    (tmp_path / "one" / "inventories" / "all.yaml").write_text("---\n".join(BASE.values()))
    many, one = check(tmp_path / "many"), check(tmp_path / "one")
    assert one.problems.all == []
    assert one.scores("short/grid").total == pytest.approx(many.scores("short/grid").total, rel=1e-14)


def test_what_is_left_out_is_known_by_name(tmp_path: Path) -> None:
    write(tmp_path, edited({"title: Landfill of ash": "titel: Landfill of ash", "{title: Rock, ": "{titel: Rock, "}))
    inventory = load(tmp_path, Problems())
    assert "landfill" not in inventory.processes
    assert "rock" not in inventory.flows
    assert "lime" in inventory.flows
    assert inventory.may_hold("landfill")
    assert inventory.may_hold("rock")
    assert not inventory.may_hold("quarry")
    assert not inventory.incomplete


pieces = st.sampled_from(
    [
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        ": ",
        "{",
        "}",
        "[",
        "]",
        ", ",
        "'",
        '"',
        "#",
        "|",
        ">",
        "&x ",
        "*x",
        "!t ",
        "? ",
        "---\n",
        "...\n",
        "%YAML 1.2\n",
        "\t",
        "\\",
        "é",
        "\x85",
        "\u2028",
        "\ufeff",
        "\x00",
        "process: ",
        "workspace: ",
        "flows: ",
        "1 kg",
        "${",
        "<<: ",
        "~",
        "@",
        "`",
    ]
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.lists(pieces, max_size=25).map("".join))
def test_any_text_is_read_or_reported(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text, encoding="utf-8", newline="")
    problems = Problems()
    read_documents(path, problems)
    for diagnostic in problems.all:
        assert diagnostic.span is not None
        assert diagnostic.span.line >= 1
        assert diagnostic.span.column >= 1
        render_text([diagnostic])


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_workspace_gives_diagnostics(data: st.DataObject, tmp_path: Path) -> None:
    """Lines taken out, doubled or cut anywhere: diagnostics, never an exception."""
    files = dict(BASE)
    for _ in range(data.draw(st.integers(1, 3))):
        name = data.draw(st.sampled_from(sorted(files)))
        lines = files[name].split("\n")
        at = data.draw(st.integers(0, len(lines) - 1))
        match data.draw(st.sampled_from(["drop", "double", "cut", "swap", "blank"])):
            case "drop":
                del lines[at]
            case "double":
                lines.insert(at, lines[at])
            case "cut":
                lines[at] = lines[at][: data.draw(st.integers(0, len(lines[at])))]
            case "swap":
                other = data.draw(st.integers(0, len(lines) - 1))
                lines[at], lines[other] = lines[other], lines[at]
            case _:
                key, colon, _rest = lines[at].partition(":")
                lines[at] = key + colon
        files[name] = "\n".join(lines)
    write(tmp_path, files)
    render_text(check(tmp_path).all)
