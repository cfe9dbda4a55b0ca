"""Ranges, distributions and correlations: whether there are such things, and whether they belong to their values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from lca.errors import Problems, nearest
from lca.inventory import schema
from lca.inventory.distributions import PLAIN, ImpossibleError, spread_of, stated_spread
from lca.inventory.evaluation import evaluate, kind_of
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.shares import concentration_of
from lca.units import DIMENSIONLESS, Dimension, UnitError, describe

#: The central value of each family is the deterministic one.
_CENTRES = ("mode", "median", "mean")

#: How far below zero an eigenvalue of a correlation matrix may lie by rounding.
ROUNDING = 1e-9


def check_spread(value: Text, holder: schema.Parameter | schema.Exchange, problems: Problems) -> None:
    """Range and distribution have the dimension of the value, are possible, and hold it."""
    numbers = list(_numbers(holder))
    if not numbers:
        return
    try:
        central = literal(parse(str(value)))
        if central is None:
            if isinstance(holder, schema.Exchange):
                problems.add(
                    "REE-S005",
                    "a formula and a distribution or range given",
                    numbers[0][1].span,
                    expected="the spread of what the formula is made of",
                )
            return
        due = kind_of(central, {})
        magnitude = float(evaluate(central, {}))
    except (FormulaError, UnitError):
        return  # reported where the value itself is read
    magnitudes: dict[str, list[float]] = {}
    for role, text in numbers:
        found = _magnitude(text, DIMENSIONLESS if role in PLAIN else due.dimension, problems)
        if found is None:
            return
        magnitudes.setdefault(role, []).append(found)
    if _belongs(value, magnitude, numbers, magnitudes, problems):
        _check_possible(holder, problems)


def _numbers(holder: schema.Parameter | schema.Exchange) -> Iterator[tuple[str, Text]]:
    """The written numbers of a range or distribution, with their keys."""
    if holder.range is not None:
        yield "low", holder.range[0]
        yield "high", holder.range[1]
    if holder.distribution is not None:
        _, written = holder.distribution.family()
        for key in type(written).model_fields:
            given = getattr(written, key)
            for text in given if isinstance(given, list) else [given] if given is not None else []:
                yield key, text


def _magnitude(text: Text, due: Dimension, problems: Problems) -> float | None:
    """A number in base units; None after reporting that it is no quantity of the dimension due."""
    try:
        found = literal(parse(str(text)))
        if found is None:
            problems.add("REE-F001", f"`{text}` is no quantity", text.span, expected="a quantity")
            return None
        kind = kind_of(found, {})
        if kind.dimension != due:
            code = "REE-U003" if found.unit else "REE-U002"
            problems.add(code, f"`{text}` is {describe(kind.dimension)}", text.span, expected=describe(due))
            return None
        return float(evaluate(found, {}))
    except FormulaError as fault:
        problems.add(
            fault.code,
            str(fault),
            text.part(fault.start, fault.end),
            expected=fault.expected,
            suggestion=fault.suggestion,
        )
        return None


def _belongs(
    value: Text,
    magnitude: float,
    numbers: Sequence[tuple[str, Text]],
    magnitudes: dict[str, list[float]],
    problems: Problems,
) -> bool:
    """Whether the numbers are in bounds and belong to the value; reported when they do not."""
    written = dict(reversed(numbers))
    single = {key: values[0] for key, values in magnitudes.items()}
    for key, least in (("gsd2", 1), ("sd", 0), ("sigma", 0)):
        if single.get(key, least) < least:
            spread, expected = written[key], "gsd2 of at least 1, sd and sigma of at least 0"
            problems.add("REE-M009", f"the spread `{spread}` is out of bounds", spread.span, expected=expected)
            return False
    low, high = single.get("low", -np.inf), single.get("high", np.inf)
    if "values" in magnitudes:
        low, high = min(magnitudes["values"]), max(magnitudes["values"])
    if not low <= single.get("mode", magnitude) <= high:
        ends = [text for key, text in numbers if key in ("low", "high", "values")]
        message = f"`{value}` lies outside {ends[0]} to {ends[-1]}"
        problems.add("REE-M009", message, ends[0].span, expected="low <= value <= high")
        return False
    for key in _CENTRES:
        away = key in single and abs(single[key] - magnitude) > 1e-9 * max(1e-300, abs(magnitude))
        if away:
            text = written[key]
            message = f"the {key} `{text}` is not the value `{value}`"
            problems.add("REE-M009", message, text.span, expected=f"the same: the central case is the {key}")
            return False
    return True


def _check_possible(holder: schema.Parameter | schema.Exchange, problems: Problems) -> None:
    """Report a distribution with numbers that none of its family has."""
    try:
        stated_spread(holder)
    except ImpossibleError as fault:
        texts = dict(reversed(list(_numbers(holder))))
        place = texts.get(fault.key) or next(iter(texts.values()))
        problems.add("REE-D001", str(fault), place.span, expected=fault.expected)


def check_concentration(concentration: Text, shares: Sequence[Text], problems: Problems) -> None:
    """A concentration is a plain number above zero, and what it spreads are quantities, or `rest`."""
    if concentration_of(concentration) is None:
        message, expected = f"`{concentration}` is no concentration", "a plain number above 0, 200 say"
        problems.add("REE-D035", message, concentration.span, expected=expected)
    for share in shares:
        try:
            written = str(share) == "rest" or literal(parse(str(share))) is not None
        except FormulaError:
            continue  # reported where the share is read
        if not written:
            expected = "quantities, or no concentration and the spread of what the formula is made of"
            problems.add("REE-D035", f"the share `{share}` is a formula", share.span, expected=expected)


# --- correlations


def check_correlations(inventory: Inventory, parameters: dict[str, list[schema.Parameter]], problems: Problems) -> None:
    """Correlations are between numbers that vary, from -1 to 1, each said once, and possible all together.

    `parameters` are all that an address can mean, one for each option of an axis.
    """
    common = list(inventory.workspace.correlations) if inventory.workspace else []
    for study in [None, *inventory.studies.values()]:
        own = [] if study is None else study.correlations
        if study is not None and not own:
            continue
        _check_together([*common, *own], parameters, inventory, problems)


def coefficient_of(correlation: schema.Correlation) -> float | None:
    """The coefficient as a plain number; None where it is not one from -1 to 1."""
    try:
        found = literal(parse(str(correlation.coefficient)))
        value = in_base_units(found) if found is not None and found.unit in ("", "%") else None
    except FormulaError:
        return None
    return value if value is not None and -1 <= value <= 1 else None


def _check_together(
    correlations: Sequence[schema.Correlation],
    parameters: dict[str, list[schema.Parameter]],
    inventory: Inventory,
    problems: Problems,
) -> None:
    pairs: dict[tuple[str, str], float] = {}
    places: dict[tuple[str, str], Text] = {}
    for correlation in correlations:
        value = coefficient_of(correlation)
        if value is None:
            place = correlation.coefficient
            problems.add("REE-D002", f"`{place}` is no correlation", place.span, expected="a number from -1 to 1")
        sound = [_varies(address, parameters, inventory, problems) for address in correlation.between]
        if value is None or not all(sound):
            continue
        for n, second in enumerate(correlation.between):
            for first in correlation.between[:n]:
                key = (str(min(first, second)), str(max(first, second)))
                if first == second or key in places:
                    related = ((places[key].span, "the first is here"),) if key in places else ()
                    message = f"the correlation of {first} and {second} is given twice"
                    message = f"{first} stands beside itself" if first == second else message
                    problems.add("REE-D002", message, second.span, expected="two parameters, once", related=related)
                    continue
                pairs[key], places[key] = value, correlation.coefficient
    if not _possible(pairs):
        others = [key for key in pairs if _possible({k: v for k, v in pairs.items() if k != key})]
        pair = (others or list(pairs))[-1]
        place = places[pair]
        message = f"no numbers can have the correlation {place} of {pair[0]} and {pair[1]} beside the others"
        expected = "correlations whose matrix has no negative eigenvalue"
        problems.add("REE-D003", message, place.span, expected=expected)


def _possible(pairs: dict[tuple[str, str], float]) -> bool:
    names = sorted({name for pair in pairs for name in pair})
    if not names:
        return True
    return bool(np.linalg.eigvalsh(correlation_matrix(names, pairs))[0] >= -ROUNDING)


def correlation_matrix(names: Sequence[str], pairs: dict[tuple[str, str], float]) -> np.ndarray:
    """The matrix `[name, name]` of the coefficients of pairs, 0 between all others."""
    matrix = np.eye(len(names))
    for (first, second), value in pairs.items():
        a, b = names.index(first), names.index(second)
        matrix[a, b] = matrix[b, a] = value
    return matrix


def _varies(
    address: Text, parameters: dict[str, list[schema.Parameter]], inventory: Inventory, problems: Problems
) -> bool:
    """Whether an address is a parameter with a spread somewhere; reported when it is not."""
    found = parameters.get(str(address))
    if found is None:
        if not inventory.may_hold(str(address).partition(".")[0]):
            close = nearest(address, parameters)
            problems.add("REE-N001", f"`{address}` is not defined", address.span, suggestion=close)
        return False
    try:
        if any(spread_of(parameter) is not None for parameter in found):
            return True
    except (FormulaError, ImpossibleError):
        return False  # reported where the distribution stands
    problems.add(
        "REE-D004", f"`{address}` has no spread", address.span, expected="a parameter with a range or distribution"
    )
    return False
