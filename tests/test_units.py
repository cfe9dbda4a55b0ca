"""The list of units, against pint's own."""

from __future__ import annotations

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.units import UNIT_NAMES, UnitError, base_unit, convert, describe, multiply, parse_unit, raise_to

# How pint's default registry calls the units of ours that it has; the rest are dimensions of our own.
PINT = {
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "t": "metric_ton",
    "mol": "mole",
    "mmol": "millimole",
    "kmol": "kilomole",
    "m": "meter",
    "cm": "centimeter",
    "mm": "millimeter",
    "km": "kilometer",
    "m2": "meter**2",
    "m3": "meter**3",
    "L": "liter",
    "mL": "milliliter",
    "s": "second",
    "min": "minute",
    "h": "hour",
    "d": "day",
    "day": "day",
    "A": "ampere",
    "mA": "milliampere",
    "kA": "kiloampere",
    "C": "coulomb",
    "Ah": "ampere*hour",
    "kAh": "kiloampere*hour",
    "J": "joule",
    "kJ": "kilojoule",
    "MJ": "megajoule",
    "GJ": "gigajoule",
    "Wh": "watt*hour",
    "kWh": "kilowatt*hour",
    "MWh": "megawatt*hour",
    "GWh": "gigawatt*hour",
    "W": "watt",
    "kW": "kilowatt",
    "MW": "megawatt",
    "V": "volt",
    "mV": "millivolt",
    "K": "kelvin",
    "Pa": "pascal",
    "kPa": "kilopascal",
    "bar": "bar",
    "tkm": "metric_ton*kilometer",
    "%": "percent",
}
OWN = {
    "kg_REO",
    "g_REO",
    "t_REO",
    "kg_CO2e",
    "g_CO2e",
    "t_CO2e",
    "item",
    "USD",
    "EUR",
    "GBP",
    "CNY",
    "Bq",
    "kBq",
    "year",
}

BASE_OF_PINT = {
    "[mass]": "mass",
    "[substance]": "substance",
    "[length]": "length",
    "[time]": "time",
    "[current]": "current",
    "[temperature]": "temperature",
}

REFERENCE = pint.UnitRegistry()


def test_every_unit_is_tested() -> None:
    assert PINT.keys() | OWN == UNIT_NAMES


@pytest.mark.parametrize("name", sorted(UNIT_NAMES))
def test_every_unit_parses(name: str) -> None:
    unit = parse_unit(name)
    assert unit.name == name
    assert unit.factor > 0
    assert (unit.dimension == ()) == (name == "%")
    assert describe(unit.dimension)


@pytest.mark.parametrize("name", sorted(PINT))
def test_factor_and_dimension_are_those_of_pint(name: str) -> None:
    theirs = REFERENCE.Quantity(1, PINT[name]).to_base_units()
    ours = parse_unit(name)
    assert ours.factor == pytest.approx(theirs.magnitude, rel=1e-12)
    expected = {BASE_OF_PINT[str(k)]: float(v) for k, v in theirs.dimensionality.items()}
    assert dict(ours.dimension) == expected


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("t_REO", "1000 kg_REO"),
        ("g_REO", "0.001 kg_REO"),
        ("g_CO2e", "0.001 kg_CO2e"),
        ("t_CO2e", "1000 kg_CO2e"),
        ("kBq", "1000 Bq"),
        ("year", "365 d"),
    ],
)
def test_own_units(name: str, same: str) -> None:
    number, _, unit = same.partition(" ")
    assert parse_unit(name).factor == pytest.approx(float(number) * parse_unit(unit).factor)
    assert parse_unit(name).dimension == parse_unit(unit).dimension


def test_oxide_is_not_mass() -> None:
    assert parse_unit("kg_REO").dimension != parse_unit("kg").dimension
    assert parse_unit("kg_CO2e").dimension != parse_unit("kg").dimension
    assert parse_unit("kg_REO/kg").dimension


