"""Product systems with known answers, and what must hold for any of them."""

from __future__ import annotations

import copy
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.errors import render_text
from lca.impact import brightway
from lca.impact.contributions import DIMENSIONS
from lca.system.loops import TOTAL, loop_rows
from tests.system.systems import ALIKE, Document, documents, flow, line, process, random_systems, solved
from tests.workspaces import BASE, Checked, check, edited, supply_of, write

# --- textbook systems


def electricity_and_fuel() -> list[Document]:
    """Heijungs and Suh (2002), the example of chapter 2."""
    flows = {
        "electricity": flow(unit="kWh"),
        "fuel": flow(unit="L"),
        "co2": flow("elementary"),
        "so2": flow("elementary"),
        "crude": flow("elementary", "L"),
    }
    plant = process(
        "plant",
        "electricity",
        "10 kWh",
        inputs=[line("fuel", "2 L")],
        emissions=[line("co2", "1 kg"), line("so2", "0.1 kg")],
    )
    refinery = process(
        "refinery",
        "fuel",
        "100 L",
        emissions=[line("co2", "10 kg"), line("so2", "2 kg")],
        resources=[line("crude", "50 L")],
    )
    return documents(flows, [plant, refinery], ("electricity", "1000 kWh"), {"co2": 1, "so2": 0, "crude": 0})


def test_electricity_and_fuel(tmp_path: Path) -> None:
    system = solved(tmp_path, electricity_and_fuel()).system()
    assert supply_of(system) == pytest.approx({"plant": 100, "refinery": 2})
    flows = dict(zip(system.elementary, system.biosphere @ system.supply, strict=True))
    assert flows == pytest.approx({"co2": 120, "so2": 14, "crude": 100})


def test_cycle_of_two(tmp_path: Path) -> None:
    """Electricity from coal, coal mined with electricity. With s plants and m mines, s - 0.1 m = 1 and m = 0.5 s."""
    flows = {"electricity": flow(unit="kWh"), "coal": flow(), "co2": flow("elementary")}
    plant = process("plant", "electricity", "1 kWh", inputs=[line("coal", "0.5 kg")], emissions=[line("co2", "1 kg")])
    mine = process("mine", "coal", "1 kg", inputs=[line("electricity", "0.1 kWh")], emissions=[line("co2", "0.2 kg")])
    found = solved(tmp_path, documents(flows, [plant, mine], ("electricity", "1 kWh"), {"co2": 1}))
    assert supply_of(found.system()) == pytest.approx({"plant": 1 / 0.95, "mine": 0.5 / 0.95})
    assert found.scores().total == pytest.approx([1.1 / 0.95])


def test_process_that_uses_its_own_product(tmp_path: Path) -> None:
    """10 kWh gross, of which 2 kWh are used up: 8 kWh net per run."""
    flows = {"electricity": flow(unit="kWh"), "co2": flow("elementary")}
    plant = process(
        "plant", "electricity", "10 kWh", inputs=[line("electricity", "2 kWh")], emissions=[line("co2", "4 kg")]
    )
    found = solved(tmp_path, documents(flows, [plant], ("electricity", "8 kWh"), {"co2": 1}))
    assert supply_of(found.system()) == pytest.approx({"plant": 1})
    assert found.scores().total == pytest.approx([4])


SWITCHED = {
    "loss": {"value": "100 %", "kind": "fraction"},
    "need": {"formula": "1 kg / (1 - loss)"},
    "way": {"choice": "dry", "options": ["dry", "wet"]},
}


def switched(amount: str, **more: Any) -> list[Document]:
    """A good that takes water one way and not the other."""
    flows = {"good": flow(), "water": flow(), "co2": flow("elementary")}
    inputs = [line("water", amount, when={"way": "wet"}, **more)]
    maker = process("maker", "good", "1 kg", parameters=SWITCHED, inputs=inputs, emissions=[line("co2", "5 kg")])
    well = process("well", "water", "1 kg", emissions=[line("co2", "1 kg")])
    return documents(flows, [maker, well], ("good", "1 kg"), {"co2": 1})


