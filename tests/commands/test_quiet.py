"""`--quiet`: tables stay, warnings and errors stay, all else is left out."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from lca.commands import cli, main
from tests.textbook import textbook


def typed(line: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(shlex.split(line))
    seen = capsys.readouterr()
    return int(stopped.value.code or 0), seen.out, seen.err


def test_messages_are_left_out_and_tables_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = textbook(tmp_path)
    code, out, err = typed(f"run -w {root} --out {tmp_path / 'out'}", capsys)
    assert (code, "wrote" in err) == (0, True)
    assert typed(f"run -q -w {root} --out {tmp_path / 'out'}", capsys) == (0, out, "")
    assert typed(f"schema write --quiet -w {root}", capsys)[2] == ""


def test_warnings_and_errors_stay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = textbook(tmp_path)
    code, _, loud = typed(f"run -w {root} nothing", capsys)
    assert code == 1
    assert typed(f"run -q -w {root} nothing", capsys) == (code, "", loud)
    code, _, err = typed(f'results -q -w {root} --set power_plant.fuel_use="4 L"', capsys)
    assert code == 0
    assert "1 to 3 L" in err


def leaves(command: click.Command, words: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        return [(words, command)]
    context = click.Context(command)
    found = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
    return [leaf for name, one in found if one is not None for leaf in leaves(one, (*words, name))]


def test_every_command_that_says_anything_takes_it() -> None:
    without = {
        " ".join(words) for words, command in leaves(cli) if not any("--quiet" in one.opts for one in command.params)
    }
    assert without <= {"completion"}, without
