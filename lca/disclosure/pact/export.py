"""Write the footprints of a study as files in the PACT data model.

A footprint that has been written never changes. Where the same folder holds one of the same scenario and product, it
stays as it is if nothing that it says has changed; else it is put aside as deprecated, and the new one names it as its
predecessor.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from lca.disclosure.pact.declared import declared, declared_product
from lca.disclosure.pact.footprint import Wanted, content, declared_unit, name_of_unit, needs_mass
from lca.disclosure.pact.model import SPEC_VERSION, CarbonFootprint, ProductFootprint
from lca.disclosure.pact.rules import broken_rules
from lca.errors import Diagnostic, InputError, Problems, nearest, one_of
from lca.impact.products import product_tables
from lca.impact.study import ComputedStudy, computed_study, now
from lca.impact.tables import study_tables
from lca.inventory.declarations import BASKET
from lca.inventory.economics import Allocation
from lca.inventory.parameters import Override
from lca.system.checking import Checker

#: Where footprints that are no longer valid are kept, in the folder of the others.
DEPRECATED = "deprecated"

#: What a footprint says about itself, not about its product.
_OWN = ("id", "precedingPfIds", "created", "status")


@dataclass(frozen=True)
class Written:
    """A footprint and its file; `state` is new, changed or unchanged."""

    file: Path
    footprint: Mapping[str, Any]
    state: str


def export_footprints(
    root: Path,
    folder: Path,
    study: str | None = None,
    only: Iterable[str] = (),
    products: Iterable[str] = (),
    allocation: str | None = None,
    settings: Iterable[Override] = (),
) -> tuple[Written, ...]:
    """Write the footprints of a study of the workspace at `root` into `folder`: of its scenarios, or `only` these; of
    the products that it reports on, or of `products`. Parts of what is produced together need an `allocation`, where
    the study has more than one. Raises `InputError` with all that is missing or at fault; then nothing is written.
    """
    checker, settings = Checker(root), tuple(settings)
    problems = checker.problems
    computed = computed_study(checker, study, settings, only)
    changed = tuple(f"{one.address}={one.setting.value}" for one in settings)
    said = footprints(computed, tuple(products), allocation, problems, changed)
    problems.raise_errors()
    made = [_next(folder, _file_name(wanted), one, problems) for wanted, one in said]
    problems.raise_errors()
    _write(folder, made)
    return tuple(made)


def footprints(
    computed: ComputedStudy,
    products: tuple[str, ...],
    allocation: str | None,
    problems: Problems,
    changed: tuple[str, ...] = (),
) -> list[tuple[Wanted, dict[str, Any]]]:
    """What the footprints say; whatever is at fault is reported. `changed` are the settings of this run."""
    checked, study = computed.checked, computed.checked.study
    _check_products(computed, products, problems)
    if problems.errors:
        return []
    said = declared(checked.inventory, study, problems)
    unit = name_of_unit(checked, problems)
    chosen = products or tuple(map(str, study.reporting.products if study.reporting else ())) or (BASKET,)
    by = _allocation(computed, chosen, allocation, problems)
    with_mass = unit is not None and needs_mass(checked, unit)
    named = {name: declared_product(study, name, with_mass, problems) for name in chosen}
    if said is None or unit is None or problems.errors:
        return []
    tables = study_tables(checked, computed.method, computed.scored, problems, brief=True)
    found: list[tuple[Wanted, dict[str, Any]]] = []
    for scenario in checked.scenarios:
        scores = computed.scored[scenario.id, study.electricity_basis]
        for name, product in named.items():
            wanted = Wanted(scenario.id, name, None if name == BASKET else by)
            rows = _rows(tables, wanted, study.electricity_basis)
            if product is None:
                continue
            if not rows:
                _report_no_result(tables, wanted, problems)
                continue
            in_units = declared_unit(checked, scores, unit, product, problems)
            made = content(checked, scores, rows, wanted, said, product, in_units, problems)
            if made is not None:
                if changed:
                    made["comment"] += f" Changed for this footprint: {'; '.join(changed)}."
                found.append((wanted, made))
    return found


def _check_products(computed: ComputedStudy, products: Iterable[str], problems: Problems) -> None:
    """Report products that nothing makes."""
    study = computed.checked.study
    declared = set(map(str, study.reporting.products)) if study.reporting else set()
    strange = [name for name in products if name != BASKET and name not in declared]
    if not strange:
        return
    made = product_tables(computed.checked, computed.method, computed.scored, problems)["allocation"]
    known = sorted({BASKET, *declared, *(str(row["product"]) for row in made)})
    for name in strange:
        if name not in known:
            message = f"there is no product `{name}` in {study.study}"
            problems.add("REE-X023", message, expected=one_of(known), suggestion=nearest(name, known))


def _allocation(
    computed: ComputedStudy, products: tuple[str, ...], name: str | None, problems: Problems
) -> Allocation | None:
    """The way in which parts of what is produced together get their share; None where there are none."""
    choices = [str(one) for one in computed.checked.study.allocations]
    if all(product == BASKET for product in products):
        return None
    if name is None and len(choices) != 1:
        part = next(product for product in products if product != BASKET)
        message = f"{part} is part of what is produced together, and no allocation is named"
        problems.add("REE-X023", message, expected=f"--allocation {one_of(choices)}")
        return None
    if name is not None and name not in choices:
        message = f"the study has no allocation `{name}`"
        problems.add("REE-X023", message, expected=one_of(choices), suggestion=nearest(name, choices))
        return None
    found = computed.checked.inventory.allocations.named(name or choices[0])
    if found.by == "circular_footprint":
        message = f"{found.allocation} counts what a virgin product causes, which is no part of this one's footprint"
        problems.add("REE-X023", message, expected="an allocation that shares out what the plant itself causes")
        return None
    return found


def _rows(tables: Mapping[str, list[dict[str, Any]]], wanted: Wanted, basis: str) -> dict[str, dict[str, Any]]:
    """The results of a scenario and product, by indicator."""
    table, allocation = ("results", "none") if wanted.allocation is None else ("products", wanted.allocation.allocation)
    return {
        row["indicator"]: row
        for row in tables[table]
        if row["scenario"] == wanted.scenario
        and row["product"] == wanted.product
        and row["allocation"] == allocation
        and row["electricity_basis"] == basis
    }


def _report_no_result(tables: Mapping[str, list[dict[str, Any]]], wanted: Wanted, problems: Problems) -> None:
    own = [row for row in tables["products"] if row["scenario"] == wanted.scenario]
    choices = list(dict.fromkeys(str(row["product"]) for row in own)) or [BASKET]
    close = nearest(wanted.product, choices)
    problems.add("REE-X023", f"there is no result of {wanted.called}", expected=one_of(choices), suggestion=close)


def _file_name(wanted: Wanted) -> str:
    """Another one for every scenario, product and allocation: an option holds no dot."""
    parts = [wanted.scenario.replace("/", "."), quote(wanted.product, safe="")]
    parts += [str(wanted.allocation.allocation)] if wanted.allocation else []
    return "__".join(parts) + ".json"


def _next(folder: Path, name: str, said: Mapping[str, Any], problems: Problems) -> Written:
    """The footprint that stands in the folder if it says the same, else a new one that follows it."""
    file = folder / name
    earlier = read_earlier(file, problems)
    new: dict[str, Any] = {"id": str(uuid4()), "spec_version": SPEC_VERSION, "created": _in_utc(), "status": "Active"}
    if earlier is not None:
        new["preceding_pf_ids"] = [earlier["id"], *earlier.get("precedingPfIds", [])]
    footprint = _in_model(new, said)
    for rule in broken_rules(footprint):
        problems.add("REE-X024", f"{name}: {rule.key} {rule.message}")
    if earlier is None:
        return Written(file, footprint, "new")
    if _without_own(earlier) == _without_own(footprint):
        return Written(file, earlier, "unchanged")
    return Written(file, footprint, "changed")


def _in_model(own: Mapping[str, Any], said: Mapping[str, Any]) -> dict[str, Any]:
    return ProductFootprint(**own, **dict(said) | {"pcf": CarbonFootprint(**said["pcf"])}).as_data()


def fields_of(said: Mapping[str, Any]) -> tuple[dict[str, str], list[str]]:
    """What a footprint will say when it is written, by keys with dots and in words; and the rules that it breaks."""
    own = {"id": str(uuid4()), "spec_version": SPEC_VERSION, "created": _in_utc(), "status": "Active"}
    footprint = _in_model(own, said)
    broken = [f"{rule.key} {rule.message}" for rule in broken_rules(footprint)]
    return dict(_flat("", _without_own(footprint))), broken


def _flat(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, held in value.items():
            yield from _flat(f"{key}.{name}" if key else str(name), held)
    elif isinstance(value, list):
        parts = [", ".join(map(str, one.values())) if isinstance(one, Mapping) else str(one) for one in value]
        yield key, "; ".join(parts)
    else:
        yield key, str(value).lower() if isinstance(value, bool) else str(value)


def _without_own(footprint: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in footprint.items() if key not in _OWN}


def read_earlier(file: Path, problems: Problems) -> dict[str, Any] | None:
    """The footprint that a file holds; None where there is no file, or after reporting that it holds something else."""
    if not file.exists():
        return None
    try:
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        ProductFootprint.model_validate(found)
    except (OSError, ValueError, RecursionError):
        message = f"{file} is there already, and is no footprint"
        problems.add("REE-X026", message, expected="another folder, or delete the file")
        return None
    return found


def _in_utc() -> str:
    return now().replace("+00:00", "Z")


def _write(folder: Path, made: Iterable[Written]) -> None:
    """Each file is complete before it takes the place of another; predecessors are kept as deprecated first."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in made:
            if one.state == "unchanged":
                continue
            if one.state == "changed":
                earlier = json.loads(one.file.read_text(encoding="utf-8")) | {"status": "Deprecated"}
                (folder / DEPRECATED).mkdir(exist_ok=True)
                _replace(folder / DEPRECATED / f"{earlier['id']}.json", earlier)
            _replace(one.file, one.footprint)
    except OSError as cause:
        message = f"{folder} cannot be written: {cause.strerror}"
        raise InputError([Diagnostic("REE-C003", message)]) from cause


def _replace(file: Path, footprint: Mapping[str, Any]) -> None:
    text = json.dumps(footprint, indent=2, ensure_ascii=False, allow_nan=False) + "\n"
    handle, aside = tempfile.mkstemp(dir=file.parent, prefix=".ree-lca-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(text)
        Path(aside).replace(file)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise
