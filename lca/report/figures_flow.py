"""A drawing of a plant: its steps from top to bottom, what each takes and gives at its sides, loops as cycles.

Columns from left to right: what is bought, the steps, what passes between steps that are not neighbours (in lanes),
and what leaves.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from lca.report.document import FlowChart, FlowLink, FlowNode
from lca.report.sheet import CHARACTER, INK, PALETTE, RULE, SIZE, SOFT, WIDE, Sheet

LINE = 11.5

#: Ends of the columns in points.
_TAKEN, _LEFT, _RIGHT, _LANES = 196.0, 214.0, 384.0, 522.0
_LANE = 8.0
_GAP = 19.0

_LOOP = PALETTE[2]


@dataclass
class _Placed:
    """A node with its place, and how many lines already touch its right side."""

    node: FlowNode
    top: float
    bottom: float
    lines: list[str] = field(default_factory=list)
    touched: int = 0
    touches: int = 0

    def touch(self) -> float:
        """The height of the next line at the right side."""
        self.touched += 1
        return self.top + (self.bottom - self.top) * self.touched / (self.touches + 1)


def flow_chart(chart: FlowChart) -> str:
    """The SVG of a plant."""
    order = {node.id: n for n, node in enumerate(chart.nodes)}
    next_to: dict[int, FlowLink] = {}
    for link in chart.links:
        if order[link.end] == order[link.start] + 1 and order[link.start] not in next_to and not link.returned:
            next_to[order[link.start]] = link
    far = [link for link in chart.links if link not in next_to.values()]
    placed = _placed(chart, far)
    lanes = _lanes(far, order)
    count = max(lanes.values(), default=-1) + 1
    given = _LANES + _LANE * count + 10
    sheet = Sheet(WIDE, placed[-1].bottom + 2.4 * _GAP, 0, 0, 0, 0)
    sheet.text(_TAKEN, 8, "bought", "right", SOFT)
    sheet.text((_LEFT + _RIGHT) / 2, 8, "the plant", "center", SOFT)
    sheet.text(given + 10, 8, "leaves the plant", "left", SOFT)
    for place in placed:
        _node(sheet, place, given)
    middle = (_LEFT + _RIGHT) / 2 - 40
    for n, link in next_to.items():
        sheet.arrow([(middle, placed[n].bottom), (middle, placed[n + 1].top)], INK)
        sheet.text(
            middle + 8, (placed[n].bottom + placed[n + 1].top) / 2, _cut(link.text, _LANES - middle - 20), "left"
        )
    for link in far:
        _far(sheet, link, placed[order[link.start]], placed[order[link.end]], _LANES + _LANE * lanes[link])
    sheet.arrow([(middle, placed[-1].bottom), (middle, placed[-1].bottom + 1.5 * _GAP)], INK)
    sheet.text(middle + 8, placed[-1].bottom + _GAP, chart.product, "left", bold=True)
    return sheet.finished()


def _cut(text: str, room: float) -> str:
    """The text as far as there is room for it."""
    count = int(room / (SIZE * CHARACTER))
    return text if len(text) <= count else f"{text[: count - 1].rstrip(' ,')}…"


def _placed(chart: FlowChart, far: Sequence[FlowLink]) -> list[_Placed]:
    top, found = 22.0, []
    for node in chart.nodes:
        title = textwrap.wrap(node.title, int((_RIGHT - _LEFT - 12) / (SIZE * CHARACTER)))[:3]
        touches = sum((link.start == node.id) + (link.end == node.id) for link in far)
        lines = max(len(title) + bool(node.stage), len(node.takes), len(node.gives), touches)
        bottom = top + LINE * lines + 9
        found.append(_Placed(node, top, bottom, title, 0, touches))
        top = bottom + _GAP
    return found


def _lanes(far: Sequence[FlowLink], order: dict[str, int]) -> dict[FlowLink, int]:
    """A lane for each link, such that no two lie over one another; short ones inside."""
    found: dict[FlowLink, int] = {}
    for link in sorted(far, key=lambda one: abs(order[one.end] - order[one.start])):
        low, high = sorted((order[link.start], order[link.end]))
        taken = {
            found[other]
            for other in found
            if max(low, min(order[other.start], order[other.end]))
            <= min(high, max(order[other.start], order[other.end]))
        }
        found[link] = next(n for n in range(len(far)) if n not in taken)
    return found


def _node(sheet: Sheet, place: _Placed, given: float) -> None:
    node, middle = place.node, (place.top + place.bottom) / 2
    pool = not node.stage
    sheet.frame(_LEFT, _RIGHT, place.top, place.bottom, _LOOP if pool else SOFT, 1.6 if pool else 0.9)
    lines = [*place.lines, *([node.stage] if node.stage else [])]
    for n, line in enumerate(lines):
        y = middle + LINE * (n - (len(lines) - 1) / 2)
        is_stage = bool(node.stage) and n == len(lines) - 1
        sheet.text((_LEFT + _RIGHT) / 2, y, line, "center", SOFT if is_stage else INK, bold=not is_stage)
    for n, text in enumerate(node.takes):
        y = middle + LINE * (n - (len(node.takes) - 1) / 2)
        sheet.text(_TAKEN, y, _cut(text, _TAKEN), "right")
    if node.takes:
        sheet.arrow([(_TAKEN + 3, middle), (_LEFT, middle)], SOFT)
    for n, text in enumerate(node.gives):
        y = middle + LINE * (n - (len(node.gives) - 1) / 2)
        sheet.text(given + 10, y, _cut(text, WIDE - given - 12), "left")
    if node.gives:
        sheet.arrow([(given - 4, middle), (given + 7, middle)], SOFT)
        sheet.line((_RIGHT, middle), (given - 4, middle), RULE, 0.7)


def _far(sheet: Sheet, link: FlowLink, start: _Placed, end: _Placed, lane: float) -> None:
    """A link through a lane; its text stands where it arrives."""
    leaves, arrives = start.touch(), end.touch()
    color, dash = (_LOOP, 3.0) if link.returned else (_LOOP if not start.node.stage else INK, 0.0)
    sheet.arrow([(_RIGHT, leaves), (lane, leaves), (lane, arrives), (_RIGHT, arrives)], color, 1.0, dash)
    sheet.text(_RIGHT + 8, arrives - 5, _cut(link.text, _LANES - _RIGHT - 10), "left", color)
