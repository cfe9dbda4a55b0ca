"""What Brightway itself has to do: write what `content` holds, read an Excel file. A program of its own, for Brightway
keeps one project per process, in a folder that is settled when it is imported.

Called with a file of instructions and the place for the answer, both JSON; BRIGHTWAY2_DIR is a folder aside, and what
is complete there is moved to its place at the end.
"""

from __future__ import annotations

import json
import shutil
import sys
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

#: Largest relative difference between Brightway's scores and ours; Brightway keeps amounts as 32-bit numbers.
AGREEMENT = 1e-5
#: The same between the values that Brightway gives a formula and ours.
FORMULAS = 1e-9


class WritingError(Exception):
    """Brightway cannot hold what is to be written."""


def write_project(name: str, data: Mapping[str, Any]) -> None:
    """A project of that name with everything in it; raises `WritingError` where its scores are not ours."""
    import bw2data as bd

    _open(name)
    if data["biosphere"]:
        _biosphere(data)
    for database in data["databases"]:
        _database(database)
    _parameters(data)
    for database in data["databases"]:
        bd.Database(database["name"]).process()
    _methods(data["methods"])
    setup = data["setup"]
    bd.calculation_setups[setup["name"]] = {
        "inv": [{(data["database"], code): amount} for code, amount in setup["inv"]],
        "ia": [tuple(method) for method in setup["ia"]],
    }
    _prove(data)


def write_excel(file: Path, data: Mapping[str, Any]) -> None:
    """The database with its parameters as an Excel file in Brightway's format."""
    from bw2io.export import write_lci_excel

    _open("excel")
    if data["biosphere"]:
        _biosphere(data)
    for database in data["databases"]:
        _database(database)
    _parameters(data)
    written = write_lci_excel(data["database"], dirpath=str(file.parent))
    Path(written).replace(file)


def _open(name: str) -> None:
    """A new project. Its files are aside until they are complete, so nothing waits for the disk in between."""
    import bw2data as bd
    from bw2data.backends import sqlite3_lci_db

    bd.projects.set_current(name)
    for database in (sqlite3_lci_db, bd.parameters.db):
        database.execute_sql("PRAGMA synchronous = OFF")
        database.execute_sql("PRAGMA journal_mode = MEMORY")


def _biosphere(data: Mapping[str, Any]) -> None:
    import bw2data as bd
    import bw2io as bi

    bi.create_default_biosphere3()
    known = {node["code"] for node in bd.Database(data["biosphere"])}
    used = {code for database, code in _inputs(data["databases"]) if database == data["biosphere"]}
    if missing := sorted(used - known):
        raise WritingError(f"the biosphere of the installed bw2io has no node {', '.join(missing)}")


def _inputs(databases: Iterable[Mapping[str, Any]]) -> Iterable[tuple[str, str]]:
    for database in databases:
        for node in database["nodes"]:
            for exchange in node.get("exchanges", ()):
                yield tuple(exchange["input"])


def _database(database: Mapping[str, Any]) -> None:
    import bw2data as bd

    made = bd.Database(database["name"])
    made.register(write_empty=False, **database["metadata"])
    nodes = {(database["name"], node["code"]): _node(node) for node in database["nodes"]}
    made.write(nodes, process=False, check_typos=False)


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    """A node as Brightway takes it: keys and categories are tuples, and amounts that formulas will give are noted."""
    made = {key: tuple(value) if key == "categories" else value for key, value in node.items() if key != "code"}
    made["exchanges"] = [
        {key: tuple(value) if key in ("input", "categories") else value for key, value in exchange.items()}
        | ({"original_amount": exchange["amount"]} if "formula" in exchange else {})
        for exchange in node.get("exchanges", ())
    ]
    return made


