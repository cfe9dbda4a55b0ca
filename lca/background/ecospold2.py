"""ecoSpold 2, the format of ecoinvent 3, read by bw2io: activities have the codes, names and units that they have in a
Brightway project into which bw2io imports the same files.

bw2io works in processes of its own, with an empty Brightway project: nothing of it is left in this one, and no project
of the user is opened. Its strategies that look at one data set are applied as it applies them; links between
activities are made here, so that what has no supplier is reported, where bw2io deletes it. Amounts of parameters and
formulas are those that the file gives.
"""

from __future__ import annotations

import contextlib
import io
import math
import multiprocessing
import os
import shutil
import tempfile
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from sys import intern
from typing import Any

from lca.background.bw2io_files import INSTALL, PACKAGE, NotInstalledError, package_folder
from lca.background.data_sets import DataExchange, DataSet, Noticed
from lca.background.elementary import is_resource
from lca.background.nodes import Node, nodes_in, shipped_nodes
from lca.background.source_files import UNREADABLE, SourceFile
from lca.background.uncertainty import Spread
from lca.background.xml_stream import XMLError, root_of
from lca.errors import Problems, Span

#: The list of elementary flows that an ecoinvent package has beside its data sets.
_FLOWS = "ElementaryExchanges.xml"

#: How many files a process is given at a time.
_TOGETHER = 100


def is_ecospold2(file: SourceFile) -> bool:
    """Whether a file is a data set of ecoSpold 2, or the list of elementary flows that goes with them."""
    if file.name.rpartition("/")[2] == _FLOWS:
        return True
    if file.suffix not in (".spold", ".xml"):
        return False
    try:
        with file.open() as stream:
            tag, space = root_of(stream)
    except (XMLError, *UNREADABLE):
        return False
    return tag == "ecoSpold" and space.rpartition("/")[2] == "EcoSpold02"


def read_ecospold2(
    files: Sequence[SourceFile], problems: Problems, noticed: Noticed, progress: Callable[[str], None]
) -> list[DataSet]:
    """The data sets of all files, which have one product each."""
    try:
        package_folder()
    except NotInstalledError:
        problems.add("REE-B015", f"ecoSpold 2 is read by {PACKAGE}, which is not installed", expected=INSTALL)
        return []
    known = _known_flows(files, problems)
    found: list[DataSet] = []
    spolds = [file for file in files if not file.name.endswith(_FLOWS)]
    with _workers(len(spolds)) as workers:
        for file, read in _extracted(spolds, workers):
            progress(file.name)
            place = Span(file.place, 1, 1)
            if isinstance(read, str):
                problems.add("REE-B005", f"{file.name}: {read}", place)
            else:
                found.append(_data_set(read, place, known, noticed))
    return found


def _known_flows(files: Sequence[SourceFile], problems: Problems) -> dict[str, Node]:
    """Elementary flows by UUID: bw2io reads their names only. The list of the database goes before the shipped one."""
    known: dict[str, Node] = {}
    with contextlib.suppress(NotInstalledError):
        known.update((node.uuid, node) for node in shipped_nodes().nodes)
    for file in files:
        if file.name.endswith(_FLOWS):
            try:
                with file.open() as stream:
                    known.update((node.uuid, node) for node in nodes_in(stream))
            except XMLError as cause:
                problems.add("REE-B005", f"{file.name}: {cause}", Span(file.place, cause.line, cause.column))
    return known


def _data_set(read: dict[str, Any], place: Span, known: dict[str, Node], noticed: Noticed) -> DataSet:
    for what in ("parameters", "formulas"):
        if read[what]:
            noticed.note(f"Amounts of {what} are those that the files give; {what} themselves are not kept", read[what])
    if read["tamed"]:
        noticed.note("Lognormal distributions too wide to be meant: narrowed, as bw2io does", read["tamed"])
    exchanges = []
    for kind, flow, name, unit, amount, provider, spread in read["exchanges"]:
        node = known.get(flow) if kind == "elementary" else None
        categories = node.categories if node else ()
        exchanges.append(
            DataExchange(
                kind,
                intern(flow),  # of which there are a million, and few that differ
                intern(name),
                intern(unit),
                amount,
                categories=categories,
                provider=intern(provider),
                spread=Spread(*spread) if spread else None,
                from_nature=is_resource(categories),
            )
        )
    spread = read["spread"]
    return DataSet(
        read["code"],
        read["name"],
        read["location"],
        read["product"],
        read["flow"],
        read["unit"],
        read["amount"],
        tuple(exchanges),
        place,
        Spread(*spread) if spread else None,
    )