@pytest.mark.parametrize("amount", ["1 kg / (1 - loss)", "need", "-1 kg", "1 kg * exp(1e6)"])
def test_an_exchange_that_is_off_may_have_any_value(tmp_path: Path, amount: str) -> None:
    found = solved(tmp_path, switched(amount))
    assert not found.problems.errors, render_text(found.problems.errors)
    assert found.scores().total == pytest.approx([5])
    assert "maker.loss" not in found.system().scope.in_use()
    on = solved(tmp_path, switched(amount), "maker.way=wet")
    assert [d.code for d in on.problems.errors] in (["REE-F005"], ["REE-M007"])
    if "loss" in amount or amount == "need":
        on = solved(tmp_path, switched(amount), "maker.way=wet", "maker.loss=50 %")
        assert on.scores().total == pytest.approx([7])


@pytest.mark.parametrize(
    ("amount", "more"), [("1 kWh / (1 - loss)", {}), ("1 kg", {"stoichiometric": "1 kWh"}), ("1 kg * los", {})]
)
def test_an_exchange_that_is_off_has_right_units_and_names(tmp_path: Path, amount: str, more: dict[str, str]) -> None:
    (fault,) = solved(tmp_path, switched(amount, **more)).problems.errors
    assert fault.code in ("REE-U003", "REE-N001")


def test_setting_what_only_an_exchange_that_is_off_names_changes_nothing(tmp_path: Path) -> None:
    found = solved(tmp_path, switched("need"), "maker.loss=50 %")
    assert [d.code for d in found.problems.all] == ["REE-N011"]


def test_waste_calls_for_its_treatment(tmp_path: Path) -> None:
    flows = {"good": flow(), "slag": flow("waste"), "co2": flow("elementary")}
    maker = process("maker", "good", "1 kg", outputs=[line("slag", "3 kg")])
    tip = process("tip", "slag", "2 kg", emissions=[line("co2", "5 kg")])
    found = solved(tmp_path, documents(flows, [maker, tip], ("good", "4 kg"), {"co2": 1}))
    assert supply_of(found.system()) == pytest.approx({"maker": 4, "tip": 6})
    assert found.scores().total == pytest.approx([30])


def test_the_same_flow_on_two_lines_is_added(tmp_path: Path) -> None:
    flows = {"good": flow(), "raw": flow(), "co2": flow("elementary")}
    maker = process(
        "maker",
        "good",
        "1 kg",
        inputs=[line("raw", "1 kg"), line("raw", "500 g")],
        emissions=[line("co2", "1 kg"), line("co2", "2 kg")],
    )
    raw = process("raw_maker", "raw", "1 kg", emissions=[line("co2", "1 kg")])
    found = solved(tmp_path, documents(flows, [maker, raw], ("good", "1 kg"), {"co2": 1}))
    assert found.scores().total == pytest.approx([4.5])
    assert brightway.scores([found.system()], found.method())[0] == pytest.approx([4.5])


def test_amounts_per_unit_of_product(tmp_path: Path) -> None:
    """`X/product-unit` is multiplied by the product amount."""
    flows = {"oxide": flow(unit="kg_REO"), "salt": flow(), "co2": flow("elementary")}
    maker = process(
        "maker",
        "oxide",
        "4 kg_REO",
        inputs=[line("salt", "2 kg/kg_REO"), line("salt", "1 kg")],
        emissions=[line("co2", "0.5 g/g_REO")],
    )
    salt = process("salt_maker", "salt", "1 t", emissions=[line("co2", "100 kg")])
    found = solved(tmp_path, documents(flows, [maker, salt], ("oxide", "4 kg_REO"), {"co2": 1}))
    assert supply_of(found.system()) == pytest.approx({"maker": 1, "salt_maker": 9 / 1000})
    assert found.scores().total == pytest.approx([4 * 0.5 + 0.9])


