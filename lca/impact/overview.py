"""Views of the results: the headline, one breakdown, one difference, and what a comparison says in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pandas as pd

from lca.errors import Diagnostic, InputError, nearest
from lca.impact.background_views import folder_of
from lca.impact.figures import figure_of
from lca.impact.methods import METHANE_COUNTS, MethodFactors
from lca.impact.results import StudyResults, records


def select(results: StudyResults, table: str, indicator: str | None, basis: str | None) -> pd.DataFrame:
    """The rows of a table for an indicator and an electricity basis (all where none is named)."""
    found = results[table]
    if indicator is not None:
        found = found[found["indicator"] == _indicator(results, indicator)]
    return found if basis is None else found[found["electricity_basis"] == basis]


def named(results: StudyResults, table: pd.DataFrame) -> pd.DataFrame:
    """Rows of `results` or `products` with the name of each figure first."""
    study = folder_of(results)
    return table.assign(figure=[str(figure_of(study, row)) for row in records(table)])[["figure", *table.columns]]


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


#: Scenarios that a headline sets side by side, and how many characters their names may take there together.
SIDE_BY_SIDE, NAMES = 4, 60

_BREAK = ";\n"

_OTHER_COLUMNS = {"indicator", "unit", "coverage"}


def headline(results: StudyResults) -> tuple[str, pd.DataFrame]:
    """What a study comes to, and a title for it: the first indicator, a line per comparison of the study. Where it
    compares nothing: every indicator that is assessed, scenarios side by side; where these are many, a line for each of
    them with the first indicator.
    """
    first, basis = results.metadata["indicators"][0], str(results.metadata["electricity_basis"])
    per = f"per {results.metadata['declared_unit']}"
    name = str(results.metadata["title"])
    name += "".join(f"\nset on the command line: {setting}" for setting in results.metadata.get("settings", ()))
    title = f"{name}\n{first['title']}, {first['unit']} {per}"
    if len(results["comparisons"]):
        return f"{title}, {basis}-based electricity, central values", _compared(results)
    names = list(dict.fromkeys(map(str, results["results"]["scenario"])))
    labels, common = _told_apart(names)
    if len(names) > SIDE_BY_SIDE or sum(map(len, labels)) > NAMES or _OTHER_COLUMNS & set(labels):
        return f"{title}, central values", _listed(results)
    title = f"{name}\n{per[0].upper()}{per[1:]}, {basis}-based electricity, central values"
    return f"{title}\n{common}" if common else title, _beside(results, dict(zip(names, labels, strict=True)))


def _told_apart(names: list[str]) -> tuple[list[str], str]:
    """What tells scenario ids apart, for each, and what they share: `oxalate`, `electro`; `magnet/belfast`."""
    parts = [name.split("/") for name in names]
    if len(names) < 2 or len({len(own) for own in parts}) > 1:
        return names, ""
    differs = [len(set(column)) > 1 for column in zip(*parts, strict=True)]
    labels = ["/".join(part for part, apart in zip(own, differs, strict=True) if apart) for own in parts]
    return labels, "/".join(part for part, apart in zip(parts[0], differs, strict=True) if not apart)


def _listed(results: StudyResults) -> pd.DataFrame:
    """One line per scenario: the first indicator on both bases, and the share of it that the data cover."""
    rows = select(results, "results", _indicator(results, None), None)
    own = rows[rows["electricity_basis"] == results.metadata["electricity_basis"]].set_index("scenario")
    bases = {f"{basis}-based": found for basis, found in rows.groupby("electricity_basis", sort=False)}
    columns = {title: found.set_index("scenario")["value"] for title, found in bases.items()}
    return pd.DataFrame(columns | {"coverage": own["coverage"]}).reset_index(names="scenario")


def _beside(results: StudyResults, labels: Mapping[str, str]) -> pd.DataFrame:
    """One line per indicator that is assessed and not nothing, the first one on both bases; the scenarios side by side,
    and the lowest share that the data cover in any of them.
    """
    basis, infos = str(results.metadata["electricity_basis"]), results.metadata["indicators"]
    lines = []
    for info in infos:
        found = select(results, "results", str(info["id"]), None)
        if not found["value"].abs().max() > 0:
            continue
        for which in dict.fromkeys([basis, *(found["electricity_basis"] if info is infos[0] else ())]):
            rows = found[found["electricity_basis"] == which].set_index("scenario")
            said = f", {which}-based" if info is infos[0] else ""
            line = {"indicator": f"{info['title']}{said}", "unit": info["unit"]}
            lines.append(line | {labels[n]: rows["value"][n] for n in labels} | {"coverage": rows["coverage"].min()})
    return pd.DataFrame(lines, columns=["indicator", "unit", *labels.values(), "coverage"])


def methane(infos: Iterable[Mapping[str, str]], named: str = "id") -> str:
    """How indicators (of the metadata) that are counted in CO2 count methane, a line for those that count it alike.
    Parts of an indicator that is among them count as it does. Empty where none counts methane.
    """
    of = {str(info["id"]): info for info in infos}
    found: dict[str, list[str]] = {}
    for name, info in of.items():
        said = str(info.get("methane") or "")
        if said and not any(name.startswith(f"{whole}.") for whole in of):
            found.setdefault(said.removeprefix(METHANE_COUNTS), []).append(str(info[named]))
    if not found:
        return ""
    texts = list(found) if len(found) == 1 else [f"{said} in {', '.join(names)}" for said, names in found.items()]
    return f"{METHANE_COUNTS[0].upper()}{METHANE_COUNTS[1:]}{_BREAK.join(texts)}."


def methane_of(method: MethodFactors, indicator: str | None = None) -> str:
    """How methane is counted in an indicator of a method, or in all of them."""
    infos = method.indicators if indicator is None else (method.indicators[method.index(indicator)],)
    return methane([{"id": info.id, "methane": info.methane} for info in infos])


def methane_in(results: StudyResults, indicator: str | None = None, every: bool = False) -> str:
    """How methane is counted in an indicator of the results (the first), or in all of them."""
    infos = results.metadata["indicators"]
    wanted = _indicator(results, indicator)
    return methane(infos if every else [info for info in infos if info["id"] == wanted])


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
