"""The reference calculation: product systems as in-memory Brightway datapackages, solved by bw2calc.

Systems are put side by side in one block-diagonal technosphere, so that it is factorised once and every demand is one
right-hand side; not too many of them, as every right-hand side is as long as all together. Amounts go in as float64
vectors (`add_persistent_vector`; `add_entries` would round to float32). Nothing is stored: no
Brightway project is made or read.
"""

from __future__ import annotations

import atexit
import contextlib
import io
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from lca.impact.methods import MethodFactors
from lca.system.network import ProductSystem

FIRST_NODE_ID = 1_000_000

#: How many systems are solved together.
_TOGETHER = 64


def brightway() -> tuple[Any, Any]:
    """bw2calc and bw_processing, imported without a word on stdout and without touching a user's Brightway projects.

    Where bw2data is installed too (it comes with the extra `methods`), bw2calc imports it, and that opens a project
    folder: it is pointed at a private, empty one, which is gone with the process. What the environment says of the
    user's own folder stays as it is.
    """
    os.environ.setdefault("BRIGHTWAY_NO_STRUCTLOG", "1")
    given = os.environ.get("BRIGHTWAY2_DIR")
    private = "bw2calc" not in sys.modules and not os.path.isdir(given or "")
    if private:
        folder = tempfile.mkdtemp(prefix="ree-lca-")
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        os.environ["BRIGHTWAY2_DIR"] = folder
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # solver hints, at every import
        import bw2calc
        import bw_processing
    if private and given is None:
        del os.environ["BRIGHTWAY2_DIR"]
    elif private:
        os.environ["BRIGHTWAY2_DIR"] = str(given)
    return bw2calc, bw_processing


def scores(systems: Sequence[ProductSystem], method: MethodFactors) -> np.ndarray:
    """`scores[system, indicator]` by bw2calc, for systems without samples, per declared unit.

    Raises `ValueError` when a system holds samples (arrays instead of single amounts).
    """
    if any(system.samples is not None for system in systems):
        raise ValueError("the Brightway path takes single amounts, not samples")
    parts = [systems[start : start + _TOGETHER] for start in range(0, len(systems), _TOGETHER)]
    return np.concatenate([_scores(part, method) for part in parts]) if parts else np.empty((0, len(method.indicators)))


def _scores(systems: Sequence[ProductSystem], method: MethodFactors) -> np.ndarray:
    bw2calc, bwp = brightway()
    # a flow without a name, of which there is none: bw2calc refuses systems without any elementary flow
    flows = ["", *sorted({flow for system in systems for flow in system.elementary})]
    first_ids = np.cumsum([FIRST_NODE_ID, *(len(system.nodes) for system in systems)])
    inventory = inventory_package(bwp, systems, {flow: number for number, flow in enumerate(flows, 1)}, first_ids)
    names = [(method.id, info.id) for info in method.indicators]
    packages = [
        inventory,
        *(factors_package(bwp, name, row) for name, row in zip(names, method.matrix(flows), strict=True)),
    ]
    demands = {str(k): {int(first_ids[k]): float(system.demand)} for k, system in enumerate(systems)}
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        lca = bw2calc.MultiLCA(demands=demands, method_config={"impact_categories": names}, data_objs=packages)
        lca.lci()
        lca.lcia()
    found = lca.scores  # a property that adds everything up anew each time
    return np.array([[found[name, str(k)] for name in names] for k in range(len(systems))])


def inventory_package(
    bwp: Any, systems: Sequence[ProductSystem], flow_ids: dict[str, int], first_ids: np.ndarray
) -> Any:
    """Systems side by side as one datapackage: node `k` of a system has its first id plus `k`."""
    technosphere: list[tuple[int, int, float, bool]] = []
    biosphere: list[tuple[int, int, float]] = [(flow_ids[""], int(first_ids[0]), 0.0)]
    for system, start in zip(systems, first_ids, strict=False):
        for node in range(len(system.nodes)):
            technosphere.append((start + node, start + node, float(system.diagonal(node)), False))
        for edge in system.edges:
            amount = float(edge.line.amount)
            if edge.provider is None:
                biosphere.append((flow_ids[edge.flow], start + edge.node, amount))
            else:
                technosphere.append((start + edge.provider, start + edge.node, amount, system.sign(edge) < 0))
    package = bwp.create_datapackage(name="product_systems", sum_intra_duplicates=True)
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        name="technosphere",
        indices_array=np.array([(row, column) for row, column, _, _ in technosphere], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([amount for _, _, amount, _ in technosphere]),
        flip_array=np.array([flip for *_, flip in technosphere]),
    )
    package.add_persistent_vector(
        matrix="biosphere_matrix",
        name="biosphere",
        indices_array=np.array([(row, column) for row, column, _ in biosphere], dtype=bwp.INDICES_DTYPE),
        data_array=np.array([amount for _, _, amount in biosphere], dtype=float),
    )
    return package


def factors_package(bwp: Any, name: tuple[str, str], row: np.ndarray) -> Any:
    """The factors of an indicator, of the flows 1, 2, ... in this order."""
    package = bwp.create_datapackage(name="-".join(name).replace(".", "_"))
    package.add_persistent_vector(
        matrix="characterization_matrix",
        name="-".join(name).replace(".", "_"),
        indices_array=np.array([(flow, 0) for flow in range(1, len(row) + 1)], dtype=bwp.INDICES_DTYPE),
        data_array=row.astype(float),
        identifier=list(name),
        global_index=0,
    )
    return package
