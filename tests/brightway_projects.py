"""Real Brightway projects for tests, made and calculated by Brightway in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from lca.background.bw2io_files import package_folder

#: An Excel file in Brightway's format, which bw2io ships.
EXCEL = package_folder() / "data" / "examples" / "sample_parameterized_database.xlsx"


def brightway(folder: Path, script: str, *arguments: str) -> str:
    """Run a script with Brightway's projects in `folder`; what it prints."""
    folder.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"BRIGHTWAY2_DIR": str(folder), "BRIGHTWAY_NO_STRUCTLOG": "1"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script, *arguments],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stdout


def run_brightway(folder: Path, script: str, *arguments: str) -> Any:
    """The same; what its last line prints is read as JSON."""
    return json.loads(brightway(folder, script, *arguments).splitlines()[-1])


#: The example that bw2io ships, with the scores that Brightway gives.
MOBILITY = """
import json, bw2data as bd, bw2io as bi, bw2calc as bc
bd.projects.set_current("mobility")
bi.add_example_database()
scores = {}
for activity in bd.Database("Mobility example"):
    if activity["type"] in ("process", "processwithreferenceproduct"):
        lca = bc.LCA({activity: 1}, method=("IPCC", "simple"))
        lca.lci()
        lca.lcia()
        scores[activity["code"]] = [activity["name"], lca.score]
print(json.dumps(scores))
"""

#: Two databases with everything that a database may have, by hand; scores of one unit of each activity.
SMALL = """
import json, bw2data as bd, bw2calc as bc
bd.projects.set_current("small")
CO2 = "349b29d1-3e58-4c66-98b9-9d1a076efd2e"
bd.Database("nature").write({
    ("nature", CO2): {"name": "Carbon dioxide, fossil", "categories": ("air",), "unit": "kilogram", "type": "emission"},
    ("nature", "dust"): {"name": "Dust", "categories": ("air", "urban"), "unit": "kilogram", "type": "emission"},
})
bd.Database("far").write({
    ("far", "steel"): {"name": "steel making", "reference product": "steel", "unit": "kilogram", "location": "CN",
        "type": "process", "exchanges": [
            {"input": ("far", "steel"), "amount": 1.0, "type": "technosphere", "name": "own use"},
            {"input": ("far", "steel"), "amount": 8.0, "type": "production"},
            {"input": ("nature", CO2), "amount": 14.0, "type": "biosphere"}]},
})
bd.Database("near").write({
    # without a production exchange: one unit
    ("near", "p"): {"name": "power", "unit": "kilowatt hour", "location": "GB", "type": "process", "exchanges": [
        {"input": ("near", "f"), "amount": 0.2, "type": "technosphere", "uncertainty type": 2, "loc": -1.6094379124341,
         "scale": 0.1},
        {"input": ("near", "w"), "amount": -0.05, "type": "technosphere"},
        {"input": ("nature", CO2), "amount": 0.1, "type": "biosphere", "uncertainty type": 5, "loc": 0.1,
         "minimum": 0.05, "maximum": 0.2}]},
    # not one unit, and a loop with power
    ("near", "f"): {"name": "fuel", "reference product": "fuel oil", "unit": "litre", "type": "process", "exchanges": [
        {"input": ("near", "f"), "amount": 100.0, "type": "production"},
        {"input": ("near", "p"), "amount": 30.0, "type": "technosphere"},
        {"input": ("far", "steel"), "amount": 0.7, "type": "technosphere"},
        {"input": ("nature", CO2), "amount": 10.0, "type": "biosphere"},
        {"input": ("nature", "dust"), "amount": 3.0, "type": "biosphere"}]},
    # takes up a waste
    ("near", "w"): {"name": "treatment of ash", "reference product": "ash", "unit": "kilogram", "type": "process",
        "exchanges": [
            {"input": ("near", "w"), "amount": -1.0, "type": "production"},
            {"input": ("near", "p"), "amount": 0.4, "type": "technosphere"},
            {"input": ("near", "f"), "amount": 0.01, "type": "substitution"},
            {"input": ("nature", CO2), "amount": 0.3, "type": "biosphere"}]},
    # a product that is a node of its own
    ("near", "heat"): {"name": "heat", "unit": "megajoule", "type": "product"},
    ("near", "boiler"): {"name": "boiler", "type": "process", "location": "GB", "exchanges": [
        {"input": ("near", "heat"), "amount": 5.0, "type": "production"},
        {"input": ("near", "p"), "amount": 2.0, "type": "technosphere"}]},
    ("near", "house"): {"name": "house", "unit": "unit", "type": "process", "exchanges": [
        {"input": ("near", "house"), "amount": 1.0, "type": "production"},
        {"input": ("near", "heat"), "amount": 20.0, "type": "technosphere"}]},
})
bd.Method(("carbon",)).write([(("nature", CO2), 1.0), (("nature", "dust"), 0.0)])
scores = {}
for code in ("p", "f", "w", "house", "heat"):
    lca = bc.LCA({("near", code): 1}, method=("carbon",))
    lca.lci()
    lca.lcia()
    scores[code] = lca.score
print(json.dumps(scores))
"""
