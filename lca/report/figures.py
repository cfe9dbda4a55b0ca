"""Charts as SVG: the same input gives the same bytes.

Every part has a colour of a palette made for colour-blind eyes, and a hatch of its own, so that colour is never the
only code. Colours are those of light paper; a page may put its own for `PALETTE`, `INK`, `SOFT`, `RULE` and `PAPER`.
"""

from __future__ import annotations

import io
import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from lca.report import formatting as show
from lca.report.document import Chart, StackedBars, Tornado, Waterfall

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

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

#: Colours of additions and reductions, of low and high ends.
UP, DOWN = PALETTE[1], PALETTE[0]

#: Widths in points of a chart across the page and of one of two side by side.
WIDE, HALF = 720.0, 430.0

ROW = 20.0
_SMALL, _TEXT = 9.0, 9.5
_CHARACTER = 0.54  # mean width of a character, in font sizes


def draw(chart: Chart, key: str, half: bool = False) -> str:
    """The SVG of a chart. `key` makes the ids in it its own; `half` draws it for half the width of the page."""
    import matplotlib
    from matplotlib.backends.backend_svg import FigureCanvasSVG

    settings: Any = {  # keys and values that matplotlib checks itself
        "svg.hashsalt": key,
        "svg.fonttype": "none",
        "font.family": "DejaVu Sans",
        "font.size": _TEXT,
        "text.color": INK,
        "text.parse_math": False,  # titles are people's: a $ in them is a dollar
        "axes.edgecolor": RULE,
        "axes.linewidth": 0.8,
        "xtick.color": SOFT,
        "xtick.labelsize": _SMALL,
        "hatch.linewidth": 0.7,
        "axes.unicode_minus": True,
    }
    with matplotlib.rc_context(settings):
        width = HALF if half else WIDE
        if isinstance(chart, StackedBars):
            figure = _stacked_bars(chart, width)
        elif isinstance(chart, Waterfall):
            figure = _waterfall(chart, width)
        else:
            figure = _tornado(chart, width)
        FigureCanvasSVG(figure)
        buffer = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(buffer, format="svg", metadata=nothing, facecolor="none")
    return buffer.getvalue()


# --- common parts