def test_mix_with_losses(tmp_path: Path) -> None:
    """1 kWh delivered takes 1 / (1 - losses) kWh; the shares are of what is fed in."""
    flows = {"electricity": flow(unit="kWh"), "co2": flow("elementary")}
    made = [
        process("coal", "electricity", "1 kWh", emissions=[line("co2", "1 kg")]),
        process("sun", "electricity", "1 kWh", emissions=[line("co2", "0.1 kg")]),
        process(
            "grid",
            "electricity",
            "2 kWh",
            mix={
                "shares": [{"provider": "coal", "share": "75 %"}, {"provider": "sun", "share": "rest"}],
                "losses": "20 %",
            },
        ),
        {"links": [{"flow": "electricity", "provider": "grid"}]},
    ]
    found = solved(tmp_path, documents(flows, made, ("electricity", "1 kWh"), {"co2": 1}))
    assert supply_of(found.system()) == pytest.approx({"grid": 0.5, "coal": 0.75 / 0.8, "sun": 0.25 / 0.8})
    assert found.scores().total == pytest.approx([(0.75 + 0.025) / 0.8])


# --- places


def two_grids() -> list[Document]:
    """Soda bought from two places; each makes it on its own grid."""
    flows = {"good": flow(), "soda": flow(), "electricity": flow(unit="kWh"), "co2": flow("elementary")}
    made = [
        process(
            "maker",
            "good",
            "1 kg",
            location="GB",
            inputs=[
                line("soda", "1 kg", origin="CN"),
                line("soda", "2 kg"),
                line("soda", "4 kg", origin="${elsewhere}"),
            ],
            parameters={"elsewhere": {"text": "NO"}},
        ),
        process("soda_maker", "soda", "1 kg", inputs=[line("electricity", "1 kWh")]),
        process("grid_gb", "electricity", "1 kWh", location="GB", emissions=[line("co2", "0.2 kg")]),
        process("grid_cn", "electricity", "1 kWh", location="CN", emissions=[line("co2", "0.6 kg")]),
        process("grid_world", "electricity", "1 kWh", emissions=[line("co2", "0.5 kg")]),
        {
            "links": [
                {"flow": "electricity", "provider": "grid_world"},
                {"flow": "electricity", "provider": "grid_gb", "when": {"location": "GB"}},
                {"flow": "electricity", "provider": "grid_cn", "when": {"location": ["CN", "HK"]}},
            ]
        },
    ]
    return documents(flows, made, ("good", "1 kg"), {"co2": 1})


def test_the_same_process_at_three_places(tmp_path: Path) -> None:
    found = solved(tmp_path, two_grids())
    assert supply_of(found.system()) == pytest.approx(
        {
            "maker@GB": 1,
            "soda_maker@CN": 1,
            "soda_maker@GB": 2,
            "soda_maker@NO": 4,
            "grid_cn@CN": 1,
            "grid_gb@GB": 2,
            "grid_world@NO": 4,
        }
    )
    assert found.scores().total == pytest.approx([0.6 + 2 * 0.2 + 4 * 0.5])


def test_origin_follows_a_setting(tmp_path: Path) -> None:
    found = solved(tmp_path, two_grids(), "maker.elsewhere=HK")
    assert found.scores().total == pytest.approx([0.6 + 2 * 0.2 + 4 * 0.6])


def test_a_location_of_its_own_stays(tmp_path: Path) -> None:
    made = two_grids()
    soda = next(document for document in made if document.get("process") == "soda_maker")
    soda["location"] = "GB"
    found = solved(tmp_path, made)
    assert supply_of(found.system()) == pytest.approx({"maker@GB": 1, "soda_maker@GB": 7, "grid_gb@GB": 7})


# --- links, axes, scenarios


def test_the_most_specific_rule_wins(tmp_path: Path) -> None:
    flows = {"good": flow(), "raw": flow(), "co2": flow("elementary")}
    made: list[Document] = [process("maker", "good", "1 kg", location="A", inputs=[line("raw", "1 kg")])]
    made += [process(f"raw_{k}", "raw", "1 kg", emissions=[line("co2", f"{k} kg")]) for k in range(4)]
    rules = [
        {"flow": "raw", "provider": "raw_0"},
        {"flow": "raw", "provider": "raw_1", "when": {"location": "A"}},
        {"flow": "raw", "provider": "raw_2", "when": {"location": "A", "way": "b"}},
    ]
    workspace = {"parameters": {"way": {"choice": "a", "options": ["a", "b"]}}}
    made.append({"links": rules})
    whole = documents(flows, made, ("good", "1 kg"), {"co2": 1}, workspace=workspace)
    assert solved(tmp_path / "a", whole).scores().total == pytest.approx([1])
    assert solved(tmp_path / "b", whole, "workspace.way=b").scores().total == pytest.approx([2])
    whole[3]["inputs"][0]["provider"] = "raw_3"
    assert solved(tmp_path / "c", whole, "workspace.way=b").scores().total == pytest.approx([3])


