"""What commands that sample share: their options, and progress on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lca.commands.common import say

if TYPE_CHECKING:
    from lca.impact.batch.uncertainty import Sampled, Wanted

F = TypeVar("F", bound=Callable[..., Any])


class Share(click.ParamType):
    """`0.5%`, or a plain number."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        try:
            text = str(value).strip()
            share = float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
        except ValueError:
            self.fail(f"{value!r} is no share such as 0.5%", param, ctx)
        if not 0 < share < 1:
            self.fail(f"{value!r} does not lie between 0 and 100 %", param, ctx)
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
            type=Share(),
            metavar="SHARE",
            help="Sample until median and central 95 % are known to this share of the median, 0.5% say.",
        ),
        click.option(
            "--seed", type=click.IntRange(0), default=1, show_default=True, help="The same seed, the same bits."
        ),
        click.option(
            "--method",
            type=click.Choice(["mc", "lhs", "sobol"]),
            default="mc",
            show_default=True,
            help="Monte Carlo, Latin hypercube, or scrambled Sobol sequence.",
        ),
    )
    for option in reversed(options):
        function = option(function)
    return function


@contextmanager
def progress(total: int, what: str) -> Iterator[Callable[[int], None]]:
    """A bar with the rate and the time left on stderr, if that is a terminal; call the result with what is done."""
    if not sys.stderr.isatty():
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


def say_account(sampled: Sampled, wanted: Wanted, run: Any) -> None:
    """What was done and how it was proved, and every warning, on stderr."""
    from lca.commands.common import say_warnings
    from lca.errors import as_records
    from lca.impact.batch.uncertainty import account
    from lca.impact.results import frame

    for sentence in account(sampled, wanted, run):
        say(sentence)
    say_warnings(frame("warnings", as_records(sampled.problems.warnings)))
