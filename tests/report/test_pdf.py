"""The PDF: the same words and numbers as the document, accessible, and nothing of a user's text read as Typst."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from lca.errors import InputError
from lca.impact.results import StudyResults, frame
from lca.impact.study import run_study
from lca.report import formatting as show
from lca.report.content import report_document
from lca.report.document import (
    Band,
    BandChart,
    Bar,
    BarGroup,
    Column,
    Figure,
    KeyValues,
    Paragraph,
    ReportDocument,
    Section,
    StackedBars,
    Table,
)
from lca.report.documents import rendered
from lca.report.figures import draw
from lca.report.pdf import MOST_ROWS, as_data, render_pdf
from lca.report.pdf_layout import LYING, UPRIGHT, Room, fitted, laid_out, parts, text_width, widths
from lca.report.sheet import PALETTE
from tests.report_tables import METADATA, SAMPLED, TABLES
from tests.textbook import textbook

TEMPLATES = Path(__file__).parents[2] / "templates"

#: Markup, code and references of Typst, and an escape from a string of JSON.
HOSTILE = r"""#panic("no") *b* _i_ `r` @x <y> $z$ = h \ #import "/etc/passwd" " } // [c] ~"""


@pytest.fixture(scope="module")
def document() -> ReportDocument:
    results = StudyResults(
        {**METADATA, "goal": HOSTILE}, {name: frame(name, make()) for name, make in (TABLES | SAMPLED).items()}
    )
    return report_document(results)


@pytest.fixture(scope="module")
def pdf(document: ReportDocument) -> bytes:
    return render_pdf(document, TEMPLATES)


@pytest.fixture(scope="module")
def reader(pdf: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(pdf))


def squeezed(text: str) -> str:
    """Without spaces and hyphens, which a line break can add or take away."""
    return re.sub(r"[\s\u00ad-]+", "", text)


@pytest.fixture(scope="module")
def text(reader: PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


def tables_of(document: ReportDocument) -> Iterator[Table]:
    for section in document.sections:
        for block in section.blocks:
            if isinstance(block, Figure):
                yield block.data
            elif isinstance(block, Table):
                yield block


def small(*blocks: Table | Paragraph) -> ReportDocument:
    return ReportDocument("T", "", "", KeyValues(()), (Section("s", "S", blocks),), "")


def test_every_number_and_text_of_every_table_is_in_the_pdf(document: ReportDocument, text: str) -> None:
    found = list(tables_of(document))
    assert len(found) > 20
    for table in found:
        for row in table.rows:
            for cell, column in zip(row, table.columns, strict=True):
                assert squeezed(show.cell(cell, column.kind)) in text, (table.caption, row)


def test_text_of_users_is_text(text: str) -> None:
    assert squeezed(HOSTILE) in text
    assert squeezed(str(METADATA["title"])) in text


def test_pdf_is_accessible_and_says_what_it_is(reader: PdfReader, document: ReportDocument) -> None:
    catalogue = reader.root_object
    assert catalogue["/MarkInfo"]["/Marked"]  # type: ignore[index]
    assert catalogue["/Lang"] == "en"
    assert "/StructTreeRoot" in catalogue
    assert reader.metadata is not None
    assert reader.metadata.title == document.title
    described = catalogue["/Metadata"].get_data().decode()  # type: ignore[attr-defined]
    assert re.search(r"pdfuaid:part>1<", described)
    assert re.search(r"pdfaid:part>2<.*pdfaid:conformance>A<", described, re.DOTALL)


def test_pages_are_counted_and_sections_listed(reader: PdfReader, document: ReportDocument) -> None:
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    for n, page in enumerate(texts, 1):
        assert f"Page {n} of {len(texts)}" in page
    contents = next(page for page in texts if page.startswith("Contents"))
    assert all(section.title in contents for section in document.sections)
    numbered = [f"{n} {section.title}" for n, section in enumerate(document.sections, 1)]
    assert [entry.title for entry in reader.outline if not isinstance(entry, list)][: len(numbered)] == numbered


def test_every_fill_has_a_small_hatch_of_its_own() -> None:
    bars = BarGroup("", (Bar("all", tuple(map(float, range(1, 11)))),))
    drawn = draw(StackedBars("kg", tuple(map(str, range(10))), (bars,)), "key")
    tiles = dict(re.findall(r'<pattern.*?fill="(#\w+)".*? d="([^"]+)".*?</pattern>', drawn))
    assert len(set(tiles.values())) == len(tiles) == len(PALETTE) - 1  # the first is plain
    assert set(tiles) == set(PALETTE[1:])
    assert max(map(len, re.findall(r"<pattern.*?</pattern>", drawn, re.DOTALL))) < 400


def test_text_goes_on_where_a_high_figure_does_not_fit(tmp_path: Path) -> None:
    """The figure stands at the top of the next page, and what follows it stays on the page before."""
    chart = BandChart("kg", tuple(Band(f"Band {n}", n, n + 1.0) for n in range(24)))
    figure = Figure("High.", "A high figure.", chart, Table("Data", (Column("A"),), (("1",),)))
    long = tuple(Paragraph(f"Line {n}") for n in range(24))
    section = Section("one", "One", (*long, figure, Paragraph("What follows the figure.")))
    document = ReportDocument("T", "K", "S", KeyValues(()), (section,), "F", created="2026-01-01T00:00:00+00:00")
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(render_pdf(document, TEMPLATES))).pages]
    (before,) = [n for n, text in enumerate(pages) if "Line 23" in text]
    assert "What follows the figure." in pages[before]
    assert "A high figure." not in pages[before]
    assert "A high figure." in pages[before + 1]


