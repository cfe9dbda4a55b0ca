"""Write scenarios of a study as a SimaPro CSV file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from lca.disclosure.simapro.content import SimaPro
from lca.impact.study import computed_study, now
from lca.inventory.parameters import Override
from lca.system.checking import Checker
from lca.system.linking import Basis
from lca.workspace import refuse_existing, write_files


def export_simapro(
    root: Path,
    file: Path,
    study: str | None = None,
    only: Iterable[str] = (),
    settings: Iterable[Override] = (),
    replace: bool = False,
    basis: Basis | None = None,
) -> tuple[int, int]:
    """Write the scenarios of a study of the workspace at `root`, or `only` these, into `file`, on the electricity
    accounting of the study or on `basis`; gives the number of processes, and of exchanges with a formula. Raises
    `InputError`.
    """
    refuse_existing(file, replace)
    computed = computed_study(Checker(root), study, settings, only)
    made = SimaPro(computed, basis or computed.checked.study.electricity_basis)
    write_files(file.parent, {file.name: made.text(now())})
    return made.count, made.formulas
