"""The formula language: from text to a tree, with the place of every part.

A formula is an arithmetic expression in which numbers carry units: `1 - 0.080 L/mol * acid_strength`. That is not
Python (`0.080 L/mol` is no expression there), so it is read by a small precedence parser of its own, which also gives
exact places for messages and leaves nothing that could be called, indexed or imported.

Grammar, loosest first: `A if C else B`, `or`, `and`, `not`, comparison, `+ -`, `* /`, unary `-`, `^` (also `**`),
atoms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lca.errors import one_of
from lca.units import UNIT_NAMES, UnitError, nearest_unit, parse_unit

MAX_LENGTH = 2000
MAX_NESTING = 40
MAX_OPERATORS = 100

KEYWORDS = frozenset({"if", "else", "and", "or", "not"})
ARITHMETIC_FUNCTIONS = frozenset({"min", "max", "abs", "exp", "log", "sqrt", "sin", "cos"})


@dataclass(frozen=True, slots=True)
class Expression:
    """A part of a formula; characters `start` to `end` of its text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Number(Expression):
    """A number with its unit as written (empty text: none)."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True)
class Name(Expression):
    """A parameter, `name` or `process.name`."""

    name: str


@dataclass(frozen=True, slots=True)
class Quoted(Expression):
    """A text in quotes: a chemical formula or an option."""

    text: str


@dataclass(frozen=True, slots=True)
class Unary(Expression):
    """`-x` or `not x`."""

    operator: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(Expression):
    """Arithmetic, comparison or logic of two operands."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Conditional(Expression):
    """`then if condition else otherwise`."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True, slots=True)
class Call(Expression):
    """`function(arguments)`."""

    function: str
    arguments: tuple[Expression, ...]


class FormulaError(ValueError):
    """The text is no formula; `start` and `end` say which characters are at fault."""

    def __init__(self, code: str, message: str, start: int, end: int, expected: str = "", suggestion: str = ""):
        super().__init__(message)
        self.code, self.start, self.end = code, start, end
        self.expected, self.suggestion = expected, suggestion


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str  # number, name, text, sign, end
    text: str
    start: int
    end: int


_TOKENS = re.compile(
    r"""\s*(?:
      (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)?)
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<sign>\*\*|<=|>=|==|!=|[-+*/^()<>,%·×])
    )""",
    re.X,
)

_OPERATORS = frozenset({"+", "-", "*", "/", "and", "or"})
_COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})


def _tokens(text: str) -> Iterator[_Token]:
    place = 0
    while place < len(text.rstrip()):
        match = _TOKENS.match(text, place)
        if match is None or match.end() == place:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise FormulaError("REE-F001", f"`{text[start]}` does not belong in a formula", start, start + 1)
        kind = match.lastgroup or ""
        word = match.group(kind).replace("·", "*").replace("×", "*")
        yield _Token(kind, "^" if word == "**" else word, match.start(kind), match.end(kind))
        place = match.end()
    yield _Token("end", "the end of the formula", len(text.rstrip()), len(text.rstrip()) + 1)


@lru_cache(maxsize=20_000)
def parse(text: str) -> Expression:
    """Read a formula; raise `FormulaError` with the place of the first fault."""
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            "REE-F004", f"the formula has {len(text)} characters", 0, 1, expected=f"at most {MAX_LENGTH}"
        )
    return _Parser(text).whole()


class _Parser:
    def __init__(self, text: str):
        self.text = text
        self.tokens = list(_tokens(text))
        operators = [token for token in self.tokens if token.kind in ("sign", "name") and token.text in _OPERATORS]
        if len(operators) > MAX_OPERATORS:
            extra = operators[MAX_OPERATORS]
            raise FormulaError(
                "REE-F004",
                f"the formula has {len(operators)} operators",
                extra.start,
                extra.end,
                expected=f"at most {MAX_OPERATORS}",
            )
        self.at = 0
        self.depth = 0

    @property
    def token(self) -> _Token:
        return self.tokens[self.at]

    def take(self) -> _Token:
        token = self.token
        self.at = min(self.at + 1, len(self.tokens) - 1)
        return token

    def accept(self, *words: str) -> _Token | None:
        if self.token.kind in ("sign", "name") and self.token.text in words:
            return self.take()
        return None

    def fault(self, token: _Token, expected: str) -> FormulaError:
        return FormulaError("REE-F001", f"unexpected {_shown(token)}", token.start, token.end, expected=expected)

    def need(self, word: str) -> _Token:
        token = self.accept(word)
        if token is None:
            raise self.fault(self.token, f"`{word}`")
        return token

    def deeper(self, token: _Token | None = None) -> None:
        """One level further down; refused where the tree would become too deep to walk."""
        self.depth += 1
        if self.depth > MAX_NESTING:
            place = token or self.token
            raise FormulaError("REE-F004", f"nested deeper than {MAX_NESTING} levels", place.start, place.end)

    def whole(self) -> Expression:
        if self.token.kind == "end":
            raise FormulaError(
                "REE-F001", "the formula is empty", 0, 1, expected="a quantity such as `3.0 V`, or an expression"
            )
        tree = self.conditional()
        if self.token.kind != "end":
            comma = self.token.text == ","
            raise self.fault(self.token, "a decimal point, 3.0" if comma else "an operator or the end of the formula")
        return tree

    def conditional(self) -> Expression:
        self.deeper()
        then = self.logic_or()
        if self.accept("if"):
            condition = self.logic_or()
            self.need("else")
            otherwise = self.conditional()
            then = Conditional(then.start, otherwise.end, condition, then, otherwise)
        self.depth -= 1
        return then

    def logic_or(self) -> Expression:
        left = self.logic_and()
        while self.accept("or"):
            right = self.logic_and()
            left = Binary(left.start, right.end, "or", left, right)
        return left

    def logic_and(self) -> Expression:
        left = self.logic_not()
        while self.accept("and"):
            right = self.logic_not()
            left = Binary(left.start, right.end, "and", left, right)
        return left

    def logic_not(self) -> Expression:
        if token := self.accept("not"):
            self.deeper(token)
            operand = self.logic_not()
            self.depth -= 1
            return Unary(token.start, operand.end, "not", operand)
        return self.comparison()

    def comparison(self) -> Expression:
        left = self.sum()
        if token := self.accept(*_COMPARISONS):
            right = self.sum()
            if self.token.text in _COMPARISONS and self.token.kind == "sign":
                raise self.fault(self.token, "`and` between two comparisons")
            return Binary(left.start, right.end, token.text, left, right)
        return left

    def sum(self) -> Expression:
        left = self.product()
        while token := self.accept("+", "-"):
            right = self.product()
            left = Binary(left.start, right.end, token.text, left, right)
        return left

    def product(self) -> Expression:
        left = self.signed()
        while token := self.accept("*", "/"):
            right = self.signed()
            left = Binary(left.start, right.end, token.text, left, right)
        return left

    def signed(self) -> Expression:
        if token := self.accept("-", "+"):
            self.deeper(token)
            operand = self.signed()
            self.depth -= 1
            return operand if token.text == "+" else Unary(token.start, operand.end, "-", operand)
        return self.power()

    def power(self) -> Expression:
        base = self.atom()
        if self.accept("^"):
            self.deeper()
            exponent = self.signed()
            self.depth -= 1
            return Binary(base.start, exponent.end, "^", base, exponent)
        return base

    def atom(self) -> Expression:
        token = self.take()
        if token.kind == "number":
            return self.quantity(token)
        if token.kind == "text":
            return Quoted(token.start, token.end, token.text[1:-1])
        if token.kind == "name" and token.text not in KEYWORDS:
            if self.accept("("):
                return self.call(token)
            return Name(token.start, token.end, token.text)
        if token.text == "(" and token.kind == "sign":
            inner = self.conditional()
            self.need(")")
            return inner
        raise self.fault(token, "a quantity, a name or `(`")

    def call(self, name: _Token) -> Call:
        arguments: list[Expression] = []
        if not self.accept(")"):
            arguments.append(self.conditional())
            while self.accept(","):
                arguments.append(self.conditional())
            self.need(")")
        return Call(name.start, self.tokens[self.at - 1].end, name.text, tuple(arguments))

    def quantity(self, number: _Token) -> Number:
        """A number and the unit that follows it, as far as it is made of units only."""
        value = float(number.text)
        if value in (float("inf"), float("-inf")):
            raise FormulaError("REE-F005", f"{number.text} is too large for a number", number.start, number.end)
        unit, end = "", number.end
        if self.accept("%"):
            unit, end = "%", self.tokens[self.at - 1].end
        elif self.token.kind == "name" and self.token.text not in KEYWORDS:
            unit, end = self._unit(self._unit_name())
        return Number(number.start, end, value, unit)

    def _unit_name(self) -> _Token:
        token = self.take()
        if token.text not in UNIT_NAMES:
            close = nearest_unit(token.text)
            raise FormulaError(
                "REE-U001",
                f"`{token.text}` is not a unit",
                token.start,
                token.end,
                expected="" if close else f"a unit such as {one_of(['kg', 'kWh', 'MJ', 'mol/L', 'kg_REO', '%'])}",
                suggestion=close,
            )
        return token

    def _unit(self, first: _Token) -> tuple[str, int]:
        start, end = first.start, first.end
        while True:
            end = self._unit_power(end)
            operator, following = self.token, self.tokens[min(self.at + 1, len(self.tokens) - 1)]
            joins = operator.kind == "sign" and operator.text in ("*", "/") and following.text in UNIT_NAMES
            if not joins or (following.kind == "sign" and following.text != "%"):
                break
            self.take()
            end = self.take().end
        return self.text[start:end].replace("·", "*").replace("×", "*").replace("**", "^"), end

    def _unit_power(self, end: int) -> int:
        """A power binds to the unit alone: `3 m^2` is three square metres. Whole numbers only, since `3 m^x` could be
        read both ways.
        """
        if not self.accept("^"):
            return end
        self.accept("-")
        if self.token.kind != "number" or not self.token.text.isdigit():
            raise self.fault(self.token, "a whole number; parentheses around the quantity to raise all of it")
        return self.take().end


def _shown(token: _Token) -> str:
    return token.text if token.kind == "end" else f"`{token.text}`"


@lru_cache(maxsize=20_000)
def names(text: str) -> tuple[Name, ...]:
    """Every parameter name in a formula, in order; raise `FormulaError` as `parse` does."""
    return tuple(_names_in(parse(text)))


def _names_in(tree: Expression) -> Iterator[Name]:
    stack: list[Expression] = [tree]
    while stack:
        node = stack.pop()
        if isinstance(node, Name):
            yield node
        elif isinstance(node, Unary):
            stack.append(node.operand)
        elif isinstance(node, Binary):
            stack += [node.right, node.left]
        elif isinstance(node, Conditional):
            stack += [node.otherwise, node.condition, node.then]
        elif isinstance(node, Call):
            stack += reversed(node.arguments)


def literal(tree: Expression) -> Number | None:
    """The tree as a plain quantity (`3 V`, `-3 V`), or None when it is more than that."""
    if isinstance(tree, Number):
        return tree
    if isinstance(tree, Unary) and tree.operator == "-" and isinstance(tree.operand, Number):
        return Number(tree.start, tree.end, -tree.operand.value, tree.operand.unit)
    return None


def in_base_units(number: Number) -> float:
    """The magnitude of a literal in base units; raise `FormulaError` when its unit cannot be read."""
    try:
        return number.value * parse_unit(number.unit).factor
    except UnitError as cause:
        raise FormulaError("REE-U001", f"`{cause}` is not a unit", number.start, number.end) from cause
