"""Recovery by element: what is recovered and what is lost is what was fed, and the mixture of both its composition."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.chemistry import OTHER, RARE_EARTHS, Composition, NoRareEarthError, UnknownElementError, oxide_shares
from lca.recovery import FUNCTIONS, REST, ByElement, FractionError, mean_recovery, recovered
from tests.test_chemistry import compositions

fractions = st.floats(0.0, 1.0, allow_nan=False)
all_fractions = st.dictionaries(st.sampled_from(RARE_EARTHS), fractions).flatmap(
    lambda found: fractions.map(lambda rest: ByElement.from_fractions({**found, REST: rest}))
)


def magnet() -> Composition:
    return Composition.from_shares({"Fe": 0.66, "Nd": 0.28, "Dy": 0.02, OTHER: 0.04}, "elements")


def test_what_is_recovered_of_a_mixture_by_hand() -> None:
    half = Composition.from_shares({"La": 0.5, "CeO2": 0.5}, "oxides")
    kept = ByElement.from_fractions({"Ce": 0.6, REST: 1.0})
    assert mean_recovery(half, kept) == pytest.approx(0.8)
    assert recovered(half, kept).shares == pytest.approx({"La2O3": 0.625, "CeO2": 0.375})
    assert recovered(half, kept).of == "oxides"


def test_what_is_no_rare_earth_is_left_out() -> None:
    assert set(recovered(magnet(), ByElement((), 0.9)).shares) == {"Nd2O3", "Dy2O3"}
    assert mean_recovery(magnet(), ByElement((), 0.9)) == pytest.approx(0.9)


def test_what_is_lost_whole_is_not_in_the_composition() -> None:
    kept = ByElement.from_fractions({"Dy": 0.0, "Nd": 1.0})
    assert set(recovered(magnet(), kept).shares) == {"Nd2O3"}


@given(compositions(), all_fractions)
def test_recovered_and_lost_are_what_was_fed(c: Composition, kept: ByElement) -> None:
    lost = ByElement(tuple((e, 1.0 - fraction) for e, fraction in kept.items), 1.0 - (kept.rest or 0.0))
    sides = [side for side in (kept, lost) if mean_recovery(c, side) > 1e-12]
    assert sum(mean_recovery(c, side) for side in (kept, lost)) == pytest.approx(1, rel=1e-12)
    for element, share in oxide_shares(c).items():
        together = sum(mean_recovery(c, side) * oxide_shares(recovered(c, side)).get(element, 0.0) for side in sides)
        assert together == pytest.approx(share, rel=1e-9, abs=1e-11)


@given(compositions(), all_fractions, st.floats(0.01, 1.0))
def test_a_level_common_to_all_changes_how_much_and_not_what(c: Composition, kept: ByElement, level: float) -> None:
    lower = ByElement(tuple((e, level * fraction) for e, fraction in kept.items), level * (kept.rest or 0.0))
    assert mean_recovery(c, lower) == pytest.approx(level * mean_recovery(c, kept), rel=1e-12, abs=1e-300)
    if mean_recovery(c, kept) > 1e-12:
        assert dict(oxide_shares(recovered(c, lower))) == pytest.approx(dict(oxide_shares(recovered(c, kept))))


@given(compositions(), st.floats(0.01, 1.0))
def test_one_recovery_of_all_keeps_the_basket(c: Composition, fraction: float) -> None:
    kept = ByElement((), fraction)
    assert mean_recovery(c, kept) == pytest.approx(fraction)
    assert dict(oxide_shares(recovered(c, kept))) == pytest.approx(dict(oxide_shares(c)))


@pytest.mark.parametrize(("name", "fraction"), [("Nd", -0.1), ("Nd", 1.1), (REST, 97.5), ("Nd", float("nan"))])
def test_fractions_out_of_bounds(name: str, fraction: float) -> None:
    with pytest.raises(FractionError, match=name):
        ByElement.from_fractions({name: fraction})


def test_faults() -> None:
    with pytest.raises(UnknownElementError):
        ByElement.from_fractions({"neodymium": 0.9})
    with pytest.raises(FractionError, match="no fraction of Dy"):
        mean_recovery(magnet(), ByElement.from_fractions({"Nd": 0.9}))
    with pytest.raises(FractionError, match="'Fe' is not a rare earth"):
        recovered(magnet(), ByElement.from_fractions({"Fe": 0.1, REST: 0.9}))
    with pytest.raises(NoRareEarthError, match="none of the rare earths is recovered"):
        recovered(magnet(), ByElement((), 0.0))
    with pytest.raises(NoRareEarthError):
        mean_recovery(Composition.from_shares({"Fe": 1.0}, "elements"), ByElement((), 0.9))


def test_registry() -> None:
    assert {name: (f.arguments, f.unit) for name, f in FUNCTIONS.items()} == {
        "recovered": (("composition", "by_element"), ""),
        "mean_recovery": (("composition", "by_element"), "kg/kg"),
    }
