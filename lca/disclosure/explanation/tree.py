"""A figure taken apart: processes of the plant, their exchanges, and what is behind each exchange in the supply chain.

A figure is the sum over the exchanges of the plant with its surroundings (`impact.contributions`): an emission counts
amount times factor, a purchase amount times the score `y` of a unit of what is bought. With `A' y = d` the latter is
again a sum: what the supplier emits, and its own purchases, per run. So every level sums to the one above, however far
down it is taken; in circles of suppliers the parts become smaller without end.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping

from lca.disclosure.explanation.branches import Branch
from lca.disclosure.explanation.grounds import NOTHING_SAID, Ground, Grounds, Statement, place_in, stated
from lca.disclosure.explanation.products import allocation_grounds, product_factors
from lca.errors import Diagnostic, InputError, nearest, one_of
from lca.impact.contributions import SystemScores
from lca.impact.figures import MINUS, NOT_ALLOCATED, FigureId, parse_figure
from lca.impact.study import ComputedStudy
from lca.inventory import schema
from lca.inventory.declarations import BASKET
from lca.system.checking import BASES
from lca.system.linking import Basis
from lca.system.network import Edge

#: What is a smaller share of a figure is not taken apart further: there would be no end of it.
LEAST = 1e-3


class Explainer:
    """Explains the figures of a computed study. `study` is how their names begin; `pairs` are scenarios to compare
    beside those that the study compares.
    """

    def __init__(self, computed: ComputedStudy, study: str, pairs: Iterable[tuple[str, str]] = ()):
        self.computed, self.study = computed, study
        of_study = [(pair.baseline, pair.alternative) for pair in computed.checked.pairs]
        self.pairs = list(dict.fromkeys((*of_study, *pairs)))
        self._grounds: dict[int, Grounds] = {}
        self._least = 0.0

    # --- which figures there are

    def figures(self) -> dict[FigureId, Mapping[str, float]]:
        """Every figure of the study with the baskets, by scenario, that it is made of; those assessed only."""
        found: dict[FigureId, Mapping[str, float]] = {}
        infos = self.computed.method.indicators
        for (scenario, basis), scores in self.computed.scored.items():
            for k, info in enumerate(infos):
                if scores.assessed[k]:
                    found[FigureId(self.study, scenario, BASKET, info.id, basis)] = {scenario: 1.0}
        found |= self._savings(found)
        basis = self.computed.checked.study.electricity_basis
        for (scenario, product, allocation), factors in product_factors(self.computed.checked).items():
            for k, info in enumerate(infos):
                if self.computed.scored[scenario, basis].assessed[k]:
                    found[FigureId(self.study, scenario, product, info.id, basis, allocation)] = factors
        return found

    def _savings(self, baskets: Container[FigureId]) -> dict[FigureId, Mapping[str, float]]:
        """The savings of the pairs whose two results are there; of a scenario less itself nothing is left to say."""
        found: dict[FigureId, Mapping[str, float]] = {}
        for baseline, alternative in self.pairs:
            for basis in BASES:
                for info in self.computed.method.indicators:
                    ids = [FigureId(self.study, s, BASKET, info.id, basis) for s in (baseline, alternative)]
                    if baseline != alternative and all(one in baskets for one in ids):
                        name = f"{baseline}{MINUS}{alternative}"
                        figure = FigureId(self.study, name, BASKET, info.id, basis)
                        found[figure] = {baseline: 1.0, alternative: -1.0}
        return found

    def value(self, figure: FigureId, factors: Mapping[str, float]) -> float:
        """A figure from the baskets it is made of."""
        return sum(factor * self._total(name, figure) for name, factor in factors.items())

    def _total(self, scenario: str, figure: FigureId) -> float:
        """The whole basket of a scenario, by the indicator and basis of a figure."""
        return float(self.scores(scenario, figure.basis).total[self.index(figure)])

    def index(self, figure: FigureId) -> int:
        return self.computed.method.index(figure.indicator)

    def scores(self, scenario: str, basis: str) -> SystemScores:
        which: Basis = "market" if basis == "market" else "location"
        return self.computed.scored[scenario, which]

    def grounds(self, scores: SystemScores) -> Grounds:
        """The grounds of the numbers of a system."""
        key = id(scores.system.scope)
        if key not in self._grounds:
            self._grounds[key] = Grounds(scores.system.scope)
        return self._grounds[key]

    # --- one figure

    def explain(self, figure: FigureId, depth: int) -> Branch:
        """The tree of a figure, `depth` levels deep. Raises `InputError` where there is no such figure."""
        factors = self._factors(figure)
        whole = self.value(figure, factors)
        baskets_of = [factor * self._total(name, figure) for name, factor in factors.items()]
        self._least = LEAST * max(map(abs, baskets_of))
        info = self.computed.method.indicators[self.index(figure)]
        title = f"{info.title}, {figure.product}, {figure.scenario}, {figure.basis}-based"
        if figure.of_basket:
            (name,) = factors
            parts = self.basket(name, figure, 1.0, depth)
            return self._whole(figure, title, whole, parts)
        allocated = figure.allocation != NOT_ALLOCATED
        title += f", allocated {figure.allocation}" if allocated else ", saving: baseline minus alternative"
        place = self._of_allocation(figure) if allocated else NOTHING_SAID
        baskets = []
        for name, factor in factors.items():
            own = FigureId(figure.study, name, BASKET, figure.indicator, figure.basis)
            value = factor * self._total(name, figure)
            below = self.basket(name, figure, factor, depth - 1) if depth > 1 else ()
            said = f"bears {factor:.6g} times the basket" if allocated else "baseline" if factor > 0 else "alternative"
            rests = self._shared_out_by(figure, name) if allocated else ()
            branch = Branch("basket", str(own), name, value, factor, "", said, place, parts=below, rests_on=rests)
            baskets.append(branch)
        return self._whole(figure, title, whole, tuple(baskets))

    def _whole(self, figure: FigureId, title: str, value: float, parts: tuple[Branch, ...]) -> Branch:
        study = self.computed.checked.study
        inventory = self.computed.checked.inventory
        said = f"per {study.declared_unit}"
        place = stated(inventory, study, None, study.demand.amount.span)
        return Branch("figure", str(figure), title, value, said=said, statement=place, parts=parts)

    def _shared_out_by(self, figure: FigureId, scenario: str) -> tuple[Ground, ...]:
        """What the share of a product rests on: what the basket consists of, and what the allocation weighs with."""
        checked, scores = self.computed.checked, self.scores(scenario, figure.basis)
        products = checked.study.products
        address = scores.system.scope.resolve(str(products.composition), None) if products is not None else None
        basket = (self.grounds(scores).of_parameter(address),) if address is not None else ()
        return (*basket, *allocation_grounds(checked.inventory, figure.allocation))

    def _of_allocation(self, figure: FigureId) -> Statement:
        allocation = self.computed.checked.inventory.allocations.named(figure.allocation)
        return stated(self.computed.checked.inventory, allocation, None, allocation.allocation.span)

    def _factors(self, figure: FigureId) -> Mapping[str, float]:
        known = self.figures()
        if figure in known:
            return known[figure]
        row = [(name, getattr(figure, name)) for name in ("scenario", "basis", "indicator", "product", "allocation")]
        alike = list(known)
        for name, wanted in row:
            choices = list(dict.fromkeys(str(getattr(one, name)) for one in alike))
            if wanted not in choices:
                what = "basis of electricity accounting" if name == "basis" else name
                raise InputError(
                    [
                        Diagnostic(
                            "REE-A001",
                            f"there is no figure `{figure}`: no {what} `{wanted}` is assessed here",
                            expected=one_of(choices),
                            suggestion=nearest(wanted, choices),
                        )
                    ]
                )
            alike = [one for one in alike if str(getattr(one, name)) == wanted]
        raise AssertionError("a figure that differs in nothing is the figure")

    # --- the plant

    def basket(self, scenario: str, figure: FigureId, factor: float, depth: int) -> tuple[Branch, ...]:
        """What the processes of the plant contribute to a basket; values times `factor`, amounts as they are."""
        scores, k = self.scores(scenario, figure.basis), self.index(figure)
        system = scores.system
        if not system.is_foreground(0):
            value = float(scores.unit_scores[k, 0] * system.demand) * factor
            return (self._supplier(scores, k, 0, float(system.demand), value, factor, depth),)
        lines: dict[int, list[Branch]] = {}
        for line in scores.lines:
            value = float(line.scores[k]) * factor
            part = self._exchange(scores, k, line.edge, line.amount, value, factor, depth - 1, line.weight)
            lines.setdefault(line.edge.node, []).append(part)
        found = []
        for node, parts in lines.items():
            process = system.process(node)
            runs = float(system.supply[node])
            said = f"runs {runs:.6g} times, each {self._per(scores, node)}"
            place = stated(system.inventory, process, None, process.process.span)
            value = sum(part.value for part in parts)
            rests = self._product_ground(scores, node) if depth > 1 else ()
            found.append(
                Branch(
                    "process",
                    _called(scores, node),
                    str(process.title),
                    value,
                    runs * float(system.products[node]),
                    str(system.inventory.flows[process.product.flow].unit),
                    said,
                    place,
                    parts=tuple(parts) if depth > 1 else (),
                    rests_on=rests,
                )
            )
        return tuple(found)

    def _product_ground(self, scores: SystemScores, node: int) -> tuple[Ground, ...]:
        """The product amount, where it is more than a plain quantity."""
        ground = self.grounds(scores).of_product(scores.system, node)
        return (ground,) if ground.needs or ground.filled else ()

    def _per(self, scores: SystemScores, node: int) -> str:
        process = scores.system.process(node)
        flow = scores.system.inventory.flows[process.product.flow]
        return f"{float(scores.system.products[node]):.6g} {flow.unit} of {flow.title}"

    # --- exchanges and suppliers

    def _exchange(
        self,
        scores: SystemScores,
        k: int,
        edge: Edge,
        amount: float,
        value: float,
        factor: float,
        depth: int,
        weight: float = 1.0,
    ) -> Branch:
        system = scores.system
        flow = system.inventory.flows[edge.line.flow]
        ground = self.grounds(scores).of_exchange(system, edge)
        said = f"{ground.value:.6g} {flow.unit} per {self._per(scores, edge.node)}"
        if conditions := getattr(edge.line.exchange, "when", None):
            held = [f"{name} is {' or '.join(map(str, options))}" for name, options in conditions.items()]
            said += f"; because {' and '.join(held)}"
        title = str(flow.title)
        rests: tuple[Ground, ...] = ground.needs
        parts: tuple[Branch, ...] = ()
        if edge.provider is None:
            rests = (*rests, self._factor(scores, k, edge))
        else:
            title += f", from {_called(scores, edge.provider)}"
            if isinstance(edge.line.exchange, schema.Share) and not edge.line.carries_generation:
                title += ", lost before delivery"
            if edge.into_pool:
                title = f"{flow.title}, returned to use"
            if weight != 1:
                said += f"; {weight:.4g} of it counts, for the loop is in surplus"
            if system.is_foreground(edge.provider):
                said += "; made by the plant, whose own exchanges count"
            elif depth > 0 and abs(value) >= self._least:
                drawn = -system.sign(edge) * amount * weight
                parts = self._inside(scores, k, edge.provider, drawn, factor, depth - 1)
        return Branch(
            "exchange",
            ground.name,
            title,
            value,
            amount,
            str(flow.unit),
            said,
            ground.statement,
            ground.written,
            ground.filled,
            parts,
            rests,
        )

    def _supplier(
        self, scores: SystemScores, k: int, node: int, amount: float, value: float, factor: float, depth: int
    ) -> Branch:
        """A process of the supply chain that the demand itself meets."""
        process = scores.system.process(node)
        place = stated(scores.system.inventory, process, None, process.process.span)
        parts = self._inside(scores, k, node, amount, factor, depth - 1) if depth > 1 else ()
        unit = str(scores.system.inventory.flows[process.product.flow].unit)
        said = self._per(scores, node)
        return Branch(
            "process", _called(scores, node), str(process.title), value, amount, unit, said, place, parts=parts
        )

    def _inside(
        self, scores: SystemScores, k: int, node: int, amount: float, factor: float, depth: int
    ) -> tuple[Branch, ...]:
        """What `amount` of the product of a supplier consists of: its exchanges, as often as it runs for that."""
        system = scores.system
        runs = amount / float(system.diagonal(node))
        return tuple(
            self._exchange(scores, k, edge, runs * float(edge.line.amount), value * factor, factor, depth)
            for edge, value in self._values(scores, k, node, runs)
            if value
        )

    def _values(self, scores: SystemScores, k: int, node: int, runs: float) -> Iterator[tuple[Edge, float]]:
        system = scores.system
        rows = {flow: index for index, flow in enumerate(system.elementary)}
        for edge in system.edges_of[node]:
            own = runs * float(edge.line.amount)
            if edge.provider is None:
                yield edge, own * float(scores.factors[k, rows[edge.flow]])
            else:
                yield edge, -system.sign(edge) * own * float(scores.unit_scores[k, edge.provider])

    def _factor(self, scores: SystemScores, k: int, edge: Edge) -> Ground:
        return factor_ground(self.computed, k, edge.flow)


def is_headline(explainer: Explainer, name: str) -> bool:
    """Whether a figure is of a whole basket, the first indicator, and the study's electricity basis."""
    figure, computed = parse_figure(name), explainer.computed
    whole = figure.product == BASKET and figure.of_basket
    first = figure.indicator == computed.method.indicators[0].id
    return whole and first and figure.basis == computed.checked.study.electricity_basis


