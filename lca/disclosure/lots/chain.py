"""Lots with what they are made of, joined to footprints.

The footprint of a lot is its mass times the result of the scenario that made it. That result is from the cradle to the
gate: what a predecessor caused is in it, as the scenario models it. Predecessors are shown with their own footprints
for the part that went in, and are never added.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.errors import Diagnostic, InputError, Problems, nearest, one_of
from lca.impact.figures import FigureId
from lca.impact.results import ON_DEMAND
from lca.impact.study import ComputedStudy, computed_study
from lca.inventory.backgrounds import OWN
from lca.inventory.declarations import BASKET
from lca.inventory.loading import Inventory
from lca.inventory.lots import Lot
from lca.inventory.parameters import Override
from lca.inventory.references_lots import LotNumbers, lot_numbers
from lca.system.checking import Checker
from lca.system.economics import basket
from lca.units import convert, parse_unit

if TYPE_CHECKING:
    import pandas as pd

#: Columns of the table of lots.
COLUMNS = ON_DEMAND["lots"]

#: By how much the split of a lot may differ from the basket of its scenario before that is said.
SPLIT_TOLERANCE = 0.02

_MASS_UNIT = "kg"


@dataclass(frozen=True)
class _Footprint:
    """The result of a scenario per unit of what is demanded."""

    study: str
    scenario: str
    indicator: str
    unit: str
    value: float | None
    coverage: float
    basis: str
    per: str
    figure: str


def lot_chain(
    root: Path,
    lot: str | None = None,
    indicator: str | None = None,
    basis: str | None = None,
    settings: Iterable[Override] = (),
    background: str = OWN,
) -> tuple[pd.DataFrame, list[Diagnostic]]:
    """A lot with everything that went into it, or all lots of the workspace; and what is doubtful. Raises `InputError`.

    `part` is the share of a lot that went into the one asked for, `drawn` its mass, `footprint` that of this part.
    """
    import pandas as pd

    checker = Checker(root, background)
    checker.problems.raise_errors()
    lots = checker.inventory.lots
    if not lots:
        expected = "a document that starts with `lots:`"
        raise InputError([Diagnostic("REE-X055", "the workspace has no lots", expected=expected)])
    if lot is not None and lots.find(lot) is None:
        close = nearest(lot, lots)
        raise InputError([Diagnostic("REE-X055", f"there is no lot `{lot}`", expected=one_of(lots), suggestion=close)])
    numbers = {str(name): _numbers(one) for name, one in lots.items()}
    steps = list(_steps(numbers, lot)) if lot else [(str(n), 0, "", 1.0) for n in lots]
    problems = Problems()
    wanted = dict.fromkeys(name for name, *_ in steps)
    footprints = _footprints(checker, wanted, indicator, basis, tuple(settings), background, problems)
    rows = [_row(checker.inventory, numbers, footprints, *step) for step in steps]
    return pd.DataFrame(rows, columns=list(COLUMNS)), problems.all


def lots_of(
    checker: Checker, computed: ComputedStudy, settings: Iterable[Override] = (), background: str = OWN
) -> tuple[list[dict[str, Any]], list[Diagnostic]]:
    """The lots that a computed study made, each (level 0) with everything that went into it; and what is doubtful.
    Raises `InputError`.
    """
    lots, study = checker.inventory.lots, str(computed.checked.study.study)
    own = [str(name) for name, lot in lots.items() if lot.scenario is not None and _study_of(checker, lot) == study]
    numbers = {str(name): _numbers(lot) for name, lot in lots.items()}
    steps = [step for name in own for step in _steps(numbers, name)]
    problems = Problems()
    wanted = dict.fromkeys(name for name, *_ in steps)
    footprints = _footprints(checker, wanted, None, None, tuple(settings), background, problems, computed)
    return [_row(checker.inventory, numbers, footprints, *step) for step in steps], problems.all


def _numbers(lot: Lot) -> LotNumbers:
    found = lot_numbers(lot, Problems())
    assert found is not None  # checked with the lots
    return found


def _steps(numbers: Mapping[str, LotNumbers], asked: str) -> Iterator[tuple[str, int, str, float]]:
    """A lot and all that went into it: name, level, what it was made into, and which part of it went into the lot that
    is asked for. Every step from one lot to another is there once, however many ways lead to it.
    """
    yield asked, 0, "", 1.0
    parts, levels = {asked: 1.0}, {asked: 0}
    for name in _successors_first(numbers, asked):
        for other, mass in numbers[name].drawn.items():
            part = parts[name] * mass / numbers[other].mass
            parts[other] = parts.get(other, 0.0) + part
            levels[other] = max(levels.get(other, 0), levels[name] + 1)
            yield other, levels[name] + 1, name, part


def _successors_first(numbers: Mapping[str, LotNumbers], asked: str) -> list[str]:
    """The lot and all its predecessors, each after everything that was made of it."""
    done: dict[str, None] = {}
    waiting = [(asked, False)]
    while waiting:
        name, seen = waiting.pop()
        if seen:
            done.setdefault(name)
        elif name not in done:
            waiting.append((name, True))
            waiting += [(other, False) for other in numbers[name].drawn]
    return list(reversed(done))


def _study_of(checker: Checker, lot: Lot) -> str:
    if lot.study is not None:
        return str(lot.study)
    default = checker.study(None)
    checker.problems.raise_errors()
    assert default is not None
    return str(default.study)


def _footprints(
    checker: Checker,
    names: Iterable[str],
    indicator: str | None,
    basis: str | None,
    settings: tuple[Override, ...],
    background: str,
    problems: Problems,
    known: ComputedStudy | None = None,
) -> dict[str, _Footprint]:
    """The result that belongs to each lot that a scenario made; what is `known` is not computed again."""
    lots = {name: checker.inventory.lots.named(name) for name in names}
    made = {name: lot for name, lot in lots.items() if lot.scenario is not None}
    found: dict[str, _Footprint] = {}
    for study in dict.fromkeys(_study_of(checker, lot) for lot in made.values()):
        own = {name: lot for name, lot in made.items() if _study_of(checker, lot) == study}
        scenarios = dict.fromkeys(str(lot.scenario) for lot in own.values())
        held = known is not None and str(known.checked.study.study) == study
        if known is not None and held and scenarios.keys() <= {scenario for scenario, _ in known.scored}:
            computed = known
        else:
            computed = computed_study(checker, study, settings, only=scenarios)
        for name, lot in own.items():
            found[name] = _footprint(computed, str(lot.scenario), indicator, basis, background)
            _look_at_split(computed, name, lot, problems)
    return found


def _footprint(
    computed: ComputedStudy, scenario: str, indicator: str | None, basis: str | None, background: str
) -> _Footprint:
    study = computed.checked.study
    names = [info.id for info in computed.method.indicators]
    wanted = indicator or names[0]
    if wanted not in names:
        message, close = f"{study.study} has no indicator `{wanted}`", nearest(wanted, names)
        raise InputError([Diagnostic("REE-I002", message, expected=one_of(names), suggestion=close)])
    k, which = names.index(wanted), basis or study.electricity_basis
    scores = computed.scored[scenario, which]  # type: ignore[index]
    called = str(study.study) if background == OWN else f"{study.study}@{background}"
    flow = computed.checked.inventory.flows[study.demand.flow]
    return _Footprint(
        str(study.study),
        scenario,
        wanted,
        computed.method.indicators[k].unit,
        float(scores.total[k]) / float(scores.system.demand) if scores.assessed[k] else None,
        float(scores.coverage[k]),
        which,
        str(flow.unit),
        str(FigureId(called, scenario, BASKET, wanted, which)),
    )


def _look_at_split(computed: ComputedStudy, name: str, lot: Lot, problems: Problems) -> None:
    """Warn where a lot holds other oxides than the basket whose result it is given."""
    system = computed.scored[str(lot.scenario), "market"].system
    held, split = basket(system.scope, computed.checked.study, Problems()), _numbers(lot).split
    if not held or not split:
        return
    worst = max({*held, *split}, key=lambda element: abs(held.get(element, 0.0) - split.get(element, 0.0)))
    if abs(held.get(worst, 0.0) - split.get(worst, 0.0)) > SPLIT_TOLERANCE:
        message = (
            f"lot {name} has {split.get(worst, 0.0):.1%} {worst} in its oxides, the basket of {lot.scenario} "
            f"{held.get(worst, 0.0):.1%}"
        )
        assert lot.scenario is not None
        problems.add("REE-X056", message, lot.scenario.span, expected="the scenario that made this lot")


def _row(
    inventory: Inventory,
    numbers: Mapping[str, LotNumbers],
    footprints: Mapping[str, _Footprint],
    name: str,
    level: int,
    into: str,
    part: float,
) -> dict[str, Any]:
    lot, own, result = inventory.lots.named(name), numbers[name], footprints.get(name)
    split = ", ".join(f"{element} {share:.4g}" for element, share in own.split.items())
    values: dict[str, Any] = dict.fromkeys(COLUMNS)
    values |= {"lot": name, "level": level, "made_into": into, "title": str(lot.title), "operator": str(lot.operator)}
    values |= {"site": str(lot.site), "date": str(lot.date), "mass": own.mass, "unit": _MASS_UNIT, "split": split}
    values |= {"rare_earth_oxide": own.oxide, "part": part, "drawn": own.mass * part, "counted": level == 0}
    values |= {"evidence": str(lot.evidence or ""), "source": str(lot.source or "")}
    if result is not None:
        amount = _amount(own, result.per)
        values |= {"study": result.study, "scenario": result.scenario, "indicator": result.indicator}
        values |= {"footprint_unit": result.unit, "per_unit": result.value, "per": result.per, "figure": result.figure}
        values |= {"coverage": result.coverage, "electricity_basis": result.basis}
        if amount is not None and result.value is not None:
            values["footprint"] = part * amount * result.value
    return values


def _amount(lot: LotNumbers, unit: str) -> float | None:
    """A lot in the unit in which its study counts what is demanded; None where that is neither mass nor oxide."""
    dimension = parse_unit(unit).dimension
    if dimension == parse_unit("kg_REO").dimension:
        return float(convert(lot.oxide, unit))
    return float(convert(lot.mass, unit)) if dimension == parse_unit("kg").dimension else None
