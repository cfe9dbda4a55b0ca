"""Documents and workspaces to start from hold together as they are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lca.editing.headline import headline_of
from lca.editing.minimal import FILES
from lca.editing.skeletons import new_document
from lca.errors import InputError, render_text
from lca.impact.check import check_workspace
from lca.workspace import create
from tests.textbook import textbook
from tests.workspaces import BASE


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def kiln(tmp_path: Path) -> Path:
    for name, text in BASE.items():
        (tmp_path / "kiln" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "kiln" / name).write_text(text, encoding="utf-8")
    return (tmp_path / "kiln").resolve()


def test_the_minimal_workspace(tmp_path: Path) -> None:
    """0.1 kg CO2 of the plant, 0.5 kWh at 0.2 kg CO2 and 0.4 g CH4."""
    root = create(tmp_path / "w", FILES)
    assert check_workspace(root).all == []
    assert headline_of(root).values == {"base": pytest.approx(0.1 + 0.5 * (0.2 + 0.0004 * 29.8))}


@pytest.mark.parametrize(
    ("kind", "name"), [("process", "new_boiler"), ("study", "second"), ("route", "detour"), ("power", "tide-ppa")]
)
def test_what_is_new_holds_together_and_can_be_used(kiln: Path, kind: str, name: str) -> None:
    before = {(one.code, one.message) for one in check_workspace(kiln).all}
    path = new_document(kiln, kind, name)
    assert f"{kind}: {name}\n" in path.read_text()
    assert path.name == f"{name}.yaml"
    added = [one for one in check_workspace(kiln).all if (one.code, one.message) not in before]
    assert all(one.severity == "warning" and name in one.message for one in added), render_text(added)
    with pytest.raises(InputError) as refused:
        new_document(kiln, kind, name)
    assert refused.value.diagnostics[0].code == "REE-W010"


def uncommented(text: str) -> str:
    """The keys of a skeleton at work: lines of prose stay comments."""
    return re.sub(r"^# ( *(?:- |\w+:))", r"\1", text, flags=re.M)


@pytest.mark.parametrize("template", ["minimal", "reo"])
def test_a_skeleton_is_right_without_its_comment_signs(tmp_path: Path, template: str) -> None:
    """Nothing is wrong, and the flows that it names are there; that nothing uses the new process is doubted."""
    root = create(tmp_path / "w", FILES if template == "minimal" else None)
    for kind, name, key in (("process", "boiler", "emissions:"), ("study", "summer", "goal:")):
        path = new_document(root, kind, name)
        text = uncommented(path.read_text(encoding="utf-8"))
        assert text.count(f"\n{key}") == 1
        path.write_text(text, encoding="utf-8")
        found = check_workspace(root).all
        assert {one.code for one in found} <= {"REE-L006"}, render_text(found)


def test_an_option_is_made_like_the_one_named_and_claims_nothing(tmp_path: Path) -> None:
    root = textbook(tmp_path / "w").resolve()
    file = root / "inventories" / "all.yaml"
    site = "---\nsite: near\ntitle: Near\nsource: book\nevidence: literature\nparameters:\n  # to the gate\n"
    way = "  way: {value: 5 km, evidence: measured, note: As the evidence shows.}\n# next\n"
    title = "title: Electricity and fuel\n"
    file.write_text(file.read_text().replace(title, f"{title}axes: {{site: {{title: Site}}}}\n") + site + way)
    made = new_document(root, "site", "far-off", "near").read_text()
    assert made == (
        "# Made like near: go through every value, and say what it rests on.\n\n"
        "site: far-off\ntitle: Far off\nsource: book\nevidence: placeholder\nparameters:\n  # to the gate\n"
        "  way: {value: 5 km, evidence: placeholder, note: As the evidence shows.}\n"
    )


@pytest.mark.parametrize(
    ("kind", "name", "like", "code", "hint"),
    [
        ("proces", "x", None, "REE-W003", "did you mean: process"),
        ("process", "New-Boiler", None, "REE-S006", "underscores"),
        ("study", "a/b", None, "REE-S006", "hyphens"),
        ("route", "x", "shrot", "REE-W001", "did you mean: short"),
        ("process", "kiln", None, "REE-W010", "already"),
    ],
)
def test_what_cannot_be_made(kiln: Path, kind: str, name: str, like: str | None, code: str, hint: str) -> None:
    before = sorted(kiln.rglob("*"))
    with pytest.raises(InputError) as refused:
        new_document(kiln, kind, name, like)
    said = render_text(refused.value.diagnostics)
    assert code in said
    assert hint in said
    assert sorted(kiln.rglob("*")) == before
