"""The parts of a report around its results: boundary, published footprints, samples, checks, checklists, summary."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar
from xml.etree import ElementTree

import pytest

from lca.errors import InputError, Problems
from lca.impact.results import StudyResults, frame
from lca.impact.study import run_study
from lca.inventory.loading import load
from lca.inventory.study_report import StudyReport
from lca.report import figures, summary
from lca.report import formatting as show
from lca.report.boundary import in_order
from lca.report.cases import Reading
from lca.report.checklists import is_draft
from lca.report.content import DRAFT, FOR_VERIFICATION, report_document
from lca.report.document import (
    Band,
    BandChart,
    Block,
    Checklist,
    Figure,
    FlowChart,
    KeyValues,
    Notice,
    Paragraph,
    ReportDocument,
    Section,
    Table,
)
from lca.report.wording import check_wording, claims_of, forbidden_words
from tests.report_tables import DRY, METADATA, PLANT, SAMPLED, TABLES, WET
from tests.textbook import textbook
from tests.workspaces import BASE, STUDY, write

T = TypeVar("T")

ALL = {name: frame(name, make()) for name, make in (TABLES | SAMPLED).items()}  # type: ignore[operator]


@pytest.fixture(scope="module")
def document() -> ReportDocument:
    return report_document(StudyResults(METADATA, ALL))


def made(**metadata: Any) -> ReportDocument:
    return report_document(StudyResults({**METADATA, **metadata}, ALL))


def section(document: ReportDocument, name: str) -> Section:
    return next(section for section in document.sections if section.id == name)


def of(kind: type[T], blocks: tuple[Block, ...]) -> list[T]:
    return [block for block in blocks if isinstance(block, kind)]


def facts(document: ReportDocument, name: str) -> dict[str, str]:
    return {key: text for block in of(KeyValues, section(document, name).blocks) for key, text in block.items}


# --- the front


def test_cover_has_result_interval_and_stamp(document: ReportDocument) -> None:
    result, notice = document.cover
    assert isinstance(result, KeyValues)
    assert isinstance(notice, Notice)
    [(label, said)] = result.items
    assert label == "North"
    assert said.startswith(
        "Wet way 12.3, Dry way 9.88 kg CO₂e; saving 2.47 (20.0\u202f%), central 90\u202f% of 512 samples"
    )
    assert "−0.500 to 7.00, lower in 93.0\u202f% of them" in said
    assert "panel of at least three" in notice.text
    assert document.stamp == DRAFT


@pytest.mark.parametrize(
    ("share", "said"),
    [(1.0, "all"), (0.0, "none"), (0.9999, "over 99.9\u202f%"), (0.0002, "under 0.1\u202f%"), (0.5, "50.0\u202f%")],
)
def test_all_samples_are_said_only_where_they_are(share: float, said: str) -> None:
    assert summary._share(share) == said


def test_without_comparison_the_cover_names_scenarios_and_no_panel() -> None:
    bare = {name: table.iloc[:0] if name in ("comparisons", "differences") else table for name, table in ALL.items()}
    alone = report_document(StudyResults(METADATA, bare))
    [result] = alone.cover
    assert isinstance(result, KeyValues)
    assert [label.split("\u00a0")[0] for label, _ in result.items] == ["Wet way", "Dry way"]
    assert "12.3 kg CO₂e, central 90\u202f% of 512 samples 12.9 to 18.0" in result.items[0][1]
    titles = [block.caption for block in of(Checklist, section(alone, "checklists").blocks)]
    assert not any("5.3" in title for title in titles)


def test_what_the_study_states_is_said_and_the_rest_is_not_stated(document: ReportDocument) -> None:
    said = facts(document, "general")
    assert said["Commissioned by"] == "Kiln & Sons"
    assert said["Carried out by"] == "NOT STATED"
    assert said["Audience"] == "The <board>."
    assert facts(document, "boundary")["Cut-off criteria"] == "Below 1 %."
    assert "No kiln was <seen>." in facts(document, "limitations").values()


# --- boundary


def test_steps_stand_in_the_order_of_the_product() -> None:
    assert [node["id"] for node in in_order(PLANT)] == ["stove", "brine", "washing", "drying"]


def test_circle_between_processes_is_drawn_too() -> None:
    back = {"from": "drying", "to": "washing", "returned": False, "title": "Steam", "amount": 1.0, "unit": "kg"}
    plant = {**PLANT, "links": [*PLANT["links"], back]}
    assert sorted(node["id"] for node in in_order(plant)) == ["brine", "drying", "stove", "washing"]
    figure = of(Figure, section(made(flow_charts=[plant]), "boundary").blocks)[0]
    assert "1.00 kg Steam" in figures.draw(figure.chart, "key")


def test_plant_is_drawn_with_its_loop(document: ReportDocument) -> None:
    figure = of(Figure, section(document, "boundary").blocks)[0]
    assert isinstance(figure.chart, FlowChart)
    assert [link.returned for link in figure.chart.links] == [False, False, False, True]
    assert "Returned for use again: 0.200 kg Brine from Washing <of> powder" in figure.description
    tree = ElementTree.fromstring(figures.draw(figure.chart, "key"))
    texts = {text.text for text in tree.iter("{http://www.w3.org/2000/svg}text")}
    expected = {"Stove", "Drying", "3.00 kg Soda", "0.500 kg Sludge", "to air: 3 substances", "1.50 kg Slurry"}
    assert expected | {"1.00 kg Powder", "0.200 kg Brine", "2.00 MJ Heat", "Washing <of> powder"} <= texts


def test_no_two_links_lie_over_one_another(document: ReportDocument) -> None:
    from lca.report.figures_flow import _lanes

    chart = of(Figure, section(document, "boundary").blocks)[0].chart
    assert isinstance(chart, FlowChart)
    order = {node.id: n for n, node in enumerate(chart.nodes)}
    lanes = list(_lanes(chart.links, order).items())
    for n, (one, lane) in enumerate(lanes):
        for other, taken in lanes[:n]:
            spans = [sorted((order[link.start], order[link.end])) for link in (one, other)]
            apart = spans[0][1] < spans[1][0] or spans[1][1] < spans[0][0]
            assert apart or lane != taken


def test_system_is_drawn_from_what_was_computed(tmp_path: Path) -> None:
    [plant] = run_study(textbook(tmp_path)).metadata["flow_charts"]
    assert [node["id"] for node in plant["nodes"]] == ["power_plant"]
    assert plant["product"] | {"amount": 1000.0} == plant["product"]
    [fuel] = plant["bought"]
    assert (fuel["title"], fuel["amount"], fuel["unit"]) == ("Fuel", pytest.approx(200.0), "L")
    assert [(entry["compartment"], entry["flows"]) for entry in plant["released"]] == [("air", 2)]


# --- published footprints


PUBLISHED = """\
---
published:
  somebody:
    title: Somebody 2001
    product: Electricity
    indicator: climate_change
    range: [0.1 kg_CO2e/kWh, 200 g_CO2e/kWh]
    source: book
    evidence: literature
  of_another_unit:
    title: Other
    product: Fuel
    indicator: climate_change
    value: 1 kg_CO2e/L
    source: book
    evidence: literature
