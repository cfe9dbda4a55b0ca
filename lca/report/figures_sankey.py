"""A Sankey diagram: what a result comes from, through what, as bands as wide as their share."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

from lca.report import formatting as show
from lca.report.document import Sankey
from lca.report.sheet import INK, PAPER, SOFT, WIDE, Point, Sheet, part_fill, widest

#: Points: of the whole result from top to bottom, of a node across, and at least from one label to the next.
HEIGHT, NODE, STEP, GAP = 300.0, 9.0, 13.0, 5.0

_STEPS = 16  # of which a curve is made


def sankey(chart: Sankey, width: float = WIDE) -> str:
    """The SVG: sources left, what they go through in the middle, the whole right."""
    sources, middles = _sums(chart.links, 0), _sums(chart.links, 1)
    whole = sum(sources.values())
    scale = HEIGHT / whole
    tops = [_tops(sums.values(), scale) for sums in (sources, middles)]
    height = max(_bottom(sums, top, scale) for sums, top in zip((sources, middles), tops, strict=True))
    left = min(0.36 * width, 14 + widest(f"{name} {show.number(value)}" for name, value in sources.items()))
    right = 16 + widest([chart.end, show.number(whole)])
    sheet = Sheet(width, height + 34, left, 22, right, 12)
    x = (left, left + 0.5 * (width - left - right), width - right - NODE)
    named = list(zip((sources, middles), tops, strict=True))
    starts = {name: 22 + top for name, top in zip(sources, tops[0], strict=True)}
    ends = {name: 22 + top for name, top in zip(middles, tops[1], strict=True)}
    end = 22 + (height - HEIGHT) / 2
    for n, middle in enumerate(middles):  # bands below the nodes
        fill = (part_fill(n)[0], None)  # names stand at both ends: no hatch has to tell the bands apart
        for source, target, value in chart.links:
            if target == middle:
                size = value * scale
                sheet.shape(_band(x[0] + NODE, x[1], starts[source], ends[middle], size), fill)
                starts[source] += size
                ends[middle] += size
        size = middles[middle] * scale
        sheet.shape(_band(x[1] + NODE, x[2], ends[middle] - size, end, size), fill)
        end += size
    for (sums, top), at in zip(named, x, strict=False):
        for name, y in zip(sums, top, strict=True):
            size = sums[name] * scale
            sheet.box(at, at + NODE, 22 + y + size / 2, size, (INK, None))
            said = f"{name} {show.number(sums[name])}"
            if at == x[0]:
                sheet.label(22 + y + size / 2, said)
            else:
                plate = at + NODE + 3
                sheet.box(plate, plate + 6 + 0.92 * widest([said]), 22 + y + size / 2, 12, (PAPER, None))
                sheet.text(plate + 3, 22 + y + size / 2, said)
    sheet.box(x[2], x[2] + NODE, 22 + height / 2, HEIGHT, (INK, None))
    for n, text in enumerate((chart.end, show.number(whole))):
        sheet.text(x[2] + NODE + 6, 22 + height / 2 + 12 * (n - 0.5), text, bold=bool(n))
    sheet.text(2, 8, chart.unit, color=SOFT)
    return sheet.finished()


def _sums(links: Sequence[tuple[str, str, float]], side: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for link in links:
        found[str(link[side])] = found.get(str(link[side]), 0.0) + link[2]
    return found


def _tops(values: Iterable[float], scale: float) -> list[float]:
    """Where each node of a column begins: under one another, with room for their labels."""
    at, found = 0.0, []
    for value in values:
        slot = max(value * scale + GAP, STEP)
        found.append(at + (slot - GAP - value * scale) / 2)
        at += slot
    return found


def _bottom(sums: Mapping[str, float], tops: Sequence[float], scale: float) -> float:
    return max(top + value * scale for top, value in zip(tops, sums.values(), strict=True))


def _band(start: float, end: float, top: float, to: float, size: float) -> list[Point]:
    """A band of this height from one place to another, level at both."""
    steps = [n / _STEPS for n in range(_STEPS + 1)]
    upper = [(start + (end - start) * t, top + (to - top) * (1 - math.cos(math.pi * t)) / 2) for t in steps]
    return upper + [(x, y + size) for x, y in reversed(upper)]
