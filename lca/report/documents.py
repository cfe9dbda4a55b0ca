"""A report in its three forms: a web page, a PDF and a workbook, of one document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal

from lca.report.document import ReportDocument
from lca.workspace import templates_of

Form = Literal["html", "pdf", "xlsx"]

FORMS: tuple[Form, ...] = ("html", "pdf", "xlsx")


def rendered(document: ReportDocument, root: Path, forms: Iterable[Form] = FORMS) -> Mapping[str, str | bytes]:
    """File names with contents, presented by the templates of the workspace at `root`. Raises `InputError`."""
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