"""


def test_published_footprints_are_of_the_declared_unit(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    (root / "inventories" / "published.yaml").write_text(PUBLISHED, encoding="utf-8")
    results = run_study(root)
    [found] = results.metadata["published"]
    assert (found["low"], found["high"]) == (pytest.approx(100.0), pytest.approx(200.0))  # of 1000 kWh
    figure = of(Figure, section(report_document(results), "published").blocks)[0]
    assert isinstance(figure.chart, BandChart)
    own = [band for band in figure.chart.bands if band.own]
    assert [(band.low, band.high) for band in own] == [(pytest.approx(120.0), pytest.approx(120.0))]


def test_recalled_figures_are_no_citations(document: ReportDocument) -> None:
    blocks = section(document, "published").blocks
    chart = of(Figure, blocks)[0].chart
    assert isinstance(chart, BandChart)
    assert [band.label for band in chart.bands if not band.own] == ["Somebody 2019", "Nobody 2020 *"]
    assert "1 of 2 are recalled" in of(Paragraph, blocks)[0].text


def test_bundled_footprints_that_were_not_seen_are_no_literature() -> None:
    """What came from the notes or from a quotation is a judgement, and no magnet is among oxides."""
    inventory = load(Path(__file__).parents[2], Problems())
    seen = [str(name) for name, one in inventory.published.items() if one.evidence == "literature"]
    assert seen == ["wan_2022_ionic_clay"]
    assert len(inventory.published) >= 8
    assert not any("magnet" in one.product.lower() for one in inventory.published.values())


def test_bands_stand_where_their_values_are() -> None:
    chart = BandChart("kg", (Band("Own", 1.0, 2.0, True, 1.5), Band("Other", -1.0, 3.0)))
    tree = ElementTree.fromstring(figures.draw(chart, "key"))
    texts = {t.text: float(t.attrib["x"]) for t in tree.iter("{http://www.w3.org/2000/svg}text")}
    zero, one = texts["0"], texts["1"]
    boxes = []
    for path in tree.iterfind("{http://www.w3.org/2000/svg}path"):
        corners = [float(x) for x in re.findall(r"[ML] (\S+)", path.attrib["d"])]
        if "fill: none" not in path.attrib["style"] and len(set(corners)) == 2:
            boxes.append((min(corners), max(corners)))
    at = [((low - zero) / (one - zero), (high - zero) / (one - zero)) for low, high in boxes[:2]]
    assert at == [(pytest.approx(1.0), pytest.approx(2.0)), (pytest.approx(-1.0), pytest.approx(3.0))]
    assert "1.00 to 2.00" in texts


# --- samples


def test_central_values_aside_of_their_samples_are_said(document: ReportDocument) -> None:
    blocks = section(document, "uncertainty").blocks
    said = of(Notice, blocks)[0].text
    assert said.startswith("Of 2 results sampled, 1 below the central 90\u202f% of its samples")
    assert "totals are rather higher than they say" in said
    rows = of(Table, blocks)[-1].rows
    assert [row[-1] for row in rows] == ["below the central 90 %", "within"]
    assert rows[0][1:5] == (12.3456, 12.9, 15.45, 18.0)


def test_savings_have_intervals_and_words(document: ReportDocument) -> None:
    blocks = section(document, "uncertainty").blocks
    figure = of(Figure, blocks)[0]
    assert figure.data.rows[0][1:] == (2.4691, -0.5, 3.25, 7.0, 0.93, "within")
    assert isinstance(figure.chart, BandChart)
    assert figure.chart.bands[0].mark == 2.4691
    words = next(table for table in of(Table, blocks) if table.caption == "In words")
    assert "it is very likely that the alternative is lower (93 % of the samples)" in str(words.rows[0][1])


def test_report_without_samples_says_where_to_get_them() -> None:
    bare = report_document(StudyResults({**METADATA, "samples": None}, {name: ALL[name] for name in TABLES}))
    assert "ree-lca report" in of(Paragraph, section(bare, "uncertainty").blocks)[0].text
    assert "no intervals" in " ".join(facts(bare, "limitations").values())
    assert "samples" not in bare.cover[0].items[0][1]  # type: ignore[union-attr]


# --- checks and checklists


def test_checks_say_what_they_found(document: ReportDocument) -> None:
    found = {row[0]: row[1] for row in of(Table, section(document, "checks").blocks)[0].rows}
    assert found["Element balances that close"] == "1 of 2"
    assert found["Largest gap between a result and the sum of its stages"] == "0\u202f%"
    assert found["Both sides cut the same way"] == "Way differs in 1 of 1 comparisons"


def test_gap_between_result_and_stages_shows() -> None:
    table = ALL["contributions"].copy()
    table.loc[table["item"] == "washing", "value"] += 1.0
    reading = report_document(StudyResults(METADATA, ALL | {"contributions": table}))
    found = {row[0]: row[1] for row in of(Table, section(reading, "checks").blocks)[0].rows}
    assert found["Largest gap between a result and the sum of its stages"] == show.percent(1 / 9.8765)


def test_lines_of_checklists_lead_to_sections_that_are_there(document: ReportDocument) -> None:
    ids = {section.id for section in document.sections}
    lists = of(Checklist, section(document, "checklists").blocks)
    assert [one.caption.split(",")[0] for one in lists] == [
        "ISO 14067:2018",
        "ISO 14044",
        "ISO 14044",
        "Product Environmental Footprint",
    ]
    for item in (item for one in lists for item in one.items):
        assert (item.place in ids) == item.stated
        assert (item.said == "NOT STATED") != item.stated


def test_biogenic_carbon_that_is_not_assessed_is_not_stated(document: ReportDocument) -> None:
    items = {i.requirement: i for i in of(Checklist, section(document, "checklists").blocks)[0].items}
    assert items["Fossil emissions and removals apart"].stated
    assert not items["Biogenic emissions and removals apart"].stated
    assert items["Cut-off criteria and what was cut off"].said == "Below 1 %."


def test_stamp_changes_when_nothing_is_missing() -> None:
    keys = set(StudyReport.model_fields) - {"commissioner", "cut_off", "limitations"}
    full = {**METADATA["report"], **dict.fromkeys(sorted(keys), "Said.")}
    methods = [*METADATA["methods"], {"id": "ef", "title": "Environmental Footprint 3.1", "note": ""}]
    results = ALL["results"].copy()
    results.loc[results["value"].isna(), "value"] = 0.0
    parts = [
        *METADATA["indicators"],
        {**METADATA["indicators"][2], "id": "climate_change.land_use", "title": "Climate change (GWP100), land use"},
    ]
    land = results[results["indicator"] == "climate_change.biogenic"].assign(indicator="climate_change.land_use")
    import pandas as pd

    tables = ALL | {"results": pd.concat([results, land], ignore_index=True)}
    metadata = {**METADATA, "boundary": "Gate to gate.", "report": full, "methods": methods, "indicators": parts}
    document = report_document(StudyResults(metadata, tables))
    left = [
        i.requirement for b in of(Checklist, section(document, "checklists").blocks) for i in b.items if not i.stated
    ]
    assert left == []
    assert document.stamp == FOR_VERIFICATION
    assert not is_draft(section(document, "checklists"))


def test_verifier_finds_an_empty_sheet_and_the_command(document: ReportDocument) -> None:
    said = facts(document, "verification")
    assert said["Statement"] == "…"
    assert said["Command"] == "ree-lca report kilns --set 'washing.water=3 kg'"


# --- claims


@pytest.mark.parametrize(
    "text",
    [
        "Certified by nobody.",
        "ISO 14067 compliant",
        "An EPD of the oxide",
        "carbon neutral",
        "net zero by 2030",
        "zero-carbon electricity",
        "greener than others",
        "better than the rest",
        "tamper-proof",
        "climate-neutrality",
    ],
)
def test_claims_are_found(text: str) -> None:
    assert forbidden_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "Not independently verified.",
        "These links were not yet verified.",
        "A link that nobody has verified.",
        "EPD International published rules.",
        "evergreen, greenhouse gases, Greenland",
        "The sheet is for a verifier; verification is due.",
        "PACT figures",
    ],
)
def test_denials_and_other_words_are_no_claims(text: str) -> None:
    assert forbidden_words(text) == []


def test_own_words_of_every_report_claim_nothing(document: ReportDocument) -> None:
    assert claims_of(document) == []


def test_claim_is_named_at_its_place_in_the_file(tmp_path: Path) -> None:
    text = BASE[STUDY].replace("title: ", "title: Certified ", 1)
    write(tmp_path, {**BASE, STUDY: text})
    line = text[: text.index("Certified")].count("\n") + 1
    document = report_document(run_study(tmp_path, sensitivity=False))
    assert {claim.word for claim in claims_of(document)} == {"Certified"}
    with pytest.raises(InputError) as failed:
        check_wording(document, load(tmp_path, Problems()))
    [found] = failed.value.diagnostics
    assert found.code == "REE-R001"
    assert found.span is not None
    assert (found.span.path.name, found.span.line, found.span.column) == (Path(STUDY).name, line, 8)
    assert found.span.length == len("Certified")


def test_claim_of_nobody_knows_where_is_named_by_section() -> None:
    from lca.inventory.loading import Inventory

    document = made(goal="A sustainable goal.")
    with pytest.raises(InputError, match=r"may not say `sustainable`.*section “Cover”") as failed:
        check_wording(document, Inventory(Path()))
    assert failed.value.diagnostics[0].span is None


def test_titles_of_publications_are_citations() -> None:
    document = made(sources={"handbook": {"title": "Sustainable and Green Chemistry, certified edition"}})
    assert claims_of(document) == []


def test_single_score_is_not_compared() -> None:
    single = {**METADATA["indicators"][1], "id": "single_score", "title": "EF single score", "unit": "Pt"}
    with pytest.raises(InputError) as failed:
        made(indicators=[*METADATA["indicators"], single])
    assert [d.code for d in failed.value.diagnostics] == ["REE-R002"]
    bare = {name: table.iloc[:0] if name in ("comparisons", "differences") else table for name, table in ALL.items()}
    report_document(StudyResults({**METADATA, "indicators": [*METADATA["indicators"], single]}, bare))


def test_reading_without_facts_has_empty_ones() -> None:
    bare = {key: value for key, value in METADATA.items() if key not in ("report", "published", "flow_charts")}
    reading = Reading(StudyResults(bare, ALL))
    assert reading.facts["commissioner"] == ""
    assert {WET, DRY} == set(reading.cases)
