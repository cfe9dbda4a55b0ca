"""A supplier's footprint in the PACT data model as a process of the workspace."""

from __future__ import annotations

import json
import math
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from lca.disclosure.brightway.naming import slug
from lca.disclosure.brightway.yaml_text import as_yaml
from lca.disclosure.pact.decimals import written
from lca.disclosure.pact.model import ProductFootprint
from lca.disclosure.pact.rules import EXCLUDING, broken_rules, moment, three_years_after
from lca.errors import Diagnostic, InputError, Problems, Span, nearest
from lca.impact.check import check_workspace
from lca.impact.study import now
from lca.inventory.declarations import Equivalents
from lca.inventory.loading import Inventory, load
from lca.units import parse_unit
from lca.workspace import write_files

#: Where processes of suppliers are written, in the workspace.
FOLDER = Path("inventories") / "suppliers"

MAX_BYTES = 2_000_000
#: Powers of ten beyond which a figure is none.
LARGEST = 30
_LONGEST = 300

#: Declared units in our terms.
_UNITS = {
    **{"kilogram": "kg", "liter": "L", "cubic meter": "m^3", "kilowatt hour": "kWh", "megajoule": "MJ"},
    **{"ton kilometer": "tkm", "square meter": "m^2", "hour": "h"},
}

#: The parts of a footprint by what they become; what is taken out of the air has no place here.
_PARTS = {
    "fossil": ("fossilGhgEmissions",),
    "land_use_change": ("landUseChangeGhgEmissions", "landManagementBiogenicCO2Emissions"),
    "biogenic": ("biogenicNonCO2Emissions",),
}
_TAKEN_OUT = (
    *("landManagementBiogenicCO2Removals", "technologicalCO2Removals", "ccsTechnologicalCO2Capture"),
    "biogenicCO2Uptake",
)


@dataclass(frozen=True)
class Imported:
    """The file that was written, what is in it, and what is doubtful of the footprint."""

    file: Path
    process: str
    flow: str
    new_flow: bool
    warnings: tuple[Diagnostic, ...]


def import_footprint(root: Path, file: Path, flow: str | None = None, process: str | None = None) -> Imported:
    """Write a footprint into the workspace at `root`, as a process that supplies `flow`, or a flow of its own. Raises
    `InputError`; then nothing is written.
    """
    footprint = read_footprint(file)
    problems = Problems()
    inventory = load(root, problems)
    problems.raise_errors()
    documents, name, product, new = _documents(inventory, footprint, file, flow, process, problems)
    _doubts(footprint, file, problems)
    problems.raise_errors()
    target = FOLDER / f"{name}.yaml"
    if (root / target).exists():
        message = f"{root / target} exists"
        raise InputError([Diagnostic("REE-X006", message, expected="--process NAME, or delete the file")])
    text = as_yaml(documents)
    _refuse_faults(root, target, text)
    write_files(root / FOLDER, {target.name: text})
    doubts = tuple(found for found in problems.all if found.code == "REE-X028")
    return Imported(root / target, name, product, new, doubts)


def read_footprint(file: Path) -> dict[str, Any]:
    """The footprint in a file, alone or as the `data` of an answer; its keys and types are right. Raises `InputError`
    with everything that is not.
    """
    place = Span(file, 1, 1)
    try:
        if file.stat().st_size > MAX_BYTES:
            raise InputError([Diagnostic("REE-X027", f"the file has more than {MAX_BYTES / 1e6:.0f} MB", place)])
        found = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{file} cannot be read: {cause.strerror}")]) from cause
    except json.JSONDecodeError as cause:
        message = f"the file is no JSON: {cause.msg}"
        raise InputError([Diagnostic("REE-X027", message, Span(file, cause.lineno, cause.colno))]) from cause
    except (ValueError, RecursionError) as cause:
        raise InputError([Diagnostic("REE-X027", "the file is no JSON", place)]) from cause
    if isinstance(found, dict) and "pcf" not in found and "data" in found:
        found = found["data"]
    if isinstance(found, list) and len(found) == 1:
        found = found[0]
    if not isinstance(found, dict):
        expected = "one ProductFootprint: an object with `pcf`"
        raise InputError([Diagnostic("REE-X027", "the file holds no footprint, or several", place, expected=expected)])
    version = str(found.get("specVersion", ""))
    if version.startswith(("1.", "2.")):
        message = f"the footprint is of version {version} of the data model"
        raise InputError([Diagnostic("REE-X027", message, place, expected="version 3")])
    try:
        ProductFootprint.model_validate(found)
    except ValidationError as failure:
        raise InputError(_faults(failure, place)) from failure
    return found


