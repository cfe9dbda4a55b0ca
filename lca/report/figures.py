"""Charts as SVG, each drawn on a sheet."""

from __future__ import annotations

import math
from typing import Any

from lca.report import formatting as show
from lca.report.document import BandChart, Bar, Chart, FlowChart, Sankey, StackedBars, Tornado, Waterfall
from lca.report.figures_bands import band_chart
from lca.report.figures_flow import flow_chart
from lca.report.figures_sankey import sankey
from lca.report.sheet import (
    DOWN,
    HALF,
    INK,
    PAPER,
    ROW,
    SOFT,
    UP,
    WIDE,
    Sheet,
    limits,
    part_fill,
    widest,
)


def draw(chart: Chart, key: str, half: bool = False) -> str:
    """The SVG of a chart. `key` makes the ids in it its own; `half` draws it for half the width of the page."""
    import matplotlib

    # keys and values that matplotlib checks itself
    settings: Any = {"svg.hashsalt": key, "svg.fonttype": "none"}
    with matplotlib.rc_context(settings):
        width = HALF if half else WIDE
        if isinstance(chart, StackedBars):
            return _stacked_bars(chart, width)
        if isinstance(chart, BandChart):
            return band_chart(chart, width)
        if isinstance(chart, FlowChart):
            return flow_chart(chart)
        if isinstance(chart, Sankey):
            return sankey(chart)
        return _waterfall(chart, width) if isinstance(chart, Waterfall) else _tornado(chart, width)


# --- stacked bars


def _stacked_bars(chart: StackedBars, width: float) -> str:
    per_row = max(1, int(width / (34 + widest(chart.series))))
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
    left = min(0.3 * width, 12 + widest(bar.label for _, bar in rows))
    sheet = Sheet(width, y + 40, left, top, 8, 40)
    sheet.legend(chart.series, legend_rows)

    plot = width - left - 8
    room = plot / max(1.0, plot - 12 - widest(bar.text for _, bar in rows))
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
        sheet.box(2.5, 5.5 + widest([title]), y, 12, (PAPER, None))  # the grid stops behind it
        sheet.text(4, y, title, color=SOFT)
    return sheet.finished()


def _ends(bar: Bar) -> tuple[float, float]:
    """How far a bar reaches below and above zero."""
    return sum(v for v in bar.values if v < 0), sum(v for v in bar.values if v > 0)


def _stack(sheet: Sheet, bar: Bar, y: float) -> None:
    ahead = behind = 0.0
    for n, value in enumerate(bar.values):
        if value:
            start = ahead if value > 0 else behind
            sheet.box(sheet.at(start), sheet.at(start + value), y, 0.72 * ROW, part_fill(n))
            ahead, behind = (ahead + value, behind) if value > 0 else (ahead, behind + value)


# --- waterfall


def _waterfall(chart: Waterfall, width: float) -> str:
    labels = [chart.start_label, *(label for label, _ in chart.steps), chart.end_label]
    left = min(0.42 * width, 12 + widest(labels))
    step = ROW + 3
    sheet = Sheet(width, step * len(labels) + 50, left, 8, 12, 42)
    levels = [chart.start]
    for _, change in chart.steps:
        levels.append(levels[-1] + change)
    falls, rises = ([_signed(change) for _, change in chart.steps if (change > 0) == up] for up in (False, True))
    ends = [show.number(chart.start), show.number(chart.end)]
    low, high = limits([*levels, chart.end], width - left - 12, falls, [*rises, *ends])
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
    left = min(0.42 * width, 12 + widest(bar.label for bar in chart.bars))
    step = ROW + 7
    sheet = Sheet(width, step * len(chart.bars) + 72, left, 28, 10, 44)
    known = [value for bar in chart.bars for value in (bar.at_low, bar.at_high) if value is not None]
    texts = [text for bar in chart.bars for text in (bar.low, bar.high)]
    low, high = limits([chart.centre, *known], width - left - 10, texts, texts)
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
