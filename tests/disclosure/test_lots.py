"""Lots: what went into them, and a footprint that is counted once."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from lca.commands import main
from lca.disclosure.lots.chain import lot_chain
from lca.errors import InputError
from lca.impact.figures import parse_figure
from lca.impact.results import records
from tests.works import FILES, INVENTORY
from tests.workspaces import write

LOT = "operator: Works, site: GB, source: book, evidence: measured"
LOTS = f"""\
lots:
  ore-1: {{title: Ore, date: 2025-01-01, mass: 8 t, rare_earth_oxide: 30 %, {LOT}}}
  ore-2: {{title: Ore, date: 2025-01-02, mass: 4 t, rare_earth_oxide: 30 %, {LOT}}}
  salt-1:
    {{title: Salt, date: 2025-02-01, mass: 3 t, rare_earth_oxide: 50 %, predecessors: {{ore-1: 4 t, ore-2: 2 t}}, {LOT},
    scenario: open/far}}
  salt-2:
    {{title: Salt, date: 2025-02-02, mass: 1 t, rare_earth_oxide: 60 %, predecessors: {{ore-1: 2 t}}, {LOT}}}
  oxide-1:
    title: Oxide
    operator: Works
    site: GB
    date: 2025-03-01
    mass: 1000 kg
    rare_earth_oxide: 99 %
    split: {{Nd: 75 %, Dy: 25 %}}
    predecessors: {{salt-1: 1.5 t, salt-2: 0.5 t}}
    scenario: open/near
    source: book
    evidence: measured
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lots")
    write(folder, {**FILES, "inventories/lots.yaml": LOTS})
    return folder


def test_the_chain_of_a_lot(root: Path) -> None:
    """1.5 of 3 t salt, and so half of the 4 t of ore in it; a quarter of ore-1 by one way, an eighth by the other."""
    table, doubts = lot_chain(root, "oxide-1")
    assert doubts == []
    steps = {(row["made_into"], row["lot"]): (row["level"], row["part"], row["drawn"]) for row in records(table)}
    assert steps == {
        ("", "oxide-1"): (0, 1.0, 1000.0),
        ("oxide-1", "salt-1"): (1, 0.5, 1500.0),
        ("oxide-1", "salt-2"): (1, 0.5, 500.0),
        ("salt-1", "ore-1"): (2, pytest.approx(0.25), pytest.approx(2000)),
        ("salt-1", "ore-2"): (2, pytest.approx(0.25), pytest.approx(1000)),
        ("salt-2", "ore-1"): (2, pytest.approx(0.125), pytest.approx(1000)),
    }


def test_the_footprint_of_a_lot_is_its_oxide_times_the_result(root: Path) -> None:
    """990 kg of oxide at 11.2 kg CO2 per kg; what its predecessors caused is in it and is not added."""
    rows = records(lot_chain(root, "oxide-1")[0])
    (counted,) = [row for row in rows if row["counted"]]
    assert (counted["lot"], counted["footprint"]) == ("oxide-1", pytest.approx(990 * 11.2))
    figure = parse_figure(counted["figure"])
    assert (figure.study, figure.scenario, figure.indicator) == ("year", "open/near", "climate_change")
    (salt,) = [row for row in rows if row["lot"] == "salt-1"]
    assert salt["footprint"] == pytest.approx(0.5 * 1500 * 11.4)
    assert not salt["counted"]
    assert all(row["footprint"] is None for row in rows if row["scenario"] is None)


def test_all_lots(root: Path) -> None:
    rows = records(lot_chain(root)[0])
    assert [row["lot"] for row in rows] == ["ore-1", "ore-2", "salt-1", "salt-2", "oxide-1"]
    assert all(row["part"] == 1 for row in rows)


def test_a_lot_that_went_many_ways_is_followed_once_each(tmp_path: Path) -> None:
    """Twenty times two lots, each made of both before: forty steps, not a million."""
    said = f"rare_earth_oxide: 10 %, mass: 2 t, {LOT}"
    text = "lots:\n" + "".join(f"  a-0-{k}: {{title: A, date: 2025-01-01, {said}}}\n" for k in (0, 1))
    for n in range(1, 21):
        before = f"predecessors: {{a-{n - 1}-0: 1 t, a-{n - 1}-1: 1 t}}"
        text += "".join(f"  a-{n}-{k}: {{title: A, date: 2025-01-01, {before}, {said}}}\n" for k in (0, 1))
    write(tmp_path, {**FILES, "inventories/lots.yaml": text})
    table = lot_chain(tmp_path, "a-20-0")[0]
    assert len(table) == 1 + 2 + 19 * 4
    assert table[table["level"] == 20]["drawn"].sum() == pytest.approx(2000)


def test_a_split_that_is_not_that_of_the_scenario(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "inventories/lots.yaml": LOTS.replace("{Nd: 75 %, Dy: 25 %}", "{Nd: 70 %, Dy: 30 %}")})
    (doubt,) = lot_chain(tmp_path, "oxide-1")[1]
    assert doubt.code == "REE-X056"
    assert "70.0%" in doubt.message or "30.0%" in doubt.message


@pytest.mark.parametrize(("lots", "name"), [(LOTS, "oxide-2"), ("", None)])
def test_lots_that_are_not_there(lots: str, name: str | None, tmp_path: Path) -> None:
    files = {**FILES, "inventories/all.yaml": INVENTORY} | ({"inventories/lots.yaml": lots} if lots else {})
    write(tmp_path, files)
    with pytest.raises(InputError) as failure:
        lot_chain(tmp_path, name)
    assert [one.code for one in failure.value.diagnostics] == ["REE-X055"]


def test_lots_as_csv(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["lots", "oxide-1", "-w", str(root), "--format", "csv"])
    seen = capsys.readouterr()
    assert not stopped.value.code
    rows = list(csv.DictReader(io.StringIO(seen.out)))
    assert float(rows[0]["footprint"]) == pytest.approx(990 * 11.2)
    assert "not to be added" in seen.err
