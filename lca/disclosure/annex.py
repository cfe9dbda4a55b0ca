"""What a report says beyond its results: datapoints of frameworks, footprints in the PACT data model, and lots.

The figures are those of `ree-lca export esg`, `export pact` and `lots`, made by the same functions. What is missing for
them stops no report: it is said, with the key to fill.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lca.disclosure.esg.export import declarant_of_year, filled, frameworks_of
from lca.disclosure.lots.chain import lots_of
from lca.disclosure.pact.export import fields_of, footprints
from lca.errors import Diagnostic, InputError, Problems
from lca.impact.study import ComputedStudy
from lca.inventory.backgrounds import OWN
from lca.inventory.declarations import BASKET
from lca.inventory.parameters import Override
from lca.system.checking import Checker

Rows = list[dict[str, Any]]


@dataclass(frozen=True)
class Annex:
    """Rows of the tables `disclosures`, `footprints` and `lots`, and as metadata (`disclosure`) what is missing."""

    settings: tuple[Override, ...]
    background: str = OWN

    def __call__(
        self, checker: Checker, computed: ComputedStudy, leading: Sequence[str]
    ) -> tuple[dict[str, Rows], dict[str, Any]]:
        """Of a computed study; footprints of the `leading` scenarios."""
        asked, doubts = _Missing(), _Missing()
        tables = {
            "disclosures": self._disclosures(computed, asked),
            "footprints": self._footprints(computed, leading, asked),
            "lots": self._lots(checker, computed, doubts),
        }
        frameworks = {
            str(one.framework): {"title": str(one.title), "version": str(one.framework_version)}
            for one in computed.checked.inventory.frameworks.values()
        }
        said = {"missing": asked.rows, "doubts": doubts.rows, "frameworks": frameworks}
        return tables, {"disclosure": said}

    def _disclosures(self, computed: ComputedStudy, missing: _Missing) -> Rows:
        checked = computed.checked
        rows: Rows = []
        try:
            chosen = frameworks_of(checked.inventory)
            said = declarant_of_year(checked.inventory, checked.study)
        except InputError as failure:
            missing.add("export esg", failure.diagnostics)
            return rows
        for network in checked.study.networks:
            try:
                found = filled(computed, said, chosen, str(network), None, self.settings, self.background)
            except InputError as failure:
                missing.add("export esg", failure.diagnostics)
            else:
                rows += map(dict, found.records)
        return rows

    def _footprints(self, computed: ComputedStudy, leading: Sequence[str], missing: _Missing) -> Rows:
        if self.background != OWN:  # they are of the data sets of the workspace only
            return []
        checked, study = computed.checked, computed.checked.study
        scenarios = [scenario for scenario in checked.scenarios if scenario.id in leading]
        few = replace(computed, checked=replace(checked, scenarios=scenarios, pairs=[]))
        changed = tuple(f"{one.address}={one.setting.value}" for one in self.settings)
        rows: Rows = []
        for product in tuple(map(str, study.reporting.products if study.reporting else ())) or (BASKET,):
            problems = Problems()
            for wanted, said in footprints(few, (product,), None, problems, changed):
                fields, broken = fields_of(said)
                missing.add("export pact", [Diagnostic("REE-X024", text) for text in broken])
                by = str(wanted.allocation.allocation) if wanted.allocation else ""
                own = {"scenario": wanted.scenario, "product": wanted.product, "allocation": by}
                rows += [{**own, "key": key, "value": value} for key, value in fields.items()]
            missing.add("export pact", problems.errors)
        return rows

    def _lots(self, checker: Checker, computed: ComputedStudy, doubts: _Missing) -> Rows:
        try:
            rows, said = lots_of(checker, computed, self.settings, self.background)
        except InputError as failure:
            doubts.add("lots", failure.diagnostics)
            return []
        doubts.add("lots", said)
        return rows


@dataclass(frozen=True)
class _Missing:
    """What is missing, each once: for which commands, what, and what is expected where."""

    rows: Rows = field(default_factory=list)

    def add(self, command: str, diagnostics: Iterable[Diagnostic]) -> None:
        for one in diagnostics:
            known = next((row for row in self.rows if row["message"] == one.message), None)
            if known is None:
                self.rows.append({"for": [command], "message": one.message, "expected": one.expected or ""})
            elif command not in known["for"]:
                known["for"].append(command)
