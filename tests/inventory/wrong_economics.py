"""What people get wrong about products, prices, allocations, networks, origins and exclusions; as `wrong_input`."""

from __future__ import annotations

from tests.inventory.wrong_input import CASES, NEW, Case, case, file_case

#: Texts of the small workspace that many cases change.
LIMESTONE = "limestone: {price: 20 EUR/t, range: [15 EUR/t, 30 EUR/t]}"
RATES = "exchange_rates: {EUR: 1.25 USD, CNY: 0.14 USD}"
ORIGIN = "{shares: {CN: 70 %, IN: 20 %, other: rest}, year: 2024,"
PLANT = "output: 10 t/year, title: Old kiln, source: book, evidence: literature}"
BY_MASS = "allocation: by_mass\ntitle: By mass\nby: mass\n"
BY_VALUE = "title: By value\nby: price\nprices: market\n"
BY_ELEMENT = "title: Neodymium alone\nby: elements\nelements: [Nd]\n"
CIRCULAR = "base: by_value\nvirgin: short/grid\nallocation_factor: 20 %\nquality_ratio: 90 %\n"
PRODUCTS = "products: {composition: basket, groups: {LaNd oxide: [La, Nd]}}"
ALLOCATIONS = "allocations: [by_mass, by_value, by_neodymium, recycled]"
EXCLUSION = "when: {route: short, power: wind-ppa}"


def changed(name: str, codes: str, changes: dict[str, str], says: str = "") -> None:
    """Several changes that belong together."""
    CASES.append(Case(name, codes, changes, says=says))


# --- groups, accounts, coverage

case("unknown group", "REE-N012", "group: greenhouse_gases, ", "group: «greenhouse_gasses, ", "greenhouse_gases")
case("unknown account", "REE-N012", "account: stone", "account: «stones", "stone")
case("unknown group covered", "REE-N012", "[greenhouse_gases, minerals]", "[greenhouse_gases, «mineral]", "minerals")
changed(
    "group where none is declared",
    "REE-N012 REE-N012 REE-N012 REE-N012 REE-N012",
    {
        "flow_groups:\n  greenhouse_gases: Greenhouse gases\n  minerals: Minerals\n": "",
        "group: greenhouse_gases, ": "group: «greenhouse_gases, ",
        "[greenhouse_gases, minerals]": "[«greenhouse_gases, «minerals]",
        "  - greenhouse_gases\n": "  - «greenhouse_gases\n",
        "covers: [minerals]": "covers: [«minerals]",
    },
    says="no flow group",
)
case(
    "group of a product",
    "REE-S005",
    "limestone: {title: Limestone, kind: product, unit: kg, account: stone,",
    "limestone: {title: Limestone, kind: product, unit: kg, account: stone, «group: minerals,",
)
case(
    "account of an elementary flow",
    "REE-S005",
    "compartment: air, unit: kg, group: greenhouse_gases,",
    "compartment: air, unit: kg, «account: stone,",
)
case("group with blanks", "REE-S006", "  minerals: Minerals\n", "  minerals: Minerals\n  «Rare earths: x\n")
case("misspelled flow groups", "REE-S001", "\nflow_groups:", "\n«flow_group:", "flow_groups")
case("misspelled accounts", "REE-S001", "\naccounts:", "\n«acounts:", "accounts")
case("misspelled covers", "REE-S001", "covers: [greenhouse", "«coverse: [greenhouse", "covers")
case("covers a word", "REE-S003", "covers: [greenhouse_gases, minerals]", "covers: «everything")

# --- exclusions

