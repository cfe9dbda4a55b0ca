"""`ree-lca doctor`: whether everything that the program needs is there and works."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import lca
from lca.impact.cache import cache_folder
from lca.inventory.loading import FOLDERS

State = Literal["fine", "missing", "FAULT"]

#: What results rest on.
NEEDED = ("bw2calc", "bw_processing", "numpy", "scipy", "pandas", "pint", "pydantic", "pyyaml", "click", "filelock")

#: What more can be done with other packages, by the extra that brings them.
EXTRAS = {
    "methods": (("bw2io",), "shipped methods of impact assessment"),
    "brightway": (("bw2data", "bw2io"), "Brightway projects"),
    "parquet": (("pyarrow",), "samples as parquet files"),
}


@dataclass(frozen=True)
class Finding:
    """One thing looked at; `missing` is no fault, it is something that could be added."""

    what: str
    state: State
    detail: str


def examined(root: Path) -> list[Finding]:
    """Look at the program, its packages, the solver, the cache and the workspace at `root`."""
    return [
        Finding("ree-lca", "fine", f"{lca.__version__}, in {Path(lca.__file__).resolve().parent}"),
        Finding("Python", "fine", f"{platform.python_version()}, {sys.executable}"),
        Finding("system", "fine", f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors"),
        *(_package(name) for name in NEEDED),
        *(_extra(extra, packages, what) for extra, (packages, what) in EXTRAS.items()),
        _tried("solver", _solver),
        _tried("cache", _cache),
        _tried("temporary files", lambda: _writable(Path(tempfile.gettempdir()))),
        _tried("workspace", lambda: _workspace(root)),
        _git(root),
    ]


def _tried(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, "fine", look())
    except Exception as cause:  # whatever it is, it is what people want to know
        return Finding(what, "FAULT", f"{type(cause).__name__}: {cause}")


def _package(name: str) -> Finding:
    try:
        return Finding(name, "fine", version(name))
    except PackageNotFoundError:
        return Finding(name, "FAULT", "not installed: pip install --force-reinstall ree-lca")


def _extra(extra: str, packages: tuple[str, ...], what: str) -> Finding:
    lacking = [name for name in packages if importlib.util.find_spec(name) is None]
    if lacking:
        return Finding(f"extra {extra}", "missing", f'{what}: pip install "ree-lca[{extra}]"')
    return Finding(f"extra {extra}", "fine", f"{what}: {', '.join(f'{name} {version(name)}' for name in packages)}")


def _solver() -> str:
    """Two processes that use each other, solved by Brightway: 1 / (1 - 0.5 * 0.4) of the first."""
    import numpy as np

    from lca.impact.brightway import brightway

    bw2calc, bw_processing = brightway()
    package = bw_processing.create_datapackage()
    made = np.array([(0, 0), (1, 1), (0, 1), (1, 0)], dtype=bw_processing.INDICES_DTYPE)
    package.add_persistent_vector(
        matrix="technosphere_matrix",
        indices_array=made,
        data_array=np.array([1.0, 1.0, 0.4, 0.5]),
        flip_array=np.array([False, False, True, True]),
    )
    emitted = np.array([(2, 0)], dtype=bw_processing.INDICES_DTYPE)
    package.add_persistent_vector(
        matrix="biosphere_matrix", indices_array=emitted, data_array=np.array([1.0]), flip_array=np.array([False])
    )
    solved = bw2calc.LCA({0: 1}, data_objs=[package])
    solved.lci()
    found, due = float(solved.supply_array[0]), 1 / (1 - 0.5 * 0.4)
    if abs(found - due) > 1e-12:
        raise ArithmeticError(f"a loop of two processes comes to {found}, not to {due}")
    name = "pypardiso" if bw2calc.PYPARDISO else "umfpack" if bw2calc.UMFPACK else "SuperLU of SciPy"
    return f"bw2calc with {name}: a loop of two processes comes out right"


def _cache() -> str:
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return f"{_writable(folder)}, {size / 1e6:.1f} MB"


def _writable(folder: Path) -> str:
    with tempfile.TemporaryFile(dir=folder):
        return str(folder)


def _workspace(root: Path) -> str:
    count = sum(1 for folder in FOLDERS for _ in (root / folder).rglob("*.yaml"))
    try:
        return f"{_writable(root / FOLDERS[0]).removesuffix(FOLDERS[0])}, {count} files"
    except OSError:
        return f"{root}, {count} files, to read only"


def _git(root: Path) -> Finding:
    if shutil.which("git") is None:
        return Finding("git", "missing", "revisions to compare: install git")
    kept = any((folder / ".git").exists() for folder in (root, *root.parents))
    return Finding("git", "fine", "the workspace is kept by git" if kept else "the workspace is not kept by git")
