"""Life cycle inventories of any database are those of its matrices, whatever the units that it counts in."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.background import store
from lca.background.database import Activity, Background, ElementaryFlow, Exchanges, Origin
from lca.impact.life_cycles import life_cycles
from lca.impact.study import computed_study
from lca.system.checking import Checker
from tests.databases import plants
from tests.workspaces import BASE, write


def random_database(seed: int, size: int, flows: int) -> Background:
    """Processes that need less of each other than they make; every third takes its product up instead."""
    draw = np.random.default_rng(seed)
    signs = np.where(np.arange(size) % 3 == 2, -1.0, 1.0)
    diagonal = signs * draw.uniform(0.5, 20.0, size)
    inputs = draw.uniform(0.0, 0.8 / size, (size, size)) * (draw.random((size, size)) < 0.6)
    np.fill_diagonal(inputs, 0.0)
    # inputs are shares of what the supplier makes in a run; handing waste on is as negative as its treatment
    matrix = np.diag(diagonal) - inputs * diagonal[:, None]
    nature = draw.normal(0.0, 3.0, (flows, size)) * (draw.random((flows, size)) < 0.7)
    rows, columns = np.nonzero(matrix)
    flow_rows, flow_columns = np.nonzero(nature)
    return Background(
        "random",
        Origin("test", ""),
        tuple(Activity(f"a{k}", f"a{k}", "", f"a{k}", "kilogram", float(diagonal[k])) for k in range(size)),
        tuple(ElementaryFlow(f"f{k}", f"f{k}", ("air",), "kilogram") for k in range(flows)),
        Exchanges(rows, columns, matrix[rows, columns]),
        Exchanges(flow_rows, flow_columns, nature[flow_rows, flow_columns]),
    )


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(1, 12), flows=st.integers(0, 6))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_inventories_are_those_of_the_matrices(
    monkeypatch: pytest.MonkeyPatch, seed: int, size: int, flows: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv(store.FOLDER_VARIABLE, f"{folder}/kept")
        monkeypatch.setenv("XDG_CACHE_HOME", f"{folder}/cache")
        made = store.save(random_database(seed, size, flows))
        found = life_cycles(made.contents, list(range(size))).amounts
        again = life_cycles(made.contents, list(range(size))).amounts
    dense = made.biosphere_matrix().toarray() @ np.linalg.inv(made.technosphere_matrix().toarray())
    assert found == pytest.approx(dense.T, rel=1e-9, abs=1e-9 * np.abs(dense).max(initial=0.0))
    assert again.tobytes() == found.tobytes()  # kept as they are


@pytest.mark.parametrize(
    ("unit", "factor"), [("ton", 1.0), ("kilogram", 1000.0), ("gram", 1e6), ("kg", 1000.0), ("lb", 1000 / 0.45359237)]
)
def test_the_unit_of_the_database_changes_nothing(
    unit: str, factor: float, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limestone counted in other units, wherever it is made or needed: the same result."""
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    write(tmp_path / "kiln", BASE)
    made = plants()
    lime = made.by_code["lime"]
    amounts = np.where(made.technosphere.rows == lime, made.technosphere.amounts * factor, made.technosphere.amounts)
    activity = made.activities[lime]._replace(unit=unit, amount=made.activities[lime].amount * factor)
    technosphere = Exchanges(made.technosphere.rows, made.technosphere.columns, amounts)
    other = replace(made, activities=(activity, *made.activities[1:]), technosphere=technosphere)
    totals = []
    for background in (made, other):
        store.save(background)
        totals.append(computed_study(Checker(tmp_path / "kiln", "plants-2.0")).scored["short/grid", "market"].total)
    assert totals[1] == pytest.approx(totals[0], rel=1e-12)