case("exclusion of an unknown axis", "REE-N008", EXCLUSION, "when: {«rute: short, power: wind-ppa}", "route")
case("exclusion of an unknown option", "REE-N008", EXCLUSION, "when: {route: [short, «lng], power: wind-ppa}", "long")
case(
    "scenario that is excluded",
    "REE-N013",
    "  - {route: short, power: grid}\n",
    "  - {route: short, power: grid}\n  - {«route: short, power: wind-ppa}\n",
    says="Nobody sells wind",
)
case(
    "list of scenarios that are all excluded",
    "REE-N013",
    "  - {route: short, power: grid}\n",
    "  - {route: short, power: grid}\n  - {«route: [short], power: [wind-ppa], name: windy}\n",
)
case(
    "comparison with a scenario that is excluded",
    "REE-N013",
    "{route: short, power: grid}\n",
    "{route: short, power: [grid, wind-ppa]}\n",
    says="Nobody sells wind",
    and_old="baseline: short/grid",
    and_new="baseline: «short/wind-ppa",
)
case(
    "plant that is excluded",
    "REE-N013",
    "{route: short, power: grid}\n",
    "{route: short, power: [grid, wind-ppa]}\n",
    and_old="scenario: short/grid, " + PLANT,
    and_new="scenario: «short/wind-ppa, " + PLANT,
)
case(
    "exclusion without a reason",
    "REE-S002",
    "    reason: Nobody sells wind for so short a time.\n",
    "",
    says="reason",
    and_old=EXCLUSION,
    and_new="«" + EXCLUSION,
)
case("exclusion of nothing", "REE-S003", EXCLUSION, "«when: {}")
case("exclusion of no option", "REE-S003", EXCLUSION, "when: {«route: []}", says="empty")
case("misspelled exclusions", "REE-S001", "\nexclusions:", "\n«exclusion:", "exclusions")

# --- prices

