"""The results beside footprints that others published: for orientation, and with what tells them apart."""

from __future__ import annotations

from lca.report import formatting as show
from lca.report.cases import Reading, basis_word
from lca.report.document import Band, BandChart, Block, Column, Figure, Paragraph, Section, Table

SEEN = ("literature", "measured", "calculated")


def published_section(reading: Reading) -> Section | None:
    """Nothing when the workspace holds no published footprint of the main indicator and the product's unit."""
    found = reading.metadata.get("published") or []
    own = _own(reading)
    if not found or not own:
        return None
    unit = show.unit(reading.main["unit"])
    bands = [*own, *(Band(_marked(one), one["low"], one["high"]) for one in found)]
    rows = tuple(
        (
            one["title"],
            one["product"],
            one["low"],
            one["high"],
            one["boundary"] or show.NOT_STATED,
            one["evidence"] or show.NOT_STATED,
            one["source"] or show.NOT_STATED,
            one["note"],
        )
        for one in found
    )
    columns = (
        Column("Published"),
        Column("Product"),
        Column("Low", "number", unit),
        Column("High", "number", unit),
        Column("Boundary"),
        Column("Evidence"),
        Column("Source", "code"),
        Column("Note"),
    )
    recalled = sum(one["evidence"] not in SEEN for one in found)
    said = (
        "For orientation, not as a test: products, boundaries, allocation and years differ from study to study, and "
        "none of these figures has been made comparable."
    )
    if recalled:
        said += (
            f" {recalled} of {len(found)} are recalled or known from somebody who quotes them, not seen in the "
            "publication; they are marked with an asterisk and are no citations."
        )
    low, high = min(band.low for band in own), max(band.high for band in own)
    described = (
        f"Ranges of {len(found)} published footprints, from {show.number(min(one['low'] for one in found))} to "
        f"{show.quantity(max(one['high'] for one in found), reading.main['unit'])}; the scenarios of this study lie "
        f"between {show.number(low)} and {show.quantity(high, reading.main['unit'])}."
    )
    caption = (
        f"{reading.main['title']} per declared unit: this study ({basis_word(reading.basis)}, central values of its "
        "scenarios, lowest to highest) and published figures. A diamond is a single value. * not seen in the "
        "publication."
    )
    data = Table("Published footprints", columns, rows)
    blocks: list[Block] = [Paragraph(said), Figure(described, caption, BandChart(unit, tuple(bands)), data)]
    return Section("published", "Beside published footprints", tuple(blocks))


def _marked(one: dict[str, str]) -> str:
    return one["title"] + ("" if one["evidence"] in SEEN else " *")


def _own(reading: Reading) -> list[Band]:
    """The scenarios by the option of the axis that moves the main indicator most, each from lowest to highest."""
    values = {case: reading.value(case, reading.main["id"], reading.basis) for case in reading.ordered}
    known = {case: value for case, value in values.items() if value is not None}
    best: dict[str, list[float]] = {"All scenarios": list(known.values())}
    spread = float("inf")
    for axis in reading.axes:
        split: dict[str, list[float]] = {}
        for case, value in known.items():
            split.setdefault(case.options.get(axis, ""), []).append(value)
        within = sum(max(own) - min(own) for own in split.values()) / max(1, len(split))
        if len(split) > 1 and within < spread:
            best, spread = split, within
    return [Band(title, min(own), max(own), own=True) for title, own in best.items() if own]
