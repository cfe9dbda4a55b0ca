"""Find and open a workspace: the folder given, the current folder, or the one that comes with the package."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
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


#: What a workspace consists of.
PARTS = ("inventories", "methods", "templates")


def create(target: Path, contents: Mapping[str, str] | None = None) -> Path:
    """Copy the bundled workspace to `target`, which must not exist or be empty; or write `contents`, texts by their
    paths in it. Made aside and moved, so that it is there whole or not at all.
    """
    target = target.absolute()
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise InputError([Diagnostic("REE-C003", f"{target} exists and is not empty", expected="a new folder")])
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}-") as aside:
            for name, text in (contents or {}).items():
                path = Path(aside) / "workspace" / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8", newline="\n")
            for part in PARTS if contents is None else ():
                shutil.copytree(
                    bundled() / part, Path(aside) / "workspace" / part, ignore=shutil.ignore_patterns("__pycache__")
                )
            if target.exists():
                target.rmdir()
            (Path(aside) / "workspace").rename(target)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{target} cannot be written: {cause.strerror}")]) from cause
    return target


def templates_of(root: Path, kind: str) -> Path:
    """The templates of a workspace if it has its own of a kind (`html`, `pdf`), else those of the bundled one."""
    own = root / "templates"
    return own if (own / kind).is_dir() else bundled() / "templates"


def refuse_existing(file: Path, replace: bool) -> None:
    """Raises `InputError` where there is something that an export into `file` may not write over."""
    if file.exists() and not (replace and file.is_file()):
        raise InputError([Diagnostic("REE-X006", f"{file} exists", expected="a new file, or --replace")])


def write_files(folder: Path, contents: Mapping[str, str | bytes]) -> list[Path]:
    """Write texts and bytes into `folder`, all of them first beside their places, then moved there. Raises `InputError`
    when the folder cannot be used.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in contents:
            if (folder / name).is_dir():
                message = f"{folder / name} is a folder"
                raise InputError([Diagnostic("REE-C003", message, expected="a file, or nothing")])
        with tempfile.TemporaryDirectory(dir=folder, prefix=".writing-") as aside:
            for name, content in contents.items():
                written = content.encode("utf-8") if isinstance(content, str) else content
                (Path(aside) / name).write_bytes(written)
            for name in contents:
                (Path(aside) / name).replace(folder / name)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{folder} cannot be written: {cause.strerror}")]) from cause
    return [folder / name for name in contents]
