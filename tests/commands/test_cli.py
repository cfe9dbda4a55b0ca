"""The contract of the command line: exit codes, stdout and stderr, formats, helpful refusals."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from lca.commands import COMMANDS, main
from lca.commands.common import emit
from tests.textbook import textbook

ROOT = Path(__file__).parents[2]
TITLE = r"Power [/b] $\frac{$ [dry] <b>"


class Answer:
    def __init__(self, code: int, out: str, err: str):
        self.code, self.out, self.err = code, out, err


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    """Run a command in an empty folder; returns its exit code, stdout and stderr."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str) -> Answer:
        with pytest.raises(SystemExit) as stopped:
            main(list(words))
        seen = capsys.readouterr()
        return Answer(int(stopped.value.code or 0), seen.out, seen.err)

    return run


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return textbook(tmp_path_factory.mktemp("textbook"))


def test_help_names_every_command(ree) -> None:  # type: ignore[no-untyped-def]
    answer = ree("--help")
    assert answer.code == 0
    assert all(command in answer.out for command in COMMANDS)


def test_results_as_json_are_flat_records_and_nothing_else(ree, workspace: Path) -> None:  # type: ignore[no-untyped-def]
    answer = ree("results", "-w", str(workspace), "--format", "json")
    records = json.loads(answer.out)
    assert records[0] == {
        "scenario": "base",
        "product": "basket",
        "indicator": "climate_change",
        "unit": "kg CO2e",
        "value": pytest.approx(120),
        "coverage": 1.0,
        "allocation": "none",
        "electricity_basis": "market",
    }


def test_results_as_csv(ree, workspace: Path) -> None:  # type: ignore[no-untyped-def]
    answer = ree(
        "results", "-w", str(workspace), "--format", "csv", "--indicator", "acidification", "--basis", "market"
    )
    (row,) = csv.DictReader(io.StringIO(answer.out))
    assert float(row["value"]) == pytest.approx(14)


def test_settings(ree, workspace: Path) -> None:  # type: ignore[no-untyped-def]
    answer = ree("results", "-w", str(workspace), "--format", "json", "--set", "power_plant.fuel_use=4 L")
    assert json.loads(answer.out)[0]["value"] == pytest.approx(140)


@pytest.mark.parametrize(
    ("setting", "code", "hint"),
    [
        ("power_plant.fuel_us=4 L", "REE-N003", "power_plant.fuel_use"),
        ("power_plant.fuel_use=4 kg", "REE-U003", "volume"),
        ("power_plant.fuel_use=4", "REE-U002", "volume"),
        ("power_plant.fuel_use", "REE-C002", "process.parameter=VALUE"),
        ("fuel_use=4 L", "REE-C002", "process.parameter"),
        ("power_plant.fuel_use=", "REE-C002", "process.parameter=VALUE"),
        ("power_plant.fuel_use=-4 L", "REE-M007", "zero or more"),
        ("power_plant.fuel_use=1e999 L", "REE-F005", ""),
    ],
)
def test_bad_settings_are_explained(ree, workspace: Path, setting: str, code: str, hint: str) -> None:  # type: ignore[no-untyped-def]
    answer = ree("results", "-w", str(workspace), "--set", setting)
    assert answer.code == 1
    assert answer.out == ""
    assert code in answer.err
    assert hint in answer.err
    assert "Traceback" not in answer.err


def test_contributions_and_balance(ree, workspace: Path) -> None:  # type: ignore[no-untyped-def]
    parts = json.loads(ree("contributions", "base", "-w", str(workspace), "--by", "process", "--format", "json").out)
    assert [(part["item"], part["value"]) for part in parts] == [
        ("power_plant", pytest.approx(100)),
        ("refinery", pytest.approx(20)),
    ]
    assert json.loads(ree("balance", "base", "-w", str(workspace), "--format", "json").out) == []


