"""Every table as a file: the same numbers in CSV, JSON and Parquet."""

from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lca.commands import main
from lca.disclosure.table_files import FORMATS, write_tables
from lca.errors import InputError
from lca.impact.results import COLUMNS, StudyResults, records
from lca.impact.study import run_study
from tests.works import FILES
from tests.workspaces import write


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("works")
    write(folder, FILES)
    return folder


@pytest.fixture(scope="module")
def results(root: Path) -> StudyResults:
    return run_study(root)


def read(file: Path) -> list[dict[str, Any]]:
    if file.suffix == ".json":
        return list(json.loads(file.read_text(encoding="utf-8")))
    table = pd.read_csv(file, keep_default_na=False, dtype=str) if file.suffix == ".csv" else pd.read_parquet(file)
    return records(table)


@pytest.mark.parametrize("form", FORMATS)
def test_every_table_is_there_with_its_numbers(form: str, results: StudyResults, tmp_path: Path) -> None:
    files = write_tables(results, tmp_path, form)
    assert sorted(file.name for file in tmp_path.iterdir()) == sorted(file.name for file in files)
    assert {file.stem for file in files} == {*COLUMNS, "metadata"}
    for name, table in results.tables.items():
        found = read(tmp_path / f"{name}.{form}")
        assert len(found) == len(table), name
        for got, due in zip(found, records(table), strict=True):
            assert list(got) == list(COLUMNS[name])
            for column, value in due.items():
                if isinstance(value, float) and got[column] not in ("", None):
                    assert math.isclose(float(got[column]), value, rel_tol=1e-15), (name, column)
                else:
                    texts = ["" if one is None else str(one) for one in (got[column], value)]
                    assert texts[0] == texts[1] or got[column] == value, (name, column)
    assert json.loads((tmp_path / "metadata.json").read_text())["study"] == "year"


def test_a_folder_that_is_a_file(results: StudyResults, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    with pytest.raises(InputError) as caught:
        write_tables(results, tmp_path / "there", "csv")
    assert [d.code for d in caught.value.diagnostics] == ["REE-C003"]


def test_parquet_without_its_package(results: StudyResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(InputError) as caught:
        write_tables(results, tmp_path / "out", "parquet")
    assert [d.code for d in caught.value.diagnostics] == ["REE-X030"]
    assert not (tmp_path / "out").exists()


def test_from_the_command_line(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["export", "tables", "open/near", "--out", str(tmp_path), "-w", str(root)])
    seen = capsys.readouterr()
    assert not stopped.value.code, seen.err
    assert not seen.out
    table = pd.read_csv(tmp_path / "results.csv")
    assert set(table["scenario"]) == {"open/near"}
