"""Find and open a workspace: the folder given, the current folder, or the one that comes with the package."""

from __future__ import annotations

from pathlib import Path

import lca
from lca.errors import Diagnostic, InputError

MARK = "inventories"


def bundled() -> Path:
    """The workspace that comes with the package: inside an installed wheel, or around `lca/` in a checkout."""
    package = Path(lca.__file__).resolve().parent
    installed = package / "_bundled"
    return installed if installed.is_dir() else package.parent


def find(given: Path | None = None) -> Path:
    """The workspace to use. Raises `InputError` when a folder was given that is none."""
    if given is None:
        here = Path.cwd()
        return here if (here / MARK).is_dir() else bundled()
    if not (given / MARK).is_dir():
        message = f"{given} is not a workspace: it has no folder {MARK}/"
        raise InputError([Diagnostic("REE-C004", message, expected="a folder made by `ree-lca init`")])
    return given.resolve()
