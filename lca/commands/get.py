"""`ree-lca get`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import emit, format_option, warn, workspace_option
from lca.errors import render_text

#: How many lines of one kind are printed.
SHOWN = 12


def _first(said: list[str]) -> list[str]:
    more = f"and {len(said) - SHOWN} more; --format json has all"
    return said if len(said) <= SHOWN + 1 else [*said[:SHOWN], more]


@click.command("get")
@click.argument("path")
@click.option("--scenario", metavar="ID", help="Scenario in which a formula is worked out; the first that has it.")
@workspace_option
@format_option
def command(path: str, scenario: str | None, root: Path, form: str) -> None:
    """Show a value: what is written of it, its source, its place, what it comes to and who makes use of it.

    PATH is an address: process.parameter, process.inputs.flow, site.parameter, flows.id, sources.id.

    \b
    Example:
      ree-lca get electro_extraction.cell_voltage
      ree-lca get solvent_extraction.strip_excess --format json
    """
    import pandas as pd

    from lca.change_log import faults_of_log
    from lca.editing.description import described

    found = described(root, path, scenario)
    if faults := faults_of_log(root):
        warn(f"{render_text(faults)}\nchanges of the value are not shown")
    if form != "table":
        flat = {key: "; ".join(said) if isinstance(said, list) else said for key, said in found.items()}
        emit(pd.DataFrame([flat]), form)
        return
    rows = [
        {"": key.replace("_", " ") if number == 0 else "", " ": str(text)}
        for key, said in found.items()
        for number, text in enumerate(_first(said) if isinstance(said, list) else [said])
    ]
    emit(pd.DataFrame(rows), form, title=path)
