"""Documents as YAML in the style of the inventories: one line for each exchange, flow, factor and link."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

#: A mapping of more entries has one to a line.
WIDEST = 6


def as_yaml(documents: Iterable[Mapping[str, Any]]) -> str:
    """Several documents of one file."""
    return "---\n".join("".join(_entry(key, value, "") for key, value in d.items()) for d in documents)


def _entry(key: str, value: Any, indent: str) -> str:
    """A key with its value, in one line unless it is a list of mappings, or a mapping that is deep or long."""
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return f"{indent}{key}:\n" + "".join(f"{indent}  - {_inline(item)}\n" for item in value)
    if isinstance(value, Mapping) and (len(value) > WIDEST or any(isinstance(v, Mapping) for v in value.values())):
        rows = (_entry(_inline(name), item, f"{indent}  ") for name, item in value.items())
        return f"{indent}{key}:\n" + "".join(rows)
    return f"{indent}{key}: {_inline(value)}\n"


def _inline(value: Any) -> str:
    text = yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10**9, allow_unicode=True).strip()
    return text.removesuffix("...").strip()