@contextlib.contextmanager
def _workers(files: int) -> Iterator[Executor]:
    """Processes that have a Brightway project of their own, which is gone with them."""
    with tempfile.TemporaryDirectory(prefix="ree-lca-") as folder:
        count = max(1, min(os.cpu_count() or 1, files // _TOGETHER))
        context = multiprocessing.get_context("spawn")
        with ProcessPoolExecutor(count, context, initializer=_prepare, initargs=(folder,)) as pool:
            yield pool


def _prepare(folder: str) -> None:
    os.environ["BRIGHTWAY2_DIR"] = tempfile.mkdtemp(dir=folder)
    os.environ["BRIGHTWAY_NO_STRUCTLOG"] = "1"


def _extracted(files: Sequence[SourceFile], workers: Executor) -> Iterator[tuple[SourceFile, Any]]:
    """What bw2io makes of each file, or what is wrong with it. Members of archives are unpacked for the while."""
    for start in range(0, len(files), _TOGETHER * 8):
        part = files[start : start + _TOGETHER * 8]
        with tempfile.TemporaryDirectory(prefix="ree-lca-") as folder:
            paths = [_on_disk(file, Path(folder) / f"{number}.spold") for number, file in enumerate(part)]
            lists = [paths[first : first + _TOGETHER] for first in range(0, len(paths), _TOGETHER)]
            try:
                for chunk, read in zip(range(0, len(paths), _TOGETHER), workers.map(_read_all, lists), strict=True):
                    yield from zip(part[chunk : chunk + _TOGETHER], read, strict=False)
            except BrokenProcessPool as cause:
                raise OSError(f"a process that reads with {PACKAGE} has ended: {cause}") from cause


def _on_disk(file: SourceFile, aside: Path) -> str:
    """A path of a file; of one in an archive, that of a copy with a name of our own."""
    if file.place.is_file():
        return str(file.place)
    with file.open() as packed, aside.open("wb") as copy:
        shutil.copyfileobj(packed, copy)
    return str(aside)


def _read_all(paths: list[str]) -> list[dict[str, Any] | str]:
    """In a process of its own: files read by bw2io, as plain data."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return [_read(Path(path)) for path in paths]


def _read(path: Path) -> dict[str, Any] | str:
    from bw2io import strategies
    from bw2io.extractors import Ecospold2DataExtractor
    from bw2io.utils import es2_activity_hash

    try:
        data = [Ecospold2DataExtractor.extract_activity(path.parent, path.name, "")]
        for strategy in (
            strategies.normalize_units,
            strategies.update_ecoinvent_locations,
            strategies.remove_zero_amount_coproducts,
            strategies.remove_zero_amount_inputs_with_no_activity,
            strategies.es2_assign_only_product_with_amount_as_reference_product,
        ):
            data = strategy(data)
        products = [line for line in data[0]["exchanges"] if line["type"] == "production"]
        if len(products) != 1:
            names = ", ".join(line["name"] for line in products) or "none"
            return f"it has {len(products)} products ({names}) where one is due: export an allocated system model"
        for strategy in (
            strategies.create_composite_code,
            strategies.drop_temporary_outdated_biosphere_flows,
            strategies.remove_uncertainty_from_negative_loss_exchanges,
        ):
            data = strategy(data)
        widths = _widths(data[0])
        data = strategies.fix_unreasonably_high_lognormal_uncertainties(data)
        data = strategies.set_lognormal_loc_value(data)
    except Exception as cause:  # bw2io trusts its files: anything can go wrong in one that is not as it should be
        return f"{PACKAGE} cannot read it ({type(cause).__name__}: {cause})"
    (found,) = data
    return {
        "code": found["code"],
        "name": found["name"],
        "location": found["location"],
        "product": found["reference product"],
        "flow": found["flow"],
        "unit": found["unit"],
        "amount": products[0]["amount"],
        "spread": _spread(products[0]),
        "parameters": len(found["parameters"]),
        "formulas": sum("formula" in line for line in found["exchanges"]),
        "tamed": sum(narrow < wide for narrow, wide in zip(_widths(found), widths, strict=True)),
        "exchanges": [
            (
                "elementary" if line["type"] == "biosphere" else "input",
                line["flow"],
                line["name"],
                line.get("unit", ""),
                line["amount"],
                es2_activity_hash(line["activity"], line["flow"]) if line.get("activity") else "",
                _spread(line),
            )
            for line in found["exchanges"]
            if line["type"] != "production"
        ],
    }


def _widths(data: dict[str, Any]) -> list[float]:
    return [line["scale"] for line in data["exchanges"] if line["uncertainty type"] == 2]


def _spread(line: dict[str, Any]) -> tuple[Any, ...] | None:
    if line["uncertainty type"] in (0, 1):
        return None
    numbers = [float(line.get(name, math.nan)) for name in ("loc", "scale", "shape", "minimum", "maximum")]
    return (line["uncertainty type"], *numbers, bool(line.get("negative", line["amount"] < 0)))
