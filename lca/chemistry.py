"""Chemistry of rare earth refining: formulas, molar masses and the stoichiometry of one kg of oxide as sold.

Everything is in SI base units: kg, mol, kg/mol, coulomb; ``kg_REO`` is a kilogram of rare earth oxide as sold.

**Atomic weights** are the abridged standard atomic weights of IUPAC (CIAAW 2021; Prohaska et al., Pure Appl. Chem. 94,
2022, https://doi.org/10.1515/pac-2019-0603), read from *periodictable*, whose table is current (Yb 173.045; *molmass*
has 173.054, which changes the fifth digit of Yb2O3). It is imported on first use, without numpy, in about 30 ms.

**Formulas** are read here, not by a library: general readers also accept abbreviations of groups and sequences
(``Me``, ``Ph``, ``GGG``), so that a typing mistake would silently become an amino acid.

**Oxides as sold** are CeO2, Pr6O11, Tb4O7 and RE2O3 for the others. In solution every rare earth is RE3+; Ce, Pr and Tb
are oxidised in the kiln. A kilogram of oxide holds ``n = a / M(oxide)`` mol of rare earth (``a`` atoms per formula) and
stands for ``3 n`` equivalents. The reactions behind the functions:

1.  2 RECl3 + 3 H2C2O4 + 10 H2O = RE2(C2O4)3.10H2O + 6 HCl
2.  RE2(C2O4)3.10H2O + 1.5 O2 = RE2O3 + 6 CO2 + 10 H2O
3.  RE2(CO3)3 = RE2O3 + 3 CO2
4.  2 RECl3 + 9 H2O = 2 RE(OH)3 + 6 HCl + 3 H2 + 1.5 O2, by 6 F, with an oxygen anode
5.  2 RECl3 + 6 H2O = 2 RE(OH)3 + 3 H2 + 3 Cl2, by 6 F, with a chlorine anode
"""

from __future__ import annotations

import difflib
import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

FARADAY: Final = 96485.33212
"""Faraday constant, C/mol. Exact by definition of the SI (e x N_A), digits as in CODATA 2018 and 2022."""