def _parameters(data: Mapping[str, Any]) -> None:
    from bw2data.backends.schema import ExchangeDataset
    from bw2data.parameters import ActivityParameter, Group, ParameterizedExchange, parameters

    database = data["database"]
    if data["parameters"]:
        parameters.new_database_parameters([dict(row) for row in data["parameters"]], database)
    formulas = _formulas(database)
    for group in data["groups"]:
        if group["parameters"]:
            rows = [dict(row) | {"database": database} for row in group["parameters"]]
            parameters.new_activity_parameters(rows, group["name"])
        _parameterise(group["name"], database, {code: formulas[code] for code in group["activities"]})
        Group.get_or_create(name=group["name"])[0].expire()
        ActivityParameter.recalculate(group["name"])
    for written in ParameterizedExchange.select():
        found = ExchangeDataset.get(id=written.exchange).data
        if not _close(found["amount"], found["original_amount"], FORMULAS):
            raise WritingError(
                f"the formula {written.formula} gives {found['amount']}, where {found['original_amount']} is due"
            )


def _formulas(database: str) -> dict[str, list[tuple[int, str]]]:
    """The exchanges of a database that have formulas, by the activity whose they are."""
    from bw2data.backends.schema import ExchangeDataset

    found: dict[str, list[tuple[int, str]]] = {}
    for exchange in ExchangeDataset.select().where(ExchangeDataset.output_database == database):
        if "formula" in exchange.data:
            found.setdefault(exchange.output_code, []).append((exchange.id, exchange.data["formula"]))
    return found


def _parameterise(group: str, database: str, formulas: Mapping[str, list[tuple[int, str]]]) -> None:
    """What `parameters.add_exchanges_to_group` does for one activity, for many at once, which is much faster."""
    from bw2data.parameters import ActivityParameter, ParameterizedExchange
    from bw2data.snowflake_ids import snowflake_id_generator

    with_parameters = {row.code for row in ActivityParameter.select().where(ActivityParameter.database == database)}
    for code in sorted(formulas.keys() - with_parameters):
        ActivityParameter.insert_dummy(group, (database, code))
    rows = [
        {"id": next(snowflake_id_generator), "group": group, "exchange": exchange, "formula": formula}
        for own in formulas.values()
        for exchange, formula in own
    ]
    for start in range(0, len(rows), 100):  # SQLite takes so many variables only
        ParameterizedExchange.insert_many(rows[start : start + 100]).execute()


def _methods(methods: Iterable[Mapping[str, Any]]) -> None:
    import bw2data as bd

    ids = {node.key: node.id for name in bd.databases for node in bd.Database(name) if not node.get("exchanges")}
    shipped: dict[str, dict[tuple[str, ...], list[Any]]] = {}
    for method in methods:
        name = tuple(method["name"])
        rows = [(ids[database, code], value) for database, code, value in method["factors"]]
        if archive := method["archive"]:
            if archive not in shipped:
                shipped[archive] = _archive(archive)
            rows = [(ids[tuple(line["input"])], line["amount"]) for line in shipped[archive][name]] + rows
        made = bd.Method(name)
        made.register(**{key: text for key, text in method.items() if key not in ("name", "archive", "factors")})
        made.write(rows)


def _archive(name: str) -> dict[tuple[str, ...], list[Any]]:
    import bw2io

    file = Path(bw2io.__file__).parent / "data" / "lcia" / f"{name}.zip"
    with zipfile.ZipFile(file) as archive, archive.open("data.json") as content:
        return {tuple(method["name"]): method["exchanges"] for method in json.load(content)}


