"""Files of an installed bw2io, found without importing it: that would take seconds, and open a Brightway project."""

from __future__ import annotations

import importlib.util
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGE = "bw2io"
INSTALL = 'pip install "ree-lca[methods]"'


class NotInstalledError(Exception):
    """The package is not there."""


def package_folder() -> Path:
    """The folder of the package. Raises `NotInstalledError`."""
    try:
        spec = importlib.util.find_spec(PACKAGE)
    except ValueError:  # half imported
        spec = None
    if spec is None or not spec.origin:
        raise NotInstalledError(f"{PACKAGE} is not installed")
    return Path(spec.origin).parent


def package_version() -> str:
    """The version of the package, an empty text where it has none."""
    try:
        return version(PACKAGE)
    except PackageNotFoundError:
        return ""
