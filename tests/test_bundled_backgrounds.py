"""The links to background databases that are bundled: they decide everything that is bought, and they fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lca.background import store
from lca.background.database import Activity, Contents, ElementaryFlow, ImportReport
from lca.background.importing import Request, import_files
from lca.background.links import content, opened
from lca.background.our_flows import our_flows
from lca.background.unit_names import unit_named
from lca.errors import Problems, render_text
from lca.impact.study import run_study
from lca.inventory.backgrounds import BackgroundLinks, Provider
from lca.inventory.loading import Inventory, load
from lca.system.checking import Checker
from lca.system.network import ProductSystem
from lca.system.purchases import purchases
from lca.units import parse_unit
from lca.workspace import bundled
from tests.databases import OPEN, database
from tests.shared_data import USLCI

ROOT = bundled()
ECOINVENT = ("ecoinvent-3.10-cutoff", "ecoinvent-3.11-cutoff")
STUDIES = ("belfast-missouri", "magnets", "technologies", "world")

CHOICES = Path(__file__).parents[1] / "docs" / "uslci-choices.yaml"

#: Units of ecoinvent by the beginning of the product; all others are by the kilogram.
UNITS = {
    "electricity": "kilowatt hour",
    "natural gas": "cubic meter",
    "wastewater": "cubic meter",
    "heat": "megajoule",
    "diesel, burned": "megajoule",
    "transport": "ton kilometer",
}
WASTES = ("wastewater", "inert waste", "sludge", "hazardous waste")

#: What ecoinvent renamed between the two versions, or reports country by country in the later one.
CHANGED = {"coal", "freight_truck", "freight_sea", "freight_rail", "hydrated_lime", "limestone"}

CO2 = ElementaryFlow("349b29d1-3e58-4c66-98b9-9d1a076efd2e", "Carbon dioxide, fossil", ("air",), "kilogram")


@pytest.fixture(scope="module")
def inventory() -> Inventory:
    problems = Problems()
    found = load(ROOT, problems)
    assert not problems.all, render_text(problems.all)
    return found


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "backgrounds"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def named(links: BackgroundLinks) -> Iterator[tuple[Provider, str, str, str]]:
    """Rules with the name, the product and the place of every activity that they may lead to."""
    for rule in links.providers:
        for choice in rule.choices():
            product = choice.product or str(choice.activity).removeprefix("market for ").removeprefix(
                "market group for "
            )
            yield rule, str(choice.activity), str(product), str(choice.location)


def stand_in(inventory: Inventory, name: str) -> None:
    """Keep a database with nothing but the activities that the links name, each with 1 kg CO2."""
    made = {
        (activity, product, place): Activity(
            f"{activity}/{product}/{place}",
            activity,
            place,
            product,
            next((unit for start, unit in UNITS.items() if product.startswith(start)), "kilogram"),
            -1.0 if product.startswith(WASTES) else 1.0,
        )
        for _, activity, product, place in named(inventory.backgrounds[name])
    }
    store.save(database(name, [CO2], [(activity, {}, {CO2.code: 1.0}) for activity in made.values()]))


def undecided(system: ProductSystem) -> set[tuple[str, str]]:
    """What the plant buys or hands over without a rule: flows with the process of ours that supplies them."""
    assert system.inventory.linked is not None
    refused = {one.own for one in system.replaced if one.replacement.process is None}
    found = set()
    for purchase in purchases(system):
        node, process = system.nodes[purchase.supplier], system.process(purchase.supplier)
        burdens = process.inputs or process.outputs or process.emissions or process.resources or process.mix
        if burdens and node.process not in system.inventory.linked.activities and node not in refused:
            found.add((purchase.flow, node.process))
    return found


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("study", STUDIES)
@pytest.mark.parametrize("name", ECOINVENT)
def test_every_purchase_has_a_provider_in_ecoinvent_or_a_reason_why_not(
    inventory: Inventory, name: str, study: str
) -> None:
    stand_in(inventory, name)
    checker = Checker(ROOT, name)
    found = checker.study(study)
    assert found is not None
    checked = checker.check_study(found)
    assert not checker.problems.errors, render_text(checker.problems.errors)
    assert set().union(*map(undecided, checked.systems.values())) == set()


@pytest.mark.parametrize("name", [*ECOINVENT, "uslci"])
def test_every_product_and_waste_of_the_supply_chain_is_spoken_of(inventory: Inventory, name: str) -> None:
    """Also those that no bundled study buys: a user's may."""
    goods = {
        str(process.product.flow)
        for process in inventory.processes.values()
        if process.stage is None and "background" in Path(str(process.process.span.path)).parts
    }
    assert goods - {str(rule.flow) for rule in inventory.backgrounds[name].providers} == set()


@pytest.mark.parametrize("name", ECOINVENT)
def test_conversions_fit_the_units_of_ecoinvent(inventory: Inventory, name: str) -> None:
    for rule, activity, product, _ in named(inventory.backgrounds[name]):
        theirs = unit_named(next((unit for start, unit in UNITS.items() if product.startswith(start)), "kilogram"))
        own = parse_unit(str(inventory.flows[rule.flow].unit))
        assert theirs is not None
        assert content(own, theirs, rule.conversion) is not None, (activity, rule.flow)


