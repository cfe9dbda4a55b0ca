"""What is recorded computes what the evaluator of formulas computes, and bounds hold it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lca.impact.batch.program import Machine, compiled
from lca.impact.batch.tape import Tape, Traced
from lca.inventory.evaluation import evaluate
from lca.inventory.formula import parse

NAMES = ("a", "b", "c")
BOUNDS = {"a": (0.5, 4.0), "b": (-3.0, 2.0), "c": (0.0, 1.0)}


@st.composite
def formulas(draw: st.DrawFn, depth: int = 4) -> str:
    """Formulas of every construct over three names."""
    if depth == 0 or draw(st.integers(0, 5)) == 0:
        return draw(st.sampled_from([*NAMES, "2", "0", "1", "0.25", "3.5"]))
    deeper = formulas(depth - 1)
    kind = draw(st.sampled_from(["binary", "binary", "function", "wave", "pair", "unary", "power", "choice"]))
    x, y = draw(deeper), draw(deeper)
    match kind:
        case "binary":
            return f"({x} {draw(st.sampled_from('+-*/'))} {y})"
        case "function":
            return f"{draw(st.sampled_from(['abs', 'exp', 'sqrt', 'log']))}(abs({x}) + 0.1)"
        case "wave":  # of what is small: what large numbers have been rounded by is many turns
            return f"{draw(st.sampled_from(['sin', 'cos']))}(max(min({x}, 9), -9))"
        case "pair":
            return f"{draw(st.sampled_from(['min', 'max']))}({x}, {y})"
        case "unary":
            return f"-({x})"
        case "power":
            return f"(abs({x}) + 0.1) ^ {draw(st.sampled_from(['2', '0.5', '-1', '1.7', 'c']))}"
        case _:
            comparison = draw(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
            joined = draw(st.sampled_from(["", " and a > 1", " or b > 0"]))
            negated = draw(st.sampled_from(["", "not "]))
            return f"({x} if {negated}({x} {comparison} {y}{joined}) else {y})"


def run(tape: Tape, results: Sequence[Any], samples: dict[str, np.ndarray]) -> list[Any]:
    size = len(next(iter(samples.values())))
    machine = Machine(compiled(tape, results), size)
    return machine.run(lambda name, out: np.copyto(out, samples[name]))


def drawn(count: int = 37) -> dict[str, np.ndarray]:
    generator = np.random.default_rng(1)
    return {name: generator.uniform(*BOUNDS[name], count) for name in NAMES}


def divides_by_zero(text: str, samples: dict[str, np.ndarray]) -> np.ndarray:
    """For which samples a step of the formula is infinite: a tape takes `0 * x` for 0 whatever the sign of x, and so
    changes the sign of what is divided by that zero. What hides such a step behind `min` or `if` is not compared.
    """
    tree = parse(text)

    def infinite(place: int) -> bool:
        try:
            with np.errstate(all="ignore", divide="raise"):
                evaluate(tree, {name: values[place] for name, values in samples.items()})
        except FloatingPointError:
            return True
        return False

    try:
        with np.errstate(all="ignore", divide="raise"):
            evaluate(tree, samples)
    except FloatingPointError:
        return np.array([infinite(place) for place in range(37)])
    return np.zeros(37, dtype=bool)


@settings(max_examples=300, deadline=None)
@given(st.lists(formulas(), min_size=1, max_size=4))
@example(["(a if not (a < (a / (0 * (a + b)))) else (a / (0 * (a + b))))"])
@example(["sin(max(min((a / (0 * (a + b))), 9), -9))"])
@example(["(2 if (2 < (b if (b < 2 and a > 1) else 2) or b > 0) else (b if (b < 2 and a > 1) else 2))"])
@example(["(a + (a + ((0 / 0) if ((0 / 0) < a) else a)))"])
def test_a_tape_computes_what_the_evaluator_computes(texts: list[str]) -> None:
    samples = drawn()
    tape = Tape()
    inputs = {name: tape.input(name, BOUNDS[name]) for name in NAMES}
    trees = [parse(text) for text in texts]
    with np.errstate(all="ignore"):
        expected = [evaluate(tree, samples) for tree in trees]
        traced = [evaluate(tree, inputs) for tree in trees]
    found = run(tape, traced, samples)
    for text, value, own, values in zip(texts, traced, found, expected, strict=True):
        known = np.broadcast_to(values, 37)
        finite = np.isfinite(known) & ~divides_by_zero(text, samples)
        ours = np.broadcast_to(own, 37)[finite]
        np.testing.assert_allclose(ours, known[finite], rtol=1e-12, atol=1e-300, err_msg=text)
        if isinstance(value, Traced) and not value.doubtful:
            assert np.isfinite(known).all(), text
        if isinstance(value, Traced):
            low, high = value.bounds
            slack = 1e-9 * max(1.0, np.abs(known[finite]).max(initial=0))
            assert np.all((known[finite] >= low - slack) & (known[finite] <= high + slack)), text


def test_what_occurs_twice_is_recorded_once_and_what_is_constant_is_computed() -> None:
    tape = Tape()
    a, b = tape.input("a"), tape.input("b")
    total = (a + b) * 2.0 + (b + a) * (3.0 - 1.0)
    program = compiled(tape, [total, (a * 1.0 + 0.0)])
    assert [name for name, _, _ in program.steps] == ["input", "input", "add", "multiply", "add"]
    assert tape.input("a") is a
    assert np.multiply(2.0, 3.0) == 6.0
    assert a * 0.0 == 0.0
    assert tape.input("point", (3.0, 3.0)) == 3.0


def test_a_constant_is_not_taken_for_a_recorded_value() -> None:
    tape = Tape()
    a, b = tape.input("a"), tape.input("b")  # recorded as 0 and 1
    made = [a + b, a + 1.0, a + 0.0, (a + b) * 2.0]
    results = run(tape, made, {"a": np.array([5.0]), "b": np.array([7.0])})
    assert [float(result[0]) for result in results] == [12, 6, 5, 24]


def test_what_no_result_needs_is_left_out() -> None:
    tape = Tape()
    a, b = tape.input("a"), tape.input("b")
    _ = np.exp(b) * a
    program = compiled(tape, [a + 1.0])
    assert program.inputs == ("a",)
    assert program.operations == 1


def test_conditions_that_bounds_settle_are_not_recorded() -> None:
    tape = Tape()
    share = tape.input("share", (0.2, 0.9))
    assert np.all(np.greater_equal(share, 0))
    assert np.all(np.isfinite(1.0 / share))
    assert not tape.required
    assert np.all(np.less_equal(share, 0.5))  # to be seen
    assert len(tape.required) == 1
    assert np.all(np.isfinite(1.0 / (share - 0.5)))
    assert len(tape.required) == 2
    assert not np.all(np.greater(share, 1))  # in no sample


def test_python_cannot_branch_on_what_differs_between_samples() -> None:
    a = Tape().input("a", (0.0, 1.0))
    with pytest.raises(TypeError, match="differs between samples"):
        bool(a > 0.5)
    with pytest.raises(TypeError):
        np.sort(a)
    with pytest.raises(TypeError):
        np.tan(a)


def test_results_do_not_depend_on_how_many_samples_run_together() -> None:
    tape = Tape()
    inputs = {name: tape.input(name, BOUNDS[name]) for name in NAMES}
    tree = parse("exp(b) ^ 1.7 * log(a) / (c + 0.1) if a > b else sqrt(a) - b ^ 2")
    made = [evaluate(tree, inputs)]
    samples = drawn(1000)
    (whole,) = run(tape, made, samples)
    for size in (1, 7, 64, 333):
        (part,) = run(tape, made, {name: values[:size] for name, values in samples.items()})
        np.testing.assert_array_equal(part, whole[:size])


def test_buffers_are_used_again() -> None:
    tape = Tape()
    value: Any = tape.input("a", (0.5, 4.0))
    first = value
    for _ in range(50):
        value = np.sqrt(value + 1.0) * first
    program = compiled(tape, [value])
    assert program.operations == 150
    assert program.slots <= 3
    a = np.array([0.7, 3.0])
    expected = a
    for _ in range(50):
        expected = np.sqrt(expected + 1.0) * a
    np.testing.assert_array_equal(run(tape, [value], {"a": a})[0], expected)


@pytest.mark.parametrize(("a", "b"), [((-math.inf, math.inf), (0.0, 0.0)), ((0.0, math.inf), (0.0, math.inf))])
def test_bounds_without_ends(a: tuple[float, float], b: tuple[float, float]) -> None:
    tape = Tape()
    x, y = tape.input("x", a), tape.input("y", (b[0], b[1] or 1.0))
    assert (x * y).bounds[1] == math.inf
    assert (x / (y + 1.0)).bounds[1] == math.inf
    assert not (x / (y + 1.0)).doubtful
    assert (x / y).doubtful


@given(st.sampled_from(["sin", "cos"]), st.floats(-20, 20), st.floats(0, 8), st.floats(0, 1))
def test_bounds_of_waves(name: str, low: float, width: float, share: float) -> None:
    tape = Tape()
    wave = getattr(np, name)(tape.input("x", (low, low + width)))
    assert not isinstance(wave, Traced) or not wave.doubtful
    least, most = wave.bounds if isinstance(wave, Traced) else (wave, wave)
    assert -1 <= least <= most <= 1
    inside = np.linspace(low, low + width, 801)
    assert least - 1e-12 <= getattr(np, name)(low + share * width) <= most + 1e-12
    assert least == pytest.approx(getattr(np, name)(inside).min(), abs=1e-4)
    assert most == pytest.approx(getattr(np, name)(inside).max(), abs=1e-4)


def test_a_wave_of_what_has_no_bounds() -> None:
    wave = np.sin(Tape().input("x"))
    assert (wave.bounds, wave.doubtful) == ((-1, 1), False)
