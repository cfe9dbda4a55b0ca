"""Reading a table of samples from a file, block by block, so that it may be larger than memory."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import NoReturn

import numpy as np

from lca.errors import Diagnostic, InputError, Span
from lca.impact.batch.sampling import BLOCK

#: The place of a cell that is empty.
_EMPTY = re.compile(r"(?<=,)(?=,|\r?\n?\Z)")


class SampleFile:
    """A .csv or .parquet file with a header. Raises `InputError` where it is none, or cannot be read."""

    def __init__(self, path: Path):
        self.path = path
        if path.suffix not in (".csv", ".parquet"):
            self._refuse(f"`{path.name}` is no table of samples", "a file that ends in .csv or .parquet")
        try:
            self.header = _parquet_header(path) if path.suffix == ".parquet" else _csv_header(path)
        except ImportError:
            self._refuse("pyarrow is not installed", 'pip install "ree-lca[parquet]", or a .csv file')
        except (OSError, ValueError, csv.Error) as cause:
            self._refuse(f"{path} cannot be read: {cause}")
        if not self.header:
            self._refuse(f"{path} is empty")

    def place(self, column: int, line: int = 1) -> Span | None:
        """Where a column stands in a line of a CSV file."""
        return Span(self.path, line, column + 1) if self.path.suffix == ".csv" else None

    def blocks(self, columns: Sequence[int]) -> Iterator[np.ndarray]:
        """`values[column, row]` of these columns, by their numbers; cells that are empty are nan."""
        read = _parquet_blocks if self.path.suffix == ".parquet" else _csv_blocks
        try:
            yield from read(self.path, [self.header[n] for n in columns], columns)
        except (OSError, ValueError, csv.Error) as cause:
            found = self._first_strange_cell(columns)
            if found is None:
                self._refuse(f"{self.path} cannot be read: {' '.join(str(cause).split())}")
            line, column, cell = found
            message = f"`{cell}` in column `{self.header[column]}` is no number"
            raise InputError([Diagnostic("REE-D023", message, self.place(0, line), expected="numbers")]) from cause

    def _first_strange_cell(self, columns: Sequence[int]) -> tuple[int, int, str] | None:
        if self.path.suffix != ".csv":
            return None
        with self.path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file)
            next(reader, None)
            for row in reader:
                if len(row) != len(self.header):
                    return reader.line_num, min(len(row), len(self.header)) - 1, ",".join(row[-2:])
                for column in columns:
                    try:
                        float(row[column] or "nan")
                    except ValueError:
                        return reader.line_num, column, row[column]
        return None

    def _refuse(self, message: str, expected: str = "a file that `uncertainty --samples` wrote") -> NoReturn:
        raise InputError([Diagnostic("REE-D023", message, expected=expected)])


def _csv_header(path: Path) -> list[str]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return next(csv.reader(file), [])


def _parquet_header(path: Path) -> list[str]:
    from pyarrow import parquet

    return list(map(str, parquet.read_schema(path).names))


def _csv_blocks(path: Path, names: Sequence[str], columns: Sequence[int]) -> Iterator[np.ndarray]:
    """NumPy reads numbers as Python does, exactly; pandas promises less."""
    width = len(_csv_header(path))
    with path.open(encoding="utf-8-sig", newline="") as file:
        next(csv.reader(file), None)
        while lines := list(islice(file, BLOCK)):
            lines = [
                _EMPTY.sub("nan", line) if ",," in line or line.rstrip("\r\n")[-1:] == "," else line for line in lines
            ]
            if any(line.count(",") != width - 1 for line in lines):
                raise ValueError("lines of different length")
            yield np.loadtxt(lines, delimiter=",", usecols=list(columns), comments=None, quotechar='"', ndmin=2).T


def _parquet_blocks(path: Path, names: Sequence[str], columns: Sequence[int]) -> Iterator[np.ndarray]:
    from pyarrow import float64, parquet

    with parquet.ParquetFile(path) as file:
        for batch in file.iter_batches(batch_size=BLOCK, columns=list(names)):
            found = [batch.column(name).cast(float64()).to_numpy(zero_copy_only=False) for name in names]
            yield np.array(found)
