"""`ree-lca lots`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from lca.commands.common import (
    background_option,
    emit,
    footnote,
    format_option,
    settings_option,
    view_options,
    warn,
    workspace_option,
)

#: Columns that people look at; CSV and JSON have all.
_SHOWN = ("lot", "made_into", "operator", "site", "date", "drawn", "unit", "scenario", "footprint", "footprint_unit")


@click.command("lots")
@click.argument("lot", required=False)
@format_option
@settings_option
@view_options
@background_option
@workspace_option
def command(
    lot: str | None,
    form: str,
    settings: tuple[Any, ...],
    indicator: str | None,
    basis: str | None,
    background: str,
    root: Path,
) -> None:
    """Show LOT with all that went into it, and its footprint (every lot if none is named).

    \b
    Example:
      ree-lca lots EXAMPLE-REO-1 --format csv
    """
    from lca.disclosure.lots.chain import lot_chain
    from lca.errors import render_text

    table, doubts = lot_chain(root, lot, indicator, basis, settings, background)
    hidden = [name for name in table.columns if name not in (*_SHOWN, "coverage", "counted")]
    emit(table, form, title=f"Lot {lot} and what went into it" if lot else "Lots", hide=hidden)
    footnote(
        "The footprint of a lot is from the cradle to the gate: predecessors are in it, as its scenario models them, "
        "and are shown for the part that went in, not to be added.",
        form,
    )
    if doubts:
        warn(render_text(doubts))
