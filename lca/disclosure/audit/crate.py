"""The description of a bundle for machines: an RO-Crate 1.1 that follows the Process Run Crate profile 0.5.

The profile builds on 1.1, so that is what is written, although later versions exist. `SHA256SUMS` and the attestation
are described without size and hash: the one holds the hash of this description, the other changes when it is signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

import lca

NAME = "ro-crate-metadata.json"
SUMS = "SHA256SUMS"
ATTESTATION = "attestation.dsse.json"

_CONTEXT = "https://w3id.org/ro/crate/1.1/context"
_RUN_TERMS = "https://w3id.org/ro/terms/workflow-run#"
_PROFILE = "https://w3id.org/ro/wfrun/process/0.5"
_TOOL = "#ree-lca"
_NOT_STATED = "Not stated"

_MEDIA = {
    ".json": "application/json",
    ".jsonl": "application/jsonl",
    ".csv": "text/csv",
    ".html": "text/html",
    ".yaml": "application/yaml",
    ".zip": "application/zip",
    ".md": "text/markdown",
    ".npz": "application/zip",
    "": "text/plain",
}

#: What each file is; the first that a name starts with.
DESCRIPTIONS = {
    "workspace/": "Input: a file of the workspace as it was read",
    "background/": "Input: life cycle inventories of the activities of an imported background in use",
    "results.json": "Every figure of the study by its name, values as decimal strings",
    "study.json": "What was computed, when and with what",
    "report.html": "The report of the study",
    "evidence.csv": "Every number that a figure rests on, with the place where it is written, its source and evidence",
    "contributions.csv": "What each figure is the sum of",
    "factors.csv": "Characterisation factors in use",
    "assumptions.csv": "Numbers that are a judgement or stand in for data",
    "exclusions.csv": "What the figures leave out, and why",
    "tables/": "A table of the results",
    "datapackages/": "The matrices of the study, for Brightway",
    "environment.json": "Versions of the interpreter and of packages",
    "sbom.cdx.json": "Bill of materials of the software, CycloneDX 1.6",
    "changes.jsonl": "Log of runs and changes, each line with the hash of the one before",
    "README.md": "What this is, and how to check it",
    SUMS: "SHA-256 of every other file but the attestation",
    ATTESTATION: "in-toto statement over the bundle in a DSSE envelope, with its signatures if it has any",
}


def described(name: str) -> str:
    """What a file of a bundle is."""
    return next(text for start, text in DESCRIPTIONS.items() if name.startswith(start))


def crate(files: Mapping[str, bytes], study: Mapping[str, Any], by: str) -> bytes:
    """The metadata of a crate with these files; `by` ran the study."""
    created = str(study["created"])
    inputs = [name for name in files if name.startswith(("workspace/", "background/"))]
    outputs = [name for name in files if name not in inputs and name != "README.md"]
    agent = {"@id": "#agent", "@type": "Person", "name": by or _NOT_STATED, "affiliation": {"@id": "#organisation"}}
    organisation = {"@id": "#organisation", "@type": "Organization", "name": _NOT_STATED}
    title = f"Audit bundle of the study {study['study']}"
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": title,
        "description": f"{study['title']}: inputs, results and what they rest on, to be checked and computed again",
        "datePublished": created,
        "license": {"@id": "#licence"},
        "author": {"@id": "#agent"},
        "publisher": {"@id": "#organisation"},
        "conformsTo": {"@id": _PROFILE},
        "hasPart": [{"@id": _id(name)} for name in sorted([*files, SUMS, ATTESTATION])],
        "mentions": {"@id": "#run"},
    }
    run = {
        "@id": "#run",
        "@type": "CreateAction",
        "name": f"Calculation of {study['study']}",
        "description": "ree-lca audit bundle",
        "instrument": {"@id": _TOOL},
        "agent": {"@id": "#agent"},
        "startTime": created,
        "endTime": created,
        "object": [{"@id": _id(name)} for name in sorted(inputs)],
        "result": [{"@id": _id(name)} for name in sorted(outputs)],
    }
    graph: list[dict[str, Any]] = [
        {
            "@id": NAME,
            "@type": "CreativeWork",
            "about": {"@id": "./"},
            "conformsTo": {"@id": _CONTEXT.removesuffix("/context")},
        },
        root,
        {"@id": _PROFILE, "@type": "CreativeWork", "name": "Process Run Crate", "version": "0.5"},
        {
            "@id": "#licence",
            "@type": "CreativeWork",
            "name": _NOT_STATED,
            "description": "Sources keep their own terms; who passes the bundle on says under which.",
        },
        agent,
        organisation,
        {"@id": _TOOL, "@type": "SoftwareApplication", "name": "ree-lca", "softwareVersion": lca.__version__},
        run,
        *(_file(name, files[name]) for name in sorted(files)),
        *(
            {"@id": name, "@type": "File", "name": name, "description": described(name), "encodingFormat": media(name)}
            for name in (SUMS, ATTESTATION)
        ),
    ]
    document = {"@context": [_CONTEXT, {"sha256": f"{_RUN_TERMS}sha256"}], "@graph": graph}
    return json.dumps(document, indent=1, ensure_ascii=False).encode() + b"\n"


def _file(name: str, content: bytes) -> dict[str, Any]:
    return {
        "@id": _id(name),
        "@type": "File",
        "name": name,
        "description": described(name),
        "encodingFormat": media(name),
        "contentSize": str(len(content)),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


def _id(name: str) -> str:
    """A name as a relative URI."""
    from urllib.parse import quote

    return quote(name)


def media(name: str) -> str:
    """The media type of a file of a bundle."""
    return _MEDIA[PurePosixPath(name).suffix]


def faults(metadata: bytes, files: Mapping[str, bytes]) -> list[str]:
    """What is wrong with the metadata of a crate that should describe these files."""
    try:
        document = json.loads(metadata)
        entities = {str(entity["@id"]): entity for entity in document["@graph"]}
        held = {str(part["@id"]) for part in entities["./"]["hasPart"]}
        about = entities[NAME]["about"]["@id"]
        version = entities[NAME]["conformsTo"]["@id"]
    except (ValueError, LookupError, TypeError, RecursionError) as cause:
        return [f"{NAME} is no metadata of a crate ({type(cause).__name__})"]
    found = [] if (about, version) == ("./", "https://w3id.org/ro/crate/1.1") else [f"{NAME} is not of RO-Crate 1.1"]
    names = {_id(name): name for name in [*files, SUMS, ATTESTATION] if name != NAME}
    found += [f"{NAME} does not list {names[one]}" for one in sorted(names.keys() - held)]
    found += [f"{NAME} lists {one}, which is not there" for one in sorted(held - names.keys())]
    for one in sorted((names.keys() & held) - {SUMS, ATTESTATION}):
        entity = entities.get(one)
        content = files[names[one]]
        stated = (entity.get("sha256"), str(entity.get("contentSize"))) if isinstance(entity, dict) else None
        if stated != (hashlib.sha256(content).hexdigest(), str(len(content))):
            found.append(f"{NAME} says another size or hash of {names[one]}")
    return found
