"""Paper to draw charts on, as SVG: the same input gives the same bytes.

Every part has a colour of a palette made for colour-blind eyes, and a hatch of its own, so that colour is never the
only code. Colours are those of light paper; a page may put its own for `PALETTE`, `INK`, `SOFT`, `RULE` and `PAPER`.
"""

from __future__ import annotations

import io
import math
import re
import textwrap
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, get_args

from lca.report import formatting as show

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

#: A hatch as it is repeated: the side of a tile in points, and lines on it.
Hatch = tuple[int, str]

#: The hatch that goes with each colour of the palette; the first has none.
HATCHES: tuple[Hatch | None, ...] = (
    None,
    (3, "M0 3L3 0M-1 1L1-1M2 4L4 2"),
    (3, "M1 1h.9"),
    (3, "M0 0L3 3M2-1L4 1M-1 2L1 4"),
    (4, "M0 0L4 4M0 4L4 0"),
    (3, "M0 1.5H3"),
    (3, "M1.5 0V3"),
    (7, "M1 3.5a2.5 2.5 0 0 0 5 0a2.5 2.5 0 0 0-5 0"),
    (6, "M0 3H6M3 0V6"),
    (6, "M1 3H5M3 1V5M1.5 1.5L4.5 4.5M1.5 4.5L4.5 1.5"),
)

#: A colour and the hatch that goes with it.
Fill = tuple[str, Hatch | None]

#: Fills of additions and reductions, of high and low ends.
UP, DOWN = (PALETTE[1], HATCHES[1]), (PALETTE[0], HATCHES[0])

#: Widths in points of a chart across the page and of one of two side by side.
WIDE, HALF = 720.0, 430.0

ROW = 20.0
SIZE = 9.0  # of the font
CHARACTER = 0.54  # mean width of a character, in font sizes

Point = tuple[float, float]
Side = Literal["left", "center", "right"]


