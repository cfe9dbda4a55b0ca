"""What commands that sample share: their options, and progress on a terminal."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lca.commands.common import Choice, is_quiet, say

if TYPE_CHECKING:
    from lca.impact.batch.uncertainty import Sampled, Wanted

F = TypeVar("F", bound=Callable[..., Any])


def _share(ctx: click.Context, parameter: click.Parameter, value: str | None) -> float | None:
    """`0.5%`, or a plain number."""
    if value is None:
        return None
    text = value.strip()
    try:
        share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        raise click.BadParameter(f"{value!r} is no share such as 0.5%") from None
    if not 0 < share < 1:
        raise click.BadParameter(f"{value!r} does not lie between 0 and 100 %")
    return share


def sampling_options(function: F) -> F:
    """`-n`, `--until`, `--seed` and `--method`."""
    options = (
        click.option(
            "-n",
            "count",
            type=click.IntRange(100, 100_000_000),
            default=10_000,
            show_default=True,
            help="Samples; a power of two for sobol, else the next one is taken.",
        ),
        click.option(
            "--until",
            callback=_share,
            metavar="SHARE",
            help="Sample until median and central 95 % are known to this share of the median, 0.5% say.",
        ),
        click.option(
            "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same bits."
        ),
        click.option(
            "--method",
            type=Choice(["mc", "lhs", "sobol"]),
            default="mc",
            show_default=True,
            help="Monte Carlo, Latin hypercube, or scrambled Sobol sequence.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def engine_options(function: F) -> F:
    """`--engine`, `--scheduler` and `--workers`."""
    options = (
        click.option(
            "--engine",
            type=Choice(["local", "dask"]),
            default="local",
            show_default=True,
            help="Threads of this process, or processes of a Dask cluster: the same bits.",
        ),
        click.option("--scheduler", metavar="ADDR", help="Cluster of Dask to use; else one is made on this machine."),
        click.option(
            "--workers", type=click.IntRange(1, 1024), metavar="N", help="Threads or processes; as many as processors."
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


def spreads_option(function: F) -> F:
    """`--background-spreads`."""
    return click.option(
        "--background-spreads",
        "spreads",
        is_flag=True,
        help="With --background: draw the exchanges of the database too, by the distributions that it states.",
    )(function)


def check_spreads(spreads: bool, background: str) -> None:
    """Raise where spreads of a database are asked for without a database."""
    if spreads and background == "own":
        raise click.UsageError("--background-spreads needs --background NAME: our own data sets are drawn anyway")


def check_engine(engine: str, scheduler: str | None, workers: int | None) -> None:
    """Raise where the options of an engine do not go together."""
    if scheduler is not None and engine != "dask":
        raise click.UsageError("--scheduler needs --engine dask")
    if scheduler is not None and workers is not None:
        raise click.UsageError("a cluster has its workers already: --scheduler and --workers exclude each other")


#: Exit code of a command that was stopped, as shells have it for Ctrl-C.
STOPPED = 130


@contextmanager
def stoppable() -> Iterator[Callable[[], bool]]:
    """Ctrl-C asks to stop, once, and what is yielded says whether it did; a second one stops at once."""
    asked = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield asked.is_set
        return
    before = signal.getsignal(signal.SIGINT)

    def ask(number: int, frame: Any) -> None:
        asked.set()
        signal.signal(signal.SIGINT, before)

    signal.signal(signal.SIGINT, ask)
    try:
        yield asked.is_set
    finally:
        signal.signal(signal.SIGINT, before)


def titled(complete: bool, done: int, title: str = "") -> str:
    """The title of a table; of one that was stopped it says so."""
    return title if complete else f"PARTIAL, stopped after {done:,} samples" + (f": {title}" if title else "")


def leave_if_stopped(complete: bool) -> None:
    """End with the exit code of a command that was stopped, where it was."""
    if not complete:
        raise click.exceptions.Exit(STOPPED)


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A bar with the rate and the time left on stderr, if that is a terminal; call the result with what is done."""
    if is_quiet() or not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, TextColumn, TimeRemainingColumn
    from rich.text import Text

    class Rate(ProgressColumn):
        def render(self, task: Any) -> Text:
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    columns = (TextColumn("{task.description}"), BarColumn(), Rate(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def say_proof(count: int, agreement: float) -> None:
    """How well bw2calc agrees, on stderr."""
    say(f"{count} points computed anew by bw2calc, largest relative difference {agreement:.1e}")


def say_account(sampled: Sampled, wanted: Wanted, run: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """What was done and how it was proved, and every warning, on stderr; `rows` are those with statistics."""
    from lca.impact.batch.uncertainty import account

    for sentence in account(sampled, wanted, run, rows):
        say(sentence)
    say_problems(sampled)


def say_problems(sampled: Sampled) -> None:
    """Every warning, on stderr."""
    from lca.commands.common import say_warnings
    from lca.errors import as_records
    from lca.impact.results import frame

    say_warnings(frame("warnings", as_records(sampled.opened.problems.warnings)))
