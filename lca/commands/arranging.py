"""`--columns`, `--sort` and `--filter`, which every command that prints a table takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any, TypeVar

import click

from lca.errors import nearest

if TYPE_CHECKING:
    import pandas as pd

F = TypeVar("F", bound=Callable[..., Any])

_KEY = "lca.arranging"
_CONDITION = re.compile(r"\s*([^=!<>~]+?)\s*(!=|<=|>=|=|<|>|~)\s*(.*?)\s*")


def arranging_options(function: F) -> F:
    """The three options. What is asked for waits in the context until a table is printed (`arranged`)."""
    for name, multiple, metavar, text in (
        ("--filter", True, "CONDITION", "Rows to show: 'value>2', 'scenario=*wind*', 'title~acid'; all must hold."),
        ("--sort", False, "COLUMN", "Column to sort by; -COLUMN for the largest first."),
        ("--columns", False, "NAMES", "Columns to show, in this order, with commas between."),
    ):
        function = click.option(
            name, multiple=multiple, metavar=metavar, callback=_keep, expose_value=False, help=text
        )(function)
    return function


def _keep(ctx: click.Context, parameter: click.Parameter, value: Any) -> None:
    if value:
        ctx.meta.setdefault(_KEY, {})[parameter.name] = value


def arranged(table: pd.DataFrame) -> tuple[pd.DataFrame, bool]:
    """A table as it was asked for, and whether its columns were named.

    Of several tables that a command prints, the first has to have what is named; another is left as it is.
    Raises `click.UsageError` with the nearest name.
    """
    ctx = click.get_current_context(silent=True)
    asked = ctx.meta.get(_KEY) if ctx else None
    if ctx is None or not asked:
        return table, False
    first = not asked.get("arranged")
    asked["arranged"] = True
    try:
        return _arranged(table, asked), "columns" in asked
    except click.UsageError:
        if first:
            raise
        return table, False


def _arranged(table: pd.DataFrame, asked: dict[str, Any]) -> pd.DataFrame:
    for condition in asked.get("filter", ()):
        table = table[_holds(table, condition)]
    if (by := asked.get("sort")) is not None:
        column = _column(table, by.removeprefix("-"))
        table = table.sort_values(column, ascending=not by.startswith("-"), kind="stable")
    if (names := asked.get("columns")) is not None:
        table = table[[_column(table, name) for name in names.split(",")]]
    return table


def _column(table: pd.DataFrame, name: str) -> str:
    """The column of that name; it may be written as the head of a printed table shows it."""
    names = {str(column).replace("_", " "): str(column) for column in table.columns}
    found = names.get(name.strip().replace("_", " "))
    if found is None:
        close = nearest(name, list(names.values()))
        hint = f"; did you mean '{close}'?" if close else f"; there are {', '.join(names.values())}"
        raise click.UsageError(f"the table has no column '{name.strip()}'{hint}")
    return found


def _holds(table: pd.DataFrame, condition: str) -> Any:
    """Whether a condition holds, row by row."""
    import pandas as pd

    parts = _CONDITION.fullmatch(condition)
    if parts is None:
        raise click.UsageError(f"'{condition}' is no condition: COLUMN, one of = != ~ < <= > >=, and a value")
    column, sign, wanted = table[_column(table, parts.group(1))], parts.group(2), parts.group(3)
    number = _number(wanted)
    numeric = pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
    if sign in ("<", "<=", ">", ">=") and (number is None or not numeric):
        raise click.UsageError(f"'{condition}' compares no numbers")
    if numeric and number is not None and sign != "~":
        compared = {"=": column.eq, "!=": column.ne, "<": column.lt, "<=": column.le, ">": column.gt, ">=": column.ge}
        return compared[sign](number)
    texts = column.astype(object).map(lambda value: "" if value is None or value != value else str(value))
    if sign == "~":
        return texts.map(lambda text: wanted.lower() in text.lower())
    return texts.map(lambda text: fnmatchcase(text, wanted) is (sign == "="))


def _number(text: str) -> float | None:
    """A number, or a percentage as a share."""
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return None
