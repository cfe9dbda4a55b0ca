"""The bundled plant after the leach: every route and variant closes, and answers its parameters the right way."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import pairwise

import pytest

from lca.errors import Problems
from lca.impact.results import StudyResults
from lca.impact.study import run_study
from lca.inventory.distributions import spread_of
from lca.inventory.loading import load
from lca.inventory.settings import parse_settings
from lca.workspace import bundled

ROOT = bundled()

PLACE = "magnet-selective/belfast/grid"
OXALATE, ELECTRO, CARBONATE, PYRO = (f"{r}/{PLACE}" for r in ("oxalate", "electro", "carbonate", "pyrohydrolysis"))

O2, H2, CL2, BIPOLAR, NAOH = CELLS = tuple(
    (f"electro_extraction.cell={cell}",) for cell in ("o2_anode", "h2_anode", "cl2_anode", "bipolar", "bought_naoh")
)
SODIUM, AMMONIA, MAGNESIUM = SAPONIFIERS = tuple(
    (f"solvent_extraction.saponifier={base}",) for base in ("sodium_hydroxide", "ammonia", "magnesium_hydroxide")
)
SODA = ("carbonate_precipitation.precipitant=soda_ash",)
UPSTREAM = ("carbonate_precipitation.bicarbonate_co2=upstream",)
LEACH = ("workspace.acid_return=leach",)
STRIPPING = ("ammonium_treatment.method=stripping",)
ONE_EFFECT = ("acid_reconcentration.evaporator=single_effect",)

VARIANTS = [
    (OXALATE, ()),
    *((ELECTRO, cell) for cell in CELLS),
    (CARBONATE, ()),
    (CARBONATE, SODA),
    (CARBONATE, UPSTREAM),
    (CARBONATE, STRIPPING),
    (PYRO, ()),
]
RETURNING = [(OXALATE, ()), (ELECTRO, O2), (ELECTRO, H2), (ELECTRO, CL2), (ELECTRO, BIPOLAR), (PYRO, ())]
KEEPING_NONE = [(ELECTRO, NAOH), (CARBONATE, ()), (CARBONATE, SODA)]

Measure = Callable[[StudyResults], float]


@lru_cache(maxsize=256)
def run(scenario: str, *settings: str) -> StudyResults:
    return run_study(ROOT, settings=parse_settings(list(settings)), only=[scenario], sensitivity=False)


def footprint(results: StudyResults) -> float:
    table = results["results"]
    row = table[(table["indicator"] == "climate_change") & (table["electricity_basis"] == "market")]
    return float(row["value"].iloc[0])


def loop(bin_name: str, column: str, substance: str = "hydrochloric_acid") -> Measure:
    return lambda results: float(results["loops"].set_index(["loop", "bin"]).loc[(substance, bin_name), column])


bought = loop("total", "bought")
returned = loop("precipitation", "closure")
bought_ammonia = loop("total", "bought", "ammonia")


def amount(flow: str, process: str | None = None) -> Measure:
    """All of a flow that the plant (or one process) buys, sends out or emits, as a magnitude per declared unit."""

    def measure(results: StudyResults) -> float:
        table = results["exchanges"]
        rows = table[(table["flow"] == flow) & (table["electricity_basis"] == "market")]
        if process is not None:
            rows = rows[rows["process"] == process]
        return float(rows["amount"].sum())

    return measure


def number(address: str) -> Measure:
    return lambda results: float(results["parameters"].set_index("parameter").loc[address, "value"])


power, lye, gas = amount("electricity"), amount("sodium_hydroxide_delivered"), amount("natural_gas_delivered")
efficiency, reconcentration = (
    number("electro_extraction.current_efficiency"),
    number("acid_reconcentration.water_evaporated"),
)


@pytest.mark.parametrize(("scenario", "settings"), VARIANTS)
@pytest.mark.parametrize("base", SAPONIFIERS)
def test_every_variant_closes_its_balances(scenario: str, settings: tuple[str, ...], base: tuple[str, ...]) -> None:
    balances = run(scenario, *settings, *base)["balances"]
    assert balances["closes"].all()
    assert balances["relative"].abs().max() < 1e-9
    assert {"RE", "Cl", "Na", "N", "Mg", "Ca", "C", "Fe"} <= set(balances[balances["process"] == "plant"]["element"])


@pytest.mark.parametrize("feed", ["magnet-full", "mrec-clay"])
@pytest.mark.parametrize("site", ["missouri", "ganzhou"])
@pytest.mark.parametrize(("scenario", "settings"), VARIANTS)
def test_every_variant_closes_with_other_feeds_and_sites(
    scenario: str, settings: tuple[str, ...], feed: str, site: str
) -> None:
    route = scenario.partition("/")[0]
    results = run(f"{route}/{feed}/{site}/grid", *settings)
    assert results["balances"]["closes"].all()
    assert footprint(results) > 0


@pytest.mark.parametrize(("scenario", "settings"), RETURNING)
@pytest.mark.parametrize("to", ["strip", "leach"])
def test_acid_comes_back_to_where_it_is_sent(scenario: str, settings: tuple[str, ...], to: str) -> None:
    results = run(scenario, *settings, f"workspace.acid_return={to}")
    table = results["exchanges"]
    back = table[(table["direction"] == "return") & (table["electricity_basis"] == "market")]
    assert set(back["flow"]) == {f"{to}_acid"}
    assert 0.3 < returned(results) < 1
    assert loop("total", "closure")(results) < 0.35
    assert loop("total", "surplus")(results) == 0


@pytest.mark.parametrize(("scenario", "settings"), KEEPING_NONE)
def test_where_chloride_leaves_as_salt_no_acid_comes_back(scenario: str, settings: tuple[str, ...]) -> None:
    results = run(scenario, *settings)
    assert returned(results) == 0
    assert loop("total", "closure")(results) == 0
    assert bought(results) == pytest.approx(loop("total", "drawn")(results))


@pytest.mark.parametrize(("scenario", "settings"), VARIANTS)
def test_no_variant_is_far_from_the_others(scenario: str, settings: tuple[str, ...]) -> None:
    assert 4 < footprint(run(scenario, *settings)) < 15


#: Scenario, what is fixed, what is moved from one value to the other, what is looked at, and where it goes.
MOVES: list[tuple[str, tuple[str, ...], str, str, str, Measure, int]] = [
    # the cell with an oxygen anode
    (ELECTRO, O2, "electro_extraction.acid_strength", "1 mol/L", "3 mol/L", efficiency, -1),
    (ELECTRO, O2, "electro_extraction.acid_strength", "1 mol/L", "3 mol/L", reconcentration, -1),
    (ELECTRO, O2, "electro_extraction.cell_voltage", "2.8 V", "4.5 V", footprint, +1),
    (ELECTRO, O2, "electro_extraction.proton_leak", "0.06 L/mol", "0.10 L/mol", footprint, +1),
    (ELECTRO, O2, "electro_extraction.acid_recovery", "90 %", "99 %", bought, -1),
    (ELECTRO, O2, "electro_extraction.acid_recovery", "90 %", "99 %", returned, +1),
    (ELECTRO, O2, "electro_extraction.retained_chloride", "0", "0.5", returned, -1),
    (ELECTRO, O2, "electro_extraction.retained_chloride", "0", "0.5", lye, +1),
    (ELECTRO, O2, "electro_extraction.re_recovery", "98.5 %", "99.9 %", footprint, -1),
    (ELECTRO, O2, "calcination_hydroxide.cake_moisture", "50 %", "80 %", footprint, +1),
    (ELECTRO, O2, "strip_liquor_polishing.extra_equivalents", "0", "1.5", bought, +1),
    (ELECTRO, O2, "acid_reconcentration.strip_strength", "3 mol/L", "6 mol/L", footprint, +1),
    (ELECTRO, ONE_EFFECT, "acid_reconcentration.steam", "2.3 MJ/kg", "3.0 MJ/kg", gas, +1),
    # the other cells, and none
    (ELECTRO, H2, "hydrogen_anode_cell.cell_voltage", "1.0 V", "2.0 V", footprint, +1),
    (ELECTRO, H2, "electro_extraction.acid_strength", "1 mol/L", "3 mol/L", amount("hydrogen_to_air"), +1),
    (
        ELECTRO,
        H2,
        "hydrogen_anode_cell.hydrogen_recirculated",
        "80 %",
        "99 %",
        amount("merchant_hydrogen_delivered"),
        -1,
    ),
    (ELECTRO, CL2, "chlorine_anode_cell.cell_voltage", "2.5 V", "3.5 V", footprint, +1),
    (ELECTRO, CL2, "chlorine_anode_cell.current_efficiency", "80 %", "97 %", power, -1),
    (ELECTRO, CL2, "chlorine_anode_cell.acid_recovery", "93 %", "99 %", lye, -1),
    (ELECTRO, CL2, "chlorine_anode_cell.chlorine_slip", "0.1 %", "2 %", amount("chlorine_to_air"), +1),
    (ELECTRO, BIPOLAR, "bipolar_electrodialysis.cell_voltage", "1.3 V", "2.5 V", footprint, +1),
    (ELECTRO, BIPOLAR, "bipolar_electrodialysis.acid_strength", "1 mol/L", "3 mol/L", reconcentration, -1),
    (ELECTRO, BIPOLAR, "bipolar_electrodialysis.acid_recovery", "85 %", "97 %", amount("sodium_to_water"), -1),
    (ELECTRO, BIPOLAR, "bipolar_electrodialysis.acid_recovery", "85 %", "97 %", bought, -1),
    (ELECTRO, NAOH, "hydroxide_precipitation.caustic_excess", "0 %", "10 %", lye, +1),
    (ELECTRO, NAOH, "solvent_extraction.strip_excess", "5 %", "40 %", lye, +1),
    # oxalate
    (OXALATE, (), "oxalate_precipitation.mother_liquor_reuse", "0 %", "80 %", footprint, -1),
    (OXALATE, (), "oxalate_precipitation.mother_liquor_reuse", "0 %", "80 %", bought, -1),
    (OXALATE, (), "oxalate_precipitation.oxalic_excess", "5 %", "40 %", footprint, +1),
    (OXALATE, (), "calcination_oxalate.cake_moisture", "15 %", "40 %", gas, +1),
    # carbonate
    (CARBONATE, (), "carbonate_precipitation.bicarbonate_excess", "2 %", "40 %", footprint, +1),
    (CARBONATE, (), "carbonate_precipitation.ammonia_volatilised", "0.2 %", "4 %", amount("ammonia_to_air"), +1),
    (CARBONATE, (), "ammonium_treatment.ammonium_treated_share", "50 %", "100 %", amount("ammonium_to_water"), -1),
    (CARBONATE, (), "ammonium_treatment.ammonium_treated_share", "50 %", "100 %", footprint, +1),
    (CARBONATE, (), "ammonium_treatment.nitrous_oxide_treatment", "0.001", "0.04", footprint, +1),
    (CARBONATE, (), "ammonium_treatment.nitrogen_removal", "70 %", "95 %", amount("ammonium_to_water"), -1),
    (CARBONATE, SODA, "carbonate_precipitation.soda_ash_excess", "1 %", "20 %", amount("carbon_dioxide_fossil"), +1),
    (CARBONATE, SODA, "calcination_carbonate.cake_moisture", "20 %", "55 %", footprint, +1),
    (CARBONATE, SODA, "carbonate_precipitation.retained_chloride", "0", "0.15", lye, +1),
    # pyrohydrolysis
    (PYRO, (), "spray_roasting.liquor_chloride", "3 mol/L", "5 mol/L", gas, -1),
    (PYRO, (), "spray_roasting.roaster_efficiency", "70 %", "92 %", footprint, -1),
    (PYRO, (), "spray_roasting.acid_recovery", "96 %", "99.7 %", bought, -1),
    (PYRO, (), "spray_roasting.residual_chloride", "0.01", "0.5", returned, -1),
    (PYRO, LEACH, "spray_roasting.acid_mass_fraction", "17 %", "20 %", reconcentration, -1),
    # separation before all of them
    (OXALATE, SODIUM, "solvent_extraction.base_equivalents", "3.5", "7", bought, +1),
    (OXALATE, SODIUM, "solvent_extraction.base_equivalents", "3.5", "7", lye, +1),
    (OXALATE, AMMONIA, "solvent_extraction.base_equivalents", "3.5", "7", amount("ammonium_to_water"), +1),
    (OXALATE, AMMONIA, "solvent_extraction.ammonia_volatilised", "0.2 %", "4 %", bought_ammonia, +1),
    (OXALATE, (*AMMONIA, *STRIPPING), "ammonium_treatment.stripped_fraction", "85 %", "99 %", bought_ammonia, -1),
    (OXALATE, (*AMMONIA, *STRIPPING), "ammonium_treatment.stripping_steam", "60 kg/m3", "150 kg/m3", gas, +1),
    (OXALATE, MAGNESIUM, "solvent_extraction.base_equivalents", "3.5", "7", amount("magnesium_to_water"), +1),
    (OXALATE, MAGNESIUM, "solvent_extraction.magnesium_excess", "0 %", "20 %", amount("magnesium_sludge"), +1),
    (OXALATE, (), "solvent_extraction.extractant_loss", "1 g/kg_REO", "8 g/kg_REO", amount("cod_to_water"), +1),
    (PYRO, (), "solvent_extraction.recovery", "95 %", "99 %", footprint, -1),
    (PYRO, (), "packing.drum_mass", "0.03 kg/kg_REO", "0.1 kg/kg_REO", footprint, +1),
]


@pytest.mark.parametrize(("scenario", "fixed", "address", "low", "high", "measure", "sign"), MOVES)
def test_it_moves_the_right_way(
    scenario: str, fixed: tuple[str, ...], address: str, low: str, high: str, measure: Measure, sign: int
) -> None:
    before = measure(run(scenario, *fixed, f"{address}={low}"))
    after = measure(run(scenario, *fixed, f"{address}={high}"))
    assert sign * (after - before) > 1e-9


# --- strength of the acid: leak of protons against evaporation

STRENGTHS = (0.5, 1, 2, 3, 4, 5)


def over_strength(measure: Measure, *settings: str) -> list[float]:
    return [measure(run(ELECTRO, *settings, f"electro_extraction.acid_strength={c} mol/L")) for c in STRENGTHS]


def falls(values: list[float]) -> bool:
    return all(a > b for a, b in pairwise(values))


def rises(values: list[float]) -> bool:
    return all(a < b for a, b in pairwise(values))


@pytest.mark.parametrize(
    ("cell", "evaporator", "best"), [(O2, "mvr", 2), (O2, "single_effect", 4), (H2, "mvr", 3), (H2, "single_effect", 4)]
)
def test_the_footprint_has_a_minimum_over_the_strength_of_the_acid(
    cell: tuple[str, ...], evaporator: str, best: float
) -> None:
    """With vapour recompression near 2 mol/L, and higher where the voltage is low, for then a leak costs less. With
    steam, evaporation costs more than any leak, up to the 4 mol/L that the strip wants: nothing is evaporated there.
    """
    found = over_strength(footprint, *cell, f"acid_reconcentration.evaporator={evaporator}")
    lowest = STRENGTHS.index(best)
    assert falls(found[: lowest + 1])
    assert rises(found[lowest:])


def test_the_two_terms_that_oppose_each_other() -> None:
    assert rises(over_strength(amount("electricity", "electro_extraction")))
    evaporation = over_strength(amount("electricity", "acid_reconcentration"))
    assert falls(evaporation[:5])
    assert evaporation[4:] == [0, 0]


# --- what variants have in common, and what sets them apart


def test_a_lower_voltage_of_the_hydrogen_anode_shows() -> None:
    assert power(run(ELECTRO, *H2)) < power(run(ELECTRO, *O2)) - 0.5


def test_the_hydrogen_anode_needs_no_hydrogen_where_all_of_it_goes_round() -> None:
    results = run(ELECTRO, *H2, "hydrogen_anode_cell.hydrogen_recirculated=100 %")
    assert amount("merchant_hydrogen_delivered")(results) == 0
    assert amount("hydrogen_to_air")(results) == 0


def test_acid_of_the_burner_needs_no_evaporation() -> None:
    assert amount("electricity", "acid_reconcentration")(run(ELECTRO, *CL2)) == 0
    assert number("chlorine_anode_cell.acid_strength")(run(ELECTRO, *CL2)) > 6


def test_bipolar_membranes_that_return_nothing_are_bought_caustic() -> None:
    """At the limit, all base of the one is bought as in the other (whose excess is set to none)."""
    low = run(ELECTRO, *BIPOLAR, "bipolar_electrodialysis.acid_recovery=5 %")
    control = run(ELECTRO, *NAOH, "hydroxide_precipitation.caustic_excess=0 %")
    per_base = (lye(low) - lye(run(ELECTRO, *BIPOLAR, "bipolar_electrodialysis.acid_recovery=100 %"))) / 0.95
    none = lye(low) + 0.05 * per_base
    assert none == pytest.approx(lye(control), rel=1e-6)


def test_the_control_buys_the_acid_that_the_cell_saves() -> None:
    cell, control = run(ELECTRO, *O2), run(ELECTRO, *NAOH)
    assert bought(control) - bought(cell) == pytest.approx(loop("total", "returned")(cell), rel=1e-6)


@pytest.mark.parametrize("base", SAPONIFIERS)
def test_the_saponifier_does_not_change_the_acid(base: tuple[str, ...]) -> None:
    assert bought(run(OXALATE, *base)) == pytest.approx(bought(run(OXALATE)))


def test_stripped_ammonia_is_used_again_but_never_credited() -> None:
    used = run(OXALATE, *AMMONIA, *STRIPPING)
    assert 0.7 < loop("total", "closure", "ammonia")(used) < 0.95
    assert amount("dinitrogen_monoxide", "ammonium_treatment")(used) < 0.001
    given_away = run(CARBONATE, *STRIPPING)
    assert loop("total", "surplus", "ammonia")(given_away) > 0.2
    assert loop("total", "returned", "ammonia")(given_away) == pytest.approx(0)


def test_bases_answer_to_the_same_equivalents() -> None:
    sodium = amount("sodium_to_water", "solvent_extraction")(run(OXALATE, *SODIUM)) / 22.98977
    ammonia = run(OXALATE, *AMMONIA)
    nitrogen = (bought_ammonia(ammonia) - amount("ammonia_to_air")(ammonia)) / 17.031
    magnesium = amount("magnesium_to_water")(run(OXALATE, *MAGNESIUM)) / 24.305
    assert nitrogen == pytest.approx(sodium, rel=1e-3)
    assert 2 * magnesium == pytest.approx(sodium, rel=1e-3)


def test_the_co2_of_ammonium_bicarbonate_is_counted_once_or_not() -> None:
    here, there = run(CARBONATE), run(CARBONATE, *UPSTREAM)
    moved = amount("carbon_dioxide_counted_upstream")(there)
    assert moved > 0.5
    assert footprint(here) - footprint(there) == pytest.approx(moved, rel=1e-6)
    assert amount("carbon_dioxide_counted_upstream")(here) == 0


@pytest.mark.parametrize("origin", ["CN", "GB"])
def test_no_more_co2_is_taken_off_than_bicarbonate_binds_or_its_ammonia_emits(origin: str) -> None:
    """Ammonia of coal emits 3.2 kg per kg and its bicarbonate binds 2.58; that of gas emits what 33 MJ of gas hold."""
    results = run(CARBONATE, f"workspace.ammonium_bicarbonate_origin={origin}")
    bicarbonate = amount("ammonium_bicarbonate_delivered")(results)
    parts = results["contributions"]
    rows = parts[(parts["item"] == "carbon_dioxide_captured") & (parts["indicator"] == "climate_change")]
    taken_off = -float(rows[rows["electricity_basis"] == "market"]["value"].iloc[0])
    bound, emitted = 44.009 / 79.055, 17.031 / 79.055 * {"CN": 3.2, "GB": 33 * 0.0561}[origin]
    assert taken_off / bicarbonate == pytest.approx(min(bound, emitted), rel=1e-3)


@pytest.mark.parametrize(("scenario", "settings"), VARIANTS)
def test_water_that_comes_in_leaves_as_wastewater_or_steam_or_gas(scenario: str, settings: tuple[str, ...]) -> None:
    results = run(scenario, *settings)
    taken = amount("process_water")(results) + amount("deionised_water")(results)
    split = amount("hydrogen_to_air", "electro_extraction")(results) * 18.015 / 2.016
    left = amount("wastewater")(results) + amount("water_to_air")(results) + split
    assert taken == pytest.approx(left, rel=1e-3)


def test_what_physics_bounds_is_not_drawn_beyond_it() -> None:
    """No cell takes less than its reversible voltage; a MJ of gas holds 0.0543 to 0.0583 kg CO2 by the guidelines."""
    processes = load(ROOT, Problems()).processes
    for cell, reversible in (("electro_extraction", 1.7), ("chlorine_anode_cell", 1.8), ("hydrogen_anode_cell", 0.5)):
        voltage = spread_of(processes[cell].parameters["cell_voltage"])
        assert voltage is not None
        assert voltage.support[0] > reversible
    carbon = spread_of(processes["gas_boiler"].parameters["gas_co2"])
    assert carbon is not None
    assert carbon.support == pytest.approx((0.0543e-6, 0.0583e-6))


def test_soda_ash_leaves_no_nitrogen() -> None:
    results = run(CARBONATE, *SODA)
    assert amount("ammonium_to_water")(results) == 0
    assert amount("sodium_to_water", "carbonate_precipitation")(results) > 0


def test_the_roaster_burns_what_pickling_plants_burn() -> None:
    """2.5 to 3.5 MJ per litre of liquor."""
    results = run(PYRO)
    litres = number("spray_roasting.water_evaporated")(results) / number("spray_roasting.liquor_water")(results)
    assert 2.5 < number("spray_roasting.gas")(results) / litres < 3.5


def test_thorium_leaves_with_the_residue() -> None:
    """A kilogram of oxide whose feed holds 1 g of thorium hands on 4.06 kBq, and more for what is lost on the way."""
    names = set(run(OXALATE)["parameters"]["parameter"])
    owner = "feed" if "feed.thorium_content" in names else "workspace"
    results = run(OXALATE, f"{owner}.thorium_content=1000 mg/kg_REO", f"{owner}.uranium_content=0 mg/kg_REO")
    assert 4.06 < amount("thorium_232_activity")(results) < 4.06 * 1.15
    assert amount("uranium_238_activity")(results) == 0
    assert amount("radioactive_residue")(results) > 0.2


def test_a_big_bag_weighs_less_than_a_drum() -> None:
    assert footprint(run(OXALATE, "packing.package=big_bag")) < footprint(run(OXALATE))
