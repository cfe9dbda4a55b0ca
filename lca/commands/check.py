"""`ree-lca check`."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

import lca
from lca.commands import WRONG_INPUT
from lca.commands.common import Choice, say, settings_option, workspace_option
from lca.errors import as_records, count_line, forget_lines, render_sarif, render_text


@click.command("check")
@workspace_option
@settings_option
@click.option(
    "--format",
    "form",
    type=Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
@click.option("--watch", is_flag=True, help="Check again whenever a file is saved, until stopped (Ctrl-C).")
def command(root: Path, settings: tuple[Any, ...], form: str, strict: bool, watch: bool) -> None:
    """Find everything that is wrong or doubtful: YAML, units, formulas, names, links, balances, plausibility, sources.

    Every finding is shown at once, with its place and code. Exit code 1 when there are errors.

    \b
    Example:
      ree-lca check --format json
    """
    if not watch:
        if _check(root, settings, form, strict):
            sys.exit(WRONG_INPUT)
        return
    if form != "text":
        raise click.UsageError("--watch is for people: it goes with --format text only")
    from lca.editing.watch import saved

    for _ in saved(root):
        forget_lines()
        _check(root, settings, form, strict)
        say(f"--- {datetime.now():%H:%M:%S}, waiting for a file to be saved; Ctrl-C stops")


def _check(root: Path, settings: tuple[Any, ...], form: str, strict: bool) -> bool:
    """Check and print; whether something is wrong."""
    from lca.impact.check import check_workspace

    problems = check_workspace(root, settings)
    if form == "json":
        click.echo(json.dumps(as_records(problems.all), indent=1, ensure_ascii=False))
    elif form == "sarif":
        click.echo(render_sarif(problems.all, lca.__version__))
    else:
        found = render_text(problems.all)
        click.echo((found + "\n\n" if found else "") + f"{root}: {count_line(problems.all)}")
    return bool(problems.errors or (strict and problems.warnings))
