"""What docs/editing.md shows can be typed."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from lca.commands import main

PAGE = (Path(__file__).parents[2] / "docs" / "editing.md").read_text(encoding="utf-8")


def run(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    seen = capsys.readouterr()
    return int(stopped.value.code or 0), seen.out, seen.err


def test_all_its_commands_work_one_after_the_other(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    lines = [line for block in re.findall(r"^```\n(.*?)^```", PAGE, re.M | re.S) for line in block.splitlines()]
    assert len(lines) > 10
    for line in lines:
        words = shlex.split(line, comments=True)
        if words[0] == "cd":
            monkeypatch.chdir(words[1])
            continue
        code, _, err = run(words[1:], capsys)
        assert code == 0, f"{line}\n{err}"
    text = Path("inventories/processes.yaml").read_text(encoding="utf-8")
    assert "value: 0.55 kWh/kg\n    range: [0.5 kWh/kg, 0.6 kWh/kg]\n    evidence: measured\n" in text
    assert "note: Meter of the hall." in text
    assert run(["check"], capsys)[0] == 0
    assert "A. Curie" in Path("changes.jsonl").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        ("results --indicatr x", "--indicator"),
        ("schema wrte", "write"),
        ("methods shwo", "show"),
        ("dif a b", "diff"),
    ],
)
def test_what_is_misspelt_gets_the_nearest(words: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(words.split(), capsys)
    assert code == 2
    assert re.search(f"did you mean '{hint}'", err, re.I)


def test_the_hooks_are_commands(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    hooks = yaml.safe_load((Path(__file__).parents[2] / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    run(["init", str(tmp_path / "w"), "--template", "minimal"], capsys)
    for hook in hooks:
        assert hook["pass_filenames"] is False
        assert f"`{hook['id']}`" in PAGE
        assert run([*hook["entry"].split()[1:], "-w", str(tmp_path / "w")], capsys)[0] == 0
