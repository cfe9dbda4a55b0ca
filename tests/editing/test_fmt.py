"""`ree-lca fmt` changes layout and order, and nothing that is said."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.editing import key_order
from lca.editing.kinds import keys_of
from lca.editing.layout import comments, format_workspace, formatted
from lca.editing.meaning import differences
from lca.editing.minimal import FILES
from lca.editing.written import WrittenFile, read_written
from lca.errors import Problems
from lca.inventory import schema
from lca.inventory.loading import load
from lca.workspace import bundled, create
from tests.works import FILES as WORKS
from tests.workspaces import BASE


def laid_out(text: str) -> str:
    return formatted(WrittenFile(Path("all.yaml"), text, False))


MESSY = """\
# about the plant

process:  plant
inputs:   # what is bought
  - { flow: b,amount:   1 kg }   # first
  - note: "x: {y}"
    # how much
    amount: 2 kg
    flow: c
title: Plant
# where figures come from
evidence: literature  # as read
source: book


parameters:
  # the second comes first
  b: {note: "n, m", value: 1}
  a:
    note: >-
      Two  lines,
      # no comment
    range: [1 V,2 V]
    value: 1.5 V\x20
product: {amount: 1 kg, flow: p}
"""


def test_an_example() -> None:
    text = laid_out(MESSY.replace("\n\n\nparameters", "\nparameters"))
    assert (
        text
        == """\
# about the plant

process:  plant
title: Plant
product: {amount: 1 kg, flow: p}
source: book
# where figures come from
evidence: literature  # as read
parameters:
  # the second comes first
  b: {value: 1, note: "n, m"}
  a:
    value: 1.5 V
    range: [1 V, 2 V]
    note: >-
      Two  lines,
      # no comment
inputs:   # what is bought
  - {flow: b, amount: 1 kg}   # first
  - flow: c
    # how much
    amount: 2 kg
    note: "x: {y}"
"""
    )
    assert laid_out(text) == text


def test_what_cannot_be_told_apart_stays() -> None:
    """Empty lines group entries, and a comment at the end may belong to what follows."""
    for text in ("process: p\nsource: b\n\ntitle: t\n", "process: p\nsource: b\ntitle: t\n# end\n---\nprocess: q\n"):
        assert laid_out(text) == text
    kept = 'process: p\nnote: |\n  a  \n\n\n  b\ntitle: "x\n\n\n  y"\n'
    assert "a  \n\n\n  b\n" in laid_out(kept)
    assert '"x\n\n\n  y"' in laid_out(kept)


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_line_endings_stay(ending: str) -> None:
    text = laid_out("process: p \n\n\n\ntitle: t".replace("\n", ending))
    assert text == "process: p\n\ntitle: t\n".replace("\n", ending)


def test_every_file_of_the_bundled_workspace_says_the_same_and_keeps_its_comments(tmp_path: Path) -> None:
    changed = 0
    for file in read_written(bundled()).files:
        text = formatted(file)
        assert comments(text) == comments(file.text)
        assert formatted(WrittenFile(file.path, text, False)) == text
        target = tmp_path / file.path.relative_to(bundled())
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
        changed += text != file.text
    one, other = load(bundled(), Problems()), load(tmp_path, Problems())
    assert differences(one, other) == []
    assert len(other.processes) == len(one.processes) > 100


@given(st.randoms(use_true_random=False), st.sampled_from([*BASE.values(), *WORKS.values()]))
def test_any_order_of_lines_says_the_same_afterwards(random: object, text: str) -> None:
    """Files with comments strewn in: laid out twice is as laid out once."""
    lines = text.split("\n")
    for _ in range(3):
        at = random.randrange(len(lines))  # type: ignore[attr-defined]
        if not lines[at].startswith(("  ", "---")):
            indent = len(lines[at]) - len(lines[at].lstrip())
            lines.insert(at, " " * indent + "# note")
    strewn = "\n".join(lines)
    made = laid_out(strewn)
    assert comments(made) == comments(strewn)
    assert laid_out(made) == made


def test_a_workspace_and_its_check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    root = create(tmp_path / "w", FILES).resolve()
    assert format_workspace(root, write=False) == ([], [])
    file = root / "inventories" / "flows.yaml"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes() + b"\n\n")
    (root / "inventories" / "broken.yaml").write_text("process: [")
    changed, said = format_workspace(root, write=False)
    assert changed == [file]
    assert [one.code for one in said] == ["REE-Y002"]
    assert file.read_bytes().endswith(b"\n\n")
    format_workspace(root, write=True)
    assert file.read_text() == FILES["inventories/flows.yaml"]


def test_the_bundled_workspace_is_laid_out_so() -> None:
    assert format_workspace(bundled(), write=False) == ([], [])


@pytest.mark.parametrize(
    ("order", "model"),
    [
        (key_order.PARAMETER, schema.Parameter),
        (key_order.EXCHANGE, schema.Exchange),
        (key_order.SHARE, schema.Share),
        (key_order.FLOW, schema.Flow),
        (key_order.SOURCE, schema.Source),
        (key_order.PROCESS, schema.Process),
    ],
)
def test_every_key_has_its_place(order: tuple[str, ...], model: type[schema.Model]) -> None:
    assert sorted(order) == sorted(keys_of(model))
