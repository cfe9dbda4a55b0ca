"""The tree of an explanation: parts that sum to what they are parts of, and beside them what a number rests on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from lca.disclosure.explanation.grounds import NOTHING_SAID, Ground, Statement, every

#: Columns of an explanation as a table, in order.
COLUMNS = (
    *("node", "parent", "level", "kind", "name", "title", "value", "unit", "share", "amount", "amount_unit"),
    *("said", "written", "filled", "low", "high", "evidence", "pedigree", "source", "source_title", "note"),
    *("entered_by", "approved_by", "set_by", "file", "line", "column"),
)

#: Formulas of formulas are taken apart down to this level.
_DEEPEST = 60

#: Parts that are not shown one by one, together.
OTHERS = "others"


@dataclass(frozen=True, eq=False)
class Branch:
    """A part of a figure. `value` is in the unit of the figure and the sum of those of `parts`, where there are any;
    `amount` is in `unit`. `rests_on` is what the amount is made of, which has no value of its own.
    """

    kind: str
    name: str
    title: str
    value: float
    amount: float | None = None
    unit: str = ""
    said: str = ""
    statement: Statement = NOTHING_SAID
    written: str = ""
    filled: str = ""
    parts: tuple[Branch, ...] = ()
    rests_on: tuple[Ground, ...] = ()


def largest(branch: Branch, top: int) -> Branch:
    """The tree with the `top` largest parts at every level, the others as one part, so that the sums still hold."""
    parts = sorted(branch.parts, key=lambda part: (-abs(part.value), part.name))
    kept, rest = parts[:top], parts[top:]
    if len(rest) == 1:
        kept, rest = parts, []
    shown = [largest(part, top) for part in kept]
    if rest:
        title = f"{len(rest)} others"
        shown.append(Branch(OTHERS, OTHERS, title, sum(part.value for part in rest)))
    return replace(branch, parts=tuple(shown))


@dataclass(frozen=True)
class Summary:
    """A tree with its large parts alone, and how many parts and numbers that it rests on are not in it."""

    branch: Branch
    parts: int
    grounds: int


def summary(branch: Branch, least: float) -> Summary:
    """What fits a screen: the parts that are at least the share `least` of the whole, the others of each level as one,
    and nothing of what their amounts rest on.
    """
    bound = least * max((abs(one.value) for one in (branch, *branch.parts)), default=0.0)
    left, grounds = 0, {ground.name for one in walk(branch) for need in one.rests_on for ground in every(need)}

    def cut(one: Branch) -> Branch:
        nonlocal left
        parts = sorted(one.parts, key=lambda part: (-abs(part.value), part.name))
        kept = [part for part in parts if abs(part.value) >= bound and part.kind != OTHERS]
        rest = [part for part in parts if part not in kept]
        shown = [cut(part) for part in kept]
        if rest:
            left += sum(1 for part in rest for _ in walk(part))
            together = sum(part.value for part in rest)
            shown.append(Branch(OTHERS, OTHERS, f"{len(rest)} other{'s' if len(rest) > 1 else ''}", together))
        return replace(one, parts=tuple(shown), rests_on=())

    return Summary(cut(branch), left, len(grounds))


def records(branch: Branch, unit: str) -> list[dict[str, Any]]:
    """The tree as flat records, each with the number of the one it is a part of. What a number rests on is below it; a
    parameter that several exchanges rest on is taken apart where it is met first.
    """
    rows: list[dict[str, Any]] = []
    seen: set[str] = set()
    whole = branch.value

    def enter(one: Branch, parent: int | None, level: int) -> None:
        number = len(rows)
        rows.append(
            _row(number, parent, level, one.kind, one.name, one.title, one.statement)
            | {"value": one.value, "unit": unit, "share": one.value / whole if whole else None}
            | {"amount": one.amount, "amount_unit": one.unit, "written": one.written, "filled": one.filled}
            | {"said": one.said}
        )
        for ground in one.rests_on:
            rest(ground, number, level + 1)
        for part in one.parts:
            enter(part, number, level + 1)

    def rest(ground: Ground, parent: int, level: int) -> None:
        number = len(rows)
        rows.append(
            _row(number, parent, level, ground.kind, ground.name, "", ground.statement)
            | {"amount": ground.value, "amount_unit": ground.unit, "written": ground.written}
            | {"filled": ground.filled, "low": ground.low, "high": ground.high, "set_by": ground.set_by}
        )
        if ground.name not in seen and level < _DEEPEST:
            seen.add(ground.name)
            for need in ground.needs:
                rest(need, number, level + 1)

    enter(branch, None, 0)
    return rows


def _row(
    number: int, parent: int | None, level: int, kind: str, name: str, title: str, statement: Statement
) -> dict[str, Any]:
    said = {key: getattr(statement, key) for key in ("evidence", "pedigree", "source", "source_title", "note")}
    by = {key: getattr(statement, key) for key in ("entered_by", "approved_by", "file", "line", "column")}
    own = {"node": number, "parent": parent, "level": level, "kind": kind, "name": name, "title": title}
    return dict.fromkeys(COLUMNS) | own | said | by


def walk(branch: Branch) -> Iterator[Branch]:
    """A branch and all below it."""
    yield branch
    for part in branch.parts:
        yield from walk(part)
