"""Products, costs, dependency, yearly accounts, coverage and exclusions, worked out by hand on a small works."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.chemistry import OXIDES, RARE_EARTHS
from lca.commands import main
from lca.errors import Problems, Span, render_text
from lca.impact.account_views import cost_difference, cost_totals, costs_by_good, side_by_side
from lca.impact.allocation import parts
from lca.impact.results import StudyResults
from lca.impact.study import run_study
from lca.inventory.economics import Allocation, PriceList
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.schema import Study
from tests.works import FILES, FOOTPRINT
from tests.workspaces import check, edited, write


def text(value: object) -> object:
    """Plain values as they are read from YAML."""
    if isinstance(value, dict):
        return {text(key): text(item) for key, item in value.items()}
    return [text(item) for item in value] if isinstance(value, list) else Text.at(str(value), Span(Path("x"), 1, 1))


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("works")
    write(root, FILES)
    return root


@pytest.fixture(scope="module")
def results(works: Path) -> StudyResults:
    return run_study(works, sensitivity=False)


def changed(root: Path, changes: dict[str, str]) -> StudyResults:
    write(root, edited(changes, FILES))
    return run_study(root, sensitivity=False)


def values(table: pd.DataFrame, *keys: str, value: str = "value") -> dict[object, float]:
    found = table.set_index(list(keys))[value]
    assert found.index.is_unique
    return found.to_dict()


def test_the_works_are_faultless(works: Path) -> None:
    assert render_text(check(works).all) == ""


def test_footprints(results: StudyResults) -> None:
    assert values(results.headline(), "scenario") == pytest.approx(FOOTPRINT)


# --- products


def products(results: StudyResults, scenario: str) -> dict[object, float]:
    table = results["products"]
    return values(table[table["scenario"] == scenario], "allocation", "product")


def test_allocation_by_hand(results: StudyResults) -> None:
    """By value 75 % at 80 USD and 25 % at 200 USD are 60 and 50 of 110 USD."""
    own = FOOTPRINT["open/near"]
    assert products(results, "open/near") == pytest.approx(
        {
            ("mass", "basket"): own,
            ("mass", "Nd2O3"): own,
            ("mass", "Dy2O3"): own,
            ("mass", "NdDy oxide"): own,
            ("value", "basket"): own,
            ("value", "Nd2O3"): own * 80 / 110,
            ("value", "Dy2O3"): own * 200 / 110,
            ("value", "NdDy oxide"): own,
            ("dysprosium", "basket"): own,
            ("dysprosium", "Nd2O3"): 0,
            ("dysprosium", "Dy2O3"): own * 4,
            ("dysprosium", "NdDy oxide"): own,
        }
    )
    factors = results["allocation"]
    by_value = factors[(factors["scenario"] == "open/near") & (factors["allocation"] == "value")].set_index("product")
    assert by_value.loc["Nd2O3", ["mass_share", "weight", "share"]].tolist() == pytest.approx([0.75, 80, 60 / 110])
    assert by_value.loc["Dy2O3", ["mass_share", "weight", "share"]].tolist() == pytest.approx([0.25, 200, 50 / 110])
    assert by_value.loc["NdDy oxide", ["mass_share", "weight", "share"]].tolist() == pytest.approx([1, 110, 1])


def test_circular_footprint_by_hand(results: StudyResults) -> None:
    """`A E_recycled + (1 - A) E_virgin Q`, both by value; only for the route that it is meant for."""
    whole = 0.2 * FOOTPRINT["loop/near"] + 0.8 * 0.9 * FOOTPRINT["open/far"]
    found = {key[1]: value for key, value in products(results, "loop/near").items() if key[0] == "recycled"}
    assert found == pytest.approx(
        {"basket": whole, "Nd2O3": whole * 80 / 110, "Dy2O3": whole * 200 / 110, "NdDy oxide": whole}
    )
    assert set(results["products"].query("allocation == 'recycled'")["scenario"]) == {"loop/near"}


def test_circular_footprint_of_another_basket(tmp_path: Path) -> None:
    """Virgin oxide is taken oxide by oxide: what only the recycled basket has has no circular footprint."""
    basket = "basket: {composition: {Nd: 75 %, Dy: 25 %}, of: oxides}"
    changes = {
        f"parameters:\n  {basket}\n": "",
        "elements: [Dy]": "elements: [Dy]\nwhen: {site: near}",  # elsewhere there is nothing that it could share
        "{distance: {value: 500 km}": f"{{{basket}, distance: {{value: 500 km}}",
        "{distance: {value: 1000 km}": "{basket: {composition: {Nd: 100 %}, of: oxides}, distance: {value: 1000 km}",
    }
    found = products(changed(tmp_path, changes), "loop/near")
    assert {key[1] for key in found if key[0] == "recycled"} == {"Nd2O3"}
    assert found["recycled", "Nd2O3"] == pytest.approx(
        0.2 * FOOTPRINT["loop/near"] * 80 / 110 + 0.8 * 0.9 * FOOTPRINT["open/far"]
    )


def test_side_by_side(results: StudyResults) -> None:
    table = side_by_side(results, "loop/near", None)
    assert list(table.columns) == ["product", "mass share", "mass", "value", "dysprosium", "recycled"]
    assert table["product"].tolist() == ["basket", "Nd2O3", "Dy2O3", "NdDy oxide"]


PRICES = st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 6))


@given(
    shares=st.dictionaries(st.sampled_from(RARE_EARTHS), st.floats(1e-6, 1), min_size=1),
    prices=st.lists(PRICES, min_size=len(RARE_EARTHS), max_size=len(RARE_EARTHS)),
    wanted=st.sets(st.sampled_from(RARE_EARTHS), min_size=1),
    burden=st.floats(-1e3, 1e3),
)
def test_allocation_shares_out_all_and_no_more(
    shares: dict[str, float], prices: list[float], wanted: set[str], burden: float
) -> None:
    """Whatever the basket and the prices: shares sum to one, and the products together bear what the basket does."""
    basket = {element: share / sum(shares.values()) for element, share in shares.items()}
    sold = {element: {"price": f"{price!r} USD/kg_REO"} for element, price in zip(RARE_EARTHS, prices, strict=True)}
    listed = {"prices": "market", "title": "P", "date": 2024, "currency": "USD", "products": sold}
    inventory = Inventory(Path("x"))
    inventory.price_lists[Text.at("market", Span(Path("x"), 1, 1))] = PriceList.model_validate(text(listed))
    demand = {"flow": "oxide", "amount": "1 kg_REO"}
    study = {"study": "s", "title": "S", "declared_unit": "1", "demand": demand, "method": "m"}
    ways = ({"by": "mass"}, {"by": "price", "prices": "market"}, {"by": "elements", "elements": sorted(wanted)})
    for way in ways:
        allocation = Allocation.model_validate(text({"allocation": "a", "title": "A", **way}))
        problems = Problems()
        found = parts(inventory, Study.model_validate(text(study)), allocation, basket, problems)
        if problems.errors:
            assert [d.code for d in problems.errors] == ["REE-M006"]  # nothing in the basket has a weight
            weighted = {"price": {e for e, p in zip(RARE_EARTHS, prices, strict=True) if p}, "elements": wanted}
            assert not set(basket) & weighted[way["by"]] or way["by"] == "price"  # type: ignore[index]
            continue
        assert [part.product for part in found] == [OXIDES[element] for element in basket]
        assert sum(part.share for part in found) == pytest.approx(1)
        assert sum(part.mass_share for part in found) == pytest.approx(1)
        assert sum(part.mass_share * part.factor * burden for part in found) == pytest.approx(burden)
        assert all(part.share >= 0 for part in found)


# --- costs


def costs(results: StudyResults, scenario: str, value: str = "cost") -> dict[object, float]:
    table = results["costs"]
    return values(table[table["scenario"] == scenario], "flow", value=value)


def test_costs_by_hand(results: StudyResults) -> None:
    """Ore at 2 EUR of 1.25 USD, down to goods of the market: the delivery is the ore and its freight."""
    assert costs(results, "open/near", "amount") == pytest.approx(
        {"ore": 4, "freight": 2, "acid": 3, "electricity": 10}
    )
    found = costs(results, "open/near")
    assert math.isnan(found.pop("freight"))  # nobody knows its price: absent, not zero
    assert found == pytest.approx({"ore": 10, "acid": 1.5, "electricity": 0.8})
    ore = results["costs"].query("scenario == 'open/near' and flow == 'ore'").iloc[0]
    assert (ore["low"], ore["high"], ore["price"]) == pytest.approx((5, 20, 2.5))
    assert ore["currency"] == "USD"
    assert (ore["supplier"], ore["location"], ore["account"], ore["source"]) == ("mine", "AU", "goods", "book")
    acid = results["costs"].query("scenario == 'open/near' and flow == 'acid'").iloc[0]
    assert (acid["low"], acid["high"]) == pytest.approx((1.5, 1.5))


def test_price_by_place_and_currency(results: StudyResults) -> None:
    """0.04 GBP of 1.5 USD per kWh where the power station is in the United States."""
    assert costs(results, "open/far")["electricity"] == pytest.approx(10 * 0.04 * 1.5)


def test_costs_in_another_currency(results: StudyResults, tmp_path: Path) -> None:
    """A list in euros gives the same, divided by the rate."""
    euros = changed(tmp_path, {"currency: USD": "currency: EUR"})
    assert costs(euros, "open/far")["electricity"] == pytest.approx(10 * 0.04 * 1.5 / 1.25)
    for flow in ("ore", "acid", "electricity"):
        assert costs(euros, "open/near")[flow] == pytest.approx(costs(results, "open/near")[flow] / 1.25)
    by_value = [key for key in products(results, "open/near") if key[0] == "value"]  # type: ignore[index]
    for key in by_value:
        assert products(euros, "open/near")[key] == pytest.approx(products(results, "open/near")[key])


def test_a_return_to_the_loop_lowers_purchases_and_costs(results: StudyResults) -> None:
    assert costs(results, "loop/near", "amount")["acid"] == pytest.approx(2)
    assert costs(results, "loop/near")["acid"] == pytest.approx(1.0)
    saved = cost_difference(results, "open/near", "loop/near", with_total=True).set_index("flow")["saving"]
    assert saved["total"] == pytest.approx(0.5)
    assert saved["acid"] == pytest.approx(0.5)


def test_a_surplus_is_handed_over_and_not_sold(tmp_path: Path) -> None:
    """Five kilograms come back where three are used: nothing is bought, two are disposed of, at 0.3 kg CO2 each."""
    found = changed(tmp_path, {"amount: 1 kg, bin: leaching, when": "amount: 5 kg, bin: leaching, when"})
    assert values(found.headline(), "scenario")["loop/near"] == pytest.approx(8.2 + 2 * 0.3)
    assert costs(found, "loop/near", "amount") == pytest.approx(
        {"ore": 4, "freight": 2, "pool_acid": 2, "electricity": 10}
    )
    assert math.isnan(costs(found, "loop/near")["pool_acid"])


def test_cost_views(results: StudyResults) -> None:
    totals = cost_totals(results).set_index("scenario")
    assert totals.loc["open/near", "cost"] == pytest.approx(12.3)
    assert totals.loc["open/near", ["low", "high"]].tolist() == pytest.approx([7.3, 22.3])
    assert totals.loc["open/near", "without a price"] == "Freight"
    goods = costs_by_good(results, "open/near", with_total=True)
    assert goods["flow"].tolist() == ["ore", "acid", "electricity", "freight", "total"]
    assert goods["cost"].iloc[-1] == pytest.approx(12.3)
    assert goods["cost"].isna().tolist() == [False, False, False, True, False]


def test_a_price_of_the_delivery_keeps_it_whole(tmp_path: Path) -> None:
    """Freight is not counted beside a price that holds it."""
    found = changed(tmp_path, {"  acid: {price: 500": "  delivered_ore: {price: 3 USD/kg}\n  acid: {price: 500"})
    assert costs(found, "open/near") == pytest.approx({"delivered_ore": 12, "acid": 1.5, "electricity": 0.8})


def test_what_prices_alone_refer_to_is_used(tmp_path: Path) -> None:
    """A choice that only prices ask for, and a setting of it."""
    changes = {
        "parameters:\n  basket": "parameters:\n  contract: {choice: spot, options: [spot, yearly]}\n  basket",
        "{price: 0.04 GBP/kWh, when: {location: US}}": "{price: 40 USD/MWh, when: {contract: yearly}}",
        "demand: {flow: oxide": "set: {workspace.contract: yearly}\ndemand: {flow: oxide",
    }
    assert costs(changed(tmp_path, changes), "open/near")["electricity"] == pytest.approx(0.4)
    assert render_text(check(tmp_path).all) == ""


# --- dependency


def test_dependency_sums_to_what_is_bought(results: StudyResults) -> None:
    table = results["dependency"]
    sums = table.groupby(["scenario", "flow"])[["share", "amount", "cost"]].sum(min_count=1)
    assert sums["share"].tolist() == pytest.approx([1] * len(sums))
    for scenario in FOOTPRINT:
        assert sums.loc[scenario, "amount"].to_dict() == pytest.approx(costs(results, scenario, "amount"))
        known = sums.loc[scenario, "cost"].dropna().to_dict()
        assert known == pytest.approx({k: v for k, v in costs(results, scenario).items() if v == v})


def test_dependency_by_hand(results: StudyResults) -> None:
    """World supply where it is known, else the country of the supplier."""
    table = results["dependency"].query("scenario == 'open/near'")
    assert values(table, "flow", "country", value="share") == pytest.approx(
        {
            ("ore", "AU"): 1,
            ("acid", "CN"): 0.7,
            ("acid", "IN"): 0.2,
            ("acid", "other"): 0.1,
            ("electricity", "GB"): 1,
            ("freight", "GB"): 1,
        }
    )
    assert set(table[table["largest"]]["country"]) == {"AU", "CN", "GB"}
    assert values(table, "flow", "country", value="cost")["acid", "CN"] == pytest.approx(1.5 * 0.7)


# --- a year


def rows(results: StudyResults, plant: str, kind: str, basis: str = "market") -> dict[object, float]:
    table = results["accounts"]
    wanted = (table["plant"] == plant) & (table["kind"] == kind) & (table["electricity_basis"] == basis)
    return values(table[wanted], "item")


def test_a_year_by_hand(results: StudyResults) -> None:
    assert rows(results, "Large", "output") == pytest.approx({"oxide": 10_000})
    assert rows(results, "Large", "indicator") == pytest.approx({"climate_change": 112_000})
    assert rows(results, "Large", "ghg_scope") == pytest.approx(
        {"1": 20e3, "2": 40e3, "3.1": 50e3, "3.4": 2e3, "3.3": 0}
    )
    assert rows(results, "Large", "bought:goods") == pytest.approx({"ore": 40e3, "acid": 30e3})
    assert rows(results, "Small", "bought:goods") == pytest.approx({"ore": 20e3, "acid": 10e3})
    assert rows(results, "Large", "total")["goods"] == pytest.approx(70e3)
    assert rows(results, "network", "bought:freight") == pytest.approx({"freight": 30e3})
    assert rows(results, "network", "output") == pytest.approx({"oxide": 15_000})


def test_the_network_is_the_sum_of_its_plants(results: StudyResults) -> None:
    table = results["accounts"]
    keys = ["electricity_basis", "kind", "item", "unit"]
    plants = table[table["plant"] != "network"].groupby(keys)["value"].sum()
    network = table[table["plant"] == "network"].set_index(keys)["value"]
    assert network.to_dict() == pytest.approx(plants.to_dict())


@pytest.mark.parametrize("kind", ["ghg_scope", "footprint_by_account"])
@pytest.mark.parametrize("plant", ["Large", "Small", "network"])
@pytest.mark.parametrize("basis", ["market", "location"])
def test_parts_of_a_year_sum_to_it(kind: str, plant: str, basis: str, results: StudyResults) -> None:
    expected = {"Large": 112e3, "Small": 51e3, "network": 163e3}[plant]
    assert sum(rows(results, plant, kind, basis).values()) == pytest.approx(expected)


def test_twice_the_output_is_twice_of_everything(results: StudyResults, tmp_path: Path) -> None:
    keys = ["plant", "electricity_basis", "kind", "item"]
    doubled = changed(tmp_path, {"output: 10 t_REO/year": "output: 20000 kg_REO/year", "output: 5 t": "output: 10 t"})
    old, new = (values(found["accounts"], *keys) for found in (results, doubled))
    assert new == pytest.approx({key: 2 * value for key, value in old.items()})


def test_a_year_does_not_depend_on_the_declared_unit(results: StudyResults, tmp_path: Path) -> None:
    changes = {
        "declared_unit: 1 kg oxide": "declared_unit: 1 t oxide",
        "amount: 1 kg_REO}\nmethod": "amount: 1 t_REO}\nmethod",
    }
    keys = ["plant", "electricity_basis", "kind", "item"]
    other = changed(tmp_path, changes)
    assert values(other["accounts"], *keys) == pytest.approx(values(results["accounts"], *keys))


def test_what_one_plant_lacks_is_no_part_of_the_network(tmp_path: Path) -> None:
    """Radon is known of one plant alone: the network has no sum of it."""
    changes = {
        "  - {flow: carbon_dioxide, amount: 2 kg}\n": "  - {flow: carbon_dioxide, amount: 2 kg}\n"
        "  - {flow: radon, amount: 1 Bq, when: {route: loop}}\n",
        "---\nroute: open": "  radon: {title: Radon, kind: elementary, compartment: air, unit: Bq}\n---\nroute: open",
        "factors: {carbon_dioxide: 1}}\n": "factors: {carbon_dioxide: 1}}\n"
        "  radiation: {title: Radiation, unit: Bq, factors: {radon: 1}}\n",
    }
    found = changed(tmp_path, changes)
    assert rows(found, "Small", "indicator")["radiation"] == pytest.approx(5000)
    assert set(rows(found, "Large", "indicator")) == set(rows(found, "network", "indicator")) == {"climate_change"}


# --- coverage

TWO_SUPPLIERS = """\
workspace: two
title: Two suppliers
source: book
evidence: literature
flow_groups: {gases: Greenhouse gases, water: Water}
---
sources: {book: {title: A book}}
---
flows:
  good: {title: Good, kind: product, unit: kg}
  lime: {title: Lime, kind: product, unit: kg}
  soda: {title: Soda, kind: product, unit: kg}
  carbon_dioxide: {title: Carbon dioxide, kind: elementary, compartment: air, unit: kg, group: gases}
  lake_water: {title: Lake water, kind: elementary, compartment: resource, unit: kg, group: water}
