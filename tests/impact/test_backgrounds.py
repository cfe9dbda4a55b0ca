"""A study on an imported background gives what Brightway gives for the two as one system, and says what it rests on."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lca.background import store
from lca.background.database import Activity, Background, ElementaryFlow, Origin
from lca.errors import InputError
from lca.impact import life_cycles as life_cycles_module
from lca.impact.background_comparison import compare_backgrounds, provider_scores, side_by_side
from lca.impact.brightway import brightway
from lca.impact.life_cycles import life_cycles
from lca.impact.results import StudyResults
from lca.impact.study import ComputedStudy, computed_study, run_study
from lca.inventory.settings import parse_settings
from lca.report.backgrounds import backgrounds_document
from lca.report.content import report_document
from lca.report.html import render_html
from lca.system.checking import Checker
from lca.system.network import ProductSystem
from lca.system.purchases import passes_on
from lca.workspace import bundled
from tests.databases import FLOWS, Made, database, plants
from tests.textbook import INVENTORY, METHOD
from tests.workspaces import edited, write

LIMESTONE = '{flow: limestone, activity: "limestone, at mine", unverified: Not looked for.}'
GRID = "    process: grid_mix  # and no other\n    when: {location: [north, hills], power: grid}\n"
ASH = "{flow: ash, none: Not in this database.}"

#: The kiln with electricity and the treatment of ash from the database too.
ALL = {GRID: "", ASH: "{flow: ash, activity: treatment of ash}"}


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "kept"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def kiln(folder: Path, changes: dict[str, str] | None = None, **more: str) -> Path:
    root = folder / "kiln"
    write(root, {**edited(changes or {}), **more})
    return root


def computed(
    root: Path, background: str, scenarios: Iterable[str] = (), settings: tuple[str, ...] = ()
) -> ComputedStudy:
    return computed_study(Checker(root, background), None, parse_settings(settings), scenarios)


# --- (a) foreground and database as one system of Brightway's


def as_one_system(computed: ComputedStudy, system: ProductSystem, background: Background, factors: Any) -> np.ndarray:
    """Scores of a product system by bw2calc with the whole database beside it: what stands for an activity is taken
    out, and who bought from it demands the product of the activity itself. `factors[indicator]` maps elementary flows,
    ours by id, the database's by code, to their factors.
    """
    bw2calc, bwp = brightway()
    assert computed.imported is not None
    made = computed.imported.linked.activities
    own = {node: 10_000 + index for index, node in enumerate(system.nodes)}
    technosphere = [
        (row + 1, column + 1, amount)
        for row, column, amount in zip(
            background.technosphere.rows, background.technosphere.columns, background.technosphere.amounts, strict=True
        )
    ]
    ids = {flow.code: 20_000 + index for index, flow in enumerate(background.flows)}
    ids |= {flow: 30_000 + index for index, flow in enumerate(system.elementary)}
    biosphere = [
        (ids[background.flows[row].code], column + 1, amount)
        for row, column, amount in zip(
            background.biosphere.rows, background.biosphere.columns, background.biosphere.amounts, strict=True
        )
    ]
    for index, node in enumerate(system.nodes):
        if node.process not in made:
            technosphere.append((own[node], own[node], float(system.diagonal(index))))
    for edge in system.edges:
        node, amount = system.nodes[edge.node], float(edge.line.amount)
        if node.process in made:
            continue
        if edge.provider is None:
            biosphere.append((ids[edge.flow], own[node], amount))
            continue
        provider = system.nodes[edge.provider]
        if provider.process not in made:
            technosphere.append((own[provider], own[node], system.sign(edge) * amount))
            continue
        found = made[provider.process]
        taken = -amount * found.amount if not found.takes_up else amount * found.amount
        technosphere.append((background.by_code[found.code] + 1, own[node], taken))
    package = bwp.create_datapackage(sum_intra_duplicates=True)
    for matrix, entries in (("technosphere_matrix", technosphere), ("biosphere_matrix", biosphere)):
        package.add_persistent_vector(
            matrix=matrix,
            name=matrix,
            indices_array=np.array([(row, column) for row, column, _ in entries], dtype=bwp.INDICES_DTYPE),
            data_array=np.array([amount for *_, amount in entries], dtype=float),
        )
    scores = []
    for found in factors:
        method = bwp.create_datapackage()
        method.add_persistent_vector(
            matrix="characterization_matrix",
            name="factors",
            indices_array=np.array([(ids[flow], 0) for flow in found if flow in ids], dtype=bwp.INDICES_DTYPE),
            data_array=np.array([value for flow, value in found.items() if flow in ids], dtype=float),
        )
        lca = bw2calc.LCA({own[system.nodes[0]]: float(system.demand)}, data_objs=[package, method])
        lca.lci()
        lca.lcia()
        scores.append(lca.score)
    return np.array(scores)


TWO_METHODS = {"method: simple\nscenarios": "method: [simple, digging]\nscenarios"}
ROCK = "elementary:\n  - {flow: carbon_dioxide,"
WITH_ROCK = "elementary:\n  - {flow: rock, name: Rock, categories: [resource]}\n  - {flow: carbon_dioxide,"


@pytest.mark.parametrize("basis", ["market", "location"])
@pytest.mark.parametrize("scenario", ["short/grid", "long/wind-ppa"])
def test_equals_one_big_system(scenario: str, basis: str, tmp_path: Path) -> None:
    """Loops of the plant, loops of the database, units, a conversion, a treatment with negative amount, both bases."""
    background = store.save(plants())
    root = kiln(tmp_path, ALL | TWO_METHODS | {ROCK: WITH_ROCK})
    found = computed(root, "plants-2.0", [scenario])
    scores = found.scored[scenario, basis]  # type: ignore[index]
    factors = [
        {"carbon_dioxide": 1.0, "rock": 0.0, "co2": 1.0},
        {"rock_": 0.0, "rock": 1000.0, "carbon_dioxide": 0.0},
    ]
    # of the database, rock is counted in tons; ours, in kg, does not occur beside it
    assert not any(edge.flow == "rock" for edge in scores.system.edges)
    expected = as_one_system(found, scores.system, background, factors)
    assert scores.total == pytest.approx(expected, rel=1e-12)
    assert (expected > 0).all()


def test_breakdowns_sum_to_the_result(tmp_path: Path) -> None:
    store.save(plants())
    root = kiln(tmp_path, ALL | TWO_METHODS | {ROCK: WITH_ROCK})
    results = run_study(root, background="plants-2.0")
    table = results["contributions"]
    keys = ["scenario", "indicator", "electricity_basis"]
    totals = results["results"].set_index(keys)["value"]
    sums = table.groupby([*keys, "dimension"])["value"].sum()
    for (*key, _), value in sums.items():
        assert value == pytest.approx(totals[tuple(key)], rel=1e-12)
    flows = table[(table["dimension"] == "elementary_flow") & (table["item"] == "plants-2.0")]
    assert set(flows["title"]) == {"from A database of plants (aggregated)"}
    processes = table[table["dimension"] == "process"]["title"]
    assert "limestone, at mine, GLO [plants-2.0] (hills)" in set(processes)


# --- (b) our own background, exported and linked one to one


def exported(systems: Iterable[ProductSystem]) -> tuple[Background, str]:
    """The supply chain of these systems as a database, and links that put each of its processes in its own place."""
    made: dict[str, Made] = {}
    rules: dict[str, str] = {}
    flows: dict[str, ElementaryFlow] = {}
    for system in systems:
        code = ["@".join(node) for node in system.nodes]
        chain = [index for index in range(len(code)) if not system.is_foreground(index)]
        pools = {str(pool) for loop in system.inventory.loops.values() for pool in loop.pools}
        for index in chain:
            process, node = system.process(index), system.nodes[index]
            flow = system.inventory.flows[process.product.flow]
            inputs: dict[str, float] = {}
            nature: dict[str, float] = {}
            for edge in system.edges_of[index]:
                if edge.provider is None:
                    nature[edge.flow] = nature.get(edge.flow, 0.0) + float(edge.line.amount)
                    info = system.inventory.flows.named(edge.flow)
                    flows[edge.flow] = ElementaryFlow(edge.flow, edge.flow, (str(info.compartment),), str(info.unit))
                else:
                    amount = -system.sign(edge) * float(edge.line.amount)
                    # who treats waste takes it up: his product is negative, and so is what is handed to him
                    treats = system.inventory.flows[edge.line.flow].kind == "waste"
                    inputs[code[edge.provider]] = inputs.get(code[edge.provider], 0.0) + (-amount if treats else amount)
            treats = flow.kind == "waste"
            amount = -float(system.products[index]) if treats else float(system.diagonal(index))
            activity = Activity(
                code[index], code[index], node.location, str(process.product.flow), str(flow.unit), amount
            )
            made.setdefault(code[index], (activity, inputs, nature))
            if str(process.product.flow) not in pools and not passes_on(process):  # deliveries stay ours
                fixed = process.location is not None or not node.location
                when = "" if fixed else f", when: {{location: {node.location}}}"
                named = f"flow: {process.product.flow}, process: {node.process}, activity: '{code[index]}'"
                rules[code[index]] = f"  - {{{named}{when}}}"
    links = "background: copy\ntitle: A copy\nproviders:\n" + "\n".join(rules.values()) + "\nelementary:\n"
    links += "\n".join(f"  - {{flow: {f}, name: {f}, categories: [{info.categories[0]}]}}" for f, info in flows.items())
    return database("copy", list(flows.values()), list(made.values())), links + "\n"


def one_to_one(root: Path, scenario: str) -> tuple[ComputedStudy, ComputedStudy]:
    """A scenario on our own data sets, and on a copy of them as a database."""
    own = computed(root, "own", [scenario])
    background, links = exported(own.checked.systems.values())
    store.save(background)
    (root / "inventories" / "copy.yaml").write_text(links, encoding="utf-8")
    return own, computed(root, "copy", [scenario])


@pytest.mark.parametrize("scenario", ["short/grid", "long/wind-ppa"])
def test_our_own_supply_chain_as_a_database(scenario: str, tmp_path: Path) -> None:
    own, copy = one_to_one(kiln(tmp_path, TWO_METHODS), scenario)
    for key, scores in own.scored.items():
        assert copy.scored[key].total == pytest.approx(scores.total, rel=1e-12)


@pytest.mark.parametrize(
    "scenario",
    [
        "oxalate/magnet-full/belfast/grid",
        "electro/magnet-selective/missouri/wind-ppa",
        "carbonate/mrec-clay/ganzhou/grid",
    ],
)
def test_the_bundled_supply_chain_as_a_database(scenario: str, tmp_path: Path) -> None:
    """Every indicator, on both bases."""
    import shutil

    for part in ("inventories", "methods"):
        shutil.copytree(bundled() / part, tmp_path / "bundled" / part)
    own, copy = one_to_one(tmp_path / "bundled", scenario)
    for key, scores in own.scored.items():
        assert len(copy.scored[key].system.nodes) < len(scores.system.nodes)
        found = copy.scored[key].total
        assert found == pytest.approx(scores.total, rel=1e-9, abs=1e-9 * np.abs(scores.total).max())
        # by activity, scopes and inputs are the same too
        for k in range(len(own.method.indicators)):
            for dimension in ("stage", "input", "account"):
                wanted = {c.item: c.value for c in scores.contributions(k) if c.dimension == dimension}
                got = {c.item: c.value for c in copy.scored[key].contributions(k) if c.dimension == dimension}
                assert got == pytest.approx(wanted, rel=1e-9, abs=1e-9 * abs(float(scores.total[k])))


# --- signs of waste


def ash_score(folder: Path, link: str) -> float:
    """What the ash of a kilogram of lime causes, by the database."""
    store.save(plants())
    found = computed(kiln(folder, {ASH: link}), "plants-2.0", ["short/grid"])
    parts = found.scored["short/grid", "market"].contributions(0)
    return {part.item: part.value for part in parts if part.dimension == "input"}["ash"]


#: kg CO2 of 1 kWh at GLO: g = 0.6 + 0.05 n, n = 0.3 + 0.1 g + 0.0001 l, l = 2 / t of limestone + 15 n per t.
NORTH = (0.3 + 0.06 + 0.0001 * 2) / (1 - 0.005 - 0.0001 * 15)
WORLD = 0.6 + 0.05 * NORTH
ASHES = 0.02 * 0.8


def test_treatment_with_a_negative_amount(tmp_path: Path) -> None:
    """A kilogram of ash taken up causes 0.05 kg and the electricity of the treatment."""
    assert ash_score(tmp_path, "{flow: ash, activity: treatment of ash}") == pytest.approx(
        ASHES * (0.05 + 0.01 * WORLD), rel=1e-12
    )


def test_a_service_with_a_positive_amount(tmp_path: Path) -> None:
    """A ton of the service hands 500 kg to the treatment, and causes 1 kg itself."""
    service = 1.0 + 500 * (0.05 + 0.01 * WORLD)
    assert ash_score(tmp_path, '{flow: ash, activity: "ash, to landfill"}') == pytest.approx(
        ASHES * service / 1000, rel=1e-12
    )


# --- scope 2


def scopes(folder: Path, change: dict[str, str]) -> tuple[dict[str, float], StudyResults]:
    store.save(plants())
    results = run_study(kiln(folder, change), None, (), ["short/grid"], sensitivity=False, background="plants-2.0")
    table = results["contributions"]
    table = table[(table["dimension"] == "scope") & (table["electricity_basis"] == "market")]
    return dict(zip(table["item"], table["value"], strict=True)), results


def test_the_share_of_generation_is_scope_2(tmp_path: Path) -> None:
    found, results = scopes(tmp_path, {GRID: ""})
    bought = 4 * 0.05 / 0.95 * NORTH
    assert found["2"] == pytest.approx(0.9 * bought, rel=1e-12)
    assert found["3.3"] == pytest.approx(0.1 * bought, rel=1e-12)
    assert not [note for note in results.metadata["background"]["notes"] if "scope 2" in note]


def test_without_a_share_all_of_it_is_scope_2_and_said(tmp_path: Path) -> None:
    found, results = scopes(tmp_path, {GRID: "", "    generation: 90 %\n": ""})
    assert found["2"] == pytest.approx(4 * 0.05 / 0.95 * NORTH, rel=1e-12)
    assert found["3.3"] == 0
    assert "scope 2 in full" in results.metadata["background"]["notes"][1]
    assert "(Electricity)" in results.metadata["background"]["notes"][1]


# --- what is reported


def test_providers_are_listed_with_what_was_doubted(tmp_path: Path) -> None:
    store.save(plants())
    changes = {
        "- {activity: market for electricity, location: north, covers: [minerals]}": "- {activity: market for heat}"
    }
    results = run_study(kiln(tmp_path, {GRID: ""} | changes), background="plants-2.0")
    table = results["providers"].set_index("process")
    assert table.loc["quarry", "unverified"] == "Not looked for."
    assert table.loc["quarry", "amount"] == pytest.approx(0.001)
    assert table.loc["grid_mix", "fallback"] == "`market for heat`"
    assert table.loc["landfill", ["background", "reason"]].tolist() == ["own", "Not in this database."]
    assert table.loc["acid_by_product", ["background", "reason"]].tolist() == ["own", "no rule for it"]
    assert "acid_purchase" not in table.index  # it passes on
    codes = results["warnings"]["code"].tolist()
    assert codes.count("REE-B030") == 1
    assert codes.count("REE-B031") == 1
    said = results.metadata["background"]
    assert (said["name"], said["version"], said["system_model"], said["licensed"]) == (
        "plants-2.0",
        "2.0",
        "cut-off",
        False,
    )
    assert len(said["sha256"]) == 64
    assert said["solver"].startswith("bw2calc")


def test_flows_without_a_factor_are_listed_with_their_amount(tmp_path: Path) -> None:
    store.save(plants())
    results = run_study(kiln(tmp_path), None, (), ["short/grid"], background="plants-2.0")
    (method,) = results.metadata["background"]["uncharacterised"]
    found = {row["flow"]: (row["unit"], row["amount"]) for row in method["flows"]}
    # 0.2 kg of acid are bought, 3.33 kg of 30 % each
    assert found["Dust"] == ("gram", pytest.approx(0.2 * 3.33 * 3.0, rel=1e-12))
    assert found["Rock"][0] == "ton"
    assert "Method simple has factors for flows of the workspace only: 2 " in results.metadata["background"]["notes"][1]


def test_nothing_is_said_where_no_database_is_used(tmp_path: Path) -> None:
    results = run_study(kiln(tmp_path))
    assert results.metadata["background"] is None
    assert results["providers"].empty


def test_coverage_is_what_the_links_declare(tmp_path: Path) -> None:
    """Rock of limestone is covered where the database is said to report minerals, and not assessed otherwise."""
    store.save(plants())
    minerals = {"covers:\n  - greenhouse_gases\n": "covers:\n  - greenhouse_gases\n  - minerals\n"}
    digging = {"rock: {title: Rock,": "rock: {title: Rock, group: minerals,"}
    shares = []
    for number, change in enumerate(({}, minerals)):
        root = kiln(tmp_path / str(number), ALL | TWO_METHODS | {ROCK: WITH_ROCK} | digging | change)
        table = run_study(root, None, (), ["short/grid"], sensitivity=False, background="plants-2.0")["results"]
        shares.append(table[table["indicator"] == "rock_use"]["coverage"].iloc[0])
    assert shares[1] > shares[0]


def test_licensed_data_stay_where_they_are(tmp_path: Path) -> None:
    """What is written names the database and holds scores; no amount of an exchange of it occurs anywhere."""
    telling = {"glo": 0.123456789, "lime": 0.000987654321}, {"co2": 0.192837465, "dust": 7.654321}
    acid = Activity("acid", "acid making", "GLO", "acid, 30 %", "kilogram")
    made = plants(origin=Origin("test", "here", "3.11", "cut-off", "EULA", True))
    others = [(one, {}, {"co2": 0.1}) for one in made.activities if one.code in ("glo", "lime")]
    store.save(database("plants-2.0", FLOWS, [(acid, *telling), *others], made.origin))
    results = run_study(kiln(tmp_path), None, (), ["short/grid"], background="plants-2.0")
    text = results.to_json()
    said = json.loads(text)["metadata"]["background"]
    assert (said["version"], said["system_model"], said["licence"], said["licensed"]) == (
        "3.11",
        "cut-off",
        "EULA",
        True,
    )
    assert said["notes"][0].startswith("Results hold what its activities cause in all")
    assert "acid making" in text
    assert not [amount for part in telling for amount in part.values() if str(amount) in text]


# --- several backgrounds side by side


BACKGROUNDS = {"method: simple\nscenarios": "method: simple\nbackgrounds: [own, plants-2.0, plants-2050]\nscenarios"}


def several(folder: Path) -> Path:
    store.save(plants())
    made = plants("plants-2050", origin=Origin("test", "here", "2050", links="plants-2.0"))
    made.biosphere.amounts[:] /= 2
    store.save(made)
    return kiln(folder, ALL | BACKGROUNDS)


def test_results_side_by_side(tmp_path: Path) -> None:
    """Each background gives what a run on it gives; a cleaner future shows as a trend."""
    root = several(tmp_path)
    found = compare_backgrounds(root)
    table = found.results
    for name in ("own", "plants-2.0", "plants-2050"):
        run = run_study(root, sensitivity=False, background=name)["results"]
        values = table[table["background"] == name].set_index(["scenario", "electricity_basis"])["value"]
        wanted = run.set_index(["scenario", "electricity_basis"])["value"]
        assert values.to_dict() == wanted.to_dict()
    wide = side_by_side(found, None, None).set_index("scenario").loc["short/grid"]
    assert wide["plants-2050"] < wide["plants-2.0"]
    assert wide["change_share"] == pytest.approx(wide["plants-2050"] / wide["own"] - 1)
    assert list(found.backgrounds) == ["own", "plants-2.0", "plants-2050"]


def test_providers_side_by_side(tmp_path: Path) -> None:
    """A unit of ours against a unit of theirs, in the same unit."""
    found = compare_backgrounds(several(tmp_path), names=["own", "plants-2.0"])
    rows = provider_scores(found, None, None).set_index("process")
    assert rows.loc["landfill", "own"] == pytest.approx(0.01, rel=1e-12)
    assert rows.loc["landfill", "score"] == pytest.approx(0.05 + 0.01 * WORLD, rel=1e-12)
    assert rows.loc["grid_mix", "score"] == pytest.approx(NORTH, rel=1e-12)
    assert rows.loc["grid_mix", "ratio"] == pytest.approx(NORTH / rows.loc["grid_mix", "own"], rel=1e-12)
    assert rows.loc["acid_synthesis", "score"] == pytest.approx(3.33 * (0.2 + 0.5 * WORLD), rel=1e-12)
    assert rows.loc["quarry", "doubts"] == "not verified: Not looked for."
    assert len(rows) == len(set(rows.index))


def test_all_backgrounds_at_fault_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        compare_backgrounds(several(tmp_path), names=["own", "plant", "plants"])
    assert [found.code for found in fault.value.diagnostics] == ["REE-B009", "REE-B009"]


def test_a_study_that_lists_no_backgrounds(tmp_path: Path) -> None:
    with pytest.raises(InputError) as fault:
        compare_backgrounds(kiln(tmp_path))
    assert fault.value.diagnostics[0].code == "REE-C007"


def test_the_reports_name_the_database(tmp_path: Path) -> None:
    root = several(tmp_path)
    for document in (
        report_document(run_study(root, background="plants-2050")),
        backgrounds_document(compare_backgrounds(root)),
    ):
        page = render_html(document, bundled() / "templates")
        assert "A database of plants, version 2050" in page
        assert "market for electricity" in page
        assert "licensed: aggregated scores only" in page
    assert "Background database" not in render_html(report_document(run_study(root)), bundled() / "templates")


# --- kept results


def test_a_second_run_does_not_read_the_matrices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.save(plants())
    root = kiln(tmp_path, ALL)
    first = run_study(root, None, (), ["short/grid"], background="plants-2.0")

    def no(name: str) -> Background:
        raise AssertionError(f"{name} was read")

    monkeypatch.setattr(store, "load", no)
    again = run_study(root, background="plants-2.0")  # other scenarios too
    one = again["results"][again["results"]["scenario"] == "short/grid"].reset_index(drop=True)
    assert one.equals(first["results"])


def test_a_broken_cache_is_as_good_as_none(tmp_path: Path) -> None:
    made = store.save(plants())
    fresh = life_cycles(made.contents, [0, 1])
    files = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert len(files) == 2
    for spoil in (lambda data: data[:-8], lambda data: b"", lambda data: data.replace(b"solver", b"solved")):
        files[0].write_bytes(spoil(files[0].read_bytes()))
        assert life_cycles(made.contents, [0, 1]).amounts.tolist() == fresh.amounts.tolist()
    files[0].chmod(0o666)  # anyone could have written it
    assert (
        life_cycles_module._kept(made.contents, "lime") is None
        or life_cycles_module._kept(made.contents, "acid") is None
    )


def test_what_is_kept_can_be_forgotten(tmp_path: Path) -> None:
    made, other = store.save(plants()), store.save(database("other", FLOWS, [(plants().activities[0], {}, {})]))
    life_cycles(made.contents, [0, 1])
    life_cycles(other.contents, [0])
    life_cycles_module.forget(made.sha256)
    assert len([path for path in (tmp_path / "cache").rglob("*") if path.is_file()]) == 1


def test_a_database_replaced_on_the_way_is_noticed() -> None:
    """What was linked to and what is solved are the same."""
    before = store.save(plants()).contents
    store.save(database("plants-2.0", FLOWS, [(plants().activities[0], {}, {})]))
    with pytest.raises(InputError, match="REE-B010"):
        life_cycles(before, [0])


def test_a_changed_database_is_solved_anew(tmp_path: Path) -> None:
    first = life_cycles(store.save(plants()).contents, [0]).amounts
    again = life_cycles(
        store.save(database("plants-2.0", FLOWS, [(Activity("lime", "x", "", "x", "ton"), {}, {"co2": 1.0})])).contents,
        [0],
    )
    assert first.tolist() != again.amounts.tolist()


def test_where_nothing_can_be_kept_it_is_computed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    made = store.save(plants())
    assert life_cycles(made.contents, [0]).amounts.shape == (1, 3)


# --- a textbook system


def test_the_textbook_refinery_from_a_database(tmp_path: Path) -> None:
    """Heijungs and Suh (2002): 1000 kWh cause 120 kg of CO2, fuel from a database or not."""
    fuel = Activity("fuel", "refinery", "GLO", "fuel", "litre", 100.0)
    flows = [
        ElementaryFlow("c", "carbon dioxide", ("air",), "gram"),
        ElementaryFlow("s", "sulfur dioxide", ("air",), "kilogram"),
    ]
    store.save(database("oil", flows, [(fuel, {}, {"c": 10_000.0, "s": 2.0})]))
    links = """\
