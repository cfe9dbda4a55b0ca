"""ecoSpold 1: what is read, how it is linked, and what is said about it."""

from __future__ import annotations

import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lca.background.database import Background
from lca.background.importing import Request, import_files
from lca.errors import InputError
from tests.background.spold1 import HEAD, allocation, data_set, document, exchange, textbook


def read(path: Path, choices: str = "") -> Background:
    made = path.with_name("choices.yaml")
    if choices:
        made.write_text("database: test\n" + choices, encoding="utf-8")
    return import_files(Request(path, "test", choices=made if choices else None), lambda text: None)


def imported(folder: Path, *data_sets: str, choices: str = "") -> Background:
    path = folder / "data.xml"
    path.write_text(document(*data_sets), encoding="utf-8")
    return read(path, choices)


def faults(path: Path, choices: str = "") -> list[str]:
    with pytest.raises(InputError) as wrong:
        read(path, choices)
    return [fault.code for fault in wrong.value.diagnostics]


def inventory(background: Background, code: str, amount: float = 1.0) -> dict[str, float]:
    """Elementary flows of an amount of a product, by name."""
    demand = np.zeros(len(background.activities))
    demand[background.by_code[code]] = amount
    scale = np.linalg.solve(background.technosphere_matrix().toarray(), demand)
    return dict(zip((flow.name for flow in background.flows), background.biosphere_matrix() @ scale, strict=True))


def carbon(folder: Path, *suppliers: str, **of_input: object) -> float:
    """What the supplier that an input is linked to emits; nothing where it is left open."""
    user = data_set(1, "thing", 1, "kg", [exchange("input", 1, taken=5, **of_input)], location="DE")
    return inventory(imported(folder, user, *suppliers), "1").get("carbon", 0.0)


def supplier(number: int, emits: float, location: str = "GLO", unit: str = "kg", **more: object) -> str:
    line = exchange("carbon", emits, given=4, category="air")
    return data_set(number, "input", 1, unit, [line], location=location, **more)  # type: ignore[arg-type]


def test_the_textbook_system(tmp_path: Path) -> None:
    found = read(textbook(tmp_path))
    assert found.technosphere_matrix().toarray().tolist() == [[10.0, -5.0], [-2.0, 100.0]]
    assert [activity[:5] for activity in found.activities] == [
        ("1", "electricity", "GLO", "electricity", "kWh"),
        ("2", "fuel", "GLO", "fuel", "kg"),
    ]
    assert [(flow.code, flow.name, flow.categories) for flow in found.flows] == [
        ("7", "Carbon dioxide, fossil", ("air", "unspecified")),
        ("8", "Oil, crude", ("resource", "in ground")),
    ]
    # 10 p - 5 f = 1000, -2 p + 100 f = 0, by hand
    f = 2000 / 990
    assert inventory(found, "1", 1000) == pytest.approx(
        {"Carbon dioxide, fossil": 50 * f + 10 * f, "Oil, crude": 50 * f}
    )
    assert found.report.unlinked == ()
    assert any("MJ became kWh (1 MJ is 0.277777778)" in text for text in found.report.conversions)
    assert found.technosphere.amounts.dtype == np.float64
    assert found.origin.licensed


def test_a_file_a_folder_and_an_archive_are_the_same(tmp_path: Path) -> None:
    path = textbook(tmp_path)
    folder = tmp_path / "folder" / "inner"
    folder.mkdir(parents=True)
    (folder / "a.xml").write_bytes(path.read_bytes())
    (folder / "categories.xml").write_text("<categories/>", encoding="utf-8")
    archive = tmp_path / "all.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.write(path, "../../outside.xml")  # names lead nowhere: nothing is unpacked
    one, two, three = read(path), read(tmp_path / "folder"), read(archive)
    for other in (two, three):
        assert other.activities == one.activities
        assert (other.technosphere_matrix() != one.technosphere_matrix()).nnz == 0
        assert (other.biosphere_matrix() != one.biosphere_matrix()).nnz == 0
    assert not (tmp_path.parent.parent / "outside.xml").exists()


