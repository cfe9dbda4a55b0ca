"""ree-lca: life cycle assessment of rare earth oxide refining, from inventories written in YAML.

import lca
study = lca.open()
study.results("climate_change")
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lca.notebook import Study

__version__ = "0.1.0"


def open(
    study: str | None = None,
    workspace: str | Path | None = None,
    settings: Mapping[str, str] | None = None,
    scenarios: Iterable[str] = (),
    background: str = "own",
) -> Study:
    """Read, check and compute a study; see `lca.notebook.open_study`."""
    from lca.notebook import open_study

    return open_study(study, workspace, settings, scenarios, background)
