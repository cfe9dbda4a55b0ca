"""Importing a database: which reader its files need, what is made of them, and what is doubtful about it.

Nothing is kept here: `store.save` does that, when all is well.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from lca.background.assembly import assemble
from lca.background.choices import read_choices
from lca.background.data_sets import DataSet, Noticed
from lca.background.database import Background, Origin
from lca.background.ecospold1 import is_ecospold1, read_ecospold1
from lca.background.ecospold2 import is_ecospold2, read_ecospold2
from lca.background.jsonld import is_jsonld, read_jsonld
from lca.background.nodes import with_nodes
from lca.background.source_files import UNREADABLE, SourceFile, source_files
from lca.background.xml_stream import XMLError, root_of
from lca.errors import Diagnostic, InputError, Problems, Span, one_of

Reader = Callable[[Sequence[SourceFile], Problems, Noticed, Callable[[str], None]], list[DataSet]]


@dataclass(frozen=True)
class Format:
    """A format of files: its name, how a file of it is known, and its reader."""

    name: str
    title: str
    recognises: Callable[[SourceFile], bool]
    read: Reader


FORMATS = (
    Format("jsonld", "JSON-LD of openLCA", is_jsonld, read_jsonld),
    Format("ecospold1", "ecoSpold 1", is_ecospold1, read_ecospold1),
    Format("ecospold2", "ecoSpold 2", is_ecospold2, read_ecospold2),
)


#: Archives that are not read; ecoinvent comes in the first.
_PACKED = frozenset({".7z", ".rar", ".tar", ".gz", ".tgz", ".xz", ".bz2"})


@dataclass(frozen=True)
class Request:
    """What is to be imported, and what the user says of it. `format` empty: found out from the content."""

    path: Path
    name: str
    format: str = ""
    version: str = ""
    system_model: str = ""
    licence: str = ""
    licensed: bool = True
    links: str = ""
    choices: Path | None = None


def import_files(request: Request, progress: Callable[[str], None]) -> Background:
    """The database in a file, a folder or an archive. Raises `InputError` with everything that is wrong."""
    problems, noticed = Problems(), Noticed()
    document = None if request.choices is None else read_choices(request.choices, problems)
    problems.raise_errors()
    files = source_files(request.path)
    chosen = _format(request, files)
    mine: list[SourceFile] = []
    others: list[SourceFile] = []
    for file in files:
        (mine if chosen.recognises(file) else others).append(file)
    _note_others(others, problems, noticed)
    data_sets = chosen.read(mine, problems, noticed, progress)
    if not data_sets and not problems.errors:
        message = f"{request.path} holds no process in {chosen.title}"
        raise InputError([Diagnostic("REE-B004", message)])
    origin = described(Origin(chosen.name, str(request.path.resolve())), request)
    progress(f"linking {len(data_sets)} data sets")
    made = assemble(request.name, origin, data_sets, document, problems, noticed)
    progress("looking up elementary flows")
    return with_nodes(made, document)


def _note_others(files: Sequence[SourceFile], problems: Problems, noticed: Noticed) -> None:
    """Files that are not of the format: damaged ones may have been meant to be, the others are named."""
    names = []
    for file in files:
        try:
            if file.suffix in (".xml", ".spold"):
                with file.open() as stream:
                    root_of(stream)
            names.append(file.name)
        except XMLError as cause:
            problems.add("REE-B005", f"{file.name}: {cause}", Span(file.place, cause.line, cause.column))
        except UNREADABLE as cause:
            problems.add("REE-B002", f"{file.name} cannot be read: {cause}", Span(file.place, 1, 1))
    if names:
        more = f" and {len(names) - 5} more" if len(names) > 5 else ""
        noticed.note(f"Files that hold no data set, and were not read: {', '.join(names[:5])}{more}")


def import_project(request: Request, project: str, database: str, folder: Path | None = None) -> Background:
    """A database of a Brightway project, of the projects in `folder` or the user's own. Raises `InputError`."""
    from lca.background.brightway_project import read_project

    made = read_project(project, database, request.name, folder)
    return with_nodes(replace(made, origin=described(made.origin, request)))


def described(origin: Origin, request: Request) -> Origin:
    """An origin with what the user says of it, and the time."""
    return replace(
        origin,
        version=request.version or origin.version,
        system_model=request.system_model or origin.system_model,
        licence=request.licence or origin.licence,
        licensed=request.licensed,
        links=request.links,
        imported=datetime.now(UTC).isoformat(timespec="seconds"),
    )


def _format(request: Request, files: Sequence[SourceFile]) -> Format:
    """The format that is named, if there are files of it, else the first that any file is in."""
    if not files:
        raise InputError([Diagnostic("REE-B004", f"there is no file in {request.path}")])
    asked = [known for known in FORMATS if request.format in ("", known.name)]
    for known in asked:
        if any(known.recognises(file) for file in files):
            return known
    problems = Problems()
    _note_others(files, problems, Noticed())
    problems.raise_errors()
    titles = one_of(known.title for known in asked)
    if any(file.suffix in _PACKED for file in files):
        titles += "; unpack such archives first"
    elif any(file.suffix == ".zip" for file in files):
        titles += "; name the archive itself, not its folder"
    seen = ", ".join(file.name for file in files[:3]) + (f" and {len(files) - 3} more" if len(files) > 3 else "")
    message = f"{request.path} is not in a format that is read here (its files: {seen})"
    raise InputError([Diagnostic("REE-B003", message, expected=titles)])