case("unknown price list", "REE-N012", "]\nprices: market\nnetworks", "]\nprices: «markt\nnetworks", "market")
case("unknown price list of an allocation", "REE-N012", BY_VALUE, BY_VALUE.replace("market", "«markt"), "market")
case("price of another unit", "REE-U003", LIMESTONE, "limestone: {price: «20 EUR/kWh}", says="euros per")
case("price in nothing", "REE-U002", LIMESTONE, "limestone: {price: «20}", says="no unit")
case("price without a currency", "REE-U003", LIMESTONE, "limestone: {price: «20 kg/t}")
case("amount of money as price", "REE-U003", LIMESTONE, "limestone: {price: «20 EUR}", says="is euros")
case("price of oxide per plain mass", "REE-U003", "La: {price: 2 USD/kg_REO}", "La: {price: «2 USD/kg}")
case("price in an unknown unit", "REE-U001", LIMESTONE, "limestone: {price: 20 «EURO/t}", "EUR")
case("price in a currency without a rate", "REE-N012", LIMESTONE, "limestone: {price: «20 GBP/t}", says="GBP")
case(
    "range of a price out of order", "REE-M009", LIMESTONE, "limestone: {price: 20 EUR/t, range: [«30 EUR/t, 15 EUR/t]}"
)
case("price outside its range", "REE-M009", LIMESTONE, "limestone: {price: 20 EUR/t, range: [«25 EUR/t, 30 EUR/t]}")
case("range of another currency", "REE-U003", LIMESTONE, "limestone: {price: 20 EUR/t, range: [«15 USD/t, 30 USD/t]}")
case("range of another unit", "REE-U003", LIMESTONE, "limestone: {price: 20 EUR/t, range: [15 EUR/t, «30 EUR/kWh]}")
case("range of one", "REE-S003", LIMESTONE, "limestone: {price: 20 EUR/t, «range: [15 EUR/t]}")
case("price of an unknown flow", "REE-L003", LIMESTONE, "«limestne: {price: 20 EUR/t}", "limestone")
case("price of a pool", "REE-L007", LIMESTONE, "«wash_acid: {price: 20 EUR/t}", says="pool of acid_circuit")
case("price of an elementary flow", "REE-L007", LIMESTONE, "«rock: {price: 20 EUR/t}")
case("price from an unknown source", "REE-N007", LIMESTONE, "limestone: {price: 20 EUR/t, source: «bok}", "book")
case(
    "two prices without a condition",
    "REE-S004",
    "{price: 0.24 USD/kg, when: {acid_route: [by_product]}}",
    "{price: «0.24 USD/kg}",
)
case(
    "two prices that apply",
    "REE-S005",
    "{price: 60 USD/MWh, when: {power: wind-ppa, location: north}}",
    "{price: 70 USD/MWh, when: {power: [grid]}}\n    - {price: «75 USD/MWh, when: {route: [short]}}",
    says="two prices of electricity apply in short/grid",
)
case(
    "condition of a price on an unknown name",
    "REE-N001",
    "{acid_route: [by_product]}",
    "{«acid_rute: [by_product]}",
    "acid_route",
)
case(
    "condition of a price on an unknown choice",
    "REE-N006",
    "{acid_route: [by_product]}",
    "{acid_route: [«byproduct]}",
    "by_product",
)
case(
    "condition of a price on an unknown option",
    "REE-N008",
    "{power: wind-ppa, location: north}",
    "{power: «wind-pa}",
    "wind-ppa",
)
case(
    "condition of a price that no study uses",
    "REE-N001",
    "]\nprices: market\nnetworks",
    "]\nnetworks",
    "acid_route",
    and_old="{acid_route: [by_product]}",
    and_new="{«acid_rute: [by_product]}",
)
case("date that is none", "REE-S007", "date: 2024-05", "date: «last spring")
case(
    "price list without a date",
    "REE-S002",
    "prices: market\ntitle: Prices of the market\ndate: 2024-05\n",
    "«prices: market\ntitle: Prices of the market\n",
)
case("unknown currency", "REE-U001", "currency: USD", "currency: «usd", "USD")
case("unit as currency", "REE-U001", "currency: USD", "currency: «kg")
case("rate of an unknown currency", "REE-U001", RATES, "exchange_rates: {EUR: 1.25 USD, «CNYY: 0.14 USD}", "CNY")
case("rates in two currencies", "REE-U003", RATES, "exchange_rates: {EUR: 1.25 USD, CNY: «0.11 EUR}")
case("rate that is no money", "REE-U002", RATES, "exchange_rates: {EUR: «1.25}")
case("rate in an unknown currency", "REE-U001", RATES, "exchange_rates: {EUR: 1.25 «USDD}", "USD")
case("rate of nought", "REE-M007", RATES, "exchange_rates: {EUR: «0 USD}")
case("rate beyond all bounds", "REE-F005", RATES, "exchange_rates: {EUR: «1e200 USD}")
case("rate of next to nothing", "REE-F005", RATES, "exchange_rates: {EUR: «1e-200 USD}")
case("price beyond all bounds", "REE-F005", LIMESTONE, "limestone: {price: «1e300 EUR/t}")
case("negative rate", "REE-M007", RATES, "exchange_rates: {EUR: «-1.25 USD}")
case("rate of a currency in itself", "REE-S005", RATES, "exchange_rates: {EUR: 1.25 USD, «USD: 1.1 USD}")
case(
    "no rate to the currency of the list",
    "REE-N012",
    "currency: USD",
    "currency: «GBP",
    says="no exchange rate leads to GBP",
)
case("price that is no number", "REE-F001", LIMESTONE, "limestone: {price: nan «EUR/t}")
case("price of YAML's NaN", "REE-F001", LIMESTONE, "limestone: {price: «.nan}")
case("price that is a formula", "REE-F001", LIMESTONE, 'limestone: {price: «"20 EUR/t + 1 EUR/t"}')
case("price too large", "REE-F005", LIMESTONE, "limestone: {price: «1e306 EUR/mg}")
case("negative price of an oxide", "REE-M007", "La: {price: 2 USD/kg_REO}", "La: {price: «-2 USD/kg_REO}")
case(
    "price of what is no rare earth",
    "REE-F007",
    "La: {price: 2 USD/kg_REO}",
    "La: {price: 2 USD/kg_REO}\n  «Fe: {price: 2 USD/kg_REO}",
)
case(
    "price of an oxide by its formula",
    "REE-S006",
    "La: {price: 2 USD/kg_REO}",
    "La: {price: 2 USD/kg_REO}\n  «La(OH)3: {price: 2 USD/kg_REO}",
)
case(
    "price of an oxide with a condition",
    "REE-S005",
    "La: {price: 2 USD/kg_REO}",
    "La: {price: 2 USD/kg_REO, when: {«power: grid}}",
)
case("no price in a list", "REE-S003", LIMESTONE, "«limestone: []")
case("bare price", "REE-S003", LIMESTONE, "limestone: «20 EUR/t")
case("price left out", "REE-S002", LIMESTONE, "«limestone: {range: [15 EUR/t, 30 EUR/t]}", says="price")
case(
    "misspelled key of a price",
    "REE-S001",
    LIMESTONE,
    "limestone: {price: 20 EUR/t, «rang: [15 EUR/t, 30 EUR/t]}",
    "range",
)
case("misspelled key of one of two prices", "REE-S001", "{price: 0.30 USD/kg}", "{«prize: 0.30 USD/kg}", "price")
case("misspelled key of a price list", "REE-S001", "currency: USD", "currency: USD\n«regoin: EU", "region")
case("misspelled price list", "REE-Y008", "prices: market\ntitle: Prices", "«price: market\ntitle: Prices", "prices")
file_case(
    "price without a source",
    "REE-E001",
    NEW,
    "prices: other\ntitle: Other\ndate: 2024\ncurrency: USD\nflows: {limestone: {price: «20 USD/t}}\n",
)

