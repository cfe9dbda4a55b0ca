"""A ProductFootprint of the PACT data model 3.x: its keys and their types. What the text of the specification asks for
beyond that is in `rules`.

Source: PACT Technical Specifications 3.0 (WBCSD), openapi file 3.0.4.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints
from pydantic.alias_generators import to_camel

from lca.inventory.declarations import COUNTRY, REGIONS, SUBDIVISION

#: The version of the specification that is written.
SPEC_VERSION = "3.0.3"

UNITS = (
    *("liter", "kilogram", "cubic meter", "kilowatt hour", "megajoule", "ton kilometer", "square meter"),
    *("piece", "hour", "megabit second"),
)


def _key(name: str) -> str:
    return to_camel(name).replace("Co2", "CO2").replace("Dqr", "DQR")


class _Keys(BaseModel):
    """Unknown keys are passed over: later revisions may have more."""

    model_config = ConfigDict(alias_generator=_key, populate_by_name=True, frozen=True, strict=True)

    def as_data(self) -> dict[str, Any]:
        """What is written: keys without a value are left out, there is no null."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


_Uuid = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$"),
]
_Urns = Annotated[list[Annotated[str, StringConstraints(pattern=r"^[uU][rR][nN]:")]], Field(min_length=1)]
_Named = Annotated[str, StringConstraints(min_length=1)]
_Names = Annotated[list[_Named], Field(min_length=1)]


class DataQuality(_Keys):
    technological_dqr: str
    geographical_dqr: str
    temporal_dqr: str


class EmissionFactorSource(_Keys):
    name: _Named
    version: _Named


class SectorRule(_Keys):
    operator: Literal["PEF", "EPD International", "Other"]
    rule_names: _Names
    other_operator_name: _Named | None = None


class CarbonFootprint(_Keys):
    """All amounts are decimals written as text, per declared unit."""

    declared_unit_of_measurement: Literal[UNITS]  # type: ignore[valid-type]
    declared_unit_amount: str
    product_mass_per_declared_unit: str
    reference_period_start: str
    reference_period_end: str
    geography_region_or_subregion: Literal[REGIONS] | None = None  # type: ignore[valid-type]
    geography_country: Annotated[str, StringConstraints(pattern=f"^{COUNTRY.pattern}$")] | None = None
    geography_country_subdivision: Annotated[str, StringConstraints(pattern=f"^{SUBDIVISION.pattern}$")] | None = None
    boundary_processes_description: str | None = None
    pcf_excluding_biogenic_uptake: str
    pcf_including_biogenic_uptake: str
    fossil_carbon_content: str
    biogenic_carbon_content: str | None = None
    recycled_carbon_content: str | None = None
    fossil_ghg_emissions: str
    land_use_change_ghg_emissions: str | None = None
    land_carbon_leakage: str | None = None
    land_management_fossil_ghg_emissions: str | None = None
    land_management_biogenic_co2_emissions: str | None = None
    land_management_biogenic_co2_removals: str | None = None
    biogenic_co2_uptake: str | None = None
    biogenic_non_co2_emissions: str | None = None
    land_area_occupation: str | None = None
    aircraft_ghg_emissions: str | None = None
    packaging_emissions_included: bool | None = None
    packaging_ghg_emissions: str | None = None
    packaging_biogenic_carbon_content: str | None = None
    outbound_logistics_ghg_emissions: str | None = None
    ccs_technological_co2_capture_included: bool | None = None
    ccs_technological_co2_capture: str | None = None
    technological_co2_capture_origin: str | None = None
    technological_co2_removals: str | None = None
    ccu_carbon_content: str | None = None
    ipcc_characterization_factors: Annotated[
        list[Annotated[str, StringConstraints(pattern=r"^AR\d+$")]], Field(min_length=1)
    ]
    cross_sectoral_standards: Annotated[list[str], Field(min_length=1)]
    product_or_sector_specific_rules: Annotated[list[SectorRule], Field(min_length=1)] | None = None
    exempted_emissions_percent: str
    exempted_emissions_description: str | None = None
    allocation_rules_description: str | None = None
    secondary_emission_factor_sources: Annotated[list[EmissionFactorSource], Field(min_length=1)] | None = None
    primary_data_share: str | None = None
    dqi: DataQuality | None = None


class ProductFootprint(_Keys):
    id: _Uuid
    spec_version: Annotated[str, StringConstraints(pattern=r"^\d+\.\d+\.\d+(-\d{8})?$")]
    preceding_pf_ids: Annotated[list[_Uuid], Field(min_length=1)] | None = None
    created: str
    status: Literal["Active", "Deprecated"]
    validity_period_start: str | None = None
    validity_period_end: str | None = None
    company_name: _Named
    company_ids: _Urns
    product_description: str
    product_ids: _Urns
    product_classifications: _Urns | None = None
    product_name_company: _Named
    comment: str | None = None
    pcf: CarbonFootprint
