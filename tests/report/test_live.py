"""What a reader may switch and try on the page, in a real browser: every figure is that of the tool itself."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from lca.impact.results import StudyResults, records
from lca.impact.study import DisagreementError, run_study
from lca.inventory.settings import parse_settings
from lca.report import formatting as show
from lca.report.cases import Reading
from lca.report.content import report_document
from lca.report.html import render_html
from lca.report.reported import reported_study
from lca.report.views import short
from tests.browser import DARK, TEMPLATES, axe_finds, in_browser, needs_browser
from tests.textbook import textbook
from tests.works import INVENTORY, METHOD
from tests.workspaces import write

HOSTILE = "Open </script><img src=x onerror=alert(1)>"

#: The route with return gives back up to 5 kg of the 3 kg of acid that the plant draws: then it burns the rest.
CHANGES = {
    "product: {flow: oxide, amount: 1 kg_REO}\n": """product: {flow: oxide, amount: 1 kg_REO}
parameters:
  returned: {value: 1 kg, range: [0.5 kg, 5 kg]}
  power: {value: 10 kWh, range: [5 kWh, 20 kWh]}
  yield_of_ore: {value: 80 %, range: [50 %, 95 %]}
  traces: {value: 0.002, range: [0.0001, 1]}
  idle: {value: 3 kWh, range: [2 kWh, 4 kWh]}
""",
    "flow: electricity, amount: 10 kWh,": "flow: electricity, amount: 'power if power > 9 kWh else 9 kWh + idle / 10',",
    "flow: delivered_ore, amount: 4 kg": "flow: delivered_ore, amount: 3.2 kg / yield_of_ore",
    "{flow: pool_acid, amount: 1 kg, bin: leaching, when": "{flow: pool_acid, amount: returned, bin: leaching, when",
    "emissions:\n  - {flow: carbon_dioxide, amount: 2 kg}": """emissions:
  - {flow: carbon_dioxide, amount: 2 kg}
  - flow: carbon_dioxide
    amount: "0.01 kg * log(traces) ** 2 * power / 10 kWh / yield_of_ore"
    when: {route: loop}""",
    "parameters: {distance: {value: 500 km}": "parameters: {distance: {value: 500 km, range: [400 km, 700 km]}",
    "title: Open\n": f"title: {json.dumps(HOSTILE)}\n",
    "scenarios:\n  - {route: [open, loop]": "comparisons: [{axis: route, baseline: open, alternative: loop}]\n"
    "scenarios:\n  - {route: [open, loop]",
}


def works(root: Path) -> Path:
    text = INVENTORY
    for old, new in CHANGES.items():
        assert old in text, old
        text = text.replace(old, new, 1)
    write(root, {"inventories/all.yaml": text, "methods/simple.yaml": METHOD})
    return root


def page_of(results: StudyResults) -> str:
    return render_html(report_document(results), TEMPLATES)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return works(tmp_path_factory.mktemp("works"))


@pytest.fixture(scope="module")
def results(root: Path) -> StudyResults:
    return reported_study(root)


@pytest.fixture(scope="module")
def page(results: StudyResults) -> str:
    return page_of(results)


#: Functions for scripts: set number fields and sliders of the panel, and read it.
PANEL = """
  const dials = [...document.querySelectorAll("#what-if .dial")].map((one) => ({
    address: one.querySelector("code").textContent, slider: one.querySelector("[type=range]"),
    field: one.querySelector("[type=number]"), said: one.querySelector(".outside") }));
  const dial = (name) => dials.find((one) => one.address.endsWith(name));
  const moved = (control, value, event) => { control.value = value; control.dispatchEvent(new Event(event)); };
  const enter = (name, value) => moved(dial(name).field, value, "change");
  const slide = (name, at) => moved(dial(name).slider, at, "input");
  const texts = (selector) => [...document.querySelectorAll(selector)].map((one) => one.textContent);
  const lines = [...document.querySelectorAll("#what-if tbody tr")];
  const read = () => ({
    rows: lines.map((row) => [...row.cells].map((one) => one.textContent)),
    command: texts("#what-if pre")[0], said: texts("#what-if .lead")[0] });
