"""The forms of single values: identifiers, addresses, options, quantities as written."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import Field, PlainValidator, WithJsonSchema

from lca.inventory.evaluation import FUNCTION_NAMES
from lca.inventory.formula import KEYWORDS
from lca.inventory.reading import Text
from lca.units import UNIT_NAMES

RESERVED = KEYWORDS | UNIT_NAMES | FUNCTION_NAMES

_IDENTIFIER = re.compile(r"[a-z][a-z0-9_]*")
_OPTION = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_DATABASE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
_ADDRESS = re.compile(r"[A-Za-z][\w-]*\.[A-Za-z_]\w*")


class Malformed(ValueError):
    """A value of the wrong form; `code` is the diagnostic it becomes, `key` the key of a mapping that is at fault."""

    def __init__(self, code: str, message: str, expected: str = "", key: str = ""):
        super().__init__(message)
        self.code, self.expected, self.key = code, expected, key


def _text(value: Any) -> Text:
    if not isinstance(value, Text):
        raise Malformed("REE-S003", f"{_called(value)} stands where one value is due", "a single value")
    if not value.strip():
        raise Malformed("REE-S003", "the value is empty", "a value")
    return value


def _called(value: Any) -> str:
    return "a mapping" if isinstance(value, dict) else "a list" if isinstance(value, list) else "something else"


def _identifier(value: Any) -> Text:
    text = _text(value)
    if not _IDENTIFIER.fullmatch(text):
        raise Malformed(
            "REE-S006", f"`{text}` is not an identifier", "lower-case letters, digits and underscores, a letter first"
        )
    return text


def _parameter_name(value: Any) -> Text:
    text = _text(value)
    if not re.fullmatch(r"[A-Za-z]\w*", text):
        raise Malformed(
            "REE-S006", f"`{text}` is not a parameter name", "letters, digits and underscores, a letter first"
        )
    if text in RESERVED:
        kind = "a unit" if text in UNIT_NAMES else "a function" if text in FUNCTION_NAMES else "a keyword"
        raise Malformed("REE-N005", f"`{text}` is {kind}", "another name")
    return text


def _option(value: Any) -> Text:
    text = _text(value)
    if not _OPTION.fullmatch(text):
        raise Malformed("REE-S006", f"`{text}` is not an option", "letters, digits, hyphens and underscores")
    return text


def _address(value: Any) -> Text:
    text = _text(value)
    if not is_address(text):
        raise Malformed(
            "REE-S006",
            f"`{text}` is not an address",
            "process.parameter, axis.parameter, study.parameter or workspace.parameter",
        )
    return text


def is_identifier(text: str) -> bool:
    """Whether a text can be the id of a document or the name of an option."""
    return _OPTION.fullmatch(text) is not None


def is_address(text: str) -> bool:
    """Whether a text has the form `owner.parameter`."""
    return _ADDRESS.fullmatch(text) is not None


def _options(value: Any) -> tuple[Text, ...]:
    items = value if isinstance(value, list) else [value]
    if not items:
        raise Malformed("REE-S003", "the list is empty", "at least one option")
    return tuple(_option(item) for item in items)


def is_database_name(text: str) -> bool:
    """Whether a background database may be called so: it is the name of a folder."""
    return _DATABASE.fullmatch(text) is not None


def _database_name(value: Any) -> Text:
    text = _text(value)
    if not is_database_name(text):
        raise Malformed("REE-S006", f"`{text}` is no name of a database", "letters, digits, dots, hyphens, underscores")
    return text


def _scope(value: Any) -> Text:
    text = _text(value)
    if not re.fullmatch(r"1|2|3\.(?:[1-9]|1[0-5])", text):
        raise Malformed("REE-S007", f"`{text}` is no GHG scope", "1, 2, or 3.1 to 3.15")
    return text


_STRING = WithJsonSchema({"type": "string"})
SCALAR = WithJsonSchema({"type": ["string", "number"]})

Prose = Annotated[Text, PlainValidator(_text), _STRING]
Quantity = Annotated[Text, PlainValidator(_text), SCALAR]
Identifier = Annotated[Text, PlainValidator(_identifier), _STRING]
ParameterName = Annotated[Text, PlainValidator(_parameter_name), _STRING]
Option = Annotated[Text, PlainValidator(_option), _STRING]
DatabaseName = Annotated[Text, PlainValidator(_database_name), _STRING]
Address = Annotated[Text, PlainValidator(_address), _STRING]
Options = Annotated[
    tuple[Text, ...],
    PlainValidator(_options),
    WithJsonSchema({"type": ["string", "array"], "items": {"type": "string"}}),
]
Scope = Annotated[Text, PlainValidator(_scope), SCALAR]
Score = Annotated[int, Field(ge=1, le=5)]
Evidence = Literal["measured", "literature", "calculated", "expert", "placeholder"]
FlowKind = Literal["product", "waste", "elementary"]
