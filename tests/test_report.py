"""The HTML report: what it says, what it may not say, and that the page stands on its own."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from lca.errors import InputError
from lca.impact import account_views
from lca.impact.results import COLUMNS, StudyResults, frame
from lca.report import figures, sheet
from lca.report import formatting as show
from lca.report.content import report_document
from lca.report.document import (
    Bar,
    BarGroup,
    Block,
    Chart,
    Figure,
    Paragraph,
    ReportDocument,
    StackedBars,
    Table,
    Tornado,
    TornadoBar,
    Waterfall,
)
from lca.report.html import render_html, table_groups
from lca.report.wording import forbidden_words
from lca.workspace import write_files
from tests.report_tables import (
    DRY,
    GWP,
    METADATA,
    SAMPLED,
    TABLES,
    WET,
    accounts_rows,
    coverage_rows,
    results_rows,
)

ROOT = Path(__file__).parent.parent
TEMPLATES = ROOT / "templates"


@pytest.fixture
def results() -> StudyResults:
    """Two scenarios that are compared, with every table filled."""
    filled = {name: frame(name, TABLES[name]()) for name in COLUMNS}
    return StudyResults(METADATA, filled | {name: frame(name, make()) for name, make in SAMPLED.items()})


@pytest.fixture
def page(results: StudyResults) -> str:
    return render_html(report_document(results), TEMPLATES)


def without(results: StudyResults, *tables: str, **metadata: Any) -> StudyResults:
    """The results with some tables empty and some metadata changed."""
    kept = {name: frame(name, []) if name in tables else table for name, table in results.tables.items()}
    return StudyResults({**results.metadata, **metadata}, kept)


def visible(page: str) -> str:
    """The text of a page, without style and drawings."""
    plain = re.sub(r"<style>.*?</style>|<script>.*?</script>|<svg.*?</svg>", " ", page, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", plain)))


def tables_of(document: ReportDocument) -> list[Table]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Table)]


def figures_of(document: ReportDocument) -> list[Figure]:
    return [block for section in document.sections for block in section.blocks if isinstance(block, Figure)]


def section_of(results: StudyResults, name: str) -> list[Block]:
    return list(next(section.blocks for section in report_document(results).sections if section.id == name))


def table_of(results: StudyResults, section: str, caption: str) -> Table:
    """The table of a section whose caption begins like this."""
    tables = [block for block in section_of(results, section) if isinstance(block, Table)]
    return next(table for table in tables if table.caption.startswith(caption))


def headline_of(document: ReportDocument) -> Table:
    return next(table for table in tables_of(document) if table.caption.startswith("Results per declared unit"))


# --- the page


def test_page_is_as_it_was(page: str, golden: Callable[[str, str], None]) -> None:
    drawn = re.sub(
        r"(<svg[^>]*>).*?</svg>", r"\1</svg>", page, flags=re.DOTALL
    )  # what matplotlib draws may change with it
    golden("report.html", re.sub(r"(<(style|script)\b[^>]*>).*?(</\2>)", r"\1\3", drawn, flags=re.DOTALL))


def test_page_loads_nothing(page: str) -> None:
    assert not re.search(r"<(link|iframe|img|object|embed|video|audio|source)\b", page)
    assert re.findall(r"<script\b[^>]*>", page) == ['<script type="application/json" id="live">', "<script>"]
    assert not re.search(r"""(src|srcset|data|poster|action|xlink:href)\s*=\s*["']?\s*(https?:)?//""", page)
    assert not re.search(r"@import|url\(\s*['\"]?(?!#)", page)
    assert all(target.startswith("#") for target in re.findall(r'<(?:use|image|a)\b[^>]*href="([^"]*)"', page))
    assert not re.search(r"https?://", re.sub(r'<span class="address">[^<]*</span>', "", page))


def test_user_text_is_escaped(page: str) -> None:
    assert page.count("<script") == page.count("</script") == 2  # ours, and the data that it reads
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<b>of kilns</b>" not in page
    assert "<voltage>" not in page
    assert "<b>x</b>" not in page


