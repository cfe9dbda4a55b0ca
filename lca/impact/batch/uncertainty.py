"""How sure results and comparisons are, as far as spreads are stated: a study sampled, and tables of what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lca.errors import Diagnostic, InputError
from lca.impact.background_views import background_metadata, provider_rows, said_of
from lca.impact.batch.background import Spreads, agreement, spreads_of
from lca.impact.batch.engine import MOST_SAMPLES, Engine, Run, Stopped, never, sample, warn_of_impossible
from lca.impact.batch.model import BatchModel
from lca.impact.batch.opened import Opened, opened
from lca.impact.batch.products import Mixed, circular_shares, constant_shares
from lca.impact.batch.sampling import Draws, Method
from lca.impact.batch.summary import INTERVALS, confidence
from lca.impact.batch.tape import Bounds
from lca.impact.batch.variables import Uncertain, uncertain
from lca.inventory.backgrounds import OWN
from lca.inventory.declarations import BASKET
from lca.inventory.distributions import Widened
from lca.inventory.parameters import Override
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
    """Scenarios of a study ready to be sampled; `behind` is the database behind them, where it is drawn too."""

    opened: Opened
    uncertain: Uncertain
    model: BatchModel
    behind: Spreads | None = None

    @property
    def ids(self) -> list[str]:
        return self.opened.ids

    def places(self, indicator: str | None = None) -> list[tuple[int, int]]:
        """`(scenario, indicator)` of all results that are assessed; of the indicator that is wanted."""
        indicators = self.opened.indicators(indicator)
        return [(k, i) for k in range(len(self.ids)) for i in indicators if self.opened.scores[k].assessed[i]]

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
    background: str = OWN,
    spreads: bool = False,
) -> Sampled:
    """Check scenarios of a study (all, or `only` some) and compile them; with `spreads`, exchanges of the imported
    background are drawn too. Raises `InputError` with all that is wrong.
    """
    found = opened(root, study_name, only, settings, basis, background)
    drawn = uncertain(found.systems, found.checked.study)
    return ready(found, drawn, {name: variable.spread.support for name, variable in drawn.variables.items()}, spreads)


def ready(found: Opened, drawn: Uncertain, bounds: Mapping[str, Bounds], spreads: bool = False) -> Sampled:
    """Compile scenarios, for values of what is uncertain within these bounds; raises `InputError` where nothing is."""
    behind, method = spreads_of(found) if spreads else (None, found.method)
    model = BatchModel(found.checked.study, found.systems, found.basis, method, drawn.names, bounds)
    if not model.variables and behind is None:
        message = f"nothing that {' and '.join(found.ids[:3])} make use of has a spread"
        raise InputError([Diagnostic("REE-D005", message, expected="a range or distribution of some parameter")])
    return Sampled(found, drawn, model, behind)


def _sampled(
    sampled: Sampled,
    wanted: Wanted,
    series: Chosen | Paired,
    watched: Sequence[int] | None,
    engine: Engine | None,
    told: Callable[[int], None],
    stopped: Stopped,
) -> Run:
    """A run, proved by bw2calc, the database behind it too where that is drawn."""
    draws, behind = sampled.draws(wanted), sampled.behind
    model, most = sampled.model, wanted.most
    run = sample(model, draws, series, most, wanted.until, watched, engine, told, stopped, behind)
    run.least_known = series.called(sampled, run.hardest)
    if behind is not None:
        run.agreement = max(run.agreement, agreement(behind, sampled.opened, model, run.proofs, wanted.seed))
    return run


def uncertainty(
    sampled: Sampled,
    wanted: Wanted,
    indicator: str | None = None,
    products: bool = False,
    told: Callable[[int], None] = lambda done: None,
    stopped: Stopped = never,
    engine: Engine | None = None,
) -> tuple[Run, list[dict[str, Any]]]:
    """Sample the scenarios; rows of the table `uncertainty`."""
    places = sampled.places(indicator)
    indicators = sampled.opened.indicators(indicator)
    mixed = circular_shares(sampled.opened, sampled.uncertain.names, indicators) if products else []
    series = Chosen(tuple(places), tuple(mixed))
    run = _sampled(sampled, wanted, series, None, engine, told, stopped)
    return run, rows_of(sampled, run, series, products)


@dataclass(frozen=True)
class Chosen:
    """The series of results at places `(scenario, indicator)`, and of products that several scenarios share."""

    places: tuple[tuple[int, int], ...]
    mixed: tuple[Mixed, ...] = ()

    def __call__(self, totals: np.ndarray) -> np.ndarray:
        rows = [*(totals[k, i] for k, i in self.places), *(one.of(totals) for one in self.mixed)]
        return np.array(rows).reshape(len(rows), totals.shape[2])

    def called(self, sampled: Sampled, n: int) -> str:
        """What a series is of."""
        if n < len(self.places):
            scenario, indicator = self.places[n]
            return f"{_indicator(sampled, indicator)} of {sampled.ids[scenario]}"
        one = self.mixed[n - len(self.places)]
        return f"{_indicator(sampled, one.indicator)} of {one.product} in {sampled.ids[one.scenario]}"


def _indicator(sampled: Sampled, place: int) -> str:
    return sampled.opened.method.indicators[place].id


def rows_of(sampled: Sampled, run: Run, series: Chosen, products: bool = False) -> list[dict[str, Any]]:
    """Rows of the table `uncertainty` for a run of these series."""
    _warn_of_impossible(sampled, run)
    central = np.array([scores.total for scores in sampled.opened.scores])
    statistics = statistics_of(run, series(central[:, :, None])[:, 0])
    rows = []
    for k in range(len(sampled.ids)):
        shares = constant_shares(sampled.opened, sampled.uncertain.names, k) if products else []
        for allocation, product, factor in [("none", BASKET, 1.0), *shares]:
            for place, (own, i) in enumerate(series.places):
                if own == k:
                    row = _named(sampled, k, i, product, allocation, float(sampled.opened.scores[k].coverage[i]))
                    rows.append(row | _scaled(statistics[place], factor))
        for one, own_statistics in zip(series.mixed, statistics[len(series.places) :], strict=True):
            if one.scenario == k:
                row = _named(sampled, k, one.indicator, one.product, one.allocation, one.coverage)
                rows.append(row | own_statistics)
    return rows


def _named(sampled: Sampled, k: int, i: int, product: str, allocation: str, coverage: float) -> dict[str, Any]:
    info = sampled.opened.method.indicators[i]
    return {
        "scenario": sampled.ids[k],
        "product": product,
        "indicator": info.id,
        "unit": info.unit,
        "coverage": coverage,
        "allocation": allocation,
        "electricity_basis": sampled.opened.basis,
    }


def statistics_of(run: Run, central: np.ndarray) -> list[dict[str, Any]]:
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
            "complete": run.complete,
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
    return {key: value if key in ("samples", "complete") else value * factor for key, value in row.items()}


def _warn_of_impossible(sampled: Sampled, run: Run) -> None:
    warn_of_impossible(sampled.model, run.impossible, run.samples, run.first_impossible, sampled.opened.problems)


# --- two scenarios


@dataclass(frozen=True)
class Paired:
    """The series of two scenarios: results of both, difference, ratio, and whether the second is lower by each margin;
    the indicators one after the other in each.
    """

    indicators: tuple[int, ...]

    def __call__(self, totals: np.ndarray) -> np.ndarray:
        old, new = totals[0, list(self.indicators)], totals[1, list(self.indicators)]
        lower = [new < old - margin * np.abs(old) for margin in MARGINS]
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = np.where(old == 0, np.where(new == 0, 1.0, np.inf), new / old)
        return np.concatenate([old, new, old - new, ratio, *lower])

    def called(self, sampled: Sampled, n: int) -> str:
        """What a series is of."""
        kind, place = divmod(n, len(self.indicators))
        of = [*sampled.ids, "the difference", "the ratio", *(["a share"] * len(MARGINS))][kind]
        return f"{_indicator(sampled, self.indicators[place])} of {of}"


def compared(
    sampled: Sampled,
    wanted: Wanted,
    indicator: str | None = None,
    told: Callable[[int], None] = lambda done: None,
    stopped: Stopped = never,
    engine: Engine | None = None,
) -> tuple[Run, list[dict[str, Any]], list[dict[str, Any]]]:
    """Sample two scenarios in pairs; rows of the tables `uncertain_comparison` and `probabilities`.

    Difference: baseline minus alternative, positive when the alternative is lower. Ratio: alternative by baseline.
    """
    indicators = sampled.opened.shared_indicators(indicator)
    count = len(indicators)
    run = _sampled(sampled, wanted, Paired(tuple(indicators)), range(3 * count), engine, told, stopped)
    _warn_of_impossible(sampled, run)
    old, new = (scores.total[indicators] for scores in sampled.opened.scores)
    with np.errstate(divide="ignore", invalid="ignore"):
        central = np.concatenate([old, new, old - new, new / old, np.zeros(len(MARGINS) * count)])
    statistics = statistics_of(run, central)
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
            low, high = wilson_interval(share, run.summary.count)
            probabilities.append(
                common
                | {"samples": run.summary.count, "complete": run.complete, "margin": margin, "probability": share}
                | {"probability_from": low, "probability_to": high}
            )
    return run, rows, probabilities


def wilson_interval(share: float, count: int) -> tuple[float, float]:
    """95 % confidence interval of a probability (Wilson 1927)."""
    squared = _CONFIDENCE**2 / count
    middle = (share + squared / 2) / (1 + squared)
    away = _CONFIDENCE * np.sqrt(share * (1 - share) / count + squared / (4 * count)) / (1 + squared)
    return max(0.0, float(middle - away)), min(1.0, float(middle + away))


# --- what is said of a run


def account(sampled: Sampled, wanted: Wanted, run: Run, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Sentences that say what was done, how it was proved, what takes no part, and where the central case stands."""
    drawn = [sampled.uncertain.variables[name] for name in sampled.model.variables]
    exchanges = sum(variable.name.count(".") >= 2 for variable in drawn if not variable.together)
    shares = sum(bool(variable.together) for variable in drawn)
    wholes = len({variable.together for variable in drawn if variable.together})
    alone = len(drawn) - exchanges - shares
    of_wholes = f"{shares} shares of {wholes} composition{'s' * (wholes > 1)} or mix{'es' * (wholes > 1)}"
    widened = sum(isinstance(variable.spread, Widened) for variable in drawn)
    correlated = {address for copula in sampled.uncertain.copulas for address in copula.addresses}
    correlated &= {variable.address for variable in drawn}
    names = {"mc": "Monte Carlo", "lhs": "Latin hypercube", "sobol": "Sobol sequence"}
    said = [] if run.complete else [f"PARTIAL: stopped after {run.samples:,} of {wanted.most:,} samples"]
    said += [
        f"{run.samples:,} samples, {names[wanted.method]}, seed {wanted.seed}; {run.proved} of them computed anew by"
        f" bw2calc, largest relative difference {run.agreement:.1e}",
        f"{len(drawn)} quantities are drawn: {alone} parameters and {exchanges} single exchanges"
        + (f"; {of_wholes}" if shares else "")
        + (f"; {widened} of them widened for the quality of data" if widened else "")
        + (f"; {len(correlated)} of them correlated" if correlated else ""),
        takes_no_part(sampled),
        *_of_background(sampled, run),
    ]
    if wanted.until is not None and run.reached is not None:
        missed = run.reached > wanted.until
        least = f", least of all {run.least_known}" if missed else ""
        known = f"{'NOT reached: ' if missed else ''}known to {run.reached * 100:.2g} % of the median{least}"
        said.append(f"median and central 95 % {known}")
    aside = [row for row in rows if not row["low_90"] <= row["central"] <= row["high_90"]]
    if aside:
        below = sum(row["central"] < row["low_90"] for row in aside)
        said.append(
            f"of {len(rows)} results, {below} have a central value below the central 90 % of their samples and"
            f" {len(aside) - below} one above: spreads that reach further to one side than to the other add up"
        )
    return said


