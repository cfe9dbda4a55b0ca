"""The bundled workspace: every rare earth is accounted for, from feed to oxide."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import pytest

from lca.chemistry import RARE_EARTHS
from lca.impact.results import StudyResults
from lca.impact.study import run_study
from lca.inventory.settings import parse_settings
from lca.system.balances import PLANT
from lca.workspace import bundled

ROOT = bundled()
KEYS = ["scenario", "element"]


@pytest.fixture(scope="module")
def results() -> StudyResults:
    return run_study(ROOT, sensitivity=False)


@pytest.fixture(scope="module")
def world() -> StudyResults:
    feeds = ("magnet-full", "magnet-selective", "swarf", "mrec-clay", "mrec-bayan-obo", "mrec-mountain-pass")
    only = [f"{route}/{feed}/belfast/grid" for route in ("oxalate", "electro") for feed in feeds]
    return run_study(ROOT, "world", only=only, sensitivity=False)


def overall(results: StudyResults) -> pd.Series:
    table = results["recoveries"]
    return table[table["process"] == PLANT].set_index(KEYS)["recovered"]


def test_every_rare_earth_closes_in_every_scenario(results: StudyResults) -> None:
    balances = results["balances"]
    single = balances[balances["element"].isin(RARE_EARTHS)]
    assert single["relative"].abs().max() < 1e-9
    of_sum = balances[balances["element"] == "RE"][["scenario", "process"]]
    assert set(map(tuple, single[["scenario", "process"]].to_numpy())) == set(map(tuple, of_sum.to_numpy()))
    for _, found in balances[balances["process"] == PLANT].groupby("scenario"):
        expected = 15 if found["scenario"].iloc[0].split("/")[1] == "mrec-clay" else 4
        assert found["element"].isin(RARE_EARTHS).sum() == expected


def test_the_steps_multiply_to_the_whole(results: StudyResults) -> None:
    table = results["recoveries"]
    steps = table[table["process"] != PLANT]
    product = steps.groupby(KEYS)["recovered"].prod()
    assert product.to_numpy() == pytest.approx(overall(results).sort_index().to_numpy(), rel=1e-9)
    last = steps.groupby(KEYS)["cumulative"].last()
    assert last.to_numpy() == pytest.approx(overall(results).sort_index().to_numpy(), rel=1e-9)


def test_the_whole_is_what_the_balance_of_the_plant_says(results: StudyResults) -> None:
    """Of the product: the demand is one kg_REO of packed oxide, which holds what the row of the plant says."""
    table = results["recoveries"]
    plant = table[table["process"] == PLANT]
    balances = results["balances"]
    fed = balances[balances["process"] == PLANT].set_index(KEYS)["input"]
    assert plant["input"].to_numpy() == pytest.approx(fed.loc[list(map(tuple, plant[KEYS].to_numpy()))].to_numpy())


@pytest.mark.parametrize(
    ("feed", "less", "more"),
    [
        ("magnet-selective", ("Dy", "Tb"), ("Nd", "Pr")),
        ("swarf", ("Dy", "Tb"), ("Nd", "Pr")),
        ("mrec-bayan-obo", ("Ce",), ("La", "Nd", "Dy")),
        ("mrec-mountain-pass", ("Ce",), ("La", "Nd", "Dy")),
        ("mrec-clay", ("Ce",), ("La", "Nd", "Dy", "Y")),
    ],
)
def test_some_are_recovered_less(world: StudyResults, feed: str, less: Sequence[str], more: Sequence[str]) -> None:
    for route in ("oxalate", "electro"):
        found = overall(world)[f"{route}/{feed}/belfast/grid"]
        assert max(found[list(less)]) < min(found[list(more)]) < max(found[list(less)]) + 0.02
        assert 0.9 < found["RE"] < 0.95


def test_magnets_dissolved_whole_keep_their_mixture(world: StudyResults) -> None:
    found = overall(world)["oxalate/magnet-full/belfast/grid"]
    assert found.to_numpy() == pytest.approx(found["RE"])


def test_what_is_sold_is_what_dissolved() -> None:
    """A product of which less dissolves is a smaller share of the oxide; the shares of the rest grow alike."""
    name = "oxalate/magnet-selective/belfast/grid"
    found = run_study(ROOT, only=[name], sensitivity=False)["allocation"]
    shares = found[found["allocation"] == found["allocation"].iloc[0]].set_index("product")["mass_share"]
    fed = {"Nd2O3": 22.5 / 0.857353, "Dy2O3": 1.8 / 0.871317}
    assert shares["Dy2O3"] / shares["Nd2O3"] == pytest.approx(0.992 * fed["Dy2O3"] / fed["Nd2O3"], rel=1e-4)


def test_the_level_moves_all_elements_alike() -> None:
    name = "oxalate/magnet-selective/belfast/grid"
    high, low = (
        overall(
            run_study(
                ROOT, settings=parse_settings([f"feed.leach_recovery_level={x} %"]), only=[name], sensitivity=False
            )
        )
        for x in (99, 94)
    )
    assert (low / high).to_numpy() == pytest.approx(94 / 99)