def _canvas(width: float, height: float, left: float, top: float, right: float, bottom: float) -> tuple[Figure, Axes]:
    """A figure of so many points with one plot, its margins given; the y axis counts rows in points from the top."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    plot = height - top - bottom
    axes = figure.add_axes((left / width, bottom / height, (width - left - right) / width, plot / height))
    axes.set_ylim(plot, 0)
    axes.set_yticks([])
    axes.patch.set_visible(False)
    for side in ("left", "right", "top"):
        axes.spines[side].set_visible(False)
    axes.tick_params(axis="x", length=0, pad=4)
    axes.grid(axis="x", color=RULE, linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter(lambda value, _: show.exact(float(f"{value:.10g}")))
    return figure, axes


def _label(axes: Axes, y: float, text: str, width: float, weight: str = "normal") -> None:
    """Text at the left of the plot, on two lines when it is too long for `width` points."""
    count = max(12, int((width - 10) / (_SMALL * _CHARACTER)))
    shown = textwrap.wrap(text, count) or [""]
    if len(shown) > 2:  # how it begins and how it ends tell most
        ending = textwrap.wrap(text[::-1], count - 2)[0][::-1]
        shown = [shown[0], f"… {ending}"]
    axes.annotate(
        "\n".join(shown),
        (0, y),
        xytext=(-8, 0),
        xycoords=axes.get_yaxis_transform(),
        textcoords="offset points",
        ha="right",
        va="center",
        fontsize=_SMALL,
        color=INK,
        fontweight=weight,
        linespacing=1.1,
        annotation_clip=False,
    )


def _value(axes: Axes, x: float, y: float, text: str, side: int = 1, color: str = INK, weight: str = "normal") -> None:
    """Text beside a mark at `x`: to the right of it, or to the left with `side` -1."""
    axes.annotate(
        text,
        (x, y),
        xytext=(6 * side, 0),
        textcoords="offset points",
        ha="left" if side > 0 else "right",
        va="center",
        fontsize=_SMALL,
        color=color,
        fontweight=weight,
        annotation_clip=False,
    )


def _limits(values: Sequence[float], plot: float, before: Sequence[str], after: Sequence[str]) -> tuple[float, float]:
    """Ends of an axis of `plot` points that leaves room for texts before the lowest value and after the highest."""
    low, high = min(values), max(values)
    span = high - low or abs(high) or 1.0
    left, right = (
        14 + max((len(text) for text in texts), default=0) * _SMALL * _CHARACTER for texts in (before, after)
    )
    per_point = span / max(0.3 * plot, plot - left - right)
    return low - left * per_point, high + right * per_point


def _label_width(texts: Sequence[str], most: float) -> float:
    return min(most, 12 + max((len(text) for text in texts), default=0) * _SMALL * _CHARACTER)


# --- stacked bars


def _stacked_bars(chart: StackedBars, width: float) -> Figure:
    from matplotlib.patches import Patch

    bars = [bar for group in chart.groups for bar in group.bars]
    left = _label_width([bar.label for bar in bars], 0.3 * width)
    heads = [bool(group.title) for group in chart.groups]
    per_row = max(1, int(width / (34 + max(len(name) for name in chart.series) * _SMALL * _CHARACTER)))
    legend_rows = math.ceil(len(chart.series) / per_row)
    top = 12 + 15.0 * legend_rows
    plot = sum(
        ROW * len(group.bars) + (ROW if head else 0) + 5 for group, head in zip(chart.groups, heads, strict=True)
    )
    tail = max(len(bar.text) for bar in bars) * _SMALL * _CHARACTER
    height = top + plot + 40
    figure, axes = _canvas(width, height, left, top, 8, 40)

    ends = [sum(v for v in bar.values if v > 0) for bar in bars]
    starts = [sum(v for v in bar.values if v < 0) for bar in bars]
    room = (width - left - 8) / max(1.0, width - left - 20 - tail)
    low, high = min(0.0, *starts), max(0.0, *ends)
    axes.set_xlim(low - (0.015 * (high - low) if low < 0 else 0), low + (high - low) * room if high > low else low + 1)
    y = 0.0
    for group in chart.groups:
        if group.title:
            axes.annotate(
                group.title,
                (0, y + ROW / 2 + 1),
                xytext=(4 - left, 0),
                xycoords=axes.get_yaxis_transform(),
                textcoords="offset points",
                ha="left",
                va="center",
                fontsize=_SMALL,
                color=SOFT,
                annotation_clip=False,
                bbox={"facecolor": PAPER, "edgecolor": "none", "pad": 1.5},
            )
            y += ROW
        for bar in group.bars:
            middle = y + ROW / 2
            _stack(axes, bar.values, middle)
            _label(axes, middle, bar.label, left)
            end = sum(v for v in bar.values if v > 0)
            if bar.net is not None:
                axes.plot(
                    [bar.net], [middle], marker="D", markersize=6, color=INK, markeredgecolor=PAPER, clip_on=False
                )
            _value(axes, max(end, bar.net or 0.0), middle, bar.text, weight="bold" if bar.net is not None else "normal")
            y += ROW
        y += 5
    axes.axvline(0, color=SOFT, linewidth=0.9)
    axes.set_xlabel(chart.unit, fontsize=_SMALL, color=SOFT)
    handles = [
        Patch(
            facecolor=PALETTE[n % len(PALETTE)],
            hatch=HATCHES[n % len(HATCHES)],
            edgecolor=PAPER,
            linewidth=0,
            label=name,
        )
        for n, name in enumerate(chart.series)
    ]
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=per_row,
        frameon=False,
        fontsize=_SMALL,
        handlelength=1.6,
        handleheight=1.0,
        columnspacing=1.4,
        labelspacing=0.35,
        borderaxespad=0,
        borderpad=0.2,
    )
    return figure


def _stack(axes: Axes, values: Sequence[float], y: float) -> None:
    ahead = behind = 0.0
    for n, value in enumerate(values):
        if not value:
            continue
        start = ahead if value > 0 else behind
        axes.barh(
            y,
            value,
            left=start,
            height=0.72 * ROW,
            color=PALETTE[n % len(PALETTE)],
            hatch=HATCHES[n % len(HATCHES)],
            edgecolor=PAPER,
            linewidth=0.6,
        )
        ahead, behind = (ahead + value, behind) if value > 0 else (ahead, behind + value)


# --- waterfall


def _waterfall(chart: Waterfall, width: float) -> Figure:
    labels = [chart.start_label, *(label for label, _ in chart.steps), chart.end_label]
    left = _label_width(labels, 0.42 * width)
    plot = (ROW + 3) * len(labels)
    figure, axes = _canvas(width, plot + 50, left, 8, 12, 42)
    levels = [chart.start]
    for _, change in chart.steps:
        levels.append(levels[-1] + change)
    signs = [[_signed(change) for _, change in chart.steps if (change > 0) == up] for up in (False, True)]
    ends = [show.number(chart.start), show.number(chart.end)]
    axes.set_xlim(*_limits([*levels, chart.end], width - left - 12, signs[0], [*signs[1], *ends]))
    axes.set_xlabel(f"{chart.unit} (axis does not start at zero)", fontsize=_SMALL, color=SOFT)
    step = ROW + 3
    rows = [step * (n + 0.5) for n in range(len(labels))]
    for y, label in zip(rows, labels, strict=True):
        _label(axes, y, label, left, "bold" if y in (rows[0], rows[-1]) else "normal")
    for y, value in ((rows[0], chart.start), (rows[-1], chart.end)):
        axes.plot([value], [y], marker="D", markersize=7, color=INK)
        _value(axes, value, y, show.number(value), weight="bold")
    level = chart.start
    for y, (_, change) in zip(rows[1:], chart.steps, strict=False):
        axes.plot([level, level], [y - step, y], color=SOFT, linewidth=0.7, linestyle=(0, (2, 2)))
        color, hatch = (UP, "////") if change > 0 else (DOWN, "")
        axes.barh(y, change, left=level, height=0.68 * ROW, color=color, hatch=hatch, edgecolor=PAPER, linewidth=0.6)
        level += change
        _value(axes, level, y, _signed(change), 1 if change > 0 else -1)
    axes.plot([level, level], [rows[-1] - step, rows[-1]], color=SOFT, linewidth=0.7, linestyle=(0, (2, 2)))
    return figure


def _signed(change: float) -> str:
    return f"+{show.number(change)}" if change > 0 else show.number(change)


# --- tornado


def _tornado(chart: Tornado, width: float) -> Figure:
    from matplotlib.patches import Patch

    left = _label_width([bar.label for bar in chart.bars], 0.42 * width)
    step = ROW + 7
    figure, axes = _canvas(width, step * len(chart.bars) + 72, left, 28, 10, 44)
    known = [value for bar in chart.bars for value in (bar.at_low, bar.at_high) if value is not None]
    texts = [text for bar in chart.bars for text in (bar.low, bar.high)]
    axes.set_xlim(*_limits([chart.centre, *known], width - left - 10, texts, texts))
    axes.set_xlabel(f"{chart.unit}, central {show.number(chart.centre)}", fontsize=_SMALL, color=SOFT)
    for n, bar in enumerate(chart.bars):
        y = step * (n + 0.5)
        _label(axes, y, bar.label, left)
        for value, text, color, hatch in ((bar.at_low, bar.low, DOWN, ""), (bar.at_high, bar.high, UP, "////")):
            if value is None:
                continue
            axes.barh(
                y,
                value - chart.centre,
                left=chart.centre,
                height=0.66 * ROW,
                color=color,
                hatch=hatch,
                edgecolor=PAPER,
                linewidth=0.6,
            )
            _value(axes, value, y, text, 1 if value >= chart.centre else -1, SOFT)
    axes.axvline(chart.centre, color=INK, linewidth=1)
    handles = [
        Patch(facecolor=DOWN, edgecolor=PAPER, label="parameter at its low end"),
        Patch(facecolor=UP, hatch="////", edgecolor=PAPER, label="at its high end"),
    ]
    figure.legend(
        handles=handles,
        loc="upper left",
        bbox_to_anchor=(0, 1),
        ncols=2,
        frameon=False,
        fontsize=_SMALL,
        handlelength=1.6,
        borderaxespad=0,
        borderpad=0.2,
    )
    return figure
