"""The annex of a report holds what the exports write, by the same functions; and what is missing stops no report."""

from __future__ import annotations

from pathlib import Path

import pytest

from lca.disclosure.annex import Annex
from lca.disclosure.esg.export import disclosure
from lca.disclosure.explanation.opening import opened_figure
from lca.disclosure.lots.chain import lot_chain
from lca.disclosure.pact.export import export_footprints
from lca.impact.results import StudyResults, records
from lca.inventory.settings import parse_settings
from lca.report.content import report_document
from lca.report.disclosed import NOT_STATED, WITHOUT
from lca.report.document import KeyValues, Paragraph, ReportDocument, Section, Table
from lca.report.documents import rendered
from lca.report.reported import reported_study
from tests.declaring import declaring
from tests.disclosure.test_esg import FRAMEWORK
from tests.disclosure.test_lots import LOTS
from tests.textbook import textbook

ROOT = Path(__file__).parents[2]

HOSTILE = "=1+1 <b>#x</b>"


@pytest.fixture(scope="module")
def works(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A works that declares everything, with lots and a framework, one of whose datapoints is called to harm."""
    other = "  other:\n    - {scenario: open/near, output: 1 t_REO/year, title: Third}\nscenarios:\n  - {route"
    root = declaring(tmp_path_factory.mktemp("works"), {"scenarios:\n  - {route": other})
    more = FRAMEWORK.replace("title: Scopes,", f'title: "{HOSTILE}",')
    assert more != FRAMEWORK
    (root / "inventories" / "framework.yaml").write_text(more, encoding="utf-8")
    (root / "inventories" / "lots.yaml").write_text(LOTS, encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def results(works: Path) -> StudyResults:
    return reported_study(works, further=Annex(()))


@pytest.fixture(scope="module")
def document(results: StudyResults) -> ReportDocument:
    return report_document(results)


def section(document: ReportDocument, name: str) -> Section:
    return next(one for one in document.sections if one.id == name)


def tables(document: ReportDocument, name: str) -> dict[str, Table]:
    return {block.caption: block for block in section(document, name).blocks if isinstance(block, Table)}


def test_datapoints_are_those_of_the_export(works: Path, results: StudyResults, document: ReportDocument) -> None:
    networks = ("both", "other")
    exported = [dict(row) for network in networks for row in disclosure(works, None, network=network).records]
    assert len(exported) > 30
    assert records(results["disclosures"]) == exported
    shown = tables(document, "disclosure")
    lines = shown["What the authority asks: 2025"]
    for column, network in enumerate(networks, start=2):
        own = {row["datapoint"]: row["value"] for row in exported if row["network"] == network}
        shown_values = {row[0]: row[column] for row in lines.rows}
        assert [shown_values[name] for name in ("direct", "chain", "volume", "revenue")] == [
            own[name] for name in ("direct", "chain", "volume", "revenue")
        ]
        assert own["direct"] == pytest.approx({"both": 30, "other": 2}[network])
        assert shown_values["revenue"] is None
    said = {row[0]: row[-2] for row in lines.rows}
    assert said["revenue"] == "gap: No matter of an inventory."
    counted = [row[2:] for row in shown["Lines of each framework, by what fills them"].rows]
    assert sum(float(count or 0) for counts in counted for count in counts) == len(exported)
    figures = shown["Figures of the datapoints, by their marks"].rows
    (cited,) = [str(row[-3]).split(", ") for row in lines.rows if row[0] == "direct"]
    for mark, network in zip(cited, networks, strict=True):
        (named,) = {r["figures"] for r in exported if r["datapoint"] == "direct" and r["network"] == network}
        assert [row[2] for row in figures if row[:2] == (mark, network)] == named.split("; ")


def test_footprints_are_those_of_the_export(works: Path, results: StudyResults, tmp_path: Path) -> None:
    (case,) = results["footprints"]["scenario"].unique()  # the study compares nothing: its first scenario leads
    only = [row for row in records(results["footprints"]) if row["scenario"] == case and row["product"] == "basket"]
    found = {row["key"]: row["value"] for row in only}
    (written,) = export_footprints(works, tmp_path, only=[case], products=["basket"])
    pcf = {f"pcf.{key}": value for key, value in written.footprint["pcf"].items()}
    texts = {key: value for key, value in pcf.items() if isinstance(value, str)}
    assert len(texts) > 12
    assert {key: found[key] for key in texts} == texts
    assert found.keys() >= pcf.keys()
    assert found["companyIds"] == "urn:example:works"
    assert not found.keys() & {"id", "created", "status"}


def test_lots_are_those_of_the_command(works: Path, results: StudyResults, document: ReportDocument) -> None:
    chains = [row for name in ("salt-1", "oxide-1") for row in records(lot_chain(works, name)[0])]
    assert records(results["lots"]) == chains
    lots = tables(document, "general")["Lots, with what went into them"]
    assert [title for title, _ in lots.groups] == ["salt-1, made by open/far", "oxide-1, made by open/near"]
    footprints = [row[-2] for row in lots.rows]
    assert footprints == [row["footprint"] for row in chains]


def test_every_figure_has_a_name_that_explains_it(works: Path, results: StudyResults, document: ReportDocument) -> None:
    (names,) = [table for caption, table in tables(document, "results").items() if caption.startswith("Names of")]
    rows = results.headline().to_dict("records")
    assert len(names.rows) == len(rows)
    for row in rows[:1]:
        explainer, figure = opened_figure(works, None, (), "own", [str(names.rows[0][1])], None, None)
        assert explainer.explain(figure, 1).value == pytest.approx(row["value"])


def test_hostile_titles_are_text(document: ReportDocument) -> None:
    files = rendered(document, ROOT)
    assert "=1+1 &lt;b&gt;#x&lt;/b&gt;" in str(files["report.html"])
    assert HOSTILE not in str(files["report.html"]).replace("\\u003c", "<").split('id="live"')[0]
    assert files.keys() == {"report.html", "report.pdf", "report.xlsx"}


def test_what_is_missing_is_said_and_stops_nothing(tmp_path: Path) -> None:
    results = reported_study(textbook(tmp_path), settings=parse_settings([]), further=Annex(()))
    document = report_document(results)
    texts = [block.text for block in section(document, "disclosure").blocks if isinstance(block, Paragraph)]
    assert texts == [NOT_STATED]
    (missing,) = tables(document, "disclosure").values()
    said = [str(row[1]) for row in missing.rows]
    assert len(said) == len(set(said))
    for key in ("organisation.name", "organisation.identifiers", "reporting.period"):
        assert any(f"`{key}`" in text for text in said)
    assert any("no framework" in text for text in said)
    assert "Lots, with what went into them" not in tables(document, "general")


def test_results_without_the_annex_say_so(results: StudyResults) -> None:
    metadata = {name: value for name, value in results.metadata.items() if name != "disclosure"}
    left = {name: t for name, t in results.tables.items() if name not in ("disclosures", "footprints", "lots")}
    document = report_document(StudyResults(metadata, left))
    assert section(document, "disclosure").blocks == (Paragraph(WITHOUT),)
    assert not any(isinstance(block, KeyValues) for block in section(document, "disclosure").blocks)
