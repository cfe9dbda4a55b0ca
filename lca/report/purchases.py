"""What the purchases cost, and from where they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lca.impact.accounts import WORLD
from lca.report import formatting as show
from lca.report.breakdowns import shown_and_all, waterfall
from lca.report.cases import Case, Pair, Reading, Row
from lca.report.document import Block, Cell, Column, Figure, Heading, KeyValues, Notice, Paragraph, Section, Sum, Table
from lca.report.headline import SAME

ONLY_INPUTS = "Operating cost of purchased inputs only: no investment, labour, maintenance or revenue."

SHOWN_CHARTS = 2

#: Share of one country above which a good is said to come from it for the most part.
MOSTLY = 0.5

#: A good by flow: its title, and its cost where a price is known.
Goods = Mapping[str, tuple[str, float | None]]


# --- costs


def costs_section(reading: Reading) -> Section | None:
    """Nothing when the study has no prices."""
    lines: dict[str, list[Row]] = {}
    for row in reading.rows("costs"):
        lines.setdefault(row["scenario"], []).append(row)
    if not lines:
        return None
    currency = next(str(row["currency"]) for rows in lines.values() for row in rows)
    blocks: list[Block] = [
        Paragraph(f"{ONLY_INPUTS} Per declared unit, in {currency}, central values."),
        _price_list(reading, lines),
    ]
    missing = dict.fromkeys(str(row["title"]) for rows in lines.values() for row in rows if row["cost"] is None)
    if missing:
        text = f"{'; '.join(missing)}. What is bought of them is not in the costs."
        blocks.append(Notice("Goods without a price", text))
    blocks += _totals(reading, lines, currency)
    goods = {scenario: _goods(rows) for scenario, rows in lines.items()}
    pairs = [pair for pair in reading.shown_pairs if pair.baseline.id in goods and pair.alternative.id in goods]
    if pairs:
        blocks.append(Heading("What makes the difference in cost"))
        blocks += _charts(pairs, goods, currency)
        blocks.append(_difference_table(pairs, goods, currency, of=len(reading.pairs)))
    blocks.append(_prices(lines, currency))
    return Section("costs", "Cost of purchased inputs", tuple(blocks))


def _price_list(reading: Reading, lines: Mapping[str, Sequence[Row]]) -> KeyValues:
    prices = reading.metadata.get("prices") or {}
    used = {
        (row["flow"], row["location"], row["price"], row["evidence"] or show.NOT_STATED)
        for rows in lines.values()
        for row in rows
        if row["price"] is not None
    }
    grades: dict[str, int] = {}
    for *_, grade in used:
        grades[grade] = grades.get(grade, 0) + 1
    ranked = sorted(grades.items(), key=lambda entry: (-entry[1], entry[0]))
    items = [
        ("Price list", str(prices.get("title") or "")),
        ("Date", str(prices.get("date") or "")),
        ("Currency", ", ".join(filter(None, (str(prices.get(key) or "") for key in ("currency", "region"))))),
        ("Evidence of the prices", ", ".join(f"{count} {grade}" for grade, count in ranked)),
    ]
    items += [("Note", str(prices["note"]))] if prices.get("note") else []
    return KeyValues(tuple((name, text or show.NOT_STATED) for name, text in items))


def _prices(lines: Mapping[str, Sequence[Row]], currency: str) -> Table:
    """Every price that a scenario makes use of, with its range and evidence, and the places where it holds."""
    keys = ("title", "price", "price_low", "price_high", "unit", "evidence", "source", "price_note")
    used: dict[tuple[Cell, ...], set[str]] = {}
    for row in (row for rows in lines.values() for row in rows if row["price"] is not None):
        used.setdefault(tuple(row[key] for key in keys), set()).add(str(row["location"] or ""))
    table: list[tuple[Cell, ...]] = []
    for key, places in sorted(used.items(), key=lambda entry: (str(entry[0][0]), sorted(entry[1]))):
        title, *prices, unit, evidence, source, note = key
        graded = (evidence or show.NOT_STATED, source or show.NOT_STATED)
        per = f"{currency}/{show.unit(str(unit))}"
        table.append((title, ", ".join(filter(None, sorted(places))), *prices, per, *graded, note))
    columns = (
        Column("Good"),
        Column("Place", "code"),
        *(Column(name, "number") for name in ("Price", "Low", "High")),
        Column("Unit"),
        Column("Evidence"),
        Column("Source", "code"),
        Column("Note"),
    )
    return Table("Prices used", columns, tuple(table), folded=True)


def _totals(reading: Reading, lines: Mapping[str, Sequence[Row]], currency: str) -> list[Block]:
    columns = (
        Column("Scenario"),
        Column("Cost", "number", currency),
        Column("Low", "number", currency),
        Column("High", "number", currency),
    )

    def cells(case: Case) -> list[Cell]:
        known = [row for row in lines.get(case.id, ()) if row["cost"] is not None]
        return [float(sum(row[key] for row in known)) if known else None for key in ("cost", "low", "high")]

    note = "Low and high take every price at that end of its range at once: a wider span than is likely."
    return shown_and_all(reading, columns, cells, "Cost of purchased inputs", note)


def _goods(rows: Iterable[Row]) -> Goods:
    """What each good costs in a scenario; a good of which any part has no price has no cost."""
    found: dict[str, tuple[str, float | None]] = {}
    for row in rows:
        _, known = found.get(row["flow"], ("", 0.0))
        cost = None if known is None or row["cost"] is None else known + row["cost"]
        found[row["flow"]] = (str(row["title"]), cost)
    return found


def _sides(pair: Pair, goods: Mapping[str, Goods]) -> dict[str, tuple[str, float | None, float | None]]:
    """Title and cost on both sides of every good, the largest change first; what one does not buy costs it nothing."""
    old, new = goods[pair.baseline.id], goods[pair.alternative.id]
    found = {
        flow: ((old.get(flow) or new[flow])[0], old.get(flow, ("", 0.0))[1], new.get(flow, ("", 0.0))[1])
        for flow in dict.fromkeys([*old, *new])
    }
    return dict(sorted(found.items(), key=lambda entry: -abs((entry[1][2] or 0.0) - (entry[1][1] or 0.0))))


def _priced(sides: Mapping[str, tuple[str, float | None, float | None]]) -> list[tuple[str, float, float]]:
    """The goods whose cost is known on both sides."""
    return [(title, old, new) for title, old, new in sides.values() if old is not None and new is not None]


def _charts(pairs: Iterable[Pair], goods: Mapping[str, Goods], currency: str) -> list[Figure]:
    """Waterfalls of the first comparisons whose costs differ from those already drawn."""
    drawn: dict[tuple[float, float], Pair] = {}
    for pair in pairs:
        known = _priced(_sides(pair, goods))
        ends = (sum(old for _, old, _ in known), sum(new for _, _, new in known))
        alike = any(all(abs(a - b) <= SAME * abs(b) for a, b in zip(ends, other, strict=True)) for other in drawn)
        if not alike and len(drawn) < SHOWN_CHARTS and ends != (0.0, 0.0):
            drawn[ends] = pair
    return [
        waterfall(
            pair,
            currency,
            ends,
            [(title, new - old) for title, old, new in _priced(_sides(pair, goods))],
            half=len(drawn) > 1,
            what="cost of purchased inputs",
            part="Good",
        )
        for ends, pair in drawn.items()
    ]


def _difference_table(pairs: Sequence[Pair], goods: Mapping[str, Goods], currency: str, of: int) -> Table:
    columns = (
        Column("Good"),
        Column("Baseline", "number", currency),
        Column("Alternative", "number", currency),
        Column("Change", "number", currency),
    )
    rows: list[tuple[Cell, ...]] = []
    groups = []
    for pair in pairs:
        sides = _sides(pair, goods)
        own = [
            (title, old, new, None if old is None or new is None else new - old)
            for title, old, new in sides.values()
            if (old, new) != (0.0, 0.0)
        ]
        known = _priced(sides)
        before, after = sum(old for _, old, _ in known), sum(new for _, _, new in known)
        rows += [*own, ("Total", before, after, after - before)]
        groups.append((f"{pair.old} and {pair.new}: {pair.common or 'all'}", len(own) + 1))
    note = "Change is the alternative minus the baseline: negative when the alternative costs less."
    if any(None in row for row in rows):
        note += f" {show.ABSENT}: no price is known; such goods are not in the totals."
    if len(pairs) < of:
        note += f" Shows {len(pairs)} of {of} comparisons."
    sums = (Sum("Alternative minus baseline", 3, (2,), (1,)),)
    title = "Difference in cost by good"
    return Table(title, columns, tuple(rows), groups=tuple(groups), folded=True, note=note, sums=sums)


# --- dependency


def dependency_section(reading: Reading) -> Section | None:
    """Nothing when the study has no prices, and so nothing is said of what it buys."""
    lines: dict[str, list[Row]] = {}
    for row in reading.rows("dependency"):
        lines.setdefault(row["scenario"], []).append(row)
    if not lines:
        return None
    blocks: list[Block] = [
        Paragraph(
            "How much of what is bought comes from one country. Where shares of world supply are given, a good is "
            "spread over the countries by them. For every other good the place of its supplier in the model counts: "
            "that is where the study puts the supplier, not an observation that there is no other."
        ),
        *_concentration(reading, lines),
    ]
    leading = [case for case in reading.leading if case.id in lines]
    blocks.append(_single(leading, lines))
    blocks.append(_by_country(reading, leading, lines))
    blocks = [block for block in blocks if not isinstance(block, Table) or block.rows]
    return Section("dependency", "Dependency on single countries", tuple(blocks))


def _concentration(reading: Reading, lines: Mapping[str, Sequence[Row]]) -> list[Block]:
    of_cost, of_mass, most = "Cost: largest country", "Mass: largest country", "Made mostly in one country"
    columns = (
        Column("Scenario"),
        Column("Country", "code", group=of_cost),
        Column("Share", "percent", "%", of_cost),
        Column("Country", "code", group=of_mass),
        Column("Share", "percent", "%", of_mass),
        Column("of cost", "percent", "%", most),
        Column("of mass", "percent", "%", most),
    )

    def cells(case: Case) -> list[Cell]:
        rows = [row for row in lines.get(case.id, []) if not row["upstream"]]
        mostly = {row["flow"] for row in rows if row["basis"] == WORLD and row["largest"] and row["share"] > MOSTLY}
        masses = [row for row in rows if row["unit"] == "kg"]
        found: list[Cell] = [*_largest(rows, "cost"), *_largest(masses, "amount")]
        return [*found, _share(rows, "cost", mostly), _share(masses, "amount", mostly)]

    note = (
        f"Made mostly in one country: more than {show.percent(MOSTLY, 2)} of world supply. Without what stands "
        "upstream of the gate (the feed), and without water. Countries by their codes of two letters."
    )
    return shown_and_all(reading, columns, cells, "Share of one country in what is bought", note)


def _largest(rows: Iterable[Row], key: str) -> tuple[Cell, Cell]:
    """The country with the most, and its share."""
    sums: dict[str, float] = {}
    for row in rows:
        if row[key] is not None:
            sums[row["country"]] = sums.get(row["country"], 0.0) + row[key]
    total = sum(sums.values())
    if not total > 0:
        return show.ABSENT, None
    country = max(sums, key=lambda name: sums[name])
    return country, sums[country] / total


def _share(rows: Iterable[Row], key: str, flows: Iterable[str]) -> Cell:
    """The share of some goods in what is known of a sum."""
    known = [row for row in rows if row[key] is not None]
    total = sum(row[key] for row in known)
    return sum(row[key] for row in known if row["flow"] in set(flows)) / total if total > 0 else None


def _single(cases: Iterable[Case], lines: Mapping[str, Sequence[Row]]) -> Table:
    """The goods that come for the most part from one country by world supply, dearest first."""
    rows: list[tuple[Cell, ...]] = []
    groups = []
    currency = ""
    for case in cases:
        costs = _cost_of(lines[case.id])
        own = [row for row in lines[case.id] if row["basis"] == WORLD and row["largest"] and row["share"] > MOSTLY]
        own.sort(key=lambda row: (-(costs[row["flow"]] or 0.0), row["title"]))
        for row in own:
            currency = str(row["currency"])
            origin = (row["evidence"] or show.NOT_STATED, row["source"] or show.NOT_STATED)
            rows.append((row["title"], row["country"], row["share"], costs[row["flow"]], *origin))
        groups += [(case.label, len(own))] if own else []
    columns = (
        Column("Good"),
        Column("Country", "code"),
        Column("Share of world supply", "percent", "%"),
        Column("Cost of the good", "number", currency),
        Column("Evidence"),
        Column("Source", "code"),
    )
    return Table("Goods mostly from a single country, by world supply", columns, tuple(rows), groups=tuple(groups))


def _cost_of(rows: Iterable[Row]) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for row in rows:
        known = found.get(row["flow"], 0.0)
        found[row["flow"]] = None if known is None or row["cost"] is None else known + row["cost"]
    return found


def _by_country(reading: Reading, cases: Iterable[Case], lines: Mapping[str, Sequence[Row]]) -> Table:
    """The share of each country in each good."""
    cases = list(cases)
    of_country: dict[str, float] = {}
    for row in (row for case in cases for row in lines[case.id]):
        of_country[row["country"]] = of_country.get(row["country"], 0.0) + (row["cost"] or 0.0)
    countries = sorted(of_country, key=lambda name: -of_country[name])
    rows: list[tuple[Cell, ...]] = []
    groups = []
    currency = ""
    for case in cases:
        accounts = {item: title for item, (title, _) in reading.breakdown(case, "account", reading.basis).items()}
        costs = _cost_of(lines[case.id])
        goods: dict[str, dict[str, Row]] = {}
        for row in lines[case.id]:
            goods.setdefault(row["flow"], {})[row["country"]] = row
            currency = str(row["currency"])
        for flow in sorted(goods, key=lambda flow: -(costs[flow] or 0.0)):
            some = next(iter(goods[flow].values()))
            shares = [goods[flow][name]["share"] if name in goods[flow] else None for name in countries]
            amount = sum(row["amount"] for row in goods[flow].values())
            account = accounts.get(some["account"]) or show.words(some["account"] or "")
            known = (amount, show.unit(str(some["unit"])), costs[flow])
            rows.append((some["title"], account, *known, *shares, WORLD if some["basis"] == WORLD else "the model"))
        groups.append((case.label, len(goods)))
    columns = (
        Column("Good"),
        Column("Account"),
        Column("Amount", "number"),
        Column("Unit"),
        Column("Cost", "number", currency),
        *(Column(name, "percent", "%", "Share of the country") for name in countries),
        Column("Placed by"),
    )
    return Table("Goods by country", columns, tuple(rows), groups=tuple(groups), folded=True)