def test_figures_are_drawn_not_painted(reader: PdfReader) -> None:
    kinds = {image["/Subtype"] for page in reader.pages for image in _objects(page)}
    assert "/Image" not in kinds


def _objects(page: object) -> list[dict[str, str]]:
    resources = page["/Resources"]  # type: ignore[index]
    return [one.get_object() for one in resources.get("/XObject", {}).values()]


def test_same_document_gives_the_same_bytes(document: ReportDocument, pdf: bytes) -> None:
    assert render_pdf(document, TEMPLATES) == pdf


def test_time_is_that_of_the_results(reader: PdfReader) -> None:
    assert reader.metadata is not None
    assert str(reader.metadata.creation_date).startswith(str(METADATA["created"])[:10])


def test_template_that_fails_is_named(document: ReportDocument, tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    with pytest.raises(InputError, match="there is no template"):
        render_pdf(document, tmp_path / "nowhere")
    (tmp_path / "pdf" / "report.typ").write_text("#wrong", encoding="utf-8")
    with pytest.raises(InputError, match="unknown variable: wrong") as failed:
        render_pdf(document, tmp_path)
    assert failed.value.diagnostics[0].code == "REE-C006"


def test_template_reads_nothing_outside_its_folder(document: ReportDocument, tmp_path: Path) -> None:
    (tmp_path / "pdf").mkdir()
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    (tmp_path / "pdf" / "report.typ").write_text('#read("../secret.txt")', encoding="utf-8")
    with pytest.raises(InputError, match="template cannot be used"):
        render_pdf(document, tmp_path)


# --- characters without a sign


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("氧化钕 Nd", "[U+6C27][U+5316][U+9495] Nd"),
        ("ネオジム", "[U+30CD][U+30AA][U+30B8][U+30E0]"),
        ("\ue000 \U0001f600 é Ж β ₂", "[U+E000] [U+1F600] é Ж β ₂"),
        ("one\u2028two\x85three\ufefffour\x07five", "one two threefour five"),
    ],
)
def test_characters_that_no_font_has_stand_as_codes(title: str, shown: str) -> None:
    table = Table(title, (Column(title), Column("B", "code")), ((title, title),))
    document = replace(small(Paragraph(title), table), title=title, author=title, stamp=title)
    reader = PdfReader(io.BytesIO(render_pdf(document, TEMPLATES)))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert text.count(squeezed(shown)) >= 5
    assert reader.metadata is not None
    assert reader.metadata.title == shown
    assert ("codesinUnicode" in text) == ("U+" in shown)


def test_study_with_a_chinese_title_has_all_reports(tmp_path: Path) -> None:
    root = textbook(tmp_path)
    path = root / "inventories" / "all.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("title: Electricity\n", "title: 电力\n"), encoding="utf-8")
    made = rendered(report_document(run_study(root)), root, ("html", "pdf"))
    page, pdf = made["report.html"], made["report.pdf"]
    assert isinstance(page, str)
    assert isinstance(pdf, bytes)
    assert "电力" in page
    assert "[U+7535][U+529B]" in "".join(part.extract_text() for part in PdfReader(io.BytesIO(pdf)).pages)


# --- long and wide tables


def test_long_table_goes_on_with_its_head_repeated() -> None:
    rows = tuple((f"row {n}", float(n)) for n in range(MOST_ROWS))
    document = small(Table("Long", (Column("Name"), Column("Headed", "number", "kg")), rows))
    reader = PdfReader(io.BytesIO(render_pdf(document, TEMPLATES)))
    pages = [page.extract_text() for page in reader.pages if "row " in page.extract_text()]
    assert len(pages) > 2
    assert all("Headed" in page for page in pages)
    joined = squeezed("".join(pages))
    assert all(f"row{n}" in joined for n in range(MOST_ROWS))


