"""What people get wrong in what they declare for reports to others; as `wrong_input`."""

from __future__ import annotations

from tests.inventory.wrong_questions import CASES, Case, case

__all__ = ["CASES", "Case"]

PERIOD = "period: [2025-01-01, 2026-01-01]"
PLACE = "geography: {north: Northern Europe}"

case("misspelled organisation", "REE-S001", "organisation: {name", "«organization: {name", "organisation")
case(
    "organisation without a mapping",
    "REE-S003",
    'organisation: {name: Lime and sons, identifiers: ["urn:example:lime"], country: GB, contact: The office}',
    "organisation: «Lime and sons",
)
case("misspelled name of the organisation", "REE-S001", "{name: Lime and sons", "{«nam: Lime and sons", "name")
case("identifier that is no URN", "REE-S006", '["urn:example:lime"]', '[«"lime-1"]', says="not a URN")
case("no identifier", "REE-S003", 'identifiers: ["urn:example:lime"]', "«identifiers: []")
case("country by its name", "REE-S006", "country: GB", "country: «England")
case("misspelled reporting", "REE-S001", "\nreporting:", "\n«reportings:", "reporting")
case("period of one day", "REE-S003", PERIOD, "«period: [2025-01-01]")
case("period backwards", "REE-S006", PERIOD, "«period: [2026-01-01, 2025-01-01]", says="not after")
case("day that does not exist", "REE-S006", PERIOD, "period: [«2025-02-30, 2026-01-01]", says="not a date")
case("day without hyphens", "REE-S006", PERIOD, "period: [«20250101, 2026-01-01]", says="not a date")
case("place that is none", "REE-S006", PLACE, "geography: {north: «the north}", says="not a place")
case("product of no study", "REE-N012", "    basket: {name: Burnt", "    «baskets: {name: Burnt", "basket")
case("mass of a product in litres", "REE-U003", "mass: 1 kg/kg", "mass: «1 L", says="volume")
case("product without mass", "REE-M007", "mass: 1 kg/kg", "mass: «0 kg/kg")
case("more carbon than product", "REE-S006", "fossil_carbon: 0 %", "fossil_carbon: «120 %", says="no share")
case("carbon in words", "REE-F001", "fossil_carbon: 0 %", "fossil_carbon: «some")
case("share left out below nothing", "REE-S006", "share: 2 %", "share: «-2 %", says="no share")
case("assessment report that is none", "REE-S006", "[AR6]", "[«IPCC2021]", says="IPCC")
case("packaging in other words", "REE-S007", "packaging: excluded", "packaging: «exclude", "excluded")
case("total that the method lacks", "REE-I002", "{total: climate_change,", "{total: «climate_chnge,", "climate_change")
case(
    "equivalents of a flow that is not there",
    "REE-L003",
    "{fossil: carbon_dioxide}",
    "{fossil: «carbon}",
    "carbon_dioxide",
)
case("equivalents of a product", "REE-S005", "{fossil: carbon_dioxide}", "{fossil: «lime}", says="product")
case(
    "equivalents without the fossil part",
    "REE-S002",
    "carbon_dioxide_equivalents: {fossil: carbon_dioxide}",
    "«carbon_dioxide_equivalents: {land_use_change: carbon_dioxide}",
)