# --- allocations

case("unknown allocation", "REE-N012", "[by_mass, by_value, by", "[«by_mas, by_value, by", "by_mass")
case("allocation twice", "REE-S004", "[by_mass, by_value, by", "[by_mass, by_value, «by_mass, by")
case("allocation by an unknown way", "REE-S007", BY_MASS, BY_MASS.replace("by: mass", "by: «masss"), "mass")
case(
    "price allocation without prices",
    "REE-S002",
    "allocation: by_value\n" + BY_VALUE,
    "«allocation: by_value\ntitle: By value\nby: price\n",
    says="`prices`",
)
case("mass allocation with prices", "REE-S005", BY_MASS, BY_MASS + "«prices: market\n")
case(
    "element allocation without elements",
    "REE-S002",
    "allocation: by_neodymium\ntitle: Neodymium alone\nby: elements\nelements: [Nd]\n",
    "«allocation: by_neodymium\ntitle: Neodymium alone\nby: elements\n",
)
case("element allocation of no element", "REE-S003", BY_ELEMENT, BY_ELEMENT.replace("elements: [Nd]", "«elements: []"))
case("element allocation with an unknown element", "REE-F007", BY_ELEMENT, BY_ELEMENT.replace("[Nd]", "[Nd, «Xx]"))
case("element allocation with a small letter", "REE-F007", BY_ELEMENT, BY_ELEMENT.replace("[Nd]", "[«nd]"), "Nd")
case("element allocation with iron", "REE-F007", BY_ELEMENT, BY_ELEMENT.replace("[Nd]", "[Nd, «Fe]"))
case(
    "element allocation with none of the basket",
    "REE-M006",
    "allocation: by_neodymium\ntitle: Neodymium alone\nby: elements\nelements: [Nd]\n",
    "allocation: «by_neodymium\ntitle: Dysprosium alone\nby: elements\nelements: [Dy]\n",
    says="gives weight to nothing",
)
case(
    "allocation by prices of nought",
    "REE-M006",
    "La: {price: 2 USD/kg_REO}\n  Nd: {price: 80 USD/kg_REO, range: [50 USD/kg_REO, 120 USD/kg_REO]}",
    "La: {price: 0 USD/kg_REO}\n  Nd: {price: 0 USD/kg_REO}",
    and_old="allocation: by_value\n",
    and_new="allocation: «by_value\n",
)
case("allocation factor above one", "REE-M006", "allocation_factor: 20 %", "allocation_factor: «120 %")
case("negative quality ratio", "REE-M006", "quality_ratio: 90 %", "quality_ratio: «-90 %")
case("allocation factor with a unit", "REE-U003", "allocation_factor: 20 %", "allocation_factor: «0.2 kg")
case(
    "circular footprint without what it needs",
    "REE-S002",
    "allocation: recycled\ntitle: Circular footprint\nby: circular_footprint\nbase: by_value\nvirgin: short/grid\n",
    "«allocation: recycled\ntitle: Circular footprint\nby: circular_footprint\n",
    says="`base`, `virgin`",
)
case("circular footprint with prices", "REE-S005", CIRCULAR, CIRCULAR + "«prices: market\n")
case(
    "circular footprint of an unknown allocation",
    "REE-N012",
    CIRCULAR,
    CIRCULAR.replace("by_value", "«by_valu"),
    "by_value",
)
case(
    "circular footprint of a circular footprint",
    "REE-S005",
    CIRCULAR,
    CIRCULAR.replace("by_value", "«recycled"),
    says="itself",
)
case(
    "virgin product that is not computed",
    "REE-N015",
    CIRCULAR,
    CIRCULAR.replace("short/grid", "«short/gird"),
    "short/grid",
)
case(
    "virgin product of all that is not computed",
    "REE-N015",
    CIRCULAR,
    CIRCULAR.replace("short/grid", "«short/gird"),
    "short/grid",
    and_old="when: {route: [long]}\n",
    and_new="",
)
case("allocation for an unknown axis", "REE-N008", "when: {route: [long]}", "when: {«rute: [long]}", "route")
case("allocation for an unknown option", "REE-N008", "when: {route: [long]}", "when: {route: [«lng]}", "long")
case(
    "misspelled key of an allocation",
    "REE-S001",
    BY_ELEMENT,
    BY_ELEMENT.replace("elements: [Nd]", "«elemnts: [Nd]"),
    "elements",
)
case(
    "allocation from an unknown source",
    "REE-N007",
    "when: {route: [long]}\nsource: book",
    "when: {route: [long]}\nsource: «bok",
    "book",
)

