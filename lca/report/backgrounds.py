"""What a report says of an imported background, and the report of a study on several of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from lca.impact.background_comparison import BackgroundComparison, doubts
from lca.impact.background_views import called
from lca.impact.overview import methane_of
from lca.impact.results import records
from lca.inventory.backgrounds import OWN
from lca.report import formatting as show
from lca.report.cases import Reading, basis_word
from lca.report.document import (
    Bar,
    BarGroup,
    Block,
    Cell,
    Column,
    Figure,
    Heading,
    KeyValues,
    Notice,
    Paragraph,
    ReportDocument,
    Section,
    StackedBars,
    Table,
)

#: Rows above which a table is folded.
MANY = 12

SHARE = "The share is the largest of a result of the main indicator in any scenario."

STATUS = "Screening study. Not independently verified."

WITHHELD = "This database may not be passed on. The report holds scores of whole supply chains, no data of it."


def background_section(reading: Reading) -> Section | None:
    """Which activities of a database stand in the results, and where our own data sets stayed; None where none does."""
    background = reading.metadata.get("background")
    if background is None:
        return None
    rows = reading.rows("providers")
    imported = [row for row in rows if row["background"] != OWN]
    own = [row for row in rows if row["background"] == OWN]
    blocks: list[Block] = [
        Paragraph(
            f"What the plant buys is supplied by {called(background)} where the links of the workspace say so, with "
            "everything behind it; elsewhere by data sets of the workspace, in which up to "
            f"{show.percent(float(background['own_share']))} of a result of the main indicator arises."
        )
    ]
    if background["licensed"]:
        blocks.append(Notice("Licensed data", WITHHELD))
    blocks += [KeyValues(_identity(background)), _imported_table(imported)]
    blocks += [Paragraph(note) for note in background["notes"][1:]]
    blocks.append(_own_table(own))
    blocks += _doubts(imported)
    blocks += _left_out(background["uncharacterised"])
    return Section("background", "Background database", tuple(blocks))


def _identity(background: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    items = (
        ("Database", background["title"]),
        ("Version", background["version"]),
        ("System model", background["system_model"]),
        ("Licence", background["licence"]),
        ("Content (SHA-256)", background["sha256"]),
        ("Solved by", background["solver"]),
        ("Note", background["note"]),
    )
    return tuple((name, str(value) or show.NOT_STATED) for name, value in items if value or name != "Note")


def _imported_table(rows: list[dict[str, Any]]) -> Table:
    columns = (
        Column("Bought"),
        Column("In the place of", "code"),
        Column("at"),
        Column("Activity"),
        Column("its place"),
        Column("Amount of it", "exact"),
        Column("in"),
        Column("Share of a result", "percent"),
    )
    found: list[tuple[Cell, ...]] = [
        (
            *(row["title"], row["process"], row["location"] or "", row["activity"], row["activity_location"] or ""),
            *(row["amount"], f"{row['unit']} per {show.unit(row['per'])}", row["result_share"]),
        )
        for row in rows
    ]
    return Table("Supplied by the database", columns, tuple(found), folded=len(found) > 3 * MANY, note=SHARE)


def _own_table(rows: list[dict[str, Any]]) -> Table:
    columns = (
        Column("Data set", "code"),
        Column("at"),
        Column("Product"),
        Column("Why"),
        Column("Share of a result", "percent"),
    )
    found: list[tuple[Cell, ...]] = [
        (row["process"], row["location"] or "", row["title"], row["reason"], row["result_share"]) for row in rows
    ]
    title = "Data sets of the workspace that stay in the supply chain"
    return Table(title, columns, tuple(found), folded=len(found) > MANY, note=SHARE)


def _doubts(rows: list[dict[str, Any]]) -> list[Block]:
    found = [
        (row["title"], row["activity"], row["fallback"] or "", row["unverified"] or "")
        for row in rows
        if row["fallback"] or row["unverified"]
    ]
    columns = (
        Column("Bought"),
        Column("Activity"),
        Column("Wanted first, not in the database"),
        Column("Not verified"),
    )
    return [Table("Links to look at", columns, tuple(found), row_headers=2)] if found else []


def _left_out(methods: list[dict[str, Any]]) -> list[Block]:
    """The flows that a method has no factor for: their number, and each with its largest amount in any scenario."""
    blocks: list[Block] = []
    for method in methods:
        flows = method["flows"]
        rows: list[tuple[Cell, ...]] = [(row["flow"], row["categories"], row["amount"], row["unit"]) for row in flows]
        if rows:
            columns = (Column("Flow"), Column("Compartment"), Column("Largest amount", "number"), Column("Unit"))
            title = f"Elementary flows of the database without a factor in {method['method']} ({len(rows)})"
            blocks.append(Table(title, columns, tuple(sorted(rows, key=str)), folded=True))
    return blocks


# --- several backgrounds


def backgrounds_document(found: BackgroundComparison) -> ReportDocument:
    """The report of a study on several backgrounds: results side by side, and providers."""
    study = found.study
    counted = show.unit(methane_of(found.method).replace("\n", " "))
    return ReportDocument(
        title=f"{study.title}: backgrounds compared",
        kicker="Life cycle assessment",
        status=f"{STATUS} Electricity is accounted for {basis_word(found.basis)}.",
        facts=KeyValues(
            (
                ("Study", str(study.study)),
                ("Declared unit", str(study.declared_unit)),
                *((f"Background {number}", text) for number, text in enumerate(found.backgrounds.values(), 1)),
                *([("Methane", counted)] if counted else []),
            )
        ),
        sections=(_results_section(found), _providers_section(found)),
        footer=f"{study.study} · {STATUS}",
    )


def _results_section(found: BackgroundComparison) -> Section:
    table = found.results[found.results["electricity_basis"] == found.basis]
    first = table[table["indicator"] == found.indicators[0]]
    blocks: list[Block] = [
        Paragraph(
            "The same plant on different descriptions of its supply chain. A difference is one of data, of the year "
            "that they describe, of boundaries and of what they cover, not of the plant.",
            lead=True,
        ),
        Figure(
            f"Bars of {found.indicators[0]} for every scenario, one for each background; the table holds the same",
            f"{found.indicators[0]} on each background",
            _chart(first),
            _table(found, first),
        ),
    ]
    others = [name for name in found.indicators if name != found.indicators[0]]
    if others:
        blocks.append(Heading("Other indicators"))
        blocks += [_table(found, table[table["indicator"] == name], folded=True) for name in others]
    return Section("results", "Results", tuple(blocks))


def _chart(table: pd.DataFrame) -> StackedBars:
    """The trend: a group of bars per scenario, in the order in which the backgrounds were named."""
    groups = []
    for scenario, rows in table.groupby("scenario", sort=False):
        bars = [
            Bar(
                str(row["background"]),
                (row["value"] or 0.0,),
                text=show.NOT_ASSESSED if row["value"] is None else show.number(row["value"]),
            )
            for row in records(rows)
        ]
        groups.append(BarGroup(str(scenario), tuple(bars)))
    return StackedBars(str(table["unit"].iloc[0]), (str(table["indicator"].iloc[0]),), tuple(groups))


def _table(found: BackgroundComparison, table: pd.DataFrame, folded: bool = False) -> Table:
    unit = show.unit(str(table["unit"].iloc[0]))
    columns = [Column("Scenario", "code")]
    for name in found.backgrounds:
        columns += [Column("Result", "number", unit, name), Column("Coverage", group=name)]
    cells: dict[str, list[Cell]] = {}
    for row in records(table):
        cells.setdefault(str(row["scenario"]), []).extend((row["value"], show.coverage(row["coverage"], row["value"])))
    rows = tuple((name, *values) for name, values in cells.items())
    return Table(str(table["indicator"].iloc[0]), tuple(columns), rows, folded=folded)


def _providers_section(found: BackgroundComparison) -> Section:
    table = found.providers
    rows = records(table[(table["indicator"] == found.indicators[0]) & (table["electricity_basis"] == found.basis)])
    if not rows:
        return Section("providers", "Providers", (Paragraph("No provider comes from a database."),))
    columns = (
        Column("Bought"),
        Column("Our data set", "code"),
        Column("at"),
        Column("Ours", "number"),
        Column("Background", "code"),
        Column("Activity"),
        Column("its place"),
        Column("Theirs", "number"),
        Column("Theirs by ours", "number"),
        Column("Doubts"),
    )
    found_rows: list[tuple[Cell, ...]] = [
        (
            *(f"{row['title']}, {show.unit(row['per'])}", row["process"], row["location"] or "", row["own"]),
            *(row["background"], row["activity"], row["activity_location"] or "", row["score"], row["ratio"]),
            doubts(row["unverified"], row["fallback"]),
        )
        for row in rows
    ]
    note = "One score of all that a unit causes; no data of the database itself."
    title = f"{found.indicators[0]}, {show.unit(str(rows[0]['unit']))} of one unit bought"
    return Section("providers", "Providers", (Table(title, columns, tuple(found_rows), row_headers=3, note=note),))
