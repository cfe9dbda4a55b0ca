"""One value changed, and not a byte beside it: for every value of the bundled workspace, and for what people write."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.editing.addresses import Addresses
from lca.editing.splice import Edit, UnfitError, replacement, spliced
from lca.editing.written import Written, WrittenFile, in_flow, read_written, scalars
from lca.workspace import bundled


def file_of(text: str, path: Path = Path("all.yaml")) -> WrittenFile:
    return WrittenFile(path, text, False)


def places(file: WrittenFile) -> list[tuple[object, bool]]:
    """Every value of a file, and whether it stands in brackets."""
    found = Addresses(Written(Path(), [file])).places
    return [(place.node, any(in_flow(step.holder) for step in place.steps)) for place in found]


def changed(text: str, value: str, nth: int = 0) -> str:
    """The text with its nth value changed."""
    file = file_of(text)
    node, braces = places(file)[nth]
    edit = Edit(file)
    edit.replace(node, value, braces)  # type: ignore[arg-type]
    return edit.text()


@pytest.fixture(scope="module")
def workspace() -> Written:
    return read_written(bundled())


def test_every_value_has_an_address_of_its_own_that_leads_to_it(workspace: Written) -> None:
    addresses = Addresses(workspace)
    assert len(addresses.places) == sum(1 for d in workspace.documents for _ in scalars(d.node)) > 10_000
    assert len({place.address for place in addresses.places}) == len(addresses.places)
    for place in addresses.places[::23]:
        assert addresses.find(place.address).node is place.node


@pytest.mark.parametrize("value", ["3.1 V", 'it\'s "so": a, {b} # c', "two words, and more"])
def test_set_and_set_back_leaves_every_file_of_the_workspace_as_it_was(workspace: Written, value: str) -> None:
    """All values of a file at once, and all back: changes are local, so that this tells of each alone."""
    count = 0
    for file in workspace.files:
        old = places(file)
        sources = [file.source(node) for node, _ in old]  # type: ignore[arg-type]
        other = file_of(spliced(file.text, [replacement(file, node, value, braces) for node, braces in old]))  # type: ignore[arg-type]
        new = places(other)
        assert [node.value for node, _ in new] == [value] * len(old)  # type: ignore[attr-defined]
        back = [
            replacement(other, node, was.value, braces, lambda value, source=source: source)  # type: ignore
            for (node, braces), (was, _), source in zip(new, old, sources, strict=True)
        ]
        assert spliced(other.text, back) == file.text
        count += len(old)
    assert count > 10_000


def test_without_memory_all_but_texts_of_several_lines_come_back_too(workspace: Written) -> None:
    for file in workspace.files:
        old = places(file)
        other = file_of(spliced(file.text, [replacement(file, node, "3.1 V", braces) for node, braces in old]))  # type: ignore[arg-type]
        back = []
        for (node, braces), (was, _) in zip(places(other), old, strict=True):
            source = file.source(was)  # type: ignore[arg-type]
            back.append(replacement(other, node, was.value, braces, lambda value, s=source: s if "\n" in s else None))  # type: ignore
        assert spliced(other.text, back) == file.text


@pytest.mark.parametrize(
    ("text", "value", "after"),
    [
        ("process: a  # first\ntitle: 'it''s'\n", "b", "process: b  # first\ntitle: 'it''s'\n"),
        ("process: 'it''s' # c\n", "that's", "process: 'that''s' # c\n"),
        ('process: "a \\u00e9"\r\nx: 1\r\n', "b", 'process: "b"\r\nx: 1\r\n'),
        ("process: a", "x: y", 'process: "x: y"'),
        ("process: a\nx:   3 V   # volts\n", "a", None),
        ("process: {a: 1 V, b: 2}\n", "3 V, c: 4", 'process: {a: "3 V, c: 4", b: 2}\n'),
        ("process: [a, b]  # l\n", "c]", 'process: ["c]", b]  # l\n'),
        ("process: >-\n  one two\n  three\nx: 1\n", "four five six", "process: >-\n  four\n  five\n  six\nx: 1\n"),
        ("process: |\n  one\n  two\nx: 1\n", "four\n\nfive\n", None),
        (
            "process:\n  - a: x\n    b: >-\n      long\n      text\n",
            "y",
            "process:\n  - a: y\n    b: >-\n      long\n      text\n",
        ),
        ("process:\nx: 1\n", "b", "process: b\nx: 1\n"),
        ("process: \u00e9\U0001f600 # \u00e9\nx: \u00e9\n", "b", None),
        ("process: a\n", "line\nbreak", 'process: "line\\nbreak"\n'),
        ("process: a\n", "", 'process: ""\n'),
        ("process: a\n", "\x85\x07\ud7ff", None),
    ],
)
def test_a_value_is_replaced_in_its_style(text: str, value: str, after: str | None) -> None:
    made = changed(text, value)
    if after is not None:
        assert made == after
    assert places(file_of(made))[0][0].value == value  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("before", "end", "key", "value"),
    [
        ("title: b # y\n", "", "note", "n"),
        ("title: b # y\n", "note: >-\n  long\n  text\n\n# end\n", "source", "s"),
        ("last: >-\n  long\n  text\n", "\n# end\n", "source", "s"),
        ("last:\n  - {x: 1,\n     y: 2} # c\n", "---\nx: 1\n", "range", "[1 V, 2 V]"),
        ("last:\r\n  x: 1\r\n", "", "unit", "V"),
    ],
)
def test_a_key_is_put_in(before: str, end: str, key: str, value: str) -> None:
    file = file_of(f"process: a # x\n{before}{end}")
    edit = Edit(file)
    edit.insert(file.documents[0], key, value, ("note",))
    assert edit.text() == f"process: a # x\n{before}{key}: {value}{file.newline}{end}"


def test_a_key_is_put_at_the_end_of_a_last_line_without_a_break() -> None:
    file = file_of("process: a\r\ntitle: b")
    edit = Edit(file)
    edit.insert(file.documents[0], "note", "a: b")
    assert edit.text() == 'process: a\r\ntitle: b\r\nnote: "a: b"'


def test_a_key_is_put_into_braces() -> None:
    file = file_of("process: {value: 3 V, note: n} # c\n")
    mapping = file.documents[0].value[0][1]
    edit = Edit(file)
    edit.insert(mapping, "source", "a, b", ("note",))
    edit.insert(mapping, "unit", "V")
    edit.replace(mapping.value[0][1], "4 V", True)
    assert edit.text() == 'process: {value: 4 V, source: "a, b", note: n, unit: V} # c\n'


@given(value=st.text(st.characters(codec="utf-8"), max_size=30), nth=st.integers(0, 4))
def test_whatever_is_given_is_what_stands_there_and_nothing_else_changes(value: str, nth: int) -> None:
    text = "a: x # c\nb: {d: 'y', e: [z, w]}\nf: >-\n  one\n  two\ng:\n  - h: \"v\"\n"
    before = [node.value for node, _ in places(file_of(text))]  # type: ignore[attr-defined]
    try:
        after = [node.value for node, _ in places(file_of(changed(text, value, nth)))]  # type: ignore[attr-defined]
    except UnfitError:
        assert any(not (c.isprintable() or c.isspace()) for c in value)
        return
    assert after == [value if k == nth else was for k, was in enumerate(before)]


def test_a_block_is_not_overwritten() -> None:
    file = file_of("process: a\nparameters:\n  x: 1\n  y: 2\n")
    with pytest.raises(UnfitError):
        Edit(file).replace(file.documents[0].value[1][1], "{x: 2}", False)