def test_text_of_any_length_and_spaces_around_names(tmp_path: Path) -> None:
    found = imported(
        tmp_path,
        data_set(1, "thing ", 1, "kg", [exchange(" input  two\u00a0", 1, taken=1)], text="long " * 20_000),
        data_set(2, "input two", 1, "kg", [exchange("Carbon dioxide ", 1, given=4, category="air")]),
    )
    assert [activity.name for activity in found.activities] == ["thing", "input two"]
    assert found.report.unlinked == ()
    assert [flow.name for flow in found.flows] == ["Carbon dioxide"]
    assert any(text.startswith("Spaces") for text in found.report.conversions)


def test_elementary_flows_are_the_same_by_name_compartment_and_unit(tmp_path: Path) -> None:
    lines = [
        exchange("carbon", 1, given=4, category="air"),
        exchange("carbon ", 2, given=4, category="air"),
        exchange("carbon", 4, given=4, category="air", subCategory="urban"),
        exchange("carbon", 8, "g", given=4, category="air"),
    ]
    found = imported(tmp_path, data_set(1, "thing", 1, "kg", lines))
    assert found.biosphere_matrix().toarray().ravel().tolist() == [3.0, 4.0, 8.0]


# --- which supplier


def test_the_number_goes_before_the_place(tmp_path: Path) -> None:
    assert carbon(tmp_path, supplier(2, 2.0, "DE"), supplier(3, 3.0, "US"), number=3) == 3.0


@pytest.mark.parametrize(
    ("places", "asked", "linked"),
    [
        (("US", "DE", "GLO"), "US", "US"),  # that of the input
        (("US", "DE", "GLO"), "FR", "DE"),  # that of the buyer
        (("US", "GLO", "RoW"), "FR", "GLO"),
        (("US", "CN", "RoW"), None, "RoW"),
        (("US",), "FR", "US"),  # the only one
    ],
)
def test_the_order_of_places(tmp_path: Path, places: tuple[str, ...], asked: str | None, linked: str) -> None:
    suppliers = [supplier(number, number, place) for number, place in enumerate(places, 2)]
    assert carbon(tmp_path, *suppliers, location=asked) == places.index(linked) + 2


def test_a_supplier_elsewhere_is_said(tmp_path: Path) -> None:
    user = data_set(1, "thing", 1, "kg", [exchange("input", 1, taken=5, location="FR")], location="DE")
    found = imported(tmp_path, user, supplier(2, 1, "US"))
    assert "input: asked for in FR, taken from US" in found.report.notes


def test_several_that_fit_are_left_open_until_one_is_chosen(tmp_path: Path) -> None:
    user = data_set(1, "thing", 1, "kg", [exchange("input", 1, taken=5)], location="DE")
    data = (user, supplier(2, 2.0, "US", text="north"), supplier(3, 3.0, "US", text="south"))
    found = imported(tmp_path, *data)
    assert [line[:2] for line in found.report.unlinked] == [(0, "input")]
    assert any("2 activities fit (2, 3)" in text for text in found.report.notes)
    assert [activity.name for activity in found.activities] == ["thing", "input {north}", "input {south}"]
    assert {activity.product for activity in found.activities[1:]} == {"input"}
    chosen = imported(tmp_path, *data, choices='providers: [{input: input, activity: "3"}]')
    assert inventory(chosen, "1")["carbon"] == 3.0
    assert chosen.report.unlinked == ()


def test_several_that_are_the_same_are_one(tmp_path: Path) -> None:
    assert carbon(tmp_path, supplier(2, 2.0, "US"), supplier(3, 2.0, "US")) == 2.0


def test_what_may_stay_open_stays_open(tmp_path: Path) -> None:
    user = data_set(1, "thing", 1, "kg", [exchange("input", 1, taken=5)])
    found = imported(tmp_path, user, supplier(2, 2.0), choices="leave_open: [{input: input, note: ours}]")
    assert "Chosen: input is left open (ours)" in found.report.notes
    assert [line.name for line in found.report.unlinked] == ["input"]
    assert len(found.technosphere.rows) == 2


