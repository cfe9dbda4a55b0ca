"""A report in its three forms: a web page, a PDF and a workbook, of one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from lca.errors import Problems
from lca.report.document import ReportDocument
from lca.workspace import templates_of

Form = Literal["html", "pdf", "xlsx"]

FORMS: tuple[Form, ...] = ("html", "pdf", "xlsx")


def rendered(document: ReportDocument, root: Path, forms: Iterable[Form] = FORMS) -> Mapping[str, str | bytes]:
    """File names with contents, presented by the templates of the workspace at `root`. Raises `InputError` where a
    template cannot be used, or the document claims what no report may.
    """
    check_claims(document, root)
    made: dict[str, str | bytes] = {}
    for form in forms:
        if form == "html":
            from lca.report.html import render_html

            made["report.html"] = render_html(document, templates_of(root, form))
        elif form == "pdf":
            from lca.report.pdf import render_pdf

            made["report.pdf"] = render_pdf(document, templates_of(root, form))
        else:
            from lca.report.xlsx import render_xlsx

            made["report.xlsx"] = render_xlsx(document)
    return made


def check_claims(document: ReportDocument, root: Path) -> None:
    """Raise `InputError` with the claims that a document may not make, at their places in the workspace."""
    from lca.report.wording import check_wording, claims_of

    if claims_of(document):  # only then are the places needed
        from lca.inventory.loading import load

        check_wording(document, load(root, Problems()))
