"""The matrices of a study as a Brightway datapackage, for who wants to solve them without this tool.

All systems stand side by side in one block-diagonal technosphere, as they are solved here; `nodes.csv` says which
number is which process, demand, elementary flow and indicator. The bytes depend on nothing but the study.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import numpy as np

from lca.disclosure.audit.packing import packed
from lca.disclosure.audit.text import as_csv
from lca.impact.brightway import FIRST_NODE_ID, brightway, factors_package, inventory_package
from lca.impact.study import ComputedStudy

_COLUMNS = ("id", "kind", "scenario", "electricity_basis", "name", "location", "amount", "unit")


def datapackages(computed: ComputedStudy, created: str) -> dict[str, bytes]:
    """`systems.zip`, `factors-N.zip` for each indicator, and `nodes.csv`; the packages are read by
    `bw_processing.load_datapackage`.
    """
    _, bwp = brightway()
    scored = computed.scored
    systems = {id(scores.system): scores.system for scores in scored.values()}
    flows = ["", *sorted({flow for system in systems.values() for flow in system.elementary})]
    first = np.cumsum([FIRST_NODE_ID, *(len(system.nodes) for system in systems.values())])
    starts = dict(zip(systems, map(int, first), strict=False))
    numbers = {flow: number for number, flow in enumerate(flows, 1)}
    inventory = inventory_package(bwp, list(systems.values()), numbers, first)
    factors: dict[str, bytes] = {}
    method = computed.method
    for number, (info, row) in enumerate(zip(method.indicators, method.matrix(flows), strict=True)):
        package = factors_package(bwp, (method.id, info.id), row)
        factors[f"factors-{number}.zip"] = packed(_files(package, f"factors-{number}", created))
    rows: list[dict[str, Any]] = []
    for (scenario, basis), scores in scored.items():
        start = starts[id(scores.system)]
        common = {"scenario": scenario, "electricity_basis": basis}
        for k, node in enumerate(scores.system.nodes):
            flow = computed.checked.inventory.flows[scores.system.process(k).product.flow]
            of = {"id": start + k, "kind": "process", "name": node.process, "location": node.location}
            rows.append(common | of | {"unit": str(flow.unit)})
            if k == 0:
                rows.append({**rows[-1], "kind": "demand", "amount": float(scores.system.demand)})
    for name, number in numbers.items():
        unit = str(computed.checked.inventory.flows.named(name).unit) if name else ""
        rows.append({"id": number, "kind": "elementary flow", "name": name, "unit": unit})
    for number, info in enumerate(method.indicators):
        rows.append({"id": number, "kind": "indicator", "name": info.id, "unit": info.unit})
    return {
        "systems.zip": packed(_files(inventory, "systems", created)),
        **factors,
        "nodes.csv": as_csv(_COLUMNS, rows),
    }


def _files(package: Any, name: str, created: str) -> Mapping[str, bytes]:
    """What `bw_processing` writes of a package, with a date and an identifier that are those of the study."""
    metadata = {**package.metadata, "id": name, "created": created}
    files = {"datapackage.json": json.dumps(metadata, indent=2, sort_keys=True).encode()}
    for resource, data in zip(package.resources, package.data, strict=True):
        written = io.BytesIO()
        np.save(written, data, allow_pickle=False)
        files[str(resource["path"])] = written.getvalue()
    return files
