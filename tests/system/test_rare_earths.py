"""Flows that say which rare earths they hold: each is balanced, and followed from feed to product."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lca.chemistry import RARE_EARTHS, Composition, rare_earth_masses
from lca.system.balances import PLANT, Compositions
from lca.system.recoveries import Recovery, recoveries
from tests.system.systems import Document, documents, flow, line, process, solved
from tests.workspaces import Checked

ORE = {"La": "60 %", "Nd": "30 %", "Dy": "rest"}
KEPT = {"Nd": 0.9, "Dy": 0.8, "La": 0.5}


def plant(**changes: Any) -> list[Document]:
    """Ore is leached, which keeps elements unlike; the liquor is fired, which loses 4 % of all alike. `changes` replace
    flows, or add to the parameters of the workspace.
    """
    flows: dict[str, Document] = {
        "ore": flow(unit="kg_REO", rare_earths="ore_mix"),
        "liquor": flow(unit="kg_REO", rare_earths="liquor_mix"),
        "oxide": flow(unit="kg_REO", rare_earths="liquor_mix"),
        "mud": flow("waste", rare_earths={"ore_mix": "1 / leached / mud_mass", "liquor_mix": "-1 / mud_mass"}),
        "dust": flow("elementary", composition={"RE": "0.5"}, rare_earths="liquor_mix"),
        "x": flow("elementary"),
    }
    flows |= {name: changes.pop(name) for name in list(flows) if name in changes}
    parameters = {
        "ore_mix": {"composition": ORE, "of": "oxides"},
        "kept": {"by_element": {"La": "50 %", "Nd": "90 %", "rest": "80 %"}},
        "liquor_mix": {"formula": "recovered(ore_mix, kept)"},
        "leached": {"formula": "mean_recovery(ore_mix, kept)"},
        "mud_mass": {"value": "2 kg/kg_REO"},
        **changes,
    }
    processes = [
        process("mine", "ore", "1 kg_REO", emissions=[line("x", "1 kg")]),
        process(
            "leach",
            "liquor",
            "2 kg_REO",
            stage="wet",
            inputs=[line("ore", "2 kg_REO / leached")],
            outputs=[line("mud", "mud_mass")],
            balance={"elements": ["RE"], "tolerance": "1 %"},
        ),
        process("tip", "mud", "1 kg"),
        process(
            "kiln",
            "oxide",
            "1 kg_REO",
            stage="dry",
            inputs=[line("liquor", "1 kg_REO / 0.96")],
            emissions=[line("dust", "re_mass(liquor_mix) * (1 kg_REO / 0.96 - 1 kg_REO) / 0.5")],
            balance={"elements": ["RE"], "tolerance": "1 %"},
        ),
    ]
    return documents(flows, processes, ("oxide", "3 kg_REO"), {"x": 1, "dust": 0}, workspace={"parameters": parameters})


def rows(checked: Checked) -> list[Recovery]:
    system = checked.system()
    return recoveries(system, Compositions(system.scope))


def test_every_rare_earth_is_balanced_with_their_sum(tmp_path: Path) -> None:
    checked = solved(tmp_path, plant())
    assert checked.all == []
    found = checked.studies["only"].balances["base"]
    assert [(b.process, b.element) for b in found] == [
        (name, element) for name in ("kiln", "leach", PLANT) for element in ("RE", "La", "Nd", "Dy")
    ]
    assert max(abs(b.relative) for b in found) < 1e-12
    for name in ("kiln", "leach", PLANT):
        total, *each = [b for b in found if b.process == name]
        assert total.input == pytest.approx(sum(b.input for b in each))


def test_what_flows_consist_of(tmp_path: Path) -> None:
    compositions = Compositions(solved(tmp_path, plant()).system().scope)
    ore = Composition.from_shares({"La": 0.6, "Nd": 0.3, "Dy": 0.1}, "oxides")
    assert compositions.rare_earths("ore") == pytest.approx(dict(rare_earth_masses(ore)))
    assert compositions.of("dust")["RE"] == 0.5
    assert sum((compositions.rare_earths("dust") or {}).values()) == pytest.approx(0.5)
    assert compositions.rare_earths("x") == {}
    lost = {e: mass * (1 - KEPT[e]) for e, mass in rare_earth_masses(ore).items()}
    mud = compositions.rare_earths("mud") or {}
    assert {e: mass / mud["La"] for e, mass in mud.items()} == pytest.approx(
        {e: m / lost["La"] for e, m in lost.items()}
    )


def test_a_fault_that_the_sum_hides_is_reported_once(tmp_path: Path) -> None:
    """The product is said to consist of what was fed: lanthanum appears, neodymium vanishes, the sum closes."""
    wrong = flow(unit="kg_REO", rare_earths="ore_mix", composition={"RE": "re_mass(liquor_mix)"})
    checked = solved(tmp_path, plant(oxide=wrong))
    assert [d.code for d in checked.all] == ["REE-M005"]
    assert "kiln: Nd in" in checked.all[0].message
    assert next(b for b in checked.studies["only"].balances["base"] if b.element == "RE").closes


def test_where_the_sum_does_not_close_nothing_is_said_of_each(tmp_path: Path) -> None:
    checked = solved(tmp_path, plant(dust=flow("elementary", composition={"RE": "0.1"}, rare_earths="liquor_mix")))
    assert [d.code for d in checked.all] == ["REE-M005"]
    assert "kiln: RE in" in checked.all[0].message


def test_single_rare_earths_are_known_where_all_flows_say_them(tmp_path: Path) -> None:
    checked = solved(tmp_path, plant(dust=flow("elementary", composition={"RE": "0.5"})))
    assert checked.all == []
    found = [(b.process, b.element) for b in checked.studies["only"].balances["base"]]
    assert found == [("kiln", "RE"), *[("leach", e) for e in ("RE", "La", "Nd", "Dy")], (PLANT, "RE")]
    assert {row.element for row in rows(checked)} == {"RE", "La", "Nd", "Dy"}  # dust is no part of the chain


def test_more_of_an_element_than_there_is(tmp_path: Path) -> None:
    """One recovery of all, set by hand, contradicts those of the elements."""
    checked = solved(tmp_path, plant(leached={"value": "80 %"}))
    assert [d.code for d in checked.all] == ["REE-M007"]
    assert checked.all[0].message.startswith("mud holds -")
    assert "kg Nd" in checked.all[0].message


@pytest.mark.parametrize(
    ("named", "code"),
    [("nothing", "REE-N001"), ("mud_mass", "REE-F006"), ("kept", "REE-F006"), ("re_mass(ore_mix)", "REE-F006")],
)
def test_names_of_no_composition(tmp_path: Path, named: str, code: str) -> None:
    checked = solved(tmp_path, plant(oxide=flow(unit="kg_REO", rare_earths=named)))
    assert [d.code for d in checked.all] == [code]


def test_recoveries_from_feed_to_product(tmp_path: Path) -> None:
    found = rows(solved(tmp_path, plant()))
    assert list(dict.fromkeys(row.element for row in found)) == ["RE", "La", "Nd", "Dy"]
    for element, kept in KEPT.items():
        leach, kiln, overall = [row for row in found if row.element == element]
        assert (leach.process, leach.stage, kiln.process, overall.process) == ("leach", "wet", "kiln", PLANT)
        assert (leach.recovered, leach.cumulative) == (pytest.approx(kept), pytest.approx(kept))
        assert (kiln.recovered, kiln.cumulative) == (pytest.approx(0.96), pytest.approx(0.96 * kept))
        assert overall.recovered == overall.cumulative == pytest.approx(0.96 * kept)
    ore = Composition.from_shares({"La": 0.6, "Nd": 0.3, "Dy": 0.1}, "oxides")
    fed = next(row for row in found if row.process == PLANT and row.element == "RE").input
    of_all = 0.6 * 0.5 + 0.3 * 0.9 + 0.1 * 0.8
    assert fed == pytest.approx(3 / 0.96 / of_all * sum(rare_earth_masses(ore).values()))


def test_an_element_that_is_lost_whole(tmp_path: Path) -> None:
    found = rows(solved(tmp_path, plant(kept={"by_element": {"La": "0 %", "rest": "90 %"}})))
    lanthanum = [row for row in found if row.element == "La"]
    assert [(row.process, row.recovered, row.cumulative) for row in lanthanum] == [("leach", 0, 0), (PLANT, 0, 0)]


def test_two_feeds_and_two_ways_to_the_product(tmp_path: Path) -> None:
    """A product of two liquors, one leached well and one badly: recovered is what it holds of all that was fed."""
    flows = {
        **{name: flow(unit="kg_REO", rare_earths="mix") for name in ("ore", "good", "bad", "oxide")},
        "x": flow("elementary"),
    }
    processes = [
        process("mine", "ore", "1 kg_REO", emissions=[line("x", "1 kg")]),
        process("leach_well", "good", "1 kg_REO", stage="wet", inputs=[line("ore", "1 kg_REO / 0.9")]),
        process("leach_badly", "bad", "1 kg_REO", stage="wet", inputs=[line("ore", "1 kg_REO / 0.5")]),
        process(
            "blend",
            "oxide",
            "1 kg_REO",
            stage="dry",
            inputs=[line("good", "0.5 kg_REO"), line("bad", "0.3 kg_REO"), line("ore", "0.25 kg_REO")],
        ),
    ]
    mix = {"mix": {"composition": {"Nd": "100 %"}, "of": "oxides"}}
    made = documents(flows, processes, ("oxide", "1 kg_REO"), {"x": 1}, workspace={"parameters": mix})
    found = {row.process: row for row in rows(solved(tmp_path, made)) if row.element == "Nd"}
    assert found["leach_well"].cumulative == pytest.approx(0.9)
    assert found["leach_badly"].cumulative == pytest.approx(0.5)
    assert found["blend"].recovered == pytest.approx(1 / 1.05)
    fed = 0.5 / 0.9 + 0.3 / 0.5 + 0.25
    assert found["blend"].cumulative == pytest.approx(1 / fed)
    assert found[PLANT].recovered == pytest.approx(1 / fed)


def test_a_plant_without_rare_earths_has_no_recoveries(tmp_path: Path) -> None:
    made = documents(
        {"p": flow(), "x": flow("elementary")},
        [process("make", "p", "1 kg", stage="all", emissions=[line("x", "1 kg")])],
        ("p", "1 kg"),
        {"x": 1},
    )
    assert rows(solved(tmp_path, made)) == []


def test_the_order_of_elements_is_that_of_the_periodic_table(tmp_path: Path) -> None:
    order = [e for e in dict.fromkeys(row.element for row in rows(solved(tmp_path, plant()))) if e != "RE"]
    assert order == [e for e in RARE_EARTHS if e in order]
