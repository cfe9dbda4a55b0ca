"""Settings given on the command line: `--set process.parameter=VALUE`."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lca.errors import Problems, Span
from lca.inventory import scalars, schema
from lca.inventory.parameters import COMMAND_LINE, Override
from lca.inventory.reading import Text


def parse_settings(given: Iterable[str]) -> tuple[Override, ...]:
    """Overrides from `NAME=VALUE` texts; raises `InputError` naming every malformed one."""
    problems = Problems()
    found: list[Override] = []
    for text in given:
        name, equals, value = text.partition("=")
        place = Span(Path("--set"), 1, 1, len(text))
        if not equals or not name.strip() or not value.strip():
            problems.add("REE-C002", f"`--set {text}` is no setting", expected="--set process.parameter=VALUE")
            continue
        address = Text.at(name.strip(), place)
        if not scalars.is_address(address):
            problems.add(
                "REE-C002",
                f"`{name.strip()}` is no address of a parameter",
                expected="process.parameter, axis.parameter or study.parameter",
            )
            continue
        if any(str(known.address) == name.strip() for known in found):
            problems.add("REE-C002", f"`{name.strip()}` is set twice", expected="each parameter once")
            continue
        written = Text.at(value.strip(), Span(Path("--set"), 1, len(name) + 2, len(value)))
        found.append(Override(address, schema.Parameter(value=written), schema.Proven(), COMMAND_LINE))
    problems.raise_errors()
    return tuple(found)
