"""The command line. Commands are imported when they are called, so that `--help` is there at once."""

from __future__ import annotations

import atexit
import gc
import importlib
import os
import sys
from keyword import iskeyword
from typing import Any

import click

import lca
from lca.errors import InputError, count_line, nearest, render_text

#: Sections of the help: commands with one line each; the module of the same name holds a command, `import_` the one
#: that is a word of Python.
SECTIONS = {
    "Begin": {
        "tour": "Print the first ten minutes, with commands to type.",
        "init": "Make a new workspace from the bundled one.",
        "check": "Find everything that is wrong or doubtful in a workspace.",
        "run": "Compute a study; write its results and report.",
        "report": "Write the report of a study: web page, PDF and workbook.",
        "doctor": "Look whether everything that the program needs is there and works.",
        "completion": "Print a script that completes commands and ids in a shell.",
    },
    "Results": {
        "results": "Show the results of a study.",
        "compare": "Compare two scenarios and say what makes the difference.",
        "contributions": "Break a result down by stage, process, input, flow, scope or account.",
        "products": "Share a result among the products of the basket, by every allocation.",
        "balance": "Show the element balances and closed loops of a scenario.",
        "loop": "Show how far closed loops close, bin by bin.",
        "costs": "Show what the purchases of scenarios cost, and the difference.",
        "dependency": "Show which countries the purchases depend on.",
        "accounts": "Show a year of a plant or a network by GHG scope and account.",
        "lots": "Show lots with what they are made of, and their footprints.",
    },
    "How sure, and what if": {
        "uncertainty": "Show how sure results are, with all stated ranges and distributions sampled.",
        "sensitivity": "Show what drives a result or a difference, and which data to get next.",
        "sweep": "Compute scenarios over a range of one or two parameters.",
        "breakeven": "Find the value of a parameter at which two scenarios tie.",
        "scenarios": "List the scenarios; find the best values of parameters, or what footprint and cost trade.",
    },
    "Where a figure comes from": {
        "explain": "Take a figure apart, down to the lines and sources that it rests on.",
        "sources": "List the data sets with their sources and evidence.",
        "methods": "List the methods of impact assessment; show their factors.",
        "audit": "Pack a study for verifiers; sign and verify such bundles.",
    },
    "Write and change inventories": {
        "get": "Show a value: source, place, what it comes to, who makes use of it.",
        "find": "Find names, titles, notes, sources and values in the files.",
        "set": "Change values in the files, and nothing beside them.",
        "new": "Start a process, a study, a site or another option.",
        "diff": "Say what differs between two workspaces or revisions, and what it does.",
        "fmt": "Put files into canonical order and layout.",
        "schema": "Write the JSON Schema of the inventory language, for editors.",
    },
    "Other data and programs": {
        "background": "Import background databases; list, show, link and remove them.",
        "compare-backgrounds": "Compute a study on several backgrounds, side by side.",
        "import": "Take over what another program or a spreadsheet holds.",
        "export": "Write a study for another program, or the workspace as a spreadsheet.",
    },
}
COMMANDS = {name: text for commands in SECTIONS.values() for name, text in commands.items()}

WRONG_INPUT, INTERNAL = 1, 3


class _Commands(click.Group):
    """The group that knows its commands by name and imports them on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = name.replace("-", "_") + ("_" if iskeyword(name) else "")
        command: click.Command = importlib.import_module(f"lca.commands.{module}").command
        if os.environ.get("_REE_LCA_COMPLETE"):
            from lca.commands.completing import attach

            return attach(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for title, commands in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl(list(commands.items()), col_max=20)

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            close = nearest(args[0], COMMANDS)
            ctx.fail(f"no such command '{args[0]}'" + (f"; did you mean '{close}'?" if close else ""))
        return super().resolve_command(ctx, args)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(lca.__version__, prog_name="ree-lca", message="%(prog)s %(version)s")
def cli() -> None:
    """Life cycle and carbon accounting of rare earth oxide refining.

    Inventories are YAML, every unit and balance is checked, results come from Brightway.

    \b
    Example:
      ree-lca run
    """


def main(arguments: list[str] | None = None) -> None:
    """Run the command line. Exit codes: 0 fine, 1 the input has errors, 2 wrong usage, 3 an internal failure, 130
    stopped with Ctrl-C: what was printed, if anything, is marked as partial.
    """
    words = sys.argv[1:] if arguments is None else arguments
    if arguments is None:
        gc.disable()  # a command lives for seconds, makes millions of values, and hardly a circle among them
        atexit.register(gc.freeze)  # nor are circles looked for when it ends: a tenth of its time
    debug = "--debug" in words
    try:
        code = cli.main(args=words, prog_name="ree-lca", standalone_mode=False)
        _flush()
        sys.exit(code if isinstance(code, int) else 0)
    except (click.exceptions.Abort, KeyboardInterrupt):
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except InputError as fault:
        if debug:
            raise
        click.echo(render_text(fault.diagnostics) + f"\n\n{count_line(fault.diagnostics)}", err=True)
        sys.exit(WRONG_INPUT)
    except BrokenPipeError:  # the reader of our output has gone, `ree-lca results | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except OSError as fault:
        if debug:
            raise
        click.echo(f"a file or stream cannot be used: {fault}", err=True)
        sys.exit(WRONG_INPUT)
    except Exception as fault:  # the last line of defence: whatever it is, no traceback unless asked for
        if debug:
            raise
        click.echo(
            f"internal failure: {type(fault).__name__}: {fault}\n"
            "Run again with --debug for the traceback, and report it please.",
            err=True,
        )
        sys.exit(INTERNAL)


def _flush() -> None:
    sys.stdout.flush()
