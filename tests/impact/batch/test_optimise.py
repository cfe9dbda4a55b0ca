"""Optima and fronts that can be worked out by hand; costs and closure as everywhere else.

A kilogram of steel buys 5 kg of scrap, `2 x` kg of A and `y` kg of B at 1 USD/kg each, and emits 10 - 4 x - 3 y kg: B
saves more for its money. A front goes from 3 kg at 8 USD (x = y = 1) over 7 kg at 6 USD (y alone) to 10 kg at 5 USD.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import InputError, Problems
from lca.impact.account_views import cost_totals
from lca.impact.batch.opened import opened
from lca.impact.batch.optimise import Problem, minimum, of_decisions, recomputed, report_infeasible, rows, unmarked
from lca.impact.batch.outcomes import Outcomes
from lca.impact.batch.pareto import front, undominated
from lca.impact.batch.vary import model_of, varied
from lca.impact.study import run_study
from lca.inventory.settings import parse_settings
from tests import works
from tests.system.systems import Document, documents, flow, line, process
from tests.workspaces import as_yaml, write

MARKED = {"value": "1", "range": ["0", "1"], "decision": "true"}
EMISSION = "10 kg - 4 kg * x - 3 kg * y"


def steel(emission: str = EMISSION, prices: bool = True, **parameters: Any) -> list[Document]:
    own: Any = {
        "x": {"value": "0.5", "range": ["0", "1"], "decision": "true"},
        "y": {"value": "0.5", "range": ["0", "1"], "decision": "true"},
        "z": {"value": "0.5", "range": ["0", "1"]},
    }
    bought = {"scrap": "5 kg", "a": "2 kg * x", "b": "1 kg * y", "free": "1 kg * z"}
    market = {"prices": "market", "title": "Prices", "date": "2024", "currency": "USD", "source": "book"}
    market |= {"evidence": "literature", "exchange_rates": {"EUR": "2 USD"}}
    market |= {"flows": {name: {"price": "1 USD/kg"} for name in ("scrap", "a", "b")}}  # type: ignore[dict-item]
    return documents(
        {"steel": flow(), "co2": flow("elementary"), **{name: flow() for name in bought}},
        [
            process(
                "plant",
                "steel",
                "1 kg",
                stage="steel",
                parameters=own | parameters,
                inputs=[line(name, amount) for name, amount in bought.items()],
                emissions=[line("co2", emission)],
            ),
            *(process(f"make_{name}", name, "1 kg") for name in bought),
        ],
        ("steel", "2 kg"),
        {"co2": 1},
        study={"prices": "market"} if prices else {},
        extra=[market],
    )


def problem(root: Path, made: Sequence[Document], *names: str) -> Problem:
    write(root, {"inventories/all.yaml": as_yaml(made)})
    found = opened(root, None)
    outcomes = Outcomes(found)
    if not names:
        return of_decisions(found, outcomes)
    chosen = [varied(found, name, None, found.problems) for name in names]
    found.problems.raise_errors()
    parameters = [one for one in chosen if one is not None]
    model = model_of(found, parameters, found.problems, outcomes.quantities)
    found.problems.raise_errors()
    return Problem(found, model, parameters, outcomes)


def solve(made: Problem, *written: str) -> Any:
    conditions = made.outcomes.conditions(written, made.opened.problems)
    made.opened.problems.raise_errors()
    goal = made.outcomes.named("score")
    found = minimum(made, goal, conditions, 1)
    return None if found is None else rows(made, found, goal, conditions)


def test_without_conditions_both_go_to_their_end(tmp_path: Path) -> None:
    """Two kilograms of steel: 2 (10 - 4 - 3) = 6."""
    found = {row["name"]: row for row in solve(problem(tmp_path, steel()))}
    assert [found[name]["at"] for name in ("plant.x", "plant.y")] == ["high end", "high end"]
    assert [found[name]["after"] for name in ("plant.x", "plant.y")] == [1, 1]
    assert (found["score"]["before"], found["score"]["after"]) == (pytest.approx(13), pytest.approx(6, rel=1e-12))
    assert (found["cost"]["before"], found["cost"]["after"]) == (pytest.approx(13), pytest.approx(16))


def test_a_bounded_cost_goes_to_what_saves_most(tmp_path: Path) -> None:
    """13.6 USD for 2 kg are 6.8 for one: 5 + y = 1 + 2 x = 0.8 at x = 0.4; then 10 - 1.6 - 3 = 5.4 for each."""
    for bound in ("cost <= 13.6 USD", "cost <= 6.8 USD/kg", "cost <= 3.4 EUR/kg", "cost<=0.0068 USD/g"):
        found = {row["name"]: row for row in solve(problem(tmp_path, steel()), bound)}
        assert found["plant.y"]["after"] == pytest.approx(1, abs=1e-7)
        assert found["plant.x"]["after"] == pytest.approx(0.4, abs=1e-7)
        assert found["plant.x"]["at"] == "inside"
        assert found["score"]["after"] == pytest.approx(10.8, rel=1e-7)
        (bounded,) = [row for row in found.values() if row["kind"] == "condition"]
        assert bounded["at"] == "at its limit"
        assert bounded["slack"] == pytest.approx(0, abs=1e-6)
        assert bounded["high"] == pytest.approx(13.6)


def test_the_lowest_of_two_hollows_is_found(tmp_path: Path) -> None:
    """(w^2 - 1)^2 + 0.2 w + 1 has hollows near 1, where it stands, and, deeper, near -1: 4 w^3 - 4 w + 0.2 = 0."""
    w = {"value": "1", "range": ["-2", "2"]}
    made = problem(tmp_path, steel("1 kg * ((w * w - 1)^2 + 0.2 * w + 1)", w=w), "plant.w")
    deepest = min(root.real for root in np.roots([4, 0, -4, 0.2]))
    found = {row["name"]: row for row in solve(made)}
    assert found["plant.w"]["after"] == pytest.approx(deepest, rel=1e-6)
    assert found["score"]["after"] == pytest.approx(2 * ((deepest**2 - 1) ** 2 + 0.2 * deepest + 1), rel=1e-12)


def test_the_optimum_is_computed_anew(tmp_path: Path) -> None:
    made = problem(tmp_path, steel())
    goal = made.outcomes.named("score")
    found = minimum(made, goal, [], 1)
    assert found is not None
    value, agreement = recomputed(made, found, goal)
    assert value == pytest.approx(6, rel=1e-12)
    assert agreement < 1e-12
    cost = made.outcomes.named("cost")
    assert recomputed(made, found, cost)[0] == pytest.approx(16, rel=1e-12)


def test_the_same_seed_gives_the_same_answer(tmp_path: Path) -> None:
    w = {"value": "1", "range": ["-2", "2"]}
    documents_ = steel("1 kg * ((w * w - 1)^2 + 0.2 * w + 1)", w=w)
    assert solve(problem(tmp_path, documents_, "plant.w")) == solve(problem(tmp_path, documents_, "plant.w"))


def test_conditions_that_nothing_meets(tmp_path: Path) -> None:
    made = problem(tmp_path, steel())
    conditions = made.outcomes.conditions(["cost <= 4.5 USD/kg", "score <= 8 points"], made.opened.problems)
    assert minimum(made, made.outcomes.named("score"), conditions, 1) is None
    (fault,) = report_infeasible(made, conditions, 1).diagnostics
    assert fault.code == "REE-D032"
    assert "`cost <= 4.5 USD/kg`: alone it comes to 10 USD at best" in fault.expected
    assert "`score <= 8 points`: alone it comes to 6 points at best" in fault.expected


def test_points_that_are_impossible_are_left_alone(tmp_path: Path) -> None:
    """10 - 12 x is negative beyond 5/6; nothing can be lower than zero."""
    found = {row["name"]: row for row in solve(problem(tmp_path, steel("10 kg - 12 kg * x"), "plant.x"))}
    assert found["plant.x"]["after"] == pytest.approx(5 / 6, rel=1e-5)
    assert 0 <= found["score"]["after"] < 1e-3


def test_what_has_no_effect_is_said(tmp_path: Path) -> None:
    """z counts for as much as there is no y; at the optimum there is nothing but y."""
    made = problem(tmp_path, steel(f"{EMISSION} + 1 kg * z * (1 - y)"), "plant.y", "plant.z")
    found = {row["name"]: row for row in solve(made)}
    assert found["plant.z"]["at"] == "no effect"


def test_decisions_and_facts(tmp_path: Path) -> None:
    made = problem(tmp_path, steel())
    assert [one.address for one in made.parameters] == ["plant.x", "plant.y"]
    assert unmarked(made) == []
    assert unmarked(problem(tmp_path, steel(f"{EMISSION} + 1 kg * z"), "plant.z", "plant.x")) == ["plant.z"]
    assert made.outcomes.without_price == ["A flow"]
    idle = problem(tmp_path, steel("10 kg - 3 kg * y", x={"value": "1", "range": ["0", "1"]}, idle=MARKED))
    assert [one.address for one in idle.parameters] == ["plant.y"]
    bare = steel()
    for parameter in bare[3]["parameters"].values():
        parameter.pop("decision", None)
    with pytest.raises(InputError) as refused:
        problem(tmp_path, bare)
    assert [fault.code for fault in refused.value.diagnostics] == ["REE-D033"]


@pytest.mark.parametrize(
    ("written", "code", "hint"),
    [
        ("cost < 3 USD", "REE-D030", ">="),
        ("cost", "REE-D030", ">="),
        ("csot <= 3 USD", "REE-D031", "cost"),
        ("closure >= 90 %", "REE-D031", "score"),
        ("cost <= 3 kg", "REE-U003", "USD/kg"),
        ("cost <= 3", "REE-U003", "USD/kg"),
        ("cost <= 3 CNY", "REE-U003", "USD/kg"),
        ("cost <= three USD", "REE-F001", ""),
        ("score <= 3 kg", "REE-U003", "points"),
        ("score <= nan points", "REE-U003", "points"),
        ("cost <= 1e999 USD", "REE-F005", ""),
    ],
)
def test_conditions_that_are_none(tmp_path: Path, written: str, code: str, hint: str) -> None:
    made, problems = problem(tmp_path, steel()), Problems()
    assert made.outcomes.conditions([written], problems) == []
    (fault,) = problems.errors
    assert fault.code.startswith(code), fault
    assert hint in fault.expected + fault.suggestion


def test_a_study_without_prices(tmp_path: Path) -> None:
    made = problem(tmp_path, steel(prices=False))
    with pytest.raises(InputError) as refused:
        made.outcomes.named("cost")
    assert [fault.code for fault in refused.value.diagnostics] == ["REE-C007"]


# --- fronts


def test_a_front_with_a_corner(tmp_path: Path) -> None:
    made = problem(tmp_path, steel())
    score, cost = made.outcomes.named("score"), made.outcomes.named("cost")
    found = front(made, score, cost, [], 1, 13)
    assert found is not None
    scores, costs = made.of(found, [score, cost])
    np.testing.assert_allclose(costs, np.linspace(16, 10, 13), atol=1e-5)
    expected = np.where(costs >= 12, 20 - 6 - 4 * (costs - 12) / 2, 20 - 3 * (costs - 10))
    np.testing.assert_allclose(scores, expected, rtol=1e-6)


def test_a_front_with_a_hollow(tmp_path: Path) -> None:
    """10 - 4 x^2 against 5 + 2 x: a curve that bends inwards, so a weighted sum would find its ends alone."""
    made = problem(tmp_path, steel("10 kg - 4 kg * x * x"), "plant.x")
    score, cost = made.outcomes.named("score"), made.outcomes.named("cost")
    found = front(made, score, cost, [], 1, 7)
    assert found is not None
    scores, costs = made.of(found, [score, cost])
    assert len(costs) == 7
    np.testing.assert_allclose(scores, 20 - 8 * ((costs - costs.min()) / 4) ** 2, rtol=1e-6)
    np.testing.assert_allclose(np.diff(costs), -4 / 6, rtol=1e-4)


def test_a_front_that_is_a_point(tmp_path: Path) -> None:
    made = problem(tmp_path, steel("10 kg + 4 kg * x"), "plant.x")
    found = front(made, made.outcomes.named("score"), made.outcomes.named("cost"), [], 1, 7)
    assert found is not None
    np.testing.assert_allclose(found, [[0.0]])


def test_a_front_under_conditions(tmp_path: Path) -> None:
    made = problem(tmp_path, steel())
    score, cost = made.outcomes.named("score"), made.outcomes.named("cost")
    conditions = made.outcomes.conditions(["score <= 10 points"], made.opened.problems)
    found = front(made, score, cost, conditions, 1, 5)
    assert found is not None
    assert made.of(found, [score])[0].max() == pytest.approx(10, rel=1e-6)
    never = made.outcomes.conditions(["score <= 1 points"], made.opened.problems)
    assert front(made, score, cost, never, 1, 5) is None


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=30))
def test_what_is_kept_is_undominated_and_nothing_else_is(points: list[tuple[int, int]]) -> None:
    values = np.array(points, dtype=float).T
    kept = values[:, undominated(values)].T.tolist()

    def beats(p: Sequence[float], q: Sequence[float]) -> bool:
        return p[0] <= q[0] and p[1] <= q[1] and tuple(p) != tuple(q)

    expected = {tuple(map(float, q)) for q in points if not any(beats(p, q) for p in points)}
    assert {tuple(point) for point in kept} == expected
    assert len(kept) == len(expected)
    assert kept == sorted(kept)


# --- one truth


def test_costs_and_closure_are_those_of_costs_and_loop(tmp_path: Path) -> None:
    """The works with a return of acid that grows until the pool overflows, at each value as `--set` has it."""
    text = works.INVENTORY.replace(
        "product: {flow: oxide, amount: 1 kg_REO}\n",
        "product: {flow: oxide, amount: 1 kg_REO}\nparameters:\n  back: {value: 1 kg, range: [0 kg, 5 kg]}\n"
        "  need: {value: 4 kg, range: [3 kg, 5 kg]}\n",
    )
    text = text.replace("amount: 4 kg}", "amount: need}").replace("amount: 1 kg, bin", "amount: back, bin")
    write(tmp_path, dict(works.FILES) | {"inventories/all.yaml": text})
    found = opened(tmp_path, None, ["loop/near"])
    outcomes = Outcomes(found)
    parameters = [varied(found, name, None, found.problems) for name in ("plant.back", "plant.need")]
    chosen = [one for one in parameters if one is not None]
    model = model_of(found, chosen, found.problems, outcomes.quantities)
    back, need = np.array([0.0, 0.7, 2.9, 3.0, 4.2]), np.array([3.0, 4.5, 4.0, 5.0, 3.3])
    evaluated = model.evaluate({"plant.back": back, "plant.need": need})
    for n in range(len(back)):
        settings = parse_settings([f"plant.back={back[n]} kg", f"plant.need={need[n]} kg"])
        results = run_study(tmp_path, None, settings, ["loop/near"], sensitivity=False)
        costs = cost_totals(results)["cost"].iloc[0]
        assert outcomes.of(evaluated, outcomes.named("cost"))[n] == pytest.approx(costs, rel=1e-9)
        loops = results["loops"].set_index("bin")["closure"]
        for name, bin_ in (("closure", "total"), ("closure.acid_circuit.leaching", "leaching")):
            shown = outcomes.of(evaluated, outcomes.named(name))[n]
            assert shown == pytest.approx(loops[bin_], rel=1e-9, abs=1e-12)
    assert outcomes.of(evaluated, outcomes.named("closure"))[-1] == pytest.approx(1)
    assert Problem(found, model, chosen, outcomes).proved(np.array([[0.0, 0.5, 1.0], [0.2, 0.4, 1.0]]))[0] == 3
