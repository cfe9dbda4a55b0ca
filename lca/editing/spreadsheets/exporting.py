"""`ree-lca export xlsx` and `csv`: a workspace as a workbook, or as a folder of CSV files."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lca.editing.spreadsheets import separated, workbook
from lca.editing.spreadsheets.rows import Table, held_documents, marks, tables
from lca.editing.spreadsheets.separated import file_name
from lca.editing.written import Written, read_written
from lca.errors import Diagnostic, InputError, Problems, Span
from lca.inventory.loading import load


def export_workbook(root: Path, file: Path, replace: bool) -> list[Table]:
    """Write the workspace at `root` as a workbook; its tables. Raises `InputError` when the workspace cannot be read,
    or the file not be written.
    """
    said, made = _tables(root)
    if file.suffix.lower() != ".xlsx":
        raise InputError([Diagnostic("REE-C003", f"{file} is no name of a workbook", expected=f"{file.stem}.xlsx")])
    _refuse_existing(file, replace)
    _refuse_long(root, said, made)
    content = workbook.render(made, marks(root, said), _title(said), file.name)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, aside = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(content)
            Path(aside).chmod(0o644)
            Path(aside).replace(file)
        finally:
            Path(aside).unlink(missing_ok=True)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{file} cannot be written: {cause.strerror}")]) from cause
    return made


def export_folder(root: Path, folder: Path, replace: bool, semicolon: bool) -> list[Table]:
    """Write the workspace at `root` as CSV files in a folder; its tables. What an earlier export has left there is
    taken away. Raises `InputError` likewise.
    """
    from lca.workspace import write_files

    said, made = _tables(root)
    texts = separated.render(made, marks(root, said), _title(said), folder.name, semicolon)
    known = {*texts, *(file_name(table.sheet.title) for table in made)}
    there = {path.name for path in folder.iterdir()} if folder.is_dir() else set()
    if there - known:
        message = f"{folder} holds {sorted(there - known)[0]}, which no export has written"
        raise InputError([Diagnostic("REE-X006", message, expected="another folder")])
    if there:
        _refuse_existing(folder, replace)
    write_files(folder, texts)
    for name in there - set(texts):
        (folder / name).unlink(missing_ok=True)
    return made


def _tables(root: Path) -> tuple[Written, list[Table]]:
    """All tables of a workspace that can be read."""
    problems = Problems()
    load(root, problems)
    problems.raise_errors()
    said = read_written(root)
    return said, tables(held_documents(said), said.axes)


def _title(said: Written) -> str:
    for document in held_documents(said):
        if document.kind == "workspace":
            return str(document.tree.get("title", document.name))
    return said.root.name


def _refuse_existing(path: Path, replace: bool) -> None:
    if path.exists() and not replace:
        raise InputError([Diagnostic("REE-X006", f"{path} exists", expected="another name, or --replace")])


def _refuse_long(root: Path, said: Written, made: Sequence[Table]) -> None:
    """A cell holds so many characters and no more."""
    problems = Problems()
    for table in made:
        for row in table.rows:
            for column, cell in row.cells.items():
                if isinstance(cell, str) and len(cell) > workbook.LONGEST:
                    message = f"{column} of {row.cells.get('id') or row.document.name} has {len(cell)} characters"
                    expected = f"at most {workbook.LONGEST}, or `ree-lca export csv`"
                    problems.add("REE-X072", message, Span(root / row.document.file, 1, 1), expected=expected)
    problems.raise_errors()
