"""The Python interface, for notebooks and scripts: open a study, ask it for tables and figures.

A study is read, checked and computed when it is opened; nothing that is asked of it afterwards changes it, and cells of
a notebook give the same in any order. Other values are another study (`with_settings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lca.errors import Diagnostic, InputError, nearest, one_of

if TYPE_CHECKING:
    import pandas as pd

    from lca.impact.batch.opened import Opened
    from lca.impact.results import StudyResults
    from lca.inventory.loading import Inventory
    from lca.report.document import Figure


@dataclass(frozen=True)
class Drawing:
    """A figure of the report. A notebook shows it; `data` are its numbers, `svg` its text."""

    figure: Figure
    key: str

    @property
    def caption(self) -> str:
        return self.figure.caption

    @property
    def description(self) -> str:
        """What it shows, in words."""
        return self.figure.description

    @cached_property
    def svg(self) -> str:
        from lca.report.figures import draw

        return draw(self.figure.chart, self.key)

    @property
    def data(self) -> pd.DataFrame:
        """Its numbers; the unit stands in the name of a column."""
        import pandas as pd

        table = self.figure.data
        names = [" ".join(filter(None, (c.group, c.title, f"[{c.unit}]" if c.unit else ""))) for c in table.columns]
        return pd.DataFrame(list(table.rows), columns=names)

    def _repr_svg_(self) -> str:
        return self.svg

    def __repr__(self) -> str:
        return f"{self.caption} {self.description}"


@dataclass(frozen=True, eq=False)
class Study:
    """A study with its results: tables of the columns that the command line gives with `--format csv`. Made by
    `lca.open`.
    """

    workspace: Path
    computed: StudyResults
    only: tuple[str, ...]
    settings: tuple[tuple[str, str], ...]
    background: str

    @property
    def name(self) -> str:
        return str(self.computed.metadata["study"])

    @property
    def metadata(self) -> Mapping[str, Any]:
        """What was computed, when and with what."""
        return self.computed.metadata

    def __repr__(self) -> str:
        changed = "".join(f", {address}={value}" for address, value in self.settings)
        return f"<study {self.name} of {self.workspace}: {len(self._ids)} scenarios{changed}>"

    def _repr_html_(self) -> str:
        from html import escape

        from lca.impact.overview import headline

        title, table = headline(self.computed)
        lines = "<br>".join(escape(line) for line in title.split("\n"))
        return f"<p>{lines}</p>{table.to_html(index=False, float_format='{:.3g}'.format)}"

    # --- tables

    @property
    def scenarios(self) -> pd.DataFrame:
        """Id, title, and the option on each axis."""
        import pandas as pd

        rows = [{"scenario": s["id"], "title": s["title"]} | s["options"] for s in self.metadata["scenarios"]]
        return pd.DataFrame(rows)

    @property
    def headline(self) -> pd.DataFrame:
        """What `ree-lca run` prints."""
        from lca.impact.overview import headline

        return headline(self.computed)[1]

    def results(self, indicator: str | None = None, basis: str | None = None) -> pd.DataFrame:
        """Results of the basket: all indicators and both bases of electricity accounting, or one."""
        return self._selected("results", indicator, basis)

    def products(self, indicator: str | None = None) -> pd.DataFrame:
        """Results of the single products, by every allocation of the study."""
        return self._selected("products", indicator, None)

    def contributions(
        self, scenario: str, by: str = "input", indicator: str | None = None, basis: str | None = None
    ) -> pd.DataFrame:
        """The result of a scenario broken down `by` stage, process, input, elementary_flow, scope or account; of the
        first indicator and on the basis of the study unless others are named.
        """
        self._known(scenario)
        table = self._one("contributions", by, indicator, basis)
        return table[table["scenario"] == scenario].reset_index(drop=True)

    def compare(
        self, baseline: str, alternative: str, by: str = "input", indicator: str | None = None, basis: str | None = None
    ) -> pd.DataFrame:
        """What makes the difference between two scenarios; `saving` is baseline minus alternative."""
        from lca.impact.comparison import compare_pair
        from lca.impact.results import StudyResults

        self._known(baseline, alternative)
        own = {name: self._one(name, None, indicator, basis) for name in ("results", "contributions")}
        found = compare_pair(StudyResults(self.metadata, own), baseline, alternative)["differences"]
        return _of_dimension(found, by).reset_index(drop=True)

    @property
    def tables(self) -> list[str]:
        """The names of all tables."""
        return list(self.computed.tables)

    def table(self, name: str) -> pd.DataFrame:
        """A table by its name."""
        if name not in self.computed.tables:
            raise _unknown("table", name, self.tables)
        return self.computed[name].copy()

    @property
    def warnings(self) -> pd.DataFrame:
        """What the check doubts."""
        return self.table("warnings")

    # --- more than tables

    @cached_property
    def figures(self) -> Mapping[str, Drawing]:
        """The figures of the report, by section and number: `differences-1`."""
        from lca.report.content import report_document
        from lca.report.document import Figure

        found = {}
        for section in report_document(self.computed).sections:
            drawn = [block for block in section.blocks if isinstance(block, Figure)]
            for n, figure in enumerate(drawn, 1):
                found[f"{section.id}-{n}"] = Drawing(figure, f"{section.id}-{n}")
        return found

    def uncertainty(
        self,
        *scenarios: str,
        indicator: str | None = None,
        basis: Any = None,
        samples: int = 10_000,
        seed: int = 1,
    ) -> pd.DataFrame:
        """Statistics of samples of these scenarios (all where none is named), on the data sets of the workspace."""
        from lca.impact.batch.uncertainty import Wanted, prepared, uncertainty
        from lca.impact.results import frame

        self._known(*scenarios)
        asked = scenarios or tuple(self._ids)
        sampled = prepared(self.workspace, self.name, asked, self._overrides(), basis)
        self._check_unchanged(sampled.opened.checked.inventory)
        return frame("uncertainty", uncertainty(sampled, Wanted(samples, seed=seed), indicator)[1])

    def sensitivity(
        self,
        *scenarios: str,
        indicator: str | None = None,
        basis: Any = None,
        method: Any = "sobol",
        samples: int = 1024,
        seed: int = 1,
    ) -> pd.DataFrame:
        """What drives the result of a scenario, or the difference of two (the first minus the second): a row for each
        quantity, the most telling first. `method` is sobol, morris, delta, pawn or one-at-a-time, `samples` its points,
        trajectories or samples.
        """
        from lca.impact.results import frame
        from lca.impact.sensitivity.analysed import analysed
        from lca.impact.sensitivity.procedures import PROCEDURES, Wanted
        from lca.impact.sensitivity.study import sensitivity

        self._refuse_background()
        self._known(*scenarios)
        if len(set(scenarios)) not in (1, 2) or len(set(scenarios)) < len(scenarios):
            raise ValueError("name one scenario, or two different ones for their difference")
        if method not in PROCEDURES:
            raise _unknown("method of sensitivity analysis", method, PROCEDURES)
        what = analysed(self.workspace, self.name, scenarios, self._overrides(), basis, indicator, seed)
        self._check_unchanged(what.sampled.opened.checked.inventory)
        rows = sensitivity(what, Wanted(method, samples, seed)).rows
        return frame(f"sensitivity_{method.replace('-', '_')}", rows)

    def sweep(
        self,
        *scenarios: str,
        vary: Mapping[str, tuple[str, str] | None],
        steps: int = 11,
        indicator: str | None = None,
        basis: Any = None,
    ) -> pd.DataFrame:
        """Results over a range of one parameter or two, `{"process.parameter": ("2 V", "5 V")}`, or over the range that
        is stated for it, `{"process.parameter": None}`; all else at its central value.
        """
        from lca.impact.batch.proof import proved
        from lca.impact.batch.sweep import sweep
        from lca.impact.batch.vary import modelled
        from lca.impact.results import frame

        if not 1 <= len(vary) <= 2 or not 2 <= steps <= 1000:
            raise ValueError("a sweep varies one parameter or two, in 2 to 1000 steps")
        opened = self._opened(scenarios, basis)
        parameters, model = modelled(opened, list(vary.items()), indicator)
        grids = [(one, one.grid(steps)) for one in parameters]
        rows = sweep(opened, model, grids, indicator)
        proved(model, {one.address: values for one, values in grids})
        table = frame("sweep", rows)
        return table if len(grids) == 2 else table.drop(columns=["parameter_2", "at_2", "parameter_unit_2"])

    def breakeven(
        self,
        baseline: str | None = None,
        alternative: str | None = None,
        vary: str | None = None,
        between: tuple[str, str] | None = None,
        indicator: str | None = None,
        basis: Any = None,
    ) -> pd.DataFrame:
        """The values of a parameter, or of "score of FLOW", at which two scenarios tie. Without `vary`: the questions
        that the study asks, of the scenarios that they name or of these two.
        """
        from lca.impact.batch.breakeven import STEPS, breakeven
        from lca.impact.batch.proof import proved
        from lca.impact.batch.questions import answers
        from lca.impact.batch.vary import modelled
        from lca.impact.results import frame

        pair = tuple(one for one in (baseline, alternative) if one is not None)
        if len(set(pair)) != (2 if vary or pair else 0):
            raise ValueError("name two different scenarios")
        opened = self._opened(pair, basis, asked=not pair)
        if vary is None:
            return frame("questions", answers(opened, pair)[0])
        (one,), model = modelled(opened, [(vary, between)], indicator)
        rows = breakeven(opened, model, one, indicator)
        proved(model, {one.address: one.grid(STEPS)})
        return frame("breakeven", rows)

    def explain(
        self,
        scenario: str,
        indicator: str | None = None,
        product: str = "basket",
        allocation: str | None = None,
        basis: Any = None,
        depth: int = 3,
        top: int = 10,
    ) -> pd.DataFrame:
        """A result taken apart: a row for each part, `node` with the `parent` that it is a part of, down to formulas,
        parameters, lines and sources; the `top` largest parts at each of `depth` levels.
        """
        import pandas as pd

        from lca.disclosure.explanation.branches import COLUMNS, largest, records
        from lca.disclosure.explanation.opening import opened_figure

        words = [scenario, indicator or str(self.metadata["indicators"][0]["id"]), product]
        explainer, figure = opened_figure(
            self.workspace, self.name, self._overrides(), self.background, words, basis, allocation
        )
        self._check_unchanged(explainer.computed.checked.inventory)
        unit = explainer.computed.method.indicators[explainer.index(figure)].unit
        return pd.DataFrame(records(largest(explainer.explain(figure, depth), top), unit), columns=list(COLUMNS))

    def with_settings(self, settings: Mapping[str, str]) -> Study:
        """The same study with other values of parameters, such as `{"process.parameter": "2.5 V"}`, on
        top of those that this one has.
        """
        self._check_unchanged()
        both = dict(self.settings) | dict(settings)
        return open_study(self.name, self.workspace, both, self.only, self.background)

    # --- inside

    @cached_property
    def _ids(self) -> list[str]:
        return [str(scenario["id"]) for scenario in self.metadata["scenarios"]]

    def _known(self, *scenarios: str) -> None:
        for name in scenarios:
            if name not in self._ids:
                raise _unknown("scenario", name, self._ids)

    def _opened(self, scenarios: tuple[str, ...], basis: Any, asked: bool = False) -> Opened:
        """Some of its scenarios, or of any combination of options, to be computed with other values."""
        from lca.impact.batch.opened import opened

        self._refuse_background()
        found = opened(self.workspace, self.name, scenarios, self._overrides(), basis, asked=asked)
        self._check_unchanged(found.checked.inventory)
        return found

    def _refuse_background(self) -> None:
        if self.background != "own":
            raise ValueError("other values are computed on the data sets of the workspace: open it without background")

    def _selected(self, table: str, indicator: str | None, basis: str | None) -> pd.DataFrame:
        from lca.impact.overview import select
        from lca.system.checking import BASES

        if basis is not None and basis not in BASES:
            raise _unknown("basis", basis, BASES)
        return select(self.computed, table, indicator, basis).reset_index(drop=True)

    def _one(self, table: str, by: str | None, indicator: str | None, basis: str | None) -> pd.DataFrame:
        """One breakdown (None: all) of one indicator on one basis."""
        own = str(self.metadata["electricity_basis"])
        first = str(self.metadata["indicators"][0]["id"])
        found = self._selected(table, indicator or first, basis or own)
        return found if by is None else _of_dimension(found, by)

    def _overrides(self) -> tuple[Any, ...]:
        from lca.inventory.settings import parse_settings

        return parse_settings(f"{address}={value}" for address, value in self.settings)

    def _check_unchanged(self, read: Inventory | None = None) -> None:
        """What is computed anew must be of the same files; `read` is what they say now, if they have been read."""
        from lca.errors import Problems
        from lca.impact.study import workspace_hash
        from lca.inventory.loading import load

        now = read or load(self.workspace, Problems())
        if workspace_hash(now.root, now.files) != self.metadata["workspace_sha256"]:
            message = f"the files of {self.workspace} have changed since {self.name} was opened"
            raise InputError([Diagnostic("REE-C008", message, expected="lca.open(...) once more")])


def open_study(
    study: str | None = None,
    workspace: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
    scenarios: Iterable[str] = (),
    background: str = "own",
) -> Study:
    """Read, check and compute a study (the default one if none is named) of a workspace: that folder, else the current
    one if it is a workspace, else the bundled one.

    `settings` change parameters, `scenarios` restrict it to some, which may be any combination of options,
    `background` is that of an imported database. Raises `InputError` with everything that is wrong.
    """
    from lca.impact.study import run_study
    from lca.inventory.settings import parse_settings
    from lca.workspace import find

    root = find(None if workspace is None else Path(workspace))
    chosen, only = tuple((settings or {}).items()), tuple(scenarios)
    overrides = parse_settings(f"{address}={value}" for address, value in chosen)
    computed = run_study(root, study, overrides, only, background=background)
    return Study(root, computed, only, chosen, background)


def _of_dimension(table: pd.DataFrame, by: str) -> pd.DataFrame:
    from lca.impact.contributions import DIMENSIONS

    if by not in DIMENSIONS:
        raise _unknown("breakdown", by, DIMENSIONS)
    return table[table["dimension"] == by]


def _unknown(what: str, name: str, choices: Iterable[str]) -> InputError:
    known = list(choices)
    message = f"the study holds no {what} `{name}`"
    return InputError([Diagnostic("REE-C007", message, expected=one_of(known, 6), suggestion=nearest(name, known))])