# --- products

case(
    "allocations without products",
    "REE-S002",
    PRODUCTS + "\n",
    "",
    and_old="allocations: [by_mass",
    and_new="allocations: [«by_mass",
    says="products",
)
case("composition of products not defined", "REE-N001", PRODUCTS, PRODUCTS.replace("basket", "«baskt"), "basket")
case("products of what is no composition", "REE-F006", PRODUCTS, PRODUCTS.replace("basket", "«place"))
case(
    "products of a material without rare earths",
    "REE-F007",
    "basket: {composition: {La: 60 %, Nd: 40 %}, of: oxides}",
    "basket: {composition: {CaO: 60 %, MgO: 40 %}, of: oxides}",
    and_old="{composition: basket,",
    and_new="{composition: «basket,",
)
case("products without a composition", "REE-S002", PRODUCTS, "«products: {groups: {LaNd oxide: [La, Nd]}}")
case("misspelled key of products", "REE-S001", PRODUCTS, "products: {«compositon: basket}", "composition")
case("group of products with an unknown element", "REE-F007", "[La, Nd]}}", "[La, «Xd]}}", "")
case("group of products with an element twice", "REE-S004", "[La, Nd]}}", "[La, Nd, «La]}}")
case("group of one product", "REE-S003", "{LaNd oxide: [La, Nd]}", "{«LaNd oxide: [La]}")
case("group with the name of an oxide", "REE-N005", "{LaNd oxide: [La, Nd]}", "{«Nd2O3: [La, Nd]}")
case(
    "price missing for an oxide of the basket",
    "REE-N014",
    "La: {price: 2 USD/kg_REO}",
    "Dy: {price: 2 USD/kg_REO}",
    says="La2O3",
    and_old=BY_VALUE,
    and_new=BY_VALUE.replace("market", "«market"),
)
changed(
    "products of electricity",
    "REE-U003",
    {
        "{flow: lime, amount: 1 kg}\nmethod": "{flow: «electricity, amount: 1 kWh}\nmethod",
        "declared_unit: 1 kg lime": "declared_unit: 1 kWh",
        "10 t/year": "10 GWh/year",
        "5 t/year": "5 GWh/year",
        "mass: 1 kg/kg": "mass: 1 kg/kWh",
    },
)

# --- methods

case(
    "unknown method of two", "REE-I002", "method: simple\nscenarios", "method: [simple, «diging]\nscenarios", "digging"
)
case("method named twice", "REE-S004", "method: simple\nscenarios", "method: [simple, «simple]\nscenarios")
case(
    "two methods with the same indicator",
    "REE-S004",
    "method: simple\nscenarios",
    "method: [simple, «digging]\nscenarios",
    says="climate_change",
    and_old="indicators: {rock_use:",
    and_new="indicators: {climate_change:",
)
case("no method", "REE-S003", "method: simple\nscenarios", "«method: []\nscenarios", says="empty")

