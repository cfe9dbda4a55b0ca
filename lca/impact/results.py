"""The results of a study as long tables: one record per line, the same in memory, in JSON and in CSV."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

if TYPE_CHECKING:  # a check makes no tables, and need not wait for pandas
    import pandas as pd

#: The scores of a pedigree, weighted, and the mean of those that rate data (see `data_quality`).
_CRITERIA = ("reliability", "completeness", "temporal", "geographical", "technological", "rating")

#: Columns of every table, in order. The columns of `results` are the contract of the command line.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "results": ("scenario", "product", "indicator", "unit", "value", "coverage", "allocation", "electricity_basis"),
    "contributions": (
        "scenario",
        "indicator",
        "unit",
        "electricity_basis",
        "dimension",
        "item",
        "title",
        "value",
        "share",
    ),
    "comparisons": (
        "baseline",
        "alternative",
        "title",
        "indicator",
        "unit",
        "electricity_basis",
        "baseline_value",
        "alternative_value",
        "saving",
        "saving_share",
    ),
    "differences": (
        "baseline",
        "alternative",
        "indicator",
        "unit",
        "electricity_basis",
        "dimension",
        "item",
        "title",
        "baseline_value",
        "alternative_value",
        "saving",
    ),
    "exchanges": (
        "scenario",
        "electricity_basis",
        "process",
        "process_title",
        "stage",
        "direction",
        "flow",
        "flow_title",
        "provider",
        "location",
        "amount",
        "unit",
        "indicator",
        "score",
        "scope",
        "source",
        "evidence",
        "file",
        "line",
    ),
    "loops": ("scenario", "loop", "bin", "title", "unit", "drawn", "returned", "closure", "bought", "surplus"),
    "balances": (
        "scenario",
        "process",
        "element",
        "unit",
        "input",
        "output",
        "residual",
        "relative",
        "tolerance",
        "closes",
    ),
    "recoveries": (
        "scenario",
        "element",
        "process",
        "title",
        "stage",
        "unit",
        "input",
        "output",
        "recovered",
        "cumulative",
    ),
    "parameters": (
        "scenario",
        "parameter",
        "value",
        "unit",
        "low",
        "high",
        "evidence",
        "source",
        "set_by",
        "file",
        "line",
    ),
    "sensitivity": (
        "scenario",
        "indicator",
        "unit",
        "parameter",
        "title",
        "low",
        "central",
        "high",
        "parameter_unit",
        "at_low",
        "at_high",
        "swing",
        "evidence",
        "source",
        "priority",
    ),
    "saving_sensitivity": (
        "baseline",
        "alternative",
        "title",
        "indicator",
        "unit",
        "electricity_basis",
        "parameter",
        "note",
        "low",
        "central",
        "high",
        "parameter_unit",
        "saving",
        "at_low",
        "at_high",
        "swing",
        "turns",
        "evidence",
        "source",
    ),
    "products": ("scenario", "product", "indicator", "unit", "value", "coverage", "allocation", "electricity_basis"),
    "allocation": (
        "scenario",
        "allocation",
        "title",
        "product",
        "mass_share",
        "weight",
        "weight_unit",
        "share",
        "factor",
    ),
    "uncharacterised": ("scenario", "method", "flow", "title", "compartment", "amount", "unit", "reason"),
    "coverage": ("scenario", "groups", "process", "title", "location", "result_share", "mass_share"),
    "providers": (
        "flow",
        "title",
        "process",
        "location",
        "background",
        "activity",
        "product",
        "activity_location",
        "amount",
        "unit",
        "per",
        "result_share",
        "fallback",
        "unverified",
        "reason",
        "note",
    ),
    "costs": (
        "scenario",
        "stage",
        "flow",
        "title",
        "account",
        "supplier",
        "location",
        "amount",
        "unit",
        "price",
        "price_low",
        "price_high",
        "currency",
        "cost",
        "low",
        "high",
        "source",
        "evidence",
        "price_note",
    ),
    "dependency": (
        "scenario",
        "flow",
        "title",
        "account",
        "upstream",
        "country",
        "share",
        "largest",
        "amount",
        "unit",
        "cost",
        "currency",
        "basis",
        "source",
        "evidence",
    ),
    "data_quality": (
        *("scenario", "indicator", "electricity_basis", "of"),
        *("measured", "calculated", "literature", "expert", "placeholder", "ungraded"),
        *("rated", *_CRITERIA, "at_worst"),
    ),
    "data_quality_matrix": (
        *("scenario", "indicator", "unit", "electricity_basis", "process", "title", "location", "value", "share"),
        *("evidence", "source", "rated", *_CRITERIA),
    ),
    "accounts": (
        "network",
        "plant",
        "scenario",
        "electricity_basis",
        "kind",
        "item",
        "title",
        "value",
        "unit",
        "coverage",
    ),
    "warnings": ("code", "severity", "message", "file", "line", "column", "expected", "suggestion"),
}

#: Columns that say where the values of samples lie.
_STATISTICS = (
    *("samples", "complete", "central", "mean", "sd", "median", "median_from", "median_to"),
    *("low_50", "high_50", "low_90", "high_90", "low_95", "high_95"),
)

#: Columns of sensitivity analyses before and after those of their indices.
_ANALYSED = (
    *("baseline", "scenario", "indicator", "unit", "coverage", "electricity_basis", "central_result"),
    *("rank", "parameter", "title", "low", "central", "high", "parameter_unit"),
)
_EVIDENCE = ("evidence", "pedigree", "weakness", "priority", "source", "file", "line")

#: Columns of the tables that are made when they are asked for, of samples, grids and ties.
ON_DEMAND: Mapping[str, tuple[str, ...]] = {
    "uncertainty": (
        *("scenario", "product", "indicator", "unit", "coverage", "allocation", "electricity_basis"),
        *_STATISTICS,
    ),
    "replay": (
        *("scenario", "product", "indicator", "unit", "coverage", "allocation", "electricity_basis"),
        *_STATISTICS,
        *("recorded_median", "largest_difference", "changed"),
    ),
    "uncertain_comparison": (
        *("baseline", "alternative", "indicator", "unit", "coverage", "electricity_basis", "quantity"),
        *_STATISTICS,
    ),
    "probabilities": (
        *("baseline", "alternative", "indicator", "electricity_basis", "samples", "complete"),
        *("margin", "probability", "probability_from", "probability_to"),
    ),
    "sweep": (
        *("scenario", "indicator", "unit", "coverage", "electricity_basis"),
        *("parameter", "at", "parameter_unit", "parameter_2", "at_2", "parameter_unit_2", "value"),
    ),
    "contour": (
        *("baseline", "alternative", "indicator", "unit", "electricity_basis"),
        *("parameter", "at", "parameter_unit", "parameter_2", "at_2", "parameter_unit_2", "crossing"),
    ),
    "breakeven": (
        *("baseline", "alternative", "indicator", "unit", "electricity_basis", "parameter", "parameter_unit"),
        *("low", "high", "value", "kind", "at_tie", "lower_below", "lower_above"),
    ),
    "questions": (
        *("question", "baseline", "alternative", "indicator", "electricity_basis", "parameter", "parameter_unit"),
        *("low", "high", "now", "value", "kind", "lower_below", "lower_above"),
    ),
    "optimum": (
        *("scenario", "electricity_basis", "kind", "name", "unit", "before", "after", "low", "high"),
        *("at", "slack"),
    ),
    "front": (
        *("scenario", "electricity_basis", "goal", "goal_value", "goal_unit"),
        *("against", "against_value", "against_unit"),
    ),
    "scenarios": ("scenario", "title"),
    "disclosures": (
        *("framework", "framework_version", "datapoint", "paragraph", "element", "title", "item", "item_title"),
        *("status", "value", "unit", "text", "electricity_basis", "coverage", "reason"),
        *("period_start", "period_end", "organisation", "network", "plant", "scenarios"),
        *("figures", "made_from", "mapping_evidence"),
    ),
    "footprints": ("scenario", "product", "allocation", "key", "value"),
    "lots": (
        *("lot", "level", "made_into", "title", "operator", "site", "date"),
        *("mass", "unit", "rare_earth_oxide", "split"),
        *("part", "drawn", "study", "scenario", "indicator", "footprint", "footprint_unit", "per_unit", "per"),
        *("coverage", "electricity_basis", "counted", "figure", "evidence", "source"),
    ),
    "uncertain_breakeven": (
        *("baseline", "alternative", "indicator", "electricity_basis", "parameter", "parameter_unit", "samples"),
        *("complete", "ties", "several", "alternative_lower", "baseline_lower", "median"),
        *("low_50", "high_50", "low_90", "high_90", "low_95", "high_95"),
    ),
    "sensitivity_sobol": (*_ANALYSED, "S1", "S1_conf", "ST", "ST_conf", *_EVIDENCE),
    "sensitivity_morris": (*_ANALYSED, "mu_star", "mu_star_conf", "mu", "sigma", *_EVIDENCE),
    "sensitivity_delta": (*_ANALYSED, "delta", "delta_conf", "S1", *_EVIDENCE),
    "sensitivity_pawn": (*_ANALYSED, "pawn", "pawn_conf", "pawn_highest", *_EVIDENCE),
    "sensitivity_one_at_a_time": (*_ANALYSED, "at_low", "at_high", "swing", *_EVIDENCE),
}


@dataclass(frozen=True)
class StudyResults:
    """Everything computed for a study. `metadata` says what, when and with what; `tables` are pandas DataFrames by
    the names of `COLUMNS`.
    """

    metadata: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]

    def __getitem__(self, table: str) -> pd.DataFrame:
        return self.tables[table]

    def headline(self, indicator: str | None = None, basis: str | None = None) -> pd.DataFrame:
        """The results of one indicator (the first) on one electricity basis (the study's)."""
        table = self.tables["results"]
        wanted = indicator or str(self.metadata["indicators"][0]["id"])
        return table[
            (table["indicator"] == wanted)
            & (table["electricity_basis"] == (basis or self.metadata["electricity_basis"]))
        ]

    def to_json(self) -> str:
        """All tables, each as its `columns` and its `data`, one record a line; absent values are null.

        `pandas.DataFrame(**tables[name])` is the table again.
        """
        parts = [b'"metadata": ' + orjson.dumps(dict(self.metadata))]
        for name, table in self.tables.items():
            columns = orjson.dumps([str(column) for column in table.columns])
            rows = _one_a_line(list(zip(*(table[column].tolist() for column in table.columns), strict=True)))
            parts.append(b'"%s": {"columns": %s, "data": [\n%s]}' % (name.encode(), columns, rows))
        return (b"{" + b",\n".join(parts) + b"}\n").decode()


def _one_a_line(rows: list[tuple[Any, ...]]) -> bytes:
    """JSON lists with a line for each; what is no number is null."""
    whole = orjson.dumps(rows)[1:-1]
    if whole.count(b"],[") == len(rows) - 1:  # then no text holds that, and it stands between rows only
        return whole.replace(b"],[", b"],\n[")
    return b",\n".join(map(orjson.dumps, rows))


def frame(name: str, rows: list[dict[str, Any]], more: Iterable[str] = ()) -> pd.DataFrame:
    """A table with the columns of `COLUMNS[name]` or `ON_DEMAND[name]`, and some more that differ from case to case."""
    import pandas as pd

    return pd.DataFrame(rows, columns=[*{**COLUMNS, **ON_DEMAND}[name], *more])


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Flat records of plain Python values, with None for what is absent."""
    names = [str(column) for column in table.columns]
    return [dict(zip(names, row, strict=True)) for row in _rows(table)]


def as_csv(table: pd.DataFrame) -> str:
    """A table as CSV; what is absent is empty. Several times quicker than pandas, to the same text."""
    columns = [[_cell(str(name)), *_cells(table[name])] for name in table.columns]
    return "\n".join(map(",".join, zip(*columns, strict=True))) + "\n"


_SPECIAL = re.compile(r'[",\r\n]')


def _cells(column: pd.Series[Any]) -> Iterable[str]:
    values = column.tolist()
    if column.dtype == "str":  # the same few texts again and again
        return map({value: _cell(value) for value in set(values)}.__getitem__, values)
    if column.dtype == "float":
        return [str(value) if value == value else "" for value in values]
    return map(_cell, values)


def _cell(value: Any) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, str) and _SPECIAL.search(value):
        return '"' + value.replace('"', '""') + '"'
    return str(value)


def _rows(table: pd.DataFrame) -> list[tuple[Any, ...]]:
    return list(zip(*(_present(table[column]) for column in table.columns), strict=True))


def _present(column: pd.Series[Any]) -> list[Any]:
    """Plain values, with None for what is absent."""
    values = column.tolist()
    return [None if value != value else value for value in values] if column.hasnans else values
