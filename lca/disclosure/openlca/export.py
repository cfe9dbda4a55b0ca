"""Write scenarios of a study as a zip archive of openLCA (JSON-LD)."""

from __future__ import annotations

import importlib.util
import json
import tempfile
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from lca.errors import Diagnostic, InputError
from lca.impact.study import computed_study, now
from lca.inventory.parameters import Override
from lca.system.checking import Checker
from lca.system.linking import Basis
from lca.workspace import refuse_existing

#: What the package calls the folders of an archive.
_FOLDERS = {
    **{"UnitGroup": "unit_groups", "FlowProperty": "flow_properties", "Flow": "flows", "Process": "processes"},
    **{"Location": "locations", "Source": "sources", "ImpactCategory": "lcia_categories"},
    **{"ImpactMethod": "lcia_methods", "ProductSystem": "product_systems"},
}

#: When the files of an archive were made, always the same; entities say themselves when they were.
_TIME = (1980, 1, 1, 0, 0, 0)


def export_openlca(
    root: Path,
    file: Path,
    study: str | None = None,
    only: Iterable[str] = (),
    settings: Iterable[Override] = (),
    replace: bool = False,
    basis: Basis | None = None,
) -> int:
    """Write the scenarios of a study of the workspace at `root`, or `only` these, into `file`, on the electricity
    accounting of the study or on `basis`; gives the number of processes. The archive is made aside and moved. Raises
    `InputError`.
    """
    if importlib.util.find_spec("olca_schema") is None:
        message = "the package olca-schema is not installed"
        raise InputError([Diagnostic("REE-X030", message, expected='pip install "ree-lca[openlca]"')])
    refuse_existing(file, replace)
    from lca.disclosure.openlca.content import OpenLca

    entities = list(OpenLca(computed_study(Checker(root), study, settings, only), basis).entities())
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".ree-lca-") as aside:
            made = Path(aside) / "made.zip"
            _write(made, entities)
            made.replace(file)
    except OSError as cause:
        raise InputError([Diagnostic("REE-C003", f"{file} cannot be written: {cause.strerror}")]) from cause
    return sum(type(entity).__name__ == "Process" for entity in entities)


def _write(file: Path, entities: Iterable[Any]) -> None:
    written = now()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        _add(archive, "olca-schema.json", '{"version": 2}')
        for entity in entities:
            for dated in (entity, *(getattr(entity, "parameters", None) or ())):
                dated.last_change = written
            text = json.dumps(entity.to_dict(), indent=1, ensure_ascii=False, allow_nan=False)
            _add(archive, f"{_FOLDERS[type(entity).__name__]}/{entity.id}.json", text)


def _add(archive: zipfile.ZipFile, name: str, text: str) -> None:
    archive.writestr(zipfile.ZipInfo(name, _TIME), text.encode(), zipfile.ZIP_DEFLATED)