def _of_background(sampled: Sampled, run: Run) -> list[str]:
    """What is said of an imported background, and of its spreads."""
    found, behind = sampled.opened, sampled.behind
    if found.imported is None:
        return []
    scored = {(name, found.basis): scores for name, scores in zip(found.ids, found.scores, strict=True)}
    metadata = background_metadata(found.checked, found.method, scored, found.imported)
    assert metadata is not None
    said = said_of(metadata, provider_rows(found.checked, scored, found.imported))
    if behind is None:
        return [*said, "what its activities cause is fixed: spreads of the database take no part"]
    between, nature = behind.drawn.spreads
    unknown = behind.drawn.technosphere.unknown + behind.drawn.biosphere.unknown
    said.append(
        f"drawn in the database: {between:,} exchanges between activities and {nature:,} with nature that count"
        + (f"; {unknown:,} with distributions of other kinds stay as they are" if unknown else "")
        + (f"; {run.factorised:,} of the solutions took a factorisation of their own" if run.factorised else "")
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
        f"what has no stated spread takes no part: {len(found)} numbers, compositions and mixes without a"
        " concentration, choices, allocation, prices and characterisation factors"
    )


__all__: Sequence[str] = ("Sampled", "Wanted", "account", "compared", "prepared", "takes_no_part", "uncertainty")
