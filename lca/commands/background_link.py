"""`ree-lca background link`."""

from __future__ import annotations

from pathlib import Path

import click

from lca.commands.common import emit, format_option, warn, workspace_option


@click.command("link")
@click.argument("name")
@click.option("--suggest", is_flag=True, help="Print candidates for what no rule decides, as YAML to paste.")
@click.option("--flow", metavar="FLOW", help="With --suggest: candidates for this flow, decided or not.")
@click.option("--elementary", is_flag=True, help="Show the elementary flows that are ours instead of the rules.")
@workspace_option
@format_option
def command(name: str, suggest: bool, flow: str | None, elementary: bool, root: Path, form: str) -> None:
    """Show what the links of the workspace to the database NAME lead to, rule by rule. Nothing is linked by likeness:
    --suggest only prints.

    \b
    Example:
      ree-lca background link uslci --suggest --flow sodium_hydroxide
    """
    from lca.background.link_views import checked_links, elementary_table, rules_table, suggested

    if flow is not None and not suggest:
        raise click.UsageError("--flow goes with --suggest")
    if suggest and elementary:
        raise click.UsageError("--suggest and --elementary are two things to ask for")
    if suggest:
        click.echo(suggested(root, name, flow))
        return
    inventory, contents = checked_links(root, name)
    if elementary:
        table = elementary_table(inventory, contents)
        count = f"{len(table):,} of {len(contents.flows):,} elementary flows of {name} are flows of the workspace"
        emit(table, form, title=count)
        return
    table = rules_table(inventory)
    hidden = [column for column in table.columns if table[column].isna().all() or not table[column].any()]
    emit(table, form, title=f"{len(table)} rules for {name}", hide=[*hidden, "line"])
    wrong = table[table["status"] == "wrong"]
    for place, problem in zip(wrong["line"], wrong["problem"], strict=True):
        warn(f"{place}: {problem}")
