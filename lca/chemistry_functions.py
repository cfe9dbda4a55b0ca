"""The chemistry functions of the formula language, by name; the reactions are those that `lca.chemistry` numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final, Literal

from lca.chemistry import (
    Composition,
    charge,
    element_fraction,
    mass_fraction,
    mol_re,
    molar_mass,
    oxide_mass,
    re_mass,
    reo_content,
)


@dataclass(frozen=True, slots=True)
class _PerMol:
    """``moles`` mol of ``formula`` go with a mol of rare earth; ``with_re`` counts the rare earth itself too."""

    moles: float
    formula: str
    with_re: bool = False

    def __call__(self, c: Composition) -> Any:
        """Mass, kg/kg_REO. Raises NoRareEarthError."""
        mass = self.moles * mol_re(c) * molar_mass(self.formula)
        return mass + re_mass(c) if self.with_re else mass


ArgumentKind = Literal["composition", "by_element", "formula", "element"]


@dataclass(frozen=True, slots=True)
class ChemFunction:
    """A chemistry function as the formula language sees it.

    ``arguments`` gives the kind of each argument in order, ``unit`` the unit of the result, empty where that is a
    composition. Called with a Composition for a 'composition', fractions for a 'by_element' and strings for the others,
    it gives a float or a Composition, or raises ChemistryError.
    """

    name: str
    arguments: tuple[ArgumentKind, ...]
    unit: str
    description: str
    call: Callable[..., Any]

    def __call__(self, *args: Any) -> Any:
        return self.call(*args)


_C: Final[tuple[ArgumentKind, ...]] = ("composition",)

# Gases are per useful charge: divide by the current efficiency for all the gas that is made. Heavy rare earths and
# scandium may crystallise as oxalates with less water; the decahydrate is taken for all.
_ENTRIES: Final = (
    ChemFunction("molar_mass", ("formula",), "kg/mol", "molar mass", molar_mass),
    ChemFunction("element_fraction", ("element", "formula"), "kg/kg", "element in a compound", element_fraction),
    ChemFunction("mass_fraction", ("composition", "element"), "kg/kg", "element in a material", mass_fraction),
    ChemFunction("reo_content", _C, "kg_REO/kg", "oxide as sold that a material can give", reo_content),
    ChemFunction("mol_re", _C, "mol/kg_REO", "rare earth", mol_re),
    ChemFunction("re_mass", _C, "kg/kg_REO", "rare earth element", re_mass),
    ChemFunction("oxide_mass", _C, "kg/kg_REO", "1, the mass of one kg_REO", oxide_mass),
    ChemFunction("charge", _C, "C/kg_REO", "charge for 3 equivalents per mol (reaction 4)", charge),
    ChemFunction("hcl_bound", _C, "kg/kg_REO", "HCl bound as RECl3 (reactions 1, 4)", _PerMol(3.0, "HCl")),
    ChemFunction("oxalic_acid", _C, "kg/kg_REO", "oxalic acid, anhydrous (reaction 1)", _PerMol(1.5, "H2C2O4")),
    ChemFunction(
        "oxalic_acid_dihydrate", _C, "kg/kg_REO", "oxalic acid, dihydrate (reaction 1)", _PerMol(1.5, "H2C2O4.2H2O")
    ),
    ChemFunction("co2_from_oxalate", _C, "kg/kg_REO", "CO2 as oxalate burns out (reaction 2)", _PerMol(3.0, "CO2")),
    ChemFunction(
        "co2_from_carbonate", _C, "kg/kg_REO", "CO2 as carbonate decomposes (reaction 3)", _PerMol(1.5, "CO2")
    ),
    ChemFunction("hydrogen", _C, "kg/kg_REO", "hydrogen of the cathode (reaction 4)", _PerMol(1.5, "H2")),
    ChemFunction("oxygen", _C, "kg/kg_REO", "oxygen of an oxygen anode (reaction 4)", _PerMol(0.75, "O2")),
    ChemFunction("chlorine", _C, "kg/kg_REO", "chlorine of a chlorine anode (reaction 5)", _PerMol(1.5, "Cl2")),
    ChemFunction("hydroxide_mass", _C, "kg/kg_REO", "dry RE(OH)3 (reaction 4)", _PerMol(3.0, "OH", with_re=True)),
    ChemFunction(
        "oxalate_mass", _C, "kg/kg_REO", "RE2(C2O4)3.10H2O (reaction 1)", _PerMol(0.5, "(C2O4)3.10H2O", with_re=True)
    ),
    ChemFunction(
        "carbonate_mass", _C, "kg/kg_REO", "RE2(CO3)3, anhydrous (reaction 3)", _PerMol(0.5, "(CO3)3", with_re=True)
    ),
)

FUNCTIONS: Final[Mapping[str, ChemFunction]] = MappingProxyType({entry.name: entry for entry in _ENTRIES})
"""The chemistry functions of the formula language, by name, in the order of the language's reference."""