def _faults(failure: ValidationError, place: Span) -> list[Diagnostic]:
    return [
        Diagnostic(
            "REE-X027", f"{'.'.join(map(str, fault['loc']))}: {fault['msg'][:1].lower()}{fault['msg'][1:]}", place
        )
        for fault in failure.errors(include_url=False, include_context=False)
    ]


def _doubts(footprint: Mapping[str, Any], file: Path, problems: Problems) -> None:
    """What breaks the rules of the specification, and what is no longer valid."""
    place = Span(file, 1, 1)
    for rule in broken_rules(footprint):
        problems.add("REE-X028", f"{rule.key} {rule.message}", place)
    if footprint["status"] == "Deprecated":
        problems.add("REE-X028", "the footprint is deprecated", place, expected="the one that follows it")
    ends = valid_until(footprint)
    if ends is not None and ends <= datetime.fromisoformat(now()):
        problems.add("REE-X028", f"the footprint was valid until {ends:%Y-%m-%d}", place, expected="a newer one")


def valid_until(footprint: Mapping[str, Any]) -> datetime | None:
    """The end of validity: three years after the reference period, where nothing else is said."""
    said = moment(footprint.get("validityPeriodEnd"))
    end = moment(footprint["pcf"]["referencePeriodEnd"])
    return said.astimezone(UTC) if said else three_years_after(end) if end else None


def _number(pcf: Mapping[str, Any], key: str, place: Span, problems: Problems) -> Decimal | None:
    """A figure, which may be written in another way than the rules want; None where it is absent or none."""
    if pcf.get(key) is None:
        return None
    try:
        found = Decimal(pcf[key])
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or (found and abs(found.adjusted()) > LARGEST):
        problems.add("REE-X027", f"pcf.{key}: `{pcf[key]}` is no number", place, expected="a decimal: 1.5")
        return None
    return found


def _documents(
    inventory: Inventory,
    footprint: Mapping[str, Any],
    file: Path,
    flow: str | None,
    process: str | None,
    problems: Problems,
) -> tuple[list[dict[str, Any]], str, str, bool]:
    """The documents to write; the names of the process and its product, and whether that is new."""
    place, pcf = Span(file, 1, 1), footprint["pcf"]
    product, company = _plain(footprint["productNameCompany"]), _plain(footprint["companyName"])
    name = process or slug(f"{product} {company}")
    if name != slug(name):
        problems.add("REE-X029", f"`{name}` is no name of a process", expected="--process NAME", suggestion=slug(name))
    if name in inventory.processes:
        message = f"the workspace has a process `{name}`"
        problems.add("REE-X029", message, place, expected="--process with another name")
    unit = _UNITS.get(pcf["declaredUnitOfMeasurement"])
    if unit is None:
        message = f"there is no unit for {pcf['declaredUnitOfMeasurement']}"
        problems.add("REE-X029", message, place, expected=", ".join(_UNITS))
        return [], name, name, False
    supplied = flow or (name if slug(product) in inventory.flows else slug(product))
    amount = _amount(inventory, pcf, unit, flow, place, problems)
    source = f"{name}_footprint"
    emissions, parameters = _emissions(inventory, pcf, place, problems)
    where = next((pcf[f"geography{k}"] for k in ("CountrySubdivision", "Country") if pcf.get(f"geography{k}")), None)
    document = {
        "process": name,
        "title": f"{product} ({company})",
        **({"location": where} if where else {}),
        "year": pcf["referencePeriodStart"][:4],
        "source": source,
        "evidence": "calculated",
        **_pedigree(pcf),
        "note": _note(footprint),
        "product": {"flow": supplied, "amount": amount},
        **({"parameters": parameters} if parameters else {}),
        "emissions": emissions,
    }
    entry = {
        "title": f"Product carbon footprint {footprint['id']} of {product}",
        "author": company,
        "year": _plain(footprint["created"])[:4],
        "note": f"PACT data model {footprint['specVersion']}; {', '.join(map(_plain, footprint['productIds']))}",
    }
    documents = [document, {"sources": {source: entry}}]
    documents += _as_before(inventory, flow)
    if flow is None:
        documents.append({"flows": {supplied: {"title": product, "kind": "product", "unit": unit}}})
    return documents, name, supplied, flow is None


