"""The catalogue of messages and its page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lca.catalogue import CATALOGUE, render_catalogue
from lca.errors import (
    Diagnostic,
    InputError,
    Problems,
    Span,
    count_line,
    nearest,
    one_of,
    render_sarif,
    render_text,
)

PAGE = Path(__file__).parents[1] / "docs" / "messages.md"


def test_the_page_of_messages_is_current(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden", default=False):
        PAGE.write_text(render_catalogue(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == render_catalogue()


def test_every_code_is_on_the_page() -> None:
    page = render_catalogue()
    assert all(f"| {code} |" in page for code in CATALOGUE)


def test_a_code_outside_the_catalogue_cannot_be_used() -> None:
    with pytest.raises(KeyError, match="REE-Z999"):
        Diagnostic("REE-Z999", "no such thing")


def test_text_shows_place_line_caret_expectation_and_suggestion(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("one: 1\ntwo: 3 kgg\n", encoding="utf-8")
    text = render_text(
        [Diagnostic("REE-U001", "`kgg` is not a unit", Span(file, 2, 8, 3), expected="a unit", suggestion="kg")]
    )
    assert text.splitlines() == [
        f"{file}:2:8: error REE-U001: `kgg` is not a unit",
        "    2 | two: 3 kgg",
        "               ^^^",
        "      expected: a unit",
        "      did you mean: kg",
    ]


def test_sarif_is_json_with_a_rule_for_every_code(tmp_path: Path) -> None:
    log = json.loads(render_sarif([Diagnostic("REE-U001", "x", Span(tmp_path / "a.yaml", 2, 8, 3))], "1.0"))
    run = log["runs"][0]
    assert {rule["id"] for rule in run["tool"]["driver"]["rules"]} == set(CATALOGUE)
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 2, "startColumn": 8, "endColumn": 11}


def test_the_same_fault_at_the_same_place_is_told_once(tmp_path: Path) -> None:
    problems = Problems()
    for scenario in ("a", "b"):
        problems.add("REE-M003", f"{scenario}: backwards", Span(tmp_path / "a.yaml", 1, 1))
    problems.add("REE-N004", "unused", Span(tmp_path / "a.yaml", 2, 1))
    assert count_line(problems.all) == "1 error, 1 warning"
    with pytest.raises(InputError) as caught:
        problems.raise_errors()
    assert len(caught.value.diagnostics) == 2


@pytest.mark.parametrize(
    ("word", "choices", "found"), [("oxalte", ["oxalate", "electro"], "oxalate"), ("zzz", ["oxalate"], "")]
)
def test_nearest(word: str, choices: list[str], found: str) -> None:
    assert nearest(word, choices) == found


def test_one_of() -> None:
    assert one_of(["b", "a", "c"]) == "a, b or c"
    assert one_of(["a"]) == "a"
    assert one_of([]) == ""
    assert one_of([f"x{i:02}" for i in range(20)], 2).endswith("(20 in all)")
