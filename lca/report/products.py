"""What each product of the basket bears, by every allocation side by side, and the factors behind."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from lca.chemistry import OXIDES
from lca.inventory.declarations import BASKET
from lca.report import formatting as show
from lca.report.cases import Case, Reading, Row, basis_word
from lca.report.document import Block, Cell, Column, Paragraph, Section, Table
from lca.report.headline import MANY, SAME

_FORMULAS = frozenset(OXIDES.values())
_SUBSCRIPT = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def products_section(reading: Reading) -> Section | None:
    """Nothing when the study asks for no single products."""
    found: dict[str, dict[tuple[str, str], Row]] = {}
    for row in reading.main_rows("products"):
        if row["electricity_basis"] == reading.basis:
            found.setdefault(row["scenario"], {})[row["product"], row["allocation"]] = row
    if not found:
        return None
    factors = reading.rows("allocation")
    allocations = allocation_titles(reading, (allocation for rows in found.values() for _, allocation in rows))
    main = reading.main["title"]
    blocks: list[Block] = [
        Paragraph(
            "The figures of this report are for the basket as a whole, and need no allocation. What a single product "
            "of it bears is a matter of how the burden is shared out; the ways stand side by side, and none is "
            f"preferred here. {main}, {basis_word(reading.basis)}, central values."
        )
    ]
    if changed := _other_baskets(reading, found, allocations):
        blocks.append(
            Paragraph(
                f"{'; '.join(changed)}: here the basket differs from the figure of this report, because the rule does "
                "not only share out what the plant causes."
            )
        )
    leading = [case for case in reading.leading if case.id in found]
    more = [case for case in reading.shown if case.id in found and case not in leading]
    unit = f"{reading.main['unit']}/kg"
    caption = f"{main} of the single products, per kg of each"
    if leading:
        blocks.append(_side_by_side(leading, found, factors, allocations, caption, unit, changed))
    if more:
        caption = f"{caption}, {len(more)} more scenarios" if leading else caption
        blocks.append(_side_by_side(more, found, factors, allocations, caption, unit, changed, folded=True))
    if factors:
        blocks.append(_factors(reading, factors, allocations))
    blocks += _rules(reading)
    return Section("products", "Single products", tuple(blocks))


def allocation_titles(reading: Reading, names: Iterable[str]) -> dict[str, str]:
    """What allocations are called, by their ids in the order given."""
    titles = {row["allocation"]: str(row["title"]) for row in reading.rows("allocation")}
    return {name: titles.get(name) or show.words(name.replace("-", "_")) for name in names}


def _other_baskets(
    reading: Reading, found: Mapping[str, Mapping[tuple[str, str], Row]], allocations: Mapping[str, str]
) -> list[str]:
    """The allocations under which the basket does not bear what the plant causes."""
    other: dict[str, None] = {}
    for scenario, rows in found.items():
        case = reading.cases.get(scenario)
        value = reading.value(case, reading.main["id"], reading.basis) if case else None
        for (product, allocation), row in rows.items():
            if product == BASKET and value is not None and abs(row["value"] - value) > SAME * abs(value):
                other[allocations[allocation]] = None
    return list(other)


def _side_by_side(
    cases: Iterable[Case],
    found: Mapping[str, Mapping[tuple[str, str], Row]],
    factors: Iterable[Row],
    allocations: Mapping[str, str],
    caption: str,
    unit: str,
    other: Container[str],
    folded: bool = False,
) -> Table:
    masses = {(row["scenario"], row["product"]): row["mass_share"] for row in factors}
    rows: list[tuple[Cell, ...]] = []
    groups = []
    partial = False
    for case in cases:
        own = found[case.id]
        products = dict.fromkeys(product for product, _ in own)
        for product in products:
            values: list[Cell] = []
            for allocation in allocations:
                row = own.get((product, allocation))
                full = row is None or show.coverage(row["coverage"], row["value"]) == show.FULL
                partial = partial or not full
                values.append(None if row is None else row["value"] if full else _marked(row))
            mass = 1.0 if product == BASKET else masses.get((case.id, product))
            rows.append((product_name(product), mass, *values))
        groups.append((case.label, len(products)))
    used = [n for n in range(len(allocations)) if any(row[n + 2] is not None for row in rows)]
    columns = (
        Column("Product"),
        Column("Mass share", "percent", "%"),
        *(Column(_starred(list(allocations.values())[n], other), "number", show.unit(unit)) for n in used),
    )
    kept = tuple((*row[:2], *(row[n + 2] for n in used)) for row in rows)
    notes = []
    if any(column.title.endswith(STAR) for column in columns):
        notes.append(
            f"{STAR.strip()} This rule does not only share out what the plant causes, but charges or credits what lies "
            "outside of it as well: the whole basket bears more or less than the result of this report, and the column "
            "is not to be compared with the others."
        )
    if any(cell is None for row in kept for cell in row):
        notes.append(f"{show.ABSENT}: the allocation is not meant for this scenario or product.")
    return Table(caption, columns, kept, groups=tuple(groups), folded=folded, note=" ".join(notes))


#: What marks a rule under which the basket bears something else than what the plant causes.
STAR = " *"


def _starred(title: str, other: Container[str]) -> str:
    return f"{title}{STAR}" if title in other else title


def _marked(row: Row) -> str:
    return f"{show.number(row['value'])} ({show.coverage(row['coverage'], row['value'])})"


def product_name(product: str) -> str:
    """A product in print: an oxide by its formula."""
    if product == BASKET:
        return "Whole basket"
    return product.translate(_SUBSCRIPT) if product in _FORMULAS else product


def _factors(reading: Reading, factors: Iterable[Row], allocations: Mapping[str, str]) -> Table:
    """Mass shares, weights and shares of the burden: once for all scenarios with the same basket."""
    of: dict[str, list[Row]] = {}
    for row in factors:
        of.setdefault(row["scenario"], []).append(row)
    alike: dict[tuple[tuple[Cell, ...], ...], list[str]] = {}
    weighed = {row["allocation"]: str(row["weight_unit"]) for rows in of.values() for row in rows if row["weight_unit"]}
    named = [name for name in allocations if any(row["allocation"] == name for rows in of.values() for row in rows)]
    for scenario, rows in of.items():
        known = {(row["product"], row["allocation"]): row for row in rows}
        lines: list[tuple[Cell, ...]] = []
        for product in dict.fromkeys(row["product"] for row in rows):
            line: list[Cell] = [product_name(product), next(r["mass_share"] for r in rows if r["product"] == product)]
            for name in named:
                entry = known.get((product, name), {})
                line += ([entry.get("weight")] if name in weighed else []) + [entry.get("share")]
            lines.append(tuple(line))
        alike.setdefault(tuple(lines), []).append(scenario)
    columns = [Column("Product"), Column("Mass share", "percent", "%")]
    for name in named:
        if name in weighed:
            columns.append(Column("Weight", "number", show.unit(weighed[name]), allocations[name]))
        columns.append(Column("Share of the burden", "percent", "%", allocations[name]))
    rows_of = tuple(line for lines in alike for line in lines)
    groups = tuple((reading.which(names, of), len(lines)) for lines, names in alike.items())
    return Table(
        "Factors of the allocations",
        tuple(columns),
        rows_of,
        groups=groups if len(groups) > 1 else (),
        folded=len(rows_of) > MANY,
        note="Single products add up to the basket; a group of products holds some of them again.",
    )


# --- what the allocations rest on

_BY = {
    "mass": "mass of oxide",
    "price": "value",
    "elements": "mass of some elements",
    "circular_footprint": "circular footprint formula",
}


def _rules(reading: Reading) -> list[Block]:
    """Parameters and evidence of the allocations, and the prices that those by value weigh with."""
    found = reading.metadata.get("allocations") or []
    titles = {one["allocation"]: one["title"] for one in found}
    lists = {one["prices"]: one for one in reading.metadata.get("price_lists") or []}
    rows: list[tuple[Cell, ...]] = []
    for one in found:
        graded = (one["evidence"] or show.NOT_STATED, one["source"] or show.NOT_STATED)
        rows.append((one["title"], _BY[one["by"]], _parameters(reading, one, titles, lists), *graded, one["note"]))
    columns = (
        Column("Allocation"),
        Column("By"),
        Column("Parameters"),
        Column("Evidence"),
        Column("Source", "code"),
        Column("Note"),
    )
    blocks: list[Block] = [Table("Rules of the allocations", columns, tuple(rows), folded=True)] if rows else []
    return blocks + ([_sold(lists.values())] if lists else [])


def _parameters(reading: Reading, one: Row, titles: Mapping[str, str], lists: Mapping[str, Row]) -> str:
    """What an allocation is told: its price list with date, its elements, or the terms of the formula."""
    said = []
    if one["prices"] in lists:
        prices = lists[one["prices"]]
        said.append(f"{prices['title']}; {prices['date']}; {prices['currency']}")
    said += [", ".join(one["elements"])] if one["elements"] else []
    if one["by"] == "circular_footprint":
        virgin = reading.cases.get(one["virgin"])
        said.append(f"A = {one['allocation_factor']}, Q = {one['quality_ratio']}")
        said.append(f"virgin: {virgin.label if virgin else one['virgin']}")
        said.append(f"both sides by: {titles.get(one['base'], one['base'])}")
    said += [f"for {reading.axes.get(axis, axis)}: {', '.join(options)}" for axis, options in one["when"].items()]
    return "; ".join(said) or show.ABSENT


def _sold(lists: Iterable[Row]) -> Table:
    """The prices of what is sold, as written."""
    rows: list[tuple[Cell, ...]] = []
    groups = []
    for prices in lists:
        own = prices["products"]
        for entry in own:
            graded = (entry["evidence"] or show.NOT_STATED, entry["source"] or show.NOT_STATED)
            spread = show.unit(entry["range"]) or show.ABSENT
            rows.append((product_name(entry["product"]), show.unit(entry["price"]), spread, *graded, entry["note"]))
        groups.append((f"{prices['title']}; {prices['date']}", len(own)))
    columns = (
        Column("Product"),
        Column("Price"),
        Column("Range"),
        Column("Evidence"),
        Column("Source", "code"),
        Column("Note"),
    )
    return Table("Prices of the products", columns, tuple(rows), groups=tuple(groups), folded=True)
