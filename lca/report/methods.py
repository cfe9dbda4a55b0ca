"""The methods of impact assessment: what each indicator counts, and which flows none of them knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lca.impact.methods import METHANE_COUNTS
from lca.report import formatting as show
from lca.report.cases import Reading, basis_word
from lca.report.document import Block, Cell, Column, KeyValues, Paragraph, Section, Table


def methods_section(reading: Reading) -> Section:
    methods = reading.metadata["methods"]
    blocks: list[Block] = [KeyValues(tuple(_sets(reading)))] if methods else []
    blocks.append(_indicators(reading))
    if reading.rows("uncharacterised"):
        blocks.append(_uncharacterised(reading))
    elif "uncharacterised" in reading.results.tables:
        blocks.append(Paragraph("Every elementary flow of every scenario has a factor in each method, if only 0."))
    return Section("methods", "Methods of impact assessment", tuple(blocks))


def _sets(reading: Reading) -> Iterator[tuple[str, str]]:
    for method in reading.metadata["methods"]:
        said = [f"{method['title']}.", str(method.get("note") or "")]
        if archive := method.get("archive"):
            read = f"Factors read from {archive['package']} {archive['version']}, {archive['name']}"
            said.append(f"{read} (SHA-256 {archive['sha256']}).")
        yield str(method["id"]), " ".join(" ".join(filter(None, said)).split())


def _indicators(reading: Reading) -> Table:
    """Every indicator with what is to be said of it."""
    methane = any(info.get("methane") for info in reading.indicators)
    columns = [Column("Indicator"), Column("Unit"), *([Column("Methane counts")] if methane else []), Column("Note")]
    rows: list[tuple[Cell, ...]] = []
    groups: dict[str, int] = {}
    for info in reading.indicators:
        counted = [counts(info) or show.ABSENT] if methane else []
        rows.append((info["title"], show.unit(info["unit"]), *counted, info.get("note") or ""))
        name = str(info.get("method") or "")
        groups[name] = groups.get(name, 0) + 1
    several = tuple(groups.items()) if len(groups) > 1 else ()
    return Table("Indicators", tuple(columns), tuple(rows), groups=several, folded=True)


def counts(info: Mapping[str, str]) -> str:
    """How an indicator counts methane, in print."""
    return show.unit(str(info.get("methane") or "").removeprefix(METHANE_COUNTS))


def _uncharacterised(reading: Reading) -> Table:
    """Method and flow, with the amounts in the first comparison or scenario."""
    found: dict[tuple[str, str], dict[str, float]] = {}
    known: dict[tuple[str, str], tuple[str, str, str, str]] = {}
    for row in reading.rows("uncharacterised"):
        key = (str(row["method"]), str(row["flow"]))
        found.setdefault(key, {})[str(row["scenario"])] = row["amount"]
        known[key] = (str(row["title"]), str(row["compartment"]), show.unit(str(row["unit"])), str(row["reason"]))
    groups: dict[str, int] = {}
    rows: list[tuple[Cell, ...]] = []
    for key in sorted(found):
        title, compartment, unit, reason = known[key]
        amounts = [found[key].get(case.id) for case in reading.leading]
        rows.append((title, compartment, unit, *amounts, float(len(found[key])), reason))
        groups[key[0]] = groups.get(key[0], 0) + 1
    sides = [reading.pairs[0].old, reading.pairs[0].new] if reading.pairs else ["Amount"]
    columns = (
        Column("Elementary flow"),
        Column("Compartment"),
        Column("Unit"),
        *(Column(side, "number") for side, _ in zip(sides, reading.leading, strict=False)),
        Column("Scenarios", "exact"),
        Column("Reason"),
    )
    where = reading.pairs[0].common if reading.pairs else reading.leading[0].label if reading.leading else ""
    return Table(
        "Elementary flows without a factor",
        columns,
        tuple(rows),
        groups=tuple(groups.items()),
        folded=True,
        note=f"They add nothing to any indicator of the method. Amounts per declared unit, {basis_word(reading.basis)}"
        f"{f', {where}' if where else ''}. {show.ABSENT}: it does not occur there. All scenarios: "
        "ree-lca methods uncharacterised.",
    )
