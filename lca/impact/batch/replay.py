"""A table of samples played again: the quantities that stand in it are evaluated once more, and results compared with
those that stand beside them.

While the workspace is what it was, results are the same to the bit, and whoever has table and workspace can vouch for
every figure. After an edit, the table of quantities is a fixed test: what changes has been changed by the edit and not
by chance.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import Problems, nearest, one_of
from lca.impact.batch.engine import Run, Stopped, never, refuse_impossible
from lca.impact.batch.opened import opened
from lca.impact.batch.proof import PROVED, Proof, agreement
from lca.impact.batch.sample_files import SampleFile
from lca.impact.batch.summary import summary_for
from lca.impact.batch.table import Columns, as_read, columns_of
from lca.impact.batch.tape import Bounds
from lca.impact.batch.uncertainty import Chosen, Sampled, ready, rows_of
from lca.impact.batch.variables import Uncertain, uncertain
from lca.impact.study import AGREEMENT
from lca.inventory.backgrounds import OWN
from lca.inventory.parameters import Override
from lca.system.linking import Basis
from lca.units import UnitError, parse_unit

_HEADING = re.compile(r"(?P<name>.*?)(?: \[(?P<unit>[^\[\]]*)\])?\Z")

#: What ends the heading of a result: the id of an indicator.
_INDICATOR = re.compile(r"[A-Za-z_][\w.]*\Z")


@dataclass(frozen=True)
class Replay:
    """A table played again: the run, and rows of the table `replay`. `exact` says that all results are the same to the
    bit, `largest` is the largest difference relative to the size of its column.
    """

    sampled: Sampled
    run: Run
    rows: list[dict[str, Any]]
    exact: bool
    largest: float

    def account(self) -> list[str]:
        """Sentences that say what came out."""
        run, changed = self.run, [row for row in self.rows if row["changed"]]
        figures = f"{len(self.rows)} figures of {run.samples:,} samples"
        said = [] if run.complete else [f"PARTIAL: stopped after {run.samples:,} samples of the table"]
        said += [
            f"{run.samples:,} samples replayed; {run.proved} of them computed anew by bw2calc, largest relative"
            f" difference {run.agreement:.1e}"
        ]
        if changed:
            largest = max(row["largest_difference"] for row in changed)
            said.append(f"CHANGED since the table was written: {len(changed)} of {figures}, by up to {largest:.2g}")
        elif self.exact:
            said.append(f"all {figures} are those of the table, to the bit")
        else:
            said.append(f"all {figures} are those of the table, but for rounding (at most {self.largest:.1e})")
        return said


@dataclass(frozen=True)
class _Found:
    """Where the columns of a file belong: variables by name, with the unit they are in, and results by place."""

    variables: Mapping[str, tuple[int, str]]
    results: Mapping[tuple[int, int], int]


def replay(
    path: Path,
    root: Path,
    study_name: str | None = None,
    only: Iterable[str] = (),
    settings: Iterable[Override] = (),
    basis: Basis | None = None,
    indicator: str | None = None,
    told: Callable[[int], None] = lambda done: None,
    stopped: Stopped = never,
    background: str = OWN,
) -> Replay:
    """Evaluate the quantities of a table anew, in the scenarios that it holds (or `only` these, which are all of them).

    Raises `InputError` where its columns are not those of these scenarios, `KeyboardInterrupt` where it was stopped
    before the first block.
    """
    file = SampleFile(path)
    study = opened(root, study_name, tuple(only) or _scenarios(file.header), settings, basis, background)
    drawn = uncertain(study.systems, study.checked.study)
    problems = Problems()
    expected = columns_of(study, drawn, sorted(drawn.variables))
    found = _placed(file, expected, problems)
    problems.raise_errors()
    bounds, rows = _bounds(file, found, drawn)
    sampled = ready(study, drawn, bounds)
    for name in sampled.model.variables:
        if name not in found.variables:
            message = f"{path.name} has no column `{name}`, which is uncertain"
            close = nearest(name, [_named(heading)[0] for heading in file.header])
            problems.add("REE-D021", message, expected="a table of all that is uncertain now", suggestion=close)
    problems.raise_errors()
    return _Replaying(file, found, sampled, sampled.places(indicator), rows).done(told, stopped)


def _named(heading: str) -> tuple[str, str]:
    """Name and unit in a heading."""
    match = _HEADING.fullmatch(heading)
    return (match["name"], match["unit"] or "") if match else (heading, "")


def _scenarios(header: Sequence[str]) -> list[str]:
    """The scenarios that headings of results name."""
    found = []
    for heading in header:
        scenario, _, indicator = _named(heading)[0].rpartition(" ")
        if scenario and not scenario.endswith(" in") and _INDICATOR.match(indicator):
            found.append(scenario)
    return list(dict.fromkeys(found))


def _placed(file: SampleFile, expected: Columns, problems: Problems) -> _Found:
    """Where every column belongs; those that belong nowhere, are missing or in other units are reported."""
    units = dict(zip(expected.variables, expected.units, strict=True))
    results = dict(zip(expected.result_names, zip(expected.results, expected.result_units, strict=True), strict=True))
    variables: dict[str, tuple[int, str]] = {}
    places: dict[tuple[int, int], int] = {}
    seen: set[str] = set()
    for column, heading in enumerate(file.header):
        name, unit = _named(heading)
        place = file.place(column)
        if name in seen:
            problems.add("REE-D020", f"column `{name}` is there twice", place, expected="each column once")
        elif name in results:
            at, due = results[name]
            if unit != due:
                problems.add("REE-D022", f"`{name}` is in {unit or 'no unit'}", place, expected=due or "no unit")
            places[at] = column
        elif name in units:
            if not _same_kind(unit, units[name]):
                due = units[name] or "a plain number"
                problems.add("REE-D022", f"`{name}` is in {unit or 'no unit'}", place, expected=due)
            variables[name] = column, unit
        elif name != "sample":
            close = nearest(name, [*units, *results])
            message = f"column `{name}` is no quantity that is uncertain here, and no result"
            problems.add("REE-D020", message, place, expected="columns of these scenarios", suggestion=close)
        seen.add(name)
    missing = [name for name, (at, _) in results.items() if at not in places]
    if missing:
        message = f"{file.path.name} has no column {one_of([f'`{name}`' for name in missing], 4)}"
        problems.add("REE-D021", message, expected="all results of the scenarios that it holds")
    return _Found(variables, places)


def _same_kind(unit: str, due: str) -> bool:
    try:
        return parse_unit(unit).dimension == parse_unit(due).dimension
    except UnitError:
        return False


def _bounds(file: SampleFile, found: _Found, drawn: Uncertain) -> tuple[dict[str, Bounds], int]:
    """What holds the values of each variable: its spread, and what stands in the file; and how many samples that has.
    Cells that are no numbers are reported.
    """
    bounds = {name: variable.spread.support for name, variable in drawn.variables.items()}
    problems, rows = Problems(), 0
    names, columns = list(found.variables), [column for column, _ in found.variables.values()]
    for block in file.blocks(columns):
        for name, values in zip(names, block, strict=True):
            column, unit = found.variables[name]
            due = drawn.variables[name].spread.support
            strange = np.flatnonzero(~np.isfinite(values))
            if len(strange):
                line = rows + int(strange[0]) + 2
                message = f"sample {line - 2}: no number in column `{name}`"
                problems.add("REE-D023", message, file.place(0, line), expected=f"a number in column {column + 1}")
                continue
            read = as_read(values, unit, due)
            low, high = bounds[name]
            bounds[name] = min(low, float(read.min())), max(high, float(read.max()))
        rows += block.shape[1] if columns else 0
    problems.raise_errors()
    if not rows:
        problems.add("REE-D023", f"{file.path} has no samples", expected="a file that `uncertainty --samples` wrote")
    problems.raise_errors()
    return bounds, rows


class _Replaying:
    """Blocks of a file evaluated and compared one after the other."""

    def __init__(self, file: SampleFile, found: _Found, sampled: Sampled, places: Sequence[tuple[int, int]], rows: int):
        self.file, self.found, self.sampled, self.places = file, found, sampled, tuple(places)
        self.names = list(found.variables)
        self.units = [unit for _, unit in found.variables.values()]
        self.exact = True
        self.differences = np.zeros(len(self.places))
        self.sizes = np.zeros(len(self.places))
        self.before, self.rows = summary_for(len(self.places), rows), rows

    def done(self, told: Callable[[int], None], stopped: Stopped) -> Replay:
        """The whole file."""
        run = Run(0, "replay", summary_for(len(self.places), self.rows))
        series = Chosen(self.places)
        proofs: list[Proof] = []
        columns = [column for column, _ in self.found.variables.values()]
        columns += [self.found.results[place] for place in self.places]
        for block in self.file.blocks(columns):
            if stopped():
                run.complete = False
                break
            values, recorded = self._values(block[: len(self.names)]), block[len(self.names) :]
            found = self.sampled.model.evaluate_block(self._given(values), block.shape[1])
            self._compare(recorded, series(found.totals))
            if found.possible.any():
                run.summary.add(series(found.totals[:, :, found.possible]))
            impossible = np.flatnonzero(~found.possible)
            if len(impossible) and run.first_impossible is None:
                run.first_impossible = self._sample(values, int(impossible[0]))
            for n in np.flatnonzero(found.possible)[: PROVED - len(proofs)]:
                own = found.totals[:, :, n]
                proofs.append(Proof(run.samples + int(n), self._sample(values, int(n)), own, own))
            run.samples += block.shape[1]
            run.impossible += len(impossible)
            told(run.samples)
        if not run.samples:
            raise KeyboardInterrupt
        refuse_impossible(self.sampled.model, run.impossible, run.samples, run.first_impossible)
        run.proved, run.agreement = len(proofs), agreement(self.sampled.model, proofs)
        return self._replay(run)

    def _values(self, columns: np.ndarray) -> dict[str, np.ndarray]:
        supports = {name: self.sampled.uncertain.variables[name].spread.support for name in self.names}
        return {
            name: as_read(column, unit, supports[name])
            for name, unit, column in zip(self.names, self.units, columns, strict=True)
        }

    def _given(self, values: Mapping[str, np.ndarray]) -> Callable[[str], np.ndarray]:
        def given(name: str) -> np.ndarray:
            if name not in values:
                problems = Problems()
                message = f"{self.file.path.name} has no column `{name}`, which some of its samples need"
                problems.add("REE-D021", message, expected="a table of all that is uncertain now")
                problems.raise_errors()
            return values[name]

        return given

    def _sample(self, values: Mapping[str, np.ndarray], n: int) -> dict[str, float]:
        return {name: float(own[n]) for name, own in values.items()}

    def _compare(self, recorded: np.ndarray, now: np.ndarray) -> None:
        self.exact &= np.array_equal(recorded, now, equal_nan=True)
        known = ~np.isnan(recorded).any(axis=0)
        if known.any():
            self.before.add(recorded[:, known])
        one_only = np.isnan(recorded) != np.isnan(now)  # possible then and not now, or the other way round
        away = np.where(one_only, np.inf, np.nan_to_num(np.abs(recorded - now)))
        self.differences = np.maximum(self.differences, away.max(axis=1, initial=0.0))
        self.sizes = np.maximum(self.sizes, np.nan_to_num(np.abs(recorded)).max(axis=1, initial=0.0))

    def _replay(self, run: Run) -> Replay:
        rows = rows_of(self.sampled, run, Chosen(self.places))
        median = self.before.quantiles(np.array([0.5]))[0] if self.before.count else np.full(len(self.places), np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.where(self.differences == 0, 0.0, self.differences / self.sizes)
        infos = self.sampled.opened.method.indicators
        order = {(self.sampled.ids[k], infos[i].id): n for n, (k, i) in enumerate(self.places)}
        for row in rows:
            n = order[row["scenario"], row["indicator"]]
            row["recorded_median"], row["largest_difference"] = float(median[n]), float(shares[n])
            row["changed"] = bool(shares[n] > AGREEMENT)
        return Replay(self.sampled, run, rows, self.exact, float(np.max(shares, initial=0.0)))
