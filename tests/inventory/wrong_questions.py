"""What people get wrong about questions of a study and decisions; as `wrong_input`."""

from __future__ import annotations

from tests.inventory.wrong_backgrounds import CASES, Case
from tests.inventory.wrong_input import case

__all__ = ("CASES", "Case")

_PLACE = "comparisons:\n  - {baseline"


def question(
    name: str,
    codes: str,
    vary: str,
    between: str = "",
    pair: str = "baseline: short/grid, alternative: long/wind-ppa",
    suggestion: str = "",
    says: str = "",
    more: str = "",
) -> None:
    """A study with one question."""
    ends = f"between: {between}, " if between else ""
    written = f"questions:\n  - {{title: Q, vary: {vary}, {ends}{pair}{more}}}\n"
    case(f"question: {name}", codes, _PLACE, written + _PLACE, suggestion, says)


question("no such parameter", "REE-N003", "«kiln.drive_powr", suggestion="kiln.drive_power")
question("choice", "REE-D009", "«kiln.firing", says="text")
question("no range stated", "REE-D009", "«kiln.drive_time", says="no range")
question("upside down", "REE-D009", "kiln.drive_power", "[«6 kW, 3 kW]", says="no range")
question("wrong unit", "REE-U003", "kiln.drive_power", "[«3 kg, 6 kW]", says="mass")
question("no unit", "REE-U002", "kiln.drive_power", "[3 kW, «6]")
question("formula as end", "REE-D009", "kiln.drive_power", '[«"1 kW + 2 kW", 6 kW]', says="quantity")
question("no address", "REE-S006", "«drive_power", says="address")
question(
    "no such scenario",
    "REE-C001",
    "kiln.drive_power",
    pair="baseline: «short/gird, alternative: long/wind-ppa",
    suggestion="short/grid",
)
question("of one scenario", "REE-S005", "kiln.drive_power", pair="baseline: short/grid, alternative: «short/grid")
question("no such indicator", "REE-I002", "kiln.drive_power", more=", indicator: «climat", suggestion="climate_change")
question(
    "score of what is no flow",
    "REE-L003",
    "«score of electricty",
    "[0 points/kWh, 1 points/kWh]",
    suggestion="electricity",
)
question(
    "score of what is not bought", "REE-D010", "«score of lime", "[0 points/kg, 1 points/kg]", suggestion="limestone"
)
question("score without a range", "REE-D009", "«score of electricity", says="no range")
question("score in another unit", "REE-U003", "score of electricity", "[«0 points/kg, 1 kg CO2e/kWh]")
question("score without a unit", "REE-U002", "score of electricity", "[«0, 1 kg CO2e/kWh]")
question("misspelled key", "REE-S001", "kiln.drive_power", more=", «indicater: x", suggestion="indicator")
case(
    "decision without a range",
    "REE-D034",
    "drive_time: {value: 0.05 h}",
    "drive_time: {value: 0.05 h, «decision: true}",
    says="no range",
)
case("decision that is no yes", "REE-S003", "range: [90 %, 99 %]", "range: [90 %, 99 %]\n    decision: «perhaps")
case(
    "question asked twice",
    "REE-S004",
    _PLACE,
    "questions:\n"
    "  - {title: Q, vary: kiln.drive_power, baseline: short/grid, alternative: long/wind-ppa}\n"
    "  - {title: «Q, vary: kiln.burn_yield, baseline: short/grid, alternative: long/wind-ppa}\n" + _PLACE,
)
