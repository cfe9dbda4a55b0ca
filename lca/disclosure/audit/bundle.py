"""The audit bundle of a study: everything that a verifier needs to follow each figure to its lines, to compute all of
it again, and to see that nothing was altered.

The same workspace, versions and `SOURCE_DATE_EPOCH` give the same bytes. Figures in JSON are decimal strings, for a
signature is over text and no two programs agree on the last digit of a binary number.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca.change_log import LOG, read_log
from lca.disclosure.audit import tables
from lca.disclosure.audit.crate import ATTESTATION, NAME, SUMS, crate
from lca.disclosure.audit.datapackages import datapackages
from lca.disclosure.audit.environment import environment, sbom
from lca.disclosure.audit.packing import MAX_FILE, fault_of_name, packed
from lca.disclosure.audit.reduced import reduced_background
from lca.disclosure.audit.statement import STATED, Envelope, statement
from lca.disclosure.audit.text import as_csv, canonical, decimal
from lca.disclosure.explanation.opening import called
from lca.disclosure.explanation.tree import Explainer
from lca.errors import Diagnostic, InputError
from lca.impact.figures import figure_of, saving_of
from lca.impact.results import StudyResults, records
from lca.impact.results import as_csv as table_as_csv
from lca.impact.study import computed_study, study_results
from lca.inventory.backgrounds import OWN
from lca.inventory.declarations import BASKET
from lca.inventory.parameters import Override
from lca.system.checking import Checker

FORMAT = "ree-lca audit bundle 1"

#: Tables of the results that are given in another form.
_OTHERWISE = ("contributions",)

#: What is said of an imported database that a bundle does not say: amounts of its own flows.
_WITHHELD = ("uncharacterised",)

README = """\
# Audit bundle of the study {study}

Made by ree-lca {version}. `results.json` holds every figure by its name, `report.html` is for reading, `evidence.csv`
says where each number is written and what it rests on, `contributions.csv` what each figure is the sum of, and
`workspace/` holds the files that all of it was computed from.

To check it:

    ree-lca audit verify BUNDLE.zip --key SIGNER.pub     # hashes, signature, and every figure computed again
    sha256sum -c SHA256SUMS                              # hashes alone, in the folder that it was unpacked to

