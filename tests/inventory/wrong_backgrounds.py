"""What people get wrong about links to background databases; as `wrong_input`."""

from __future__ import annotations

from tests.inventory.wrong_economics import CASES, Case, case

LIMESTONE = '{flow: limestone, activity: "limestone, at mine", unverified: Not looked for.}'
ELEMENTARY = '{flow: carbon_dioxide, name: "Carbon dioxide ", categories: [air], conversion: 1 kg/kg}'

case(
    "unknown key of links",
    "REE-S001",
    "providers:\n  - {flow: limestone",
    "«provider:\n  - {flow: limestone",
    "providers",
)
case("unknown key of a rule", "REE-S001", "unverified: Not", "«unverifed: Not", "unverified")
case("unknown key in try", "REE-S001", "note: The world.", "«nte: The world.", "note")
case("misspelled try", "REE-S001", "    try:\n", "    «tri:\n", "try")
case("name of no folder", "REE-S006", "background: plants-2.0", "background: «../plants")
case(
    "activity and none",
    "REE-S005",
    LIMESTONE,
    "{flow: limestone, activity: x, «none: y}",
    says="activity and none given",
)
case("neither activity nor none", "REE-S005", LIMESTONE, "{«flow: limestone}", says="none given")
case(
    "entry of try without activity",
    "REE-S002",
    "{activity: market for electricity, location: GLO,",
    "{location: GLO,",
    and_old="    try:\n",
    and_new="    «try:\n",
)
case("try without entries", "REE-S003", LIMESTONE, "{flow: limestone, «try: []}")
case(
    "link from an unknown source",
    "REE-N007",
    "title: A database of plants\nsource: book",
    "title: A database of plants\nsource: «bok",
    "book",
)
case(
    "unknown group of a database",
    "REE-N012",
    "source: book\ncovers:\n  - greenhouse_gases",
    "source: book\ncovers:\n  - «greenhouse_gas",
    "greenhouse_gases",
)
case(
    "unknown group of an activity",
    "REE-N012",
    "covers: [minerals]}",
    "covers: [«mineral]}",
    "minerals",
)
case(
    "link of an unknown flow",
    "REE-L003",
    LIMESTONE,
    LIMESTONE.replace("flow: limestone", "flow: «limstone"),
    "limestone",
)
case("link of an elementary flow", "REE-L007", LIMESTONE, LIMESTONE.replace("flow: limestone", "flow: «rock"))
case(
    "link in the place of an unknown process",
    "REE-L004",
    "process: grid_mix  #",
    "process: «grid_mx  #",
    "grid_mix",
)
case(
    "link in the place of a process of another flow",
    "REE-L005",
    "process: grid_mix  #",
    "process: «quarry  #",
)
case(
    "link in the place of the plant",
    "REE-B020",
    LIMESTONE,
    "{flow: lime, process: «kiln, activity: lime}",
    says="belongs to the plant",
)
case("conversion that is no quantity", "REE-F001", "conversion: 3.33 kg/kg", "conversion: «two * 3")
case("conversion that takes away", "REE-M007", "conversion: 3.33 kg/kg", "conversion: «-3.33 kg/kg")
case("conversion in an unknown unit", "REE-U001", "conversion: 3.33 kg/kg", "conversion: 3.33 «pound/kg")
case("more generation than all", "REE-M006", "generation: 90 %", "generation: «110 %")
case("generation in kg", "REE-U003", "generation: 90 %", "generation: «90 kg")
case(
    "condition that is no choice",
    "REE-N001",
    "when: {acid_route: synthesis}}\n  - flow",
    "when: {«acid_rote: synthesis}}\n  - flow",
    "acid_route",
)
case(
    "condition on an unknown option",
    "REE-N008",
    "power: grid}\n    try",
    "power: «gird}\n    try",
    "grid",
)
case(
    "two rules for the same",
    "REE-B021",
    LIMESTONE,
    LIMESTONE + "\n  - {flow: «limestone, none: Not at all.}",
    says="limestone",
)
case(
    "two entries for the same",
    "REE-B021",
    ELEMENTARY,
    ELEMENTARY + '\n  - {flow: carbon_dioxide, name: «"Carbon dioxide ", categories: [air]}',
)
case(
    "database's flow that is an unknown one",
    "REE-L003",
    ELEMENTARY,
    ELEMENTARY.replace("carbon_dioxide", "«carbon_dixide"),
    "carbon_dioxide",
)
case("database's flow that is a product", "REE-L007", ELEMENTARY, ELEMENTARY.replace("carbon_dioxide", "«lime"))
case(
    "database's flow without categories",
    "REE-S003",
    ELEMENTARY,
    ELEMENTARY.replace("categories: [air]", "«categories: []"),
)
case("conversion of a flow by nothing", "REE-M007", ELEMENTARY, ELEMENTARY.replace("1 kg/kg", "«0 kg/kg"))
case(
    "study on no database",
    "REE-S006",
    "method: simple\nscenarios",
    "method: simple\nbackgrounds: [own, «a/b]\nscenarios",
)
case(
    "study on one database twice",
    "REE-S004",
    "method: simple\nscenarios",
    "method: simple\nbackgrounds: [own, x, «own]\nscenarios",
)

__all__ = ["CASES", "Case"]
