"""What a figure is called, so that a printed number can be asked after.

`study:scenario:product:indicator@basis`, for example `year:open/near:basket:climate_change@market`. On an imported
background the study is `study@background`; a product under an allocation is `product~allocation`; a saving, baseline
minus alternative, has two scenarios, `baseline..alternative`. The name of a figure does not depend on its value, on
the order of scenarios or on the machine: the same name is the same question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

#: What results of the whole basket have in the column `allocation`.
NOT_ALLOCATED = "none"

#: Between the scenarios of a saving; no option of an axis has a dot in it.
MINUS = ".."

FORM = "study:scenario:product:indicator@basis"


@dataclass(frozen=True)
class FigureId:
    """A result by its name. `study` is that of `folder_of`: `study`, or `study@background`."""

    study: str
    scenario: str
    product: str
    indicator: str
    basis: str
    allocation: str = NOT_ALLOCATED

    def __str__(self) -> str:
        product = _written(self.product)
        if self.allocation != NOT_ALLOCATED:
            product += f"~{self.allocation}"
        return f"{self.study}:{self.scenario}:{product}:{_written(self.indicator)}@{self.basis}"

    @property
    def of_basket(self) -> bool:
        """Whether it is the result of one scenario, whole."""
        return self.allocation == NOT_ALLOCATED and MINUS not in self.scenario


def saving_of(study: str, row: Mapping[str, Any], product: str) -> FigureId:
    """The name of the saving in a record of the table `comparisons`, which are of the whole product."""
    pair = f"{row['baseline']}{MINUS}{row['alternative']}"
    return FigureId(study, pair, product, str(row["indicator"]), str(row["electricity_basis"]))


def figure_of(study: str, row: Mapping[str, Any]) -> FigureId:
    """The name of a record of the tables `results` and `products`."""
    names = ("scenario", "product", "indicator", "electricity_basis", "allocation")
    return FigureId(study, *(str(row[name]) for name in names))


def parse_figure(text: str) -> FigureId:
    """The parts of a name. Raises `ValueError` where it has another form."""
    parts = text.strip().split(":")
    indicator, at, basis = parts[-1].rpartition("@")
    if len(parts) != 4 or not at or not all(parts) or not indicator or not basis:
        raise ValueError(f"`{text}` is not of the form {FORM}")
    product, tilde, allocation = parts[2].rpartition("~")
    if not tilde:
        product, allocation = parts[2], NOT_ALLOCATED
    return FigureId(parts[0], parts[1], unquote(product), unquote(indicator), basis, allocation)


def _written(text: str) -> str:
    """A name that people chose, without the signs that the form is made of."""
    return quote(text, safe=" ()").replace("~", "%7E").replace(" ", "%20")
