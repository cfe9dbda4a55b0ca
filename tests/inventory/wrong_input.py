"""What people get wrong: one change of the small workspace each, with code and place (the mark) of what is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.workspaces import WORKSPACE


@dataclass(frozen=True)
class Case:
    """`codes` are those of all diagnostics, in the order of the marks; `says` must occur in the text of the first."""

    name: str
    codes: str
    changes: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str | bytes | None] = field(default_factory=dict)
    suggestion: str = ""
    says: str = ""


CASES: list[Case] = []


def case(name: str, codes: str, old: str, new: str, suggestion: str = "", says: str = "", **more: str) -> None:
    """One change; further changes as keyword `and_old`, `and_new`."""
    changes = {old: new}
    if more:
        changes[more["and_old"]] = more["and_new"]
    CASES.append(Case(name, codes, changes, {}, suggestion, says))


def file_case(
    name: str, codes: str, file: str, content: str | bytes | None, suggestion: str = "", says: str = ""
) -> None:
    """A whole file of its own (or instead of one of the workspace)."""
    CASES.append(Case(name, codes, {}, {file: content}, suggestion, says))


NEW = "inventories/new.yaml"

# --- files and YAML

file_case("not UTF-8", "REE-Y001", NEW, b"sources:\n  caf\xe9: {title: x}\n", says="0xe9")
file_case("empty file", "REE-Y005", NEW, "«")
file_case("file of comments", "REE-Y005", NEW, "«# nothing yet\n")
file_case("blank file", "REE-Y005", NEW, "«\n   \n")
case("empty document", "REE-Y005", "---\nloop: acid_circuit", "---\n«---\nloop: acid_circuit")
case(
    "tab as indentation", "REE-Y002", "method: simple\nscenarios:", "method: simple\n«\tgoal: x\nscenarios:", says="tab"
)
file_case("list as document", "REE-Y007", NEW, "«- a\n- b\n")
file_case("text as document", "REE-Y007", NEW, "«just words\n")
file_case("unknown kind of document", "REE-Y008", NEW, "«proces: mill\ntitle: Mill\n", suggestion="process")
case("axis that nobody declared", "REE-Y008", "route: short\ntitle", "«rute: short\ntitle", suggestion="route")
file_case("too large", "REE-Y006", NEW, "«# " + "x" * 2_000_100 + "\n")
file_case("nested too deeply in flow style", "REE-Y006", NEW, "links: " + "[" * 24 + "«" + "[" * 5 + "]" * 29 + "\n")
file_case("nested ten thousand levels", "REE-Y006", NEW, "links: " + "[" * 24 + "«" + "[" * 10_000)
file_case(
    "nested too deeply in block style",
    "REE-Y006",
    NEW,
    "".join(" " * n + f"{'«' if n == 24 else ''}k{n}:\n" for n in range(30)),
)
file_case("anchor", "REE-Y004", NEW, "sources:\n  x: «&a {title: X}\n", says="&a")
file_case("alias", "REE-Y004", NEW, "sources:\n  x: {title: «*a}\n", says="*a")
file_case(
    "YAML bomb",
    "REE-Y004",
    NEW,
    "a: «&a [x, x, x, x, x, x, x, x]\n"
    + "".join(
        f"{n}: &{n} [*{p}, *{p}, *{p}, *{p}, *{p}, *{p}, *{p}]\n" for p, n in zip("abcdefgh", "bcdefghi", strict=True)
    ),
)
file_case(
    "Python tag", "REE-Y004", NEW, "sources:\n  x: «!!python/object/apply:os.system ['true']\n", says="python/object"
)
file_case("own tag", "REE-Y004", NEW, "sources:\n  x: {title: «!secret X}\n")
case(
    "unclosed bracket",
    "REE-Y002",
    "rock: {title: Rock, kind: elementary, compartment: resource, unit: kg}\n",
    "rock: {title: Rock, kind: elementary\n«",
)
file_case("unclosed double quote", "REE-Y002", NEW, 'sources:\n  x: {title: "A b«')
file_case("colon in plain text", "REE-Y002", NEW, "sources:\n  x:\n    title: A book«: second edition\n")
file_case("wrong indentation", "REE-Y002", NEW, "sources:\n  x:\n    title: A\n   «year: 1\n")
file_case("control character", "REE-Y002", NEW, "sources:\n  x: {title: «\x07}\n")
file_case("mapping as key", "REE-Y002", NEW, "sources:\n  ? «{a: b}\n  : {title: X}\n")
case("key twice", "REE-Y003", "location: hills", "location: hills\n«location: north")
case(
    "key twice in flow style",
    "REE-Y003",
    "{flow: lime, amount: 1 kg}\nmethod",
    "{flow: lime, amount: 1 kg, «amount: 2 kg}\nmethod",
)
case(
    "identifier twice in one document",
    "REE-Y003",
    "  paper: {title: A paper}",
    "  paper: {title: A paper}\n  «paper: {title: Again}",
)
file_case("other ending", "REE-Y009", "inventories/new.yml", "«sources: {x: {title: X}}\n")

# --- keys

case("decimal comma", "REE-S001", "amount: 20 kWh", "amount: 20,«5 kWh", says="5 kWh")
case("unknown key of a process", "REE-S001", "location: hills", "location: hills\n«locaton: hills", "location")
case(
    "unknown key of an exchange",
    "REE-S001",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, amount: 20 kWh, «orgin: GB}",
    "origin",
)
case(
    "misspelled key that must be there",
    "REE-S001",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, «ammount: 20 kWh}",
    "amount",
)
case(
    "unknown key of a parameter",
    "REE-S001",
    "drive_time: {value: 0.05 h}",
    "drive_time: {value: 0.05 h, «evidense: expert}",
    "evidence",
)
case(
    "misspelled definition of a parameter",
    "REE-S001",
    "drive_time: {value: 0.05 h}",
    "drive_time: {«vaule: 0.05 h}",
    "value",
)
case(
    "unknown key of a distribution",
    "REE-S001",
    "distribution: {triangular:",
    "distribution: {«triangulr: {low: 1}, triangular:",
    "triangular",
)
case(
    "unknown key of a family",
    "REE-S001",
    "{low: 3 kW, mode: 4 kW, high: 6 kW}",
    "{low: 3 kW, mode: 4 kW, high: 6 kW, «hihg: 7 kW}",
    "high",
)
case(
    "unknown key of a product",
    "REE-S001",
    "{flow: limestone, amount: 1 t}",
    "{flow: limestone, amount: 1 t, «price: 3}",
)
case("unknown key of a balance", "REE-S001", "tolerance: 1 %}", "tolerance: 1 %, «tolerence: 2 %}", "tolerance")
case("unknown key of a mix", "REE-S001", "  losses: 5 %", "  losses: 5 %\n  «loses: 5 %", "losses")
case(
    "unknown key of a share",
    "REE-S001",
    "{provider: coal_power, share: 60 %}",
    "{provider: coal_power, share: 60 %, «shares: 1}",
    "share",
)
case("unknown key of a flow", "REE-S001", "unit: kWh}", "unit: kWh, «bulky: true}", "bulk")
case("unknown key of a source", "REE-S001", "{title: A paper}", "{title: A paper, «yaer: 2001}", "year")
case(
    "unknown key of the workspace",
    "REE-S001",
    "default_study: small",
    "default_study: small\n«defualt_study: small",
    "default_study",
)
case("unknown key of an axis", "REE-S001", "{title: Burning}", "{title: Burning, «titel: x}", "title")
case(
    "unknown key of an option",
    "REE-S001",
    "title: Short burning",
    "title: Short burning\n«link: {acid: acid_synthesis}",
    "links",
)
case("the word option as key of an option", "REE-S001", "title: Short burning", "title: Short burning\n«option: long")
case(
    "unknown key of a supply",
    "REE-S001",
    "{market: wind_power, location: grid}",
    "{market: wind_power, location: grid, «markt: grid}",
    "market",
)
case("unknown key of an instrument", "REE-S001", "{type: PPA,", "{type: PPA, «vintge: 2024,", "vintage")
case(
    "unknown key of a link",
    "REE-S001",
    "{flow: acid, provider: acid_synthesis}",
    "{flow: acid, provider: acid_synthesis, «whn: {power: grid}}",
    "when",
)
case("unknown key of a loop", "REE-S001", "substance: HCl", "substance: HCl\n«substanse: HCl", "substance")
case(
    "unknown key of a pool",
    "REE-S001",
    "surplus: acid_neutralisation}",
    "surplus: acid_neutralisation, «makup: x}",
    "makeup",
)
case("unknown key of a study", "REE-S001", "declared_unit: 1 kg lime", "declared_unit: 1 kg lime\n«gaol: none", "goal")
case(
    "unknown key of a scenario",
    "REE-S001",
    "{route: short, power: grid}",
    "{route: short, power: grid, «titel: x}",
    "title",
)
case("misspelled axis in a scenario", "REE-S001", "{route: short, power: grid}", "{route: short, «powr: grid}", "power")
case("unknown key of a comparison", "REE-S001", "{baseline: short/grid,", "{baseline: short/grid, «titles: x,", "title")
case("unknown key of a method", "REE-S001", "source: paper", "source: paper\n«sources: paper", "source")
case("unknown key of an indicator", "REE-S001", "unit: kg CO2e", "unit: kg CO2e\n    «untis: kg", "unit")
case(
    "unknown key of a factor",
    "REE-S001",
    "{carbon_dioxide: 1, rock: 0}",
    "{carbon_dioxide: {value: 1, «partail: x}, rock: 0}",
    "partial",
)
case("missing key of a process", "REE-S002", "process: quarry\ntitle: Quarrying\n", "«process: quarry\n", says="title")
case(
    "missing key of a product",
    "REE-S002",
    "product: {flow: lime, amount: 1 kg}",
    "«product: {flow: lime}",
    says="amount",
)
case(
    "missing key of an exchange",
    "REE-S002",
    "[{flow: electricity, amount: 20 kWh}]",
    "[{«flow: electricity}]",
    says="amount",
)
case(
    "missing key of a flow",
    "REE-S002",
    "electricity: {title: Electricity, kind: product, unit: kWh}",
    "«electricity: {title: Electricity, kind: product}",
)
case("missing key of a study", "REE-S002", "study: small\ntitle: One kilogram of lime\n", "«study: small\n")
case("scenario without an axis", "REE-S002", "{route: short, power: grid}", "{«route: short}", says="power")
case(
    "study without scenarios",
    "REE-S002",
    "study: small\ntitle: One",
    "study: «small\ntitle: One",
    and_old="scenarios:\n  - {route: short, power: grid}\n  - {route: long, power: wind-ppa}\n"
    "comparisons:\n  - {baseline: short/grid, alternative: long/wind-ppa}\n",
    and_new="",
)
case(
    "composition of nothing said",
    "REE-S002",
    "coal_grade: {composition: {C: 80 %, H: 5 %, other: rest}, of: elements}",
    "«coal_grade: {composition: {C: 80 %, H: 5 %, other: rest}}",
)

# --- values

case("list where one value is due", "REE-S003", "title: Quarrying", "«title: [Quarrying]")
case(
    "mapping where one value is due",
    "REE-S003",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, «amount: {value: 20 kWh}}",
)
case(
    "text where a list is due",
    "REE-S003",
    "inputs: [{flow: electricity, amount: 20 kWh}]",
    "inputs: «electricity",
    says="the value should be a list",
)
case(
    "text where a mapping is due",
    "REE-S003",
    "product: {flow: limestone, amount: 1 t}",
    "product: «1 t limestone",
    says="the value should be a mapping",
)
case("value left out", "REE-S003", "{title: A paper}", "{title: «''}", says="empty")
case("pedigree of 4", "REE-S003", "pedigree: [4, 5, 2, 3, 3]", "«pedigree: [4, 5, 2, 3]", says="5 items")
case("pedigree of 6", "REE-S003", "pedigree: [4, 5, 2, 3, 3]", "«pedigree: [4, 5, 2, 3, 3, 1]", says="5 items")
case("pedigree with a six", "REE-S003", "[4, 5, 2, 3, 3]", "[4, 5, «6, 3, 3]", says="5")
case("pedigree with a word", "REE-S003", "[4, 5, 2, 3, 3]", "[4, «good, 2, 3, 3]")
case("range of three", "REE-S003", "range: [90 %, 99 %]", "«range: [90 %, 95 %, 99 %]")
file_case(
    "process twice",
    "REE-S004",
    "inventories/twice.yaml",
    "process: «quarry\ntitle: Again\nproduct: {flow: limestone, amount: 1 t}\nsource: book\nevidence: expert\n",
)
file_case("flow twice", "REE-S004", NEW, "flows: {«lime: {title: Lime, kind: product, unit: kg}}\n")
file_case("option twice", "REE-S004", "inventories/z.yaml", "route: «short\ntitle: Again\n")
file_case(
    "study twice",
    "REE-S004",
    "inventories/z.yaml",
    "study: «small\ntitle: Again\ndeclared_unit: 1\ndemand: {flow: lime, amount: 1 kg}\nmethod: simple\n",
)
file_case(
    "method twice",
    "REE-S004",
    "methods/z.yaml",
    "method: «simple\ntitle: Again\nindicators: {x: {title: X, unit: kg, factors: {rock: 1}}}\n",
)
case(
    "source twice",
    "REE-S004",
    "---\nlinks:",
    "---\nsources: {other: {title: O}}\n---\nsources: {«other: {title: P}}\n---\nlinks:",
)
case(
    "scenario twice",
    "REE-S004",
    "  - {route: short, power: grid}",
    "  - {route: short, power: grid}\n  - {«route: [short], power: grid}",
)
case(
    "value and formula",
    "REE-S005",
    "drive_time: {value: 0.05 h}",
    '«drive_time: {value: 0.05 h, formula: "3 min"}',
    says="value and formula",
)
case(
    "neither value nor formula", "REE-S005", "drive_time: {value: 0.05 h}", "«drive_time: {note: to come}", says="none"
)
case(
    "range and distribution",
    "REE-S005",
    "drive_time: {value: 0.05 h}",
    "«drive_time: {value: 0.05 h, range: [0 h, 1 h], distribution: {uniform: {low: 0 h, high: 1 h}}}",
)
case("formula with range", "REE-S005", "  stone_need:\n", "  «stone_need:\n    range: [1, 2]\n", says="formula")
case(
    "two families",
    "REE-S005",
    "distribution: {triangular:",
    "«distribution: {uniform: {low: 1 kW, high: 9 kW}, triangular:",
)
case("mix and inputs", "REE-S005", "process: grid_mix\n", "«process: grid_mix\ninputs: [{flow: acid, amount: 1 kg}]\n")
case(
    "elementary flow without compartment",
    "REE-S005",
    "rock: {title: Rock, kind: elementary, compartment: resource, unit: kg}",
    "«rock: {title: Rock, kind: elementary, unit: kg}",
)
case("bad identifier of a process", "REE-S006", "process: landfill", "process: «Land-fill")
case("bad name of a parameter", "REE-S006", "drive_time: {value: 0.05 h}", "«drive-time: {value: 0.05 h}")
case("bad name of an option", "REE-S006", "power: wind-ppa\ntitle", "power: «wind ppa\ntitle")
case("bad address", "REE-S006", "kiln.drive_time: 0.08 h", "«drive_time: 0.08 h")
case("unknown evidence", "REE-S007", "evidence: expert\nparameters:", "evidence: «expret\nparameters:", "expert")
case("unknown kind of flow", "REE-S007", "{title: Ash, kind: waste,", "{title: Ash, kind: «wast,", "waste")
case("bad scope", "REE-S007", "scope: 3.5,", "scope: «3.16,")
case("scope of a word", "REE-S007", "scope: 3.5,", "scope: «three,")
case(
    "unknown basis",
    "REE-S007",
    "method: simple\nscenarios:",
    "method: simple\nelectricity_basis: «markt\nscenarios:",
    "market",
)
file_case("second workspace document", "REE-S008", "inventories/z.yaml", "«workspace: other\ntitle: Other\n")

# --- units

case("unknown unit", "REE-U001", "amount: 20 kWh", "amount: 20 «kwh", "kWh")
case(
    "unknown unit of a flow",
    "REE-U001",
    "{title: Ash, kind: waste, unit: kg}",
    "{title: Ash, kind: waste, unit: «kgg}",
    "kg",
)
case("unknown unit of a parameter", "REE-U001", "unit: kg/kg", "unit: «kilo/kg", "kg")
case("unknown unit of a range", "REE-U001", "[90 %, 99 %]", "[90 %, 99 «pct]", "%")
case("no unit", "REE-U002", "amount: 20 kWh", "amount: «20")
case("no unit of the product", "REE-U002", "{flow: limestone, amount: 1 t}", "{flow: limestone, amount: «1}")
case("no unit of the demand", "REE-U002", "{flow: lime, amount: 1 kg}\nmethod", "{flow: lime, amount: «1}\nmethod")
case("no unit in a range", "REE-U002", "{value: 0.05 h}", "{value: 0.05 h, range: [«0.01, 0.1]}")
case("wrong unit", "REE-U003", "amount: 20 kWh", "amount: «20 kg", says="mass (kg)")
case(
    "wrong dimension of a formula",
    "REE-U003",
    '"drive_power * drive_time / burn_yield"',
    '«"drive_power / drive_time / burn_yield"',
)
case("range of another dimension", "REE-U003", "{value: 0.05 h}", "{value: 0.05 h, range: [«0.01 kg, 0.1 kg]}")
case("range of an amount of another dimension", "REE-U003", "amount: 20 kWh", "amount: 20 kWh, range: [«10 kg, 30 kg]")
case("setting of another dimension", "REE-U003", "kiln.drive_time: 0.08 h", "kiln.drive_time: «0.08 kg")
case("setting without unit", "REE-U002", "kiln.drive_time: 0.08 h", "kiln.drive_time: «0.08")
case("share with a unit", "REE-U003", "share: 60 %", "share: «60 kWh")
case("exponential of a mass", "REE-U003", "amount: 20 kWh", 'amount: "20 kWh * exp(«2 kg)"')
case("factor with a unit", "REE-U003", "{carbon_dioxide: 1, rock: 0}", "{carbon_dioxide: «1 kg, rock: 0}")
case("sum of kg and kWh", "REE-U004", "amount: 20 kWh", 'amount: "20 kWh + «3 kg"')
case("comparison of kg and kWh", "REE-U004", "amount: 20 kWh", 'amount: "20 kWh if 1 kg > «1 kWh else 30 kWh"')
case("choice between kg and kWh", "REE-U004", "amount: 20 kWh", 'amount: "20 kWh if 1 kg > 2 kg else «30 kg"')
case("minimum of kg and kWh", "REE-U004", "amount: 20 kWh", 'amount: "min(20 kWh, 30 kWh, «2 kg)"')
case("exponent with a unit", "REE-U005", "amount: 20 kWh", 'amount: "20 kWh * 2^«(3 kg)"'.replace("«(", "(«"))
case("exponent that varies", "REE-U005", "amount: 20 kWh", 'amount: "20 kWh * (2 kg)^(«1 + 1) / (1 kg)^2"')

# --- formulas


def formula(name: str, code: str, text: str, suggestion: str = "", says: str = "") -> None:
    """A formula in the place of `20 kWh`, in double quotes."""
    case(name, code, "amount: 20 kWh", f'amount: "{text}"', suggestion, says)


formula("bracket not closed", "REE-F001", "(20 kWh + 1 kWh«", says="end of the formula")
formula("bracket not opened", "REE-F001", "20 kWh«)")
formula("operator without operand", "REE-F001", "20 kWh + «* 2")
formula("formula that stops", "REE-F001", "20 kWh *«")
formula("two values side by side", "REE-F001", "20 kWh «30 kWh")
formula("import", "REE-F001", "import «os")
formula("two dots", "REE-F001", "20 kWh * a.b«.c")
formula("assignment", "REE-F001", "20 kWh «= x")
formula("lambda", "REE-F001", "lambda x«: 20 kWh")
formula("indexing", "REE-F001", "20 kWh * burn_yield«[0]")
formula("braces", "REE-F001", "20 kWh * «{}")
formula("exclamation", "REE-F001", "20 kWh «! 2")
formula("text not closed", "REE-F001", "20 kWh * molar_mass(«'HCl)")
formula("comparison of three", "REE-F001", "20 kWh if 1 < 2 «< 3 else 1 kWh")
formula("else left out", "REE-F001", "20 kWh if 1 < 2«")
formula("decimal comma in a formula", "REE-F001", "20«,5 kWh")
formula("dunder", "REE-N001", "20 kWh * «__class__")
formula("unknown function", "REE-F002", "20 kWh * «squrt(4)", "sqrt")
formula("method call", "REE-F002", "20 kWh * «kiln.exec('x')")
formula("eval", "REE-F002", "«eval('20 kWh')")
formula("too many arguments", "REE-F003", "20 kWh * «sqrt(4, 2)")
formula("too few arguments", "REE-F003", "20 kWh * «max(4)")
formula("no arguments", "REE-F003", "20 kWh * «exp()")
formula("arguments of chemistry", "REE-F003", "20 kWh * «element_fraction('Cl')")
formula("composition where text is due", "REE-F003", "20 kWh * element_fraction(«1, 'HCl')")
case("formula too long", "REE-F004", "amount: 20 kWh", 'amount: "«20 kWh' + " + 1 kWh" * 300 + '"')
case("thousand operators", "REE-F004", "amount: 20 kWh", 'amount: "1' + "+1" * 100 + "«+1" + "+1" * 799 + '"')
case(
    "200 brackets", "REE-F004", "amount: 20 kWh", 'amount: "' + "(" * 40 + "«" + "(" * 160 + "20 kWh" + ")" * 200 + '"'
)
case("division by nought", "REE-F005", "amount: 20 kWh", 'amount: «"20 kWh * 1/0"')
case("nought by nought", "REE-F005", "amount: 20 kWh", 'amount: «"20 kWh * 0/0"')
case("logarithm of nought", "REE-F005", "amount: 20 kWh", 'amount: «"20 kWh * log(0)"')
case("number too large", "REE-F005", "amount: 20 kWh", "amount: «1e999 kWh")
case("power too large", "REE-F005", "amount: 20 kWh", 'amount: «"20 kWh * 10^400"')
case("root of a negative number", "REE-F005", "amount: 20 kWh", 'amount: «"20 kWh * sqrt(0 - 1)"')
case(
    "division by zero in a parameter",
    "REE-F005",
    "formula: \"molar_mass('CaCO3') / molar_mass('CaO')\"",
    'formula: «"1 / (1 - 1)"',
)
formula("text where a number is due", "REE-F006", "20 kWh * «'HCl'")
case("composition where a number is due", "REE-F006", "amount: 0.20 kg", 'amount: "0.20 kg * «coal_grade"')
case("choice where a number is due", "REE-F006", "amount: 0.20 kg", 'amount: "0.20 kg * «firing"')
case(
    "number compared with text", "REE-F006", "amount: 0.20 kg", "amount: \"0.20 kg if «burn_yield == 'coal' else 1 kg\""
)
case("comparison where a number is due", "REE-F006", "amount: 20 kWh", 'amount: «"1 < 2"')
case("number where a condition is due", "REE-F006", "amount: 20 kWh", 'amount: "20 kWh if «1 else 2 kWh"')
formula("unknown element", "REE-F007", "20 kWh * «element_fraction('Xx', 'HCl')", says="Xx")
formula(
    "chemical formula in small letters", "REE-F007", "20 kWh * «molar_mass('hcl') * 1 mol/kg", says="did you mean 'H'"
)
case(
    "unknown element of a composition",
    "REE-F007",
    "{C: 80 %, H: 5 %, other: rest}",
    "{«Cc: 80 %, H: 5 %, other: rest}",
    says="Cc",
)
case(
    "second element of a composition unknown",
    "REE-F007",
    "{C: 80 %, H: 5 %, other: rest}",
    "{C: 80 %, «Hh: 5 %, other: rest}",
    says="Hh",
)
case("unknown formula of a flow", "REE-F007", "formula: CaCO3}", "formula: «CaCO3x}")
case("unknown element in a balance", "REE-F007", "elements: [Ca, C]", "elements: [Ca, C, «Cx]")
case(
    "unknown element in a flow",
    "REE-F007",
    "{Cl: \"element_fraction('Cl', 'HCl')\"}",
    "{«Cll: \"element_fraction('Cl', 'HCl')\"}",
)
case(
    "formula of a flow in energy",
    "REE-U003",
    "unit: kWh}",
    "unit: kWh, formula: «HCl}",
    and_old="elements: [Ca, C]",
    and_new="elements: [Ca, C]",
)
case("oxide as element", "REE-F007", "{C: 80 %, H: 5 %, other: rest}", "{«CaO: 80 %, H: 5 %, other: rest}")

# --- names

case(
    "undefined name",
    "REE-N001",
    '"drive_power * drive_time / burn_yield"',
    '"drive_power * «drive_tim / burn_yield"',
    "drive_time",
)
case(
    "undefined dotted name",
    "REE-N001",
    '"drive_power * drive_time / burn_yield"',
    '"drive_power * «kiln.drive_tme / burn_yield"',
    "kiln.drive_time",
)
case(
    "two undefined names",
    "REE-N001 REE-N001",
    '"drive_power * drive_time / burn_yield"',
    '"«drive_powr * «drive_tim / burn_yield"',
    "drive_power",
)
case("undefined name of another process", "REE-N001", "amount: 20 kWh", 'amount: "20 kWh * «burn_yield"')
case(
    "undefined name in doubled quotes",
    "REE-N001",
    "\"0.02 kg * mass_fraction(coal_grade, 'C')\"",
    "'0.02 kg * mass_fraction(coal_grade, ''C'') * «drive_tim'",
    "drive_time",
)
case("undefined name after an escape", "REE-N001", "amount: 20 kWh", r'amount: "20 kWh \x2a «drve"')
case(
    "undefined name in a formula on two lines",
    "REE-N001",
    '"drive_power * drive_time / burn_yield"',
    '"drive_power *\n      drive_time / «burn_yeld"',
    "burn_yield",
)
case(
    "undefined name in a folded formula",
    "REE-N001",
    "    formula: \"molar_mass('CaCO3') / molar_mass('CaO')\"\n",
    "    formula: >-\n      molar_mass('CaCO3')\n      / molar_mass('CaO') * «burn_yeld\n",
    "burn_yield",
)
case("undefined name in a location", "REE-N001", "location: hills", 'location: "at «${plase}"', "place")
case("undefined name in an origin", "REE-N001", 'origin: "${place}"', 'origin: "«${plce}"', "place")
case("undefined name in a condition", "REE-N001", "when: {firing: [coal]}", "when: {«fireing: [coal]}", "firing")
case(
    "undefined name in a link",
    "REE-N001",
    "when: {acid_route: by_product}",
    "when: {«acid_rout: by_product}",
    "acid_route",
)
case("unclosed insertion", "REE-F001", "location: hills", 'location: "«${place"')
case("number inserted in a text", "REE-F006", 'origin: "${place}"', 'origin: "«${burn_yield}"')
case(
    "circle of two",
    "REE-N002",
    "drive_time: {value: 0.05 h}",
    '«drive_time: {formula: "drive_pause / 2"}\n  drive_pause: {formula: "drive_time * 2"}',
    and_old="  kiln.drive_time: 0.08 h\n",
    and_new="",
)
case(
    "circle of one",
    "REE-N002",
    "drive_time: {value: 0.05 h}",
    '«drive_time: {formula: "drive_time * 2"}',
    and_old="  kiln.drive_time: 0.08 h\n",
    and_new="",
)
case("text that inserts itself", "REE-N002", "place: {text: north}", '«place: {text: "far ${place}"}')
case(
    "texts that insert each other",
    "REE-N002",
    "place: {text: north}",
    '«place: {text: "far ${region}"}\n  region: {text: "${workspace.place}"}',
)
case(
    "setting that matches nothing", "REE-N003", "kiln.drive_time: 0.08 h", "«kiln.drive_tim: 0.08 h", "kiln.drive_time"
)
case(
    "setting of a scenario that matches nothing",
    "REE-N003",
    "{route: short, power: grid}",
    "{route: short, power: grid, set: {«kiln.drive_tim: 1 h}}",
    "kiln.drive_time",
)
case(
    "setting of a study that matches nothing",
    "REE-N003",
    "method: simple\nscenarios:",
    "method: simple\nset: {«kilm.burn_yield: 92 %}\nscenarios:",
    "kiln.burn_yield",
)
case(
    "parameter not used", "REE-N004", "drive_time: {value: 0.05 h}", "drive_time: {value: 0.05 h}\n  «spare: {value: 1}"
)
case(
    "parameter of the workspace not used",
    "REE-N004",
    "place: {text: north}",
    "place: {text: north}\n  «spare: {text: x}",
)
for word in ("kWh", "min", "if", "d", "molar_mass"):
    case(
        f"reserved name {word}",
        "REE-N005",
        "drive_time: {value: 0.05 h}",
        "drive_time: {value: 0.05 h}\n  «" + word + ": {value: 1}",
    )
case("choice not among its options", "REE-N006", "choice: synthesis", "choice: «syntesis", "synthesis")
case(
    "setting not among the options",
    "REE-N006",
    "workspace.acid_route: by_product",
    "workspace.acid_route: «byproduct",
    "by_product",
)
case("condition on no option of a choice", "REE-N006", "when: {firing: [coal]}", "when: {firing: [«cole]}", "coal")
case(
    "unknown source",
    "REE-N007",
    "process: quarry\ntitle: Quarrying\nlocation: hills\nsource: book",
    "process: quarry\ntitle: Quarrying\nlocation: hills\nsource: «boook",
    "book",
)
case(
    "unknown source of an exchange",
    "REE-N007",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, amount: 20 kWh, source: «papr}",
    "paper",
)
case("unknown source of a method", "REE-N007", "source: paper", "source: «papre", "paper")
case("unknown option in a scenario", "REE-N008", "{route: short, power: grid}", "{route: «shrt, power: grid}", "short")
case(
    "unknown option in a list",
    "REE-N008",
    "{route: short, power: grid}",
    "{route: [short, «lnog], power: grid}",
    "long",
)
case("unknown option in a condition", "REE-N008", "when: {route: long}", "when: {route: «lng}", "long")
case("unknown axis of supply", "REE-N008", "supply: power", "supply: «powr", "power")
case(
    "name in two options",
    "REE-N009",
    "title: Short burning\n",
    "title: Short burning\nparameters: {tone: {text: a}}\n",
    and_old="title: The grid\n",
    and_new="title: The grid\nparameters: {«tone: {text: b}}\n",
)

# --- links

case(
    "flow that nobody makes",
    "REE-L001",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, amount: 20 kWh}, {flow: «dynamite, amount: 1 kg}",
    and_old="  rock: {title",
    and_new="  dynamite: {title: D, kind: product, unit: kg}\n  rock: {title",
)
case(
    "two make it and no rule chooses",
    "REE-L002",
    "[{flow: acid, amount: 1 kg}]",
    "[{flow: «acid, amount: 1 kg}]",
    and_old="  - {flow: acid, provider: acid_synthesis}\n",
    and_new="",
)
case(
    "two rules choose",
    "REE-L002",
    "{flow: acid, provider: acid_synthesis}",
    "{flow: acid, provider: «acid_synthesis}\n  - {flow: acid, provider: acid_by_product}",
)
case(
    "two options choose",
    "REE-L002",
    "title: Short burning\n",
    "title: Short burning\nlinks: {acid: «acid_synthesis}\n",
    and_old="title: The grid\n",
    and_new="title: The grid\nlinks: {acid: acid_by_product}\n",
)
case(
    "unknown flow",
    "REE-L003",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: «electrcity, amount: 20 kWh}",
    "electricity",
)
case(
    "unknown flow of a product",
    "REE-L003",
    "{flow: limestone, amount: 1 t}",
    "{flow: «limestne, amount: 1 t}",
    "limestone",
)
case(
    "unknown flow of the demand",
    "REE-L003",
    "{flow: lime, amount: 1 kg}\nmethod",
    "{flow: «lyme, amount: 1 kg}\nmethod",
    "lime",
)
case(
    "unknown flow of a link",
    "REE-L003",
    "{flow: electricity, provider: grid_mix}",
    "{flow: electricity, provider: grid_mix}\n  - {flow: «elektricity, provider: grid_mix}",
    "electricity",
)
case(
    "unknown flow of a method",
    "REE-L003",
    "{carbon_dioxide: 1, rock: 0}",
    "{carbon_dioxide: 1, rock: 0, «carbon_dixide: 1}",
    "carbon_dioxide",
)
case(
    "unknown pool",
    "REE-L003",
    "  wash_acid: {makeup",
    "  «wsh_acid: {makeup: acid_purchase, surplus: acid_neutralisation}\n  wash_acid: {makeup",
    "wash_acid",
)
case(
    "unknown provider",
    "REE-L004",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, amount: 20 kWh, provider: «coal_powr}",
    "coal_power",
)
case(
    "unknown provider in a mix",
    "REE-L004",
    "{provider: coal_power, share",
    "{provider: «coal_powr, share",
    "coal_power",
)
case(
    "unknown provider in a link",
    "REE-L004",
    "{flow: electricity, provider: grid_mix}",
    "{flow: electricity, provider: «grid_mx}",
    "grid_mix",
)
case("unknown makeup", "REE-L004", "makeup: acid_purchase", "makeup: «acid_purchse", "acid_purchase")
case("unknown supply", "REE-L004", "{market: wind_power,", "{market: «wind_powr,", "wind_power")
case(
    "provider that makes something else",
    "REE-L005",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, amount: 20 kWh, provider: «landfill}",
    says="makes ash",
)
case(
    "link to something else",
    "REE-L005",
    "{flow: electricity, provider: grid_mix}",
    "{flow: electricity, provider: «quarry}",
)
case("makeup that makes something else", "REE-L005", "makeup: acid_purchase", "makeup: «acid_synthesis")
case(
    "process that nobody uses",
    "REE-L006",
    "---\nlinks:",
    "---\nprocess: «mill\ntitle: M\nstage: milling\n"
    "source: book\nevidence: expert\nproduct: {flow: limestone, amount: 1 t}\n"
    "---\nlinks:\n  - {flow: limestone, provider: quarry}",
)
case(
    "balance of a process that nobody uses",
    "REE-M005",
    "---\nlinks:",
    "---\nprocess: crusher\ntitle: C\nsource: book\nevidence: expert\nproduct: {flow: lime, amount: 1 kg}\n"
    "inputs: [{flow: limestone, amount: 1 kg}]\nbalance: {elements: [«Ca], tolerance: 1 %}\n"
    "---\nlinks:\n  - {flow: lime, provider: kiln}",
    says="crusher: Ca in",
)
case(
    "implausible amounts of a process that nobody uses",
    "REE-P002 REE-P003",
    "---\nlinks:",
    "---\nprocess: crusher\ntitle: C\nsource: book\nevidence: expert\nproduct: {flow: lime, amount: 1 kg}\n"
    "parameters: {burn_yield: {value: «1 %}}\ninputs: [{flow: limestone, amount: «1 kg / burn_yield}]\n"
    "---\nlinks:\n  - {flow: lime, provider: kiln}",
)
case(
    "elementary flow among inputs",
    "REE-L007",
    "inputs: [{flow: electricity, amount: 20 kWh}]",
    "inputs: [{flow: electricity, amount: 20 kWh}, {flow: «rock, amount: 1 kg}]",
)
case(
    "product among emissions",
    "REE-L007",
    "emissions: [{flow: carbon_dioxide, amount: 0.1 kg}]",
    "emissions: [{flow: «limestone, amount: 0.1 kg}]",
)
case(
    "waste among inputs",
    "REE-L007",
    "inputs: [{flow: electricity, amount: 20 kWh}]",
    "inputs: [{flow: electricity, amount: 20 kWh}, {flow: «ash, amount: 1 kg}]",
)
case("factor for a product", "REE-L007", "{carbon_dioxide: 1, rock: 0}", "{carbon_dioxide: 1, rock: 0, «lime: 1}")

# --- model

case(
    "second product",
    "REE-M001",
    "resources: [{flow: rock, amount: 1.1 t}]",
    "resources: [{flow: rock, amount: 1.1 t}]\noutputs: [{flow: «lime, amount: 1 kg}]",
)
case(
    "singular",
    "REE-M002",
    "process: coal_power\n",
    "process: «coal_power\ninputs: [{flow: electricity, provider: coal_power, amount: 1 kWh}]\n",
)
case(
    "runs backwards",
    "REE-M003",
    "process: coal_power\n",
    "process: «coal_power\ninputs: [{flow: electricity, provider: coal_power, amount: 2 kWh}]\n",
)
case("no bin", "REE-M004", "{flow: wash_acid, amount: 0.20 kg, bin: washing}", "{flow: «wash_acid, amount: 0.20 kg}")
case("unknown bin", "REE-M004", "amount: 0.20 kg, bin: washing", "amount: 0.20 kg, bin: «washng", "washing")
case(
    "bin without a pool",
    "REE-M004",
    "{flow: electricity, amount: 20 kWh}",
    "{flow: electricity, amount: 20 kWh, bin: «washing}",
)
case(
    "balance that does not close",
    "REE-M005",
    '"1 kg * stone_need", stoich',
    '"1.1 kg * stone_need", stoich',
    and_old="elements: [Ca, C]",
    and_new="elements: [«Ca]",
)
case(
    "two elements that do not close",
    "REE-M005 REE-M005",
    '"1 kg * stone_need", stoich',
    '"1.1 kg * stone_need", stoich',
    and_old="elements: [Ca, C]",
    and_new="elements: [«Ca, «C]",
)
case("tolerance with a unit", "REE-U003", "tolerance: 1 %", "tolerance: «1 kg")
case("shares of 90 %", "REE-M006", "share: 60 %", "share: «50 %", says="90.00%")
case("negative share", "REE-M006", "share: 60 %", "share: «-60 %")
case("losses of all", "REE-M006", "losses: 5 %", "losses: «100 %")
case("negative losses", "REE-M006", "losses: 5 %", "losses: «-5 %")
case("composition of 85 %", "REE-M006", "{C: 80 %, H: 5 %, other: rest}", "{«C: 80 %, H: 5 %}", says="85.00%")
case("composition of 120 %", "REE-M006", "{C: 80 %, H: 5 %, other: rest}", "{«C: 80 %, H: 40 %}", says="120.00%")
case(
    "negative share of a composition", "REE-M006", "{C: 80 %, H: 5 %, other: rest}", "{C: 80 %, H: «-5 %, other: rest}"
)
case("two rests", "REE-M006", "{C: 80 %, H: 5 %, other: rest}", "{C: 80 %, H: rest, other: «rest}")
case("product of nought", "REE-M007", "{flow: limestone, amount: 1 t}", "{flow: limestone, amount: «0 t}")
case("negative product", "REE-M007", "{flow: limestone, amount: 1 t}", "{flow: limestone, amount: «-1 t}")
case("negative amount", "REE-M007", "amount: 20 kWh", "amount: «-20 kWh")
case("demand of nought", "REE-M007", "{flow: lime, amount: 1 kg}\nmethod", "{flow: lime, amount: «0 kg}\nmethod")
case("negative yield", "REE-M008", "value: 95 %\n    range: [90 %, 99 %]", "value: «-95 %")
case("yield of nought", "REE-M008", "value: 95 %\n    range: [90 %, 99 %]", "value: «0 %")
case("value outside its range", "REE-M009", "range: [90 %, 99 %]", "range: [«96 %, 99 %]")
case("range the wrong way round", "REE-M009", "range: [90 %, 99 %]", "range: [«99 %, 90 %]")
case("mode not the value", "REE-M009", "mode: 4 kW", "mode: «5 kW")
case("mode outside", "REE-M009", "low: 3 kW, mode: 4 kW", "low: «4.5 kW, mode: 4 kW")
case(
    "gsd2 below one",
    "REE-M009",
    "{value: 0.05 h}",
    "{value: 0.05 h, distribution: {lognormal: {median: 0.05 h, gsd2: «0.5}}}",
)
case(
    "negative standard deviation",
    "REE-M009",
    "{value: 0.05 h}",
    "{value: 0.05 h, distribution: {normal: {mean: 0.05 h, sd: «-1 h}}}",
)
case("amount outside its range", "REE-M009", "amount: 20 kWh", "amount: 20 kWh, range: [«30 kWh, 40 kWh]")
case(
    "amount that is a formula with a range",
    "REE-S005",
    "amount: 0.20 kg",
    'amount: "0.20 kg * burn_yield", range: [«0.1 kg, 0.3 kg]',
)
case(
    "setting outside its range",
    "REE-M009",
    "kiln.drive_time: 0.08 h",
    "kiln.drive_time: {value: 0.08 h, range: [«0.1 h, 0.2 h]}",
)

# --- warnings

case(
    "ten times stoichiometry",
    "REE-P001",
    'stoichiometric: "1 kg * stone_need"',
    'stoichiometric: "0.1 kg * stone_need"',
    and_old='amount: "1 kg * stone_need"',
    and_new='amount: «"1 kg * stone_need"',
)
case(
    "below stoichiometry",
    "REE-P001",
    'stoichiometric: "1 kg * stone_need"',
    'stoichiometric: "2 kg * stone_need"',
    and_old='amount: "1 kg * stone_need"',
    and_new='amount: «"1 kg * stone_need"',
)
case(
    "unknown name in stoichiometry",
    "REE-N001",
    'stoichiometric: "1 kg * stone_need"',
    'stoichiometric: "1 kg * «stone_neeed"',
    "stone_need",
)
case("yield of 150 %", "REE-P002", "value: 95 %\n    range: [90 %, 99 %]", "value: «150 %")
case("fraction of 120 %", "REE-P002", "value: 95 %\n    range: [90 %, 99 %]", "value: «120 %\n    kind: fraction")
case("huge input", "REE-P003", "amount: 0.20 kg, bin", "amount: «200 kg, bin")
case(
    "set far outside its range",
    "REE-P004",
    "drive_time: {value: 0.05 h}",
    "drive_time: {value: 0.05 h, range: [0.04 h, 0.06 h]}",
    and_old="kiln.drive_time: 0.08 h",
    and_new="kiln.drive_time: «0.09 h",
)
case(
    "number without source",
    "REE-E001",
    "title: Quarrying\nlocation: hills\nsource: book\n",
    "title: Quarrying\nlocation: hills\n",
    and_old="{flow: electricity, amount: 20 kWh}]\nresources: [{flow: rock, amount: 1.1 t}]",
    and_new="{flow: electricity, amount: «20 kWh}]",
)

# --- impact and studies

CASES.append(
    Case(
        "flow without factor",
        "REE-I001",
        {"{flow: rock, amount": "{flow: «rock, amount", "{carbon_dioxide: 1, rock: 0}": "{carbon_dioxide: 1}"},
    )
)
case("unknown method", "REE-I002", "method: simple\nscenarios:", "method: «simpel\nscenarios:", "simple")
case("unknown scenario in a comparison", "REE-C001", "baseline: short/grid", "baseline: «shrt/grid", "short/grid")
case("unknown default study", "REE-C005", "default_study: small", "default_study: «smal", "small")

# --- several at once, and what would only confuse

case(
    "two keys missing at one place",
    "REE-S002 REE-S002",
    "study: small\ntitle: One kilogram of lime\ndeclared_unit: 1 kg lime\n",
    "««study: small\n",
)
case(
    "two misspelled keys",
    "REE-S001 REE-S001",
    "{flow: electricity, amount: 20 kWh}",
    "{«flo: electricity, «amout: 20 kWh}",
    "flow",
)
case("faulty workspace document", "REE-S001", "title: A lime kiln", "«titel: A lime kiln", "title")
file_case(
    "workspace document without parameters list",
    "REE-S003",
    WORKSPACE,
    "workspace: lime\ntitle: A lime kiln\n«parameters: [a, b]\n",
)
case("option that is a mapping", "REE-N008", "{route: short, power: grid}", "{«route: {a: b}, power: grid}")
case("scenario that is a word", "REE-S003", "  - {route: short, power: grid}", "  - «short")
case("range with a sum", "REE-F001", "{value: 0.05 h}", '{value: 0.05 h, range: [«"0.01 h + 0.01 h", 0.1 h]}')
case("range with a text", "REE-F001", "{value: 0.05 h}", """{value: 0.05 h, range: [«"'x'", 0.1 h]}""")
case("value that is a formula", "REE-F001", "{value: 0.05 h}", '{value: «"3 min + 1 s"}')
case("value that names something", "REE-N001", "{value: 0.05 h}", "{value: «somewhat}")
case("infinity", "REE-N001", "{value: 0.05 h}", "{value: «inf}")
case("YAML's infinity", "REE-F001", "{value: 0.05 h}", "{value: «.inf}")
formula("power that varies", "REE-F001", "20 kWh * (2 m)^2 / 4 m^«burn")
formula("power with a fraction", "REE-F001", "20 kWh * 1 m^«0.5 / 1 m")
formula("power of power of power", "REE-F004", "20 kWh * 1" + "^1" * 39 + "^«1" + "^1" * 300)
formula("hundred minus signs", "REE-F004", "20 kWh * " + "-" * 39 + "«-" + "-" * 50 + "1")
formula("unit below a stroke", "REE-N001", "20 kWh + 3 kg/«kwh", "kWh")
formula("not not not", "REE-F004", "20 kWh if " + "not " * 39 + "«not " + "not " * 50 + "1 < 2 else 1 kWh")
formula("minimum of minimum of minimum", "REE-U004", "min(" * 38 + "20 kWh, «1 kg)" + ", 1 kWh)" * 37)
formula(
    "equal of equal of equal", "REE-F006", "20 kWh if " + "(" * 30 + "(«1 == 1) == 1" + ") == 1" * 30 + " else 1 kWh"
)
case("formula of blanks", "REE-S003", "amount: 20 kWh", 'amount: «"   "', says="empty")
case(
    "condition that gives a product of nothing",
    "REE-N008",
    "when: {route: long}",
    "when: {route: [long, «lonng]}",
    "long",
)
case("balance of a process at fault", "REE-U003", '"1 kg * stone_need", stoich', '«"1 h * stone_need", stoich')
case("formula of CO2 in small letters", "REE-F007", "formula: CO2}", "formula: «co2}", says="did you mean")
case(
    "unused choice of an option", "REE-N004", "title: The grid\n", "title: The grid\nparameters: {«spare: {text: x}}\n"
)
case("infinity that vanishes", "REE-F005", "amount: 20 kWh", 'amount: «"20 kWh + 1 kWh / (1/0)"')
case(
    "unknown stage before the gate",
    "REE-S007",
    "method: simple\nscenarios:",
    "method: simple\nupstream_stages: [«burnning]\nscenarios:",
    "burning",
)
case(
    "option that no scenario has",
    "REE-N010",
    "route: long\ntitle: Long",
    "route: «spare\ntitle: S\n---\nroute: long\ntitle: Long",
)
case(
    "provider unknown in a process that no scenario reaches",
    "REE-L004",
    "title: Acid as a by-product\nsource: book\nevidence: literature\n",
    "title: Acid as a by-product\nsource: book\nevidence: literature\n"
    "inputs: [{flow: electricity, amount: 1 kWh, provider: «coal_powr}]\n",
    "coal_power",
)
case("comma in a number", "REE-F001", "amount: 20 kWh", 'amount: "20«,5 kWh"', says="unexpected `,`")
case("unit in the wrong case", "REE-U001", "amount: 20 kWh", "amount: 20 «kwh", "kWh")
case(
    "electricity without the supply that others have",
    "REE-L008",
    "  - {flow: wash_acid, amount: 0.20 kg, bin: washing}",
    "  - {flow: «electricity, amount: 0.1 kWh}\n  - {flow: wash_acid, amount: 0.20 kg, bin: washing}",
)
case("declared unit is not the demand", "REE-P005", "declared_unit: 1 kg", "declared_unit: «2 kg")
case("tolerance that checks nothing", "REE-P006", "tolerance: 1 %", "tolerance: «1000 %")
case(
    "median is not the value",
    "REE-M009",
    "value: 95 %\n    range: [90 %, 99 %]",
    "value: 95 %\n    distribution: {lognormal: {median: «50 %, gsd2: 1.2}}",
)
case(
    "parts that are not the whole",
    "REE-I003",
    "    factors: {carbon_dioxide: 1, rock: 0}\n",
    "    factors: {carbon_dioxide: «2, rock: 0}\n"
    "  climate_change.fossil: {title: Part, unit: kg CO2e, factors: {carbon_dioxide: 1, rock: 0}}\n",
)
case(
    "setting that no scenario makes use of",
    "REE-N004 REE-N011",
    "process: quarry\ntitle: Quarrying\n",
    "process: quarry\ntitle: Quarrying\nparameters: {«idle: {value: 3 h}}\n",
    and_old="method: simple\nscenarios:",
    and_new="method: simple\nset: {«quarry.idle: 4 h}\nscenarios:",
)


# --- fractions by element, compositions as formulas, rare earths of flows


def kept_case(name: str, codes: str, kept: str, suggestion: str = "", says: str = "", **more: str) -> None:
    """Parameters of the workspace in place of one that it has."""
    case(name, codes, "  place: {text: north}", f"  place: {{text: north}}\n{kept}", suggestion, says, **more)


ALLOY = "  alloy: {composition: {Nd: 30 %, Dy: 2 %, other: rest}, of: elements}\n"

kept_case("fraction of what is no element", "REE-F007", "  kept: {by_element: {«Ndd: 90 %}}", says="Ndd")
kept_case("fraction above all", "REE-M010", "  kept: {by_element: {Nd: «120 %}}", says="120 %")
kept_case("fraction below nothing", "REE-M010", "  kept: {by_element: {Nd: 90 %, rest: «-1 %}}", says="rest")
kept_case("fraction in per cent without the sign", "REE-M010", "  kept: {by_element: {Nd: «97.5}}")
kept_case("fraction with a unit", "REE-U003", "  kept: {by_element: {Nd: «1 kg}}")
kept_case("fraction as a formula", "REE-F001", "  kept: {by_element: {Nd: «1 - 3 %}}")
kept_case("fraction of an element twice", "REE-Y003", "  kept: {by_element: {Nd: 90 %, «Nd: 95 %}}")
kept_case("no fractions", "REE-S003", "  kept: {«by_element: {}}")
kept_case("fractions as a list", "REE-S003", "  kept: {«by_element: [90 %]}")
kept_case(
    "spread of fractions", "REE-S005", "  «kept: {by_element: {Nd: 90 %}, range: [80 %, 95 %]}", says="by_element"
)
kept_case("fractions and a value", "REE-S005", "  «kept: {value: 90 %, by_element: {Nd: 90 %}}", says="by_element")
kept_case("composition where fractions are due", "REE-F003", ALLOY + '  all: {formula: "mean_recovery(alloy, «alloy)"}')
kept_case(
    "element without a fraction",
    "REE-F007",
    ALLOY + '  kept: {by_element: {Nd: 90 %}}\n  all: {formula: "«mean_recovery(alloy, kept)"}',
    says="no fraction of Dy",
)
kept_case(
    "recovery of what is no rare earth",
    "REE-F007",
    ALLOY + '  kept: {by_element: {Fe: 90 %, rest: 0 %}}\n  all: {formula: "«recovered(alloy, kept)"}',
    says="not a rare earth",
)
kept_case(
    "nothing recovered",
    "REE-F007",
    ALLOY + '  kept: {by_element: {rest: 0 %}}\n  all: {formula: "«recovered(alloy, kept)"}',
    says="none of the rare earths",
)
kept_case(
    "composition with a unit",
    "REE-F006",
    ALLOY + '  kept: {by_element: {rest: 90 %}}\n  all: {formula: «"recovered(alloy, kept)", unit: kg/kg}',
)
kept_case(
    "composition as an amount",
    "REE-F006",
    ALLOY + '  kept: {by_element: {rest: 90 %}}\n  all: {formula: "recovered(alloy, kept)"}',
    and_old="resources: [{flow: rock, amount: 1.1 t}]",
    and_new="resources: [{flow: rock, amount: «all}]",
)
kept_case(
    "fractions as an amount",
    "REE-F006",
    "  kept: {by_element: {rest: 90 %}}",
    and_old="resources: [{flow: rock, amount: 1.1 t}]",
    and_new="resources: [{flow: rock, amount: «kept}]",
)
case("rare earths of a compound", "REE-S005", "  lime: {title: Lime,", "  «lime: {rare_earths: mix, title: Lime,")
case("rare earths of nothing", "REE-S003", "  ash: {title: Ash,", "  ash: {«rare_earths: {}, title: Ash,")
for name, codes, flow in (
    ("rare earths without an amount", "REE-S002", "rare_earths: «alloy"),
    ("rare earths in two amounts", "REE-S005", "rare_earths: {alloy: 1 kg_REO/kg}, composition: {«RE: 1 %}"),
    ("a rare earth beside a mixture", "REE-S005", "rare_earths: alloy, composition: {RE: 1 %, «Nd: 1 %}"),
    ("rare earths by a name that is not defined", "REE-N001", "rare_earths: {«aloy: 1 kg_REO/kg}"),
    ("rare earths in a wrong unit", "REE-U003", "rare_earths: {alloy: «1 kg/kg}"),
    ("less than none of a rare earth", "REE-M007", "rare_earths: {«alloy: -1 kg_REO/kg}"),
):
    suggestion = "alloy" if "aloy" in flow else ""
    changed = {"and_old": "  ash: {title: Ash,", "and_new": f"  ash: {{{flow}, title: Ash,"}
    kept_case(name, codes, ALLOY, suggestion, **changed)

# --- what nothing buys, and what is switched off

case(
    "supplies of a flow that nobody takes from there",
    "REE-N017",
    "  electricity: {market: wind_power, location: grid}",
    "  electricity: {market: wind_power, location: grid}\n  «acid: {market: acid_synthesis, location: grid}",
    says="supply: power",
)
case(
    "link of a flow that no exchange names",
    "REE-N017",
    "  - {flow: electricity, provider: grid_mix}",
    "  - {flow: electricity, provider: grid_mix}\n  - {flow: «tar, provider: tar_works}",
    and_old="  ash: {title: Ash, kind: waste, unit: kg}",
    and_new="  ash: {title: Ash, kind: waste, unit: kg}\n  tar: {title: Tar, kind: product, unit: kg}\n---\n"
    "process: tar_works\ntitle: Tar\nsource: book\nevidence: literature\nproduct: {flow: tar, amount: 1 kg}\n"
    "emissions: [{flow: carbon_dioxide, amount: 1 kg}]\n---\nflows:",
)
case(
    "origin of a flow that no exchange names",
    "REE-N017",
    "  acid: {shares: {CN: 70 %",
    "  «tar: {shares: {CN: 100 %}, source: book, evidence: expert}\n  acid: {shares: {CN: 70 %",
    and_old="  ash: {title: Ash, kind: waste, unit: kg}",
    and_new="  ash: {title: Ash, kind: waste, unit: kg}\n  tar: {title: Tar, kind: product, unit: kg}",
)
case(
    "unit of an exchange that is switched off",
    "REE-U003",
    "inputs: [{flow: electricity, amount: 20 kWh}]",
    "inputs: [{flow: electricity, amount: 20 kWh}, "
    "{flow: electricity, amount: «1 kg / (1 - 1), when: {acid_route: synthesis, route: short, power: wind-ppa}}]",
)

# --- distributions and correlations

TIME = "{value: 0.05 h}"


def spread_case(name: str, codes: str, written: str, says: str = "") -> None:
    """A distribution of the drive time of the kiln."""
    case(name, codes, TIME, f"{{value: 0.05 h, distribution: {{{written}}}}}", says=says)


spread_case("lognormal of nothing", "REE-S005", "«lognormal: {median: 0.05 h}")
spread_case("lognormal said twice", "REE-S005", "«lognormal: {median: 0.05 h, gsd2: 1.2, sigma: 0.1}")
spread_case("sigma with a unit", "REE-U003", "lognormal: {median: 0.05 h, sigma: «0.1 h}")
spread_case("negative sigma", "REE-M009", "lognormal: {median: 0.05 h, sigma: «-0.1}")
spread_case("lognormal cut below zero", "REE-D001", "lognormal: {median: 0.05 h, gsd2: 1.2, low: «-1 h}")
spread_case("value cut away", "REE-M009", "normal: {mean: 0.05 h, sd: 0.01 h, low: «0.06 h}")
spread_case(
    "nothing left between the cuts", "REE-D001", "normal: {mean: 0.05 h, sd: 0.01 h, low: 0.05 h, high: «0.05 h}"
)
spread_case("weights missing", "REE-D001", "discrete: {values: [0.04 h, 0.06 h], weights: [«1]}", says="2 values")
spread_case("negative weight", "REE-D001", "discrete: {values: [0.04 h, 0.06 h], weights: [«1, -1]}")
spread_case("value beyond all observed", "REE-M009", "empirical: {values: [«0.06 h, 0.09 h]}")
spread_case("one observation", "REE-S003", "empirical: {«values: [0.05 h]}")
case(
    "lognormal of nought",
    "REE-D001",
    TIME,
    "{value: 0 h, distribution: {lognormal: {median: «0 h, gsd2: 1.2}}}",
)


def correlations_case(name: str, codes: str, *written: str, suggestion: str = "", says: str = "") -> None:
    """Correlations of the workspace; burn yield and drive power of the kiln have spreads."""
    lines = "".join(f"  - {{{line}}}\n" for line in written)
    case(name, codes, "exclusions:\n", f"correlations:\n{lines}exclusions:\n", suggestion, says)


YIELD_AND_POWER = "between: [kiln.burn_yield, kiln.drive_power]"

correlations_case("correlation beyond one", "REE-D002", YIELD_AND_POWER + ", coefficient: «1.2")
correlations_case("correlation with a unit", "REE-D002", YIELD_AND_POWER + ", coefficient: «0.5 kg")
correlations_case(
    "correlated with itself",
    "REE-D002",
    "between: [kiln.burn_yield, «kiln.burn_yield], coefficient: 0.5",
    says="itself",
)
correlations_case(
    "correlation given twice",
    "REE-D002",
    YIELD_AND_POWER + ", coefficient: 0.5",
    "between: [kiln.drive_power, «kiln.burn_yield], coefficient: 0.4",
    says="twice",
)
correlations_case(
    "correlation of a misspelled parameter",
    "REE-N001",
    "between: [kiln.burn_yield, «kiln.drive_powr], coefficient: 0.5",
    suggestion="kiln.drive_power",
)
correlations_case(
    "correlation with what is certain", "REE-D004", "between: [kiln.burn_yield, «kiln.drive_time], coefficient: 0.5"
)
CASES.append(
    Case(
        "correlations that exclude each other",
        "REE-D003",
        {
            TIME: "{value: 0.05 h, range: [0.04 h, 0.1 h]}",
            "exclusions:\n": (
                f"correlations:\n  - {{{YIELD_AND_POWER}, coefficient: 0.7}}\n"
                "  - {between: [kiln.burn_yield, kiln.drive_time], coefficient: 0.7}\n"
                "  - {between: [kiln.drive_power, kiln.drive_time], coefficient: «-90 %}\nexclusions:\n"
            ),
        },
    )
)
