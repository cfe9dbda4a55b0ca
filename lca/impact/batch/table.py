"""The whole table of samples as a file: every quantity drawn and every result, one sample a line.

The draws are made again block by block, so the table may be larger than memory; that the same seed gives the same bits
makes it the table of the run. Results of a line are computed from the quantities as they stand in it, in the units
that they are shown in, so that they can be computed again to the bit (`lca.impact.batch.replay`). It is written aside
and moved when complete.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError
from lca.impact.batch.opened import Opened
from lca.impact.batch.sampling import BLOCK
from lca.impact.batch.tape import Bounds
from lca.impact.batch.uncertainty import Sampled, Wanted
from lca.impact.batch.variables import Uncertain
from lca.inventory.formula import literal, parse
from lca.inventory.parameters import shown_unit
from lca.inventory.shares import ShareOf
from lca.system.amounts import exchange_addresses
from lca.units import convert, parse_unit

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


@dataclass(frozen=True)
class Columns:
    """What stands in a table beside the number of the sample: variables, in the units that they are shown in, then
    results by their places `(scenario, indicator)`.
    """

    variables: tuple[str, ...]
    units: tuple[str, ...]
    results: tuple[tuple[int, int], ...]
    result_names: tuple[str, ...]
    result_units: tuple[str, ...]

    @property
    def header(self) -> list[str]:
        named = [*zip(self.variables, self.units, strict=True), *zip(self.result_names, self.result_units, strict=True)]
        return ["sample", *(f"{name} [{unit}]" if unit else name for name, unit in named)]


def columns_of(opened: Opened, uncertain: Uncertain, variables: Sequence[str]) -> Columns:
    """The columns of these variables and of all results that are assessed."""
    places = tuple((k, i) for k in range(len(opened.ids)) for i in opened.indicators(None))
    indicators = opened.method.indicators
    return Columns(
        tuple(variables),
        tuple(_unit(opened, uncertain, name) for name in variables),
        places,
        tuple(f"{opened.ids[k]} {indicators[i].id}" for k, i in places),
        tuple(indicators[i].unit for _, i in places),
    )


def as_read(column: np.ndarray, unit: str, support: Bounds) -> np.ndarray:
    """What stands in a column, in base units; what rounding has put beside an end of the spread is the end."""
    values = np.asarray(column * parse_unit(unit).factor)
    for end in support:
        values[np.abs(values - end) <= 4 * np.spacing(abs(end))] = end
    return values


def write_samples(
    sampled: Sampled,
    wanted: Wanted,
    count: int,
    path: Path,
    told: Callable[[int], None] = lambda done: None,
    stopped: Callable[[], bool] = lambda: False,
) -> bool:
    """Write `count` samples: their number, what was drawn in the units that parameters are shown in, and all results
    that are assessed; a sample that is impossible has none. False, and nothing written, where it was `stopped`.
    """
    columns = columns_of(sampled.opened, sampled.uncertain, sampled.model.needed)
    try:
        with _written_aside(path, columns.header) as write:
            for first, shown, totals in _blocks(sampled, wanted, count, columns):
                if stopped():
                    raise _StoppedError
                write([np.arange(first, first + totals.shape[2]), *shown, *(totals[k, i] for k, i in columns.results)])
                told(first + totals.shape[2])
    except _StoppedError:
        return False
    return True


class _StoppedError(Exception):
    """Somebody does not want the table any more."""


def _blocks(
    sampled: Sampled, wanted: Wanted, count: int, columns: Columns
) -> Iterator[tuple[int, list[np.ndarray], np.ndarray]]:
    draws = sampled.draws(wanted)
    units = dict(zip(columns.variables, columns.units, strict=True))
    for number, first in enumerate(range(0, wanted.most, BLOCK)):
        if first >= count:
            return
        size = min(BLOCK, wanted.most - first)
        block = draws.block(number, size)
        shown: dict[str, np.ndarray] = {}

        def values(name: str, block: Any = block, shown: dict[str, np.ndarray] = shown, size: int = size) -> np.ndarray:
            if name not in shown:
                drawn = np.empty(size)
                block.load(name, drawn)
                shown[name] = np.asarray(convert(drawn, units.get(name, "")))
            return as_read(shown[name], units.get(name, ""), sampled.model.bounds[name])

        totals = sampled.model.evaluate_block(values, size).totals
        for name in columns.variables:
            values(name)
        kept = min(size, count - first)
        yield first, [shown[name][:kept] for name in columns.variables], totals[:, :, :kept]


def _unit(opened: Opened, uncertain: Uncertain, name: str) -> str:
    """The unit in which a variable is shown."""
    for system, names in zip(opened.systems, uncertain.names, strict=True):
        for address, own in names.items():
            if own != name:
                continue
            if address in system.scope.definitions:
                return shown_unit(system.scope.definitions[address].parameter)
            if isinstance(uncertain.variables[name].spread, ShareOf):
                return ""
            process = system.inventory.processes.named(address.partition(".")[0])
            found = literal(parse(str(exchange_addresses(process)[address].amount)))
            return found.unit if found else ""
    return ""


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
