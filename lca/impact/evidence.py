"""Which data are worth improving first: what moves a result most and rests on the weakest evidence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from lca.inventory.distributions import pedigree_sigma

#: What a grade of evidence weighs when data are ranked for improvement.
GRADES = {"measured": 1.0, "calculated": 1.5, "literature": 2.0, "expert": 4.0, "placeholder": 5.0}


def weakness(grade: str, pedigree: Sequence[int] | None = None) -> float:
    """What the evidence of a number weighs: that of its grade (without one it counts as a placeholder), times the
    squared geometric standard deviation that the scores of a pedigree stand for, 1 to 2.5.
    """
    spread = math.exp(2 * pedigree_sigma(list(pedigree))) if pedigree is not None else 1.0
    return GRADES.get(grade, GRADES["placeholder"]) * spread


def priorities(effects: Sequence[float], weaknesses: Sequence[float]) -> list[float]:
    """Size of each effect times the weakness of its evidence, as a share of their sum; what has no effect that could be
    computed (nan) has no share.
    """
    weights = [
        0.0 if math.isnan(effect) else abs(effect) * weak for effect, weak in zip(effects, weaknesses, strict=True)
    ]
    whole = sum(weights)
    return [weight / whole if whole else 0.0 for weight in weights]
