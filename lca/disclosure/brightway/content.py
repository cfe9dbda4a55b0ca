"""A study as Brightway holds one: databases of nodes and exchanges, parameters, methods, and a calculation setup.

Everything is plain data, which `writer` writes with Brightway in a process of its own.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import lca
from lca.background.brightway_units import brightways
from lca.disclosure.brightway.nature import BIOSPHERE, Nature
from lca.disclosure.brightway.parameters import Parameters, Settled, by_name, has_spread, only_here
from lca.disclosure.brightway.sharing import Case, Shared, cases_of, shared_activities
from lca.disclosure.process_formulas import scale_of
from lca.disclosure.spread import is_held_whole, spread
from lca.impact.contributions import SystemScores, evidence_of
from lca.impact.coverage import covered_groups
from lca.impact.methods import MethodFactors
from lca.inventory import schema
from lca.inventory.formula import Name, literal, names, parse
from lca.inventory.scope import Scope
from lca.system.checking import CheckedStudy
from lca.system.network import Edge

#: What a data set covers that covers no group of flows.
NOTHING = "nothing"
#: Group of the parameterised exchanges of the supply chain.
SUPPLY_CHAIN = "supply chain"

_PEDIGREE = (
    "reliability",
    "completeness",
    "temporal correlation",
    "geographical correlation",
    "further technological correlation",
)


@dataclass(frozen=True)
class Content:
    """What is to be written, as plain data, and what could not be said in it."""

    data: dict[str, Any]
    notes: tuple[str, ...] = field(default=())


def brightway_content(checked: CheckedStudy, method: MethodFactors, own_flows: str | None = None) -> Content:
    """A study, checked and linked, in Brightway's terms. `own_flows` is the database for elementary flows that are no
    node of the biosphere; a database of their own unless named.
    """
    return _Builder(checked, method, own_flows).content()


class _Builder:
    def __init__(self, checked: CheckedStudy, method: MethodFactors, own_flows: str | None):
        self.checked = checked
        self.inventory = checked.inventory
        self.database = str(checked.study.study)
        workspace = str(checked.inventory.workspace.workspace) if checked.inventory.workspace else self.database
        self.nature = Nature(self.inventory, method, own_flows or f"{workspace} elementary flows")
        self.method = method
        self.cases = cases_of(checked.systems.items())
        self.activities, self.classes = shared_activities(self.cases)
        self.parameters = Parameters()
        self.counts: Counter[str] = Counter()
        self.places = {id(case): place for place, case in enumerate(self.cases)}

    def content(self) -> Content:
        nodes = [self._node(activity) for activity in self.activities]
        self._fit_formulas(nodes)
        own = self.nature.own_nodes()
        databases = [{"name": self.database, "metadata": self._metadata(), "nodes": nodes}]
        if self.nature.database == self.database:
            nodes += own
        elif own:
            databases.insert(0, {"name": self.nature.database, "metadata": _written_by(), "nodes": own})
        methods = self.nature.methods()
        data = {
            "biosphere": BIOSPHERE if self.nature.uses_biosphere() else "",
            "databases": databases,
            "database": self.database,
            "parameters": self._database_parameters(),
            "groups": self._groups(nodes),
            "methods": methods,
            "setup": {
                "name": self.database,
                "inv": [[self._code(case, 0), float(case.system.demand)] for case in self.cases],
                "ia": [method["name"] for method in methods],
            },
            "scores": [SystemScores(case.system, self.method).total.tolist() for case in self.cases],
        }
        return Content(data, tuple(self._notes(nodes)))

    # --- activities

    def _code(self, case: Case, node: int) -> str:
        return self.activities[self.classes[self.places[id(case)]][node]].code

    @cached_property
    def _names(self) -> dict[str, str]:
        """The names of activities by code: no two of one place and product are called the same."""
        titles = {activity.code: self._title(activity) for activity in self.activities}
        same = Counter((title, self._location(a)) for a, title in zip(self.activities, titles.values(), strict=True))
        return {
            a.code: f"{titles[a.code]} ({a.code})" if same[titles[a.code], self._location(a)] > 1 else titles[a.code]
            for a in self.activities
        }

    def _title(self, activity: Shared) -> str:
        title = _line(activity.case.system.process(activity.node).title)
        if activity.own and len(self.cases) > 1:
            return f"{title} [{activity.case.label}]"
        return title if activity.variant == 1 else f"{title} (variant {activity.variant})"

    def _location(self, activity: Shared) -> str:
        return activity.case.system.nodes[activity.node].location

    def _node(self, activity: Shared) -> dict[str, Any]:
        system, node = activity.case.system, activity.node
        process = system.process(node)
        product = self.inventory.flows[process.product.flow]
        made = {
            "code": activity.code,
            "name": self._names[activity.code],
            "reference product": str(product.title),
            "unit": brightways(str(product.unit)),
            "location": system.nodes[node].location,
            "type": "processwithreferenceproduct",
            "comment": self._comment(activity, process),
            "process": str(process.process),
            "flow": str(process.product.flow),
            "stage": str(process.stage or ""),
            "note": _line(process.note),
            "evidence": str(process.evidence or ""),
            "covers": self._covers(process),
            "bulk": product.bulk,
            "scenario": activity.case.scenario if activity.own else "",
            "electricity basis": " and ".join(activity.case.bases) if activity.own else "",
        }
        exchanges = [
            {
                "input": [self.database, activity.code],
                "type": "production",
                "amount": float(system.diagonal(node)),
                **self._facts(activity.code),
            }
        ]
        alone = self._alone(activity.case)
        exchanges += [self._exchange(activity, edge, alone) for edge in system.edges_of[node]]
        return {key: value for key, value in made.items() if value} | {"exchanges": exchanges}

    def _covers(self, process: schema.Process) -> str:
        """The groups of flows that a data set covers; empty where it only passes things on, or there are no groups."""
        groups = covered_groups(process, self.inventory)
        if groups is None or not (self.inventory.workspace and self.inventory.workspace.flow_groups):
            return ""
        return ", ".join(sorted(groups)) or NOTHING

    def _facts(self, code: str) -> dict[str, str]:
        """What is repeated of an activity where something is taken from it; Excel files are linked by it."""
        activity = self._by_code[code]
        process = activity.case.system.process(activity.node)
        product = self.inventory.flows[process.product.flow]
        location = self._location(activity)
        return {
            "name": self._names[code],
            "reference product": str(product.title),
            "unit": brightways(str(product.unit)),
            **({"location": location} if location else {}),
        }

    @cached_property
    def _by_code(self) -> dict[str, Shared]:
        return {activity.code: activity for activity in self.activities}

    def _comment(self, activity: Shared, process: schema.Process) -> str:
        said = [str(process.note or "")]
        if process.source or process.evidence:
            said.append(self._evidence(str(process.source or ""), str(process.evidence or "")))
        if activity.own:
            said.append(f"Scenario {activity.case.label}.")
        elif activity.variant > 1:
            said.append(f"Variant {activity.variant} of this activity, as in {activity.case.label}.")
        if activity.own and activity.node == 0:
            said.append(self._results(activity.case))
        return "\n".join(" ".join(text.split()) for text in said if text.strip())

    def _results(self, case: Case) -> str:
        """What the data behind each indicator cover: Brightway itself shows a number all the same."""
        scores = SystemScores(case.system, self.method)
        parts = []
        for info, assessed, coverage in zip(self.method.indicators, scores.assessed, scores.coverage, strict=True):
            if not assessed:
                parts.append(f"{info.id} not assessed")
            elif coverage < 1:
                parts.append(f"{info.id} {coverage:.0%}")
        return f"Share of the indicators that the data cover: {', '.join(parts)}; others fully." if parts else ""

    def _evidence(self, source: str, evidence: str) -> str:
        found = self.inventory.sources.find(source) if source else None
        parts = [f"Evidence: {evidence}." if evidence else ""]
        if found is not None:
            cited = [found.author, found.year, found.title, found.doi or found.url]
            parts.insert(0, f"Source: {', '.join(str(part) for part in cited if part)}.")
        return " ".join(part for part in parts if part)

    # --- exchanges

    def _exchange(self, activity: Shared, edge: Edge, alone: set[str]) -> dict[str, Any]:
        system, line = activity.case.system, edge.line
        if edge.provider is None:
            target = self.nature.targets[edge.flow]
            factor = target.per_unit
            made: dict[str, Any] = {"input": [target.database, target.code], "type": "biosphere", "name": target.name}
            made |= {"unit": target.unit, "categories": list(target.categories)}
            made |= {"flow group": str(group)} if (group := self.inventory.flows.named(edge.flow).group) else {}
        else:
            code = self._code(activity.case, edge.provider)
            factor = -system.sign(edge)
            made = {"input": [self.database, code], "type": "technosphere", **self._facts(code)}
        made["amount"] = float(line.amount) * factor
        source, evidence = evidence_of(line.exchange, system.process(edge.node))
        said = [_line(line.exchange.note), self._evidence(source, evidence)]
        if system.is_foreground(edge.node):
            said.append(f"GHG Protocol scope {line.scope}.")
        kept = {"comment": " ".join(text for text in said if text), "note": _line(line.exchange.note)}
        kept |= {"evidence": evidence, "GHG scope": f"scope {line.scope}" if system.is_foreground(edge.node) else ""}
        made |= {key: text for key, text in kept.items() if text}
        if line.exchange.pedigree:
            made["pedigree"] = dict(zip(_PEDIGREE, map(int, map(str, line.exchange.pedigree)), strict=True))
        if isinstance(line.exchange, schema.Exchange):
            made |= self._formula_and_spread(activity, edge, line.exchange, factor, alone)
        else:
            self.counts["mix"] += 1
        return made

    def _formula_and_spread(
        self, activity: Shared, edge: Edge, exchange: schema.Exchange, factor: float, alone: set[str]
    ) -> dict[str, Any]:
        scale = scale_of(activity.case.system, edge, exchange)
        process, scope = str(activity.case.system.process(edge.node).process), activity.case.system.scope
        tree = parse(exchange.amount)
        if scale is None:
            self.counts["no formula"] += 1
            return {}
        if literal(tree) is not None:
            self.counts["spread"] += not is_held_whole(exchange)
            return spread(exchange, scale * factor)
        formula = self.parameters.formula(exchange.amount, process, activity.case.scenario, scope)
        if not formula.needs:
            return {}
        whole = scale * factor
        found: dict[str, Any] = {"formula": formula.text if whole == 1 else f"{formula.text} * {whole!r}"}
        if isinstance(tree, Name) and (address := scope.resolve(tree.name, process)) in alone:
            assert address is not None
            found |= spread(scope.definitions[address].parameter, whole)
        return found | {"needs": sorted(formula.needs)}

    def _alone(self, case: Case) -> set[str]:
        if case.scenario not in self._alone_in:
            used = [self._named(case.system.scope, edge, case) for edge in case.system.edges]
            self._alone_in[case.scenario] = only_here(case.system.scope, used)
        return self._alone_in[case.scenario]

    @cached_property
    def _alone_in(self) -> dict[str, set[str]]:
        return {}

    @staticmethod
    def _named(scope: Scope, edge: Edge, case: Case) -> set[str]:
        """The parameters that an amount names."""
        exchange = edge.line.exchange
        text = exchange.amount if isinstance(exchange, schema.Exchange) else exchange.share
        process = str(case.system.process(edge.node).process)
        if str(text) == "rest":
            return set()
        return {address for name in names(text) if (address := scope.resolve(name.name, process)) is not None}

    # --- parameters

    def _fit_formulas(self, nodes: list[dict[str, Any]]) -> None:
        """Exchanges of the supply chain keep a formula where all it names is a parameter of the database."""
        for node in nodes:
            for exchange in node["exchanges"]:
                needs = exchange.pop("needs", None)
                if needs and "scenario" not in node and not self._of_database(needs, self._by_code[node["code"]].case):
                    del exchange["formula"]
                    self.counts["no formula"] += 1

    def _of_database(self, addresses: list[str], case: Case) -> bool:
        """Whether these parameters are those of the database in a case."""
        return set(addresses) <= self._settled.common - self._settled.own[case.scenario]

    @cached_property
    def _settled(self) -> Settled:
        return self.parameters.settled()

    def _database_parameters(self) -> list[dict[str, Any]]:
        rows: dict[str, dict[str, Any]] = {}
        for scenario, found in self.parameters.found.items():
            shared = (set(found) & self._settled.common) - self._settled.own[scenario]
            for row in self.parameters.rows(scenario, shared):
                rows.setdefault(row["name"], row)
        return by_name(rows.values())

    def _groups(self, nodes: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """A group of each scenario with the parameters that are its own, and one of the supply chain without any."""
        with_formulas: dict[str, list[str]] = {}
        for node in nodes:
            if any("formula" in exchange for exchange in node.get("exchanges", ())):
                with_formulas.setdefault(node.get("scenario", SUPPLY_CHAIN), []).append(node["code"])
        groups = []
        for scenario, codes in with_formulas.items():
            own = self._settled.own.get(scenario, frozenset())
            rows = by_name(self.parameters.rows(scenario, own)) if own else []
            first = next((self._code(c, 0) for c in self.cases if c.scenario == scenario), codes[0])
            owners = {node["process"]: node["code"] for node in reversed(nodes) if node.get("scenario") == scenario}
            for row in rows:
                row["code"] = owners.get(str(row["address"]).partition(".")[0], first)
            groups.append({"name": scenario, "parameters": rows, "activities": codes})
        return groups

    # --- words

    def _metadata(self) -> dict[str, str]:
        study = self.checked.study
        said = {
            "title": study.title,
            "declared unit": study.declared_unit,
            "goal": study.goal,
            "boundary": study.boundary,
            "study": study.study,
        }
        return _written_by() | {key: " ".join(str(text).split()) for key, text in said.items() if text}

    def _notes(self, nodes: list[dict[str, Any]]) -> list[str]:
        own = sum(activity.own for activity in self.activities)
        formulas = sum("formula" in e for node in nodes for e in node.get("exchanges", ()))
        found = [
            f"{own} activities of single scenarios, {len(self.activities) - own} that scenarios share",
            f"{formulas} exchanges have formulas",
        ]
        if self.counts["no formula"]:
            found.append(
                f"{self.counts['no formula']} exchanges whose formula differs between scenarios that share the "
                "activity, or hangs on the amount of the product, are written as numbers"
            )
        if self.counts["mix"]:
            found.append(f"{self.counts['mix']} shares of mixes are written as numbers")
        parted = {a for s, own_ in self.parameters.found.items() for a in own_ if not self._whole(s, a)}
        if count := len(parted) + self.counts["spread"]:
            found.append(
                f"{count} numbers have a spread that Brightway holds in part: single values, or a pedigree beside"
            )
        workspace = self.inventory.workspace
        if self.checked.study.correlations or (workspace and workspace.correlations):
            found.append("correlations of parameters are not carried over")
        uncertain = {a for s, own_ in self.parameters.found.items() for a in own_ if has_spread(self._scope(s), a)}
        moved = sum("uncertainty type" in e and "formula" in e for node in nodes for e in node.get("exchanges", ()))
        if uncertain:
            found.append(
                f"{len(uncertain)} parameters have a spread, which is with the parameter; {moved} exchanges that alone "
                "depend on one have it too: a Monte Carlo run that draws exchanges only leaves out the others"
            )
        return found

    def _whole(self, scenario: str, address: str) -> bool:
        return is_held_whole(self._scope(scenario).definitions[address].parameter)

    def _scope(self, scenario: str) -> Scope:
        return self.parameters.scopes[scenario]


def _line(text: str | None) -> str:
    """A text on one line."""
    return " ".join((text or "").split())


def _written_by() -> dict[str, str]:
    return {"written by": "ree-lca", "ree-lca version": lca.__version__}