def test_units_that_cannot_be_converted_are_left_open_until_a_conversion_is_given(tmp_path: Path) -> None:
    user = data_set(1, "thing", 1, "kg", [exchange("input", 3, "m3", taken=5)])
    found = imported(tmp_path, user, supplier(2, 2.0))
    assert [(line.name, line.amount, line.unit) for line in found.report.unlinked] == [("input", 3.0, "m3")]
    assert "input in m3, made in kg: no conversion, left open" in found.report.notes
    chosen = imported(tmp_path, user, supplier(2, 2.0), choices="conversions: [{input: input, conversion: 0.5 kg/m3}]")
    assert inventory(chosen, "1")["carbon"] == pytest.approx(3.0)
    other = imported(tmp_path, user, supplier(2, 2.0), choices="conversions: [{input: input, conversion: 0.5 kg/L}]")
    assert inventory(other, "1")["carbon"] == pytest.approx(3000.0)


# --- signs


def test_avoided_production_is_a_credit(tmp_path: Path) -> None:
    user = data_set(1, "thing", 1, "kg", [exchange("input", 0.5, given=1)])
    assert inventory(imported(tmp_path, user, supplier(2, 2.0)), "1")["carbon"] == -1.0


@pytest.mark.parametrize("treated", [1, -1])
@pytest.mark.parametrize("booked", ["waste", "input"])
def test_waste_is_treated_whatever_its_sign(tmp_path: Path, treated: int, booked: str) -> None:
    """A treatment is a service with a positive product, or takes up waste as a negative one; waste that leaves is
    booked as an output, or as an input: of the service, or negative of the waste.
    """
    line = exchange("slag", 0.5, given=3) if booked == "waste" else exchange("slag", 0.5 * treated, taken=5)
    treatment = data_set(2, "slag", treated, "kg", [exchange("carbon", 4, given=4, category="air")])
    found = imported(tmp_path, data_set(1, "thing", 1, "kg", [line]), treatment)
    assert inventory(found, "1")["carbon"] == pytest.approx(2.0)
    assert inventory(found, "2", treated)["carbon"] == pytest.approx(4.0)


def test_waste_without_treatment_is_reported(tmp_path: Path) -> None:
    found = imported(tmp_path, data_set(1, "thing", 1, "kg", [exchange("slag", 0.5, given=3)]))
    assert [line.name for line in found.report.unlinked] == ["slag"]
    assert any(text.startswith("Wastes that leave") for text in found.report.notes)


def test_what_goes_against_the_way_of_its_flow_is_negative(tmp_path: Path) -> None:
    out, back = {"given": 4}, {"taken": 4}
    copper = {"category": "ground", "subCategory": "deep", "number": 9}
    data = [
        data_set(n, f"mine {n}", 1, "kg", [exchange("copper", 2, **way, **copper)])  # type: ignore[arg-type]
        for n, way in enumerate((back, back, out), 1)
    ]
    found = imported(tmp_path, *data)
    assert found.biosphere_matrix().toarray().tolist() == [[2.0, 2.0, -2.0]]
    assert found.flows[0].categories == ("resource", "ground", "deep")
    assert any("given back to nature" in text for text in found.report.notes)


def test_two_flows_of_one_name_and_compartment_are_kept_apart_by_their_way(tmp_path: Path) -> None:
    lines = [
        exchange("water", 5, taken=4, category="water", subCategory="river", number=1),
        exchange("water", 3, given=4, category="water", subCategory="river", number=2),
    ]
    found = imported(tmp_path, data_set(1, "mill", 1, "kg", lines))
    assert [
        (flow.categories, amount)
        for flow, (amount,) in zip(found.flows, found.biosphere_matrix().toarray(), strict=True)
    ] == [
        (("resource", "water", "river"), 5.0),
        (("water", "river"), 3.0),
    ]


# --- several products


def joint(shares: tuple[float, float], *, allocated: bool = True) -> str:
    lines = [
        exchange("main", 2, given=2, number=11),
        exchange("side", 3, given=2, number=12),
        exchange("carbon", 10, given=4, category="air", number=13),
    ]
    if allocated:
        lines += [allocation(11, shares[0], [13]), allocation(12, shares[1], [13])]
    return data_set(1, "main", 2, "kg", lines, product=False)


