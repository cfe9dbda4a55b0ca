"""What a report says of the inventory, of data and of ties: largest exchanges, Sankey diagrams, ratings, questions."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from lca.impact.results import StudyResults, frame
from lca.report import figures
from lca.report.content import report_document
from lca.report.document import Figure, Notice, Paragraph, ReportDocument, Sankey, Section, Table
from tests.report_tables import METADATA, SAMPLED, TABLES

SVG = "{http://www.w3.org/2000/svg}"


def made(tables: Any, **metadata: Any) -> ReportDocument:
    frames = {name: frame(name, make()) for name, make in tables.items()}
    return report_document(StudyResults({**METADATA, **metadata}, frames))


@pytest.fixture(scope="module")
def document() -> ReportDocument:
    return made(TABLES | SAMPLED)


def section(document: ReportDocument, name: str) -> Section:
    return next(section for section in document.sections if section.id == name)


def table(document: ReportDocument, name: str, begin: str) -> Table:
    found = (block for block in section(document, name).blocks if isinstance(block, Table))
    return next(table for table in found if table.caption.startswith(begin))


def test_largest_exchanges_are_first_and_shares_are_of_the_result(document: ReportDocument) -> None:
    rows = table(document, "inventory", "Largest exchanges").rows
    assert [row[0] for row in rows] == ["Soda <ash>", "Electricity", "Carbon dioxide", "Brine"]
    assert sum(float(row[5]) for row in rows) == pytest.approx(1)  # type: ignore[arg-type]
    whole = table(document, "inventory", "All exchanges")
    assert whole.folded
    assert whole.rows[0][-1] == "inventories/kiln.yaml:9"


def test_sankey_has_what_adds_and_says_what_takes_away(document: ReportDocument) -> None:
    [figure] = [block for block in section(document, "inventory").blocks if isinstance(block, Figure)]
    assert isinstance(figure.chart, Sankey)
    assert sum(value for *_, value in figure.chart.links) == pytest.approx(8.3456 + 3 + 1.5)
    assert "Reductions of 0.500 kg CO₂e are not drawn." in figure.caption
    tree = ElementTree.fromstring(figures.draw(figure.chart, "key"))
    texts = {text.text for text in tree.iter(f"{SVG}text")}
    assert {"Soda <ash> 8.35", "Direct emissions 1.50", "Washing 12.8", "Additions", "12.8"} <= texts


def test_sankey_names_a_few_and_gathers_the_rest() -> None:
    def many() -> list[dict[str, Any]]:
        return [
            row | {"flow_title": f"Good {n}", "score": 1.0 + n} for row in TABLES["exchanges"]()[:1] for n in range(30)
        ]

    [figure] = [b for b in section(made(TABLES | {"exchanges": many}), "inventory").blocks if isinstance(b, Figure)]
    assert isinstance(figure.chart, Sankey)
    assert [source for source, *_ in figure.chart.links][-1] == "21 others"
    assert len(figure.chart.links) == 10
    assert sum(value for *_, value in figure.chart.links) == pytest.approx(sum(1.0 + n for n in range(30)))


def test_without_exchanges_there_is_no_inventory() -> None:
    assert not any(one.id == "inventory" for one in made(TABLES | {"exchanges": lambda: []}).sections)


def test_questions_of_the_study_are_answered(document: ReportDocument) -> None:
    answers = table(document, "assumptions", "Where the two scenarios tie")
    assert [row[5] for row in answers.rows] == [1.2345, "no tie", "2.50 (a jump)"]
    assert len(answers.groups) == 1
    unanswered = section(made(TABLES), "assumptions")
    said = " ".join(block.text for block in unanswered.blocks if isinstance(block, Paragraph))
    assert "Not computed here. `ree-lca report` answers" in said
    silent = section(made(TABLES, questions=[]), "assumptions")
    assert "Not computed here" not in " ".join(b.text for b in silent.blocks if isinstance(b, Paragraph))


def test_what_no_rating_holds_stands_before_the_ratings(document: ReportDocument) -> None:
    quality = section(document, "quality")
    notices = {block.title: block.text for block in quality.blocks if isinstance(block, Notice)}
    assert notices["Not all is rated"].startswith("25.0")
    assert "100\u202f% of the result have no scores" in notices["Amounts are another matter"]
    ratings = table(document, "quality", "Climate change (GWP100), market-based: rating")
    assert ratings.rows[0][-3:] == (3.0, 3.5, "fair")
    matrix = table(document, "quality", "Data quality matrix")
    assert matrix.rows == (("Kiln <old>", "XX", 0.85, 4.0, 4.0, 3.0, 1.0, 3.0, "literature", "handbook"),)


def test_allocation_that_does_more_than_share_out_is_marked(document: ReportDocument) -> None:
    products = table(document, "products", "Climate change (GWP100) of the single products")
    marked = [column.title for column in products.columns if column.title.endswith("*")]
    assert marked == ["Recycled rule *"]
    assert "charges or credits what lies outside" in products.note


def test_value_beside_its_interval_is_said_to_be_so_on_the_cover() -> None:
    bare = {name: make for name, make in (TABLES | SAMPLED).items() if name not in ("comparisons", "differences")}
    [result] = [block for block in made(bare).cover if hasattr(block, "items")]
    said = dict(result.items)
    assert len(said) == 2
    assert "samples 12.9 to 18.0, the central value below them" in said["Wet way\u00a0· North"]
    assert "below" not in said["Dry way\u00a0· North"]