class Outline(HTMLParser):
    """Headings in order, ids, header cells, drawings."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.cells: list[dict[str, str | None]] = []
        self.drawings: list[dict[str, str | None]] = []
        self.language: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if re.fullmatch(r"h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if tag == "html":
            self.language = found.get("lang")
        if tag == "th":
            self.cells.append(found)
        if tag == "svg":
            self.drawings.append(found)
        self.ids += [found["id"] or ""] if "id" in found else []
        self.references += [found["aria-labelledby"] or ""] if "aria-labelledby" in found else []


def test_page_can_be_read_aloud(page: str) -> None:
    outline = Outline(page)
    assert outline.language == "en"
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(outline.levels))
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.references) <= set(outline.ids)
    assert {cell.get("scope") for cell in outline.cells} <= {"row", "col", "rowgroup", "colgroup"}
    assert outline.drawings
    assert all(drawing["role"] == "img" and drawing["aria-label"] for drawing in outline.drawings)
    plain = page[: page.index("<script")]
    assert plain.count("<figure>") == plain.count("<figcaption") == plain.count("Data of this chart")


def test_colours_of_charts_follow_the_page(page: str) -> None:
    drawings = "".join(re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL))
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawings)) == set()
    used = set(re.findall(r"var\((--[a-z0-9-]+)[,)]", page)) - {"--pad", "--at", "--centre"}  # set where used
    assert used <= set(re.findall(r"(--[a-z0-9-]+):", page))


def test_charts_refer_to_what_they_define(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, flags=re.DOTALL)
    for drawing in drawings:
        assert set(re.findall(r"url\(#([^)]+)\)", drawing)) == set(re.findall(r' id="([^"]+)"', drawing))
    assert any("url(#" in drawing for drawing in drawings)


def _luminance(colour: str) -> float:
    parts = (int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_stands_out_from_paper(theme: int) -> None:
    style = (TEMPLATES / "html" / "report.css").read_text(encoding="utf-8")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", re.findall(r":root \{(.*?)\}", style, re.DOTALL)[theme]))
    for text, paper in (
        ("ink", "paper"),
        ("soft", "paper"),
        ("accent", "paper"),
        ("ink", "faint"),
        ("ink", "warn-paper"),
    ):
        light, dark = sorted((_luminance(colours[text]), _luminance(colours[paper])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, paper)


def test_same_results_give_the_same_bytes(
    results: StudyResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    pages = []
    for name in ("first", "second"):
        write_files(tmp_path / name, {"report.html": render_html(report_document(results), TEMPLATES)})
        pages.append((tmp_path / name / "report.html").read_bytes())
        assert [path.name for path in (tmp_path / name).iterdir()] == ["report.html"]
    assert pages[0] == pages[1]


def test_failed_report_leaves_the_old_one(
    results: StudyResults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "report.html"
    target.write_text("old", encoding="utf-8")

    def fail(*_: Any) -> None:
        raise OSError(28, "disk full")

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(InputError, match="disk full"):
        write_files(tmp_path, {"report.html": render_html(report_document(results), TEMPLATES)})
    assert [path.name for path in tmp_path.iterdir()] == ["report.html"]
    assert target.read_text(encoding="utf-8") == "old"


# --- charts


class Drawn:
    """What stands where in a chart: texts, and the left and right ends of filled boxes from the first to the last."""

    def __init__(self, chart: Chart) -> None:
        tree = ElementTree.fromstring(figures.draw(chart, "key"))
        names = {"svg": "http://www.w3.org/2000/svg"}
        self.texts: dict[str, list[tuple[float, float]]] = {}
        for text in tree.iterfind(".//svg:text", names):
            at = (float(text.attrib["x"]), float(text.attrib["y"]))
            self.texts.setdefault(text.text or "", []).append(at)
        self.boxes: list[tuple[float, float]] = []
        for path in tree.iterfind("svg:path", names):
            corners = [float(x) for x in re.findall(r"[ML] (\S+)", path.attrib["d"])]
            if "fill: none" not in path.attrib["style"] and len(set(corners)) == 2:
                self.boxes.append((corners[0], corners[1]))

    def at(self, *values: float) -> list[float]:
        """Where values stand, by the numbers at the axis."""
        zero, one = (self.texts[number][0][0] for number in ("0", "1"))
        return [zero + value * (one - zero) for value in values]


def test_parts_of_a_bar_follow_one_another() -> None:
    bars = (Bar("A & <b> $x$ $y$", (1.0, 0.0, 2.0, -1.5), 1.5, "sum"), Bar("Other", (0.5, 0.5, 0.0, 0.0)))
    drawn = Drawn(StackedBars("kg", ("P", "Q", "R", "S"), (BarGroup("Group", bars),)))
    assert {"kg", "P", "Q", "R", "S", "Group", "A & <b> $x$ $y$", "Other", "sum"} <= set(drawn.texts)
    parts = drawn.boxes[4:-1]  # between the legend and the paper behind the heading
    expected = [(0.0, 1.0), (1.0, 3.0), (0.0, -1.5), (0.0, 0.5), (0.5, 1.0)]
    assert [x for part in parts for x in part] == pytest.approx(drawn.at(*(x for part in expected for x in part)))
    [(x, _)] = drawn.texts["sum"]
    assert x > drawn.at(3.0)[0]


def test_steps_of_a_waterfall_start_where_the_last_one_ended() -> None:
    drawn = Drawn(Waterfall("kg", "From", 2.0, (("Less", -2.5), ("More", 1.0)), "To", 0.5))
    assert [x for box in drawn.boxes for x in box] == pytest.approx(drawn.at(2.0, -0.5, -0.5, 0.5))
    rows = [drawn.texts[name][0][1] for name in ("From", "Less", "More", "To")]
    assert rows == sorted(rows)
    assert [drawn.texts[text][0][1] for text in ("2.00", "−2.50", "+1.00", "0.500")] == rows


def test_shorter_end_stands_before_the_longer_one() -> None:
    both = TornadoBar("Both above", 0.5, 1.0, "low", "high")
    drawn = Drawn(Tornado("kg", 0.0, (both, TornadoBar("One unknown", -1.0, None, "least", "unknown"))))
    expected = drawn.at(0.0, 1.0, 0.0, 0.5, 0.0, -1.0)
    assert [x for box in drawn.boxes[:-2] for x in box] == pytest.approx(expected)
    assert "unknown" not in drawn.texts


def test_long_labels_keep_to_two_lines() -> None:
    label = "One label that begins like this and goes on" + " and on" * 20 + " before its end"
    drawn = Drawn(Waterfall("kg", label, 0.0, (), "To", 1.0))
    first, second = (places[0] for text, places in drawn.texts.items() if text.startswith(("One label", "… ")))
    assert first[0] == second[0]
    assert 0 < second[1] - first[1] < sheet.ROW


# --- what it says


def test_status_and_limits_are_said(page: str) -> None:
    text = visible(page)
    assert "Screening study. Not independently verified." in text
    assert "both market-based and location-based" in text
    assert "NOT STATED" in text  # the boundary is missing
    assert "review panel" in text


def test_claims_that_nobody_checked_are_absent(page: str) -> None:
    assert forbidden_words(visible(page)) == []


def test_claims_are_found() -> None:
    text = "A certified, carbon-neutral and green product; not independently verified. It is verified, climate neutral."
    assert forbidden_words(text) == ["certified", "carbon-neutral", "green", "verified", "climate neutral"]


def test_every_cell_of_the_headline_is_on_the_page(results: StudyResults, page: str) -> None:
    table = headline_of(report_document(results))
    body = page[page.index(table.caption) :]
    assert [column.title for column in table.columns[:2]] == ["Way", "Place"]
    assert len(table.rows) == 2
    for row in table.rows:
        for cell, column in zip(row, table.columns, strict=True):
            assert show.cell(cell, column.kind) in unescape(body)
    assert table.rows[0] == ("Wet way", "North", 12.3456, 13.0, 13.3456, "partial, 67\u202f% covered")


def test_comparison_is_said_in_words(results: StudyResults, page: str) -> None:
    text = visible(page)
    said = "Climate change (GWP100), market-based: dry way is lower than wet way in 1 of 1 comparison, by 20.0 % of the"
    assert said in text
    assert "Market-based: dry way is lower than wet way by 2.47 kg CO₂e (20.0 %)." in text
    assert "Location-based: dry way is higher than wet way by 0.900 kg CO₂e (6.92 %)." in text
    assert "central values of one case each" in text


def test_what_turns_the_answer_round_is_named(page: str) -> None:
    text = visible(page)
    assert "comparisons can be turned round by a single parameter within its stated range" in text
    assert "washing.voltage" in text


def test_what_is_not_assessed_is_not_zero(page: str) -> None:
    assert "not assessed" in visible(page)
    assert "it is not known, which is not zero" in visible(page)


def test_stages_show_reductions_and_the_feed(results: StudyResults) -> None:
    figure = next(
        f
        for f in figures_of(report_document(results))
        if isinstance(f.chart, StackedBars) and f.chart.groups[0].bars[0].net
    )
    bars = figure.chart.groups[0].bars  # type: ignore[union-attr]
    assert [bar.label for bar in bars] == ["Wet way", "Dry way"]
    assert sum(bars[0].values) == pytest.approx(bars[0].net)
    assert min(bars[0].values) == -0.5
    assert [column.title for column in figure.data.columns][-3:] == [
        "Total",
        "of which before the gate",
        "Gate to gate",
    ]
    assert figure.data.rows[0][-3:] == (12.3456, 2.0, pytest.approx(10.3456))


def test_waterfall_leads_from_one_total_to_the_other(results: StudyResults) -> None:
    chart = next(f.chart for f in figures_of(report_document(results)) if isinstance(f.chart, Waterfall))
    assert chart.start + sum(change for _, change in chart.steps) == pytest.approx(chart.end)
    assert chart.steps[0] == ("Soda", -6.0)


def test_three_closures_are_named(page: str) -> None:
    text = visible(page)
    assert text.count("closed loop") == 1
    assert "never stand without these three figures" in text
    for words in ("(a) Closure of the bin", "(b) Closure of the plant", "(c) Bought", "Surplus", "Spent in washing"):
        assert words in text
    assert "from 5.00 % to 20.0 %" in text


def test_open_balance_is_reported(page: str) -> None:
    assert "1 of 2 balances do not close" in visible(page)


def test_data_are_ranked_with_their_evidence(results: StudyResults) -> None:
    table = next(t for t in tables_of(report_document(results)) if t.caption == "Data worth improving first")
    assert [row[0] for row in table.rows] == ["washing.voltage", "washing.current"]
    assert table.rows[0][1:7] == (0.8, 5.0, "expert", "3 V", "2.5 to 4.5 V", "handbook")


def test_parameters_say_for_which_scenarios_they_hold(results: StudyResults) -> None:
    table = next(t for t in tables_of(report_document(results)) if t.caption == "All parameters")
    assert [(row[1], row[-1]) for row in table.rows] == [(3.0, "Way: Wet way"), (3.5, "Way: Dry way")]


def test_no_folder_of_the_machine_is_shown(page: str) -> None:
    assert "/home/me" not in page
    assert "inventories/a.yaml:3" in page


# --- other indicators


def test_headline_keeps_to_what_measures_the_same(results: StudyResults) -> None:
    groups = {column.group for column in headline_of(report_document(results)).columns}
    assert groups == {"", "Climate change (GWP100)", "Climate change (GWP20)"}


def test_other_indicators_stand_with_their_coverage(results: StudyResults) -> None:
    rows = {row[0]: row[1:] for row in table_of(results, "indicators", "Other indicators: North").rows}
    assert list(rows) == ["Climate change (GWP20)", "Water consumption", "Mercury to air"]
    covered, *values = rows["Water consumption"][1:]
    assert (covered, values) == ("partial,\u00a052\u202f%\u00a0covered\u00a0/\u00a0full", [30.0, 20.0, -10.0, -1 / 3])
    assert rows["Climate change (GWP20)"][1] == "partial,\u00a067\u202f%\u00a0covered"
    assert rows["Mercury to air"][1:] == ("not\u00a0assessed", *["not assessed"] * 3, None)


def test_partial_figure_is_never_shown_without_saying_so(results: StudyResults) -> None:
    alone = without(results, "comparisons", "differences")
    for shown in (results, alone):
        page = render_html(report_document(shown), TEMPLATES)
        figures = re.sub(r'<section id="methods".*?</section>', "", page, flags=re.DOTALL)  # which has definitions only
        lines = [visible(row).strip() for row in re.findall(r"<tr>.*?</tr>", figures, flags=re.DOTALL)]
        named = ("Climate change (GWP20) ", "Water consumption ")
        rows = [line for line in lines if line.startswith(named) and "kg" in line]
        assert len(rows) >= 4
        assert all(re.search(r"partial, \d+\s?% covered|kg full 20.0$|(not assessed ?){4}$", row) for row in rows)
        missing = [line for line in lines if line.startswith("Mercury to air ")]
        assert missing
        assert not any(re.search(r"\d", row) for row in missing)


def test_same_indicators_on_both_bases_stand_once(results: StudyResults) -> None:
    rows = table_of(results, "indicators", "Other indicators, all comparisons").rows
    assert [row[1] for row in rows if row[0] == "Water consumption"] == ["both"]
    assert [row[1] for row in rows if row[0] == "Climate change (GWP20)"] == ["market-based", "location-based"]


def test_missing_data_are_ranked_and_named_by_indicator(results: StudyResults) -> None:
    most = table_of(results, "indicators", "Data sets that leave most out").rows
    assert most[0] == ("Soda works", "XX", 0.02, 0.0, 0.47, 0.0, "water, mercury")
    assert [row[0] for row in most] == ["Soda works", "Kiln <old>", "Pump"]
    assert most[1][-1] == "soot"  # of gases, which others need alone, it speaks
    each = table_of(results, "indicators", "Data sets that are missing in each indicator")
    assert [title for title, _ in each.groups] == ["Climate change (GWP20)", "Water consumption", "Mercury to air"]


def test_small_gaps_are_drawn_together(results: StudyResults) -> None:
    gaps = [row | {"process": f"p{n}", "title": f"P{n:02}"} for n in range(12) for row in coverage_rows()[2:3]]
    many = StudyResults(results.metadata, {**results.tables, "coverage": frame("coverage", gaps)})
    rows = table_of(many, "indicators", "Data sets that are missing in each indicator").rows
    assert rows[-1][0] == "4 others"
    assert sum(row[2] for row in rows) == pytest.approx(0.12)  # type: ignore[misc]


def test_partial_main_indicator_is_marked_in_comparisons(results: StudyResults) -> None:
    table = results["results"].copy()
    table.loc[(table["indicator"] == GWP) & (table["scenario"] == DRY), "coverage"] = 0.8
    part = StudyResults(results.metadata, {**results.tables, "results": table})
    found = table_of(part, "results", "Comparisons per declared unit")
    assert found.columns[-1].title == "Coverage"
    assert found.rows[0][-1] == "full\u00a0/\u00a0partial,\u00a080\u202f%\u00a0covered"


# --- single products


def test_products_stand_by_every_allocation(results: StudyResults) -> None:
    table = table_of(results, "products", "Climate change (GWP100) of the single products")
    assert [column.title for column in table.columns[2:]] == ["By mass", "By value", "Recycled rule *"]
    assert table.rows[1] == ("Nd₂O₃", 0.9, 12.3456, 6.1728, None)
    for scenario, (title, count), start in zip((WET, DRY), table.groups, (0, 3), strict=True):
        assert title.startswith(scenario.split("/")[0].capitalize())
        view = account_views.side_by_side(results, scenario, None)
        shown = [row[2:] for row in table.rows[start : start + count]]
        columns = [name for name in ("mass", "value", "recycled-rule") if name in view]
        expected = [tuple(None if v != v else v for v in row) for row in view[columns].itertuples(index=False)]
        assert [row[: len(columns)] for row in shown] == expected


def test_basket_needs_no_allocation(page: str) -> None:
    assert "for the basket as a whole, and need no allocation" in visible(page)
    assert "Recycled rule: here the basket differs from the figure of this report" in visible(page)


def test_factors_stand_once_for_the_same_basket(results: StudyResults) -> None:
    table = table_of(results, "products", "Factors of the allocations")
    assert table.rows == (("Nd₂O₃", 0.9, 0.9, 50.0, 0.45), ("Dy₂O₃", 0.1, 0.1, 550.0, 0.55))
    assert [column.unit for column in table.columns] == ["", "%", "%", "USD/kg", "%"]


# --- costs and dependency


def test_costs_are_those_of_the_view(results: StudyResults) -> None:
    rows = table_of(results, "costs", "Cost of purchased inputs").rows
    view = account_views.cost_totals(results)
    assert [row[1:] for row in rows] == list(view[["cost", "low", "high"]].itertuples(index=False, name=None))
    difference = table_of(results, "costs", "Difference in cost by good")
    assert difference.rows[0] == ("Soda", 9.0, 0.0, -9.0)
    assert difference.rows[-1] == ("Total", 10.5, 6.0, -4.5)
    assert ("Filter felt", None, 0.0, None) in difference.rows


def test_cost_leads_from_one_total_to_the_other(results: StudyResults) -> None:
    chart = next(b.chart for b in section_of(results, "costs") if isinstance(b, Figure))
    assert isinstance(chart, Waterfall)
    assert (chart.start, chart.end, chart.unit) == (10.5, 6.0, "USD")
    assert chart.steps == (("Soda", -9.0), ("Electricity", 4.5))


def test_limits_of_the_costs_are_said(page: str) -> None:
    text = visible(page)
    assert "Operating cost of purchased inputs only: no investment, labour, maintenance or revenue." in text
    assert "Prices <at> the yard" in text
    assert "May 2025" in text
    assert "Goods without a price. Filter felt." in text
    assert "1 literature, 1 placeholder" in text


def test_dependency_tells_world_supply_from_the_model(results: StudyResults) -> None:
    wet, dry = table_of(results, "dependency", "Share of one country in what is bought").rows
    shares = [pytest.approx(share) for share in (7.2 / 10.5, 2.4 / 3.1, 9 / 10.5, 3 / 3.1)]
    assert wet[1:] == ("AA", shares[0], "AA", shares[1], *shares[2:])
    assert dry[1:] == ("XX", 1.0, "–", None, 0.0, None)
    single = table_of(results, "dependency", "Goods mostly from a single country, by world supply")
    assert single.rows[0] == ("Soda", "AA", 0.8, 9.0, "expert", "handbook")
    assert single.rows[1][:2] == ("Feed", "YY")  # a dependency too, though it is not in the shares
    assert "not an observation that there is no other" in visible(render_html(report_document(results), TEMPLATES))


def test_goods_are_spread_over_countries(results: StudyResults) -> None:
    table = table_of(results, "dependency", "Goods by country")
    assert [column.title for column in table.columns if column.group] == ["YY", "XX", "AA", "BB"]
    assert table.rows[0] == ("Soda", "Reagents", 3.0, "kg", 9.0, None, None, 0.8, 0.2, "world supply")
    assert table.rows[2][0:5] == ("Filter felt", "Reagents", 0.1, "kg", None)


# --- a year


def test_year_shows_plants_and_their_sum_on_both_bases(results: StudyResults) -> None:
    table = table_of(results, "accounts", "Climate change (GWP100) in a year")
    assert [column.group for column in table.columns[1::2]] == ["Upper kiln", "Lower kiln", "All plants"]
    rows = dict(zip(["1", "2", "total"], table.rows, strict=False))
    assert [row[0] for row in table.rows[:3]] == ["Scope 1", "Scope 2", "Total"]
    assert rows["total"][1:5] == pytest.approx((12345.6, 13000.0, 29629.5, 41700.0))
    for row in table.rows:
        _, *values = row
        assert values[4] == pytest.approx(values[0] + values[2])  # type: ignore[operator]
        assert values[5] == pytest.approx(values[1] + values[3])  # type: ignore[operator]


def test_sum_that_leaves_a_plant_out_says_so(results: StudyResults) -> None:
    rows = {row[0]: row[2:] for row in table_of(results, "accounts", "Other indicators in a year").rows}
    covered, upper, lower, both = rows["Water consumption"]
    assert (covered, upper, lower) == ("partial, 52\u202f% covered", 30000.0, "not assessed")
    assert both == "30\u202f000 (partial, without 1 of 2)"
    assert set(rows["Mercury to air"]) == {"not assessed"}


def test_year_of_a_partial_main_indicator_says_so(results: StudyResults) -> None:
    table = results["results"].copy()
    table.loc[(table["indicator"] == GWP) & (table["scenario"] == DRY), "coverage"] = 0.8
    part = StudyResults(results.metadata, {**results.tables, "results": table})
    said = section_of(part, "accounts")[0]
    assert isinstance(said, Paragraph)
    assert said.text.endswith("is not complete: full\u00a0/\u00a0partial,\u00a080\u202f%\u00a0covered.")


def test_year_adds_up_what_is_bought(results: StudyResults) -> None:
    table = table_of(results, "accounts", "Bought and handed over in a year")
    assert table.groups == (("Reagents", 3),)
    assert table.rows[-1] == ("Total", "kg", 4000.0, 12000.0, 16000.0)


def test_many_plants_are_listed_in_full_and_shown_as_their_sum(results: StudyResults) -> None:
    rows = [
        row | {"plant": f"{row['plant']} {n}"} if row["scenario"] else row for n in range(3) for row in accounts_rows()
    ]
    many = StudyResults(results.metadata, {**results.tables, "accounts": frame("accounts", rows)})
    captions = [b for b in section_of(many, "accounts") if isinstance(b, Table) and "Climate" in b.caption]
    assert [(len(table.columns), table.folded) for table in captions] == [(3, False), (15, True)]


def test_combinations_that_were_left_out_are_named(results: StudyResults, page: str) -> None:
    table = table_of(results, "scope", "Combinations left out")
    assert table.groups == (("There is no water <there>.", 2), ("Too far.", 1))
    assert table.rows == (("wet/moon",), ("dry/moon",), ("wet/mars",))
    assert "Combinations left out" not in render_html(report_document(without(results, excluded=[])), TEMPLATES)


# --- what figures rest on


def test_how_methane_counts_is_said_with_the_results(results: StudyResults) -> None:
    said = "29.8 (Methane, fossil) kg CO₂e per kg in Climate change (GWP100)"
    assert ("Methane", said) in report_document(results).facts.items
    note = headline_of(report_document(results)).note
    assert f"Methane counts {said}; 82.5 (Methane, fossil) kg CO₂e per kg in Climate change (GWP20)." in note
    rows = {row[0]: row[2] for row in table_of(results, "methods", "Indicators").rows}
    assert rows["Climate change (GWP20)"] == "82.5 (Methane, fossil) kg CO₂e per kg"
    assert rows["Water consumption"] == "–"


def test_methods_say_where_their_factors_come_from(results: StudyResults) -> None:
    shown = visible(render_html(report_document(results), TEMPLATES))
    assert "Factors read from shelf 1.2, all_of_it" in shown
    table = table_of(results, "methods", "Elementary flows without a factor")
    assert table.rows == (("Dust <fine>", "air", "kg", 0.5, 0.25, 2.0, "no factor in the method"),)
    assert table.groups == (("rest", 1),)
    none = visible(render_html(report_document(without(results, "uncharacterised")), TEMPLATES))
    assert "Every elementary flow of every scenario has a factor" in none
    kept = {name: rows for name, rows in results.tables.items() if name != "uncharacterised"}
    unknown = render_html(report_document(replace(results, tables=kept)), TEMPLATES)
    assert "Every elementary flow" not in unknown


def test_prices_are_listed_with_their_evidence(results: StudyResults) -> None:
    table = table_of(results, "costs", "Prices used")
    assert [row[:6] for row in table.rows] == [
        ("Electricity", "XX", pytest.approx(0.15), pytest.approx(0.1), pytest.approx(0.2), "USD/kWh"),
        ("Soda", "XX", 3.0, 2.0, 4.5, "USD/kg"),
    ]
    assert table.rows[1][6:] == ("placeholder", "handbook", "Asked <once>.")
    sold = table_of(results, "products", "Prices of the products")
    assert sold.groups == (("What is sold; 2024", 2),)
    assert sold.rows[1] == ("Dy₂O₃", "550 USD/kg REO", "–", show.NOT_STATED, show.NOT_STATED, "")


def test_terms_of_the_circular_footprint_formula_are_told(results: StudyResults) -> None:
    rows = {row[0]: row for row in table_of(results, "products", "Rules of the allocations").rows}
    terms = "A = 20 %, Q = 90 %; virgin: Wet way\u00a0· North; both sides by: By value; for Way: Dry way"
    assert rows["Circular"][1:5] == ("circular footprint formula", terms, "expert", "handbook")
    assert rows["By value"][2] == "What is sold; 2024; USD"


def test_plants_say_what_their_output_rests_on(results: StudyResults) -> None:
    shown = visible(render_html(report_document(results), TEMPLATES))
    assert "Evidence: placeholder, handbook. Nobody <asked>." in shown
    assert f"Evidence: {show.NOT_STATED}, {show.NOT_STATED}." in shown


def test_contracts_of_electricity_are_told(results: StudyResults) -> None:
    said, table = section_of(results, "electricity")
    assert isinstance(said, Paragraph)
    assert said.text.startswith("In 1 of 2 scenarios (Grid) the market-based result equals the location-based one")
    assert isinstance(table, Table)
    wind, grid = (row[1:7] for row in table.rows)
    assert wind == ("Wind <power>", "the grid of the place", "PPA", show.NOT_STATED, "north", "annual")
    assert grid == ("the grid of the place", "the grid of the place", "none", "–", "–", "–")
    assert "electricity" not in [s.id for s in report_document(without(results, electricity=[])).sections]


# --- what is not there


@pytest.mark.parametrize(
    ("tables", "said"),
    [
        (("comparisons", "differences"), "The study asks for no comparison."),
        (("loops",), "No scenario of this study returns a substance to its own use."),
        (("sensitivity",), "the data are not ranked"),
        (("balances",), "so none was checked"),
        (("parameters",), "The model uses no parameters."),
        (("warnings",), "had nothing to report"),
        (("contributions",), "no breakdown by stage"),
    ],
)
def test_what_is_missing_is_said(results: StudyResults, tables: tuple[str, ...], said: str) -> None:
    assert said in visible(render_html(report_document(without(results, *tables)), TEMPLATES))


@pytest.mark.parametrize(
    ("tables", "gone"),
    [
        (("products", "allocation"), "products"),
        (("accounts",), "accounts"),
        (("costs",), "costs"),
        (("dependency",), "dependency"),
    ],
)
def test_sections_without_results_are_left_out(results: StudyResults, tables: tuple[str, ...], gone: str) -> None:
    before = [section.id for section in report_document(results).sections]
    document = report_document(without(results, *tables))
    assert [section.id for section in document.sections] == [name for name in before if name != gone]
    assert all(section.blocks for section in document.sections)
    assert all(table.rows for table in tables_of(document))
    render_html(document, TEMPLATES)


def test_main_indicator_alone_needs_no_section_of_others(results: StudyResults) -> None:
    document = report_document(without(results, indicators=METADATA["indicators"][:3]))
    assert "indicators" not in [section.id for section in document.sections]


def test_data_that_are_missing_need_gaps(results: StudyResults) -> None:
    assert "Data that are missing" not in render_html(report_document(without(results, "coverage")), TEMPLATES)


def test_scenarios_that_are_not_compared_show_their_indicators(results: StudyResults) -> None:
    alone = without(results, "comparisons", "differences")
    first = table_of(alone, "indicators", "Other indicators")
    assert first.rows[1] == ("Water consumption", "kg", "partial, 52\u202f% covered", 30.0)
    assert len(table_of(alone, "indicators", "Other indicators, all scenarios").rows) == 6
    assert not any(isinstance(block, Figure) for block in section_of(alone, "costs"))
    missing = table_of(alone, "indicators", "Data sets that leave most out")
    assert [column.title for column in missing.columns[2:4]] == ["Share of the main result", "Share of the mass bought"]
    assert missing.rows[0] == ("Soda works", "XX", 0.02, 0.47, "water, mercury")


def test_workspace_without_axes(results: StudyResults) -> None:
    rows = [row | {"scenario": "base"} for row in results_rows() if row["scenario"] == WET]
    bare = without(
        results,
        *COLUMNS,
        axes={},
        scenarios=[{"id": "base", "title": "", "options": {}}],
        indicators=METADATA["indicators"][:1],
    )
    page = render_html(
        report_document(StudyResults(bare.metadata, {**bare.tables, "results": frame("results", rows)})), TEMPLATES
    )
    text = visible(page)
    assert "12.3" in text
    assert "base" in text
    assert 'id="split"' not in page


def test_only_the_tables_that_are_there_are_read(results: StudyResults) -> None:
    bare = StudyResults(results.metadata, {"results": results["results"]})
    assert "12.3" in visible(render_html(report_document(bare), TEMPLATES))


def test_many_scenarios_are_drawn_in_part_and_listed_in_full(results: StudyResults) -> None:
    places = [f"p{n}" for n in range(15)]
    scenarios = [
        {"id": f"{way}/{p}", "title": "", "options": {"way": f"{way.capitalize()} way", "place": p.upper()}}
        for p in places
        for way in ("wet", "dry")
    ]

    def spread(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        keys = ("scenario", "baseline", "alternative")
        return [{k: v.replace("north", p) if k in keys else v for k, v in row.items()} for p in places for row in rows]

    tables = {name: frame(name, spread(rows()) if name != "warnings" else []) for name, rows in TABLES.items()}
    document = report_document(StudyResults({**METADATA, "scenarios": scenarios}, tables))
    stages = next(f for f in figures_of(document) if isinstance(f.chart, StackedBars))
    assert sum(len(group.bars) for group in stages.chart.groups) == 12  # type: ignore[union-attr]
    assert "12 of 30 scenarios" in stages.caption
    assert len(headline_of(document).rows) == 30
    assert any(len(t.rows) == 30 and t.folded and "by stage" in t.caption for t in tables_of(document))
    render_html(document, TEMPLATES)


# --- numbers


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, "–"),
        (float("nan"), "–"),
        (0.0, "0"),
        (1.2345, "1.23"),
        (-0.045, "−0.0450"),
        (9.996, "10.0"),
        (12345.0, "12\u202f300"),
        (1.2e-7, "1.20 × 10⁻⁷"),
        (3.21e9, "3.21 × 10⁹"),
    ],
)
def test_numbers_have_three_digits(value: float | None, shown: str) -> None:
    assert show.number(value) == shown


@pytest.mark.parametrize(
    ("covered", "value", "shown"),
    [
        (1.0, 2.0, "full"),
        (0.9999, 2.0, "partial, 99\u202f% covered"),
        (0.0, 2.0, "partial, under 1\u202f% covered"),
        (0.0, None, "not assessed"),
    ],
)
def test_coverage_never_says_too_much(covered: float, value: float | None, shown: str) -> None:
    assert show.coverage(covered, value) == shown


def test_units_are_printed_as_people_write_them() -> None:
    assert show.unit("kg CO2e") == "kg CO₂e"
    assert show.unit("A/m^2") == "A/m²"
    assert show.unit("kWh/kg_REO") == "kWh/kg REO"


def test_groups_that_miss_rows_are_refused(results: StudyResults) -> None:
    table = headline_of(report_document(results))
    with pytest.raises(AssertionError, match="groups hold 1 of 2 rows"):
        table_groups(replace(table, groups=(("", 1),)))


def test_lead_stands_out(results: StudyResults) -> None:
    section = next(s for s in report_document(results).sections if s.id == "results")
    assert next(block for block in section.blocks if isinstance(block, Paragraph)).lead


def test_recovery_is_shown_process_by_process(results: StudyResults) -> None:
    table = table_of(results, "balances", "Recovered of what was fed")
    assert table.rows == (("Washing", 0.9), ("Drying", 0.9), ("Plant", 0.9))
    assert [column.title for column in table.columns] == ["Process", "Fe"]