def test_compare_says_it_in_words(ree) -> None:  # type: ignore[no-untyped-def]
    answer = ree("compare", "oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid", "--by", "stage")
    assert answer.code == 0
    assert re.search(
        r"Central values, climate_change, market-based: the alternative is (lower|higher) than the baseline by",
        answer.out,
    )


def test_unknown_names_get_a_suggestion(ree, workspace: Path) -> None:  # type: ignore[no-untyped-def]
    assert "did you mean: electricity" in ree("results", "-w", str(workspace), "--study", "electricty").err
    assert "did you mean: climate_change" in ree("results", "-w", str(workspace), "--indicator", "climate_chang").err
    answer = ree("contributions", "electro/magnet-ful/belfast/grid")
    assert answer.code == 1
    assert "did you mean: magnet-full" in answer.err
    answer = ree("resluts")
    assert answer.code == 2
    assert "did you mean 'results'" in answer.err


def test_usage_errors_have_code_2(ree) -> None:  # type: ignore[no-untyped-def]
    assert ree("results", "--format", "xml").code == 2
    assert ree("compare", "one").code == 2


def test_a_folder_that_is_no_workspace(ree, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    answer = ree("check", "-w", str(tmp_path))
    assert answer.code == 1
    assert "REE-C004" in answer.err


def test_check_reports_all_errors_with_their_places(ree, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = textbook(tmp_path / "w")
    file = root / "inventories" / "all.yaml"
    file.write_text(
        file.read_text()
        .replace("amount: 50 L", "amount: 50 kg")
        .replace("flow: fuel, amount: fuel_use", "flow: fule, amount: fuel_use")
    )
    answer = ree("check", "-w", str(root))
    assert answer.code == 1
    assert "REE-U003" in answer.out
    assert "did you mean: fuel" in answer.out
    assert {record["code"] for record in json.loads(ree("check", "-w", str(root), "--format", "json").out)} == {
        "REE-U003",
        "REE-L003",
    }
    assert json.loads(ree("check", "-w", str(root), "--format", "sarif").out)["version"] == "2.1.0"


def test_check_strict_turns_warnings_into_failure(ree, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = textbook(tmp_path / "w")
    method = root / "methods" / "simple.yaml"
    method.write_text(method.read_text().replace(", crude_oil: 0", ""))
    assert ree("check", "-w", str(root)).code == 0
    assert ree("check", "-w", str(root), "--strict").code == 1


def test_run_writes_results_and_report(ree, workspace: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    answer = ree("run", "-w", str(workspace))
    assert answer.code == 0, answer.err
    folder = tmp_path / "out" / "electricity"
    assert {path.name for path in folder.iterdir()} == {
        "results.json",
        "results.csv",
        "contributions.csv",
        "report.html",
    }
    assert json.loads((folder / "results.json").read_text())["metadata"]["study"] == "electricity"


def test_a_run_with_errors_writes_nothing(ree, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = textbook(tmp_path / "w")
    file = root / "inventories" / "all.yaml"
    file.write_text(file.read_text().replace("amount: 50 L", "amount: 50 kg"))
    assert ree("run", "-w", str(root)).code == 1
    assert not (tmp_path / "out").exists()


def test_a_target_that_cannot_be_written(ree, workspace: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "out").write_text("in the way")
    answer = ree("run", "-w", str(workspace))
    assert answer.code == 1
    assert "REE-C003" in answer.err


def test_init_makes_a_workspace_that_checks(ree, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert ree("init", "plant").code == 0
    assert ree("check", "-w", str(tmp_path / "plant")).code == 0
    answer = ree("init", "plant")
    assert answer.code == 1
    assert "REE-C003" in answer.err


def test_internal_failures_are_code_3_without_traceback(ree, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("something broke")

    monkeypatch.setattr("lca.impact.study.run_study", fail)
    answer = ree("results")
    assert answer.code == 3
    assert "something broke" in answer.err
    assert "Traceback" not in answer.err


def test_stdout_holds_nothing_but_the_table_in_a_real_process(workspace: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(ROOT / "cli.py"), "results", "-w", str(workspace), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=True)
    assert json.loads(done.stdout)[0]["value"] == pytest.approx(120)


def test_a_closed_pipe_is_no_failure(workspace: Path) -> None:
    command = f"{sys.executable} {ROOT / 'cli.py'} results -w {workspace} --format csv | head -1"
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], capture_output=True, text=True, check=False)
    assert done.stdout.startswith("scenario,")
    assert "Traceback" not in done.stderr


def test_a_setting_without_effect_is_not_silent(ree) -> None:  # type: ignore[no-untyped-def]
    scenario = "electro/magnet-full/belfast/grid"
    answer = ree("results", scenario, "--set", "workspace.oxalic_acid_route=formate")
    assert answer.code == 0
    assert "REE-N011" in answer.err
    answer = ree("results", scenario, "--set", "oxalate_precipitation.oxalic_excess=0.5 kg")
    assert answer.code == 1
    assert "REE-U003" in answer.err


def test_a_setting_far_off_is_doubted_even_without_a_range(ree) -> None:  # type: ignore[no-untyped-def]
    scenario = "electro/magnet-full/belfast/grid"
    assert "REE-P004" in ree("results", scenario, "--set", "electro_extraction.pumping=0.25 Wh/kg_REO").err
    assert "REE-P004" in ree("results", scenario, "--set", "acid_reconcentration.target_strength=-30 mol/L").err
    assert "REE-P004" not in ree("results", scenario, "--set", "electro_extraction.cell_voltage=4.5 V").err


def test_a_parameter_is_set_once(ree, workspace: Path) -> None:  # type: ignore[no-untyped-def]
    twice = ["--set", "power_plant.fuel_use=1 L", "--set", "power_plant.fuel_use=2 L"]
    assert "is set twice" in ree("results", "-w", str(workspace), *twice).err


def test_markup_and_formulas_in_titles_are_text(ree, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = textbook(tmp_path / "w")
    file = root / "inventories" / "all.yaml"
    file.write_text(file.read_text().replace("title: Electricity production", f"title: '{TITLE}'"))
    answer = ree("contributions", "base", "-w", str(root), "--by", "process")
    assert TITLE in answer.out
    assert ree("run", "-w", str(root)).code == 0


@pytest.mark.parametrize(
    "template",
    ["{{ cycler.__init__.__globals__.os.system('echo broken in') }}", "{% if %}", "{{ nothing.of.the.kind }}"],
)
def test_a_template_reaches_nothing_and_its_faults_are_told(ree, tmp_path: Path, template: str) -> None:  # type: ignore[no-untyped-def]
    root = textbook(tmp_path / "w")
    (root / "templates" / "html").mkdir(parents=True)
    (root / "templates" / "html" / "report.html.j2").write_text(template)
    answer = ree("run", "-w", str(root))
    assert answer.code == 1
    assert "REE-C006" in answer.err
    assert not (tmp_path / "out").exists()


def test_the_bundled_workspace_is_named_when_it_stands_in(ree) -> None:  # type: ignore[no-untyped-def]
    assert "using the bundled one" in ree("results", "electro/magnet-full/belfast/grid").err


def test_what_is_not_assessed_is_said_not_compared(ree) -> None:  # type: ignore[no-untyped-def]
    pair = ["oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid"]
    answer = ree("compare", *pair, "--indicator", "climate_change.biogenic")
    assert "not assessed" in answer.out
    assert "nan" not in answer.out
    assert "higher" not in answer.out
    answer = ree("contributions", pair[0], "--indicator", "climate_change.land_use")
    assert "not assessed" in answer.err


def test_a_partial_comparison_says_so(ree) -> None:  # type: ignore[no-untyped-def]
    pair = ["oxalate/magnet-full/belfast/grid", "electro/magnet-full/belfast/grid"]
    answer = ree("compare", *pair, "--indicator", "climate_change_20")
    assert re.search(r"partial: the data cover \d+ % of it", answer.out)


def test_methods_are_listed_with_where_their_factors_come_from(ree) -> None:  # type: ignore[no-untyped-def]
    rows = {(row["method"], row["indicator"]): row for row in json.loads(ree("methods", "--format", "json").out)}
    assert rows["climate", "climate_change"]["from"] == "this workspace"
    shipped = rows["ef31", "acidification"]
    assert (shipped["from"], shipped["unit"]) == ("bw2io, lcia_39_ecoinvent", "mol H+-Eq")
    assert shipped["name"] == "EF v3.1 > acidification > accumulated exceedance (AE)"


def test_methods_show_every_factor_and_what_has_none(ree) -> None:  # type: ignore[no-untyped-def]
    scenario = ["--scenario", "electro/magnet-full/belfast/grid"]
    rows = json.loads(ree("methods", "show", "ipcc2021", *scenario, "--format", "json").out)
    used = {(row["indicator"], row["flow"]): row for row in rows if row["indicator"]}
    methane = used["ipcc2021.gwp20", "methane_fossil"]
    assert (methane["factor"], methane["shipped"], methane["node"]) == (82.5, 82.5, "Methane, fossil")
    assert used["ipcc2021.gwp20", "ghg_aggregated_fossil"]["from"] == "this workspace"
    missing = {row["flow"]: row for row in rows if not row["indicator"]}
    assert missing["chloride_to_water"]["amount"] > 0
    assert missing["chloride_to_water"]["reason"] == "no factor in the method"
    assert missing["rare_earth_to_water"]["reason"].startswith("not linked: ")
    answer = ree("methods", "show", "ef31", "climate_change")
    assert "Methane counts 29.8 (Methane, fossil), 27 (Methane, biogenic) kg CO2-Eq per kg." in answer.out


def test_methods_that_are_not_there(ree) -> None:  # type: ignore[no-untyped-def]
    assert "did you mean: ef31" in ree("methods", "show", "ef3").err
    assert "did you mean: ef31.acidification" in ree("methods", "show", "ef31", "acidifcation").err
    assert ree("methods", "show", "ef31", "--study", "small").code == 2
    assert ree("methods", "shw").code == 2


FOOTED = [
    "run",
    "results {}",
    "compare {} {}",
    "contributions {}",
    "products {}",
    "accounts",
    "uncertainty {} -n 100 --indicator climate_change",
    "compare {0} oxalate/magnet-full/belfast/grid --uncertain -n 100 --indicator climate_change",
    "sweep {} --vary electro_extraction.acid_recovery --indicator climate_change",
    "breakeven electro_extraction.cell_voltage oxalate/magnet-full/belfast/grid {}",
    "compare-backgrounds --backgrounds own --indicator climate_change",
]


@pytest.mark.parametrize("line", FOOTED)
def test_how_methane_counts_is_told_once_beside_the_data(ree, line: str) -> None:  # type: ignore[no-untyped-def]
    """Below a table for people, on stderr where stdout is data."""
    words = line.format(*["electro/magnet-full/belfast/grid"] * 2).split()
    said = "Methane counts 29.8 (Methane, fossil), 27 (Methane, biogenic) kg CO2e per kg"
    answer = ree(*words)
    assert (answer.out.count(said), answer.err.count(said)) == (1, 0)
    answer = ree(*words, "--format", "json")
    assert (answer.out.count(said), answer.err.count(said)) == (0, 1)
    assert json.loads(answer.out)


def test_flows_without_a_factor(ree) -> None:  # type: ignore[no-untyped-def]
    answer = ree("methods", "uncharacterised", "--scenario", "electro/magnet-full/belfast/grid", "--format", "json")
    rows = {row["flow"]: row for row in json.loads(answer.out)}
    assert {row["method"] for row in rows.values()} == {"inventory"}  # the other one has them all
    assert rows["carbon_dioxide_fossil"]["reason"].endswith("; counted by climate")
    assert rows["sodium_to_water"]["amount"] > 0
    answer = ree("methods", "uncharacterised", "technologies")
    assert (answer.code, answer.out) == (0, "")
    assert "every elementary flow has a factor" in answer.err
    answer = ree("methods", "uncharacterised", "technologys")
    assert (answer.code, answer.out) == (1, "")
    assert "technologies" in answer.err


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([{"value": 12.3, "unit": "kg"}, {"value": 1e-15, "unit": "kg"}], ["12.3", "0"]),
        ([{"value": 12.3, "unit": "kg"}, {"value": 1.6e-14, "unit": "species.yr"}], ["12.3", "1.6e-14"]),
        ([{"value": 1.6e-14, "coverage": 1.0}], ["1.6e-14"]),
        ([{"a": 5.0, "saving": 1e-15}], ["0"]),
        ([{"value": 0.0, "unit": "kg"}], ["0"]),
    ],
)
def test_only_what_rounding_leaves_is_nothing(
    capsys: pytest.CaptureFixture[str], rows: list[dict[str, object]], shown: list[str]
) -> None:
    emit(pd.DataFrame(rows), "table")
    lines = capsys.readouterr().out.splitlines()[1:]
    assert [word in line.split() for line, word in zip(lines, shown, strict=True)] == [True] * len(shown)


@pytest.mark.parametrize("width", [30, 40, 80, 200])
def test_tables_fit_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, width: int
) -> None:
    """No line is longer, no number is broken, no name is lost; in a wide one all is side by side."""
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", str(width))
    monkeypatch.setenv("NO_COLOR", "1")
    values = {"unit": "kg CO2e", "a_long_number": 1234.5, "another_number": -0.000123, "a_third": 12.3}
    scenarios = ["electro/magnet-selective/western-australia/hydro-ppa#by-product-acid", "short"]
    emit(pd.DataFrame([{"scenario": name} | values for name in scenarios]), "table", title="Results of all scenarios")
    out = re.sub(r"\x1b\[\d*m", "", capsys.readouterr().out)  # bold heads are no colour
    lines = out.splitlines()
    assert max(map(len, map(str.rstrip, lines))) <= width
    assert all(out.count(number) == 2 for number in ("1,234", "-0.000123", "12.3"))
    assert scenarios[0] in re.sub(r"\s|1,234|-0.000123|12.3", "", out)
    assert ("a third: 12.3" in lines) == (width < 60)
    assert out.count("kg CO2e") == (2 if width == 200 else 1)


def test_a_setting_that_displaces_what_a_scenario_sets_is_told(ree, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    root = textbook(tmp_path / "w")
    with (root / "inventories" / "all.yaml").open("a", encoding="utf-8") as file:
        file.write("scenarios: [{name: thirsty, set: {power_plant.fuel_use: 3 L}}]\n")
    quiet = ree("results", "-w", str(root), "--format", "json")
    assert "REE-N018" not in quiet.err
    told = ree("results", "-w", str(root), "--format", "json", "--set", "power_plant.fuel_use=2 L")
    assert "REE-N018: `power_plant.fuel_use`" in told.err
    assert "scenario thirsty" in told.err
    values = [json.loads(answer.out)[0]["value"] for answer in (quiet, told)]
    assert values == [pytest.approx(130), pytest.approx(120)]
    assert ree("run", "-w", str(root), "--set", "power_plant.fuel_use=2 L").out.count("power_plant.fuel_use=2 L") == 1
    page = (tmp_path / "out" / "electricity" / "report.html").read_text(encoding="utf-8")
    assert "power_plant.fuel_use=2 L" in page[: page.index("<section")]


@pytest.mark.parametrize("form", ["openlca", "brightway", "tables"])
def test_help_names_the_packages_that_a_form_needs(ree, form: str) -> None:  # type: ignore[no-untyped-def]
    extra = {"tables": "parquet"}.get(form, form)
    help_text = " ".join(ree("export", form, "--help").out.split())
    assert f'pip install "ree-lca[{extra}]"' in help_text
    assert f'pip install ".[{extra}]"' in help_text
