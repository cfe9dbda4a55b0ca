"""What readers of files make of a database, before its activities are linked to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from lca.background.uncertainty import Spread
from lca.errors import Span

#: `input`: from another activity, or treatment of a waste that is booked as an input. `waste`: a waste that leaves, to
#: be treated. `avoided`: production elsewhere that is credited. `co-product`: another product, that no allocation
#: speaks of. `elementary`: to or from nature.
Kind = Literal["input", "waste", "avoided", "co-product", "elementary"]


class DataExchange(NamedTuple):
    """A line of a data set beside its product. `flow` identifies what is exchanged within the database, where the
    database does so; `provider` is the code of the activity that it comes from, where that is said; `from_nature`
    tells elementary inputs from outputs.
    """

    kind: Kind
    flow: str
    name: str
    unit: str
    amount: float
    location: str = ""
    categories: tuple[str, ...] = ()
    provider: str = ""
    spread: Spread | None = None
    from_nature: bool = False


@dataclass(frozen=True)
class DataSet:
    """An activity with its reference product (`flow` identifies it) and everything else it exchanges.

    `details` are texts that tell it from others of its name (region, technology, comment), the best first.
    """

    code: str
    name: str
    location: str
    product: str
    flow: str
    unit: str
    amount: float
    exchanges: tuple[DataExchange, ...]
    place: Span
    spread: Spread | None = None
    details: tuple[str, ...] = ()


class Noticed:
    """Collects, while reading, what a user should know: sentences, each once, with how often it was so."""

    def __init__(self) -> None:
        self.conversions: dict[str, int] = {}
        self.notes: dict[str, int] = {}

    def conversion(self, text: str, times: int = 1) -> None:
        self.conversions[text] = self.conversions.get(text, 0) + times

    def note(self, text: str, times: int = 1) -> None:
        self.notes[text] = self.notes.get(text, 0) + times


def sentences(counted: dict[str, int]) -> tuple[str, ...]:
    """The sentences, the most frequent first, with their numbers where they are more than one."""
    ordered = sorted(counted.items(), key=lambda pair: -pair[1])
    return tuple(f"{text} ({times} times)" if times > 1 else text for text, times in ordered)
