"""`ree-lca diff`."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import (
    BASIS,
    common_options,
    emit,
    footnote,
    format_option,
    indicator_option,
    say,
    study_option,
    warn,
)
from lca.commands.sampled import progress
from lca.errors import InputError, render_text

if TYPE_CHECKING:
    from lca.editing.effects import Effects
    from lca.editing.revisions import State

#: So many differences have a column of their own, those that do most.
COLUMNS = 6


@click.command("diff")
@click.argument("first")
@click.argument("second", required=False)
@click.option(
    "--results", is_flag=True, help="Show what each difference does to the headline results, and all of them."
)
@click.option("--scenario", "scenarios", multiple=True, metavar="ID", help="Show the results of this one only.")
@study_option
@indicator_option
@click.option("--basis", type=BASIS, help="Electricity accounting of the results; that of the study if none is named.")
@click.option(
    "-w",
    "--workspace",
    "given",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Workspace whose revisions are meant, and SECOND if none is named.",
)
@common_options
@format_option
def command(
    first: str,
    second: str | None,
    results: bool,
    scenarios: tuple[str, ...],
    study: str | None,
    indicator: str | None,
    basis: Any,
    given: Path | None,
    form: str,
) -> None:
    """Say what differs between two workspaces in what they mean: reordering, comments and other units do not count.

    FIRST and SECOND are folders, git revisions of the workspace (HEAD~1, a tag, a branch), audit bundles (.zip), or
    `bundled`. SECOND is the workspace itself if it is left out.

    \b
    Example:
      ree-lca diff bundled
      ree-lca diff HEAD~1 --results
    """
    import pandas as pd

    from lca.editing.compare import compared
    from lca.workspace import bundled, find

    root = find(given)
    if second is None and given is None and root == bundled() and root != Path.cwd():
        say("the current folder is no workspace: using the bundled one")
    with contextlib.ExitStack() as sides:
        old, new = (name and sides.enter_context(_side(name)) for name in (first, second))
        found = sides.enter_context(compared(root, old or first, new))
        table = pd.DataFrame(found.rows(), columns=found.columns)
        if not results:
            hide = ("before_value", "after_value", "unit", "number")
            if len(table) or form != "table":
                emit(table, form, hide=hide)
            say(f"{len(table)} differences" if len(table) != 1 else "1 difference")
            return
        with progress(len(found.telling), "computing") as told:
            effects = found.effects(study, indicator, basis, told)
    for name in scenarios:
        if name not in effects.after.values and name not in effects.before.values:
            raise InputError([found.unknown_scenario(name, effects)])
    if form != "table":
        emit(pd.DataFrame(list(effects.rows(scenarios))), form)
        return
    if len(table):
        emit(table, form, hide=("before_value", "after_value", "unit", "file", "line"))
        click.echo()
    _show(effects, scenarios)


@contextlib.contextmanager
def _side(name: str) -> Iterator[str | State]:
    """What is asked for by its name; of an audit bundle the workspace in it, for as long as it is looked at."""
    from lca.editing.revisions import State

    if not Path(name).is_file():
        yield name
        return
    from lca.disclosure.audit.packing import unpacked
    from lca.disclosure.audit.recomputing import settings_of, write_inputs
    from lca.disclosure.audit.verifying import altered

    files = unpacked(Path(name))
    if faults := altered(files):
        warn(f"{render_text(faults)}\n{name} is compared all the same; `ree-lca audit verify` says more")
    if settings := settings_of(files):
        say(f"{name} was computed with {', '.join(settings)}; what is compared is its workspace without")
    with tempfile.TemporaryDirectory(prefix="ree-lca-") as made:
        write_inputs(files, Path(made))
        yield State(name, Path(made).resolve() / "workspace", taken_out=True)


def _show(effects: Effects, scenarios: tuple[str, ...]) -> None:
    """Before, what each difference does alone, what they do together beyond that, after."""
    import pandas as pd

    title, rows, said = effects.table(scenarios, COLUMNS)
    emit(pd.DataFrame(rows), "table", title=title)
    footnote("\n".join(said), "table")