def _as_before(inventory: Inventory, flow: str | None) -> list[dict[str, Any]]:
    """A rule by which what has been bought from the only maker of a flow is bought there still."""
    makers = [str(name) for name, process in inventory.processes.items() if process.product.flow == flow]
    if len(makers) != 1 or any(rule.flow == flow for rule in inventory.links):
        return []
    return [{"links": [{"flow": flow, "provider": makers[0], "note": "Where nothing else is said, as before."}]}]


def _plain(text: Any) -> str:
    """A text on one line, without what cannot be printed, and not without end."""
    line = " ".join(str(text).split())
    return "".join(letter for letter in line if letter.isprintable() and letter not in "${}")[:_LONGEST]


def _amount(
    inventory: Inventory, pcf: Mapping[str, Any], unit: str, flow: str | None, place: Span, problems: Problems
) -> str:
    """What the footprint is of, as an amount of the flow that it supplies."""
    amount = _number(pcf, "declaredUnitAmount", place, problems) or Decimal(1)
    if amount < 0:
        problems.add("REE-X027", f"pcf.declaredUnitAmount: `{amount}` is negative", place)
    text = f"{written(amount)} {unit}"
    if flow is None:
        return text
    known = inventory.flows.find(flow)
    if known is None or known.kind != "product":
        choices = [str(name) for name, one in inventory.flows.items() if one.kind == "product"]
        message = f"the workspace has no product `{flow}`"
        problems.add("REE-X029", message, expected="a product", suggestion=nearest(flow, choices))
        return text
    wanted = parse_unit(str(known.unit)).dimension
    if wanted == parse_unit(unit).dimension:
        return text
    mass = _number(pcf, "productMassPerDeclaredUnit", place, problems)
    if wanted == parse_unit("kg").dimension and mass:
        return f"{written(mass)} kg"
    message = f"{flow} is in {known.unit}, the footprint is per {pcf['declaredUnitOfMeasurement']}"
    problems.add("REE-X029", message, known.unit.span, expected="a flow in the same kind of unit, or none")
    return text


