"""Pages of the site that are made from the program, so that they cannot lag behind it.

Each function gives a page in Markdown: the command line from click, the schema from the models that check what people
write, functions and units from their registries, tables from their columns.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import click

#: Kinds of documents in the order of the reference; every other model follows where it is first named.
_KINDS = (
    *("workspace", "flows", "sources", "process", "links", "loop", "study", "method", "biosphere", "background"),
    *("prices", "allocation", "origins", "framework", "lots", "published"),
)


def _cell(text: str) -> str:
    """Text for a cell of a table; code in backticks may hold anything as it is."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("\n", " ").strip()


# --- the command line


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command and sub-command, by the words that call it."""
    from lca.commands import SECTIONS, cli

    context = click.Context(cli, info_name="ree-lca")
    for section in SECTIONS.values():
        for name in section:
            command = cli.get_command(context, name)
            assert command is not None
            yield from _below(name, command)


def _below(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    yield name, command
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=name)
        for sub in command.list_commands(context):
            found = command.get_command(context, sub)
            assert found is not None
            yield from _below(f"{name} {sub}", found)


def command_line() -> str:
    """Every command with its options and examples."""
    from lca.commands import SECTIONS

    found = dict(commands())
    rows = [
        "# Command line",
        "",
        "Every command, from the program itself. `ree-lca COMMAND --help` says the same. Tables go to stdout, "
        "everything else to stderr. Exit codes: 0 fine, 1 the input has errors, 2 wrong usage, 3 an internal failure, "
        "130 stopped with Ctrl-C.",
    ]
    for title, section in SECTIONS.items():
        rows += ["", f"## {title}"]
        for name in section:
            for words, command in found.items():
                if words == name or words.startswith(f"{name} "):
                    rows += ["", *_command(words, command)]
    return "\n".join(rows) + "\n"


def _command(words: str, command: click.Command) -> list[str]:
    level = "###" if " " not in words else "####"
    context = click.Context(command, info_name=f"ree-lca {words}")
    text, examples = described(command)
    rows = [
        f"{level} ree-lca {words}",
        "",
        f"`ree-lca {words} {' '.join(command.collect_usage_pieces(context)).strip()}`",
        "",
        text,
    ]
    options = [option for option in command.get_params(context) if isinstance(option, click.Option)]
    shown = [option for option in options if "--help" not in option.opts and not option.hidden]
    if shown:
        rows += ["", "| option | |", "|---|---|"]
        rows += [f"| {_named(option, context)} | {_cell(_said(option, context))} |" for option in shown]
    if examples:
        rows += ["", "```", *examples, "```"]
    return rows


def described(command: click.Command) -> tuple[str, list[str]]:
    """The description of a command without its examples, and these."""
    text = re.sub(r"[ \t]+$", "", command.help or "", flags=re.M)
    before, _, example = text.partition("Example:")
    paragraphs = [" ".join(part.split()) for part in before.replace("\b", "").split("\n\n")]
    lines = [line.strip() for line in example.replace("\b", "").splitlines()]
    return "\n\n".join(filter(None, paragraphs)), [line for line in lines if line]


def _named(option: click.Option, context: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in [*option.opts, *option.secondary_opts])
    kind = "" if option.is_flag else option.make_metavar(context)
    return f"{names} `{kind}`" if kind else names


def _said(option: click.Option, context: click.Context) -> str:
    record = option.get_help_record(context)
    return record[1] if record else ""


# --- the schema


def schema_page(axes: Mapping[str, str]) -> str:
    """Every key of every document, from the schema that editors get for a workspace of these axes."""
    from lca.editing.json_schema import inventory_schema
    from lca.inventory.schema import Proven

    definitions: dict[str, Any] = inventory_schema(list(axes))["$defs"]
    models = _models(definitions, axes)
    rows = [
        "# Schema",
        "",
        "Every key of every kind of document, from the schema that `ree-lca schema write` gives editors. "
        "[The inventory language](../inventory-language.md) explains them in context; units and formulas, which a "
        "schema cannot check, are on [a page of their own](functions.md). A key in **bold** has to be there.",
    ]
    for name in models:
        entry = definitions[name]
        rows += ["", f"## {_heading(name)}", ""]
        if entry.get("description"):
            rows += [" ".join(entry["description"].split()), ""]
        properties = entry.get("properties", {})
        if not properties:
            continue
        rows += ["| key | is | meaning | example |", "|---|---|---|---|"]
        for key, value in sorted(properties.items(), key=lambda item: item[0] in Proven.model_fields):
            shown = f"**`{key}`**" if key in entry.get("required", ()) else f"`{key}`"
            examples = ", ".join(f"`{_written(one)}`" for one in value.get("examples", ()))
            rows.append(f"| {shown} | {_kind(value)} | {_cell(value.get('description', ''))} | {examples} |")
    return "\n".join(rows) + "\n"


def _written(value: Any) -> str:
    return str(value) if not isinstance(value, list) else "[" + ", ".join(map(str, value)) + "]"


def _heading(name: str) -> str:
    return name if name.startswith("option of") else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize()


def _anchor(name: str) -> str:
    return _heading(name).lower().replace(" ", "-")


def _models(definitions: Mapping[str, Any], axes: Mapping[str, str]) -> list[str]:
    """Documents first, each followed by what occurs in it for the first time. Options of all axes look alike."""
    from lca.editing.kinds import MODELS

    documents = {kind: model.__name__ for kind, model in MODELS.items()}
    unplaced = set(documents) - set(_KINDS)
    order = [documents[kind] for kind in (*_KINDS, *sorted(unplaced)) if kind in documents]
    if axes:
        order.insert(1, f"option of {next(iter(axes))}")
    found: list[str] = []

    def visit(name: str) -> None:
        if name in found or name not in definitions:
            return
        found.append(name)
        for other in re.findall(r"#/\$defs/([\w%]+)", str(definitions[name])):
            if other not in order:
                visit(other)

    for name in order:
        visit(name)
    alike = {f"option of {axis}" for axis in axes}
    return [*found, *(name for name in definitions if name not in found and name not in alike)]


def _kind(value: Mapping[str, Any]) -> str:
    """What may stand at a key, in words."""
    if "$ref" in value:
        name = value["$ref"].removeprefix("#/$defs/").replace("%20", " ")
        return f"[{_heading(name)}](#{_anchor(name)})"
    if "enum" in value:
        return ", ".join(f"`{one}`" for one in value["enum"])
    if "const" in value:
        return f"`{value['const']}`"
    if "anyOf" in value:
        return " or ".join(dict.fromkeys(_kind(one) for one in value["anyOf"]))
    kind = value.get("type")
    if kind == "array":
        return f"list of {_kind(value['items'])}" if "items" in value else "list"
    if kind == "object":
        inner = value.get("additionalProperties")
        return f"by name: {_kind(inner)}" if isinstance(inner, dict) and inner else "mapping"
    words = {"string": "text", "number": "text", "integer": "whole number", "boolean": "true or false"}
    kinds = [kind] if isinstance(kind, str) else list(kind or ())
    return " or ".join(dict.fromkeys(words.get(one, one) for one in kinds)) or "anything"


# --- functions and units


def functions_page() -> str:
    """Functions of the formula language and units, from their registries."""
    from lca.chemistry_functions import FUNCTIONS
    from lca.inventory.formula import ARITHMETIC_FUNCTIONS
    from lca.recovery import FUNCTIONS as RECOVERY

    rows = [
        "# Functions and units",
        "",
        "From the registries of the program; [formulas](../inventory-language.md#formulas) says how they are written.",
        "",
        "## Chemistry",
        "",
        "Molar masses are sums of the abridged standard atomic weights of IUPAC (CIAAW 2021; Prohaska and others, "
        "Pure Appl. Chem. 94, 2022, [doi.org/10.1515/pac-2019-0603](https://doi.org/10.1515/pac-2019-0603)).",
        "The reactions:",
        "",
        *(f"{n}. {reaction}" for n, reaction in enumerate(reactions(), 1)),
        "",
        "| function | gives | unit |",
        "|---|---|---|",
    ]
    names = {"composition": "c", "by_element": "f", "formula": "'HCl'", "element": "'Cl'"}
    for function in (*FUNCTIONS.values(), *RECOVERY.values()):
        arguments = ", ".join(names[kind] for kind in function.arguments)
        rows.append(
            f"| `{function.name}({arguments})` | {_cell(function.description)} | {function.unit or 'a composition'} |"
        )
    rows += [
        "",
        "`c` is a composition, `f` a parameter with `by_element:`.",
        "",
        "## Arithmetic",
        "",
        ", ".join(f"`{name}`" for name in sorted(ARITHMETIC_FUNCTIONS))
        + "; `+ - * / ^`, comparisons, `and or not`, `A if CONDITION else B`.",
        "",
        "## Units",
        "",
        "What one of each is in the unit of its kind. A formula is computed in these.",
        "",
        "| kind | unit | is |",
        "|---|---|---|",
        *_units(),
    ]
    return "\n".join(rows) + "\n"


def _units() -> Iterator[str]:
    from lca.units import UNIT_NAMES, base_unit, describe, parse_unit

    units = sorted((parse_unit(name) for name in UNIT_NAMES), key=lambda unit: (describe(unit.dimension), unit.factor))
    for unit in units:
        kind = describe(unit.dimension).split(" (")[0]
        yield f"| {kind} | `{unit.name}` | {unit.factor:.10g} {base_unit(unit.dimension)} |"


def reactions() -> list[str]:
    """The reactions that `lca.chemistry` numbers."""
    import lca.chemistry

    found = re.findall(r"^ *(\d)\.? +(.*(?:=|->).*)$", lca.chemistry.__doc__ or "", re.M)
    return [text.strip() for _, text in found]


# --- tables


def tables_page() -> str:
    """Every table and its columns."""
    from lca.impact.results import COLUMNS, ON_DEMAND

    rows = [
        "# Tables",
        "",
        "The columns of every table, the same on screen (`--columns` chooses), as CSV, JSON and Parquet, in "
        "`results.json` and in Python. Values are in the unit of their row; shares are numbers from 0 to 1 in files.",
        "",
        "## Of every run",
        "",
        "| table | columns |",
        "|---|---|",
        *(f"| `{name}` | {', '.join(f'`{column}`' for column in columns)} |" for name, columns in COLUMNS.items()),
        "",
        "## When asked for",
        "",
        "| table | columns |",
        "|---|---|",
        *(f"| `{name}` | {', '.join(f'`{column}`' for column in columns)} |" for name, columns in ON_DEMAND.items()),
    ]
    return "\n".join(rows) + "\n"