"""


def assert_as_the_tool(state: dict[str, Any], root: Path) -> list[float]:
    """Run the tool with what the page says of its own settings, and compare what the two print; the tool's results."""
    words = shlex.split(state["command"])
    ids = words[2 : words.index("--study")]
    settings = parse_settings([words[n + 1] for n, word in enumerate(words) if word == "--set"])
    found = run_study(root, words[words.index("--study") + 1], settings, only=ids, sensitivity=False)
    values = {row["scenario"]: row["value"] for row in records(found.headline())}
    expected = [values[name] for name in ids]
    expected += [expected[0] - expected[1]] if len(ids) == 2 else []
    assert [row[2] for row in state["rows"]] == [show.number(value) for value in expected], state["command"]
    return expected


@needs_browser
def test_sliders_give_what_the_tool_gives(page: str, root: Path, tmp_path: Path) -> None:
    """Also where acid overflows, where a formula takes its other branch, and at the ends of the ranges."""
    found = in_browser(
        page,
        tmp_path,
        PANEL
        + """
        const states = [read()];
        slide("returned", 300); states.push(read());
        enter("power", 6.5); enter("traces", 0.5); states.push(read());
        enter("returned", 4.75); states.push(read());
        slide("traces", 250); slide("power", 1000); enter("yield_of_ore", 55.5); states.push(read());
        enter("power", 99); const told = [dial("power").field.value, dial("power").said.textContent];
        enter("power", ""); const kept = dial("power").field.value;
        const text = dial("yield_of_ore").slider.getAttribute("aria-valuetext");
        [...document.querySelectorAll("#what-if button")].find((one) => one.textContent.startsWith("Reset")).click();
        states.push(read());
        const images = document.querySelectorAll("img").length;
        const exact = texts("#what-if .note").pop();
        return { states, told, kept, text, images, exact, addresses: dials.map((one) => one.address) };
        """,
    )
    computed = [assert_as_the_tool(state, root) for state in found["states"]]
    assert len({values[1] for values in computed}) == 5  # all differ but the first and the last
    assert computed[0] == computed[-1]
    assert found["states"][0]["command"] == found["states"][-1]["command"]
    assert found["states"][0]["rows"][0][0] == HOSTILE
    assert found["images"] == 0
    assert found["told"] == ["20", "Only values inside the stated range: set to its end."]
    assert found["kept"] == "20"
    assert found["text"] == f"55.5{show.THIN}%"
    assert "without approximation" in found["exact"]
    # those that move the saving: the way is the same on both sides
    assert sorted(found["addresses"]) == ["plant.power", "plant.returned", "plant.traces", "plant.yield_of_ore"]


@needs_browser
def test_panel_of_one_scenario(tmp_path: Path) -> None:
    root = textbook(tmp_path / "small")
    found = in_browser(
        page_of(reported_study(root)), tmp_path, PANEL + 'slide("fuel_use", 900); return [read(), dials.length];'
    )
    state, dials = found
    assert dials == 1
    assert assert_as_the_tool(state, root) == [pytest.approx(128.0)]
    assert len(state["rows"]) == 1


@needs_browser
def test_panel_that_is_not_exact_is_left_out(page: str, tmp_path: Path) -> None:
    """A point that the browser finds otherwise by more than the bound; and results that hold no model."""
    read = (
        'return [document.querySelectorAll("#what-if input").length, document.querySelector("#what-if p").textContent];'
    )
    held = re.search(r'"points":\[\{"values":\[[^]]*\],"totals":\[\[([^],]*)', page)
    assert held is not None
    wrong = page[: held.start(1)] + repr(float(held.group(1)) * (1 + 1e-8)) + page[held.end(1) :]
    fields, said = in_browser(wrong, tmp_path, read)
    assert fields == 0
    assert "computes the model otherwise" in said
    fields, said = in_browser(page_of(run_study(textbook(tmp_path / "small"))), tmp_path, read)
    assert fields == 0
    assert "`ree-lca report` makes one" in said


