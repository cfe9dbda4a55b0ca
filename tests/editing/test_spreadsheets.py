"""Inventories in spreadsheets: what is exported and imported again is the same; what is edited, and only that, changes;
what is wrong is told with its cell.
"""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lca.change_log import entries, read_log
from lca.commands import main
from lca.editing.compare import compared
from lca.editing.minimal import FILES
from lca.editing.quantities import quantity
from lca.editing.spreadsheets import reading, separated, workbook
from lca.editing.spreadsheets.book import letters
from lca.editing.spreadsheets.cells import columns
from lca.editing.spreadsheets.exporting import export_folder, export_workbook
from lca.editing.spreadsheets.goals import goals
from lca.editing.spreadsheets.importing import import_into, import_new, read_book, taken_over
from lca.editing.spreadsheets.layout import TITLES, sheets
from lca.editing.spreadsheets.rows import held_documents, tables
from lca.editing.written import read_written
from lca.errors import InputError, as_records, render_sarif, render_text
from lca.impact.study import run_study
from lca.workspace import bundled, create, write_files
from tests.textbook import INVENTORY, METHOD

Edit = Callable[[Any], None]

#: Things in all the ways in which they can be written: blocks, braces, comments, lists that stand alone, windows lines.
PLANT = """\
# A plant.
workspace: plant
title: 'A plant: with "quotes"'
axes: {line: {title: Production line}}
---
sources:
  # first the books
  book: {title: A book, year: 2002, accessed: 2025-06-30}
  site_visit:
    title: =SUM(A1) is no formula
    author: "+44 20"
---
flows:
  power: {title: Power, kind: product, unit: kWh}
  carbon_dioxide: {title: Carbon dioxide, kind: elementary, compartment: air, unit: kg}   # the only one
---
line: one
title: First line
parameters: {hours: {value: 8000 h}}
set: {mill.wear: 2.50, mill.load: {value: 80 %, range: [70 %, 0.9]}}
---
line: two
title: Second line
parameters:
  hours: {value: 7500 h}
---
process: mill
title: Mill
stage: milling
source: book
evidence: literature
note: >-
  A text of several
  lines.
product: {flow: power, amount: 1 kWh}
parameters:
  wear:
    value: 2.0            # read off
    distribution: {pert: {low: 1, mode: 2.0, high: 3}}
  load: {value: 75 %, range: [70 %, 80 %], approved_by: "A. Curie"}
  grade: {choice: fine, options: [fine, coarse]}
  ash: {formula: "wear * load * 1 kg / hours * 8000 h", unit: kg}
emissions:
  - flow: carbon_dioxide
    amount: 0.1 kg * wear * load
    when: {line: [one, two]}
  # the second
  - {flow: carbon_dioxide, amount: "0.5 kg", when: {grade: fine}}
  - {flow: carbon_dioxide, amount: ash * 0.01}
---
study: year
title: A year
declared_unit: 1 kWh
demand: {flow: power, amount: 1 kWh}
method: simple
scenarios:
  - {line: [one, two]}
comparisons:
  - {baseline: one, alternative: two}
"""

FACTORS = """\
method: simple
title: One indicator
indicators:
  climate_change: {title: Climate change, unit: kg CO2e, factors: {carbon_dioxide: {value: 1, partial: known in part}}}
"""


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def workspace(folder: Path, inventory: str = PLANT, method: str = FACTORS) -> Path:
    for name, text in (("inventories/all.yaml", inventory), ("methods/simple.yaml", method)):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())
    return folder.resolve()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return workspace(tmp_path / "w")


def contents(root: Path) -> dict[str, bytes]:
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in sorted(root.rglob("*.yaml"))}


# --- editing a book as people do


def edited(root: Path, *edits: Edit) -> Path:
    """A book of the workspace, changed and saved."""
    path = root.parent / "book.xlsx"
    export_workbook(root, path, replace=True)
    book = openpyxl.load_workbook(path)
    for edit in edits:
        edit(book)
    book.save(path)
    return path


def row_of(sheet: Any, **known: str | int) -> int:
    heads = {cell.value: cell.column for cell in sheet[1]}
    for number in range(2, sheet.max_row + 1):
        if all(str(sheet.cell(number, heads[name]).value) == str(said) for name, said in known.items()):
            return number
    raise AssertionError(known)


def put(title: str, column: str, value: Any, form: str = "", **known: str | int) -> Edit:
    """Another value in a cell."""

    def edit(book: Any) -> None:
        sheet = book[title]
        cell = sheet.cell(row_of(sheet, **known), [cell.value for cell in sheet[1]].index(column) + 1)
        cell.value = value
        cell.number_format = form or cell.number_format

    return edit


def take(title: str, **known: str | int) -> Edit:
    return lambda book: book[title].delete_rows(row_of(book[title], **known))


