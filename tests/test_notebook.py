"""`import lca` in a notebook: a study that is opened, tables as pandas has them, figures that show themselves."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

import lca
from lca.errors import InputError
from lca.notebook import Study
from tests.textbook import textbook
from tests.works import FILES


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("works")
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def study(works: Path) -> Study:
    return lca.open(workspace=works)


def codes(fault: pytest.ExceptionInfo[InputError]) -> list[str]:
    return [diagnostic.code for diagnostic in fault.value.diagnostics]


def test_results_of_the_textbook(tmp_path: Path) -> None:
    study = lca.open("electricity", textbook(tmp_path))
    found = study.results("climate_change", "market")
    assert found["value"].tolist() == [pytest.approx(120)]
    assert study.contributions("base")["value"].sum() == pytest.approx(120)
    assert study.name == "electricity"


def test_other_values_are_another_study(tmp_path: Path) -> None:
    study = lca.open("electricity", textbook(tmp_path))
    changed = study.with_settings({"power_plant.fuel_use": "3 L"})
    assert changed.results("climate_change", "market")["value"].tolist() == [pytest.approx(130)]
    assert study.results("climate_change", "market")["value"].tolist() == [pytest.approx(120)]
    again = changed.with_settings({"power_plant.fuel_use": "2 L"})
    assert again.results().equals(study.results())
    assert "power_plant.fuel_use=3 L" in repr(changed)


def test_files_that_change_underneath(tmp_path: Path) -> None:
    study = lca.open("electricity", textbook(tmp_path))
    file = tmp_path / "inventories" / "all.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("amount: 10 kg", "amount: 20 kg"), encoding="utf-8")
    assert study.results("climate_change", "market")["value"].tolist() == [pytest.approx(120)]
    for ask in (study.uncertainty, lambda: study.with_settings({"power_plant.fuel_use": "3 L"})):
        with pytest.raises(InputError) as fault:
            ask()
        assert codes(fault) == ["REE-C008"]


def test_tables_are_those_of_the_command_line(study: Study) -> None:
    assert list(study.scenarios["scenario"]) == list(dict.fromkeys(study.results()["scenario"]))
    assert set(study.tables) >= {"results", "contributions", "comparisons", "parameters"}
    first, second = study.scenarios["scenario"][:2]
    difference = study.compare(first, second, by="stage")
    values = study.results(str(study.metadata["indicators"][0]["id"]), str(study.metadata["electricity_basis"]))
    values = values.set_index("scenario")["value"]
    assert difference["saving"].sum() == pytest.approx(values[first] - values[second])
    assert len(study.products()) == len(study.table("products"))


def test_what_is_handed_out_is_a_copy(study: Study) -> None:
    for table in (study.table("results"), study.results()):
        table["value"] = 0.0
    assert study.results()["value"].abs().sum() > 0


def test_samples(tmp_path: Path) -> None:
    study = lca.open(workspace=textbook(tmp_path))
    one, other = (study.uncertainty("base", samples=500, seed=3) for _ in range(2))
    assert one.equals(other)
    assert (one["low_95"] <= one["median"]).all()


def test_questions_are_answered_as_on_the_command_line(tmp_path: Path) -> None:
    """10 kg CO2 for each litre of fuel, and 100 kg whatever the fuel."""
    study = lca.open(workspace=textbook(tmp_path))
    swept = study.sweep("base", vary={"power_plant.fuel_use": ("1 L", "3 L")}, steps=3, indicator="climate_change")
    assert swept["value"].tolist() == pytest.approx([110, 120, 130])
    assert "parameter_2" not in swept
    driven = study.sensitivity("base", method="one-at-a-time", indicator="climate_change")
    assert driven["parameter"].tolist() == ["power_plant.fuel_use"]
    parts = study.explain("base", "climate_change", depth=1)
    below = parts[(parts["level"] == 1) & parts["value"].notna()]
    assert below["value"].sum() == pytest.approx(120)
    assert parts["file"].dropna().str.endswith(".yaml").all()


def test_where_two_scenarios_tie(study: Study) -> None:
    """Bought acid causes 1 kg CO2 per kg, and `loop` buys 1 kg less: they tie where it causes nothing."""
    (tie,) = study.breakeven("open/near", "loop/near", "score of acid", ("-1 kg CO2e/kg", "2 kg CO2e/kg")).to_dict(
        "records"
    )
    assert (tie["value"], tie["lower_above"]) == (pytest.approx(0, abs=1e-12), "alternative")


def test_figures_show_themselves(study: Study) -> None:
    assert study.figures
    for key, drawing in study.figures.items():
        assert ElementTree.fromstring(drawing._repr_svg_()).tag.endswith("svg"), key
        assert len(drawing.data)
    assert study._repr_html_().count("<table") == 1


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (lambda study: study.contributions("nowhere"), "REE-C007"),
        (lambda study: study.contributions(study.scenarios["scenario"][0], by="stages"), "REE-C007"),
        (lambda study: study.table("result"), "REE-C007"),
        (lambda study: study.results("climate"), "REE-I002"),
        (lambda study: study.results(basis="markets"), "REE-C007"),
        (lambda study: study.uncertainty("nowhere"), "REE-C007"),
        (lambda study: study.with_settings({"nothing": "1"}), "REE-C002"),
        (lambda study: study.sweep("open/near", vary={"site.distanc": None}), "REE-N003"),
        (lambda study: study.breakeven("open/near", "loop/neer", "site.distance"), "REE-N008"),
        (lambda study: study.breakeven(), "REE-C007"),  # the study asks no questions
        (lambda study: study.sensitivity("open/near", method="soboll"), "REE-C007"),
        (lambda study: study.explain("open/near", "climat_change"), "REE-I002"),
        (lambda study: lca.open("nothing", study.workspace), "REE-C005"),
        (lambda study: lca.open(workspace=study.workspace / "inventories"), "REE-C004"),
    ],
)
def test_wrong_names(study: Study, ask: object, code: str) -> None:
    with pytest.raises(InputError) as fault:
        ask(study)  # type: ignore[operator]
    assert codes(fault) == [code]
    assert code in "\n".join(fault.value._render_traceback_())


def test_import_costs_nothing() -> None:
    heavy = "import sys, lca; print(*sorted({'pandas', 'numpy', 'pydantic', 'lca.notebook'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""


def test_the_notebook_of_the_docs_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout = Path(__file__).resolve().parents[1]
    monkeypatch.setenv("PYTHONPATH", str(checkout))
    source = checkout / "docs" / "notebook.ipynb"
    notebook = nbformat.read(source, as_version=4)
    nbformat.validate(notebook)
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    shown = {kind for output in outputs for kind in output.get("data", {})}
    assert {"text/html", "image/svg+xml"} <= shown
    assert not [output for output in outputs if output.output_type == "stream" and output.name == "stderr"]
