"""`ree-lca tour`."""

from __future__ import annotations

import textwrap
from pathlib import Path

import click

from lca.commands.common import workspace_option


@click.command("tour")
@workspace_option
def command(root: Path) -> None:
    """Print the first ten minutes: what to type, and what it shows, with the names of the workspace at hand.

    \b
    Example:
      ree-lca tour
    """
    from lca.editing.tour import steps

    for number, step in enumerate(steps(root), 1):
        click.secho(f"{number}. {step.title}", bold=True)
        click.echo(textwrap.fill(step.text, 88, initial_indent="   ", subsequent_indent="   "))
        click.echo()
        for line in step.commands:
            click.echo(f"     {line}")
        click.echo()
