"""The built site of the documentation: strict, complete, and nothing in it is loaded from elsewhere."""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from lca.catalogue import CATALOGUE
from lca.chemistry_functions import FUNCTIONS
from lca.impact.evidence import GRADES
from lca.impact.results import COLUMNS, ON_DEMAND
from lca.units import UNIT_NAMES
from tests.commands.test_help import ALL

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("material") is None, reason='mkdocs-material is not installed (pip install ".[docs]")'
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


class Loaded(HTMLParser):
    """What a browser loads with a page, links to other pages left aside; and what it is told by name."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.unnamed: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        self.found += [given[name] for name in ("src", "srcset", "poster", "data") if name in given]
        self.found += [
            given.get("href") or given.get("xlink:href") or "" for _ in range(tag in ("link", "image", "use"))
        ]
        self.found += re.findall(r"url\(([^)]*)\)", given.get("style", ""))
        if tag == "img" and not given.get("alt"):
            self.unnamed.append(given.get("src", ""))
        if tag == "svg" and given.get("role") == "img" and not given.get("aria-label"):
            self.unnamed.append("svg")


def pages(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


def test_nothing_is_loaded_from_elsewhere(site: Path) -> None:
    assert len(pages(site)) > 30
    for page in pages(site):
        text = page.read_text(encoding="utf-8")
        loaded = Loaded()
        loaded.feed(text)
        away = [address for address in loaded.found if re.match(r"\s*['\"]?(?:[a-z]+:)?//", address)]
        assert not away, f"{page.name}: {away}"
        assert not loaded.unnamed, f"{page.name}: a drawing without words"
        # what the script of the theme would fetch: diagrams of its own kind, facts of a repository
        assert 'class="mermaid"' not in text
        assert 'data-md-component="source"' not in text
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(?:url\(\s*['\"]?|@import\s+['\"])(?:https?:)?//", sheet.read_text(encoding="utf-8"))


def said(site: Path, page: str) -> str:
    """The text of a page, without marks."""
    import html

    return html.unescape(re.sub(r"<[^>]+>", "", (site / page).read_text(encoding="utf-8")))


def test_the_reference_is_complete(site: Path) -> None:
    """Every command and option, table and column, function and unit, key of the schema and message."""
    from lca.editing.kinds import MODELS

    commands = said(site, "reference/command-line.html")
    for name, command in ALL.items():
        assert f"ree-lca {name}" in commands
        assert all(option in commands for parameter in command.params for option in parameter.opts if option[0] == "-")
    tables = said(site, "reference/tables.html")
    assert all(word in tables for name, columns in {**COLUMNS, **ON_DEMAND}.items() for word in (name, *columns))
    functions = said(site, "reference/functions.html")
    assert all(f"{name}(" in functions for name in FUNCTIONS)
    assert "RECl3" in functions
    assert all(unit in functions for unit in UNIT_NAMES)
    schema = said(site, "reference/schema.html")
    assert all(
        (field.alias or name) in schema for model in MODELS.values() for name, field in model.model_fields.items()
    )
    grades = said(site, "explanation/coverage.html")
    assert all(re.search(rf"^{grade}\n[^\n]+\n{weight:g}$", grades, re.M) for grade, weight in GRADES.items())
    messages = said(site, "messages.html")
    assert all(code in messages for code in CATALOGUE)


def test_drawings_are_of_the_model(site: Path) -> None:
    text = (site / "explanation" / "system.html").read_text(encoding="utf-8")
    drawn = re.findall(r'<svg role="img" aria-label="([^"]+)"', text)
    assert len(drawn) == 2
    assert "Returned for use again" in drawn[0]
    assert "not run:" not in "".join(page.read_text(encoding="utf-8") for page in pages(site))
