"""What a book says of itself: how it is edited, what its sheets and columns are."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lca.editing.descriptions import TEXTS
from lca.editing.spreadsheets.cells import FAMILIES, GIVEN, GIVENS, SHOWN_IN, SPREAD, UNIT, VALUE, heading
from lca.editing.spreadsheets.layout import Sheet
from lca.editing.spreadsheets.rows import Table

#: How a book is used, one thing a line.
HOW = (
    "Change values, add and delete rows, save, then see and take over what has changed:",
    "    ree-lca import {form} {name} --dry-run",
    "    ree-lca import {form} {name}",
    "Only what differs is changed in the YAML files; comments and layout stay. Errors name sheet and cell.",
    "A row is found again by its grey columns. A new row leaves `line` empty; it is put at the end of its list.",
    "A number has its unit in the column beside it. A formula of the inventory is a text, and has none.",
    "Columns low, central and high are in that unit too; `central` is empty where it is the value itself.",
    "Lists and mappings stand in brackets: [a, b], {{key: value}}.",
    "Sheets and columns that are not there change nothing; missing rows are taken away. Your own columns begin with #.",
    "Formulas of the spreadsheet are not kept: their last computed values are taken.",
)

#: What columns are that are no keys.
_OWN = {
    "document": "The document: what its first line in YAML says.",
    "file": "The file that it is written in, below the workspace.",
    "in": "Where in the document it stands.",
    "id": "What it is called: a word that others refer to.",
    "line": "Its number in the list; empty for a new one.",
    UNIT: "Unit of the number; empty where the value is a formula.",
    SHOWN_IN: "The unit in which a formula is shown, and checked (`unit` in YAML).",
    GIVEN: "By what it is given. Shares of a composition stand in the sheet `Numbers by name`.",
    VALUE: "A number with its unit beside it, or a formula, an option, a text, as `given as` says.",
    SPREAD: "A range, or the family of a distribution.",
    "low": "Lowest value, in the unit beside the value.",
    "central": "Mode, mean or median; empty where it is the value itself.",
    "high": "Highest value, in the unit beside the value.",
    "gsd2": "Square of the geometric standard deviation; a plain number above 1.",
    "sigma": "Standard deviation of the logarithm.",
    "values": "Values of a discrete or empirical distribution, in brackets.",
    "weights": "A weight for each value, in brackets.",
}


def described(sheet: Sheet, column: str) -> str:
    """What a column holds."""
    for field in sheet.fields:
        if heading(sheet, field) == column and not (sheet.given and column == VALUE):
            key = field.path[-1] if field.path else VALUE
            said = TEXTS.get(f"{field.model}.{key}") or TEXTS.get(key)
            if said and column not in (UNIT, SHOWN_IN, VALUE):
                examples = ", ".join(str(one) for one in said[1:])
                return f"{said[0]}" + (f" For example: {examples}" if examples else "")
    if sheet.free and column not in sheet.identity:
        said = TEXTS.get(f"ScenarioExtras.{column}") or TEXTS.get(column)
        return (
            str(said[0]) if said and column in ("title", "note", "set", "name") else f"Option or options of {column}."
        )
    return _OWN.get(column, "")


def choices(sheet: Sheet, column: str) -> Sequence[str]:
    """What may stand in a column, where that is a short list."""
    if column == GIVEN:
        return GIVENS
    if column == SPREAD:
        return tuple(FAMILIES) if sheet.spread == "distribution" else ("range",)
    return next((field.choices for field in sheet.fields if heading(sheet, field) == column), ())


#: Columns that name something of the workspace -> the list that it is of.
REFERRING = {
    UNIT: "units",
    SHOWN_IN: "units",
    "flow": "flows",
    "product.flow": "flows",
    "source": "sources",
    "provider": "processes",
}


def lists(tables: Iterable[Table]) -> dict[str, list[str]]:
    """Units, flows, sources and processes that the workspace has."""
    found: dict[str, set[str]] = {name: set() for name in dict.fromkeys(REFERRING.values())}
    for table in tables:
        for row in table.rows:
            found["units"] |= {str(row.cells[name]) for name in (UNIT, SHOWN_IN) if row.cells.get(name)}
            if table.sheet.what == "Flow":
                found["flows"].add(str(row.cells["id"]))
            elif table.sheet.what == "Source":
                found["sources"].add(str(row.cells["id"]))
            elif table.sheet.what == "Process":
                found["processes"].add(row.document.name.partition(" ")[2])
    return {name: sorted(held, key=str.lower) for name, held in found.items()}


def said_of(sheet: Sheet) -> str:
    """What the rows of a sheet are."""
    if sheet.of_documents:
        return "documents that begin with " + ", ".join(f"`{kind}:`" for kind in sheet.kinds).replace(
            "`option:`", "the name of an axis"
        )
    keys = dict.fromkeys(".".join(step for step in one.inner if step not in ("*", "#")) for one in sheet.containers)
    return "things under " + ", ".join(f"`{key}:`" for key in keys)
