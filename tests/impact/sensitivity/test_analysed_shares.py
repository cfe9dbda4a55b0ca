"""Shares of a whole in sensitivity analyses: one factor together, and moved one by one the others make room."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scipy import stats

from tests.impact.sensitivity.studies import opened, run
from tests.system.systems import Document, documents, flow, line, process

SHARES = {"coal": 0.5, "gas": 0.3, "wind": 0.2}
BURDEN = {"coal": 1.0, "gas": 0.5, "wind": 0.0}


def grid() -> list[Document]:
    """A kilogram of steel from `x` kWh of a mix: 0.65 kg for each."""
    entries: list[Any] = [{"provider": name, "share": f"{share * 100} %"} for name, share in SHARES.items()]
    x = {"value": "10 kWh", "range": ["9 kWh", "11 kWh"]}
    return documents(
        {"steel": flow(), "power": flow(unit="kWh"), "co2": flow("elementary")},
        [
            process("plant", "steel", "1 kg", parameters={"x": x}, inputs=[line("power", "x")]),
            *(
                process(name, "power", "1 kWh", emissions=[line("co2", f"{burden} kg")])
                for name, burden in BURDEN.items()
            ),
            {**process("grid", "power", "1 kWh"), "mix": {"shares": entries, "concentration": "40"}},
        ],
        ("steel", "1 kg"),
        {"co2": 1},
        extra=[{"links": [{"flow": "power", "provider": "grid"}]}],
    )


def test_one_share_after_the_other(tmp_path: Path) -> None:
    """Coal at `s` leaves 1 - s to gas and wind as 3 to 2: 10 (s + (1 - s) 0.3) kg."""
    row = run(opened(tmp_path, grid()), "one-at-a-time", 0)["grid.mix.coal"]
    low, high = stats.beta(20, 20).ppf([0.025, 0.975])
    assert (row["low"], row["central"], row["high"]) == pytest.approx((low, 0.5, high))
    assert row["at_low"] == pytest.approx(10 * (low + (1 - low) * 0.3))
    assert row["at_high"] == pytest.approx(10 * (high + (1 - high) * 0.3))
    assert row["title"] == "coal, grid"


def test_shares_have_an_index_together(tmp_path: Path) -> None:
    """The result is x times m: variances of a product of two independent quantities, their means 10 and 0.65."""
    rows = run(opened(tmp_path, grid()), "sobol", 4096)
    (together,) = [name for name in rows if "coal" in name]
    assert "gas" in together
    mean = sum(SHARES[name] * BURDEN[name] for name in SHARES)
    of_mix = (sum(SHARES[name] * BURDEN[name] ** 2 for name in SHARES) - mean**2) / 41
    of_x = 4 / 12
    whole = 100 * of_mix + mean**2 * of_x + of_mix * of_x
    assert rows[together]["S1"] == pytest.approx(100 * of_mix / whole, abs=0.03)
    assert rows["x"]["S1"] == pytest.approx(mean**2 * of_x / whole, abs=0.03)


@pytest.mark.parametrize("method", ["morris", "delta", "pawn"])
def test_all_methods_take_them(tmp_path: Path, method: str) -> None:
    rows = run(opened(tmp_path, grid()), method, 1024 if method != "morris" else 50)
    assert any("coal" in name for name in rows)