# --- networks

case(
    "plant with an unknown scenario",
    "REE-C001",
    "scenario: short/grid, " + PLANT,
    "scenario: «shrt/grid, " + PLANT,
    "short/grid",
)
case("plant that makes a mass", "REE-U003", PLANT, PLANT.replace("10 t/year", "«10 t"), says="mass")
case("plant that makes energy", "REE-U003", PLANT, PLANT.replace("10 t/year", "«10 MWh/year"))
case("plant that makes a number", "REE-U002", PLANT, PLANT.replace("10 t/year", "«10"))
case("plant that makes nothing", "REE-M007", PLANT, PLANT.replace("10 t/year", "«0 t/year"))
case("plant that makes less than nothing", "REE-M007", PLANT, PLANT.replace("10 t/year", "«-10 t/year"))
case("plant that makes too much", "REE-F005", PLANT, PLANT.replace("10 t/year", "«1e308 t/year"))
case("plant that makes a formula", "REE-F001", PLANT, PLANT.replace("10 t/year", "«tonnage"))
case("plant from an unknown source", "REE-N007", PLANT, PLANT.replace("book", "«bok"), "book")
case(
    "plant without a source", "REE-E001", PLANT, PLANT.replace("10 t/year", "«10 t/year").replace(", source: book", "")
)
case(
    "one plant twice",
    "REE-S004",
    PLANT,
    PLANT.replace(", title: Old kiln", ""),
    and_old="- {scenario: short/grid, output: 5 t/year",
    and_new="- {scenario: «short/grid, output: 5 t/year",
)
case("plant called as the network", "REE-N005", PLANT, PLANT.replace("Old kiln", "«network"))
case("network without plants", "REE-S003", "networks:\n", "networks:\n  «none: []\n")
case("misspelled key of a plant", "REE-S001", PLANT, PLANT.replace("output", "«ouput"), "output")
case("misspelled networks", "REE-S001", "networks:\n", "«network:\n", "networks")

# --- origins

case("shares of countries of 90 %", "REE-M006", ORIGIN, "{shares: {«CN: 70 %, IN: 20 %}, year: 2024,", says="90.00%")
case("shares of countries of 120 %", "REE-M006", ORIGIN, "{shares: {«CN: 70 %, IN: 50 %, other: rest}, year: 2024,")
case("negative share of a country", "REE-M006", ORIGIN, "{shares: {CN: «-70 %, other: rest}, year: 2024,")
case("share of a country in kg", "REE-U003", ORIGIN, "{shares: {CN: «70 kg, other: rest}, year: 2024,")
case("two rests of countries", "REE-M006", ORIGIN, "{shares: {CN: rest, other: «rest}, year: 2024,")
case("no countries", "REE-S003", ORIGIN, "{«shares: {}, year: 2024,")
case("origin of an unknown flow", "REE-L003", "acid: " + ORIGIN, "«acd: " + ORIGIN, "acid")
case("origin of an elementary flow", "REE-L007", "acid: " + ORIGIN, "«rock: " + ORIGIN)
case("origin from an unknown source", "REE-N007", "year: 2024, source: book", "year: 2024, source: «bok", "book")
case(
    "origin without a source",
    "REE-E001",
    "{CN: 70 %, IN: 20 %, other: rest}, year: 2024, source: book,",
    "{CN: «70 %, IN: 20 %, other: rest}, year: 2024,",
)
case("misspelled key of an origin", "REE-S001", "acid: " + ORIGIN, "acid: " + ORIGIN.replace("year", "«yaer"), "year")
case("misspelled origins", "REE-Y008", "\norigins:", "\n«origin:", "origins")

__all__ = ["CASES", "Case"]

# --- one name for two things

case("process called as an option", "REE-N016", "process: quarry", "process: «short", says="an option of axis route")
case("process called as an option with a hyphen", "REE-N016", "process: quarry", "process: «wind_ppa")
case("formula as share of a composition", "REE-F001", "C: 80 %, H: 5 %", "C: «2 * 40 %, H: 5 %")
