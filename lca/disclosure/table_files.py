"""Every table of a study as a file of its own."""

from __future__ import annotations

import importlib.util
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lca.errors import Diagnostic, InputError
from lca.impact.results import StudyResults, as_csv, records

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("csv", "json", "parquet")


def write_tables(results: StudyResults, folder: Path, form: str) -> list[Path]:
    """Write each table into `folder`, named after it, as CSV, JSON (a list of records) or Parquet; and what has been
    computed, when and with what, as `metadata.json`. Made aside and moved. Raises `InputError`.
    """
    if form == "parquet" and importlib.util.find_spec("pyarrow") is None:
        message = "the package pyarrow is not installed"
        raise InputError([Diagnostic("REE-X030", message, expected='pip install "ree-lca[parquet]"')])
    contents = {f"{name}.{form}": table for name, table in results.tables.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".ree-lca-") as aside:
            for name, table in contents.items():
                _write(table, Path(aside) / name, form)
            text = json.dumps(dict(results.metadata), indent=1, ensure_ascii=False)
            (Path(aside) / "metadata.json").write_text(text + "\n", encoding="utf-8")
            for name in (*contents, "metadata.json"):
                (Path(aside) / name).replace(folder / name)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{folder} cannot be written: {cause.strerror}")]) from cause
    return [folder / name for name in (*contents, "metadata.json")]


def _write(table: pd.DataFrame, file: Path, form: str) -> None:
    if form == "csv":
        file.write_text(as_csv(table), encoding="utf-8", newline="")
    elif form == "json":
        text = json.dumps(records(table), indent=1, ensure_ascii=False, allow_nan=False)
        file.write_text(text + "\n", encoding="utf-8")
    else:
        _of_one_kind(table).to_parquet(file, index=False, engine="pyarrow")


def _of_one_kind(table: pd.DataFrame) -> pd.DataFrame:
    """A column that holds numbers and words holds words: Parquet has one kind in each. Empty columns stay empty."""
    import pandas as pd

    def column(held: pd.Series) -> pd.Series:
        there = held.dropna()
        kinds = {type(value) for value in there}
        if not kinds or kinds <= {bool} or kinds <= {int, float}:
            return held
        return held.map(lambda value: value if value is None or value != value else str(value))

    changed: Mapping[str, pd.Series] = {str(name): column(table[name]) for name in table.columns}
    return pd.DataFrame(changed)
