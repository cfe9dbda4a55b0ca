"""What a study says beside its numbers, and what others published, as plain data for the metadata of results."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from lca.inventory.formula import in_base_units, literal, parse
from lca.inventory.published import Published
from lca.inventory.study_report import StudyReport
from lca.system.checking import CheckedStudy
from lca.units import UnitError, multiply, parse_unit


def stated(checked: CheckedStudy, indicator: str, unit: str) -> dict[str, Any]:
    """The entries `audience`, `report` and `published`; published footprints are of the indicator named."""
    study = checked.study
    return {
        "audience": _line(study.audience),
        "report": _facts(study.report),
        "published": list(_published(checked, indicator, unit)),
    }


def _line(text: object) -> str:
    return "" if text is None else " ".join(str(text).split())


def _facts(report: StudyReport | None) -> dict[str, Any]:
    """Every fact by its key, empty where it is not stated, and the list of limitations."""
    texts = {key: _line(getattr(report, key, None)) for key in StudyReport.model_fields if key != "limitations"}
    return texts | {"limitations": [_line(text) for text in (report.limitations if report else ())]}


def _published(checked: CheckedStudy, indicator: str, unit: str) -> Iterator[Mapping[str, Any]]:
    """Published footprints in the unit of the indicator per declared unit; others are of something else."""
    try:
        due = parse_unit(unit.replace(" ", "_"))
    except UnitError:
        return
    demanded = literal(parse(str(checked.study.demand.amount)))
    if demanded is None:
        return
    per = parse_unit(demanded.unit).dimension
    for name, one in checked.inventory.published.items():
        ends = [number for end in one.ends if (number := literal(parse(str(end)))) is not None]
        fits = all(multiply(parse_unit(end.unit).dimension, per) == due.dimension for end in ends)
        if fits and str(one.indicator) == indicator:
            scale = in_base_units(demanded) / due.factor
            found = [scale * in_base_units(end) for end in ends]
            yield {"id": str(name), "low": found[0], "high": found[-1]} | _said(one)


def _said(one: Published) -> dict[str, str]:
    keys = ("title", "product", "boundary", "source", "evidence", "note")
    return {key: _line(getattr(one, key)) for key in keys}
