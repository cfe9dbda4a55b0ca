"""Numbers behind the charts that a page with a script lets its reader switch: every indicator, basis, breakdown and
allocation, written shortly, yet so that they print to the same digits as the results do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from lca.inventory.declarations import BASKET
from lca.report import formatting as show
from lca.report.breakdowns import NOISE
from lca.report.cases import CaseGroup, Reading, basis_word
from lca.report.products import allocation_titles, product_name

#: Scenarios that the page holds, at most: those that the charts show come first.
MOST_SCENARIOS = 40

#: Breakdowns that can be chosen: the first holds every scenario, the others those that the charts show.
DIMENSIONS = {"stage": True, "input": False, "scope": False}


def views(reading: Reading) -> Mapping[str, Any]:
    """Plain data for the page; empty where the results hold no breakdown.

    `parts[dimension][indicator][basis]` holds for each scenario `[item, value, item, value, ...]`; of the bases after
    the first only what differs from the first. `totals[indicator][basis][scenario]`, `coverage` alike, as places in
    `covered`. Scenarios, items and products are places in the lists of their names.
    """
    shown = list(dict.fromkeys([*reading.shown, *reading.ordered]))[:MOST_SCENARIOS]
    ids = {case.id: n for n, case in enumerate(shown)}
    few = {case.id: ids[case.id] for case in reading.shown if case.id in ids}
    whole = [info for info in reading.indicators if not _is_part(reading, info["id"])]
    dimensions = [_dimension(reading, name, whole, ids if every else few) for name, every in DIMENSIONS.items()]
    dimensions = [one for one in dimensions if one["items"]]
    if not dimensions:
        return {}
    covered: dict[str, int] = {}
    coverage = [
        [
            [covered.setdefault(reading.coverage(case, info["id"], basis), len(covered)) for case in shown]
            for basis in reading.bases
        ]
        for info in whole
    ]
    pairs = [pair for pair in reading.shown_pairs if pair.baseline.id in ids and pair.alternative.id in ids]
    return {
        "indicators": [[info["title"], show.unit(info["unit"])] for info in whole],
        "bases": [basis_word(basis) for basis in reading.bases],
        "scenarios": [case.label for case in shown],
        "left_out": len(reading.cases) - len(shown),
        "groups": {"shown": _groups(reading.shown_groups, ids), "all": _groups(reading.groups, ids)},
        "pairs": [
            {
                "title": pair.common,
                "old": pair.old,
                "new": pair.new,
                "ends": [ids[pair.baseline.id], ids[pair.alternative.id]],
            }
            for pair in pairs
        ],
        "totals": [
            [[short(reading.value(case, info["id"], basis)) for case in shown] for basis in reading.bases]
            for info in whole
        ],
        "covered": list(covered),
        "coverage": coverage,
        "dimensions": dimensions,
        "products": _products(reading, whole, few),
    }


def _is_part(reading: Reading, name: str) -> bool:
    """Whether an indicator is a part of another one, as `climate_change.fossil` is of `climate_change`."""
    return any(name.startswith(f"{info['id']}.") for info in reading.indicators)


def short(value: float | None) -> float | None:
    """A value with as few digits as print to what the value itself prints to."""
    if value is None or value != value:
        return None
    for digits in (5, 7, 10):
        near = float(f"{value:.{digits}g}")
        if f"{near:.2e}" == f"{value:.2e}":
            return near
    return value


def _groups(groups: Iterable[CaseGroup], ids: Mapping[str, int]) -> list[Any]:
    found = [
        (group.title, [[ids[case.id], label] for case, label in group.cases if case.id in ids]) for group in groups
    ]
    return [[title, cases] for title, cases in found if cases]


def _dimension(
    reading: Reading, name: str, whole: Sequence[Mapping[str, str]], ids: Mapping[str, int]
) -> dict[str, Any]:
    """A breakdown: the titles of its items, the largest for the first indicator first, and their values."""
    table = reading.results.tables.get("contributions")
    if table is None:
        return {"name": name, "items": [], "parts": [], "every": False}
    table = table[table["dimension"] == name]
    indicators = {info["id"]: n for n, info in enumerate(whole)}
    bases = {basis: n for n, basis in enumerate(reading.bases)}
    values: dict[tuple[int, int, int], dict[str, float]] = {}
    titles: dict[str, str] = {}
    sizes: dict[str, float] = {}
    columns = ("scenario", "indicator", "electricity_basis", "item", "title", "value")
    for scenario, indicator, basis, item, title, value in zip(*(table[c].tolist() for c in columns), strict=True):
        if scenario not in ids or indicator not in indicators or value != value:
            continue
        titles.setdefault(str(item), str(title))
        if indicators[indicator] == 0:
            sizes[item] = max(sizes.get(item, 0.0), abs(value))
        values.setdefault((indicators[indicator], bases[basis], ids[scenario]), {})[str(item)] = value
    ranked = sorted(titles, key=lambda item: (-sizes.get(item, 0.0), item))
    places = {item: n for n, item in enumerate(ranked)}

    def own(i: int, b: int, s: int) -> dict[int, float | None]:
        found = values.get((i, b, s), {})
        noise = NOISE * max(map(abs, found.values()), default=0.0)
        return {places[item]: short(value) for item, value in found.items() if abs(value) > noise}

    parts = []
    for i in range(len(indicators)):
        first = [own(i, 0, s) for s in range(len(ids))]
        rest = [[_changed(first[s], own(i, b, s)) for s in range(len(ids))] for b in range(1, len(bases))]
        parts.append([[_flat(found) for found in first], *([_flat(found) for found in one] for one in rest)])
    return {"name": name, "items": [titles[item] for item in ranked], "parts": parts, "every": DIMENSIONS[name]}


def _changed(first: Mapping[int, Any], other: Mapping[int, Any]) -> dict[int, Any]:
    """What differs from the first; zero for what is not there any more."""
    return {place: other.get(place, 0) for place in {**first, **other} if first.get(place, 0) != other.get(place, 0)}


def _flat(found: Mapping[int, Any]) -> list[Any]:
    return [part for place in sorted(found) for part in (place, found[place])]


def _products(reading: Reading, whole: Sequence[Mapping[str, str]], ids: Mapping[str, int]) -> Mapping[str, Any]:
    """What single products bear by each allocation, of the first basis; empty when the study asks for none.

    `baskets[indicator][scenario][allocation]` is what the basket bears, of which a product bears the part
    `shares[scenario][allocation][product]`; or the list of what each product bears where it is no such part.
    """
    table = reading.results.tables.get("products")
    if table is None or not len(table):
        return {}
    table = table[(table["electricity_basis"] == reading.basis) & table["scenario"].isin(list(ids))]
    allocations = {name: n for n, name in enumerate(dict.fromkeys(table["allocation"].tolist()))}
    products = {name: n for n, name in enumerate(dict.fromkeys([BASKET, *table["product"].tolist()]))}
    values: dict[str, dict[str, list[list[float | None]]]] = {info["id"]: {} for info in whole}
    columns = ("scenario", "indicator", "allocation", "product", "value")
    for scenario, indicator, allocation, product, value in zip(*(table[c].tolist() for c in columns), strict=True):
        if indicator in values and value == value:
            own = values[indicator].setdefault(str(ids[scenario]), [[None] * len(products) for _ in allocations])
            own[allocations[allocation]][products[product]] = value
    shares: dict[str, list[list[float | None]]] = {}
    for found in values.values():
        for place, lines in found.items():
            if place not in shares and all(line[0] for line in lines if any(line)):
                shares[place] = [[None if v is None or not line[0] else v / line[0] for v in line] for line in lines]
    titles = allocation_titles(reading, allocations)
    return {
        "allocations": [titles[name] for name in allocations],
        "products": [product_name(name) for name in products],
        "shares": shares,
        "baskets": [
            {place: [_basket(line, shares, place, n) for n, line in enumerate(lines)] for place, lines in found.items()}
            for found in values.values()
        ],
    }


def _basket(line: list[float | None], shares: Mapping[str, Any], place: str, allocation: int) -> Any:
    """What the basket bears, to ten digits, where the products bear their shares of it; else what each one bears."""
    basket = line[0]
    if basket is not None and place in shares:
        parts = shares[place][allocation]
        near = float(f"{basket:.10g}")
        if all((v is None) == (part is None) for v, part in zip(line, parts, strict=True)) and all(
            abs(part * near - v) <= 1e-9 * abs(v) for v, part in zip(line, parts, strict=True) if v is not None
        ):
            return near
    return [short(value) for value in line] if any(value is not None for value in line) else None