def _prove(data: Mapping[str, Any]) -> None:
    """Brightway gives the scores that we give, to what 32 bits hold."""
    import bw2calc as bc
    import bw2data as bd
    import numpy as np

    setup = data["setup"]
    config = {"impact_categories": [tuple(method) for method in setup["ia"]]}
    demands = {
        str(place): {bd.get_node(database=data["database"], code=code).id: amount}
        for place, (code, amount) in enumerate(setup["inv"])
    }
    calculation = bc.MultiLCA(
        demands=demands, method_config=config, data_objs=bd.get_multilca_data_objs(demands, config)
    )
    calculation.lci()
    calculation.lcia()
    scores = calculation.scores
    found = np.array([[scores[tuple(m), place] for m in setup["ia"]] for place in demands])
    due = np.array(data["scores"])
    apart = np.abs(found - due) > AGREEMENT * (np.abs(due) + np.abs(due).max(axis=0, initial=0.0))
    if np.any(apart):
        place, method = np.argwhere(apart)[0]
        raise WritingError(
            f"Brightway gives {found[place, method]} for {setup['inv'][place][0]}, {setup['ia'][method]}, "
            f"where {due[place, method]} is due"
        )


def _close(a: float, b: float, tolerance: float) -> bool:
    return abs(a - b) <= tolerance * max(abs(a), abs(b))


def move_project(name: str, target: Path, replace: bool) -> None:
    """Put a complete project into the folder of the user's projects, in the place of one of its name if `replace`."""
    import bw2data as bd

    made = Path(bd.projects.dir)
    bd.projects.change_base_directories(target, update=False)
    found = {dataset.name: Path(dataset.dir) for dataset in bd.projects}
    if name in found and not replace:
        raise WritingError(f"there is a project {name} by now")
    place = found.get(name, target / made.name)
    old = made.with_name(f"{made.name}.old")
    if place.exists():
        place.replace(old)
    try:
        made.replace(place)
        bd.projects.create_project(name)
    except BaseException:
        if place.exists():
            shutil.rmtree(place)
        if old.exists():
            old.replace(place)
        raise


def read_excel(file: Path, project: str) -> str:
    """Read an Excel file in Brightway's format into a project; gives the name of its database. What is not linked by
    bw2io's own rules is linked by name within the file.
    """
    import bw2data as bd
    import bw2io as bi

    _open(project)
    bi.create_default_biosphere3()
    importer = bi.ExcelImporter(str(file))
    if not getattr(importer, "data", None):
        raise WritingError(f"{file.name} holds no activity")
    importer.apply_strategies()
    for fields in (["name", "unit", "categories"], ["name", "unit", "location"], ["name"]):
        if not importer.all_linked:
            importer.match_database(fields=fields)
    if not importer.all_linked:
        names = sorted({str(exchange.get("name")) for exchange in importer.unlinked})
        raise WritingError(f"{file.name} has exchanges that lead nowhere: {', '.join(names[:10])}")
    importer.write_database()
    if importer.db_name not in bd.databases:
        raise WritingError(f"{file.name} holds no database")
    _calculate(importer.db_name)
    return str(importer.db_name)


def _calculate(database: str) -> None:
    """Give the amounts that are written as formulas only."""
    import bw2data as bd
    from bw2data.parameters import Group, ParameterizedExchange, parameters

    known = {written.exchange for written in ParameterizedExchange.select()}
    for node in bd.Database(database):
        formulas = {exchange.id for exchange in node.exchanges() if "formula" in exchange}
        if formulas and known.isdisjoint(formulas):
            parameters.add_exchanges_to_group("formulas", node)
            Group.get_or_create(name="formulas")[0].expire()
    parameters.recalculate()


def main(instructions: Path, answer: Path) -> None:
    """Do what the file of instructions says, and answer with what went wrong, if anything."""
    told = json.loads(instructions.read_text(encoding="utf-8"))
    found = {"failure": ""}
    try:
        if told["task"] == "read excel":
            found["database"] = read_excel(Path(told["file"]), told["project"])
        elif told["task"] == "excel":
            write_excel(Path(told["file"]), told["content"])
        else:
            write_project(told["project"], told["content"])
            move_project(told["project"], Path(told["folder"]), told["replace"])
    except WritingError as fault:
        found["failure"] = str(fault)
    answer.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