background: oil
title: Oil
providers: [{flow: fuel, activity: refinery, location: GLO}]
elementary:
  - {flow: carbon_dioxide, name: carbon dioxide, categories: [air]}
  - {flow: sulfur_dioxide, name: sulfur dioxide, categories: [air]}
"""
    write(
        tmp_path / "book",
        {"inventories/all.yaml": INVENTORY, "methods/simple.yaml": METHOD, "inventories/l.yaml": links},
    )
    table = run_study(tmp_path / "book", background="oil")["results"]
    values = table[table["electricity_basis"] == "market"].set_index("indicator")["value"]
    assert values["climate_change"] == pytest.approx(120, rel=1e-12)
    assert values["acidification"] == pytest.approx(14, rel=1e-12)


def test_a_demand_that_the_database_meets_itself(tmp_path: Path) -> None:
    """No plant at all: the result is the unit score."""
    acid = {"demand: {flow: lime, amount: 1 kg}": "demand: {flow: acid, amount: 2 kg}", "1 kg lime": "2 kg acid"}
    root = kiln(tmp_path, acid)
    store.save(plants())
    found = computed(root, "plants-2.0", ["short/grid"])
    assert found.scored["short/grid", "market"].total[0] == pytest.approx(2 * 3.33 * (0.2 + 0.5 * WORLD), rel=1e-12)
