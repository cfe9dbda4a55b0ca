"""What the README shows is what a person gets."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from lca.commands import main
from lca.workspace import bundled
from tests.textbook import INVENTORY, METHOD
from tests.works import INVENTORY as WORKS

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w*)\n(.*?)^```", README, re.M | re.S)


def block(containing: str) -> str:
    return next(text for _, text in BLOCKS if containing in text)


def run(words: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as stopped:
        main(shlex.split(words)[1:])
    seen = capsys.readouterr()
    return int(stopped.value.code or 0), seen.out, seen.err


def commands() -> list[str]:
    texts = [text for _, text in BLOCKS if text.startswith("ree-lca ")]
    return [line.split("  #")[0].strip() for text in texts for line in text.splitlines()]


def test_the_headline_is_what_run_prints(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, _ = run("ree-lca run", capsys)
    assert code == 0
    assert [line.rstrip() for line in out.splitlines()] == block("baseline > alternative").splitlines()


@pytest.mark.parametrize("line", commands())
def test_every_command_works(
    line: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = run(line.split(" && ", maxsplit=1)[0], capsys)
    assert code == 0, err


def test_the_refusal_is_what_a_person_sees(capsys: pytest.CaptureFixture[str]) -> None:
    scenario = "electro/magnet-full/belfast/grid"
    code, _, err = run(f'ree-lca results {scenario} --set electro_extraction.cell_voltage="3.0 kg"', capsys)
    assert code == 1
    assert block("REE-U003") in err
    code, _, err = run(f'ree-lca results {scenario} --set electro_extraction.cell_voltage="30 V"', capsys)
    assert code == 0
    assert "2.8 to 4.5 V" in err


def test_the_process_shown_is_that_of_the_workspace() -> None:
    shown = yaml.safe_load(block("process: electro_extraction"))
    file = bundled() / "inventories" / "foreground" / "electro_extraction.yaml"
    real = next(d for d in yaml.safe_load_all(file.read_text()) if d.get("process") == shown["process"])
    for name, parameter in shown["parameters"].items():
        assert {key: real["parameters"][name].get(key) for key in ("value", "formula", "distribution")} == {
            key: parameter.get(key) for key in ("value", "formula", "distribution")
        }
    assert shown["product"] == real["product"]
    assert shown["balance"] == real["balance"]
    assert any(line["amount"] == shown["inputs"][0]["amount"] for line in real["inputs"])


def plain_numbers(node: Any, grade: str | None = None) -> Iterator[str | None]:
    """The evidence grade of every number that is written as a value, an amount or a share."""
    if isinstance(node, list):
        for item in node:
            yield from plain_numbers(item, grade)
    if not isinstance(node, dict):
        return
    grade = node.get("evidence", grade)
    for key in ("value", "amount", "share"):
        if re.fullmatch(r"[\d.]+(e-?\d+)?( [\w%/]+)?", str(node.get(key, ""))):
            yield grade
    for key, item in node.items():
        if key not in ("product", "distribution"):
            yield from plain_numbers(item, grade)


def test_about_two_thirds_of_the_bundled_figures_are_judgement() -> None:
    assert "about two thirds are expert judgement or stand in" in README
    documents = [d for f in (bundled() / "inventories").rglob("*.yaml") for d in yaml.safe_load_all(f.read_text())]
    kinds = ("process", "feed", "site", "route", "power", "workspace")
    grades = [grade for d in documents if next(iter(d)) in kinds for grade in plain_numbers(d)]
    assert 0.6 < sum(grade in ("expert", "placeholder") for grade in grades) / len(grades) < 0.72


@pytest.mark.parametrize("path", re.findall(r"\]\((\S+?)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    assert path.startswith("https://") or (Path(__file__).parents[1] / path).exists()


def test_the_whole_workspace_of_the_language_page_is_the_one_tested() -> None:
    page = (Path(__file__).parents[1] / "docs" / "inventory-language.md").read_text(encoding="utf-8")
    assert f"```yaml\n{INVENTORY}```" in page
    assert f"```yaml\n{METHOD}```" in page


#: The first keys of the examples that are pieces of `tests.works`.
OF_WORKS = {"flow_groups", "exclusions", "allocation", "products", "prices", "origins", "networks"}


def test_examples_of_products_prices_and_networks_are_those_tested() -> None:
    """Each is a piece of the workspace whose results are worked out by hand."""
    page = (Path(__file__).parents[1] / "docs" / "inventory-language.md").read_text(encoding="utf-8")
    examples = [
        text for text in re.findall(r"^```yaml\n(.*?)^```", page, re.M | re.S) if text.split(":")[0] in OF_WORKS
    ]
    assert len(examples) == 7
    for example in examples:
        assert f"\n{example}" in WORKS