SUPPLIED = "long/wind-ppa"


def test_supply_on_both_bases(tmp_path: Path) -> None:
    """What `supply: power` asks for is by contract in one basis, from the grid in the other; others stay on it."""
    write(tmp_path, BASE)
    found = check(tmp_path)
    market, location = (supply_of(found.system(SUPPLIED, basis)) for basis in ("market", "location"))
    assert "grid_mix" not in market
    assert location["grid_mix"] == pytest.approx(4 * 0.08 / 0.95)
    assert market["wind_power@north"] > location["wind_power@north"]
    assert market["grid_mix@hills"] == pytest.approx(location["grid_mix@hills"])
    unsupplied = (supply_of(found.system("short/grid", basis)) for basis in ("market", "location"))
    assert next(unsupplied) == next(unsupplied)


def test_order_of_settings(tmp_path: Path) -> None:
    """Process, then option, study, scenario, command line; the last one wins."""

    def hours(name: str, changes: dict[str, str], *given: str) -> float:
        write(tmp_path / name, edited(changes))
        found = check(tmp_path / name, *given)
        scenario = next(s.id for s in next(iter(found.studies.values())).scenarios if s.chosen["route"] == "long")
        return float(found.system(scenario).scope.value_at("kiln.drive_time")) / 3600

    in_study = {"method: simple\nscenarios:": "method: simple\nset: {kiln.drive_time: 0.2 h}\nscenarios:"}
    in_scenario = in_study | {
        "{route: long, power: wind-ppa}": "{route: long, power: wind-ppa, name: slow, set: {kiln.drive_time: 0.3 h}}",
        "alternative: long/wind-ppa": "alternative: long/wind-ppa#slow",
    }
    without = {"  kiln.drive_time: 0.08 h\n": ""}
    assert hours("own", without) == pytest.approx(0.05)
    assert hours("option", {}) == pytest.approx(0.08)
    assert hours("study", in_study) == pytest.approx(0.2)
    assert hours("scenario", in_scenario) == pytest.approx(0.3)
    assert hours("command", in_scenario, "kiln.drive_time=24 min") == pytest.approx(0.4)


def test_settings_hold_for_their_own_scenario_only(tmp_path: Path) -> None:
    write(tmp_path, BASE)
    found = check(tmp_path)
    hours = {name: found.system(name).scope.value_at("kiln.drive_time") / 3600 for name in ("short/grid", SUPPLIED)}
    assert hours == pytest.approx({"short/grid": 0.05, SUPPLIED: 0.08})
    acids = {
        name: {node.process for node in found.system(name).nodes} & {"acid_synthesis", "acid_by_product"}
        for name in hours
    }
    assert acids == {"short/grid": {"acid_synthesis"}, SUPPLIED: {"acid_by_product"}}


def test_lists_multiply(tmp_path: Path) -> None:
    write(tmp_path, edited({"{route: short, power: grid}": "{route: [short, long], power: [grid]}"}))
    (study,) = check(tmp_path).studies.values()
    assert [scenario.id for scenario in study.scenarios] == ["short/grid", "long/grid", SUPPLIED]


def test_two_options_that_say_the_same_are_equal(tmp_path: Path) -> None:
    write(
        tmp_path,
        edited(
            {
                "  kiln.drive_time: 0.08 h\n  workspace.acid_route: by_product\n": "  kiln.burn_yield: 95 %\n",
                "when: {route: long}": "when: {route: [short, long]}",
                "{route: long, power: wind-ppa}": "{route: long, power: grid}",
                "alternative: long/wind-ppa": "alternative: long/grid",
            }
        ),
    )
    found = check(tmp_path)
    one, other = found.scores("short/grid"), found.scores("long/grid")
    assert supply_of(one.system) == supply_of(other.system)
    assert list(one.contributions(0)) == list(other.contributions(0))