def add(title: str, /, **cells: Any) -> Edit:
    def edit(book: Any) -> None:
        sheet = book[title]
        heads = [cell.value for cell in sheet[1]]
        number = max(cell.row for cell in sheet["A"] if cell.value) + 1
        for name, value in cells.items():
            sheet.cell(number, heads.index(name.replace("__", ".").replace("_as", " as")) + 1).value = value

    return edit


def changed_lines(root: Path, path: Path, form: str = "xlsx", **more: Any) -> list[str]:
    """What an import changes: `- old` and `+ new`."""
    before = {name: content.decode().split("\n") for name, content in contents(root).items()}
    import_into(root, read_book(path, form), None, None, more.get("force", False))
    after = {name: content.decode().split("\n") for name, content in contents(root).items()}
    lines = []
    for name, now in after.items():
        was = before.get(name, [])
        lines += [f"- {line.strip()}" for line in was if was.count(line) > now.count(line)]
        lines += [f"+ {line.strip()}" for line in now if now.count(line) > was.count(line)]
    return lines


def refusal(root: Path, path: Path, form: str = "xlsx") -> InputError:
    before = contents(root)
    with pytest.raises(InputError) as refused:
        import_into(root, read_book(path, form), None, None, force=False)
    assert contents(root) == before
    return refused.value


# --- nothing is lost


def test_every_key_of_the_language_has_a_column() -> None:
    """Of its own, in a sheet with a name of its own."""
    made = sheets(("route", "site"))
    assert {sheet.what for sheet in made} == set(TITLES)
    assert len({sheet.title.lower() for sheet in made}) == len(made)
    for sheet in made:
        names = [*sheet.identity, *(["file"] if sheet.of_documents else []), *columns(sheet)]
        assert len(set(names)) == len(names), sheet.title
        assert len(sheet.title) <= 31
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


def same_after_import(root: Path, book: Path, form: str) -> None:
    """The book changes no byte of the workspace that it is of, and makes another one that means the same."""
    read = read_book(book, form)
    assert render_text(read.problems.all) == ""
    before = contents(root)
    assert import_into(root, read, None, None, force=False).changes == []
    assert contents(root) == before
    new = root.parent / f"new-{form}"
    shutil.rmtree(new, ignore_errors=True)
    import_new(read, new)
    with compared(root, str(root), str(new)) as found:
        assert found.rows() == []
    assert set(contents(new)) == set(before)


@pytest.mark.parametrize("form", ["xlsx", "csv", "semicolon"])
def test_there_and_back(form: str, tmp_path: Path) -> None:
    plant = PLANT.replace("\n", "\r\n") if form == "csv" else PLANT
    root = workspace(tmp_path / "w", plant, FACTORS)
    book = root.parent / "book.xlsx"
    if form == "xlsx":
        export_workbook(root, book, replace=False)
        content = book.read_bytes()
        export_workbook(root, book, replace=True)
        assert book.read_bytes() == content
        same_after_import(root, book, "xlsx")
    else:
        export_folder(root, root.parent / "book", replace=False, semicolon=form == "semicolon")
        same_after_import(root, root.parent / "book", "csv")


#: Spreads whose ends have decimals, in the unit beside the value and in one of their own.
SPREADS = {
    "range: [70 %, 80 %]": "range: [70.5 %, 0.8]",
    "pert: {low: 1, mode: 2.0, high: 3}": "normal: {mean: 2.0, sd: 0.25, low: 1.5}",
    'amount: "0.5 kg"': 'amount: "0.5 kg", range: [0.3 kg, 750.5 g]',
}


@pytest.mark.parametrize("template", ["plant", "minimal"])
def test_decimal_commas_there_and_back(template: str, tmp_path: Path) -> None:
    """Ends of spreads are in the unit of the value, with a comma as with a point."""
    root = workspace(tmp_path / "w")
    if template == "minimal":
        shutil.rmtree(root)
        create(root, FILES)
    else:
        text = PLANT
        for old, new in SPREADS.items():
            assert old in text
            text = text.replace(old, new)
        (root / "inventories" / "all.yaml").write_text(text, encoding="utf-8")
    export_folder(root, tmp_path / "book", replace=False, semicolon=True)
    same_after_import(root, tmp_path / "book", "csv")


def test_the_bundled_workspace_there_and_back(tmp_path: Path) -> None:
    """All of it, and its results to the last bit."""
    export_workbook(bundled(), tmp_path / "book.xlsx", replace=False)
    read = read_book(tmp_path / "book.xlsx", "xlsx")
    assert taken_over(bundled(), read).changes == []
    import_new(read, tmp_path / "new")
    with compared(bundled(), str(bundled()), str(tmp_path / "new")) as found:
        assert found.rows() == []
    tables = [run_study(root, "technologies", ())["results"] for root in (bundled(), tmp_path / "new")]
    assert tables[0].equals(tables[1])


