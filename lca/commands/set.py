"""`ree-lca set`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from lca.commands.common import emit, say, study_option, warn, workspace_option
from lca.errors import render_text

if TYPE_CHECKING:
    from lca.editing.change import Wish


@click.command("set")
@click.argument("changes", nargs=-1, required=True, metavar="PATH=VALUE...")
@click.option("--source", metavar="ID", help="Source of the new value.")
@click.option(
    "--evidence", metavar="GRADE", help="Its evidence: measured, literature, calculated, expert, placeholder."
)
@click.option("--note", metavar="TEXT", help="Its note.")
@click.option("--by", metavar="WHO", help="Who changes it; kept in changes.jsonl of the workspace.")
@click.option("--why", metavar="TEXT", help="Why; kept there too.")
@click.option("--dry-run", is_flag=True, help="Write nothing: show what would change in the files and in the results.")
@click.option("--force", is_flag=True, help="Write it even if the workspace has errors then.")
@study_option
@workspace_option
def command(
    changes: tuple[str, ...],
    source: str | None,
    evidence: str | None,
    note: str | None,
    by: str | None,
    why: str | None,
    dry_run: bool,
    force: bool,
    study: str | None,
    root: Path,
) -> None:
    """Change values in the files of the workspace; comments, order, quotes and line endings stay.

    PATH is the address of a value: process.parameter, process.parameter.range, process.inputs.flow, site.parameter,
    study.key (`ree-lca find` and `ree-lca get` show them). A change that makes the workspace wrong is refused.

    \b
    Example:
      ree-lca set electro_extraction.cell_voltage="3.2 V" --evidence expert --dry-run
    """
    from lca.change_log import LOG, keeps_log
    from lca.editing.change import Wish, change, parse_wish
    from lca.editing.own import refuse_bundled

    wish = Wish(parse_wish(changes), source, evidence, note, by, why, force)
    if dry_run:
        _show(root, wish, study)
        return
    refuse_bundled(root)
    logged = keeps_log(root)
    draft, said = change(root, wish)
    for one in draft.changed:
        say(f"{one.address}: {one.before or '(nothing)'} -> {one.after}   {one.span.shown()}")
    if logged and draft.texts:
        say(f"added a line to {root / LOG}")
    if not draft.texts:
        say("nothing changes: it says so already")
    if said:
        warn("\n" + render_text(said))


def _show(root: Path, wish: Wish, study: str | None) -> None:
    """The change in the files on stdout, then what it does to the headline."""
    import pandas as pd

    from lca.editing.dry_run import dry_run

    outcome = dry_run(root, wish, study)
    click.echo(outcome.textual or "nothing changes: it says so already")
    moved = [row for row in outcome.rows if row["difference"] != 0]
    if outcome.title:
        click.echo()
        hide = ("indicator", "unit", "electricity_basis")
        emit(pd.DataFrame(moved, columns=list(outcome.rows[0])), "table", title=outcome.title, hide=hide)
        click.echo(f"\n{len(outcome.rows) - len(moved)} of {len(outcome.rows)} results stay as they are")
    if outcome.said:
        warn("\n" + render_text(outcome.said))
    say("\nnothing was written")