@pytest.mark.parametrize(
    ("text", "factor", "base"),
    [
        ("kWh/kg_REO", 3.6e6, "m^2*kg/kg_REO/s^2"),
        ("A/m^2", 1.0, "A/m^2"),
        ("A/m2", 1.0, "A/m^2"),
        ("mol/L", 1000.0, "mol/m^3"),
        ("kg/kg", 1.0, ""),
        ("g/kg", 0.001, ""),
        ("MJ/kWh", 1 / 3.6, ""),
        ("m^-2", 1.0, "1/m^2"),
        ("1/m^2", 1.0, "1/m^2"),
        ("1/year", 1 / 31_536_000, "1/s"),
        ("%", 0.01, ""),
        ("", 1.0, ""),
        ("kg*m/s^2", 1.0, "m*kg/s^2"),
        ("V*A*h", 3600.0, "m^2*kg/s^2"),
    ],
)
def test_composed_units(text: str, factor: float, base: str) -> None:
    unit = parse_unit(text)
    assert unit.factor == pytest.approx(factor, rel=1e-12)
    assert base_unit(unit.dimension) == base
    assert convert(factor, text) == pytest.approx(1.0)


NO_UNITS = "kwh KG Kg l hr sec u a ton euro kg_reo percent mol.L kg//L kg/ /kg ^2 kg^x kg^ kg^1.5 1 m+m (kg) kg\u00b2"


@pytest.mark.parametrize("text", [*NO_UNITS.split(), "k g", "3 kg", "kg m"])
def test_what_is_no_unit(text: str) -> None:
    with pytest.raises(UnitError):
        parse_unit(text)


@pytest.mark.parametrize(
    ("unit", "words"),
    [
        ("", "a plain number"),
        ("%", "a plain number"),
        ("kg/kg", "a plain number"),
        ("kg", "mass (kg)"),
        ("t", "mass (kg)"),
        ("kWh", "energy (kWh, MJ)"),
        ("MJ", "energy (kWh, MJ)"),
        ("kg/kg_REO", "mass per mass of rare earth oxide (kg/kg_REO)"),
        ("C/kg_REO", "charge per mass of rare earth oxide (C/kg_REO)"),
        ("mol/L", "amount of substance per volume (mol/m3)"),
        ("A/m^2", "current per area (A/m2)"),
        ("m^2", "area (m2)"),
        ("tkm", "freight (tkm)"),
        ("EUR", "euros (EUR)"),
        ("kg_CO2e/kWh", "mass of CO2-equivalents per energy (kg_CO2e/J)"),
        ("K^3", "K^3"),
    ],
)
def test_a_dimension_in_words(unit: str, words: str) -> None:
    assert describe(parse_unit(unit).dimension) == words


units = st.sampled_from(sorted(UNIT_NAMES))


@given(units, units)
def test_products_and_quotients(a: str, b: str) -> None:
    first, second = parse_unit(a), parse_unit(b)
    assert multiply(first.dimension, second.dimension) == multiply(second.dimension, first.dimension)
    assert multiply(multiply(first.dimension, second.dimension), second.dimension, -1) == first.dimension
    product, quotient = parse_unit(f"{a}*{b}"), parse_unit(f"{a}/{b}")
    assert product.dimension == multiply(first.dimension, second.dimension)
    assert quotient.dimension == multiply(first.dimension, second.dimension, -1)
    assert product.factor == pytest.approx(first.factor * second.factor)
    assert quotient.factor == pytest.approx(first.factor / second.factor)


@given(units, st.integers(1, 5))
def test_powers(name: str, power: int) -> None:
    unit = parse_unit(name)
    raised = parse_unit(f"{name}^{power}")
    assert raised.dimension == raise_to(unit.dimension, power)
    assert raised.factor == pytest.approx(unit.factor**power)
    assert raise_to(raised.dimension, 1 / power) == unit.dimension
