"""What the results rest on: the assumptions that matter, grades of evidence, parameters, sources, reproduction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lca.catalogue import CATALOGUE
from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.document import (
    Block,
    Cell,
    Column,
    Heading,
    KeyValues,
    Notice,
    Paragraph,
    Reference,
    ReferenceList,
    Section,
    Table,
)
from lca.report.sensitivity import sensitivity_blocks

GRADES = {
    "measured": "Measured on the plant or by the supplier",
    "calculated": "From stoichiometry or other cited figures",
    "literature": "Seen in the cited source",
    "expert": "A judgement or a recalled figure",
    "placeholder": "Stands in until data arrive",
}

#: Folders of a workspace; file names are shown from there on.
_FOLDERS = ("inventories/", "methods/")


# --- assumptions


def assumptions_section(reading: Reading) -> Section:
    blocks = sensitivity_blocks(reading)
    blocks += [Heading("Figures by evidence grade"), *_grades(reading)]
    return Section("assumptions", "Assumptions and weakest data", tuple(blocks))


def _grades(reading: Reading) -> list[Block]:
    parameters = {
        (row["parameter"], row["file"], row["line"], row["evidence"] or "") for row in reading.rows("parameters")
    }
    lines = {(row["file"], row["line"], row["evidence"] or "") for row in reading.rows("exchanges")}
    if not parameters and not lines:
        return [Paragraph("The results hold no evidence grades.")]
    stated = dict.fromkeys([*GRADES, *sorted(p[-1] for p in {*parameters, *lines} if p[-1])])
    counts = [
        (
            grade,
            GRADES.get(grade, ""),
            float(sum(p[-1] == grade for p in parameters)),
            float(sum(x[-1] == grade for x in lines)),
        )
        for grade in [*stated, ""]
    ]
    rows: list[tuple[Cell, ...]] = [
        (grade or show.NOT_STATED, meaning or "No grade was given", p, x)
        for grade, meaning, p, x in counts
        if p or x or grade
    ]
    rows.append(("all", "", float(len(parameters)), float(len(lines))))
    columns = (
        Column("Grade"),
        Column("Meaning"),
        Column("Parameters", "exact"),
        Column("Exchanges of the plant", "exact"),
    )
    blocks: list[Block] = [
        Table("Count of figures by evidence grade, each place of the inventory once", columns, tuple(rows))
    ]
    standing_in = sum(p + x for grade, _, p, x in counts if grade == "placeholder")
    if standing_in:
        blocks.append(
            Notice(
                "Placeholder data",
                f"{standing_in:.0f} figures stand in until data arrive. Results that rest on them are examples.",
            )
        )
    return blocks


# --- parameters


def parameters_section(reading: Reading) -> Section:
    rows = reading.rows("parameters")
    if not rows:
        return Section("parameters", "Parameters", (Paragraph("The model uses no parameters."),))
    users: dict[str, set[str]] = {}
    alike: dict[tuple[Any, ...], set[str]] = {}
    for row in rows:
        value = row["value"] if isinstance(row["value"], str) else float(f"{row['value']:.10g}")
        key = (
            row["parameter"],
            value,
            *(row[k] for k in ("unit", "low", "high", "evidence", "source", "set_by", "file", "line")),
        )
        users.setdefault(row["parameter"], set()).add(row["scenario"])
        alike.setdefault(key, set()).add(row["scenario"])
    columns = (
        Column("Parameter", "code"),
        Column("Value", "exact"),
        Column("Low", "exact"),
        Column("High", "exact"),
        Column("Unit"),
        Column("Evidence"),
        Column("Source", "code"),
        Column("Set by"),
        Column("Line", "code"),
        Column("Scenarios"),
    )
    table: list[tuple[Cell, ...]] = []
    for key, scenarios in sorted(alike.items(), key=lambda entry: (entry[0][0], str(entry[0][1]))):
        name, value, unit, low, high, evidence, source, set_by, file, line = key
        where = reading.which(scenarios, users[name])
        graded = (evidence or show.NOT_STATED, source or show.NOT_STATED)
        table.append((name, value, low, high, show.unit(unit or ""), *graded, set_by or "", _place(file, line), where))
    said = f"{len(users)} parameters are used, with {len(alike)} different values over all scenarios."
    return Section(
        "parameters", "Parameters", (Paragraph(said), Table("All parameters", columns, tuple(table), folded=True))
    )


def _place(file: str | None, line: Any) -> str:
    """`file:line`, the file from its folder in the workspace on."""
    if not file:
        return ""
    starts = [file.rfind(f"/{folder}") for folder in _FOLDERS if f"/{folder}" in file]
    return f"{file[max(starts) + 1 :] if starts else file.rpartition('/')[2] if file.startswith('/') else file}" + (
        f":{line}" if line else ""
    )


# --- warnings, sources, reproduction


def warnings_section(reading: Reading) -> Section:
    rows = reading.rows("warnings")
    if not rows:
        return Section(
            "warnings", "Warnings of the check", (Paragraph("The check of the workspace had nothing to report."),)
        )
    counts: dict[str, int] = {}
    for row in rows:
        counts[str(row["code"])] = counts.get(str(row["code"]), 0) + 1
    kinds = tuple(
        (code, CATALOGUE[code].title if code in CATALOGUE else "", float(count))
        for code, count in sorted(counts.items())
    )
    found = tuple((str(row["code"]), str(row["message"]), _place(row["file"], row["line"])) for row in rows)
    count = "1 warning" if len(rows) == 1 else f"{len(rows)} warnings"
    return Section(
        "warnings",
        "Warnings of the check",
        (
            Paragraph(f"The check of the workspace gave {count}. An elementary flow without a factor adds nothing."),
            Table("Warnings by kind", (Column("Code", "code"), Column("Meaning"), Column("Count", "exact")), kinds),
            Table(
                "All warnings",
                (Column("Code", "code"), Column("Message"), Column("Line", "code")),
                found,
                folded=len(rows) > 8,
            ),
        ),
    )


def sources_section(reading: Reading) -> Section:
    sources: dict[str, dict[str, str]] = dict(reading.metadata.get("sources") or {})
    if not sources:
        return Section("sources", "Sources", (Paragraph("The workspace names no sources."),))
    cited = {
        str(row["source"])
        for name in ("parameters", "exchanges", "sensitivity", "costs", "dependency")
        for row in reading.rows(name)
        if row["source"]
    } | _declared_sources(reading)
    own = {key: source for key, source in sources.items() if key in cited}
    rest = {key: source for key, source in sources.items() if key not in cited}
    blocks: list[Block] = []
    if own:
        prices = ", by prices" if reading.rows("costs") else ""
        prices += ", by allocations" if reading.metadata.get("allocations") else ""
        prices += ", by plants" if reading.metadata.get("networks") else ""
        title = f"Cited by parameters{prices}, and by exchanges of the plant"
        blocks.append(ReferenceList(tuple(_references(own)), title))
    if rest:
        title = "Other sources of the workspace" if own else ""
        blocks.append(ReferenceList(tuple(_references(rest)), title, folded=len(rest) > 12))
    return Section("sources", "Sources", tuple(blocks))


def _declared_sources(reading: Reading) -> set[str]:
    """The sources of plants, allocations and the prices that these weigh with."""
    data = reading.metadata
    plants = [plant for plants in (data.get("networks") or {}).values() for plant in plants]
    sold = [entry for prices in data.get("price_lists") or [] for entry in prices["products"]]
    return {entry["source"] for entry in (*plants, *sold, *(data.get("allocations") or [])) if entry["source"]}


def _references(sources: dict[str, dict[str, str]]) -> Iterable[Reference]:
    for key, source in sources.items():
        author = source.get("author", "")
        parts = [author if author and author not in source.get("title", "") else "", source.get("title", key)]
        parts += [source[name] for name in ("publisher", "year") if name in source and source[name] not in parts[1]]
        parts += [f"doi:{source['doi']}"] if "doi" in source else []
        parts += [f"accessed {source['accessed']}"] if "accessed" in source else []
        parts += [source[name] for name in ("licence", "note") if name in source]
        text = ". ".join(part.strip().rstrip(".") for part in parts if part.strip())
        yield Reference(key, f"{text}.", source.get("url", ""))


def reproducibility_section(reading: Reading) -> Section:
    data = reading.metadata
    items = [
        ("Study", str(data.get("study", ""))),
        ("Demand", str(data.get("demand", ""))),
        ("Method", "; ".join(f"{method['title']} ({method['id']})" for method in data["methods"])),
        ("Settings of this run", ", ".join(data.get("settings") or []) or "none"),
        ("Computed", str(data.get("created", ""))),
        ("Workspace, SHA-256", str(data.get("workspace_sha256", ""))),
        ("Versions", ", ".join(f"{name} {version}" for name, version in (data.get("versions") or {}).items())),
    ]
    text = "The same workspace with the same versions gives the same figures."
    return Section(
        "reproducibility",
        "Reproducibility",
        (Paragraph(text), KeyValues(tuple((name, value or show.NOT_STATED) for name, value in items))),
    )