def test_text_is_inserted(tmp_path: Path) -> None:
    write(tmp_path, edited({"location: hills": 'location: "the ${place}, ${acid_route}"'}))
    assert "quarry@the north, synthesis" in supply_of(check(tmp_path).system("short/grid"))


# --- loops


def acid_loop(drawn: float, returned: float) -> list[Document]:
    """A process that draws on a pool and returns to it; 1 point per kg bought, 10 per kg of surplus."""
    flows = {"good": flow(), "acid": flow(), "bought": flow(), "x": flow("elementary")}
    made = [
        process(
            "maker",
            "good",
            "1 kg",
            stage="making",
            inputs=[line("acid", f"{drawn} kg", bin="use")],
            outputs=[line("acid", f"{returned} kg", bin="use")],
        ),
        process("acid_maker", "bought", "1 kg", emissions=[line("x", "1 kg")]),
        process("acid_in", "acid", "1 kg", inputs=[line("bought", "1 kg")]),
        process("acid_out", "acid", "2 kg", emissions=[line("x", "20 kg")]),
        {
            "loop": "circuit",
            "title": "L",
            "substance": "HCl",
            "pools": {"acid": {"makeup": "acid_in", "surplus": "acid_out"}},
            "bins": {"use": "Used"},
        },
    ]
    return documents(flows, made, ("good", "1 kg"), {"x": 1})


def test_loop_with_makeup(tmp_path: Path) -> None:
    found = solved(tmp_path, acid_loop(5, 2))
    assert supply_of(found.system()) == pytest.approx({"maker": 1, "acid_in": 3, "acid_maker": 3})
    assert found.scores().total == pytest.approx([3])
    use, total = loop_rows(found.system())
    assert (use.bin, use.drawn, use.returned) == ("use", 5, 2)
    assert (total.bin, total.bought, total.surplus, total.closure) == (TOTAL, pytest.approx(3), 0, pytest.approx(0.4))


def test_surplus_is_treated_and_never_credited(tmp_path: Path) -> None:
    found = solved(tmp_path, acid_loop(2, 5))
    assert supply_of(found.system()) == pytest.approx({"maker": 1, "acid_out": 1.5})
    assert found.scores().total == pytest.approx([30])
    use, total = loop_rows(found.system())
    assert (use.drawn, use.returned) == (2, pytest.approx(2))
    assert (total.bought, total.surplus, total.closure) == (0, pytest.approx(3), pytest.approx(1))
    assert brightway.scores([found.system()], found.method())[0] == pytest.approx([30])


def test_who_returns_a_surplus_bears_it_and_who_draws_gets_no_credit(tmp_path: Path) -> None:
    found = solved(tmp_path, acid_loop(2, 5))
    inputs = {part.item: part.value for part in found.scores().contributions(0) if part.dimension == "input"}
    assert inputs == {"acid": 0, "acid.returned": pytest.approx(30)}


