"""Life cycle inventories of activities of an imported database, by bw2calc: all that supplying a unit of their
products takes from nature and releases to it.

The database is factorised once and solved for each activity that is linked to; what comes out depends on nothing but
the database, so it is kept in the user's cache folder, and the matrices are not even read again. Scores of any method
are then a product with its factors.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.background import naming
from lca.background.database import Background, Contents
from lca.errors import Diagnostic, InputError
from lca.impact.brightway import brightway
from lca.impact.cache import forgotten, keep, kept

#: Changes whenever what is kept does, or how it is computed.
_FORMAT = "1"

#: Below the cache folder.
_FOLDER = "backgrounds"

#: Largest residual of a solution, as a share of its largest term.
_RESIDUAL = 1e-9


@dataclass(frozen=True)
class LifeCycles:
    """`amounts[activity, flow]` per unit of the reference product, in the units of the database; `solver` is what
    solved for them.
    """

    amounts: np.ndarray
    solver: str


def life_cycles(contents: Contents, activities: Sequence[int]) -> LifeCycles:
    """The inventories of these activities, by their places in the database. Raises `InputError` where the database
    has no solution or is not there any more.
    """
    codes = [contents.activities[index].code for index in activities]
    found = {code: known for code in codes if (known := _kept(contents, code)) is not None}
    missing = [index for index, code in zip(activities, codes, strict=True) if code not in found]
    if missing:
        background = _loaded(contents)
        solver, amounts = _solved(background, missing)
        for index, row in zip(missing, amounts, strict=True):
            code = contents.activities[index].code
            found[code] = solver, row
            keep(_name(contents, code), json.dumps({"solver": solver}).encode() + b"\n" + row.tobytes())
    solvers = dict.fromkeys(solver for solver, _ in found.values())
    rows = np.array([found[code][1] for code in codes]).reshape(len(codes), len(contents.flows))
    return LifeCycles(rows, ", ".join(solvers))


def _name(contents: Contents, code: str) -> str:
    key = hashlib.sha256("\n".join([_FORMAT, contents.sha256, code]).encode()).hexdigest()
    return f"{_FOLDER}/{contents.sha256}/{key}"


def _kept(contents: Contents, code: str) -> tuple[str, np.ndarray] | None:
    said = kept(_name(contents, code))
    if said is None:
        return None
    header, _, data = said.partition(b"\n")
    try:
        row = np.frombuffer(data, dtype=np.float64)
        solver = str(json.loads(header)["solver"])
    except (ValueError, KeyError, TypeError):
        return None
    return (solver, row) if row.size == len(contents.flows) and bool(np.isfinite(row).all()) else None


def forget(sha256: str) -> None:
    """Delete what is kept of a database: with its licence goes what was computed with it."""
    forgotten(f"{_FOLDER}/{sha256}")


def _loaded(contents: Contents) -> Background:
    background = naming.kept(contents.name)
    if background.sha256 != contents.sha256:
        message = f"background {contents.name} was imported anew while it was read"
        raise InputError([Diagnostic("REE-B010", message, expected="the same database; run again")])
    return background


def solved_inventories(background: Background, activities: Sequence[int]) -> np.ndarray:
    """`amounts[activity, flow]` by bw2calc, as of `life_cycles`, of a database that is not kept."""
    return _solved(background, activities)[1]


def _solved(background: Background, activities: Sequence[int]) -> tuple[str, np.ndarray]:
    """The solver that bw2calc used, and `amounts[activity, flow]`."""
    bw2calc, bwp = brightway()
    n = len(background.activities)
    package = bwp.create_datapackage(name="database", sum_intra_duplicates=True)
    for matrix, entries, rows in (
        ("technosphere_matrix", background.technosphere, background.technosphere.rows),
        ("biosphere_matrix", background.biosphere, background.biosphere.rows + n),
    ):
        package.add_persistent_vector(
            matrix=matrix,
            name=matrix,
            # ids from 1: activities and their products, then elementary flows
            indices_array=np.array(list(zip(rows + 1, entries.columns + 1, strict=True)), dtype=bwp.INDICES_DTYPE),
            data_array=entries.amounts.astype(float),
        )
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = bw2calc.LCA({1: 1.0}, data_objs=[package])
        try:
            lca.load_lci_data()
            lca.decompose_technosphere()
            supplies = np.array([_supply(lca, index + 1) for index in activities])
        except (RuntimeError, ValueError, bw2calc.errors.BW2CalcError) as cause:
            raise _unsolvable(background, str(cause)) from cause
    _check_residuals(background, lca, activities, supplies)
    amounts = np.zeros((len(activities), len(background.flows)))
    flows = np.array(list(lca.dicts.biosphere), dtype=int) - n - 1
    places = np.array(list(lca.dicts.biosphere.values()), dtype=int)
    if flows.size:
        amounts[:, flows] = (lca.biosphere_matrix @ supplies.T).T[:, places]
    return _solver(bw2calc), amounts


def _supply(lca: Any, product: int) -> np.ndarray:
    """How often each activity runs for one unit of a product."""
    demand = np.zeros(lca.technosphere_matrix.shape[0])
    demand[lca.dicts.product[product]] = 1.0
    return np.asarray(lca.solve_linear_system(demand), dtype=float)


def _check_residuals(background: Background, lca: Any, activities: Sequence[int], supplies: np.ndarray) -> None:
    """A solution that does not solve is none: what is due of each product is made, up to rounding."""
    matrix = lca.technosphere_matrix
    for index, supply in zip(activities, supplies, strict=True):
        residual = matrix @ supply
        residual[lca.dicts.product[index + 1]] -= 1.0
        size = abs(matrix) @ np.abs(supply)
        if not np.all(np.isfinite(supply)) or np.max(np.abs(residual)) > _RESIDUAL * max(1.0, float(np.max(size))):
            raise _unsolvable(background, f"no amounts give one unit of {background.activities[index].name}")


def _unsolvable(background: Background, why: str) -> InputError:
    message = f"the amounts of {background.name} have no solution: {why}"
    return InputError([Diagnostic("REE-B028", message, expected="activities that make more than they need")])


def _solver(bw2calc: Any) -> str:
    """What bw2calc solves with: the first of Pardiso, UMFPACK and SuperLU that is installed."""
    name = "Pardiso" if bw2calc.PYPARDISO else "UMFPACK" if bw2calc.UMFPACK else "SuperLU"
    return f"bw2calc {bw2calc.__version__}, {name}"
