"""The annex for those who disclose: datapoints of reporting frameworks, and footprints in the PACT data model."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lca.report import formatting as show
from lca.report.cases import Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Heading, KeyValues, Paragraph, Section, Table
from lca.report.products import product_name

WITHOUT = "Not in this report: `ree-lca report` fills the datapoints of frameworks and the fields of footprints."
NOT_STATED = "Not stated: fill the keys that are named here, in the workspace and in the study."
PREMISE = (
    "A year of the plants of this study in the terms of reporting frameworks, as `ree-lca export esg` writes it. It is "
    "modelled: no meter, invoice or stock of an organisation is in it, nor anything else that it owns. A mapping is "
    "our reading of a framework, and the text in force decides. A gap is no zero."
)
FOOTPRINTS = (
    "As `ree-lca export pact` writes them; id, date and state of a footprint come with its file. They are partial, and "
    "not independently verified."
)

STATES = ("filled", "partial", "statement", "gap")


def disclosure_section(reading: Reading) -> Section:
    """Filled datapoints, footprints, and what is missing for either."""
    said = reading.metadata.get("disclosure")
    title = "Disclosure annex"
    if said is None:
        return Section("disclosure", title, (Paragraph(WITHOUT),))
    rows, footprints = reading.rows("disclosures"), reading.rows("footprints")
    blocks: list[Block] = []
    if rows:
        blocks += [Heading("Datapoints of frameworks"), Paragraph(PREMISE), _declared(rows), *_datapoints(said, rows)]
    if footprints:
        blocks += [Heading("Carbon footprints in the PACT data model"), _footprints(reading, footprints)]
    if said["missing"]:
        blocks += [*([] if blocks else [Paragraph(NOT_STATED)]), _missing(said["missing"])]
    return Section("disclosure", title, tuple(blocks))


def _declared(rows: Sequence[Row]) -> KeyValues:
    first = rows[0]
    networks = {str(row["network"]): str(row["scenarios"]) for row in rows}
    return KeyValues(
        (
            ("Organisation", str(first["organisation"])),
            ("Period", f"{first['period_start']} to {first['period_end']}, end exclusive"),
            *((f"Plants, {name}", scenarios) for name, scenarios in networks.items()),
        )
    )


def _datapoints(said: Mapping[str, Any], rows: Sequence[Row]) -> list[Block]:
    networks = list(dict.fromkeys(str(row["network"]) for row in rows))
    marks: dict[tuple[str, str], int] = {}
    for row in rows:
        if row["figures"]:
            marks.setdefault((str(row["network"]), str(row["figures"])), len(marks) + 1)
    by_framework: dict[str, list[Row]] = {}
    for row in rows:
        by_framework.setdefault(str(row["framework"]), []).append(row)
    tables: list[Block] = []
    counts: list[tuple[Cell, ...]] = []
    for name, own in by_framework.items():
        framework = said["frameworks"][name]
        for network in networks:
            states = [row["status"] for row in own if row["network"] == network]
            counts.append((framework["title"], network, *(float(states.count(state)) for state in STATES)))
        tables.append(_table(f"{framework['title']}: {framework['version']}", own, networks, marks))
    columns = (
        Column("Framework"),
        Column("Plants", "code"),
        *(Column(state.capitalize(), "exact") for state in STATES),
    )
    overview = Table("Lines of each framework, by what fills them", columns, tuple(counts), row_headers=2)
    return [overview, *tables, *([_figures(marks)] if marks else [])]


def _table(caption: str, rows: Iterable[Row], networks: Sequence[str], marks: Mapping[tuple[str, str], int]) -> Table:
    lines: dict[tuple[str, str, str, str], dict[str, Row]] = {}
    for row in rows:
        key = (str(row["datapoint"]), str(row["title"]), str(row["item"]), str(row["electricity_basis"]))
        lines.setdefault(key, {})[str(row["network"])] = row
    cells: list[tuple[Cell, ...]] = []
    for (datapoint, title, item, basis), own in lines.items():
        some = next(iter(own.values()))
        what = " · ".join(filter(None, (title, str(some["item_title"] or item), basis and basis_word(basis))))
        unit = next((str(row["unit"]) for row in own.values() if row["unit"]), "")
        values = [own[name]["value"] if name in own else None for name in networks]
        cited = [str(marks[name, str(row["figures"])]) for name, row in own.items() if row["figures"]]
        told = (_told({name: _says(row) for name, row in own.items()}), some["mapping_evidence"] or show.NOT_STATED)
        cells.append((datapoint, what, *values, show.unit(unit), ", ".join(cited), *told))
    columns = (
        Column("Datapoint", "code"),
        Column("What"),
        *(Column(name if len(networks) > 1 else "Value", "number") for name in networks),
        Column("Unit"),
        Column("Figures"),
        Column("State, and what is left out"),
        Column("Mapping"),
    )
    return Table(caption, columns, tuple(cells), row_headers=2, folded=True)


def _says(row: Row) -> str:
    """The state of a line, with its text or the reason why it is not all that is asked."""
    return ": ".join(filter(None, (str(row["status"]), str(row["text"] or row["reason"] or ""))))


def _told(said: Mapping[str, str]) -> str:
    """What is said of each network, once where it is the same."""
    texts = dict.fromkeys(said.values())
    return next(iter(texts)) if len(texts) == 1 else "; ".join(f"{name}: {text}" for name, text in said.items())


def _figures(marks: Mapping[tuple[str, str], int]) -> Table:
    rows = tuple(
        (str(mark), network, figure) for (network, figures), mark in marks.items() for figure in figures.split("; ")
    )
    return Table(
        "Figures of the datapoints, by their marks",
        (Column("Mark"), Column("Plants", "code"), Column("Figure", "code")),
        rows,
        folded=True,
        note="Results per declared unit that the values are a year of, for `ree-lca explain`.",
    )


def _footprints(reading: Reading, rows: Iterable[Row]) -> Table:
    found: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in rows:
        name = (str(row["scenario"]), str(row["product"]), str(row["allocation"]))
        found.setdefault(name, {})[str(row["key"])] = str(row["value"])
    keys = dict.fromkeys(key for own in found.values() for key in own)
    columns = [Column("Key", "code")]
    for scenario, product, allocation in found:
        case = reading.cases.get(scenario)
        parts = (case.label if case else scenario, product_name(product), allocation)
        columns.append(Column(" · ".join(filter(None, parts))))
    cells = tuple((key, *(own.get(key, show.ABSENT) for own in found.values())) for key in keys)
    return Table("Fields of the footprints", tuple(columns), cells, folded=True, note=FOOTPRINTS)


def _missing(rows: Sequence[Mapping[str, Any]]) -> Table:
    cells = tuple((", ".join(row["for"]), row["message"], row["expected"] or show.ABSENT) for row in rows)
    columns = (Column("For", "code"), Column("What is missing"), Column("What is expected"))
    return Table("What is missing for the annex", columns, cells, folded=len(cells) > 12)
