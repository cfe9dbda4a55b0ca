"""Reports of other sizes: a single process, and forty scenarios; and in the words of a workspace of its own."""

from __future__ import annotations

import io
import shutil
from pathlib import Path

import openpyxl
import pytest
from pypdf import PdfReader

from lca.impact.study import run_study
from lca.report.content import report_document
from lca.report.document import ReportDocument
from lca.report.documents import rendered
from tests.textbook import METHOD, textbook

TEMPLATES = Path(__file__).parents[2] / "templates"

ONE = """\
workspace: one
title: One process
---
flows:
  steam: {title: Steam, kind: product, unit: kg}
  carbon_dioxide: {title: Carbon dioxide, kind: elementary, compartment: air, unit: kg}
  sulfur_dioxide: {title: Sulfur dioxide, kind: elementary, compartment: air, unit: kg}
  crude_oil: {title: Crude oil, kind: elementary, compartment: resource, unit: L}
---
process: boiler
title: Boiler
stage: heat
product: {flow: steam, amount: 1 kg}
emissions: [{flow: carbon_dioxide, amount: 0.25 kg}]
---
study: alone
title: Steam alone
declared_unit: 1 kg steam
demand: {flow: steam, amount: 1 kg}
method: simple
"""


def made(root: Path) -> tuple[ReportDocument, str, str, list[str]]:
    """The document, its page, the text of its PDF and the names of the sheets of its workbook."""
    document = report_document(run_study(root))
    files = rendered(document, root)
    page, pdf, book = files["report.html"], files["report.pdf"], files["report.xlsx"]
    assert isinstance(page, str)
    assert isinstance(pdf, bytes)
    assert isinstance(book, bytes)
    text = " ".join(part.extract_text() for part in PdfReader(io.BytesIO(pdf)).pages)
    return document, page, " ".join(text.split()), openpyxl.load_workbook(io.BytesIO(book), read_only=True).sheetnames


def test_single_process_has_a_whole_report(tmp_path: Path) -> None:
    for name, text in (("inventories/all.yaml", ONE), ("methods/simple.yaml", METHOD)):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    document, page, text, sheets = made(tmp_path)
    assert "0.250" in page
    assert "0.250" in text
    assert len(sheets) > 5
    assert {"summary", "results", "inventory", "quality", "checklists"} <= {section.id for section in document.sections}
    assert "nan" not in text.lower().split()


def test_forty_scenarios_are_all_in_the_tables_and_few_in_the_charts(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    path = root / "inventories" / "all.yaml"
    entries = "".join(
        f"  - {{name: case-{n}, title: Case {n}, set: {{power_plant.fuel_use: {1 + n / 40} L}}}}\n" for n in range(40)
    )
    path.write_text(path.read_text(encoding="utf-8") + f"scenarios:\n{entries}", encoding="utf-8")
    _, page, text, _ = made(root)
    assert all(f"Case {n}" in page for n in range(40))
    assert all(f"Case {n}" in text for n in range(40))
    assert "Shows 12 of 40 scenarios" in page


@pytest.mark.parametrize("form", ["html", "pdf"])
def test_workspace_has_its_own_words(tmp_path: Path, form: str) -> None:
    root = textbook(tmp_path)
    shutil.copytree(TEMPLATES / form, root / "templates" / form)
    word, own, name = ("Contents", "Inhalt", "report.html.j2" if form == "html" else "blocks.typ")
    template = root / "templates" / form / name
    text = template.read_text(encoding="utf-8")
    assert word in text
    template.write_text(text.replace(word, own), encoding="utf-8")
    _, page, printed, _ = made(root)
    assert (own in page) == (form == "html")
    assert (own in printed) == (form == "pdf")
