"""What the figures of the results are called, so that `ree-lca explain` takes each of them apart."""

from __future__ import annotations

from lca.impact.background_views import folder_of
from lca.impact.figures import figure_of, saving_of
from lca.report.cases import Reading, basis_word
from lca.report.document import Cell, Column, Table


def figure_names(reading: Reading) -> Table:
    """The name of every result and saving of the main indicator, on the basis of the study."""
    study, main = folder_of(reading.results), reading.main
    rows: list[tuple[Cell, ...]] = []
    product = ""
    for case in reading.ordered:
        row = reading.row(case, main["id"], reading.basis)
        if row is not None:
            rows.append((case.label, str(figure_of(study, row))))
            product = str(row["product"])
    groups = [("Results", len(rows))]
    for pair in reading.pairs:
        saving = reading.compared(pair).get((main["id"], reading.basis))
        if saving is not None:
            rows.append((pair.common or "all", str(saving_of(study, saving, product))))
    if reading.pairs:
        groups.append(("Savings", len(rows) - groups[0][1]))
    others = [basis for basis in reading.bases if basis != reading.basis]
    notes = ["`ree-lca explain` with such a name follows the figure to its sources."]
    notes += [f"After the @ stands the basis of electricity: {' or '.join(others)} is another."] if others else []
    kin = ", ".join(f"{info['id']} ({info['title']})" for info in reading.kin)
    notes += [f"Other indicators stand in the place of {main['id']}: {kin}."] if kin else []
    return Table(
        f"Names of the figures: {main['title']}, {basis_word(reading.basis)}",
        (Column("Figure"), Column("Name", "code")),
        tuple(rows),
        groups=tuple(groups) if len(groups) > 1 else (),
        folded=True,
        note=" ".join(notes),
    )
