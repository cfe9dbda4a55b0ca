"""What samples of two scenarios say in words, and no more than they say.

The words are those of the IPCC's guidance on the consistent treatment of uncertainties (Mastrandrea et al. 2010), and
they go by the end of the confidence interval of the probability that is nearer to one half, not by its estimate: with
few samples the words are weaker.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from lca.impact.contributions import evidence_of
from lca.system.amounts import exchange_addresses

if TYPE_CHECKING:
    from lca.impact.batch.uncertainty import Sampled

#: The least probability that a word stands for.
WORDS = (
    (0.99, "virtually certain"),
    (0.95, "extremely likely"),
    (0.90, "very likely"),
    (0.66, "likely"),
)


#: Grades of evidence that are a judgement, or less.
JUDGED = ("expert", "placeholder", "")


def premise(sampled: Sampled) -> str:
    """What any probability rests on: how many of the spreads that are drawn are judgements."""
    drawn = set(sampled.model.variables)
    grades: dict[str, str] = {}
    for system, names in zip(sampled.model.systems, sampled.model.names, strict=True):
        exchanges = {
            address: evidence_of(exchange, process)[1]
            for process in system.inventory.processes.values()
            for address, exchange in exchange_addresses(process).items()
            if address in drawn
        }
        for address, name in names.items():
            definition = system.scope.definitions.get(address)
            if name in drawn:
                grades[name] = definition.evidence if definition is not None else exchanges.get(address, "")
    judged = sum(grade in JUDGED for grade in grades.values())
    return f"within the ranges that are stated; {judged} of these {len(grades)} are expert judgement or placeholders"


def verdict(
    rows: Sequence[Mapping[str, Any]],
    probabilities: Sequence[Mapping[str, Any]],
    indicator: str,
    within: str = "within the ranges that are stated",
) -> str:
    """The verdict on an indicator, from the tables `uncertain_comparison` and `probabilities`; `within` is what it
    rests on (`premise`).
    """
    own = [row for row in probabilities if row["indicator"] == indicator]
    if not own:
        return f"{indicator}: not assessed in at least one of the two; nothing can be compared."
    whole = next(row for row in rows if row["indicator"] == indicator)
    what = f"{indicator}, {whole['electricity_basis']}-based"
    if whole["coverage"] < 1:
        what += f" (partial: the data cover {whole['coverage']:.0%} of it)".replace("%", " %")
    none = next(row for row in own if row["margin"] == 0)
    lower, higher = word_for(none["probability_from"]), word_for(1 - none["probability_to"])
    shown = f"{_percent(none['probability'])} of the samples"
    equal = next((row for row in rows if row["indicator"] == indicator and row["quantity"] == "difference"), None)
    if equal is not None and equal["low_95"] == equal["high_95"] == 0:
        return f"{what}: the two are the same in all samples."
    if lower:
        said = f"{what}: it is {lower} that the alternative is lower ({shown})"
        margins = [row for row in own if row["margin"] > 0 and word_for(row["probability_from"])]
        if margins:
            last = margins[-1]
            word = word_for(last["probability_from"])
            said += f", and {word} that it is lower by more than {_percent(last['margin'])}"
            said += f" ({_percent(last['probability'])})"
    elif higher:
        said = f"{what}: it is {higher} that the alternative is not lower ({_percent(1 - none['probability'])}"
        said += " of the samples)"
    else:
        said = f"{what}: no telling which is lower (the alternative in {shown})"
    return f"{said}, {within}."


def word_for(probability: float) -> str:
    """The word for a probability; empty where it is not even likely."""
    return next((word for least, word in WORDS if probability >= least), "")


def _percent(share: float) -> str:
    if 0 < share < 0.001 or 0.999 < share < 1:
        return "<0.1 %" if share < 0.5 else ">99.9 %"
    return f"{share * 100:.3g} %"
