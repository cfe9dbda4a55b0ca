"""What a shell gets when it asks how a word goes on."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from lca.commands import COMMANDS, main
from lca.commands.completing import VARIABLE
from tests.works import FILES


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("works")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], works: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """What is offered for the last word of a line."""
    monkeypatch.chdir(works)

    def offered(line: str) -> list[str]:
        monkeypatch.setenv(VARIABLE, "bash_complete")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(line.split(" ")) - 1))
        with pytest.raises(SystemExit):
            main([])
        seen = capsys.readouterr()
        assert seen.err == ""
        return [item.partition(",")[2] for item in seen.out.split()]

    return offered


def test_commands_and_options(ask) -> None:  # type: ignore[no-untyped-def]
    assert ask("ree-lca res") == ["results"]
    assert set(COMMANDS) <= {*ask("ree-lca ")}
    assert ask("ree-lca background im") == ["import"]
    assert "--indicator" in ask("ree-lca results --ind")


def test_scenarios(ask) -> None:  # type: ignore[no-untyped-def]
    listed = ask("ree-lca results ")
    assert {"open/near", "loop/near", "open/far"} <= set(listed)
    assert ask("ree-lca results open/n") == ["open/near"]
    assert ask("ree-lca compare open/near loop/n") == ["loop/near"]
    assert ask("ree-lca breakeven kiln.x loop/n") == ["loop/near"]


def test_a_combination_that_no_study_lists_is_completed_part_by_part(ask) -> None:  # type: ignore[no-untyped-def]
    assert "loop/far" not in ask("ree-lca results loop/")
    assert ask("ree-lca results loop/f") == ["loop/far"]


def test_parameters_studies_and_indicators(ask, works: Path) -> None:  # type: ignore[no-untyped-def]
    settings = ask("ree-lca results --set ")
    assert settings
    assert all(text.endswith("=") and "." in text for text in settings)
    assert ask(f"ree-lca results --set {settings[0]}") == []
    assert ask(f"ree-lca get {settings[0][:-2]}")
    assert ask("ree-lca results --indicator cl")
    assert ask(f"ree-lca run -w {works} ")


def test_no_workspace_offers_nothing(ask, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert ask(f"ree-lca results -w {tmp_path} open") == []


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_scripts(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["completion", shell])
    script = capsys.readouterr().out
    assert VARIABLE in script
    assert "ree-lca" in script
    if shell == "bash":
        subprocess.run(["bash", "-n"], input=script, text=True, check=True)