def _emissions(
    inventory: Inventory, pcf: Mapping[str, Any], place: Span, problems: Problems
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Lines of CO2-equivalents, each in its primary part and the rest; and the parameter that says that part.

    What is taken out of the air is left out, and what the parts lack of the declared total is added: the process never
    causes less than the footprint declares without uptake and removals.
    """
    workspace = inventory.workspace
    said: Equivalents | None = workspace.carbon_dioxide_equivalents if workspace is not None else None
    if said is None:
        message = "the import needs `carbon_dioxide_equivalents`, which the workspace does not say"
        expected = "`carbon_dioxide_equivalents: {fossil: FLOW}` with an elementary flow in kg of CO2-equivalents"
        problems.add("REE-X020", message, workspace.workspace.span if workspace else None, expected=expected)
        return [], {}
    share = _number(pcf, "primaryDataShare", place, problems)
    part = None if share is None or not 0 < share < 100 else "primary_data_share"
    lines: list[dict[str, Any]] = []
    total = Decimal(0)
    for key, fields in _PARTS.items():
        numbers = [number for field in fields if (number := _number(pcf, field, place, problems)) is not None]
        if not numbers:
            continue
        amount = sum(numbers, Decimal(0))
        total += amount
        flow = getattr(said, key)
        if flow is None and amount:
            message = f"the import needs `carbon_dioxide_equivalents.{key}`: {written(amount)} kg of {fields[0]}"
            problems.add("REE-X020", message, said.fossil.span, expected=f"`{key}: FLOW`")
        elif flow is not None:
            lines += _lines(inventory, str(flow), amount, part, share)
    declared = _number(pcf, EXCLUDING, place, problems)
    taken = {key: number for key in _TAKEN_OUT if (number := _number(pcf, key, place, problems))}
    for key, number in taken.items():
        problems.add("REE-X028", f"{key} of {written(number)} kg is left out: no credit is given for it", place)
    if declared is not None:
        lacking = declared - sum((n for k, n in taken.items() if k != "biogenicCO2Uptake"), Decimal(0)) - total
        if lacking > Decimal("1e-6") * abs(declared):
            message = f"the parts lack {written(lacking)} kg of {EXCLUDING}, which is counted as fossil"
            problems.add("REE-X028", message, place)
            note = "Declared in the total, and in no part of it."
            lines += [line | {"note": note} for line in _lines(inventory, str(said.fossil), lacking, part, share)]
    parameters: dict[str, Any] = {}
    if part is not None:
        note = "Share of primary data in the footprint, as the supplier declares it."
        parameters[part] = {"value": f"{written(share or Decimal(0))} %", "note": note}
    return lines, parameters


def _lines(
    inventory: Inventory, flow: str, amount: Decimal, part: str | None, share: Decimal | None
) -> list[dict[str, Any]]:
    known = inventory.flows.find(flow)
    text = f"{written(amount)} {known.unit if known is not None else 'kg'}"
    if part is None:
        return [{"flow": flow, "amount": text} | ({"evidence": "measured"} if share == 100 else {})]
    return [
        {"flow": flow, "amount": f"{text} * {part}", "evidence": "measured"},
        {"flow": flow, "amount": f"{text} * (1 - {part})"},
    ]


def _pedigree(pcf: Mapping[str, Any]) -> dict[str, list[int]]:
    """Reliability, completeness, time, geography, technology. The data model rates the last three, rounded up here;
    what is verified is taken to be reliable (2), anything else an estimate (4), and completeness is not known (5).
    """
    dqi = pcf.get("dqi")
    if not dqi:
        return {}
    try:
        rated = [math.ceil(Decimal(dqi[key])) for key in ("temporalDQR", "geographicalDQR", "technologicalDQR")]
    except (InvalidOperation, ValueError, OverflowError):
        return {}
    if not all(1 <= score <= 5 for score in rated):
        return {}
    return {"pedigree": [2 if pcf.get("verification") else 4, 5, *rated]}


def _note(footprint: Mapping[str, Any]) -> str:
    pcf = footprint["pcf"]
    ends = valid_until(footprint)
    dqi = pcf.get("dqi") or {}
    sentences = [
        f"Reference period {_plain(pcf['referencePeriodStart'])[:10]} to {_plain(pcf['referencePeriodEnd'])[:10]}",
        f"valid until {ends:%Y-%m-%d}" if ends else "",
        f"characterisation factors of {', '.join(map(_plain, pcf['ipccCharacterizationFactors']))}",
        f"standards {', '.join(map(_plain, pcf['crossSectoralStandards']))}",
        f"{_plain(pcf['exemptedEmissionsPercent'])} % of the emissions exempted",
        "data quality (technology, geography, time) "
        + ", ".join(_plain(dqi[key]) for key in ("technologicalDQR", "geographicalDQR", "temporalDQR"))
        if dqi
        else "",
        f"region {pcf['geographyRegionOrSubregion']}" if pcf.get("geographyRegionOrSubregion") else "",
        "verification declared" if pcf.get("verification") else "no verification declared",
    ]
    return "; ".join(filter(None, sentences)) + "."


def _refuse_faults(root: Path, target: Path, text: str) -> None:
    """What the check of the workspace finds wrong with the new file is told, and the file not kept."""
    with tempfile.TemporaryDirectory(prefix="ree-lca-") as aside:
        copy = Path(aside) / "workspace"
        for part in ("inventories", "methods"):
            if (root / part).is_dir():
                shutil.copytree(root / part, copy / part)
        (copy / FOLDER).mkdir(parents=True, exist_ok=True)
        (copy / target).write_text(text, encoding="utf-8", newline="\n")
        before = {(d.code, d.message) for d in check_workspace(root).errors}
        found = [d for d in check_workspace(copy).errors if (d.code, d.message) not in before]
    if found:
        raise InputError([Diagnostic("REE-X029", f"{d.message} ({d.code})", expected=d.expected) for d in found])
