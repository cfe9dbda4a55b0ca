"""`ree-lca report`, and what `run` writes: the forms asked for, all or nothing, the same bytes again."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from lca.commands import main
from lca.report import formatting as show
from lca.report.content import report_document
from lca.report.reported import reported_study
from tests.textbook import textbook

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in an empty folder with a small workspace beside; its exit code and what it says."""
    textbook(tmp_path / "small")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    def run(*words: str) -> tuple[int, str]:
        with pytest.raises(SystemExit) as stopped:
            main([*words, "-w", "small"])
        return int(stopped.value.code or 0), capsys.readouterr().err

    return run


def written(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((folder / "out" / "electricity").glob("*"))}


def test_all_forms_are_written_with_the_same_bytes_again(ree: Run, tmp_path: Path) -> None:
    assert ree("report", "--samples", "200")[0] == 0
    first = written(tmp_path)
    assert list(first) == ["report.html", "report.pdf", "report.xlsx"]
    assert ree("report", "--samples", "200")[0] == 0
    assert written(tmp_path) == first


@pytest.mark.parametrize("form", ["html", "pdf", "xlsx"])
def test_only_the_form_asked_for_is_written(ree: Run, tmp_path: Path, form: str) -> None:
    assert ree("report", f"--{form}", "--samples", "0")[0] == 0
    assert list(written(tmp_path)) == [f"report.{form}"]


def test_run_writes_the_page_and_more_when_asked(ree: Run, tmp_path: Path) -> None:
    assert ree("run")[0] == 0
    names = ["contributions.csv", "report.html", "results.csv", "results.json"]
    assert list(written(tmp_path)) == names
    assert ree("run", "--pdf", "--xlsx")[0] == 0
    assert list(written(tmp_path)) == sorted([*names, "report.pdf", "report.xlsx"])


def test_the_three_forms_say_the_same_numbers(ree: Run, tmp_path: Path) -> None:
    """120 kg CO2e and its interval, in each form as in the results."""
    assert ree("report", "--samples", "400")[0] == 0
    files = written(tmp_path)
    text = re.sub(r"\s+", " ", files["report.html"].decode())
    page = " ".join(part.extract_text() for part in PdfReader(io.BytesIO(files["report.pdf"])).pages)
    book = openpyxl.load_workbook(io.BytesIO(files["report.xlsx"]))
    cells = [cell.value for sheet in book for row in sheet.iter_rows() for cell in row]
    from lca.impact.batch.uncertainty import Wanted

    results = reported_study(tmp_path / "small", wanted=Wanted(400, None, 1, "sobol"))
    [row] = results["uncertainty"].to_dict("records")
    assert row["central"] == pytest.approx(120.0)
    for key in ("central", "low_90", "median", "high_90"):
        assert show.number(row[key]) in text
        assert show.number(row[key]) in page
        assert any(isinstance(value, float) and value == pytest.approx(row[key], rel=1e-12) for value in cells) or (
            key == "central" and 120 in cells
        )


def test_seed_and_number_of_samples_are_said(ree: Run, tmp_path: Path) -> None:
    assert ree("report", "--html", "--samples", "256", "--seed", "7")[0] == 0
    assert "256 samples, Sobol sequence, seed 7" in written(tmp_path)["report.html"].decode()


def test_claim_in_the_workspace_leaves_nothing_behind(ree: Run, tmp_path: Path) -> None:
    files = [path for path in (tmp_path / "small").rglob("*.yaml") if "study: electricity" in path.read_text()]
    text = files[0].read_text(encoding="utf-8")
    files[0].write_text(text.replace("title: Electricity\ndeclared", "title: Green electricity\ndeclared"), "utf-8")
    for command in ("report", "run"):
        code, said = ree(command)
        assert code == 1
        assert re.search(rf"{files[0].name}:\d+:8: error REE-R001: a report may not say `Green`", said)
        assert not (tmp_path / "out").exists()


def test_wrong_study_and_wrong_form_are_refused(ree: Run, tmp_path: Path) -> None:
    assert ree("report", "nothing")[0] == 1
    assert ree("report", "--docx")[0] == 2
    assert not (tmp_path / "out").exists()


def test_sampled_scenarios_are_those_of_the_charts(tmp_path: Path) -> None:
    """More scenarios than a chart shows: the others are said to be left out."""
    root = textbook(tmp_path)
    path = next(path for path in root.rglob("*.yaml") if "study: electricity" in path.read_text())
    more = "scenarios:\n" + "".join(
        f"  - {{name: case{n}, set: {{power_plant.fuel_use: {{value: {2 + n / 20} L, range: [1 L, 3 L]}}}}}}\n"
        for n in range(20)
    )
    path.write_text(path.read_text(encoding="utf-8") + more, encoding="utf-8")
    from lca.impact.batch.uncertainty import Wanted

    results = reported_study(root, wanted=Wanted(128, None, 1, "sobol"))
    assert len(results["uncertainty"]) == 12
    blocks = next(s.blocks for s in report_document(results).sections if s.id == "uncertainty")
    assert any("8 scenarios were not sampled" in getattr(block, "note", "") for block in blocks)


def test_study_without_spreads_says_so(tmp_path: Path) -> None:
    from lca.impact.batch.uncertainty import Wanted
    from lca.inventory.settings import parse_settings

    settings = parse_settings(["power_plant.fuel_use=2 L"])
    results = reported_study(textbook(tmp_path), settings=settings, wanted=Wanted(128, None, 1, "sobol"))
    blocks = next(s.blocks for s in report_document(results).sections if s.id == "uncertainty")
    assert any("has a stated range or distribution" in getattr(block, "text", "") for block in blocks)