def factor_ground(computed: ComputedStudy, k: int, flow: str) -> Ground:
    """The characterisation factor of an elementary flow: as written in a method, as shipped with an archive, or, for
    what an activity of an imported background causes in all, its score.
    """
    inventory, method = computed.checked.inventory, computed.method
    info = method.indicators[k]
    one = next(one for one in method.sets if k in one.indicators)
    document = inventory.methods.named(one.id)
    name = next(name for place, name in enumerate(document.indicators) if place == k - one.first)
    indicator = document.indicators[name]
    unit = f"{info.unit} per {inventory.flows.named(flow).unit}"
    value = method.factors[k].get(flow, 0.0)
    own = next((factor for known, factor in indicator.factors.items() if known == flow), None)
    statement = stated(inventory, schema.Proven(source=document.source), None, name.span)
    linked = inventory.linked
    if linked is not None and any(made.aggregate == flow for made in linked.activities.values()):
        statement = stated(inventory, schema.Proven(source=linked.links.source), None, name.span)
        return Ground("score", flow, f"aggregated in {linked.database}", "", value, unit, statement)
    if own is not None:
        file, line, column = place_in(inventory, own.value.span)
        found = {"file": file, "line": line, "column": column, "note": str(own.partial or "")}
        statement = Statement(**{**statement.__dict__, **found})
        return Ground("factor", f"{info.id}.{flow}", str(own.value), "", value, unit, statement)
    written = "none: counts as 0" if one.archive is None or flow not in method.factors[k] else ""
    if not written and one.archive is not None:
        written = f"{one.archive.name}: {' > '.join(map(str, indicator.name or ()))}"
    return Ground("factor", f"{info.id}.{flow}", written, "", value, unit, statement)


def _called(scores: SystemScores, node: int) -> str:
    """`process`, or `process@place`."""
    found = scores.system.nodes[node]
    return f"{found.process}@{found.location}" if found.location else found.process
