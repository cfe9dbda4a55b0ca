"""Files into a zip archive, the same bytes for the same files; and out of one that may be meant to do harm."""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path

from lca.errors import Diagnostic, InputError

#: What a bundle can be, generously; beyond this nothing is read.
MAX_ARCHIVE = 200_000_000
MAX_TOTAL = 500_000_000
MAX_FILE = 200_000_000
MAX_FILES = 10_000
MAX_NAME = 200

#: What describes a bundle is read whole, and is small.
MAX_DESCRIPTION = 20_000_000
_DESCRIPTIONS = re.compile(r"SHA256SUMS|README\.md|(?!results\.)[a-z-]+(?:\.[a-z]+)?\.json")

#: Tables and text are packed 5 to 60 times smaller; what is packed more than this, and large, is made to do harm.
MAX_RATIO = 200
SMALL = 10_000_000

#: How many names are told of the files that have the same fault.
_LISTED = 3

_CHUNK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_UNREADABLE = (
    *(OSError, EOFError, ValueError, LookupError, OverflowError, NotImplementedError, RuntimeError),
    *(zipfile.BadZipFile, zlib.error, struct.error),
)

#: Files that a bundle may hold.
_KNOWN = re.compile(
    r"README\.md|SHA256SUMS|attestation\.dsse\.json|ro-crate-metadata\.json|results\.json|study\.json|report\.html"
    r"|environment\.json|sbom\.cdx\.json|changes\.jsonl|[a-z]+\.csv|tables/[a-z_]+\.csv"
    r"|datapackages/(?:systems\.zip|factors-\d+\.zip|nodes\.csv)"
    r"|workspace/(?:inventories|methods)/(?:[^/]+/)*[^/]+\.yaml"
    r"|background/[A-Za-z0-9][A-Za-z0-9._-]*/(?:background\.json|names\.json|matrices\.npz)"
)

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.I)


def packed(files: Mapping[str, bytes]) -> bytes:
    """A zip archive of these files, in the order of their names, without dates or owners."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name], compresslevel=9)
    return written.getvalue()


def fault_of_name(name: str) -> str:
    """Why a file of this name has no place in a bundle; an empty text where it has."""
    parts = name.split("/")
    if name.startswith("/") or ":" in name or "\\" in name or any(part in ("", ".", "..") for part in parts):
        return "its name leads out of the bundle"
    if any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") for sign in name):
        return "its name has signs that cannot be seen"
    if len(name.encode()) > MAX_NAME:
        return f"its name is longer than {MAX_NAME} bytes"
    if any(part.endswith((" ", ".")) or _DEVICES.fullmatch(part) for part in parts):
        return "no file can be called so on every system"
    return "" if _KNOWN.fullmatch(name) else "a bundle has no such file"


def unpacked(path: Path) -> dict[str, bytes]:
    """The files of a bundle, none of them written anywhere. Raises `InputError` where it cannot be read, or is made in
    a way that no bundle is.
    """
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # reading it might never end
            raise OSError("it is no file")
        if path.stat().st_size > MAX_ARCHIVE:
            raise _refused(f"{path} has {path.stat().st_size / 1e6:,.0f} MB, more than a bundle can have")
        with path.open("rb") as file, zipfile.ZipFile(file) as archive:
            _examine(path, archive.infolist())
            return _read(path, archive)
    except _UNREADABLE as cause:
        reason = getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
        message = f"{path} cannot be read: {reason}"
        raise InputError([Diagnostic("REE-A003", message, expected="a bundle made by `audit bundle`")]) from cause


def _examine(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive by what it says of its files."""
    if len(entries) > MAX_FILES:
        raise _refused(f"{path} has {len(entries):,} files")
    by_fault: dict[str, list[str]] = {}
    for entry in entries:
        if fault := _fault(entry):
            by_fault.setdefault(fault, []).append(_shown(entry.filename))
    found = [f"{_listed(names)}: {fault}" for fault, names in by_fault.items()]
    seen: dict[str, str] = {}
    for entry in entries:
        same = unicodedata.normalize("NFC", entry.filename).casefold()
        if same in seen:
            found.append(f"{_shown(entry.filename)}: there are two of this name")
        seen[same] = entry.filename
    if (total := sum(entry.file_size for entry in entries)) > MAX_TOTAL:
        found.append(f"unpacked it has {total / 1e6:,.0f} MB")
    if found:
        expected = "the archive as it was made, not unpacked and packed anew"
        raise InputError(
            [Diagnostic("REE-A004", f"{path} is not opened: {one}", expected=expected) for one in found[:20]]
        )


def _fault(entry: zipfile.ZipInfo) -> str:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or entry.filename.endswith("/"):
        return "it is a link, a folder or a device, and no file"
    if entry.flag_bits & 0x1:
        return "it is encrypted"
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is packed in an uncommon way"
    if entry.file_size > MAX_FILE:
        return f"unpacked it has {entry.file_size / 1e6:,.0f} MB"
    if entry.file_size > MAX_DESCRIPTION and _DESCRIPTIONS.fullmatch(entry.filename):
        return f"unpacked it has {entry.file_size / 1e6:,.0f} MB"
    if entry.file_size > SMALL and entry.file_size > MAX_RATIO * max(1, entry.compress_size):
        return f"it unfolds {entry.file_size // max(1, entry.compress_size):,} times"
    return fault_of_name(entry.filename)


def _read(path: Path, archive: zipfile.ZipFile) -> dict[str, bytes]:
    """What the files hold. What an entry says of its size is not believed."""
    files: dict[str, bytes] = {}
    left = MAX_TOTAL
    for entry in archive.infolist():
        chunks: list[bytes] = []
        size = 0
        with archive.open(entry) as file:
            while chunk := file.read(_CHUNK):
                size += len(chunk)
                if size > min(left, MAX_FILE) or size > entry.file_size:
                    raise _refused(f"{path} is not opened: {_shown(entry.filename)}: larger than it says")
                chunks.append(chunk)
        left -= size
        files[entry.filename] = b"".join(chunks)
    return files


def _listed(names: list[str]) -> str:
    """Names, the first few of many: an archive that was packed anew has the same fault in all of its files."""
    if len(names) <= _LISTED:
        return ", ".join(names)
    return f"{', '.join(names[:_LISTED])} and {len(names) - _LISTED} more"


def _shown(name: str) -> str:
    return repr(name)[1:-1][:MAX_NAME]


def _refused(message: str) -> InputError:
    return InputError([Diagnostic("REE-A004", message)])