A signature says who stood by these bytes. It does not say that the figures are right, and no one has verified them
unless a statement of the verifier says so.
"""


@dataclass(frozen=True)
class Report:
    """The report of a study as a page, and the hash of the templates that made it."""

    page: str
    templates: str


@dataclass(frozen=True)
class Bundle:
    """The bundle of a study: how the names of its figures begin, its results, and the archive."""

    study: str
    results: StudyResults
    content: bytes


def make_bundle(
    root: Path,
    study: str | None,
    settings: Iterable[Override],
    background: str,
    report: Callable[[StudyResults], Report],
    by: str = "",
    life_cycles: bool = False,
) -> Bundle:
    """Compute a study and pack its bundle, unsigned. `report` makes the page; `by` is who answers for the run;
    `life_cycles` adds the inventories of the activities of an imported background that the study is linked to, so that
    it can be computed again without that. Raises `InputError`.
    """
    settings = tuple(settings)
    checker = Checker(root, background)
    computed = computed_study(checker, study, settings)
    results = study_results(checker, computed, settings)
    explainer = Explainer(computed, called(str(computed.checked.study.study), background))
    page = report(results)
    files = _inputs(root, computed.checked.inventory.files)
    if background != OWN and life_cycles:
        assert checker.contents is not None
        assert computed.imported is not None
        files |= reduced_background(background, checker.contents, computed.imported)
    said = _study(root, results, page, background, by)
    files |= {
        "README.md": README.format(study=explainer.study, version=said["versions"]["ree-lca"]).encode(),
        "results.json": figures_json(explainer.study, results),
        "study.json": canonical(said),
        "report.html": page.page.encode(),
        "environment.json": canonical(environment()),
        "sbom.cdx.json": canonical(sbom(str(said["created"]))),
        **_tables(root, explainer, results),
        **{f"datapackages/{name}": data for name, data in datapackages(computed, str(said["created"])).items()},
    }
    _refuse_odd_names(files)
    return Bundle(explainer.study, results, packed(sealed(files, said)))


def sealed(files: Mapping[str, bytes], said: Mapping[str, Any]) -> dict[str, bytes]:
    """The files with the description of the crate, the hashes, and an attestation that nobody has signed."""
    whole = {**files, NAME: crate(files, said, str(said["by"]))}
    whole[SUMS] = sums(whole)
    predicate = {
        "format": FORMAT,
        **{key: said[key] for key in STATED},
        "files": len(whole),
    }
    return {**whole, ATTESTATION: Envelope(statement(whole, predicate)).written()}


def sums(files: Mapping[str, bytes]) -> bytes:
    """The hashes of files in the form of `sha256sum`."""
    return "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()


def write_aside(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises `InputError`."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise InputError([Diagnostic("REE-C003", f"{path} is a folder", expected="a file, or nothing")])
        with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as aside:
            (Path(aside) / "new").write_bytes(content)
            (Path(aside) / "new").replace(path)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{path} cannot be written: {cause.strerror}")]) from cause


def _inputs(root: Path, read: Iterable[Path]) -> dict[str, bytes]:
    """The files that were read, and the log."""
    found = {f"workspace/{path.relative_to(root).as_posix()}": path.read_bytes() for path in read}
    log = read_log(root)
    return found | ({LOG: log} if log else {})


def _refuse_odd_names(files: Mapping[str, bytes]) -> None:
    faults = [(name, fault_of_name(name)) for name in files]
    faults += [(name, "it is too large") for name, data in files.items() if len(data) > MAX_FILE]
    found = [Diagnostic("REE-A020", f"{name} cannot go into a bundle: {fault}") for name, fault in faults if fault]
    if found:
        raise InputError(found)


def _study(root: Path, results: StudyResults, page: Report, background: str, by: str) -> dict[str, Any]:
    """What was computed, when and with what."""
    database = results.metadata["background"]
    return {
        **results.metadata,
        "format": FORMAT,
        "by": by,
        "background": background,
        "background_data": None if database is None else {k: v for k, v in database.items() if k not in _WITHHELD},
        "templates_sha256": page.templates,
    }


def figures_json(study: str, results: StudyResults) -> bytes:
    """Every figure by its name, canonical; null where it is not assessed. `study` is how the names begin."""
    rows = [row for table in ("results", "products") for row in records(results[table])]
    figures: list[dict[str, Any]] = [
        {"figure": str(figure_of(study, row))}
        | row
        | {"value": decimal(row["value"]), "coverage": decimal(row["coverage"])}
        for row in rows
    ]
    figures += [
        {"figure": str(saving_of(study, row, BASKET)), "indicator": row["indicator"], "unit": row["unit"]}
        | {"value": decimal(row["saving"]), "electricity_basis": row["electricity_basis"]}
        | {"baseline": row["baseline"], "alternative": row["alternative"]}
        for row in records(results["comparisons"])
        if row["baseline"] != row["alternative"]
    ]
    return canonical({"format": FORMAT, "study": study, "figures": figures})


def _tables(root: Path, explainer: Explainer, results: StudyResults) -> dict[str, bytes]:
    evidence = tables.evidence_rows(explainer)
    own = {
        "evidence": as_csv(tables.EVIDENCE, evidence),
        "contributions": as_csv(tables.CONTRIBUTIONS, tables.contribution_rows(explainer)),
        "factors": as_csv(tables.FACTORS, tables.factor_rows(explainer)),
        "assumptions": as_csv(tables.ASSUMPTIONS, tables.assumption_rows(evidence, results)),
        "exclusions": as_csv(tables.EXCLUSIONS, tables.exclusion_rows(results)),
    }
    found = {f"{name}.csv": content for name, content in own.items()}
    here = f"{root}{os.sep}"
    for name, table in results.tables.items():
        if len(table) and name not in _OTHERWISE:
            found[f"tables/{name}.csv"] = table_as_csv(table).replace(here, "").encode()
    return found
