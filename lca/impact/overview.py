"""Views of the results: the headline, one breakdown, one difference, and what a comparison says in words."""

from __future__ import annotations

import pandas as pd

from lca.errors import Diagnostic, InputError, nearest
from lca.impact.results import StudyResults


def select(results: StudyResults, table: str, indicator: str | None, basis: str | None) -> pd.DataFrame:
    """The rows of a table for an indicator and an electricity basis (all where none is named)."""
    found = results[table]
    if indicator is not None:
        found = found[found["indicator"] == _indicator(results, indicator)]
    return found if basis is None else found[found["electricity_basis"] == basis]


def _indicator(results: StudyResults, wanted: str | None) -> str:
    ids = [str(info["id"]) for info in results.metadata["indicators"]]
    if wanted is None:
        return ids[0]
    if wanted not in ids:
        message = f"the method has no indicator `{wanted}`"
        raise InputError([Diagnostic("REE-I002", message, expected=", ".join(ids), suggestion=nearest(wanted, ids))])
    return wanted


def _one(results: StudyResults, table: str, indicator: str | None, basis: str | None) -> pd.DataFrame:
    return select(results, table, _indicator(results, indicator), basis or str(results.metadata["electricity_basis"]))


def headline(results: StudyResults) -> pd.DataFrame:
    """The first indicator, a line per comparison of the study, or, where it compares nothing, a line per scenario."""
    return _compared(results) if len(results["comparisons"]) else _listed(results)


def _listed(results: StudyResults) -> pd.DataFrame:
    """One line per scenario: the first indicator on both bases, then what else is assessed, on the study's basis."""
    table = results["results"]
    basis, infos = str(results.metadata["electricity_basis"]), results.metadata["indicators"]
    first = infos[0]
    columns: dict[str, pd.Series] = {}
    for which in ("market", "location"):
        rows = table[(table["indicator"] == first["id"]) & (table["electricity_basis"] == which)]
        columns[f"{first['id']}, {which} ({first['unit']})"] = rows.set_index("scenario")["value"]
    for info in infos[1:]:
        rows = table[(table["indicator"] == info["id"]) & (table["electricity_basis"] == basis)].set_index("scenario")
        if rows["value"].abs().max() > 0:
            partial = " partial" if rows["coverage"].min() < 1 else ""
            columns[f"{info['id'].removeprefix(first['id'] + '.')}{partial}"] = rows["value"]
    return pd.DataFrame(columns).reset_index(names="scenario")


def _compared(results: StudyResults) -> pd.DataFrame:
    """One line per comparison: both sides and the saving on the study's basis, and the saving on the other one."""
    first, basis = results.metadata["indicators"][0], str(results.metadata["electricity_basis"])
    other = "location" if basis == "market" else "market"
    rows = results["comparisons"]
    rows = rows[rows["indicator"] == first["id"]]
    own = rows[rows["electricity_basis"] == basis]
    pair = ["baseline", "alternative"]
    elsewhere = rows[rows["electricity_basis"] == other].set_index(pair)["saving"]
    return pd.DataFrame(
        {
            "baseline > alternative": [_joined(a, b) for a, b in own[pair].itertuples(index=False)],
            "baseline": own["baseline_value"].to_numpy(),
            "alternative": own["alternative_value"].to_numpy(),
            "saving": own["saving"].to_numpy(),
            "saving_share": own["saving_share"].to_numpy(),
            f"saving, {other}-based": elsewhere.loc[list(own[pair].itertuples(index=False, name=None))].to_numpy(),
        }
    )


def _joined(baseline: str, alternative: str) -> str:
    """`oxalate>electro/magnet/belfast`: what two scenario ids share is written once."""
    old, new = baseline.split("/"), alternative.split("/")
    if len(old) != len(new):
        return f"{baseline} > {alternative}"
    return "/".join(a if a == b else f"{a}>{b}" for a, b in zip(old, new, strict=True))


def breakdown(
    results: StudyResults, dimension: str, indicator: str | None, basis: str | None, with_total: bool
) -> pd.DataFrame:
    """The contributions of one dimension; for people, not for data to be summed, with the total as last line."""
    table = _one(results, "contributions", indicator, basis)
    parts = table[table["dimension"] == dimension]
    if not with_total:
        return parts
    totals = _one(results, "results", indicator, basis).set_index("scenario")["value"]
    last = [
        rows.iloc[0].to_dict() | {"item": "total", "title": "total", "value": totals[name], "share": 1.0}
        for name, rows in parts.groupby("scenario", sort=False)
    ]
    return pd.concat([parts, pd.DataFrame(last, columns=parts.columns)], ignore_index=True)


def coverage(results: StudyResults, indicator: str | None, basis: str | None) -> float:
    """The lowest coverage of an indicator in any scenario of the results; 0 where it is not assessed."""
    return float(_one(results, "results", indicator, basis)["coverage"].min())


def difference(
    results: StudyResults, dimension: str, indicator: str | None, basis: str | None, with_total: bool
) -> pd.DataFrame:
    """What makes the difference of the compared pair, by one dimension; for people with the total as last line."""
    parts = _one(results, "differences", indicator, basis)
    parts = parts[parts["dimension"] == dimension]
    if not with_total:
        return parts
    total = _one(results, "comparisons", indicator, basis).iloc[0]
    last = {column: total.get(column) for column in parts.columns} | {
        "dimension": dimension,
        "item": "total",
        "title": "total",
    }
    return pd.concat([parts, pd.DataFrame([last])], ignore_index=True)


def verdict(results: StudyResults, indicator: str | None, basis: str | None) -> str:
    """What the comparison says: of central values, nothing about their confidence."""
    row = _one(results, "comparisons", indicator, basis).iloc[0]
    what = f"Central values, {row['indicator']}, {row['electricity_basis']}-based"
    covered = coverage(results, indicator, basis)
    if covered == 0:
        return f"{what}: not assessed in at least one of the two; nothing can be compared."
    partial = f" (partial: the data cover {covered:.0%} of it)".replace("%", " %")
    what += partial if covered < 1 else ""
    size, old = abs(float(row["saving"])), float(row["baseline_value"])
    if size == 0:
        return f"{what}: the alternative equals the baseline."
    share = f" ({size / abs(old):.0%} of it)" if old else ""
    direction = "lower" if row["saving"] > 0 else "higher"
    return f"{what}: the alternative is {direction} than the baseline by {size:.3g} {row['unit']}{share}."
