"""Commands say what they do, with examples that run; options say what they are for; pages name all of them."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from lca.commands import COMMANDS, cli, main
from lca.commands.common import Choice
from lca.disclosure.pact.export import export_footprints
from lca.workspace import create
from tests.background.spold1 import textbook as ecospold
from tests.brightway_projects import EXCEL
from tests.declaring import declaring
from tests.textbook import textbook

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]


def commands_below(command: click.Command, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command and sub-command, by the words that call it."""
    if path:
        yield " ".join(path), command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands_below(below, (*path, name))


ALL = dict(commands_below(cli))


def examples(command: click.Command) -> list[str]:
    _, _, text = (command.help or "").partition("Example:")
    return [line.strip() for line in text.split("\n\n")[0].splitlines() if line.strip()]


#: Examples that need something to be there, or one another, by the first words of the lines that go with them.
TOGETHER = {
    "audit": ("audit keygen", "audit bundle", "audit sign", "audit verify", "audit log"),
    "background": ("background import", "background list", "background show", "background link", "background remove"),
    "import": ("import brightway", "import pact"),
    "my-plant": ("init my-plant", "new process", "new site", "fmt -w"),
    "repository": ("diff HEAD~1",),
    "samples": ("uncertainty",),
    "spreadsheets": ("export xlsx", "export csv", "import xlsx", "import csv"),
}
LINES = list(dict.fromkeys(line.removeprefix("ree-lca ") for command in ALL.values() for line in examples(command)))
ALONE = [line for line in LINES if not any(line.startswith(first) for first in sum(TOGETHER.values(), ()))]


@pytest.mark.parametrize("name", ALL)
def test_it_is_documented(name: str) -> None:
    """What it does, an example of it, what each option is for; and a page that names it."""
    command = ALL[name]
    assert command.help
    own = re.compile(rf"ree-lca {name}\b")
    assert any(map(own.match, examples(command))), "an example of the command itself"
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts[0]} has no help"
            assert isinstance(parameter.type, Choice) or not isinstance(parameter.type, click.Choice), parameter.opts
    assert any(own.search(page.read_text(encoding="utf-8")) for page in PAGES), f"no page names `ree-lca {name}`"


def test_commands_are_listed_with_one_line_each() -> None:
    assert set(COMMANDS) == {name for name in ALL if " " not in name}


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Type lines as they stand in the help, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "REE_LCA_BACKGROUNDS"):
        monkeypatch.setenv(name, str(tmp_path / name))

    def run(lines: list[str]) -> None:
        assert lines
        for line in lines:
            with pytest.raises(SystemExit) as stopped:
                main(shlex.split(line))
            assert not stopped.value.code, f"{line}\n{capsys.readouterr().err}"

    return run


def of(group: str) -> list[str]:
    """The examples that go together, in the order of their first words."""
    return [line for first in TOGETHER[group] for line in LINES if line.startswith(first)]


@pytest.mark.parametrize("line", ALONE)
def test_the_example_runs(typed, line: str) -> None:  # type: ignore[no-untyped-def]
    typed([line])


def test_the_examples_of_audit_run(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    textbook(tmp_path)
    typed(of("audit"))


def test_the_examples_of_background_run(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with zipfile.ZipFile(tmp_path / "uslci.zip", "w") as archive:
        archive.write(ecospold(tmp_path), "textbook.xml")
    typed(of("background"))


def test_the_examples_of_import_run(typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    plant = create(tmp_path / "w")
    root = declaring(tmp_path / "supplier", {})
    (one,) = export_footprints(root, tmp_path / "out", only=["open/near"], products=["basket"])
    shutil.copy(one.file, plant / "supplier.json")
    shutil.copy(EXCEL, plant / "plant.xlsx")
    monkeypatch.chdir(plant)
    typed(of("import"))


def test_the_examples_on_a_plant_of_ones_own_run(typed) -> None:  # type: ignore[no-untyped-def]
    typed(of("my-plant"))


def test_the_examples_on_samples_run(typed) -> None:  # type: ignore[no-untyped-def]
    typed(of("samples"))


def test_the_examples_of_spreadsheets_run(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    textbook(tmp_path)
    typed(of("spreadsheets"))


def test_the_examples_on_revisions_run(typed, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    textbook(tmp_path)
    file = tmp_path / "inventories" / "all.yaml"
    git = ["git", "-c", "user.name=n", "-c", "user.email=a@b"]
    subprocess.run(["git", "init", "-q"], check=True)
    for old, new in (("", ""), ("value: 2 L", "value: 3 L")):
        file.write_text(file.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        subprocess.run([*git, "add", "inventories", "methods"], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "change"], check=True)
    typed(of("repository"))
