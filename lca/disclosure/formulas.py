"""Our formulas as those of other programs: expressions over plain numbers.

Other programs know no units, texts or compositions. Quantities become numbers in base units; what a formula makes of a
text or a composition alone (`charge(basket)`, `evaporator == 'mvr'`) is the same throughout a scenario and becomes the
number, or the branch, that it gives there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lca.inventory.evaluation import CHEMISTRY, evaluate
from lca.inventory.formula import (
    Binary,
    Call,
    Conditional,
    Expression,
    Name,
    Number,
    Quoted,
    Unary,
    in_base_units,
    names,
    parse,
)
from lca.inventory.reading import Text
from lca.inventory.scope import Scope


class UnsayableError(ValueError):
    """The other language has no such formula."""


@dataclass(frozen=True)
class Dialect:
    """How another program writes powers, and whether it knows functions, comparisons and conditions as Python does."""

    power: str
    pythonic: bool


PYTHON = Dialect("**", pythonic=True)

#: The four operations, powers and brackets, which mean the same everywhere.
ARITHMETIC = Dialect("^", pythonic=False)

_FOUR = "+-*/"


@dataclass(frozen=True)
class Translated:
    """A formula of another program, and the addresses of the parameters that it names."""

    text: str
    needs: frozenset[str]


def translated(
    text: Text, process: str | None, scope: Scope, called: Callable[[str], str], dialect: Dialect = PYTHON
) -> Translated:
    """A sound formula of a scope; `called` says what the other program calls the parameter at an address. Raises
    `UnsayableError`.
    """
    addresses = {name.name: scope.resolve(name.name, process) or "" for name in names(text)}
    translator = _Translator(scope, addresses, called, dialect)
    made = translator.of(parse(text))
    return Translated(made, frozenset(translator.needs))


class _Translator:
    def __init__(self, scope: Scope, addresses: dict[str, str], called: Callable[[str], str], dialect: Dialect):
        self.scope = scope
        self.dialect = dialect
        self.addresses = addresses
        self.called = called
        self.needs: set[str] = set()

    def of(self, tree: Expression) -> str:
        if not self._varies(tree):
            return _number(evaluate(tree, {name: self.scope.value_at(at) for name, at in self.addresses.items()}))
        match tree:
            case Number():
                return _number(in_base_units(tree))
            case Name():
                self.needs.add(self.addresses[tree.name])
                return self.called(self.addresses[tree.name])
            case Unary():
                self._pythonic(tree.operator == "not")
                return f"({'not ' if tree.operator == 'not' else '-'}{self.of(tree.operand)})"
            case Binary():
                operator = self.dialect.power if tree.operator == "^" else tree.operator
                self._pythonic(tree.operator not in f"{_FOUR}^")
                return f"({self.of(tree.left)} {operator} {self.of(tree.right)})"
            case Conditional():
                if not self._varies(tree.condition):
                    chosen = self.of(tree.condition) == "True"
                    return self.of(tree.then if chosen else tree.otherwise)
                self._pythonic(True)
                return f"({self.of(tree.then)} if {self.of(tree.condition)} else {self.of(tree.otherwise)})"
            case Call():
                self._pythonic(True)
                return f"{tree.function}({', '.join(map(self.of, tree.arguments))})"
        raise TypeError(f"not a formula: {tree!r}")

    def _pythonic(self, needed: bool) -> None:
        if needed and not self.dialect.pythonic:
            raise UnsayableError

    def _varies(self, tree: Expression) -> bool:
        """Whether the parameters that are carried over can change it; plain numbers are left as they are written."""
        match tree:
            case Number():
                return True
            case Name():
                kind = self.scope.kind_at(self.addresses[tree.name])
                return kind is not None and kind.name == "number"
            case Quoted():
                return False
            case Unary():
                return self._varies(tree.operand)
            case Binary():
                return self._varies(tree.left) or self._varies(tree.right)
            case Conditional():
                return any(map(self._varies, (tree.condition, tree.then, tree.otherwise)))
            case Call():
                return tree.function not in CHEMISTRY and any(map(self._varies, tree.arguments))
        raise TypeError(f"not a formula: {tree!r}")


def _number(value: object) -> str:
    """A number as Python writes it, so that nothing of it is lost."""
    return repr(bool(value)) if str(value) in ("True", "False") else repr(float(value))  # type: ignore[arg-type]
