"""Normalised and weighted results of one scenario. They rest on choices of value; to compare with them is refused."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from lca.errors import Diagnostic, InputError, one_of
from lca.impact import brightway
from lca.impact.contributions import SystemScores
from lca.impact.imported import on_background
from lca.impact.method_views import method_named, system_in
from lca.impact.overview import methane
from lca.inventory.backgrounds import OWN
from lca.inventory.characterisation import Weighting
from lca.inventory.loading import Inventory
from lca.inventory.parameters import Override
from lca.inventory.references_methods import plain
from lca.system.checking import Checker

_COLUMNS = (
    *("scenario", "indicator", "title", "unit", "value", "coverage"),
    *("normalisation", "normalised", "weight", "weighted"),
)


def weighted_results(
    root: Path,
    study: str | None,
    settings: Iterable[Override],
    scenarios: Sequence[str],
    method: str | None = None,
    background: str = OWN,
) -> tuple[pd.DataFrame, Weighting, str]:
    """A line per category: value, share covered, value by that of a person in a year, and that times its weight; what
    is not assessed stays missing. Then the weighting, and how the categories count methane.
    """
    if len(scenarios) != 1:
        message = "normalised and weighted results of several scenarios would be a comparison"
        expected = "one scenario: weights are choices of value, and no ground for comparisons (ISO 14044, 4.4.5)"
        raise InputError([Diagnostic("REE-I009", message, expected=expected)])
    checker = Checker(root, background)
    system = system_in(checker, study, settings, scenarios[0])
    inventory = system.inventory
    name = method or _only_one(inventory)
    found, _ = on_background(checker, method_named(inventory, name))
    chosen = inventory.methods.named(name)
    if chosen.weighting is None:
        raise _without_weighting(inventory, f"method {name} has no weighting")
    scores = SystemScores(system, found)
    totals = brightway.scores([system], found)[0]
    rows: list[dict[str, Any]] = []
    for indicator, weight in chosen.weighting.factors.items():
        k = found.index(chosen.called(indicator))
        info = found.indicators[k]
        value = float(totals[k]) if scores.assessed[k] else np.nan
        share, divisor = plain(weight.weight), plain(weight.normalisation)
        rows.append(
            {
                "scenario": system.scenario.id,
                "indicator": info.id,
                "title": info.title,
                "unit": info.unit,
                "value": value,
                "coverage": float(scores.coverage[k]),
                "normalisation": divisor,
                "normalised": value / divisor,
                "weight": share,
                "weighted": value / divisor * share,
            }
        )
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    infos = [found.indicators[found.index(chosen.called(indicator))] for indicator in chosen.weighting.factors]
    return table, chosen.weighting, methane([{"id": info.id, "methane": info.methane} for info in infos])


def said_of_weighting(table: pd.DataFrame, weighting: Weighting) -> str:
    """The total of what is assessed, how much of all weights the data cover, and what has to be said with it."""
    covered = float((table["weight"] * table["coverage"]).sum())
    said = f"Total of what is assessed: {table['weighted'].sum():.3g} person-years, weighted; the data cover "
    said += f"{covered:.0%} of the weights.".replace("%", " %")
    missing = [str(title) for title, value in zip(table["title"], table["weighted"], strict=True) if value != value]
    said += f" Not assessed, and no part of the total: {'; '.join(missing)}." if missing else ""
    return " ".join([said, *str(weighting.note or "").split()])


def _only_one(inventory: Inventory) -> str:
    found = _with_weighting(inventory)
    if len(found) != 1:
        raise _without_weighting(inventory, f"{len(found)} methods of the workspace have a weighting")
    return found[0]


def _with_weighting(inventory: Inventory) -> list[str]:
    return [str(name) for name, method in inventory.methods.items() if method.weighting is not None]


def _without_weighting(inventory: Inventory, message: str) -> InputError:
    known = _with_weighting(inventory)
    expected = one_of(known) if known else "`weighting:` in the method"
    return InputError([Diagnostic("REE-I010", message, expected=expected)])
