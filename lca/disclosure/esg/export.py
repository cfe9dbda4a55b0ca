"""The datapoints of reporting frameworks, filled with a year of the plants of a study."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import lca
from lca.disclosure.declaring import Declarant, declarant, raise_missing, report_no_year
from lca.disclosure.esg.filling import Entry, Filling
from lca.disclosure.esg.year import Year, years_of
from lca.errors import Diagnostic, InputError, Problems, nearest, one_of
from lca.impact.results import ON_DEMAND
from lca.impact.study import ComputedStudy, computed_study, workspace_hash
from lca.inventory.backgrounds import OWN
from lca.inventory.frameworks import Datapoint, Framework
from lca.inventory.loading import Inventory
from lca.inventory.parameters import Override
from lca.inventory.schema import Study
from lca.system.checking import Checker

#: Columns of a disclosure: one definition for CSV, JSON and the workbook.
COLUMNS = ON_DEMAND["disclosures"]

#: What has to be known of every value.
NOTES = (
    "Values are those of a year of the plants named, modelled from inventories: the organisation's own readings of "
    "meters, invoices and stocks are not in them, nor is anything else that it owns or controls.",
    "Not independently verified. A mapping is our reading of a framework; `mapping_evidence` says how sure it is. "
    "Compare it with the text in force before anything is reported.",
    "A gap is no zero: `reason` says why there is no value. `partial` values say what they leave out.",
    "Figures are names of results per declared unit that `ree-lca explain` follows to their sources; `made_from` names "
    "the records of `ree-lca accounts` that were added, or what the plants themselves release.",
)


@dataclass(frozen=True)
class Disclosure:
    """Records with the columns above, and what is said of them all."""

    metadata: Mapping[str, Any]
    records: Sequence[Mapping[str, Any]]


def disclosure(
    root: Path,
    study: str | None,
    frameworks: Iterable[str] = (),
    network: str | None = None,
    plant: str | None = None,
    settings: Iterable[Override] = (),
    background: str = OWN,
) -> Disclosure:
    """Fill the datapoints of the frameworks named, or of all of the workspace, with a year of a plant or a network.

    Raises `InputError` with everything that is missing: organisation, period, yearly production.
    """
    checker = Checker(root, background)
    checker.problems.raise_errors()
    chosen = frameworks_of(checker.inventory, tuple(frameworks))
    wanted = checker.study(study)
    checker.problems.raise_errors()
    assert wanted is not None
    said = declarant_of_year(checker.inventory, wanted)
    computed = computed_study(checker, str(wanted.study), settings)
    return filled(computed, said, chosen, network, plant, settings, background)


def declarant_of_year(inventory: Inventory, study: Study) -> Declarant:
    """Who declares a year of the plants of a study. Raises `InputError` with everything that is missing."""
    failures: list[InputError] = []
    try:
        said = declarant(inventory, study)
    except InputError as failure:
        failures.append(failure)
    if not study.networks:
        failures.append(_without_production(study))
    raise_missing(*failures)
    problems = Problems()
    report_no_year(study, said, problems)
    problems.raise_errors()
    return said


def filled(
    computed: ComputedStudy,
    said: Declarant,
    chosen: Sequence[Framework],
    network: str | None = None,
    plant: str | None = None,
    settings: Iterable[Override] = (),
    background: str = OWN,
) -> Disclosure:
    """The datapoints of the frameworks chosen, filled with a year of a plant or a network of a computed study. Raises
    `InputError`.
    """
    year = years_of(computed, network, plant)
    called = year.study if background == OWN else f"{year.study}@{background}"
    filling = Filling(
        computed.checked.inventory,
        year,
        computed.checked.study.electricity_basis,
        computed.method.indicators[0].id,
        called,
        _methods(computed, background),
    )
    records = [
        _record(framework, datapoint, entry, said, year)
        for framework in chosen
        for datapoint in framework.datapoints
        for entry in filling.entries(framework, datapoint)
    ]
    return Disclosure(_metadata(computed, said, year, chosen, settings, background), records)


def _without_production(study: Study) -> InputError:
    message = f"{study.study} says nothing of what its plants make in a year"
    expected = "networks: {NAME: [{scenario: ..., output: 400 t/year}]} in the study"
    return InputError([Diagnostic("REE-X042", message, study.study.span, expected=expected)])


def frameworks_of(inventory: Inventory, names: Sequence[str] = ()) -> list[Framework]:
    """The frameworks named, or all of the workspace. Raises `InputError` where there are none."""
    known = inventory.frameworks
    problems = Problems()
    for name in names:
        if known.find(name) is None:
            message, close = f"there is no framework `{name}`", nearest(name, known)
            problems.add("REE-X041", message, expected=one_of(known), suggestion=close)
    if not names and not known:
        expected = "a document that starts with `framework:`"
        problems.add("REE-X041", "the workspace has no framework", expected=expected)
    problems.raise_errors()
    return [known.named(name) for name in dict.fromkeys(names)] if names else list(known.values())


def _record(framework: Framework, datapoint: Datapoint, entry: Entry, said: Declarant, year: Year) -> dict[str, Any]:
    values = (
        *(str(framework.framework), str(framework.framework_version), str(datapoint.id)),
        *(str(datapoint.paragraph or ""), str(datapoint.element or ""), str(datapoint.title)),
        *(entry.item, entry.title, entry.status, entry.value, entry.unit, entry.text, entry.basis, entry.coverage),
        *(entry.reason, said.start.isoformat(), said.end.isoformat(), said.organisation, year.network, year.plant),
        *("; ".join(year.scenarios), "; ".join(entry.figures), "; ".join(entry.made_from)),
        str(datapoint.evidence or framework.evidence or ""),
    )
    return dict(zip(COLUMNS, values, strict=True))


def _methods(computed: ComputedStudy, background: str) -> str:
    """What may be said of the methods: indicator, factors, data, rule of the boundary."""
    study, inventory, info = computed.checked.study, computed.checked.inventory, computed.method.indicators[0]
    methods = [str(inventory.methods.named(one.id).title) for one in computed.method.sets]
    data = "data sets of the workspace" if background == OWN else f"the database {background}"
    said = [
        f"Greenhouse gases by {info.title} ({methods[0]}), in {info.unit}",
        f"life cycle inventory of the plants on {data}, computed with ree-lca {lca.__version__}",
        "scope 2 on both bases, location and market",
        f"boundary: {study.boundary}" if study.boundary else "",
    ]
    return "; ".join(" ".join(text.split()).rstrip(".") for text in said if text) + "."


def _metadata(
    computed: ComputedStudy,
    said: Declarant,
    year: Year,
    frameworks: Sequence[Framework],
    settings: Iterable[Override],
    background: str,
) -> dict[str, Any]:
    inventory = computed.checked.inventory
    return {
        "organisation": said.organisation,
        "period": [said.start.isoformat(), said.end.isoformat()],
        "study": year.study,
        "network": year.network,
        "plant": year.plant,
        "scenarios": list(year.scenarios),
        "output": {"value": year.output["value"], "unit": year.output["unit"], "product": year.output["title"]},
        "background": background,
        "settings": [f"{override.address}={override.setting.value}" for override in settings],
        "frameworks": [
            {
                "framework": str(one.framework),
                "title": str(one.title),
                "framework_version": str(one.framework_version),
                "taxonomy": str(one.taxonomy or ""),
                "source": str(one.source or ""),
                "evidence": str(one.evidence or ""),
            }
            for one in frameworks
        ],
        "notes": list(NOTES),
        "workspace_sha256": workspace_hash(inventory.root, inventory.files),
        "versions": {"ree-lca": lca.__version__},
    }
