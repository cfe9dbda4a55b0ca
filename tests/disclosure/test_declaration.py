"""A draft form of a footprint declaration: what is known is there, what is not is named, and nothing is declared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from lca.disclosure.declaration.content import STEPS
from lca.disclosure.declaration.export import export_declarations
from lca.errors import InputError
from lca.impact.study import run_study
from tests.declaring import ORGANISATION, REPORTING, declaring

SAID = """\
  raw_material: {extraction: [], processing: [GB], refining: [GB-NIR], recycling: [GB], public_study: "https://x.org"}
"""


def forms(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob("*.json"))]


def test_what_is_known_is_there_and_what_is_not_is_named(tmp_path: Path) -> None:
    root, out = declaring(tmp_path / "w"), tmp_path / "out"
    written, missing = export_declarations(root, out, only=["open/near"])
    assert [path.suffix for path in written] == [".json", ".html"]
    (form,) = forms(out)
    assert form["status"] == "DRAFT"
    results = run_study(root, only=["open/near"], sensitivity=False)["results"]
    values = {(row["indicator"], row["electricity"]): row["value"] for row in form["footprint"]}
    for row in results.to_dict("records"):
        text = values[row["indicator"], f"{row['electricity_basis']}-based"]
        assert text is None if row["value"] != row["value"] else float(text) == pytest.approx(row["value"], rel=1e-8)
    assert {"calculation_rules", "performance_class", "verification"} <= {k for k, v in form.items() if v is None}
    facts = {one["fact"]: one.get("key", "") for one in form["not_stated"]}
    assert len(facts) == missing
    for step in STEPS:
        assert facts[f"country or region of {step}"] == f"reporting.raw_material.{step} of the study"
    assert {"calculation rules", "performance class", "verification", "methane"} <= facts.keys()
    page = written[1].read_text(encoding="utf-8")
    assert "It is not a declaration under Regulation (EU) 2024/1252" in page
    assert page.count("NOT STATED") >= len(STEPS) + 3
    assert all(fact in page for fact in facts)
    assert not re.search(r"<script|src=|href=", page)


def test_what_the_study_says_is_stated(tmp_path: Path) -> None:
    root, out = declaring(tmp_path / "w", reporting=REPORTING + SAID), tmp_path / "out"
    export_declarations(root, out, only=["open/near"], product="Nd2O3", allocation="mass")
    (form,) = forms(out)
    assert form["places"] == {"extraction": [], "processing": ["GB"], "refining": ["GB-NIR"], "recycling": ["GB"]}
    assert form["public_study"] == "https://x.org"
    assert (form["allocation"], form["material"]["name"]) == ("mass", "Neodymium oxide")
    assert form["material"]["declared_unit"] == "1 kg_REO of Nd2O3"
    assert all(":Nd2O3~mass:" in row["figure"] for row in form["footprint"])
    assert not any("region" in one["fact"] for one in form["not_stated"])


@pytest.mark.parametrize(
    ("changes", "reporting", "key"),
    [
        ({ORGANISATION: "organisation: {country: GB}\n"}, REPORTING, "organisation.name"),
        ({}, REPORTING.replace("  period: [2025-01-01, 2026-01-01]\n", ""), "reporting.period"),
    ],
)
def test_the_key_to_fill_is_named(changes: dict[str, str], reporting: str, key: str, tmp_path: Path) -> None:
    root = declaring(tmp_path / "w", reporting=reporting)
    for old, new in changes.items():
        file = root / "inventories" / "all.yaml"
        file.write_text(file.read_text().replace(old, new))
    with pytest.raises(InputError, match="REE-X020") as caught:
        export_declarations(root, tmp_path / "out")
    assert key in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_results_that_are_not_there_and_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    root = declaring(tmp_path / "w")
    for given in ({"product": "Nd2O"}, {"product": "Nd2O3", "allocation": "weight"}, {"allocation": "mass"}):
        with pytest.raises(InputError, match="REE-X080"):
            export_declarations(root, tmp_path / "out", only=["open/near"], **given)
    for name in ("a", "b"):
        export_declarations(root, tmp_path / name, only=["open/near"])
    (one, other) = ({path.name: path.read_bytes() for path in (tmp_path / name).iterdir()} for name in ("a", "b"))
    assert one == other
