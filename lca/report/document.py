"""What a report says: sections of a few kinds of blocks, with numbers as numbers. How it looks is up to the templates.

A chart is described by what it shows; `figures.draw` turns the description into SVG. Every figure carries its data as
a table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

#: What a table cell holds. Numbers stay numbers until they are shown; None is "not available".
Cell = str | float | None

#: How a column is shown: prose, code (an address, an id), a result or a share (as percent) to three digits, or a number
#: as it was written.
ColumnKind = Literal["text", "code", "number", "percent", "exact"]


@dataclass(frozen=True)
class Column:
    """A column of a table. `group` is a heading shared by neighbouring columns; the unit stands in the header."""

    title: str
    kind: ColumnKind = "text"
    unit: str = ""
    group: str = ""


@dataclass(frozen=True)
class Paragraph:
    """Running text; `lead` sets the sentence apart that a reader takes away."""

    kind: ClassVar[str] = "paragraph"
    text: str
    lead: bool = False


@dataclass(frozen=True)
class Notice:
    """Something the reader must not miss."""

    kind: ClassVar[str] = "notice"
    title: str
    text: str


@dataclass(frozen=True)
class KeyValues:
    """Names with what is said about each; `folded` ones are closed, under their title, until the reader opens them."""

    kind: ClassVar[str] = "keyvalues"
    items: tuple[tuple[str, str], ...]
    title: str = ""
    folded: bool = False


@dataclass(frozen=True)
class Sum:
    """In each row, the column `total` is the sum of the columns `plus` without those of `minus`, so that a reader can
    add them up again.
    """

    title: str
    total: int
    plus: tuple[int, ...]
    minus: tuple[int, ...] = ()


@dataclass(frozen=True)
class Table:
    """Rows of cells in the order of the columns.

    The first `row_headers` columns name the row. `groups` are headings over so many of the next rows; an empty heading
    only sets rows apart. A `folded` table is closed until the reader opens it. `sums` hold in every row; a row of
    `totals` is in every column of numbers the sum of the rows from the first to the last named with it.
    """

    kind: ClassVar[str] = "table"
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    row_headers: int = 1
    groups: tuple[tuple[str, int], ...] = ()
    folded: bool = False
    note: str = ""
    sums: tuple[Sum, ...] = ()
    totals: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True)
class Bar:
    """One bar: a value for each series of the chart, possibly the net of them to mark, and a text at its end."""

    label: str
    values: tuple[float, ...]
    net: float | None = None
    text: str = ""


@dataclass(frozen=True)
class BarGroup:
    """Bars under one heading."""

    title: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class StackedBars:
    """Horizontal bars made of the parts `series`; negative parts extend below zero."""

    unit: str
    series: tuple[str, ...]
    groups: tuple[BarGroup, ...]


@dataclass(frozen=True)
class Waterfall:
    """From one total to another in steps; `end` is `start` plus the sum of the steps."""

    unit: str
    start_label: str
    start: float
    steps: tuple[tuple[str, float], ...]
    end_label: str
    end: float


@dataclass(frozen=True)
class TornadoBar:
    """The result with a parameter alone at the low and high end of its range; None where it cannot be computed."""

    label: str
    at_low: float | None
    at_high: float | None
    low: str
    high: str


@dataclass(frozen=True)
class Tornado:
    """Parameters around the central result, widest first."""

    unit: str
    centre: float
    bars: tuple[TornadoBar, ...]


@dataclass(frozen=True)
class Band:
    """A range, or a value where both ends are one; `own` ones are of this study, `mark` a value to tell apart."""

    label: str
    low: float
    high: float
    own: bool = False
    mark: float | None = None


@dataclass(frozen=True)
class BandChart:
    """Ranges under one another, on one axis that has zero; what the ranges of this study and the others are called."""

    unit: str
    bands: tuple[Band, ...]
    names: tuple[str, ...] = ("this study", "published")


@dataclass(frozen=True)
class FlowNode:
    """A process or, where it has no stage, a pool; what it takes from outside and what it gives there, in words."""

    id: str
    title: str
    stage: str
    takes: tuple[str, ...]
    gives: tuple[str, ...]


@dataclass(frozen=True)
class FlowLink:
    """What passes from one node to another; `returned` goes back into a loop."""

    start: str
    end: str
    text: str
    returned: bool = False


@dataclass(frozen=True)
class FlowChart:
    """Nodes from the first step to the last, and what passes between them; `product` leaves the last one."""

    nodes: tuple[FlowNode, ...]
    links: tuple[FlowLink, ...]
    product: str


@dataclass(frozen=True)
class Sankey:
    """Bands from sources through a middle to one end, each `(source, middle, value)` above zero, in the order drawn."""

    unit: str
    links: tuple[tuple[str, str, float], ...]
    end: str


Chart = StackedBars | Waterfall | Tornado | BandChart | FlowChart | Sankey


@dataclass(frozen=True)
class Figure:
    """A chart with what it says in words (`description`, for those who do not see it), a caption, and its data."""

    kind: ClassVar[str] = "figure"
    description: str
    caption: str
    chart: Chart
    data: Table
    half: bool = False  # two such figures may stand side by side


@dataclass(frozen=True)
class Reference:
    """One source: the id by which figures cite it, its text, and possibly its address."""

    id: str
    text: str
    address: str = ""


@dataclass(frozen=True)
class ReferenceList:
    kind: ClassVar[str] = "references"
    items: tuple[Reference, ...]
    title: str = ""
    folded: bool = False


@dataclass(frozen=True)
class ChecklistItem:
    """What a standard asks for, what this report says to it, and the id of the section that says it."""

    requirement: str
    said: str
    place: str = ""
    stated: bool = True


@dataclass(frozen=True)
class Checklist:
    """What a standard asks for, line by line."""

    kind: ClassVar[str] = "checklist"
    caption: str
    items: tuple[ChecklistItem, ...]


@dataclass(frozen=True)
class Heading:
    """A heading within a section."""

    kind: ClassVar[str] = "heading"
    title: str


Block = Paragraph | Notice | KeyValues | Table | Figure | ReferenceList | Checklist | Heading


@dataclass(frozen=True)
class Section:
    """A numbered part of the report; `id` is stable, so that it can be linked to."""

    id: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True)
class ReportDocument:
    """A report: what stands on its front, and its sections. `footer` closes the page.

    `stamp` is the state of the report in a word or two, `cover` the result, `created` the time in ISO 8601. `live` is
    what a page with a script lets its reader switch and try, as plain data; nothing is said there alone.
    """

    title: str
    kicker: str
    status: str
    facts: KeyValues
    sections: tuple[Section, ...]
    footer: str
    stamp: str = ""
    cover: tuple[Block, ...] = ()
    author: str = ""
    created: str = ""
    language: str = "en"
    live: Mapping[str, Any] = field(default_factory=dict)
