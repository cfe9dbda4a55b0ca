"""How sure results and comparisons are, as far as spreads are stated: a study sampled, and tables of what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError
from lca.impact.allocation import applies, parts
from lca.impact.batch.engine import MOST_SAMPLES, Run, sample, warn_of_impossible
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened, opened
from lca.impact.batch.sampling import Draws, Method
from lca.impact.batch.summary import INTERVALS, confidence
from lca.impact.batch.variables import Uncertain, uncertain
from lca.inventory.declarations import BASKET
from lca.inventory.distributions import Widened
from lca.inventory.parameters import Override
from lca.system.economics import basket as basket_of
from lca.system.linking import Basis

#: Margins by which an alternative has to be lower, as shares of the baseline.
MARGINS = (0.0, 0.05, 0.10, 0.20)

#: Quantile of the normal distribution for two-sided confidence of 95 %.
_CONFIDENCE = 1.96


@dataclass(frozen=True)
class Wanted:
    """How to sample: so many samples, or as many as it takes to know median and central 95 % to `until`."""

    count: int = 10_000
    until: float | None = None
    seed: int = 1
    method: Method = "mc"

    @property
    def most(self) -> int:
        """How many samples at most; the sequence of Sobol is balanced in powers of two."""
        count = self.count if self.until is None else MOST_SAMPLES
        return 1 << (count - 1).bit_length() if self.method == "sobol" else count


@dataclass(frozen=True)
class Sampled:
    """Scenarios of a study ready to be sampled."""

    opened: Opened
    uncertain: Uncertain
    model: BatchModel

    @property
    def ids(self) -> list[str]:
        return self.opened.ids

    def draws(self, wanted: Wanted) -> Draws:
        """The draws of all that is uncertain, what matters first."""
        matters = self.model.variables
        order = [*matters, *sorted(self.uncertain.variables.keys() - set(matters))]
        variables = [self.uncertain.variables[name] for name in order]
        return Draws(variables, wanted.seed, wanted.method, self.uncertain.copulas)


def prepared(
    root: Path,
    study_name: str | None,
    only: Iterable[str] = (),
    settings: Iterable[Override] = (),
    basis: Basis | None = None,
) -> Sampled:
    """Check scenarios of a study (all, or `only` some) and compile them; raises `InputError` with all that is wrong."""
    found = opened(root, study_name, only, settings, basis)
    drawn = uncertain(found.systems, found.checked.study)
    bounds = {name: variable.spread.support for name, variable in drawn.variables.items()}
    model = BatchModel(found.checked.study, found.systems, found.basis, found.method, drawn.names, bounds)
    if not model.variables:
        message = f"nothing that {' and '.join(found.ids[:3])} make use of has a spread"
        raise InputError([Diagnostic("REE-D005", message, expected="a range or distribution of some parameter")])
    return Sampled(found, drawn, model)


def uncertainty(
    sampled: Sampled,
    wanted: Wanted,
    indicator: str | None = None,
    products: bool = False,
    told: Callable[[int], None] = lambda done: None,
) -> tuple[Run, list[dict[str, Any]]]:
    """Sample the scenarios; rows of the table `uncertainty`."""
    indicators = sampled.opened.indicators(indicator)
    places = [(k, i) for k in range(len(sampled.ids)) for i in indicators if sampled.opened.scores[k].assessed[i]]

    def series(totals: np.ndarray) -> np.ndarray:
        return np.array([totals[k, i] for k, i in places]).reshape(len(places), totals.shape[2])

    run = sample(sampled.model, sampled.draws(wanted), series, wanted.most, wanted.until, told=told)
    _warn_of_impossible(sampled, run)
    statistics = _statistics(run, np.array([sampled.opened.scores[k].total[i] for k, i in places]))
    rows = []
    for k, scenario in enumerate(sampled.ids):
        for allocation, product, factor in _products(sampled, k) if products else [("none", BASKET, 1.0)]:
            for place, (own, i) in enumerate(places):
                if own == k:
                    info = sampled.opened.method.indicators[i]
                    rows.append(
                        {"scenario": scenario, "product": product, "indicator": info.id, "unit": info.unit}
                        | {"coverage": float(sampled.opened.scores[k].coverage[i]), "allocation": allocation}
                        | {"electricity_basis": sampled.opened.basis}
                        | _scaled(statistics[place], factor)
                    )
    return run, rows


def _products(sampled: Sampled, k: int) -> list[tuple[str, str, float]]:
    """Allocation, product and what it bears relative to the basket; the basket first."""
    found = [("none", BASKET, 1.0)]
    checked, scenario = sampled.opened.checked, sampled.opened.checked.scenarios[k]
    basket = basket_of(sampled.model.systems[k].scope, checked.study, sampled.opened.problems)
    for name in checked.study.allocations if basket else ():
        allocation = checked.inventory.allocations[name]
        if allocation.by != "circular_footprint" and applies(allocation, scenario.chosen):
            own = parts(checked.inventory, checked.study, allocation, basket, sampled.opened.problems)
            found += [(str(name), part.product, part.factor) for part in own]
    return found


def _statistics(run: Run, central: np.ndarray) -> list[dict[str, Any]]:
    """The columns of statistics, by series."""
    summary = run.summary
    mean, sd = summary.mean(), summary.sd()
    ends = [share for pair in INTERVALS.values() for share in pair]
    median, *bounds = summary.quantiles(np.array([0.5, *ends]))
    low, high = confidence(summary, 0.5)
    names = [f"{end}_{percent}" for percent in INTERVALS for end in ("low", "high")]
    return [
        {
            "samples": summary.count,
            "central": float(central[n]),
            "mean": float(mean[n]),
            "sd": float(sd[n]),
            "median": float(median[n]),
            "median_from": float(low[n]),
            "median_to": float(high[n]),
        }
        | {name: float(values[n]) for name, values in zip(names, bounds, strict=True)}
        for n in range(len(central))
    ]


def _scaled(row: dict[str, Any], factor: float) -> dict[str, Any]:
    return {key: value if key == "samples" else value * factor for key, value in row.items()}


def _warn_of_impossible(sampled: Sampled, run: Run) -> None:
    warn_of_impossible(sampled.model, run.impossible, run.samples, run.first_impossible, sampled.opened.problems)


# --- two scenarios


def compared(
    sampled: Sampled, wanted: Wanted, indicator: str | None = None, told: Callable[[int], None] = lambda done: None
) -> tuple[Run, list[dict[str, Any]], list[dict[str, Any]]]:
    """Sample two scenarios in pairs; rows of the tables `uncertain_comparison` and `probabilities`.

    Difference: baseline minus alternative, positive when the alternative is lower. Ratio: alternative by baseline.
    """
    indicators = sampled.opened.shared_indicators(indicator)
    count = len(indicators)

    def series(totals: np.ndarray) -> np.ndarray:
        old, new = totals[0, indicators], totals[1, indicators]
        lower = [new < old - margin * np.abs(old) for margin in MARGINS]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(old == 0, np.where(new == 0, 1.0, np.inf), new / old)
        return np.concatenate([old, new, old - new, ratio, *lower])

    run = sample(sampled.model, sampled.draws(wanted), series, wanted.most, wanted.until, range(3 * count), told=told)
    _warn_of_impossible(sampled, run)
    old, new = (scores.total[indicators] for scores in sampled.opened.scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        central = np.concatenate([old, new, old - new, new / old, np.zeros(len(MARGINS) * count)])
    statistics = _statistics(run, central)
    means = run.summary.mean()
    rows, probabilities = [], []
    for n, i in enumerate(indicators):
        info = sampled.opened.method.indicators[i]
        common = {"baseline": sampled.ids[0], "alternative": sampled.ids[1], "indicator": info.id}
        common |= {"electricity_basis": sampled.opened.basis}
        coverage = min(float(scores.coverage[i]) for scores in sampled.opened.scores)
        for place, quantity in enumerate(("baseline", "alternative", "difference", "ratio")):
            unit = "" if quantity == "ratio" else info.unit
            own = {"unit": unit, "coverage": coverage, "quantity": quantity}
            rows.append(common | own | statistics[place * count + n])
        for place, margin in enumerate(MARGINS):
            share = float(means[(4 + place) * count + n])
            low, high = _wilson(share, run.summary.count)
            probabilities.append(
                common
                | {"samples": run.summary.count, "margin": margin, "probability": share}
                | {"probability_from": low, "probability_to": high}
            )
    return run, rows, probabilities


def _wilson(share: float, count: int) -> tuple[float, float]:
    """95 % confidence interval of a probability (Wilson 1927)."""
    squared = _CONFIDENCE**2 / count
    middle = (share + squared / 2) / (1 + squared)
    away = _CONFIDENCE * np.sqrt(share * (1 - share) / count + squared / (4 * count)) / (1 + squared)
    return max(0.0, float(middle - away)), min(1.0, float(middle + away))


# --- what is said of a run


def account(sampled: Sampled, wanted: Wanted, run: Run, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentences that say what was done, how it was proved, what takes no part, and where the central case stands."""
    drawn = [sampled.uncertain.variables[name] for name in sampled.model.variables]
    exchanges = sum(variable.name.count(".") >= 2 for variable in drawn)
    widened = sum(isinstance(variable.spread, Widened) for variable in drawn)
    correlated = {address for copula in sampled.uncertain.copulas for address in copula.addresses}
    correlated &= {variable.address for variable in drawn}
    names = {"mc": "Monte Carlo", "lhs": "Latin hypercube", "sobol": "Sobol sequence"}
    said = [
        f"{run.samples:,} samples, {names[wanted.method]}, seed {wanted.seed}; {run.proved} of them computed anew by"
        f" bw2calc, largest relative difference {run.agreement:.1e}",
        f"{len(drawn)} quantities are drawn: {len(drawn) - exchanges} parameters and {exchanges} single exchanges"
        + (f"; {widened} of them widened for the quality of data" if widened else "")
        + (f"; {len(correlated)} of them correlated" if correlated else ""),
        takes_no_part(sampled),
    ]
    if wanted.until is not None and run.reached is not None:
        word = "known" if run.reached <= wanted.until else "NOT reached: known"
        said.append(f"median and central 95 % {word} to {run.reached * 100:.2g} % of the median")
    aside = [row for row in rows if not row["low_90"] <= row["central"] <= row["high_90"]]
    if aside:
        below = sum(row["central"] < row["low_90"] for row in aside)
        said.append(
            f"of {len(rows)} results, {below} have a central value below the central 90 % of their samples and"
            f" {len(aside) - below} one above: spreads that reach further to one side than to the other add up"
        )
    return said


def takes_no_part(sampled: Sampled) -> str:
    """What is certain here, because nobody has said how uncertain it is."""
    found: set[str] = set()
    for system, names in zip(sampled.model.systems, sampled.model.names, strict=True):
        for address in system.scope.in_use():
            parameter = system.scope.definitions[address].parameter
            if parameter.value is not None and address not in names:
                found.add(address)
    return (
        f"what has no stated spread takes no part: {len(found)} numbers, and compositions, choices, allocation,"
        " prices and characterisation factors"
    )


__all__: Sequence[str] = ("Sampled", "Wanted", "account", "compared", "prepared", "takes_no_part", "uncertainty")
