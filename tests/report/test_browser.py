"""The page in a real browser: what its script does, and what axe-core finds. Skipped where there is no Chromium."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lca.impact.results import StudyResults, frame
from lca.report.content import report_document
from lca.report.document import Column, KeyValues, ReportDocument, Section, Table
from lca.report.html import render_html
from tests.browser import DARK, TEMPLATES, axe_finds, in_browser, needs_browser
from tests.report_tables import METADATA, SAMPLED, TABLES

pytestmark = needs_browser

#: Twelve rows in two groups, with numbers that do not sort as texts do.
TABLE = Table(
    "Kilns",
    (Column("Name"), Column("Heat", "number", "MJ", "Used"), Column("Dust", "number", "kg", "Used")),
    (*((f"kiln {n}", float(n * 37 % 13) * 10 ** (n % 3), -1e-9 * n) for n in range(11)), ("=1+1", None, 0.0)),
    groups=(("Old", 6), ("New", 6)),
)


def test_tables_are_sorted_filtered_and_copied(tmp_path: Path) -> None:
    document = ReportDocument("T", "", "", KeyValues(()), (Section("s", "S", (TABLE,)),), "")
    found = in_browser(
        render_html(document, TEMPLATES),
        tmp_path,
        """
        const names = (group) => [...document.querySelectorAll("tbody")[group].rows]
          .filter((row) => !row.hidden && !row.classList.contains("heading")).map((row) => row.cells[0].textContent);
        const click = (text) => [...document.querySelectorAll("button")]
          .find((one) => one.textContent.startsWith(text)).click();
        const saved = [];
        URL.createObjectURL = (blob) => { saved.push(blob); return "#"; };
        const before = names(0);
        click("Heat");
        const up = [names(0), names(1)];
        click("Heat");
        const down = names(0);
        const state = [...document.querySelectorAll("[aria-sort]")].map((head) => head.getAttribute("aria-sort"));
        const field = document.querySelector("input[type=search]");
        field.value = "new KILN 7"; field.dispatchEvent(new Event("input"));
        const filtered = [names(0), names(1), document.querySelector("tr.heading").hidden];
        const said = document.querySelector("[role=status]").textContent;
        field.value = ""; field.dispatchEvent(new Event("input"));
        click("Download");
        const csv = await saved[0].text();
        return { before, up, down, state, filtered, said, csv };
        """,
    )
    old = {row[0]: row[1] for row in TABLE.rows[:6]}
    new = {row[0]: row[1] for row in TABLE.rows[6:] if row[1] is not None}
    assert found["before"] == list(old)
    assert found["up"][0] == sorted(old, key=lambda name: old[name])  # type: ignore[arg-type, return-value]
    assert found["up"][1] == [*sorted(new, key=lambda name: new[name]), "=1+1"]  # type: ignore[arg-type, return-value]
    assert found["down"] == sorted(old, key=lambda name: old[name], reverse=True)  # type: ignore[arg-type, return-value]
    assert found["state"] == ["descending"]
    assert found["filtered"] == [[], ["kiln 7"], True]
    assert found["said"] == "1 of 12 rows"
    lines = found["csv"].lstrip("\ufeff").split("\r\n")
    assert lines[0] == '"Group","Name","Used: Heat MJ","Used: Dust kg"'
    assert '"New","kiln 8",' in found["csv"]
    assert re.search(r'"Old","kiln 1",110,-1e-9', found["csv"])
    assert '"\'=1+1"' in found["csv"]  # no spreadsheet computes it
    assert len(lines) == 14


@pytest.fixture(scope="module")
def page() -> str:
    tables = {name: frame(name, make()) for name, make in (TABLES | SAMPLED).items()}  # type: ignore[operator]
    return render_html(report_document(StudyResults(METADATA, tables)), TEMPLATES)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing(page: str, tmp_path: Path, theme: str) -> None:
    opened = 'document.querySelectorAll("details").forEach((one) => { one.open = true; });'
    found = axe_finds(page, tmp_path, opened, *(DARK if theme == "dark" else ()))
    assert found["told"] == []
    assert found["dark"] == (theme == "dark")
    assert found["passed"] > 15


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_page_is_as_wide_as_the_window(page: str, tmp_path: Path, width: int) -> None:
    """What is wider scrolls by itself; headless windows are no narrower than 500, so the page stands in a frame."""
    (tmp_path / "inner.html").write_text(page, encoding="utf-8")
    inside = f'<iframe id="f" src="inner.html" style="border:0;height:900px;width:{width}px"></iframe>'
    found = in_browser(
        f"<!DOCTYPE html><html><body>{inside}</body></html>",
        tmp_path,
        """
        const inner = document.getElementById("f");
        await new Promise((done) => { inner.addEventListener("load", done); setTimeout(done, 5000); });
        const root = inner.contentDocument.documentElement;
        return { wide: root.scrollWidth, room: root.clientWidth, tools: root.querySelectorAll(".tools").length };
        """,
        "--allow-file-access-from-files",
    )
    assert found["room"] == width
    assert found["wide"] <= width
    assert found["tools"] > 10
