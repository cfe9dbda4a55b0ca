"""`ree-lca completion`."""

from __future__ import annotations

import click

from lca.commands.common import Choice


@click.command("completion")
@click.argument("shell", type=Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a script for SHELL that completes commands, options, ids of scenarios, indicators and parameters on <TAB>.

    Write it to a file that the shell reads when it starts: for bash one that ~/.bashrc names by `source`, for zsh one
    of ~/.zshrc, for fish ~/.config/fish/completions/ree-lca.fish.

    \b
    Example:
      ree-lca completion bash
    """
    from click.shell_completion import get_completion_class

    from lca.commands import cli
    from lca.commands.completing import VARIABLE

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(cli, {}, "ree-lca", VARIABLE).source())
