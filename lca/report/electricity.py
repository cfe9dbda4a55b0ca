"""How the electricity of the plant is supplied: contracts, and where the two ways to account for it are one."""

from __future__ import annotations

from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.document import Block, Cell, Column, Paragraph, Section, Table

GRID = "the grid of the place"


def electricity_section(reading: Reading) -> Section | None:
    """Nothing when no axis chooses who supplies electricity."""
    options = reading.metadata.get("electricity") or []
    if not options:
        return None
    alike = [name for option in options for name in option["alike"] if name in reading.cases]
    blocks: list[Block] = []
    if alike:
        named = "; ".join(dict.fromkeys(option["title"] for option in options if option["alike"]))
        blocks.append(
            Paragraph(
                f"In {len(alike)} of {len(reading.cases)} scenarios ({named}) the market-based result equals the "
                "location-based one, for no instrument is there and no residual mix is in use: what is bought is the "
                "electricity of the grid of the place on both bases."
            )
        )
    columns = (
        Column("Supply"),
        Column("Market-based"),
        Column("Location-based"),
        Column("Instrument"),
        Column("Vintage"),
        Column("Market boundary"),
        Column("Matching"),
        Column("Scenarios", "exact"),
        Column("Note"),
    )
    rows: list[tuple[Cell, ...]] = []
    for option in options:
        instrument = option["instrument"]
        details = ("type", "vintage", "market_boundary", "matching")
        said = [instrument[key] or show.NOT_STATED for key in details] if instrument else ["none", *[show.ABSENT] * 3]
        supplies = option["supplies"] or [{"market": "", "location": ""}]
        by = [
            "; ".join(dict.fromkeys(supply[basis] or GRID for supply in supplies)) for basis in ("market", "location")
        ]
        where = float(len(option["scenarios"]))
        rows.append((option["title"], *by, *said, where, instrument["note"] if instrument else ""))
    caption = "Supply of electricity by option"
    blocks.append(Table(caption, columns, tuple(rows), folded=True))
    return Section("electricity", "Electricity supply", tuple(blocks))
