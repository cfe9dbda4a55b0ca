"""The tour: what it tells people to type works, and names what is there."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from lca.commands import main
from lca.editing.tour import Step, steps
from lca.workspace import bundled
from tests.test_pages import DOCS, blocks


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    seen = capsys.readouterr()
    return int(stopped.value.code or 0), seen.out, seen.err


def typed(found: list[Step]) -> list[list[str]]:
    return [shlex.split(line) for step in found for line in step.commands]


def test_all_that_it_says_can_be_typed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the workspace of the tutorial, which has comparisons and ranges."""
    run(["init", str(tmp_path / "w"), "--template", "minimal"], capsys)
    monkeypatch.chdir(tmp_path / "w")
    for block in blocks((DOCS / "tutorial.md").read_text(encoding="utf-8")):
        if block.title:
            Path(block.title).write_text(block.text, encoding="utf-8")
    code, out, err = run(["tour"], capsys)
    assert (code, err) == (0, "")
    printed = [shlex.split(line) for line in re.findall(r"^ {5}(ree-lca .*)$", out, re.M)]
    assert printed == typed(steps(tmp_path / "w"))
    assert {words[1] for words in printed} >= {"check", "run", "explain", "compare", "get", "set", "report", "doctor"}
    for words in printed:
        code, _, err = run(words[1:], capsys)
        assert code == 0, f"{words}\n{err}"


def test_without_a_workspace_it_begins_with_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    first, *others = steps(bundled())
    assert first.commands == ("ree-lca init my-plant", "cd my-plant")
    monkeypatch.chdir(bundled())
    assert [step.title for step in steps(bundled())] == [step.title for step in others]


def test_what_a_study_asks_about_is_what_is_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    change = next(step for step in steps(bundled()) if step.title == "Change a value")
    address = typed([change])[0][2]
    asked = (bundled() / "inventories" / "studies" / "belfast-missouri.yaml").read_text(encoding="utf-8")
    assert f"vary: {address}" in asked


def test_a_workspace_with_faults_is_mended_first(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["init", str(tmp_path / "w"), "--template", "minimal"], capsys)
    study = tmp_path / "w" / "inventories" / "studies.yaml"
    study.write_text(study.read_text(encoding="utf-8").replace("method: climate", "method: climat"), encoding="utf-8")
    code, out, err = run(["tour", "-w", str(tmp_path / "w")], capsys)
    assert (code, out) == (1, "")
    assert "did you mean: climate" in err
