"""A figure leads down to the lines that it rests on, and sums at every level; a source leads up to its figures."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.commands import main
from lca.disclosure.explanation.branches import OTHERS, Branch, largest, records, summary, walk
from lca.disclosure.explanation.grounds import every
from lca.disclosure.explanation.opening import opened_figure, opened_study
from lca.disclosure.explanation.tracing import trace
from lca.disclosure.explanation.tree import Explainer
from lca.errors import InputError
from lca.impact.figures import FigureId, figure_of, parse_figure, saving_of
from lca.impact.results import records as rows_of
from lca.impact.study import run_study
from tests.textbook import textbook
from tests.works import FILES
from tests.workspaces import BASE, write


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("works")
    write(root, FILES)
    return root


@pytest.fixture(scope="module")
def kiln(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("kiln")
    write(root, BASE)
    return root


@pytest.fixture(scope="module")
def explainers(works: Path, kiln: Path) -> dict[str, Explainer]:
    return {"works": opened_study(works, None, ()), "kiln": opened_study(kiln, None, ())}


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), min_size=1).filter(str.strip)
words = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]*", fullmatch=True)


@given(words, names, names, words, st.sampled_from(["market", "location"]))
def test_names_of_figures_read_back(study: str, product: str, indicator: str, allocation: str, basis: str) -> None:
    figure = FigureId(study, "open/near#a-b", product, indicator, basis, allocation)
    assert parse_figure(str(figure)) == figure
    assert " " not in str(figure)


def test_a_name_says_what_it_is_of() -> None:
    row = {"scenario": "a/b", "product": "NdPr oxide", "indicator": "gwp.fossil", "electricity_basis": "market"}
    assert str(figure_of("s", {**row, "allocation": "mass"})) == "s:a/b:NdPr%20oxide~mass:gwp.fossil@market"
    assert str(figure_of("s@db", {**row, "allocation": "none"})) == "s@db:a/b:NdPr%20oxide:gwp.fossil@market"


@pytest.mark.parametrize("text", ["", "a", "a:b:c:d", "a:b:c:@market", "a:b:c:d@", ":b:c:d@market", "a:b:c:d:e@market"])
def test_other_forms_are_no_names(text: str) -> None:
    with pytest.raises(ValueError, match="not of the form"):
        parse_figure(text)


def sums(branch: Branch) -> None:
    for one in walk(branch):
        if one.parts:
            assert sum(part.value for part in one.parts) == pytest.approx(one.value, rel=1e-9, abs=1e-12), one.name


@pytest.mark.parametrize("name", ["works", "kiln"])
@pytest.mark.parametrize(("depth", "top"), [(1, 99), (2, 1), (4, 3), (7, 99)])
def test_every_level_sums_to_the_one_above(explainers: dict[str, Explainer], name: str, depth: int, top: int) -> None:
    """Baskets, products by all allocations, circular ones of two scenarios; loops in need and in surplus."""
    explainer = explainers[name]
    for figure in explainer.figures():
        branch = explainer.explain(figure, depth)
        sums(branch)
        sums(largest(branch, top))
        short = summary(branch, 0.05)
        sums(short.branch)
        shown = [one for one in walk(short.branch) if one.kind != OTHERS]
        assert len(shown) + short.parts == len(list(walk(branch)))


@pytest.mark.parametrize("name", ["works", "kiln"])
def test_figures_are_those_of_the_results(explainers: dict[str, Explainer], name: str, works: Path, kiln: Path) -> None:
    results = run_study({"works": works, "kiln": kiln}[name], sensitivity=False)
    explainer = explainers[name]
    expected = {
        figure_of(explainer.study, row): row["value"]
        for table in ("results", "products")
        for row in rows_of(results[table])
        if row["value"] is not None
    }
    for row in rows_of(results["comparisons"]):
        expected[saving_of(explainer.study, row, "basket")] = row["saving"]
    found = {figure: explainer.value(figure, of) for figure, of in explainer.figures().items()}
    assert found.keys() == expected.keys()
    assert all(found[figure] == pytest.approx(expected[figure], rel=1e-12) for figure in found)


def test_from_the_figure_to_the_character(tmp_path: Path) -> None:
    """The chain of a textbook figure, each step at the place where it is written."""
    text = textbook(tmp_path) / "inventories" / "all.yaml"
    text.write_text(
        text.read_text()
        .replace(
            "{value: 2 L, range: [1 L, 3 L], note: Fuel per 10 kWh.}",
            '{formula: "base_use * 2", source: meter}\n  base_use: {value: 1 L, range: [0.5 L, 1.5 L], source: meter, '
            "evidence: measured, pedigree: [1, 2, 3, 4, 5], entered_by: A. Smith, approved_by: B. Jones}",
        )
        .replace("sources: {book", "sources: {meter: {title: Fuel meter}, book")
    )
    explainer, figure = opened_figure(tmp_path, None, (), "own", ["base", "climate_change"], None, None)
    branch = explainer.explain(figure, 2)
    assert branch.value == pytest.approx(120)
    (plant,) = branch.parts
    fuel = next(part for part in plant.parts if part.name == "power_plant.inputs.fuel")
    assert (fuel.value, fuel.amount, fuel.unit) == (pytest.approx(20), pytest.approx(200), "L")
    assert (fuel.written, fuel.filled) == ("fuel_use", "0.002 m^3")
    (use,) = fuel.rests_on
    assert (use.written, use.filled, use.value) == ("base_use * 2", "1 L * 2", pytest.approx(2e-3))
    (base,) = use.needs
    assert (base.value, base.unit, base.low, base.high) == (
        pytest.approx(1),
        "L",
        pytest.approx(0.5),
        pytest.approx(1.5),
    )
    said = base.statement
    assert (said.source, said.source_title, said.evidence) == ("meter", "Fuel meter", "measured")
    assert (said.pedigree, said.entered_by, said.approved_by) == ("1 2 3 4 5", "A. Smith", "B. Jones")
    for one in every(fuel.rests_on[0]):
        line = text.read_text().splitlines()[(one.statement.line or 0) - 1]
        assert line[(one.statement.column or 0) - 1 :].startswith(one.name.partition(".")[2])
    emission = next(part for part in plant.parts if part.name == "power_plant.emissions.carbon_dioxide")
    (factor,) = emission.rests_on
    assert (factor.kind, factor.value, factor.statement.file) == ("factor", 1.0, "methods/simple.yaml")


def test_a_product_rests_on_what_it_is_shared_out_by(works: Path) -> None:
    words = ["loop/near", "climate_change", "Nd2O3"]
    explainer, wanted = opened_figure(works, None, (), "own", words, None, "recycled")
    for branch in explainer.explain(wanted, 1).parts:
        found = {one.name: (one.value, one.unit) for one in branch.rests_on}
        assert found["workspace.basket"] == ("Nd2O3 75 %, Dy2O3 25 %", "")
        assert found["recycled.allocation_factor"] == (20.0, "%")
        assert found["market.products.Dy"] == (160.0, "EUR/kg_REO")
        assert found["market.exchange_rates.EUR"] == (1.25, "USD")


def test_an_exchange_says_why_it_is_on(works: Path) -> None:
    explainer, wanted = opened_figure(works, None, (), "own", ["loop/near"], None, None)
    said = [one.said for one in walk(explainer.explain(wanted, 2)) if one.name == "plant.outputs.pool_acid"]
    assert said == ["1 kg per 1 kg_REO of Oxide; because route is loop"]


def test_the_deepest_tree_ends(explainers: dict[str, Explainer]) -> None:
    """Where suppliers need each other without end, parts that are next to nothing are not taken apart."""
    explainer = explainers["kiln"]
    for figure in explainer.figures():
        branch = explainer.explain(figure, 30)
        sums(branch)
        assert len(list(walk(branch))) < 2000


def test_what_was_set_says_by_whom(kiln: Path) -> None:
    explainer, figure = opened_figure(kiln, None, (), "own", ["long/wind-ppa"], None, None)
    set_by = {
        row["name"]: row["set_by"]
        for row in records(explainer.explain(figure, 2), "kg CO2e")
        if row["kind"] == "parameter"
    }
    assert set_by["kiln.drive_time"] == "route long"
    assert set_by["kiln.drive_power"] == ""


def test_a_long_chain_of_formulas_is_no_deep_recursion(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    chain = "".join(f'  q{k}: {{formula: "q{k + 1} * 1 + q{k + 1} * 0"}}\n' for k in range(1000))
    file = root / "inventories" / "all.yaml"
    file.write_text(
        file.read_text()
        .replace("  fuel_use: {value", f"{chain}  q1000: {{value: 1}}\n  fuel_use: {{value")
        .replace("amount: fuel_use", 'amount: "fuel_use * q0"')
    )
    explainer, figure = opened_figure(root, None, (), "own", ["base"], None, None)
    assert len(records(explainer.explain(figure, 2), "")) < 200
    assert trace(explainer, "book").rows


# --- from a source up


SHARES = FILES["inventories/all.yaml"].replace(
    "sources: {book: {title: A book}}", "sources: {book: {title: A book}, own: {title: Own}}"
)


def shares(root: Path, text: str, changes: Iterable[tuple[str, str]]) -> dict[str, float]:
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    write(root, {**FILES, "inventories/all.yaml": text})
    found = trace(opened_study(root, None, ()), "own")
    return {row["figure"]: row["share"] for row in found.rows}


def figure(scenario: str, product: str = "basket") -> str:
    return f"year:{scenario}:{product}:climate_change@market"


def test_shares_of_a_source_by_hand(tmp_path: Path) -> None:
    """Freight is 0.2 of 11.2 kg, the ore behind the same delivery 2 kg; where both rest on it, nothing counts twice."""
    freight = ("amount: 1 t * distance, scope: 3.4}", "amount: 1 t * distance, scope: 3.4, source: own}")
    ore = ("{flow: ore, amount: 1 t}", "{flow: ore, amount: 1 t, source: own}")
    delivered = ("{flow: delivered_ore, amount: 4 kg}", "{flow: delivered_ore, amount: 4 kg, source: own}")
    found = shares(tmp_path, SHARES, [freight])
    assert found[figure("open/near")] == pytest.approx(0.2 / 11.2)
    assert found[figure("open/far")] == pytest.approx(0.4 / 11.4)
    assert found[figure("open/near", "Nd2O3~value")] == pytest.approx(0.2 / 11.2)
    assert shares(tmp_path, SHARES, [ore])[figure("open/near")] == pytest.approx(2 / 11.2)
    both = shares(tmp_path, SHARES, [freight, ore, delivered])
    assert both[figure("open/near")] == pytest.approx(2.2 / 11.2)


def test_a_parameter_carries_its_source_up(tmp_path: Path) -> None:
    near = ("distance: {value: 500 km}", "distance: {value: 500 km, source: own}")
    found = shares(tmp_path, SHARES, [near])
    assert found[figure("open/near")] == pytest.approx(0.2 / 11.2)
    assert figure("open/far") not in found
    assert found[figure("loop/near", "Nd2O3~recycled")] != 0


def test_what_returns_counts_negative(tmp_path: Path) -> None:
    back = ("bin: leaching, when: {route: loop}}", "bin: leaching, when: {route: loop}, source: own}")
    assert shares(tmp_path, SHARES, [back])[figure("loop/near")] == pytest.approx(-1 / 10.2)


def test_prices_touch_what_is_allocated_by_them(tmp_path: Path) -> None:
    prices = ("currency: USD\nsource: book", "currency: USD\nsource: own")
    found = shares(tmp_path, SHARES, [prices])
    assert found[figure("open/near", "Nd2O3~value")] == 1
    assert figure("open/near", "Nd2O3~mass") not in found
    assert found[figure("loop/near", "Nd2O3~recycled")] == 1
    assert figure("open/near") not in found


def test_a_source_of_everything_is_all_of_it(works: Path) -> None:
    found = trace(opened_study(works, None, ()), "book")
    assert all(row["share"] == pytest.approx(1) for row in found.rows)
    assert all(re.fullmatch(r".*:\d+:\d+", one.place) for one in found.citations)


# --- the command


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def ree(capsys: pytest.CaptureFixture[str], works: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(works)

    def run(*given: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stopped:
            main(list(given))
        seen = capsys.readouterr()
        return int(stopped.value.code or 0), seen.out, seen.err

    return run


def test_every_figure_that_results_name_can_be_explained(ree: Run) -> None:
    code, out, _ = ree("results", "--products", "--figures", "--format", "csv")
    assert code == 0
    for row in list(csv.DictReader(io.StringIO(out)))[::7]:
        code, tree, err = ree("explain", row["figure"], "--format", "json")
        assert code == 0, err
        top = json.loads(tree)[0]
        assert (top["name"], top["value"]) == (row["figure"], pytest.approx(float(row["value"])))


def test_its_own_data_sets_may_be_named(ree: Run) -> None:
    code, out, _ = ree("explain", "year@own:open/near:basket:climate_change@market", "--format", "json")
    assert (code, json.loads(out)[0]["name"]) == (0, "year:open/near:basket:climate_change@market")


def test_a_saving_is_taken_apart_too(ree: Run) -> None:
    """Of any two scenarios, whether the study compares them or not: 11.4 less 10.2."""
    code, out, err = ree("explain", "open/far..loop/near", "climate_change", "--depth", "3", "--format", "json")
    assert code == 0, err
    rows = json.loads(out)
    assert rows[0]["value"] == pytest.approx(1.2)
    assert [row["value"] for row in rows if row["kind"] == "basket"] == pytest.approx([11.4, -10.2])
    assert ree("explain", rows[0]["name"])[0] == 0
    code, _, err = ree("explain", "open/far..loop/nea")
    assert code == 1
    assert "REE-N008" in err


def test_the_tree_for_people_is_plain_where_it_is_piped(ree: Run) -> None:
    code, out, _ = ree("explain", "open/near", "climate_change", "Dy2O3", "--allocation", "value", "--depth", "3")
    assert code == 0
    assert "\x1b" not in out
    assert "= 1 t * 500 km" in out
    assert "inventories/all.yaml:72:12, literature, book" in out
    assert "book: A book" in out


@pytest.mark.parametrize(
    ("given", "code", "hint"),
    [
        (["year:open/near:basket:climat@market"], "REE-A001", "climate_change"),
        (["year:open/near:Nd2O3~vale:climate_change@market"], "REE-A001", "did you mean: value"),
        (["nonsense:"], "REE-A001", "study:scenario:product:indicator@basis"),
        (["open/nea"], "REE-N008", "near"),
        (["open/near", "climate_change", "La2O3"], "REE-A001", "Nd2O3"),
        (["--source", "bok"], "REE-A002", "book"),
        (["yea:open/near:basket:climate_change@market"], "REE-C005", "year"),
    ],
)
def test_what_is_not_there_is_said(ree: Run, given: list[str], code: str, hint: str) -> None:
    answer, out, err = ree("explain", *given)
    assert (answer, out) == (1, "")
    assert code in err
    assert hint in err


def test_without_a_depth_it_fits_a_screen_and_says_what_is_left_out(ree: Run) -> None:
    code, short, err = ree("explain", "open/near", "climate_change")
    assert code == 0
    assert re.search(r"left out: .*\d+ parameters and factors.*--depth all", err)
    code, whole, err = ree("explain", "open/near", "climate_change", "--depth", "all")
    assert (code, err) == (0, "")
    assert len(short.splitlines()) < 0.7 * len(whole.splitlines())
    parameter = re.compile(r"^[│ ]*[├└]── \w+\.\w+ = ", re.M)
    assert parameter.search(whole)
    assert not parameter.search(short)


def test_wrong_use_is_code_2(ree: Run) -> None:
    assert ree("explain", "open/near", "--depth", "0")[0] == 2
    assert ree("explain", "open/near", "--depth", "deep")[0] == 2
    assert ree("explain")[0] == 2
    assert ree("explain", "open/near", "--source", "book")[0] == 2


def test_a_figure_that_is_not_assessed_is_refused(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    method = root / "methods" / "simple.yaml"
    method.write_text(method.read_text() + "  other: {title: Other, unit: kg, factors: {crude_oil: 0}}\n")
    explainer, wanted = opened_figure(root, None, (), "own", ["base", "other"], None, None)
    with pytest.raises(InputError, match="other"):
        explainer.explain(wanted, 2)
