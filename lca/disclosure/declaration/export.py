"""Write draft forms of footprint declarations, each as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import quote

from lca.disclosure.declaration.content import Material, declaration
from lca.disclosure.declaration.page import page
from lca.disclosure.declaring import declarant
from lca.disclosure.lots.chain import lot_chain
from lca.errors import Diagnostic, InputError, nearest, one_of
from lca.impact.results import StudyResults, records
from lca.impact.study import computed_study, study_results
from lca.inventory.declarations import BASKET
from lca.inventory.parameters import Override
from lca.system.checking import Checker
from lca.workspace import write_files


def export_declarations(
    root: Path,
    folder: Path,
    study: str | None = None,
    only: Iterable[str] = (),
    product: str = BASKET,
    allocation: str | None = None,
    lot: str | None = None,
    settings: Iterable[Override] = (),
) -> tuple[list[Path], int]:
    """Write the forms of a study of the workspace at `root` into `folder`, of all its scenarios or of `only` these; the
    files, and how many facts are not stated in all forms together. Raises `InputError` with the keys to fill where the
    organisation or the period are missing.
    """
    checker, settings = Checker(root), tuple(settings)
    computed = computed_study(checker, study, settings, only)
    said = declarant(computed.checked.inventory, computed.checked.study)
    results = study_results(checker, computed, settings, sensitivity=False)
    own = str(computed.checked.study.study)
    by = _allocation(results, product, allocation)
    lots = records(lot_chain(root, lot, settings=settings)[0]) if lot is not None else []
    contents: dict[str, str | bytes] = {}
    missing = 0
    for scenario in computed.checked.scenarios:
        form = declaration(computed, results, own, said, Material(scenario.id, product, by), lots)
        whole = "-".join(filter(None, (scenario.id.replace("/", "_").replace("#", "~"), product, by)))
        name = quote(whole, safe="~")
        contents[f"{name}.json"] = json.dumps(form, indent=1, ensure_ascii=False, allow_nan=False) + "\n"
        contents[f"{name}.html"] = page(form)
        missing += len(form["not_stated"])
    return write_files(folder, contents), missing


def _allocation(results: StudyResults, product: str, asked: str | None) -> str | None:
    """The allocation that a product has its result by; none of the whole basket. Raises `InputError`."""
    rows = records(results["products"])
    products = list(dict.fromkeys(str(row["product"]) for row in rows))
    if product == BASKET and asked is None:
        return None
    if product == BASKET or product not in products:
        message, close = f"there is no product `{product}` to allocate to", nearest(product, products)
        raise InputError([Diagnostic("REE-X080", message, expected=one_of(products or [BASKET]), suggestion=close)])
    names = list(dict.fromkeys(str(row["allocation"]) for row in rows if row["product"] == product))
    if asked is None and len(names) == 1:
        return names[0]
    if asked not in names:
        message = f"{product} has no allocation `{asked}`" if asked else f"{product} has {len(names)} allocations"
        guess = nearest(asked, names) if asked else ""
        raise InputError([Diagnostic("REE-X080", message, expected=one_of(names), suggestion=guess)])
    return asked