---
process: plant
title: Plant
stage: making
source: book
evidence: literature
product: {flow: good, amount: 1 kg}
inputs:
  - {flow: lime, amount: 3 kg}
  - {flow: soda, amount: 1 kg}
---
process: lime_works
title: Lime works
source: book
evidence: literature
product: {flow: lime, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 1 kg}]
---
process: soda_works
title: Soda works
source: book
evidence: literature
product: {flow: soda, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 3 kg}]
resources: [{flow: lake_water, amount: 5 kg}]
---
study: one
title: One kilogram
declared_unit: 1 kg
demand: {flow: good, amount: 1 kg}
method: simple
---
method: simple
title: Two
indicators:
  climate_change: {title: Climate change, unit: kg CO2e, factors: {carbon_dioxide: 1}}
  water_use: {title: Water use, unit: kg, factors: {lake_water: 1}}
"""


def coverage(root: Path, changes: dict[str, str]) -> tuple[dict[object, float], pd.DataFrame]:
    write(root, edited(changes, {"inventories/all.yaml": TWO_SUPPLIERS}))
    found = run_study(root, sensitivity=False)
    return values(found.headline("water_use"), "indicator", value="coverage") | values(
        found.headline(), "indicator", value="coverage"
    ), found["coverage"]


def test_coverage_by_hand(tmp_path: Path) -> None:
    """Lime says nothing of water: it makes 3 of 6 kg CO2, and is 3 of 4 kg bought. The lower share counts."""
    shares, gaps = coverage(tmp_path, {})
    assert shares == pytest.approx({"climate_change": 1, "water_use": 0.25})
    assert gaps[["groups", "process", "result_share", "mass_share"]].to_numpy().tolist() == [
        ["water", "lime_works", 0.5, 0.75]
    ]


@pytest.mark.parametrize(
    ("changes", "share"),
    [
        ({"title: Lime works": "title: Lime works\ncovers: [gases, water]"}, 1),  # it needs none, and says so
        ({"title: Lime works": "title: Lime works\ncovers: [gases]"}, 0.25),
        ({"title: Soda works": "title: Soda works\ncovers: [gases]"}, 0),  # it gives water in part, nobody gives all
        ({"flow: lime, amount: 3 kg": "flow: lime, amount: 0.5 kg"}, 1 - 0.5 / 1.5),
        ({"title: Lime, kind: product, unit: kg": "title: Lime, kind: product, unit: kg, bulk: true"}, 0.5),
        ({"{lake_water: 1}": "{lake_water: {value: 1, partial: half of it}}"}, 0),
        ({"\nemissions: [{flow: carbon_dioxide, amount: 1 kg}]": ""}, 0.25),  # says nothing at all
    ],
)
def test_coverage_follows_what_is_said(changes: dict[str, str], share: float, tmp_path: Path) -> None:
    assert coverage(tmp_path, changes)[0]["water_use"] == pytest.approx(share)


def test_partial_factors_and_silent_suppliers_do_not_add_up(tmp_path: Path) -> None:
    """The lowest share counts, not the product."""
    changes = {"{lake_water: 1}": "{lake_water: 1, carbon_dioxide: {value: 0.5, partial: a guess}}"}
    assert coverage(tmp_path, changes)[0]["water_use"] == pytest.approx(0.25)  # of 8 kg, 5 are known; lime as before


# --- exclusions and commands


@pytest.fixture
def run(works: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    def answer(*words: str, root: Path = works) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main([*words, "-w", str(root)])
        seen = capsys.readouterr()
        return int(stopped.value.code or 0), seen.out, seen.err

    return answer


def test_excluded_combinations_are_named_with_the_reason(results: StudyResults) -> None:
    assert results.metadata["excluded"] == [{"id": "loop/far", "reason": "Acid cannot be stored there."}]
    assert set(results["results"]["scenario"]) == set(FOOTPRINT)


def test_all_scenarios(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    """Every combination that is allowed, though the study has one of them only; the others by name, with the reason."""
    changes = {
        "- {route: [open, loop], site: [near, far]}": "- {route: open, site: near}",
        "    - {scenario: loop/near, output: 5 t_REO/year, title: Small}\n": "",
        "[mass, value, dysprosium, recycled]": "[mass, value, dysprosium]",
    }
    write(tmp_path, edited(changes, FILES))
    code, out, err = run("results", "--all-scenarios", "--format", "json", "--basis", "market", root=tmp_path)
    assert code == 0, err
    assert {row["scenario"]: row["value"] for row in json.loads(out)} == pytest.approx(FOOTPRINT)
    assert "left out: loop/far: Acid cannot be stored there." in err
    code, out, _ = run("results", "--format", "json", root=tmp_path)
    assert {row["scenario"] for row in json.loads(out)} == {"open/near"}


def test_all_scenarios_keep_what_the_study_sets(tmp_path: Path) -> None:
    changes = {
        "site: [near, far]}\n": "site: near, set: {near.distance: 300 km}}\n  - {route: open, site: far}\n",
    }
    write(tmp_path, edited(changes, FILES))
    found = run_study(tmp_path, sensitivity=False, every=True)
    expected = dict(FOOTPRINT) | {"open/near": 11.2 - 0.08, "loop/near": 10.2 - 0.08}
    assert values(found.headline(), "scenario") == pytest.approx(expected)


def test_an_excluded_scenario_is_refused_by_name(run) -> None:  # type: ignore[no-untyped-def]
    code, _, err = run("results", "loop/far")
    assert code == 1
    assert "REE-N013" in err
    assert "Acid cannot be stored there." in err


@pytest.mark.parametrize(
    "words",
    [
        "results --products --format csv",
        "products open/near",
        "products loop/near --factors --format json",
        "loop loop/near",
        "costs",
        "costs open/near",
        "costs open/near loop/near --format json",
        "dependency",
        "dependency open/near --format json",
        "accounts",
        "accounts both --basis market --format json",
    ],
)
def test_commands(words: str, run) -> None:  # type: ignore[no-untyped-def]
    code, out, err = run(*words.split())
    assert (code, err) == (0, "")
    assert out


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("products loop/far", "REE-N013"),
        ("products open/nar", "REE-N008"),
        ("products open/near --indicator climate_chang", "REE-I002"),
        ("costs open/near loop/far", "REE-N013"),
        ("dependency open/nar", "REE-N008"),
        ("accounts bth", "REE-C007"),
    ],
)
def test_commands_refuse(words: str, code: str, run) -> None:  # type: ignore[no-untyped-def]
    stopped, out, err = run(*words.split())
    assert (stopped, out) == (1, "")
    assert code in err


@pytest.mark.parametrize(
    "words",
    ["products open/near", "costs", "dependency", "accounts", "costs open/near loop/near", "dependency open/far"],
)
def test_commands_say_what_the_study_lacks(words: str, run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    inventory, _, study = FILES["inventories/all.yaml"].partition("study: year\n")
    wanted = [
        line
        for line in study.splitlines()
        if not line.startswith(("prices", "products", "alloc", "netw", "  both", "    -"))
    ]
    write(tmp_path, dict(FILES) | {"inventories/all.yaml": inventory + "study: year\n" + "\n".join(wanted)})
    stopped, out, err = run(*words.split(), root=tmp_path)
    assert (stopped, out) == (1, "")
    assert "REE-C007" in err


@pytest.mark.parametrize("words", ["costs", "costs open/near", "dependency", "dependency open/near --format json"])
def test_a_list_without_prices(words: str, run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    empty = "prices: nothing\ntitle: Nothing\ndate: 2024\ncurrency: USD\n---\nallocation: mass"
    write(
        tmp_path,
        edited({"allocation: mass": empty, "]\nprices: market\nnetworks": "]\nprices: nothing\nnetworks"}, FILES),
    )
    code, out, err = run(*words.split(), root=tmp_path)
    assert code == 0, err
    assert "nan" not in out


@pytest.mark.parametrize(
    ("output", "code"), [("1e290 t_REO/year", 0), ("1e305 t_REO/year", 1), ("1e300 t_REO/year", 0)]
)
def test_huge_tonnage(output: str, code: int, run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    write(tmp_path, edited({"10 t_REO/year": output}, FILES))
    got, out, err = run("accounts", "--format", "json", root=tmp_path)
    assert got == code, err
    assert "REE-F005" in err if code else json.loads(out)


def test_a_free_good_costs_nothing_and_a_negative_price_brings_money(tmp_path: Path) -> None:
    found = changed(tmp_path, {"acid: {price: 500 USD/t}": "acid: {price: -500 USD/t, range: [-600 USD/t, 0 USD/t]}"})
    acid = found["costs"].query("scenario == 'open/near' and flow == 'acid'").iloc[0]
    assert (acid["cost"], acid["low"], acid["high"]) == pytest.approx((-1.5, -1.8, 0))