def test_reason_is_given_where_there_is_nothing_to_try(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = textbook(tmp_path)
    settled = reported_study(root, settings=parse_settings(["power_plant.fuel_use=2 L"]))
    assert settled.metadata["what_if"] == {"reason": "no parameter with a stated range moves the result"}

    def disagrees(*_: object) -> float:
        raise DisagreementError("samples differ from bw2calc by 0.1")

    monkeypatch.setattr("lca.impact.batch.exported.agreement", disagrees)
    assert reported_study(root).metadata["what_if"] == {"reason": "samples differ from bw2calc by 0.1"}


@pytest.mark.parametrize("others", [[], ["rest"]])
def test_range_with_an_end_without_a_result_gives_no_slider(tmp_path: Path, others: list[str]) -> None:
    """The fuel is a root of less than nothing at the low end."""
    root = textbook(tmp_path)
    path = root / "inventories" / "all.yaml"
    text = path.read_text(encoding="utf-8").replace("amount: fuel_use", "amount: sqrt(fuel_use - 1.5 L) * sqrt(2 L)")
    if others:
        text = text.replace("parameters:\n", "parameters:\n  rest: {value: 1 kg, range: [0.5 kg, 2 kg]}\n", 1)
        text = text.replace("carbon_dioxide, amount: 1 kg", "carbon_dioxide, amount: rest")
    path.write_text(text, encoding="utf-8")
    results = reported_study(root)
    found = results.metadata["what_if"]
    assert [one["name"].split(".")[-1] for one in found.get("parameters", [])] == others
    if not others:
        said = "no parameter with a stated range moves the result and has a result at both ends of it"
        assert found == {"reason": said}
    assert "what-if" in page_of(results)


def test_quantity_that_differs_between_the_scenarios_is_two(tmp_path: Path) -> None:
    """Two sites have two distances."""
    root = works(tmp_path)
    path = root / "inventories" / "all.yaml"
    text = path.read_text(encoding="utf-8").replace("{value: 1000 km}", "{value: 1000 km, range: [500 km, 2000 km]}")
    text = text.replace(
        "comparisons: [{axis: route, baseline: open, alternative: loop}]",
        "comparisons: [{axis: site, baseline: near, alternative: far}]",
    )
    path.write_text(text, encoding="utf-8")
    found = {one["name"]: one for one in reported_study(root).metadata["what_if"]["parameters"]}
    near, far = found["site.distance in open/near"], found["site.distance in open/far"]
    assert (near["low"], near["high"], near["scenarios"]) == (4e5, 7e5, [0])
    assert (far["low"], far["high"], far["scenarios"]) == (5e5, 2e6, [1])


# --- charts that are switched

SWITCH = """
  const place = (id) => document.getElementById(id);
  const choose = (id, chosen) => { for (const [name, text] of Object.entries(chosen)) {
    const box = [...place(id).querySelectorAll(".switch label")].find((one) => one.firstChild.textContent === name);
    const own = box.querySelector("select");
    own.selectedIndex = [...own.options].findIndex((one) => one.textContent === text);
    own.dispatchEvent(new Event("change"));
  } };
  const table = (id) => [...place(id).querySelectorAll(".drawn tbody tr")]
    .map((row) => [...row.cells].map((cell) => cell.textContent));
  const back = (id) => [...place(id).querySelectorAll(".switch > button")][0].click();
  const hidden = (id) => place(id).querySelector(":scope > figure").hidden;
"""


@needs_browser
def test_switched_charts_have_the_numbers_of_the_results(page: str, results: StudyResults, tmp_path: Path) -> None:
    found = in_browser(
        page,
        tmp_path,
        SWITCH
        + """
        const said = [hidden("stages"), table("stages").length];
        choose("stages", { By: "input", Electricity: "location-based" });
        const parts = table("stages");
        choose("stages", { Show: "relative", By: "stage" });
        const relative = table("stages");
        const away = [hidden("stages"), place("stages").querySelector(".drawn figcaption p").textContent];
        back("stages");
        const again = [hidden("stages"), table("stages").length];
        choose("results", { "Every scenario by": "Climate change" });
        const every = table("results");
        choose("differences", { By: "scope of the GHG Protocol" });
        const steps = table("differences");
        choose("products", { Allocation: "all, side by side", Show: "relative" });
        const products = table("products");
        choose("products", { Show: "absolute" });
        const each = table("products");
        const marks = document.querySelectorAll(".drawn svg rect").length;
        return { said, parts, relative, away, again, steps, products, each, every, marks };
        """,
    )
    reading = Reading(results)
    location = {row["scenario"]: row["value"] for row in records(results.headline(basis="location"))}
    contributions = [row for row in records(results["contributions"]) if row["electricity_basis"] == "location"]
    ids = [case.id for case in reading.shown]
    rows = [row for row in found["parts"] if len(row) > 1]
    assert [row[-2] for row in rows] == [show.number(location[name]) for name in ids]
    for name, row in zip(ids, rows, strict=True):
        parts = {show.number(r["value"]) for r in contributions if (r["scenario"], r["dimension"]) == (name, "input")}
        assert parts <= set(row)
    shown = [row[-2] for row in found["relative"] if len(row) > 1]
    first = location[ids[0]]
    assert shown[:2] == [show.number(100.0), show.number(100 * location[ids[1]] / first)]
    assert found["said"] == found["again"] == [False, 0]
    assert found["away"][0]
    assert "relative to the first scenario of each group" in found["away"][1]
    market = {row["scenario"]: row["value"] for row in records(results.headline())}
    both = [[show.number(market[case.id]), show.number(location[case.id])] for case in reading.ordered]
    assert [row[1:3] for row in found["every"] if len(row) > 1] == both
    pair = reading.pairs[0]
    ends = [show.number(market[case.id]) for case in (pair.baseline, pair.alternative)]
    assert [found["steps"][0][1], found["steps"][-1][1]] == ends
    assert found["products"][0][1:] == [show.number(100.0)] * (len(found["products"][0]) - 1)
    bears = {
        (row["product"], row["allocation"]): show.number(row["value"])
        for row in records(results["products"])
        if (row["scenario"], row["indicator"], row["electricity_basis"]) == (ids[0], "climate_change", "market")
    }
    for row, product in zip(found["each"], ["basket", "Nd2O3", "Dy2O3", "NdDy oxide"], strict=True):
        assert row[1:] == [bears[product, allocation] for allocation in ("mass", "value", "dysprosium")]
    assert found["marks"] > 10


@needs_browser
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_what_was_changed(page: str, tmp_path: Path, theme: str) -> None:
    changed = """
      slide("returned", 900); enter("power", 99);
      choose("stages", { By: "input", Show: "relative" }); choose("differences", { By: "stage" });
      choose("products", { Allocation: "all, side by side" });
      document.querySelectorAll("details").forEach((one) => { one.open = true; });
    """
    found = axe_finds(page, tmp_path, PANEL + SWITCH + changed, *(DARK if theme == "dark" else ()))
    assert found["told"] == []
    assert found["dark"] == (theme == "dark")
    assert found["passed"] > 15


def test_numbers_of_the_page_are_as_short_as_they_may_be() -> None:
    assert short(1.23456789) == 1.2346
    assert short(1.2349999) == 1.2349999  # 1.235 would print as 1.24
    assert short(None) is None
    for value in (0.12345, 1.0049999999, 2.675000001, -9.9949999, 1e-9 / 3):
        assert show.number(short(value)) == show.number(value)