class Sheet:
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
        self._anchors = {side: Text(horizontalalignment=side) for side in get_args(Side)}
        self._fonts = [FontProperties(family="DejaVu Sans", size=SIZE, weight=weight) for weight in ("normal", "bold")]

    def finished(self) -> str:
        """The SVG, once all is drawn."""
        self._renderer.finalize()
        return _PATTERN.sub(lambda found: _pattern(found["id"], found["colour"]), self._svg.getvalue())

    def axis(self, low: float, high: float, title: str) -> None:
        """The value axis with its grid: to be drawn first, for it lies below the marks and says where they stand."""
        from matplotlib.ticker import MaxNLocator

        self._low, self._per_value = low, (self.right - self.left) / (high - low)
        parts = min(9, max(1, int((self.right - self.left) / (3 * SIZE))))
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

    def line(self, start: Point, end: Point, color: str, width: float, dash: float = 0) -> None:
        """A line, dashed if the dashes have a length."""
        pen = self._pen(color, width)
        if dash:
            pen.set_dashes(0, [dash, dash])
        self._path(pen, [start, end])

    def box(self, left: float, right: float, y: float, height: float, fill: Fill) -> None:
        """A rectangle around the height `y`, with a fine edge of paper that sets it off from what it touches."""
        top, bottom = y - height / 2, y + height / 2
        self._path(self._pen(PAPER, 0.6), [(left, top), (right, top), (right, bottom), (left, bottom)], fill)

    def shape(self, corners: Sequence[Point], fill: Fill) -> None:
        """A closed shape, with a fine edge of paper."""
        self._path(self._pen(PAPER, 0.6), corners, fill)

    def polyline(self, points: Sequence[Point], color: str, width: float, dash: float = 0) -> None:
        """Lines from point to point."""
        pen = self._pen(color, width)
        if dash:
            pen.set_dashes(0, [dash, dash])
        self._path(pen, points)

    def arrow(self, points: Sequence[Point], color: str, width: float = 0.9, dash: float = 0) -> None:
        """Lines from point to point with a head at the last one, which the line reaches upright or level."""
        (x0, y0), (x, y) = points[-2:]
        back, half = 5.5, 2.6
        if x0 == x:
            foot = y - math.copysign(back, y - y0)
            corners = [(x - half, foot), (x, y), (x + half, foot)]
        else:
            foot = x - math.copysign(back, x - x0)
            corners = [(foot, y - half), (x, y), (foot, y + half)]
        end = (x, foot) if x0 == x else (foot, y)
        self.polyline([*points[:-1], end], color, width, dash)
        self._path(self._pen(color, 0.1), corners, (color, None))

    def frame(self, left: float, right: float, top: float, bottom: float, color: str, width: float = 0.9) -> None:
        """An empty rectangle."""
        corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
        self.polyline(corners, color, width)

    def diamond(self, value: float, y: float, size: float) -> None:
        """A mark at a value."""
        x = self.at(value)
        self._path(self._pen(PAPER, 1), [(x - size, y), (x, y - size), (x + size, y), (x, y + size)], (INK, None))

    def text(self, x: float, y: float, text: str, side: Side = "left", color: str = INK, bold: bool = False) -> None:
        """A line of text around the height `y`, with this side of it at `x`."""
        anchor = self._anchors[side]
        anchor.set_x(x)
        self._renderer.draw_text(self._pen(color), x, y + SIZE / 3, text, self._fonts[bold], 0, mtext=anchor)

    def label(self, y: float, text: str, bold: bool = False) -> None:
        """Text at the left of the plot, on two lines when it is too long for one."""
        count = max(12, int((self.left - 10) / (SIZE * CHARACTER)))
        lines = textwrap.wrap(text, count) or [""]
        if len(lines) > 2:  # how it begins and how it ends tell most
            ending = textwrap.wrap(text[::-1], count - 2)[0][::-1]
            lines = [lines[0], f"… {ending}"]
        for n, line in enumerate(lines):
            self.text(self.left - 8, y + 1.1 * SIZE * (n - (len(lines) - 1) / 2), line, "right", bold=bold)

    def value(
        self, value: float, y: float, text: str, after: bool = True, color: str = INK, bold: bool = False
    ) -> None:
        """Text beside what ends at a value: after it, or before it."""
        x = self.at(value) + (6 if after else -6)
        self.text(x, y, text, "left" if after else "right", color, bold)

    def legend(self, names: Sequence[str], rows: int) -> None:
        """What the fills mean, in columns of so many rows."""
        self.fills([(name, part_fill(n)) for n, name in enumerate(names)], rows)

    def fills(self, named: Sequence[tuple[str, Fill]], rows: int = 1) -> None:
        """What some fills mean, in columns of so many rows."""
        x = 2.0
        for first in range(0, len(named), rows):
            column = named[first : first + rows]
            for n, (name, fill) in enumerate(column):
                self.box(x, x + 14, 6 + 12.5 * n, 8, fill)
                self.text(x + 21.5, 6 + 12.5 * n, name)
            x += 34 + widest(name for name, _ in column)

    def _pen(self, color: str, width: float = 0) -> GraphicsContextBase:
        pen: GraphicsContextBase = self._renderer.new_gc()
        pen.set_foreground(color)
        pen.set_linewidth(width)
        return pen

    def _path(self, pen: GraphicsContextBase, points: Sequence[Point], fill: Fill | None = None) -> None:
        """A line, or with a fill a closed shape."""
        from matplotlib.colors import to_rgba
        from matplotlib.path import Path
        from matplotlib.transforms import IdentityTransform

        face = None
        if fill is not None:
            points = [*points, points[0]]
            face = to_rgba(fill[0])
            pen.set_hatch("/" if fill[1] else None)  # anything: the tile of the colour takes its place
            pen.set_hatch_color(to_rgba(PAPER))
        path = Path([(x, self._height - y) for x, y in points], closed=fill is not None)  # its y counts up
        self._renderer.draw_path(pen, path, IdentityTransform(), face)


#: A hatch of matplotlib's: a tile as wide as an inch, with every line on it.
_PATTERN = re.compile(r'<pattern id="(?P<id>\w+)".*?fill="(?P<colour>#\w+)".*?</pattern>', re.DOTALL)


def _pattern(name: str, colour: str) -> str:
    """The hatch of a colour as one small tile, which is a fraction as long."""
    hatch = HATCHES[PALETTE.index(colour)]
    assert hatch is not None
    side, lines = hatch
    return (
        f'<pattern id="{name}" patternUnits="userSpaceOnUse" width="{side}" height="{side}">'
        f'<rect width="{side}" height="{side}" fill="{colour}"/>'
        f'<path d="{lines}" style="fill: none; stroke: {PAPER}; stroke-width: 0.8"/></pattern>'
    )


def part_fill(part: int) -> Fill:
    return PALETTE[part % len(PALETTE)], HATCHES[part % len(HATCHES)]


def widest(texts: Iterable[str]) -> float:
    return max((len(text) for text in texts), default=0) * SIZE * CHARACTER


def limits(values: Sequence[float], plot: float, before: Sequence[str], after: Sequence[str]) -> tuple[float, float]:
    """Ends of an axis of `plot` points that leaves room for texts before the lowest value and after the highest."""
    low, high = min(values), max(values)
    span = high - low or abs(high) or 1.0
    left, right = 14 + widest(before), 14 + widest(after)
    per_point = span / max(0.3 * plot, plot - left - right)
    return low - left * per_point, high + right * per_point
