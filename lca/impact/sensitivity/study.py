"""Sensitivity analyses as tables: what moves a result, ranked, and which data are worth getting next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.impact.batch.engine import proved
from lca.impact.batch.uncertainty import takes_no_part
from lca.impact.evidence import priorities
from lca.impact.sensitivity.analysed import Analysed, Tally, Told, Values, median
from lca.impact.sensitivity.factors import Factor
from lca.impact.sensitivity.procedures import PROCEDURES, Found, Wanted
from lca.impact.sensitivity.stated import Stated, stated
from lca.inventory.distributions import Widened


@dataclass(frozen=True)
class Sensitivity:
    """`rows` of the table `sensitivity_METHOD`, ranked by the column `main` among `indices`, and `worth` the one that
    priorities rest on; `said` are sentences on how it was made and what it means.
    """

    rows: list[dict[str, Any]]
    indices: tuple[str, ...]
    main: str
    worth: str
    said: list[str]


def sensitivity(analysed: Analysed, wanted: Wanted, told: Told = lambda done: None) -> Sensitivity:
    """Analyse a result. Raises `InputError` where too many samples are impossible, and `DisagreementError` where
    bw2calc gives other results.
    """
    names = analysed.sampled.uncertain.names
    known = [stated(variable, analysed.sampled.model.systems, names) for variable in analysed.variables]
    tally = Tally()
    found = PROCEDURES[wanted.method](analysed, wanted, known, tally, told)
    analysed.report(tally)
    _warn(analysed, found)
    count, agreement = proved(found.model, _complete(analysed, found.proof))
    how, *meaning = found.said
    how += f", seed {wanted.seed}" if wanted.count else ""
    said = [
        f"{how}: {tally.evaluations:,} evaluations, {count} of them computed anew by bw2calc,"
        f" largest relative difference {agreement:.1e}",
        _taking_part(analysed),
        takes_no_part(analysed.sampled),
        *meaning,
    ]
    if analysed.strays:
        said.append(
            f"{len(analysed.strays)} quantities matter in rare samples only and are kept at their median:"
            f" {', '.join(sorted(analysed.strays)[:5])}"
        )
    by_name = {variable.name: own for variable, own in zip(analysed.variables, known, strict=True)}
    return Sensitivity(_rows(analysed, found, by_name), tuple(found.indices), found.main, found.worth, said)


def _complete(analysed: Analysed, values: Values) -> dict[str, np.ndarray]:
    """Samples of what takes part, and the median of all else that is uncertain."""
    size = len(next(iter(values.values())))
    variables = analysed.sampled.uncertain.variables
    rest = {name: np.full(size, median(variable.spread)) for name, variable in variables.items() if name not in values}
    return rest | dict(values)


# --- rows


def _rows(analysed: Analysed, found: Found, known: Mapping[str, Stated]) -> list[dict[str, Any]]:
    opened = analysed.sampled.opened
    common: dict[str, Any] = {
        "baseline": opened.ids[0] if analysed.is_difference else "",
        "scenario": opened.ids[-1],
        "indicator": analysed.info.id,
        "unit": analysed.info.unit,
        "coverage": analysed.coverage,
        "electricity_basis": opened.basis,
        "central_result": analysed.central,
    }
    of_factors = [[known[variable.name] for variable in factor.variables] for factor in found.factors]
    weak = [max(own.weakness for own in owns) for owns in of_factors]
    effects = [
        np.nan if factor.title else float(effect) for factor, effect in zip(found.factors, found.effects, strict=True)
    ]
    rows = []
    for k, (factor, priority) in enumerate(zip(found.factors, priorities(effects, weak), strict=True)):
        indices = {name: float(values[k]) for name, values in found.indices.items()}
        own = common | {"parameter": factor.name} | indices | _said(factor, of_factors[k])
        rows.append(own if factor.title else own | {"weakness": weak[k], "priority": priority})
    rows.sort(key=lambda row: (-np.nan_to_num(abs(row[found.main])), row["parameter"]))
    return [row | {"rank": rank} for rank, row in enumerate(rows, 1)]


def _said(factor: Factor, known: Sequence[Stated]) -> dict[str, Any]:
    """What the inventory says of a factor; of several quantities what they have in common to say."""
    if len(known) == 1:
        (own,) = known
        return {
            "title": own.title,
            "low": own.shown(own.low),
            "central": own.shown(own.central),
            "high": own.shown(own.high),
            "parameter_unit": own.unit,
            "evidence": own.evidence,
            "pedigree": " ".join(map(str, own.pedigree)),
            "source": own.source,
            "file": own.file,
            "line": own.line,
        }
    if factor.title:
        return {"title": "what has a smaller effect, together", "evidence": "", "pedigree": "", "source": ""}
    return {
        "title": "correlated, and so analysed together",
        "evidence": ", ".join(dict.fromkeys(own.evidence for own in known if own.evidence)),
        "pedigree": "",
        "source": ", ".join(dict.fromkeys(own.source for own in known if own.source)),
        "file": known[0].file,
        "line": known[0].line,
    }


# --- what is said


def _taking_part(analysed: Analysed) -> str:
    names = [variable.name for variable in analysed.variables]
    exchanges = sum(variable.address.count(".") >= 2 for variable in analysed.variables)
    widened = sum(isinstance(variable.spread, Widened) for variable in analysed.variables)
    others = len(analysed.sampled.uncertain.variables) - len(names)
    return (
        f"{len(names)} quantities take part: {len(names) - exchanges} parameters and {exchanges} single exchanges"
        + (f"; {widened} of them widened for the quality of data" if widened else "")
        + (f"; {others} others with a spread have no part in this result" if others else "")
    )


def _warn(analysed: Analysed, found: Found) -> None:
    problems = analysed.sampled.opened.problems
    for factor in found.factors:
        if len(factor.variables) > 1 and not factor.title:
            message = f"{factor.name} are correlated: their index is that of all of them together"
            problems.add("REE-D013", message, expected="delta or pawn, for an index of each")
    doubt = float(np.max(found.indices.get(f"{found.main}_conf", np.zeros(1))))
    if doubt > found.doubt:
        message = f"{found.main} is known to +/- {doubt:.2g} only"
        problems.add("REE-D014", message, expected=f"to {found.doubt:.2g} or better: more samples, -n")
