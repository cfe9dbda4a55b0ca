"""Charts as SVG: the same input gives the same bytes.

Every part has a colour of a palette made for colour-blind eyes, and a hatch of its own, so that colour is never the
only code. Colours are those of light paper; a page may put its own for `PALETTE`, `INK`, `SOFT`, `RULE` and `PAPER`.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from lca.report import formatting as show
from lca.report.document import Bar, Chart, StackedBars, Tornado, Waterfall

if TYPE_CHECKING:
    from matplotlib.backend_bases import GraphicsContextBase

INK = "#1d252c"
SOFT = "#58636d"
RULE = "#d3d8dc"
PAPER = "#fffffe"
PALETTE = (
    "#1f5a92",
    "#d98324",
    "#2b8f80",
    "#8d4d93",
    "#b99a00",
    "#74b3dd",
    "#a8432f",
    "#7d868e",
    "#9bb55a",
    "#d68fa5",
)
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "||||", "oo", "++", "**")

#: A colour and the hatch that goes with it.
Fill = tuple[str, str]

#: Fills of additions and reductions, of high and low ends.
UP, DOWN = (PALETTE[1], HATCHES[1]), (PALETTE[0], HATCHES[0])

#: Widths in points of a chart across the page and of one of two side by side.
WIDE, HALF = 720.0, 430.0

ROW = 20.0
_SIZE = 9.0  # of the font
_CHARACTER = 0.54  # mean width of a character, in font sizes

_Point = tuple[float, float]
_Side = Literal["left", "center", "right"]


def draw(chart: Chart, key: str, half: bool = False) -> str:
    """The SVG of a chart. `key` makes the ids in it its own; `half` draws it for half the width of the page."""
    import matplotlib

    # keys and values that matplotlib checks itself
    settings: Any = {"svg.hashsalt": key, "svg.fonttype": "none", "hatch.linewidth": 0.7}
    with matplotlib.rc_context(settings):
        width = HALF if half else WIDE
        if isinstance(chart, StackedBars):
            return _stacked_bars(chart, width)
        return _waterfall(chart, width) if isinstance(chart, Waterfall) else _tornado(chart, width)


# --- common parts


class _Sheet:
    """So many points of paper with a plot on it, its margins given. Positions are in points, y from the top down.

    This asks matplotlib's renderer directly. Figures and axes would measure every text, in a font that is not the
    page's, and take ten times as long.
    """

    def __init__(self, width: float, height: float, left: float, top: float, right: float, bottom: float) -> None:
        from matplotlib.backends.backend_svg import RendererSVG
        from matplotlib.font_manager import FontProperties
        from matplotlib.text import Text

        self.left, self.right, self.top, self.bottom = left, width - right, top, height - bottom
        self._height = height
        self._svg = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        backend: Any = RendererSVG  # which has no types
        self._renderer = backend(width, height, self._svg, metadata=nothing)
        self._anchors = {side: Text(horizontalalignment=side) for side in get_args(_Side)}
        self._fonts = [FontProperties(family="DejaVu Sans", size=_SIZE, weight=weight) for weight in ("normal", "bold")]

    def finished(self) -> str:
        """The SVG, once all is drawn."""
        self._renderer.finalize()
        return self._svg.getvalue()

    def axis(self, low: float, high: float, title: str) -> None:
        """The value axis with its grid: to be drawn first, for it lies below the marks and says where they stand."""
        from matplotlib.ticker import MaxNLocator

        self._low, self._per_value = low, (self.right - self.left) / (high - low)
        parts = min(9, max(1, int((self.right - self.left) / (3 * _SIZE))))
        for tick in MaxNLocator(parts, steps=[1, 2, 2.5, 5, 10]).tick_values(low, high):
            if self.left - 0.01 < self.at(tick) < self.right + 0.01:
                self.upright(tick, RULE, 0.6)
                self.text(self.at(tick), self.bottom + 8, show.exact(float(f"{tick:.10g}")), "center", SOFT)
        self.line((self.left, self.bottom), (self.right, self.bottom), RULE, 0.8)
        self.text((self.left + self.right) / 2, self.bottom + 21, title, "center", SOFT)

    def at(self, value: float) -> float:
        """Where a value stands."""
        return self.left + (value - self._low) * self._per_value

    def upright(self, value: float, color: str, width: float) -> None:
        """A line at a value, through the whole plot."""
        self.line((self.at(value), self.top), (self.at(value), self.bottom), color, width)

    def line(self, start: _Point, end: _Point, color: str, width: float, dash: float = 0) -> None:
        """A line, dashed if the dashes have a length."""
        pen = self._pen(color, width)
        if dash:
            pen.set_dashes(0, [dash, dash])
        self._path(pen, [start, end])

    def box(self, left: float, right: float, y: float, height: float, fill: Fill) -> None:
        """A rectangle around the height `y`, with a fine edge of paper that sets it off from what it touches."""
        top, bottom = y - height / 2, y + height / 2
        self._path(self._pen(PAPER, 0.6), [(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def diamond(self, value: float, y: float, size: float) -> None:
        """A mark at a value."""
        x = self.at(value)
        self._path(self._pen(PAPER, 1), [(x - size, y), (x, y - size), (x + size, y), (x, y + size)], (INK, ""))

    def text(self, x: float, y: float, text: str, side: _Side = "left", color: str = INK, bold: bool = False) -> None:
        """A line of text around the height `y`, with this side of it at `x`."""
        anchor = self._anchors[side]
        anchor.set_x(x)
        self._renderer.draw_text(self._pen(color), x, y + _SIZE / 3, text, self._fonts[bold], 0, mtext=anchor)

    def label(self, y: float, text: str, bold: bool = False) -> None:
        """Text at the left of the plot, on two lines when it is too long for one."""
        count = max(12, int((self.left - 10) / (_SIZE * _CHARACTER)))
        lines = textwrap.wrap(text, count) or [""]
        if len(lines) > 2:  # how it begins and how it ends tell most
            ending = textwrap.wrap(text[::-1], count - 2)[0][::-1]
            lines = [lines[0], f"… {ending}"]
        for n, line in enumerate(lines):
            self.text(self.left - 8, y + 1.1 * _SIZE * (n - (len(lines) - 1) / 2), line, "right", bold=bold)

    def value(
        self, value: float, y: float, text: str, after: bool = True, color: str = INK, bold: bool = False
    ) -> None:
        """Text beside what ends at a value: after it, or before it."""
        x = self.at(value) + (6 if after else -6)
        self.text(x, y, text, "left" if after else "right", color, bold)

    def legend(self, names: Sequence[str], rows: int) -> None:
        """What the fills mean, in columns of so many rows."""
        x = 2.0
        for first in range(0, len(names), rows):
            column = names[first : first + rows]
            for n, name in enumerate(column):
                self.box(x, x + 14, 6 + 12.5 * n, 8, _fill(first + n))
                self.text(x + 21.5, 6 + 12.5 * n, name)
            x += 34 + _widest(column)

    def _pen(self, color: str, width: float = 0) -> GraphicsContextBase:
        pen: GraphicsContextBase = self._renderer.new_gc()
        pen.set_foreground(color)
        pen.set_linewidth(width)
        return pen

    def _path(self, pen: GraphicsContextBase, points: Sequence[_Point], fill: Fill | None = None) -> None:
        """A line, or with a fill a closed shape."""
        from matplotlib.colors import to_rgba
        from matplotlib.path import Path
        from matplotlib.transforms import IdentityTransform

        face = None
        if fill is not None:
            points = [*points, points[0]]
            face = to_rgba(fill[0])
            pen.set_hatch(fill[1] or None)
            pen.set_hatch_color(to_rgba(PAPER))
        path = Path([(x, self._height - y) for x, y in points], closed=fill is not None)  # its y counts up
        self._renderer.draw_path(pen, path, IdentityTransform(), face)


def _fill(part: int) -> Fill:
    return PALETTE[part % len(PALETTE)], HATCHES[part % len(HATCHES)]


def _widest(texts: Iterable[str]) -> float:
    return max((len(text) for text in texts), default=0) * _SIZE * _CHARACTER


def _limits(values: Sequence[float], plot: float, before: Sequence[str], after: Sequence[str]) -> tuple[float, float]:
    """Ends of an axis of `plot` points that leaves room for texts before the lowest value and after the highest."""
    low, high = min(values), max(values)
    span = high - low or abs(high) or 1.0
    left, right = 14 + _widest(before), 14 + _widest(after)
    per_point = span / max(0.3 * plot, plot - left - right)
    return low - left * per_point, high + right * per_point


# --- stacked bars


def _stacked_bars(chart: StackedBars, width: float) -> str:
    per_row = max(1, int(width / (34 + _widest(chart.series))))
    legend_rows = math.ceil(len(chart.series) / per_row)
    top = y = 12 + 15.0 * legend_rows
    heads: list[tuple[float, str]] = []
    rows: list[tuple[float, Bar]] = []
    for group in chart.groups:
        if group.title:
            heads.append((y + ROW / 2 + 1, group.title))
            y += ROW
        rows += [(y + ROW * (n + 0.5), bar) for n, bar in enumerate(group.bars)]
        y += ROW * len(group.bars) + 5
    left = min(0.3 * width, 12 + _widest(bar.label for _, bar in rows))
    sheet = _Sheet(width, y + 40, left, top, 8, 40)
    sheet.legend(chart.series, legend_rows)

    plot = width - left - 8
    room = plot / max(1.0, plot - 12 - _widest(bar.text for _, bar in rows))
    low = min(0.0, *(_ends(bar)[0] for _, bar in rows))
    high = max(0.0, *(_ends(bar)[1] for _, bar in rows))
    span = high - low
    sheet.axis(low - (0.015 * span if low < 0 else 0), low + span * room if span else low + 1, chart.unit)
    for y, bar in rows:
        sheet.label(y, bar.label)
        _stack(sheet, bar, y)
    sheet.upright(0, SOFT, 0.9)
    for y, bar in rows:
        if bar.net is not None:
            sheet.diamond(bar.net, y, 4.3)
        sheet.value(max(_ends(bar)[1], bar.net or 0.0), y, bar.text, bold=bar.net is not None)
    for y, title in heads:
        sheet.box(2.5, 5.5 + _widest([title]), y, 12, (PAPER, ""))  # the grid stops behind it
        sheet.text(4, y, title, color=SOFT)
    return sheet.finished()


def _ends(bar: Bar) -> tuple[float, float]:
    """How far a bar reaches below and above zero."""
    return sum(v for v in bar.values if v < 0), sum(v for v in bar.values if v > 0)


def _stack(sheet: _Sheet, bar: Bar, y: float) -> None:
    ahead = behind = 0.0
    for n, value in enumerate(bar.values):
        if value:
            start = ahead if value > 0 else behind
            sheet.box(sheet.at(start), sheet.at(start + value), y, 0.72 * ROW, _fill(n))
            ahead, behind = (ahead + value, behind) if value > 0 else (ahead, behind + value)


# --- waterfall


def _waterfall(chart: Waterfall, width: float) -> str:
    labels = [chart.start_label, *(label for label, _ in chart.steps), chart.end_label]
    left = min(0.42 * width, 12 + _widest(labels))
    step = ROW + 3
    sheet = _Sheet(width, step * len(labels) + 50, left, 8, 12, 42)
    levels = [chart.start]
    for _, change in chart.steps:
        levels.append(levels[-1] + change)
    falls, rises = ([_signed(change) for _, change in chart.steps if (change > 0) == up] for up in (False, True))
    ends = [show.number(chart.start), show.number(chart.end)]
    low, high = _limits([*levels, chart.end], width - left - 12, falls, [*rises, *ends])
    sheet.axis(low, high, f"{chart.unit} (axis does not start at zero)")

    rows = [8 + step * (n + 0.5) for n in range(len(labels))]
    for y, label in zip(rows, labels, strict=True):
        sheet.label(y, label, bold=y in (rows[0], rows[-1]))
    for level, y, (_, change) in zip(levels, rows[1:], chart.steps, strict=False):
        sheet.box(sheet.at(level), sheet.at(level + change), y, 0.68 * ROW, UP if change > 0 else DOWN)
        sheet.value(level + change, y, _signed(change), after=change > 0)
    for level, y in zip(levels, rows, strict=False):
        sheet.line((sheet.at(level), y), (sheet.at(level), y + step), SOFT, 0.7, dash=1.4)
    for y, value in ((rows[0], chart.start), (rows[-1], chart.end)):
        sheet.diamond(value, y, 6.3)
        sheet.value(value, y, show.number(value), bold=True)
    return sheet.finished()


def _signed(change: float) -> str:
    return f"+{show.number(change)}" if change > 0 else show.number(change)


# --- tornado


def _tornado(chart: Tornado, width: float) -> str:
    left = min(0.42 * width, 12 + _widest(bar.label for bar in chart.bars))
    step = ROW + 7
    sheet = _Sheet(width, step * len(chart.bars) + 72, left, 28, 10, 44)
    known = [value for bar in chart.bars for value in (bar.at_low, bar.at_high) if value is not None]
    texts = [text for bar in chart.bars for text in (bar.low, bar.high)]
    low, high = _limits([chart.centre, *known], width - left - 10, texts, texts)
    sheet.axis(low, high, f"{chart.unit}, central {show.number(chart.centre)}")
    for n, bar in enumerate(chart.bars):
        y = 28 + step * (n + 0.5)
        sheet.label(y, bar.label)
        both = ((bar.at_low, bar.low, DOWN), (bar.at_high, bar.high, UP))
        ends = [(value, text, fill) for value, text, fill in both if value is not None]
        ends.sort(key=lambda end: abs(end[0] - chart.centre), reverse=True)  # both may be on one side
        for value, _, fill in ends:
            sheet.box(sheet.at(chart.centre), sheet.at(value), y, 0.66 * ROW, fill)
        for value, text, _ in ends:
            sheet.value(value, y, text, after=value >= chart.centre, color=SOFT)
    sheet.upright(chart.centre, INK, 1)
    sheet.legend(["parameter at its low end", "at its high end"], 1)
    return sheet.finished()
