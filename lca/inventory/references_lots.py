"""Checks of lots: they come from lots that exist, in no circle, and hold no more than went into them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lca.chemistry import RARE_EARTHS
from lca.errors import Problems, nearest, one_of
from lca.inventory.loading import Inventory
from lca.inventory.lots import Lot
from lca.inventory.reading import Text
from lca.inventory.references import evident, known
from lca.inventory.references_economics import SHARE_TOLERANCE, check_rare_earth, quantity
from lca.units import DIMENSIONLESS, parse_unit

#: By how much a lot may hold more than went into it: what scales and laboratories leave open.
TOLERANCE = 1e-3

_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")
_MASS = parse_unit("kg").dimension


@dataclass(frozen=True)
class LotNumbers:
    """A lot in numbers: masses in kg, of it all and of the rare earth oxide in it; `split` by element, if it is known;
    `drawn` is what went into it of each predecessor.
    """

    mass: float
    oxide: float
    split: Mapping[str, float]
    drawn: Mapping[str, float]


def check_lots(inventory: Inventory, problems: Problems) -> None:
    """Report what is wrong in the lots of a workspace."""
    numbers = {}
    for name, lot in inventory.lots.items():
        _check_record(inventory, name, lot, problems)
        if (found := lot_numbers(lot, problems)) is not None:
            numbers[str(name)] = found
    if not _check_circles(inventory, problems):
        return
    _check_masses(inventory, numbers, problems)


def lot_numbers(lot: Lot, problems: Problems) -> LotNumbers | None:
    """The numbers of a lot; None after reporting."""
    mass = quantity(lot.mass, _MASS, problems)
    content = quantity(lot.rare_earth_oxide, DIMENSIONLESS, problems, "a share of the mass: 99 %")
    split = {str(element): quantity(text, DIMENSIONLESS, problems) for element, text in (lot.split or {}).items()}
    drawn = {str(name): quantity(text, _MASS, problems) for name, text in lot.predecessors.items()}
    for text, value in [(lot.mass, mass), *zip(lot.predecessors.values(), drawn.values(), strict=True)]:
        if value is not None and not value > 0:
            problems.add("REE-M007", f"the mass `{text}` is not positive", text.span)
            return None
    for text, value in [(lot.rare_earth_oxide, content), *zip((lot.split or {}).values(), split.values(), strict=True)]:
        if value is not None and not 0 <= value <= 1:
            problems.add("REE-M010", f"`{text}` is not between 0 % and 100 %", text.span, expected="0 % to 100 %")
            return None
    if mass is None or content is None or None in split.values() or None in drawn.values():
        return None
    shares = {element: share for element, share in split.items() if share is not None}
    if shares and abs(sum(shares.values()) - 1) > SHARE_TOLERANCE:
        place = next(iter(lot.split or {})).span
        message = f"the split sums to {sum(shares.values()):.4g}, not to 100 %"
        problems.add("REE-M006", message, place, expected="shares of all the oxides in the lot")
        return None
    return LotNumbers(mass, mass * content, shares, {name: value for name, value in drawn.items() if value is not None})


def date_of(lot: Lot) -> date | None:
    """The day of a lot; None where it is none."""
    try:
        return date.fromisoformat(str(lot.date))
    except ValueError:
        return None


def _check_record(inventory: Inventory, name: Text, lot: Lot, problems: Problems) -> None:
    if lot.source is not None:
        known(inventory, lot.source, inventory.sources, "source", "REE-N007", problems)
    if not evident(lot, lot):
        message, expected = f"lot `{name}` has no source or no evidence grade", "source: and evidence:"
        problems.add("REE-E001", message, name.span, expected=expected)
    if not _PLACE.fullmatch(lot.site):
        expected = "a country or subdivision by ISO 3166: GB, GB-NIR"
        problems.add("REE-S007", f"`{lot.site}` is no code of a place", lot.site.span, expected=expected)
    day = date_of(lot)
    if day is None:
        problems.add("REE-S007", f"`{lot.date}` is no date", lot.date.span, expected="a day: 2026-03-31")
    for element in lot.split or ():
        check_rare_earth(element, problems)
    if lot.study is not None:
        known(inventory, lot.study, inventory.studies, "study", "REE-C005", problems)
    for other in lot.predecessors:
        if known_lot(inventory, other, problems):
            before = date_of(inventory.lots[other])
            if day is not None and before is not None and before > day:
                message = f"{other} is of {before}, later than {name} that is made of it"
                problems.add("REE-X054", message, lot.date.span, related=((inventory.lots[other].date.span, "later"),))


def known_lot(inventory: Inventory, name: Text, problems: Problems) -> bool:
    """Whether a predecessor exists; reported when it does not, unless it may be one that is left out."""
    if name in inventory.lots:
        return True
    if not inventory.may_hold(name):
        close = nearest(name, inventory.lots)
        problems.add(
            "REE-X050", f"there is no lot `{name}`", name.span, expected=one_of(inventory.lots), suggestion=close
        )
    return False


def _check_circles(inventory: Inventory, problems: Problems) -> bool:
    """Whether no lot is made of itself; each circle is reported once."""
    state: dict[str, bool] = {}  # False while its predecessors are looked at
    sound = True
    for start in inventory.lots:
        waiting: list[tuple[Text, bool]] = [(start, False)]
        while waiting:
            name, done = waiting.pop()
            if done:
                state[str(name)] = True
            elif str(name) not in state and name in inventory.lots:
                state[str(name)] = False
                waiting.append((name, True))
                for other in inventory.lots[name].predecessors:
                    if state.get(str(other)) is False:
                        sound = False
                        problems.add("REE-X051", f"{name} is made of {other}, which is made of it", other.span)
                    waiting.append((other, False))
    return sound


def _check_masses(inventory: Inventory, numbers: Mapping[str, LotNumbers], problems: Problems) -> None:
    drawn: dict[str, float] = {}
    for name, lot in inventory.lots.items():
        own = numbers.get(str(name))
        if own is None:
            continue
        for other in lot.predecessors:
            drawn[str(other)] = drawn.get(str(other), 0.0) + own.drawn[str(other)]
            held = numbers.get(str(other))
            if held is not None and drawn[str(other)] > held.mass * (1 + TOLERANCE):
                message = f"{drawn[str(other)]:.6g} kg are drawn from {other}, which has {held.mass:.6g} kg"
                related = ((inventory.lots[other].mass.span, "its mass"),)
                problems.add("REE-X053", message, lot.predecessors[other].span, related=related)
        if lot.predecessors and all(other in numbers for other in own.drawn):
            _check_content(name, lot, own, numbers, problems)


def _check_content(
    name: Text, lot: Lot, own: LotNumbers, numbers: Mapping[str, LotNumbers], problems: Problems
) -> None:
    """A lot holds no more oxide than went in, and no more of any one where all splits are known."""
    given = {other: numbers[other].oxide * mass / numbers[other].mass for other, mass in own.drawn.items()}
    if own.oxide > sum(given.values()) * (1 + TOLERANCE):
        message = f"{name} holds {own.oxide:.6g} kg of rare earth oxide, and {sum(given.values()):.6g} kg went into it"
        problems.add("REE-X052", message, lot.mass.span, expected="no more than its predecessors give")
        return
    if not own.split or not all(numbers[other].split for other in given):
        return
    for element in [one for one in lot.split or () if str(one) in RARE_EARTHS]:
        went_in = sum(oxide * numbers[other].split.get(str(element), 0.0) for other, oxide in given.items())
        held = own.oxide * own.split[str(element)]
        if held > went_in * (1 + TOLERANCE) + TOLERANCE * own.oxide:
            message = f"{name} holds {held:.6g} kg of {element} as oxide, and {went_in:.6g} kg went into it"
            problems.add("REE-X052", message, element.span, expected="no more than its predecessors give")
