"""The lots that the scenarios of the study made, with what went into them."""

from __future__ import annotations

from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.document import Block, Cell, Column, Paragraph, Table

NOTE = (
    "The footprint of a lot is from the cradle to the gate: what went into it is in it, as its scenario models it, and "
    "is shown beside it, not to be added."
)


def lots_blocks(reading: Reading) -> list[Block]:
    """A table of lots, each with its predecessors; nothing where the workspace has none of this study."""
    doubts = (reading.metadata.get("disclosure") or {}).get("doubts") or []
    rows = reading.rows("lots")
    said: list[Block] = [Paragraph(f"{doubt['message']}.") for doubt in doubts]
    if not rows:
        return said
    cells: list[tuple[Cell, ...]] = []
    groups: list[tuple[str, int]] = []
    for row in rows:
        if not row["level"]:
            groups.append((f"{row['lot']}, made by {row['scenario']}", 0))
        groups[-1] = (groups[-1][0], groups[-1][1] + 1)
        title = f"{row['title']} ({row['split']})" if row["split"] else row["title"]
        place = (row["operator"], row["site"], row["date"])
        masses = (row["mass"], row["rare_earth_oxide"], row["drawn"] if row["level"] else None)
        names = (row["lot"], row["made_into"] or show.ABSENT, title)
        cells.append((*names, *place, *masses, row["footprint"], row["evidence"] or show.NOT_STATED))
    unit = next((str(row["footprint_unit"]) for row in rows if row["footprint_unit"]), reading.main["unit"])
    columns = (
        *(Column("Lot", "code"), Column("Made into", "code"), Column("What it is")),
        *(Column("Operator"), Column("Site", "code"), Column("Date", "code")),
        *(
            Column("Mass", "number", "kg"),
            Column("Rare earth oxide", "number", "kg"),
            Column("Went in", "number", "kg"),
        ),
        *(Column("Footprint", "number", show.unit(unit)), Column("Evidence")),
    )
    return [Table("Lots, with what went into them", columns, tuple(cells), groups=tuple(groups), note=NOTE), *said]
