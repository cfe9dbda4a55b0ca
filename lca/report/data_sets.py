"""What the inventory consists of: every data set with its sources, evidence, pedigree and what it covers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from lca.impact.coverage import covered_groups
from lca.inventory import schema
from lca.inventory.loading import Inventory

#: Evidence grades, best first.
GRADES = ("measured", "literature", "calculated", "expert", "placeholder")

PEDIGREE = ("reliability", "completeness", "time", "geography", "technology")


def data_sets(inventory: Inventory) -> list[dict[str, Any]]:
    """One record per process: background by file, then the foreground by stage."""
    rows = []
    for name, process in inventory.processes.items():
        found = list(_graded(process))
        grades = Counter(grade for _, grade in found)
        sources = dict.fromkeys(source for source, _ in found if source)
        groups = covered_groups(process, inventory)
        file = name.span.path.relative_to(inventory.root).as_posix()
        rows.append(
            {
                "process": str(name),
                "title": str(process.title),
                "stage": str(process.stage or ""),
                "product": str(inventory.flows[process.product.flow].title),
                "unit": str(inventory.flows[process.product.flow].unit),
                "location": str(process.location or "where it is bought"),
                "year": str(process.year or ""),
                "sources": ", ".join(sources),
                "evidence": ", ".join(f"{grades[grade]} {grade}" for grade in GRADES if grades[grade]),
                "weakest": next((grade for grade in reversed(GRADES) if grades[grade]), ""),
                "pedigree": " ".join(map(str, process.pedigree or ())),
                "covers": "nothing of its own" if groups is None else ", ".join(sorted(groups)),
                "note": " ".join(str(process.note or "").split()),
                "file": file,
                "line": name.span.line,
            }
        )
    return sorted(rows, key=lambda row: (bool(row["stage"]), row["file"], row["line"]))


def _graded(process: schema.Process) -> Iterator[tuple[str, str]]:
    """Source and grade of every figure of a process: parameters with values, and lines that are numbers themselves."""
    for parameter in process.parameters.values():
        if parameter.text is None:
            yield str(parameter.source or process.source or ""), str(parameter.evidence or process.evidence or "")
    shares = process.mix.shares if process.mix else []
    lines = [*process.inputs, *process.outputs, *process.emissions, *process.resources, *shares]
    for line in lines:
        yield str(line.source or process.source or ""), str(line.evidence or process.evidence or "")


def render_data_sets(inventory: Inventory) -> str:
    """The page `docs/data-sets.md`."""
    rows = data_sets(inventory)
    groups = inventory.workspace.flow_groups if inventory.workspace else {}
    lines = [
        "# Data sets",
        "",
        "Every process of the bundled inventory, with where its figures come from, how good they are and what they",
        "speak of. Made from the inventory; `ree-lca sources` shows the same of any workspace.",
        "",
        "* **Evidence** counts the figures of a data set by grade: measured, literature (read in the source),",
        "  calculated (stoichiometry, arithmetic), expert (judgement, recalled figures), placeholder (stands in until",
        "  data arrive).",
        f"* **Pedigree** scores {', '.join(PEDIGREE)} from 1 (best) to 5 (worst).",
        "* **Covers** names the groups of elementary flows that the data set reports; what is not named is missing,",
        '  not zero. "Nothing of its own": it only passes on what it buys.',
        "",
        *(f"    {name}: {title}" for name, title in groups.items()),
    ]
    for heading, own in _sections(rows):
        lines += ["", f"## {heading}", "", "| data set | per | place, year | evidence | pedigree | covers | sources |"]
        lines.append("|---|---|---|---|---|---|---|")
        for row in own:
            place = ", ".join(filter(None, (row["location"], row["year"])))
            cells = (f"**{row['title']}** `{row['process']}`", row["unit"], place, row["evidence"], row["pedigree"])
            lines.append("| " + " | ".join(map(_cell, (*cells, row["covers"], row["sources"]))) + " |")
        notes = [f"* `{row['process']}`: {row['note']}" for row in own if row["note"]]
        lines += ["", *notes] if notes else []
    lines += ["", "## Sources", ""]
    used = {source for row in rows for source in row["sources"].split(", ")}
    for key, source in sorted(inventory.sources.items()):
        parts = [
            source.author,
            source.title,
            source.year,
            source.publisher,
            source.doi and f"doi:{source.doi}",
            source.url,
        ]
        text = ". ".join(str(part).strip().rstrip(".") for part in parts if part)
        lines.append(f"* `{key}`: {text}." + ("" if str(key) in used else " (not used by a process)"))
    return "\n".join(lines) + "\n"


def _sections(rows: list[dict[str, Any]]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """By file in the supply chain, by stage in the plant."""
    sections: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        name = row["stage"] or row["file"].rpartition("/")[2].removesuffix(".yaml")
        heading = f"{'Plant' if row['stage'] else 'Supply'}: {name.replace('_', ' ').replace('-', ' ')}"
        sections.setdefault(heading, []).append(row)
    yield from sections.items()


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
