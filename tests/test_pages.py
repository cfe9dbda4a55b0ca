"""What the pages of the documentation show is what a person gets.

Every block of commands or Python runs, in the order of its page and in an empty folder. In a `console` block commands
begin with `$ `, and what follows them has to be what they print; a line `...` stands for any lines. A YAML block with a
title is a file that the reader writes, one after Python with `text` is what that prints. What cannot run says why:
`<!-- not run: reason -->`. `--update-golden` writes what is printed now into the pages.
"""

from __future__ import annotations

import contextlib
import gc
import io
import re
import shlex
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from lca.background import store
from lca.commands import main

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
FENCE = re.compile(r"^(?:<!-- not run: (?P<reason>.+?) -->\n)?^```(?P<info>[^\n`]*)\n(?P<text>.*?)^```$", re.M | re.S)

NO_WORKSPACE = "the current folder is no workspace: using the bundled one"

#: Programs of the system that commands of a page may call.
TOOLS = {"cat", "cp", "git", "ls", "mkdir", "unzip"}


@dataclass(frozen=True)
class Block:
    """A block of a page; `start` is where its text begins."""

    language: str
    title: str
    text: str
    reason: str | None
    start: int


def blocks(page: str) -> list[Block]:
    found = []
    for match in FENCE.finditer(page):
        language, _, rest = match["info"].partition(" ")
        title = re.search(r'title="([^"]+)"', rest)
        found.append(Block(language, title[1] if title else "", match["text"], match["reason"], match.start("text")))
    return found


def typed(block: Block) -> Iterator[tuple[str, str | None]]:
    """The commands of a block as written, each with the output that is shown, None where none is."""
    commands = re.compile(r"(?:[^\n]*\\\n)*[^\n]*\n")
    if block.language != "console":
        yield from ((found[0], None) for found in commands.finditer(block.text) if found[0].strip())
        return
    for part in re.split(r"^\$ ", block.text, flags=re.M)[1:]:
        command = commands.match(part)
        assert command is not None
        yield command[0], part[command.end() :]


def run(line: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    """Exit code, and what is printed to stdout and stderr in its order."""
    if " && " in line:
        first, _, rest = line.partition(" && ")
        code, out = run(first, monkeypatch)
        return (code, out) if code else run(rest, monkeypatch)
    words = shlex.split(line.replace("\\\n", " "), comments=True)
    if words[0] == "cd":
        monkeypatch.chdir(words[1])
        return 0, ""
    if words[0] in TOOLS:
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr
    assert words[0] == "ree-lca", f"no command of ours, and none of {sorted(TOOLS)}: {line}"
    printed = io.StringIO()
    gc.disable()  # as the program does for itself
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            main(words[1:])
        except SystemExit as stopped:
            return int(stopped.code or 0), printed.getvalue()
        finally:
            gc.enable()
    raise AssertionError("main always exits")


def told(text: str, home: Path) -> str:
    """What is printed, as a page shows it: no folder of the test, no blanks at the ends of lines, and not each time
    that the folder of the reader is no workspace.
    """
    lines = text.replace(f"{home}/", "~/").replace(f"{NO_WORKSPACE}\n", "").splitlines()
    return "".join(f"{line.rstrip()}\n" for line in lines).strip("\n") + "\n" if text.strip() else ""


def agrees(shown: str, printed: str) -> bool:
    parts = [re.escape(part) for part in re.split(r"^\.\.\.\n", shown, flags=re.M)]
    return re.fullmatch(r"(?:[^\n]*\n)*".join(parts), printed) is not None


def shortened(shown: str, printed: str) -> str:
    """What is printed, cut where the page has `...`: as many lines before and after it as the page had."""
    if not re.search(r"^\.\.\.$", shown, re.M):
        return printed
    parts, lines = re.split(r"^\.\.\.\n", shown, flags=re.M), printed.splitlines(keepends=True)
    before, after = parts[0].count("\n"), parts[-1].count("\n")
    return "".join([*lines[:before], "...\n", *(lines[-after:] if after else [])])


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_shows_can_be_typed(
    name: str, tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache))
    monkeypatch.setenv(store.FOLDER_VARIABLE, str(tmp_path / "backgrounds"))
    page = (DOCS / name).read_text(encoding="utf-8")
    variables: dict[str, object] = {"__name__": "__page__"}
    printed: str | None = None  # by the Python before
    renewed = []
    updating = request.config.getoption("--update-golden")
    for block in blocks(page):
        if block.language == "yaml":
            if block.title:
                Path(block.title).parent.mkdir(parents=True, exist_ok=True)
                Path(block.title).write_text(block.text, encoding="utf-8")
            assert list(yaml.safe_load_all(block.text))
        elif block.reason is not None:
            assert len(block.reason) > 10
        elif block.language == "python":
            caught = io.StringIO()
            with contextlib.redirect_stdout(caught):
                exec(compile(block.text, f"docs/{name}", "exec"), variables)
            printed = told(caught.getvalue(), tmp_path)
            continue
        elif block.language == "text" and printed is not None:
            if not agrees(block.text, printed):
                renewed.append((block, printed))
        elif block.language in ("", "console"):
            text, differs = "", False
            for line, shown in typed(block):
                code, out = run(line, monkeypatch)
                out = told(out, tmp_path)
                refused = shown is not None and "error REE-" in (out if updating else shown)
                assert code == (1 if refused else 0), f"{line}\n{out}"
                right = shown is None or agrees(shown, out)
                differs |= not right
                text += f"$ {line}{shown if right else shortened(shown or '', out)}"
            if differs:
                renewed.append((block, text))
        else:
            raise AssertionError(f"{name}: nobody knows whether this is true:\n{block.text}")
        printed = None
    if renewed and updating:
        for block, text in reversed(renewed):
            page = page[: block.start] + text + page[block.start + len(block.text) :]
        (DOCS / name).write_text(page, encoding="utf-8")
    elif renewed:
        differing = "\n".join(f"--- the page\n{block.text}--- now\n{text}" for block, text in renewed)
        pytest.fail(
            f"docs/{name} shows what is not printed (--update-golden writes it anew):\n{differing}", pytrace=False
        )
