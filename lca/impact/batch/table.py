"""The whole table of samples as a file: every quantity drawn and every result, one sample a line.

The draws are made again block by block, so the table may be larger than memory; that the same seed gives the same bits
makes it the table of the run. It is written aside and moved when complete.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError
from lca.impact.batch.sampling import BLOCK
from lca.impact.batch.uncertainty import Sampled, Wanted
from lca.inventory.formula import literal, parse
from lca.inventory.parameters import shown_unit
from lca.inventory.shares import ShareOf
from lca.system.amounts import exchange_addresses
from lca.units import convert

#: Writes columns of numbers, `[column][row]`.
_Write = Callable[[list[np.ndarray]], None]


def check_target(path: Path) -> None:
    """Raise `InputError` where a table cannot be written to a path, before anything is computed."""
    problem, expected = "", "a file that ends in .csv or .parquet"
    if path.suffix not in (".csv", ".parquet"):
        problem = f"`{path.name}` says nothing of its format"
    elif not path.parent.is_dir():
        problem, expected = f"there is no folder {path.parent}", "a folder that is there"
    elif path.is_dir():
        problem = f"{path} is a folder"
    elif path.suffix == ".parquet":
        try:
            import pyarrow  # noqa: F401
        except ImportError:
            problem, expected = "pyarrow is not installed", 'pip install "ree-lca[parquet]", or a .csv file'
    if problem:
        raise InputError([Diagnostic("REE-D008", problem, expected=expected)])


def write_samples(
    sampled: Sampled, wanted: Wanted, count: int, path: Path, told: Callable[[int], None] = lambda done: None
) -> None:
    """Write `count` samples: their number, what was drawn in the units that parameters are shown in, and all results
    that are assessed; a sample that is impossible has none.
    """
    names = sampled.model.variables
    units = [_unit(sampled, name) for name in names]
    places = [(k, i) for k in range(len(sampled.ids)) for i in sampled.opened.indicators(None)]
    header = ["sample", *(_headed(name, unit) for name, unit in zip(names, units, strict=True))]
    for k, i in places:
        info = sampled.opened.method.indicators[i]
        header.append(_headed(f"{sampled.ids[k]} {info.id}", info.unit))
    with _written_aside(path, header) as write:
        for first, columns, totals in _blocks(sampled, wanted, count):
            numbers = np.arange(first, first + totals.shape[2])
            shown = [convert(column, unit) for column, unit in zip(columns, units, strict=True)]
            write([numbers, *shown, *(totals[k, i] for k, i in places)])
            told(first + totals.shape[2])


def _blocks(sampled: Sampled, wanted: Wanted, count: int) -> Iterator[tuple[int, list[np.ndarray], np.ndarray]]:
    draws = sampled.draws(wanted)
    for number, first in enumerate(range(0, wanted.most, BLOCK)):
        if first >= count:
            return
        size = min(BLOCK, wanted.most - first)
        block = draws.block(number, size)
        drawn: dict[str, np.ndarray] = {}

        def values(name: str, block: Any = block, drawn: dict[str, np.ndarray] = drawn, size: int = size) -> np.ndarray:
            if name not in drawn:
                drawn[name] = np.empty(size)
                block.load(name, drawn[name])
            return drawn[name]

        columns = [values(name) for name in sampled.model.variables]
        kept = min(size, count - first)
        totals = sampled.model.evaluate_block(values, size).totals
        yield first, [column[:kept] for column in columns], totals[:, :, :kept]


def _unit(sampled: Sampled, name: str) -> str:
    """The unit in which a variable is shown."""
    for system, names in zip(sampled.model.systems, sampled.model.names, strict=True):
        for address, own in names.items():
            if own != name:
                continue
            if address in system.scope.definitions:
                return shown_unit(system.scope.definitions[address].parameter)
            if isinstance(sampled.uncertain.variables[name].spread, ShareOf):
                return ""
            process = system.inventory.processes.named(address.partition(".")[0])
            found = literal(parse(str(exchange_addresses(process)[address].amount)))
            return found.unit if found else ""
    return ""


def _headed(name: str, unit: str) -> str:
    return f"{name} [{unit}]" if unit else name


@contextmanager
def _written_aside(path: Path, header: list[str]) -> Iterator[_Write]:
    """A writer into a file beside the target, which takes its place when all is written."""
    handle, aside = tempfile.mkstemp(prefix=path.name, suffix=path.suffix, dir=path.parent)
    os.close(handle)
    try:
        with (_parquet if path.suffix == ".parquet" else _csv)(aside, header) as write:
            yield write
        os.chmod(aside, 0o644)
        os.replace(aside, path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


@contextmanager
def _csv(path: str, header: list[str]) -> Iterator[_Write]:
    import csv

    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)

        def write(columns: list[np.ndarray]) -> None:
            shown = [["" if value != value else value for value in column.tolist()] for column in columns]
            writer.writerows(zip(*shown, strict=True))

        yield write


@contextmanager
def _parquet(path: str, header: list[str]) -> Iterator[_Write]:
    import pyarrow
    from pyarrow import parquet

    types = [pyarrow.int64(), *[pyarrow.float64()] * (len(header) - 1)]
    schema = pyarrow.schema(list(zip(header, types, strict=True)))
    with parquet.ParquetWriter(path, schema) as writer:

        def write(columns: list[np.ndarray]) -> None:
            writer.write_table(pyarrow.table([pyarrow.array(column, from_pandas=True) for column in columns], schema))

        yield write
