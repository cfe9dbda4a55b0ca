"""Imported databases are kept whole, found again, and refused when they are not what was kept."""

from __future__ import annotations

import numpy as np
import pytest

from lca.background import store
from lca.background.database import (
    UNCERTAINTY,
    Activity,
    Background,
    ElementaryFlow,
    Exchanges,
    ImportReport,
    Origin,
    Unlinked,
)


def two_activities(name: str = "small") -> Background:
    spread = np.zeros(3, UNCERTAINTY)
    spread["uncertainty_type"] = 2
    return Background(
        name,
        Origin("test", "here", "1.0", "cut-off", "none", False),
        (
            Activity("p", "power", "GB", "electricity", "kilowatt hour", 10.0),
            Activity("f", "fuel", "GLO", "fuel", "kilogram", 100.0),
        ),
        (ElementaryFlow("c", "Carbon dioxide, fossil", ("air",), "kilogram"),),
        Exchanges(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([10.0, -2.0, 100.0]), spread),
        Exchanges(np.array([0, 0]), np.array([0, 1]), np.array([1.0, 10.0])),
        ImportReport((Unlinked(0, "steel", "", 0.5, "kilogram"),), ("MJ became kWh",), ("a note",)),
    )


def test_what_is_kept_is_found_again() -> None:
    kept = store.save(two_activities())
    found = store.load("small")
    assert (found.name, found.origin, found.activities, found.flows, found.report) == (
        kept.name,
        kept.origin,
        kept.activities,
        kept.flows,
        kept.report,
    )
    assert found.sha256 == kept.sha256 != ""
    assert found.technosphere_matrix().toarray().tolist() == [[10.0, 0.0], [-2.0, 100.0]]
    assert found.biosphere_matrix().toarray().tolist() == [[1.0, 10.0]]
    assert found.technosphere.uncertainty is not None
    assert found.technosphere.uncertainty["uncertainty_type"].tolist() == [2, 2, 2]
    assert found.biosphere.uncertainty is None


def test_the_hash_is_of_the_data_and_not_of_the_name() -> None:
    assert store.save(two_activities("one")).sha256 == store.save(two_activities("two")).sha256


def test_importing_again_takes_the_place_of_the_first() -> None:
    store.save(two_activities())
    store.save(two_activities())
    assert store.names() == ("small",)
    assert [path.name for path in store.folder().iterdir()] == ["small"]


def test_an_unknown_name_says_what_there_is() -> None:
    store.save(two_activities())
    with pytest.raises(store.UnknownBackgroundError) as unknown:
        store.load("smal")
    assert unknown.value.known == ("small",)


@pytest.mark.parametrize("name", ["", "..", "../small", "a/b", ".hidden", "x" * 81])
def test_names_are_names_of_folders(name: str) -> None:
    assert not store.is_name(name)
    with pytest.raises(store.UnknownBackgroundError):
        store.load(name)


@pytest.mark.parametrize("file", ["names.json", "matrices.npz", "background.json"])
def test_what_was_altered_is_refused(file: str) -> None:
    store.save(two_activities())
    place = store.folder() / "small" / file
    place.write_bytes(place.read_bytes()[:-20])
    with pytest.raises(store.BrokenBackgroundError):
        store.load("small")


def test_what_is_removed_is_gone() -> None:
    store.save(two_activities())
    store.remove("small")
    assert store.names() == ()
    with pytest.raises(store.UnknownBackgroundError):
        store.remove("small")
