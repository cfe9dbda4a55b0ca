"""The files of a database that is given as a file, a folder or a zip archive.

Archives are read in place: nothing is unpacked, so that no name in one can lead out of a folder. What would unfold
into more than a database can be is refused before it is read.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO

from lca.errors import Diagnostic, InputError

#: The largest databases known have some 10 GB of XML, single files of them 2 GB at most.
MAX_BYTES = 30_000_000_000
MAX_MEMBER = 4_000_000_000
MAX_MEMBERS = 500_000

#: What goes wrong while a file is read, of an archive above all.
UNREADABLE = (OSError, EOFError, ValueError, NotImplementedError, RuntimeError, zipfile.BadZipFile, zlib.error)

#: XML and JSON are packed 10 to 60 times smaller; what is packed more than this, and large, is made to do harm.
MAX_RATIO = 200
SMALL = 50_000_000


@dataclass(frozen=True)
class SourceFile:
    """One file: its name within what was given, with forward slashes, and where it is, for messages."""

    name: str
    place: Path
    size: int
    open: Callable[[], IO[bytes]]

    @property
    def suffix(self) -> str:
        return PurePosixPath(self.name).suffix.lower()


def source_files(path: Path) -> list[SourceFile]:
    """All files below `path`, in the order of their names. Raises `InputError`."""
    if path.is_dir():
        found = [child for child in sorted(path.rglob("*")) if child.is_file() and not _hidden(child.relative_to(path))]
        return [_plain(child, child.relative_to(path).as_posix()) for child in found]
    if not path.is_file():
        raise _refused("REE-B001", f"there is no file or folder {path}")
    try:
        packed = zipfile.is_zipfile(path)
    except OSError as cause:
        raise _refused("REE-B001", f"{path} cannot be opened: {cause.strerror}") from cause
    return _packed(path) if packed else [_plain(path, path.name)]


def _plain(path: Path, name: str) -> SourceFile:
    return SourceFile(name, path, path.stat().st_size, lambda: path.open("rb"))


def _hidden(path: Path) -> bool:
    return any(part.startswith((".", "__")) for part in path.parts if part != "..")


def _packed(path: Path) -> list[SourceFile]:
    try:
        archive = zipfile.ZipFile(path)
    except UNREADABLE as cause:
        raise _refused("REE-B002", f"{path} cannot be read: {cause}") from cause
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    faults = []
    if len(entries) > MAX_MEMBERS:
        faults.append(f"it has {len(entries):,} files")
    if (total := sum(entry.file_size for entry in entries)) > MAX_BYTES:
        faults.append(f"unpacked it has {total / 1e9:,.0f} GB")
    for entry in entries[:MAX_MEMBERS]:
        if entry.flag_bits & 0x1:
            faults.append(f"{entry.filename} is encrypted")
        elif entry.file_size > MAX_MEMBER:
            faults.append(f"{entry.filename} has {entry.file_size / 1e9:,.0f} GB")
        elif entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
            faults.append(f"{entry.filename} unfolds {entry.file_size // max(1, entry.compress_size):,} times")
    if faults:
        more = f" and {len(faults) - 5} more" if len(faults) > 5 else ""
        raise _refused("REE-B002", f"{path} is not read: " + "; ".join(faults[:5]) + more)
    kept = [entry for entry in entries if not _hidden(Path(entry.filename))]
    return [_member(archive, path, entry) for entry in sorted(kept, key=lambda entry: entry.filename)]


def _member(archive: zipfile.ZipFile, path: Path, entry: zipfile.ZipInfo) -> SourceFile:
    return SourceFile(entry.filename, path / entry.filename, entry.file_size, lambda: archive.open(entry))


def _refused(code: str, message: str) -> InputError:
    expected = "a file, a folder or a zip archive of a database" if code == "REE-B001" else ""
    return InputError([Diagnostic(code, message, expected=expected)])
