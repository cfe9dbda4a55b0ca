"""The command line on imported backgrounds: where results go, what is said, what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lca.background import store
from lca.background.database import Origin
from lca.commands import background_link, main
from lca.errors import InputError
from tests.databases import plants
from tests.workspaces import BASE, write

LICENSED = Origin("test", "here", "3.11", "cut-off", "EULA", True)


class Answer:
    def __init__(self, code: int, out: str, err: str):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command in the kiln, beside which a licensed database is kept."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    store.save(plants(origin=LICENSED))
    write(tmp_path / "kiln", BASE)
    monkeypatch.chdir(tmp_path / "kiln")

    def run(*words: str) -> Answer:
        with pytest.raises(SystemExit) as stopped:
            main(list(words))
        seen = capsys.readouterr()
        return Answer(int(stopped.value.code or 0), seen.out, seen.err)

    return run


def test_a_run_has_its_own_folder_and_names_the_database(ree) -> None:  # type: ignore[no-untyped-def]
    own, other = ree("run"), ree("run", "--background", "plants-2.0")
    assert (own.code, other.code) == (0, 0)
    assert sorted(path.name for path in Path("out").iterdir()) == ["small", "small@plants-2.0"]
    # a table may break lines
    assert "version 3.11, cut-off, EULA, licensed: aggregated scores only" in " ".join(other.out.split())
    assert "background" not in own.out
    metadata = json.loads(Path("out/small@plants-2.0/results.json").read_text())["metadata"]["background"]
    assert (metadata["licensed"], metadata["system_model"]) == (True, "cut-off")
    assert "Licensed data" in Path("out/small@plants-2.0/report.html").read_text()


@pytest.mark.parametrize(
    "words",
    [
        ("results",),
        ("compare", "short/grid", "long/wind-ppa"),
        ("contributions", "short/grid", "--by", "process"),
        ("products", "short/grid"),
        ("accounts",),
    ],
    ids=lambda words: words[0],
)
def test_commands_say_what_they_rest_on(ree, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    answer = ree(*words, "--background", "plants-2.0", "--format", "json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out) != json.loads(ree(*words, "--format", "json").out)
    assert answer.err.startswith("background plants-2.0 (A database of plants, version 3.11, cut-off, EULA, licensed")
    assert "of our own: " in answer.err
    assert "warning REE-B030" in answer.err


@pytest.mark.parametrize(
    "words", [("uncertainty", "short/grid"), ("compare", "short/grid", "long/wind-ppa", "--uncertain")], ids=" ".join
)
def test_samples_on_a_database(ree, words: tuple[str, ...]) -> None:  # type: ignore[no-untyped-def]
    """The central case is that of `results`, samples are proved, and what is said names the database."""
    own = ree(*words, "-n", "500", "--format", "json")
    answer = ree(*words, "-n", "500", "--format", "json", "--background", "plants-2.0")
    assert (own.code, answer.code) == (0, 0), answer.err
    rows, results = (
        json.loads(answer.out),
        json.loads(ree("results", "--background", "plants-2.0", "--format", "json").out),
    )
    central = {row["scenario"]: row["value"] for row in results if row["electricity_basis"] == "market"}
    assert rows[0]["central"] == pytest.approx(central["short/grid"], rel=1e-12)
    assert rows[0]["median"] != json.loads(own.out)[0]["median"]
    assert "computed anew by bw2calc" in answer.err
    assert "background plants-2.0 (A database of plants, version 3.11, cut-off, EULA, licensed" in answer.err
    assert "spreads of the database take no part" in answer.err
    assert "warning REE-B030" in answer.err


def test_own_is_no_database(ree) -> None:  # type: ignore[no-untyped-def]
    assert ree("results", "--background", "own").out == ree("results").out


def test_an_unknown_background_writes_nothing(ree) -> None:  # type: ignore[no-untyped-def]
    answer = ree("run", "--background", "plants")
    assert answer.code == 1
    assert "REE-B009" in answer.err
    assert "did you mean: plants-2.0" in answer.err
    assert not Path("out").exists()


def test_compare_backgrounds(ree) -> None:  # type: ignore[no-untyped-def]
    words = ("compare-backgrounds", "--backgrounds", "own,plants-2.0", "--format", "json")
    results = json.loads(ree(*words).out)
    assert {row["background"] for row in results} == {"own", "plants-2.0"}
    providers = json.loads(ree(*words, "--providers", "--out", "side").out)
    assert {row["process"] for row in providers} == {"quarry", "acid_synthesis"}
    assert sorted(path.name for path in Path("side").iterdir()) == [
        "backgrounds.csv",
        "backgrounds.html",
        "providers.csv",
    ]
    table = ree("compare-backgrounds", "--backgrounds", "own, plants-2.0")
    assert "limestone, at mine" in table.out
    assert "background plants-2.0 (A database of plants" in table.err


def test_compare_backgrounds_without_any(ree) -> None:  # type: ignore[no-untyped-def]
    answer = ree("compare-backgrounds")
    assert answer.code == 1
    assert "REE-C007" in answer.err


def test_an_unknown_indicator_is_refused(ree) -> None:  # type: ignore[no-untyped-def]
    answer = ree("compare-backgrounds", "--backgrounds", "own", "--indicator", "climate")
    assert answer.code == 1
    assert "did you mean: climate_change" in answer.err


# --- what links lead to


def linked(*words: str) -> Result:
    return CliRunner().invoke(background_link.command, list(words))


def test_links_are_shown_rule_by_rule(ree) -> None:  # type: ignore[no-untyped-def]
    answer = linked("plants-2.0", "--format", "json")
    assert answer.exit_code == 0, answer.output
    assert [row["status"] for row in json.loads(answer.stdout)] == ["found", "found", "found", "none"]
    assert "4 rules for plants-2.0" in linked("plants-2.0").stdout


def test_a_wrong_link_is_shown_with_its_place(ree) -> None:  # type: ignore[no-untyped-def]
    file = Path("inventories/links.yaml")
    file.write_text(file.read_text().replace("activity: acid making", "activity: acid baking"))
    answer = linked("plants-2.0")
    assert answer.exit_code == 0
    assert "inventories/links.yaml:8:12: plants-2.0 has no activity `acid baking` (acid, 30 %)" in answer.stderr


def test_elementary_flows_that_are_ours(ree) -> None:  # type: ignore[no-untyped-def]
    (flow,) = json.loads(linked("plants-2.0", "--elementary", "--format", "json").stdout)
    assert (flow["flow"], flow["by"]) == ("carbon_dioxide", "written")


def test_candidates_are_printed_and_nothing_is_written(ree) -> None:  # type: ignore[no-untyped-def]
    before = {path: path.read_bytes() for path in Path().rglob("*.yaml")}
    answer = linked("plants-2.0", "--suggest", "--flow", "limestone")
    assert answer.stdout.startswith("# candidates in plants-2.0 by likeness of names: nothing is linked")
    assert '- {flow: limestone, activity: "limestone, at mine"' in answer.stdout
    assert linked("plants-2.0", "--flow", "limestone").exit_code == 2
    assert {path: path.read_bytes() for path in Path().rglob("*.yaml")} == before


def test_candidates_need_no_links(ree) -> None:  # type: ignore[no-untyped-def]
    store.save(plants("bare"))
    assert "flow: limestone" in linked("bare", "--suggest").stdout
    assert isinstance(linked("bare").exception, InputError)  # which has no links