ODD = st.text(
    st.one_of(
        st.sampled_from("=+-@'\"[]{}:#,;|>&*%`! \t\n_x000D1.,é漢\u00a0"),
        st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")),
    ),
    min_size=1,
    max_size=24,
).filter(lambda text: text.strip() != "" and "\ufeff" not in text)
NUMBERS = st.one_of(
    st.floats(1e-12, 1e12).map(repr),
    st.integers(1, 10**18).map(str),
    st.decimals(0, 1000, places=4).map(str),
    st.sampled_from(["1e-5", "0.1000", "12345678901234567", "0.30000000000000004"]),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(ODD, min_size=3, max_size=3), numbers=st.lists(NUMBERS, min_size=3, max_size=3))
def test_whatever_is_written_comes_back(tmp_path: Path, texts: list[str], numbers: list[str]) -> None:
    """Texts that look like formulas, lists, numbers or YAML; numbers with more digits than a spreadsheet has."""
    said = [json.dumps(text, ensure_ascii=False) for text in texts]
    inventory = INVENTORY.replace("title: Fuel,", f"title: {said[0]},").replace("Fuel per 10 kWh.", said[1])
    inventory = inventory.replace("author: Heijungs and Suh", f"author: {said[2]}")
    inventory = inventory.replace(
        "value: 2 L, range: [1 L, 3 L]", f"value: {numbers[0]} L, range: [{numbers[1]} L, 1e30 L]"
    )
    inventory = inventory.replace("amount: 100 L}", f"amount: {numbers[2]} L}}")
    root = workspace(tmp_path / "w", inventory, METHOD)
    written = read_written(root)
    documents = held_documents(written)
    made = tables(documents, [])
    (tmp_path / "book.xlsx").write_bytes(workbook.render(made, {}, "", ""))
    shutil.rmtree(tmp_path / "csv", ignore_errors=True)
    write_files(tmp_path / "csv", separated.render(made, {}, "", "", semicolon=False))
    for book in (read_book(tmp_path / "book.xlsx", "xlsx"), read_book(tmp_path / "csv", "csv")):
        assert book.problems.all == []
        assert goals(documents, [], book).changes == []
        new = goals((), (), book)
        assert new.problems.all == []
        for held in documents:
            assert same(new.trees[held.name], held.tree), held.name