@settings(deadline=None, max_examples=30)
@given(st.floats(1e-6, 99.9))
def test_shares_of_the_file_are_used_and_lose_nothing(tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    found = imported(tmp_path_factory.mktemp("joint"), joint((share, 100 - share)))
    assert [(activity.code, activity.product, activity.amount) for activity in found.activities] == (
        [("1-11", "main", 2.0), ("1-12", "side", 3.0)]
    )
    amounts = found.biosphere_matrix().toarray()[0]
    assert amounts[0] == pytest.approx(share / 10)
    assert math.fsum(amounts) == pytest.approx(10)


def test_shares_that_do_not_add_up_are_said(tmp_path: Path) -> None:
    assert any("do not add up" in text for text in imported(tmp_path, joint((60, 30))).report.notes)


def test_nothing_is_shared_out_that_the_file_does_not_share(tmp_path: Path) -> None:
    side = exchange("side", 3, given=2, number=12)
    data = data_set(1, "main", 2, "kg", [side, exchange("carbon", 10, given=4, category="air")])
    found = imported(tmp_path, data)
    assert len(found.activities) == 1
    assert inventory(found, "1", 2)["carbon"] == 10
    assert any("also makes side" in text for text in found.report.notes)
    chosen = imported(tmp_path, data, choices="shares: [{activity: main, share: 25 %}]")
    assert inventory(chosen, "1", 2)["carbon"] == 2.5
    assert "Chosen: 0.25 of what main (1) exchanges is its product's" in chosen.report.notes


def test_a_product_that_is_only_in_the_head(tmp_path: Path) -> None:
    found = imported(tmp_path, data_set(1, "thing", 4, "kg", [], product=False))
    assert found.activities[0][3:] == ("thing", "kg", 4.0)


# --- uncertainty


@pytest.mark.parametrize(
    ("given_as", "kind", "expected"),
    [
        ({"uncertaintyType": 1, "standardDeviation95": 1.44}, 2, {"loc": math.log(3.6), "scale": math.log(1.2)}),
        ({"uncertaintyType": 2, "standardDeviation95": 0.36}, 3, {"loc": 3.6, "scale": 0.18}),
        (
            {"uncertaintyType": 3, "minValue": 1.8, "maxValue": 7.2, "mostLikelyValue": 3.6},
            5,
            {"minimum": 1.8, "loc": 3.6, "maximum": 7.2},
        ),
        ({"uncertaintyType": 3, "minValue": 1.8, "maxValue": 5.4}, 5, {"minimum": 1.8, "loc": 3.6, "maximum": 5.4}),
        ({"uncertaintyType": 4, "minValue": 1.8, "maxValue": 7.2}, 4, {"minimum": 1.8, "maximum": 7.2}),
    ],
)
def test_uncertainty_is_that_of_the_amount_before_the_sign(
    tmp_path: Path, given_as: dict[str, object], kind: int, expected: dict[str, float]
) -> None:
    """3.6 MJ of an input in kWh is an entry of -1, with the distribution of 1."""
    lines = [exchange("input", 3.6, "MJ", taken=5, **given_as)]  # type: ignore[arg-type]
    found = imported(tmp_path, data_set(1, "thing", 1, "kg", lines), supplier(2, 1, unit="kWh"))
    place = list(zip(found.technosphere.rows, found.technosphere.columns, strict=True)).index((1, 0))
    assert found.technosphere.amounts[place] == -1.0
    assert found.technosphere.uncertainty is not None
    row = found.technosphere.uncertainty[place]
    assert row["uncertainty_type"] == kind
    assert not row["negative"]
    for name, value in expected.items():
        scaled = (
            value - math.log(3.6)
            if (kind, name) == (2, "loc")
            else value
            if (kind, name) == (2, "scale")
            else value / 3.6
        )
        assert row[name] == pytest.approx(scaled)


@pytest.mark.parametrize(
    ("given_as", "noted"),
    [
        ({"uncertaintyType": 1, "standardDeviation95": 1.0}, False),
        ({"uncertaintyType": 1}, True),
        ({"uncertaintyType": 4, "minValue": 5, "maxValue": 5}, True),
        ({"uncertaintyType": 0}, False),
    ],
)
def test_what_is_no_distribution_is_left_out(tmp_path: Path, given_as: dict[str, object], noted: bool) -> None:
    lines = [exchange("carbon", 5, given=4, category="air", **given_as)]  # type: ignore[arg-type]
    found = imported(tmp_path, data_set(1, "thing", 1, "kg", lines))
    assert found.biosphere.uncertainty is None
    assert any("no distribution" in text for text in found.report.notes) == noted


# --- what is wrong


def written(folder: Path, text: str) -> Path:
    path = folder / "wrong.xml"
    path.write_text(text, encoding="utf-8")
    return path


def test_everything_that_is_wrong_is_told_at_once_with_its_place(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        document(
            data_set(1, "one", 0, "kg", []),
            data_set(2, "two", "much", "kg", [exchange("input", "1,5", taken=5), exchange("lost", 1)]),
            data_set(2, "three", 1, "kg", []),
        ),
    )
    with pytest.raises(InputError) as wrong:
        read(path)
    told = [(fault.code, fault.span.line if fault.span else 0) for fault in wrong.value.diagnostics]
    assert told == [("REE-B012", 3), ("REE-B011", 5), ("REE-B011", 6), ("REE-B011", 7), ("REE-B006", 9)]
    assert wrong.value.diagnostics[-1].related


@pytest.mark.parametrize(
    "text",
    [
        HEAD + '<dataset number="1"><flowData>',
        document(data_set(1, "one", 1, "kg", [])).replace("</flowData>", "</flow>"),
        document(data_set(1, "one", 1, "kg", ["<a>" * 80 + "</a>" * 80])),
    ],
    ids=["cut off", "crossed", "deep"],
)
def test_what_is_not_well_formed(tmp_path: Path, text: str) -> None:
    assert faults(written(tmp_path, text)) == ["REE-B005"]


def test_entities_are_not_unfolded(tmp_path: Path) -> None:
    laughs = '<!DOCTYPE ecoSpold [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>\n'
    path = written(tmp_path, document(data_set(1, "one", 1, "kg", [])).replace("<ecoSpold", laughs + "<ecoSpold"))
    assert faults(path) == ["REE-B005"]
    folder = tmp_path / "two"
    folder.mkdir()
    (folder / "good.xml").write_bytes(textbook(tmp_path).read_bytes())
    (folder / "later.xml").write_bytes(path.read_bytes())
    assert faults(folder) == ["REE-B005"]


def test_allocation_to_what_is_no_product(tmp_path: Path) -> None:
    assert faults(
        written(tmp_path, document(joint((50, 50)).replace('referenceToCoProduct="12"', 'referenceToCoProduct="99"')))
    ) == ["REE-B011"]


@pytest.mark.parametrize(
    ("choices", "codes"),
    [
        ("leave_open: [{input: inputt}]", ["REE-B014"]),
        ('providers: [{input: input, activity: "99"}]', ["REE-B014"]),
        ("shares: [{activity: thing, share: 120 %}]", ["REE-B014"]),
        ("conversions: [{input: input, conversion: two}]", ["REE-B014"]),
        ("leave_opne: []", ["REE-S001"]),
        ("leave_open: [{input: a}]\n---\ndatabase: other", ["REE-S008"]),
    ],
)
def test_choices_that_do_not_fit(tmp_path: Path, choices: str, codes: list[str]) -> None:
    user = data_set(1, "thing", 1, "kg", [exchange("input", 1, taken=5)])
    assert faults(written(tmp_path, document(user, supplier(2, 1.0))), choices) == codes


def test_a_name_that_several_have_is_no_choice(tmp_path: Path) -> None:
    user = data_set(1, "thing", 1, "kg", [exchange("input", 1, taken=5)])
    path = written(tmp_path, document(user, supplier(2, 1.0), supplier(3, 2.0)))
    with pytest.raises(InputError) as wrong:
        read(path, "providers: [{input: input, activity: input}]")
    assert "2, 3" in wrong.value.diagnostics[0].expected