RARE_EARTHS: Final = ("Sc", "Y", "La", "Ce", "Pr", "Nd", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho", "Er", "Tm", "Yb", "Lu")
"""The rare earths that can be sold. Promethium is left out: it has no stable isotope and does not occur in ores."""

OTHER: Final = "other"
"""Name of the undeclared remainder of a composition: it takes part in no reaction."""

OXIDES: Final[Mapping[str, str]] = MappingProxyType(
    {e: f"{e}2O3" for e in RARE_EARTHS} | {"Ce": "CeO2", "Pr": "Pr6O11", "Tb": "Tb4O7"}
)
"""Rare earth -> formula of its oxide as sold."""

# A composition that exceeds its whole by more than rounding was given in per cent, or counts something twice.
_SUM_TOLERANCE: Final = 0.01


class ChemistryError(ValueError):
    """What chemistry cannot make sense of; ``str(error)`` is a sentence for the person who wrote the input."""


class UnknownElementError(ChemistryError):
    """A symbol that is no chemical element; ``symbol`` holds it, ``suggestion`` a near one or None."""

    def __init__(self, symbol: str, context: str = "") -> None:
        self.symbol = symbol
        capitalised = symbol.capitalize()
        near = difflib.get_close_matches(capitalised, _atomic_masses(), n=1)  # itself first, where it is an element
        self.suggestion = near[0] if near else None
        hint = f"; did you mean '{self.suggestion}'?" if self.suggestion else ""
        super().__init__(f"'{symbol}' is not a chemical element{context}{hint}")


class FormulaError(ChemistryError):
    """A chemical formula that cannot be read; ``formula`` holds it and ``position`` the offending character, from 0."""

    def __init__(self, formula: str, position: int, problem: str) -> None:
        self.formula = formula
        self.position = position
        where = f" at character {position + 1}" if formula else ""
        super().__init__(f"cannot read chemical formula '{formula}'{where}: {problem}")


class CompositionError(ChemistryError):
    """A composition whose names, shares or kind do not fit what is asked of it."""


class NoRareEarthError(ChemistryError):
    """Something per kilogram of rare earth oxide was asked of a composition without rare earths."""


@lru_cache(maxsize=1)
def _atomic_masses() -> Mapping[str, float]:
    """Symbol -> kg/mol of every element."""
    import periodictable  # on first use, so that the command line starts without it

    # Number 0 is the neutron. Isotopes with a symbol of their own (D, T) are not in the iteration, and not wanted.
    return {e.symbol: float(e.mass) / 1000.0 for e in periodictable.elements if e.number > 0}


def atomic_mass(symbol: str) -> float:
    """Molar mass of an element, kg/mol. Raises UnknownElementError."""
    try:
        return _atomic_masses()[symbol]
    except KeyError:
        raise UnknownElementError(symbol) from None


_TOKEN: Final = re.compile(r"(?P<symbol>[A-Z][a-z]?)|(?P<open>\()|(?P<close>\))|(?P<number>[0-9]+)|(?P<dot>[.·*])")


@lru_cache(maxsize=512)
def element_counts(formula: str) -> Mapping[str, int]:
    """Atoms of each element in one formula unit: ``Nd2(C2O4)3.10H2O`` -> ``{'Nd': 2, 'C': 6, 'O': 22, 'H': 20}``.

    Symbols, whole numbers, round brackets, and waters of crystallisation after ``.`` (or ``·`` or ``*``). A dot never
    is a decimal point, therefore counts are whole. Raises FormulaError.
    """
    total: Counter[str] = Counter()
    groups: list[Counter[str]] = [Counter()]  # open brackets of the part since the last dot, the innermost last
    opened_at: list[int] = []
    last: Counter[str] = Counter()  # what a number would multiply: the last symbol or bracket
    multiplier = 1  # the number that leads the part, as in .10H2O

    def end_part(position: int) -> None:
        if opened_at:
            raise FormulaError(formula, opened_at[-1], "this bracket is not closed")
        if not groups[0]:
            raise FormulaError(formula, position, "a symbol of an element is expected here")
        for symbol, n in groups[0].items():
            total[symbol] += n * multiplier
        groups[0] = Counter()

    position = 0
    while position < len(formula):
        match = _TOKEN.match(formula, position)
        if match is None:
            problem = f"'{formula[position]}' is not expected here{_case_hint(formula, position)}"
            raise FormulaError(formula, position, problem)
        token = match.group()
        match match.lastgroup:
            case "symbol":
                if token not in _atomic_masses():
                    problem = f"'{token}' is not a chemical element{_case_hint(formula, position)}"
                    raise FormulaError(formula, position, problem)
                last = Counter([token])
                groups[-1] += last
            case "open":
                opened_at.append(position)
                groups.append(Counter())
                last = Counter()
            case "close":
                if not opened_at or not groups[-1]:
                    problem = "these brackets are empty" if opened_at else "this bracket was not opened"
                    raise FormulaError(formula, position, problem)
                opened_at.pop()
                last = groups.pop()
                groups[-1] += last
            case "number":
                if int(token) == 0:
                    raise FormulaError(formula, position, "a count of zero; was the letter O meant?")
                if last:
                    for symbol, n in last.items():
                        groups[-1][symbol] += n * (int(token) - 1)  # once was added with the symbol
                    last = Counter()
                elif not groups[0] and not opened_at:
                    multiplier = int(token)
                else:
                    raise FormulaError(formula, position, "a number must follow an element or a closing bracket")
            case _:
                end_part(position)
                multiplier, last = 1, Counter()
        position += len(token)
    end_part(position)
    return MappingProxyType(dict(total))


def _case_hint(formula: str, position: int) -> str:
    """Say it when the characters would be an element with other capitals: 'NaCL', 'hcl'."""
    known = _atomic_masses()
    for start in (max(position - 1, 0), position):  # 'CL' stops at the L: the letter before belongs to the mistake
        pair = formula[start : start + 2]
        if pair.isalpha() and pair.capitalize() in known and pair != pair.capitalize():
            return f"; did you mean '{pair.capitalize()}'?"
    letter = formula[position].upper()
    return f"; did you mean '{letter}'?" if letter in known and letter != formula[position] else ""


@lru_cache(maxsize=512)
def molar_mass(formula: str) -> float:
    """Molar mass of a compound, kg/mol. Raises FormulaError."""
    return math.fsum(n * atomic_mass(symbol) for symbol, n in element_counts(formula).items())


@lru_cache(maxsize=512)
def element_vector(formula: str) -> Mapping[str, float]:
    """Mass of each element in a compound, kg/kg; the values sum to one. Raises FormulaError."""
    mass = molar_mass(formula)
    return MappingProxyType({symbol: n * atomic_mass(symbol) / mass for symbol, n in element_counts(formula).items()})


def element_fraction(element: str, formula: str) -> float:
    """Mass of an element in a compound, kg/kg; zero where it is absent. Raises UnknownElementError, FormulaError."""
    atomic_mass(element)  # a misspelled element must not count as absent
    return element_vector(formula).get(element, 0.0)


@dataclass(frozen=True, slots=True)
class Composition:
    """What a material consists of, by mass.

    ``items`` are pairs of name and share of the whole (kg/kg). With ``of='elements'`` names are element symbols; with
    ``of='oxides'`` names are oxide formulas, and a rare earth's symbol stands for its oxide as sold. ``other`` names an
    undeclared rest in both. Shares may sum to less than one. Immutable and hashable; build it with ``from_shares``.
    Raises CompositionError for names or shares that make no sense, UnknownElementError, FormulaError.
    """

    items: tuple[tuple[str, Any], ...]
    of: Literal["elements", "oxides"]

    def __post_init__(self) -> None:
        if self.of not in ("elements", "oxides"):
            raise CompositionError(f"a composition is 'of: elements' or 'of: oxides', not of '{self.of}'")
        normalise = _element_name if self.of == "elements" else _oxide_name
        seen: dict[str, Any] = {}
        for given, share in self.items:
            name = OTHER if given == OTHER else normalise(given)
            if name in seen:
                raise CompositionError(f"'{name}' occurs twice in the composition")
            if isinstance(share, (float, int)) and not (math.isfinite(share) and share >= 0.0):
                raise CompositionError(f"the share of '{given}' is {share}; shares are numbers from 0 to 1")
            seen[name] = float(share) if isinstance(share, (float, int)) else share
        if self.is_plain and math.fsum(seen.values()) > 1.0 + _SUM_TOLERANCE:
            raise CompositionError(f"the shares sum to {math.fsum(seen.values()):.6g}; they must not exceed 1 (100 %)")
        object.__setattr__(self, "items", tuple(seen.items()))

    @classmethod
    def from_shares(cls, shares: Mapping[str, float], of: Literal["elements", "oxides"]) -> Composition:
        """The composition of ``shares``, name -> kg/kg."""
        return cls(tuple(shares.items()), of)

    @property
    def is_plain(self) -> bool:
        """Whether all shares are numbers; else some are values over samples, and what is made of them is so too."""
        return all(isinstance(share, (float, int)) for _, share in self.items)

    @property
    def shares(self) -> dict[str, Any]:
        """Name -> share of the whole, kg/kg. Oxides bear the name they are sold under."""
        return dict(self.items)


def _element_name(name: str) -> str:
    if name not in _atomic_masses():
        raise UnknownElementError(name, f" (a composition of elements has element symbols and '{OTHER}')")
    _refuse_promethium((name,))
    return name


def _oxide_name(name: str) -> str:
    """The canonical name of an oxide; a rare earth's symbol becomes its oxide as sold."""
    if name in OXIDES:
        return OXIDES[name]
    elements = element_counts(name)
    _refuse_promethium(elements)
    for element in filter(OXIDES.__contains__, elements):
        # One kg_REO must mean the same everywhere, so other oxides and salts of a rare earth are not converted here.
        if name != (sold := OXIDES[element]):
            raise CompositionError(f"'{name}' is not how {element} is sold; write {sold}, by mass of {sold}")
    if "O" not in elements:
        raise CompositionError(f"'{name}' is not an oxide; a composition of oxides has oxides and '{OTHER}'")
    return name


def _refuse_promethium(elements: Iterable[str]) -> None:
    if "Pm" in elements:
        raise CompositionError("promethium (Pm) has no stable isotope and does not occur in ores or magnets")


def _mol_per_kg_oxide(element: str) -> float:
    """Rare earth in its oxide as sold, mol/kg_REO: n = a / M(oxide)."""
    oxide = OXIDES[element]
    return element_counts(oxide)[element] / molar_mass(oxide)


def total_of(values: Iterable[Any]) -> Any:
    """The sum, without rounding on the way where all are numbers."""
    parts = list(values)
    return math.fsum(parts) if all(isinstance(part, (float, int)) for part in parts) else sum(parts)


def is_some(amount: Any) -> bool:
    """Whether an amount is more than nothing; values over samples are taken to be."""
    return not isinstance(amount, (float, int)) or amount > 0.0


def _oxide_masses(c: Composition) -> dict[str, Any]:
    """Rare earth -> mass of its oxide as sold per mass of the whole, kg_REO/kg."""
    if c.of == "oxides":
        return {e: c.shares[oxide] for e, oxide in OXIDES.items() if oxide in c.shares}
    return {e: share / (_mol_per_kg_oxide(e) * atomic_mass(e)) for e, share in c.items if e in OXIDES}


def oxide_shares(c: Composition) -> Mapping[str, Any]:
    """Share of each rare earth in the oxide as sold, kg_REO/kg_REO: by element symbol, summing to one.

    What is not a rare earth is left out. Raises NoRareEarthError.
    """
    return _known_oxide_shares(c) if c.is_plain else _oxide_shares(c)


def _oxide_shares(c: Composition) -> Mapping[str, Any]:
    masses = {e: mass for e, mass in _oxide_masses(c).items() if is_some(mass)}
    total = total_of(masses.values())
    if not is_some(total):
        names = ", ".join(name for name, _ in c.items) or "nothing"
        raise NoRareEarthError(f"a rare earth is needed in the composition; it has {names}")
    return MappingProxyType({e: mass / total for e, mass in masses.items()})


_known_oxide_shares = lru_cache(maxsize=128)(_oxide_shares)


def rare_earth_masses(c: Composition) -> Mapping[str, Any]:
    """Mass of each rare earth element in the oxide as sold, kg/kg_REO, by symbol. Raises NoRareEarthError."""
    return MappingProxyType({e: share * _mol_per_kg_oxide(e) * atomic_mass(e) for e, share in oxide_shares(c).items()})


def mass_fraction(c: Composition, element: str) -> Any:
    """Share of an element in a material, kg/kg; zero where it is not listed.

    Raises CompositionError for a composition of oxides, UnknownElementError.
    """
    _must_be_of_elements(c)
    atomic_mass(element)  # a misspelled element must not count as absent
    return c.shares.get(element, 0.0)


def reo_content(c: Composition) -> Any:
    """Oxide as sold that a material can give, kg_REO/kg; zero without rare earths.

    Raises CompositionError for a composition of oxides.
    """
    _must_be_of_elements(c)
    return total_of(_oxide_masses(c).values())


def _must_be_of_elements(c: Composition) -> None:
    if c.of != "elements":
        raise CompositionError(f"this needs a composition 'of: elements'; the one given is 'of: {c.of}'")


def mol_re(c: Composition) -> Any:
    """Rare earth per kilogram of oxide as sold, mol/kg_REO: n = a / M(oxide), by mass. Raises NoRareEarthError."""
    return total_of(share * _mol_per_kg_oxide(e) for e, share in oxide_shares(c).items())


def re_mass(c: Composition) -> Any:
    """Rare earth element per kilogram of oxide as sold, kg/kg_REO. Raises NoRareEarthError."""
    return total_of(rare_earth_masses(c).values())


def oxide_mass(c: Composition) -> float:
    """One: the mass of one kg_REO, kg/kg_REO, to turn oxide as sold into plain mass. Raises NoRareEarthError."""
    oxide_shares(c)
    return 1.0


def charge(c: Composition) -> Any:
    """Charge for 3 equivalents per mol, C/kg_REO: 3 n F, at current efficiency 1. Raises NoRareEarthError."""
    return 3.0 * mol_re(c) * FARADAY
