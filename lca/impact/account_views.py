"""Views of costs, dependency and allocation: totals, differences, side by side."""

from __future__ import annotations

import pandas as pd

from lca.errors import Diagnostic, InputError, nearest
from lca.impact.accounts import WORLD
from lca.impact.results import StudyResults

TOTAL = "total"


def _needed(results: StudyResults, table: str, why: str) -> pd.DataFrame:
    found = results[table]
    if not len(found):
        raise InputError([Diagnostic("REE-C007", f"the study has no {table}", expected=why)])
    return found


def _costs(results: StudyResults) -> pd.DataFrame:
    found = _needed(results, "costs", "`prices: <id of a price list>` in the study")
    return found.astype(dict.fromkeys(("price", "cost", "low", "high"), float))  # where nothing has a price as well


def cost_totals(results: StudyResults) -> pd.DataFrame:
    """One line per scenario: cost of all priced purchases with the sum of the low and high ends, and what has no price.

    The ends are those of every price at once, wider than what is likely.
    """
    rows = []
    for scenario, lines in _costs(results).groupby("scenario", sort=False):
        known = lines[lines["cost"].notna()]
        missing = sorted(set(lines.loc[lines["cost"].isna(), "title"]))
        row = {
            "scenario": scenario,
            "cost": known["cost"].sum(),
            "low": known["low"].sum(),
            "high": known["high"].sum(),
        }
        rows.append(row | {"currency": lines["currency"].iloc[0], "without a price": ", ".join(missing)})
    return pd.DataFrame(rows)


def costs_by_good(results: StudyResults, scenario: str, with_total: bool) -> pd.DataFrame:
    """What each good costs in a scenario, dearest first; with the total as last line for people."""
    lines = _costs(results)
    lines = lines[lines["scenario"] == scenario]
    keys = ["scenario", "flow", "title", "account", "location", "unit", "currency", "price", "evidence", "source"]
    sums = lines.groupby(keys, sort=False, dropna=False)[["amount", "cost", "low", "high"]]
    found = sums.sum(min_count=1).reset_index().sort_values("cost", ascending=False, key=abs, kind="stable")
    if not with_total:
        return found
    called = TOTAL if found["cost"].notna().all() else "total of what has a price"
    total = {"scenario": scenario, "flow": TOTAL, "title": called, "currency": found["currency"].iloc[0]}
    total |= {name: found[name].sum() for name in ("cost", "low", "high")}
    return pd.concat([found, pd.DataFrame([total])], ignore_index=True)


def cost_difference(results: StudyResults, baseline: str, alternative: str, with_total: bool) -> pd.DataFrame:
    """What two scenarios pay for each good, and the saving (baseline minus alternative), largest first.

    The total for people is over the goods whose cost is known on both sides, so that it adds up.
    """
    lines = _costs(results)
    sides = [
        lines[lines["scenario"] == name].groupby(["flow", "title", "currency"])["cost"].sum(skipna=False)
        for name in (baseline, alternative)
    ]
    goods = sides[0].index.union(sides[1].index)  # what one does not buy costs it nothing; no price is no cost
    old, new = (side.reindex(goods, fill_value=0.0) for side in sides)
    table = pd.DataFrame({"baseline": old, "alternative": new}).reset_index()
    table["saving"] = table["baseline"] - table["alternative"]
    table = table.sort_values("saving", ascending=False, key=abs, kind="stable")
    if not with_total:
        return table
    known = table[table["saving"].notna()]
    called = TOTAL if len(known) == len(table) else "total of what has a price on both sides"
    total = {"flow": TOTAL, "title": called, "currency": table["currency"].iloc[0]}
    total |= {name: known[name].sum() for name in ("baseline", "alternative", "saving")}
    return pd.concat([table, pd.DataFrame([total])], ignore_index=True)


def dependency_of(results: StudyResults, scenario: str) -> pd.DataFrame:
    """The goods of a scenario with the share of each country, dearest good first."""
    found = _needed(results, "dependency", "`prices:` in the study")
    found = found[found["scenario"] == scenario]
    size = found.groupby("flow")["cost"].transform("sum")
    return found.assign(size=size).sort_values(["size", "share"], ascending=False, kind="stable").drop(columns="size")


def dependency_totals(results: StudyResults) -> pd.DataFrame:
    """One line per scenario, without what upstream stages buy: which country the largest part of the cost depends on,
    and the part of cost and mass that goods make up whose world supply comes mostly from a single country, with the
    dearest of them.
    """
    rows = []
    own = _needed(results, "dependency", "`prices:` in the study")
    for scenario, lines in own[~own["upstream"].astype(bool)].groupby("scenario", sort=False):
        cost, by_country = lines["cost"].sum(), lines.groupby("country")["cost"].sum()
        country = str(by_country.idxmax())
        single = lines[(lines["share"] > 0.5) & lines["largest"] & (lines["basis"] == WORLD)]
        goods = lines[lines["flow"].isin(single["flow"])]
        masses = lines[lines["unit"] == "kg"]
        first = single.sort_values("cost", ascending=False).head(3)
        missing = dict.fromkeys(lines.loc[lines["cost"].isna(), "title"])
        rows.append(
            {
                "scenario": scenario,
                "largest country": country,
                "share": by_country.max() / cost if cost else None,
                "cost of goods made mostly in one country": goods["cost"].sum() / cost if cost else None,
                "mass of them": (
                    masses.loc[masses["flow"].isin(goods["flow"]), "amount"].sum() / masses["amount"].sum()
                    if len(masses)
                    else None
                ),
                "which": ", ".join(f"{row['title']} ({row['country']})" for _, row in first.iterrows()),
                "without a price": ", ".join(missing),
            }
        )
    return pd.DataFrame(rows)


def accounts_of(results: StudyResults, network: str | None, basis: str | None) -> pd.DataFrame:
    """The yearly accounts of a network, of all if none is named."""
    found = _needed(results, "accounts", "`networks:` in the study")
    names = list(dict.fromkeys(str(name) for name in found["network"]))
    if network is not None and network not in names:
        message = f"the study has no network `{network}`"
        raise InputError(
            [Diagnostic("REE-C007", message, expected=", ".join(names), suggestion=nearest(network, names))]
        )
    found = found if network is None else found[found["network"] == network]
    return found if basis is None else found[found["electricity_basis"] == basis]


def side_by_side(results: StudyResults, scenario: str, indicator: str | None) -> pd.DataFrame:
    """What each product bears, as much of it as is declared, a column for each allocation."""
    found = _needed(results, "products", "`products:` and `allocations:` in the study")
    ids = [str(info["id"]) for info in results.metadata["indicators"]]
    if indicator is not None and indicator not in ids:
        message = f"the method has no indicator `{indicator}`"
        raise InputError([Diagnostic("REE-I002", message, expected=", ".join(ids), suggestion=nearest(indicator, ids))])
    found = found[(found["scenario"] == scenario) & (found["indicator"] == (indicator or ids[0]))]
    columns = list(dict.fromkeys(found["allocation"]))
    order = list(dict.fromkeys(found["product"]))
    wide = found.pivot_table(index="product", columns="allocation", values="value", sort=False).reindex(order)
    factors = results["allocation"]
    shares = factors[factors["scenario"] == scenario].drop_duplicates("product").set_index("product")["mass_share"]
    made: pd.DataFrame = wide[columns].reset_index()
    made.insert(1, "mass share", [shares.get(product) for product in made["product"]])
    return made
