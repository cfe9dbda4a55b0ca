"""Who, why and what: general information, the product, and the sheet for whoever verifies the study."""

from __future__ import annotations

import shlex

from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.document import Block, Column, Heading, KeyValues, Notice, Paragraph, Section, Table
from lca.report.lots import lots_blocks

STRUCTURE = (
    "Follows the structure of ISO 14067:2018, clause 7, as far as the checklists show; not independently verified."
)


TO_FILL_IN = (
    "Name and organisation",
    "Competence and independence",
    "Level of assurance",
    "Materiality",
    "What was looked at",
    "Figures recalculated",
    "Findings, and answers to them",
    "Statement",
    "Date and signature",
)


def _facts(*items: tuple[str, str]) -> KeyValues:
    return KeyValues(tuple((name, text or show.NOT_STATED) for name, text in items))


def general_section(reading: Reading) -> Section:
    data, facts = reading.metadata, reading.facts
    blocks: list[Block] = [
        _facts(
            ("Commissioned by", facts["commissioner"]),
            ("Carried out by", facts["practitioner"]),
            ("Date of the study", facts["date"]),
            ("Computed", str(data.get("created") or "")[:10]),
            ("Version", facts["version"]),
            ("Goal", str(data.get("goal") or "")),
            ("Reasons", facts["reasons"]),
            ("Intended application", facts["application"]),
            ("Audience", str(data.get("audience") or "")),
            ("Comparative assertion to the public", facts["comparative_assertion"] or _assertion(reading)),
            ("Standards", STRUCTURE),
            ("Product category rules", facts["product_rules"]),
            ("Offsets", facts["offsets"]),
            ("Value choices", facts["value_choices"]),
            ("Critical review", facts["critical_review"]),
            ("Conclusions", facts["conclusions"]),
        ),
        Heading("Data"),
        _facts(
            ("Collection", facts["data_collection"]),
            ("Quality", facts["data_quality"]),
            ("Missing data", facts["missing_data"]),
        ),
        Heading("Product"),
        _facts(
            ("Declared unit", str(data.get("declared_unit") or "")),
            ("Reference flow", str(data.get("demand") or "")),
            ("Product", facts["product"]),
            ("Purity", facts["purity"]),
            ("Biogenic carbon in the product", facts["biogenic_carbon"]),
        ),
    ]
    if (split := _split(reading)) is not None:
        blocks.append(split)
    blocks += lots_blocks(reading)
    return Section("general", "General information", tuple(blocks))


def _assertion(reading: Reading) -> str:
    return "None. Comparisons are for internal use." if reading.pairs else "None; nothing is compared."


def _split(reading: Reading) -> Table | None:
    """What the product of the leading scenarios consists of, by mass; one column where it is the same."""
    cases = [case for case in reading.leading if reading.rows_with("allocation", "scenario", {case.id})]
    shares = [
        {str(row["product"]): row["mass_share"] for row in reading.rows_with("allocation", "scenario", {case.id})}
        for case in cases
    ]
    if not shares or None in shares[0].values():
        return None
    alike = all(own == shares[0] for own in shares)
    titles = [cases[0].label] if alike else [case.label for case in cases]
    rows = tuple(
        (product, *(own.get(product) for own in (shares[:1] if alike else shares)))
        for product in dict.fromkeys(name for own in shares for name in own)
    )
    columns = (
        Column("Product"),
        *(Column(f"Share of {title}" if len(titles) > 1 else "Share", "percent", "%") for title in titles),
    )
    caption = (
        f"What the product consists of, by mass: {cases[0].label}" if alike else "What the products consist of, by mass"
    )
    return Table(caption, columns, rows, note="A group of products holds some of them again.")


def verification_section(reading: Reading) -> Section:
    data = reading.metadata
    settings = [word for setting in data.get("settings") or [] for word in ("--set", str(setting))]
    blank = tuple((name, "…") for name in TO_FILL_IN)
    how = (
        ("Command", shlex.join(["ree-lca", "report", str(data["study"]), *settings])),
        ("Inputs, SHA-256", str(data.get("workspace_sha256") or "")),
        ("Versions", ", ".join(f"{name} {version}" for name, version in (data.get("versions") or {}).items())),
    )
    return Section(
        "verification",
        "Verification sheet",
        (
            Notice(
                "Empty",
                "This sheet is for a verifier to fill in. The program that made this report checks nothing of it.",
            ),
            KeyValues(blank, "To be filled in by the verifier"),
            Paragraph("How to make every figure again:"),
            KeyValues(tuple((name, text or show.NOT_STATED) for name, text in how)),
        ),
    )
