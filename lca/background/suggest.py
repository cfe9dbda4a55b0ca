"""Candidates for links: activities of a database whose names are like those of what the workspace buys. A person
chooses among them; nothing is ever linked by likeness.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lca.background.database import Activity, Contents
from lca.background.links import content
from lca.background.unit_names import unit_named
from lca.errors import InputError, Problems, nearest
from lca.inventory import schema
from lca.inventory.backgrounds import BackgroundLinks
from lca.inventory.loading import Inventory
from lca.inventory.reading import Text
from lca.inventory.references import parameters
from lca.units import UnitError, parse_unit

#: How many names with most words in common are compared letter by letter.
_COMPARED = 200

#: Words that say nothing of what a product is.
_COMMON = frozenset(
    {
        *("and", "the", "for", "from", "with", "per", "kg", "of", "at"),
        *("market", "production", "plant", "supply", "average", "basis"),
    }
)

#: Candidates below this are shown, and not written out.
_GOOD = 60

_WORD = re.compile(r"[a-z0-9]{2,}")


@dataclass(frozen=True)
class Candidate:
    """An activity that may supply a flow: `score` from 0 to 100 is the likeness of names, with a little for a place
    that is asked for; `fits` says whether it is counted in a unit that needs no conversion.
    """

    flow: str
    title: str
    unit: str
    activity: Activity
    score: float
    fits: bool


def bought_flows(inventory: Inventory) -> list[Text]:
    """The products and wastes that processes of the supply chain supply or take up, in the order of their names; not
    those that are only passed on, such as deliveries.
    """
    pools = {str(pool) for loop in inventory.loops.values() for pool in loop.pools}
    made = {
        str(process.product.flow): process.product.flow
        for process in inventory.processes.values()
        if process.stage is None and str(process.product.flow) not in pools and _is_data_set(process)
    }
    return [made[name] for name in sorted(made) if name in inventory.flows]


def _is_data_set(process: schema.Process) -> bool:
    """Whether a process says something of its own."""
    return bool(process.emissions or process.resources or process.mix) or not (process.inputs or process.outputs)


def suggestions(
    inventory: Inventory,
    contents: Contents,
    flow: str | None = None,
    links: BackgroundLinks | None = None,
    most: int = 5,
) -> list[Candidate]:
    """The likeliest activities for each flow that is bought and that `links` say nothing of, or for one. Raises
    `InputError` when there is no such flow.
    """
    known = {str(name): name for name in bought_flows(inventory)}
    if flow is not None and flow not in known:
        problems = Problems()
        expected = "a product or waste of the supply chain"
        problems.add("REE-L003", f"nothing supplies `{flow}`", expected=expected, suggestion=nearest(flow, known))
        raise InputError(problems.all)
    decided = {str(rule.flow) for rule in links.providers} if links is not None and flow is None else set()
    wanted = [flow] if flow is not None else [name for name in known if name not in decided]
    words = [(index, _words(f"{one.name} {one.product}")) for index, one in enumerate(contents.activities)]
    places = _places(inventory)
    return [found for name in wanted for found in _candidates(inventory, contents, name, words, places)[:most]]


def _candidates(
    inventory: Inventory, contents: Contents, name: str, words: list[tuple[int, set[str]]], places: set[str]
) -> list[Candidate]:
    info = inventory.flows.named(name)
    titles = [name.replace("_", " "), str(info.title)]
    own = set().union(*map(_words, titles))
    shared = sorted(((-_weight(own, others), index) for index, others in words if own & others))[:_COMPARED]
    found = []
    for _, index in shared:
        activity = contents.activities[index]
        near = max(_likeness(title, text) for title in titles for text in (activity.name, activity.product))
        score = 95 * near + (5 if activity.location in places else 0)
        found.append(Candidate(name, str(info.title), str(info.unit), activity, score, _fits(info, activity)))
    return sorted(found, key=lambda one: (-round(one.score, 6), not one.fits, one.activity.name, one.activity.location))


def _likeness(title: str, text: str) -> float:
    """How like two names are, from 0 to 1: in the words that they share, whatever their order, and in their letters."""
    a, b = _words(title), _words(text)
    if not a or not b:
        return 0.0
    of_words = len(a & b) / len(a)
    of_letters = difflib.SequenceMatcher(None, " ".join(sorted(a)), " ".join(sorted(b))).ratio()
    return 0.6 * of_words + 0.4 * of_letters


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower())) - _COMMON


def _weight(own: set[str], others: set[str]) -> float:
    return len(own & others) - 0.01 * len(others)


def _fits(flow: schema.Flow, activity: Activity) -> bool:
    theirs = unit_named(activity.unit)
    try:
        own = parse_unit(str(flow.unit))
    except UnitError:
        return False
    return theirs is not None and content(own, theirs, None) is not None


def _places(inventory: Inventory) -> set[str]:
    """The places that the workspace speaks of, and their countries."""
    texts = [process.location for process in inventory.processes.values() if process.location is not None]
    texts += [parameter.text for _, (_, parameter) in parameters(inventory) if parameter.text is not None]
    found = {str(text) for text in texts}
    return found | {place.partition("-")[0] for place in found}


def as_yaml(found: Iterable[Candidate], database: str) -> str:
    """Candidates as providers to paste into a `background:` document: the likeliest written out where it is like
    enough, the others as comments, all of them to be looked at.
    """
    return "\n".join(
        [f"# candidates in {database} by likeness of names: nothing is linked until you paste it", *_lines(found)]
    )


def _lines(found: Iterable[Candidate]) -> Iterator[str]:
    by_flow: dict[str, list[Candidate]] = {}
    for one in found:
        by_flow.setdefault(one.flow, []).append(one)
    for flow, candidates in by_flow.items():
        yield f"  # {flow}: {candidates[0].title}, {candidates[0].unit}"
        for number, one in enumerate(candidates):
            mark = "  - " if number == 0 and one.score >= _GOOD else "  # - "
            yield f"{mark}{_rule(one)}  # {one.score:.0f}" + ("" if one.fits else f", counted in {one.activity.unit}")


def _rule(one: Candidate) -> str:
    parts = [f"flow: {one.flow}", f"activity: {_quoted(one.activity.name)}"]
    parts += [f"product: {_quoted(one.activity.product)}"] if one.activity.product != one.activity.name else []
    parts += [f"location: {_quoted(one.activity.location)}"] if one.activity.location else []
    parts += [] if one.fits else [f"conversion: 1 UNIT/{one.unit}"]
    return "{" + ", ".join([*parts, "unverified: Found by likeness of names."]) + "}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
