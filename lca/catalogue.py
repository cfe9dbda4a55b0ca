"""The catalogue of messages: every code with its title and what to do about it.

The letter after `REE-` says what a code is about. Codes are never used for anything else, nor used again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning"]

#: What the letters stand for.
GROUPS = {
    "Y": "Files and YAML",
    "S": "Shape of documents",
    "U": "Units",
    "F": "Formulas",
    "N": "Names",
    "L": "Links between processes",
    "M": "The model",
    "P": "Plausibility",
    "E": "Evidence",
    "I": "Impact assessment",
    "D": "Distributions and samples",
    "B": "Background databases",
    "X": "Exchange with other programs",
    "A": "Audit trail",
    "W": "Editing",
    "R": "Reports",
    "C": "Command line",
}


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """What a code means: one line of title, and advice for the reader of the error catalogue."""

    severity: Severity
    title: str
    advice: str


def _error(title: str, advice: str) -> CatalogueEntry:
    return CatalogueEntry("error", title, advice)


def _warning(title: str, advice: str) -> CatalogueEntry:
    return CatalogueEntry("warning", title, advice)


CATALOGUE: dict[str, CatalogueEntry] = {
    # Y: files and YAML
    "REE-Y001": _error("file is not UTF-8 text", "Save the file as UTF-8."),
    "REE-Y002": _error("YAML cannot be read", "Correct the syntax at the place shown; indentation is made of spaces."),
    "REE-Y003": _error("key given twice", "Keep one of the two; the other place is shown."),
    "REE-Y004": _error("anchor, alias or tag", "Write the value out; the language has no &anchors, *aliases or !tags."),
    "REE-Y005": _error("empty file or document", "Delete the file, or write a document into it."),
    "REE-Y006": _error(
        "file too large or nested too deeply", "Inventories are small; split the file, flatten the nesting."
    ),
    "REE-Y007": _error("document is not a mapping", "A document is a list of `key: value` lines."),
    "REE-Y008": _error("kind of document not known", "The first key of a document says what it is."),
    "REE-Y009": _warning("file ignored", "Only *.yaml files are read; rename it or move it elsewhere."),
    "REE-Y010": _error("file outside the workspace", "Copy the file into the workspace instead of linking to it."),
    # S: schema
    "REE-S001": _error("unknown key", "Use one of the keys of this kind of document."),
    "REE-S002": _error("missing key", "Add the key."),
    "REE-S003": _error("wrong kind of value", "Give the kind of value that is expected here."),
    "REE-S004": _error("identifier used twice", "Rename one of the two; the other place is shown."),
    "REE-S005": _error("not exactly one definition", "Give exactly one of the alternatives."),
    "REE-S006": _error("malformed identifier", "Start with a letter; use lower-case letters, digits and underscores."),
    "REE-S007": _error("value not among the choices", "Use one of the choices."),
    "REE-S008": _error("workspace document missing or given twice", "Exactly one document starts with `workspace:`."),
    # U: units
    "REE-U001": _error("unknown unit", "Use a unit of the list in the language page."),
    "REE-U002": _error("unit missing", "Write the unit after the number."),
    "REE-U003": _error("wrong dimension", "Give a quantity of the expected dimension."),
    "REE-U004": _error("operands of different dimension", "Only like can be added, compared or chosen between."),
    "REE-U005": _error("exponent not a plain number", "Raise to a dimensionless constant."),
    # F: formulas
    "REE-F001": _error("formula cannot be read", "Correct the formula at the place shown."),
    "REE-F002": _error("unknown function", "Use a function of the language."),
    "REE-F003": _error("wrong arguments", "Give the arguments that the function takes."),
    "REE-F004": _error("formula too long", "Split the formula into named parameters."),
    "REE-F005": _error(
        "result is not a finite number", "Look for a division by zero, an overflow or a logarithm of zero."
    ),
    "REE-F006": _error(
        "text or composition where a number is due", "Use the parameter in a function or comparison that takes it."
    ),
    "REE-F007": _error("chemistry cannot be computed", "Correct the chemical formula or the composition."),
    # N: names
    "REE-N001": _error("name not defined", "Define the parameter, or correct its name."),
    "REE-N002": _error("parameters depend on each other in a circle", "Give one of them a value."),
    "REE-N003": _error("override matches nothing", "Correct the address; nothing was changed by it."),
    "REE-N004": _warning("parameter not used", "Use it or delete it."),
    "REE-N005": _error("name is reserved", "Choose a name that is not a unit, function or keyword."),
    "REE-N006": _error("choice not among its options", "Use one of the options."),
    "REE-N007": _error("source not known", "Add it to a `sources:` document, or correct the id."),
    "REE-N008": _error("option or axis not known", "Use an option that the workspace has."),
    "REE-N009": _error("name defined by two chosen options", "Rename one, or use the dotted name."),
    "REE-N010": _warning("option used by no scenario", "Add a scenario with it, or know that it is not computed."),
    "REE-N011": _warning("setting without effect", "Set a parameter that the scenarios computed make use of."),
    "REE-N012": _error("group, account, price list or allocation not known", "Declare it, or correct its name."),
    "REE-N013": _error("options that do not go together", "The workspace says why under `exclusions`; choose others."),
    "REE-N014": _error("price missing", "Give a price of every product of the basket, or leave the allocation out."),
    "REE-N016": _error("one name for two things", "Rename one: in `name.parameter` it could mean either."),
    "REE-N017": _warning(
        "supplier or origin of what nothing buys", "Name the flow in an exchange, or delete the line."
    ),
    "REE-N018": _warning(
        "setting twice over", "Leave out the scenario that sets it, or know that it is another one now."
    ),
    "REE-N020": _error(
        "place that no link knows",
        "Correct the place, or choose suppliers there in a `links:` document.",
    ),
    "REE-N015": _warning("scenario of the virgin product not computed", "Add it to the study, or name another one."),
    # L: links
    "REE-L001": _error("no provider for a flow", "Add a process that makes it, or a link."),
    "REE-L002": _error("several providers for a flow", "Add a link rule that chooses."),
    "REE-L003": _error("flow not known", "Define it in a `flows:` document, or correct the name."),
    "REE-L004": _error("process not known", "Correct the name, or write the process."),
    "REE-L005": _error("provider does not make the flow", "Choose a process whose product is the flow."),
    "REE-L006": _warning("foreground process used by no study", "Use it in a scenario or delete it."),
    "REE-L007": _error(
        "flow of the wrong kind",
        "Products and wastes are inputs and outputs; elementary flows are emissions and resources.",
    ),
    "REE-L008": _warning("bought without the supply that others use", "Add `supply:`, or name the provider."),
    # M: model
    "REE-M001": _error(
        "system not square", "A process has one product; allocate, send it to waste, or return it to a loop."
    ),
    "REE-M002": _error(
        "system singular", "The processes named need all of what they make; check the amounts of the cycle."
    ),
    "REE-M003": _error("negative supply", "A process would have to run backwards; check signs and outputs."),
    "REE-M004": _error(
        "loop incomplete", "Each exchange with a pool names one of the loop's bins; only pools have bins."
    ),
    "REE-M005": _error("element balance does not close", "Add the missing flow, or correct amounts and compositions."),
    "REE-M006": _error("shares do not sum to 100 %", "Correct the shares, or let one entry be `rest`."),
    "REE-M007": _error("amount not positive", "Give an amount above zero."),
    "REE-M008": _error("yield not positive", "Recoveries, yields and efficiencies are above zero."),
    "REE-M009": _error("value outside its own range", "The central value lies inside its range or distribution."),
    "REE-M010": _error("fraction out of bounds", "A fraction of an element lies between 0 % and 100 %."),
    # P: plausibility
    "REE-P001": _warning(
        "far from stoichiometry", "Check the amount; it lies below need or more than three times above it."
    ),
    "REE-P002": _warning("implausible yield", "Recoveries, yields and efficiencies lie between 5 % and 100 %."),
    "REE-P003": _warning("implausibly large input", "Check the unit and the amount."),
    "REE-P004": _warning(
        "set far outside its range", "Check the unit and the value, or state a wider range with a reason."
    ),
    "REE-P005": _warning("declared unit is not the demand", "Let both speak of the same amount."),
    "REE-P006": _warning("tolerance too wide to check anything", "Balances close within a few percent."),
    # E: evidence
    "REE-E001": _warning("number without source or evidence", "Say where it comes from and how good it is."),
    # I: impact
    "REE-I001": _warning("elementary flow not characterised", "Give it a factor in the method, 0 if it has none."),
    "REE-I002": _error("method or indicator not known", "Use a method of the workspace."),
    "REE-I003": _error("parts of an indicator do not add up", "A flow counts in the whole as in its parts together."),
    "REE-I004": _error("shipped methods not installed", 'Install them with `pip install "ree-lca[methods]"`.'),
    "REE-I005": _error("shipped method not found", "Correct the archive or the name of the method."),
    "REE-I006": _error("unit is not the shipped one", "Write the unit as the shipped method has it."),
    "REE-I007": _error("link to another node of the biosphere", "Let UUID, name and categories be of one node."),
    "REE-I008": _error("own factor beside a shipped one", "Leave it out: shipped factors are used as they are."),
    "REE-I009": _error("weighted results compared", "Ask for one scenario; ISO 14044 (4.4.5) bars the comparison."),
    "REE-I010": _error("method without weighting", "Use a method that has `weighting:`."),
    "REE-I011": _error("factor beyond all measure", "Correct the factor, or the unit that it is converted to."),
    "REE-I012": _error("amount beyond all measure", "Correct the amount, or what makes its process run so often."),
    # B: background databases
    "REE-B001": _error("database not there", "Correct the path: a file, a folder or a zip archive."),
    "REE-B002": _error("archive or file not usable", "Unpack it yourself and look at it, or fetch it again."),
    "REE-B003": _error("format of the database not known", "Name the format, or import a database in one of them."),
    "REE-B004": _error("no process in the database", "Point to the folder or archive that holds the processes."),
    "REE-B005": _error("file not well-formed", "Fetch or export it again; it is damaged or not of this format."),
    "REE-B006": _error("two data sets with one identifier", "Import one version of the database at a time."),
    "REE-B007": _error("name of a background taken", "Use another name, or --replace to take its place."),
    "REE-B008": _error("not a name for a background", "Use letters, digits, dots, hyphens and underscores."),
    "REE-B009": _error("background not known", "Use one of `ree-lca background list`."),
    "REE-B010": _error("background cannot be read", "Import it again."),
    "REE-B011": _error("exchange cannot be understood", "Correct the data set, or export the database again."),
    "REE-B012": _error("activity makes nothing", "Correct the amount of its reference product; it must not be zero."),
    "REE-B013": _warning("matrix cannot be inverted", "Results that need these activities fail; use others."),
    "REE-B014": _error("choice does not fit the database", "Correct the name, code or share in the file of choices."),
    "REE-B015": _error("package for this format not installed", "Install the extra that the message names."),
    "REE-B020": _error("background link to a step of the plant", "Name a process of the supply chain, or none."),
    "REE-B021": _error("background link given twice", "Keep one of the two, or tell them apart by `when`."),
    "REE-B023": _error("no links to the background", "Write a `background:` document, or name one at import."),
    "REE-B024": _error("activity not in the background", "Correct name, product and location, or add a choice."),
    "REE-B025": _error("several activities fit", "Say product and location."),
    "REE-B026": _error("units do not fit", "Say by `conversion` how much of theirs one of ours is."),
    "REE-B027": _error("activity takes up what it should supply", "Name the activity that makes the product."),
    "REE-B028": _error(
        "background without a solution", "Look at the amounts of the activities named; import it again."
    ),
    "REE-B029": _error("flow of the background could be several", "Say by `elementary` which of ours it is."),
    "REE-B030": _warning("link not verified", "Compare the name with the database, then delete `unverified`."),
    "REE-B031": _warning("another activity than wanted first", "Look at whether it serves; the first was not there."),
    # X: exchange with other programs
    "REE-X001": _error("Brightway project not known", "Correct the name, or name the folder in which the project is."),
    "REE-X002": _error("database of the project not known", "Use a database that the project has."),
    "REE-X003": _error(
        "Brightway's files cannot be read", "Name the right folder; see whether Brightway itself opens it."
    ),
    "REE-X004": _error(
        "database is not made of unit processes", "Use a database in which every product is made by one activity."
    ),
    "REE-X005": _error("Brightway not installed", 'Install it with `pip install "ree-lca[brightway]"`.'),
    "REE-X006": _error("target exists already", "Use another name; --replace takes away what an export has written."),
    "REE-X007": _error("Brightway could not do it", "Nothing is left behind; mend what the message says."),
    "REE-X008": _error("database takes inputs from another", "Write both with --with, or import that as a background."),
    "REE-X009": _error("exchange that leads nowhere", "Link it in Brightway."),
    "REE-X010": _error("what Brightway holds cannot be said here", "Change the database, or ask for another activity."),
    "REE-X011": _error("activity not known, or none named", "Name the activity to ask for, by its name or code."),
    "REE-X012": _error("method not known, or too many", "Name the methods to use, `part > part`."),
    "REE-X020": _error("not declared what an export needs", "Fill the key that the message names."),
    "REE-X021": _error("carbon footprint not assessed", "Name an indicator in kg CO2e that the data speak of."),
    "REE-X022": _error("carbon footprint is not its parts", "Name the indicators of all parts under `indicators`."),
    "REE-X023": _error("no footprint of this product", "Name a product and an allocation that the study has."),
    "REE-X024": _error("footprint breaks a rule of PACT", "Correct what the study says; nothing has been written."),
    "REE-X025": _error("unit that PACT has not", "Demand the product by mass, volume, area, energy or time."),
    "REE-X026": _error("target is no earlier export", "Use another folder, or delete the file."),
    "REE-X027": _error("file is no footprint", "Ask the supplier for a ProductFootprint of the PACT data model 3.x."),
    "REE-X028": _warning("footprint of a supplier is doubtful", "Ask the supplier; correct what has been written."),
    "REE-X029": _error("footprint does not fit the workspace", "Change what the message names."),
    "REE-X030": _error("package for this export not installed", "Install the extra that the message names."),
    "REE-X040": _error("unit of a datapoint does not fit", "Give that of what fills it, or a conversion of the flow."),
    "REE-X041": _error("framework not known", "Use a framework of the workspace."),
    "REE-X042": _error("no yearly production", "Write `networks:` in the study: plants with a scenario and an output."),
    "REE-X043": _error("network or plant not known, or none named", "Name one of those of the study."),
    "REE-X044": _error("reporting period is not a year", "Give a period of one year: production is yearly."),
    "REE-X050": _error("predecessor not known", "Write the lot, or correct its id."),
    "REE-X051": _error("lots that come from each other in a circle", "Correct the predecessors of one of them."),
    "REE-X052": _error("lot holds more than went into it", "Correct mass, content or split, or name all predecessors."),
    "REE-X053": _error("more drawn from a lot than it holds", "Correct what its successors draw, or its mass."),
    "REE-X054": _warning("lot older than its predecessor", "Correct one of the dates."),
    "REE-X080": _error("no result of this product to declare", "Name a product and an allocation that the study has."),
    "REE-X055": _error("lot not known", "Use a lot of the workspace."),
    "REE-X056": _warning(
        "split of a lot is not that of its scenario", "The result is of another basket; name its own scenario."
    ),
    # inventories in spreadsheets
    "REE-X060": _error(
        "spreadsheet that cannot be read", "Save it as .xlsx without macros and password, or CSV UTF-8."
    ),
    "REE-X061": _error("spreadsheet too large, or made to unfold", "Export anew, and copy the values into that."),
    "REE-X062": _error("sheet not known", "Correct its name; that of a sheet of your own begins with #."),
    "REE-X063": _error(
        "column not known, missing, or there twice", "Correct its head; # begins that of your own columns."
    ),
    "REE-X064": _error(
        "cell that is no number where one is due", "Enter a number with its unit beside it, or a formula."
    ),
    "REE-X065": _error("date or time where none can stand", "Enter what was meant in a cell of format Number or Text."),
    "REE-X066": _error("error in a cell, or a formula never computed", "Mend and save it, or enter the value."),
    "REE-X067": _error("merged cells", "Split them, and fill each."),
    "REE-X068": _error("row that is of nothing, or there twice", "Name document, place and id as in the other rows."),
    "REE-X069": _error("change that an import does not make", "Change the YAML file."),
    "REE-X070": _error("workspace changed since the export", "Export anew; --force sets back what is newer."),
    "REE-X071": _warning("formulas of a spreadsheet are not kept", "Keep the book, if they are to be kept."),
    "REE-X072": _error("text too long for a cell", "Use `ree-lca export csv`."),
    "REE-X073": _error("list or mapping that cannot be read", "Write it as in YAML, in one line of brackets."),
    "REE-X074": _error("file that is none of a workspace", "Name a .yaml file below inventories/ or methods/."),
    # D: distributions and samples
    "REE-D001": _error("no such distribution", "Correct the numbers; none of this family has them."),
    "REE-D002": _error("correlation that is none", "Correlate two different parameters, once, from -1 to 1."),
    "REE-D003": _error(
        "correlations that exclude each other", "Weaken one; their matrix must have no negative eigenvalue."
    ),
    "REE-D004": _error("correlated parameter without a spread", "Give it a range or distribution, or leave it out."),
    "REE-D005": _error("nothing is uncertain", "Give a range or distribution to something that is used."),
    "REE-D006": _warning("impossible samples left out", "Narrow the spreads that make a process impossible."),
    "REE-D007": _error("too many impossible samples", "Narrow the spreads: what is left would not be what they say."),
    "REE-D008": _error("samples cannot be written", "Name a .csv file, or a .parquet file with pyarrow installed."),
    "REE-D009": _error(
        "nothing to vary it over", "Name a number, and a range in its unit: process.parameter=2 V:5 V:13."
    ),
    "REE-D010": _error("parameter without a part in the scenarios", "Vary one that the scenarios make use of."),
    "REE-D011": _error("indicator not assessed", "Analyse an indicator that the data of all scenarios speak of."),
    "REE-D012": _error("result that does not vary", "Analyse one that something uncertain has a part in."),
    "REE-D013": _warning("correlated quantities as one", "Use delta or pawn for an index of each of them."),
    "REE-D014": _warning("indices not settled", "Take more samples before you rely on the order."),
    "REE-D020": _error(
        "column that does not belong to the scenarios", "Name the scenarios of the table, or take it out."
    ),
    "REE-D021": _error(
        "column of a table of samples is missing", "Replay a table of all that is uncertain; sample anew."
    ),
    "REE-D022": _error("column in another unit", "Replay the table that `uncertainty --samples` wrote."),
    "REE-D023": _error("table of samples cannot be read", "Name a file that `uncertainty --samples` wrote."),
    "REE-D024": _error("Dask not installed", 'Install it with `pip install "ree-lca[dask]"`, or use --engine local.'),
    "REE-D025": _error("no cluster there", "Correct the address; start the scheduler, and workers that connect to it."),
    "REE-D026": _error("cluster of other versions", "Install the same versions on scheduler and workers."),
    "REE-D027": _error("cluster failed", "Look at memory and logs of the workers; what was complete is not kept."),
    "REE-D028": _error("database without spreads", "Leave out --background-spreads, or import one that has them."),
    "REE-D029": _error("sample of a database without a solution", "Look at its spreads: an activity may eat itself."),
    "REE-D030": _error("condition that is none", "Write NAME >= QUANTITY or NAME <= QUANTITY: closure >= 90 %."),
    "REE-D031": _error("nothing of that name in the scenario", "Name an indicator, cost, or closure of a loop."),
    "REE-D032": _error("conditions that nothing meets", "Weaken one, or let more be varied."),
    "REE-D033": _error("nothing to choose", "Name what may be chosen by --vary, or mark it with `decision: true`."),
    "REE-D034": _error("decision without a range", "Give the quantity a range or distribution, or leave the key out."),
    "REE-D035": _error("shares that cannot be spread so", "Give shares that are quantities a concentration above 0."),
    # W: editing
    "REE-W001": _error("nothing of that name", "Use an address of the workspace; `ree-lca find` looks for texts."),
    "REE-W002": _error("address that fits several places", "Use one of the addresses that are listed."),
    "REE-W003": _error("not a single value", "Name one of the values below it."),
    "REE-W004": _error("cannot be changed in place", "Change it in the file; the place is shown."),
    "REE-W005": _error("bundled workspace is not edited", "Make a workspace of your own with `ree-lca init DIR`."),
    "REE-W006": _error("malformed change", "Write PATH=VALUE."),
    "REE-W007": _warning("source given for another value", "Name what the new value rests on: --source, --evidence."),
    "REE-W008": _error("file is being changed by somebody else", "Try again."),
    "REE-W009": _error("neither a workspace nor a revision", "Name a folder, or a revision that git knows."),
    "REE-W010": _error("name taken", "Choose another name."),
    "REE-W011": _warning("approved was another value", "Have the new value approved, and say by whom: approved_by."),
    # A: audit trail
    "REE-A001": _error("figure not known", "Name one of `ree-lca results --figures`, or a scenario and indicator."),
    "REE-A002": _error("source not known", "Use an id of `sources:`."),
    "REE-A003": _error("bundle cannot be read", "Fetch it again; it is no zip archive, or damaged."),
    "REE-A004": _error("bundle made to do harm", "Do not unpack it; ask who sent it for a bundle by `audit bundle`."),
    "REE-A005": _error("file of a bundle altered", "Do not rely on it; ask for the bundle as it was made."),
    "REE-A006": _error("file of a bundle missing", "Ask for the whole bundle."),
    "REE-A007": _error("file put into a bundle", "Do not rely on it; the bundle was made without it."),
    "REE-A008": _error("attestation not of this bundle", "Ask for the bundle as it was signed."),
    "REE-A009": _error(
        "signature not by this key", "Use the public key of who should have signed; else trust nothing."
    ),
    "REE-A010": _warning("bundle not signed", "Nobody stands by it; have it signed with `audit sign`."),
    "REE-A011": _warning("signature not checked", "Name the public key of who should have signed: --key FILE."),
    "REE-A012": _error("figure does not follow from the inputs", "Ask who made the bundle how it came about."),
    "REE-A013": _error("file does not follow from the inputs", "Ask who made the bundle how it came about."),
    "REE-A014": _error(
        "bundle cannot be computed again", "Correct what the message says; nothing is proven till then."
    ),
    "REE-A015": _warning("part not compared", "Use the versions and templates that the bundle was made with."),
    "REE-A016": _error("description of the bundle wrong", "Ask for the bundle as it was made."),
    "REE-A017": _error("log of changes broken", "Find out what was done to it; moved aside, a new one begins."),
    "REE-A018": _error("key not usable", "Use an Ed25519 key in a PEM file."),
    "REE-A019": _error("nothing is written over", "Name another file, or move the old one away."),
    "REE-A020": _error("file cannot go into a bundle", "Give it another name, of letters, digits, - and _."),
    "REE-A021": _error("bundle not computed again", "Have the imported database there, and name where it is."),
    "REE-A022": _error("report with something active in it", "Do not open it in a browser."),
    "REE-A025": _error("log of changes torn", "Take the torn line away with a text editor; all before it holds."),
    # R: reports
    "REE-R001": _error("claim that no report makes of itself", "Say what was done and found; others decide the rest."),
    "REE-R002": _error("single score in a comparison", "Leave the indicator out: comparisons are not weighted."),
    # C: command line
    "REE-C001": _error("scenario not known", "Use a scenario of the study, or one option for each axis."),
    "REE-C002": _error("malformed setting", "Write --set process.parameter=VALUE."),
    "REE-C003": _error("folder not usable", "Choose another folder."),
    "REE-C004": _error("no workspace here", "Run in a folder with inventories/, or make one with `ree-lca init DIR`."),
    "REE-C005": _error("study not known", "Use a study of the workspace."),
    "REE-C006": _error("template not usable", "Correct the template, or delete the folder to use the bundled one."),
    "REE-C007": _error("the study does not hold what is asked for", "Add it to the study, or use another study."),
    "REE-C008": _error("files have changed", "Open the study once more, so that all figures are of the same files."),
}


def render_catalogue() -> str:
    """The page of all codes, in Markdown."""
    rows = [
        "# Messages",
        "",
        "Every message has a code that stays the same. Errors stop a calculation, warnings do not.",
    ]
    for letter, title in GROUPS.items():
        if not any(code[4] == letter for code in CATALOGUE):
            continue
        rows += ["", f"## {title}", "", "| code | | meaning | what to do |", "|---|---|---|---|"]
        for code, entry in CATALOGUE.items():
            if code[4] == letter:
                rows.append(f"| {code} | {entry.severity} | {entry.title} | {entry.advice} |")
    return "\n".join(rows) + "\n"
