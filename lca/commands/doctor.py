"""`ree-lca doctor`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from lca.commands import WRONG_INPUT
from lca.commands.common import emit, format_option, workspace_option


@click.command("doctor")
@workspace_option
@format_option
def command(root: Path, form: str) -> None:
    """Look at versions, solver, extras, cache and workspace: what works, what is missing, what is at fault.

    Exit code 1 when something is at fault.

    \b
    Example:
      ree-lca doctor
    """
    import pandas as pd

    from lca.editing.doctor import examined

    found = examined(root)
    emit(pd.DataFrame([asdict(one) for one in found]), form)
    if any(one.state == "FAULT" for one in found):
        sys.exit(WRONG_INPUT)
