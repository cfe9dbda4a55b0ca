"""What a study was computed with: the interpreter, and every package that ree-lca rests on, as a bill of materials in
CycloneDX 1.6. No name of a machine, user or folder.
"""

from __future__ import annotations

import platform
import re
import tomllib
from collections.abc import Iterable
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import lca

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def environment() -> dict[str, Any]:
    """The versions that figures may depend on."""
    return {
        "ree-lca": lca.__version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "machine": platform.machine(),
        "packages": {_called(one): one.version for one in _installed()},
    }


def sbom(created: str) -> dict[str, Any]:
    """The packages as a CycloneDX document; `created` is when the study was computed."""
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "timestamp": created,
            "component": {
                "type": "application",
                "bom-ref": "ree-lca",
                "name": "ree-lca",
                "version": lca.__version__,
                "licenses": [{"license": {"id": "BSD-3-Clause"}}],
            },
        },
        "components": [
            {
                "type": "library",
                "bom-ref": _purl(one),
                "name": _called(one),
                "version": one.version,
                "purl": _purl(one),
            }
            for one in _installed()
        ],
        "dependencies": [
            {"ref": "ree-lca", "dependsOn": [_purl(one) for one in _of(_required_by_us())]},
            *(
                {"ref": _purl(one), "dependsOn": [_purl(o) for o in _of(_required(one.requires))]}
                for one in _installed()
            ),
        ],
    }


def _installed() -> list[Distribution]:
    """The packages that ree-lca needs, and those that these need, as far as they are installed."""
    found: dict[str, Distribution] = {}
    waiting = _of(_required_by_us())
    while waiting:
        one = waiting.pop()
        if _called(one) not in found:
            found[_called(one)] = one
            waiting += _of(_required(one.requires))
    return [found[name] for name in sorted(found)]


def _required_by_us() -> list[str]:
    """What ree-lca requires: as it is installed, or as its checkout says."""
    try:
        return _required(distribution("ree-lca").requires)
    except PackageNotFoundError:
        project = Path(lca.__file__).resolve().parents[1] / "pyproject.toml"
        with project.open("rb") as file:
            return _required(tomllib.load(file)["project"]["dependencies"])


def _required(requirements: Iterable[str] | None) -> list[str]:
    """The names in requirements, those of extras left out."""
    names = []
    for requirement in requirements or ():
        text, _, marker = requirement.partition(";")
        found = _NAME.match(text.strip())
        if found is not None and "extra" not in marker:
            names.append(found.group())
    return names


def _of(names: list[str]) -> list[Distribution]:
    found: dict[str, Distribution] = {}
    for name in names:
        try:
            one = distribution(name)
        except PackageNotFoundError:
            continue  # for another system or version of Python
        found[_called(one)] = one
    return [found[name] for name in sorted(found)]


def _called(one: Distribution) -> str:
    return re.sub(r"[-_.]+", "-", str(one.metadata["Name"])).lower()


def _purl(one: Distribution) -> str:
    return f"pkg:pypi/{_called(one)}@{one.version}"
