"""The first ten minutes with a workspace: steps with commands that can be typed as they stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lca.inventory import schema
from lca.inventory.loading import Inventory
from lca.system.checking import Checker
from lca.system.scenario import pairs_of, scenarios_of
from lca.workspace import bundled


@dataclass(frozen=True)
class Step:
    """A step of the tour: what it is about, what to know, and what to type."""

    title: str
    text: str
    commands: tuple[str, ...]


def steps(root: Path) -> list[Step]:
    """The steps, with scenarios, indicator and a parameter of the study that `root` uses by default. Raises
    `InputError` where the workspace cannot be read: there is nothing to be shown before that is mended.
    """
    checker = Checker(root)
    checker.problems.raise_errors()
    study = checker.study(None)
    checker.problems.raise_errors()
    assert study is not None
    own = root != bundled() or Path.cwd() == root
    return [*_beginning(own), *_results(checker, study), *_change(checker.inventory, study), *_end(study)]


def _beginning(own: bool) -> Iterator[Step]:
    if not own:
        yield Step(
            "A workspace of your own",
            "A workspace is a folder of text files. This one is a copy of what comes with the program; "
            "`--template minimal` makes a small one instead.",
            ("ree-lca init my-plant", "cd my-plant"),
        )
    yield Step(
        "Is everything right?",
        "Every unit, name, formula and element balance is checked. What is wrong is shown with file, line and column.",
        ("ree-lca check",),
    )


def _results(checker: Checker, study: schema.Study) -> Iterator[Step]:
    problems, inventory = checker.problems, checker.inventory
    scenarios, excluded = scenarios_of(inventory, study, problems)
    pairs = pairs_of(study, scenarios, excluded, problems)
    problems.raise_errors()
    yield Step(
        "The results",
        f"The study `{study.study}` has {_count(len(scenarios), 'scenario')}. This prints the headline, and writes all "
        f"tables and a report to out/{study.study}/.",
        ("ree-lca run",),
    )
    indicator = _indicator(inventory, study)
    if indicator and scenarios:
        scenario = pairs[0].alternative if pairs else scenarios[0].id
        yield Step(
            "Where does a figure come from?",
            "It is taken apart, down to the lines and sources that it rests on, with the grade of their evidence.",
            (f"ree-lca explain {scenario} {indicator} --depth 2 --top 3",),
        )
    if pairs:
        pair = f"{pairs[0].baseline} {pairs[0].alternative}"
        yield Step(
            "What makes the difference, and how sure is it?",
            "First by input, at central values; then with every range and distribution sampled at once, in pairs.",
            (f"ree-lca compare {pair} --by input", f"ree-lca compare {pair} --uncertain"),
        )


def _change(inventory: Inventory, study: schema.Study) -> Iterator[Step]:
    found = _parameter(inventory, study)
    if found:
        address, low, high = found
        yield Step(
            "Change a value",
            f"`{address}` is stated with a range from {low} to {high}. This shows what its upper end does, in the file "
            "and in the results, and writes nothing; without `--dry-run` the value is changed, and nothing beside it.",
            (f"ree-lca get {address}", f'ree-lca set {address}="{high}" --dry-run'),
        )


def _end(study: schema.Study) -> Iterator[Step]:
    yield Step(
        "A report",
        f"Web page, PDF and workbook, with intervals, in out/{study.study}/. It says what is not stated yet.",
        ("ree-lca report",),
    )
    yield Step(
        "Further on",
        "Every command has an example in its help. Where something does not work, `doctor` looks for the cause.",
        ("ree-lca --help", "ree-lca doctor"),
    )


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def _indicator(inventory: Inventory, study: schema.Study) -> str:
    """The first indicator of the first method."""
    found = inventory.methods.get(study.method[0])
    if found is None:
        return ""
    return ("" if found.brightway is None else f"{found.method}.") + str(next(iter(found.indicators)))


def _parameter(inventory: Inventory, study: schema.Study) -> tuple[str, str, str] | None:
    """The address of a number of the plant with the ends of its range: one that a question of the study is about, else
    the first.
    """
    asked = [str(question.vary) for question in study.questions]
    of_plant = {
        f"{process}.{name}": ends
        for process, document in inventory.processes.items()
        if document.stage is not None
        for name, parameter in document.parameters.items()
        if (ends := _ends(parameter))
    }
    address = next((address for address in (*asked, *of_plant) if address in of_plant), None)
    return None if address is None else (address, *of_plant[address])


def _ends(parameter: schema.Parameter) -> tuple[str, str] | None:
    """The ends of a stated range, as written."""
    if parameter.value is None:
        return None
    if parameter.range:
        return str(parameter.range[0]), str(parameter.range[1])
    spread = parameter.distribution
    ends = spread and (spread.uniform or spread.triangular or spread.pert)
    return (str(ends.low), str(ends.high)) if ends else None