@pytest.mark.parametrize(
    ("flow", "per_unit"),
    [
        ("natural_gas", 1 / 36),  # m3 per MJ
        ("coal", 1 / 26.4),  # kg per MJ
        ("wastewater", 0.001),  # m3 per kg
        ("machine_diesel", 43.0),  # MJ per kg
        ("oxalic_acid", 90.03 / 126.07),  # anhydrous in dihydrate
    ],
)
def test_conversions_are_what_their_notes_say(inventory: Inventory, flow: str, per_unit: float) -> None:
    for name in ECOINVENT:
        rules = [rule for rule in inventory.backgrounds[name].providers if rule.flow == flow]
        assert rules
        for rule in rules:
            assert float(str(rule.conversion).split()[0]) == pytest.approx(per_unit, rel=1e-4)


def test_the_links_to_both_versions_of_ecoinvent_differ_only_where_names_do(inventory: Inventory) -> None:
    older, newer = (inventory.backgrounds[name] for name in ECOINVENT)
    alike = ([rule for rule in links.providers if rule.flow not in CHANGED] for links in (older, newer))
    assert next(alike) == next(alike)
    assert older.elementary == newer.elementary
    assert older.covers == newer.covers
    for flow in CHANGED:
        old, new = ([r for r in links.providers if r.flow == flow] for links in (older, newer))
        assert old != new, f"{flow} is called alike in both"


@pytest.mark.parametrize("name", ECOINVENT)
def test_elementary_flows_of_ecoinvent_convert_to_ours(inventory: Inventory, name: str) -> None:
    links = inventory.backgrounds[name]

    def unit(flow: str) -> str:
        if flow.startswith(("Water", "Gas")):
            return "cubic meter" if flow.startswith("Water") else "standard cubic meter"
        return "megajoule" if flow.startswith("Energy") else "kilogram"

    flows = [
        ElementaryFlow(str(entry.name), str(entry.name), tuple(map(str, entry.categories)), unit(str(entry.name)))
        for entry in links.elementary
    ]
    problems = Problems()
    found = our_flows(inventory, links, Contents("test", OPEN, (), tuple(flows), ImportReport(), ""), problems)
    assert not problems.all, render_text(problems.all)
    amounts = {flows[place].name: ours.amount for place, ours in found.ours.items()}
    assert len(amounts) == len(flows)
    assert amounts["Coal, hard"] == pytest.approx(18.01, rel=1e-5)  # MJ per kg
    assert amounts["Gas, natural"] == pytest.approx(36, rel=1e-5)  # MJ per m3
    assert amounts["Water, river"] == pytest.approx(1000)  # kg per m3
    assert amounts["Sulfur hexafluoride"] == pytest.approx(25200, rel=1e-5)  # kg CO2e per kg


def test_gases_without_a_flow_of_ours_count_by_their_gwp100(inventory: Inventory) -> None:
    for links in inventory.backgrounds.values():
        for entry in links.elementary:
            if str(entry.flow).startswith("ghg_aggregated") and entry.note is not None:
                factor = float(str(entry.note).rstrip(".").split()[-1])
                assert float(str(entry.conversion).split()[0]) == pytest.approx(1 / factor, rel=1e-5)


@pytest.fixture(scope="module")
def uslci(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """USLCI as the documentation says that it is to be imported; its folder."""
    if not USLCI.is_file():
        pytest.skip("USLCI is not there (../shared, or REE_LCA_SHARED)")
    folder = tmp_path_factory.mktemp("uslci")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(store.FOLDER_VARIABLE, str(folder))
        patch.setenv("XDG_CACHE_HOME", str(folder / "cache"))
        store.save(import_files(Request(USLCI, "uslci", licensed=False, choices=CHOICES), lambda _: None))
        yield folder


def test_every_activity_and_flow_that_is_linked_is_in_uslci(inventory: Inventory, uslci: Path) -> None:
    problems = Problems()
    found = opened(inventory, "uslci", problems)
    assert found is not None
    linked, contents = found
    assert linked.linked is not None
    faults = [one.fault for rules in linked.linked.replacements.values() for one in rules if one.fault is not None]
    assert not faults, render_text(faults)
    links = inventory.backgrounds["uslci"]
    our_flows(linked, links, contents, problems)
    assert not problems.errors, render_text(problems.errors)
    for entry in links.elementary:
        beginning = tuple(map(str, entry.categories))
        there = [f for f in contents.flows if f.name == entry.name and f.categories[: len(beginning)] == beginning]
        assert there, f"{entry.name} {beginning} is not in the database"


@pytest.mark.parametrize("study", STUDIES)
def test_every_purchase_has_a_provider_in_uslci_or_a_reason_why_not(uslci: Path, study: str) -> None:
    checker = Checker(ROOT, "uslci")
    found = checker.study(study)
    assert found is not None
    checked = checker.check_study(found)
    assert not checker.problems.errors, render_text(checker.problems.errors)
    assert set().union(*map(undecided, checked.systems.values())) == set()


def test_the_default_study_on_uslci_lands_near_that_on_our_own_data(uslci: Path) -> None:
    """A second opinion on freight and stone everywhere, and on caustic and lime in the United States. None of them
    decides a footprint, so a large difference would be a link gone wrong.
    """
    keys = ["scenario", "indicator", "electricity_basis", "product"]
    own, theirs = (
        run_study(ROOT, sensitivity=False, brief=True, background=name)["results"].set_index(keys)["value"]
        for name in ("own", "uslci")
    )
    ratio = (theirs / own).xs("climate_change", level="indicator").xs("market", level="electricity_basis")
    assert ratio.between(0.95, 1.1).all(), ratio
    assert not ratio.between(1 - 1e-6, 1 + 1e-6).any(), ratio
