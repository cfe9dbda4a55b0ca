"""`ree-lca audit`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lca.commands.common import (
    background_option,
    common_options,
    emit,
    format_option,
    say,
    settings_option,
    workspace_option,
)

if TYPE_CHECKING:
    from lca.disclosure.audit.bundle import Report
    from lca.disclosure.audit.verifying import Verification
    from lca.impact.results import StudyResults

#: What only programs read of a log.
_HASHES = ("figures_sha256", "sha256")

_BUNDLE = click.Path(path_type=Path, dir_okay=False)


@click.group("audit")
def command() -> None:
    """Make bundles that others can check and compute again; sign and verify them; keep a log of runs.

    \b
    Example:
      ree-lca audit keygen signing.key
    """


@command.command("bundle")
@click.argument("study", required=False)
@click.option("--out", type=_BUNDLE, metavar="FILE.zip", help="The bundle; out/STUDY/bundle.zip if not named.")
@click.option("--by", metavar="NAME", default="", help="Who answers for the run; `not stated` if not named.")
@click.option(
    "--with-life-cycles",
    "life_cycles",
    is_flag=True,
    help="Put the life cycle inventories of linked activities of an imported background in, if its licence allows it.",
)
@settings_option
@background_option
@workspace_option
def bundle(
    study: str | None,
    out: Path | None,
    by: str,
    life_cycles: bool,
    root: Path,
    settings: tuple[Any, ...],
    background: str,
) -> None:
    """Compute STUDY (the default study if none is named) and pack inputs, results and all that they rest on.

    \b
    Example:
      ree-lca audit bundle --out audit.zip --by "Jane Doe"
    """
    from lca.disclosure.audit.bundle import make_bundle, write_aside

    if life_cycles and background == "own":
        raise click.UsageError("--with-life-cycles goes with --background NAME")
    made = make_bundle(root, study, settings, background, lambda r: page_of(root, r), by, life_cycles)
    path = out or Path("out") / made.study / "bundle.zip"
    write_aside(path, made.content)
    if life_cycles:
        say(f"the bundle holds inventories of {background}; pass it on only as far as the licence of that allows")
    say(f"wrote {path}, unsigned; `ree-lca audit sign {path} --key FILE` signs it")


def page_of(root: Path, results: StudyResults) -> Report:
    """The report by the templates of the workspace, or by those that come with the package; without its script, for
    nothing that acts goes into a bundle.
    """
    from lca.disclosure.audit.bundle import Report
    from lca.impact.study import workspace_hash
    from lca.report.content import report_document
    from lca.report.documents import check_claims
    from lca.report.html import render_html
    from lca.workspace import templates_of

    templates, document = templates_of(root, "html"), report_document(results)
    check_claims(document, root)
    files = [path for path in templates.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    return Report(render_html(document, templates, script=False), workspace_hash(templates, files))


@command.command("log")
@click.option("--begin", "start", is_flag=True, help="Begin the log with the files as they are.")
@workspace_option
@format_option
def log(start: bool, root: Path, form: str) -> None:
    """Check and show the log of the workspace, changes.jsonl, whose lines hold each other: who changed what and why,
    and what was computed. Every `ree-lca set` and `run` adds a line to it; the first begins it.

    \b
    Example:
      ree-lca audit log
    """
    import pandas as pd

    from lca.change_log import COLUMNS, LOG, begin, log_rows
    from lca.editing.own import refuse_bundled

    if start:
        refuse_bundled(root)
        say(f"began {root / LOG}" if begin(root) else f"the log has begun already: {root / LOG}")
    rows = log_rows(root)
    emit(pd.DataFrame(rows, columns=list(COLUMNS), dtype=object), form, hide=_HASHES)
    say(f"{len(rows)} lines, each of which holds the one before" if rows else "the workspace has no log yet")


@command.command("keygen")
@click.argument("file", type=_BUNDLE)
@common_options
def keygen(file: Path) -> None:
    """Make a key to sign with: the private half in FILE, the public half in FILE.pub, for those who verify.

    \b
    Example:
      ree-lca audit keygen signing.key
    """
    from lca.disclosure.audit.keys import make_key

    public, name = make_key(file)
    say(f"wrote {file}, which nobody else may have, and {public}, for everybody; the key is called {name}")


@command.command("sign")
@click.argument("bundle", type=_BUNDLE)
@click.option("--key", "key", type=_BUNDLE, required=True, metavar="FILE", help="Private key, made by `audit keygen`.")
@click.option("--no-compute", is_flag=True, help="Sign without computing the figures again first.")
@common_options
def sign(bundle: Path, key: Path, no_compute: bool) -> None:
    """Sign BUNDLE, after verifying it.

    \b
    Example:
      ree-lca audit sign audit.zip --key signing.key
    """
    from lca.disclosure.audit.signing import sign as signed

    name = signed(bundle, key, compute=not no_compute)
    say(f"signed {bundle} with the key {name}")


@command.command("verify")
@click.argument("bundle", type=_BUNDLE)
@click.option(
    "--key", "keys", type=_BUNDLE, multiple=True, metavar="FILE", help="Public key of who should have signed."
)
@click.option("--no-compute", is_flag=True, help="Look at hashes and signatures alone.")
@click.option(
    "--backgrounds",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    metavar="DIR",
    help="Folder of imported backgrounds, for a bundle that rests on one and does not hold it.",
)
@click.option("--seconds", default=600, show_default=True, type=click.IntRange(1), help="Most time to compute for.")
@format_option
@common_options
def verify(
    bundle: Path, keys: tuple[Path, ...], no_compute: bool, backgrounds: Path | None, seconds: int, form: str
) -> None:
    """Verify BUNDLE: hashes, signatures, structure, and every figure computed again from its inputs alone.

    \b
    Example:
      ree-lca audit verify audit.zip --key signing.key.pub
    """
    import pandas as pd

    from lca.disclosure.audit.verifying import verify as verified
    from lca.errors import as_records, count_line, render_text
    from lca.impact.results import COLUMNS

    found = verified(bundle, keys, not no_compute, seconds, backgrounds)
    if form != "table":
        emit(pd.DataFrame(as_records(found.found), columns=list(COLUMNS["warnings"])), form)
    else:
        for line in _said(found):
            click.echo(line)
        if found.found:
            click.echo(f"\n{render_text(found.found)}\n\n{count_line(found.found)}")
    if not found.sound:
        raise click.exceptions.Exit(1)


def _said(found: Verification) -> list[str]:
    """What was looked at, in words."""
    codes = {one.code for one in found.found}
    whole = not codes & {"REE-A005", "REE-A006", "REE-A007", "REE-A008", "REE-A016"}
    lines = [f"{found.files} files: " + ("as listed and described" if whole else "NOT as listed and described")]
    lines += [f"signed by the key {name}" for name in found.signed_by]
    if not found.computed:
        lines.append("figures: not computed again")
    elif "REE-A012" in codes:
        lines.append(f"{found.figures} figures computed again: NOT all agree")
    else:
        inputs = "the bundle alone" if found.alone else "the bundle and a database that it does not hold"
        lines.append(f"{found.figures} figures computed again from {inputs}: all agree")
    return lines
