"""Ratings of data: weighted means that can be done by hand, and what is not rated never a good grade."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lca.disclosure.pact.export import export_footprints
from lca.impact.results import StudyResults, records
from lca.impact.study import run_study
from lca.report.content import report_document
from lca.report.document import Checklist, Notice, Table
from lca.report.quality import level
from tests.declaring import declaring
from tests.textbook import textbook


def rows(results: StudyResults, indicator: str, of: str) -> list[dict[str, Any]]:
    found = records(results["data_quality"])
    return [row for row in found if (row["indicator"], row["of"]) == (indicator, of)]


@pytest.fixture(scope="module")
def rated(tmp_path_factory: pytest.TempPathFactory) -> StudyResults:
    """Of 120 kg CO2 the power plant emits 100 and has scores, of which one flow its own; the refinery has none."""
    root = textbook(tmp_path_factory.mktemp("rated"))
    path = root / "inventories" / "all.yaml"
    text = path.read_text(encoding="utf-8")
    text = text.replace("stage: power\n", "stage: power\npedigree: [1, 2, 3, 4, 5]\n")
    text = text.replace("amount: 0.1 kg}", "amount: 0.1 kg, pedigree: [2, 2, 2, 2, 2], evidence: measured}")
    path.write_text(text, encoding="utf-8")
    return run_study(root)


def test_rating_is_the_weighted_mean_of_what_is_rated(rated: StudyResults) -> None:
    [climate] = rows(rated, "climate_change", "data sets")
    assert climate["rated"] == pytest.approx(100 / 120)
    assert [climate[name] for name in ("reliability", "completeness", "temporal")] == pytest.approx([1, 2, 3])
    assert climate["rating"] == pytest.approx((5 + 4 + 3 + 1) / 4)
    assert climate["at_worst"] == pytest.approx((3.25 * 100 + 5 * 20) / 120)
    assert (climate["measured"], climate["literature"]) == pytest.approx((0, 1))
    [acid] = rows(rated, "acidification", "data sets")  # 10 kg of the plant, 4 kg of the refinery
    assert (acid["rated"], acid["measured"], acid["literature"]) == pytest.approx((10 / 14, 10 / 14, 4 / 14))
    assert acid["rating"] == pytest.approx(2)


def test_grades_are_shares_of_the_whole(rated: StudyResults) -> None:
    grades = ("measured", "calculated", "literature", "expert", "placeholder", "ungraded")
    for row in records(rated["data_quality"]):
        assert sum(row[name] for name in grades) == pytest.approx(1)


def test_matrix_names_what_makes_up_most_of_the_result(rated: StudyResults) -> None:
    [row] = records(rated["data_quality_matrix"])
    assert (row["process"], row["value"], row["share"]) == ("power_plant", pytest.approx(100), pytest.approx(5 / 6))
    assert row["rating"] == pytest.approx(3.25)


def test_what_is_not_rated_is_no_good_grade(tmp_path: Path) -> None:
    results = run_study(textbook(tmp_path))
    for row in records(results["data_quality"]):
        assert (row["rated"], row["rating"], row["at_worst"]) == (0, None, 5)
    section = next(one for one in report_document(results).sections if one.id == "quality")
    table = next(block for block in section.blocks if isinstance(block, Table))
    assert table.rows[0][-2:] == (5.0, "poor")
    assert "100\u202f% of the result comes from data without scores" in "".join(
        block.text for block in section.blocks if isinstance(block, Notice)
    )


def test_report_rates_in_its_checklists(rated: StudyResults) -> None:
    lists = next(one for one in report_document(rated).sections if one.id == "checklists")
    items = [item for block in lists.blocks if isinstance(block, Checklist) for item in block.items]
    [item] = [item for item in items if item.requirement == "Data quality rating"]
    assert item.said == "Data sets 3.25 (at worst 3.54); amounts by grade of evidence"
    assert item.place == "quality"


@pytest.mark.parametrize(("rating", "word"), [(1.5, "excellent"), (1.51, "very good"), (4.0, "fair"), (4.01, "poor")])
def test_levels_are_those_of_the_recommendation(rating: float, word: str) -> None:
    assert level(rating) == word


def test_footprints_for_others_have_the_same_scores(tmp_path: Path) -> None:
    root = declaring(tmp_path / "works")
    for path in sorted((root / "inventories").rglob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        for line in text.splitlines():
            if line.startswith("process: "):
                text = text.replace(f"{line}\n", f"{line}\npedigree: [5, 5, 4, 3, 2]\n")
        path.write_text(text, encoding="utf-8")
    first = export_footprints(root, tmp_path / "out", products=("basket",))[0].footprint["pcf"]["dqi"]
    row = rows(run_study(root), "climate_change", "data sets")[0]
    names = {"technologicalDQR": "technological", "geographicalDQR": "geographical", "temporalDQR": "temporal"}
    assert {key: float(first[key]) for key in names} == {key: round(row[name], 2) for key, name in names.items()}
