"""The model of `parametric_model` in lca_algebraic, run by an interpreter that has it: prints what it gives as JSON.

python in_lca_algebraic.py SAMPLES ROUNDS
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
import tempfile
import time
from typing import Any

import parametric_model as model

os.environ["BRIGHTWAY2_DIR"] = tempfile.mkdtemp()

with contextlib.redirect_stdout(sys.stderr):
    import brightway2 as bw
    import lca_algebraic as agb
    from lca_algebraic.stats import StochasticMethod, _compute_stochastics, _generate_random_params

DATABASE = "parametric"


def built() -> tuple[Any, list[tuple[str, ...]]]:
    """The activity that is asked for, and the methods."""
    bw.projects.set_current("parametric")
    nature = bw.Database("nature")
    nature.write({("nature", flow): {"name": flow, "unit": "kg", "type": "emission"} for flow in model.FLOWS})
    methods = []
    for name, factors in model.INDICATORS.items():
        method = bw.Method(("ree-lca", "simple", name))
        method.register(unit="kg")
        method.write([(("nature", flow), factor) for flow, factor in factors.items()])
        methods.append(("ree-lca", "simple", name))
    agb.resetDb(DATABASE)
    agb.setForeground(DATABASE)
    agb.resetParams()
    names = {
        name: agb.newFloatParam(name, value, min=low, max=high, distrib=agb.DistributionType.TRIANGLE, dbname=DATABASE)
        for name, (value, low, high) in model.PARAMETERS.items()
    }
    made = {name: agb.newActivity(DATABASE, name, own.unit) for name, own in model.ACTIVITIES.items()}
    flows = {flow: nature.get(flow) for flow in model.FLOWS}
    for name, own in model.ACTIVITIES.items():
        made[name].addExchanges(
            {made[what]: eval(amount, {}, dict(names)) for what, amount in own.inputs.items()}
            | {flows[flow]: eval(amount, {}, dict(names)) for flow, amount in own.emissions.items()}
        )
    return made["oxide"], methods


def main(samples: int, rounds: int) -> dict[str, Any]:
    activity, methods = built()
    central = agb.compute_impacts(activity, methods)
    seconds, means = [], []
    for _ in range(rounds):
        start = time.perf_counter()
        drawn, _ = _generate_random_params(samples, StochasticMethod.RAND)
        found = _compute_stochastics(activity, methods, params=drawn)
        seconds.append(time.perf_counter() - start)
        means = found.mean().tolist()
    return {"central": central.to_numpy()[0].tolist(), "means": means, "seconds": min(seconds)}


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):
        result = main(int(sys.argv[1]), int(sys.argv[2]))
    print(json.dumps(result))
