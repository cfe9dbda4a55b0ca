"""The draft form as a page to read: what is not known is NOT STATED, and every sheet says that it is a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

_STYLE = """
body { font: 15px/1.45 system-ui, sans-serif; color: #1a1a1a; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.1rem; margin-top: 1.8rem; }
.draft { border: 2px solid #8a1f11; color: #8a1f11; padding: .6rem .9rem; } .draft p { margin: .3rem 0; }
.absent { color: #8a1f11; font-weight: 600; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; color: #444; padding-bottom: .3rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-bottom: 1px solid #ccc; }
td { font-variant-numeric: tabular-nums; } td:last-child { overflow-wrap: anywhere; }
footer { margin-top: 2rem; border-top: 1px solid #ccc; color: #8a1f11; }
@media print { footer { position: fixed; bottom: 0; } }
"""

_ABSENT = '<span class="absent">NOT STATED</span>'


def page(form: Mapping[str, Any]) -> str:
    """The form as a page of its own, without script or anything fetched from elsewhere."""
    material, said = form["material"], form["responsible"]
    title = f"{form['form']}: {material['name'] or material['product']}"
    shares = material["shares_of_oxides"]
    facts = [
        ("Responsible", said["name"]),
        ("Identifiers", _joined(said["identifiers"])),
        ("Country", said["country"]),
        ("Contact", said["contact"]),
        ("Material", material["name"]),
        ("Description", material["description"] or "none"),
        ("Identifiers of the material", _joined(material["identifiers"])),
        ("Classifications", _joined(material["classifications"])),
        ("Oxides, by mass", _joined(f"{name} {float(share):.2%}" for name, share in (shares or {}).items()) or None),
        *((f"Place of {step}", _joined(places, "none")) for step, places in form["places"].items()),
        ("Place of the plant in the model", form["place_of_the_plant"]),
        ("Period", f"{form['period']['from']} to {form['period']['until']} (the end is the day after)"),
        ("Declared unit", material["declared_unit"]),
        ("Allocation", form["allocation"] or "none: the whole of what is produced together"),
        ("Calculation rules", form["calculation_rules"]),
        ("Performance class", form["performance_class"]),
        ("Verification", form["verification"]),
        ("Public study", form["public_study"]),
        ("Study", f"{form['study']['title']} ({form['study']['id']}), scenario {form['study']['scenario']}"),
        ("Boundary", form["study"]["boundary"]),
        ("Changed by settings", _joined(form["study"]["settings"], "nothing")),
    ]
    figures = [
        (row["indicator"], row["electricity"], _shown(row["value"]), row["unit"], _percent(row), row["figure"])
        for row in form["footprint"]
    ]
    notices = "".join(f"<p>{escape(one)}</p>" for one in form["notices"])
    parts = [
        f"<h1>{escape(title)}</h1>",
        f'<div class="draft"><p><strong>{escape(form["status"])}</strong></p>{notices}</div>',
        "<h2>What is stated</h2>",
        _table("Facts of the form", ("Fact", "Statement"), facts),
        "<h2>Footprint</h2>",
        _table(
            "Results per declared unit",
            ("Indicator", "Electricity", "Value", "Unit", "Covered by data", "Figure"),
            figures,
        ),
    ]
    if form["stages"]:
        rows = [(row["stage"], row["value"], row["unit"]) for row in form["stages"]]
        parts += [
            "<h2>Stages</h2>",
            _table(f"Stages of {form['footprint'][0]['indicator']}", ("Stage", "Value", "Unit"), rows),
        ]
    if form["lots"]:
        columns = ("lot", "made_into", "site", "date", "drawn", "rare_earth_oxide")
        rows = [tuple(row[key] for key in columns) for row in form["lots"]]
        heads = ("Lot", "Went into", "Place", "Date", "kg of it", "kg of rare earth oxide in the lot")
        parts += ["<h2>Lot</h2>", _table("The lot and what went into it", heads, rows)]
    rows = [(row["fact"], row["reason"], row.get("key", "")) for row in form["not_stated"]]
    parts += ["<h2>What is not stated</h2>", _table("Missing", ("Fact", "Why", "Where to say it"), rows)]
    footer = f"Draft form, no declaration. ree-lca {form['program']['version']}, {form['created']}"
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n<main>\n"
        + "\n".join(parts)
        + f"\n</main>\n<footer>{escape(footer)}</footer>\n</body>\n</html>\n"
    )


def _table(caption: str, heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    head = "".join(f'<th scope="col">{escape(one)}</th>' for one in heads)
    body = "\n".join(
        f'<tr><th scope="row">{escape(str(row[0]))}</th>{"".join(map(_cell, row[1:]))}</tr>' for row in rows
    )
    return f"<table><caption>{escape(caption)}</caption><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _cell(value: Any) -> str:
    return f"<td>{_ABSENT if value is None else escape(str(value))}</td>"


def _joined(values: Iterable[str] | None, nothing: str | None = None) -> str | None:
    return None if values is None else ", ".join(values) or nothing


def _shown(value: str | None) -> str:
    return "not assessed" if value is None else f"{float(value):.6g}"


def _percent(row: Mapping[str, Any]) -> str:
    covered = row["share_covered_by_data"]
    return "" if covered is None else f"{float(covered):.1%}"
