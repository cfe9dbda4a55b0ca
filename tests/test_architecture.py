"""What the source itself must look like: direction of imports, size, silence, generality, and a quick start."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import lca

PACKAGE = Path(lca.__file__).resolve().parent
MODULES = sorted(PACKAGE.rglob("*.py"))

# Part of the package -> parts it may import, beside itself. The root package holds the version and the way into Python.
FOUNDATION = {"units", "chemistry", "chemistry_functions", "recovery", "catalogue", "errors"}
INVENTORY = FOUNDATION | {"inventory"}
BACKGROUND = INVENTORY | {"background"}
SYSTEM = BACKGROUND | {"system"}
IMPACT = SYSTEM | {"impact", "workspace"}
MAY_IMPORT: dict[str, set[str]] = {
    "__init__": {"notebook"},
    "catalogue": set(),
    "errors": {"catalogue"},
    "units": {"errors"},
    "chemistry": {"errors"},
    "chemistry_functions": {"chemistry", "errors"},
    "recovery": {"chemistry", "chemistry_functions", "errors"},
    "inventory": FOUNDATION,
    "workspace": INVENTORY,
    "background": INVENTORY,
    "system": BACKGROUND,
    "impact": SYSTEM | {"workspace"},
    "change_log": IMPACT,
    "editing": IMPACT | {"change_log"},
    "report": IMPACT,
    "disclosure": IMPACT | {"change_log"},
    "notebook": IMPACT | {"report", "disclosure"},
    "commands": IMPACT | {"change_log", "editing", "report", "disclosure"},
}

LONGEST = 420  # lines: what one can read and keep in mind; beyond it a module does two things

# Names of the bundled workspace. Chemistry knows oxalates and acids as compounds; nothing else may know any of them.
OF_THE_WORKSPACE = re.compile(
    r"(?<![a-z_])(oxalate|electro|belfast|missouri|ganzhou|hydrochloric_acid|oxalic_acid)(?![a-z_])", re.IGNORECASE
)

# What the command line must not pay for before it knows that it needs it.
HEAVY = (
    "numpy",
    "pandas",
    "scipy",
    "SALib",
    "pint",
    "pydantic",
    "bw2calc",
    "bw_processing",
    "matplotlib",
    "rich",
    "periodictable",
)


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()


every_module = pytest.mark.parametrize("path", MODULES, ids=name_of)


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def part_of(path: Path) -> str:
    """The part of the package a module belongs to: its subpackage, or its own name."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imported(path: Path) -> Iterator[tuple[int, str]]:
    """Line and part of every import from this package, inside functions and for typing too."""
    package = ("lca", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(tree_of(path)):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join((*base, *filter(None, [node.module])))
            # `from lca import units` names a part only in what it imports
            names = [f"{origin}.{alias.name}" for alias in node.names]
        for name in names:
            root, _, rest = name.partition(".")
            if root == "lca" and rest and not rest.startswith("__"):  # `from lca import __version__` is free
                yield node.lineno, rest.split(".")[0]


@every_module
def test_imports_run_one_way(path: Path) -> None:
    part = part_of(path)
    assert part in MAY_IMPORT, f"{name_of(path)}: a new part of the package; say in MAY_IMPORT what it may import"
    allowed = MAY_IMPORT[part] | {part}
    wrong = [f"{name_of(path)}:{line} imports lca.{other}" for line, other in imported(path) if other not in allowed]
    assert not wrong


def test_import_rules_have_no_cycle() -> None:
    def reach(part: str, seen: tuple[str, ...] = ()) -> None:
        assert part not in seen, f"a cycle: {' -> '.join((*seen, part))}"
        for other in MAY_IMPORT[part]:
            reach(other, (*seen, part))

    for part in MAY_IMPORT:
        reach(part)


@every_module
def test_only_commands_speak(path: Path) -> None:
    if part_of(path) == "commands":
        return
    calls = (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call))
    prints = [node.lineno for node in calls if isinstance(node.func, ast.Name) and node.func.id == "print"]
    assert not prints, f"{name_of(path)} prints in lines {prints}; results are values, commands show them"


@every_module
def test_modules_stay_readable(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= LONGEST, f"{name_of(path)} has {lines} lines; split it"


def docstrings(tree: ast.Module) -> set[int]:
    """Identities of the nodes that are docstrings: examples may name scenarios of the bundled workspace."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                found.add(id(first.value))
    return found


@every_module
def test_engine_knows_no_route_site_or_reagent(path: Path) -> None:
    if part_of(path) in ("chemistry", "chemistry_functions"):
        return
    tree = tree_of(path)
    exempt = docstrings(tree)
    found = [
        f"{name_of(path)}:{node.lineno} {match.group()!r}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in exempt
        for match in OF_THE_WORKSPACE.finditer(node.value)
    ]
    assert not found, "the rare earths are data; the engine must work without these names"


@pytest.mark.parametrize("module", ["lca", "lca.commands", "lca.chemistry", "lca.errors"])
def test_start_is_light(module: str) -> None:
    code = f"import sys, {module}; print(*sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=PACKAGE.parent)
    assert done.stdout.split() == []


def test_version_is_the_same_in_package_and_project() -> None:
    project = tomllib.loads((PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == lca.__version__
    assert project["scripts"] == {"ree-lca": "lca.commands:main"}


def test_test_files_have_names_of_their_own() -> None:
    """Two of one name are one module to pytest, and one of them is not run."""
    names = [path.name for path in (PACKAGE.parent / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
