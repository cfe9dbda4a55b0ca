"""`ree-lca check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

import lca
from lca.commands import WRONG_INPUT
from lca.commands.common import settings_option, workspace_option
from lca.errors import as_records, count_line, render_sarif, render_text


@click.command("check")
@workspace_option
@settings_option
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "sarif"]),
    default="text",
    show_default=True,
    help="How to print.",
)
@click.option("--strict", is_flag=True, help="Count warnings as errors.")
def command(root: Path, settings: tuple[Any, ...], form: str, strict: bool) -> None:
    """Find everything that is wrong or doubtful: YAML, units, formulas, names, links, balances, plausibility, sources.

    Every finding is shown at once, with its place and code. Exit code 1 when there are errors.

    \b
    Example:
      ree-lca check --format json
    """
    from lca.impact.check import check_workspace

    problems = check_workspace(root, settings)
    if form == "json":
        click.echo(json.dumps(as_records(problems.all), indent=1, ensure_ascii=False))
    elif form == "sarif":
        click.echo(render_sarif(problems.all, lca.__version__))
    else:
        found = render_text(problems.all)
        click.echo((found + "\n\n" if found else "") + f"{root}: {count_line(problems.all)}")
    if problems.errors or (strict and problems.warnings):
        sys.exit(WRONG_INPUT)
