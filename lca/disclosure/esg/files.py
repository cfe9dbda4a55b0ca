"""A disclosure as CSV, JSON and workbook: the same records in each."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime
from pathlib import Path

from lca.disclosure.esg.export import COLUMNS, Disclosure
from lca.workspace import write_files

#: Columns of the workbook that hold long texts.
_WIDE = ("title", "reason", "text", "framework_version", "figures", "made_from")


def write_disclosure(found: Disclosure, folder: Path) -> list[Path]:
    """Write `esg.csv`, `esg.json` and `esg.xlsx` into `folder`, all or none. Raises `InputError`."""
    contents: dict[str, str | bytes] = {
        "esg.csv": as_csv(found),
        "esg.json": as_json(found),
        "esg.xlsx": as_workbook(found),
    }
    return write_files(folder, contents)


def as_csv(found: Disclosure) -> str:
    """The records as CSV; what is absent is empty."""
    import csv

    written = io.StringIO()
    writer = csv.DictWriter(written, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(found.records)
    return written.getvalue()


def as_json(found: Disclosure) -> str:
    """Metadata and records; what is absent is null."""
    records = [{name: None if value == "" else value for name, value in row.items()} for row in found.records]
    document = {"metadata": dict(found.metadata), "records": records}
    return json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False) + "\n"


def as_workbook(found: Disclosure) -> bytes:
    """A sheet of notes and one for each framework; the same disclosure gives the same bytes. Texts stay texts, whatever
    they begin with.
    """
    import xlsxwriter

    written = io.BytesIO()
    texts = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(written, {"in_memory": True, **texts})
    book.set_properties({"title": "Sustainability disclosure", "created": datetime(2000, 1, 1, tzinfo=UTC)})
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped, number = (
        book.add_format({"text_wrap": True, "valign": "top"}),
        book.add_format({"num_format": "#,##0.###"}),
    )
    percent, bold = book.add_format({"num_format": "0%"}), book.add_format({"bold": True, "valign": "top"})
    notes = book.add_worksheet("Notes")
    notes.set_column(0, 0, 24)
    notes.set_column(1, 1, 100)
    said = {key: value for key, value in found.metadata.items() if isinstance(value, str) and value}
    said["period"] = " to ".join(found.metadata["period"]) + " (end exclusive)"
    lines = [*said.items(), *(("note", text) for text in found.metadata["notes"])]
    lines += [(f["framework"], f"{f['title']}: {f['framework_version']}") for f in found.metadata["frameworks"]]
    for row, (key, value) in enumerate(lines):
        notes.write_string(row, 0, key.replace("_", " "), bold)
        notes.write_string(row, 1, value, wrapped)
    shown = [name for name in COLUMNS if name != "framework"]
    for framework in found.metadata["frameworks"]:
        sheet = book.add_worksheet(framework["framework"][:31])
        sheet.freeze_panes(1, 2)
        for column, name in enumerate(shown):
            sheet.set_column(column, column, 44 if name in _WIDE else 16)
            sheet.write_string(0, column, name.replace("_", " "), head)
        own = [record for record in found.records if record["framework"] == framework["framework"]]
        for row, record in enumerate(own, start=1):
            for column, name in enumerate(shown):
                value = record[name]
                if isinstance(value, float):
                    sheet.write_number(row, column, value, percent if name == "coverage" else number)
                elif value:
                    sheet.write_string(row, column, str(value), wrapped if name in _WIDE else None)
        sheet.autofilter(0, 0, max(1, len(own)), len(shown) - 1)
    book.close()
    return written.getvalue()