def test_closed_loop_needs_nothing(tmp_path: Path) -> None:
    found = solved(tmp_path, acid_loop(3, 3))
    assert found.scores().total == pytest.approx([0], abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(drawn=st.floats(0.1, 100), returned=st.floats(0.1, 100))
def test_returning_more_never_pays_beyond_need(drawn: float, returned: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        total = float(solved(Path(folder), acid_loop(drawn, returned)).scores().total[0])
    short = max(drawn - returned, 0)
    assert total == pytest.approx(short + 10 * max(returned - drawn, 0), rel=1e-6, abs=1e-9)
    assert total >= -1e-12


# --- what is singular, whatever the units


@pytest.mark.parametrize("unit", ["GWh", "kWh", "J"])
@pytest.mark.parametrize("own", [1.0, 0.3 + 0.6 + 0.1])
def test_a_cycle_that_uses_all_it_makes_is_singular(unit: str, own: float, tmp_path: Path) -> None:
    """0.3 + 0.6 + 0.1 is not quite 1: what rounding leaves over is no product."""
    flows = {"good": flow(), "power": flow(unit=unit), "co2": flow("elementary")}
    size = ALIKE["kWh"][unit]
    maker = process("maker", "good", "1 kg", inputs=[line("power", "1 kWh")], emissions=[line("co2", "1 kg")])
    plant = process("plant", "power", f"{1 / size!r} {unit}", inputs=[line("power", f"{own!r} kWh")])
    found = solved(tmp_path, documents(flows, [maker, plant], ("good", "1 kg"), {"co2": 1}))
    assert [d.code for d in found.all] == ["REE-M002"], render_text(found.all)


def test_hardly_any_net_product_is_not_singular(tmp_path: Path) -> None:
    flows = {"power": flow(unit="kWh"), "co2": flow("elementary")}
    plant = process("plant", "power", "1 GWh", inputs=[line("power", "999999.99 kWh")], emissions=[line("co2", "1 mg")])
    found = solved(tmp_path, documents(flows, [plant], ("power", "1e-12 J"), {"co2": 1}))
    assert supply_of(found.system()) == pytest.approx({"plant": 1e-12 / 3.6e6 / 0.01}, rel=1e-6)


def test_backwards_whatever_the_units(tmp_path: Path) -> None:
    """A process that runs backwards is found however small its number is beside those of others."""
    flows = {"good": flow(), "power": flow(unit="GWh"), "dust": flow(unit="mg"), "co2": flow("elementary")}
    maker = process(
        "maker", "good", "1 kg", inputs=[line("power", "1 MJ"), line("dust", "1 t")], emissions=[line("co2", "1 kg")]
    )
    plant = process("plant", "power", "1 GWh", inputs=[line("power", "2 GWh")])
    dust = process("dust_maker", "dust", "1 mg")
    found = solved(tmp_path, documents(flows, [maker, plant, dust], ("good", "1 kg"), {"co2": 1}))
    assert [d.code for d in found.problems.errors] == ["REE-M003"], render_text(found.all)


# --- any system


def solve_in(made: list[Document]) -> Checked:
    with tempfile.TemporaryDirectory() as folder:
        found = solved(Path(folder), made)
        assert not found.problems.errors, render_text(found.problems.errors)
        return found


def lines_of(made: list[Document]) -> list[Document]:
    """Every mapping with an amount, products and the demand included."""
    found = []
    for document in made:
        found += [document[key] for key in ("product", "demand") if key in document]
        found += [entry for key in ("inputs", "outputs", "emissions") for entry in document.get(key, [])]
    return found


@settings(max_examples=40, deadline=None)
@given(random_systems())
def test_own_solution_is_that_of_brightway(made: list[Document]) -> None:
    found = solve_in(made)
    scores = found.scores()
    assert brightway.scores([scores.system], found.method())[0] == pytest.approx(scores.total, rel=1e-9, abs=1e-12)
    assert scores.system.technosphere @ scores.system.supply == pytest.approx(scores.system.final_demand, abs=1e-9)
    assert np.min(scores.system.supply) > -1e-9


@settings(max_examples=40, deadline=None)
@given(random_systems(feedback=False))
def test_every_breakdown_sums_to_the_total(made: list[Document]) -> None:
    scores = solve_in(made).scores()
    sums = dict.fromkeys(DIMENSIONS, 0.0)
    size = 0.0
    for part in scores.contributions(0):
        sums[part.dimension] += part.value
        size = max(size, abs(part.value))
    assert sums == pytest.approx(
        dict.fromkeys(DIMENSIONS, float(scores.total[0])), rel=1e-9, abs=1e-9 * max(size, 1e-3)
    )


@settings(max_examples=30, deadline=None)
@given(random_systems(), st.data())
def test_units_change_nothing(made: list[Document], data: st.DataObject) -> None:
    """The same amounts written in other units, and flows counted in other units: the same score."""
    before = solve_in(made).scores().total
    rewritten = copy.deepcopy(made)
    flows = next(document["flows"] for document in rewritten if "flows" in document)
    for entry in lines_of(rewritten):
        number, unit = entry["amount"].split(" ")
        others = ALIKE[unit]
        new = data.draw(st.sampled_from(sorted(others)))
        entry["amount"] = f"{float(number) / others[new]!r} {new}"
    for name, entry in flows.items():
        if entry["kind"] != "elementary":  # factors are per unit of the elementary flow
            entry["unit"] = data.draw(st.sampled_from(sorted(ALIKE[entry["unit"]])), label=name)
    assert solve_in(rewritten).scores().total == pytest.approx(before, rel=1e-9, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(random_systems(), st.floats(0.001, 1000))
def test_demand_scales_the_result(made: list[Document], times: float) -> None:
    before = solve_in(made).scores()
    scaled = copy.deepcopy(made)
    demand: dict[str, Any] = next(document["demand"] for document in scaled if "demand" in document)
    demand["amount"] = f"({demand['amount']}) * {times!r}"
    after = solve_in(scaled).scores()
    assert after.total == pytest.approx(before.total * times, rel=1e-9, abs=1e-12)
    assert after.system.supply == pytest.approx(before.system.supply * times, rel=1e-9, abs=1e-12)


@settings(max_examples=20, deadline=None)
@given(random_systems(), st.floats(0.1, 10))
def test_size_of_a_process_changes_nothing(made: list[Document], times: float) -> None:
    """A process written per ten units instead of one is the same process."""
    before = solve_in(made).scores().total
    scaled = copy.deepcopy(made)
    for document in scaled:
        if "process" in document:
            for entry in lines_of([document]):
                entry["amount"] = f"{entry['amount']} * {times!r}"
    assert solve_in(scaled).scores().total == pytest.approx(before, rel=1e-9, abs=1e-12)


def test_a_surplus_of_one_pool_does_not_lower_the_closure_of_another(tmp_path: Path) -> None:
    flows = {name: flow() for name in ("good", "strong", "weak")} | {"x": flow("elementary")}
    made = [
        process(
            "maker",
            "good",
            "1 kg",
            stage="making",
            inputs=[line("strong", "3 kg", bin="a"), line("weak", "2 kg", bin="b")],
            outputs=[line("strong", "4 kg", bin="a"), line("weak", "1 kg", bin="b")],
        ),
        *(process(f"{pool}_in", pool, "1 kg", emissions=[line("x", "1 kg")]) for pool in ("strong", "weak")),
        *(process(f"{pool}_out", pool, "1 kg", emissions=[line("x", "1 kg")]) for pool in ("strong", "weak")),
        {
            "loop": "circuit",
            "title": "L",
            "substance": "HCl",
            "pools": {pool: {"makeup": f"{pool}_in", "surplus": f"{pool}_out"} for pool in ("strong", "weak")},
            "bins": {"a": "A", "b": "B"},
        },
    ]
    found = solved(tmp_path, documents(flows, made, ("good", "1 kg"), {"x": 1}))
    closures = [row.closure for row in loop_rows(found.system())]
    assert closures == [pytest.approx(1), pytest.approx(0.5), pytest.approx(0.8)]


def test_generation_of_what_is_returned_counts_against_what_is_drawn(tmp_path: Path) -> None:
    flows = {name: flow(unit="kWh") for name in ("steam", "power")} | {"good": flow(), "x": flow("elementary")}
    made = [
        process(
            "maker",
            "good",
            "1 kg",
            stage="making",
            inputs=[line("steam", "10 kWh", bin="a", scope="2")],
            outputs=[line("steam", "4 kWh", bin="a", scope="2")],
        ),
        process("steam_in", "steam", "1 kWh", inputs=[line("power", "1 kWh", scope="2")]),
        process("steam_out", "steam", "1 kWh", emissions=[line("x", "1 kg")]),
        process("station", "power", "1 kWh", emissions=[line("x", "0.4 kg", scope="2")]),
        {
            "loop": "circuit",
            "title": "L",
            "substance": "H2O",
            "pools": {"steam": {"makeup": "steam_in", "surplus": "steam_out"}},
            "bins": {"a": "A"},
        },
    ]
    scores = solved(tmp_path, documents(flows, made, ("good", "1 kg"), {"x": 1})).scores()
    scopes = {part.item: part.value for part in scores.contributions(0) if part.dimension == "scope"}
    assert scopes["2"] == pytest.approx(2.4)
    assert scopes.get("3.3", 0) == pytest.approx(0)
