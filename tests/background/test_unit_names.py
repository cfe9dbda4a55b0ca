"""Units as databases spell them."""

from __future__ import annotations

import pint
import pytest

from lca.background.unit_names import _FACTORS, _SPELLED, factor_between, unit_named
from lca.units import parse_unit

#: What pint's own registry calls the units that are not in ours.
PINT = {
    **{"lb": "pound", "lb av": "pound", "oz": "ounce", "sh tn": "short_ton", "mi": "mile", "ft": "foot", "in": "inch"},
    **{"ft2": "foot**2", "ft3": "foot**3", "cu ft": "foot**3", "cuft": "foot**3", "gal": "gallon"},
    **{"gal (us liq)": "gallon", "bbl": "oil_barrel", "ac": "4046.8564224 * m**2", "acre": "4046.8564224 * m**2"},
    **{"ha": "hectare", "hectare": "hectare", "btu": "Btu_it", "mmbtu": "1e6 * Btu_it", "tj": "terajoule"},
    **{"pj": "petajoule", "ug": "microgram", "ng": "nanogram", "dm3": "dm**3", "cm3": "cm**3"},
}
BASES = {"kg": "kg", "m": "m", "m2": "m**2", "m3": "m**3", "L": "liter", "J": "joule"}


def test_every_unit_of_other_systems_is_tested() -> None:
    assert PINT.keys() == _FACTORS.keys()


@pytest.mark.parametrize("name", sorted(_FACTORS))
def test_factors_are_those_of_pint(name: str) -> None:
    factor, base = _FACTORS[name]
    assert pint.UnitRegistry()(PINT[name]).to(BASES[base]).magnitude == pytest.approx(factor, rel=1e-8)


@pytest.mark.parametrize("name", sorted(_SPELLED))
def test_names_are_units_of_the_registry(name: str) -> None:
    unit = unit_named(name)
    assert unit is not None
    if name != "a":  # which the registry does not know
        assert (unit.factor, unit.dimension) == (
            parse_unit(_SPELLED[name]).factor,
            parse_unit(_SPELLED[name]).dimension,
        )


@pytest.mark.parametrize(
    ("given", "wanted", "factor"),
    [
        ("MJ", "kWh", 1 / 3.6),
        ("kilowatt hour", "MJ", 3.6),
        ("g", "kg", 1e-3),
        ("kg*km", "t*km", 1e-3),
        ("t*mi", "t*km", 1.609344),
        ("ton kilometer", "tkm", 1),
        ("gal", "l", 3.785411784),
        ("l", "m3", 1e-3),
        ("m2*a", "square meter-year", 1),
        ("Item(s)", "unit", 1),
        ("Bq", "kBq", 1e-3),
        ("KWH", "kwh", 1),
        ("lb/h", "kg/h", 0.45359237),
        ("no such thing", "no such thing", 1),
    ],
)
def test_conversions(given: str, wanted: str, factor: float) -> None:
    assert factor_between(given, wanted) == pytest.approx(factor)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("kg", "m3"), ("Mg", "mg"), ("mJ", "MJ"), ("Nm3", "m3"), ("p*km", "vkm"), ("A", "a"), ("kg", ""), ("", "kg")],
)
def test_what_is_not_the_same_is_not_converted(given: str, wanted: str) -> None:
    assert factor_between(given, wanted) is None
