"""What would have to change for two scenarios to tie: the questions of the study, answered."""

from __future__ import annotations

from collections.abc import Sequence

from lca.report import formatting as show
from lca.report.cases import Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Heading, Paragraph, Table

WITHOUT = "Not computed here. `ree-lca report` answers the questions of the study, and so does `ree-lca breakeven`: "


def breakeven_blocks(reading: Reading) -> list[Block]:
    """Nothing where the study asks nothing."""
    asked, rows = reading.metadata.get("questions") or [], reading.rows("questions")
    if not asked and not rows:
        return []
    heading = Heading("What would have to change for a tie")
    if not rows:
        return [heading, Paragraph(f"{WITHOUT}{'; '.join(asked)}.")]
    found = sum(row["kind"] == "tie" for row in rows)
    said = (
        "Each quantity is moved alone, all others at their central value, over the range that the study names, which "
        f"may be wider than what is likely. Ties found: {found}; answers: {len(rows)}. "
        f"{basis_word(reading.basis).capitalize()}."
    )
    return [heading, Paragraph(said), _answers(reading, rows)]


def _answers(reading: Reading, rows: Sequence[Row]) -> Table:
    columns = (
        Column("Question"),
        Column("Unit"),
        Column("Now", "number"),
        Column("From", "exact", group="Looked in"),
        Column("To", "exact", group="Looked in"),
        Column("Tie at", "number"),
        Column("Lower below"),
        Column("Lower above"),
    )
    table: list[tuple[Cell, ...]] = []
    groups: list[tuple[str, int]] = []
    titles = {info["id"]: info["title"] for info in reading.indicators}
    for row in rows:
        old, new = (reading.cases.get(str(row[side])) for side in ("baseline", "alternative"))
        name = f"{new.label if new else row['alternative']} instead of {old.label if old else row['baseline']}"
        name = f"{name}: {titles.get(row['indicator'], row['indicator'])}"
        groups = [*groups[:-1], (name, groups[-1][1] + 1)] if groups and groups[-1][0] == name else [*groups, (name, 1)]
        unit, value = show.unit(str(row["parameter_unit"] or "")), row["value"]
        tie: Cell = value if row["kind"] == "tie" else _ELSE.get(str(row["kind"]), str(row["kind"]))
        tie = f"{show.number(value)} (a jump)" if row["kind"] == "jump" else tie
        sides = [row["lower_below"] or show.ABSENT, row["lower_above"] or show.ABSENT]
        table.append((row["question"], unit, row["now"], row["low"], row["high"], tie, *sides))
    jumps = any(row["kind"] == "jump" for row in rows)
    note = "Below and above: which of the two is lower on that side of the tie, or all over the range."
    note += " At a jump the answer turns without a tie." if jumps else ""
    return Table("Where the two scenarios tie", columns, tuple(table), groups=tuple(groups), note=note)


#: Answers that are no tie, in words.
_ELSE = {"none": "no tie"}
