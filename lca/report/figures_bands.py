"""A chart of ranges under one another."""

from __future__ import annotations

from lca.report import formatting as show
from lca.report.document import Band, BandChart
from lca.report.sheet import DOWN, ROW, SOFT, UP, Sheet, widest


def band_chart(chart: BandChart, width: float) -> str:
    """The SVG of ranges; a single value is a diamond."""
    left = min(0.45 * width, 12 + widest(band.label for band in chart.bands))
    step = ROW + 5
    sheet = Sheet(width, step * len(chart.bands) + 72, left, 28, 12, 44)
    marks = [band.mark for band in chart.bands if band.mark is not None]
    low, high = min(0.0, *(band.low for band in chart.bands), *marks), max(*(b.high for b in chart.bands), *marks, 0.0)
    room = 14 + max(widest([_ends(band)]) for band in chart.bands)
    plot = width - left - 12
    span = (high - low) or 1.0
    sheet.axis(low - (0.02 * span if low < 0 else 0.0), low + span * plot / max(0.4 * plot, plot - room), chart.unit)
    if low < 0:
        sheet.upright(0, SOFT, 0.9)
    for n, band in enumerate(chart.bands):
        y = 28 + step * (n + 0.5)
        sheet.label(y, band.label, bold=band.own)
        if band.high > band.low:
            sheet.box(sheet.at(band.low), sheet.at(band.high), y, 0.6 * ROW, DOWN if band.own else UP)
        else:
            sheet.diamond(band.low, y, 5)
        if band.mark is not None:
            sheet.diamond(band.mark, y, 4.3)
        sheet.value(max(band.high, band.mark or band.high), y, _ends(band), bold=band.own)
    sheet.fills(list(zip(chart.names, (DOWN, UP), strict=False)))
    return sheet.finished()


def _ends(band: Band) -> str:
    low, high = show.number(band.low), show.number(band.high)
    return low if low == high else f"{low} to {high}"
