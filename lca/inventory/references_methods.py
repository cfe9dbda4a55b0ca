"""Checks of methods and of links to the biosphere that need no shipped archive."""

from __future__ import annotations

from lca.errors import Problems, nearest, one_of
from lca.inventory.characterisation import BiosphereLink, Factor, Method, Weighting
from lca.inventory.formula import FormulaError, in_base_units, literal, parse
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import known
from lca.inventory.references_economics import quantity
from lca.inventory.schema import Flow
from lca.units import DIMENSIONLESS, Unit, UnitError, multiply, nearest_unit, parse_unit

#: How far weights may be from 100 % together, for they are rounded.
WEIGHTS_SUM = 1e-3

#: Above every factor there is (of 227,223 in ecoinvent's archive of 762 methods the largest is 2.9e13), and far below
#: where sums overflow.
LARGEST_FACTOR = 1e20


def check_methods(inventory: Inventory, problems: Problems) -> None:
    """Report flows, sources and units that are not known, factors that are no numbers, wrong conversions."""
    for method in inventory.methods.values():
        if method.source is not None:
            known(inventory, method.source, inventory.sources, "source", "REE-N007", problems)
        for name, indicator in method.indicators.items():
            for flow, factor in indicator.factors.items():
                _check_factor(inventory, flow, factor, problems)
            if method.brightway is None and indicator.name is not None:
                message = f"`{name}` points at a shipped method, {method.method} says not in which archive"
                problems.add("REE-S002", message, name.span, expected="brightway: {archive: ...} in the method")
            elif method.brightway is not None and indicator.name is None:
                expected = "the name of a shipped method; factors of your own alone are a method without `brightway:`"
                problems.add("REE-S002", "key `name` is missing", name.span, expected=expected)
        _check_parts(method, problems)
        if method.weighting is not None:
            _check_weighting(inventory, method, method.weighting, problems)
    for flow, link in inventory.biosphere.items():
        if _is_elementary(inventory, flow, problems):
            per_unit(flow, inventory.flows[flow], link, problems)


def _check_weighting(inventory: Inventory, method: Method, weighting: Weighting, problems: Problems) -> None:
    """Report indicators that are not those of the method, numbers that are not positive, weights that are not whole."""
    known(inventory, weighting.source, inventory.sources, "source", "REE-N007", problems)
    weights: list[float] = []
    for name, weight in weighting.factors.items():
        if name not in method.indicators:
            message, close = f"{method.method} has no indicator `{name}`", nearest(name, method.indicators)
            problems.add("REE-I002", message, name.span, expected=one_of(method.indicators, 30), suggestion=close)
        if (divisor := _positive(weight.normalisation, problems)) is not None:
            _check_size(weight.normalisation, 1 / divisor, problems)
        if (share := _positive(weight.weight, problems)) is not None:
            weights.append(share)
    total = sum(weights)
    if len(weights) == len(weighting.factors) and abs(total - 1) > WEIGHTS_SUM:
        place = next(iter(weighting.factors)).span
        problems.add("REE-M006", f"the weights sum to {total:.2%}", place, expected="100 %")


def _positive(text: Text, problems: Problems) -> float | None:
    """A plain number above zero; None after reporting that it is none."""
    value = quantity(text, DIMENSIONLESS, problems, "a plain number")
    if value is None or value > 0:
        return value
    problems.add("REE-M007", f"`{text}` is not positive", text.span, expected="a number above zero")
    return None


def _check_size(text: Text, factor: float, problems: Problems) -> None:
    """Report what multiplies amounts by more than any factor there is."""
    if not abs(factor) <= LARGEST_FACTOR:
        message = f"`{text}` is beyond every factor of a method"
        problems.add("REE-I011", message, text.span, expected=f"at most {LARGEST_FACTOR:g} per unit of the flow")


def plain(text: Text) -> float:
    """A number that has been checked, in base units."""
    found = literal(parse(str(text)))
    assert found is not None
    return in_base_units(found)


def per_unit(name: Text, flow: Flow, link: BiosphereLink, problems: Problems) -> float | None:
    """How much of the node of the biosphere, in its unit, one unit of a flow is; None where it is linked to none, or
    after reporting.
    """
    if link.unit is None:
        return None
    own, node = _unit(flow.unit, Problems()), _unit(link.unit, problems)  # that of the flow is reported with the flow
    if own is None or node is None:
        return None
    if link.conversion is not None:
        due = multiply(node.dimension, own.dimension, -1)
        expected = f"{link.unit} per {flow.unit}: 1 {link.unit}/{flow.unit}"
        factor = quantity(link.conversion, due, problems, expected)
        if factor is not None and not factor > 0:
            problems.add("REE-M007", f"the conversion `{link.conversion}` is not positive", link.conversion.span)
            return None
        return None if factor is None else own.factor * factor / node.factor
    if own.dimension != node.dimension:
        expected = f"conversion: how much {link.unit} one {flow.unit} of it is"
        problems.add(
            "REE-U003", f"`{name}` is counted in {flow.unit}, the node in {link.unit}", name.span, expected=expected
        )
        return None
    return own.factor / node.factor


def _unit(text: Text, problems: Problems) -> Unit | None:
    try:
        return parse_unit(str(text))
    except UnitError as cause:
        problems.add("REE-U001", f"`{cause}` is not a unit", text.span, suggestion=nearest_unit(str(cause)))
        return None


def _is_elementary(inventory: Inventory, name: Text, problems: Problems) -> bool:
    if not known(inventory, name, inventory.flows, "flow", "REE-L003", problems):
        return False
    if inventory.flows[name].kind != "elementary":
        problems.add("REE-L007", f"`{name}` is no elementary flow", name.span, expected="an elementary flow")
        return False
    return True


def _check_parts(method: Method, problems: Problems) -> None:
    """Where an indicator has parts (`a.x`, `a.y` of `a`), each flow counts in the whole as in its parts together."""
    for name, indicator in method.indicators.items():
        parts = [part for key, part in method.indicators.items() if key.startswith(f"{name}.")]
        if not parts:
            continue
        for flow, factor in indicator.factors.items():
            together = [f for part in parts for key, f in part.factors.items() if key == flow]
            whole, summed = _plain_number(factor), [_plain_number(other) for other in together]
            if whole is None or None in summed:
                continue
            total = sum(value for value in summed if value is not None)
            if abs(whole - total) > 1e-9 * max(1.0, abs(whole)):
                message = f"{flow} counts {whole:g} in {name}, {total:g} in its parts"
                problems.add("REE-I003", message, factor.value.span, expected="the same")


def _plain_number(factor: Factor) -> float | None:
    try:
        found = literal(parse(str(factor.value)))
    except FormulaError:
        return None
    return found.value if found is not None else None


def _check_factor(inventory: Inventory, name: Text, factor: Factor, problems: Problems) -> None:
    _is_elementary(inventory, name, problems)
    try:
        found = literal(parse(str(factor.value)))
        if found is None or found.unit:
            problems.add(
                "REE-U003",
                f"`{factor.value}` is no plain number",
                factor.value.span,
                expected="a number per unit of the flow, without a unit",
            )
        else:
            _check_size(factor.value, found.value, problems)
    except FormulaError as fault:
        problems.add(fault.code, str(fault), factor.value.part(fault.start, fault.end), expected=fault.expected)
