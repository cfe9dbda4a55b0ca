"""What the reader of a page may try: the reduced model of the first comparison (or scenario) with what its numbers are
called. The script of the page computes, and words it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lca.report import formatting as show
from lca.report.cases import Reading, basis_word
from lca.report.sensitivity import short_name


def what_if(reading: Reading) -> Mapping[str, Any]:
    """Plain data for the page, or the `reason` why there is nothing to try."""
    model = reading.metadata.get("what_if")
    if model is None:
        return {"reason": "these results hold no reduced model; `ree-lca report` makes one"}
    if "reason" in model:
        return dict(model)
    pair = reading.pairs[0] if len(model["scenarios"]) == 2 else None
    case = reading.cases[model["scenarios"][0]]
    names = [pair.old, pair.new] if pair else [case.label]
    return {
        "names": names,
        "place": pair.common if pair else "",
        "ids": list(model["scenarios"]),
        "study": str(reading.metadata["study"]),
        "settings": list(reading.metadata.get("settings") or []),
        "background": (reading.metadata.get("background") or {}).get("name", ""),
        "basis": basis_word(str(model["basis"])),
        "indicators": [_indicator(reading, i, str(model["basis"]), model["scenarios"]) for i in model["indicators"]],
        "parameters": [_parameter(one, names) for one in model["parameters"]],
    } | {key: model[key] for key in ("programs", "points", "proved", "agreement", "bound")}


def _indicator(reading: Reading, place: int, basis: str, scenarios: list[str]) -> Mapping[str, str]:
    info = reading.indicators[place]
    covered = show.coverages(reading.coverage(reading.cases[name], info["id"], basis) for name in scenarios)
    return {
        "title": info["title"],
        "unit": show.unit(info["unit"]),
        "coverage": covered if covered != show.FULL else "",
    }


def _parameter(one: Mapping[str, Any], names: list[str]) -> Mapping[str, Any]:
    """A parameter with its values in base units; one of `unit` is `factor` of these, and `written` is it in YAML."""
    alone = one["name"] != one["address"]
    return {
        "name": short_name(one["address"]),
        "address": one["address"],
        "only": ", ".join(names[k] for k in one["scenarios"]) if alone else "",
        "low": one["low"],
        "central": one["central"],
        "high": one["high"],
        "factor": one["factor"],
        "unit": show.unit(one["unit"]),
        "written": one["unit"],
    }
