"""Workspaces with known answers, and how they are analysed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lca.impact.sensitivity.analysed import Analysed, analysed
from lca.impact.sensitivity.procedures import Wanted
from lca.impact.sensitivity.study import Sensitivity, sensitivity
from tests.system.systems import Document, documents, flow, line, process
from tests.workspaces import as_yaml, write


def emitting(amount: str, parameters: Mapping[str, Document], **workspace: Any) -> list[Document]:
    """A plant whose result is a formula of its parameters."""
    return documents(
        {"steel": flow(), "co2": flow("elementary")},
        [process("plant", "steel", "1 kg", parameters=dict(parameters), emissions=[line("co2", amount)])],
        ("steel", "1 kg"),
        {"co2": 1},
        workspace=workspace,
    )


def ishigami() -> list[Document]:
    """The test function of Ishigami and Homma (1990), raised by 20 since no emission is negative."""
    angle = {"value": 0, "range": [-math.pi, math.pi]}
    formula = "1 kg * (20 + sin(x1) + 7 * sin(x2)^2 + 0.1 * x3^4 * sin(x1))"
    return emitting(formula, {"x1": angle, "x2": angle, "x3": angle})


def opened(root: Path, made: Sequence[Mapping[str, Any]], *only: str) -> Analysed:
    """The only study of a workspace; of its first scenario, or of those named."""
    write(root, {"inventories/all.yaml": as_yaml(made)})
    return analysed(root, None, only)


def rows_of(found: Sensitivity) -> dict[str, dict[str, Any]]:
    """The rows by parameter, without the process `plant.`."""
    return {row["parameter"].removeprefix("plant."): row for row in found.rows}


def run(what: Analysed, method: Any, count: int, **options: Any) -> dict[str, dict[str, Any]]:
    """Rows of an analysis by parameter."""
    return rows_of(sensitivity(what, Wanted(method, count, **options)))