def test_table_of_thousands_of_rows_is_named_and_not_printed() -> None:
    rows = tuple((f"row {n}",) for n in range(MOST_ROWS + 1))
    data = as_data(small(Table("Endless", (Column("Name"),), rows)))
    assert data["annex"] == []
    said = {"kind": "elsewhere", "caption": "Endless", "rows": MOST_ROWS + 1}
    assert data["sections"][0]["blocks"] == [said]


def test_table_wider_than_the_sheet_is_parted_and_whole() -> None:
    columns = (Column("Name"), *(Column(f"Column{n:03}", "number", "kg") for n in range(60)))
    table = Table("Wide", columns, (("row", *(n + 0.123 for n in range(60))),))
    found = parts(table, LYING)
    assert len(found) > 1
    assert all(part.columns[0] == 0 for part in found)
    assert [n for part in found for n in part.columns[1:]] == list(range(1, 61))
    assert all(sum(part.widths) <= LYING + 0.1 for part in found)
    reader = PdfReader(io.BytesIO(render_pdf(small(table), TEMPLATES)))
    text = squeezed("".join(page.extract_text() for page in reader.pages))
    assert all(f"Column{n:03}" in text and squeezed(show.number(n + 0.123)) in text for n in range(60))


def test_folded_table_is_in_the_annex_and_pointed_to(document: ReportDocument) -> None:
    data = as_data(document)
    anchors = [table["anchor"] for table in data["annex"]]
    blocks = [b.get("data", b) for s in data["sections"] for b in s["blocks"]]  # a figure has the pointer to its data
    pointers = [b["anchor"] for b in blocks if b["kind"] == "pointer"]
    assert anchors == pointers
    assert len(set(anchors)) == len(anchors)
    folded = [table.caption for table in tables_of(document) if table.folded]
    assert set(folded) <= {table["caption"] for table in data["annex"]}


def test_what_names_the_rows_stands_over_them_where_that_is_shorter() -> None:
    columns = (Column("Name"), *(Column(f"Column number {n}", "number", "kg CO₂e") for n in range(9)))
    long = tuple(
        (f"A name of as many words as nobody would want to read in a narrow column, {n // 2}", *range(9))
        for n in range(4)
    )
    table = Table("T", columns, tuple((row[0], *map(float, row[1:])) for row in long))
    found = laid_out(table, UPRIGHT)
    assert found is not None
    made, part = found
    assert [count for _, count in made.groups] == [2, 2]
    assert len(made.columns) == len(part.widths) == 9
    short = replace(table, rows=tuple(("short", *row[1:]) for row in table.rows))
    assert laid_out(short, UPRIGHT) == (short, fitted(short, UPRIGHT))


def test_rows_of_many_lines_lie_on_their_own_sheet() -> None:
    words = "word " * 200
    table = Table("T", (Column("A"), Column("B"), Column("C")), ((words, words, words),) * 3)
    assert laid_out(table, UPRIGHT) is None
    assert laid_out(table, LYING) is not None


def test_headings_over_rows_have_the_room_they_need() -> None:
    heading = "A heading that is much longer than the table is wide"
    table = Table("T", (Column("A"), Column("B", "number")), (("a", 1.0),), groups=((heading, 1),))
    part = fitted(table, UPRIGHT)
    assert part is not None
    assert sum(part.widths) == pytest.approx(text_width(heading) * part.size + 6.5)


ROOMS = st.lists(
    st.tuples(st.floats(0.5, 20), st.floats(0, 200), st.floats(0, 1)).map(
        lambda found: Room(found[0], found[0] + found[1], found[0] + found[1] * found[2])
    ),
    min_size=1,
    max_size=12,
)


@given(ROOMS, st.floats(4, 12), st.floats(50, 900))
def test_columns_fill_the_room_and_cut_no_word(rooms: list[Room], size: float, available: float) -> None:
    found = widths(rooms, size, available)
    if found is None:
        assert sum(one.least for one in rooms) * size > available - 7 * len(rooms)
        return
    assert sum(found) <= available + 0.1
    assert all(width >= one.least * size - 1e-6 for width, one in zip(found, rooms, strict=True))


def test_table_takes_the_largest_letters_that_fit() -> None:
    table = Table("T", (Column("A"), Column("B")), (("word", "word"),))
    wide = fitted(table, 300)
    assert wide is not None
    assert wide.size == 8.0
    assert fitted(table, 20) is None
    words = replace(table, rows=(("abcdefghijklm", "nopqrstuvwxyz"),))
    tight = fitted(words, 108)
    assert tight is not None
    assert tight.size < 8.0