def same(one: Any, other: Any) -> bool:
    """Whether two trees say the same: blanks around a text and the last digits of a number are no difference."""
    if isinstance(one, dict) and isinstance(other, dict):
        return set(one) == set(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    return bool(one == other or one.strip() == other.strip() or quantity(one) == quantity(other) is not None)


# --- what is edited


#: Edits that go together, and the lines that they change.
EDITS: dict[str, tuple[list[Edit], list[str]]] = {
    "values": (
        [
            put("Parameters", "value", 2.5, id="wear"),
            put("Parameters", "high", 4, id="wear"),
            put("Exchanges", "amount", 0.6, line=2),
            put("Exchanges", "unit", "g", line=2),
            put("Exchanges", "when", "{line: one}", line=1),
            put("Exchanges", "note", "Seen: twice", line=1),
            put("Parameters", "value", "75.5%", document="line one", id="mill.load"),
            put("Parameters", "value", 0.07, form="0%", document="process mill", id="load"),
            *(put("Parameters", name, None, document="process mill", id="load") for name in ("spread", "low", "high")),
            put("Sources", "accessed", datetime(2025, 7, 1), id="book"),
            put("Sources", "title", "-1 is no formula", id="site_visit"),
            put("Processes", "note", "Another text of several lines.", document="process mill"),
            put("Scenarios", "title", "Both", line=1),
        ],
        [
            "- book: {title: A book, year: 2002, accessed: 2025-06-30}",
            "- title: =SUM(A1) is no formula",
            "- set: {mill.wear: 2.50, mill.load: {value: 80 %, range: [70 %, 0.9]}}",
            "- A text of several",
            "- lines.",
            "- value: 2.0            # read off",
            "- distribution: {pert: {low: 1, mode: 2.0, high: 3}}",
            '- load: {value: 75 %, range: [70 %, 80 %], approved_by: "A. Curie"}',
            "- when: {line: [one, two]}",
            '- - {flow: carbon_dioxide, amount: "0.5 kg", when: {grade: fine}}',
            "- - {line: [one, two]}",
            "+ book: {title: A book, year: 2002, accessed: 2025-07-01}",
            "+ title: -1 is no formula",
            "+ set: {mill.wear: 2.50, mill.load: {value: 75.5 %, range: [70 %, 0.9]}}",
            "+ Another text of",
            "+ several lines.",
            "+ value: 2.5            # read off",
            "+ distribution: {pert: {low: 1, mode: 2.5, high: 4}}",
            '+ load: {value: 7 %, approved_by: "A. Curie"}',
            "+ when: {line: one}",
            '+ note: "Seen: twice"',
            '+ - {flow: carbon_dioxide, amount: "0.6 g", when: {grade: fine}}',
            "+ - {line: [one, two], title: Both}",
        ],
    ),
    "things taken away": (
        [
            take("Exchanges", line=1),
            take("Comparisons", line=1),
            take("Sources", id="site_visit"),
            take("Parameters", document="line one", id="mill.load"),
            put("Parameters", "approved_by", None, document="process mill", id="load"),
        ],
        [
            "- site_visit:",
            "- title: =SUM(A1) is no formula",
            '- author: "+44 20"',
            "- set: {mill.wear: 2.50, mill.load: {value: 80 %, range: [70 %, 0.9]}}",
            '- load: {value: 75 %, range: [70 %, 80 %], approved_by: "A. Curie"}',
            "- - flow: carbon_dioxide",
            "- amount: 0.1 kg * wear * load",
            "- when: {line: [one, two]}",
            "- comparisons:",
            "- - {baseline: one, alternative: two}",
            "+ set: {mill.wear: 2.50}",
            "+ load: {value: 75 %, range: [70 %, 80 %]}",
        ],
    ),
    "new things": (
        [
            add("Exchanges", document="process mill", **{"in": "emissions"}, flow="carbon_dioxide", amount=2, unit="g"),
            add("Parameters", document="line two", **{"in": "set"}, id="mill.wear", given_as="value", value=3),
            add("Parameters", document="line two", **{"in": "parameters"}, id="idle", value=5, unit="h",
                low=1, high=9, evidence="expert", source="book"),
            add("Flows", document="flows inventories/more.yaml", id="grain", title="Grain", kind="product", unit="kg"),
            add("Processes", document="process farm", file="inventories/more.yaml", title="Farm",
                product__flow="grain", product__amount="1 kg", source="book", evidence="expert"),
            add("Parameters", document="process farm", **{"in": "parameters"}, id="soil", given_as="composition",
                of="elements"),
            lambda book: book.create_sheet("Numbers by name"),
            lambda book: book["Numbers by name"].append(["document", "in", "id", "value", "unit"]),
            lambda book: book["Numbers by name"].append(
                ["process farm", "parameters.soil.composition", "Si", 100, "%"]),
        ],
        [
            "+ idle: {value: 5 h, range: [1 h, 9 h], source: book, evidence: expert}",
            "+ set: {mill.wear: 3}",
            "+ - {flow: carbon_dioxide, amount: 2 g}",
            "+ process: farm",
            "+ title: Farm",
            "+ product: {flow: grain, amount: 1 kg}",
            "+ source: book",
            "+ evidence: expert",
            "+ parameters:",
            "+ soil: {composition: {Si: 100 %}, of: elements}",
            "+ ---",
            "+ flows:",
            "+ grain: {title: Grain, kind: product, unit: kg}",
            "+ ",
        ],
    ),
    "a formula in the place of a value": (
        [
            put("Parameters", "given as", "formula", id="wear"),
            put("Parameters", "value", "1 + hours / 8000 h", id="wear"),
            *(put("Parameters", name, None, id="wear") for name in ("spread", "low", "high")),
        ],
        [
            "- value: 2.0            # read off",
            "- distribution: {pert: {low: 1, mode: 2.0, high: 3}}",
            "+ formula: 1 + hours / 8000 h            # read off",
        ],
    ),
    "columns and sheets of one's own": (
        [
            lambda book: book["Parameters"].cell(1, 40, "#mine"),
            lambda book: book["Parameters"].cell(2, 40, "to do"),
            lambda book: book.create_sheet("#mine").cell(1, 1, "document"),
        ],
        [],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", EDITS)
def test_only_what_was_edited_changes(name: str, root: Path) -> None:
    edits, lines = EDITS[name]
    assert changed_lines(root, edited(root, *edits)) == lines


def test_the_same_book_again(root: Path) -> None:
    """A book is edited on after an import; the workspace as that has left it is no surprise."""
    book = edited(root, put("Parameters", "value", 2.5, id="wear"))
    assert len(changed_lines(root, book)) == 4
    assert changed_lines(root, book) == []
    again = openpyxl.load_workbook(book)
    put("Parameters", "value", 2, id="wear")(again)
    again.save(book)
    import_into(root, read_book(book, "xlsx"), None, None, force=False)
    assert contents(root)["inventories/all.yaml"].decode() == PLANT.replace("2.0 ", "2 ").replace(
        "mode: 2.0", "mode: 2"
    )


def test_a_workspace_that_has_changed_since(root: Path) -> None:
    """What the book does not know is not set back without a word."""
    book = edited(root, put("Parameters", "value", 2.5, id="wear"))
    path = root / "inventories" / "all.yaml"
    path.write_text(PLANT.replace("hours: {value: 7500 h}", "hours: {value: 7600 h}"), encoding="utf-8")
    found = refusal(root, book)
    assert [one.code for one in found.diagnostics] == ["REE-X070"]
    assert len(changed_lines(root, book, force=True)) == 6
    text = PLANT.replace("A plant.", "A plant!")  # a comment is no change
    path.write_text(text, encoding="utf-8")
    assert len(changed_lines(root, book)) == 4


#: Rows that come and go in lists, and rows that are edited after that with the lines that this changes.
AGAIN: dict[str, tuple[list[Edit], list[Edit], list[str]]] = {
    "taken away": (
        [take("Exchanges", line=1)],
        [put("Exchanges", "amount", 0.7, line=2)],
        ['- - {flow: carbon_dioxide, amount: "0.5 kg", when: {grade: fine}}',
         '+ - {flow: carbon_dioxide, amount: "0.7 kg", when: {grade: fine}}'],
    ),
    "added": (
        [add("Exchanges", document="process mill", **{"in": "emissions"}, flow="carbon_dioxide", amount=2, unit="g"),
         add("Exchanges", document="process mill", **{"in": "emissions"}, flow="carbon_dioxide", amount=3, unit="g"),
         take("Exchanges", line=2)],
        [put("Exchanges", "amount", 4, amount=2),
         add("Exchanges", document="process mill", **{"in": "emissions"}, flow="carbon_dioxide", amount=5, unit="g")],
        ["- - {flow: carbon_dioxide, amount: 2 g}", "+ - {flow: carbon_dioxide, amount: 4 g}",
         "+ - {flow: carbon_dioxide, amount: 5 g}"],
    ),
    "first of a list": (
        [add("Exchanges", document="process mill", **{"in": "resources"}, flow="ore", amount=2, unit="kg"),
         add("Flows", document="flows inventories/all.yaml", id="ore", title="Ore", kind="elementary",
             compartment="resource", unit="kg")],
        [put("Exchanges", "amount", 3, flow="ore")],
        ["- - {flow: ore, amount: 2 kg}", "+ - {flow: ore, amount: 3 kg}"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AGAIN)
def test_the_same_book_again_after_rows_came_or_went(name: str, root: Path) -> None:
    """Lines in the book are those of the export, whatever has become of the list since."""
    first, second, lines = AGAIN[name]
    path = edited(root, *first)
    before = contents(root)
    assert changed_lines(root, path) != []
    logged = len(entries(read_log(root)))
    for _ in range(2):
        assert import_into(root, read_book(path, "xlsx"), None, None, force=False).changes == []
    assert len(entries(read_log(root))) == logged
    book = openpyxl.load_workbook(path)
    for edit in second:
        edit(book)
    book.save(path)
    assert changed_lines(root, path) == lines
    assert changed_lines(root, path) == []
    done = contents(root)
    for file, content in before.items():  # set back: lines are again as the book says
        (root / file).write_bytes(content)
    changed_lines(root, path)
    assert contents(root) == done


def test_the_only_thing_of_a_block_renamed(root: Path) -> None:
    path = edited(root, put("Parameters", "id", "time", document="line two", id="hours"))
    (found,) = (one for one in refusal(root, path).diagnostics if one.code == "REE-X069")
    assert found.span is not None
    assert (found.span.sheet, found.span.cell) == ("Parameters", "C5")
    assert "`hours`, all that is in its block, cannot be called `time`" in found.message


def test_parts_of_a_book(root: Path) -> None:
    """Sheets and columns that are not there change nothing; neither do filters, hidden rows and blank ones."""

    def cut(book: Any) -> None:
        for title in book.sheetnames:
            if title not in ("Parameters", "Files"):
                del book[title]
        sheet = book["Parameters"]
        heads = [cell.value for cell in sheet[1]]
        for name in ("note", "approved_by", "options", "spread"):
            sheet.delete_cols(heads.index(name) + 1)
            heads.remove(name)
        sheet.row_dimensions[2].hidden = True
        sheet.cell(60, 1).value = "  "
        sheet.cell(70, 2).number_format = "0.0"

    assert changed_lines(root, edited(root, cut)) == []
    lines = changed_lines(root, edited(root, cut, put("Parameters", "value", 9000, document="line one", id="hours")))
    assert lines == ["- parameters: {hours: {value: 8000 h}}", "+ parameters: {hours: {value: 9000 h}}"]


def test_a_source_that_vouched_for_another_value(root: Path) -> None:
    book = edited(root, put("Parameters", "value", 76, document="process mill", id="load"),
                  put("Parameters", "value", 2.5, id="wear"),
                  put("Parameters", "evidence", "expert", id="wear"))  # fmt: skip
    taken = import_into(root, read_book(book, "xlsx"), None, None, force=False)
    assert sorted((one.code, one.span and one.span.cell) for one in taken.said if one.code[:5] == "REE-W") == [
        ("REE-W007", "E7"), ("REE-W011", "E7")]  # fmt: skip


# --- what is wrong


def raw(text: str) -> Edit:
    """A formula in the cell of the wear: openpyxl writes no result of it."""
    return put("Parameters", "value", text, id="wear")


def head(title: str, old: str, new: str | None) -> Edit:
    def edit(book: Any) -> None:
        cell = next(cell for cell in book[title][1] if cell.value == old)
        cell.value = new

    return edit


LOAD, HOURS = {"document": "process mill", "id": "load"}, {"document": "line one", "id": "hours"}

#: Books with all that is wrong in them: code, cell, part of what is said.
WRONG: dict[str, tuple[list[Edit], list[tuple[str, str, str]]]] = {
    "numbers": (
        [
            put("Parameters", "value", "2,5", id="wear"),
            put("Parameters", "value", "75 kg", **LOAD),
            put("Parameters", "value", 0.5, form="0.0%", **HOURS),
            put("Parameters", "value", "2 * x", document="line two", id="hours"),
            put("Exchanges", "amount", datetime(2026, 2, 3), line=2),
            put("Exchanges", "amount", True, line=3),
            put("Sources", "accessed", datetime(2026, 2, 3, 4, 5), id="book"),
        ],
        [
            ("REE-X064", "Parameters E6", "did you mean: 2.5"),
            ("REE-X064", "Parameters E7", "`75 kg` has the unit % beside it"),
            ("REE-X064", "Parameters E4", "50 % has the unit h beside it"),
            ("REE-X064", "Parameters E5", "`2 * x` is no number and has the unit h"),
            ("REE-X065", "Exchanges E3", "the date 2026-02-03"),
            ("REE-X064", "Exchanges E4", "TRUE stands where a number is due"),
            ("REE-X065", "Sources I2", "2026-02-03 04:05 is a time"),
        ],
    ),
    "cells": (
        [
            put("Parameters", "spread", "range", id="wear"),
            put("Parameters", "high", None, id="wear"),
            put("Parameters", "gsd2", 2, **LOAD),
            put("Parameters", "spread", "rnge", document="line one", id="mill.load"),
            put("Parameters", "value", "=1+1", **HOURS),
            put("Parameters", "value", "#DIV/0!", document="line two", id="hours"),
            put("Exchanges", "when", "{line: one", line=1),
            put("Exchanges", "when", "[&a [b], *a]", line=2),
        ],
        [
            ("REE-X064", "Parameters J6", "a range has two ends"),
            ("REE-X064", "Parameters L7", "no number called gsd2"),
            ("REE-X066", "Parameters E4", "never been computed"),
            ("REE-X066", "Parameters E5", "#DIV/0!"),
            ("REE-X073", "Exchanges U2", "cannot be read"),
            ("REE-X073", "Exchanges U3", "aliases"),
        ],
    ),
    "rows": (
        [
            put("Parameters", "document", "process mil", id="wear"),
            put("Parameters", "in", "parametres", **HOURS),
            put("Parameters", "id", "ash", id="grade"),
            put("Exchanges", "line", "second", line=2),
            put("Factors", "in", "indicators.climate.factors", id="carbon_dioxide"),
            take("Processes", document="process mill"),
            add("Processes", document="process new", file="../x.yaml", title="New"),
            put("Studies", "file", "inventories/b.yaml", document="study year"),
        ],
        [
            ("REE-X068", "Parameters A6", "did you mean: process mill"),
            ("REE-X068", "Parameters B4", "did you mean: parameters"),
            ("REE-X068", "Parameters C9", "`ash` stands twice"),
            ("REE-X068", "Exchanges C3", "no number of a line"),
            ("REE-X068", "Factors B2", "there is no `indicators.climate`"),
            ("REE-X069", "Processes A1", "has no row any more"),
            ("REE-X074", "Processes B2", "no file of a workspace"),
            ("REE-X069", "Studies B2", "stands in another file"),
        ],
    ),
    "heads": (
        [
            head("Parameters", "value", "valeu"),
            head("Parameters", "id", "#id"),
            head("Exchanges", "unit", "amount"),
            head("Sources", "author", None),
            lambda book: book["Flows"].merge_cells("C2:C3"),
            lambda book: setattr(book["Studies"], "title", "Study"),
        ],
        [
            ("REE-X063", "Parameters E1", "did you mean: value"),
            ("REE-X063", "Parameters A1", "no column `id`"),
            ("REE-X063", "Exchanges F1", "two columns are called `amount`"),
            ("REE-X063", "Sources D3", "column without a head"),
            ("REE-X067", "Flows C2:C3", "are merged"),
            ("REE-X062", "Study A1", "did you mean: Studies"),
        ],
    ),
    "what a check finds": (
        [
            put("Parameters", "evidence", "mesured", id="wear"),
            put("Parameters", "unit", "hx", **HOURS),
            put("Exchanges", "flow", "carbon_dioxid", line=2),
            put("Sources", "accessed", datetime(2026, 2, 3, 4, 5), id="book"),
        ],
        [
            ("REE-S007", "Parameters W6", "did you mean: measured"),
            ("REE-X065", "Sources I2", "is a time"),
        ],
    ),
    "names": (
        [
            take("Parameters", id="ash"),
            put("Parameters", "unit", "hx", **HOURS),
            put("Exchanges", "flow", "carbon", line=2),
        ],
        [
            ("REE-N001", "Exchanges E4", "`ash` is not defined"),
            ("REE-U001", "Parameters E4", "did you mean: h"),
            ("REE-L003", "Exchanges D3", "there is no flow `carbon`"),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told_by_cell(name: str, root: Path) -> None:
    """All at once: what cells cannot hold, and what a check finds."""
    edits, expected = WRONG[name]
    found = refusal(root, edited(root, *edits)).diagnostics
    places = {(one.code, f"{one.span.sheet} {one.span.cell}"): one for one in found if one.span is not None}
    for code, cell, said in expected:
        assert (code, cell) in places, render_text(found)
        one = places[code, cell]
        sheet, place = cell.rsplit(" ", maxsplit=1)
        text = render_text([one])
        assert f"book.xlsx: sheet {sheet}, cell {place}: error {code}" in text
        assert said in text
        (record,) = as_records([one])
        assert (record["sheet"], record["cell"]) == (sheet, place)
        assert f"{sheet}!{place}" in render_sarif([one], "1")


def test_formulas_of_the_spreadsheet(root: Path) -> None:
    """Their last values are taken, and it is said that they are not kept."""
    path = edited(root, raw("=1+1.5"))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    with zipfile.ZipFile(path, "w") as new:
        for name, content in parts.items():
            new.writestr(name, content.replace(b"<f>1+1.5</f><v></v>", b"<f>1+1.5</f><v>2.5</v>").replace(
                b"<f>1+1.5</f><v/>", b"<f>1+1.5</f><v>2.5</v>"))  # fmt: skip
    book = read_book(path, "xlsx")
    assert [(one.code, one.span and one.span.cell) for one in book.problems.all] == [("REE-X071", "E6")]
    assert "+ value: 2.5            # read off" in changed_lines(root, path)


def broken_files(folder: Path, good: bytes) -> dict[str, tuple[str, bytes | None]]:
    """Files that are no book -> the code, and what they hold."""

    def packed(**parts: bytes) -> bytes:
        path = folder / "packed.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
            for name, content in parts.items():
                file.writestr(name.replace("__", "/"), content)
        return path.read_bytes()

    return {
        "missing": ("REE-X060", None),
        "text": ("REE-X060", b"document,id\n"),
        "empty": ("REE-X060", b""),
        "cut short": ("REE-X060", good[: len(good) // 2]),
        "old": ("REE-X060", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)),
        "macros": ("REE-X060", packed(**{"xl__vbaProject.bin": b"x", "[Content_Types].xml": b"<x/>"})),
        "no book": ("REE-X060", packed(**{"a.xml": b"<x/>"})),
        "bomb": ("REE-X061", packed(**{"xl__worksheets__sheet1.xml": bytes(reading.UNPACKED + 1)})),
        "entities": ("REE-X061", packed(**{"xl__workbook.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x/>'})),
    }  # fmt: skip


def test_files_that_are_no_book(root: Path) -> None:
    good = edited(root).read_bytes()
    for name, (code, content) in broken_files(root.parent, good).items():
        path = root.parent / "other.xlsx"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        assert [one.code for one in refusal(root, path).diagnostics] == [code], name


@pytest.mark.parametrize("mark", ["mergeCell", "hyperlink", "comment"])
def test_ranges_that_would_be_a_cell_each(mark: str, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole sheet merged is refused before a cell is made of each."""
    path = edited(root, lambda book: book["Flows"].merge_cells("C2:C3"))
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    merged = b'<mergeCell ref="C2:C3"'
    (name,) = (name for name, content in parts.items() if merged in content)
    whole = f'<!-- > --><{mark} display="&gt;>" ref="&#65;1:XFD1048576"'.encode()
    parts[name] = parts[name].replace(merged, whole)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for part, content in parts.items():
            new.writestr(part, content)
    monkeypatch.setattr(openpyxl, "load_workbook", lambda *_, **__: pytest.fail("opened"))
    (found,) = read_book(path, "xlsx").problems.all
    assert found.code == "REE-X061"
    assert "A1:XFD1048576" in found.message
    assert name in found.message


# --- CSV


def test_csv_as_spreadsheets_write_it(root: Path) -> None:
    """Semicolons and decimal commas, an apostrophe before what would run, quotes, and the mark at the beginning."""
    folder = root.parent / "csv"
    export_folder(root, folder, replace=False, semicolon=True)
    sources = (folder / "sources.csv").read_bytes().decode()
    assert sources.startswith("\ufeffdocument;id;")
    assert ";'=SUM(A1) is no formula;" in sources
    assert ";'+44 20;" in sources
    path = folder / "parameters.csv"
    text = path.read_bytes().decode()
    assert ";mill.wear;value;2,5;" in text
    path.write_bytes(("sep=;\r\n" + text.removeprefix("\ufeff").replace(";value;2,5;", ";value;2,75;")).encode())
    assert (
        changed_lines(root, folder, "csv")[1]
        == "+ set: {mill.wear: 2.75, mill.load: {value: 80 %, range: [70 %, 0.9]}}"
    )
    path.write_bytes(text.replace(";value;2,5;", ";value;2,75 kg;").encode("utf-16"))
    assert [one.code for one in refusal(root, folder, "csv").diagnostics] == ["REE-X060"]
    path.write_bytes(text.replace(";id;", ";name;").encode())
    (found, *_) = refusal(root, folder, "csv").diagnostics
    assert found.code == "REE-X063"
    assert found.span is not None
    assert found.span.shown().endswith("parameters.csv: cell A1")
    path.rename(folder / "parameter.csv")
    assert "did you mean: parameters.csv" in render_text(refusal(root, folder, "csv").diagnostics)
    with pytest.raises(InputError, match="REE-X006"):
        export_folder(root, folder, replace=True, semicolon=False)


# --- the commands


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(list(words))
    said = capsys.readouterr()
    return int(ended.value.code or 0), said.out, said.err


def test_the_commands(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book, where = str(root.parent / "book.xlsx"), ["-w", str(root)]
    assert run(capsys, "export", "xlsx", "--out", book, *where)[0] == 0
    code, _, err = run(capsys, "export", "xlsx", "--out", book, *where)
    assert code == 1
    assert "REE-X006" in err
    edited(root, put("Parameters", "value", 2.5, id="wear"))
    before = contents(root)
    code, out, _ = run(capsys, "import", "xlsx", book, "--dry-run", *where)
    assert code == 0
    assert "+    value: 2.5            # read off" in out
    assert "results stay as they are" in out
    assert contents(root) == before
    code, out, err = run(capsys, "import", "xlsx", book, "--by", "A. Curie", "--why", "Read again", *where)
    assert code == 0
    assert "mill.wear: 2 -> 2.5" in err
    (*_, logged) = entries(read_log(root))
    assert (logged["by"], logged["why"]) == ("A. Curie", "Read again")
    assert [(one["address"], one["before"], one["after"]) for one in logged["changes"]] == [
        ("mill.wear", "2", "2.5"), ("mill.wear.distribution", "{pert: {low: 1, mode: 2, high: 3}}",
                                    "{pert: {low: 1, mode: 2.5, high: 3}}")]  # fmt: skip
    edited(root, put("Exchanges", "flow", "carbon_dioxid", line=2))
    code, out, _ = run(capsys, "import", "xlsx", book, "--format", "json", *where)
    assert code == 1
    assert [(one["code"], one["sheet"], one["cell"]) for one in json.loads(out)] == [("REE-L003", "Exchanges", "D3")]
    assert run(capsys, "import", "xlsx", book, "--to", str(root.parent / "n"), "--dry-run")[0] == 2
    assert run(capsys, "export", "csv", "--out", str(root.parent / "c"), *where)[0] == 0
    assert run(capsys, "import", "csv", str(root.parent / "c"), "--to", str(root.parent / "n"))[0] == 0
    assert run(capsys, "import", "csv", str(root.parent / "c"), "--to", str(root.parent / "n"))[0] == 1


def test_texts_too_long_for_a_cell(root: Path) -> None:
    path = root / "inventories" / "all.yaml"
    path.write_text(PLANT.replace("title: Second line", f"title: {'long ' * 7000}"), encoding="utf-8")
    with pytest.raises(InputError, match="REE-X072"):
        export_workbook(root, root.parent / "book.xlsx", replace=False)
    export_folder(root, root.parent / "csv", replace=False, semicolon=False)
    assert taken_over(root, read_book(root.parent / "csv", "csv")).changes == []
