"""Products of a basket in samples: what the table of products says, sample by sample."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from lca.impact.batch.products import circular_shares, constant_shares, unknown_shares
from lca.impact.batch.uncertainty import Sampled, Wanted, prepared, uncertainty
from lca.impact.study import run_study
from tests import works
from tests.impact.batch.samples import drawn
from tests.workspaces import write


def uncertain_works(root: Path, *only: str, basket: str = "of: oxides") -> Sampled:
    """The works, with power of 5 to 20 kWh."""
    text = works.INVENTORY.replace("amount: 10 kWh, scope: 2}", "amount: 10 kWh, scope: 2, range: [5 kWh, 20 kWh]}")
    text = text.replace("of: oxides", basket)
    write(root, dict(works.FILES) | {"inventories/all.yaml": text})
    return prepared(root, None, only)


def test_products_are_those_of_the_study(tmp_path: Path) -> None:
    """Every product by every allocation, circular footprints among them, has the central value that the study has."""
    sampled = uncertain_works(tmp_path)
    _, rows = uncertainty(sampled, Wanted(500), products=True)
    keys = ("scenario", "allocation", "product", "indicator")
    found = {tuple(row[key] for key in keys): row["central"] for row in rows if row["allocation"] != "none"}
    table = run_study(tmp_path, sensitivity=False)["products"]
    expected = {tuple(row[key] for key in keys): row["value"] for row in table.to_dict("records")}
    assert ("loop/near", "recycled", "basket", "climate_change") in found
    # the basket under an allocation is the basket; here it stands once, without one
    expected = {key: value for key, value in expected.items() if key[2] != "basket" or key[1] == "recycled"}
    assert found.keys() == expected.keys()
    for key, value in expected.items():
        assert found[key] == pytest.approx(value, rel=1e-12)


def test_a_circular_footprint_is_sampled_in_pairs(tmp_path: Path) -> None:
    """0.2 E(loop/near) + 0.8 * 0.9 E(open/far), the same power in both: 0.92 * 0.4 kg for every kWh."""
    sampled = uncertain_works(tmp_path)
    (basket,) = [
        one
        for one in circular_shares(sampled.opened, sampled.uncertain.names, [0])
        if one.product == "basket" and one.scenario == sampled.ids.index("loop/near")
    ]
    samples = drawn(sampled, 50)
    power = samples["plant.inputs.electricity"] / 3.6e6
    expected = 0.2 * (10.2 + 0.4 * (power - 10)) + 0.8 * 0.9 * (11.4 + 0.4 * (power - 10))
    np.testing.assert_allclose(basket.of(sampled.model.evaluate(samples).totals), expected, rtol=1e-9)
    _, rows = uncertainty(sampled, Wanted(4000), products=True)
    (row,) = [row for row in rows if row["product"] == "basket" and row["allocation"] == "recycled"]
    assert row["high_95"] - row["low_95"] == pytest.approx(0.95 * 15 * 0.4 * 0.92, rel=0.02)


def test_without_the_virgin_product_it_is_left_out(tmp_path: Path) -> None:
    sampled = uncertain_works(tmp_path, "loop/near")
    _, rows = uncertainty(sampled, Wanted(500), products=True)
    assert {row["allocation"] for row in rows} == {"none", "mass", "value", "dysprosium"}
    (said,) = unknown_shares(sampled.opened, sampled.uncertain.names)
    assert "recycled is left out: open/far" in said


def test_of_a_basket_that_is_drawn_only_mass_is_known(tmp_path: Path) -> None:
    sampled = uncertain_works(tmp_path, "open/near", "open/far", basket="of: oxides, concentration: 50")
    assert {name for name, _, _ in constant_shares(sampled.opened, sampled.uncertain.names, 0)} == {"mass"}
    said = unknown_shares(sampled.opened, sampled.uncertain.names)
    assert said == ["the basket of open/near, open/far differs between samples: products are known by mass alone"]
